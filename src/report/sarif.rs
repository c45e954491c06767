//! Findings as SARIF 2.1.0, which code hosts and editors show beside the lines they are about.

use super::findings::{Finding, Level};
use super::place::Place;
use crate::source::{Sources, Span};
use serde_json::{Value, json};

/// Findings as a log; the kinds that occur are its rules.
pub fn findings(findings: &[Finding], sources: &Sources) -> Value {
    let mut rules: Vec<Value> = Vec::new();
    let mut results = Vec::new();
    for finding in findings {
        let id = finding.rule.name();
        let known = rules.iter().position(|rule| rule["id"] == id);
        let place = known.unwrap_or_else(|| {
            rules.push(rule(id, finding.rule.description()));
            rules.len() - 1
        });
        results.push(result(finding, place, sources));
    }
    log(rules, results)
}

/// A log of one run: the rules that its results speak of by id and index, and the results.
pub fn log(rules: Vec<Value>, results: Vec<Value>) -> Value {
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "entail",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// What a kind of result is about.
pub fn rule(id: &str, description: &str) -> Value {
    json!({ "id": id, "shortDescription": { "text": description } })
}

/// A place in a file, as results name it.
pub fn location(place: &Place) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&place.file) },
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        },
    } })
}

fn result(finding: &Finding, rule: usize, sources: &Sources) -> Value {
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let mut result = json!({
        "ruleId": finding.rule.name(),
        "ruleIndex": rule,
        "level": level,
        "message": { "text": finding.message },
    });
    let located = |span: Span| Place::of(sources, span).map(|place| location(&place));
    if let Some(place) = finding.at.and_then(located) {
        result["locations"] = json!([place]);
    }
    let related: Vec<Value> =
        finding.related.iter().filter_map(|(span, text)| related(located(*span)?, text)).collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    result
}

fn related(mut location: Value, text: &str) -> Option<Value> {
    location.as_object_mut()?.insert("message".to_owned(), json!({ "text": text }));
    Some(location)
}

/// A path as a relative reference, or an absolute one as a file's: what is no letter, digit or plain sign is written as its
/// bytes.
pub fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let path: String = path.bytes().map(one).collect();
    if path.starts_with('/') { format!("file://{path}") } else { path }
}
