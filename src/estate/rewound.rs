//! A text that is made from its beginning on, read at any place: what came last is at hand, and for what lies before it the
//! making begins anew.
//!
//! So of a packed table no more is in memory than a piece, however often parts of it are read again.

use crate::source::Stored;
use std::collections::VecDeque;
use std::fmt::Debug;
use std::io::{self, ErrorKind, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What makes a text, always the same.
pub(super) trait Making: Debug + Send + Sync {
    /// Begins to make it.
    fn begin(&self) -> Box<dyn Read + Send>;

    /// Whether the text would be another now than at first.
    fn has_changed(&self) -> bool;
}

/// What is stored, from a place on.
pub(super) struct Onward {
    pub stored: Arc<dyn Stored>,
    pub place: u64,
}

impl Read for Onward {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.stored.read_at(self.place, into)?;
        self.place += read as u64;
        Ok(read)
    }
}

/// A text that was made once to its end.
pub(super) struct Rewound<M> {
    making: M,
    size: u64,
    made: Mutex<Made>,
}

/// How far the text is made, and what came last of it.
struct Made {
    rest: Box<dyn Read + Send>,
    pieces: VecDeque<Vec<u8>>,
    /// Where the first of the pieces begins, and where the last one ends.
    start: u64,
    end: u64,
}

/// How many bytes are made at a time, and how many such pieces are at hand.
const PIECE: usize = 256 * 1_024;
const PIECES: usize = 4;

impl<M: Making> Rewound<M> {
    /// Makes the text once, to know its length; nothing where it is longer than allowed.
    ///
    /// # Errors
    /// What the making says.
    pub fn new(making: M, allowed: u64) -> io::Result<Option<Rewound<M>>> {
        let mut made = Made::new(making.begin());
        while made.end <= allowed && made.next()? {}
        let size = made.end;
        Ok((size <= allowed).then(|| Rewound { making, size, made: Mutex::new(made) }))
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: Making> Stored for Rewound<M> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut made = self.made();
        if place < made.start {
            *made = Made::new(self.making.begin());
        }
        while made.end <= place {
            match made.next() {
                Ok(true) => {}
                Ok(false) => return Ok(0),
                Err(error) => return Err(changed(error)),
            }
        }
        made.at(place).read(into)
    }

    fn has_changed(&self) -> bool {
        self.making.has_changed()
    }
}

/// What could be made once to its end ends early now, if it cannot.
fn changed(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::InvalidData | ErrorKind::InvalidInput => ErrorKind::UnexpectedEof.into(),
        _ => error,
    }
}

impl<M: Debug> Debug for Rewound<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rewound").field("making", &self.making).field("size", &self.size).finish_non_exhaustive()
    }
}

impl Made {
    fn new(rest: Box<dyn Read + Send>) -> Made {
        Made { rest, pieces: VecDeque::new(), start: 0, end: 0 }
    }

    /// Makes the next piece; whether there was one.
    fn next(&mut self) -> io::Result<bool> {
        let mut piece = match self.pieces.len() {
            PIECES => self.pieces.pop_front().unwrap_or_default(),
            _ => Vec::with_capacity(PIECE),
        };
        self.start += piece.len() as u64;
        piece.clear();
        let read = self.rest.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        self.end += read as u64;
        self.pieces.push_back(piece);
        Ok(read > 0)
    }

    /// What is at hand from a place on.
    fn at(&self, place: u64) -> &[u8] {
        let mut start = self.start;
        self.pieces
            .iter()
            .find_map(|piece| {
                let within = usize::try_from(place.checked_sub(start)?).ok()?;
                start += piece.len() as u64;
                piece.get(within..).filter(|rest| !rest.is_empty())
            })
            .unwrap_or(&[])
    }
}
