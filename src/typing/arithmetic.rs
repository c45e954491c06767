//! Exact arithmetic: `+ - * /`, `max`, `min` and rounding, on whole numbers, numbers and money.
//!
//! A whole number is a number, so the two mix without a conversion; money mixes with neither. A number as written may
//! stand for money.

use super::Checker;
use super::places::Place;
use super::terms::{Expected, Typed};
use super::types::is_numeric;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::Term;
use crate::source::Span;
use crate::syntax::ast::{Expr, Operator, Word};
use crate::value::{Type, Value};
use rust_decimal::Decimal;

impl Checker<'_> {
    pub(super) fn arithmetic(
        &mut self,
        place: &Place,
        (left, operator, right): (&Expr, Operator, &Expr),
        span: Span,
    ) -> Option<Typed> {
        let (a, b) = (self.operand(place, left), self.operand(place, right));
        let (a, b) = (a?, b?);
        if operator == Operator::Over && b.term == Term::Constant(Value::Number(Decimal::ZERO)) {
            let error = Diagnostic::error(Code::BadNumber, "nothing can be divided by 0");
            return self.fail(error.at(b.span, "always 0").help("divide by another number, or leave the division out"));
        }
        let Some(ty) = result_type(&a, operator, &b) else {
            return self.fail(self.cannot_calculate(&a, operator, &b, span));
        };
        let literal = a.literal && b.literal;
        let term = Term::Arithmetic { left: Box::new(a.term), operator, right: Box::new(b.term) };
        Some(Typed { term, ty, literal, span })
    }

    /// A term to calculate with.
    fn operand(&mut self, place: &Place, expr: &Expr) -> Option<Typed> {
        let typed = self.term(place, expr, Expected::Free)?;
        if typed.term == Term::Constant(Value::Many) {
            let error = Diagnostic::error(Code::TypeMismatch, "`many` is no number to calculate with");
            return self.fail(error.at(expr.span, "more than every number").help("compare with it: `… < many`"));
        }
        if is_numeric(&typed.ty) {
            return Some(typed);
        }
        let ty = self.describe(&typed.ty);
        let error = Diagnostic::error(Code::TypeMismatch, format!("{ty} cannot be calculated with"));
        self.fail(error.at(expr.span, format!("this is {ty}")).help(match typed.ty {
            Type::Date => "compare dates with `<`, `<=`, `>` and `>=`; there is no arithmetic on them",
            _ => "calculate with whole numbers, numbers and amounts of money",
        }))
    }

    fn cannot_calculate(&self, a: &Typed, operator: Operator, b: &Typed, span: Span) -> Diagnostic {
        let verb = match operator {
            Operator::Plus => "added",
            Operator::Minus => "subtracted",
            Operator::Times => "multiplied",
            Operator::Over => "divided",
        };
        Diagnostic::error(Code::TypeMismatch, format!("money and a number cannot be {verb} like this"))
            .at(span, "no amount of money and no number")
            .because(a.span, format!("this is {}", self.describe(&a.ty)))
            .because(b.span, format!("this is {}", self.describe(&b.ty)))
            .help("money is added to money, and multiplied or divided by a number")
    }

    pub(super) fn call(&mut self, place: &Place, function: &Word, arguments: &[Expr], span: Span) -> Option<Typed> {
        let typed: Vec<Option<Typed>> = arguments.iter().map(|argument| self.operand(place, argument)).collect();
        let typed: Vec<Typed> = typed.into_iter().collect::<Option<_>>()?;
        match (function.text.as_str(), typed.as_slice()) {
            ("max" | "min", [first, rest @ ..]) if !rest.is_empty() => {
                let ty = rest.iter().try_fold(first.clone(), |sofar, next| {
                    let ty = result_type(&sofar, Operator::Plus, next)?;
                    Some(Typed { ty, literal: sofar.literal && next.literal, ..sofar })
                });
                let Some(Typed { ty, literal, .. }) = ty else { return self.fail(mixed_arguments(function, span)) };
                let terms = typed.into_iter().map(|typed| typed.term).collect();
                let term = if function.text == "max" { Term::Max(terms) } else { Term::Min(terms) };
                Some(Typed { term, ty, literal, span })
            }
            ("round_up" | "round_down", [only]) if only.ty != Type::Money => {
                let inner = Box::new(only.term.clone());
                let term = if function.text == "round_up" { Term::RoundUp(inner) } else { Term::RoundDown(inner) };
                Some(Typed { term, ty: Type::Int, literal: only.literal, span })
            }
            _ => self.fail(wrong_arguments(function, span)),
        }
    }
}

/// The type of a calculation; `None` where money and numbers do not go together.
fn result_type(a: &Typed, operator: Operator, b: &Typed) -> Option<Type> {
    let (money_a, money_b) = (a.ty == Type::Money, b.ty == Type::Money);
    let exact = match a.ty == Type::Int && b.ty == Type::Int {
        true => Type::Int,
        false => Type::Number,
    };
    match operator {
        Operator::Plus | Operator::Minus => match (money_a, money_b) {
            (true, true) => Some(Type::Money),
            (true, false) => b.literal.then_some(Type::Money),
            (false, true) => a.literal.then_some(Type::Money),
            (false, false) => Some(exact),
        },
        Operator::Times => match (money_a, money_b) {
            (true, true) => None,
            (false, false) => Some(exact),
            _ => Some(Type::Money),
        },
        Operator::Over => match (money_a, money_b) {
            (false, true) => None,
            (true, false) => Some(Type::Money),
            _ => Some(Type::Number),
        },
    }
}

fn mixed_arguments(function: &Word, span: Span) -> Diagnostic {
    Diagnostic::error(Code::TypeMismatch, format!("`{}` compares money with a number", function.text))
        .at(span, "amounts of money, or numbers, but not both")
}

fn wrong_arguments(function: &Word, span: Span) -> Diagnostic {
    let takes = match function.text.as_str() {
        "max" | "min" => "two numbers or more",
        _ => "one number",
    };
    Diagnostic::error(Code::TypeMismatch, format!("`{}` takes {takes}", function.text)).at(span, format!("not {takes}"))
}
