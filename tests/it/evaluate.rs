//! Policy sets that test themselves: every `test` of every case must pass, and there must be some.

use entail::source::Sources;
use entail::{report, testing};
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
    let (program, mut problems) = crate::checked([("case.entail", text.as_str())], &mut sources);
    let outcomes = testing::run(&program, None);
    assert!(!outcomes.is_empty(), "{} tests nothing", path.display());
    problems.extend(outcomes.into_iter().flat_map(|outcome| outcome.failures));
    report::diagnostics(&problems, &sources, &report::Look::default())
}
