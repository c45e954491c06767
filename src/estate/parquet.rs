//! A table in Parquet: text, numbers, days, and yes and no, a column for each column of the table.
//!
//! The table is given two texts for diagnostics to point into: the names of its columns on one line, and its rows, a line
//! for each. Rows are read in batches, and no more of them than a table of text of that size might unpack to.

mod bounds;
mod rows;
mod values;

use super::csv::Header;
use super::document::{Cell, Stream, Table};
use super::guard::guarded;
use super::gzip::{Packing, allowance, likely};
use super::reading::{Reading, base};
use super::rewound::{Rewound, unmade};
use super::schema::Kind;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Form, Kept, Span, Stored, push_cells};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::schema::types::ColumnDescriptor;
use bounds::{are_pages_bounded, is_footer_bounded};
use rows::{Paged, Rows};
use std::ops::Range;
use std::sync::Arc;
use values::{Type, called};

/// Reads the table of the file at `path`: all of it, or the header of accesses alone, whose rows are made into text when
/// they are read.
pub(super) fn read(kind: Kind, path: &str, stored: Box<dyn Stored>, reading: &mut Reading<'_>) {
    let read = guarded(|| table(kind, path, stored.into(), reading));
    if let Err(error) = read.unwrap_or_else(|| Err(Packing::Damaged.of(base(path)))) {
        reading.whole_file(path, "this file cannot be read", error);
        reading.unfinished(kind);
    }
}

fn table(kind: Kind, path: &str, stored: Arc<dyn Stored>, reading: &mut Reading<'_>) -> Result<(), Diagnostic> {
    let broken = |error: &ParquetError| damaged(base(path), error);
    let paged = Paged(Arc::clone(&stored));
    if !is_footer_bounded(&paged) {
        return Err(Packing::Damaged.of(base(path)));
    }
    let file = SerializedFileReader::new(paged.clone()).map_err(|error| broken(&error))?;
    if !are_pages_bounded(&paged, file.metadata()) {
        return Err(Packing::Damaged.of(base(path)));
    }
    let Some((columns, name)) = columns(kind, path, &file, reading) else {
        reading.unfinished(kind);
        return Ok(());
    };
    let (columns, types): (Vec<Cell>, Vec<Type>) = columns.into_iter().map(|column| (column.name, column.ty)).unzip();
    let allowed = allowance(stored.size());
    let (rows, table) = (Rows::new(file, stored, types), Table { name, columns, rows: Vec::new(), spans: Vec::new() });
    match kind {
        Kind::Accesses => stream(path, rows, table, allowed, reading),
        _ => held(path, &rows, table, allowed, reading),
    }
}

/// Leaves the rows where they are. What is wrong with them shows when they are read.
fn stream(path: &str, rows: Rows, table: Table, allowed: u64, reading: &mut Reading<'_>) -> Result<(), Diagnostic> {
    let (name, likely) = (base(path), likely(rows.size()));
    let kept = Kept::made(Box::new(Rewound::new(rows, name, allowed)), likely);
    let kept = Arc::new(kept.map_err(|error| unmade(&error).unwrap_or_else(|| Packing::Damaged.of(name)))?);
    let names = table.columns.iter().map(|column| column.text.clone()).collect();
    match reading.sources.keep(Form::Rows(names), path, Arc::clone(&kept)) {
        Ok(file) => {
            let header = Header { name: name.to_owned(), table, delimiter: b',', end: 0, problems: Vec::new() };
            reading.document.streams.push(Stream::new(header, file, kept));
        }
        Err(_) => reading.too_large(path),
    }
    Ok(())
}

/// A column that can be read.
struct Column {
    name: Cell,
    ty: Type,
}

/// The columns of a file, and the name of the table, which stands where they all do; `None` with diagnostics where one
/// cannot be read.
fn columns(
    kind: Kind,
    path: &str,
    file: &SerializedFileReader<Paged>,
    reading: &mut Reading<'_>,
) -> Option<(Vec<Column>, Cell)> {
    let schema = file.metadata().file_metadata().schema_descr_ptr();
    let names: Vec<String> = schema.root_schema().get_fields().iter().map(|field| field.name().to_owned()).collect();
    let id = reading.sources.next_file();
    let mut text = String::new();
    let places = push_cells(&mut text, names.iter().map(String::as_str));
    let table = Cell { text: kind.name().to_owned(), span: Span::new(id, 0..text.trim_end().len()) };
    reading.add_as(Form::Columns, path, text)?;
    let mut columns = Vec::new();
    for (at, (name, place)) in names.iter().zip(places).enumerate() {
        let span = Span::new(id, place);
        // A leaf of its own is a column; of what is nested there are several, or none, or they repeat.
        let mut leaves = (0..schema.num_columns()).filter(|leaf| schema.get_column_root_idx(*leaf) == at);
        let leaf = leaves.next().map(|leaf| schema.column(leaf)).filter(|leaf| leaf.path().parts().len() == 1);
        match leaf.as_deref().and_then(|leaf| Type::of(leaf, kind.has_names_in(name))) {
            Some(ty) => columns.push(Column { name: Cell { text: name.trim().to_owned(), span }, ty }),
            None => reading.problems.push(column_type(name, leaf.as_deref(), span)),
        }
    }
    (columns.len() == names.len()).then_some((columns, table))
}

/// Holds the rows in memory.
fn held(path: &str, rows: &Rows, mut table: Table, allowed: u64, reading: &mut Reading<'_>) -> Result<(), Diagnostic> {
    let id = reading.sources.next_file();
    let (mut text, mut batches) = (String::new(), rows.batches());
    loop {
        let batch = batches.next().map_err(|error| damaged(base(path), &error))?;
        if batch.is_empty() {
            break;
        }
        table.rows.extend(batch.rows().filter_map(|row| push_row(row, id, &mut text)));
        if u64::try_from(text.len()).is_ok_and(|length| length > allowed) {
            return Err(Packing::TooLarge(allowed).of(base(path)));
        }
    }
    let names = table.columns.iter().map(|column| column.text.clone()).collect();
    reading.add_as(Form::Rows(names), path, text);
    reading.document.tables.push(table);
    Ok(())
}

/// Adds a row to the text; its cells, if any of them has text.
fn push_row<'c>(row: impl Iterator<Item = &'c str> + Clone, file: FileId, text: &mut String) -> Option<Vec<Cell>> {
    let places = push_cells(text, row.clone());
    let cell =
        |(value, place): (&str, Range<usize>)| Cell { text: value.trim().to_owned(), span: Span::new(file, place) };
    let cells: Vec<Cell> = row.zip(places).map(cell).collect();
    cells.iter().any(|cell| !cell.text.is_empty()).then_some(cells)
}

fn damaged(name: &str, error: &ParquetError) -> Diagnostic {
    let error = error.to_string();
    let told = error.split_once(": ").map_or(error.as_str(), |(_, told)| told);
    if let Some((_, packing)) = error.split_once("Disabled feature at compile time: ") {
        return Diagnostic::error(Code::UnreadForm, format!("`{name}` is packed with {packing}, which is not read"))
            .help("write it with zstd, snappy or gzip, or give the table as a CSV file");
    }
    Diagnostic::error(Code::DamagedFile, format!("`{name}` is no Parquet file that can be read: {told}"))
        .help("write or copy the file again, or give the table as a CSV file")
}

fn column_type(name: &str, leaf: Option<&ColumnDescriptor>, span: Span) -> Diagnostic {
    let message = match leaf.filter(|leaf| leaf.max_rep_level() == 0) {
        Some(leaf) => format!("the column `{name}` holds {}", called(leaf)),
        None => format!("the column `{name}` is nested"),
    };
    Diagnostic::error(Code::ColumnType, message)
        .at(span, "each of its cells would have to be one value")
        .help("write it as text, numbers, days, or yes and no")
}
