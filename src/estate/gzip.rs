//! What is packed, unpacked: within a bound, so that a small file cannot fill the memory.

use super::rewound::{Making, Onward, Rewound, Unmade};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Kept, Stored};
use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::sync::Arc;

/// The most that any file may unpack to, in bytes.
const MOST: u64 = 1 << 30;

/// What any file may unpack to, however small it is.
const ALWAYS: u64 = 64 << 20;

/// Tables of text shrink to a tenth or a thirtieth. Only what was made for it, or is nothing but zeros, shrinks further
/// than this.
const TIMES: u64 = 250;

/// What a packed file begins with.
const BEGINNING: &[u8; 2] = b"\x1F\x8B";

/// How many bytes a file of so many may unpack to.
pub(super) fn allowance(packed: u64) -> u64 {
    packed.saturating_mul(TIMES).clamp(ALWAYS, MOST)
}

/// How many bytes a file of so many most likely unpacks to: tables of accesses shrink to a quarter.
pub(super) fn likely(packed: u64) -> usize {
    usize::try_from(packed.saturating_mul(4).min(allowance(packed))).unwrap_or(usize::MAX)
}

/// Why a file could not be unpacked.
#[derive(Debug)]
pub(super) enum Packing {
    /// It ends in the middle.
    Cut,
    /// Its bytes are not what they were.
    Damaged,
    /// Something else stands behind the end of what was packed.
    GoesOn,
    /// It unpacks to more bytes than that.
    TooLarge(u64),
}

/// The bytes that were packed.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Packing> {
    if !bytes.starts_with(BEGINNING) {
        return Err(Packing::Damaged);
    }
    let (allowed, mut unpacked) = (allowance(bytes.len() as u64), Vec::new());
    let read = Members::new(bytes).take(allowed + 1).read_to_end(&mut unpacked);
    match read {
        Ok(_) if u64::try_from(unpacked.len()).is_ok_and(|length| length <= allowed) => Ok(unpacked),
        Ok(_) => Err(Packing::TooLarge(allowed)),
        Err(error) => Err(Packing::behind(&error).unwrap_or(Packing::Damaged)),
    }
}

/// What was packed at several times and stands in one file, unpacked in one go.
struct Members<R>(Option<GzDecoder<R>>);

impl<R: BufRead> Members<R> {
    fn new(packed: R) -> Self {
        Members(Some(GzDecoder::new(packed)))
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.0 {
            let read = member.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            self.0 = self.0.take().map(GzDecoder::into_inner).map(next).transpose()?.flatten();
        }
        Ok(0)
    }
}

/// The member behind one that ended, if there is one.
///
/// # Errors
/// Something else stands there, or what the system says.
fn next<R: BufRead>(mut rest: R) -> io::Result<Option<GzDecoder<R>>> {
    match rest.fill_buf()?.first() {
        None => Ok(None),
        Some(first) if BEGINNING.starts_with(&[*first]) => Ok(Some(GzDecoder::new(rest))),
        Some(_) => Err(io::Error::new(ErrorKind::InvalidData, Behind)),
    }
}

/// That something else stands behind what was packed.
#[derive(Debug, thiserror::Error)]
#[error("more stands behind the end")]
struct Behind;

/// A packed text that is unpacked when a part of it is asked for.
///
/// # Errors
/// That its first bytes cannot be unpacked, or what the system says.
pub(super) fn unpacked(name: &str, packed: Box<dyn Stored>) -> io::Result<Kept> {
    let mut first = [0; BEGINNING.len()];
    if packed.read_at(0, &mut first)? < first.len() || first != *BEGINNING {
        return Err(Unmade(Packing::Damaged.of(name)).into());
    }
    let size = packed.size();
    Kept::made(Box::new(Rewound::new(Packed(packed.into()), name, allowance(size))), likely(size))
}

/// What is packed, where it is stored.
#[derive(Debug)]
struct Packed(Arc<dyn Stored>);

impl Making for Packed {
    fn begin(&self) -> Box<dyn Read + Send> {
        Box::new(Members::new(BufReader::new(Onward { stored: Arc::clone(&self.0), place: 0 })))
    }

    fn has_changed(&self) -> bool {
        self.0.has_changed()
    }

    fn unmade(&self, name: &str, error: &io::Error) -> Option<Diagnostic> {
        Packing::behind(error).map(|packing| packing.of(name))
    }
}

impl Packing {
    /// What an error of unpacking comes from; none where that is the system's fault.
    fn behind(error: &io::Error) -> Option<Packing> {
        match error.kind() {
            ErrorKind::UnexpectedEof => Some(Packing::Cut),
            _ if error.get_ref().is_some_and(|error| error.is::<Behind>()) => Some(Packing::GoesOn),
            ErrorKind::InvalidInput | ErrorKind::InvalidData => Some(Packing::Damaged),
            _ => None,
        }
    }

    /// The diagnostic for the file of that name.
    pub fn of(&self, name: &str) -> Diagnostic {
        match self {
            Packing::Cut => Diagnostic::error(Code::DamagedFile, format!("`{name}` ends in the middle"))
                .help("write or copy the file again: a part of it is missing"),
            Packing::Damaged => Diagnostic::error(Code::DamagedFile, format!("`{name}` is damaged"))
                .help("write or copy the file again: its bytes are not those that were packed"),
            Packing::GoesOn => {
                let message = format!("`{name}` goes on behind the end of what was packed");
                Diagnostic::error(Code::DamagedFile, message).help(
                    "pack the table again: what stands behind its end was added to the file, and is no part of it",
                )
            }
            Packing::TooLarge(most) => {
                let message = format!("`{name}` unpacks to more than {} MiB", most >> 20);
                Diagnostic::error(Code::UnpacksTooLarge, message)
                    .help(format!("a packed file may unpack to {TIMES} times its size (to 64 MiB at least, to 1 GiB at most); unpack it, and give the table as it is"))
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_was_packed_comes_back() {
        let twice = [packed(b"id\n"), packed(b"bob\n")].concat();
        assert_eq!(unpack(&twice).unwrap(), b"id\nbob\n");
    }

    #[test]
    fn what_cannot_be_unpacked_is_told_apart() {
        let whole = packed(&b"id,count\nbob,1\n".repeat(50));
        assert!(matches!(unpack(&whole[..whole.len() / 2]), Err(Packing::Cut)));
        let mut changed = whole.clone();
        let last = changed.len() - 6;
        changed[last] ^= 1;
        assert!(matches!(unpack(&changed), Err(Packing::Damaged)));
        assert!(matches!(unpack(b"id,count\n"), Err(Packing::Damaged)));
        for more in [b"\n".as_slice(), b"\0\0", b"id,count\nbob,1\n"] {
            assert!(matches!(unpack(&[whole.as_slice(), more].concat()), Err(Packing::GoesOn)));
        }
    }

    #[test]
    fn a_file_of_zeros_is_not_unpacked_to_its_end() {
        let bomb = packed(&vec![0; (64 << 20) + 1]);
        assert!(matches!(unpack(&bomb), Err(Packing::TooLarge(most)) if most == 64 << 20));
    }
}
