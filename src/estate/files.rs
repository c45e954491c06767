//! The files of an estate's folder, as bytes, into a [`Document`].
//!
//! Which file is what is told by its name alone; files that are no table and not `estate.toml` are left alone. Nothing
//! is opened here, and nothing is understood beyond the form: what a cell means, [`super::build`](fn@super::build) asks.

use super::document::Document;
#[cfg(feature = "parquet")]
use super::parquet::read as parquet;
use super::reading::{Reading, base};
use super::schema::Kind;
use super::{csv, gzip, toml};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::{Source, Sources, Span};
use std::collections::BTreeMap;

/// Reads the files of an estate: each with the path that diagnostics show and its bytes. Every file that is read is
/// added to `sources`. The order of the files does not matter.
///
/// All problems of all files come back beside what could be read.
pub fn read(mut files: Vec<(String, Vec<u8>)>, sources: &mut Sources) -> (Document, Vec<Diagnostic>) {
    files.sort();
    let mut folder = Folder { reading: Reading::new(sources), tables: BTreeMap::new() };
    if !files.iter().any(|(path, _)| base(path) == MAIN) {
        folder.reading.problems.push(no_estate(&files));
    }
    for (path, bytes) in files {
        folder.file(&path, bytes);
    }
    (folder.reading.document, folder.reading.problems)
}

/// Whether a file of an estate's folder is one that [`read`] looks at.
pub fn is_part(path: &str) -> bool {
    let (stem, extension) = stem_and_extension(base(path));
    let is_table = Kind::of(stem).is_some() && (TABLES.contains(&extension) || OTHERS.contains(&extension));
    is_table || extension == "toml" || extension.eq_ignore_ascii_case("csv") || WHOLE.contains(&extension)
}

const MAIN: &str = "estate.toml";

/// What the names of tables end in.
const TABLES: [&str; 3] = ["csv", "csv.gz", "parquet"];

/// What the names of estates in one file end in.
const WHOLE: [&str; 4] = ["xlsx", "json", "yaml", "yml"];

/// What the names of tables end in that somebody may have meant to be read.
const OTHERS: [&str; 4] = ["tsv", "txt", "xls", "ods"];

struct Folder<'s> {
    reading: Reading<'s>,
    /// The file that each table was found in.
    tables: BTreeMap<Kind, String>,
}

impl Folder<'_> {
    fn file(&mut self, path: &str, bytes: Vec<u8>) {
        let name = base(path);
        let (stem, extension) = stem_and_extension(name);
        match (Kind::of(stem), extension) {
            _ if name == MAIN => self.keys(path, bytes),
            (Some(kind), extension) if TABLES.contains(&extension) => self.table_once(kind, path, extension, bytes),
            _ if extension.eq_ignore_ascii_case("csv") => self.unknown_table(path, stem, bytes),
            (Some(kind), extension) if OTHERS.contains(&extension) || WHOLE.contains(&extension) => {
                self.other_format(kind, path);
            }
            (Some(_) | None, _) => {}
        }
    }

    fn keys(&mut self, path: &str, bytes: Vec<u8>) {
        let Some(file) = self.reading.text(path, bytes) else { return };
        let Some(source) = self.reading.sources.get(file) else { return };
        let (entries, problems) = toml::read(file, source);
        self.reading.document.entries = entries;
        self.reading.problems.extend(problems);
    }

    /// Reads a table, unless another file is the same table.
    fn table_once(&mut self, kind: Kind, path: &str, extension: &str, bytes: Vec<u8>) {
        if let Some(first) = self.tables.get(&kind) {
            let error = twice(kind, first, path);
            return self.reading.whole_file(path, "this file is the same table", error);
        }
        self.tables.insert(kind, path.to_owned());
        match extension {
            "parquet" => parquet(kind, path, bytes, &mut self.reading),
            "csv.gz" => match gzip::unpack(&bytes) {
                Ok(unpacked) => self.table(kind, path, unpacked),
                Err(wrong) => {
                    self.reading.unfinished(kind);
                    self.reading.whole_file(path, "this file cannot be read", wrong.of(base(path)));
                }
            },
            _ => self.table(kind, path, bytes),
        }
    }

    fn table(&mut self, kind: Kind, path: &str, bytes: Vec<u8>) {
        let Some(file) = self.reading.text(path, bytes) else { return self.reading.unfinished(kind) };
        let text = self.reading.sources.get(file).map_or("", Source::text);
        let read = csv::read(kind, file, text);
        if !read.finished {
            self.reading.unfinished(kind);
        }
        self.reading.document.tables.extend(read.table);
        self.reading.problems.extend(read.problems);
    }

    fn unknown_table(&mut self, path: &str, stem: &str, bytes: Vec<u8>) {
        let Some(file) = self.reading.text(path, bytes) else { return };
        let text = self.reading.sources.get(file).map_or("", Source::text);
        let header = text.lines().next().unwrap_or("").trim_end().len();
        let error = Diagnostic::error(Code::UnknownTable, format!("`{}` is no table of an estate", base(path)))
            .at(Span::new(file, 0..header), "this file would not be read");
        let near = nearest(stem, Kind::ALL.map(Kind::name)).and_then(Kind::of);
        near.into_iter().for_each(|kind| self.reading.unfinished(kind));
        self.reading.problems.push(match near {
            Some(kind) => error.help(format!("did you mean `{}.csv`?", kind.name())),
            None => error.help(format!("the tables are {}", Kind::ALL.map(Kind::name).join(", "))),
        });
    }

    fn other_format(&mut self, kind: Kind, path: &str) {
        let error = Diagnostic::error(Code::UnreadableEstate, format!("`{}` is not a CSV file", base(path)));
        let help = format!("save the table as `{}.csv`: separated by `,`, `;` or tabs, in UTF-8", kind.name());
        self.reading.whole_file(path, "this file would not be read", error.help(help));
        self.reading.unfinished(kind);
    }
}

#[cfg(not(feature = "parquet"))]
fn parquet(kind: Kind, path: &str, _: Vec<u8>, reading: &mut Reading<'_>) {
    reading.unbuilt(path, "Parquet tables", "parquet");
    reading.unfinished(kind);
}

/// A name without its ending, and the ending.
fn stem_and_extension(name: &str) -> (&str, &str) {
    let packed = name.strip_suffix(".csv.gz").map(|stem| (stem, "csv.gz"));
    packed.or_else(|| name.rsplit_once('.')).unwrap_or((name, ""))
}

fn no_estate(files: &[(String, Vec<u8>)]) -> Diagnostic {
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
