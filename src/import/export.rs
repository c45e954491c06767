//! The text of an export: rows of named columns, as `Export-Csv` and its like write them.
//!
//! Columns are separated by commas, semicolons or tabs; the first line may say what the rows are (`#TYPE …`). Names of columns
//! may differ in case. Columns that nobody asks for are passed over: an export has many.

use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::estate::delimiter;
use crate::source::{FileId, Source, Sources, Span};
use ::csv::{ReaderBuilder, StringRecord};
use std::collections::BTreeMap;

/// An export, or a mapping of what exports do not say.
pub(super) struct Export {
    /// Its header: the names of its columns.
    pub header: Row,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row of an export.
pub(super) struct Row {
    cells: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

impl Export {
    /// Reads the file; columns of one name are reported, and rows that do not fit the header.
    pub fn read(file: FileId, sources: &Sources) -> (Export, Vec<Diagnostic>) {
        Export::read_as(Code::NotAnExport, file, sources)
    }

    /// The same for a mapping.
    pub fn read_map(file: FileId, sources: &Sources) -> (Export, Vec<Diagnostic>) {
        Export::read_as(Code::NotAMap, file, sources)
    }

    fn read_as(code: Code, file: FileId, sources: &Sources) -> (Export, Vec<Diagnostic>) {
        let text = sources.get(file).map_or("", Source::text);
        let start = if text.starts_with('#') { text.find('\n').map_or(text.len(), |end| end + 1) } else { 0 };
        let body = text.get(start..).unwrap_or("");
        let mut lines = Lines { file, text, start, record: StringRecord::new(), reader: reader(body) };
        let header = lines.next().unwrap_or(Row { cells: Vec::new(), span: Span::new(file, 0..0) });
        let mut problems = twice(&header, sources);
        let (mut last, mut export) = (header.span, Export { header, rows: Vec::new() });
        for row in lines {
            last = row.span;
            match (row.cells.len(), export.header.cells.len()) {
                (cells, columns) if cells == columns => export.rows.push(row),
                (cells, columns) => problems.push(ragged(code, (cells, columns), row.span)),
            }
        }
        if ends_in_quotes(&sources.text(last), delimiter(body)) {
            problems.push(unclosed(code, last));
        }
        (export, problems)
    }

    /// Where a column stands.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns().position(|column| column.eq_ignore_ascii_case(name))
    }

    /// The names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.header.cells.iter().map(String::as_str)
    }
}

impl Row {
    /// The text of a column, empty where the export has no such column.
    pub fn text(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.cells.get(column)).map_or("", String::as_str)
    }

    /// Where the text of a column stands; the row where it has none there.
    pub fn place(&self, column: Option<usize>, sources: &Sources) -> Span {
        let written = sources.text(self.span);
        let mut from = 0;
        for (place, cell) in self.cells.iter().enumerate() {
            let Some(at) = written.get(from..).and_then(|rest| rest.find(cell.as_str())) else { return self.span };
            let range = from + at..from + at + cell.len();
            from = range.end;
            if Some(place) == column && !cell.is_empty() {
                let start = self.span.start as usize;
                return Span::new(self.span.file, start + range.start..start + range.end);
            }
        }
        self.span
    }
}

type Reader<'t> = ::csv::Reader<&'t [u8]>;

fn reader(body: &str) -> Reader<'_> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(body)).from_reader(body.as_bytes())
}

/// Whether the text of a row ends within a quoted cell: then one more cell behind it would be a part of that.
fn ends_in_quotes(written: &str, delimiter: u8) -> bool {
    let cells = |more: &str| {
        let text = format!("{written}{more}");
        let mut reader = ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(text.as_bytes());
        reader.records().flatten().map(|row| row.len()).sum::<usize>()
    };
    cells("") == cells(&format!("{}x", char::from(delimiter)))
}

struct Lines<'t> {
    file: FileId,
    text: &'t str,
    /// Where what is read begins in the text.
    start: usize,
    record: StringRecord,
    reader: Reader<'t>,
}

impl Iterator for Lines<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Self::Item> {
        let offset = |reader: &Reader<'_>| usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        loop {
            let from = self.start + offset(&self.reader);
            // The text is in memory and is UTF-8: reading does not fail.
            if !self.reader.read_record(&mut self.record).unwrap_or(false) {
                return None;
            }
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                let written = self.text.get(from..self.start + offset(&self.reader)).unwrap_or("");
                let blank = written.len() - written.trim_start_matches(['\r', '\n']).len();
                let span = Span::new(self.file, from + blank..from + written.trim_end().len());
                return Some(Row { cells: self.record.iter().map(|cell| cell.trim().to_owned()).collect(), span });
            }
        }
    }
}

/// Columns of which nobody could say which holds.
fn twice(header: &Row, sources: &Sources) -> Vec<Diagnostic> {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let again = header.cells.iter().enumerate().filter_map(|(place, name)| {
        let first = first.insert(name.to_lowercase(), place)?;
        let error = Diagnostic::error(Code::GivenTwice, format!("the column {} is given twice", quoted(name)));
        let error = error.at(header.place(Some(place), sources), "given again here");
        Some(error.because(header.place(Some(first), sources), "first given here").help("keep one of the two"))
    });
    again.collect()
}

fn unclosed(code: Code, span: Span) -> Diagnostic {
    Diagnostic::error(code, "the last row ends within quotes")
        .at(span, "a quote in it is never closed, or the file is cut off")
        .help("write or copy the file again; a quote within quotes is written twice")
}

fn ragged(code: Code, (found, expected): (usize, usize), span: Span) -> Diagnostic {
    Diagnostic::error(code, format!("this row has {found} cells, the header {expected}"))
        .at(span, "its cells may stand under the wrong columns")
        .help(match code {
            Code::NotAMap => "write a cell for each column; one that holds the delimiter stands in quotes",
            _ => "export again; `Export-Csv` puts a cell that holds the delimiter in quotes",
        })
}
