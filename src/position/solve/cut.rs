//! Components in which every ask has at most two options, by a minimum cut.
//!
//! Where the items fall into two halves so that no ask wants two of the same, a lightest choice is a minimum cut between
//! the halves, and the flow that proves it charges each ask its part. Weights are compared level by level, as flows of any
//! ordered quantity may be.

use super::deal::Deal;
use super::items::Items;
use super::market::{Market, Weight};

/// The lightest choice, and the money that each ask is charged.
#[derive(Debug)]
pub struct Cut {
    /// Its weight.
    pub weight: Weight,
    /// What is dealt.
    pub deal: Deal,
    /// By ask; together they are the money of the weight.
    pub charges: Vec<i128>,
}

/// Cuts a component; none where it is not of this form.
#[must_use]
pub fn cut(market: &Market, items: &Items) -> Option<Cut> {
    let halves = items.halves(|_| true)?;
    let (chosen, charges) = items.choose(&halves, |_| None, market.scale);
    let (weight, deal) = items.deal(market, &chosen);
    Some(Cut { weight, deal, charges })
}
