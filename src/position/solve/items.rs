//! Offers to groups as *items* that asks choose among, each serving all heads of its group.
//!
//! The items of a group are *nested* where of any two that serve a facet in common one serves all that the other serves,
//! as a suite does beside the licences that it includes. What heads take of nested items to meet any set of facets is
//! then a cut through their tree. Items that would break this stand *apart*.

use std::collections::VecDeque;

use smallvec::SmallVec;

use super::deal::{Deal, Share};
use super::market::{Market, Scale, Weight, add, scaled};
use super::network::{Amount, Network, SINK, SOURCE};
use super::packed::packed;

/// The items of a component.
#[derive(Debug)]
pub struct Items {
    /// Group and offer.
    pub names: Vec<(usize, usize)>,
    /// By item: the least item that serves all that it serves, and more.
    pub within: Vec<Option<usize>>,
    /// By item: whether it stands apart.
    pub apart: Vec<bool>,
    /// By ask: its sides that have an item.
    pub asks: Vec<Sides>,
}

/// The sides of an ask; there are seldom more than two.
pub type Sides = SmallVec<[Side; 2]>;

/// One side of an ask.
#[derive(Debug)]
pub struct Side {
    /// The group.
    pub group: usize,
    /// The facet.
    pub facet: usize,
    /// The least nested item that serves it.
    pub leaf: Option<usize>,
    /// The items apart that serve it.
    pub apart: Vec<usize>,
}

impl Items {
    /// The items of a market. Those for which `set_apart` says so stand apart in any case.
    #[must_use]
    pub fn of(market: &Market, set_apart: impl Fn(usize) -> bool) -> Items {
        let mut items = Items { names: Vec::new(), within: Vec::new(), apart: Vec::new(), asks: Vec::new() };
        let mut nests = Vec::new();
        for group in 0..market.offers.len() {
            nests.push(items.nest(market, group, set_apart(group)));
        }
        let side = |&(group, facet): &(usize, usize)| {
            let (leaf, apart) = nests[group][facet].clone();
            (leaf.is_some() || !apart.is_empty()).then_some(Side { group, facet, leaf, apart })
        };
        items.asks = market.component.asks.iter().map(|ask| ask.sides.iter().filter_map(side).collect()).collect();
        items
    }

    /// Adds the items of a group, those that serve most first. Gives what serves each facet: the least nested item, and those
    /// apart.
    fn nest(&mut self, market: &Market, group: usize, set_apart: bool) -> Vec<(Option<usize>, Vec<usize>)> {
        let offers = &market.offers[group];
        let mut order: Vec<usize> = (0..offers.len()).collect();
        order.sort_by_key(|&offer| std::cmp::Reverse(offers[offer].facets.len()));
        let mut serving = vec![(None, Vec::new()); market.component.groups[group].facets];
        for offer in order {
            let (item, facets) = (self.names.len(), &offers[offer].facets);
            self.names.push((group, offer));
            let mut within = facets.iter().map(|&facet| serving[facet].0);
            let first = within.next().filter(|_| !set_apart);
            let nested = first.filter(|first| within.all(|within| within == *first));
            self.apart.push(nested.is_none());
            self.within.push(nested.flatten());
            for &facet in facets {
                let known = &mut serving[facet];
                if nested.is_some() { known.0 = Some(item) } else { known.1.push(item) }
            }
        }
        serving
    }

    /// Two halves of the groups such that no ask wants nested items of two groups of the same half; whether a group is in
    /// the second.
    #[must_use]
    pub fn halves(&self, groups: usize) -> Option<Vec<bool>> {
        let mut beside: Vec<Vec<usize>> = vec![Vec::new(); groups];
        for sides in &self.asks {
            let mut nested = sides.iter().filter(|side| side.leaf.is_some()).map(|side| side.group);
            if let (Some(first), Some(second)) = (nested.next(), nested.next()) {
                beside[first].push(second);
                beside[second].push(first);
            }
            if nested.next().is_some() {
                return None;
            }
        }
        let mut halves = vec![None; groups];
        for start in 0..groups {
            if halves[start].is_some() {
                continue;
            }
            halves[start] = Some(false);
            let mut queue = VecDeque::from([start]);
            while let Some(group) = queue.pop_front() {
                for &other in &beside[group] {
                    if halves[other].is_none() {
                        halves[other] = halves[group].map(|half: bool| !half);
                        queue.push_back(other);
                    } else if halves[other] == halves[group] {
                        return None;
                    }
                }
            }
        }
        halves.into_iter().collect()
    }

    /// What all heads of each item's group weigh that take it, where nothing runs short.
    #[must_use]
    pub fn weights(&self, market: &Market) -> Vec<Weight> {
        let weight = |&(group, offer): &(usize, usize)| {
            scaled(&market.weight(&market.offers[group][offer]), market.component.groups[group].heads)
        };
        self.names.iter().map(weight).collect()
    }

    /// A network in which a cut chooses nested items and asks.
    #[must_use]
    pub fn network<A: Amount>(&self, halves: &[bool], zero: &A) -> Wired<A> {
        let mut edges = Vec::new();
        for (item, &(group, _)) in self.names.iter().enumerate() {
            let half = halves[group];
            let above = self.within[item].map_or(if half { SINK } else { SOURCE }, node);
            edges.push(if half { (node(item), above) } else { (above, node(item)) });
        }
        for sides in &self.asks {
            let (mut from, mut to) = (SOURCE, SINK);
            for side in sides {
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
    pub fn through(&self, side: &Side) -> impl Iterator<Item = usize> {
        std::iter::successors(side.leaf, |&item| self.within[item])
    }

    /// What chosen items weigh, and how they are dealt, each from its only source.
    #[must_use]
    pub fn deal(&self, market: &Market, weights: &[Weight], chosen: &[usize]) -> (Weight, Deal) {
        let mut weight = market.scale.zero();
        let mut deal = Deal::default();
        deal.shares.resize_with(market.offers.len(), Share::default);
        let mut held: Vec<Vec<(usize, u64)>> = vec![Vec::new(); market.offers.len()];
        for &item in chosen {
            let (group, offer) = self.names[item];
            add(&mut weight, &weights[item]);
            let units = market.offers[group][offer].units;
            held[group].push((offer, units));
            let all = units * market.component.groups[group].heads;
            let source = market.offers[group][offer].sources[0];
            deal.shares[group].draws.insert(offer, vec![(source, all)]);
        }
        for (group, mut units) in held.into_iter().enumerate().filter(|(_, units)| !units.is_empty()) {
            units.sort_unstable();
            deal.shares[group].heads.push((units, market.component.groups[group].heads));
        }
        (weight, deal)
    }

    /// The lightest items that meet every ask not yet met by items taken apart, with those; and the money that each ask is
    /// charged. Every such ask must have a nested one to choose.
    #[must_use]
    pub fn choose(
        &self,
        halves: &[bool],
        weights: &[Weight],
        taken: &[bool],
        scale: &Scale,
    ) -> (Vec<usize>, Vec<i128>) {
        let prices: Vec<i128> = weights.iter().map(|weight| weight[scale.money()]).collect();
        let (reached, charges) = match packed(weights) {
            Some((packed, unit)) => {
                let (reached, flows) = self.flow(halves, &packed, taken, 0);
                let charges: Vec<i128> = flows.iter().map(|flow| (2 * flow + unit).div_euclid(2 * unit)).collect();
                let money = self.chosen(halves, &reached).into_iter().map(|item| prices[item]).sum::<i128>();
                let fits =
                    scale.money() == 0 && charges.iter().sum::<i128>() == money && self.afford(&charges, &prices);
                (reached, if fits { charges } else { self.flow(halves, &prices, taken, 0).1 })
            }
            None => {
                let (reached, flows) = self.flow(halves, weights, taken, scale.zero());
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
        for (sides, charge) in self.asks.iter().zip(charges) {
            sides.iter().flat_map(|side| self.through(side)).for_each(|item| left[item] -= charge);
        }
        left.iter().all(|left| *left >= 0)
    }

    /// The largest flow to asks not met by items taken: what its cut reaches, and what flows along each ask.
    fn flow<A: Amount>(&self, halves: &[bool], weights: &[A], taken: &[bool], zero: A) -> (Vec<bool>, Vec<A>) {
        let mut wired = self.network(halves, &zero);
        let room = |(item, weight): (usize, &A)| Some(if self.apart[item] { zero.clone() } else { weight.clone() });
        let rooms: Vec<Option<A>> = weights.iter().enumerate().map(room).collect();
        let is_met = |sides: &Sides| sides.iter().any(|side| side.apart.iter().any(|&item| taken[item]));
        let widths: Vec<Option<A>> = self.asks.iter().map(|sides| is_met(sides).then(|| zero.clone())).collect();
        wired.fit(self, &rooms, &widths);
        let (reached, _) = wired.network.fill();
        (reached, wired.flows())
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
    pub fn fit(&mut self, items: &Items, rooms: &[Option<A>], widths: &[Option<A>]) {
        let mut used = vec![self.zero.clone(); rooms.len()];
        let left = |room: &A, used: &A| {
            let mut left = room.clone();
            left.take(used);
            left
        };
        for (ask, width) in widths.iter().enumerate() {
            let edge = self.first_ask + ask;
            let mut kept = self.network.flow(edge).clone();
            if kept > self.zero {
                let through = || items.asks[ask].iter().flat_map(|side| items.through(side));
                let limits = through().filter_map(|item| Some(left(rooms[item].as_ref()?, &used[item])));
                kept = limits.chain(width.clone()).fold(kept, A::min);
                through().for_each(|item| used[item].give(&kept));
            }
            self.network.fit(edge, width.clone(), kept);
        }
        for (item, (room, used)) in rooms.iter().zip(used).enumerate() {
            self.network.fit(item, room.clone(), used);
        }
    }
}

/// The node of an item.
#[must_use]
pub fn node(item: usize) -> usize {
    item + 2
}
