//! The reference evaluator: the position of a case, computed as plainly as the semantics is
//! written. Slow: every completion is judged by itself and every plan is tried.
//!
//! It does not read or parse policies or estates, and knows nothing of the engine. It does not
//! check that a case is valid; it panics where one is not.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::case::*;
use access::{Effective, Presence, Verdicts};
use answer::Result;
use build::Named;
use cover::Kind;
use plan::{Outcome, Plan};
use setting::Choice;
use unknown::{Completion, Pair};
use world::{Scene, World};

mod access;
mod advice;
mod answer;
mod build;
pub mod cover;
mod domain;
pub mod expect;
mod plan;
pub mod setting;
#[cfg(test)]
mod tests;
pub mod unknown;
pub mod world;

/// A licence position.
#[derive(Clone, Debug)]
pub struct Reference {
    pub readings: BTreeMap<String, String>,
    pub status: &'static str,
    pub cost: Cost,
    pub disputed: Vec<Dispute>,
    pub definitions: Vec<DefinitionCount>,
    pub accesses: AccessCount,
    pub exemptions: Vec<ExemptionCount>,
    pub licenses: Vec<Line>,
    pub unmet: Vec<Named>,
    /// Rule, number of accesses, remedy.
    pub prohibitions: Vec<(String, usize, String)>,
    pub questions: Vec<Question>,
    pub assumptions: Vec<Assumption>,
    pub advice: Vec<advice::Spoken>,
}

/// Least and greatest cost in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub low: i64,
    pub high: i64,
}

#[derive(Clone, Debug)]
pub struct Dispute {
    pub definition: String,
    pub reading: String,
    pub status: &'static str,
    pub cost: Cost,
}

/// Heads of users for whom a definition is yes, no or unknown.
#[derive(Clone, Debug)]
pub struct DefinitionCount {
    pub name: String,
    pub heads: BTreeMap<Tri, Count>,
}

#[derive(Clone, Debug, Default)]
pub struct AccessCount {
    pub given: usize,
    pub effective: usize,
    pub prohibited: usize,
    pub exempt: usize,
    pub unknown: usize,
    pub demanding: usize,
}

#[derive(Clone, Debug)]
pub struct ExemptionCount {
    pub rule: String,
    pub accesses: usize,
    /// Only of a quota.
    pub places: Option<u32>,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub license: String,
    pub version: String,
    pub metric: Metric,
    pub owned: u32,
    pub used: u32,
    pub buy: u32,
    pub cents: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Question {
    pub fact: String,
    pub because: Option<String>,
    pub subjects: Vec<String>,
    pub answers: Vec<Group>,
}

/// Answers with the same outcome.
#[derive(Clone, Debug)]
pub struct Group {
    pub answer: Vec<String>,
    pub status: &'static str,
    pub cost: Cost,
}

#[derive(Clone, Debug)]
pub struct Assumption {
    pub fact: String,
    pub value: String,
    pub rows: usize,
}

/// Yes or no in every completion, or unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tri {
    Yes,
    No,
    Unknown,
}

impl Tri {
    /// What a condition is that is so in each of the completions.
    pub fn of(each: impl Iterator<Item = bool>) -> Self {
        let seen: BTreeSet<bool> = each.collect();
        match (seen.contains(&true), seen.contains(&false)) {
            (true, true) => Self::Unknown,
            (true, false) => Self::Yes,
            (false, _) => Self::No,
        }
    }
}

/// The position of a case under the readings that apply, with its disputes.
pub fn position(case: &Case) -> Reference {
    let mut plans = Plans::new();
    let choice = setting::choice(case, None);
    let judged = Judged::of(case, &choice, &mut plans);
    let dearest = judged.dearest();
    Reference {
        readings: choice.iter().map(|(name, index)| (name.clone(), source_of(case, name, *index))).collect(),
        status: judged.status(),
        cost: judged.cost(),
        disputed: disputes(case, &judged, &mut plans),
        definitions: definition_counts(case, &judged),
        accesses: access_counts(case, &judged),
        exemptions: exemption_counts(case, &judged, &dearest.outcome.plan),
        licenses: lines(case, &dearest.outcome.plan),
        unmet: dearest.outcome.unmet.iter().map(|&demand| dearest.demands[demand].clone()).collect(),
        prohibitions: prohibition_counts(case, &judged),
        questions: answer::questions(&judged.pairs, &judged.results),
        advice: advice::advice(case, &judged),
        assumptions: answer::assumptions(case, &choice, &judged.pairs, &judged.accesses),
    }
}

/// Whether every demand is met in every completion.
pub fn is_met(case: &Case) -> bool {
    let choice = setting::choice(case, None);
    Judged::of(case, &choice, &mut Plans::new()).each.iter().all(|one| one.outcome.unmet.is_empty())
}

/// Plans already found, by problem.
type Plans = BTreeMap<String, Outcome>;

/// All completions of a case under one choice of readings.
struct Judged<'a> {
    pairs: Vec<Pair>,
    /// Those of any completion.
    accesses: Vec<Effective>,
    each: Vec<One<'a>>,
    results: Vec<Result>,
}

/// The effective accesses of any completion.
fn all_accesses(completions: &[Completion<'_>]) -> Vec<Effective> {
    let mut all: Vec<Effective> = Vec::new();
    for Completion { world, .. } in completions {
        for access in access::effective(world, &access::presence(world)) {
            if !all.contains(&access) {
                all.push(access);
            }
        }
    }
    all.sort_by_key(|access| access.access);
    all
}

/// One completion, judged.
struct One<'a> {
    world: World<'a>,
    there: Presence,
    verdicts: Verdicts,
    demands: Vec<Named>,
    outcome: Outcome,
}

impl<'a> Judged<'a> {
    fn of(case: &'a Case, choice: &'a Choice, plans: &mut Plans) -> Self {
        let world = World::new(case, choice);
        let pairs = unknown::pairs(case, choice);
        let completions = unknown::completions(&world, &pairs);
        let accesses = all_accesses(&completions);
        let mut each = Vec::new();
        let mut results = Vec::new();
        for Completion { taken, world } in completions {
            let one = One::of(world, &accesses, plans);
            let (status, short) = (one.status(accesses.len()), one.is_short());
            results.push(Result { taken, status, short, cents: one.outcome.plan.cents });
            each.push(one);
        }
        Self { pairs, accesses, each, results }
    }

    fn status(&self) -> &'static str {
        answer::status(&self.results.iter().collect::<Vec<_>>())
    }

    fn cost(&self) -> Cost {
        answer::cost(&self.results.iter().collect::<Vec<_>>())
    }

    /// The completion whose plan is reported: of the dearest, the first that is short with most unmet.
    fn dearest(&self) -> &One<'a> {
        let high = self.cost().high;
        let dearest = self.each.iter().filter(|one| one.outcome.plan.cents == high);
        let short = |one: &&One<'a>| (one.is_short(), one.outcome.unmet.len());
        // Of equals the last is the greatest, and the first is wanted.
        dearest.rev().max_by_key(short).unwrap()
    }

    /// What is so of an access over all completions in which it is one.
    fn said_of(&self, access: usize, says: impl Fn(&One<'a>) -> bool) -> Tri {
        Tri::of(self.each.iter().filter(|one| one.verdicts.here[access]).map(says))
    }

    /// What is so over all completions.
    fn over_all(&self, says: impl Fn(&One<'a>) -> bool) -> Tri {
        Tri::of(self.each.iter().map(says))
    }
}

impl<'a> One<'a> {
    fn of(world: World<'a>, accesses: &[Effective], plans: &mut Plans) -> Self {
        let there = access::presence(&world);
        let verdicts = access::verdicts(&world, &there, accesses);
        let (problem, demands) = build::problem(&world, &there, accesses, &verdicts);
        let outcome = plans.entry(format!("{problem:?}")).or_insert_with(|| plan::best(&problem)).clone();
        Self {
            demands: demands.iter().map(|demand| build::named(world.case, demand)).collect(),
            world,
            there,
            verdicts,
            outcome,
        }
    }

    fn is_short(&self) -> bool {
        self.outcome.plan.units > 0 || !self.outcome.unmet.is_empty()
    }

    fn status(&self, accesses: usize) -> &'static str {
        if (0..accesses).any(|access| self.verdicts.is_prohibited(access)) {
            "prohibited"
        } else if self.is_short() {
            "shortfall"
        } else {
            "compliant"
        }
    }
}

/// Every other reading in force of each definition that matters, one at a time (semantics,
/// section 6).
fn disputes(case: &Case, judged: &Judged<'_>, plans: &mut Plans) -> Vec<Dispute> {
    let mut disputes = Vec::new();
    for (definition, applied) in setting::choice(case, None) {
        let others = setting::in_force(case, &definition).into_iter().filter(|index| *index != applied);
        for index in others {
            let choice = setting::choice(case, Some((&definition, index)));
            let other = Judged::of(case, &choice, plans);
            if (other.status(), other.cost()) != (judged.status(), judged.cost()) {
                disputes.push(Dispute {
                    reading: source_of(case, &definition, index),
                    definition: definition.clone(),
                    status: other.status(),
                    cost: other.cost(),
                });
            }
        }
    }
    disputes
}

fn source_of(case: &Case, definition: &str, index: usize) -> String {
    match &case.definition(definition).body {
        Body::Readings(readings) => readings[index].source.clone(),
        Body::One(_) => panic!("{definition} has one body"),
    }
}

/// Heads of users that take part in an effective access, for each definition of a user that is
/// read.
fn definition_counts(case: &Case, judged: &Judged<'_>) -> Vec<DefinitionCount> {
    let taking_part: BTreeSet<_> =
        judged.accesses.iter().filter_map(|access| access::scene(case, access).user).collect();
    let of_users = setting::read(case, None).into_iter().filter(|name| case.definition(name).subject == Entity::User);
    of_users
        .map(|name| {
            let mut heads = BTreeMap::from([Tri::Yes, Tri::No, Tri::Unknown].map(|tri| (tri, Count::Heads(0))));
            for &user in &taking_part {
                let scene = Scene { user: Some(user), ..Scene::default() };
                let tri = judged.over_all(|one| one.world.is(&name, &scene));
                let sum = heads.get_mut(&tri).unwrap();
                let most =
                    judged.each.iter().map(|one| one.there.users[user]).max_by_key(|count| world::number(*count));
                *sum = together(*sum, most.unwrap());
            }
            DefinitionCount { name, heads }
        })
        .collect()
}

fn together(a: Count, b: Count) -> Count {
    match (a, b) {
        (Count::Heads(a), Count::Heads(b)) => Count::Heads(a + b),
        _ => Count::Many,
    }
}

/// The effective accesses by what is said of them, in the order of semantics, section 2.
fn access_counts(case: &Case, judged: &Judged<'_>) -> AccessCount {
    let mut counts =
        AccessCount { given: case.estate.accesses.len(), effective: judged.accesses.len(), ..AccessCount::default() };
    for access in 0..judged.accesses.len() {
        let prohibited = strongest(
            (0..access::prohibitions(case).len())
                .map(|rule| judged.said_of(access, |one| one.verdicts.prohibited[rule][access])),
        );
        let rules = access::exemptions(case);
        let exempt = strongest(
            (0..rules.len())
                .filter(|&rule| rules[rule].limit.is_none())
                .map(|rule| judged.said_of(access, |one| one.verdicts.exempt[rule][access])),
        );
        let count = match (prohibited, exempt) {
            (Tri::Yes, _) => &mut counts.prohibited,
            (Tri::Unknown, _) | (Tri::No, Tri::Unknown) => &mut counts.unknown,
            (Tri::No, Tri::Yes) => &mut counts.exempt,
            (Tri::No, Tri::No) => &mut counts.demanding,
        };
        *count += 1;
    }
    counts
}

/// Yes if some rule is, else unknown if some rule is.
fn strongest(each: impl Iterator<Item = Tri>) -> Tri {
    let seen: BTreeSet<Tri> = each.collect();
    [Tri::Yes, Tri::Unknown].into_iter().find(|tri| seen.contains(tri)).unwrap_or(Tri::No)
}

fn exemption_counts(case: &Case, judged: &Judged<'_>, plan: &Plan) -> Vec<ExemptionCount> {
    let rules = access::exemptions(case).into_iter().enumerate();
    rules
        .map(|(index, rule)| ExemptionCount {
            rule: rule.name.clone(),
            accesses: (0..judged.accesses.len())
                .filter(|&access| judged.said_of(access, |one| one.verdicts.exempt[index][access]) == Tri::Yes)
                .count(),
            places: rule.limit.map(|_| plan.by_rule.get(&rule.name).copied().unwrap_or(0)),
        })
        .collect()
}

fn prohibition_counts(case: &Case, judged: &Judged<'_>) -> Vec<(String, usize, String)> {
    let rules = access::prohibitions(case).into_iter().enumerate();
    rules
        .map(|(index, rule)| {
            let yes = (0..judged.accesses.len())
                .filter(|&access| judged.said_of(access, |one| one.verdicts.prohibited[index][access]) == Tri::Yes);
            (rule.name.clone(), yes.count(), rule.remedy.clone())
        })
        .filter(|(_, accesses, _)| *accesses > 0)
        .collect()
}

/// One line for each kind that is owned or bought.
fn lines(case: &Case, plan: &Plan) -> Vec<Line> {
    let mut owned: BTreeMap<Kind, u32> = BTreeMap::new();
    for (_, holding) in cover::held(case) {
        *owned.entry(cover::held_kind(case, holding)).or_default() += holding.quantity;
    }
    let units =
        |runs: &[plan::Run], kind: &Kind| runs.iter().filter(|run| run.kind == *kind).map(|run| run.units).sum::<u32>();
    let bought = plan.bought.iter().map(|run| run.kind.clone());
    let kinds: BTreeSet<Kind> = owned.keys().cloned().chain(bought).collect();
    kinds
        .into_iter()
        .map(|kind| Line {
            license: kind.license.clone(),
            version: cover::label(case, &kind),
            metric: kind.metric,
            owned: owned.get(&kind).copied().unwrap_or(0),
            used: units(&plan.placed, &kind),
            buy: units(&plan.bought, &kind),
            cents: cover::offers(case).into_iter().find(|offer| offer.kind == kind).map(|offer| offer.cents),
        })
        .collect()
}

/// The position as the command line prints it: the keys of its JSON that say what was computed.
pub fn json(reference: &Reference) -> Json {
    json!({
        "readings": reference.readings,
        "status": reference.status,
        "cost": cost_json(reference.cost),
        "disputed": reference.disputed.iter().map(dispute_json).collect::<Vec<_>>(),
        "definitions": reference.definitions.iter().map(definition_json).collect::<Vec<_>>(),
        "accesses": accesses_json(&reference.accesses),
        "exemptions": reference.exemptions.iter().map(exemption_json).collect::<Vec<_>>(),
        "licenses": reference.licenses.iter().map(line_json).collect::<Vec<_>>(),
        "unmet": reference.unmet.iter().map(unmet_json).collect::<Vec<_>>(),
        "prohibitions": reference.prohibitions.iter().map(prohibition_json).collect::<Vec<_>>(),
        "questions": reference.questions.iter().map(question_json).collect::<Vec<_>>(),
        "assumptions": reference.assumptions.iter().map(assumption_json).collect::<Vec<_>>(),
        "advice": reference.advice.iter().map(advice_json).collect::<Vec<_>>(),
    })
}

fn money(cents: i64) -> String {
    Ratio::new(cents.into(), 100).to_string()
}

fn cost_json(cost: Cost) -> Json {
    json!({ "low": money(cost.low), "high": money(cost.high), "exact": true })
}

fn dispute_json(dispute: &Dispute) -> Json {
    json!({
        "definition": dispute.definition,
        "reading": dispute.reading,
        "status": dispute.status,
        "cost": cost_json(dispute.cost),
    })
}

fn definition_json(count: &DefinitionCount) -> Json {
    let heads = |tri: Tri| match count.heads[&tri] {
        Count::Heads(heads) => json!(heads),
        Count::Many => json!("many"),
    };
    json!({
        "name": count.name,
        "yes": heads(Tri::Yes),
        "no": heads(Tri::No),
        "unknown": heads(Tri::Unknown),
    })
}

fn accesses_json(counts: &AccessCount) -> Json {
    json!({
        "given": counts.given,
        "effective": counts.effective,
        "prohibited": counts.prohibited,
        "exempt": counts.exempt,
        "unknown": counts.unknown,
        "demanding": counts.demanding,
    })
}

fn exemption_json(count: &ExemptionCount) -> Json {
    let mut entry = json!({ "rule": count.rule, "accesses": count.accesses });
    if let Some(places) = count.places {
        entry["places"] = json!(places);
    }
    entry
}

fn line_json(line: &Line) -> Json {
    json!({
        "license": line.license,
        "version": line.version,
        "metric": line.metric.word(),
        "owned": line.owned,
        "used": line.used,
        "buy": line.buy,
        "spare": line.owned + line.buy - line.used,
        "unit_price": line.cents.map(money),
        "cost": money(line.cents.unwrap_or(0) * i64::from(line.buy)),
    })
}

fn unmet_json((server, user, device, functionality): &Named) -> Json {
    json!({ "server": server, "user": user, "device": device, "functionality": functionality })
}

fn prohibition_json((rule, accesses, remedy): &(String, usize, String)) -> Json {
    json!({ "rule": rule, "accesses": accesses, "remedy": remedy })
}

fn question_json(question: &Question) -> Json {
    let mut entry = json!({ "fact": question.fact });
    if let Some(because) = &question.because {
        entry["because"] = json!(because);
    }
    entry["subjects"] = json!(question.subjects);
    entry["answers"] = question
        .answers
        .iter()
        .map(|group| json!({ "answer": group.answer, "status": group.status, "cost": cost_json(group.cost) }))
        .collect();
    entry
}

fn advice_json((rule, text, source): &advice::Spoken) -> Json {
    json!({ "rule": rule, "text": text, "source": source })
}

fn assumption_json(assumption: &Assumption) -> Json {
    json!({ "fact": assumption.fact, "value": assumption.value, "rows": assumption.rows })
}
