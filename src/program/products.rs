//! Products, their functionalities, and the licences for them.

use super::{Condition, FunctionalityId, Header, LicenseId, Period, ProductId, Term};
use crate::source::Span;
use crate::value::{Date, Metric, Rank, VersionLine};
use std::collections::BTreeMap;

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
    /// The titles of those features that have one.
    pub feature_titles: BTreeMap<String, String>,
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

/// Terms that licences share.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedTerms {
    /// Name, title, citations, doc comment, place.
    pub header: Header,
    /// The headers of its clauses, whether a licence takes them or not.
    pub clauses: Vec<Header>,
}

/// A licence or a suite.
#[derive(Debug, Clone, PartialEq)]
pub struct License {
    /// Name, title, citations, doc comment, place.
    pub header: Header,
    /// What a unit may be assigned to, in order.
    pub metrics: Vec<Metric>,
    /// Whose versions it has.
    pub line: VersionLine,
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
    /// Whether it is still sold on a day: a price list may sell it before it is out (semantics, section 4).
    pub fn is_sold(&self, day: Date) -> bool {
        self.sold.until.is_none_or(|until| day < until)
    }

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

impl License {
    /// The version of a rank, if the licence exists in it.
    pub fn version(&self, rank: Rank) -> Option<&LicenseVersion> {
        self.versions.iter().find(|version| version.rank == rank)
    }

    /// The version that has a label.
    pub fn labelled(&self, label: &str) -> Option<&LicenseVersion> {
        self.versions.iter().find(|version| version.labels.iter().any(|known| known == label))
    }

    /// The clauses of all versions; one that several have stands for each.
    pub fn clauses(&self) -> impl Iterator<Item = &Provided> {
        self.versions.iter().flat_map(|version| &version.provided)
    }
}
