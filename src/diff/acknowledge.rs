//! What a reviewer says of a difference: a file with an entry for each case and each edit, who may change it and why.
//!
//! Entries are found by what they are about (subject, verdicts, conditions), never by number, so that a file stays good
//! while other changes come and go. An entry without `by` or `because` acknowledges nothing; one that is about nothing in
//! the difference is an error, since what its reviewer saw is no longer what changes.

use super::difference::{Acknowledged, Case, Change, ChangeKind, Condition, Difference, Edit};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// A file of acknowledgements.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgements {
    #[serde(default, rename = "case")]
    cases: Vec<Entry>,
    #[serde(default, rename = "edit")]
    edits: Vec<EditEntry>,
    #[serde(skip)]
    file: Option<FileId>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kind: ChangeKind,
    subject: Spanned<String>,
    from: String,
    to: String,
    #[serde(default)]
    when: BTreeMap<String, Values>,
    #[serde(default)]
    by: String,
    #[serde(default)]
    because: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EditEntry {
    subject: Spanned<String>,
    what: String,
    old: Option<String>,
    new: Option<String>,
    #[serde(default)]
    by: String,
    #[serde(default)]
    because: String,
}

/// What a condition allows of its fact.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged, expecting = "expected a value, a list of values, or a table of `from` and `until`")]
enum Values {
    One(String),
    Many(BTreeSet<String>),
    Within(Within),
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct Within {
    from: Option<String>,
    until: Option<String>,
}

/// Reads a file of acknowledgements.
///
/// # Errors
/// It is no TOML, or no acknowledgement.
pub fn read(file: FileId, sources: &Sources) -> Result<Acknowledgements, Diagnostic> {
    let text = sources.get(file).map_or("", |source| source.text());
    let read = toml::from_str(text).map(|read| Acknowledgements { file: Some(file), ..read });
    read.map_err(|error| {
        let message = error.message().lines().next().unwrap_or("it cannot be read").to_owned();
        let name = sources.get(file).map_or("", |source| source.name());
        Diagnostic::error(Code::NotAnAcknowledgement, format!("`{name}` acknowledges nothing that can be read"))
            .at(Span::new(file, error.span().unwrap_or(0..0)), message)
            .help("`entail diff … --write-acknowledge FILE` starts such a file")
    })
}

/// Writes each acknowledgement beside what it is about.
///
/// # Errors
/// Entries that are about nothing in the difference.
pub fn apply(difference: &mut Difference, entries: &Acknowledgements) -> Vec<Diagnostic> {
    let mut idle = Vec::new();
    for entry in &entries.cases {
        let mut cases = difference.changes.iter_mut().flat_map(|change| {
            let is_it = is_about(entry, change);
            change.cases.iter_mut().filter(move |_| is_it)
        });
        match cases.find(|case| conditions(case) == entry.conditions()) {
            Some(case) => case.acknowledged = signed(&entry.by, &entry.because).or(case.acknowledged.take()),
            None => idle.push((&entry.subject, format!("no such case of {} → {}", entry.from, entry.to))),
        }
    }
    for entry in &entries.edits {
        let edits = [&mut difference.numbers, &mut difference.citations, &mut difference.wording];
        match edits.into_iter().flatten().find(|edit| is_edit(entry, edit)) {
            Some(edit) => edit.acknowledged = signed(&entry.by, &entry.because).or(edit.acknowledged.take()),
            None => idle.push((&entry.subject, format!("no such change of its {}", entry.what))),
        }
    }
    let file = entries.file;
    let problem = |(subject, text): (&Spanned<String>, String)| {
        let message = format!("`{}` does not change as this entry says", subject.get_ref());
        let error = Diagnostic::error(Code::AcknowledgesNothing, message);
        let error = file.map_or(error.clone(), |file| error.at(Span::new(file, subject.span()), text));
        error.help("look at what changes now, and take the entry out or start a new one")
    };
    idle.into_iter().map(problem).collect()
}

fn is_about(entry: &Entry, change: &Change) -> bool {
    let about = (entry.kind, entry.subject.get_ref(), &entry.from, &entry.to);
    about == (change.kind, &change.subject, &change.from.to_string(), &change.to.to_string())
}

fn is_edit(entry: &EditEntry, edit: &Edit) -> bool {
    (entry.subject.get_ref(), &entry.what, &entry.old, &entry.new) == (&edit.subject, &edit.what, &edit.old, &edit.new)
}

/// Nobody has acknowledged without a name and a reason.
fn signed(by: &str, because: &str) -> Option<Acknowledged> {
    let (by, because) = (by.trim(), because.trim());
    (!by.is_empty() && !because.is_empty()).then(|| Acknowledged { by: by.to_owned(), because: because.to_owned() })
}

/// Conditions by their facts, as they are compared: the order of values says nothing.
type Conditions<'c> = BTreeMap<&'c str, Allowed<'c>>;

/// Values, or the ends of an interval.
type Allowed<'c> = (BTreeSet<&'c str>, Option<&'c str>, Option<&'c str>);

fn conditions(case: &Case) -> Conditions<'_> {
    case.when.iter().map(condition).collect()
}

fn condition(condition: &Condition) -> (&str, Allowed<'_>) {
    match condition {
        Condition::In { fact, values } => (fact, (values.iter().map(String::as_str).collect(), None, None)),
        Condition::Within { fact, from, until } => (fact, (BTreeSet::new(), from.as_deref(), until.as_deref())),
    }
}

impl Values {
    fn allowed(&self) -> Allowed<'_> {
        match self {
            Values::One(value) => (BTreeSet::from([value.as_str()]), None, None),
            Values::Many(values) => (values.iter().map(String::as_str).collect(), None, None),
            Values::Within(Within { from, until }) => (BTreeSet::new(), from.as_deref(), until.as_deref()),
        }
    }
}

impl Entry {
    fn conditions(&self) -> Conditions<'_> {
        self.when.iter().map(|(fact, values)| (fact.as_str(), values.allowed())).collect()
    }
}

/// A file with every case and edit of a difference; what is acknowledged already is kept.
pub fn template(difference: &Difference) -> String {
    let mut text = format!(
        "# What changes from {} to {}: {}.\n# An entry in which `by` or `because` is empty acknowledges nothing.\n",
        comment(&difference.old.origin),
        comment(&difference.new.origin),
        difference.verdict.text()
    );
    for change in &difference.changes {
        change.cases.iter().for_each(|case| text.push_str(&case_entry(change, case)));
    }
    for edit in difference.edits() {
        text.push_str(&edit_entry(edit));
    }
    text
}

fn case_entry(change: &Change, case: &Case) -> String {
    let mut text = format!("\n[[case]]\nkind = {}\n", quoted(change.kind.text()));
    text.push_str(&line("subject", &change.subject));
    text.push_str(&line("from", &change.from.to_string()));
    text.push_str(&line("to", &change.to.to_string()));
    for condition in &case.when {
        let (fact, values) = match condition {
            Condition::In { fact, values } => {
                let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
                (fact, format!("[{}]", values.join(", ")))
            }
            Condition::Within { fact, from, until } => {
                let ends = [("from", from), ("until", until)].into_iter();
                let ends = ends.filter_map(|(key, end)| Some(format!("{key} = {}", quoted(end.as_ref()?))));
                (fact, format!("{{ {} }}", ends.collect::<Vec<_>>().join(", ")))
            }
        };
        text.push_str(&format!("when.{} = {values}\n", quoted(fact)));
    }
    text + &signature(case.acknowledged.as_ref())
}

fn edit_entry(edit: &Edit) -> String {
    let mut text = "\n[[edit]]\n".to_owned() + &line("subject", &edit.subject) + &line("what", &edit.what);
    text.extend(edit.old.iter().map(|old| line("old", old)));
    text.extend(edit.new.iter().map(|new| line("new", new)));
    text + &signature(edit.acknowledged.as_ref())
}

fn signature(acknowledged: Option<&Acknowledged>) -> String {
    let (by, because) = acknowledged.map_or(("", ""), |signed| (&signed.by, &signed.because));
    line("by", by) + &line("because", because)
}

fn line(key: &str, value: &str) -> String {
    format!("{key} = {}\n", quoted(value))
}

/// A basic string of TOML; such a string may stand for a key as well.
fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// A text that ends no comment.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl Difference {
    /// The numbers, citations and wording that change.
    pub fn edits(&self) -> impl Iterator<Item = &Edit> {
        self.numbers.iter().chain(&self.citations).chain(&self.wording)
    }

    /// What was said of each case and each edit.
    pub fn acknowledgements(&self) -> impl Iterator<Item = Option<&Acknowledged>> {
        let cases = self.changes.iter().flat_map(|change| &change.cases).map(|case| case.acknowledged.as_ref());
        cases.chain(self.edits().map(|edit| edit.acknowledged.as_ref()))
    }

    /// Whether everything that changes is acknowledged; what follows from a definition is, with it. True where nothing
    /// changes.
    pub fn is_acknowledged(&self) -> bool {
        self.changes.iter().all(Change::is_acknowledged) && self.edits().all(|edit| edit.acknowledged.is_some())
    }
}

impl Change {
    /// Whether every case is acknowledged; what follows from a definition is acknowledged there.
    pub fn is_acknowledged(&self) -> bool {
        let told_elsewhere = self.follows_from.is_some();
        (told_elsewhere || !self.cases.is_empty()) && self.cases.iter().all(|case| case.acknowledged.is_some())
    }
}
