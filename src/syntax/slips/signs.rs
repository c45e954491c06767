//! Signs of other languages: operators, quotes, comments.

use super::Slip;
use super::tokens::line_end;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::parser::Rule;

impl Slip<'_> {
    pub(super) fn operator(&self) -> Option<Diagnostic> {
        const OPERATORS: [(&str, &str); 15] = [
            ("> =", ">="),
            ("< =", "<="),
            ("≥", ">="),
            ("≤", "<="),
            ("≠", "is not"),
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
        // `>` of `> =`, or `<` of `<>`, may already be read.
        let read = self.before().strip_suffix(' ').unwrap_or(self.before());
        let from = match self.rest().starts_with(['=', '>']) && read.ends_with(['<', '>', '!']) {
            true => read.len() - 1,
            false => self.at,
        };
        let rest = self.text.get(from..)?;
        let (sign, word) = OPERATORS.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
        // `name = no` in facts lacks its type; the sign itself is right.
        if sign == "=" && self.expected.contains(&Rule::colon) {
            return None;
        }
        if sign == "=" && self.expected.contains(&Rule::open_brace) {
            return Some(self.too_much(self.at..self.at + 1, "no sign stands before the braces"));
        }
        let message = format!("`{sign}` is not a word of the language");
        let said = Diagnostic::error(Code::ForeignOperator, message)
            .at(self.span(from..from + sign.len()), format!("write `{word}`"));
        let said = said.writing(sign, word);
        Some(said.help(format!("a condition is written in words: `{word}` instead of `{sign}`")))
    }

    /// Quotes, comments and separators that the language does not have.
    pub(super) fn foreign_sign(&self) -> Option<Diagnostic> {
        let sign = self.rest().chars().next()?;
        let (message, help, fix) = match sign {
            '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '\'' | '`' => (
                format!("`{sign}` is no quotation mark of the language"),
                "write texts between straight double quotes: `\"…\"`",
                None,
            ),
            '/' if self.rest().starts_with("//") || self.rest().starts_with("/*") => {
                ("a comment starts with `#`".to_owned(), "write `#` before each line of the comment", None)
            }
            '\u{A0}' | '\u{2007}' | '\u{202F}' => (
                format!("the blank U+{:04X} is none of the language: it does not break", u32::from(sign)),
                "replace it by a plain blank",
                Some(("write a blank", " ")),
            ),
            '→' => ("`→` is no sign of the language".to_owned(), "write `->`", Some(("write `->`", "->"))),
            '–' | '—' | '−' => {
                (format!("`{sign}` is no sign of the language"), "write `-`", Some(("write `-`", "-")))
            }
            '×' | '·' => (format!("`{sign}` is no sign of the language"), "write `*`", Some(("write `*`", "*"))),
            '÷' => ("`÷` is no sign of the language".to_owned(), "write `/`", Some(("write `/`", "/"))),
            '%' => (
                "`%` is no sign of the language".to_owned(),
                "write a share as a decimal: `0.5` for 50 %, `1.2` for 120 %",
                None,
            ),
            '€' | '$' | '£' | '¥' => (
                format!("`{sign}` is no sign of the language"),
                "leave it out: an amount is a number alone, in the currency of the estate",
                Some(("leave it out", "")),
            ),
            ';' if self.is_open('(') || self.is_open('[') => {
                ("no `;` stands between values".to_owned(), "write `,`", Some(("write `,`", ",")))
            }
            ';' => (
                "clauses have no `;` between them".to_owned(),
                "remove it: a clause ends where the next begins",
                Some(("leave it out", "")),
            ),
            _ => return None,
        };
        let length = if sign == '/' { line_end(self.text, self.at) - self.at } else { sign.len_utf8() };
        let span = self.span(self.at..self.at + length);
        let said = Diagnostic::error(Code::Syntax, message).at(span, "not a sign of the language");
        let said = fix.into_iter().fold(said, |said, (what, with)| said.fix(what, span, with));
        Some(said.help(help))
    }
}
