//! From a trace to the conditions that decided, with the facts that they read and where these stand.

use super::Explainer;
use super::told::{Fact, Origin, Reason};
use crate::decide::Node;
use crate::estate::{Stated, Table};
use crate::evaluate::conditions::Found;
use crate::evaluate::cover::Unit;
use crate::evaluate::scope::RowScope;
use crate::evaluate::trace::{Shape, Trace};
use crate::evaluate::unknowns::value_text;
use crate::program::{Entity, Field, Header, Id, Reading};
use crate::source::Span;
use crate::value::{Truth, Type, Value, VersionLine};

/// What a condition was evaluated about.
#[derive(Clone, Copy)]
pub(super) struct About<'s> {
    /// The rows.
    pub rows: &'s RowScope<'s>,
    /// The unit of a licence, for its clauses.
    pub unit: Option<Unit>,
}

/// What a condition came to, in its own place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    Yes,
    No,
    Unknown,
    /// It asks of something that is not there; whatever depends on it is no.
    Absent,
}

impl Explainer<'_> {
    /// The conditions that decided an outcome.
    pub(super) fn reasons(&mut self, traces: &[Trace], about: About<'_>) -> Vec<Reason> {
        traces.iter().flat_map(|trace| self.deciding(trace, about)).collect()
    }

    fn deciding(&mut self, trace: &Trace, about: About<'_>) -> Vec<Reason> {
        let came = self.came(trace.node);
        match trace.shape {
            Shape::All => self.of_parts(trace, about, came, Came::No),
            Shape::Any => self.of_parts(trace, about, came, Came::Yes),
            Shape::Not if trace.parts.iter().any(|part| matches!(part.shape, Shape::All | Shape::Any)) => {
                self.reasons(&trace.parts, about)
            }
            Shape::Not | Shape::Is(..) | Shape::Leaf => vec![self.reason(trace, about, came)],
        }
    }

    /// Of several parts one may decide alone: a no among all, a yes among any. Otherwise those decide together that are
    /// not to the contrary.
    fn of_parts(&mut self, trace: &Trace, about: About<'_>, came: Came, alone: Came) -> Vec<Reason> {
        let parts: Vec<(&Trace, Came)> = trace.parts.iter().map(|part| (part, self.came(part.node))).collect();
        if came == alone
            && let Some((part, _)) = parts.iter().find(|(_, came)| *came == alone)
        {
            return self.deciding(part, about);
        }
        let absent = parts.iter().any(|(_, came)| *came == Came::Absent);
        let neutral = if alone == Came::No { Came::Yes } else { Came::No };
        let matters = |part: Came| match came {
            Came::Absent => part == Came::Absent || !absent,
            Came::Unknown => part != neutral,
            Came::Yes | Came::No => true,
        };
        parts.into_iter().filter(|(_, part)| matters(*part)).flat_map(|(part, _)| self.deciding(part, about)).collect()
    }

    fn came(&mut self, node: Node) -> Came {
        if self.unknowns.settle(node) == Node::YES {
            return Came::Yes;
        }
        let not = self.unknowns.diagrams.not(node);
        let settled = self.unknowns.settle(node);
        match (self.unknowns.settle(not) == Node::YES, settled == Node::NO) {
            (true, _) => Came::No,
            (false, true) => Came::Absent,
            (false, false) => Came::Unknown,
        }
    }

    fn reason(&mut self, trace: &Trace, about: About<'_>, came: Came) -> Reason {
        let answer = match came {
            Came::Yes => Truth::Yes,
            Came::No | Came::Absent => Truth::No,
            Came::Unknown => Truth::Unknown,
        };
        let asked = match (trace.shape, trace.parts.first()) {
            (Shape::Not, Some(part)) => part,
            _ => trace,
        };
        let mut reason = Reason {
            condition: self.words(trace.span),
            at: self.place(trace.span),
            answer,
            facts: asked.reads.iter().map(|(field, found)| self.fact(*field, found, about)).collect(),
            reading: None,
            open: None,
            because: Vec::new(),
        };
        reason.facts.dedup();
        if let Shape::Is(definition, place) = asked.shape {
            let definition = &self.rules.program.definitions[definition];
            if let Some(reading) = definition.readings.get(place) {
                let source = reading.source.map(|source| self.rules.program.sources[source].header.name.as_str());
                let name = &definition.header.name;
                reason.reading = Some(source.map_or_else(|| name.clone(), |source| format!("{name} as in {source}")));
                (reason.because, reason.open) = self.of_reading(reading, &asked.parts, about);
            }
        }
        reason
    }

    /// Why a reading says what it says, and why it is open, where it is.
    pub(super) fn of_reading(
        &mut self,
        reading: &Reading,
        parts: &[Trace],
        about: About<'_>,
    ) -> (Vec<Reason>, Option<String>) {
        for open in &reading.open {
            let part = open.when.as_ref().map(|when| parts.iter().find(|part| part.span == when.span));
            match part {
                None => return (Vec::new(), Some(open.because.clone())),
                Some(Some(part)) if matches!(self.came(part.node), Came::Yes | Came::Unknown) => {
                    return (self.deciding(part, about), Some(open.because.clone()));
                }
                Some(_) => {}
            }
        }
        let when = reading.when.as_ref().and_then(|when| parts.iter().find(|part| part.span == when.span));
        (when.map_or_else(Vec::new, |part| self.deciding(part, about)), None)
    }

    /// A fact that was read, with its place.
    pub(super) fn fact(&self, field: Field, found: &Found, about: About<'_>) -> Fact {
        let (origin, at) = self.origin(field, about);
        let (value, origin) = match found {
            Found::Value(value) => (Some(self.value_of(field, value, about)), origin),
            Found::Unknown(_) => (None, Origin::Unknown),
            Found::Absent => (None, Origin::Absent),
        };
        Fact { fact: field.path(self.rules.program), value, standing: origin, at: at.map(|at| self.place(at)) }
    }

    fn value_of(&self, field: Field, value: &Value, about: About<'_>) -> String {
        let program = self.rules.program;
        let ty = match (field, about.unit, about.rows.server) {
            (Field::LicenseVersion, Some(unit), _) => Type::Version(program.licenses[unit.license].line),
            (Field::ServerVersion, _, Some(server)) => {
                Type::Version(VersionLine::Product(self.estate.servers[server].product))
            }
            _ => field.ty(program),
        };
        value_text(program, &ty, value)
    }

    /// How a field stands, and where.
    pub(super) fn origin(&self, field: Field, about: About<'_>) -> (Origin, Option<Span>) {
        let (estate, rows) = (self.estate, about.rows);
        match field.entity(self.rules.program) {
            Entity::User => self.of_row(&estate.users, rows.user, field, |row| row.span),
            Entity::Device => self.of_row(&estate.devices, rows.device, field, |row| row.span),
            Entity::Server => self.of_row(&estate.servers, rows.server, field, |row| row.span),
            Entity::Host => self.of_row(&estate.hosts, rows.host, field, |row| row.span),
            Entity::Access => self.of_row(&estate.accesses, rows.access, field, |row| row.span),
            Entity::Absence => self.of_row(&estate.absences, rows.absence, field, |row| row.span),
            Entity::License => match about.unit.and_then(|unit| unit.holding) {
                Some(row) => self.of_row(&estate.holdings, Some(row), field, |row| row.span),
                None => (Origin::Unit, None),
            },
            Entity::Agreement => (Origin::Given, self.agreement_place(field)),
            Entity::Estate => match field {
                Field::Fact(fact) => {
                    let told = estate.facts.get(&fact);
                    (self.stands(field, 0, estate.stated(fact)), told.and_then(|told| told.span))
                }
                Field::EstateAsOf => (Origin::Given, estate.as_of.as_ref().and_then(|told| told.span)),
                _ => (Origin::Given, None),
            },
        }
    }

    /// The place of the agreement, where the estate is taken to be under the one that it states.
    fn agreement_place(&self, field: Field) -> Option<Span> {
        let own = self.estate.agreement.as_ref();
        let own = own.filter(|own| Some(own.value) == self.rules.setting.agreement)?;
        match field {
            Field::AgreementSigned => self.estate.agreement_signed.as_ref().and_then(|told| told.span),
            _ => own.span,
        }
    }

    fn of_row<I: Id, T>(
        &self,
        table: &Table<I, T>,
        row: Option<I>,
        field: Field,
        span: impl Fn(&T) -> Span,
    ) -> (Origin, Option<Span>) {
        let Some(row) = row else { return (Origin::Absent, None) };
        let place = table.place(row, field).unwrap_or_else(|| span(&table[row]));
        match table.column(field) {
            Some(_) => (self.stands(field, row.place(), table.stated(row, field)), Some(place)),
            None => (Origin::Given, Some(place)),
        }
    }

    fn stands(&self, field: Field, row: usize, stated: &Stated) -> Origin {
        let mattered = |fact| {
            let mut assumptions = self.judgement.assumptions.iter().filter(|assumption| assumption.fact == fact);
            assumptions.any(|assumption| assumption.places.binary_search(&row).is_ok())
        };
        match (stated, field) {
            (Stated::Given(_), _) => Origin::Given,
            (Stated::Unknown { .. }, _) => Origin::Unknown,
            (Stated::Default(_), Field::Fact(fact)) if mattered(fact) => Origin::Assumed,
            (Stated::Default(_), _) => Origin::Default,
        }
    }

    /// A text of the policies on one line.
    pub(super) fn words(&self, span: Span) -> String {
        self.sources.words(span)
    }

    /// A place: of a policy by its path, of an estate by its table.
    pub(super) fn place(&self, span: Span) -> String {
        let place = self.sources.place(span);
        match place.rsplit_once('/') {
            Some((_, table)) if !place.contains(".entail:") => table.to_owned(),
            _ => place,
        }
    }

    /// The documents that an item cites.
    pub(super) fn cites(&self, header: &Header) -> Vec<String> {
        header.cites.iter().map(|cite| self.rules.program.citation_text(cite)).collect()
    }
}
