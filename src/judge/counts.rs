//! The figures of a position that no plan is needed for: heads, accesses, exemptions, prohibitions, assumptions.

use super::Case;
use super::judgement::{AccessCounts, Assumption, DefinitionCount, ExemptionCount, ProhibitionCount};
use crate::decide::Node;
use crate::estate::{AccessRow, Heads, Holder};
use crate::evaluate::assumptions;
use crate::evaluate::ruling::Ruling;
use crate::evaluate::unknowns::value_text;
use crate::program::{Effect, Entity, Id, RuleId};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// How many heads each definition of a user that is read classifies how.
pub(super) fn definitions(case: &Case<'_>) -> Vec<DefinitionCount> {
    let mut counts: Vec<DefinitionCount> = Vec::new();
    for (definition, users) in &case.evaluation.defined {
        let mut count = DefinitionCount {
            definition: *definition,
            yes: Heads::Count(0),
            no: Heads::Count(0),
            unknown: Heads::Count(0),
        };
        for (user, holds) in users {
            let heads = present(case, *user);
            let part = match holds.known() {
                Some(true) => &mut count.yes,
                Some(false) => &mut count.no,
                None => &mut count.unknown,
            };
            *part = part.plus(heads);
        }
        counts.push(count);
    }
    counts.sort_by_key(|count| &case.rules.program.definitions[count.definition].header.name);
    counts
}

/// The heads of a row that are not absent for certain.
pub(super) fn present(case: &Case<'_>, head: Holder) -> Heads {
    case.estate.heads(head).minus(case.evaluation.absences.away(head, |moves| moves == Node::YES))
}

/// How many effective accesses the rules come to what for.
pub(super) fn accesses(case: &Case<'_>, rows: &[u64]) -> AccessCounts {
    let mut counts = AccessCounts { given: case.estate.access_rows(), ..AccessCounts::default() };
    for (verdict, rows) in case.evaluation.verdicts.iter().zip(rows) {
        counts.effective += rows;
        *match Ruling::of(&verdict.answers(case.rules.program)) {
            Ruling::Prohibited => &mut counts.prohibited,
            Ruling::Exempt => &mut counts.exempt,
            Ruling::Demanding => &mut counts.demanding,
            Ruling::Unknown => &mut counts.unknown,
        } += rows;
    }
    counts
}

/// For each verdict the number of effective accesses: of alike rows, all are counted.
pub(super) fn rows_of_verdicts(case: &Case<'_>) -> Vec<u64> {
    let mut rows = vec![0; case.evaluation.verdicts.len()];
    for access in &case.evaluation.effective {
        if let Some(rows) = rows.get_mut(access.verdict) {
            *rows += case.estate.accesses[access.access].rows;
        }
    }
    rows
}

/// For how many effective accesses each rule is yes.
fn holding(case: &Case<'_>, rows: &[u64]) -> BTreeMap<RuleId, u64> {
    let mut counts = BTreeMap::new();
    for (verdict, rows) in case.evaluation.verdicts.iter().zip(rows) {
        for (rule, _) in verdict.rules.iter().filter(|(_, holds)| *rows > 0 && *holds == Node::YES) {
            *counts.entry(*rule).or_insert(0) += rows;
        }
    }
    counts
}

/// Every exemption in force, those that hold nowhere too.
pub(super) fn exemptions(case: &Case<'_>, rows: &[u64], places: &BTreeMap<RuleId, u64>) -> Vec<ExemptionCount> {
    let counts = holding(case, rows);
    let rules = case.rules.rules.iter().filter_map(|rule| match case.rules.program.rules[*rule].effect {
        Effect::Exempt { limit } => Some((*rule, limit)),
        Effect::Prohibit { .. } => None,
    });
    let count = |rule: &RuleId| counts.get(rule).copied().unwrap_or(0);
    let places = |rule: RuleId| places.get(&rule).copied().unwrap_or(0);
    rules
        .map(|(rule, limit)| ExemptionCount { rule, accesses: count(&rule), places: limit.map(|_| places(rule)) })
        .collect()
}

/// The prohibitions that some access meets.
pub(super) fn prohibitions(case: &Case<'_>, rows: &[u64]) -> Vec<ProhibitionCount> {
    let counts = holding(case, rows);
    let rules = case.rules.prohibitions();
    rules
        .filter_map(|rule| Some(ProhibitionCount { rule, accesses: *counts.get(&rule)?, at: rows_of(case, rule) }))
        .collect()
}

/// The rows of the accesses for which a rule is yes, each once; of alike rows the first.
fn rows_of(case: &Case<'_>, rule: RuleId) -> Vec<Span> {
    let holds = |verdict: usize| {
        let rules = case.evaluation.verdicts.get(verdict).map_or(&[][..], |verdict| &verdict.rules);
        rules.contains(&(rule, Node::YES))
    };
    let rows = case.evaluation.effective.iter().filter(|access| holds(access.verdict)).map(|access| access.access);
    rows.collect::<BTreeSet<_>>().into_iter().map(|row| case.estate.accesses[row].span).collect()
}

/// How many rows of a table are meant: of alike accesses, all.
fn rows_in(case: &Case<'_>, entity: Entity, places: &[usize]) -> u64 {
    if entity != Entity::Access {
        return places.len() as u64;
    }
    let rows = places.iter().filter_map(|place| u32::try_from(*place).ok()).map(AccessRow::at);
    rows.map(|row| case.estate.accesses[row].rows).sum()
}

/// The defaults that mattered, by fact.
pub(super) fn assumptions(case: &Case<'_>) -> Vec<Assumption> {
    let program = case.rules.program;
    let mut assumptions: Vec<Assumption> = Vec::new();
    for (fact, places) in assumptions::assumed(&case.rules, case.estate, &case.evaluation) {
        let declared = &program.facts[fact];
        let value =
            declared.default.as_ref().map_or_else(String::new, |value| value_text(program, &declared.ty, value));
        let rows = rows_in(case, declared.entity, &places);
        assumptions.push(Assumption { fact, value, rows, places });
    }
    assumptions.sort_by_key(|assumption| program.facts[assumption.fact].path());
    assumptions
}
