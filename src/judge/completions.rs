//! Completions: every way to answer what is unknown, and the outcome of each (semantics, section 5).
//!
//! Only unknowns that some verdict depends on are answered, and answers that no verdict tells apart are one. Completions
//! under which all verdicts agree are priced once. Past a limit to their number, or to the effort that they take, there are
//! only [bounds](super::bounds).

use super::bounds::{Bounds, bounds};
use super::judgement::Range;
use super::{Case, Request, possible, subjects};
use crate::decide::{Diagrams, Node, Variable};
use crate::evaluate::{Demanded, Verdict};
use crate::position::build::{Answers, Built, build};
use crate::position::solve::{self, Cost};
use crate::program::Status;
use crate::threads::Threads;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most completions that are tried one by one, where more unknowns than [`ALWAYS`] lead to them.
const MOST: usize = 1 << 14;

/// Something unknown that verdicts depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Its variable.
    pub variable: Variable,
    /// The cells of its domain, those that no verdict tells apart together.
    pub groups: Vec<Vec<usize>>,
}

/// All completions of a case.
#[derive(Debug)]
pub struct Completions {
    /// What is unknown and matters, by name and first subject: the first varies slowest.
    pub pairs: Vec<Pair>,
    /// Every function that is not a constant and that the outcome may depend on.
    roots: Vec<Node>,
    /// Whether there can be every combination of the answers.
    all_possible: bool,
    effort: u64,
    threads: Threads,
}

/// What one completion comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// prohibited, shortfall or compliant; undetermined where the search ended before that was settled.
    pub status: Status,
    /// Whether something must be bought or stays unmet for certain, prohibited or not.
    pub short: bool,
    /// How many demands stay unmet.
    pub unmet: usize,
    /// The cost of the cheapest plan.
    pub cost: Decimal,
    /// Whether no plan is cheaper.
    pub proven: bool,
    /// Whether the answers are known to be possible together.
    pub possible: bool,
}

/// The outcomes of all completions, or bounds where there are too many.
#[derive(Debug, Clone)]
pub enum Outcomes {
    /// One for each completion, the first pair's answers varying slowest.
    All(Vec<Outcome>),
    /// Within what all of them lie.
    Bounds(Bounds),
}

/// How a completion answers functions.
pub enum Answer<'a> {
    /// Each pair has an answer.
    Cells(&'a Diagrams, BTreeMap<Variable, usize>),
    /// Everything unknown is to the licensee's benefit.
    Best,
    /// Everything unknown is to his harm.
    Worst,
}

impl Answers for Answer<'_> {
    fn holds(&self, node: Node) -> bool {
        match (node.known(), self) {
            (Some(known), _) => known,
            (None, Answer::Cells(diagrams, cells)) => {
                diagrams.answer(node, |variable| cells.get(&variable).copied().unwrap_or(0))
            }
            (None, Answer::Best) => true,
            (None, Answer::Worst) => false,
        }
    }

    fn takes_place(&self, under: Node) -> bool {
        match (under.known(), self) {
            (None, Answer::Best) => false,
            (None, Answer::Worst) => true,
            (Some(_), _) | (None, Answer::Cells(..)) => self.holds(under),
        }
    }
}

impl Completions {
    /// What is unknown in a case and matters.
    pub fn of(case: &mut Case<'_>, request: &Request) -> Completions {
        let roots = roots(case);
        let branches = case.unknowns.diagrams.branches(&roots).into_iter();
        let mut pairs: Vec<Pair> = branches.map(|(variable, branches)| pair(case, variable, &branches)).collect();
        pairs.sort_by_cached_key(|pair| subjects::sort_key(case, pair.variable));
        let all_possible = possible::are_all(case, &pairs);
        Completions { pairs, roots, all_possible, effort: request.effort, threads: request.threads }
    }

    /// How many completions there are; `None` past any number.
    fn count(&self) -> Option<usize> {
        self.pairs.iter().try_fold(1_usize, |count, pair| count.checked_mul(pair.groups.len()))
    }

    /// Whether every completion is tried.
    fn tries_all(&self) -> bool {
        self.count().is_some_and(|count| count <= MOST || (self.pairs.len() <= ALWAYS && count <= MOST * ALWAYS))
    }

    /// The group that a completion chooses for each pair.
    pub fn choice(&self, completion: usize) -> Vec<usize> {
        let mut rest = completion;
        let mut choice: Vec<usize> = Vec::with_capacity(self.pairs.len());
        for pair in self.pairs.iter().rev() {
            choice.push(rest % pair.groups.len().max(1));
            rest /= pair.groups.len().max(1);
        }
        choice.reverse();
        choice
    }

    /// The answers of the only completion there is, if there is one: nothing unknown matters.
    pub fn only<'a>(&self, diagrams: &'a Diagrams) -> Option<Answer<'a>> {
        self.is_settled().then(|| self.answer(diagrams, 0))
    }

    /// Whether nothing unknown matters.
    pub fn is_settled(&self) -> bool {
        self.roots.is_empty()
    }

    /// The answers of a completion.
    pub fn answer<'a>(&self, diagrams: &'a Diagrams, completion: usize) -> Answer<'a> {
        let choice = self.choice(completion);
        let cells = self
            .pairs
            .iter()
            .zip(choice)
            .filter_map(|(pair, group)| Some((pair.variable, *pair.groups.get(group)?.first()?)));
        Answer::Cells(diagrams, cells.collect())
    }

    /// The outcome of every completion.
    pub fn outcomes(&self, case: &Case<'_>) -> Outcomes {
        let count = self.count().filter(|_| self.tries_all());
        match count.and_then(|count| self.all(case, count)) {
            Some(outcomes) => Outcomes::All(outcomes),
            None => Outcomes::Bounds(bounds(case, self.effort)),
        }
    }

    /// The outcome of each; none where that takes too long.
    fn all(&self, case: &Case<'_>, count: usize) -> Option<Vec<Outcome>> {
        let answer = |completion| self.answer(&case.unknowns.diagrams, completion);
        let (mut known, mut first) = (HashMap::new(), Vec::new());
        let verdicts = (0..count).map(|completion| {
            let answer = answer(completion);
            let verdicts: Vec<bool> = self.roots.iter().map(|root| answer.holds(*root)).collect();
            *known.entry(verdicts).or_insert_with(|| {
                first.push(completion);
                first.len() - 1
            })
        });
        let verdicts: Vec<usize> = verdicts.collect();
        let priced = self.priced(case, &first)?;
        Some(verdicts.into_iter().filter_map(|place| priced.get(place).copied()).collect())
    }

    /// The outcomes of some completions; none where they are found to take too long: the first ones tell.
    fn priced(&self, case: &Case<'_>, completions: &[usize]) -> Option<Vec<Outcome>> {
        let all = completions.len();
        let effort = (self.effort / all.max(1) as u64).max(self.effort.min(LEAST));
        let (mut priced, mut steps) = (Vec::with_capacity(all), 0_u64);
        while priced.len() < all {
            let next = &completions[priced.len()..all.min(2 * priced.len() + FIRST)];
            let price = |place: usize| outcome(case, &self.answer(&case.unknowns.diagrams, next[place]), effort);
            for (outcome, taken) in self.threads.each(next.len(), price) {
                priced.push(Outcome { possible: self.all_possible, ..outcome });
                steps = steps.saturating_add(taken);
            }
            let is_exact = self.pairs.len() <= ALWAYS && priced.iter().all(|outcome| outcome.proven);
            let limit = self.effort.saturating_mul(TOGETHER).saturating_mul(priced.len() as u64);
            if !is_exact && steps.saturating_mul(all as u64) > limit {
                return None;
            }
        }
        Some(priced)
    }
}

/// Completions share the effort, but each may take so many steps.
const LEAST: u64 = 1_000;

/// Together they may take as much as so many plans.
const TOGETHER: u64 = 2;

/// As many completions are tried before it is asked how long all of them take.
const FIRST: usize = 16;

/// How many demands are made in the time of one step.
const DEMANDS: usize = 250;

/// Up to so many pairs every completion is tried as long as its plan is proven, unless that is out of all proportion.
const ALWAYS: usize = 8;

/// Every function that the outcome may depend on, constants left out: a cover counts only where something is demanded.
fn roots(case: &mut Case<'_>) -> Vec<Node> {
    let mut roots = BTreeSet::new();
    let Case { rules, evaluation, unknowns, .. } = case;
    let diagrams = &mut unknowns.diagrams;
    for verdict in &evaluation.verdicts {
        let lifted = verdict.lifted(rules.program, diagrams);
        roots.extend([lifted, verdict.prohibited(rules.program, diagrams)]);
        let raised = diagrams.not(lifted);
        for holds in verdict.demands.iter().flat_map(Demanded::functions) {
            roots.insert(diagrams.and(raised, holds));
        }
    }
    roots.extend(evaluation.standing.iter().flat_map(|standing| standing.demanded.functions()));
    roots.extend(evaluation.candidates.values().flatten().map(|candidate| candidate.holds));
    roots.extend(evaluation.effective.iter().map(|access| access.under).filter(|under| *under != Node::YES));
    roots.extend(evaluation.absences.iter().map(|absence| absence.moves));
    roots.retain(|root| root.known().is_none());
    roots.into_iter().collect()
}

/// A pair with its cells grouped: two cells are one answer where no root tells them apart.
fn pair(case: &Case<'_>, variable: Variable, branches: &[Node]) -> Pair {
    let cells = case.unknowns.domain(case.rules.program, variable).len();
    Pair { variable, groups: case.unknowns.diagrams.alike_cells(branches, cells) }
}

/// The outcome of one completion, and the counted steps that it takes.
fn outcome(case: &Case<'_>, answer: &Answer<'_>, effort: u64) -> (Outcome, u64) {
    let built = build(&case.rules, case.estate, &case.evaluation, answer);
    let cost = solve::cost(&built.model, effort);
    let making = (built.model.demands.len() / DEMANDS) as u64 + 1;
    (Outcome::new(case, answer, &built, cost), cost.steps.saturating_add(making))
}

impl Outcome {
    /// What a completion comes to whose cheapest plan costs so much. Where the search for it has not ended, the plan may buy
    /// or leave unmet what a better one does not.
    pub fn new(case: &Case<'_>, answer: &Answer<'_>, built: &Built, cost: Cost) -> Outcome {
        let is_prohibited = is_prohibited(case, |node| answer.holds(node), |under| answer.takes_place(under));
        let status = match (is_prohibited, cost.is_short(), cost.is_met()) {
            (true, _, _) => Status::Prohibited,
            (false, true, _) => Status::Shortfall,
            (false, false, true) => Status::Compliant,
            (false, false, false) => Status::Undetermined,
        };
        let (short, unmet, proven) = (cost.is_short(), cost.unmet, cost.is_proven());
        Outcome { status, short, unmet, cost: built.money(cost.cost), proven, possible: true }
    }
}

/// Whether a prohibition holds of some access that takes place.
pub(super) fn is_prohibited(case: &Case<'_>, holds: impl Fn(Node) -> bool, takes_place: impl Fn(Node) -> bool) -> bool {
    let is_prohibited = |verdict: &Verdict| verdict.is_prohibited(case.rules.program, &holds);
    let prohibited: Vec<bool> = case.evaluation.verdicts.iter().map(is_prohibited).collect();
    let mut effective = case.evaluation.effective.iter();
    effective.any(|access| prohibited.get(access.verdict) == Some(&true) && takes_place(access.under))
}

impl Outcomes {
    /// The status that all completions share, or undetermined (semantics, section 4).
    pub fn status(&self) -> Status {
        match self {
            Outcomes::All(outcomes) => status(outcomes.iter()),
            Outcomes::Bounds(bounds) => bounds.status(),
        }
    }

    /// The least and the greatest cost.
    pub fn range(&self) -> Range {
        match self {
            Outcomes::All(outcomes) => range(outcomes.iter()),
            Outcomes::Bounds(bounds) => bounds.range(),
        }
    }
}

/// The status of some completions.
pub fn status<'o>(outcomes: impl Iterator<Item = &'o Outcome> + Clone) -> Status {
    let all = |wanted: fn(&Outcome) -> bool| outcomes.clone().all(wanted);
    if all(|outcome| outcome.status == Status::Prohibited) {
        Status::Prohibited
    } else if all(|outcome| outcome.short) {
        Status::Shortfall
    } else if all(|outcome| outcome.status == Status::Compliant) {
        Status::Compliant
    } else {
        Status::Undetermined
    }
}

/// The range of some completions; nothing for none.
pub fn range<'o>(outcomes: impl Iterator<Item = &'o Outcome> + Clone) -> Range {
    let costs = outcomes.clone().map(|outcome| outcome.cost);
    let (low, high) = (costs.clone().min().unwrap_or_default(), costs.max().unwrap_or_default());
    let is_exact = |outcome: &Outcome| outcome.proven && (outcome.possible || low == high);
    Range { low, high, exact: outcomes.clone().all(is_exact) }
}
