//! The tables of a document seen through their schema: which cell of a row is which column.
//!
//! Unknown, missing and repeated columns are reported here, once for each header; cells are read elsewhere.

use super::cells::{quoted, short};
use super::csv::across;
use super::document::{Cell, Document, Stream, Table};
use super::schema::{BuiltIn, Kind};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::program::{FactId, Program};
use crate::source::Span;
use std::collections::BTreeMap;

/// All rows of one table, whatever parts they were given in.
pub(super) struct Sheet<'a> {
    pub kind: Kind,
    /// The declared facts that its rows may state.
    pub facts: Vec<FactId>,
    parts: Vec<Part<'a>>,
}

pub(super) struct Part<'a> {
    /// Where each built-in column stands, in the order of the schema; then each fact, in the order declared.
    places: Vec<Option<usize>>,
    names: Vec<&'a str>,
    rows: &'a [Vec<Cell>],
    spans: &'a [Span],
    /// Where further rows are read from.
    stream: Option<&'a Stream>,
    name: Span,
    /// The number of columns of the header.
    width: usize,
}

/// A cell with the name of its column.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    /// The text, trimmed.
    pub text: &'a str,
    /// Where it stands; the row where the header lacks the column.
    pub span: Span,
    /// The column.
    pub column: &'a str,
    /// Whether the header has the column.
    pub present: bool,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Line<'s> {
    part: &'s Part<'s>,
    cells: &'s [Cell],
    /// All of it.
    pub span: Span,
}

/// The tables of a document by their kind, and what is wrong with names and headers.
pub(super) fn sheets<'a>(document: &'a Document, program: &'a Program) -> (Sheets<'a>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let mut sheets = Sheets(Kind::ALL.map(|kind| (kind, Sheet::new(kind, program))).into());
    let streams = document.streams.iter().map(|stream| (stream.table(), Some(stream)));
    for (table, stream) in document.tables.iter().map(|table| (table, None)).chain(streams) {
        match Kind::of(&table.name.text).and_then(|kind| sheets.0.get_mut(&kind)) {
            Some(sheet) => sheet.add(table, stream, program, document.loose_names, &mut problems),
            None => problems.push(unknown_table(table)),
        }
    }
    (sheets, problems)
}

/// A sheet of every kind, empty where the document has no such table.
pub(super) struct Sheets<'a>(BTreeMap<Kind, Sheet<'a>>);

impl<'a> Sheets<'a> {
    /// The rows of a table, but for those that are only other names of rows.
    pub fn lines(&self, kind: Kind) -> impl Iterator<Item = Line<'_>> {
        self.all_lines(kind).filter(move |line| !line.is_alias(kind))
    }

    /// The rows of a table that are only other names of rows.
    pub fn aliases(&self, kind: Kind) -> impl Iterator<Item = Line<'_>> {
        let possible = kind.same_as().map(|_| self.all_lines(kind));
        possible.into_iter().flatten().filter(move |line| line.is_alias(kind))
    }

    fn all_lines(&self, kind: Kind) -> impl Iterator<Item = Line<'_>> {
        self.0.get(&kind).into_iter().flat_map(Sheet::lines)
    }

    /// The parts of a table whose rows are still to be read.
    pub fn streams(&self, kind: Kind) -> impl Iterator<Item = (&Part<'a>, &'a Stream)> {
        let parts = self.0.get(&kind).into_iter().flat_map(|sheet| &sheet.parts);
        parts.filter_map(|part| Some((part, part.stream?)))
    }

    /// The rows of a table but those that are shorter than their header, of which too little is known.
    pub fn whole_lines(&self, kind: Kind) -> impl Iterator<Item = Line<'_>> {
        self.lines(kind).filter(Line::is_whole)
    }

    /// Whether the rows of a table have ids, which is their first column.
    pub fn have_ids(&self, kind: Kind) -> bool {
        let parts = self.0.get(&kind).into_iter().flat_map(|sheet| &sheet.parts);
        parts.into_iter().all(|part| part.places.first().is_some_and(Option::is_some))
    }

    /// Whether some header of a table has the column of a fact.
    pub fn have_fact(&self, kind: Kind, index: usize) -> bool {
        let parts = self.0.get(&kind).into_iter().flat_map(|sheet| &sheet.parts);
        parts.into_iter().any(|part| part.places.get(kind.columns().len() + index).is_some_and(Option::is_some))
    }

    /// The facts that rows of a table may state, with the index that [`Line::fact`] takes.
    pub fn facts(&self, kind: Kind) -> impl Iterator<Item = (usize, FactId)> {
        self.0.get(&kind).into_iter().flat_map(|sheet| sheet.facts.iter().copied().enumerate())
    }
}

impl<'a> Sheet<'a> {
    fn new(kind: Kind, program: &Program) -> Self {
        let facts = program.facts.iter().filter(|(_, fact)| Some(fact.entity) == kind.entity()).map(|(id, _)| id);
        Sheet { kind, facts: facts.collect(), parts: Vec::new() }
    }

    fn add(
        &mut self,
        table: &'a Table,
        stream: Option<&'a Stream>,
        program: &'a Program,
        loose: bool,
        problems: &mut Vec<Diagnostic>,
    ) {
        let facts = self.facts.iter().map(|fact| program.facts[*fact].header.name.as_str());
        let names: Vec<&str> = self.kind.columns().iter().map(|column| column.name).chain(facts).collect();
        let (mut places, mut meant) = (vec![None; names.len()], Vec::new());
        for (place, column) in table.columns.iter().enumerate() {
            let written = names.iter().position(|name| *name == column.text);
            let meant_so = || names.iter().position(|name| loose && alike(name, &column.text));
            match written.or_else(meant_so) {
                None => {
                    meant.extend(nearest(&column.text, names.iter().copied()));
                    problems.push(unknown_column(self.kind, column, &names, program));
                }
                Some(known) => match places.get_mut(known) {
                    Some(Some(first)) => problems.extend(column_twice(table, *first, column)),
                    Some(free) => *free = Some(place),
                    None => {}
                },
            }
        }
        if !table.columns.iter().any(|column| other_delimiter(&column.text)) {
            problems.extend(missing_columns(self.kind, table, &places, &meant));
        }
        let width = table.columns.len();
        let (rows, spans) = (&table.rows, &table.spans);
        self.parts.push(Part { places, names, rows, spans, stream, name: table.name.span, width });
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.parts.iter().flat_map(Part::lines)
    }
}

impl<'a> Part<'a> {
    /// A row.
    pub fn line<'s>(&'s self, cells: &'s [Cell]) -> Line<'s> {
        Line { part: self, cells, span: across(cells).unwrap_or(self.name) }
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.rows.iter().enumerate().map(|(number, cells)| {
            let line = self.line(cells);
            self.spans.get(number).map_or(line, |span| Line { span: *span, ..line })
        })
    }

    /// Where each built-in column stands, in the order of the schema; then each fact, in the order declared.
    pub fn places(&self) -> &[Option<usize>] {
        &self.places
    }
}

impl<'s> Line<'s> {
    /// Whether the row has as many cells as its header.
    pub fn is_whole(&self) -> bool {
        self.cells.len() >= self.part.width
    }

    fn is_alias(&self, kind: Kind) -> bool {
        kind.same_as().is_some_and(|column| !self.field(column).text.is_empty())
    }

    /// The cells of the first `N` built-in columns, in the order of the schema.
    pub fn fields<const N: usize>(&self) -> [Field<'s>; N] {
        std::array::from_fn(|index| self.field(index))
    }

    /// The cell of a declared fact, by its index among the facts of the table.
    pub fn fact(&self, kind: Kind, index: usize) -> Field<'s> {
        self.field(kind.columns().len() + index)
    }

    /// The cell of a column by its place in the schema.
    pub fn field(&self, index: usize) -> Field<'s> {
        let column = self.part.names.get(index).copied().unwrap_or("");
        let cell = self.part.places.get(index).copied().flatten().and_then(|place| self.cells.get(place));
        match cell {
            Some(cell) => Field { text: &cell.text, span: cell.span, column, present: true },
            None => Field { text: "", span: self.span, column, present: false },
        }
    }
}

/// Whether two names are the same but for case, and for blanks, hyphens and underscores between words.
pub(super) fn alike(one: &str, other: &str) -> bool {
    let bare = |name: &str| -> Vec<char> {
        let letters = name.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '_'));
        letters.flat_map(char::to_lowercase).collect()
    };
    bare(one) == bare(other)
}

fn unknown_table(table: &Table) -> Diagnostic {
    let name = &table.name;
    let error = Diagnostic::error(Code::UnknownTable, format!("an estate has no table `{}`", short(&name.text)));
    let error = error.at(name.span, "not the name of a table");
    match nearest(&name.text, Kind::ALL.map(Kind::name)) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("the tables are {}", quoted(Kind::ALL.map(Kind::name)))),
    }
}

fn unknown_column(kind: Kind, column: &Cell, names: &[&str], program: &Program) -> Diagnostic {
    if column.text.is_empty() {
        return Diagnostic::error(Code::UnknownColumn, format!("a column of `{}` has no name", kind.name()))
            .at(column.span, "expected a name here")
            .help("name the column, or remove it");
    }
    let message = format!("`{}` has no column `{}`", kind.name(), short(&column.text));
    let error = Diagnostic::error(Code::UnknownColumn, message).at(column.span, "not a column of this table");
    let help = match nearest(&column.text, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => elsewhere(kind, &column.text, program)
            .unwrap_or_else(|| format!("its columns are {}", quoted(names.iter().copied()))),
    };
    error.help(help)
}

/// Where a column of this name would be right.
fn elsewhere(kind: Kind, column: &str, program: &Program) -> Option<String> {
    if kind == Kind::Servers && column == "routes" {
        return Some("give routes in the table `routes`: `server` and `target`, a row each".to_owned());
    }
    if other_delimiter(column) {
        return Some("columns are separated by `,`, `;` or tabs".to_owned());
    }
    let fact = program.facts.values().find(|fact| fact.header.name == column)?;
    let place = match Kind::of_entity(fact.entity) {
        Some(kind) => format!("the table `{}`", kind.name()),
        None => "the `facts` of `estate.toml`".to_owned(),
    };
    Some(format!("`{}` is stated in {place}", fact.path()))
}

/// Whether a name of a column shows that columns are separated by something else.
fn other_delimiter(column: &str) -> bool {
    ['|', ':'].iter().any(|sign| column.contains(*sign))
}

fn column_twice(table: &Table, first: usize, again: &Cell) -> Option<Diagnostic> {
    let first = table.columns.get(first)?;
    let error = Diagnostic::error(Code::GivenTwice, format!("the column `{}` is given twice", again.text));
    let error = error.at(again.span, "given again here").because(first.span, "first given here");
    Some(error.help("keep one of the two"))
}

/// Required columns that a header lacks, but for those that a misspelt name is meant for.
fn missing_columns(kind: Kind, table: &Table, places: &[Option<usize>], meant: &[&str]) -> Option<Diagnostic> {
    let missing = |(column, place): (&BuiltIn, &Option<usize>)| {
        (column.required && place.is_none() && !meant.contains(&column.name)).then_some(column.name)
    };
    let names: Vec<_> = kind.columns().iter().zip(places).filter_map(missing).collect();
    if names.is_empty() {
        return None;
    }
    let message = format!("`{}` lacks {}", kind.name(), quoted(names.iter().copied()));
    let error = Diagnostic::error(Code::MissingColumn, message).at(table.name.span, "required and not here");
    let all = kind.columns().iter().filter(|column| column.required).map(|column| column.name);
    Some(error.help(format!("it needs {}", quoted(all))))
}
