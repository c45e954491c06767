//! In which ways each demand can be met at each of its sides.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;

use super::{Pool, Source};
use crate::position::model::{Cover, Heads, Metric, Model};
use crate::value::short;

/// One way to meet a demand at a holder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    pub(super) source: Source,
    pub(super) licence: Option<usize>,
    pub(super) units: u64,
    pub(super) moved: Option<usize>,
}

/// The sides of a demand that can meet it, in order: each a holder or group, counted from 1, and the number of its set of
/// ways. Zeros stand behind the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Sides([(u32, u32); 4]);

impl Sides {
    /// Each side.
    pub(super) fn iter(self) -> impl Iterator<Item = (usize, usize)> {
        self.0.into_iter().take_while(|side| side.0 != 0).map(|side| (side.0 as usize - 1, side.1 as usize))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0[0].0 == 0
    }

    /// Puts others in the place of groups.
    pub(super) fn regroup(&mut self, into: &[usize]) {
        self.0.iter_mut().filter(|side| side.0 != 0).for_each(|side| side.0 = short(into[side.0 as usize - 1] + 1));
        self.sort();
    }

    /// The sides of all groups but one.
    pub(super) fn without(self, group: usize) -> Sides {
        let mut rest = Sides::default();
        let others = self.0.into_iter().filter(|side| side.0 as usize != group + 1);
        rest.0.iter_mut().zip(others).for_each(|(rest, other)| *rest = other);
        rest
    }

    /// The number of the first group, by which sides are first compared.
    pub(super) fn first(&self) -> u32 {
        self.0[0].0
    }

    fn push(&mut self, group: usize, set: u32) {
        let free = self.0.iter_mut().find(|side| side.0 == 0);
        free.into_iter().for_each(|free| *free = (short(group + 1), set));
    }

    fn sort(&mut self) {
        self.0.sort_unstable_by_key(|&side| (side.0 == 0, side));
    }
}

/// Finds ways; equal sets of ways have one number. Holders of a metric for whom nothing particular is stated have the same
/// ways to meet demands of a nature.
pub(super) struct Ways<'m> {
    model: &'m Model,
    pools: &'m [Pool],
    /// By holder: whether a need, a bound unit or a place is stated for it.
    particular: Vec<bool>,
    /// Pools of units that go anywhere.
    open: Vec<usize>,
    /// Pools of units that a holder may use for all that they are bound, and to whom, if to another.
    bound: BTreeMap<usize, Vec<(usize, Option<usize>)>>,
    /// The quotas that may give a holder a place, and the demands that it meets.
    places: HashMap<usize, Vec<(usize, &'m BTreeSet<usize>)>, FixedState>,
    /// What is found: by nature and metric, and the holder if it is particular.
    known: HashMap<(usize, Metric, Option<usize>), Option<u32>, FixedState>,
    /// What was found last by metric, for holders for whom nothing particular is stated: the nature, and the number.
    last: [Option<(usize, Option<u32>)>; Metric::ALL.len()],
    numbers: BTreeMap<BTreeSet<Way>, u32>,
    /// By number: the ways.
    pub(super) sets: Vec<BTreeSet<Way>>,
}

impl<'m> Ways<'m> {
    /// Nothing found yet.
    pub(super) fn of(model: &'m Model, pools: &'m [Pool]) -> Ways<'m> {
        let mut ways = Ways {
            model,
            pools,
            particular: vec![false; model.holders.len()],
            open: Vec::new(),
            bound: BTreeMap::new(),
            places: HashMap::default(),
            known: HashMap::default(),
            last: [None; Metric::ALL.len()],
            numbers: BTreeMap::new(),
            sets: Vec::new(),
        };
        ways.bind();
        ways.place();
        let stock = pools.iter().map(|pool| &model.stock[pool.stock[0]].cover);
        let stated = model.kinds.iter().map(|kind| &kind.cover).chain(stock).flat_map(|cover| cover.needs.keys());
        let holders = stated.chain(ways.bound.keys()).chain(ways.places.keys()).copied();
        holders.collect::<Vec<_>>().into_iter().for_each(|holder| ways.particular[holder] = true);
        ways
    }

    fn bind(&mut self) {
        for (pool, known) in self.pools.iter().enumerate() {
            let Some(from) = self.model.stock[known.stock[0]].bound else {
                self.open.push(pool);
                continue;
            };
            self.bound.entry(from).or_default().push((pool, None));
            for to in self.model.substitutes(from).filter(|to| *to != from) {
                self.bound.entry(to).or_default().push((pool, Some(from)));
            }
        }
    }

    fn place(&mut self) {
        for (index, quota) in self.model.quotas.iter().enumerate().filter(|(_, quota)| quota.limit > 0) {
            for candidate in &quota.candidates {
                self.places.entry(candidate.holder).or_default().push((index, &candidate.demands));
            }
        }
    }

    /// Whether one of these ways is a purchase.
    pub(super) fn buyable(&self, set: usize) -> bool {
        self.sets[set].iter().any(|way| matches!(way.source, Source::Kind(_)))
    }

    /// The sides that can meet a demand.
    pub(super) fn sides(&mut self, demand: usize) -> Sides {
        let mut holders: [Option<usize>; 4] = Metric::ALL.map(|metric| self.model.demands[demand].side(metric));
        holders.sort_unstable();
        let mut sides = Sides::default();
        for holder in holders.into_iter().flatten() {
            if matches!(self.model.holders[holder].heads, Heads::Count(_))
                && let Some(set) = self.set(demand, holder)
            {
                sides.push(holder, set);
            }
        }
        sides
    }

    /// The number of the ways to meet a demand at a holder; none where there is no way.
    fn set(&mut self, demand: usize, holder: usize) -> Option<u32> {
        let (nature, metric) = (self.model.demands[demand].nature(), self.model.holders[holder].metric);
        let particular = self.particular[holder];
        if let Some((_, found)) = self.last[metric as usize].filter(|last| !particular && last.0 == nature) {
            return found;
        }
        if particular && self.places.contains_key(&holder) {
            let ways = self.units(nature, metric, holder).chain(self.places(demand, holder)).collect();
            return self.number(ways);
        }
        let key = (nature, metric, particular.then_some(holder));
        let number = self.known.get(&key).copied().unwrap_or_else(|| {
            let ways = self.units(nature, metric, holder).collect();
            let number = self.number(ways);
            self.known.insert(key, number);
            number
        });
        if !particular {
            self.last[metric as usize] = Some((nature, number));
        }
        number
    }

    fn number(&mut self, ways: BTreeSet<Way>) -> Option<u32> {
        if ways.is_empty() {
            return None;
        }
        let next = short(self.sets.len());
        let number = *self.numbers.entry(ways).or_insert_with_key(|ways| {
            self.sets.push(ways.clone());
            next
        });
        Some(number)
    }

    /// The ways to meet demands of a nature by units.
    fn units(&self, nature: usize, metric: Metric, holder: usize) -> impl Iterator<Item = Way> {
        let way = move |source, licence, cover: &Cover, moved| {
            let covers = cover.natures.contains(&nature);
            covers.then(|| Way { source, licence: Some(licence), units: cover.need(holder), moved })
        };
        let sold = self.model.kinds.iter().enumerate();
        let sold = sold.filter(move |(_, kind)| kind.price.is_some() && kind.metric == metric);
        let sold = sold.filter_map(move |(index, kind)| way(Source::Kind(index), kind.licence, &kind.cover, None));
        let bound = self.bound.get(&holder).into_iter().flatten().copied();
        let owned = self.open.iter().map(|&pool| (pool, None)).chain(bound);
        let owned = owned.filter_map(move |(pool, moved)| {
            let line = &self.model.stock[self.pools[pool].stock[0]];
            way(Source::Pool(pool), line.licence, &line.cover, moved).filter(|_| line.metric == metric)
        });
        sold.chain(owned)
    }

    /// The ways to meet a demand by a place.
    fn places(&self, demand: usize, holder: usize) -> impl Iterator<Item = Way> {
        let quotas = self.places.get(&holder).into_iter().flatten();
        let listed = quotas.filter(move |(_, demands)| demands.contains(&demand));
        listed.map(|&(index, _)| Way { source: Source::Place(index), licence: None, units: 1, moved: None })
    }
}
