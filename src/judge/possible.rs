//! Whether what is unknown can be answered in every combination: figures that are compared with each other may hang together.
//!
//! How two figures stand is asked as one question, apart from the figures themselves and from other pairs. Where `a < b` and
//! `b < c` are answered yes, `a < c` is no question any more; such completions are tried all the same, and a range that may
//! rest on one of them is not called exact.

use super::Case;
use super::completions::Pair;
use crate::evaluate::unknowns::{Cell, Class, Thing};

/// A fact and the class of rows that it is unknown of.
type Figure = (Thing, Class);

/// Calculations whose difference is asked for.
struct Asked {
    figures: Vec<Figure>,
    is_of_fields: bool,
    /// Whether each answer that verdicts tell apart holds differences as small, or as large, as one likes.
    is_wide: bool,
}

impl Asked {
    /// Whether it can be answered in every way, whatever the answers to the others. Of two fields one that nothing else reads
    /// can have any value; of a calculation nothing is known but that it may be as small and as large as one likes.
    fn is_free(&self, is_alone: impl Fn(&Figure) -> bool) -> bool {
        match self.is_of_fields {
            true => self.figures.iter().any(is_alone),
            false => self.is_wide && self.figures.iter().all(is_alone),
        }
    }
}

/// Whether every combination of answers is known to be possible: comparisons that are free are set aside one after the other.
pub(super) fn are_all(case: &Case<'_>, pairs: &[Pair]) -> bool {
    let stated: Vec<Figure> = pairs.iter().filter_map(|pair| case.unknowns.thing(pair.variable)).collect();
    let mut left: Vec<Asked> = pairs.iter().filter_map(|pair| asked(case, pair)).collect();
    loop {
        let is_alone = |figure: &Figure| {
            let comparisons = left.iter().filter(|asked| asked.figures.contains(figure));
            comparisons.count() == 1 && !stated.contains(figure)
        };
        let Some(free) = left.iter().position(|asked| asked.is_free(is_alone)) else { return left.is_empty() };
        left.remove(free);
    }
}

fn asked(case: &Case<'_>, pair: &Pair) -> Option<Asked> {
    let (thing, class) = case.unknowns.thing(pair.variable)?;
    let compared = case.unknowns.compared(pair.variable).filter(|_| !thing.is_absent())?;
    let cells = case.unknowns.domain(case.rules.program, pair.variable);
    let is_wide = |cell: &usize| matches!(cells.get(*cell), Some(Cell::Between(None, _) | Cell::Between(_, None)));
    Some(Asked {
        figures: case.unknowns.fields_of(class),
        is_of_fields: compared.is_of_fields(case.rules.program),
        is_wide: pair.groups.iter().all(|group| group.iter().any(is_wide)),
    })
}
