//! `entail compare`: the position under every reading in force, and whom the readings classify differently.

use super::check::{context, json_text, unjudged};
use super::{Ending, Format, Judging, Shared, input, output};
use crate::{compare, report};
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Compare {
    #[command(flatten)]
    judging: Judging,
}

impl Compare {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        let format = shared.format_among("compare", &[Format::Text, Format::Json])?;
        let (set, request, estate) = input::called(&self.judging, shared)?;
        let comparison = match compare::compare(&set.program, &set.sources, &estate, &request) {
            Ok(comparison) => comparison,
            Err(problems) => return Err(unjudged(problems, set.sources)),
        };
        let context = context(&set, &estate);
        let text = match format {
            Format::Json => json_text(&report::compare::json(&context, &comparison)),
            _ => report::compare::text(&context, &comparison),
        };
        output::deliver(shared, &text, &comparison.judgement.notes, set.sources)?;
        Ok(Ending::Reported)
    }
}
