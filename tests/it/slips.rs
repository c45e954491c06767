//! Slips of those who write their first policies: in `tests/cases/slips` a text with one slip, what is said of it, and the text
//! after the advice was followed to the letter, which checks.

use crate::typing::shown;
use entail::diagnostic::{Diagnostic, in_order};
use entail::source::Sources;
use similar::{ChangeTag, TextDiff};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/slips")
}

/// Everything that is said of a text.
fn said(text: &str) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let (_, mut diagnostics) = crate::checked([("case.entail", text)], &mut sources);
    in_order(&mut diagnostics, &sources);
    (sources, diagnostics)
}

/// The texts with a slip, by name, each with the text after it was mended.
fn slips() -> Vec<(String, String, String)> {
    let files = crate::fmt::policies_in(&folder());
    let wrong = files.iter().filter(|file| !file.to_string_lossy().ends_with(".mended.entail"));
    let read =
        |file: &Path| std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    wrong
        .map(|file| {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            (name, read(file), read(&file.with_extension("mended.entail")))
        })
        .collect()
}

/// The words that only the mended text has, without the signs about them.
fn added(wrong: &str, mended: &str) -> Vec<String> {
    let difference = TextDiff::from_words(wrong, mended);
    let added = difference.iter_all_changes().filter(|change| change.tag() == ChangeTag::Insert);
    let words = added.map(|change| change.value().trim().trim_matches(['(', ')', '[', ']', ',', '"', ':']).to_owned());
    words.filter(|word| !word.is_empty() && !wrong.contains(word.as_str())).collect()
}

#[test]
fn advice_followed_to_the_letter_gives_a_set_that_checks() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let slips = slips();
    assert!(slips.len() >= 10, "{} slips are left", slips.len());
    for (name, wrong, mended) in slips {
        let (sources, problems) = said(&wrong);
        assert_eq!(problems.len(), 1, "{name}: one slip is one problem: {problems:#?}");
        let told = shown(&sources, &problems[0]);
        assert!(problems[0].primary.is_some() && problems[0].help.is_some(), "{name}: no place or no advice:\n{told}");
        let (_, left) = said(&mended);
        assert!(left.is_empty(), "{name}: the advice is not enough: {left:#?}");
        for word in added(&wrong, &mended) {
            assert!(told.contains(&word), "{name}: nothing says to write {word}:\n{told}");
        }
        settings.bind(|| insta::assert_snapshot!(name.clone(), told.trim_end()));
    }
}
