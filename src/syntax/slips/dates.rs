//! Dates as other languages write them.

use super::Slip;
use super::tokens::line_end;
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::syntax::parser::Rule;
use crate::value::{Date, is_in_thousands};
use std::ops::Range;

impl Slip<'_> {
    /// A date of figures in another order, or with other signs between them.
    pub(super) fn date(&self) -> Option<Diagnostic> {
        let is_of_date = |c: char| c.is_ascii_digit() || matches!(c, '/' | '.' | '-');
        // Of `1.7.2024` the first two parts may be read as a number.
        let start = match self.rest().starts_with(['.', '/']) {
            true => self.before().trim_end_matches(is_of_date).len(),
            false => self.at,
        };
        let rest = self.text.get(start..)?;
        let length = rest.find(|c: char| !is_of_date(c)).unwrap_or(rest.len());
        let written = rest.get(..length)?;
        if is_in_thousands(written) {
            return Some(self.instead(start..start + length, &written.replace('.', "")));
        }
        let parts: Vec<&str> = written.split(['/', '.', '-']).collect();
        let [first, second, third] = parts.as_slice() else { return None };
        if [first, second, third].iter().any(|part| part.is_empty()) {
            return None;
        }
        if (first.len(), second.len(), third.len()) == (4, 2, 2) && written.contains('-') {
            return self.end_of_period();
        }
        let diagnostic = Diagnostic::error(Code::ForeignDate, format!("`{written}` is not how a date is written"))
            .at(self.span(start..start + length), "year-month-day, with four, two and two digits");
        Some(match (first.len(), third.len()) {
            (1 | 2, 4) => diagnostic.help(day_and_month(first, second, third)),
            (4, 1 | 2) => {
                let date = format!("{first}-{second:0>2}-{third:0>2}");
                diagnostic.writing(written, &date).help(format!("write `{date}`"))
            }
            _ => diagnostic.help("write a date as `2008-03-11`"),
        })
    }

    /// A date with the name of its month, in quotes, or without its day.
    pub(super) fn date_in_words(&self) -> Option<Diagnostic> {
        // Of `1. September 2021` the day may be read as a number.
        let start = match self.rest().starts_with('.') {
            true => self.before().trim_end_matches(|c: char| c.is_ascii_digit()).len(),
            false => self.at,
        };
        if start == self.at && !self.expected.contains(&Rule::date) {
            return None;
        }
        let line = self.text.get(start..line_end(self.text, start))?;
        let (written, help) = match line.strip_prefix('"').and_then(|text| text.split_once('"')) {
            Some((text, _)) => (line.get(..text.len() + 2)?, format!("write it without quotes: `{}`", plain(text)?)),
            None => spelled_out(line).or_else(|| day_left_out(line))?,
        };
        let span = self.span(start..start + written.len());
        let error = Diagnostic::error(Code::ForeignDate, format!("{} is not how a date is written", quoted(written)));
        Some(error.at(span, "year-month-day, with four, two and two digits").help(help))
    }

    /// `since D`, `between D and D`, `from D through D`: a period in the words of prose.
    pub(super) fn period_in_words(&self) -> Option<Diagnostic> {
        let bounds =
            |rule: &Rule| matches!(rule, Rule::clause | Rule::close_brace | Rule::until_word | Rule::from_word);
        if !self.expected.iter().any(bounds) {
            return None;
        }
        let dated = |said: &str| self.phrase(said).and_then(|range| Some((self.date_behind(range.end)?, range)));
        if let Some(((first, end), said)) = dated("between") {
            let (last, end) = self.date_behind(self.text.get(end..)?.find("and")? + end + "and".len())?;
            return Some(self.instead(said.start..end, &format!("from {first} until {}", last.tomorrow().ok()?)));
        }
        if let Some((_, range)) = OPENINGS.into_iter().find_map(dated) {
            return Some(self.instead(range, "from"));
        }
        if let Some(((last, end), range)) = LASTS.into_iter().find_map(dated) {
            return Some(self.instead(range.start..end, &format!("until {}", last.tomorrow().ok()?)));
        }
        let sign = self.rest().chars().next().filter(|sign| matches!(sign, '-' | '–' | '—'))?;
        let range = self.at..self.at + sign.len_utf8();
        self.date_behind(range.end).map(|_| self.no_end(range))
    }

    /// The date that follows a place, and where it ends.
    fn date_behind(&self, at: usize) -> Option<(Date, usize)> {
        const LENGTH: usize = "2008-03-11".len();
        let rest = self.text.get(at..)?.trim_start_matches(' ');
        let end = self.text.len() - rest.len() + LENGTH;
        Some((rest.get(..LENGTH)?.parse().ok()?, end))
    }

    /// A date that is written well, behind a word that opens no end.
    fn end_of_period(&self) -> Option<Diagnostic> {
        let before = self.before().trim_end();
        let word = ENDS.into_iter().find(|word| before.strip_suffix(word).is_some_and(|rest| rest.ends_with(' ')))?;
        Some(self.no_end(before.len() - word.len()..before.len()))
    }

    /// What opens no end of a period.
    fn no_end(&self, range: Range<usize>) -> Diagnostic {
        let word = quoted(self.text.get(range.clone()).unwrap_or(""));
        let span = self.span(range);
        let said = Diagnostic::error(Code::Syntax, format!("{word} opens no end of a period"))
            .at(span, "write `until`")
            .fix("write `until`", span, "until");
        said.help("`until` names the first day that no longer counts")
    }
}

/// Words for the end of a period in other places.
const ENDS: [&str; 2] = ["to", "till"];

/// Words for the last day of a period, which still counts.
const LASTS: [&str; 4] = ["through", "thru", "up to", "to and including"];

/// Words for the first day of a period.
const OPENINGS: [&str; 9] =
    ["since", "as from", "as of", "starting on", "starting", "effective", "released on", "released", "on"];

/// What to write for a date that begins with its day or its month, whichever it can be.
fn day_and_month(first: &str, second: &str, year: &str) -> String {
    const MONTHS: u32 = 12;
    let is_month = |part: &str| part.parse().is_ok_and(|number: u32| (1..=MONTHS).contains(&number));
    let (month_first, day_first) =
        (format!("`{year}-{first:0>2}-{second:0>2}`"), format!("`{year}-{second:0>2}-{first:0>2}`"));
    match (is_month(first), is_month(second)) {
        (true, true) if first != second => {
            format!("write {month_first} if the month stands first here, {day_first} if the day does")
        }
        (false, true) => format!("write {day_first}"),
        _ => format!("write {month_first}"),
    }
}

/// A text that is a date as the language writes it.
fn plain(text: &str) -> Option<&str> {
    text.parse::<crate::value::Date>().is_ok().then_some(text)
}

/// A date that a line begins with, with the name of its month, and what to write for it.
fn spelled_out(line: &str) -> Option<(&str, String)> {
    let mut parts = Vec::new();
    let mut end = 0;
    while let Some(part) = line.get(end..).filter(|_| parts.len() < 3) {
        let start = end + part.len() - part.trim_start_matches([' ', '.', ',', '-', '/']).len();
        let ends = |c: char| !c.is_alphanumeric();
        let part = line.get(start..)?;
        let length = part.find(ends).unwrap_or(part.len());
        parts.push(part.get(..length).filter(|part| !part.is_empty())?);
        end = start + length;
    }
    let [first, second, year] = parts.as_slice() else { return None };
    let (month, day) = month(first).map(|month| (month, second)).or_else(|| Some((month(second)?, first)))?;
    let day: u32 = day.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?;
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let written = line.get(..end).filter(|_| is_year)?;
    Some((written, format!("write `{year}-{month:02}-{day:02}`")))
}

/// The number of a month by the letters that its name begins with.
fn month(name: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const GERMAN: [&str; 12] = ["jän", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"];
    let start: String = name.chars().take(3).flat_map(char::to_lowercase).collect();
    let place = |names: [&str; 12]| names.iter().position(|month| *month == start);
    place(MONTHS).or_else(|| place(GERMAN)).map(|place| place + 1)
}

/// `2021` or `2021-09` where a day is wanted.
fn day_left_out(line: &str) -> Option<(&str, String)> {
    let written = line.split(|c: char| !(c.is_ascii_digit() || c == '-')).next()?;
    let day = match written.len() {
        4 => format!("{written}-01-01"),
        7 => format!("{written}-01"),
        _ => return None,
    };
    plain(&day)?;
    Some((written, format!("write the day too, such as `{day}`")))
}
