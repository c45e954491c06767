//! What the checker proved of a policy set: all that later stages see of it.
//!
//! Every name is an id here, every expression is typed, versions are ranks on their product's line, and the clauses of a
//! licence are written out for each of its versions. Readings, sources and periods are still open: [`crate::select`]
//! settles them for one date and agreement.

mod arena;
mod calculations;
mod citing;
mod conditions;
mod facts;
mod products;
mod rules;
mod tests;

pub(crate) use arena::ids;
pub use arena::{
    AdviceId, AgreementId, Arena, DefinitionId, EnumId, FactId, FunctionalityId, Id, Item, LicenseId, ProductId,
    RuleId, SourceId,
};
pub use calculations::{Compared, ORDERS, normal};
pub use conditions::{Comparison, Condition, ConditionKind, Definition, Open, Reading, Term};
pub use facts::{Entity, Enum, Fact, Field};
pub use products::{Functionality, License, LicenseVersion, Product, ProductVersion, Provided, SharedTerms};
pub use rules::{Advice, Effect, EffectKind, Reach, ReachTarget, Reassignment, Rule, Scope, Speech};
pub use tests::{Claim, Expectation, Lot, Name, Status, Test, Verdict};

use crate::source::Span;
use crate::value::{Date, Rank, VersionLine};

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
    /// The terms that several licences share. Their clauses are written out in each version that takes them.
    pub terms: Vec<SharedTerms>,
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

/// An agreement that an estate may be under.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Name, title, place.
    pub header: Header,
}

macro_rules! items {
    ($($item:ty)*) => {$(
        impl Item for $item {
            fn header(&self) -> &Header {
                &self.header
            }
        }
    )*};
}

items! { SourceDocument Enum Agreement Definition Rule Advice Reach Reassignment Product License }

impl Program {
    /// How many versions a line has.
    pub fn versions(&self, line: VersionLine) -> usize {
        match line {
            VersionLine::Product(product) => self.products[product].versions.len(),
            VersionLine::Suite(suite) => self.licenses[suite].versions.len(),
        }
    }

    /// The label that names a version.
    pub fn version_label(&self, line: VersionLine, rank: Rank) -> &str {
        let labels = match line {
            VersionLine::Product(product) => {
                self.products[product].versions.get(rank.0 as usize).map(|version| &version.labels)
            }
            VersionLine::Suite(suite) => self.licenses[suite].version(rank).map(|version| &version.labels),
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

    /// The headers of all items, kind by kind. Facts and functionalities belong to their item.
    pub fn headers(&self) -> impl Iterator<Item = &Header> {
        let said = self.sources.headers().chain(self.definitions.headers());
        let rules = self.rules.headers().chain(self.advice.headers()).chain(self.reaches.iter().map(Item::header));
        let absences = self.reassignments.iter().map(Item::header);
        let sold =
            self.products.headers().chain(self.licenses.headers()).chain(self.terms.iter().map(|terms| &terms.header));
        let vocabulary = self.enums.headers().chain(self.agreements.headers());
        said.chain(rules).chain(absences).chain(sold).chain(vocabulary)
    }

    /// The header of the item of this name.
    pub fn header(&self, name: &str) -> Option<&Header> {
        self.headers().find(|header| header.name == name)
    }

    /// The fact of this path: `user.relation`.
    pub fn fact(&self, path: &str) -> Option<(FactId, &Fact)> {
        self.facts.iter().find(|(_, fact)| fact.path() == path)
    }

    /// The header of a clause of a licence.
    pub fn clause(&self, license: &str, name: &str) -> Option<&Header> {
        let (_, license) = self.licenses.named(license)?;
        license.clauses().map(|clause| &clause.header).find(|header| header.name == name)
    }

    /// `Blog, "More on EC"`.
    pub fn citation_text(&self, cite: &Citation) -> String {
        let source = &self.sources[cite.source].header.name;
        cite.section.as_ref().map_or_else(|| source.clone(), |section| format!("{source}, \"{section}\""))
    }

    /// The products of which every server demands something by running.
    pub fn demanding_by_running(&self) -> impl Iterator<Item = ProductId> {
        let demanded = self.functionalities.iter().filter(|(_, functionality)| functionality.demanded_by_every_server);
        demanded.map(|(_, functionality)| functionality.product)
    }

    /// The functionalities that an access to one demands: those it adds to, and itself.
    pub fn demands(&self, functionality: FunctionalityId) -> Vec<FunctionalityId> {
        let mut all = self.functionalities[functionality].adds_to.clone();
        all.push(functionality);
        all.sort();
        all
    }
}
