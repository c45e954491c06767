//! The text of a JSON document into a [`Node`], every value with its place.
//!
//! Values are taken as they are written, so that numbers keep their digits. Nothing is lost: two keys of one name are two
//! entries.

use super::document::Cell;
use super::reading::trimmed;
use super::tree::{DEEPEST, Node, Shape};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Reads the text of the file `file`.
pub(super) fn read(file: FileId, text: &str) -> Result<Node, Box<Diagnostic>> {
    let reading = Json { file, text };
    let root: &RawValue = serde_json::from_str(text).map_err(|error| Box::new(reading.not_json(&error)))?;
    reading.node(root, 0)
}

struct Json<'t> {
    file: FileId,
    text: &'t str,
}

impl<'t> Json<'t> {
    fn node(&self, raw: &'t RawValue, depth: usize) -> Result<Node, Box<Diagnostic>> {
        let (written, span) = (raw.get(), self.span(raw));
        let shape = match written.as_bytes().first() {
            Some(b'{' | b'[') if depth == DEEPEST => Shape::Deeper,
            Some(b'{') => {
                let Entries(entries) = self.parsed(raw)?;
                Shape::Map(
                    entries.into_iter().map(|(key, value)| self.entry(key, value, depth)).collect::<Result<_, _>>()?,
                )
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = self.parsed(raw)?;
                Shape::List(items.into_iter().map(|item| self.node(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            Some(b'"') => return Ok(self.string(raw)?.into()),
            Some(b'-' | b'0'..=b'9') => Shape::Number(written.to_owned()),
            _ if written == "null" => Shape::Value(String::new()),
            _ => Shape::Value(written.to_owned()),
        };
        Ok(Node { shape, span })
    }

    fn entry(&self, key: &'t RawValue, value: &'t RawValue, depth: usize) -> Result<(Cell, Node), Box<Diagnostic>> {
        Ok((self.string(key)?, self.node(value, depth + 1)?))
    }

    /// A string; its place is what stands between its quotes, if that is its text.
    fn string(&self, raw: &'t RawValue) -> Result<Cell, Box<Diagnostic>> {
        let text: String = self.parsed(raw)?;
        let (written, span) = (raw.get(), self.span(raw));
        let inside = written.get(1..written.len().saturating_sub(1)).unwrap_or("");
        let span = if inside == text { trimmed(self.file, span.range().start + 1, inside) } else { span };
        Ok(Cell { text: text.trim().to_owned(), span })
    }

    fn parsed<T: Deserialize<'t>>(&self, raw: &'t RawValue) -> Result<T, Box<Diagnostic>> {
        serde_json::from_str(raw.get()).map_err(|error| Box::new(not_json(&error).at(self.span(raw), "not understood")))
    }

    /// The place of a piece of the text, which it borrows from.
    fn span(&self, raw: &RawValue) -> Span {
        let start = raw.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        Span::new(self.file, start..start + raw.get().len())
    }

    fn not_json(&self, error: &serde_json::Error) -> Diagnostic {
        let before: usize = self.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let (at, end) = (before + error.column().saturating_sub(1), self.text.trim_end().len());
        match at < end {
            true => not_json(error).at(Span::new(self.file, at..at + 1), "not understood"),
            false => Diagnostic::error(Code::NotADocument, "this document ends in the middle")
                .at(Span::new(self.file, end.saturating_sub(1)..end), "the last that is there")
                .help("write or copy it again: each `{`, `[` and `\"` needs its end"),
        }
    }
}

fn not_json(error: &serde_json::Error) -> Diagnostic {
    let told = error.to_string();
    let what = told.split(" at line ").next().unwrap_or("");
    let error = Diagnostic::error(Code::NotADocument, format!("this is not JSON: {what}"));
    error.help("names and texts stand in double quotes, entries are separated by commas, and none follows the last")
}

/// The entries of an object in the order written, those of one name too.
struct Entries<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsWritten;
        impl<'de> Visitor<'de> for AsWritten {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(AsWritten)
    }
}
