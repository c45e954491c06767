//! Calculations between facts: the same question in the same words, whichever way round it was written.

use crate::diff::terms::term_text;
use crate::program::{Comparison, Condition, ConditionKind, Program, Term};
use crate::source::{FileId, Span};
use crate::syntax::ast::Operator;

/// Every calculation met so far, in normal form. The span of one is its number, so that equal ones have equal spans.
#[derive(Debug, Default)]
pub(super) struct Calculations {
    file: Option<FileId>,
    known: Vec<(Term, Comparison, Term)>,
}

impl Calculations {
    /// A comparison in normal form.
    pub fn compare(&mut self, span: Span, left: Term, relation: Comparison, right: Term) -> ConditionKind {
        let (left, right) = (normal(left, &order), normal(right, &order));
        match relation {
            Comparison::Is if order(&left) > order(&right) => self.ask(span, right, Comparison::Is, left),
            Comparison::Is | Comparison::Less => self.ask(span, left, relation, right),
            Comparison::Greater => self.ask(span, right, Comparison::Less, left),
            Comparison::IsNot => self.deny(span, left, Comparison::Is, right),
            Comparison::LessOrEqual => self.deny(span, right, Comparison::Less, left),
            Comparison::GreaterOrEqual => self.deny(span, left, Comparison::Less, right),
        }
    }

    fn deny(&mut self, span: Span, left: Term, relation: Comparison, right: Term) -> ConditionKind {
        let kind = self.compare(span, left, relation, right);
        ConditionKind::Not(Box::new(Condition { kind, span: self.span(span) }))
    }

    fn ask(&mut self, span: Span, left: Term, relation: Comparison, right: Term) -> ConditionKind {
        let question = (left, relation, right);
        if !self.known.contains(&question) {
            self.known.push(question.clone());
        }
        let (left, relation, right) = question;
        ConditionKind::All(vec![Condition {
            span: self.number(span, &(left.clone(), relation, right.clone())),
            kind: ConditionKind::Compare { left, relation, right },
        }])
    }

    fn number(&mut self, span: Span, question: &(Term, Comparison, Term)) -> Span {
        let number = self.known.iter().position(|known| known == question).unwrap_or(usize::MAX);
        let file = *self.file.get_or_insert(span.file);
        Span { file, ..Span::new(file, number..number) }
    }

    fn span(&mut self, span: Span) -> Span {
        Span { file: *self.file.get_or_insert(span.file), ..span }
    }

    /// What each asks, in the words of the language.
    pub fn texts(&self, program: &Program) -> Vec<String> {
        let text = |(left, relation, right): &(Term, Comparison, Term)| {
            let relation = match relation {
                Comparison::Less => "<",
                Comparison::LessOrEqual => "<=",
                Comparison::Greater => ">",
                Comparison::GreaterOrEqual => ">=",
                Comparison::Is => "is",
                Comparison::IsNot => "is not",
            };
            format!("{} {relation} {}", term_text(program, None, left), term_text(program, None, right))
        };
        self.known.iter().map(text).collect()
    }
}

/// An order of terms, the same whenever terms are the same.
fn order(term: &Term) -> String {
    format!("{term:?}")
}

/// A term with the parts of sums, products, `max` and `min` in an order.
pub(in crate::diff) fn normal(term: Term, order: &dyn Fn(&Term) -> String) -> Term {
    let all = |terms: Vec<Term>| sorted(terms.into_iter().map(|term| normal(term, order)).collect(), order);
    match term {
        Term::Arithmetic { left, operator, right } => {
            arithmetic(normal(*left, order), operator, normal(*right, order), order)
        }
        Term::Max(terms) => Term::Max(all(terms)),
        Term::Min(terms) => Term::Min(all(terms)),
        Term::RoundUp(inner) => Term::RoundUp(Box::new(normal(*inner, order))),
        Term::RoundDown(inner) => Term::RoundDown(Box::new(normal(*inner, order))),
        term @ (Term::Constant(_) | Term::Field(_) | Term::Count { .. } | Term::BreakEven(..)) => term,
    }
}

fn arithmetic(left: Term, operator: Operator, right: Term, order: &dyn Fn(&Term) -> String) -> Term {
    let mut parts = Vec::new();
    match operator {
        Operator::Plus | Operator::Times => {
            flatten(left, operator, &mut parts);
            flatten(right, operator, &mut parts);
        }
        Operator::Minus | Operator::Over => {
            return Term::Arithmetic { left: Box::new(left), operator, right: Box::new(right) };
        }
    }
    parts.sort_by_cached_key(order);
    let join = |left: Term, right: Term| Term::Arithmetic { left: Box::new(left), operator, right: Box::new(right) };
    parts.into_iter().reduce(join).unwrap_or(Term::Max(Vec::new()))
}

fn flatten(term: Term, wanted: Operator, parts: &mut Vec<Term>) {
    match term {
        Term::Arithmetic { left, operator, right } if operator == wanted => {
            flatten(*left, wanted, parts);
            flatten(*right, wanted, parts);
        }
        term => parts.push(term),
    }
}

fn sorted(mut terms: Vec<Term>, order: &dyn Fn(&Term) -> String) -> Vec<Term> {
    terms.sort_by_cached_key(order);
    terms.dedup();
    terms
}
