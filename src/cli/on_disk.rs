//! A file that is read at any place when a part of it is needed.

use crate::source::Stored;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// An open file, as long and as old as when it was opened.
#[derive(Debug)]
pub(super) struct OnDisk {
    file: Mutex<File>,
    size: u64,
    written: Option<SystemTime>,
}

impl OnDisk {
    /// Opens a file.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn open(path: &Path) -> io::Result<OnDisk> {
        let file = File::open(path)?;
        let about = file.metadata()?;
        Ok(OnDisk { size: about.len(), written: written(&about), file: Mutex::new(file) })
    }

    fn file(&self) -> std::sync::MutexGuard<'_, File> {
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

    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file();
        file.seek(SeekFrom::Start(place))?;
        file.read(into)
    }

    fn has_changed(&self) -> bool {
        self.file().metadata().map_or(true, |about| about.len() != self.size || written(&about) != self.written)
    }
}
