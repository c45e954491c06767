//! Demands that nothing owned or for sale can meet: why, and which licences would meet them if they had a price.

use super::Case;
use super::judgement::Unmet;
use crate::decide::Node;
use crate::estate::{DeviceRow, Heads, ServerRow, UserRow};
use crate::evaluate::Effective;
use crate::evaluate::cover::{Unit, covers};
use crate::evaluate::scope::RowScope;
use crate::position::build::{Built, DemandOf};
use crate::position::model::Plan;
use crate::program::LicenseId;
use crate::value::{Metric, Rank};
use std::collections::HashMap;
use std::sync::Arc;

/// The unmet demands of a plan, in the order of its demands.
pub(super) fn unmet(case: &mut Case<'_>, built: &Built, plan: &Plan) -> Vec<Unmet> {
    let demands: Vec<DemandOf> = plan.unmet.iter().filter_map(|place| built.demands.get(*place)).copied().collect();
    let raising = raising(case, !demands.is_empty());
    let mut unmet: Vec<Unmet> = demands.into_iter().map(|demand| one(case, &demand, &raising)).collect();
    // Accesses that differ in their facts alone raise demands of one name.
    unmet.dedup();
    unmet
}

/// The first access of each user and device to a server.
type Raising = HashMap<(ServerRow, Option<UserRow>, Option<DeviceRow>), Effective>;

fn raising(case: &Case<'_>, asked: bool) -> Raising {
    let mut raising = Raising::new();
    for access in case.evaluation.effective.iter().filter(|_| asked) {
        let given = &case.estate.accesses[access.access];
        raising.entry((access.server, given.user, given.device)).or_insert(*access);
    }
    raising
}

fn one(case: &mut Case<'_>, demand: &DemandOf, raising: &Raising) -> Unmet {
    let (remedies, estate) = (remedies(case, demand, raising, true), case.estate);
    let because = match remedies.is_empty() {
        true => unnamed(case, demand, raising).unwrap_or_else(|| because(case, demand, false)),
        false => because(case, demand, true),
    };
    let at = match access(demand, raising) {
        Some(Some(access)) => estate.accesses[access.access].span,
        Some(None) | None => estate.servers[demand.server].span,
    };
    Unmet {
        server: Arc::clone(&estate.servers[demand.server].id),
        user: demand.user.map(|row| Arc::clone(&estate.users[row].id)),
        device: demand.device.map(|row| Arc::clone(&estate.devices[row].id)),
        functionality: demand.functionality,
        because,
        remedies,
        at,
    }
}

/// Why, where licences would cover it that are assigned to whom the access does not name.
fn unnamed(case: &mut Case<'_>, demand: &DemandOf, raising: &Raising) -> Option<String> {
    let (_, _, metric) = remedies(case, demand, raising, false).first().copied()?;
    Some(format!("what would cover it is assigned to a {metric}, and the access names none"))
}

fn because(case: &Case<'_>, demand: &DemandOf, helped: bool) -> String {
    let many = Metric::ALL.into_iter().any(|metric| heads(case, metric, demand) == Some(Heads::Many));
    match (many, helped) {
        (true, true) => {
            "the population cannot be counted, and no licence that covers it without a count is owned or for sale"
        }
        (true, false) => "the population cannot be counted, and no licence covers it without a count",
        (false, true) => "too few units that cover it are owned, and none is for sale",
        (false, false) => "no licence covers it",
    }
    .to_owned()
}

/// The heads to which units of a metric could be assigned; none where the access names no user or no device.
fn heads(case: &Case<'_>, metric: Metric, demand: &DemandOf) -> Option<Heads> {
    match metric {
        Metric::User => demand.user.map(|row| case.estate.users[row].count),
        Metric::Device => demand.device.map(|row| case.estate.devices[row].count),
        Metric::Host | Metric::Server => Some(Heads::Count(1)),
    }
}

/// For each licence and metric that would cover the demand, the oldest version that does: of metrics by which somebody is
/// there to hold it, or of the others.
fn remedies(case: &mut Case<'_>, demand: &DemandOf, raising: &Raising, held: bool) -> Vec<(LicenseId, Rank, Metric)> {
    let Some(access) = access(demand, raising) else { return Vec::new() };
    let mut remedies = Vec::new();
    let mut licenses: Vec<LicenseId> = case.rules.program.licenses.ids().collect();
    licenses.sort_by_key(|id| &case.rules.program.licenses[*id].header.name);
    for license in licenses {
        for metric in Metric::ALL {
            let heads = heads(case, metric, demand);
            let may_serve = heads.is_some() == held && heads != Some(Heads::Many);
            if may_serve && case.rules.program.licenses[license].metrics.contains(&metric) {
                remedies
                    .extend(oldest(case, demand, access, license, metric).map(|version| (license, version, metric)));
            }
        }
    }
    remedies
}

/// An access that raises the demand; none where the server raises it by running.
fn access(demand: &DemandOf, raising: &Raising) -> Option<Option<Effective>> {
    if demand.user.is_none() && demand.device.is_none() {
        return Some(None);
    }
    raising.get(&(demand.server, demand.user, demand.device)).copied().map(Some)
}

fn oldest(
    case: &mut Case<'_>,
    demand: &DemandOf,
    access: Option<Effective>,
    license: LicenseId,
    metric: Metric,
) -> Option<Rank> {
    let Case { rules, estate, evaluation, unknowns } = case;
    let blank = RowScope::new(rules, estate, &evaluation.classes);
    let rows = match access {
        Some(access) => blank.at_access(access.access, access.server, access.functionality),
        None => blank.at_server(demand.server),
    };
    let versions: Vec<Rank> = rules.program.licenses[license].versions.iter().map(|version| version.rank).collect();
    versions.into_iter().find(|version| {
        let unit = Unit { license, version: *version, metric, holding: None };
        covers(&rows, unknowns, unit, demand.functionality) == Node::YES
    })
}
