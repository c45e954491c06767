//! Components in which nothing runs short and every ask has at most two sides, by a minimum cut.
//!
//! Where the groups fall into two halves so that no ask has two sides in the same, and the items of each are nested, a
//! lightest choice is a minimum cut between the halves, and the flow that proves it charges each ask its part. Weights are
//! compared level by level, as flows of any ordered quantity may be.

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
pub fn cut(market: &Market) -> Option<Cut> {
    if !market.plain() {
        return None;
    }
    let items = Items::of(market, |_| false);
    if items.apart.contains(&true) {
        return None;
    }
    let halves = items.halves()?;
    let weights = items.weights(market);
    let (chosen, charges) = items.choose(&halves, &weights, &vec![false; items.names.len()], market.scale);
    let (weight, deal) = items.deal(market, &weights, &chosen);
    Some(Cut { weight, deal, charges })
}
