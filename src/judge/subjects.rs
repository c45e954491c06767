//! What is unknown, by the names that people know: the fact and the rows that it is asked of.

use super::Case;
use super::judgement::UnknownThing;
use crate::decide::Variable;
use crate::estate::{AbsenceRow, AccessRow, Holder, HoldingRow, Table};
use crate::evaluate::terms::{standing_text, term_text};
use crate::evaluate::unknowns::{Class, Thing, cell_text, value_text};
use crate::program::{Entity, FactId, Field, Id, Term};
use crate::source::Span;
use crate::value::Date;
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
        Thing::Open(definition, place) | Thing::OpenAtServer(definition, place) => {
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

/// Some cells of an unknown, as answers.
pub(super) fn cells(case: &Case<'_>, variable: Variable, cells: &[usize]) -> Vec<String> {
    let program = case.rules.program;
    let Some((thing, _)) = case.unknowns.thing(variable) else { return Vec::new() };
    let compared = case.unknowns.compared(variable);
    let standing = compared.and_then(|pair| standing_text(program, pair, &cells.iter().copied().collect()));
    if let Some(standing) = standing {
        return vec![standing];
    }
    let (ty, domain) = (thing.ty(program), case.unknowns.domain(program, variable));
    cells.iter().filter_map(|cell| Some(cell_text(program, &ty, domain.get(*cell)?))).collect()
}

/// An unknown as a judgement tells it.
pub(super) fn unknown_thing(case: &Case<'_>, variable: Variable, (thing, class): (Thing, Class)) -> UnknownThing {
    let program = case.rules.program;
    match thing {
        Thing::Field(Field::Fact(fact)) => UnknownThing::Fact(fact),
        Thing::Evidence(rule) => UnknownThing::Evidence(rule),
        Thing::Open(definition, place) | Thing::OpenAtServer(definition, place) => {
            let reading = program.definitions[definition].readings.get(place);
            let because: Vec<&str> =
                reading.iter().flat_map(|reading| &reading.open).map(|open| open.because.as_str()).collect();
            let because = because.join("; ");
            UnknownThing::Open { definition, reading: reading.and_then(|reading| reading.source), because }
        }
        Thing::Calculation(_) | Thing::AbsentCalculation(_) => compared(case, variable, class),
        Thing::Field(field) | Thing::Absent(field) => UnknownThing::Column(field.path(program)),
        Thing::Defined(_) | Thing::AbsentSubject(_) => UnknownThing::Column(name(case, thing)),
    }
}

fn compared(case: &Case<'_>, variable: Variable, class: Class) -> UnknownThing {
    let compared = case.unknowns.compared(variable);
    let text = |term: &Term| term_text(case.rules.program, None, term);
    UnknownThing::Compared {
        left: compared.map(|compared| text(&compared.left)).unwrap_or_default(),
        right: compared.filter(|compared| compared.is_of_two()).map(|compared| text(&compared.right)),
        facts: facts(case, class),
    }
}

/// The declared facts that calculations of a class are made of and that are not known, each once.
fn facts(case: &Case<'_>, class: Class) -> Vec<FactId> {
    let mut facts = Vec::new();
    for (thing, _) in case.unknowns.fields_of(class) {
        if let Thing::Field(Field::Fact(fact)) = thing
            && !facts.contains(&fact)
        {
            facts.push(fact);
        }
    }
    facts
}

/// The rows of a class, by their ids; accesses, which have none, as `user -> server`.
pub(super) fn subjects(case: &Case<'_>, thing: Thing, class: Class) -> Vec<Arc<str>> {
    match entity(case, thing) {
        Entity::Agreement | Entity::Estate if !is_calculation(thing) => vec!["estate".into()],
        _ => sorted(rows(case, thing, class).into_iter().map(|(id, _)| id).collect()),
    }
}

/// What tells the rows of some classes apart: for each class the columns in which they differ, with what stands there.
pub(super) fn telling(case: &Case<'_>, thing: Thing, classes: &[Class]) -> Vec<String> {
    let columns: Vec<Vec<(String, String)>> = classes.iter().map(|class| columns(case, thing, *class)).collect();
    let differs = |cell: &&(String, String)| columns.iter().any(|row| !row.contains(cell));
    let told = |row: &Vec<(String, String)>| {
        let cells = row.iter().filter(differs).map(|(column, value)| format!("{column} {value}"));
        cells.collect::<Vec<_>>().join(", ")
    };
    columns.iter().map(told).collect()
}

/// The columns of a class, which are the same in all of its rows, for rows that have no ids.
fn columns(case: &Case<'_>, thing: Thing, class: Class) -> Vec<(String, String)> {
    let (estate, classes, program) = (case.estate, &case.evaluation.classes, case.rules.program);
    let id = |holder: Holder| estate.id(holder).to_string();
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let (built_in, facts) = match entity(case, thing) {
        Entity::Access => {
            let Some(row) = classes.accesses.members(class).next() else { return Vec::new() };
            let access = &estate.accesses[row];
            let asked = program.functionalities[access.functionality].header.name.clone();
            let (user, device) = (access.user.map(Holder::User).map(id), access.device.map(Holder::Device).map(id));
            (
                vec![("user", user), ("device", device), ("functionality", Some(asked))],
                stated(case, &estate.accesses, row),
            )
        }
        Entity::License => {
            let Some(row) = classes.holdings.members(class).next() else { return Vec::new() };
            let holding = &estate.holdings[row];
            let line = program.licenses[holding.license].line;
            let version = holding.version.map(|rank| program.version_label(line, rank).to_owned());
            let bound = holding.assigned_to.map(id);
            let days = [("sa_until", day(holding.sa_until)), ("acquired", day(holding.acquired))];
            let built_in = [("version", version), ("assigned_to", bound)].into_iter().chain(days).collect();
            (built_in, stated(case, &estate.holdings, row))
        }
        Entity::Absence => {
            let Some(row) = classes.absences.members(class).next() else { return Vec::new() };
            let period = estate.absences[row].period;
            (vec![("from", day(period.from)), ("until", day(period.until))], stated(case, &estate.absences, row))
        }
        Entity::User | Entity::Device | Entity::Server | Entity::Host | Entity::Agreement | Entity::Estate => {
            return Vec::new();
        }
    };
    let blank = || "blank".to_owned();
    let built_in = built_in.into_iter().map(|(column, value)| (column.to_owned(), value.unwrap_or_else(blank)));
    built_in.chain(facts).collect()
}

/// The declared facts of a row.
fn stated<I: Id, T>(case: &Case<'_>, table: &Table<I, T>, row: I) -> Vec<(String, String)> {
    let program = case.rules.program;
    let told = |(field, _)| {
        let Field::Fact(fact) = field else { return None };
        let fact = &program.facts[fact];
        let value = table.stated(row, field).value();
        let value = value.map_or_else(|| "unknown".to_owned(), |value| value_text(program, &fact.ty, value));
        Some((fact.header.name.clone(), value))
    };
    table.columns().filter_map(told).collect()
}

/// Where it is left open: the cells of those rows, or the rows where their table has no such column.
pub(super) fn places(case: &Case<'_>, thing: Thing, class: Class) -> Vec<Span> {
    sorted(rows(case, thing, class).into_iter().map(|(_, span)| span).collect())
}

fn is_calculation(thing: Thing) -> bool {
    matches!(thing, Thing::Calculation(_))
}

/// What an unknown is said of.
fn entity(case: &Case<'_>, thing: Thing) -> Entity {
    match thing {
        Thing::Field(field) | Thing::Absent(field) => field.entity(case.rules.program),
        Thing::Open(definition, _) | Thing::Defined(definition) => case.rules.program.definitions[definition].subject,
        Thing::OpenAtServer(..) => Entity::Server,
        Thing::Calculation(_) | Thing::Evidence(_) | Thing::AbsentSubject(_) | Thing::AbsentCalculation(_) => {
            Entity::Estate
        }
    }
}

/// The rows that an unknown is asked of, by name and place.
fn rows(case: &Case<'_>, thing: Thing, class: Class) -> Vec<(Arc<str>, Span)> {
    if is_calculation(thing) {
        let fields = case.unknowns.fields_of(class);
        return fields.into_iter().flat_map(|(thing, class)| rows(case, thing, class)).collect();
    }
    let (estate, classes) = (case.estate, &case.evaluation.classes);
    let field = if let Thing::Field(field) = thing { Some(field) } else { None };
    match entity(case, thing) {
        Entity::User => {
            listed(&estate.users, field, classes.users.members(class), |_, user| (Arc::clone(&user.id), user.span))
        }
        Entity::Device => listed(&estate.devices, field, classes.devices.members(class), |_, device| {
            (Arc::clone(&device.id), device.span)
        }),
        Entity::Server => listed(&estate.servers, field, classes.servers.members(class), |_, server| {
            (Arc::clone(&server.id), server.span)
        }),
        Entity::Host => {
            listed(&estate.hosts, field, classes.hosts.members(class), |_, host| (Arc::clone(&host.id), host.span))
        }
        Entity::Access => listed(&estate.accesses, field, classes.accesses.members(class), |row, stated| {
            (access(case, row), stated.span)
        }),
        Entity::License => listed(&estate.holdings, field, classes.holdings.members(class), |row, stated| {
            (holding(case, row), stated.span)
        }),
        Entity::Absence => listed(&estate.absences, field, classes.absences.members(class), |row, stated| {
            (absence(case, row), stated.span)
        }),
        Entity::Agreement | Entity::Estate => Vec::new(),
    }
}

/// Rows of a table, by name, at the cell of a field.
fn listed<I: Id, T>(
    table: &Table<I, T>,
    field: Option<Field>,
    rows: impl Iterator<Item = I>,
    named: impl Fn(I, &T) -> (Arc<str>, Span),
) -> Vec<(Arc<str>, Span)> {
    rows.map(|row| {
        let (name, span) = named(row, &table[row]);
        (name, field.and_then(|field| table.place(row, field)).unwrap_or(span))
    })
    .collect()
}

fn sorted<T: Ord>(mut things: Vec<T>) -> Vec<T> {
    things.sort();
    things.dedup();
    things
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
