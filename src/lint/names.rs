//! Facts that nothing reads, documents that nothing rests on, rules that rest on no document.

use super::Finding;
use super::fix::Fix;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Field, Header, Program, SourceId};
use crate::select::read;
use crate::source::{Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What is found of facts and documents.
pub(super) fn findings(program: &Program, sources: &Sources) -> Vec<Finding> {
    let mut findings = facts(program);
    findings.extend(documents(program, sources));
    findings.extend(without_citation(program));
    findings
}

fn facts(program: &Program) -> Vec<Finding> {
    let read = read::fields_anywhere(program);
    let unread = program.facts.iter().filter(|(id, _)| !read.contains(&Field::Fact(*id)));
    let finding = |fact: &crate::program::Fact| {
        let message = format!("nothing reads `{}`", fact.path());
        let warning = Diagnostic::warning(Code::FactNeverRead, message)
            .at(fact.header.name_span, "no rule, clause, reading or advice asks for it")
            .help("leave it out with the columns and tests that state it, or read it where it matters");
        Finding::of(warning)
    };
    unread.map(|(_, fact)| finding(fact)).collect()
}

fn documents(program: &Program, sources: &Sources) -> Vec<Finding> {
    let cited = cited(program);
    let idle = program.sources.iter().filter(|(id, _)| !cited.contains(id));
    let finding = |(id, source): (SourceId, &crate::program::SourceDocument)| {
        let name = &source.header.name;
        let preferred =
            program.preferences.iter().find(|preference| preference.preferred == id || preference.over == id);
        let warning = Diagnostic::warning(Code::SourceNeverCited, format!("nothing rests on {name}"))
            .at(source.header.name_span, "no rule or clause cites it, and no term is read from it")
            .help("cite it where it is the authority, or leave it out");
        match preferred {
            Some(preference) => Finding::of(warning.because(preference.span, "it is only ranked")),
            None => Finding::of(warning).with_fix(without_item(sources, source.header.span)),
        }
    };
    idle.map(finding).collect()
}

/// The documents that something cites or is read from.
fn cited(program: &Program) -> BTreeSet<SourceId> {
    let readings = program.definitions.values().flat_map(|definition| &definition.readings);
    let cites = program.citing().flat_map(|(_, cites)| cites).map(|cite| cite.source);
    cites.chain(readings.filter_map(|reading| reading.source)).collect()
}

/// Leaves out an item with the doc comment above it.
fn without_item(sources: &Sources, span: Span) -> Option<Fix> {
    let source = sources.get(span.file)?;
    let mut line = source.line_at(span.start as usize);
    let text_of = |line: usize| source.text().get(source.line_start(line)..source.line_start(line + 1)).unwrap_or("");
    while let Some(above) = line.checked_sub(1).filter(|above| text_of(*above).starts_with("##")) {
        line = above;
    }
    let after = source.text().get(span.end as usize..)?;
    let rest = after.split_inclusive('\n').next().filter(|rest| rest.trim().is_empty()).map_or(0, str::len);
    let span = Span::new(span.file, source.line_start(line)..span.end as usize + rest);
    Some(Fix { what: "leave the item out".to_owned(), span, with: String::new() })
}

/// The rules and clauses without `at`.
fn without_citation(program: &Program) -> Vec<Finding> {
    let mut findings: BTreeMap<Span, Finding> = BTreeMap::new();
    let mut look = |what: &str, name: String, header: &Header| {
        if header.cites.is_empty() {
            let warning = Diagnostic::warning(Code::NotCited, format!("{what} {name} cites no document"))
                .at(header.name_span, "on whose authority?")
                .help("add `at SOURCE \"section\"` behind its title");
            findings.insert(header.name_span, Finding::of(warning));
        }
    };
    program.rules.values().for_each(|rule| look(rule.word(), rule.header.name.clone(), &rule.header));
    program.advice.values().for_each(|advice| look("advise", advice.header.name.clone(), &advice.header));
    program.reaches.iter().for_each(|reach| look("reach", reach.header.name.clone(), &reach.header));
    program.reassignments.iter().for_each(|one| look("reassign", one.header.name.clone(), &one.header));
    for (id, license) in program.licenses.iter() {
        license.clauses().for_each(|clause| look("provided", program.clause_path(id, clause), &clause.header));
    }
    findings.into_values().collect()
}
