//! Offers to groups as *items* that asks choose among, each serving all heads of its group.
//!
//! The items of a group are *nested* where of any two that serve a facet in common one serves all that the other serves,
//! as a suite does beside the licences that it includes. What heads take of nested items to meet any set of facets is
//! then a cut through their tree. Items that would break this stand *apart*.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::FixedState;
use smallvec::smallvec;

use super::deal::{Deal, Draw, Share};
use super::market::{Market, Scale, Weight, scaled};
use super::network::{Amount, Network, SINK, SOURCE};
use super::packed::packed;
use crate::position::reduce::{Component, Offer};
use crate::position::union::Union;

/// The items of a component.
#[derive(Debug)]
pub struct Items<'m> {
    component: &'m Component,
    /// Group and offer.
    pub names: Vec<(usize, usize)>,
    /// By item: the least item that serves all that it serves, and more.
    pub within: Vec<Option<usize>>,
    /// By item: whether it stands apart.
    pub apart: Vec<bool>,
    /// By group: its nest, and its first item.
    groups: Vec<(usize, usize)>,
    nests: Vec<Nest>,
}

/// What serves a facet, by the places of the items in their nest.
#[derive(Clone, Debug, Default)]
struct Serving {
    /// The least nested item.
    leaf: Option<usize>,
    /// The items apart.
    apart: Vec<usize>,
}

/// One side of an ask that has an item.
#[derive(Clone, Copy, Debug)]
pub struct Side<'i> {
    /// The group.
    pub group: usize,
    /// The facet.
    pub facet: usize,
    /// The least nested item that serves it.
    pub leaf: Option<usize>,
    first: usize,
    apart: &'i [usize],
}

impl<'i> Side<'i> {
    /// The items apart that serve it.
    pub fn apart(self) -> impl Iterator<Item = usize> + Clone + use<'i> {
        self.apart.iter().map(move |item| self.first + item)
    }
}

/// The items that some offers make, those that serve most first: groups that are made the same offers share a nest.
#[derive(Debug)]
struct Nest {
    offers: Vec<usize>,
    within: Vec<Option<usize>>,
    apart: Vec<bool>,
    facets: Vec<Serving>,
}

impl Nest {
    /// The items of some offers, all of which stand apart where that is said.
    fn of(offers: &[Offer], facets: usize, set_apart: bool) -> Nest {
        let mut order: Vec<usize> = (0..offers.len()).collect();
        order.sort_by_key(|&offer| std::cmp::Reverse(offers[offer].facets.len()));
        let mut nest =
            Nest { offers: order, within: Vec::new(), apart: Vec::new(), facets: vec![Serving::default(); facets] };
        for item in 0..nest.offers.len() {
            let facets = &offers[nest.offers[item]].facets;
            let mut within = facets.iter().map(|&facet| nest.facets[facet].leaf);
            let first = within.next().filter(|_| !set_apart);
            let nested = first.filter(|first| within.all(|within| within == *first));
            nest.apart.push(nested.is_none());
            nest.within.push(nested.flatten());
            for &facet in facets {
                let known = &mut nest.facets[facet];
                if nested.is_some() { known.leaf = Some(item) } else { known.apart.push(item) }
            }
        }
        nest
    }
}

impl<'m> Items<'m> {
    /// The items of a market. Those for which `set_apart` says so stand apart in any case.
    #[must_use]
    pub fn of(market: &Market<'m>, set_apart: impl Fn(usize) -> bool) -> Items<'m> {
        let component = market.component;
        let (names, within, apart) = (Vec::new(), Vec::new(), Vec::new());
        let groups = Vec::with_capacity(market.offers.len());
        let mut items = Items { component, names, within, apart, groups, nests: Vec::new() };
        let mut known: HashMap<(*const Vec<Offer>, bool), usize, FixedState> = HashMap::default();
        for (group, offers) in market.offers.iter().enumerate() {
            let set_apart = set_apart(group);
            let nest = *known.entry((Rc::as_ptr(offers), set_apart)).or_insert_with(|| {
                items.nests.push(Nest::of(offers, component.groups[group].facets, set_apart));
                items.nests.len() - 1
            });
            items.add(nest);
        }
        items
    }

    /// Adds the items of the next group.
    fn add(&mut self, nest: usize) {
        let (group, first) = (self.groups.len(), self.names.len());
        self.groups.push((nest, first));
        let nest = &self.nests[nest];
        self.names.extend(nest.offers.iter().map(|&offer| (group, offer)));
        self.within.extend(nest.within.iter().map(|within| within.map(|item| first + item)));
        self.apart.extend(&nest.apart);
    }

    /// How many asks there are.
    #[must_use]
    pub fn asks(&self) -> usize {
        self.component.asks.count()
    }

    /// The sides of an ask that have an item.
    pub fn sides(&self, ask: usize) -> impl Iterator<Item = Side<'_>> + Clone {
        let side = |(group, facet): (usize, usize)| {
            let (nest, first) = self.groups[group];
            let Serving { leaf, apart } = &self.nests[nest].facets[facet];
            let side = Side { group, facet, leaf: leaf.map(|item| first + item), first, apart };
            (leaf.is_some() || !apart.is_empty()).then_some(side)
        };
        self.component.asks.at(ask).sides().filter_map(side)
    }

    /// Two halves of the groups such that no ask wants nested items of two groups of the same half; whether a group is in
    /// the second.
    #[must_use]
    pub fn halves(&self) -> Option<Vec<bool>> {
        let groups = self.groups.len();
        // Behind the groups stands each again, as it would be in the other half.
        let mut union = Union::new(2 * groups);
        for ask in 0..self.asks() {
            let mut nested = self.sides(ask).filter(|side| side.leaf.is_some()).map(|side| side.group);
            if let (Some(first), Some(second)) = (nested.next(), nested.next()) {
                union.join(first, groups + second);
                union.join(groups + first, second);
            }
            if nested.next().is_some() {
                return None;
            }
        }
        // The least group of all that hang together is in the first half.
        let half = |group: usize| match union.root(group).cmp(&union.root(groups + group)) {
            Ordering::Less => Some(false),
            Ordering::Equal => None,
            Ordering::Greater => Some(true),
        };
        (0..groups).map(half).collect()
    }

    /// What all heads of each item's group weigh that take it, where nothing runs short.
    #[must_use]
    pub fn weights(&self, market: &Market) -> Weights {
        let mut weights = Weights { units: Vec::new(), items: Vec::with_capacity(self.names.len()) };
        let mut known: HashMap<*const Offer, usize, FixedState> = HashMap::default();
        for &(group, offer) in &self.names {
            let offer = &market.offers[group][offer];
            let unit = *known.entry(std::ptr::from_ref(offer)).or_insert_with(|| {
                weights.units.push(market.weight(offer));
                weights.units.len() - 1
            });
            weights.items.push((unit, self.component.groups[group].heads));
        }
        weights
    }

    /// A network in which a cut chooses nested items and asks.
    #[must_use]
    pub fn network<A: Amount>(&self, halves: &[bool], zero: &A) -> Wired<A> {
        let mut edges = Vec::with_capacity(self.names.len() + self.asks());
        for (item, &(group, _)) in self.names.iter().enumerate() {
            let half = halves[group];
            let above = self.within[item].map_or(if half { SINK } else { SOURCE }, node);
            edges.push(if half { (node(item), above) } else { (above, node(item)) });
        }
        for ask in 0..self.asks() {
            let (mut from, mut to) = (SOURCE, SINK);
            for side in self.sides(ask) {
                if let Some(leaf) = side.leaf {
                    if halves[side.group] { to = node(leaf) } else { from = node(leaf) }
                }
            }
            edges.push((from, to));
        }
        let network = Network::new(self.names.len(), &edges, zero);
        Wired { network, first_ask: self.names.len(), zero: zero.clone() }
    }

    /// The nested items that a cut chooses.
    #[must_use]
    pub fn chosen(&self, halves: &[bool], reached: &[bool]) -> Vec<usize> {
        let cut = |item: &usize| {
            let half = halves[self.names[*item].0];
            let above = self.within[*item].map_or(!half, |above| reached[node(above)]);
            if half { reached[node(*item)] && !above } else { above && !reached[node(*item)] }
        };
        (0..self.names.len()).filter(|item| !self.apart[*item]).filter(cut).collect()
    }

    /// The nested items that serve a side, the least first.
    pub fn through(&self, side: Side<'_>) -> impl Iterator<Item = usize> + Clone + use<'_> {
        std::iter::successors(side.leaf, |&item| self.within[item])
    }

    /// What chosen items weigh, and how they are dealt, each from its only source.
    #[must_use]
    pub fn deal(&self, market: &Market, weights: &Weights, chosen: &[usize]) -> (Weight, Deal) {
        let mut deal = Deal::default();
        deal.shares.resize_with(market.offers.len(), Share::default);
        for &item in chosen {
            let (group, offer) = self.names[item];
            let heads = self.component.groups[group].heads;
            let units = market.offers[group][offer].units;
            let share = &mut deal.shares[group];
            let draw = Draw { offer, source: market.offers[group][offer].sources[0], units: units * heads };
            match share.heads.first_mut() {
                Some((held, _)) => {
                    held.push((offer, units));
                    share.draws.push(draw);
                }
                // Most groups take one offer, for which there is room then and no more.
                None => *share = Share { heads: vec![(smallvec![(offer, units)], heads)], draws: vec![draw] },
            }
        }
        for share in &mut deal.shares {
            share.heads.iter_mut().for_each(|(held, _)| held.sort_unstable());
            share.draws.sort_unstable_by_key(|draw| draw.offer);
        }
        (weights.sum(chosen, market.scale), deal)
    }

    /// The lightest items that meet every ask not yet met by items taken apart, with those; and the money that each ask is
    /// charged. Every such ask must have a nested one to choose.
    #[must_use]
    pub fn choose(&self, halves: &[bool], weights: &Weights, taken: &[bool], scale: &Scale) -> (Vec<usize>, Vec<i128>) {
        let prices = weights.level(scale.money());
        let (reached, charges) = match packed(weights) {
            Some((packed, unit)) => {
                let (reached, flows) = self.flow_of_numbers(halves, &packed, taken);
                let charges: Vec<i128> = flows.iter().map(|flow| (2 * flow + unit).div_euclid(2 * unit)).collect();
                let money = self.chosen(halves, &reached).into_iter().map(|item| prices[item]).sum::<i128>();
                let fits =
                    scale.money() == 0 && charges.iter().sum::<i128>() == money && self.afford(&charges, &prices);
                (reached, if fits { charges } else { self.flow_of_numbers(halves, &prices, taken).1 })
            }
            None => {
                let all: Vec<Weight> = (0..self.names.len()).map(|item| weights.of(item)).collect();
                let (reached, flows) = self.flow(halves, &all, taken, scale.zero());
                (reached, flows.into_iter().map(|flow| flow[scale.money()]).collect())
            }
        };
        let mut chosen = self.chosen(halves, &reached);
        chosen.extend((0..taken.len()).filter(|&item| taken[item]));
        (chosen, charges)
    }

    /// Whether no item's asks are charged more than it costs.
    fn afford(&self, charges: &[i128], prices: &[i128]) -> bool {
        let mut left = prices.to_vec();
        for (ask, charge) in charges.iter().enumerate().filter(|(_, charge)| **charge != 0) {
            self.sides(ask).flat_map(|side| self.through(side)).for_each(|item| left[item] -= charge);
        }
        left.iter().all(|left| *left >= 0)
    }

    /// The largest flow where weights are numbers. A network of short numbers takes less memory.
    fn flow_of_numbers(&self, halves: &[bool], weights: &[i128], taken: &[bool]) -> (Vec<bool>, Vec<i128>) {
        let sum = weights.iter().try_fold(0_i64, |sum, &weight| sum.checked_add(i64::try_from(weight).ok()?));
        let short: Option<Vec<i64>> = sum.and_then(|_| weights.iter().map(|&weight| weight.try_into().ok()).collect());
        match short {
            Some(short) => {
                let (reached, flows) = self.flow(halves, &short, taken, 0);
                (reached, flows.into_iter().map(i128::from).collect())
            }
            None => self.flow(halves, weights, taken, 0),
        }
    }

    /// The largest flow to asks not met by items taken: what its cut reaches, and what flows along each ask.
    fn flow<A: Amount>(&self, halves: &[bool], weights: &[A], taken: &[bool], zero: A) -> (Vec<bool>, Vec<A>) {
        let mut wired = self.network(halves, &zero);
        let room = |item: usize| Some(if self.apart[item] { zero.clone() } else { weights[item].clone() });
        let is_met = |ask: usize| self.sides(ask).any(|side| side.apart().any(|item| taken[item]));
        wired.fit(self, room, |ask| is_met(ask).then(|| zero.clone()));
        let (reached, _) = wired.network.fill();
        (reached, wired.flows())
    }
}

/// What items weigh: all heads of a group so much each. Many weigh the same but for how many heads they have.
#[derive(Debug)]
pub struct Weights {
    /// What one head weighs, each weight once or more.
    pub units: Vec<Weight>,
    /// By item: which of these, and for how many heads.
    pub items: Vec<(usize, u64)>,
}

impl Weights {
    /// The weight of an item.
    #[must_use]
    pub fn of(&self, item: usize) -> Weight {
        let (unit, heads) = self.items[item];
        scaled(&self.units[unit], heads)
    }

    /// What all items weigh on a level.
    fn level(&self, level: usize) -> Vec<i128> {
        self.items.iter().map(|&(unit, heads)| self.units[unit][level] * i128::from(heads)).collect()
    }

    /// What some items weigh together.
    fn sum(&self, items: &[usize], scale: &Scale) -> Weight {
        let mut heads = vec![0_i128; self.units.len()];
        for &(unit, own) in items.iter().map(|&item| &self.items[item]) {
            heads[unit] += i128::from(own);
        }
        let mut sum = scale.zero();
        for (unit, heads) in self.units.iter().zip(heads) {
            sum.iter_mut().zip(unit).for_each(|(sum, level)| *sum += level * heads);
        }
        sum
    }
}

/// A network of items and asks.
#[derive(Clone, Debug)]
pub struct Wired<A> {
    /// The network; the edges of items come first.
    pub network: Network<A>,
    /// The edge of the first ask.
    first_ask: usize,
    zero: A,
}

impl<A: Amount> Wired<A> {
    /// What flows along each ask.
    #[must_use]
    pub fn flows(&self) -> Vec<A> {
        (self.first_ask..self.network.edges()).map(|edge| self.network.flow(edge).clone()).collect()
    }

    /// Gives items and asks room, without a limit for none, and keeps of what flows along each ask as much as still fits.
    pub fn fit(&mut self, items: &Items, room: impl Fn(usize) -> Option<A>, width: impl Fn(usize) -> Option<A>) {
        let mut used = vec![self.zero.clone(); self.first_ask];
        let left = |mut room: A, used: &A| {
            room.take(used);
            room
        };
        for ask in 0..items.asks() {
            let (edge, width) = (self.first_ask + ask, width(ask));
            let mut kept = self.network.flow(edge).clone();
            if kept > self.zero {
                let through = || items.sides(ask).flat_map(|side| items.through(side));
                let limits = through().filter_map(|item| Some(left(room(item)?, &used[item])));
                kept = limits.chain(width.clone()).fold(kept, A::min);
                through().for_each(|item| used[item].give(&kept));
            }
            self.network.fit(edge, width, kept);
        }
        for (item, used) in used.into_iter().enumerate() {
            self.network.fit(item, room(item), used);
        }
    }
}

/// The node of an item.
#[must_use]
pub fn node(item: usize) -> usize {
    item + 2
}
