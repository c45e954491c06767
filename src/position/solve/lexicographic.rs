//! Every objective of a component in its order: a search with exact linear bounds, level by level.
//!
//! It branches on what is not whole, depth first, and leaves a node once its bound, compared level by level and rounded up to
//! what whole plans can weigh, is no better than the best plan known.

use super::deal::Deal;
use super::effort::Effort;
use super::formulation::Formulation;
use super::market::{Market, Weight};
use super::ratio::Ratio;
use super::simplex::{End, Program};

/// What a search found.
#[derive(Debug)]
pub struct Outcome {
    /// The lightest plan that is lighter than the one known.
    pub best: Option<(Weight, Deal)>,
    /// Whether the search came to its end, so that nothing is lighter than that, or than the one known.
    pub complete: bool,
}

/// Finds the lightest plan for a component, if there is a lighter one than `known`.
#[must_use]
pub fn search(market: &Market, formulation: &Formulation, known: Option<Weight>, effort: &mut Effort) -> Outcome {
    let problem = Problem { market, formulation };
    let mut found = Outcome { best: None, complete: false };
    let Some(root) = problem.program() else {
        return found;
    };
    effort.work(root.size() as u64);
    let mut least = known;
    let mut open = vec![root];
    while let Some(mut node) = open.pop() {
        if !effort.node() || open.len() * node.size() > KEPT {
            return found;
        }
        match problem.visit(&mut node, least.as_deref(), effort) {
            Visit::Closed => {}
            Visit::Better(weight, deal) => {
                least = Some(weight.clone());
                found.best = Some((weight, deal));
            }
            Visit::Branch(first, second) => open.extend([second, first]),
            Visit::Stopped => return found,
        }
    }
    found.complete = formulation.is_complete();
    found
}

/// No more terms than this are kept for open nodes at once; a search that would need more ends.
const KEPT: usize = 4_000_000;

enum Visit {
    /// Nothing better below this node.
    Closed,
    /// Its least weight is a plan, the best so far.
    Better(Weight, Deal),
    /// Two nodes take its place, the more promising one first.
    Branch(Program, Program),
    /// The effort ended, or a fraction outgrew its numbers.
    Stopped,
}

enum Promise {
    /// Nothing better.
    None,
    /// Something better, perhaps.
    Some,
    /// Nothing lighter than this on a level, but perhaps on the next.
    Rounded(usize, i128),
}

struct Problem<'a> {
    market: &'a Market<'a>,
    formulation: &'a Formulation<'a>,
}

impl Problem<'_> {
    /// The linear program of the root.
    fn program(&self) -> Option<Program> {
        let costs: Vec<Weight> = self.formulation.variables().iter().map(|variable| variable.weight.clone()).collect();
        let mut program = Program::new(self.market.scale.levels(), &costs);
        for row in self.formulation.rows() {
            let terms: Vec<_> = row.terms.iter().map(|&(variable, factor)| (variable, Ratio::whole(factor))).collect();
            program.add(&terms, Ratio::whole(row.limit))?;
        }
        Some(program)
    }

    fn visit(&self, node: &mut Program, least: Option<&[i128]>, effort: &mut Effort) -> Visit {
        loop {
            match node.solve(effort) {
                End::Infeasible => return Visit::Closed,
                End::Exhausted => return Visit::Stopped,
                End::Optimal => {}
            }
            match self.compare(&node.values(), least) {
                Promise::None => return Visit::Closed,
                Promise::Some => break,
                // Only plans as heavy as the best one up to here are of interest, so that the next
                // level may be rounded up.
                Promise::Rounded(level, least) => {
                    if node.at_least(level, Ratio::whole(least)).is_none() {
                        return Visit::Stopped;
                    }
                }
            }
        }
        let fractional = |&variable: &usize| node.value(variable).as_whole().is_none();
        let next = match (0..self.formulation.variables().len()).find(fractional) {
            Some(variable) => branch(node, variable),
            None => self.read(node),
        };
        next.unwrap_or(Visit::Stopped)
    }

    /// What the least weight of a node promises against the best known.
    fn compare(&self, values: &[Ratio], best: Option<&[i128]>) -> Promise {
        let Some(best) = best else {
            return Promise::Some;
        };
        for (level, (&value, &best)) in values.iter().zip(best).enumerate() {
            let least = self.market.scale.least(level, -value.negated().floor());
            if least > best {
                return Promise::None;
            }
            if least < best {
                return Promise::Some;
            }
            if value.as_whole() != Some(least) {
                return Promise::Rounded(level, least);
            }
        }
        Promise::None
    }

    /// The plan that whole values describe.
    fn read(&self, node: &Program) -> Option<Visit> {
        let weight: Option<Weight> = node.values().into_iter().map(Ratio::as_whole).collect();
        let count = |variable| u64::try_from(node.value(variable).as_whole()?).ok();
        let values: Option<Vec<u64>> = (0..self.formulation.variables().len()).map(count).collect();
        Some(Visit::Better(weight?, self.formulation.deal(&values?)?))
    }
}

fn branch(node: &Program, variable: usize) -> Option<Visit> {
    let floor = node.value(variable).floor();
    let side = |factor: i128, limit: i128| {
        let mut child = node.clone();
        child.add(&[(variable, Ratio::whole(factor))], Ratio::whole(limit))?;
        Some(child)
    };
    let (below, above) = (side(1, floor)?, side(-1, -floor - 1)?);
    Some(Visit::Branch(above, below))
}
