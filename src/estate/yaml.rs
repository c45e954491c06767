//! The text of a YAML document into a [`Node`], every value with its place.
//!
//! Scalars are taken as they are written, whatever type YAML would give them: what `2008` or `no` means, the column says.
//! Only that a number is one is noted, as JSON has it.
//! An estate is written out: anchors, aliases and tags are refused, so nothing can grow while it is read.

use super::document::Cell;
use super::reading::trimmed;
use super::tree::{DEEPEST, Node, Shape};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag};
use std::borrow::Cow;
use std::ops::Range;

/// Reads the text of the file `file`.
pub(super) fn read(file: FileId, text: &str) -> Result<Node, Box<Diagnostic>> {
    let mut yaml = Yaml { file, text, parser: Parser::new_from_str(text), at: Position { sign: 0, byte: 0 } };
    let mut root = None;
    loop {
        let (event, range) = yaml.next()?;
        match (event, &root) {
            (Event::StreamEnd, _) => break,
            (Event::Nothing | Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd, _) => {}
            (event, None) => root = Some(yaml.node(event, range, 0)?),
            (_, Some(_)) => return Err(yaml.several(range)),
        }
    }
    Ok(root.unwrap_or(Node { shape: Shape::Value(String::new()), span: Span::new(file, 0..0) }))
}

/// Whether a scalar without quotes is a number, rather than one of the words for what is none.
fn is_number(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

struct Yaml<'t> {
    file: FileId,
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    /// The place last asked for: the parser counts characters, spans count bytes.
    at: Position,
}

#[derive(Clone, Copy)]
struct Position {
    sign: usize,
    byte: usize,
}

type Found<'t> = (Event<'t>, Range<usize>);

impl<'t> Yaml<'t> {
    /// The next event and the bytes it is written in.
    fn next(&mut self) -> Result<Found<'t>, Box<Diagnostic>> {
        match self.parser.next_event() {
            None => Ok((Event::StreamEnd, self.text.len()..self.text.len())),
            Some(Ok((event, span))) => {
                let (start, end) = (self.byte(span.start.index()), self.byte(span.end.index()));
                Ok((event, start..end.max(start)))
            }
            Some(Err(error)) => Err(self.not_yaml(&error)),
        }
    }

    /// The offset of the character at `sign`. Events come nearly in order, so the way from the last one is short.
    fn byte(&mut self, sign: usize) -> usize {
        let (before, behind) = self.text.split_at_checked(self.at.byte).unwrap_or((self.text, ""));
        let (on, back) = (sign.saturating_sub(self.at.sign), self.at.sign.saturating_sub(sign));
        let on: usize = behind.chars().take(on).map(char::len_utf8).sum();
        let back: usize = before.chars().rev().take(back).map(char::len_utf8).sum();
        self.at = Position { sign, byte: self.at.byte + on - back };
        self.at.byte
    }

    fn node(&mut self, event: Event<'t>, range: Range<usize>, depth: usize) -> Result<Node, Box<Diagnostic>> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_number = tag.is_none() && style == ScalarStyle::Plain && is_number(&text);
                self.plain(anchor, tag, &range)?;
                let Cell { text, span } = self.scalar(&text, style, range);
                Ok(Node { shape: if is_number { Shape::Number(text) } else { Shape::Value(text) }, span })
            }
            Event::SequenceStart(anchor, tag) => {
                self.plain(anchor, tag, &range)?;
                self.list(range.start, depth)
            }
            Event::MappingStart(anchor, tag) => {
                self.plain(anchor, tag, &range)?;
                self.map(range.start, depth)
            }
            Event::Alias(_)
            | Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => Err(self.refused("an alias", range)),
        }
    }

    /// The items of a list whose beginning has been read.
    fn list(&mut self, start: usize, depth: usize) -> Result<Node, Box<Diagnostic>> {
        if depth == DEEPEST {
            return self.deeper(start);
        }
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, end) => return Ok(self.gathered(Shape::List(items), start, end)),
                (event, range) => items.push(self.node(event, range, depth + 1)?),
            }
        }
    }

    /// The entries of a mapping whose beginning has been read.
    fn map(&mut self, start: usize, depth: usize) -> Result<Node, Box<Diagnostic>> {
        if depth == DEEPEST {
            return self.deeper(start);
        }
        let mut entries = Vec::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, end) => return Ok(self.gathered(Shape::Map(entries), start, end)),
                (Event::Scalar(text, style, anchor, tag), range) => {
                    self.plain(anchor, tag, &range)?;
                    self.scalar(&text, style, range)
                }
                (Event::Alias(_), range) => return Err(self.refused("an alias", range)),
                (_, range) => return Err(self.no_key(range)),
            };
            let (event, range) = self.next()?;
            entries.push((key, self.node(event, range, depth + 1)?));
        }
    }

    /// Passes over what is nested deeper than any estate.
    fn deeper(&mut self, start: usize) -> Result<Node, Box<Diagnostic>> {
        let mut open = 1_usize;
        loop {
            let (event, range) = self.next()?;
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => open += 1,
                Event::SequenceEnd | Event::MappingEnd if open == 1 => {
                    return Ok(self.gathered(Shape::Deeper, start, range));
                }
                Event::SequenceEnd | Event::MappingEnd => open -= 1,
                Event::Alias(_) => return Err(self.refused("an alias", range)),
                Event::Scalar(..)
                | Event::Nothing
                | Event::StreamStart
                | Event::StreamEnd
                | Event::DocumentStart(_)
                | Event::DocumentEnd => {}
            }
        }
    }

    /// A node from its first byte to the end of its last line with text.
    fn gathered(&self, shape: Shape, start: usize, end: Range<usize>) -> Node {
        let written = self.text.get(start..end.end).unwrap_or("").trim_end();
        Node { shape, span: Span::new(self.file, start..start + written.len()) }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, range: Range<usize>) -> Cell {
        let written = self.text.get(range.clone()).unwrap_or("");
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        let inside = if quoted { written.get(1..written.len().saturating_sub(1)).unwrap_or("") } else { written };
        let span = match inside.trim() == text.trim() {
            true => trimmed(self.file, range.start + usize::from(quoted), inside),
            false => trimmed(self.file, range.start, written),
        };
        let is_null = style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL");
        Cell { text: if is_null { String::new() } else { text.trim().to_owned() }, span }
    }

    /// Refuses a node that is anchored or has a tag of its own.
    fn plain(&self, anchor: usize, tag: Option<Cow<'t, Tag>>, range: &Range<usize>) -> Result<(), Box<Diagnostic>> {
        match tag {
            _ if anchor > 0 => Err(self.refused("an anchor", self.mark('&', range))),
            Some(_) => Err(self.tagged(self.mark('!', range))),
            None => Ok(()),
        }
    }

    /// The anchor or tag of a node, up to the next blank: the node begins with it, or it stands before.
    fn mark(&self, sign: char, range: &Range<usize>) -> Range<usize> {
        let (before, node) = self.text.split_at_checked(range.start).unwrap_or((self.text, ""));
        let start = match before.rfind(sign).filter(|_| !node.starts_with(sign)) {
            Some(last) => before.get(..last).unwrap_or("").trim_end_matches(sign).len(),
            None => range.start,
        };
        let mark = self.text.get(start..).unwrap_or("");
        start..start + mark.find(char::is_whitespace).unwrap_or(mark.len()).max(1)
    }

    fn tagged(&self, range: Range<usize>) -> Box<Diagnostic> {
        let error =
            Diagnostic::error(Code::NotWrittenOut, "a tag says of what type a value is, and here its column does");
        let error = error.at(Span::new(self.file, range), "a tag of YAML");
        Box::new(error.help("leave the tag out; a value that begins with `!` stands in quotes"))
    }

    fn refused(&self, what: &str, range: Range<usize>) -> Box<Diagnostic> {
        let error = Diagnostic::error(Code::NotWrittenOut, format!("{what} stands for what is written elsewhere"));
        let error = error.at(Span::new(self.file, range), format!("{what} of YAML"));
        Box::new(
            error.help("write the value out wherever it stands; a value that begins with `&` or `*` stands in quotes"),
        )
    }

    fn no_key(&self, range: Range<usize>) -> Box<Diagnostic> {
        let error = Diagnostic::error(Code::NotADocument, "this name is not one word or text");
        Box::new(error.at(Span::new(self.file, range), "expected a name").help("write `name: value`, an entry a line"))
    }

    fn several(&self, range: Range<usize>) -> Box<Diagnostic> {
        let error = Diagnostic::error(Code::NotADocument, "this file holds more than one document");
        let error = error.at(Span::new(self.file, range), "the second begins here");
        Box::new(error.help("an estate is one document: leave the `---` out, or give each a file of its own"))
    }

    fn not_yaml(&mut self, error: &ScanError) -> Box<Diagnostic> {
        let at = self.byte(error.marker().index());
        // An alias of nothing is an alias first.
        if self.text.get(at..).is_some_and(|rest| rest.starts_with('*')) && error.info().contains("anchor") {
            return self.refused("an alias", at..at + 1);
        }
        let told = Diagnostic::error(Code::NotADocument, format!("this is not YAML: {}", error.info()));
        let told = told.at(Span::new(self.file, at..at + 1), "not understood");
        Box::new(told.help("write `name: value`, an entry a line, rows of a table behind `- `, and indent with blanks"))
    }
}
