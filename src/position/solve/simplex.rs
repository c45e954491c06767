//! Linear programs in exact fractions, with several costs of which earlier ones count first.
//!
//! The method is the dual simplex on a dictionary: each basic variable is written in the others.
//! It starts from any rows, as long as no cost is negative (comparing the costs of a variable in
//! order), which every position fulfils: nothing has a negative price. So rows may be added at any
//! time, and at every moment the current values of the costs bound all solutions from below.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::effort::Effort;
use super::ratio::Ratio;

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The costs are least.
    Optimal,
    /// No values fulfil the rows.
    Infeasible,
    /// The effort ended, or a fraction outgrew its numbers.
    Exhausted,
}

/// Terms of a sum: variable and factor.
pub type Terms = Vec<(usize, Ratio)>;

/// Nonnegative variables under rows, with the least costs found so far.
#[derive(Clone, Debug)]
pub struct Program {
    rows: Vec<Row>,
    /// The row of a basic variable.
    basic: Vec<Option<usize>>,
    /// The rows of each variable that is not basic; some may have lost it since, or stand here twice.
    occurs: Vec<Vec<usize>>,
    /// The rows whose constant is negative.
    negative: BTreeSet<usize>,
    /// By level: the constant, and the factor of each variable that is not basic.
    costs: Vec<(Ratio, Vec<Ratio>)>,
}

/// `basic = constant - terms`, over variables that are not basic, ascending.
#[derive(Clone, Debug)]
struct Row {
    basic: usize,
    constant: Ratio,
    terms: Terms,
}

impl Program {
    /// A program without rows; `costs` gives each variable's factors by level. Compared in order,
    /// they must not be negative.
    #[must_use]
    pub fn new(levels: usize, costs: &[Vec<i128>]) -> Program {
        let level = |level: usize| costs.iter().map(|costs| Ratio::whole(costs[level])).collect();
        Program {
            rows: Vec::new(),
            basic: vec![None; costs.len()],
            occurs: vec![Vec::new(); costs.len()],
            negative: BTreeSet::new(),
            costs: (0..levels).map(|index| (Ratio::ZERO, level(index))).collect(),
        }
    }

    /// Adds the row `terms <= limit` and gives its slack variable; none if a fraction outgrew its
    /// numbers.
    pub fn add(&mut self, terms: &[(usize, Ratio)], limit: Ratio) -> Option<usize> {
        let mut constant = limit;
        let mut sums: BTreeMap<usize, Ratio> = BTreeMap::new();
        for &(variable, factor) in terms {
            let Some(row) = self.basic[variable] else {
                let sum = sums.entry(variable).or_insert(Ratio::ZERO);
                *sum = sum.plus(factor)?;
                continue;
            };
            let row = &self.rows[row];
            constant = constant.less(factor, row.constant)?;
            for &(other, term) in &row.terms {
                let sum = sums.entry(other).or_insert(Ratio::ZERO);
                *sum = sum.less(factor, term)?;
            }
        }
        Some(self.push(constant, sums.into_iter().filter(|(_, factor)| !factor.is_zero()).collect()))
    }

    /// Adds the row that a cost be at least `least`.
    pub fn at_least(&mut self, level: usize, least: Ratio) -> Option<usize> {
        let (constant, factors) = &self.costs[level];
        let constant = constant.plus(least.negated())?;
        let terms = factors.iter().enumerate().filter(|(_, factor)| !factor.is_zero());
        let terms = terms.map(|(variable, factor)| (variable, factor.negated())).collect();
        Some(self.push(constant, terms))
    }

    fn push(&mut self, constant: Ratio, terms: Terms) -> usize {
        let (slack, row) = (self.basic.len(), self.rows.len());
        self.basic.push(Some(row));
        self.occurs.push(Vec::new());
        terms.iter().for_each(|&(variable, _)| self.occurs[variable].push(row));
        self.rows.push(Row { basic: slack, constant, terms });
        self.weigh(row);
        self.costs.iter_mut().for_each(|(_, factors)| factors.push(Ratio::ZERO));
        slack
    }

    /// How many numbers it is written with.
    #[must_use]
    pub fn size(&self) -> usize {
        let terms = self.rows.iter().map(|row| row.terms.len()).sum::<usize>();
        terms + self.costs.len() * self.basic.len()
    }

    /// Pivots until the costs are least.
    pub fn solve(&mut self, effort: &mut Effort) -> End {
        // The rows most amiss go first, which is fast; after many pivots the least variable does,
        // which cannot go round in circles.
        let patience = 4 * (self.rows.len() + 25);
        for pivots in 0_usize.. {
            let Some(row) = self.amiss(pivots > patience) else {
                return End::Optimal;
            };
            let entering = match self.entering(row) {
                None => return End::Exhausted,
                Some(None) => return End::Infeasible,
                Some(Some(entering)) => entering,
            };
            match self.pivot(row, entering) {
                Some(work) if effort.work(work) => {}
                Some(_) | None => return End::Exhausted,
            }
        }
        End::Exhausted
    }

    /// The value of each cost.
    #[must_use]
    pub fn values(&self) -> Vec<Ratio> {
        self.costs.iter().map(|(constant, _)| *constant).collect()
    }

    /// The value of a variable.
    #[must_use]
    pub fn value(&self, variable: usize) -> Ratio {
        self.basic[variable].map_or(Ratio::ZERO, |row| self.rows[row].constant)
    }

    /// What the first cost rises by per unit of a variable: of a slack, the price of its row.
    #[must_use]
    pub fn price(&self, variable: usize) -> Ratio {
        self.costs[0].1[variable]
    }

    /// Notes whether a row's constant is negative.
    fn weigh(&mut self, row: usize) {
        match self.rows[row].constant.is_negative() {
            true => self.negative.insert(row),
            false => self.negative.remove(&row),
        };
    }

    fn amiss(&self, least: bool) -> Option<usize> {
        let amiss = self.negative.iter().map(|&row| (row, &self.rows[row]));
        let order = |a: &Row, b: &Row| match least {
            true => a.basic.cmp(&b.basic),
            false => {
                let order = a.constant.compare(b.constant).unwrap_or(Ordering::Equal);
                order.then(a.basic.cmp(&b.basic))
            }
        };
        amiss.min_by(|a, b| order(a.1, b.1)).map(|(row, _)| row)
    }

    /// The variable whose costs rise least when it mends the row, of equal ones the first. The
    /// outer none: a fraction outgrew its numbers; the inner: no variable mends it.
    fn entering(&self, row: usize) -> Option<Option<usize>> {
        let mut best: Option<(usize, Ratio)> = None;
        for &(variable, factor) in &self.rows[row].terms {
            if !factor.is_negative() {
                continue;
            }
            let better = match best {
                None => true,
                Some(known) => self.dearer(known, (variable, factor))?,
            };
            if better {
                best = Some((variable, factor));
            }
        }
        Some(best.map(|(variable, _)| variable))
    }

    /// Whether the first variable's costs over its factor exceed the second's.
    fn dearer(&self, (one, by): (usize, Ratio), (other, its): (usize, Ratio)) -> Option<bool> {
        for (_, factors) in &self.costs {
            if factors[one].is_zero() && factors[other].is_zero() {
                continue;
            }
            let order = factors[one].over(by)?.compare(factors[other].over(its)?)?;
            // Both divisors are negative, which turns the order round.
            if order != Ordering::Equal {
                return Some(order == Ordering::Less);
            }
        }
        Some(false)
    }

    /// Exchanges a row's basic variable for another one; gives the number of terms rewritten.
    fn pivot(&mut self, row: usize, entering: usize) -> Option<u64> {
        let old = &self.rows[row];
        let factor = term(&old.terms, entering)?;
        let mut terms: Terms = Vec::with_capacity(old.terms.len());
        for &(variable, term) in old.terms.iter().filter(|(variable, _)| *variable != entering) {
            terms.push((variable, term.over(factor)?));
        }
        let leaving = old.basic;
        let at = terms.partition_point(|(variable, _)| *variable < leaving);
        terms.insert(at, (leaving, Ratio::ONE.over(factor)?));
        let new = Row { basic: entering, constant: old.constant.over(factor)?, terms };
        let mut work = new.terms.len();
        let mut others = std::mem::take(&mut self.occurs[entering]);
        others.sort_unstable();
        others.dedup();
        for index in others.into_iter().filter(|&index| index != row) {
            let other = &mut self.rows[index];
            let Some(factor) = term(&other.terms, entering) else { continue };
            work += other.terms.len() + new.terms.len();
            other.substitute(&new, factor)?;
            self.weigh(index);
            new.terms.iter().for_each(|&(variable, _)| self.occurs[variable].push(index));
        }
        for (constant, factors) in &mut self.costs {
            let factor = factors[entering];
            if factor.is_zero() {
                continue;
            }
            work += new.terms.len();
            *constant = constant.plus(factor.times(new.constant)?)?;
            factors[entering] = Ratio::ZERO;
            for &(variable, term) in &new.terms {
                factors[variable] = factors[variable].less(factor, term)?;
            }
        }
        self.basic[leaving] = None;
        self.basic[entering] = Some(row);
        self.rows[row] = new;
        self.occurs[leaving].push(row);
        self.weigh(row);
        u64::try_from(work).ok()
    }
}

impl Row {
    /// Writes the variable that `new` defines, which occurs with `factor`, in the others.
    fn substitute(&mut self, new: &Row, factor: Ratio) -> Option<()> {
        self.constant = self.constant.less(factor, new.constant)?;
        let old = std::mem::take(&mut self.terms);
        let mut old = old.into_iter().filter(|(variable, _)| *variable != new.basic).peekable();
        let mut terms = Vec::with_capacity(old.size_hint().0 + new.terms.len());
        for &(variable, term) in &new.terms {
            while let Some(kept) = old.next_if(|(earlier, _)| *earlier < variable) {
                terms.push(kept);
            }
            let own = old.next_if(|(same, _)| *same == variable).map_or(Ratio::ZERO, |(_, own)| own);
            let sum = own.less(factor, term)?;
            if !sum.is_zero() {
                terms.push((variable, sum));
            }
        }
        terms.extend(old);
        self.terms = terms;
        Some(())
    }
}

/// The factor of a variable among sorted terms.
fn term(terms: &Terms, variable: usize) -> Option<Ratio> {
    terms.binary_search_by_key(&variable, |(known, _)| *known).ok().map(|at| terms[at].1)
}
