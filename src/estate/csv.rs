//! One CSV file into a table, each cell with the place of its text.
//!
//! The reader takes the delimiter that the header line uses most, skips rows without any text, and passes over no cell:
//! a row that does not fit its header is an error, and is kept as far as its cells surely stand in their columns.

mod cutter;

use super::document::{Cell, Table};
use super::problems::Problems;
use super::reading::{base, trimmed};
use super::schema::Kind;
use crate::diagnostic::{Code, Diagnostic, counted};
use crate::source::{FileId, Span};
use cutter::Cutter;
use std::ops::Range;

/// What became of a file.
pub(super) struct Reading {
    /// The table; `None` without a header.
    pub table: Option<Table>,
    /// Whether the file was read to its end.
    pub finished: bool,
    /// What is wrong with its form.
    pub problems: Vec<Diagnostic>,
}

/// Headers of more columns are taken for something else than a table.
const MOST_COLUMNS: usize = 1_000;

/// Reads the text of the file at `path` as the table `kind`.
pub(super) fn read(kind: Kind, path: &str, file: FileId, text: &str) -> Reading {
    let mut rows = Rows::new(file, text);
    let columns = match rows.header(kind, path) {
        Ok(columns) => columns,
        Err(problem) => return Reading { table: None, finished: false, problems: vec![problem] },
    };
    let name = Cell { text: kind.name().to_owned(), span: across(&columns).unwrap_or(Span::new(file, 0..0)) };
    let (mut table, mut problems) = (Table { name, columns, rows: Vec::new(), spans: Vec::new() }, Problems::default());
    while let Some(cells) = rows.next() {
        if cells.len() != table.columns.len() {
            problems.add(|| ragged(&table, &cells, rows.delimiter));
        }
        table.rows.push(fitted(&table, cells));
    }
    let finished = rows.unclosed.is_none();
    problems.extend(rows.unclosed.map(unclosed));
    problems.extend(rows.stray.into_iter().map(stray));
    Reading { table: Some(table), finished, problems: problems.kept }
}

/// The header of the table at `path`, from the beginning of its text.
pub(super) fn header(kind: Kind, path: &str, file: FileId, text: &str) -> Result<Header, Diagnostic> {
    let mut rows = Rows::new(file, text);
    let columns = rows.header(kind, path)?;
    let name = Cell { text: kind.name().to_owned(), span: across(&columns).unwrap_or(Span::new(file, 0..0)) };
    let problems = rows.stray.drain(..).map(stray).collect();
    let table = Table { name, columns, rows: Vec::new(), spans: Vec::new() };
    Ok(Header { name: base(path).to_owned(), table, delimiter: rows.delimiter, end: rows.cutter.end, problems })
}

/// The first row of a file.
pub(super) struct Header {
    /// The name of its file.
    pub name: String,
    /// The table, without rows.
    pub table: Table,
    /// What stands between cells.
    pub delimiter: u8,
    /// Where the next row begins.
    pub end: usize,
    /// What is wrong with the form of the row.
    pub problems: Vec<Diagnostic>,
}

/// One row of a table, from a text that begins with it and its place in the file; nothing for a row without text.
pub(super) fn row(
    table: &Table,
    delimiter: u8,
    (file, base): (FileId, usize),
    text: &str,
    problems: &mut Problems,
) -> Option<Vec<Cell>> {
    let mut rows = Rows { base, ..Rows::delimited(file, text, delimiter) };
    let cells = rows.next();
    rows.unclosed.into_iter().for_each(|quote| problems.add(|| unclosed(quote)));
    rows.stray.drain(..).for_each(|cell| problems.add(|| stray(cell)));
    cells.map(|cells| {
        if cells.len() != table.columns.len() {
            problems.add(|| ragged(table, &cells, delimiter));
        }
        fitted(table, cells)
    })
}

/// Where the first row of a text ends; `None` where it may not be all there.
pub(super) fn end_of_row(delimiter: u8, text: &[u8]) -> Option<usize> {
    let mut cutter = Cutter::new(delimiter);
    (cutter.next(text) && cutter.end < text.len()).then_some(cutter.end)
}

/// The cells of a row as far as they surely stand in their columns.
fn fitted(table: &Table, mut cells: Vec<Cell>) -> Vec<Cell> {
    // In a row that is too long any cell behind the first may stand under the wrong column.
    if cells.len() > table.columns.len() {
        cells.truncate(1);
    }
    cells
}

/// The rows of a file that hold any text.
struct Rows<'t> {
    cutter: Cutter,
    delimiter: u8,
    file: FileId,
    text: &'t str,
    /// Where the text begins in its file.
    base: usize,
    /// The opening quote of a cell that runs to the end of the file. Its row is not given out.
    unclosed: Option<Span>,
    /// Cells with text behind their closing quote, or with a delimiter between quotes that a blank stands before.
    stray: Vec<Span>,
}

impl<'t> Rows<'t> {
    fn new(file: FileId, text: &'t str) -> Self {
        Rows::delimited(file, text, delimiter(text))
    }

    fn delimited(file: FileId, text: &'t str, delimiter: u8) -> Self {
        let cutter = Cutter::new(delimiter);
        Rows { cutter, delimiter, file, text, base: 0, unclosed: None, stray: Vec::new() }
    }

    /// The cells of the row just read; `None` where a quote is not closed.
    fn cells(&mut self) -> Option<Vec<Cell>> {
        let bytes = self.text.as_bytes();
        let start = self.cutter.start;
        // It begins before the ends of the lines that were passed over.
        let mut at = start + bytes.iter().skip(start).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let mut cells = Vec::with_capacity(self.cutter.cells().len());
        for text in self.cutter.cells() {
            let (place, end) = match bytes.get(at) {
                Some(b'"') => match closing_quote(bytes, at) {
                    Some(closing) => self.quoted(at, closing),
                    None => {
                        self.unclosed = Some(Span::new(self.file, self.base + at..self.base + at + 1));
                        return None;
                    }
                },
                Some(_) | None => (at..at + text.len(), at + text.len()),
            };
            let written = self.text.get(place.clone()).unwrap_or("");
            let span = trimmed(self.file, self.base + place.start, written);
            let begins_with_quote = place.start == at && written.trim_start().starts_with('"');
            let among_blanks = if begins_with_quote { among_blanks(written.trim(), span) } else { None };
            if begins_with_quote && among_blanks.is_none() {
                self.stray.push(span);
            }
            cells.push(among_blanks.unwrap_or_else(|| Cell { text: text.trim().to_owned(), span }));
            at = end + 1;
        }
        Some(cells)
    }

    /// The first row, which names the columns of the table at `path`.
    fn header(&mut self, kind: Kind, path: &str) -> Result<Vec<Cell>, Diagnostic> {
        match self.next() {
            Some(columns) if columns.len() > MOST_COLUMNS => Err(too_wide(path, &columns)),
            Some(columns) => match columns.first().filter(|first| first.text.starts_with("sep=")) {
                Some(first) => Err(separator(first.span)),
                None => Ok(columns),
            },
            None => Err(self.unclosed.map_or_else(|| empty(kind, path, self.file), unclosed)),
        }
    }

    /// The place of the text of a quoted cell, and where the cell ends: behind its quote, if nothing follows it.
    fn quoted(&self, opening: usize, closing: usize) -> (Range<usize>, usize) {
        let rest = self.text.as_bytes().iter().skip(closing);
        let ends = |byte: &&u8| **byte == self.delimiter || matches!(byte, b'\r' | b'\n');
        let end = closing + rest.take_while(|byte| !ends(byte)).count();
        if end == closing + 1 { (opening + 1..closing, end) } else { (opening..end, end) }
    }
}

impl Iterator for Rows<'_> {
    type Item = Vec<Cell>;

    fn next(&mut self) -> Option<Vec<Cell>> {
        while self.unclosed.is_none() && self.cutter.next(self.text.as_bytes()) {
            let cells = self.cells()?;
            if cells.iter().any(|cell| !cell.text.is_empty()) {
                return Some(cells);
            }
        }
        None
    }
}

/// The delimiter that the first line with text uses most outside quotes; a comma where it uses none.
pub(crate) fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let outside = header.split('"').step_by(2);
    let count = |delimiter: char| outside.clone().map(|part| part.matches(delimiter).count()).sum::<usize>();
    match (count(','), count(';'), count('\t')) {
        (comma, semicolon, tab) if semicolon > comma && semicolon >= tab => b';',
        (comma, _, tab) if tab > comma => b'\t',
        _ => b',',
    }
}

/// A cell with blanks around its quotes; `None` for one that begins with a quote and does not end with its closing one.
fn among_blanks(bare: &str, span: Span) -> Option<Cell> {
    let closing = closing_quote(bare.as_bytes(), 0).filter(|closing| closing + 1 == bare.len())?;
    let inside = bare.get(1..closing)?;
    let text = inside.replace("\"\"", "\"").trim().to_owned();
    Some(Cell { text, span: trimmed(span.file, span.range().start + 1, inside) })
}

/// The quote that closes the one at `opening`; a doubled quote stands for itself.
fn closing_quote(bytes: &[u8], opening: usize) -> Option<usize> {
    let mut at = opening + 1;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// The first line of some spreadsheets says what separates cells.
fn separator(place: Span) -> Diagnostic {
    Diagnostic::error(Code::UnknownColumn, "this line names no columns")
        .at(place, "expected the names of the columns")
        .help("remove the line: what separates cells is seen where the columns are named")
}

fn empty(kind: Kind, path: &str, file: FileId) -> Diagnostic {
    let columns: Vec<_> = kind.columns().iter().map(|column| column.name).collect();
    Diagnostic::error(Code::MissingColumn, format!("`{}` is empty", base(path)))
        .at(Span::new(file, 0..0), "expected the names of the columns")
        .help(format!("begin with a line such as `{}`, or remove the file", columns.join(",")))
}

fn too_wide(path: &str, columns: &[Cell]) -> Diagnostic {
    let message = format!("the header of `{}` has {} columns", base(path), columns.len());
    let error = Diagnostic::error(Code::TooLargeCell, message);
    match columns.get(MOST_COLUMNS) {
        Some(excess) => error.at(excess.span, format!("a table has at most {MOST_COLUMNS}")),
        None => error,
    }
}

fn unclosed(quote: Span) -> Diagnostic {
    Diagnostic::error(Code::UnclosedCell, "this quote is never closed")
        .at(quote, "the cell would run to the end of the file")
        .help("close it with `\"`; a quote inside a quoted cell is written twice")
}

fn stray(cell: Span) -> Diagnostic {
    Diagnostic::error(Code::UnclosedCell, "this cell begins with a quote, and does not end with it")
        .at(cell, "expected nothing but blanks around the quotes")
        .help("write a quote inside a quoted cell twice, and no blank before one that holds what separates cells")
}

/// A row has more cells than its header, or fewer.
fn ragged(table: &Table, cells: &[Cell], delimiter: u8) -> Diagnostic {
    let (expected, found) = (table.columns.len(), cells.len());
    let place = |cells: Option<&[Cell]>| cells.and_then(across).unwrap_or(table.name.span);
    let message = format!("this row has {}, the header {expected}", counted(found, "cell", "cells"));
    let error = Diagnostic::error(Code::RaggedRow, message);
    let error = if found > expected {
        let excess = place(cells.get(expected..));
        let label = if found - expected == 1 { "this cell has no column" } else { "these cells have no column" };
        error.at(excess, label).help(format!("put a cell that contains `{}` in quotes", shown(delimiter)))
    } else {
        let first = table.columns.get(found).map_or("", |column| &column.text);
        let help = format!("a blank cell needs its `{}` as well", shown(delimiter));
        error.at(place(Some(cells)), format!("no cell for `{first}`")).help(help)
    };
    error.because(table.name.span, format!("the header names {}", counted(expected, "column", "columns")))
}

fn shown(delimiter: u8) -> &'static str {
    match delimiter {
        b'\t' => "tab",
        b';' => ";",
        _ => ",",
    }
}

/// From the first of the cells to the last.
pub(super) fn across(cells: &[Cell]) -> Option<Span> {
    let (first, last) = (cells.first()?, cells.last()?);
    Some(first.span.to(last.span))
}
