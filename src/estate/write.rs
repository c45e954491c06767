//! An estate as the files that it would be read from: the way back from a [`Document`] whose rows are all in memory.

use super::document::{Cell, Document, Entry};
use crate::value::day;
use std::collections::BTreeMap;

/// `estate.toml` and a CSV file for each table that has rows, by name.
pub fn files(document: &Document) -> Vec<(String, String)> {
    let keys: String = document.entries.iter().map(key).collect();
    let mut tables: BTreeMap<&str, Sheet<'_>> = BTreeMap::new();
    for table in &document.tables {
        let sheet = tables.entry(&table.name.text).or_default();
        table.rows.iter().for_each(|row| sheet.add(&table.columns, row));
    }
    let tables = tables.into_iter().filter(|(_, sheet)| !sheet.rows.is_empty());
    let tables = tables.map(|(name, sheet)| (format!("{name}.csv"), sheet.text()));
    std::iter::once(("estate.toml".to_owned(), keys)).chain(tables).collect()
}

/// Every value may stand as a text; days need no quotes.
fn key(entry: &Entry) -> String {
    let (key, value) = (&entry.key.text, &entry.value.text);
    match day(value) {
        Some(day) => format!("{key} = {day}\n"),
        None => format!("{key} = {}\n", ::toml::Value::String(value.clone())),
    }
}

/// The rows of a table, all of its parts together.
#[derive(Default)]
struct Sheet<'d> {
    columns: Vec<&'d str>,
    rows: Vec<BTreeMap<&'d str, &'d str>>,
}

impl<'d> Sheet<'d> {
    fn add(&mut self, columns: &'d [Cell], row: &'d [Cell]) {
        for column in columns.iter().filter(|column| !self.columns.contains(&column.text.as_str())).collect::<Vec<_>>()
        {
            self.columns.push(&column.text);
        }
        let cells = columns.iter().zip(row);
        self.rows.push(cells.map(|(column, cell)| (column.text.as_str(), cell.text.as_str())).collect());
    }

    fn text(&self) -> String {
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        let header = self.columns.iter().copied().map(Some).collect();
        let rows = self.rows.iter().map(|row| self.columns.iter().map(|column| row.get(column).copied()).collect());
        for record in std::iter::once::<Vec<Option<&str>>>(header).chain(rows) {
            // Writing to memory does not fail, and every record has as many cells as the header.
            let _ = writer.write_record(record.into_iter().map(Option::unwrap_or_default));
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}
