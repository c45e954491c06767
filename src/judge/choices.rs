//! Why a plan buys a licence that outsiders share, in figures: what a licence for each of them would cost.

use super::Case;
use super::judgement::{Choice, Instead};
use crate::estate::{Heads, Holder};
use crate::position::build::Built;
use crate::position::certificate::{head_meets, meets};
use crate::position::model::{Grant, Hand, Plan};
use crate::value::Metric;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// For each licence per host or server that the plan buys and that people share: whom it serves, and the cheapest
/// licence by head that would serve all of them.
pub(super) fn choices(case: &Case<'_>, built: &Built, plan: &Plan) -> Vec<Choice> {
    let bought = plan.bought.iter().enumerate().filter(|(_, units)| **units > 0);
    bought.filter_map(|(line, units)| choice(case, built, plan, (line, *units))).collect()
}

fn choice(case: &Case<'_>, built: &Built, plan: &Plan, (place, units): (usize, u64)) -> Option<Choice> {
    let (line, kind) = (built.lines.get(place)?, built.model.kinds.get(place)?);
    if line.metric.is_by_head() {
        return None;
    }
    let demands: Vec<usize> = served(built, plan, place).into_iter().collect();
    let heads: BTreeSet<Holder> = demands.iter().filter_map(|demand| head(built, *demand)).collect();
    if heads.is_empty() {
        return None;
    }
    let count = heads.iter().fold(Heads::Count(0), |sum, head| sum.plus(case.estate.heads(*head)));
    Some(Choice {
        license: line.license,
        version: line.version,
        metric: line.metric,
        cost: built.money(kind.price?.checked_mul(i128::from(units))?),
        heads: count,
        instead: instead(built, &demands, count),
    })
}

/// The demands that a line meets and the plan meets by no licence of a head.
fn served(built: &Built, plan: &Plan, line: usize) -> BTreeSet<usize> {
    let mut hands: BTreeMap<usize, Vec<&Hand>> = BTreeMap::new();
    plan.hands.iter().for_each(|hand| hands.entry(hand.holder).or_default().push(hand));
    let of = |holder: usize| hands.get(&holder).map_or(&[][..], Vec::as_slice);
    let is_line = |grant: &&Grant| matches!(grant, Grant::Bought { kind, .. } if *kind == line);
    let mut served = BTreeSet::new();
    for (demand, sides) in built.model.demands.iter().enumerate() {
        let of_metrics = |metrics: [Metric; 2]| metrics.into_iter().filter_map(|metric| sides.side(metric));
        let already =
            of_metrics([Metric::User, Metric::Device]).any(|holder| meets(&built.model, holder, of(holder), demand));
        let shared = of_metrics([Metric::Host, Metric::Server]).any(|holder| {
            of(holder).iter().any(|hand| {
                let own: Vec<Grant> = hand.grants.iter().filter(is_line).cloned().collect();
                head_meets(&built.model, holder, &own, demand)
            })
        });
        if shared && !already {
            served.insert(demand);
        }
    }
    served
}

/// Whose demand it is: the user's, else the device's; none where a server demands by running.
fn head(built: &Built, demand: usize) -> Option<Holder> {
    let of = built.demands.get(demand)?;
    of.user.map(Holder::User).or(of.device.map(Holder::Device))
}

/// The cheapest licence by head for sale that covers all of the demands.
fn instead(built: &Built, demands: &[usize], heads: Heads) -> Option<Instead> {
    let kinds = built.model.kinds.iter().zip(&built.lines);
    let by_head = kinds.filter(|(_, line)| line.metric.is_by_head());
    let covering =
        by_head.filter(|(kind, _)| demands.iter().all(|demand| built.model.is_covered(*demand, &kind.cover)));
    let (price, line) =
        covering.filter_map(|(kind, line)| Some((kind.price?, line))).min_by_key(|(price, _)| *price)?;
    let price = built.money(price);
    let sum = match heads {
        Heads::Count(count) => Some(price.checked_mul(Decimal::from(count))?),
        Heads::Many => None,
    };
    Some(Instead { license: line.license, version: line.version, metric: line.metric, price, sum })
}
