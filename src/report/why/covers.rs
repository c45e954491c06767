//! A demand, told: what meets it, and the licences that cover it, or nearly do, with their clauses.

use super::cited;
use super::lines::{self, Page, reasons, shares};
use crate::diagnostic::listing;
use crate::estate::Heads;
use crate::report::wording;
use crate::testing::behind::About;
use crate::value::{Truth, grouped};
use crate::why::told::{Clause, Cover, Demand, Outcome, Share};

/// A demand and what becomes of it, in a line.
pub(super) fn outcome(demand: &Demand) -> String {
    let by = shares(&demand.by);
    let outcome = match demand.outcome {
        Outcome::Met if demand.by.is_empty() => "met".to_owned(),
        Outcome::Met => format!("met by {by}"),
        Outcome::Short => format!("short; the plan meets it with {by}"),
        Outcome::Unmet => format!("unmet: {}", demand.unmet.as_deref().unwrap_or("nothing meets it")),
        Outcome::Lifted => "not demanded in the dearest case".to_owned(),
    };
    format!("{} ({}): {outcome}", demand.functionality, demand.title)
}

pub(super) fn demand(page: &mut Page, demand: &Demand) {
    page.line(1, &outcome(demand));
    let may_serve = |cover: &Cover| !is_bound(cover) || !cover.may_follow.is_empty();
    let used = |cover: &Cover| may_serve(cover) && demand.by.iter().any(|share| is_of(share, cover));
    let mut shown: Vec<&Cover> = Vec::new();
    for cover in demand.covers.iter().filter(|cover| used(cover)) {
        let known = shown.iter().find(|known| (&known.license, &known.version) == (&cover.license, &cover.version));
        match known.filter(|known| known.metric == cover.metric) {
            Some(_) => page.line(2, &format!("{} covers it likewise", unit(cover))),
            None => {
                page.line(2, &format!("{} covers it{}", unit(cover), colon(cover)));
                cover.clauses.iter().for_each(|clause| self::clause(page, clause));
                shown.push(cover);
            }
        }
    }
    let others = demand.covers.iter().filter(|cover| !used(cover) && is_telling(cover, &demand.covers));
    for group in alike(others) {
        not_used(page, &group, demand.outcome);
    }
}

/// Before the clauses of a licence, where it has some.
fn colon(cover: &Cover) -> &'static str {
    if cover.clauses.is_empty() { "" } else { ":" }
}

/// Whether a licence that does not cover is worth a word: one that is owned, or of which no other version comes nearer.
fn is_telling(cover: &Cover, all: &[Cover]) -> bool {
    let nearer = |other: &Cover| {
        other.license == cover.license
            && (other.metric == cover.metric || cover.lacks.is_some())
            && failing(other) < failing(cover)
    };
    cover.answer == Truth::Yes || cover.owned.is_some() || !all.iter().any(nearer)
}

/// How many things keep a licence from covering.
fn failing(cover: &Cover) -> usize {
    let clauses = cover.clauses.iter().filter(|clause| clause.answer != Truth::Yes).count();
    clauses + usize::from(cover.lacks.is_some()) * (cover.clauses.len() + 1)
}

/// Licences in one metric that are told alike, by their versions.
fn alike<'c>(covers: impl Iterator<Item = &'c Cover>) -> Vec<Vec<&'c Cover>> {
    let mut groups: Vec<Vec<&Cover>> = Vec::new();
    for cover in covers {
        let look = |cover: &Cover| {
            let failing = cover.clauses.iter().find(|clause| clause.answer != Truth::Yes);
            (cover.answer, cover.lacks, cover.metric, cover.owned, failing.map(|clause| clause.clause.clone()))
        };
        let terms =
            |cover: &Cover| (cover.license.clone(), cover.price.clone(), cover.cost.clone(), cover.bound.clone());
        let same =
            |known: &Cover| look(known) == look(cover) && terms(known) == terms(cover) && known.change == cover.change;
        match groups.iter_mut().find(|group| group.first().is_some_and(|known| same(known))) {
            Some(group) => group.push(cover),
            None => groups.push(vec![cover]),
        }
    }
    groups
}

/// A licence that covers and is not used, or that came near.
fn not_used(page: &mut Page, group: &[&Cover], outcome: Outcome) {
    let (Some(cover), Some(newest)) = (group.first(), group.last()) else { return };
    let versions = match cover.version == newest.version {
        true => cover.version.clone(),
        false => format!("{} to {}", cover.version, newest.version),
    };
    let name = format!("{} {versions} per {} ({})", cover.license, cover.metric, terms(cover));
    match (cover.answer, cover.lacks) {
        (Truth::Yes, _) => page.line(2, &format!("{name} {}", unused(cover, outcome))),
        (_, Some(lacks)) => page.line(2, &format!("not {name}: the access names no {lacks}")),
        (answer, None) => {
            let known = if answer == Truth::Unknown { "not known whether" } else { "not" };
            page.line(2, &format!("{known} {name}:"));
            let failing = cover.clauses.iter().find(|clause| clause.answer != Truth::Yes);
            failing.iter().for_each(|clause| self::clause(page, clause));
            if !cover.instead.is_empty() {
                page.line(3, &format!("what would cover it: {}", listing(&cover.instead, "or")));
            }
            if let Some(change) = &cover.change {
                page.line(3, &format!("it would, if {}", lines::change(change)));
            }
        }
    }
}

/// Why a licence that covers is not used.
fn unused(cover: &Cover, outcome: Outcome) -> String {
    let absent: Vec<&str> = cover.may_follow.iter().map(String::as_str).collect();
    match (is_bound(cover), cover.heads, &cover.cost) {
        (true, ..) if absent.is_empty() => "would cover it, but may not be used here".to_owned(),
        (true, ..) => {
            let absent = wording::few(&absent);
            format!("would cover it, if it followed the absence of {absent}; whether it does is not known")
        }
        (false, Some(Heads::Many), _) => "covers each of them, but they cannot be counted".to_owned(),
        _ if outcome == Outcome::Unmet => "covers each of them, but there are too few".to_owned(),
        (false, _, Some(cost)) => format!("would cover it too, for {} in all", grouped(cost)),
        (false, _, None) => "would cover it too".to_owned(),
    }
}

/// Whether all units owned are bound to others.
fn is_bound(cover: &Cover) -> bool {
    let bound: u64 = cover.bound.iter().map(|bound| bound.units).sum();
    cover.owned.is_some_and(|owned| owned > 0 && owned == bound)
}

fn clause(page: &mut Page, clause: &Clause) {
    let says = match clause.answer {
        Truth::Yes => "holds",
        Truth::No => "fails",
        Truth::Unknown => "is not known to hold",
    };
    page.line(3, &format!("{} {says}: {}{}", clause.clause, clause.title, cited(&clause.cites)));
    reasons(page, 4, &clause.because);
}

fn is_of(share: &Share, cover: &Cover) -> bool {
    match share {
        Share::Units { license, version, metric, owned, .. } => {
            (license, version, *metric) == (&cover.license, &cover.version, cover.metric)
                && *owned == cover.owned.is_some()
                && cover.answer != Truth::No
        }
        Share::Place { .. } => false,
    }
}

/// `WindowsEC 2003 per host (at 1,999)`.
fn unit(cover: &Cover) -> String {
    format!("{} {} per {} ({})", cover.license, cover.version, cover.metric, terms(cover))
}

fn terms(cover: &Cover) -> String {
    match (&cover.price, cover.owned) {
        (_, Some(owned)) => format!("{} owned{}", grouped(owned), lines::bound(&cover.bound, owned)),
        (Some(price), None) => format!("at {}", grouped(price)),
        (None, None) => "not for sale".to_owned(),
    }
}

/// The units of one licence looked at for a demand.
pub(super) fn covers(page: &mut Page, demand: &Demand, about: &About) {
    let About::Cover { license, version, metric } = about else { return };
    let is_asked = |cover: &&Cover| {
        cover.license == *license
            && version.as_ref().is_none_or(|version| *version == cover.version)
            && metric.is_none_or(|metric| metric == cover.metric)
    };
    page.line(1, &outcome(demand));
    for cover in demand.covers.iter().filter(is_asked) {
        let does = match (cover.answer, cover.lacks) {
            (Truth::Yes, _) => "covers it".to_owned(),
            (Truth::No, Some(lacks)) => format!("does not cover it, for the access names no {lacks}"),
            (Truth::No, None) => "does not cover it".to_owned(),
            (Truth::Unknown, _) => "is not known to cover it".to_owned(),
        };
        page.line(2, &format!("{} {does}{}", unit(cover), colon(cover)));
        cover.clauses.iter().for_each(|clause| self::clause(page, clause));
    }
}
