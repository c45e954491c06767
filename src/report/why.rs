//! Explanations as text and as JSON: first the sentence that answers, then each access with its rules, its licences and the
//! facts behind them.

mod answer;
mod lines;

use super::json::{Context, Policies};
use crate::judge::judgement::Judgement;
use crate::value::{Truth, grouped};
use crate::why::told::{Access, Clause, Cover, Demand, Explanation, License, Outcome, Rule, Standing, Step, Verdict};
use lines::{Page, change, one_of, reasons, share, shares};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use std::collections::BTreeMap;

/// An explanation (`entail why --format json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Why {
    #[schemars(extend("const" = "entail.why/1"))]
    schema: &'static str,
    policies: Policies,
    estate: Option<String>,
    #[schemars(extend("format" = "date"))]
    as_of: String,
    agreement: Option<String>,
    /// The reading that applies of each definition that has readings and is read.
    readings: BTreeMap<String, String>,
    /// The sentence that answers.
    answer: String,
    /// What it rests on.
    explanation: Explanation,
}

/// The JSON Schema of an explanation.
pub fn schema() -> Schema {
    schema_for!(Why)
}

/// An explanation as JSON.
pub fn json(context: &Context<'_>, judgement: &Judgement, told: &Explanation) -> Why {
    let program = context.program;
    Why {
        schema: "entail.why/1",
        policies: context.policies.clone(),
        estate: context.estate.map(str::to_owned),
        as_of: judgement.as_of.to_string(),
        agreement: judgement.agreement.map(|id| program.agreements[id].header.name.clone()),
        readings: super::json::readings(program, judgement),
        answer: answer::answer(told),
        explanation: told.clone(),
    }
}

/// An explanation as text.
pub fn text(context: &Context<'_>, judgement: &Judgement, told: &Explanation) -> String {
    let mut page = Page::default();
    page.line(0, &answer::answer(told));
    page.gap();
    page.verbatim(super::text::setting(context, judgement).trim_end());
    page.gap();
    definitions(&mut page, told);
    told.accesses.iter().for_each(|access| self::access(&mut page, access));
    told.standing.iter().for_each(|standing| self::standing(&mut page, standing));
    told.license.iter().for_each(|license| self::license(&mut page, &told.subject.id, license));
    page.text()
}

/// What each reading in force says of the subject.
fn definitions(page: &mut Page, told: &Explanation) {
    for definition in &told.definitions {
        page.line(0, &format!("Is {} \"{}\"?", told.subject.id, definition.title));
        for reading in &definition.readings {
            let answer = word(reading.answer);
            let source = match (&reading.source, reading.applies) {
                (None, _) => answer.to_owned(),
                (Some(source), true) => format!("{answer}, by the reading that applies, {source}{}", cited(&reading.cites)),
                (Some(source), false) => format!("{source} would say {answer}{}", cited(&reading.cites)),
            };
            page.line(1, &source);
            open(page, 2, reading.open.as_deref());
            reasons(page, 2, &reading.because);
        }
        page.gap();
    }
}

/// What a document leaves open.
fn open(page: &mut Page, depth: usize, because: Option<&str>) {
    if let Some(because) = because {
        page.line(depth, &format!("the document leaves it open: {because}"));
    }
}

fn access(page: &mut Page, access: &Access) {
    page.line(0, &heading(access));
    access.route.iter().for_each(|step| page.line(1, &self::step(step)));
    page.line(1, &verdict(access));
    for rule in access.rules.iter().filter(|rule| rule.answer == Truth::Yes) {
        page.line(1, &format!("{} by {}: {}{}", effect(rule), rule.rule, rule.title, cited(&rule.cites)));
        limit(page, rule);
        reasons(page, 2, &rule.because);
        if let Some(remedy) = &rule.remedy {
            page.line(2, &format!("remedy: {remedy}"));
        }
    }
    if matches!(access.verdict, Verdict::Demanding | Verdict::Unknown) {
        access.demands.iter().for_each(|demand| self::demand(page, demand));
    }
    for rule in access.rules.iter().filter(|rule| rule.answer != Truth::Yes) {
        not_so(page, rule);
    }
    for (place, change) in access.changes.iter().enumerate() {
        let nearest = if place == 0 { "Nearest change: it" } else { "It" };
        page.line(1, &format!("{nearest} would be {} if {}", change.to, self::change(change)));
    }
    page.gap();
}

fn heading(access: &Access) -> String {
    let way = if access.route.is_empty() { "uses" } else { "reaches" };
    let heads = access.heads.as_ref().filter(|heads| *heads != "1").map_or_else(String::new, |heads| {
        format!(" ({})", grouped(heads))
    });
    let names: Vec<&str> = access.who.iter().map(String::as_str).collect();
    let rows: Vec<&str> = access.rows.iter().map(String::as_str).collect();
    let (who, rows) = (super::text::few(&names), super::text::few(&rows));
    format!("{who}{heads} {way} {}: {} [{rows}]", access.server, access.functionality)
}

fn step(step: &Step) -> String {
    format!("through {} to {} by {}: {}{}", step.from, step.to, step.rule, step.title, cited(&step.cites))
}

fn verdict(access: &Access) -> String {
    match access.verdict {
        Verdict::Prohibited => "Not allowed".to_owned(),
        Verdict::Exempt => "Exempt: it needs no licence".to_owned(),
        Verdict::Demanding => "No rule prohibits or exempts it: it needs a licence".to_owned(),
        Verdict::Unknown => "Not known: a rule that would prohibit or exempt it cannot be answered".to_owned(),
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

/// A rule that does not hold, or is not known to: what decides, and what would make it hold.
fn not_so(page: &mut Page, rule: &Rule) {
    let known = if rule.answer == Truth::Unknown { "not known" } else { "not" };
    page.line(1, &format!("{known} {} by {}: {}{}", effect(rule), rule.rule, rule.title, cited(&rule.cites)));
    limit(page, rule);
    reasons(page, 2, &rule.because);
    if let Some(evidence) = rule.evidence.as_ref().filter(|_| rule.answer == Truth::Unknown) {
        page.line(2, &format!("it needs evidence, which the estate does not name: {evidence}"));
    }
    if let Some(change) = &rule.change {
        page.line(2, &format!("it would, if {}", self::change(change)));
    }
}

fn demand(page: &mut Page, demand: &Demand) {
    let by = shares(&demand.by);
    let outcome = match demand.outcome {
        Outcome::Met => format!("met by {by}"),
        Outcome::Short => format!("short; the plan meets it with {by}"),
        Outcome::Unmet => format!("unmet: {}", demand.unmet.as_deref().unwrap_or("nothing meets it")),
        Outcome::Lifted => "not demanded in the dearest case".to_owned(),
    };
    page.line(1, &format!("{} ({}): {outcome}", demand.functionality, demand.title));
    let used = |cover: &&Cover| demand.by.iter().any(|share| is_of(share, cover));
    for cover in demand.covers.iter().filter(used) {
        page.line(2, &format!("{} covers it", unit(cover)));
        cover.clauses.iter().for_each(|clause| self::clause(page, clause));
    }
    let other = |cover: &&Cover| !used(cover);
    for (names, cover) in alike(demand.covers.iter().filter(other)) {
        not_used(page, &names, cover);
    }
}

/// Covers that were told alike but for version and metric.
fn alike<'c>(covers: impl Iterator<Item = &'c Cover>) -> Vec<(Vec<String>, &'c Cover)> {
    let mut groups: Vec<(Vec<String>, &Cover)> = Vec::new();
    for cover in covers {
        let same = |known: &Cover| {
            (known.answer, known.lacks, &known.license, &known.instead, &known.change, &known.price)
                == (cover.answer, cover.lacks, &cover.license, &cover.instead, &cover.change, &cover.price)
                && failing(known) == failing(cover)
        };
        match groups.iter_mut().find(|(_, known)| same(known)) {
            Some((names, _)) => names.push(format!("{} per {}", cover.version, cover.metric)),
            None => groups.push((vec![format!("{} {} per {}", cover.license, cover.version, cover.metric)], cover)),
        }
    }
    groups
}

/// The first clause that does not hold, by name.
fn failing(cover: &Cover) -> Option<&str> {
    cover.clauses.iter().find(|clause| clause.answer != Truth::Yes).map(|clause| clause.clause.as_str())
}

/// A licence that covers and is not used, or that came near.
fn not_used(page: &mut Page, names: &[String], cover: &Cover) {
    let price = cover.price.as_ref().map_or_else(|| "not for sale".to_owned(), |price| format!("at {}", grouped(price)));
    let names = format!("{} ({price})", one_of(names));
    match (cover.answer, cover.lacks) {
        (Truth::Yes, _) => page.line(2, &format!("{names} would cover it too")),
        (_, Some(lacks)) => page.line(2, &format!("not {names}: the access names no {lacks}")),
        (answer, None) => {
            let known = if answer == Truth::Unknown { "not known whether" } else { "not" };
            page.line(2, &format!("{known} {names}"));
            let failing = cover.clauses.iter().find(|clause| clause.answer != Truth::Yes);
            failing.iter().for_each(|clause| self::clause(page, clause));
            if !cover.instead.is_empty() {
                page.line(3, &format!("what would: {}", cover.instead.join(" or ")));
            }
            if let Some(change) = &cover.change {
                page.line(3, &format!("it would, if {}", self::change(change)));
            }
        }
    }
}

fn clause(page: &mut Page, clause: &Clause) {
    let says = match clause.answer {
        Truth::Yes => "holds",
        Truth::No => "fails",
        Truth::Unknown => "is not known to hold",
    };
    page.line(3, &format!("{} of {} {says}: {}{}", clause.clause, clause.license, clause.title, cited(&clause.cites)));
    reasons(page, 4, &clause.because);
}

fn is_of(share: &crate::why::told::Share, cover: &Cover) -> bool {
    match share {
        crate::why::told::Share::Units { license, version, metric, owned, .. } => {
            (license, version, *metric) == (&cover.license, &cover.version, cover.metric)
                && *owned == cover.owned.is_some()
                && cover.answer == Truth::Yes
        }
        crate::why::told::Share::Place { .. } => false,
    }
}

/// `WindowsEC 2003 per host (at 1,999)`.
fn unit(cover: &Cover) -> String {
    let how = match (&cover.price, cover.owned) {
        (_, Some(owned)) => format!("{} owned", grouped(&owned.to_string())),
        (Some(price), None) => format!("at {}", grouped(price)),
        (None, None) => "not for sale".to_owned(),
    };
    format!("{} {} per {} ({how})", cover.license, cover.version, cover.metric)
}

fn standing(page: &mut Page, standing: &Standing) {
    page.line(0, &format!("{} demands by running, whoever comes:", standing.server));
    demand(page, &standing.demand);
    page.gap();
}

fn license(page: &mut Page, name: &str, license: &License) {
    for line in &license.lines {
        page.line(0, &format!("{name} {} per {}", line.version, line.metric));
        let number = |units: u64| grouped(&units.to_string());
        let price = line.price.as_ref().map_or_else(|| "not for sale".to_owned(), |price| format!("{} each", grouped(price)));
        page.line(1, &format!("owned {}, used {}, buy {}; {price}", number(line.owned), number(line.used), number(line.buy)));
        if let Some(without) = &line.cost_without {
            page.line(1, &format!("bought, because the cheapest plan without it costs {}", grouped(without)));
        }
        match (&line.bought_below, &line.price, line.buy) {
            (Some(price), ..) => {
                page.line(1, &format!("not bought: something cheaper does; it would be bought below {} each", grouped(price)));
            }
            (None, Some(_), 0) => page.line(1, "not bought: nothing would be cheaper even if it cost nothing"),
            _ => {}
        }
    }
    page.gap();
    page.list("Who gets its units", license.holders.iter().map(share).collect());
    let could = license.could.iter().map(|could| {
        let heads = could.heads.as_ref().filter(|heads| *heads != "1");
        let heads = heads.map_or_else(String::new, |heads| format!(" ({})", grouped(heads)));
        format!("{}{heads} at {}: {}, by {}", could.who, could.server, could.functionality, one_of(&could.units))
    });
    page.list("Whom it would cover", could.collect());
}

fn word(answer: Truth) -> &'static str {
    match answer {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Unknown => "that it is not known",
    }
}

fn cited(cites: &[String]) -> String {
    if cites.is_empty() { String::new() } else { format!(" ({})", cites.join("; ")) }
}
