//! A tree of values into a [`Document`]: the keys of an estate, and a list of rows for each table.
//!
//! JSON and YAML both come to such a tree. Rows may name their columns in any order and leave out what is blank; a table has
//! the columns that any of its rows has.

use super::cells::{plainly, quoted, short};
use super::document::{Cell, Document, Entry, Table, most_columns};
use super::schema::{KEYS, Kind, TABLE_KEYS};
use crate::diagnostic::{Code, Diagnostic, counted, nearest};
use crate::source::{FileId, Paths, Span};
use std::collections::{BTreeMap, HashMap};

/// How a text becomes a tree.
pub(super) type Parse = fn(FileId, &str) -> Result<Node, Box<Diagnostic>>;

/// How deep an estate is nested: the document holds tables, these rows, these values. One more can be told apart.
pub(super) const DEEPEST: usize = 3;

/// A value and where it stands.
#[derive(Debug)]
pub(super) struct Node {
    pub shape: Shape,
    pub span: Span,
}

/// What a value is.
#[derive(Debug)]
pub(super) enum Shape {
    /// A text as it is written; empty for null.
    Value(String),
    /// A number as it is written.
    Number(String),
    /// Several values.
    List(Vec<Node>),
    /// Values with their names, in the order written.
    Map(Vec<(Cell, Node)>),
    /// A list or map deeper than any that an estate has.
    Deeper,
}

impl From<Cell> for Node {
    fn from(cell: Cell) -> Self {
        Node { shape: Shape::Value(cell.text), span: cell.span }
    }
}

/// What became of a tree.
pub(super) struct Read {
    pub document: Document,
    pub paths: Paths,
    pub problems: Vec<Diagnostic>,
}

/// Reads the tree of a document.
pub(super) fn document(root: &Node) -> Read {
    let mut reading = Tree::default();
    match &root.shape {
        Shape::Map(entries) => entries.iter().for_each(|(key, node)| reading.top(key, node)),
        Shape::Value(_) | Shape::Number(_) | Shape::List(_) | Shape::Deeper => reading.problems.push(no_estate(root)),
    }
    Read { document: reading.document, paths: Paths::new(reading.paths), problems: reading.problems }
}

#[derive(Default)]
struct Tree {
    document: Document,
    paths: Vec<(u32, String)>,
    problems: Vec<Diagnostic>,
    /// Where each table was named.
    tables: BTreeMap<Kind, Span>,
}

impl Tree {
    fn top(&mut self, key: &Cell, node: &Node) {
        self.path(key.span, || key.text.clone());
        match (Kind::of(&key.text), &node.shape) {
            (Some(kind), _) => self.table_once(kind, key, node),
            (None, Shape::Map(entries)) if TABLE_KEYS.contains(&key.text.as_str()) => {
                for (name, value) in entries {
                    self.entry(format!("{}.{}", key.text, name.text), name.span, value);
                }
            }
            (None, Shape::Value(text)) if text.is_empty() && TABLE_KEYS.contains(&key.text.as_str()) => {}
            // A list has no names: whoever reads the keys refuses it, as he refuses one value.
            (None, Shape::List(_)) if TABLE_KEYS.contains(&key.text.as_str()) => {
                self.document
                    .entries
                    .push(Entry { key: key.clone(), value: Cell { text: String::new(), span: key.span } });
            }
            (None, Shape::List(_) | Shape::Map(_) | Shape::Deeper) if !is_key(&key.text) => {
                self.problems.push(unknown(key));
            }
            (None, _) => self.entry(key.text.clone(), key.span, node),
        }
    }

    fn entry(&mut self, name: String, span: Span, node: &Node) {
        for place in [span, node.span] {
            self.path(place, || name.clone());
        }
        let Some(value) = self.value(&name, node, KEYS.contains(&name.as_str())) else { return };
        self.document.entries.push(Entry { key: Cell { text: name, span }, value });
    }

    /// The one value of a key or column, in which a number may be a name.
    fn value(&mut self, name: &str, node: &Node, is_name: bool) -> Option<Cell> {
        match &node.shape {
            Shape::Number(number) if !is_name => Some(Cell { text: plainly(number), span: node.span }),
            Shape::Value(text) | Shape::Number(text) => Some(Cell { text: text.clone(), span: node.span }),
            Shape::List(_) | Shape::Map(_) | Shape::Deeper => {
                let error = Diagnostic::error(Code::WrongShape, format!("`{}` is not one value", short(name)));
                let error = error.at(node.span, "expected one value");
                let help = format!("only tables hold rows, and only {} hold several keys", quoted(TABLE_KEYS));
                self.problems.push(error.help(help));
                None
            }
        }
    }

    fn table_once(&mut self, kind: Kind, key: &Cell, node: &Node) {
        match self.tables.get(&kind) {
            Some(first) => self.problems.push(twice(key, *first)),
            None => {
                self.tables.insert(kind, key.span);
                self.table(kind, key, node);
            }
        }
    }

    fn table(&mut self, kind: Kind, key: &Cell, node: &Node) {
        match &node.shape {
            Shape::List(rows) => self.rows(kind, key, rows),
            Shape::Value(text) if text.is_empty() => {}
            Shape::Value(_) | Shape::Number(_) | Shape::Map(_) | Shape::Deeper => {
                let error = Diagnostic::error(Code::WrongShape, format!("`{}` is not a list of rows", kind.name()));
                let error = error.at(node.span, "expected a list");
                self.problems.push(error.help("a table is a list; each of its rows gives columns and values"));
                self.document.unfinished.insert(kind.name().to_owned());
            }
        }
    }

    fn rows(&mut self, kind: Kind, key: &Cell, rows: &[Node]) {
        let (mut columns, mut are_names): (Vec<Cell>, Vec<bool>) = Default::default();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut sparse = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            self.path(row.span, || format!("{}[{number}]", kind.name()));
            let Shape::Map(entries) = &row.shape else {
                self.no_row(kind, row);
                continue;
            };
            let mut cells: BTreeMap<usize, Cell> = BTreeMap::new();
            for (name, node) in entries {
                for span in [name.span, node.span] {
                    self.path(span, || format!("{}[{number}].{}", kind.name(), name.text));
                }
                let place = *places.entry(name.text.clone()).or_insert_with(|| {
                    columns.push(name.clone());
                    are_names.push(kind.has_names_in(&name.text));
                    columns.len() - 1
                });
                let is_name = are_names.get(place).copied().unwrap_or_default();
                match (self.value(&name.text, node, is_name), cells.get(&place)) {
                    (_, Some(first)) => self.problems.push(twice(name, first.span)),
                    (value, None) => {
                        cells.insert(place, value.unwrap_or(Cell { text: String::new(), span: node.span }));
                    }
                }
            }
            sparse.push((row.span, cells));
        }
        if sparse.is_empty() {
            return;
        }
        if let Some(excess) = columns.get(most_columns(sparse.len())) {
            self.problems.push(too_wide(kind, columns.len(), sparse.len(), excess));
            self.document.unfinished.insert(kind.name().to_owned());
            return;
        }
        let width = columns.len();
        let filled = |(span, mut cells): (Span, BTreeMap<usize, Cell>)| {
            let blank = || Cell { text: String::new(), span };
            (0..width).map(|place| cells.remove(&place).unwrap_or_else(blank)).collect()
        };
        let spans = sparse.iter().map(|(span, _)| *span).collect();
        let name = Cell { text: kind.name().to_owned(), span: key.span };
        self.document.tables.push(Table { name, rows: sparse.into_iter().map(filled).collect(), columns, spans });
    }

    fn no_row(&mut self, kind: Kind, row: &Node) {
        let error = Diagnostic::error(Code::WrongShape, format!("a row of `{}` has no columns", kind.name()));
        let error = error.at(row.span, "expected columns and values");
        self.problems.push(error.help("name the column of each value: `id: staff`, or `{\"id\": \"staff\"}` in JSON"));
        self.document.unfinished.insert(kind.name().to_owned());
    }

    /// Notes what the value at a place is called.
    fn path(&mut self, span: Span, path: impl FnOnce() -> String) {
        self.paths.push((span.start, path()));
    }
}

fn is_key(name: &str) -> bool {
    KEYS.contains(&name) || TABLE_KEYS.contains(&name)
}

fn no_estate(root: &Node) -> Diagnostic {
    let error = Diagnostic::error(Code::WrongShape, "this document is no estate");
    let error = error.at(root.span, "expected keys and tables");
    error.help("an estate names its keys and tables: `as_of`, `users`, `servers`, `accesses` …")
}

/// A name that is neither a key nor a table, with something in it that only a table can hold.
fn unknown(key: &Cell) -> Diagnostic {
    let error = Diagnostic::error(Code::UnknownTable, format!("an estate has no table `{}`", short(&key.text)));
    let error = error.at(key.span, "not the name of a table");
    let tables = Kind::ALL.map(Kind::name);
    error.help(match nearest(&key.text, tables.into_iter().chain(TABLE_KEYS)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the tables are {}", quoted(tables)),
    })
}

fn too_wide(kind: Kind, columns: usize, rows: usize, excess: &Cell) -> Diagnostic {
    let message = format!("the rows of `{}` name {columns} columns", kind.name());
    let error = Diagnostic::error(Code::TooLargeCell, message);
    let of = counted(rows, "row", "rows");
    let error = error.at(excess.span, format!("a table of {of} has at most {} columns", most_columns(rows)));
    error.help("leave out the columns that nothing reads")
}

fn twice(key: &Cell, first: Span) -> Diagnostic {
    Diagnostic::error(Code::GivenTwice, format!("`{}` is given twice", short(&key.text)))
        .at(key.span, "given again here")
        .because(first, "first given here")
        .help("keep one of the two")
}
