//! Above each test the command that runs it; above each rule, clause and reading how many tests reach which outcome.

use super::desk::{Desk, path};
use super::place::Lines;
use super::publish::message;
use super::session::{Answer, refuse, told};
use super::set::Set;
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::{ClauseKind, Keyword};
use crate::testing;
use crate::testing::coverage::{Kind, Seen};
use lsp_server::ErrorCode;
use lsp_types::{CodeLens, Command, Uri};
use serde::Serialize;
use std::collections::BTreeMap;
use std::str::FromStr;

/// The command that runs a test: the address of its file, and its name; without a name, all tests of the set.
pub(super) const RUN: &str = "entail.runTest";

/// In how many tests something comes out yes and in how many no, by its kind and name.
#[derive(Debug, Clone, Default)]
pub(super) struct Reached(BTreeMap<(Kind, String), (usize, usize)>);

impl Reached {
    /// Counts what each test reaches.
    pub(super) fn of(seen: impl Iterator<Item = Seen>) -> Self {
        let mut counts: BTreeMap<(Kind, String), (usize, usize)> = BTreeMap::new();
        for Seen { yes, no } in seen {
            yes.into_iter().for_each(|entry| counts.entry((entry.kind, entry.name)).or_default().0 += 1);
            no.into_iter().for_each(|entry| counts.entry((entry.kind, entry.name)).or_default().1 += 1);
        }
        Reached(counts)
    }

    fn told(&self, kind: Kind, name: &str) -> String {
        let (yes, no) = self.0.get(&(kind, name.to_owned())).copied().unwrap_or_default();
        match (yes, no) {
            (0, 0) => "no test reaches it".to_owned(),
            (yes, no) => format!("yes in {}, no in {}", counted(yes), counted(no)),
        }
    }
}

fn counted(tests: usize) -> String {
    match tests {
        0 => "no test".to_owned(),
        1 => "1 test".to_owned(),
        many => format!("{many} tests"),
    }
}

/// The lenses of a file. Outcomes are those of the set as it was last opened or saved; none where it did not check then.
pub(super) fn lenses(set: &Set, file: FileId, uri: &Uri, reached: Option<&Reached>) -> Vec<CodeLens> {
    let Some((source, ast)) = set.sources.get(file).zip(set.ast(file)) else { return Vec::new() };
    let lines = Lines::of(source.text());
    let lens = |span: Span, command| CodeLens { range: lines.range(span.range()), command: Some(command), data: None };
    let outcomes = |span: Span, kind, name: &str| reached.map(|reached| lens(span, words(reached.told(kind, name))));
    let mut lenses = Vec::new();
    for item in &ast.items {
        let name = &item.name.text;
        match item.keyword {
            Keyword::Test => lenses.push(lens(item.name.span, run_command(uri, name))),
            Keyword::Exempt | Keyword::Prohibit | Keyword::Reach | Keyword::Reassign => {
                lenses.extend(outcomes(item.name.span, Kind::Rule, name));
            }
            Keyword::Advise => lenses.extend(outcomes(item.name.span, Kind::Advice, name)),
            Keyword::Define | Keyword::Extend | Keyword::License | Keyword::Terms => {
                lenses.extend(item.clauses.iter().filter_map(|clause| match &clause.kind {
                    ClauseKind::Reading { source, .. } => {
                        outcomes(source.span, Kind::Reading, &format!("{name}.{}", source.text))
                    }
                    ClauseKind::Provided { name: own, .. } => {
                        outcomes(own.span, Kind::Clause, &format!("{name}.{}", own.text))
                    }
                    _ => None,
                }));
            }
            Keyword::Source
            | Keyword::Prefer
            | Keyword::Enum
            | Keyword::Facts
            | Keyword::Agreement
            | Keyword::Product => {}
        }
    }
    lenses
}

fn run_command(uri: &Uri, name: &str) -> Command {
    let arguments = Some(vec![uri.as_str().into(), name.into()]);
    Command { title: "Run this test".to_owned(), command: RUN.to_owned(), arguments }
}

/// Words that no command stands behind.
fn words(title: String) -> Command {
    Command { title, command: String::new(), arguments: None }
}

/// What became of the tests that were run.
#[derive(Debug, Serialize)]
struct Ran {
    passed: usize,
    failed: usize,
    /// Each failure in words, with its place.
    failures: Vec<String>,
    /// All of it in a sentence.
    message: String,
}

/// Runs the tests of a set, or the one of a name. Failures are published beside what else is wrong.
pub(super) fn run(desk: &mut Desk<'_>, uri: &str, name: Option<&str>) -> Answer {
    let Ok(uri) = Uri::from_str(uri) else { return refuse(ErrorCode::InvalidParams, "this is no address") };
    let path = path(&uri);
    let folders = desk.folders(&path);
    let set = desk.set_in(&folders);
    if !set.is_sound() {
        return refuse(ErrorCode::RequestFailed, "the policies do not check, so no test can be run");
    }
    let Some(checked) = set.known() else {
        return refuse(ErrorCode::RequestFailed, "nothing is known of the policies");
    };
    let mut outcomes = testing::run(&checked.program, name);
    outcomes.retain(|outcome| name.is_none_or(|name| outcome.name == name));
    if outcomes.is_empty() {
        return refuse(ErrorCode::InvalidParams, format!("there is no test `{}`", name.unwrap_or("")));
    }
    let failed = outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count();
    let passed = outcomes.len() - failed;
    let failures: Vec<_> = outcomes.into_iter().flat_map(|outcome| outcome.failures).collect();
    let lines = failures.iter().map(|failure| line(&set.sources, failure)).collect();
    let message = format!("{passed} passed, {failed} failed");
    desk.fail(folders, &path, failures);
    told(Ran { passed, failed, failures: lines, message })
}

fn line(sources: &Sources, failure: &crate::diagnostic::Diagnostic) -> String {
    let place = failure.primary.as_ref().map_or_else(String::new, |label| format!("{}: ", sources.place(label.span)));
    place + &message(failure).replace('\n', "; ")
}
