//! Where licences counted by hosts or servers compete with licences for each user: from how many users on they pay.

use super::Case;
use super::judgement::Rivals;
use crate::estate::Heads;
use crate::position::build::Built;
use crate::position::model::Kind;
use crate::program::FunctionalityId;
use crate::value::Metric;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeSet;

/// The least number of heads whose units, at `each`, cost no less than `connectors` (interface, "Break-even"). `None` where
/// units cost nothing.
pub fn least(connectors: Decimal, each: Decimal) -> Option<Decimal> {
    // The division may have been rounded; the least whole number is found from its neighbours.
    let near = connectors.checked_div(each)?.floor();
    [near - Decimal::ONE, near, near + Decimal::ONE]
        .into_iter()
        .find(|heads| heads.checked_mul(each).is_some_and(|cost| cost >= connectors))
}

/// For each functionality the pair of licences for sale that both cover most of its demands; of several the cheapest. None
/// without prices, where each licence counts as one.
pub(super) fn pairs(case: &Case<'_>, built: &Built) -> Vec<Rivals> {
    if case.estate.prices.is_empty() {
        return Vec::new();
    }
    let functionalities: BTreeSet<FunctionalityId> =
        built.demands.iter().filter(|of| of.user.is_some()).map(|of| of.functionality).collect();
    functionalities.into_iter().filter_map(|functionality| pair(built, functionality)).collect()
}

fn pair(built: &Built, functionality: FunctionalityId) -> Option<Rivals> {
    let sold = |metrics: &'static [Metric]| {
        let kinds = built.model.kinds.iter().enumerate();
        kinds.filter(move |(_, kind)| kind.price.is_some() && metrics.contains(&kind.metric))
    };
    let mut best: Option<(Pair<'_>, BTreeSet<usize>)> = None;
    for (place, connector) in sold(&[Metric::Host, Metric::Server]) {
        for (other, each) in sold(&[Metric::User]) {
            let common = common(built, functionality, connector, each);
            let pair = Pair { connector: (place, connector), each: (other, each) };
            let better = |(known, demands): &(Pair<'_>, BTreeSet<usize>)| {
                (demands.len(), pair.prices()) < (common.len(), known.prices())
            };
            if !common.is_empty() && best.as_ref().is_none_or(better) {
                best = Some((pair, common));
            }
        }
    }
    let (pair, common) = best?;
    pair.rivals(built, functionality, &common)
}

/// The demands that units of either kind cover.
fn common(built: &Built, functionality: FunctionalityId, connector: &Kind, each: &Kind) -> BTreeSet<usize> {
    let natures: BTreeSet<usize> = connector.cover.natures.intersection(&each.cover.natures).copied().collect();
    if natures.is_empty() {
        return BTreeSet::new();
    }
    let demands = built.model.demands.iter().zip(&built.demands).enumerate();
    let both =
        demands.filter(|(_, (demand, of))| natures.contains(&demand.nature()) && of.functionality == functionality);
    both.map(|(demand, _)| demand).collect()
}

/// Two kinds of units for sale, each with its place among the lines.
struct Pair<'b> {
    connector: (usize, &'b Kind),
    each: (usize, &'b Kind),
}

impl Pair<'_> {
    fn prices(&self) -> (Option<i128>, Option<i128>) {
        (self.connector.1.price, self.each.1.price)
    }

    /// The figures of the pair. None for units that are sold in packs to users, or of which a user takes several: their cost
    /// does not grow by the same amount with each user.
    fn rivals(&self, built: &Built, functionality: FunctionalityId, common: &BTreeSet<usize>) -> Option<Rivals> {
        let ((connector_place, connector), (each_place, each)) = (self.connector, self.each);
        let demands = || common.iter().filter_map(|demand| built.model.demands.get(*demand));
        let hosts: BTreeSet<usize> = demands().filter_map(|demand| demand.side(connector.metric)).collect();
        let users: BTreeSet<usize> = demands().filter_map(|demand| demand.side(Metric::User)).collect();
        if each.pack() > 1 || users.iter().any(|user| each.cover.need(*user) > 1) {
            return None;
        }
        let units = built.model.units_taken(connector, &hosts)?;
        let (connector_price, each_price) = (built.money(connector.price?), built.money(each.price?));
        let users_even = least(Decimal::from(units).checked_mul(connector_price)?, each_price)?.to_u64()?;
        Some(Rivals {
            functionality,
            connector: *built.lines.get(connector_place)?,
            units,
            connector_price,
            each: *built.lines.get(each_place)?,
            each_price,
            users: users_even,
            heads: users.iter().fold(Heads::Count(0), |sum, user| sum.plus(built.heads(*user))),
        })
    }
}
