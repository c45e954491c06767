//! What a cell of a workbook holds, as a text.

use crate::diagnostic::{Code, Diagnostic};
use crate::estate::cells::plainly;
use crate::source::Span;
use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType, XlsxFormulaMetadata};
use std::borrow::Cow;

/// What a cell holds.
pub(super) enum Content {
    /// A value, as text.
    Value(String),
    /// A number, with all of its digits.
    Number(String),
    /// A value that is an error of the spreadsheet: `#REF!`.
    Error(String),
    /// A formula that nobody computed.
    Formula(String),
    /// A number of more digits than a spreadsheet keeps.
    Rounded(String),
    /// A number that is shown as a day and is none.
    NoDay(String),
    /// What several cells in one place hold.
    Several(String),
}

/// Why the value of a cell is none.
pub(super) enum Wrong<'c> {
    Error(&'c str),
    Formula,
    Rounded(&'c str),
    NoDay(&'c str),
    Several,
}

/// What a cell holds; `None` for a blank one.
pub(super) fn content(value: DataRef<'_>, formula: Option<XlsxFormulaMetadata>) -> Option<Content> {
    let text = match value {
        DataRef::Empty => return formula.map(|formula| Content::Formula(written(formula))),
        DataRef::Error(error) => return Some(Content::Error(error.to_string())),
        DataRef::Int(number) => return Some(Content::Number(number.to_string())),
        DataRef::Float(value) if value.fract() == 0.0 && value.abs() >= KEPT => {
            return Some(Content::Rounded(value.to_string()));
        }
        DataRef::Float(value) => return Some(Content::Number(number(value))),
        DataRef::String(text) => text,
        DataRef::SharedString(text) => text.to_owned(),
        DataRef::Bool(answer) => if answer { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(time) if time.is_duration() => return Some(Content::Number(time.as_f64().to_string())),
        DataRef::DateTime(time) if !is_day(&time) => return Some(Content::NoDay(time.as_f64().to_string())),
        DataRef::DateTime(time) => day(&time),
        DataRef::DateTimeIso(text) => text.strip_suffix("T00:00:00").unwrap_or(&text).to_owned(),
        DataRef::DurationIso(text) => text,
    };
    (!text.trim().is_empty()).then_some(Content::Value(text))
}

/// Whole numbers from here on have more than 15 digits: of others, some would be the same.
const KEPT: f64 = 1e15;

/// Whether the number of a cell is that of a day, from the first in its calendar to the end of the year 9999. For others
/// the nearest of these would be given back.
fn is_day(time: &ExcelDateTime) -> bool {
    let number = time.as_f64();
    let from_1900 = *time == ExcelDateTime::new(number, ExcelDateTimeType::DateTime, false);
    if from_1900 { (1.0..2_958_466.0).contains(&number) } else { (0.0..2_957_004.0).contains(&number) }
}

/// A day, and the time of day unless it is midnight.
fn day(time: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        (hour, minute, second, _) => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}

fn written(formula: XlsxFormulaMetadata) -> String {
    match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => format!("={formula}"),
        _ => "=…".to_owned(),
    }
}

impl Content {
    /// What stands in one place with this.
    pub fn with(&self, other: &Content) -> Content {
        Content::Several(format!("{} / {}", self.shown(), other.shown()))
    }

    /// The value, in a column of names or of others; none for what is in error.
    pub fn text(&self, are_names: bool) -> Cow<'_, str> {
        match self {
            Content::Number(number) if !are_names => Cow::Owned(plainly(number)),
            Content::Value(text) | Content::Number(text) => Cow::Borrowed(text.trim()),
            Content::Error(_) | Content::Formula(_) | Content::Rounded(_) | Content::NoDay(_) | Content::Several(_) => {
                Cow::Borrowed("")
            }
        }
    }

    /// What stands in the cell for a reader.
    pub fn shown(&self) -> &str {
        match self {
            Content::Value(text)
            | Content::Number(text)
            | Content::Error(text)
            | Content::Formula(text)
            | Content::Rounded(text)
            | Content::NoDay(text)
            | Content::Several(text) => text,
        }
    }

    /// Why it has no value.
    pub fn problem(&self) -> Option<Wrong<'_>> {
        match self {
            Content::Value(_) | Content::Number(_) => None,
            Content::Error(text) => Some(Wrong::Error(text)),
            Content::Formula(_) => Some(Wrong::Formula),
            Content::Rounded(text) => Some(Wrong::Rounded(text)),
            Content::NoDay(text) => Some(Wrong::NoDay(text)),
            Content::Several(_) => Some(Wrong::Several),
        }
    }
}

impl Wrong<'_> {
    /// The diagnostic of the cell at `span`.
    pub fn of(&self, span: Span) -> Diagnostic {
        match self {
            Wrong::Error(text) => Diagnostic::error(Code::ErrorCell, format!("this cell shows the error `{text}`"))
                .at(span, "no value could be computed")
                .help("mend what it is computed from, or write the value"),
            Wrong::Rounded(text) => {
                Diagnostic::error(Code::WrongCell, format!("the number `{text}` has more than 15 digits"))
                    .at(span, "a spreadsheet keeps no more: others would be the same number")
                    .help("write it as text: format the cell as text first, then type it again")
            }
            Wrong::NoDay(text) => Diagnostic::error(
                Code::WrongCell,
                format!("the number `{text}` is laid out as a day, and no day has it"),
            )
            .at(span, "a spreadsheet counts the days from 1900-01-01 on, as far as 9999-12-31")
            .help("format the cell as text first, then type the day, as `2008-03-11`, or what it is meant to say"),
            Wrong::Several => Diagnostic::error(Code::GivenTwice, "this cell is given twice")
                .at(span, "nobody could say which of the values holds")
                .help("keep one of them; no spreadsheet writes a workbook like this"),
            Wrong::Formula => Diagnostic::error(Code::FormulaWithoutValue, "this formula has no value yet")
                .at(span, "nothing has computed it")
                .help("open the workbook in a spreadsheet, which computes it, and save it; or write the value"),
        }
    }
}

/// A number with the 15 digits that a spreadsheet shows: 0.1 + 0.2 is 0.3 there.
fn number(value: f64) -> String {
    let kept = if value.fract() == 0.0 { None } else { format!("{value:.14e}").parse::<f64>().ok() };
    kept.unwrap_or(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::CellErrorType;

    #[test]
    fn a_number_that_a_spreadsheet_would_round_is_no_value() {
        let is_rounded = |value: f64| matches!(content(DataRef::Float(value), None), Some(Content::Rounded(_)));
        assert!(is_rounded(12_345_678_901_234_561.0) && is_rounded(-1e15));
        assert!(!is_rounded(999_999_999_999_999.0) && !is_rounded(0.1));
    }

    #[test]
    fn a_number_without_a_day_is_none() {
        let time = |number, is_1904| ExcelDateTime::new(number, ExcelDateTimeType::DateTime, is_1904);
        let is_none = |time| matches!(content(DataRef::DateTime(time), None), Some(Content::NoDay(_)));
        assert!([-100.0, 0.5, 2_958_466.0, 20_061_231.0].into_iter().all(|number| is_none(time(number, false))));
        assert!([-1.0, 2_957_004.0].into_iter().all(|number| is_none(time(number, true))));
        assert!(!is_none(time(1.0, false)) && !is_none(time(2_958_465.9, false)) && !is_none(time(0.0, true)));
    }

    fn text(value: DataRef<'_>) -> String {
        content(value, None).map_or_else(String::new, |content| content.shown().to_owned())
    }

    #[test]
    fn a_cell_is_what_it_shows() {
        let time = |value| DataRef::DateTime(ExcelDateTime::new(value, ExcelDateTimeType::DateTime, false));
        assert_eq!(text(DataRef::Float(0.1 + 0.2)), "0.3");
        assert_eq!(text(DataRef::Float(1750.0)), "1750");
        assert_eq!(text(DataRef::Float(29.95)), "29.95");
        assert_eq!(text(DataRef::Float(9_007_199_254_740_991.0)), "9007199254740991");
        assert_eq!(text(time(39_518.0)), "2008-03-11");
        assert_eq!(text(time(39_518.5)), "2008-03-11 12:00:00");
        assert_eq!(text(DataRef::DateTimeIso("2008-03-11T00:00:00".to_owned())), "2008-03-11");
        assert_eq!(text(DataRef::Bool(true)), "TRUE");
        assert_eq!(text(DataRef::Error(CellErrorType::Ref)), "#REF!");
        assert_eq!(text(DataRef::String("  ".to_owned())), "");
    }
}
