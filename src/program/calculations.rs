//! Comparisons of figures in normal form: one question, whichever way round it is written.

use super::{Comparison, Program, Term};
use crate::syntax::ast::Operator;
use crate::value::{Type, Value, decimal};
use num_rational::Ratio;
use rust_decimal::Decimal;

/// A comparison of calculations in normal form.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// One side.
    pub left: Term,
    /// Whether the sides are asked to be equal; else whether the left is less.
    pub is_of_equality: bool,
    /// The other side.
    pub right: Term,
}

impl Question {
    /// What a comparison asks, and whether it denies that.
    pub fn of(left: &Term, relation: Comparison, right: &Term) -> (Question, bool) {
        let (left, right) = (normal(left.clone(), &order), normal(right.clone(), &order));
        let question = |left, is_of_equality, right| Question { left, is_of_equality, right };
        match relation {
            Comparison::Is | Comparison::IsNot => {
                let (left, right) = if order(&left) > order(&right) { (right, left) } else { (left, right) };
                (question(left, true, right), relation == Comparison::IsNot)
            }
            Comparison::Less | Comparison::GreaterOrEqual => {
                (question(left, false, right), relation == Comparison::GreaterOrEqual)
            }
            Comparison::Greater | Comparison::LessOrEqual => {
                (question(right, false, left), relation == Comparison::LessOrEqual)
            }
        }
    }

    /// How the sides must stand for it to be so, or for it to be denied.
    pub fn relation(&self, is_denied: bool) -> Comparison {
        match (self.is_of_equality, is_denied) {
            (true, false) => Comparison::Is,
            (true, true) => Comparison::IsNot,
            (false, false) => Comparison::Less,
            (false, true) => Comparison::GreaterOrEqual,
        }
    }
}

impl Term {
    /// What its values are; of a constant by itself, a number.
    pub fn ty(&self, program: &Program) -> Type {
        match self {
            Term::Field(field) => field.ty(program),
            Term::Constant(_) | Term::Arithmetic { .. } | Term::Max(_) | Term::Min(_) => Type::Number,
            Term::RoundUp(_) | Term::RoundDown(_) | Term::Count { .. } | Term::BreakEven(..) => Type::Number,
        }
    }

    /// Whether it is calculated from other terms.
    pub fn is_calculation(&self) -> bool {
        match self {
            Term::Arithmetic { .. } | Term::Max(_) | Term::Min(_) | Term::RoundUp(_) | Term::RoundDown(_) => true,
            Term::Constant(_) | Term::Field(_) | Term::Count { .. } | Term::BreakEven(..) => false,
        }
    }
}

/// An order of terms, the same whenever terms are the same.
fn order(term: &Term) -> String {
    format!("{term:?}")
}

/// A term with the parts of sums, products, `max` and `min` in an order, its divisions by numbers as products.
pub fn normal(term: Term, order: &dyn Fn(&Term) -> String) -> Term {
    match term {
        Term::Arithmetic { left, operator, right } => {
            arithmetic(normal(*left, order), operator, normal(*right, order), order)
        }
        Term::Max(terms) => bound(terms, true, order),
        Term::Min(terms) => bound(terms, false, order),
        Term::RoundUp(inner) => Term::RoundUp(Box::new(normal(*inner, order))),
        Term::RoundDown(inner) => Term::RoundDown(Box::new(normal(*inner, order))),
        term @ (Term::Constant(_) | Term::Field(_) | Term::Count { .. } | Term::BreakEven(..)) => term,
    }
}

/// The largest of some terms, or the smallest: of those that are numbers, one is enough.
fn bound(terms: Vec<Term>, is_largest: bool, order: &dyn Fn(&Term) -> String) -> Term {
    let (mut number, mut parts) = (None::<Decimal>, Vec::new());
    let mut open: Vec<Term> = terms.into_iter().map(|term| normal(term, order)).collect();
    while let Some(term) = open.pop() {
        match (term, is_largest) {
            (Term::Max(inner), true) | (Term::Min(inner), false) => open.extend(inner),
            (Term::Constant(Value::Number(own)), true) => number = Some(number.map_or(own, |known| known.max(own))),
            (Term::Constant(Value::Number(own)), false) => number = Some(number.map_or(own, |known| known.min(own))),
            (term, _) => parts.push(term),
        }
    }
    parts.extend(number.map(|number| Term::Constant(Value::Number(number.normalize()))));
    parts.sort_by_cached_key(order);
    parts.dedup();
    match (parts.len(), is_largest) {
        (1, _) => parts.remove(0),
        (_, true) => Term::Max(parts),
        (_, false) => Term::Min(parts),
    }
}

fn arithmetic(left: Term, operator: Operator, right: Term, order: &dyn Fn(&Term) -> String) -> Term {
    if let (Operator::Over, Some(reciprocal)) = (operator, reciprocal(&right)) {
        return arithmetic(left, Operator::Times, Term::Constant(Value::Number(reciprocal)), order);
    }
    let mut parts = Vec::new();
    match operator {
        Operator::Plus | Operator::Times => {
            flatten(left, operator, &mut parts);
            flatten(right, operator, &mut parts);
        }
        Operator::Minus | Operator::Over => {
            return Term::Arithmetic { left: Box::new(left), operator, right: Box::new(right) };
        }
    }
    parts.sort_by_cached_key(order);
    let join = |left: Term, right: Term| Term::Arithmetic { left: Box::new(left), operator, right: Box::new(right) };
    parts.into_iter().reduce(join).unwrap_or(Term::Max(Vec::new()))
}

/// What to multiply by instead of dividing by a number, if a decimal can tell it.
fn reciprocal(term: &Term) -> Option<Decimal> {
    let Term::Constant(Value::Number(number)) = term else { return None };
    let tens = 10_i128.checked_pow(number.scale())?;
    (!number.is_zero()).then(|| decimal(Ratio::new(tens, number.mantissa())))?
}

fn flatten(term: Term, wanted: Operator, parts: &mut Vec<Term>) {
    match term {
        Term::Arithmetic { left, operator, right } if operator == wanted => {
            flatten(*left, wanted, parts);
            flatten(*right, wanted, parts);
        }
        term => parts.push(term),
    }
}
