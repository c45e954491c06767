//! Terms: constants, fields and exact arithmetic, each with its type.
//!
//! A name alone (an enum's member, a product, a metric) means what the type opposite it says.

use super::fields::out_of_scope;
use super::places::Place;
use super::{Checker, quoted};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Entity, Field, ProductId, Term};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Word};
use crate::value::{Metric, Type, Value};
use rust_decimal::Decimal;

/// A term with its type.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub term: Term,
    pub ty: Type,
    /// A number as written, which may stand for an int, a number or money.
    pub literal: bool,
    pub span: Span,
}

/// What is known of the other side.
#[derive(Clone, Copy)]
pub(super) enum Expected<'t> {
    /// Nothing stands opposite.
    Free,
    /// What stands opposite is in error, so a name alone cannot be judged.
    InError,
    /// It has this type; the span is what says so.
    Like(&'t Type, Span),
}

impl Checker<'_> {
    /// The term that an expression is; reports if it is none.
    pub(super) fn term(&mut self, place: &Place, expr: &Expr, expected: Expected<'_>) -> Option<Typed> {
        let typed = |term, ty| Some(Typed { term, ty, literal: false, span: expr.span });
        match &expr.kind {
            ExprKind::Number(value) => Some(number(*value, expr.span)),
            ExprKind::Date(date) => typed(Term::Constant(Value::Date(*date)), Type::Date),
            ExprKind::Text(text) => typed(Term::Constant(Value::Text(text.as_str().into())), Type::Text),
            ExprKind::Path { names, label } => self.path(place, names, label.as_ref(), expr.span, expected),
            ExprKind::Arithmetic { left, operator, right } => {
                self.arithmetic(place, (left, *operator, right), expr.span)
            }
            ExprKind::Call { function, arguments } => self.call(place, function, arguments, expr.span),
            ExprKind::Count(condition) => self.count(place, condition, expr.span),
            ExprKind::BreakEven(license, against) => self.break_even(place, license, against, expr.span),
            ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::Order { .. }
            | ExprKind::Is { .. }
            | ExprKind::In { .. } => {
                let error = Diagnostic::error(Code::TypeMismatch, "a condition cannot stand where a value must");
                self.fail(error.at(expr.span, "this is a condition").help("join conditions with `and`, `or` and `not`"))
            }
        }
    }

    fn path(
        &mut self,
        place: &Place,
        names: &[Word],
        label: Option<&Word>,
        span: Span,
        expected: Expected<'_>,
    ) -> Option<Typed> {
        match (names, label) {
            ([], Some(label)) => self.label_alone(label, expected),
            ([name], Some(label)) => {
                let (line, rank) = self.version(name, label)?;
                Some(typed(Value::Version(rank), Type::Version(line), span))
            }
            ([name], None) => self.name_alone(place, name, expected),
            ([owner, name], None) => self.dotted(place, (owner, name), names, span),
            ([_, .., owner, last], None) => {
                let error = Diagnostic::error(Code::UnknownField, format!("`{}` is one name too many", last.text))
                    .at(last.span, "a field has no fields");
                self.fail(match Entity::of(&owner.text) {
                    Some(entity) => error.help(format!("write `{}.{}`", entity.text(), last.text)),
                    None => error.help("write `ENTITY.field`"),
                })
            }
            (_, Some(label)) => {
                let error = Diagnostic::error(Code::BareVersion, "a version is written after its product or licence");
                self.fail(
                    error
                        .at(label.span, "whose version?")
                        .help("write `PRODUCT VERSION`, and compare the field with it"),
                )
            }
            ([], None) => None,
        }
    }

    fn label_alone(&mut self, label: &Word, expected: Expected<'_>) -> Option<Typed> {
        match expected {
            Expected::InError => None,
            Expected::Like(Type::Version(line), _) => self.fail(self.bare_version(*line, &label.text, label.span)),
            Expected::Like(Type::Int | Type::Number | Type::Money, _) => self.fail(unit_on_number(label)),
            Expected::Free | Expected::Like(..) => {
                let message = format!("a version is written with its product, not as `{}` alone", label.text);
                let error = Diagnostic::error(Code::BareVersion, message).at(label.span, "whose version?");
                self.fail(error.help(format!("write `PRODUCT {}`", label.text)))
            }
        }
    }

    fn dotted(&mut self, place: &Place, (owner, name): (&Word, &Word), path: &[Word], span: Span) -> Option<Typed> {
        if let Some(entity) = Entity::of(&owner.text) {
            let (field, ty) = self.field(place, entity, name, span)?;
            return Some(Typed { term: Term::Field(field), ty, literal: false, span });
        }
        if let Some(error) = self.enum_said(owner, name, span) {
            return self.fail(error);
        }
        if self.names.item(&owner.text).is_some() || self.names.is_broken(&owner.text) {
            let functionality = self.functionality(path)?;
            return Some(typed(Value::Functionality(functionality), Type::Functionality, span));
        }
        let mut known: Vec<&str> = Entity::ALL.into_iter().map(Entity::text).collect();
        known.extend(self.names.all::<ProductId>());
        let error =
            Diagnostic::error(Code::UnknownName, format!("there is nothing called `{}` to read from", owner.text));
        let entities = quoted(Entity::ALL.into_iter().map(Entity::text), "or");
        let error = error.at(owner.span, "neither an entity nor a product").suggest(&owner.text, known);
        self.fail(match error.help {
            Some(_) => error,
            None => error.help(format!("a field is read from {entities}")),
        })
    }

    /// `Relation.employee`: a member with its enum.
    fn enum_said(&self, owner: &Word, name: &Word, span: Span) -> Option<Diagnostic> {
        let id = self.enums_with(&name.text).into_iter().find(|id| self.enum_name(*id) == owner.text)?;
        let error = Diagnostic::error(Code::WrongKind, format!("`{}` is an enum, which has no fields", owner.text));
        let error =
            error.at(span, "a member is written alone").fix(format!("write `{}`", name.text), span, &*name.text);
        Some(self.declared_at(error, &Type::Enum(id)).help(format!("write `{}`", name.text)))
    }

    fn name_alone(&mut self, place: &Place, name: &Word, expected: Expected<'_>) -> Option<Typed> {
        match name.text.as_str() {
            "yes" | "no" => return Some(typed(Value::Bool(name.text == "yes"), Type::Bool, name.span)),
            "many" => return self.many(place, name),
            "none" => return self.none(name),
            _ => {}
        }
        if let Some(entity) = Entity::of(&name.text).filter(|_| !self.is_word_of(name, expected)) {
            return self.entity_alone(place, entity, name.span);
        }
        match expected {
            Expected::Like(ty, because) => self.name_of_type(name, ty, because),
            Expected::Free => self.name_by_itself(name),
            Expected::InError => None,
        }
    }

    /// Whether the name of an entity is also a value of the type opposite.
    fn is_word_of(&self, name: &Word, expected: Expected<'_>) -> bool {
        match expected {
            Expected::Like(Type::Metric, _) => Metric::of(&name.text).is_some(),
            Expected::Like(Type::Enum(id), _) => self.member(*id, &name.text).is_some(),
            Expected::Like(..) | Expected::Free | Expected::InError => false,
        }
    }

    /// The name of an entity: only the agreement is a value itself.
    fn entity_alone(&mut self, place: &Place, entity: Entity, span: Span) -> Option<Typed> {
        if entity == Entity::Agreement && place.allows(entity, "name") {
            return Some(Typed { term: Term::Field(Field::Agreement), ty: Type::Agreement, literal: false, span });
        }
        let entity_text = entity.text();
        self.fail(match entity {
            Entity::Agreement => out_of_scope(place, entity_text, entity, span),
            _ => Diagnostic::error(Code::TypeMismatch, format!("`{entity_text}` alone has no value"))
                .at(span, "which of its fields?")
                .help(format!("write `{entity_text}.FIELD`, or `{entity_text} is DEFINITION`")),
        })
    }

    /// `many` stands where a number may, in advice.
    fn many(&mut self, place: &Place, name: &Word) -> Option<Typed> {
        if place.many {
            return Some(Typed { literal: true, ..typed(Value::Many, Type::Int, name.span) });
        }
        let error = Diagnostic::error(Code::OnlyInAdvise, "`many` can be compared with only in advice");
        self.fail(error.at(name.span, format!("not in {}", place.noun)))
    }

    fn none<T>(&mut self, name: &Word) -> Option<T> {
        let error = Diagnostic::error(Code::NotComparable, "`none` can only be compared with what may be absent");
        self.fail(error.at(name.span, "not a value").help(
            "compare `agreement`, `access.user`, `access.device` or `server.runs_on` with it: `access.user is none`",
        ))
    }
}

pub(super) fn typed(value: Value, ty: Type, span: Span) -> Typed {
    Typed { term: Term::Constant(value), ty, literal: false, span }
}

fn number(value: Decimal, span: Span) -> Typed {
    let ty = if value.fract().is_zero() { Type::Int } else { Type::Number };
    Typed { literal: true, ..typed(Value::Number(value), ty, span) }
}

/// `20h` where a number is wanted.
fn unit_on_number(label: &Word) -> Diagnostic {
    let number = label.text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let error = Diagnostic::error(Code::BadNumber, format!("`{}` is no number", label.text));
    error.at(label.span, "a number has no letters").writing(&label.text, number).help(format!("write `{number}`"))
}
