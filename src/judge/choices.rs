//! Why a plan buys a licence that outsiders share, in figures: what a licence for each of them would cost.

use super::judgement::{Choice, Instead};
use crate::estate::Heads;
use crate::position::build::Built;
use crate::position::certificate::{Hands, head_meets, meets};
use crate::position::model::{Grant, Kind, Plan};
use crate::value::Metric;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// For each licence per host or server that the plan buys and that people share: whom it serves, and the cheapest
/// licence by head that would serve all of them.
pub(super) fn choices(built: &Built, plan: &Plan) -> Vec<Choice> {
    let hands = Hands::of(&built.model, plan);
    let bought = plan.bought.iter().enumerate().filter(|(_, units)| **units > 0);
    bought.filter_map(|(line, units)| choice(built, &hands, (line, *units))).collect()
}

fn choice(built: &Built, hands: &Hands<'_>, (place, units): (usize, u64)) -> Option<Choice> {
    let (line, kind) = (built.lines.get(place)?, built.model.kinds.get(place)?);
    if line.metric.is_by_head() {
        return None;
    }
    let demands: Vec<usize> = served(built, hands, place);
    let heads: BTreeSet<usize> = demands.iter().filter_map(|demand| head(built, *demand)).collect();
    if heads.is_empty() {
        return None;
    }
    Some(Choice {
        of: *line,
        cost: built.money(kind.price?.checked_mul(i128::from(units))?),
        heads: all(built, &heads),
        instead: instead(built, &demands),
    })
}

/// The demands that a line meets and the plan meets by no licence of a head.
fn served(built: &Built, hands: &Hands<'_>, line: usize) -> Vec<usize> {
    let is_line = |grant: &&Grant| matches!(grant, Grant::Bought { kind, .. } if *kind == line);
    let mut served = Vec::new();
    for (demand, sides) in built.model.demands.iter().enumerate() {
        let of_metrics = |metrics: [Metric; 2]| metrics.into_iter().filter_map(|metric| sides.side(metric));
        let already = of_metrics([Metric::User, Metric::Device])
            .any(|holder| meets(&built.model, holder, hands.of_holder(holder), demand));
        let shared = of_metrics([Metric::Host, Metric::Server]).any(|holder| {
            hands.of_holder(holder).iter().any(|hand| {
                let own: Vec<Grant> = hand.grants.iter().filter(is_line).cloned().collect();
                head_meets(&built.model, holder, &own, demand)
            })
        });
        if shared && !already {
            served.push(demand);
        }
    }
    served
}

/// Whose demand it is: the user's, else the device's; none where a server demands by running.
fn head(built: &Built, demand: usize) -> Option<usize> {
    let of = built.model.demands.get(demand)?;
    of.side(Metric::User).or(of.side(Metric::Device))
}

fn all(built: &Built, holders: &BTreeSet<usize>) -> Heads {
    holders.iter().fold(Heads::Count(0), |sum, holder| sum.plus(built.heads(*holder)))
}

/// The licence by head for sale that covers all of the demands and comes cheapest for all who have them.
fn instead(built: &Built, demands: &[usize]) -> Option<Instead> {
    let mut cheapest: Option<Instead> = None;
    for (kind, line) in built.model.kinds.iter().zip(&built.lines).filter(|(_, line)| line.metric.is_by_head()) {
        let (Some(price), Some(holders)) = (kind.price, holders(built, kind, demands)) else { continue };
        let (price, units) = (built.money(price), built.model.units_taken(kind, &holders));
        let taken = units.and_then(|units| Some((units, price.checked_mul(Decimal::from(units))?)));
        let other = Instead { of: *line, price, heads: all(built, &holders), taken };
        let dearness = |one: &Instead| (one.taken.is_none(), one.taken.map(|(_, cost)| cost), one.price);
        if cheapest.as_ref().is_none_or(|known| dearness(&other) < dearness(known)) {
            cheapest = Some(other);
        }
    }
    cheapest
}

/// Who would hold units of a kind that cover all of the demands; none where it does not cover one, or nobody could hold it.
fn holders(built: &Built, kind: &Kind, demands: &[usize]) -> Option<BTreeSet<usize>> {
    let covered = |demand: &&usize| built.model.is_covered(**demand, &kind.cover);
    let side = |demand: &usize| built.model.demands.get(*demand)?.side(kind.metric);
    demands.iter().map(|demand| Some(demand).filter(covered).and_then(side)).collect()
}
