//! Which features of the language and of estates a case has, so that a test can count them.

use super::estate::{has_lapsed, has_risen};
use super::policy::AGREEMENTS;
use crate::case::*;
use crate::print;
use crate::reference::setting;

/// The features that show in the text of the policies, with the words that show them.
const WRITTEN: [(&str, &str); 85] = [
    ("source from", "kind: contract from"),
    ("source until", "kind: contract until"),
    ("source when", "kind: contract  when"),
    ("prefer", "prefer "),
    ("extend", "extend "),
    ("extend an enum", "extend Relation"),
    ("extend a definition", "extend external"),
    ("agreement", "agreement SPLA"),
    ("define of a user", "user is external"),
    ("define of a user, denied", "user is not external"),
    ("define with one body", "define trusted"),
    ("define of an access", "access is local"),
    ("define of a device", "device is kept"),
    ("open when", "open when"),
    ("open because", "open  because"),
    ("exempt", "exempt "),
    ("for", " for "),
    ("except", "except "),
    ("limit", "limit "),
    ("evidence", "evidence "),
    ("prohibit", "prohibit "),
    ("reach routes", "to server.routes"),
    ("reach runs_on", "to server.runs_on"),
    ("reassign per user", "per user"),
    ("reassign per device", "per device"),
    ("reassign when", "when absence.planned"),
    ("also", " also "),
    ("adds to", "adds to"),
    ("demanded by every server", "demanded by every server"),
    ("feature", "feature "),
    ("terms", "terms "),
    ("under", "  under "),
    ("versions", "  versions "),
    ("version block", "  version "),
    ("includes", "  includes "),
    ("nested suite", "license GrandSuite"),
    ("units max", "units max("),
    ("units round_up", "units round_up("),
    ("pack", "  pack "),
    ("minimum", "  minimum "),
    ("license.version compared", "license.version is"),
    ("server.version compared", "server.version "),
    ("same or later", "license.version >= server.version"),
    ("license.metric", "license.metric is"),
    ("license fact", "license.academic"),
    ("server.runs_on is none", "server.runs_on is none"),
    ("access.user is none", "access.user is none"),
    ("access.device is not none", "access.device is not none"),
    ("agreement is none", "agreement is none"),
    ("agreement.signed", "agreement.signed"),
    ("estate.as_of", "estate.as_of"),
    ("host fact", "host.rented"),
    ("host.cores", "host.cores"),
    ("arithmetic", "device.floor + 2"),
    ("rounding down", "round_down("),
    ("decimals", "min(4, 2.5)"),
    ("dates compared", "user.since"),
    ("in and not in", " not in ["),
    ("advise", "advise "),
    ("count in a condition", "when count("),
    ("count in a text", "{count("),
    ("break_even", "break_even("),
    ("estate.users in a text", "{estate.users}"),
    ("many in a condition", " many say"),
    ("count of devices", "count(device."),
    ("user.count", "user.count "),
    ("device.count", "device.count "),
    ("user.id", "user.id "),
    ("device.id", "device.id "),
    ("server.id", "server.id "),
    ("host.id", "host.id "),
    ("host.kind", "host.kind is"),
    ("host.kind in a list", "host.kind in ["),
    ("host.processors", "host.processors "),
    ("server.product", "server.product is"),
    ("access.functionality", "access.functionality is"),
    ("license.name", "license.name is"),
    ("money", "user.budget "),
    ("text in a list", "user.id in ["),
    ("version fact", "user.client >"),
    ("version fact in a list", "user.client in ["),
    ("dated rule", "\"its section\" { from "),
    ("dated reading", " reading Brief \"its section\" { from "),
    ("dated clause", "at Contract \"its section\" from "),
    ("dated version", "version 2003 {\n  from "),
];

/// A test of whether a case has a feature.
type Holds = fn(&Case) -> bool;

/// The features that show in the data.
const STATED: [(&str, Holds); 62] = [
    ("population", |case| populations(case).any(|row| matches!(row.count, Count::Heads(2..)))),
    ("many", |case| populations(case).any(|row| row.count == Count::Many)),
    ("device without user", |case| case.estate.accesses.iter().any(|access| access.user.is_none())),
    ("user without device", |case| case.estate.accesses.iter().any(|access| access.device.is_none())),
    ("user and device", |case| {
        case.estate.accesses.iter().any(|access| access.user.is_some() && access.device.is_some())
    }),
    ("access of a feature", |case| functionality(case, "excel_services")),
    ("access of an additive functionality", |case| functionality(case, "enterprise")),
    ("route", |case| !case.estate.routes.is_empty()),
    ("routes in a circle", |case| {
        case.estate.routes.iter().any(|(from, to)| case.estate.routes.contains(&(to.clone(), from.clone())))
    }),
    ("runs_on", |case| case.estate.servers.iter().any(|server| server.runs_on.is_some())),
    ("several servers on a host", |case| {
        let hosts: Vec<_> = case.estate.servers.iter().filter_map(|server| server.host.as_ref()).collect();
        (1..hosts.len()).any(|index| hosts[..index].contains(&hosts[index]))
    }),
    ("server of an also release", |case| case.estate.servers.iter().any(|server| server.version.ends_with("R2"))),
    ("stock per user", |case| stock(case, Metric::User)),
    ("stock per device", |case| stock(case, Metric::Device)),
    ("stock per host", |case| stock(case, Metric::Host)),
    ("stock per server", |case| stock(case, Metric::Server)),
    ("stock of a suite", |case| case.estate.holdings.iter().any(|holding| holding.license.ends_with("Suite"))),
    ("assigned_to", |case| case.estate.holdings.iter().any(|holding| holding.assigned_to.is_some())),
    ("acquired later", |case| {
        case.estate.holdings.iter().any(|holding| holding.acquired.is_some_and(|day| day > case.estate.as_of))
    }),
    ("acquired on the day", |case| {
        case.estate.holdings.iter().any(|holding| holding.acquired == Some(case.estate.as_of))
    }),
    ("assurance", |case| case.estate.holdings.iter().any(|holding| holding.sa_until.is_some())),
    ("assurance raises", |case| case.estate.holdings.iter().any(|holding| has_risen(case, holding))),
    ("assurance lapsed", |case| case.estate.holdings.iter().any(|holding| has_lapsed(case, holding))),
    ("assurance without version", |case| case.estate.holdings.iter().any(|holding| holding.version.is_none())),
    ("no prices", |case| case.estate.prices.is_empty()),
    ("price by version", |case| case.estate.prices.iter().any(|row| row.version.is_some())),
    ("price by metric", |case| case.estate.prices.iter().any(|row| row.metric.is_some())),
    ("price from", |case| case.estate.prices.iter().any(|row| row.period.from.is_some())),
    ("price until", |case| case.estate.prices.iter().any(|row| row.period.until.is_some())),
    ("absence of a user", |case| absence(case, Metric::User)),
    ("absence of a device", |case| absence(case, Metric::Device)),
    ("units of the absent", |case| {
        let mut absences = case.estate.absences.iter();
        absences.any(|one| case.estate.holdings.iter().any(|owned| owned.assigned_to.as_ref() == Some(&one.absent)))
    }),
    ("blank without default", |case| unknown(case, Cell::Blank)),
    ("unknown cell", |case| unknown(case, Cell::Unknown)),
    ("estate fact unknown", |case| !case.estate.facts.contains_key("audited")),
    ("estate fact by default", |case| !case.estate.facts.contains_key("tier")),
    ("evidence at hand", |case| !case.estate.evidence.is_empty()),
    ("evidence missing", |case| {
        let mut rules = case.exemptions.iter().filter(|rule| rule.evidence.is_some());
        rules.any(|rule| !case.estate.evidence.contains(&rule.name))
    }),
    ("host.cores unknown", |case| host(case, "cores")),
    ("host.processors unknown", |case| host(case, "processors")),
    ("host.kind unknown", |case| host(case, "kind")),
    ("a host of its own", |case| case.estate.hosts.iter().any(|host| host.implied)),
    ("licence fact unknown", |case| {
        case.estate.holdings.iter().any(|row| row.facts.get("academic") == Some(&Cell::Unknown))
    }),
    ("absence fact unknown", |case| {
        case.estate.absences.iter().any(|row| !matches!(row.facts.get("planned"), Some(Cell::Is(_))))
    }),
    ("signing date unknown", |case| case.estate.agreement.is_some() && case.estate.signed.is_none()),
    ("money unknown", |case| fact_of_user(case, "budget")),
    ("version unknown", |case| fact_of_user(case, "client")),
    ("text unknown", |case| fact_of_user(case, "badge")),
    ("open about accesses", |case| {
        case.definitions.iter().any(|define| {
            define.subject == Entity::Access
                && matches!(&define.body, Body::Readings(list) if list.iter().any(|one| one.open.is_some()))
        })
    }),
    ("agreement with evidence", |case| {
        case.exemptions.iter().any(|rule| {
            let mut found = false;
            rule.when.walk(&mut |part| found |= matches!(part, Cond::Agreement(..)));
            found && rule.evidence.is_some()
        })
    }),
    ("dated suite version", |case| {
        case.licenses
            .iter()
            .any(|one| one.grants.is_none() && one.blocks.iter().any(|block| block.period != Period::default()))
    }),
    ("nested suite of several versions", |case| {
        case.licenses.iter().any(|one| one.name == "GrandSuite" && one.blocks.len() > 1)
    }),
    ("mixed stock", |case| {
        let products: Vec<_> = case
            .estate
            .holdings
            .iter()
            .filter_map(|row| case.license(&row.license).grants.as_ref().map(|grants| (&grants.product, row.metric)))
            .collect();
        products
            .iter()
            .any(|(product, metric)| products.iter().any(|(other, another)| product == other && metric != another))
    }),
    ("many on both sides", |case| {
        let many =
            |id: &Option<String>| populations(case).any(|row| id.as_ref() == Some(&row.id) && row.count == Count::Many);
        case.estate.accesses.iter().any(|access| {
            many(&access.user) && access.device.is_some() || many(&access.device) && access.user.is_some()
        })
    }),
    ("quota and several actors", |case| {
        case.exemptions.iter().any(|rule| rule.limit.is_some()) && case.estate.accesses.len() > 1
    }),
    ("absence moved by a condition", |case| {
        case.estate
            .absences
            .iter()
            .any(|one| case.reassigns.iter().any(|rule| rule.metric == one.kind && rule.when.is_some()))
    }),
    ("reach when", |case| case.reaches.iter().any(|rule| rule.when.is_some())),
    ("edition", |case| case.estate.servers.iter().any(|server| server.edition.is_some())),
    ("no agreement", |case| case.estate.agreement.is_none()),
    ("an agreement", |case| case.estate.agreement.as_deref().is_some_and(|name| AGREEMENTS.contains(&name))),
    ("several readings in force", |case| {
        setting::read(case, None).iter().any(|name| setting::in_force(case, name).len() > 1)
    }),
    ("a reading by hand", |case| {
        let read = setting::read(case, None);
        case.estate.readings.iter().any(|(name, _)| read.contains(name))
    }),
];

/// The names of all features.
pub fn all() -> Vec<&'static str> {
    let written = WRITTEN.iter().map(|(name, _)| *name);
    written.chain(STATED.iter().map(|(name, _)| *name)).collect()
}

/// The features that a case has.
pub fn features(case: &Case) -> Vec<&'static str> {
    let text = print::policy_text(case);
    let written = WRITTEN.iter().filter(|(_, words)| text.contains(words)).map(|(name, _)| *name);
    let stated = STATED.iter().filter(|(_, holds)| holds(case)).map(|(name, _)| *name);
    written.chain(stated).collect()
}

fn populations(case: &Case) -> impl Iterator<Item = &Population> {
    case.estate.users.iter().chain(&case.estate.devices)
}

fn functionality(case: &Case, name: &str) -> bool {
    case.estate.accesses.iter().any(|access| access.functionality.as_deref() == Some(name))
}

fn stock(case: &Case, metric: Metric) -> bool {
    case.estate.holdings.iter().any(|holding| holding.metric == metric)
}

fn absence(case: &Case, kind: Metric) -> bool {
    case.estate.absences.iter().any(|one| one.kind == kind && one.period.holds(case.estate.as_of))
}

/// Whether a column of the hosts that a condition reads is blank somewhere.
fn host(case: &Case, name: &str) -> bool {
    let none = |host: &Host| match name {
        "kind" => host.kind.is_none(),
        "cores" => host.cores.is_none(),
        _ => host.processors.is_none(),
    };
    let read = print::policy_text(case).contains(&format!("host.{name}"));
    read && case.estate.hosts.iter().any(none)
}

fn fact_of_user(case: &Case, name: &str) -> bool {
    let unknown = |row: &Population| !matches!(row.facts.get(name), Some(Cell::Is(_)));
    print::policy_text(case).contains(&format!("user.{name}")) && case.estate.users.iter().any(unknown)
}

/// Whether a cell of a fact without a default is so.
fn unknown(case: &Case, wanted: Cell) -> bool {
    case.estate.users.iter().any(|row| row.facts.get("relation") == Some(&wanted))
        || case.estate.accesses.iter().any(|row| row.facts.get("channel") == Some(&wanted))
}
