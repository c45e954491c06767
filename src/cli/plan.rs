//! `entail plan`: what to buy, who gets it, and why nothing is cheaper.

use super::check::{Making, as_csv, as_github, as_sarif, json_text, judged};
use super::{Ending, Format, Judging, Shared};
use crate::report::{html, json, markdown, text};
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    judging: Judging,
}

/// The formats of a plan.
const FORMATS: &[(Format, Making)] = &[
    (Format::Text, |context, judgement| Ok(text::plan(context, judgement).into())),
    (Format::Json, |context, judgement| Ok(json_text(&json::plan(context, judgement)).into())),
    (Format::Markdown, |context, judgement| Ok(markdown::plan(context, judgement).into())),
    (Format::Html, |context, judgement| Ok(html::plan(context, judgement).into())),
    (Format::Csv, as_csv),
    #[cfg(feature = "xlsx")]
    (Format::Xlsx, |context, judgement| super::check::workbook(crate::report::xlsx::plan(context, judgement))),
    (Format::Sarif, as_sarif),
    (Format::Github, as_github),
];

impl Plan {
    pub(super) fn run(&self, shared: &Shared) -> Ending {
        judged("plan", shared, &self.judging, FORMATS).map_or_else(|ending| ending, |_| Ending::Reported)
    }
}
