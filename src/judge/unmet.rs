//! Demands that nothing owned or for sale can meet: why, and which licences would meet them if they had a price.

use super::Case;
use super::judgement::Unmet;
use crate::decide::Node;
use crate::estate::{Heads, Holder, HoldingRow};
use crate::evaluate::cover::{Unit, covers};
use crate::evaluate::scope::RowScope;
use crate::evaluate::unknowns::Unknowns;
use crate::evaluate::{Demanded, Effective};
use crate::position::build::{Built, DemandOf, Raised, Sku};
use crate::position::model::Plan;
use crate::program::LicenseId;
use crate::value::{Metric, Rank};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The unmet demands of a plan, in the order of its demands.
pub(super) fn unmet(case: &Case<'_>, built: &Built, plan: &Plan) -> Vec<Unmet> {
    let raising = raising(case, built, plan);
    let demands =
        plan.unmet.iter().filter_map(|place| Some((*built.demands.get(*place)?, raising.get(place).copied())));
    let mut unmet: Vec<Unmet> = demands.map(|(demand, access)| one(case, &demand, access)).collect();
    // Accesses that differ in their facts alone raise demands of one name.
    unmet.dedup();
    unmet
}

/// The first access that raises each demand that is unmet; none raises what a server demands by running.
fn raising(case: &Case<'_>, built: &Built, plan: &Plan) -> HashMap<usize, Effective> {
    if plan.unmet.is_empty() {
        return HashMap::new();
    }
    let unmet: HashSet<usize> = plan.unmet.iter().copied().collect();
    let raised = built.raised().into_iter().filter(|raised| unmet.contains(&(raised.demand as usize)));
    let mut demands: HashMap<_, Vec<usize>> = HashMap::new();
    for Raised { of, by, demand } in raised {
        let verdict = by.map(|by| by as usize);
        demands.entry((of.server, of.user, of.device, verdict)).or_default().push(demand as usize);
    }
    let mut raising = HashMap::new();
    for access in &case.evaluation.effective {
        let given = &case.estate.accesses[access.access];
        let key = (access.server, given.user, given.device, Some(access.verdict));
        for demand in demands.get(&key).into_iter().flatten() {
            raising.entry(*demand).or_insert(*access);
        }
    }
    raising
}

fn one(case: &Case<'_>, demand: &DemandOf, access: Option<Effective>) -> Unmet {
    let counted = |heads| matches!(heads, Some(Heads::Count(_)));
    let (remedies, estate) = (remedies(case, demand, access, counted), case.estate);
    let because = match remedies.is_empty() {
        true => uncounted(case, demand, access).unwrap_or_else(|| because(case, demand, access, false)),
        false => because(case, demand, access, true),
    };
    let at = access.map_or(estate.servers[demand.server].span, |access| estate.accesses[access.access].span);
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

/// Why, where licences would cover it that are assigned to whom nobody can count, or to whom the access does not name.
fn uncounted(case: &Case<'_>, demand: &DemandOf, access: Option<Effective>) -> Option<String> {
    if !remedies(case, demand, access, |heads| heads == Some(Heads::Many)).is_empty() {
        return None;
    }
    let Sku { metric, .. } = remedies(case, demand, access, |heads| heads.is_none()).first().copied()?;
    Some(format!("what would cover it is assigned to a {metric}, and the access names none"))
}

fn because(case: &Case<'_>, demand: &DemandOf, access: Option<Effective>, helped: bool) -> String {
    let many = Metric::ALL.into_iter().any(|metric| heads(case, metric, demand) == Some(Heads::Many));
    match (many, helped) {
        (true, true) => {
            "the population cannot be counted, and no licence that covers it without a count is owned or for sale"
        }
        (true, false) => "the population cannot be counted, and no licence covers it without a count",
        (false, true) => match owned(case, demand, access) {
            Owned::Nothing => "no unit that covers it is owned, and none is for sale",
            Owned::Bound => "the units owned that cover it are bound to others, and none is for sale",
            Owned::Some => "too few units that cover it are owned, and none is for sale",
        },
        (false, false) => "no licence covers it",
    }
    .to_owned()
}

/// What is owned that covers a demand.
enum Owned {
    Nothing,
    /// Units that are bound to holders of whom none has the demand.
    Bound,
    Some,
}

fn owned(case: &Case<'_>, demand: &DemandOf, access: Option<Effective>) -> Owned {
    let Case { estate, evaluation, .. } = case;
    let demanded: Vec<&Demanded> = match access {
        Some(access) => evaluation.verdicts.get(access.verdict).iter().flat_map(|verdict| &verdict.demands).collect(),
        None => evaluation.standing.iter().filter(|one| one.server == demand.server).map(|one| &one.demanded).collect(),
    };
    let covering = demanded.into_iter().filter(|demanded| demanded.functionality == demand.functionality);
    let kinds = covering.flat_map(|demanded| &demanded.covers).filter_map(|(kind, _)| evaluation.kinds.get(*kind));
    let sides: Vec<Holder> = demand.sides(estate).collect();
    let is_free = |row: &HoldingRow| {
        let bound = estate.holdings[*row].assigned_to;
        bound.is_none_or(|bound| evaluation.absences.may_serve(bound, &sides))
    };
    let holdings: Vec<&HoldingRow> = kinds.flat_map(|kind| &kind.holdings).collect();
    match holdings.iter().any(|row| is_free(row)) {
        true => Owned::Some,
        false if holdings.is_empty() => Owned::Nothing,
        false => Owned::Bound,
    }
}

/// The heads to which units of a metric could be assigned; none where the access names no user or no device.
fn heads(case: &Case<'_>, metric: Metric, demand: &DemandOf) -> Option<Heads> {
    match metric {
        Metric::User => demand.user.map(|row| case.estate.users[row].count),
        Metric::Device => demand.device.map(|row| case.estate.devices[row].count),
        Metric::Host | Metric::Server => Some(Heads::Count(1)),
    }
}

/// For each licence and metric that would cover the demand, the oldest version that does and is still sold: of metrics by
/// which there are such heads to hold it.
fn remedies(
    case: &Case<'_>,
    demand: &DemandOf,
    access: Option<Effective>,
    holds: impl Fn(Option<Heads>) -> bool,
) -> Vec<Sku> {
    let mut remedies = Vec::new();
    let mut licenses: Vec<LicenseId> = case.rules.program.licenses.ids().collect();
    licenses.sort_by_key(|id| &case.rules.program.licenses[*id].header.name);
    for license in licenses {
        for metric in Metric::ALL {
            let may_serve = holds(heads(case, metric, demand));
            if may_serve && case.rules.program.licenses[license].metrics.contains(&metric) {
                let oldest = oldest(case, demand, access, license, metric);
                remedies.extend(oldest.map(|version| Sku { license, version, metric }));
            }
        }
    }
    remedies
}

fn oldest(
    case: &Case<'_>,
    demand: &DemandOf,
    access: Option<Effective>,
    license: LicenseId,
    metric: Metric,
) -> Option<Rank> {
    let Case { rules, estate, evaluation, .. } = case;
    let blank = RowScope::new(rules, estate, &evaluation.classes);
    let rows = match access {
        Some(access) => blank.at_access(access.access, access.server, access.functionality),
        None => blank.at_server(demand.server),
    };
    let day = rules.setting.as_of;
    let sold = rules.program.licenses[license].versions.iter().filter(|version| version.is_sold(day));
    let versions: Vec<Rank> = sold.map(|version| version.rank).collect();
    versions.into_iter().find(|version| {
        let unit = Unit { license, version: *version, metric, holding: None };
        // Clauses that no demand has asked so far may cut domains anew: what is unknown in the case stays as it is.
        Unknowns::complete(|unknowns| covers(&rows, unknowns, unit, demand.functionality)).0 == Node::YES
    })
}
