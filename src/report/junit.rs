//! Policy tests as JUnit XML, which build servers list and count.

use super::html::escape;
use super::place::Place;
use crate::source::Sources;
use crate::testing::Outcome;
use std::fmt::Write;

/// A test case for each outcome, in one suite, with its failures at their lines.
pub fn tests(outcomes: &[Outcome], sources: &Sources) -> String {
    let failed = outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count();
    let counts = format!("name=\"policies\" tests=\"{}\" failures=\"{failed}\"", outcomes.len());
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n<testsuite {counts} errors=\"0\" skipped=\"0\">\n"
    );
    for outcome in outcomes {
        text.push_str(&case(outcome, sources));
    }
    text + "</testsuite>\n</testsuites>\n"
}

fn case(outcome: &Outcome, sources: &Sources) -> String {
    let place = Place::of(sources, outcome.at).unwrap_or_default();
    let title = outcome.title.as_ref().map_or_else(String::new, |title| format!(": {title}"));
    let mut text = format!(
        "<testcase classname=\"{file}\" name=\"{}\" file=\"{file}\" line=\"{}\"",
        escape(&format!("{}{title}", outcome.name)),
        place.line,
        file = escape(&place.file),
    );
    if outcome.failures.is_empty() {
        return text + "/>\n";
    }
    text.push_str(">\n");
    for failure in &outcome.failures {
        let label = failure.primary.as_ref();
        let at = label.map_or_else(String::new, |label| sources.place(label.span));
        let instead = label.map_or_else(String::new, |label| format!(": {}", label.text));
        let (message, at) = (escape(&failure.message), escape(&format!("{at}{instead}")));
        let _ = writeln!(text, "<failure type=\"{}\" message=\"{message}\">{at}</failure>", failure.code);
    }
    text + "</testcase>\n"
}
