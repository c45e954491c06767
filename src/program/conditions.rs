//! Conditions, and the defined terms with their readings.

use super::{DefinitionId, Entity, Field, Header, LicenseId, Period, SourceId};
use crate::source::Span;
use crate::value::{Metric, Value};

/// A defined term with its readings.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Name, title, place.
    pub header: Header,
    /// What it is said of.
    pub subject: Entity,
    /// Its readings; one without a source where the definition has a body of its own.
    pub readings: Vec<Reading>,
}

impl Definition {
    /// How prose calls one of its readings: ``the reading PUR of `external` ``, or `define external` for its body.
    pub fn reading_name(&self, reading: &Reading) -> String {
        match reading.source {
            Some(_) => format!("the reading {} of `{}`", reading.header.name, self.header.name),
            None => format!("define {}", self.header.name),
        }
    }
}

/// One reading of a term.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Whose it is; `None` for the body of a definition without readings.
    pub source: Option<SourceId>,
    /// Title (the section of the source), citations, doc comment, place; its name is the source's.
    pub header: Header,
    /// When it is in force, within its source's own period.
    pub period: Period,
    /// When the term applies; `None` where only `open` is said.
    pub when: Option<Condition>,
    /// What the document leaves open.
    pub open: Vec<Open>,
}

/// A case that a document does not settle.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// When; `None` for always.
    pub when: Option<Condition>,
    /// Why.
    pub because: String,
    /// The clause.
    pub span: Span,
}

/// A typed condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// What it asks.
    pub kind: ConditionKind,
    /// Where it stands.
    pub span: Span,
}

/// What a condition asks.
#[derive(Debug, Clone, PartialEq)]
pub enum ConditionKind {
    /// Always, or never.
    Constant(bool),
    /// All of them.
    All(Vec<Condition>),
    /// At least one of them.
    Any(Vec<Condition>),
    /// Not this one.
    Not(Box<Condition>),
    /// A yes/no field.
    Holds(Field),
    /// A comparison of two terms of one type.
    Compare {
        /// The left side.
        left: Term,
        /// How they must stand.
        relation: Comparison,
        /// The right side.
        right: Term,
    },
    /// Whether a term is one of the values.
    OneOf {
        /// The term.
        term: Term,
        /// The values, as written.
        values: Vec<Value>,
    },
    /// Whether the definition's subject is what it defines (`user is external`).
    Is(DefinitionId),
}

impl Condition {
    /// The conditions that it joins or turns round; none of one that asks something itself.
    pub fn parts(&self) -> &[Condition] {
        match &self.kind {
            ConditionKind::All(parts) | ConditionKind::Any(parts) => parts,
            ConditionKind::Not(inner) => std::slice::from_ref(inner),
            ConditionKind::Constant(_)
            | ConditionKind::Holds(_)
            | ConditionKind::Compare { .. }
            | ConditionKind::OneOf { .. }
            | ConditionKind::Is(_) => &[],
        }
    }
}

/// How two terms must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the relation that it names")]
pub enum Comparison {
    Is,
    IsNot,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A typed term.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// A constant.
    Constant(Value),
    /// A field of something in scope.
    Field(Field),
    /// Exact arithmetic.
    Arithmetic {
        /// The left side.
        left: Box<Term>,
        /// What is done.
        operator: crate::syntax::ast::Operator,
        /// The right side.
        right: Box<Term>,
    },
    /// The greatest of the terms.
    Max(Vec<Term>),
    /// The least of the terms.
    Min(Vec<Term>),
    /// The least whole number not below the term.
    RoundUp(Box<Term>),
    /// The greatest whole number not above the term.
    RoundDown(Box<Term>),
    /// How many heads taking part in an effective access fulfil the condition.
    Count {
        /// User or device.
        of: Metric,
        /// The condition.
        condition: Box<Condition>,
    },
    /// From how many external heads on one host a connector is no dearer than the licence.
    BreakEven(LicenseId, LicenseId),
}
