//! An estate as readable text: every row, every fact, with how it is known.

use entail::estate::*;
use entail::program::{Field, Id, Program};
use entail::value::{Rank, Value, decimal_text};
use std::fmt::Write;

pub fn dump(estate: &Estate, program: &Program) -> String {
    let mut out = String::new();
    keys(&mut out, estate, program);
    for (row, user) in estate.users.iter() {
        writeln!(out, "user {} x {}{}", user.id, user.count, facts(&estate.users, row, program)).unwrap();
    }
    for (row, device) in estate.devices.iter() {
        writeln!(out, "device {} x {}{}", device.id, device.count, facts(&estate.devices, row, program)).unwrap();
    }
    for (row, host) in estate.hosts.iter() {
        let made = if host.made { " (made)" } else { "" };
        writeln!(out, "host {}{made}{}", host.id, facts(&estate.hosts, row, program)).unwrap();
    }
    servers(&mut out, estate, program);
    for (row, access) in estate.accesses.iter() {
        let user = access.user.map(|user| format!("user {} ", estate.users[user].id)).unwrap_or_default();
        let device = access.device.map(|device| format!("device {} ", estate.devices[device].id)).unwrap_or_default();
        let given = if access.functionality_given { "" } else { " (by default)" };
        let functionality = &program.functionalities[access.functionality].header.name;
        let facts = facts(&estate.accesses, row, program);
        writeln!(out, "access {user}{device}-> {} {functionality}{given}{facts}", estate.servers[access.server].id)
            .unwrap();
    }
    holdings(&mut out, estate, program);
    for (_, price) in estate.prices.iter() {
        let license = &program.licenses[price.license].header.name;
        let (version, metric) = (price.version.map(rank), price.metric.map(|metric| metric.to_string()));
        let cells = [version, metric, price.period.from.map(|day| format!("from {day}"))];
        let until = price.period.until.map(|day| format!("until {day}"));
        let cells: Vec<_> = cells.into_iter().flatten().chain(until).collect();
        writeln!(out, "price {license} {} [{}]", decimal_text(price.price), cells.join(", ")).unwrap();
    }
    absences(&mut out, estate, program);
    out
}

fn keys(out: &mut String, estate: &Estate, program: &Program) {
    let name = |name: &Option<String>| name.clone().unwrap_or("-".to_owned());
    let day =
        |day: &Option<Told<entail::value::Date>>| day.as_ref().map_or("-".to_owned(), |day| day.value.to_string());
    let agreement = estate.agreement.as_ref().map(|told| program.agreements[told.value].header.name.clone());
    writeln!(out, "estate {} as of {} in {}", name(&estate.name), day(&estate.as_of), name(&estate.currency)).unwrap();
    writeln!(out, "agreement {} signed {}", name(&agreement), day(&estate.agreement_signed)).unwrap();
    for (definition, source) in &estate.readings {
        let definition = &program.definitions[*definition].header.name;
        writeln!(out, "reading {definition}: {}", program.sources[source.value].header.name).unwrap();
    }
    for (rule, document) in &estate.evidence {
        writeln!(out, "evidence {}: {}", program.rules[*rule].header.name, document.value).unwrap();
    }
    for fact in estate.facts.keys() {
        writeln!(out, "{} = {}", program.facts[*fact].path(), stated(estate.stated(*fact), program)).unwrap();
    }
}

fn servers(out: &mut String, estate: &Estate, program: &Program) {
    for (row, server) in estate.servers.iter() {
        let product = &program.products[server.product].header.name;
        let runs_on = server.runs_on.map(|base| format!(" over {}", estate.servers[base].id)).unwrap_or_default();
        let routes = server.routes.iter().map(|target| format!(" => {}", estate.servers[*target].id));
        let routes: String = routes.collect();
        let (host, release) = (&estate.hosts[server.host].id, &server.release);
        let facts = facts(&estate.servers, row, program);
        let id = &server.id;
        writeln!(out, "server {id} {product} {release} {} on {host}{runs_on}{routes}{facts}", rank(server.version))
            .unwrap();
    }
}

fn holdings(out: &mut String, estate: &Estate, program: &Program) {
    for (row, holding) in estate.holdings.iter() {
        let license = &program.licenses[holding.license].header.name;
        let version = holding.version.map_or("-".to_owned(), rank);
        let holder = holding.assigned_to.map(|holder| match holder {
            Holder::User(row) => &estate.users[row].id,
            Holder::Device(row) => &estate.devices[row].id,
            Holder::Host(row) => &estate.hosts[row].id,
            Holder::Server(row) => &estate.servers[row].id,
        });
        let holder = holder.map(|id| format!(" to {id}")).unwrap_or_default();
        let sa = holding.sa_until.map(|day| format!(" sa until {day}")).unwrap_or_default();
        let acquired = holding.acquired.map(|day| format!(" acquired {day}")).unwrap_or_default();
        let document = holding.document.as_ref().map(|text| format!(" by “{text}”")).unwrap_or_default();
        let facts = facts(&estate.holdings, row, program);
        let (quantity, metric) = (holding.quantity, holding.metric);
        writeln!(out, "owns {quantity} {license} {version} per {metric}{holder}{sa}{acquired}{document}{facts}")
            .unwrap();
    }
}

fn absences(out: &mut String, estate: &Estate, program: &Program) {
    for (row, absence) in estate.absences.iter() {
        let (absent, substitute) = match absence.parties {
            Parties::Users { absent, substitute } => (&estate.users[absent].id, &estate.users[substitute].id),
            Parties::Devices { absent, substitute } => (&estate.devices[absent].id, &estate.devices[substitute].id),
        };
        let from = absence.period.from.unwrap();
        let until = absence.period.until.map_or("-".to_owned(), |day| day.to_string());
        let facts = facts(&estate.absences, row, program);
        writeln!(out, "absence {} of {absent} by {substitute} {from}..{until}{facts}", absence.count).unwrap();
    }
}

fn facts<I: Id, T>(table: &Table<I, T>, row: I, program: &Program) -> String {
    let columns = table
        .columns()
        .map(|(field, _)| format!(" {}={}", name(field, program), stated(table.stated(row, field), program)));
    columns.collect()
}

fn name(field: Field, program: &Program) -> String {
    match field {
        Field::Fact(fact) => program.facts[fact].header.name.clone(),
        other => format!("{other:?}"),
    }
}

fn stated(stated: &Stated, program: &Program) -> String {
    match stated {
        Stated::Given(value) => shown(value, program),
        Stated::Default(value) => format!("{}*", shown(value, program)),
        Stated::Unknown { blank: true } => "?".to_owned(),
        Stated::Unknown { blank: false } => "unknown".to_owned(),
    }
}

fn shown(value: &Value, program: &Program) -> String {
    match value {
        Value::Bool(answer) => if *answer { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => decimal_text(*number),
        Value::Date(day) => day.to_string(),
        Value::Text(text) => format!("“{text}”"),
        Value::Member(place) => {
            let (_, only) = program.enums.iter().next().unwrap();
            only.members[*place as usize].clone()
        }
        Value::Version(version) => rank(*version),
        Value::HostKind(kind) => kind.text().to_owned(),
        other => format!("{other:?}"),
    }
}

fn rank(rank: Rank) -> String {
    format!("#{}", rank.0)
}
