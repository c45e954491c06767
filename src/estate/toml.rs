//! `estate.toml` into entries, each key and value with its place.
//!
//! A key inside a table becomes `table.key`. What the keys mean, [`super::build`](fn@super::build) says; here only the form
//! is looked at, and that a key holds one value.

use super::cells::quoted;
use super::document::{Cell, Entry};
use super::files::trimmed;
use super::schema::{KEYS, TABLE_KEYS};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

/// Reads the text of the file `file`.
pub(super) fn read(file: FileId, text: &str) -> (Vec<Entry>, Vec<Diagnostic>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reading = Reading { file, text, entries: Vec::new(), problems: Vec::new() };
    reading.problems = errors.iter().map(|error| reading.not_toml(error)).collect();
    reading.table(table.get_ref());
    (reading.entries, reading.problems)
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
        let value = match value.get_ref() {
            DeValue::String(text) => self.string(text, value),
            DeValue::Integer(number) => Cell { text: number.to_string(), span: place },
            DeValue::Float(number) => Cell { text: number.to_string(), span: place },
            DeValue::Boolean(answer) => Cell { text: answer.to_string(), span: place },
            DeValue::Datetime(date) => Cell { text: date.to_string(), span: place },
            DeValue::Array(_) | DeValue::Table(_) => return self.several(prefix, key, place),
        };
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

    fn not_toml(&self, error: &::toml::de::Error) -> Diagnostic {
        let end = self.text.trim_end().len();
        let range = error.span().unwrap_or(end..end);
        let place = Span::new(self.file, range.clone());
        if error.message().starts_with("duplicate key") {
            let key = self.text.get(range).unwrap_or("");
            let error = Diagnostic::error(Code::GivenTwice, format!("`{key}` is given twice"));
            return error.at(place, "given again here").help("keep one of the two");
        }
        let message = format!("`estate.toml` is not TOML: {}", error.message());
        let error = Diagnostic::error(Code::NotToml, message).at(place, "the text is not understood from here");
        error.help("write `key = value`, a line each; texts in quotes, dates as 2008-03-11")
    }
}

/// The keys of a table in the order written.
fn in_order<'a, 't>(table: &'a DeTable<'t>) -> Vec<(&'a Key<'t>, &'a Spanned<DeValue<'t>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}
