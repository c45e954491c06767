//! Something that is missing: a value, a condition, what a comment speaks of, the opening of a bracket.

use super::Slip;
use super::tokens::{Token, first_word, is_word_char, line_end, tokens};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::syntax::expected;
use crate::syntax::parser::Rule;
use std::ops::Range;

impl Slip<'_> {
    /// A `}` where an item should begin, or a `)` or `]` that nothing opened.
    pub(super) fn closes_nothing(&self) -> Option<Diagnostic> {
        let sign = self.rest().chars().next()?;
        let (opening, help) = match sign {
            '}' if self.at == self.item.start => ('{', "remove it, or look above it for a `}` too many"),
            ')' if !self.is_open('(') => ('(', "remove it, or write `(` where it should begin"),
            ']' if !self.is_open('[') => ('[', "remove it, or write `[` where it should begin"),
            _ => return None,
        };
        Some(
            Diagnostic::error(Code::Syntax, format!("this `{sign}` closes nothing"))
                .at(self.span(self.at..self.at + 1), format!("no `{opening}` is open here"))
                .help(help),
        )
    }

    /// Whether a bracket of this sort is open where reading stopped.
    pub(super) fn is_open(&self, bracket: char) -> bool {
        let mut open = Vec::new();
        for (_, token) in tokens(self.item_text()).take_while(|(start, _)| self.item.start + start < self.at) {
            match token {
                Token::Open(sign) => open.push(sign),
                Token::Close(_) => drop(open.pop()),
                Token::Quote { .. } | Token::ItemStart => {}
            }
        }
        open.contains(&bracket)
    }

    /// A doc comment behind which neither an item nor a clause follows.
    pub(super) fn doc_comment(&self) -> Option<Diagnostic> {
        let start = if self.is_at_doc() { self.at } else { self.doc_line_before()? };
        Some(
            Diagnostic::error(Code::Syntax, "this doc comment belongs to nothing")
                .at(self.span(start..line_end(self.written, start)), "no item or clause follows")
                .help("put it above the item or clause it speaks of, or write `#` for a plain comment"),
        )
    }

    fn is_at_doc(&self) -> bool {
        self.written.get(self.at..).is_some_and(|rest| rest.starts_with("##"))
    }

    /// Where the line before starts its doc comment, if it is one and something else was to follow.
    fn doc_line_before(&self) -> Option<usize> {
        let before = self.written.get(..self.at)?.trim_end();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let text = before.get(line..)?;
        let start = line + text.len() - text.trim_start().len();
        let ends_here = self.rest().is_empty() || self.rest().starts_with('}');
        (ends_here && text.trim_start().starts_with("##")).then_some(start)
    }

    /// `kind:` before a line with the next `name: value`.
    pub(super) fn no_value(&self) -> Option<Diagnostic> {
        if !self.rest().starts_with(':') {
            return None;
        }
        let next = self.before().trim_end_matches(is_word_char);
        let before = next.trim_end().strip_suffix(':').filter(|before| next.len() > before.len() + 1)?;
        let key = before.len() - before.chars().rev().take_while(|c| is_word_char(*c)).count()..before.len();
        let message = format!("{} has no value", quoted(self.text.get(key.clone())?));
        let said = Diagnostic::error(Code::Syntax, message).at(self.span(key), "a value should follow the colon");
        Some(said.help("write a value behind it, or remove the line"))
    }

    /// `when` or `and` with nothing behind it on its line.
    pub(super) fn no_condition(&self) -> Option<Diagnostic> {
        if !expected::is_condition(self.expected) {
            return None;
        }
        let last = self.last_word()?;
        let on_a_later_line = self.text.get(last.end..self.at)?.contains('\n');
        if !(on_a_later_line || self.rest().is_empty() || self.rest().starts_with(['}', ')', ']'])) {
            return None;
        }
        let message = format!("a condition is missing behind {}", quoted(self.text.get(last.clone())?));
        let said = Diagnostic::error(Code::Syntax, message).at(self.span(last), "nothing follows this");
        Some(said.help("write what must hold, such as `user.relation is employee`"))
    }

    /// The last thing that was read: a word or a sign.
    pub(super) fn last_word(&self) -> Option<Range<usize>> {
        let before = self.before().trim_end();
        let word = before.len() - before.trim_end_matches(is_word_char).len();
        let length = if word > 0 { word } else { before.chars().next_back()?.len_utf8() };
        Some(before.len() - length..before.len())
    }

    /// A bracket that is still open where a line begins with something that cannot stand in it.
    pub(super) fn stands_outside(&self) -> bool {
        let starts_line = self.before().trim_end_matches([' ', '\t']).ends_with('\n');
        let could_close = self.expected.iter().any(|rule| matches!(rule, Rule::close_paren | Rule::close_bracket));
        starts_line && could_close && !first_word(self.rest()).is_empty()
    }
}
