//! The files of an estate's folder, as bytes, into a [`Document`].
//!
//! Which file is what is told by its name alone. A file that by its name may be meant as a table is read or refused; others
//! are left alone. Nothing is opened here, and nothing is understood beyond the form: what a cell means,
//! [`super::build`](fn@super::build) asks.

use super::document::{Document, Stream};
use super::gzip;
#[cfg(feature = "parquet")]
use super::parquet::read as parquet;
use super::reading::{Reading, base, no_text, not_utf8};
use super::rewound::unmade;
use super::schema::Kind;
use super::stream::changed;
use super::{csv, toml};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::{Form, Kept, Source, Sources, Span, Stored};
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::sync::Arc;

/// Reads the files of an estate: each with the path that diagnostics show and its bytes. Every file that is read is
/// added to `sources`. The order of the files does not matter.
///
/// All problems of all files come back beside what could be read.
pub fn read<C: Into<Content>>(files: Vec<(String, C)>, sources: &mut Sources) -> (Document, Vec<Diagnostic>) {
    let mut files: Vec<(String, Content)> = files.into_iter().map(|(path, content)| (path, content.into())).collect();
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut folder = Folder { reading: Reading::new(sources), tables: BTreeMap::new() };
    if !files.iter().any(|(path, _)| base(path) == MAIN) {
        folder.reading.problems.push(no_estate(&files));
    }
    for (path, content) in files {
        folder.file(&path, content);
    }
    (folder.reading.document, folder.reading.problems)
}

/// Whether a file of an estate's folder is one that [`read`] looks at.
pub fn is_part(path: &str) -> bool {
    let (_, extension) = stem_and_extension(base(path));
    is_table(path) || extension == "toml" || WHOLE.contains(&extension)
}

/// Whether a file of an estate's folder is one that [`read`] reads as a table, or refuses as none.
pub fn is_table(path: &str) -> bool {
    let (name, (_, extension)) = (base(path), stem_and_extension(base(path)));
    meant(name).is_some() || TABLES.contains(&extension) || extension.eq_ignore_ascii_case("csv")
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

/// What is said at a file that is refused for its name.
const NOT_READ: &str = "this file would not be read";

/// What the names of tables end in.
const TABLES: [&str; 3] = ["csv", "csv.gz", "parquet"];

/// What the names of estates in one file end in.
const WHOLE: [&str; 4] = ["xlsx", "json", "yaml", "yml"];

struct Folder<'s> {
    reading: Reading<'s>,
    /// The file that each table was found in.
    tables: BTreeMap<Kind, String>,
}

impl Folder<'_> {
    fn file(&mut self, path: &str, content: Content) {
        let name = base(path);
        let (stem, extension) = stem_and_extension(name);
        let is_table = TABLES.contains(&extension);
        match (Kind::of(stem).filter(|_| is_table), meant(name)) {
            (Some(kind), _) => self.table_once(kind, (path, extension), content),
            (None, _) if name == MAIN => self.keys(path, content),
            (None, _) if extension.eq_ignore_ascii_case("csv") => self.unknown_text(path, stem, content),
            (None, Some(kind)) => self.other_format(kind, path),
            (None, None) if is_table => {
                let error = self.unknown_table(path, stem);
                self.reading.whole_file(path, NOT_READ, error);
            }
            (None, None) => {}
        }
    }

    fn bytes(&mut self, path: &str, content: Content) -> Option<Vec<u8>> {
        match content {
            Content::Held(bytes) => Some(bytes),
            Content::Stored(stored) => {
                all(stored.as_ref()).map_err(|error| self.reading.problems.push(unreadable(path, &error))).ok()
            }
        }
    }

    fn keys(&mut self, path: &str, content: Content) {
        let Some(bytes) = self.bytes(path, content) else { return };
        let Some(file) = self.reading.text(path, bytes) else { return };
        let Some(source) = self.reading.sources.get(file) else { return };
        let (entries, problems) = toml::read(file, source);
        self.reading.document.entries = entries;
        self.reading.problems.extend(problems);
    }

    /// Reads a table, unless another file is the same table.
    fn table_once(&mut self, kind: Kind, (path, extension): (&str, &str), content: Content) {
        if !self.is_first(kind, path) {
            return;
        }
        if kind == Kind::Accesses {
            return self.accesses(path, extension, stored(content));
        }
        let Some(bytes) = self.bytes(path, content) else { return };
        match extension {
            "parquet" => parquet(kind, path, Box::new(bytes), &mut self.reading),
            "csv.gz" => match gzip::unpack(&bytes) {
                Ok(unpacked) => self.table(kind, path, unpacked),
                Err(wrong) => self.unread(kind, path, wrong.of(base(path))),
            },
            _ => self.table(kind, path, bytes),
        }
    }

    /// Whether no other file is the same table; else that is reported.
    fn is_first(&mut self, kind: Kind, path: &str) -> bool {
        if let Some(first) = self.tables.get(&kind) {
            let error = twice(kind, first, path);
            self.reading.whole_file(path, "this file is the same table", error);
            return false;
        }
        self.tables.insert(kind, path.to_owned());
        true
    }

    fn table(&mut self, kind: Kind, path: &str, bytes: Vec<u8>) {
        let Some(file) = self.reading.text(path, bytes) else { return self.reading.unfinished(kind) };
        let text = self.reading.sources.get(file).map_or("", Source::text);
        let read = csv::read(kind, path, file, text);
        if !read.finished {
            self.reading.unfinished(kind);
        }
        self.reading.document.tables.extend(read.table);
        self.reading.problems.extend(read.problems);
    }

    fn unread(&mut self, kind: Kind, path: &str, error: Diagnostic) {
        self.reading.unfinished(kind);
        self.reading.whole_file(path, "this file cannot be read", error);
    }

    fn accesses(&mut self, path: &str, extension: &str, stored: Box<dyn Stored>) {
        match extension {
            "parquet" => parquet(Kind::Accesses, path, stored, &mut self.reading),
            "csv.gz" => self.stream(path, gzip::unpacked(base(path), stored)),
            _ => self.stream(path, Kept::new(stored)),
        }
    }

    /// Reads the header of a table of accesses and leaves the rows where they are.
    fn stream(&mut self, path: &str, kept: io::Result<Kept>) {
        let error = match kept.and_then(|kept| Ok((beginning(&kept)?, kept))) {
            Ok((text, kept)) => return self.streamed(path, &text, Arc::new(kept)),
            Err(error) => error,
        };
        if let Some(unmade) = unmade(&error) {
            self.unread(Kind::Accesses, path, unmade);
        } else if error.kind() == ErrorKind::UnexpectedEof {
            self.reading.whole_file(path, "this table", changed(base(path)));
        } else {
            self.reading.problems.push(unreadable(path, &error));
        }
    }

    fn streamed(&mut self, path: &str, beginning: &[u8], kept: Arc<Kept>) {
        if let Some((what, help)) = no_text(beginning) {
            let error = Diagnostic::error(Code::UnreadableEstate, format!("`{}` {what}", base(path))).help(help);
            return self.reading.whole_file(path, "this file cannot be read", error);
        }
        let Ok(file) = self.reading.sources.keep(Form::Text, path, Arc::clone(&kept)) else {
            return self.reading.too_large(path);
        };
        let text = match std::str::from_utf8(beginning) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() && beginning.len() == BEGINNING => {
                std::str::from_utf8(beginning.get(..error.valid_up_to()).unwrap_or(&[])).unwrap_or("")
            }
            Err(error) => {
                let byte = beginning.get(error.valid_up_to()).copied().unwrap_or_default();
                return self.reading.problems.push(not_utf8(base(path), file, error.valid_up_to(), byte));
            }
        };
        match csv::header(Kind::Accesses, path, file, text) {
            Ok(header) => {
                self.reading.problems.extend(header.problems.iter().cloned());
                self.reading.document.streams.push(Stream::new(header, file, kept));
            }
            Err(problem) => self.reading.problems.push(problem),
        }
    }

    fn unknown_text(&mut self, path: &str, stem: &str, content: Content) {
        let Some(bytes) = self.bytes(path, content) else { return };
        let Some(file) = self.reading.text(path, bytes) else { return };
        let text = self.reading.sources.get(file).map_or("", Source::text);
        let header = text.lines().next().unwrap_or("").trim_end().len();
        let error = self.unknown_table(path, stem).at(Span::new(file, 0..header), NOT_READ);
        self.reading.problems.push(error);
    }

    fn unknown_table(&mut self, path: &str, stem: &str) -> Diagnostic {
        let error = Diagnostic::error(Code::UnknownTable, format!("`{}` is no table of an estate", base(path)));
        let near = nearest(stem, Kind::ALL.map(Kind::name)).and_then(Kind::of);
        near.into_iter().for_each(|kind| self.reading.unfinished(kind));
        match near {
            Some(kind) => error.help(format!("did you mean `{}.csv`?", kind.name())),
            None => error.help(format!("the tables are {}", Kind::ALL.map(Kind::name).join(", "))),
        }
    }

    fn other_format(&mut self, kind: Kind, path: &str) {
        let error = Diagnostic::error(Code::UnreadableEstate, format!("`{}` is not a CSV file", base(path)));
        let help = format!("save the table as `{}.csv`: separated by `,`, `;` or tabs, in UTF-8", kind.name());
        self.reading.whole_file(path, NOT_READ, error.help(format!("{help}; or take the file out")));
        self.reading.unfinished(kind);
    }
}

#[cfg(not(feature = "parquet"))]
fn parquet(kind: Kind, path: &str, _: Box<dyn Stored>, reading: &mut Reading<'_>) {
    reading.unbuilt(path, "Parquet tables", "parquet");
    reading.unfinished(kind);
}

/// The bytes in which the header of a table is looked for.
const BEGINNING: usize = 4 * 1_024 * 1_024;

fn beginning(kept: &Kept) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; BEGINNING];
    let read = kept.read(0, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}

fn stored(content: Content) -> Box<dyn Stored> {
    match content {
        Content::Held(bytes) => Box::new(bytes),
        Content::Stored(stored) => stored,
    }
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

/// The table that a file may be meant as, whatever its name ends in: `users.csv.zip`, `Users.txt`, `users.csv~`.
fn meant(name: &str) -> Option<Kind> {
    let stem = name.split(['.', '~']).next().unwrap_or(name);
    Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(stem))
}

/// A name without its ending, and the ending.
fn stem_and_extension(name: &str) -> (&str, &str) {
    let packed = name.strip_suffix(".csv.gz").map(|stem| (stem, "csv.gz"));
    packed.or_else(|| name.rsplit_once('.')).unwrap_or((name, ""))
}

fn no_estate(files: &[(String, Content)]) -> Diagnostic {
    let error = Diagnostic::error(Code::NoEstate, "the estate has no `estate.toml`");
    let paths = || files.iter().map(|(path, _)| path.as_str());
    if let Some(near) = paths().map(base).find(|name| nearest(name, [MAIN]).is_some()) {
        return error.help(format!("rename `{near}` to `{MAIN}`"));
    }
    match paths().find(|path| holds_all(base(path))) {
        Some(whole) => error.help(format!("if `{whole}` holds the estate, name it instead of its folder")),
        None => error.help("add one with the date of the position: `as_of = 2008-03-11`"),
    }
}

/// Whether a file, by its name, may be an estate of its own.
fn holds_all(name: &str) -> bool {
    let (stem, extension) = stem_and_extension(name);
    WHOLE.contains(&extension) && Kind::of(stem).is_none()
}

fn twice(kind: Kind, first: &str, again: &str) -> Diagnostic {
    let message = format!("`{}` and `{}` are both the table `{}`", base(first), base(again), kind.name());
    Diagnostic::error(Code::TableTwice, message).help("keep one of the two")
}
