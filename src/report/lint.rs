//! What `entail lint` found, for people and for programs.

use super::Look;
use super::json::Policies;
use super::place::Place;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::{Finding, Given};
use crate::source::{Sources, Span};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

/// The findings as diagnostics, and a last line that counts what can be fixed.
pub fn text(findings: &[Finding], sources: &Sources, look: &Look) -> String {
    if findings.is_empty() {
        return "nothing to mend\n".to_owned();
    }
    let diagnostics: Vec<Diagnostic> = findings.iter().map(|finding| finding.diagnostic.clone()).collect();
    let text = super::diagnostics(&diagnostics, sources, look);
    match findings.iter().filter(|finding| finding.fix.is_some()).count() {
        0 => text,
        fixes => format!("{text}`entail lint --fix` mends {fixes} of them\n"),
    }
}

/// What `entail lint --format json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Lint {
    /// `entail.lint/1`.
    #[schemars(extend("const" = "entail.lint/1"))]
    schema: &'static str,
    policies: Policies,
    /// By file and place.
    findings: Vec<Found>,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Found {
    /// `W0301`; its page is what `entail explain` prints.
    #[schemars(extend("pattern" = "^W[0-9]{4}$"))]
    code: &'static str,
    severity: Grade,
    message: String,
    at: Option<At>,
    /// What is shown at that place: the proof in words.
    proof: Option<String>,
    /// A case that shows it, at most one condition for each fact; empty where no case is needed or it holds in all.
    case: Vec<Given>,
    /// Other places that belong to it.
    related: Vec<Related>,
    help: Option<String>,
    fix: Option<Mending>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Grade {
    Error,
    Warning,
    Note,
}

/// A stretch of a file; lines and columns from 1, the end exclusive.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct At {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Related {
    at: Option<At>,
    text: String,
}

/// An edit that keeps the meaning.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Mending {
    what: String,
    /// The text that goes.
    at: Option<At>,
    /// What stands there instead.
    with: String,
}

/// The findings in a policy set.
pub fn json(findings: &[Finding], sources: &Sources, policies: &Policies) -> Lint {
    let findings = findings.iter().map(|finding| found(finding, sources)).collect();
    Lint { schema: "entail.lint/1", policies: policies.clone(), findings }
}

/// The JSON Schema of [`Lint`].
pub fn schema() -> Schema {
    schema_for!(Lint)
}

fn found(finding: &Finding, sources: &Sources) -> Found {
    let Finding { diagnostic, case, fix } = finding;
    let related = diagnostic.secondary.iter();
    Found {
        code: diagnostic.code.text(),
        severity: match diagnostic.severity {
            Severity::Error => Grade::Error,
            Severity::Warning => Grade::Warning,
            Severity::Note => Grade::Note,
        },
        message: diagnostic.message.clone(),
        at: diagnostic.primary.as_ref().and_then(|label| at(label.span, sources)),
        proof: diagnostic.primary.as_ref().map(|label| label.text.clone()),
        case: case.clone(),
        related: related.map(|label| Related { at: at(label.span, sources), text: label.text.clone() }).collect(),
        help: diagnostic.help.clone(),
        fix: fix.as_ref().map(|fix| Mending {
            what: fix.what.clone(),
            at: at(fix.span, sources),
            with: fix.with.clone(),
        }),
    }
}

fn at(span: Span, sources: &Sources) -> Option<At> {
    let Place { file, line, column, end_line, end_column } = Place::of(sources, span)?;
    Some(At { file, line, column, end_line, end_column })
}
