//! The one objective that components do not decide alone: fewest kinds bought.
//!
//! A kind is barred from all components at once, and those that it served look for another plan of
//! the same money and as many units. The search tries that for the kinds bought, one after another;
//! what is left to compare are the objectives that come after.
//!
//! Of the plans that are looked at only what they add up to is kept. A component meets the same few
//! barred kinds over and over, so what comes of them is remembered.

use std::collections::{BTreeSet, HashMap};

use super::effort::Effort;
use super::market::Depth;
use super::{Found, Shop, deal, market};
use crate::position::reduce::{Component, Source};

/// The best plans for all components, given each one's best plan for itself.
pub(super) fn fewest(shop: &Shop, first: Vec<Found>, effort: &mut Effort) -> Vec<Found> {
    if first.iter().any(|found| !found.complete) {
        return first;
    }
    let mut search = Search::new(shop, &first);
    let start = Tried { plans: (0..first.len()).collect(), sum: search.sum_of_first() };
    search.descend(&start, &mut BTreeSet::new(), &mut BTreeSet::new(), effort);
    let Search { mut plans, best, .. } = search;
    let Some(best) = best else { return first };
    first.into_iter().zip(best.plans).map(|(first, plan)| plans[plan].found(shop, first)).collect()
}

struct Search<'a> {
    shop: &'a Shop<'a>,
    /// By component, its best plan for itself.
    first: &'a [Found],
    /// By component, the kinds that it could be served by.
    kinds: Vec<Vec<usize>>,
    /// Plans for components: first each one's best for itself, then those without barred kinds.
    plans: Vec<Considered>,
    /// By component and the kinds barred from it, the plan that a cut finds, if there is one as good.
    known: HashMap<(usize, Vec<usize>), Option<usize>>,
    best: Option<Best>,
}

/// A plan for a component, as far as the search looks at it.
struct Considered {
    component: usize,
    barred: Vec<usize>,
    sum: Sum,
    /// The plan itself, where finding it again would take search.
    found: Option<Found>,
}

/// What plans add up to.
#[derive(Clone, Default)]
struct Sum {
    /// Units bought of each kind that is bought at all.
    bought: Vec<(usize, u64)>,
    /// Units placed of each kind, and places.
    placed: Vec<(usize, u64)>,
    places: u64,
}

/// Plans for all components, and what they add up to.
struct Tried {
    plans: Vec<usize>,
    sum: Total,
}

/// What the plans of all components add up to: the components that buy of each kind, and the objectives after the number of
/// kinds. These are bought units by kind, more of the earlier first; units placed, likewise; places.
#[derive(Clone)]
struct Total {
    buying: Vec<usize>,
    later: Vec<i128>,
}

struct Best {
    plans: Vec<usize>,
    rank: (usize, Vec<i128>),
}

impl<'a> Search<'a> {
    fn new(shop: &'a Shop<'a>, first: &'a [Found]) -> Search<'a> {
        let kinds = shop.reduced.components.iter().map(kinds_of).collect();
        let considered =
            |(component, found)| Considered { component, barred: Vec::new(), sum: Sum::of(shop, found), found: None };
        let plans = first.iter().enumerate().map(considered).collect();
        Search { shop, first, kinds, plans, known: HashMap::new(), best: None }
    }

    fn sum_of_first(&self) -> Total {
        let kinds = self.shop.model.kinds.len();
        let mut total = Total { buying: vec![0; kinds], later: vec![0; 2 * kinds + 2] };
        self.plans.iter().for_each(|plan| total.add(&plan.sum, 1));
        total
    }

    /// Looks among the plans without the barred kinds, taking those kept as bought anyway. `tried`
    /// is best among them but for the number of kinds.
    fn descend(
        &mut self,
        tried: &Tried,
        kept: &mut BTreeSet<usize>,
        barred: &mut BTreeSet<usize>,
        effort: &mut Effort,
    ) {
        let later = &tried.sum.later;
        let hopeless = |best: &Best| (kept.len(), later) >= (best.rank.0, &best.rank.1);
        if self.best.as_ref().is_some_and(hopeless) || !effort.node() {
            return;
        }
        let mut bought = (0..tried.sum.buying.len()).filter(|&kind| tried.sum.buying[kind] > 0);
        let Some(kind) = bought.clone().find(|kind| !kept.contains(kind)) else {
            let rank = (bought.by_ref().count(), later.clone());
            self.best = Some(Best { plans: tried.plans.clone(), rank });
            return;
        };
        kept.insert(kind);
        self.descend(tried, kept, barred, effort);
        kept.remove(&kind);
        barred.insert(kind);
        if let Some(others) = self.without(kind, tried, barred, effort) {
            self.descend(&others, kept, barred, effort);
        }
        barred.remove(&kind);
    }

    /// As good plans without one more kind, where there are any.
    fn without(&mut self, kind: usize, tried: &Tried, barred: &BTreeSet<usize>, effort: &mut Effort) -> Option<Tried> {
        let mut others = Tried { plans: tried.plans.clone(), sum: tried.sum.clone() };
        for component in 0..others.plans.len() {
            let before = others.plans[component];
            if self.plans[before].sum.buys(kind) {
                let plan = self.other(component, barred, effort)?;
                others.sum.add(&self.plans[before].sum, -1);
                others.sum.add(&self.plans[plan].sum, 1);
                others.plans[component] = plan;
            }
        }
        Some(others)
    }

    /// A plan for a component without the barred kinds that is as good as its best.
    fn other(&mut self, component: usize, barred: &BTreeSet<usize>, effort: &mut Effort) -> Option<usize> {
        let barred: Vec<usize> = self.kinds[component].iter().copied().filter(|kind| barred.contains(kind)).collect();
        if let Some(known) = self.known.get(&(component, barred.clone())) {
            return *known;
        }
        let found = without(self.shop, component, &barred, effort);
        // A cut costs no effort, and that there is no plan shows without any.
        let is_cut = self.first[component].is_cut && found.as_ref().is_none_or(|found| found.is_cut);
        let plan = found.filter(|found| found.complete && self.is_as_good(component, found)).map(|found| {
            let sum = Sum::of(self.shop, &found);
            let found = (!is_cut).then_some(found);
            self.plans.push(Considered { component, barred: barred.clone(), sum, found });
            self.plans.len() - 1
        });
        if is_cut {
            self.known.insert((component, barred), plan);
        }
        plan
    }

    /// Whether a plan takes the same money and as many units.
    fn is_as_good(&self, index: usize, found: &Found) -> bool {
        let component = &self.shop.reduced.components[index];
        let scale = market::Scale::new(self.shop.model, &self.shop.reduced.pools, component, Depth::Full);
        let units = scale.money() + 1;
        let goal = self.first[index].weight.as_deref().unwrap_or_default();
        found.weight.as_ref().is_some_and(|weight| weight[..=units] == goal[..=units])
    }
}

impl Considered {
    /// The plan itself, given the component's best for itself.
    fn found(&mut self, shop: &Shop, first: Found) -> Found {
        if self.barred.is_empty() {
            return first;
        }
        let again = || without(shop, self.component, &self.barred, &mut Effort::new(0));
        let found = self.found.take().or_else(again).unwrap_or_else(|| first.clone());
        // Prices must bound the plans with the barred kinds, too.
        Found { tariff: first.tariff, ..found }
    }
}

/// The best plan for a component without some kinds.
fn without(shop: &Shop, component: usize, barred: &[usize], effort: &mut Effort) -> Option<Found> {
    let barred = barred.iter().copied().collect();
    shop.lightest(&shop.reduced.components[component], Depth::Full, &barred, effort)
}

/// The kinds that could serve a component, each once.
fn kinds_of(component: &Component) -> Vec<usize> {
    let mut kinds: Vec<usize> = market::sources(component).filter_map(kind_of).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn kind_of(source: Source) -> Option<usize> {
    match source {
        Source::Kind(kind) => Some(kind),
        Source::Pool(_) | Source::Place(_) => None,
    }
}

impl Sum {
    fn of(shop: &Shop, found: &Found) -> Sum {
        let mut sum = Sum { bought: shop.bought(&found.deal).into_iter().collect(), ..Sum::default() };
        for (source, units) in deal::drawn(&found.deal) {
            match source {
                Source::Kind(kind) => sum.placed.push((kind, units)),
                Source::Pool(pool) => sum.placed.push((shop.reduced.pools[pool].kind, units)),
                Source::Place(_) => sum.places += units,
            }
        }
        sum
    }

    fn buys(&self, kind: usize) -> bool {
        self.bought.iter().any(|&(bought, _)| bought == kind)
    }
}

impl Total {
    /// Adds what a plan comes to as often as told.
    fn add(&mut self, sum: &Sum, times: i128) {
        let kinds = self.buying.len();
        for &(kind, units) in &sum.bought {
            self.buying[kind] = if times > 0 { self.buying[kind] + 1 } else { self.buying[kind] - 1 };
            self.later[kind] -= times * i128::from(units);
        }
        for &(kind, units) in &sum.placed {
            self.later[kinds] += times * i128::from(units);
            self.later[kinds + 1 + kind] -= times * i128::from(units);
        }
        self.later[2 * kinds + 1] += times * i128::from(sum.places);
    }
}
