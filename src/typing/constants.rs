//! Names that stand for a value: what each means is said by the type opposite it.

use super::fields::owner_of;
use super::terms::{Typed, typed};
use super::types::is_numeric;
use super::{Checker, quoted};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{AgreementId, DefinitionId, Entity, EnumId, FactId, LicenseId, ProductId, Term};
use crate::resolve::{Thing, noun};
use crate::source::Span;
use crate::syntax::ast::Word;
use crate::value::{Date, HostKind, Metric, Type, Value, VersionLine};
use rust_decimal::Decimal;

impl Checker<'_> {
    /// A name whose meaning the type opposite gives.
    pub(super) fn name_of_type(&mut self, name: &Word, ty: &Type, because: Span) -> Option<Typed> {
        let value = match ty {
            Type::Enum(id) => match self.member(*id, &name.text) {
                Some(member) => {
                    self.name(name.span, self.member_span(*id, &name.text));
                    Value::Member(member)
                }
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

    fn version_missing<T>(&mut self, line: VersionLine, name: &Word) -> Option<T> {
        let of = self.line_name(line);
        let known: Vec<String> = self.labels(line).flatten().map(|label| format!("{of} {label}")).collect();
        let error = Diagnostic::error(Code::BareVersion, format!("`{}` alone is no version", name.text))
            .at(name.span, "which version?")
            .offer(&name.text, known.iter().map(String::as_str))
            .help(format!("write {}", quoted(known.iter().map(String::as_str), "or")));
        self.fail(error)
    }

    fn quotes_missing<T>(&mut self, name: &Word, ty: &Type, because: Span) -> Option<T> {
        if let Some(Thing::Definition(id)) = self.names.get(&name.text) {
            return self.fail(self.definition_alone(id, name));
        }
        let error =
            Diagnostic::error(Code::TypeMismatch, format!("a text stands in quotes, and `{}` does not", name.text))
                .at(name.span, "a name, not a text")
                .because(because, format!("this is {}", self.describe(ty)));
        let quoted = format!("\"{}\"", name.text);
        self.fail(error.writing(&name.text, &quoted).help(format!("write `{quoted}`")))
    }

    fn not_of_type<T>(&mut self, name: &Word, ty: &Type, because: Span) -> Option<T> {
        if let Some(error) = self.owner_left_out(name) {
            return self.fail(error);
        }
        let wanted = self.describe(ty);
        let error = Diagnostic::error(Code::TypeMismatch, format!("`{}` is not {wanted}", name.text))
            .at(name.span, format!("{wanted} must stand here"))
            .because(because, format!("this is {wanted}"));
        self.fail(match ty {
            Type::Bool if name.text.eq_ignore_ascii_case("true") => error.help("write `yes`"),
            Type::Bool if name.text.eq_ignore_ascii_case("false") => error.help("write `no`"),
            Type::Bool => error.offer(&name.text, ["yes", "no"]).help("write `yes` or `no`"),
            Type::Date => error.help("write a date as year-month-day: `2008-03-11`"),
            _ => error,
        })
    }

    /// A name with nothing opposite that could give it a meaning.
    pub(super) fn name_by_itself(&mut self, name: &Word) -> Option<Typed> {
        self.name_item(name);
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
            .writing(&name.text, &format!("{subject} is {}", name.text))
            .help(format!("write `{subject} is {}`", name.text))
    }

    fn no_value(&self, name: &Word) -> Diagnostic {
        let error = Diagnostic::error(Code::WrongKind, format!("`{}` has no value", name.text));
        match self.names.item(&name.text) {
            Some(item) => {
                error.at(name.span, format!("this is {}", noun(item.keyword))).because(item.name.span, "declared here")
            }
            None => error.at(name.span, "not a value"),
        }
    }

    fn unknown_value(&self, name: &Word) -> Diagnostic {
        if let Some(error) = self.owner_left_out(name) {
            return error;
        }
        if let Some(id) = self.enums_with(&name.text).first() {
            let message =
                format!("`{}` is a member of `{}`, and nothing here has that type", name.text, self.enum_name(*id));
            let error = Diagnostic::error(Code::TypeMismatch, message).at(name.span, "a member, by itself");
            return self.declared_at(error, &Type::Enum(*id)).help(self.compared_with(*id, &name.text));
        }
        let mut known: Vec<&str> = Entity::ALL.into_iter().map(Entity::text).collect();
        known.extend(self.names.all::<ProductId>());
        known.extend(self.names.all::<LicenseId>());
        known.extend(self.names.all::<AgreementId>());
        Diagnostic::error(Code::UnknownName, format!("there is nothing called `{}`", name.text))
            .at(name.span, "not declared in any file")
            .suggest(&name.text, known)
    }

    /// `hours` for `user.hours`.
    fn owner_left_out(&self, name: &Word) -> Option<Diagnostic> {
        let declared = self.facts.keys().find(|(_, fact)| *fact == name.text).map(|(entity, _)| *entity);
        let entity = declared.or_else(|| owner_of(&name.text))?;
        let path = format!("{}.{}", entity.text(), name.text);
        let error = Diagnostic::error(Code::UnknownName, format!("`{}` does not say whose it is", name.text));
        let error = error.at(name.span, "a fact of what?").writing(&name.text, &path);
        Some(error.help(format!("write `{path}`")))
    }

    /// How a member is compared: with a fact of its type, several of them as a list.
    fn compared_with(&self, id: EnumId, member: &str) -> String {
        let of_type = |fact: &&FactId| self.program.facts[**fact].ty == Type::Enum(id);
        match self.facts.values().find(of_type) {
            Some(fact) => {
                let path = self.program.facts[*fact].path();
                format!(
                    "write `{path} is {member}`; for one of several `{path} in [{member}, …]`, for none of them `{path} not in [{member}, …]`"
                )
            }
            None => "compare a fact of that type with it".to_owned(),
        }
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

    /// The problem of a value as such that does not go with what is opposite.
    pub(super) fn mismatched(&self, value: &Typed, opposite: &Typed) -> Diagnostic {
        let error = self.mismatch(&value.ty, value.span, &opposite.ty, opposite.span);
        match (&value.term, &opposite.ty) {
            (Term::Constant(Value::Text(text)), Type::Enum(id)) if self.enums_with(text).contains(id) => {
                error.help(format!("write `{text}` without quotes: it is a member"))
            }
            (Term::Constant(Value::Text(text)), ty) if self.is_one(text, ty) => {
                let error = error.fix("leave out the quotes", value.span, &**text);
                error.help(format!("write `{text}` without quotes"))
            }
            (_, Type::Reference) => error.help("compare it with `none`, or with an id in quotes"),
            _ => error,
        }
    }

    /// Whether a text, without its quotes, is a value of a type.
    fn is_one(&self, text: &str, ty: &Type) -> bool {
        let thing = self.names.get(text);
        match ty {
            Type::Int => text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty(),
            Type::Number | Type::Money => text.parse::<Decimal>().is_ok_and(|number| !number.is_sign_negative()),
            Type::Date => text.parse::<Date>().is_ok(),
            Type::Bool => matches!(text, "yes" | "no"),
            Type::Product => matches!(thing, Some(Thing::Product(_))),
            Type::License => matches!(thing, Some(Thing::License(_))),
            Type::Agreement => matches!(thing, Some(Thing::Agreement(_))),
            Type::Metric => Metric::of(text).is_some(),
            Type::HostKind => HostKind::of(text).is_some(),
            Type::Version(line) => {
                self.labels(*line).flatten().any(|label| format!("{} {label}", self.line_name(*line)) == text)
            }
            Type::Text | Type::Enum(_) | Type::Functionality | Type::Reference => false,
        }
    }
}
