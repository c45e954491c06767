//! Worked examples: the school, the break-even, the two administrators, the 2000 server. Their
//! policies are a small set in the manner of the shipped one.

use super::*;
use crate::print;

fn field(entity: Entity, name: &str) -> Sum {
    Sum::field(entity, name)
}

fn is(entity: Entity, name: &str, member: &str) -> Cond {
    Cond::Compare(field(entity, name), Op::Is, Sum::Value(Value::member(member)))
}

fn fact(entity: Entity, name: &str) -> Cond {
    Cond::Fact(Field::new(entity, name))
}

fn not(cond: Cond) -> Cond {
    Cond::Not(Box::new(cond))
}

fn relation_in(positive: bool, members: &[&str]) -> Cond {
    let values = members.iter().map(|member| Value::member(member)).collect();
    Cond::In(Field::new(Entity::User, "relation"), positive, values)
}

fn declare(entity: Entity, name: &str, kind: Type, default: Option<Value>) -> Fact {
    Fact { field: Field::new(entity, name), kind, default }
}

fn enumeration(name: &str, members: &[&str]) -> Enum {
    Enum { name: name.to_owned(), members: members.iter().map(|member| (*member).to_owned()).collect(), extended: 0 }
}

fn source(name: &str) -> Source {
    Source { name: name.to_owned(), period: Period::default(), when: None }
}

fn reading(source: &str, when: Cond) -> Reading {
    Reading { source: source.to_owned(), period: Period::default(), when: Some(when), open: None, extended: false }
}

fn external() -> Definition {
    let listed = relation_in(true, &["customer", "parent"]);
    let outside = Cond::All(vec![relation_in(false, &["employee"]), not(fact(Entity::User, "similar_personnel"))]);
    let blog = Cond::All(vec![Cond::Any(vec![listed, outside]), not(fact(Entity::User, "hosted"))]);
    Definition {
        name: "external".to_owned(),
        subject: Entity::User,
        body: Body::Readings(vec![
            reading("PUR", relation_in(false, &["employee", "onsite_contractor"])),
            reading("Blog", blog),
        ]),
    }
}

fn exemption(name: &str, limit: Option<u32>, when: Cond) -> Exemption {
    Exemption {
        name: name.to_owned(),
        source: "Blog".to_owned(),
        period: Period::default(),
        scope: Scope::default(),
        limit,
        when,
        evidence: None,
    }
}

fn product(name: &str, releases: &[&str]) -> Product {
    Product {
        name: name.to_owned(),
        releases: releases
            .iter()
            .map(|label| Release { label: (*label).to_owned(), also: Vec::new(), from: None })
            .collect(),
        functionalities: vec![Functionality { name: "standard".to_owned(), adds_to: None, every_server: false }],
        features: Vec::new(),
    }
}

fn license(name: &str, metrics: &[Metric], product: &str, clauses: Vec<(&str, Cond)>) -> License {
    License {
        name: name.to_owned(),
        metrics: metrics.to_vec(),
        grants: Some(Grants { product: product.to_owned(), functionalities: vec!["standard".to_owned()] }),
        provided: clauses
            .into_iter()
            .map(|(name, when)| Provided {
                name: name.to_owned(),
                source: "Blog".to_owned(),
                period: Period::default(),
                when,
            })
            .collect(),
        ..License::default()
    }
}

fn core_cal() -> License {
    License {
        name: "CoreCAL".to_owned(),
        metrics: vec![Metric::User, Metric::Device],
        blocks: vec![VersionBlock {
            label: "2007".to_owned(),
            includes: [("WindowsCAL", "2008"), ("SharePointStandardCAL", "2007")]
                .map(|(name, label)| (name.to_owned(), label.to_owned()))
                .to_vec(),
            ..VersionBlock::default()
        }],
        ..License::default()
    }
}

fn licenses() -> Vec<License> {
    let people = [Metric::User, Metric::Device];
    let same_or_later = || ("same_or_later", Cond::Versions(Op::AtLeast));
    let outsider = || ("outsider", Cond::Defined(Entity::User, true, "external".to_owned()));
    let per_device = Cond::Any(vec![
        Cond::ServerVersion(Op::IsNot, "WindowsServer".to_owned(), "2000".to_owned()),
        Cond::MetricIs(true, Metric::Device),
    ]);
    let benefit = ("for_the_licensee", is(Entity::Access, "benefit", "licensee"));
    vec![
        license("WindowsCAL", &people, "WindowsServer", vec![same_or_later(), ("per_device_2000", per_device)]),
        license("WindowsEC", &[Metric::Host], "WindowsServer", vec![outsider(), same_or_later(), benefit]),
        license("SharePointStandardCAL", &people, "SharePoint", vec![same_or_later()]),
        license("SharePointInternetSites", &[Metric::Server], "SharePoint", vec![outsider(), same_or_later()]),
        core_cal(),
    ]
}

fn policies() -> Case {
    let anonymous = Cond::All(vec![is(Entity::Access, "channel", "internet"), not(fact(Entity::Access, "identified"))]);
    let own_server = Cond::All(vec![fact(Entity::Device, "licensed_server"), Cond::Nobody(Pointer::AccessUser, true)]);
    Case {
        sources: vec![source("PUR"), source("Blog")],
        prefers: vec![Prefer { winner: "PUR".to_owned(), loser: "Blog".to_owned() }],
        enums: vec![
            enumeration("Relation", &["employee", "onsite_contractor", "customer", "student", "parent"]),
            enumeration("Channel", &["internet", "lan"]),
            enumeration("Purpose", &["use", "administration"]),
            enumeration("Party", &["licensee", "external_user"]),
        ],
        facts: vec![
            declare(Entity::User, "relation", Type::Enum("Relation".to_owned()), None),
            declare(Entity::User, "similar_personnel", Type::Bool, None),
            declare(Entity::User, "hosted", Type::Bool, Some(Value::Bool(false))),
            declare(Entity::Access, "channel", Type::Enum("Channel".to_owned()), None),
            declare(Entity::Access, "identified", Type::Bool, None),
            declare(Entity::Access, "purpose", Type::Enum("Purpose".to_owned()), Some(Value::member("use"))),
            declare(Entity::Access, "benefit", Type::Enum("Party".to_owned()), Some(Value::member("licensee"))),
            declare(Entity::Device, "licensed_server", Type::Bool, Some(Value::Bool(false))),
        ],
        definitions: vec![external()],
        exemptions: vec![
            exemption("anonymous_internet", None, anonymous),
            exemption("licensed_server", None, own_server),
            exemption("administration", Some(2), is(Entity::Access, "purpose", "administration")),
        ],
        reaches: vec![Reach {
            name: "operating_system".to_owned(),
            source: "Blog".to_owned(),
            period: Period::default(),
            when: None,
            to: ReachTo::RunsOn,
        }],
        products: vec![product("WindowsServer", &["2000", "2003", "2008"]), product("SharePoint", &["2007", "2010"])],
        licenses: licenses(),
        estate: Estate { as_of: 2008_03_11, ..Estate::default() },
        ..Case::default()
    }
}

fn user(id: &str, heads: u32, relation: &str) -> Population {
    Population {
        id: id.to_owned(),
        count: Count::Heads(heads),
        facts: Facts::from([("relation".to_owned(), Cell::Is(Value::member(relation)))]),
    }
}

fn access(user: &str, server: &str) -> Access {
    Access {
        server: server.to_owned(),
        user: Some(user.to_owned()),
        facts: Facts::from([
            ("channel".to_owned(), Cell::Is(Value::member("internet"))),
            ("identified".to_owned(), Cell::Is(Value::Bool(true))),
        ]),
        ..Access::default()
    }
}

fn server(id: &str, product: &str, version: &str, runs_on: Option<&str>) -> Server {
    Server {
        id: id.to_owned(),
        product: product.to_owned(),
        version: version.to_owned(),
        runs_on: runs_on.map(str::to_owned),
        ..Server::default()
    }
}

fn price(license: &str, units: i64) -> Price {
    Price { license: license.to_owned(), cents: units * 100, version: None, metric: None, period: Period::default() }
}

fn school() -> Case {
    let mut case = policies();
    let estate = &mut case.estate;
    estate.users =
        vec![user("staff", 200, "employee"), user("pupils", 1750, "student"), user("parents", 2500, "parent")];
    estate.servers =
        vec![server("moss", "SharePoint", "2007", Some("win")), server("win", "WindowsServer", "2003", None)];
    estate.accesses = vec![access("staff", "moss"), access("pupils", "moss"), access("parents", "moss")];
    estate.prices = vec![
        price("WindowsCAL", 29),
        price("WindowsEC", 1999),
        price("SharePointInternetSites", 40943),
        price("SharePointStandardCAL", 94),
    ];
    case
}

/// So many customers on one Windows server, and what the cheapest plan buys for them.
fn customers(heads: u32) -> Json {
    let mut case = policies();
    case.estate.users = vec![user("customers", heads, "customer")];
    case.estate.servers = vec![server("web", "WindowsServer", "2003", None)];
    case.estate.accesses = vec![access("customers", "web")];
    case.estate.prices = vec![price("WindowsCAL", 29), price("WindowsEC", 1999)];
    json(&position(&case))["licenses"].clone()
}

#[test]
fn the_school_under_the_pur() {
    let found = json(&position(&school()));
    assert_eq!(found["status"], "shortfall");
    assert_eq!(found["cost"], json!({"low": "67542", "high": "67542", "exact": true}));
    assert_eq!(
        found["disputed"],
        json!([{"definition": "external", "reading": "Blog", "status": "shortfall",
                "cost": {"low": "67542", "high": "282792", "exact": true}}])
    );
    assert_eq!(found["definitions"], json!([{"name": "external", "yes": 4250, "no": 200, "unknown": 0}]));
    assert_eq!(
        found["accesses"],
        json!({"given": 3, "effective": 6, "prohibited": 0, "exempt": 0, "unknown": 0, "demanding": 6})
    );
    assert_eq!(
        found["exemptions"],
        json!([{"rule": "administration", "accesses": 0, "places": 0},
               {"rule": "anonymous_internet", "accesses": 0},
               {"rule": "licensed_server", "accesses": 0}])
    );
    assert_eq!(found["questions"], json!([]));
    assert_eq!(
        found["assumptions"],
        json!([{"fact": "access.benefit", "value": "licensee", "rows": 2},
               {"fact": "access.purpose", "value": "use", "rows": 3}])
    );
}

#[test]
fn the_school_buys_what_its_readme_says() {
    let found = json(&position(&school()));
    let line = |license: &str, version: &str, metric: &str, buy: u32, price: &str, cost: &str| {
        json!({"license": license, "version": version, "metric": metric, "owned": 0, "used": buy, "buy": buy,
               "spare": 0, "unit_price": price, "cost": cost})
    };
    assert_eq!(
        found["licenses"],
        json!([
            line("SharePointInternetSites", "2007", "server", 1, "40943", "40943"),
            line("SharePointStandardCAL", "2007", "user", 200, "94", "18800"),
            line("WindowsCAL", "2003", "user", 200, "29", "5800"),
            line("WindowsEC", "2003", "host", 1, "1999", "1999")
        ])
    );
}

#[test]
fn the_school_under_the_article_asks_about_its_pupils() {
    let mut case = school();
    case.estate.readings = vec![("external".to_owned(), "Blog".to_owned())];
    let found = json(&position(&case));
    assert_eq!(found["cost"], json!({"low": "67542", "high": "282792", "exact": true}));
    let cost = |cost: &str| json!({"low": cost, "high": cost, "exact": true});
    assert_eq!(
        found["questions"],
        json!([{"fact": "user.similar_personnel", "subjects": ["pupils"], "answers": [
            {"answer": ["yes"], "status": "shortfall", "cost": cost("282792")},
            {"answer": ["no"], "status": "shortfall", "cost": cost("67542")}]}])
    );
    assert_eq!(found["definitions"], json!([{"name": "external", "yes": 2500, "no": 200, "unknown": 1750}]));
}

#[test]
fn a_suite_makes_the_school_cheaper() {
    let mut case = school();
    case.estate.prices.push(price("CoreCAL", 68));
    let found = json(&position(&case));
    assert_eq!(found["cost"]["high"], "56542");
}

#[test]
fn a_connector_is_cheaper_from_69_customers_on() {
    assert_eq!(customers(68)[0]["license"], "WindowsCAL");
    assert_eq!(customers(68)[0]["buy"], 68);
    assert_eq!(customers(69)[0]["license"], "WindowsEC");
    assert_eq!(customers(69)[0]["buy"], 1);
}

#[test]
fn two_of_ten_administrators_need_no_licence() {
    let mut case = policies();
    case.estate.users = vec![user("admins", 10, "employee")];
    case.estate.servers = vec![server("web", "WindowsServer", "2003", None)];
    let mut visit = access("admins", "web");
    visit.facts.insert("purpose".to_owned(), Cell::Is(Value::member("administration")));
    case.estate.accesses = vec![visit];
    let found = json(&position(&case));
    assert_eq!(found["licenses"][0]["buy"], 8);
    assert_eq!(found["exemptions"][0], json!({"rule": "administration", "accesses": 1, "places": 2}));
    assert_eq!(found["accesses"]["demanding"], 1);
}

#[test]
fn a_2000_server_takes_device_cals_only() {
    let mut case = policies();
    case.estate.users = vec![user("bob", 1, "employee")];
    case.estate.devices = vec![Population { id: "kiosk".to_owned(), count: Count::Heads(1), facts: Facts::new() }];
    case.estate.servers = vec![server("old", "WindowsServer", "2000", None)];
    let mut visit = access("bob", "old");
    visit.device = Some("kiosk".to_owned());
    case.estate.accesses = vec![visit];
    let owned = |metric: Metric| Holding {
        license: "WindowsCAL".to_owned(),
        metric,
        quantity: 1,
        version: Some("2003".to_owned()),
        assigned_to: None,
        sa_until: None,
        acquired: None,
        facts: Facts::new(),
    };
    case.estate.holdings = vec![owned(Metric::Device)];
    assert_eq!(json(&position(&case))["status"], "compliant");
    case.estate.holdings = vec![owned(Metric::User)];
    assert_eq!(json(&position(&case))["status"], "shortfall");
}

#[test]
fn the_school_prints_as_policies_and_tables() {
    let case = school();
    let files = print::estate_files(&case);
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["estate.toml", "users.csv", "servers.csv", "accesses.csv", "prices.csv"]);
    assert_eq!(
        files[3].1,
        "server,user,device,functionality,channel,identified,purpose,benefit\n\
         moss,staff,,,internet,yes,,\n\
         moss,pupils,,,internet,yes,,\n\
         moss,parents,,,internet,yes,,\n"
    );
    assert!(print::policy_text(&case).contains("license.version >= server.version"));
}
