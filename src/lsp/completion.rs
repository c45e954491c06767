//! What may stand where the cursor is: words as the grammar has them, names as the checker would take them.
//!
//! A word that asks is put at the cursor and the set is checked with it: what the checker offers in its place is what may
//! stand there, by the type opposite it. Nothing is listed here that the front end would not take.

use super::hover::meaning;
use super::mentions::{Words, cell};
use super::set::Set;
use crate::diagnostic::{ASKED, ASKED_VERSION, Diagnostic};
use crate::estate::schema::Kind;
use crate::program::{Entity, Program};
use crate::resolve::noun;
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::{Ast, Item, Keyword};
use crate::syntax::legal::{Legal, legal};
use crate::syntax::{is_word_char, parse};
use crate::typing::{Checked, check_with_uses, clause_words};
use lsp_types::{CompletionItem, CompletionItemKind};
use std::collections::BTreeSet;
use std::ops::Range;

/// Something that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offer {
    /// What is written.
    pub(super) text: String,
    /// What it is.
    pub(super) kind: CompletionItemKind,
    /// A word about it.
    pub(super) detail: Option<String>,
}

impl Offer {
    pub(super) fn new(text: impl Into<String>, kind: CompletionItemKind, detail: Option<String>) -> Self {
        Offer { text: text.into(), kind, detail }
    }

    /// As the protocol has it; `place` keeps the order.
    pub(super) fn item(self, place: usize) -> CompletionItem {
        CompletionItem {
            label: self.text,
            kind: Some(self.kind),
            detail: self.detail,
            sort_text: Some(format!("{place:04}")),
            ..CompletionItem::default()
        }
    }
}

/// What may stand at a place of a file, where the beginning of a word may stand already.
pub(super) fn offers(set: &Set, file: FileId, offset: usize) -> Vec<Offer> {
    let Some(text) = set.sources.get(file).map(|source| source.text()) else { return Vec::new() };
    let start = text.get(..offset).unwrap_or("").trim_end_matches(is_word_char).len();
    let spot = Spot { set, file, text, start, end: offset };
    let item = spot.item();
    let before = text.get(item.start..start).unwrap_or("");
    if before.trim().is_empty() {
        return keywords(text, start);
    }
    let legal = spot.legal(before);
    let mut offers = spot.names(&item, &legal);
    offers.extend(spot.clauses(before, &legal));
    let words = legal.words.iter().map(|word| Offer::new(*word, CompletionItemKind::KEYWORD, detail(word)));
    offers.extend(words);
    let mut seen = BTreeSet::new();
    offers.retain(|offer| seen.insert(offer.text.clone()));
    offers
}

fn detail(word: &str) -> Option<String> {
    meaning(word).map(|meaning| meaning.trim_end_matches('.').to_owned())
}

/// The words that open an item, where one may open.
fn keywords(text: &str, start: usize) -> Vec<Offer> {
    let is_at_line_start = text.get(..start).is_some_and(|before| before.is_empty() || before.ends_with('\n'));
    let keywords = Keyword::ALL.into_iter().filter(|_| is_at_line_start);
    keywords.map(|keyword| Offer::new(keyword.text(), CompletionItemKind::KEYWORD, detail(keyword.text()))).collect()
}

struct Spot<'s> {
    set: &'s Set,
    file: FileId,
    text: &'s str,
    /// Where the word at the cursor begins.
    start: usize,
    /// The cursor.
    end: usize,
}

impl Spot<'_> {
    /// The text from the line that opens an item above the cursor to the next that does.
    fn item(&self) -> Range<usize> {
        let mut starts = vec![0];
        starts.extend(self.text.match_indices('\n').map(|(at, _)| at + 1));
        let opens = |at: &usize| {
            let line = self.text.get(*at..).unwrap_or("");
            let word: String = line.chars().take_while(|c| is_word_char(*c)).collect();
            Keyword::of(&word).is_some() && line.get(word.len()..).is_some_and(|rest| rest.starts_with([' ', '\t']))
        };
        let own = starts.iter().rev().find(|at| **at < self.start && opens(at)).copied();
        let next = starts.iter().find(|at| **at >= self.end && **at > self.start && opens(at)).copied();
        own.unwrap_or(self.start)..next.unwrap_or(self.text.len())
    }

    /// What the grammar takes here. Where an earlier line of the item is wrong, what it takes on this line.
    fn legal(&self, before: &str) -> Legal {
        let whole = legal(before);
        if whole != Legal::default() {
            return whole;
        }
        let (head, line) = (before.split_inclusive('{').next().unwrap_or(""), before.rsplit('\n').next().unwrap_or(""));
        if head.len() + line.len() <= before.len() { legal(&format!("{head}\n{line}")) } else { whole }
    }

    fn clauses(&self, before: &str, legal: &Legal) -> Vec<Offer> {
        let keyword = Keyword::of(before.split_whitespace().next().unwrap_or(""));
        let Some(keyword) = keyword.filter(|_| legal.clause) else { return Vec::new() };
        let within = within(before);
        let words = clause_words(keyword, within);
        let mut offers: Vec<Offer> = Vec::new();
        if words.contains(&"name: value") {
            offers.extend(self.keys(keyword, within));
        }
        let own = words.iter().filter(|word| !matches!(**word, "name: value" | "member" | "fact"));
        offers.extend(own.map(|word| Offer::new(*word, CompletionItemKind::KEYWORD, detail(word))));
        offers
    }

    /// The keys of an item or row whose clauses are `name: value`.
    fn keys(&self, keyword: Keyword, within: Option<&str>) -> Vec<Offer> {
        let property =
            |name: &str, says: Option<String>| Offer::new(format!("{name}: "), CompletionItemKind::PROPERTY, says);
        let Some(program) = self.set.known().map(|checked| &checked.program) else { return Vec::new() };
        match (keyword, within) {
            (Keyword::Source, _) => {
                ["kind", "publisher", "edition", "url", "retrieved", "dated"].map(|key| property(key, None)).to_vec()
            }
            (Keyword::Test, None) => {
                let own = ["as_of", "agreement", "agreement_signed", "currency", "name"].map(|key| property(key, None));
                own.into_iter().chain(facts(program, Entity::Estate, &property)).collect()
            }
            (_, Some(row)) => {
                let Some(kind) = table(row) else { return Vec::new() };
                let columns = kind.columns().iter().filter(|column| !is_written(row, column.name));
                let columns = columns.map(|column| property(column.name, Some(column.says.to_owned())));
                let facts = kind.entity().map_or_else(Vec::new, |entity| facts(program, entity, &property));
                let routes = (kind == Kind::Servers)
                    .then(|| property("routes", Some("the servers that requests are passed on to".to_owned())));
                columns.chain(facts).chain(routes).collect()
            }
            (_, None) => Vec::new(),
        }
    }

    /// The names that the checker takes here.
    fn names(&self, item: &Range<usize>, legal: &Legal) -> Vec<Offer> {
        let mut offers = Vec::new();
        let asks =
            [(ASKED, legal.name || legal.condition || *legal == Legal::default()), (ASKED_VERSION, legal.version)];
        for (asked, _) in asks.into_iter().filter(|(_, may_stand)| *may_stand) {
            if let Some(trial) = self.trial(item, asked) {
                offers.extend(trial.offers());
            }
        }
        offers
    }

    /// The set with a word that asks at the cursor, if that can be read.
    fn trial(&self, item: &Range<usize>, asked: &str) -> Option<Trial> {
        let (before, end) = (self.text.get(..self.start)?, self.end + self.rest_of_word());
        let (rest, next) = (self.text.get(end..item.end.max(end))?, self.text.get(item.end.max(end)..)?);
        let opened = self.text.get(item.start..self.start)?;
        let closing = "}".repeat(depth(opened));
        let closing_rest = "}".repeat(depth(&format!("{opened}{rest}")));
        // The item as it stands; with what it lacks at its end; without what follows the cursor, as each sort of clause ends.
        let endings = [
            rest.to_owned(),
            format!("{rest}\n{closing_rest}\n"),
            format!(" {closing}\n"),
            format!(" {{ }} {closing}\n"),
            format!(": yes {closing}\n"),
        ];
        endings.into_iter().find_map(|ending| self.checked(format!("{before}{asked}{ending}{next}"), asked))
    }

    fn rest_of_word(&self) -> usize {
        let behind = self.text.get(self.end..).unwrap_or("");
        behind.len() - behind.trim_start_matches(is_word_char).len()
    }

    /// What the set comes to with another text of the file, if the item at the cursor can be read in it.
    fn checked(&self, text: String, asked: &str) -> Option<Trial> {
        let mut sources = Sources::default();
        let mut ast = Ast::default();
        let own = self.set.sources.get(self.file)?.name();
        let mut place = None;
        for ((_, path), old) in self.set.texts() {
            let is_own = path == own;
            let file = sources.add(path.as_str(), if is_own { text.as_str() } else { old }).ok()?;
            let kept = self.set.file(path).and_then(|id| self.set.ast(id)).filter(|_| !is_own);
            match kept {
                Some(kept) => ast.extend([kept.clone()]),
                None => {
                    let (own, _) = parse(&sources, file);
                    let start = u32::try_from(self.start).ok()?;
                    own.items.iter().find(|item| item.span.start <= start && start < item.span.end)?;
                    place = Some(Span::new(file, self.start..self.start + asked.len()));
                    ast.extend([own]);
                }
            }
        }
        let of_field = self.text.get(..self.start)?.ends_with('.');
        Some(Trial { checked: check_with_uses(&ast), ast, place: place?, asked: asked.to_owned(), of_field })
    }
}

/// A set with a word in it that asks.
struct Trial {
    checked: Checked,
    ast: Ast,
    place: Span,
    asked: String,
    /// Whether it stands behind a dot, where only what belongs to the word before may stand.
    of_field: bool,
}

impl Trial {
    fn offers(&self) -> Vec<Offer> {
        let is_here = |diagnostic: &&Diagnostic| {
            diagnostic.primary.as_ref().is_some_and(|label| label.span.range() == self.place.range())
        };
        let here = self.checked.diagnostics.iter().filter(is_here);
        let offered: Vec<&str> = here.flat_map(|diagnostic| &diagnostic.fixes).map(|fix| fix.with.as_str()).collect();
        let mut offers: Vec<Offer> = offered.into_iter().map(|name| self.offer(name)).collect();
        offers.extend(self.cells());
        offers
    }

    fn offer(&self, name: &str) -> Offer {
        let declares =
            |item: &&Item| !matches!(item.keyword, Keyword::Facts | Keyword::Prefer | Keyword::Extend | Keyword::Test);
        let mut items = self.ast.items.iter().filter(|_| !self.of_field).filter(declares);
        let mut facts = self.checked.program.facts.iter().filter(|_| self.of_field).map(|(_, fact)| fact);
        match (items.find(|item| item.name.text == name), facts.find(|fact| fact.header.name == name)) {
            (Some(item), _) => {
                let title = item.title.as_ref().map(|title| title.text.clone());
                let detail = title.unwrap_or_else(|| noun(item.keyword).to_owned());
                Offer::new(name, CompletionItemKind::CLASS, Some(detail))
            }
            (None, Some(fact)) => Offer::new(name, CompletionItemKind::FIELD, fact.question.clone()),
            (None, None) => Offer::new(name, CompletionItemKind::VALUE, None),
        }
    }

    /// What may stand in the cell of a test that has the word in it.
    fn cells(&self) -> Vec<Offer> {
        let words = Words::declared(&self.ast.items, &self.checked.program);
        let mut offers = Vec::new();
        for test in &self.checked.program.tests {
            let document = &test.estate;
            for entry in document.entries.iter().filter(|entry| entry.value.text == self.asked) {
                offers.extend(words.key(&entry.key.text));
            }
            for table in &document.tables {
                for row in &table.rows {
                    let asking = table.columns.iter().zip(row).filter(|(_, own)| own.text == self.asked);
                    for (column, _) in asking {
                        let others = |name: &str| cell(table, row, name);
                        offers.extend(words.cell(document, &table.name.text, &column.text, &others));
                    }
                }
            }
        }
        let asked = |text: &String| *text == self.asked;
        let texts = offers.into_iter().map(|choice| choice.text).filter(|text| !asked(text));
        texts.map(|text| Offer::new(text, CompletionItemKind::ENUM_MEMBER, None)).collect()
    }
}

fn facts(program: &Program, entity: Entity, offer: &dyn Fn(&str, Option<String>) -> Offer) -> Vec<Offer> {
    let own = program.facts.values().filter(|fact| fact.entity == entity);
    own.map(|fact| offer(&fact.header.name, fact.question.clone())).collect()
}

/// The table of an estate that a clause of a test writes a row of.
fn table(row: &str) -> Option<Kind> {
    Some(match row {
        "user" => Kind::Users,
        "device" => Kind::Devices,
        "host" => Kind::Hosts,
        "server" => Kind::Servers,
        "access" => Kind::Accesses,
        "absence" => Kind::Absences,
        "owns" => Kind::Licenses,
        "price" => Kind::Prices,
        _ => return None,
    })
}

/// Whether a column is written before the braces of a row.
fn is_written(row: &str, column: &str) -> bool {
    match row {
        "access" => matches!(column, "server" | "user"),
        "absence" => matches!(column, "kind" | "absent" | "substitute" | "from" | "until"),
        "owns" => matches!(column, "license" | "metric" | "quantity" | "version"),
        "price" => matches!(column, "license" | "price" | "version" | "metric" | "from" | "until"),
        _ => column == "id",
    }
}

/// How many braces are open at the end of a text.
fn depth(text: &str) -> usize {
    braces(text).len()
}

/// Where each brace opens that is open at the end of a text.
fn braces(text: &str) -> Vec<usize> {
    let (mut open, mut quoted, mut comment) = (Vec::new(), false, false);
    for (at, c) in text.char_indices() {
        match c {
            '\n' => (quoted, comment) = (false, false),
            '"' if !comment => quoted = !quoted,
            '#' if !quoted => comment = true,
            '{' if !quoted && !comment => open.push(at),
            '}' if !quoted && !comment => drop(open.pop()),
            _ => {}
        }
    }
    open
}

/// The word of the clause whose braces the end of an item's text is in; `None` for the item's own.
fn within(before: &str) -> Option<&str> {
    let open = braces(before);
    let (outer, inner) = match open.as_slice() {
        [.., outer, inner] => (*outer, *inner),
        [] | [_] => return None,
    };
    let clauses = before.get(outer + 1..inner)?;
    let words: Vec<&str> = clauses.split(|c: char| !is_word_char(c)).collect();
    let last_of = |wanted: &[&str]| words.iter().rev().find(|word| wanted.contains(*word)).copied();
    let line = clauses.rsplit('\n').next().unwrap_or("").split_whitespace().next().unwrap_or("");
    let first = ["reading", "version", "absence", "access", "owns", "price", "user", "device", "host", "server"];
    match first.contains(&line) {
        true => Some(line),
        false => last_of(&first),
    }
}

/// What the columns of an estate's tables are offered as.
pub(super) fn of_columns(program: &Program, kind: Kind, given: &[&str]) -> Vec<Offer> {
    let own = kind.columns().iter().map(|column| (column.name.to_owned(), Some(column.says.to_owned())));
    let facts = program.facts.values().filter(|fact| Some(fact.entity) == kind.entity());
    let all = own.chain(facts.map(|fact| (fact.header.name.clone(), fact.question.clone())));
    let missing = all.filter(|(name, _)| !given.contains(&name.as_str()));
    missing.map(|(name, says)| Offer::new(name, CompletionItemKind::FIELD, says)).collect()
}

/// The offers of a text by their order, as the protocol has them.
pub(super) fn items(offers: Vec<Offer>) -> Vec<CompletionItem> {
    offers.into_iter().enumerate().map(|(place, offer)| offer.item(place)).collect()
}
