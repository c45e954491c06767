//! Calculations with a field that is not known: what they come to, turned back into intervals of the field.
//!
//! A calculation in which one such field stands is a chain of steps, none of which ever turns back: adding, scaling, a
//! bound, a rounding. So the values of the field for which the result lies in an interval form an interval too, and a
//! comparison of the result is a comparison of the field. Calculations with several such fields are left opaque.

use super::unknowns::Part;
use crate::decide::Variable;
use crate::program::{Comparison, Field};
use crate::value::{Value, ceil, decimal, decimal_below, floor};
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, One, Signed, Zero};
use rust_decimal::Decimal;

/// A number as calculations have it.
pub type Number = Ratio<i128>;

/// A calculation with one field that is unknown or absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The field of a class of rows.
    pub variable: Variable,
    /// The field.
    pub field: Field,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// `slope * x + offset`; the slope is not zero.
    Line {
        slope: Number,
        offset: Number,
    },
    AtLeast(Number),
    AtMost(Number),
    RoundDown,
    RoundUp,
}

/// An end of an interval, and whether it lies in it.
pub type End = (Number, bool);

/// The numbers between two ends; without an end, however small or large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The lower end.
    pub low: Option<End>,
    /// The upper end.
    pub high: Option<End>,
}

impl Chain {
    /// The field itself.
    pub fn new(variable: Variable, field: Field) -> Chain {
        Chain { variable, field, steps: Vec::new() }
    }

    /// The field times `slope` (not zero) plus `offset`, after what was done before. `None` where figures outgrow 38 digits.
    pub fn line(mut self, slope: Number, offset: Number) -> Option<Chain> {
        let line = match self.steps.last() {
            Some(Step::Line { slope: before, offset: start }) => {
                let merged = (slope.checked_mul(before)?, slope.checked_mul(start)?.checked_add(&offset)?);
                self.steps.pop();
                merged
            }
            _ => (slope, offset),
        };
        if line != (Number::one(), Number::zero()) {
            self.steps.push(Step::Line { slope: line.0, offset: line.1 });
        }
        Some(self)
    }

    /// The larger of it and a number.
    pub fn at_least(self, bound: Number) -> Chain {
        self.then(Step::AtLeast(bound))
    }

    /// The smaller of it and a number.
    pub fn at_most(self, bound: Number) -> Chain {
        self.then(Step::AtMost(bound))
    }

    /// Rounded down to a whole number.
    pub fn round_down(self) -> Chain {
        self.then(Step::RoundDown)
    }

    /// Rounded up to a whole number.
    pub fn round_up(self) -> Chain {
        self.then(Step::RoundUp)
    }

    fn then(mut self, step: Step) -> Chain {
        self.steps.push(step);
        self
    }

    /// Slope and offset, where there is no bound and no rounding.
    pub fn as_line(&self) -> Option<(Number, Number)> {
        match self.steps.as_slice() {
            [] => Some((Number::one(), Number::zero())),
            [Step::Line { slope, offset }] => Some((*slope, *offset)),
            _ => None,
        }
    }

    /// The values of the field for which the result lies in an interval. `None` where figures outgrow 38 digits.
    pub fn source_of(&self, result: Interval) -> Option<Interval> {
        self.steps.iter().rev().try_fold(result, |interval, step| step.before(interval))
    }

    /// What it is made of.
    pub fn parts(&self) -> Vec<Part> {
        let numbers = self.steps.iter().flat_map(|step| match step {
            Step::Line { slope, offset } => vec![*slope, *offset],
            Step::AtLeast(bound) | Step::AtMost(bound) => vec![*bound],
            Step::RoundDown | Step::RoundUp => Vec::new(),
        });
        std::iter::once(Part::Open(self.variable)).chain(numbers.flat_map(number_parts)).collect()
    }
}

/// A number as parts of a calculation.
pub fn number_parts(number: Number) -> [Part; 2] {
    [*number.numer(), *number.denom()]
        .map(|part| Part::Known(Decimal::try_from_i128_with_scale(part, 0).map_or(Value::Many, Value::Number)))
}

impl Step {
    /// The numbers that this step takes into an interval.
    fn before(self, interval: Interval) -> Option<Interval> {
        if interval.is_empty() {
            return Some(interval);
        }
        let Interval { low, high } = interval;
        match self {
            Step::Line { slope, offset } => {
                let back = |end: Option<End>| match end {
                    Some((at, within)) => Some(Some((at.checked_sub(&offset)?.checked_div(&slope)?, within))),
                    None => Some(None),
                };
                let (low, high) = (back(low)?, back(high)?);
                Some(if slope.is_negative() { Interval { low: high, high: low } } else { Interval { low, high } })
            }
            Step::AtLeast(bound) if interval.contains(bound) => Some(Interval { low: None, high }),
            Step::AtMost(bound) if interval.contains(bound) => Some(Interval { low, high: None }),
            Step::AtLeast(bound) if interval.lies_below(bound) => Some(Interval::EMPTY),
            Step::AtMost(bound) if interval.lies_above(bound) => Some(Interval::EMPTY),
            Step::AtLeast(_) | Step::AtMost(_) => Some(interval),
            Step::RoundDown => {
                let below = |end| last_whole(end)?.checked_add(&Number::one()).map(|next| (next, false));
                let Interval { low, .. } = Interval { low, high: None }.of_wholes()?;
                Some(Interval { low, high: transposed(high.map(below))? })
            }
            Step::RoundUp => {
                let above = |end| first_whole(end)?.checked_sub(&Number::one()).map(|last| (last, false));
                let Interval { high, .. } = Interval { low: None, high }.of_wholes()?;
                Some(Interval { low: transposed(low.map(above))?, high })
            }
        }
    }
}

fn transposed(end: Option<Option<End>>) -> Option<Option<End>> {
    match end {
        Some(end) => end.map(Some),
        None => Some(None),
    }
}

/// The first whole number above a lower end. `None` where it outgrows 38 digits.
fn first_whole((at, within): End) -> Option<Number> {
    if within || !at.is_integer() { Some(ceil(&at)) } else { at.checked_add(&Number::one()) }
}

/// The last whole number below an upper end. `None` where it outgrows 38 digits.
fn last_whole((at, within): End) -> Option<Number> {
    if within || !at.is_integer() { Some(floor(&at)) } else { at.checked_sub(&Number::one()) }
}

impl Interval {
    const EMPTY: Interval =
        Interval { low: Some((Number::new_raw(1, 1), true)), high: Some((Number::new_raw(0, 1), true)) };

    /// The numbers that stand so to another; `is not` is told by [`Comparison::Is`].
    pub fn of(relation: Comparison, number: Number) -> Interval {
        let (open, closed) = (Some((number, false)), Some((number, true)));
        match relation {
            Comparison::Is | Comparison::IsNot => Interval { low: closed, high: closed },
            Comparison::Less => Interval { low: None, high: open },
            Comparison::LessOrEqual => Interval { low: None, high: closed },
            Comparison::Greater => Interval { low: open, high: None },
            Comparison::GreaterOrEqual => Interval { low: closed, high: None },
        }
    }

    /// Whether no number lies in it.
    pub fn is_empty(&self) -> bool {
        match (self.low, self.high) {
            (Some((low, from)), Some((high, to))) => low > high || low == high && !(from && to),
            _ => false,
        }
    }

    /// With ends at whole numbers, for a field that takes only those. `None` where these outgrow 38 digits.
    pub fn of_wholes(self) -> Option<Interval> {
        let low = transposed(self.low.map(|end| Some((first_whole(end)?, true))))?;
        let high = transposed(self.high.map(|end| Some((last_whole(end)?, true))))?;
        Some(Interval { low, high })
    }

    fn contains(&self, number: Number) -> bool {
        !self.lies_above(number) && !self.lies_below(number)
    }

    fn lies_above(&self, number: Number) -> bool {
        self.low.is_some_and(|(low, within)| number < low || number == low && !within)
    }

    fn lies_below(&self, number: Number) -> bool {
        self.high.is_some_and(|(high, within)| number > high || number == high && !within)
    }
}

/// The comparison that an end stands for. Between an end that is no decimal and the last decimal below it no figure lies.
pub fn as_comparison((at, within): End, beyond: Comparison) -> Option<(Comparison, Value)> {
    let (end, within) = match decimal(at) {
        Some(end) => (end, within),
        None => (decimal_below(at)?, beyond == Comparison::Less),
    };
    let relation = match (beyond, within) {
        (Comparison::Greater, true) => Comparison::GreaterOrEqual,
        (Comparison::Less, true) => Comparison::LessOrEqual,
        (relation, _) => relation,
    };
    Some((relation, Value::Number(end)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that stops is a test that fails")]
mod tests {
    use super::*;
    use crate::program::Field;

    fn number(numerator: i128, denominator: i128) -> Number {
        Ratio::new(numerator, denominator)
    }

    fn chain() -> Chain {
        Chain::new(Variable(0), Field::HostCores)
    }

    /// The figures that a chain of steps comes to, worked forwards.
    fn forwards(chain: &Chain, at: Number) -> Number {
        chain.steps.iter().fold(at, |at, step| match step {
            Step::Line { slope, offset } => at * slope + offset,
            Step::AtLeast(bound) => at.max(*bound),
            Step::AtMost(bound) => at.min(*bound),
            Step::RoundDown => at.floor(),
            Step::RoundUp => at.ceil(),
        })
    }

    #[test]
    fn what_leads_into_an_interval_is_found_backwards() {
        let (one, third) = (number(1, 1), number(-1, 3));
        let chains = [
            chain().line(number(-2, 1), number(3, 2)).unwrap(),
            chain().line(third, one).unwrap().round_up().line(number(3, 1), third).unwrap(),
            chain().at_least(number(4, 1)).line(number(-1, 2), one).unwrap().round_down(),
            chain().round_down().at_most(number(2, 1)).at_least(number(-3, 1)),
        ];
        let relations = [
            Comparison::Is,
            Comparison::Less,
            Comparison::LessOrEqual,
            Comparison::Greater,
            Comparison::GreaterOrEqual,
        ];
        for chain in &chains {
            for (relation, bound) in relations.iter().flat_map(|relation| (-9..9).map(move |half| (*relation, half))) {
                let result = Interval::of(relation, number(bound, 2));
                let source = chain.source_of(result).unwrap();
                for at in (-60..60).map(|twelfth| number(twelfth, 6)) {
                    let inside = !source.is_empty() && source.contains(at);
                    assert_eq!(
                        inside,
                        result.contains(forwards(chain, at)),
                        "{chain:?} {relation:?} {bound}/2 at {at}"
                    );
                }
            }
        }
    }
}
