//! Which clauses an item has: those that do not belong, those said twice, those it cannot do without.

use super::{Checker, opening, quoted};
use crate::diagnostic::{Code, Diagnostic, listing};
use crate::resolve::noun;
use crate::source::Span;
use crate::syntax::ast::{self, Ast, Cite, Clause, ClauseKind, Expr, Item, Keyword, Word};
use std::collections::BTreeMap;

/// What clauses stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    Item(Keyword),
    Reading,
    Version,
    /// What a test states of one thing.
    Row,
    /// What a test states of an absence or a price, which have a period.
    DatedRow,
}

impl Holder {
    fn noun(self) -> &'static str {
        match self {
            Holder::Item(keyword) => noun(keyword),
            Holder::Reading => "a reading",
            Holder::Version => "a version",
            Holder::Row | Holder::DatedRow => "a row of a test",
        }
    }

    /// The words of the clauses it may have.
    fn words(self) -> &'static [&'static str] {
        match self {
            Holder::Item(keyword) => item_words(keyword),
            Holder::Reading => &["from", "when", "open"],
            Holder::Version => &["from", "grants", "includes", "under", "units", "pack", "minimum", "provided"],
            Holder::Row => &["name: value"],
            Holder::DatedRow => &["from", "name: value"],
        }
    }

    fn takes(self, kind: &ClauseKind) -> bool {
        let word = match kind {
            ClauseKind::Evidence { rule, .. } if rule.is_some() != (self == Holder::Item(Keyword::Test)) => {
                return false;
            }
            ClauseKind::Reading { .. } if self == Holder::Item(Keyword::Test) => return false,
            ClauseKind::ChosenReading { .. } if self != Holder::Item(Keyword::Test) => return false,
            ClauseKind::Pair { .. } => "name: value",
            ClauseKind::Member(_) => "member",
            ClauseKind::Fact { .. } => "fact",
            ClauseKind::Period(_) => "from",
            _ => kind.word(),
        };
        self.words().contains(&word)
    }
}

/// The words of the clauses that an item of a keyword may have, or the clause of it that a word opens.
pub fn clause_words(item: Keyword, within: Option<&str>) -> &'static [&'static str] {
    match within {
        None => Holder::Item(item),
        Some("reading") => Holder::Reading,
        Some("version") => Holder::Version,
        Some("absence" | "price") => Holder::DatedRow,
        Some(_) => Holder::Row,
    }
    .words()
}

fn item_words(keyword: Keyword) -> &'static [&'static str] {
    match keyword {
        Keyword::Source => &["name: value", "from", "when"],
        Keyword::Prefer => &["over"],
        Keyword::Enum => &["member"],
        Keyword::Facts => &["fact"],
        Keyword::Agreement => &[],
        Keyword::Define => &["reading", "from", "when", "open"],
        Keyword::Extend => &["reading", "member"],
        Keyword::Exempt => &["from", "for", "except", "limit", "when", "evidence"],
        Keyword::Prohibit => &["from", "for", "except", "when", "evidence", "remedy"],
        Keyword::Advise => &["from", "for", "except", "when", "say"],
        Keyword::Reach => &["to", "from", "for", "except", "when"],
        Keyword::Reassign => &["per", "from", "when"],
        Keyword::Product => &["release", "functionality", "feature"],
        Keyword::License => {
            &["assigned", "grants", "includes", "under", "versions", "version", "units", "pack", "minimum", "provided"]
        }
        Keyword::Terms => &["provided"],
        Keyword::Test => &[
            "name: value",
            "evidence",
            "reading",
            "user",
            "device",
            "host",
            "server",
            "access",
            "absence",
            "owns",
            "price",
            "expect",
        ],
    }
}

/// The clauses an item cannot do without, each with an example.
fn needed(keyword: Keyword) -> &'static [(&'static str, &'static str)] {
    match keyword {
        Keyword::Prefer => &[("over", "over Blog because \"a contract outranks an article\"")],
        Keyword::Advise => &[("say", "say \"what the reader should know\"")],
        Keyword::Reach => &[("to", "to server.routes")],
        Keyword::Reassign => &[("per", "per user")],
        Keyword::Product => &[("release", "release 2003"), ("functionality", "functionality standard")],
        Keyword::License => &[("assigned", "assigned to user or device")],
        Keyword::Test => &[("expect", "expect status compliant")],
        Keyword::Source
        | Keyword::Enum
        | Keyword::Facts
        | Keyword::Agreement
        | Keyword::Define
        | Keyword::Extend
        | Keyword::Exempt
        | Keyword::Prohibit
        | Keyword::Terms => &[],
    }
}

impl Checker<'_> {
    /// Checks which clauses every item has.
    pub(super) fn clauses(&mut self, ast: &Ast) {
        for item in &ast.items {
            self.named_once(item.cites.iter().map(cited));
            self.clauses_of(Holder::Item(item.keyword), &item.clauses);
            self.needed_clauses(item);
        }
    }

    fn clauses_of(&mut self, holder: Holder, clauses: &[Clause]) {
        for (place, clause) in clauses.iter().enumerate() {
            if !holder.takes(&clause.kind) {
                self.report(misplaced(holder, clause));
            } else if !may_repeat(&clause.kind)
                && let Some(first) = clauses.iter().take(place).find(|earlier| same_clause(earlier, clause))
            {
                self.report(repeated(holder, clause, first));
            }
            self.lists(&clause.kind);
            self.inner_clauses(clause);
        }
    }

    /// The names that a clause lists.
    fn lists(&mut self, kind: &ClauseKind) {
        match kind {
            ClauseKind::For(words) | ClauseKind::Except(words) | ClauseKind::Versions(words) => {
                self.named_once(words.iter().map(|word| (word.text.clone(), word.span)));
            }
            ClauseKind::Grants(paths) => self.named_once(paths.iter().filter_map(|path| granted(path))),
            ClauseKind::Includes(included) => self.named_once(
                included
                    .iter()
                    .map(|(name, label)| (format!("{} {}", name.text, label.text), name.span.to(label.span))),
            ),
            ClauseKind::Reading { cites, .. } | ClauseKind::Over { cites, .. } | ClauseKind::Provided { cites, .. } => {
                self.named_once(cites.iter().map(cited));
            }
            _ => {}
        }
    }

    /// Reports what a list names again.
    fn named_once(&mut self, names: impl Iterator<Item = (String, Span)>) {
        let mut met: BTreeMap<String, Span> = BTreeMap::new();
        for (name, span) in names {
            match met.get(&name) {
                Some(first) => self.report(
                    Diagnostic::error(Code::RepeatedClause, format!("`{name}` stands twice in a list"))
                        .at(span, "named again here")
                        .because(*first, "first named here")
                        .help("leave one of the two out"),
                ),
                None => drop(met.insert(name, span)),
            }
        }
    }

    fn inner_clauses(&mut self, clause: &Clause) {
        match &clause.kind {
            ClauseKind::Reading { source, clauses, .. } => {
                self.clauses_of(Holder::Reading, clauses);
                if !clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::When(_) | ClauseKind::Open { .. })) {
                    self.report(empty_reading(source));
                }
            }
            ClauseKind::Version { clauses, .. } => self.clauses_of(Holder::Version, clauses),
            ClauseKind::Entity { clauses, .. }
            | ClauseKind::Access { clauses, .. }
            | ClauseKind::Owns { clauses, .. } => {
                self.clauses_of(Holder::Row, clauses);
            }
            ClauseKind::Absence { clauses, .. } | ClauseKind::Price { clauses, .. } => {
                self.clauses_of(Holder::DatedRow, clauses);
            }
            _ => {}
        }
    }

    fn needed_clauses(&mut self, item: &Item) {
        for (word, example) in needed(item.keyword) {
            if !item.clauses.iter().any(|clause| clause.kind.word() == *word) {
                self.report(missing(noun(item.keyword), opening(item), word, example));
            }
        }
    }
}

fn cited(cite: &Cite) -> (String, Span) {
    match &cite.section {
        Some(section) => (format!("{} \"{}\"", cite.source.text, section.text), cite.source.span.to(section.span)),
        None => (cite.source.text.clone(), cite.source.span),
    }
}

fn granted(path: &[Word]) -> Option<(String, Span)> {
    let names: Vec<&str> = path.iter().map(|word| word.text.as_str()).collect();
    Some((names.join("."), path.first()?.span.to(path.last()?.span)))
}

fn misplaced(holder: Holder, clause: &Clause) -> Diagnostic {
    let (word, holder_noun) = (clause.kind.word(), holder.noun());
    let span = Span { end: clause.span.start + u32::try_from(word.len()).unwrap_or(0), ..clause.span };
    let takes = match holder.words() {
        [] => format!("{holder_noun} has no clauses"),
        words => format!("{holder_noun} takes {}", quoted(words.iter().copied(), "and")),
    };
    let error =
        Diagnostic::error(Code::MisplacedClause, format!("`{word}` does not belong in {holder_noun}")).at(span, takes);
    match &clause.kind {
        ClauseKind::Evidence { rule: Some(rule), .. } => {
            error.help(format!("in a rule it is `evidence \"…\"`; only a test names the rule (`{}`)", rule.text))
        }
        ClauseKind::Evidence { rule: None, .. } if holder == Holder::Item(Keyword::Test) => {
            error.help("in a test it names the rule: `evidence RULE \"…\"`")
        }
        ClauseKind::Period(_) if holder == Holder::Item(Keyword::License) => {
            error.help("say it of a version: `version 2003 { from … until … }`")
        }
        kind => match homes(kind).as_str() {
            "" => error,
            homes => error.help(format!("it belongs in {homes}")),
        },
    }
}

fn homes(kind: &ClauseKind) -> String {
    let mut homes: Vec<Holder> = Keyword::ALL.into_iter().map(Holder::Item).collect();
    homes.extend([Holder::Reading, Holder::Version]);
    listing(homes.into_iter().filter(|home| home.takes(kind)).map(Holder::noun), "or")
}

fn may_repeat(kind: &ClauseKind) -> bool {
    matches!(
        kind,
        ClauseKind::Member(_)
            | ClauseKind::Fact { .. }
            | ClauseKind::Release { .. }
            | ClauseKind::Functionality { .. }
            | ClauseKind::Feature { .. }
            | ClauseKind::Provided { .. }
            | ClauseKind::Version { .. }
            | ClauseKind::Reading { .. }
            | ClauseKind::Open { .. }
            | ClauseKind::Over { .. }
            | ClauseKind::Evidence { rule: Some(_), .. }
            | ClauseKind::ChosenReading { .. }
            | ClauseKind::Entity { .. }
            | ClauseKind::Access { .. }
            | ClauseKind::Absence { .. }
            | ClauseKind::Owns { .. }
            | ClauseKind::Price { .. }
            | ClauseKind::Expect { .. }
    )
}

/// Whether two clauses say the same sort of thing: pairs by their key, others by their kind.
fn same_clause(earlier: &Clause, later: &Clause) -> bool {
    match (&earlier.kind, &later.kind) {
        (ClauseKind::Pair { key: a, .. }, ClauseKind::Pair { key: b, .. }) => a.text == b.text,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

fn repeated(holder: Holder, clause: &Clause, first: &Clause) -> Diagnostic {
    let word = clause.kind.word();
    let help = match &clause.kind {
        ClauseKind::When(_) => "join the conditions with `and` or `or`",
        ClauseKind::For(_) | ClauseKind::Except(_) | ClauseKind::Grants(_) | ClauseKind::Includes(_) => {
            "list all of them in one clause, with commas"
        }
        ClauseKind::Period(_) => "write both bounds in one clause: `from … until …`",
        _ => "keep the one that is meant",
    };
    let twice = match &clause.kind {
        ClauseKind::Period(_) => format!("two clauses bound {} in time", holder.noun()),
        _ => format!("`{word}` stands twice in {}", holder.noun()),
    };
    Diagnostic::error(Code::RepeatedClause, twice)
        .at(clause.span, "said again here")
        .because(first.span, "first said here")
        .help(help)
}

fn empty_reading(source: &Word) -> Diagnostic {
    Diagnostic::error(Code::MissingClause, format!("the reading of `{}` does not say when it is met", source.text))
        .at(source.span, "neither `when` nor `open`")
        .help("add `when …`, or `open because \"…\"` where the document does not settle it")
}

/// The problem of a clause that is missing.
pub(super) fn missing(holder: &str, span: Span, word: &str, example: &str) -> Diagnostic {
    Diagnostic::error(Code::MissingClause, format!("{holder} needs `{word}`"))
        .at(span, format!("has no `{word}`"))
        .help(format!("add `{example}`"))
}

/// The condition of the first `when` among the clauses.
pub(super) fn when_of(clauses: &[Clause]) -> Option<&Expr> {
    clauses.iter().find_map(|clause| match &clause.kind {
        ClauseKind::When(expr) => Some(expr),
        _ => None,
    })
}

/// The first period among the clauses.
pub(super) fn period_of(clauses: &[Clause]) -> Option<ast::Period> {
    clauses.iter().find_map(|clause| match &clause.kind {
        ClauseKind::Period(period) => Some(*period),
        _ => None,
    })
}
