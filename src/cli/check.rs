//! `entail check`: the licence position of an estate.

use super::{Ending, Format, Judging, Shared, input, output};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::Estate;
use crate::judge::{judge, judgement::Judgement};
use crate::report::json::Context;
use crate::report::{json, text};
use crate::source::Sources;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    judging: Judging,
}

impl Check {
    pub(super) fn run(&self, shared: &Shared) -> Ending {
        judged("check", shared, &self.judging, |context, judgement, format| match format {
            Format::Json => json_text(&json::position(context, judgement)),
            _ => text::position(context, judgement),
        })
        .map_or_else(|ending| ending, |judgement| Ending::Judged(judgement.status.into()))
    }
}

/// Judges the estate of a call and writes what `report` makes of it.
///
/// # Errors
/// How the command ended without a report.
pub(super) fn judged(
    command: &str,
    shared: &Shared,
    judging: &Judging,
    report: impl Fn(&Context<'_>, &Judgement, Format) -> String,
) -> Result<Judgement, Ending> {
    let format = shared.format_among(command, &[Format::Text, Format::Json])?;
    let mut set = input::policies(shared)?;
    let request = input::request(judging, &set.program)?;
    let estate = input::estate(judging, &mut set)?;
    let judgement = match judge(&set.program, &estate, &request) {
        Ok(judgement) => judgement,
        Err(problems) => return Err(unjudged(problems, set.sources)),
    };
    let context = context(&set, &estate);
    if !shared.quiet {
        output::tell(shared, &judgement.notes, &set.sources);
    }
    output::write(shared, &report(&context, &judgement, format))?;
    Ok(judgement)
}

/// What a report needs beside the judgement.
pub(super) fn context<'c>(set: &'c input::Set, estate: &'c Estate) -> Context<'c> {
    Context {
        program: &set.program,
        sources: &set.sources,
        estate: estate.name.as_deref(),
        currency: estate.currency.as_deref(),
        policies: &set.policies,
    }
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
