//! What a call reads: policies from disk, and below this file estates and the words of the call itself.

mod estate;
mod request;

#[cfg(feature = "lsp")]
pub(super) use estate::estate_files;
pub(super) use estate::{estate, read_estate};
pub(super) use request::{
    Lacking, agreement, argument, day, one_reading_each, reading, request, unknown, unknown_of_many,
};

use super::{Ending, Judging, Shared, output};
use crate::diagnostic::{Code, Diagnostic, any_error, in_order};
use crate::estate::Estate;
use crate::judge::Request;
use crate::program::Program;
use crate::report::json::Policies;
use crate::source::{FileId, Sources};
use crate::syntax::{self, ast::Ast, parse_all};
use crate::typing;
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

/// The shipped policies.
static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/policies");

/// A policy set that checks, and where it came from.
pub(super) struct Set {
    pub program: Program,
    pub sources: Sources,
    pub policies: Policies,
}

/// A file as read: its name for people, its bytes.
type File = (String, Vec<u8>);

/// A policy file: its path within the folder that was named, and the file.
pub(super) type PolicyFile = (String, File);

/// Reads and checks the policy set that the call asks for, and says on stderr which it was.
///
/// # Errors
/// The policies are in error, or there are none.
pub(super) fn policies(shared: &Shared) -> Result<Set, Ending> {
    let folders = folders(shared);
    set(&folders, origin(&folders), shared)
}

/// What a call judges: the policies, what it asks of them, and the estate.
///
/// # Errors
/// Wrong usage, or policies or an estate in error.
pub(super) fn called(judging: &Judging, shared: &Shared) -> Result<(Set, Request, Estate), Ending> {
    let mut set = policies(shared)?;
    let request = request(judging, &set.program)?;
    let estate = estate(judging, shared, &mut set)?;
    Ok((set, request, estate))
}

/// Reads and checks the policies at the paths that a call names, beside the sets of its `-p`; without paths the usual set.
///
/// # Errors
/// As [`policies`].
pub(super) fn policies_at(paths: &[PathBuf], shared: &Shared) -> Result<Set, Ending> {
    if paths.is_empty() {
        return policies(shared);
    }
    let folders = [shared.policies.as_slice(), paths].concat();
    let origin = if shared.policies.is_empty() { "the paths given".to_owned() } else { origin(&folders) };
    set(&folders, origin, shared)
}

/// Reads and checks the policies in some folders or files.
///
/// # Errors
/// As [`policies`].
fn set(folders: &[PathBuf], origin: String, shared: &Shared) -> Result<Set, Ending> {
    let mut sources = Sources::default();
    let (program, policies) = match read_set(folders, origin, &mut sources) {
        Ok(read) => read,
        Err(diagnostics) => return Err(Ending::Policies(diagnostics, sources)),
    };
    if !shared.quiet {
        output::say(format_args!("policies from {}", policies.origin));
    }
    if shared.verbose {
        let (rules, licences, tests) = (program.rules.len(), program.licenses.len(), program.tests.len());
        let size = format!("{rules} rules, {licences} licences, {tests} tests");
        output::say(format_args!("{size}; sha256 {}", policies.sha256));
    }
    Ok(Set { program, sources, policies })
}

/// Reads and checks the policies in some folders or files; their texts are added to `sources`.
///
/// # Errors
/// What is wrong with them.
pub(super) fn read_set(
    folders: &[PathBuf],
    origin: String,
    sources: &mut Sources,
) -> Result<(Program, Policies), Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let files = gathered(folders, &mut diagnostics);
    check_set(files, origin, sources, diagnostics)
}

/// The policy files under some folders, in the order named. A file that lies in several of them is read once.
pub(super) fn gathered(folders: &[PathBuf], diagnostics: &mut Vec<Diagnostic>) -> Vec<PolicyFile> {
    let (mut files, mut read): (Vec<PolicyFile>, BTreeSet<PathBuf>) = Default::default();
    for folder in folders {
        if is_shipped(folder) {
            files.extend(shipped(&SHIPPED));
            continue;
        }
        let mut found = policies_of(folder, diagnostics);
        found.retain(|(name, _)| is_first(name, &mut read));
        files.extend(within(folder, found));
    }
    files
}

/// Whether a file was not met before, be it under another name.
fn is_first(name: &str, met: &mut BTreeSet<PathBuf>) -> bool {
    met.insert(fs::canonicalize(name).unwrap_or_else(|_| name.into()))
}

/// Checks a text beside the policies that the call names, else beside the shipped ones.
///
/// # Errors
/// It does not check.
pub(super) fn check_beside(shared: &Shared, file: (String, Vec<u8>)) -> Result<(), Ending> {
    let shipped = [PathBuf::from(SHIPPED_NAME)];
    let folders = if shared.policies.is_empty() { shipped.as_slice() } else { &shared.policies };
    let (mut sources, mut diagnostics) = (Sources::default(), Vec::new());
    let files = gathered(folders, &mut diagnostics).into_iter().map(|(_, file)| file);
    checked(files.collect::<Vec<_>>().into_iter().chain([file]), &mut sources, &mut diagnostics);
    match any_error(&diagnostics) {
        true => {
            in_order(&mut diagnostics, &sources);
            Err(Ending::Policies(diagnostics, sources))
        }
        false => Ok(()),
    }
}

/// Checks policies that were read; `diagnostics` is what reading them came to.
///
/// # Errors
/// What is wrong with them.
pub(super) fn check_set(
    mut files: Vec<PolicyFile>,
    origin: String,
    sources: &mut Sources,
    mut diagnostics: Vec<Diagnostic>,
) -> Result<(Program, Policies), Vec<Diagnostic>> {
    files.sort();
    files.dedup();
    let policies = Policies { origin, sha256: digest(&files) };
    let program = checked(files.into_iter().map(|(_, file)| file), sources, &mut diagnostics);
    if any_error(&diagnostics) {
        in_order(&mut diagnostics, sources);
        return Err(diagnostics);
    }
    Ok((program, policies))
}

/// The word that names the set compiled in.
pub(super) const SHIPPED_NAME: &str = "shipped";

/// Whether a folder's name is the one that stands for the set compiled in.
pub(super) fn is_shipped(folder: &Path) -> bool {
    folder.as_os_str() == SHIPPED_NAME
}

/// `-p`, else `ENTAIL_POLICIES`, else a `policies` folder upwards, else the shipped set.
pub(super) fn folders(shared: &Shared) -> Vec<PathBuf> {
    let named = named(shared);
    if !named.is_empty() {
        return named;
    }
    vec![upwards("policies", Path::is_dir).unwrap_or_else(|| PathBuf::from(SHIPPED_NAME))]
}

/// The folders that the call or the environment names; none where neither does.
pub(super) fn named(shared: &Shared) -> Vec<PathBuf> {
    if !shared.policies.is_empty() {
        return shared.policies.clone();
    }
    let folders = std::env::var_os("ENTAIL_POLICIES").filter(|folder| !folder.is_empty());
    let parts = |folders| std::env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty()).collect();
    folders.map_or_else(Vec::new, parts)
}

/// Where something is found in the working directory or above it, as a path from the working directory.
fn upwards(name: &str, wanted: fn(&Path) -> bool) -> Option<PathBuf> {
    let depth = std::env::current_dir().map_or(1, |here| here.ancestors().count());
    let mut way = PathBuf::new();
    for _ in 0..depth {
        let found = way.join(name);
        if wanted(&found) {
            return Some(found);
        }
        way.push("..");
    }
    None
}

pub(super) fn origin(folders: &[PathBuf]) -> String {
    let names: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    names.join(" + ")
}

fn shipped(folder: &Dir<'_>) -> Vec<PolicyFile> {
    let own = folder.files().filter(|file| file.path().extension().is_some_and(|extension| extension == "entail"));
    let own = own.map(|file| {
        let path = file.path().display().to_string();
        (path.clone(), (format!("{SHIPPED_NAME}/{path}"), file.contents().to_vec()))
    });
    own.chain(folder.dirs().flat_map(shipped)).collect()
}

/// The files with their paths within `folder`, so that the digest of a set does not depend on where it lies.
fn within(folder: &Path, files: Vec<File>) -> Vec<PolicyFile> {
    let inner = |file: &File| {
        Path::new(&file.0).strip_prefix(folder).map_or_else(|_| file.0.clone(), |inner| inner.display().to_string())
    };
    files.into_iter().map(|file| (inner(&file), file)).collect()
}

/// The policy files under a folder that a call names, or the file named, in the order of their names. A folder without any is
/// reported, since whoever names it means to have some.
fn policies_of(path: &Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<File> {
    let told = diagnostics.len();
    let mut files = policy_files(path, diagnostics);
    files.sort();
    if files.is_empty() && diagnostics.len() == told {
        let message = format!("`{}` holds no policies: no `.entail` file", path.display());
        let error = Diagnostic::error(Code::EmptyPolicySet, message);
        diagnostics.push(error.help("name a folder of `.entail` files, or leave this one out"));
    }
    files
}

/// The policy files under a folder, or the file named; unreadable ones are reported.
fn policy_files(path: &Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<File> {
    if path.is_file() {
        return read(path, diagnostics).into_iter().collect();
    }
    let entries = match fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => {
            diagnostics.push(
                unreadable(path, &error).help("name a `.entail` file or a folder of them; `-p` also takes `shipped`"),
            );
            return Vec::new();
        }
    };
    let mut files = Vec::new();
    for entry in entries.iter().map(DirEntry::path) {
        if entry.is_dir() {
            // A link back to a folder above would never end.
            if !entry.is_symlink() {
                files.extend(policy_files(&entry, diagnostics));
            }
        } else if entry.extension().is_some_and(|extension| extension == "entail") {
            files.extend(read(&entry, diagnostics));
        }
    }
    files
}

fn read(path: &Path, diagnostics: &mut Vec<Diagnostic>) -> Option<File> {
    match is_regular(path).and_then(|()| fs::read(path)) {
        Ok(bytes) => Some((path.display().to_string(), bytes)),
        Err(error) => {
            diagnostics.push(unreadable(path, &error).help("make it readable, or take it out of the folder"));
            None
        }
    }
}

/// Whether a file can be read to its end: a pipe would be waited for, and a device may have none.
///
/// # Errors
/// It is another thing, or what the system says.
fn is_regular(path: &Path) -> io::Result<()> {
    if fs::metadata(path)?.is_file() { Ok(()) } else { Err(io::Error::other("it is no regular file")) }
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::UnreadablePolicy, format!("`{}` cannot be read: {error}", path.display()))
}

fn digest(files: &[PolicyFile]) -> String {
    let mut hash = Sha256::new();
    for (path, (_, bytes)) in files {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(bytes);
        hash.update([0]);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn checked(files: impl Iterator<Item = File>, sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) -> Program {
    let files: Vec<FileId> = files.filter_map(|(name, bytes)| add(name, &bytes, sources, diagnostics)).collect();
    let read_all = diagnostics.is_empty();
    let (mut ast, problems) = parse_all(sources, files);
    if !read_all {
        ast.extend([Ast::unread()]);
    }
    diagnostics.extend(problems);
    if ast.items.is_empty() && diagnostics.is_empty() {
        let error = Diagnostic::error(Code::EmptyPolicySet, "there are no policies: no item in any `.entail` file");
        diagnostics
            .push(error.help("name a folder of `.entail` files with `-p`, or `-p shipped` for the set compiled in"));
    }
    let (program, problems) = typing::check(&ast);
    diagnostics.extend(problems);
    program
}

/// Adds a policy file to the texts of the run. One that is no text is added for its diagnostic to point into, and not given
/// back.
pub(super) fn add(
    name: String,
    bytes: &[u8],
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FileId> {
    let (text, wrong) = syntax::text_of(bytes);
    let Ok(file) = sources.add(name.clone(), text) else {
        let error = Diagnostic::error(Code::NotText, format!("`{name}` is too large: 4 GiB and more"));
        diagnostics.push(error.help("put its items into several files"));
        return None;
    };
    match wrong {
        Some(at) => {
            diagnostics.push(syntax::not_text(&name, file, at));
            None
        }
        None => Some(file),
    }
}

/// Reads the policy texts in some folders or files, whatever is in them, each once. What is no text is left out, and reported.
pub(super) fn texts(paths: &[PathBuf], sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) -> Vec<FileId> {
    let mut met = BTreeSet::new();
    let mut files: Vec<File> = paths.iter().flat_map(|path| policies_of(path, diagnostics)).collect();
    files.retain(|(name, _)| is_first(name, &mut met));
    files.sort();
    files.into_iter().filter_map(|(name, bytes)| add(name, &bytes, sources, diagnostics)).collect()
}
