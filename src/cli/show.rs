//! `entail show`: one item as the interpreter understands it.

use super::{Ending, Format, Shared, input, output};
use crate::report;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The name of a source, definition, rule, advice, product, licence, terms, enum or agreement; or a fact:
    /// user.relation
    name: String,
}

impl Show {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        shared.format_among("show", &[Format::Text])?;
        let set = input::policies(shared)?;
        let Some(text) = report::show(&set.program, &set.sources, &self.name) else {
            return Err(input::unknown_of_many("item", &self.name, &report::names(&set.program)));
        };
        output::write(shared, &text)?;
        Ok(Ending::Reported)
    }
}
