//! Rows of accesses, each kept once.
//!
//! Rows are alike that name the same server, user, device and functionality and state the same facts. The first of them is
//! kept, and how many there are. What is kept grows with the accesses that differ, never with the rows.
//!
//! Rows that were cut from a file are looked up here by their bytes, many at a time: hash them all, then look. Whatever is
//! not found so (an id that nobody has, a text seen for the first time, a row of another form) is read cell by cell like a
//! row of any table, by the same code that reports what is wrong. So the quick way never decides anything by itself.

use super::Building;
use super::accesses::Named;
use super::facts::stated;
use super::quick::{Key, Looked, Quick};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::cells::Reader;
use crate::estate::columns::{ColumnBuilder, Table};
use crate::estate::document::Stream;
use crate::estate::index::Index;
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Line, Part, Sheets};
use crate::estate::stream::{Batch, Known};
use crate::estate::{Access, AccessRow};
use crate::program::{self, FunctionalityId};
use crate::source::Span;
use crate::value::Value;
use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::ops::ControlFlow;

/// The accesses met so far.
pub(super) struct Merging<'m, 'a> {
    building: &'m mut Building<'a>,
    named: Named<'m>,
    facts: Vec<Fact<'a>>,
    /// What accesses ask for and state, each combination once.
    shapes: HashMap<Shape, u32>,
    /// The functionality of each shape, and whether it is given.
    asked: Vec<(FunctionalityId, bool)>,
    /// Each access once: what makes it one, how many rows say it, and the first of them.
    keys: Vec<Key>,
    rows: Vec<u64>,
    spans: Vec<Span>,
    index: Index,
    /// How many accesses there may be.
    most: usize,
    is_full: bool,
}

/// A declared fact of accesses.
struct Fact<'a> {
    id: program::FactId,
    reader: Reader<'a>,
    default: Option<&'a Value>,
    codes: HashMap<String, u32>,
    column: ColumnBuilder,
    /// Where each row states it; empty as long as no header has the column.
    spans: Vec<Span>,
}

/// The functionality, whether it is given, and the code of each fact.
type Shape = (FunctionalityId, bool, Vec<u32>);

impl<'m, 'a> Merging<'m, 'a> {
    pub fn new(building: &'m mut Building<'a>, sheets: &Sheets<'a>, named: Named<'m>) -> Self {
        let program = building.program;
        let fact = |(_, id): (usize, program::FactId)| Fact {
            id,
            reader: Reader::new(&program.facts[id].ty, program),
            default: program.facts[id].default.as_ref(),
            codes: HashMap::new(),
            column: ColumnBuilder::default(),
            spans: Vec::new(),
        };
        Merging {
            named,
            facts: sheets.facts(Kind::Accesses).map(fact).collect(),
            shapes: HashMap::new(),
            asked: Vec::new(),
            keys: Vec::new(),
            rows: Vec::new(),
            spans: Vec::new(),
            index: Index::default(),
            most: building.most_accesses,
            is_full: false,
            building,
        }
    }

    /// Adds a row, cell by cell, and says its shape if nothing is wrong with it.
    pub fn line(&mut self, line: Line<'_>) -> Option<u32> {
        let fields: Vec<Field<'_>> = (0..self.facts.len()).map(|index| line.fact(Kind::Accesses, index)).collect();
        let codes: Vec<Option<u32>> =
            fields.iter().enumerate().map(|(index, field)| self.code(index, *field)).collect();
        if !line.is_whole() {
            return None;
        }
        let access = self.building.access(line, self.named)?;
        let codes = codes.into_iter().collect::<Option<Vec<u32>>>()?;
        let shape = self.shape((access.functionality, access.functionality_given, codes));
        let key = Key::new(access.server, access.user, access.device, shape);
        let number = self.number(key, key.hash());
        self.add(key, number, || access.span, |index| fields.get(index).filter(|field| field.present).map(|f| f.span));
        Some(shape)
    }

    /// The code of what a cell states of a fact. Each distinct text is read once.
    fn code(&mut self, index: usize, field: Field<'_>) -> Option<u32> {
        let fact = self.facts.get_mut(index)?;
        if let Some(code) = fact.codes.get(field.text) {
            return Some(*code);
        }
        let read = stated(field.text, fact.default, |text| fact.reader.read(text));
        let stated = self.building.report(field, read)?;
        let code = fact.column.code(stated);
        fact.codes.insert(field.text.to_owned(), code);
        Some(code)
    }

    fn shape(&mut self, shape: Shape) -> u32 {
        let (functionality, given, _) = shape;
        let next = u32::try_from(self.shapes.len()).unwrap_or(u32::MAX);
        let number = *self.shapes.entry(shape).or_insert(next);
        if number == next {
            self.asked.push((functionality, given));
        }
        number
    }

    /// The number of the access of a key, if it is known.
    fn number(&self, key: Key, hash: u64) -> Option<usize> {
        self.index.find(hash, |number| self.keys.get(number) == Some(&key))
    }

    /// Adds a row to those alike, or as the first of its kind: where it stands, and where it states each fact.
    fn add(
        &mut self,
        key: Key,
        number: Option<usize>,
        row: impl FnOnce() -> Span,
        span: impl Fn(usize) -> Option<Span>,
    ) {
        if let Some(rows) = number.and_then(|number| self.rows.get_mut(number)) {
            *rows += 1;
            return;
        }
        if self.keys.len() >= self.most {
            self.is_full = true;
            return;
        }
        let row = row();
        for (index, fact) in self.facts.iter_mut().enumerate() {
            let own = span(index);
            if own.is_some() || !fact.spans.is_empty() {
                // Earlier rows came under a header without the column.
                fact.spans.extend(self.spans.iter().skip(fact.spans.len()));
                fact.spans.push(own.unwrap_or(row));
            }
        }
        self.index.enter(key.hash(), self.keys.len());
        self.keys.push(key);
        self.rows.push(1);
        self.spans.push(row);
    }

    /// Adds the rows of a file.
    pub fn stream(&mut self, part: &Part<'_>, stream: &Stream) {
        let before = self.building.problems.kept.len();
        let (mut quick, mut known) = (Quick::new(part, self.named), Known::default());
        let unread = stream.read(self.building.threads, &mut known, &mut |batch, known| {
            self.batch(&mut quick, part, stream, batch, known);
            self.building.keep_first(before);
            if self.is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        for (access, again) in known.again() {
            self.rows.get_mut(access).into_iter().for_each(|rows| *rows += again);
        }
        if let Some(problem) = unread {
            // What is wrong with rows does not matter where the file as a whole is.
            self.building.problems.kept.truncate(before);
            self.building.problems.push(problem);
        }
    }

    fn batch(&mut self, quick: &mut Quick<'_>, part: &Part<'_>, stream: &Stream, batch: &Batch<'_>, known: &mut Known) {
        let likely = quick.look_up(batch, &self.index).iter();
        // Touched one after the other, all keys are waited for at the same time.
        black_box(likely.filter_map(|number| self.keys.get((*number)?)).fold(0, |all, key| all ^ key.shape));
        for (place, row) in batch.rows.iter().enumerate() {
            let (accesses, problems) = (self.keys.len(), self.building.problems.kept.len());
            match quick.key(place) {
                Some(found) => self.cut(quick, stream, batch, place, found),
                None => {
                    let cells = stream.row(batch, row, &mut self.building.problems.kept);
                    let shape = cells.and_then(|cells| self.line(part.line(&cells)));
                    quick.learn(place, shape);
                }
            }
            // What is wrong with a row is said each time.
            if self.keys.len() > accesses && self.building.problems.kept.len() == problems {
                known.add(batch.bytes(row.place), accesses);
            }
        }
    }

    /// Adds a row of which everything was found.
    fn cut(&mut self, quick: &Quick<'_>, stream: &Stream, batch: &Batch<'_>, row: usize, looked: Looked) {
        let Looked { key, hash, likely } = looked;
        let is_likely = likely.is_some_and(|likely| self.keys.get(likely) == Some(&key));
        let number = if is_likely { likely } else { self.number(key, hash) };
        let cells = batch.cells(row);
        let (Some(first), Some(last)) = (cells.first(), cells.last()) else { return };
        let place = || stream.span(batch, *first).to(stream.span(batch, *last));
        let span = |fact| quick.column_of(fact).and_then(|column| cells.get(column));
        self.add(key, number, place, |fact| span(fact).map(|cell| stream.span(batch, *cell)));
    }

    /// The table of the accesses.
    pub fn table(self) -> Table<AccessRow, Access> {
        if self.is_full {
            self.building.problems.push(too_many(self.most, self.spans.last().copied()));
        }
        let mut shapes: Vec<(&Shape, &u32)> = self.shapes.iter().collect();
        shapes.sort_by_key(|(_, number)| **number);
        let mut columns = BTreeMap::new();
        for (index, fact) in self.facts.into_iter().enumerate() {
            let codes = shapes.iter().filter_map(|((_, _, codes), _)| codes.get(index).copied()).collect();
            columns.insert(program::Field::Fact(fact.id), fact.column.of_shapes(codes, fact.spans));
        }
        let shape_of = self.keys.iter().map(|key| key.shape).collect();
        let asked = self.asked;
        let rows = self.keys.into_iter().zip(self.rows).zip(self.spans).filter_map(|((key, rows), span)| {
            let Key { server, user, device, shape } = key;
            let (functionality, functionality_given) = *asked.get(shape as usize)?;
            Some(Access { server, user, device, functionality, functionality_given, rows, span })
        });
        Table::of_shapes(rows.collect(), columns, shape_of)
    }
}

fn too_many(most: usize, last: Option<Span>) -> Diagnostic {
    let message = format!("the estate has more than {most} accesses that differ, which is past the limit of memory");
    let error = Diagnostic::error(Code::TooManyAccesses, message);
    let error = last.into_iter().fold(error, |error, last| error.at(last, "the last one that fits"));
    error.help("state populations instead of single heads, leave out columns that differ in every row, or call with more `--memory`")
}
