//! From facts to verdicts: which rules hold of which access, what it demands, and which units would cover that.
//!
//! Verdicts are computed per class of alike accesses, not per row, and are functions of what is not known
//! ([`crate::decide::Node`]). Whoever needs an answer fixes the unknown: [`crate::judge`] tries every completion. Dates and
//! the choice of readings are settled before, in [`crate::select`]; money and plans come later, in [`crate::position`].

mod absences;
mod alike;
pub mod assumptions;
mod calculation;
mod candidates;
mod chain;
pub mod classes;
pub mod conditions;
pub mod cover;
mod defined;
mod demands;
pub mod hold;
mod needs;
pub mod reach;
pub mod ruling;
pub mod scope;
pub(crate) mod terms;
pub mod trace;
pub mod units;
pub mod unknowns;
mod verdicts;

pub use absences::{Absence, Absences};
pub(crate) use alike::{Alike, Reads};
pub use candidates::Candidate;
pub(crate) use defined::taking_part;
pub use demands::{Demanded, Standing};

use crate::decide::Node;
use crate::estate::{AccessRow, Estate, Holder, ServerRow};
use crate::program::{DefinitionId, FunctionalityId, Program, RuleId};
use crate::select::Rules;
use classes::{Classes, Partitions};
use scope::RowScope;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use units::{Needs, UnitKind};
use unknowns::Unknowns;
use verdicts::depends_on_rows;

/// Everything that the rules in force say of an estate.
#[derive(Debug)]
pub struct Evaluation {
    /// The classes of the estate's rows.
    pub partitions: Arc<Partitions>,
    /// Those of them that what is unknown is asked of.
    pub classes: Arc<Classes>,
    /// What can be bought or is owned, by what a unit of it covers.
    pub kinds: Vec<UnitKind>,
    /// Every effective access, those of one row together.
    pub effective: Vec<Effective>,
    /// The verdict of each class of effective accesses.
    pub verdicts: Vec<Verdict>,
    /// What servers demand by running.
    pub standing: Vec<Standing>,
    /// For each exemption with a limit, each server and each head's row: whether it is a candidate for a place.
    pub candidates: BTreeMap<(RuleId, ServerRow), Vec<Candidate>>,
    /// For each definition of a user that is read: each user with an effective access, and whether it holds of him.
    pub defined: BTreeMap<DefinitionId, Vec<(Holder, Node)>>,
    /// How many units of a kind a holder takes, where it is not one.
    pub needs: BTreeMap<(usize, Holder), Needs>,
    /// The absences that last on the day.
    pub absences: Absences,
}

/// An effective access: a given one, or one to a server that it reaches (semantics, section 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effective {
    /// The given access.
    pub access: AccessRow,
    /// The server reached.
    pub server: ServerRow,
    /// What is asked for there.
    pub functionality: FunctionalityId,
    /// Under what it is reached at all.
    pub under: Node,
    /// Its verdict.
    pub verdict: usize,
}

/// What the rules say of the accesses of one class.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// Each rule in force that speaks of the product, and whether it holds.
    pub rules: Vec<(RuleId, Node)>,
    /// What is demanded where no rule prohibits or exempts.
    pub demands: Vec<Demanded>,
}

impl Evaluation {
    /// Whether the same is demanded, by the same accesses, and met by the same units. Only where nothing is unknown do
    /// functions of two evaluations compare.
    pub fn demands_as(&self, other: &Evaluation) -> bool {
        let Evaluation { kinds, effective, verdicts, standing, candidates, needs, absences, .. } = other;
        (&self.kinds, &self.verdicts, &self.standing) == (kinds, verdicts, standing)
            && (&self.candidates, &self.needs, &self.absences) == (candidates, needs, absences)
            && self.effective == *effective
    }
}

/// Evaluates the rules in force on an estate, and says what of it is unknown. Figures that could not be computed are left in
/// its problems.
pub fn evaluate(rules: &Rules<'_>, estate: &Estate, partitions: &Arc<Partitions>) -> (Evaluation, Unknowns) {
    let kinds = units::kinds(rules, estate, &partitions.columns);
    let by = |classes: &Arc<Classes>| {
        Unknowns::complete(|unknowns| Stage::new(rules, estate, (partitions, classes, &kinds), unknowns).evaluation())
    };
    // To what other rows a row stands matters only where something that decides is unknown of rows. Few estates leave that
    // open, and that they do not shows with classes by columns alone.
    let (evaluation, unknowns) = by(&partitions.columns);
    match is_of_rows(rules.program, &unknowns, &evaluation) {
        true => by(partitions.alike(estate)),
        false => (evaluation, unknowns),
    }
}

/// Whether what rules say of demands depends on anything that is unknown of rows.
fn is_of_rows(program: &Program, unknowns: &Unknowns, evaluation: &Evaluation) -> bool {
    let Evaluation { effective, verdicts, standing, candidates, absences, .. } = evaluation;
    let standing = standing.iter().flat_map(|standing| standing.demanded.functions());
    let places = candidates.values().flatten().map(|candidate| candidate.holds);
    let under = effective.iter().map(|access| access.under).filter(|under| under.known().is_none());
    let moves = absences.iter().map(|absence| absence.moves);
    let nodes: BTreeSet<Node> = standing.chain(places).chain(under).chain(moves).collect();
    nodes.into_iter().any(|node| unknowns.is_of_rows(program, node))
        || verdicts.iter().any(|verdict| depends_on_rows(program, unknowns, verdict))
}

/// Whether other rules ask the same of an estate, as far as one access of each verdict shows it: only where they find nothing
/// unknown, nobody is absent, and holders take one unit each. What is not shown so may be the same all the same.
pub fn shows_the_same(rules: &Rules<'_>, others: &Rules<'_>, estate: &Estate, evaluation: &Evaluation) -> bool {
    let Evaluation { partitions, classes, kinds, effective, verdicts, standing, absences, .. } = evaluation;
    let takes_several = |kind: &UnitKind| units::may_differ(rules.program, kind);
    if !absences.is_empty()
        || kinds.iter().any(takes_several)
        || *kinds != units::kinds(others, estate, classes)
        || Reads::of(rules) != Reads::of(others)
    {
        return false;
    }
    let (is_same, unknowns) = Unknowns::complete(|unknowns| {
        let [own, theirs] = [rules, others].map(|rules| reach::closure(rules, estate, classes, unknowns));
        let mut stage = Stage::new(others, estate, (partitions, classes, kinds), unknowns);
        // A figure that cannot be computed may show in a definition alone.
        stage.defined(effective);
        own == theirs && stage.standing() == *standing && stage.repeats(effective, verdicts)
    });
    is_same && unknowns.are_none()
}

/// What the steps of an evaluation share.
struct Stage<'s> {
    rules: &'s Rules<'s>,
    estate: &'s Estate,
    partitions: &'s Arc<Partitions>,
    classes: &'s Arc<Classes>,
    kinds: &'s [UnitKind],
    unknowns: &'s mut Unknowns,
    reads: Reads,
}

impl<'s> Stage<'s> {
    fn new(
        rules: &'s Rules<'s>,
        estate: &'s Estate,
        (partitions, classes, kinds): (&'s Arc<Partitions>, &'s Arc<Classes>, &'s [UnitKind]),
        unknowns: &'s mut Unknowns,
    ) -> Self {
        Stage { rules, estate, partitions, classes, kinds, unknowns, reads: Reads::of(rules) }
    }

    /// What the rules say.
    fn evaluation(mut self) -> Evaluation {
        let absences = self.absences();
        let (effective, verdicts) = self.accesses(&absences);
        let standing = self.standing();
        let needs = self.needs(&effective, &verdicts, &standing);
        let candidates = self.candidates(&effective, &verdicts);
        let defined = self.defined(&effective);
        Evaluation {
            partitions: Arc::clone(self.partitions),
            classes: Arc::clone(self.classes),
            kinds: self.kinds.to_vec(),
            effective,
            verdicts,
            standing,
            candidates,
            defined,
            needs,
            absences,
        }
    }

    fn scope(&self, access: AccessRow, server: ServerRow, functionality: FunctionalityId) -> RowScope<'s> {
        let blank = RowScope::new(self.rules, self.estate, self.classes);
        blank.at_access(access, server, functionality)
    }
}
