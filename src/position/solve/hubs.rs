//! Large components with three or four sides: many users and devices, and few *hubs*, the hosts and servers.
//!
//! Once it is settled which hubs are licensed, the rest is a minimum cut. While a hub is open, each of its asks may be left
//! to it at a share of its price, and the flow that is then largest is a bound: nobody can undercut it, since the shares
//! add up to no more than the price. Shares that asks do not use go to those that use theirs up, until that no longer
//! helps; then the search settles the hub whose price is paid least by the asks left to it, both ways.
//!
//! Only money is minded between choices of hubs. The rest of the choice is lightest on every level.

use super::deal::Deal;
use super::effort::Effort;
use super::items::{Items, hang, lead, node};
use super::market::{Market, Weight};
use super::network::Network;
use super::program::Outcome;
use crate::position::model::{Metric, Model};

/// Components with fewer asks are left to the integer program, which minds every level.
const LARGE: usize = 400;

/// How often shares are dealt anew for one bound.
const ROUNDS: usize = 60;

/// How many edges of a network weigh as much as one term of a linear program.
const EDGES: u64 = 16;

/// What a search found, and the charges by ask that the bound of its root is made of.
#[derive(Debug)]
pub struct Hubbed {
    /// The best choice.
    pub outcome: Outcome,
    /// By ask.
    pub charges: Vec<i128>,
}

/// Searches a large component; none where it is not of this form.
#[must_use]
pub fn search(model: &Model, market: &Market, items: &Items, effort: &mut Effort) -> Option<Hubbed> {
    if market.component.asks.len() < LARGE {
        return None;
    }
    let is_hub = |item: usize| {
        let (group, _) = items.names[item];
        let holder = market.component.groups[group].members[0].0;
        matches!(model.holders[holder].metric, Metric::Host | Metric::Server)
    };
    let hubs: Vec<bool> = (0..items.names.len()).map(is_hub).collect();
    let halves = items.halves(|item| !hubs[item])?;
    let money = market.scale.money();
    let prices = items.weights.iter().map(|weight| weight[money]).collect();
    let search = Search { market, items, prices, hubs, halves };
    let (best, bound, charges) = search.run(effort);
    let best = best.map(|taken| search.plan(&taken));
    Some(Hubbed { outcome: Outcome { best, bound, complete: false }, charges })
}

struct Search<'a> {
    market: &'a Market<'a>,
    items: &'a Items,
    /// By item, in money.
    prices: Vec<i128>,
    /// By item, whether it is a hub.
    hubs: Vec<bool>,
    halves: Vec<bool>,
}

/// By item: whether a hub is taken or left; nothing for those open, and for what is no hub.
type Settled = Vec<Option<bool>>;

/// By ask: for each hub that it wants, the share of the hub's price that it may be left to it for.
type Shares = Vec<Vec<(usize, i128)>>;

struct Node {
    settled: Settled,
    shares: Shares,
    /// What is known of it before it is looked at.
    bound: i128,
}

/// A node with its shares dealt for the best.
struct Relaxed {
    bound: i128,
    charges: Vec<i128>,
    /// By item: what the asks left to an open hub pay for it.
    paid: Vec<i128>,
    /// By item: whether shares of an open hub are unused.
    slack: Vec<bool>,
}

impl Search<'_> {
    /// The hubs taken by the best choice, a bound, and the charges behind the bound of the root.
    fn run(&self, effort: &mut Effort) -> (Option<Settled>, i128, Vec<i128>) {
        let root = Node { settled: vec![None; self.prices.len()], shares: self.even_shares(), bound: 0 };
        let (mut best, mut least): (Option<(i128, Settled)>, Option<i128>) = (None, None);
        let mut charges = vec![0; self.items.asks.len()];
        let mut open = vec![root];
        let mut is_root = true;
        while let Some(mut node) = open.pop() {
            if best.as_ref().is_some_and(|(cost, _)| node.bound >= *cost) || !self.is_possible(&node.settled) {
                continue;
            }
            if !effort.node() {
                least = Some(open.iter().map(|node| node.bound).fold(node.bound, i128::min));
                break;
            }
            let relaxed = self.relax(&mut node, effort);
            if std::mem::take(&mut is_root) {
                charges.clone_from(&relaxed.charges);
            }
            let (cost, taken) = self.rounded(&node, &relaxed, effort);
            if best.as_ref().is_none_or(|(known, _)| cost < *known) {
                best = Some((cost, taken));
            }
            let known = best.as_ref().map_or(i128::MAX, |(cost, _)| *cost);
            let bound = self.market.scale.least(self.market.scale.money(), relaxed.bound).max(node.bound);
            if bound < known
                && let Some(hub) = self.doubtful(&node, &relaxed)
            {
                open.extend(self.branches(node, hub, bound, &relaxed));
            }
        }
        let bound = match (&best, least) {
            (Some((cost, _)), Some(least)) => least.min(*cost),
            (Some((cost, _)), None) => *cost,
            (None, least) => least.unwrap_or(0),
        };
        (best.map(|(_, taken)| taken), bound, charges)
    }

    /// Whether every ask still has an option.
    fn is_possible(&self, settled: &Settled) -> bool {
        self.items.asks.iter().all(|options| options.iter().any(|&item| settled[item] != Some(false)))
    }

    /// The price of each hub in equal parts over the asks that want it.
    fn even_shares(&self) -> Shares {
        let mut wanted = vec![0_i128; self.prices.len()];
        self.items.asks.iter().flatten().for_each(|&item| wanted[item] += 1);
        let mut left = self.prices.clone();
        let mut part = |item: usize| {
            let share = left[item] / wanted[item].max(1);
            left[item] -= share;
            wanted[item] -= 1;
            (item, share)
        };
        let mut shares = Vec::new();
        for options in &self.items.asks {
            shares.push(options.iter().copied().filter(|&item| self.hubs[item]).map(&mut part).collect());
        }
        shares
    }

    /// Bounds what a node costs, dealing its shares anew while that helps.
    fn relax(&self, node: &mut Node, effort: &mut Effort) -> Relaxed {
        let (mut network, edges) = self.network(node);
        let mut rounds = 0;
        loop {
            let (reached, looked) = network.fill();
            rounds += 1;
            let going_on = effort.work(looked / EDGES) && rounds < ROUNDS;
            let flows: Vec<i128> = edges.iter().map(|edge| edge.map_or(0, |edge| network.flow(edge))).collect();
            let short: Vec<bool> =
                (0..edges.len()).map(|ask| edges[ask].is_some() && self.is_cut(ask, &reached)).collect();
            if !going_on || !self.deal_anew(&mut node.shares, &flows, &short) {
                return self.relaxed(node, flows, &short);
            }
            for (ask, edge) in edges.iter().enumerate() {
                if let (Some(edge), Some(width)) = (edge, width(&node.shares[ask])) {
                    network.widen(*edge, &width);
                }
            }
        }
    }

    /// The network of what is not met by a hub taken, and the edge of each ask in it.
    fn network(&self, node: &Node) -> (Network<i128>, Vec<Option<usize>>) {
        let mut network = Network::new(self.prices.len(), 0);
        for (item, &price) in self.prices.iter().enumerate().filter(|(item, _)| !self.hubs[*item]) {
            hang(&mut network, item, self.halves[item], price);
        }
        let mut edges = Vec::new();
        for (options, shares) in self.items.asks.iter().zip(&node.shares) {
            let met = options.iter().any(|&item| node.settled[item] == Some(true));
            let rest = options.iter().copied().filter(|&item| !self.hubs[item]);
            edges.push((!met).then(|| lead(&mut network, rest, &self.halves, width(shares))));
        }
        (network, edges)
    }

    /// Whether the cut goes through an ask, so that it is left to its hubs.
    fn is_cut(&self, ask: usize, reached: &[bool]) -> bool {
        let rest = self.items.asks[ask].iter().copied().filter(|&item| !self.hubs[item]);
        rest.into_iter().all(|item| reached[node(item)] != self.halves[item])
    }

    /// Gives unused shares of each hub to the asks that are short of them; whether there were both.
    fn deal_anew(&self, shares: &mut Shares, flows: &[i128], short: &[bool]) -> bool {
        let (mut unused, mut takers) = (vec![0_i128; self.prices.len()], vec![0_i128; self.prices.len()]);
        for (ask, shares) in shares.iter().enumerate() {
            for &(hub, share) in shares {
                unused[hub] += share - flows[ask].min(share);
                takers[hub] += i128::from(short[ask] && share == flows[ask]);
            }
        }
        let moves = |hub: usize| unused[hub] > 0 && takers[hub] > 0;
        let any = (0..self.prices.len()).any(moves);
        let moving: Vec<bool> = (0..self.prices.len()).map(moves).collect();
        for (ask, shares) in shares.iter_mut().enumerate() {
            for (hub, share) in shares.iter_mut().filter(|(hub, _)| moving[*hub]) {
                if short[ask] && *share == flows[ask] {
                    let part = unused[*hub] / takers[*hub];
                    (unused[*hub], takers[*hub]) = (unused[*hub] - part, takers[*hub] - 1);
                    *share += part;
                } else {
                    *share = flows[ask].min(*share);
                }
            }
        }
        any
    }

    fn relaxed(&self, node: &Node, charges: Vec<i128>, short: &[bool]) -> Relaxed {
        let taken = (0..self.prices.len()).filter(|&item| node.settled[item] == Some(true));
        let bound = taken.map(|item| self.prices[item]).sum::<i128>() + charges.iter().sum::<i128>();
        let (mut paid, mut slack) = (vec![0; self.prices.len()], vec![false; self.prices.len()]);
        for (ask, shares) in node.shares.iter().enumerate() {
            for &(hub, share) in shares {
                paid[hub] += if short[ask] && share == charges[ask] { share } else { 0 };
                slack[hub] |= share > charges[ask];
            }
        }
        Relaxed { bound, charges, paid, slack }
    }

    /// A choice of hubs near a node: those taken, and those that asks pay more than half of; where an ask would be left
    /// without an option, also its cheapest. What it costs, and which hubs it takes.
    fn rounded(&self, node: &Node, relaxed: &Relaxed, effort: &mut Effort) -> (i128, Settled) {
        let open = |item: usize| self.hubs[item] && node.settled[item].is_none();
        let take =
            |item: usize| node.settled[item] == Some(true) || open(item) && 2 * relaxed.paid[item] > self.prices[item];
        let mut taken: Settled = (0..self.prices.len()).map(|item| self.hubs[item].then(|| take(item))).collect();
        for options in &self.items.asks {
            if options.iter().all(|&item| taken[item] == Some(false)) {
                let allowed = options.iter().filter(|&&item| node.settled[item].is_none());
                if let Some(&cheapest) = allowed.min_by_key(|&&item| self.prices[item]) {
                    taken[cheapest] = Some(true);
                }
            }
        }
        (self.cost(&taken, effort), taken)
    }

    /// What the best plan with just these hubs costs.
    fn cost(&self, taken: &Settled, effort: &mut Effort) -> i128 {
        let shares = vec![Vec::new(); self.items.asks.len()];
        let (mut network, edges) = self.network(&Node { settled: taken.clone(), shares, bound: 0 });
        let (_, looked) = network.fill();
        effort.work(looked / EDGES);
        let hubs = (0..self.prices.len()).filter(|&item| taken[item] == Some(true)).map(|item| self.prices[item]);
        hubs.sum::<i128>() + edges.into_iter().flatten().map(|edge| network.flow(edge)).sum::<i128>()
    }

    /// The open hub whose price is paid least by the asks left to it; where all are paid in full or not at all, any.
    fn doubtful(&self, node: &Node, relaxed: &Relaxed) -> Option<usize> {
        let open = (0..self.prices.len()).filter(|&item| self.hubs[item] && node.settled[item].is_none());
        let unpaid = |item: usize| if relaxed.paid[item] > 0 { self.prices[item] - relaxed.paid[item] } else { 0 };
        open.max_by_key(|&item| (unpaid(item), !relaxed.slack[item]))
    }

    /// Both ways to settle a hub, the more promising one last, which is looked at first.
    fn branches(&self, node: Node, hub: usize, bound: i128, relaxed: &Relaxed) -> [Node; 2] {
        let settle = |taken: bool| {
            let mut settled = node.settled.clone();
            settled[hub] = Some(taken);
            let mut shares = node.shares.clone();
            shares.iter_mut().for_each(|shares| shares.retain(|(known, _)| *known != hub));
            Node { settled, shares, bound }
        };
        let promising = 2 * relaxed.paid[hub] > self.prices[hub];
        [settle(!promising), settle(promising)]
    }

    /// The plan that takes just these hubs.
    fn plan(&self, taken: &Settled) -> (Weight, Deal) {
        let (chosen, _) = self.items.choose(&self.halves, |item| taken[item], self.market.scale);
        self.items.deal(self.market, &chosen)
    }
}

/// How much may flow along an ask: as much as the least of its hubs is left for; without limit where it has none.
fn width(shares: &[(usize, i128)]) -> Option<i128> {
    shares.iter().map(|(_, share)| *share).min()
}
