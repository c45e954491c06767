//! Every demand of the plan reported, with what meets it.

use super::Case;
use super::judgement::{DemandLine, Means};
use crate::estate::{Heads, Holder};
use crate::position::build::{Built, DemandOf};
use crate::position::certificate::{head_meets, meets};
use crate::position::model::{Grant, Hand, Plan};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The demands, in the order in which they are met first. Accesses that differ in their facts alone raise demands of one
/// name, which stand once.
pub(super) fn demands(case: &Case<'_>, built: &Built, plan: &Plan) -> Vec<DemandLine> {
    let mut hands: BTreeMap<usize, Vec<&Hand>> = BTreeMap::new();
    for hand in &plan.hands {
        hands.entry(hand.holder).or_default().push(hand);
    }
    let mut lines: Vec<DemandLine> = Vec::new();
    for (place, of) in built.demands.iter().enumerate() {
        lines.push(line(case, of, means(built, &hands, place)));
    }
    lines.dedup();
    lines
}

fn line(case: &Case<'_>, of: &DemandOf, met_by: Vec<Means>) -> DemandLine {
    let estate = case.estate;
    let actor = of.user.map(Holder::User).or(of.device.map(Holder::Device));
    DemandLine {
        server: Arc::clone(&estate.servers[of.server].id),
        user: of.user.map(|row| Arc::clone(&estate.users[row].id)),
        device: of.device.map(|row| Arc::clone(&estate.devices[row].id)),
        functionality: of.functionality,
        heads: actor.map_or(Heads::Count(1), |actor| estate.heads(actor)),
        met_by,
    }
}

/// What the heads hold by whom a demand is met in full: the first of its sides on which all of them do.
fn means(built: &Built, hands: &BTreeMap<usize, Vec<&Hand>>, demand: usize) -> Vec<Means> {
    let sides = built.model.demands.get(demand).into_iter().flat_map(|demand| demand.sides());
    for holder in sides {
        let held = hands.get(&holder).map_or(&[][..], Vec::as_slice);
        if meets(&built.model, holder, held, demand) {
            let meeting = held.iter().filter(|hand| head_meets(&built.model, holder, &hand.grants, demand));
            let grants = meeting.flat_map(|hand| &hand.grants);
            let means: BTreeSet<Means> = grants.filter_map(|grant| of_grant(built, grant, holder, demand)).collect();
            return means.into_iter().collect();
        }
    }
    Vec::new()
}

/// A grant as what meets the demand; none where it helps another.
fn of_grant(built: &Built, grant: &Grant, holder: usize, demand: usize) -> Option<Means> {
    let (line, cover) = match grant {
        Grant::Bought { kind, .. } => (*kind, &built.model.kinds.get(*kind)?.cover),
        Grant::Owned { stock, .. } => {
            let stock = built.model.stock.get(*stock)?;
            (stock.kind, &stock.cover)
        }
        Grant::Place { quota } => {
            let mut candidates = built.model.quotas.get(*quota)?.candidates.iter();
            let helps = candidates.any(|one| one.holder == holder && one.demands.contains(&demand));
            return built.quotas.get(*quota).filter(|_| helps).map(|(rule, _)| Means::Place(*rule));
        }
    };
    let line = built.lines.get(line).filter(|_| cover.demands.contains(&demand))?;
    Some(Means::Units(line.license, line.version, line.metric))
}
