//! `estate.toml` into entries, each key and value with its place.
//!
//! A key inside a table becomes `table.key`. What the keys mean, [`super::build`](fn@super::build) says; here only the form
//! is looked at, and that a key holds one value.

use super::cells::{plainly, quoted, short};
use super::document::{Cell, Entry};
use super::reading::trimmed;
use super::schema::{KEYS, TABLE_KEYS};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Source, Span};
use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue, Error};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Reads the text of the file `file`.
pub(super) fn read(file: FileId, source: &Source) -> (Vec<Entry>, Vec<Diagnostic>) {
    let (_, mut errors) = DeTable::parse_recoverable(source.text());
    errors.retain(ends_reading);
    let text = without(&errors, source);
    let (table, others) = DeTable::parse_recoverable(&text);
    errors.extend(others);
    let mut reading = Reading { file, text: source.text(), entries: Vec::new(), problems: Vec::new() };
    reading.table(table.get_ref());
    let bad_lines = first_of_each_line(errors, source);
    let is_sound = |span: Span| !bad_lines.contains_key(&source.line_at(span.start as usize));
    reading.entries.retain(|entry| is_sound(entry.value.span));
    reading.problems.retain(|problem| problem.primary.as_ref().is_none_or(|label| is_sound(label.span)));
    reading.problems.extend(bad_lines.values().map(|(range, error)| not_toml(file, source, range, error)));
    (reading.entries, reading.problems)
}

/// Whether the parser understands nothing behind an error, though it goes on: a key that no `=` follows, and a header of a
/// table without its end.
fn ends_reading(error: &Error) -> bool {
    [NO_VALUE, "unclosed table", "unclosed array table"].iter().any(|start| error.message().starts_with(start))
}

/// How the parser begins to say that no `=` follows a key.
const NO_VALUE: &str = "key with no value";

/// The text with other lines of the same length where an error is: blank ones, and headers of a table that nobody names, so
/// that what follows a header stays within a table.
fn without(errors: &[Error], source: &Source) -> String {
    let bad: BTreeSet<usize> = errors.iter().filter_map(Error::span).map(|range| source.line_at(range.start)).collect();
    let lines = source.text().split_inclusive('\n').enumerate();
    let line = |(number, line): (usize, &str)| match bad.contains(&number) {
        true => passed_over(line),
        false => line.to_owned(),
    };
    lines.map(line).collect()
}

fn passed_over(line: &str) -> String {
    let (text, end) = line.split_at(line.trim_end().len());
    let over = match text.len().checked_sub("[]".len()) {
        Some(inside @ 1..) if text.trim_start().starts_with('[') => format!("[{}]", "-".repeat(inside)),
        Some(_) | None => " ".repeat(text.len()),
    };
    over + end
}

/// What is wrong with each line, and where. The parser goes on behind an error, stumbles over what is left of the line,
/// and guesses a value for its key; so a line is told its first error and stands for nothing.
fn first_of_each_line(errors: Vec<Error>, source: &Source) -> BTreeMap<usize, (Range<usize>, Error)> {
    let end = source.text().trim_end().len();
    let mut located: Vec<_> = errors.into_iter().map(|error| (error.span().unwrap_or(end..end), error)).collect();
    located.sort_by_key(|(range, _)| range.start);
    let mut lines = BTreeMap::new();
    for (range, error) in located {
        lines.entry(source.line_at(range.start)).or_insert((range, error));
    }
    lines
}

type Key<'t> = Spanned<::toml::de::DeString<'t>>;

struct Reading<'t> {
    file: FileId,
    text: &'t str,
    entries: Vec<Entry>,
    problems: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn table(&mut self, table: &DeTable<'_>) {
        for (key, value) in in_order(table) {
            match value.get_ref() {
                DeValue::Table(inner) if TABLE_KEYS.contains(&key.get_ref().as_ref()) => self.inner(key, inner),
                DeValue::Table(_)
                | DeValue::Array(_)
                | DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_) => self.entry("", key, value),
            }
        }
    }

    fn inner(&mut self, outer: &Key<'_>, table: &DeTable<'_>) {
        let prefix = format!("{}.", outer.get_ref());
        for (key, value) in in_order(table) {
            self.entry(&prefix, key, value);
        }
    }

    fn entry(&mut self, prefix: &str, key: &Key<'_>, value: &Spanned<DeValue<'_>>) {
        let place = Span::new(self.file, value.span());
        let written = value.get_ref();
        let value = match written {
            DeValue::String(text) => self.string(text, value),
            DeValue::Integer(number) => Cell { text: number.to_string(), span: place },
            DeValue::Float(number) => Cell { text: plainly(&number.to_string()), span: place },
            DeValue::Boolean(answer) => Cell { text: answer.to_string(), span: place },
            DeValue::Datetime(date) => Cell { text: date.to_string(), span: place },
            DeValue::Array(_) | DeValue::Table(_) => return self.several(prefix, key, place),
        };
        let is_text = matches!(written, DeValue::String(_));
        if !is_text && (prefix == "evidence." || prefix.is_empty() && TEXTS.contains(&key.get_ref().as_ref())) {
            return self.problems.push(no_text(prefix, key.get_ref(), &value));
        }
        self.push(prefix, key, value);
    }

    fn push(&mut self, prefix: &str, key: &Key<'_>, value: Cell) {
        let text = format!("{prefix}{}", key.get_ref());
        self.entries.push(Entry { key: Cell { text, span: Span::new(self.file, key.span()) }, value });
    }

    /// A string without its quotes, where they are plain ones.
    fn string(&self, text: &str, value: &Spanned<DeValue<'_>>) -> Cell {
        let range = value.span();
        let written = self.text.get(range.clone()).unwrap_or("");
        let inside = written.get(1..written.len().saturating_sub(1)).unwrap_or("");
        let plain = inside == text;
        let span = if plain { trimmed(self.file, range.start + 1, inside) } else { Span::new(self.file, range) };
        Cell { text: text.trim().to_owned(), span }
    }

    /// Several values where a key holds one. A key that no estate has is passed on, to be refused as such.
    fn several(&mut self, prefix: &str, key: &Key<'_>, place: Span) {
        if prefix.is_empty() && !KEYS.contains(&key.get_ref().as_ref()) {
            return self.push(prefix, key, Cell { text: String::new(), span: place });
        }
        let error = Diagnostic::error(Code::WrongCell, format!("`{prefix}{}` is not one value", key.get_ref()));
        let error = error.at(place, "expected one value");
        self.problems.push(error.help(format!("only {} hold several", quoted(TABLE_KEYS))));
    }
}

/// The keys whose values are texts that nobody looks up anywhere.
const TEXTS: [&str; 2] = ["name", "currency"];

/// A value that is no text where one is wanted.
fn no_text(prefix: &str, key: &str, value: &Cell) -> Diagnostic {
    let error = Diagnostic::error(Code::WrongCell, format!("`{}` is no value for `{prefix}{key}`", short(&value.text)));
    match prefix {
        "evidence." => error
            .at(value.span, "expected the reference of a document, in quotes")
            .help("name the document, or leave the entry out where there is none"),
        _ => error.at(value.span, "expected a text").help(format!("write it in quotes: `{key} = \"{}\"`", value.text)),
    }
}

fn not_toml(file: FileId, source: &Source, range: &Range<usize>, error: &Error) -> Diagnostic {
    let place = Span::new(file, range.clone());
    if error.message().starts_with("duplicate key") {
        let key = short(source.text().get(range.clone()).unwrap_or(""));
        let error = Diagnostic::error(Code::GivenTwice, format!("`{key}` is given twice"));
        return error.at(place, "given again here").help("keep one of the two");
    }
    let what = told(error.message(), source.text().get(range.clone()).unwrap_or(""));
    let message = format!("`estate.toml` is not TOML: {what}");
    let error = Diagnostic::error(Code::NotToml, message).at(place, "not understood");
    error.help("write `key = value`, a line each; texts in quotes, dates as 2008-03-11")
}

/// What the parser says of a piece of text. It takes a word without quotes for `true` or `false` if it begins like that.
fn told<'m>(message: &'m str, written: &str) -> &'m str {
    let is_answer = ["true", "false"].iter().any(|answer| written.eq_ignore_ascii_case(answer));
    match message {
        _ if message.starts_with(NO_VALUE) => "no `=` behind a key",
        _ if message.starts_with("string values must be quoted") && written.is_empty() => "a key without a value",
        _ if message.starts_with("string values must be quoted") => "a text without quotes",
        _ if message.starts_with("invalid boolean") && !is_answer => "a text without quotes",
        _ => message,
    }
}

/// The keys of a table in the order written.
fn in_order<'a, 't>(table: &'a DeTable<'t>) -> Vec<(&'a Key<'t>, &'a Spanned<DeValue<'t>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}
