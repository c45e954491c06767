//! The fewest primes that together hold a region, as they are read; of several such choices, the one with fewest
//! conditions, then fewest values, then the earliest in declared order.

use super::primes::{Cube, Shape, TooMany, node_of, primes, some_prime};
use super::visible::{Bounds, wider, without_impossible};
use crate::decide::{Diagrams, Node, Variable};
use std::collections::BTreeSet;

/// A cover of a region.
#[derive(Debug, Default)]
pub(super) struct Fewest {
    /// The cases.
    pub cubes: Vec<Cube>,
    /// Whether no choice of cases is better.
    pub minimal: bool,
    /// Whether the cases hold the whole region.
    pub complete: bool,
}

/// Where a cube stands in declared order: its facts by name, each with the places of its values.
pub(super) type Order = Vec<(String, Vec<usize>)>;

/// What a region is described in: how wide and of what shape the domain of each variable is.
pub(super) struct Domains<'d> {
    pub width: &'d dyn Fn(Variable) -> usize,
    pub shape: &'d dyn Fn(Variable) -> Shape,
    /// Where a cube stands in declared order.
    pub order: &'d dyn Fn(&Cube) -> Order,
}

/// The most cases that are told of one change.
const MOST: usize = 500;
/// The most parts that primes may divide a region into.
const PARTS: usize = 4_000;
/// The most choices that the search for fewest cases looks at.
const CHOICES: usize = 100_000;

/// Covers `region` by cubes that lie in `within`.
pub(super) fn fewest(diagrams: &mut Diagrams, within: Node, region: Node, domains: &Domains<'_>) -> Fewest {
    let outside = diagrams.not(region);
    let bounds = Bounds { within, impossible: diagrams.and(within, outside) };
    match exact(diagrams, bounds, region, domains) {
        Ok(fewest) => fewest,
        Err(TooMany) => greedy(diagrams, bounds, region, domains),
    }
}

fn exact(diagrams: &mut Diagrams, bounds: Bounds, region: Node, domains: &Domains<'_>) -> Result<Fewest, TooMany> {
    let primes = primes(diagrams, bounds.within, region, domains.shape)?;
    let mut cubes: Vec<Cube> = primes.iter().filter_map(|prime| as_read(diagrams, prime, bounds, domains)).collect();
    cubes.sort_by_cached_key(domains.order);
    cubes.dedup();
    let nodes: Vec<Node> = cubes.iter().map(|cube| node_of(diagrams, cube, domains.width)).collect();
    let parts = parts(diagrams, region, &nodes)?;
    let costs: Vec<Cost> = cubes.iter().map(cost).collect();
    let mut search = Choice { costs: &costs, best: None, looked: 0 };
    search.choose(parts, Vec::new());
    let minimal = search.looked < CHOICES;
    let chosen = search.best.map(|(_, chosen)| chosen).ok_or(TooMany)?;
    let cubes = chosen.iter().filter_map(|place| cubes.get(*place).cloned()).collect();
    Ok(Fewest { cubes, minimal, complete: true })
}

/// A prime as it is read; none where it owes its width to what cannot be, so that another holds more of what can.
fn as_read(diagrams: &Diagrams, prime: &Cube, bounds: Bounds, domains: &Domains<'_>) -> Option<Cube> {
    let cube = without_impossible(diagrams, prime, bounds, domains);
    (cube == *prime || wider(diagrams, &cube, bounds, domains).is_none()).then_some(cube)
}

/// What a choice is measured by: cases, conditions, values.
type Cost = [usize; 3];

fn cost(cube: &Cube) -> Cost {
    [1, cube.len(), cube.values().map(BTreeSet::len).sum()]
}

fn plus(a: Cost, b: Cost) -> Cost {
    let ([a, b, c], [d, e, f]) = (a, b);
    [a + d, b + e, c + f]
}

/// The region divided by the cubes: each part as the cubes that hold it, those that need no thought left out.
fn parts(diagrams: &mut Diagrams, region: Node, cubes: &[Node]) -> Result<Vec<BTreeSet<usize>>, TooMany> {
    let mut parts: Vec<(Node, BTreeSet<usize>)> = vec![(region, BTreeSet::new())];
    for (place, cube) in cubes.iter().enumerate() {
        let mut next = Vec::new();
        let outside = diagrams.not(*cube);
        for (part, held) in parts {
            let inside = diagrams.and(part, *cube);
            if inside != Node::NO {
                let held = held.iter().copied().chain([place]).collect();
                next.push((inside, held));
            }
            let rest = diagrams.and(part, outside);
            if rest != Node::NO {
                next.push((rest, held));
            }
        }
        if next.len() > PARTS || diagrams.is_exhausted() {
            return Err(TooMany);
        }
        parts = next;
    }
    Ok(needful(parts.into_iter().map(|(_, held)| held).collect()))
}

/// A part that is held whenever another is needs no thought.
fn needful(mut parts: Vec<BTreeSet<usize>>) -> Vec<BTreeSet<usize>> {
    parts.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    parts.dedup();
    let mut kept: Vec<BTreeSet<usize>> = Vec::new();
    for part in parts {
        if !kept.iter().any(|smaller| smaller.is_subset(&part)) {
            kept.push(part);
        }
    }
    kept
}

struct Choice<'c> {
    costs: &'c [Cost],
    best: Option<(Cost, Vec<usize>)>,
    looked: usize,
}

impl Choice<'_> {
    fn cost(&self, place: usize) -> Cost {
        self.costs.get(place).copied().unwrap_or([0; 3])
    }

    /// Chooses a cube for the part that has fewest, each in turn.
    fn choose(&mut self, parts: Vec<BTreeSet<usize>>, chosen: Vec<usize>) {
        self.looked += 1;
        let so_far = chosen.iter().fold([0; 3], |sum, place| plus(sum, self.cost(*place)));
        let mut sorted = chosen.clone();
        sorted.sort_unstable();
        if parts.is_empty() {
            if self.best.as_ref().is_none_or(|best| (so_far, &sorted) < (best.0, &best.1)) {
                self.best = Some((so_far, sorted));
            }
            return;
        }
        let least = plus(so_far, self.bound(&parts));
        if self.looked >= CHOICES && self.best.is_some() || self.best.as_ref().is_some_and(|(best, _)| least > *best) {
            return;
        }
        let Some(part) = parts.first().cloned() else { return };
        let mut ways: Vec<(usize, Cost, usize)> = part
            .into_iter()
            .map(|place| (parts.iter().filter(|part| !part.contains(&place)).count(), self.cost(place), place))
            .collect();
        ways.sort_unstable();
        let mut tried = BTreeSet::new();
        for (_, _, place) in ways {
            // What was tried before need not be tried again beside this one.
            let rest = parts.iter().filter(|part| !part.contains(&place));
            let rest: Vec<BTreeSet<usize>> = rest.map(|part| part.difference(&tried).copied().collect()).collect();
            tried.insert(place);
            if rest.iter().any(BTreeSet::is_empty) {
                continue;
            }
            let mut chosen = chosen.clone();
            chosen.push(place);
            self.choose(needful(rest), chosen);
        }
    }

    /// What parts that have no cube in common cost at least.
    fn bound(&self, parts: &[BTreeSet<usize>]) -> Cost {
        let (mut used, mut sum) = (BTreeSet::new(), [0; 3]);
        for part in parts {
            if part.is_disjoint(&used) {
                used.extend(part.iter().copied());
                sum = plus(sum, part.iter().map(|place| self.cost(*place)).min().unwrap_or([0; 3]));
            }
        }
        sum
    }
}

/// Primes one after the other until the region is held, then without those that others make needless.
fn greedy(diagrams: &mut Diagrams, bounds: Bounds, region: Node, domains: &Domains<'_>) -> Fewest {
    let (mut rest, mut cubes) = (region, Vec::new());
    while rest != Node::NO && cubes.len() < MOST && !diagrams.is_exhausted() {
        let mut cube = some_prime(diagrams, bounds.within, rest, domains.shape);
        cube = without_impossible(diagrams, &cube, bounds, domains);
        while let Some(wider) = wider(diagrams, &cube, bounds, domains) {
            cube = wider;
        }
        let node = node_of(diagrams, &cube, domains.width);
        let outside = diagrams.not(node);
        let next = diagrams.and(rest, outside);
        if next == rest {
            break;
        }
        rest = next;
        cubes.push((cube, node));
    }
    let complete = rest == Node::NO && !diagrams.is_exhausted();
    if complete {
        drop_needless(diagrams, region, &mut cubes);
    }
    let mut cubes: Vec<Cube> = cubes.into_iter().map(|(cube, _)| cube).collect();
    cubes.sort_by_cached_key(domains.order);
    Fewest { cubes, minimal: false, complete }
}

fn drop_needless(diagrams: &mut Diagrams, region: Node, cubes: &mut Vec<(Cube, Node)>) {
    let mut place = 0;
    while place < cubes.len() {
        let others = cubes.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, (_, node))| *node);
        let held = others.collect::<Vec<_>>().into_iter().fold(Node::NO, |any, node| diagrams.or(any, node));
        let outside = diagrams.not(held);
        match diagrams.and(region, outside) == Node::NO {
            true => drop(cubes.remove(place)),
            false => place += 1,
        }
    }
}
