//! Comparisons: of a field with a value, of two fields, and of calculations with fields.

use super::{Evaluator, Scope};
use crate::decide::{Node, Variable};
use crate::evaluate::calculation::{Computed, Difference, difference, parts, ratio};
use crate::evaluate::chain::{self, Chain, Interval, Number};
use crate::evaluate::trace::Sink;
use crate::evaluate::unknowns::{Cell, Part, Thing, is_cut};
use crate::program::{Compared, Comparison, Field, Term};
use crate::source::Span;
use crate::value::{Type, Value};
use num_traits::Zero;
use std::cmp::Ordering;

impl<S: Scope + ?Sized, K: Sink> Evaluator<'_, S, K> {
    /// How a field stands to a value.
    pub(super) fn stands(&mut self, field: Field, relation: Comparison, value: Value) -> Node {
        match self.field(field) {
            Computed::Field(variable, field) => self.split(variable, field, relation, &value),
            found => {
                Node::constant(ordering(&found, &Computed::Value(value)).is_some_and(|order| relation.holds(order)))
            }
        }
    }

    pub(super) fn compare(&mut self, place: Span, left: &Term, relation: Comparison, right: &Term) -> Node {
        match (self.term(left, place), self.term(right, place)) {
            (Computed::Field(variable, field), Computed::Value(value)) => self.split(variable, field, relation, &value),
            (Computed::Value(value), Computed::Field(variable, field)) => {
                self.split(variable, field, relation.mirrored(), &value)
            }
            (Computed::Field(a, left), Computed::Field(b, right)) if self.finite(left) && self.finite(right) => {
                self.split_both((a, left), relation, (b, right))
            }
            (left, right) if left.is_known() && right.is_known() => {
                Node::constant(ordering(&left, &right).is_some_and(|order| relation.holds(order)))
            }
            _ => self.calculated(place, left, relation, right),
        }
    }

    /// A comparison of figures not all of which are known: one of the field, where they come down to a single one.
    fn calculated(&mut self, place: Span, left: &Term, relation: Comparison, right: &Term) -> Node {
        let (compared, relation) = Compared::of(left, relation, right);
        let sides = (self.unheard(&compared.left, place), self.unheard(&compared.right, place));
        let node = match difference(&sides.0, &sides.1) {
            Difference::Known(number) => Some(Node::constant(relation.holds(number.cmp(&Number::zero())))),
            Difference::Of(chain) => self.chain(&chain, relation),
            Difference::Open => None,
        };
        node.unwrap_or_else(|| self.asked(compared, relation, sides))
    }

    /// How a calculation with one unknown field stands to nothing: how the field stands to a number, unless that outgrows all.
    fn chain(&mut self, chain: &Chain, relation: Comparison) -> Option<Node> {
        let whole = chain.field.ty(self.program) == Type::Int;
        let source = chain.source_of(Interval::of(relation, Number::zero()))?;
        let source = if whole { source.of_wholes()? } else { source };
        let node = if source.is_empty() { Node::NO } else { self.between(chain, source)? };
        Some(if relation == Comparison::IsNot { self.unknowns.diagrams.not(node) } else { node })
    }

    /// Whether the field of a chain lies in an interval, unless an end of it outgrows all decimals.
    fn between(&mut self, chain: &Chain, interval: Interval) -> Option<Node> {
        let mut between = Node::YES;
        for (end, beyond) in [(interval.low, Comparison::Greater), (interval.high, Comparison::Less)] {
            let Some(end) = end else { continue };
            let (relation, value) = chain::as_comparison(end, beyond)?;
            let node = self.split(chain.variable, chain.field, relation, &value);
            between = self.unknowns.diagrams.and(between, node);
        }
        Some(between)
    }

    /// What calculations with several unknown fields differ by is one unknown: the same one wherever the same two of the same
    /// figures are compared, or one of them with numbers.
    fn asked(&mut self, compared: Compared, relation: Comparison, (left, right): (Computed, Computed)) -> Node {
        let sides = [(&compared.left, left), (&compared.right, right)];
        let open = sides.into_iter().filter(|(term, _)| !matches!(term, Term::Constant(_)));
        let parts: Vec<Part> = open.flat_map(|(_, computed)| parts(computed)).collect();
        let absent = |part: &Part| match part {
            Part::Open(variable) => self.unknowns.thing(*variable).is_none_or(|(thing, _)| thing.is_absent()),
            Part::Nothing => true,
            Part::Known(_) => false,
        };
        let is_absent = parts.iter().any(absent);
        let class = self.unknowns.class_of(parts);
        let (compared, relation, by) = compared.by(relation);
        let by = Value::Number(by);
        let number = self.unknowns.number_of(compared, &by);
        let thing = if is_absent { Thing::AbsentCalculation(number) } else { Thing::Calculation(number) };
        let variable = self.unknowns.variable(thing, class);
        self.unknowns.stands(self.program, variable, relation, &by)
    }

    fn finite(&self, field: Field) -> bool {
        !is_cut(self.program, field)
    }

    /// A comparison of an unknown field with a value: a branch over the cells of its domain.
    fn split(&mut self, variable: Variable, field: Field, relation: Comparison, value: &Value) -> Node {
        self.unknowns.cut(self.program, field, value);
        self.unknowns.stands(self.program, variable, relation, value)
    }

    /// A comparison of two unknown fields that have finitely many values: what stands nearer to the root is asked first, and
    /// for each value of it how the other stands to that.
    fn split_both(&mut self, left: (Variable, Field), relation: Comparison, right: (Variable, Field)) -> Node {
        if right.0 < left.0 {
            return self.split_both(right, relation.mirrored(), left);
        }
        let cells = self.unknowns.domain(self.program, left.0);
        let stands = |cell: Cell| match cell {
            Cell::Value(_) if left.0 == right.0 => Node::constant(relation.holds(Ordering::Equal)),
            Cell::Value(value) => self.unknowns.stands(self.program, right.0, relation.mirrored(), &value),
            Cell::Between(..) | Cell::Other | Cell::Absent => Node::NO,
        };
        let children: Vec<Node> = cells.into_iter().map(stands).collect();
        self.unknowns.diagrams.branch(left.0, children)
    }

    pub(super) fn one_of(&mut self, place: Span, term: &Term, values: &[Value]) -> Node {
        match self.term(term, place) {
            Computed::Value(value) => Node::constant(values.contains(&value)),
            Computed::Field(variable, field) => {
                values.iter().for_each(|value| self.unknowns.cut(self.program, field, value));
                self.unknowns.is_one_of(self.program, variable, values)
            }
            Computed::Chain(_) | Computed::Open(_) => {
                let mut among = Node::NO;
                for value in values {
                    let is = self.calculated(place, term, Comparison::Is, &Term::Constant(value.clone()));
                    among = self.unknowns.diagrams.or(among, is);
                }
                among
            }
            ratio @ Computed::Ratio(_) => Node::constant(
                values.iter().any(|value| ordering(&ratio, &Computed::Value(value.clone())) == Some(Ordering::Equal)),
            ),
        }
    }
}

/// Values without an order are equal or not; which way round does not matter to `is` and `is not`.
fn ordering_of_values(a: &Value, b: &Value) -> Option<Ordering> {
    a.order(b).or(Some(if a == b { Ordering::Equal } else { Ordering::Less }))
}

fn ordering(left: &Computed, right: &Computed) -> Option<Ordering> {
    match (left, right) {
        (Computed::Value(a), Computed::Value(b)) => ordering_of_values(a, b),
        (Computed::Value(Value::Many), _) => Some(Ordering::Greater),
        (_, Computed::Value(Value::Many)) => Some(Ordering::Less),
        _ => Some(ratio(left)?.cmp(&ratio(right)?)),
    }
}
