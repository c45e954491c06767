//! The guide: every program in it checks and is laid out, every call prints what it shows, every link leads somewhere, and
//! the reference has all there is.

use crate::readme::is_shown;
use entail::diagnostic::{Code, Diagnostic, any_error};
use entail::estate::schema::Kind;
use entail::source::Sources;
use entail::syntax::ast::Keyword;
use entail::{syntax, testing};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/src")
}

/// The pages with their paths, those below folders too.
fn pages() -> Vec<(PathBuf, String)> {
    let (mut pages, mut folders) = (Vec::new(), vec![folder()]);
    while let Some(next) = folders.pop() {
        for path in std::fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => pages.push((path.clone(), std::fs::read_to_string(&path).unwrap())),
            }
        }
    }
    pages.sort();
    pages
}

/// A fenced block: its language, the file it is or adds to, its text.
struct Block<'p> {
    language: &'p str,
    file: &'p str,
    text: &'p str,
}

fn blocks(page: &str) -> impl Iterator<Item = Block<'_>> {
    page.split("```").skip(1).step_by(2).map(|fenced| {
        let (first, text) = fenced.split_once('\n').unwrap();
        let (language, file) = first.split_once(' ').unwrap_or((first, ""));
        Block { language, file, text }
    })
}

/// What is said of a text beside the shipped policies, its tests included.
fn said(text: &str) -> Vec<Diagnostic> {
    let page = ("page.entail".to_owned(), text.to_owned());
    let (program, mut problems) = crate::checked(crate::shipped().into_iter().chain([page]), &mut Sources::default());
    if !any_error(&problems) {
        problems.extend(testing::run(&program, None).into_iter().flat_map(|outcome| outcome.failures));
    }
    problems
}

fn is_laid_out(text: &str) -> bool {
    let mut sources = Sources::default();
    let file = sources.add("page.entail", text).unwrap();
    syntax::format(&sources, file).as_deref() == Ok(text)
}

#[test]
fn every_program_checks_and_is_laid_out() {
    // The programs of codes are held to what is said of them in `pages.rs`.
    let codes = folder().join("codes");
    for (path, page) in pages().into_iter().filter(|(path, _)| !path.starts_with(&codes)) {
        let mut files: BTreeMap<&str, String> = BTreeMap::new();
        for block in blocks(&page).filter(|block| block.language == "entail") {
            assert!(is_laid_out(block.text), "{}: not in the one layout:\n{}", path.display(), block.text);
            *files.entry(block.file).or_default() += block.text;
        }
        for text in files.values() {
            let said = said(text);
            assert!(said.is_empty(), "{}: {said:#?}", path.display());
        }
    }
}

/// Runs the calls of a page in order, each among the files that stand above and below it.
fn run_calls(name: &str, page: &str) {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide").join(name);
    let _ = std::fs::remove_dir_all(&place);
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    // What is wrong on purpose, and an estate, may stand below the call that reads it.
    for block in blocks(page).filter(|block| !block.file.is_empty() && block.language != "entail") {
        write(&place, block.file, block.text);
    }
    for block in blocks(page) {
        if block.language == "entail" && !block.file.is_empty() {
            let text = files.entry(block.file).or_default();
            *text += if text.is_empty() { "" } else { "\n" };
            *text += block.text;
            write(&place, block.file, text);
        }
        if block.language == "console" {
            let (call, wanted) = block.text.split_once('\n').unwrap();
            let arguments: Vec<&str> = call.strip_prefix("$ entail ").unwrap().split(' ').chain(["--quiet"]).collect();
            let printed = match place.exists() {
                true => crate::cli::run_in(&place, &arguments),
                false => crate::cli::run(&arguments),
            };
            let text = printed.stderr + &printed.stdout;
            assert!(
                is_shown(wanted, &text),
                "{name}: {call}\n\nthe guide shows\n{wanted}\nand this was printed\n{text}"
            );
        }
    }
}

fn write(place: &Path, file: &str, text: &str) {
    let path = place.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn every_call_prints_what_the_guide_shows() {
    for (path, page) in pages() {
        run_calls(path.file_stem().unwrap().to_str().unwrap(), &page);
    }
}

/// The targets of a page's links.
fn links(page: &str) -> impl Iterator<Item = &str> {
    page.split("](").skip(1).map(|rest| rest.split(')').next().unwrap())
}

#[test]
fn every_link_leads_to_a_page_and_every_page_is_listed() {
    let summary = std::fs::read_to_string(folder().join("SUMMARY.md")).unwrap();
    let listed: Vec<PathBuf> = links(&summary).map(|link| folder().join(link)).collect();
    for (path, page) in pages() {
        for link in links(&page) {
            assert!(path.parent().unwrap().join(link).is_file(), "{}: `{link}` leads nowhere", path.display());
        }
        assert!(path.ends_with("SUMMARY.md") || listed.contains(&path), "{} is not listed", path.display());
    }
}

/// The list of codes is that of their pages, by their titles.
#[test]
fn every_code_is_listed_by_its_title() {
    let summary = std::fs::read_to_string(folder().join("SUMMARY.md")).unwrap();
    let listed: Vec<&str> = summary.lines().filter(|line| line.contains("](codes/")).collect();
    let title = |code: &Code| code.page().lines().next().unwrap().trim_start_matches("# ").to_owned();
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_key(|code| code.text());
    let pages: Vec<String> =
        codes.iter().map(|code| format!("  - [{}](codes/{}.md)", title(code), code.text())).collect();
    assert_eq!(listed, pages);
}

fn reference() -> String {
    std::fs::read_to_string(folder().join("reference.md")).unwrap()
}

#[test]
fn the_reference_has_every_word_of_the_language() {
    let (reference, grammar) = (reference(), include_str!("../../grammar/entail.pest"));
    let code: String = reference.split('`').skip(1).step_by(2).map(|code| format!(" {code} ")).collect();
    let words: Vec<&str> = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let rules = grammar.lines().filter_map(|line| line.split_once(" = "));
    let named = rules.filter(|(rule, _)| rule.trim_end().ends_with("_word") || rule.trim_end() == "opener");
    for word in named.flat_map(|(_, text)| text.split('"').skip(1).step_by(2)).filter(|word| *word != "(") {
        assert!(words.contains(&word), "the reference does not have `{word}`");
    }
    for keyword in Keyword::ALL {
        assert!(reference.contains(&format!("### `{}`\n", keyword.text())), "{}", keyword.text());
    }
}

/// Items that each have a clause that no item of the sort takes: what is said of it lists those that it does.
const MISPLACED: &str = "\
source A \"t\" { pack 1 }
prefer PUR { pack 1 }
agreement B \"t\" { pack 1 }
define c \"t\" { when user.hosted pack 1 }
define c2 \"t\" { reading PUR { when user.hosted pack 1 } }
exempt d \"t\" { pack 1 }
prohibit e \"t\" { pack 1 }
advise f \"t\" { pack 1 say \"x\" }
reach g \"t\" { to server.routes pack 1 }
reassign h \"t\" { per user pack 1 }
product I \"t\" { release 1 functionality f pack 1 }
license J \"t\" { assigned to user grants I.f say \"x\" }
license K \"t\" { assigned to user version 1 { includes J 1 say \"x\" } }
terms L \"t\" { pack 1 }
test m \"t\" { pack 1 user bob { pack 1 } expect status compliant }
";

#[test]
fn the_reference_has_the_clauses_of_every_item() {
    let (reference, mut told) = (reference().to_lowercase(), 0);
    for one in said(MISPLACED).into_iter().filter(|one| one.code == Code::MisplacedClause) {
        let takes = one.primary.unwrap().text;
        assert!(reference.contains(&takes.to_lowercase()), "the reference does not say: {takes}");
        told += 1;
    }
    assert_eq!(told, 16);
}

#[test]
fn the_tables_have_every_column() {
    let page = std::fs::read_to_string(folder().join("tables.md")).unwrap();
    for kind in Kind::ALL {
        let mut table = format!("## {}\n\n| column | says |\n|---|---|\n", kind.name());
        for column in kind.columns() {
            let mark = if column.required { "**" } else { "" };
            table += &format!("| {mark}{}{mark} | {} |\n", column.name, column.says);
        }
        assert!(page.contains(&table), "{table}");
    }
}

#[test]
fn the_reference_has_every_built_in_field() {
    for entity in ["user", "device", "server", "host", "access", "license", "agreement", "estate"] {
        let place = format!(
            "license X \"t\" {{ assigned to user grants WindowsServer.standard provided a \"t\": {entity}.zz is 1 }}"
        );
        let said = said(&place);
        let help = said.iter().find(|one| one.code == Code::UnknownField).and_then(|one| one.help.clone()).unwrap();
        let row = reference().lines().find(|line| line.starts_with(&format!("| `{entity}` |"))).unwrap().to_owned();
        let declared = crate::shipped().into_iter().map(|(_, text)| text).collect::<String>();
        for field in help.split('`').skip(1).step_by(2).filter(|field| !field.starts_with("facts ")) {
            let is_built_in = !declared.contains(&format!("  {field}: "));
            assert!(!is_built_in || row.contains(&format!("`{field}`")), "{entity}.{field}");
        }
    }
}
