//! The cheapest plan of a component: as few demands unmet as can be, for as little money.

use super::branching::{self, Searched};
use super::deal::Deal;
use super::effort::Effort;
use super::formulation::{Formulation, Row, Terms};
use super::market::Market;
use super::tableau::Integers;

/// What a search found.
#[derive(Debug)]
pub struct Cheapest {
    /// The best plan found that costs less than the one known.
    pub best: Option<Deal>,
    /// Of the plans that leave fewest unmet, none costs less.
    pub bound: i128,
    /// No plan leaves fewer asks unmet.
    pub least_unmet: usize,
    /// Whether the search came to its end: nothing is cheaper than the best plan, or than the one known.
    pub complete: bool,
}

/// Finds the cheapest plan for a component, if it costs less than `known`.
#[must_use]
pub fn search(market: &Market, formulation: &Formulation, known: Option<i128>, effort: &mut Effort) -> Cheapest {
    let program = Cheap { market, formulation };
    let unmet: Terms = formulation.unmet().map(|variable| (variable, 1)).collect();
    if unmet.is_empty() {
        return program.found(program.money(None, known, effort), 0);
    }
    let fewest = program.fewest(&unmet, effort);
    let least_unmet = usize::try_from(fewest.bound).unwrap_or(0);
    let Some((count, values)) = fewest.best.clone().filter(|_| fewest.complete) else {
        return program.found(Searched { bound: 0, ..fewest }, least_unmet);
    };
    let (cost, limit) = (program.cost(&values), Some(Row { terms: unmet, limit: count }));
    let cheapest = program.money(limit, Some(cost), effort);
    let best = cheapest.best.or(Some((cost, values)));
    program.found(Searched { best, ..cheapest }, least_unmet)
}

struct Cheap<'a> {
    market: &'a Market<'a>,
    formulation: &'a Formulation<'a>,
}

impl Cheap<'_> {
    /// How few asks stay unmet.
    fn fewest(&self, unmet: &Terms, effort: &mut Effort) -> Searched {
        let mut costs = vec![0; self.formulation.variables().len()];
        unmet.iter().for_each(|&(variable, _)| costs[variable] = 1);
        branching::search(&self.integers(&costs, 1, None), &self.ranks(), None, effort)
    }

    /// The least money, with a limit to what stays unmet.
    fn money(&self, limit: Option<Row>, known: Option<i128>, effort: &mut Effort) -> Searched {
        let scale = self.market.scale;
        let step = scale.least(scale.money(), 1);
        branching::search(&self.integers(&self.prices(), step, limit), &self.ranks(), known, effort)
    }

    /// What each variable costs.
    fn prices(&self) -> Vec<i128> {
        let money = self.market.scale.money();
        self.formulation.variables().iter().map(|variable| variable.weight[money]).collect()
    }

    fn cost(&self, values: &[i128]) -> i128 {
        self.prices().iter().zip(values).map(|(price, value)| price * value).sum()
    }

    fn integers(&self, costs: &[i128], step: i128, limit: Option<Row>) -> Integers {
        let most = self.formulation.variables().iter().map(|variable| i128::from(variable.most));
        Integers {
            variables: costs.iter().copied().zip(most).collect(),
            rows: self.formulation.rows().into_iter().chain(limit).collect(),
            step,
        }
    }

    fn ranks(&self) -> Vec<(usize, u64)> {
        (0..self.formulation.variables().len()).map(|variable| self.formulation.rank(variable)).collect()
    }

    fn found(&self, searched: Searched, least_unmet: usize) -> Cheapest {
        let Searched { best, bound, complete } = searched;
        let whole = |values: Vec<i128>| -> Option<Vec<u64>> {
            values.into_iter().map(|value| u64::try_from(value).ok()).collect()
        };
        let best = best.and_then(|(_, values)| self.formulation.deal(&whole(values)?));
        match self.formulation.is_complete() {
            true => Cheapest { best, bound, least_unmet, complete },
            // What was left out might be better.
            false => Cheapest { best, bound: 0, least_unmet: 0, complete: false },
        }
    }
}
