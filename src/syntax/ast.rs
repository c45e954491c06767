//! The policy text as a tree: items, clauses and expressions as written, each with its place.
//!
//! One shape holds for every item, as in the language: keyword, name, title, citations, clauses. Whether a clause belongs in
//! its item, and what names mean, is for [`crate::resolve`] and [`crate::typing`] to say. Nothing is left out: a text that
//! parses can be printed again from its tree and its comments.

use crate::source::Span;
use crate::value::Date;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// The items of one or more files, in the order read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ast {
    /// Every item that could be read.
    pub items: Vec<Item>,
    /// The names of those that could not, as far as they could be made out: nobody who uses one is blamed for it.
    pub broken: BTreeSet<String>,
}

/// Stands among [`Ast::broken`] for an item whose name is lost: it may have been any name.
pub const UNNAMED: &str = "?";

impl Ast {
    /// What a file comes to that cannot be read at all: nobody knows which names it declares.
    pub fn unread() -> Ast {
        Ast { items: Vec::new(), broken: [UNNAMED.to_owned()].into() }
    }
}

/// Files are read one by one, and are one set.
impl Extend<Ast> for Ast {
    fn extend<T: IntoIterator<Item = Ast>>(&mut self, files: T) {
        for file in files {
            self.items.extend(file.items);
            self.broken.extend(file.broken);
        }
    }
}

/// The word an item opens with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the keyword of the language that it names")]
pub enum Keyword {
    Source,
    Prefer,
    Enum,
    Facts,
    Agreement,
    Define,
    Extend,
    Exempt,
    Prohibit,
    Advise,
    Reach,
    Reassign,
    Product,
    License,
    Terms,
    Test,
}

impl Keyword {
    /// All keywords, in the order a reader meets them.
    pub const ALL: [Keyword; 16] = [
        Keyword::Source,
        Keyword::Prefer,
        Keyword::Enum,
        Keyword::Facts,
        Keyword::Agreement,
        Keyword::Define,
        Keyword::Extend,
        Keyword::Exempt,
        Keyword::Prohibit,
        Keyword::Advise,
        Keyword::Reach,
        Keyword::Reassign,
        Keyword::Product,
        Keyword::License,
        Keyword::Terms,
        Keyword::Test,
    ];

    /// The keyword as written.
    pub fn text(self) -> &'static str {
        match self {
            Keyword::Source => "source",
            Keyword::Prefer => "prefer",
            Keyword::Enum => "enum",
            Keyword::Facts => "facts",
            Keyword::Agreement => "agreement",
            Keyword::Define => "define",
            Keyword::Extend => "extend",
            Keyword::Exempt => "exempt",
            Keyword::Prohibit => "prohibit",
            Keyword::Advise => "advise",
            Keyword::Reach => "reach",
            Keyword::Reassign => "reassign",
            Keyword::Product => "product",
            Keyword::License => "license",
            Keyword::Terms => "terms",
            Keyword::Test => "test",
        }
    }

    /// The keyword that a word is, if it is one.
    pub fn of(word: &str) -> Option<Keyword> {
        Keyword::ALL.into_iter().find(|keyword| keyword.text() == word)
    }
}

/// A name or other word with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As written; for a quoted text, without its quotes.
    pub text: String,
    /// Where (a quoted text with its quotes).
    pub span: Span,
}

/// One item.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it is.
    pub keyword: Keyword,
    /// Where the keyword stands.
    pub keyword_span: Span,
    /// Its name; for `facts`, the entity; for `prefer`, the preferred source; for `extend`, what is extended.
    pub name: Word,
    /// Its title.
    pub title: Option<Word>,
    /// The documents it rests on.
    pub cites: Vec<Cite>,
    /// Its clauses.
    pub clauses: Vec<Clause>,
    /// Its doc comment, lines joined.
    pub doc: Option<String>,
    /// From keyword to closing brace.
    pub span: Span,
}

/// `at SOURCE "section"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cite {
    /// The source's name.
    pub source: Word,
    /// The section.
    pub section: Option<Word>,
}

/// One clause with its doc comment.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// What it says.
    pub kind: ClauseKind,
    /// All of it.
    pub span: Span,
    /// Its doc comment, lines joined.
    pub doc: Option<String>,
}

/// What a clause says.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are the parts of the form that the variant shows")]
pub enum ClauseKind {
    /// A member of an enum.
    Member(Word),
    /// A declared fact: `name: type = default "question"`.
    Fact { name: Word, ty: Word, default: Option<Expr>, question: Option<Word> },
    /// `name: value`.
    Pair { key: Word, value: PairValue },
    /// `from D until D`.
    Period(Period),
    /// `for P, Q`.
    For(Vec<Word>),
    /// `except P, Q`.
    Except(Vec<Word>),
    /// `limit N per WORD`.
    Limit { count: Number, per: Word },
    /// `when E`.
    When(Expr),
    /// `open when E because "…"`, or `open because "…"`.
    Open { when: Option<Expr>, because: Word },
    /// `evidence "…"`; in a test with the rule's name.
    Evidence { rule: Option<Word>, text: Word },
    /// `remedy "…"`.
    Remedy(Word),
    /// `say "…"`.
    Say(Speech),
    /// `per METRIC`, in a reassign.
    Per(Word),
    /// `to PATH`, in a reach.
    To(Vec<Word>),
    /// `over S because "…" at …`.
    Over { source: Word, because: Option<Word>, cites: Vec<Cite> },
    /// A reading of a definition.
    Reading { source: Word, title: Option<Word>, cites: Vec<Cite>, clauses: Vec<Clause> },
    /// `reading D: S`, in a test.
    ChosenReading { definition: Word, source: Word },
    /// `release V "…" also W from D`.
    Release { label: Word, title: Option<Word>, also: Vec<Word>, from: Option<Dated> },
    /// `functionality F "…" adds to G demanded by every server`.
    Functionality { name: Word, title: Option<Word>, adds_to: Option<Word>, demanded_by: Option<Word> },
    /// `feature F of G "…"`.
    Feature { name: Word, of: Word, title: Option<Word> },
    /// `assigned to M or N`.
    Assigned(Vec<Word>),
    /// `grants P.f, P.g`.
    Grants(Vec<Vec<Word>>),
    /// `includes L V, M W`.
    Includes(Vec<(Word, Word)>),
    /// `under TERMS`.
    Under(Word),
    /// `versions V, W`.
    Versions(Vec<Word>),
    /// `version V { … }`.
    Version { label: Word, clauses: Vec<Clause> },
    /// `units E`.
    Units(Expr),
    /// `pack N`.
    Pack(Number),
    /// `minimum N`.
    Minimum(Number),
    /// `provided NAME "…" at … from … until …: E`.
    Provided { name: Word, title: Option<Word>, cites: Vec<Cite>, period: Option<Period>, condition: Expr },
    /// `user|device|host|server NAME { … }`, in a test.
    Entity { table: Word, name: Word, clauses: Vec<Clause> },
    /// `access A -> S { … }`, in a test.
    Access { from: Word, to: Word, clauses: Vec<Clause> },
    /// `absence A -> B { … }`, in a test.
    Absence { absent: Word, substitute: Word, clauses: Vec<Clause> },
    /// `owns N L V per M { … }`, in a test.
    Owns { lot: Lot, clauses: Vec<Clause> },
    /// `price N L V per M { … }`, in a test.
    Price { lot: Lot, clauses: Vec<Clause> },
    /// `expect …`, in a test.
    Expect { unknown: bool, claim: Claim },
}

impl ClauseKind {
    /// The word a clause opens with, as messages name it.
    pub fn word(&self) -> &str {
        match self {
            ClauseKind::Member(name) | ClauseKind::Fact { name, .. } => &name.text,
            ClauseKind::Pair { key, .. } => &key.text,
            ClauseKind::Period(period) => match period.from {
                Some(_) => "from",
                None => "until",
            },
            ClauseKind::For(_) => "for",
            ClauseKind::Except(_) => "except",
            ClauseKind::Limit { .. } => "limit",
            ClauseKind::When(_) => "when",
            ClauseKind::Open { .. } => "open",
            ClauseKind::Evidence { .. } => "evidence",
            ClauseKind::Remedy(_) => "remedy",
            ClauseKind::Say(_) => "say",
            ClauseKind::Per(_) => "per",
            ClauseKind::To(_) => "to",
            ClauseKind::Over { .. } => "over",
            ClauseKind::Reading { .. } | ClauseKind::ChosenReading { .. } => "reading",
            ClauseKind::Release { .. } => "release",
            ClauseKind::Functionality { .. } => "functionality",
            ClauseKind::Feature { .. } => "feature",
            ClauseKind::Assigned(_) => "assigned",
            ClauseKind::Grants(_) => "grants",
            ClauseKind::Includes(_) => "includes",
            ClauseKind::Under(_) => "under",
            ClauseKind::Versions(_) => "versions",
            ClauseKind::Version { .. } => "version",
            ClauseKind::Units(_) => "units",
            ClauseKind::Pack(_) => "pack",
            ClauseKind::Minimum(_) => "minimum",
            ClauseKind::Provided { .. } => "provided",
            ClauseKind::Entity { table, .. } => &table.text,
            ClauseKind::Access { .. } => "access",
            ClauseKind::Absence { .. } => "absence",
            ClauseKind::Owns { .. } => "owns",
            ClauseKind::Price { .. } => "price",
            ClauseKind::Expect { .. } => "expect",
        }
    }
}

/// The value of `name: value`.
#[derive(Debug, Clone, PartialEq)]
pub enum PairValue {
    /// `unknown`.
    Unknown(Span),
    /// A quoted text.
    Text(Word),
    /// `[a, b]`.
    List(Vec<Expr>, Span),
    /// Anything else.
    Expr(Expr),
}

/// `from D until D`; at least one is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day in force.
    pub from: Option<Dated>,
    /// The first day no longer in force.
    pub until: Option<Dated>,
}

/// A date with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated {
    /// The day.
    pub date: Date,
    /// Where.
    pub span: Span,
}

/// A number with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// Its exact value.
    pub value: Decimal,
    /// Where.
    pub span: Span,
}

/// The text of `say`: runs of text and expressions in braces.
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    /// In order.
    pub parts: Vec<SpeechPart>,
    /// All of it, quotes included.
    pub span: Span,
}

/// A part of a [`Speech`].
#[derive(Debug, Clone, PartialEq)]
pub enum SpeechPart {
    /// Plain text.
    Text(String),
    /// `{E}`.
    Hole(Expr),
}

/// `N L V per M`: a number of units of a licence. In a price the number is the price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// How many, or the price.
    pub amount: Number,
    /// The licence.
    pub license: Word,
    /// The version.
    pub version: Option<Word>,
    /// The metric.
    pub metric: Option<Word>,
    /// All of it.
    pub span: Span,
}

/// What a test expects.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are the parts of the form that the variant shows")]
pub enum Claim {
    /// `X is [not] D`, or any other condition; which it is, typing says.
    Condition(Expr),
    /// `A -> S verdict`, or `S verdict` for what a server itself demands.
    Verdict { from: Option<Word>, server: Word, verdict: Verdict },
    /// `plan buys …`, empty for `nothing`.
    PlanBuys(Vec<Lot>),
    /// `plan costs N`.
    PlanCosts(Number),
    /// `status S`.
    Status(Word),
    /// `[not] advice R`.
    Advice { negated: bool, rule: Word },
}

/// The verdict that a test expects of an access.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the parts of the form that the variant shows")]
pub enum Verdict {
    /// `demands P.f, P.g`: exactly these.
    Demands(Vec<Vec<Word>>),
    /// `is [not] D`.
    Defined { negated: bool, definition: Word },
    /// `[not] covered by L V per M because CLAUSE`.
    Covered { negated: bool, license: Word, version: Option<Word>, metric: Option<Word>, because: Option<Word> },
    /// `[not] exempt by R`.
    Exempt { negated: bool, rule: Word },
    /// `[not] prohibited by R`.
    Prohibited { negated: bool, rule: Word },
    /// `[not] unmet`.
    Unmet { negated: bool },
}

/// An expression with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// All of it.
    pub span: Span,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are the parts of the form that the variant shows")]
pub enum ExprKind {
    /// `a and b and c`.
    And(Vec<Expr>),
    /// `a or b or c`.
    Or(Vec<Expr>),
    /// `not a`.
    Not(Box<Expr>),
    /// `a < b`.
    Order { left: Box<Expr>, relation: Relation, right: Box<Expr> },
    /// `a is [not] b`.
    Is { left: Box<Expr>, negated: bool, right: Box<Expr> },
    /// `a [not] in [b, c]`.
    In { left: Box<Expr>, negated: bool, list: Vec<Expr> },
    /// `a + b`.
    Arithmetic { left: Box<Expr>, operator: Operator, right: Box<Expr> },
    /// `max(a, b)`, `min(…)`, `round_up(a)`, `round_down(a)`.
    Call { function: Word, arguments: Vec<Expr> },
    /// `count(E)`.
    Count(Box<Expr>),
    /// `break_even(L, M)`.
    BreakEven(Word, Word),
    /// `a.b`, or a name alone; `yes`, `no`, `none` and `many` too; with a label: `WindowsServer 2003`. Without any name it
    /// is a bare label: `2003R2` (a bare `2003` is a number).
    Path { names: Vec<Word>, label: Option<Word> },
    /// A number.
    Number(Decimal),
    /// A date.
    Date(Date),
    /// A quoted text.
    Text(String),
}

/// An order between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the sign that it names")]
pub enum Relation {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An arithmetic operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the sign that it names")]
pub enum Operator {
    Plus,
    Minus,
    Times,
    Over,
}
