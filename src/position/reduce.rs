//! Makes a model small without changing its optimum.
//!
//! Lines of stock that differ in quantity alone become one pool. Demands that the same ways can
//! meet become one *ask*, and holders that stand alike to the same others one *group*, whose heads
//! then count together. What a group needs from offers that never meet is parted, and everything
//! falls into components that share no source of which there could be too little.
//!
//! Alike holders may be merged because a side is met in full or not at all, and by the same ways:
//! if the other side meets one's demand it meets its twin's. That holds only where a purchase can
//! meet the demand, so contested demands (stock and places alone can meet them) are left as they are.

mod asks;
mod merge;
mod ways;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use foldhash::fast::FixedState;
use smallvec::SmallVec;

pub use self::asks::{Ask, Asks};
use self::merge::{Merged, Wanted};
use self::ways::{Sides, Way, Ways};
use super::counting;
use super::model::{Metric, Model};
use super::union::Union;
use crate::value::short;

/// A model made small.
#[derive(Debug)]
pub struct Reduced {
    /// Stock, alike lines together.
    pub pools: Vec<Pool>,
    /// Independent parts, but for the number of kinds bought.
    pub components: Vec<Component>,
    /// Demands that nothing can meet, ascending.
    pub impossible: Vec<usize>,
}

impl Reduced {
    /// What no purchase meets but something owned or a place might.
    #[must_use]
    pub fn contested(&self, model: &Model) -> Vec<Contested> {
        let mut contested = Vec::new();
        for component in &self.components {
            let metric = |(group, _): (usize, usize)| model.holders[component.groups[group].members[0].0].metric;
            for ask in component.asks.iter().filter(|ask| ask.contested) {
                let one = |demand| Contested { demand, metrics: ask.sides().map(metric).collect() };
                contested.extend(ask.demands().map(one));
            }
        }
        contested.sort_unstable_by_key(|one| one.demand);
        contested
    }
}

/// A demand that may have to stay unmet.
#[derive(Debug)]
pub struct Contested {
    /// Its place in the model.
    pub demand: usize,
    /// The metrics of the sides that something could meet.
    pub metrics: SmallVec<[Metric; 4]>,
}

/// Lines of stock that differ in quantity alone.
#[derive(Debug)]
pub struct Pool {
    /// The lines.
    pub stock: Vec<usize>,
    /// The kind under which they are reported.
    pub kind: usize,
    /// Their units.
    pub quantity: u64,
}

/// Groups and asks that hang together.
#[derive(Debug, Default)]
pub struct Component {
    /// Who can be dealt something.
    pub groups: Vec<Group>,
    /// What must be met.
    pub asks: Asks,
    /// Sources that could run short, with what they hold: pools and places.
    pub limits: BTreeMap<Source, u64>,
    /// Heads that may hold units bound to another holder, by the pair (from, to).
    pub moves: BTreeMap<(usize, usize), u64>,
}

/// Alike holders, as far as one set of connected offers goes.
#[derive(Debug)]
pub struct Group {
    /// The holders, each with its heads; mostly one.
    pub members: SmallVec<[(usize, u64); 1]>,
    /// All their heads.
    pub heads: u64,
    /// How many different things a head can need; asks point to them.
    pub facets: usize,
    /// What serves the facets; what is equal is kept once.
    pub offers: Rc<Vec<Offer>>,
}

/// Sources that serve a group alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offer {
    /// Units that a head takes.
    pub units: u64,
    /// The licence, where its units are counted together; none where one unit is enough.
    pub licence: Option<usize>,
    /// The facets served.
    pub facets: BTreeSet<usize>,
    /// The holder that the units are bound to, where a move brings them here.
    pub moved: Option<usize>,
    /// Where the units may come from.
    pub sources: Vec<Source>,
}

/// Where a unit or a place comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A pool of stock.
    Pool(usize),
    /// A purchase.
    Kind(usize),
    /// A quota.
    Place(usize),
}

/// Reduces a model.
#[must_use]
pub fn reduce(model: &Model) -> Reduced {
    let pools = pools(model);
    let mut ways = Ways::of(model, &pools);
    let (merged, impossible) = Merged::of(model, &mut ways);
    let parts = Parts::of(model, &ways, &merged);
    let components = components(model, &pools, merged, parts);
    Reduced { pools, components, impossible }
}

fn pools(model: &Model) -> Vec<Pool> {
    let mut alike: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, line) in model.stock.iter().enumerate().filter(|(_, line)| line.quantity > 0) {
        let key = (line.kind, line.licence, line.metric, line.bound, &line.cover);
        alike.entry(key).or_default().push(index);
    }
    let pool = |stock: Vec<usize>| Pool {
        kind: model.stock[stock[0]].kind,
        quantity: stock.iter().fold(0, |sum, &line| sum.saturating_add(model.stock[line].quantity)),
        stock,
    };
    alike.into_values().map(pool).collect()
}

/// Groups in parts, each with the facets that its offers connect.
struct Parts {
    groups: Vec<Group>,
    /// Each side of an ask once. By merged group, where its own begin.
    sides: Vec<Side>,
    starts: Vec<usize>,
}

/// A merged group and a set of ways; the part that the group has for them, and which of its facets they are.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Side {
    group: u32,
    set: u32,
    part: u32,
    facet: u32,
}

impl Parts {
    fn of(model: &Model, ways: &Ways, merged: &Merged) -> Parts {
        let side = |(group, set)| Side { group: short(group), set: short(set), part: 0, facet: 0 };
        let mut sides: Vec<Side> = merged.asks().flat_map(sides_of).map(side).collect();
        counting::sort(&mut sides, |side| side.group, |side| side.set);
        sides.dedup();
        let mut groups = Vec::with_capacity(merged.members.len());
        let mut starts = vec![0; merged.members.len()];
        let mut known: HashMap<SmallVec<[usize; 4]>, Vec<Parted>, FixedState> = HashMap::default();
        let mut kept = BTreeSet::new();
        let mut start = 0;
        for own in sides.chunk_by_mut(|a, b| a.group == b.group) {
            let merged_group = own[0].group as usize;
            starts[merged_group] = start;
            let sets = own.iter().map(|side| side.set as usize).collect();
            let parted = known.entry(sets).or_insert_with_key(|sets| parted(ways, sets, &mut kept));
            for Parted { places: facets, offers } in parted {
                for (facet, &place) in facets.iter().enumerate() {
                    (own[place].part, own[place].facet) = (short(groups.len()), short(facet));
                }
                groups.push(group(model, &merged.members[merged_group], facets.len(), Rc::clone(offers)));
            }
            start += own.len();
        }
        Parts { groups, sides, starts }
    }

    fn into_groups(self) -> Vec<Group> {
        self.groups
    }

    /// The sides of an ask, each as a part and its facet.
    fn sides(&self, ask: &[Wanted]) -> impl Iterator<Item = (usize, usize)> {
        sides_of(ask).filter_map(|(group, set)| {
            let side = self.sides[self.starts[group]..].iter().find(|side| side.set as usize == set)?;
            Some((side.part as usize, side.facet as usize))
        })
    }
}

/// The sides of demands that are met together: groups and sets of ways.
fn sides_of(ask: &[Wanted]) -> impl Iterator<Item = (usize, usize)> + use<> {
    ask.first().map(|wanted| wanted.sides).into_iter().flat_map(Sides::iter)
}

/// Some of a group's sets of ways, by their places among them all, and what serves them.
struct Parted {
    places: Vec<usize>,
    offers: Rc<Vec<Offer>>,
}

fn parted(ways: &Ways, sets: &[usize], kept: &mut BTreeSet<Rc<Vec<Offer>>>) -> Vec<Parted> {
    let part = |places: Vec<usize>| {
        let offers = offers(ways, places.iter().map(|&place| sets[place]));
        let offers = kept.get(&offers).cloned().unwrap_or_else(|| {
            let offers = Rc::new(offers);
            kept.insert(Rc::clone(&offers));
            offers
        });
        Parted { places, offers }
    };
    connected(ways, sets).into_iter().map(part).collect()
}

/// The sets of ways, parted into those that share sources; a head that holds moved units counts
/// once, whatever it meets by them, so these stay together.
fn connected(ways: &Ways, sets: &[usize]) -> Vec<Vec<usize>> {
    let mut union = Union::new(sets.len());
    let mut first = BTreeMap::new();
    let mut first_moved = None;
    for (index, &set) in sets.iter().enumerate() {
        for way in &ways.sets[set] {
            union.join(index, *first.entry(way.source).or_insert(index));
            if way.moved.is_some() {
                union.join(index, *first_moved.get_or_insert(index));
            }
        }
    }
    union.classes()
}

/// What serves some sets of ways, each a facet.
fn offers(ways: &Ways, sets: impl Iterator<Item = usize>) -> Vec<Offer> {
    let mut served: BTreeMap<&Way, BTreeSet<usize>> = BTreeMap::new();
    for (facet, set) in sets.enumerate() {
        for way in &ways.sets[set] {
            served.entry(way).or_default().insert(facet);
        }
    }
    let counted = served.keys().any(|way| way.units > 1);
    let mut alike: BTreeMap<_, Vec<Source>> = BTreeMap::new();
    for (way, facets) in served {
        let licence = way.licence.filter(|_| counted);
        alike.entry((way.units, licence, facets, way.moved)).or_default().push(way.source);
    }
    let offer = |((units, licence, facets, moved), sources)| Offer { units, licence, facets, moved, sources };
    alike.into_iter().map(offer).collect()
}

fn group(model: &Model, holders: &[usize], facets: usize, offers: Rc<Vec<Offer>>) -> Group {
    let heads = |holder: usize| model.holders[holder].heads.counted();
    let members: SmallVec<[(usize, u64); 1]> = holders.iter().map(|&holder| (holder, heads(holder))).collect();
    Group { heads: members.iter().fold(0, |sum, member| sum.saturating_add(member.1)), members, facets, offers }
}

/// Splits groups and asks into components that share neither asks nor anything that could run short.
fn components(model: &Model, pools: &[Pool], merged: Merged, parts: Parts) -> Vec<Component> {
    let limits = limits(model, pools, &parts.groups);
    let classes = together(model, &merged, &parts, &limits);
    let mut places = vec![(0, 0); parts.groups.len()];
    for (component, class) in classes.iter().enumerate() {
        class.iter().enumerate().for_each(|(local, &group)| places[group] = (component, local));
    }
    let asks = asks(&merged, &parts, &places, classes.len());
    // What has become asks need not stand in memory beside the groups.
    drop(merged);
    let component = |(class, asks): (&Vec<usize>, Asks)| {
        let groups = Vec::with_capacity(class.len());
        Component { groups, asks, ..Component::default() }
    };
    let groups = parts.into_groups();
    let mut components: Vec<Component> = classes.iter().zip(asks).map(component).collect();
    for (group, place) in groups.into_iter().zip(places) {
        components[place.0].take(model, group, &limits);
    }
    components
}

/// The groups of each component.
fn together(model: &Model, merged: &Merged, parts: &Parts, limits: &BTreeMap<Source, u64>) -> Vec<Vec<usize>> {
    let mut union = Union::new(parts.groups.len());
    for ask in merged.asks() {
        let mut sides = parts.sides(ask).map(|side| side.0);
        if let Some(first) = sides.next() {
            sides.for_each(|other| union.join(other, first));
        }
    }
    let mut first = BTreeMap::new();
    for (index, group) in parts.groups.iter().enumerate() {
        for &source in group.offers.iter().flat_map(|offer| &offer.sources) {
            let packed = matches!(source, Source::Kind(kind) if model.kinds[kind].pack() > 1);
            if packed || limits.contains_key(&source) {
                union.join(index, *first.entry(source).or_insert(index));
            }
        }
    }
    union.classes()
}

/// The asks of each component, where each group has a place: its component, and its number there.
fn asks(merged: &Merged, parts: &Parts, places: &[(usize, usize)], components: usize) -> Vec<Asks> {
    let component_of = |ask: &[Wanted]| parts.sides(ask).next().map_or(0, |(group, _)| places[group].0);
    let mut sizes = vec![(0, 0, 0); components];
    for ask in merged.asks() {
        let (asks, demands, sides) = &mut sizes[component_of(ask)];
        (*asks, *demands, *sides) = (*asks + 1, *demands + ask.len(), *sides + sides_of(ask).count());
    }
    let sized = |(asks, demands, sides)| Asks::with_capacity(asks, demands, sides);
    let mut all: Vec<Asks> = sizes.into_iter().map(sized).collect();
    for ask in merged.asks() {
        all[component_of(ask)].push(
            ask.iter().map(Wanted::demand),
            parts.sides(ask).map(|(group, facet)| (places[group].1, facet)),
            ask.iter().any(|wanted| wanted.contested),
        );
    }
    all
}

impl Component {
    fn take(&mut self, model: &Model, group: Group, limits: &BTreeMap<Source, u64>) {
        for offer in group.offers.iter() {
            let short = offer.sources.iter().filter_map(|source| limits.get_key_value(source));
            self.limits.extend(short.map(|(source, limit)| (*source, *limit)));
            if let Some(from) = offer.moved {
                let to = group.members[0].0;
                self.moves.insert((from, to), model.movable(from, to));
            }
        }
        self.groups.push(group);
    }
}

/// The pools and quotas that could run short: those with less than all heads could take.
fn limits(model: &Model, pools: &[Pool], groups: &[Group]) -> BTreeMap<Source, u64> {
    let mut wanted: BTreeMap<Source, u128> = BTreeMap::new();
    for group in groups {
        for offer in group.offers.iter() {
            for &source in offer.sources.iter().filter(|source| !matches!(source, Source::Kind(_))) {
                // A head takes no more than this of an offer, but it may use several of them.
                *wanted.entry(source).or_default() += u128::from(group.heads) * u128::from(offer.units);
            }
        }
    }
    let supply = |source: &Source| match *source {
        Source::Pool(pool) => Some(pools[pool].quantity),
        Source::Place(quota) => Some(model.quotas[quota].limit),
        Source::Kind(_) => None,
    };
    let short = wanted.into_iter().filter_map(|(source, wanted)| {
        let limit = supply(&source)?;
        (u128::from(limit) < wanted).then_some((source, limit))
    });
    short.collect()
}
