//! Calculations between facts: the same question in the same words, whichever way round it was written.

use crate::diff::terms::term_text;
use crate::program::{Comparison, Condition, ConditionKind, Program, Question, Term};
use crate::source::{FileId, Span};

/// Every calculation met so far, in normal form. The span of one is its number, so that equal ones have equal spans.
#[derive(Debug, Default)]
pub(super) struct Calculations {
    file: Option<FileId>,
    known: Vec<Question>,
}

impl Calculations {
    /// A comparison in normal form.
    pub fn compare(&mut self, span: Span, left: &Term, relation: Comparison, right: &Term) -> ConditionKind {
        let (question, is_denied) = Question::of(left, relation, right);
        let (relation, number) = (question.relation(false), self.number(span, &question));
        let Question { left, right, .. } = question;
        let asked = Condition { span: number, kind: ConditionKind::Compare { left, relation, right } };
        match is_denied {
            false => ConditionKind::All(vec![asked]),
            true => {
                let kind = ConditionKind::All(vec![asked]);
                ConditionKind::Not(Box::new(Condition { kind, span: Span { file: number.file, ..span } }))
            }
        }
    }

    fn number(&mut self, span: Span, question: &Question) -> Span {
        let known = self.known.iter().position(|known| known == question);
        let number = known.unwrap_or_else(|| {
            self.known.push(question.clone());
            self.known.len() - 1
        });
        Span::new(*self.file.get_or_insert(span.file), number..number)
    }

    /// What each asks, in the words of the language.
    pub fn texts(&self, program: &Program) -> Vec<String> {
        let text = |Question { left, is_of_equality, right }: &Question| {
            let relation = if *is_of_equality { "is" } else { "<" };
            format!("{} {relation} {}", term_text(program, None, left), term_text(program, None, right))
        };
        self.known.iter().map(text).collect()
    }
}
