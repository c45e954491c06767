//! Ids of rows: each given once, and found again where another table names it.

use super::index::{Index, hash};
use super::{Building, ticked};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::cells;
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Sheets};
use crate::program::Id;
use crate::source::Span;
use std::hint::black_box;

/// The ids of a table's rows, in the order of the rows.
pub(super) struct Ids<'s> {
    pub kind: Kind,
    names: Vec<&'s str>,
    /// Every id once, with its row.
    known: Vec<(&'s str, u32)>,
    index: Index,
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
        self.find(id.as_bytes(), hash(id.as_bytes())).map(R::at)
    }

    fn find(&self, id: &[u8], hash: u64) -> Option<u32> {
        let known = |number: usize| self.known.get(number);
        let number = self.index.find(hash, |number| known(number).is_some_and(|(name, _)| name.as_bytes() == id));
        number.and_then(known).map(|(_, row)| *row)
    }

    /// Looks for the rows of many ids at once.
    pub fn look_up<'t>(&self, ids: usize, id: impl Fn(usize) -> &'t [u8], looks: &mut Looks) {
        let Looks { hashes, rows } = looks;
        hashes.clear();
        hashes.extend((0..ids).map(|look| hash(id(look))));
        black_box(self.index.approach(hashes));
        let found = |(look, hash): (usize, &u64)| match id(look) {
            [] => Look::Blank,
            id => self.find(id, *hash).map_or(Look::Missing, Look::Row),
        };
        rows.clear();
        rows.extend(hashes.iter().enumerate().map(found));
    }

    /// Adds a row, unless its id has one already, which is then returned.
    pub fn add(&mut self, id: &'s str) -> Option<u32> {
        // No table has 2^32 rows: its text would be past the limit of a source.
        let row = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let hash = hash(id.as_bytes());
        let earlier = self.find(id.as_bytes(), hash);
        self.names.push(id);
        if earlier.is_none() && !id.is_empty() {
            self.known.push((id, row));
            self.index.enter(hash);
        }
        earlier
    }
}

/// What came of looking for many ids.
#[derive(Debug, Default)]
pub(super) struct Looks {
    hashes: Vec<u64>,
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
        let mut ids = Ids { kind, names: Vec::new(), known: Vec::new(), index: Index::default(), complete };
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
        ids
    }

    /// The row that a cell names; `None` for a blank cell, and with a diagnostic where no row has the id.
    pub(super) fn row<R: Id>(&mut self, field: Field<'_>, ids: &Ids<'_>) -> Option<R> {
        let field = self.given(field)?;
        let row = ids.row(field.text);
        if row.is_none() && ids.complete {
            self.dangling(field, ids);
        }
        row
    }

    fn dangling(&mut self, field: Field<'_>, ids: &Ids<'_>) {
        let message = format!("no {} has the id {}", row_of(ids.kind), ticked(field.text));
        let error = Diagnostic::error(Code::DanglingId, message);
        let error = error.at(field.span, format!("expected an id of the table `{}`", ids.kind.name()));
        let error = self.suggest(error, field.text, ids.names());
        self.problems.push(match error.help {
            Some(_) => error,
            None => error.help(format!("add a row for it to `{}`", ids.kind.name())),
        });
    }
}

fn twice(kind: Kind, id: Field<'_>, first: Option<Span>) -> Diagnostic {
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
