//! What a cell of a workbook holds, as a text.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use calamine::{DataRef, ExcelDateTime, XlsxFormulaMetadata};

/// What a cell holds.
pub(super) enum Content {
    /// A value, as text.
    Value(String),
    /// A value that is an error of the spreadsheet: `#REF!`.
    Error(String),
    /// A formula that nobody computed.
    Formula(String),
}

/// Why the value of a cell is none.
pub(super) enum Wrong<'c> {
    Error(&'c str),
    Formula,
}

/// What a cell holds; `None` for a blank one.
pub(super) fn content(value: DataRef<'_>, formula: Option<XlsxFormulaMetadata>) -> Option<Content> {
    let text = match value {
        DataRef::Empty => return formula.map(|formula| Content::Formula(written(formula))),
        DataRef::Error(error) => return Some(Content::Error(error.to_string())),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text,
        DataRef::SharedString(text) => text.to_owned(),
        DataRef::Bool(answer) => if answer { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(time) if time.is_duration() => time.as_f64().to_string(),
        DataRef::DateTime(time) => day(&time),
        DataRef::DateTimeIso(text) => text.strip_suffix("T00:00:00").unwrap_or(&text).to_owned(),
        DataRef::DurationIso(text) => text,
    };
    (!text.trim().is_empty()).then_some(Content::Value(text))
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
    /// The value; none for what is in error.
    pub fn text(&self) -> &str {
        match self {
            Content::Value(text) => text,
            Content::Error(_) | Content::Formula(_) => "",
        }
    }

    /// What stands in the cell for a reader.
    pub fn shown(&self) -> &str {
        match self {
            Content::Value(text) | Content::Error(text) | Content::Formula(text) => text,
        }
    }

    /// Why it has no value.
    pub fn problem(&self) -> Option<Wrong<'_>> {
        match self {
            Content::Value(_) => None,
            Content::Error(text) => Some(Wrong::Error(text)),
            Content::Formula(_) => Some(Wrong::Formula),
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
            Wrong::Formula => Diagnostic::error(Code::FormulaWithoutValue, "this formula has no value yet")
                .at(span, "nothing has computed it")
                .help("open the workbook in a spreadsheet, which computes it, and save it; or write the value"),
        }
    }
}
