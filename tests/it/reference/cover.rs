//! Which unit covers which demand, which versions a holding has, and what may be bought at which
//! price (semantics, sections 3 and 4).

use super::access::Demand;
use super::world::{Scene, Unit, World};
use crate::case::*;

/// What is bought, counted and listed: a licence in one version under one metric. Its order is
/// the order that breaks ties between plans.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    pub license: String,
    /// The version's place in the order of the licence's versions.
    pub version: usize,
    pub metric: Metric,
}

/// A kind that may be bought, at a price in hundredths per unit.
#[derive(Clone, Debug)]
pub struct Offer {
    pub kind: Kind,
    pub cents: i64,
    pub pack: u32,
}

/// A version of a licence: its place in the order, its name and when it is out and sold.
#[derive(Clone, Debug)]
pub struct Version {
    pub order: usize,
    pub label: String,
    pub from: Option<Date>,
    pub until: Option<Date>,
}

/// The versions in which a licence exists, oldest first. Those of a suite go by the day they are
/// out, then by label; those of another licence are releases of its product.
pub fn versions(case: &Case, license: &License) -> Vec<Version> {
    let Some(grants) = &license.grants else { return suite_versions(license) };
    let product = case.product(&grants.product);
    let listed = license.versions.as_ref().map(|labels| labels.iter().map(|label| product.version(label)));
    let listed: Option<Vec<usize>> = listed.map(Iterator::collect);
    let exists = |order: &usize| listed.as_ref().is_none_or(|listed| listed.contains(order));
    (0..product.releases.len())
        .filter(exists)
        .map(|order| {
            let release = &product.releases[order];
            let block = block(case, license, order);
            Version {
                order,
                label: release.label.clone(),
                from: block.and_then(|block| block.period.from).or(release.from),
                until: block.and_then(|block| block.period.until),
            }
        })
        .collect()
}

fn suite_versions(license: &License) -> Vec<Version> {
    let mut blocks: Vec<_> = license.blocks.iter().collect();
    blocks.sort_by_key(|block| (block.period.from, &block.label));
    blocks
        .into_iter()
        .enumerate()
        .map(|(order, block)| Version {
            order,
            label: block.label.clone(),
            from: block.period.from,
            until: block.period.until,
        })
        .collect()
}

/// The place of a label in the order of a licence's versions.
pub fn version(case: &Case, license: &License, label: &str) -> usize {
    match &license.grants {
        Some(grants) => case.product(&grants.product).version(label),
        None => suite_versions(license).iter().position(|version| version.label == label).unwrap(),
    }
}

/// The name of a version: the first of its labels.
pub fn label(case: &Case, kind: &Kind) -> String {
    let versions = versions(case, case.license(&kind.license));
    versions.into_iter().find(|version| version.order == kind.version).unwrap().label
}

/// What a licence says for one version only.
fn block<'a>(case: &Case, license: &'a License, order: usize) -> Option<&'a VersionBlock> {
    license.blocks.iter().find(|block| version(case, license, &block.label) == order)
}

/// The clauses of a licence in one version: shared ones, its own, and those of the version, which
/// replace their namesakes.
fn clauses<'a>(case: &'a Case, license: &'a License, order: usize) -> Vec<&'a Provided> {
    let shared = case.terms.iter().filter(|terms| license.under.as_ref() == Some(&terms.name));
    let general = shared.flat_map(|terms| &terms.provided).chain(&license.provided);
    let special: Vec<_> = block(case, license, order).iter().flat_map(|block| &block.provided).collect();
    let kept = general.filter(|clause| !special.iter().any(|other| other.name == clause.name));
    kept.chain(special.iter().copied()).collect()
}

/// Whether a unit covers a demand. The side is the metric's: a demand that has none of that side
/// is not covered.
pub fn covers(world: &World<'_>, unit: Unit<'_>, demand: &Demand) -> bool {
    let case = world.case;
    let license = case.license(unit.license);
    let has_side = match unit.metric {
        Metric::User => demand.scene.user.is_some(),
        Metric::Device => demand.scene.device.is_some(),
        Metric::Host | Metric::Server => true,
    };
    let scene = Scene { unit: Some(unit), ..demand.scene };
    let fulfilled = |clause: &&Provided| !clause.period.holds(case.estate.as_of) || world.holds(&clause.when, &scene);
    has_side
        && license.metrics.contains(&unit.metric)
        && clauses(case, license, unit.version).iter().all(fulfilled)
        && (grants(case, license, unit.version, demand) || includes(world, license, unit, demand))
}

/// Whether a licence that is no suite grants what a demand is for.
pub fn is_granted(case: &Case, unit: Unit<'_>, demand: &Demand) -> bool {
    grants(case, case.license(unit.license), unit.version, demand)
}

fn grants(case: &Case, license: &License, order: usize, demand: &Demand) -> bool {
    let special = block(case, license, order).and_then(|block| block.grants.as_ref());
    special.or(license.grants.as_ref()).is_some_and(|grants| {
        grants.product == demand.product && grants.functionalities.contains(&demand.functionality)
    })
}

/// A suite covers what the licences that it includes cover, under their own clauses.
fn includes(world: &World<'_>, license: &License, unit: Unit<'_>, demand: &Demand) -> bool {
    let included = block(world.case, license, unit.version).map_or(&[][..], |block| &block.includes);
    included.iter().any(|(name, label)| {
        let part = Unit { license: name, version: version(world.case, world.case.license(name), label), ..unit };
        covers(world, part, demand)
    })
}

/// The holdings that count: acquired on or before the date.
pub fn held(case: &Case) -> impl Iterator<Item = (usize, &Holding)> {
    let date = case.estate.as_of;
    case.estate.holdings.iter().enumerate().filter(move |(_, holding)| holding.acquired.is_none_or(|day| day <= date))
}

/// The versions that a holding has, the one it is reported under last.
pub fn held_versions(case: &Case, holding: &Holding) -> Vec<usize> {
    let license = case.license(&holding.license);
    let own = holding.version.as_ref().map(|label| version(case, license, label));
    let Some(assured) = holding.sa_until else { return vec![own.unwrap()] };
    let date = case.estate.as_of.min(assured);
    let all = versions(case, license);
    let newest = all.iter().filter(|version| version.from.is_none_or(|day| day <= date)).map(|v| v.order).max();
    // Of a licence none of whose versions is out yet, a holding without one has none.
    let Some(last) = newest.max(own) else { return Vec::new() };
    all.iter()
        .map(|version| version.order)
        .filter(|&order| own.is_none_or(|own| own <= order) && order <= last)
        .collect()
}

/// The kind that a holding is reported as.
pub fn held_kind(case: &Case, holding: &Holding) -> Kind {
    Kind {
        license: holding.license.clone(),
        // Without any version that is out, it stands under the oldest and covers nothing.
        version: held_versions(case, holding)
            .last()
            .copied()
            .unwrap_or_else(|| versions(case, case.license(&holding.license))[0].order),
        metric: holding.metric,
    }
}

/// Everything that may be bought on the date.
pub fn offers(case: &Case) -> Vec<Offer> {
    let mut offers = Vec::new();
    for license in &case.licenses {
        for version in versions(case, license) {
            let sold = version.until.is_none_or(|until| case.estate.as_of < until);
            for &metric in license.metrics.iter().filter(|_| sold) {
                let kind = Kind { license: license.name.clone(), version: version.order, metric };
                let pack = pack(case, license, version.order);
                offers.extend(price(case, &kind).map(|cents| Offer { kind, cents, pack }));
            }
        }
    }
    offers.sort_by(|a, b| a.kind.cmp(&b.kind));
    offers
}

/// The price of a unit; without any price rows, the number of licences it stands for.
pub fn price(case: &Case, kind: &Kind) -> Option<i64> {
    if case.estate.prices.is_empty() {
        return Some(100 * simple_licenses(case, case.license(&kind.license), kind.version));
    }
    let matching = matching_prices(case, kind);
    let most = matching.iter().map(|row| row.filled()).max()?;
    let mut best = matching.into_iter().filter(|row| row.filled() == most);
    let price = best.next().map(|row| row.cents);
    assert!(best.next().is_none(), "two prices of {kind:?} are equally narrow");
    price
}

/// The price rows in force for a kind.
pub fn matching_prices<'a>(case: &'a Case, kind: &Kind) -> Vec<&'a Price> {
    let license = case.license(&kind.license);
    let matches = |row: &&Price| {
        row.license == kind.license
            && row.period.holds(case.estate.as_of)
            && row.metric.is_none_or(|metric| metric == kind.metric)
            && row.version.as_ref().is_none_or(|label| version(case, license, label) == kind.version)
    };
    case.estate.prices.iter().filter(matches).collect()
}

/// How many licences that are no suites a unit stands for, nested suites opened.
fn simple_licenses(case: &Case, license: &License, order: usize) -> i64 {
    let included = block(case, license, order).map_or(&[][..], |block| &block.includes);
    if included.is_empty() {
        return 1;
    }
    included
        .iter()
        .map(|(name, label)| {
            let part = case.license(name);
            simple_licenses(case, part, version(case, part, label))
        })
        .sum()
}

fn pack(case: &Case, license: &License, order: usize) -> u32 {
    let special = block(case, license, order).and_then(|block| block.pack);
    special.or(license.pack).unwrap_or(1)
}

/// Whether every holder takes one unit of a kind, whatever is said of it.
pub fn takes_one(case: &Case, kind: &Kind) -> bool {
    let license = case.license(&kind.license);
    let special = block(case, license, kind.version);
    let units = special.and_then(|block| block.units.as_ref()).or(license.units.as_ref());
    let minimum = special.and_then(|block| block.minimum).or(license.minimum).unwrap_or(1);
    units.is_none() && minimum <= 1
}

/// How many units of one version a holder takes: the metric's `units`, at least its `minimum`.
/// For hosts and servers the holder is that of `server`.
pub fn need(world: &World<'_>, license: &License, order: usize, server: Option<usize>) -> u32 {
    let special = block(world.case, license, order);
    let units = special.and_then(|block| block.units.as_ref()).or(license.units.as_ref());
    let minimum = special.and_then(|block| block.minimum).or(license.minimum).unwrap_or(1);
    let scene = Scene { server, ..Scene::default() };
    units.map_or(1, |units| world.whole(units, &scene)).max(minimum)
}
