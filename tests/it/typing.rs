//! What the checker says of policy texts: each case is a text in `tests/cases/typing`, its answer beside it.

use entail::diagnostic::{Diagnostic, in_order};
use entail::program::Program;
use entail::source::{Sources, Span};
use entail::syntax::parse;
use entail::typing;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Parses and checks one text.
fn checked(sources: &mut Sources, text: &str) -> (Program, Vec<Diagnostic>) {
    let (program, mut diagnostics) = crate::checked([("case.entail", text)], sources);
    in_order(&mut diagnostics, sources);
    (program, diagnostics)
}

/// What is said of a text; empty where it is right.
fn check(text: &str) -> String {
    let mut sources = Sources::default();
    let (_, diagnostics) = checked(&mut sources, text);
    diagnostics.iter().map(|diagnostic| shown(&sources, diagnostic)).collect::<Vec<_>>().join("\n")
}

/// A diagnostic as code, message, what is underlined, and help.
pub fn shown(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let mut text = format!("{} {}\n", diagnostic.code, diagnostic.message);
    let labels = diagnostic
        .primary
        .iter()
        .map(|label| (">", label))
        .chain(diagnostic.secondary.iter().map(|label| ("-", label)));
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

/// Compares with the snapshot of this name beside the cases.
fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/typing")
}

#[test]
fn cases() {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    for case in cases.iter().filter(|case| case.extension().is_some_and(|extension| extension == "entail")) {
        snapshot(case.file_stem().unwrap().to_str().unwrap(), &check(&std::fs::read_to_string(case).unwrap()));
    }
}

/// The program of a text without mistakes.
fn program(text: &str) -> Program {
    let mut sources = Sources::default();
    let (program, diagnostics) = checked(&mut sources, text);
    let told: Vec<String> = diagnostics.iter().map(|diagnostic| shown(&sources, diagnostic)).collect();
    assert_eq!(told, Vec::<String>::new());
    program
}

#[test]
fn names_of_items_that_cannot_be_read_are_never_unknown() {
    let mut sources = Sources::default();
    let text = "exempt a at Gone { for Lost  when user.x is y and user is vague and agreement is Away }\nextend vague { }\n\
                license L { assigned to user  grants Lost.f  provided p: license.version >= server.version }\n\
                test t { hurry: yes  expect status compliant }\n";
    let file = sources.add("case.entail", text).unwrap();
    let (mut ast, _) = parse(&sources, file);
    ast.broken = ["Gone", "Lost", "user", "vague", "Away", "estate"].map(str::to_owned).into();
    assert_eq!(typing::check(&ast).1, []);
}

const LICENCES: &str = r#"
product P { release 1  release 2 also 2R2 from 2002-01-01  release 3 from 2003-01-01  functionality a  functionality b adds to a }
terms Shared { provided common: license.version >= server.version  provided replaced: no }
license L {
  assigned to device or user  grants P.a  pack 5  under Shared
  provided replaced: yes
  provided own: yes
  version 2R2 { until 2004-01-01  grants P.b  provided own: no  provided added: yes }
}
license Late { assigned to host  grants P.a  versions 3, 2 }
license Suite { assigned to user
  version 9 { from 2003-06-01  includes L 3 }
  version 8 { from 2002-06-01  includes L 2 }
  version 10 { includes L 1 }
}
"#;

#[test]
fn licences_are_written_out_for_each_version() {
    let program = program(LICENCES);
    let lines: Vec<String> = program.licenses.iter().map(|(_, license)| written_out(&program, license)).collect();
    snapshot("licences_written_out", &lines.join("\n"));
}

fn written_out(program: &Program, license: &entail::program::License) -> String {
    let mut text = format!("{} {:?} {:?}\n", license.header.name, license.metrics, license.line);
    for version in &license.versions {
        let grants: Vec<&str> =
            version.grants.iter().map(|id| program.functionalities[*id].header.name.as_str()).collect();
        let provided: Vec<String> = version
            .provided
            .iter()
            .map(|provided| {
                format!("{} {:?}", provided.header.name, provided.condition.kind).chars().take(22).collect()
            })
            .collect();
        let day = |day: Option<entail::value::Date>| day.map_or("…".to_owned(), |day| day.to_string());
        writeln!(
            text,
            "  {:?} sold {}..{} grants {grants:?} includes {:?} pack {} provided {provided:?}",
            version.labels,
            day(version.sold.from),
            day(version.sold.until),
            version.includes,
            version.pack
        )
        .unwrap();
    }
    text
}

#[test]
fn a_test_becomes_the_estate_that_files_would_give() {
    let program = program(
        r#"
source S {}
facts estate { rich: bool }
facts user { x: bool }
facts device { y: bool }
define d { reading S { when user.x } }
exempt e { when no  evidence "letter" }
product P { release 1  release 2  functionality a }
license L { assigned to user or device  grants P.a }
test t {
  as_of: 2008-01-01  rich: yes  reading d: S  evidence e "of the vendor"
  user bob { x: unknown }
  user eve { count: many  x: yes }
  device pc
  server web { product: P 2  routes: [db, other] }
  server db { product: P 1  host: h }
  server other { product: P 1  version: 1 }
  access bob -> web { device: pc  functionality: a }
  access pc -> db
  owns 3 L 1 per user { assigned_to: bob }
  price 29.50 L { from 2007-01-01 }
  absence bob -> eve { from 2008-01-01 until 2008-02-01  count: 1 }
  expect bob is not d
  expect unknown eve is d
  expect db unmet
}
"#,
    );
    let estate = &program.tests[0].estate;
    let mut text = String::new();
    for entry in &estate.entries {
        writeln!(text, "{} = {}", entry.key.text, entry.value.text).unwrap();
    }
    for table in &estate.tables {
        let row = |cells: &[entail::estate::document::Cell]| {
            cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(",")
        };
        writeln!(text, "[{}] {}", table.name.text, row(&table.columns)).unwrap();
        for cells in &table.rows {
            writeln!(text, "  {}", row(cells)).unwrap();
        }
    }
    snapshot("estate_of_a_test", &text);
    assert_eq!(program.tests[0].expectations.len(), 3);
}

#[test]
fn a_definition_is_about_what_it_reads() {
    let program = program(
        r#"
facts user { x: bool }
facts device { y: bool }
define later { when access is both or user is person }
define person { when user.x and estate.as_of > 2008-01-01 and agreement is none }
define both { when user is person and device.y }
define nobody { when access.user is none }
"#,
    );
    let subjects: Vec<(&str, &str)> =
        program.definitions.iter().map(|(_, it)| (it.header.name.as_str(), it.subject.text())).collect();
    assert_eq!(subjects, [("later", "access"), ("person", "user"), ("both", "access"), ("nobody", "access")]);
}

/// The checker answers to any text; here to the language's example with words left out, doubled and exchanged.
#[test]
fn no_text_makes_it_panic() {
    let text = std::fs::read_to_string(folder().join("the_language_page.entail")).unwrap();
    let words: Vec<&str> = text.split_inclusive([' ', '\n', '.', ',', '{', '(']).collect();
    for place in (0..words.len()).step_by(29) {
        let other = words[(place * 7919) % words.len()];
        for change in [vec![], vec![words[place], words[place]], vec![other]] {
            check(&[&words[..place], change.as_slice(), &words[place + 1..]].concat().concat());
        }
    }
}
