//! Exemptions and prohibitions whose every case another rule already decides.

use super::sites::Answers;
use super::{Finding, not_looked_at, words};
use crate::decide::{Node, Variable};
use crate::diagnostic::{Code, Diagnostic};
use crate::diff::symbolic::among;
use crate::evaluate::unknowns::{Cell, Thing};
use crate::program::{Effect, EffectKind, Field, Rule, RuleId};
use crate::value::Value;
use std::collections::BTreeMap;

/// The rules that change nothing while another is there.
pub(super) fn findings(answers: &mut Answers<'_>) -> Vec<Finding> {
    answers.begin();
    let program = answers.program;
    let holds: Vec<(RuleId, &Rule, Node)> =
        program.rules.iter().map(|(id, rule)| (id, rule, holds(answers, id, rule))).collect();
    if answers.is_exhausted() {
        return vec![not_looked_at(RULES, None)];
    }
    let (mut findings, mut is_complete) = (Vec::new(), true);
    for (id, rule, node) in holds.iter().filter(|(_, _, node)| *node != Node::NO) {
        let case = some_case(answers, *node);
        let decided = holds.iter().find(|(other, by, theirs)| {
            other != id
                && decides(by, rule)
                && is_at(answers, &case, *theirs)
                && is_within(answers, *node, *theirs, &mut is_complete)
                && (*theirs != *node || other < id || !decides(rule, by))
        });
        if let Some((_, by, _)) = decided {
            findings.push(finding(answers, rule, by, *node));
        }
    }
    if !is_complete {
        findings.push(not_looked_at(RULES, None));
    }
    findings
}

const RULES: &str = "it is not looked at of every rule whether another decides it already";

/// A cell for each variable that a rule depends on, in a case in which it holds.
type Case = BTreeMap<Variable, usize>;

fn some_case(answers: &Answers<'_>, node: Node) -> Case {
    answers.unknowns.diagrams.path(node, &|_, cells| cells.first().copied().unwrap_or(0)).into_iter().collect()
}

/// Whether a rule holds in a case, too: of most pairs this shows already that one does not decide the other.
fn is_at(answers: &Answers<'_>, case: &Case, other: Node) -> bool {
    answers.unknowns.diagrams.answer(other, |variable| case.get(&variable).copied().unwrap_or(0))
}

fn is_within(answers: &mut Answers<'_>, node: Node, other: Node, is_complete: &mut bool) -> bool {
    answers.begin();
    let is_within = answers.unknowns.diagrams.and(node, other) == node;
    *is_complete &= !answers.is_exhausted();
    is_within && !answers.is_exhausted()
}

/// Whether a case of one rule needs no other: it decides before the other, or as the other would. A rule with a limit decides
/// nothing.
fn decides(rule: &Rule, other: &Rule) -> bool {
    let kind = rule.effect.kind();
    EffectKind::LIFTING.contains(&kind) && kind <= other.effect.kind()
}

/// Where a rule is in force and yes of an access that can be.
fn holds(answers: &mut Answers<'_>, id: RuleId, rule: &Rule) -> Node {
    let in_scope = among(answers.program, Field::ServerProduct, 0, answers.unknowns, |cell| match cell {
        Cell::Value(Value::Product(product)) => rule.scope.covers(*product),
        _ => false,
    });
    let when = answers.rule(rule, rule.when.as_ref());
    let parts = [answers.reader.period(rule.period, answers.unknowns), answers.possible_access(&rule.scope), when];
    let holds = parts.into_iter().fold(in_scope, |all, part| answers.unknowns.diagrams.and(all, part));
    match rule.evidence {
        Some(_) => {
            let evidence = answers.unknowns.flag(Thing::Evidence(id), 0);
            answers.unknowns.diagrams.and(holds, evidence)
        }
        None => holds,
    }
}

fn finding(answers: &mut Answers<'_>, rule: &Rule, by: &Rule, node: Node) -> Finding {
    let possible = answers.possible_access(&rule.scope);
    let case = words::case(answers, possible, node);
    let name = |rule: &Rule| format!("{} {}", rule.word(), rule.header.name);
    let (message, says) = match (&by.effect, &rule.effect) {
        (Effect::Prohibit { .. }, Effect::Exempt { .. }) => (
            format!("{} never lifts anything: whatever it speaks of, {} forbids", name(rule), name(by)),
            "an exemption lifts no prohibition",
        ),
        (Effect::Prohibit { .. }, Effect::Prohibit { .. }) => {
            (format!("{} forbids nothing that {} does not forbid", name(rule), name(by)), "it holds there too")
        }
        (Effect::Exempt { .. }, _) => {
            (format!("{} exempts nothing that {} does not exempt", name(rule), name(by)), "it holds there too")
        }
    };
    let warning = Diagnostic::warning(Code::AlreadyDecided, message)
        .at(rule.header.name_span, format!("it holds, for example, where {}", words::told(&case)))
        .because(by.header.name_span, says)
        .help("leave it out, or write what sets it apart");
    Finding::of(warning).with_case(case)
}
