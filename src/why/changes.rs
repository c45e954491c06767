//! The nearest change: the fewest facts whose change brings something about.
//!
//! The facts that could be stated otherwise are taken as unknown, and the same rules evaluated again; what comes out is a
//! decision over those facts, and the fewest changes are the shortest way through it. Left as they are: facts within a
//! calculation (a decision sees it as one answer), facts that decide which servers are reached at all, the versions of
//! servers and the agreement.

use super::Explainer;
use super::reasons::About;
use super::told::{Brought, Change, Changed};
use crate::decide::{Node, Now, Variable};
use crate::evaluate::conditions::{Found, Scope};
use crate::evaluate::cover::{self, Coverable, Unit};
use crate::evaluate::hold;
use crate::evaluate::ruling::{self, Ruling};
use crate::evaluate::scope::RowScope;
use crate::evaluate::unknowns::{Cell, Thing, cell_of, cell_text, value_text};
use crate::program::{EffectKind, Entity, Field, FunctionalityId, RuleId};
use crate::select::read::fields_of;
use std::collections::BTreeSet;

/// What could be otherwise.
pub(super) struct Supposed<'s> {
    /// The rows, their facts as they are.
    pub rows: &'s RowScope<'s>,
    /// The same rows, with the facts that could be otherwise taken as unknown.
    open: RowScope<'s>,
}

impl<'w> Explainer<'w> {
    /// The rows of an access with the facts open that may be changed.
    pub(super) fn supposed<'s>(&mut self, rows: &'s RowScope<'s>) -> Supposed<'s> {
        let mut open = rows.clone();
        open.supposed = self.changeable();
        Supposed { rows, open }
    }

    /// The facts that could be stated otherwise without changing who reaches what.
    fn changeable(&self) -> BTreeSet<Field> {
        let program = self.rules.program;
        let steering: BTreeSet<Field> =
            self.rules.reaches.iter().filter_map(|reach| reach.when.as_ref()).flat_map(fields_of).collect();
        let stated = |field: &Field| match field {
            Field::Fact(fact) => !matches!(program.facts[*fact].entity, Entity::Absence | Entity::Agreement),
            Field::HostKind | Field::HostCores | Field::HostProcessors | Field::ServerEdition => true,
            _ => false,
        };
        self.rules.fields_read().into_iter().filter(|field| stated(field) && !steering.contains(field)).collect()
    }

    /// Whether a rule holds, as a decision over the facts that could be otherwise.
    pub(super) fn open_rule(&mut self, supposed: &Supposed<'_>, rule: RuleId) -> Node {
        self.decided(&supposed.open, |explainer, rows| {
            hold::holds(explainer.rules, explainer.estate, explainer.unknowns, rows, rule, ()).0
        })
    }

    /// What makes an access prohibited, exempt, or demanding a licence.
    pub(super) fn open_rulings(&mut self, supposed: &Supposed<'_>, rules: &[RuleId]) -> [(Ruling, Vec<Node>); 3] {
        let open = |rule: &RuleId| {
            let kind = self.rules.program.rules[*rule].effect.kind();
            (kind, self.open_rule(supposed, *rule))
        };
        let open: Vec<(EffectKind, Node)> = rules.iter().map(open).collect();
        ruling::decisions(&mut self.unknowns.diagrams, &open)
    }

    /// Whether some of the units covers, as a decision over the facts that could be otherwise.
    pub(super) fn open_cover(&mut self, supposed: &Supposed<'_>, units: &[Unit], demand: FunctionalityId) -> Node {
        self.decided(&supposed.open, |explainer, rows| {
            let mut any = Node::NO;
            for unit in units {
                let covers = cover::covers(rows, explainer.unknowns, *unit, demand);
                any = explainer.unknowns.diagrams.or(any, covers);
            }
            any
        })
    }

    /// A decision over the facts that are open; those within a calculation are closed again, one round after the other.
    fn decided(&mut self, rows: &RowScope<'_>, decide: impl Fn(&mut Explainer<'w>, &RowScope<'_>) -> Node) -> Node {
        let mut rows = rows.clone();
        loop {
            let node = decide(self, &rows);
            let calculated: Vec<Field> = self
                .unknowns
                .diagrams
                .support(node)
                .into_iter()
                .flat_map(|variable| self.calculated(variable))
                .collect();
            let open = rows.supposed.len();
            rows.supposed.retain(|field| !calculated.contains(field));
            if rows.supposed.len() == open {
                return node;
            }
        }
    }

    /// The fields that a calculation is made of.
    fn calculated(&self, variable: Variable) -> Vec<Field> {
        let Some((Thing::Calculation(_) | Thing::AbsentCalculation(_), class)) = self.unknowns.thing(variable) else {
            return Vec::new();
        };
        let fields = self.unknowns.fields_of(class).into_iter();
        fields
            .filter_map(|(thing, _)| match thing {
                Thing::Field(field) => Some(field),
                _ => None,
            })
            .collect()
    }

    /// The fewest facts that make a decision yes; none where it is, or where nothing does.
    pub(super) fn nearest(&mut self, node: Node, to: Brought, about: About<'_>) -> Option<Change> {
        let standing: Vec<(Variable, Now)> = {
            let support = self.unknowns.diagrams.support(node);
            support.into_iter().map(|variable| (variable, self.now(variable, about))).collect()
        };
        let now = |variable: Variable| {
            standing.iter().find(|(known, _)| *known == variable).map_or(Now::Closed, |(_, now)| now.clone())
        };
        let changes = self.unknowns.diagrams.nearest(node, &now).filter(|changes| !changes.is_empty())?;
        let mut facts = Vec::new();
        for (variable, _) in &changes {
            let others = changes.iter().filter(|(other, _)| other != variable);
            let rest = others.fold(node, |rest, (other, cell)| self.unknowns.diagrams.restrict(rest, *other, *cell));
            facts.push(self.changed(*variable, rest, &now, about)?);
        }
        Some(Change { to, facts })
    }

    /// How a variable stands, and which cells it could have instead.
    fn now(&self, variable: Variable, about: About<'_>) -> Now {
        match self.unknowns.thing(variable) {
            Some((Thing::Field(field), _)) => {
                let program = self.rules.program;
                let cells = self.unknowns.domain(program, variable);
                let possible = cells.iter().enumerate().filter(|(_, cell)| **cell != Cell::Absent);
                let possible: Vec<usize> = possible.map(|(place, _)| place).collect();
                match found(field, about) {
                    Found::Value(value) => match cell_of(&cells, &value) {
                        Some(own) => Now::Is(own, possible.into_iter().filter(|cell| *cell != own).collect()),
                        None => Now::Open(possible),
                    },
                    Found::Unknown(_) => Now::Open(possible),
                    Found::Absent => Now::Closed,
                }
            }
            // Cell 0 is yes: evidence can be named, but not be named to be missing.
            Some((Thing::Evidence(_), _)) => Now::Open(vec![0]),
            _ => Now::Closed,
        }
    }

    /// A fact to be changed, with every value that does it where the other changes are made.
    fn changed(
        &mut self,
        variable: Variable,
        rest: Node,
        now: &impl Fn(Variable) -> Now,
        about: About<'_>,
    ) -> Option<Changed> {
        let program = self.rules.program;
        let (thing, _) = self.unknowns.thing(variable)?;
        let cells = self.unknowns.domain(program, variable);
        let mut to = Vec::new();
        let ty = thing.ty(program);
        for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| **cell != Cell::Absent) {
            let under = self.unknowns.diagrams.restrict(rest, variable, place);
            if self.unknowns.diagrams.nearest(under, now).is_some_and(|more| more.is_empty()) {
                to.push(cell_text(program, &ty, cell));
            }
        }
        match thing {
            Thing::Field(field) => {
                let (_, at) = self.origin(field, about);
                let from = match found(field, about) {
                    Found::Value(value) => Some(value_text(program, &ty, &value)),
                    Found::Unknown(_) | Found::Absent => None,
                };
                let of = self.id_of(field, about);
                Some(Changed { fact: field.path(program), of, from, to, at: at.map(|at| self.place(at)) })
            }
            Thing::Evidence(rule) => {
                let fact = format!("evidence.{}", program.rules[rule].header.name);
                let to = vec![program.rules[rule].evidence.clone().unwrap_or_default()];
                Some(Changed { fact, of: "estate".to_owned(), from: None, to, at: None })
            }
            _ => None,
        }
    }

    /// The id of the row that a field stands in.
    fn id_of(&self, field: Field, about: About<'_>) -> String {
        let (estate, rows) = (self.estate, about.rows);
        let id = match field.entity(self.rules.program) {
            Entity::User => rows.user.map(|row| estate.users[row].id.to_string()),
            Entity::Device => rows.device.map(|row| estate.devices[row].id.to_string()),
            Entity::Server => rows.server.map(|row| estate.servers[row].id.to_string()),
            Entity::Host => rows.host.map(|row| estate.hosts[row].id.to_string()),
            Entity::Access => rows.access.map(|row| self.access_text(row)),
            Entity::License => about.unit.map(|unit| self.rules.program.licenses[unit.license].header.name.clone()),
            Entity::Absence | Entity::Agreement | Entity::Estate => None,
        };
        id.unwrap_or_else(|| "estate".to_owned())
    }
}

/// What is found of a field as things are.
fn found(field: Field, about: About<'_>) -> Found {
    match about.unit {
        Some(unit) => about.rows.with_unit(unit).find(field),
        None => about.rows.find(field),
    }
}
