//! Within what all completions lie, where there are too many to try each (semantics, section 5).
//!
//! What is unknown is taken to the licensee's benefit and to his harm: what lifts or covers a demand holds or not, what takes
//! place only under a condition does not or does. As long as whatever is demanded can be bought, no completion costs less
//! than the one position or more than the other. What can be bought in some completions alone costs nothing in the others,
//! and takes what is owned from those who can buy; so it is left out of the one, and added to the other at its dearest.

use super::Case;
use super::completions::{Answer, is_prohibition};
use super::judgement::Range;
use crate::decide::Node;
use crate::estate::{self, ServerRow};
use crate::evaluate::units::Needs;
use crate::evaluate::{Demanded, Effective, Evaluation};
use crate::position::build::{Built, DemandOf, Raised, build};
use crate::position::model::{Demand, Heads, Holder, Metric, Model};
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
    let prohibited = prohibited(case);
    Bounds {
        range: Range { low, high, exact: low == high },
        is_prohibited: prohibited.contains(&Some(true)),
        is_allowed: prohibited.iter().all(|prohibited| *prohibited == Some(false)),
        is_short: least.buys || least.unmet > 0,
        is_met: !most.buys && most.unmet == 0,
    }
}

/// Of every access that takes place in some completion, whether it is prohibited; none where completions differ.
fn prohibited(case: &Case<'_>) -> BTreeSet<Option<bool>> {
    let Case { rules, evaluation, .. } = case;
    let prohibitions: Vec<Vec<Node>> = (evaluation.verdicts.iter())
        .map(|verdict| verdict.rules.iter().filter(|(rule, _)| is_prohibition(rules, *rule)).map(|(_, node)| *node))
        .map(Iterator::collect)
        .collect();
    let of = |access: &Effective| {
        let own = prohibitions.get(access.verdict).map_or(&[][..], Vec::as_slice);
        match own.contains(&Node::YES) && access.under == Node::YES {
            true => Some(true),
            false => own.iter().all(|prohibited| *prohibited == Node::NO).then_some(false),
        }
    };
    evaluation.effective.iter().map(of).collect()
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
    drop_demands(&mut best.model, |demand| certain.contains(&demand));
    best.money(solve::cost(&best.model, effort).bound)
}

/// What the rest costs at the worst if all of it is bought, and each uncertain demand at its dearest.
fn high(case: &Case<'_>, mut worst: Built, uncertain: &[Raised], effort: u64) -> Decimal {
    let dearest = uncertain.iter().map(|raised| dearest(case, raised));
    let dearest = dearest.fold(Decimal::ZERO, Decimal::saturating_add);
    let uncertain: BTreeSet<usize> = uncertain.iter().map(|raised| raised.demand as usize).collect();
    drop_demands(&mut worst.model, |demand| !uncertain.contains(&demand));
    worst.model.quotas.clear();
    worst.model.stock.clear();
    dearest.saturating_add(worst.money(solve::cost(&worst.model, effort).cost))
}

/// Leaves no demands but those kept: the others are those of nobody.
fn drop_demands(model: &mut Model, keep: impl Fn(usize) -> bool) {
    let nobody = model.holders.len();
    model.holders.push(Holder { metric: Metric::User, heads: Heads::Count(0) });
    for (_, demand) in model.demands.iter_mut().enumerate().filter(|(place, _)| !keep(*place)) {
        *demand = Demand::new(demand.nature(), [Some(nobody), None, None, None]);
    }
}

/// The most that it costs to meet a demand by units of one kind for sale that may cover it.
fn dearest(case: &Case<'_>, raised: &Raised) -> Decimal {
    let covers = demanded(case, raised).into_iter().flat_map(|demanded| &demanded.covers);
    covers.filter_map(|(kind, _)| price_for(case, *kind, raised.of)).max().unwrap_or_default()
}

/// What units of a kind for sale cost that meet a demand.
fn price_for(case: &Case<'_>, place: usize, of: DemandOf) -> Option<Decimal> {
    let kind = case.evaluation.kinds.get(place)?;
    let holder = of.sides(case.estate).find(|side| side.metric() == kind.metric)?;
    let estate::Heads::Count(heads) = case.estate.heads(holder) else { return None };
    let each = case.evaluation.needs.get(&(place, holder)).map_or(1, Needs::most);
    let version = kind.versions.first().and_then(|version| case.rules.program.licenses[kind.license].version(*version));
    let pack = version.map_or(1, |version| version.pack).max(1);
    let units = heads.checked_mul(each)?.checked_next_multiple_of(pack)?;
    kind.price?.checked_mul(Decimal::from(units))
}
