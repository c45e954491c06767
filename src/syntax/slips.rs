//! The slips that people make, each with its own message; what is none of them gets "expected …, found …".

mod conditions;
mod dates;
mod figures;
mod gaps;
mod habits;
mod signs;
mod tokens;

use habits::without_texts;

pub(super) use habits::colon_read;
pub(super) use tokens::{Token, comment_start, first_word, opening_word, skip_docs, starts_item, tokens};

use crate::diagnostic::{Code, Diagnostic, nearest, quoted};
use crate::source::{FileId, Span};
use crate::syntax::ast::Keyword;
use crate::syntax::expected;
use crate::syntax::parser::{Failure, Rule};
use std::ops::Range;
pub(crate) use tokens::is_word_char;
use tokens::{closing, line_end, skip_blank};

/// The diagnostic for an item that could not be read: `item` is where it stands in `text`.
pub(super) fn explain(file: FileId, text: &str, item: Range<usize>, failure: &Failure) -> Diagnostic {
    let slip = Slip { file, text, item, at: failure.at, expected: &failure.expected };
    slip.quote()
        .or_else(|| slip.quote_of_prose())
        .or_else(|| slip.keyword())
        .or_else(|| slip.colon())
        .or_else(|| slip.arrow())
        .or_else(|| slip.in_prose())
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
        .or_else(|| slip.word_of_prose())
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
            .or_else(|| self.and_for_comma())
            .or_else(|| self.least_units())
            .or_else(|| self.compared_in_words())
            .or_else(|| self.between())
            .or_else(|| self.behind_is())
            .or_else(|| self.function())
            .or_else(|| self.possessive())
            .or_else(|| self.word_before_license())
    }

    /// Numbers, dates and versions that are written otherwise, and words of several parts.
    fn figure(&self) -> Option<Diagnostic> {
        self.date()
            .or_else(|| self.date_in_words())
            .or_else(|| self.number())
            .or_else(|| self.parted_by_blanks())
            .or_else(|| self.version_in_two())
            .or_else(|| self.version_said())
            .or_else(|| self.unit_behind())
            .or_else(|| self.name_in_words())
            .or_else(|| self.full_stop())
    }
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
        Diagnostic::error(Code::Syntax, format!("{written} is not said like this"))
            .at(span, "not of the language")
            .fix(format!("write `{with}`"), span, with)
            .help(format!("write `{with}` instead"))
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
        let at_end = skip_blank(self.rest()).is_empty()
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
        if self.expected.contains(&Rule::relation)
            || !self.expected.iter().any(|rule| matches!(rule, Rule::and_word | Rule::or_word))
        {
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

    fn other(&self) -> Diagnostic {
        let (found, range) = self.found();
        let message = match expected::words(self.expected) {
            Some(wanted) => format!("expected {wanted}, found {found}"),
            None => format!("{found} makes no sense here"),
        };
        let said = Diagnostic::error(Code::Syntax, message).at(self.span(range), "reading stopped here");
        let word = first_word(self.rest());
        let literals = expected::literals(self.expected);
        if let Some(near) = nearest(word, literals.iter().copied()).filter(|_| !word.is_empty()) {
            return said.writing(word, near).help(format!("did you mean `{near}`?"));
        }
        let said = match self.sign_out_of_place(said, &literals) {
            Ok(said) => return said,
            Err(said) => said,
        };
        let before = self.span(self.at..self.at);
        match literals.as_slice() {
            _ if literals.contains(&"{") && expected::CLAUSES.contains(&word) => said.help(self.where_braces_go()),
            _ if literals.contains(&":") && word == "when" => {
                let span = self.span(self.at..self.at + word.len());
                said.fix("write `:`", span, ":").help("write `:` instead of `when`: behind it the condition begins")
            }
            _ if self.expected == [Rule::verdict] => {
                said.help(format!("a verdict opens with {}", expected::VERDICTS.map(quoted).join(", ")))
            }
            [only] if self.one_too_many(only).is_some() => {
                let spare = self.one_too_many(only).unwrap_or_default();
                said.fix("leave it out", self.span(spare), "").help(format!("leave out {found}: `{only}` follows"))
            }
            ["per"] if self.item_keyword() == Some(Keyword::Exempt) && word != "server" => {
                said.fix("write `per server`", before, "per server ").help("write `per server` before it")
            }
            [only] if expected::only_literals(self.expected) => {
                let what = format!("write `{only}` before it");
                said.fix(what.clone(), before, format!("{only} ")).help(what)
            }
            _ if literals.contains(&":") => said.help("write `:` before it, if the condition begins here"),
            _ if self.expected == [Rule::label] && is_release(word) => {
                said.help(format!("write `{}`: a release begins with a digit", word.get(1..).unwrap_or("")))
            }
            _ => said,
        }
    }

    /// What to do about a sign, or a letter, that cannot stand there; the diagnostic as it was where it is none of these.
    fn sign_out_of_place(&self, said: Diagnostic, literals: &[&str]) -> Result<Diagnostic, Diagnostic> {
        let sign = self.rest().chars().next().unwrap_or(' ');
        let here = self.span(self.at..self.at + sign.len_utf8());
        if let Some(name) = self.name_with_hyphens() {
            return Ok(said.help(format!("write `{name}`: no name has a hyphen")));
        }
        Ok(match sign {
            '}' => said.help("remove this `}`, or complete what stands before it"),
            '-' if self.is_negative() => said.help("numbers have no sign: write one that is 0 or more"),
            ',' if literals.contains(&"and") => said.help("join conditions by `and` or `or`, not by a comma"),
            ',' if literals.contains(&"or") => {
                said.fix("write `or`", here, " or").help("write `or` instead of the comma")
            }
            ',' if self.expected.iter().any(lists_without_commas) => {
                said.fix("leave it out", here, "").help("leave out the comma: blanks stand between them")
            }
            '{' if literals.contains(&":") => said
                .help("write `:` instead of `{`, and leave out the `}` that closes it: behind it the condition begins"),
            '=' => said.help("a fact is written `name: type`, as in `hosted: bool = no`"),
            sign if !sign.is_ascii() && sign.is_alphabetic() => {
                said.help("names are made of a to z, A to Z, digits and `_`")
            }
            _ => return Err(said),
        })
    }

    /// What to do about a clause that stands before the brace that opens them.
    fn where_braces_go(&self) -> &'static str {
        let line = self.text.get(self.at..line_end(self.text, self.at)).unwrap_or("");
        let (mut opened, mut closed) = (0, 0);
        for (_, token) in tokens(self.item_text()) {
            match token {
                Token::Open('{') => opened += 1,
                Token::Close('}') => closed += 1,
                _ => {}
            }
        }
        match () {
            () if tokens(line).any(|(_, token)| token == Token::Open('{')) => {
                "clauses stand between braces: write this one behind the `{`"
            }
            () if closed > opened => "clauses stand between braces: write `{` before this one",
            () => "clauses stand between braces: write `{` before this one, and `}` behind the last",
        }
    }

    /// The name that was meant where a hyphen stands in it.
    fn name_with_hyphens(&self) -> Option<String> {
        let begun = self.before().len() - self.before().trim_end_matches(is_word_char).len();
        let written = self.text.get(self.at - begun..)?;
        let end = written.find(|sign: char| !is_word_char(sign) && sign != '-').unwrap_or(written.len());
        let written = written.get(..end)?;
        let is_name = written.starts_with(|sign: char| sign.is_ascii_alphabetic()) && !written.ends_with('-');
        let heads = self.expected.iter().any(|rule| matches!(rule, Rule::title | Rule::text | Rule::citations));
        (is_name && heads && self.rest().starts_with('-')).then(|| written.replace('-', "_"))
    }

    /// Whether a number with a minus sign follows, rather than a hyphen within a name.
    fn is_negative(&self) -> bool {
        let is_apart = self.text.get(..self.at).is_some_and(|before| before.ends_with([' ', '\t', '(']));
        is_apart
            && self.rest().strip_prefix('-').is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()))
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

/// Members, facts and clauses follow each other without commas.
fn lists_without_commas(rule: &Rule) -> bool {
    matches!(rule, Rule::member | Rule::fact | Rule::clause | Rule::close_brace)
}

/// Whether a word is a release behind a `v`: `v2003`.
fn is_release(word: &str) -> bool {
    word.strip_prefix(['v', 'V']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
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
