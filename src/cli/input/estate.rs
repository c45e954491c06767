//! Estates from disk: a folder with its tables, a workbook, or a document.

use super::{SHIPPED_NAME, Set, folders, is_regular, is_shipped, read_set, upwards};
use crate::cli::on_disk::OnDisk;
use crate::cli::progress::Reading;
use crate::cli::{Ending, Judging, Shared, output, progress};
use crate::diagnostic::{Code, Diagnostic, any_error, in_order};
use crate::estate::document::{Document, Memory};
use crate::estate::{self, Content, Estate};
use crate::program::Program;
use crate::source::Sources;
use crate::threads::Threads;
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads and types the estate that the call asks for.
///
/// # Errors
/// The estate is in error, or there is none.
pub(in crate::cli) fn estate(judging: &Judging, shared: &Shared, set: &mut Set) -> Result<Estate, Ending> {
    let reading = Arc::default();
    let _progress = progress::begin_reading(shared, "reading the estate", Arc::clone(&reading));
    let within = (Memory(judging.how.memory.get().saturating_mul(1 << 30)), Threads(judging.how.threads));
    let folder = judging.estate.clone().or_else(|| upwards("estate.toml", Path::is_file).map(folder_of));
    let read = match folder {
        Some(folder) => read_estate(&folder, &set.program, &mut set.sources, within, &reading),
        None => {
            let error = Diagnostic::error(Code::NoEstate, "no estate: there is no `estate.toml` here or above");
            Err(vec![error.help("name the folder of an estate: `entail check examples/school`")])
        }
    };
    let estate = read.map_err(|problems| {
        say_what_is_shipped(shared, set, &problems);
        Ending::Estate(problems, std::mem::take(&mut set.sources))
    })?;
    say_size(shared, &estate);
    Ok(estate)
}

/// Reads and types the estate at a path; its texts are added to `sources`.
///
/// # Errors
/// What is wrong with it.
pub(in crate::cli) fn read_estate(
    path: &Path,
    program: &Program,
    sources: &mut Sources,
    (memory, threads): (Memory, Threads),
    reading: &Arc<Reading>,
) -> Result<Estate, Vec<Diagnostic>> {
    let (mut document, mut problems) = read(path, sources, reading)?;
    (document.memory, document.threads) = (memory, threads);
    let (estate, more) = estate::build(&document, program);
    problems.extend(more);
    match any_error(&problems) {
        true => {
            in_order(&mut problems, sources);
            Err(problems)
        }
        false => Ok(estate),
    }
}

/// Reads what is at a path: one file that holds all, or a folder, for which its `estate.toml` may stand.
fn read(
    path: &Path,
    sources: &mut Sources,
    reading: &Arc<Reading>,
) -> Result<(Document, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut problems = Vec::new();
    if path.is_file() && path.file_name().is_none_or(|name| name != "estate.toml") {
        let whole = file(path, &bytes, &mut problems).map(|(path, bytes)| estate::read_whole(&path, bytes, sources));
        return whole.ok_or(problems);
    }
    let folder = if path.is_file() { folder_of(path.to_owned()) } else { path.to_owned() };
    let files = files(&folder, &|path| content(path, reading), &mut problems);
    if any_error(&problems) { Err(problems) } else { Ok(estate::read(files, sources)) }
}

/// Where an estate names what the policies at hand do not declare, but the shipped ones do.
fn say_what_is_shipped(shared: &Shared, set: &Set, problems: &[Diagnostic]) {
    let is_at_hand = folders(shared).iter().any(|folder| is_shipped(folder));
    let named = problems.iter().filter(|problem| matches!(problem.code, Code::UnknownColumn | Code::WrongCell));
    let named: Vec<_> = named.filter_map(|problem| problem.primary.as_ref()).collect();
    if shared.quiet || is_at_hand || named.is_empty() {
        return;
    }
    let shipped = [PathBuf::from(SHIPPED_NAME)];
    let read = read_set(&shipped, SHIPPED_NAME.to_owned(), &mut Sources::default());
    let Ok((program, _)) = read else { return };
    let names = named.into_iter().map(|label| set.sources.text(label.span));
    if let Some(name) = names.into_iter().find(|name| program.header(name).is_some()) {
        output::say(format_args!(
            "the shipped policies declare `{name}`: call with `-p {SHIPPED_NAME}` to have them, too"
        ));
    }
}

/// How large the estate is, for those who want to know more.
fn say_size(shared: &Shared, estate: &Estate) {
    if shared.verbose {
        let (users, devices) = (estate.users.len(), estate.devices.len());
        let (servers, accesses, holdings) = (estate.servers.len(), estate.access_rows(), estate.holdings.len());
        output::say(format_args!(
            "rows of the estate: {users} users, {devices} devices, {servers} servers, {accesses} accesses, {holdings} licences"
        ));
    }
}

fn folder_of(file: PathBuf) -> PathBuf {
    match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => folder.to_owned(),
        None => PathBuf::from("."),
    }
}

/// The files in a folder that are parts of an estate, with all of their bytes.
#[cfg(feature = "lsp")]
pub(in crate::cli) fn estate_files(folder: &Path, problems: &mut Vec<Diagnostic>) -> Vec<super::File> {
    files(folder, &bytes, problems)
}

/// How a file is read or opened.
type Open<'o, C> = &'o dyn Fn(&Path) -> io::Result<C>;

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

/// What is in a file: of accesses there may be more than fit into memory.
fn content(path: &Path, reading: &Arc<Reading>) -> io::Result<Content> {
    let is_accesses = |name: &str| name.split('.').next() == Some("accesses");
    match path.file_name().and_then(OsStr::to_str).is_some_and(is_accesses) {
        true => Ok(Content::Stored(Box::new(OnDisk::open(path, reading)?))),
        false => bytes(path).map(Content::Held),
    }
}

/// The files in a folder that are parts of an estate, in the order of their paths.
fn files<C>(folder: &Path, open: Open<'_, C>, problems: &mut Vec<Diagnostic>) -> Vec<(String, C)> {
    let entries = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => {
            let message = format!("the estate `{}` cannot be read: {error}", folder.display());
            let help = "an estate is a folder with an estate.toml, a workbook, or a document of JSON or YAML";
            problems.push(Diagnostic::error(Code::UnreadableEstate, message).help(help));
            return Vec::new();
        }
    };
    let paths = entries.iter().map(DirEntry::path);
    let parts = paths.filter(|path| estate::is_part(&path.display().to_string()) && !is_plain_folder(path));
    let mut files: Vec<(String, C)> = parts.filter_map(|path| file(&path, open, problems)).collect();
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files
}

/// Whether a path is a folder that nobody can take for a table: one that is called `hosts`, say.
fn is_plain_folder(path: &Path) -> bool {
    path.is_dir() && path.extension().is_none()
}

fn file<C>(path: &Path, open: Open<'_, C>, problems: &mut Vec<Diagnostic>) -> Option<(String, C)> {
    match is_regular(path).and_then(|()| open(path)) {
        Ok(content) => Some((path.display().to_string(), content)),
        Err(error) => {
            let message = format!("`{}` cannot be read: {error}", path.display());
            problems.push(
                Diagnostic::error(Code::UnreadableEstate, message).help("make it a readable file, or take it out"),
            );
            None
        }
    }
}
