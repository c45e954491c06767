//! What the checker proved of a policy set: all that later stages see of it.
//!
//! Every name is an id here, every expression is typed, versions are ranks on their product's line, and the clauses of a
//! licence are written out for each of its versions. Readings, sources and periods are still open: [`crate::select`]
//! settles them for one date and agreement.

use crate::estate::document::Document;
use crate::source::Span;
use crate::value::{Date, Line, Metric, Rank, Type, Value};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::ops::Index;

/// An id of one kind of thing: its place in that kind's [`Arena`].
pub trait Id: Copy {
    /// The id of the thing at `place`.
    fn at(place: u32) -> Self;
    /// The place.
    fn place(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::num::NonZeroU32);

        impl $crate::program::Id for $name {
            fn at(place: u32) -> Self {
                $name(std::num::NonZeroU32::MIN.saturating_add(place))
            }

            fn place(self) -> usize {
                // The number is one more than the place, so that there is room for none.
                self.0.get() as usize - 1
            }
        }
    )*};
}

pub(crate) use ids;

ids! {
    /// A document that rules cite.
    SourceId
    /// An enum.
    EnumId
    /// A declared fact.
    FactId
    /// An agreement.
    AgreementId
    /// A defined term.
    DefinitionId
    /// An exemption or a prohibition.
    RuleId
    /// A piece of advice.
    AdviceId
    /// A product.
    ProductId
    /// A functionality of a product.
    FunctionalityId
    /// A licence.
    LicenseId
}

/// Things of one kind, looked up by their id.
#[derive(Debug, Clone, PartialEq)]
pub struct Arena<I, T> {
    things: Vec<T>,
    ids: PhantomData<I>,
}

impl<I, T> Default for Arena<I, T> {
    fn default() -> Self {
        Arena { things: Vec::new(), ids: PhantomData }
    }
}

impl<I, T> FromIterator<T> for Arena<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(things: It) -> Self {
        Arena { things: things.into_iter().collect(), ids: PhantomData }
    }
}

impl<I: Id, T> Arena<I, T> {
    /// Adds a thing and says its id.
    pub fn add(&mut self, thing: T) -> I {
        // A set of 2^32 items cannot be parsed: its text is past the limit of a source.
        let id = I::at(u32::try_from(self.things.len()).unwrap_or(u32::MAX));
        self.things.push(thing);
        id
    }

    /// Every thing with its id, in the order added.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.things.iter().enumerate().map(|(place, thing)| (I::at(u32::try_from(place).unwrap_or(u32::MAX)), thing))
    }

    /// Every id, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<'_, I, T> {
        self.iter().map(|(id, _)| id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.things.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.things.is_empty()
    }

    /// The thing of an id, to be completed by a later pass of the checker.
    pub fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.things.get_mut(id.place())
    }
}

impl<I: Id, T> Index<I> for Arena<I, T> {
    type Output = T;

    #[expect(clippy::indexing_slicing, reason = "an id is made only by adding to its arena")]
    fn index(&self, id: I) -> &T {
        &self.things[id.place()]
    }
}

/// A checked policy set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Program {
    /// The documents.
    pub sources: Arena<SourceId, SourceDocument>,
    /// Which source is preferred to which, directly, with the reason; see [`Program::outranks`].
    pub preferences: Vec<Preference>,
    /// The enums.
    pub enums: Arena<EnumId, Enum>,
    /// The declared facts of all entities.
    pub facts: Arena<FactId, Fact>,
    /// The agreements.
    pub agreements: Arena<AgreementId, Agreement>,
    /// The defined terms.
    pub definitions: Arena<DefinitionId, Definition>,
    /// Exemptions and prohibitions.
    pub rules: Arena<RuleId, Rule>,
    /// The advice.
    pub advice: Arena<AdviceId, Advice>,
    /// How an access reaches further servers.
    pub reaches: Vec<Reach>,
    /// Where a licence may follow an absence.
    pub reassignments: Vec<Reassignment>,
    /// The products.
    pub products: Arena<ProductId, Product>,
    /// Their functionalities.
    pub functionalities: Arena<FunctionalityId, Functionality>,
    /// The licences, suites too.
    pub licenses: Arena<LicenseId, License>,
    /// The policy tests.
    pub tests: Vec<Test>,
}

/// What every item has: name, title, citations, doc comment, place.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// The documents it rests on.
    pub cites: Vec<Citation>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Where its name stands.
    pub name_span: Span,
    /// All of it.
    pub span: Span,
}

impl Header {
    /// The title, or the name where it has none.
    pub fn display(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The document.
    pub source: SourceId,
    /// The section.
    pub section: Option<String>,
}

/// From the first day in force to the first day no longer in force; open where a bound is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// The first day in force.
    pub from: Option<Date>,
    /// The first day no longer in force.
    pub until: Option<Date>,
}

impl Period {
    /// Whether the period holds on a day.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// A document that rules come from.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceDocument {
    /// Name, title, place.
    pub header: Header,
    /// contract, brief, article, forum …: free text.
    pub kind: Option<String>,
    /// Its other `name: value` clauses (publisher, edition, url, retrieved, dated), in the order written.
    pub details: Vec<(String, String)>,
    /// When it is in force.
    pub period: Period,
    /// Under which agreement and dates it is in force.
    pub when: Option<Condition>,
}

/// `prefer A { over B because "…" at C }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Preference {
    /// The preferred source.
    pub preferred: SourceId,
    /// The source that yields.
    pub over: SourceId,
    /// The reason.
    pub because: Option<String>,
    /// The documents it rests on.
    pub cites: Vec<Citation>,
    /// The clause.
    pub span: Span,
}

/// An enum and its members.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// Name, title, place.
    pub header: Header,
    /// The members as declared.
    pub members: Vec<String>,
}

/// What facts are stated of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the entity of the language that it names")]
pub enum Entity {
    User,
    Device,
    Server,
    Host,
    Access,
    License,
    Absence,
    Agreement,
    Estate,
}

impl Entity {
    /// All entities.
    pub const ALL: [Entity; 9] = [
        Entity::User,
        Entity::Device,
        Entity::Server,
        Entity::Host,
        Entity::Access,
        Entity::License,
        Entity::Absence,
        Entity::Agreement,
        Entity::Estate,
    ];

    /// The word of the language.
    pub fn text(self) -> &'static str {
        match self {
            Entity::User => "user",
            Entity::Device => "device",
            Entity::Server => "server",
            Entity::Host => "host",
            Entity::Access => "access",
            Entity::License => "license",
            Entity::Absence => "absence",
            Entity::Agreement => "agreement",
            Entity::Estate => "estate",
        }
    }

    /// The entity that a word names.
    pub fn of(word: &str) -> Option<Entity> {
        Entity::ALL.into_iter().find(|entity| entity.text() == word)
    }
}

/// A declared fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its name, doc comment and place (no title, no citations).
    pub header: Header,
    /// What it is stated of.
    pub entity: Entity,
    /// The type of its value.
    pub ty: Type,
    /// The assumption where it is not stated.
    pub default: Option<Value>,
    /// The question to ask where it is missing.
    pub question: Option<String>,
}

impl Fact {
    /// `user.relation`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.entity.text(), self.header.name)
    }
}

/// An agreement that an estate may be under.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Name, title, place.
    pub header: Header,
}

/// A defined term with its readings.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Name, title, place.
    pub header: Header,
    /// What it is said of.
    pub subject: Entity,
    /// Its readings; one without a source where the definition has a body of its own.
    pub readings: Vec<Reading>,
}

/// One reading of a term.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Whose it is; `None` for the body of a definition without readings.
    pub source: Option<SourceId>,
    /// Title (the section of the source), citations, doc comment, place; its name is the source's.
    pub header: Header,
    /// When it is in force, within its source's own period.
    pub period: Period,
    /// When the term applies; `None` where only `open` is said.
    pub when: Option<Condition>,
    /// What the document leaves open.
    pub open: Vec<Open>,
}

/// A case that a document does not settle.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// When; `None` for always.
    pub when: Option<Condition>,
    /// Why.
    pub because: String,
    /// The clause.
    pub span: Span,
}

/// The products that a rule speaks of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scope {
    /// `for`: only these.
    pub only: Option<Vec<ProductId>>,
    /// `except`: not these.
    pub except: Vec<ProductId>,
}

impl Scope {
    /// Whether the rule speaks of a product.
    pub fn covers(&self, product: ProductId) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&product)) && !self.except.contains(&product)
    }
}

/// An exemption or a prohibition.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Name, title, citations, place.
    pub header: Header,
    /// What it does.
    pub effect: Effect,
    /// When it is in force.
    pub period: Period,
    /// The products it speaks of.
    pub scope: Scope,
    /// Its condition; none means always.
    pub when: Option<Condition>,
    /// The document that the estate must name as evidence.
    pub evidence: Option<String>,
}

impl Rule {
    /// `exempt` or `prohibit`.
    pub fn word(&self) -> &'static str {
        match self.effect {
            Effect::Exempt { .. } => "exempt",
            Effect::Prohibit { .. } => "prohibit",
        }
    }

    /// What a prohibition says to do about it.
    pub fn remedy(&self) -> Option<&str> {
        match &self.effect {
            Effect::Prohibit { remedy } => remedy.as_deref(),
            Effect::Exempt { .. } => None,
        }
    }
}

/// What a rule does where its condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The access demands nothing; with a limit, for that many heads per server.
    Exempt {
        /// `limit N per server`.
        limit: Option<u64>,
    },
    /// The access is not allowed.
    Prohibit {
        /// What to do about it.
        remedy: Option<String>,
    },
}

/// A piece of advice.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// Name, title, citations, place.
    pub header: Header,
    /// When it is in force.
    pub period: Period,
    /// The products whose accesses its counts look at.
    pub scope: Scope,
    /// When it speaks; none means always.
    pub when: Option<Condition>,
    /// What it says.
    pub say: Vec<Speech>,
}

/// A part of what an advice says.
#[derive(Debug, Clone, PartialEq)]
pub enum Speech {
    /// Plain text.
    Text(String),
    /// The value of a term.
    Hole(Term),
}

/// A rule by which an access reaches further servers.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach {
    /// Name, title, citations, place.
    pub header: Header,
    /// Where it leads.
    pub to: ReachTarget,
    /// When it is in force.
    pub period: Period,
    /// The products of the servers it starts from.
    pub scope: Scope,
    /// On which servers it holds; none means all.
    pub when: Option<Condition>,
}

/// Where a reach leads from a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReachTarget {
    /// `server.routes`.
    Routes,
    /// `server.runs_on`.
    RunsOn,
}

/// A rule by which units of a metric follow an absence.
#[derive(Debug, Clone, PartialEq)]
pub struct Reassignment {
    /// Name, title, citations, place.
    pub header: Header,
    /// The metric: user or device.
    pub metric: Metric,
    /// When it is in force.
    pub period: Period,
    /// For which absences; none means all.
    pub when: Option<Condition>,
}

/// A product.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// Name, title, place.
    pub header: Header,
    /// Its CAL versions, oldest first; the index is the [`Rank`].
    pub versions: Vec<ProductVersion>,
    /// Its functionalities, in the order declared; the first is the default of an access.
    pub functionalities: Vec<FunctionalityId>,
    /// Its features, by name, with the functionality each needs.
    pub features: BTreeMap<String, FunctionalityId>,
}

/// One CAL version: a release and those that are licensed with it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductVersion {
    /// The labels of its releases; the first names the version.
    pub labels: Vec<String>,
    /// The day its first release is out; `None` if always.
    pub from: Option<Date>,
    /// The clause.
    pub span: Span,
}

/// A functionality of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct Functionality {
    /// Its name, title, doc comment and place.
    pub header: Header,
    /// Whose it is.
    pub product: ProductId,
    /// Those an access to this one demands as well, transitively; itself not included.
    pub adds_to: Vec<FunctionalityId>,
    /// Whether every running instance of the product demands it.
    pub demanded_by_every_server: bool,
}

/// A licence or a suite.
#[derive(Debug, Clone, PartialEq)]
pub struct License {
    /// Name, title, citations, doc comment, place.
    pub header: Header,
    /// What a unit may be assigned to, in order.
    pub metrics: Vec<Metric>,
    /// Whose versions it has.
    pub line: Line,
    /// The versions in which it exists, oldest first, each with its terms written out.
    pub versions: Vec<LicenseVersion>,
}

/// One version of a licence.
#[derive(Debug, Clone, PartialEq)]
pub struct LicenseVersion {
    /// Its place on the licence's line.
    pub rank: Rank,
    /// Its labels; the first names it.
    pub labels: Vec<String>,
    /// From the day it is out until the first day it is no longer sold.
    pub sold: Period,
    /// The functionalities a unit covers.
    pub grants: Vec<FunctionalityId>,
    /// The licences a suite stands for.
    pub includes: Vec<(LicenseId, Rank)>,
    /// How many units a holder takes; none means one.
    pub units: Option<Term>,
    /// How many units are sold together.
    pub pack: u64,
    /// The least number of units of a holder.
    pub minimum: u64,
    /// The clauses that must all hold.
    pub provided: Vec<Provided>,
    /// Where the version is declared.
    pub span: Span,
}

impl LicenseVersion {
    /// A version that as yet grants nothing.
    pub fn without_content(rank: Rank, labels: Vec<String>, sold: Period, span: Span) -> LicenseVersion {
        LicenseVersion {
            rank,
            labels,
            sold,
            grants: Vec::new(),
            includes: Vec::new(),
            units: None,
            pack: 1,
            minimum: 1,
            provided: Vec::new(),
            span,
        }
    }
}

/// A clause of a licence.
#[derive(Debug, Clone, PartialEq)]
pub struct Provided {
    /// Name, title, citations, doc comment, place.
    pub header: Header,
    /// The `terms` it is taken from, if it is not the licence's own.
    pub terms: Option<String>,
    /// When it is in force.
    pub period: Period,
    /// What must hold.
    pub condition: Condition,
}

/// A typed condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// What it asks.
    pub kind: ConditionKind,
    /// Where it stands.
    pub span: Span,
}

/// What a condition asks.
#[derive(Debug, Clone, PartialEq)]
pub enum ConditionKind {
    /// Always, or never.
    Constant(bool),
    /// All of them.
    All(Vec<Condition>),
    /// At least one of them.
    Any(Vec<Condition>),
    /// Not this one.
    Not(Box<Condition>),
    /// A yes/no field.
    Holds(Field),
    /// A comparison of two terms of one type.
    Compare {
        /// The left side.
        left: Term,
        /// How they must stand.
        relation: Comparison,
        /// The right side.
        right: Term,
    },
    /// Whether a term is one of the values.
    OneOf {
        /// The term.
        term: Term,
        /// The values, as written.
        values: Vec<Value>,
    },
    /// Whether the definition's subject is what it defines (`user is external`).
    Is(DefinitionId),
}

/// How two terms must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the relation that it names")]
pub enum Comparison {
    Is,
    IsNot,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A typed term.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// A constant.
    Constant(Value),
    /// A field of something in scope.
    Field(Field),
    /// Exact arithmetic.
    Arithmetic {
        /// The left side.
        left: Box<Term>,
        /// What is done.
        operator: crate::syntax::ast::Operator,
        /// The right side.
        right: Box<Term>,
    },
    /// The greatest of the terms.
    Max(Vec<Term>),
    /// The least of the terms.
    Min(Vec<Term>),
    /// The least whole number not below the term.
    RoundUp(Box<Term>),
    /// The greatest whole number not above the term.
    RoundDown(Box<Term>),
    /// How many heads taking part in an effective access fulfil the condition.
    Count {
        /// User or device.
        of: Metric,
        /// The condition.
        condition: Box<Condition>,
    },
    /// From how many external heads on one host a connector is no dearer than the licence.
    BreakEven(LicenseId, LicenseId),
}

/// A field that a condition may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the built-in field of the language that it names")]
pub enum Field {
    /// A declared fact.
    Fact(FactId),
    UserId,
    UserCount,
    DeviceId,
    DeviceCount,
    ServerId,
    ServerProduct,
    ServerVersion,
    ServerEdition,
    ServerHost,
    ServerRunsOn,
    HostId,
    HostKind,
    HostCores,
    HostProcessors,
    AccessUser,
    AccessDevice,
    AccessFunctionality,
    LicenseName,
    LicenseVersion,
    LicenseMetric,
    Agreement,
    AgreementName,
    AgreementSigned,
    EstateAsOf,
    EstateUsers,
    EstateDevices,
}

/// A policy test.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Name, title, place.
    pub header: Header,
    /// The estate it describes, as if read from files.
    pub estate: Document,
    /// What it expects.
    pub expectations: Vec<Expectation>,
}

/// One `expect`.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// `expect unknown`: the claim must be neither yes nor no.
    pub unknown: bool,
    /// What is claimed.
    pub claim: Claim,
    /// The clause.
    pub span: Span,
}

/// An id as a test writes it; whether the test's estate has it, [`crate::testing`] says.
pub type Name = crate::syntax::ast::Word;

/// What a test claims.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// `X is [not] D`.
    Defined {
        /// The id of a user, device, server or host.
        subject: Name,
        /// The term.
        definition: DefinitionId,
        /// With `not`.
        negated: bool,
    },
    /// `A -> S` or `S`, then a verdict.
    Verdict {
        /// A user or a device; `None` for what the server itself demands.
        from: Option<Name>,
        /// The server.
        server: Name,
        /// The verdict.
        verdict: Verdict,
    },
    /// `plan buys …`: exactly these, or nothing.
    PlanBuys(Vec<Lot>),
    /// `plan costs N`.
    PlanCosts(Decimal),
    /// `status S`.
    Status(Status),
    /// `[not] advice R`.
    Advice {
        /// The advice.
        rule: AdviceId,
        /// With `not`.
        negated: bool,
    },
}

/// The verdict that a test claims.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Exactly these demands.
    Demands(Vec<FunctionalityId>),
    /// A unit of the licence covers those demands that it grants.
    Covered {
        /// The licence.
        license: LicenseId,
        /// The version; any if left out.
        version: Option<Rank>,
        /// The metric; any if left out.
        metric: Option<Metric>,
        /// The clause that must be among those that fail (with `not`).
        because: Option<String>,
        /// With `not`.
        negated: bool,
    },
    /// The exemption holds.
    Exempt {
        /// The exemption.
        rule: RuleId,
        /// With `not`.
        negated: bool,
    },
    /// The prohibition holds.
    Prohibited {
        /// The prohibition.
        rule: RuleId,
        /// With `not`.
        negated: bool,
    },
    /// No licence owned or for sale meets some demand.
    Unmet {
        /// With `not`.
        negated: bool,
    },
}

/// Units of a licence that a test names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// How many.
    pub quantity: u64,
    /// The licence.
    pub license: LicenseId,
    /// The version; any if left out.
    pub version: Option<Rank>,
    /// The metric.
    pub metric: Metric,
}

/// What a position comes to (semantics, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing is short.
    Compliant,
    /// It depends on facts that are not known.
    Undetermined,
    /// Licences are short.
    Shortfall,
    /// Something is not allowed at all.
    Prohibited,
}

impl Status {
    /// The word of the language and of the JSON.
    pub fn text(self) -> &'static str {
        match self {
            Status::Compliant => "compliant",
            Status::Undetermined => "undetermined",
            Status::Shortfall => "shortfall",
            Status::Prohibited => "prohibited",
        }
    }

    /// The status that a word names.
    pub fn of(word: &str) -> Option<Status> {
        [Status::Compliant, Status::Undetermined, Status::Shortfall, Status::Prohibited]
            .into_iter()
            .find(|status| status.text() == word)
    }
}

impl Field {
    /// The type of its value.
    pub fn ty(self, program: &Program) -> Type {
        match self {
            Field::Fact(fact) => program.facts[fact].ty.clone(),
            Field::UserId | Field::DeviceId | Field::ServerId | Field::HostId | Field::ServerEdition => Type::Text,
            Field::UserCount | Field::DeviceCount | Field::HostCores | Field::HostProcessors => Type::Int,
            Field::EstateUsers | Field::EstateDevices => Type::Int,
            Field::ServerProduct => Type::Product,
            // Which product's line it is depends on the rule; the ranks of every line start at zero.
            Field::ServerVersion | Field::LicenseVersion => Type::Int,
            Field::ServerHost | Field::ServerRunsOn | Field::AccessUser | Field::AccessDevice => Type::Reference,
            Field::HostKind => Type::HostKind,
            Field::AccessFunctionality => Type::Functionality,
            Field::LicenseName => Type::License,
            Field::LicenseMetric => Type::Metric,
            Field::Agreement | Field::AgreementName => Type::Agreement,
            Field::AgreementSigned | Field::EstateAsOf => Type::Date,
        }
    }

    /// What it is a field of.
    pub fn entity(self, program: &Program) -> Entity {
        match self {
            Field::Fact(fact) => program.facts[fact].entity,
            Field::UserId | Field::UserCount => Entity::User,
            Field::DeviceId | Field::DeviceCount => Entity::Device,
            Field::ServerId | Field::ServerProduct | Field::ServerVersion | Field::ServerEdition => Entity::Server,
            Field::ServerHost | Field::ServerRunsOn => Entity::Server,
            Field::HostId | Field::HostKind | Field::HostCores | Field::HostProcessors => Entity::Host,
            Field::AccessUser | Field::AccessDevice | Field::AccessFunctionality => Entity::Access,
            Field::LicenseName | Field::LicenseVersion | Field::LicenseMetric => Entity::License,
            Field::Agreement | Field::AgreementName | Field::AgreementSigned => Entity::Agreement,
            Field::EstateAsOf | Field::EstateUsers | Field::EstateDevices => Entity::Estate,
        }
    }

    /// Whether it is a fact of someone or something that an access, or an estate, need not name.
    pub fn is_of_someone(self, program: &Program) -> bool {
        match self {
            Field::AccessUser | Field::AccessDevice | Field::Agreement => false,
            field => {
                matches!(field.entity(program), Entity::User | Entity::Device | Entity::Access | Entity::Agreement)
            }
        }
    }

    /// The field as policies write it: `user.relation`, `host.cores`.
    pub fn path(self, program: &Program) -> String {
        match self {
            Field::Fact(fact) => program.facts[fact].path(),
            Field::Agreement => "agreement".to_owned(),
            Field::UserId => "user.id".to_owned(),
            Field::UserCount => "user.count".to_owned(),
            Field::DeviceId => "device.id".to_owned(),
            Field::DeviceCount => "device.count".to_owned(),
            Field::ServerId => "server.id".to_owned(),
            Field::ServerProduct => "server.product".to_owned(),
            Field::ServerVersion => "server.version".to_owned(),
            Field::ServerEdition => "server.edition".to_owned(),
            Field::ServerHost => "server.host".to_owned(),
            Field::ServerRunsOn => "server.runs_on".to_owned(),
            Field::HostId => "host.id".to_owned(),
            Field::HostKind => "host.kind".to_owned(),
            Field::HostCores => "host.cores".to_owned(),
            Field::HostProcessors => "host.processors".to_owned(),
            Field::AccessUser => "access.user".to_owned(),
            Field::AccessDevice => "access.device".to_owned(),
            Field::AccessFunctionality => "access.functionality".to_owned(),
            Field::LicenseName => "license.name".to_owned(),
            Field::LicenseVersion => "license.version".to_owned(),
            Field::LicenseMetric => "license.metric".to_owned(),
            Field::AgreementName => "agreement.name".to_owned(),
            Field::AgreementSigned => "agreement.signed".to_owned(),
            Field::EstateAsOf => "estate.as_of".to_owned(),
            Field::EstateUsers => "estate.users".to_owned(),
            Field::EstateDevices => "estate.devices".to_owned(),
        }
    }
}

impl Program {
    /// How many versions a line has.
    pub fn versions(&self, line: Line) -> usize {
        match line {
            Line::Product(product) => self.products[product].versions.len(),
            Line::Suite(suite) => self.licenses[suite].versions.len(),
        }
    }

    /// The label that names a version.
    pub fn version_label(&self, line: Line, rank: Rank) -> &str {
        let labels = match line {
            Line::Product(product) => {
                self.products[product].versions.get(rank.0 as usize).map(|version| &version.labels)
            }
            Line::Suite(suite) => self.licenses[suite].version(rank).map(|version| &version.labels),
        };
        labels.and_then(|labels| labels.first()).map_or("", String::as_str)
    }

    /// `WindowsServer.standard`.
    pub fn functionality_path(&self, id: FunctionalityId) -> String {
        let functionality = &self.functionalities[id];
        format!("{}.{}", self.products[functionality.product].header.name, functionality.header.name)
    }

    /// A clause with its licence, or with the terms that several licences share: `WindowsCAL.per_device_2000`.
    pub fn clause_path(&self, license: LicenseId, clause: &Provided) -> String {
        let of = clause.terms.as_ref().unwrap_or(&self.licenses[license].header.name);
        format!("{of}.{}", clause.header.name)
    }

    /// `WindowsCAL 2003`.
    pub fn license_text(&self, license: LicenseId, rank: Rank) -> String {
        let license = &self.licenses[license];
        format!("{} {}", license.header.name, self.version_label(license.line, rank))
    }

    /// The header of a definition, rule, licence, product, agreement, source, advice, reach or reassignment of this name.
    pub fn header(&self, name: &str) -> Option<&Header> {
        let definitions = self.definitions.iter().map(|(_, item)| &item.header);
        let rules = self.rules.iter().map(|(_, item)| &item.header);
        let licenses = self.licenses.iter().map(|(_, item)| &item.header);
        let products = self.products.iter().map(|(_, item)| &item.header);
        let agreements = self.agreements.iter().map(|(_, item)| &item.header);
        let sources = self.sources.iter().map(|(_, item)| &item.header);
        let advice = self.advice.iter().map(|(_, item)| &item.header);
        let reaches = self.reaches.iter().map(|item| &item.header);
        let reassignments = self.reassignments.iter().map(|item| &item.header);
        let first = definitions.chain(rules).chain(licenses).chain(products);
        let mut all = first.chain(agreements).chain(sources).chain(advice).chain(reaches).chain(reassignments);
        all.find(|header| header.name == name)
    }

    /// The header of a clause of a licence.
    pub fn clause(&self, license: &str, name: &str) -> Option<&Header> {
        let (_, license) = self.licenses.iter().find(|(_, item)| item.header.name == license)?;
        let mut clauses = license.versions.iter().flat_map(|version| &version.provided).map(|clause| &clause.header);
        clauses.find(|header| header.name == name)
    }

    /// `Blog, "More on EC"`.
    pub fn citation_text(&self, cite: &Citation) -> String {
        let source = &self.sources[cite.source].header.name;
        cite.section.as_ref().map_or_else(|| source.clone(), |section| format!("{source}, \"{section}\""))
    }

    /// The functionalities that an access to one demands: those it adds to, and itself.
    pub fn demands(&self, functionality: FunctionalityId) -> Vec<FunctionalityId> {
        let mut all = self.functionalities[functionality].adds_to.clone();
        all.push(functionality);
        all.sort();
        all
    }
}

impl License {
    /// The version of a rank, if the licence exists in it.
    pub fn version(&self, rank: Rank) -> Option<&LicenseVersion> {
        self.versions.iter().find(|version| version.rank == rank)
    }
}
