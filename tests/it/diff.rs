//! Differences of policy sets: two texts, or one under two settings, and what a reviewer is told.

mod brute;
mod large;
mod readings;
mod shipped;
mod texts;

use entail::diff::difference::{Blamed, Change, ChangeKind, Condition, Difference, Edit};
use entail::diff::verdict::Verdict;
use entail::diff::{Edition, LIMIT, diff};
use entail::judge::Request;
use entail::program::Program;
use entail::source::Sources;
use std::fmt::Write;

/// A policy set that checks.
pub struct Set {
    pub program: Program,
    pub sources: Sources,
}

/// Checks files that must be without error.
pub fn set(files: &[(String, String)]) -> Set {
    checked(files).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// Checks files; what is wrong with them otherwise.
fn checked(files: &[(String, String)]) -> Result<Set, Vec<String>> {
    let mut sources = Sources::default();
    let (program, diagnostics) = crate::checked(files.to_vec(), &mut sources);
    let problems: Vec<String> = diagnostics.iter().map(|one| one.message.clone()).collect();
    if problems.is_empty() { Ok(Set { program, sources }) } else { Err(problems) }
}

/// A set of one file.
pub fn text_set(text: &str) -> Set {
    set(&[("policy.entail".to_owned(), text.to_owned())])
}

/// A side with what is fixed of it: `reading external=Blog`, `as_of 2008-03-11`, `agreement SPLA`.
pub fn edition<'s>(set: &'s Set, fixed: &[&str]) -> Edition<'s> {
    let mut request = Request::default();
    for one in fixed {
        match one.split_once(' ').unwrap() {
            ("as_of", day) => request.as_of = Some(day.parse().unwrap()),
            ("agreement", "none") => request.agreement = Some(None),
            ("agreement", name) => {
                let found = set.program.agreements.iter().find(|(_, one)| one.header.name == name);
                request.agreement = Some(Some(found.unwrap().0));
            }
            ("reading", chosen) => {
                let (term, source) = chosen.split_once('=').unwrap();
                let term = set.program.definitions.iter().find(|(_, one)| one.header.name == term).unwrap().0;
                let source = set.program.sources.iter().find(|(_, one)| one.header.name == source).unwrap().0;
                request.readings.insert(term, source);
            }
            other => panic!("{other:?}"),
        }
    }
    Edition { origin: "policies".to_owned(), fixed: request, ..Edition::symbolic(&set.program, &set.sources) }
}

/// The difference of two texts.
pub fn between(old: &str, new: &str) -> Difference {
    let (old, new) = (text_set(old), text_set(new));
    diff(&edition(&old, &[]), &edition(&new, &[]), LIMIT)
}

/// Runs the witnesses of a difference as tests of its new side; what fails.
pub fn witnesses_fail(difference: &Difference, new: &[(String, String)]) -> Vec<String> {
    let cases = difference.changes.iter().flat_map(|change| &change.cases);
    let text: String = cases.filter_map(|case| case.witness.clone()).collect();
    let mut files = new.to_vec();
    files.push(("witnesses.entail".to_owned(), text.clone()));
    let set = set(&files);
    let outcomes = entail::testing::run(&set.program, Some("witness_"));
    let failures = outcomes.into_iter().flat_map(|outcome| outcome.failures);
    failures.map(|failure| format!("{}\n{text}", failure.message)).collect()
}

/// The confirmed witnesses of a difference that the old side passes as well, where it knows what they speak of: those would
/// show nothing. No test can say which reading applies, or what one says that is not there.
pub fn witnesses_show_nothing(difference: &Difference, old: &[(String, String)]) -> Vec<String> {
    let told = difference.changes.iter().filter(|change| change.kind != ChangeKind::Reading);
    let told = told.filter(|change| ![&change.from, &change.to].contains(&&Verdict::NoReading));
    let cases = told.flat_map(|change| &change.cases).filter(|case| case.confirmed);
    let passes = |witness: &String| {
        let files = [old, &[("witness.entail".to_owned(), witness.clone())]].concat();
        let outcomes = checked(&files).map(|set| entail::testing::run(&set.program, Some("witness_")));
        outcomes.is_ok_and(|outcomes| outcomes.iter().all(|outcome| outcome.failures.is_empty()))
    };
    cases.filter_map(|case| case.witness.clone()).filter(passes).collect()
}

/// A difference as text, one line for each thing that is told.
pub fn shown(difference: &Difference) -> String {
    let mut text = serde_json::to_value(difference.verdict).unwrap().as_str().unwrap().to_owned();
    text += if difference.minimal { ", fewest cases" } else { "" };
    text += if difference.complete { "\n" } else { ", incomplete\n" };
    difference.changes.iter().for_each(|change| text += &change_text(change));
    for (title, edits) in
        [("numbers", &difference.numbers), ("citations", &difference.citations), ("wording", &difference.wording)]
    {
        edits.iter().for_each(|edit| text += &edit_text(title, edit));
    }
    text
}

fn change_text(change: &Change) -> String {
    let kind = serde_json::to_value(change.kind).unwrap().as_str().unwrap().to_owned();
    let mut text = format!("\n{kind} {}: {} → {}\n", change.subject, change.from, change.to);
    if let Some(term) = &change.follows_from {
        writeln!(text, "  follows from {term}").unwrap();
    }
    for (side, blamed) in [("old", &change.blame.old), ("new", &change.blame.new)] {
        blamed.iter().for_each(|blamed| writeln!(text, "  {side} {}", blamed_text(blamed)).unwrap());
    }
    if change.citation_unchanged {
        text += "  the citation is unchanged\n";
    }
    for case in &change.cases {
        let when: Vec<String> = case.when.iter().map(condition_text).collect();
        let when = if when.is_empty() { "always".to_owned() } else { when.join("; ") };
        let confirmed = if case.confirmed { "" } else { "  (unconfirmed)" };
        writeln!(text, "  * {when}{confirmed}").unwrap();
    }
    text
}

fn blamed_text(blamed: &Blamed) -> String {
    let clause = blamed.clause.as_ref().map_or(String::new(), |clause| format!(".{clause}"));
    let cites = blamed.cites.as_ref().map_or(String::new(), |cites| format!(" at {cites}"));
    format!("{}{clause} ({}){cites}", blamed.rule, blamed.at)
}

pub fn condition_text(condition: &Condition) -> String {
    match condition {
        Condition::In { fact, values } => format!("{fact} in [{}]", values.join(", ")),
        Condition::Within { fact, from, until } => {
            let from = from.as_ref().map_or(String::new(), |from| format!(" from {from}"));
            let until = until.as_ref().map_or(String::new(), |until| format!(" until {until}"));
            format!("{fact}{from}{until}")
        }
    }
}

fn edit_text(title: &str, edit: &Edit) -> String {
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
    format!("\n{title}: {} {}: {} → {}\n", edit.subject, edit.what, side(&edit.old), side(&edit.new))
}

/// Compares with the snapshot of this name beside the cases.
pub fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/diff"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
