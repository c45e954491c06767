//! Deals what groups are to meet from sources of which there may be too little: a unit goes where it saves most.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::deal::{Deal, Held, Share};
use super::market::Market;
use crate::position::reduce::{Offer, Source};

/// Facets wanted of a group, each with what its asks cost if their other sides meet them; that is not asked of a facet that
/// something serves which lasts.
pub type Wanted = BTreeMap<usize, i128>;

/// Deals every group the facets wanted of it. A group that would be left without, since what runs short alone serves it,
/// is given as an error.
///
/// # Errors
/// The groups that cannot have what is wanted of them.
pub fn deal(market: &Market, wanted: &[Wanted]) -> Result<Deal, BTreeSet<usize>> {
    let mut supply =
        Supply { market, wanted, left: market.component.limits.clone(), runs: Vec::new(), heap: BinaryHeap::new() };
    for (group, facets) in wanted.iter().enumerate().filter(|(_, facets)| !facets.is_empty()) {
        let open: Vec<usize> = facets.keys().copied().collect();
        supply.start(Run { group, heads: market.component.groups[group].heads, drawn: Vec::new(), open });
    }
    while let Some(saving) = supply.heap.pop() {
        supply.spend(&saving);
    }
    supply.settle()
}

/// Heads of a group that draw alike.
#[derive(Clone, Debug)]
struct Run {
    group: usize,
    heads: u64,
    /// What they draw from sources that run short.
    drawn: Vec<(usize, Source)>,
    /// The facets still to be met from sources that last.
    open: Vec<usize>,
}

/// What the heads of a run save per unit by drawing on a source; more is greater, then the earlier run, offer and source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Saving {
    amount: i128,
    run: std::cmp::Reverse<(usize, usize, Source)>,
}

/// What a facet is taken to cost that nothing serves which lasts.
pub const DEAR: i128 = 1 << 100;

struct Supply<'a> {
    market: &'a Market<'a>,
    wanted: &'a [Wanted],
    left: BTreeMap<Source, u64>,
    runs: Vec<Run>,
    heap: BinaryHeap<Saving>,
}

impl Supply<'_> {
    fn start(&mut self, run: Run) {
        let offers = &self.market.offers[run.group];
        let heads = i128::from(self.market.component.groups[run.group].heads);
        let elsewhere = |facet: usize| self.wanted[run.group][&facet] / heads;
        let (now, _) = cheapest(self.market, offers, &run.open, elsewhere);
        for (index, offer) in offers.iter().enumerate().filter(|(_, offer)| offer.moved.is_none()) {
            let mut short = offer.sources.iter().filter(|source| self.left.contains_key(source)).peekable();
            if short.peek().is_none() || !run.open.iter().any(|facet| offer.facets.contains(facet)) {
                continue;
            }
            let (then, _) = cheapest(self.market, offers, &without(&run.open, offer), elsewhere);
            let amount = (now - then) / i128::from(offer.units);
            if amount > 0 {
                let at = self.runs.len();
                self.heap.extend(short.map(|&source| Saving { amount, run: std::cmp::Reverse((at, index, source)) }));
            }
        }
        self.runs.push(run);
    }

    fn spend(&mut self, saving: &Saving) {
        let (at, index, source) = saving.run.0;
        let run = &mut self.runs[at];
        let offer = &self.market.offers[run.group][index];
        let left = self.left.entry(source).or_default();
        let heads = run.heads.min(*left / offer.units);
        if heads == 0 {
            return;
        }
        *left -= heads * offer.units;
        run.heads -= heads;
        let mut drawn = run.drawn.clone();
        drawn.push((index, source));
        let next = Run { group: run.group, heads, drawn, open: without(&run.open, offer) };
        self.start(next);
    }

    fn settle(self) -> Result<Deal, BTreeSet<usize>> {
        let mut deal = Deal::default();
        deal.shares.resize_with(self.market.offers.len(), Share::default);
        let mut without = BTreeSet::new();
        for run in self.runs.iter().filter(|run| run.heads > 0) {
            let offers = &self.market.offers[run.group];
            let (cost, bought) = cheapest(self.market, offers, &run.open, |_| DEAR);
            if cost >= DEAR {
                without.insert(run.group);
            }
            let lasting = bought.into_iter().filter_map(|offer| Some((offer, lasting(self.market, &offers[offer])?.0)));
            deal_run(&mut deal.shares[run.group], offers, run.heads, run.drawn.iter().copied().chain(lasting));
        }
        if without.is_empty() { Ok(deal) } else { Err(without) }
    }
}

fn deal_run(share: &mut Share, offers: &[Offer], heads: u64, drawn: impl Iterator<Item = (usize, Source)>) {
    let mut held = Held::new();
    for (offer, source) in drawn {
        let units = offers[offer].units;
        held.push((offer, units));
        share.draw(offer, source, units * heads);
    }
    held.sort_unstable();
    share.heads.push((held, heads));
}

fn without(open: &[usize], offer: &Offer) -> Vec<usize> {
    open.iter().copied().filter(|facet| !offer.facets.contains(facet)).collect()
}

/// The cheapest source of an offer that never runs short, and its price.
#[must_use]
pub fn lasting(market: &Market, offer: &Offer) -> Option<(Source, i128)> {
    let sources = offer.sources.iter().filter(|source| !market.component.limits.contains_key(source));
    let sources = sources.filter(|_| offer.moved.is_none());
    sources.map(|&source| (source, market.price(source))).min_by_key(|&(source, price)| (price, source))
}

/// What it costs to meet a side of an ask, group and facet, for all heads from what never runs short; none where nothing does.
#[must_use]
pub fn bought(market: &Market, (group, facet): (usize, usize)) -> Option<i128> {
    let (price, _) = cheapest(market, &market.offers[group], &[facet], |_| DEAR);
    (price < DEAR).then(|| price * i128::from(market.component.groups[group].heads))
}

/// What it costs to meet an ask by another side than this one; none where no other lasts.
#[must_use]
pub fn elsewhere(market: &Market, ask: usize, side: (usize, usize)) -> Option<i128> {
    let others = market.component.asks.at(ask).sides().filter(|other| *other != side);
    others.filter_map(|other| bought(market, other)).min()
}

/// The least money for which one head has these facets met by what never runs short, and the offers taken. A facet that has no
/// such offer costs what is said of it.
#[must_use]
pub fn cheapest(
    market: &Market,
    offers: &[Offer],
    open: &[usize],
    elsewhere: impl Fn(usize) -> i128 + Copy,
) -> (i128, Vec<usize>) {
    let Some((first, rest)) = open.split_first() else { return (0, Vec::new()) };
    let mut best: Option<(i128, Vec<usize>)> = None;
    for (index, offer) in offers.iter().enumerate().filter(|(_, offer)| offer.facets.contains(first)) {
        let Some((_, price)) = lasting(market, offer) else { continue };
        let price = price * i128::from(offer.units);
        let known = best.as_ref().map(|best| best.0);
        if known.is_none_or(|known| price < known) {
            let (others, mut taken) = cheapest(market, offers, &without(rest, offer), elsewhere);
            if known.is_none_or(|known| price + others < known) {
                taken.push(index);
                best = Some((price + others, taken));
            }
        }
    }
    best.unwrap_or_else(|| {
        let (others, taken) = cheapest(market, offers, rest, elsewhere);
        (elsewhere(*first) + others, taken)
    })
}
