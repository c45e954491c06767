//! Exports of other programs into the tables of an estate.
//!
//! [`ual`] takes what User Access Logging keeps of who came to a server, [`directory`] the users of a directory. Both give
//! tables that an estate is read from, and a list of every row that found no place in them and why. Nothing is guessed: what
//! an export does not say (who is an employee, say) is taken from a [`Map`] that a person writes, or stays unknown. Files are
//! read and written elsewhere.
//!
//! Names of accounts and computers become lower case: capitals make no difference in them, and so the exports fit together.

mod days;
mod directory;
mod export;
mod map;
mod server;
mod ual;

pub use days::Order;
pub use directory::directory;
pub use map::Map;
pub use ual::ual;

use crate::diagnostic::quoted;
use crate::estate::document::{Cell, Document, Entry, Table};
use crate::program::Program;
use crate::source::{FileId, Sources, Span, moves_text, visible};
use crate::value::Date;
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// What an import goes by.
pub struct Settings<'a> {
    /// Rows of nobody seen since that day are left out.
    pub since: Option<Date>,
    /// How days with slashes are written.
    pub order: Order,
    /// What stands before the names of a directory's users, as in `WESTERN\sarahjones`.
    pub domain: Option<&'a str>,
    /// What a person knows of the users.
    pub map: &'a Map,
    /// The policies, whose products servers run.
    pub program: &'a Program,
    /// The texts of the exports.
    pub sources: &'a Sources,
}

/// What became of some exports.
#[derive(Debug, Default)]
pub struct Import {
    /// The estate.
    pub document: Document,
    /// The rows that found no place in it, in the order of the exports.
    pub unplaced: Vec<Unplaced>,
}

/// A row of an export that found no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplaced {
    /// Where it stands.
    pub place: String,
    /// Whom or what it is about.
    pub what: String,
    /// Why it found no place.
    pub why: String,
}

impl fmt::Display for Unplaced {
    /// On one line, whatever its names hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = format!("{}: {}: {}", self.place, self.what, self.why);
        line.chars().flat_map(visible).try_for_each(|sign| f.write_char(sign))
    }
}

impl Import {
    /// The list of what found no place, a line for each; empty where everything did.
    pub fn list(&self) -> String {
        self.unplaced.iter().map(|row| format!("{row}\n")).collect()
    }

    /// Adds a key.
    fn key(&mut self, name: &str, value: String, span: Span) {
        self.document.entries.push(Entry { key: cell(name, span), value: cell(value, span) });
    }

    /// Whether it has no row of anything.
    pub fn is_empty(&self) -> bool {
        self.document.tables.iter().all(|table| table.rows.is_empty())
    }

    /// The files of the tables that it has no rows for: their headers alone.
    pub fn headers(&self) -> impl Iterator<Item = (String, String)> {
        let without_rows = self.document.tables.iter().filter(|table| table.rows.is_empty());
        without_rows.map(|table| {
            let columns: Vec<&str> = table.columns.iter().map(|column| column.text.as_str()).collect();
            (format!("{}.csv", table.name.text), columns.join(",") + "\n")
        })
    }

    /// Adds a table.
    fn table(&mut self, name: &str, columns: &[&str], rows: Vec<Vec<Cell>>, span: Span) {
        let columns = columns.iter().map(|column| cell(*column, span)).collect();
        self.document.tables.push(Table { name: cell(name, span), columns, rows, spans: Vec::new() });
    }

    /// Adds the table of users, each with what a mapping says. Where that says of one that he is only another name of a user
    /// who is left out, that user is added as well: what is known of both stands there.
    fn users(
        &mut self,
        mut users: BTreeMap<String, User>,
        left: BTreeMap<String, User>,
        settings: &Settings<'_>,
        span: Span,
    ) {
        let map = settings.map;
        self.add_main(&mut users, left, settings);
        let blank = |user: &User| vec![cell("", user.span); map.columns.len()];
        let row = |(id, user): (String, User)| {
            let facts = user.facts.clone().unwrap_or_else(|| blank(&user));
            [vec![cell(id, user.span)], facts].concat()
        };
        let columns = [&["id"], map.columns.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat();
        self.table("users", &columns, users.into_iter().map(row).collect(), span);
    }

    /// Adds the users of whom others are only other names, and lists that they are there though they are left out.
    fn add_main(
        &mut self,
        users: &mut BTreeMap<String, User>,
        mut left: BTreeMap<String, User>,
        settings: &Settings<'_>,
    ) {
        left.retain(|name, _| !users.contains_key(name));
        let mut names: Vec<String> = users.keys().rev().cloned().collect();
        while let Some(name) = names.pop() {
            let main = users.get(&name).and_then(|user| settings.map.main(user.facts.as_deref()?)).map(str::to_owned);
            let Some((main, user)) = main.and_then(|main| left.remove_entry(&main)) else { continue };
            let unsaid = user.facts.is_none().then(|| UNSAID.to_owned());
            let whys = [Some(format!("imported, since {} is another name of this user", quoted(&name))), unsaid];
            let place = settings.sources.place(user.span);
            let unplaced = |why| Unplaced { place: place.clone(), what: main.clone(), why };
            self.unplaced.extend(whys.into_iter().flatten().map(unplaced));
            names.push(main.clone());
            users.insert(main, user);
        }
    }
}

/// Why a user whom the mapping forgets is on the list.
const UNSAID: &str = "imported, but the mapping says nothing of this user";

/// A user of an export.
struct User {
    /// The row that first names him.
    span: Span,
    /// What the mapping says of him, if it says anything.
    facts: Option<Vec<Cell>>,
}

/// Why a name can be no id of an estate, whoever has it.
fn no_id(name: &str) -> Option<&'static str> {
    match name {
        _ if name.eq_ignore_ascii_case("unknown") => {
            Some("no id can be called so: in an estate that word says \"not known\"")
        }
        _ if name.contains(moves_text) => Some("the name holds a line end, or a sign that is not shown"),
        _ => None,
    }
}

/// A cell of a table, with the place that it comes from.
fn cell(text: impl Into<String>, span: Span) -> Cell {
    Cell { text: text.into(), span }
}

/// The text of an export: UTF-8, or UTF-16 with its mark, as PowerShell writes them.
///
/// # Errors
/// It is neither.
pub fn text(bytes: &[u8]) -> Result<String, NoText> {
    let wide = |from: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| from(*pair)).collect();
        String::from_utf16(&units).ok().filter(|text| rest.is_empty() && !text.contains('\0')).ok_or(NoText::AtAll)
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xFE, 0xFF, rest @ ..] => wide(u16::from_be_bytes, rest),
        binary if binary.contains(&0) => Err(NoText::AtAll),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        plain => utf8(plain),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, NoText> {
    String::from_utf8(bytes.to_vec()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        NoText::InUtf8 { text: String::from_utf8_lossy(bytes).into_owned(), at, byte }
    })
}

/// Why bytes are no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoText {
    /// They are something else.
    AtAll,
    /// They are text of another encoding.
    InUtf8 {
        /// The text, what is not UTF-8 replaced.
        text: String,
        /// Where the first such byte stands.
        at: usize,
        /// That byte.
        byte: u8,
    },
}

/// The place that stands for an import as a whole: the beginning of its first export.
fn beginning(files: &[FileId], sources: &Sources) -> Span {
    Span::new(files.first().copied().unwrap_or_else(|| sources.next_file()), 0..0)
}
