//! What the rules in force read: definitions and fields.

use super::Rules;
use crate::program::{Condition, ConditionKind, DefinitionId, Field, Speech, Term};
use std::collections::BTreeSet;

/// The definitions that something in force reads, directly or through the reading of another that applies.
pub(super) fn definitions(rules: &Rules<'_>) -> BTreeSet<DefinitionId> {
    let (mut read, mut open) = (BTreeSet::new(), Found::in_force(rules).definitions);
    while let Some(definition) = open.pop() {
        if read.insert(definition) {
            open.extend(Found::in_reading(rules, definition).definitions);
        }
    }
    read
}

/// The fields that something in force reads, definitions followed.
pub(super) fn fields(rules: &Rules<'_>) -> BTreeSet<Field> {
    let mut fields = fields_of_conditions(rules);
    let versions = rules.program.licenses.iter().flat_map(|(_, license)| &license.versions);
    versions.filter_map(|version| version.units.as_ref()).for_each(|units| fields.extend(fields_of_term(units)));
    fields
}

/// The fields that conditions in force read, definitions followed. What `units` reads is no matter of completions: it has
/// to be stated.
pub(super) fn fields_of_conditions(rules: &Rules<'_>) -> BTreeSet<Field> {
    let mut fields = Found::in_force(rules).fields;
    for definition in &rules.read {
        fields.extend(Found::in_reading(rules, *definition).fields);
    }
    fields
}

/// The fields that a condition reads itself.
pub(crate) fn fields_of(condition: &Condition) -> BTreeSet<Field> {
    let mut found = Found::default();
    found.condition(condition);
    found.fields
}

/// The fields that a term reads itself.
pub(crate) fn fields_of_term(term: &Term) -> BTreeSet<Field> {
    let mut found = Found::default();
    found.term(term);
    found.fields
}

/// Definitions and fields found in conditions and terms.
#[derive(Default)]
struct Found {
    definitions: Vec<DefinitionId>,
    fields: BTreeSet<Field>,
}

impl Found {
    fn in_force(rules: &Rules<'_>) -> Found {
        let (mut found, program) = (Found::default(), rules.program);
        found.conditions(rules.rules.iter().filter_map(|id| program.rules[*id].when.as_ref()));
        found.conditions(rules.reaches.iter().filter_map(|reach| reach.when.as_ref()));
        found.conditions(rules.reassignments.iter().filter_map(|reassign| reassign.when.as_ref()));
        for advice in rules.advice.iter().map(|id| &program.advice[*id]) {
            found.conditions(&advice.when);
            for part in &advice.say {
                match part {
                    Speech::Hole(term) => found.term(term),
                    Speech::Text(_) => {}
                }
            }
        }
        for version in program.licenses.iter().flat_map(|(_, license)| &license.versions) {
            found.conditions(rules.provided(version).map(|clause| &clause.condition));
        }
        found
    }

    fn in_reading(rules: &Rules<'_>, definition: DefinitionId) -> Found {
        let mut found = Found::default();
        if let Ok(reading) = rules.reading(definition) {
            found.conditions(&reading.when);
            found.conditions(reading.open.iter().filter_map(|open| open.when.as_ref()));
        }
        found
    }

    fn conditions<'c>(&mut self, conditions: impl IntoIterator<Item = &'c Condition>) {
        conditions.into_iter().for_each(|condition| self.condition(condition));
    }

    fn condition(&mut self, condition: &Condition) {
        match &condition.kind {
            ConditionKind::Is(definition) => self.definitions.push(*definition),
            ConditionKind::All(parts) | ConditionKind::Any(parts) => self.conditions(parts),
            ConditionKind::Not(inner) => self.condition(inner),
            ConditionKind::Holds(field) => drop(self.fields.insert(*field)),
            ConditionKind::Compare { left, right, .. } => [left, right].into_iter().for_each(|term| self.term(term)),
            ConditionKind::OneOf { term, .. } => self.term(term),
            ConditionKind::Constant(_) => {}
        }
    }

    fn term(&mut self, term: &Term) {
        match term {
            Term::Field(field) => drop(self.fields.insert(*field)),
            Term::Count { condition, .. } => self.condition(condition),
            Term::Arithmetic { left, right, .. } => [left, right].into_iter().for_each(|side| self.term(side)),
            Term::Max(terms) | Term::Min(terms) => terms.iter().for_each(|term| self.term(term)),
            Term::RoundUp(inner) | Term::RoundDown(inner) => self.term(inner),
            Term::Constant(_) | Term::BreakEven(..) => {}
        }
    }
}
