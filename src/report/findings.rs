//! Findings: what is wrong with a position, or with the files it would be made of, each at its lines.

use super::json::{Context, unknown};
use super::wording::{self, asked, counted, few, money, of_the_dearest, outcome, remedied};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::judge::judgement::{Assignment, Judgement, LicenseLine, ProhibitionCount, Question, Unmet};
use crate::program::Status;
use crate::source::Span;
use crate::value::grouped;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Something found, at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What sort of thing it is.
    pub rule: FindingKind,
    /// How grave it is.
    pub level: Level,
    /// A sentence or two.
    pub message: String,
    /// The line it is at; none where it is about no line.
    pub at: Option<Span>,
    /// Other lines that belong to it, each with a word about it.
    pub related: Vec<(Span, String)>,
}

/// What sort of thing a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Units have to be bought.
    Short,
    /// Nothing owned or for sale meets a demand.
    Unmet,
    /// An access is not allowed.
    Prohibited,
    /// Something has to be answered before the position can be told.
    Undetermined,
    /// A diagnostic of the policies or of the estate.
    Diagnostic(Code),
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the word that it is")]
pub enum Level {
    Error,
    Warning,
    Note,
}

impl FindingKind {
    /// Its name for programs: `short`, or the code of a diagnostic.
    pub fn name(self) -> &'static str {
        match self {
            FindingKind::Short => "short",
            FindingKind::Unmet => "unmet",
            FindingKind::Prohibited => "prohibited",
            FindingKind::Undetermined => "undetermined",
            FindingKind::Diagnostic(code) => code.text(),
        }
    }

    /// What it means.
    pub fn description(self) -> &'static str {
        match self {
            FindingKind::Short => "Licences are short and have to be bought",
            FindingKind::Unmet => "A demand that nothing owned or for sale meets",
            FindingKind::Prohibited => "An access that no licence allows",
            FindingKind::Undetermined => "An open question that decides whether licences are short",
            FindingKind::Diagnostic(code) => {
                let heading = code.page().lines().next().unwrap_or("");
                heading.split_once(": ").map_or(heading, |(_, title)| title)
            }
        }
    }
}

/// What a position finds wrong: prohibited, unmet and short things, then open questions, then notes.
pub fn of_position(context: &Context<'_>, judgement: &Judgement) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(judgement.prohibitions.iter().flat_map(|count| prohibited(context, count)));
    findings.extend(judgement.unmet.iter().map(|demand| unmet(context, demand)));
    let bought = judgement.licenses.iter().filter(|line| line.buy > 0);
    findings.extend(bought.map(|line| short(context, judgement, line)));
    findings.extend(judgement.questions.iter().map(|question| undetermined(context, question)));
    findings.extend(of_diagnostics(&judgement.notes));
    findings
}

/// Diagnostics as findings, in their order.
pub fn of_diagnostics(diagnostics: &[Diagnostic]) -> Vec<Finding> {
    diagnostics.iter().map(of_diagnostic).collect()
}

fn of_diagnostic(diagnostic: &Diagnostic) -> Finding {
    let help = diagnostic.help.as_ref().map_or_else(String::new, |help| format!("; {help}"));
    Finding {
        rule: FindingKind::Diagnostic(diagnostic.code),
        level: match diagnostic.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Note,
        },
        message: format!("{}{help}", diagnostic.message),
        at: diagnostic.primary.as_ref().map(|label| label.span),
        related: diagnostic.secondary.iter().map(|label| (label.span, label.text.clone())).collect(),
    }
}

/// Each row that a prohibition meets: a reviewer looks at lines, and each may have a reason of its own.
fn prohibited(context: &Context<'_>, count: &ProhibitionCount) -> Vec<Finding> {
    let rule = &context.program.rules[count.rule];
    let message = format!("Prohibited: {}{}", rule.header.display(), remedied(rule));
    let defined = vec![(rule.header.name_span, "by this rule".to_owned())];
    let finding = |span: &Span| Finding {
        rule: FindingKind::Prohibited,
        level: Level::Error,
        message: message.clone(),
        at: Some(*span),
        related: defined.clone(),
    };
    count.at.iter().map(finding).collect()
}

fn unmet(context: &Context<'_>, unmet: &Unmet) -> Finding {
    let message = wording::unmet(context.program, unmet);
    Finding { rule: FindingKind::Unmet, level: Level::Error, message, at: Some(unmet.at), related: Vec::new() }
}

/// How many further lines a finding names.
const RELATED: usize = 20;

/// A licence to buy, at the first of the rows that get it.
fn short(context: &Context<'_>, judgement: &Judgement, line: &LicenseLine) -> Finding {
    let program = context.program;
    let name = line.of.text(program);
    let each = line.unit_price.filter(|_| line.buy > 1);
    let each = each.map_or_else(String::new, |price| format!(" ({} each)", money(context, price)));
    let cost = match context.estate.prices.is_empty() {
        true => String::new(),
        false => format!(" for {}{each}", money(context, line.cost)),
    };
    let (buy, short) = (grouped(line.buy), counted(line.buy, "licence", "licences"));
    let message = format!(
        "{short} short: {name}; {} owned, {} needed, so buy {buy}{cost}{}",
        line.owned,
        line.used,
        of_the_dearest(judgement)
    );
    let mut holders = holders(context, judgement, line).into_iter();
    let at = holders.next().map(|(span, _)| span).or_else(|| somewhere(context));
    let is_spared = judgement.cost.low.is_zero() && !judgement.cost.high.is_zero();
    // Some answer may do without it.
    let level = if judgement.status == Status::Undetermined || is_spared { Level::Warning } else { Level::Error };
    Finding { rule: FindingKind::Short, level, message, at, related: holders.take(RELATED).collect() }
}

/// The rows that get units of a line, with how many.
fn holders(context: &Context<'_>, judgement: &Judgement, line: &LicenseLine) -> Vec<(Span, String)> {
    let own = judgement.assignments.iter().filter_map(|assignment| match assignment {
        Assignment::Units { of, holder, units } => (*of == line.of).then_some((holder, *units)),
        Assignment::Place { .. } => None,
    });
    let units: BTreeMap<&Arc<str>, u64> = own.collect();
    let rows = context.estate.rows_of(line.of.metric).into_iter();
    rows.filter_map(|(id, span)| Some((span, format!("{id} gets {}", grouped(units.get(id)?))))).collect()
}

fn undetermined(context: &Context<'_>, question: &Question) -> Finding {
    let subjects: Vec<&str> = question.subjects.iter().map(AsRef::as_ref).collect();
    let name = unknown(context, &question.unknown);
    let outcomes: Vec<String> = question.answers.iter().map(|answer| outcome(context, answer)).collect();
    let asked = asked(context, &question.unknown);
    let message = format!("{asked} ({name} of {}) {}", few(&subjects), outcomes.join("; "));
    let message = message.trim_end().to_owned();
    let places: BTreeSet<Span> = question.at.iter().copied().collect();
    let mut places = places.into_iter();
    let at = places.next().or_else(|| somewhere(context));
    let related = places.take(RELATED).map(|span| (span, "and here".to_owned())).collect();
    Finding { rule: FindingKind::Undetermined, level: Level::Warning, message, at, related }
}

/// A line of the estate for what is about none: that of its date.
fn somewhere(context: &Context<'_>) -> Option<Span> {
    context.estate.as_of.as_ref().and_then(|told| told.span)
}
