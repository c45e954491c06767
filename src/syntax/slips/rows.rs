//! `name: value` and what stands about it: keys of several words, colons, questions, quotes within a text.

use super::Slip;
use super::habits::takes_no_colon;
use super::tokens::{Token, first_word, is_word_char, line_end, tokens, word_at_end};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::Keyword;
use crate::syntax::expected;
use crate::syntax::parser::Rule;
use std::ops::Range;

impl Slip<'_> {
    /// The line on which reading stopped, up to a place behind it.
    fn line(&self) -> Range<usize> {
        let start = self.before().rfind('\n').map_or(0, |end| end + 1);
        start..line_end(self.text, self.at)
    }

    /// `as of: …`, `hours per week: …`: a key in several words.
    pub(super) fn key_in_words(&self) -> Option<Diagnostic> {
        self.item_keyword().filter(|item| matches!(item, Keyword::Facts | Keyword::Test | Keyword::Source))?;
        let line = self.text.get(self.line())?;
        let (key, _) = line.split_once(':')?;
        let words: Vec<&str> = key.split_whitespace().collect();
        let are_words = words.iter().all(|word| word.chars().all(is_word_char));
        let first = *words.first()?;
        let start = self.line().start + line.find(first)?;
        let range = start..self.line().start + key.trim_end().len();
        let is_key = are_words && words.len() > 1 && range.contains(&self.at) && !expected::CLAUSES.contains(&first);
        is_key.then(|| self.instead(range, &self.spelling(&words)))
    }

    /// `price: 30 L`, `expect status: compliant`: a colon behind a word that opens a clause of a test.
    pub(super) fn colon_in_test(&self) -> Option<Diagnostic> {
        let line = self.line().start;
        let colon = line + self.text.get(line..=self.at)?.rfind(':')?;
        let word = word_at_end(self.text.get(..colon)?);
        let opens = expected::CLAUSES.contains(&word) || ["status", "advice", "plan"].contains(&word);
        let colon = colon..colon + 1;
        (opens && self.reads_with(colon.clone(), "")).then(|| takes_no_colon(word, self.span(colon)))
    }

    /// `shift: Shift: day`, `shift: Shift default day`: a default without `=`.
    pub(super) fn default_said(&self) -> Option<Diagnostic> {
        self.item_keyword().filter(|item| *item == Keyword::Facts)?;
        let colon = self.rest().starts_with(':').then_some(self.at..self.at + 1);
        let range = self.phrase("default").or(colon)?;
        self.tried(range, " =")
    }

    /// `hours: number How many hours?`: a question without quotes.
    pub(super) fn question_unquoted(&self) -> Option<Diagnostic> {
        self.item_keyword().filter(|item| *item == Keyword::Facts)?;
        let line = self.text.get(self.line())?;
        let behind = line.split_once(':')?.1.trim_start();
        let question = behind.get(first_word(behind).len()..)?.trim();
        let begins = question.starts_with(char::is_alphabetic) && !question.contains(['"', ':']);
        let end = self.line().start + line.trim_end().len();
        begins.then(|| self.tried(end - question.len()..end, &format!("\"{question}\"")))?
    }

    /// `"How much "memory"?"`: quotes within a text end it.
    pub(super) fn quotes_within(&self) -> Option<Diagnostic> {
        let read = tokens(self.item_text()).take_while(|(start, _)| self.item.start + start < self.at);
        let ends = read.filter_map(|(_, token)| match token {
            Token::Quote { end, closed: true } => Some(self.item.start + end),
            Token::Quote { .. } | Token::Open(_) | Token::Close(_) | Token::ItemStart => None,
        });
        let end = ends.last().filter(|end| self.text.get(*end..).is_some_and(|rest| rest.starts_with(is_word_char)))?;
        let said = Diagnostic::error(Code::Syntax, "a quote within a text ends it");
        let said = said.at(self.span(end - 1..end), "the text ends here");
        Some(said.help("leave the quotes within it out, or write `'` for each"))
    }

    /// `server box { P 2008 }`: what runs, without its key.
    pub(super) fn product_alone(&self) -> Option<Diagnostic> {
        let name = first_word(self.rest());
        let begins = name.starts_with(|c: char| c.is_ascii_uppercase()) && self.before().trim_end().ends_with('{');
        let is_row = self.item_keyword() == Some(Keyword::Test) && begins;
        is_row.then(|| self.tried(self.at..self.at + name.len(), &format!("product: {name}")))?
    }

    /// `access box <- clerk`.
    pub(super) fn arrow_back(&self) -> Option<Diagnostic> {
        let to = word_at_end(self.before().trim_end());
        let start = self.before().trim_end().len() - to.len();
        let rest = self.rest().trim_start_matches(['<', '-']);
        let from = first_word(rest.trim_start());
        let end = self.text.len() - rest.trim_start().len() + from.len();
        (self.rest().starts_with('<')).then(|| self.tried(start..end, &format!("{from} -> {to}")))?
    }

    /// `price L 30`: the licence before the number.
    pub(super) fn number_behind(&self) -> Option<Diagnostic> {
        let clause = word_at_end(self.before().trim_end());
        let name = first_word(self.rest());
        let behind = self.rest().get(name.len()..)?.trim_start();
        let length = behind.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(behind.len());
        let number = behind.get(..length)?;
        let end = self.text.len() - behind.len() + length;
        let is_meant = clause == "price" && !name.is_empty() && self.expected.contains(&Rule::number);
        is_meant.then(|| self.tried(self.at..end, &format!("{number} {name}")))?
    }
}
