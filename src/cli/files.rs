//! Files and folders, written whole or not at all.
//!
//! What is written first stands under a name beside the one that is wanted. Only when all of it is on the disk does it take
//! that name; until then an old file is as it was.

use super::Ending;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a file; behind a link, the file that the link names.
///
/// # Errors
/// It cannot be written; the old one, if there was one, is as it was.
pub(super) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<(), Ending> {
    write_all(&[(path, bytes)])
}

/// Writes several files. None of them changes before there is room for all.
///
/// # Errors
/// As [`write`].
pub(super) fn write_all<P: AsRef<Path>, B: AsRef<[u8]>>(files: &[(P, B)]) -> Result<(), Ending> {
    let part = |(path, bytes): &(P, B)| {
        Part::of(path.as_ref(), bytes.as_ref()).map_err(|error| unwritten(path.as_ref(), &error))
    };
    let parts: Vec<Part> = files.iter().map(part).collect::<Result<_, _>>()?;
    parts.iter().try_for_each(|part| part.take_place().map_err(|error| unwritten(&part.path, &error)))
}

/// Makes a file where none is.
///
/// # Errors
/// There is something of that name, or as [`write`].
pub(super) fn make(path: &Path, text: &str) -> Result<(), Ending> {
    is_free(path)?;
    write(path, text)
}

/// Makes a folder, where nothing is, with these files in it; gives their paths.
///
/// # Errors
/// There is something of that name, or it cannot be written; then nothing is left of it.
pub(super) fn make_folder(path: &Path, files: &[(String, String)]) -> Result<Vec<PathBuf>, Ending> {
    is_free(path)?;
    let part = beside(path, "part");
    let filled = fs::create_dir_all(&part).and_then(|()| fill(&part, files)).and_then(|()| fs::rename(&part, path));
    filled.inspect_err(|_| drop(fs::remove_dir_all(&part))).map_err(|error| unwritten(path, &error))?;
    Ok(files.iter().map(|(name, _)| path.join(name)).collect())
}

/// Writes files into a folder that nobody knows of yet.
///
/// # Errors
/// What the system says.
pub(super) fn fill(folder: &Path, files: &[(String, String)]) -> io::Result<()> {
    files.iter().try_for_each(|(name, text)| {
        let path = folder.join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        on_disk(&path, text.as_bytes())
    })
}

/// A name next to a file's or folder's that nobody else uses.
pub(super) fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.{what}", std::process::id()));
    path.with_file_name(name)
}

/// What a path leads to: itself, or what a link names, whether anything is there yet or not.
///
/// # Errors
/// One link leads to the next without an end.
pub(super) fn behind_links(path: &Path) -> io::Result<PathBuf> {
    // As many as a system follows.
    const MOST: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST {
        let Ok(next) = fs::read_link(&path) else { return Ok(path) };
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    Err(io::Error::other("its links lead to each other"))
}

pub(super) fn unwritten(path: &Path, error: &io::Error) -> Ending {
    Ending::Unwritten(format!("`{}` cannot be written: {error}", path.display()))
}

fn is_free(path: &Path) -> Result<(), Ending> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(Ending::Usage(format!(
            "`{}` is there already, and nothing is overwritten: choose another name",
            path.display()
        ))),
        Err(_) => Ok(()),
    }
}

/// Writes a file to its end. Some disks only then say that they are full.
fn on_disk(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A file that is written and does not yet stand where it is wanted. It goes when it is dropped before.
struct Part {
    path: PathBuf,
    /// Where it is; `None` for what has no name of its own, such as a device.
    part: Option<PathBuf>,
}

impl Part {
    fn of(path: &Path, bytes: &[u8]) -> io::Result<Part> {
        if path.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        // A device or a pipe has nothing that could be left whole, and must not be put out of its place.
        if fs::metadata(path).is_ok_and(|known| !known.is_file()) {
            OpenOptions::new().write(true).open(path)?.write_all(bytes)?;
            return Ok(Part { path: path.to_owned(), part: None });
        }
        // A link stays one.
        let path = behind_links(path)?;
        let name = beside(&path, "part");
        let part = Part { path, part: Some(name.clone()) };
        on_disk(&name, bytes)?;
        keep_permissions(&part.path, &name)?;
        Ok(part)
    }

    fn take_place(&self) -> io::Result<()> {
        self.part.as_ref().map_or(Ok(()), |part| fs::rename(part, &self.path))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // There is none where it has taken its place.
        let _ = self.part.as_ref().map(fs::remove_file);
    }
}

/// Who may read or run a file does not change with what is in it.
fn keep_permissions(old: &Path, new: &Path) -> io::Result<()> {
    match fs::metadata(old) {
        Ok(metadata) => fs::set_permissions(new, metadata.permissions()),
        Err(_) => Ok(()),
    }
}
