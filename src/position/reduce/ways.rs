//! In which ways each demand can be met at each of its sides.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    /// By demand: holder and number of its set of ways, for each side that can meet it.
    pub(super) sides: Vec<Vec<(usize, usize)>>,
    /// By number: the ways.
    pub(super) sets: Vec<BTreeSet<Way>>,
}

impl Ways {
    pub(super) fn of(model: &Model, pools: &[Pool]) -> Ways {
        let (mut known, mut found) = (BTreeMap::new(), Vec::new());
        let countable = |holder: usize| matches!(model.holders[holder].heads, Heads::Count(_));
        let mut add = |demand: usize, holder: usize, way: Way| {
            if countable(holder) {
                let next = known.len();
                found.push((demand, holder, *known.entry(way).or_insert(next)));
            }
        };
        purchases(model, &mut add);
        owned(model, pools, &mut add);
        places(model, &mut add);
        found.sort_unstable();
        found.dedup();
        let mut all: Vec<(Way, usize)> = known.into_iter().collect();
        all.sort_unstable_by_key(|&(_, number)| number);
        let mut ways = Ways { sides: vec![Vec::new(); model.demands.len()], sets: Vec::new() };
        let mut numbers: HashMap<Vec<usize>, usize> = HashMap::new();
        for side in found.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let set: Vec<usize> = side.iter().map(|&(_, _, way)| way).collect();
            let (demand, holder, _) = side[0];
            let number = *numbers.entry(set).or_insert_with_key(|set| {
                ways.sets.push(set.iter().map(|&way| all[way].0.clone()).collect());
                ways.sets.len() - 1
            });
            ways.sides[demand].push((holder, number));
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
