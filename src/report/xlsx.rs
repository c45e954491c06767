//! Workbooks: an Effective Licence Position as specialists exchange it, a sheet for each table.
//!
//! Cells are typed: counts and money are numbers, days are dates, and whatever comes from a file is text, never a formula.
//! The same position makes the same bytes: the workbook is dated with the day of the position.

use super::content::{self, Making};
use super::json::Context;
use super::table::{Cell, Kind, Table};
use crate::judge::judgement::Judgement;
use crate::value::{Date, decimal_text};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// Sheets that every workbook has, and then those that have rows.
const SHEETS: [Making; 7] = [
    content::licenses,
    content::demands,
    content::holdings,
    content::exemptions,
    content::questions,
    content::assumptions,
    content::sources,
];
const MORE: [Making; 7] = [
    content::citations,
    content::prohibitions,
    content::unmet,
    content::disputes,
    content::people,
    content::terms,
    content::advice,
];

/// A position as `check` tells it.
///
/// # Errors
/// The writer refuses something: a defect of this program.
pub fn position(context: &Context<'_>, judgement: &Judgement) -> Result<Vec<u8>, XlsxError> {
    workbook(context, judgement, &MORE)
}

/// A plan as `plan` tells it: a position, and who gets what.
///
/// # Errors
/// As [`position`].
pub fn plan(context: &Context<'_>, judgement: &Judgement) -> Result<Vec<u8>, XlsxError> {
    let assigned: [Making; 1] = [content::assignments];
    workbook(context, judgement, &[&assigned[..], &MORE].concat())
}

fn workbook(context: &Context<'_>, judgement: &Judgement, more: &[Making]) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats::new(context.estate.currency.as_deref());
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(judgement.as_of)?);
    summary(workbook.add_worksheet(), context, judgement, &formats)?;
    for make in SHEETS {
        sheet(workbook.add_worksheet(), &make(context, judgement), &formats)?;
    }
    let more = more.iter().map(|make| make(context, judgement)).filter(|table| !table.rows.is_empty());
    for table in more {
        sheet(workbook.add_worksheet(), &table, &formats)?;
    }
    workbook.save_to_buffer()
}

fn properties(as_of: Date) -> Result<DocProperties, XlsxError> {
    let earliest = ExcelDateTime::from_ymd(1900, 1, 1)?;
    let made = day(as_of).unwrap_or(earliest);
    Ok(DocProperties::new().set_title("Effective Licence Position").set_creation_datetime(&made))
}

/// A day as workbooks count it; those before 1900 have no number.
fn day(date: Date) -> Option<ExcelDateTime> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    ExcelDateTime::from_ymd(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
}

/// How cells look.
struct Formats<'c> {
    currency: Option<&'c str>,
    head: Format,
    text: Format,
    count: Format,
    money: Format,
    date: Format,
}

impl<'c> Formats<'c> {
    fn new(currency: Option<&'c str>) -> Self {
        let plain = Format::new().set_align(FormatAlign::Top);
        let head = plain
            .clone()
            .set_bold()
            .set_background_color(Color::RGB(0x00E7_ECF1))
            .set_border_bottom(FormatBorder::Thin);
        Formats {
            currency,
            head: head.set_text_wrap(),
            text: plain.clone().set_text_wrap(),
            count: plain.clone().set_num_format("#,##0"),
            money: plain.clone().set_num_format(money_format(currency)),
            date: plain.set_num_format("yyyy-mm-dd"),
        }
    }
}

/// The number format of money: with the currency where that is a plain word or sign, which cannot be mistaken for a part of
/// the format.
fn money_format(currency: Option<&str>) -> String {
    let is_sign = |letter: char| letter.is_alphabetic() || "$€£¥₹₽".contains(letter);
    match currency
        .filter(|currency| !currency.is_empty() && currency.chars().count() <= 8 && currency.chars().all(is_sign))
    {
        Some(currency) => format!("#,##0.00## [${currency}]"),
        None => "#,##0.00##".to_owned(),
    }
}

/// The first sheet: the answer, and what it is an answer to.
fn summary(
    sheet: &mut Worksheet,
    context: &Context<'_>,
    judgement: &Judgement,
    formats: &Formats<'_>,
) -> Result<(), XlsxError> {
    sheet.set_name("Summary")?.set_column_width(0, 26)?.set_column_width(1, 90)?;
    let names = formats.head.clone().set_border_bottom(FormatBorder::None);
    let left = |format: &Format| format.clone().set_align(FormatAlign::Left);
    let (count, money, date) = (left(&formats.count), left(&formats.money), left(&formats.date));
    let formats = Formats { head: names, text: formats.text.clone(), count, money, date, currency: formats.currency };
    for (row, (name, cell)) in (0u32..).zip(content::summary(context, judgement)) {
        sheet.write_string_with_format(row, 0, name, &formats.head)?;
        write(sheet, row, 1, &cell, &formats)?;
    }
    Ok(())
}

/// The rows that a sheet has below its header.
const MOST: usize = 1_048_575;

fn sheet(sheet: &mut Worksheet, table: &Table, formats: &Formats<'_>) -> Result<(), XlsxError> {
    sheet
        .set_name(table.title)?
        .set_freeze_panes(1, 0)?
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(0, 0)?;
    let mut last = (0, 0);
    for (column, (title, (_, kind))) in (0u16..).zip(table.headings(formats.currency).iter().zip(&table.columns)) {
        sheet.write_string_with_format(0, column, title, &formats.head)?;
        let cells = table.rows.iter().filter_map(|row| row.get(usize::from(column)));
        sheet.set_column_width(column, width(title, *kind, cells))?;
        last.1 = column;
    }
    for (row, cells) in (1u32..).zip(table.rows.iter().take(MOST)) {
        for (column, cell) in (0u16..).zip(cells) {
            write(sheet, row, column, cell, formats)?;
        }
        last.0 = row;
    }
    sheet.autofilter(0, 0, last.0, last.1)?;
    Ok(())
}

/// Wide enough for what stands in a column, as far as that can be read without scrolling.
fn width<'c>(title: &str, kind: Kind, cells: impl Iterator<Item = &'c Cell>) -> f64 {
    // Money has decimals and a currency, and a header the button of its filter.
    let more = if kind == Kind::Money { 8 } else { 1 };
    let cells = cells.map(|cell| cell.text().chars().count() + more).max().unwrap_or(0);
    let letters = cells.max(title.chars().count() + 4).clamp(9, 60);
    letters.to_f64().unwrap_or(9.0)
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, formats: &Formats<'_>) -> Result<(), XlsxError> {
    match cell {
        Cell::Blank => {}
        Cell::Text(text) => _ = sheet.write_string_with_format(row, column, fitting(text), &formats.text)?,
        Cell::Count(count) => number(sheet, row, column, Decimal::from(*count), &formats.count)?,
        Cell::Money(amount) => number(sheet, row, column, *amount, &formats.money)?,
        Cell::Date(date) => match day(*date) {
            Some(day) => _ = sheet.write_datetime_with_format(row, column, &day, &formats.date)?,
            None => _ = sheet.write_string_with_format(row, column, date.to_string(), &formats.text)?,
        },
    }
    Ok(())
}

/// A number where a workbook holds it exactly, else its digits as text.
fn number(sheet: &mut Worksheet, row: u32, column: u16, value: Decimal, format: &Format) -> Result<(), XlsxError> {
    const EXACT: i128 = 1_000_000_000_000_000;
    let exact = value.normalize().mantissa().abs() < EXACT;
    match value.to_f64().filter(|_| exact) {
        Some(number) => sheet.write_number_with_format(row, column, number, format)?,
        None => sheet.write_string_with_format(row, column, decimal_text(value), format)?,
    };
    Ok(())
}

/// A text as long as a cell takes.
fn fitting(text: &str) -> String {
    const LONGEST: usize = 32_767;
    match text.chars().count() > LONGEST {
        true => text.chars().take(LONGEST - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}
