//! Annotations that GitHub shows beside the lines of a pull request: workflow commands, a line each.

use super::findings::{Finding, Level};
use super::place::Place;
use crate::source::{Sources, moves_text};

/// Findings as annotations, in their order.
pub fn annotations(findings: &[Finding], sources: &Sources) -> String {
    findings.iter().map(|finding| annotated(finding, sources)).collect()
}

fn annotated(finding: &Finding, sources: &Sources) -> String {
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let place = finding.at.and_then(|span| Place::of(sources, span)).unwrap_or_default();
    annotation(level, &place.file, place.line, place.column, finding.rule.name(), &finding.message)
}

/// One annotation with its line end: `::error file=…,line=…,col=…,title=…::message`. A file without a name, a line or a
/// column of zero are left out.
pub fn annotation(level: &str, file: &str, line: usize, column: usize, title: &str, message: &str) -> String {
    let mut properties = Vec::new();
    if !file.is_empty() {
        properties.push(format!("file={}", property(file)));
    }
    if line > 0 {
        properties.push(format!("line={line}"));
    }
    if column > 0 {
        properties.push(format!("col={column}"));
    }
    properties.push(format!("title={}", property(title)));
    format!("::{level} {}::{}\n", properties.join(","), data(message))
}

/// A remark on the whole, beside no line.
pub fn remark(level: &str, title: &str, message: &str) -> String {
    annotation(level, "", 0, 0, title, message)
}

/// A message as the command language takes it: what would end the line is written as its code. It has codes for nothing else,
/// so that what would steer a terminal is escaped as everywhere.
fn data(text: &str) -> String {
    let coded = |sign: char| match sign {
        '%' => "%25".to_owned(),
        '\r' => "%0D".to_owned(),
        '\n' => "%0A".to_owned(),
        _ if moves_text(sign) => sign.escape_default().to_string(),
        _ => sign.to_string(),
    };
    text.chars().map(coded).collect()
}

/// A property, which also ends at a colon or a comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
