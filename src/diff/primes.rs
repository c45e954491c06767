//! Primes: the widest products of conditions, one per fact, that lie in a region.
//!
//! A condition is a set of cells, or for an ordered domain an interval. A prime is a [`Cube`] none of whose conditions can
//! be widened without leaving the region. They are found from the diagram downwards: the cells of its first variable are
//! taken together in every way that leaves something common below, and what is common below is looked at in turn.

use crate::decide::{Diagrams, Node, Variable};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A condition for each variable that has one: the cells it may lie in. No variable with all its cells is named.
pub(crate) type Cube = BTreeMap<Variable, BTreeSet<usize>>;

/// How the cells of a variable may be taken together: all of them, which is no condition, or some of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Whether only neighbours may be taken together.
    pub ordered: bool,
    /// How many cells are values; one behind them stands for there being nobody to have one, and is in no condition.
    pub values: usize,
    /// Whether there is such a cell.
    pub of_someone: bool,
}

/// More was found than can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany;

/// The most primes of a region that are listed, and the most steps to find them.
const MOST: usize = 5_000;
const STEPS: usize = 200_000;

/// The primes of `within` that meet `region`.
///
/// # Errors
/// There are too many.
pub(crate) fn primes(
    diagrams: &mut Diagrams,
    within: Node,
    region: Node,
    shape: &dyn Fn(Variable) -> Shape,
) -> Result<Vec<Cube>, TooMany> {
    let mut search = Search { diagrams, shape, done: HashMap::new(), steps: 0 };
    let primes = search.primes(within, region)?;
    Ok(primes.as_ref().clone())
}

struct Search<'s> {
    diagrams: &'s mut Diagrams,
    shape: &'s dyn Fn(Variable) -> Shape,
    done: HashMap<(Node, Node), std::rc::Rc<Vec<Cube>>>,
    steps: usize,
}

impl Search<'_> {
    fn primes(&mut self, within: Node, region: Node) -> Result<std::rc::Rc<Vec<Cube>>, TooMany> {
        if let Some(known) = self.done.get(&(within, region)) {
            return Ok(std::rc::Rc::clone(known));
        }
        let mut found = Vec::new();
        if region != Node::NO && within != Node::NO {
            match self.diagrams.first([within, region]).filter(|_| within != Node::YES) {
                None => found.push(Cube::new()),
                Some((variable, width)) => self.below(variable, width, [within, region], &mut found)?,
            }
        }
        let found = std::rc::Rc::new(found);
        self.done.insert((within, region), std::rc::Rc::clone(&found));
        Ok(found)
    }

    fn below(
        &mut self,
        variable: Variable,
        width: usize,
        [within, region]: [Node; 2],
        found: &mut Vec<Cube>,
    ) -> Result<(), TooMany> {
        let children: Vec<Node> = (0..width).map(|cell| self.diagrams.child(within, variable, cell)).collect();
        let regions: Vec<Node> = (0..width).map(|cell| self.diagrams.child(region, variable, cell)).collect();
        for (cells, common) in self.groups(variable, &children)? {
            let inside = cells.iter().filter_map(|cell| regions.get(*cell).copied());
            let inside = inside.collect::<Vec<_>>().into_iter().fold(Node::NO, |any, cell| self.diagrams.or(any, cell));
            let wider = self.wider(variable, &cells, &children);
            for prime in self.primes(common, inside)?.iter() {
                self.step(found.len())?;
                if wider.iter().any(|child| self.diagrams.implied(prime, *child)) {
                    continue;
                }
                let mut prime = prime.clone();
                if cells.len() < width {
                    prime.insert(variable, cells.clone());
                }
                found.push(prime);
            }
        }
        Ok(())
    }

    fn step(&mut self, found: usize) -> Result<(), TooMany> {
        self.steps += 1;
        match found >= MOST || self.steps >= STEPS || self.diagrams.is_exhausted() {
            true => Err(TooMany),
            false => Ok(()),
        }
    }

    /// The ways to take cells together that are as wide as what is common below them allows.
    fn groups(&mut self, variable: Variable, children: &[Node]) -> Result<Vec<(BTreeSet<usize>, Node)>, TooMany> {
        let shape = (self.shape)(variable);
        let values = children.get(..shape.values).unwrap_or(children);
        let mut groups = if shape.ordered { self.intervals(values)? } else { self.sets(values)? };
        if values.len() < children.len() {
            // That somebody is there at all is a condition of its own.
            groups.retain(|(cells, _)| cells.len() < values.len());
            let all = children.iter().fold(Node::YES, |all, child| self.diagrams.and(all, *child));
            groups.extend((all != Node::NO).then(|| ((0..children.len()).collect(), all)));
        }
        Ok(groups)
    }

    fn sets(&mut self, children: &[Node]) -> Result<Vec<(BTreeSet<usize>, Node)>, TooMany> {
        let mut commons: BTreeSet<Node> = BTreeSet::new();
        for child in children.iter().copied().collect::<BTreeSet<_>>() {
            let mut next = BTreeSet::from([child]);
            for common in &commons {
                self.step(0)?;
                next.insert(self.diagrams.and(*common, child));
            }
            commons.append(&mut next);
        }
        commons.remove(&Node::NO);
        let mut groups = Vec::new();
        for common in commons {
            let holds = |(cell, child): (usize, &Node)| (self.diagrams.and(common, *child) == common).then_some(cell);
            groups.push((children.iter().enumerate().filter_map(holds).collect(), common));
        }
        Ok(groups)
    }

    fn intervals(&mut self, children: &[Node]) -> Result<Vec<(BTreeSet<usize>, Node)>, TooMany> {
        let mut groups = Vec::new();
        for first in 0..children.len() {
            let mut common = Node::YES;
            for (last, child) in children.iter().enumerate().skip(first) {
                self.step(0)?;
                common = self.diagrams.and(common, *child);
                if common == Node::NO {
                    break;
                }
                let beside = [first.checked_sub(1), Some(last + 1)];
                let beside = beside.into_iter().flatten().filter_map(|cell| children.get(cell).copied());
                if beside.collect::<Vec<_>>().into_iter().all(|child| self.diagrams.and(common, child) != common) {
                    groups.push(((first..=last).collect(), common));
                }
            }
        }
        Ok(groups)
    }

    /// What lies below the cells that a group could be widened by.
    fn wider(&self, variable: Variable, cells: &BTreeSet<usize>, children: &[Node]) -> Vec<Node> {
        let outside = |cell: &usize| !cells.contains(cell);
        let shape = (self.shape)(variable);
        let candidates: Vec<usize> = match shape.ordered {
            _ if cells.len() == children.len() => Vec::new(),
            false => (0..shape.values).filter(outside).collect(),
            true => {
                let before = cells.first().and_then(|first| first.checked_sub(1));
                before
                    .into_iter()
                    .chain(cells.last().map(|last| last + 1))
                    .filter(|cell| *cell < shape.values)
                    .collect()
            }
        };
        let mut below: Vec<Node> = candidates.into_iter().filter_map(|cell| children.get(cell).copied()).collect();
        below.sort();
        below.dedup();
        below
    }
}

/// A cube as a function.
pub(crate) fn node_of(diagrams: &mut Diagrams, cube: &Cube, width: &dyn Fn(Variable) -> usize) -> Node {
    cube.iter().rev().fold(Node::YES, |below, (variable, cells)| {
        let child = |cell: usize| if cells.contains(&cell) { below } else { Node::NO };
        diagrams.branch(*variable, (0..width(*variable)).map(child))
    })
}

/// Some cube of a region, widened as far as `within` allows, variable by variable.
pub(crate) fn some_prime(diagrams: &Diagrams, within: Node, region: Node, shape: &dyn Fn(Variable) -> Shape) -> Cube {
    let first = |_: Variable, cells: &[usize]| cells.first().copied().unwrap_or(0);
    let mut cube: Cube =
        diagrams.path(region, &first).into_iter().map(|(variable, cell)| (variable, BTreeSet::from([cell]))).collect();
    // First what somebody must be there to have, so that in the end it is said that somebody is, and not by what he may have.
    let mut variables: Vec<Variable> = cube.keys().copied().collect();
    variables.sort_by_key(|variable| !shape(*variable).of_someone);
    for variable in variables {
        let mut without = cube.clone();
        without.remove(&variable);
        if diagrams.implied(&without, within) {
            cube = without;
            continue;
        }
        widen(diagrams, within, &mut cube, variable, shape(variable));
    }
    cube
}

/// Takes further cells of a variable into a cube: those under which alone it stays within.
fn widen(diagrams: &Diagrams, within: Node, cube: &mut Cube, variable: Variable, shape: Shape) {
    let own = cube.get(&variable).and_then(|cells| cells.first().copied()).unwrap_or(0);
    let mut single = cube.clone();
    let mut fits = |cell: &usize| {
        single.insert(variable, BTreeSet::from([*cell]));
        diagrams.implied(&single, within)
    };
    let cells = cube.entry(variable).or_default();
    match shape.ordered {
        false => cells.extend((0..shape.values).filter(fits)),
        true => {
            cells.extend((0..own).rev().take_while(&mut fits));
            cells.extend((own + 1..shape.values).take_while(fits));
        }
    }
}
