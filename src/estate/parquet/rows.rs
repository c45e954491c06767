//! The rows of a Parquet file, one row group after another, a batch at a time: as texts of columns, or as one text.

use super::damaged;
use super::values::{Texts, Type, Values};
use crate::diagnostic::Diagnostic;
use crate::estate::guard::guarded;
use crate::estate::gzip::Packing;
use crate::estate::rewound::{Making, Onward};
use crate::source::{Stored, push_line};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use bytes::Bytes;
use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::sync::Arc;

/// A file whose pages are read when they are asked for.
#[derive(Debug, Clone)]
pub(super) struct Paged(pub Arc<dyn Stored>);

impl Length for Paged {
    fn len(&self) -> u64 {
        self.0.size()
    }
}

impl ChunkReader for Paged {
    type T = BufReader<Onward>;

    fn get_read(&self, place: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::new(Onward { stored: Arc::clone(&self.0), place }))
    }

    fn get_bytes(&self, place: u64, length: usize) -> Result<Bytes, ParquetError> {
        let mut bytes = Vec::new();
        self.get_read(place)?.take(length as u64).read_to_end(&mut bytes)?;
        match bytes.len() == length {
            true => Ok(bytes.into()),
            false => Err(ParquetError::EOF(format!("a part of {length} bytes has only {}", bytes.len()))),
        }
    }
}

/// The rows of a file whose columns can be read.
#[derive(Clone)]
pub(super) struct Rows {
    file: Arc<SerializedFileReader<Paged>>,
    stored: Arc<dyn Stored>,
    types: Arc<[Type]>,
}

/// How far the rows are read.
pub(super) struct Batches {
    rows: Rows,
    /// The row group that comes next, and the columns of the one at hand.
    group: usize,
    columns: Vec<Values>,
}

impl Rows {
    pub fn new(file: SerializedFileReader<Paged>, stored: Arc<dyn Stored>, types: Vec<Type>) -> Rows {
        Rows { file: Arc::new(file), stored, types: types.into() }
    }

    /// The bytes of the file.
    pub fn size(&self) -> u64 {
        self.stored.size()
    }

    pub fn batches(&self) -> Batches {
        Batches { rows: self.clone(), group: 0, columns: Vec::new() }
    }
}

impl Batches {
    /// The next rows; none at the end.
    pub fn next(&mut self) -> Result<Batch, ParquetError> {
        loop {
            let columns = self.columns.iter_mut().zip(self.rows.types.iter());
            let batch = columns.map(|(values, ty)| values.batch(*ty)).collect::<Result<Vec<_>, _>>()?;
            let length = batch.first().map_or(0, Texts::len);
            if batch.iter().any(|column| column.len() != length) {
                return Err(ParquetError::General("its columns are not of one length".to_owned()));
            }
            if length > 0 || self.group == self.rows.file.num_row_groups() {
                return Ok(Batch { columns: batch, length });
            }
            let group = self.rows.file.get_row_group(self.group)?;
            let readers = (0..self.rows.types.len()).map(|column| group.get_column_reader(column).map(Values::new));
            self.columns = readers.collect::<Result<_, _>>()?;
            self.group += 1;
        }
    }
}

/// Rows that follow each other, as columns.
pub(super) struct Batch {
    columns: Vec<Texts>,
    length: usize,
}

impl Batch {
    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The rows, each as the texts of its cells.
    pub fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = &str> + Clone> {
        (0..self.length).map(|row| self.columns.iter().map(move |column| column.get(row)))
    }
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("stored", &self.stored).finish_non_exhaustive()
    }
}

impl Making for Rows {
    fn begin(&self) -> Box<dyn Read + Send> {
        Box::new(Lines { batches: self.batches(), text: Cursor::default() })
    }

    fn has_changed(&self) -> bool {
        self.stored.has_changed()
    }

    fn unmade(&self, name: &str, error: &io::Error) -> Option<Diagnostic> {
        match error.get_ref().and_then(|error| error.downcast_ref::<ParquetError>()) {
            Some(error) => Some(damaged(name, error)),
            None => (error.kind() == ErrorKind::InvalidData).then(|| Packing::Damaged.of(name)),
        }
    }
}

/// Rows as a text, a line for each.
struct Lines {
    batches: Batches,
    text: Cursor<String>,
}

impl Lines {
    fn next(&mut self) -> io::Result<()> {
        let mut text = std::mem::take(&mut self.text).into_inner();
        text.clear();
        let batch = guarded(|| self.batches.next()).ok_or(ErrorKind::InvalidData)?;
        for row in batch.map_err(|error| io::Error::new(kind(&error), error))?.rows() {
            push_line(&mut text, row, |_| ());
        }
        self.text = Cursor::new(text);
        Ok(())
    }
}

impl Read for Lines {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.text.position() == self.text.get_ref().len() as u64 {
            self.next()?;
        }
        self.text.read(into)
    }
}

/// What is wrong is in the file, unless the system said it.
fn kind(error: &ParquetError) -> ErrorKind {
    match error {
        ParquetError::External(error) => {
            error.downcast_ref::<io::Error>().map_or(ErrorKind::InvalidData, io::Error::kind)
        }
        _ => ErrorKind::InvalidData,
    }
}
