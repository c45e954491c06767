//! Policy sets that test themselves: every `test` of every case must pass, and there must be some.

use entail::source::Sources;
use entail::syntax::{ast::Ast, parse};
use entail::{report, testing, typing};
use std::path::Path;

#[test]
fn every_case_passes_its_own_tests() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/evaluate");
    for case in std::fs::read_dir(cases).unwrap() {
        let path = case.unwrap().path();
        let failures = failures_of(&path);
        assert!(failures.is_empty(), "{}:\n{failures}", path.display());
    }
}

/// What a person would read of the failures.
fn failures_of(path: &Path) -> String {
    let mut sources = Sources::default();
    let text = std::fs::read_to_string(path).unwrap();
    let file = sources.add("case.entail", &text).unwrap();
    let (parsed, mut problems) = parse(&sources, file);
    let (program, found) = typing::check(&Ast { items: parsed.items }, &parsed.broken);
    problems.extend(found);
    let outcomes = testing::run(&program, None);
    assert!(!outcomes.is_empty(), "{} tests nothing", path.display());
    problems.extend(outcomes.into_iter().flat_map(|outcome| outcome.failures));
    report::diagnostics(&problems, &sources, &report::Look::default())
}
