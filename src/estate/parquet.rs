//! A table in Parquet: text, numbers, days, and yes and no, a column for each column of the table.
//!
//! The table is given two texts for diagnostics to point into: the names of its columns on one line, and its rows, a line
//! for each. Rows are read in batches, and no more of them than a table of text of that size might unpack to.

mod bounds;
mod values;

use super::document::{Cell, Table};
use super::guard::guarded;
use super::gzip::{Packing, allowance};
use super::reading::{Reading, base};
use super::schema::Kind;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Form, Span, push_cells};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::schema::types::ColumnDescriptor;
use bounds::{are_pages_bounded, is_footer_bounded};
use bytes::Bytes;
use values::{Type, Values};

/// Reads the table of the file at `path`.
pub(super) fn read(kind: Kind, path: &str, bytes: Vec<u8>, reading: &mut Reading<'_>) {
    let read = guarded(|| whole(kind, path, bytes, reading));
    if let Err(error) = read.unwrap_or_else(|| Err(Packing::Damaged.of(base(path)))) {
        reading.whole_file(path, "this file cannot be read", error);
        reading.unfinished(kind);
    }
}

fn whole(kind: Kind, path: &str, bytes: Vec<u8>, reading: &mut Reading<'_>) -> Result<(), Diagnostic> {
    let (allowed, bytes) = (allowance(bytes.len()), Bytes::from(bytes));
    if !is_footer_bounded(&bytes) {
        return Err(Packing::Damaged.of(base(path)));
    }
    let file = SerializedFileReader::new(bytes.clone()).map_err(|error| damaged(base(path), &error))?;
    if !are_pages_bounded(&bytes, file.metadata()) {
        return Err(Packing::Damaged.of(base(path)));
    }
    match columns(path, &file, reading) {
        Some((columns, header)) => {
            let rows = rows(path, &file, &columns, allowed, reading)?;
            reading.document.tables.push(table(kind, header, columns, rows));
        }
        None => reading.unfinished(kind),
    }
    Ok(())
}

/// A column that can be read.
struct Column {
    name: Cell,
    ty: Type,
}

/// The columns of a file, and the place that names them all; `None` with diagnostics where one cannot be read.
fn columns(path: &str, file: &SerializedFileReader<Bytes>, reading: &mut Reading<'_>) -> Option<(Vec<Column>, Span)> {
    let schema = file.metadata().file_metadata().schema_descr_ptr();
    let names: Vec<String> = schema.root_schema().get_fields().iter().map(|field| field.name().to_owned()).collect();
    let id = reading.sources.next_file();
    let mut text = String::new();
    let places = push_cells(&mut text, names.iter().map(String::as_str));
    let header = Span::new(id, 0..text.trim_end().len());
    reading.add_as(Form::Columns, path, text)?;
    let mut columns = Vec::new();
    for (at, (name, place)) in names.iter().zip(places).enumerate() {
        let span = Span::new(id, place);
        // A leaf of its own is a column; of what is nested there are several, or none, or they repeat.
        let mut leaves = (0..schema.num_columns()).filter(|leaf| schema.get_column_root_idx(*leaf) == at);
        let leaf = leaves.next().map(|leaf| schema.column(leaf)).filter(|leaf| leaf.path().parts().len() == 1);
        match leaf.as_deref().and_then(Type::of) {
            Some(ty) => columns.push(Column { name: Cell { text: name.trim().to_owned(), span }, ty }),
            None => reading.problems.push(column_type(name, leaf.as_deref(), span)),
        }
    }
    (columns.len() == names.len()).then_some((columns, header))
}

fn rows(
    path: &str,
    file: &SerializedFileReader<Bytes>,
    columns: &[Column],
    allowed: u64,
    reading: &mut Reading<'_>,
) -> Result<Vec<Vec<Cell>>, Diagnostic> {
    let id = reading.sources.next_file();
    let (mut text, mut rows) = (String::new(), Vec::new());
    for group in 0..file.num_row_groups() {
        let broken = |error: &ParquetError| damaged(base(path), error);
        let group = file.get_row_group(group).map_err(|error| broken(&error))?;
        let readers = (0..columns.len()).map(|at| group.get_column_reader(at)).collect::<Result<Vec<_>, _>>();
        let mut readers: Vec<Values> = readers.map_err(|error| broken(&error))?.into_iter().map(Values::new).collect();
        loop {
            let batch = readers.iter_mut().zip(columns).map(|(values, column)| values.batch(column.ty));
            let batch: Vec<Vec<String>> = batch.collect::<Result<_, _>>().map_err(|error| broken(&error))?;
            let length = batch.first().map_or(0, Vec::len);
            if batch.iter().any(|column| column.len() != length) {
                return Err(Packing::Damaged.of(base(path)));
            }
            if length == 0 {
                break;
            }
            push_rows(batch, length, id, &mut text, &mut rows);
            if u64::try_from(text.len()).is_ok_and(|length| length > allowed) {
                return Err(Packing::TooLarge(allowed).of(base(path)));
            }
        }
    }
    let names = columns.iter().map(|column| column.name.text.clone()).collect();
    reading.add_as(Form::Rows(names), path, text);
    Ok(rows)
}

/// Adds the rows that columns of one length make up.
fn push_rows(batch: Vec<Vec<String>>, length: usize, file: FileId, text: &mut String, rows: &mut Vec<Vec<Cell>>) {
    let mut columns: Vec<_> = batch.into_iter().map(Vec::into_iter).collect();
    for _ in 0..length {
        let row: Vec<String> = columns.iter_mut().map(|column| column.next().unwrap_or_default()).collect();
        let places = push_cells(text, row.iter().map(String::as_str));
        let cells = row.iter().zip(places);
        let cells = cells.map(|(value, place)| Cell { text: value.trim().to_owned(), span: Span::new(file, place) });
        rows.push(cells.collect());
    }
}

fn table(kind: Kind, header: Span, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Table {
    let columns: Vec<Cell> = columns.into_iter().map(|column| column.name).collect();
    let blank = |row: &Vec<Cell>| row.iter().all(|cell| cell.text.is_empty());
    let rows = rows.into_iter().filter(|row| !blank(row)).collect();
    Table { name: Cell { text: kind.name().to_owned(), span: header }, columns, rows }
}

fn damaged(name: &str, error: &ParquetError) -> Diagnostic {
    let error = error.to_string();
    let told = error.split_once(": ").map_or(error.as_str(), |(_, told)| told);
    Diagnostic::error(Code::DamagedFile, format!("`{name}` is no Parquet file that can be read: {told}"))
        .help("write or copy the file again, or give the table as a CSV file")
}

fn column_type(name: &str, leaf: Option<&ColumnDescriptor>, span: Span) -> Diagnostic {
    let message = match leaf.filter(|leaf| leaf.max_rep_level() == 0) {
        Some(leaf) => format!("the column `{name}` holds values of the type {}", leaf.physical_type()),
        None => format!("the column `{name}` is nested"),
    };
    Diagnostic::error(Code::ColumnType, message)
        .at(span, "each of its cells would have to be one value")
        .help("write it as text, numbers, days, or yes and no")
}
