//! Positions and plans as text: first the sentence that answers the question, then the table, then what it rests on.

use super::json::{Context, unknown};
use crate::judge::judgement::{Assignment, Judgement, LicenseLine, ProofKind, Question, Range, UnknownThing};
use crate::program::{Citation, Header, LicenseId, Program, Status};
use crate::value::{Rank, decimal_text, grouped};
use comfy_table::{CellAlignment, Table, presets};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::fmt::Write;

/// How many rows of a list are shown; the rest is counted.
const MOST: usize = 40;

/// A position as `check` tells it.
pub fn position(context: &Context<'_>, judgement: &Judgement) -> String {
    let mut text = opening(context, judgement);
    text.push_str(&setting(context, judgement));
    text.push_str(&licenses(context, judgement));
    for section in [prohibitions, unmet, questions, disputes, terms, definitions, exemptions, assumptions, advice] {
        text.push_str(&section(context, judgement));
    }
    text
}

/// A plan as `plan` tells it: what to buy, who gets what, and why nothing is cheaper.
pub fn plan(context: &Context<'_>, judgement: &Judgement) -> String {
    let mut text = opening(context, judgement);
    text.push_str(&licenses(context, judgement));
    text.push_str(&super::plan::choices(context, judgement));
    text.push_str(&assignments(context, judgement));
    text.push_str(&proof(context, judgement));
    for section in [prohibitions, unmet, questions] {
        text.push_str(&section(context, judgement));
    }
    text
}

/// The sentence that answers the question.
fn opening(context: &Context<'_>, judgement: &Judgement) -> String {
    let short: u64 = judgement.licenses.iter().map(|line| line.buy).sum();
    let remedy = remedy(context, judgement, short);
    let sentence = match judgement.status {
        Status::Compliant => "Compliant: nothing is short.".to_owned(),
        Status::Shortfall => format!("Not compliant: {remedy}."),
        Status::Undetermined => {
            let cost = money_range(context, judgement.cost);
            let answers = counted(judgement.questions.len() as u64, "question decides", "questions decide");
            format!("Undetermined: it may cost {cost} to comply; {answers}.")
        }
        Status::Prohibited => {
            let rules: Vec<String> = judgement
                .prohibitions
                .iter()
                .map(|count| context.program.rules[count.rule].header.display().to_owned())
                .collect();
            let rules = if rules.is_empty() { "some access".to_owned() } else { rules.join("; ") };
            match short > 0 || !judgement.unmet.is_empty() {
                true => format!("Prohibited: {rules}. Beside that, {remedy}."),
                false => format!("Prohibited: {rules}."),
            }
        }
    };
    sentence + "\n\n"
}

/// "402 licences short; the cheapest remedy costs 67,542 USD (proven)".
fn remedy(context: &Context<'_>, judgement: &Judgement, short: u64) -> String {
    let unmet = judgement.unmet.len() as u64;
    let proven = match judgement.proven {
        true => " (proven)".to_owned(),
        false => format!(" (not proven: no less than {})", money(context, judgement.bound)),
    };
    let cost = match judgement.cost.low == judgement.cost.high {
        true => format!("the cheapest remedy costs {}{proven}", money(context, judgement.cost.high)),
        false => format!("the cheapest remedy costs {}", money_range(context, judgement.cost)),
    };
    let lacking = counted(unmet, "demand that nothing for sale can meet", "demands that nothing for sale can meet");
    // The plan is that of the dearest case; where cases differ, others are less short.
    let up_to = if judgement.cost.low == judgement.cost.high { "" } else { "up to " };
    let licences = format!("{up_to}{}", counted(short, "licence short", "licences short"));
    match (short, unmet) {
        (0, 0) => cost,
        (0, _) => lacking,
        (_, 0) => format!("{licences}; {cost}"),
        (_, _) => format!("{licences}; {cost}, and {lacking} remain"),
    }
}

/// For which day, agreement and readings it holds.
pub(super) fn setting(context: &Context<'_>, judgement: &Judgement) -> String {
    let program = context.program;
    let mut text = String::new();
    if let Some(estate) = context.estate {
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
    text + "\n\n"
}

fn licenses(context: &Context<'_>, judgement: &Judgement) -> String {
    if judgement.licenses.is_empty() {
        return String::new();
    }
    let mut table = table(&["licence", "per", "owned", "used", "buy", "spare", "each", "cost"]);
    for line in judgement.licenses.iter().take(MOST) {
        table.add_row(license(context.program, line));
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let range = judgement.cost.low != judgement.cost.high;
    let heading = if range { "The dearest case\n\n" } else { "" };
    format!("{heading}{}\n{}\n", table.trim_fmt(), rest(judgement.licenses.len()))
}

fn license(program: &Program, line: &LicenseLine) -> Vec<String> {
    vec![
        program.license_text(line.license, line.version),
        line.metric.to_string(),
        grouped(&line.owned.to_string()),
        grouped(&line.used.to_string()),
        grouped(&line.buy.to_string()),
        grouped(&line.spare.to_string()),
        line.unit_price.map_or_else(|| "not for sale".to_owned(), |price| grouped(&decimal_text(price))),
        grouped(&decimal_text(line.cost)),
    ]
}

fn prohibitions(context: &Context<'_>, judgement: &Judgement) -> String {
    let program = context.program;
    let lines = judgement.prohibitions.iter().map(|count| {
        let rule = &program.rules[count.rule];
        let remedy = match &rule.effect {
            crate::program::Effect::Prohibit { remedy: Some(remedy) } => format!("; remedy: {remedy}"),
            _ => String::new(),
        };
        let accesses = counted(count.accesses, "access", "accesses");
        format!("{}: {accesses}{remedy}{}", rule.header.display(), cited(program, &rule.header))
    });
    section("Prohibited", lines.collect())
}

fn unmet(context: &Context<'_>, judgement: &Judgement) -> String {
    let lines = judgement.unmet.iter().map(|unmet| {
        let who: Vec<&str> = unmet.user.iter().chain(&unmet.device).map(AsRef::as_ref).collect();
        let who =
            if who.is_empty() { unmet.server.to_string() } else { format!("{} -> {}", who.join("+"), unmet.server) };
        let demand = context.program.functionality_path(unmet.functionality);
        format!("{who} demands {demand}: {}{}", unmet.because, helpers(context.program, &unmet.remedies))
    });
    section("Unmet", lines.collect())
}

fn helpers(program: &Program, remedies: &[(LicenseId, Rank, crate::value::Metric)]) -> String {
    let names: Vec<String> = remedies
        .iter()
        .map(|(license, rank, metric)| format!("{} per {metric}", program.license_text(*license, *rank)))
        .collect();
    if names.is_empty() { String::new() } else { format!("; it would be met, with a price, by {}", names.join(" or ")) }
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
        let status = answer.status.text();
        let _ = write!(text, "\n    {}: {status}, {}", answer.answers.join(" or "), money_range(context, answer.cost));
    }
    text
}

/// What is asked, in the policy's own words.
fn asked(context: &Context<'_>, thing: &UnknownThing) -> String {
    let program = context.program;
    match thing {
        UnknownThing::Fact(id) => {
            program.facts[*id].question.clone().unwrap_or_else(|| format!("What is {}?", program.facts[*id].path()))
        }
        UnknownThing::Column(path) => format!("What is {path}?"),
        UnknownThing::Evidence(rule) => {
            let rule = &program.rules[*rule];
            format!(
                "Is there {}, as {} requires?",
                rule.evidence.as_deref().unwrap_or("the evidence"),
                rule.header.display()
            )
        }
        UnknownThing::Open { definition, reading, because } => {
            let document = reading.map_or("the document", |id| program.sources[id].header.display());
            format!(
                "{document} leaves open who is \"{}\": {because}",
                program.definitions[*definition].header.display()
            )
        }
        UnknownThing::Calculation(span) => format!("Does {} hold?", context.sources.text(*span)),
    }
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
    let mut seen = BTreeSet::new();
    let kinds = judgement.licenses.iter().map(|line| (line.license, line.version)).filter(|kind| seen.insert(*kind));
    let lines = kinds.map(|(license, rank)| {
        let (header, version) = (&program.licenses[license].header, program.licenses[license].version(rank));
        let provided = version.into_iter().flat_map(|version| &version.provided);
        let clauses = provided.filter(|clause| clause.period.contains(judgement.as_of)).map(|clause| &clause.header);
        let cited = cited(program, header);
        let mut text = format!("{}: {}{cited}", program.license_text(license, rank), header.display());
        for (document, clauses) in by_document(program, clauses) {
            let _ = write!(text, "\n    {}{document}", clauses.join("; "));
        }
        text
    });
    section("Terms of these licences", lines.collect())
}

/// The titles of clauses, those that follow each other from one document together.
fn by_document<'p>(program: &Program, clauses: impl Iterator<Item = &'p Header>) -> Vec<(String, Vec<&'p str>)> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for clause in clauses {
        let document = cited(program, clause);
        match groups.last_mut().filter(|(last, _)| *last == document) {
            Some((_, titles)) => titles.push(clause.display()),
            None => groups.push((document, vec![clause.display()])),
        }
    }
    groups
}

fn definitions(context: &Context<'_>, judgement: &Judgement) -> String {
    let lines = judgement.definitions.iter().map(|count| {
        let number = |heads: crate::estate::Heads| grouped(&heads.to_string());
        let term = context.program.definitions[count.definition].header.display();
        format!("{term}: yes {}, no {}, unknown {}", number(count.yes), number(count.no), number(count.unknown))
    });
    section("People", lines.collect())
}

fn exemptions(context: &Context<'_>, judgement: &Judgement) -> String {
    let program = context.program;
    let counts = &judgement.accesses;
    let mut lines = vec![format!(
        "{} given, {} with the servers they reach: {} prohibited, {} exempt, {} unknown, {} demanding a licence",
        counted(counts.given, "row", "rows"),
        counts.effective,
        counts.prohibited,
        counts.exempt,
        counts.unknown,
        counts.demanding
    )];
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
        let rows = counted(assumed.rows, "row", "rows");
        format!("{} = {} in {rows} that leave it blank", context.program.facts[assumed.fact].path(), assumed.value)
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
        Assignment::Units { license, version, metric, holder, units } => {
            format!(
                "{holder}: {} {} per {metric}",
                grouped(&units.to_string()),
                program.license_text(*license, *version)
            )
        }
        Assignment::Place { rule, server, actor, heads } => {
            let places = counted(*heads, "place", "places");
            format!("{actor}: {places} at {server} ({})", program.rules[*rule].header.display())
        }
    });
    section("Who gets what", lines.collect())
}

fn proof(context: &Context<'_>, judgement: &Judgement) -> String {
    let bound = money(context, judgement.bound);
    let how = match judgement.proof {
        ProofKind::Cut => {
            "a minimum cut: the amounts charged to the demands add up to it, and no licence costs less than what it is charged for"
        }
        ProofKind::Dual => {
            "dual prices: the amounts charged to the demands, less what owned units and places are worth, add up to it"
        }
        ProofKind::Search => "a search of all that could be cheaper",
    };
    let line = match judgement.proven {
        true => format!("No plan costs less than {bound}, by {how}."),
        false => format!(
            "No plan costs less than {bound}; whether one costs less than this plan was not settled within the effort allowed."
        ),
    };
    section("Proof", vec![line])
}

/// A heading and its lines, long lists cut with a count; nothing where there are no lines.
pub(super) fn section(heading: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let count = lines.len();
    let mut text = format!("{heading}\n");
    for line in lines.into_iter().take(MOST) {
        let _ = writeln!(text, "  {line}");
    }
    format!("{text}{}\n", rest(count))
}

fn rest(count: usize) -> String {
    match count.checked_sub(MOST) {
        Some(more) if more > 0 => format!("  … and {more} more; `--format json` lists all\n"),
        _ => String::new(),
    }
}

/// Some of a list of ids.
pub(super) fn few(ids: &[&str]) -> String {
    const SHOWN: usize = 5;
    match ids.len() > SHOWN {
        true => {
            format!("{} and {} more", ids.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", "), ids.len() - SHOWN)
        }
        false => ids.join(", "),
    }
}

fn cited(program: &Program, header: &Header) -> String {
    let cites: Vec<String> = header.cites.iter().map(|cite| citation(program, cite)).collect();
    if cites.is_empty() { String::new() } else { format!(" ({})", cites.join("; ")) }
}

/// `Blog, "More on EC"`.
pub(super) fn citation(program: &Program, cite: &Citation) -> String {
    program.citation_text(cite)
}

/// A table without borders between rows, for a page of 100 columns.
pub(super) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header.to_vec());
    table
}

pub(super) fn money(context: &Context<'_>, amount: Decimal) -> String {
    let amount = grouped(&decimal_text(amount));
    context.currency.map_or_else(|| amount.clone(), |currency| format!("{amount} {currency}"))
}

pub(super) fn money_range(context: &Context<'_>, range: Range) -> String {
    match (range.low == range.high, range.exact) {
        (true, _) => money(context, range.high),
        (false, true) => format!("between {} and {}", grouped(&decimal_text(range.low)), money(context, range.high)),
        (false, false) => format!("within {} and {}", grouped(&decimal_text(range.low)), money(context, range.high)),
    }
}

pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(&count.to_string()), if count == 1 { one } else { many })
}
