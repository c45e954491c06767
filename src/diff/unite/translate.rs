//! Conditions of one side in the common vocabulary.

use super::Map;
use crate::program::{Comparison, Condition, ConditionKind, Field, Program, Term};
use crate::value::{Rank, Type, Value, VersionLine};

/// What conditions are translated with, and the lines of the versions that they read, in the side's own ids.
pub(super) struct Translator<'u> {
    pub side: &'u Program,
    pub map: &'u Map,
    pub server: Option<VersionLine>,
    pub license: Option<VersionLine>,
}

impl Translator<'_> {
    pub fn condition(&self, condition: &Condition) -> Condition {
        let kind = match &condition.kind {
            ConditionKind::Constant(yes) => ConditionKind::Constant(*yes),
            ConditionKind::All(parts) => ConditionKind::All(self.conditions(parts)),
            ConditionKind::Any(parts) => ConditionKind::Any(self.conditions(parts)),
            ConditionKind::Not(inner) => ConditionKind::Not(Box::new(self.condition(inner))),
            ConditionKind::Holds(field) => ConditionKind::Holds(self.field(*field)),
            ConditionKind::Is(definition) => ConditionKind::Is(Map::to(&self.map.definitions, *definition)),
            ConditionKind::Compare { left, relation, right } => self.compare(condition, left, *relation, right),
            ConditionKind::OneOf { term, values } => self.one_of(term, values),
        };
        Condition { kind, span: condition.span }
    }

    fn conditions(&self, parts: &[Condition]) -> Vec<Condition> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    fn compare(&self, place: &Condition, left: &Term, relation: Comparison, right: &Term) -> ConditionKind {
        let ty = self.ty(left).or_else(|| self.ty(right));
        if let Some(Type::Version(line)) = ty
            && let Some(heights) = self.map.heights.get(&self.map.line(line))
        {
            return self.versions(place, heights, line, (left, relation, right));
        }
        ConditionKind::Compare { left: self.term(left, ty.as_ref()), relation, right: self.term(right, ty.as_ref()) }
    }

    fn one_of(&self, term: &Term, values: &[Value]) -> ConditionKind {
        let ty = self.ty(term);
        let values = values.iter().flat_map(|value| self.values(value, ty.as_ref())).collect();
        ConditionKind::OneOf { term: self.term(term, ty.as_ref()), values }
    }

    /// A comparison of versions whose common order is not the side's own: spelt out.
    fn versions(
        &self,
        place: &Condition,
        heights: &[usize],
        line: VersionLine,
        (left, relation, right): (&Term, Comparison, &Term),
    ) -> ConditionKind {
        let span = place.span;
        let all = || (0..).map(Rank).zip(heights);
        let among = |term: &Term, wanted: &dyn Fn(usize) -> bool| {
            let values = all().filter(|(_, height)| wanted(**height)).map(|(rank, _)| Value::Version(rank)).collect();
            ConditionKind::OneOf { term: self.term(term, None), values }
        };
        let height = |value: &Value| match value {
            Value::Version(rank) => heights.get(self.map.rank(line, *rank).0 as usize).copied(),
            _ => None,
        };
        match (left, right) {
            (Term::Constant(value), term) | (term, Term::Constant(value)) => {
                let Some(of_constant) = height(value) else { return ConditionKind::Constant(false) };
                let left_is_constant = matches!(left, Term::Constant(_));
                among(term, &|own| match left_is_constant {
                    true => relation.holds(of_constant.cmp(&own)),
                    false => relation.holds(own.cmp(&of_constant)),
                })
            }
            _ => {
                let same = all().map(|(rank, of_right)| {
                    let kind =
                        ConditionKind::OneOf { term: self.term(right, None), values: vec![Value::Version(rank)] };
                    let right_is = Condition { kind, span };
                    let left_stands = Condition { kind: among(left, &|own| relation.holds(own.cmp(of_right))), span };
                    Condition { kind: ConditionKind::All(vec![right_is, left_stands]), span }
                });
                ConditionKind::Any(same.collect())
            }
        }
    }

    pub fn term(&self, term: &Term, ty: Option<&Type>) -> Term {
        let inner = |term: &Term| Box::new(self.term(term, ty));
        match term {
            Term::Constant(value) => Term::Constant(self.value(value, ty)),
            Term::Field(field) => Term::Field(self.field(*field)),
            Term::Arithmetic { left, operator, right } => {
                Term::Arithmetic { left: inner(left), operator: *operator, right: inner(right) }
            }
            Term::Max(terms) => Term::Max(terms.iter().map(|term| self.term(term, ty)).collect()),
            Term::Min(terms) => Term::Min(terms.iter().map(|term| self.term(term, ty)).collect()),
            Term::RoundUp(term) => Term::RoundUp(inner(term)),
            Term::RoundDown(term) => Term::RoundDown(inner(term)),
            // Only advice counts, and advice decides nothing.
            term @ (Term::Count { .. } | Term::BreakEven(..)) => term.clone(),
        }
    }

    fn field(&self, field: Field) -> Field {
        match field {
            Field::Fact(fact) => Field::Fact(Map::to(&self.map.facts, fact)),
            field => field,
        }
    }

    /// The type of a term in the side's own ids; none of a constant by itself.
    fn ty(&self, term: &Term) -> Option<Type> {
        match term {
            Term::Field(Field::ServerVersion) => self.server.map(Type::Version),
            Term::Field(Field::LicenseVersion) => self.license.map(Type::Version),
            Term::Constant(_) => None,
            term => Some(term.ty(self.side)),
        }
    }

    fn value(&self, value: &Value, ty: Option<&Type>) -> Value {
        match (value, ty) {
            (Value::Member(member), Some(Type::Enum(id))) => Value::Member(self.member(*id, *member)),
            (Value::Version(rank), Some(Type::Version(line))) => Value::Version(self.map.rank(*line, *rank)),
            (Value::Product(id), _) => Value::Product(Map::to(&self.map.products, *id)),
            (Value::License(id), _) => Value::License(Map::to(&self.map.licenses, *id)),
            (Value::Agreement(id), _) => Value::Agreement(Map::to(&self.map.agreements, *id)),
            (Value::Functionality(id), _) => Value::Functionality(Map::to(&self.map.functionalities, *id)),
            (value, _) => value.clone(),
        }
    }

    fn member(&self, id: crate::program::EnumId, member: u32) -> u32 {
        use crate::program::Id;
        let place = self.map.members.get(id.place()).and_then(|members| members.get(member as usize));
        place.and_then(|place| u32::try_from(*place).ok()).unwrap_or(u32::MAX)
    }

    /// The common values that one of the side is: several where the other side takes a version apart.
    fn values(&self, value: &Value, ty: Option<&Type>) -> Vec<Value> {
        match (value, ty) {
            (Value::Version(rank), Some(Type::Version(line))) => {
                self.map.ranks(*line, *rank).iter().copied().map(Value::Version).collect()
            }
            _ => vec![self.value(value, ty)],
        }
    }
}
