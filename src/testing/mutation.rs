//! Mutants: a policy set with one thing changed. Tests that are worth their name tell it from the set; a mutant that no test
//! tells, and that is not proved to mean the same, shows what they miss.

mod conditions;
mod items;
mod products;
mod proof;

use super::{Outcome, passes};
use crate::program::{Program, Test};
use crate::source::{Sources, Span};
use crate::testing::coverage::Seen;
use crate::value::Date;
use std::collections::BTreeMap;

/// One change of a policy set.
pub(crate) struct Mutant<'p> {
    /// Where the change is.
    pub at: Span,
    /// What is changed: `exempt parents: \`and\` made \`or\``.
    pub what: String,
    /// The name of what is changed, where tests reach it.
    pub entry: Span,
    /// What a test that looks at the change is likely to name: `CoreCAL 2007`.
    pub words: Vec<String>,
    /// The one day on which the change can be seen, where it moves the first or the last day of a rule by one.
    pub day: Option<Date>,
    /// Makes the change.
    pub change: Box<dyn Fn(&mut Program) + 'p>,
    /// Whether the change is proved to mean the same.
    pub means_the_same: proof::Proof<'p>,
}

/// A mutant that no test tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    /// Where the change is.
    pub at: Span,
    /// What is changed.
    pub what: String,
}

/// What became of all mutants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mutation {
    /// How many some test tells.
    pub killed: usize,
    /// How many are proved to mean the same as the set.
    pub equivalent: usize,
    /// The others, by place.
    pub survivors: Vec<Survivor>,
}

impl Mutation {
    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        *self == Mutation::default()
    }

    /// How many mutants are killed, and of how many that mean something else.
    pub fn score(&self) -> (usize, usize) {
        (self.killed, self.killed + self.survivors.len())
    }
}

/// Changes a policy set in every way there is, one at a time, and runs its tests; every test must have passed. Only what
/// `wanted` lets through is changed, told by its place and by what is changed.
pub fn mutate(
    program: &Program,
    sources: &Sources,
    outcomes: &[Outcome],
    wanted: impl Fn(Span, &str) -> bool,
) -> Mutation {
    let seen: BTreeMap<&str, &Seen> = outcomes.iter().map(|outcome| (outcome.name.as_str(), &outcome.seen)).collect();
    let mut mutation = Mutation::default();
    for mutant in mutants(program, sources).into_iter().filter(|mutant| wanted(mutant.at, &mutant.what)) {
        let mut mutated = program.clone();
        (mutant.change)(&mut mutated);
        if witnesses(program, sources, &seen, &mutant).into_iter().any(|test| !passes(&mutated, test)) {
            mutation.killed += 1;
        } else if mutant.means_the_same.holds(program, &mutated, sources) {
            mutation.equivalent += 1;
        } else {
            mutation.survivors.push(Survivor { at: mutant.at, what: mutant.what });
        }
    }
    mutation.survivors.sort_by_key(|survivor| (survivor.at, survivor.what.clone()));
    mutation
}

fn mutants<'p>(program: &'p Program, sources: &'p Sources) -> Vec<Mutant<'p>> {
    let mut mutants = conditions::mutants(program, sources);
    mutants.extend(items::mutants(program));
    mutants.extend(products::mutants(program));
    mutants
}

/// The tests that can see a change, those first that are likely to: they name what is changed, or it comes out in them.
fn witnesses<'p>(
    program: &'p Program,
    sources: &Sources,
    seen: &BTreeMap<&str, &Seen>,
    mutant: &Mutant<'_>,
) -> Vec<&'p Test> {
    let mut tests: Vec<&Test> = program.tests.iter().filter(|test| can_see(test, mutant)).collect();
    tests.sort_by_cached_key(|test| {
        let text = sources.text(test.header.span);
        let named = mutant.words.iter().filter(|word| text.contains(word.as_str())).count();
        let reached = seen.get(test.header.name.as_str()).is_some_and(|seen| seen.reaches(mutant.entry));
        (std::cmp::Reverse(named), !reached)
    });
    tests
}

/// Whether a test is of the day on which the change can be seen.
fn can_see(test: &Test, mutant: &Mutant<'_>) -> bool {
    let day = mutant.day.map(|day| day.to_string());
    let stated = test.estate.entries.iter().find(|entry| entry.key.text == "as_of");
    day.is_none_or(|day| stated.is_none_or(|stated| stated.value.text == day))
}
