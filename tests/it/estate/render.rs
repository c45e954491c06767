//! Diagnostics in plain text: code, place, message, each underlined line, help.

use entail::diagnostic::{Diagnostic, Label};
use entail::source::Sources;
use std::fmt::Write;

pub fn render(problems: &[Diagnostic], sources: &Sources) -> String {
    problems.iter().map(|problem| one(problem, sources)).collect::<Vec<_>>().join("\n")
}

fn one(problem: &Diagnostic, sources: &Sources) -> String {
    let mut out = format!("{} {}\n", problem.code, problem.message);
    for label in problem.primary.iter().chain(&problem.secondary) {
        underlined(&mut out, label, sources);
    }
    if let Some(help) = &problem.help {
        writeln!(out, "  help: {help}").unwrap();
    }
    out
}

fn underlined(out: &mut String, label: &Label, sources: &Sources) {
    let source = sources.get(label.span.file).unwrap();
    let start = label.span.start as usize;
    let (line, begin) = (source.line_at(start), source.line_start(source.line_at(start)));
    let (line, before) = (source.piece(begin..source.line_start(line + 1)), source.piece(begin..start));
    let line = line.trim_end_matches(['\n', '\r']);
    let under = sources.text(label.span).lines().next().unwrap_or("").chars().count().max(1);
    let indent: String = before.chars().map(|sign| if sign == '\t' { '\t' } else { ' ' }).collect();
    writeln!(out, "  {}", sources.place(label.span)).unwrap();
    writeln!(out, "  | {line}").unwrap();
    writeln!(out, "  | {indent}{} {}", "^".repeat(under), label.text).unwrap();
}
