//! Merges demands that the same ways can meet, and holders that stand alike to the same others.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;
use smallvec::{SmallVec, smallvec};

use super::ways::{Sides, Ways};
use crate::position::counting;
use crate::position::model::{Heads, Metric, Model};
use crate::value::short;

/// Demands and holders, alike ones together.
pub(super) struct Merged {
    /// By group: its holders.
    pub(super) members: Vec<SmallVec<[usize; 2]>>,
    /// What must be met, in order: the sides come first.
    wanted: Vec<Wanted>,
}

/// A demand, and the groups that can meet it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted {
    pub(super) sides: Sides,
    /// Whether no purchase meets it: such demands are not merged.
    pub(super) contested: bool,
    demand: u32,
}

impl Wanted {
    pub(super) fn demand(&self) -> usize {
        self.demand as usize
    }

    fn is_one_with(&self, other: &Wanted) -> bool {
        self.sides == other.sides && !self.contested && !other.contested || self == other
    }
}

impl Merged {
    /// Merges until nothing changes; also gives the demands that no way can meet.
    pub(super) fn of(model: &Model, ways: &mut Ways) -> (Merged, Vec<usize>) {
        let mut impossible = Vec::new();
        let mut wanted = Vec::with_capacity(model.demands.len());
        for (demand, known) in model.demands.iter().enumerate() {
            let free = |holder: usize| model.holders[holder].heads == Heads::Count(0);
            if known.sides().any(free) {
                continue;
            }
            let sides = ways.sides(demand);
            if sides.is_empty() {
                impossible.push(demand);
                continue;
            }
            let buyable = sides.iter().any(|(_, set)| ways.buyable(set));
            wanted.push(Wanted { sides, contested: !buyable, demand: short(demand) });
        }
        let mut merged = Merged { members: (0..model.holders.len()).map(|holder| smallvec![holder]).collect(), wanted };
        let moved: Vec<bool> = ways.sets.iter().map(|set| set.iter().any(|way| way.moved.is_some())).collect();
        merged.sort();
        while merged.merge_groups(model, &moved) {
            merged.sort();
        }
        (merged, impossible)
    }

    fn sort(&mut self) {
        counting::sort(&mut self.wanted, |wanted| wanted.sides.first(), |wanted| *wanted);
    }

    /// Demands that are met together.
    pub(super) fn asks(&self) -> impl Iterator<Item = &[Wanted]> {
        self.wanted.chunk_by(Wanted::is_one_with)
    }

    /// Merges the groups that stand alike to the same others; whether there were any. `moved` says which sets of ways have
    /// units that move.
    fn merge_groups(&mut self, model: &Model, moved: &[bool]) -> bool {
        let rivals = self.rivals(model, moved);
        let all = self.standing(moved).filter(|(group, _)| rivals[*group]);
        let mut standing: Vec<(usize, Standing)> = all.collect();
        standing.sort_unstable();
        let mut first: HashMap<(Metric, Vec<Standing>), usize, FixedState> = HashMap::default();
        let mut into: Vec<usize> = (0..self.members.len()).collect();
        let mut changed = false;
        for own in standing.chunk_by(|a, b| a.0 == b.0) {
            let group = own[0].0;
            let key = (self.metric(model, group), own.iter().map(|(_, standing)| *standing).collect());
            into[group] = *first.entry(key).or_insert(group);
            if into[group] != group {
                let members = std::mem::take(&mut self.members[group]);
                self.members[into[group]].extend(members);
                changed = true;
            }
        }
        if changed {
            self.wanted.iter_mut().for_each(|wanted| wanted.sides.regroup(&into));
        }
        changed
    }

    /// By group: whether another one could stand alike. Most show by the sum of their hashes that none does.
    fn rivals(&self, model: &Model, moved: &[bool]) -> Vec<bool> {
        let hasher = FixedState::default();
        let mut sums = vec![0_u64; self.members.len()];
        for (group, (set, others, own)) in self.standing(moved) {
            let mut state = hasher.build_hasher();
            (set, own).hash(&mut state);
            others.iter().for_each(|other| other.hash(&mut state));
            sums[group] = sums[group].wrapping_add(state.finish());
        }
        let mut first: HashMap<(Metric, u64), usize, FixedState> =
            HashMap::with_capacity_and_hasher(self.members.len(), hasher);
        let mut rivals = vec![false; self.members.len()];
        for group in (0..self.members.len()).filter(|&group| !self.members[group].is_empty()) {
            let first = *first.entry((self.metric(model, group), sums[group])).or_insert(group);
            if first != group {
                (rivals[first], rivals[group]) = (true, true);
            }
        }
        rivals
    }

    /// How each group stands to each of its asks.
    fn standing(&self, moved: &[bool]) -> impl Iterator<Item = (usize, Standing)> {
        self.asks().filter_map(|ask| ask.first()).flat_map(move |ask| {
            ask.sides.iter().map(move |(group, set)| {
                let own = ask.contested || moved[set];
                (group, (set, ask.sides.without(group), own.then_some(group)))
            })
        })
    }

    fn metric(&self, model: &Model, group: usize) -> Metric {
        model.holders[self.members[group][0]].metric
    }
}

/// How a group stands to one of its asks: its set of ways, the other sides, and itself where it
/// must not be merged.
type Standing = (usize, Sides, Option<usize>);
