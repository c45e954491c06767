//! `entail test`: the tests of policies.

use super::check::json_text;
use super::input::Set;
use super::{Ending, Format, Shared, input, output, progress};
use crate::diagnostic::{Code, Diagnostic};
use crate::report::coverage::Coverage;
use crate::report::findings::{Finding, of_diagnostics};
use crate::report::mutation::Mutation;
use crate::report::{self, github, sarif};
use crate::source::{Source, Sources, Span};
use crate::testing::behind::behind;
use crate::testing::coverage::entries;
use crate::testing::mutation::mutate;
use crate::testing::{self, Outcome};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Test {
    /// Folders or files of policies, read beside those of `-p`; left out, the policy set of the other commands
    paths: Vec<PathBuf>,
    /// Run only tests whose name contains this
    #[arg(long, value_name = "S")]
    filter: Option<String>,
    /// Which outcomes of each rule, clause, reading, advice and document the tests reach
    #[arg(long)]
    coverage: bool,
    /// Change the policies in one place at a time, and list the changes that no test tells
    #[arg(long, conflicts_with_all = ["coverage", "filter"])]
    mutate: bool,
    /// Change only what stands in a file whose name contains this, or is called so
    #[arg(long, value_name = "S", requires = "mutate")]
    only: Option<String>,
    /// The least share of changes that tests must tell, in per cent
    #[arg(long, value_name = "N", requires = "mutate", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_score: Option<u8>,
}

/// What makes a report of tests.
type Making = fn(&[Outcome], &Set) -> String;

/// What makes a report of what tests reach.
type Reaching = fn(&Coverage) -> String;

/// The formats of what tests reach.
const COVERAGE: &[(Format, Reaching)] =
    &[(Format::Text, Coverage::text), (Format::Json, |coverage| json_text(coverage)), (Format::Html, Coverage::html)];

/// The formats of policy tests.
const FORMATS: &[(Format, Making)] = &[
    (Format::Text, told),
    (Format::Junit, |outcomes, set| report::junit::tests(outcomes, &set.sources)),
    (Format::Sarif, |outcomes, set| json_text(&sarif::findings(&findings(outcomes), &set.sources))),
    (Format::Github, |outcomes, set| github::annotations(&findings(outcomes), &set.sources)),
];

/// What makes a report of mutants.
type Mutating = fn(&Mutation) -> String;

/// The formats of mutants.
const MUTATION: &[(Format, Mutating)] =
    &[(Format::Text, Mutation::text), (Format::Json, |mutation| json_text(mutation))];

/// What is made of the tests.
#[derive(Clone, Copy)]
enum Made {
    Mutation(Mutating),
    Tests(Making),
    Coverage(Reaching),
}

/// Each failure with what is behind it.
fn told(outcomes: &[Outcome], set: &Set) -> String {
    let behind = |outcome: &Outcome, failure: &Diagnostic| behind(&set.program, &set.sources, outcome, failure);
    report::tests(outcomes, &set.sources, behind)
}

/// A run of which nobody learns anything, told as an error: of the call if a flag picked nothing, else of the policies.
fn nothing(message: &str, picked: Option<&str>, help: &str, set: Set) -> Ending {
    let error = Diagnostic::error(Code::NoTests, message);
    match picked {
        Some(flag) => Ending::Call(vec![error.help(format!("correct `{flag}`"))], set.sources),
        None => Ending::Policies(vec![error.help(help)], set.sources),
    }
}

/// The failures of tests as findings.
fn findings(outcomes: &[Outcome]) -> Vec<Finding> {
    outcomes.iter().flat_map(|outcome| of_diagnostics(&outcome.failures)).collect()
}

impl Test {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        let making = match (self.coverage, self.mutate) {
            (true, _) => Made::Coverage(shared.making("test --coverage", COVERAGE)?),
            (_, true) => Made::Mutation(shared.making("test --mutate", MUTATION)?),
            _ => Made::Tests(shared.making("test", FORMATS)?),
        };
        let set = input::policies_at(&self.paths, shared)?;
        let progress = progress::begin(shared, "running the tests");
        let outcomes = testing::run(&set.program, self.filter.as_deref());
        drop(progress);
        if outcomes.is_empty() {
            let (message, picked) = match self.filter.as_ref().filter(|_| !set.program.tests.is_empty()) {
                Some(_) => ("no test was run: none has a name that the filter lets through", Some("--filter")),
                None => ("no test was run: there is none", None),
            };
            return Err(nothing(message, picked, "write a `test` item", set));
        }
        let failures = outcomes.iter().map(|outcome| outcome.failures.as_slice());
        output::tell(shared, &testing::told_once(failures), &set.sources);
        let mut holds = outcomes.iter().all(|outcome| outcome.failures.is_empty());
        let text = match making {
            Made::Tests(making) => making(&outcomes, &set),
            // A set whose tests fail has nothing that mutants could be told from.
            Made::Mutation(_) if !holds => told(&outcomes, &set),
            Made::Mutation(making) => {
                let progress = progress::begin(shared, "changing the policies in one place at a time");
                let mutation =
                    mutate(&set.program, &set.sources, &outcomes, |at, what| self.is_wanted(&set.sources, at, what));
                drop(progress);
                if mutation.is_empty() {
                    let message =
                        "nothing was changed: there is nothing to change, or nothing that `--only` lets through";
                    let picked = self.only.as_ref().map(|_| "--only");
                    return Err(nothing(message, picked, "write a rule or a licence", set));
                }
                holds = self.is_enough(mutation.score());
                making(&report::mutation::json(&mutation, &set.sources, &set.policies))
            }
            Made::Coverage(making) => {
                let entries = entries(&set.program);
                making(&report::coverage::json(&entries, &outcomes, &set.sources, &set.policies))
            }
        };
        output::spares(shared, &set.sources)?;
        output::write(shared, &text)?;
        Ok(if holds { Ending::Holds } else { Ending::HoldsNot })
    }

    /// Whether a change is to be made: all, or those in some files, or of some items.
    fn is_wanted(&self, sources: &Sources, at: Span, what: &str) -> bool {
        let file = sources.get(at.file).map_or("", Source::name);
        self.only.as_ref().is_none_or(|only| file.contains(only) || what.contains(only))
    }

    /// Whether so many mutants killed of so many are at least the score asked for.
    fn is_enough(&self, (killed, of): (usize, usize)) -> bool {
        self.min_score.is_none_or(|least| killed * 100 >= of * usize::from(least))
    }
}
