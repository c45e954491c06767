//! Readings that say the same as another, and preferences that decide nothing.

use super::sites::{Answers, Asked, Site};
use super::{Finding, not_looked_at};
use crate::decide::Node;
use crate::diagnostic::{Code, Diagnostic};
use crate::diff::symbolic::{Reader, Settled};
use crate::diff::unite::Side;
use crate::program::{Condition, ConditionKind, Definition, DefinitionId, Program, Reading, SourceId};
use crate::source::Span;
use std::collections::BTreeSet;

/// Equal readings, then idle preferences.
pub(super) fn findings(answers: &mut Answers<'_>) -> Vec<Finding> {
    let program = answers.program;
    let mut findings = Vec::new();
    for (id, definition) in program.definitions.iter() {
        findings.extend(equal(answers, id, definition));
    }
    findings.extend(preferences(answers));
    findings
}

/// What a reading says of its subject, and where it leaves that open.
type Said = (Node, Node);

fn equal(answers: &mut Answers<'_>, id: DefinitionId, definition: &Definition) -> Vec<Finding> {
    answers.begin();
    let said: Vec<(&Reading, Said)> =
        definition.readings.iter().map(|reading| (reading, said(answers, id, reading))).collect();
    if answers.is_exhausted() {
        let what = format!("readings of `{}` that say the same are not looked for", definition.header.name);
        return vec![not_looked_at(&what, Some(definition.header.name_span))];
    }
    let mut findings = Vec::new();
    for (place, (reading, own)) in said.iter().enumerate() {
        // Two documents that settle nothing have nothing in common.
        let earlier = said.iter().take(place).find(|(_, other)| other == own && own.1 != Node::YES);
        if let Some((other, _)) = earlier {
            findings.push(same(definition, reading, other));
        }
    }
    findings
}

fn said(answers: &mut Answers<'_>, id: DefinitionId, reading: &Reading) -> Said {
    let mut ask = |condition: &Condition| {
        let site =
            Site { name: String::new(), name_span: condition.span, condition, asked: Asked::Reading(id, reading) };
        answers.of(&site, condition).into_iter().fold(Node::NO, |_, node| node)
    };
    let when = reading.when.as_ref().map_or(Node::NO, &mut ask);
    let always = Condition { kind: ConditionKind::Constant(true), span: reading.header.span };
    let open: Vec<Node> = reading.open.iter().map(|open| ask(open.when.as_ref().unwrap_or(&always))).collect();
    let diagrams = &mut answers.unknowns.diagrams;
    let open = open.into_iter().fold(Node::NO, |any, open| diagrams.or(any, open));
    let settled = diagrams.not(open);
    (diagrams.and(when, settled), open)
}

fn same(definition: &Definition, reading: &Reading, other: &Reading) -> Finding {
    let (name, own, first) = (&definition.header.name, &reading.header.name, &other.header.name);
    let message = format!("the readings {own} and {first} of `{name}` say the same in every case");
    let warning = Diagnostic::warning(Code::ReadingsEqual, message)
        .at(reading.header.name_span, format!("yes, no and open exactly where {first} is"))
        .because(other.header.name_span, "the same said first")
        .help(format!(
            "if {own} repeats {first}, say so: `# entail: allow W0305 because …`; else write where they part"
        ));
    Finding::of(warning)
}

/// How many pairs of readings may be ranked to find idle preferences. Each preference is left out in turn, and all readings of
/// each term are ranked again.
const MOST_RANKED: usize = 1 << 25;

/// The preferences without which the same reading of each term would apply on every day and under every agreement.
fn preferences(answers: &mut Answers<'_>) -> Vec<Finding> {
    let program = answers.program;
    let compared = program.definitions.values().map(|definition| definition.readings.len().pow(2)).sum::<usize>();
    if compared.saturating_mul(program.preferences.len()) > MOST_RANKED {
        return vec![not_looked_at("which preferences decide nothing is not looked at", None)];
    }
    let mut left = program.clone();
    let mut findings = Vec::new();
    for preference in program.preferences.iter().rev() {
        let Some(place) = left.preferences.iter().position(|known| known == preference) else { continue };
        let mut without = left.clone();
        without.preferences.remove(place);
        if is_idle(answers, &without, preference.preferred, preference.over) {
            findings.push(idle(program, &without, preference));
            left = without;
        } else if answers.is_exhausted() {
            findings.push(not_looked_at(
                "whether this preference decides anything is not looked at",
                Some(preference.span),
            ));
        }
    }
    findings
}

fn is_idle(answers: &mut Answers<'_>, without: &Program, preferred: SourceId, over: SourceId) -> bool {
    if without.outranks(preferred, over) {
        return true;
    }
    answers.begin();
    let (side, settled) = (Side::alone(without), Settled::default());
    let reader = Reader::new(&side, &settled, BTreeSet::new(), answers.unknowns);
    let same = without.definitions.ids().all(|definition| reader.under(definition) == answers.reader.under(definition));
    same && !answers.is_exhausted()
}

fn idle(program: &Program, without: &Program, preference: &crate::program::Preference) -> Finding {
    let [preferred, over] =
        [preference.preferred, preference.over].map(|source| program.sources[source].header.name.as_str());
    let message = format!("that {preferred} is preferred to {over} decides nothing");
    let proof = match way(without, preference.preferred, preference.over) {
        Some((between, _)) => {
            format!("{preferred} is preferred to {}, and that to {over}", program.sources[between].header.name)
        }
        None => "without it the same reading of every term applies, on every day and under every agreement".to_owned(),
    };
    let warning = Diagnostic::warning(Code::PreferenceIdle, message).at(preference.span, proof);
    let warning = match way(without, preference.preferred, preference.over) {
        Some((_, span)) => warning.because(span, "this decides it already"),
        None => warning,
    };
    Finding::of(warning.help("leave it out, or give both documents a reading of one term"))
}

/// The first step of another way from one source to another.
fn way(program: &Program, from: SourceId, to: SourceId) -> Option<(SourceId, Span)> {
    let steps = program.preferences.iter().filter(|step| step.preferred == from);
    let mut through = steps.filter(|step| step.over != to && program.outranks(step.over, to));
    through.next().map(|step| (step.over, step.span))
}
