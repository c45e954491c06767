//! An estate as a policy test states it.

use std::fmt::Write as _;

use super::literal;
use crate::case::*;

/// A `test` of the estate of a case, with its expectations.
pub fn test_text(case: &Case, name: &str, expectations: &[String]) -> String {
    let mut out = format!("test {name} \"what is so\" {{\n");
    out += &settings(case);
    out += &things(case);
    out += &stock(case);
    for expectation in expectations {
        writeln!(out, "  expect {expectation}").unwrap();
    }
    out + "}\n"
}

fn settings(case: &Case) -> String {
    let estate = &case.estate;
    let mut out = format!("  as_of: {}\n", day(estate.as_of));
    estate.agreement.iter().for_each(|name| writeln!(out, "  agreement: {name}").unwrap());
    estate.signed.iter().for_each(|date| writeln!(out, "  agreement_signed: {}", day(*date)).unwrap());
    estate.readings.iter().for_each(|(name, source)| writeln!(out, "  reading {name}: {source}").unwrap());
    estate.evidence.iter().for_each(|rule| writeln!(out, "  evidence {rule} \"a letter\"").unwrap());
    for (name, cell) in &estate.facts {
        let declared = case.fact(&Field::new(Entity::Estate, name)).is_some();
        if let (true, Cell::Is(value)) = (declared, cell) {
            writeln!(out, "  {name}: {}", literal(value)).unwrap();
        }
    }
    out
}

fn things(case: &Case) -> String {
    let estate = &case.estate;
    let mut out = String::new();
    for (entity, rows) in [(Entity::User, &estate.users), (Entity::Device, &estate.devices)] {
        for row in rows {
            let count = match row.count {
                Count::Heads(heads) => heads.to_string(),
                Count::Many => "many".to_owned(),
            };
            out += &row_text(
                case,
                entity,
                &format!("{} {}", entity.word(), row.id),
                &[("count", Some(count))],
                &row.facts,
            );
        }
    }
    for row in estate.hosts.iter().filter(|row| !row.implied) {
        let columns = [
            ("kind", row.kind.clone()),
            ("cores", row.cores.map(|cores| cores.to_string())),
            ("processors", row.processors.map(|processors| processors.to_string())),
        ];
        out += &row_text(case, Entity::Host, &format!("host {}", row.id), &columns, &row.facts);
    }
    for row in &estate.servers {
        let routes: Vec<_> =
            estate.routes.iter().filter(|(from, _)| *from == row.id).map(|(_, to)| to.clone()).collect();
        let columns = [
            ("product", Some(format!("{} {}", row.product, row.version))),
            ("host", row.host.clone()),
            ("runs_on", row.runs_on.clone()),
            ("routes", (!routes.is_empty()).then(|| format!("[{}]", routes.join(", ")))),
        ];
        out += &row_text(case, Entity::Server, &format!("server {}", row.id), &columns, &row.facts);
    }
    for row in &estate.accesses {
        let who = row.user.as_ref().or(row.device.as_ref()).unwrap();
        let columns = [
            ("device", row.device.clone().filter(|_| row.user.is_some())),
            ("functionality", row.functionality.clone()),
        ];
        out += &row_text(case, Entity::Access, &format!("access {who} -> {}", row.server), &columns, &row.facts);
    }
    out
}

fn stock(case: &Case) -> String {
    let mut out = String::new();
    for row in &case.estate.holdings {
        let columns = [
            ("assigned_to", row.assigned_to.clone()),
            ("sa_until", row.sa_until.map(day)),
            ("acquired", row.acquired.map(day)),
        ];
        let version = row.version.as_ref().map_or(String::new(), |label| format!(" {label}"));
        let lot = format!("owns {} {}{version} per {}", row.quantity, row.license, row.metric.word());
        out += &row_text(case, Entity::License, &lot, &columns, &row.facts);
    }
    for row in &case.estate.prices {
        let version = row.version.as_ref().map_or(String::new(), |label| format!(" {label}"));
        let metric = row.metric.map_or(String::new(), |metric| format!(" per {}", metric.word()));
        let lot = format!("price {} {}{version}{metric}", Ratio::new(row.cents.into(), 100), row.license);
        out += &row_text(
            case,
            Entity::License,
            &lot,
            &[("from", row.period.from.map(day)), ("until", row.period.until.map(day))],
            &Facts::new(),
        );
    }
    for row in &case.estate.absences {
        let until = row.period.until.map_or(String::new(), |date| format!(" until {}", day(date)));
        let from = row.period.from.map_or(String::new(), |date| format!("from {}{until} ", day(date)));
        let columns = [("count", row.count.map(|count| count.to_string()))];
        out += &row_text(
            case,
            Entity::Absence,
            &format!("absence {} -> {}", row.absent, row.substitute),
            &columns,
            &row.facts,
        )
        .replacen("{ ", &format!("{{ {from}"), 1);
    }
    out
}

/// The row of an entity: its columns and its declared facts.
fn row_text(case: &Case, entity: Entity, head: &str, columns: &[(&str, Option<String>)], facts: &Facts) -> String {
    let declared = |name: &String| case.fact(&Field::new(entity, name)).is_some();
    let columns = columns.iter().filter_map(|(name, text)| text.as_ref().map(|text| format!("{name}: {text}")));
    let facts = facts.iter().filter(|(name, _)| declared(name)).filter_map(|(name, cell)| match cell {
        Cell::Blank => None,
        Cell::Unknown => Some(format!("{name}: unknown")),
        Cell::Is(value) => Some(format!("{name}: {}", literal(value))),
    });
    format!("  {head} {{ {} }}\n", columns.chain(facts).collect::<Vec<_>>().join("  "))
}
