//! Positions: estates as text under `tests/cases/position`, judged by the shipped policies, and what a person reads.
//!
//! The first line of a case says what it shows; its snapshot stands beside it.

use crate::cli::{Estate, run};
use crate::estate::files;
use std::path::Path;

/// What `entail check` prints for the estate of a case, and its status.
fn checked(name: &str, case: &str) -> String {
    let estate = Estate::empty(&format!("position-{name}"));
    for (file, text) in files(case) {
        let _ = estate.file(file, text);
    }
    let call = run(&["check", estate.path(), "--quiet", "-p", "shipped"]);
    format!("{}{}status {}\n", call.stderr.replace(estate.path(), "estate"), call.stdout, call.status)
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
            insta::assert_snapshot!(name, checked(name, &std::fs::read_to_string(path).unwrap()));
        }
    });
    assert_eq!(snapshots.len(), cases.len(), "a snapshot without a case, or the reverse");
}
