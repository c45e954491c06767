//! Merges demands that the same ways can meet, and holders that stand alike to the same others.

use std::collections::{BTreeMap, HashMap};

use super::ways::Ways;
use crate::position::model::{Heads, Metric, Model};

/// Demands and holders, alike ones together.
pub(super) struct Merged {
    /// By group: its holders.
    pub(super) members: Vec<Vec<usize>>,
    /// What must be met.
    pub(super) asks: Vec<MergedAsk>,
}

/// Demands that the same ways can meet.
pub(super) struct MergedAsk {
    pub(super) demands: Vec<usize>,
    /// Group and number of the set of ways.
    pub(super) sides: Vec<(usize, usize)>,
    pub(super) contested: bool,
}

impl Merged {
    /// Merges until nothing changes; also gives the demands that no way can meet.
    pub(super) fn of(model: &Model, ways: &Ways) -> (Merged, Vec<usize>) {
        let mut impossible = Vec::new();
        let mut asks = Vec::new();
        for (index, demand) in model.demands.iter().enumerate() {
            let free = |holder: usize| model.holders[holder].heads == Heads::Count(0);
            if demand.sides().any(free) {
                continue;
            }
            let sides = ways.sides[index].clone();
            if sides.is_empty() {
                impossible.push(index);
                continue;
            }
            let contested = !sides.iter().any(|&(_, set)| ways.buyable(set));
            asks.push(MergedAsk { demands: vec![index], sides, contested });
        }
        let mut merged = Merged { members: (0..model.holders.len()).map(|holder| vec![holder]).collect(), asks };
        merged.merge_asks();
        while merged.merge_groups(model, ways) {
            merged.merge_asks();
        }
        (merged, impossible)
    }

    fn merge_asks(&mut self) {
        let mut alike: HashMap<_, Vec<usize>> = HashMap::new();
        for ask in self.asks.drain(..) {
            let own = if ask.contested { ask.demands.first().copied() } else { None };
            alike.entry((ask.sides, own)).or_default().extend(ask.demands);
        }
        let mut alike: Vec<_> = alike.into_iter().collect();
        alike.sort_unstable();
        self.asks.extend(alike.into_iter().map(|((sides, own), mut demands)| {
            demands.sort_unstable();
            MergedAsk { demands, sides, contested: own.is_some() }
        }));
    }

    /// Merges the groups that stand alike to the same others; whether there were any.
    fn merge_groups(&mut self, model: &Model, ways: &Ways) -> bool {
        let mut standing: Vec<Vec<Standing>> = vec![Vec::new(); self.members.len()];
        for ask in &self.asks {
            for &(group, set) in &ask.sides {
                let others = ask.sides.iter().filter(|side| side.0 != group).copied().collect();
                let own = ask.contested || ways.sets[set].iter().any(|way| way.moved.is_some());
                standing[group].push((set, others, own.then_some(group)));
            }
        }
        let mut alike: BTreeMap<(Metric, Vec<Standing>), Vec<usize>> = BTreeMap::new();
        for (group, mut standing) in standing.into_iter().enumerate() {
            standing.sort_unstable();
            if !standing.is_empty() {
                let metric = model.holders[self.members[group][0]].metric;
                alike.entry((metric, standing)).or_default().push(group);
            }
        }
        let mut changed = false;
        let mut into: Vec<usize> = (0..self.members.len()).collect();
        for groups in alike.into_values().filter(|groups| groups.len() > 1) {
            changed = true;
            for &group in &groups[1..] {
                into[group] = groups[0];
                let members = std::mem::take(&mut self.members[group]);
                self.members[groups[0]].extend(members);
            }
        }
        for side in self.asks.iter_mut().flat_map(|ask| &mut ask.sides) {
            side.0 = into[side.0];
        }
        for ask in &mut self.asks {
            ask.sides.sort_unstable();
        }
        changed
    }
}

/// How a group stands to one of its asks: its set of ways, the other sides, and itself where it
/// must not be merged.
pub(super) type Standing = (usize, Vec<(usize, usize)>, Option<usize>);
