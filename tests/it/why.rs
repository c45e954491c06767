//! Explanations: what a user reads, and that they say what the judgement says.

use crate::case::{Case, Cell, Entity, Field, Ratio, Type, Value};
use crate::cli::{Estate, run};
use crate::engine::made;
use crate::{generate, print};
use entail::evaluate::ruling::Ruling;
use entail::judge::Request;
use entail::judge::judgement::Judgement;
use entail::program::Program;
use entail::value::Truth;
use entail::why::told::{Access, Brought, Change, Explanation};
use entail::why::{Subject, find, why};
use std::collections::BTreeMap;
use std::path::Path;

/// Compares a result with the snapshot of this name in a folder of `tests/cases`.
pub fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// What a call prints, errors first.
pub fn printed(arguments: &[&str]) -> String {
    let call = run(&[arguments, &["-q"]].concat());
    let text = call.stderr + &call.stdout;
    let longest = call.stdout.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    assert!(longest <= 100 || arguments.contains(&"json"), "{longest} columns:\n{text}");
    text
}

/// An estate in which much is at stake: a front end with a database behind it, an old server, hosted customers, an
/// administrator, licences of several versions.
fn office(name: &str) -> Estate {
    let estate = Estate::empty(name);
    estate
        .file("estate.toml", "name = \"Office\"\nas_of = 2008-06-01\ncurrency = \"USD\"\n")
        .file(
            "users.csv",
            "id,count,relation,hosted\nclerks,20,employee,\nannie,1,employee,\nguests,many,customer,\nhosted,5,customer,yes\nfront,1,employee,\n",
        )
        .file("devices.csv", "id,count\nkiosk,2\n")
        .file("hosts.csv", "id,kind\nbox,physical\n")
        .file(
            "servers.csv",
            "id,product,version,host\nfront,WindowsServer,2003,box\ndb,WindowsServer,2003R2,box\nold,WindowsServer,2000,\n",
        )
        .file("routes.csv", "server,target\nfront,db\n")
        .file(
            "accesses.csv",
            "user,device,server,channel,identified,purpose\nclerks,,front,lan,yes,\nannie,,old,lan,yes,\nannie,,front,lan,yes,administration\nguests,,front,internet,,\nhosted,,db,internet,yes,\n,kiosk,old,lan,yes,\n",
        )
        .file(
            "licenses.csv",
            "license,metric,quantity,version\nWindowsCAL,user,15,2003\nWindowsCAL,device,1,2000\n",
        )
        .file("prices.csv", "license,price\nWindowsCAL,29\n")
}

#[test]
fn the_pupils_of_the_school() {
    snapshot("why", "school_pupils", &printed(&["why", "examples/school", "user:pupils"]));
    snapshot("why", "school_staff_at_windows", &printed(&["why", "examples/school", "staff", "--server", "windows"]));
    let blog = ["why", "examples/school", "pupils", "--server", "windows", "--reading", "external=Blog"];
    snapshot("why", "school_pupils_as_the_article_reads", &printed(&blog));
    snapshot("why", "school_connector", &printed(&["why", "examples/school", "WindowsEC"]));
    snapshot("why", "school_windows", &printed(&["why", "examples/school", "server:windows"]));
    let json = printed(&["why", "examples/school", "user:pupils", "--server", "windows", "--format", "json"]);
    let (before, after) = json.split_once("\"sha256\": ").unwrap();
    let after = after.split_once('\n').unwrap().1;
    snapshot("why", "school_pupils_json", &format!("{before}\"sha256\": …\n{after}"));
}

#[test]
fn an_office_in_which_much_is_at_stake() {
    let office = office("why-office");
    let why = |subject: &[&str]| printed(&[&["why", office.path()], subject].concat());
    snapshot("why", "office_behind_the_front_end", &why(&["clerks", "--server", "db"]));
    snapshot("why", "office_user_licence_on_an_old_server", &why(&["annie", "--server", "old"]));
    snapshot("why", "office_administrator", &why(&["annie", "--server", "front"]));
    snapshot("why", "office_not_known", &why(&["guests", "--server", "front"]));
    snapshot("why", "office_prohibited", &why(&["hosted"]));
    snapshot("why", "office_device", &why(&["kiosk"]));
    snapshot("why", "office_host", &why(&["box"]));
    snapshot("why", "office_licence", &why(&["WindowsCAL"]));
}

/// Asked about one server, the answer is about that server alone.
#[test]
fn an_answer_about_one_server_says_so() {
    let asked = |subject: &str, server: &str| printed(&["why", "examples/mixed-versions", subject, "--server", server]);
    assert!(
        asked("office", "shop").contains("user office (60) does not come to server shop, and needs nothing there.")
    );
    assert!(asked("office", "files").starts_with("user office (60): licences are short at files;"));
    let windows = printed(&["why", "examples/school", "windows", "--server", "moss"]);
    assert!(windows.contains("server windows: nothing of it concerns server moss."), "{windows}");
}

#[test]
fn what_cannot_be_asked() {
    let office = office("why-wrong");
    let wrong = |subject: &[&str]| {
        let call = run(&[&["why", office.path()], subject, &["-q"]].concat());
        assert_eq!((call.status, call.stdout.as_str()), (2, ""), "{subject:?}");
        call.stderr
    };
    snapshot("why", "several_of_one_name", &wrong(&["front"]));
    snapshot("why", "unknown_names", &wrong(&["clerk", "--server", "fornt"]));
    snapshot("why", "another_kind", &wrong(&["device:clerks"]));
    snapshot("why", "nothing_near", &wrong(&["user:x"]));
    snapshot("why", "an_access_has_no_name", &wrong(&["clerks -> front"]));
    assert_eq!(run(&["why"]).status, 2);
    assert_eq!(run(&["why", office.path(), "server:front", "-q"]).status, 0);
    assert_eq!(run(&["why", office.path(), "host:box", "-q"]).status, 0);
}

/// Everything in an estate that can be asked about, as it is asked.
fn subjects(case: &Case) -> Vec<String> {
    let estate = &case.estate;
    let users = estate.users.iter().map(|row| format!("user:{}", row.id));
    let devices = estate.devices.iter().map(|row| format!("device:{}", row.id));
    let hosts = estate.hosts.iter().map(|row| format!("host:{}", row.id));
    let servers = estate.servers.iter().map(|row| format!("server:{}", row.id));
    let licenses = case.licenses.iter().map(|license| format!("license:{}", license.name));
    users.chain(devices).chain(hosts).chain(servers).chain(licenses).collect()
}

/// A case explained: every subject, and the judgement.
fn explained(case: &Case) -> Option<(BTreeMap<String, Explanation>, Judgement)> {
    let (program, mut sources, estate) = made(&[print::policy_text(case)], &print::estate_files(case)).ok()??;
    let mut all = BTreeMap::new();
    let mut judged = None;
    for asked in subjects(case) {
        let subject = subject(&program, &estate, &asked, &mut sources);
        let (told, judgement) = why(&program, &sources, &estate, &Request::default(), (subject, None)).ok()?;
        judged = Some(judgement);
        all.insert(asked, told);
    }
    Some((all, judged?))
}

fn subject(
    program: &Program,
    estate: &entail::estate::Estate,
    asked: &str,
    sources: &mut entail::source::Sources,
) -> Subject {
    let file = sources.add("SUBJECT", asked).unwrap();
    find(program, estate, asked, entail::source::Span::new(file, 0..asked.len())).unwrap()
}

/// How many seeds the properties are tried on; `ENTAIL_CASES` asks for another number.
fn seeds(usual: u64) -> u64 {
    std::env::var("ENTAIL_CASES").map_or(usual, |cases| cases.parse().unwrap())
}

#[test]
fn explanations_count_as_the_judgement_counts() {
    for seed in 0..seeds(300) {
        let case = generate::case(seed);
        let Some((told, judgement)) = explained(&case) else { continue };
        let of_servers = told.iter().filter(|(asked, _)| asked.starts_with("server:"));
        let accesses: Vec<&Access> = of_servers.flat_map(|(_, told)| &told.accesses).collect();
        let rows = |verdict: Ruling| {
            let own = accesses.iter().filter(|access| access.verdict == verdict);
            own.map(|access| access.given).sum::<u64>()
        };
        let counts = judgement.accesses;
        let counted = (counts.prohibited, counts.exempt, counts.unknown, counts.demanding);
        let verdicts = [Ruling::Prohibited, Ruling::Exempt, Ruling::Unknown, Ruling::Demanding].map(rows);
        assert_eq!(verdicts, [counted.0, counted.1, counted.2, counted.3], "seed {seed}\n{}", print::shown(&case));
        let unmet = |access: &&&Access| access.demands.iter().any(|demand| demand.unmet.is_some());
        assert_eq!(accesses.iter().any(|access| unmet(&access)), {
            judgement.unmet.iter().any(|unmet| unmet.user.is_some() || unmet.device.is_some())
        });
    }
}

/// A change to be checked: of whom, in which access (a row of the estate and the server reached), and what it flips.
struct Flip {
    subject: String,
    row: String,
    server: String,
    change: Change,
    what: What,
}

enum What {
    Verdict,
    Rule(String),
    Cover(String, String, String, String, bool),
}

fn flips(asked: &str, told: &Explanation) -> Vec<Flip> {
    let mut flips = Vec::new();
    for access in &told.accesses {
        let mut add = |change: &Change, what: What| {
            let (subject, row) = (asked.to_owned(), access.rows[0].clone());
            flips.push(Flip { subject, row, server: access.server.clone(), change: change.clone(), what });
        };
        access.changes.iter().for_each(|change| add(change, What::Verdict));
        for rule in &access.rules {
            rule.change.iter().for_each(|change| add(change, What::Rule(rule.rule.clone())));
        }
        for demand in &access.demands {
            for cover in &demand.covers {
                let (license, version) = (cover.license.clone(), cover.version.clone());
                let (metric, functionality) = (cover.metric.to_string(), demand.functionality.clone());
                cover.change.iter().for_each(|change| {
                    let owned = cover.owned.is_some();
                    let names = (license.clone(), version.clone(), metric.clone(), functionality.clone());
                    add(change, What::Cover(names.0, names.1, names.2, names.3, owned));
                });
            }
        }
    }
    flips
}

/// Whether what was to be flipped is, in a case explained again.
fn is_flipped(flip: &Flip, told: &Explanation) -> bool {
    let own = |access: &&Access| access.server == flip.server && access.rows.contains(&flip.row);
    told.accesses.iter().find(own).is_some_and(|access| match &flip.what {
        What::Verdict => flip.change.to == Brought::Ruling(access.verdict),
        What::Rule(name) => access.rules.iter().any(|rule| rule.rule == *name && rule.answer == Truth::Yes),
        What::Cover(license, version, metric, functionality, owned) => access.demands.iter().any(|demand| {
            let covers = demand.covers.iter().any(|cover| {
                (&cover.license, &cover.version, &cover.metric.to_string()) == (license, version, metric)
                    && (cover.owned.is_some(), cover.answer) == (*owned, Truth::Yes)
            });
            demand.functionality == *functionality && covers
        }),
    })
}

/// The case with some of the facts of a change made; `None` where a value cannot be written down.
fn changed(case: &Case, flip: &Flip, take: impl Fn(usize) -> bool) -> Option<Case> {
    let mut case = case.clone();
    for (_, fact) in flip.change.facts.iter().enumerate().filter(|(place, _)| take(*place)) {
        let (entity, name) = fact.fact.split_once('.')?;
        if entity == "evidence" {
            case.estate.evidence.push(name.to_owned());
            continue;
        }
        let entity = [Entity::User, Entity::Device, Entity::Server, Entity::Host, Entity::Access, Entity::Estate]
            .into_iter()
            .find(|known| known.word() == entity)?;
        let row = row(&case, entity, &fact.of, &flip.row)?;
        let value = value(&case, &Field::new(entity, name), fact.to.last()?)?;
        if entity == Entity::Host {
            write_down(&mut case, row);
        }
        match (entity, name, &value) {
            (Entity::Host, "cores", Value::Number(number)) => {
                case.estate.hosts[row].cores = u32::try_from(number.top).ok();
            }
            (Entity::Host, "processors", Value::Number(number)) => {
                case.estate.hosts[row].processors = u32::try_from(number.top).ok();
            }
            (Entity::Host, "kind", Value::Member(kind)) => case.estate.hosts[row].kind = Some(kind.clone()),
            _ => {
                let facts = generate::estate::facts_mut(&mut case.estate, entity, row);
                facts.insert(name.to_owned(), Cell::Is(value));
            }
        }
    }
    Some(case)
}

/// Lists the host of a server that names none, so that something can be stated of it.
fn write_down(case: &mut Case, host: usize) {
    let host = &mut case.estate.hosts[host];
    let servers = case.estate.servers.iter_mut().filter(|server| host.implied && server.id == host.id);
    servers.for_each(|server| server.host = Some(host.id.clone()));
    host.implied = false;
}

fn row(case: &Case, entity: Entity, id: &str, access: &str) -> Option<usize> {
    let estate = &case.estate;
    match entity {
        Entity::User => estate.users.iter().position(|row| row.id == id),
        Entity::Device => estate.devices.iter().position(|row| row.id == id),
        Entity::Server => estate.servers.iter().position(|row| row.id == id),
        Entity::Host => estate.hosts.iter().position(|row| row.id == id),
        Entity::Access => access.split(':').nth(1)?.parse::<usize>().ok()?.checked_sub(2),
        Entity::License | Entity::Agreement | Entity::Absence => None,
        Entity::Estate => Some(0),
    }
}

/// A value that lies in an answer: `yes`, `student`, `> 30`, `30..40`, `other`.
fn value(case: &Case, field: &Field, text: &str) -> Option<Value> {
    let kind = case.fact(field).map(|fact| fact.kind.clone());
    let kind = kind.unwrap_or(if field.name == "kind" { Type::Enum(String::new()) } else { Type::Int });
    let number = |text: &str| text.parse::<i128>().ok();
    Some(match kind {
        Type::Bool => Value::Bool(text == "yes"),
        Type::Enum(_) => Value::member(text),
        Type::Text => Value::Text(if text == "other" { "another".to_owned() } else { text.to_owned() }),
        Type::Version(product) => {
            let label = text.strip_prefix(&format!("{product} ")).unwrap_or(text).to_owned();
            Value::Version(product, label)
        }
        Type::Date => return None,
        Type::Int | Type::Number | Type::Money => {
            let bound = |text: &str, by: i128| number(text).map(|number| Value::Number(Ratio::whole(number + by)));
            match (text.strip_prefix("> "), text.strip_prefix("< "), text.split_once("..")) {
                (Some(low), ..) => bound(low, 1)?,
                (_, Some(high), _) => bound(high, -1)?,
                (_, _, Some((low, _))) => bound(low, 1)?,
                (None, None, None) => bound(text, 0)?,
            }
        }
    })
}

fn is_flipped_in(case: &Case, flip: &Flip) -> bool {
    explained(case).is_some_and(|(told, _)| is_flipped(flip, &told[&flip.subject]))
}

/// The case with one yes/no fact or enum of the user, the device or the access of a flip stated otherwise, in every way.
fn single<'c>(case: &'c Case, flip: &'c Flip) -> impl Iterator<Item = Case> + 'c {
    let access = row(case, Entity::Access, "", &flip.row).unwrap();
    let given = case.estate.accesses[access].clone();
    let facts =
        case.facts.iter().filter(|fact| [Entity::User, Entity::Device, Entity::Access].contains(&fact.field.entity));
    let stated = facts.flat_map(move |fact| {
        let id = match fact.field.entity {
            Entity::User => given.user.clone(),
            _ => given.device.clone(),
        };
        let at = match fact.field.entity {
            Entity::Access => Some(access),
            entity => id.and_then(|id| row(case, entity, &id, "")),
        };
        let values = match &fact.kind {
            Type::Bool => vec![Value::Bool(true), Value::Bool(false)],
            Type::Enum(name) => {
                let declared = case.enums.iter().find(|one| one.name == *name).unwrap();
                declared.members.iter().map(|member| Value::member(member)).collect()
            }
            Type::Int | Type::Number | Type::Money | Type::Date | Type::Text | Type::Version(_) => Vec::new(),
        };
        let field = fact.field.clone();
        values.into_iter().filter_map(move |value| Some((field.clone(), at?, value)))
    });
    stated.map(|(field, at, value)| {
        let mut case = case.clone();
        generate::estate::facts_mut(&mut case.estate, field.entity, at).insert(field.name, Cell::Is(value));
        case
    })
}

#[test]
fn the_nearest_change_flips_what_it_says_and_no_part_of_it_does() {
    let (mut tried, mut composite) = (0, 0);
    for seed in 0..seeds(120) {
        let case = generate::case(seed);
        let Some((told, _)) = explained(&case) else { continue };
        let rows = told.iter().filter(|(asked, _)| asked.starts_with("user:") || asked.starts_with("device:"));
        for flip in rows.flat_map(|(asked, told)| flips(asked, told)) {
            let again = |take: &dyn Fn(usize) -> bool| {
                let (told, _) = explained(&changed(&case, &flip, take)?)?;
                Some(is_flipped(&flip, &told[&flip.subject]))
            };
            let Some(flipped) = again(&|_| true) else { continue };
            let shown = || format!("seed {seed}: {} {:#?}\n{}", flip.subject, flip.change, print::shown(&case));
            assert!(flipped, "it does not flip\n{}", shown());
            tried += 1;
            let facts = flip.change.facts.len();
            composite += usize::from(facts > 1);
            for left_out in (0..facts).filter(|_| facts > 1) {
                assert_eq!(again(&|place| place != left_out), Some(false), "a part of it flips\n{}", shown());
            }
            if facts > 1 && composite <= 40 {
                let single = single(&case, &flip).find(|one| is_flipped_in(one, &flip));
                assert!(single.is_none(), "one fact alone flips\n{}\n{}", shown(), print::shown(&single.unwrap()));
            }
        }
    }
    assert!(tried > 200 && composite > 5, "{tried} changes, {composite} of several facts");
}

/// A connector for 100 meets three customers: licences for each are bought below a third of that, which no decimal is.
#[test]
fn a_price_that_no_decimal_is() {
    let estate = Estate::empty("thirds");
    let _ = estate
        .file("estate.toml", "as_of = 2008-06-01\n")
        .file("users.csv", "id,count,relation\nclients,3,customer\n")
        .file("servers.csv", "id,product,version\nweb,WindowsServer,2008\n")
        .file("accesses.csv", "user,server,channel,identified\nclients,web,lan,yes\n")
        .file("prices.csv", "license,price\nWindowsCAL,40\nWindowsEC,100\n");
    let text = printed(&["why", estate.path(), "WindowsCAL", "-p", "shipped"]);
    assert!(text.contains("Per user it would be bought below 100/3 each"), "{text}");
    for (price, bought) in [("33.33", "WindowsCAL 2008"), ("33.34", "WindowsEC 2008")] {
        let what_if = format!("price WindowsCAL per user = {price}");
        let text = printed(&["plan", estate.path(), "-p", "shipped", "--what-if", &what_if]);
        assert!(text.contains(bought), "{price}: {text}");
    }
}

#[test]
fn a_ring_of_servers_is_told_once() {
    let servers: Vec<String> = (0..12).map(|n| format!("s{n}")).collect();
    let rows = servers.iter().map(|id| format!("{id},WindowsServer,2003\n")).collect::<String>();
    let next = servers.iter().cycle().skip(1);
    let routes = servers.iter().zip(next).map(|(id, next)| format!("{id},{next}\n")).collect::<String>();
    let estate = Estate::empty("ring")
        .file("estate.toml", "as_of = 2008-06-01\n")
        .file("users.csv", "id,relation\nbob,employee\n")
        .file("servers.csv", format!("id,product,version\n{rows}"))
        .file("routes.csv", format!("server,target\n{routes}"))
        .file("accesses.csv", "user,server,channel,identified\nbob,s0,lan,yes\n")
        .file("prices.csv", "license,price\nWindowsCAL,29\n");
    snapshot("why", "ring", &printed(&["why", estate.path(), "bob"]));
    snapshot("why", "ring_from_a_server", &printed(&["why", estate.path(), "server:s11"]));
}
