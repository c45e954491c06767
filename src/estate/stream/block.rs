//! What is in memory of a table that is being read: block after block, each cut into rows.
//!
//! Where a line ends, a row most likely ends too. So lines are looked up among rows that are known before anything else is
//! asked of them: one that begins where a row does, and is a known row to the byte, is that row. Any other row is cut here,
//! which alone tells where it ends; a row may have lines inside quotes.

use super::cut::{Cut, cut};
use super::{Batch, Known, Part, Row, Stream, Visit, binary};
use crate::diagnostic::Diagnostic;
use crate::estate::csv;
use crate::estate::reading::not_utf8;
use crate::source::Span;
use memchr::{memchr, memchr_iter};
use std::io;
use std::ops::ControlFlow;

/// Reads a text from a place on, as far as it fits: at least something, where the text does not end.
pub(super) type Read<'r> = &'r mut dyn FnMut(usize, &mut [u8]) -> io::Result<usize>;

pub(super) struct Block<'s> {
    stream: &'s Stream,
    text: Vec<u8>,
    /// How much of it is read, and how much of that is known to be text.
    filled: usize,
    checked: usize,
    /// Whether the file has nothing more.
    is_at_end: bool,
    /// Where it begins in the file.
    base: usize,
    /// Lines that are looked up.
    lines: Vec<Part>,
    /// Rows that were cut, and their cells.
    rows: Vec<Row>,
    cells: Vec<Part>,
}

/// How many bytes are read at a time.
const SIZE: usize = 256 * 1_024;

/// How many lines are looked up together: enough for their looks into memory to overlap, few enough to stay near.
const LINES: usize = 512;

/// How many rows are given out together, for the same reason.
const ROWS: usize = 512;

/// Where most rows end, in bytes.
const NEAR: usize = 1_024;

impl<'s> Block<'s> {
    /// Before the first row.
    pub fn new(stream: &'s Stream) -> Self {
        Block {
            stream,
            text: vec![0; SIZE],
            filled: 0,
            checked: 0,
            is_at_end: false,
            base: stream.start,
            lines: Vec::with_capacity(LINES),
            rows: Vec::with_capacity(ROWS),
            cells: Vec::with_capacity(ROWS * stream.table.columns.len()),
        }
    }

    /// Where it begins in the file.
    pub fn base(&self) -> usize {
        self.base
    }

    /// Reads on, as much as the block holds; whether there is anything in it.
    pub fn fill(&mut self, read: Read<'_>) -> Result<bool, Diagnostic> {
        let free = self.text.get_mut(self.filled..).unwrap_or(&mut []);
        let place = self.base + self.filled;
        let read = read(place, free).map_err(|error| self.stream.unread(&error, place))?;
        self.is_at_end = read == 0;
        self.filled += read;
        let new = self.text.get(self.checked..self.filled).unwrap_or(&[]);
        if let Some(at) = memchr(0, new) {
            let at = self.base + self.checked + at;
            return Err(binary(&self.stream.name, Span::new(self.stream.file, at..at + 1)));
        }
        match std::str::from_utf8(new) {
            Ok(_) => self.checked = self.filled,
            // A sign may be cut by the end of the block.
            Err(error) if error.error_len().is_none() && !self.is_at_end => self.checked += error.valid_up_to(),
            Err(error) => {
                let at = self.checked + error.valid_up_to();
                let byte = self.text.get(at).copied().unwrap_or_default();
                return Err(not_utf8(&self.stream.name, self.stream.file, self.base + at, byte));
            }
        }
        Ok(self.filled > 0)
    }

    /// Whether the block holds all that was left of the file.
    fn is_all_read(&self) -> bool {
        self.is_at_end && self.checked == self.filled
    }

    /// Counts the rows that are known, and gives out the others that end within the block; says where they end.
    pub fn rows(&mut self, known: &mut Known, visit: Visit<'_>) -> ControlFlow<(), usize> {
        let (mut start, mut end) = (0, self.lines(0, known, visit)?);
        while start < end {
            (start, end) = (end, self.lines(end, known, visit)?);
        }
        self.give_out(known, visit)?;
        ControlFlow::Continue(end)
    }

    /// The same for the rows of the next lines, without their end for what is left behind the last.
    fn lines(&mut self, mut at: usize, known: &mut Known, visit: Visit<'_>) -> ControlFlow<(), usize> {
        self.next_lines(at);
        known.look_up(self.checked(), &self.lines);
        if self.lines.is_empty() {
            return self.cut_until(self.checked, at, known, visit);
        }
        for look in 0..self.lines.len() {
            let line = self.lines.get(look).map_or(at..at, |line| line.range());
            if line.start == at && known.count(look, self.checked().get(line.clone()).unwrap_or(&[])) {
                at = line.end;
                continue;
            }
            at = self.cut_until(line.end, at, known, visit)?;
            if at < line.end {
                break;
            }
        }
        ControlFlow::Continue(at)
    }

    fn checked(&self) -> &[u8] {
        self.text.get(..self.checked).unwrap_or(&[])
    }

    /// The lines from a place on, as many as are looked up together.
    fn next_lines(&mut self, from: usize) {
        self.lines.clear();
        let text = self.text.get(..self.checked).and_then(|text| text.get(from..)).unwrap_or(&[]);
        let ends = memchr_iter(b'\n', text).map(|end| from + end + 1).take(LINES);
        let mut start = from;
        self.lines.extend(ends.map(|end| Part::new(std::mem::replace(&mut start, end), end)));
    }

    /// Cuts the rows from a place on that begin before another, and says where they end.
    fn cut_until(&mut self, end: usize, mut at: usize, known: &mut Known, visit: Visit<'_>) -> ControlFlow<(), usize> {
        while at < end {
            let Some(behind) = self.row(at) else { break };
            at = behind;
            if self.rows.len() == ROWS {
                self.give_out(known, visit)?;
            }
        }
        ControlFlow::Continue(at)
    }

    /// Cuts the row that begins here, and says where it ends, if it does.
    fn row(&mut self, at: usize) -> Option<usize> {
        let (width, before) = (self.width(), self.cells.len());
        let text = self.text.get(..self.checked).unwrap_or(&[]);
        let cut = cut(text, self.stream.delimiter, width, at, &mut self.cells);
        let is_cut = matches!(cut, Cut::Cells(_));
        if !is_cut {
            self.cells.truncate(before);
        }
        let end = match cut {
            Cut::Cells(end) => end,
            Cut::Blank(end) => return Some(end),
            Cut::Odd => self.end_of_odd(at)?,
            Cut::Open if self.is_all_read() => self.checked,
            Cut::Open => return None,
        };
        self.cells.resize(before + width, Part::new(0, 0));
        self.rows.push(Row { place: Part::new(at, end), is_cut });
        Some(end)
    }

    fn width(&self) -> usize {
        self.stream.table.columns.len()
    }

    fn give_out(&mut self, known: &mut Known, visit: Visit<'_>) -> ControlFlow<()> {
        let (rows, cells, text) = (&self.rows, &self.cells, self.checked());
        let goes_on = visit(&Batch { text, base: self.base, rows, cells, width: self.width() }, known);
        self.rows.clear();
        self.cells.clear();
        goes_on
    }

    fn end_of_odd(&self, start: usize) -> Option<usize> {
        let text = self.checked().get(start..).unwrap_or(&[]);
        let near = text.get(..NEAR).and_then(|near| csv::end_of_row(self.stream.delimiter, near));
        let end = near.or_else(|| csv::end_of_row(self.stream.delimiter, text));
        // At the end of the file everything that is left is the row.
        end.or(self.is_all_read().then_some(text.len())).map(|end| start + end)
    }

    /// Lets go of what has been given out, and makes room for a longer row where there is none; whether that is allowed.
    pub fn shift(&mut self, done: usize) -> bool {
        self.text.copy_within(done..self.filled, 0);
        self.filled -= done;
        self.checked -= done;
        self.base += done;
        let larger = self.text.len() * 2;
        if self.filled == self.text.len() && larger <= super::LONGEST_ROW {
            self.text.resize(larger, 0);
        }
        self.filled < self.text.len()
    }
}
