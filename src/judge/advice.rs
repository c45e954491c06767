//! Advice: which rules speak, with their figures filled in.
//!
//! An advice speaks only where its condition is yes and everything that its text reads is there.

use super::counts::present;
use super::judgement::Advised;
use super::{Case, break_even};
use crate::decide::Node;
use crate::estate::{Heads, Holder};
use crate::evaluate::conditions::{Evaluator, Found, Scope};
use crate::evaluate::scope::RowScope;
use crate::evaluate::unknowns::{Class, Unknowns, value_text};
use crate::evaluate::{Effective, Reads, taking_part};
use crate::program::{Advice, Condition, Entity, Field, LicenseId, Speech, Term};
use crate::value::{Metric, Type, Value, grouped};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// The advice in force that speaks, by name.
pub(crate) fn advice(case: &Case<'_>) -> Vec<Advised> {
    let program = case.rules.program;
    let speaking =
        case.rules.advice.iter().filter_map(|id| Some(Advised { rule: *id, text: text(case, &program.advice[*id])? }));
    speaking.collect()
}

/// What an advice says, if it speaks.
fn text(case: &Case<'_>, advice: &Advice) -> Option<String> {
    let scope = AdviceScope { case, advice, rows: RowScope::new(&case.rules, case.estate, &case.evaluation.classes) };
    // Advice is given on what is known; nothing that turns up unknown here is asked for.
    let evaluated = |unknowns: &mut Unknowns| said(&mut Evaluator::new(&case.rules, unknowns, &scope), case, advice);
    Unknowns::complete(evaluated).0
}

fn said(evaluator: &mut Evaluator<'_, AdviceScope<'_>>, case: &Case<'_>, advice: &Advice) -> Option<String> {
    if evaluator.outcome_of(advice.when.as_ref()) != Node::YES {
        return None;
    }
    let mut text = String::new();
    for part in &advice.say {
        match part {
            Speech::Text(run) => text.push_str(run),
            Speech::Hole(term) => text.push_str(&told(case, term, &evaluator.value(term, advice.header.span)?)),
        }
    }
    Some(text)
}

/// What a term came to, as a reader writes it: numbers with thousands separated.
fn told(case: &Case<'_>, term: &Term, value: &Value) -> String {
    let program = case.rules.program;
    match term {
        Term::Field(field) if !matches!(value, Value::Number(_)) => value_text(program, &field.ty(program), value),
        _ => grouped(value_text(program, &Type::Number, value)),
    }
}

/// The estate as a whole, with the counts that an advice may ask for.
struct AdviceScope<'s> {
    case: &'s Case<'s>,
    advice: &'s Advice,
    rows: RowScope<'s>,
}

impl Scope for AdviceScope<'_> {
    fn find(&self, field: Field) -> Found {
        self.rows.find(field)
    }

    fn subject(&self, entity: Entity) -> Option<Class> {
        self.rows.subject(entity)
    }

    fn aggregate(&self, term: &Term) -> Option<Value> {
        match term {
            Term::Count { of, condition } => Some(self.count(*of, condition)),
            Term::BreakEven(license, against) => self.break_even(*license, *against),
            Term::Constant(_) | Term::Field(_) | Term::Arithmetic { .. } => None,
            Term::Max(_) | Term::Min(_) | Term::RoundUp(_) | Term::RoundDown(_) => None,
        }
    }
}

impl AdviceScope<'_> {
    /// The heads, among those that take part in an effective access in the advice's scope, of whom the condition is yes.
    fn count(&self, of: Metric, condition: &Condition) -> Value {
        let Case { rules, estate, evaluation, .. } = self.case;
        let (reads, classes) = (Reads::of(rules), &evaluation.classes);
        let here = |access: &&Effective| self.advice.scope.covers(estate.servers[access.server].product);
        let counted = |unknowns: &mut Unknowns| {
            let mut known = HashMap::new();
            let mut holds = |head: &Holder| {
                *known.entry(reads.alike(estate, classes, *head)).or_insert_with(|| {
                    let scope = RowScope::new(rules, estate, classes).with_holder(*head);
                    Evaluator::new(rules, unknowns, &scope).outcome(condition) == Node::YES
                })
            };
            let heads = taking_part(estate, evaluation.effective.iter().filter(here), of).filter(|head| holds(head));
            heads.fold(Heads::Count(0), |sum, head| sum.plus(present(self.case, head)))
        };
        match Unknowns::complete(counted).0 {
            Heads::Many => Value::Many,
            Heads::Count(count) => Value::Number(Decimal::from(count)),
        }
    }

    /// The break-even on one host; none without a price list.
    fn break_even(&self, license: LicenseId, against: LicenseId) -> Option<Value> {
        let prices = !self.case.estate.prices.is_empty();
        let heads = prices.then(|| break_even::heads(self.case, license, against, 1))?;
        heads.map(Value::Number)
    }
}
