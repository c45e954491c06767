//! One estate written down in every form that can be read.
//!
//! Where a form has a choice (a number as a cell of numbers or of text, the order of sheets and columns, names in capitals),
//! a seed makes it.

use crate::generate::Rng;
use entail::estate::document::{Document, Table};
use flate2::{Compression, write::GzEncoder};
use parquet::basic::Compression as Packing;
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::sync::Arc;

/// Files with their names, as they are handed over.
pub type Files = Vec<(String, Vec<u8>)>;

/// How an estate is handed over.
pub enum Form {
    /// In a folder of files.
    Folder(Files),
    /// In one file.
    Whole(String, Vec<u8>),
}

/// The estate in every form, each with its name.
pub fn forms(document: &Document, seed: u64) -> Vec<(&'static str, Form)> {
    let mut rng = Rng::new(seed);
    vec![
        ("packed tables", Form::Folder(packed(document))),
        ("Parquet tables", Form::Folder(parquet(document, &mut rng))),
        ("workbook", Form::Whole("estate.xlsx".to_owned(), workbook(document, &mut rng))),
        ("JSON", Form::Whole("estate.json".to_owned(), json_text(document, &mut rng).into_bytes())),
        ("YAML", Form::Whole("estate.yaml".to_owned(), yaml(document, &mut rng).into_bytes())),
    ]
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn packed(document: &Document) -> Files {
    let files = entail::estate::files(document).into_iter();
    files
        .map(|(name, text)| match name.strip_suffix(".csv") {
            Some(_) => (format!("{name}.gz"), gzip(text.as_bytes())),
            None => (name, text.into_bytes()),
        })
        .collect()
}

/// A table of texts, all of whose rows are as long as its header.
pub struct Texts {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// The tables of a document that have rows, the parts of one name together.
pub fn tables(document: &Document) -> Vec<Texts> {
    let mut tables: Vec<Texts> = Vec::new();
    for table in document.tables.iter().filter(|table| !table.rows.is_empty()) {
        tables.push(texts(table));
    }
    tables
}

fn texts(table: &Table) -> Texts {
    let text =
        |cells: &[entail::estate::document::Cell]| cells.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>();
    let rows = table.rows.iter().map(|row| text(row)).collect();
    Texts { name: table.name.text.clone(), columns: text(&table.columns), rows }
}

/// A number that a cell of numbers shows as it is written.
fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.to_string() == text && number.abs() < 1e15)
}

fn day(text: &str) -> Option<(u16, u8, u8)> {
    let mut parts = text.split('-').map(str::parse::<u16>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    (text.len() == 10 && year >= 1900).then_some((year, month as u8, day as u8))
}

fn shuffled<T>(mut list: Vec<T>, rng: &mut Rng) -> Vec<T> {
    for end in (1..list.len()).rev() {
        list.swap(end, rng.below(end + 1));
    }
    list
}

fn workbook(document: &Document, rng: &mut Rng) -> Vec<u8> {
    let mut book = Workbook::new();
    let keys = document.entries.iter().map(|entry| vec![entry.key.text.clone(), entry.value.text.clone()]).collect();
    let keys = Texts { name: "estate".to_owned(), columns: vec!["key".to_owned(), "value".to_owned()], rows: keys };
    let sheets: Vec<Texts> = tables(document).into_iter().chain([keys]).collect();
    for sheet in shuffled(sheets, rng) {
        let worksheet = book.add_worksheet();
        worksheet.set_name(loosely(&sheet.name, rng)).unwrap();
        let is_keys = sheet.name == "estate";
        let order: Vec<usize> = (0..sheet.columns.len()).collect();
        let order = if is_keys { order } else { shuffled(order, rng) };
        let left = rng.below(2) as u16;
        let mut top = rng.below(2) as u32;
        for (column, from) in (left..).zip(&order) {
            worksheet.write_string(top, column, loosely(&sheet.columns[*from], rng)).unwrap();
        }
        for row in &sheet.rows {
            top += 1 + u32::from(rng.chance(10));
            for (column, from) in (left..).zip(&order) {
                write_cell(worksheet, (top, column), &row[*from], rng);
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// A name as somebody might write it in a spreadsheet.
fn loosely(name: &str, rng: &mut Rng) -> String {
    match rng.below(4) {
        0 => name.to_uppercase(),
        1 => name.replace('_', " "),
        2 => format!("{}{}", name[..1].to_uppercase(), &name[1..]),
        _ => name.to_owned(),
    }
}

fn write_cell(sheet: &mut Worksheet, (row, column): (u32, u16), text: &str, rng: &mut Rng) {
    let as_text = rng.chance(30);
    match (number(text), day(text)) {
        (Some(number), _) if !as_text => sheet.write_number(row, column, number).map(|_| ()),
        (_, Some((year, month, day))) if !as_text => {
            let format = Format::new().set_num_format(if rng.chance(50) { "yyyy-mm-dd" } else { "d/m/yy" });
            let day = ExcelDateTime::from_ymd(year, month, day).unwrap();
            sheet.write_datetime_with_format(row, column, day, &format).map(|_| ())
        }
        _ if text.is_empty() => Ok(()),
        _ => sheet.write_string(row, column, text).map(|_| ()),
    }
    .unwrap();
}

/// The keys of an estate, those of a table in a map of their own.
fn keys(document: &Document) -> Map<String, Value> {
    let mut keys = Map::new();
    for entry in &document.entries {
        let value = json!(entry.value.text);
        match entry.key.text.split_once('.') {
            Some((outer, inner)) => {
                let map = keys.entry(outer).or_insert_with(|| json!({})).as_object_mut().unwrap();
                map.insert(inner.to_owned(), value);
            }
            None => {
                keys.insert(entry.key.text.clone(), value);
            }
        }
    }
    keys
}

fn json_text(document: &Document, rng: &mut Rng) -> String {
    let mut whole = keys(document);
    for table in tables(document) {
        let rows = table.rows.iter().map(|row| {
            let cells = table.columns.iter().zip(row);
            let cells: Vec<_> = cells.filter(|(_, text)| !text.is_empty() || rng.chance(50)).collect();
            let cells = cells.into_iter();
            let cells: Vec<_> = cells.map(|(column, text)| (column.clone(), value(text, rng.chance(50)))).collect();
            Value::Object(shuffled(cells, rng).into_iter().collect())
        });
        whole.insert(table.name.clone(), rows.collect());
    }
    if rng.chance(50) { json!(whole).to_string() } else { serde_json::to_string_pretty(&whole).unwrap() }
}

fn value(text: &str, bare: bool) -> Value {
    match (text, number(text)) {
        ("", _) if bare => Value::Null,
        ("true" | "false", _) if bare => json!(text == "true"),
        (_, Some(number)) if bare && number.fract() == 0.0 => json!(number as i64),
        (_, Some(number)) if bare => json!(number),
        _ => json!(text),
    }
}

fn yaml(document: &Document, rng: &mut Rng) -> String {
    let mut text = String::new();
    for (key, value) in keys(document) {
        match value {
            Value::Object(inner) => {
                text.push_str(&format!("{key}:\n"));
                inner.iter().for_each(|(name, value)| {
                    text.push_str(&format!("  {name}: {}\n", scalar(value.as_str().unwrap(), rng)));
                });
            }
            value => text.push_str(&format!("{key}: {}\n", scalar(value.as_str().unwrap(), rng))),
        }
    }
    for table in tables(document) {
        text.push_str(&format!("{}:\n", table.name));
        for row in &table.rows {
            let cells = table.columns.iter().zip(row);
            let cells: Vec<_> = cells.filter(|(_, text)| !text.is_empty() || rng.chance(20)).collect();
            let cells = cells.into_iter();
            let cells: Vec<_> = cells.map(|(column, text)| format!("{column}: {}", scalar(text, rng))).collect();
            let cells = shuffled(cells, rng);
            match rng.chance(50) {
                true => text.push_str(&format!("- {{{}}}\n", cells.join(", "))),
                false => text.push_str(&format!("- {}\n", cells.join("\n  "))),
            }
        }
    }
    text
}

fn scalar(text: &str, rng: &mut Rng) -> String {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let plain = plain && text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text != "null";
    match rng.below(3) {
        0 if plain => text.to_owned(),
        1 => format!("'{}'", text.replace('\'', "''")),
        _ => json!(text).to_string(),
    }
}

fn parquet(document: &Document, rng: &mut Rng) -> Files {
    let main = Document { entries: document.entries.clone(), ..Document::default() };
    let keys = entail::estate::files(&main).into_iter().map(|(name, text)| (name, text.into_bytes()));
    let tables = tables(document);
    keys.chain(tables.iter().map(|table| (format!("{}.parquet", table.name), parquet_table(table, rng)))).collect()
}

/// What a column is written as.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Whole,
    Days,
}

impl Kind {
    fn of(cells: &[&String]) -> Kind {
        let all = |test: fn(&str) -> bool| cells.iter().all(|cell| cell.is_empty() || test(cell));
        match (all(|cell| number(cell).is_some_and(|number| number.fract() == 0.0)), all(|cell| day(cell).is_some())) {
            (true, _) => Kind::Whole,
            (_, true) => Kind::Days,
            (false, false) => Kind::Text,
        }
    }

    fn written(self) -> &'static str {
        match self {
            Kind::Text => "BYTE_ARRAY",
            Kind::Whole => "INT64",
            Kind::Days => "INT32",
        }
    }

    fn meant(self) -> &'static str {
        match self {
            Kind::Text => "(UTF8)",
            Kind::Whole => "",
            Kind::Days => "(DATE)",
        }
    }
}

pub fn parquet_table(table: &Texts, rng: &mut Rng) -> Vec<u8> {
    let cells = |at: usize| table.rows.iter().map(|row| &row[at]).collect::<Vec<_>>();
    let kinds: Vec<Kind> =
        (0..table.columns.len()).map(|at| if rng.chance(30) { Kind::Text } else { Kind::of(&cells(at)) }).collect();
    let columns = table.columns.iter().zip(&kinds);
    let columns = columns.map(|(name, kind)| format!("OPTIONAL {} {name} {};", kind.written(), kind.meant()));
    let schema = Arc::new(parse_message_type(&format!("message t {{ {} }}", columns.collect::<String>())).unwrap());
    let packing = rng.pick(&[Packing::UNCOMPRESSED, Packing::SNAPPY, Packing::LZ4_RAW]);
    let properties = Arc::new(WriterProperties::builder().set_compression(packing).build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    for rows in table.rows.chunks(1 + rng.below(5)) {
        let mut group = writer.next_row_group().unwrap();
        for (at, kind) in kinds.iter().enumerate() {
            parquet_column(&mut group, *kind, &rows.iter().map(|row| row[at].as_str()).collect::<Vec<_>>());
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn parquet_column(group: &mut SerializedRowGroupWriter<'_, Vec<u8>>, kind: Kind, cells: &[&str]) {
    let levels: Vec<i16> = cells.iter().map(|cell| i16::from(!cell.is_empty())).collect();
    let filled = cells.iter().filter(|cell| !cell.is_empty());
    let mut column = group.next_column().unwrap().unwrap();
    match kind {
        Kind::Text => {
            let values: Vec<ByteArray> = filled.map(|cell| ByteArray::from(*cell)).collect();
            column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)
        }
        Kind::Whole => {
            let values: Vec<i64> = filled.map(|cell| cell.parse().unwrap()).collect();
            column.typed::<Int64Type>().write_batch(&values, Some(&levels), None)
        }
        Kind::Days => {
            let values: Vec<i32> = filled.map(|cell| days(cell)).collect();
            column.typed::<Int32Type>().write_batch(&values, Some(&levels), None)
        }
    }
    .unwrap();
    column.close().unwrap();
}

/// The days from 1970-01-01, counted by years and months.
fn days(text: &str) -> i32 {
    let (year, month, day) = day(text).unwrap();
    let (year, month, day) = (i32::from(year), i32::from(month), i32::from(day));
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}
