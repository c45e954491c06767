//! A plan that is met but seldom cheapest, for when the effort ends before the search finds one.

use std::collections::{BTreeMap, BTreeSet};

use super::deal::{Deal, Held, Share};
use super::market::Market;
use crate::position::reduce::{Offer, Source};

/// Deals each group in turn what its asks want, from stock while it lasts, else bought.
#[must_use]
pub fn greedy(market: &Market) -> Deal {
    let mut left = market.component.limits.clone();
    let mut wanted: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); market.offers.len()];
    let mut contested = Vec::new();
    for (index, ask) in market.component.asks.iter().enumerate() {
        let mut sides = ask.sides();
        let lasting =
            |&(group, facet): &(usize, usize)| market.offers[group].iter().any(|offer| lasts(market, offer, facet));
        match sides.find(lasting) {
            Some((group, facet)) => drop(wanted[group].insert(facet)),
            None => contested.push(index),
        }
    }
    let mut deal = Deal::default();
    for (group, facets) in wanted.iter().enumerate() {
        deal.shares.push(share(market, group, facets, &mut left));
    }
    deal.unmet = contested;
    deal
}

/// Whether an offer serves a facet from something that never runs short.
fn lasts(market: &Market, offer: &Offer, facet: usize) -> bool {
    let endless = |source: &Source| !market.component.limits.contains_key(source);
    offer.moved.is_none() && offer.facets.contains(&facet) && offer.sources.iter().any(endless)
}

/// All heads hold the same: for each facet still open, the lightest offer that lasts.
fn share(market: &Market, group: usize, facets: &BTreeSet<usize>, left: &mut BTreeMap<Source, u64>) -> Share {
    let offers = &market.offers[group];
    let heads = market.component.groups[group].heads;
    let mut share = Share::default();
    let mut open = facets.clone();
    let mut units = Held::new();
    while let Some(&facet) = open.first() {
        let lasting = offers.iter().enumerate().filter(|(_, offer)| lasts(market, offer, facet));
        let Some((index, offer)) = lasting.min_by_key(|(_, offer)| market.weight(offer)) else {
            break;
        };
        open.retain(|facet| !offer.facets.contains(facet));
        units.push((index, offer.units));
        for (source, units) in draw(offer, offer.units * heads, left) {
            share.draw(index, source, units);
        }
    }
    units.sort_unstable();
    if !units.is_empty() {
        share.heads.push((units, heads));
    }
    share
}

fn draw(offer: &Offer, mut wanted: u64, left: &mut BTreeMap<Source, u64>) -> Vec<(Source, u64)> {
    let mut draws = Vec::new();
    let short = |source: &&Source| left.contains_key(*source);
    let (short, endless): (Vec<Source>, Vec<Source>) = offer.sources.iter().partition(short);
    for source in short.into_iter().chain(endless) {
        let open = left.get(&source).copied().unwrap_or(u64::MAX);
        let taken = wanted.min(open);
        wanted -= taken;
        left.entry(source).and_modify(|left| *left -= taken);
        if taken > 0 {
            draws.push((source, taken));
        }
    }
    draws
}
