//! Habits from prose and from other forms: colons behind keywords, `is` where it is not said, `to` for an arrow, `if`.

use super::tokens::{Token, first_word, is_word_char, line_end, skip_docs, tokens};
use super::{RESERVED, Slip};
use crate::diagnostic::{Code, Diagnostic, nearest, quoted};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Clause, ClauseKind, Item, Keyword};
use crate::syntax::expected;
use crate::syntax::parser::Rule;
use std::collections::VecDeque;
use std::ops::Range;

/// Whether a word opens a clause of an item that is no test, so that no colon follows it. A document may have any detail but
/// what the language says of it itself.
fn opens_clause(item: Keyword, word: &str) -> bool {
    match item {
        Keyword::Test | Keyword::Facts | Keyword::Enum => false,
        Keyword::Source => ["from", "until", "when"].contains(&word),
        _ => expected::CLAUSES.contains(&word) && RESERVED.contains(&word),
    }
}

/// The slip in an item that reads well as something else.
pub(in crate::syntax) fn misread(file: FileId, text: &str, item: &Item) -> Option<Diagnostic> {
    let on_one_line = |(one, other): &(&Clause, &Clause)| {
        text.get(one.span.end as usize..other.span.start as usize).is_some_and(|between| !between.contains('\n'))
    };
    let neighbours = item.clauses.iter().zip(item.clauses.iter().skip(1)).filter(on_one_line);
    colon_read(file, text, item).or_else(|| neighbours.filter_map(in_a_row).next())
}

/// `owns 1 L 2 for user`, `user bob relation: employee`: two clauses on a line that were meant as one.
fn in_a_row((one, other): (&Clause, &Clause)) -> Option<Diagnostic> {
    let error = |message: String| Diagnostic::error(Code::Syntax, message);
    match (&one.kind, &other.kind) {
        (ClauseKind::Owns { lot, .. } | ClauseKind::Price { lot, .. }, ClauseKind::For(_)) if lot.metric.is_none() => {
            let start = other.span.start as usize;
            let word = Span::new(other.span.file, start..start + "for".len());
            let said = error("`for` does not say what a unit is assigned to".to_owned());
            Some(said.at(word, "write `per`").writing("for", "per").help("write `per` instead"))
        }
        (ClauseKind::Entity { name, clauses, .. }, ClauseKind::Pair { key, .. }) if clauses.is_empty() => {
            let said = error(format!("what is said of {} stands in no braces", quoted(&name.text)));
            let said = said.at(key.span, "read as a key of the estate");
            Some(
                said.help(format!(
                    "write `{{` before {}, and `}}` behind the last that is said of it",
                    quoted(&key.text)
                )),
            )
        }
        _ => None,
    }
}

/// The first clause of an item that was read as `name: value` for a colon behind its keyword.
fn colon_read(file: FileId, text: &str, item: &Item) -> Option<Diagnostic> {
    let mut clauses: VecDeque<&Clause> = item.clauses.iter().collect();
    while let Some(clause) = clauses.pop_front() {
        match &clause.kind {
            ClauseKind::Pair { key, .. } if opens_clause(item.keyword, &key.text) => {
                let colon = key.span.end as usize + text.get(key.span.end as usize..)?.find(':')?;
                return Some(takes_no_colon(&key.text, Span::new(file, colon..colon + 1)));
            }
            ClauseKind::Reading { clauses: inner, .. } | ClauseKind::Version { clauses: inner, .. } => {
                clauses.extend(inner);
            }
            _ => {}
        }
    }
    None
}

pub(super) fn takes_no_colon(word: &str, colon: Span) -> Diagnostic {
    Diagnostic::error(Code::Syntax, format!("{} takes no colon", quoted(word)))
        .at(colon, "not written here")
        .fix("leave out the colon", colon, "")
        .help(format!("leave out the colon: `{word} …`"))
}

impl Slip<'_> {
    /// The keyword of the item, if it has one.
    pub(super) fn item_keyword(&self) -> Option<Keyword> {
        Keyword::of(first_word(skip_docs(self.item_text())))
    }

    /// A colon behind the keyword of a clause, before the place where reading stopped.
    pub(super) fn colon(&self) -> Option<Diagnostic> {
        let item = self.item_keyword()?;
        let read = self.item.start..self.at.max(self.item.start);
        let line = self.text.get(read.start..line_end(self.text, read.end))?;
        let bare = without_texts(line);
        let colons = bare.match_indices(':').map(|(at, _)| at).filter(|at| read.start + at <= read.end);
        let mut behind = colons.filter_map(|at| {
            let before = bare.get(..at)?.trim_end_matches([' ', '\t']);
            let word = before.get(before.trim_end_matches(is_word_char).len()..)?;
            let stands_alone = !before.get(..before.len() - word.len())?.ends_with('.');
            (stands_alone && opens_clause(item, word)).then_some((word.to_owned(), read.start + at))
        });
        let (word, at) = behind.next()?;
        Some(takes_no_colon(&word, self.span(at..at + 1)))
    }

    /// `as_of 2008-03-11`, or `as_of = 2008-03-11`: a key without its colon.
    pub(super) fn key(&self) -> Option<Diagnostic> {
        let item = self.item_keyword().filter(|item| matches!(item, Keyword::Test | Keyword::Source))?;
        let clause_wanted = self.expected.iter().any(|rule| matches!(rule, Rule::close_brace | Rule::clause));
        let word = first_word(self.rest());
        let equals = self.rest().starts_with('=');
        // Where rows of a test are read there are keys and nothing else.
        let in_row = item == Keyword::Test && self.depth() > 1;
        let literals = expected::literals(self.expected);
        let known = || super::misspelt_keyword(word).is_some() || nearest(word, literals.iter().copied()).is_some();
        let goes_on = self.expected.iter().any(|rule| matches!(rule, Rule::verdict | Rule::and_word | Rule::or_word));
        let begins = !goes_on || self.starts_line(self.at);
        let is_key = !RESERVED.contains(&word);
        if !equals && (!is_key || word.is_empty() || !clause_wanted || !begins || (!in_row && known())) {
            return None;
        }
        let (key, sign) = match equals {
            true => {
                let before = self.before().trim_end();
                let key = before.get(before.trim_end_matches(is_word_char).len()..).filter(|key| !key.is_empty())?;
                (key, self.span(self.at..self.at + 1))
            }
            false => {
                let end = self.at + word.len();
                let line = self.text.get(end..line_end(self.text, end))?;
                let blank = line.len() - line.trim_start().len();
                let sign = usize::from(line.trim_start().starts_with('='));
                let has_value = line.trim_start().starts_with(|c: char| is_word_char(c) || "=\"[".contains(c));
                has_value.then_some((word, self.span(end + blank * sign..end + (blank + 1) * sign)))?
            }
        };
        Some(
            Diagnostic::error(Code::Syntax, format!("a colon is missing behind {}", quoted(key)))
                .at(sign, "not a colon")
                .fix("write a colon", sign, ":")
                .help(format!("write `{key}: …`")),
        )
    }

    /// `owns 1 L 2 user`: the holder of a unit without its `per`, taken for a row whose name would follow.
    pub(super) fn holder_without_per(&self) -> Option<Diagnostic> {
        let before = self.before().trim_end();
        let line = before.get(before.rfind('\n').map_or(0, |end| end + 1)..)?;
        let metric = line.get(line.trim_end_matches(is_word_char).len()..)?;
        let is_lot = ["owns", "price"].contains(&first_word(line.trim_start()));
        if !is_lot || !["user", "device", "host", "server"].contains(&metric) {
            return None;
        }
        let span = self.span(before.len() - metric.len()..before.len());
        Some(
            Diagnostic::error(Code::Syntax, format!("`per` is missing before {}", quoted(metric)))
                .at(span, "what a unit is assigned to")
                .fix("write it", self.span(before.len() - metric.len()..before.len() - metric.len()), "per ")
                .help(format!("write `per {metric}`")),
        )
    }

    /// How many braces are open where reading stopped.
    fn depth(&self) -> usize {
        let before = tokens(self.item_text()).take_while(|(start, _)| self.item.start + start < self.at);
        before.fold(0, |depth, (_, token)| match token {
            Token::Open('{') => depth + 1,
            Token::Close('}') => depth.saturating_sub(1),
            _ => depth,
        })
    }

    /// Something else where an arrow belongs.
    pub(super) fn arrow(&self) -> Option<Diagnostic> {
        if !self.expected.iter().any(|rule| matches!(rule, Rule::arrow | Rule::target)) {
            return None;
        }
        let rest = self.rest();
        let signs = rest.len() - rest.trim_start_matches(['-', '=', '>', ' ']).len();
        let signs = rest.get(..signs).map_or(0, |run| run.trim_end().len());
        let length = if first_word(rest) == "to" { "to".len() } else { signs };
        let meant = rest.get(..length).filter(|written| !written.is_empty() && *written != "->")?;
        let span = self.span(self.at..self.at + length);
        Some(
            Diagnostic::error(Code::Syntax, format!("{} is no arrow", quoted(meant)))
                .at(span, "an arrow says who comes where")
                .fix("write `->`", span, "->")
                .help("write `->` instead"),
        )
    }

    /// `is` before what is said without it: `is in […]`, `is at least`, `is exempt by`.
    pub(super) fn needless_is(&self) -> Option<Diagnostic> {
        let word = first_word(self.rest());
        let before = self.before().trim_end();
        // Of `exempt by` and its like the first word may be read already, as a name.
        let before = match word {
            "by" => before.get(..before.trim_end_matches(is_word_char).len())?.trim_end(),
            _ => before,
        };
        let said = self.text.get(before.len()..line_end(self.text, before.len()))?.trim_start();
        let (positive, negated) = match before.strip_suffix("not") {
            Some(rest) if rest.ends_with([' ', '\t']) => (rest.trim_end(), true),
            _ => (before, false),
        };
        let subject = positive.strip_suffix("is").filter(|rest| rest.ends_with([' ', '\t']))?;
        let is = self.span(subject.len()..subject.len() + "is".len());
        let message = |what: &str| format!("`{what}` is said without `is`");
        let (what, instead) = match first_word(said) {
            "in" => ("in", if negated { "not in […]" } else { "in […]" }),
            "at" if first_word(self.text.get(self.at + "at".len()..)?.trim_start()) == "least" => ("at least", ">= …"),
            "at" if first_word(self.text.get(self.at + "at".len()..)?.trim_start()) == "most" => ("at most", "<= …"),
            "covered" => ("covered by", if negated { "not covered by …" } else { "covered by …" }),
            "exempt" => ("exempt by", if negated { "not exempt by …" } else { "exempt by …" }),
            "prohibited" => ("prohibited by", if negated { "not prohibited by …" } else { "prohibited by …" }),
            _ => return None,
        };
        let error = Diagnostic::error(Code::Syntax, message(what)).at(is, "not said here");
        Some(error.help(format!("write `{instead}` instead of `is{} {what}`", if negated { " not" } else { "" })))
    }

    /// A keyword said once too often: `units per host.cores`, `provided x: when …`.
    pub(super) fn needless_word(&self) -> Option<Diagnostic> {
        let word = first_word(self.rest());
        let before = self.before().trim_end();
        let why = match word {
            "per" if before.ends_with("units") => return self.units_per(),
            "when" if before.ends_with(':') => "the condition begins behind the colon",
            _ => return None,
        };
        let span = self.span(self.at..self.at + word.len());
        Some(
            Diagnostic::error(Code::Syntax, format!("{} is not said here", quoted(word)))
                .at(span, why)
                .fix("leave it out", span, "")
                .help(format!("leave out `{word}`")),
        )
    }

    /// `units per core`, `units per host.cores`.
    fn units_per(&self) -> Option<Diagnostic> {
        let counted =
            [("cores", "cores"), ("core", "cores"), ("processors", "processors"), ("processor", "processors")];
        let of_host = counted.into_iter().find_map(|(said, field)| Some((self.phrase(&format!("per {said}"))?, field)));
        Some(match of_host {
            Some((range, field)) => self.instead(range, &format!("host.{field}")),
            None => self.too_much(self.at..self.at + "per".len(), "a number of units follows"),
        })
    }

    /// A word of the language in capitals.
    pub(super) fn shouted(&self) -> Option<Diagnostic> {
        let word = first_word(self.rest());
        let lower = word.to_lowercase();
        if word == lower || !["and", "or", "not", "is", "in", "when", "from", "until"].contains(&&*lower) {
            return None;
        }
        let span = self.span(self.at..self.at + word.len());
        let error = Diagnostic::error(Code::Syntax, format!("{} is no word of the language", quoted(word)));
        let error = error.at(span, "not read").fix(format!("write `{lower}`"), span, lower.as_str());
        Some(error.help(format!("write `{lower}`: words of the language are written small")))
    }

    /// A word or sign too many before the only word that may follow: `limit 3 users per server`.
    pub(super) fn one_too_many(&self, only: &str) -> Option<Range<usize>> {
        let (_, range) = self.found();
        let rest = self.text.get(range.end..line_end(self.text, range.end))?;
        (first_word(rest.trim_start()) == only).then_some(range)
    }
}

/// A text with blanks for its quoted texts and comments, every byte at its place.
pub(super) fn without_texts(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let (mut quoted, mut comment) = (false, false);
    for c in text.chars() {
        let ends = c == '\n';
        (quoted, comment) = (quoted && !ends, comment && !ends);
        let hidden = quoted || comment || c == '"' || c == '#';
        comment |= c == '#' && !quoted;
        quoted ^= c == '"' && !comment;
        match hidden {
            true => bare.extend(std::iter::repeat_n(' ', c.len_utf8())),
            false => bare.push(c),
        }
    }
    bare
}
