//! Rows of accesses, each kept once.
//!
//! Rows are alike that name the same server, user, device and functionality and state the same facts. The first of them is
//! kept, and how many there are. What is kept grows with the accesses that differ, never with the rows.
//!
//! Rows that were cut from a file are looked up here by their bytes, many at a time: hash them all, then look. Whatever is
//! not found so (an id that nobody has, a text seen for the first time, a row of another form) is read cell by cell like a
//! row of any table, by the same code that reports what is wrong. So the quick way never decides anything by itself.
//!
//! In most tables every row is written plainly, each id is the only name of its head and each text means something else. There
//! rows that differ to the byte differ in what they say, and no access is looked up by its key. The first row of another
//! form, the first other name or second text of one meaning ends that: from then on all are looked up.

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
use crate::estate::stream::{Batch, Known, Said};
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
    /// Each access once, and its shape.
    accesses: Vec<Access>,
    shape_of: Vec<u32>,
    /// Where they stand, by the hashes of their keys; none as long as no two rows can say the same in other words.
    by_key: Option<Index>,
    /// The hashes of the rows at hand.
    hashes: Vec<u64>,
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
            accesses: Vec::new(),
            shape_of: Vec::new(),
            by_key: None,
            hashes: Vec::new(),
            most: building.most_accesses,
            is_full: false,
            building,
        }
    }

    /// Adds a row.
    pub fn line(&mut self, line: Line<'_>) {
        self.find_by_key();
        if let Some(key) = self.key(line) {
            self.add_line(line, key);
        }
    }

    /// What makes a row an access, read cell by cell; nothing where a cell is wrong.
    fn key(&mut self, line: Line<'_>) -> Option<Key> {
        let fields = (0..self.facts.len()).map(|index| line.fact(Kind::Accesses, index));
        if !line.is_whole() {
            let present = fields.enumerate().filter(|(_, field)| field.present);
            present.for_each(|(index, field)| _ = self.code(index, field));
            return None;
        }
        let codes: Vec<Option<u32>> = fields.enumerate().map(|(index, field)| self.code(index, field)).collect();
        let access = self.building.access(line, self.named)?;
        let codes = codes.into_iter().collect::<Option<Vec<u32>>>()?;
        let shape = self.shape((access.functionality, access.functionality_given, codes));
        Some(Key::new(access.server, access.user, access.device, shape))
    }

    /// Adds a row that was read cell by cell.
    fn add_line(&mut self, line: Line<'_>, key: Key) {
        let number = self.number(key);
        let field = |index| Some(line.fact(Kind::Accesses, index)).filter(|field| field.present);
        self.add(key, number, || line.span, |index| field(index).map(|field| field.span));
    }

    /// From here on accesses are looked up by their keys: a row may say what an earlier one says in other words.
    fn find_by_key(&mut self) {
        if self.by_key.is_none() {
            let mut index = Index::default();
            for (number, (access, shape)) in self.accesses.iter().zip(&self.shape_of).enumerate() {
                let key = Key::new(access.server, access.user, access.device, *shape);
                index.enter(key.hash(), number);
            }
            self.by_key = Some(index);
        }
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
    fn number(&self, key: Key) -> Option<usize> {
        self.by_key.as_ref()?.find(key.hash(), |number| self.is(number, key))
    }

    /// Whether the access of a number has a key.
    fn is(&self, number: usize, key: Key) -> bool {
        let is_who =
            |access: &Access| (access.server, access.user, access.device) == (key.server, key.user, key.device);
        self.accesses.get(number).is_some_and(is_who) && self.shape_of.get(number) == Some(&key.shape)
    }

    /// Adds a row to those alike, or as the first of its kind: where it stands, and where it states each fact.
    fn add(
        &mut self,
        key: Key,
        number: Option<usize>,
        row: impl FnOnce() -> Span,
        span: impl Fn(usize) -> Option<Span>,
    ) {
        if let Some(access) = number.and_then(|number| self.accesses.get_mut(number)) {
            access.rows += 1;
            return;
        }
        if self.accesses.len() >= self.most {
            self.is_full = true;
            return;
        }
        let Key { server, user, device, shape } = key;
        let Some((functionality, functionality_given)) = self.asked.get(shape as usize).copied() else { return };
        let row = row();
        for (index, fact) in self.facts.iter_mut().enumerate() {
            let own = span(index);
            if own.is_some() || !fact.spans.is_empty() {
                // Earlier rows came under a header without the column.
                fact.spans.extend(self.accesses.iter().skip(fact.spans.len()).map(|access| access.span));
                fact.spans.push(own.unwrap_or(row));
            }
        }
        if let Some(index) = &mut self.by_key {
            index.enter(key.hash(), self.accesses.len());
        }
        self.accesses.push(Access { server, user, device, functionality, functionality_given, rows: 1, span: row });
        self.shape_of.push(shape);
    }

    /// Adds the rows of a file.
    pub fn stream(&mut self, part: &Part<'_>, stream: &Stream) {
        let before = self.building.problems.kept.len();
        self.building.problems.of_table(true);
        let (mut quick, mut known) = (Quick::new(part, self.named), Known::default());
        if !self.accesses.is_empty() {
            self.find_by_key();
        }
        // What doubles as it grows would be copied, and stand in memory twice.
        let likely = stream.likely_accesses();
        known.reserve(likely);
        self.accesses.reserve(likely);
        self.shape_of.reserve(likely);
        let unread = stream.read(self.building.threads, &mut known, &mut |batch, known| {
            self.batch(&mut quick, part, stream, batch, known);
            if self.is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        for (said, again) in known.again() {
            match said {
                Said::Access(access) => {
                    self.accesses.get_mut(access).into_iter().for_each(|access| access.rows += u64::from(again));
                }
                Said::Problems(problems) => {
                    let problems = u32::try_from(problems).unwrap_or(u32::MAX);
                    self.building.problems.count(problems.saturating_mul(again));
                }
            }
        }
        self.building.problems.of_table(false);
        if let Some(problem) = unread {
            // What is wrong with rows does not matter where the file as a whole is.
            self.building.problems.kept.truncate(before);
            self.building.problems.push(problem);
        }
    }

    fn batch(&mut self, quick: &mut Quick<'_>, part: &Part<'_>, stream: &Stream, batch: &Batch<'_>, known: &mut Known) {
        let likely = quick.look_up(batch, self.by_key.as_ref()).iter();
        // Touched one after the other, all accesses are waited for at the same time.
        black_box(likely.filter_map(|number| self.accesses.get((*number)?)).fold(0, |all, access| all ^ access.rows));
        let mut hashes = std::mem::take(&mut self.hashes);
        known.hashes(batch.rows.iter().map(|row| batch.bytes(row.place)), &mut hashes);
        for (place, (row, hash)) in batch.rows.iter().zip(&hashes).enumerate() {
            let row = batch.bytes(row.place);
            // Rows of one batch may be alike.
            if self.by_key.is_none() && known.is_again(row, *hash) {
                continue;
            }
            if !batch.is_plain(place) || !known.keeps(row) {
                self.find_by_key();
            }
            let (accesses, problems) = (self.accesses.len(), self.building.problems.found);
            match quick.key(place) {
                Some(found) => self.cut(quick, stream, batch, place, found),
                None => self.read(quick, part, stream, batch, place),
            }
            // What is wrong with a row is said each time, or at least counted.
            match self.building.problems.found - problems {
                0 if self.accesses.len() > accesses => known.add(row, *hash, Said::Access(accesses)),
                0 => {}
                _ if !self.building.problems.only_counts() => {}
                problems => known.add_wrong(row, *hash, problems),
            }
        }
        self.hashes = hashes;
    }

    /// Adds a row of which something was not found: it is read as rows of any table are.
    fn read(&mut self, quick: &mut Quick<'_>, part: &Part<'_>, stream: &Stream, batch: &Batch<'_>, place: usize) {
        let problems = self.building.problems.found;
        let row = batch.rows.get(place).and_then(|row| stream.row(batch, row, &mut self.building.problems));
        let Some(cells) = row else { return };
        let line = part.line(&cells);
        let key = self.key(line);
        quick.learn(place, key.map(|key| key.shape));
        if !quick.tells() || self.building.problems.found > problems {
            self.find_by_key();
        }
        if let Some(key) = key {
            self.add_line(line, key);
        }
    }

    /// Adds a row of which everything was found.
    fn cut(&mut self, quick: &Quick<'_>, stream: &Stream, batch: &Batch<'_>, row: usize, looked: Looked) {
        let Looked { key, likely } = looked;
        let number = likely.filter(|likely| self.is(*likely, key)).or_else(|| self.number(key));
        let cells = batch.cells(row);
        let (Some(first), Some(last)) = (cells.first(), cells.last()) else { return };
        let place = || stream.span(batch, *first).to(stream.span(batch, *last));
        let span = |fact| quick.column_of(fact).and_then(|column| cells.get(column));
        self.add(key, number, place, |fact| span(fact).map(|cell| stream.span(batch, *cell)));
    }

    /// The table of the accesses.
    pub fn table(mut self) -> Table<AccessRow, Access> {
        self.accesses.shrink_to_fit();
        self.shape_of.shrink_to_fit();
        if self.is_full {
            self.building.problems.push(too_many(self.most, self.accesses.last().map(|access| access.span)));
        }
        let mut shapes: Vec<(&Shape, &u32)> = self.shapes.iter().collect();
        shapes.sort_by_key(|(_, number)| **number);
        let mut columns = BTreeMap::new();
        for (index, fact) in self.facts.into_iter().enumerate() {
            let codes = shapes.iter().filter_map(|((_, _, codes), _)| codes.get(index).copied()).collect();
            columns.insert(program::Field::Fact(fact.id), fact.column.of_shapes(codes, fact.spans));
        }
        Table::of_shapes(self.accesses, columns, self.shape_of)
    }
}

fn too_many(most: usize, last: Option<Span>) -> Diagnostic {
    let message = format!("the estate has more than {most} accesses that differ, which is past the limit of memory");
    let error = Diagnostic::error(Code::TooManyAccesses, message);
    let error = last.into_iter().fold(error, |error, last| error.at(last, "the last one that fits"));
    error.help("state populations instead of single heads, leave out columns that differ in every row, or call with more `--memory`")
}
