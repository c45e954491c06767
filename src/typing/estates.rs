//! The estate that a policy test writes down, turned into what the files of an estate would have given.
//!
//! Only the form is translated. Whether columns, ids and values are right is for [`crate::estate`] to say, as for any
//! estate; what is checked here is what only the policy text knows: who an access comes from, and the keys.

use super::Checker;
use super::fields::is_taken;
use crate::diagnostic::{Code, Diagnostic, listing};
use crate::estate::document::{Cell, Document, Entry, Table};
use crate::estate::schema::KEYS;
use crate::program::{DefinitionId, Entity};
use crate::resolve::Thing;
use crate::source::Span;
use crate::syntax::ast::{self, Clause, ClauseKind, Dated, Expr, ExprKind, Item, Lot, PairValue, Word};
use crate::value::VersionLine;
use std::collections::BTreeMap;

/// What a test states by name: the word of its table there, and the word that names it.
pub(super) type Stated<'a> = BTreeMap<&'a str, Vec<(&'a Word, &'a Word)>>;

impl<'a> Checker<'a> {
    /// The estate of a test, and what it states by name (with the entity's word).
    pub(super) fn test_estate(&mut self, item: &'a Item) -> (Document, Stated<'a>) {
        let stated = stated(item);
        let (mut entries, mut rows) = (Vec::new(), Rows::default());
        for clause in &item.clauses {
            match &clause.kind {
                ClauseKind::Pair { key, value } => entries.extend(self.estate_key(key, value)),
                ClauseKind::Evidence { rule: Some(rule), text } => {
                    self.name_item(rule);
                    entries.push(entry("evidence", rule, text.into()));
                }
                ClauseKind::ChosenReading { definition, source } => entries.extend(self.chosen(definition, source)),
                ClauseKind::Entity { table, name, clauses } => self.entity(&mut rows, clause, (table, name), clauses),
                ClauseKind::Access { from, to, clauses } => {
                    self.access(&mut rows, &stated, clause, (from, to), clauses)
                }
                ClauseKind::Absence { absent, substitute, clauses } => {
                    self.absence(&mut rows, &stated, clause, (absent, substitute), clauses);
                }
                ClauseKind::Owns { lot, clauses } => self.owned(&mut rows, clause, lot, clauses),
                ClauseKind::Price { lot, clauses } => self.price(&mut rows, clause, lot, clauses),
                _ => {}
            }
        }
        (Document { entries, tables: rows.tables(item.name.span), ..Document::default() }, stated)
    }

    fn estate_key(&mut self, key: &Word, value: &PairValue) -> Option<Entry> {
        let value = Cell { text: self.pair_text(value)?, span: value_span(value) };
        if KEYS.contains(&key.text.as_str()) {
            return Some(Entry { key: key.into(), value });
        }
        if self.facts.contains_key(&(Entity::Estate, key.text.as_str())) {
            return Some(entry("facts", key, value));
        }
        if self.names.is_broken(Entity::Estate.text()) {
            return None;
        }
        let facts = self.facts.keys().filter(|(entity, _)| *entity == Entity::Estate).map(|(_, name)| *name);
        let error = Diagnostic::error(Code::UnknownKey, format!("an estate has no key `{}`", key.text))
            .at(key.span, "neither a key of an estate nor one of `facts estate`")
            .suggest(&key.text, KEYS.into_iter().chain(facts));
        self.fail(error)
    }

    /// `reading D: S`: the definition must have that reading.
    fn chosen(&mut self, definition: &Word, source: &Word) -> Option<Entry> {
        let id = self.find::<DefinitionId>(definition)?;
        let found = &self.program.definitions[id];
        let sources: Vec<&str> = found
            .readings
            .iter()
            .filter(|reading| reading.source.is_some())
            .map(|reading| reading.header.name.as_str())
            .collect();
        let is_broken = self.names.is_broken(&definition.text) || self.names.is_broken(&source.text);
        if sources.contains(&source.text.as_str()) || is_broken {
            self.name_item(source);
            return Some(entry("readings", definition, source.into()));
        }
        let error = Diagnostic::error(
            Code::UnknownReading,
            format!("`{}` has no reading of `{}`", definition.text, source.text),
        )
        .at(source.span, "none of its readings")
        .because(found.header.name_span, "the definition is declared here")
        .suggest(&source.text, sources.iter().copied());
        let readings = super::quoted(sources.iter().copied(), "and");
        self.fail(match error.help {
            None if !sources.is_empty() => error.help(format!("its readings are of {readings}")),
            _ => error,
        })
    }

    fn entity(&mut self, rows: &mut Rows, clause: &Clause, (table, name): (&Word, &Word), clauses: &[Clause]) {
        let mut row = vec![column("id", name)];
        for (key, value) in pairs(clauses) {
            match (table.text.as_str(), key.text.as_str(), value) {
                ("server", "routes", value) => self.routes(rows, name, value),
                (
                    "server",
                    "product",
                    PairValue::Expr(Expr { kind: ExprKind::Path { names, label: Some(label) }, .. }),
                ) => {
                    row.extend(names.first().map(|product| (key.into(), product.into())));
                    row.push(column("version", label));
                }
                _ => row.extend(self.cell(key, value)),
            }
        }
        if table.text == "server" {
            self.is_of_a_version(name, &row);
        }
        rows.add(&format!("{}s", table.text), row, clause.span);
    }

    /// A server is of a version of a product. A column that is none may be the missing one, misspelt.
    fn is_of_a_version(&mut self, server: &Word, row: &[(Cell, Cell)]) {
        let stated = |name: &str| row.iter().find(|(column, _)| column.text == name).map(|(_, cell)| cell);
        let is_column = |name: &str| is_taken(Entity::Server, name) || self.facts.contains_key(&(Entity::Server, name));
        if !row.iter().all(|(column, _)| is_column(&column.text)) {
            return;
        }
        let help = match (stated("product"), stated("version")) {
            (Some(_), Some(_)) => return,
            (Some(product), None) => match self.names.get(&product.text) {
                Some(Thing::Product(id)) => {
                    let first = self.labels(VersionLine::Product(id)).flatten().next().map_or("", String::as_str);
                    format!("write `{} {first}`, or another version", product.text)
                }
                _ => match self.version_joined(&product.text) {
                    Some(version) => format!("write `{version}`"),
                    // The product is what is told to be wrong.
                    None => return,
                },
            },
            (None, _) => "write `product: PRODUCT VERSION`".to_owned(),
        };
        let message = format!("the server `{}` is of no version of a product", server.text);
        let span = stated("product").map_or(server.span, |product| product.span);
        self.report(Diagnostic::error(Code::MissingColumn, message).at(span, "of which version?").help(help));
    }

    /// The version that `Portal2007`, or `"Portal 2007"`, is meant to be.
    fn version_joined(&self, written: &str) -> Option<String> {
        let plain = |text: &str| text.replace([' ', '_', '-'], "").to_lowercase();
        let lines = self.program.products.ids().map(VersionLine::Product);
        let mut versions = lines
            .flat_map(|line| self.labels(line).flatten().map(move |label| format!("{} {label}", self.line_name(line))));
        versions.find(|version| plain(version) == plain(written))
    }

    /// Each server that this one routes to is a row of its own.
    fn routes(&mut self, rows: &mut Rows, server: &Word, value: &PairValue) {
        let one;
        let targets: &[Expr] = match value {
            PairValue::List(targets, _) => targets,
            PairValue::Expr(target) => {
                one = [target.clone()];
                &one
            }
            PairValue::Text(_) | PairValue::Unknown(_) => {
                let error = Diagnostic::error(Code::TypeMismatch, "`routes` lists servers");
                return self.report(error.at(value_span(value), "not a list of servers").help("write `routes: [db]`"));
            }
        };
        for target in targets {
            if let Some(text) = self.expr_text(target) {
                let cell = Cell { text, span: target.span };
                rows.add("routes", vec![column("server", server), (named("target", target.span), cell)], target.span);
            }
        }
    }

    fn access(
        &mut self,
        rows: &mut Rows,
        stated: &Stated<'a>,
        clause: &Clause,
        (from, to): (&'a Word, &'a Word),
        clauses: &[Clause],
    ) {
        let side = self.side(stated, from);
        self.stated(stated, &["server"], to);
        let Some(side) = side else { return };
        let mut row = vec![column("server", to), column(side, from)];
        self.cells(&mut row, clauses);
        rows.add("accesses", row, clause.span);
    }

    /// Whether a name is a user or a device of the test; reports if neither.
    fn side(&mut self, stated: &Stated<'a>, name: &Word) -> Option<&'static str> {
        match self.stated(stated, &["user", "device"], name)? {
            "device" => Some("device"),
            _ => Some("user"),
        }
    }

    /// The word of what a name is in the test, if it is one of these; reports if it is not.
    pub(super) fn stated(&mut self, stated: &Stated<'a>, wanted: &[&str], name: &Word) -> Option<&'a str> {
        let found = stated.get(name.text.as_str()).into_iter().flatten();
        if let Some((table, named)) = found.clone().find(|(table, _)| wanted.contains(&table.text.as_str())) {
            self.name(name.span, Some(named.span));
            return Some(&table.text);
        }
        let what = listing(wanted.iter().copied(), "or");
        let error =
            Diagnostic::error(Code::NothingToExpect, format!("the test states no {what} called `{}`", name.text));
        let candidates =
            stated.iter().filter(|(_, tables)| tables.iter().any(|(table, _)| wanted.contains(&table.text.as_str())));
        let error =
            error.at(name.span, format!("no such {what} here")).suggest(&name.text, candidates.map(|(name, _)| *name));
        let error =
            found.fold(error, |error, (table, _)| error.because(table.span, format!("this is a {}", table.text)));
        self.fail(match error.help {
            Some(_) => error,
            None => {
                error.help(format!("add `{} {} {{ … }}` to the test", wanted.first().unwrap_or(&"user"), name.text))
            }
        })
    }

    fn absence(
        &mut self,
        rows: &mut Rows,
        stated: &Stated<'a>,
        clause: &Clause,
        (absent, substitute): (&'a Word, &'a Word),
        clauses: &[Clause],
    ) {
        let kind = self.side(stated, absent);
        let other = kind.and_then(|kind| self.stated(stated, &[kind], substitute));
        let (Some(kind), Some(_)) = (kind, other) else { return };
        let kind_cell = Cell { text: kind.to_owned(), span: absent.span };
        let mut row =
            vec![(named("kind", absent.span), kind_cell), column("absent", absent), column("substitute", substitute)];
        self.cells(&mut row, clauses);
        if !row.iter().any(|(column, _)| column.text == "from") {
            let error = super::clauses::missing("an absence", clause.span, "from", "from 2008-07-01 until 2008-08-01");
            self.report(error);
        }
        rows.add("absences", row, clause.span);
    }

    fn owned(&mut self, rows: &mut Rows, clause: &Clause, lot: &Lot, clauses: &[Clause]) {
        let Some(metric) = &lot.metric else {
            let version = lot.version.as_ref().map_or_else(String::new, |version| format!(" {}", version.text));
            let example = format!("owns {} {}{version} per user", lot.amount.value, lot.license.text);
            return self.report(super::clauses::missing("what a test owns", lot.span, "per", &example));
        };
        let quantity = Cell { text: lot.amount.value.to_string(), span: lot.amount.span };
        let mut row = vec![column("license", &lot.license), column("metric", metric)];
        row.push((named("quantity", lot.amount.span), quantity));
        row.extend(lot.version.as_ref().map(|version| column("version", version)));
        self.cells(&mut row, clauses);
        rows.add("licenses", row, clause.span);
    }

    fn price(&mut self, rows: &mut Rows, clause: &Clause, lot: &Lot, clauses: &[Clause]) {
        let price = Cell { text: lot.amount.value.to_string(), span: lot.amount.span };
        let mut row = vec![column("license", &lot.license), (named("price", lot.amount.span), price)];
        row.extend(lot.version.as_ref().map(|version| column("version", version)));
        row.extend(lot.metric.as_ref().map(|metric| column("metric", metric)));
        self.cells(&mut row, clauses);
        rows.add("prices", row, clause.span);
    }

    /// The pairs of a row and the bounds of its period, as cells.
    fn cells(&mut self, row: &mut Vec<(Cell, Cell)>, clauses: &[Clause]) {
        for clause in clauses {
            match &clause.kind {
                ClauseKind::Pair { key, value } => row.extend(self.cell(key, value)),
                ClauseKind::Period(ast::Period { from, until }) => {
                    self.period(Some(ast::Period { from: *from, until: *until }));
                    row.extend(from.map(|day| dated("from", day)));
                    row.extend(until.map(|day| dated("until", day)));
                }
                _ => {}
            }
        }
    }

    fn cell(&mut self, key: &Word, value: &PairValue) -> Option<(Cell, Cell)> {
        Some((key.into(), Cell { text: self.pair_text(value)?, span: value_span(value) }))
    }

    /// The text that a cell of a file would have.
    pub(super) fn pair_text(&mut self, value: &PairValue) -> Option<String> {
        match value {
            PairValue::Unknown(_) => Some("unknown".to_owned()),
            PairValue::Text(text) => Some(text.text.clone()),
            PairValue::Expr(expr) => self.expr_text(expr),
            PairValue::List(list, _) => {
                let texts: Vec<Option<String>> = list.iter().map(|expr| self.expr_text(expr)).collect();
                texts.into_iter().collect::<Option<Vec<String>>>().map(|texts| texts.join(" "))
            }
        }
    }

    fn expr_text(&mut self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Number(value) => Some(value.to_string()),
            ExprKind::Date(date) => Some(date.to_string()),
            ExprKind::Text(text) => Some(text.clone()),
            ExprKind::Path { names, label } => {
                let path: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
                let parts = [path.join("."), label.as_ref().map_or_else(String::new, |label| label.text.clone())];
                Some(parts.join(" ").trim().to_owned())
            }
            _ => {
                let error = Diagnostic::error(Code::TypeMismatch, "a value must stand here, not something to work out");
                self.fail(error.at(expr.span, "not a value as such").help("write the value itself"))
            }
        }
    }
}

/// What a test states of users, devices, hosts and servers, by name.
fn stated(item: &Item) -> Stated<'_> {
    let mut stated = Stated::new();
    for clause in &item.clauses {
        if let ClauseKind::Entity { table, name, .. } = &clause.kind {
            stated.entry(&name.text).or_default().push((table, name));
        }
    }
    stated
}

/// Where the value of a pair stands.
pub(super) fn value_span(value: &PairValue) -> Span {
    match value {
        PairValue::Unknown(span) | PairValue::List(_, span) => *span,
        PairValue::Text(text) => text.span,
        PairValue::Expr(expr) => expr.span,
    }
}

impl From<&Word> for Cell {
    fn from(word: &Word) -> Self {
        Cell { text: word.text.clone(), span: word.span }
    }
}

fn entry(table: &str, key: &Word, value: Cell) -> Entry {
    Entry { key: Cell { text: format!("{table}.{}", key.text), span: key.span }, value }
}

fn pairs(clauses: &[Clause]) -> impl Iterator<Item = (&Word, &PairValue)> {
    clauses.iter().filter_map(|clause| match &clause.kind {
        ClauseKind::Pair { key, value } => Some((key, value)),
        _ => None,
    })
}

/// The name of a column that is not written; `span` is what stands for it.
fn named(name: &str, span: Span) -> Cell {
    Cell { text: name.to_owned(), span }
}

fn column(name: &str, word: &Word) -> (Cell, Cell) {
    (named(name, word.span), word.into())
}

fn dated(name: &str, day: Dated) -> (Cell, Cell) {
    (named(name, day.span), Cell { text: day.date.to_string(), span: day.span })
}

/// Rows of named cells, by table, both in the order met.
#[derive(Default)]
struct Rows {
    tables: Vec<(String, Vec<Row>)>,
}

/// The cells of a row with their columns, and where the row stands.
type Row = (Vec<(Cell, Cell)>, Span);

impl Rows {
    fn add(&mut self, table: &str, row: Vec<(Cell, Cell)>, span: Span) {
        match self.tables.iter_mut().find(|(name, _)| name == table) {
            Some((_, rows)) => rows.push((row, span)),
            None => self.tables.push((table.to_owned(), vec![(row, span)])),
        }
    }

    fn tables(self, test: Span) -> Vec<Table> {
        self.tables.into_iter().map(|(name, rows)| table(Cell { text: name, span: test }, &rows)).collect()
    }
}

fn table(name: Cell, rows: &[Row]) -> Table {
    let mut columns: Vec<Cell> = Vec::new();
    for (column, _) in rows.iter().flat_map(|(cells, _)| cells) {
        if !columns.iter().any(|known| known.text == column.text) {
            columns.push(column.clone());
        }
    }
    let cell = |(cells, span): &Row, column: &Cell| {
        let own = cells.iter().find(|(own, _)| own.text == column.text);
        own.map_or(Cell { text: String::new(), span: *span }, |(_, cell)| cell.clone())
    };
    let rows = rows.iter().map(|row| columns.iter().map(|column| cell(row, column)).collect()).collect();
    Table { name, columns, rows, spans: Vec::new() }
}
