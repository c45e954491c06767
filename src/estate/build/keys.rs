//! The keys of `estate.toml`: the day, the agreement, readings chosen, facts of the estate, evidence.

use super::Building;
use super::facts::stated;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::estate::cells::{self, Read, Reader, nearest_or_all, no_such, quoted, short, wrong_at};
use crate::estate::document::{Cell, Entry};
use crate::estate::schema::{KEYS, Kind, TABLE_KEYS};
use crate::estate::{Estate, Told};
use crate::program::{Entity, FactId, Program};
use crate::source::Span;
use std::collections::BTreeMap;

impl<'a> Building<'a> {
    /// An estate with what its keys say, and no tables yet.
    pub(super) fn keys(&mut self, entries: &'a [Entry]) -> Estate {
        let mut estate = Estate { facts: unstated(self.program), ..Estate::default() };
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for entry in entries {
            match first.insert(&entry.key.text, entry.key.span) {
                Some(first) => self.problems.push(twice(&entry.key, first)),
                None => self.key(&mut estate, entry),
            }
        }
        estate
    }

    fn key(&mut self, estate: &mut Estate, entry: &Entry) {
        match entry.key.text.split_once('.') {
            Some(("facts", name)) => self.estate_fact(estate, name, entry),
            Some(("evidence", name)) => self.evidence(estate, name, entry),
            Some(("readings", name)) => self.reading(estate, name, entry),
            Some(_) | None => self.plain_key(estate, entry),
        }
    }

    fn plain_key(&mut self, estate: &mut Estate, entry: &Entry) {
        let program = self.program;
        match entry.key.text.as_str() {
            "name" => estate.name = self.value(entry, cells::text).map(|told| told.value.to_owned()),
            "currency" => estate.currency = self.value(entry, cells::text).map(|told| told.value.to_owned()),
            "as_of" => estate.as_of = self.value(entry, cells::date),
            "agreement_signed" => estate.agreement_signed = self.stated_value(entry, cells::date),
            "agreement" if entry.value.text == "none" => {}
            "agreement" => {
                let agreements: Vec<_> = names(program.agreements.iter(), |agreement| &agreement.header.name);
                estate.agreement = self.value(entry, |text| {
                    let found = agreements.iter().find(|(name, _)| *name == text).map(|(_, id)| *id);
                    found.ok_or_else(|| no_such(text, "an agreement", &agreements))
                });
            }
            _ => self.problems.push(unknown_key(&entry.key, program)),
        }
    }

    /// The value of a key; `None` for a blank one.
    fn value<'e, T>(&mut self, entry: &'e Entry, read: impl FnOnce(&'e str) -> Read<T>) -> Option<Told<T>> {
        let Cell { text, span } = &entry.value;
        if text.is_empty() {
            return None;
        }
        let value = read(text).map_err(|wrong| self.problems.push(wrong_at(text, &entry.key.text, *span, wrong)));
        Some(Told { value: value.ok()?, span: Some(*span) })
    }

    /// The value of a key; `None` for one that is blank or `unknown`.
    fn stated_value<'e, T>(&mut self, entry: &'e Entry, read: impl FnOnce(&'e str) -> Read<T>) -> Option<Told<T>> {
        if entry.value.text == "unknown" { None } else { self.value(entry, read) }
    }

    fn estate_fact(&mut self, estate: &mut Estate, name: &str, entry: &Entry) {
        let program = self.program;
        let Some(id) = estate.facts.keys().copied().find(|id| program.facts[*id].header.name == name) else {
            return self.problems.push(unknown_fact(name, &entry.key, program));
        };
        let fact = &program.facts[id];
        let reader = Reader::new(&fact.ty, program);
        let Cell { text, span } = &entry.value;
        match stated(text, fact.default.as_ref(), |text| reader.read(text)) {
            Ok(value) => {
                estate.facts.insert(id, Told { value, span: Some(*span) });
            }
            Err(wrong) => self.problems.push(wrong_at(text, name, *span, wrong)),
        }
    }

    fn evidence(&mut self, estate: &mut Estate, name: &str, entry: &Entry) {
        let program = self.program;
        match program.rules.iter().find(|(_, rule)| rule.header.name == name) {
            None => {
                let asking = program.rules.iter().filter(|(_, rule)| rule.evidence.is_some());
                let names: Vec<_> = asking.map(|(_, rule)| rule.header.name.as_str()).collect();
                let error = Diagnostic::error(Code::UnknownKey, format!("no rule is called `{}`", short(name)));
                let error = error.at(entry.key.span, "expected a rule that asks for evidence");
                self.problems.push(error.help(help_with(name, &names, "no rule asks for evidence")));
            }
            Some((_, rule)) if rule.evidence.is_none() => {
                let error = Diagnostic::error(Code::NotEvidence, format!("`{name}` asks for no evidence"));
                let error = error.at(entry.key.span, "this entry would decide nothing");
                let error = error.because(rule.header.name_span, "the rule has no clause `evidence`");
                self.problems.push(error.help("remove the entry"));
            }
            Some((id, _)) => {
                let told = self.stated_value(entry, |text| cells::reference(text).map(str::to_owned));
                estate.evidence.extend(told.map(|told| (id, told)));
            }
        }
    }

    fn reading(&mut self, estate: &mut Estate, name: &str, entry: &Entry) {
        let program = self.program;
        let Some((id, definition)) = program.definitions.iter().find(|(_, term)| term.header.name == name) else {
            let names: Vec<_> = program.definitions.iter().map(|(_, term)| term.header.name.as_str()).collect();
            let error = Diagnostic::error(Code::UnknownKey, format!("no term is called `{}`", short(name)));
            let error = error.at(entry.key.span, "expected a defined term");
            return self.problems.push(error.help(help_with(name, &names, "the policies define no term")));
        };
        let sources = definition.readings.iter().filter_map(|reading| reading.source);
        let sources: Vec<_> = sources.map(|source| (program.sources[source].header.name.as_str(), source)).collect();
        let Cell { text, span } = &entry.value;
        match sources.iter().find(|(name, _)| name == text) {
            None if text.is_empty() => {}
            Some((_, source)) => {
                estate.readings.insert(id, Told { value: *source, span: Some(*span) });
            }
            None => {
                let names: Vec<_> = sources.iter().map(|(name, _)| *name).collect();
                let error =
                    Diagnostic::error(Code::UnknownReading, format!("`{name}` has no reading `{}`", short(text)));
                let error = error.at(*span, format!("expected a source of a reading of `{name}`"));
                self.problems.push(error.help(help_with(text, &names, "the term has one body and no readings")));
            }
        }
    }
}

fn unstated(program: &Program) -> BTreeMap<FactId, Told<crate::estate::Stated>> {
    let facts = program.facts.iter().filter(|(_, fact)| fact.entity == Entity::Estate);
    let blank = |fact: &crate::program::Fact| match &fact.default {
        Some(value) => crate::estate::Stated::Default(value.clone()),
        None => crate::estate::Stated::Unknown { blank: true },
    };
    facts.map(|(id, fact)| (id, Told { value: blank(fact), span: None })).collect()
}

fn names<'p, I, T: 'p>(
    things: impl Iterator<Item = (I, &'p T)>,
    name: impl Fn(&'p T) -> &'p String,
) -> Vec<(&'p str, I)> {
    things.map(|(id, thing)| (name(thing).as_str(), id)).collect()
}

/// The nearest of the names, or all of them, or what is said where there is none.
fn help_with(wrong: &str, names: &[&str], none: &str) -> String {
    if names.is_empty() { none.to_owned() } else { nearest_or_all(wrong, names.iter().copied()) }
}

fn twice(key: &Cell, first: Span) -> Diagnostic {
    Diagnostic::error(Code::GivenTwice, format!("`{}` is given twice", short(&key.text)))
        .at(key.span, "given again here")
        .because(first, "first given here")
        .help("keep one of the two")
}

fn unknown_key(key: &Cell, program: &Program) -> Diagnostic {
    if TABLE_KEYS.contains(&key.text.as_str()) {
        return no_name_within(key);
    }
    let error = Diagnostic::error(Code::UnknownKey, format!("an estate has no key `{}`", short(&key.text)));
    let error = error.at(key.span, "not a key of an estate");
    let keys = || KEYS.into_iter().chain(TABLE_KEYS);
    error.help(match nearest(&key.text, keys()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if Kind::of(&key.text).is_some() => {
            format!("it is a table: give it rows, in `{0}.csv`, or in a sheet or list `{0}`", key.text)
        }
        None => fact_of(&key.text, program).unwrap_or_else(|| format!("the keys are {}", quoted(keys()))),
    })
}

/// A key that holds others has a value itself.
fn no_name_within(key: &Cell) -> Diagnostic {
    let (key, span, whose) = match key.text.as_str() {
        "facts" => ("facts", key.span, "a fact"),
        "evidence" => ("evidence", key.span, "a rule"),
        _ => ("readings", key.span, "a term"),
    };
    Diagnostic::error(Code::WrongShape, format!("`{key}` has no value of its own"))
        .at(span, format!("expected the name of {whose} behind it"))
        .help(format!("write a key for each, with its value: `{key}.NAME`"))
}

fn unknown_fact(name: &str, key: &Cell, program: &Program) -> Diagnostic {
    let error = Diagnostic::error(Code::UnknownKey, format!("an estate has no fact `{}`", short(name)));
    let error = error.at(key.span, "expected a fact of the estate");
    let facts = program.facts.iter().filter(|(_, fact)| fact.entity == Entity::Estate);
    let names: Vec<_> = facts.map(|(_, fact)| fact.header.name.as_str()).collect();
    let none = "the policies declare no facts of an estate";
    error.help(fact_of(name, program).unwrap_or_else(|| help_with(name, &names, none)))
}

/// Where the fact of a name is stated, if there is one.
fn fact_of(name: &str, program: &Program) -> Option<String> {
    let (_, fact) = program.facts.iter().find(|(_, fact)| fact.header.name == name)?;
    Some(match Kind::of_entity(fact.entity) {
        Some(kind) => format!("`{}` is stated in the table `{}`", fact.path(), kind.name()),
        None => format!("it is a fact: call the key `facts.{name}`"),
    })
}
