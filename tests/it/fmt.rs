//! The formatter: how texts are laid out, and that nothing but the layout changes.

use entail::diagnostic::any_error;
use entail::diff::difference::Word;
use entail::diff::{Edition, LIMIT, diff};
use entail::program::Program;
use entail::source::Sources;
use entail::syntax::{self, parse};
use std::path::{Path, PathBuf};

/// A text in the one layout.
fn formatted(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("case.entail", text).unwrap();
    syntax::format(&sources, file).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

/// The tree of a text as Rust shows it, without the places.
fn tree(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("case.entail", text).unwrap();
    let (parsed, _) = parse(&sources, file);
    let shown = format!("{:?}", parsed.items);
    let (first, rest) = shown.split_once("Span {").unwrap_or((&shown, ""));
    let rest = rest.split("Span {").map(|piece| piece.split_once('}').map_or("", |(_, after)| after));
    std::iter::once(first).chain(rest).collect()
}

/// A text without its blanks.
fn ink(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What the formatter must not do to any text; gives the text in its layout.
fn keeps_its_word(text: &str) -> String {
    let once = formatted(text);
    assert_eq!(ink(&once), ink(text), "something is lost, added or moved");
    assert_eq!(tree(&once), tree(text), "it means something else:\n{text}\n---\n{once}");
    assert_eq!(formatted(&once), once, "a second time it comes out differently");
    once
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The policy files in a folder and those below it.
pub fn policies_in(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        match path.is_dir() {
            true => found.extend(policies_in(&path)),
            false => found.extend(Some(path).filter(|path| path.extension().is_some_and(|kind| kind == "entail"))),
        }
    }
    found.sort();
    found
}

#[test]
fn cases() {
    let folder = folder("tests/cases/fmt");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for case in policies_in(&folder) {
            let text = std::fs::read_to_string(&case).unwrap();
            insta::assert_snapshot!(case.file_stem().unwrap().to_str().unwrap(), keeps_its_word(&text));
        }
    });
}

#[test]
fn the_shipped_policies_mean_the_same_in_it() {
    for file in policies_in(&folder("policies")) {
        keeps_its_word(&std::fs::read_to_string(&file).unwrap());
    }
}

/// How many generated sets are laid out; `ENTAIL_CASES` asks for more.
fn cases_wanted() -> u64 {
    std::env::var("ENTAIL_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)
}

#[test]
fn generated_policies_mean_the_same_in_it() {
    for seed in 0..cases_wanted() {
        keeps_its_word(&crate::print::policy_text(&crate::generate::case(seed)));
    }
}

/// The program of several files.
fn checked(files: &[(String, String)]) -> (Program, Sources) {
    let mut sources = Sources::default();
    let (program, problems) = crate::checked(files.to_vec(), &mut sources);
    assert!(!any_error(&problems), "{problems:#?}");
    (program, sources)
}

/// That the difference of a set and of the same set in the one layout is none, proved.
fn is_no_change(files: &[(String, String)]) {
    let laid_out: Vec<(String, String)> = files.iter().map(|(name, text)| (name.clone(), formatted(text))).collect();
    let [old, new] = [checked(files), checked(&laid_out)];
    let [old, new] = [&old, &new].map(|(program, sources)| Edition::symbolic(program, sources));
    let difference = diff(&old, &new, LIMIT);
    assert!(difference.complete && difference.verdict == Word::Equivalent, "{difference:#?}\n{files:?}");
}

#[test]
fn the_difference_to_the_shipped_policies_in_it_is_none() {
    let scattered =
        crate::shipped().into_iter().map(|(name, text)| (name, with_gaps(&text, "\n   "))).collect::<Vec<_>>();
    is_no_change(&scattered);
}

#[test]
fn the_difference_to_generated_policies_in_it_is_none() {
    for seed in 0..cases_wanted() {
        is_no_change(&[("case.entail".to_owned(), crate::print::policy_text(&crate::generate::case(seed)))]);
    }
}

/// The text with another gap between any two tokens of a line; quoted texts and comments stay as they are.
fn with_gaps(text: &str, gap: &str) -> String {
    let line = |line: &str| {
        let (mut quoted, mut out) = (false, String::new());
        let (indent, rest) = line.split_at(line.len() - line.trim_start().len());
        for (at, c) in rest.char_indices() {
            match c {
                '#' if !quoted => return format!("{indent}{out}{}\n", &rest[at..]),
                '"' => quoted = !quoted,
                _ => {}
            }
            match c == ' ' && !quoted {
                true => out += gap,
                false => out.push(c),
            }
        }
        format!("{indent}{out}\n")
    };
    text.lines().map(line).collect()
}

#[test]
fn a_comment_may_stand_in_every_gap() {
    for file in policies_in(&folder("policies")).into_iter().filter(|file| file.parent().unwrap().ends_with("policies"))
    {
        let text = std::fs::read_to_string(&file).unwrap();
        for gap in [" # a note\n ", "\n  # a line of its own\n\n  ", "\r\n\t"] {
            keeps_its_word(&with_gaps(&text, gap));
        }
        let unformatted = with_gaps(&text, "\n   ");
        assert_eq!(keeps_its_word(&unformatted), formatted(&text), "the layout before does not matter");
    }
}

#[test]
fn line_ends_stay_those_of_the_file() {
    assert_eq!(formatted("source S {\r\n kind: brief }\r\n"), "source S {\r\n  kind: brief\r\n}\r\n");
    assert_eq!(formatted("\u{feff}source S {}"), "source S {}\n");
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("\n\n# nothing\n\n\n"), "# nothing\n");
}
