//! Prices that bound a plan's cost from below, for the certificate.
//!
//! A minimum cut gives the charges of its asks. For other components a small linear program does,
//! which counts units by demand and lets heads share them; its dual prices may fall short of the
//! cost, and then the plan rests on the search. Prices are found for asks, pools and groups, and
//! spread over the demands, lines and holders that these stand for.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::effort::Effort;
use super::hubs::Hubbed;
use super::ratio::{Ratio, divisor};
use super::simplex::{End, Program};
use super::worths::FINE;
use crate::position::model::{Model, Prices};
use crate::position::reduce::{Ask, Component, Reduced, Source};

/// The prices of one component.
#[derive(Clone, Debug)]
pub struct Tariff {
    /// By ask, ascending; those charged nothing left out.
    asks: Vec<(usize, Ratio)>,
    /// What one unit or place is worth, where these can run short.
    sources: Vec<(Source, Ratio)>,
}

impl Tariff {
    /// The charges of a cut.
    #[must_use]
    pub fn of_charges(charges: &[i128]) -> Tariff {
        Tariff { asks: charged(charges.iter().map(|&charge| Ratio::whole(charge))), sources: Vec::new() }
    }

    /// The charges and worths behind the bound of a search over hubs.
    #[must_use]
    pub fn of_parts(hubbed: &Hubbed) -> Tariff {
        let part = |part: i128| Ratio::new(part, FINE).unwrap_or(Ratio::ZERO);
        let sources = hubbed.worths.iter().map(|&(source, worth)| (source, part(worth)));
        Tariff { asks: charged(hubbed.charges.iter().map(|&charge| part(charge))), sources: sources.collect() }
    }

    /// No prices, which bound the cost by nothing.
    #[must_use]
    pub fn free() -> Tariff {
        Tariff { asks: Vec::new(), sources: Vec::new() }
    }

    /// Dual prices, for plans that leave at most `unmet` unmet; none if the effort ends.
    #[must_use]
    pub fn of_counts(model: &Model, component: &Component, unmet: &[usize], effort: &mut Effort) -> Option<Tariff> {
        let (names, costs) = columns(model, component);
        let mut program = Program::new(1, &costs);
        let mut asks = Vec::new();
        for (index, ask) in component.asks.iter().enumerate() {
            let serves = |name: &Column| ask.sides().any(|side| name.serves(component, side));
            let terms = names.iter().enumerate().filter(|(_, name)| serves(name));
            let terms: Vec<_> = terms.map(|(column, _)| (column, Ratio::whole(-1))).collect();
            let slack = if unmet.contains(&index) { None } else { Some(program.add(&terms, Ratio::whole(-1))?) };
            asks.push(slack);
        }
        let mut sources = Vec::new();
        for (&source, &limit) in &component.limits {
            let drawing = names.iter().enumerate().filter(|(_, name)| name.source == source);
            let terms: Vec<_> = drawing.map(|(column, name)| (column, Ratio::whole(name.units))).collect();
            sources.push((source, program.add(&terms, Ratio::whole(i128::from(limit)))?));
        }
        if program.solve(effort) != End::Optimal {
            return None;
        }
        let price = |slack: &Option<usize>| slack.map_or(Ratio::ZERO, |slack| program.price(slack));
        Some(Tariff {
            asks: charged(asks.iter().map(price)),
            sources: sources.into_iter().map(|(source, slack)| (source, program.price(slack))).collect(),
        })
    }

    /// What the prices add up to; none if that does not fit.
    #[must_use]
    pub fn total(&self, component: &Component) -> Option<Ratio> {
        let asks = self.asks.iter().try_fold(Ratio::ZERO, |sum, &(_, charge)| sum.plus(charge))?;
        let limit = |source| component.limits.get(source).copied().unwrap_or(0);
        self.sources
            .iter()
            .try_fold(asks, |sum, (source, worth)| sum.less(*worth, Ratio::whole(i128::from(limit(source)))))
    }
}

fn charged(charges: impl Iterator<Item = Ratio>) -> Vec<(usize, Ratio)> {
    charges.enumerate().filter(|(_, charge)| *charge != Ratio::ZERO).collect()
}

/// A group serves some facets for all its heads from one source.
struct Column {
    group: usize,
    offer: usize,
    source: Source,
    units: i128,
}

impl Column {
    fn serves(&self, component: &Component, (group, facet): (usize, usize)) -> bool {
        group == self.group && component.groups[group].offers[self.offer].facets.contains(&facet)
    }
}

fn columns(model: &Model, component: &Component) -> (Vec<Column>, Vec<Vec<i128>>) {
    let mut names = Vec::new();
    let mut costs = Vec::new();
    for (group, known) in component.groups.iter().enumerate() {
        for (index, offer) in known.offers.iter().enumerate() {
            let units = i128::from(known.heads) * i128::from(offer.units);
            for &source in &offer.sources {
                let price = match source {
                    Source::Kind(kind) => model.kinds[kind].price.unwrap_or(0),
                    Source::Pool(_) | Source::Place(_) => 0,
                };
                names.push(Column { group, offer: index, source, units });
                costs.push(vec![price * units]);
            }
        }
    }
    (names, costs)
}

/// The largest denominator; prices that need another are rounded so that the bound still holds.
const FINEST: i128 = 1_000_000_000_000;

/// The prices of a whole model, and the bound that they add up to; none if that does not fit.
#[must_use]
pub fn spread(model: &Model, reduced: &Reduced, tariffs: &[Cow<'_, Tariff>]) -> Option<(Prices, i128)> {
    let mut demands = Vec::new();
    let mut stock = vec![Ratio::ZERO; model.stock.len()];
    let mut quotas = vec![Ratio::ZERO; model.quotas.len()];
    for (component, tariff) in reduced.components.iter().zip(tariffs) {
        for &(ask, charge) in &tariff.asks {
            charge_demands(model, component, component.asks.at(ask), charge, &mut demands)?;
        }
        for &(source, worth) in &tariff.sources {
            match source {
                Source::Pool(pool) => reduced.pools[pool].stock.iter().for_each(|&line| stock[line] = worth),
                Source::Place(quota) => quotas[quota] = worth,
                Source::Kind(_) => {}
            }
        }
    }
    demands.sort_unstable_by_key(|&(demand, _)| demand);
    let amounts = demands.iter().map(|(_, amount)| amount);
    let denominator = denominator(amounts.chain(&stock).chain(&quotas));
    let down = |&(demand, amount): &(usize, Ratio)| Some((demand, amount.times(Ratio::whole(denominator))?.floor()));
    let up = |amount: &Ratio| Some(-amount.times(Ratio::whole(denominator))?.negated().floor());
    let prices = Prices {
        denominator,
        demands: demands.iter().map(down).collect::<Option<Vec<_>>>()?.into_iter().filter(|part| part.1 != 0).collect(),
        stock: stock.iter().map(up).collect::<Option<_>>()?,
        quotas: quotas.iter().map(up).collect::<Option<_>>()?,
    };
    let bound = bound(model, &prices)?;
    Some((prices, bound))
}

/// Charges one demand of each combination of holders, in proportion to their heads.
fn charge_demands(
    model: &Model,
    component: &Component,
    ask: Ask<'_>,
    charge: Ratio,
    demands: &mut Vec<(usize, Ratio)>,
) -> Option<()> {
    let single = |(group, _): (usize, usize)| component.groups[group].members.len() == 1;
    if let (Some(demand), 1) = (ask.demands().next(), ask.demands().len())
        && ask.sides().all(single)
    {
        demands.push((demand, charge));
        return Some(());
    }
    let mut charged = BTreeSet::new();
    for demand in ask.demands() {
        let mut own = charge;
        let mut holders = Vec::new();
        for (group, _) in ask.sides() {
            let group = &component.groups[group];
            let metric = model.holders[group.members[0].0].metric;
            let holder = model.demands[demand].side(metric)?;
            let heads = model.holders[holder].heads.counted();
            own = own.times(Ratio::new(i128::from(heads), i128::from(group.heads))?)?;
            holders.push(holder);
        }
        if charged.insert(holders) {
            demands.push((demand, own));
        }
    }
    Some(())
}

fn denominator<'a>(mut amounts: impl Iterator<Item = &'a Ratio>) -> i128 {
    let common = amounts.try_fold(1_i128, |common, amount| {
        if amount.as_whole().is_some() {
            return Some(common);
        }
        let further = amount.bottom() / divisor(common, amount.bottom());
        common.checked_mul(further).filter(|&common| common <= FINEST)
    });
    common.unwrap_or(FINEST)
}

fn bound(model: &Model, prices: &Prices) -> Option<i128> {
    let worth = |sum: i128, (worth, count): (i128, u64)| sum.checked_sub(worth.checked_mul(i128::from(count))?);
    let asked = prices.demands.iter().try_fold(0_i128, |sum, &(_, amount)| sum.checked_add(amount))?;
    let lines = prices.stock.iter().copied().zip(model.stock.iter().map(|line| line.quantity));
    let places = prices.quotas.iter().copied().zip(model.quotas.iter().map(|quota| quota.limit));
    let sum = lines.chain(places).try_fold(asked, worth)?;
    let cost = |kind: &crate::position::model::Kind| kind.price.map(|price| price * i128::from(kind.pack()));
    let step = model.kinds.iter().filter_map(cost).fold(0, divisor).max(1);
    let whole = Ratio::new(sum, prices.denominator.checked_mul(step)?)?;
    (-whole.negated().floor()).checked_mul(step)
}
