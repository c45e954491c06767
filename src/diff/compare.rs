//! Where verdicts change, who decides there, and which changes merely follow from a term.

use super::blame::{blame, counterparts, failing, functionality, license, regranted};
use super::difference::{Blame, Blamed, ChangeKind};
use super::subjects::{What, all, are_same, free, other_places, placing, same_reading, verdicts};
use super::symbolic::{Reader, Settled};
use super::unite::United;
use super::verdict::Verdict;
use super::{Edition, ways};
use crate::decide::Node;
use crate::evaluate::unknowns::{Thing, Unknowns};
use crate::program::{DefinitionId, Field, FunctionalityId, LicenseId};
use crate::source::Span;
use std::collections::BTreeSet;

/// Both sides and what is fixed of each.
pub(super) struct Comparison<'c> {
    pub editions: [&'c Edition<'c>; 2],
    pub united: &'c United,
    pub settled: [Settled; 2],
    /// How many nodes each subject may add.
    pub limit: usize,
}

/// A verdict that changes.
#[derive(Debug)]
pub(super) struct Direction {
    pub what: What,
    pub from: Verdict,
    pub to: Verdict,
    /// Where it changes.
    pub region: Node,
    /// Where cases of it may lie: there, and where nothing can be.
    pub within: Node,
    pub blame: Blame,
    /// Of a quota: whether the same rules, by what they come to, give places there on both sides, so that only numbers differ.
    pub same_rules: bool,
    /// The terms that it merely follows from.
    pub follows_from: BTreeSet<DefinitionId>,
}

/// All that changes.
#[derive(Debug)]
pub(super) struct Changes {
    /// Where every term has a single reading on both sides.
    pub defined: Node,
    pub directions: Vec<Direction>,
    /// Subjects whose diagrams grew too large.
    pub unfinished: usize,
    /// Where accesses reach further, and licences follow absences, otherwise than before.
    pub ways: Vec<Way>,
    /// The terms of which another reading applies somewhere and says something else there, where both sides have one setting.
    pub altered: BTreeSet<DefinitionId>,
    /// Where other rules give places, though each access by itself has as many: the rules of each side.
    pub places: Vec<(FunctionalityId, [String; 2])>,
}

/// A way that accesses or licences take, which changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    /// `reach` or `reassign`.
    pub what: &'static str,
    /// Where it leads, or by which metric.
    pub to: &'static str,
    /// The rules of each side, by name and place.
    pub rules: [Vec<(String, Span)>; 2],
    /// Whether it is taken where it was not, and not taken where it was.
    pub turns: [bool; 2],
}

impl Changes {
    fn tells(&self, what: What) -> bool {
        self.directions.iter().any(|direction| direction.what == what)
    }

    /// Whether the readings chosen by hand are told by what becomes of the term.
    fn tells_for(&self, what: What, readers: [&Reader<'_>; 2]) -> bool {
        let What::Reading(definition) = what else { return false };
        readers.iter().all(|reader| reader.is_by_hand(definition)) && self.tells(What::Definition(definition))
    }
}

impl Comparison<'_> {
    /// Whether both sides are compared under one setting; then each reading of a term is compared for itself.
    fn is_of_one_setting(&self) -> bool {
        let [old, new] = self.editions.map(super::side);
        old.setting == new.setting
    }

    /// Everything that changes.
    pub fn find(&self, unknowns: &mut Unknowns) -> Changes {
        unknowns.open_ended = true;
        for field in FIRST {
            unknowns.variable(Thing::Field(field), 0);
        }
        let readers = self.readers(&BTreeSet::new(), unknowns);
        let both = [&readers[0], &readers[1]];
        let defined = defined(both, unknowns);
        let mut found = Changes {
            defined,
            directions: Vec::new(),
            unfinished: 0,
            ways: Vec::new(),
            altered: BTreeSet::new(),
            places: Vec::new(),
        };
        for what in all(self.united, both, !self.is_of_one_setting()) {
            unknowns.diagrams.grow_by(self.allowance(unknowns));
            if are_same(both, what, unknowns) || found.tells_for(what, both) {
                continue;
            }
            let directions = self.directions(both, what, unknowns);
            let places = match what {
                What::Quota(functionality) if directions.is_empty() && !found.tells(What::Demand(functionality)) => {
                    let sources = self.editions.map(|edition| edition.sources);
                    other_places(both, sources, functionality, unknowns)
                }
                _ => None,
            };
            let altered = match what {
                What::Reading(definition) if self.is_of_one_setting() && !directions.is_empty() => {
                    Some(definition).filter(|_| is_altered(both, definition, unknowns))
                }
                _ => None,
            };
            match unknowns.diagrams.is_exhausted() {
                true => found.unfinished += 1,
                false => {
                    found.altered.extend(altered);
                    found.places.extend(places);
                    found.directions.extend(directions);
                }
            }
        }
        unknowns.diagrams.grow_by(self.limit);
        found.ways = ways::ways(both, self.editions.map(|edition| edition.sources), unknowns);
        found.unfinished += usize::from(unknowns.diagrams.is_exhausted());
        self.follow(&mut found, unknowns);
        found
    }

    /// How many nodes one more subject may add: the limit, as long as no more than a few subjects have used it up.
    fn allowance(&self, unknowns: &Unknowns) -> usize {
        let left = self.limit.saturating_mul(4).saturating_sub(unknowns.diagrams.size());
        left.clamp(self.limit / 64, self.limit)
    }

    fn readers(&self, opaque: &BTreeSet<DefinitionId>, unknowns: &mut Unknowns) -> [Reader<'_>; 2] {
        unknowns.diagrams.grow_by(self.limit);
        let [old, new] = &self.settled;
        let mut reader = |side, settled| Reader::new(side, settled, opaque.clone(), unknowns);
        [reader(&self.united.old, old), reader(&self.united.new, new)]
    }

    fn directions(&self, readers: [&Reader<'_>; 2], what: What, unknowns: &mut Unknowns) -> Vec<Direction> {
        let sides = readers.map(|reader| verdicts(reader, what, unknowns));
        let free = free(readers, what, &sides, unknowns);
        let elsewhere = match what {
            What::Definition(definition) if self.is_of_one_setting() => same_reading(readers, definition, unknowns),
            _ => Node::NO,
        };
        let told_elsewhere = unknowns.diagrams.or(free, elsewhere);
        let mut directions = Vec::new();
        for (from, to, region) in changes(&sides, told_elsewhere, unknowns) {
            let mut blame = self.blame(readers, what, [&from, &to], region, unknowns);
            let within = unknowns.diagrams.or(region, free);
            let same_rules = self.blame_places(readers, what, region, &mut blame, unknowns);
            let follows_from = BTreeSet::new();
            directions.push(Direction { what, from, to, region, within, blame, same_rules, follows_from });
        }
        directions
    }

    fn blame(
        &self,
        readers: [&Reader<'_>; 2],
        what: What,
        verdicts: [&Verdict; 2],
        region: Node,
        unknowns: &mut Unknowns,
    ) -> Blame {
        let [(old, from), (new, to)] = [(readers[0], verdicts[0]), (readers[1], verdicts[1])];
        let [sources_old, sources_new] = self.editions.map(|edition| edition.sources);
        let mut blame = Blame {
            old: blame(old, sources_old, what, from, region, unknowns),
            new: blame(new, sources_new, what, to, region, unknowns),
        };
        if let What::Cover(license, functionality) = what {
            self.blame_grants(readers, (license, functionality), region, &mut blame, unknowns);
        }
        let (also_old, also_new) =
            (counterparts(old, sources_old, what, &blame.new), counterparts(new, sources_new, what, &blame.old));
        blame.old.extend(also_old);
        blame.new.extend(also_new);
        for (side, reader, sources) in [(&mut blame.old, old, sources_old), (&mut blame.new, new, sources_new)] {
            if let What::Cover(own, _) = what
                && side.is_empty()
            {
                side.extend(license(reader, sources, own));
            }
            side.sort();
            side.dedup();
        }
        if blame == Blame::default() {
            blame.old.extend(functionality(old, sources_old, what));
            blame.new.extend(functionality(new, sources_new, what));
        }
        blame
    }

    /// Whether within a region the same rules give places on both sides, by what they come to; where they do not, those that
    /// give as many there as before are not to blame. Of what is no quota, no rules differ.
    fn blame_places(
        &self,
        readers: [&Reader<'_>; 2],
        what: What,
        region: Node,
        blame: &mut Blame,
        unknowns: &mut Unknowns,
    ) -> bool {
        let What::Quota(functionality) = what else { return true };
        let [old, new] = readers.map(|reader| placing(reader, functionality, region, unknowns));
        let [before, after] = [&old, &new].map(|rules| {
            let mut held: Vec<Node> = rules.iter().map(|(_, _, here)| *here).collect();
            held.sort();
            held
        });
        if before == after {
            return true;
        }
        let is_as_before = |blamed: &Blamed| old.iter().any(|rule| rule.0 == blamed.rule && new.contains(rule));
        for side in [&mut blame.old, &mut blame.new] {
            side.retain(|blamed| !is_as_before(blamed));
        }
        false
    }

    /// Blames the licences that grant or include something else than before, and of the clauses only those that fail
    /// elsewhere than before.
    fn blame_grants(
        &self,
        readers: [&Reader<'_>; 2],
        cover: (LicenseId, FunctionalityId),
        region: Node,
        blame: &mut Blame,
        unknowns: &mut Unknowns,
    ) {
        let regranted = regranted(readers, cover, region, unknowns);
        if regranted.is_empty() {
            return;
        }
        let [before, after] = readers;
        let [sources_before, sources_after] = self.editions.map(|edition| edition.sources);
        let old = failing(before, sources_before, cover, region, unknowns);
        let new = failing(after, sources_after, cover, region, unknowns);
        let is_in = |failing: &[(Blamed, Node)], (clause, fails): &(Blamed, Node)| {
            let same = |(other, node): &(Blamed, Node)| {
                (&other.rule, &other.clause, node) == (&clause.rule, &clause.clause, fails)
            };
            failing.iter().any(same)
        };
        blame.old.retain(|clause| old.iter().any(|failing| failing.0 == *clause && !is_in(&new, failing)));
        blame.new.retain(|clause| new.iter().any(|failing| failing.0 == *clause && !is_in(&old, failing)));
        blame.old.extend(regranted.iter().filter_map(|id| license(before, sources_before, *id)));
        blame.new.extend(regranted.iter().filter_map(|id| license(after, sources_after, *id)));
    }

    /// Marks the changes that are gone once the changed terms are taken as they stand. Places that are given to others for that
    /// reason alone are no number that changes.
    fn follow(&self, found: &mut Changes, unknowns: &mut Unknowns) {
        let changed: BTreeSet<DefinitionId> = found.directions.iter().filter_map(|change| term(change.what)).collect();
        let subjects: BTreeSet<What> = found.directions.iter().map(|change| change.what).collect();
        for what in subjects.into_iter().filter(|what| what.kind() != ChangeKind::Reading) {
            let mut opaque = changed.clone();
            if let Some(own) = term(what) {
                opaque.remove(&own);
            }
            if opaque.is_empty() {
                continue;
            }
            let follows = self.followed(what, &opaque, unknowns);
            for direction in found.directions.iter_mut().filter(|direction| direction.what == what) {
                direction.follows_from.clone_from(&follows);
            }
        }
        if !found.places.is_empty() {
            let readers = self.readers(&changed, unknowns);
            let still = |unknowns: &mut Unknowns, functionality| {
                let sources = self.editions.map(|edition| edition.sources);
                other_places([&readers[0], &readers[1]], sources, functionality, unknowns).is_some()
            };
            found.places.retain(|(functionality, _)| still(unknowns, *functionality));
        }
    }

    /// The changed terms that a subject reads, if nothing else of it changes.
    fn followed(&self, what: What, opaque: &BTreeSet<DefinitionId>, unknowns: &mut Unknowns) -> BTreeSet<DefinitionId> {
        let free = {
            let readers = self.readers(&BTreeSet::new(), unknowns);
            let both = [&readers[0], &readers[1]];
            let sides = both.map(|reader| verdicts(reader, what, unknowns));
            free(both, what, &sides, unknowns)
        };
        let readers = self.readers(opaque, unknowns);
        let sides = [&readers[0], &readers[1]].map(|reader| verdicts(reader, what, unknowns));
        if !changes(&sides, free, unknowns).is_empty() || unknowns.diagrams.is_exhausted() {
            return BTreeSet::new();
        }
        let mut read = BTreeSet::new();
        for (_, node) in sides.iter().flatten() {
            for variable in unknowns.diagrams.support(*node) {
                if let Some((Thing::Defined(definition), _)) = unknowns.thing(variable) {
                    read.insert(definition);
                }
            }
        }
        read
    }
}

/// Whether a term, as it applies, says something else anywhere.
fn is_altered(readers: [&Reader<'_>; 2], definition: DefinitionId, unknowns: &mut Unknowns) -> bool {
    let what = What::Definition(definition);
    let sides = readers.map(|reader| verdicts(reader, what, unknowns));
    let free = free(readers, what, &sides, unknowns);
    !changes(&sides, free, unknowns).is_empty()
}

fn defined(readers: [&Reader<'_>; 2], unknowns: &mut Unknowns) -> Node {
    let mut all = Node::YES;
    for reader in readers {
        let undefined = reader.ever_undefined(unknowns);
        let defined = unknowns.diagrams.not(undefined);
        all = unknowns.diagrams.and(all, defined);
    }
    all
}

/// What stands nearest to the root: nearly everything depends on it.
const FIRST: [Field; 5] =
    [Field::EstateAsOf, Field::Agreement, Field::AgreementSigned, Field::AccessUser, Field::AccessDevice];

/// The term whose change a subject tells.
fn term(what: What) -> Option<DefinitionId> {
    match what {
        What::Definition(definition) | What::Said(definition, _) | What::Reading(definition) => Some(definition),
        What::Demand(_) | What::Quota(_) | What::Prohibition(_) | What::Cover(..) => None,
    }
}

/// Each verdict that becomes another, and where that is told.
fn changes(
    [old, new]: &[Vec<(Verdict, Node)>; 2],
    untold: Node,
    unknowns: &mut Unknowns,
) -> Vec<(Verdict, Verdict, Node)> {
    let possible = unknowns.diagrams.not(untold);
    let mut changes = Vec::new();
    for (from, before) in old {
        for (to, after) in new.iter().filter(|(to, _)| to != from) {
            let both = unknowns.diagrams.and(*before, *after);
            let region = unknowns.diagrams.and(both, possible);
            if region != Node::NO {
                changes.push((from.clone(), to.clone(), region));
            }
        }
    }
    changes
}

impl Direction {
    /// Both numbers of places, where only the number of a quota changes.
    pub fn limits(&self) -> Option<[u64; 2]> {
        let limits = [self.from.limit()?, self.to.limit()?];
        self.same_rules.then_some(limits)
    }

    /// How many places the side gives that gives fewer, where both give some: one head more tells them apart.
    pub fn fewer_places(&self) -> Option<u64> {
        Some(self.from.limit()?.min(self.to.limit()?))
    }
}
