//! A text that stays in its file, or is made again: parts of it are read when they are asked for.
//!
//! Lines are found by the number of line ends before each page of the text, counted when the first place is asked for.
//! So what is kept in memory of a text is a thousandth of it.

use std::fmt::Debug;
use std::io;
use std::ops::Range;
use std::sync::OnceLock;

/// Bytes that can be read at any place, again and again.
pub trait Readable: Debug + Send + Sync {
    /// Reads from a place on, as much as there is and fits; says how much that was, which is 0 only at the end.
    ///
    /// # Errors
    /// What the system says, or why the bytes cannot be made.
    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Whether the bytes may be others now than when they were opened.
    fn has_changed(&self) -> bool;
}

/// Bytes of which it is known how many there are: an open file, or memory.
pub trait Stored: Readable {
    /// How many bytes there were when it was opened.
    fn size(&self) -> u64;
}

impl Stored for Vec<u8> {
    fn size(&self) -> u64 {
        self.len() as u64
    }
}

impl Readable for Vec<u8> {
    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(place).ok().and_then(|place| self.get(place..)).unwrap_or(&[]);
        let read = rest.len().min(into.len());
        into.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        Ok(read)
    }

    fn has_changed(&self) -> bool {
        false
    }
}

/// The text of a file that is not held in memory: without the mark before UTF-8, and with its last line ended.
#[derive(Debug)]
pub struct Kept {
    bytes: Box<dyn Readable>,
    /// Bytes before the text.
    mark: u64,
    /// How long it most likely is, where that is not known.
    likely: usize,
    end: OnceLock<End>,
    pages: OnceLock<Pages>,
}

/// What shows of a text when it is read through.
#[derive(Debug)]
struct Pages {
    /// For each page, the number of line ends before it; and of all.
    before: Vec<u32>,
    /// How far the text can be read.
    reach: usize,
}

/// Where a text ends.
#[derive(Debug, Clone, Copy)]
struct End {
    /// Behind so many bytes that can be read.
    place: usize,
    /// Whether a line end is thought behind the last line, so that the place behind its last cell lies in a line.
    unended: bool,
}

impl End {
    fn len(self) -> usize {
        self.place.saturating_add(usize::from(self.unended))
    }
}

const PAGE: usize = 4_096;

const MARK: &[u8] = b"\xEF\xBB\xBF";

impl Kept {
    /// The text of what is stored.
    ///
    /// # Errors
    /// What the system says of its first or last byte.
    pub fn new(stored: Box<dyn Stored>) -> io::Result<Kept> {
        let size = usize::try_from(stored.size()).unwrap_or(usize::MAX);
        let kept = Kept::made(stored, size)?;
        let place = size.saturating_sub(usize::try_from(kept.mark).unwrap_or(0));
        let unended = kept.last_before(place)? != Some(b'\n');
        kept.end.get_or_init(|| End { place, unended });
        Ok(kept)
    }

    /// A text whose end shows only when it is met, and which most likely is so long.
    ///
    /// # Errors
    /// Why its first bytes cannot be read.
    pub fn made(bytes: Box<dyn Readable>, likely: usize) -> io::Result<Kept> {
        let mut first = [0; MARK.len()];
        let read = bytes.read_at(0, &mut first)?;
        let mark = if first.get(..read) == Some(MARK) { MARK.len() as u64 } else { 0 };
        Ok(Kept { bytes, mark, likely, end: OnceLock::new(), pages: OnceLock::new() })
    }

    /// The length of the text, which is read to its end for that where this is not known; as far as it can be read.
    pub fn len(&self) -> usize {
        self.end.get().map_or_else(|| self.pages().reach, |end| end.len())
    }

    /// The length that the text has if it is known, and most likely has otherwise.
    pub fn likely_len(&self) -> usize {
        self.end.get().map_or(self.likely, |end| end.len())
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the file may be another now than when it was opened.
    pub fn has_changed(&self) -> bool {
        self.bytes.has_changed()
    }

    /// Fills a buffer with the text from a place on; less than it holds only at the end of the text.
    ///
    /// # Errors
    /// What the system says, why the text cannot be made, or that it ends before its known end.
    pub fn read(&self, place: usize, into: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < into.len() {
            let (at, end) = (place + done, self.end.get());
            if let Some(end) = end.filter(|end| end.place <= at) {
                if let Some(byte) = into.get_mut(done).filter(|_| end.unended && end.place == at) {
                    *byte = b'\n';
                    done += 1;
                }
                break;
            }
            let until = end.map_or(into.len(), |end| into.len().min(end.place - place));
            let read = self.bytes.read_at(self.mark + at as u64, into.get_mut(done..until).unwrap_or(&mut []))?;
            match read {
                0 if end.is_some() => return Err(io::ErrorKind::UnexpectedEof.into()),
                0 if !self.ends(at)? => break,
                read => done += read,
            }
        }
        Ok(done)
    }

    /// Notes that nothing stands at a place; whether that is the end, and not beyond it.
    fn ends(&self, place: usize) -> io::Result<bool> {
        let last = self.last_before(place)?;
        if last.is_none() && place > 0 {
            return Ok(false);
        }
        self.end.get_or_init(|| End { place, unended: last != Some(b'\n') });
        Ok(true)
    }

    /// The byte before a place.
    fn last_before(&self, place: usize) -> io::Result<Option<u8>> {
        let Some(before) = place.checked_sub(1) else { return Ok(None) };
        let mut last = [0];
        let read = self.bytes.read_at(self.mark + before as u64, &mut last)?;
        Ok((read == 1).then_some(last[0]))
    }

    /// The bytes of a range, those that can be read.
    pub(super) fn bytes(&self, range: Range<usize>) -> Vec<u8> {
        let end = range.end.min(self.len());
        let mut bytes = vec![0; end.saturating_sub(range.start)];
        let read = self.read(range.start, &mut bytes).unwrap_or(0);
        bytes.truncate(read);
        bytes
    }

    fn pages(&self) -> &Pages {
        self.pages.get_or_init(|| {
            let (mut before, mut ends, mut reach, mut block) = (vec![0], 0, 0, vec![0; 64 * PAGE]);
            while let Some(read) = self.read(reach, &mut block).ok().filter(|read| *read > 0) {
                for page in block.get(..read).unwrap_or(&[]).chunks(PAGE) {
                    ends += u32::try_from(line_ends(page).count()).unwrap_or(u32::MAX);
                    before.push(ends);
                }
                reach += read;
            }
            Pages { before, reach }
        })
    }

    pub(super) fn line_at(&self, offset: usize) -> usize {
        let (page, within) = (offset / PAGE, offset % PAGE);
        let pages = &self.pages().before;
        let before = pages.get(page).or(pages.last()).copied().unwrap_or(0);
        before as usize + line_ends(&self.bytes(page * PAGE..page * PAGE + within)).count()
    }

    pub(super) fn line_start(&self, line: usize) -> usize {
        let Some(earlier) = line.checked_sub(1) else { return 0 };
        let pages = &self.pages().before;
        let page = pages.partition_point(|before| *before as usize <= earlier).saturating_sub(1);
        let before = pages.get(page).copied().unwrap_or(0) as usize;
        let bytes = self.bytes(page * PAGE..(page + 1) * PAGE);
        line_ends(&bytes).nth(earlier.saturating_sub(before)).map_or_else(|| self.len(), |end| page * PAGE + end + 1)
    }
}

fn line_ends(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b'\n', bytes)
}
