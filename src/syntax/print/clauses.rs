//! Pairs to layout: what is broken where, and which gap stands between which parts.

use super::{Doc, Gap, Printer};
use crate::syntax::parser::Rule;
use pest::iterators::Pair;
use pretty::DocAllocator;

/// How far clauses stand in from their item.
const INDENT: isize = 2;

/// How much further in a heading goes on.
const HEADING: isize = 4;

impl<'t: 'd, 'd> Printer<'t, 'd> {
    /// A pair, without the gap before it.
    pub(super) fn pair(&mut self, pair: Pair<'t, Rule>) -> Doc<'d> {
        match pair.as_rule() {
            Rule::enumeration | Rule::facts | Rule::extension | Rule::body => self.braced(pair, Gap::Line),
            Rule::group | Rule::values | Rule::call | Rule::counted | Rule::break_even => self.bracketed(pair),
            Rule::expr => self.in_line(pair).align().group(),
            Rule::sum => self.in_line(pair).align(),
            Rule::open => self.hanging(pair).group(),
            Rule::speech => self.speech(pair),
            rule if goes_on_below(rule) => self.hanging(pair),
            _ => self.in_line(pair),
        }
    }

    /// A token; or the parts of a pair, one behind the other.
    fn in_line(&mut self, pair: Pair<'t, Rule>) -> Doc<'d> {
        match pair.clone().into_inner().next() {
            Some(_) => self.parts(pair.as_rule(), None, pair.into_inner()),
            None => self.token(&pair),
        }
    }

    /// The parts of a pair, of which those that do not fit go on below the second.
    fn hanging(&mut self, pair: Pair<'t, Rule>) -> Doc<'d> {
        let (rule, mut parts) = (pair.as_rule(), pair.into_inner());
        let first = self.parts(rule, None, parts.by_ref().take(1));
        let Some(second) = parts.next() else { return first };
        let gap = self.gap(second.as_span().start(), Gap::Blank);
        let rest = self.parts(rule, None, std::iter::once(second).chain(parts));
        first.append(gap.append(rest.align()).nest(INDENT))
    }

    /// What stands in parentheses or brackets, below the first of it where it is broken.
    fn bracketed(&mut self, pair: Pair<'t, Rule>) -> Doc<'d> {
        let (rule, (head, inner)) = (pair.as_rule(), split(pair, &[Rule::open_paren, Rule::open_bracket]));
        let open = head.last().map(Pair::as_rule);
        self.parts(rule, None, head.into_iter()).append(self.parts(rule, open, inner.into_iter()).align())
    }

    /// What stands in braces: a clause a line ([`Gap::Line`]), or all on one line where it has room ([`Gap::Wide`]).
    fn braced(&mut self, pair: Pair<'t, Rule>, style: Gap) -> Doc<'d> {
        let (rule, (head, mut clauses)) = (pair.as_rule(), split(pair, &[Rule::open_brace]));
        let head = self.parts(rule, None, head.into_iter());
        let Some(close) = clauses.pop() else { return head };
        let (is_empty, mut inside) = (clauses.is_empty(), self.out.nil());
        for (index, clause) in clauses.into_iter().enumerate() {
            let gap = match (style, index) {
                (Gap::Wide, 0) => Gap::Together,
                (Gap::Wide, _) => Gap::Wide,
                (_, 0) => Gap::Line,
                _ => Gap::Paragraph,
            };
            inside = inside.append(self.gap(clause.as_span().start(), gap)).append(self.pair(clause));
        }
        let last = self.between(close.as_span().start(), if is_empty { Gap::Line } else { Gap::Paragraph });
        let end = match style {
            _ if is_empty && last.is_empty() => self.out.nil(),
            Gap::Wide if last.is_empty() => self.out.line(),
            _ => self.out.hardline(),
        };
        let body = inside.append(self.comments(&last)).nest(INDENT).append(end).append(self.token(&close));
        head.append(if style == Gap::Wide { body.group() } else { body })
    }

    /// The parts of a pair with the gaps between them, and before the first if a part was before it.
    fn parts(&mut self, of: Rule, mut last: Option<Rule>, parts: impl Iterator<Item = Pair<'t, Rule>>) -> Doc<'d> {
        let mut laid = self.out.nil();
        for part in parts {
            let rule = part.as_rule();
            laid = laid.append(self.part(of, last, part));
            last = Some(rule);
        }
        laid
    }

    fn part(&mut self, of: Rule, last: Option<Rule>, part: Pair<'t, Rule>) -> Doc<'d> {
        let wanted = last.map(|last| wanted(last, part.as_rule()));
        let start = part.as_span().start();
        // Where a comment ends the line, what follows it stands further in.
        let is_ended = !self.between(start, Gap::Blank).is_empty();
        let gap = wanted.map_or_else(|| self.out.nil(), |wanted| self.gap(start, wanted));
        let laid = match part.as_rule() {
            Rule::body if is_row(of) => self.braced(part, Gap::Wide),
            _ => self.pair(part),
        };
        match wanted {
            Some(Gap::Fill) => gap.append(laid.group()).group(),
            Some(Gap::Heading) => gap.append(laid.group()).nest(HEADING).group(),
            Some(Gap::Below) => gap.append(laid).nest(INDENT).group(),
            Some(Gap::Blank) if is_ended => gap.append(laid).nest(INDENT),
            _ => gap.append(laid),
        }
    }

    /// The text of a `say`: what is in braces is never broken, only a comment ends a line there.
    fn speech(&mut self, pair: Pair<'t, Rule>) -> Doc<'d> {
        let end = pair.as_span().end();
        self.in_speech = true;
        let mut laid = self.out.text("\"");
        for part in pair.into_inner() {
            laid = match part.as_rule() {
                Rule::hole => {
                    self.end = part.as_span().start() + "{".len();
                    let inner = part.into_inner();
                    laid.append("{").append(self.parts(Rule::hole, Some(Rule::open_brace), inner))
                }
                _ => laid.append(self.token_as_written(&part)),
            };
        }
        self.in_speech = false;
        self.end = end;
        laid.append("\"")
    }
}

/// The parts of a pair up to the first of some rules, and those behind it.
fn split<'t>(pair: Pair<'t, Rule>, at: &[Rule]) -> (Vec<Pair<'t, Rule>>, Vec<Pair<'t, Rule>>) {
    let mut head: Vec<_> = pair.into_inner().collect();
    let length = head.iter().position(|part| at.contains(&part.as_rule())).map_or(head.len(), |at| at + 1);
    let inner = head.split_off(length);
    (head, inner)
}

/// Whether what does not fit on the line of a clause goes on below what follows its first word.
fn goes_on_below(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        when | only | except | grants | includes | versions | assigned | units | citations | expect | buys | demands
    )
}

/// Whether a clause stands for a row of a table.
fn is_row(rule: Rule) -> bool {
    matches!(rule, Rule::entity | Rule::access | Rule::absence | Rule::owns | Rule::price)
}

/// The gap between two parts of a pair.
fn wanted(last: Rule, part: Rule) -> Gap {
    use Rule::*;
    match (last, part) {
        (doc, _) => Gap::Line,
        (_, comma | colon | chosen | close_paren | close_bracket | close_brace | dot) => Gap::Joined,
        (open_brace | open_paren | open_bracket | dot, _) => Gap::Joined,
        (function_word | count_word | break_even_word, open_paren) => Gap::Joined,
        (unary, conjunction | disjunction | and_word | or_word) | (_, because_word) => Gap::Together,
        (colon, expr) => Gap::Below,
        (_, citations | because) | (fact_type | default, text) => Gap::Heading,
        (comma, _) | (_, plus_minus | blamed) => Gap::Fill,
        _ => Gap::Blank,
    }
}
