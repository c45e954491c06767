//! Conditions: what may be asked, and what a condition reads.

use super::Checker;
use super::fields::out_of_scope;
use super::places::Place;
use super::terms::Expected;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Condition, ConditionKind, DefinitionId, Entity, Field, Term};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Relation, Word};
use crate::value::{Type, Value};
use std::collections::BTreeMap;

/// The entities that something reads, each with the first place where it does.
pub(super) type Reads = BTreeMap<Entity, Span>;

impl Checker<'_> {
    /// The condition that an expression is; reports if it is none.
    pub(super) fn condition(&mut self, place: &Place, expr: &Expr) -> Option<Condition> {
        let kind = match &expr.kind {
            ExprKind::And(parts) => ConditionKind::All(self.conditions(place, parts)?),
            ExprKind::Or(parts) => ConditionKind::Any(self.conditions(place, parts)?),
            ExprKind::Not(inner) => ConditionKind::Not(Box::new(self.condition(place, inner)?)),
            ExprKind::Order { left, relation, right } => self.order(place, left, *relation, right)?,
            ExprKind::Is { left, negated, right } => match word_alone(left).and_then(|word| Entity::of(&word.text)) {
                Some(entity) if entity != Entity::Agreement && !is_dotted(right) => {
                    self.is_defined(place, (entity, left.span), *negated, right)?
                }
                _ => self.is(place, left, *negated, right)?,
            },
            ExprKind::In { left, negated, list } => self.one_of(place, left, *negated, list, expr.span)?,
            ExprKind::Path { .. } => self.yes_or_no(place, expr)?,
            ExprKind::Arithmetic { .. }
            | ExprKind::Call { .. }
            | ExprKind::Count(_)
            | ExprKind::BreakEven(..)
            | ExprKind::Number(_)
            | ExprKind::Date(_)
            | ExprKind::Text(_) => return self.fail(no_condition(expr.span)),
        };
        Some(Condition { kind, span: expr.span })
    }

    /// All of them, each checked even if one before it is in error.
    fn conditions(&mut self, place: &Place, parts: &[Expr]) -> Option<Vec<Condition>> {
        let checked: Vec<Option<Condition>> = parts.iter().map(|part| self.condition(place, part)).collect();
        checked.into_iter().collect()
    }

    fn order(&mut self, place: &Place, left: &Expr, relation: Relation, right: &Expr) -> Option<ConditionKind> {
        let (left, right) = self.sides(place, left, right)?;
        self.ordered(&left, &right)?;
        Some(ConditionKind::Compare { left: left.term, relation: relation.into(), right: right.term })
    }

    /// A yes/no field, or `yes` or `no` itself.
    fn yes_or_no(&mut self, place: &Place, expr: &Expr) -> Option<ConditionKind> {
        let typed = self.term(place, expr, Expected::Free)?;
        match (typed.ty, typed.term) {
            (Type::Bool, Term::Field(field)) => Some(ConditionKind::Holds(field)),
            (Type::Bool, Term::Constant(Value::Bool(value))) => Some(ConditionKind::Constant(value)),
            (ty, term) => {
                let found = self.describe(&ty);
                let error = Diagnostic::error(Code::TypeMismatch, format!("{found} is not a condition"));
                let error = error.at(expr.span, format!("this is {found}"));
                self.fail(match term {
                    Term::Field(_) => error.help("compare it with `is`, `in` or `<`"),
                    _ => error.help("compare a field with it"),
                })
            }
        }
    }

    /// `user is external`.
    fn is_defined(
        &mut self,
        place: &Place,
        (entity, span): (Entity, Span),
        negated: bool,
        right: &Expr,
    ) -> Option<ConditionKind> {
        let Some(name) = word_alone(right) else {
            let error = Diagnostic::error(
                Code::TypeMismatch,
                format!("`{}` can only be what a definition says", entity.text()),
            );
            let help = format!("write `{0} is DEFINITION`, or compare a field of it: `{0}.FIELD`", entity.text());
            return self.fail(error.at(right.span, "not the name of a definition").help(help));
        };
        let definition = self.definition_named(entity, name)?;
        if !place.allows(entity, "") {
            return self.fail(out_of_scope(place, &format!("{} is {}", entity.text(), name.text), entity, span));
        }
        self.subject_is(definition, entity, (span, name))?;
        self.may_read(place, definition, name)?;
        let is = ConditionKind::Is(definition);
        Some(if negated { ConditionKind::Not(Box::new(Condition { kind: is, span: span.to(right.span) })) } else { is })
    }

    /// The definition that a word names, with help where it is a member of a fact's enum (`user is employee`).
    fn definition_named(&mut self, entity: Entity, name: &Word) -> Option<DefinitionId> {
        if self.names.item(&name.text).is_some() {
            return self.find::<DefinitionId>(name);
        }
        if name.text == "none" {
            return self.fail(nobody(entity, name));
        }
        let enums = self.enums_with(&name.text);
        let facts = self.program.facts.values();
        let fact = facts.filter(|fact| fact.entity == entity).find(|fact| match fact.ty {
            Type::Enum(id) => enums.contains(&id),
            _ => false,
        });
        match fact {
            Some(fact) => {
                let path = fact.path();
                let error =
                    Diagnostic::error(Code::UnknownName, format!("there is no definition called `{}`", name.text))
                        .at(name.span, format!("a value of `{path}`"))
                        .because(fact.header.name_span, "the fact is declared here")
                        .help(format!("write `{path} is {}`", name.text));
                self.fail(error)
            }
            None => self.find::<DefinitionId>(name),
        }
    }

    /// What a definition reads must be readable where it is used.
    fn may_read(&mut self, place: &Place, definition: DefinitionId, name: &Word) -> Option<()> {
        let Some(subject) = self.subjects.get(&definition) else { return Some(()) };
        let forbidden = subject.reads.iter().find(|(entity, _)| !place.allows(**entity, ""));
        let Some((entity, span)) = forbidden.map(|(entity, span)| (*entity, *span)) else { return Some(()) };
        let path = format!("{} is {}", entity.text(), name.text);
        let error = out_of_scope(place, &path, entity, name.span);
        self.fail(error.because(span, format!("it reads `{}` here", entity.text())))
    }

    /// The entities that a condition reads, through definitions too.
    pub(super) fn reads(&self, condition: &Condition) -> Reads {
        let mut reads = Reads::new();
        self.add_reads(condition, &mut reads, false);
        reads
    }

    /// [`Checker::reads`], with the entities behind a definition's subject.
    pub(super) fn heads_read(&self, condition: &Condition) -> Reads {
        let mut reads = Reads::new();
        self.add_reads(condition, &mut reads, true);
        reads
    }

    fn add_reads(&self, condition: &Condition, reads: &mut Reads, behind: bool) {
        match &condition.kind {
            ConditionKind::Constant(_) => {}
            ConditionKind::All(parts) | ConditionKind::Any(parts) => {
                for part in parts {
                    self.add_reads(part, reads, behind);
                }
            }
            ConditionKind::Not(inner) => self.add_reads(inner, reads, behind),
            ConditionKind::Holds(field) => self.add_read(*field, condition.span, reads),
            ConditionKind::Compare { left, right, .. } => {
                self.add_term_reads(left, condition.span, reads);
                self.add_term_reads(right, condition.span, reads);
            }
            ConditionKind::OneOf { term, .. } => self.add_term_reads(term, condition.span, reads),
            ConditionKind::Is(definition) => {
                let Some(subject) = self.subjects.get(definition) else { return };
                let entities = if behind { subject.reads.keys().copied().collect() } else { Vec::new() };
                for entity in entities.into_iter().chain(subject.entity) {
                    reads.entry(entity).or_insert(condition.span);
                }
            }
        }
    }

    fn add_term_reads(&self, term: &Term, span: Span, reads: &mut Reads) {
        match term {
            // A count reads its heads for itself; what stands around it reads none of them.
            Term::Constant(_) | Term::Count { .. } | Term::BreakEven(..) => {}
            Term::Field(field) => self.add_read(*field, span, reads),
            Term::Arithmetic { left, right, .. } => {
                self.add_term_reads(left, span, reads);
                self.add_term_reads(right, span, reads);
            }
            Term::Max(terms) | Term::Min(terms) => {
                for term in terms {
                    self.add_term_reads(term, span, reads);
                }
            }
            Term::RoundUp(inner) | Term::RoundDown(inner) => self.add_term_reads(inner, span, reads),
        }
    }

    fn add_read(&self, field: Field, span: Span, reads: &mut Reads) {
        reads.entry(field.entity(&self.program)).or_insert(span);
    }
}

/// The word that an expression is, if it is one and nothing more.
pub(super) fn word_alone(expr: &Expr) -> Option<&Word> {
    match &expr.kind {
        ExprKind::Path { names, label: None } => match names.as_slice() {
            [word] => Some(word),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a field stands there, so that a name opposite is one of its values.
fn is_dotted(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Path { names, label: None } if names.len() > 1)
}

fn no_condition(span: Span) -> Diagnostic {
    Diagnostic::error(Code::TypeMismatch, "a value is not a condition")
        .at(span, "neither yes nor no")
        .help("compare it: with `is`, `in`, `<`, `<=`, `>` or `>=`")
}

/// `user is none`: only what names a row can name none.
fn nobody(entity: Entity, none: &Word) -> Diagnostic {
    let path = match entity {
        Entity::Device => "access.device",
        Entity::Server => "server.runs_on",
        _ => "access.user",
    };
    Diagnostic::error(Code::UnknownName, format!("`{}` cannot be compared with `none`", entity.text()))
        .at(none.span, "expected a definition")
        .help(format!("write `{path} is none`: a cell that names a row can name none"))
}
