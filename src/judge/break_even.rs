//! Break-even: from how many heads on a connector is no dearer than a licence for each (interface, "Break-even").

use super::Case;
use super::counts::present;
use super::judgement::BreakEven;
use super::rivals::least;
use crate::decide::Node;
use crate::estate::{Heads, Holder, UserRow};
use crate::evaluate::Verdict;
use crate::evaluate::units::{UnitKind, may_differ};
use crate::program::LicenseId;
use crate::value::Metric;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The least number of heads whose licences cost no less than connectors for some hosts or servers, each at its cheapest price.
/// None where one of the two is not for sale or [not sold singly](is_sold_singly), or the heads' licence costs nothing.
pub fn heads(case: &Case<'_>, license: LicenseId, against: LicenseId, machines: u64) -> Option<Decimal> {
    let cheapest = |license| sold(case, license).filter_map(|kind| kind.price).min();
    let (connector, head) = (cheapest(license)?, cheapest(against)?);
    let are_single = is_sold_singly(case, license) && is_sold_singly(case, against);
    least(connector.checked_mul(Decimal::from(machines))?, head).filter(|_| are_single)
}

/// Whether a host, or a head, takes one unit of a licence and it is sold without others: otherwise its price does not tell
/// what it costs.
pub fn is_sold_singly(case: &Case<'_>, license: LicenseId) -> bool {
    let program = case.rules.program;
    let is_packed = |kind: &UnitKind| {
        let mut versions = kind.versions.iter().filter_map(|rank| program.licenses[license].version(*rank));
        versions.any(|version| version.pack > 1)
    };
    !sold(case, license).any(|kind| is_packed(kind) || may_differ(program, kind))
}

fn sold<'c>(case: &'c Case<'_>, license: LicenseId) -> impl Iterator<Item = &'c UnitKind> {
    case.evaluation.kinds.iter().filter(move |kind| kind.license == license && kind.price.is_some())
}

/// The break-even of a connector for one host or server, for all of the estate that it could serve, and, against it, each
/// population whom it would cover and all of them together. Empty where one of the two has no price or is not sold singly.
pub fn break_even(case: &Case<'_>, license: LicenseId, against: LicenseId) -> Vec<BreakEven> {
    let metric = metric(case, license);
    let covered = covered(case, license, metric);
    let machines: BTreeSet<Holder> = covered.values().flatten().copied().collect();
    let entry = |machines: usize, who: Option<Arc<str>>, count: Option<Heads>| {
        let machines = machines as u64;
        let users = heads(case, license, against, machines)?;
        let cheaper = count.map(|count| match count {
            Heads::Many => license,
            Heads::Count(count) if Decimal::from(count) >= users => license,
            Heads::Count(_) => against,
        });
        Some(BreakEven { license, against, metric, machines, users, who, heads: count, cheaper })
    };
    let mut told = vec![entry(1, None, None)];
    if machines.len() > 1 {
        told.push(entry(machines.len(), None, None));
    }
    let heads_of = |user: &UserRow| present(case, Holder::User(*user));
    let all = covered.keys().fold(Heads::Count(0), |sum, user| sum.plus(heads_of(user)));
    if covered.len() > 1 {
        told.push(entry(machines.len(), Some("all".into()), Some(all)));
    }
    told.extend(covered.iter().map(|(user, machines)| {
        let who = Arc::clone(&case.estate.users[*user].id);
        entry(machines.len(), Some(who), Some(heads_of(user)))
    }));
    told.into_iter().flatten().collect()
}

/// What the cheapest unit of a connector is counted by: hosts or servers.
fn metric(case: &Case<'_>, license: LicenseId) -> Metric {
    let connectors = sold(case, license).filter(|kind| !kind.metric.is_by_head());
    connectors.min_by_key(|kind| (kind.price, kind.metric)).map_or(Metric::Host, |kind| kind.metric)
}

/// The users of whom the licence would cover some demand, each with the hosts or servers that take a unit for it.
fn covered(case: &Case<'_>, license: LicenseId, metric: Metric) -> BTreeMap<UserRow, BTreeSet<Holder>> {
    let (estate, evaluation) = (case.estate, &case.evaluation);
    let is_own = |kind: &usize| evaluation.kinds.get(*kind).is_some_and(|kind| kind.license == license);
    let machine = |server| match metric {
        Metric::Server => Holder::Server(server),
        Metric::User | Metric::Device | Metric::Host => Holder::Host(estate.servers[server].host),
    };
    let mut covered: BTreeMap<UserRow, BTreeSet<Holder>> = BTreeMap::new();
    for access in &evaluation.effective {
        let is_lifted = |verdict: &&Verdict| verdict.is_lifted(case.rules.program, |holds| holds == Node::YES);
        let verdict = evaluation.verdicts.get(access.verdict).filter(|verdict| !is_lifted(verdict));
        let demands = verdict.into_iter().flat_map(|verdict| &verdict.demands);
        let covers = demands.flat_map(|demand| &demand.covers).any(|(kind, holds)| is_own(kind) && *holds == Node::YES);
        if let Some(user) = estate.accesses[access.access].user.filter(|_| covers) {
            covered.entry(user).or_default().insert(machine(access.server));
        }
    }
    covered
}

/// Whether a licence is counted by host or server: a connector.
pub fn is_connector(metrics: &[Metric]) -> bool {
    metrics.iter().any(|metric| !metric.is_by_head())
}

/// Whether a licence is counted by head.
pub fn is_by_head(metrics: &[Metric]) -> bool {
    metrics.iter().any(|metric| metric.is_by_head())
}
