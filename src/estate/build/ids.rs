//! Ids of rows: each given once, and found again where another table names it.

use super::{Building, suggest, ticked};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::cells;
use crate::estate::index::{Index, hash};
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Sheets};
use crate::program::Id;
use crate::source::Span;
use std::collections::BTreeSet;
use std::hint::black_box;
use std::sync::Arc;

/// The ids of a table's rows, in the order of the rows.
pub(super) struct Ids<'s> {
    pub kind: Kind,
    names: Vec<&'s str>,
    /// Every id once, other names of rows too; and its text, where that is not known from it.
    known: Vec<Known>,
    texts: Vec<&'s str>,
    index: Index,
    /// Other names of rows.
    others: Vec<(&'s str, u32)>,
    /// Other names of no row, which has been told where they are given.
    lost: BTreeSet<&'s str>,
    /// Whether an id that is not here has no row. Otherwise the table could not be read to its end.
    complete: bool,
}

impl<'s> Ids<'s> {
    /// The id of each row; empty where its cell was blank.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &'s str> + Clone + use<'_, 's> {
        self.names.iter().copied()
    }

    /// The row of an id.
    pub fn row<R: Id>(&self, id: &str) -> Option<R> {
        self.position(id).map(R::at)
    }

    /// The place of an id among the rows.
    pub fn position(&self, id: &str) -> Option<u32> {
        let short = Short::of(id.as_bytes());
        self.find(id.as_bytes(), short, short.hash(id.as_bytes()))
    }

    /// Adds another name of a row.
    pub fn also(&mut self, id: &'s str, row: u32) {
        let short = Short::of(id.as_bytes());
        self.enter(id, row, short, short.hash(id.as_bytes()));
        self.others.push((id, row));
    }

    /// Whether some row has another name.
    pub fn have_others(&self) -> bool {
        !self.others.is_empty()
    }

    /// Other names of rows, each with its row.
    pub fn others<R: Id>(&self) -> impl Iterator<Item = (Arc<str>, R)> {
        self.others.iter().map(|(id, row)| ((*id).into(), R::at(*row)))
    }

    /// Adds another name that comes to no row.
    pub fn lose(&mut self, id: &'s str) {
        self.lost.insert(id);
    }

    fn find(&self, id: &[u8], short: Short, hash: u64) -> Option<u32> {
        let is_long = |number: usize| self.texts.get(number).is_some_and(|text| text.as_bytes() == id);
        let is = |known: &Known, number| known.has(short) && (short.is_whole() || is_long(number));
        let number = self.index.find(hash, |number| self.known.get(number).is_some_and(|known| is(known, number)));
        number.and_then(|number| self.known.get(number)).map(|known| known.row)
    }

    fn enter(&mut self, name: &'s str, row: u32, short: Short, hash: u64) {
        self.index.enter(hash, self.known.len());
        let Short { first, last, length } = short;
        self.known.push(Known { first, last, length, row });
        self.texts.push(name);
    }

    /// Looks for the rows of many ids at once.
    pub fn look_up<'t>(&self, ids: usize, id: impl Fn(usize) -> &'t [u8], looks: &mut Looks) {
        let Looks { shorts, hashes, likely, rows } = looks;
        shorts.clear();
        shorts.extend((0..ids).map(|look| Short::of(id(look))));
        hashes.clear();
        hashes.extend(shorts.iter().enumerate().map(|(look, short)| short.hash(id(look))));
        self.index.likely(hashes, likely);
        // The texts of long ids are touched one after the other, so that all are waited for at the same time.
        let long = likely.iter().zip(shorts.iter()).filter(|(_, short)| !short.is_whole());
        let ends = long.filter_map(|(number, _)| {
            let text = self.texts.get((*number)?)?.as_bytes();
            Some(text.first()? ^ text.last()?)
        });
        black_box(ends.fold(0, |all, ends| all ^ ends));
        let likely = likely.iter().map(|number| self.known.get((*number)?));
        rows.clear();
        rows.extend(likely.zip(shorts.iter().zip(hashes.iter())).enumerate().map(|(look, (likely, (short, hash)))| {
            match likely {
                _ if short.is_empty() => Look::Blank,
                Some(likely) if short.is_whole() && likely.has(*short) => Look::Row(likely.row),
                Some(_) | None => self.find(id(look), *short, *hash).map_or(Look::Missing, Look::Row),
            }
        }));
    }

    /// Adds a row, unless its id has one already, which is then returned.
    pub fn add(&mut self, id: &'s str) -> Option<u32> {
        // No table has 2^32 rows: its text would be past the limit of a source.
        let row = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let short = Short::of(id.as_bytes());
        let hash = short.hash(id.as_bytes());
        let earlier = self.find(id.as_bytes(), short, hash);
        self.names.push(id);
        if earlier.is_none() && !id.is_empty() {
            self.enter(id, row, short, hash);
        }
        earlier
    }
}

/// An id that some row has, or another name of a row: what is short of it, and the row.
#[derive(Debug, Clone, Copy)]
struct Known {
    first: u64,
    last: u64,
    length: u32,
    row: u32,
}

impl Known {
    fn has(&self, short: Short) -> bool {
        (self.first, self.last, self.length) == (short.first, short.last, short.length)
    }
}

/// The first and the last eight bytes of an id (of a shorter one, what there is) and its length: all of an id of up to
/// sixteen bytes. So most ids are told apart without a look at their texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Short {
    first: u64,
    last: u64,
    length: u32,
}

impl Short {
    fn of(id: &[u8]) -> Short {
        let length = u32::try_from(id.len()).unwrap_or(u32::MAX);
        let (first, last) = match (id.first_chunk(), id.last_chunk(), id.first_chunk(), id.last_chunk()) {
            (Some(first), Some(last), ..) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
            (_, _, Some(first), Some(last)) => {
                (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
            }
            _ => (id.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)), 0),
        };
        Short { first, last, length }
    }

    fn is_empty(self) -> bool {
        self.length == 0
    }

    /// Whether it is all of the id.
    fn is_whole(self) -> bool {
        self.length <= 16
    }

    /// The hash of the id that it is of.
    fn hash(self, id: &[u8]) -> u64 {
        match self.is_whole() {
            true => hash(&(self.first, self.last, self.length)),
            false => hash(id),
        }
    }
}

/// What came of looking for many ids.
#[derive(Debug, Default)]
pub(super) struct Looks {
    shorts: Vec<Short>,
    hashes: Vec<u64>,
    likely: Vec<Option<usize>>,
    rows: Vec<Look>,
}

#[derive(Debug, Clone, Copy)]
enum Look {
    /// No id was given.
    Blank,
    /// No row has it.
    Missing,
    /// The row that has it.
    Row(u32),
}

impl Looks {
    /// What was found at a look: the row, or none for a blank; nothing for an id that no row has.
    pub fn row<R: Id>(&self, look: usize) -> Option<Option<R>> {
        match self.rows.get(look)? {
            Look::Blank => Some(None),
            Look::Missing => None,
            Look::Row(row) => Some(Some(R::at(*row))),
        }
    }
}

impl<'a> Building<'a> {
    /// The ids of a table whose first column is the id.
    pub(super) fn ids<'s>(&mut self, sheets: &'s Sheets<'a>, kind: Kind) -> Ids<'s> {
        let complete = sheets.have_ids(kind) && !self.unfinished.contains(kind.name());
        let mut ids = Ids {
            kind,
            names: Vec::new(),
            known: Vec::new(),
            texts: Vec::new(),
            index: Index::default(),
            others: Vec::new(),
            lost: BTreeSet::new(),
            complete,
        };
        let mut places: Vec<Span> = Vec::new();
        for line in sheets.lines(kind) {
            let [id] = line.fields();
            let name = self.required(id, cells::text).unwrap_or("");
            places.push(id.span);
            if let Some(first) = ids.add(name) {
                let first = places.get(first as usize).copied();
                self.problems.push(twice(kind, id, first));
            }
        }
        self.aliases(sheets, &mut ids);
        ids
    }

    /// Like [`Building::row`], as a place among the rows.
    pub(super) fn position(&mut self, field: Field<'_>, ids: &Ids<'_>) -> Option<u32> {
        let field = self.given(field)?;
        let row = ids.position(field.text);
        if row.is_none() && ids.complete && !ids.lost.contains(field.text) {
            let looks_left = &mut self.looks_left;
            self.problems.add(|| dangling(field, ids, looks_left));
        }
        row
    }

    /// The row that a cell names; `None` for a blank cell, and with a diagnostic where no row has the id.
    pub(super) fn row<R: Id>(&mut self, field: Field<'_>, ids: &Ids<'_>) -> Option<R> {
        self.position(field, ids).map(R::at)
    }
}

fn dangling(field: Field<'_>, ids: &Ids<'_>, looks_left: &mut usize) -> Diagnostic {
    let message = format!("no {} has the id {}", row_of(ids.kind), ticked(field.text));
    let error = Diagnostic::error(Code::DanglingId, message);
    let error = error.at(field.span, format!("expected an id of the table `{}`", ids.kind.name()));
    let error = suggest(looks_left, error, field.text, ids.names());
    match error.help {
        Some(_) => error,
        None => error.help(format!("add a row for it to `{}`", ids.kind.name())),
    }
}

pub(super) fn twice(kind: Kind, id: Field<'_>, first: Option<Span>) -> Diagnostic {
    let message = format!("two rows of `{}` have the id {}", kind.name(), ticked(id.text));
    let error = Diagnostic::error(Code::DuplicateId, message).at(id.span, "used again here");
    let error = first.into_iter().fold(error, |error, first| error.because(first, "first used here"));
    error.help("give each row an id of its own")
}

fn row_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Users => "user",
        Kind::Devices => "device",
        Kind::Hosts => "host",
        Kind::Servers => "server",
        Kind::Accesses | Kind::Routes | Kind::Licenses | Kind::Prices | Kind::Absences => "row",
    }
}
