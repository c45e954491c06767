//! What a plan's bound rests on, in the words of policy and estate.

use super::Case;
use super::judgement::{BoundPart, Priced, ProofKind};
use crate::position::build::Built;
use crate::position::certificate;
use crate::position::model::{Plan, Prices, Proof};
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedSub, Zero};
use std::sync::Arc;

/// How the bound is known.
pub(super) fn kind(plan: &Plan) -> ProofKind {
    match plan.proof {
        Proof::Cut(_) => ProofKind::Cut,
        Proof::Dual(_) => ProofKind::Dual,
        Proof::Search => ProofKind::Search,
    }
}

/// The prices that make up the bound: what each demand is charged, less what owned units and places are worth, and what is
/// added since every cost is a multiple of something. Parts of nothing are left out.
pub(super) fn parts(case: &Case<'_>, built: &Built, plan: &Plan) -> Vec<BoundPart> {
    let (Proof::Cut(prices) | Proof::Dual(prices)) = &plan.proof else { return Vec::new() };
    let demands = prices.demands.iter().filter_map(|&(demand, amount)| {
        let of = Priced::Demand(*built.demands.get(demand)?);
        Some(BoundPart { of, amount: money(built, prices, amount)? })
    });
    let stock = prices.stock.iter().zip(&built.model.stock).filter(|(worth, _)| **worth != 0);
    let stock = stock.filter_map(|(worth, stock)| {
        let of = Priced::Owned(*built.lines.get(stock.kind)?);
        Some(BoundPart { of, amount: -money(built, prices, worth.checked_mul(i128::from(stock.quantity))?)? })
    });
    let places =
        prices.quotas.iter().zip(built.quotas.iter().zip(&built.model.quotas)).filter(|(worth, _)| **worth != 0);
    let places = places.filter_map(|(worth, ((rule, server), quota))| {
        let of = Priced::Places { rule: *rule, server: Arc::clone(&case.estate.servers[*server].id) };
        Some(BoundPart { of, amount: -money(built, prices, worth.checked_mul(i128::from(quota.limit))?)? })
    });
    let mut parts: Vec<BoundPart> = demands.chain(stock).chain(places).collect();
    parts.extend(rounding(built, plan, &parts));
    parts
}

/// What the bound exceeds its other parts by.
fn rounding(built: &Built, plan: &Plan, parts: &[BoundPart]) -> Option<BoundPart> {
    let parts_of_one = built.parts();
    let sum = parts.iter().try_fold(Ratio::zero(), |sum: Ratio<i128>, part| sum.checked_add(&part.amount))?;
    let amount = Ratio::new(plan.bound, parts_of_one).checked_sub(&sum)?;
    let multiple_of = built.money(certificate::step(&built.model).ok()?);
    (!amount.is_zero()).then_some(BoundPart { of: Priced::Rounding { multiple_of }, amount })
}

/// An amount of the model, over its own denominator and that of the smallest unit of money.
fn money(built: &Built, prices: &Prices, amount: i128) -> Option<Ratio<i128>> {
    let unit = 10_i128.checked_pow(built.scale)?;
    match prices.denominator.checked_mul(unit)? {
        1 => Some(Ratio::from_integer(amount)),
        denominator => Some(Ratio::new(amount, denominator)),
    }
}
