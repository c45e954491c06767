//! A text cut into rows and cells, quotes taken off.
//!
//! The tables of the machine that cuts take longer to build than a row to read. Rows are also read one by one, so there is one
//! machine for each delimiter, and what reads begins with a copy.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::sync::LazyLock;

/// What may stand between cells.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

static READERS: LazyLock<[Reader; 3]> =
    LazyLock::new(|| DELIMITERS.map(|delimiter| ReaderBuilder::new().delimiter(delimiter).build()));

/// One row after another.
pub(super) struct Cutter {
    reader: Reader,
    /// The text of the cells of the row just read, and behind it room for more.
    text: Vec<u8>,
    /// Where each of them ends in it, and room for more.
    ends: Vec<usize>,
    /// How many cells the row has.
    count: usize,
    /// Where the row just read begins: before the ends of lines that were passed over.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Cutter {
    /// At the beginning of a text; a delimiter that is none of `,`, `;` and tab is a comma.
    pub fn new(delimiter: u8) -> Cutter {
        let [comma, semicolon, tab] = &*READERS;
        let reader = match delimiter {
            b';' => semicolon,
            b'\t' => tab,
            _ => comma,
        };
        Cutter { reader: reader.clone(), text: vec![0; 256], ends: vec![0; 16], count: 0, start: 0, end: 0 }
    }

    /// Reads the next row of the text; whether there is one. It is the same text each time.
    pub fn next(&mut self, text: &[u8]) -> bool {
        (self.start, self.count) = (self.end, 0);
        let mut written = 0;
        loop {
            let rest = text.get(self.end..).unwrap_or(&[]);
            let (room, places) = (self.text.get_mut(written..), self.ends.get_mut(self.count..));
            let (result, read, wrote, ended) =
                self.reader.read_record(rest, room.unwrap_or(&mut []), places.unwrap_or(&mut []));
            self.end += read;
            written += wrote;
            self.count += ended;
            match result {
                // Called once more, with nothing, it ends the row.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => return true,
                ReadRecordResult::End => return false,
            }
        }
    }

    /// The texts of the cells of the row just read.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = &str> {
        let ends = self.ends.get(..self.count).unwrap_or(&[]);
        ends.iter().enumerate().map(|(cell, end)| {
            let start = cell.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
            self.text.get(start..*end).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("")
        })
    }
}
