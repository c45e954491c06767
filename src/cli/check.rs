//! `entail check`: the licence position of an estate.

use super::{Ending, Format, Judging, Shared, input, output, progress};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::Estate;
use crate::judge::{judge, judgement::Judgement};
use crate::report::json::Context;
use crate::report::{csv, findings, github, html, json, markdown, sarif, text};
use crate::source::Sources;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    judging: Judging,
}

/// What makes a report: its bytes.
pub(super) type Making = fn(&Context<'_>, &Judgement) -> Result<Vec<u8>, Ending>;

/// The formats of a position.
const FORMATS: &[(Format, Making)] = &[
    (Format::Text, |context, judgement| Ok(text::position(context, judgement).into())),
    (Format::Json, |context, judgement| Ok(json_text(&json::position(context, judgement)).into())),
    (Format::Markdown, |context, judgement| Ok(markdown::position(context, judgement).into())),
    (Format::Html, |context, judgement| Ok(html::position(context, judgement).into())),
    (Format::Csv, as_csv),
    #[cfg(feature = "xlsx")]
    (Format::Xlsx, |context, judgement| workbook(crate::report::xlsx::position(context, judgement))),
    (Format::Sarif, as_sarif),
    (Format::Github, as_github),
];

impl Check {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        Ok(judged("check", shared, &self.judging, FORMATS)?.status.into())
    }
}

pub(super) fn as_csv(context: &Context<'_>, judgement: &Judgement) -> Result<Vec<u8>, Ending> {
    Ok(csv::position(context, judgement).into())
}

pub(super) fn as_sarif(context: &Context<'_>, judgement: &Judgement) -> Result<Vec<u8>, Ending> {
    let findings = findings::of_position(context, judgement);
    Ok(json_text(&sarif::findings(&findings, context.sources)).into())
}

pub(super) fn as_github(context: &Context<'_>, judgement: &Judgement) -> Result<Vec<u8>, Ending> {
    Ok(github::annotations(&findings::of_position(context, judgement), context.sources).into())
}

/// A workbook; that it cannot be made is a matter of its limits.
#[cfg(feature = "xlsx")]
pub(super) fn workbook(made: Result<Vec<u8>, rust_xlsxwriter::XlsxError>) -> Result<Vec<u8>, Ending> {
    made.map_err(|error| Ending::Unwritten(format!("the workbook cannot be made: {error}")))
}

/// Judges the estate of a call and writes what its format makes of it.
///
/// # Errors
/// How the command ended without a report.
pub(super) fn judged(
    command: &str,
    shared: &Shared,
    judging: &Judging,
    formats: &[(Format, Making)],
) -> Result<Judgement, Ending> {
    let making = shared.making(command, formats)?;
    let (set, request, estate) = input::called(judging, shared)?;
    let progress = progress::begin(shared, "working out the position");
    let judgement = match judge(&set.program, &estate, &request) {
        Ok(judgement) => judgement,
        Err(problems) => return Err(unjudged(problems, set.sources)),
    };
    drop(progress);
    let context = context(&set, &estate);
    let made = making(&context, &judgement)?;
    output::deliver(shared, &made, &judgement.notes, set.sources)?;
    Ok(judgement)
}

/// What a report needs beside the judgement.
pub(super) fn context<'c>(set: &'c input::Set, estate: &'c Estate) -> Context<'c> {
    Context { program: &set.program, sources: &set.sources, estate, policies: &set.policies }
}

/// How a command ends whose estate cannot be judged.
pub(super) fn unjudged(problems: Vec<Diagnostic>, sources: Sources) -> Ending {
    match of_the_policies(&problems) {
        true => Ending::Policies(problems, sources),
        false => Ending::Estate(problems, sources),
    }
}

/// Whether what keeps an estate from being judged is a matter of the policies alone: no reading applies, or a clause asks
/// what nobody can answer.
fn of_the_policies(problems: &[Diagnostic]) -> bool {
    let of_policies = [Code::NoReadingInForce, Code::ReadingsTie, Code::FactOfBoughtUnit];
    problems.iter().all(|problem| of_policies.contains(&problem.code))
}

/// A value as indented JSON with a final newline.
pub(super) fn json_text(value: &impl serde::Serialize) -> String {
    // Structs of strings and numbers with string keys always have a JSON form.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
