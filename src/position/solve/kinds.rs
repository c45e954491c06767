//! The one objective that components do not decide alone: fewest kinds bought.
//!
//! A kind is barred from all components at once, and those that it served look for another plan of
//! the same money and as many units. The search tries that for the kinds bought, one after another;
//! what is left to compare are the objectives that come after.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::effort::Effort;
use super::market::Depth;
use super::{Found, Shop, deal, market};
use crate::position::reduce::Source;

/// The best plans for all components, given each one's best plan for itself.
pub(super) fn fewest(shop: &Shop, first: Vec<Found>, effort: &mut Effort) -> Vec<Found> {
    if first.iter().any(|found| !found.complete) {
        return first;
    }
    let first: Vec<Rc<Found>> = first.into_iter().map(Rc::new).collect();
    let goal = first.iter().map(|found| found.weight.as_deref().unwrap_or_default().to_vec()).collect();
    let mut search = Search { shop, goal, best: None };
    search.descend(&first, &mut BTreeSet::new(), &mut BTreeSet::new(), effort);
    let best = search.best.map_or(first, |best| best.found);
    best.into_iter().map(Rc::unwrap_or_clone).collect()
}

struct Search<'a> {
    shop: &'a Shop<'a>,
    /// By component, the weight of its best plan.
    goal: Vec<Vec<i128>>,
    best: Option<Best>,
}

struct Best {
    found: Vec<Rc<Found>>,
    rank: (usize, Vec<i128>),
}

impl Search<'_> {
    /// Looks among the plans without the barred kinds, taking those kept as bought anyway. `found`
    /// is best among them but for the number of kinds.
    fn descend(
        &mut self,
        found: &[Rc<Found>],
        kept: &mut BTreeSet<usize>,
        barred: &mut BTreeSet<usize>,
        effort: &mut Effort,
    ) {
        let bought: BTreeSet<usize> =
            found.iter().flat_map(|found| self.shop.bought(&found.deal).into_keys()).collect();
        let later = self.later(found);
        let hopeless = |best: &Best| (kept.len(), &later) >= (best.rank.0, &best.rank.1);
        if self.best.as_ref().is_some_and(hopeless) || !effort.node() {
            return;
        }
        let Some(kind) = bought.difference(kept).next().copied() else {
            self.best = Some(Best { found: found.to_vec(), rank: (bought.len(), later) });
            return;
        };
        kept.insert(kind);
        self.descend(found, kept, barred, effort);
        kept.remove(&kind);
        barred.insert(kind);
        if let Some(others) = self.without(kind, found, barred, effort) {
            self.descend(&others, kept, barred, effort);
        }
        barred.remove(&kind);
    }

    /// As good plans without one more kind, where there are any.
    fn without(
        &self,
        kind: usize,
        found: &[Rc<Found>],
        barred: &BTreeSet<usize>,
        effort: &mut Effort,
    ) -> Option<Vec<Rc<Found>>> {
        let components = &self.shop.reduced.components;
        let mut others = found.to_vec();
        for (index, component) in components.iter().enumerate() {
            if !market::sources(component).any(|source| source == Source::Kind(kind)) {
                continue;
            }
            if !self.shop.bought(&found[index].deal).contains_key(&kind) {
                continue;
            }
            let mut other = self.shop.lightest(component, Depth::Full, barred, effort)?;
            // Prices must bound the plans with the barred kinds, too.
            other.tariff.clone_from(&found[index].tariff);
            let scale = market::Scale::new(self.shop.model, &self.shop.reduced.pools, component, Depth::Full);
            let units = scale.money() + 1;
            let as_good = other.weight.as_ref().is_some_and(|weight| weight[..=units] == self.goal[index][..=units]);
            if !other.complete || !as_good {
                return None;
            }
            others[index] = Rc::new(other);
        }
        Some(others)
    }

    /// The objectives after the number of kinds: bought units by kind, more of the earlier first;
    /// units placed, likewise; places.
    fn later(&self, found: &[Rc<Found>]) -> Vec<i128> {
        let kinds = self.shop.model.kinds.len();
        let mut later = vec![0; 2 * kinds + 2];
        for found in found {
            for (kind, units) in self.shop.bought(&found.deal) {
                later[kind] -= i128::from(units);
            }
            for (source, units) in deal::drawn(&found.deal) {
                let units = i128::from(units);
                let kind = match source {
                    Source::Kind(kind) => kind,
                    Source::Pool(pool) => self.shop.reduced.pools[pool].kind,
                    Source::Place(_) => {
                        later[2 * kinds + 1] += units;
                        continue;
                    }
                };
                later[kinds] += units;
                later[kinds + 1 + kind] -= units;
            }
        }
        later
    }
}
