//! The bound of a node: the largest flow at the best shares and worths known.

use std::rc::Rc;

use super::{Course, EDGES, Node, Search, Settled};
use crate::position::solve::items::node;
use crate::position::solve::worths::{Climb, FINE, Look};

/// How often shares are dealt anew for one bound.
const ROUNDS: usize = 60;

/// How often shares are dealt anew between two steps of the worths.
const ROUNDS_BETWEEN: usize = 12;

/// How often worths change for one bound.
const STEPS: usize = 150;

/// How often worths change before plans are looked for again.
const STEPS_BETWEEN: usize = 25;

/// How wide the first box around worths is that come from another node, and where nothing is known.
const REACH: [f64; 2] = [0.05, 0.5];

/// A node with its shares dealt for the best.
#[derive(Clone)]
pub(super) struct Relaxed {
    pub(super) bound: i128,
    pub(super) worths: Vec<i128>,
    pub(super) charges: Vec<i128>,
    /// By item: what the asks left to an item apart pay for it.
    pub(super) paid: Vec<i128>,
    /// By item: what it costs at these worths.
    pub(super) prices: Vec<i128>,
    /// By item: whether shares of an open hub are unused.
    pub(super) slack: Vec<bool>,
    /// By source: units wanted, in parts of [`FINE`].
    wanted: Vec<i128>,
    /// By item: whether the cut chooses it, or it is taken.
    chosen: Rc<Vec<bool>>,
    /// What the cuts chose between which the bound lies.
    pub(super) cuts: Vec<Rc<Vec<bool>>>,
}

impl Relaxed {
    fn look(&self) -> Look {
        let Relaxed { bound, worths, wanted, chosen, .. } = self;
        Look { worths: worths.clone(), bound: *bound, wanted: wanted.clone(), chosen: Rc::clone(chosen) }
    }
}

/// What a flow leaves behind.
struct Filled {
    prices: Vec<i128>,
    shares: Vec<i128>,
    flows: Vec<i128>,
    /// By ask: whether the cut leaves it to its items apart.
    short: Vec<bool>,
    reached: Vec<bool>,
}

impl Search<'_> {
    /// What each item costs at these worths.
    fn prices(&self, worths: &[i128]) -> Vec<i128> {
        let price = |means: &super::Means| {
            let unit = means.short.iter().map(|&source| worths[source]).chain(means.lasting).min();
            (unit.unwrap_or(0) * means.units - means.blur).max(0)
        };
        self.means.iter().map(price).collect()
    }

    /// The price of each item apart in equal parts over the asks that want it.
    pub(super) fn even_shares(&self) -> Vec<i128> {
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

    /// Bounds what a node costs, dealing its shares anew and changing worths while that helps, or until no plan below it can
    /// be better than the best. Where hubs are open, plans are looked for on the way.
    pub(super) fn relax(&self, at: &mut Node, course: &mut Course) -> Relaxed {
        let mut worths = at.worths.clone();
        let mut highest = self.deal_shares(at, &worths, ROUNDS, course);
        let mut shares = Rc::clone(&at.shares);
        let open = (0..self.items.names.len()).any(|item| self.items.apart[item] && at.settled[item].is_none());
        let mut climb = Climb::new(&self.scarce, REACH[usize::from(at.bound == 0)], open);
        let mut found = highest.look();
        for step in 1..STEPS {
            if open && step % STEPS_BETWEEN == 0 {
                self.look(at, &highest, course);
            }
            let next = climb.next(found);
            let met = course.cost().is_some_and(|cost| self.whole(highest.bound) >= cost);
            match next {
                Some(next) if !met && !self.scarce.sources.is_empty() && course.effort.work(0) => worths = next,
                Some(_) | None => break,
            }
            let relaxed = self.deal_shares(at, &worths, ROUNDS_BETWEEN, course);
            found = relaxed.look();
            if relaxed.bound > highest.bound {
                (highest, shares) = (relaxed, Rc::clone(&at.shares));
            }
        }
        highest.cuts = climb.between();
        at.shares = shares;
        at.worths.clone_from(&highest.worths);
        highest
    }

    /// The largest flow at these worths, with shares dealt anew while that helps.
    fn deal_shares(&self, at: &mut Node, worths: &[i128], rounds: usize, course: &mut Course) -> Relaxed {
        let prices = self.prices(worths);
        let mut shares = self.adjusted(&at.shares, &prices, &at.settled);
        let met = self.met(&at.settled);
        let rooms_of_items = self.rooms(&prices, &at.settled);
        let mut round = 0;
        loop {
            let width = |ask: usize| if met[ask] { Some(0) } else { self.width(&shares, &at.settled, ask) };
            course.wired.fit(&self.items, |item| rooms_of_items[item], width);
            let (reached, looked) = course.wired.network.fill();
            round += 1;
            // Whatever flows, a round looks at every ask, item and share.
            let all = met.len() + shares.len() + rooms_of_items.len();
            let going_on = course.effort.work((looked + all as u64) / EDGES) && round < rounds;
            let flows = course.wired.flows();
            let short: Vec<bool> = (0..met.len()).map(|ask| !met[ask] && self.is_cut(ask, &reached)).collect();
            if !going_on || !self.deal_anew(&mut shares, &at.settled, &flows, &short) {
                let relaxed = self.relaxed(&at.settled, worths, Filled { prices, shares, flows, short, reached });
                at.shares = Rc::new(relaxed.1);
                return relaxed.0;
            }
        }
    }

    /// By ask: whether an item apart that is taken meets it.
    fn met(&self, settled: &Settled) -> Vec<bool> {
        let taken = |&(_, item): &(usize, usize)| settled[item] == Some(true);
        self.of_ask.iter().map(|pairs| self.pairs[pairs.clone()].iter().any(taken)).collect()
    }

    /// How much may flow through each item: no more than it costs, nothing through one taken, any amount through one left.
    fn rooms(&self, prices: &[i128], settled: &Settled) -> Vec<Option<i128>> {
        let room = |item: usize| match settled[item] {
            _ if self.items.apart[item] => Some(0),
            Some(true) => Some(0),
            Some(false) => None,
            None => Some(prices[item]),
        };
        (0..prices.len()).map(room).collect()
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
        let mut nested = self.items.sides(ask).filter_map(|side| Some((side.group, side.leaf?)));
        nested.all(|(group, leaf)| reached[node(leaf)] != self.halves[group])
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

    /// What a flow proves and what its cut wants; with the shares that it was found with.
    fn relaxed(&self, settled: &Settled, worths: &[i128], filled: Filled) -> (Relaxed, Vec<i128>) {
        let Filled { prices, shares, flows: charges, short, reached } = filled;
        let stock: i128 = worths.iter().zip(&self.scarce.limits).map(|(worth, limit)| worth * limit).sum();
        let mut chosen: Vec<bool> = settled.iter().map(|settled| *settled == Some(true)).collect();
        let taken = (0..prices.len()).filter(|&item| chosen[item]).map(|item| prices[item]).sum::<i128>();
        let bound = taken + charges.iter().sum::<i128>() - stock;
        self.items.chosen(&self.halves, &reached).into_iter().for_each(|item| chosen[item] = true);
        let (mut paid, mut slack) = (vec![0; prices.len()], vec![false; prices.len()]);
        let mut left = vec![false; prices.len()];
        for (&share, &(ask, item)) in shares.iter().zip(&self.pairs) {
            if short[ask] && share == charges[ask] {
                (paid[item], left[item]) = (paid[item] + share, true);
            }
            slack[item] |= share > charges[ask];
        }
        let mut wanted = vec![0; worths.len()];
        for item in 0..prices.len() {
            let all = self.means[item].units * FINE;
            let units = match (chosen[item], self.items.apart[item] && settled[item].is_none()) {
                (true, _) => all,
                (false, true) => {
                    (all * paid[item]).checked_div(prices[item]).unwrap_or_else(|| if left[item] { all } else { 0 })
                }
                (false, false) => 0,
            };
            self.want(item, units, worths, &mut wanted);
        }
        let chosen = Rc::new(chosen);
        let worths = worths.to_vec();
        (Relaxed { bound, worths, charges, paid, prices, slack, wanted, chosen, cuts: Vec::new() }, shares)
    }

    /// Notes units of an item as wanted from the source that is worth least, be it no less than what can be bought.
    fn want(&self, item: usize, units: i128, worths: &[i128], wanted: &mut [i128]) {
        let means = &self.means[item];
        if let Some(&source) = means.short.iter().min_by_key(|&&source| worths[source])
            && means.lasting.is_none_or(|price| worths[source] <= price)
        {
            wanted[source] += units;
        }
    }
}
