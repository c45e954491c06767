//! The rows of a table of accesses, read block by block from where they are stored.
//!
//! Rows that came before, to the byte, are only counted. Others of the usual form are cut into cells here, each as a place in
//! the block. Any other row (a doubled quote, text behind a quote, cells too few or too many) is given out whole, for
//! [`super::csv`] to read as it reads every row. No row is understood here.

mod block;
mod cut;
mod known;

pub(super) use known::{Known, Said};

use super::csv::{self, Header};
use super::document::{Cell, Table};
use super::problems::Problems;
use super::rewound::unmade;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Kept, Span};
use crate::threads::Threads;
use block::{Block, Read};
use std::io;
use std::ops::{ControlFlow, Range};
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
    /// The block that they stand in.
    text: &'b [u8],
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
    /// Where it stands in the block, the end of its line included.
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
    /// No block is larger than [`LONGEST_ROW`].
    fn new(start: usize, end: usize) -> Part {
        let short = |place| u32::try_from(place).unwrap_or(u32::MAX);
        Part { start: short(start), end: short(end) }
    }

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

    /// Whether the row at a place is its cells, parted by single delimiters and ended by a line feed: no quotes, no white space.
    pub fn is_plain(&self, row: usize) -> bool {
        let cells = self.cells(row);
        let length = cells.iter().map(|cell| cell.range().len() + 1).sum::<usize>();
        self.rows.get(row).is_some_and(|row| row.is_cut && row.place.range().len() == length)
    }

    /// The bytes from one part to another, with the byte before and the one behind: where they are the same, cells are cut
    /// alike.
    pub fn piece(&self, first: Part, last: Part) -> Option<&'b [u8]> {
        self.text.get(first.range().start.checked_sub(1)?..last.range().end + 1)
    }

    /// The bytes of a part of the text.
    pub fn bytes(&self, part: Part) -> &'b [u8] {
        self.text.get(part.range()).unwrap_or(&[])
    }
}

/// What is done with each batch, and what of it is known from then on; it may end the reading.
type Visit<'v> = &'v mut dyn FnMut(&Batch<'_>, &mut Known) -> ControlFlow<()>;

/// How many pieces of a file may be read ahead, and of how many bytes.
const AHEAD: usize = 16;
const PIECE: usize = 256 * 1_024;

/// For how many accesses memory is made ready before they are met.
const MOST_LIKELY: usize = 1 << 20;

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

    /// How many accesses most likely differ in it, as far as memory is made ready for them: of its rows one in eight.
    pub(super) fn likely_accesses(&self) -> usize {
        (self.kept.likely_len() / known::USUAL / 8).min(MOST_LIKELY)
    }

    /// The table with all of its rows in memory, and what kept the rest from being read.
    pub fn held(&self) -> (Table, Option<Diagnostic>) {
        let mut table = self.table.clone();
        let problem = self.read(Threads::default(), &mut Known::default(), &mut |batch, _| {
            for row in batch.rows {
                table.rows.extend(self.row(batch, row, &mut Problems::default()));
            }
            ControlFlow::Continue(())
        });
        (table, problem)
    }

    /// The place of a part of a batch in the file.
    pub(super) fn span(&self, batch: &Batch<'_>, part: Part) -> Span {
        let Range { start, end } = part.range();
        Span::new(self.file, batch.base + start..batch.base + end)
    }

    /// A row of a batch as cells, read as every row of a table is; nothing for one without text.
    pub(super) fn row(&self, batch: &Batch<'_>, row: &Row, problems: &mut Problems) -> Option<Vec<Cell>> {
        let text = std::str::from_utf8(batch.bytes(row.place)).unwrap_or("");
        let base = batch.base + row.place.range().start;
        csv::row(&self.table, self.delimiter, (self.file, base), text, problems)
    }

    /// Reads all rows, in their order, but for those that are known: they are counted. What keeps the rest from being read
    /// comes back. Where there may be several threads, another one reads the file ahead.
    pub(super) fn read(&self, threads: Threads, known: &mut Known, visit: Visit<'_>) -> Option<Diagnostic> {
        if threads.is_one() {
            return self.rows(&mut |place, into| self.kept.read(place, into), known, visit);
        }
        thread::scope(|scope| {
            let (send, pieces) = mpsc::sync_channel(AHEAD);
            scope.spawn(move || self.read_ahead(&send));
            let mut piece = io::Cursor::new(Vec::new());
            self.rows(&mut |_, into| read_on(&mut piece, &pieces, into), known, visit)
        })
    }

    fn rows(&self, read: Read<'_>, known: &mut Known, visit: Visit<'_>) -> Option<Diagnostic> {
        let mut block = Block::new(self);
        loop {
            match block.fill(read) {
                Err(problem) => return Some(problem),
                Ok(false) => return self.kept.has_changed().then(|| self.changed()),
                Ok(true) => {}
            }
            let ControlFlow::Continue(done) = block.rows(known, visit) else { return None };
            if !block.shift(done) {
                return Some(self.too_long(block.base()));
            }
        }
    }

    /// Sends the text piece by piece, as long as somebody takes them.
    fn read_ahead(&self, pieces: &mpsc::SyncSender<io::Result<Vec<u8>>>) {
        let mut place = self.start;
        loop {
            let mut piece = vec![0; PIECE];
            let read = self.kept.read(place, &mut piece);
            let length = *read.as_ref().unwrap_or(&0);
            piece.truncate(length);
            place += length;
            if pieces.send(read.map(|_| piece)).is_err() || length == 0 {
                return;
            }
        }
    }

    fn too_long(&self, start: usize) -> Diagnostic {
        Diagnostic::error(Code::TooLargeCell, "this row does not end")
            .at(Span::new(self.file, start..start + 1), format!("no end of the row within {} MiB", LONGEST_ROW >> 20))
            .help("look for a quote that is not closed: a quoted cell may go on over line ends")
    }

    fn changed(&self) -> Diagnostic {
        changed(&self.name).at(self.table.name.span, "this table")
    }

    fn unread(&self, error: &std::io::Error, place: usize) -> Diagnostic {
        if error.kind() == std::io::ErrorKind::UnexpectedEof || self.kept.has_changed() {
            return self.changed();
        }
        if let Some(unmade) = unmade(error) {
            return unmade.at(self.table.name.span, "this file cannot be read");
        }
        Diagnostic::error(Code::UnreadTable, format!("`{}` cannot be read to its end: {error}", self.name))
            .at(self.table.name.span, format!("read up to the byte {place}"))
            .help("copy the file to a place that can be read, and run again")
    }
}

/// Reads from the piece at hand, or from the next where it has been read.
fn read_on(
    piece: &mut io::Cursor<Vec<u8>>,
    pieces: &mpsc::Receiver<io::Result<Vec<u8>>>,
    into: &mut [u8],
) -> io::Result<usize> {
    let is_read = piece.position() == piece.get_ref().len() as u64;
    if let Some(next) = is_read.then(|| pieces.recv().ok()).flatten() {
        *piece = io::Cursor::new(next?);
    }
    io::Read::read(piece, into)
}

/// What is said of a file that is another than it was.
pub(super) fn changed(name: &str) -> Diagnostic {
    Diagnostic::error(Code::ChangedTable, format!("`{name}` was changed while it was read"))
        .help("run again when nothing writes to the file any more")
}

fn binary(name: &str, place: Span) -> Diagnostic {
    Diagnostic::error(Code::UnreadableEstate, format!("`{name}` is binary, not text"))
        .at(place, "a byte that no text has")
        .help("replace it with a text file in UTF-8")
}
