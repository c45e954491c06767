//! What became of policy tests, as text.

use crate::testing::Outcome;
use std::fmt::Write;

/// A line for each test that failed and a last line that counts; the failures themselves are diagnostics.
pub fn tests(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes.iter().filter(|outcome| !outcome.failures.is_empty()) {
        let title = outcome.title.as_ref().map_or_else(String::new, |title| format!(": {title}"));
        let _ = writeln!(text, "FAILED {}{title}", outcome.name);
    }
    let failed = outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count();
    let _ = writeln!(text, "{} passed, {failed} failed", outcomes.len() - failed);
    text
}
