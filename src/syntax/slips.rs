//! The slips that people make, each with its own message; what is none of them gets "expected …, found …".

mod conditions;
mod dates;
mod figures;
mod gaps;
mod habits;
mod phrases;
mod rows;
mod signs;
mod tokens;
mod trials;
mod unlisted;

use habits::without_texts;

pub(super) use habits::misread;
pub(super) use tokens::{
    Token, comment_start, first_word, opening_word, skip_docs, starts_item, tokens, without_comments,
};

use crate::diagnostic::{Code, Diagnostic, nearest, quoted};
use crate::source::{FileId, Span};
use crate::syntax::ast::Keyword;
use crate::syntax::expected;
use crate::syntax::parser::{Failure, Rule};
use std::ops::Range;
pub(crate) use tokens::is_word_char;
use tokens::{closing, line_end};

/// The diagnostic for an item that could not be read: `item` is where it stands in `written`, and `text` is the same
/// without comments.
pub(super) fn explain(
    file: FileId,
    (written, text): (&str, &str),
    item: Range<usize>,
    failure: &Failure,
) -> Diagnostic {
    let slip = Slip { file, written, text, item, at: failure.at, expected: &failure.expected };
    slip.quote()
        .or_else(|| slip.quote_of_prose())
        .or_else(|| slip.keyword())
        .or_else(|| slip.colon())
        .or_else(|| slip.arrow_back())
        .or_else(|| slip.arrow())
        .or_else(|| slip.left_out())
        .or_else(|| slip.in_prose())
        .or_else(|| slip.tried_out())
        .or_else(|| slip.figure())
        .or_else(|| slip.key())
        .or_else(|| slip.operator())
        .or_else(|| slip.foreign_sign())
        .or_else(|| slip.closes_nothing())
        .or_else(|| slip.brace())
        .or_else(|| slip.doc_comment())
        .or_else(|| slip.no_value())
        .or_else(|| slip.no_condition())
        .or_else(|| slip.needless_is())
        .or_else(|| slip.needless_word())
        .or_else(|| slip.mixed())
        .or_else(|| slip.chained())
        .or_else(|| slip.unknown())
        .or_else(|| slip.holder_without_per())
        .or_else(|| slip.reserved())
        .unwrap_or_else(|| slip.other())
}

impl Slip<'_> {
    /// What prose says for words of the language, and adds to them.
    fn in_prose(&self) -> Option<Diagnostic> {
        self.no_when()
            .or_else(|| self.none_said())
            .or_else(|| self.shouted())
            .or_else(|| self.joint())
            .or_else(|| self.under_agreement())
            .or_else(|| self.and_for_comma())
            .or_else(|| self.least_units())
            .or_else(|| self.between())
            .or_else(|| self.list_in_words())
            .or_else(|| self.compared_in_words())
            .or_else(|| self.not_without_is())
            .or_else(|| self.behind_is())
            .or_else(|| self.function())
            .or_else(|| self.call_without_parentheses())
            .or_else(|| self.round())
            .or_else(|| self.possessive())
            .or_else(|| self.dot_left_out())
            .or_else(|| self.word_before_license())
    }

    /// What the line reads without, or with something else in its place.
    fn tried_out(&self) -> Option<Diagnostic> {
        self.key_in_words()
            .or_else(|| self.colon_in_test())
            .or_else(|| self.default_said())
            .or_else(|| self.question_unquoted())
            .or_else(|| self.quotes_within())
            .or_else(|| self.product_alone())
            .or_else(|| self.number_behind())
            .or_else(|| self.needless_quotes())
            .or_else(|| self.filler())
            .or_else(|| self.section())
            .or_else(|| self.title_first())
            .or_else(|| self.name_alone())
            .or_else(|| self.number_in_words())
            .or_else(|| self.list_in_parentheses())
            .or_else(|| self.clause_in_prose())
            .or_else(|| self.version_of_suite())
    }

    /// Numbers, dates and versions that are written otherwise, and words of several parts.
    fn figure(&self) -> Option<Diagnostic> {
        self.period_in_words()
            .or_else(|| self.date())
            .or_else(|| self.date_in_words())
            .or_else(|| self.number())
            .or_else(|| self.parted_by_blanks())
            .or_else(|| self.version_in_two())
            .or_else(|| self.version_said())
            .or_else(|| self.unit_behind())
            .or_else(|| self.name_in_words())
            .or_else(|| self.full_stop())
            .or_else(|| self.word_behind_number())
            .or_else(|| self.comma())
    }
}

/// Whether a word can be a name.
pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && !RESERVED.contains(&word)
}

/// The keyword that a word was meant to be.
pub(super) fn misspelt_keyword(word: &str) -> Option<Keyword> {
    match word {
        "licence" => Some(Keyword::License),
        "fact" => Some(Keyword::Facts),
        "definition" => Some(Keyword::Define),
        "exemption" => Some(Keyword::Exempt),
        "advice" => Some(Keyword::Advise),
        _ => nearest(word, Keyword::ALL.map(Keyword::text)).and_then(Keyword::of),
    }
}

struct Slip<'t> {
    file: FileId,
    /// The text as it is.
    written: &'t str,
    /// The text with blanks for its comments: nothing in them is a slip.
    text: &'t str,
    item: Range<usize>,
    at: usize,
    expected: &'t [Rule],
}

impl<'t> Slip<'t> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range)
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn item_text(&self) -> &'t str {
        self.text.get(self.item.clone()).unwrap_or("")
    }

    /// What is written otherwise, with what to write for it.
    fn instead(&self, range: Range<usize>, with: &str) -> Diagnostic {
        let written = quoted(self.text.get(range.clone()).unwrap_or(""));
        let span = self.span(range);
        let said = Diagnostic::error(Code::Syntax, format!("{written} is not said like this"))
            .at(span, "not of the language")
            .help(format!("write `{}` instead", with.trim()));
        match with.contains('…') {
            true => said,
            false => said.fix(format!("write `{}`", with.trim()), span, with),
        }
    }

    /// What does not belong there, and why.
    fn too_much(&self, range: Range<usize>, why: &str) -> Diagnostic {
        let written = quoted(self.text.get(range.clone()).unwrap_or("").trim_end());
        let span = self.span(range);
        Diagnostic::error(Code::Syntax, format!("{written} is not said here"))
            .at(span, why)
            .fix("leave it out", span, "")
            .help(format!("leave out {written}"))
    }

    /// A text that a straight quote opens and one of a text processor was to close: the next straight one did, if any.
    fn quote_of_prose(&self) -> Option<Diagnostic> {
        let read = tokens(self.item_text()).take_while(|(start, _)| self.item.start + start < self.at);
        let (start, end) = read
            .filter_map(|(start, token)| match token {
                Token::Quote { end, .. } => Some((self.item.start + start, self.item.start + end)),
                _ => None,
            })
            .last()?;
        let text = self.text.get(start..end).filter(|_| self.text.get(end..self.at).unwrap_or("").trim().is_empty())?;
        let (sign, length) = closing_sign(text)?;
        Some(closes_none(self.span(start + sign..start + sign + length)))
    }

    fn quote(&self) -> Option<Diagnostic> {
        let opened = tokens(self.item_text()).find_map(|(start, token)| match token {
            Token::Quote { end, closed: false } => Some(self.item.start + start..self.item.start + end),
            Token::Quote { .. } | Token::Open(_) | Token::Close(_) | Token::ItemStart => None,
        });
        // A quote behind the place where reading stopped is no reason for it.
        let opened = opened.filter(|range| range.start <= self.at)?;
        let text = self.text.get(opened.clone()).unwrap_or("");
        if let Some((sign, length)) = closing_sign(text) {
            return Some(closes_none(self.span(opened.start + sign..opened.start + sign + length)));
        }
        let end = opened.start + text.trim_end().len();
        Some(
            Diagnostic::error(Code::UnclosedQuote, "this text has no closing quote")
                .at(self.span(opened), "opened here, and a text ends on its line")
                .fix("end the text here", self.span(end..end), "\"")
                .help("end the text with `\"` on the same line"),
        )
    }

    fn keyword(&self) -> Option<Diagnostic> {
        let start = self.item.start + (self.item_text().len() - skip_docs(self.item_text()).len());
        let word = first_word(self.text.get(start..)?);
        if word.is_empty() || Keyword::of(word).is_some() {
            return None;
        }
        let message = format!("{} opens no item", quoted(word));
        let diagnostic = Diagnostic::error(Code::MisspeltKeyword, message)
            .at(self.span(start..start + word.len()), "an item opens with a keyword");
        Some(match misspelt_keyword(word) {
            Some(meant) => diagnostic.writing(word, meant.text()).help(format!("write `{}`", meant.text())),
            None => diagnostic.help(format!("the keywords are {}", Keyword::ALL.map(Keyword::text).join(", "))),
        })
    }

    fn before(&self) -> &'t str {
        self.text.get(..self.at).unwrap_or("")
    }

    /// A bracket that is never closed shows where the text ends, the next item begins or another bracket closes.
    fn brace(&self) -> Option<Diagnostic> {
        let at_end = self.rest().trim().is_empty()
            || self.at >= self.item.end
            || starts_item(self.text, self.at)
            || self.stands_outside();
        let mut open = Vec::new();
        for (start, token) in tokens(self.item_text()).take_while(|(start, _)| self.item.start + start < self.at) {
            match token {
                Token::Open(sign) => open.push((self.item.start + start, sign)),
                Token::Close(_) => drop(open.pop()),
                Token::Quote { .. } | Token::ItemStart => {}
            }
        }
        let (start, sign) = open.pop()?;
        let (closing, next) = (closing(sign), self.rest().chars().next());
        let other_closes = matches!(next, Some(')' | ']' | '}')) && next != Some(closing);
        if !(at_end || other_closes) {
            return None;
        }
        let before = self.before().trim_end();
        let last = before.chars().next_back().map_or(0, char::len_utf8);
        Some(
            Diagnostic::error(Code::UnclosedBrace, format!("this `{sign}` is never closed"))
                .at(self.span(start..start + 1), "opened here")
                .because(self.span(before.len() - last..before.len()), format!("`{closing}` is missing behind this"))
                .fix(format!("add `{closing}`"), self.span(before.len()..before.len()), format!(" {closing}"))
                .help(format!("add `{closing}` where it ends")),
        )
    }

    /// Whether `and` or `or` could stand where reading stopped.
    fn may_be_joined(&self) -> bool {
        self.expected.iter().any(|rule| matches!(rule, Rule::and_word | Rule::or_word))
    }

    fn mixed(&self) -> Option<Diagnostic> {
        let word = first_word(self.rest());
        let other = match word {
            "and" => "or",
            "or" => "and",
            _ => return None,
        };
        let first = self.last_word_before(other)?;
        Some(
            Diagnostic::error(Code::MixedAndOr, "`and` and `or` stand side by side without parentheses")
                .at(self.span(self.at..self.at + word.len()), format!("`{word}` here"))
                .because(self.span(first..first + other.len()), format!("`{other}` here"))
                .help("say which belongs together: `(a and b) or c`, or `a and (b or c)`"),
        )
    }

    /// Where a word stands last between the start of the item and the place where reading stopped.
    fn last_word_before(&self, word: &str) -> Option<usize> {
        let before = self.text.get(self.item.start..self.at)?;
        let whole = |at: &usize| {
            let (left, right) = (before.get(..*at).unwrap_or(""), before.get(at + word.len()..).unwrap_or(""));
            !left.ends_with(is_word_char) && !right.starts_with(is_word_char)
        };
        before.rmatch_indices(word).map(|(at, _)| at).find(whole).map(|at| self.item.start + at)
    }

    fn chained(&self) -> Option<Diagnostic> {
        let sign =
            [">=", "<=", ">", "<", "is", "in"].into_iter().find(|sign| match sign.starts_with(is_word_char) {
                true => first_word(self.rest()) == *sign,
                false => self.rest().starts_with(sign),
            })?;
        if self.expected.contains(&Rule::relation) || !self.may_be_joined() {
            return None;
        }
        Some(
            Diagnostic::error(Code::ChainedComparison, "comparisons do not chain")
                .at(self.span(self.at..self.at + sign.len()), "a second comparison")
                .help("write two comparisons joined by `and`: `a <= b and b <= c`"),
        )
    }

    fn unknown(&self) -> Option<Diagnostic> {
        let value_wanted =
            self.expected.iter().any(|rule| matches!(rule, Rule::sum | Rule::atom | Rule::product | Rule::labelled));
        if first_word(self.rest()) != "unknown" || !value_wanted || self.expected.contains(&Rule::unknown_word) {
            return None;
        }
        Some(
            Diagnostic::error(Code::TestsForUnknown, "no condition may test for unknown")
                .at(self.span(self.at..self.at + "unknown".len()), "what is not known must stay unknown")
                .help(match self.item_keyword() {
                    Some(Keyword::Test) => "write `expect unknown …`, and behind it what is expected to be unknown",
                    _ => "leave it out: a condition with unknown facts is unknown, and the question is asked where it matters",
                }),
        )
    }

    fn reserved(&self) -> Option<Diagnostic> {
        let word = first_word(self.rest());
        let name_wanted = self.expected.iter().any(|rule| matches!(rule, Rule::name | Rule::member));
        let condition_wanted = expected::is_condition(self.expected);
        if !(name_wanted || condition_wanted) || !RESERVED.contains(&word) {
            return None;
        }
        let message = format!("`{word}` is a word of the language and cannot be a name");
        let help = match condition_wanted {
            _ if self.item_keyword() == Some(Keyword::Extend) => {
                format!("an extension adds readings, or members: `reading SOURCE {{ {word} … }}`")
            }
            _ if self.is_outside(word) => {
                "a condition stands in the braces of its rule, behind `when`: look for a `}` too many above it"
                    .to_owned()
            }
            true => "write whose it is, as in `server.version`: behind a dot any word may stand".to_owned(),
            false => format!("choose another name, such as `{word}_`; before a colon any word may stand"),
        };
        Some(
            Diagnostic::error(Code::ReservedWord, message)
                .at(self.span(self.at..self.at + word.len()), "a name is expected here")
                .help(help),
        )
    }

    /// Whether a comparison stands where an item begins: `agreement is Campus`.
    fn is_outside(&self, word: &str) -> bool {
        let opener = self.text.get(self.item.start..self.at).map(|opener| skip_docs(opener).trim_end());
        ["is", "in", "not"].contains(&word) && opener.and_then(Keyword::of).is_some()
    }

    /// What stands where reading stopped; at the end of the text, the last thing before it, so that there is something
    /// to underline.
    fn found(&self) -> (String, Range<usize>) {
        let rest = self.rest();
        match rest.chars().next() {
            Some(c) if is_word_char(c) => {
                let word = first_word(rest);
                (quoted(word), self.at..self.at + word.len())
            }
            Some('"') => ("a quoted text".to_owned(), self.at..self.text_end()),
            Some(c) => (quoted(&c.to_string()), self.at..self.at + c.len_utf8()),
            None => {
                let read = self.before().trim_end();
                let last = read.chars().next_back().map_or(0, char::len_utf8);
                ("the end of the file".to_owned(), read.len() - last..read.len())
            }
        }
    }

    /// The end of the quoted text that begins where reading stopped.
    fn text_end(&self) -> usize {
        let line = self.text.get(self.at..line_end(self.text, self.at)).unwrap_or("");
        let length = line.char_indices().skip(1).find(|(_, c)| *c == '"').map_or(line.len(), |(at, _)| at + 1);
        self.at + length
    }
}

/// The first curly quote of a text that closes none opened in it: its place and its length.
fn closing_sign(text: &str) -> Option<(usize, usize)> {
    let mut open = false;
    text.char_indices().find_map(|(at, sign)| match (sign, open) {
        ('„', _) => {
            open = true;
            None
        }
        ('“', false) if text.get(at..)?.contains('”') => {
            open = true;
            None
        }
        ('“' | '”', true) => {
            open = false;
            None
        }
        ('“' | '”', false) => Some((at, sign.len_utf8())),
        _ => None,
    })
}

fn closes_none(sign: Span) -> Diagnostic {
    Diagnostic::error(Code::UnclosedQuote, "this text has no closing quote")
        .at(sign, "closes no text")
        .fix("write `\"`", sign, "\"")
        .help("write `\"` instead: a text ends with the straight quote that it begins with")
}

/// The words that cannot be names, as the grammar's `reserved` lists them.
pub(crate) const RESERVED: [&str; 45] = [
    "adds",
    "also",
    "and",
    "assigned",
    "at",
    "because",
    "by",
    "covered",
    "demanded",
    "demands",
    "every",
    "evidence",
    "except",
    "expect",
    "feature",
    "for",
    "from",
    "functionality",
    "grants",
    "in",
    "includes",
    "is",
    "limit",
    "minimum",
    "not",
    "of",
    "open",
    "or",
    "over",
    "owns",
    "pack",
    "per",
    "provided",
    "reading",
    "release",
    "remedy",
    "say",
    "to",
    "under",
    "units",
    "unknown",
    "until",
    "version",
    "versions",
    "when",
];

#[cfg(test)]
mod tests {
    use super::RESERVED;

    #[test]
    fn reserved_words_are_those_of_the_grammar() {
        let grammar = include_str!("../../grammar/entail.pest");
        let (_, list) = grammar.split_once("\nreserved = _{").unwrap_or_default();
        let (list, _) = list.split_once('}').unwrap_or_default();
        // A letter by itself is looked at before the words that begin with it.
        let quoted = list.split('"').skip(1).step_by(2);
        let mut words: Vec<&str> = quoted.filter(|word| word.len() > 1).collect();
        words.sort_unstable();
        assert_eq!(words, RESERVED);
    }
}
