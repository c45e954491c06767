//! Mutants: a policy set with one thing changed. Tests that are worth their name tell it from the set; a mutant that no test
//! tells, and that is not proved to mean the same, shows what they miss.

mod conditions;
mod items;
mod proof;

use super::{Outcome, passes};
use crate::program::{Program, Test};
use crate::source::{Sources, Span};
use crate::testing::coverage::Seen;
use std::collections::BTreeMap;

/// One change of a policy set.
pub(crate) struct Mutant<'p> {
    /// Where the change is.
    pub at: Span,
    /// What is changed: `exempt parents: \`and\` made \`or\``.
    pub what: String,
    /// The name of what is changed, where tests reach it.
    pub entry: Span,
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
    /// How many mutants are killed, and of how many that mean something else.
    pub fn score(&self) -> (usize, usize) {
        (self.killed, self.killed + self.survivors.len())
    }
}

/// Changes a policy set in every way there is, one at a time, and runs its tests; every test must have passed.
pub fn mutate(program: &Program, sources: &Sources, outcomes: &[Outcome]) -> Mutation {
    let seen: BTreeMap<&str, &Seen> = outcomes.iter().map(|outcome| (outcome.name.as_str(), &outcome.seen)).collect();
    let mut mutation = Mutation::default();
    for mutant in mutants(program, sources) {
        let mut mutated = program.clone();
        (mutant.change)(&mut mutated);
        if nearest_first(program, &seen, mutant.entry).into_iter().any(|test| !passes(&mutated, test)) {
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
    mutants
}

/// The tests, those first that reach what is changed: one of them is likely to tell.
fn nearest_first<'p>(program: &'p Program, seen: &BTreeMap<&str, &Seen>, entry: Span) -> Vec<&'p Test> {
    let reaches = |test: &&Test| {
        let reached = seen.get(test.header.name.as_str());
        reached.is_some_and(|seen| seen.yes.iter().chain(&seen.no).any(|known| known.span == entry))
    };
    let (near, far): (Vec<&Test>, Vec<&Test>) = program.tests.iter().partition(|test| reaches(test));
    near.into_iter().chain(far).collect()
}
