//! A workbook: a sheet for each table, and a sheet `estate` for the keys.
//!
//! Names of sheets, columns and keys may differ in case and blanks. A cell is the text that it shows, with days as
//! 2008-03-11 and numbers with all their digits, as many as a spreadsheet has; what a formula came to is read, the formula is
//! not. A sheet is given a text, a line for each row, for diagnostics to point into.

mod cells;
mod sheet;

use super::container;
use super::document::{Cell, Entry};
use super::guard::guarded;
use super::gzip::{Packing, allowance};
use super::reading::{Reading, base};
use super::schema::{KEYS, Kind, TABLE_KEYS};
use super::sheet::alike;
use crate::diagnostic::{Code, Diagnostic, nearest};
use calamine::{Reader, SheetType, Xlsx, XlsxError};
use sheet::{Line, Sheet};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

type Workbook = Xlsx<Cursor<Vec<u8>>>;

/// Reads the workbook of the file at `path`.
pub(super) fn read(path: &str, bytes: Vec<u8>, reading: &mut Reading<'_>) {
    let read = guarded(|| whole(path, bytes, reading));
    if let Err(error) = read.unwrap_or_else(|| Err(Packing::Damaged.of(base(path)))) {
        reading.whole_file(path, "this file cannot be read", error);
        reading.all_unfinished();
    }
}

fn whole(path: &str, bytes: Vec<u8>, reading: &mut Reading<'_>) -> Result<(), Diagnostic> {
    checked(base(path), &bytes)?;
    let workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(base(path), &error))?;
    Book { path, workbook, reading, tables: BTreeMap::new() }.sheets();
    Ok(())
}

/// The name of the sheet that holds the keys.
const MAIN: &str = "estate";

struct Book<'b, 's> {
    path: &'b str,
    workbook: Workbook,
    reading: &'b mut Reading<'s>,
    /// The sheet that each table was found in.
    tables: BTreeMap<Kind, String>,
}

impl Book<'_, '_> {
    fn sheets(mut self) {
        self.reading.document.loose_names = true;
        let sheets = self.workbook.sheets_metadata().to_vec();
        for sheet in sheets.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
            match Sheet::read(&mut self.workbook, &sheet.name) {
                Ok(read) => self.sheet(&sheet.name, read),
                Err(error) => {
                    let error = damaged(base(self.path), &error);
                    self.reading.whole_file(self.path, &format!("the sheet `{}` cannot be read", sheet.name), error);
                    self.reading.all_unfinished();
                }
            }
        }
    }

    fn sheet(&mut self, name: &str, sheet: Sheet) {
        let kind = Kind::ALL.into_iter().find(|kind| alike(kind.name(), name));
        let Some(lines) = sheet.shown((self.path, name), kind, self.reading) else {
            return self.reading.all_unfinished();
        };
        let Some(first) = lines.first() else { return };
        match kind {
            Some(kind) => match self.tables.insert(kind, name.to_owned()) {
                None => self.table(kind, lines, &sheet),
                Some(earlier) => self.reading.problems.push(twice(&earlier, name, first)),
            },
            None if alike(MAIN, name) => self.keys(lines, &sheet),
            None => self.reading.problems.push(unknown_sheet(name, first)),
        }
    }

    fn table(&mut self, kind: Kind, lines: Vec<Line>, sheet: &Sheet) {
        let problems = sheet.problems(&lines);
        if !problems.is_empty() {
            self.reading.unfinished(kind);
        }
        self.reading.problems.extend(problems);
        self.reading.document.tables.extend(sheet::table(kind, sheet.sound(lines)));
    }

    /// The keys: a name in the first column of each row, its value in the second.
    fn keys(&mut self, lines: Vec<Line>, sheet: &Sheet) {
        self.reading.problems.extend(sheet.problems(&lines));
        for (number, line) in sheet.sound(lines).into_iter().enumerate() {
            let mut cells = line.cells.into_iter().skip(sheet.first_column());
            let (Some(key), value) = (cells.next(), cells.next()) else { continue };
            if number == 0 && alike("key", &key.text) {
                continue;
            }
            if let Some(more) = cells.find(|cell| !cell.text.is_empty()) {
                self.reading.problems.push(third_column(&more));
            }
            let value = value.unwrap_or(Cell { text: String::new(), span: key.span });
            let key = Cell { text: key_name(&key.text), span: key.span };
            self.reading.document.entries.push(Entry { key, value });
        }
    }
}

/// The name of a key as `estate.toml` has it: `As of` is `as_of`, `Readings.external` is `readings.external`.
fn key_name(written: &str) -> String {
    let known =
        |names: &[&str], name: &str| names.iter().find(|known| alike(known, name)).map(|known| (*known).to_owned());
    match written.split_once('.') {
        Some((outer, inner)) => match known(&TABLE_KEYS, outer) {
            Some(outer) => format!("{outer}.{}", inner.trim()),
            None => written.to_owned(),
        },
        None => known(&KEYS, written).unwrap_or_else(|| written.to_owned()),
    }
}

/// Looks into every part of the file, before anyone reads it: whether it is whole, and how large it is unpacked.
fn checked(name: &str, bytes: &[u8]) -> Result<(), Diagnostic> {
    if let Some(error) = container::refused(name, bytes) {
        return Err(error);
    }
    if !bytes.starts_with(b"PK") {
        return Err(no_workbook(name));
    }
    let (allowed, mut size) = (allowance(bytes.len() as u64), 0);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Packing::Cut.of(name))?;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| Packing::Damaged.of(name))?;
        let mut part = part.take((allowed + 1).saturating_sub(size));
        size += std::io::copy(&mut part, &mut std::io::sink()).map_err(|_| Packing::Damaged.of(name))?;
        if size > allowed {
            return Err(Packing::TooLarge(allowed).of(name));
        }
    }
    Ok(())
}

fn no_workbook(name: &str) -> Diagnostic {
    Diagnostic::error(Code::UnreadForm, format!("`{name}` is no workbook"))
        .help("save it as a workbook `.xlsx`; tables in text stand in a folder, as CSV files beside an `estate.toml`")
}

fn damaged(name: &str, error: &XlsxError) -> Diagnostic {
    Diagnostic::error(Code::DamagedFile, format!("`{name}` is no workbook that can be read: {error}"))
        .help("open it in a spreadsheet and save it again as `.xlsx`")
}

fn twice(earlier: &str, name: &str, first: &Line) -> Diagnostic {
    let message = format!("the sheets `{earlier}` and `{name}` are the same table");
    Diagnostic::error(Code::TableTwice, message)
        .at(first.span, "this sheet is the second")
        .help("keep one of the two, with the rows of both")
}

fn unknown_sheet(name: &str, first: &Line) -> Diagnostic {
    let error = Diagnostic::error(Code::UnknownTable, format!("an estate has no table `{name}`"));
    let error = error.at(first.span, "this sheet would not be read");
    let lower = name.trim().to_lowercase();
    error.help(match nearest(&lower, Kind::ALL.map(Kind::name).into_iter().chain([MAIN])) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "the sheets are {MAIN}, {}; keep others in a workbook of their own",
            Kind::ALL.map(Kind::name).join(", ")
        ),
    })
}

fn third_column(cell: &Cell) -> Diagnostic {
    Diagnostic::error(Code::UnknownColumn, "the sheet `estate` has two columns")
        .at(cell.span, "neither a key nor its value")
        .help("write each key into the first column and its value into the second, and nothing else")
}
