//! Comparisons of figures in normal form: one question, whichever way round and by whichever sign it is written.

use super::{Comparison, Program, Term};
use crate::syntax::ast::Operator;
use crate::value::{Type, Value, decimal};
use num_rational::Ratio;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Two calculations that are compared, in normal form: the same two whichever way round they are written. One that is
/// compared with numbers is compared with zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// One side.
    pub left: Term,
    /// The other side.
    pub right: Term,
}

impl Compared {
    /// What a comparison compares, and how the sides must stand for it to hold.
    pub fn of(left: &Term, relation: Comparison, right: &Term) -> (Compared, Comparison) {
        let (left, right) = (normal(left.clone(), &order), normal(right.clone(), &order));
        match order(&left) > order(&right) {
            true => (Compared { left: right, right: left }, relation.mirrored()),
            false => (Compared { left, right }, relation),
        }
    }

    /// What is compared by the difference of its sides, and the number that this is compared with. Where one side is a number,
    /// the other is compared with zero by that number, else both by zero.
    pub fn by(self, relation: Comparison) -> (Compared, Comparison, Decimal) {
        let with_zero = |left| Compared { left, right: Term::Constant(Value::Number(Decimal::ZERO)) };
        match (self.left, self.right) {
            (left, Term::Constant(Value::Number(number))) => (with_zero(left), relation, number),
            (Term::Constant(Value::Number(number)), right) => (with_zero(right), relation.mirrored(), number),
            (left, right) => (Compared { left, right }, relation, Decimal::ZERO),
        }
    }

    /// Whether both sides are calculations, and not one of them a number.
    pub fn is_of_two(&self) -> bool {
        !matches!(self.right, Term::Constant(_))
    }

    /// Whether it is two fields of one type, so that each may be less, equal or greater whatever the other is.
    pub fn is_of_fields(&self, program: &Program) -> bool {
        match (&self.left, &self.right) {
            (Term::Field(left), Term::Field(right)) => left.ty(program) == right.ty(program),
            _ => false,
        }
    }
}

/// The ways in which one figure may stand to another.
pub const ORDERS: [Ordering; 3] = [Ordering::Less, Ordering::Equal, Ordering::Greater];

impl Comparison {
    /// Every relation.
    pub const ALL: [Comparison; 6] = [
        Comparison::Is,
        Comparison::IsNot,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];

    /// How the right side stands to the left one.
    pub fn mirrored(self) -> Comparison {
        match self {
            Comparison::Is | Comparison::IsNot => self,
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        }
    }

    /// The relation that holds where the left side stands to the right one in some ways and in no other; none where it
    /// may stand in every way, or in none.
    pub fn of_orders(orders: &BTreeSet<Ordering>) -> Option<Comparison> {
        let is_so = |relation: &Comparison| ORDERS.iter().all(|order| relation.holds(*order) == orders.contains(order));
        Comparison::ALL.into_iter().find(is_so)
    }

    /// Its sign, as policies write it.
    pub fn text(self) -> &'static str {
        match self {
            Comparison::Is => "is",
            Comparison::IsNot => "is not",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// Whether it holds of a left side that stands so to the right one.
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Comparison::Is => order.is_eq(),
            Comparison::IsNot => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
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
