//! The rows of a table of accesses, read block by block from where they are stored.
//!
//! Rows of the usual form are only cut into cells here, each as a place in the block. Any other row (a doubled quote, text
//! behind a quote, cells too few or too many) is given out whole, for [`super::csv`] to read as it reads every row. No row
//! is understood here, and none is kept.

use super::csv::{self, Header};
use super::document::{Cell, Table};
use super::reading::not_utf8;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Kept, Span};
use crate::threads::Threads;
use memchr::{memchr, memchr3};
use std::ops::{ControlFlow, Range};
use std::panic::resume_unwind;
use std::sync::{Arc, mpsc};
use std::thread;

/// A table of which only the header has been read.
#[derive(Debug, Clone)]
pub struct Stream {
    /// The name of its file.
    name: String,
    table: Table,
    delimiter: u8,
    file: FileId,
    /// Where the first row begins.
    start: usize,
    kept: Arc<Kept>,
}

/// Streams are equal that read the same bytes of one file.
impl PartialEq for Stream {
    fn eq(&self, other: &Self) -> bool {
        (&self.table, self.start) == (&other.table, other.start) && Arc::ptr_eq(&self.kept, &other.kept)
    }
}

impl Eq for Stream {}

/// Rows that follow each other.
pub(super) struct Batch<'b> {
    /// The text that they stand in, from a place in the block on.
    text: &'b [u8],
    from: usize,
    /// Where the block begins in the file.
    base: usize,
    /// Each row.
    pub rows: &'b [Row],
    cells: &'b [Part],
    width: usize,
}

/// A row of a batch.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// Where it stands in the text of the batch, the end of its line included.
    pub place: Part,
    /// Whether it is cut into cells.
    pub is_cut: bool,
}

/// From the first byte to one past the last.
#[derive(Clone, Copy)]
pub(super) struct Part {
    start: u32,
    end: u32,
}

impl Part {
    /// As a range.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl<'b> Batch<'b> {
    /// The cells of the row at a place, each as its place in the text: none where the row is not cut.
    pub fn cells(&self, row: usize) -> &'b [Part] {
        self.cells.get(row * self.width..(row + 1) * self.width).unwrap_or(&[])
    }

    /// The bytes from one part to another, with the byte before and the one behind: where they are the same, cells are cut
    /// alike.
    pub fn piece(&self, first: Part, last: Part) -> Option<&'b [u8]> {
        self.text(first.range().start.checked_sub(1)?..last.range().end + 1)
    }

    fn text(&self, places: Range<usize>) -> Option<&'b [u8]> {
        self.text.get(places.start.checked_sub(self.from)?..places.end.checked_sub(self.from)?)
    }

    /// The same, to be handed to another thread.
    fn copied(&self) -> Copied {
        let place = |row: Option<&Row>| row.map_or(0..0, |row| row.place.range());
        let places = place(self.rows.first()).start..place(self.rows.last()).end;
        let (from, text) = (places.start, self.text(places).unwrap_or(&[]).to_vec());
        let (rows, cells) = (self.rows.to_vec(), self.cells.to_vec());
        Copied { text, from, base: self.base, rows, cells, width: self.width }
    }

    /// The bytes of a part of the text.
    pub fn bytes(&self, part: Part) -> &'b [u8] {
        self.text(part.range()).unwrap_or(&[])
    }
}

/// A batch that holds its own text.
struct Copied {
    text: Vec<u8>,
    from: usize,
    base: usize,
    rows: Vec<Row>,
    cells: Vec<Part>,
    width: usize,
}

impl Copied {
    fn batch(&self) -> Batch<'_> {
        let Copied { text, from, base, rows, cells, width } = self;
        Batch { text, from: *from, base: *base, rows, cells, width: *width }
    }
}

/// What is done with each batch; it may end the reading.
type Visit<'v> = &'v mut dyn FnMut(&Batch<'_>) -> ControlFlow<()>;

/// How many rows are given out together: enough for their looks into memory to overlap, few enough to stay near.
const ROWS: usize = 512;

/// How many batches may be cut ahead.
const AHEAD: usize = 16;

/// How many bytes are read at a time.
const BLOCK: usize = 256 * 1_024;

/// Where most rows end, in bytes.
const NEAR: usize = 1_024;

/// The longest row that is read, in bytes.
const LONGEST_ROW: usize = 64 * 1_024 * 1_024;

impl Stream {
    /// A table that begins with a header.
    pub(super) fn new(header: Header, file: FileId, kept: Arc<Kept>) -> Stream {
        let Header { name, table, delimiter, end, .. } = header;
        Stream { name, table, delimiter, file, start: end, kept }
    }

    /// The header, as a table without rows.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The table with all of its rows in memory.
    pub fn held(&self) -> Table {
        let mut table = self.table.clone();
        let problem = self.cut(&mut |batch| {
            for row in batch.rows {
                table.rows.extend(self.row(batch, row, &mut Vec::new()));
            }
            ControlFlow::Continue(())
        });
        drop(problem);
        table
    }

    /// The place of a part of a batch in the file.
    pub(super) fn span(&self, batch: &Batch<'_>, part: Part) -> Span {
        let Range { start, end } = part.range();
        Span::new(self.file, batch.base + start..batch.base + end)
    }

    /// A row of a batch as cells, read as every row of a table is; nothing for one without text.
    pub(super) fn row(&self, batch: &Batch<'_>, row: &Row, problems: &mut Vec<Diagnostic>) -> Option<Vec<Cell>> {
        let text = std::str::from_utf8(batch.bytes(row.place)).unwrap_or("");
        let base = batch.base + row.place.range().start;
        csv::row(&self.table, self.delimiter, (self.file, base), text, problems)
    }

    /// Reads all rows, in their order. What keeps the rest from being read comes back. Where there may be several threads,
    /// another one cuts the rows ahead.
    pub(super) fn read(&self, threads: Threads, visit: Visit<'_>) -> Option<Diagnostic> {
        if threads.is_one() {
            return self.cut(visit);
        }
        thread::scope(|scope| {
            let (cut, batches) = mpsc::sync_channel(AHEAD);
            let cutting = scope.spawn(move || {
                self.cut(&mut |batch| match cut.send(batch.copied()) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                })
            });
            let is_ended = batches.iter().any(|batch| visit(&batch.batch()).is_break());
            drop(batches);
            let problem = cutting.join().unwrap_or_else(|panic| resume_unwind(panic));
            problem.filter(|_| !is_ended)
        })
    }

    fn cut(&self, visit: Visit<'_>) -> Option<Diagnostic> {
        let mut reading = Reading {
            stream: self,
            block: vec![0; BLOCK],
            filled: 0,
            checked: 0,
            base: self.start,
            rows: Vec::with_capacity(ROWS),
            cells: Vec::with_capacity(ROWS * self.table.columns.len()),
        };
        loop {
            match reading.fill() {
                Err(problem) => return Some(problem),
                Ok(()) if reading.filled == 0 => return self.kept.has_changed().then(|| self.changed()),
                Ok(()) => {}
            }
            let ControlFlow::Continue(done) = reading.rows(visit) else { return None };
            if done == 0 && reading.filled == reading.block.len() && !reading.grow() {
                return Some(self.too_long(reading.base));
            }
            reading.shift(done);
        }
    }

    fn too_long(&self, start: usize) -> Diagnostic {
        Diagnostic::error(Code::TooLargeCell, "this row does not end")
            .at(Span::new(self.file, start..start + 1), format!("no end of the row within {} MiB", LONGEST_ROW >> 20))
            .help("look for a quote that is not closed: a quoted cell may go on over line ends")
    }

    fn changed(&self) -> Diagnostic {
        let message = format!("`{}` was changed while it was read", self.name);
        Diagnostic::error(Code::ChangedTable, message)
            .at(self.table.name.span, "this table")
            .help("run again when nothing writes to the file any more")
    }

    fn unread(&self, error: &std::io::Error, place: usize) -> Diagnostic {
        if error.kind() == std::io::ErrorKind::UnexpectedEof {
            return self.changed();
        }
        Diagnostic::error(Code::UnreadTable, format!("`{}` cannot be read to its end: {error}", self.name))
            .at(self.table.name.span, format!("read up to the byte {place}"))
            .help("copy the file to a place that can be read, and run again")
    }
}

/// What is in memory of a table that is being read.
struct Reading<'s> {
    stream: &'s Stream,
    block: Vec<u8>,
    /// How much of the block is read, and how much of that is known to be text.
    filled: usize,
    checked: usize,
    /// Where the block begins in the file.
    base: usize,
    rows: Vec<Row>,
    cells: Vec<Part>,
}

/// How a row was cut.
enum Cut {
    /// Into as many cells as the header has; it ends here.
    Cells(usize),
    /// There is no text in the row, which ends here.
    Blank(usize),
    /// Not, for it is of another form.
    Odd,
    /// Not, for its end is not yet read.
    Open,
}

impl Reading<'_> {
    /// Reads on, as much as the block holds.
    fn fill(&mut self) -> Result<(), Diagnostic> {
        let free = self.block.get_mut(self.filled..).unwrap_or(&mut []);
        let place = self.base + self.filled;
        self.filled += self.stream.kept.read(place, free).map_err(|error| self.stream.unread(&error, place))?;
        let new = self.block.get(self.checked..self.filled).unwrap_or(&[]);
        if let Some(at) = memchr(0, new) {
            let at = self.base + self.checked + at;
            return Err(binary(&self.stream.name, Span::new(self.stream.file, at..at + 1)));
        }
        match std::str::from_utf8(new) {
            Ok(_) => self.checked = self.filled,
            // A sign may be cut by the end of the block.
            Err(error) if error.error_len().is_none() && !self.is_at_end() => self.checked += error.valid_up_to(),
            Err(error) => {
                let at = self.checked + error.valid_up_to();
                let byte = self.block.get(at).copied().unwrap_or_default();
                return Err(not_utf8(&self.stream.name, self.stream.file, self.base + at, byte));
            }
        }
        Ok(())
    }

    fn is_at_end(&self) -> bool {
        self.base + self.filled >= self.stream.kept.len()
    }

    /// Gives out the rows that end within the block; says where they end.
    fn rows(&mut self, visit: Visit<'_>) -> ControlFlow<(), usize> {
        let (width, delimiter) = (self.width(), self.stream.delimiter);
        let mut at = 0;
        while at < self.checked {
            let before = self.cells.len();
            let cut = cut(self.block.get(..self.checked).unwrap_or(&[]), delimiter, width, at, &mut self.cells);
            let end = match cut {
                Cut::Cells(end) => Some(end),
                Cut::Blank(end) => {
                    self.cells.truncate(before);
                    at = end;
                    continue;
                }
                Cut::Odd => self.end_of_odd(at),
                Cut::Open if self.is_all_read() => Some(self.checked),
                Cut::Open => None,
            };
            let Some(end) = end else { break };
            let is_cut = matches!(cut, Cut::Cells(_));
            if !is_cut {
                self.cells.truncate(before);
                self.cells.resize(before + width, Part { start: 0, end: 0 });
            }
            self.rows.push(Row { place: Part { start: short(at), end: short(end) }, is_cut });
            at = end;
            if self.rows.len() == ROWS {
                self.give_out(visit)?;
            }
        }
        self.cells.truncate(self.rows.len() * width);
        self.give_out(visit)?;
        ControlFlow::Continue(at)
    }

    /// Whether the block holds all that was left of the file.
    fn is_all_read(&self) -> bool {
        self.is_at_end() && self.checked == self.filled
    }

    fn width(&self) -> usize {
        self.stream.table.columns.len()
    }

    fn give_out(&mut self, visit: Visit<'_>) -> ControlFlow<()> {
        let (rows, cells, text) = (&self.rows, &self.cells, self.block.get(..self.checked).unwrap_or(&[]));
        let goes_on = visit(&Batch { text, from: 0, base: self.base, rows, cells, width: self.width() });
        self.rows.clear();
        self.cells.clear();
        goes_on
    }

    fn end_of_odd(&self, start: usize) -> Option<usize> {
        let text = self.block.get(start..self.checked).unwrap_or(&[]);
        let near = text.get(..NEAR).and_then(|near| csv::end_of_row(self.stream.delimiter, near));
        let end = near.or_else(|| csv::end_of_row(self.stream.delimiter, text));
        // At the end of the file everything that is left is the row.
        end.or(self.is_all_read().then_some(text.len())).map(|end| start + end)
    }

    /// Makes room for a longer row; whether that is allowed.
    fn grow(&mut self) -> bool {
        let larger = self.block.len() * 2;
        if larger <= LONGEST_ROW {
            self.block.resize(larger, 0);
        }
        larger <= LONGEST_ROW
    }

    /// Lets go of what has been given out.
    fn shift(&mut self, done: usize) {
        self.block.copy_within(done..self.filled, 0);
        self.filled -= done;
        self.checked -= done;
        self.base += done;
    }
}

/// Cuts the row that begins here, and adds its cells.
fn cut(text: &[u8], delimiter: u8, width: usize, start: usize, cells: &mut Vec<Part>) -> Cut {
    let (mut at, mut blank, first) = (start, true, cells.len());
    loop {
        let Some((cell, end)) = cell(text, delimiter, at) else { return Cut::Open };
        let cell = trimmed(text, cell);
        blank &= cell.start == cell.end;
        cells.push(cell);
        let end = match (text.get(end), text.get(end + 1)) {
            (Some(byte), _) if *byte == delimiter => {
                at = end + 1;
                continue;
            }
            (Some(b'\n'), _) => end + 1,
            (Some(b'\r'), Some(b'\n')) => end + 2,
            (None, _) | (Some(b'\r'), None) => return Cut::Open,
            (Some(_), _) => return Cut::Odd,
        };
        return match cells.len() - first {
            _ if blank => Cut::Blank(end),
            found if found == width => Cut::Cells(end),
            _ => Cut::Odd,
        };
    }
}

/// The text of the cell that begins here, without quotes around it, and where the cell ends.
fn cell(text: &[u8], delimiter: u8, at: usize) -> Option<(Range<usize>, usize)> {
    if text.get(at) == Some(&b'"') {
        let length = memchr(b'"', text.get(at + 1..)?)?;
        return Some((at + 1..at + 1 + length, at + 2 + length));
    }
    let length = memchr3(delimiter, b'\n', b'\r', text.get(at..)?)?;
    Some((at..at + length, at + length))
}

/// A cell without the white space around it.
fn trimmed(text: &[u8], cell: Range<usize>) -> Part {
    let bytes = text.get(cell.clone()).unwrap_or(&[]);
    let plain = |byte: Option<&u8>| byte.is_none_or(|byte| (b'!'..=b'~').contains(byte));
    if plain(bytes.first()) && plain(bytes.last()) {
        return Part { start: short(cell.start), end: short(cell.end) };
    }
    let text = std::str::from_utf8(bytes).unwrap_or("");
    let start = cell.start + text.len() - text.trim_start().len();
    Part { start: short(start), end: short(start + text.trim().len()) }
}

/// No block is larger than [`LONGEST_ROW`].
fn short(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn binary(name: &str, place: Span) -> Diagnostic {
    Diagnostic::error(Code::UnreadableEstate, format!("`{name}` is binary, not text"))
        .at(place, "a byte that no text has")
        .help("replace it with a text file in UTF-8")
}
