//! What policy tests reach, for people and for programs.

use super::html::{escape, page, section, table};
use super::json::Policies;
use super::place::Place;
use super::table::{Cell, Kind as Column, Table};
use crate::source::Sources;
use crate::testing::Outcome;
use crate::testing::coverage::{Entry, Kind};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What `entail test --coverage --format json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Coverage {
    /// `entail.coverage/1`.
    #[schemars(extend("const" = "entail.coverage/1"))]
    schema: &'static str,
    policies: Policies,
    /// How many outcomes some test reaches.
    reached: usize,
    /// How many outcomes there are: two of each entry.
    outcomes: usize,
    /// By kind and name.
    entries: Vec<Reached>,
}

/// A rule, clause, reading, open case, advice or document, and the tests that make it come out.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Reached {
    kind: &'static str,
    name: String,
    file: String,
    line: usize,
    column: usize,
    /// The tests in which it comes out yes.
    yes: Vec<String>,
    /// The tests in which it comes out no.
    no: Vec<String>,
}

/// What some tests reach of what should be reached.
pub fn json(entries: &BTreeSet<Entry>, outcomes: &[Outcome], sources: &Sources, policies: &Policies) -> Coverage {
    let entries: Vec<Reached> = entries.iter().map(|entry| reached(entry, outcomes, sources)).collect();
    let some = |tests: &Vec<String>| usize::from(!tests.is_empty());
    let reached = entries.iter().map(|entry| some(&entry.yes) + some(&entry.no)).sum();
    Coverage { schema: "entail.coverage/1", policies: policies.clone(), reached, outcomes: entries.len() * 2, entries }
}

/// The JSON Schema of [`Coverage`].
pub fn schema() -> Schema {
    schema_for!(Coverage)
}

fn reached(entry: &Entry, outcomes: &[Outcome], sources: &Sources) -> Reached {
    let place = Place::of(sources, entry.span).unwrap_or_default();
    let tests = |seen: fn(&Outcome) -> &BTreeSet<Entry>| {
        outcomes.iter().filter(|outcome| seen(outcome).contains(entry)).map(|outcome| outcome.name.clone()).collect()
    };
    Reached {
        kind: word(entry.kind),
        name: entry.name.clone(),
        file: place.file,
        line: place.line,
        column: place.column,
        yes: tests(|outcome| &outcome.seen.yes),
        no: tests(|outcome| &outcome.seen.no),
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Rule => "rule",
        Kind::Clause => "clause",
        Kind::Reading => "reading",
        Kind::Open => "open",
        Kind::Advice => "advice",
        Kind::Source => "source",
    }
}

impl Coverage {
    /// A line for each entry: in how many tests it comes out yes and no, and where it stands if it lacks one of the two.
    pub fn text(&self) -> String {
        let width =
            |of: fn(&Reached) -> &str| self.entries.iter().map(|entry| of(entry).chars().count()).max().unwrap_or(0);
        let (kinds, names) = (width(|entry| entry.kind), width(|entry| &entry.name));
        let mut text = format!("{:kinds$}  {:names$}  {:>4}  {:>4}\n", "", "tests that show it", "yes", "no");
        for entry in &self.entries {
            let count = |tests: &Vec<String>| if tests.is_empty() { "-".to_owned() } else { tests.len().to_string() };
            let lacks = entry.yes.is_empty() || entry.no.is_empty();
            let place = if lacks { format!("  {}:{}:{}", entry.file, entry.line, entry.column) } else { String::new() };
            let (kind, name, yes, no) = (entry.kind, &entry.name, count(&entry.yes), count(&entry.no));
            let _ = writeln!(text, "{kind:kinds$}  {name:names$}  {yes:>4}  {no:>4}{place}");
        }
        let _ = writeln!(
            text,
            "{} of {} outcomes reached ({})",
            self.reached,
            self.outcomes,
            percent(self.reached, self.outcomes)
        );
        text
    }

    /// A page: the share reached, what no test shows, and for each entry the tests that show it.
    pub fn html(&self) -> String {
        let title = "What the policy tests reach";
        let lacking: Vec<&Reached> = self.entries.iter().filter(|entry| entry.lacks().is_some()).collect();
        let tone = if lacking.is_empty() { "good" } else { "bad" };
        let share = percent(self.reached, self.outcomes);
        let answer = format!("{} of {} outcomes reached ({share})", self.reached, self.outcomes);
        let mut body = format!("<header>\n<h1>{title}</h1>\n<p class=\"answer {tone}\">{answer}</p>\n</header>\n");
        if !lacking.is_empty() {
            body += &section("lacking", "What no test shows", &table(&self::lacking(&lacking), None, MOST));
        }
        body += &section("entries", "What tests show", &table(&self.counts(), None, MOST));
        let tests: String = self.entries.iter().map(Reached::tests).collect();
        page(title, &(body + &section("tests", "Which tests show it", &tests)))
    }

    fn counts(&self) -> Table {
        let count = |tests: &Vec<String>| Cell::Count(u64::try_from(tests.len()).unwrap_or(u64::MAX));
        let row = |entry: &Reached| {
            let place = Cell::words(format!("{}:{}:{}", entry.file, entry.line, entry.column));
            vec![Cell::words(&entry.name), Cell::words(entry.kind), count(&entry.yes), count(&entry.no), place]
        };
        Table {
            title: "What tests show",
            about: "In how many tests each comes out yes, and in how many no".to_owned(),
            columns: vec![
                ("Name", Column::Text),
                ("Kind", Column::Text),
                ("Yes", Column::Number),
                ("No", Column::Number),
                ("Place", Column::Text),
            ],
            rows: self.entries.iter().map(row).collect(),
        }
    }
}

/// How many rows of a table of a page are shown.
const MOST: usize = 1_000;

fn lacking(entries: &[&Reached]) -> Table {
    let row = |entry: &&Reached| {
        let place = Cell::words(format!("{}:{}:{}", entry.file, entry.line, entry.column));
        vec![Cell::words(&entry.name), Cell::words(entry.kind), Cell::maybe(entry.lacks()), place]
    };
    Table {
        title: "What no test shows",
        about: "Each should come out both ways".to_owned(),
        columns: vec![("Name", Column::Text), ("Kind", Column::Text), ("Never", Column::Text), ("Place", Column::Text)],
        rows: entries.iter().map(row).collect(),
    }
}

impl Reached {
    /// Which outcomes no test shows.
    fn lacks(&self) -> Option<&'static str> {
        match (self.yes.is_empty(), self.no.is_empty()) {
            (true, true) => Some("yes and no"),
            (true, false) => Some("yes"),
            (false, true) => Some("no"),
            (false, false) => None,
        }
    }

    /// The tests that show it, folded away under its name.
    fn tests(&self) -> String {
        let list = |tests: &[String]| if tests.is_empty() { "no test".to_owned() } else { escape(&tests.join(", ")) };
        let (kind, name, yes, no) = (self.kind, escape(&self.name), list(&self.yes), list(&self.no));
        format!(
            "<details><summary>{kind} {name}</summary>\n<dl><dt>yes</dt><dd>{yes}</dd><dt>no</dt><dd>{no}</dd></dl></details>\n"
        )
    }
}

/// A share in per cent, cut and not rounded: 100% is all.
pub(super) fn percent(part: usize, whole: usize) -> String {
    let tenths = (part * 1000).checked_div(whole).unwrap_or(1000);
    format!("{}.{}%", tenths / 10, tenths % 10)
}
