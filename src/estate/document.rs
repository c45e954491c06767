//! An estate as it was read: keys and tables of text, each with its place, before anyone asks what they mean.
//!
//! Folders, workbooks and documents of every form end up here, and so do the estates that policy tests write down. Meaning is given by
//! [`crate::estate::build`].

pub use super::stream::Stream;

use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::threads::Threads;
use std::collections::BTreeSet;

/// A piece of text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The text, unquoted and trimmed; empty for a blank cell.
    pub text: String,
    /// Where it stands. For a column that a row leaves out, the row.
    pub span: Span,
}

/// A key of `estate.toml` with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key; `facts.students_hold_cals` for one inside a table.
    pub key: Cell,
    /// The value as text (dates in ISO, booleans as `true` and `false`).
    pub value: Cell,
}

/// A table: its header and its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name: `users`, `accesses` …
    pub name: Cell,
    /// The names of its columns.
    pub columns: Vec<Cell>,
    /// Its rows. One that is shorter than the header says nothing of the other columns: its reader has reported it.
    pub rows: Vec<Vec<Cell>>,
    /// Where each of its rows stands, in a form whose rows may give their cells in any order; none in others, where that is
    /// from the first cell to the last.
    pub spans: Vec<Span>,
}

/// The most columns of a table of so many rows whose blank cells nobody had to write: a thousand, and fewer where there are
/// so many rows that the blank cells alone would fill the memory.
pub(super) fn most_columns(rows: usize) -> usize {
    const CELLS: usize = 20_000_000;
    CELLS.checked_div(rows).unwrap_or(CELLS).clamp(40, 1_000)
}

/// A limit of memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory(pub u64);

impl Default for Memory {
    /// 4 GiB.
    fn default() -> Self {
        Memory(4 << 30)
    }
}

impl Memory {
    /// How many accesses that differ may be kept, from reading to the plan.
    pub(super) fn accesses(self) -> usize {
        const OF_ONE: u64 = 1_024;
        usize::try_from(self.0 / OF_ONE).unwrap_or(usize::MAX)
    }
}

/// Everything that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The keys of `estate.toml`, in the order written.
    pub entries: Vec<Entry>,
    /// The tables, in the order read. Several of one name are one table, whose rows follow each other; each part has
    /// its own header.
    pub tables: Vec<Table>,
    /// Tables of accesses whose rows stay in their files until they are built.
    pub streams: Vec<Stream>,
    /// How much memory its accesses may take.
    pub memory: Memory,
    /// How many threads may read its streams.
    pub threads: Threads,
    /// The names of tables that could not be read to their end. An id looked for in them is not called missing: the
    /// reader has said what is wrong.
    pub unfinished: BTreeSet<String>,
    /// Whether names of columns may differ from those of the tables in case and blanks, as a person writes them in a
    /// workbook.
    pub loose_names: bool,
}

impl Document {
    /// The same with all rows of its streams in memory, and what kept some from being read.
    pub fn held(mut self) -> (Document, Vec<Diagnostic>) {
        let streams = std::mem::take(&mut self.streams);
        let (tables, problems): (Vec<_>, Vec<_>) = streams.iter().map(Stream::held).unzip();
        self.tables.extend(tables);
        (self, problems.into_iter().flatten().collect())
    }
}
