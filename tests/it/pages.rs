//! The pages of diagnostic codes: each wrong program or estate on one gives that code and no other, each right one nothing.

use entail::diagnostic::{Code, Diagnostic, any_error};
use entail::estate;
use entail::judge::{self, Request};
use entail::lint::lint;
use entail::source::Sources;
use entail::testing;
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

/// What is said of a policy text, its tests included; on the page of a lint, what that lint finds.
fn of_policies(code: Code, text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let (program, mut diagnostics) = crate::checked([("page.entail", text)], &mut sources);
    if !any_error(&diagnostics) {
        diagnostics.extend(testing::run(&program, None).into_iter().flat_map(|outcome| outcome.failures));
    }
    if code.is_lint() && diagnostics.is_empty() {
        let found = lint(&program, &sources).into_iter().map(|finding| finding.diagnostic);
        diagnostics.extend(found.filter(|diagnostic| diagnostic.code == code));
    }
    diagnostics
}

/// What is said of an estate under some policies, notes of its position included.
fn of_estate(policies: &[(String, String)], files: &[&Block<'_>]) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let program = crate::sound(policies.to_vec(), &mut sources);
    let (document, mut diagnostics) = match files {
        [whole] if !whole.kind.starts_with("toml") => {
            estate::read_whole(whole.file, whole.text.as_bytes().to_vec(), &mut sources)
        }
        files => {
            let files = files.iter().map(|block| (block.file.to_owned(), block.text.as_bytes().to_vec())).collect();
            estate::read(files, &mut sources)
        }
    };
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

/// What is said of the programs on a page, and of its estate, that end in `wrong` or in `right`. An estate is judged by the
/// page's `entail` block, if it has one, else by the shipped policies.
fn answers(code: Code, blocks: &[Block<'_>], ending: &str) -> Vec<Vec<Diagnostic>> {
    let of = |kind: &str| blocks.iter().filter(|block| block.kind == kind).collect::<Vec<_>>();
    let mut answers: Vec<_> =
        of(&format!("entail-{ending}")).iter().map(|block| of_policies(code, block.text)).collect();
    let kinds = ["toml", "csv", "json", "yaml"].map(|kind| of(&format!("{kind}-{ending}")));
    let files: Vec<&Block<'_>> = kinds.concat();
    if !files.is_empty() {
        let own: Vec<_> = of("entail").iter().map(|block| ("page.entail".to_owned(), block.text.to_owned())).collect();
        answers.push(of_estate(if own.is_empty() { crate::shipped() } else { own }.as_slice(), &files));
    }
    answers
}

/// What is wrong with a page; nothing if it keeps its word.
fn complaints(code: Code) -> Vec<String> {
    let (page, mut complaints) = (code.page(), Vec::new());
    let blocks = blocks(page);
    let (wrong, right) = (answers(code, &blocks, "wrong"), answers(code, &blocks, "right"));
    let mut complain = |what: String| complaints.push(format!("{code}: {what}"));
    if !page.starts_with(&format!("# {code}: ")) {
        complain("the page is missing, or does not begin with its code".to_owned());
    }
    if (wrong.is_empty() || right.is_empty()) && !blocks.iter().any(|block| block.kind == "shell") {
        complain("neither a wrong and a right program nor a call".to_owned());
    }
    for found in wrong.iter().filter(|found| found.is_empty() || found.iter().any(|one| one.code != code)) {
        complain(format!("what is wrong gives [{}]", told(found)));
    }
    for found in right.iter().filter(|found| !found.is_empty()) {
        complain(format!("what is right gives [{}]", told(found)));
    }
    let said = |quoted: &str| wrong.iter().flatten().any(|one| one.message == quoted);
    for quoted in page.lines().filter_map(|line| line.strip_prefix("> ")).filter(|quoted| !said(quoted)) {
        complain(format!("nothing says `{quoted}` but [{}]", told(&wrong.concat())));
    }
    complaints
}

fn told(found: &[Diagnostic]) -> String {
    found.iter().map(|one| format!("{} {}", one.code, one.message)).collect::<Vec<_>>().join("; ")
}

#[test]
fn every_page_keeps_its_word() {
    let complaints: Vec<String> = Code::ALL.iter().flat_map(|code| complaints(*code)).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_page_has_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/src/codes");
    for page in std::fs::read_dir(folder).unwrap() {
        let name = page.unwrap().file_name().into_string().unwrap();
        assert!(Code::ALL.iter().any(|code| name == format!("{code}.md")), "{name}");
    }
}
