//! Policy text to tree: [`parse`] reads one file into items, with every syntax error it has, [`parse_all`] those of a set.
//!
//! An item that cannot be read is skipped up to the next line that opens one; its name is remembered, so that nobody
//! who uses the name is blamed for it. What names mean is not known here. [`format()`] lays a text out anew.

pub mod ast;
mod expected;
pub mod legal;
mod lower;
pub(crate) mod nesting;
mod parser;
mod print;
mod slips;
mod unseen;

#[cfg(any(feature = "cli", feature = "lsp"))]
pub(crate) use slips::is_word_char;

use crate::diagnostic::{Diagnostic, any_error};
use crate::source::{FileId, Sources};
#[cfg(any(feature = "cli", feature = "lsp"))]
use crate::{diagnostic::Code, source::Span};
use ast::Ast;

/// The text of a policy file, and where it begins to be none if it is not in UTF-8: it is shown with signs in place of what
/// is no text.
#[cfg(any(feature = "cli", feature = "lsp"))]
pub(crate) fn text_of(bytes: &[u8]) -> (String, Option<usize>) {
    // The mark that some editors put before UTF-8 is no part of the text.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let wrong = std::str::from_utf8(bytes).err().map(|error| error.valid_up_to());
    (String::from_utf8_lossy(bytes).into_owned(), wrong)
}

/// What is said of a file that begins to be no text at a place.
#[cfg(any(feature = "cli", feature = "lsp"))]
pub(crate) fn not_text(name: &str, file: FileId, at: usize) -> Diagnostic {
    let replaced = Span::new(file, at..at + char::REPLACEMENT_CHARACTER.len_utf8());
    let error = Diagnostic::error(Code::NotText, format!("`{name}` is not text in UTF-8"));
    error.at(replaced, "no character of UTF-8").help("save it as UTF-8")
}

/// Reads a file of policy text.
pub fn parse(sources: &Sources, file: FileId) -> (Ast, Vec<Diagnostic>) {
    let text = sources.get(file).map_or("", |source| source.text());
    match unseen::check(file, text).or_else(|| nesting::check(file, text)) {
        Some(unread) => (Ast::unread(), vec![unread]),
        None => parser::parse(file, text),
    }
}

/// Reads the files of a policy set, in this order.
pub fn parse_all(sources: &Sources, files: impl IntoIterator<Item = FileId>) -> (Ast, Vec<Diagnostic>) {
    let each = files.into_iter().map(|file| parse(sources, file));
    let (ast, problems): (Ast, Vec<Vec<Diagnostic>>) = each.unzip();
    (ast, problems.into_iter().flatten().collect())
}

/// The text of a file in the one layout. Tokens and comments stay as they are and where they are.
///
/// # Errors
/// The text does not parse; what is wrong with it.
pub fn format(sources: &Sources, file: FileId) -> Result<String, Vec<Diagnostic>> {
    let text = sources.get(file).map_or("", |source| source.text());
    let (_, problems) = parse(sources, file);
    match parser::pairs(text) {
        Some(pairs) if !any_error(&problems) => Ok(print::print(text, pairs)),
        _ => Err(problems),
    }
}
