//! Mutants of items: clauses, numbers, list members, releases, days, preferences and defaults left out or changed by one.

use super::Mutant;
use super::conditions::constants;
use super::proof::Proof;
use crate::program::{
    DefinitionId, Effect, Header, License, LicenseId, LicenseVersion, Period, Program, Provided, Reading, Rule, RuleId,
    Scope, SourceId, Term,
};
use crate::source::Span;
use crate::value::{Date, Value};
use std::collections::BTreeMap;

/// Every mutant of every item.
pub(super) fn mutants(program: &Program) -> Vec<Mutant<'_>> {
    let mut mutants = Vec::new();
    program.rules.iter().for_each(|(id, rule)| of_rule(program, id, rule, &mut mutants));
    program.licenses.iter().for_each(|(id, license)| of_license(program, id, license, &mut mutants));
    clauses(program, &mut mutants);
    readings(program, &mut mutants);
    of_estates(program, &mut mutants);
    sources(program, &mut mutants);
    defaults(program, &mut mutants);
    mutants
}

/// A mutant of something that the difference of two sets tells.
pub(super) fn mutant<'p>(header: &Header, at: Span, what: String, change: impl Fn(&mut Program) + 'p) -> Mutant<'p> {
    Mutant {
        at,
        what,
        entry: header.name_span,
        words: vec![header.name.clone()],
        day: None,
        change: Box::new(change),
        means_the_same: Proof::Difference,
    }
}

/// A first or last day that is moved by one.
pub(super) struct Moved {
    pub what: String,
    pub period: Period,
    /// The day that was in the period and is not, or is and was not.
    pub day: Date,
}

impl Moved {
    /// The mutant of something that is in force, or not, on the day of the position and on no other.
    fn mutant<'p>(&self, header: &Header, name: &str, change: impl Fn(&mut Program) + 'p) -> Mutant<'p> {
        let what = format!("{name}: {}", self.what);
        Mutant { day: Some(self.day), ..mutant(header, header.name_span, what, change) }
    }
}

fn of_rule<'p>(program: &'p Program, id: RuleId, rule: &'p Rule, mutants: &mut Vec<Mutant<'p>>) {
    let name = format!("{} {}", rule.word(), rule.header.name);
    let mut add = |what: String, changed: Rule| {
        mutants.push(mutant(&rule.header, rule.header.name_span, format!("{name}: {what}"), move |program| {
            if let Some(rule) = program.rules.get_mut(id) {
                *rule = changed.clone();
            }
        }));
    };
    scopes(program, &rule.scope).into_iter().for_each(|(what, scope)| add(what, Rule { scope, ..rule.clone() }));
    if let Effect::Exempt { limit: Some(limit) } = rule.effect {
        for changed in beside(limit, 0) {
            let effect = Effect::Exempt { limit: Some(changed) };
            add(format!("limit {limit} made {changed}"), Rule { effect, ..rule.clone() });
        }
        add("limit left out".to_owned(), Rule { effect: Effect::Exempt { limit: None }, ..rule.clone() });
    }
    if rule.evidence.is_some() {
        add("evidence left out".to_owned(), Rule { evidence: None, ..rule.clone() });
    }
    for moved in periods(rule.period) {
        mutants.push(moved.mutant(&rule.header, &name, move |program| {
            program.rules.get_mut(id).into_iter().for_each(|rule| rule.period = moved.period);
        }));
    }
}

/// A number one more, and one less as long as it is not below the least.
fn beside(number: u64, least: u64) -> Vec<u64> {
    let less = number.checked_sub(1).filter(|less| *less >= least);
    number.checked_add(1).into_iter().chain(less).collect()
}

/// Periods that begin or end a day sooner or later.
pub(super) fn periods(period: Period) -> Vec<Moved> {
    let beside = |day: Date| [day.tomorrow(), day.yesterday()].into_iter().flatten();
    let from = period.from.into_iter().flat_map(|from| {
        let moved = move |other: Date| (other.min(from), Period { from: Some(other), ..period });
        beside(from).map(move |other| (format!("from made {other}"), moved(other)))
    });
    let until = period.until.into_iter().flat_map(|until| {
        let moved = move |other: Date| (other.min(until), Period { until: Some(other), ..period });
        beside(until).map(move |other| (format!("until made {other}"), moved(other)))
    });
    from.chain(until).map(|(what, (day, period))| Moved { what, period, day }).collect()
}

/// Scopes with a product left out of `for` or `except`.
fn scopes(program: &Program, scope: &Scope) -> Vec<(String, Scope)> {
    let name = |product: &crate::program::ProductId| program.products[*product].header.name.clone();
    let mut scopes = Vec::new();
    for product in scope.only.iter().flatten() {
        let only: Vec<_> = scope.only.iter().flatten().filter(|other| *other != product).copied().collect();
        scopes.push((format!("{} left out of `for`", name(product)), Scope { only: Some(only), ..scope.clone() }));
    }
    for product in &scope.except {
        let except = scope.except.iter().filter(|other| *other != product).copied().collect();
        scopes.push((format!("{} left out of `except`", name(product)), Scope { except, ..scope.clone() }));
    }
    scopes
}

fn of_license<'p>(program: &'p Program, id: LicenseId, license: &'p License, mutants: &mut Vec<Mutant<'p>>) {
    let name = &license.header.name;
    let mut add = |at: Span, words: &[&str], what: String, changed: License| {
        let what = format!("license {name}: {what}");
        let words = words.iter().map(|word| (*word).to_owned()).chain([name.clone()]).collect();
        let change = move |program: &mut Program| {
            program.licenses.get_mut(id).into_iter().for_each(|license| *license = changed.clone());
        };
        mutants.push(Mutant { words, ..mutant(&license.header, at, what, change) });
    };
    let own = license.header.name_span;
    for metric in license.metrics.iter().filter(|_| license.metrics.len() > 1) {
        let metrics = license.metrics.iter().filter(|other| *other != metric).copied().collect();
        let what = format!("`{metric}` left out of `assigned to`");
        add(own, &[&format!("per {metric}")], what, License { metrics, ..license.clone() });
    }
    for (place, version) in license.versions.iter().enumerate() {
        let label = program.version_label(license.line, version.rank);
        let words: &[&str] = &[&program.license_text(id, version.rank)];
        for (what, changed) in of_version(program, version) {
            let mut versions = license.versions.clone();
            versions.splice(place..=place, [changed]);
            add(version.span, words, format!("{label}: {what}"), License { versions, ..license.clone() });
        }
        if license.versions.len() > 1 {
            let mut versions = license.versions.clone();
            versions.remove(place);
            add(version.span, words, format!("version {label} left out"), License { versions, ..license.clone() });
        }
    }
}

fn of_version(program: &Program, version: &LicenseVersion) -> Vec<(String, LicenseVersion)> {
    let mut changed = Vec::new();
    for granted in version.grants.iter().filter(|_| version.grants.len() > 1) {
        let grants = version.grants.iter().filter(|other| *other != granted).copied().collect();
        let what = format!("{} left out of `grants`", program.functionality_path(*granted));
        changed.push((what, LicenseVersion { grants, ..version.clone() }));
    }
    for included in &version.includes {
        let includes = version.includes.iter().filter(|other| *other != included).copied().collect();
        let what = format!("{} left out of `includes`", program.license_text(included.0, included.1));
        changed.push((what, LicenseVersion { includes, ..version.clone() }));
    }
    for pack in beside(version.pack, 1).into_iter().filter(|_| version.pack > 1) {
        changed.push((format!("pack {} made {pack}", version.pack), LicenseVersion { pack, ..version.clone() }));
    }
    for minimum in beside(version.minimum, 1).into_iter().filter(|_| version.minimum > 1) {
        let what = format!("minimum {} made {minimum}", version.minimum);
        changed.push((what, LicenseVersion { minimum, ..version.clone() }));
    }
    if let Some(units) = &version.units {
        let nothing = Term::Max(Vec::new());
        for (what, units) in constants(program, units, &nothing) {
            changed.push((format!("units: {what}"), LicenseVersion { units: Some(units), ..version.clone() }));
        }
    }
    changed
}

/// Clauses left out, or in force a day sooner or later; one that several licences share is changed in all of them.
fn clauses<'p>(program: &'p Program, mutants: &mut Vec<Mutant<'p>>) {
    let mut written: BTreeMap<Span, (String, &'p Provided)> = BTreeMap::new();
    for (id, license) in program.licenses.iter() {
        for clause in license.clauses() {
            written.entry(clause.header.span).or_insert_with(|| (program.clause_path(id, clause), clause));
        }
    }
    for (span, (name, clause)) in written {
        for moved in periods(clause.period) {
            mutants.push(moved.mutant(&clause.header, &format!("provided {name}"), move |program| {
                each_version(program, |version| {
                    let own = version.provided.iter_mut().filter(|clause| clause.header.span == span);
                    own.for_each(|clause| clause.period = moved.period);
                });
            }));
        }
    }
}

fn each_version(program: &mut Program, change: impl Fn(&mut LicenseVersion)) {
    for id in program.licenses.ids().collect::<Vec<_>>() {
        program.licenses.get_mut(id).into_iter().flat_map(|license| &mut license.versions).for_each(&change);
    }
}

/// Open cases left out, readings in force a day sooner or later.
fn readings<'p>(program: &'p Program, mutants: &mut Vec<Mutant<'p>>) {
    for (id, definition) in program.definitions.iter() {
        for (place, reading) in definition.readings.iter().enumerate() {
            let name = format!("the reading {} of `{}`", reading.header.name, definition.header.name);
            for case in 0..reading.open.len() {
                let what = format!("{name}: `open` left out");
                mutants.push(mutant(&reading.header, reading.header.name_span, what, move |program| {
                    of_reading(program, id, place, |reading| drop(reading.open.remove(case)));
                }));
            }
            for moved in periods(reading.period) {
                mutants.push(moved.mutant(&reading.header, &name, move |program| {
                    of_reading(program, id, place, |reading| reading.period = moved.period);
                }));
            }
        }
    }
}

fn of_reading(program: &mut Program, id: DefinitionId, place: usize, change: impl FnOnce(&mut Reading)) {
    let reading = program.definitions.get_mut(id).and_then(|definition| definition.readings.get_mut(place));
    if let Some(reading) = reading {
        change(reading);
    }
}

/// Reaches, reassignments and advice left out, or in force for other days and products.
fn of_estates<'p>(program: &'p Program, mutants: &mut Vec<Mutant<'p>>) {
    for (place, reach) in program.reaches.iter().enumerate() {
        let name = format!("reach {}", reach.header.name);
        let entry = &reach.header;
        mutants.push(mutant(entry, entry.name_span, format!("{name} left out"), move |program| {
            program.reaches.remove(place);
        }));
        for moved in periods(reach.period) {
            mutants.push(moved.mutant(entry, &name, move |program| {
                program.reaches.get_mut(place).into_iter().for_each(|reach| reach.period = moved.period);
            }));
        }
        for (what, scope) in scopes(program, &reach.scope) {
            mutants.push(mutant(entry, entry.name_span, format!("{name}: {what}"), move |program| {
                program.reaches.get_mut(place).into_iter().for_each(|reach| reach.scope = scope.clone());
            }));
        }
    }
    for (place, reassignment) in program.reassignments.iter().enumerate() {
        let name = format!("reassign {}", reassignment.header.name);
        let entry = &reassignment.header;
        mutants.push(mutant(entry, entry.name_span, format!("{name} left out"), move |program| {
            program.reassignments.remove(place);
        }));
        for moved in periods(reassignment.period) {
            mutants.push(moved.mutant(entry, &name, move |program| {
                program.reassignments.get_mut(place).into_iter().for_each(|one| one.period = moved.period);
            }));
        }
    }
    for (id, advice) in program.advice.iter() {
        let entry = &advice.header;
        for (what, scope) in scopes(program, &advice.scope) {
            let what = format!("advise {}: {what}", advice.header.name);
            let change = move |program: &mut Program| {
                program.advice.get_mut(id).into_iter().for_each(|advice| advice.scope = scope.clone());
            };
            // What advice counts is for an estate to say.
            mutants.push(Mutant { means_the_same: Proof::None, ..mutant(entry, entry.name_span, what, change) });
        }
    }
}

/// Documents in force a day sooner or later, preferences left out.
fn sources<'p>(program: &'p Program, mutants: &mut Vec<Mutant<'p>>) {
    for (id, source) in program.sources.iter() {
        for moved in periods(source.period) {
            mutants.push(moved.mutant(&source.header, &format!("source {}", source.header.name), move |program| {
                program.sources.get_mut(id).into_iter().for_each(|source| source.period = moved.period);
            }));
        }
    }
    let name = |id: SourceId| program.sources[id].header.name.as_str();
    for (place, preference) in program.preferences.iter().enumerate() {
        let what = format!("prefer {}: over {} left out", name(preference.preferred), name(preference.over));
        let entry = &program.sources[preference.over].header;
        mutants.push(mutant(entry, preference.span, what, move |program| {
            program.preferences.remove(place);
        }));
    }
}

/// Facts that are not assumed where an estate leaves them out, or assumed to be otherwise. What an estate leaves out is no
/// matter of the rules: the difference of two sets does not tell it.
fn defaults<'p>(program: &'p Program, mutants: &mut Vec<Mutant<'p>>) {
    for (id, fact) in program.facts.iter() {
        let turned = match fact.default {
            Some(Value::Bool(assumed)) => Some((Some(Value::Bool(!assumed)), "turned round")),
            _ => None,
        };
        let left_out = fact.default.as_ref().map(|_| (None, "left out"));
        for (default, how) in left_out.into_iter().chain(turned) {
            let what = format!("facts {}: the default {how}", fact.path());
            let change = move |program: &mut Program| {
                program.facts.get_mut(id).into_iter().for_each(|fact| fact.default.clone_from(&default));
            };
            let at = fact.header.name_span;
            mutants.push(Mutant { means_the_same: Proof::None, ..mutant(&fact.header, at, what, change) });
        }
    }
}
