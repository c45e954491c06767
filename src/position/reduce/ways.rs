//! In which ways each demand can be met at each of its sides.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;

use super::{Pool, Source};
use crate::position::model::{Heads, Model};

/// One way to meet a demand at a holder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    pub(super) source: Source,
    pub(super) licence: Option<usize>,
    pub(super) units: u64,
    pub(super) moved: Option<usize>,
}

/// The ways to meet each demand at each of its sides; equal sets of ways have one number.
pub(super) struct Ways {
    /// By demand: the sides that can meet it.
    pub(super) sides: Vec<Sides>,
    /// By number: the ways.
    pub(super) sets: Vec<BTreeSet<Way>>,
}

/// The sides of a demand that can meet it, in order: holder or group, and the number of its set of ways. Nothing stands
/// behind the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Sides([Option<(u32, u32)>; 4]);

impl Sides {
    /// Each side.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.0.iter().flatten().map(|&(group, set)| (group as usize, set as usize))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0[0].is_none()
    }

    /// Puts others in the place of groups.
    pub(super) fn regroup(&mut self, into: &[usize]) {
        let sides = self.0.iter_mut().flatten();
        sides.for_each(|side| side.0 = short(into[side.0 as usize]));
        self.0.sort_unstable_by_key(|side| (side.is_none(), *side));
    }

    /// The sides of all groups but one.
    pub(super) fn without(mut self, group: usize) -> Sides {
        let own = |side: &&mut Option<(u32, u32)>| side.is_some_and(|side| side.0 as usize == group);
        self.0.iter_mut().filter(own).for_each(|side| *side = None);
        self.0.sort_unstable_by_key(|side| (side.is_none(), *side));
        self
    }

    fn push(&mut self, side: (u32, u32)) {
        let free = self.0.iter_mut().find(|side| side.is_none());
        free.into_iter().for_each(|free| *free = Some(side));
    }
}

impl Ways {
    pub(super) fn of(model: &Model, pools: &[Pool]) -> Ways {
        let (mut known, mut found) = (BTreeMap::new(), Vec::new());
        let countable = |holder: usize| matches!(model.holders[holder].heads, Heads::Count(_));
        let mut last: Option<(Way, u32)> = None;
        let mut add = |demand: usize, holder: usize, way: Way| {
            if !countable(holder) {
                return;
            }
            if last.as_ref().is_none_or(|(last, _)| *last != way) {
                let next = short(known.len());
                let number = *known.entry(way.clone()).or_insert(next);
                last = Some((way, number));
            }
            let number = last.as_ref().map_or(0, |(_, number)| *number);
            found.push((short(demand), short(holder), number));
        };
        purchases(model, &mut add);
        owned(model, pools, &mut add);
        places(model, &mut add);
        found.sort_unstable();
        found.dedup();
        let mut all: Vec<(Way, u32)> = known.into_iter().collect();
        all.sort_unstable_by_key(|&(_, number)| number);
        let mut ways = Ways { sides: vec![Sides::default(); model.demands.len()], sets: Vec::new() };
        let mut numbers: HashMap<Vec<u32>, u32, FixedState> = HashMap::default();
        let mut set: Vec<u32> = Vec::new();
        for side in found.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            set.clear();
            set.extend(side.iter().map(|&(_, _, way)| way));
            let number = numbers.get(&set).copied().unwrap_or_else(|| {
                let number = short(ways.sets.len());
                ways.sets.push(set.iter().map(|&way| all[way as usize].0.clone()).collect());
                numbers.insert(set.clone(), number);
                number
            });
            let (demand, holder, _) = side[0];
            ways.sides[demand as usize].push((holder, number));
        }
        ways
    }

    /// Whether one of these ways is a purchase.
    pub(super) fn buyable(&self, set: usize) -> bool {
        self.sets[set].iter().any(|way| matches!(way.source, Source::Kind(_)))
    }
}

fn purchases(model: &Model, add: &mut impl FnMut(usize, usize, Way)) {
    for (index, kind) in model.kinds.iter().enumerate().filter(|(_, kind)| kind.price.is_some()) {
        for &demand in &kind.cover.demands {
            if let Some(holder) = model.demands[demand].side(kind.metric) {
                let licence = Some(kind.licence);
                let units = kind.cover.need(holder);
                add(demand, holder, Way { source: Source::Kind(index), licence, units, moved: None });
            }
        }
    }
}

fn owned(model: &Model, pools: &[Pool], add: &mut impl FnMut(usize, usize, Way)) {
    let open = model.moves.iter().filter(|known| known.heads > 0);
    let open: BTreeSet<_> = open.map(|known| (known.from, known.to)).collect();
    for (index, pool) in pools.iter().enumerate() {
        let line = &model.stock[pool.stock[0]];
        for &demand in &line.cover.demands {
            let Some(holder) = model.demands[demand].side(line.metric) else {
                continue;
            };
            let moved = line.bound.filter(|&from| from != holder);
            if moved.is_none_or(|from| open.contains(&(from, holder))) {
                let licence = Some(line.licence);
                let units = line.cover.need(holder);
                add(demand, holder, Way { source: Source::Pool(index), licence, units, moved });
            }
        }
    }
}

fn places(model: &Model, add: &mut impl FnMut(usize, usize, Way)) {
    for (index, quota) in model.quotas.iter().enumerate().filter(|(_, quota)| quota.limit > 0) {
        for candidate in &quota.candidates {
            let holder = candidate.holder;
            let metric = model.holders[holder].metric;
            for &demand in &candidate.demands {
                if model.demands[demand].side(metric) == Some(holder) {
                    add(demand, holder, Way { source: Source::Place(index), licence: None, units: 1, moved: None });
                }
            }
        }
    }
}

/// No model has 2^32 holders or demands: an estate's rows would be past the limit of a source.
fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
