//! Terms as far as they are known, and what calculations with them come to.

use super::chain::{self, Chain, Number};
use super::unknowns::Part;
use crate::decide::Variable;
use crate::program::Field;
use crate::syntax::ast::Operator;
use crate::value::Value;
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, One, Zero};

/// A term as far as it is known.
#[derive(Debug, Clone)]
pub enum Computed {
    Value(Value),
    /// The result of a calculation; it need not have a finite decimal form.
    Ratio(Ratio<i128>),
    /// A field that is unknown or absent.
    Field(Variable, Field),
    /// A calculation with one such field.
    Chain(Chain),
    /// A calculation with several: what it is made of.
    Open(Vec<Part>),
}

/// Which of several numbers is meant.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    Largest,
    Smallest,
}

impl Computed {
    /// Whether it is a value.
    pub fn is_known(&self) -> bool {
        match self {
            Computed::Value(_) | Computed::Ratio(_) => true,
            Computed::Field(..) | Computed::Chain(_) | Computed::Open(_) => false,
        }
    }

    /// As a calculation with one field that is not known.
    pub fn into_chain(self) -> Result<Chain, Computed> {
        match self {
            Computed::Field(variable, field) => Ok(Chain::new(variable, field)),
            Computed::Chain(chain) => Ok(chain),
            other => Err(other),
        }
    }
}

/// What a calculation with this is made of.
pub fn parts(computed: Computed) -> Vec<Part> {
    match computed {
        Computed::Value(value) => vec![Part::Known(value)],
        Computed::Ratio(ratio) => chain::number_parts(ratio).into(),
        Computed::Field(variable, _) => vec![Part::Open(variable)],
        Computed::Chain(chain) => chain.parts(),
        Computed::Open(parts) => parts,
    }
}

/// A value as a number, if it is one.
pub fn ratio(computed: &Computed) -> Option<Ratio<i128>> {
    match computed {
        Computed::Value(Value::Number(number)) => {
            Some(Ratio::new(number.mantissa(), 10_i128.checked_pow(number.scale())?))
        }
        Computed::Ratio(ratio) => Some(*ratio),
        Computed::Value(_) | Computed::Field(..) | Computed::Chain(_) | Computed::Open(_) => None,
    }
}

/// What two terms come to; `None` where it cannot be computed.
pub fn arithmetic(left: Computed, operator: Operator, right: Computed) -> Option<Computed> {
    match (ratio(&left), ratio(&right)) {
        (Some(a), Some(b)) => numbers(a, operator, b).map(Computed::Ratio),
        (None, Some(number)) => match left.into_chain() {
            Ok(chain) => with_number(chain, operator, number),
            Err(left) => opaque(left, right),
        },
        (Some(number), None) => match (right.into_chain(), operator) {
            (Ok(chain), Operator::Plus | Operator::Times) => with_number(chain, operator, number),
            (Ok(chain), Operator::Minus) => chain.line(-Number::one(), number).map(Computed::Chain),
            (Ok(chain), Operator::Over) => opaque(left, Computed::Chain(chain)),
            (Err(right), _) => opaque(left, right),
        },
        (None, None) => match (left.into_chain(), right.into_chain()) {
            (Ok(left), Ok(right)) => {
                sum(&left, operator, &right).or_else(|| opaque(Computed::Chain(left), Computed::Chain(right)))
            }
            (left, right) => opaque(
                left.map_or_else(|left| left, Computed::Chain),
                right.map_or_else(|right| right, Computed::Chain),
            ),
        },
    }
}

fn numbers(left: Number, operator: Operator, right: Number) -> Option<Number> {
    match operator {
        Operator::Plus => left.checked_add(&right),
        Operator::Minus => left.checked_sub(&right),
        Operator::Times => left.checked_mul(&right),
        Operator::Over => left.checked_div(&right),
    }
}

fn with_number(chain: Chain, operator: Operator, number: Number) -> Option<Computed> {
    let (slope, offset) = match operator {
        Operator::Plus => (Number::one(), number),
        Operator::Minus => (Number::one(), -number),
        Operator::Times if number.is_zero() => return Some(Computed::Ratio(number)),
        Operator::Times => (number, Number::zero()),
        Operator::Over => (Number::one().checked_div(&number)?, Number::zero()),
    };
    chain.line(slope, offset).map(Computed::Chain)
}

/// Lines of the same field added up.
fn sum(left: &Chain, operator: Operator, right: &Chain) -> Option<Computed> {
    let ((a, b), (c, d)) = (left.as_line()?, right.as_line()?);
    if left.variable != right.variable || !matches!(operator, Operator::Plus | Operator::Minus) {
        return None;
    }
    let (slope, offset) = (numbers(a, operator, c)?, numbers(b, operator, d)?);
    if slope.is_zero() {
        return Some(Computed::Ratio(offset));
    }
    Chain::new(left.variable, left.field).line(slope, offset).map(Computed::Chain)
}

/// A calculation with several fields that are not known; `None` where there is none, and so no number.
fn opaque(left: Computed, right: Computed) -> Option<Computed> {
    let open = !left.is_known() || !right.is_known();
    open.then(|| Computed::Open([left, right].map(parts).concat()))
}

/// The larger or smaller of two; `None` where it cannot be computed.
pub fn picked_of(left: Computed, right: Computed, bound: Bound) -> Option<Computed> {
    let picked = |a: Number, b: Number| match bound {
        Bound::Largest => a.max(b),
        Bound::Smallest => a.min(b),
    };
    let bounded = |chain: Chain, number: Number| match bound {
        Bound::Largest => chain.at_least(number),
        Bound::Smallest => chain.at_most(number),
    };
    match (ratio(&left), ratio(&right)) {
        (Some(a), Some(b)) => Some(Computed::Ratio(picked(a, b))),
        (Some(_), None) => picked_of(right, left, bound),
        (None, Some(number)) => match left.into_chain() {
            Ok(chain) => Some(Computed::Chain(bounded(chain, number))),
            Err(left) => opaque(left, right),
        },
        (None, None) => opaque(left, right),
    }
}

/// What two terms differ by.
#[derive(Debug)]
pub enum Difference {
    /// A number: what is not known of them is the same.
    Known(Number),
    /// A calculation with one field that is not known.
    Of(Chain),
    /// A calculation with several.
    Open,
}

/// What is left of the first when the second is taken off.
pub fn difference(left: &Computed, right: &Computed) -> Difference {
    match arithmetic(left.clone(), Operator::Minus, right.clone()) {
        Some(Computed::Ratio(number)) => Difference::Known(number),
        Some(Computed::Chain(chain)) => Difference::Of(chain),
        Some(Computed::Value(_) | Computed::Field(..) | Computed::Open(_)) | None => Difference::Open,
    }
}
