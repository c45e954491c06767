//! The one evaluator of conditions.
//!
//! A condition is evaluated as far as facts are known; what is left is a [`Node`], a function of what is unknown or absent.
//! Where everything is known the node is a constant, so the same code gives verdicts to rows, functions to the search
//! for questions, and whole conditions as diagrams to whoever compares rules. A [`Sink`] may listen, for explanations.

use super::calculation::{self, Bound, Computed, Difference, difference, parts, picked_of, ratio};
use super::chain::{self, Chain, Interval, Number};
use super::trace::Sink;
use super::unknowns::{Cell, Class, Part, Thing, Unknowns};
use crate::decide::{Node, Variable};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{
    Comparison, Condition, ConditionKind, DefinitionId, Entity, Field, Period, Program, Question, Reading, Term,
};
use crate::select::Rules;
use crate::source::Span;
use crate::value::{Date, Truth, Type, Value, ceil, decimal, floor};
use num_traits::Zero;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

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

    /// The field that a field is the same as, here; most are themselves.
    fn same(&self, field: Field) -> Field {
        field
    }

    /// The class of the thing that a definition speaks of; `None` if it is absent.
    fn subject(&self, entity: Entity) -> Option<Class>;

    /// The value of a `count` or `break_even`; `None` where there is none.
    fn aggregate(&self, _term: &Term) -> Option<Value> {
        None
    }
}

/// A reading of a term that may apply.
#[derive(Debug, Clone, Copy)]
pub struct Applying<'r> {
    /// The number that tells it from the term's other readings.
    pub place: usize,
    /// The reading.
    pub reading: &'r Reading,
    /// Under what it applies.
    pub under: Node,
}

/// Which reading of each term applies: one of the rules in force, or several where dates and agreements are open.
pub trait Readings {
    /// The program whose conditions are evaluated.
    fn program(&self) -> &Program;

    /// The readings of a term that may apply, no two at once; none where the term is said of nothing.
    fn applying(&self, definition: DefinitionId) -> Vec<Applying<'_>>;

    /// Whether a term is taken as it stands, as one question that its readings do not answer.
    fn is_opaque(&self, _definition: DefinitionId) -> bool {
        false
    }
}

impl Readings for Rules<'_> {
    fn program(&self) -> &Program {
        self.program
    }

    fn applying(&self, definition: DefinitionId) -> Vec<Applying<'_>> {
        let place = self.place_of_reading(definition);
        let reading = self.reading(definition).ok();
        reading.map(|reading| Applying { place, reading, under: Node::YES }).into_iter().collect()
    }
}

/// Evaluates conditions of one program about one scope.
pub struct Evaluator<'a, S: ?Sized, K = ()> {
    program: &'a Program,
    readings: &'a dyn Readings,
    unknowns: &'a mut Unknowns,
    scope: &'a S,
    sink: K,
    /// What terms came to.
    known: BTreeMap<DefinitionId, Node>,
}

impl<'a, S: Scope + ?Sized> Evaluator<'a, S> {
    /// An evaluator for conditions that read terms as `readings` has it.
    pub fn new(readings: &'a dyn Readings, unknowns: &'a mut Unknowns, scope: &'a S) -> Self {
        Evaluator { program: readings.program(), readings, unknowns, scope, sink: (), known: BTreeMap::new() }
    }

    /// The same, with a sink that listens.
    pub fn heard_by<K: Sink>(self, sink: K) -> Evaluator<'a, S, K> {
        let Evaluator { program, readings, unknowns, scope, sink: (), known } = self;
        Evaluator { program, readings, unknowns, scope, sink, known }
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

    /// Whether the day lies in a period.
    pub fn period(&mut self, period: Period) -> Node {
        let day = |day: Date| Value::Date(day);
        let from =
            period.from.map_or(Node::YES, |from| self.stands(Field::EstateAsOf, Comparison::GreaterOrEqual, day(from)));
        let until =
            period.until.map_or(Node::YES, |until| self.stands(Field::EstateAsOf, Comparison::Less, day(until)));
        self.unknowns.diagrams.and(from, until)
    }

    /// What one reading says of its subject in scope: no where the subject is absent.
    pub fn said(&mut self, definition: DefinitionId, place: usize, reading: &Reading) -> Node {
        let node = self.reading(definition, place, reading);
        self.unknowns.settle(node)
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
            Computed::Field(..) | Computed::Chain(_) | Computed::Open(_) => None,
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
            ConditionKind::Holds(field) => self.stands(*field, Comparison::Is, Value::Bool(true)),
            ConditionKind::Compare { left, relation, right } => self.compare(condition.span, left, *relation, right),
            ConditionKind::OneOf { term, values } => self.one_of(condition.span, term, values),
            ConditionKind::Is(definition) => self.is(*definition),
        }
    }

    fn all(&mut self, parts: &[Condition]) -> Node {
        match self.parts(parts, Node::NO) {
            Some(nodes) => nodes.into_iter().rev().fold(Node::YES, |all, node| self.unknowns.diagrams.and(node, all)),
            None => Node::NO,
        }
    }

    fn any(&mut self, parts: &[Condition]) -> Node {
        match self.parts(parts, Node::YES) {
            Some(nodes) => nodes.into_iter().rev().fold(Node::NO, |any, node| self.unknowns.diagrams.or(node, any)),
            None => Node::YES,
        }
    }

    /// What parts come to, but for those that change nothing; `None` where one of them decides alone, and those behind it are
    /// not looked at. They are to be joined from the last on: what a later part reads mostly stands further from the root, and
    /// then a step costs as much as its own part and not as all that is joined already.
    fn parts(&mut self, parts: &[Condition], decides: Node) -> Option<Vec<Node>> {
        let mut nodes = Vec::new();
        for part in parts {
            match self.condition(part) {
                node if node == decides => return None,
                node if node.known().is_none() => nodes.push(node),
                _ => {}
            }
        }
        Some(nodes)
    }

    /// A term said of its subject, under the reading that applies.
    fn is(&mut self, definition: DefinitionId) -> Node {
        if self.readings.is_opaque(definition) {
            return self.question(definition, Thing::Defined(definition));
        }
        if let Some(known) = self.known.get(&definition).filter(|_| !self.sink.hears_again()) {
            return *known;
        }
        let mut any = Node::NO;
        for Applying { place, reading, under } in self.readings.applying(definition) {
            self.sink.take(definition, place);
            let says = self.reading(definition, place, reading);
            let says = self.unknowns.diagrams.and(under, says);
            any = self.unknowns.diagrams.or(any, says);
        }
        self.known.insert(definition, any);
        any
    }

    /// One yes/no about the subject of a term; an absent subject has no answer.
    fn question(&mut self, definition: DefinitionId, thing: Thing) -> Node {
        match self.scope.subject(self.program.definitions[definition].subject) {
            Some(class) => self.unknowns.flag(thing, class),
            None => self.unknowns.flag(Thing::AbsentSubject(definition), 0),
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
        let nobody_knows = self.question(definition, Thing::Open(definition, place));
        self.unknowns.diagrams.choose(open, nobody_knows, when)
    }

    /// A condition of a reading: no where it depends on something absent other than its subject. Of an absent subject
    /// nothing is known, nor of whoever would have made an absent access, and the rule that asks decides what follows.
    fn said_of(&mut self, subject: Entity, condition: &Condition) -> Node {
        let (node, program) = (self.condition(condition), self.program);
        let absent = self.scope.subject(subject).is_none();
        let with_it = |entity: Entity| {
            entity == subject || absent && subject == Entity::Access && matches!(entity, Entity::User | Entity::Device)
        };
        self.unknowns.settle_but(node, |thing| match thing {
            Thing::Absent(field) => with_it(field.entity(program)),
            Thing::AbsentSubject(definition) => with_it(program.definitions[definition].subject),
            Thing::AbsentCalculation(_) => absent,
            Thing::Field(_) | Thing::Evidence(_) | Thing::Open(..) | Thing::Defined(_) | Thing::Calculation(_) => false,
        })
    }

    /// How a field stands to a value.
    fn stands(&mut self, field: Field, relation: Comparison, value: Value) -> Node {
        match self.field(field) {
            Computed::Field(variable, field) => self.split(variable, field, relation, &value),
            found => {
                Node::constant(ordering(&found, &Computed::Value(value)).is_some_and(|order| holds(relation, order)))
            }
        }
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
            (left, right) if left.is_known() && right.is_known() => {
                Node::constant(ordering(&left, &right).is_some_and(|order| holds(relation, order)))
            }
            _ => self.calculated(place, left, relation, right),
        }
    }

    /// A comparison of figures not all of which are known: one of the field, where they come down to a single one.
    fn calculated(&mut self, place: Span, left: &Term, relation: Comparison, right: &Term) -> Node {
        let (question, is_denied) = Question::of(left, relation, right);
        let sides = (self.unheard(&question.left, place), self.unheard(&question.right, place));
        let relation = question.relation(is_denied);
        let node = match difference(&sides.0, &sides.1) {
            Difference::Known(number) => Some(Node::constant(holds(relation, number.cmp(&Number::zero())))),
            Difference::Of(chain) => self.chain(&chain, relation),
            Difference::Open => None,
        };
        node.unwrap_or_else(|| self.asked(place, question, is_denied, [sides.0, sides.1].map(parts).concat()))
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

    /// A calculation with several unknown fields is one opaque yes/no, the same wherever the same is asked of the same figures.
    fn asked(&mut self, place: Span, question: Question, is_denied: bool, parts: Vec<Part>) -> Node {
        let absent = |part: &Part| match part {
            Part::Open(variable) => self.unknowns.thing(*variable).is_none_or(|(thing, _)| thing.is_absent()),
            Part::Nothing => true,
            Part::Known(_) => false,
        };
        let is_absent = parts.iter().any(absent);
        let class = self.unknowns.class_of(parts);
        let first = self.unknowns.first_asked(question, (place, is_denied));
        let thing = if is_absent { Thing::AbsentCalculation(first.0) } else { Thing::Calculation(first.0) };
        let node = self.unknowns.flag(thing, class);
        if is_denied == first.1 { node } else { self.unknowns.diagrams.not(node) }
    }

    fn finite(&self, field: Field) -> bool {
        matches!(field, Field::ServerVersion | Field::LicenseVersion) || !is_cut(&field.ty(self.program))
    }

    /// A comparison of an unknown field with a value: a branch over the cells of its domain.
    fn split(&mut self, variable: Variable, field: Field, relation: Comparison, value: &Value) -> Node {
        self.cut_at(field, value);
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

    fn one_of(&mut self, place: Span, term: &Term, values: &[Value]) -> Node {
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

    fn term(&mut self, term: &Term, place: Span) -> Computed {
        match term {
            Term::Constant(value) => Computed::Value(value.clone()),
            Term::Field(field) => self.field(*field),
            Term::Arithmetic { left, operator, right } => {
                let (left, right) = (self.term(left, place), self.term(right, place));
                let result = calculation::arithmetic(left, *operator, right);
                self.computed(place, result)
            }
            Term::Max(terms) => self.pick(terms, place, Bound::Largest),
            Term::Min(terms) => self.pick(terms, place, Bound::Smallest),
            Term::RoundUp(inner) => self.rounded(inner, place, ceil, Chain::round_up),
            Term::RoundDown(inner) => self.rounded(inner, place, floor, Chain::round_down),
            Term::Count { .. } | Term::BreakEven(..) => match self.scope.aggregate(term) {
                Some(value) => Computed::Value(value),
                None => Computed::Open(vec![Part::Nothing]),
            },
        }
    }

    /// A term of which the sink has heard already.
    fn unheard(&mut self, term: &Term, place: Span) -> Computed {
        let Evaluator { program, readings, scope, .. } = *self;
        let known = std::mem::take(&mut self.known);
        let mut evaluator = Evaluator { program, readings, unknowns: self.unknowns, scope, sink: (), known };
        let computed = evaluator.term(term, place);
        self.known = evaluator.known;
        computed
    }

    fn find(&mut self, field: Field) -> Found {
        let found = self.scope.find(field);
        self.sink.read(field, &found);
        found
    }

    fn field(&mut self, field: Field) -> Computed {
        let field = self.scope.same(field);
        match self.find(field) {
            Found::Value(value) => Computed::Value(value),
            Found::Unknown(class) => Computed::Field(self.unknowns.variable(Thing::Field(field), class), field),
            Found::Absent => Computed::Field(self.unknowns.variable(Thing::Absent(field), 0), field),
        }
    }

    /// The largest or smallest of some terms.
    fn pick(&mut self, terms: &[Term], place: Span, bound: Bound) -> Computed {
        let mut computed = terms.iter().map(|term| self.term(term, place)).collect::<Vec<_>>().into_iter();
        let Some(first) = computed.next() else { return Computed::Open(vec![Part::Nothing]) };
        let result = computed.try_fold(first, |picked, next| picked_of(picked, next, bound));
        self.computed(place, result)
    }

    fn rounded(
        &mut self,
        inner: &Term,
        place: Span,
        number: impl Fn(&Number) -> Number,
        chain: impl Fn(Chain) -> Chain,
    ) -> Computed {
        let inner = self.term(inner, place);
        let result = match (ratio(&inner), inner.into_chain()) {
            (Some(ratio), _) => Some(Computed::Ratio(number(&ratio))),
            (None, Ok(inner)) => Some(Computed::Chain(chain(inner))),
            (None, Err(open @ Computed::Open(_))) => Some(open),
            (None, Err(_)) => None,
        };
        self.computed(place, result)
    }

    /// The result of a calculation, as a decimal if one can tell it.
    fn computed(&mut self, place: Span, result: Option<Computed>) -> Computed {
        match result {
            Some(Computed::Ratio(ratio)) => {
                decimal(ratio).map_or(Computed::Ratio(ratio), |number| Computed::Value(Value::Number(number)))
            }
            Some(computed) => computed,
            None => {
                self.unknowns.problems.push(cannot_compute(place));
                Computed::Open(vec![Part::Nothing])
            }
        }
    }
}

fn cannot_compute(place: Span) -> Diagnostic {
    Diagnostic::error(
        Code::CannotCompute,
        "this cannot be computed: it divides by zero, calculates with `many`, or a figure grows past 38 digits",
    )
    .at(place, "for the facts of this estate")
    .help("guard the calculation, or correct the facts that it reads")
}

/// A condition about a setting alone reads no terms.
struct NoReadings<'p>(&'p Program);

impl Readings for NoReadings<'_> {
    fn program(&self) -> &Program {
        self.0
    }

    fn applying(&self, _definition: DefinitionId) -> Vec<Applying<'_>> {
        Vec::new()
    }
}

/// What a condition about a setting alone comes to (the `when` of a source).
pub fn settled<S: Scope>(program: &Program, scope: &S, condition: &Condition) -> Truth {
    let readings = NoReadings(program);
    let (node, _) = Unknowns::complete(|unknowns| Evaluator::new(&readings, unknowns, scope).outcome(condition));
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
