//! Ids of rows: each given once, and found again where another table names it.

use super::{Building, ticked};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::cells;
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Sheets};
use crate::program::Id;
use crate::source::Span;
use std::collections::HashMap;
use std::sync::Arc;

/// The ids of a table's rows, in the order of the rows.
pub(super) struct Ids<'s> {
    pub kind: Kind,
    names: Vec<&'s str>,
    rows: HashMap<&'s str, u32>,
    /// Other names of rows.
    others: Vec<(&'s str, u32)>,
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
        self.rows.get(id).copied()
    }

    /// Adds another name of a row.
    pub fn also(&mut self, id: &'s str, row: u32) {
        self.rows.insert(id, row);
        self.others.push((id, row));
    }

    /// Other names of rows, each with its row.
    pub fn others<R: Id>(&self) -> impl Iterator<Item = (Arc<str>, R)> {
        self.others.iter().map(|(id, row)| ((*id).into(), R::at(*row)))
    }

    /// Adds a row, unless its id has one already, which is then returned.
    pub fn add(&mut self, id: &'s str) -> Option<u32> {
        // No table has 2^32 rows: its text would be past the limit of a source.
        let row = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let earlier = self.rows.get(id).copied();
        self.names.push(id);
        if earlier.is_none() && !id.is_empty() {
            self.rows.insert(id, row);
        }
        earlier
    }
}

impl<'a> Building<'a> {
    /// The ids of a table whose first column is the id.
    pub(super) fn ids<'s>(&mut self, sheets: &'s Sheets<'a>, kind: Kind) -> Ids<'s> {
        let complete = sheets.have_ids(kind) && !self.unfinished.contains(kind.name());
        let mut ids = Ids { kind, names: Vec::new(), rows: HashMap::new(), others: Vec::new(), complete };
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
        if row.is_none() && ids.complete {
            self.dangling(field, ids);
        }
        row
    }

    /// The row that a cell names; `None` for a blank cell, and with a diagnostic where no row has the id.
    pub(super) fn row<R: Id>(&mut self, field: Field<'_>, ids: &Ids<'_>) -> Option<R> {
        self.position(field, ids).map(R::at)
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
