//! The one evaluator of conditions.
//!
//! A condition is evaluated as far as facts are known; what is left is a [`Node`], a function of what is unknown or absent.
//! Where everything is known the node is a constant, so the same code gives verdicts to rows, functions to the search
//! for questions, and whole conditions as diagrams to whoever compares rules. A [`Sink`] may listen, for explanations.

use super::trace::Sink;
use super::unknowns::{Cell, Class, Part, Thing, Unknowns};
use crate::decide::{Node, Variable};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Comparison, Condition, ConditionKind, DefinitionId, Entity, Field, Program, Reading, Term};
use crate::select::Rules;
use crate::source::Span;
use crate::syntax::ast::Operator;
use crate::value::{Truth, Type, Value, decimal};
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// What a scope knows of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Its value.
    Value(Value),
    /// Nothing: it is unknown of this class of rows.
    Unknown(Class),
    /// There is nothing that could have the field.
    Absent,
}

/// What a condition is evaluated about.
pub trait Scope {
    /// A field of what is in scope.
    fn find(&self, field: Field) -> Found;

    /// The class of the thing that a definition speaks of; `None` if it is absent.
    fn subject(&self, entity: Entity) -> Option<Class>;

    /// The value of a `count` or `break_even`; `None` where there is none.
    fn aggregate(&self, _term: &Term) -> Option<Value> {
        None
    }
}

/// Evaluates conditions of one program about one scope.
pub struct Evaluator<'a, S: ?Sized, K = ()> {
    program: &'a Program,
    /// Needed only for conditions that read definitions.
    rules: Option<&'a Rules<'a>>,
    unknowns: &'a mut Unknowns,
    scope: &'a S,
    sink: K,
}

/// A term as far as it is known.
enum Computed {
    Value(Value),
    /// The result of a calculation; it need not have a finite decimal form.
    Ratio(Ratio<i128>),
    /// A field that is unknown or absent.
    Field(Variable, Field),
    /// A calculation with such a field: what it is made of.
    Open(Vec<Part>),
}

impl<'a, S: Scope + ?Sized> Evaluator<'a, S> {
    /// An evaluator for conditions of the rules in force.
    pub fn new(rules: &'a Rules<'a>, unknowns: &'a mut Unknowns, scope: &'a S) -> Self {
        Evaluator { program: rules.program, rules: Some(rules), unknowns, scope, sink: () }
    }

    /// The same, with a sink that listens.
    pub fn heard_by<K: Sink>(self, sink: K) -> Evaluator<'a, S, K> {
        let Evaluator { program, rules, unknowns, scope, sink: () } = self;
        Evaluator { program, rules, unknowns, scope, sink }
    }
}

impl<S: Scope + ?Sized, K: Sink> Evaluator<'_, S, K> {
    /// The sink, with what it has heard.
    pub fn into_sink(self) -> K {
        self.sink
    }

    /// The outcome of a rule, a clause or a reading: no where it depends on something absent.
    pub fn outcome(&mut self, condition: &Condition) -> Node {
        let node = self.condition(condition);
        self.unknowns.settle(node)
    }

    /// The outcome of a condition that may be left out, which means always.
    pub fn outcome_of(&mut self, condition: Option<&Condition>) -> Node {
        condition.map_or(Node::YES, |condition| self.outcome(condition))
    }

    /// Whether a definition holds of its subject in scope: no where the subject is absent.
    pub fn definition(&mut self, definition: DefinitionId) -> Node {
        let node = self.is(definition);
        self.unknowns.settle(node)
    }

    /// The value of a term, where it is known; whole numbers and decimals only as far as a decimal can tell them.
    pub fn value(&mut self, term: &Term, place: Span) -> Option<Value> {
        match self.term(term, place) {
            Computed::Value(value) => Some(value),
            Computed::Ratio(ratio) => decimal(ratio).map(Value::Number),
            Computed::Field(..) | Computed::Open(_) => None,
        }
    }

    fn condition(&mut self, condition: &Condition) -> Node {
        self.sink.open(condition);
        let node = self.looked_at(condition);
        self.sink.close(node);
        node
    }

    fn looked_at(&mut self, condition: &Condition) -> Node {
        match &condition.kind {
            ConditionKind::Constant(yes) => Node::constant(*yes),
            ConditionKind::All(parts) => self.all(parts),
            ConditionKind::Any(parts) => self.any(parts),
            ConditionKind::Not(inner) => {
                let node = self.condition(inner);
                self.unknowns.diagrams.not(node)
            }
            ConditionKind::Holds(field) => match self.find(*field) {
                Found::Value(value) => Node::constant(value == Value::Bool(true)),
                Found::Unknown(class) => self.unknowns.flag(Thing::Field(*field), class),
                Found::Absent => self.unknowns.flag(Thing::Absent(*field), 0),
            },
            ConditionKind::Compare { left, relation, right } => self.compare(condition.span, left, *relation, right),
            ConditionKind::OneOf { term, values } => self.one_of(condition.span, term, values),
            ConditionKind::Is(definition) => self.is(*definition),
        }
    }

    fn all(&mut self, parts: &[Condition]) -> Node {
        let mut all = Node::YES;
        for part in parts {
            if all == Node::NO {
                return all;
            }
            let node = self.condition(part);
            all = self.unknowns.diagrams.and(all, node);
        }
        all
    }

    fn any(&mut self, parts: &[Condition]) -> Node {
        let mut any = Node::NO;
        for part in parts {
            if any == Node::YES {
                return any;
            }
            let node = self.condition(part);
            any = self.unknowns.diagrams.or(any, node);
        }
        any
    }

    /// A term said of its subject, under the reading that applies.
    fn is(&mut self, definition: DefinitionId) -> Node {
        match self.rules.map(|rules| (rules.reading(definition), rules.place_of_reading(definition))) {
            Some((Ok(reading), place)) => {
                self.sink.take(definition, place);
                self.reading(definition, place, reading)
            }
            _ => Node::NO,
        }
    }

    fn reading(&mut self, definition: DefinitionId, place: usize, reading: &Reading) -> Node {
        let subject = self.program.definitions[definition].subject;
        let when = match &reading.when {
            Some(when) => self.said_of(subject, when),
            None => Node::NO,
        };
        let mut open = Node::NO;
        for case in &reading.open {
            let case = case.when.as_ref().map_or(Node::YES, |when| self.said_of(subject, when));
            open = self.unknowns.diagrams.or(open, case);
        }
        if open == Node::NO {
            return when;
        }
        let nobody_knows = match self.scope.subject(subject) {
            Some(class) => self.unknowns.flag(Thing::Open(definition, place), class),
            None => self.unknowns.flag(Thing::AbsentSubject(definition), 0),
        };
        self.unknowns.diagrams.choose(open, nobody_knows, when)
    }

    /// A condition of a reading: no where it depends on something absent other than its subject. Of an absent subject
    /// nothing is known, and the rule that asks decides what follows.
    fn said_of(&mut self, subject: Entity, condition: &Condition) -> Node {
        let (node, program) = (self.condition(condition), self.program);
        self.unknowns.settle_but(node, |thing| match thing {
            Thing::Absent(field) => field.entity(program) == subject,
            Thing::AbsentSubject(definition) => program.definitions[definition].subject == subject,
            _ => false,
        })
    }

    fn compare(&mut self, place: Span, left: &Term, relation: Comparison, right: &Term) -> Node {
        match (self.term(left, place), self.term(right, place)) {
            (Computed::Field(variable, field), Computed::Value(value)) => self.split(variable, field, relation, &value),
            (Computed::Value(value), Computed::Field(variable, field)) => {
                self.split(variable, field, mirrored(relation), &value)
            }
            (Computed::Field(a, left), Computed::Field(b, right)) if self.finite(left) && self.finite(right) => {
                self.split_both((a, left), relation, (b, right))
            }
            (left, right) => match (left.is_known() && right.is_known(), ordering(&left, &right)) {
                (true, order) => Node::constant(order.is_some_and(|order| holds(relation, order))),
                (false, _) => self.calculation(place, [left, right].map(parts).concat()),
            },
        }
    }

    /// A calculation whose parts are not all known is one opaque yes/no.
    fn calculation(&mut self, place: Span, parts: Vec<Part>) -> Node {
        let absent = |part: &Part| match part {
            Part::Open(variable) => self.unknowns.thing(*variable).is_none_or(|(thing, _)| thing.is_absent()),
            Part::Nothing => true,
            Part::Known(_) => false,
        };
        let thing = match parts.iter().any(absent) {
            true => Thing::AbsentCalculation(place),
            false => Thing::Calculation(place),
        };
        let class = self.unknowns.class_of(parts);
        self.unknowns.flag(thing, class)
    }

    fn finite(&self, field: Field) -> bool {
        !is_cut(&field.ty(self.program))
    }

    /// A comparison of an unknown field with a value: a branch over the cells of its domain.
    fn split(&mut self, variable: Variable, field: Field, relation: Comparison, value: &Value) -> Node {
        self.cut_at(field, value);
        let cells = self.unknowns.cells(self.program, field);
        let children = cells.iter().map(|cell| Node::constant(holds_in(cell, relation, value))).collect();
        self.unknowns.diagrams.branch(variable, children)
    }

    /// A comparison of two unknown fields that have finitely many values.
    fn split_both(&mut self, left: (Variable, Field), relation: Comparison, right: (Variable, Field)) -> Node {
        let mut either = Node::NO;
        for cell in self.unknowns.cells(self.program, right.1) {
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

    fn one_of(&mut self, place: Span, term: &Term, values: &[Value]) -> Node {
        match self.term(term, place) {
            Computed::Value(value) => Node::constant(values.contains(&value)),
            Computed::Field(variable, field) => {
                values.iter().for_each(|value| self.cut_at(field, value));
                let cells = self.unknowns.cells(self.program, field);
                let among = |cell: &Cell| values.iter().any(|value| holds_in(cell, Comparison::Is, value));
                let children = cells.iter().map(|cell| Node::constant(among(cell))).collect();
                self.unknowns.diagrams.branch(variable, children)
            }
            Computed::Open(parts) => self.calculation(place, parts),
            ratio @ Computed::Ratio(_) => Node::constant(
                values.iter().any(|value| ordering(&ratio, &Computed::Value(value.clone())) == Some(Ordering::Equal)),
            ),
        }
    }

    fn term(&mut self, term: &Term, place: Span) -> Computed {
        match term {
            Term::Constant(value) => Computed::Value(value.clone()),
            Term::Field(field) => self.field(*field),
            Term::Arithmetic { left, operator, right } => {
                let sides = [self.term(left, place), self.term(right, place)];
                self.calculate(place, sides.into(), |numbers| match numbers {
                    [left, right] => arithmetic(*left, *operator, *right),
                    _ => None,
                })
            }
            Term::Max(terms) => self.pick(terms, place, |numbers| numbers.iter().max().copied()),
            Term::Min(terms) => self.pick(terms, place, |numbers| numbers.iter().min().copied()),
            Term::RoundUp(inner) => {
                self.pick(std::slice::from_ref(inner), place, |numbers| Some(numbers.first()?.ceil()))
            }
            Term::RoundDown(inner) => {
                self.pick(std::slice::from_ref(inner), place, |numbers| Some(numbers.first()?.floor()))
            }
            Term::Count { .. } | Term::BreakEven(..) => match self.scope.aggregate(term) {
                Some(value) => Computed::Value(value),
                None => Computed::Open(vec![Part::Nothing]),
            },
        }
    }

    fn find(&mut self, field: Field) -> Found {
        let found = self.scope.find(field);
        self.sink.read(field, &found);
        found
    }

    fn field(&mut self, field: Field) -> Computed {
        match self.find(field) {
            Found::Value(value) => Computed::Value(value),
            Found::Unknown(class) => Computed::Field(self.unknowns.variable(Thing::Field(field), class), field),
            Found::Absent => Computed::Field(self.unknowns.variable(Thing::Absent(field), 0), field),
        }
    }

    fn pick<T: std::borrow::Borrow<Term>>(
        &mut self,
        terms: &[T],
        place: Span,
        pick: impl Fn(&[Ratio<i128>]) -> Option<Ratio<i128>>,
    ) -> Computed {
        let computed = terms.iter().map(|term| self.term(term.borrow(), place)).collect();
        self.calculate(place, computed, pick)
    }

    fn calculate(
        &mut self,
        place: Span,
        parts: Vec<Computed>,
        result: impl Fn(&[Ratio<i128>]) -> Option<Ratio<i128>>,
    ) -> Computed {
        if !parts.iter().all(Computed::is_known) {
            return Computed::Open(parts.into_iter().flat_map(self::parts).collect());
        }
        let numbers: Option<Vec<Ratio<i128>>> = parts.iter().map(ratio).collect();
        match numbers.and_then(|numbers| result(&numbers)) {
            Some(ratio) => {
                decimal(ratio).map_or(Computed::Ratio(ratio), |number| Computed::Value(Value::Number(number)))
            }
            None => {
                self.unknowns.problems.push(cannot_compute(place));
                Computed::Open(vec![Part::Nothing])
            }
        }
    }
}

impl Computed {
    fn is_known(&self) -> bool {
        match self {
            Computed::Value(_) | Computed::Ratio(_) => true,
            Computed::Field(..) | Computed::Open(_) => false,
        }
    }
}

/// What a calculation with this is made of.
fn parts(computed: Computed) -> Vec<Part> {
    match computed {
        Computed::Value(value) => vec![Part::Known(value)],
        Computed::Ratio(ratio) => [*ratio.numer(), *ratio.denom()]
            .map(|number| Part::Known(Decimal::try_from_i128_with_scale(number, 0).map_or(Value::Many, Value::Number)))
            .into(),
        Computed::Field(variable, _) => vec![Part::Open(variable)],
        Computed::Open(parts) => parts,
    }
}

fn cannot_compute(place: Span) -> Diagnostic {
    Diagnostic::error(
        Code::CannotCompute,
        "this cannot be computed: it divides by zero, or a figure grows past 38 digits",
    )
    .at(place, "for the facts of this estate")
    .help("guard the calculation, or correct the facts that it reads")
}

/// What a condition about a setting alone comes to (the `when` of a source).
pub fn settled<S: Scope>(program: &Program, scope: &S, condition: &Condition) -> Truth {
    let (node, _) =
        Unknowns::complete(|unknowns| Evaluator { program, rules: None, unknowns, scope, sink: () }.outcome(condition));
    match node.known() {
        Some(true) => Truth::Yes,
        Some(false) => Truth::No,
        None => Truth::Unknown,
    }
}

/// Whether values of a type are cut at what they are compared with, rather than listed.
fn is_cut(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Number | Type::Money | Type::Date | Type::Text | Type::Reference)
}

fn mirrored(relation: Comparison) -> Comparison {
    match relation {
        Comparison::Is | Comparison::IsNot => relation,
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
    }
}

fn holds(relation: Comparison, order: Ordering) -> bool {
    match relation {
        Comparison::Is => order.is_eq(),
        Comparison::IsNot => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }
}

/// Whether every value of a cell stands so to a value; the value is a cut of the cell's domain.
fn holds_in(cell: &Cell, relation: Comparison, value: &Value) -> bool {
    match cell {
        Cell::Value(of_cell) => ordering_of_values(of_cell, value).is_some_and(|order| holds(relation, order)),
        Cell::Between(_, Some(high)) if high.order(value).is_some_and(Ordering::is_le) => {
            holds(relation, Ordering::Less)
        }
        Cell::Between(..) => holds(relation, Ordering::Greater),
        Cell::Other => relation == Comparison::IsNot,
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

fn ratio(computed: &Computed) -> Option<Ratio<i128>> {
    match computed {
        Computed::Value(Value::Number(number)) => {
            Some(Ratio::new(number.mantissa(), 10_i128.checked_pow(number.scale())?))
        }
        Computed::Ratio(ratio) => Some(*ratio),
        Computed::Value(_) | Computed::Field(..) | Computed::Open(_) => None,
    }
}

fn arithmetic(left: Ratio<i128>, operator: Operator, right: Ratio<i128>) -> Option<Ratio<i128>> {
    match operator {
        Operator::Plus => left.checked_add(&right),
        Operator::Minus => left.checked_sub(&right),
        Operator::Times => left.checked_mul(&right),
        Operator::Over => left.checked_div(&right),
    }
}
