//! Integration tests: input text, and the text or figures that a user sees.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::disallowed_methods,
    clippy::inconsistent_digit_grouping,
    clippy::needless_range_loop
)]

mod agreement;
mod browser;
mod bulk;
mod case;
mod cli;
mod compare;
mod damage;
mod diff;
mod difference;
mod disk;
mod engine;
mod estate;
mod evaluate;
mod failing;
mod fmt;
mod fuzz;
mod generate;
mod guide;
mod hostile;
mod import;
mod inputs;
mod invariants;
mod lint;
#[cfg(feature = "lsp")]
mod lsp;
mod office;
mod pages;
mod position;
mod print;
mod readings;
mod readme;
mod reference;
mod reports;
mod review;
mod schema;
mod shrink;
mod slips;
mod solver;
mod syntax;
mod table;
mod typing;
mod whatif;
mod why;

use entail::diagnostic::Diagnostic;
use entail::program::Program;
use entail::source::Sources;

/// A policy set of files, each a name and a text, and what is wrong with it.
fn checked<T: Into<String>>(
    files: impl IntoIterator<Item = (T, T)>,
    sources: &mut Sources,
) -> (Program, Vec<Diagnostic>) {
    let add = |(name, text): (T, T)| sources.add(name, text).unwrap();
    let files: Vec<_> = files.into_iter().map(add).collect();
    entail::typing::check_files(sources, files)
}

/// A policy set that nothing is wrong with.
fn sound<T: Into<String>>(files: impl IntoIterator<Item = (T, T)>, sources: &mut Sources) -> Program {
    let (program, problems) = checked(files, sources);
    assert!(problems.is_empty(), "{problems:?}");
    program
}

/// The files of the shipped policies, as name and text.
fn shipped() -> Vec<(String, String)> {
    policies_in("policies")
}

/// The policy files of a folder of the repository, as name and text.
fn policies_in(folder: &str) -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "entail"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    files.sort();
    files
}
