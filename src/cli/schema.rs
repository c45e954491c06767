//! `entail schema`: the JSON Schemas of what other programs read and write.

use super::check::json_text;
use super::{Ending, Format, Shared, output};
use crate::diff::difference::Difference;
use crate::report::{self, json};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Of what
    of: Of,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Of {
    /// What `check --format json` prints
    Position,
    /// What `plan --format json` prints
    Plan,
    /// What `lint --format json` prints
    Lint,
    /// What `test --coverage --format json` prints
    Coverage,
    /// What `test --mutate --format json` prints
    Mutation,
    /// What `diff --format json` prints
    Diff,
    /// What `compare --format json` prints
    Compare,
    /// What `why --format json` prints
    Why,
    /// The keys of estate.toml and the columns of an estate's tables
    Estate,
}

impl Schema {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        shared.format_among("schema", &[Format::Text, Format::Json])?;
        let schema = match self.of {
            Of::Position => json::position_schema(),
            Of::Plan => json::plan_schema(),
            Of::Lint => report::lint::schema(),
            Of::Coverage => report::coverage::schema(),
            Of::Mutation => report::mutation::schema(),
            Of::Diff => schemars::schema_for!(Difference),
            Of::Compare => report::compare::schema(),
            Of::Why => report::why::schema(),
            Of::Estate => report::estate::schema(),
        };
        output::write(shared, &json_text(&schema))?;
        Ok(Ending::Reported)
    }
}
