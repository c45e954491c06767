//! Positions and plans as text: first the sentence that answers the question, then the table, then what it rests on.

use super::json::{Context, unknown};
use super::why::lines::{MOST, Page, more};
use super::wording::{
    self, accesses, asked, by_document, cited, clauses, counted, few, kinds, money_range, opening, outcome, proven,
    remedied,
};
use crate::judge::judgement::{Assignment, Judgement, LicenseLine, Question};
use crate::program::Program;
use crate::value::{decimal_text, grouped};
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write;

/// A position as `check` tells it.
pub fn position(context: &Context<'_>, judgement: &Judgement) -> String {
    let mut text = answer(context, judgement);
    text.push_str(&setting(context, judgement));
    text.push_str(&licenses(context, judgement));
    for section in [prohibitions, unmet, questions, disputes, terms, definitions, exemptions, assumptions, advice] {
        text.push_str(&section(context, judgement));
    }
    text
}

/// A plan as `plan` tells it: what to buy, who gets what, and why nothing is cheaper.
pub fn plan(context: &Context<'_>, judgement: &Judgement) -> String {
    let mut text = answer(context, judgement);
    text.push_str(&licenses(context, judgement));
    text.push_str(&super::plan::choices(context, judgement));
    text.push_str(&assignments(context, judgement));
    text.push_str(&proof(context, judgement));
    for section in [prohibitions, unmet, questions] {
        text.push_str(&section(context, judgement));
    }
    text
}

fn answer(context: &Context<'_>, judgement: &Judgement) -> String {
    paragraph(&opening(context, judgement)) + "\n"
}

/// For which day, agreement and readings it holds.
pub(super) fn setting(context: &Context<'_>, judgement: &Judgement) -> String {
    let program = context.program;
    let mut text = String::new();
    if let Some(estate) = &context.estate.name {
        let _ = write!(text, "{estate}, ");
    }
    let _ = write!(text, "{}", judgement.as_of);
    match judgement.agreement {
        Some(id) => _ = write!(text, ", under {}", program.agreements[id].header.display()),
        None => text.push_str(", without an agreement"),
    }
    for (definition, source) in &judgement.readings {
        if let Some(source) = source {
            let (definition, source) = (&program.definitions[*definition].header, &program.sources[*source].header);
            let _ = write!(text, "\n`{}` as in {}: {}", definition.name, source.name, source.display());
        }
    }
    if context.estate.prices.is_empty() && judgement.licenses.iter().any(|line| line.buy > 0) {
        text.push_str("\nNo prices are listed: what it costs is a number of licences");
    }
    paragraph(&text) + "\n"
}

fn licenses(context: &Context<'_>, judgement: &Judgement) -> String {
    if judgement.licenses.is_empty() {
        return String::new();
    }
    let rows = judgement.licenses.iter().take(MOST).map(|line| license(context.program, line));
    let table = table(&["licence", "per", "owned", "used", "buy", "spare", "each", "cost"], rows, 2);
    let range = judgement.cost.low != judgement.cost.high;
    let heading = if range { "The dearest case\n\n" } else { "" };
    let rest = more(judgement.licenses.len()).map_or_else(String::new, |more| format!("  {more}\n"));
    format!("{heading}{table}\n{rest}\n")
}

fn license(program: &Program, line: &LicenseLine) -> Vec<String> {
    vec![
        program.license_text(line.of.license, line.of.version),
        line.of.metric.to_string(),
        grouped(line.owned),
        grouped(line.used),
        grouped(line.buy),
        grouped(line.spare),
        line.unit_price.map_or_else(|| "not for sale".to_owned(), |price| grouped(decimal_text(price))),
        grouped(decimal_text(line.cost)),
    ]
}

fn prohibitions(context: &Context<'_>, judgement: &Judgement) -> String {
    let program = context.program;
    let lines = judgement.prohibitions.iter().map(|count| {
        let rule = &program.rules[count.rule];
        let accesses = counted(count.accesses, "access", "accesses");
        format!("{}: {accesses}{}{}", rule.header.display(), remedied(rule), cited(program, &rule.header))
    });
    section("Prohibited", lines.collect())
}

fn unmet(context: &Context<'_>, judgement: &Judgement) -> String {
    let lines = judgement.unmet.iter().map(|unmet| wording::unmet(context.program, unmet));
    section("Unmet", lines.collect())
}

fn questions(context: &Context<'_>, judgement: &Judgement) -> String {
    let lines = judgement.questions.iter().map(|asked| question(context, asked));
    section("Questions", lines.collect())
}

fn question(context: &Context<'_>, question: &Question) -> String {
    let (asked, name) = (asked(context, &question.unknown), unknown(context, &question.unknown));
    let subjects: Vec<&str> = question.subjects.iter().map(AsRef::as_ref).collect();
    let mut text = format!("{asked} ({name} of {})", few(&subjects));
    for answer in &question.answers {
        let _ = write!(text, "\n{}", outcome(context, answer));
    }
    text
}

fn disputes(context: &Context<'_>, judgement: &Judgement) -> String {
    let program = context.program;
    let lines = judgement.disputes.iter().map(|dispute| {
        let source = dispute.reading.map_or("its body", |id| program.sources[id].header.name.as_str());
        let term = &program.definitions[dispute.definition].header.name;
        format!("`{term}` as in {source}: {}, {}", dispute.status.text(), money_range(context, dispute.cost))
    });
    section("Disputed: under another reading in force", lines.collect())
}

/// What each licence of the table goes by: its title, and its clauses in force with the documents that say so.
fn terms(context: &Context<'_>, judgement: &Judgement) -> String {
    let program = context.program;
    let lines = kinds(judgement).into_iter().map(|(license, rank)| {
        let header = &program.licenses[license].header;
        let mut text =
            format!("{}: {}{}", program.license_text(license, rank), header.display(), cited(program, header));
        for (document, clauses) in by_document(program, clauses(program, license, rank, judgement.as_of)) {
            let _ = write!(text, "\n{}{document}", clauses.join("; "));
        }
        text
    });
    section("Terms of these licences", lines.collect())
}

fn definitions(context: &Context<'_>, judgement: &Judgement) -> String {
    let lines = judgement.definitions.iter().map(|count| {
        let term = context.program.definitions[count.definition].header.display();
        format!("{term}: yes {}, no {}, unknown {}", grouped(count.yes), grouped(count.no), grouped(count.unknown))
    });
    section("People", lines.collect())
}

fn exemptions(context: &Context<'_>, judgement: &Judgement) -> String {
    let program = context.program;
    let mut lines = vec![accesses(judgement)];
    for count in judgement.exemptions.iter().filter(|count| count.accesses > 0) {
        let header = &program.rules[count.rule].header;
        let places = count
            .places
            .map_or_else(String::new, |places| format!(", {}", counted(places, "place used", "places used")));
        lines.push(format!(
            "{}: {}{places}{}",
            header.display(),
            counted(count.accesses, "access", "accesses"),
            cited(program, header)
        ));
    }
    section("Accesses", lines)
}

fn assumptions(context: &Context<'_>, judgement: &Judgement) -> String {
    let lines = judgement.assumptions.iter().map(|assumed| {
        let rows = counted(assumed.rows, "row that leaves it blank", "rows that leave it blank");
        format!("{} = {} in {rows}", context.program.facts[assumed.fact].path(), assumed.value)
    });
    section("Assumed", lines.collect())
}

fn advice(context: &Context<'_>, judgement: &Judgement) -> String {
    let program = context.program;
    let lines = judgement
        .advice
        .iter()
        .map(|advised| format!("{}{}", advised.text, cited(program, &program.advice[advised.rule].header)));
    section("Advice", lines.collect())
}

fn assignments(context: &Context<'_>, judgement: &Judgement) -> String {
    let program = context.program;
    let lines = judgement.assignments.iter().map(|assignment| match assignment {
        Assignment::Units { of, holder, units } => format!("{holder}: {} {}", grouped(units), of.text(program)),
        Assignment::Place { rule, server, actor, heads } => {
            let places = counted(*heads, "place", "places");
            format!("{actor}: {places} at {server} ({})", program.rules[*rule].header.display())
        }
    });
    section("Who gets what", lines.collect())
}

fn proof(context: &Context<'_>, judgement: &Judgement) -> String {
    section("Proof", vec![proven(context, judgement)])
}

/// A heading and its lines, long lists cut with a count; nothing where there are no lines. What a line has behind a line
/// break stands below it.
pub(super) fn section(heading: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let mut page = Page::default();
    page.list(heading, lines);
    page.text() + "\n"
}

/// Lines as wide as a page.
fn paragraph(lines: &str) -> String {
    let mut page = Page::default();
    lines.lines().for_each(|line| page.line(0, line));
    page.text()
}

/// A table without borders between rows, for a page of 100 columns. Behind so many labels stand figures.
pub(super) fn table<S: ToString>(header: &[&str], rows: impl IntoIterator<Item = Vec<S>>, labels: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header.to_vec()).add_rows(rows);
    for column in table.column_iter_mut().skip(labels) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}
