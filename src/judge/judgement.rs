//! What judging an estate comes to: the figures, and what they rest on.
//!
//! Items of the policy set are ids of the [`Program`](crate::program::Program), rows of the estate are their ids as
//! written. Turning it into text or JSON is the work of [`crate::report`].

use crate::diagnostic::Diagnostic;
use crate::estate::Heads;
use crate::position::build::{Built, DemandOf, Sku};
use crate::position::model::Plan;
use crate::program::{
    AdviceId, AgreementId, DefinitionId, FactId, FunctionalityId, LicenseId, RuleId, SourceId, Status,
};
use crate::source::Span;
use crate::value::{Date, Metric};
use num_rational::Ratio;
use rust_decimal::Decimal;
use std::sync::Arc;

/// The licence position of an estate, with everything that qualifies it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The day it is for.
    pub as_of: Date,
    /// The agreement in force, if any.
    pub agreement: Option<AgreementId>,
    /// The reading that applies, for each definition that a rule in force reads. `None` for a body without a source.
    pub readings: Vec<(DefinitionId, Option<SourceId>)>,
    /// What it comes to.
    pub status: Status,
    /// The cost of the cheapest remedy.
    pub cost: Range,
    /// Whether no cheaper plan exists than the one reported.
    pub proven: bool,
    /// What no plan can undercut (of the plan reported).
    pub bound: Decimal,
    /// How that is known.
    pub proof: ProofKind,
    /// Other readings in force under which status or cost differ.
    pub disputes: Vec<Dispute>,
    /// How many heads each definition of a user classifies how.
    pub definitions: Vec<DefinitionCount>,
    /// How many accesses have which verdict.
    pub accesses: AccessCounts,
    /// Every exemption in force, by name.
    pub exemptions: Vec<ExemptionCount>,
    /// The lines of the position, by licence name, older version, metric.
    pub licenses: Vec<LicenseLine>,
    /// Demands that nothing owned or for sale can meet.
    pub unmet: Vec<Unmet>,
    /// Prohibitions that some access meets.
    pub prohibitions: Vec<ProhibitionCount>,
    /// The fewest questions whose answers settle status and cost, most telling first.
    pub questions: Vec<Question>,
    /// The defaults that mattered.
    pub assumptions: Vec<Assumption>,
    /// The advice that speaks, by name.
    pub advice: Vec<Advised>,
    /// Who gets which unit and place.
    pub assignments: Vec<Assignment>,
    /// The prices that make up the bound, where it is a `cut` or `dual`.
    pub prices: Vec<BoundPart>,
    /// Where licences counted by hosts or servers compete with licences for each user.
    pub rivals: Vec<Rivals>,
    /// Licences that the plan buys for people to share, and what a licence for each of them would cost.
    pub choices: Vec<Choice>,
    /// Notes for the reader: a reading chosen by hand that is not in force, an absence that changes nothing.
    pub notes: Vec<Diagnostic>,
    /// What was solved for the plan reported.
    pub solved: Solved,
}

/// The problem of the dearest completion and its solution, as the optimiser gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solved {
    /// The problem, and what its numbers stand for.
    pub built: Built,
    /// Its solution.
    pub plan: Plan,
}

/// The least and the greatest cost over all answers to unknown facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub low: Decimal,
    /// The greatest.
    pub high: Decimal,
    /// Whether both are reached, or only bounds.
    pub exact: bool,
}

impl Range {
    /// Whether it has the ends of another, reached or not.
    pub fn spans_as(self, other: Range) -> bool {
        (self.low, self.high) == (other.low, other.high)
    }
}

/// How the bound of a plan is known (semantics, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProofKind {
    /// A minimum cut.
    Cut,
    /// Dual prices.
    Dual,
    /// A search that was counted, not priced.
    Search,
}

/// What the position becomes under another reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    /// The term.
    pub definition: DefinitionId,
    /// The other reading.
    pub reading: Option<SourceId>,
    /// The status under it.
    pub status: Status,
    /// The cost under it.
    pub cost: Range,
}

/// How many heads a definition classifies how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionCount {
    /// The term.
    pub definition: DefinitionId,
    /// Heads of which it is said.
    pub yes: Heads,
    /// Heads of which it is not.
    pub no: Heads,
    /// Heads of which it is not known.
    pub unknown: Heads,
}

/// How many accesses (rows) have which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccessCounts {
    /// Rows of the estate.
    pub given: u64,
    /// With the further servers that they reach.
    pub effective: u64,
    /// Not allowed.
    pub prohibited: u64,
    /// Exempt.
    pub exempt: u64,
    /// Not known to be either.
    pub unknown: u64,
    /// Demanding a licence.
    pub demanding: u64,
}

/// How often an exemption holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptionCount {
    /// The rule.
    pub rule: RuleId,
    /// Effective accesses for which its condition is yes.
    pub accesses: u64,
    /// Places used, where it has a limit.
    pub places: Option<u64>,
}

/// How often a prohibition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProhibitionCount {
    /// The rule.
    pub rule: RuleId,
    /// Effective accesses for which it is yes.
    pub accesses: u64,
    /// The rows of the accesses that meet it.
    pub at: Vec<Span>,
}

/// A line of the position.
#[derive(Debug, Clone, PartialEq)]
pub struct LicenseLine {
    /// The licence, version and metric.
    pub of: Sku,
    /// Units held.
    pub owned: u64,
    /// Units placed, owned and bought.
    pub used: u64,
    /// Units to buy.
    pub buy: u64,
    /// `owned + buy - used`.
    pub spare: u64,
    /// The price of a unit; `None` where it is not for sale.
    pub unit_price: Option<Decimal>,
    /// The price of the units to buy.
    pub cost: Decimal,
}

/// A demand that nothing can meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The server.
    pub server: Arc<str>,
    /// The user.
    pub user: Option<Arc<str>>,
    /// The device.
    pub device: Option<Arc<str>>,
    /// What is demanded.
    pub functionality: FunctionalityId,
    /// Why nothing meets it.
    pub because: String,
    /// Licences that would meet it if they had a price.
    pub remedies: Vec<Sku>,
    /// The row of an access that raises it, or of the server that raises it by running.
    pub at: Span,
}

/// A demand and what meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandLine {
    /// Its rows: there may be as many demands as accesses, so they are not named.
    pub of: DemandOf,
    /// What meets it in the plan reported; nothing where it is unmet.
    pub met_by: Arc<[Means]>,
}

/// What meets a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// Units of a licence.
    Units(Sku),
    /// Places of an exemption with a limit.
    Place(RuleId),
}

/// Units counted by hosts or servers against units for each user, where both are for sale and both would cover.
#[derive(Debug, Clone, PartialEq)]
pub struct Rivals {
    /// What is demanded.
    pub functionality: FunctionalityId,
    /// The units counted by hosts or servers.
    pub connector: Sku,
    /// How many of them all hosts or servers take together.
    pub units: u64,
    /// What one of them costs.
    pub connector_price: Decimal,
    /// The units for each user.
    pub each: Sku,
    /// What one of them costs.
    pub each_price: Decimal,
    /// The least number of users for whom units for each cost no less.
    pub users: u64,
    /// The users whom both would cover.
    pub heads: Heads,
}

/// Something unknown whose answer would narrow the position.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What is unknown.
    pub unknown: UnknownThing,
    /// The ids of the alike rows that it is asked of, with what tells them from those of a question that reads the same; `estate`
    /// for a fact of the estate.
    pub subjects: Vec<Arc<str>>,
    /// What the position becomes under each answer; answers with the same outcome stand together.
    pub answers: Vec<Answer>,
    /// The cells in which it is left open; none for a fact of the estate that nobody wrote.
    pub at: Vec<Span>,
}

/// What can be unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnknownThing {
    /// A declared fact.
    Fact(FactId),
    /// A built-in column, by its path (`host.cores`).
    Column(String),
    /// The evidence that a rule needs.
    Evidence(RuleId),
    /// A case that a reading leaves open: nobody can answer it but the document's author.
    Open {
        /// The term.
        definition: DefinitionId,
        /// Whose reading.
        reading: Option<SourceId>,
        /// Why it is open.
        because: String,
    },
    /// How two calculations stand to each other, or one to numbers.
    Compared {
        /// One, as policies write it.
        left: String,
        /// The other, if there is one.
        right: Option<String>,
        /// The facts in them that are not known.
        facts: Vec<FactId>,
    },
}

/// The position under some answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The answers, as a table cell would have them.
    pub answers: Vec<String>,
    /// The status under them.
    pub status: Status,
    /// The cost under them.
    pub cost: Range,
    /// How many demands stay unmet under them at most; the cost is that of the rest.
    pub unmet: usize,
}

/// A default that mattered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// The fact.
    pub fact: FactId,
    /// The default, as a table cell would have it.
    pub value: String,
    /// In how many rows of its table it was taken and mattered.
    pub rows: u64,
    /// Where these rows are kept, ascending: of alike accesses one.
    pub places: Vec<usize>,
}

/// What an advice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advised {
    /// The advice.
    pub rule: AdviceId,
    /// Its text, figures filled in.
    pub text: String,
}

/// Units or places dealt to a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignment {
    /// Units of a licence.
    Units {
        /// The licence, version and metric.
        of: Sku,
        /// The id of the row that holds them.
        holder: Arc<str>,
        /// How many.
        units: u64,
    },
    /// Places of an exemption with a limit.
    Place {
        /// The exemption.
        rule: RuleId,
        /// The server.
        server: Arc<str>,
        /// The row whose heads have the places.
        actor: Arc<str>,
        /// How many heads.
        heads: u64,
    },
}

/// A licence per host or server that the plan buys for people to share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The licence, version and metric.
    pub of: Sku,
    /// What all units bought of it cost.
    pub cost: Decimal,
    /// How many people (or devices) it serves.
    pub heads: Heads,
    /// The licence by head that would serve all of them for least; none where none is for sale.
    pub instead: Option<Instead>,
}

/// What would serve heads one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    /// The licence, version and metric.
    pub of: Sku,
    /// The price of a unit.
    pub price: Decimal,
    /// How many people or devices would hold units.
    pub heads: Heads,
    /// How many units they would take, in whole packs, and what these cost; none where they cannot be counted.
    pub taken: Option<(u64, Decimal)>,
}

/// From how many heads on a connector is no dearer than a licence for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakEven {
    /// The connector.
    pub license: LicenseId,
    /// The licence by head.
    pub against: LicenseId,
    /// What takes a unit of the connector: hosts or servers.
    pub metric: Metric,
    /// For so many of them.
    pub machines: u64,
    /// From so many heads on.
    pub users: Decimal,
    /// A population set against it, or `all` who are covered together.
    pub who: Option<Arc<str>>,
    /// How many heads it has.
    pub heads: Option<Heads>,
    /// Which of the two is no dearer for it.
    pub cheaper: Option<LicenseId>,
}

/// An amount that is part of a plan's lower bound.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundPart {
    /// What is priced.
    pub of: Priced,
    /// The amount, exact. Negative where owned units or places lower the bound.
    pub amount: Ratio<i128>,
}

/// What a part of a bound is the price of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Priced {
    /// A demand.
    Demand(DemandOf),
    /// Owned units of a licence.
    Owned(Sku),
    /// The places of an exemption at a server.
    Places {
        /// The exemption.
        rule: RuleId,
        /// The server.
        server: Arc<str>,
    },
    /// What costs are rounded up to.
    Rounding {
        /// Every cost is a multiple of this.
        multiple_of: Decimal,
    },
}
