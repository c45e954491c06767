//! Comparisons: which values can be compared, and how.

use super::Checker;
use super::expressions::word_alone;
use super::places::Place;
use super::terms::{Expected, Typed};
use super::types::{is_numeric, is_ordered};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Comparison, Condition, ConditionKind, Entity, Field, Term};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Relation};
use crate::value::{Type, Value};

impl From<Relation> for Comparison {
    fn from(relation: Relation) -> Self {
        match relation {
            Relation::Less => Comparison::Less,
            Relation::LessOrEqual => Comparison::LessOrEqual,
            Relation::Greater => Comparison::Greater,
            Relation::GreaterOrEqual => Comparison::GreaterOrEqual,
        }
    }
}

impl Checker<'_> {
    /// `a is b`, `a is not b`.
    pub(super) fn is(&mut self, place: &Place, left: &Expr, negated: bool, right: &Expr) -> Option<ConditionKind> {
        match (is_none(left), is_none(right)) {
            (_, true) => self.is_absent(place, left, negated, right.span),
            (true, false) => self.is_absent(place, right, negated, left.span),
            (false, false) => {
                if let Some(error) = self.nothing_said(left, negated, right) {
                    return self.fail(error);
                }
                let (left, right) = self.sides(place, left, right)?;
                self.comparable(&left, &right)?;
                Some(equality(left, negated, right))
            }
        }
    }

    /// `access.device is empty`: another word for `none`.
    fn nothing_said(&self, left: &Expr, negated: bool, right: &Expr) -> Option<Diagnostic> {
        const NOTHING: [&str; 9] =
            ["empty", "nothing", "nobody", "missing", "absent", "blank", "null", "unset", "undefined"];
        let word = word_alone(right).filter(|word| NOTHING.contains(&word.text.as_str()))?;
        let ExprKind::Path { names, label: None } = &left.kind else { return None };
        let path: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
        let absentable = ["agreement", "access.user", "access.device", "server.runs_on"];
        if !absentable.contains(&path.join(".").as_str()) || self.names.item(&word.text).is_some() {
            return None;
        }
        let error = Diagnostic::error(Code::UnknownName, format!("`{}` does not say that there is none", word.text));
        let error = error.at(word.span, "not a word of the language").writing(&word.text, "none");
        Some(error.help(format!("write `{} is {}none`", path.join("."), if negated { "not " } else { "" })))
    }

    /// Both sides, the one whose type is known first.
    pub(super) fn sides(&mut self, place: &Place, left: &Expr, right: &Expr) -> Option<(Typed, Typed)> {
        if needs_opposite(left) && !needs_opposite(right) {
            let (right, left) = self.sides(place, right, left)?;
            return Some((left, right));
        }
        let first = self.term(place, left, Expected::Free);
        let expected = first.as_ref().map_or(Expected::InError, |first| Expected::Like(&first.ty, first.span));
        let second = self.term(place, right, expected);
        first.zip(second)
    }

    /// `a is none`: only what may be absent.
    fn is_absent(&mut self, place: &Place, expr: &Expr, negated: bool, none: Span) -> Option<ConditionKind> {
        let typed = self.term(place, expr, Expected::Free)?;
        if !may_be_absent(&typed.term) {
            return self.fail(never_absent(expr.span, none));
        }
        let relation = if negated { Comparison::IsNot } else { Comparison::Is };
        Some(ConditionKind::Compare { left: typed.term, relation, right: Term::Constant(Value::None) })
    }

    /// `a in [b, c]`, `a not in [b, c]`.
    pub(super) fn one_of(
        &mut self,
        place: &Place,
        left: &Expr,
        negated: bool,
        list: &[Expr],
        span: Span,
    ) -> Option<ConditionKind> {
        let term = self.term(place, left, Expected::Free);
        let values: Vec<Option<Value>> = list.iter().map(|expr| self.listed(place, term.as_ref(), expr)).collect();
        let values = values.into_iter().collect::<Option<Vec<Value>>>()?;
        let one_of = ConditionKind::OneOf { term: term?.term, values };
        Some(match negated {
            true => ConditionKind::Not(Box::new(Condition { kind: one_of, span })),
            false => one_of,
        })
    }

    /// A value in a list.
    fn listed(&mut self, place: &Place, opposite: Option<&Typed>, expr: &Expr) -> Option<Value> {
        if is_none(expr) {
            return match opposite {
                Some(opposite) if !may_be_absent(&opposite.term) => self.fail(never_absent(opposite.span, expr.span)),
                _ => Some(Value::None),
            };
        }
        let expected = opposite.map_or(Expected::InError, |opposite| Expected::Like(&opposite.ty, opposite.span));
        let typed = self.term(place, expr, expected)?;
        self.comparable(opposite?, &typed)?;
        match typed.term {
            Term::Constant(value) => Some(value),
            _ => {
                let error = Diagnostic::error(Code::TypeMismatch, "a list holds values, not fields or calculations");
                self.fail(error.at(expr.span, "not a value as such").help("compare with `is`, joined by `or`"))
            }
        }
    }

    /// Whether two sides can be compared at all; reports if not.
    pub(super) fn comparable(&mut self, a: &Typed, b: &Typed) -> Option<()> {
        let problem = match (&a.ty, &b.ty) {
            (Type::Version(one), Type::Version(other)) if one != other => self.across_products(a, b),
            (Type::Version(line), Type::Int | Type::Number) if b.literal => self.bare(*line, b),
            (Type::Int | Type::Number, Type::Version(line)) if a.literal => self.bare(*line, a),
            (Type::Reference, Type::Reference) => not_comparable(a, b),
            (Type::Reference, Type::Text) | (Type::Text, Type::Reference) => return Some(()),
            (one, other) if is_numeric(one) && is_numeric(other) && numbers_compare(a, b) => return Some(()),
            (one, other) if one == other => return Some(()),
            // The side that is a value as such is the one to mend.
            _ if matches!(a.term, Term::Constant(_)) => self.mismatched(a, b),
            _ => self.mismatched(b, a),
        };
        self.fail(problem)
    }

    fn bare(&self, line: crate::value::VersionLine, literal: &Typed) -> Diagnostic {
        let label = match &literal.term {
            Term::Constant(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        self.bare_version(line, &label, literal.span)
    }

    /// Whether two sides stand in an order; reports if not.
    pub(super) fn ordered(&mut self, a: &Typed, b: &Typed) -> Option<()> {
        self.comparable(a, b)?;
        if is_ordered(&a.ty) {
            return Some(());
        }
        let found = self.describe(&a.ty);
        let error = Diagnostic::error(Code::TypeMismatch, format!("{found} is neither less nor greater than another"))
            .at(a.span, format!("this is {found}"))
            .help("compare it with `is` or `in`; only numbers, money, dates and versions have an order");
        let error = self.declared_at(error, &a.ty);
        self.fail(error)
    }

    fn across_products(&self, a: &Typed, b: &Typed) -> Diagnostic {
        let (one, other) = (self.describe(&a.ty), self.describe(&b.ty));
        Diagnostic::error(Code::CrossProductVersion, format!("{one} cannot be compared with {other}"))
            .at(b.span, format!("this is {other}"))
            .because(a.span, format!("this is {one}"))
            .help("compare versions of one product")
    }
}

/// A comparison, with yes/no fields as themselves: `a is yes` is `a`.
fn equality(left: Typed, negated: bool, right: Typed) -> ConditionKind {
    let span = left.span.to(right.span);
    let holds = |field, value: bool| match value != negated {
        true => ConditionKind::Holds(field),
        false => ConditionKind::Not(Box::new(Condition { kind: ConditionKind::Holds(field), span })),
    };
    match (left.term, right.term) {
        (Term::Field(field), Term::Constant(Value::Bool(value)))
        | (Term::Constant(Value::Bool(value)), Term::Field(field)) => holds(field, value),
        (left, right) => {
            let relation = if negated { Comparison::IsNot } else { Comparison::Is };
            ConditionKind::Compare { left, relation, right }
        }
    }
}

fn is_none(expr: &Expr) -> bool {
    word_alone(expr).is_some_and(|word| word.text == "none")
}

/// Whether an expression takes its meaning from what stands opposite: a name alone, or a number that may be money.
fn needs_opposite(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Path { names, label: Some(_) } => names.is_empty(),
        ExprKind::Path { .. } => word_alone(expr).is_some_and(|word| word.text != Entity::Agreement.text()),
        _ => false,
    }
}

fn may_be_absent(term: &Term) -> bool {
    matches!(term, Term::Field(Field::Agreement | Field::AccessUser | Field::AccessDevice | Field::ServerRunsOn))
}

fn never_absent(span: Span, none: Span) -> Diagnostic {
    Diagnostic::error(Code::NotComparable, "this is never absent, and may not be compared with `none`")
        .at(span, "may be unknown, but is never none")
        .because(none, "compared with `none` here")
        .help("only `agreement`, `access.user`, `access.device` and `server.runs_on` may be none")
}

fn not_comparable(a: &Typed, b: &Typed) -> Diagnostic {
    Diagnostic::error(Code::NotComparable, "two references cannot be compared with each other")
        .at(b.span, "a reference")
        .because(a.span, "a reference too")
        .help("compare with `none`, or with an id in quotes")
}

fn numbers_compare(a: &Typed, b: &Typed) -> bool {
    a.literal || b.literal || (a.ty == Type::Money) == (b.ty == Type::Money)
}
