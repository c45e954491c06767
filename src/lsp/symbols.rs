//! What a text declares: outlines, search by name, and what may be folded.

use super::place::{Lines, number};
use super::set::Set;
use crate::resolve::noun;
use crate::source::{Source, Span};
use crate::syntax::ast::{Clause, ClauseKind, Item, Keyword, Word};
use lsp_types::{DocumentSymbol, FoldingRange, FoldingRangeKind, SymbolKind};

/// A word that declares something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declaration<'s> {
    /// The word.
    pub(super) name: &'s Word,
    /// The item that it stands in, or that it names.
    pub(super) item: &'s Item,
    /// The clause that declares it; `None` for the item itself.
    pub(super) clause: Option<&'s Clause>,
}

/// Everything that some items declare, in the order written.
pub(super) fn declarations<'s>(items: impl Iterator<Item = &'s Item>) -> Vec<Declaration<'s>> {
    let mut all = Vec::new();
    for item in items {
        if !matches!(item.keyword, Keyword::Facts | Keyword::Prefer | Keyword::Extend) {
            all.push(Declaration { name: &item.name, item, clause: None });
        }
        within(item, &item.clauses, &mut all);
    }
    all
}

fn within<'s>(item: &'s Item, clauses: &'s [Clause], all: &mut Vec<Declaration<'s>>) {
    for clause in clauses {
        all.extend(declared(clause).into_iter().map(|name| Declaration { name, item, clause: Some(clause) }));
        if let ClauseKind::Version { clauses, .. } = &clause.kind {
            within(item, clauses, all);
        }
    }
}

/// The words that a clause declares.
pub(super) fn declared(clause: &Clause) -> Vec<&Word> {
    match &clause.kind {
        ClauseKind::Member(name)
        | ClauseKind::Fact { name, .. }
        | ClauseKind::Functionality { name, .. }
        | ClauseKind::Feature { name, .. }
        | ClauseKind::Provided { name, .. }
        | ClauseKind::Entity { name, .. } => vec![name],
        ClauseKind::Release { label, also, .. } => std::iter::once(label).chain(also).collect(),
        ClauseKind::Version { label, .. } => vec![label],
        _ => Vec::new(),
    }
}

impl Declaration<'_> {
    /// What it is, in prose.
    pub(super) fn noun(&self) -> &'static str {
        match self.clause.map(|clause| &clause.kind) {
            None => noun(self.item.keyword),
            Some(ClauseKind::Member(_)) => "a member",
            Some(ClauseKind::Fact { .. }) => "a fact",
            Some(ClauseKind::Functionality { .. }) => "a functionality",
            Some(ClauseKind::Feature { .. }) => "a feature",
            Some(ClauseKind::Provided { .. }) => "a clause",
            Some(ClauseKind::Release { .. }) => "a release",
            Some(ClauseKind::Version { .. }) => "a version",
            Some(_) => "a row of a test",
        }
    }

    /// The name, with that of its item before it.
    pub(super) fn path(&self) -> String {
        match self.clause.map(|clause| &clause.kind) {
            None => self.name.text.clone(),
            Some(ClauseKind::Release { .. } | ClauseKind::Version { .. }) => {
                format!("{} {}", self.item.name.text, self.name.text)
            }
            Some(_) => format!("{}.{}", self.item.name.text, self.name.text),
        }
    }
}

/// The outline of a file.
#[expect(deprecated, reason = "the protocol's type has a field that it no longer wants, and no other way to be made")]
pub(super) fn outline(set: &Set, items: &[Item], source: &Source) -> Vec<DocumentSymbol> {
    let lines = Lines::of(source.text());
    let symbol =
        |name: String, detail: Option<String>, kind, (whole, own): (Span, Span), children: Vec<DocumentSymbol>| {
            DocumentSymbol {
                name,
                detail,
                kind,
                tags: None,
                deprecated: None,
                range: lines.range(whole.range()),
                selection_range: lines.range(own.range()),
                children: Some(children).filter(|children| !children.is_empty()),
            }
        };
    let clauses = |item: &Item| {
        let parts = item.clauses.iter().filter_map(|clause| {
            let word = named(clause)?;
            Some(symbol(word.text.clone(), None, clause_kind(clause), (clause.span, word.span), Vec::new()))
        });
        parts.collect()
    };
    let items = items.iter().map(|item| {
        let title = item.title.as_ref().map(|title| title.text.clone());
        let detail = title.or_else(|| Some(set.text(item.keyword_span).into_owned()));
        let name = match item.keyword {
            Keyword::Facts | Keyword::Prefer | Keyword::Extend => format!("{} {}", item.keyword.text(), item.name.text),
            _ => item.name.text.clone(),
        };
        symbol(name, detail, item_kind(item.keyword), (item.span, item.name.span), clauses(item))
    });
    items.collect()
}

/// The word that an outline shows for a clause.
fn named(clause: &Clause) -> Option<&Word> {
    match &clause.kind {
        ClauseKind::Reading { source, .. } | ClauseKind::Over { source, .. } => Some(source),
        _ => declared(clause).into_iter().next(),
    }
}

/// The sign of the protocol for an item.
pub(super) fn item_kind(keyword: Keyword) -> SymbolKind {
    match keyword {
        Keyword::Source | Keyword::Agreement => SymbolKind::FILE,
        Keyword::Prefer => SymbolKind::OPERATOR,
        Keyword::Enum => SymbolKind::ENUM,
        Keyword::Facts => SymbolKind::STRUCT,
        Keyword::Define | Keyword::Extend => SymbolKind::INTERFACE,
        Keyword::Exempt | Keyword::Prohibit | Keyword::Advise | Keyword::Reach | Keyword::Reassign => {
            SymbolKind::FUNCTION
        }
        Keyword::Product | Keyword::License => SymbolKind::CLASS,
        Keyword::Terms => SymbolKind::MODULE,
        Keyword::Test => SymbolKind::EVENT,
    }
}

fn clause_kind(clause: &Clause) -> SymbolKind {
    match &clause.kind {
        ClauseKind::Member(_) => SymbolKind::ENUM_MEMBER,
        ClauseKind::Fact { .. } => SymbolKind::FIELD,
        ClauseKind::Provided { .. } | ClauseKind::Reading { .. } => SymbolKind::METHOD,
        ClauseKind::Release { .. } | ClauseKind::Version { .. } => SymbolKind::CONSTANT,
        _ => SymbolKind::PROPERTY,
    }
}

/// What may be folded: items and clauses over several lines, and runs of comments.
pub(super) fn folds(items: &[Item], text: &str) -> Vec<FoldingRange> {
    let lines = Lines::of(text);
    let mut spans: Vec<Span> = Vec::new();
    for item in items {
        spans.push(item.span);
        spans.extend(item.clauses.iter().map(|clause| clause.span));
    }
    let mut folds: Vec<FoldingRange> = spans
        .into_iter()
        .map(|span| lines.range(span.range()))
        .filter(|range| range.start.line < range.end.line)
        .map(|range| fold(range.start.line, range.end.line, FoldingRangeKind::Region))
        .collect();
    folds.extend(comments(text));
    folds.sort_by_key(|fold| (fold.start_line, fold.end_line));
    folds
}

fn comments(text: &str) -> Vec<FoldingRange> {
    let mut folds: Vec<FoldingRange> = Vec::new();
    let mut run: Option<(usize, usize)> = None;
    for (line, content) in text.lines().chain(std::iter::once("")).enumerate() {
        run = match (content.trim_start().starts_with('#'), run) {
            (true, Some((first, _))) => Some((first, line)),
            (true, None) => Some((line, line)),
            (false, Some((first, last))) if first < last => {
                folds.push(fold(number(first), number(last), FoldingRangeKind::Comment));
                None
            }
            (false, _) => None,
        };
    }
    folds
}

fn fold(start_line: u32, end_line: u32, kind: FoldingRangeKind) -> FoldingRange {
    let (start_character, end_character, collapsed_text) = (None, None, None);
    FoldingRange { start_line, start_character, end_line, end_character, kind: Some(kind), collapsed_text }
}
