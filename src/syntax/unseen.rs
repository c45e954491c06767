//! Signs that policies may not hold, looked for before parsing: a text must read as it is meant wherever it is shown.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span, moves_text};

/// The diagnostic for the first sign that moves others, line ends and tabs aside.
pub fn check(file: FileId, text: &str) -> Option<Diagnostic> {
    let (at, sign) = text.char_indices().find(|(_, sign)| moves_text(*sign) && !matches!(sign, '\n' | '\r' | '\t'))?;
    let message = format!("the sign U+{:04X} is not shown, and moves the text around it", u32::from(sign));
    let error =
        Diagnostic::error(Code::Syntax, message).at(Span::new(file, at..at + sign.len_utf8()), "it stands here");
    Some(error.help("leave it out, in comments too: a policy must read the same to everybody"))
}
