//! The slips that people make, each with its own message; what is none of them gets "expected …, found …".

use crate::diagnostic::{Code, Diagnostic, nearest, quoted};
use crate::source::{FileId, Span};
use crate::syntax::ast::Keyword;
use crate::syntax::expected;
use crate::syntax::parser::{Failure, Rule};
use std::ops::Range;

/// A bracket, a quoted text or the start of an item; all that a look at unread text needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// `(`, `[` or `{`.
    Open(char),
    /// `)`, `]` or `}`.
    Close(char),
    /// A quoted text, and whether it is closed on its line.
    Quote { end: usize, closed: bool },
    /// A line that opens an item.
    ItemStart,
}

/// The tokens of a text with the byte where each begins. Comments are passed over.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = (usize, Token)> + '_ {
    let (mut at, mut line_start) = (0, true);
    std::iter::from_fn(move || {
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let (here, starts_line) = (at, line_start);
            at += c.len_utf8();
            line_start = c == '\n';
            match c {
                '(' | '[' | '{' => return Some((here, Token::Open(c))),
                ')' | ']' | '}' => return Some((here, Token::Close(c))),
                '#' => at = line_end(text, here),
                '"' => {
                    let (end, closed) = quote_end(text, here);
                    at = end;
                    return Some((here, Token::Quote { end, closed }));
                }
                _ if starts_line && starts_item(text, here) => return Some((here, Token::ItemStart)),
                _ => {}
            }
        }
        None
    })
}

fn line_end(text: &str, from: usize) -> usize {
    text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| from + length)
}

/// Where a comment begins on a line, if one does.
pub(super) fn comment_start(line: &str) -> Option<usize> {
    let mut quoted = false;
    line.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == '#' && !quoted).then_some(at)
    })
}

fn quote_end(text: &str, from: usize) -> (usize, bool) {
    let line = text.get(from + 1..line_end(text, from)).unwrap_or("");
    match line.find('"') {
        Some(length) => (from + 1 + length + 1, true),
        None => (from + 1 + line.trim_end().len(), false),
    }
}

fn starts_item(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or("");
    let word = first_word(rest);
    Keyword::of(word).is_some() && rest.get(word.len()..).is_some_and(|after| after.starts_with([' ', '\t']))
}

/// The diagnostic for an item that could not be read: `item` is where it stands in `text`.
pub(super) fn explain(file: FileId, text: &str, item: Range<usize>, failure: &Failure) -> Diagnostic {
    let slip = Slip { file, text, item, at: failure.at, expected: &failure.expected };
    slip.quote()
        .or_else(|| slip.keyword())
        .or_else(|| slip.operator())
        .or_else(|| slip.date())
        .or_else(|| slip.brace())
        .or_else(|| slip.mixed())
        .or_else(|| slip.chained())
        .or_else(|| slip.unknown())
        .or_else(|| slip.reserved())
        .or_else(|| slip.doc_comment())
        .unwrap_or_else(|| slip.other())
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

    fn quote(&self) -> Option<Diagnostic> {
        let opened = tokens(self.item_text()).find_map(|(start, token)| match token {
            Token::Quote { end, closed: false } => Some(self.item.start + start..self.item.start + end),
            Token::Quote { .. } | Token::Open(_) | Token::Close(_) | Token::ItemStart => None,
        });
        // A quote behind the place where reading stopped is no reason for it.
        let opened = opened.filter(|range| range.start <= self.at)?;
        Some(
            Diagnostic::error(Code::UnclosedQuote, "this text has no closing quote")
                .at(self.span(opened), "opened here, and a text ends on its line")
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
            Some(meant) => diagnostic.help(format!("write `{}`", meant.text())),
            None => diagnostic.help(format!("the keywords are {}", Keyword::ALL.map(Keyword::text).join(", "))),
        })
    }

    fn operator(&self) -> Option<Diagnostic> {
        const OPERATORS: [(&str, &str); 10] = [
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
        let message = format!("`{sign}` is not a word of the language");
        let said = Diagnostic::error(Code::ForeignOperator, message)
            .at(self.span(from..from + sign.len()), format!("write `{word}`"));
        Some(said.help(format!("a condition is written in words: `{word}` instead of `{sign}`")))
    }

    fn before(&self) -> &'t str {
        self.text.get(..self.at).unwrap_or("")
    }

    fn date(&self) -> Option<Diagnostic> {
        let length = self
            .rest()
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '/' | '.' | '-'))
            .unwrap_or(self.rest().len());
        let written = self.rest().get(..length)?;
        let parts: Vec<&str> = written.split(['/', '.', '-']).collect();
        let [first, second, third] = parts.as_slice() else { return None };
        if [first, second, third].iter().any(|part| part.is_empty()) {
            return None;
        }
        let diagnostic = Diagnostic::error(Code::ForeignDate, format!("`{written}` is not how a date is written"))
            .at(self.span(self.at..self.at + length), "year-month-day, with four, two and two digits");
        Some(match (first.len(), third.len()) {
            (1 | 2, 4) => {
                diagnostic.help(format!("write `{third}-{first:0>2}-{second:0>2}` if the month stands first here"))
            }
            (4, 1 | 2) => diagnostic.help(format!("write `{first}-{second:0>2}-{third:0>2}`")),
            _ => diagnostic.help("write a date as `2008-03-11`"),
        })
    }

    /// A bracket that is never closed shows where the text ends, the next item begins or another bracket closes.
    fn brace(&self) -> Option<Diagnostic> {
        let at_end = skip_blank(self.rest()).is_empty() || self.at >= self.item.end || starts_item(self.text, self.at);
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
        let in_condition = value_wanted && !self.expected.contains(&Rule::unknown_word);
        if first_word(self.rest()) != "unknown" || !in_condition {
            return None;
        }
        Some(
            Diagnostic::error(Code::TestsForUnknown, "no condition may test for unknown")
                .at(self.span(self.at..self.at + "unknown".len()), "what is not known must stay unknown")
                .help("leave it out: a condition with unknown facts is unknown, and the question is asked where it matters"),
        )
    }

    fn reserved(&self) -> Option<Diagnostic> {
        let word = first_word(self.rest());
        let name_wanted = self
            .expected
            .iter()
            .any(|rule| matches!(rule, Rule::name | Rule::path | Rule::labelled | Rule::atom | Rule::member));
        if !name_wanted || !RESERVED.contains(&word) {
            return None;
        }
        let message = format!("`{word}` is a word of the language and cannot be a name");
        Some(
            Diagnostic::error(Code::ReservedWord, message)
                .at(self.span(self.at..self.at + word.len()), "a name is expected here")
                .help(format!(
                    "choose another name, such as `{word}_`; behind a dot or before a colon any word may stand"
                )),
        )
    }

    fn doc_comment(&self) -> Option<Diagnostic> {
        if !self.rest().starts_with("##") {
            return None;
        }
        let end = line_end(self.text, self.at);
        Some(
            Diagnostic::error(Code::Syntax, "this doc comment belongs to nothing")
                .at(self.span(self.at..end), "no item or clause follows")
                .help("put it above the item or clause it speaks of, or write `#` for a plain comment"),
        )
    }

    fn other(&self) -> Diagnostic {
        let (found, range) = self.found();
        let message = match expected::words(self.expected) {
            Some(wanted) => format!("expected {wanted}, found {found}"),
            None => format!("{found} makes no sense here"),
        };
        let said = Diagnostic::error(Code::Syntax, message).at(self.span(range), "reading stopped here");
        match self.rest().starts_with('}') {
            true => said.help("remove this `}`, or complete what stands before it"),
            false => said,
        }
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
            Some(c) => (format!("`{}`", c.escape_debug()), self.at..self.at + c.len_utf8()),
            None => {
                let read = self.before().trim_end();
                let last = read.chars().next_back().map_or(0, char::len_utf8);
                ("the end of the file".to_owned(), read.len() - last..read.len())
            }
        }
    }
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

fn closing(sign: char) -> char {
    match sign {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn first_word(text: &str) -> &str {
    let length = text.find(|c| !is_word_char(c)).unwrap_or(text.len());
    text.get(..length).unwrap_or("")
}

/// The text without leading blanks and comments.
fn skip_blank(text: &str) -> &str {
    skip_lines(text, |line| line.starts_with('#') && !line.starts_with("##"))
}

/// The text without leading blanks, comments and doc comments.
fn skip_docs(text: &str) -> &str {
    skip_lines(text, |line| line.starts_with('#'))
}

fn skip_lines(mut text: &str, skipped: impl Fn(&str) -> bool) -> &str {
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        match text.find('\n') {
            Some(end) if skipped(text) => text = text.get(end..).unwrap_or(""),
            None if skipped(text) => return "",
            _ => return text,
        }
    }
}
