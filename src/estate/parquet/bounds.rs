//! What a Parquet file says of itself, walked through before its reader is let at it.
//!
//! The reader believes how many things a list holds. A list of yes and no takes no room there, so a few bytes could keep it
//! busy for hours. A walk by the form alone (the compact protocol of Thrift) finds whether more things are said to be there
//! than there are bytes.

use super::rows::Paged;
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;

/// How deep values nest at most; the reader goes no deeper.
const DEEPEST: usize = 64;

/// What stands at the very end of a file: the length of its footer, and a mark.
const TAIL: u64 = 8;

/// Whether what stands at the end of a file is what it says. A file that does not end as it must is for its reader to refuse.
pub(super) fn is_footer_bounded(file: &Paged) -> bool {
    footer(file).is_none_or(|footer| Walk::new(&footer).structure(DEEPEST).is_some())
}

fn footer(file: &Paged) -> Option<Bytes> {
    let end = file.len().checked_sub(TAIL)?;
    let tail = file.get_bytes(end, usize::try_from(TAIL).ok()?).ok()?;
    let length = u32::from_le_bytes(*tail.strip_suffix(b"PAR1")?.first_chunk()?);
    file.get_bytes(end.checked_sub(length.into())?, usize::try_from(length).ok()?).ok()
}

/// Whether the headers of all pages are what they say.
pub(super) fn are_pages_bounded(file: &Paged, metadata: &ParquetMetaData) -> bool {
    let columns = metadata.row_groups().iter().flat_map(|group| group.columns());
    let mut chunks = columns.map(|column| {
        let (start, length) = column.byte_range();
        // What is said to be longer than the file is not read.
        start.checked_add(length).filter(|end| *end <= file.len())?;
        file.get_bytes(start, usize::try_from(length).ok()?).ok()
    });
    chunks.all(|chunk| chunk.is_some_and(|chunk| pages(&chunk).is_some()))
}

/// Walks over the pages of a column: each has a header, which gives the size of what follows in its third field.
fn pages(mut chunk: &[u8]) -> Option<()> {
    while !chunk.is_empty() {
        let mut walk = Walk::new(chunk);
        walk.structure(DEEPEST)?;
        chunk = walk.rest.get(walk.third?..)?;
    }
    Some(())
}

/// A walk over bytes; every step is `None` where they end, or are not what they say.
struct Walk<'b> {
    rest: &'b [u8],
    /// How many things lists may still hold: together no more than there are bytes.
    things: usize,
    /// The third field of the outermost structure, where that is a number.
    third: Option<usize>,
}

impl<'b> Walk<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Walk { rest: bytes, things: bytes.len(), third: None }
    }

    /// Fields until one of them says that there are no more. A field gives its number, or how much greater that is than the
    /// number before.
    fn structure(&mut self, depth: usize) -> Option<()> {
        let mut number = 0;
        loop {
            let (more, kind) = halves(self.byte()?);
            if kind == 0 {
                return Some(());
            }
            number = if more == 0 { self.number()? / 2 } else { number + u64::from(more) };
            let start = self.rest;
            self.value(kind, depth.checked_sub(1)?)?;
            if depth == DEEPEST && number == 3 {
                self.third = Walk::new(start).length().map(|size| size / 2);
            }
        }
    }

    fn value(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            1 | 2 => Some(()),
            3 => self.skip(1),
            4..=6 => self.number().map(|_| ()),
            7 => self.skip(8),
            8 => {
                let length = self.length()?;
                self.skip(length)
            }
            9 | 10 => {
                let (count, kind) = halves(self.byte()?);
                let count = if count == 15 { self.length()? } else { count.into() };
                self.things(count, &[kind], depth)
            }
            11 => match self.length()? {
                0 => Some(()),
                count => {
                    let (key, value) = halves(self.byte()?);
                    self.things(count, &[key, value], depth)
                }
            },
            12 => self.structure(depth),
            13 => self.skip(16),
            _ => None,
        }
    }

    fn things(&mut self, count: usize, kinds: &[u8], depth: usize) -> Option<()> {
        self.things = self.things.checked_sub(count)?;
        let depth = depth.checked_sub(1)?;
        (0..count).try_for_each(|_| kinds.iter().try_for_each(|kind| self.value(*kind, depth)))
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Seven bits in each byte, the lowest first; the highest bit says that another byte follows.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn skip(&mut self, length: usize) -> Option<()> {
        self.rest = self.rest.get(length..)?;
        Some(())
    }
}

/// The upper and the lower four bits.
fn halves(byte: u8) -> (u8, u8) {
    (byte >> 4, byte & 0x0F)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// A file whose footer has one field, of no number that a reader knows: lists of two thousand million yes and no.
    fn lists(count: u8) -> Paged {
        let mut footer = vec![0xF9, count << 4 | 9];
        (0..count).for_each(|_| footer.extend([0xF1, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]));
        footer.push(0);
        let length = u32::try_from(footer.len()).unwrap_or_default().to_le_bytes();
        Paged(Arc::new([b"PAR1".as_slice(), &footer, &length, b"PAR1"].concat()))
    }

    #[test]
    fn lists_of_nothing_are_not_walked_to_their_end() {
        assert!(is_footer_bounded(&lists(0)));
        assert!(!is_footer_bounded(&lists(1)));
        assert!(!is_footer_bounded(&lists(14)));
    }
}
