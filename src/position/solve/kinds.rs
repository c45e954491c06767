//! The one objective that components do not decide alone: fewest kinds bought.
//!
//! A kind is barred from all components at once, and those that it served look for another plan of
//! the same money and as many units. The search tries that for the kinds bought, one after another;
//! what is left to compare are the objectives that come after.
//!
//! Components that are alike share their plans, and meet the same few barred kinds over and over, so
//! what comes of them is remembered. Where one component cannot do without some kinds, no plan can; so the
//! small ones are asked first.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::effort::Effort;
use super::market::Depth;
use super::{Found, Shop, deal, market};
use crate::position::reduce::Source;

/// The best plans for all components, given each one's best plan for itself.
pub(super) fn fewest(shop: &Shop, first: Vec<Rc<Found>>, effort: &mut Effort) -> Vec<Rc<Found>> {
    if first.iter().any(|found| !found.complete) {
        return first;
    }
    let (mut search, start) = Search::new(shop, &first);
    search.find_needed(&start, effort);
    search.descend(&start, &mut BTreeSet::new(), &mut BTreeSet::new(), effort);
    let Search { plans, class_of, best, .. } = search;
    match best {
        Some(best) => class_of.into_iter().map(|class| Rc::clone(&plans[best.plans[class]].found)).collect(),
        None => first,
    }
}

/// Where so many kinds stand in for another one after the other, all that cost no more are barred at once: thousands of
/// releases may be as good.
const MANY: usize = 64;

struct Search<'a> {
    shop: &'a Shop<'a>,
    /// By component, its best plan for itself.
    first: &'a [Rc<Found>],
    /// The class of each component: those that are alike have one.
    class_of: Vec<usize>,
    classes: Vec<Class>,
    /// The classes, small components first.
    by_size: Vec<usize>,
    /// Plans for the components of a class.
    plans: Vec<Considered>,
    /// By component, the first of those alike, and the kinds barred from it, the plan as good that a cut finds.
    known: BTreeMap<(usize, Vec<usize>), usize>,
    /// Kinds of which every best plan needs one, as cuts show.
    needed: Vec<Vec<usize>>,
    best: Option<Best>,
}

/// Components that are alike.
struct Class {
    /// The first of them.
    component: usize,
    /// How many there are.
    count: usize,
    /// The kinds that could serve them, in order.
    kinds: Vec<usize>,
}

/// A plan for a component, and what it adds up to.
struct Considered {
    sum: Sum,
    found: Rc<Found>,
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

/// A plan for each class of components, and what they add up to.
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
    /// The search, and where it starts.
    fn new(shop: &'a Shop<'a>, first: &'a [Rc<Found>]) -> (Search<'a>, Tried) {
        let kinds = shop.model.kinds.len();
        let sum = Total { buying: vec![0; kinds], later: vec![0; 2 * kinds + 2] };
        let mut start = Tried { plans: Vec::new(), sum };
        let mut search = Search {
            shop,
            first,
            class_of: Vec::new(),
            classes: Vec::new(),
            by_size: Vec::new(),
            plans: Vec::new(),
            known: BTreeMap::new(),
            needed: Vec::new(),
            best: None,
        };
        for (component, found) in first.iter().enumerate() {
            let alike = search.class_of.get(shop.alike[component]).copied();
            let class = alike.filter(|&class| Rc::ptr_eq(&search.plans[class].found, found)).unwrap_or_else(|| {
                search.classes.push(Class { component, count: 0, kinds: search.kinds(component) });
                start.plans.push(search.consider(Rc::clone(found)));
                search.classes.len() - 1
            });
            search.classes[class].count += 1;
            search.class_of.push(class);
        }
        for (plan, class) in search.plans.iter().zip(&search.classes) {
            start.sum.add(&plan.sum, class.count);
        }
        search.by_size = (0..search.classes.len()).collect();
        search.by_size.sort_by_key(|&class| shop.reduced.components[search.classes[class].component].asks.count());
        (search, start)
    }

    fn kinds(&self, component: usize) -> Vec<usize> {
        let mut kinds: Vec<usize> =
            market::sources(&self.shop.reduced.components[component]).filter_map(kind_of).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    fn consider(&mut self, found: Rc<Found>) -> usize {
        self.plans.push(Considered { sum: Sum::of(self.shop, &found), found });
        self.plans.len() - 1
    }

    /// Finds kinds of which every best plan needs one: what the smallest component that a kind serves would buy in its place,
    /// and in the place of that, until it has no other plan as good.
    fn find_needed(&mut self, start: &Tried, effort: &mut Effort) {
        let bought = |kind: &usize| start.sum.buying[*kind] > 0;
        for kind in (0..start.sum.buying.len()).filter(bought) {
            let buys = |class: &&usize| self.plans[start.plans[**class]].sum.buys(kind);
            let Some(&class) = self.by_size.iter().find(buys) else { continue };
            if !self.first[self.classes[class].component].is_cut {
                continue;
            }
            let mut barred = BTreeSet::from([kind]);
            while let Some(plan) = self.other(class, &barred, effort) {
                let known = barred.len();
                barred.extend(self.plans[plan].sum.bought.iter().map(|(kind, _)| *kind).filter(|kind| !bought(kind)));
                if known < MANY && barred.len() >= MANY {
                    barred.extend(self.as_cheap(class, &barred).into_iter().filter(|kind| !bought(kind)));
                }
                if barred.len() == known {
                    break;
                }
            }
        }
    }

    /// The kinds that could serve a class and cost no more than some of those barred.
    fn as_cheap(&self, class: usize, barred: &BTreeSet<usize>) -> Vec<usize> {
        let price = |kind: &usize| self.shop.model.kinds[*kind].price;
        let most = barred.iter().filter_map(price).max();
        self.classes[class].kinds.iter().copied().filter(|kind| price(kind) <= most).collect()
    }

    /// How many kinds are bought at least where those kept are.
    fn least(&self, kept: &BTreeSet<usize>) -> usize {
        let mut counted = kept.clone();
        let mut least = kept.len();
        for needed in &self.needed {
            if needed.iter().all(|kind| !counted.contains(kind)) {
                counted.extend(needed);
                least += 1;
            }
        }
        least
    }

    /// Whether no plan is better than the best known that comes to `later` or more after the number of kinds.
    fn is_hopeless(&self, kept: &BTreeSet<usize>, later: &Vec<i128>) -> bool {
        self.best.as_ref().is_some_and(|best| (self.least(kept), later) >= (best.rank.0, &best.rank.1))
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
        if self.is_hopeless(kept, later) || !effort.node() {
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
        // Barring a kind makes nothing better that comes later.
        if self.is_hopeless(kept, later) {
            return;
        }
        barred.insert(kind);
        if let Some(others) = self.without(kind, tried, barred, effort) {
            self.descend(&others, kept, barred, effort);
        }
        barred.remove(&kind);
    }

    /// As good plans without one more kind, where there are any.
    fn without(&mut self, kind: usize, tried: &Tried, barred: &BTreeSet<usize>, effort: &mut Effort) -> Option<Tried> {
        if self.needed.iter().any(|needed| needed.iter().all(|kind| barred.contains(kind))) {
            return None;
        }
        let mut others = Tried { plans: tried.plans.clone(), sum: tried.sum.clone() };
        for at in 0..self.by_size.len() {
            let class = self.by_size[at];
            let before = others.plans[class];
            if self.plans[before].sum.buys(kind) {
                let plan = self.other(class, barred, effort)?;
                let count = self.classes[class].count;
                others.sum.take(&self.plans[before].sum, count);
                others.sum.add(&self.plans[plan].sum, count);
                others.plans[class] = plan;
            }
        }
        Some(others)
    }

    /// A plan for the components of a class without the barred kinds that is as good as their best.
    fn other(&mut self, class: usize, barred: &BTreeSet<usize>, effort: &mut Effort) -> Option<usize> {
        let Class { component: index, kinds, .. } = &self.classes[class];
        let index = *index;
        let own: Vec<usize> = kinds.iter().copied().filter(|kind| barred.contains(kind)).collect();
        let key = (self.shop.alike[index], own);
        if let Some(&known) = self.known.get(&key) {
            return Some(known);
        }
        let component = &self.shop.reduced.components[index];
        let found = self.shop.lightest(component, Depth::Full, barred, effort);
        // A cut costs no effort, and that there is no plan shows without any.
        let is_cut = self.first[index].is_cut && found.as_ref().is_none_or(|found| found.is_cut);
        let found = found.filter(|found| found.complete && self.is_as_good(index, found));
        // Prices must bound the plans with the barred kinds, too.
        let tariff = self.first[index].tariff.clone();
        let plan = found.map(|found| self.consider(Rc::new(Found { tariff, ..found })));
        match plan {
            Some(plan) if is_cut => drop(self.known.insert(key, plan)),
            None if is_cut => self.needed.push(key.1),
            Some(_) | None => {}
        }
        plan
    }

    /// Whether a plan takes the same money and as many units.
    fn is_as_good(&self, index: usize, found: &Found) -> bool {
        let component = &self.shop.reduced.components[index];
        let scale = market::Scale::new(self.shop.model, &self.shop.reduced.pools, component, Depth::Full);
        let units = scale.units();
        let goal = self.first[index].weight.as_deref().unwrap_or_default();
        found.weight.as_ref().is_some_and(|weight| weight[..=units] == goal[..=units])
    }
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
    /// Adds what a plan comes to for so many components.
    fn add(&mut self, sum: &Sum, components: usize) {
        sum.bought.iter().for_each(|&(kind, _)| self.buying[kind] += components);
        self.weigh(sum, components as i128);
    }

    /// Takes it away again.
    fn take(&mut self, sum: &Sum, components: usize) {
        sum.bought.iter().for_each(|&(kind, _)| self.buying[kind] -= components);
        self.weigh(sum, -(components as i128));
    }

    fn weigh(&mut self, sum: &Sum, times: i128) {
        let kinds = self.buying.len();
        sum.bought.iter().for_each(|&(kind, units)| self.later[kind] -= times * i128::from(units));
        for &(kind, units) in &sum.placed {
            self.later[kinds] += times * i128::from(units);
            self.later[kinds + 1 + kind] -= times * i128::from(units);
        }
        self.later[2 * kinds + 1] += times * i128::from(sum.places);
    }
}
