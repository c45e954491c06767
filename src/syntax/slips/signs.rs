//! Signs of other languages: operators, quotes, comments, dates.

use super::Slip;
use super::tokens::line_end;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::parser::Rule;

impl Slip<'_> {
    pub(super) fn operator(&self) -> Option<Diagnostic> {
        const OPERATORS: [(&str, &str); 13] = [
            ("≥", ">="),
            ("≤", "<="),
            ("≠", "is not"),
            ("==", "is"),
            ("!=", "is not"),
            ("<>", "is not"),
            ("=>", ">="),
            ("=<", "<="),
            ("=", "is"),
            ("&&", "and"),
            ("||", "or"),
            ("!", "not"),
            ("&", "and"),
        ];
        // `>` of `>=`, or `<` of `<>`, may already be read.
        let from = if self.rest().starts_with(['=', '>']) && self.before().ends_with(['<', '>', '!']) {
            self.at - 1
        } else {
            self.at
        };
        let rest = self.text.get(from..)?;
        let (sign, word) = OPERATORS.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
        // `name = no` in facts lacks its type; the sign itself is right.
        if sign == "=" && self.expected.contains(&Rule::colon) {
            return None;
        }
        let message = format!("`{sign}` is not a word of the language");
        let said = Diagnostic::error(Code::ForeignOperator, message)
            .at(self.span(from..from + sign.len()), format!("write `{word}`"));
        let said = said.writing(sign, word);
        Some(said.help(format!("a condition is written in words: `{word}` instead of `{sign}`")))
    }

    /// Quotes, comments and separators that the language does not have.
    pub(super) fn foreign_sign(&self) -> Option<Diagnostic> {
        let sign = self.rest().chars().next()?;
        let (message, help, fix) = match sign {
            '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '\'' | '`' => (
                format!("`{sign}` is no quotation mark of the language"),
                "write texts between straight double quotes: `\"…\"`",
                None,
            ),
            '/' if self.rest().starts_with("//") || self.rest().starts_with("/*") => {
                ("a comment starts with `#`".to_owned(), "write `#` before each line of the comment", None)
            }
            '\u{A0}' | '\u{2007}' | '\u{202F}' => (
                format!("the blank U+{:04X} is none of the language: it does not break", u32::from(sign)),
                "replace it by a plain blank",
                Some(("write a blank", " ")),
            ),
            '→' => ("`→` is no sign of the language".to_owned(), "write `->`", Some(("write `->`", "->"))),
            '–' | '—' | '−' => {
                (format!("`{sign}` is no sign of the language"), "write `-`", Some(("write `-`", "-")))
            }
            ';' => (
                "clauses have no `;` between them".to_owned(),
                "remove it: a clause ends where the next begins",
                Some(("leave it out", "")),
            ),
            _ => return None,
        };
        let length = if sign == '/' { line_end(self.text, self.at) - self.at } else { sign.len_utf8() };
        let span = self.span(self.at..self.at + length);
        let said = Diagnostic::error(Code::Syntax, message).at(span, "not a sign of the language");
        let said = fix.into_iter().fold(said, |said, (what, with)| said.fix(what, span, with));
        Some(said.help(help))
    }

    /// A number with a comma, or with something between its thousands.
    pub(super) fn number(&self) -> Option<Diagnostic> {
        let sign = self.rest().chars().next().filter(|sign| [',', '\'', '’', '\u{A0}', '\u{202F}'].contains(sign))?;
        let before = self.before();
        let whole = before.get(before.trim_end_matches(|c: char| c.is_ascii_digit()).len()..)?;
        let behind = self.rest().get(sign.len_utf8()..)?;
        let digits = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let length = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let part = behind.get(..length).filter(|_| !whole.is_empty() && digits > 0)?;
        let joined = format!("{whole}{part}");
        let help = match (sign, digits) {
            (',', 3) => format!("write `{joined}` for thousands; decimals stand behind a point"),
            (',', _) => format!("write `{whole}.{part}`: decimals stand behind a point"),
            _ => format!("write `{joined}`: nothing stands between the digits"),
        };
        let span = self.span(self.at - whole.len()..self.at + sign.len_utf8() + length);
        Some(
            Diagnostic::error(Code::Syntax, "this is not how a number is written")
                .at(span, "not read as one")
                .help(help),
        )
    }

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

    /// A date that is written well, behind a word that opens no end.
    fn end_of_period(&self) -> Option<Diagnostic> {
        let before = self.before().trim_end();
        let word = ENDS.into_iter().find(|word| before.strip_suffix(word).is_some_and(|rest| rest.ends_with(' ')))?;
        let span = self.span(before.len() - word.len()..before.len());
        let said = Diagnostic::error(Code::Syntax, format!("`{word}` opens no end of a period"))
            .at(span, "write `until`")
            .fix("write `until`", span, "until");
        Some(said.help("`until` names the first day that no longer counts"))
    }
}

/// Words for the end of a period in other places.
const ENDS: [&str; 3] = ["to", "till", "through"];

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
