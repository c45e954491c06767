//! The kinds of units there are: what is owned, and what the price list sells.

use super::classes::Classes;
use super::conditions::{Evaluator, Found, Scope};
use super::cover::{Coverable, Unit};
use super::scope::RowScope;
use super::unknowns::Unknowns;
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::{Estate, Holding, HoldingRow};
use crate::program::{License, LicenseId, LicenseVersion, Program};
use crate::select::Rules;
use crate::select::read::fields_of_term;
use crate::value::{Date, Metric, Rank, Value, VersionLine, decimal_text};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use smallvec::SmallVec;
use std::collections::BTreeMap;

/// Units that cover alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitKind {
    /// The licence.
    pub license: LicenseId,
    /// The versions that a unit has: one, or with Software Assurance several, oldest first.
    pub versions: Vec<Rank>,
    /// What it is assigned to.
    pub metric: Metric,
    /// A row of the holdings whose facts it has; none for what is bought.
    pub holding: Option<HoldingRow>,
    /// The price of a unit, for what is for sale.
    pub price: Option<Decimal>,
    /// Units owned: the rows of the holdings.
    pub holdings: Vec<HoldingRow>,
}

impl UnitKind {
    /// The version it is reported under: its newest; of units that have none yet, the licence's oldest.
    pub fn reported(&self, program: &Program) -> Rank {
        let oldest = program.licenses[self.license].versions.first().map(|version| version.rank);
        self.versions.last().copied().or(oldest).unwrap_or(Rank(0))
    }
}

/// What is for sale, then what is owned.
pub fn kinds(rules: &Rules<'_>, estate: &Estate, classes: &Classes) -> Vec<UnitKind> {
    let mut kinds = for_sale(rules, estate);
    kinds.extend(owned(rules, estate, classes));
    // The order of files must not show; of one licence the order stays.
    kinds.sort_by_key(|kind| (kind.price.is_none(), &rules.program.licenses[kind.license].header.name));
    kinds
}

/// Every licence, version and metric that can be bought on the day, with its price (semantics, section 4).
fn for_sale(rules: &Rules<'_>, estate: &Estate) -> Vec<UnitKind> {
    let day = rules.setting.as_of;
    let mut kinds = Vec::new();
    for (id, license) in rules.program.licenses.iter() {
        for version in license.versions.iter().filter(|version| version.is_sold(day)) {
            for metric in &license.metrics {
                let price = match estate.prices.is_empty() {
                    true => Some(Decimal::from(licenses_in(rules.program, id, version.rank))),
                    false => estate.prices.in_force(id, version.rank, *metric, day).map(|row| estate.prices[row].price),
                };
                if price.is_some() {
                    let (versions, metric) = (vec![version.rank], *metric);
                    kinds.push(UnitKind { license: id, versions, metric, holding: None, price, holdings: Vec::new() });
                }
            }
        }
    }
    kinds
}

/// How many licences a unit counts as where there are no prices: a suite counts as what it includes.
fn licenses_in(program: &Program, license: LicenseId, rank: Rank) -> u64 {
    let includes = program.licenses[license].version(rank).map_or(&[][..], |version| &version.includes);
    match includes.is_empty() {
        true => 1,
        false => includes.iter().map(|(license, rank)| licenses_in(program, *license, *rank)).sum(),
    }
}

/// Holdings acquired by the day, those that cover alike together.
fn owned(rules: &Rules<'_>, estate: &Estate, classes: &Classes) -> Vec<UnitKind> {
    let day = rules.setting.as_of;
    let mut kinds: BTreeMap<(LicenseId, Vec<Rank>, Metric, u32), Vec<HoldingRow>> = BTreeMap::new();
    let held = estate.holdings.iter().filter(|(_, holding)| holding.is_owned(day));
    for (row, holding) in held {
        let versions = versions(rules.program, holding, day);
        kinds.entry((holding.license, versions, holding.metric, classes.holdings.class(row))).or_default().push(row);
    }
    let kind = |((license, versions, metric, _), holdings): ((LicenseId, Vec<Rank>, Metric, u32), Vec<HoldingRow>)| {
        UnitKind { license, versions, metric, holding: holdings.first().copied(), price: None, holdings }
    };
    kinds.into_iter().map(kind).collect()
}

/// The versions that a holding has: its own and, with Software Assurance, those up to the newest that is out by the earlier
/// of the day and its end.
fn versions(program: &Program, holding: &Holding, day: Date) -> Vec<Rank> {
    let (license, own) = (&program.licenses[holding.license], holding.version);
    let Some(assured) = holding.sa_until else { return own.into_iter().collect() };
    let by = assured.min(day);
    let ranks = license.versions.iter().map(|version| version.rank);
    let newest =
        license.versions.iter().rfind(|version| is_out(program, license, version, by)).map(|newest| newest.rank);
    let has = |rank: Rank| Some(rank) == own || Some(rank) <= newest && own.is_none_or(|own| own <= rank);
    ranks.filter(|rank| has(*rank)).collect()
}

/// How many units of a kind a holder takes under each of its versions, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs(SmallVec<[u64; 1]>);

impl Needs {
    /// The most.
    pub fn most(&self) -> u64 {
        self.0.iter().copied().max().unwrap_or(1)
    }

    /// The fewest under those versions of which it holds that they cover.
    pub fn fewest(&self, covers: impl Iterator<Item = bool>) -> Option<u64> {
        self.0.iter().zip(covers).filter(|(_, covers)| *covers).map(|(need, _)| *need).min()
    }
}

/// How many units of a kind a holder takes: of each version its `units`, but at least its `minimum`.
pub fn needed(rules: &Rules<'_>, unknowns: &mut Unknowns, holder: &RowScope<'_>, kind: &UnitKind) -> Needs {
    let versions = kind.versions.iter().filter_map(|rank| rules.program.licenses[kind.license].version(*rank));
    Needs(versions.map(|version| needed_of(rules, unknowns, holder, kind, version)).collect())
}

/// Whether a holder may take another number of units of a kind than one.
pub fn may_differ(program: &Program, kind: &UnitKind) -> bool {
    let versions = kind.versions.iter().filter_map(|rank| program.licenses[kind.license].version(*rank));
    versions.into_iter().any(|version| version.units.is_some() || version.minimum > 1)
}

fn needed_of(
    rules: &Rules<'_>,
    unknowns: &mut Unknowns,
    rows: &RowScope<'_>,
    kind: &UnitKind,
    version: &LicenseVersion,
) -> u64 {
    let Some(units) = &version.units else { return version.minimum.max(1) };
    let unit = Unit { license: kind.license, version: version.rank, metric: kind.metric, holding: kind.holding };
    let scope = rows.with_unit(unit);
    let value = Evaluator::new(rules, unknowns, &scope).value(units, version.span);
    let count = match &value {
        Some(Value::Number(number)) if number.fract().is_zero() => number.to_u64(),
        _ => None,
    };
    let problem = match &value {
        _ if count.is_some() => None,
        Some(Value::Number(number)) if number.is_sign_negative() || number.fract().is_zero() => {
            Some(units_out_of_range(rules.program, rows, kind, version, *number))
        }
        Some(_) => Some(units_not_whole(rules.program, kind, version)),
        None => Some(units_unknown(rules.program, rows, kind, version)),
    };
    unknowns.problems.extend(problem);
    count.unwrap_or(1).max(version.minimum).max(1)
}

fn units_unknown(program: &Program, rows: &RowScope<'_>, kind: &UnitKind, version: &LicenseVersion) -> Diagnostic {
    let read = version.units.iter().flat_map(fields_of_term);
    let missing: Vec<String> = read
        .filter(|field| !matches!(rows.find(*field), Found::Value(_)))
        .map(|field| format!("`{}`", field.path(program)))
        .collect();
    let is_or_are = if missing.len() > 1 { "are" } else { "is" };
    let missing = missing.join(" and ");
    let (license, holder) = (program.license_text(kind.license, version.rank), rows.holder_text(kind.metric));
    let message =
        format!("how many units of `{license}` {holder} takes cannot be told: {missing} {is_or_are} not stated");
    Diagnostic::error(Code::UnitsUnknown, message)
        .at(version.span, "this licence is counted by that figure")
        .help(format!("state {missing} for {holder}, or give a price list that leaves this licence out"))
}

/// Fewer units than none or more than can be counted, with where the figures are stated that they come from.
fn units_out_of_range(
    program: &Program,
    rows: &RowScope<'_>,
    kind: &UnitKind,
    version: &LicenseVersion,
    number: Decimal,
) -> Diagnostic {
    let (license, holder) = (program.license_text(kind.license, version.rank), rows.holder_text(kind.metric));
    let (wrong, help) = match number.is_sign_negative() {
        true => ("less than 1", "mend the figure: a holder takes 1 unit at least"),
        false => ("more than can be counted", "mend the figure: a holder takes units of up to 19 digits"),
    };
    let message = format!("{holder} would take {} units of `{license}`, which is {wrong}", decimal_text(number));
    let error = Diagnostic::error(Code::UnitsNotWhole, message).at(version.span, "this licence is counted by a figure");
    let stated = version.units.iter().flat_map(fields_of_term);
    let stated = stated.filter_map(|field| Some((rows.place(field)?, field.path(program))));
    stated.fold(error, |error, (place, path)| error.because(place, format!("`{path}` is stated here"))).help(help)
}

fn units_not_whole(program: &Program, kind: &UnitKind, version: &LicenseVersion) -> Diagnostic {
    let message = format!(
        "the units of `{}` do not come out as a whole number",
        program.license_text(kind.license, version.rank)
    );
    Diagnostic::error(Code::UnitsNotWhole, message)
        .at(version.span, "for a holder of this estate")
        .help("wrap the figure in `round_up(…)` or `round_down(…)`, as the document says")
}

/// Whether a version is out: from the day that the licence gives, else from that of its product's release.
pub(crate) fn is_out(program: &Program, license: &License, version: &LicenseVersion, day: Date) -> bool {
    let released = match license.line {
        VersionLine::Product(product) => {
            program.products[product].versions.get(version.rank.0 as usize).and_then(|version| version.from)
        }
        VersionLine::Suite(_) => None,
    };
    version.sold.from.or(released).is_none_or(|from| from <= day)
}
