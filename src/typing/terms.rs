//! Terms: constants, fields and exact arithmetic, each with its type.
//!
//! A name alone (an enum's member, a product, a metric) means what the type opposite it says.

use super::fields::out_of_scope;
use super::places::Place;
use super::types::is_numeric;
use super::{Checker, quoted};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{AgreementId, DefinitionId, Entity, Field, LicenseId, ProductId, Term};
use crate::resolve::{Thing, noun};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Operator, Word};
use crate::value::{HostKind, Line, Metric, Type, Value};
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
            ([_, _, .., last], None) => {
                let error = Diagnostic::error(Code::UnknownField, format!("`{}` is one name too many", last.text));
                self.fail(error.at(last.span, "a field has no fields").help("write `ENTITY.field`"))
            }
            (_, Some(label)) => {
                let error = Diagnostic::error(Code::BareVersion, "a version is written after its product or licence");
                self.fail(error.at(label.span, "whose version?").help("write `PRODUCT VERSION`, and compare the field with it"))
            }
            ([], None) => None,
        }
    }

    fn label_alone(&mut self, label: &Word, expected: Expected<'_>) -> Option<Typed> {
        match expected {
            Expected::InError => None,
            Expected::Like(Type::Version(line), _) => self.fail(self.bare_version(*line, &label.text, label.span)),
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
        if self.names.item(&owner.text).is_some() || self.names.is_broken(&owner.text) {
            let functionality = self.functionality(path)?;
            return Some(typed(Value::Functionality(functionality), Type::Functionality, span));
        }
        let mut known: Vec<&str> = Entity::ALL.into_iter().map(Entity::text).collect();
        known.extend(self.names.all::<ProductId>());
        let error = Diagnostic::error(Code::UnknownName, format!("there is nothing called `{}` to read from", owner.text));
        let entities = quoted(Entity::ALL.into_iter().map(Entity::text), "or");
        let error = error.at(owner.span, "neither an entity nor a product").suggest(&owner.text, known);
        self.fail(match error.help {
            Some(_) => error,
            None => error.help(format!("a field is read from {entities}")),
        })
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

    /// A name whose meaning the type opposite gives.
    fn name_of_type(&mut self, name: &Word, ty: &Type, because: Span) -> Option<Typed> {
        let value = match ty {
            Type::Enum(id) => match self.member(*id, &name.text) {
                Some(member) => Value::Member(member),
                None => return self.unknown_member(name, ty, because),
            },
            Type::Metric => match Metric::of(&name.text) {
                Some(metric) => Value::Metric(metric),
                None => return self.unknown_word(name, "metric", Metric::ALL.map(Metric::text)),
            },
            Type::HostKind => match HostKind::of(&name.text) {
                Some(kind) => Value::HostKind(kind),
                None => return self.unknown_word(name, "kind of host", HostKind::ALL.map(HostKind::text)),
            },
            Type::Product => Value::Product(self.find::<ProductId>(name)?),
            Type::License => Value::License(self.find::<LicenseId>(name)?),
            Type::Agreement => Value::Agreement(self.find::<AgreementId>(name)?),
            Type::Functionality => Value::Functionality(self.functionality(std::slice::from_ref(name))?),
            Type::Version(line) => return self.version_missing(*line, name),
            Type::Text | Type::Reference => return self.quotes_missing(name, ty, because),
            Type::Bool | Type::Int | Type::Number | Type::Money | Type::Date => {
                return self.not_of_type(name, ty, because);
            }
        };
        Some(typed(value, ty.clone(), name.span))
    }

    fn unknown_member<T>(&mut self, name: &Word, ty: &Type, because: Span) -> Option<T> {
        let Type::Enum(id) = ty else { return None };
        let declared = &self.program.enums[*id];
        if self.names.is_broken(&declared.header.name) {
            return None;
        }
        let message = format!("`{}` is no member of `{}`", name.text, declared.header.name);
        let error = Diagnostic::error(Code::UnknownMember, message)
            .at(name.span, "no such member")
            .because(because, format!("this is {}", self.describe(ty)))
            .suggest(&name.text, declared.members.iter().map(String::as_str));
        let error = self.declared_at(error, ty);
        let members = quoted(declared.members.iter().map(String::as_str), "and");
        self.fail(match error.help {
            Some(_) => error,
            None => error.help(format!("its members are {members}")),
        })
    }

    fn unknown_word<T, const N: usize>(&mut self, name: &Word, what: &str, known: [&str; N]) -> Option<T> {
        let error = Diagnostic::error(Code::UnknownMember, format!("there is no {what} called `{}`", name.text))
            .at(name.span, format!("must be {}", quoted(known, "or")));
        self.fail(error.suggest(&name.text, known))
    }

    fn version_missing<T>(&mut self, line: Line, name: &Word) -> Option<T> {
        let of = self.line_name(line);
        let known: Vec<String> = self.labels(line).flatten().map(|label| format!("{of} {label}")).collect();
        let error = Diagnostic::error(Code::BareVersion, format!("`{}` alone is no version", name.text))
            .at(name.span, "which version?")
            .help(format!("write {}", quoted(known.iter().map(String::as_str), "or")));
        self.fail(error)
    }

    fn quotes_missing<T>(&mut self, name: &Word, ty: &Type, because: Span) -> Option<T> {
        let error = Diagnostic::error(Code::TypeMismatch, format!("a text stands in quotes, and `{}` does not", name.text))
            .at(name.span, "a name, not a text")
            .because(because, format!("this is {}", self.describe(ty)));
        self.fail(error.help(format!("write `\"{}\"`", name.text)))
    }

    fn not_of_type<T>(&mut self, name: &Word, ty: &Type, because: Span) -> Option<T> {
        let wanted = self.describe(ty);
        let error = Diagnostic::error(Code::TypeMismatch, format!("`{}` is not {wanted}", name.text))
            .at(name.span, format!("{wanted} must stand here"))
            .because(because, format!("this is {wanted}"));
        self.fail(match ty {
            Type::Bool => error.help("write `yes` or `no`"),
            Type::Date => error.help("write a date as year-month-day: `2008-03-11`"),
            _ => error,
        })
    }

    /// A name with nothing opposite that could give it a meaning.
    fn name_by_itself(&mut self, name: &Word) -> Option<Typed> {
        let (value, ty) = match self.names.get(&name.text) {
            Some(Thing::Product(id)) => (Value::Product(id), Type::Product),
            Some(Thing::License(id)) => (Value::License(id), Type::License),
            Some(Thing::Agreement(id)) => (Value::Agreement(id), Type::Agreement),
            Some(Thing::Definition(id)) => return self.fail(self.definition_alone(id, name)),
            Some(_) => return self.fail(self.no_value(name)),
            None if self.names.is_broken(&name.text) => return None,
            None => return self.fail(self.unknown_value(name)),
        };
        Some(typed(value, ty, name.span))
    }

    fn definition_alone(&self, id: DefinitionId, name: &Word) -> Diagnostic {
        let subject = self.subjects.get(&id).and_then(|subject| subject.entity).unwrap_or(Entity::User).text();
        Diagnostic::error(Code::TypeMismatch, format!("`{}` is a definition, which is said of something", name.text))
            .at(name.span, "of whom?")
            .help(format!("write `{subject} is {}`", name.text))
    }

    fn no_value(&self, name: &Word) -> Diagnostic {
        let error = Diagnostic::error(Code::WrongKind, format!("`{}` has no value", name.text));
        match self.names.item(&name.text) {
            Some(item) => error
                .at(name.span, format!("this is {}", noun(item.keyword)))
                .because(item.name.span, "declared here"),
            None => error.at(name.span, "not a value"),
        }
    }

    fn unknown_value(&self, name: &Word) -> Diagnostic {
        if let Some((entity, _)) = self.facts.keys().find(|(_, fact)| *fact == name.text) {
            let path = format!("{}.{}", entity.text(), name.text);
            return Diagnostic::error(Code::UnknownName, format!("`{}` does not say whose it is", name.text))
                .at(name.span, "a fact of what?")
                .help(format!("write `{path}`"));
        }
        if let Some(id) = self.enums_with(&name.text).first() {
            let message = format!("`{}` is a member of `{}`, and nothing here has that type", name.text, self.enum_name(*id));
            let error = Diagnostic::error(Code::TypeMismatch, message).at(name.span, "a member, by itself");
            return self.declared_at(error, &Type::Enum(*id)).help("compare a fact of that type with it");
        }
        let mut known: Vec<&str> = Entity::ALL.into_iter().map(Entity::text).collect();
        known.extend(self.names.all::<ProductId>());
        known.extend(self.names.all::<LicenseId>());
        known.extend(self.names.all::<AgreementId>());
        Diagnostic::error(Code::UnknownName, format!("there is nothing called `{}`", name.text))
            .at(name.span, "not declared in any file")
            .suggest(&name.text, known)
    }

    fn arithmetic(
        &mut self,
        place: &Place,
        (left, operator, right): (&Expr, Operator, &Expr),
        span: Span,
    ) -> Option<Typed> {
        let (a, b) = (self.operand(place, left), self.operand(place, right));
        let (a, b) = (a?, b?);
        if operator == Operator::Over && b.term == Term::Constant(Value::Number(Decimal::ZERO)) {
            let error = Diagnostic::error(Code::BadNumber, "nothing can be divided by 0");
            return self.fail(error.at(b.span, "always 0"));
        }
        let Some(ty) = result_type(&a, operator, &b) else {
            return self.fail(self.cannot_calculate(&a, operator, &b, span));
        };
        let literal = a.literal && b.literal;
        let term = Term::Arithmetic { left: Box::new(a.term), operator, right: Box::new(b.term) };
        Some(Typed { term, ty, literal, span })
    }

    /// A term to calculate with.
    fn operand(&mut self, place: &Place, expr: &Expr) -> Option<Typed> {
        let typed = self.term(place, expr, Expected::Free)?;
        if typed.term == Term::Constant(Value::Many) {
            let error = Diagnostic::error(Code::TypeMismatch, "`many` is no number to calculate with");
            return self.fail(error.at(expr.span, "more than every number").help("compare with it: `… < many`"));
        }
        if is_numeric(&typed.ty) {
            return Some(typed);
        }
        let ty = self.describe(&typed.ty);
        let error = Diagnostic::error(Code::TypeMismatch, format!("{ty} cannot be calculated with"));
        self.fail(error.at(expr.span, format!("this is {ty}")).help(match typed.ty {
            Type::Date => "compare dates with `<`, `<=`, `>` and `>=`; there is no arithmetic on them",
            _ => "calculate with whole numbers, numbers and amounts of money",
        }))
    }

    fn cannot_calculate(&self, a: &Typed, operator: Operator, b: &Typed, span: Span) -> Diagnostic {
        let verb = match operator {
            Operator::Plus => "added",
            Operator::Minus => "subtracted",
            Operator::Times => "multiplied",
            Operator::Over => "divided",
        };
        Diagnostic::error(Code::TypeMismatch, format!("money and a number cannot be {verb} like this"))
            .at(span, "no amount of money and no number")
            .because(a.span, format!("this is {}", self.describe(&a.ty)))
            .because(b.span, format!("this is {}", self.describe(&b.ty)))
            .help("money is added to money, and multiplied or divided by a number")
    }

    fn call(&mut self, place: &Place, function: &Word, arguments: &[Expr], span: Span) -> Option<Typed> {
        let typed: Vec<Option<Typed>> = arguments.iter().map(|argument| self.operand(place, argument)).collect();
        let typed: Vec<Typed> = typed.into_iter().collect::<Option<_>>()?;
        match (function.text.as_str(), typed.as_slice()) {
            ("max" | "min", [first, rest @ ..]) => {
                let ty = rest.iter().try_fold(first.clone(), |sofar, next| {
                    let ty = result_type(&sofar, Operator::Plus, next)?;
                    Some(Typed { ty, literal: sofar.literal && next.literal, ..sofar })
                });
                let Some(Typed { ty, literal, .. }) = ty else { return self.fail(mixed_arguments(function, span)) };
                let terms = typed.into_iter().map(|typed| typed.term).collect();
                let term = if function.text == "max" { Term::Max(terms) } else { Term::Min(terms) };
                Some(Typed { term, ty, literal, span })
            }
            ("round_up" | "round_down", [only]) if only.ty != Type::Money => {
                let inner = Box::new(only.term.clone());
                let term = if function.text == "round_up" { Term::RoundUp(inner) } else { Term::RoundDown(inner) };
                Some(Typed { term, ty: Type::Int, literal: only.literal, span })
            }
            _ => self.fail(wrong_arguments(function, span)),
        }
    }

    fn count(&mut self, place: &Place, condition: &Expr, span: Span) -> Option<Typed> {
        if !place.counts {
            return self.fail(only_in_advice("count", place, span));
        }
        let checked = self.condition(&place.count(), condition)?;
        let reads = self.heads_read(&checked);
        let of = match (reads.get(&Entity::User), reads.get(&Entity::Device)) {
            (Some(_), None) => Metric::User,
            (None, Some(_)) => Metric::Device,
            (Some(user), Some(device)) => {
                let error = Diagnostic::error(Code::TypeMismatch, "`count` counts either users or devices, not both");
                let error = error.at(condition.span, "reads both").because(*user, "a user here");
                return self.fail(error.because(*device, "a device here").help("count them apart"));
            }
            (None, None) => {
                let error = Diagnostic::error(Code::TypeMismatch, "`count` cannot tell whether to count users or devices");
                let error = error.at(condition.span, "reads neither");
                return self.fail(error.help("let the condition read a fact of the user or of the device"));
            }
        };
        let term = Term::Count { of, condition: Box::new(checked) };
        Some(Typed { term, ty: Type::Int, literal: false, span })
    }

    fn break_even(&mut self, place: &Place, license: &Word, against: &Word, span: Span) -> Option<Typed> {
        if !place.counts {
            return self.fail(only_in_advice("break_even", place, span));
        }
        let (first, second) = (self.find::<LicenseId>(license), self.find::<LicenseId>(against));
        let (first, second) = (first?, second?);
        let one = self.assigned_to_some(first, license, [Metric::Host, Metric::Server]);
        let other = self.assigned_to_some(second, against, [Metric::User, Metric::Device]);
        (one && other).then(|| Typed {
            term: Term::BreakEven(first, second),
            ty: Type::Int,
            literal: false,
            span,
        })
    }

    fn assigned_to_some(&mut self, license: LicenseId, word: &Word, metrics: [Metric; 2]) -> bool {
        let license = &self.program.licenses[license];
        // Without any metric its own item is in error.
        if license.metrics.is_empty() || license.metrics.iter().any(|metric| metrics.contains(metric)) {
            return true;
        }
        let metrics = quoted(metrics.map(Metric::text), "nor");
        let error = Diagnostic::error(Code::MetricMismatch, format!("`{}` is assigned to neither {metrics}", word.text))
            .at(word.span, "cannot be compared here")
            .because(license.header.name_span, "the licence is declared here")
            .help("write the licence of a host or server first, then the one of users or devices");
        self.report(error);
        false
    }

    /// The value of a term that must be a constant of a type.
    pub(super) fn constant_of_type(&mut self, typed: Typed, ty: &Type, because: Span) -> Option<Value> {
        let fits = typed.ty == *ty || (typed.literal && is_numeric(ty) && (*ty != Type::Int || typed.ty == Type::Int));
        match typed.term {
            Term::Constant(value) if fits => Some(value),
            Term::Constant(_) => {
                let error = self.mismatch(&typed.ty, typed.span, ty, because);
                self.fail(error)
            }
            _ => {
                let error = Diagnostic::error(Code::TypeMismatch, "a value must stand here, not something to work out");
                self.fail(error.at(typed.span, "not a value as such"))
            }
        }
    }

    /// The problem of two types that do not go together.
    pub(super) fn mismatch(&self, found: &Type, span: Span, wanted: &Type, because: Span) -> Diagnostic {
        let (found, wanted_text) = (self.describe(found), self.describe(wanted));
        let error = Diagnostic::error(Code::TypeMismatch, format!("{found} cannot stand where {wanted_text} must"))
            .at(span, format!("this is {found}"))
            .because(because, format!("this is {wanted_text}"));
        self.declared_at(error, wanted)
    }
}

fn typed(value: Value, ty: Type, span: Span) -> Typed {
    Typed { term: Term::Constant(value), ty, literal: false, span }
}

fn number(value: Decimal, span: Span) -> Typed {
    let ty = if value.fract().is_zero() { Type::Int } else { Type::Number };
    Typed { literal: true, ..typed(Value::Number(value), ty, span) }
}

/// The type of a calculation; `None` where money and numbers do not go together.
fn result_type(a: &Typed, operator: Operator, b: &Typed) -> Option<Type> {
    let (money_a, money_b) = (a.ty == Type::Money, b.ty == Type::Money);
    let exact = match a.ty == Type::Int && b.ty == Type::Int {
        true => Type::Int,
        false => Type::Number,
    };
    match operator {
        Operator::Plus | Operator::Minus => match (money_a, money_b) {
            (true, true) => Some(Type::Money),
            (true, false) => b.literal.then_some(Type::Money),
            (false, true) => a.literal.then_some(Type::Money),
            (false, false) => Some(exact),
        },
        Operator::Times => match (money_a, money_b) {
            (true, true) => None,
            (false, false) => Some(exact),
            _ => Some(Type::Money),
        },
        Operator::Over => match (money_a, money_b) {
            (false, true) => None,
            (true, false) => Some(Type::Money),
            _ => Some(Type::Number),
        },
    }
}

fn mixed_arguments(function: &Word, span: Span) -> Diagnostic {
    Diagnostic::error(Code::TypeMismatch, format!("`{}` compares money with a number", function.text))
        .at(span, "amounts of money, or numbers, but not both")
}

fn wrong_arguments(function: &Word, span: Span) -> Diagnostic {
    let takes = match function.text.as_str() {
        "max" | "min" => "some numbers",
        _ => "one number",
    };
    Diagnostic::error(Code::TypeMismatch, format!("`{}` takes {takes}", function.text)).at(span, format!("not {takes}"))
}

fn only_in_advice(function: &str, place: &Place, span: Span) -> Diagnostic {
    Diagnostic::error(Code::OnlyInAdvise, format!("`{function}` can stand only in advice"))
        .at(span, format!("not in {}", place.noun))
        .help("exemptions, licences and definitions look at one access at a time")
}
