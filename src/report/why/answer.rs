//! The sentence that answers an explanation.

use crate::value::grouped;
use crate::why::told::{Access, Demand, Explanation, Kind, License, Outcome, Share, Subject, Verdict};
use std::collections::BTreeSet;

/// What it comes to, in one sentence.
pub(super) fn answer(told: &Explanation) -> String {
    match &told.license {
        Some(license) => of_license(&told.subject, license),
        None => of_row(told),
    }
}

fn of_license(subject: &Subject, license: &License) -> String {
    let name = &subject.id;
    let sum = |figure: fn(&crate::why::told::Line) -> u64| license.lines.iter().map(figure).sum::<u64>();
    let (owned, used, buy) = (sum(|line| line.owned), sum(|line| line.used), sum(|line| line.buy));
    let number = |units: u64| grouped(&units.to_string());
    let held = format!("{} owned, {} used", number(owned), number(used));
    match (license.lines.is_empty(), buy, license.could.is_empty()) {
        (true, ..) => format!("{name} is neither owned nor for sale."),
        (false, 1.., _) => {
            let units = if buy == 1 { "unit" } else { "units" };
            format!("{name} is bought: {} {units}; {held}.", number(buy))
        }
        (false, 0, true) => format!("{name} is not bought: nobody's demand is one that it covers; {held}."),
        (false, 0, false) if used > 0 => format!("{name} is not bought: what is owned does; {held}."),
        (false, 0, false) => format!("{name} is not bought: other licences meet what it would cover for less; {held}."),
    }
}

fn of_row(told: &Explanation) -> String {
    let subject = &told.subject;
    let heads = subject.heads.as_ref().filter(|heads| *heads != "1");
    let heads = heads.map_or_else(String::new, |heads| format!(" ({})", grouped(heads)));
    let parts = parts(told);
    let name = format!("{} {}{heads}", subject.kind.text(), subject.id);
    match (parts.is_empty(), subject.kind) {
        (false, _) => format!("{name}: {}.", parts.join("; ")),
        (true, Kind::User | Kind::Device) => format!("{name} comes to no server, and needs nothing."),
        (true, Kind::Host | Kind::Server | Kind::License) => {
            format!("{name}: nobody comes to it, and it demands nothing.")
        }
    }
}

/// What becomes of the accesses, each sort with the servers where it does.
fn parts(told: &Explanation) -> Vec<String> {
    let at = |wanted: fn(&Access) -> bool| servers(told.accesses.iter().filter(|access| wanted(access)));
    let of = |wanted: Verdict| servers(told.accesses.iter().filter(move |access| access.verdict == wanted));
    let mut parts = Vec::new();
    let mut say = |servers: BTreeSet<&str>, text: &str| {
        if !servers.is_empty() {
            parts.push(format!("{text} {}", list(&servers)));
        }
    };
    say(of(Verdict::Prohibited), "not allowed at");
    say(of(Verdict::Unknown), "not known whether a licence is needed at");
    say(at(|access| fares(access, Outcome::Unmet)), "nothing owned or for sale meets what is demanded at");
    say(at(|access| fares(access, Outcome::Short)), "licences are short at");
    say(at(|access| fares(access, Outcome::Met)), "licensed at");
    say(of(Verdict::Exempt), "exempt at");
    let running = |outcome: Outcome| {
        let own = told.standing.iter().filter(move |standing| standing.demand.outcome == outcome);
        own.map(|standing| standing.server.as_str()).collect::<BTreeSet<_>>()
    };
    say(running(Outcome::Unmet), "nothing owned or for sale licenses the running of");
    say(running(Outcome::Short), "a licence is short for the running of");
    say(running(Outcome::Met), "licensed is the running of");
    let bought = bought(told);
    if !bought.is_empty() {
        parts.push(format!("the plan buys {}", bought.into_iter().collect::<Vec<_>>().join(" and ")));
    }
    parts
}

/// Whether the demands of an access that is not lifted fare so, at worst.
fn fares(access: &Access, outcome: Outcome) -> bool {
    let demands = access.demands.iter().map(|demand| demand.outcome).filter(|outcome| *outcome != Outcome::Lifted);
    access.verdict == Verdict::Demanding && demands.max() == Some(outcome)
}

fn servers<'a>(accesses: impl Iterator<Item = &'a Access>) -> BTreeSet<&'a str> {
    accesses.map(|access| access.server.as_str()).collect()
}

fn list(servers: &BTreeSet<&str>) -> String {
    let ids: Vec<&str> = servers.iter().copied().collect();
    match ids.as_slice() {
        [one, other] => format!("{one} and {other}"),
        _ => super::super::text::few(&ids),
    }
}

/// The units that the plan buys for what is told.
fn bought(told: &Explanation) -> BTreeSet<String> {
    let demands = told.accesses.iter().flat_map(|access| &access.demands);
    let demands: Vec<&Demand> = demands.chain(told.standing.iter().map(|standing| &standing.demand)).collect();
    let shares = demands.into_iter().flat_map(|demand| &demand.by);
    let bought = shares.filter_map(|share| match share {
        Share::Units { license, version, metric, owned: false, .. } => {
            Some(format!("{license} {version} per {metric}"))
        }
        Share::Units { .. } | Share::Place { .. } => None,
    });
    bought.collect()
}
