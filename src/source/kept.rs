//! A text that stays in its file: parts of it are read when they are asked for.
//!
//! Lines are found by the number of line ends before each page of the text, counted when the first place is asked for.
//! So what is kept in memory of a text is a thousandth of it.

use std::fmt::Debug;
use std::io;
use std::ops::Range;
use std::sync::OnceLock;

/// Bytes that can be read at any place, again and again: an open file, or memory.
pub trait Stored: Debug + Send + Sync {
    /// How many bytes there were when it was opened.
    fn size(&self) -> u64;

    /// Reads from a place on, as much as there is and fits; says how much that was, which is 0 only at the end.
    ///
    /// # Errors
    /// What the system says.
    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Whether the bytes may be others now than when it was opened.
    fn has_changed(&self) -> bool;
}

impl Stored for Vec<u8> {
    fn size(&self) -> u64 {
        self.len() as u64
    }

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
    stored: Box<dyn Stored>,
    /// Bytes before the text.
    mark: u64,
    /// Whether a line end is thought behind the last line, so that the place behind its last cell lies in a line.
    unended: bool,
    len: usize,
    pages: OnceLock<Vec<u32>>,
}

const PAGE: usize = 4_096;

const MARK: &[u8] = b"\xEF\xBB\xBF";

impl Kept {
    /// The text of what is stored.
    ///
    /// # Errors
    /// What the system says of its first or last byte.
    pub fn new(stored: Box<dyn Stored>) -> io::Result<Kept> {
        let (mut first, mut last) = ([0; MARK.len()], [0]);
        let size = stored.size();
        // The end first: what is unpacked from its beginning on is at its end now.
        let ended = size > 0 && stored.read_at(size - 1, &mut last)? == 1 && last == *b"\n";
        let read = stored.read_at(0, &mut first)?;
        let mark = if first.get(..read) == Some(MARK) { MARK.len() as u64 } else { 0 };
        let len = usize::try_from(size.saturating_sub(mark)).unwrap_or(usize::MAX).saturating_add(usize::from(!ended));
        Ok(Kept { stored, mark, unended: !ended, len, pages: OnceLock::new() })
    }

    /// The length of the text.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the file may be another now than when it was opened.
    pub fn has_changed(&self) -> bool {
        self.stored.has_changed()
    }

    /// Fills a buffer with the text from a place on; less than it holds only at the end of the text.
    ///
    /// # Errors
    /// What the system says, or that the file ends before its text did when it was opened.
    pub fn read(&self, place: usize, into: &mut [u8]) -> io::Result<usize> {
        let stored = self.len - usize::from(self.unended);
        let wanted = stored.saturating_sub(place).min(into.len());
        let mut done = 0;
        while let Some(rest) = into.get_mut(done..wanted).filter(|rest| !rest.is_empty()) {
            match self.stored.read_at(self.mark + (place + done) as u64, rest)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => done += read,
            }
        }
        if self.unended
            && place + done == stored
            && let Some(end) = into.get_mut(done)
        {
            *end = b'\n';
            done += 1;
        }
        Ok(done)
    }

    /// The bytes of a range, those that can be read.
    pub(super) fn bytes(&self, range: Range<usize>) -> Vec<u8> {
        let end = range.end.min(self.len);
        let mut bytes = vec![0; end.saturating_sub(range.start)];
        let read = self.read(range.start, &mut bytes).unwrap_or(0);
        bytes.truncate(read);
        bytes
    }

    /// For each page, the number of line ends before it; and of all.
    fn pages(&self) -> &[u32] {
        self.pages.get_or_init(|| {
            let (mut pages, mut before, mut place, mut block) = (vec![0], 0, 0, vec![0; 64 * PAGE]);
            while let Some(read) = self.read(place, &mut block).ok().filter(|read| *read > 0) {
                for page in block.get(..read).unwrap_or(&[]).chunks(PAGE) {
                    before += u32::try_from(line_ends(page).count()).unwrap_or(u32::MAX);
                    pages.push(before);
                }
                place += read;
            }
            pages
        })
    }

    pub(super) fn line_at(&self, offset: usize) -> usize {
        let (page, within) = (offset / PAGE, offset % PAGE);
        let before = self.pages().get(page).or(self.pages().last()).copied().unwrap_or(0);
        before as usize + line_ends(&self.bytes(page * PAGE..page * PAGE + within)).count()
    }

    pub(super) fn line_start(&self, line: usize) -> usize {
        let Some(earlier) = line.checked_sub(1) else { return 0 };
        let page = self.pages().partition_point(|before| *before as usize <= earlier).saturating_sub(1);
        let before = self.pages().get(page).copied().unwrap_or(0) as usize;
        let bytes = self.bytes(page * PAGE..(page + 1) * PAGE);
        line_ends(&bytes).nth(earlier.saturating_sub(before)).map_or(self.len, |end| page * PAGE + end + 1)
    }
}

fn line_ends(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b'\n', bytes)
}
