//! Comparisons of readings as text and as JSON.

use super::json::{self, Context, Policies};
use super::text::{few, money_range, setting, table};
use super::why::lines::{Page, reasons};
use crate::compare::{Classified, Compared, Comparison};
use crate::program::Status;
use crate::value::{Truth, grouped};
use crate::why::told::{Definition, Reading};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use std::collections::BTreeSet;

/// All readings in force side by side (`entail compare --format json`).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Compare {
    #[schemars(extend("const" = "entail.comparison/1"))]
    schema: &'static str,
    policies: Policies,
    estate: Option<String>,
    #[schemars(extend("format" = "date"))]
    as_of: String,
    agreement: Option<String>,
    currency: Option<String>,
    /// By definition, the reading that applies first.
    readings: Vec<Position>,
    /// Whom readings classify differently.
    classified: Vec<Subjects>,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Position {
    definition: String,
    reading: Option<String>,
    applies: bool,
    status: Status,
    cost: json::Cost,
    /// The lines of the dearest completion's plan.
    licenses: Vec<json::License>,
    /// How many demands nothing owned or for sale can meet.
    unmet: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Subjects {
    subjects: Vec<String>,
    /// How many heads they have together; `many` for more than can be counted.
    heads: String,
    /// What each reading says of them, and why.
    definition: Definition,
}

/// The JSON Schema of a comparison.
pub fn schema() -> Schema {
    schema_for!(Compare)
}

/// A comparison as JSON.
pub fn json(context: &Context<'_>, comparison: &Comparison) -> Compare {
    let (program, judgement) = (context.program, &comparison.judgement);
    let position = |compared: &Compared| Position {
        definition: json::definition(program, compared.definition),
        reading: json::reading(program, compared.source),
        applies: compared.applies,
        status: compared.under.status,
        cost: json::cost(compared.under.cost),
        licenses: compared.under.licenses.iter().map(|line| json::license(program, line)).collect(),
        unmet: compared.under.unmet.len(),
    };
    let subjects = |classified: &Classified| Subjects {
        subjects: classified.subjects.clone(),
        heads: classified.heads.to_string(),
        definition: classified.definition.clone(),
    };
    Compare {
        schema: "entail.comparison/1",
        policies: context.policies.clone(),
        estate: context.estate.map(str::to_owned),
        as_of: judgement.as_of.to_string(),
        agreement: judgement.agreement.map(|id| program.agreements[id].header.name.clone()),
        currency: context.currency.map(str::to_owned),
        readings: comparison.readings.iter().map(position).collect(),
        classified: comparison.classified.iter().map(subjects).collect(),
    }
}

/// A comparison as text.
pub fn text(context: &Context<'_>, comparison: &Comparison) -> String {
    let mut page = Page::default();
    page.line(0, &answer(context, comparison));
    page.gap();
    page.verbatim(setting(context, &comparison.judgement).trim_end());
    page.gap();
    if comparison.readings.is_empty() {
        return page.text();
    }
    page.verbatim(&positions(context, comparison));
    page.gap();
    for classified in &comparison.classified {
        self::classified(&mut page, classified);
    }
    page.text()
}

/// Whether the readings come to the same.
fn answer(context: &Context<'_>, comparison: &Comparison) -> String {
    let come_to = |compared: &Compared| {
        (compared.under.status.text(), money_range(context, compared.under.cost), compared.under.unmet.len())
    };
    let outcomes: BTreeSet<_> = comparison.readings.iter().map(come_to).collect();
    let others: Vec<&Compared> = comparison.readings.iter().filter(|compared| !compared.applies).collect();
    match (others.is_empty(), outcomes.len()) {
        (true, _) => "There is nothing to compare: no other reading of a definition that matters is in force.".to_owned(),
        (false, ..=1) => {
            let all = comparison.readings.len();
            let cost = others.first().map_or_else(String::new, |other| money_range(context, other.under.cost));
            let status = others.first().map_or("", |other| other.under.status.text());
            format!("All {all} readings in force come to the same: {status}, {cost}.")
        }
        (false, count) => {
            let all = comparison.readings.len();
            format!("The {all} readings in force come to {count} different positions; the one that applies is marked.")
        }
    }
}

/// Each reading with its position, a row for each licence that its plan buys.
fn positions(context: &Context<'_>, comparison: &Comparison) -> String {
    let mut table = table(&["reading", "status", "cost", "the plan buys, in the dearest case"]);
    for compared in &comparison.readings {
        let program = context.program;
        let mark = if compared.applies { "» " } else { "  " };
        let source = json::reading(program, compared.source).unwrap_or_else(|| "its body".to_owned());
        let reading = format!("{mark}{} as in {source}", json::definition(program, compared.definition));
        let (status, cost) = (compared.under.status.text().to_owned(), money_range(context, compared.under.cost));
        let bought = compared.under.licenses.iter().filter(|line| line.buy > 0).map(|line| {
            let license = program.license_text(line.license, line.version);
            format!("{} {license} per {}", grouped(&line.buy.to_string()), line.metric)
        });
        let unmet = Some(compared.under.unmet.len()).filter(|unmet| *unmet > 0).map(|unmet| format!("and {unmet} unmet"));
        let mut buys: Vec<String> = bought.chain(unmet).collect();
        if buys.is_empty() {
            buys.push("nothing".to_owned());
        }
        for (place, bought) in buys.into_iter().enumerate() {
            match place {
                0 => table.add_row([reading.clone(), status.clone(), cost.clone(), bought]),
                _ => table.add_row([String::new(), String::new(), String::new(), bought]),
            };
        }
    }
    let lines: Vec<String> = table.trim_fmt().lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Rows that are classified differently, and what each reading says of them.
fn classified(page: &mut Page, classified: &Classified) {
    let ids: Vec<&str> = classified.subjects.iter().map(String::as_str).collect();
    let heads = grouped(&classified.heads.to_string());
    page.line(0, &format!("Is {} ({heads}) \"{}\"?", few(&ids), classified.definition.title));
    classified.definition.readings.iter().for_each(|reading| self::reading(page, reading));
    page.gap();
}

fn reading(page: &mut Page, reading: &Reading) {
    let source = reading.source.as_deref().unwrap_or("its body");
    let mark = if reading.applies { "»" } else { " " };
    let answer = match (reading.answer, &reading.open) {
        (Truth::Yes, _) => "yes",
        (Truth::No, _) => "no",
        (Truth::Unknown, Some(_)) => "left open",
        (Truth::Unknown, None) => "not known",
    };
    let cites = if reading.cites.is_empty() { String::new() } else { format!(" ({})", reading.cites.join("; ")) };
    page.line(0, &format!("{mark} {source}: {answer}{cites}"));
    if let Some(open) = &reading.open {
        page.line(2, &format!("the document leaves it open: {open}"));
    }
    reasons(page, 2, &reading.because);
}
