//! What a person knows of users and no export says: a table of names and facts.
//!
//! Its first column says whom a row is about: `user` matches their names, any other name a column of the export. `*` in a cell
//! stands for any text, and capitals make no difference. The other columns are facts of users, and `same_as`; of the rows
//! that match, the first counts.

use super::cell;
use super::export::{Export, Row};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate;
use crate::estate::document::{Cell, Document, Table};
use crate::program::{Entity, Program};
use crate::source::{FileId, Sources, Span};
use std::collections::BTreeMap;

/// A mapping of users.
#[derive(Debug, Default)]
pub struct Map {
    /// The column of the export that is matched; blank for the names of users.
    by: String,
    /// Where the mapping names it.
    by_span: Option<Span>,
    /// The columns that it fills.
    pub(super) columns: Vec<String>,
    /// What each row says.
    rows: Vec<Vec<Cell>>,
    /// The first row of each text without `*`, and every row with one.
    names: BTreeMap<String, usize>,
    patterns: Vec<(String, usize)>,
}

/// The column that names the user of whom another is only another name.
const SAME_AS: &str = "same_as";

impl Map {
    /// Reads the text of the file.
    pub fn read(file: FileId, sources: &Sources, program: &Program) -> (Map, Vec<Diagnostic>) {
        let (export, mut problems) = Export::read_map(file, sources);
        if problems.iter().any(|problem| problem.code == Code::GivenTwice) {
            return (Map::default(), problems);
        }
        let by = export.columns().next().filter(|by| !by.eq_ignore_ascii_case("user")).unwrap_or_default().to_owned();
        let mut columns: Vec<(usize, &str)> = export.columns().enumerate().skip(1).collect();
        if columns.is_empty() {
            problems.push(no_map(&export));
        }
        columns.retain(|(place, column)| {
            let unknown = unknown_column(column, export.header.place(Some(*place), sources), program);
            let is_known = unknown.is_none();
            problems.extend(unknown);
            is_known
        });
        let said = |row: &Row, (place, column): &(usize, &str)| {
            let text = row.text(Some(*place));
            // The name of another user, as `users.csv` has it.
            let text = if *column == SAME_AS { text.to_lowercase() } else { text.to_owned() };
            cell(text, row.place(Some(*place), sources))
        };
        let facts = |row: &Row| columns.iter().map(|column| said(row, column)).collect();
        let rows = export.rows.iter().map(facts).collect();
        let columns = columns.iter().map(|(_, column)| (*column).to_owned()).collect();
        let by_span = Some(export.header.place(Some(0), sources));
        let mut map = Map { by, by_span, columns, rows, ..Map::default() };
        for (place, row) in export.rows.iter().enumerate() {
            map.add(row.text(Some(0)).to_lowercase(), place);
        }
        problems.extend(map.wrong_values(export.header.span, program));
        (map, problems)
    }

    fn add(&mut self, whom: String, place: usize) {
        if whom.contains('*') {
            self.patterns.push((whom, place));
        } else {
            self.names.entry(whom).or_insert(place);
        }
    }

    /// Whether nobody wrote one. One without rows says nothing of anybody, and so forgets all.
    pub fn is_missing(&self) -> bool {
        self.columns.is_empty()
    }

    /// The problem of an export that lacks the column by which users are matched.
    pub(super) fn not_in(&self, export: &Export) -> Option<Diagnostic> {
        if self.by.is_empty() || export.column(&self.by).is_some() {
            return None;
        }
        let by = crate::diagnostic::quoted(&self.by);
        let error = Diagnostic::error(Code::NotAMap, format!("the export has no column {by}"));
        let error = self.by_span.into_iter().fold(error, |error, span| error.at(span, "whom the rows are about"));
        let error = error.because(export.header.span, "the columns of the export");
        Some(match crate::diagnostic::nearest(&self.by, export.columns()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("write `user` for the names of users, or a column of the export"),
        })
    }

    /// What is wrong with its values, whether a row matches anybody or not.
    fn wrong_values(&self, header: Span, program: &Program) -> Vec<Diagnostic> {
        let is_fact = |column: &&String| user_facts(program).any(|fact| fact == column.as_str());
        let facts: Vec<(usize, &String)> =
            self.columns.iter().enumerate().filter(|(_, column)| is_fact(column)).collect();
        let row = |(number, row): (usize, &Vec<Cell>)| {
            let values = facts.iter().filter_map(|(place, _)| row.get(*place).cloned());
            [cell(format!("row {number}"), header)].into_iter().chain(values).collect()
        };
        let columns = ["id"].into_iter().chain(facts.iter().map(|(_, name)| name.as_str()));
        let table = Table {
            name: cell("users", header),
            columns: columns.map(|name| cell(name, header)).collect(),
            rows: self.rows.iter().enumerate().map(row).collect(),
            spans: Vec::new(),
        };
        estate::build(&Document { tables: vec![table], ..Document::default() }, program).1
    }

    /// The name of the user of whom one is only another name, by what it says of that one.
    pub(super) fn main<'f>(&self, facts: &'f [Cell]) -> Option<&'f str> {
        let place = self.columns.iter().position(|column| column == SAME_AS)?;
        facts.get(place).map(|cell| cell.text.as_str()).filter(|name| !name.is_empty())
    }

    /// What it says of a user in a row of an export, for each of its columns.
    pub(super) fn of(&self, name: &str, row: &Row, export: &Export) -> Option<Vec<Cell>> {
        let matched = if self.by.is_empty() { name } else { row.text(export.column(&self.by)) }.to_lowercase();
        let named = self.names.get(&matched).copied();
        let mut before = self.patterns.iter().take_while(|(_, place)| named.is_none_or(|named| *place < named));
        let pattern = before.find(|(pattern, _)| matches(pattern, &matched)).map(|(_, place)| *place);
        self.rows.get(pattern.or(named)?).cloned()
    }
}

/// Whether a text is what a pattern describes, in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or("");
    for piece in pieces {
        match left.find(piece) {
            Some(at) => left = left.get(at + piece.len()..).unwrap_or(""),
            None => return false,
        }
    }
    left.ends_with(last)
}

/// The names of the facts of users.
fn user_facts(program: &Program) -> impl Iterator<Item = &str> {
    let facts = program.facts.iter().filter(|(_, fact)| fact.entity == Entity::User);
    facts.map(|(_, fact)| fact.header.name.as_str())
}

fn no_map(export: &Export) -> Diagnostic {
    Diagnostic::error(Code::NotAMap, "this mapping says nothing of users")
        .at(export.header.span, "expected whom the rows are about, and then facts")
        .help("begin with a line such as `user,relation`, and go on with `WESTERN\\pupil*,student`")
}

fn unknown_column(column: &str, at: Span, program: &Program) -> Option<Diagnostic> {
    let known: Vec<&str> = user_facts(program).chain([SAME_AS]).collect();
    if known.contains(&column) {
        return None;
    }
    let message = format!("users have no fact {}", crate::diagnostic::quoted(column));
    let error = Diagnostic::error(Code::NotAMap, message).at(at, "a column of this mapping");
    Some(match crate::diagnostic::nearest(column, known.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("a mapping may state {}", known.join(", "))),
    })
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        for pattern in ["western\\sarah", "western\\*", "*sarah", "*", "w*n*s*h", "*\\*", "western\\sarah*"] {
            assert!(matches(pattern, "western\\sarah"), "{pattern}");
        }
        for pattern in ["", "western", "sarah*", "*western", "w*x*h", "western\\sarah*h"] {
            assert!(!matches(pattern, "western\\sarah"), "{pattern}");
        }
    }
}
