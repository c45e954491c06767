//! A file that is read at any place when a part of it is needed.

use super::progress::Reading;
use crate::source::{Readable, Stored};
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// An open file, as long and as old as when it was opened.
#[derive(Debug)]
pub(super) struct OnDisk {
    file: Mutex<File>,
    size: u64,
    written: Option<SystemTime>,
    /// Whether its lines are rows, as those of a packed file are not.
    has_rows: bool,
    reading: Arc<Reading>,
}

impl OnDisk {
    /// Opens a file; what is read of it is told to `reading`.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn open(path: &Path, reading: &Arc<Reading>) -> io::Result<OnDisk> {
        let file = File::open(path)?;
        let about = file.metadata()?;
        let has_rows = path.extension().is_some_and(|extension| extension == "csv");
        reading.bytes.fetch_add(about.len(), Ordering::Relaxed);
        let (size, written, reading) = (about.len(), written(&about), Arc::clone(reading));
        Ok(OnDisk { file: Mutex::new(file), size, written, has_rows, reading })
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn written(about: &Metadata) -> Option<SystemTime> {
    about.modified().ok()
}

impl Stored for OnDisk {
    fn size(&self) -> u64 {
        self.size
    }
}

impl Readable for OnDisk {
    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file();
        file.seek(SeekFrom::Start(place))?;
        let read = file.read(into)?;
        if self.has_rows {
            let rows = memchr::memchr_iter(b'\n', into.get(..read).unwrap_or(&[])).count();
            self.reading.rows.fetch_add(rows as u64, Ordering::Relaxed);
        }
        self.reading.done.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }

    fn has_changed(&self) -> bool {
        self.file().metadata().map_or(true, |about| about.len() != self.size || written(&about) != self.written)
    }
}
