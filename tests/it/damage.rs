//! Damaged policies: whatever is cut off or taken out of the shipped files, the answer is a few diagnostics.
//!
//! Every so many bytes and tokens in an ordinary run; `ENTAIL_DAMAGE=1` tries each.

use crate::fmt::policies_in;
use entail::diagnostic::Diagnostic;
use entail::source::Sources;
use entail::syntax::{ast::Ast, parse};
use entail::typing;
use std::path::Path;

/// The shipped files, tests included.
fn files() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    policies_in(&folder).iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// How far apart the places are that are tried.
fn stride(usual: usize) -> usize {
    std::env::var("ENTAIL_DAMAGE").ok().and_then(|stride| stride.parse().ok()).unwrap_or(usual)
}

fn parsed(text: &str) -> (Ast, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let file = sources.add("damaged.entail", text).unwrap();
    parse(&sources, file)
}

#[test]
fn a_file_cut_off_anywhere_has_one_damaged_item() {
    for (index, text) in files().iter().enumerate() {
        for end in (index..text.len()).step_by(stride(499)).filter(|end| text.is_char_boundary(*end)) {
            let (_, problems) = parsed(&text[..end]);
            assert!(problems.len() <= 1, "{problems:?}\n{}", &text[..end]);
        }
    }
}

/// As many as one damaged item may have.
const FEW: usize = 5;

/// The places of tokens: quoted texts, words and numbers, signs.
fn tokens(text: &str) -> Vec<std::ops::Range<usize>> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match c {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            _ if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => c.len_utf8(),
        };
        if c != '#' && !c.is_whitespace() {
            found.push(at..at + length);
        }
        at += length;
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn a_token_taken_out_is_answered_without_a_cascade() {
    let files = files();
    let sound: Vec<Ast> = files.iter().map(|text| parsed(text).0).collect();
    let mut cascades = Vec::new();
    for (index, text) in files.iter().enumerate() {
        for token in tokens(text).into_iter().skip(index).step_by(stride(211)) {
            let damaged = format!("{}{}", &text[..token.start], &text[token.end..]);
            let (rest, mut problems) = parsed(&damaged);
            let is_broken = !problems.is_empty();
            problems.extend(typing::check(&with_others(&sound, index, rest)).1);
            if is_broken && problems.len() > FEW {
                let told: Vec<_> = problems.iter().map(|one| format!("{} {}", one.code, one.message)).collect();
                cascades.push(format!(
                    "without `{}` in\n{}\n{}",
                    &text[token.clone()],
                    around(text, &token),
                    told.join("\n")
                ));
            }
        }
    }
    assert!(cascades.is_empty(), "{} cascades\n\n{}", cascades.len(), cascades.join("\n\n"));
}

/// The files of a set, one of them as given.
fn with_others(sound: &[Ast], index: usize, own: Ast) -> Ast {
    let mut set = Ast::default();
    set.extend(sound.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other.clone()));
    set.extend([own]);
    set
}

#[test]
fn a_file_that_cannot_be_read_is_not_missed_in_others() {
    let sound: Vec<Ast> = files().iter().map(|text| parsed(text).0).collect();
    for index in 0..sound.len() {
        assert_eq!(typing::check(&with_others(&sound, index, Ast::unread())).1, []);
    }
}

fn around<'t>(text: &'t str, token: &std::ops::Range<usize>) -> &'t str {
    let start = text[..token.start].rfind('\n').unwrap_or(0);
    &text[start..text[token.end..].find('\n').map_or(text.len(), |length| token.end + length)]
}
