//! What the rules in force read: definitions and fields.

use super::Rules;
use crate::program::{
    Condition, ConditionKind, DefinitionId, Field, Header, LicenseId, Period, Program, Reading, Speech, Term,
};
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
    let versions = rules.program.licenses.values().flat_map(|license| &license.versions);
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
    Reader::all(program).into_iter().flat_map(|reader| reader.found.fields).collect()
}

/// Who reads a field, in force or not, by what messages call him: first those that read it themselves, then those that do so
/// through a term, with that term.
pub(crate) fn readers(program: &Program, field: Field) -> Vec<(String, Option<DefinitionId>)> {
    let (all, mut found) = (Reader::all(program), Vec::new());
    let (mut open, mut followed) = (VecDeque::from([None]), BTreeSet::new());
    while let Some(term) = open.pop_front() {
        let reads = |reader: &&Reader| match term {
            None => reader.found.fields.contains(&field),
            Some(term) => reader.found.definitions.iter().any(|(read, _)| *read == term),
        };
        for reader in all.iter().filter(reads) {
            let own = reader.term.filter(|own| followed.insert(*own));
            open.extend(own.map(Some));
            let told = (reader.name.clone(), term);
            found.extend((!found.contains(&told)).then_some(told));
        }
    }
    found
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
    Reader::items(program).into_iter().map(|reader| (reader.period, through(reader.found))).collect()
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
        for version in program.licenses.values().flat_map(|license| &license.versions) {
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

/// An item that asks something, and what it reads itself.
struct Reader {
    /// What messages call it: `exempt administration`.
    name: String,
    period: Period,
    /// The term of which it is a reading.
    term: Option<DefinitionId>,
    found: Found,
}

impl Reader {
    fn of<'c>(name: String, period: Period, conditions: impl IntoIterator<Item = &'c Condition>) -> Self {
        let mut found = Found::default();
        found.conditions(conditions);
        Reader { name, period, term: None, found }
    }

    /// Whatever reads something: readings, items, documents.
    fn all(program: &Program) -> Vec<Self> {
        let mut all = Vec::new();
        for (id, definition) in program.definitions.iter() {
            for reading in &definition.readings {
                let name = definition.reading_name(reading);
                let mut reader = Reader { term: Some(id), ..Reader::of(name, reading.period, []) };
                reader.found.reading(reading);
                all.push(reader);
            }
        }
        all.extend(Reader::items(program));
        let sources = program.sources.iter();
        all.extend(
            sources
                .map(|(_, source)| Reader::of(format!("source {}", source.header.name), source.period, &source.when)),
        );
        all
    }

    /// Rules and the like, and licences.
    fn items(program: &Program) -> Vec<Self> {
        let mut items = Vec::new();
        let mut add = |word: &str, header: &Header, period: Period, when: &Option<Condition>| {
            items.push(Reader::of(format!("{word} {}", header.name), period, when));
        };
        program.rules.values().for_each(|rule| add(rule.word(), &rule.header, rule.period, &rule.when));
        program.reaches.iter().for_each(|one| add("reach", &one.header, one.period, &one.when));
        program.reassignments.iter().for_each(|one| add("reassign", &one.header, one.period, &one.when));
        for advice in program.advice.values() {
            let mut reader = Reader::of(format!("advise {}", advice.header.name), advice.period, &advice.when);
            for part in &advice.say {
                match part {
                    Speech::Hole(term) => reader.found.term(term),
                    Speech::Text(_) => {}
                }
            }
            items.push(reader);
        }
        program.licenses.ids().for_each(|id| items.extend(Reader::license(program, id)));
        items
    }

    fn license(program: &Program, id: LicenseId) -> Vec<Self> {
        let (license, mut readers) = (&program.licenses[id], Vec::new());
        for version in &license.versions {
            for clause in &version.provided {
                let name = format!("provided {}", program.clause_path(id, clause));
                readers.push(Reader::of(name, clause.period, [&clause.condition]));
            }
            let mut units = Reader::of(format!("the units of {}", license.header.name), Period::default(), []);
            version.units.iter().for_each(|term| units.found.term(term));
            readers.push(units);
        }
        readers
    }
}
