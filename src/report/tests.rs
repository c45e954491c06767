//! What became of policy tests, as text.

use super::why;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Sources;
use crate::testing::Outcome;
use crate::testing::behind::Behind;
use std::fmt::Write;

/// Each test that failed, with what it expected, what was got and what is behind that, and a last line that counts.
pub fn tests(outcomes: &[Outcome], sources: &Sources, behind: impl Fn(&Outcome, &Diagnostic) -> Vec<Behind>) -> String {
    let mut text = String::new();
    for outcome in outcomes.iter().filter(|outcome| !outcome.failures.is_empty()) {
        let title = outcome.title.as_ref().map_or_else(String::new, |title| format!(": {title}"));
        let _ = writeln!(text, "FAILED {}{title}", outcome.name);
        let mut told = String::new();
        for failure in &outcome.failures {
            let why: String = behind(outcome, failure).iter().map(why::behind).collect();
            text += &self::failure(failure, sources, if !why.is_empty() && why == told { AS_ABOVE } else { &why });
            told = if why.is_empty() { told } else { why };
        }
    }
    let failed = outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count();
    let _ = writeln!(text, "{} passed, {failed} failed", outcomes.len() - failed);
    text
}

/// What is said instead of the same explanation once more.
const AS_ABOVE: &str = "for the same reasons\n";

fn failure(failure: &Diagnostic, sources: &Sources, why: &str) -> String {
    let Some(label) = &failure.primary else { return format!("  {}\n", failure.message) };
    let (place, expected) = (sources.place(label.span), sources.words(label.span));
    let mut text = match failure.code {
        Code::ExpectationFailed => format!("  {place}: {expected}\n    got: {}\n", label.text),
        _ => format!("  {place}: {expected}\n    {}: {}\n", failure.message, label.text),
    };
    for line in why.lines() {
        text += format!("    {line}").trim_end();
        text.push('\n');
    }
    text
}
