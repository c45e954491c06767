//! The policies of a generated case.

use super::Rng;
use super::conditions::{DAYS, Readable, agreement_atom, condition, fact, user_atom};
use crate::case::*;

pub const RELATIONS: [&str; 4] = ["employee", "contractor", "customer", "student"];
pub const CHANNELS: [&str; 2] = ["internet", "lan"];
pub const PURPOSES: [&str; 2] = ["visit", "administration"];
pub const AGREEMENTS: [&str; 2] = ["SPLA", "SchoolAgreement"];

/// Documents, the strongest first.
const SOURCES: [&str; 4] = ["Contract", "Brief", "Article", "Forum"];

/// A policy set with an empty estate; its date is set, since the rules' periods lie around it.
pub fn policies(rng: &mut Rng) -> Case {
    let mut case = Case {
        sources: SOURCES.map(|name| source(rng, name)).to_vec(),
        prefers: SOURCES
            .windows(2)
            .map(|pair| Prefer { winner: pair[0].to_owned(), loser: pair[1].to_owned() })
            .collect(),
        enums: vec![
            enumeration("Relation", &RELATIONS, usize::from(rng.chance(20))),
            enumeration("Channel", &CHANNELS, 0),
            enumeration("Purpose", &PURPOSES, 0),
        ],
        agreements: AGREEMENTS.map(str::to_owned).to_vec(),
        ..Case::default()
    };
    case.estate.as_of = rng.pick(&DAYS[1..]);
    case.definitions = definitions(rng);
    case.products = products(rng);
    case.facts = facts(&case.products[0].name);
    case.exemptions = exemptions(rng, &case);
    case.prohibitions = prohibitions(rng, &case);
    case.reaches = reaches(rng);
    case.reassigns = reassigns(rng);
    licenses(rng, &mut case);
    if rng.chance(35) {
        let advice = advice(rng, &case);
        case.advice.push(advice);
    }
    case
}

/// Advice by a count, or by the estate and the agreement, whose text counts or calculates.
fn advice(rng: &mut Rng, case: &Case) -> Advice {
    let counted = |rng: &mut Rng| match rng.below(4) {
        0 => fact(Entity::Device, "managed"),
        1 => Cond::Defined(Entity::User, rng.chance(70), "external".to_owned()),
        2 => fact(Entity::User, "hosted"),
        _ => Cond::In(
            Field::new(Entity::User, "relation"),
            true,
            rng.some(&RELATIONS).into_iter().map(Value::member).collect(),
        ),
    };
    let mut when = vec![Ask::Counted(
        counted(rng),
        rng.pick(&[Op::More, Op::AtLeast, Op::Less, Op::Is]),
        rng.chance(85).then(|| rng.below(3) as u32),
    )];
    if rng.chance(40) {
        when.push(Ask::Plain(condition(rng, &Readable::of(&[Entity::Estate, Entity::Agreement]))));
    }
    if rng.chance(20) {
        when.remove(0);
        when.truncate(1);
    }
    if when.is_empty() {
        when.push(Ask::Plain(agreement_atom(rng)));
    }
    let mut say = vec![Piece::Text("there are ".to_owned())];
    let of = |people: bool| -> Vec<String> {
        let fit = |license: &&License| (license.metrics[0] <= Metric::Device) == people;
        case.licenses.iter().filter(fit).map(|license| license.name.clone()).collect()
    };
    let (machines, people) = (of(false), of(true));
    say.push(match rng.below(3) {
        _ if !machines.is_empty() && rng.chance(50) => Piece::BreakEven(rng.pick(&machines), rng.pick(&people)),
        0 => Piece::Users,
        _ => Piece::Count(counted(rng)),
    });
    Advice {
        name: "choose".to_owned(),
        source: rng.pick(&SOURCES).to_owned(),
        period: period(rng, 10),
        scope: scope(rng, case),
        when,
        say,
    }
}

fn source(rng: &mut Rng, name: &str) -> Source {
    Source { name: name.to_owned(), period: period(rng, 15), when: rng.chance(12).then(|| agreement_atom(rng)) }
}

/// A period, mostly none.
fn period(rng: &mut Rng, percent: usize) -> Period {
    if !rng.chance(percent) {
        return Period::default();
    }
    let first = rng.below(DAYS.len() - 1);
    let last = DAYS[first + 1 + rng.below(DAYS.len() - 1 - first)];
    match rng.below(4) {
        0 => Period { from: Some(DAYS[first]), until: Some(last) },
        1 => Period { from: None, until: Some(last) },
        _ => Period { from: Some(DAYS[first]), until: None },
    }
}

fn enumeration(name: &str, members: &[&str], extended: usize) -> Enum {
    Enum { name: name.to_owned(), members: members.iter().map(|member| (*member).to_owned()).collect(), extended }
}

/// `product`: the one of which users have a client in some version.
fn facts(product: &str) -> Vec<Fact> {
    let no = || Some(Value::Bool(false));
    let list = |name: &str| Type::Enum(name.to_owned());
    let declared = [
        (Entity::User, "relation", list("Relation"), None),
        (Entity::User, "hosted", Type::Bool, no()),
        (Entity::User, "similar", Type::Bool, None),
        (Entity::User, "hours", Type::Int, None),
        (Entity::User, "since", Type::Date, None),
        (Entity::User, "badge", Type::Text, None),
        (Entity::User, "budget", Type::Money, None),
        (Entity::User, "client", Type::Version(product.to_owned()), None),
        (Entity::Device, "managed", Type::Bool, no()),
        (Entity::Device, "floor", Type::Int, None),
        (Entity::Access, "channel", list("Channel"), None),
        (Entity::Access, "identified", Type::Bool, Some(Value::Bool(true))),
        (Entity::Access, "purpose", list("Purpose"), Some(Value::member("visit"))),
        (Entity::Server, "critical", Type::Bool, no()),
        (Entity::Server, "load", Type::Number, None),
        (Entity::Host, "rented", Type::Bool, no()),
        (Entity::License, "academic", Type::Bool, no()),
        (Entity::Absence, "planned", Type::Bool, None),
        (Entity::Estate, "audited", Type::Bool, None),
        (Entity::Estate, "tier", Type::Int, Some(Value::int(2))),
    ];
    declared.map(|(entity, name, kind, default)| Fact { field: Field::new(entity, name), kind, default }).to_vec()
}

fn definitions(rng: &mut Rng) -> Vec<Definition> {
    let mut found = vec![external(rng)];
    if rng.chance(25) {
        found.push(trusted(rng));
    }
    if rng.chance(25) {
        found.push(local(rng));
    }
    if rng.chance(15) {
        found.push(Definition {
            name: "kept".to_owned(),
            subject: Entity::Device,
            body: Body::One(fact(Entity::Device, "managed")),
        });
    }
    found
}

/// A term about users, with two to four readings, perhaps partly or wholly open.
fn external(rng: &mut Rng) -> Definition {
    let about = Readable::of(&[Entity::User, Entity::User, Entity::User, Entity::Agreement, Entity::Estate]);
    let mut sources = SOURCES.to_vec();
    while sources.len() > 2 && rng.chance(50) {
        sources.remove(rng.below(sources.len()));
    }
    let mut readings: Vec<_> = sources
        .into_iter()
        .map(|source| Reading {
            source: source.to_owned(),
            period: period(rng, 10),
            when: Some(condition(rng, &about)),
            open: None,
            extended: rng.chance(8),
        })
        .collect();
    readings[0].when = Some(Cond::Any(vec![user_atom(rng), condition(rng, &about)]));
    readings[0].extended = false;
    if rng.chance(25) {
        open_one(rng, &mut readings);
    }
    Definition { name: "external".to_owned(), subject: Entity::User, body: Body::Readings(readings) }
}

fn open_one(rng: &mut Rng, readings: &mut [Reading]) {
    let last = readings.len() - 1;
    let whole = rng.chance(30);
    let index = if whole { 1 + rng.below(last) } else { rng.below(last + 1) };
    let reading = &mut readings[index];
    if whole {
        reading.when = None;
    }
    reading.open = Some(Open { when: (!whole).then(|| user_atom(rng)), because: "the text does not say".to_owned() });
}

/// A term of one body, which reads another term.
fn trusted(rng: &mut Rng) -> Definition {
    let outside = Cond::Defined(Entity::User, rng.chance(50), "external".to_owned());
    let body = vec![outside, user_atom(rng)];
    Definition {
        name: "trusted".to_owned(),
        subject: Entity::User,
        body: Body::One(if rng.chance(50) { Cond::All(body) } else { Cond::Any(body) }),
    }
}

/// A term about accesses: it reads several things.
fn local(rng: &mut Rng) -> Definition {
    let about = Readable::of(&[Entity::User, Entity::Access, Entity::Device, Entity::Server]);
    let mixed = |rng: &mut Rng| {
        let inside = Cond::Compare(Sum::field(Entity::Access, "channel"), Op::Is, Sum::Value(Value::member("lan")));
        let parts = vec![inside, user_atom(rng), condition(rng, &about)];
        if rng.chance(50) { Cond::All(parts) } else { Cond::Any(parts) }
    };
    let body = if rng.chance(50) {
        Body::One(mixed(rng))
    } else {
        let readings = ["Article", "Forum"].map(|source| Reading {
            source: source.to_owned(),
            period: Period::default(),
            when: Some(mixed(rng)),
            open: rng.chance(20).then(|| Open { when: Some(mixed(rng)), because: "the text does not say".to_owned() }),
            extended: false,
        });
        Body::Readings(readings.to_vec())
    };
    Definition { name: "local".to_owned(), subject: Entity::Access, body }
}

fn products(rng: &mut Rng) -> Vec<Product> {
    let names = ["SharePoint", "SQLServer", "WindowsServer"];
    let mut run = rng.chance(30);
    let taken = rng.some(&names);
    taken.into_iter().map(|name| product(rng, name, std::mem::take(&mut run))).collect()
}

fn product(rng: &mut Rng, name: &str, run: bool) -> Product {
    let labels = [("2003", 2003_05_08), ("2008", 2008_02_17), ("2010", 2010_06_10)];
    let mut releases: Vec<_> = labels
        .iter()
        .map(|(label, from)| Release {
            label: (*label).to_owned(),
            also: if rng.chance(30) { vec![format!("{label}R2")] } else { Vec::new() },
            from: rng.chance(70).then_some(*from),
        })
        .collect();
    releases.truncate(2 + rng.below(2));
    releases[0].from = None;
    let plain = |name: &str| Functionality { name: name.to_owned(), adds_to: None, every_server: false };
    let mut functionalities = vec![plain("standard")];
    let mut features = Vec::new();
    if rng.chance(40) {
        functionalities
            .push(Functionality { adds_to: rng.chance(75).then(|| "standard".to_owned()), ..plain("enterprise") });
        if rng.chance(50) {
            features.push(("excel_services".to_owned(), "enterprise".to_owned()));
        }
    }
    if run {
        functionalities.push(Functionality { every_server: true, ..plain("run") });
    }
    Product { name: name.to_owned(), releases, functionalities, features }
}

const ANYTHING: [Entity; 8] = [
    Entity::Access,
    Entity::Access,
    Entity::User,
    Entity::User,
    Entity::Device,
    Entity::Server,
    Entity::Agreement,
    Entity::Estate,
];

/// Conditions of rules may also read the host.
fn rule_readable(rng: &mut Rng, case: &Case, scope: &Scope) -> Readable {
    let mut about = Readable::of(&ANYTHING).with_definitions(&case.definitions).with_products(&case.products);
    if rng.chance(45) {
        about.entities.push(Entity::Host);
    }
    match scope.only.as_slice() {
        [only] => about.with_product(case.product(only)),
        _ => about,
    }
}

fn scope(rng: &mut Rng, case: &Case) -> Scope {
    let names: Vec<_> = case.products.iter().map(|product| product.name.clone()).collect();
    let mut scope = Scope::default();
    if rng.chance(30) {
        scope.only = rng.some(&names);
    } else if rng.chance(15) {
        scope.except = vec![rng.pick(&names)];
    }
    scope
}

fn exemptions(rng: &mut Rng, case: &Case) -> Vec<Exemption> {
    let mut rules = Vec::new();
    for (name, percent) in [("anonymous", 60), ("parents", 40), ("administration", 45)] {
        if rng.chance(percent) {
            let scope = scope(rng, case);
            let about = rule_readable(rng, case, &scope);
            rules.push(Exemption {
                name: name.to_owned(),
                source: rng.pick(&SOURCES).to_owned(),
                period: period(rng, 15),
                limit: (name == "administration").then(|| 1 + rng.below(2) as u32),
                when: if name == "parents" && rng.chance(30) {
                    Cond::All(vec![agreement_atom(rng), condition(rng, &about)])
                } else {
                    condition(rng, &about)
                },
                evidence: (name == "parents" && rng.chance(50)).then(|| "the vendor's letter".to_owned()),
                scope,
            });
        }
    }
    rules
}

fn prohibitions(rng: &mut Rng, case: &Case) -> Vec<Prohibition> {
    let mut rules = Vec::new();
    for (name, percent) in [("hosting", 30), ("lending", 8)] {
        if rng.chance(percent) {
            let scope = scope(rng, case);
            let about = rule_readable(rng, case, &scope);
            rules.push(Prohibition {
                name: name.to_owned(),
                source: rng.pick(&SOURCES).to_owned(),
                period: period(rng, 15),
                when: Cond::All(vec![fact(Entity::User, "hosted"), condition(rng, &about)]),
                remedy: "license it under another agreement".to_owned(),
                scope,
            });
        }
    }
    rules
}

fn reaches(rng: &mut Rng) -> Vec<Reach> {
    let mut rules = Vec::new();
    for (name, to) in [("multiplexing", ReachTo::Routes), ("operating_system", ReachTo::RunsOn)] {
        if rng.chance(70) {
            rules.push(Reach {
                name: name.to_owned(),
                source: rng.pick(&SOURCES).to_owned(),
                period: period(rng, 10),
                when: match rng.below(10) {
                    0 => Some(agreement_atom(rng)),
                    1 => Some(fact(Entity::Server, "critical")),
                    _ => None,
                },
                to,
            });
        }
    }
    rules
}

fn reassigns(rng: &mut Rng) -> Vec<Reassign> {
    let mut rules = Vec::new();
    for (name, metric, percent) in [("temporary_worker", Metric::User, 70), ("loaner", Metric::Device, 60)] {
        if rng.chance(percent) {
            rules.push(Reassign {
                name: name.to_owned(),
                source: rng.pick(&SOURCES).to_owned(),
                period: period(rng, 10),
                metric,
                when: rng.chance(40).then(|| fact(Entity::Absence, "planned")),
            });
        }
    }
    rules
}

fn licenses(rng: &mut Rng, case: &mut Case) {
    if rng.chance(12) {
        case.terms.push(Terms {
            name: "common_clauses".to_owned(),
            provided: vec![clause(rng, "shared", &Readable::of(&[Entity::Access, Entity::Agreement]))],
        });
    }
    for product in case.products.clone() {
        let has = |name: &str| product.functionality(name).is_some();
        let mut granted = vec!["standard"];
        if has("enterprise") && rng.chance(30) {
            granted.push("enterprise");
        }
        let people = rng.pick(&[&[Metric::User][..], &[Metric::User, Metric::Device], &[Metric::User, Metric::Device]]);
        case.licenses.push(license(rng, case, &product, "CAL", people, &granted));
        if has("enterprise") && granted.len() == 1 && rng.chance(80) {
            case.licenses.push(license(rng, case, &product, "EnterpriseCAL", people, &["enterprise"]));
        }
        if rng.chance(40) {
            let machine = rng.pick(&[&[Metric::Host][..], &[Metric::Server]]);
            case.licenses.push(connector(rng, case, &product, machine));
        }
        if has("run") && rng.chance(85) {
            case.licenses.push(core(rng, case, &product));
        }
    }
    if rng.chance(40) {
        suites(rng, case);
    }
}

/// A licence of users and devices.
fn license(
    rng: &mut Rng,
    case: &Case,
    product: &Product,
    suffix: &str,
    metrics: &[Metric],
    granted: &[&str],
) -> License {
    let people = [Entity::User, Entity::Access, Entity::Device, Entity::License, Entity::Agreement, Entity::Host];
    let mut about =
        Readable::of(&people).with_definitions(&case.definitions).with_products(&case.products).with_product(product);
    about.license = Some(format!("{}{suffix}", product.name));
    about.versions = true;
    let mut license = License {
        name: format!("{}{suffix}", product.name),
        metrics: metrics.to_vec(),
        grants: Some(Grants {
            product: product.name.clone(),
            functionalities: granted.iter().map(|name| (*name).to_owned()).collect(),
        }),
        ..License::default()
    };
    if rng.chance(70) {
        license.provided.push(same_or_later(rng));
    }
    if rng.chance(25) {
        license.provided.push(clause(rng, "special", &about));
    }
    if !case.terms.is_empty() && rng.chance(60) {
        license.under = Some("common_clauses".to_owned());
    }
    if rng.chance(15) {
        license.versions = Some(rng.some(&labels(product)));
    }
    if rng.chance(20) {
        let block = block(rng, &license, product, &about);
        license.blocks.push(block);
    }
    license
}

fn labels(product: &Product) -> Vec<String> {
    product.releases.iter().map(|release| release.label.clone()).collect()
}

fn same_or_later(rng: &mut Rng) -> Provided {
    Provided {
        name: "same_or_later".to_owned(),
        source: rng.pick(&SOURCES).to_owned(),
        period: period(rng, 8),
        when: Cond::Versions(Op::AtLeast),
    }
}

fn clause(rng: &mut Rng, name: &str, about: &Readable) -> Provided {
    Provided {
        name: name.to_owned(),
        source: rng.pick(&SOURCES).to_owned(),
        period: period(rng, 10),
        when: condition(rng, about),
    }
}

/// What is so of one version of a licence only.
fn block(rng: &mut Rng, license: &License, product: &Product, about: &Readable) -> VersionBlock {
    let mut block = VersionBlock {
        label: rng.pick(license.versions.as_ref().unwrap_or(&labels(product))),
        ..VersionBlock::default()
    };
    match rng.below(4) {
        0 => block.period.until = Some(rng.pick(&DAYS)),
        1 => block.provided.push(clause(rng, "same_or_later", about)),
        2 => block.provided.push(clause(rng, "added", about)),
        _ => block.period.from = Some(rng.pick(&DAYS)),
    }
    if rng.chance(30) {
        block.pack = Some(2);
    }
    block
}

/// A licence of a host or a server for those who come from outside.
fn connector(rng: &mut Rng, case: &Case, product: &Product, metrics: &[Metric]) -> License {
    let mut connector = license(rng, case, product, "EC", metrics, &["standard"]);
    if rng.chance(60) {
        connector.provided.push(Provided {
            name: "outsider".to_owned(),
            source: "Article".to_owned(),
            period: Period::default(),
            when: Cond::Defined(Entity::User, true, "external".to_owned()),
        });
    }
    if rng.chance(25) {
        connector.minimum = Some(2);
    }
    connector
}

/// A licence by what runs: units by the cores of the host, or some fixed number.
fn core(rng: &mut Rng, case: &Case, product: &Product) -> License {
    let metric = rng.pick(&[Metric::Host, Metric::Host, Metric::Server]);
    let granted = rng.pick(&[&["run"][..], &["run", "standard"]]);
    let mut core = license(rng, case, product, "Core", &[metric], granted);
    let cores = || Sum::field(Entity::Host, "cores");
    core.units = match rng.below(4) {
        0 => Some(Sum::Max(vec![Sum::int(2), cores()])),
        1 => Some(Sum::RoundUp(Box::new(Sum::Over(Box::new(cores()), Box::new(Sum::int(2)))))),
        2 => Some(Sum::int(2)),
        _ => None,
    };
    core.pack = rng.chance(40).then_some(2);
    core.minimum = rng.chance(30).then_some(3);
    core
}

/// Suites of licences of people that are sold one by one and read no facts of their own.
fn suites(rng: &mut Rng, case: &mut Case) {
    let fit = |license: &&License| {
        license.metrics[0] == Metric::User
            && license.blocks.iter().all(|block| block.pack.is_none())
            && !reads_license_facts(license)
    };
    let parts: Vec<License> = case.licenses.iter().filter(fit).cloned().collect();
    if parts.is_empty() {
        return;
    }
    let core = suite(rng, case, "CoreSuite", &parts);
    case.licenses.push(core.clone());
    if rng.chance(35) {
        let mut parts: Vec<_> = parts.into_iter().filter(|_| rng.chance(30)).collect();
        parts.retain(|part| core.blocks.iter().all(|block| block.includes.iter().all(|(name, _)| *name != part.name)));
        let grand = suite(rng, case, "GrandSuite", &[vec![core], parts].concat());
        case.licenses.push(grand);
    }
}

fn reads_license_facts(license: &License) -> bool {
    let clauses = license.provided.iter().chain(license.blocks.iter().flat_map(|block| &block.provided));
    let mut found = false;
    for clause in clauses {
        clause.when.walk(&mut |part| found |= *part == fact(Entity::License, "academic"));
    }
    found
}

fn suite(rng: &mut Rng, case: &Case, name: &str, parts: &[License]) -> License {
    let both = parts.iter().all(|part| part.metrics.len() > 1) && rng.chance(60);
    let mut versions = vec![("2007", None), ("2009", Some(2009_03_10))];
    versions.truncate(1 + rng.below(2));
    let about = Readable::of(&[Entity::User, Entity::Access, Entity::Agreement]).with_definitions(&case.definitions);
    License {
        name: name.to_owned(),
        metrics: if both { vec![Metric::User, Metric::Device] } else { vec![Metric::User] },
        provided: if rng.chance(30) { vec![clause(rng, "whole", &about)] } else { Vec::new() },
        blocks: versions
            .into_iter()
            .map(|(label, from)| VersionBlock {
                label: label.to_owned(),
                period: Period { from, until: None },
                includes: parts.iter().map(|part| (part.name.clone(), any_version(rng, case, part))).collect(),
                provided: if rng.chance(15) { vec![clause(rng, "added", &about)] } else { Vec::new() },
                ..VersionBlock::default()
            })
            .collect(),
        ..License::default()
    }
}

/// The label of some version in which a licence exists.
pub fn any_version(rng: &mut Rng, case: &Case, license: &License) -> String {
    match (&license.grants, &license.versions) {
        (None, _) => rng.pick(&license.blocks).label,
        (_, Some(versions)) => rng.pick(versions),
        (Some(grants), None) => {
            let release = rng.pick(&case.product(&grants.product).releases);
            rng.pick(&[vec![release.label], release.also].concat())
        }
    }
}
