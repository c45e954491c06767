//! Remedies that are tried: one is named only if the line reads with it.

use super::Slip;
use super::tokens::{first_word, is_word_char, line_end, word_at_end};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::syntax::ast::Keyword;
use crate::syntax::expected;
use crate::syntax::parser::{Rule, stops_at};
use std::ops::Range;

/// Words that prose puts where the language has none.
const FILLERS: [&str; 18] = [
    "and", "the", "a", "an", "of", "to", "at", "for", "as", "that", "each", "every", "only", "exactly", "up", "also",
    "then", "product",
];

/// Numbers in words.
const NUMBERS: [(&str, &str); 12] = [
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
];

impl Slip<'_> {
    /// Whether the rest of the line can be read with other words in a place.
    pub(super) fn reads_with(&self, range: Range<usize>, with: &str) -> bool {
        let (before, behind) =
            (self.text.get(self.item.start..range.start), self.text.get(range.end..self.item.end.max(range.end)));
        let mended = [before.unwrap_or(""), with, behind.unwrap_or("")].concat();
        let end = line_end(&mended, before.map_or(0, str::len) + with.len());
        let next = mended.len() - mended.get(end..).map_or(0, |rest| rest.trim_start().len());
        stops_at(&mended).is_none_or(|at| at > next)
    }

    /// What to write for something, if the line reads with it.
    pub(super) fn tried(&self, range: Range<usize>, with: &str) -> Option<Diagnostic> {
        self.reads_with(range.clone(), with).then(|| self.instead(range, with))
    }

    /// `except for P`, `pack of 2`, `expect the plan`: a word without which the line reads.
    pub(super) fn filler(&self) -> Option<Diagnostic> {
        const NEAR: usize = 4;
        let opens_clause = |start: &usize| self.starts_line(*start) && is_of_language(self.word_at(*start));
        let near = self.words_back().take(NEAR).filter(|start| !opens_clause(start));
        let said = near.map(|start| start..start + self.word_at(start).len());
        let goes_on = |end: usize| !self.text.get(end..line_end(self.text, end)).unwrap_or("").trim().is_empty();
        let is_filler = |range: &Range<usize>| FILLERS.contains(&self.text.get(range.clone()).unwrap_or(""));
        let mut fillers = said.filter(|range| is_filler(range) && goes_on(range.end));
        let spare = fillers.find(|range| self.reads_with(range.clone(), ""))?;
        Some(self.too_much(spare, "the line reads without it"))
    }

    fn word_at(&self, start: usize) -> &str {
        first_word(self.text.get(start..).unwrap_or(""))
    }

    /// A sign or word between two things that is missing: a comma in a list, `at` before a document.
    pub(super) fn left_out(&self) -> Option<Diagnostic> {
        let end = self.before().trim_end().len();
        let is_apart = self.text.get(end..self.at).is_some_and(|blank| blank.contains('\n'));
        let is_named = |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
        let last = self.before().trim_end();
        let last = last.get(last.trim_end_matches(|c: char| is_word_char(c) || c == '.').len()..)?;
        let begins_name = self.rest().starts_with(|c: char| c.is_ascii_uppercase());
        let wanted = |rule| self.expected.contains(&rule);
        let (place, sign, with) = match () {
            () if !begins_name || is_apart => None,
            () if wanted(Rule::comma) && is_named(last) && self.reads_with(end..end, ",") => Some((end, ",", ",")),
            () if wanted(Rule::at_word) && !wanted(Rule::text) && self.reads_with(self.at..self.at, "at ") => {
                Some((self.at, "at", "at "))
            }
            () => None,
        }?;
        let (found, range) = self.found();
        let said = Diagnostic::error(Code::Syntax, format!("`{sign}` is missing before {found}"));
        let said = said.at(self.span(range), "read on from here").fix("write it", self.span(place..place), with);
        Some(said.help(format!("write `{sign}` before it")))
    }

    /// `at PUR 9`, `at PUR section 9`: where in a document, without quotes.
    pub(super) fn section(&self) -> Option<Diagnostic> {
        if !self.expected.contains(&Rule::text) && !self.expected.contains(&Rule::citations) {
            return None;
        }
        let begins_section = |text: &str| text.starts_with(|c: char| c.is_ascii_digit() || c == '§');
        let named = ["section", "Section", "sec.", "clause", "chapter", "page", "no."];
        let named = named.into_iter().find(|name| self.rest().starts_with(name)).map_or(0, str::len);
        let figure = self.rest().get(named..)?.trim_start();
        let length = figure.find(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | ',' | ':' | '"'))?;
        let end = self.text.len() - self.text.get(self.at..)?.len() + (self.rest().len() - figure.len()) + length;
        let written = self.text.get(self.at..end).filter(|_| begins_section(figure))?;
        self.tried(self.at..end, &format!("\"{written}\""))
    }

    /// `reading "PUR"`, `release "2008"`: quotes about a name, a version or a number.
    pub(super) fn needless_quotes(&self) -> Option<Diagnostic> {
        let (_, range) = self.found();
        let inner = self.text.get(range.clone())?.strip_prefix('"')?.strip_suffix('"')?;
        let is_word = !inner.is_empty() && inner.chars().all(|c| is_word_char(c) || c == '.');
        let wants = |rule: &Rule| match rule {
            Rule::name | Rule::member | Rule::word => inner.starts_with(|c: char| c.is_ascii_alphabetic()),
            Rule::label | Rule::number => inner.starts_with(|c: char| c.is_ascii_digit()),
            _ => false,
        };
        if !is_word || !self.expected.iter().any(wants) {
            return None;
        }
        let written = quoted(self.text.get(range.clone())?);
        let said = Diagnostic::error(Code::Syntax, format!("{written} stands in quotes, and is no text"));
        let span = self.span(range);
        let said =
            said.at(span, "a name, a version or a number is written without").fix("leave out the quotes", span, inner);
        Some(said.help(format!("write it without quotes: `{inner}`")))
    }

    /// `source "Product Use Rights" PUR`, `source "Product Use Rights"`: a title where the name belongs.
    pub(super) fn title_first(&self) -> Option<Diagnostic> {
        let (_, range) = self.found();
        let title = self.text.get(range.clone()).filter(|text| text.starts_with('"'))?;
        if self.expected != [Rule::name] || Keyword::of(word_at_end(self.before().trim_end())).is_none() {
            return None;
        }
        let name = first_word(self.text.get(range.end..)?.trim_start());
        let behind = self.text.get(range.end..)?.find(name)? + range.end + name.len();
        if !name.is_empty() && self.reads_with(range.start..behind, &format!("{name} {title}")) {
            return Some(self.instead(range.start..behind, &format!("{name} {title}")));
        }
        let words: Vec<&str> = title.split(|c| !is_word_char(c)).filter(|word| !word.is_empty()).collect();
        let said = Diagnostic::error(Code::Syntax, "a name is missing before this title");
        let said = said.at(self.span(range), "a title follows a name");
        Some(said.help(format!("write a name of one word before it, such as `{}`", self.spelling(&words))))
    }

    /// The name that words are meant to be: as the rest of the text spells it, or the words with `_` between them.
    pub(super) fn spelling(&self, words: &[&str]) -> String {
        let plain = |word: &str| word.replace('_', "").to_lowercase();
        let meant = plain(&words.concat());
        let bare = super::without_texts(self.text);
        let mut others = bare.split(|c| !is_word_char(c));
        let spelt = others.find(|word| plain(word) == meant && word.len() >= meant.len());
        spelt.map_or_else(|| words.join("_"), str::to_owned)
    }

    /// `adds to P.standard`, `for P.standard`, `for P 2`: more or less than the name alone.
    pub(super) fn name_alone(&self) -> Option<Diagnostic> {
        let before = self.before().trim_end();
        let name = word_at_end(before);
        let start = before.len() - name.len();
        let said = word_at_end(self.text.get(..start)?.trim_end());
        let word = first_word(self.rest().trim_start_matches('.'));
        let end = self.at + usize::from(self.rest().starts_with('.')) + word.len();
        let is_label = word.starts_with(|c: char| c.is_ascii_digit());
        let (with, why) = match said {
            "to" | "of" if self.rest().starts_with('.') => (word, "a product names its own functionalities alone"),
            "for" | "except" if self.rest().starts_with('.') => (name, "a rule is for products as a whole"),
            "for" | "except" if is_label => {
                (name, "a rule is for all versions: ask for one in `when`, as in `server.version is …`")
            }
            _ => return None,
        };
        let span = self.span(start..end);
        let error = Diagnostic::error(Code::Syntax, format!("{} says too much", quoted(self.text.get(start..end)?)));
        let error = error.at(span, why).fix(format!("write `{with}`"), span, with).help(format!("write `{with}`"));
        self.reads_with(start..end, with).then_some(error)
    }

    /// `limit two per server`.
    pub(super) fn number_in_words(&self) -> Option<Diagnostic> {
        let word = first_word(self.rest());
        let (_, figure) = NUMBERS.into_iter().find(|(number, _)| *number == word)?;
        self.tried(self.at..self.at + word.len(), figure)
    }

    /// `in (a, b)`: a list in parentheses.
    pub(super) fn list_in_parentheses(&self) -> Option<Diagnostic> {
        let list = self.rest().strip_prefix('(').filter(|_| self.expected.contains(&Rule::open_bracket))?;
        let inner = list.get(..list.find(')')?)?;
        self.tried(self.at..self.at + inner.len() + 2, &format!("[{inner}]"))
    }

    /// Other words for those of a clause: `limit 2 for each server`, `demanded by all servers`, `assigned to a and b`, `min 2`.
    pub(super) fn clause_in_prose(&self) -> Option<Diagnostic> {
        let word = first_word(self.rest());
        let to_server = || {
            let line = self.text.get(self.at..line_end(self.text, self.at))?;
            let server = line.find("server")? + "server".len();
            Some(self.at + server + usize::from(line.get(server..)?.starts_with('s')))
        };
        let wanted = |rule| self.expected.contains(&rule);
        let is_apart = self.before().ends_with(' ');
        let (end, with) = match word {
            _ if self.expected == [Rule::per_word] && word != "server" => {
                (to_server()?, if is_apart { "per server" } else { " per server" })
            }
            _ if self.expected == [Rule::every_word] => (to_server()?, "every server"),
            "and" if wanted(Rule::or_word) && self.word_read("assigned").is_some() => (self.at + word.len(), "or"),
            "x" | "X" | "times" if wanted(Rule::times_over) => (self.at + word.len(), "*"),
            "from" | "until" if self.expected == [Rule::open_brace] => return self.version_for_release(),
            "min" if wanted(Rule::clause) || wanted(Rule::close_brace) => (self.at + word.len(), "minimum"),
            _ => return None,
        };
        self.tried(self.at..end, with)
    }

    /// `version 2008 from …` in a product.
    fn version_for_release(&self) -> Option<Diagnostic> {
        let version = self.word_read("version").filter(|_| self.item_keyword() == Some(Keyword::Product))?;
        self.tried(version, "release")
    }

    /// `versions 2008 { … }`, and `includes L` without a version.
    pub(super) fn version_of_suite(&self) -> Option<Diagnostic> {
        if self.rest().starts_with('{') {
            return self.tried(self.word_read("versions")?, "version");
        }
        let name = word_at_end(self.before().trim_end());
        let is_over = self.rest().starts_with([',', '}']) || is_of_language(first_word(self.rest()));
        let is_included =
            is_over && self.expected == [Rule::label] && name.starts_with(|c: char| c.is_ascii_uppercase());
        let end = self.before().trim_end().len();
        is_included.then(|| {
            let said = Diagnostic::error(Code::Syntax, format!("{} has no version here", quoted(name)));
            let said = said.at(self.span(end - name.len()..end), "which version?");
            said.help(format!("write the version behind each name, as in `{name} 2023`"))
        })
    }

    /// A word behind a number that has no place there: `pack 2 cores`.
    pub(super) fn word_behind_number(&self) -> Option<Diagnostic> {
        let word = first_word(self.rest());
        let number = word_at_end(self.before().trim_end_matches(' '));
        let is_unit = number.starts_with(|c: char| c.is_ascii_digit()) && !word.is_empty() && !is_of_language(word);
        let range = self.at..self.at + word.len();
        (is_unit && self.reads_with(range.clone(), "")).then(|| self.too_much(range, "a number is written alone"))
    }

    /// A comma where something else, or nothing, stands.
    pub(super) fn comma(&self) -> Option<Diagnostic> {
        let here = self.at..self.at + usize::from(self.rest().starts_with(','));
        if self.rest().starts_with([']', ')']) && self.before().trim_end().ends_with(',') {
            let end = self.before().trim_end().len();
            return Some(self.too_much(end - 1..end, "nothing follows it").help("leave out the comma"));
        }
        if here.is_empty() || self.may_be_joined() {
            return None;
        }
        if self.expected.contains(&Rule::also_word) {
            return self.tried(here, " also");
        }
        let is_needless = self.expected.iter().any(lists_without_commas) || self.reads_with(here.clone(), "");
        let said = self.too_much(here, "no comma stands between them");
        is_needless.then(|| said.help("leave out the comma: blanks stand between them"))
    }
}

/// Members, facts and clauses follow each other without commas.
fn lists_without_commas(rule: &Rule) -> bool {
    matches!(rule, Rule::member | Rule::fact | Rule::clause | Rule::close_brace)
}

fn is_of_language(word: &str) -> bool {
    super::RESERVED.contains(&word) || expected::CLAUSES.contains(&word)
}
