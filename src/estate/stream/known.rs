//! Rows that came before, found by their bytes: a row that is the same to the byte says the same.
//!
//! Each access is known by one row, the first that named it. So what is kept grows with the accesses, not with the rows,
//! however differently the same may be written.

use super::Part;
use crate::estate::index::{Index, hash};
use memchr::memchr;
use std::hint::black_box;

/// Rows known by their bytes, and how often each came again.
#[derive(Debug, Default)]
pub(in crate::estate) struct Known {
    /// Each row to the end of its line, behind the number of its access and how often it came again.
    rows: Vec<u8>,
    /// Where they stand, by the hashes of the rows.
    index: Index,
    hashes: Vec<u64>,
    likely: Vec<Option<usize>>,
}

/// The longest row that is kept, in bytes: half of what an access is counted for.
const LONGEST: usize = 512;

/// How many bytes of memory come together.
const MEMORY_LINE: usize = 64;

/// How many bytes stand before a row, for its access and for how often it came again.
const NUMBER: usize = size_of::<u32>();
const HEAD: usize = 2 * NUMBER;

impl Known {
    /// Keeps the first row of an access. A row that is longer than most, or of several lines, is not kept.
    pub fn add(&mut self, row: &[u8], access: usize) {
        let is_line = row.len() <= LONGEST && memchr(b'\n', row) == row.len().checked_sub(1);
        let (Ok(access), Ok(_)) = (u32::try_from(access), u32::try_from(self.rows.len() + 1)) else { return };
        if is_line {
            self.index.enter(hash(row), self.rows.len());
            self.rows.extend(access.to_le_bytes());
            self.rows.extend([0; NUMBER]);
            self.rows.extend(row);
        }
    }

    /// The accesses whose rows are kept, each with how often its row came again.
    pub fn again(&self) -> impl Iterator<Item = (usize, u64)> {
        let mut rest = self.rows.as_slice();
        std::iter::from_fn(move || {
            let (access, behind) = rest.split_first_chunk()?;
            let (again, row) = behind.split_first_chunk()?;
            rest = row.get(memchr(b'\n', row)? + 1..)?;
            Some((u32::from_le_bytes(*access) as usize, u32::from_le_bytes(*again).into()))
        })
    }

    /// Looks for rows that may stand on lines of a text. The looks of all lines come together, so that they wait for
    /// memory at the same time.
    pub(super) fn look_up(&mut self, text: &[u8], lines: &[Part]) {
        let Known { rows, index, hashes, likely } = self;
        hashes.clear();
        hashes.extend(lines.iter().map(|line| hash(text.get(line.range()).unwrap_or(&[]))));
        index.likely(hashes, likely);
        let touched = |(place, line): (&Option<usize>, &Part)| {
            let row = rows.get((*place)?..)?.get(..HEAD + line.range().len())?;
            Some(row.iter().step_by(MEMORY_LINE).fold(*row.last()?, |all, byte| all ^ byte))
        };
        black_box(likely.iter().zip(lines).filter_map(touched).fold(0, |all, byte| all ^ byte));
    }

    /// Counts a line that was looked up, if a row that is known is the same.
    pub(super) fn count(&mut self, look: usize, line: &[u8]) -> bool {
        let likely = self.likely.get(look).copied().flatten().filter(|place| self.is(*place, line));
        let find = || self.index.find(self.hashes.get(look).copied()?, |place| self.is(place, line));
        let Some(place) = likely.or_else(find) else { return false };
        let again = self.rows.get_mut(place + NUMBER..).and_then(|again| again.first_chunk_mut());
        again.into_iter().for_each(|again| *again = (u32::from_le_bytes(*again) + 1).to_le_bytes());
        true
    }

    /// Whether the row that stands here is a line. Both end with the only end of a line in them.
    fn is(&self, place: usize, line: &[u8]) -> bool {
        self.rows.get(place + HEAD..place + HEAD + line.len()) == Some(line)
    }
}
