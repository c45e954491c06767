//! Phrases of prose about the place where reading stopped: a part of one may be read already, as a name.

use super::Slip;
use super::tokens::{first_word, is_word_char, line_end, word_at_end};
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::Keyword;
use crate::syntax::expected;
use crate::syntax::parser::Rule;
use std::ops::Range;

/// What prose joins conditions by, with what is said for it within a condition and where one opens; longer phrases before
/// those that they begin with.
const JOINTS: [(&str, &str, &str); 21] = [
    ("except when", "and not (…)", "when not (…)"),
    ("except where", "and not (…)", "when not (…)"),
    ("except if", "and not (…)", "when not (…)"),
    ("unless", "and not (…)", "when not (…)"),
    ("but not", "and not", "when not"),
    ("but only if", "and", "when"),
    ("but only when", "and", "when"),
    ("only if", "and", "when"),
    ("only when", "and", "when"),
    ("only where", "and", "when"),
    ("as long as", "and", "when"),
    ("provided that", "and", "when"),
    ("as well as", "and", "when"),
    ("but also", "and", "when"),
    ("and also", "and", "when"),
    ("but", "and", "when"),
    ("plus", "and", "when"),
    ("where", "and", "when"),
    ("whenever", "and", "when"),
    ("in case", "and", "when"),
    ("if", "and", "when"),
];

/// How prose says that something is absent, before its name.
const WITHOUT: [&str; 7] = ["there is no", "there are no", "with no", "without an", "without a", "without", "no"];

/// What prose calls that which may be absent, and what it is.
const ABSENT: [(&str, &str); 5] = [
    ("agreement", "agreement"),
    ("user", "access.user"),
    ("access.user", "access.user"),
    ("device", "access.device"),
    ("access.device", "access.device"),
];

impl Slip<'_> {
    /// Where a phrase stands that reading stopped at, within or right behind.
    pub(super) fn phrase(&self, phrase: &str) -> Option<Range<usize>> {
        let read = self.before().trim_end().len();
        let said = |start: usize| Some(start..start + length_of(self.text.get(start..)?, phrase)?);
        self.words_back().filter_map(said).filter(|range| range.end >= read).last()
    }

    /// Where a word stands that was read shortly before reading stopped.
    pub(super) fn word_read(&self, word: &str) -> Option<Range<usize>> {
        let said = |start: usize| Some(start..start + length_of(self.text.get(start..)?, word)?);
        self.words_back().filter_map(said).find(|range| range.end <= self.at)
    }

    /// The place where reading stopped, and where the words before it begin.
    pub(super) fn words_back(&self) -> impl Iterator<Item = usize> {
        const FAR: usize = 6;
        let word_before = |at: &usize| {
            let before = self.text.get(self.item.start..*at)?.trim_end();
            let word = word_at_end(before);
            (!word.is_empty()).then_some(self.item.start + before.len() - word.len())
        };
        std::iter::successors(Some(self.at), word_before).take(FAR)
    }

    /// `unless`, `only if`, `but not`: other words between conditions, or before one.
    pub(super) fn joint(&self) -> Option<Diagnostic> {
        let said = JOINTS.into_iter().find_map(|(said, within, first)| Some((self.phrase(said)?, within, first)));
        let (range, within, first) = said?;
        let goes_on = self.may_be_joined();
        let is_first = self.starts_line(range.start) && !self.is_said("when", range.start);
        match is_first {
            true => self.takes_when().then(|| self.instead(range, first)),
            false => (goes_on || range.start < self.at).then(|| self.instead(range, within)),
        }
    }

    /// Whether nothing stands before a place on its line.
    pub(super) fn starts_line(&self, at: usize) -> bool {
        self.text.get(..at).is_some_and(|before| before.trim_end_matches([' ', '\t']).ends_with('\n'))
    }

    /// Whether a condition opens with `when` in the item.
    fn takes_when(&self) -> bool {
        self.item_keyword().is_some_and(|item| {
            matches!(
                item,
                Keyword::Source
                    | Keyword::Define
                    | Keyword::Extend
                    | Keyword::Exempt
                    | Keyword::Prohibit
                    | Keyword::Advise
                    | Keyword::Reach
                    | Keyword::Reassign
            )
        })
    }

    /// `no agreement`, `without a device`.
    pub(super) fn none_said(&self) -> Option<Diagnostic> {
        let said = |(name, field): (&str, &'static str)| {
            let phrases = WITHOUT.into_iter().map(|without| format!("{without} {name}"));
            phrases.filter_map(|phrase| self.phrase(&phrase)).next().map(|range| (range, field))
        };
        let (range, field) = ABSENT.into_iter().find_map(said)?;
        (!self.follows(range.start, ":")).then(|| self.instead(range, &format!("{field} is none")))
    }

    /// Whether a sign or word stands before a place.
    pub(super) fn follows(&self, at: usize, sign: &str) -> bool {
        self.text.get(..at).is_some_and(|before| before.trim_end().ends_with(sign))
    }

    /// `is neither a nor b`, `is either a or b`: a list in words.
    pub(super) fn list_in_words(&self) -> Option<Diagnostic> {
        let lists = [("is neither", "nor", "not in"), ("is not either", "or", "not in"), ("is either", "or", "in")];
        lists.into_iter().find_map(|(opening, joint, with)| {
            let line = self.text.get(..self.at)?.rfind('\n').map_or(0, |end| end + 1);
            let start = line + self.text.get(line..line_end(self.text, self.at))?.rfind(opening)?;
            let (one, joined) = self.word_behind(start + opening.len())?;
            let (said, behind) = self.word_behind(joined)?;
            let (other, end) = self.word_behind(behind)?;
            let is_meant = said == joint && start <= self.at && self.at <= end;
            is_meant.then(|| self.instead(start..end, &format!("{with} [{one}, {other}]")))
        })
    }

    /// The word that follows a place, and where it ends.
    fn word_behind(&self, at: usize) -> Option<(&str, usize)> {
        let rest = self.text.get(at..)?;
        let word = first_word(rest.trim_start());
        (!word.is_empty()).then(|| (word, self.text.len() - rest.trim_start().len() + word.len()))
    }

    /// `under Campus` for `agreement is Campus`.
    pub(super) fn under_agreement(&self) -> Option<Diagnostic> {
        let is_said = first_word(self.rest()) == "under" && expected::is_condition(self.expected);
        is_said.then(|| self.instead(self.at..self.at + "under".len(), "agreement is"))
    }

    /// `relation not student`: `not` behind what is compared, without `is`.
    pub(super) fn not_without_is(&self) -> Option<Diagnostic> {
        let before = self.before().trim_end();
        let range = before.strip_suffix("not")?.len()..before.len();
        let is_said = self.expected.contains(&Rule::in_word) && !first_word(self.rest()).is_empty();
        is_said.then(|| self.instead(range, "is not"))
    }

    /// `between 3 and 5`.
    pub(super) fn between(&self) -> Option<Diagnostic> {
        let said = ["is between", "between"].into_iter().find_map(|said| self.phrase(said))?;
        let before = self.text.get(..said.start)?.trim_end_matches(' ');
        let path = before.get(before.trim_end_matches(|c: char| is_word_char(c) || c == '.').len()..)?;
        let (low, high) = self.text.get(said.end..line_end(self.text, said.end))?.split_once(" and ")?;
        let high = high.split(|c: char| !(is_word_char(c) || matches!(c, '-' | '.'))).next()?;
        let range = before.len() - path.len()..said.end + low.len() + " and ".len() + high.len();
        let low = low.trim();
        let is_plain = !low.contains(' ') && !low.is_empty() && !high.is_empty() && path.contains('.');
        is_plain.then(|| self.instead(range, &format!("{path} >= {low} and {path} <= {high}")))
    }
}

/// How long a phrase is that a text begins with, whatever blanks stand between its words.
fn length_of(text: &str, phrase: &str) -> Option<usize> {
    let rest = phrase.split(' ').try_fold(text, |rest, word| {
        let rest = rest.trim_start().strip_prefix(word)?;
        (!(word.ends_with(is_word_char) && rest.starts_with(is_word_char))).then_some(rest)
    })?;
    Some(text.len() - rest.len())
}
