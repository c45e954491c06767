//! Source files and places in them: what every diagnostic points at.
//!
//! A [`Span`] is a file and a range of bytes; a [`Sources`] owns the texts. Line and column are worked out from an index
//! of line starts, never by scanning a text from its beginning. This module reads nothing from disk.
//!
//! What has no text of its own (a sheet of a workbook, a Parquet table) is given one, a line for each row, and a [`Form`]
//! that says how its places are called.

mod kept;

pub use kept::{Kept, Readable, Stored};

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

/// How the places of a text are called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Form {
    /// A text as somebody wrote it: `users.csv:4:3`.
    #[default]
    Text,
    /// A document, whose places have a path too: `estate.yaml:12:7, users[3].relation`.
    Document(Paths),
    /// The sheet of that name, a line of cells for each row: `estate.xlsx, sheet users, C4`.
    Sheet(String),
    /// The names of a table's columns, on one line: `users.parquet, column relation`.
    Columns,
    /// The rows of a table with those columns, a line of cells for each: `users.parquet, row 3, column relation`.
    Rows(Vec<String>),
}

/// The paths of a document's values, by where each begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths(Vec<(u32, String)>);

impl Paths {
    /// The paths, each with the first byte of its value.
    pub fn new(mut paths: Vec<(u32, String)>) -> Self {
        paths.sort();
        Paths(paths)
    }

    /// The path of what begins at `offset`, or else last before it; of what begins together, the outermost.
    pub fn at(&self, offset: usize) -> Option<&str> {
        let before = self.0.partition_point(|(start, _)| *start as usize <= offset);
        let (start, _) = self.0.get(before.checked_sub(1)?)?;
        let first = self.0.partition_point(|(other, _)| other < start);
        self.0.get(first).map(|(_, path)| path.as_str())
    }
}

/// Whether a sign moves what stands around it where it is shown: control signs, ends of lines, and what turns the direction
/// of writing.
pub fn moves_text(sign: char) -> bool {
    sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether nothing is seen of a sign where it is shown, so that two texts with and without it look alike.
pub fn is_unseen(sign: char) -> bool {
    let has_no_width =
        matches!(sign, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}');
    moves_text(sign) || has_no_width || sign == '\u{FEFF}'
}

/// A text with escapes: what stands in somebody's file, or is its name, must not steer the terminal, nor begin a line of its own.
pub fn printable(text: &str) -> String {
    text.chars().flat_map(visible).collect()
}

/// A sign, or its escape where nothing would be seen of it, or where it joins the sign before it: `ä` may be one sign or two.
pub fn visible(sign: char) -> impl Iterator<Item = char> {
    let joins = matches!(sign, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}');
    let is_escaped = is_unseen(sign) || joins;
    let escaped = is_escaped.then(|| sign.escape_default());
    let plain = (!is_escaped).then_some(sign);
    escaped.into_iter().flatten().chain(plain)
}

/// Adds a row of cells to a text as [`Form::Sheet`] and [`Form::Rows`] have them, and says where each cell stands.
/// Cells are separated by commas; one that holds a comma or a quote stands in quotes.
pub fn push_cells<'c>(text: &mut String, cells: impl IntoIterator<Item = &'c str>) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    push_line(text, cells, |place| places.push(place));
    places
}

/// The same for one who takes the places of the cells, or passes them over.
pub fn push_line<'c>(text: &mut String, cells: impl IntoIterator<Item = &'c str>, mut place: impl FnMut(Range<usize>)) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        place(push_cell(text, cell));
    }
    text.push('\n');
}

/// A sign of control that ends a line for readers alone.
const NEXT_LINE: char = '\u{85}';

fn push_cell(text: &mut String, cell: &str) -> Range<usize> {
    let (cell, start) = (cell.trim(), text.len());
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b',' && byte != b'"';
    if cell.bytes().all(is_plain) {
        text.push_str(cell);
        return start..text.len();
    }
    let quoted = cell.contains([',', '"']);
    if quoted {
        text.push('"');
    }
    let start = text.len();
    for sign in cell.chars() {
        // What ends a line would end the row: another sign stands for it, which no value may hold either.
        text.push(if matches!(sign, '\n' | '\r' | '\0') { NEXT_LINE } else { sign });
        if sign == '"' {
            text.push('"');
        }
    }
    let place = start..text.len();
    if quoted {
        text.push('"');
    }
    place
}

/// The letters of a sheet's column, counted from 0.
pub fn letters(column: usize) -> String {
    const LETTERS: [char; 26] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V',
        'W', 'X', 'Y', 'Z',
    ];
    let before = (column >= LETTERS.len()).then(|| letters(column / LETTERS.len() - 1));
    let last = LETTERS.get(column % LETTERS.len());
    before.into_iter().chain(last.map(char::to_string)).collect()
}

/// One text with its name and an index of its lines.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    form: Form,
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
    fn new(name: String, form: Form, text: String) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).map(|start| u32::try_from(start).unwrap_or(u32::MAX)).collect();
        Source { name, form, text: Text::Held(text, lines) }
    }

    /// The name: a path as the user gave it, or relative to the folder he named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name with escapes for what would steer a terminal or end a line, for a reader.
    pub fn shown(&self) -> String {
        printable(&self.name)
    }

    /// The whole text; empty for one that is not held in memory, of which [`Source::piece`] gives parts.
    pub fn text(&self) -> &str {
        match &self.text {
            Text::Held(text, _) => text,
            Text::Kept(_) => "",
        }
    }

    /// The whole text, read again where it is not held in memory.
    pub fn whole(&self) -> Cow<'_, str> {
        self.piece(0..self.len())
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

    /// Line and column, both from 1, of the byte at `offset`; columns count characters, or cells where the lines are rows.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.len());
        let line = self.line_at(offset);
        let before = self.piece(self.line_start(line)..offset);
        let column = match &self.form {
            Form::Text | Form::Document(_) => before.chars().count(),
            Form::Sheet(_) | Form::Columns | Form::Rows(_) => {
                before.split('"').step_by(2).map(|outside| outside.matches(',').count()).sum()
            }
        };
        (line + 1, column + 1)
    }

    /// What the byte at `offset` is called: `file:line:column`, or as its [`Form`] has it.
    pub fn place(&self, offset: usize) -> String {
        let (name, (line, column)) = (self.shown(), self.line_column(offset));
        match &self.form {
            Form::Text => format!("{name}:{line}:{column}"),
            Form::Document(paths) => match paths.at(offset) {
                Some(path) => format!("{name}:{line}:{column}, {path}"),
                None => format!("{name}:{line}:{column}"),
            },
            Form::Sheet(sheet) => format!("{name}, sheet {sheet}, {}{line}", letters(column - 1)),
            Form::Columns => format!("{name}, column {}", self.cell(offset)),
            Form::Rows(columns) => {
                let column = columns.get(column - 1).map_or("", String::as_str);
                format!("{name}, row {line}, column {column}")
            }
        }
    }

    /// How places of the text are called.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// The cell that the byte at `offset` belongs to.
    fn cell(&self, offset: usize) -> String {
        let ((_, column), line) = (self.line_column(offset), self.line_at(offset));
        let text = self.piece(self.line_start(line)..self.line_start(line + 1));
        text.trim_end().split(',').nth(column - 1).unwrap_or("").to_owned()
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
        self.add_as(Form::Text, name, text)
    }

    /// Adds a text whose places are called as `form` says.
    ///
    /// # Errors
    /// [`TooLarge`] for texts of 4 GiB and more.
    pub fn add_as(&mut self, form: Form, name: impl Into<String>, text: impl Into<String>) -> Result<FileId, TooLarge> {
        let (id, text) = (u32::try_from(self.files.len()).map_err(|_| TooLarge)?, text.into());
        if u32::try_from(text.len()).is_err() {
            return Err(TooLarge);
        }
        self.files.push(Source::new(name.into(), form, text));
        Ok(FileId(id))
    }

    /// Adds a text that stays where it is stored, whose places are called as `form` says: what is shown of it is read again
    /// then.
    ///
    /// # Errors
    /// [`TooLarge`] for texts of 4 GiB and more.
    pub fn keep(&mut self, form: Form, name: impl Into<String>, kept: Arc<Kept>) -> Result<FileId, TooLarge> {
        let id = u32::try_from(self.files.len()).map_err(|_| TooLarge)?;
        if u32::try_from(kept.likely_len()).is_err() {
            return Err(TooLarge);
        }
        self.files.push(Source { name: name.into(), form, text: Text::Kept(kept) });
        Ok(FileId(id))
    }

    /// The file that the text added next becomes.
    pub fn next_file(&self) -> FileId {
        FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX))
    }

    /// Puts another text in place of a file's; its name stays. Spans into the old text are void.
    ///
    /// # Errors
    /// [`TooLarge`] for texts of 4 GiB and more; the old text stays.
    pub fn replace(&mut self, id: FileId, text: impl Into<String>) -> Result<(), TooLarge> {
        let text = text.into();
        match (u32::try_from(text.len()), self.files.get_mut(id.0 as usize)) {
            (Err(_), _) => Err(TooLarge),
            (Ok(_), None) => Ok(()),
            (Ok(_), Some(source)) => {
                *source = Source::new(std::mem::take(&mut source.name), Form::Text, text);
                Ok(())
            }
        }
    }

    /// The file of an id; `None` only for an id of another `Sources`.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// Every file with its id, in the order added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0u32..).map(FileId).zip(&self.files)
    }

    /// The text under a span, its layout aside: words with one blank between them.
    pub fn words(&self, span: Span) -> String {
        self.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The text under a span; empty where the span is not in the file.
    pub fn text(&self, span: Span) -> Cow<'_, str> {
        self.get(span.file).map_or(Cow::Borrowed(""), |source| source.piece(span.range()))
    }

    /// What the start of a span is called: `file:line:column`, or as the [`Form`] of its file has it.
    pub fn place(&self, span: Span) -> String {
        self.get(span.file).map_or_else(String::new, |source| source.place(span.start as usize))
    }
}
