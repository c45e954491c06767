//! What a difference does to estates, in words: status, what is bought, what it costs, and all estates together.

use crate::diff::difference::{Affected, Cost, Impact, OldNew, Units};
use crate::report::wording::cost_change;
use crate::value::{decimal_text, grouped};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// `shortfall → undetermined`, or `shortfall, as before`.
pub(super) fn status(impact: &Impact) -> String {
    let OldNew { old, new } = &impact.status;
    if old == new { format!("{old}, as before") } else { format!("{old} → {new}") }
}

/// `67,542 → between 67,542 and 282,792 USD (up to 215,250 more)`, and what it leaves out.
pub(super) fn costs(impact: &Impact) -> String {
    let cost = cost(&impact.cost, impact.currency.as_deref());
    match unmet(&impact.unmet) {
        Some(unmet) => format!("{cost}, and {unmet}"),
        None => cost,
    }
}

/// `demands that nothing for sale can meet: 0 → 6`; none where there are none on either side.
fn unmet(unmet: &OldNew<u64>) -> Option<String> {
    let of = "demands that nothing for sale can meet";
    match (unmet.old, unmet.new) {
        (0, 0) => None,
        (old, new) if old == new => Some(format!("{of}: {}, as before", grouped(new))),
        (old, new) => Some(format!("{of}: {} → {}", grouped(old), grouped(new))),
    }
}

fn cost(cost: &OldNew<Cost>, currency: Option<&str>) -> String {
    let unit = currency.map_or_else(String::new, |currency| format!(" {currency}"));
    if cost.old == cost.new {
        return format!("{}{unit}, as before", range(&cost.new));
    }
    let change = change(cost).map_or_else(String::new, |change| format!(" ({change})"));
    format!("{} → {}{unit}{change}", range(&cost.old), range(&cost.new))
}

/// What all estates of one currency cost together, where there are several.
pub(super) fn totals(impacts: &[Impact]) -> Vec<String> {
    let mut by_currency: BTreeMap<Option<&str>, Vec<&Impact>> = BTreeMap::new();
    for impact in impacts {
        by_currency.entry(impact.currency.as_deref()).or_default().push(impact);
    }
    let several = by_currency.into_iter().filter(|(_, impacts)| impacts.len() > 1);
    let total = |(currency, impacts): (Option<&str>, Vec<&Impact>)| {
        let old = sum(impacts.iter().map(|impact| &impact.cost.old))?;
        let new = sum(impacts.iter().map(|impact| &impact.cost.new))?;
        let together = format!("{} estates together: {}", impacts.len(), cost(&OldNew { old, new }, currency));
        let all = |side: fn(&OldNew<u64>) -> u64| impacts.iter().map(|impact| side(&impact.unmet)).sum();
        let unmet = unmet(&OldNew { old: all(|unmet| unmet.old), new: all(|unmet| unmet.new) });
        Some(unmet.map_or(together.clone(), |unmet| format!("{together}, and {unmet}")))
    };
    several.filter_map(total).collect()
}

fn sum<'c>(costs: impl Iterator<Item = &'c Cost>) -> Option<Cost> {
    let (mut low, mut high, mut exact) = (Decimal::ZERO, Decimal::ZERO, true);
    for cost in costs {
        low = low.checked_add(cost.low.parse().ok()?)?;
        high = high.checked_add(cost.high.parse().ok()?)?;
        exact &= cost.exact;
    }
    Some(Cost { low: decimal_text(low), high: decimal_text(high), exact })
}

fn range(cost: &Cost) -> String {
    match (cost.low == cost.high, cost.exact) {
        (true, _) => grouped(&cost.high),
        (false, true) => format!("between {} and {}", grouped(&cost.low), grouped(&cost.high)),
        (false, false) => format!("within {} and {}", grouped(&cost.low), grouped(&cost.high)),
    }
}

/// `8,120 more`, `up to 215,250 more`.
fn change(cost: &OldNew<Cost>) -> Option<String> {
    let ends = |cost: &Cost| Some([cost.low.parse().ok()?, cost.high.parse().ok()?]);
    cost_change([ends(&cost.old)?, ends(&cost.new)?], "", |amount| grouped(decimal_text(amount)))
}

/// `WindowsCAL 2003 per user: 200 → 1,950`.
pub(super) fn units(units: &Units) -> String {
    format!("{}: {} → {}", units.license, grouped(units.buy.old), grouped(units.buy.new))
}

/// `pupils (1,750 heads)`.
pub(super) fn who(affected: &Affected) -> String {
    match affected.heads.as_str() {
        "1" => affected.id.clone(),
        "many" => format!("{} (more heads than can be counted)", affected.id),
        heads => format!("{} ({} heads)", affected.id, grouped(heads)),
    }
}
