//! Facts of many rows: columns of codes into a dictionary of what was stated.
//!
//! Rows are told apart by their codes, so that conditions are evaluated once for each combination that occurs and not
//! once for each row (semantics, section 9). What a column means, [`super::build`](fn@super::build) has settled.

use crate::program::{Arena, Field, Id};
use crate::source::Span;
use crate::value::Value;
use std::collections::{BTreeMap, HashMap};
use std::ops::Index;
use std::sync::Arc;

/// What an estate says of one fact.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Stated {
    /// A value stands there.
    Given(Value),
    /// Nothing stands there, and the policies declare a default: an assumption.
    Default(Value),
    /// Nobody knows.
    Unknown {
        /// Whether nothing stands there, rather than `unknown`.
        blank: bool,
    },
}

impl Stated {
    /// The value, given or assumed; `None` if unknown.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Stated::Given(value) | Stated::Default(value) => Some(value),
            Stated::Unknown { .. } => None,
        }
    }

    /// Whether it is a default that nobody stated.
    pub fn is_default(&self) -> bool {
        matches!(self, Stated::Default(_))
    }
}

/// One fact of every row of a table, or of every shape of its rows: [`Table::shape`] says at which place a row's stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Column {
    codes: Vec<u32>,
    entries: Vec<Stated>,
    meanings: Vec<u32>,
    /// Where each row states it: columns that no header has share the places of the rows.
    spans: Arc<Vec<Span>>,
}

impl Column {
    /// A column that no header has: each row states the same, and stands for where it does.
    pub(super) fn left_out(stated: Stated, rows: Arc<Vec<Span>>) -> Column {
        Column { codes: Vec::new(), entries: vec![stated], meanings: vec![0], spans: rows }
    }

    /// The code of what is stated at a place: an index into [`Column::entries`].
    pub fn code(&self, place: usize) -> u32 {
        self.codes.get(place).copied().unwrap_or(0)
    }

    /// Like [`Column::code`], but one code for all that have one value: whether it was given or assumed, and whether
    /// an unknown was left blank or written down, makes no difference.
    pub fn meaning(&self, place: usize) -> u32 {
        self.meanings.get(self.code(place) as usize).copied().unwrap_or(0)
    }

    /// Whether its rows mean more than one thing.
    pub fn tells(&self) -> bool {
        self.meanings.iter().any(|meaning| Some(meaning) != self.meanings.first())
    }

    /// What is stated, each once, in the order in which the rows first state it.
    pub fn entries(&self) -> &[Stated] {
        &self.entries
    }

    /// What is stated at a place.
    pub fn stated(&self, place: usize) -> &Stated {
        self.entries.get(self.code(place) as usize).unwrap_or(&Stated::Unknown { blank: true })
    }

    /// Adds the row at a place, which states the same as others do, or something new.
    fn push(&mut self, row: usize, stated: Stated, span: Span) {
        let place = self.entries.iter().position(|known| *known == stated).unwrap_or_else(|| {
            let same = self.entries.iter().position(|known| known.value() == stated.value());
            let meaning = same.and_then(|same| self.meanings.get(same).copied());
            self.entries.push(stated);
            self.meanings.push(meaning.unwrap_or_else(|| code_of(self.entries.len() - 1)));
            self.entries.len() - 1
        });
        // The rows before it have no codes where no header has the column.
        self.codes.resize(row, 0);
        self.codes.push(code_of(place));
        if self.spans.len() == row {
            Arc::make_mut(&mut self.spans).push(span);
        }
    }

    /// Where it is stated of a row; `None` where only the row can be pointed at.
    fn span(&self, place: usize) -> Option<Span> {
        self.spans.get(place).copied()
    }
}

/// No table has 2^32 rows: its text would be past the limit of a source.
fn code_of(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Fills a column row by row.
#[derive(Debug, Default)]
pub(super) struct ColumnBuilder {
    column: Column,
    spans: Vec<Span>,
    codes: HashMap<Stated, u32>,
    meanings: HashMap<Option<Value>, u32>,
}

impl ColumnBuilder {
    /// Adds a row and says the code it got.
    pub fn push(&mut self, stated: Stated, span: Span) -> u32 {
        let code = self.code(stated);
        self.repeat(code, span);
        code
    }

    /// The code of what is stated.
    pub fn code(&mut self, stated: Stated) -> u32 {
        match self.codes.get(&stated) {
            Some(code) => *code,
            None => self.enter(stated),
        }
    }

    /// Adds a row that states what the rows of a code state.
    pub fn repeat(&mut self, code: u32, span: Span) {
        self.column.codes.push(code);
        self.spans.push(span);
    }

    fn enter(&mut self, stated: Stated) -> u32 {
        let code = code_of(self.column.entries.len());
        let meaning = *self.meanings.entry(stated.value().cloned()).or_insert(code);
        self.column.meanings.push(meaning);
        self.column.entries.push(stated.clone());
        self.codes.insert(stated, code);
        code
    }

    /// The column.
    pub fn finish(self) -> Column {
        Column { spans: Arc::new(self.spans), ..self.column }
    }

    /// The column of rows that are told apart by shapes: the code of each shape, and where each row states it.
    pub fn of_shapes(self, codes: Vec<u32>, spans: Vec<Span>) -> Column {
        Column { codes, spans: Arc::new(spans), ..self.column }
    }
}

/// The rows of one table, and what is stated of each.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<I, T> {
    rows: Arena<I, T>,
    columns: BTreeMap<Field, Column>,
    /// Which place of the columns each row has, where many rows have one; otherwise each has its own.
    shapes: Option<Vec<u32>>,
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Table { rows: Arena::default(), columns: BTreeMap::new(), shapes: None }
    }
}

impl<I: Id, T> Table<I, T> {
    pub(super) fn new(rows: impl IntoIterator<Item = T>, columns: BTreeMap<Field, Column>) -> Self {
        Table { rows: rows.into_iter().collect(), columns, shapes: None }
    }

    /// A table of rows that state the same as others of their shape.
    pub(super) fn of_shapes(rows: Vec<T>, columns: BTreeMap<Field, Column>, shapes: Vec<u32>) -> Self {
        Table { rows: rows.into_iter().collect(), columns, shapes: Some(shapes) }
    }

    /// The place of the columns that tells what a row states: rows of one shape state the same.
    pub fn shape(&self, row: I) -> usize {
        match &self.shapes {
            Some(shapes) => shapes.get(row.place()).map_or(0, |shape| *shape as usize),
            None => row.place(),
        }
    }

    /// Adds a row, with what it states of each field; fields that the table has not are stated of this row alone.
    pub(super) fn push(&mut self, row: T, stated: impl IntoIterator<Item = (Field, Stated)>, span: Span) -> I {
        for (field, stated) in stated {
            self.columns.entry(field).or_default().push(self.rows.len(), stated, span);
        }
        self.rows.add(row)
    }

    /// A row, to be supposed otherwise.
    pub(super) fn get_mut(&mut self, row: I) -> Option<&mut T> {
        self.rows.get_mut(row)
    }

    /// Every row with its id, in the order of the table.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.rows.iter()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What is stated of a row: a declared fact, or a built-in field that may be unknown (the kind, cores and
    /// processors of a host; the edition of a server). Unknown for a field that is none of these.
    pub fn stated(&self, row: I, field: Field) -> &Stated {
        self.columns.get(&field).map_or(&Stated::Unknown { blank: true }, |column| column.stated(self.shape(row)))
    }

    /// Where it is stated; the row itself, or `None`, where the table leaves the column out. `None` for a field that the
    /// table does not hold.
    pub fn place(&self, row: I, field: Field) -> Option<Span> {
        self.columns.get(&field).and_then(|column| column.span(row.place()))
    }

    /// The column of a field that [`Table::stated`] knows.
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.get(&field)
    }

    /// Every column, with its field.
    pub fn columns(&self) -> impl Iterator<Item = (Field, &Column)> {
        self.columns.iter().map(|(field, column)| (*field, column))
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;

    fn index(&self, row: I) -> &T {
        &self.rows[row]
    }
}
