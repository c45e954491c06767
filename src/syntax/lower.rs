//! From pest's pairs to the tree: one function for each rule of the grammar that carries meaning.
//!
//! The grammar guarantees which pairs stand where, so a pair that is missing gives `None` all the way up and the item is
//! left out; that cannot happen while grammar and lowering agree, which the round trip of the shipped set tests.

mod clauses;
mod expressions;
mod tests;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Cite, Clause, ClauseKind, Dated, Item, Keyword, Number, Period, Word};
use crate::syntax::parser::{Place, Rule, span};
use crate::value::is_in_thousands;
use jiff::civil::Date;
use pest::iterators::{Pair, Pairs};
use rust_decimal::Decimal;

/// Lowers an item.
pub(super) fn item(place: Place, text: &str, pair: Pair<'_, Rule>, diagnostics: &mut Vec<Diagnostic>) -> Option<Item> {
    let mut lower = Lower { place, diagnostics };
    let item = lower.item(pair)?;
    lower.starts_its_line(text, &item);
    Some(item)
}

/// Pairs of one rule, taken in order.
type Children<'p> = std::iter::Peekable<Pairs<'p, Rule>>;

struct Lower<'d> {
    place: Place,
    diagnostics: &'d mut Vec<Diagnostic>,
}

fn children(pair: Pair<'_, Rule>) -> Children<'_> {
    pair.into_inner().peekable()
}

/// The next pair, if it is of this rule.
fn take<'p>(children: &mut Children<'p>, rule: Rule) -> Option<Pair<'p, Rule>> {
    children.next_if(|pair| pair.as_rule() == rule)
}

/// The first pair of this rule, passing over those before it (keywords, mostly).
fn find<'p>(children: &mut Children<'p>, rule: Rule) -> Option<Pair<'p, Rule>> {
    children.find(|pair| pair.as_rule() == rule)
}

impl Lower<'_> {
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        span(self.place, pair)
    }

    fn word(&self, pair: &Pair<'_, Rule>) -> Word {
        Word { text: pair.as_str().to_owned(), span: self.span(pair) }
    }

    /// A quoted text without its quotes; of a title, the text in it.
    fn text(&self, pair: &Pair<'_, Rule>) -> Word {
        Word { text: pair.as_str().trim_matches('"').to_owned(), span: self.span(pair) }
    }

    fn starts_its_line(&mut self, text: &str, item: &Item) {
        let start = item.keyword_span.start as usize;
        let before = text.get(..start).unwrap_or("");
        if before.is_empty() || before.ends_with('\n') || before == "\u{feff}" {
            return;
        }
        let message = format!("`{}` opens an item but does not start its line", item.keyword.text());
        self.diagnostics.push(
            Diagnostic::error(Code::KeywordNotAtLineStart, message)
                .at(item.keyword_span, "an item starts at the first column")
                .help("put the keyword at the start of a line: that is how an item is found behind one that is broken"),
        );
    }

    fn item(&mut self, pair: Pair<'_, Rule>) -> Option<Item> {
        let mut parts = children(pair);
        let doc = self.doc(&mut parts);
        let whole = parts.next()?;
        let end = self.span(&whole);
        let rule = whole.as_rule();
        let mut parts = children(whole);
        let opener = parts.next()?;
        let (keyword, keyword_span) = (Keyword::of(opener.as_str())?, self.span(&opener));
        let header = self.head(&mut parts)?;
        let clauses = match rule {
            Rule::other => self.body(find(&mut parts, Rule::body)?),
            _ => parts.filter_map(|part| self.listed(part)).collect(),
        };
        let Head { name, title, cites } = header;
        Some(Item { keyword, keyword_span, name, title, cites, clauses, doc, span: end })
    }

    fn doc(&mut self, parts: &mut Children<'_>) -> Option<String> {
        let mut lines: Vec<String> = Vec::new();
        while let Some(line) = take(parts, Rule::doc) {
            lines.push(line.as_str().trim_start_matches('#').trim().to_owned());
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Name, title and citations; `facts` has only a word for a name.
    fn head(&mut self, parts: &mut Children<'_>) -> Option<Head> {
        let first = parts.next()?;
        if first.as_rule() == Rule::word {
            return Some(Head { name: self.word(&first), title: None, cites: Vec::new() });
        }
        let mut parts = children(first);
        let name = self.word(&parts.next()?);
        let title = take(&mut parts, Rule::title).map(|title| self.text(&title));
        let cites = take(&mut parts, Rule::citations).map_or_else(Vec::new, |cites| self.citations(cites));
        Some(Head { name, title, cites })
    }

    fn citations(&mut self, pair: Pair<'_, Rule>) -> Vec<Cite> {
        let cites = pair.into_inner().filter(|part| part.as_rule() == Rule::citation);
        cites.filter_map(|cite| self.citation(cite)).collect()
    }

    fn citation(&mut self, pair: Pair<'_, Rule>) -> Option<Cite> {
        let mut parts = children(pair);
        let source = self.word(&parts.next()?);
        Some(Cite { source, section: parts.next().map(|text| self.text(&text)) })
    }

    /// A member of an enum, a fact or a reading: what `enum`, `facts` and `extend` list.
    fn listed(&mut self, pair: Pair<'_, Rule>) -> Option<Clause> {
        let (rule, span) = (pair.as_rule(), self.span(&pair));
        let mut parts = children(pair);
        let doc = self.doc(&mut parts);
        let kind = match rule {
            Rule::member => ClauseKind::Member(self.word(&parts.next()?)),
            Rule::fact => self.fact(parts)?,
            Rule::reading_clause => self.reading(parts.next()?)?,
            _ => return None,
        };
        Some(Clause { kind, span, doc })
    }

    fn fact(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        let name = self.word(&parts.next()?);
        let ty = self.word(&find(&mut parts, Rule::fact_type)?);
        let default = take(&mut parts, Rule::default).and_then(|default| self.default(default));
        let question = take(&mut parts, Rule::text).map(|text| self.text(&text));
        Some(ClauseKind::Fact { name, ty, default, question })
    }

    fn body(&mut self, pair: Pair<'_, Rule>) -> Vec<Clause> {
        let clauses = pair.into_inner().filter(|part| part.as_rule() == Rule::clause);
        clauses.filter_map(|clause| self.clause(clause)).collect()
    }

    fn period(&mut self, pair: Pair<'_, Rule>) -> Option<Period> {
        let bound = match pair.as_rule() {
            Rule::period => children(pair).next()?,
            _ => pair,
        };
        let is_from = bound.as_rule() == Rule::from;
        let mut parts = children(bound);
        let first = find(&mut parts, Rule::date).and_then(|date| self.dated(&date));
        let until = parts.next().and_then(|until| self.period(until)).and_then(|period| period.until);
        Some(match is_from {
            true => Period { from: first, until },
            false => Period { from: None, until: first },
        })
    }

    /// A day of the calendar; of a bound that is none nothing more can be said, as if it had been left out.
    fn dated(&mut self, pair: &Pair<'_, Rule>) -> Option<Dated> {
        let span = self.span(pair);
        let date = pair.as_str().parse().ok().map(|date| Dated { date, span });
        if date.is_none() {
            let message = format!("`{}` is no day of the calendar", pair.as_str());
            let error = Diagnostic::error(Code::NoSuchDate, message).at(span, "a date is year-month-day");
            let existing = last_of_month(pair.as_str()).map_or_else(|| "2008-02-29".to_owned(), |day| day.to_string());
            self.diagnostics.push(error.help(format!("write a day that exists, such as `{existing}`")));
        }
        date
    }

    fn number(&mut self, pair: &Pair<'_, Rule>) -> Number {
        let span = self.span(pair);
        if is_in_thousands(pair.as_str()) {
            self.diagnostics.push(may_be_thousands(pair.as_str(), span));
            return Number { value: Decimal::ZERO, span };
        }
        let value = Decimal::from_str_exact(pair.as_str()).unwrap_or_else(|_| {
            let error =
                Diagnostic::error(Code::NumberTooLong, "this number has more digits than an exact decimal holds");
            self.diagnostics.push(error.at(span, "at most 28 digits").help("write a smaller or less precise number"));
            Decimal::ZERO
        });
        Number { value, span }
    }
}

/// The last day of the month in which a day that does not exist was to lie.
fn last_of_month(text: &str) -> Option<Date> {
    text.get(.."2008-02".len()).and_then(|month| format!("{month}-01").parse().ok()).map(Date::last_of_month)
}

fn may_be_thousands(text: &str, span: Span) -> Diagnostic {
    let decimals = text.trim_end_matches('0');
    let small = match decimals.strip_suffix('.') {
        Some(whole) => whole.to_owned(),
        None if is_in_thousands(&format!("{decimals}0")) => decimals.to_owned(),
        None => format!("{decimals}0"),
    };
    Diagnostic::error(Code::Syntax, format!("`{text}` may be meant as thousands"))
        .at(span, "a point stands before decimals, and nothing between thousands")
        .help(format!("write `{}` for thousands, or `{small}`", text.replace('.', "")))
}

struct Head {
    name: Word,
    title: Option<Word>,
    cites: Vec<Cite>,
}
