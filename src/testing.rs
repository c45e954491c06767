//! Policy tests: the estates that `test` items describe, judged, and compared with what they expect.
//!
//! A test runs the same judging as `check`; nothing is decided here but whether an expectation holds.

pub mod behind;
pub mod coverage;
mod expectations;
pub mod mutation;
mod observe;

use crate::diagnostic::{Code, Diagnostic, Severity, any_error};
use crate::estate;
use crate::judge::{self, Case, Request};
use crate::program::{Program, Test};
use crate::source::Span;
use coverage::Seen;

/// What became of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The test's name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Where its name stands.
    pub at: Span,
    /// Every expectation that failed, or what is wrong with the estate it describes; none if it passed.
    pub failures: Vec<Diagnostic>,
    /// What came out yes in it and what came out no, as far as the estate could be judged.
    pub seen: Seen,
}

/// Runs the tests whose name contains `filter`, in the order of their names.
pub fn run(program: &Program, filter: Option<&str>) -> Vec<Outcome> {
    let wanted = |test: &&Test| filter.is_none_or(|filter| test.header.name.contains(filter));
    let mut tests: Vec<&Test> = program.tests.iter().filter(wanted).collect();
    tests.sort_by_key(|test| &test.header.name);
    tests.into_iter().map(|test| outcome(program, test)).collect()
}

fn outcome(program: &Program, test: &Test) -> Outcome {
    let (failures, seen) = judged(program, test).unwrap_or_else(|problems| (problems, Seen::default()));
    let header = &test.header;
    Outcome { name: header.name.clone(), title: header.title.clone(), at: header.name_span, failures, seen }
}

/// The expectations that failed, and what was seen.
///
/// # Errors
/// What keeps the test's estate from being judged.
fn judged(program: &Program, test: &Test) -> Result<(Vec<Diagnostic>, Seen), Vec<Diagnostic>> {
    in_case(program, test, |case| {
        let judgement = judge::position(case, &Request::default())?;
        let seen = observe::seen(case);
        Ok((expectations::failures(case, Some(&judgement), test), seen))
    })?
}

/// Looks at the case that a test describes.
///
/// # Errors
/// What keeps the test's estate from being judged.
fn in_case<T>(program: &Program, test: &Test, look: impl FnOnce(&mut Case<'_>) -> T) -> Result<T, Vec<Diagnostic>> {
    let (estate, problems) = estate::build(&test.estate, program);
    if any_error(&problems) {
        return Err(problems);
    }
    if estate.as_of.is_none() {
        let error = Diagnostic::error(Code::NoDate, "the test does not say of which day it is");
        return Err(vec![
            error.at(test.header.name_span, "this test").help("add the day to it, such as `as_of: 2008-03-11`"),
        ]);
    }
    judge::case(program, &estate, &Request::default()).map(|mut case| look(&mut case))
}

/// What comes out yes and no over all tests, whether they pass or not, and for each test that cannot be judged what keeps it from
/// that; no plan is made for it.
pub fn reached(program: &Program) -> (Seen, Vec<Vec<Diagnostic>>) {
    let (mut all, mut problems) = (Seen::default(), Vec::new());
    for test in &program.tests {
        match in_case(program, test, observe::seen) {
            Ok(seen) => all.add(seen),
            Err(found) => {
                problems.push(found.into_iter().filter(|problem| problem.severity == Severity::Error).collect());
            }
        }
    }
    (all, problems)
}

/// What is wrong with the policies themselves may keep any number of tests from being judged: that is told of the first of them.
/// `tests` is what is wrong in each.
pub fn told_once<'p>(tests: impl IntoIterator<Item = &'p [Diagnostic]>) -> Vec<Diagnostic> {
    // Each problem, the last test that has it, and how many have.
    let mut told: Vec<(Diagnostic, usize, usize)> = Vec::new();
    for (test, problems) in tests.into_iter().enumerate() {
        for problem in problems {
            let is_same = |(known, ..): &&mut (Diagnostic, usize, usize)| {
                known.code == problem.code
                    && known.primary == problem.primary
                    && problem.code != Code::ExpectationFailed
            };
            match told.iter_mut().find(is_same) {
                Some((_, last, count)) if *last != test => (*last, *count) = (test, *count + 1),
                Some(_) => {}
                None => told.push((problem.clone(), test, 1)),
            }
        }
    }
    let counted = |(problem, _, tests): (Diagnostic, usize, usize)| match tests {
        1 => problem,
        2 => Diagnostic { message: format!("{}, and so in another test", problem.message), ..problem },
        _ => Diagnostic { message: format!("{}, and so in {} other tests", problem.message, tests - 1), ..problem },
    };
    told.into_iter().map(counted).collect()
}

/// What comes out yes and no in each test that can be judged; no plan is made for it.
pub fn reached_by_each(program: &Program) -> impl Iterator<Item = Seen> {
    program.tests.iter().filter_map(|test| in_case(program, test, observe::seen).ok())
}

/// Whether every expectation of a test holds; a plan is made only where one is needed to tell.
fn passes(program: &Program, test: &Test) -> bool {
    let holds = in_case(program, test, |case| {
        if !expectations::failures(case, None, test).is_empty() {
            return false;
        }
        if !test.expectations.iter().any(|expectation| expectations::looks_at_plan(&expectation.claim)) {
            return true;
        }
        let judgement = judge::position(case, &Request::default());
        judgement.is_ok_and(|judgement| expectations::failures(case, Some(&judgement), test).is_empty())
    });
    holds.unwrap_or(false)
}
