//! Whether an exemption or a prohibition holds of an access.

use super::conditions::Evaluator;
use super::scope::RowScope;
use super::trace::Sink;
use super::unknowns::{Thing, Unknowns};
use crate::decide::Node;
use crate::estate::Estate;
use crate::program::RuleId;
use crate::select::Rules;

/// Whether a rule holds in a scope, and what the sink heard; missing evidence is an unknown of its own.
pub fn holds<K: Sink>(
    rules: &Rules<'_>,
    estate: &Estate,
    unknowns: &mut Unknowns,
    scope: &RowScope<'_>,
    id: RuleId,
    sink: K,
) -> (Node, K) {
    let rule = &rules.program.rules[id];
    let mut evaluator = Evaluator::new(rules, unknowns, scope).heard_by(sink);
    let when = evaluator.outcome_of(rule.when.as_ref());
    let sink = evaluator.into_sink();
    if rule.evidence.is_none() || estate.evidence.contains_key(&id) || when == Node::NO {
        return (when, sink);
    }
    let evidence = unknowns.flag(Thing::Evidence(id), 0);
    (unknowns.diagrams.and(when, evidence), sink)
}
