//! Explanations as text and as JSON: first the sentence that answers, then each access with its rules, its licences and the
//! facts behind them.

mod answer;
pub(super) mod lines;

use super::json::{Context, Policies};
use crate::estate::Heads;
use crate::evaluate::ruling::Ruling;
use crate::judge::judgement::Judgement;
use crate::testing::behind::{About, Behind};
use crate::value::{Truth, grouped};
use crate::why::told::{
    Absence, Access, Change, Clause, Cover, Demand, Elsewhere, Explanation, Kind, License, Outcome, Rule, Share,
    Standing, Step,
};
use lines::{MOST, Page, change, one_of, reasons, several, share, shares, word};
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
        estate: context.estate.name.clone(),
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
    if judgement.cost.low != judgement.cost.high {
        page.line(0, "What it costs depends on what is not known (`entail check` asks); who gets what is told of the dearest case.");
    }
    page.gap();
    definitions(&mut page, told);
    told.absences.iter().for_each(|absence| self::absence(&mut page, absence));
    match told.subject.kind {
        Kind::User | Kind::Device => told.accesses.iter().for_each(|access| self::access(&mut page, access)),
        Kind::Host | Kind::Server | Kind::License => comers(&mut page, told),
    }
    told.standing.iter().for_each(|standing| self::standing(&mut page, standing));
    told.license.iter().for_each(|license| self::license(&mut page, &told.subject.id, license));
    page.text()
}

/// What is behind an answer that a test did not expect, in the lines that concern it.
pub fn behind(behind: &Behind) -> String {
    let mut page = Page::default();
    let told = &behind.told;
    match &behind.about {
        About::Definition(name) => {
            let mut told = told.clone();
            told.definitions.retain(|definition| definition.definition == *name);
            definitions(&mut page, &told);
        }
        About::Plan => {
            page.line(0, &answer::answer(told));
            told.license.iter().for_each(|license| self::license(&mut page, &told.subject.id, license));
        }
        About::Rule(name) => {
            for access in &told.accesses {
                page.line(0, &heading(access));
                rule(&mut page, access, name);
            }
        }
        About::Cover { .. } => {
            for access in &told.accesses {
                page.line(0, &heading(access));
                access.demands.iter().for_each(|demand| covers(&mut page, demand, &behind.about));
            }
            told.standing.iter().for_each(|standing| covers(&mut page, &standing.demand, &behind.about));
        }
        About::Demands => {
            told.accesses.iter().for_each(|access| self::access(&mut page, access));
            told.standing.iter().for_each(|standing| self::standing(&mut page, standing));
        }
    }
    page.text()
}

/// What one rule says of an access.
fn rule(page: &mut Page, access: &Access, name: &str) {
    let mut only = access.clone();
    only.rules.retain(|rule| rule.rule == name);
    match only.rules.first() {
        None => page.line(1, &format!("{name} is not in force, or does not speak of this product")),
        Some(rule) if holds(rule) => fired(page, &only),
        Some(rule) => not_so(page, rule, access),
    }
}

/// The units of one licence looked at for a demand.
fn covers(page: &mut Page, demand: &Demand, about: &About) {
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

/// Who comes to a server or a host, told in short: whoever wants the reasons asks about one of them.
fn comers(page: &mut Page, told: &Explanation) {
    if let (Some(what), Kind::Host | Kind::Server) = (&told.subject.what, told.subject.kind) {
        let what = match (told.subject.kind, what.is_empty()) {
            (Kind::Host, true) => "runs no server".to_owned(),
            (Kind::Host, false) => format!("runs {what}"),
            _ => format!("is {what}"),
        };
        page.line(0, &format!("{} {what}", told.subject.id));
    }
    page.gap();
    page.list("What the plan gives it", told.units.iter().map(share).collect());
    for access in told.accesses.iter().take(MOST) {
        page.line(0, &heading(access));
        access.route.iter().for_each(|step| page.line(1, &self::step(step)));
        fired(page, access);
        if matches!(access.verdict, Ruling::Demanding | Ruling::Unknown) {
            access.demands.iter().for_each(|demand| page.line(1, &outcome(demand)));
        }
    }
    page.cut(told.accesses.len());
    page.gap();
    if let Some(who) = &told.ask {
        page.line(0, &format!("For the reasons ask about one of them: entail why … {who}"));
        page.gap();
    }
}

/// What each reading in force says of the subject.
fn definitions(page: &mut Page, told: &Explanation) {
    for definition in &told.definitions {
        for reading in &definition.readings {
            let (title, answer) = (&definition.title, word(reading.answer));
            let line = match (&reading.source, reading.applies) {
                (None, _) => format!("{title}: {answer}"),
                (Some(source), true) => {
                    format!("{title}: {answer}, as in {source}, which applies{}", cited(&reading.cites))
                }
                (Some(source), false) => format!("as in {source} it would be: {answer}{}", cited(&reading.cites)),
            };
            page.line(usize::from(!reading.applies), &line);
            let depth = if reading.applies { 1 } else { 2 };
            open(page, depth, reading.open.as_deref());
            reasons(page, depth, &reading.because);
            page.explained(reading.source.as_ref().map_or_else(
                || definition.definition.clone(),
                |source| format!("{} as in {source}", definition.definition),
            ));
        }
        page.gap();
    }
}

/// Who is away and who stands in, and by which rule licences follow.
fn absence(page: &mut Page, absence: &Absence) {
    let Absence { absent, substitute, at, .. } = absence;
    let days = [("from", &absence.from), ("until", &absence.until)];
    let days = days.into_iter().filter_map(|(word, day)| Some(format!(" {word} {}", day.as_ref()?)));
    let heads = several(Some(Heads::Count(absence.heads)));
    page.line(0, &format!("{absent}{heads} away{}; {substitute} stands in [{at}]", days.collect::<String>()));
    for rule in &absence.rules {
        let says = match rule.answer {
            Truth::Yes => "licences follow",
            Truth::No => "licences do not follow",
            Truth::Unknown => "not known whether licences follow",
        };
        page.line(1, &format!("{says} by {}: {}{}", rule.rule, rule.title, cited(&rule.cites)));
        reasons(page, 2, &rule.because);
    }
    if absence.rules.is_empty() {
        page.line(1, "no rule in force lets licences follow: it changes nothing");
    }
    page.gap();
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
    fired(page, access);
    if matches!(access.verdict, Ruling::Demanding | Ruling::Unknown) {
        access.demands.iter().for_each(|demand| self::demand(page, demand));
    }
    for rule in access.rules.iter().filter(|rule| !holds(rule)) {
        not_so(page, rule, access);
    }
    for (place, change) in access.changes.iter().enumerate() {
        let nearest = if place == 0 { "The nearest change: it" } else { "It" };
        page.line(1, &format!("{nearest} would {} if {}", brought(change), self::change(change)));
    }
    page.gap();
}

/// What a change to another verdict brings about.
fn brought(change: &Change) -> &str {
    match change.to.as_str() {
        "demanding" => "need a licence",
        "prohibited" => "be prohibited",
        "exempt" => "be exempt",
        other => other,
    }
}

/// Whether a rule holds, and gives a place where it has a limit.
fn holds(rule: &Rule) -> bool {
    rule.answer == Truth::Yes && rule.hindered_by.is_empty()
}

/// The verdict, and the rules that fired.
fn fired(page: &mut Page, access: &Access) {
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

fn heading(access: &Access) -> String {
    let heads = several(access.heads);
    let names: Vec<&str> = access.who.iter().map(String::as_str).collect();
    let rows: Vec<&str> = access.rows.iter().map(String::as_str).collect();
    let (who, rows) = (super::wording::few(&names), super::wording::few(&rows));
    format!("{who}{heads} -> {}: {} [{rows}]", access.server, access.functionality)
}

fn step(step: &Step) -> String {
    format!("through {} to {} by {}: {}{}", step.from, step.to, step.rule, step.title, cited(&step.cites))
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
    let hindered_by = super::wording::few(&hindered_by);
    let told_below = |change: &Change| access.changes.iter().any(|other| other.facts == change.facts);
    match rule.change.as_ref().filter(|change| !told_below(change)) {
        Some(change) if hindered_by.is_empty() => page.line(2, &format!("it would be, if {}", self::change(change))),
        Some(change) => {
            page.line(2, &format!("it would be, if {}, and if it held of {hindered_by}, too", self::change(change)));
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

/// A demand and what becomes of it, in a line.
fn outcome(demand: &Demand) -> String {
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

fn demand(page: &mut Page, demand: &Demand) {
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
                page.line(3, &format!("what would cover it: {}", one_of(&cover.instead)));
            }
            if let Some(change) = &cover.change {
                page.line(3, &format!("it would, if {}", self::change(change)));
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
            let absent = super::wording::few(&absent);
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
        (_, Some(owned)) => format!("{} owned{}", grouped(&owned.to_string()), lines::bound(&cover.bound, owned)),
        (Some(price), None) => format!("at {}", grouped(price)),
        (None, None) => "not for sale".to_owned(),
    }
}

fn standing(page: &mut Page, standing: &Standing) {
    page.line(0, &format!("{} demands by running, whoever comes:", standing.server));
    demand(page, &standing.demand);
    page.gap();
}

fn license(page: &mut Page, name: &str, license: &License) {
    let number = |units: u64| grouped(&units.to_string());
    for line in license.lines.iter().filter(|line| line.owned + line.used + line.buy > 0) {
        let price =
            line.price.as_ref().map_or_else(|| "not for sale".to_owned(), |price| format!("{} each", grouped(price)));
        let (owned, used, buy) = (number(line.owned), number(line.used), number(line.buy));
        page.line(
            0,
            &format!("{name} {} per {}: owned {owned}, used {used}, buy {buy}; {price}", line.version, line.metric),
        );
    }
    if let Some(without) = &license.cost_without {
        let (cost, without) = (grouped(&license.cost), grouped(without));
        page.line(
            0,
            &format!("It is bought because the cheapest plan without it costs {without}, and with it {cost}."),
        );
    }
    for below in &license.bought_below {
        let metric = below.metric;
        page.line(
            0,
            &match &below.price {
                Some(price) => format!(
                    "Per {metric} it would be bought below {} each: until then something cheaper does.",
                    grouped(price)
                ),
                None => format!("Per {metric} it would not be bought even if it cost nothing."),
            },
        );
    }
    page.gap();
    page.list("Who gets its units", license.holders.iter().map(share).collect());
    let could = license.could.iter().filter(|could| !could.units.is_empty()).map(|could| {
        let heads = several(could.heads);
        let oldest = could.units.first().map_or("", String::as_str);
        format!("{}{heads} at {}: {}, by {oldest}", could.who, could.server, could.functionality)
    });
    page.list("Whom it would cover", could.collect());
}

fn cited(cites: &[String]) -> String {
    if cites.is_empty() { String::new() } else { format!(" ({})", cites.join("; ")) }
}
