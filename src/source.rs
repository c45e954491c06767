//! Source files and places in them: what every diagnostic points at.
//!
//! A [`Span`] is a file and a range of bytes; a [`Sources`] owns the texts. Line and column are worked out from an index
//! of line starts, never by scanning a text from its beginning. This module reads nothing from disk.

mod kept;

pub use kept::{Kept, Stored};

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Which file of a [`Sources`] a span lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range` in `file`. Offsets past `u32::MAX` are clamped; such files are refused when they are added.
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { file, start: clamp(range.start), end: clamp(range.end) }
    }

    /// The span from the start of `self` to the end of `other`, which lies in the same file.
    pub fn to(self, other: Span) -> Span {
        Span { end: other.end.max(self.end), ..self }
    }

    /// The bytes of the span as a range of the file's text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One text with its name and an index of its lines.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    text: Text,
}

#[derive(Debug, Clone)]
enum Text {
    /// In memory, with the start of each line.
    Held(String, Vec<u32>),
    /// Where it was read from.
    Kept(Arc<Kept>),
}

impl Source {
    fn new(name: String, text: String) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).map(|start| u32::try_from(start).unwrap_or(u32::MAX)).collect();
        Source { name, text: Text::Held(text, lines) }
    }

    /// The name that diagnostics show: a path as the user gave it, or relative to the folder he named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text; empty for one that is not held in memory, of which [`Source::piece`] gives parts.
    pub fn text(&self) -> &str {
        match &self.text {
            Text::Held(text, _) => text,
            Text::Kept(_) => "",
        }
    }

    /// Part of the text; empty for a range that is not in it. What is no text in a file that is not held in memory is
    /// replaced.
    pub fn piece(&self, range: Range<usize>) -> Cow<'_, str> {
        match &self.text {
            Text::Held(text, _) => Cow::Borrowed(text.get(range).unwrap_or("")),
            Text::Kept(kept) => Cow::Owned(String::from_utf8_lossy(&kept.bytes(range)).into_owned()),
        }
    }

    /// The length of the text in bytes.
    pub fn len(&self) -> usize {
        match &self.text {
            Text::Held(text, _) => text.len(),
            Text::Kept(kept) => kept.len(),
        }
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Line and column, both from 1, of the byte at `offset`; columns count characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.len());
        let line = self.line_at(offset);
        let before = self.piece(self.line_start(line)..offset);
        (line + 1, before.chars().count() + 1)
    }

    /// The line (from 0) that the byte at `offset` lies in.
    pub fn line_at(&self, offset: usize) -> usize {
        match &self.text {
            Text::Held(_, lines) => lines.partition_point(|start| *start as usize <= offset).saturating_sub(1),
            Text::Kept(kept) => kept.line_at(offset),
        }
    }

    /// The first byte of a line (from 0); the end of the text for lines beyond the last.
    pub fn line_start(&self, line: usize) -> usize {
        match &self.text {
            Text::Held(text, lines) => lines.get(line).map_or(text.len(), |start| *start as usize),
            Text::Kept(kept) => kept.line_start(line),
        }
    }

    /// The number of lines, an empty last one included.
    pub fn line_count(&self) -> usize {
        match &self.text {
            Text::Held(_, lines) => lines.len(),
            Text::Kept(kept) => kept.line_at(kept.len()) + 1,
        }
    }

    /// Whether the file of a text that is not held in memory is another now than when it was first read.
    pub fn has_changed(&self) -> bool {
        match &self.text {
            Text::Held(..) => false,
            Text::Kept(kept) => kept.has_changed(),
        }
    }
}

/// All texts of a run: policy files and the files of an estate.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

/// A text too large for offsets of 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

impl Sources {
    /// Adds a text under a name and says which file it became.
    ///
    /// # Errors
    /// [`TooLarge`] for texts of 4 GiB and more.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> Result<FileId, TooLarge> {
        let (id, text) = (u32::try_from(self.files.len()).map_err(|_| TooLarge)?, text.into());
        if u32::try_from(text.len()).is_err() {
            return Err(TooLarge);
        }
        self.files.push(Source::new(name.into(), text));
        Ok(FileId(id))
    }

    /// Adds a text that stays where it is stored: what is shown of it is read again then.
    ///
    /// # Errors
    /// [`TooLarge`] for texts of 4 GiB and more.
    pub fn keep(&mut self, name: impl Into<String>, kept: Arc<Kept>) -> Result<FileId, TooLarge> {
        let id = u32::try_from(self.files.len()).map_err(|_| TooLarge)?;
        if u32::try_from(kept.len()).is_err() {
            return Err(TooLarge);
        }
        self.files.push(Source { name: name.into(), text: Text::Kept(kept) });
        Ok(FileId(id))
    }

    /// The file of an id; `None` only for an id of another `Sources`.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// Every file with its id, in the order added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0u32..).map(FileId).zip(&self.files)
    }

    /// The text under a span; empty where the span is not in the file.
    pub fn text(&self, span: Span) -> Cow<'_, str> {
        self.get(span.file).map_or(Cow::Borrowed(""), |source| source.piece(span.range()))
    }

    /// `file:line:column` of the start of a span.
    pub fn place(&self, span: Span) -> String {
        let Some(source) = self.get(span.file) else { return String::new() };
        let (line, column) = source.line_column(span.start as usize);
        format!("{}:{line}:{column}", source.name)
    }
}
