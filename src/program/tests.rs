//! Policy tests: an estate, and what must come of it.

use super::{AdviceId, DefinitionId, FunctionalityId, Header, LicenseId, RuleId};
use crate::estate::document::Document;
use crate::source::Span;
use crate::value::{Metric, Rank};
use rust_decimal::Decimal;

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
    /// A term is said of the access.
    Defined {
        /// The term.
        definition: DefinitionId,
        /// With `not`.
        negated: bool,
    },
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
