//! What a difference does to one estate: who changes verdict, by which rule, and what becomes of status, plan and cost.
//!
//! The estate is judged under either side; here the two judgements are laid side by side, row by row. An answer that is
//! not known on both sides is no change.

use super::difference::{Affected, Blamed, Change, ChangeKind, Cost, Difference, Impact, OldNew, Units};
use crate::decide::Node;
use crate::estate::{Heads, Holder};
use crate::evaluate::ruling::{Deciding, Ruling};
use crate::evaluate::{Demanded, Effective, Verdict};
use crate::judge::Case;
use crate::judge::judgement::{Judgement, Range};
use crate::program::{Header, Id, LicenseId, Program};
use crate::value::{Metric, Rank, decimal_text};
use std::collections::BTreeMap;

/// An estate under one side.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'j> {
    /// The rules in force, and what they say of each row.
    pub case: &'j Case<'j>,
    /// The position.
    pub judgement: &'j Judgement,
}

/// What the difference does to the estate of this name.
pub fn impact(name: &str, old: Judged<'_>, new: Judged<'_>, difference: &Difference) -> Impact {
    let status = |judged: Judged<'_>| judged.judgement.status.text().to_owned();
    let cost = |judged: Judged<'_>| self::cost(judged.judgement.cost);
    Impact {
        estate: name.to_owned(),
        status: OldNew { old: status(old), new: status(new) },
        cost: OldNew { old: cost(old), new: cost(new) },
        unmet: OldNew { old: old.judgement.unmet.len() as u64, new: new.judgement.unmet.len() as u64 },
        subjects: affected(old.case, new.case, difference),
        plan: plan(old, new),
        currency: new.case.estate.currency.clone(),
    }
}

fn cost(range: Range) -> Cost {
    Cost { low: decimal_text(range.low), high: decimal_text(range.high), exact: range.exact }
}

/// The licences of which more or fewer are to be bought.
fn plan(old: Judged<'_>, new: Judged<'_>) -> Vec<Units> {
    let mut units: BTreeMap<String, OldNew<u64>> = BTreeMap::new();
    for (judged, is_old) in [(old, true), (new, false)] {
        for line in &judged.judgement.licenses {
            let name = line.of.text(judged.case.rules.program);
            let buy = units.entry(name).or_insert(OldNew { old: 0, new: 0 });
            *(if is_old { &mut buy.old } else { &mut buy.new }) += line.buy;
        }
    }
    let changed = units.into_iter().filter(|(_, buy)| buy.old != buy.new);
    changed.map(|(license, buy)| Units { license, buy }).collect()
}

/// What a verdict is about. Verdicts are listed in this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: ChangeKind,
    /// The place of its row.
    place: usize,
    /// The row's id.
    id: String,
    /// The subject of the change that it belongs to.
    subject: String,
    /// What a person is told it is about, before and behind the version.
    title: (String, String),
    /// The version of a licence.
    version: Option<(Rank, String)>,
}

/// A verdict on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RowVerdict {
    heads: Heads,
    /// As a person reads it; equal texts are equal verdicts.
    text: String,
}

/// Every row whose verdict changes.
fn affected(old_case: &Case<'_>, new_case: &Case<'_>, difference: &Difference) -> Vec<Affected> {
    let mut both: BTreeMap<Key, (Option<RowVerdict>, Option<RowVerdict>)> = BTreeMap::new();
    let ranks = ranks(new_case.rules.program);
    for (mut key, verdict) in verdicts(old_case) {
        if let (Some((rank, label)), Some((license, _))) = (&mut key.version, key.subject.split_once(": ")) {
            *rank = ranks.get(&(license, label.as_str())).copied().unwrap_or(*rank);
        }
        both.entry(key).or_default().0 = Some(verdict);
    }
    for (key, verdict) in verdicts(new_case) {
        both.entry(key).or_default().1 = Some(verdict);
    }
    let mut affected: Vec<(Key, Heads, Vec<String>, String)> = Vec::new();
    for (key, (old, new)) in both {
        let text = |side: &Option<RowVerdict>| side.as_ref().map_or_else(|| absent(key.kind), |side| side.text.clone());
        let (before, after) = (text(&old), text(&new));
        let Some(RowVerdict { heads, .. }) = new.or(old).filter(|_| before != after) else { continue };
        let version = key.version.as_ref().map(|(_, label)| label.clone());
        let told = format!("{before} → {after}");
        let same = |(last, .., last_told): &&mut (Key, Heads, Vec<String>, String)| {
            (&last.id, &last.subject, &last.title, last_told.as_str())
                == (&key.id, &key.subject, &key.title, told.as_str())
        };
        match affected.last_mut().filter(|last| same(last)) {
            Some((_, _, versions, _)) => versions.extend(version),
            None => affected.push((key, heads, version.into_iter().collect(), told)),
        }
    }
    let why =
        |key: &Key| due_to(key, difference, |name| titled(new_case, name).or(titled(old_case, name)).unwrap_or(name));
    let told = affected.into_iter().map(|(key, heads, versions, told)| Affected {
        change: format!("{}{}{}: {told}{}", key.title.0, versions.join(", "), key.title.1, why(&key)),
        id: key.id,
        heads: heads.to_string(),
    });
    told.collect()
}

/// The rank of each version, by the names of licence and version: a side that has other versions ranks them otherwise.
fn ranks(program: &Program) -> BTreeMap<(&str, &str), Rank> {
    let licenses = program.licenses.values();
    let versions = licenses.flat_map(|license| license.versions.iter().map(move |version| (license, version.rank)));
    let named = versions
        .map(|(license, rank)| ((license.header.name.as_str(), program.version_label(license.line, rank)), rank));
    named.collect()
}

/// What is said of a row that the other side does not speak of.
fn absent(kind: ChangeKind) -> String {
    match kind {
        ChangeKind::Cover => "does not cover".to_owned(),
        ChangeKind::Definition | ChangeKind::Reading | ChangeKind::Demand | ChangeKind::Prohibition => {
            "not asked".to_owned()
        }
    }
}

/// Every verdict of one side on the rows of the estate.
fn verdicts(case: &Case<'_>) -> Vec<(Key, RowVerdict)> {
    let (program, estate) = (case.rules.program, case.estate);
    let mut verdicts = Vec::new();
    for (definition, users) in &case.evaluation.defined {
        let header = &program.definitions[*definition].header;
        for (user, holds) in users {
            let row = Row { id: estate.id(*user).to_string(), heads: estate.heads(*user), place: user.place() };
            let title = (header.display().to_owned(), String::new());
            verdicts.push(row.verdict(ChangeKind::Definition, header.name.clone(), title, truth(*holds, "yes", "no")));
        }
    }
    for effective in &case.evaluation.effective {
        verdicts.extend(of_access(case, effective));
    }
    for standing in &case.evaluation.standing {
        let row = Row { id: estate.servers[standing.server].id.to_string(), heads: Heads::Count(1), place: usize::MAX };
        verdicts.extend(covers(case, &row, &standing.demanded));
    }
    verdicts
}

fn truth(node: Node, yes: &str, no: &str) -> String {
    match node.known() {
        Some(true) => yes.to_owned(),
        Some(false) => no.to_owned(),
        None => "not known".to_owned(),
    }
}

/// A row as it is listed.
struct Row {
    id: String,
    heads: Heads,
    place: usize,
}

impl Row {
    fn verdict(&self, kind: ChangeKind, subject: String, title: (String, String), text: String) -> (Key, RowVerdict) {
        let key = Key { kind, place: self.place, id: self.id.clone(), subject, title, version: None };
        (key, RowVerdict { heads: self.heads, text })
    }
}

/// What an access comes to, and what covers its demands.
fn of_access(case: &Case<'_>, effective: &Effective) -> Vec<(Key, RowVerdict)> {
    let estate = case.estate;
    let Some(verdict) = case.evaluation.verdicts.get(effective.verdict) else { return Vec::new() };
    let actors: Vec<Holder> = estate.actors(effective.access).collect();
    let who: Vec<&str> = actors.iter().map(|actor| estate.id(*actor).as_ref()).collect();
    let row = Row {
        id: format!("{} -> {}", who.join("+"), estate.servers[effective.server].id),
        heads: actors.first().map_or(Heads::Count(1), |actor| estate.heads(*actor)),
        place: effective.access.place(),
    };
    let path = case.rules.program.functionality_path(effective.functionality);
    let told =
        row.verdict(ChangeKind::Demand, path.clone(), (path, String::new()), outcome(case.rules.program, verdict));
    let covers = verdict.demands.iter().flat_map(|demanded| covers(case, &row, demanded));
    std::iter::once(told).chain(covers).collect()
}

/// `prohibited by Hosting`, `exempt by Two administrators`, `demanded`, with the titles of the rules that say so.
fn outcome(program: &Program, verdict: &Verdict) -> String {
    let Some(deciding) = Deciding::of(&verdict.answers(program)) else { return "demanded".to_owned() };
    let titles: Vec<&str> = deciding.rules.iter().map(|rule| program.rules[*rule].header.display()).collect();
    let is = if deciding.is_certain { "" } else { "not known to be " };
    format!("{is}{} by {}", Ruling::by(deciding.kind).text(), titles.join(", "))
}

/// Whether each kind of unit covers what a row demands.
fn covers(case: &Case<'_>, row: &Row, demanded: &Demanded) -> Vec<(Key, RowVerdict)> {
    let program = case.rules.program;
    let path = program.functionality_path(demanded.functionality);
    let mut best: BTreeMap<(LicenseId, Metric, Rank), Node> = BTreeMap::new();
    for (place, node) in &demanded.covers {
        let Some(kind) = case.evaluation.kinds.get(*place) else { continue };
        let known = best.entry((kind.license, kind.metric, kind.reported(program))).or_insert(*node);
        *known = if *node == Node::YES { *node } else { *known };
    }
    let told = best.into_iter().map(|((license, metric, rank), node)| {
        let item = &program.licenses[license];
        let (name, title) = (&item.header.name, format!(" per {metric} for {path}"));
        let text = truth(node, "covers", "does not cover");
        let (mut key, verdict) =
            row.verdict(ChangeKind::Cover, format!("{name}: {path}"), (format!("{name} "), title), text);
        key.version = Some((rank, program.version_label(item.line, rank).to_owned()));
        (key, verdict)
    });
    told.collect()
}

/// Which rule the change of a verdict is due to, as far as the difference says.
fn due_to<'d>(key: &Key, difference: &'d Difference, titled: impl Fn(&'d str) -> &'d str) -> String {
    let is_it = |change: &&Change| match (change.kind, key.kind) {
        (ChangeKind::Definition, ChangeKind::Definition) => {
            change.subject.split(": ").next() == Some(key.subject.as_str())
        }
        (ChangeKind::Cover, ChangeKind::Cover) => change.subject == key.subject,
        // What an access comes to names its rules itself.
        (_, _) => false,
    };
    let Some(change) = difference.changes.iter().find(is_it) else { return String::new() };
    let decided = |when: &str, blamed: &'d [Blamed]| {
        let names = blamed.iter().map(|blamed| match &blamed.clause {
            Some(clause) => format!("{} ({clause})", titled(&blamed.rule)),
            None => titled(&blamed.rule).to_owned(),
        });
        let names: Vec<String> = names.collect();
        if names.is_empty() { String::new() } else { format!(", by {} {when}", names.join(" and ")) }
    };
    match &change.follows_from {
        Some(definition) => format!(", since {} changes", titled(definition)),
        None => format!("{}{}", decided("before", &change.blame.old), decided("after", &change.blame.new)),
    }
}

/// The title of an item.
fn titled<'c>(case: &Case<'c>, name: &str) -> Option<&'c str> {
    case.rules.program.header(name).map(Header::display)
}
