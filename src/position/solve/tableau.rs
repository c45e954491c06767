//! Linear relaxations in floating point, with exact bounds.
//!
//! The method is the dual simplex on a dense tableau whose variables have bounds of their own. Nothing that it finds is taken on
//! trust: from the prices of its rows a bound is added up again in whole numbers, and so is the proof that nothing fulfils them.
//! What is inexact costs time at worst.

use std::iter;

use num_traits::ToPrimitive;

use super::effort::Effort;
use super::formulation::Row;
use super::scattered::scattered;

/// Whole variables, each from nothing up to a limit, what they cost, and rows that keep sums within limits.
#[derive(Debug)]
pub struct Integers {
    /// By variable: what one costs, and the most there can be.
    pub variables: Vec<(i128, i128)>,
    /// What every solution fulfils.
    pub rows: Vec<Row>,
    /// What the costs of all solutions have in common.
    pub step: i128,
}

/// By variable: the least and the most.
pub type Bounds = Vec<(i128, i128)>;

/// How a relaxation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The costs are least.
    Optimal,
    /// No values fulfil the rows, for certain.
    Infeasible,
    /// The effort ended, or nothing certain came of it.
    Unsettled,
}

/// A basis, and everything written in it. Slacks, one for each row, are variables behind the others.
#[derive(Clone, Debug)]
pub struct Tableau {
    columns: usize,
    /// By row and column: how much less there is of the row's variable for one more of the column's.
    cells: Vec<f64>,
    /// By row: its variable, and the value of that.
    basic: Vec<usize>,
    values: Vec<f64>,
    /// By column: its variable, whether that stands at its most instead of its least, and what one more costs.
    others: Vec<usize>,
    at_most: Vec<bool>,
    costs: Vec<f64>,
    /// By variable.
    least: Vec<f64>,
    most: Vec<f64>,
}

/// A bound in whole numbers.
#[derive(Debug)]
pub struct Certified {
    /// What everything costs at least, in parts.
    pub total: i128,
    /// By variable: what one more of it costs besides, in parts.
    pub besides: Vec<i128>,
}

/// How many parts are a whole: prices are rounded to such.
pub const PARTS: i128 = 1 << 32;

/// What counts as nothing beside values of about one.
const NEAR: f64 = 1e-7;

/// A smaller cell is no pivot, and one much smaller none at all.
const SMALL: f64 = 1e-8;
const NOTHING: f64 = 1e-12;

/// Ratios that differ by less are taken for equal.
const TIE: f64 = 1e-13;

/// What variables are taken to cost more, each in a way of its own, so that few choices are equally dear and the method does not
/// go round in circles: all of it together is a small part of what costs can differ by, and of each no more than the finest.
const BLUR: f64 = 0.01;
const FINEST: f64 = 1e-6;

/// How many cells weigh as much as one term of an exact program.
const CELLS: u64 = 100;

impl Tableau {
    /// The basis of the slacks.
    #[must_use]
    pub fn new(problem: &Integers) -> Tableau {
        let (rows, columns) = (problem.rows.len(), problem.variables.len());
        let mut cells = vec![0.0; rows * columns];
        for (row, own) in problem.rows.iter().enumerate() {
            for &(column, factor) in &own.terms {
                cells[row * columns + column] += factor as f64;
            }
        }
        let slacks = iter::repeat_n(f64::INFINITY, rows);
        let all: f64 = problem.variables.iter().map(|&(_, most)| most as f64).sum();
        let blur = problem.step as f64 * (BLUR / all.max(1.0)).min(FINEST);
        let cost = |(at, &(cost, _)): (usize, &(i128, i128))| {
            cost as f64 + blur * (0.5 + f64::from(scattered(at)) / f64::from(u32::MAX) / 2.0)
        };
        let costs: Vec<f64> = problem.variables.iter().enumerate().map(cost).collect();
        let tableau = Tableau {
            columns,
            cells,
            basic: (columns..columns + rows).collect(),
            values: problem.rows.iter().map(|row| row.limit as f64).collect(),
            others: (0..columns).collect(),
            at_most: vec![false; columns],
            costs,
            least: vec![0.0; rows + columns],
            most: problem.variables.iter().map(|&(_, most)| most as f64).chain(slacks).collect(),
        };
        // Nothing has a negative price, so that all may stand at nothing.
        debug_assert!(tableau.costs.iter().all(|cost| *cost >= 0.0));
        tableau
    }

    /// Moves a column's variable.
    fn shift(&mut self, column: usize, by: f64) {
        if by != 0.0 {
            for (row, value) in self.values.iter_mut().enumerate() {
                *value -= self.cells[row * self.columns + column] * by;
            }
        }
    }

    /// Bounds a variable anew.
    pub fn bound(&mut self, variable: usize, (least, most): (i128, i128)) {
        let (least, most) = (least as f64, most as f64);
        if (self.least[variable], self.most[variable]) == (least, most) {
            return;
        }
        if let Some(column) = self.others.iter().position(|&other| other == variable) {
            let before = self.stands(column);
            (self.least[variable], self.most[variable]) = (least, most);
            self.shift(column, self.stands(column) - before);
        }
        (self.least[variable], self.most[variable]) = (least, most);
    }

    /// Where a column's variable stands.
    fn stands(&self, column: usize) -> f64 {
        let variable = self.others[column];
        if self.at_most[column] { self.most[variable] } else { self.least[variable] }
    }

    /// The value of each variable.
    #[must_use]
    pub fn values(&self) -> Vec<f64> {
        let mut values = vec![0.0; self.columns];
        for (row, &variable) in self.basic.iter().enumerate() {
            if variable < self.columns {
                values[variable] = self.values[row];
            }
        }
        for (column, &variable) in self.others.iter().enumerate() {
            if variable < self.columns {
                values[variable] = self.stands(column);
            }
        }
        values
    }

    /// How much a copy counts for, in terms of an exact program.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.cells.len() as u64 / CELLS
    }

    /// Pivots until the costs are least.
    pub fn solve(&mut self, problem: &Integers, bounds: &Bounds, effort: &mut Effort) -> End {
        let patience = 20 * (self.basic.len() + 50);
        for _ in 0..patience {
            let Some((row, rises)) = self.amiss() else { return End::Optimal };
            let Some(column) = self.entering(row, rises) else {
                return if self.is_void(problem, bounds, row, rises) { End::Infeasible } else { End::Unsettled };
            };
            let work = self.pivot(row, column, rises);
            if !effort.work(work / CELLS) {
                return End::Unsettled;
            }
        }
        End::Unsettled
    }

    /// The row whose value is farthest outside its bounds, and whether it must rise.
    fn amiss(&self) -> Option<(usize, bool)> {
        let mut worst = (NEAR, None);
        for (row, (&variable, &value)) in self.basic.iter().zip(&self.values).enumerate() {
            let (below, above) = (self.least[variable] - value, value - self.most[variable]);
            let scale = 1.0 + value.abs() * 1e-3;
            if below > worst.0 * scale {
                worst = (below / scale, Some((row, true)));
            }
            if above > worst.0 * scale {
                worst = (above / scale, Some((row, false)));
            }
        }
        worst.1
    }

    /// The column whose cost changes its sign first.
    fn entering(&self, row: usize, rises: bool) -> Option<usize> {
        let cells = &self.cells[row * self.columns..][..self.columns];
        let mut best: Option<(f64, f64, usize)> = None;
        for (column, &cell) in cells.iter().enumerate() {
            let variable = self.others[column];
            if cell.abs() < SMALL || self.least[variable] == self.most[variable] {
                continue;
            }
            // One more of a column at its least lowers the row by its cell.
            if (cell < 0.0) != (rises != self.at_most[column]) {
                continue;
            }
            let ratio = self.costs[column].abs() / cell.abs();
            let better = match best {
                None => true,
                Some((known, pivot, _)) => ratio < known - TIE || (ratio < known + TIE && cell.abs() > pivot),
            };
            if better {
                best = Some((ratio, cell.abs(), column));
            }
        }
        best.map(|(_, _, column)| column)
    }

    /// Exchanges a row's variable, which goes to its bound, for a column's; gives the number of cells rewritten.
    fn pivot(&mut self, row: usize, column: usize, rises: bool) -> u64 {
        let leaving = self.basic[row];
        let bound = if rises { self.least[leaving] } else { self.most[leaving] };
        let pivot = self.cells[row * self.columns + column];
        let step = (self.values[row] - bound) / pivot;
        let value = self.stands(column) + step;
        self.shift(column, step);
        self.values[row] = value;
        let work = self.rewrite(row, column, pivot);
        self.basic[row] = std::mem::replace(&mut self.others[column], leaving);
        self.at_most[column] = !rises;
        work
    }

    fn rewrite(&mut self, row: usize, column: usize, pivot: f64) -> u64 {
        let columns = self.columns;
        let mut new: Vec<f64> = self.cells[row * columns..][..columns].iter().map(|cell| cell / pivot).collect();
        new[column] = pivot.recip();
        let filled: Vec<usize> = (0..columns).filter(|&at| new[at].abs() > NOTHING).collect();
        let substitute = |cells: &mut [f64]| {
            let factor = std::mem::replace(&mut cells[column], 0.0);
            if factor != 0.0 {
                filled.iter().for_each(|&at| cells[at] -= factor * new[at]);
            }
            factor != 0.0
        };
        let others = self.cells.chunks_exact_mut(columns).enumerate().filter(|(other, _)| *other != row);
        let rewritten = others.map(|(_, cells)| substitute(cells)).filter(|rewritten| *rewritten).count();
        substitute(&mut self.costs);
        self.cells[row * columns..][..columns].copy_from_slice(&new);
        (rewritten as u64 + 1) * filled.len() as u64
    }

    /// What everything costs at least by the prices of the rows; none if a number grows too large.
    #[must_use]
    pub fn certify(&self, problem: &Integers, bounds: &Bounds) -> Option<Certified> {
        let mut prices = vec![0; problem.rows.len()];
        for (&variable, &cost) in self.others.iter().zip(&self.costs).filter(|(variable, _)| **variable >= self.columns)
        {
            prices[variable - self.columns] = parts(cost);
        }
        let costs = problem.variables.iter().map(|&(cost, _)| cost.checked_mul(PARTS));
        added(problem, bounds, &prices, costs.collect::<Option<_>>()?)
    }

    /// Whether no values fulfil the rows, by those that make up one whose variable cannot get back within its bounds.
    fn is_void(&self, problem: &Integers, bounds: &Bounds, row: usize, rises: bool) -> bool {
        let sign = if rises { 1.0 } else { -1.0 };
        let mut prices = vec![0; problem.rows.len()];
        let cells = self.cells[row * self.columns..][..self.columns].iter().copied();
        let own = iter::once((self.basic[row], 1.0));
        for (variable, cell) in self.others.iter().copied().zip(cells).chain(own).filter(|one| one.0 >= self.columns) {
            prices[variable - self.columns] = parts(sign * cell);
        }
        let sum = added(problem, bounds, &prices, vec![0; problem.variables.len()]);
        sum.is_some_and(|sum| sum.total > 0)
    }
}

/// A price in parts, not negative.
fn parts(price: f64) -> i128 {
    (price.max(0.0) * PARTS as f64).round().to_i128().unwrap_or(0)
}

/// What costs and priced rows add up to at least: whoever fulfils a row gets nothing for it. None if a number grows too large.
fn added(problem: &Integers, bounds: &Bounds, prices: &[i128], costs: Vec<i128>) -> Option<Certified> {
    let mut besides = costs;
    let mut total = 0_i128;
    for (row, &price) in problem.rows.iter().zip(prices).filter(|(_, price)| **price != 0) {
        total = total.checked_sub(row.limit.checked_mul(price)?)?;
        for &(variable, factor) in &row.terms {
            besides[variable] = besides[variable].checked_add(factor.checked_mul(price)?)?;
        }
    }
    for (more, (least, most)) in besides.iter().zip(bounds) {
        total = total.checked_add(more.checked_mul(*if *more < 0 { most } else { least })?)?;
    }
    Some(Certified { total, besides })
}
