//! Components in which every facet of a group has one offer: then it is offers, or *items*, that asks choose among.

use std::collections::{BTreeMap, VecDeque};

use super::deal::{Deal, Share};
use super::market::{Market, Scale, Weight, add, scaled};
use super::network::{Network, SINK, SOURCE};

/// Offers to groups, each weighing what it costs to serve all the group's heads.
#[derive(Debug)]
pub struct Items {
    /// Group and offer.
    pub names: Vec<(usize, usize)>,
    /// What each weighs.
    pub weights: Vec<Weight>,
    /// By ask: the items that meet it.
    pub asks: Vec<Vec<usize>>,
}

impl Items {
    /// The items, unless something can run short or a facet has several.
    #[must_use]
    pub fn of(market: &Market) -> Option<Items> {
        if !market.plain() {
            return None;
        }
        let mut only: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut items = Items { names: Vec::new(), weights: Vec::new(), asks: Vec::new() };
        for (group, offers) in market.offers.iter().enumerate() {
            for (offer, known) in offers.iter().enumerate() {
                for &facet in &known.facets {
                    if only.insert((group, facet), items.names.len()).is_some() {
                        return None;
                    }
                }
                items.names.push((group, offer));
                items.weights.push(scaled(&market.weight(known), market.component.groups[group].heads));
            }
        }
        let options = |sides: &[(usize, usize)]| sides.iter().filter_map(|side| only.get(side).copied()).collect();
        items.asks = market.component.asks.iter().map(|ask| options(&ask.sides)).collect();
        Some(items)
    }

    /// Two halves of the items that `counts` keeps, such that no ask wants more than one of either; whether an item is in
    /// the second.
    #[must_use]
    pub fn halves(&self, counts: impl Fn(usize) -> bool) -> Option<Vec<bool>> {
        let mut beside: Vec<Vec<usize>> = vec![Vec::new(); self.names.len()];
        for options in &self.asks {
            let mut counted = options.iter().copied().filter(|&item| counts(item));
            if let (Some(first), Some(second)) = (counted.next(), counted.next()) {
                beside[first].push(second);
                beside[second].push(first);
            }
            if counted.next().is_some() {
                return None;
            }
        }
        let mut halves = vec![None; self.names.len()];
        for start in 0..self.names.len() {
            if halves[start].is_some() {
                continue;
            }
            halves[start] = Some(false);
            let mut queue = VecDeque::from([start]);
            while let Some(item) = queue.pop_front() {
                for &other in &beside[item] {
                    if halves[other].is_none() {
                        halves[other] = halves[item].map(|half: bool| !half);
                        queue.push_back(other);
                    } else if halves[other] == halves[item] {
                        return None;
                    }
                }
            }
        }
        halves.into_iter().collect()
    }

    /// The lightest items that meet every ask not yet met by a `hub`, chosen among the rest, and the money that each ask is
    /// charged. Every such ask must have one to choose.
    #[must_use]
    pub fn choose(
        &self,
        halves: &[bool],
        hub: impl Fn(usize) -> Option<bool>,
        scale: &Scale,
    ) -> (Vec<usize>, Vec<i128>) {
        let mut network = Network::new(self.names.len(), scale.zero());
        for (item, weight) in self.weights.iter().enumerate() {
            hang(&mut network, item, halves[item], weight.clone());
        }
        let mut charges = vec![None; self.asks.len()];
        for (ask, options) in self.asks.iter().enumerate() {
            if !options.iter().any(|&item| hub(item) == Some(true)) {
                let rest = options.iter().copied().filter(|&item| hub(item).is_none());
                charges[ask] = Some(lead(&mut network, rest, halves, None));
            }
        }
        let (reached, _) = network.fill();
        let cut = |item: &usize| hub(*item).is_none() && reached[node(*item)] == halves[*item];
        let chosen = (0..self.names.len()).filter(|item| hub(*item) == Some(true) || cut(item)).collect();
        let charge = |edge: Option<usize>| edge.map_or(0, |edge| network.flow(edge)[scale.money()]);
        (chosen, charges.into_iter().map(charge).collect())
    }

    /// What chosen items weigh, and how they are dealt.
    #[must_use]
    pub fn deal(&self, market: &Market, chosen: &[usize]) -> (Weight, Deal) {
        let mut weight = market.scale.zero();
        let mut deal = Deal::default();
        deal.shares.resize_with(market.offers.len(), Share::default);
        let mut held: Vec<Vec<(usize, u64)>> = vec![Vec::new(); market.offers.len()];
        for &item in chosen {
            let (group, offer) = self.names[item];
            add(&mut weight, &self.weights[item]);
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
}

/// The node of an item.
pub fn node(item: usize) -> usize {
    item + 2
}

/// Hangs an item of the first half on the source, one of the second on the sink, by an edge as wide as it weighs.
pub fn hang<A: super::network::Amount>(network: &mut Network<A>, item: usize, half: bool, weight: A) {
    let (from, to) = if half { (node(item), SINK) } else { (SOURCE, node(item)) };
    network.join(from, to, Some(weight));
}

/// Leads from the item of the first half that an ask wants to that of the second; from the source or to the sink where it
/// wants none. Returns the edge.
pub fn lead<A: super::network::Amount>(
    network: &mut Network<A>,
    options: impl Iterator<Item = usize>,
    halves: &[bool],
    width: Option<A>,
) -> usize {
    let (mut from, mut to) = (SOURCE, SINK);
    for item in options {
        if halves[item] { to = node(item) } else { from = node(item) }
    }
    network.join(from, to, width)
}
