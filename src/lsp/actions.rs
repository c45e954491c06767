//! Edits that an editor offers for what is wrong: those of the diagnostics and of the linter, and no others.

use super::desk::{Desk, is_policy, path};
use super::place::Lines;
use crate::diagnostic::{Diagnostic, Fix};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, NumberOrString, Range, TextEdit, WorkspaceEdit,
};

/// The edits for what is wrong within a range of a document.
pub(super) fn actions(desk: &mut Desk<'_>, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let uri = &params.text_document.uri;
    let path = path(uri);
    if !is_policy(&path) || !desk.open.contains_key(&path) {
        return Vec::new();
    }
    let lints: Vec<(Diagnostic, Vec<Fix>)> = desk
        .findings(&path)
        .iter()
        .map(|finding| (finding.diagnostic.clone(), finding.fix.iter().cloned().collect()))
        .collect();
    let set = desk.set(&path);
    let wrong = set.diagnostics().remove(&path).unwrap_or_default();
    let fixable =
        wrong.into_iter().map(|diagnostic| (diagnostic.fixes.clone(), diagnostic)).map(|(fixes, one)| (one, fixes));
    let mut offered: Vec<(Diagnostic, Fix, bool, TextEdit)> = Vec::new();
    for (diagnostic, fixes) in fixable.chain(lints) {
        let Some(label) = diagnostic.primary.as_ref() else { continue };
        let Some(source) = set.sources.get(label.span.file).filter(|source| source.name() == path) else { continue };
        let lines = Lines::of(source.text());
        if !touches(lines.range(label.span.range()), params.range) {
            continue;
        }
        let is_only = fixes.len() == 1;
        for fix in fixes {
            let edit = TextEdit { range: lines.range(fix.span.range()), new_text: fix.with.clone() };
            offered.push((diagnostic.clone(), fix, is_only, edit));
        }
    }
    let told = offered.into_iter().map(|(diagnostic, fix, is_only, edit)| {
        CodeActionOrCommand::CodeAction(CodeAction {
            title: capital(&fix.what),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(about(params, &diagnostic)),
            edit: Some(WorkspaceEdit::new([(uri.clone(), vec![edit])].into())),
            is_preferred: is_only.then_some(true),
            ..CodeAction::default()
        })
    });
    told.collect()
}

/// The client's own diagnostics of the same code, so that it knows what an edit is for.
fn about(params: &CodeActionParams, diagnostic: &Diagnostic) -> Vec<lsp_types::Diagnostic> {
    let code = Some(NumberOrString::String(diagnostic.code.text().to_owned()));
    params.context.diagnostics.iter().filter(|own| own.code == code).cloned().collect()
}

fn touches(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
