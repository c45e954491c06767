//! The least-cost plan of one completion, by trying every way to meet the demands (semantics,
//! section 4). A way is a side for each demand and, for every head of that side, units or a place.
//! Left out are only ways that cost more than the best so far, states already seen, and kinds
//! that another kind equals in all but being the better choice.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::cover::Kind;
use crate::case::Metric;

/// What is to be met, by whom and with what.
#[derive(Clone, Debug)]
pub struct Problem {
    /// In the order in which the earliest are met first, where not all can be.
    pub demands: Vec<Demand>,
    pub holders: Vec<Holder>,
    pub sources: Vec<Source>,
    pub places: Vec<Place>,
}

#[derive(Clone, Debug)]
pub struct Demand {
    /// The holders any of which may meet it; a population that is `many` is none.
    pub sides: Vec<usize>,
}

/// A row of users or devices, a host or a server: its heads, each a holder of units.
#[derive(Clone, Debug)]
pub struct Holder {
    pub metric: Metric,
    pub heads: usize,
    /// How many alike heads each head here stands for; more than 1 only where nothing but
    /// purchases can serve them, since alike heads then are served alike.
    pub alike: u32,
}

/// Units that may be placed: a holding, or a kind to buy.
#[derive(Clone, Debug)]
pub struct Source {
    pub kind: Kind,
    pub stock: Stock,
    /// Per demand, whether a unit covers it.
    pub covers: Vec<bool>,
    /// Per holder, how many units it takes.
    pub need: Vec<u32>,
}

#[derive(Clone, Debug)]
pub enum Stock {
    Bought {
        cents: i64,
        pack: u32,
    },
    /// So many, where bound only for one holder and, so many heads each, for its substitutes.
    Owned {
        quantity: u32,
        bound: Option<Bound>,
    },
}

#[derive(Clone, Debug)]
pub struct Bound {
    pub holder: usize,
    pub lent: Vec<(usize, u32)>,
}

/// The places that a quota deals at one server.
#[derive(Clone, Debug)]
pub struct Place {
    pub rule: String,
    pub limit: u32,
    /// Who may have one.
    pub candidates: Vec<usize>,
    /// Per demand, whether it is one at that server.
    pub lifts: Vec<bool>,
}

/// The plan. Its order is the order between plans, the best least.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plan {
    pub cents: i64,
    pub units: u32,
    pub kinds: usize,
    /// Every unit bought, with its kind, smallest first.
    pub bought: Vec<Run>,
    pub used: u32,
    pub placed: Vec<Run>,
    pub places: u32,
    pub by_rule: BTreeMap<String, u32>,
}

/// So many units of one kind in an expanded list. Of two lists the one with more of the earlier
/// kind is the smaller, so a longer run of a kind comes before a shorter one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub kind: Kind,
    pub units: u32,
}

impl PartialOrd for Run {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Run {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.kind.cmp(&other.kind).then(other.units.cmp(&self.units))
    }
}

/// A plan, and which demands it leaves unmet.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub unmet: Vec<usize>,
    pub plan: Plan,
}

/// The best plan: fewest demands unmet; of equally few sets one of which the rest costs least, of these the one that meets
/// the earliest; then the least plan for the rest.
pub fn best(problem: &Problem) -> Outcome {
    let all: Vec<usize> = (0..problem.demands.len()).collect();
    let (able, hopeless): (Vec<_>, Vec<_>) =
        all.iter().partition(|&&demand| Search::of(problem, vec![demand]).can_meet());
    let plans = (0..=able.len()).rev().map(|size| {
        let met = choose(&able, size).into_iter().filter(|some| Search::of(problem, some.clone()).can_meet());
        // Of several that cost the same this is the first.
        met.map(|met| (Search::of(problem, met.clone()).least(), met)).min_by_key(|(plan, _)| plan.cents)
    });
    let (plan, met) = plans.flatten().next().unwrap();
    let left = able.into_iter().filter(|demand| !met.contains(demand));
    let mut unmet: Vec<_> = left.chain(hopeless).collect();
    unmet.sort_unstable();
    Outcome { unmet, plan }
}

/// The ways to take so many of a list, those with the earlier ones first.
fn choose(list: &[usize], size: usize) -> Vec<Vec<usize>> {
    match (size, list) {
        (0, _) => vec![Vec::new()],
        (_, []) => Vec::new(),
        (_, [first, rest @ ..]) => {
            let with = choose(rest, size - 1).into_iter().map(|some| [&[*first][..], &some].concat());
            with.chain(choose(rest, size)).collect()
        }
    }
}

/// What one head holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Head {
    units: BTreeMap<usize, u32>,
    places: BTreeSet<usize>,
}

/// Per holder its heads. Heads of one holder are interchangeable, so they are kept sorted.
type State = Vec<Vec<Head>>;

/// A demand that is being met, and the holder that is to meet it.
type Goal = Option<(usize, usize)>;

struct Search<'a> {
    problem: &'a Problem,
    wanted: Vec<usize>,
    /// Sources worth using.
    useful: Vec<usize>,
    best: Option<Plan>,
    seen: HashSet<(State, Goal)>,
    first_will_do: bool,
}

impl<'a> Search<'a> {
    fn of(problem: &'a Problem, wanted: Vec<usize>) -> Self {
        let mut useful: Vec<_> = (0..problem.sources.len())
            .filter(|&source| wanted.iter().any(|&demand| problem.sources[source].covers[demand]))
            .filter(|&source| !(0..problem.sources.len()).any(|other| beats(problem, other, source, &wanted)))
            .collect();
        useful.sort_by_key(|&source| match problem.sources[source].stock {
            Stock::Owned { .. } => 0,
            Stock::Bought { cents, .. } => cents + 1,
        });
        Self { problem, wanted, useful, best: None, seen: HashSet::new(), first_will_do: false }
    }

    fn can_meet(mut self) -> bool {
        self.first_will_do = true;
        self.run().is_some()
    }

    fn least(self) -> Plan {
        self.run().unwrap()
    }

    fn run(mut self) -> Option<Plan> {
        let empty = self.problem.holders.iter().map(|holder| vec![Head::default(); holder.heads]).collect();
        self.step(empty, None);
        self.best
    }

    /// Tries every way on from a state.
    fn step(&mut self, state: State, goal: Goal) {
        let hopeless = self
            .best
            .as_ref()
            .is_some_and(|best| self.first_will_do || self.spent(&state) > (best.cents, best.units, best.kinds));
        if hopeless || !self.seen.insert((state.clone(), goal)) {
            return;
        }
        let Some((demand, holder)) = goal else { return self.next_demand(state) };
        match (0..state[holder].len()).find(|&head| !self.head_meets(&state, demand, holder, head)) {
            None => self.step(state, None),
            Some(head) => {
                for next in self.ways(&state, demand, holder, head) {
                    self.step(next, goal);
                }
            }
        }
    }

    /// Chooses a side for the first demand that is not met yet; with none left the plan is whole.
    fn next_demand(&mut self, state: State) {
        let open = self.wanted.iter().copied().find(|&demand| !self.is_met(&state, demand));
        let Some(demand) = open else { return self.finish(&state) };
        for &holder in &self.problem.demands[demand].sides {
            self.step(state.clone(), Some((demand, holder)));
        }
    }

    fn is_met(&self, state: &State, demand: usize) -> bool {
        self.problem.demands[demand]
            .sides
            .iter()
            .any(|&holder| (0..state[holder].len()).all(|head| self.head_meets(state, demand, holder, head)))
    }

    /// Whether a head has a place for a demand, or enough units of one licence that each cover it.
    /// Where versions differ in how many it takes, the largest number applies.
    fn head_meets(&self, state: &State, demand: usize, holder: usize, head: usize) -> bool {
        let held = &state[holder][head];
        if held.places.iter().any(|&place| self.problem.places[place].lifts[demand]) {
            return true;
        }
        held.units.keys().any(|&judged| {
            let source = &self.problem.sources[judged];
            let need = source.need[holder];
            let counts = |other: &Source| {
                other.covers[demand] && other.kind.license == source.kind.license && other.need[holder] <= need
            };
            let units: u32 = held
                .units
                .iter()
                .filter(|(other, _)| counts(&self.problem.sources[**other]))
                .map(|(_, units)| units)
                .sum();
            source.covers[demand] && units >= need
        })
    }

    /// Every smallest addition to a head by which it meets a demand: one place, or units of one
    /// licence.
    fn ways(&self, state: &State, demand: usize, holder: usize, head: usize) -> Vec<State> {
        let mut found = Vec::new();
        for (index, place) in self.problem.places.iter().enumerate() {
            let dealt = state.iter().flatten().filter(|held| held.places.contains(&index)).count();
            if place.lifts[demand] && place.candidates.contains(&holder) && dealt < place.limit as usize {
                let mut next = state.clone();
                next[holder][head].places.insert(index);
                next[holder].sort();
                found.push(next);
            }
        }
        for first in 0..self.useful.len() {
            self.add_units(state, (demand, holder, head), first, None, &mut found);
        }
        found
    }

    /// Adds one unit of the source at `place` and, until the demand is met, others of the same
    /// licence from there on.
    fn add_units(
        &self,
        state: &State,
        at: (usize, usize, usize),
        place: usize,
        license: Option<&str>,
        found: &mut Vec<State>,
    ) {
        let (demand, holder, head) = at;
        let index = self.useful[place];
        let source = &self.problem.sources[index];
        if !source.covers[demand]
            || source.kind.metric != self.problem.holders[holder].metric
            || license.is_some_and(|license| license != source.kind.license)
            || !self.available(state, index, holder, head)
        {
            return;
        }
        let mut next = state.clone();
        *next[holder][head].units.entry(index).or_default() += 1;
        if self.head_meets(&next, demand, holder, head) {
            next[holder].sort();
            found.push(next);
        } else {
            for place in place..self.useful.len() {
                self.add_units(&next, at, place, Some(&source.kind.license), found);
            }
        }
    }

    /// Whether one more unit of a source may go to a head.
    fn available(&self, state: &State, source: usize, holder: usize, head: usize) -> bool {
        let Stock::Owned { quantity, bound } = &self.problem.sources[source].stock else { return true };
        let used: u32 = state.iter().flatten().filter_map(|held| held.units.get(&source)).sum();
        used < *quantity
            && match bound {
                None => true,
                Some(bound) if bound.holder == holder => true,
                Some(bound) => self.may_borrow(state, bound, holder, head),
            }
    }

    /// Heads that hold units bound to an absent row are at most as many as stand in for it.
    fn may_borrow(&self, state: &State, from: &Bound, holder: usize, head: usize) -> bool {
        let allowed: u32 = from.lent.iter().filter(|(to, _)| *to == holder).map(|(_, heads)| heads).sum();
        let borrows = |held: &Head| {
            held.units.keys().any(|&source| match &self.problem.sources[source].stock {
                Stock::Owned { bound: Some(bound), .. } => bound.holder == from.holder,
                _ => false,
            })
        };
        let others = (0..state[holder].len()).filter(|&other| other != head && borrows(&state[holder][other]));
        others.count() < allowed as usize
    }

    /// Money, units and kinds bought so far; none of them shrinks on the way.
    fn spent(&self, state: &State) -> (i64, u32, usize) {
        let bought = self.bought(state);
        let cents = bought.iter().map(|(_, cents)| cents).sum();
        let units = bought.iter().map(|(run, _)| run.units).sum();
        (cents, units, bought.len())
    }

    /// What a state buys, whole packs of each kind, and for how much.
    fn bought(&self, state: &State) -> Vec<(Run, i64)> {
        let mut runs = Vec::new();
        for (index, source) in self.problem.sources.iter().enumerate() {
            let placed = self.placed(state, index);
            if let (Stock::Bought { cents, pack }, 1..) = (&source.stock, placed) {
                let units = placed.div_ceil(*pack) * pack;
                let run = Run { kind: source.kind.clone(), units };
                runs.push((run, cents * i64::from(units)));
            }
        }
        runs.sort();
        runs
    }

    fn placed(&self, state: &State, source: usize) -> u32 {
        let per_holder = state.iter().zip(&self.problem.holders).map(|(heads, holder)| {
            let units: u32 = heads.iter().filter_map(|head| head.units.get(&source)).sum();
            units * holder.alike
        });
        per_holder.sum()
    }

    fn finish(&mut self, state: &State) {
        let (cents, units, kinds) = self.spent(state);
        let mut used: BTreeMap<&Kind, u32> = BTreeMap::new();
        for (index, source) in self.problem.sources.iter().enumerate() {
            *used.entry(&source.kind).or_default() += self.placed(state, index);
        }
        let placed = used.into_iter().filter(|(_, units)| *units > 0);
        let placed: Vec<_> = placed.map(|(kind, units)| Run { kind: kind.clone(), units }).collect();
        let mut by_rule: BTreeMap<String, u32> = BTreeMap::new();
        for place in state.iter().flatten().flat_map(|head| &head.places) {
            *by_rule.entry(self.problem.places[*place].rule.clone()).or_default() += 1;
        }
        let plan = Plan {
            cents,
            units,
            kinds,
            bought: self.bought(state).into_iter().map(|(run, _)| run).collect(),
            used: placed.iter().map(|run| run.units).sum(),
            placed,
            places: by_rule.values().sum(),
            by_rule,
        };
        if self.best.as_ref().is_none_or(|best| plan < *best) {
            self.best = Some(plan);
        }
    }
}

/// Whether a kind to buy is never chosen because another of the same licence, metric and pack
/// covers as much, takes as few units, and costs less or comes earlier at the same price:
/// exchanging one for the other betters any plan.
fn beats(problem: &Problem, winner: usize, loser: usize, wanted: &[usize]) -> bool {
    let (a, b) = (&problem.sources[winner], &problem.sources[loser]);
    let (Stock::Bought { cents, pack }, Stock::Bought { cents: other, pack: packed }) = (&a.stock, &b.stock) else {
        return false;
    };
    (&a.kind.license, a.kind.metric, pack) == (&b.kind.license, b.kind.metric, packed)
        && a.need == b.need
        && wanted.iter().all(|&demand| a.covers[demand] || !b.covers[demand])
        && (cents < other || (cents == other && a.kind < b.kind))
}
