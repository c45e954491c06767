//! Days and agreements under which a term that a rule reads has no reading, or two of which neither is preferred.

use super::sites::Answers;
use super::words::Given;
use super::{Finding, not_looked_at, words};
use crate::decide::Node;
use crate::diagnostic::{Code, Diagnostic};
use crate::diff::symbolic::best;
use crate::program::{Definition, DefinitionId, Period, Reading};
use crate::select::{Ranks, read};
use std::collections::BTreeMap;

/// Gaps and ties of every term that something reads.
pub(super) fn findings(answers: &mut Answers<'_>) -> Vec<Finding> {
    let program = answers.program;
    let mut periods: BTreeMap<DefinitionId, Vec<Period>> = BTreeMap::new();
    for (period, definitions) in read::definitions_by_period(program) {
        definitions.into_iter().for_each(|definition| periods.entry(definition).or_default().push(period));
    }
    let mut findings = Vec::new();
    for (id, periods) in periods {
        let definition = &program.definitions[id];
        if definition.readings.iter().any(|reading| reading.source.is_some()) {
            findings.extend(of(answers, definition, &periods));
        }
    }
    findings
}

fn of(answers: &mut Answers<'_>, definition: &Definition, periods: &[Period]) -> Vec<Finding> {
    answers.begin();
    let mut read = Node::NO;
    for period in periods {
        let period = answers.reader.period(*period, answers.unknowns);
        read = answers.unknowns.diagrams.or(read, period);
    }
    let in_force: Vec<Node> =
        definition.readings.iter().map(|reading| answers.reader.in_force(reading, answers.unknowns)).collect();
    let diagrams = &mut answers.unknowns.diagrams;
    let any = in_force.iter().fold(Node::NO, |any, reading| diagrams.or(any, *reading));
    let none = diagrams.not(any);
    let none = diagrams.and(read, none);
    let ties = ties(answers, definition, &in_force, read);
    if answers.is_exhausted() {
        let what =
            format!("the days without a reading of `{}`, or with two, are not looked for", definition.header.name);
        return vec![not_looked_at(&what, Some(definition.header.name_span))];
    }
    let mut findings = Vec::new();
    findings.extend(words::cases(answers, none).into_iter().map(|case| without_reading(definition, case)));
    for (first, second, when) in ties {
        findings.extend(words::cases(answers, when).into_iter().map(|case| tie(definition, [first, second], case)));
    }
    findings
}

/// The pairs of readings that are both in force and best while something reads the term.
fn ties<'d>(
    answers: &mut Answers<'_>,
    definition: &'d Definition,
    in_force: &[Node],
    read: Node,
) -> Vec<(&'d Reading, &'d Reading, Node)> {
    let ranks = Ranks::of(answers.program);
    let best = best(&ranks, &definition.readings, in_force, &mut answers.unknowns.diagrams);
    let best: Vec<(&Reading, Node)> = definition.readings.iter().zip(best).collect();
    let mut ties = Vec::new();
    for (place, (first, one)) in best.iter().enumerate() {
        for (second, other) in best.iter().skip(place + 1) {
            let tie = answers.unknowns.diagrams.and(*one, *other);
            let tie = answers.unknowns.diagrams.and(tie, read);
            if tie != Node::NO {
                ties.push((*first, *second, tie));
            }
        }
    }
    ties
}

fn without_reading(definition: &Definition, case: Vec<Given>) -> Finding {
    let name = &definition.header.name;
    let message = format!("no reading of `{name}` is in force where {}", words::told(&case));
    let mut error = Diagnostic::error(Code::DayWithoutReading, message)
        .at(definition.header.name_span, "a rule in force then reads it, and nothing can be judged");
    for reading in &definition.readings {
        error = error.because(reading.header.name_span, "not in force then");
    }
    let help = "give a reading whose document is in force then, or narrow the rules that read it by `from` and `until`";
    Finding::of(error.help(help)).with_case(case)
}

fn tie(definition: &Definition, [first, second]: [&Reading; 2], case: Vec<Given>) -> Finding {
    let (name, one, other) = (&definition.header.name, &first.header.name, &second.header.name);
    let message = format!("the readings {one} and {other} of `{name}` are both in force and neither is preferred");
    let error = Diagnostic::error(Code::DayOfTie, message)
        .at(second.header.name_span, format!("in force where {}", words::told(&case)))
        .because(first.header.name_span, "in force there too")
        .help(format!("write `prefer {one} {{ over {other} because \"…\" }}`, or the other way round"));
    Finding::of(error).with_case(case)
}
