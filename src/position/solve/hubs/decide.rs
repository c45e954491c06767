//! What every plan that is better than the best one known must take or leave.
//!
//! By the prices behind a bound a plan costs that bound, and besides: for each unit of an item what the asks that it serves
//! are charged less than its price, and for each unit that serves an ask already served what that ask is charged. A plan
//! with more of that than lies between the bound and the best plan is no better, so that most items are decided, and only
//! the others are worth a search.

use std::collections::BTreeSet;

use super::bound::Relaxed;
use super::{Search, Settled};

/// What is decided of items.
pub(super) struct Decided {
    /// By item: whether all heads must take it.
    pub(super) taken: Vec<bool>,
    /// The groups with items that may serve asks which no such item serves.
    pub(super) open: BTreeSet<usize>,
}

/// The state of a conclusion.
struct Decider<'a> {
    search: &'a Search<'a>,
    charges: &'a [i128],
    /// A better plan may cost this much beyond the bound.
    room: i128,
    /// By item: whether all heads must take it, or none may; nothing for those open.
    known: Settled,
    /// By ask: the items that serve it.
    serving: Vec<Vec<usize>>,
    /// By item: the asks that it serves.
    served: Vec<Vec<usize>>,
}

impl Search<'_> {
    /// What plans that cost less than `cost` must have in common; none where there are no such plans.
    pub(super) fn decide(&self, settled: &Settled, relaxed: &Relaxed, cost: i128) -> Option<Decided> {
        let step = self.market.scale.least(self.market.scale.money(), 1);
        let room = (cost - step) * super::FINE - relaxed.bound;
        let through = |ask: usize| -> Vec<usize> {
            self.items.sides(ask).flat_map(|side| self.items.through(side).chain(side.apart())).collect()
        };
        let serving: Vec<Vec<usize>> = (0..self.items.asks()).map(through).collect();
        let mut served = vec![Vec::new(); settled.len()];
        for (ask, items) in serving.iter().enumerate() {
            items.iter().for_each(|&item| served[item].push(ask));
        }
        let charges = &relaxed.charges;
        let mut decider = Decider { search: self, charges, room, known: settled.clone(), serving, served };
        decider.leave_dear(relaxed);
        decider.conclude()?;
        Some(decider.decided())
    }
}

impl Decider<'_> {
    /// Leaves the items of which one unit alone would cost too much.
    fn leave_dear(&mut self, relaxed: &Relaxed) {
        for (item, served) in self.served.iter().enumerate() {
            let charged: i128 = served.iter().map(|&ask| self.charges[ask]).sum();
            if self.known[item].is_none() && self.is_dear(item, relaxed.prices[item] - charged) {
                self.known[item] = Some(false);
            }
        }
    }

    /// Whether a unit of an item costs too much, if all units together cost so much more.
    fn is_dear(&self, item: usize, more: i128) -> bool {
        more > self.room.saturating_mul(self.search.means[item].units)
    }

    /// Takes the only item that an ask has left, and leaves those that would serve asks again at too much; none where an
    /// ask has no item left.
    fn conclude(&mut self) -> Option<()> {
        let mut queue: Vec<usize> = (0..self.serving.len()).collect();
        while let Some(ask) = queue.pop() {
            let mut open = self.serving[ask].iter().copied().filter(|&item| self.known[item] != Some(false));
            let first = open.next()?;
            if open.next().is_none() {
                self.known[first] = Some(true);
            }
            for item in self.serving[ask].clone() {
                if self.known[item] == Some(true) {
                    self.serve(item, &mut queue);
                }
            }
        }
        Some(())
    }

    /// Leaves other items of the asks that a taken item serves. Asks with fewer items than before are to be looked at again.
    fn serve(&mut self, taken: usize, queue: &mut Vec<usize>) {
        for ask in std::mem::take(&mut self.served[taken]) {
            for item in self.serving[ask].clone() {
                if self.known[item].is_none() && self.is_dear(item, self.charges[ask]) {
                    self.known[item] = Some(false);
                    queue.extend(&self.served[item]);
                }
            }
        }
    }

    fn decided(&self) -> Decided {
        let taken: Vec<bool> = self.known.iter().map(|known| *known == Some(true)).collect();
        let unserved = self.serving.iter().filter(|items| !items.iter().any(|&item| taken[item]));
        let open = unserved.flatten().filter(|&&item| self.known[item].is_none());
        let open = open.map(|&item| self.search.items.names[item].0).collect();
        Decided { taken, open }
    }
}
