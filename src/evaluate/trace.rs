//! What an evaluation did, for whoever asks why: every condition looked at, what it came to, and the fields it read.
//!
//! A [`Sink`] listens to the one evaluator and cannot change what it answers. Verdicts are computed with the sink that
//! hears nothing; an explanation runs the same conditions again with a [`Recorder`].

use super::conditions::Found;
use crate::decide::Node;
use crate::program::{Condition, ConditionKind, DefinitionId, Field};
use crate::source::Span;

/// Listens to an evaluation.
pub trait Sink {
    /// Whether it wants to hear again what a term comes to that it has heard of: a term of terms that each read one twice
    /// says more than anybody can read.
    fn hears_again(&self) -> bool;

    /// A condition is looked at; until it is closed, everything heard belongs to it.
    fn open(&mut self, _condition: &Condition) {}

    /// A field is read.
    fn read(&mut self, _field: Field, _found: &Found) {}

    /// A term is looked up in a reading, given by its place among the definition's readings.
    fn take(&mut self, _definition: DefinitionId, _reading: usize) {}

    /// The condition opened last has come to this.
    fn close(&mut self, _node: Node) {}
}

/// Hears nothing.
impl Sink for () {
    fn hears_again(&self) -> bool {
        false
    }
}

/// A condition that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// How it is made of others.
    pub shape: Shape,
    /// Where it stands.
    pub span: Span,
    /// What it came to, before absent things are settled.
    pub node: Node,
    /// The fields that it read itself, in the order read.
    pub reads: Vec<(Field, Found)>,
    /// The conditions within it that were looked at, in order. What did not matter any more was not looked at.
    pub parts: Vec<Trace>,
}

/// How a condition is made of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// All of its parts.
    All,
    /// Any of its parts.
    Any,
    /// Not its part.
    Not,
    /// A definition, as the reading at this place has it; its parts are the conditions of the reading.
    Is(DefinitionId, usize),
    /// A condition without parts.
    Leaf,
}

/// Remembers what it hears.
#[derive(Debug, Default)]
pub struct Recorder {
    open: Vec<Trace>,
    done: Vec<Trace>,
    /// How many conditions it has heard.
    heard: usize,
}

/// How many conditions are heard before nothing is heard again.
const MOST: usize = 10_000;

impl Recorder {
    /// The conditions that were evaluated, each with all that was looked at for it.
    pub fn traces(self) -> Vec<Trace> {
        self.done
    }
}

impl Sink for Recorder {
    fn hears_again(&self) -> bool {
        self.heard < MOST
    }

    fn open(&mut self, condition: &Condition) {
        self.heard += 1;
        let shape = match &condition.kind {
            ConditionKind::All(_) => Shape::All,
            ConditionKind::Any(_) => Shape::Any,
            ConditionKind::Not(_) => Shape::Not,
            ConditionKind::Constant(_)
            | ConditionKind::Holds(_)
            | ConditionKind::Compare { .. }
            | ConditionKind::OneOf { .. }
            | ConditionKind::Is(_) => Shape::Leaf,
        };
        let (node, reads, parts) = (Node::NO, Vec::new(), Vec::new());
        self.open.push(Trace { shape, span: condition.span, node, reads, parts });
    }

    fn read(&mut self, field: Field, found: &Found) {
        if let Some(trace) = self.open.last_mut() {
            trace.reads.push((field, found.clone()));
        }
    }

    fn take(&mut self, definition: DefinitionId, reading: usize) {
        if let Some(trace) = self.open.last_mut() {
            trace.shape = Shape::Is(definition, reading);
        }
    }

    fn close(&mut self, node: Node) {
        let Some(mut trace) = self.open.pop() else { return };
        trace.node = node;
        match self.open.last_mut() {
            Some(around) => around.parts.push(trace),
            None => self.done.push(trace),
        }
    }
}
