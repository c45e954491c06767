//! Which readings apply on the position's date and agreement (language, "Readings").

use std::collections::{BTreeMap, BTreeSet};

use super::world::{Scene, World};
use crate::case::*;

/// The reading in use of each definition that has readings and is read: its place in the list.
pub type Choice = BTreeMap<String, usize>;

/// The readings in use, with `tried` in place of the one that applies.
pub fn choice(case: &Case, tried: Option<(&str, usize)>) -> Choice {
    let mut choice = Choice::new();
    for name in read(case, tried) {
        if matches!(case.definition(&name).body, Body::Readings(_)) {
            let index = in_use(case, &name, tried).unwrap_or_else(|| panic!("no single reading of {name}"));
            choice.insert(name, index);
        }
    }
    choice
}

/// Every definition that a rule in force reads, directly or through another definition.
pub fn read(case: &Case, tried: Option<(&str, usize)>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = rule_conditions(case).into_iter().flat_map(definitions_in).collect();
    while let Some(name) = open.pop() {
        if found.insert(name.clone()) {
            let conditions = body_conditions(case, &name, tried);
            open.extend(conditions.into_iter().flat_map(definitions_in));
        }
    }
    found
}

/// The conditions in use: of rules and clauses in force, of the definitions that they read, and of
/// the sources.
pub fn conditions<'a>(case: &'a Case, choice: &Choice) -> Vec<&'a Cond> {
    let mut found = rule_conditions(case);
    let mut seen = BTreeSet::new();
    let mut next = 0;
    while let Some(cond) = found.get(next).copied() {
        next += 1;
        for name in definitions_in(cond) {
            if seen.insert(name.clone()) {
                found.extend(body_in_use(case, choice, &name));
            }
        }
    }
    found.extend(case.sources.iter().filter_map(|source| source.when.as_ref()));
    found
}

fn body_in_use<'a>(case: &'a Case, choice: &Choice, name: &str) -> Vec<&'a Cond> {
    match (&case.definition(name).body, choice.get(name)) {
        (Body::One(cond), _) => vec![cond],
        (Body::Readings(readings), Some(index)) => reading_conditions(&readings[*index]),
        (Body::Readings(_), None) => Vec::new(),
    }
}

/// Whether every definition that is read has one reading that applies.
pub fn is_settled(case: &Case) -> bool {
    read(case, None)
        .iter()
        .all(|name| matches!(case.definition(name).body, Body::One(_)) || in_use(case, name, None).is_some())
}

/// The readings of a definition that are in force: their own period and their source's hold.
pub fn in_force(case: &Case, definition: &str) -> Vec<usize> {
    let Body::Readings(readings) = &case.definition(definition).body else { return Vec::new() };
    let holds = |reading: &Reading| {
        reading.period.holds(case.estate.as_of) && source_in_force(case, case.source(&reading.source))
    };
    (0..readings.len()).filter(|&index| holds(&readings[index])).collect()
}

fn in_use(case: &Case, definition: &str, tried: Option<(&str, usize)>) -> Option<usize> {
    let Body::Readings(readings) = &case.definition(definition).body else { return None };
    if let Some((_, index)) = tried.filter(|(name, _)| *name == definition) {
        return Some(index);
    }
    if let Some((_, source)) = case.estate.readings.iter().find(|(name, _)| name == definition) {
        return readings.iter().position(|reading| reading.source == *source);
    }
    let candidates = in_force(case, definition);
    let beats_all = |&winner: &usize| {
        candidates
            .iter()
            .all(|&loser| winner == loser || preferred(case, &readings[winner].source, &readings[loser].source))
    };
    candidates.iter().copied().find(beats_all)
}

/// `prefer` is transitive.
fn preferred(case: &Case, winner: &str, loser: &str) -> bool {
    case.prefers
        .iter()
        .filter(|prefer| prefer.winner == winner)
        .any(|prefer| prefer.loser == loser || preferred(case, &prefer.loser, loser))
}

fn source_in_force(case: &Case, source: &Source) -> bool {
    let none = Choice::new();
    let world = World::new(case, &none);
    source.period.holds(case.estate.as_of)
        && source.when.as_ref().is_none_or(|when| world.holds(when, &Scene::default()))
}

/// The conditions of all rules and clauses in force on the date.
fn rule_conditions(case: &Case) -> Vec<&Cond> {
    let date = case.estate.as_of;
    let mut found: Vec<&Cond> = Vec::new();
    found.extend(case.exemptions.iter().filter(|rule| rule.period.holds(date)).map(|rule| &rule.when));
    found.extend(case.prohibitions.iter().filter(|rule| rule.period.holds(date)).map(|rule| &rule.when));
    found.extend(case.reaches.iter().filter(|rule| rule.period.holds(date)).filter_map(|rule| rule.when.as_ref()));
    found.extend(case.reassigns.iter().filter(|rule| rule.period.holds(date)).filter_map(|rule| rule.when.as_ref()));
    found.extend(clauses(case).filter(|clause| clause.period.holds(date)).map(|clause| &clause.when));
    found.extend(case.advice.iter().filter(|rule| rule.period.holds(date)).flat_map(asked));
    found
}

fn asked(rule: &Advice) -> impl Iterator<Item = &Cond> {
    let asked = rule.when.iter().map(|ask| match ask {
        Ask::Plain(cond) | Ask::Counted(cond, _, _) => cond,
    });
    let counted = rule.say.iter().filter_map(|piece| match piece {
        Piece::Count(cond) => Some(cond),
        Piece::Text(_) | Piece::Users | Piece::BreakEven(..) => None,
    });
    asked.chain(counted)
}

/// Every `provided` of every licence, shared ones too.
pub fn clauses(case: &Case) -> impl Iterator<Item = &Provided> {
    let own = case
        .licenses
        .iter()
        .flat_map(|license| license.provided.iter().chain(license.blocks.iter().flat_map(|block| &block.provided)));
    own.chain(case.terms.iter().flat_map(|terms| &terms.provided))
}

fn body_conditions<'a>(case: &'a Case, name: &str, tried: Option<(&str, usize)>) -> Vec<&'a Cond> {
    match &case.definition(name).body {
        Body::One(cond) => vec![cond],
        Body::Readings(readings) => {
            in_use(case, name, tried).map(|index| reading_conditions(&readings[index])).unwrap_or_default()
        }
    }
}

pub fn reading_conditions(reading: &Reading) -> Vec<&Cond> {
    let open = reading.open.as_ref().and_then(|open| open.when.as_ref());
    reading.when.iter().chain(open).collect()
}

fn definitions_in(cond: &Cond) -> Vec<String> {
    let mut found = Vec::new();
    cond.walk(&mut |part| {
        if let Cond::Defined(_, _, name) = part {
            found.push(name.clone());
        }
    });
    found
}
