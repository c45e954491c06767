//! Rules, clauses, readings and advice that no test shows both ways, and tests that end in an error.

use super::Finding;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::Program;
use crate::source::Span;
use crate::testing::coverage::{Entry, Kind, entries};
use crate::testing::{reached, told_once};
use std::collections::BTreeSet;

/// What the tests do not show, and what keeps them from being judged. What `comes_out_one_way` names is proved never to come out the other.
pub(super) fn findings(program: &Program, comes_out_one_way: &BTreeSet<Span>) -> Vec<Finding> {
    let (seen, problems) = reached(program);
    // What a test would show that ends in an error is not known.
    if !problems.is_empty() {
        return told_once(problems.iter().map(Vec::as_slice)).into_iter().map(Finding::of).collect();
    }
    let one_way = one_way(program);
    let mut findings = Vec::new();
    for entry in entries(program) {
        let Some(what) = word(entry.kind) else { continue };
        let misses = [(&seen.yes, "hold"), (&seen.no, "not hold")];
        let missing: Vec<&str> =
            misses.iter().filter(|(seen, _)| !seen.contains(&entry)).map(|(_, outcome)| *outcome).collect();
        let enough = match missing.len() {
            0 => true,
            1 => comes_out_one_way.contains(&entry.span) || (missing == ["not hold"] && one_way.contains(&entry.span)),
            _ => false,
        };
        if !enough {
            findings.push(untested(&entry, what, &missing));
        }
    }
    findings
}

/// How messages call what should be shown both ways; what a reading leaves open, and documents, are shown by readings.
fn word(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Rule => Some("rule"),
        Kind::Clause => Some("clause"),
        Kind::Reading => Some("reading"),
        Kind::Advice => Some("advice"),
        Kind::Open | Kind::Source => None,
    }
}

/// The rules that always hold of what they speak of.
fn one_way(program: &Program) -> BTreeSet<Span> {
    let rules = program.rules.iter().filter(|(_, rule)| rule.when.is_none() && rule.evidence.is_none());
    let advice = program.advice.iter().filter(|(_, advice)| advice.when.is_none());
    rules.map(|(_, rule)| rule.header.name_span).chain(advice.map(|(_, advice)| advice.header.name_span)).collect()
}

fn untested(entry: &Entry, what: &str, missing: &[&str]) -> Finding {
    let message = format!("no test shows the {what} {} {}", entry.name, missing.join(", and none shows it "));
    let warning = Diagnostic::warning(Code::OutcomeNotTested, message)
        .at(entry.span, "the tests were run; it never came out so")
        .help("add a `test` with an estate in which it does");
    Finding::of(warning)
}
