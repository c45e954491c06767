//! One sheet: its cells as the workbook has them, then as lines of a text, then as a table.

use super::Workbook;
use super::cells::{Content, content};
use crate::diagnostic::{Code, Diagnostic, counted};
use crate::estate::document::{Cell, Table, most_columns};
use crate::estate::reading::{Reading, base};
use crate::estate::schema::Kind;
use crate::source::{Form, Span, letters, push_cells};
use calamine::{Dimensions, XlsxError};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The cells of a sheet that hold anything, row by row.
pub(super) struct Sheet {
    cells: Vec<((u32, u32), Content)>,
    merged: Vec<Dimensions>,
}

/// A row as it is shown.
pub(super) struct Line {
    /// Its number, from 0.
    row: u32,
    /// All of it that holds anything.
    pub span: Span,
    /// Its cells from the first column on.
    pub cells: Vec<Cell>,
}

/// How many rows and columns a sheet of a spreadsheet has.
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: u32 = 16_384;
const OUTSIDE: &str = "a cell lies outside of the 1048576 rows and 16384 columns that a sheet has";

impl Sheet {
    /// Reads the cells of the sheet of that name.
    pub fn read(workbook: &mut Workbook, name: &str) -> Result<Sheet, XlsxError> {
        let merged = workbook.merge_cells_by_sheet_name(name)?;
        let mut reader = workbook.worksheet_cells_reader(name)?;
        let mut cells = Vec::new();
        while let Some(cell) = reader.next_cell_with_formula_metadata()? {
            let (row, column) = cell.pos;
            if row >= MOST_ROWS || column >= MOST_COLUMNS {
                return Err(XlsxError::Unexpected(OUTSIDE));
            }
            if let Some(content) = content(cell.value, cell.formula) {
                cells.push((cell.pos, content));
            }
        }
        cells.sort_by_key(|(place, _)| *place);
        cells.dedup_by(|(place, content), (before, first)| {
            let is_same = place == before;
            if is_same {
                *first = first.with(content);
            }
            is_same
        });
        Ok(Sheet { cells, merged })
    }

    /// The first column that anything stands in.
    pub fn first_column(&self) -> usize {
        let first = self.cells.iter().map(|((_, column), _)| *column).min();
        first.and_then(|column| usize::try_from(column).ok()).unwrap_or_default()
    }

    /// Gives the sheet a text, and says where each cell of its rows stands in it. The first row, and so every other that
    /// is shorter, reaches as far as the longest. `None` with a diagnostic for a sheet that is too large. The kind of a
    /// table says in which of its columns numbers are names.
    pub fn shown(
        &self,
        (path, name): (&str, &str),
        kind: Option<Kind>,
        reading: &mut Reading<'_>,
    ) -> Option<Vec<Line>> {
        let last = self.cells.iter().map(|(place, _)| *place).max_by_key(|(_, column)| *column).unwrap_or_default();
        let width = last.1 + 1;
        let rows = self.cells.chunk_by(|((one, _), _), ((other, _), _)| one == other).count();
        if usize::try_from(width).is_ok_and(|width| width > most_columns(rows)) {
            reading.whole_file(path, "this file cannot be read", too_wide(path, name, (rows, width), last));
            return None;
        }
        let are_names = self.columns_of_names(kind, width);
        let file = reading.sources.next_file();
        let (mut text, mut lines) = (String::new(), Vec::new());
        let mut below = 0;
        for row in self.cells.chunk_by(|((one, _), _), ((other, _), _)| one == other) {
            let Some(((number, _), _)) = row.first() else { continue };
            text.extend((below..*number).map(|_| '\n'));
            below = number + 1;
            let texts = aligned(row, width);
            let places = push_cells(&mut text, texts.iter().map(|content| content.map_or("", Content::shown)));
            let cells = texts.iter().zip(&are_names).zip(places).map(|((content, are_names), place)| {
                let text = content.map_or_else(Cow::default, |content| content.text(*are_names)).into_owned();
                Cell { text, span: Span::new(file, place) }
            });
            let cells: Vec<Cell> = cells.collect();
            let filled =
                || cells.iter().zip(&texts).filter(|(_, content)| content.is_some()).map(|(cell, _)| cell.span);
            let Some((first, last)) = filled().next().zip(filled().next_back()) else { continue };
            lines.push(Line { row: *number, span: first.to(last), cells });
        }
        reading.add_as(Form::Sheet(name.to_owned()), path, text)?;
        Some(lines)
    }

    /// Whether numbers are names in each of its columns, by what its first row says of them.
    fn columns_of_names(&self, kind: Option<Kind>, width: u32) -> Vec<bool> {
        let first = self.cells.chunk_by(|((one, _), _), ((other, _), _)| one == other).next().unwrap_or(&[]);
        let has_names = |column: &Content| kind.is_some_and(|kind| kind.has_names_in(column.shown()));
        aligned(first, width).into_iter().map(|column| column.is_some_and(has_names)).collect()
    }

    /// What is wrong with its cells.
    pub fn problems(&self, lines: &[Line]) -> Vec<Diagnostic> {
        let wrong = self.cells.iter().filter_map(|(place, content)| Some(content.problem()?.of(span(lines, *place)?)));
        let merged = self.merged.iter().filter(|area| area.start != area.end);
        let merged = merged.filter_map(|area| {
            let first = lines.first()?.row.max(area.start.0);
            (first <= area.end.0).then_some(())?;
            Some(merged_cells(span(lines, (first, area.start.1))?, area))
        });
        wrong.chain(merged).collect()
    }

    /// The lines whose cells all have values; none where the first, which says what the others mean, has not.
    pub fn sound(&self, mut lines: Vec<Line>) -> Vec<Line> {
        let bad: BTreeSet<u32> =
            self.cells.iter().filter(|(_, content)| content.problem().is_some()).map(|((row, _), _)| *row).collect();
        if lines.first().is_some_and(|line| bad.contains(&line.row)) {
            return Vec::new();
        }
        lines.retain(|line| !bad.contains(&line.row));
        lines
    }
}

/// The contents of a row, one for each column.
fn aligned(row: &[((u32, u32), Content)], width: u32) -> Vec<Option<&Content>> {
    let mut rest = row.iter().peekable();
    let content = |column: u32| rest.next_if(|((_, at), _)| *at == column).map(|(_, content)| content);
    (0..width).map(content).collect()
}

/// Where a cell is shown; `None` outside the rows that hold anything.
fn span(lines: &[Line], (row, column): (u32, u32)) -> Option<Span> {
    let line = lines.get(lines.binary_search_by_key(&row, |line| line.row).ok()?)?;
    line.cells.get(usize::try_from(column).ok()?).map(|cell| cell.span)
}

/// The table of the lines: the first names the columns. Columns without a name and without any cell are no columns.
pub(super) fn table(kind: Kind, mut lines: Vec<Line>) -> Option<Table> {
    let name = Cell { text: kind.name().to_owned(), span: lines.first()?.span };
    let rows = lines.split_off(1);
    let header = lines.pop()?.cells;
    let used = |place: usize| {
        let cell = |cells: &[Cell]| cells.get(place).is_some_and(|cell| !cell.text.is_empty());
        cell(&header) || rows.iter().any(|line| cell(&line.cells))
    };
    let places: Vec<bool> = (0..header.len()).map(used).collect();
    let kept = |cells: Vec<Cell>| {
        let cells = cells.into_iter().zip(&places);
        cells.filter(|(_, used)| **used).map(|(cell, _)| cell).collect::<Vec<_>>()
    };
    let rows = rows.into_iter().map(|line| kept(line.cells)).collect();
    Some(Table { name, columns: kept(header), rows, spans: Vec::new() })
}

fn merged_cells(span: Span, area: &Dimensions) -> Diagnostic {
    let (rows, columns) = (area.end.0 - area.start.0 + 1, area.end.1 - area.start.1 + 1);
    let message = format!("{} cells are merged here", u64::from(rows) * u64::from(columns));
    Diagnostic::error(Code::MergedCells, message)
        .at(span, "only the first of them has a value")
        .help("unmerge them, and write the value into each cell that it is for")
}

fn too_wide(path: &str, name: &str, (rows, width): (usize, u32), (row, column): (u32, u32)) -> Diagnostic {
    let message = format!("the sheet `{name}` of `{}` has {width} columns", base(path));
    let (of, most) = (counted(rows, "row", "rows"), most_columns(rows));
    let last = letters(usize::try_from(column).unwrap_or(usize::MAX));
    Diagnostic::error(Code::TooLargeCell, message).help(format!(
        "a table of {of} has at most {most} columns: clear what stands to the right of them, as in the cell {last}{}",
        row + 1
    ))
}
