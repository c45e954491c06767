//! The one evaluator of conditions.
//!
//! A condition is evaluated as far as facts are known; what is left is a [`Node`], a function of what is unknown or absent.
//! Where everything is known the node is a constant, so the same code gives verdicts to rows, functions to the search
//! for questions, and whole conditions as diagrams to whoever compares rules. A [`Sink`] may listen, for explanations.

mod comparisons;
mod terms;

use super::calculation::Computed;
use super::trace::Sink;
use super::unknowns::{Class, Thing, Unknowns};
use crate::decide::Node;
use crate::program::{
    Comparison, Condition, ConditionKind, DefinitionId, Entity, Field, Period, Program, Reading, Term,
};
use crate::select::Rules;
use crate::source::Span;
use crate::value::{Date, Truth, Value, decimal};
use std::collections::BTreeMap;

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
            Some(nodes) => self.unknowns.diagrams.all(&nodes),
            None => Node::NO,
        }
    }

    fn any(&mut self, parts: &[Condition]) -> Node {
        match self.parts(parts, Node::YES) {
            Some(nodes) => self.unknowns.diagrams.any(&nodes),
            None => Node::YES,
        }
    }

    /// What parts come to, but for those that change nothing; `None` where one of them decides alone, and those behind it are
    /// not looked at.
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

    /// What a reading leaves open of the subject of a term. No access makes what a server demands by running: what is open of
    /// that demand is open of the server.
    fn left_open(&mut self, definition: DefinitionId, place: usize) -> Node {
        let is_absent_access = self.program.definitions[definition].subject == Entity::Access
            && self.scope.subject(Entity::Access).is_none();
        match self.scope.subject(Entity::Server).filter(|_| is_absent_access) {
            Some(class) => self.unknowns.flag(Thing::OpenAtServer(definition, place), class),
            None => self.question(definition, Thing::Open(definition, place)),
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
        let nobody_knows = self.left_open(definition, place);
        self.unknowns.diagrams.choose(open, nobody_knows, when)
    }

    /// A condition of a reading: no where it depends on something absent other than its subject. Of an absent subject
    /// nothing is known, nor of whoever would have made an absent access, and the rule that asks decides what follows.
    pub fn said_of(&mut self, subject: Entity, condition: &Condition) -> Node {
        let (node, program) = (self.condition(condition), self.program);
        let absent = self.scope.subject(subject).is_none();
        let with_it = |entity: Entity| {
            entity == subject || absent && subject == Entity::Access && matches!(entity, Entity::User | Entity::Device)
        };
        self.unknowns.settle_but(node, |thing| match thing {
            Thing::Absent(field) => with_it(field.entity(program)),
            Thing::AbsentSubject(definition) => with_it(program.definitions[definition].subject),
            Thing::AbsentCalculation(_) => absent,
            Thing::Field(_) | Thing::Evidence(_) | Thing::Open(..) | Thing::OpenAtServer(..) => false,
            Thing::Defined(_) | Thing::Calculation(_) => false,
        })
    }
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
    node.truth()
}
