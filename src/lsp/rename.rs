//! Another name for something, wherever it is named; refused where the texts would then mean something else.
//!
//! The renamed texts go through the whole front end: they must check, and every word in them must name what it named before.

use super::desk::Desk;
use super::place::Lines;
use super::publish::message;
use super::search;
use super::set::Set;
use super::uri::is_compiled_in;
use crate::diagnostic::Severity;
use crate::estate;
use crate::program::Program;
use crate::source::{FileId, Span};
use crate::typing::Use;
use lsp_types::TextEdit;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The edits of a file, by its path.
pub(super) type Edits = BTreeMap<String, Vec<TextEdit>>;

/// What would be renamed at a place.
///
/// # Errors
/// Why nothing there can be renamed, in a sentence.
pub(super) fn renamed(set: &mut Set, file: FileId, offset: usize) -> Result<Use, String> {
    if !set.is_sound() {
        return Err(
            "the policies do not check: mend what is wrong first, so that every use of a name is known".to_owned()
        );
    }
    let Some(found) = search::at(set, file, offset) else {
        return Err("nothing that the policies declare is named here".to_owned());
    };
    let is_ours = |span: &Span| set.sources.get(span.file).is_some_and(|source| !is_compiled_in(source.name()));
    match search::references(set, found.declared).iter().all(is_ours) {
        true => Ok(found),
        false => Err(format!("`{}` is named in the policies that are compiled in", set.text(found.span))),
    }
}

/// The edits that give another name to what is named at a place.
///
/// # Errors
/// Why that cannot be, in a sentence.
pub(super) fn rename(set: &mut Set, file: FileId, offset: usize, name: &str) -> Result<Edits, String> {
    let found = renamed(set, file, offset)?;
    let spans: BTreeSet<Span> = search::references(set, found.declared).into_iter().collect();
    let old = set.text(found.declared).into_owned();
    if name == old {
        return Ok(Edits::new());
    }
    let mut trial = Set::default();
    trial.load(
        set.texts()
            .map(|((inner, path), text)| {
                let own =
                    set.file(path).map_or_else(Vec::new, |id| spans.iter().filter(|span| span.file == id).collect());
                (inner.clone(), (path.clone(), edited(text, &own, name).into_bytes()))
            })
            .collect(),
    );
    if !trial.is_sound() {
        return Err(format!("`{name}` cannot stand for `{old}`: {}", first_error(&mut trial)));
    }
    let moved = Moved { spans: &spans, length: name.len() };
    let before: BTreeSet<Use> = search::uses(set).into_iter().map(|found| moved.found(found)).collect();
    let (program, renamed) =
        (set.known().map(|checked| &checked.program), trial.known().map(|checked| &checked.program));
    let is_alike = program.map(shape) == renamed.map(shape);
    if before != search::uses(&trial) || !is_alike {
        return Err(format!("`{name}` would change what other words mean: something there is called so already"));
    }
    let mut edits = Edits::new();
    for span in spans {
        let Some(source) = set.sources.get(span.file) else { continue };
        let range = Lines::of(source.text()).range(span.range());
        edits.entry(source.name().to_owned()).or_default().push(TextEdit { range, new_text: name.to_owned() });
    }
    Ok(edits)
}

fn edited(text: &str, spans: &[&Span], name: &str) -> String {
    let (mut edited, mut done) = (String::new(), 0);
    for span in spans {
        edited.push_str(text.get(done..span.range().start).unwrap_or(""));
        edited.push_str(name);
        done = span.range().end;
    }
    edited + text.get(done..).unwrap_or("")
}

fn first_error(trial: &mut Set) -> String {
    let all = trial.diagnostics();
    let mut errors = all.values().flatten().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.next().map_or_else(String::new, |error| message(error).lines().next().unwrap_or("").to_owned())
}

/// Where spans are once some of them have another length.
struct Moved<'m> {
    spans: &'m BTreeSet<Span>,
    length: usize,
}

impl Moved<'_> {
    fn found(&self, found: Use) -> Use {
        Use { span: self.span(found.span), declared: self.span(found.declared) }
    }

    fn span(&self, span: Span) -> Span {
        let start = self.offset(span.file, span.range().start);
        let length = if self.spans.contains(&span) { self.length } else { span.range().len() };
        Span::new(span.file, start..start + length)
    }

    fn offset(&self, file: FileId, offset: usize) -> usize {
        let before = self.spans.iter().filter(|span| span.file == file && span.range().start < offset);
        before.fold(offset, |moved, span| moved + self.length - span.range().len())
    }
}

/// What no name says of a program: how many clauses each version of a licence has, and how many problems each test's estate.
fn shape(program: &Program) -> Vec<usize> {
    let clauses = program.licenses.values().flat_map(|license| &license.versions).map(|version| version.provided.len());
    let problems = program.tests.iter().map(|test| estate::build(&test.estate, program).1.len());
    clauses.chain(problems).collect()
}

/// Edits as the protocol has them, in order.
pub(super) fn workspace_edit(desk: &Desk<'_>, edits: Edits) -> Value {
    let changes: BTreeMap<String, Vec<TextEdit>> =
        edits.into_iter().filter_map(|(path, edits)| Some((desk.uri(&path)?.to_string(), edits))).collect();
    serde_json::json!({ "changes": changes })
}
