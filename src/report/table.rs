//! Tables before they have a form: what stands in which column, typed. Markdown, HTML and workbooks are made of these.

use crate::estate::Heads;
use crate::value::{Date, decimal_text, grouped};
use rust_decimal::Decimal;

/// A table of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its heading.
    pub title: &'static str,
    /// What it tells, in a sentence without a full stop.
    pub about: String,
    /// The headings of its columns, and what stands in them.
    pub columns: Vec<(&'static str, Kind)>,
    /// Its rows, with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what it names")]
pub enum Kind {
    Text,
    Number,
    Money,
    Date,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Blank,
    /// Words, ids, paths.
    Text(String),
    /// How many.
    Count(u64),
    /// An amount in the estate's currency.
    Money(Decimal),
    /// A day.
    Date(Date),
}

impl Kind {
    /// Whether it stands on the right.
    pub fn is_number(self) -> bool {
        matches!(self, Kind::Number | Kind::Money)
    }
}

impl Table {
    /// The table without the columns in which nothing stands.
    #[must_use]
    pub fn trimmed(mut self) -> Table {
        let blank = |place: usize| self.rows.iter().all(|row| row.get(place).is_none_or(|cell| *cell == Cell::Blank));
        let filled: Vec<bool> = (0..self.columns.len()).map(|place| !blank(place)).collect();
        for row in &mut self.rows {
            keep(row, &filled);
        }
        keep(&mut self.columns, &filled);
        self
    }

    /// The headings of its columns; those of money name the currency.
    pub fn headings(&self, currency: Option<&str>) -> Vec<String> {
        let heading = |(title, kind): &(&str, Kind)| match currency.filter(|_| *kind == Kind::Money) {
            Some(currency) => format!("{title} ({currency})"),
            None => (*title).to_owned(),
        };
        self.columns.iter().map(heading).collect()
    }

    /// What it tells, and how many of its rows are not shown.
    pub fn caption(&self, most: usize) -> String {
        match self.rows.len().checked_sub(most) {
            Some(more) if more > 0 => {
                let (shown, all) = (grouped(most), grouped(self.rows.len()));
                format!("{}: the first {shown} of {all}; `--format xlsx` lists all", self.about)
            }
            _ => self.about.clone(),
        }
    }
}

/// Keeps what stands at a place that is wanted.
fn keep<T>(things: &mut Vec<T>, wanted: &[bool]) {
    let mut wanted = wanted.iter();
    things.retain(|_| wanted.next().copied().unwrap_or(false));
}

impl Cell {
    /// A text; nothing for an empty one.
    pub fn words(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::Blank } else { Cell::Text(text) }
    }

    /// A text that may be missing.
    pub fn maybe(text: Option<impl Into<String>>) -> Cell {
        text.map_or(Cell::Blank, Cell::words)
    }

    /// A day that may be missing.
    pub fn day(day: Option<Date>) -> Cell {
        day.map_or(Cell::Blank, Cell::Date)
    }

    /// A number of heads, or `many`.
    pub fn heads(heads: Heads) -> Cell {
        match heads {
            Heads::Count(count) => Cell::Count(count),
            Heads::Many => Cell::words("many"),
        }
    }

    /// As a reader has it: thousands separated.
    pub fn text(&self) -> String {
        match self {
            Cell::Blank => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => grouped(count),
            Cell::Money(amount) => grouped(decimal_text(*amount)),
            Cell::Date(day) => day.to_string(),
        }
    }

    /// The number in it, as programs read it.
    pub fn number(&self) -> Option<String> {
        match self {
            Cell::Count(count) => Some(count.to_string()),
            Cell::Money(amount) => Some(decimal_text(*amount)),
            Cell::Blank | Cell::Text(_) | Cell::Date(_) => None,
        }
    }
}
