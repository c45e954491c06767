//! A plan where not every demand can be met, or where it takes a long search to tell whether all can.
//!
//! Beside each demand that may have to stay unmet a *stopgap* is put up for sale, which meets that demand alone and costs more
//! than all that could be bought otherwise. A cheapest plan takes as few of them as it can, and those searches find it that are
//! made for large positions. What only a stopgap meets stays unmet. As the stopgaps of a plan cost what its unmet demands count,
//! the bound on what everything costs bounds how few can stay unmet, and what the rest costs then.

use std::collections::{BTreeMap, BTreeSet};

use crate::position::model::{Cover, Grant, Hand, Heads, Holder, Kind, Metric, Model, Plan, Proof};
use crate::position::reduce::Contested;

/// A plan by way of stopgaps for the contested demands; `impossible` are those that nothing meets. None where a contested demand
/// has no side left for a stopgap, or where sums might grow too large.
pub(super) fn plan(
    model: &Model,
    contested: &[Contested],
    impossible: &[usize],
    search: impl Fn(&Model) -> Plan,
) -> Option<Plan> {
    let price = price_beyond(model)?;
    let count = i128::try_from(contested.len()).ok()?;
    i64::try_from(price.checked_mul(count + 1)?).ok()?;
    let relaxed = with_stopgaps(model, price, contested, impossible)?;
    let found = search(&relaxed);
    let bound = found.bound;
    let mut plan = without_stopgaps(model, found, contested);
    let stopgaps = plan.unmet.len();
    // All else together costs less than one stopgap.
    let least = usize::try_from(bound / price).ok()?.min(stopgaps);
    plan.bound = (bound - price * i128::try_from(stopgaps).ok()?).clamp(0, plan.cost);
    plan.least_unmet = impossible.len() + least;
    plan.unmet.extend(impossible);
    plan.unmet.sort_unstable();
    if stopgaps > 0 {
        plan.proof = Proof::Search;
    }
    Some(plan)
}

/// The better of a plan whose search has not ended and a makeshift.
pub(super) fn better(plan: Plan, makeshift: Plan) -> Plan {
    let least_unmet = plan.least_unmet.max(makeshift.least_unmet);
    let nodes = plan.nodes + makeshift.nodes;
    let rank = |plan: &Plan| (plan.unmet.len(), plan.cost, -plan.bound);
    let better = if rank(&makeshift) < rank(&plan) { makeshift } else { plan };
    Plan { least_unmet, nodes, ..better }
}

/// More than all units for sale cost together, for all heads; none where sums might grow too large.
fn price_beyond(model: &Model) -> Option<i128> {
    let mut sum = 1_i128;
    for kind in &model.kinds {
        let own = model.holders.iter().enumerate().filter(|(_, holder)| holder.metric == kind.metric);
        let units = own.map(|(place, holder)| match holder.heads {
            Heads::Count(heads) => i128::from(heads) * i128::from(kind.cover.need(place)),
            Heads::Many => 0,
        });
        let units = units.sum::<i128>() + i128::from(kind.pack());
        sum = sum.checked_add(kind.price.unwrap_or(0).checked_mul(units)?)?;
    }
    i64::try_from(sum).is_ok().then_some(sum)
}

/// The model with stopgaps: a side of each contested demand that nothing could meet becomes a host or a server of its own.
/// Without the demands that nothing meets.
fn with_stopgaps(model: &Model, price: i128, contested: &[Contested], impossible: &[usize]) -> Option<Model> {
    let mut relaxed = model.clone();
    relaxed.keep_demands(|demand| impossible.binary_search(&demand).is_err());
    let mut used = BTreeSet::new();
    for Contested { demand, metrics } in contested {
        let demand = &mut relaxed.demands[*demand];
        let metric = OWN.into_iter().find(|metric| !metrics.contains(metric))?;
        *demand = demand.with_side(metric, relaxed.holders.len());
        relaxed.holders.push(Holder { metric, heads: Heads::Count(1) });
        used.insert(metric);
    }
    // For whoever was there before, a stopgap is no cheaper than those of all demands.
    let needs: BTreeMap<usize, u64> =
        (0..model.holders.len()).map(|holder| (holder, contested.len() as u64 + 1)).collect();
    let natures: BTreeSet<usize> = contested.iter().map(|one| model.demands[one.demand].nature()).collect();
    let licence = model.kinds.iter().map(|kind| kind.licence + 1).max().unwrap_or(0);
    let stopgap = |metric: Metric| Kind {
        licence: licence + metric as usize,
        metric,
        price: Some(price),
        pack: 1,
        cover: Cover { natures: natures.clone(), needs: needs.clone() },
    };
    relaxed.kinds.extend(used.into_iter().map(stopgap));
    Some(relaxed)
}

/// The metrics of which a demand gets a holder of its own.
const OWN: [Metric; 2] = [Metric::Host, Metric::Server];

/// What is left of a plan without the kinds and holders that a model does not have; its unmet demands are the contested ones
/// that stay so.
fn without_stopgaps(model: &Model, mut plan: Plan, contested: &[Contested]) -> Plan {
    let kinds = model.kinds.len();
    let is_stopgap = |grant: &Grant| matches!(*grant, Grant::Bought { kind, .. } if kind >= kinds);
    plan.hands.iter_mut().for_each(|hand| hand.grants.retain(|grant| !is_stopgap(grant)));
    plan.hands.retain(|hand| !hand.grants.is_empty());
    plan.bought.truncate(kinds);
    let bought = model.kinds.iter().zip(&plan.bought);
    plan.cost = bought.map(|(kind, units)| kind.price.unwrap_or(0) * i128::from(*units)).sum();
    plan.unmet = unmet(model, &plan.hands, contested.iter().map(|one| one.demand));
    plan
}

/// Of some demands those that hands do not meet.
fn unmet(model: &Model, hands: &[Hand], demands: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut by_holder: BTreeMap<usize, Vec<&Hand>> = BTreeMap::new();
    hands.iter().for_each(|hand| by_holder.entry(hand.holder).or_default().push(hand));
    let is_met_by = |demand: usize, holder: usize| {
        let own = by_holder.get(&holder).into_iter().flatten();
        let meeting = own.filter(|hand| meets(model, demand, hand)).map(|hand| hand.heads).sum::<u64>();
        matches!(model.holders[holder].heads, Heads::Count(heads) if meeting >= heads)
    };
    let is_met = |demand: usize| model.demands[demand].sides().any(|side| is_met_by(demand, side));
    demands.filter(|&demand| !is_met(demand)).collect()
}

/// Whether a head of a hand meets a demand: by a place, or by enough units of one licence.
fn meets(model: &Model, demand: usize, hand: &Hand) -> bool {
    let mut units: BTreeMap<usize, Vec<(u64, u64)>> = BTreeMap::new();
    for grant in &hand.grants {
        let (licence, cover, held) = match *grant {
            Grant::Place { quota } if model.is_lifted(demand, quota, hand.holder) => return true,
            Grant::Place { .. } => continue,
            Grant::Bought { kind, units } => (model.kinds[kind].licence, &model.kinds[kind].cover, units),
            Grant::Owned { stock, units } => (model.stock[stock].licence, &model.stock[stock].cover, units),
        };
        if model.is_covered(demand, cover) {
            units.entry(licence).or_default().push((cover.need(hand.holder), held));
        }
    }
    // Of one licence those versions count together that take no more units than the one by which it is told.
    units.values().any(|versions| {
        let held_of = |need: u64| versions.iter().filter(|(own, _)| *own <= need).map(|(_, held)| held).sum::<u64>();
        versions.iter().any(|(need, _)| held_of(*need) >= *need)
    })
}
