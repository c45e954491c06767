//! The estate of a generated case.

use super::Rng;
use super::conditions::{DAYS, KINDS};
use super::policy::{AGREEMENTS, CHANNELS, PURPOSES, RELATIONS, any_version};
use crate::case::*;
use crate::reference::cover;
use crate::reference::world::{host_id, host_row};

/// Fills the estate, whose date is set.
pub fn fill(rng: &mut Rng, case: &mut Case) {
    agreement(rng, case);
    let product = &case.products[0];
    case.estate.users = populations(rng, &["alice", "pupils", "staff"], |rng| user_facts(rng, product));
    if rng.chance(60) {
        case.estate.devices = populations(rng, &["kiosk", "laptops"], device_facts);
    }
    servers(rng, case);
    accesses(rng, case);
    holdings(rng, case);
    prices(rng, case);
    absences(rng, case);
}

fn agreement(rng: &mut Rng, case: &mut Case) {
    let estate = &mut case.estate;
    if rng.chance(60) {
        estate.agreement = Some(rng.pick(&AGREEMENTS).to_owned());
        // A source whose condition is unknown is an error.
        let needed = case.sources.iter().any(|source| source.when.is_some());
        estate.signed = (needed || rng.chance(70)).then(|| rng.pick(&DAYS));
    }
    if rng.chance(15) {
        for define in &case.definitions {
            if let Body::Readings(readings) = &define.body {
                let source = rng.pick(readings).source;
                estate.readings.push((define.name.clone(), source));
            }
        }
    }
    if rng.chance(80) {
        estate.facts.insert("audited".to_owned(), Cell::Is(Value::Bool(rng.chance(50))));
    }
    if rng.chance(50) {
        estate.facts.insert("tier".to_owned(), Cell::Is(Value::int(rng.pick(&[1, 2, 3, 4]))));
    }
    let proved = case.exemptions.iter().filter(|rule| rule.evidence.is_some() && rng.chance(50));
    estate.evidence = proved.map(|rule| rule.name.clone()).collect();
}

fn populations(rng: &mut Rng, ids: &[&str], facts: impl Fn(&mut Rng) -> Facts) -> Vec<Population> {
    rng.some(ids)
        .into_iter()
        .map(|id| Population {
            id: id.to_owned(),
            count: match rng.below(12) {
                0..7 => Count::Heads(1),
                7..9 => Count::Heads(2),
                9..11 => Count::Heads(3),
                _ => Count::Many,
            },
            facts: facts(rng),
        })
        .collect()
}

/// A cell that is mostly filled, sometimes blank, sometimes expressly unknown.
fn cell(rng: &mut Rng, blank: usize, value: Value) -> Cell {
    match rng.below(100) {
        percent if percent < blank => Cell::Blank,
        percent if percent < blank + 4 => Cell::Unknown,
        _ => Cell::Is(value),
    }
}

fn named<const N: usize>(cells: [(&str, Cell); N]) -> Facts {
    cells.into_iter().map(|(name, cell)| (name.to_owned(), cell)).collect()
}

fn yes_no(rng: &mut Rng) -> Value {
    Value::Bool(rng.chance(50))
}

fn any_release(rng: &mut Rng, product: &Product) -> Value {
    let release = rng.pick(&product.releases);
    Value::Version(product.name.clone(), rng.pick(&[vec![release.label], release.also].concat()))
}

fn user_facts(rng: &mut Rng, product: &Product) -> Facts {
    let relation = Value::member(rng.pick(&RELATIONS));
    let hosted = yes_no(rng);
    let similar = yes_no(rng);
    let hours = Value::int(rng.pick(&[10, 20, 25, 30, 40]));
    let since = Value::Date(rng.pick(&[2006_01_10, 2007_02_15, 2007_06_20, 2008_03_11]));
    let badge = Value::Text(rng.pick(&["gold", "red", "blue"]).to_owned());
    let budget =
        Value::Number(rng.pick(&[Ratio::whole(50), Ratio::new(9950, 100), Ratio::whole(100), Ratio::whole(250)]));
    let client = any_release(rng, product);
    named([
        ("relation", cell(rng, 10, relation)),
        ("hosted", cell(rng, 50, hosted)),
        ("similar", cell(rng, 25, similar)),
        ("hours", cell(rng, 8, hours)),
        ("since", cell(rng, 8, since)),
        ("badge", cell(rng, 8, badge)),
        ("budget", cell(rng, 8, budget)),
        ("client", cell(rng, 8, client)),
    ])
}

fn device_facts(rng: &mut Rng) -> Facts {
    let managed = yes_no(rng);
    let floor = Value::int(rng.pick(&[1, 2, 3, 5]));
    named([("managed", cell(rng, 50, managed)), ("floor", Cell::Is(floor))])
}

fn servers(rng: &mut Rng, case: &mut Case) {
    let needs_cores = needs_cores(case);
    if needs_cores || rng.chance(50) {
        case.estate.hosts = rng.some(&["blade", "tower"]).into_iter().map(|id| host(rng, id, needs_cores)).collect();
    }
    let ids = ["app", "db", "web"];
    let count = 1 + rng.below(3);
    for index in 0..count {
        let server = server(rng, case, ids[index], needs_cores);
        case.estate.servers.push(server);
    }
    implied_hosts(case);
    for from in &ids[..count] {
        for to in &ids[..count] {
            if from != to && rng.chance(20) {
                case.estate.routes.push(((*from).to_owned(), (*to).to_owned()));
            }
        }
    }
}

/// Whether some licence's units read the cores, so that every server must be on a host that states them.
fn needs_cores(case: &Case) -> bool {
    case.licenses.iter().any(|license| {
        let mut found = false;
        let units = license.units.iter().chain(license.blocks.iter().filter_map(|block| block.units.as_ref()));
        units.for_each(|units| units.fields(&mut |field| found |= field.entity == Entity::Host));
        found
    })
}

/// A server that names no host and runs on none has one of its own, of which nothing is stated.
fn implied_hosts(case: &mut Case) {
    for server in 0..case.estate.servers.len() {
        if host_row(case, server).is_none() {
            let id = host_id(case, server).to_owned();
            case.estate.hosts.push(Host { id, implied: true, ..Host::default() });
        }
    }
}

fn host(rng: &mut Rng, id: &str, needs_cores: bool) -> Host {
    let rented = yes_no(rng);
    Host {
        id: id.to_owned(),
        kind: rng.chance(80).then(|| rng.pick(&KINDS).to_owned()),
        cores: (needs_cores || rng.chance(80)).then(|| rng.pick(&[1, 2, 3, 4])),
        processors: rng.chance(60).then(|| rng.pick(&[1, 2, 4])),
        facts: named([("rented", cell(rng, 50, rented))]),
        implied: false,
    }
}

fn server(rng: &mut Rng, case: &Case, id: &str, needs_host: bool) -> Server {
    let product = rng.pick(&case.products);
    let release = rng.pick(&product.releases);
    let below = case.estate.servers.last().filter(|_| rng.chance(35));
    let hosts = &case.estate.hosts;
    let listed = !hosts.is_empty() && below.is_none() && (needs_host || rng.chance(70));
    let critical = yes_no(rng);
    let load = Value::Number(rng.pick(&[Ratio::new(1, 2), Ratio::new(5, 4), Ratio::new(3, 2)]));
    Server {
        id: id.to_owned(),
        product: product.name,
        version: rng.pick(&[vec![release.label], release.also].concat()),
        host: listed.then(|| rng.pick(hosts).id),
        runs_on: below.map(|server| server.id.clone()),
        edition: rng.chance(30).then(|| rng.pick(&["Standard", "Enterprise"]).to_owned()),
        facts: named([("critical", cell(rng, 50, critical)), ("load", Cell::Is(load))]),
    }
}

fn accesses(rng: &mut Rng, case: &mut Case) {
    for _ in 0..1 + rng.below(3) {
        let access = access(rng, case);
        case.estate.accesses.push(access);
    }
}

fn access(rng: &mut Rng, case: &Case) -> Access {
    let estate = &case.estate;
    let server = rng.pick(&estate.servers);
    let device = (!estate.devices.is_empty() && rng.chance(50)).then(|| rng.pick(&estate.devices).id);
    let user = (device.is_none() || rng.chance(60)).then(|| rng.pick(&estate.users).id);
    let channel = Value::member(rng.pick(&CHANNELS));
    let identified = yes_no(rng);
    let purpose = Value::member(rng.pick(&PURPOSES));
    Access {
        functionality: functionality(rng, case.product(&server.product)),
        server: server.id,
        user,
        device,
        facts: named([
            ("channel", cell(rng, 12, channel)),
            ("identified", cell(rng, 40, identified)),
            ("purpose", cell(rng, 50, purpose)),
        ]),
    }
}

fn functionality(rng: &mut Rng, product: &Product) -> Option<String> {
    let by_access = product.functionalities.iter().filter(|one| !one.every_server).map(|one| one.name.clone());
    let names: Vec<_> = by_access.chain(product.features.iter().map(|(feature, _)| feature.clone())).collect();
    rng.chance(60).then(|| rng.pick(&names))
}

fn holdings(rng: &mut Rng, case: &mut Case) {
    if rng.chance(35) {
        return;
    }
    for _ in 0..1 + rng.below(3) {
        let holding = holding(rng, case);
        case.estate.holdings.push(holding);
    }
}

fn holding(rng: &mut Rng, case: &Case) -> Holding {
    let license = rng.pick(&case.licenses);
    let metric = rng.pick(&license.metrics);
    let assured = rng.chance(35);
    let sa_until = assured.then(|| rng.pick(&[2008_01_20, 2009_05_20, 2013_05_20]));
    let acquired = rng.chance(30).then(|| rng.pick(&DAYS));
    let acquired = acquired.filter(|day| sa_until.is_none_or(|until| *day <= until));
    let version = (!assured || rng.chance(60)).then(|| any_version(rng, case, &license));
    let academic = yes_no(rng);
    Holding {
        license: license.name,
        metric,
        quantity: 1 + rng.below(3) as u32,
        version,
        assigned_to: if rng.chance(35) { holder(rng, case, metric) } else { None },
        sa_until,
        acquired,
        facts: named([("academic", cell(rng, 50, academic))]),
    }
}

fn holder(rng: &mut Rng, case: &Case, metric: Metric) -> Option<String> {
    let estate = &case.estate;
    let ids: Vec<_> = match metric {
        Metric::User => estate.users.iter().map(|row| row.id.clone()).collect(),
        Metric::Device => estate.devices.iter().map(|row| row.id.clone()).collect(),
        Metric::Host => estate.hosts.iter().filter(|row| !row.implied).map(|row| row.id.clone()).collect(),
        Metric::Server => estate.servers.iter().map(|row| row.id.clone()).collect(),
    };
    (!ids.is_empty()).then(|| rng.pick(&ids))
}

const CENTS: [i64; 7] = [1000, 2900, 2950, 4000, 6800, 9950, 12_000];

fn prices(rng: &mut Rng, case: &mut Case) {
    if rng.chance(30) {
        return;
    }
    for license in case.licenses.clone() {
        if rng.chance(80) {
            add_price(case, price(rng, &license));
        }
        if rng.chance(40) {
            let mut narrow = price(rng, &license);
            narrow_down(rng, case, &license, &mut narrow);
            add_price(case, narrow);
        }
    }
}

fn price(rng: &mut Rng, license: &License) -> Price {
    Price {
        license: license.name.clone(),
        cents: rng.pick(&CENTS),
        version: None,
        metric: None,
        period: Period::default(),
    }
}

fn narrow_down(rng: &mut Rng, case: &Case, license: &License, row: &mut Price) {
    match rng.below(5) {
        0 => row.version = Some(any_version(rng, case, license)),
        1 => row.metric = Some(rng.pick(&license.metrics)),
        2 => {
            row.version = Some(any_version(rng, case, license));
            row.metric = Some(rng.pick(&license.metrics));
        }
        3 => row.period.from = Some(rng.pick(&DAYS)),
        _ => row.period.until = Some(rng.pick(&DAYS)),
    }
}

/// Adds a price row unless another is as narrow.
fn add_price(case: &mut Case, row: Price) {
    let as_narrow =
        case.estate.prices.iter().any(|other| other.license == row.license && other.filled() == row.filled());
    if !as_narrow {
        case.estate.prices.push(row);
    }
}

fn absences(rng: &mut Rng, case: &mut Case) {
    for (kind, percent) in [(Metric::User, 40), (Metric::Device, 40)] {
        let rows = if kind == Metric::User { &case.estate.users } else { &case.estate.devices };
        let counted: Vec<_> = rows.iter().filter(|row| row.count != Count::Many).map(|row| row.id.clone()).collect();
        if counted.len() < 2 || !rng.chance(percent) {
            continue;
        }
        let first = rng.below(counted.len());
        let second = (first + 1 + rng.below(counted.len() - 1)) % counted.len();
        let from = rng.pick(&DAYS);
        case.estate.absences.push(Absence {
            kind,
            absent: counted[first].clone(),
            substitute: counted[second].clone(),
            period: Period {
                from: Some(from),
                until: DAYS.iter().copied().filter(|day| *day > from).nth(rng.below(3)),
            },
            count: rng.chance(40).then(|| 1 + rng.below(2) as u32),
            facts: planned(rng),
        });
        lend(rng, case, kind, &counted[first]);
    }
}

fn planned(rng: &mut Rng) -> Facts {
    let yes = Value::Bool(rng.chance(70));
    named([("planned", cell(rng, 10, yes))])
}

/// Makes it likely that the absent have units which their substitutes could use.
fn lend(rng: &mut Rng, case: &mut Case, kind: Metric, absent: &str) {
    let fit = case.estate.holdings.iter_mut().find(|holding| holding.metric == kind);
    if let Some(holding) = fit.filter(|_| rng.chance(70)) {
        holding.assigned_to = Some(absent.to_owned());
    }
}

/// Fills in a built-in field that may be unknown.
pub fn state(estate: &mut Estate, row: usize, name: &str, value: Value) {
    match (name, value) {
        ("signed", Value::Date(date)) => estate.signed = Some(date),
        ("kind", Value::Member(kind)) => estate.hosts[row].kind = Some(kind),
        ("cores", Value::Number(cores)) => estate.hosts[row].cores = u32::try_from(cores.top).ok(),
        (_, Value::Number(processors)) => estate.hosts[row].processors = u32::try_from(processors.top).ok(),
        (_, other) => panic!("{other:?} is no {name}"),
    }
    if let Some(host) = estate.hosts.get_mut(row) {
        host.implied = false;
    }
}

/// The cells of a row, to fill in.
pub fn facts_mut(estate: &mut Estate, entity: Entity, row: usize) -> &mut Facts {
    match entity {
        Entity::Access => &mut estate.accesses[row].facts,
        Entity::User => &mut estate.users[row].facts,
        Entity::Device => &mut estate.devices[row].facts,
        Entity::Server => &mut estate.servers[row].facts,
        Entity::Host => &mut estate.hosts[row].facts,
        Entity::License => &mut estate.holdings[row].facts,
        Entity::Absence => &mut estate.absences[row].facts,
        Entity::Estate | Entity::Agreement => &mut estate.facts,
    }
}

/// Whether a holding's assurance has run out before the date.
pub fn has_lapsed(case: &Case, holding: &Holding) -> bool {
    holding.sa_until.is_some_and(|until| until < case.estate.as_of)
}

/// Whether a holding has newer versions than its own.
pub fn has_risen(case: &Case, holding: &Holding) -> bool {
    holding.version.is_some() && cover::held_versions(case, holding).len() > 1
}
