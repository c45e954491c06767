//! Exemptions, prohibitions, advice, reach and reassign rules.

use super::Checker;
use super::clauses::{period_of, when_of};
use super::places::{Fixed, Place};
use super::terms::Expected;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Advice, Effect, ProductId, Reach, ReachTarget, Reassignment, Rule, Scope, Speech};
use crate::syntax::ast::{Clause, ClauseKind, Item, Keyword, Number, SpeechPart, Word};
use crate::value::Metric;
use rust_decimal::prelude::ToPrimitive;

impl Checker<'_> {
    pub(super) fn rules(&mut self) {
        for item in &self.names.rules {
            let rule = self.rule(item);
            self.program.rules.add(rule);
        }
        for item in &self.names.advice {
            let advice = self.advice(item);
            self.program.advice.add(advice);
        }
        for item in &self.names.reaches {
            let reach = self.reach(item);
            self.program.reaches.extend(reach);
        }
        for item in &self.names.reassignments {
            let reassignment = self.reassignment(item);
            self.program.reassignments.extend(reassignment);
        }
    }

    fn rule(&mut self, item: &Item) -> Rule {
        let header = self.header(item);
        let period = self.period(period_of(&item.clauses));
        let (scope, fixed) = self.scope(&item.clauses);
        let place = Place::rule(crate::resolve::noun(item.keyword), fixed);
        let when = when_of(&item.clauses).and_then(|expr| self.condition(&place, expr));
        let effect = match item.keyword {
            Keyword::Prohibit => Effect::Prohibit { remedy: text_of(&item.clauses, remedy) },
            _ => Effect::Exempt { limit: self.limit(&item.clauses) },
        };
        Rule { header, effect, period, scope, when, evidence: text_of(&item.clauses, evidence) }
    }

    /// The products a rule speaks of, and whether that is one.
    fn scope(&mut self, clauses: &[Clause]) -> (Scope, Fixed) {
        let (mut scope, mut fixed) = (Scope::default(), Fixed::Open(None));
        for clause in clauses {
            match &clause.kind {
                ClauseKind::For(words) => {
                    let only = self.find_all::<ProductId>(words);
                    fixed = match only.as_slice() {
                        _ if only.len() < words.len() => Fixed::InError,
                        [one] => Fixed::Product(*one),
                        _ => Fixed::Open(Some(clause.span)),
                    };
                    scope.only = Some(only);
                }
                ClauseKind::Except(words) => scope.except = self.find_all::<ProductId>(words),
                _ => {}
            }
        }
        self.excepted_alone(clauses);
        (scope, fixed)
    }

    /// A product that `for` names and `except` takes away again.
    fn excepted_alone(&mut self, clauses: &[Clause]) {
        let named = clauses.iter().filter_map(|clause| match &clause.kind {
            ClauseKind::For(words) => Some(words),
            _ => None,
        });
        let named: Vec<&Word> = named.flatten().collect();
        let excepted = clauses.iter().filter_map(|clause| match &clause.kind {
            ClauseKind::Except(words) => Some(words),
            _ => None,
        });
        for word in excepted.flatten() {
            let Some(first) = named.iter().find(|first| first.text == word.text) else { continue };
            let message = format!("`{}` is named by `for` and taken away by `except`", word.text);
            let error = Diagnostic::error(Code::RepeatedClause, message)
                .at(word.span, "taken away here")
                .because(first.span, "named here");
            self.report(error.help("where `for` stands, leave `except` out: the rule speaks of no other products"));
        }
    }

    fn limit(&mut self, clauses: &[Clause]) -> Option<u64> {
        let (count, per) = clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::Limit { count, per } => Some((count, per)),
            _ => None,
        })?;
        if per.text != "server" {
            let error = Diagnostic::error(Code::WrongKind, format!("a limit cannot be set per `{}`", per.text));
            self.report(error.at(per.span, "only per server").help("write `per server`"));
        }
        self.whole_number(count, "limit")
    }

    /// A number that must be whole and at least one.
    pub(super) fn whole_number(&mut self, number: &Number, clause: &str) -> Option<u64> {
        let whole = number.value.fract().is_zero() && number.value >= rust_decimal::Decimal::ONE;
        match number.value.to_u64().filter(|_| whole) {
            Some(value) => Some(value),
            None => {
                let message = format!("`{clause}` takes a whole number from 1 up, not {}", number.value);
                let error = Diagnostic::error(Code::BadNumber, message).at(number.span, "not such a number");
                self.fail(error.help(match whole {
                    true => format!("write a whole number, at most {}", u64::MAX),
                    false => "write a whole number, at least 1".to_owned(),
                }))
            }
        }
    }

    fn advice(&mut self, item: &Item) -> Advice {
        let header = self.header(item);
        let period = self.period(period_of(&item.clauses));
        let (scope, fixed) = self.scope(&item.clauses);
        let place = Place::advice(fixed);
        let when = when_of(&item.clauses).and_then(|expr| self.condition(&place, expr));
        let say = item.clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::Say(speech) => Some(&speech.parts),
            _ => None,
        });
        let say = say.into_iter().flatten().filter_map(|part| self.speech(&place, part)).collect();
        Advice { header, period, scope, when, say }
    }

    fn speech(&mut self, place: &Place, part: &SpeechPart) -> Option<Speech> {
        match part {
            SpeechPart::Text(text) => Some(Speech::Text(text.clone())),
            SpeechPart::Hole(expr) => self.term(place, expr, Expected::Free).map(|typed| Speech::Hole(typed.term)),
        }
    }

    fn reach(&mut self, item: &Item) -> Option<Reach> {
        let header = self.header(item);
        let period = self.period(period_of(&item.clauses));
        let (scope, fixed) = self.scope(&item.clauses);
        let when = when_of(&item.clauses).and_then(|expr| self.condition(&Place::reach(fixed), expr));
        let path = item.clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::To(path) => Some(path),
            _ => None,
        })?;
        Some(Reach { header, to: self.reach_target(path)?, period, scope, when })
    }

    fn reach_target(&mut self, path: &[Word]) -> Option<ReachTarget> {
        let words: Vec<&str> = path.iter().map(|word| word.text.as_str()).collect();
        match (words.as_slice(), path) {
            (["server", "routes"], _) => Some(ReachTarget::Routes),
            (["server", "runs_on"], _) => Some(ReachTarget::RunsOn),
            (_, [first, .., last]) => {
                let message = format!("`{}` leads to no other server", words.join("."));
                let error = Diagnostic::error(Code::UnknownField, message).at(first.span.to(last.span), "not a way");
                let error = match first.text.as_str() {
                    "server" => error.suggest(&last.text, ["routes", "runs_on"]),
                    _ => error,
                };
                self.fail(match error.help {
                    Some(_) => error,
                    None => error.help("write `to server.routes` or `to server.runs_on`"),
                })
            }
            (_, rest) => {
                let word = rest.first()?;
                let message = format!("`{}` does not say whose it is", word.text);
                let error = Diagnostic::error(Code::UnknownField, message).at(word.span, "leads to no other server");
                self.fail(error.help("write `to server.routes` or `to server.runs_on`"))
            }
        }
    }

    fn reassignment(&mut self, item: &Item) -> Option<Reassignment> {
        let header = self.header(item);
        let period = self.period(period_of(&item.clauses));
        let when = when_of(&item.clauses).and_then(|expr| self.condition(&Place::reassign(), expr));
        let per = item.clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::Per(word) => Some(word),
            _ => None,
        })?;
        let metric = self.metric(per)?;
        if matches!(metric, Metric::Host | Metric::Server) {
            let error = Diagnostic::error(Code::WrongKind, format!("a {metric} is never absent"));
            let help = "only licences of a user or a device can follow an absence: `per user`, `per device`";
            return self.fail(error.at(per.span, "neither user nor device").help(help));
        }
        Some(Reassignment { header, metric, period, when })
    }

    /// The metric that a word names; reports if there is none.
    pub(super) fn metric(&mut self, word: &Word) -> Option<Metric> {
        let metrics = Metric::ALL.map(Metric::text);
        match Metric::of(&word.text) {
            Some(metric) => Some(metric),
            None => {
                let message = format!("no licence is assigned to a `{}`", word.text);
                let error = Diagnostic::error(Code::UnknownName, message);
                let error = error.at(word.span, format!("must be {}", super::quoted(metrics, "or")));
                let error = error.suggest(&word.text, metrics);
                self.fail(match error.help {
                    Some(_) => error,
                    None => error.help("write `user` for a person"),
                })
            }
        }
    }
}

fn text_of(clauses: &[Clause], of: fn(&ClauseKind) -> Option<&Word>) -> Option<String> {
    clauses.iter().find_map(|clause| of(&clause.kind)).map(|word| word.text.clone())
}

fn remedy(kind: &ClauseKind) -> Option<&Word> {
    match kind {
        ClauseKind::Remedy(text) => Some(text),
        _ => None,
    }
}

fn evidence(kind: &ClauseKind) -> Option<&Word> {
    match kind {
        ClauseKind::Evidence { text, .. } => Some(text),
        _ => None,
    }
}
