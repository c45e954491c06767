//! Comparisons: of a field with a value, of two fields, and of calculations with fields.

use super::{Evaluator, Scope};
use crate::decide::{Node, Variable};
use crate::evaluate::calculation::{Computed, Difference, difference, parts, ratio};
use crate::evaluate::chain::{self, Chain, Interval, Number};
use crate::evaluate::trace::Sink;
use crate::evaluate::unknowns::{Cell, Part, Thing};
use crate::program::{Compared, Comparison, Field, Term};
use crate::source::Span;
use crate::value::{Type, Value};
use num_traits::Zero;
use std::cmp::Ordering;
use std::collections::BTreeSet;

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
        self.branch(variable, relation, &by)
    }

    fn finite(&self, field: Field) -> bool {
        matches!(field, Field::ServerVersion | Field::LicenseVersion) || !is_cut(&field.ty(self.program))
    }

    /// A comparison of an unknown field with a value: a branch over the cells of its domain.
    fn split(&mut self, variable: Variable, field: Field, relation: Comparison, value: &Value) -> Node {
        self.cut_at(field, value);
        self.branch(variable, relation, value)
    }

    /// How a variable stands to a value at which its domain is cut.
    fn branch(&mut self, variable: Variable, relation: Comparison, value: &Value) -> Node {
        let cells = self.unknowns.domain(self.program, variable);
        let children = cells.iter().map(|cell| Node::constant(holds_in(cell, relation, value))).collect();
        self.unknowns.diagrams.branch(variable, children)
    }

    /// A comparison of two unknown fields that have finitely many values.
    fn split_both(&mut self, left: (Variable, Field), relation: Comparison, right: (Variable, Field)) -> Node {
        let mut either = Node::NO;
        for cell in self.unknowns.domain(self.program, right.0) {
            let Cell::Value(value) = cell else { continue };
            let here = self.split(right.0, right.1, Comparison::Is, &value);
            let there = self.split(left.0, left.1, relation, &value);
            let both = self.unknowns.diagrams.and(here, there);
            either = self.unknowns.diagrams.or(either, both);
        }
        either
    }

    fn cut_at(&mut self, field: Field, value: &Value) {
        if !self.finite(field) {
            self.unknowns.cut(field, value);
        }
    }

    pub(super) fn one_of(&mut self, place: Span, term: &Term, values: &[Value]) -> Node {
        match self.term(term, place) {
            Computed::Value(value) => Node::constant(values.contains(&value)),
            Computed::Field(variable, field) => {
                values.iter().for_each(|value| self.cut_at(field, value));
                let cells = self.unknowns.domain(self.program, variable);
                let listed: BTreeSet<&Value> = values.iter().collect();
                let among = |cell: &Cell| match cell {
                    Cell::Value(value) => listed.contains(value),
                    Cell::Between(..) | Cell::Other | Cell::Absent => false,
                };
                let children = cells.iter().map(|cell| Node::constant(among(cell))).collect();
                self.unknowns.diagrams.branch(variable, children)
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

/// Whether values of a type are cut at what they are compared with, rather than listed.
fn is_cut(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Number | Type::Money | Type::Date | Type::Text | Type::Reference)
}

/// Whether every value of a cell stands so to a value; the value is a cut of the cell's domain.
fn holds_in(cell: &Cell, relation: Comparison, value: &Value) -> bool {
    match cell {
        Cell::Value(of_cell) => ordering_of_values(of_cell, value).is_some_and(|order| relation.holds(order)),
        Cell::Between(_, Some(high)) if high.order(value).is_some_and(Ordering::is_le) => {
            relation.holds(Ordering::Less)
        }
        Cell::Between(..) => relation.holds(Ordering::Greater),
        Cell::Other => relation == Comparison::IsNot,
        // No condition is asked of it: what stands here is never looked up.
        Cell::Absent => false,
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
