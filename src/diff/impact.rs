//! What a difference does to one estate: who changes verdict, by which rule, and what becomes of status, plan and cost.
//!
//! The estate is judged under either side; here the two judgements are laid side by side, row by row. An answer that is
//! not known on both sides is no change.

use super::difference::{Affected, Blamed, Change, ChangeKind, Cost, Difference, Impact, OldNew, Units};
use crate::decide::Node;
use crate::estate::{Heads, Holder};
use crate::evaluate::{Demanded, Effective};
use crate::judge::Case;
use crate::judge::judgement::{Judgement, Range};
use crate::program::{Effect, Id, RuleId};
use crate::value::decimal_text;
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
            let label = judged.case.rules.program.license_text(line.license, line.version);
            let buy = units.entry(format!("{label} per {}", line.metric)).or_insert(OldNew { old: 0, new: 0 });
            *(if is_old { &mut buy.old } else { &mut buy.new }) += line.buy;
        }
    }
    let changed = units.into_iter().filter(|(_, buy)| buy.old != buy.new);
    changed.map(|(license, buy)| Units { license, buy }).collect()
}

/// What a verdict is about: the kind, the place of the row, what is asked of it there. Verdicts are listed in this order.
type Key = (ChangeKind, usize, String, String);

/// A verdict on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Verdict {
    id: String,
    heads: Heads,
    /// As a person reads it; equal texts are equal verdicts.
    text: String,
}

/// Every row whose verdict changes.
fn affected(old: &Case<'_>, new: &Case<'_>, difference: &Difference) -> Vec<Affected> {
    let (old, mut new) = (verdicts(old), verdicts(new));
    let mut affected = Vec::new();
    for (key, before) in old {
        let after = new.remove(&key);
        let text = after.as_ref().map_or_else(|| absent(key.0), |after| after.text.clone());
        if text != before.text {
            affected.push((key, before.text.clone(), text, before));
        }
    }
    affected.extend(new.into_iter().map(|(key, after)| (key.clone(), absent(key.0), after.text.clone(), after)));
    affected.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    let told = affected.into_iter().filter(|(_, old, new, _)| old != new).map(|(key, old, new, row)| Affected {
        id: row.id,
        heads: row.heads.to_string(),
        change: format!("{}: {old} → {new}{}", key.3, why(difference, &key)),
    });
    told.collect()
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
fn verdicts(case: &Case<'_>) -> BTreeMap<Key, Verdict> {
    let (program, estate) = (case.rules.program, case.estate);
    let mut verdicts = BTreeMap::new();
    for (definition, users) in &case.evaluation.defined {
        for (user, holds) in users {
            let title = program.definitions[*definition].header.display().to_owned();
            let name = program.definitions[*definition].header.name.clone();
            let (id, heads) = (estate.users[*user].id.to_string(), estate.users[*user].count);
            let verdict = Verdict { id, heads, text: truth(*holds, "yes", "no") };
            verdicts.insert((ChangeKind::Definition, user.place(), name, title), verdict);
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

/// What an access comes to, and what covers its demands.
fn of_access(case: &Case<'_>, effective: &Effective) -> Vec<(Key, Verdict)> {
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
    let key = (ChangeKind::Demand, row.place, format!("{} {path}", row.id), path);
    let told = Verdict { id: row.id.clone(), heads: row.heads, text: outcome(case, &verdict.rules) };
    let covers = verdict.demands.iter().flat_map(|demanded| covers(case, &row, demanded));
    std::iter::once((key, told)).chain(covers).collect()
}

/// `prohibited by Hosting`, `exempt by Two administrators`, `demanded`, with the titles of the rules that say so.
fn outcome(case: &Case<'_>, rules: &[(RuleId, Node)]) -> String {
    let program = case.rules.program;
    let titles = |wanted: fn(&Effect) -> bool, holds: fn(Node) -> bool| -> Vec<&str> {
        let rules = rules.iter().filter(|(rule, node)| wanted(&program.rules[*rule].effect) && holds(*node));
        rules.map(|(rule, _)| program.rules[*rule].header.display()).collect()
    };
    let (yes, open): (fn(Node) -> bool, fn(Node) -> bool) = (|node| node == Node::YES, |node| node.known().is_none());
    let prohibits: fn(&Effect) -> bool = |effect| matches!(effect, Effect::Prohibit { .. });
    let exempts: fn(&Effect) -> bool = |effect| matches!(effect, Effect::Exempt { limit: None });
    let answers = [
        ("prohibited by ", titles(prohibits, yes)),
        ("not known to be prohibited by ", titles(prohibits, open)),
        ("exempt by ", titles(exempts, yes)),
        ("not known to be exempt by ", titles(exempts, open)),
    ];
    let first = answers.into_iter().find(|(_, titles)| !titles.is_empty());
    first.map_or_else(|| "demanded".to_owned(), |(word, titles)| word.to_owned() + &titles.join(", "))
}

/// Whether each kind of unit covers what a row demands.
fn covers(case: &Case<'_>, row: &Row, demanded: &Demanded) -> Vec<(Key, Verdict)> {
    let program = case.rules.program;
    let path = program.functionality_path(demanded.functionality);
    let mut best: BTreeMap<String, (String, Node)> = BTreeMap::new();
    for (place, node) in &demanded.covers {
        let Some(kind) = case.evaluation.kinds.get(*place) else { continue };
        let unit = format!("{} per {}", program.license_text(kind.license, kind.reported(program)), kind.metric);
        let subject = format!("{}: {path}", program.licenses[kind.license].header.name);
        let known = best.entry(unit).or_insert((subject, *node));
        known.1 = if *node == Node::YES { *node } else { known.1 };
    }
    let told = best.into_iter().map(|(unit, (subject, node))| {
        let key = (ChangeKind::Cover, row.place, format!("{subject} {}", row.id), format!("{unit} for {path}"));
        (key, Verdict { id: row.id.clone(), heads: row.heads, text: truth(node, "covers", "does not cover") })
    });
    told.collect()
}

/// Which rule the change of a verdict is due to, as far as the difference says.
fn why(difference: &Difference, (kind, _, subject, _): &Key) -> String {
    let is_it = |change: &&Change| {
        let about = subject.strip_prefix(&change.subject).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        let definition = change.subject.split(": ").next() == Some(subject.as_str());
        match (change.kind, kind) {
            (ChangeKind::Definition, ChangeKind::Definition) => about || definition,
            (ChangeKind::Cover, ChangeKind::Cover) => about,
            (ChangeKind::Demand | ChangeKind::Prohibition, ChangeKind::Demand) => subject.ends_with(&change.subject),
            (_, _) => false,
        }
    };
    let Some(change) = difference.changes.iter().find(is_it) else { return String::new() };
    match &change.follows_from {
        Some(definition) => format!(", since `{definition}` changes"),
        None => format!("{}{}", blamed("old", &change.blame.old), blamed("new", &change.blame.new)),
    }
}

/// `, by external (PUR) of the new side`.
fn blamed(side: &str, blamed: &[Blamed]) -> String {
    let names = blamed.iter().map(|blamed| match &blamed.clause {
        Some(clause) => format!("`{}` ({clause})", blamed.rule),
        None => format!("`{}`", blamed.rule),
    });
    let names: Vec<String> = names.collect();
    if names.is_empty() { String::new() } else { format!(", {side} by {}", names.join(" and ")) }
}
