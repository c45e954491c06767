//! The page of every code: its wrong program has that problem and no other, its right program has none.

use entail::diagnostic::{Code, Diagnostic};
use entail::judge::{Request, judge};
use entail::program::Program;
use entail::source::Sources;
use entail::syntax::ast::Ast;
use entail::{estate, syntax, testing, typing};
use std::collections::BTreeSet;

/// The estate that the files of a page stand in for, one at a time.
const ESTATE: [(&str, &str); 4] = [
    ("estate.toml", "as_of = 2008-03-11\n"),
    ("users.csv", "id,count,relation\nstaff,20,employee\nguests,5,customer\n"),
    ("servers.csv", "id,product,version\nweb,WindowsServer,2003\n"),
    ("accesses.csv", "user,server\nstaff,web\n"),
];

/// The code blocks of a page: what follows the fence, and the text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let parts: Vec<&str> = page.split("```").collect();
    let blocks = parts.iter().skip(1).step_by(2).map(|block| block.split_once('\n').unwrap_or((block, "")));
    blocks.map(|(info, text)| (info.to_owned(), text.to_owned())).collect()
}

fn policies(files: &[(String, String)], sources: &mut Sources) -> (Program, Vec<Diagnostic>) {
    let (mut ast, mut broken, mut problems) = (Ast::default(), BTreeSet::new(), Vec::new());
    for (name, text) in files {
        let file = sources.add(name.clone(), text.clone()).expect("a small file");
        let (parsed, found) = syntax::parse(sources, file);
        ast.items.extend(parsed.items);
        broken.extend(parsed.broken);
        problems.extend(found);
    }
    let (program, found) = typing::check(&ast, &broken);
    problems.extend(found);
    (program, problems)
}

/// What a policy text says of itself, its tests run.
fn of_policies(text: &str) -> Vec<Diagnostic> {
    let (program, problems) = policies(&[("page.entail".into(), text.into())], &mut Sources::default());
    match problems.is_empty() {
        true => testing::run(&program, None).into_iter().flat_map(|outcome| outcome.failures).collect(),
        false => problems,
    }
}

/// What an estate says that has one file of the page and is judged under the shipped policies.
fn of_estate(name: &str, text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let (program, problems) = policies(&crate::shipped(), &mut sources);
    assert_eq!(problems, [], "the shipped policies check");
    let mut files: Vec<(String, Vec<u8>)> = ESTATE
        .iter()
        .filter(|(own, _)| *own != name)
        .map(|(own, text)| ((*own).to_owned(), text.as_bytes().to_vec()))
        .collect();
    files.push((name.to_owned(), text.as_bytes().to_vec()));
    let (document, mut problems) = estate::read(files, &mut sources);
    let (estate, found) = estate::build(&document, &program);
    problems.extend(found);
    match problems.is_empty() {
        true => judge(&program, &estate, &Request::default()).err().unwrap_or_default(),
        false => problems,
    }
}

#[test]
fn every_page_shows_its_problem_and_how_to_mend_it() {
    let mut wrong_pages = Vec::new();
    for code in Code::ALL {
        let page = code.page();
        assert!(page.starts_with(&format!("# {code}: ")), "{code} has no page");
        for (info, text) in blocks(page) {
            let problems = match info.split_once(' ') {
                Some(("entail", _)) => of_policies(&text),
                Some((file, _)) => of_estate(file, &text),
                None => continue,
            };
            let codes: BTreeSet<&str> = problems.iter().map(|problem| problem.code.text()).collect();
            let wanted: BTreeSet<&str> = if info.ends_with("wrong") { [code.text()].into() } else { BTreeSet::new() };
            if codes != wanted {
                wrong_pages.push(format!("{code} ({info}): {problems:#?}"));
            }
        }
    }
    assert!(wrong_pages.is_empty(), "{}", wrong_pages.join("\n"));
}
