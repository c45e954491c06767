//! What the checker says of policy texts: each case is a text in `tests/cases/typing`, its answer beside it.

use entail::diagnostic::{Diagnostic, in_order};
use entail::program::Program;
use entail::source::{Sources, Span};
use entail::syntax::{ast::Ast, parse};
use entail::typing;
use std::fmt::Write;
use std::path::Path;

/// Parses and checks one text.
fn checked(sources: &mut Sources, text: &str) -> (Program, Vec<Diagnostic>) {
    let file = sources.add("case.entail", text).unwrap();
    let (parsed, mut diagnostics) = parse(sources, file);
    let (program, found) = typing::check(&Ast { items: parsed.items }, &parsed.broken);
    diagnostics.extend(found);
    in_order(&mut diagnostics, sources);
    (program, diagnostics)
}

/// What is said of a text; empty where it is right.
fn check(text: &str) -> String {
    let mut sources = Sources::default();
    let (_, diagnostics) = checked(&mut sources, text);
    diagnostics.iter().map(|diagnostic| shown(&sources, diagnostic)).collect::<Vec<_>>().join("\n")
}

fn shown(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let mut text = format!("{} {}\n", diagnostic.code, diagnostic.message);
    let labels = diagnostic.primary.iter().map(|label| (">", label)).chain(diagnostic.secondary.iter().map(|label| ("-", label)));
    for (mark, label) in labels {
        writeln!(text, "  {mark} {}: {}", underlined(sources, label.span), label.text).unwrap();
    }
    if let Some(help) = &diagnostic.help {
        writeln!(text, "  = {help}").unwrap();
    }
    text
}

fn underlined(sources: &Sources, span: Span) -> String {
    let place = sources.place(span);
    let place = place.strip_prefix("case.entail:").unwrap_or(&place).to_owned();
    let text = sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{place} `{text}`")
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/typing");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        let mut cases: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        cases.sort();
        for case in cases.into_iter().filter(|case| case.extension().is_some_and(|extension| extension == "entail")) {
            let text = std::fs::read_to_string(&case).unwrap();
            insta::assert_snapshot!(case.file_stem().unwrap().to_str().unwrap(), check(&text));
        }
    });
}
