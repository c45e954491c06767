//! Within what all completions lie, where there are too many to try each (semantics, section 5).
//!
//! What is unknown is taken to the licensee's benefit and to his harm: what lifts or covers a demand holds or not, what takes
//! place only under a condition does not or does. As long as whatever is demanded can be bought, no completion costs less
//! than the one position or more than the other. What can be bought in some completions alone costs nothing in the others,
//! and takes what is owned from those who can buy; so it is left out of the one, and added to the other at its dearest.

use super::Case;
use super::completions::{Answer, is_prohibited};
use super::judgement::Range;
use crate::decide::Node;
use crate::estate::ServerRow;
use crate::evaluate::{Demanded, Evaluation};
use crate::position::build::{Built, DemandOf, Raised, Sku, build, line};
use crate::position::solve;
use crate::program::Status;
use rust_decimal::Decimal;
use std::collections::{BTreeSet, HashSet};

/// What is so in every completion.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    range: Range,
    /// Something is prohibited.
    is_prohibited: bool,
    /// Nothing is prohibited.
    is_allowed: bool,
    /// Something must be bought or is unmet.
    is_short: bool,
    /// Nothing must be bought or is unmet.
    is_met: bool,
}

impl Bounds {
    /// The status that all completions share, as far as that can be told; else undetermined.
    pub fn status(&self) -> Status {
        match self {
            Bounds { is_prohibited: true, .. } => Status::Prohibited,
            Bounds { is_short: true, .. } => Status::Shortfall,
            Bounds { is_met: true, is_allowed: true, .. } => Status::Compliant,
            Bounds { .. } => Status::Undetermined,
        }
    }

    /// No completion costs less or more.
    pub fn range(&self) -> Range {
        self.range
    }
}

/// The bounds of a case.
pub(super) fn bounds(case: &Case<'_>, effort: u64) -> Bounds {
    let best = build(&case.rules, case.estate, &case.evaluation, &Answer::Best);
    let worst = build(&case.rules, case.estate, &case.evaluation, &Answer::Worst);
    let (least, most) = (solve::cost(&best.model, effort), solve::cost(&worst.model, effort));
    let uncertain = uncertain(case, &worst);
    let (low, high) = match uncertain.is_empty() {
        true => (best.money(least.bound), worst.money(most.cost)),
        false => (low(best, &uncertain, effort), high(case, worst, &uncertain, effort)),
    };
    let (certainly, possibly) = (|node| node == Node::YES, |node| node != Node::NO);
    Bounds {
        range: Range { low, high, exact: low == high },
        is_prohibited: is_prohibited(case, certainly, certainly),
        is_allowed: !is_prohibited(case, possibly, possibly),
        is_short: least.is_short(),
        is_met: most.is_met(),
    }
}

/// What is demanded at the worst and cannot be bought then, although a unit or a place meets it in some completion.
fn uncertain(case: &Case<'_>, worst: &Built) -> Vec<Raised> {
    let with_places: BTreeSet<ServerRow> = case.evaluation.candidates.keys().map(|(_, server)| *server).collect();
    let is_covered = |raised: &Raised| demanded(case, raised).is_some_and(|demanded| !demanded.covers.is_empty());
    let mut uncertain = worst.raised();
    uncertain.retain(|raised| {
        let is_bought = worst.model.is_purchasable(raised.demand as usize);
        !is_bought && (with_places.contains(&raised.of.server) || is_covered(raised))
    });
    uncertain
}

fn demanded<'c>(case: &'c Case<'_>, raised: &Raised) -> Option<&'c Demanded> {
    let Evaluation { verdicts, standing, .. } = &case.evaluation;
    match raised.by {
        Some(by) => {
            verdicts.get(by as usize)?.demands.iter().find(|demanded| demanded.functionality == raised.of.functionality)
        }
        None => {
            let mut own = standing.iter().filter(|standing| standing.server == raised.of.server);
            own.find(|own| own.demanded.functionality == raised.of.functionality).map(|standing| &standing.demanded)
        }
    }
}

/// What the rest costs at the best, whatever is uncertain.
fn low(mut best: Built, uncertain: &[Raised], effort: u64) -> Decimal {
    let uncertain: HashSet<DemandOf> = uncertain.iter().map(|raised| raised.of).collect();
    let certain = best.raised().into_iter().filter(|raised| !uncertain.contains(&raised.of));
    let certain: BTreeSet<usize> = certain.map(|raised| raised.demand as usize).collect();
    best.model.keep_demands(|demand| certain.contains(&demand));
    best.money(solve::cost(&best.model, effort).bound)
}

/// What the rest costs at the worst if all of it is bought, and each uncertain demand at its dearest.
fn high(case: &Case<'_>, mut worst: Built, uncertain: &[Raised], effort: u64) -> Decimal {
    let dearest = uncertain.iter().map(|raised| dearest(case, &worst, raised)).fold(0, i128::saturating_add);
    let uncertain: BTreeSet<usize> = uncertain.iter().map(|raised| raised.demand as usize).collect();
    worst.model.keep_demands(|demand| !uncertain.contains(&demand));
    worst.model.quotas.clear();
    worst.model.stock.clear();
    worst.money(dearest.saturating_add(solve::cost(&worst.model, effort).cost))
}

/// The most that it costs to meet a demand by units of one kind for sale that may cover it.
fn dearest(case: &Case<'_>, worst: &Built, raised: &Raised) -> i128 {
    let covers = demanded(case, raised).into_iter().flat_map(|demanded| &demanded.covers);
    let kinds = covers.filter_map(|(kind, _)| case.evaluation.kinds.get(*kind)).filter(|kind| kind.price.is_some());
    kinds.filter_map(|kind| price_for(worst, line(case.rules.program, kind), raised)).max().unwrap_or_default()
}

/// What units of a line cost that meet a demand.
fn price_for(worst: &Built, line: Sku, raised: &Raised) -> Option<i128> {
    let kind = worst.kind(line)?;
    let holder = worst.model.demands.get(raised.demand as usize)?.side(kind.metric)?;
    let units = worst.model.units_taken(kind, &BTreeSet::from([holder]))?;
    kind.price?.checked_mul(i128::from(units))
}
