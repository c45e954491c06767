//! The files of an estate's folder, as bytes, into a [`Document`].
//!
//! Which file is what is told by its name alone; files that are no table and not `estate.toml` are left alone. Nothing
//! is opened here, and nothing is understood beyond the form: what a cell means, [`super::build`](fn@super::build) asks.

use super::document::{Document, Stream};
use super::schema::Kind;
use super::{csv, toml};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::{FileId, Kept, Source, Sources, Span, Stored};
use std::io;
use std::sync::Arc;

/// Reads the files of an estate: each with the path that diagnostics show and its bytes. Every file that is read is
/// added to `sources`. The order of the files does not matter.
///
/// All problems of all files come back beside what could be read.
pub fn read<C: Into<Content>>(files: Vec<(String, C)>, sources: &mut Sources) -> (Document, Vec<Diagnostic>) {
    let mut files: Vec<(String, Content)> = files.into_iter().map(|(path, content)| (path, content.into())).collect();
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut reading = Reading { document: Document::default(), diagnostics: Vec::new(), sources };
    if !files.iter().any(|(path, _)| base(path) == MAIN) {
        reading.diagnostics.push(no_estate(&files));
    }
    for (path, content) in files {
        reading.file(&path, content);
    }
    (reading.document, reading.diagnostics)
}

/// What is in a file.
#[derive(Debug)]
pub enum Content {
    /// All of its bytes.
    Held(Vec<u8>),
    /// Bytes that are read when they are needed: those of a table of accesses are never held together.
    Stored(Box<dyn Stored>),
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Content::Held(bytes)
    }
}

const MAIN: &str = "estate.toml";

struct Reading<'s> {
    document: Document,
    diagnostics: Vec<Diagnostic>,
    sources: &'s mut Sources,
}

impl Reading<'_> {
    fn file(&mut self, path: &str, content: Content) {
        let name = base(path);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        if (Kind::of(stem), extension) == (Some(Kind::Accesses), "csv") {
            return self.stream(path, content);
        }
        let bytes = match content {
            Content::Held(bytes) => bytes,
            Content::Stored(stored) => match all(stored.as_ref()) {
                Ok(bytes) => bytes,
                Err(error) => return self.diagnostics.push(unreadable(path, &error)),
            },
        };
        match (Kind::of(stem), extension) {
            _ if name == MAIN => self.keys(path, bytes),
            (Some(kind), "csv") => self.table(kind, path, bytes),
            _ if extension.eq_ignore_ascii_case("csv") => self.unknown_table(path, stem, bytes),
            (Some(kind), "tsv" | "txt" | "xls" | "xlsx" | "ods" | "parquet" | "json" | "yaml" | "yml") => {
                self.other_format(kind, path);
            }
            (Some(_) | None, _) => {}
        }
    }

    fn keys(&mut self, path: &str, bytes: Vec<u8>) {
        let Some(file) = self.text(path, bytes) else { return };
        let Some(source) = self.sources.get(file) else { return };
        let (entries, problems) = toml::read(file, source);
        self.document.entries = entries;
        self.diagnostics.extend(problems);
    }

    fn table(&mut self, kind: Kind, path: &str, bytes: Vec<u8>) {
        let Some(file) = self.text(path, bytes) else { return self.unfinished(kind) };
        let text = self.sources.get(file).map_or("", Source::text);
        let reading = csv::read(kind, file, text);
        if !reading.finished {
            self.unfinished(kind);
        }
        self.document.tables.extend(reading.table);
        self.diagnostics.extend(reading.problems);
    }

    /// Reads the header of a table of accesses and leaves the rows where they are.
    fn stream(&mut self, path: &str, content: Content) {
        let stored = match content {
            Content::Held(bytes) => Box::new(bytes),
            Content::Stored(stored) => stored,
        };
        let read = Kept::new(stored).and_then(|kept| Ok((beginning(&kept)?, kept)));
        match read {
            Ok((text, kept)) => self.streamed(path, &text, Arc::new(kept)),
            Err(error) => self.diagnostics.push(unreadable(path, &error)),
        }
    }

    fn streamed(&mut self, path: &str, beginning: &[u8], kept: Arc<Kept>) {
        if let Some((what, help)) = no_text(beginning) {
            let error = Diagnostic::error(Code::UnreadableEstate, format!("`{}` {what}", base(path))).help(help);
            return self.whole_file(path, "this file cannot be read", error);
        }
        let Ok(file) = self.sources.keep(path, Arc::clone(&kept)) else { return self.too_large(path) };
        let text = match std::str::from_utf8(beginning) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() && beginning.len() < kept.len() => {
                std::str::from_utf8(beginning.get(..error.valid_up_to()).unwrap_or(&[])).unwrap_or("")
            }
            Err(error) => {
                let byte = beginning.get(error.valid_up_to()).copied().unwrap_or_default();
                return self.diagnostics.push(not_utf8(base(path), file, error.valid_up_to(), byte));
            }
        };
        match csv::header(Kind::Accesses, file, text) {
            Ok(header) => {
                self.diagnostics.extend(header.problems.iter().cloned());
                self.document.streams.push(Stream::new(header, file, kept));
            }
            Err(problem) => self.diagnostics.push(problem),
        }
    }

    fn unknown_table(&mut self, path: &str, stem: &str, bytes: Vec<u8>) {
        let Some(file) = self.text(path, bytes) else { return };
        let text = self.sources.get(file).map_or("", Source::text);
        let header = text.lines().next().unwrap_or("").trim_end().len();
        let error = Diagnostic::error(Code::UnknownTable, format!("`{}` is no table of an estate", base(path)))
            .at(Span::new(file, 0..header), "this file would not be read");
        let near = nearest(stem, Kind::ALL.map(Kind::name)).and_then(Kind::of);
        near.into_iter().for_each(|kind| self.unfinished(kind));
        self.diagnostics.push(match near {
            Some(kind) => error.help(format!("did you mean `{}.csv`?", kind.name())),
            None => error.help(format!("the tables are {}", Kind::ALL.map(Kind::name).join(", "))),
        });
    }

    fn other_format(&mut self, kind: Kind, path: &str) {
        let error = Diagnostic::error(Code::UnreadableEstate, format!("`{}` is not a CSV file", base(path)));
        let help = format!("save the table as `{}.csv`: separated by `,`, `;` or tabs, in UTF-8", kind.name());
        self.whole_file(path, "this file would not be read", error.help(help));
        self.unfinished(kind);
    }

    fn unfinished(&mut self, kind: Kind) {
        self.document.unfinished.insert(kind.name().to_owned());
    }

    /// Adds the text of a file to the sources; `None` with a diagnostic where it is none.
    fn text(&mut self, path: &str, bytes: Vec<u8>) -> Option<FileId> {
        if let Some((what, help)) = no_text(&bytes) {
            let error = Diagnostic::error(Code::UnreadableEstate, format!("`{}` {what}", base(path))).help(help);
            self.whole_file(path, "this file cannot be read", error);
            return None;
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec).unwrap_or(bytes);
        match String::from_utf8(bytes) {
            Ok(text) => self.add(path, with_final_newline(text)),
            Err(error) => {
                self.not_utf8(path, error.utf8_error().valid_up_to(), error.as_bytes());
                None
            }
        }
    }

    fn add(&mut self, path: &str, text: String) -> Option<FileId> {
        match self.sources.add(path, text) {
            Ok(file) => Some(file),
            Err(_) => {
                self.too_large(path);
                None
            }
        }
    }

    fn too_large(&mut self, path: &str) {
        let error = Diagnostic::error(Code::UnreadableEstate, format!("`{path}` is too large"));
        self.diagnostics.push(error.help("a file may have up to 4 GiB"));
    }

    fn not_utf8(&mut self, path: &str, at: usize, bytes: &[u8]) {
        let byte = bytes.get(at).copied().unwrap_or_default();
        let text = with_final_newline(String::from_utf8_lossy(bytes).into_owned());
        let Some(file) = self.add(path, text) else { return };
        self.diagnostics.push(not_utf8(base(path), file, at, byte));
    }

    /// Reports a problem of a file whose content is not fit to be shown.
    fn whole_file(&mut self, path: &str, label: &str, error: Diagnostic) {
        let place = self.add(path, "\n".to_owned());
        self.diagnostics.push(match place {
            Some(file) => error.at(Span::new(file, 0..0), label),
            None => error,
        });
    }
}

/// The bytes in which the header of a table is looked for.
const BEGINNING: usize = 4 * 1_024 * 1_024;

fn beginning(kept: &Kept) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; kept.len().min(BEGINNING)];
    let read = kept.read(0, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}

fn all(stored: &dyn Stored) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(stored.size()).unwrap_or(usize::MAX)];
    let mut done = 0;
    while let Some(rest) = bytes.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match stored.read_at(done as u64, rest)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => done += read,
        }
    }
    Ok(bytes)
}

fn unreadable(path: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::UnreadableEstate, format!("`{path}` cannot be read: {error}"))
        .help("make it a readable file, or take it out")
}

/// Reports a byte that is no text, in a text where it is replaced.
pub(super) fn not_utf8(name: &str, file: FileId, at: usize, byte: u8) -> Diagnostic {
    let replaced = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
    Diagnostic::error(Code::UnreadableEstate, format!("`{name}` is not in UTF-8"))
        .at(Span::new(file, replaced), format!("the byte {byte:#04X} is no character of UTF-8"))
        .help("save the file as UTF-8 (spreadsheets call it “CSV UTF-8”)")
}

/// The last part of a path, with either separator.
fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn no_estate(files: &[(String, Content)]) -> Diagnostic {
    let error = Diagnostic::error(Code::NoEstate, "the estate has no `estate.toml`");
    let near = files.iter().map(|(path, _)| base(path)).find(|name| nearest(name, [MAIN]).is_some());
    match near {
        Some(near) => error.help(format!("rename `{near}` to `{MAIN}`")),
        None => error.help("add one with the date of the position: `as_of = 2008-03-11`"),
    }
}

/// What a file is that cannot be text, and what to do.
fn no_text(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if bytes.starts_with(b"PK\x03\x04") {
        Some(("is a workbook or an archive, not text", "save each sheet as a CSV file in UTF-8"))
    } else if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        Some(("is in UTF-16", "save the file as UTF-8"))
    } else if bytes.contains(&0) {
        Some(("is binary, not text", "replace it with a text file in UTF-8"))
    } else {
        None
    }
}

/// A text whose last line is ended, so that the place behind its last cell lies in a line that can be shown.
fn with_final_newline(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The place of the text that stands at `start` in a file, without the white space around it.
pub(super) fn trimmed(file: FileId, start: usize, text: &str) -> Span {
    let start = start + text.len() - text.trim_start().len();
    Span::new(file, start..start + text.trim().len())
}
