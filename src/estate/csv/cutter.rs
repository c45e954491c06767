//! A text cut into rows and cells, quotes taken off.
//!
//! The tables of the machine that cuts take longer to build than a row to read, and rows are also read one by one. So a
//! machine is kept when it has done its work, for the next text with this delimiter.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::cell::RefCell;
use std::collections::BTreeMap;

thread_local! {
    /// By their delimiters, machines that nobody works with.
    static IDLE: RefCell<BTreeMap<u8, Box<Reader>>> = const { RefCell::new(BTreeMap::new()) };
}

/// One row after another.
pub(super) struct Cutter {
    reader: Option<Box<Reader>>,
    delimiter: u8,
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
    /// At the beginning of a text.
    pub fn new(delimiter: u8) -> Cutter {
        let idle = IDLE.with_borrow_mut(|idle| idle.remove(&delimiter));
        let reader = idle.unwrap_or_else(|| Box::new(ReaderBuilder::new().delimiter(delimiter).build()));
        Cutter { reader: Some(reader), delimiter, text: vec![0; 256], ends: vec![0; 16], count: 0, start: 0, end: 0 }
    }

    /// Reads the next row of the text; whether there is one. It is the same text each time.
    pub fn next(&mut self, text: &[u8]) -> bool {
        (self.start, self.count) = (self.end, 0);
        let Some(reader) = &mut self.reader else { return false };
        let mut written = 0;
        loop {
            let rest = text.get(self.end..).unwrap_or(&[]);
            let (room, places) = (self.text.get_mut(written..), self.ends.get_mut(self.count..));
            let (result, read, wrote, ended) =
                reader.read_record(rest, room.unwrap_or(&mut []), places.unwrap_or(&mut []));
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

impl Drop for Cutter {
    fn drop(&mut self) {
        if let Some(mut reader) = self.reader.take() {
            reader.reset();
            IDLE.with_borrow_mut(|idle| idle.insert(self.delimiter, reader));
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::Cutter;
    use ::csv::{ReaderBuilder, StringRecord};
    use proptest::prelude::*;

    proptest! {
        /// It cuts as the reader does whose machine it is, and begins anew with each text.
        #[test]
        fn texts_are_cut_as_the_reader_cuts_them(
            text in "([,;\t\r\n\" a\u{feff}é]|\"\"|\r\n){0,60}",
            delimiter in prop::sample::select(b",;\t".to_vec()),
        ) {
            let mut builder = ReaderBuilder::new();
            builder.has_headers(false).flexible(true).delimiter(delimiter);
            let (mut reader, mut record) = (builder.from_reader(text.as_bytes()), StringRecord::new());
            let mut cutter = Cutter::new(delimiter);
            while reader.read_record(&mut record).unwrap() {
                prop_assert!(cutter.next(text.as_bytes()));
                prop_assert_eq!(record.iter().collect::<Vec<_>>(), cutter.cells().collect::<Vec<_>>());
                let places = [record.position().unwrap().byte(), reader.position().byte()];
                prop_assert_eq!(places, [cutter.start as u64, cutter.end as u64]);
            }
            prop_assert!(!cutter.next(text.as_bytes()));
        }
    }
}
