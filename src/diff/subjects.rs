//! What is compared: for each subject its net verdicts on both sides, as functions of all that is open.

mod covers;
mod demands;
mod free;

use super::difference::ChangeKind;
use super::symbolic::{About, Anyone, Reader, World};
use super::unite::{Side, United};
use super::verdict::Verdict;
use crate::decide::{Node, Variable};
use crate::evaluate::conditions::Evaluator;
use crate::evaluate::cover::Unit;
use crate::evaluate::unknowns::{Thing, Unknowns};
use crate::program::{DefinitionId, Entity, FunctionalityId, LicenseId, Period, Reading};
use covers::{cover, grants};
pub(super) use covers::{is_unit, unit_clauses};
pub(super) use demands::{are_same, other_places, placing, rule};
use demands::{demand, prohibited, quota};
pub(super) use free::free;
use std::collections::BTreeSet;

/// What a verdict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// What a term says, as each side applies it; under one setting, where that is another reading than before.
    Definition(DefinitionId),
    /// What a term says under one source, by the common number of the reading.
    Said(DefinitionId, usize),
    /// Which reading of a term applies.
    Reading(DefinitionId),
    /// Whether a functionality is demanded.
    Demand(FunctionalityId),
    /// For how many heads per server a demand is lifted.
    Quota(FunctionalityId),
    /// Whether asking for a functionality is prohibited.
    Prohibition(FunctionalityId),
    /// Whether a unit of a licence covers a functionality.
    Cover(LicenseId, FunctionalityId),
}

impl What {
    pub fn kind(self) -> ChangeKind {
        match self {
            What::Definition(_) | What::Said(..) => ChangeKind::Definition,
            What::Reading(_) => ChangeKind::Reading,
            What::Demand(_) | What::Quota(_) => ChangeKind::Demand,
            What::Prohibition(_) => ChangeKind::Prohibition,
            What::Cover(..) => ChangeKind::Cover,
        }
    }
}

/// One side's verdicts about a subject, each with where it holds; no two hold at once.
pub(super) fn verdicts(reader: &Reader<'_>, what: What, unknowns: &mut Unknowns) -> Vec<(Verdict, Node)> {
    let side = reader.side;
    match what {
        What::Definition(definition) => {
            let node = defined(reader, definition, unknowns, |evaluator| evaluator.definition(definition));
            answers(node, [Verdict::Yes, Verdict::No], unknowns)
        }
        What::Said(definition, number) => {
            let Some(reading) = side.reading(definition, number) else {
                return vec![(Verdict::NoReading, Node::YES)];
            };
            let said = |evaluator: &mut Evaluator<'_, Anyone<'_>>| evaluator.said(definition, number, reading);
            let node = defined(reader, definition, unknowns, said);
            answers(node, [Verdict::Yes, Verdict::No], unknowns)
        }
        What::Reading(definition) => readings(reader, definition, unknowns),
        What::Demand(functionality) => {
            let node = demand(reader, functionality, unknowns);
            answers(node, [Verdict::Demand, Verdict::Exempt], unknowns)
        }
        What::Quota(functionality) => quota(reader, functionality, unknowns),
        What::Prohibition(functionality) => {
            let node = prohibited(reader, functionality, unknowns);
            answers(node, [Verdict::Prohibited, Verdict::Allowed], unknowns)
        }
        What::Cover(license, functionality) => {
            let node = cover(reader, license, functionality, unknowns);
            answers(node, [Verdict::Covers, Verdict::DoesNotCover], unknowns)
        }
    }
}

/// A function as verdicts: what nobody can be asked for leaves it open where it matters.
fn answers(node: Node, [yes, no]: [Verdict; 2], unknowns: &mut Unknowns) -> Vec<(Verdict, Node)> {
    let (holds, fails) = settled(node, unknowns);
    let diagrams = &mut unknowns.diagrams;
    let either = diagrams.or(holds, fails);
    let open = diagrams.not(either);
    vec![(yes, holds), (no, fails), (Verdict::Open, open)]
}

/// Where a function is yes, and where it is no, whatever readings leave open.
fn settled(node: Node, unknowns: &mut Unknowns) -> (Node, Node) {
    let support = unknowns.diagrams.support(node);
    let open: BTreeSet<Variable> = support
        .into_iter()
        .filter(|variable| matches!(unknowns.thing(*variable), Some((Thing::Open(..) | Thing::OpenAtServer(..), _))))
        .collect();
    let is_open = |variable: Variable| open.contains(&variable);
    let negated = unknowns.diagrams.not(node);
    (unknowns.diagrams.for_all(node, &is_open), unknowns.diagrams.for_all(negated, &is_open))
}

/// Something said of the subject of a term, who is there.
fn defined(
    reader: &Reader<'_>,
    definition: DefinitionId,
    unknowns: &mut Unknowns,
    ask: impl Fn(&mut Evaluator<'_, Anyone<'_>>) -> Node,
) -> Node {
    let mut find = |world: World, unknowns: &mut Unknowns| {
        let scope = Anyone { reader, world, about: About::default(), unit: None };
        ask(&mut Evaluator::new(reader, unknowns, &scope))
    };
    match reader.side.program.definitions[definition].subject {
        Entity::Access => reader.with_access(unknowns, &mut |world, unknowns| match reader.side.is_asked(world) {
            true => find(world, unknowns),
            false => Node::NO,
        }),
        subject => {
            let world = World { user: subject == Entity::User, device: subject == Entity::Device, agreement: false };
            reader.with_agreement(world, unknowns, &mut find)
        }
    }
}

/// Which reading applies, by the name of its source; where several do and none of them is preferred, by the names of all.
fn readings(reader: &Reader<'_>, definition: DefinitionId, unknowns: &mut Unknowns) -> Vec<(Verdict, Node)> {
    let readings = &reader.side.program.definitions[definition].readings;
    let name = |place: &usize| readings.get(*place).map_or_else(String::new, |reading| reading.header.name.clone());
    let applying = |places: &[usize]| Verdict::applying(places.iter().map(name).collect());
    let one = reader.under(definition).iter().map(|(place, under)| (applying(&[*place]), *under));
    let several = reader.tied(definition).iter().map(|(places, under)| (applying(places), *under));
    let mut verdicts: Vec<(Verdict, Node)> = one.chain(several).collect();
    let some = verdicts.iter().fold(Node::NO, |some, (_, under)| unknowns.diagrams.or(some, *under));
    verdicts.push((Verdict::NoReading, unknowns.diagrams.not(some)));
    verdicts
}

/// Where both sides apply the same reading of a term.
pub(super) fn same_reading(readers: [&Reader<'_>; 2], definition: DefinitionId, unknowns: &mut Unknowns) -> Node {
    let [old, new] = readers;
    let mut same = Node::NO;
    for (place, before) in old.under(definition) {
        let number = old.common(definition, *place);
        let after = new.under(definition).iter().find(|(place, _)| new.common(definition, *place) == number);
        if let Some((_, after)) = after {
            let both = unknowns.diagrams.and(*before, *after);
            same = unknowns.diagrams.or(same, both);
        }
    }
    same
}

/// Every subject that is compared, in the order in which changes are told.
pub(super) fn all(united: &United, readers: [&Reader<'_>; 2], as_applied: bool) -> Vec<What> {
    let [old, new] = [&united.old, &united.new];
    let program = &new.program;
    let mut all = Vec::new();
    for definition in program.definitions.ids() {
        if ![old, new].iter().all(|side| Side::has(&side.map.definitions, definition)) {
            continue;
        }
        let by_hand = readers.iter().all(|reader| reader.is_by_hand(definition));
        let may_yield = |reading: &Reading| reading.source.is_some() || reading.period != Period::default();
        let sourced = |side: &Side| side.program.definitions[definition].readings.iter().any(may_yield);
        if !as_applied {
            let numbers: BTreeSet<usize> =
                [old, new].iter().flat_map(|side| side.readings_of(definition)).copied().collect();
            let told = numbers.into_iter().filter(|number| is_told_for_itself(readers, definition, *number));
            all.extend(told.map(|number| What::Said(definition, number)));
        }
        let several = !by_hand && (sourced(old) || sourced(new));
        if as_applied || several {
            all.push(What::Definition(definition));
        }
        // Of readings chosen by hand it is told which, unless the term itself tells it.
        if several || (by_hand && as_applied) {
            all.push(What::Reading(definition));
        }
    }
    all.extend(program.functionalities.ids().flat_map(|id| [What::Demand(id), What::Quota(id)]));
    all.extend(program.functionalities.ids().map(What::Prohibition));
    for license in program.licenses.ids() {
        let mut granted = BTreeSet::new();
        for side in [old, new] {
            for version in &side.program.licenses[license].versions {
                for metric in &side.program.licenses[license].metrics {
                    let unit = Unit { license, version: version.rank, metric: *metric, holding: None };
                    grants(&side.program, unit, &mut granted);
                }
            }
        }
        all.extend(granted.into_iter().map(|functionality| What::Cover(license, functionality)));
    }
    all
}

/// Whether what a reading says is told for itself: where both sides have it, and where the one side that does never applies
/// it. Of one that comes or goes and applies, what the term then says tells all.
fn is_told_for_itself(readers: [&Reader<'_>; 2], definition: DefinitionId, number: usize) -> bool {
    let having = readers.iter().filter_map(|reader| Some((reader, reader.side.reading_of(definition, number)?)));
    let having: Vec<_> = having.collect();
    let applies = |(reader, place): &(&&Reader<'_>, usize)| {
        reader.under(definition).iter().any(|(applying, _)| applying == place)
    };
    having.len() == readers.len() || !having.iter().any(applies)
}

/// The name of a subject.
pub(super) fn name(united: &United, what: What) -> String {
    let program = &united.new.program;
    let term = |definition: DefinitionId| program.definitions[definition].header.name.clone();
    match what {
        What::Definition(definition) | What::Reading(definition) => term(definition),
        What::Said(definition, number) => {
            match united.reading(definition, number).filter(|reading| reading.source.is_some()) {
                Some(reading) => format!("{}: {}", term(definition), reading.header.name),
                None => term(definition),
            }
        }
        What::Demand(functionality) | What::Quota(functionality) | What::Prohibition(functionality) => {
            program.functionality_path(functionality)
        }
        What::Cover(license, functionality) => {
            format!("{}: {}", program.licenses[license].header.name, program.functionality_path(functionality))
        }
    }
}
