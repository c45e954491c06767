//! What is none of the slips: "expected …, found …", with what is to be done about it as far as that can be told.

use super::Slip;
use super::tokens::{Token, first_word, is_word_char, line_end, tokens};
use crate::diagnostic::{Code, Diagnostic, nearest, quoted};
use crate::syntax::expected;
use crate::syntax::parser::Rule;

impl Slip<'_> {
    /// What could have stood where reading stopped, and what stands there.
    pub(super) fn other(&self) -> Diagnostic {
        if self.is_at_end() {
            return self.cut_short();
        }
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
        let said = match literals.as_slice() {
            [only] => match self.only_word(said, only) {
                Ok(said) => return said,
                Err(said) => said,
            },
            _ => said,
        };
        match () {
            () if literals.contains(&"{") && self.opens_clause_here() => said.help(self.where_braces_go()),
            () if literals.contains(&":") && word == "when" => {
                let span = self.span(self.at..self.at + word.len());
                said.fix("write `:`", span, ":").help("write `:` instead of `when`: behind it the condition begins")
            }
            () if self.expected == [Rule::verdict] => {
                said.help(format!("a verdict opens with {}", expected::VERDICTS.map(quoted).join(", ")))
            }
            () if literals.contains(&":") && self.reads_with(self.at..self.at, ": ") => said
                .fix("write `:`", self.span(self.at..self.at), ": ")
                .help("write `:` before it, if the condition begins here"),
            () if self.expected.contains(&Rule::name) && word.starts_with(|c: char| c.is_ascii_digit()) => {
                said.help("a name begins with a letter")
            }
            () if self.expected == [Rule::label] && is_release(word) => {
                said.help(format!("write `{}`: a release begins with a digit", word.get(1..).unwrap_or("")))
            }
            () => said,
        }
    }

    /// What to do where one word alone could have stood; the diagnostic as it was where the line does not read with it.
    fn only_word(&self, said: Diagnostic, only: &str) -> Result<Diagnostic, Diagnostic> {
        let (found, range) = self.found();
        if let Some(spare) = self.one_too_many(only) {
            return Ok(said
                .fix("leave it out", self.span(spare), "")
                .help(format!("leave out {found}: `{only}` follows")));
        }
        let here = self.at..self.at;
        let mut words = ["per server", only].into_iter().filter(|word| word.starts_with(only));
        match words.find(|word| self.reads_with(here.clone(), &format!("{word} "))) {
            Some(word) => {
                let what = format!("write `{word}` before it");
                Ok(said.fix(what.clone(), self.span(here), format!("{word} ")).help(what))
            }
            None if self.reads_with(range.clone(), only) => {
                let what = format!("write `{only}` instead");
                Ok(said.fix(what.clone(), self.span(range), only).help(what))
            }
            None => Err(said),
        }
    }

    /// Whether reading stopped where the item ends.
    fn is_at_end(&self) -> bool {
        self.at >= self.item.start + self.item_text().trim_end().len()
    }

    /// An item that ends before it is whole.
    fn cut_short(&self) -> Diagnostic {
        let last = self.last_word().unwrap_or(self.item.clone());
        let wanted = expected::words(self.expected).unwrap_or_else(|| "more".to_owned());
        let said = Diagnostic::error(Code::Syntax, format!("the item ends here, and {wanted} should follow"));
        let said = said.at(self.span(last), "nothing follows this");
        match self.expected.contains(&Rule::open_brace) {
            true => said.help("write its clauses between `{` and `}` behind it, or `{}` where it has none"),
            false => said.help("complete it, or remove it"),
        }
    }

    /// Whether what reading stopped at is the first clause of the item.
    fn opens_clause_here(&self) -> bool {
        let word = first_word(self.rest());
        let behind = self.rest().get(word.len()..).unwrap_or("").trim_start();
        expected::CLAUSES.contains(&word) || !word.is_empty() && behind.starts_with(':')
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
        (is_name && heads && self.rest().starts_with('-'))
            .then(|| self.spelling(&written.split('-').collect::<Vec<&str>>()))
    }

    /// Whether a number with a minus sign follows, rather than a hyphen within a name.
    fn is_negative(&self) -> bool {
        let is_apart = self.text.get(..self.at).is_some_and(|before| before.ends_with([' ', '\t', '(']));
        is_apart
            && self.rest().strip_prefix('-').is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()))
    }
}

/// Whether a word is a release behind a `v`: `v2003`.
fn is_release(word: &str) -> bool {
    word.strip_prefix(['v', 'V']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}
