//! What came out yes and what came out no in a case that a policy test describes; no plan is needed for that.
//!
//! Nothing is decided here: the same evaluator is asked what it was asked for the case, one condition at a time.

use super::coverage::{Entry, Kind, Seen, clause, item, opening, part};
use crate::decide::Node;
use crate::estate::{AbsenceRow, Holder, ServerRow};
use crate::evaluate::Effective;
use crate::evaluate::conditions::Evaluator;
use crate::evaluate::cover::{Unit, clauses, grants, included};
use crate::evaluate::scope::RowScope;
use crate::judge::{Case, advice};
use crate::program::{
    Citation, Condition, Definition, DefinitionId, Entity, FunctionalityId, Header, Program, ReachTarget, Reading,
    SourceId,
};
use crate::value::Truth;
use std::collections::BTreeSet;

/// What came out yes and no in a case.
pub(super) fn seen(case: &mut Case<'_>) -> Seen {
    let mut observer = Observer { program: case.rules.program, case, seen: Seen::default() };
    observer.rules();
    observer.reaches();
    observer.reassignments();
    observer.advice();
    observer.definitions();
    observer.clauses();
    observer.sources();
    observer.seen
}

struct Observer<'o, 'p> {
    program: &'p Program,
    case: &'o mut Case<'p>,
    seen: Seen,
}

/// The rows that a condition is asked about.
#[derive(Debug, Clone, Copy)]
enum Place {
    Holder(Holder),
    Access(Effective),
    Absence(AbsenceRow, Holder),
}

impl Place {
    fn of<'s>(self, rows: RowScope<'s>) -> RowScope<'s> {
        match self {
            Place::Holder(holder) => rows.with_holder(holder),
            Place::Access(access) => rows.at_access(access.access, access.server, access.functionality),
            Place::Absence(row, absent) => rows.with_holder(absent).in_absence(row),
        }
    }
}

impl<'p> Observer<'_, 'p> {
    /// Notes what came out, and the documents that something which came out yes rests on.
    fn note(&mut self, entry: Entry, node: Node, cites: &[Citation]) {
        match node.known() {
            Some(true) => {
                self.seen.yes.insert(entry);
                cites.iter().for_each(|cited| self.rests_on(cited.source));
            }
            Some(false) => {
                self.seen.no.insert(entry);
            }
            None => {}
        }
    }

    fn note_item(&mut self, kind: Kind, header: &Header, node: Node) {
        self.note(item(kind, header), node, &header.cites);
    }

    fn rests_on(&mut self, source: SourceId) {
        self.seen.yes.insert(item(Kind::Source, &self.program.sources[source].header));
    }

    fn outcome(&mut self, place: Place, when: Option<&Condition>) -> Node {
        let Case { rules, estate, evaluation, unknowns } = &mut *self.case;
        let scope = place.of(RowScope::new(rules, estate, &evaluation.classes));
        Evaluator::new(rules, unknowns, &scope).outcome_of(when)
    }

    /// What a condition of a reading comes to: not known where it turns on an access that a running server does without.
    fn said_of(&mut self, place: Place, subject: Entity, when: &Condition) -> Node {
        let Case { rules, estate, evaluation, unknowns } = &mut *self.case;
        let scope = place.of(RowScope::new(rules, estate, &evaluation.classes));
        Evaluator::new(rules, unknowns, &scope).said_of(subject, when)
    }

    fn rules(&mut self) {
        let reached: BTreeSet<usize> = self.case.evaluation.effective.iter().map(|access| access.verdict).collect();
        let verdicts = reached.into_iter().filter_map(|verdict| self.case.evaluation.verdicts.get(verdict));
        let outcomes: Vec<_> = verdicts.flat_map(|verdict| verdict.rules.clone()).collect();
        for (rule, node) in outcomes {
            self.note_item(Kind::Rule, &self.program.rules[rule].header, node);
        }
    }

    /// A reach is yes at a server that it leads on from, and no at one that it does not.
    fn reaches(&mut self) {
        let visited: BTreeSet<ServerRow> = self.case.evaluation.effective.iter().map(|access| access.server).collect();
        for server in visited {
            let stated = &self.case.estate.servers[server];
            for reach in self.case.rules.reaches.clone() {
                let leads = match reach.to {
                    ReachTarget::Routes => !stated.routes.is_empty(),
                    ReachTarget::RunsOn => stated.runs_on.is_some(),
                };
                let node = match leads && reach.scope.covers(stated.product) {
                    true => self.outcome(Place::Holder(Holder::Server(server)), reach.when.as_ref()),
                    false => Node::NO,
                };
                self.note_item(Kind::Rule, &reach.header, node);
            }
        }
    }

    /// A reassignment is yes for an absence that lasts on the day, if its condition is, and no for any other of its metric.
    fn reassignments(&mut self) {
        let day = self.case.rules.setting.as_of;
        for (row, absence) in self.case.estate.absences.iter() {
            let (absent, _) = absence.parties.holders();
            for reassignment in self.case.rules.reassignments_of(absent.metric()).collect::<Vec<_>>() {
                let node = match absence.period.contains(day) {
                    true => self.outcome(Place::Absence(row, absent), reassignment.when.as_ref()),
                    false => Node::NO,
                };
                self.note_item(Kind::Rule, &reassignment.header, node);
            }
        }
    }

    fn advice(&mut self) {
        let spoken = advice(self.case);
        for id in self.case.rules.advice.clone() {
            let speaks = spoken.iter().any(|advised| advised.rule == id);
            self.note_item(Kind::Advice, &self.program.advice[id].header, Node::constant(speaks));
        }
    }

    /// The reading that applies of each term, about every row that the term is said of.
    fn definitions(&mut self) {
        for (id, definition) in self.program.definitions.iter() {
            let Ok(applying) = self.case.rules.reading(id) else { continue };
            for place in self.subjects(id) {
                self.reading(definition, applying, place);
            }
            // What a reading leaves open always is not open only where another applies.
            for reading in definition.readings.iter().filter(|reading| reading.source != applying.source) {
                for open in reading.open.iter().filter(|open| open.when.is_none()) {
                    self.seen.no.insert(opening(&definition.header, reading, open.span));
                }
            }
        }
    }

    fn subjects(&self, definition: DefinitionId) -> Vec<Place> {
        let estate = self.case.estate;
        match self.program.definitions[definition].subject {
            Entity::User => estate.users.iter().map(|(row, _)| Place::Holder(Holder::User(row))).collect(),
            Entity::Device => estate.devices.iter().map(|(row, _)| Place::Holder(Holder::Device(row))).collect(),
            Entity::Server => estate.servers.iter().map(|(row, _)| Place::Holder(Holder::Server(row))).collect(),
            Entity::Host => estate.hosts.iter().map(|(row, _)| Place::Holder(Holder::Host(row))).collect(),
            Entity::Access => {
                let running: BTreeSet<ServerRow> =
                    self.case.evaluation.standing.iter().map(|standing| standing.server).collect();
                let running = running.into_iter().map(|server| Place::Holder(Holder::Server(server)));
                self.case.evaluation.effective.iter().copied().map(Place::Access).chain(running).collect()
            }
            Entity::License | Entity::Absence | Entity::Agreement | Entity::Estate => Vec::new(),
        }
    }

    fn reading(&mut self, definition: &Definition, reading: &'p Reading, place: Place) {
        let header = &definition.header;
        let mut left_open = false;
        for open in &reading.open {
            let node = open.when.as_ref().map_or(Node::YES, |when| self.said_of(place, definition.subject, when));
            left_open |= node != Node::NO;
            self.note(opening(header, reading, open.span), node, &reading.header.cites);
        }
        if let Some(when) = reading.when.as_ref().filter(|_| !left_open) {
            let node = self.said_of(place, definition.subject, when);
            self.note(part(Kind::Reading, &header.name, &reading.header), node, &reading.header.cites);
        }
        reading.source.into_iter().for_each(|source| self.rests_on(source));
    }

    /// The clauses of every unit, owned or for sale, that grants something demanded.
    fn clauses(&mut self) {
        for access in self.case.evaluation.effective.clone() {
            let demands = self.program.demands(access.functionality);
            self.clauses_of_units(Place::Access(access), &demands);
        }
        let standing = self.case.evaluation.standing.iter();
        for (server, demand) in standing.map(|at| (at.server, at.demanded.functionality)).collect::<Vec<_>>() {
            self.clauses_of_units(Place::Holder(Holder::Server(server)), &[demand]);
        }
    }

    fn clauses_of_units(&mut self, place: Place, demands: &[FunctionalityId]) {
        let mut units = Vec::new();
        let Case { rules, estate, evaluation, .. } = &*self.case;
        let rows = place.of(RowScope::new(rules, estate, &evaluation.classes));
        for kind in evaluation.kinds.iter().filter(|kind| rows.has_holder(kind.metric)) {
            let (license, metric, holding) = (kind.license, kind.metric, kind.holding);
            units.extend(kind.versions.iter().map(|version| Unit { license, version: *version, metric, holding }));
        }
        units.into_iter().for_each(|unit| self.clauses_of(place, unit, demands));
    }

    fn clauses_of(&mut self, place: Place, unit: Unit, demands: &[FunctionalityId]) {
        if !demands.iter().any(|demand| grants(self.program, unit, *demand)) {
            return;
        }
        let Case { rules, estate, evaluation, unknowns } = &mut *self.case;
        let rows = place.of(RowScope::new(rules, estate, &evaluation.classes));
        let outcomes = clauses::<()>(&rows, unknowns, unit, Node::YES).into_iter().map(|(provided, node, ())| {
            (clause(self.program, unit.license, provided), node, provided.header.cites.clone())
        });
        for (clause, node, cites) in outcomes.collect::<Vec<_>>() {
            self.note(clause, node, &cites);
        }
        let version = self.program.licenses[unit.license].version(unit.version);
        let included = version.map_or_else(Vec::new, |version| included(self.program, version, unit));
        included.into_iter().for_each(|unit| self.clauses_of(place, unit, demands));
    }

    /// A document yields where it is not in force, or where another reading than its own applies.
    fn sources(&mut self) {
        let mut yielding: BTreeSet<SourceId> =
            self.program.sources.ids().filter(|source| self.case.rules.in_force(*source) != Truth::Yes).collect();
        for definition in self.program.definitions.ids() {
            yielding.extend(self.case.rules.other_readings(definition));
        }
        let entries = yielding.into_iter().map(|source| item(Kind::Source, &self.program.sources[source].header));
        self.seen.no.extend(entries);
    }
}
