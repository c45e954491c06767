//! What a policy test of a case may expect: claims that are so, in the words of `expect`, with the contrary of each.

use std::collections::{BTreeMap, BTreeSet};

use super::world::{Scene, Unit};
use super::{Judged, Plans, Tri, access, advice, build, cover, setting};
use crate::case::*;

/// A claim that is so, and one about the same thing that is not.
pub type Claim = (String, String);

/// Every claim that the reference can make of a case.
pub fn claims(case: &Case) -> Vec<Claim> {
    let choice = setting::choice(case, None);
    let judged = Judged::of(case, &choice, &mut Plans::new());
    let mut claims = Vec::new();
    of_the_position(&judged, &mut claims);
    of_advice(case, &judged, &mut claims);
    of_definitions(case, &judged, &mut claims);
    for (who, at) in meetings(case, &judged) {
        of_rules(case, &judged, &who, &at, &mut claims);
        of_cover(case, &judged, &who, &at, &mut claims);
    }
    claims
}

fn of_the_position(judged: &Judged<'_>, claims: &mut Vec<Claim>) {
    let (status, cost) = (judged.status(), judged.cost());
    let other = if status == "compliant" { "shortfall" } else { "compliant" };
    claims.push((format!("status {status}"), format!("status {other}")));
    if cost.low == cost.high {
        let plan = |cents: i64| format!("plan costs {}", super::money(cents));
        claims.push((plan(cost.low), plan(cost.low + 100)));
    }
    if judged.pairs.is_empty() {
        let plan = &judged.each[0].outcome.plan;
        let case = judged.each[0].world.case;
        let lots = plan.bought.iter().map(|run| {
            let kind = &run.kind;
            format!("{} {} {} per {}", run.units, kind.license, cover::label(case, kind), kind.metric.word())
        });
        let lots: Vec<_> = lots.collect();
        let bought = if lots.is_empty() { "nothing".to_owned() } else { lots.join(", ") };
        let other = if lots.is_empty() {
            let license = &case.licenses[0];
            let label = &cover::versions(case, license)[0].label;
            format!("1 {} {label} per {}", license.name, license.metrics[0].word())
        } else {
            "nothing".to_owned()
        };
        claims.push((format!("plan buys {bought}"), format!("plan buys {other}")));
    }
}

fn of_advice(case: &Case, judged: &Judged<'_>, claims: &mut Vec<Claim>) {
    let spoken = advice::advice(case, judged);
    for rule in case.advice.iter().filter(|rule| rule.period.holds(case.estate.as_of)) {
        let (given, withheld) = (format!("advice {}", rule.name), format!("not advice {}", rule.name));
        let speaks = spoken.iter().any(|(name, ..)| *name == rule.name);
        claims.push(if speaks { (given, withheld) } else { (withheld, given) });
    }
}

fn of_definitions(case: &Case, judged: &Judged<'_>, claims: &mut Vec<Claim>) {
    for name in setting::read(case, None) {
        if case.definition(&name).subject != Entity::User {
            continue;
        }
        for (user, row) in case.estate.users.iter().enumerate() {
            let scene = Scene { user: Some(user), ..Scene::default() };
            let says = judged.over_all(|one| one.world.is(&name, &scene));
            let (id, is) = (&row.id, format!("{} is {name}", row.id));
            let is_not = format!("{id} is not {name}");
            claims.push(match says {
                Tri::Yes => (is, is_not),
                Tri::No => (is_not, is),
                Tri::Unknown => (format!("unknown {is}"), is),
            });
        }
    }
}

/// A user or a device with a server, and the effective accesses from the one to the other, where they are the same in
/// every completion. Of a device only where it comes by itself.
fn meetings(case: &Case, judged: &Judged<'_>) -> BTreeMap<(String, usize), Vec<usize>> {
    let mut found: BTreeMap<(String, usize), Vec<usize>> = BTreeMap::new();
    let mut accompanied = BTreeSet::new();
    for (index, one) in judged.accesses.iter().enumerate() {
        let access = &case.estate.accesses[one.access];
        if access.user.is_some() {
            accompanied.extend(access.device.clone());
        }
        let who = access.user.as_ref().or(access.device.as_ref()).unwrap();
        found.entry((who.clone(), one.server)).or_default().push(index);
    }
    let everywhere = |index: &usize| judged.each.iter().all(|one| one.verdicts.here[*index]);
    found.retain(|(who, _), at| !accompanied.contains(who) && at.iter().all(everywhere));
    found
}

/// A verdict of all accesses together, where it is one.
fn together(verdicts: impl Iterator<Item = Tri>) -> Option<Tri> {
    let seen: BTreeSet<Tri> = verdicts.collect();
    (seen.len() == 1).then(|| seen.into_iter().next()).flatten()
}

fn claim(says: Tri, subject: &str, verdict: &str) -> Claim {
    let (yes, no) = (format!("{subject} {verdict}"), format!("{subject} not {verdict}"));
    match says {
        Tri::Yes => (yes, no),
        Tri::No => (no, yes),
        Tri::Unknown => (format!("unknown {yes}"), yes),
    }
}

fn of_rules(case: &Case, judged: &Judged<'_>, (who, server): &(String, usize), at: &[usize], claims: &mut Vec<Claim>) {
    let subject = format!("{who} -> {}", case.estate.servers[*server].id);
    for (index, rule) in access::prohibitions(case).into_iter().enumerate() {
        let says = at.iter().map(|&access| judged.over_all(|one| one.verdicts.prohibited[index][access]));
        claims.extend(together(says).map(|says| claim(says, &subject, &format!("prohibited by {}", rule.name))));
    }
    for (index, rule) in access::exemptions(case).into_iter().enumerate().filter(|(_, rule)| rule.limit.is_none()) {
        let says = at.iter().map(|&access| judged.over_all(|one| one.verdicts.exempt[index][access]));
        claims.extend(together(says).map(|says| claim(says, &subject, &format!("exempt by {}", rule.name))));
    }
}

/// What the accesses demand, where they all demand the same without doubt, and which units cover that.
fn of_cover(case: &Case, judged: &Judged<'_>, (who, server): &(String, usize), at: &[usize], claims: &mut Vec<Claim>) {
    let subject = format!("{who} -> {}", case.estate.servers[*server].id);
    let free = |one: &super::One<'_>, access: usize| {
        one.verdicts.is_prohibited(access) || one.verdicts.is_exempt(case, access)
    };
    if judged.each.iter().any(|one| at.iter().any(|&access| free(one, access))) {
        return;
    }
    let demands: Vec<_> = at.iter().map(|&access| access::demands_of(case, &judged.accesses[access])).collect();
    let names = |demands: &[access::Demand]| -> BTreeSet<String> {
        demands.iter().map(|demand| format!("{}.{}", demand.product, demand.functionality)).collect()
    };
    let demanded = names(&demands[0]);
    if demands.iter().any(|other| names(other) != demanded) {
        return;
    }
    let list: Vec<_> = demanded.iter().cloned().collect();
    let product = case.product(&case.estate.servers[*server].product);
    let spare = product.functionalities.iter().map(|one| format!("{}.{}", product.name, one.name));
    if let Some(spare) = spare.into_iter().find(|name| !demanded.contains(name)) {
        claims.push((format!("{subject} demands {}", list.join(", ")), format!("{subject} demands {spare}")));
    }
    for license in case.licenses.iter().filter(|license| license.grants.is_some()) {
        for version in cover::versions(case, license) {
            for &metric in &license.metrics {
                let unit = Unit { license: &license.name, version: version.order, metric, holding: None };
                let units = owned_or_sold(case, unit);
                let granted = |demands: &[access::Demand]| -> Vec<access::Demand> {
                    demands.iter().filter(|demand| cover::is_granted(case, unit, demand)).cloned().collect()
                };
                let granted: Vec<_> = demands.iter().map(|demands| granted(demands)).collect();
                if granted.iter().all(Vec::is_empty) {
                    continue;
                }
                let covers_all = |one: &super::One<'_>, unit: Unit<'_>, demands: &[access::Demand]| {
                    demands.iter().all(|demand| has_holder(metric, demand) && cover::covers(&one.world, unit, demand))
                };
                let covered = |demands: &Vec<access::Demand>| {
                    judged.over_all(|one| units.iter().any(|unit| covers_all(one, *unit, demands)))
                };
                let says = granted.iter().map(covered);
                let lot = format!("covered by {} {} per {}", license.name, version.label, metric.word());
                claims.extend(together(says).map(|says| claim(says, &subject, &lot)));
            }
        }
    }
    if let ([], [one]) = (&judged.pairs[..], &judged.each[..]) {
        let unmet: Vec<_> = one.outcome.unmet.iter().map(|&demand| &one.demands[demand]).collect();
        let is_unmet = |demand: &access::Demand| unmet.contains(&&build::named(case, demand));
        let says = demands.iter().flatten().map(|demand| if is_unmet(demand) { Tri::Yes } else { Tri::No });
        claims.extend(together(says).map(|says| claim(says, &subject, "unmet")));
    }
}

/// The units owned of that version and metric, with their facts; one as it is sold if there are none.
fn owned_or_sold<'a>(case: &'a Case, sold: Unit<'a>) -> Vec<Unit<'a>> {
    let alike = cover::held(case).filter(|(_, holding)| {
        (holding.license.as_str(), holding.metric) == (sold.license, sold.metric)
            && cover::held_versions(case, holding).contains(&sold.version)
    });
    let owned: Vec<_> = alike.map(|(holding, _)| Unit { holding: Some(holding), ..sold }).collect();
    if owned.is_empty() { vec![sold] } else { owned }
}

/// Whether somebody or something in a demand could hold a unit of a metric.
fn has_holder(metric: Metric, demand: &access::Demand) -> bool {
    match metric {
        Metric::User => demand.scene.user.is_some(),
        Metric::Device => demand.scene.device.is_some(),
        Metric::Host | Metric::Server => true,
    }
}
