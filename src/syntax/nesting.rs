//! A bound on nesting, taken before parsing: parsing, checking and evaluating all recurse as deep as the text does.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::syntax::slips::{Token, tokens};

/// How deep parentheses, brackets and braces may nest together.
pub const DEEPEST: usize = 256;

/// The diagnostic for the first bracket that opens beyond [`DEEPEST`].
pub fn check(file: FileId, text: &str) -> Option<Diagnostic> {
    let mut depth = 0_usize;
    for (at, token) in tokens(text) {
        match token {
            Token::Open(_) => depth += 1,
            Token::Close(_) => depth = depth.saturating_sub(1),
            Token::ItemStart => depth = 0,
            Token::Quote { .. } => {}
        }
        if depth > DEEPEST {
            let message = format!("this nests more than {DEEPEST} deep");
            return Some(
                Diagnostic::error(Code::TooDeep, message)
                    .at(Span::new(file, at..at + 1), format!("bracket number {}", DEEPEST + 1))
                    .help("split the condition: a `define` gives a part of it a name"),
            );
        }
    }
    None
}
