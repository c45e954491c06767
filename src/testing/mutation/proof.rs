//! Whether a mutant means the same as the set, proved on diagrams.

use crate::diff::symbolic::{Reader, Settled};
use crate::diff::unite::Side;
use crate::diff::{Edition, LIMIT, diff, difference::Word};
use crate::evaluate::unknowns::Unknowns;
use crate::lint::sites::{Answers, Site};
use crate::program::{Condition, Program};
use crate::source::Sources;
use std::collections::BTreeSet;

/// How it is proved.
pub(crate) enum Proof<'p> {
    /// The condition of a site becomes another one.
    Condition(Site<'p>, Condition),
    /// Something else changes that the difference of two sets tells.
    Difference,
    /// It cannot be proved.
    None,
}

impl Proof<'_> {
    pub(super) fn holds(&self, program: &Program, mutated: &Program, sources: &Sources) -> bool {
        match self {
            Proof::Condition(site, _) if !site.is_provable() => false,
            Proof::Condition(site, condition) => is_same(program, site, condition),
            Proof::Difference => {
                let [old, new] = [program, mutated].map(|program| Edition::symbolic(program, sources));
                let difference = diff(&old, &new, LIMIT);
                difference.complete && matches!(difference.verdict, Word::Equivalent | Word::CitationOnly)
            }
            Proof::None => false,
        }
    }
}

/// Whether a site's condition and another give the same answer wherever it is asked.
fn is_same(program: &Program, site: &Site<'_>, other: &Condition) -> bool {
    let (side, settled) = (Side::alone(program), Settled::default());
    let (same, _) = Unknowns::complete(|unknowns| {
        unknowns.diagrams.grow_by(LIMIT);
        let reader = Reader::new(&side, &settled, BTreeSet::new(), unknowns);
        let mut answers = Answers::new(program, &reader, unknowns);
        let asked = answers.asked(site);
        let [own, changed] = [site.condition, other].map(|condition| answers.of(site, condition));
        answers.are_same(&asked, &own, &changed) && !answers.is_exhausted()
    });
    same
}
