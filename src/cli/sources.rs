//! `entail sources`: the documents, and what cites them.

use super::{Ending, Format, Shared, input, output};
use crate::report;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Sources {}

impl Sources {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        shared.format_among("sources", &[Format::Text])?;
        let set = input::policies(shared)?;
        output::write(shared, &report::sources(&set.program))?;
        Ok(Ending::Reported)
    }
}
