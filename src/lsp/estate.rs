//! Estates on the desk: `estate.toml` and its tables, read as the command line reads them, with what is open in the editor.

use super::File;
use super::completion::{Offer, of_columns};
use super::desk::{Desk, Folders, is_policy};
use super::mentions::{Choice, Words};
use super::publish::{Addresses, published};
use super::set::Set;
use super::uri::{folder, name};
use crate::diagnostic::{Diagnostic, in_order};
use crate::estate::document::Document;
use crate::estate::schema::Kind;
use crate::estate::{self};
use crate::source::{Source, Sources, Span};
use crate::syntax::is_word_char;
use lsp_types::CompletionItemKind;
use std::collections::{BTreeMap, BTreeSet};

/// What was last told of the estates with open documents.
#[derive(Debug, Default)]
pub(super) struct Estates {
    told: BTreeMap<String, BTreeMap<String, Vec<lsp_types::Diagnostic>>>,
    touched: BTreeSet<String>,
}

impl Estates {
    /// A file of an estate changed.
    pub(super) fn touch(&mut self, path: &str) {
        self.touched.insert(folder(path).to_owned());
    }

    /// The policies changed by which estates are read.
    pub(super) fn touch_all(&mut self) {
        self.touched.extend(self.told.keys().cloned());
    }
}

/// What is wrong in the files of every estate with an open document.
pub(super) fn diagnostics(desk: &mut Desk<'_>, addresses: &Addresses) -> BTreeMap<String, Vec<lsp_types::Diagnostic>> {
    let open: BTreeSet<String> = desk.open.keys().filter_map(|path| folder_of(desk, path)).collect();
    let mut told = std::mem::take(&mut desk.estates.told);
    told.retain(|folder, _| open.contains(folder));
    let touched = std::mem::take(&mut desk.estates.touched);
    for folder in
        open.into_iter().filter(|folder| touched.contains(folder) || !told.contains_key(folder)).collect::<Vec<_>>()
    {
        let found = of_estate(desk, &folder, addresses);
        told.insert(folder, found);
    }
    let all = told.values().flatten().map(|(path, diagnostics)| (path.clone(), diagnostics.clone())).collect();
    desk.estates.told = told;
    all
}

/// The folder of the estate that a document is a file of.
pub(super) fn folder_of(desk: &Desk<'_>, path: &str) -> Option<String> {
    let is_table = path.ends_with(".csv");
    let main = format!("{}/estate.toml", folder(path));
    let is_part = name(path) == "estate.toml"
        || (is_table && !is_policy(path) && (desk.open.contains_key(&main) || desk.disk.is_file(&main)));
    is_part.then(|| folder(path).to_owned())
}

fn of_estate(desk: &mut Desk<'_>, folder: &str, addresses: &Addresses) -> BTreeMap<String, Vec<lsp_types::Diagnostic>> {
    let folders = desk.folders_for_estate(&format!("{folder}/estate.toml"));
    let files = files(desk, folder);
    let set = desk.set_in(&folders);
    // By policies that do not check nothing can be said of an estate.
    if !set.is_sound() {
        return BTreeMap::new();
    }
    let Some(read) = read(set, files) else { return BTreeMap::new() };
    let mut problems = read.problems;
    in_order(&mut problems, &read.sources);
    let mut by_path: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    for problem in problems {
        let file = problem.primary.as_ref().and_then(|label| read.sources.get(label.span.file));
        let path = file.map_or_else(|| format!("{folder}/estate.toml"), |source| source.name().to_owned());
        by_path.entry(path).or_default().push(problem);
    }
    published(by_path, &read.sources, addresses)
}

/// The files of an estate, with what is open in the editor in their place.
pub(super) fn files(desk: &Desk<'_>, folder: &str) -> Vec<File> {
    let mut files: BTreeMap<String, Vec<u8>> = desk.disk.estate(folder).into_iter().collect();
    let own = desk.open.iter().filter(|(path, _)| super::uri::folder(path) == folder);
    for (path, document) in own.filter(|(path, _)| path.ends_with(".csv") || path.ends_with(".toml")) {
        files.insert(path.clone(), document.text.clone().into_bytes());
    }
    files.into_iter().collect()
}

/// An estate as read.
struct Reading {
    sources: Sources,
    document: Document,
    problems: Vec<Diagnostic>,
}

fn read(set: &Set, files: Vec<File>) -> Option<Reading> {
    let checked = set.known()?;
    let mut sources = set.sources.clone();
    let (document, mut problems) = estate::read(files, &mut sources);
    let (_, more) = estate::build(&document, &checked.program);
    problems.extend(more);
    Some(Reading { sources, document, problems })
}

/// What may stand at a place of a file of an estate.
pub(super) fn offers(desk: &mut Desk<'_>, path: &str, text: &str, offset: usize) -> Vec<Offer> {
    let Some(folder) = folder_of(desk, path) else { return Vec::new() };
    let folders: Folders = desk.folders_for_estate(path);
    let files = files(desk, &folder);
    let set = desk.set_in(&folders);
    set.checked();
    let Some((read, checked)) = read(set, files).zip(set.known()) else { return Vec::new() };
    let words = Words::of(set, &checked.program);
    let start = text.get(..offset).unwrap_or("").trim_end_matches(|c| is_word_char(c) || c == '"').len();
    let line_start = text.get(..start).unwrap_or("").rfind('\n').map_or(0, |at| at + 1);
    let before = text.get(line_start..start).unwrap_or("");
    match Kind::of(name(path).trim_end_matches(".csv")).filter(|_| path.ends_with(".csv")) {
        None => of_key(&words, &checked.program, text.get(..line_start).unwrap_or(""), before),
        Some(kind) => {
            let header = text.lines().next().unwrap_or("");
            let sign = [';', '\t'].into_iter().find(|sign| header.contains(*sign)).unwrap_or(',');
            let columns: Vec<&str> = header.split(sign).map(str::trim).collect();
            if line_start == 0 {
                return of_columns(&checked.program, kind, &columns);
            }
            let line = text.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or("");
            let cells: Vec<&str> = line.split(sign).map(|cell| cell.trim().trim_matches('"')).collect();
            let row = |name: &str| {
                let place = columns.iter().position(|column| *column == name)?;
                cells.get(place).copied().filter(|cell| !cell.is_empty())
            };
            let column = columns.get(before.matches(sign).count()).copied().unwrap_or("");
            choices(words.cell(&read.document, kind.name(), column, &row), "")
        }
    }
}

fn choices(choices: Vec<Choice>, quote: &str) -> Vec<Offer> {
    let offer = |choice: Choice| Offer::new(format!("{quote}{}{quote}", choice.text), CompletionItemKind::VALUE, None);
    choices.into_iter().filter(|choice| !choice.text.is_empty()).map(offer).collect()
}

/// What may stand in `estate.toml` behind the beginning of a line; `above` are the lines before it.
fn of_key(words: &Words<'_>, program: &crate::program::Program, above: &str, before: &str) -> Vec<Offer> {
    let section = above.lines().rev().find_map(|line| line.trim().strip_prefix('[')?.strip_suffix(']'));
    let (table, rest) = match (section, before.split_once('{')) {
        (Some(section), _) => (Some(section.trim()), before),
        (None, Some((table, rest))) => (Some(table.trim().trim_end_matches('=').trim()), rest),
        (None, None) => (None, before),
    };
    let entry = rest.rsplit(',').next().unwrap_or("");
    match (entry.split_once('='), table) {
        (Some((key, _)), table) => {
            let key = key.trim();
            let path = table.map_or_else(|| key.to_owned(), |table| format!("{table}.{key}"));
            let is_bool = |choice: &Choice| matches!(choice.text.as_str(), "yes" | "no" | "unknown");
            let all = words.key(&path);
            let plain: Vec<Choice> = all.iter().filter(|choice| is_bool(choice)).cloned().collect();
            let bools = plain.into_iter().filter_map(|choice| match choice.text.as_str() {
                "yes" => Some(Offer::new("true", CompletionItemKind::VALUE, None)),
                "no" => Some(Offer::new("false", CompletionItemKind::VALUE, None)),
                _ => None,
            });
            let named = choices(all.iter().filter(|choice| !is_bool(choice)).cloned().collect(), "\"");
            bools.chain(named).collect()
        }
        (None, table) => keys(program, table),
    }
}

fn keys(program: &crate::program::Program, table: Option<&str>) -> Vec<Offer> {
    let key = |name: &str, says: Option<String>| Offer::new(name, CompletionItemKind::PROPERTY, says);
    match table {
        None => ["name", "as_of", "currency", "agreement", "agreement_signed", "readings", "facts", "evidence"]
            .map(|name| key(name, None))
            .to_vec(),
        Some("readings") => program
            .definitions
            .iter()
            .map(|(_, definition)| key(&definition.header.name, definition.header.title.clone()))
            .collect(),
        Some("facts") => {
            let facts = program.facts.values();
            let own = facts.filter(|fact| fact.entity == crate::program::Entity::Estate);
            own.map(|fact| key(&fact.header.name, fact.question.clone())).collect()
        }
        Some("evidence") => {
            let rules = program.rules.values().filter(|rule| rule.evidence.is_some());
            rules.map(|rule| key(&rule.header.name, rule.evidence.clone())).collect()
        }
        Some(_) => Vec::new(),
    }
}

/// What the word at a place of an estate's file names: the path and text that it is declared in, and where.
pub(super) fn definition(desk: &mut Desk<'_>, path: &str, offset: usize) -> Option<(String, String, Span)> {
    let folder = folder_of(desk, path)?;
    let folders = desk.folders_for_estate(path);
    let files = files(desk, &folder);
    let set = desk.set_in(&folders);
    set.checked();
    let checked = set.known()?;
    let read = read(set, files)?;
    let uses = Words::of(set, &checked.program).uses(&read.document.clone().held().0);
    let is_own = |span: Span| read.sources.get(span.file).is_some_and(|source| source.name() == path);
    let holds = |span: Span| span.range().start <= offset && offset <= span.range().end && is_own(span);
    let found = uses.into_iter().find(|found| holds(found.span))?;
    let source: &Source = read.sources.get(found.declared.file)?;
    Some((source.name().to_owned(), source.whole().into_owned(), found.declared))
}
