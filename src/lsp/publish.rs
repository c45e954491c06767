//! Diagnostics as the protocol has them.

use super::place::Lines;
use super::set::Set;
use super::uri;
use crate::diagnostic::{Code, Diagnostic, Label, Severity};
use crate::source::{FileId, Source, Sources};
use lsp_types::{
    CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Range, Uri,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The addresses of open documents by path.
pub(super) type Addresses = BTreeMap<String, Uri>;

/// What is wrong in each file of a set, and what else was found there.
pub(super) fn of_set(
    set: &mut Set,
    more: Vec<Diagnostic>,
    addresses: &Addresses,
) -> BTreeMap<String, Vec<lsp_types::Diagnostic>> {
    let mut by_path = set.diagnostics();
    for diagnostic in more {
        let file = diagnostic.primary.as_ref().and_then(|label| set.sources.get(label.span.file));
        by_path.entry(file.map_or("", Source::name).to_owned()).or_default().push(diagnostic);
    }
    // What is about no file is told where the reader is.
    if let Some(of_none) = by_path.remove("")
        && let Some(path) = set.paths().find(|path| addresses.contains_key(*path))
    {
        by_path.entry(path.to_owned()).or_default().extend(of_none);
    }
    published(by_path, &set.sources, addresses)
}

/// Diagnostics by path, in the protocol's words. Texts that are compiled in are nobody's to mend.
pub(super) fn published(
    by_path: BTreeMap<String, Vec<Diagnostic>>,
    sources: &Sources,
    addresses: &Addresses,
) -> BTreeMap<String, Vec<lsp_types::Diagnostic>> {
    let labels = by_path.values().flatten().flat_map(|one| one.primary.iter().chain(&one.secondary));
    let named: BTreeSet<FileId> = labels.map(|label| label.span.file).collect();
    let texts: BTreeMap<FileId, Cow<'_, str>> =
        named.into_iter().filter_map(|file| Some((file, sources.get(file)?.whole()))).collect();
    let lines = texts.iter().map(|(file, text)| (*file, Lines::of(text))).collect();
    let telling = Telling { sources, addresses, lines };
    let own = by_path.into_iter().filter(|(path, _)| !uri::is_compiled_in(path));
    own.map(|(path, diagnostics)| (path, diagnostics.iter().map(|diagnostic| telling.diagnostic(diagnostic)).collect()))
        .collect()
}

struct Telling<'t> {
    sources: &'t Sources,
    addresses: &'t Addresses,
    /// The lines of each file that is pointed into.
    lines: BTreeMap<FileId, Lines<'t>>,
}

impl Telling<'_> {
    fn diagnostic(&self, diagnostic: &Diagnostic) -> lsp_types::Diagnostic {
        let related = diagnostic.secondary.iter().filter_map(|label| self.related(label));
        lsp_types::Diagnostic {
            range: diagnostic.primary.as_ref().map_or_else(Range::default, |label| self.range(label)),
            severity: Some(severity(diagnostic.severity)),
            code: Some(NumberOrString::String(diagnostic.code.text().to_owned())),
            code_description: page(diagnostic.code).map(|href| CodeDescription { href }),
            source: Some("entail".to_owned()),
            message: message(diagnostic),
            related_information: Some(related.collect()).filter(|related: &Vec<_>| !related.is_empty()),
            tags: None,
            data: None,
        }
    }

    fn range(&self, label: &Label) -> Range {
        self.lines.get(&label.span.file).map_or_else(Range::default, |lines| lines.range(label.span.range()))
    }

    fn related(&self, label: &Label) -> Option<DiagnosticRelatedInformation> {
        let path = self.sources.get(label.span.file)?.name();
        let uri = self.addresses.get(path).cloned().or_else(|| uri::of_path(path))?;
        let location = Location { uri, range: self.range(label) };
        Some(DiagnosticRelatedInformation { location, message: label.text.clone() })
    }
}

/// The message, what is said of the place, and the help, each on a line.
pub(super) fn message(diagnostic: &Diagnostic) -> String {
    let label = diagnostic.primary.iter().map(|label| label.text.clone()).filter(|text| !text.is_empty());
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    let lines: Vec<String> = std::iter::once(diagnostic.message.clone()).chain(label).chain(help).collect();
    lines.join("\n")
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Note => DiagnosticSeverity::INFORMATION,
    }
}

/// Where the page of a code is read: the client asks the server for it.
fn page(code: Code) -> Option<Uri> {
    uri::of_path(&format!("pages/{code}.md"))
}
