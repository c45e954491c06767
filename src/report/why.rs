//! Explanations as text and as JSON: first the sentence that answers, then each access with its rules, its licences and the
//! facts behind them.

mod accesses;
mod alike;
mod answer;
mod covers;
pub(super) mod lines;

use super::json::{Context, Policies};
use crate::estate::Heads;
use crate::evaluate::ruling::Ruling;
use crate::judge::judgement::Judgement;
use crate::testing::behind::{About, Behind};
use crate::value::{Truth, grouped};
use crate::why::told::{Absence, Explanation, Kind, License, Standing};
use accesses::{fired, heading};
use covers::{covers, demand, outcome};
use lines::{MOST, Page, reasons, several, share, word};
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
        Kind::User | Kind::Device => accesses::accesses(&mut page, &told.accesses),
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
                accesses::rule(&mut page, access, name);
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
            accesses::accesses(&mut page, &told.accesses);
            told.standing.iter().for_each(|standing| self::standing(&mut page, standing));
        }
    }
    page.text()
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
        accesses::route(page, access);
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

fn standing(page: &mut Page, standing: &Standing) {
    page.line(0, &format!("{} demands by running, whoever comes:", standing.server));
    demand(page, &standing.demand);
    page.gap();
}

fn license(page: &mut Page, name: &str, license: &License) {
    for line in license.lines.iter().filter(|line| line.owned + line.used + line.buy > 0) {
        let price =
            line.price.as_ref().map_or_else(|| "not for sale".to_owned(), |price| format!("{} each", grouped(price)));
        let (owned, used, buy) = (grouped(line.owned), grouped(line.used), grouped(line.buy));
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
