//! The pages of diagnostic codes: each wrong program or estate on one gives that code and no other, each right one nothing.

use entail::diagnostic::{Code, Diagnostic, any_error};
use entail::estate;
use entail::judge::{self, Request};
use entail::program::Program;
use entail::source::Sources;
use entail::syntax::{ast::Ast, parse};
use entail::{testing, typing};
use std::collections::BTreeSet;
use std::path::Path;

/// A fenced block: the words behind its fence, and its text.
struct Block<'p> {
    kind: &'p str,
    file: &'p str,
    text: &'p str,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let fenced = page.split("```").skip(1).step_by(2);
    let block = |(first, text)| {
        let (kind, file) = str::split_once(first, ' ').unwrap_or((first, ""));
        Block { kind, file, text }
    };
    fenced.map(|fenced| block(fenced.split_once('\n').unwrap())).collect()
}

/// What is said of a policy text, its tests included.
fn of_policies(text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let (program, mut diagnostics) = program(&mut sources, &[("page.entail".to_owned(), text.to_owned())]);
    if !any_error(&diagnostics) {
        diagnostics.extend(testing::run(&program, None).into_iter().flat_map(|outcome| outcome.failures));
    }
    diagnostics
}

fn program(sources: &mut Sources, files: &[(String, String)]) -> (Program, Vec<Diagnostic>) {
    let (mut ast, mut broken, mut diagnostics) = (Ast::default(), BTreeSet::new(), Vec::new());
    for (name, text) in files {
        let file = sources.add(name.as_str(), text.as_str()).unwrap();
        let (parsed, found) = parse(sources, file);
        ast.items.extend(parsed.items);
        diagnostics.extend(found);
        broken.extend(parsed.broken);
    }
    let (program, found) = typing::check(&ast, &broken);
    diagnostics.extend(found);
    (program, diagnostics)
}

/// What is said of an estate under some policies, notes of its position included.
fn of_estate(policies: &[(String, String)], files: &[&Block<'_>]) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let (program, problems) = program(&mut sources, policies);
    assert_eq!(problems, Vec::new());
    let files = files.iter().map(|block| (block.file.to_owned(), block.text.as_bytes().to_vec())).collect();
    let (document, mut diagnostics) = estate::read(files, &mut sources);
    let (estate, found) = estate::build(&document, &program);
    diagnostics.extend(found);
    if any_error(&diagnostics) {
        return diagnostics;
    }
    match judge::judge(&program, &estate, &Request::default()) {
        Ok(judgement) => diagnostics.extend(judgement.notes),
        Err(problems) => diagnostics.extend(problems),
    }
    diagnostics
}

fn shipped() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let text = |path: &std::path::PathBuf| (path.display().to_string(), std::fs::read_to_string(path).unwrap());
    files.iter().map(text).collect()
}

/// What is wrong with a page; nothing if it keeps its word. Its estates are judged by its `entail` block, if it has one,
/// else by the shipped policies.
fn complaints(code: Code) -> Vec<String> {
    let page = code.page();
    let mut complaints = Vec::new();
    if !page.starts_with(&format!("# {code}: ")) {
        complaints.push(format!("{code}: the page is missing, or does not begin with its code"));
    }
    let blocks = blocks(page);
    let of = |kind: &str| blocks.iter().filter(|block| block.kind == kind).collect::<Vec<_>>();
    let mut wrong: Vec<Vec<Diagnostic>> = of("entail-wrong").iter().map(|block| of_policies(block.text)).collect();
    let mut right: Vec<Vec<Diagnostic>> = of("entail-right").iter().map(|block| of_policies(block.text)).collect();
    let own: Vec<_> = of("entail").iter().map(|block| ("page.entail".to_owned(), block.text.to_owned())).collect();
    let policies = if own.is_empty() { shipped() } else { own };
    for (answers, ending) in [(&mut wrong, "wrong"), (&mut right, "right")] {
        let files: Vec<&Block<'_>> = [of(&format!("toml-{ending}")), of(&format!("csv-{ending}"))].concat();
        if !files.is_empty() {
            answers.push(of_estate(&policies, &files));
        }
    }
    let told = |found: &[Diagnostic]| {
        found.iter().map(|one| format!("{} {}", one.code, one.message)).collect::<Vec<_>>().join("; ")
    };
    for found in &wrong {
        if found.is_empty() || found.iter().any(|one| one.code != code) {
            complaints.push(format!("{code}: the wrong one gives [{}]", told(found)));
        }
    }
    for found in right.iter().filter(|found| !found.is_empty()) {
        complaints.push(format!("{code}: the right one gives [{}]", told(found)));
    }
    for quoted in page.lines().filter_map(|line| line.strip_prefix("> ")) {
        if !wrong.iter().flatten().any(|one| one.message == quoted) {
            complaints.push(format!("{code}: nothing says `{quoted}` but [{}]", told(&wrong.concat())));
        }
    }
    if (wrong.is_empty() || right.is_empty()) && of("shell").is_empty() {
        complaints.push(format!("{code}: neither a wrong and a right program nor a call"));
    }
    complaints
}

#[test]
fn every_page_keeps_its_word() {
    let complaints: Vec<String> = Code::ALL.iter().flat_map(|code| complaints(*code)).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_page_has_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostic/pages");
    for page in std::fs::read_dir(folder).unwrap() {
        let name = page.unwrap().file_name().into_string().unwrap();
        assert!(Code::ALL.iter().any(|code| name == format!("{code}.md")), "{name}");
    }
}
