//! The combinatorial model of a position, and the plan that answers it.
//!
//! The model states who must hold what, which units exist and what further ones cost. It holds no
//! names, rules or dates, and this module computes nothing: see [`super::solve`] for the optimum
//! and [`super::certificate`] for the meaning of a plan, spelled out check by check.
//!
//! A side of a demand is met in full when every head of that holder has the demand met. A head has a
//! demand met when it holds a place that lists it, or enough units of one licence that cover it:
//! as many as the largest need among the versions counted. Units are never split between heads.

use smallvec::SmallVec;

use crate::value::short;
pub use crate::value::{Heads, Metric};
use std::collections::{BTreeMap, BTreeSet};

/// A population of alike heads, or one host, or one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The metric of the units that this holder can take.
    pub metric: Metric,
    /// Its size; one for a host or a server. Of none every demand is met; for many no number of units or places suffices.
    pub heads: Heads,
}

/// Which demands a unit helps to meet once it is dealt to that demand's holder of the unit's metric.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cover {
    /// The natures of the demands covered.
    pub natures: BTreeSet<usize>,
    /// Units that one head of a holder takes, by holder; one where absent.
    pub needs: BTreeMap<usize, u64>,
}

impl Cover {
    /// Units that one head of `holder` takes; at least one.
    #[must_use]
    pub fn need(&self, holder: usize) -> u64 {
        self.needs.get(&holder).copied().unwrap_or(1).max(1)
    }
}

/// A line of the position: one licence, version and metric. The index of a kind is its rank when
/// equal plans are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The licence, by any numbering.
    pub licence: usize,
    /// The metric that its units are counted by.
    pub metric: Metric,
    /// Price of one unit in the smallest unit of money, not negative; none when not for sale.
    pub price: Option<i128>,
    /// Units are bought in multiples of this; zero means one.
    pub pack: u64,
    /// What a bought unit covers.
    pub cover: Cover,
}

impl Kind {
    /// Units are bought in multiples of this, which is at least one.
    #[must_use]
    pub fn pack(&self) -> u64 {
        self.pack.max(1)
    }
}

/// Units owned, reported under a kind but with a cover of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// The kind under which these units are reported.
    pub kind: usize,
    /// The licence.
    pub licence: usize,
    /// The metric that the units are counted by.
    pub metric: Metric,
    /// Units owned.
    pub quantity: u64,
    /// The only holder that may use them, apart from [`Model::moves`]; none for units that go anywhere.
    pub bound: Option<usize>,
    /// What one of these units covers.
    pub cover: Cover,
}

/// One demand; it is met when one of its sides meets it in full. Where not all can be met, of plans that
/// cost the same the one is best that meets the earlier demands. There are as many as accesses that differ, so one takes twenty bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    nature: u32,
    /// By metric the holder, counted from 1; 0 for none.
    sides: [u32; Metric::ALL.len()],
}

impl Demand {
    /// A demand of a nature, by any numbering: all demands of a nature are covered by the same units. Its sides are the
    /// holders that could meet it: the population of users, that of devices, the host and the server.
    #[must_use]
    pub fn new(nature: usize, sides: [Option<usize>; Metric::ALL.len()]) -> Demand {
        Demand { nature: short(nature), sides: sides.map(|side| side.map_or(0, |holder| short(holder + 1))) }
    }

    /// The same with another holder on one side.
    #[must_use]
    pub fn with_side(mut self, metric: Metric, holder: usize) -> Demand {
        self.sides[metric as usize] = short(holder + 1);
        self
    }

    /// What it asks for.
    #[must_use]
    pub fn nature(&self) -> usize {
        self.nature as usize
    }

    /// The holder on one side.
    #[must_use]
    pub fn side(&self, metric: Metric) -> Option<usize> {
        (self.sides[metric as usize] as usize).checked_sub(1)
    }

    /// The holders of all sides.
    pub fn sides(&self) -> impl Iterator<Item = usize> {
        Metric::ALL.into_iter().filter_map(|metric| self.side(metric))
    }
}

/// Places that lift demands: at most `limit` heads over all candidates get one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Number of places.
    pub limit: u64,
    /// Who may get one. A holder named twice has both lists.
    pub candidates: Vec<Candidate>,
}

/// A holder whose heads may get a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The holder.
    pub holder: usize,
    /// The demands that a place meets for one head of it.
    pub demands: BTreeSet<usize>,
}

/// The whole problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// Who can hold units.
    pub holders: Vec<Holder>,
    /// Lines of the position, in tie-breaking order.
    pub kinds: Vec<Kind>,
    /// Units owned.
    pub stock: Vec<Stock>,
    /// What must be met.
    pub demands: Vec<Demand>,
    /// Places that lift demands.
    pub quotas: Vec<Quota>,
    /// Where bound units may go besides: for a holder that units are bound to and one that stands in, the most heads of the
    /// latter that may hold such units.
    pub moves: BTreeMap<(usize, usize), u64>,
}

impl Model {
    /// Leaves no demands but those kept, by their places: the others become those of nobody, who has them met.
    pub fn keep_demands(&mut self, keep: impl Fn(usize) -> bool) {
        let nobody = self.holders.len();
        self.holders.push(Holder { metric: Metric::User, heads: Heads::Count(0) });
        for (_, demand) in self.demands.iter_mut().enumerate().filter(|(place, _)| !keep(*place)) {
            *demand = Demand::new(demand.nature(), [Some(nobody), None, None, None]);
        }
    }

    /// The heads of `to` that may hold units bound to `from`.
    #[must_use]
    pub fn movable(&self, from: usize, to: usize) -> u64 {
        self.moves.get(&(from, to)).copied().unwrap_or(0)
    }

    /// Who may hold units bound to `from` in its place.
    pub fn substitutes(&self, from: usize) -> impl Iterator<Item = usize> {
        let moves = self.moves.range((from, 0)..=(from, usize::MAX)).filter(|(_, heads)| **heads > 0);
        moves.map(|((_, to), _)| *to)
    }

    /// Whether units for sale can meet a demand.
    #[must_use]
    pub fn is_purchasable(&self, demand: usize) -> bool {
        let sides = self.demands.get(demand).into_iter().flat_map(Demand::sides);
        let mut sides = sides.filter_map(|side| self.holders.get(side)).filter(|holder| holder.heads != Heads::Many);
        sides.any(|holder| {
            let sold = self.kinds.iter().filter(|kind| kind.metric == holder.metric && kind.price.is_some());
            sold.into_iter().any(|kind| self.is_covered(demand, &kind.cover))
        })
    }

    /// Whether a unit with this cover helps to meet a demand.
    #[must_use]
    pub fn is_covered(&self, demand: usize, cover: &Cover) -> bool {
        self.demands.get(demand).is_some_and(|demand| cover.natures.contains(&demand.nature()))
    }

    /// Whether a place of a quota meets a demand for one head of a holder.
    #[must_use]
    pub fn is_lifted(&self, demand: usize, quota: usize, holder: usize) -> bool {
        let mut listed = self.quotas.get(quota).into_iter().flat_map(|quota| &quota.candidates);
        listed.any(|candidate| candidate.holder == holder && candidate.demands.contains(&demand))
    }

    /// How many units of a kind all heads of some holders take together, in whole packs; none where no number suffices.
    #[must_use]
    pub fn units_taken(&self, kind: &Kind, holders: &BTreeSet<usize>) -> Option<u64> {
        let taken = |holder: &usize| match self.holders.get(*holder)?.heads {
            Heads::Count(heads) => heads.checked_mul(kind.cover.need(*holder)),
            Heads::Many => None,
        };
        let units = holders.iter().map(taken).try_fold(0_u64, |sum, units| sum.checked_add(units?))?;
        units.checked_next_multiple_of(kind.pack())
    }
}

/// An answer to a [`Model`]: what to buy, and who holds what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Money for the bought units.
    pub cost: i128,
    /// No plan that leaves as few demands unmet costs less; equal to `cost` exactly if that is proven.
    pub bound: i128,
    /// Units bought, by kind.
    pub bought: Vec<u64>,
    /// Who holds what; heads that hold nothing are not listed.
    pub hands: Vec<Hand>,
    /// Demands that are not met, ascending.
    pub unmet: Vec<usize>,
    /// No plan leaves fewer unmet; as many as `unmet` lists exactly if that is proven.
    pub least_unmet: usize,
    /// What the bound rests on.
    pub proof: Proof,
    /// Steps of search counted against the effort.
    pub nodes: u64,
}

impl Plan {
    /// Whether it is settled that no plan leaves fewer demands unmet.
    #[must_use]
    pub fn leaves_fewest(&self) -> bool {
        self.unmet.len() == self.least_unmet
    }
}

/// A number of heads of one holder that hold the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    /// The holder.
    pub holder: usize,
    /// How many of its heads.
    pub heads: u64,
    /// What each of them holds; mostly one thing.
    pub grants: SmallVec<[Grant; 1]>,
}

/// Something that one head holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// Units that the plan buys.
    Bought {
        /// The kind bought.
        kind: usize,
        /// Units per head.
        units: u64,
    },
    /// Units owned.
    Owned {
        /// The line of stock that they come from.
        stock: usize,
        /// Units per head.
        units: u64,
    },
    /// A place under a quota.
    Place {
        /// The quota.
        quota: usize,
    },
}

/// What a plan's lower bound rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Prices that come from a minimum cut.
    Cut(Prices),
    /// Prices that come from a linear relaxation.
    Dual(Prices),
    /// Only the counted search.
    Search,
}

/// Amounts that together nobody can undercut, as numerators over one denominator.
///
/// What a unit, a place or a purchase can contribute at one holder never exceeds its price, so the
/// sum of the amounts, less what stock and places give, is a lower bound on the cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// Divides every number below; positive.
    pub denominator: i128,
    /// What demands are charged when they are met, for all heads of a side together: those charged something, ascending.
    pub demands: Vec<(usize, i128)>,
    /// What one unit of each line of stock is worth.
    pub stock: Vec<i128>,
    /// What one place of each quota is worth.
    pub quotas: Vec<i128>,
}
