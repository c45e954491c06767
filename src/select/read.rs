//! What the rules in force read: definitions and fields.

use super::Rules;
use crate::program::{Condition, ConditionKind, DefinitionId, Field, Period, Program, Reading, Speech, Term};
use crate::source::Span;
use crate::value::Value;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The definitions that something in force reads, directly or through the reading of another that applies, each with the
/// first condition found that does.
pub(super) fn definitions(rules: &Rules<'_>) -> BTreeMap<DefinitionId, Span> {
    let (mut read, mut open) = (BTreeMap::new(), VecDeque::from(Found::in_force(rules).definitions));
    while let Some((definition, at)) = open.pop_front() {
        if let Entry::Vacant(unread) = read.entry(definition) {
            unread.insert(at);
            open.extend(Found::in_reading(rules, definition).definitions);
        }
    }
    read
}

/// The fields that something in force reads, definitions followed.
pub(super) fn fields(rules: &Rules<'_>) -> BTreeSet<Field> {
    found(rules).fields
}

/// Those of them of which more is read than whether there is anything.
pub(super) fn fields_told_apart(rules: &Rules<'_>) -> BTreeSet<Field> {
    found(rules).told_apart
}

fn found(rules: &Rules<'_>) -> Found {
    let mut found = Found::in_force(rules);
    rules.read.keys().for_each(|definition| found.reading_of(rules, *definition));
    let versions = rules.program.licenses.iter().flat_map(|(_, license)| &license.versions);
    versions.filter_map(|version| version.units.as_ref()).for_each(|units| found.term(units));
    found
}

/// The fields that a condition reads itself.
pub(crate) fn fields_of(condition: &Condition) -> BTreeSet<Field> {
    let mut found = Found::default();
    found.condition(condition);
    found.fields
}

/// The fields that anything in a program reads, in force or not.
pub(crate) fn fields_anywhere(program: &Program) -> BTreeSet<Field> {
    let mut found = Found::default();
    for (_, of_item) in Found::by_period(program) {
        found.fields.extend(of_item.fields);
    }
    found.conditions(program.sources.iter().filter_map(|(_, source)| source.when.as_ref()));
    for reading in program.definitions.iter().flat_map(|(_, definition)| &definition.readings) {
        found.reading(reading);
    }
    found.fields
}

/// The terms that each item reads, directly or through any reading of another, with the item's period.
pub(crate) fn definitions_by_period(program: &Program) -> Vec<(Period, BTreeSet<DefinitionId>)> {
    let through = |found: Found| {
        let (mut read, mut open) = (BTreeSet::new(), found.definitions);
        while let Some((definition, _)) = open.pop() {
            if read.insert(definition) {
                let mut found = Found::default();
                program.definitions[definition].readings.iter().for_each(|reading| found.reading(reading));
                open.extend(found.definitions);
            }
        }
        read
    };
    Found::by_period(program).into_iter().map(|(period, found)| (period, through(found))).collect()
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
    /// Each with the condition that asks for it.
    definitions: Vec<(DefinitionId, Span)>,
    fields: BTreeSet<Field>,
    /// The fields of which more is read than whether there is anything.
    told_apart: BTreeSet<Field>,
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
        found.reading_of(rules, definition);
        found
    }

    fn reading_of(&mut self, rules: &Rules<'_>, definition: DefinitionId) {
        if let Ok(reading) = rules.reading(definition) {
            self.reading(reading);
        }
    }

    /// What each item reads itself, with its period.
    fn by_period(program: &Program) -> Vec<(Period, Found)> {
        let mut all = Vec::new();
        let mut add = |period: Period, conditions: &mut dyn Iterator<Item = &Condition>, terms: &[&Term]| {
            let mut found = Found::default();
            conditions.for_each(|condition| found.condition(condition));
            terms.iter().for_each(|term| found.term(term));
            all.push((period, found));
        };
        program.rules.iter().for_each(|(_, rule)| add(rule.period, &mut rule.when.iter(), &[]));
        program.reaches.iter().for_each(|reach| add(reach.period, &mut reach.when.iter(), &[]));
        program.reassignments.iter().for_each(|one| add(one.period, &mut one.when.iter(), &[]));
        for (_, advice) in program.advice.iter() {
            let holes = advice.say.iter().filter_map(|part| match part {
                Speech::Hole(term) => Some(term),
                Speech::Text(_) => None,
            });
            add(advice.period, &mut advice.when.iter(), &holes.collect::<Vec<_>>());
        }
        for version in program.licenses.iter().flat_map(|(_, license)| &license.versions) {
            version.provided.iter().for_each(|clause| add(clause.period, &mut std::iter::once(&clause.condition), &[]));
            add(Period::default(), &mut std::iter::empty(), &version.units.iter().collect::<Vec<_>>());
        }
        all
    }

    fn reading(&mut self, reading: &Reading) {
        self.conditions(&reading.when);
        self.conditions(reading.open.iter().filter_map(|open| open.when.as_ref()));
    }

    fn conditions<'c>(&mut self, conditions: impl IntoIterator<Item = &'c Condition>) {
        conditions.into_iter().for_each(|condition| self.condition(condition));
    }

    fn condition(&mut self, condition: &Condition) {
        match &condition.kind {
            ConditionKind::Is(definition) => self.definitions.push((*definition, condition.span)),
            ConditionKind::All(parts) | ConditionKind::Any(parts) => self.conditions(parts),
            ConditionKind::Not(inner) => self.condition(inner),
            ConditionKind::Holds(field) => self.field(*field),
            ConditionKind::Compare { left: Term::Field(field), right: Term::Constant(Value::None), .. } => {
                self.fields.insert(*field);
            }
            ConditionKind::Compare { left, right, .. } => [left, right].into_iter().for_each(|term| self.term(term)),
            ConditionKind::OneOf { term, .. } => self.term(term),
            ConditionKind::Constant(_) => {}
        }
    }

    fn field(&mut self, field: Field) {
        self.fields.insert(field);
        self.told_apart.insert(field);
    }

    fn term(&mut self, term: &Term) {
        match term {
            Term::Field(field) => self.field(*field),
            Term::Count { condition, .. } => self.condition(condition),
            Term::Arithmetic { left, right, .. } => [left, right].into_iter().for_each(|side| self.term(side)),
            Term::Max(terms) | Term::Min(terms) => terms.iter().for_each(|term| self.term(term)),
            Term::RoundUp(inner) | Term::RoundDown(inner) => self.term(inner),
            Term::Constant(_) | Term::BreakEven(..) => {}
        }
    }
}
