//! Comparisons of readings as text and as JSON.

use super::json::{self, Context, Policies};
use super::text::{setting, table};
use super::why::lines::{Page, reasons};
use super::wording::{few, money_range};
use crate::compare::{Classified, Compared, Comparison};
use crate::estate::Heads;
use crate::judge::Under;
use crate::judge::judgement::Range;
use crate::position::build::Sku;
use crate::program::Status;
use crate::value::{Truth, decimal_text, grouped};
use crate::why::told::{Definition, Reading};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use std::collections::BTreeSet;

/// The readings that apply and all others in force side by side (`entail compare --format json`).
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
    reading: String,
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
    /// How many heads they have together.
    heads: Heads,
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
        reading: source(context, compared).to_owned(),
        applies: compared.applies,
        status: compared.under.status,
        cost: json::cost(compared.under.cost),
        licenses: compared.under.licenses.iter().map(|line| json::license(program, line)).collect(),
        unmet: compared.under.unmet.len(),
    };
    let subjects = |classified: &Classified| Subjects {
        subjects: classified.subjects.clone(),
        heads: classified.heads,
        definition: classified.definition.clone(),
    };
    Compare {
        schema: "entail.comparison/1",
        policies: context.policies.clone(),
        estate: context.estate.name.clone(),
        as_of: judgement.as_of.to_string(),
        agreement: judgement.agreement.map(|id| program.agreements[id].header.name.clone()),
        currency: context.estate.currency.clone(),
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
    // Whether the ends of a range are reached or bounds tells the search apart, not the positions.
    let come_to = |compared: &Compared| {
        let Under { status, cost, unmet, .. } = &compared.under;
        (status.text(), cost.low, cost.high, unmet.len())
    };
    let outcomes: BTreeSet<_> = comparison.readings.iter().map(come_to).collect();
    let others: Vec<&Compared> = comparison.readings.iter().filter(|compared| !compared.applies).collect();
    match (others.is_empty(), outcomes.len()) {
        (true, _) => {
            "There is nothing to compare: no other reading of a definition that matters is in force.".to_owned()
        }
        (false, ..=1) => {
            let cost = others.first().map_or_else(String::new, |other| money_range(context, other.under.cost));
            let status = others.first().map_or("", |other| other.under.status.text());
            format!("{} come to the same: {status}, {cost}.", all(comparison, "All"))
        }
        (false, count) => {
            let differ = others.iter().filter(|other| {
                comparison
                    .readings
                    .iter()
                    .any(|own| own.applies && own.definition == other.definition && come_to(own) != come_to(other))
            });
            let differ: Vec<String> = differ.map(|other| outcome(context, other)).collect();
            let applies: BTreeSet<String> =
                comparison.readings.iter().filter(|own| own.applies).map(|own| outcome(context, own)).collect();
            let applies: Vec<String> = applies.into_iter().collect();
            format!(
                "{} come to {count} different positions: {}, {}; {}.",
                all(comparison, "The"),
                applies.join(", "),
                if applies.len() == 1 { "the one that applies" } else { "those that apply" },
                differ.join("; ")
            )
        }
    }
}

/// `All 3 readings in force`, or `The reading chosen by hand and the 3 in force`.
fn all(comparison: &Comparison, all: &str) -> String {
    let in_force = comparison.readings.iter().filter(|compared| compared.in_force).count();
    match comparison.readings.len() - in_force {
        0 => format!("{all} {in_force} readings in force"),
        1 => format!("The reading chosen by hand and the {in_force} in force"),
        by_hand => format!("The {by_hand} readings chosen by hand and the {in_force} in force"),
    }
}

/// `shortfall, 67,542 USD as in PUR`.
fn outcome(context: &Context<'_>, compared: &Compared) -> String {
    let cost = money_range(context, compared.under.cost);
    format!("{}, {cost} as in {}", compared.under.status.text(), source(context, compared))
}

fn source<'c>(context: &Context<'c>, compared: &Compared) -> &'c str {
    &context.program.sources[compared.source].header.name
}

/// The widest that a table may be.
const WIDTH: usize = 100;

/// What stands side by side for one reading.
struct Side {
    cells: Vec<String>,
}

/// A column for each reading: its status, its cost, and how many of each licence its dearest plan buys. Columns that
/// would not fit go below.
fn positions(context: &Context<'_>, comparison: &Comparison) -> String {
    let mut text = String::new();
    for of_one in comparison.readings.chunk_by(|a, b| a.definition == b.definition) {
        let lines = licenses(of_one);
        let labels = labels(context, of_one, &lines);
        let sides: Vec<Side> = of_one.iter().map(|compared| side(context, compared, &lines)).collect();
        let label = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        let mut rest = sides.as_slice();
        while !rest.is_empty() {
            let (block, below) = rest.split_at(fitting(rest, label));
            text.push_str(&block_text(&labels, block));
            text.push('\n');
            rest = below;
        }
    }
    text.trim_end().to_owned()
}

/// The licences that some reading's plan buys, in the order of the position.
fn licenses(readings: &[Compared]) -> Vec<Sku> {
    let bought = readings.iter().flat_map(|compared| compared.under.licenses.iter().filter(|line| line.buy > 0));
    let mut lines: Vec<_> = Vec::new();
    for line in bought.map(|line| line.of) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn labels(context: &Context<'_>, of_one: &[Compared], lines: &[Sku]) -> Vec<String> {
    let name = of_one.first().map_or_else(String::new, |own| json::definition(context.program, own.definition));
    let currency = context.estate.currency.as_ref();
    let cost = currency.map_or_else(|| "cost".to_owned(), |currency| format!("cost ({currency})"));
    let licenses = lines.iter().map(|line| line.text(context.program));
    [format!("`{name}` as in"), "status".to_owned(), cost]
        .into_iter()
        .chain(licenses)
        .chain(["unmet".to_owned()])
        .collect()
}

fn side(context: &Context<'_>, compared: &Compared, lines: &[Sku]) -> Side {
    let mark = if compared.applies { "» " } else { "" };
    let buys = lines.iter().map(|line| {
        let own = compared.under.licenses.iter();
        let own = own.filter(|own| own.of == *line).map(|own| own.buy).sum::<u64>();
        if own == 0 { "-".to_owned() } else { grouped(own) }
    });
    let unmet = compared.under.unmet.len();
    let unmet = if unmet == 0 { "-".to_owned() } else { unmet.to_string() };
    let head = [
        format!("{mark}{}", source(context, compared)),
        compared.under.status.text().to_owned(),
        costs(compared.under.cost),
    ];
    Side { cells: head.into_iter().chain(buys).chain([unmet]).collect() }
}

/// A range of costs as a column has it, whose label names the currency.
fn costs(range: Range) -> String {
    let (low, high) = (grouped(decimal_text(range.low)), grouped(decimal_text(range.high)));
    match (range.low == range.high, range.exact) {
        (true, _) => high,
        (false, true) => format!("{low} to {high}"),
        (false, false) => format!("within {low} to {high}"),
    }
}

/// How many of the columns fit beside the labels: one at least.
fn fitting(sides: &[Side], label: usize) -> usize {
    let mut width = label + 1;
    let fits = sides.iter().take_while(|side| {
        width += side.cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0) + 2;
        width <= WIDTH
    });
    fits.count().max(1)
}

fn block_text(labels: &[String], block: &[Side]) -> String {
    let nothing = |place: usize| block.iter().all(|side| side.cells.get(place).is_none_or(|cell| cell == "-"));
    let mut rows = labels.iter().enumerate().filter(|(place, _)| !nothing(*place)).map(|(place, label)| {
        let cells = block.iter().map(|side| side.cells.get(place).map_or("", String::as_str));
        [label.as_str()].into_iter().chain(cells).collect::<Vec<&str>>()
    });
    let header = rows.next().unwrap_or_default();
    let lines: Vec<String> = table(&header, rows, 1).lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

/// Rows that are classified differently, and what each reading says of them.
fn classified(page: &mut Page, classified: &Classified) {
    let ids: Vec<&str> = classified.subjects.iter().map(String::as_str).collect();
    let heads = grouped(classified.heads);
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
