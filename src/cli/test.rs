//! `entail test`: the tests of policies.

use super::{Ending, Format, Shared, Verdict, input, output};
use crate::diagnostic::{Code, Diagnostic};
use crate::{report, testing};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Test {
    /// Folders or files of policies; left out, the policy set of the other commands
    paths: Vec<PathBuf>,
    /// Run only tests whose name contains this
    #[arg(long, value_name = "S")]
    filter: Option<String>,
}

impl Test {
    pub(super) fn run(&self, shared: &Shared) -> Ending {
        self.tested(shared).unwrap_or_else(|ending| ending)
    }

    fn tested(&self, shared: &Shared) -> Result<Ending, Ending> {
        shared.format_among("test", &[Format::Text])?;
        let set = match self.paths.is_empty() {
            true => input::policies(shared)?,
            false => input::set(&self.paths, "the paths given".to_owned(), shared)?,
        };
        let outcomes = testing::run(&set.program, self.filter.as_deref());
        if outcomes.is_empty() {
            let error = Diagnostic::error(
                Code::NoTests,
                "no test was run: there is none, or none that the filter lets through",
            );
            return Err(Ending::Policies(vec![error.help("write a `test` item, or correct `--filter`")], set.sources));
        }
        let (text, failures) = report::tests(&outcomes);
        output::tell(shared, &failures, &set.sources);
        output::write(shared, &text)?;
        Ok(Ending::Judged(if failures.is_empty() { Verdict::Holds } else { Verdict::HoldsNot }))
    }
}
