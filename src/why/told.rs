//! What an explanation says, in the names and places that people know; each type is also a part of its JSON.

mod license;

pub use license::{Below, Could, License, Line, Means};

use crate::estate::Heads;
use crate::evaluate::ruling::Ruling;
use crate::value::{Metric, Truth};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// Why things are as they are for one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Explanation {
    /// Whom or what it is about.
    pub subject: Subject,
    /// Each definition about the subject, as every reading in force has it.
    pub definitions: Vec<Definition>,
    /// The absences on the day in which heads of the subject are away or stand in.
    pub absences: Vec<Absence>,
    /// The effective accesses, those alike together.
    pub accesses: Vec<Access>,
    /// What servers demand by running.
    pub standing: Vec<Standing>,
    /// What the plan gives to the subject.
    pub units: Vec<Share>,
    /// The id of the only server that was asked about.
    #[serde(skip)]
    pub only: Option<String>,
    /// Of a server or host: how one of those who come can be asked about.
    #[serde(skip)]
    pub ask: Option<String>,
    /// Of a licence: what becomes of it.
    pub license: Option<License>,
}

/// What an explanation is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Subject {
    /// user, device, host, server or license.
    pub kind: Kind,
    /// Its id or name.
    pub id: String,
    /// How many heads it stands for.
    pub heads: Option<Heads>,
    /// Where it stands.
    pub at: Option<String>,
    /// What it is: `SharePoint 2007 on host moss`, or a licence's title.
    pub what: Option<String>,
}

/// The sorts of subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the sort that it names")]
pub enum Kind {
    User,
    Device,
    Host,
    Server,
    License,
}

/// A definition said of the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Definition {
    /// Its name.
    pub definition: String,
    /// Its title.
    pub title: String,
    /// Every reading in force, the one that applies first.
    pub readings: Vec<Reading>,
}

/// What one reading of a definition says of the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Reading {
    /// The document; none for a definition without readings.
    pub source: Option<String>,
    /// Whether it is the reading that applies.
    pub applies: bool,
    /// Whether the definition holds.
    pub answer: Truth,
    /// Why.
    pub because: Vec<Reason>,
    /// Why the document leaves it open, where it does.
    pub open: Option<String>,
    /// The places of the documents.
    pub cites: Vec<String>,
}

/// A condition that decided, with the facts that it read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Reason {
    /// The condition as the policy writes it.
    pub condition: String,
    /// Where the policy writes it.
    pub at: String,
    /// What it comes to; no where it asks of something that is not there.
    pub answer: Truth,
    /// The facts that it read.
    pub facts: Vec<Fact>,
    /// The reading that answered, where it asks for a definition: `external as in PUR`.
    pub reading: Option<String>,
    /// What the document leaves open, where it does.
    pub open: Option<String>,
    /// Why that reading says so.
    pub because: Vec<Reason>,
}

/// A fact that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Fact {
    /// Its path: `user.relation`.
    pub fact: String,
    /// Its value; none where it is unknown or absent.
    pub value: Option<String>,
    /// How it stands.
    pub standing: Origin,
    /// Where it is stated; none for what nobody wrote.
    pub at: Option<String>,
}

/// How a fact stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The estate states it.
    Given,
    /// The declared default, which does not matter here.
    Default,
    /// The declared default, and another value would change a verdict.
    Assumed,
    /// Nobody knows.
    Unknown,
    /// There is nothing that could have it.
    Absent,
    /// It comes with the unit of the licence looked at.
    Unit,
}

/// An absence that lasts on the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Absence {
    /// Whose heads are away.
    pub absent: String,
    /// How many.
    pub heads: u64,
    /// Who takes their place.
    pub substitute: String,
    /// The first day away.
    pub from: Option<String>,
    /// The first day back.
    pub until: Option<String>,
    /// Where it stands.
    pub at: String,
    /// Whether licences follow it; if not, it changes nothing.
    pub follows: Truth,
    /// The rules in force by which they could, any of which suffices.
    pub rules: Vec<Following>,
}

/// A rule by which licences follow absences, and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Following {
    /// Its name.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Whether it holds.
    pub answer: Truth,
    /// The conditions that decided.
    pub because: Vec<Reason>,
    /// The places of the documents.
    pub cites: Vec<String>,
}

/// Effective accesses that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Access {
    /// Who comes: the ids of users and devices, `bob` or `bob by kiosk`.
    pub who: Vec<String>,
    /// How many heads that is, where it can be told.
    pub heads: Option<Heads>,
    /// How many rows give these accesses: all of those alike.
    #[serde(skip)]
    pub given: u64,
    /// The rows of the given accesses: of those alike, the first.
    pub rows: Vec<String>,
    /// The server.
    pub server: String,
    /// What is used there.
    pub functionality: String,
    /// The steps that lead there from the servers of the rows; none for a given access. Long ways share theirs.
    #[serde(serialize_with = "each")]
    #[schemars(with = "Vec<Step>")]
    pub route: Vec<Arc<Step>>,
    /// What it comes to.
    pub verdict: Ruling,
    /// The rules in force that speak of the product.
    pub rules: Vec<Rule>,
    /// What is demanded, unless a rule prohibits or exempts.
    pub demands: Vec<Demand>,
    /// The nearest changes to each other verdict, the smallest first.
    pub changes: Vec<Change>,
}

fn each<S: Serializer>(steps: &[Arc<Step>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(steps.iter().map(Arc::as_ref))
}

/// A step from one server to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Step {
    /// Where it starts.
    pub from: String,
    /// Where it leads.
    pub to: String,
    /// The rule by which it does.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// The places of the documents.
    pub cites: Vec<String>,
}

/// An exemption or a prohibition, and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Rule {
    /// Its name.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Whether it prohibits; else it exempts.
    pub prohibits: bool,
    /// How many heads per server it exempts, where it has a limit.
    pub limit: Option<u64>,
    /// Whether it holds.
    pub answer: Truth,
    /// The conditions that decided.
    pub because: Vec<Reason>,
    /// The evidence that it needs and the estate does not name.
    pub evidence: Option<String>,
    /// What to do about a prohibition.
    pub remedy: Option<String>,
    /// The places of the documents.
    pub cites: Vec<String>,
    /// The fewest facts that would make it hold, where it does not.
    pub change: Option<Change>,
    /// Of one with a limit: the other accesses to the server for which it does not hold, wherefore whoever comes here gets
    /// no place.
    pub hindered_by: Vec<Elsewhere>,
}

/// An access apart from the one that is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Elsewhere {
    /// Who comes: `bob`, or `bob by kiosk`.
    pub who: String,
    /// The server.
    pub server: String,
    /// What is used there.
    pub functionality: String,
    /// The row of the given access.
    pub at: String,
}

/// A demand and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Demand {
    /// What is demanded.
    pub functionality: String,
    /// Its title.
    pub title: String,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The units and places that meet it in the plan.
    pub by: Vec<Share>,
    /// Why nothing meets it.
    pub unmet: Option<String>,
    /// Every licence owned or for sale that grants it, and whether it covers.
    pub covers: Vec<Cover>,
}

/// What becomes of a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Met by what is owned, or by places.
    Met,
    /// Met by what the plan buys.
    Short,
    /// Nothing owned or for sale meets it.
    Unmet,
    /// Not raised: the access is exempt or prohibited (or taken so in the dearest case).
    Lifted,
}

/// A part of what meets a demand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Share {
    /// Units of a licence.
    Units {
        /// The licence.
        license: String,
        /// Its version.
        version: String,
        /// Its metric.
        metric: Metric,
        /// Whether they are owned; else they are bought.
        owned: bool,
        /// Who holds them.
        holder: String,
        /// How many units.
        units: u64,
    },
    /// Places of an exemption with a limit.
    Place {
        /// The exemption.
        place: String,
        /// Who has them.
        holder: String,
        /// How many heads.
        heads: u64,
    },
}

/// A licence looked at for a demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Cover {
    /// The licence.
    pub license: String,
    /// Its version; with Software Assurance the newest.
    pub version: String,
    /// Its metric.
    pub metric: Metric,
    /// Units owned, where it is owned.
    pub owned: Option<u64>,
    /// Those of them that are bound to others and do not serve who comes here for certain.
    pub bound: Vec<Bound>,
    /// The absent among these others whose licences may follow to who comes here; whether they do is not known.
    pub may_follow: Vec<String>,
    /// The price of a unit, where it is for sale.
    pub price: Option<String>,
    /// How many users, devices, hosts or servers would take units, where it covers.
    pub heads: Option<Heads>,
    /// What all these units cost, in whole packs, where they are several.
    pub cost: Option<String>,
    /// Whether a unit covers the demand.
    pub answer: Truth,
    /// The user or device that its metric needs and the access does not name.
    pub lacks: Option<Metric>,
    /// Each clause of the licence, and whether it holds.
    pub clauses: Vec<Clause>,
    /// Other units of the licence that would cover: `WindowsCAL 2003 per device`.
    pub instead: Vec<String>,
    /// The fewest facts that would make it cover, where it does not.
    pub change: Option<Change>,
}

/// Units owned that are bound to a holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Bound {
    /// The holder.
    pub to: String,
    /// How many units.
    pub units: u64,
}

/// A clause of a licence, and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Clause {
    /// Its name.
    pub clause: String,
    /// Its title.
    pub title: String,
    /// The licence whose clause it is: the one looked at, or one that a suite includes.
    pub license: String,
    /// Whether it holds.
    pub answer: Truth,
    /// The conditions that decided.
    pub because: Vec<Reason>,
    /// The places of the documents.
    pub cites: Vec<String>,
}

/// The fewest facts whose change brings something about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Change {
    /// What it brings about: prohibited, exempt, demanding, holds, covers.
    #[schemars(with = "String")]
    pub to: Brought,
    /// The facts, all to be changed together.
    pub facts: Vec<Changed>,
}

/// What a change brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Brought {
    /// A rule holds.
    Holds,
    /// A unit covers.
    Covers,
    /// The rules come to this.
    #[serde(untagged)]
    Ruling(Ruling),
}

/// A fact to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Changed {
    /// Its path, or `evidence.RULE`.
    pub fact: String,
    /// The id of the row that states it; `estate` for the estate.
    pub of: String,
    /// Its value now; none where it is unknown.
    pub from: Option<String>,
    /// The values that do, any of them.
    pub to: Vec<String>,
    /// Where it stands; none for what nobody wrote.
    pub at: Option<String>,
}

/// A demand that a server raises by running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Standing {
    /// The server.
    pub server: String,
    /// What it demands.
    pub demand: Demand,
}
