//! Merges demands that the same ways can meet, and holders that stand alike to the same others.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::ways::{Sides, Ways};
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
    /// The groups that can meet it.
    pub(super) sides: Sides,
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
            let sides = ways.sides[index];
            if sides.is_empty() {
                impossible.push(index);
                continue;
            }
            let contested = !sides.iter().any(|(_, set)| ways.buyable(set));
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
        let key = |ask: &MergedAsk| (ask.sides, ask.contested.then(|| ask.demands[0]));
        self.asks.sort_unstable_by_key(key);
        let mut merged: Vec<MergedAsk> = Vec::with_capacity(self.asks.len());
        for ask in self.asks.drain(..) {
            match merged.last_mut().filter(|last| key(last) == key(&ask)) {
                Some(last) => last.demands.extend(ask.demands),
                None => merged.push(ask),
            }
        }
        merged.iter_mut().for_each(|ask| ask.demands.sort_unstable());
        self.asks = merged;
    }

    /// Merges the groups that stand alike to the same others; whether there were any.
    fn merge_groups(&mut self, model: &Model, ways: &Ways) -> bool {
        let moved: Vec<bool> = ways.sets.iter().map(|set| set.iter().any(|way| way.moved.is_some())).collect();
        let mut standing: Vec<(usize, Standing)> = Vec::with_capacity(2 * self.asks.len());
        for ask in &self.asks {
            for (group, set) in ask.sides.iter() {
                let own = ask.contested || moved[set];
                standing.push((group, (set, ask.sides.without(group), own.then_some(group))));
            }
        }
        standing.sort_unstable();
        let (groups, standing): (Vec<usize>, Vec<Standing>) = standing.into_iter().unzip();
        let mut alike = First::default();
        let mut into: Vec<usize> = (0..self.members.len()).collect();
        let (mut changed, mut at) = (false, 0);
        for group in groups.chunk_by(|a, b| a == b) {
            let own = &standing[at..at + group.len()];
            (at, changed) = (at + group.len(), changed | self.join(model, group[0], own, (&mut alike, &mut into)));
        }
        for ask in &mut self.asks {
            ask.sides.regroup(&into);
        }
        changed
    }

    /// Joins a group to the first that stands alike; whether there was one.
    fn join<'s>(
        &mut self,
        model: &Model,
        group: usize,
        standing: &'s [Standing],
        (alike, into): (&mut First<'s>, &mut [usize]),
    ) -> bool {
        let metric = model.holders[self.members[group][0]].metric;
        let first = *alike.entry((metric, standing)).or_insert(group);
        if first != group {
            into[group] = first;
            let members = std::mem::take(&mut self.members[group]);
            self.members[first].extend(members);
        }
        first != group
    }
}

/// How a group stands to one of its asks: its set of ways, the other sides, and itself where it
/// must not be merged.
type Standing = (usize, Sides, Option<usize>);

/// The first group that stands in each way.
type First<'s> = HashMap<(Metric, &'s [Standing]), usize, FixedState>;
