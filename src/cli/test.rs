//! `entail test`: the tests of policies.

use super::check::json_text;
use super::{Ending, Format, Shared, Verdict, input, output, progress};
use crate::diagnostic::{Code, Diagnostic};
use crate::report::findings::{Finding, of_diagnostics};
use crate::report::{self, github, sarif};
use crate::source::Sources;
use crate::testing::{self, Outcome};
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

/// What makes a report of tests.
type Making = fn(&[Outcome], &Sources) -> String;

/// The formats of policy tests.
const FORMATS: &[(Format, Making)] = &[
    (Format::Text, |outcomes, _| report::tests(outcomes)),
    (Format::Junit, report::junit::tests),
    (Format::Sarif, |outcomes, sources| json_text(&sarif::findings(&findings(outcomes), sources))),
    (Format::Github, |outcomes, sources| github::annotations(&findings(outcomes), sources)),
];

/// The failures of tests as findings.
fn findings(outcomes: &[Outcome]) -> Vec<Finding> {
    outcomes.iter().flat_map(|outcome| of_diagnostics(&outcome.failures)).collect()
}

impl Test {
    pub(super) fn run(&self, shared: &Shared) -> Ending {
        self.tested(shared).unwrap_or_else(|ending| ending)
    }

    fn tested(&self, shared: &Shared) -> Result<Ending, Ending> {
        let making = shared.making("test", FORMATS)?;
        let set = match self.paths.is_empty() {
            true => input::policies(shared)?,
            false => input::set(&self.paths, "the paths given".to_owned(), shared)?,
        };
        let progress = progress::begin(shared, "running the tests");
        let outcomes = testing::run(&set.program, self.filter.as_deref());
        drop(progress);
        if outcomes.is_empty() {
            let error = Diagnostic::error(
                Code::NoTests,
                "no test was run: there is none, or none that the filter lets through",
            );
            return Err(Ending::Policies(vec![error.help("write a `test` item, or correct `--filter`")], set.sources));
        }
        let failures: Vec<Diagnostic> = outcomes.iter().flat_map(|outcome| outcome.failures.iter().cloned()).collect();
        output::tell(shared, &failures, &set.sources);
        output::write(shared, &making(&outcomes, &set.sources))?;
        Ok(Ending::Judged(if failures.is_empty() { Verdict::Holds } else { Verdict::HoldsNot }))
    }
}
