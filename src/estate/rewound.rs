//! A text that is made from its beginning on, read at any place: what came last is at hand, and for what lies before it the
//! making begins anew.
//!
//! So of a packed table no more is in memory than a piece, however often parts of it are read again.

use super::gzip::Packing;
use crate::diagnostic::Diagnostic;
use crate::source::{Readable, Stored};
use std::collections::VecDeque;
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::io::{self, ErrorKind, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What makes a text, always the same.
pub(super) trait Making: Debug + Send + Sync {
    /// Begins to make it.
    fn begin(&self) -> Box<dyn Read + Send>;

    /// Whether the text would be another now than at first.
    fn has_changed(&self) -> bool;

    /// What is told of the file of a name where making its text fails so; none where that is the system's fault.
    fn unmade(&self, name: &str, error: &io::Error) -> Option<Diagnostic>;
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

/// A text that is made when parts of it are asked for.
pub(super) struct Rewound<M> {
    making: M,
    /// The name of its file, and how long it may become.
    name: String,
    allowed: u64,
    made: Mutex<Made>,
}

/// Why a text cannot be made to its end.
#[derive(Debug)]
pub(super) struct Unmade(pub Diagnostic);

impl From<Unmade> for io::Error {
    fn from(unmade: Unmade) -> io::Error {
        io::Error::other(unmade)
    }
}

impl Display for Unmade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl Error for Unmade {}

/// What is told of a text that cannot be made; none where the system said what is wrong.
pub(super) fn unmade(error: &io::Error) -> Option<Diagnostic> {
    Some(error.get_ref()?.downcast_ref::<Unmade>()?.0.clone())
}

/// How far the text is made, and what came last of it.
struct Made {
    rest: Box<dyn Read + Send>,
    pieces: VecDeque<Vec<u8>>,
    /// Where the first of the pieces begins, and where the last one ends.
    start: u64,
    end: u64,
    /// Whether it was made to its end already.
    was_whole: bool,
}

/// How many bytes are made at a time, and how many such pieces are at hand.
const PIECE: usize = 256 * 1_024;
const PIECES: usize = 4;

impl<M: Making> Rewound<M> {
    /// The text of a file, which may become so long.
    pub fn new(making: M, name: &str, allowed: u64) -> Rewound<M> {
        let made = Mutex::new(Made::new(making.begin()));
        Rewound { making, name: name.to_owned(), allowed, made }
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the next piece; whether there was one.
    fn next(&self, made: &mut Made) -> io::Result<bool> {
        let error = match made.next() {
            Ok(true) if made.end > self.allowed => Unmade(Packing::TooLarge(self.allowed).of(&self.name)).into(),
            Ok(is_more) => {
                made.was_whole |= !is_more;
                return Ok(is_more);
            }
            Err(error) if made.was_whole => changed(error),
            Err(error) => self.making.unmade(&self.name, &error).map_or(error, |told| Unmade(told).into()),
        };
        // Whoever asks again is told the same.
        self.begin_anew(made);
        Err(error)
    }

    fn begin_anew(&self, made: &mut Made) {
        *made = Made { was_whole: made.was_whole, ..Made::new(self.making.begin()) };
    }
}

impl<M: Making> Readable for Rewound<M> {
    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut made = self.made();
        if place < made.start {
            self.begin_anew(&mut made);
        }
        while made.end <= place {
            if !self.next(&mut made)? {
                return Ok(0);
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rewound").field("making", &self.making).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Made {
    fn new(rest: Box<dyn Read + Send>) -> Made {
        Made { rest, pieces: VecDeque::new(), start: 0, end: 0, was_whole: false }
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
