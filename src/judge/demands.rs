//! Every demand of the plan reported, with what meets it.

use super::judgement::{DemandLine, Judgement, Means, Solved};
use crate::position::build::{Built, Raised};
use crate::position::certificate::{Hands, head_meets, meets};
use crate::position::model::Grant;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Judgement {
    /// The demands that the plan reported answers, in the order in which they are met first: by server, user and device.
    /// Accesses that differ in their facts alone raise demands of one name, which stand once. There are as many as accesses
    /// that differ, so they are worked out only for whoever lists them.
    #[must_use]
    pub fn demands(&self) -> Vec<DemandLine> {
        demands(&self.solved)
    }
}

fn demands(Solved { built, plan }: &Solved) -> Vec<DemandLine> {
    let hands = Hands::of(&built.model, plan);
    let mut known: BTreeSet<Arc<[Means]>> = BTreeSet::new();
    let mut found: Vec<Means> = Vec::new();
    let mut met_by: Vec<Arc<[Means]>> = Vec::with_capacity(built.demands.len());
    for demand in 0..built.demands.len() {
        means(built, &hands, demand, &mut found);
        let shared = known.get(&found[..]).cloned().unwrap_or_else(|| {
            let shared: Arc<[Means]> = found.as_slice().into();
            known.insert(Arc::clone(&shared));
            shared
        });
        met_by.push(shared);
    }
    let line = |raised: &Raised| {
        let met_by = Arc::clone(met_by.get(raised.demand as usize)?);
        Some(DemandLine { of: raised.of, met_by })
    };
    let mut lines: Vec<DemandLine> = built.raised().iter().filter_map(line).collect();
    lines.dedup();
    lines
}

/// Finds what the heads hold by whom a demand is met in full: the first of its sides on which all of them do.
fn means(built: &Built, hands: &Hands<'_>, demand: usize, found: &mut Vec<Means>) {
    found.clear();
    let mut sides = built.model.demands.get(demand).into_iter().flat_map(|demand| demand.sides());
    let Some(holder) = sides.find(|&holder| meets(&built.model, holder, hands.of_holder(holder), demand)) else {
        return;
    };
    let held = hands.of_holder(holder).iter();
    let meeting = held.filter(|hand| head_meets(&built.model, holder, &hand.grants, demand));
    let grants = meeting.flat_map(|hand| &hand.grants);
    found.extend(grants.filter_map(|grant| of_grant(built, grant, holder, demand)));
    found.sort_unstable();
    found.dedup();
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
            let helps = built.model.is_lifted(demand, *quota, holder);
            return built.quotas.get(*quota).filter(|_| helps).map(|(rule, _)| Means::Place(*rule));
        }
    };
    let line = built.lines.get(line).filter(|_| built.model.is_covered(demand, cover))?;
    Some(Means::Units(*line))
}
