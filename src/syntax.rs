//! Policy text to tree: [`parse`] reads one file into items, with every syntax error it has.
//!
//! An item that cannot be read is skipped up to the next line that opens one; its name is remembered, so that nobody
//! who uses the name is blamed for it. What names mean is not known here.

pub mod ast;
mod expected;
mod lower;
mod nesting;
mod parser;
mod slips;

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources};
use std::collections::BTreeSet;

/// What a file of policy text comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parsed {
    /// The items that could be read.
    pub items: Vec<ast::Item>,
    /// The names of those that could not, as far as they could be made out.
    pub broken: BTreeSet<String>,
}

/// Reads a file of policy text.
pub fn parse(sources: &Sources, file: FileId) -> (Parsed, Vec<Diagnostic>) {
    let text = sources.get(file).map_or("", |source| source.text());
    match nesting::check(file, text) {
        Some(too_deep) => (Parsed::default(), vec![too_deep]),
        None => parser::parse(file, text),
    }
}
