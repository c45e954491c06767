//! `entail sources`: the documents, who yields to whom, and all that cites each.

use crate::program::{Definition, Program, Reading, SourceDocument, SourceId};
use std::fmt::Write;

/// Every document with its period, preferences and what cites it, by name.
pub fn sources(program: &Program) -> String {
    let mut ids: Vec<SourceId> = program.sources.ids().collect();
    ids.sort_by_key(|id| &program.sources[*id].header.name);
    ids.into_iter().map(|id| source(program, id)).collect::<Vec<_>>().join("\n")
}

fn source(program: &Program, id: SourceId) -> String {
    let document = &program.sources[id];
    let mut text = format!("{}: {}\n", document.header.name, document.header.display());
    let _ = writeln!(text, "  {}", details(document));
    for preference in program.preferences.iter().filter(|preference| preference.preferred == id) {
        let because = preference.because.as_ref().map_or_else(String::new, |because| format!(": {because}"));
        let cites: Vec<String> = preference.cites.iter().map(|cite| program.citation_text(cite)).collect();
        let cites = if cites.is_empty() { String::new() } else { format!(" ({})", cites.join("; ")) };
        let _ = writeln!(text, "  preferred to {}{because}{cites}", program.sources[preference.over].header.name);
    }
    for (what, section) in cited_by(program, id) {
        let section = section.map_or_else(String::new, |section| format!(" at \"{section}\""));
        let _ = writeln!(text, "  cited by {what}{section}");
    }
    text
}

/// "contract, from 2008-01-01 until 2015-07-01; publisher: Microsoft".
fn details(document: &SourceDocument) -> String {
    let mut parts = vec![document.kind.clone().unwrap_or_else(|| "document".to_owned())];
    match (document.period.from, document.period.until) {
        (Some(from), Some(until)) => parts.push(format!("in force from {from} until {until}")),
        (Some(from), None) => parts.push(format!("in force from {from}")),
        (None, Some(until)) => parts.push(format!("in force until {until}")),
        (None, None) => {}
    }
    if document.when.is_some() {
        parts.push("under a condition on agreement and dates".to_owned());
    }
    parts.extend(document.details.iter().map(|(key, value)| format!("{key}: {value}")));
    parts.join("; ")
}

/// What cites a source or reads a term from it, and where in it.
fn cited_by(program: &Program, id: SourceId) -> Vec<(String, Option<&str>)> {
    let mut cited: Vec<(String, Option<&str>)> = Vec::new();
    for (name, cites) in program.citing() {
        cited.extend(cites.iter().filter(|cite| cite.source == id).map(|cite| (name.clone(), cite.section.as_deref())));
    }
    let definitions = program
        .definitions
        .iter()
        .flat_map(|(_, definition)| definition.readings.iter().map(move |reading| (definition, reading)));
    cited.extend(
        definitions
            .filter(|(_, reading)| reading.source == Some(id))
            .map(|(definition, reading)| (path(definition, reading), reading.header.title.as_deref())),
    );
    cited.sort();
    cited.dedup();
    cited
}

/// `external.PUR`.
fn path(definition: &Definition, reading: &Reading) -> String {
    format!("{}.{}", definition.header.name, reading.header.name)
}
