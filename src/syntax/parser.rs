//! The only place that knows how pest is driven: items to lowering, junk to a message.

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use crate::syntax::slips::{comment_start, first_word, skip_docs};
use crate::syntax::{Parsed, UNNAMED, ast::Keyword, lower, slips};
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use pest::iterators::{Pair, Pairs};

/// The parser that pest derives from the grammar.
#[derive(pest_derive::Parser)]
#[grammar = "../grammar/entail.pest"]
pub(super) struct Grammar;

/// A syntax error as pest tells it: where, and what could have stood there.
pub(super) struct Failure {
    /// The byte where no alternative could go on.
    pub at: usize,
    /// The rules that could have begun there.
    pub expected: Vec<Rule>,
}

/// Reads a text whose nesting is known to be bounded.
pub(super) fn parse(file: FileId, text: &str) -> (Parsed, Vec<Diagnostic>) {
    let (mut parsed, mut diagnostics) = (Parsed::default(), Vec::new());
    // The grammar takes any text, as junk if need be; an error here would be one of the grammar itself.
    let pairs = match Grammar::parse(Rule::file, text) {
        Ok(pairs) => pairs.flat_map(Pair::into_inner),
        Err(error) => return (parsed, vec![slips::explain(file, text, 0..text.len(), &failure(error, 0))]),
    };
    for pair in pairs {
        let range = pair.as_span().start()..pair.as_span().end();
        match pair.as_rule() {
            Rule::item => parsed.items.extend(lower::item(file, text, pair, &mut diagnostics)),
            Rule::junk => {
                parsed.broken.extend(names_of_junk(pair.as_str()));
                diagnostics.push(explain_junk(file, text, range));
            }
            _ => {}
        }
    }
    (parsed, diagnostics)
}

/// The pairs of a text that parses, for the formatter.
pub(super) fn pairs(text: &str) -> Option<Pairs<'_, Rule>> {
    Grammar::parse(Rule::file, text).ok()?.next().map(Pair::into_inner)
}

/// Parses the junk as the item it was meant to be, to learn how far it got.
fn explain_junk(file: FileId, text: &str, range: std::ops::Range<usize>) -> Diagnostic {
    let junk = text.get(range.clone()).unwrap_or("");
    match Grammar::parse(Rule::one_item, junk) {
        Err(error) => slips::explain(file, text, range.clone(), &failure(error, range.start)),
        // Junk ends where an item may start, so a whole item is never junk; say where it stands all the same.
        Ok(_) => slips::explain(file, text, range.clone(), &Failure { at: range.start, expected: vec![Rule::opener] }),
    }
}

fn failure(error: Error<Rule>, offset: usize) -> Failure {
    let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
    let expected = match error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Failure { at: at + offset, expected }
}

/// The names that a broken item may have been to declare or add to: the word behind the keyword, or [`UNNAMED`] where there
/// is none. Without a keyword that is one or nearly one, either word may be it.
fn names_of_junk(junk: &str) -> Vec<String> {
    let item = skip_docs(junk);
    let first = first_word(item);
    let second = first_word(item.get(first.len()..).unwrap_or("").trim_start());
    let known = Keyword::of(first).or_else(|| slips::misspelt_keyword(first));
    let names: &[&str] = match (known, second) {
        (Some(Keyword::Prefer | Keyword::Test), _) => &[],
        (Some(_), "") => &[UNNAMED],
        (Some(_), second) => &[second],
        (None, second) => &[first, second],
    };
    names.iter().filter(|name| !name.is_empty()).map(|name| (*name).to_owned()).collect()
}

/// The span of a pair, without the blanks and comments that pest passes over before it finds an optional part missing.
pub(super) fn span(file: FileId, pair: &Pair<'_, Rule>) -> Span {
    let (start, mut text) = (pair.as_span().start(), pair.as_str());
    loop {
        text = text.trim_end();
        let last_line = text.rfind('\n').map_or(0, |at| at + 1);
        match comment_start(text.get(last_line..).unwrap_or("")) {
            Some(at) if !matches!(pair.as_rule(), Rule::doc) => text = text.get(..last_line + at).unwrap_or(""),
            _ => return Span::new(file, start..start + text.len()),
        }
    }
}
