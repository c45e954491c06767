//! Rows that came before, found by their bytes: a row that is the same to the byte says the same.
//!
//! Each access is known by one row, the first that named it. So what is kept grows with the accesses, not with the rows,
//! however differently the same may be written. Of wrong rows a few are known, for the same mistake often comes again.

use super::Part;
use crate::estate::index::{Index, hash};
use memchr::memchr;
use std::hint::black_box;

/// Rows known by their bytes, and how often each came again.
#[derive(Debug, Default)]
pub(in crate::estate) struct Known {
    /// Each row to the end of its line, behind what it says and how often it came again.
    rows: Vec<u8>,
    /// How many of them are wrong.
    wrong: usize,
    /// Where they stand, by the hashes of the rows.
    index: Index,
    hashes: Vec<u64>,
    likely: Vec<Option<usize>>,
}

/// What a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::estate) enum Said {
    /// The access of a number.
    Access(usize),
    /// Nothing right: so many problems.
    Problems(usize),
}

impl Said {
    /// As one number of which the last bit tells what is counted.
    fn number(self) -> Option<u32> {
        let (number, bit) = match self {
            Said::Access(access) => (access, 0),
            Said::Problems(problems) => (problems, 1),
        };
        u32::try_from(number).ok()?.checked_mul(2).map(|number| number | bit)
    }

    fn of(number: u32) -> Said {
        let rest = (number / 2) as usize;
        if number.is_multiple_of(2) { Said::Access(rest) } else { Said::Problems(rest) }
    }
}

/// How many wrong rows are kept.
const MOST_WRONG: usize = 1_000;

/// The longest row that is kept, in bytes: half of what an access is counted for.
const LONGEST: usize = 512;

/// How many bytes a row has, as a guess.
pub(super) const USUAL: usize = 32;

/// How many bytes of memory come together.
const MEMORY_LINE: usize = 64;

/// How many bytes stand before a row, for what it says and for how often it came again.
const NUMBER: usize = size_of::<u32>();
const HEAD: usize = 2 * NUMBER;

impl Known {
    /// Makes room for the rows of so many accesses.
    pub fn reserve(&mut self, accesses: usize) {
        self.rows.reserve(accesses * (HEAD + USUAL));
        self.index.reserve(accesses);
    }

    /// The hashes of rows that may be added soon.
    pub fn hashes<'t>(&self, rows: impl Iterator<Item = &'t [u8]>, hashes: &mut Vec<u64>) {
        hashes.clear();
        hashes.extend(rows.map(hash));
        self.index.touch(hashes);
    }

    /// Keeps a row, the first that says something. A row that is longer than most, or of several lines, is not kept.
    pub fn add(&mut self, row: &[u8], hash: u64, said: Said) {
        if let Some(said) = said.number().filter(|_| self.keeps(row)) {
            self.index.enter(hash, self.rows.len());
            self.rows.extend(said.to_le_bytes());
            self.rows.extend([0; NUMBER]);
            self.rows.extend(row);
        }
    }

    /// Whether there is a place for a row.
    pub fn keeps(&self, row: &[u8]) -> bool {
        let is_line = row.len() <= LONGEST && memchr(b'\n', row) == row.len().checked_sub(1);
        is_line && u32::try_from(self.rows.len() + 1).is_ok()
    }

    /// Counts a row, if one that is known is the same.
    pub fn is_again(&mut self, row: &[u8], hash: u64) -> bool {
        let place = self.index.find(hash, |place| self.is(place, row));
        self.count_at(place)
    }

    /// Keeps one of the first wrong rows, which has so many problems.
    pub fn add_wrong(&mut self, row: &[u8], hash: u64, problems: usize) {
        if self.wrong < MOST_WRONG {
            self.wrong += 1;
            self.add(row, hash, Said::Problems(problems));
        }
    }

    /// What the rows that are kept say, each with how often it came again.
    pub fn again(&self) -> impl Iterator<Item = (Said, u32)> {
        let mut rest = self.rows.as_slice();
        std::iter::from_fn(move || {
            let (said, behind) = rest.split_first_chunk()?;
            let (again, row) = behind.split_first_chunk()?;
            rest = row.get(memchr(b'\n', row)? + 1..)?;
            Some((Said::of(u32::from_le_bytes(*said)), u32::from_le_bytes(*again)))
        })
    }

    /// Looks for rows that may stand on lines of a text. The looks of all lines come together, so that they wait for
    /// memory at the same time.
    pub(super) fn look_up(&mut self, text: &[u8], lines: &[Part]) {
        let Known { rows, index, hashes, likely, .. } = self;
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
        let place = likely.or_else(find);
        self.count_at(place)
    }

    fn count_at(&mut self, place: Option<usize>) -> bool {
        let again = place.and_then(|place| self.rows.get_mut(place + NUMBER..)?.first_chunk_mut());
        again.map(|again| *again = (u32::from_le_bytes(*again) + 1).to_le_bytes()).is_some()
    }

    /// Whether the row that stands here is a line. Both end with the only end of a line in them.
    fn is(&self, place: usize, line: &[u8]) -> bool {
        self.rows.get(place + HEAD..place + HEAD + line.len()).is_some_and(|row| is_same(row, line))
    }
}

/// Whether texts of one length are the same. Most are so short that a call to compare them would take longer.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let ((one, rest), (other, others)) = (one.as_chunks::<16>(), other.as_chunks::<16>());
    one.iter().zip(other).all(|(one, other)| one == other) && (rest.is_empty() || rest == others)
}
