//! The sentence that answers an explanation.

use super::lines::{bound, several};
use crate::evaluate::ruling::Ruling;
use crate::report::wording::counted;
use crate::value::{Truth, grouped};
use crate::why::told::{Access, Demand, Explanation, Kind, License, Means, Outcome, Share, Subject};
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
    let held = format!("{} owned{}, {} used", grouped(owned), bound(&license.bound, owned), grouped(used));
    let is_sold = license.lines.iter().any(|line| line.price.is_some());
    let counted = license.could.iter().any(|could| !could.units.is_empty());
    match (license.lines.is_empty(), buy, counted) {
        (true, ..) => format!("{name} is neither owned nor for sale."),
        (false, 1.., _) => {
            let units = if buy == 1 { "unit" } else { "units" };
            format!("{name} is bought: {} {units}; {held}.", grouped(buy))
        }
        (false, 0, false) => {
            let nobody = match license.could.is_empty() {
                true => "nobody's demand is one that it covers",
                false => "those whom it would cover cannot be counted",
            };
            format!("{name} is not bought: {nobody}; {held}.")
        }
        (false, 0, true) if license.unmet > 0 => format!("{name} is {}; {held}.", unmet(license.unmet, is_sold)),
        (false, 0, true) => {
            let not = if is_sold { "not bought" } else { "not for sale" };
            format!("{name} is {not}: {}; {held}.", instead(license, used, is_sold))
        }
    }
}

/// Why demands stay unmet that a licence would cover.
fn unmet(demands: u64, is_sold: bool) -> String {
    let demands = counted(demands, "demand that it would cover is unmet", "demands that it would cover are unmet");
    match is_sold {
        true => format!("not bought, for what is for sale of it would not help: {demands}"),
        false => format!("not for sale: {demands}"),
    }
}

/// What meets the demands that a licence would cover.
fn instead(license: &License, used: u64, is_sold: bool) -> String {
    let words = |means: &Means| match means {
        Means::Own => "its own units",
        Means::Owned => "other licences owned",
        Means::Bought if is_sold => "other licences for less",
        Means::Bought => "licences to be bought",
        Means::Places => "places without a licence",
    };
    let means: Vec<&str> = license.met_by.iter().map(words).collect();
    match (&means[..], license.met_by.first()) {
        ([], _) => "in the dearest case nothing is demanded that it would cover".to_owned(),
        (_, Some(Means::Own)) if used > 0 && means.len() == 1 => "what is owned does".to_owned(),
        (_, Some(Means::Bought)) if is_sold && means.len() == 1 => {
            "other licences meet what it would cover for less".to_owned()
        }
        _ => format!("{} meet what it would cover", list(&means)),
    }
}

fn of_row(told: &Explanation) -> String {
    let subject = &told.subject;
    let heads = several(subject.heads);
    let (parts, instead) = (parts(told), standing_in(told));
    let name = format!("{} {}{heads}", subject.kind.text(), subject.id);
    match (&parts[..], subject.kind, &told.only) {
        ([], Kind::User | Kind::Device, _) if !instead.is_empty() => {
            format!("{name} is away, and {} in; nothing is needed for it.", counted_verb(&instead))
        }
        ([], Kind::User | Kind::Device, Some(only)) => {
            format!("{name} does not come to server {only}, and needs nothing there.")
        }
        ([], Kind::User | Kind::Device, None) => format!("{name} comes to no server, and needs nothing."),
        ([], _, Some(only)) => format!("{name}: nothing of it concerns server {only}."),
        ([], _, None) => format!("{name}: nobody comes to it, and it demands nothing."),
        (parts, ..) => format!("{name}: {}.", parts.join("; ")),
    }
}

/// Who stands in for heads of the subject that are away, where licences follow them.
fn standing_in(told: &Explanation) -> Vec<&str> {
    let away = told.absences.iter().filter(|absence| absence.absent == told.subject.id);
    away.filter(|absence| absence.follows == Truth::Yes).map(|absence| absence.substitute.as_str()).collect()
}

/// `bob stands`, `bob and carol stand`.
fn counted_verb(names: &[&str]) -> String {
    format!("{} {}", list(names), if names.len() == 1 { "stands" } else { "stand" })
}

/// What becomes of the accesses: each sort with the servers where it does or, of a server or host, with those who come.
fn parts(told: &Explanation) -> Vec<String> {
    let of_comers = matches!(told.subject.kind, Kind::Host | Kind::Server);
    let mut parts = Vec::new();
    let mut say = |names: BTreeSet<&str>, at: &str, of: &str| {
        if !names.is_empty() {
            let names: Vec<&str> = names.into_iter().collect();
            parts.push(format!("{} {}", if of_comers { of } else { at }, list(&names)));
        }
    };
    for (fate, at, of) in FATES {
        let own = told.accesses.iter().filter(|access| self::fate(access) == Some(fate));
        let names = own.flat_map(|access| match of_comers {
            true => access.who.iter().map(String::as_str).collect(),
            false => vec![access.server.as_str()],
        });
        say(names.collect(), at, of);
    }
    for (outcome, text) in [
        (Outcome::Unmet, "nothing owned or for sale licenses the running of"),
        (Outcome::Short, "a licence is short for the running of"),
        (Outcome::Met, "licensed is the running of"),
    ] {
        let own = told.standing.iter().filter(|standing| standing.demand.outcome == outcome);
        say(own.map(|standing| standing.server.as_str()).collect(), text, text);
    }
    let bought = bought(told);
    if !bought.is_empty() {
        parts.push(format!("the plan buys {}", bought.into_iter().collect::<Vec<_>>().join(" and ")));
    }
    parts
}

/// What becomes of an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Prohibited,
    Unknown,
    Unmet,
    Short,
    Placed,
    Nobody,
    Licensed,
    Exempt,
}

/// Each fate, worst first, in words: before the servers of a user or device, and before those who come to a server.
const FATES: [(Fate, &str, &str); 8] = [
    (Fate::Prohibited, "not allowed at", "not allowed:"),
    (Fate::Unknown, "not known whether a licence is needed at", "not known whether a licence is needed:"),
    (Fate::Unmet, "nothing owned or for sale meets what is demanded at", "nothing owned or for sale licenses"),
    (Fate::Short, "licences are short at", "licences are short for"),
    (Fate::Placed, "a place without a licence at", "a place without a licence has"),
    (Fate::Nobody, "no head of it comes to", "no head comes of"),
    (Fate::Licensed, "licensed at", "licensed:"),
    (Fate::Exempt, "exempt at", "exempt:"),
];

/// What becomes of an access; of several demands the one that fares worst speaks for all. None where the plan of the
/// dearest case finds it lifted.
fn fate(access: &Access) -> Option<Fate> {
    let demands = access.demands.iter().filter(|demand| demand.outcome != Outcome::Lifted);
    let worst = demands.clone().map(|demand| demand.outcome).max();
    let mut shares = demands.flat_map(|demand| &demand.by).peekable();
    let is_empty = shares.peek().is_none();
    let only_places = shares.all(|share| matches!(share, Share::Place { .. }));
    match (access.verdict, worst) {
        (Ruling::Prohibited, _) => Some(Fate::Prohibited),
        (Ruling::Unknown, _) => Some(Fate::Unknown),
        (Ruling::Exempt, _) => Some(Fate::Exempt),
        (Ruling::Demanding, Some(Outcome::Unmet)) => Some(Fate::Unmet),
        (Ruling::Demanding, Some(Outcome::Short)) => Some(Fate::Short),
        // A row without heads has its demands met by nothing.
        (Ruling::Demanding, Some(Outcome::Met)) if is_empty => Some(Fate::Nobody),
        (Ruling::Demanding, Some(Outcome::Met)) if only_places => Some(Fate::Placed),
        (Ruling::Demanding, Some(Outcome::Met)) => Some(Fate::Licensed),
        (Ruling::Demanding, Some(Outcome::Lifted) | None) => None,
    }
}

fn list(names: &[&str]) -> String {
    match names {
        [one, other] => format!("{one} and {other}"),
        _ => super::super::wording::few(names),
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
