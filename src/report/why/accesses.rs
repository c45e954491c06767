//! An access, told: its way, the rules that fired and those that did not, and what would change its verdict.

use super::covers::demand;
use super::lines::{self, Page, reasons, several};
use super::{alike, cited};
use crate::evaluate::ruling::Ruling;
use crate::report::wording;
use crate::value::Truth;
use crate::why::told::{Access, Brought, Change, Elsewhere, Rule};

/// Accesses, each in full. Of many that are alike but for the server the first speaks for all.
pub(super) fn accesses(page: &mut Page, all: &[Access]) {
    for group in alike::groups(all) {
        let [first, others @ ..] = group.as_slice() else { continue };
        access(page, first);
        if !others.is_empty() {
            let servers: Vec<&str> = others.iter().map(|access| access.server.as_str()).collect();
            let servers = wording::few(&servers);
            page.line(0, &format!("Alike but for the server and the way to it: {servers}; `--format json` lists all"));
            page.gap();
        }
    }
}

pub(super) fn access(page: &mut Page, access: &Access) {
    page.line(0, &heading(access));
    route(page, access);
    fired(page, access);
    if matches!(access.verdict, Ruling::Demanding | Ruling::Unknown) {
        access.demands.iter().for_each(|told| demand(page, told));
    }
    for rule in access.rules.iter().filter(|rule| !holds(rule)) {
        not_so(page, rule, access);
    }
    for (place, change) in access.changes.iter().enumerate() {
        let nearest = if place == 0 { "The nearest change: it" } else { "It" };
        page.line(1, &format!("{nearest} would {} if {}", brought(change), lines::change(change)));
    }
    page.gap();
}

/// What a change to another verdict brings about.
fn brought(change: &Change) -> &'static str {
    match change.to {
        Brought::Ruling(Ruling::Demanding) => "need a licence",
        Brought::Ruling(Ruling::Prohibited) => "be prohibited",
        Brought::Ruling(Ruling::Exempt) => "be exempt",
        Brought::Ruling(Ruling::Unknown) => "not be known",
        Brought::Holds => "hold",
        Brought::Covers => "cover",
    }
}

/// Whether a rule holds, and gives a place where it has a limit.
fn holds(rule: &Rule) -> bool {
    rule.answer == Truth::Yes && rule.hindered_by.is_empty()
}

/// The verdict, and the rules that fired.
pub(super) fn fired(page: &mut Page, access: &Access) {
    page.line(1, &verdict(access));
    for rule in access.rules.iter().filter(|rule| holds(rule)) {
        page.line(1, &format!("{} by {}: {}{}", effect(rule), rule.rule, rule.title, cited(&rule.cites)));
        limit(page, rule);
        reasons(page, 2, &rule.because);
        if let Some(remedy) = &rule.remedy {
            page.line(2, &format!("remedy: {remedy}"));
        }
    }
}

pub(super) fn heading(access: &Access) -> String {
    let heads = several(access.heads);
    let names: Vec<&str> = access.who.iter().map(String::as_str).collect();
    let rows: Vec<&str> = access.rows.iter().map(String::as_str).collect();
    let (who, rows) = (wording::few(&names), wording::few(&rows));
    format!("{who}{heads} -> {}: {} [{rows}]", access.server, access.functionality)
}

/// The way to a server, steps in a row by one rule told as one.
pub(super) fn route(page: &mut Page, access: &Access) {
    for steps in access.route.chunk_by(|step, next| step.rule == next.rule) {
        let through: Vec<&str> = steps.iter().map(|step| step.from.as_str()).collect();
        if let Some(last) = steps.last() {
            let (through, cites) = (wording::few(&through), cited(&last.cites));
            page.line(1, &format!("through {through} to {} by {}: {}{cites}", last.to, last.rule, last.title));
        }
    }
}

fn verdict(access: &Access) -> String {
    match access.verdict {
        Ruling::Prohibited => "Not allowed".to_owned(),
        Ruling::Exempt => "Exempt: it needs no licence".to_owned(),
        Ruling::Demanding if access.rules.iter().any(|rule| rule.limit.is_some() && holds(rule)) => {
            "It needs a licence or a place: no rule prohibits or exempts it without a limit".to_owned()
        }
        Ruling::Demanding => "It needs a licence: no rule prohibits or exempts it".to_owned(),
        Ruling::Unknown => "Not known: a rule that would prohibit or exempt it cannot be answered".to_owned(),
    }
}

fn effect(rule: &Rule) -> &'static str {
    match (rule.prohibits, rule.limit) {
        (true, _) => "prohibited",
        (false, None) => "exempt",
        (false, Some(_)) => "a place",
    }
}

fn limit(page: &mut Page, rule: &Rule) {
    if let Some(limit) = rule.limit {
        page.line(2, &format!("for up to {limit} per server, where it holds of all that they do there"));
    }
}

/// A rule that does not hold, or is not known to, or gives no place: what decides, and what would make it hold.
fn not_so(page: &mut Page, rule: &Rule, access: &Access) {
    let known = if rule.answer == Truth::Unknown { "not known to be" } else { "not" };
    page.line(1, &format!("{known} {} by {}: {}{}", effect(rule), rule.rule, rule.title, cited(&rule.cites)));
    limit(page, rule);
    reasons(page, 2, &rule.because);
    if let Some(evidence) = rule.evidence.as_ref().filter(|_| rule.answer == Truth::Unknown) {
        page.line(2, &format!("it needs evidence, which the estate does not name: {evidence}"));
    }
    let hindered_by: Vec<String> = rule.hindered_by.iter().map(elsewhere).collect();
    let hindered_by: Vec<&str> = hindered_by.iter().map(String::as_str).collect();
    let hindered_by = wording::few(&hindered_by);
    let told_below = |change: &Change| access.changes.iter().any(|other| other.facts == change.facts);
    match rule.change.as_ref().filter(|change| !told_below(change)) {
        Some(change) if hindered_by.is_empty() => page.line(2, &format!("it would be, if {}", lines::change(change))),
        Some(change) => {
            page.line(2, &format!("it would be, if {}, and if it held of {hindered_by}, too", lines::change(change)));
        }
        None if rule.answer == Truth::Yes => {
            page.line(2, &format!("it gives none, for it does not hold of {hindered_by}"));
        }
        None => {}
    }
}

/// `bob by pc -> web: WindowsServer.standard [accesses.csv:3]`.
fn elsewhere(access: &Elsewhere) -> String {
    format!("{} -> {}: {} [{}]", access.who, access.server, access.functionality, access.at)
}

/// What one rule says of an access.
pub(super) fn rule(page: &mut Page, access: &Access, name: &str) {
    let mut only = access.clone();
    only.rules.retain(|rule| rule.rule == name);
    match only.rules.first() {
        None => page.line(1, &format!("{name} is not in force, or does not speak of this product")),
        Some(rule) if holds(rule) => fired(page, &only),
        Some(rule) => not_so(page, rule, access),
    }
}
