//! Large components: many users and devices, few *hubs*, that is hosts and servers, and too little stock.
//!
//! Once it is settled which hubs are licensed and what a unit of each scarce source is worth, the rest is a minimum cut.
//! While a hub is open, each of its asks may be left to it at a share of its price, and the flow that is then largest,
//! less the worth of all stock, is a bound: nobody can undercut it, since the shares add up to no more than the price and
//! no unit contributes more than it is worth. Shares that asks do not use go to those that use theirs up, and worths rise
//! and fall with what is wanted, until that no longer helps; then the search settles the hub whose price is paid least by
//! the asks left to it, both ways, and once these are settled an item that some of the cuts chose between which the bound
//! lies, but not all.
//!
//! So that few choices are equally dear, each item costs a little less than it does, in a way of its own; all of it together
//! is less than money can differ by. Then the cuts at the best worths differ in little, and what they differ in is settled
//! by branch and bound. Only money is minded.

mod bound;
mod decide;
mod mend;
mod plan;

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use self::bound::Relaxed;
use super::deal::Deal;
use super::effort::Effort;
use super::items::{Items, Side, Wired};
use super::market::{Market, Weight};
use super::scattered::scattered;
use super::supply::lasting;
use super::worths::{FINE, Scarce};
use crate::position::model::Model;
use crate::position::reduce::{Offer, Source};

/// How many edges of a network weigh as much as one term of a linear program.
const EDGES: u64 = 16;

/// No more shares than this are kept for open nodes at once; a search that would need more ends.
const KEPT: usize = 20_000_000;

/// What a search found.
#[derive(Debug)]
pub struct Hubbed {
    /// The best plan.
    pub deal: Deal,
    /// What it weighs, if it is lightest among those with these hubs.
    pub weight: Option<Weight>,
    /// What it costs.
    pub cost: i128,
    /// No plan costs less.
    pub bound: i128,
    /// By ask: the charges that the bound of the root is made of, in parts of [`FINE`].
    pub charges: Vec<i128>,
    /// What a unit of each source is worth there, in such parts.
    pub worths: Vec<(Source, i128)>,
}

/// Searches a component; none where it is not of this form.
#[must_use]
pub fn search(model: &Model, market: &Market, effort: &mut Effort) -> Option<Hubbed> {
    if market.component.asks.are_contested() {
        return None;
    }
    let is_hub = |group: usize| {
        let holder = market.component.groups[group].members[0].0;
        !model.holders[holder].metric.is_by_head()
    };
    let nested = Items::of(market, |_| false);
    let (items, halves) = match nested.halves() {
        Some(halves) => (nested, halves),
        None => {
            let items = Items::of(market, is_hub);
            let halves = items.halves()?;
            (items, halves)
        }
    };
    Search::new(market, items, halves, is_hub).run(effort)
}

struct Search<'a> {
    market: &'a Market<'a>,
    items: Items<'a>,
    /// By group.
    halves: Vec<bool>,
    /// By item: whether it is a hub, to be settled.
    hubs: Vec<bool>,
    scarce: Scarce,
    /// By item: what it takes.
    means: Vec<Means>,
    /// The items apart that asks want: ask and item.
    pairs: Vec<(usize, usize)>,
    /// By ask: its pairs.
    of_ask: Vec<Range<usize>>,
}

/// What an item takes.
struct Means {
    /// Units for all heads.
    units: i128,
    /// The price of one that lasts.
    lasting: Option<i128>,
    /// The scarce sources of it.
    short: Vec<usize>,
    /// What it is taken to cost less.
    blur: i128,
    /// Whether no plan deals it to some heads and others meet the same by another item.
    is_whole: bool,
}

/// By item: whether it is taken or left; nothing for those open.
type Settled = Vec<Option<bool>>;

#[derive(Clone)]
struct Node {
    settled: Settled,
    /// By pair: the share of the item's price that the ask may be left to it for.
    shares: Rc<Vec<i128>>,
    worths: Vec<i128>,
    /// What is known of it before it is looked at.
    bound: i128,
}

struct Best {
    cost: i128,
    deal: Deal,
}

/// What a search has come to.
struct Course<'a> {
    /// The network, with the flow of the last look.
    wired: Wired<i128>,
    best: Option<Best>,
    /// The hubs taken together that plans were looked for with.
    tried: BTreeSet<Vec<usize>>,
    effort: &'a mut Effort,
}

impl Course<'_> {
    /// What the best plan costs.
    fn cost(&self) -> Option<i128> {
        self.best.as_ref().map(|best| best.cost)
    }

    /// Keeps a plan that is better than the best one.
    fn keep(&mut self, (cost, deal): (i128, Deal)) {
        if self.cost().is_none_or(|known| cost < known) {
            self.best = Some(Best { cost, deal });
        }
    }
}

impl<'a> Search<'a> {
    fn new(market: &'a Market<'a>, items: Items<'a>, halves: Vec<bool>, is_hub: impl Fn(usize) -> bool) -> Search<'a> {
        let blur = blur(market, &items);
        let scarce = Scarce::of(market, blur);
        let means = |(item, &(group, offer)): (usize, &(usize, usize))| {
            let offer = &market.offers[group][offer];
            let units = units(market, &items, item);
            let short = offer.sources.iter().filter_map(|source| scarce.sources.binary_search(source).ok());
            let lasting = lasting(market, offer).map(|(_, price)| price * FINE);
            let is_alone = |other: &Offer| other == offer || offer.facets.is_disjoint(&other.facets);
            let is_whole = units == 1 || market.offers[group].iter().all(is_alone);
            Means {
                units,
                lasting,
                short: short.collect(),
                blur: units * ((i128::from(scattered(item)) * blur) >> 32),
                is_whole,
            }
        };
        let (mut pairs, mut of_ask) = (Vec::new(), Vec::new());
        for ask in 0..items.asks() {
            let first = pairs.len();
            pairs.extend(items.sides(ask).flat_map(|side| side.apart()).map(|item| (ask, item)));
            of_ask.push(first..pairs.len());
        }
        let mut wanting = vec![0_usize; items.names.len()];
        pairs.iter().for_each(|&(_, item)| wanting[item] += 1);
        // Where one ask alone wants an item apart, the whole price is its share: nothing is gained by settling it.
        let is_hub = |item: usize| items.apart[item] && wanting[item] > 1 && is_hub(items.names[item].0);
        let hubs = (0..items.names.len()).map(is_hub).collect();
        let means = items.names.iter().enumerate().map(means).collect();
        Search { market, items, halves, hubs, scarce, means, pairs, of_ask }
    }

    fn run(&self, effort: &mut Effort) -> Option<Hubbed> {
        let shares = Rc::new(self.even_shares());
        let settled = vec![None; self.items.names.len()];
        let mut open = vec![Node { settled, shares, worths: self.scarce.start(), bound: 0 }];
        let wired = self.items.network(&self.halves, &0_i128);
        let mut course = Course { wired, best: None, tried: BTreeSet::new(), effort };
        let (mut least, mut proof) = (i128::MAX, None);
        while let Some(mut node) = next(&mut open) {
            if course.cost().is_some_and(|cost| node.bound >= cost) || !self.is_possible(&node.settled) {
                continue;
            }
            if !course.effort.node() || open.len() * self.pairs.len().max(self.hubs.len() / 8) > KEPT {
                least = open.iter().map(|node| node.bound).fold(least.min(node.bound), i128::min);
                break;
            }
            let relaxed = self.relax(&mut node, &mut course);
            let bound = self.whole(relaxed.bound).max(node.bound);
            proof.get_or_insert_with(|| (relaxed.charges.clone(), relaxed.worths.clone()));
            if course.cost().is_none_or(|cost| bound < cost) {
                self.look(&node, &relaxed, &mut course);
            }
            if self.is_closed(&node, &relaxed, &mut course) {
                continue;
            }
            match self.doubtful(&node, &relaxed) {
                Some(item) => open.extend(self.branches(node, item, bound, &relaxed)),
                None => least = least.min(bound),
            }
        }
        let (best, (charges, worths)) = (course.best?, proof?);
        let worths = self.scarce.sources.iter().copied().zip(worths).collect();
        let bound = least.min(best.cost);
        Some(self.lightest(Hubbed { deal: best.deal, weight: None, cost: best.cost, bound, charges, worths }))
    }

    /// Whether nothing better than the best plan is below a node, after a search among what could be.
    fn is_closed(&self, node: &Node, relaxed: &Relaxed, course: &mut Course) -> bool {
        let Some(cost) = course.cost() else { return false };
        if self.whole(relaxed.bound) >= cost {
            return true;
        }
        let Some(decided) = self.decide(&node.settled, relaxed, cost) else { return true };
        let Some(settled) = self.finish(&decided, cost, course.effort) else { return false };
        settled.best.into_iter().for_each(|found| course.keep(found));
        settled.complete
    }

    /// A bound in parts of [`FINE`], rounded up to money that whole plans can cost.
    fn whole(&self, bound: i128) -> i128 {
        let money = -(-bound).div_euclid(FINE);
        self.market.scale.least(self.market.scale.money(), money)
    }

    /// Where nothing runs short, the lightest plan with the same hubs on every level.
    fn lightest(&self, found: Hubbed) -> Hubbed {
        let all_hubs = (0..self.hubs.len()).all(|item| self.hubs[item] == self.items.apart[item]);
        if !self.market.plain() || !all_hubs {
            return found;
        }
        let is_dealt =
            |&(group, offer): &(usize, usize)| found.deal.shares[group].draws.iter().any(|draw| draw.offer == offer);
        let taken: Vec<bool> =
            self.items.names.iter().zip(&self.hubs).map(|(name, hub)| *hub && is_dealt(name)).collect();
        let weights = self.items.weights(self.market);
        let (chosen, _) = self.items.choose(&self.halves, &weights, &taken, self.market.scale);
        let (weight, deal) = self.items.deal(self.market, &weights, &chosen);
        let cost = weight[self.market.scale.money()];
        if cost > found.cost { found } else { Hubbed { deal, weight: Some(weight), cost, ..found } }
    }

    /// Whether every ask still has an option.
    fn is_possible(&self, settled: &Settled) -> bool {
        let open = |&item: &usize| settled[item] != Some(false);
        let has_open =
            |side: Side| self.items.through(side).any(|item| open(&item)) || side.apart().any(|item| open(&item));
        (0..self.items.asks()).all(|ask| self.items.sides(ask).any(has_open))
    }

    /// The open hub whose price is paid least by the asks left to it; where all are paid in full or not at all, any. Where
    /// none is open, a nested item that the cuts differ in.
    fn doubtful(&self, node: &Node, relaxed: &Relaxed) -> Option<usize> {
        let open = |item: &usize| node.settled[*item].is_none() && self.means[*item].is_whole;
        let hubs = (0..self.hubs.len()).filter(open).filter(|&item| self.hubs[item]);
        let unpaid = |item: usize| if relaxed.paid[item] > 0 { relaxed.prices[item] - relaxed.paid[item] } else { 0 };
        let hub = hubs.max_by_key(|&item| (unpaid(item), !relaxed.slack[item]));
        hub.or_else(|| {
            let (first, others) = relaxed.cuts.split_first()?;
            let differs = |item: usize| others.iter().any(|other| other[item] != first[item]);
            let items = (0..first.len()).filter(open).filter(|&item| differs(item));
            items.max_by_key(|&item| (self.means[item].units, std::cmp::Reverse(item)))
        })
    }

    /// Both ways to settle an item, the more promising one last, which is looked at first.
    fn branches(&self, node: Node, item: usize, bound: i128, relaxed: &Relaxed) -> [Node; 2] {
        let settle = |taken: bool| {
            let mut settled = node.settled.clone();
            settled[item] = Some(taken);
            Node { settled, bound, ..node.clone() }
        };
        let promising = match relaxed.cuts.first() {
            Some(first) if !self.hubs[item] => first[item],
            Some(_) | None => 2 * relaxed.paid[item] > relaxed.prices[item],
        };
        [settle(!promising), settle(promising)]
    }
}

/// Takes out the node with the least bound, of equal ones the last.
fn next(open: &mut Vec<Node>) -> Option<Node> {
    let least = (0..open.len()).rev().min_by_key(|&at| open[at].bound)?;
    Some(open.remove(least))
}

/// Units of an item for all heads.
fn units(market: &Market, items: &Items, item: usize) -> i128 {
    let (group, offer) = items.names[item];
    i128::from(market.component.groups[group].heads) * i128::from(market.offers[group][offer].units)
}

/// What a unit may be taken to cost less, such that all together are less than half of what money can differ by.
fn blur(market: &Market, items: &Items) -> i128 {
    let limits = market.component.limits.values().map(|&limit| i128::from(limit));
    let all = (0..items.names.len()).map(|item| units(market, items, item)).chain(limits).fold(1, i128::saturating_add);
    market.scale.least(market.scale.money(), 1) * (FINE / 2) / all
}
