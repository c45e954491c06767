//! What is unknown, by the names that people know: the fact and the rows that it is asked of.

use super::Case;
use super::judgement::UnknownThing;
use crate::decide::Variable;
use crate::estate::{AbsenceRow, AccessRow, HoldingRow, Table};
use crate::evaluate::unknowns::{Class, Thing};
use crate::program::{Entity, Field, Id};
use std::sync::Arc;

/// The fact's name and the first of its subjects: the order in which unknowns are listed.
pub(super) fn sort_key(case: &Case<'_>, variable: Variable) -> (String, Option<Arc<str>>) {
    let Some((thing, class)) = case.unknowns.thing(variable) else { return (String::new(), None) };
    (name(case, thing), subjects(case, thing, class).into_iter().next())
}

/// The name of an unknown in the JSON: `user.relation`, `evidence.RULE`, `external.SPUR`.
pub fn name(case: &Case<'_>, thing: Thing) -> String {
    let program = case.rules.program;
    match thing {
        Thing::Field(field) | Thing::Absent(field) => field.path(program),
        Thing::Evidence(rule) => format!("evidence.{}", program.rules[rule].header.name),
        Thing::Open(definition, place) => {
            let definition = &program.definitions[definition];
            let reading = definition.readings.get(place).map_or("", |reading| reading.header.name.as_str());
            format!("{}.{reading}", definition.header.name)
        }
        Thing::Defined(definition) | Thing::AbsentSubject(definition) => {
            program.definitions[definition].header.name.clone()
        }
        Thing::Calculation(_) | Thing::AbsentCalculation(_) => "calculation".to_owned(),
    }
}

/// An unknown as a judgement tells it.
pub(super) fn unknown_thing(case: &Case<'_>, thing: Thing) -> UnknownThing {
    let program = case.rules.program;
    match thing {
        Thing::Field(Field::Fact(fact)) => UnknownThing::Fact(fact),
        Thing::Evidence(rule) => UnknownThing::Evidence(rule),
        Thing::Open(definition, place) => {
            let reading = program.definitions[definition].readings.get(place);
            let because: Vec<&str> =
                reading.iter().flat_map(|reading| &reading.open).map(|open| open.because.as_str()).collect();
            let because = because.join("; ");
            UnknownThing::Open { definition, reading: reading.and_then(|reading| reading.source), because }
        }
        Thing::Calculation(span) | Thing::AbsentCalculation(span) => UnknownThing::Calculation(span),
        Thing::Field(field) | Thing::Absent(field) => UnknownThing::Column(field.path(program)),
        Thing::Defined(_) | Thing::AbsentSubject(_) => UnknownThing::Column(name(case, thing)),
    }
}

/// The rows of a class, by their ids; accesses, which have none, as `user -> server`.
pub(super) fn subjects(case: &Case<'_>, thing: Thing, class: Class) -> Vec<Arc<str>> {
    if let Thing::Calculation(_) = thing {
        let fields = case.unknowns.fields_of(class);
        return sorted(fields.into_iter().flat_map(|(thing, class)| subjects(case, thing, class)).collect());
    }
    let (estate, classes) = (case.estate, &case.evaluation.classes);
    let entity = match thing {
        Thing::Field(field) | Thing::Absent(field) => field.entity(case.rules.program),
        Thing::Open(definition, _) | Thing::Defined(definition) => case.rules.program.definitions[definition].subject,
        Thing::Calculation(_) | Thing::Evidence(_) | Thing::AbsentSubject(_) | Thing::AbsentCalculation(_) => {
            Entity::Estate
        }
    };
    let ids: Vec<Arc<str>> = match entity {
        Entity::User => ids(&estate.users, |row| classes.user(row) == class, |row| Arc::clone(&estate.users[row].id)),
        Entity::Device => {
            ids(&estate.devices, |row| classes.device(row) == class, |row| Arc::clone(&estate.devices[row].id))
        }
        Entity::Server => {
            ids(&estate.servers, |row| classes.server(row) == class, |row| Arc::clone(&estate.servers[row].id))
        }
        Entity::Host => ids(&estate.hosts, |row| classes.host(row) == class, |row| Arc::clone(&estate.hosts[row].id)),
        Entity::Access => ids(&estate.accesses, |row| classes.access(row) == class, |row| access(case, row)),
        Entity::License => ids(&estate.holdings, |row| classes.holding(row) == class, |row| holding(case, row)),
        Entity::Absence => ids(&estate.absences, |row| classes.absence(row) == class, |row| absence(case, row)),
        Entity::Agreement | Entity::Estate => vec!["estate".into()],
    };
    sorted(ids)
}

/// The names of the rows of a table that belong.
fn ids<I: Id, T>(table: &Table<I, T>, belongs: impl Fn(I) -> bool, name: impl Fn(I) -> Arc<str>) -> Vec<Arc<str>> {
    table.iter().map(|(row, _)| row).filter(|row| belongs(*row)).map(name).collect()
}

fn sorted(mut ids: Vec<Arc<str>>) -> Vec<Arc<str>> {
    ids.sort();
    ids.dedup();
    ids
}

fn access(case: &Case<'_>, row: AccessRow) -> Arc<str> {
    let who: Vec<&str> = case.estate.actors(row).map(|actor| case.estate.id(actor).as_ref()).collect();
    let server = &case.estate.servers[case.estate.accesses[row].server].id;
    format!("{} -> {server}", who.join("+")).into()
}

fn holding(case: &Case<'_>, row: HoldingRow) -> Arc<str> {
    let holding = &case.estate.holdings[row];
    format!("{} per {}", case.rules.program.licenses[holding.license].header.name, holding.metric).into()
}

fn absence(case: &Case<'_>, row: AbsenceRow) -> Arc<str> {
    let (absent, substitute) = case.estate.absences[row].parties.holders();
    format!("{} -> {}", case.estate.id(absent), case.estate.id(substitute)).into()
}
