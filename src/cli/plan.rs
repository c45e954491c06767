//! `entail plan`: what to buy, who gets it, and why nothing is cheaper.

use super::check::{json_text, judged};
use super::{Ending, Format, Judging, Shared};
use crate::report::{json, text};
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    judging: Judging,
}

impl Plan {
    pub(super) fn run(&self, shared: &Shared) -> Ending {
        judged("plan", shared, &self.judging, |context, judgement, format| match format {
            Format::Json => json_text(&json::plan(context, judgement)),
            _ => text::plan(context, judgement),
        })
        .map_or_else(|ending| ending, |_| Ending::Reported)
    }
}
