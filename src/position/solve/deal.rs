//! Deals units and places to heads.

use std::collections::BTreeMap;

use crate::position::model::{Grant, Hand};
use crate::position::reduce::{Component, Group, Pool, Reduced, Source};

/// What a component is dealt, group by group.
#[derive(Clone, Debug, Default)]
pub struct Deal {
    /// By group.
    pub shares: Vec<Share>,
    /// Contested asks that stay unmet.
    pub unmet: Vec<usize>,
}

/// What one group is dealt; heads beyond those listed get nothing.
#[derive(Clone, Debug, Default)]
pub struct Share {
    /// Units of each offer that a head holds, and how many heads hold so.
    pub heads: Vec<(Vec<(usize, u64)>, u64)>,
    /// By offer: where the units come from.
    pub draws: BTreeMap<usize, Vec<(Source, u64)>>,
}

impl Share {
    /// Parts off what the next heads hold, whose offers are these of another group.
    #[must_use]
    pub fn split(&mut self, heads: u64, offers: &[usize]) -> Share {
        let mut part = Share::default();
        let mut left = heads;
        while let Some((units, open)) = self.heads.first_mut().filter(|_| left > 0) {
            let heads = left.min(*open);
            for &(offer, units) in units.iter() {
                let taken = draw(self.draws.entry(offer).or_default(), units * heads);
                part.draws.entry(offers[offer]).or_default().extend(taken);
            }
            part.heads.push((units.iter().map(|&(offer, units)| (offers[offer], units)).collect(), heads));
            (left, *open) = (left - heads, *open - heads);
            if *open == 0 {
                self.heads.remove(0);
            }
        }
        part
    }

    /// Adds what the same heads hold besides.
    pub fn lay_over(&mut self, other: Share) {
        let mut layers = [&self.heads, &other.heads].map(|heads| heads.clone().into_iter().peekable());
        self.heads.clear();
        while let Some(heads) = layers.iter_mut().filter_map(|layer| layer.peek().map(|run| run.1)).min() {
            let mut held: BTreeMap<usize, u64> = BTreeMap::new();
            for layer in &mut layers {
                let Some((units, left)) = layer.peek_mut() else { continue };
                units.iter().for_each(|&(offer, units)| *held.entry(offer).or_default() += units);
                *left -= heads;
                if *left == 0 {
                    layer.next();
                }
            }
            self.heads.push((held.into_iter().collect(), heads));
        }
        for (offer, draws) in other.draws {
            self.draws.entry(offer).or_default().extend(draws);
        }
    }
}

/// Takes units from the first of these draws.
fn draw(draws: &mut Vec<(Source, u64)>, mut wanted: u64) -> Vec<(Source, u64)> {
    let mut taken = Vec::new();
    while let Some((source, held)) = draws.first_mut().filter(|_| wanted > 0) {
        let units = wanted.min(*held);
        taken.push((*source, units));
        (wanted, *held) = (wanted - units, *held - units);
        if *held == 0 {
            draws.remove(0);
        }
    }
    taken
}

/// What a deal adds up to, by source.
#[must_use]
pub fn drawn(deal: &Deal) -> BTreeMap<Source, u64> {
    let mut sums: BTreeMap<Source, u64> = BTreeMap::new();
    for &(source, units) in deal.shares.iter().flat_map(|share| share.draws.values().flatten()) {
        *sums.entry(source).or_default() += units;
    }
    sums
}

/// Heads in sequence that hold the same.
struct Run {
    heads: u64,
    grants: BTreeMap<Grant, u64>,
}

/// The hands of all components.
#[must_use]
pub fn hands<'d>(reduced: &Reduced, stock: &[u64], deals: impl Iterator<Item = &'d Deal>) -> Vec<Hand> {
    let mut shelf = Shelf { pools: &reduced.pools, left: stock.to_vec() };
    let mut runs: BTreeMap<usize, Vec<Vec<Run>>> = BTreeMap::new();
    for (component, deal) in reduced.components.iter().zip(deals) {
        for (holder, own) in component_runs(component, deal, &mut shelf) {
            runs.entry(holder).or_default().push(own);
        }
    }
    runs.into_iter().flat_map(|(holder, layers)| overlay(holder, layers)).collect()
}

fn component_runs(component: &Component, deal: &Deal, shelf: &mut Shelf) -> Vec<(usize, Vec<Run>)> {
    let shares = component.groups.iter().zip(&deal.shares);
    shares.flat_map(|(group, share)| among_members(group, group_runs(share, shelf))).collect()
}

/// The heads of a group in sequence, drawing from each offer's sources in turn.
fn group_runs(share: &Share, shelf: &mut Shelf) -> Vec<Run> {
    let mut draws = share.draws.clone();
    let mut runs = Vec::new();
    for (units, heads) in &share.heads {
        let mut left = *heads;
        while left > 0 {
            let run = next_run(units, left, &mut draws, shelf);
            left -= run.heads;
            runs.push(run);
        }
    }
    runs
}

/// As many heads as can draw alike; where a source ends amid a head, that head alone.
fn next_run(
    units: &[(usize, u64)],
    left: u64,
    draws: &mut BTreeMap<usize, Vec<(Source, u64)>>,
    shelf: &mut Shelf,
) -> Run {
    let whole = |&(offer, units): &(usize, u64)| {
        let first = draws.get(&offer).and_then(|sources| sources.first());
        first.map_or(0, |&(source, held)| shelf.open(source).map_or(held, |open| open.min(held)) / units)
    };
    let heads = units.iter().map(whole).fold(left, u64::min).max(1);
    let mut grants = BTreeMap::new();
    for &(offer, units) in units {
        let mut wanted = units * heads;
        while wanted > 0 {
            let Some((source, taken)) = take(draws, offer, wanted, shelf) else {
                break;
            };
            *grants.entry(shelf.grant(source, taken)).or_default() += taken / heads;
            wanted -= taken;
        }
    }
    Run { heads, grants }
}

/// Takes up to `wanted` units from the first source of an offer, of one line of stock at most.
fn take(
    draws: &mut BTreeMap<usize, Vec<(Source, u64)>>,
    offer: usize,
    wanted: u64,
    shelf: &Shelf,
) -> Option<(Source, u64)> {
    let sources = draws.get_mut(&offer)?;
    let (source, held) = sources.first_mut()?;
    let taken = wanted.min(*held).min(shelf.open(*source).unwrap_or(u64::MAX));
    let source = *source;
    *held -= taken;
    if *held == 0 {
        sources.remove(0);
    }
    (taken > 0).then_some((source, taken))
}

/// The units left of each line of stock.
struct Shelf<'a> {
    pools: &'a [Pool],
    left: Vec<u64>,
}

impl Shelf<'_> {
    /// The line of a pool that is drawn on next.
    fn line(&self, pool: usize) -> Option<usize> {
        self.pools[pool].stock.iter().copied().find(|&line| self.left[line] > 0)
    }

    /// Units that can be taken at once, where there is a limit.
    fn open(&self, source: Source) -> Option<u64> {
        match source {
            Source::Pool(pool) => Some(self.line(pool).map_or(0, |line| self.left[line])),
            Source::Kind(_) | Source::Place(_) => None,
        }
    }

    /// Takes units off the shelf; the grant names where they lay, and counts nothing yet.
    fn grant(&mut self, source: Source, taken: u64) -> Grant {
        match source {
            Source::Kind(kind) => Grant::Bought { kind, units: 0 },
            Source::Place(quota) => Grant::Place { quota },
            Source::Pool(pool) => {
                let stock = self.line(pool).unwrap_or(0);
                self.left[stock] -= taken;
                Grant::Owned { stock, units: 0 }
            }
        }
    }
}

/// Cuts the runs of a group where one member ends and the next begins.
fn among_members(group: &Group, runs: Vec<Run>) -> Vec<(usize, Vec<Run>)> {
    let mut runs = runs.into_iter();
    let mut current: Option<Run> = None;
    let mut members = Vec::new();
    for &(holder, heads) in &group.members {
        let mut left = heads;
        let mut own = Vec::new();
        while left > 0 {
            let Some(mut run) = current.take().or_else(|| runs.next()) else {
                break;
            };
            let here = run.heads.min(left);
            left -= here;
            own.push(Run { heads: here, grants: run.grants.clone() });
            run.heads -= here;
            current = (run.heads > 0).then_some(run);
        }
        members.push((holder, own));
    }
    members
}

/// Lays what a holder's heads get for unrelated needs over each other.
fn overlay(holder: usize, layers: Vec<Vec<Run>>) -> Vec<Hand> {
    let mut layers: Vec<_> = layers.into_iter().map(|runs| runs.into_iter().peekable()).collect();
    let mut hands: Vec<Hand> = Vec::new();
    loop {
        let next = layers.iter_mut().filter_map(|layer| layer.peek().map(|run| run.heads)).min();
        let Some(heads) = next else { return hands };
        let mut grants: BTreeMap<Grant, u64> = BTreeMap::new();
        for layer in &mut layers {
            let Some(run) = layer.peek_mut() else {
                continue;
            };
            run.grants.iter().for_each(|(grant, units)| *grants.entry(grant.clone()).or_default() += units);
            run.heads -= heads;
            if run.heads == 0 {
                layer.next();
            }
        }
        let grants: Vec<Grant> = grants.into_iter().map(|(grant, units)| counted(grant, units)).collect();
        match hands.last_mut() {
            Some(last) if last.grants == grants => last.heads += heads,
            Some(_) | None if grants.is_empty() => {}
            Some(_) | None => hands.push(Hand { holder, heads, grants }),
        }
    }
}

fn counted(grant: Grant, units: u64) -> Grant {
    match grant {
        Grant::Bought { kind, .. } => Grant::Bought { kind, units },
        Grant::Owned { stock, .. } => Grant::Owned { stock, units },
        place @ Grant::Place { .. } => place,
    }
}
