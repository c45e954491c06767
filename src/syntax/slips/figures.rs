//! Figures with what does not belong to them: commas, blanks, units; versions in two words; prices in prose.

use super::Slip;
use super::tokens::{first_word, is_word_char, word_at_end};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::syntax::ast::Keyword;
use crate::syntax::parser::Rule;
use std::ops::Range;

impl Slip<'_> {
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

    /// `1 000`: a blank between thousands.
    pub(super) fn parted_by_blanks(&self) -> Option<Diagnostic> {
        let before = self.before();
        let whole = word_at_end(before.strip_suffix(' ')?);
        let groups = self.rest().len() - self.rest().trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').len();
        let groups = self.rest().get(..groups)?.trim_end();
        let are_groups = groups.split(' ').all(|group| group.len() == 3);
        let is_number = is_number(whole) && whole.len() <= 3 && !groups.is_empty() && are_groups;
        let range = self.at.checked_sub(whole.len() + 1)?..self.at + groups.len();
        is_number.then(|| self.instead(range, &format!("{whole}{}", groups.replace(' ', ""))))
    }

    /// `2008 R2`: a version in two words.
    pub(super) fn version_in_two(&self) -> Option<Diagnostic> {
        let word = first_word(self.rest());
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_part = ["R", "SP"].iter().any(|part| part.eq_ignore_ascii_case(letters)) && letters.len() < word.len();
        let before = self.before().trim_end_matches(' ');
        let year = figure_at_end(before);
        let is_version = year.starts_with(|c: char| c.is_ascii_digit()) && !before.ends_with('.');
        let range = before.len() - year.len()..self.at + word.len();
        (is_part && is_version && before.len() < self.at).then(|| self.instead(range, &format!("{year}{word}")))
    }

    /// `product: P version 2`, `server.version is P version 2`: the word that the version itself says.
    pub(super) fn version_said(&self) -> Option<Diagnostic> {
        if self.expected != [Rule::open_brace] {
            return None;
        }
        let before = self.before().trim_end();
        let label = figure_at_end(before);
        let named = before.get(..before.len() - label.len())?.trim_end_matches(' ').strip_suffix("version")?;
        let name = word_at_end(named.trim_end_matches(' '));
        let is_named = name.starts_with(|c: char| c.is_ascii_uppercase()) && named.ends_with(' ');
        let word = named.len()..named.len() + "version ".len();
        is_named.then(|| {
            let said = self.too_much(word, "a version stands behind its name alone");
            said.help(format!("write `{name} {label}`"))
        })
    }

    /// `price 10 for L`, `price 10 EUR L`: a word between a number and the licence.
    pub(super) fn word_before_license(&self) -> Option<Diagnostic> {
        let begins_name = |text: &str| text.trim_start_matches(' ').starts_with(|c: char| c.is_ascii_uppercase());
        let before = self.before().trim_end_matches(' ');
        // Where the word can be a name, it is taken for the licence, and the licence for one word too many.
        let spare = match begins_name(self.rest()) {
            true => before.len() - word_at_end(before).len()..before.len(),
            false => self.at..self.at + first_word(self.rest()).len(),
        };
        let number = self.text.get(..spare.start)?.trim_end_matches(' ');
        let clause = number.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        let what = match word_at_end(clause.trim_end_matches(' ')) {
            "price" => "the licence follows the price",
            "owns" => "the licence follows the number",
            _ => return None,
        };
        let is_spare = clause.len() < number.len() && !spare.is_empty() && begins_name(self.text.get(spare.end..)?);
        is_spare.then(|| self.too_much(spare, what))
    }

    /// `units at least 4`.
    pub(super) fn least_units(&self) -> Option<Diagnostic> {
        let rest = self.rest().strip_prefix("at least")?;
        let units = self.before().trim_end().strip_suffix("units")?.len();
        let number = first_word(rest.trim_start());
        let span = self.span(units..self.at + "at least".len());
        let error = Diagnostic::error(Code::Syntax, "`units` says how many, not how many at least");
        let error = error.at(span, "a number of units follows");
        Some(error.help(format!("write `minimum {number}`: the fewest that a holder takes")))
    }

    /// `5 EUR`, `20 hours`: a unit behind a number.
    pub(super) fn unit_behind(&self) -> Option<Diagnostic> {
        let read = self.unit_read();
        let ends = read.is_some() || self.is_condition_over();
        let (number, unit) = read.or_else(|| self.unit_found())?;
        let figure = self.text.get(number.clone())?;
        let begun = self.text.get(..number.start)?.trim_end();
        let follows = begun.ends_with(['<', '>', '=', ':', '(', ',', '+', '*', '/']) || word_at_end(begun) == "is";
        let word = self.text.get(unit.clone())?;
        let is_currency = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        (follows && !word.is_empty() && (is_currency || ends)).then(|| {
            self.too_much(unit, "a number is written alone")
                .help(format!("write `{figure}` alone, without {}", quoted(word)))
        })
    }

    /// A number and the word behind it where reading stopped behind that word, which was taken for the next fact.
    fn unit_read(&self) -> Option<(Range<usize>, Range<usize>)> {
        let before = self.before().trim_end();
        let unit = word_at_end(before);
        let number = before.get(..before.len() - unit.len())?.trim_end_matches(' ');
        let figure = figure_at_end(number);
        let is_fact = self.item_keyword() == Some(Keyword::Facts) && self.expected == [Rule::colon];
        (is_fact && is_number(figure))
            .then(|| (number.len() - figure.len()..number.len(), before.len() - unit.len()..before.len()))
    }

    /// A number and the word behind it where reading stopped before that word.
    fn unit_found(&self) -> Option<(Range<usize>, Range<usize>)> {
        let number = self.before().trim_end_matches(' ');
        let figure = figure_at_end(number);
        let unit = first_word(self.rest());
        is_number(figure).then(|| (number.len() - figure.len()..number.len(), self.at..self.at + unit.len()))
    }

    /// Whether a condition could end before a word that goes on with nothing.
    fn is_condition_over(&self) -> bool {
        let word = first_word(self.rest());
        self.may_be_joined()
            && !super::RESERVED.contains(&word)
            && !self.rest().get(word.len()..).is_some_and(|rest| rest.trim_start().starts_with(':'))
    }
}

/// The number or version that a text ends with, or the word.
fn figure_at_end(text: &str) -> &str {
    text.get(text.trim_end_matches(|c: char| is_word_char(c) || c == '.').len()..).unwrap_or("")
}

/// Whether a text is digits, with decimals or without.
fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}
