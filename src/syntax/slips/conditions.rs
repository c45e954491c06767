//! Conditions as prose writes them: without `when`, with words for signs, articles, names of several words, full stops.

use super::tokens::{Token, first_word, is_word_char, line_end, tokens, word_at_end};
use super::{RESERVED, Slip, without_texts};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::Keyword;
use crate::syntax::expected;
use crate::syntax::parser::Rule;
use std::ops::Range;

/// What prose says for a comparison, longer phrases before those that they begin with.
const COMPARISONS: [(&str, &str); 38] = [
    ("not more than", "<="),
    ("no more than", "<="),
    ("not less than", ">="),
    ("no less than", ">="),
    ("not later than", "<="),
    ("no later than", "<="),
    ("not earlier than", ">="),
    ("no earlier than", ">="),
    ("more than", ">"),
    ("greater than or equal to", ">="),
    ("greater than", ">"),
    ("larger than", ">"),
    ("less than or equal to", "<="),
    ("less than", "<"),
    ("fewer than", "<"),
    ("smaller than", "<"),
    ("later than", ">"),
    ("earlier than", "<"),
    ("after", ">"),
    ("before", "<"),
    ("since", ">="),
    ("at least", ">="),
    ("at most", "<="),
    ("equal to", "is"),
    ("equals to", "is"),
    ("equals", "is"),
    ("does not equal", "is not"),
    ("are not", "is not"),
    ("are", "is"),
    ("exceeds", ">"),
    ("isnt", "is not"),
    ("arent", "is not"),
    ("isn’t", "is not"),
    ("isn't", "is not"),
    ("aren’t", "is not"),
    ("aren't", "is not"),
    ("not one of", "not in"),
    ("one of", "in"),
];

/// What other languages call the functions.
const FUNCTIONS: [(&str, &str); 10] = [
    ("max", "max"),
    ("maximum", "max"),
    ("min", "min"),
    ("minimum", "min"),
    ("roundup", "round_up"),
    ("ceil", "round_up"),
    ("ceiling", "round_up"),
    ("rounddown", "round_down"),
    ("floor", "round_down"),
    ("count", "count"),
];

/// What prose says before a name.
const ARTICLES: [&str; 4] = ["a", "an", "the", "either"];

/// What has fields.
const OWNERS: [&str; 9] = ["user", "device", "host", "server", "access", "absence", "license", "agreement", "estate"];

impl Slip<'_> {
    /// A condition without the word that opens it: `agreement is Campus` where a clause should begin.
    pub(super) fn no_when(&self) -> Option<Diagnostic> {
        // Of `user.relation` the first word may be read already, as what a row of a test opens with.
        let is_read = self.rest().starts_with('.');
        let start = if is_read { self.at - word_at_end(self.before()).len() } else { self.at };
        if is_read && ARTICLES.contains(&self.word_before(start)) {
            let end = self.text.get(..start)?.trim_end().len();
            return Some(self.too_much(end - self.word_before(start).len()..start, "not said before a name"));
        }
        let opens_row = |word: &str| ["user", "device", "host", "server", "access", "absence"].contains(&word);
        let begins = match is_read {
            true => opens_row(word_at_end(self.before())) && !expects_more(self.word_before(start)),
            false => self.expected.iter().any(|rule| matches!(rule, Rule::clause | Rule::close_brace)),
        };
        let goes_on = self.may_be_joined();
        let path = condition_begun(self.text.get(start..line_end(self.text, start))?)?;
        let item = self.item_keyword()?;
        if !begins || goes_on || item == Keyword::Source && !path.contains('.') && path != "agreement" {
            return None;
        }
        let said = Diagnostic::error(Code::Syntax, "a condition stands here that nothing opens")
            .at(self.span(start..start + path.len()), "no clause begins like this");
        let before = self.span(start..start);
        match item {
            Keyword::License | Keyword::Terms => {
                Some(said.help("write `provided NAME:` before it, with a name of your choice"))
            }
            Keyword::Product | Keyword::Test | Keyword::Prefer | Keyword::Agreement => None,
            _ if self.is_said("when", start) => Some(said.help("join it to the condition before by `and` or `or`")),
            _ => Some(said.fix("write `when`", before, "when ").help("write `when` before it")),
        }
    }

    /// The word before a place.
    fn word_before(&self, at: usize) -> &str {
        word_at_end(self.text.get(..at).unwrap_or("").trim_end())
    }

    /// Whether a word stands before a place within the innermost braces around it.
    pub(super) fn is_said(&self, word: &str, before: usize) -> bool {
        let mut open = vec![self.item.start];
        for (at, token) in tokens(self.item_text()).take_while(|(at, _)| self.item.start + at < before) {
            match token {
                Token::Open('{') => open.push(self.item.start + at),
                Token::Close('}') => drop(open.pop()),
                _ => {}
            }
        }
        let body = self.text.get(open.last().copied().unwrap_or(self.item.start)..before).unwrap_or("");
        without_texts(body).split(|c| !is_word_char(c)).any(|said| said == word)
    }

    /// `is more than 5`, `equals`, `isn’t`: words for a comparison.
    pub(super) fn compared_in_words(&self) -> Option<Diagnostic> {
        let (said, sign) = COMPARISONS.into_iter().find_map(|(phrase, sign)| Some((self.phrase(phrase)?, sign)))?;
        let left = self.text.get(..said.start)?.trim_end_matches(' ');
        let negated = left.strip_suffix(" not").map(|rest| rest.trim_end_matches(' '));
        let is = negated.unwrap_or(left).strip_suffix(" is");
        if is.is_none() && (said.start < self.at || !self.expected.iter().any(compares)) {
            return None;
        }
        let range = is.map_or(said.start, |rest| rest.len() + 1)..said.end;
        let sign = match (negated.filter(|_| is.is_some()), sign) {
            (None, sign) => sign,
            (Some(_), "is") => "is not",
            (Some(_), "in") => "not in",
            (Some(_), ">") => "<=",
            (Some(_), "<") => ">=",
            (Some(_), ">=") => "<",
            (Some(_), _) => ">",
        };
        Some(self.instead(range, sign))
    }

    /// `is an outsider`, `is [a, b]`: what does not stand behind `is`.
    pub(super) fn behind_is(&self) -> Option<Diagnostic> {
        let before = self.before().trim_end_matches(' ');
        let article = ARTICLES.into_iter().find(|article| word_at_end(before) == *article);
        let said = before.get(..before.len() - article.map_or(0, str::len))?.trim_end_matches(' ');
        let positive = said.strip_suffix(" not").map_or(said, |rest| rest.trim_end_matches(' '));
        let is = positive.strip_suffix(" is")?.len() + 1;
        match article {
            Some(article) if !first_word(self.rest()).is_empty() => {
                let range = before.len() - article.len()..self.at;
                Some(self.too_much(range, "not said before a name"))
            }
            None if self.rest().starts_with('[') => {
                let with = if positive.len() < said.len() { "not in" } else { "in" };
                Some(self.instead(is..said.len(), with))
            }
            _ => None,
        }
    }

    /// `MAX(…)`, `roundup(…)`.
    pub(super) fn function(&self) -> Option<Diagnostic> {
        let word = word_at_end(self.before());
        if !self.rest().starts_with('(') || word.is_empty() || RESERVED.contains(&word) && word != "minimum" {
            return None;
        }
        let meant = word.to_lowercase().replace('_', "");
        let (_, function) = FUNCTIONS.into_iter().find(|(name, _)| *name == meant)?;
        Some(self.instead(self.at - word.len()..self.at, function))
    }

    /// `user hours >= 20`, `agreement Campus`: a field without the dot behind its owner, a name without `is`.
    pub(super) fn dot_left_out(&self) -> Option<Diagnostic> {
        let owner = word_at_end(self.before().trim_end_matches(' '));
        let field = first_word(self.rest());
        let start = self.before().trim_end_matches(' ').len() - owner.len();
        let is_meant = OWNERS.contains(&owner) && !field.is_empty() && !self.starts_line(start);
        let names_agreement = owner == "agreement" && field.starts_with(|c: char| c.is_ascii_uppercase());
        let sign = if names_agreement { " is " } else { "." };
        is_meant.then(|| self.tried(start..self.at + field.len(), &format!("{owner}{sign}{field}")))?
    }

    /// `max 16, host.cores`, `count user is external > 100`: what a function is given, without parentheses.
    pub(super) fn call_without_parentheses(&self) -> Option<Diagnostic> {
        let (function, said) =
            ["max", "min", "count"].into_iter().find_map(|function| Some((function, self.word_read(function)?)))?;
        let line = self.text.get(said.end..line_end(self.text, said.end))?;
        let length = line.find(['<', '>', '{', '}']).unwrap_or(line.len());
        let given = line.get(..length)?.trim();
        let end = said.end + line.len() - line.trim_start().len() + given.len();
        self.tried(said.start..end, &format!("{function}({given})"))
    }

    /// `round(…)`, which does not say which way.
    pub(super) fn round(&self) -> Option<Diagnostic> {
        let start = self.before().strip_suffix("round")?.len();
        let said = self.rest().starts_with('(').then(|| self.instead(start..self.at, "round_up"))?;
        Some(said.help("write `round_up` or `round_down`, which say which way"))
    }

    /// `exempt campus students`, `user front clerk`, `is test lab`: a name in several words.
    pub(super) fn name_in_words(&self) -> Option<Diagnostic> {
        let before = self.before().trim_end_matches(' ');
        let first = word_at_end(before);
        let words = self.rest().find(|c: char| !is_word_char(c) && c != ' ').unwrap_or(self.rest().len());
        let words: Vec<&str> = self.rest().get(..words)?.split(' ').collect();
        let words: Vec<&str> = words.into_iter().take_while(|word| !word.is_empty() && !is_of_language(word)).collect();
        let said = before.get(..before.len() - first.len())?.trim_end();
        let heads = |rule: &Rule| matches!(rule, Rule::title | Rule::text | Rule::citations);
        let names_item = self.expected.iter().any(heads) && Keyword::of(word_at_end(said)).is_some();
        let names_row = ["user", "device", "host", "server"].contains(&word_at_end(said))
            && self.rest().get(words.join(" ").len()..)?.trim_start().starts_with(['{', '}']);
        let is_member = ["is", "not"].contains(&word_at_end(said)) && self.expected.contains(&Rule::and_word);
        if words.is_empty() || first.is_empty() || !(names_item || names_row || is_member) {
            return None;
        }
        let range = before.len() - first.len()..self.at + words.join(" ").len();
        let name = self.spelling(&[&[first], words.as_slice()].concat());
        let said = Diagnostic::error(Code::Syntax, "a name is one word").at(self.span(range.clone()), "several words");
        Some(said.fix(format!("write `{name}`"), self.span(range), name.clone()).help(match is_member {
            true => format!("write `{name}`, if that is its name; two conditions are joined by `and` or `or`"),
            false => format!("write `{name}`"),
        }))
    }

    /// `user's relation`.
    pub(super) fn possessive(&self) -> Option<Diagnostic> {
        let rest = ["'s ", "’s "].into_iter().find_map(|sign| self.rest().strip_prefix(sign))?;
        let (owner, field) = (word_at_end(self.before()), first_word(rest));
        let range = self.at - owner.len()..self.text.len() - rest.len() + field.len();
        let is_field = !owner.is_empty() && !field.is_empty();
        is_field.then(|| self.instead(range, &format!("{}.{field}", owner.to_lowercase())))
    }

    /// A full stop behind a clause. One before a line end is taken for the dot between names.
    pub(super) fn full_stop(&self) -> Option<Diagnostic> {
        let here = self.rest().strip_prefix('.').filter(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '}']));
        let before = self.before().trim_end();
        let word = before.get(..before.len() - word_at_end(before).len())?;
        let line_ends = |text: &str| text.get(text.trim_end().len()..).is_some_and(|blank| blank.contains('\n'));
        let stop = match (here, before.strip_suffix('.'), word.trim_end().strip_suffix('.')) {
            (Some(_), ..) => self.at,
            (None, Some(rest), _) => rest.len(),
            (None, None, Some(rest)) if line_ends(word) => rest.len(),
            _ => return None,
        };
        // Behind what has fields one of them is still to come.
        let is_owner = OWNERS.contains(&word_at_end(self.text.get(..stop)?));
        let said = self.too_much(stop..stop + 1, "a clause ends where the next begins");
        (!is_owner).then(|| said.help("leave out the full stop"))
    }

    /// `and` in a list that is joined by commas.
    pub(super) fn and_for_comma(&self) -> Option<Diagnostic> {
        let word = ["and", "or"].into_iter().find(|word| first_word(self.rest()) == *word)?;
        let wanted = |rule| self.expected.contains(&rule);
        if !wanted(Rule::comma) || wanted(Rule::and_word) || wanted(Rule::or_word) {
            return None;
        }
        let range: Range<usize> = self.before().trim_end().len()..self.at + word.len();
        let said = Diagnostic::error(Code::Syntax, format!("the things of this list are not joined by `{word}`"));
        let said = said.at(self.span(self.at..self.at + word.len()), "a comma stands between them");
        Some(said.fix("write `,`", self.span(range), ",").help(format!("write `,` instead of `{word}`")))
    }
}

/// Whether a rule is what a comparison goes on with.
fn compares(rule: &Rule) -> bool {
    matches!(rule, Rule::is_word | Rule::is | Rule::relation | Rule::order | Rule::in_word | Rule::in_list)
}

/// Whether a word is none that something ends with.
fn expects_more(word: &str) -> bool {
    RESERVED.contains(&word) || ["if", "then", "else"].contains(&word)
}

fn is_of_language(word: &str) -> bool {
    RESERVED.contains(&word) || expected::CLAUSES.contains(&word)
}

/// The path that a line begins with, if a condition begins with it.
fn condition_begun(line: &str) -> Option<&str> {
    let positive = line.strip_prefix("not ").map_or(line, str::trim_start);
    let length = positive.find(|c: char| !is_word_char(c) && c != '.').unwrap_or(positive.len());
    let (path, behind) = positive.split_at(length);
    let behind = behind.trim_start();
    let compares = ["is", "in", "not"].contains(&first_word(behind)) || behind.starts_with(['<', '>', '=', '≥', '≤']);
    let names = path.starts_with(|c: char| c.is_ascii_alphabetic()) && !path.ends_with('.');
    (names && (compares || path.contains('.'))).then(|| line.get(..line.len() - positive.len() + length))?
}
