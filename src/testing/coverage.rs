//! What policy tests make happen, and what they make not happen: each rule, clause, reading, advice and source of a policy
//! set should come out both ways over its tests.
//!
//! Here is what should; `observe` finds what does, in the evaluation that the tests run and not in their text.

use crate::program::{Header, LicenseId, Program, Provided, Reading};
use crate::source::Span;
use std::collections::BTreeSet;

/// What sort of thing should come out both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An exemption, a prohibition, a reach or a reassignment.
    Rule,
    /// A `provided` of a licence, or of the terms that several licences share.
    Clause,
    /// The `when` of a reading, while it applies.
    Reading,
    /// What a reading leaves open.
    Open,
    /// A piece of advice.
    Advice,
    /// A document: *yes* where something that rests on it is yes, *no* where it is not in force or yields to another.
    Source,
}

/// A thing that should come out both ways.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its name, that of its item before it: `WindowsCAL.per_device_2000`.
    pub name: String,
    /// Where it is named.
    pub span: Span,
}

/// What came out yes and what came out no.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// What came out yes, somewhere.
    pub yes: BTreeSet<Entry>,
    /// What came out no, somewhere.
    pub no: BTreeSet<Entry>,
}

impl Seen {
    /// Takes over what came out elsewhere.
    pub fn add(&mut self, other: Seen) {
        self.yes.extend(other.yes);
        self.no.extend(other.no);
    }

    /// Whether what is named at a place came out.
    pub(super) fn reaches(&self, name: Span) -> bool {
        self.yes.iter().chain(&self.no).any(|entry| entry.span == name)
    }
}

/// Everything in a policy set that should come out both ways, by kind and name.
pub fn entries(program: &Program) -> BTreeSet<Entry> {
    let rules = program.rules.headers();
    let reaches = program.reaches.iter().map(|reach| &reach.header);
    let reassignments = program.reassignments.iter().map(|reassignment| &reassignment.header);
    let mut entries: BTreeSet<Entry> =
        rules.chain(reaches).chain(reassignments).map(|header| item(Kind::Rule, header)).collect();
    entries.extend(program.advice.values().map(|advice| item(Kind::Advice, &advice.header)));
    entries.extend(program.sources.values().map(|source| item(Kind::Source, &source.header)));
    for definition in program.definitions.values() {
        for reading in &definition.readings {
            entries.extend(reading.when.iter().map(|_| part(Kind::Reading, &definition.header.name, &reading.header)));
            entries.extend(reading.open.iter().map(|open| opening(&definition.header, reading, open.span)));
        }
    }
    for (id, license) in program.licenses.iter() {
        entries.extend(license.clauses().map(|provided| clause(program, id, provided)));
    }
    entries
}

pub(super) fn item(kind: Kind, header: &Header) -> Entry {
    Entry { kind, name: header.name.clone(), span: header.name_span }
}

pub(super) fn part(kind: Kind, of: &str, header: &Header) -> Entry {
    Entry { kind, name: format!("{of}.{}", header.name), span: header.name_span }
}

pub(super) fn opening(definition: &Header, reading: &Reading, span: Span) -> Entry {
    Entry { span, ..part(Kind::Open, &definition.name, &reading.header) }
}

/// A clause that several licences share is one entry.
pub(super) fn clause(program: &Program, license: LicenseId, provided: &Provided) -> Entry {
    Entry { name: program.clause_path(license, provided), ..item(Kind::Clause, &provided.header) }
}
