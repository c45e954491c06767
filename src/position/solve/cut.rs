//! Components in which every ask has at most two options, by a minimum cut.
//!
//! An *item* is one offer to one group, and weighs what it costs to serve all the group's heads. An
//! ask wants one of its at most two items. Where the items fall into two halves so that no ask wants
//! two of the same, a lightest choice is a minimum cut between the halves, and the flow that
//! proves it charges each ask its part. Weights are compared level by level, as flows of any
//! ordered quantity may be.

use std::collections::{BTreeMap, VecDeque};

use super::deal::{Deal, Share};
use super::market::{Market, Weight, add, scaled};

/// The lightest choice, and the money that each ask is charged.
#[derive(Debug)]
pub struct Cut {
    /// Its weight.
    pub weight: Weight,
    /// What is dealt.
    pub deal: Deal,
    /// By ask; together they are the money of the weight.
    pub charges: Vec<i128>,
}

/// Cuts a component; none where it is not of this form.
#[must_use]
pub fn cut(market: &Market) -> Option<Cut> {
    if !market.plain() {
        return None;
    }
    let items = Items::of(market)?;
    let halves = items.halves()?;
    let network = Network::new(&items, &halves);
    let (chosen, charges) = network.cut(market.scale.money());
    let mut weight = market.scale.zero();
    let mut deal = Deal::default();
    deal.shares.resize_with(market.offers.len(), Share::default);
    let mut held: Vec<Vec<(usize, u64)>> = vec![Vec::new(); market.offers.len()];
    for item in chosen {
        let (group, offer) = items.names[item];
        add(&mut weight, &items.weights[item]);
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
    Some(Cut { weight, deal, charges })
}

struct Items {
    /// Group and offer.
    names: Vec<(usize, usize)>,
    weights: Vec<Weight>,
    /// By ask: one item or two.
    asks: Vec<(usize, Option<usize>)>,
}

impl Items {
    /// The items, unless an ask has more than two or a facet more than one.
    fn of(market: &Market) -> Option<Items> {
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
        for ask in &market.component.asks {
            let mut options = ask.sides.iter().filter_map(|side| only.get(side).copied());
            let (first, second) = (options.next()?, options.next());
            if options.next().is_some() {
                return None;
            }
            items.asks.push((first, second));
        }
        Some(items)
    }

    /// Two halves such that no ask wants two items of the same; whether an item is in the second.
    fn halves(&self) -> Option<Vec<bool>> {
        let mut beside: Vec<Vec<usize>> = vec![Vec::new(); self.names.len()];
        for (first, second) in self.asks.iter().filter_map(|(first, second)| Some((*first, (*second)?))) {
            beside[first].push(second);
            beside[second].push(first);
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
}

/// Items of the first half hang on the source by an edge as wide as they weigh, those of the second
/// on the sink; asks lead from the first to the second, without a limit.
struct Network {
    /// The end of each edge; the edge with the last bit flipped runs the other way.
    ends: Vec<usize>,
    /// What still fits through; none where there is no limit.
    room: Vec<Option<Weight>>,
    edges: Vec<Vec<usize>>,
    items: usize,
    /// By ask: its edge.
    asks: Vec<usize>,
    zero: Weight,
}

impl Network {
    fn new(items: &Items, halves: &[bool]) -> Network {
        let count = items.names.len();
        let zero = items.weights.first().map_or_else(Vec::new, |weight| vec![0; weight.len()]);
        let mut network = Network {
            ends: Vec::new(),
            room: Vec::new(),
            edges: vec![Vec::new(); count + 2],
            items: count,
            asks: Vec::new(),
            zero,
        };
        let (source, sink) = (count, count + 1);
        for (item, weight) in items.weights.iter().enumerate() {
            let (from, to) = if halves[item] { (item, sink) } else { (source, item) };
            network.join(from, to, Some(weight.clone()));
        }
        for &(first, second) in &items.asks {
            let beyond = second.unwrap_or(if halves[first] { source } else { sink });
            let (from, to) = if halves[first] { (beyond, first) } else { (first, beyond) };
            let edge = network.join(from, to, None);
            network.asks.push(edge);
        }
        network
    }

    fn join(&mut self, from: usize, to: usize, room: Option<Weight>) -> usize {
        let edge = self.ends.len();
        self.ends.extend([to, from]);
        self.room.extend([room, Some(self.zero.clone())]);
        self.edges[from].push(edge);
        self.edges[to].push(edge + 1);
        edge
    }

    /// The items cut, and the money that flows along each ask.
    fn cut(mut self, money: usize) -> (Vec<usize>, Vec<i128>) {
        let (source, sink) = (self.items, self.items + 1);
        loop {
            let levels = self.levels();
            if levels[sink].is_none() {
                break;
            }
            let mut next = vec![0; self.edges.len()];
            while self.push(source, sink, &levels, &mut next) {}
        }
        let reached = self.levels();
        // The edge of an item in the first half ends at it; cut is what joins the two sides.
        let first = |item: usize| self.ends[2 * item] == item;
        let chosen = (0..self.items).filter(|&item| reached[item].is_none() == first(item)).collect();
        let flow = |&edge: &usize| self.room[edge + 1].as_ref().map_or(0, |flow| flow[money]);
        (chosen, self.asks.iter().map(flow).collect())
    }

    fn open(&self, edge: usize) -> bool {
        self.room[edge].as_ref().is_none_or(|room| *room > self.zero)
    }

    /// The distance of each node from the source, over edges that have room.
    fn levels(&self) -> Vec<Option<usize>> {
        let mut levels = vec![None; self.edges.len()];
        levels[self.items] = Some(0);
        let mut queue = VecDeque::from([(self.items, 0)]);
        while let Some((node, level)) = queue.pop_front() {
            for &edge in &self.edges[node] {
                let end = self.ends[edge];
                if levels[end].is_none() && self.open(edge) {
                    levels[end] = Some(level + 1);
                    queue.push_back((end, level + 1));
                }
            }
        }
        levels
    }

    /// Sends flow along one shortest path; whether there was one left.
    fn push(&mut self, source: usize, sink: usize, levels: &[Option<usize>], next: &mut [usize]) -> bool {
        let mut path: Vec<usize> = Vec::new();
        let mut node = source;
        while node != sink {
            let Some(&edge) = self.edges[node].get(next[node]) else {
                // A dead end: the edge that led here is done with.
                let Some(back) = path.pop() else { return false };
                node = self.ends[back ^ 1];
                next[node] += 1;
                continue;
            };
            let end = self.ends[edge];
            let onward = levels[end].is_some() && levels[end] == levels[node].map(|level| level + 1);
            if onward && self.open(edge) {
                path.push(edge);
                node = end;
            } else {
                next[node] += 1;
            }
        }
        let narrow = path.iter().filter_map(|&edge| self.room[edge].as_ref()).min().cloned();
        let Some(flow) = narrow else { return false };
        for edge in path {
            if let Some(room) = &mut self.room[edge] {
                room.iter_mut().zip(&flow).for_each(|(room, flow)| *room -= flow);
            }
            if let Some(room) = &mut self.room[edge ^ 1] {
                add(room, &flow);
            }
        }
        true
    }
}
