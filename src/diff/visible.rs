//! Cubes as they are read: without values that are impossible beside their other conditions, and as wide as can be then.

use super::fewest::Domains;
use super::primes::Cube;
use crate::decide::{Diagrams, Node, Variable};
use std::collections::BTreeSet;

/// Where cubes may lie, and what of that cannot be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub within: Node,
    pub impossible: Node,
}

/// A cube without the values that are impossible beside its other conditions: nobody needs to read of them.
pub(super) fn without_impossible(diagrams: &Diagrams, cube: &Cube, bounds: Bounds, domains: &Domains<'_>) -> Cube {
    let mut kept = cube.clone();
    let matters = diagrams.support(bounds.impossible);
    for (variable, cells) in cube.iter().filter(|(variable, _)| matters.contains(variable)) {
        if !(domains.shape)(*variable).ordered {
            let can_be = |cell: &usize| {
                let mut one = kept.clone();
                one.insert(*variable, BTreeSet::from([*cell]));
                !diagrams.implied(&one, bounds.impossible)
            };
            let cells = cells.iter().copied().filter(can_be).collect();
            kept.insert(*variable, cells);
        }
    }
    kept
}

/// A cube that holds more than one within bounds: without one of its conditions, or with one that takes in something more
/// that can be. None if there is no such cube, so that all that its reader could widen would make it wrong.
pub(super) fn wider(diagrams: &Diagrams, cube: &Cube, bounds: Bounds, domains: &Domains<'_>) -> Option<Cube> {
    cube.keys().find_map(|variable| {
        let mut without = cube.clone();
        without.remove(variable);
        match diagrams.implied(&without, bounds.within) {
            true => Some(without),
            false => widened(diagrams, cube, *variable, bounds, domains),
        }
    })
}

fn widened(
    diagrams: &Diagrams,
    cube: &Cube,
    variable: Variable,
    bounds: Bounds,
    domains: &Domains<'_>,
) -> Option<Cube> {
    let cells = cube.get(&variable)?;
    let only = |cell: usize| {
        let mut only = cube.clone();
        only.insert(variable, BTreeSet::from([cell]));
        only
    };
    let fits = |cell: &usize| diagrams.implied(&only(*cell), bounds.within);
    let can_be = |cell: usize| !diagrams.implied(&only(cell), bounds.impossible);
    let with = |more: Vec<usize>| {
        let mut with = cube.clone();
        with.entry(variable).or_default().extend(more);
        with
    };
    let shape = (domains.shape)(variable);
    if !shape.ordered {
        let mut more = (0..shape.values).filter(|cell| !cells.contains(cell) && fits(cell));
        return more.find(|cell| can_be(*cell)).map(|cell| with(vec![cell]));
    }
    let (first, last) = (*cells.first()?, *cells.last()?);
    let below: Vec<usize> = (0..first).rev().take_while(fits).collect();
    let above: Vec<usize> = (last + 1..shape.values).take_while(fits).collect();
    // A bound with nothing possible beyond it goes too.
    let is_end = |cell: &usize| *cell == 0 || cell + 1 == shape.values;
    [below, above].into_iter().find(|more| more.iter().any(|cell| is_end(cell) || can_be(*cell))).map(with)
}
