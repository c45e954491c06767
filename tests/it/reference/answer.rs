//! Status, range of cost, questions and assumptions (semantics, section 5).

use std::collections::{BTreeMap, BTreeSet};

use super::access;
use super::build::covers_as;
use super::cover;
use super::setting::Choice;
use super::unknown::{Pair, completions};
use super::world::{Slot, World, cell, rows};
use super::{Assumption, Cost, Group, Question, Tri, domain};
use crate::case::*;

/// What one completion comes to: the places of its answers, its status, its cost.
pub struct Result {
    pub taken: Vec<usize>,
    pub status: &'static str,
    /// Whether something is bought or unmet, prohibited or not.
    pub short: bool,
    pub cents: i64,
}

/// The status of several completions together (semantics, section 4): a shortfall is one where every completion is short,
/// prohibited ones too.
pub fn status(results: &[&Result]) -> &'static str {
    let all = |wanted: &str| results.iter().all(|result| result.status == wanted);
    if all("prohibited") {
        "prohibited"
    } else if results.iter().all(|result| result.short) {
        "shortfall"
    } else if all("compliant") {
        "compliant"
    } else {
        "undetermined"
    }
}

pub fn cost(results: &[&Result]) -> Cost {
    Cost {
        low: results.iter().map(|result| result.cents).min().unwrap(),
        high: results.iter().map(|result| result.cents).max().unwrap(),
    }
}

/// The fewest pairs whose answers leave one status and one cost; of several sets the first. The
/// question that narrows most comes first.
pub fn questions(pairs: &[Pair], results: &[Result]) -> Vec<Question> {
    let chosen =
        (0..=pairs.len()).flat_map(|size| subsets(pairs.len(), size)).find(|some| settles(some, results)).unwrap();
    let mut questions: Vec<_> = chosen.into_iter().map(|pair| question(pair, pairs, results)).collect();
    questions.sort_by_key(|question| {
        let spread = question.answers.iter().map(|group| group.cost.high - group.cost.low).max();
        (spread, question.fact.clone(), question.subjects.first().cloned())
    });
    questions
}

/// The sets of so many of the first numbers, in the order of sorted lists.
fn subsets(count: usize, size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    (0..count)
        .flat_map(|first| {
            let rest = subsets(count, size - 1).into_iter().filter(move |rest| rest.iter().all(|&one| one > first));
            rest.map(move |rest| [vec![first], rest].concat())
        })
        .collect()
}

fn settles(some: &[usize], results: &[Result]) -> bool {
    let mut seen: BTreeMap<Vec<usize>, BTreeSet<(&str, i64)>> = BTreeMap::new();
    for result in results {
        let answers = some.iter().map(|&pair| result.taken[pair]).collect();
        seen.entry(answers).or_default().insert((result.status, result.cents));
    }
    seen.values().all(|outcomes| outcomes.len() == 1)
}

fn question(pair: usize, pairs: &[Pair], results: &[Result]) -> Question {
    let mut answers: Vec<Group> = Vec::new();
    for (place, (label, _)) in pairs[pair].answers.iter().enumerate() {
        let under: Vec<_> = results.iter().filter(|result| result.taken[pair] == place).collect();
        let (status, cost) = (status(&under), cost(&under));
        match answers.iter_mut().find(|group| group.status == status && group.cost == cost) {
            Some(group) => group.answer.push(label.clone()),
            None => answers.push(Group { answer: vec![label.clone()], status, cost }),
        }
    }
    Question {
        fact: pairs[pair].fact.clone(),
        because: pairs[pair].because.clone(),
        subjects: pairs[pair].subjects.clone(),
        answers,
    }
}

/// The defaults that mattered: another value of the fact in that one row would change what some
/// rule says of an access of that row, which unit covers its demands, where an access leads or
/// whether a licence follows an absence.
pub fn assumptions(case: &Case, choice: &Choice, pairs: &[Pair], accesses: &[access::Effective]) -> Vec<Assumption> {
    let plain = World::new(case, choice);
    let as_given = findings(&plain, pairs, accesses);
    let mut found = Vec::new();
    for field in domain::read_fields(case, choice) {
        let Some(default) = case.fact(&field).and_then(|fact| fact.default.clone()) else { continue };
        let mattering = (0..rows(case, field.entity)).filter(|&row| {
            cell(case, field.entity, row, &field.name) == Cell::Blank
                && domain::of(case, choice, &field).into_iter().any(|(_, other)| {
                    let slot = Slot::Cell(field.entity, row, field.name.clone());
                    let mut world = plain.clone();
                    world.answers.insert(slot, other);
                    findings(&world, pairs, accesses) != as_given
                })
        });
        let rows = mattering.count();
        if rows > 0 {
            let (fact, value) = (field.to_string(), default.to_string());
            found.push(Assumption { fact, value, rows });
        }
    }
    found.sort_by(|a, b| a.fact.cmp(&b.fact));
    found
}

/// What is said of the effective accesses and of the servers' own demands over all completions.
fn findings(world: &World<'_>, pairs: &[Pair], accesses: &[access::Effective]) -> Vec<Tri> {
    let each: Vec<_> = completions(world, pairs).iter().map(|one| findings_in(&one.world, accesses)).collect();
    (0..each[0].len()).map(|place| Tri::of(each.iter().map(|one| one[place]))).collect()
}

fn findings_in(world: &World<'_>, accesses: &[access::Effective]) -> Vec<bool> {
    let case = world.case;
    let mut found = access::said(world, accesses);
    found.extend(access::leads(world));
    let demands = accesses.iter().flat_map(|access| access::demands_of(case, access));
    for demand in demands.chain(access::server_demands(case)) {
        for (index, holding) in cover::held(case) {
            let kind = cover::held_kind(case, holding);
            let versions = cover::held_versions(case, holding);
            found.push(versions.iter().any(|&version| covers_as(world, &kind, version, Some(index), &demand)));
        }
        for offer in cover::offers(case) {
            found.push(covers_as(world, &offer.kind, offer.kind.version, None, &demand));
        }
    }
    found
}
