//! What one head may hold: the patterns of a group.
//!
//! A pattern is a choice of units that holds nothing in vain: one unit less of anything, and some
//! facet would no longer be met. No best plan deals a head anything else.

use std::collections::{BTreeMap, BTreeSet};

use crate::position::reduce::Offer;

/// What one head holds, and what it meets by that.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    /// Units by offer, ascending.
    pub units: Vec<(usize, u64)>,
    /// The facets met.
    pub facets: BTreeSet<usize>,
}

/// More patterns than this for one group are not looked at, nor more mixtures of one licence.
const MOST: usize = 4_000;

/// The patterns that meet at least the required facets, and whether these are all.
#[must_use]
pub fn patterns(offers: &[Offer], required: &BTreeSet<usize>) -> (Vec<Pattern>, bool) {
    let (bundles, complete) = bundles(offers);
    let mut search = Search { offers, bundles, required, found: BTreeSet::new(), looked: 0 };
    search.cover(&mut Vec::new());
    let complete = complete && search.complete();
    (search.found.into_iter().collect(), complete)
}

/// Units of one licence, or a unit by itself.
struct Bundle {
    licence: Option<usize>,
    units: Vec<(usize, u64)>,
    facets: BTreeSet<usize>,
}

fn bundles(offers: &[Offer]) -> (Vec<Bundle>, bool) {
    let mut licences: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut bundles = Vec::new();
    let mut complete = true;
    for (index, offer) in offers.iter().enumerate() {
        match offer.licence {
            Some(licence) => licences.entry(licence).or_default().push(index),
            None => {
                let units = vec![(index, offer.units)];
                bundles.push(Bundle { licence: None, units, facets: offer.facets.clone() });
            }
        }
    }
    for (licence, own) in licences {
        let (mixtures, all) = mixtures(offers, &own);
        complete &= all;
        bundles.extend(mixtures.into_iter().filter(|units| frugal(offers, units)).map(|units| Bundle {
            licence: Some(licence),
            facets: met(offers, &units),
            units,
        }));
    }
    (bundles, complete)
}

/// All ways to hold units of these offers; where these are too many, only each in full or not.
fn mixtures(offers: &[Offer], own: &[usize]) -> (Vec<Vec<(usize, u64)>>, bool) {
    let size = own.iter().try_fold(1_u64, |size, &offer| size.checked_mul(offers[offer].units.checked_add(1)?));
    let most = u64::try_from(MOST).unwrap_or(u64::MAX);
    let complete = size.is_some_and(|size| size <= most);
    let mut all = vec![Vec::new()];
    for &offer in own {
        let units = offers[offer].units;
        let first = if complete { 1 } else { units };
        let known = all.len();
        for count in first..=units {
            for index in 0..known {
                let mut more: Vec<(usize, u64)> = all[index].clone();
                more.push((offer, count));
                all.push(more);
            }
        }
        all.truncate(4 * MOST);
    }
    all.remove(0);
    (all, complete)
}

/// The facets that these units meet.
#[must_use]
pub fn met(offers: &[Offer], units: &[(usize, u64)]) -> BTreeSet<usize> {
    let mut facets = BTreeSet::new();
    for &(offer, _) in units {
        let largest = &offers[offer];
        for &facet in &largest.facets {
            let counted = units.iter().filter(|(other, _)| {
                let other = &offers[*other];
                let together = other.licence == largest.licence && largest.licence.is_some();
                together && other.units <= largest.units && other.facets.contains(&facet)
            });
            let enough = match largest.licence {
                Some(_) => counted.map(|(_, count)| count).sum::<u64>() >= largest.units,
                None => true,
            };
            if enough {
                facets.insert(facet);
            }
        }
    }
    facets
}

/// Whether nothing is held in vain.
fn frugal(offers: &[Offer], units: &[(usize, u64)]) -> bool {
    let all = met(offers, units);
    !units.is_empty()
        && (0..units.len()).all(|index| {
            let mut fewer = units.to_vec();
            fewer[index].1 -= 1;
            fewer.retain(|(_, count)| *count > 0);
            met(offers, &fewer) != all
        })
}

struct Search<'a> {
    offers: &'a [Offer],
    bundles: Vec<Bundle>,
    required: &'a BTreeSet<usize>,
    found: BTreeSet<Pattern>,
    /// Choices looked at.
    looked: usize,
}

impl Search<'_> {
    fn complete(&self) -> bool {
        self.looked < 10 * MOST && self.found.len() < MOST
    }

    /// Meets the first required facet that is open, in every way.
    fn cover(&mut self, chosen: &mut Vec<usize>) {
        let met = self.met(chosen);
        let Some(open) = self.required.difference(&met).next().copied() else {
            if chosen.is_empty() || self.keep(chosen) {
                self.extend(0, chosen);
            } else {
                self.keep_thinned(chosen);
            }
            return;
        };
        for bundle in 0..self.bundles.len() {
            let fits = self.bundles[bundle].facets.contains(&open) && self.fits(bundle, chosen);
            if fits && self.complete() {
                chosen.push(bundle);
                self.cover(chosen);
                chosen.pop();
            }
        }
    }

    /// Adds what meets further facets. What holds something in vain does so whatever is added.
    fn extend(&mut self, from: usize, chosen: &mut Vec<usize>) {
        for bundle in from..self.bundles.len() {
            if self.complete() && self.fits(bundle, chosen) {
                chosen.push(bundle);
                if self.keep(chosen) {
                    self.extend(bundle + 1, chosen);
                }
                chosen.pop();
            }
        }
    }

    /// Keeps a choice that is frugal; whether it is.
    fn keep(&mut self, chosen: &[usize]) -> bool {
        self.looked += 1;
        let units = self.units(chosen);
        let frugal = frugal(self.offers, &units);
        if frugal {
            self.found.insert(Pattern { units, facets: self.met(chosen) });
        }
        frugal
    }

    /// Keeps what is left of a choice without the bundles that the required facets can spare, so
    /// that some pattern is found even where the search is cut short.
    fn keep_thinned(&mut self, chosen: &[usize]) {
        let mut kept = chosen.to_vec();
        for &bundle in chosen {
            let fewer: Vec<usize> = kept.iter().copied().filter(|&known| known != bundle).collect();
            if self.required.is_subset(&self.met(&fewer)) {
                kept = fewer;
            }
        }
        self.found.insert(Pattern { units: self.units(&kept), facets: self.met(&kept) });
    }

    fn units(&self, chosen: &[usize]) -> Vec<(usize, u64)> {
        let mut units: Vec<_> = chosen.iter().flat_map(|&index| self.bundles[index].units.clone()).collect();
        units.sort_unstable();
        units
    }

    fn fits(&self, bundle: usize, chosen: &[usize]) -> bool {
        let licence = self.bundles[bundle].licence;
        let clash = |&known: &usize| known == bundle || (licence.is_some() && self.bundles[known].licence == licence);
        !chosen.iter().any(clash)
    }

    fn met(&self, chosen: &[usize]) -> BTreeSet<usize> {
        chosen.iter().flat_map(|&index| self.bundles[index].facets.iter().copied()).collect()
    }
}
