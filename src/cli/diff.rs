//! `entail diff`: what changes between two policy sets, in which cases exactly, and for whom.

mod examples;
mod review;
mod revision;
mod settings;
mod sides;

use super::check::json_text;
use super::{Ending, Format, Shared, output};
use crate::diff::difference::Difference;
use crate::report::difference::{Told, github, html, markdown, sarif, text};
use clap::Args;
use settings::Which;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Diff {
    /// The side compared from: a folder, `shipped`, or REVISION:PATH of the git repository here
    old: Option<String>,
    /// The side compared to; left out, the usual policy set
    new: Option<String>,
    /// An estate to judge under both sides; repeat it for several
    #[arg(long, value_name = "ESTATE")]
    estate: Vec<PathBuf>,
    #[command(flatten)]
    settings: settings::Given,
    /// A file in which a reviewer acknowledges cases: those do not count as a difference
    #[arg(long, value_name = "FILE")]
    acknowledge: Option<PathBuf>,
    /// Start such a file, with every case that is not acknowledged yet
    #[arg(long, value_name = "FILE")]
    write_acknowledge: Option<PathBuf>,
    /// Write an example of each case as an estate into this folder
    #[arg(long, value_name = "DIR")]
    witness: Option<PathBuf>,
}

const AFTER_HELP: &str = "One side alone is compared with the usual policy set; under two settings (A..B) it is compared \
    with itself, and so is the usual set where no side is named. Beside two sides, or one compared with itself, stands on \
    either side what -p names. Exit status: 0 no difference, or all of it acknowledged; \
    1 a difference; 3 none found, but not everything could be compared; 2 wrong usage; 4 a side that does not check; \
    5 an estate in error.";

const FORMATS: [Format; 6] =
    [Format::Text, Format::Json, Format::Markdown, Format::Html, Format::Sarif, Format::Github];

impl Diff {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        let format = shared.format_among("diff", &FORMATS)?;
        let settings = self.settings.parsed()?;
        let mut sides = self.sides(shared, &settings)?;
        let requests = sides.requests(&settings)?;
        let mut difference = sides.compared(&requests);
        difference.impact = sides.impact(&self.estate, &requests, &difference)?;
        self.reviewed(&mut difference)?;
        if let Some(folder) = &self.witness {
            examples::write(folder, &difference, &sides)?;
        }
        let (old, new) = (&sides.of(Which::Old).program, &sides.of(Which::New).program);
        let told = Told { difference: &difference, old, new };
        output::spares(shared, &sides.sources)?;
        output::write(shared, &report(format, &told, shared.verbose))?;
        Ok(ending(&difference))
    }
}

fn report(format: Format, told: &Told<'_>, examples: bool) -> String {
    match format {
        Format::Json => json_text(told.difference),
        Format::Markdown => markdown::difference(told),
        Format::Html => html::difference(told),
        Format::Sarif => json_text(&sarif::difference(told)),
        Format::Github => github::difference(told),
        Format::Text | Format::Csv | Format::Xlsx | Format::Junit => text::difference(told, examples),
    }
}

/// Nothing changes, or all that does is acknowledged. Where the comparison was not completed, more may change.
fn ending(difference: &Difference) -> Ending {
    match (difference.is_acknowledged(), difference.complete) {
        (false, _) => Ending::HoldsNot,
        (true, true) => Ending::Holds,
        (true, false) => Ending::Undetermined,
    }
}
