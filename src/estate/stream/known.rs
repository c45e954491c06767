//! Rows that came before, found by their bytes: a row that is the same to the byte says the same.
//!
//! Each access is known by one row, the first that named it. So what is kept grows with the accesses, not with the rows,
//! however differently the same may be written.

use super::Part;
use crate::estate::index::{Index, hash};
use std::hint::black_box;

/// Rows known by their bytes, and how often each came again.
#[derive(Debug, Default)]
pub(in crate::estate) struct Known {
    /// Each row to the end of its line, behind the number of its access.
    rows: Vec<u8>,
    /// Where rows stand, by their hashes.
    index: Index,
    /// How often the row of each access came again.
    again: Vec<u32>,
    hashes: Vec<u64>,
    likely: Vec<Option<usize>>,
}

/// The longest row that is kept, in bytes: half of what an access is counted for.
const LONGEST: usize = 512;

/// How many bytes stand before a row.
const NUMBER: usize = size_of::<u32>();

impl Known {
    /// Keeps the first row of an access. A row that is longer than most, or of several lines, is not kept.
    pub fn add(&mut self, row: &[u8], access: usize) {
        let is_line = row.len() <= LONGEST && memchr::memchr(b'\n', row) == row.len().checked_sub(1);
        let (Ok(number), Ok(_)) = (u32::try_from(access), u32::try_from(self.rows.len() + NUMBER)) else { return };
        if is_line {
            self.index.enter(hash(row), self.rows.len());
            self.rows.extend_from_slice(&number.to_le_bytes());
            self.rows.extend_from_slice(row);
            self.again.resize(self.again.len().max(access + 1), 0);
        }
    }

    /// How often the row of each access came again.
    pub fn again(&self) -> &[u32] {
        &self.again
    }

    /// Looks for rows that may stand on lines of a text. The looks of all lines come together, so that they wait for
    /// memory at the same time.
    pub(super) fn look_up(&mut self, text: &[u8], lines: &[Part]) {
        let Known { rows, index, hashes, likely, .. } = self;
        hashes.clear();
        hashes.extend(lines.iter().map(|line| hash(text.get(line.range()).unwrap_or(&[]))));
        index.likely(hashes, likely);
        black_box(likely.iter().filter_map(|place| rows.get((*place)?)).fold(0, |all, byte| all ^ byte));
    }

    /// Counts a line that was looked up, if a row that is known is the same.
    pub(super) fn count(&mut self, look: usize, line: &[u8]) -> bool {
        let likely = self.likely.get(look).copied().flatten();
        let place = likely.filter(|place| self.is(*place, line)).or_else(|| {
            self.index.find(self.hashes.get(look).copied()?, |place| self.is(place, line))
        });
        let again = place.and_then(|place| self.access(place)).and_then(|access| self.again.get_mut(access));
        let is_known = again.is_some();
        again.into_iter().for_each(|again| *again += 1);
        is_known
    }

    /// Whether the row that stands here is a line. Both end with the only end of a line in them.
    fn is(&self, place: usize, line: &[u8]) -> bool {
        self.rows.get(place + NUMBER..place + NUMBER + line.len()) == Some(line)
    }

    fn access(&self, place: usize) -> Option<usize> {
        let number = self.rows.get(place..)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*number)).ok()
    }
}
