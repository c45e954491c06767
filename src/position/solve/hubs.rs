//! Large components: many users and devices, few *hubs*, that is hosts and servers, and too little stock.
//!
//! Once it is settled which hubs are licensed and what a unit of each scarce source is worth, the rest is a minimum cut.
//! While a hub is open, each of its asks may be left to it at a share of its price, and the flow that is then largest,
//! less the worth of all stock, is a bound: nobody can undercut it, since the shares add up to no more than the price and
//! no unit contributes more than it is worth. Shares that asks do not use go to those that use theirs up, and worths rise
//! and fall with what is wanted, until that no longer helps; then the search settles the hub whose price is paid least by
//! the asks left to it, both ways.
//!
//! A plan is read off every cut: each group is to meet the facets for which the cut chose it, and is dealt them from what
//! there is. Only money is minded.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use super::deal::{Deal, drawn};
use super::effort::Effort;
use super::items::{Items, Wired, node};
use super::market::{Market, Weight};
use super::supply::{self, lasting};
use super::worths::{Climb, FINE, Scarce};
use crate::position::model::Model;
use crate::position::reduce::Source;

/// How often shares are dealt anew for one bound.
const ROUNDS: usize = 60;

/// How often shares are dealt anew between two steps of the worths.
const ROUNDS_BETWEEN: usize = 12;

/// How often worths change for one bound.
const STEPS: usize = 80;

/// The same below the root, where worths differ little from those above.
const STEPS_LATER: usize = 25;

/// A plan is looked at again that costs no more than the best one and this part of it.
const NEAR: i128 = 10;

/// What a unit is taken to cost of which there is no more.
const FORBIDDING: i128 = 1 << 70;

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
    if market.component.asks.iter().any(|ask| ask.contested) {
        return None;
    }
    let is_hub = |group: usize| {
        let holder = market.component.groups[group].members[0].0;
        !model.holders[holder].metric.is_by_head()
    };
    let groups = market.offers.len();
    let nested = Items::of(market, |_| false);
    let (items, halves) = match nested.halves(groups) {
        Some(halves) => (nested, halves),
        None => {
            let items = Items::of(market, is_hub);
            let halves = items.halves(groups)?;
            (items, halves)
        }
    };
    Search::new(market, items, halves, is_hub).run(effort)
}

struct Search<'a> {
    market: &'a Market<'a>,
    items: Items,
    /// By group.
    halves: Vec<bool>,
    /// By item: whether it is a hub, to be settled.
    hubs: Vec<bool>,
    scarce: Scarce,
    /// By item: units for all heads, the price of one that lasts, and the scarce sources of it.
    sources: Vec<(i128, Option<i128>, Vec<usize>)>,
    /// The items apart that asks want: ask and item.
    pairs: Vec<(usize, usize)>,
    /// By ask: its pairs.
    of_ask: Vec<Range<usize>>,
}

/// By item: whether a hub is taken or left; nothing for those open, and for what is no hub.
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

/// A node with its shares dealt for the best.
#[derive(Clone)]
struct Relaxed {
    bound: i128,
    worths: Vec<i128>,
    charges: Vec<i128>,
    /// By item: what the asks left to an item apart pay for it.
    paid: Vec<i128>,
    /// By item: what it costs at these worths.
    prices: Vec<i128>,
    /// By item: whether shares of an open hub are unused.
    slack: Vec<bool>,
    /// By source: units wanted, in parts of [`FINE`].
    wanted: Vec<i128>,
}

struct Best {
    cost: i128,
    deal: Deal,
    taken: Vec<bool>,
}

impl<'a> Search<'a> {
    fn new(market: &'a Market<'a>, items: Items, halves: Vec<bool>, is_hub: impl Fn(usize) -> bool) -> Search<'a> {
        let scarce = Scarce::of(market);
        let sources = |&(group, offer): &(usize, usize)| {
            let offer = &market.offers[group][offer];
            let units = i128::from(market.component.groups[group].heads) * i128::from(offer.units);
            let short = offer.sources.iter().filter_map(|source| scarce.sources.binary_search(source).ok());
            (units, lasting(market, offer).map(|(_, price)| price * FINE), short.collect())
        };
        let (mut pairs, mut of_ask) = (Vec::new(), Vec::new());
        for (ask, sides) in items.asks.iter().enumerate() {
            let first = pairs.len();
            pairs.extend(sides.iter().flat_map(|side| &side.apart).map(|&item| (ask, item)));
            of_ask.push(first..pairs.len());
        }
        let hubs = (0..items.names.len()).map(|item| items.apart[item] && is_hub(items.names[item].0)).collect();
        let sources = items.names.iter().map(sources).collect();
        Search { market, items, halves, hubs, scarce, sources, pairs, of_ask }
    }

    fn run(&self, effort: &mut Effort) -> Option<Hubbed> {
        let shares = Rc::new(self.even_shares());
        let settled = vec![None; self.items.names.len()];
        let root = Node { settled, shares, worths: self.scarce.start(), bound: 0 };
        let (mut best, mut least): (Option<Best>, Option<i128>) = (None, None);
        let mut proof = None;
        let mut open = vec![root];
        while let Some(mut node) = open.pop() {
            if best.as_ref().is_some_and(|best| node.bound >= best.cost) || !self.is_possible(&node.settled) {
                continue;
            }
            if !effort.node() || open.len() * self.pairs.len() > KEPT {
                least = Some(open.iter().map(|node| node.bound).fold(node.bound, i128::min));
                break;
            }
            let relaxed = self.relax(&mut node, &mut best, effort);
            let bound = self.whole(relaxed.bound).max(node.bound);
            proof.get_or_insert_with(|| (relaxed.charges.clone(), relaxed.worths.clone()));
            if best.as_ref().is_some_and(|best| bound >= best.cost) {
                continue;
            }
            match self.doubtful(&node, &relaxed) {
                Some(hub) => open.extend(self.branches(node, hub, bound, &relaxed)),
                None => least = Some(least.map_or(bound, |least: i128| least.min(bound))),
            }
        }
        let (best, (charges, worths)) = (best?, proof?);
        let bound = least.map_or(best.cost, |least| least.min(best.cost));
        let worths = self.scarce.sources.iter().copied().zip(worths).collect();
        let found = Hubbed { deal: best.deal, weight: None, cost: best.cost, bound, charges, worths };
        Some(self.lightest(found, &best.taken))
    }

    /// A bound in parts of [`FINE`], rounded up to money that whole plans can cost.
    fn whole(&self, bound: i128) -> i128 {
        let money = -(-bound).div_euclid(FINE);
        self.market.scale.least(self.market.scale.money(), money)
    }

    /// Where nothing runs short, the lightest plan with the hubs taken on every level.
    fn lightest(&self, found: Hubbed, taken: &[bool]) -> Hubbed {
        let all_hubs = (0..taken.len()).all(|item| self.hubs[item] == self.items.apart[item]);
        if !self.market.plain() || !all_hubs {
            return found;
        }
        let weights = self.items.weights(self.market);
        let (chosen, _) = self.items.choose(&self.halves, &weights, taken, self.market.scale);
        let (weight, deal) = self.items.deal(self.market, &weights, &chosen);
        let cost = weight[self.market.scale.money()];
        if cost > found.cost { found } else { Hubbed { deal, weight: Some(weight), cost, ..found } }
    }

    /// Whether every ask still has an option.
    fn is_possible(&self, settled: &Settled) -> bool {
        let open = |&item: &usize| settled[item] != Some(false);
        self.items.asks.iter().all(|sides| sides.iter().any(|side| side.leaf.is_some() || side.apart.iter().any(open)))
    }

    /// What each item costs at these worths.
    fn prices(&self, worths: &[i128]) -> Vec<i128> {
        let price = |(units, lasting, short): &(i128, Option<i128>, Vec<usize>)| {
            let unit = short.iter().map(|&source| worths[source]).chain(*lasting).min();
            units * unit.unwrap_or(0)
        };
        self.sources.iter().map(price).collect()
    }

    /// The price of each item apart in equal parts over the asks that want it.
    fn even_shares(&self) -> Vec<i128> {
        let mut wanted = vec![0_i128; self.items.names.len()];
        self.pairs.iter().for_each(|&(_, item)| wanted[item] += 1);
        let mut left = self.prices(&self.scarce.start());
        let part = |&(_, item): &(usize, usize)| {
            let share = left[item] / wanted[item].max(1);
            left[item] -= share;
            wanted[item] -= 1;
            share
        };
        self.pairs.iter().map(part).collect()
    }

    /// Bounds what a node costs, dealing its shares anew and changing worths while that helps. Plans found on the way that
    /// are better than the best one take its place.
    fn relax(&self, node: &mut Node, best: &mut Option<Best>, effort: &mut Effort) -> Relaxed {
        let mut wired = self.items.network(&self.halves, 0_i128);
        let mut highest: Option<(Relaxed, Rc<Vec<i128>>)> = None;
        let mut worths = node.worths.clone();
        let is_root = node.settled.iter().all(Option::is_none);
        let mut climb = Climb::new(&self.scarce, if is_root { 0.5 } else { 0.2 });
        let steps = if is_root { STEPS } else { STEPS_LATER };
        for step in 0..steps {
            let last = self.scarce.sources.is_empty();
            let rounds = if last || step == 0 { ROUNDS } else { ROUNDS_BETWEEN };
            let relaxed = self.deal_shares(node, &worths, &mut wired, rounds, effort);
            self.round(node, &relaxed, &mut wired, best, effort);
            let (wanted, height) = (relaxed.wanted.clone(), relaxed.bound);
            if highest.as_ref().is_none_or(|(known, _)| relaxed.bound > known.bound) {
                highest = Some((relaxed, Rc::clone(&node.shares)));
            }
            let known = highest.as_ref().map_or(0, |(known, _)| self.whole(known.bound));
            let met = best.as_ref().is_some_and(|best| known >= best.cost);
            if met || last || step + 1 == steps || !effort.work(0) {
                break;
            }
            let Some(next) = climb.next(&worths, height, &wanted) else { break };
            worths = next;
        }
        let Some((relaxed, shares)) = highest else {
            return self.deal_shares(node, &worths, &mut wired, 1, effort);
        };
        node.shares = shares;
        node.worths.clone_from(&relaxed.worths);
        relaxed
    }

    /// The largest flow at these worths, with shares dealt anew while that helps.
    fn deal_shares(
        &self,
        node: &mut Node,
        worths: &[i128],
        wired: &mut Wired<i128>,
        rounds: usize,
        effort: &mut Effort,
    ) -> Relaxed {
        let prices = self.prices(worths);
        let mut shares = self.adjusted(&node.shares, &prices, &node.settled);
        let met: Vec<bool> = (0..self.of_ask.len())
            .map(|ask| self.pairs[self.of_ask[ask].clone()].iter().any(|&(_, item)| node.settled[item] == Some(true)))
            .collect();
        let width = |ask: usize| if met[ask] { Some(0) } else { self.width(&shares, &node.settled, ask) };
        self.fit(wired, &prices, width);
        let mut round = 0;
        loop {
            let (reached, looked) = wired.network.fill();
            round += 1;
            let going_on = effort.work(looked / EDGES) && round < rounds;
            let flows: Vec<i128> = wired.asks.iter().map(|&edge| wired.network.flow(edge)).collect();
            let short: Vec<bool> = (0..met.len()).map(|ask| !met[ask] && self.is_cut(ask, &reached)).collect();
            if !going_on || !self.deal_anew(&mut shares, &node.settled, &flows, &short) {
                let relaxed = self.relaxed(node, worths, prices, &shares, flows, &short, &reached);
                node.shares = Rc::new(shares);
                return relaxed;
            }
            for ask in (0..met.len()).filter(|&ask| !met[ask]) {
                if let Some(width) = self.width(&shares, &node.settled, ask) {
                    wired.network.widen(wired.asks[ask], &width);
                }
            }
        }
    }

    /// Makes all edges as wide as prices and asks say.
    fn fit(&self, wired: &mut Wired<i128>, prices: &[i128], width: impl Fn(usize) -> Option<i128>) {
        for (item, &edge) in wired.items.iter().enumerate() {
            wired.network.fit(edge, Some(if self.items.apart[item] { 0 } else { prices[item] }));
        }
        for (ask, &edge) in wired.asks.iter().enumerate() {
            wired.network.fit(edge, width(ask));
        }
    }

    /// Shares in proportion to what they were, that add up to no more than the price of each item.
    fn adjusted(&self, shares: &[i128], prices: &[i128], settled: &Settled) -> Vec<i128> {
        let mut sums = vec![0_i128; prices.len()];
        let mut counts = vec![0_i128; prices.len()];
        for (&share, &(_, item)) in shares.iter().zip(&self.pairs) {
            sums[item] += share;
            counts[item] += 1;
        }
        let adjust = |(&share, &(_, item)): (&i128, &(usize, usize))| match settled[item] {
            Some(_) => share,
            None if sums[item] == 0 => prices[item] / counts[item],
            None if sums[item] <= prices[item] && sums[item] + counts[item] >= prices[item] => share,
            None => share * prices[item] / sums[item],
        };
        shares.iter().zip(&self.pairs).map(adjust).collect()
    }

    /// How much may flow along an ask: as much as the least of its items apart is left for; without limit where it has none.
    fn width(&self, shares: &[i128], settled: &Settled, ask: usize) -> Option<i128> {
        let range = self.of_ask[ask].clone();
        let open = range.filter(|&pair| settled[self.pairs[pair].1] != Some(false));
        open.map(|pair| shares[pair]).min()
    }

    /// Whether the cut goes through an ask, so that it is left to its items apart.
    fn is_cut(&self, ask: usize, reached: &[bool]) -> bool {
        let nested = self.items.asks[ask].iter().filter_map(|side| Some((side.group, side.leaf?)));
        nested.into_iter().all(|(group, leaf)| reached[node(leaf)] != self.halves[group])
    }

    /// Gives unused shares of each open item to the asks that are short of them; whether there were both.
    fn deal_anew(&self, shares: &mut [i128], settled: &Settled, flows: &[i128], short: &[bool]) -> bool {
        let count = self.items.names.len();
        let (mut unused, mut takers) = (vec![0_i128; count], vec![0_i128; count]);
        for (&share, &(ask, item)) in shares.iter().zip(&self.pairs) {
            unused[item] += share - flows[ask].min(share);
            takers[item] += i128::from(short[ask] && share == flows[ask]);
        }
        let moving: Vec<bool> =
            (0..count).map(|item| unused[item] > 0 && takers[item] > 0 && settled[item].is_none()).collect();
        for (share, &(ask, item)) in shares.iter_mut().zip(&self.pairs).filter(|(_, (_, item))| moving[*item]) {
            if short[ask] && *share == flows[ask] {
                let part = unused[item] / takers[item];
                (unused[item], takers[item]) = (unused[item] - part, takers[item] - 1);
                *share += part;
            } else {
                *share = flows[ask].min(*share);
            }
        }
        moving.contains(&true)
    }

    #[expect(clippy::too_many_arguments, reason = "what a flow left behind")]
    fn relaxed(
        &self,
        at: &Node,
        worths: &[i128],
        prices: Vec<i128>,
        shares: &[i128],
        charges: Vec<i128>,
        short: &[bool],
        reached: &[bool],
    ) -> Relaxed {
        let taken: Vec<usize> = (0..prices.len()).filter(|&item| at.settled[item] == Some(true)).collect();
        let stock: i128 = worths.iter().zip(&self.scarce.limits).map(|(worth, limit)| worth * limit).sum();
        let bound = taken.iter().map(|&item| prices[item]).sum::<i128>() + charges.iter().sum::<i128>() - stock;
        let (mut paid, mut slack) = (vec![0; prices.len()], vec![false; prices.len()]);
        let mut left = vec![false; prices.len()];
        for (&share, &(ask, item)) in shares.iter().zip(&self.pairs) {
            if short[ask] && share == charges[ask] {
                (paid[item], left[item]) = (paid[item] + share, true);
            }
            slack[item] |= share > charges[ask];
        }
        let mut wanted = vec![0; worths.len()];
        let chosen = self.items.chosen(&self.halves, reached);
        chosen
            .into_iter()
            .chain(taken)
            .for_each(|item| self.want(item, self.sources[item].0 * FINE, worths, &mut wanted));
        for item in (0..prices.len()).filter(|&item| self.items.apart[item] && at.settled[item].is_none()) {
            let all = self.sources[item].0 * FINE;
            let free = || if left[item] { all } else { 0 };
            let units = (all * paid[item]).checked_div(prices[item]).unwrap_or_else(free);
            self.want(item, units, worths, &mut wanted);
        }
        Relaxed { bound, worths: worths.to_vec(), charges, paid, prices, slack, wanted }
    }

    /// Notes units of an item as wanted from the source that is worth least, be it no less than what can be bought.
    fn want(&self, item: usize, units: i128, worths: &[i128], wanted: &mut [i128]) {
        let (_, lasting, short) = &self.sources[item];
        if let Some(&source) = short.iter().min_by_key(|&&source| worths[source])
            && lasting.is_none_or(|price| worths[source] <= price)
        {
            wanted[source] += units;
        }
    }

    /// Reads a plan off a relaxed node: its hubs are those taken, and those that asks pay more than half of; where an ask
    /// would be left without an option, also its cheapest.
    fn round(
        &self,
        at: &Node,
        relaxed: &Relaxed,
        wired: &mut Wired<i128>,
        best: &mut Option<Best>,
        effort: &mut Effort,
    ) {
        let take = |item: usize| match at.settled[item] {
            Some(settled) => settled,
            None => self.hubs[item] && 2 * relaxed.paid[item] > relaxed.prices[item],
        };
        let mut taken: Vec<bool> = (0..relaxed.prices.len()).map(take).collect();
        for sides in &self.items.asks {
            let nested = sides.iter().any(|side| side.leaf.is_some());
            let mut apart = sides.iter().flat_map(|side| &side.apart);
            if !nested && !apart.clone().any(|&item| taken[item]) {
                let allowed = apart.by_ref().filter(|&&item| at.settled[item].is_none());
                if let Some(&cheapest) = allowed.min_by_key(|&&item| relaxed.prices[item]) {
                    taken[cheapest] = true;
                }
            }
        }
        let Some(mut plan) = self.planned(&relaxed.prices, taken, wired, effort) else { return };
        // With the stock dealt, another cut may do with less; and what it saves is dealt again.
        while best.as_ref().is_none_or(|best| plan.cost < best.cost + best.cost / NEAR) && effort.work(0) {
            let better = self.planned(&self.prices_after(&plan.deal), plan.taken.clone(), wired, effort);
            match better.filter(|better| better.cost < plan.cost) {
                Some(better) => plan = better,
                None => break,
            }
        }
        if best.as_ref().is_none_or(|best| plan.cost < best.cost) {
            *best = Some(plan);
        }
    }

    /// The plan with just these items apart that a cut at these prices chooses.
    fn planned(&self, prices: &[i128], taken: Vec<bool>, wired: &mut Wired<i128>, effort: &mut Effort) -> Option<Best> {
        let met = |ask: usize| self.pairs[self.of_ask[ask].clone()].iter().any(|&(_, item)| taken[item]);
        self.fit(wired, prices, |ask| met(ask).then_some(0));
        let (reached, looked) = wired.network.fill();
        effort.work(looked / EDGES);
        let mut chosen = taken.clone();
        self.items.chosen(&self.halves, &reached).into_iter().for_each(|item| chosen[item] = true);
        let (cost, deal) = self.dealt(&chosen)?;
        Some(Best { cost, deal, taken })
    }

    /// What each item costs beyond the stock that a deal gives it.
    fn prices_after(&self, deal: &Deal) -> Vec<i128> {
        let mut prices = Vec::new();
        for (&(group, offer), (units, lasting, _)) in self.items.names.iter().zip(&self.sources) {
            let draws = deal.shares[group].draws.get(&offer).map_or(&[][..], Vec::as_slice);
            let scarce = draws.iter().filter(|(source, _)| self.scarce.sources.binary_search(source).is_ok());
            let left = units - scarce.map(|(_, units)| i128::from(*units)).sum::<i128>();
            prices.push(left * lasting.unwrap_or(FORBIDDING));
        }
        prices
    }

    /// What it costs to have chosen items meet the asks that they can, and the deal.
    fn dealt(&self, chosen: &[bool]) -> Option<(i128, Deal)> {
        let mut banned = BTreeSet::new();
        loop {
            let deal = supply::deal(self.market, &self.facets(chosen, &banned));
            match deal {
                Ok(deal) => return Some((self.money(&deal), deal)),
                Err(without) => {
                    let known = banned.len();
                    banned.extend(without);
                    if banned.len() == known {
                        return None;
                    }
                }
            }
        }
    }

    /// The facets that each group is to meet, so that every ask has one: those of chosen items, but none of a banned group
    /// for which nothing lasts. An ask that has none then takes the side that lasts.
    fn facets(&self, chosen: &[bool], banned: &BTreeSet<usize>) -> Vec<BTreeSet<usize>> {
        let mut facets = vec![BTreeSet::new(); self.market.offers.len()];
        let mut several = Vec::new();
        for (ask, sides) in self.items.asks.iter().enumerate() {
            let open = |(group, facet): &(usize, usize)| !banned.contains(group) || self.lasts(*group, *facet);
            let serving = sides.iter().filter(|side| self.is_served(side, chosen)).map(|side| (side.group, side.facet));
            let mut serving = serving.filter(open).peekable();
            let first = serving.next().or_else(|| {
                let mut sides = sides.iter().map(|side| (side.group, side.facet));
                sides.find(|&(group, facet)| self.lasts(group, facet))
            });
            match (first, serving.next()) {
                (Some(_), Some(_)) => several.push(ask),
                (Some((group, facet)), None) => drop(facets[group].insert(facet)),
                (None, _) => {}
            }
        }
        for ask in several {
            let sides = &self.items.asks[ask];
            let mut serving = sides.iter().filter(|side| self.is_served(side, chosen));
            if !serving.clone().any(|side| facets[side.group].contains(&side.facet))
                && let Some(side) = serving.next()
            {
                facets[side.group].insert(side.facet);
            }
        }
        facets
    }

    /// Whether a chosen item serves a side.
    fn is_served(&self, side: &super::items::Side, chosen: &[bool]) -> bool {
        let above = std::iter::successors(side.leaf, |&item| self.items.within[item]);
        above.chain(side.apart.iter().copied()).any(|item| chosen[item])
    }

    fn lasts(&self, group: usize, facet: usize) -> bool {
        let mut offers = self.market.offers[group].iter();
        offers.any(|offer| offer.facets.contains(&facet) && lasting(self.market, offer).is_some())
    }

    fn money(&self, deal: &Deal) -> i128 {
        let money = |(source, units): (Source, u64)| match source {
            Source::Kind(kind) => {
                let units = units.next_multiple_of(self.market.scale.pack(kind));
                self.market.price(source) * i128::from(units)
            }
            Source::Pool(_) | Source::Place(_) => 0,
        };
        drawn(deal).into_iter().map(money).sum()
    }

    /// The open hub whose price is paid least by the asks left to it; where all are paid in full or not at all, any.
    fn doubtful(&self, node: &Node, relaxed: &Relaxed) -> Option<usize> {
        let open = (0..self.hubs.len()).filter(|&item| self.hubs[item] && node.settled[item].is_none());
        let unpaid = |item: usize| if relaxed.paid[item] > 0 { relaxed.prices[item] - relaxed.paid[item] } else { 0 };
        open.max_by_key(|&item| (unpaid(item), !relaxed.slack[item]))
    }

    /// Both ways to settle a hub, the more promising one last, which is looked at first.
    fn branches(&self, node: Node, hub: usize, bound: i128, relaxed: &Relaxed) -> [Node; 2] {
        let settle = |taken: bool| {
            let mut settled = node.settled.clone();
            settled[hub] = Some(taken);
            Node { settled, bound, ..node.clone() }
        };
        let promising = 2 * relaxed.paid[hub] > relaxed.prices[hub];
        [settle(!promising), settle(promising)]
    }
}
