//! The only place that knows how pest is driven: items to lowering, junk to a message.

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Ast, Keyword, UNNAMED};
use crate::syntax::slips::{comment_start, first_word, opening_word, skip_docs, starts_item, without_comments};
use crate::syntax::{lower, slips};
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use pest::iterators::{Pair, Pairs};
use std::cell::OnceCell;
use std::ops::Range;

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

/// How much text pest is given at a time, about: it keeps every token until it has read all that it was given.
const PART: usize = 1 << 16;

/// Reads a text whose nesting is known to be bounded, in parts that end where an item starts.
///
/// Where a part is whole items, they are the same with what follows it. Where it is not, it may have been cut within an item,
/// so it is read together with all that follows.
pub(super) fn parse(file: FileId, text: &str) -> (Ast, Vec<Diagnostic>) {
    let mut reading = Reading { file, text, bare: OnceCell::new(), ast: Ast::default(), diagnostics: Vec::new() };
    let mut start = 0;
    while let Some(end) = next_item(text, start + PART)
        && reading.whole_items(start..end)
    {
        start = end;
    }
    reading.items_and_junk(start);
    (reading.ast, reading.diagnostics)
}

/// The first line behind this place that opens an item, and has no comment above it.
fn next_item(text: &str, from: usize) -> Option<usize> {
    let ends = text.bytes().enumerate().skip(from).filter(|(_, byte)| *byte == b'\n');
    let mut starts = ends.map(|(at, _)| at + 1);
    let mut above = starts.next()?;
    starts.find(|start| {
        let is_below_comment = text.get(above..).is_some_and(|line| line.starts_with('#'));
        above = *start;
        !is_below_comment && starts_item(text, *start)
    })
}

/// What is read of a text so far.
struct Reading<'t> {
    file: FileId,
    text: &'t str,
    /// The text without its comments, once something in it cannot be read.
    bare: OnceCell<String>,
    ast: Ast,
    diagnostics: Vec<Diagnostic>,
}

impl Reading<'_> {
    /// Takes a part of the text if it is nothing but items.
    fn whole_items(&mut self, part: Range<usize>) -> bool {
        let pairs = self.text.get(part.clone()).and_then(pairs);
        match pairs.filter(|pairs| pairs.clone().all(|pair| !matches!(pair.as_rule(), Rule::junk))) {
            Some(pairs) => pairs.for_each(|pair| self.pair(part.start, pair)),
            None => return false,
        }
        true
    }

    /// Takes the rest of the text. The grammar takes any text, as junk if need be; an error would be one of the grammar itself.
    fn items_and_junk(&mut self, start: usize) {
        match Grammar::parse(Rule::file, self.text.get(start..).unwrap_or("")) {
            Ok(pairs) => pairs.flat_map(Pair::into_inner).for_each(|pair| self.pair(start, pair)),
            Err(error) => {
                let whole = start..self.text.len();
                let error = self.explain(whole, &failure(error, start));
                self.diagnostics.push(error);
            }
        }
    }

    /// Takes an item, or a piece of junk, of a part that starts here.
    fn pair(&mut self, start: usize, pair: Pair<'_, Rule>) {
        match pair.as_rule() {
            Rule::item => {
                let place = Place { file: self.file, start };
                let item = lower::item(place, self.text, pair, &mut self.diagnostics);
                match item.as_ref().and_then(|item| slips::misread(self.file, self.text, item)) {
                    Some(slip) => {
                        self.ast.broken.extend(item.map(|item| item.name.text));
                        self.diagnostics.push(slip);
                    }
                    None => self.ast.items.extend(item),
                }
            }
            Rule::junk => {
                for (at, junk) in broken_items(pair.as_str()) {
                    let at = start + pair.as_span().start() + at;
                    self.ast.broken.extend(names_of_junk(junk));
                    let error = self.explain_junk(at..at + junk.len());
                    self.diagnostics.push(error);
                }
            }
            _ => {}
        }
    }

    /// Parses the junk as the item it was meant to be, to learn how far it got.
    fn explain_junk(&self, range: Range<usize>) -> Diagnostic {
        match Grammar::parse(Rule::one_item, self.text.get(range.clone()).unwrap_or("")) {
            Err(error) => self.explain(range.clone(), &failure(error, range.start)),
            // Junk ends where an item may start, so a whole item is never junk; say where it stands all the same.
            Ok(_) => self.explain(range.clone(), &Failure { at: range.start, expected: vec![Rule::opener] }),
        }
    }

    fn explain(&self, range: Range<usize>, failure: &Failure) -> Diagnostic {
        let bare = self.bare.get_or_init(|| without_comments(self.text));
        slips::explain(self.file, (self.text, bare), range, failure)
    }
}

/// The pairs of a text that parses, for the formatter.
pub(super) fn pairs(text: &str) -> Option<Pairs<'_, Rule>> {
    Grammar::parse(Rule::file, text).ok()?.next().map(Pair::into_inner)
}

/// The broken items of some junk, each with its place. The grammar has junk end where an item opens; one whose keyword is
/// misspelt opens none, but shows where it stands at the margin, below a brace at the margin.
fn broken_items(junk: &str) -> Vec<(usize, &str)> {
    let mut items = Vec::new();
    let (mut start, mut end, mut is_closed) = (0, 0, false);
    for line in junk.split_inclusive('\n') {
        if is_closed && opening_word(line).and_then(slips::misspelt_keyword).is_some() {
            items.push((start, junk.get(start..end).unwrap_or("")));
            start = end;
        }
        end += line.len();
        is_closed = line.starts_with('}') || is_closed && line.trim().is_empty();
    }
    items.push((start, junk.get(start..).unwrap_or("")));
    items
}

/// Where the text of one item stops making sense, if it does.
pub(super) fn stops_at(item: &str) -> Option<usize> {
    Grammar::parse(Rule::one_item, item).err().map(|error| failure(error, 0).at)
}

fn failure(error: Error<Rule>, offset: usize) -> Failure {
    let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
    let expected = match error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Failure { at: at + offset, expected }
}

/// The names that a broken item may have been to declare or add to: the word behind the keyword, or [`UNNAMED`] where that
/// is no name, or only the first word of one. Without a keyword that is one or nearly one, either word may be it.
fn names_of_junk(junk: &str) -> Vec<String> {
    let item = skip_docs(junk);
    let first = first_word(item);
    let head = item.get(first.len()..).unwrap_or("").trim_start();
    let second = first_word(head);
    let behind = head.get(second.len()..).unwrap_or("");
    let is_parted = behind.starts_with('-') || slips::is_name(first_word(behind.trim_start_matches([' ', '\t'])));
    let known = Keyword::of(first).or_else(|| slips::misspelt_keyword(first));
    let names: &[&str] = match (known, second) {
        (Some(Keyword::Prefer | Keyword::Test), _) => &[],
        (Some(_), second) if is_parted || !second.starts_with(|c: char| c.is_ascii_alphabetic()) => &[UNNAMED],
        (Some(_), second) => &[second],
        (None, second) => &[first, second],
    };
    names.iter().filter(|name| !name.is_empty()).map(|name| (*name).to_owned()).collect()
}

/// Where a part of a file stands: pest counts from its start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub file: FileId,
    pub start: usize,
}

/// The span of a pair, without the blanks and comments that pest passes over before it finds an optional part missing.
pub(super) fn span(place: Place, pair: &Pair<'_, Rule>) -> Span {
    let (start, mut text) = (place.start + pair.as_span().start(), pair.as_str());
    loop {
        text = text.trim_end();
        let last_line = text.rfind('\n').map_or(0, |at| at + 1);
        match comment_start(text.get(last_line..).unwrap_or("")) {
            Some(at) if !matches!(pair.as_rule(), Rule::doc) => text = text.get(..last_line + at).unwrap_or(""),
            _ => return Span::new(place.file, start..start + text.len()),
        }
    }
}
