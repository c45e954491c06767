//! Conditions and terms.

use super::{Lower, children, find, take};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Operator, Relation};
use crate::syntax::nesting::DEEPEST;
use crate::syntax::parser::Rule;
use crate::syntax::slips::is_word_char;
use pest::iterators::Pair;

impl Lower<'_> {
    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = children(pair);
        let first = self.unary(parts.next()?)?;
        let Some(joined) = parts.next() else { return Some(first) };
        let rule = joined.as_rule();
        let rest = joined.into_inner().filter(|part| part.as_rule() == Rule::unary);
        let all =
            std::iter::once(Some(first)).chain(rest.map(|unary| self.unary(unary))).collect::<Option<Vec<_>>>()?;
        let kind = match rule {
            Rule::conjunction => ExprKind::And(all),
            _ => ExprKind::Or(all),
        };
        Some(Expr { kind, span })
    }

    fn unary(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = children(pair);
        let mut nots = 0_usize;
        while take(&mut parts, Rule::not_word).is_some() {
            nots += 1;
        }
        let test = self.test(parts.next()?)?;
        // An even number of them changes nothing, and a long row must not become a deep tree.
        Some(match (nots, nots % 2) {
            (0, _) => test,
            (_, 1) => Expr { kind: ExprKind::Not(Box::new(test)), span },
            _ => {
                let once = Expr { kind: ExprKind::Not(Box::new(test)), span };
                Expr { kind: ExprKind::Not(Box::new(once)), span }
            }
        })
    }

    fn test(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = children(pair);
        let left = self.sum(parts.next()?)?;
        let Some(test) = parts.next() else { return Some(left) };
        let left = Box::new(left);
        let rule = test.as_rule();
        let mut parts = children(test);
        let kind = match rule {
            Rule::order => {
                let relation = relation(parts.next()?.as_str())?;
                ExprKind::Order { left, relation, right: Box::new(self.sum(parts.next()?)?) }
            }
            Rule::is => {
                parts.next()?;
                let negated = take(&mut parts, Rule::not_word).is_some();
                ExprKind::Is { left, negated, right: Box::new(self.sum(parts.next()?)?) }
            }
            _ => {
                let negated = take(&mut parts, Rule::not_word).is_some();
                ExprKind::In { left, negated, list: self.values(find(&mut parts, Rule::values)?) }
            }
        };
        Some(Expr { kind, span })
    }

    pub(super) fn values(&mut self, pair: Pair<'_, Rule>) -> Vec<Expr> {
        let sums = pair.into_inner().filter(|part| part.as_rule() == Rule::sum);
        sums.filter_map(|sum| self.sum(sum)).collect()
    }

    /// The default of a fact; `unknown` is none.
    pub(super) fn default(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        find(&mut children(pair), Rule::sum).and_then(|sum| self.sum(sum))
    }

    pub(super) fn sum(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        self.chain(pair, Self::product)
    }

    fn product(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        self.chain(pair, Self::atom)
    }

    /// Operands with operators between them, taken from the left.
    fn chain(&mut self, pair: Pair<'_, Rule>, operand: fn(&mut Self, Pair<'_, Rule>) -> Option<Expr>) -> Option<Expr> {
        let mut parts = children(pair);
        let mut left = operand(self, parts.next()?)?;
        for operands in 2.. {
            let Some(sign) = parts.next() else { break };
            if operands > DEEPEST {
                self.too_long(&sign);
                break;
            }
            let operator = operator(sign.as_str())?;
            let right = operand(self, parts.next()?)?;
            let span = left.span.to(right.span);
            left = Expr { kind: ExprKind::Arithmetic { left: Box::new(left), operator, right: Box::new(right) }, span };
        }
        Some(left)
    }

    fn too_long(&mut self, sign: &Pair<'_, Rule>) {
        let message = format!("this calculation has more than {DEEPEST} parts");
        let error = Diagnostic::error(Code::TooDeep, message).at(self.span(sign), "one part too many");
        self.diagnostics.push(error.help("state the result as a fact of the estate"));
    }

    fn atom(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let atom = children(pair).next()?;
        let kind = match atom.as_rule() {
            Rule::date => ExprKind::Date(self.dated(&atom).map_or(jiff::civil::Date::ZERO, |dated| dated.date)),
            Rule::number => ExprKind::Number(self.number(&atom).value),
            Rule::label => ExprKind::Path { names: Vec::new(), label: Some(self.word(&atom)) },
            Rule::text => ExprKind::Text(self.text(&atom).text),
            Rule::group => return self.group(atom, span),
            Rule::call => self.call(atom)?,
            Rule::counted => ExprKind::Count(Box::new(self.expr(find(&mut children(atom), Rule::expr)?)?)),
            Rule::break_even => self.break_even(atom)?,
            _ => {
                let mut parts = children(atom);
                let names = self.path(parts.next()?);
                ExprKind::Path { names, label: take(&mut parts, Rule::label).map(|label| self.word(&label)) }
            }
        };
        Some(Expr { kind, span })
    }

    /// What stands in parentheses, with their place.
    fn group(&mut self, pair: Pair<'_, Rule>, span: Span) -> Option<Expr> {
        let inner = self.expr(find(&mut children(pair), Rule::expr)?)?;
        Some(Expr { span, ..inner })
    }

    fn call(&mut self, pair: Pair<'_, Rule>) -> Option<ExprKind> {
        let mut parts = children(pair);
        let function = self.word(&parts.next()?);
        let sums: Vec<Pair<'_, Rule>> = parts.filter(|part| part.as_rule() == Rule::sum).collect();
        self.decimal_commas(&sums);
        let arguments = sums.into_iter().map(|sum| self.sum(sum));
        Some(ExprKind::Call { function, arguments: arguments.collect::<Option<_>>()? })
    }

    /// `max(4,5 * host.cores, 2)`: a comma between two digits may stand before decimals or between two numbers.
    fn decimal_commas(&mut self, arguments: &[Pair<'_, Rule>]) {
        for (left, right) in arguments.iter().zip(arguments.iter().skip(1)) {
            let (before, behind) = (left.as_str(), right.as_str());
            let is_tight = left.as_span().end() + 1 == right.as_span().start();
            let named = before.trim_end_matches(|c: char| c.is_ascii_digit());
            let whole = before.get(named.len()..).filter(|_| !named.ends_with(in_token)).unwrap_or("");
            let part = behind.get(..behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit()).len());
            let Some(part) = part.filter(|part| is_tight && !whole.is_empty() && !part.is_empty()) else { continue };
            let start = self.place.start + left.as_span().end();
            let span = Span::new(self.place.file, start - whole.len()..start + 1 + part.len());
            self.diagnostics.push(
                Diagnostic::error(Code::Syntax, format!("`{whole},{part}` may be meant as one number or as two"))
                    .at(span, "a comma without a blank between two digits")
                    .help(match part.len() {
                        3 => format!("write `{whole}{part}` for thousands, or `{whole}, {part}` for two numbers"),
                        _ => format!("write `{whole}.{part}` for one number, or `{whole}, {part}` for two"),
                    }),
            );
        }
    }

    fn break_even(&mut self, pair: Pair<'_, Rule>) -> Option<ExprKind> {
        let mut parts = children(pair);
        let license = self.word(&find(&mut parts, Rule::name)?);
        Some(ExprKind::BreakEven(license, self.word(&find(&mut parts, Rule::name)?)))
    }
}

/// Whether a sign before digits makes them part of a name or of a decimal.
fn in_token(sign: char) -> bool {
    is_word_char(sign) || sign == '.'
}

fn relation(sign: &str) -> Option<Relation> {
    match sign {
        "<" => Some(Relation::Less),
        "<=" => Some(Relation::LessOrEqual),
        ">" => Some(Relation::Greater),
        ">=" => Some(Relation::GreaterOrEqual),
        _ => None,
    }
}

fn operator(sign: &str) -> Option<Operator> {
    match sign {
        "+" => Some(Operator::Plus),
        "-" => Some(Operator::Minus),
        "*" => Some(Operator::Times),
        "/" => Some(Operator::Over),
        _ => None,
    }
}
