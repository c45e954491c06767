//! What is unknown, by the names that people know: the fact and the rows that it is asked of.

use super::Case;
use super::judgement::UnknownThing;
use crate::decide::Variable;
use crate::evaluate::unknowns::{Class, Thing};
use crate::program::{Entity, Field};
use crate::value::Metric;
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
        Thing::AbsentSubject(definition) => program.definitions[definition].header.name.clone(),
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
        Thing::AbsentSubject(_) => UnknownThing::Column(name(case, thing)),
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
        Thing::Open(definition, _) => case.rules.program.definitions[definition].subject,
        Thing::Calculation(_) | Thing::Evidence(_) | Thing::AbsentSubject(_) | Thing::AbsentCalculation(_) => {
            Entity::Estate
        }
    };
    let rows = |count: usize, of: &dyn Fn(usize) -> Class| -> Vec<usize> {
        (0..count).filter(|row| of(*row) == class).collect()
    };
    let ids: Vec<Arc<str>> = match entity {
        Entity::User => rows(estate.users.len(), &|row| classes.user(row))
            .into_iter()
            .map(|row| Arc::clone(estate.users.id(row)))
            .collect(),
        Entity::Device => rows(estate.devices.len(), &|row| classes.device(row))
            .into_iter()
            .map(|row| Arc::clone(estate.devices.id(row)))
            .collect(),
        Entity::Server => rows(estate.servers.len(), &|row| classes.server(row))
            .into_iter()
            .map(|row| Arc::clone(estate.servers.id(row)))
            .collect(),
        Entity::Host => rows(estate.hosts.len(), &|row| classes.host(row))
            .into_iter()
            .map(|row| Arc::clone(estate.hosts.id(row)))
            .collect(),
        Entity::Access => {
            rows(estate.accesses.len(), &|row| classes.access(row)).into_iter().map(|row| access(case, row)).collect()
        }
        Entity::License => {
            rows(estate.holdings.len(), &|row| classes.holding(row)).into_iter().map(|row| holding(case, row)).collect()
        }
        Entity::Absence => {
            rows(estate.absences.len(), &|row| classes.absence(row)).into_iter().map(|row| absence(case, row)).collect()
        }
        Entity::Agreement | Entity::Estate => vec!["estate".into()],
    };
    sorted(ids)
}

fn sorted(mut ids: Vec<Arc<str>>) -> Vec<Arc<str>> {
    ids.sort();
    ids.dedup();
    ids
}

fn access(case: &Case<'_>, row: usize) -> Arc<str> {
    let estate = case.estate;
    let user = estate.accesses.user(row).map(|user| estate.users.id(user).as_ref());
    let device = estate.accesses.device(row).map(|device| estate.devices.id(device).as_ref());
    let server = estate.servers.id(estate.accesses.server(row));
    let who: Vec<&str> = user.into_iter().chain(device).collect();
    format!("{} -> {server}", who.join("+")).into()
}

fn holding(case: &Case<'_>, row: usize) -> Arc<str> {
    let license = &case.rules.program.licenses[case.estate.holdings.license(row)];
    format!("{} per {}", license.header.name, case.estate.holdings.metric(row)).into()
}

fn absence(case: &Case<'_>, row: usize) -> Arc<str> {
    let (estate, table) = (case.estate, &case.estate.absences);
    let name = |head: usize| match table.kind(row) {
        Metric::Device => Arc::clone(estate.devices.id(head)),
        _ => Arc::clone(estate.users.id(head)),
    };
    format!("{} -> {}", name(table.absent(row)), name(table.substitute(row))).into()
}
