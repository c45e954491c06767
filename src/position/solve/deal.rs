//! Deals units and places to heads.

use std::collections::BTreeMap;

use smallvec::SmallVec;

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
    pub heads: Vec<(Held, u64)>,
    /// Where the units come from; those of one offer in the order in which heads get them.
    pub draws: Vec<Draw>,
}

/// Offers, and how many units of each.
pub type Held = SmallVec<[(usize, u64); 1]>;

/// Units of an offer from a source.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    /// The offer.
    pub offer: usize,
    /// Where the units come from.
    pub source: Source,
    /// How many.
    pub units: u64,
}

impl Share {
    /// Draws more units of an offer from a source.
    pub fn draw(&mut self, offer: usize, source: Source, units: u64) {
        match self.draws.iter_mut().find(|draw| (draw.offer, draw.source) == (offer, source)) {
            Some(draw) => draw.units += units,
            None => self.draws.push(Draw { offer, source, units }),
        }
    }

    /// Parts off what the next heads hold, whose offers are these of another group.
    #[must_use]
    pub fn split(&mut self, heads: u64, offers: &[usize]) -> Share {
        let mut part = Share::default();
        let mut left = heads;
        while let Some((units, open)) = self.heads.first_mut().filter(|_| left > 0) {
            let heads = left.min(*open);
            for &(offer, units) in units.iter() {
                let mut wanted = units * heads;
                while wanted > 0 {
                    let Some((source, units)) = take(&mut self.draws, offer, wanted) else { break };
                    part.draws.push(Draw { offer: offers[offer], source, units });
                    wanted -= units;
                }
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
        self.draws.extend(other.draws);
    }
}

/// Takes up to so many units from the first draw of an offer.
fn take(draws: &mut Vec<Draw>, offer: usize, most: u64) -> Option<(Source, u64)> {
    let place = draws.iter().position(|draw| draw.offer == offer)?;
    let draw = &mut draws[place];
    let (source, units) = (draw.source, draw.units.min(most));
    draw.units -= units;
    if draw.units == 0 {
        draws.remove(place);
    }
    Some((source, units))
}

/// What a deal adds up to, by source.
#[must_use]
pub fn drawn(deal: &Deal) -> BTreeMap<Source, u64> {
    let mut sums: BTreeMap<Source, u64> = BTreeMap::new();
    for draw in deal.shares.iter().flat_map(|share| &share.draws) {
        *sums.entry(draw.source).or_default() += draw.units;
    }
    sums
}

/// Heads in sequence that hold the same.
struct Run {
    heads: u64,
    /// What each of them holds, and how many units of it.
    grants: Grants,
}

/// Runs in sequence, and grants with how many units of each: mostly one, which then takes no memory of its own.
type Runs = SmallVec<[Run; 1]>;
type Grants = SmallVec<[(Grant, u64); 1]>;

/// Adds units to what a head holds.
fn hold(grants: &mut Grants, grant: Grant, units: u64) {
    match grants.iter_mut().find(|(known, _)| *known == grant) {
        Some((_, held)) => *held += units,
        None => grants.push((grant, units)),
    }
}

/// The hands of all components.
#[must_use]
pub fn hands<'d>(reduced: &Reduced, stock: &[u64], deals: impl Iterator<Item = &'d Deal>) -> Vec<Hand> {
    let mut shelf = Shelf { pools: &reduced.pools, left: stock.to_vec(), empty: vec![0; reduced.pools.len()] };
    let mut runs: Vec<(usize, Runs)> = Vec::new();
    for (component, deal) in reduced.components.iter().zip(deals) {
        runs.extend(component_runs(component, deal, &mut shelf));
    }
    runs.sort_by_key(|(holder, _)| *holder);
    let mut hands = Vec::new();
    for layers in runs.chunk_by(|a, b| a.0 == b.0) {
        overlay(layers, &mut hands);
    }
    hands
}

fn component_runs(component: &Component, deal: &Deal, shelf: &mut Shelf) -> impl Iterator<Item = (usize, Runs)> {
    let shares = component.groups.iter().zip(&deal.shares).filter(|(_, share)| !share.heads.is_empty());
    shares.flat_map(|(group, share)| among_members(group, group_runs(share, shelf)))
}

/// The heads of a group in sequence, drawing from each offer's sources in turn.
fn group_runs(share: &Share, shelf: &mut Shelf) -> Runs {
    let mut draws = share.draws.clone();
    let mut runs = Runs::new();
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
fn next_run(units: &[(usize, u64)], left: u64, draws: &mut Vec<Draw>, shelf: &mut Shelf) -> Run {
    let whole = |&(offer, units): &(usize, u64)| {
        let first = draws.iter().find(|draw| draw.offer == offer);
        first.map_or(0, |draw| shelf.open(draw.source).map_or(draw.units, |open| open.min(draw.units)) / units)
    };
    let heads = units.iter().map(whole).fold(left, u64::min).max(1);
    let mut grants = Grants::new();
    for &(offer, units) in units {
        let mut wanted = units * heads;
        while wanted > 0 {
            let Some((source, taken)) = take_open(draws, offer, wanted, shelf) else {
                break;
            };
            hold(&mut grants, shelf.grant(source, taken), taken / heads);
            wanted -= taken;
        }
    }
    Run { heads, grants }
}

/// Takes up to `wanted` units from the first draw of an offer, of one line of stock at most.
fn take_open(draws: &mut Vec<Draw>, offer: usize, wanted: u64, shelf: &mut Shelf) -> Option<(Source, u64)> {
    let first = draws.iter().find(|draw| draw.offer == offer)?;
    let open = shelf.open(first.source).unwrap_or(u64::MAX);
    take(draws, offer, wanted.min(open)).filter(|(_, taken)| *taken > 0)
}

/// The units left of each line of stock.
struct Shelf<'a> {
    pools: &'a [Pool],
    left: Vec<u64>,
    /// How many lines of each pool are used up.
    empty: Vec<usize>,
}

impl Shelf<'_> {
    /// The line of a pool that is drawn on next.
    fn line(&mut self, pool: usize) -> Option<usize> {
        let lines = &self.pools[pool].stock[self.empty[pool]..];
        let used_up = lines.iter().take_while(|&&line| self.left[line] == 0).count();
        self.empty[pool] += used_up;
        lines.get(used_up).copied()
    }

    /// Units that can be taken at once, where there is a limit.
    fn open(&mut self, source: Source) -> Option<u64> {
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
fn among_members(group: &Group, runs: Runs) -> SmallVec<[(usize, Runs); 1]> {
    let mut runs = runs.into_iter();
    let mut current: Option<Run> = None;
    let mut members = SmallVec::new();
    for &(holder, heads) in &group.members {
        let mut left = heads;
        let mut own = Runs::new();
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
fn overlay(layers: &[(usize, Runs)], hands: &mut Vec<Hand>) {
    // Of each layer, the run that the next head is in, and how many heads of it are left.
    let mut places: Vec<(&[Run], u64)> =
        layers.iter().map(|(_, runs)| (&runs[..], runs.first().map_or(0, |run| run.heads))).collect();
    while let Some(heads) = places.iter().filter(|(runs, _)| !runs.is_empty()).map(|(_, left)| *left).min() {
        let mut grants = Grants::new();
        for (runs, left) in &mut places {
            let Some((run, further)) = runs.split_first() else { continue };
            run.grants.iter().for_each(|(grant, units)| hold(&mut grants, grant.clone(), *units));
            *left -= heads;
            if *left == 0 {
                (*runs, *left) = (further, further.first().map_or(0, |run| run.heads));
            }
        }
        grants.sort_unstable();
        let grants: SmallVec<[Grant; 1]> = grants.into_iter().map(|(grant, units)| counted(grant, units)).collect();
        let holder = layers[0].0;
        match hands.last_mut() {
            Some(last) if last.holder == holder && last.grants == grants => last.heads += heads,
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
