//! A plan where not every demand can be met, or where it takes a long search to tell whether all can.
//!
//! For every metric one more kind is put up for sale, a *stopgap*, which covers everything and costs more than all that could be
//! bought otherwise. A cheapest plan takes as few of them as it can, and those searches find it that are made for large
//! positions. What only stopgaps meet stays unmet; where none is needed, everything is met that can be, at the least cost.
//!
//! A plan that leaves some demands unmet becomes one that meets all, by stopgaps for all heads of a side of each. So the
//! bound on what meeting all costs bounds how few can stay unmet, and what the rest costs.

use std::collections::{BTreeMap, BTreeSet};

use crate::position::model::{Cover, Demand, Grant, Hand, Heads, Kind, Metric, Model, Plan, Proof};

/// A plan by way of stopgaps; `impossible` are the demands that nothing meets. None where sums might grow too large.
pub(super) fn plan(model: &Model, impossible: &[usize], search: impl Fn(&Model) -> Plan) -> Option<Plan> {
    let price = price_beyond(model)?;
    let relaxed = with_stopgaps(model, price, impossible);
    let most = i128::from(most_heads(&relaxed));
    let found = search(&relaxed);
    let bound = found.bound;
    let mut plan = without_stopgaps(model, found, impossible);
    let possible = plan.unmet.len() - impossible.len();
    let least = (bound / price + most - 1) / most;
    plan.least_unmet = impossible.len() + usize::try_from(least).ok()?.min(possible);
    if possible > 0 {
        let stopgaps = i128::try_from(possible).ok()?.checked_mul(most)?.checked_mul(price)?;
        plan.bound = (bound - stopgaps).clamp(0, plan.cost);
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

/// How many stopgaps the demand takes at most that takes most.
fn most_heads(relaxed: &Model) -> u64 {
    let fewest = |demand: &Demand| {
        let heads = demand.sides().filter_map(|side| match relaxed.holders[side].heads {
            Heads::Count(heads) => Some(heads),
            Heads::Many => None,
        });
        heads.min()
    };
    relaxed.demands.iter().filter_map(fewest).max().unwrap_or(0).max(1)
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

/// The model with a kind for each metric that covers everything, and without the demands that nothing meets.
fn with_stopgaps(model: &Model, price: i128, impossible: &[usize]) -> Model {
    let mut model = model.clone();
    model.keep_demands(|demand| impossible.binary_search(&demand).is_err());
    let natures: BTreeSet<usize> = model.demands.iter().map(Demand::nature).collect();
    let licence = model.kinds.iter().map(|kind| kind.licence + 1).max().unwrap_or(0);
    let stopgap = |metric: Metric| Kind {
        licence: licence + metric as usize,
        metric,
        price: Some(price),
        pack: 1,
        cover: Cover { natures: natures.clone(), needs: BTreeMap::new() },
    };
    model.kinds.extend(Metric::ALL.map(stopgap));
    model
}

/// What is left of a plan without the kinds that a model does not have.
fn without_stopgaps(model: &Model, mut plan: Plan, impossible: &[usize]) -> Plan {
    let kinds = model.kinds.len();
    let is_stopgap = |grant: &Grant| matches!(*grant, Grant::Bought { kind, .. } if kind >= kinds);
    let mut without: BTreeSet<usize> = BTreeSet::new();
    for hand in &mut plan.hands {
        let before = hand.grants.len();
        hand.grants.retain(|grant| !is_stopgap(grant));
        if hand.grants.len() < before {
            without.insert(hand.holder);
        }
    }
    plan.hands.retain(|hand| !hand.grants.is_empty());
    plan.bought.truncate(kinds);
    let bought = model.kinds.iter().zip(&plan.bought);
    plan.cost = bought.map(|(kind, units)| kind.price.unwrap_or(0) * i128::from(*units)).sum();
    plan.unmet = unmet(model, &plan.hands, &without);
    plan.unmet.extend(impossible);
    plan.unmet.sort_unstable();
    plan
}

/// Of the demands of some holders those that hands do not meet.
fn unmet(model: &Model, hands: &[Hand], holders: &BTreeSet<usize>) -> Vec<usize> {
    let mut by_holder: BTreeMap<usize, Vec<&Hand>> = BTreeMap::new();
    hands.iter().for_each(|hand| by_holder.entry(hand.holder).or_default().push(hand));
    let is_met_by = |demand: usize, holder: usize| {
        let own = by_holder.get(&holder).into_iter().flatten();
        let meeting = own.filter(|hand| meets(model, demand, hand)).map(|hand| hand.heads).sum::<u64>();
        matches!(model.holders[holder].heads, Heads::Count(heads) if meeting >= heads)
    };
    let concerned =
        model.demands.iter().enumerate().filter(|(_, demand)| demand.sides().any(|side| holders.contains(&side)));
    let unmet = concerned.filter(|(place, demand)| !demand.sides().any(|side| is_met_by(*place, side)));
    unmet.map(|(place, _)| place).collect()
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
