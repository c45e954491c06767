//! The plan that a judgement reports: that of the dearest completion, checked, in the words of policy and estate.

use super::completions::{Answer, Completions, Outcome, Outcomes};
use super::judgement::{Assignment, BoundPart, LicenseLine, ProofKind, Rivals, Solved, Unmet};
use super::{Case, rivals, unmet};
use crate::diagnostic::{Code, Diagnostic};
use crate::position::build::{Built, build};
use crate::position::certificate;
use crate::position::model::{Grant, Plan};
use crate::position::solve::{Cost, solve};
use crate::program::RuleId;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A plan as a judgement tells it.
pub(super) struct Reported {
    pub proven: bool,
    pub bound: Decimal,
    pub proof: ProofKind,
    pub licenses: Vec<LicenseLine>,
    pub places: BTreeMap<RuleId, u64>,
    pub unmet: Vec<Unmet>,
    pub assignments: Vec<Assignment>,
    pub prices: Vec<BoundPart>,
    pub rivals: Vec<Rivals>,
    pub solved: Solved,
}

impl Solved {
    /// Solves a completion.
    fn of(case: &Case<'_>, answer: &Answer<'_>, effort: u64) -> Solved {
        let built = build(&case.rules, case.estate, &case.evaluation, answer);
        let plan = solve(&built.model, effort);
        Solved { built, plan }
    }

    /// What it comes to, if no plan is cheaper for certain.
    fn outcome(&self, case: &Case<'_>, answer: &Answer<'_>) -> Option<Outcome> {
        let cost = Cost::of(&self.plan);
        cost.is_proven().then(|| Outcome::new(case, answer, &self.built, cost))
    }
}

/// The outcomes of all completions; where there is one, its solution too.
pub(super) fn outcomes(case: &Case<'_>, completions: &Completions, effort: u64) -> (Outcomes, Option<Solved>) {
    let Some(answer) = completions.only(&case.unknowns.diagrams) else { return (completions.outcomes(case), None) };
    let solved = Solved::of(case, &answer, effort);
    let outcome = solved.outcome(case, &answer);
    (outcome.map_or_else(|| completions.outcomes(case), |outcome| Outcomes::All(vec![outcome])), Some(solved))
}

/// The plan of the dearest completion; of several, the first in which something is short and most stays unmet.
///
/// # Errors
/// A plan that does not pass its independent check: a defect of this program, never a verdict.
pub(super) fn dearest(
    case: &mut Case<'_>,
    completions: &Completions,
    (outcomes, solved): (&Outcomes, Option<Solved>),
    effort: u64,
) -> Result<Reported, Vec<Diagnostic>> {
    let Solved { built, plan } = match solved {
        Some(solved) => solved,
        None => Solved::of(case, &answer(case, completions, outcomes), effort),
    };
    if let Err(flaw) = certificate::check(&built.model, &plan) {
        let message = format!("the plan does not pass its check: {flaw}");
        return Err(vec![
            Diagnostic::error(Code::Bug, message)
                .help("this is a defect of the program; please report it with the estate"),
        ]);
    }
    Ok(Reported {
        proven: Cost::of(&plan).is_proven(),
        bound: built.money(plan.bound),
        proof: super::proof::kind(&plan),
        licenses: lines(&built, &plan),
        places: places(&built, &plan),
        assignments: assignments(case, &built, &plan),
        prices: super::proof::parts(case, &built, &plan),
        rivals: rivals::pairs(case, &built),
        unmet: unmet::unmet(case, &built, &plan),
        solved: Solved { built, plan },
    })
}

/// The answers of the dearest completion; where not all are tried, everything to the licensee's harm.
fn answer<'a>(case: &'a Case<'_>, completions: &Completions, outcomes: &Outcomes) -> Answer<'a> {
    match outcomes {
        Outcomes::All(all) => completions.answer(&case.unknowns.diagrams, dearest_of(all)),
        Outcomes::Bounds(_) => Answer::Worst,
    }
}

/// Which of all completions the plan is of.
pub(super) fn dearest_of(outcomes: &[Outcome]) -> usize {
    let rank = |place: &usize| outcomes.get(*place).map(|one| (one.cost, one.short, one.unmet));
    // Of equal ones the last is the greatest, and the first is wanted.
    (0..outcomes.len()).rev().max_by_key(rank).unwrap_or(0)
}

/// The lines of which something is owned, used or bought.
fn lines(built: &Built, plan: &Plan) -> Vec<LicenseLine> {
    let (owned, used) = (owned(built), used(built, plan));
    let mut lines = Vec::new();
    for (place, (line, kind)) in built.lines.iter().zip(&built.model.kinds).enumerate() {
        let buy = plan.bought.get(place).copied().unwrap_or(0);
        let [owned, used] = [&owned, &used].map(|units| units.get(&place).copied().unwrap_or(0));
        if owned + used + buy == 0 {
            continue;
        }
        lines.push(LicenseLine {
            of: *line,
            owned,
            used,
            buy,
            spare: (owned + buy).saturating_sub(used),
            unit_price: kind.price.map(|price| built.money(price)),
            cost: built.money(kind.price.unwrap_or(0) * i128::from(buy)),
        });
    }
    lines
}

/// Units owned, by line.
fn owned(built: &Built) -> BTreeMap<usize, u64> {
    let mut owned = BTreeMap::new();
    for stock in &built.model.stock {
        *owned.entry(stock.kind).or_insert(0) += stock.quantity;
    }
    owned
}

/// Units placed, by line.
fn used(built: &Built, plan: &Plan) -> BTreeMap<usize, u64> {
    let mut used = BTreeMap::new();
    for (grant, heads) in plan.hands.iter().flat_map(|hand| hand.grants.iter().map(|grant| (grant, hand.heads))) {
        if let Some((line, units)) = line_of(built, grant) {
            *used.entry(line).or_insert(0) += units * heads;
        }
    }
    used
}

/// The line of a grant and its units per head; none for a place.
fn line_of(built: &Built, grant: &Grant) -> Option<(usize, u64)> {
    match grant {
        Grant::Bought { kind, units } => Some((*kind, *units)),
        Grant::Owned { stock, units } => Some((built.model.stock.get(*stock)?.kind, *units)),
        Grant::Place { .. } => None,
    }
}

/// Places used, by rule.
fn places(built: &Built, plan: &Plan) -> BTreeMap<RuleId, u64> {
    let mut places = BTreeMap::new();
    for (quota, _, heads) in dealt_places(plan) {
        if let Some((rule, _)) = built.quotas.get(quota) {
            *places.entry(*rule).or_insert(0) += heads;
        }
    }
    places
}

/// Each place dealt: the quota, the holder, the heads.
fn dealt_places(plan: &Plan) -> impl Iterator<Item = (usize, usize, u64)> + '_ {
    plan.hands.iter().flat_map(|hand| {
        hand.grants.iter().filter_map(|grant| match grant {
            Grant::Place { quota } => Some((*quota, hand.holder, hand.heads)),
            Grant::Bought { .. } | Grant::Owned { .. } => None,
        })
    })
}

/// Who gets what: units by line and holder, then places by rule, server and actor.
fn assignments(case: &Case<'_>, built: &Built, plan: &Plan) -> Vec<Assignment> {
    let mut units: BTreeMap<(usize, Arc<str>), u64> = BTreeMap::new();
    for hand in &plan.hands {
        for (line, count) in hand.grants.iter().filter_map(|grant| line_of(built, grant)) {
            *units.entry((line, holder(case, built, hand.holder))).or_insert(0) += count * hand.heads;
        }
    }
    let units = units
        .into_iter()
        .filter_map(|((line, holder), units)| Some(Assignment::Units { of: *built.lines.get(line)?, holder, units }));
    // A user and a device may have one id.
    let mut places: BTreeMap<(RuleId, Arc<str>, Arc<str>, usize), u64> = BTreeMap::new();
    for (quota, actor, heads) in dealt_places(plan) {
        if let Some((rule, server)) = built.quotas.get(quota) {
            let key = (*rule, Arc::clone(&case.estate.servers[*server].id), holder(case, built, actor), actor);
            *places.entry(key).or_insert(0) += heads;
        }
    }
    let places =
        places.into_iter().map(|((rule, server, actor, _), heads)| Assignment::Place { rule, server, actor, heads });
    units.chain(places).collect()
}

/// The id of a holder's row.
fn holder(case: &Case<'_>, built: &Built, holder: usize) -> Arc<str> {
    built.holders.get(holder).map_or_else(|| "".into(), |holder| Arc::clone(case.estate.id(*holder)))
}
