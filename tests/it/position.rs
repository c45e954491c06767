//! Positions: estates as text under `tests/cases/position`, judged by the shipped policies or their own, and what a person
//! reads.
//!
//! The first line of a case says what it shows; its snapshot stands beside it.

use crate::cli::{Estate, run};
use crate::estate::files;
use std::path::Path;

/// What `entail` prints for the estate of a case, and its status: for `check`, or for the calls that the case lists. A case
/// may bring rules of its own.
fn answered(name: &str, case: &str) -> String {
    let (estate, own) = (Estate::empty(&format!("position-{name}")), Estate::empty(&format!("position-{name}-rules")));
    let (mut policies, mut calls) = ("shipped", "check");
    for (file, text) in files(case) {
        match file {
            "calls" => calls = std::str::from_utf8(text).unwrap(),
            "rules.entail" => policies = own.file(file, text).path().to_owned().leak(),
            _ => drop(estate.file(file, text)),
        }
    }
    calls.lines().map(|call| printed(call, estate.path(), policies)).collect()
}

fn printed(call: &str, estate: &str, policies: &str) -> String {
    let mut words = call.split(' ');
    let command = words.next().unwrap();
    let arguments: Vec<&str> = [command, estate, "--quiet", "-p", policies].into_iter().chain(words).collect();
    let printed = run(&arguments);
    let told = if call == "check" { String::new() } else { format!("$ entail {call}\n") };
    format!("{told}{}{}status {}\n", printed.stderr.replace(estate, "estate"), printed.stdout, printed.status)
}

#[test]
fn every_estate_has_the_position_it_had() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/position");
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let (cases, snapshots): (Vec<_>, Vec<_>) = files.partition(|path| path.extension().is_some_and(|end| end == "txt"));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for path in &cases {
            let name = path.file_stem().unwrap().to_str().unwrap();
            insta::assert_snapshot!(name, answered(name, &std::fs::read_to_string(path).unwrap()));
        }
    });
    assert_eq!(snapshots.len(), cases.len(), "a snapshot without a case, or the reverse");
}
