//! The difference of two policy sets, over all estates: whose verdict changes, in which cases exactly, by which rules,
//! on whose authority, and what it costs (semantics, section 8).

pub mod acknowledge;
pub mod difference;
pub mod impact;

use crate::judge::Request;
use crate::program::Program;
use crate::source::Sources;
use difference::{Difference, Fixed, Side, Word};

/// One side: a checked policy set, and what of its setting is fixed.
#[derive(Debug, Clone)]
pub struct Edition<'p> {
    /// The policy set; no diagnostic of it is an error.
    pub program: &'p Program,
    /// Its texts.
    pub sources: &'p Sources,
    /// A folder, `shipped`, or `REV:path`.
    pub origin: String,
    /// Over the paths and texts of all its files, in order.
    pub sha256: String,
    /// The day, the agreement and the readings that are fixed, in the ids of `program`; all else stays symbolic.
    pub fixed: Request,
}

/// How many nodes the diagrams of one subject may have where nothing else is asked for.
pub const LIMIT: usize = 1 << 20;

/// Compares two sides. A subject whose diagrams grow past `limit` nodes, or whose cases past as many as can be listed, is
/// told as far as it was found, and the difference is not `complete`.
pub fn diff(old: &Edition<'_>, new: &Edition<'_>, limit: usize) -> Difference {
    let _ = limit;
    Difference {
        schema: "entail.difference/1",
        old: side(old),
        new: side(new),
        verdict: Word::Mixed,
        minimal: false,
        complete: false,
        changes: Vec::new(),
        numbers: Vec::new(),
        citations: Vec::new(),
        wording: Vec::new(),
        impact: Vec::new(),
    }
}

fn side(edition: &Edition<'_>) -> Side {
    let Edition { program, origin, sha256, fixed, .. } = edition;
    let agreement = fixed.agreement.map(|agreement| {
        agreement.map_or("none".to_owned(), |agreement| program.agreements[agreement].header.name.clone())
    });
    let reading = fixed.readings.iter().map(|(definition, source)| {
        (program.definitions[*definition].header.name.clone(), program.sources[*source].header.name.clone())
    });
    let setting = Fixed { as_of: fixed.as_of.map(|day| day.to_string()), agreement, reading: reading.collect() };
    Side { origin: origin.clone(), sha256: sha256.clone(), setting }
}
