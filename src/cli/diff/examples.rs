//! The examples of cases, written as estates that a person can run.

use super::settings::Which;
use super::sides::Sides;
use crate::cli::{self, Ending};
use crate::diff::difference::{Case, Change, Difference};
use crate::estate;
use crate::source::{FileId, Sources};
use crate::typing;
use std::fs;
use std::path::Path;

/// Writes a folder for each case that has an example: an estate, and the policy test that it stands for.
///
/// # Errors
/// The folder holds something already, or cannot be written.
pub(super) fn write(folder: &Path, difference: &Difference, sides: &Sides) -> Result<(), Ending> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Ending::Usage(format!("`{}` is not empty: name a new folder for the examples", folder.display())));
    }
    let cases = difference.changes.iter().flat_map(|change| change.cases.iter().map(move |case| (change, case)));
    let mut written = Vec::new();
    for (number, (change, case)) in (1..).zip(cases) {
        let Some(witness) = &case.witness else { continue };
        let within = name(number, change);
        written.push((format!("{within}/example.entail"), witness.clone()));
        for (file, text) in files(witness, sides) {
            written.push((format!("{within}/{file}"), heading(&file, change, case) + &text));
        }
    }
    // An empty one makes room for the whole.
    let _ = fs::remove_dir(folder);
    if written.is_empty() { Ok(()) } else { cli::files::make_folder(folder, &written).map(drop) }
}

/// `01-external-yes-to-no`.
fn name(number: usize, change: &Change) -> String {
    let text = format!("{number:02} {} {} to {}", change.subject, change.from, change.to);
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// What the example shows, at the head of `estate.toml`.
fn heading(file: &str, change: &Change, case: &Case) -> String {
    let doubt = if case.confirmed { "" } else { " (the evaluator does not confirm it)" };
    match file {
        "estate.toml" => format!(
            "# {}: {} under the old policies, {} under the new{doubt}\n",
            change.subject, change.from, change.to
        ),
        _ => String::new(),
    }
}

/// The files of the estate that an example describes, read with the policies of the new side.
fn files(witness: &str, sides: &Sides) -> Vec<(String, String)> {
    let mut sources = Sources::default();
    let set = sides.of(Which::New);
    let known = set.files.iter().filter_map(|file| sides.sources.get(*file));
    let texts = known.map(|source| (source.name(), source.text())).chain([("example.entail", witness)]);
    // A text that was read once is not too large.
    let files: Vec<FileId> = texts.filter_map(|(name, text)| sources.add(name, text).ok()).collect();
    let (program, _) = typing::check_files(&sources, files);
    program.tests.last().map_or_else(Vec::new, |test| estate::files(&test.estate))
}
