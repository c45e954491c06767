//! Estates: the files that a person writes, and what he is told or what is understood.
//!
//! A case is a text of files under `tests/cases/estate`, its snapshot beside it: the problems as they are shown, or
//! else the estate. The policies are those of [`program`].
#![allow(clippy::unwrap_used, clippy::panic)]

mod by_hand;
mod dump;
mod forms;
mod lookups;
mod program;
mod render;

use entail::diagnostic::{Diagnostic, in_order};
use entail::estate::{Estate, build, read};
use entail::source::Sources;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Reads and builds the estate of some files.
fn load(files: &[(&str, &[u8])]) -> (Sources, Estate, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let program = program::program(&mut sources);
    let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    let (document, mut problems) = read(files, &mut sources);
    let (estate, more) = build(&document, &program);
    problems.extend(more);
    in_order(&mut problems, &sources);
    (sources, estate, problems)
}

/// What a person sees: the problems, or the estate where there is none.
fn shown(files: &[(&str, &[u8])]) -> String {
    let (mut sources, estate, problems) = load(files);
    if problems.is_empty() {
        return dump::dump(&estate, &program::program(&mut sources));
    }
    render::render(&problems, &sources)
}

/// The files of a case: `--- NAME` opens each; what stands before the first says what the case shows.
pub fn files(case: &str) -> Vec<(&str, &[u8])> {
    let parts = case.split("\n--- ").skip(1);
    parts.map(|part| part.split_once('\n').unwrap_or((part, ""))).map(|(name, text)| (name, text.as_bytes())).collect()
}

#[test]
fn every_case_is_answered_as_before() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/estate");
    let (mut cases, mut snapshots) = (BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_case = path.extension().is_some_and(|extension| extension == "txt");
        if is_case {
            cases.insert(stem)
        } else {
            snapshots.insert(stem)
        };
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in &cases {
            let case = fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
            insta::assert_snapshot!(name.as_str(), shown(&files(&case)));
        }
    });
    assert_eq!(snapshots.difference(&cases).count(), 0, "snapshots without a case: {snapshots:?}");
}
