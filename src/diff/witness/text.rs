//! A witness as the `test` item that a person can run: for the new side, with what the old side says beside it.

use super::{HOST, Observed, Point, Row, SERVER, confirm, evidence_rules, has_unit, rows, unit, who};
use crate::diff::Edition;
use crate::diff::difference::{Blame, Blamed};
use crate::diff::subjects::What;
use crate::diff::unite::United;
use crate::diff::verdict::Verdict;
use crate::program::{Entity, FunctionalityId, Program};

/// A case that is witnessed.
pub(in crate::diff) struct Witnessed<'w> {
    pub united: &'w United,
    pub what: What,
    pub editions: [&'w Edition<'w>; 2],
    pub verdicts: [&'w Verdict; 2],
    pub blame: &'w Blame,
    /// Whether rules with a limit are among those to blame.
    pub has_places: bool,
    /// What the evaluator finds on either side.
    pub observed: [Observed; 2],
    pub name: String,
}

/// The text of a test; none where the new side comes to nothing that a test could expect.
pub(in crate::diff) fn text(point: &Point, of: &Witnessed<'_>) -> Option<String> {
    let [old, new] = of.editions;
    let [from, to] = of.verdicts;
    let [before, after] = &of.observed;
    let mut lines = Vec::new();
    let title = format!("{}: {from} before, {to} after", super::super::subjects::name(of.united, of.what));
    let mut line = |line: String| lines.push(line);
    line(format!("test {} \"{}\" {{", of.name, title.replace('"', "'")));
    for setting in settings(point, of, old).into_iter().filter(|setting| !settings(point, of, new).contains(setting)) {
        line(format!("  # before: {setting}"));
    }
    settings(point, of, new).into_iter().for_each(|setting| line(format!("  {setting}")));
    for (name, value) in point.facts(of.united, new.program, Entity::Estate) {
        line(format!("  {name}: {}", word(&value)));
    }
    for rule in evidence_rules(point, of.united, new) {
        line(format!("  evidence {rule} \"a letter\""));
    }
    for (table, row) in rows(point, of.united, of.what, new.program) {
        line(format!("  {}", item(table, row)));
    }
    let known = expectations(point, of, (old, &of.united.old.program, from, before, &of.blame.old));
    match before.verdict {
        // A test of the old side would not check, or fail whatever it expects.
        None if !known.is_empty() => line("  # before: no such estate can be stated or judged".to_owned()),
        _ => known.into_iter().for_each(|expectation| line(format!("  # before: {expectation}"))),
    }
    let expected = expectations(point, of, (new, &of.united.new.program, to, after, &of.blame.new));
    expected.iter().for_each(|expectation| line(format!("  {expectation}")));
    line("}".to_owned());
    (!expected.is_empty()).then(|| lines.join("\n") + "\n")
}

/// Day, agreement and readings of a side.
fn settings(point: &Point, of: &Witnessed<'_>, side: &Edition<'_>) -> Vec<String> {
    let program = side.program;
    let day = side.fixed.as_of.map_or_else(|| point.day(), |day| day.to_string());
    let mut settings = vec![format!("as_of: {day}")];
    if let Some((agreement, signed)) = point.agreement(side) {
        settings.extend([format!("agreement: {agreement}"), format!("agreement_signed: {signed}")]);
    }
    for (definition, source) in confirm::request(of.united, of.what, side).readings {
        let definition = &program.definitions[definition].header.name;
        settings.push(format!("reading {definition}: {}", program.sources[source].header.name));
    }
    settings
}

/// A row as an item of a test.
fn item(table: &str, row: Row) -> String {
    let find = |column: &str| row.iter().find(|(name, _)| name == column).map(|(_, value)| value.clone());
    let (head, told): (String, &[&str]) = match table {
        "users" => (format!("user {}", find("id").unwrap_or_default()), &["id"]),
        "devices" => (format!("device {}", find("id").unwrap_or_default()), &["id"]),
        "hosts" => (format!("host {}", find("id").unwrap_or_default()), &["id"]),
        "servers" => {
            let product = find("product").unwrap_or_default();
            let rest: Row = row
                .iter()
                .filter(|(name, _)| !["id", "product", "version"].contains(&name.as_str()))
                .cloned()
                .collect();
            let rest: String = rest.iter().map(|(name, value)| format!("  {name}: {}", word(value))).collect();
            let version = find("version").unwrap_or_default();
            return format!("server {} {{ product: {product} {version}{rest} }}", find("id").unwrap_or_default());
        }
        "accesses" => {
            let from = find("user").or_else(|| find("device")).unwrap_or_default();
            let told: &[&str] = if find("user").is_some() { &["server", "user"] } else { &["server", "device"] };
            (format!("access {from} -> {}", find("server").unwrap_or_default()), told)
        }
        _ => {
            let part = |column| find(column).unwrap_or_default();
            let head = format!("owns 1 {} {} per {}", part("license"), part("version"), part("metric"));
            (head, &["license", "version", "metric", "quantity"])
        }
    };
    let rest = row.iter().filter(|(name, _)| !told.contains(&name.as_str()));
    let rest: Vec<String> = rest.map(|(name, value)| format!("{name}: {}", word(value))).collect();
    if rest.is_empty() { head } else { format!("{head} {{ {} }}", rest.join("  ")) }
}

/// A value as a test writes it: a text in quotes, anything else as it is.
fn word(value: &str) -> String {
    let plain = !value.is_empty() && value.chars().all(|letter| letter.is_alphanumeric() || "_-.".contains(letter));
    if plain { value.to_owned() } else { format!("\"{value}\"") }
}

/// All that a side's test expects, where `common` is the side in the vocabulary of both. The status stands for what the language has no words for. It shows beside a rule with a limit
/// whether there were places enough for whoever comes, and where something is open that it is not so on the other side: the
/// rule named may be open there too, beside one that decides.
fn expectations(
    point: &Point,
    of: &Witnessed<'_>,
    (side, common, verdict, observed, blamed): (&Edition<'_>, &Program, &Verdict, &Observed, &[Blamed]),
) -> Vec<String> {
    let knows = unit(point, of.united, of.what).is_none_or(|unit| has_unit(side.program, &unit));
    let verdict = observed.verdict.as_ref().unwrap_or(verdict);
    let said = expectation(point, of, (common, verdict, observed, blamed)).filter(|_| knows && !point.owns_unit);
    let by_rules = matches!(of.what, What::Demand(_) | What::Quota(_) | What::Prohibition(_));
    let is_open = by_rules && of.verdicts.iter().any(|verdict| verdict.is_open());
    let by_status = said.is_none() || is_open || of.has_places;
    let status = by_status.then(|| confirm::status(point, of.united, of.what, side)).flatten();
    said.into_iter().chain(status.map(|status| format!("expect status {status}"))).collect()
}

/// What a side's test expects in words; none where the language has none for it. The rule named is one that decides for this very
/// witness, since each of those to blame may do so in another part of the region; what nobody could judge names any of them.
fn expectation(
    point: &Point,
    of: &Witnessed<'_>,
    (common, verdict, observed, blamed): (&Program, &Verdict, &Observed, &[Blamed]),
) -> Option<String> {
    let to_blame = blamed.first().map(|blamed| blamed.rule.as_str());
    let decides = match observed.verdict {
        Some(_) => observed.rules.first().map(String::as_str),
        None => to_blame,
    };
    let program = &of.united.new.program;
    let (user, device) = who(point, of.united, of.what);
    let comes = user.or(device);
    let open = if verdict.is_open() { "unknown " } else { "" };
    match of.what {
        What::Definition(_) | What::Said(..) if *verdict == Verdict::NoReading => None,
        What::Definition(id) | What::Said(id, _) => {
            let definition = &program.definitions[id];
            let not = if *verdict == Verdict::No { "not " } else { "" };
            let subject = match definition.subject {
                Entity::Access => path(Some(comes?)),
                Entity::Server => path(None),
                Entity::Host if has_host(point, of) => format!("{HOST} "),
                _ => comes? + " ",
            };
            Some(format!("expect {open}{subject}is {not}{}", definition.header.name))
        }
        What::Reading(_) => None,
        What::Demand(id) if comes.is_none() => {
            let by_running = by_running(common, id);
            (!by_running.is_empty()).then(|| format!("expect {}demands {by_running}", path(None)))
        }
        What::Demand(id) if *verdict == Verdict::Demand => {
            Some(format!("expect {}demands {}", path(comes), paths(common, common.demands(id))))
        }
        What::Demand(_) | What::Quota(_) if *verdict == Verdict::Exempt || verdict.limit().is_some() => {
            Some(format!("expect {}exempt by {}", path(Some(comes?)), decides?))
        }
        What::Demand(_) | What::Quota(_) if verdict.is_open() => {
            Some(format!("expect unknown {}exempt by {}", path(Some(comes?)), decides?))
        }
        What::Demand(_) | What::Quota(_) => None,
        What::Prohibition(_) if *verdict == Verdict::Allowed => {
            Some(format!("expect {}not prohibited by {}", path(Some(comes?)), to_blame?))
        }
        What::Prohibition(_) => Some(format!("expect {open}{}prohibited by {}", path(Some(comes?)), decides?)),
        What::Cover(..) => {
            let not = if *verdict == Verdict::DoesNotCover { "not " } else { "" };
            let (license, version, metric) = unit(point, of.united, of.what)?;
            Some(format!("expect {open}{}{not}covered by {license} {version} per {metric}", path(comes)))
        }
    }
}

fn path(comes: Option<String>) -> String {
    comes.map_or_else(|| format!("{SERVER} "), |comes| format!("{comes} -> {SERVER} "))
}

/// What a server demands by running whose product has a functionality.
fn by_running(program: &Program, id: FunctionalityId) -> String {
    let all = program.products[program.functionalities[id].product].functionalities.iter().copied();
    paths(program, all.filter(|one| program.functionalities[*one].demanded_by_every_server))
}

fn paths(program: &Program, all: impl IntoIterator<Item = FunctionalityId>) -> String {
    all.into_iter().map(|id| program.functionality_path(id)).collect::<Vec<_>>().join(", ")
}

/// Whether the estate of a point has a host.
fn has_host(point: &Point, of: &Witnessed<'_>) -> bool {
    rows(point, of.united, of.what, &of.united.new.program).iter().any(|(table, _)| *table == "hosts")
}
