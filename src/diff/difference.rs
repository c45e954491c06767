//! What a comparison of two policy sets comes to, in the names that the sets use.
//!
//! Nothing here decides anything. The order of the fields is that of the JSON.

use super::verdict::Verdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The difference of two sides.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Difference {
    /// `entail.difference/1`.
    #[schemars(extend("const" = "entail.difference/1"))]
    pub schema: &'static str,
    /// The side compared from.
    pub old: Side,
    /// The side compared to.
    pub new: Side,
    /// All of it in a word.
    pub verdict: Word,
    /// Whether no fewer cases could describe each change.
    pub minimal: bool,
    /// Whether everything was compared within the limit.
    pub complete: bool,
    /// Verdicts that change: definitions first, then what they lead to.
    pub changes: Vec<Change>,
    /// Quotas, units, packs, includes, targets of reach.
    pub numbers: Vec<Edit>,
    /// Documents and sections cited.
    pub citations: Vec<Edit>,
    /// Titles, remedies, advice, questions.
    pub wording: Vec<Edit>,
    /// What it does to the estates given.
    pub impact: Vec<Impact>,
}

/// One of the two policy sets, with what of its setting is fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Side {
    /// A folder, `shipped`, or `REV:path`.
    pub origin: String,
    /// Over the paths and texts of all its files, in order.
    pub sha256: String,
    /// What is fixed; the rest stays symbolic.
    pub setting: Fixed,
}

/// What of a side's setting is fixed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Fixed {
    /// The day, ISO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The agreement's name, or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// The reading chosen of each definition.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reading: BTreeMap<String, String>,
}

/// A difference in a word (semantics, section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum Word {
    /// More is demanded or prohibited, or less is covered or exempt.
    #[serde(rename = "stricter")]
    Stricter,
    /// The reverse.
    #[serde(rename = "looser")]
    Looser,
    /// Both, or neither can be told.
    #[serde(rename = "mixed")]
    Mixed,
    /// No verdict changes, only what is counted and paid.
    #[serde(rename = "cost only")]
    CostOnly,
    /// No verdict and no number changes, only documents cited or words.
    #[serde(rename = "citation only")]
    CitationOnly,
    /// Nothing changes, and that is proved.
    #[serde(rename = "equivalent (proved)")]
    Equivalent,
}

/// What kind of verdict changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// What a definition says under a source.
    Definition,
    /// Which reading applies.
    Reading,
    /// Whether an access demands a functionality or is exempt.
    Demand,
    /// Whether an access is prohibited.
    Prohibition,
    /// Whether a licence covers.
    Cover,
}

/// Verdicts of one subject that change in one direction.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Change {
    /// What kind.
    pub kind: ChangeKind,
    /// The definition, `Product.functionality`, or `License: Product.functionality`.
    pub subject: String,
    /// The verdict before.
    #[schemars(with = "String")]
    pub from: Verdict,
    /// The verdict after.
    #[schemars(with = "String")]
    pub to: Verdict,
    /// The definition whose change this merely follows from; its cases are told there.
    pub follows_from: Option<String>,
    /// The rules and clauses that decide on either side.
    pub blame: Blame,
    /// Where exactly; together they hold just where the verdict so changes.
    pub cases: Vec<Case>,
    /// A citation that stayed the same while the verdict changed.
    pub citation_unchanged: bool,
}

/// Who is to blame on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Blame {
    /// Before.
    pub old: Vec<Blamed>,
    /// After.
    pub new: Vec<Blamed>,
}

/// A rule or clause of one side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Blamed {
    /// The item.
    pub rule: String,
    /// The clause or reading within it.
    pub clause: Option<String>,
    /// `file:line:column`.
    pub at: String,
    /// The document and section cited.
    pub cites: Option<String>,
}

/// One case: a condition per fact at most, all of which hold.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Case {
    /// By the names of the facts; none means always.
    pub when: Vec<Condition>,
    /// Whether the evaluator confirms the witness on both sides.
    pub confirmed: bool,
    /// A small estate in which the verdict so changes, as the text of a policy test; null where the new side can judge no such
    /// estate, so that a test could expect nothing.
    pub witness: Option<String>,
    /// Who acknowledged the case, and why.
    pub acknowledged: Option<Acknowledged>,
}

/// A condition on one fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Condition {
    /// One of several values, in declared order.
    In {
        /// As `user.relation`, or a comparison that cannot be taken apart.
        fact: String,
        /// As written in a policy.
        #[serde(rename = "in")]
        values: Vec<String>,
    },
    /// An interval, half open; either end may be absent.
    Within {
        /// As `user.hours_per_week`.
        fact: String,
        /// The first value inside.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// The first value no longer inside.
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<String>,
    },
}

/// A reviewer's word on a case, or on an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Acknowledged {
    /// Who.
    pub by: String,
    /// Why.
    pub because: String,
}

/// A difference that is told as the thing before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Edit {
    /// The item, or item and clause.
    pub subject: String,
    /// What of it: `limit`, `units`, `pack`, `includes`, `title`, `citation`, …
    pub what: String,
    /// Before; null where the item is new.
    pub old: Option<String>,
    /// After; null where the item is gone.
    pub new: Option<String>,
    /// Where it stands on each side, as `file:line:column`; null where a side lacks it.
    pub at: OldNew<Option<String>>,
    /// Of a citation: that nothing it stands for changes its verdict.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verdict_unchanged: bool,
    /// Who acknowledged it, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledged>,
}

impl Edit {
    /// An edit that nobody has acknowledged, of something whose place is not told yet.
    pub fn new(subject: &str, what: &str, old: Option<String>, new: Option<String>) -> Edit {
        let (subject, what) = (subject.to_owned(), what.to_owned());
        let at = OldNew { old: None, new: None };
        Edit { subject, what, old, new, at, verdict_unchanged: false, acknowledged: None }
    }

    /// Whether another tells the same, wherever it stands.
    pub fn is_like(&self, other: &Edit) -> bool {
        (&self.subject, &self.what, &self.old, &self.new) == (&other.subject, &other.what, &other.old, &other.new)
    }
}

/// What the difference does to one estate.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Impact {
    /// The estate's name.
    pub estate: String,
    /// Its status.
    pub status: OldNew<String>,
    /// Its cost.
    pub cost: OldNew<Cost>,
    /// Demands that nothing owned or for sale can meet, which the cost leaves out.
    pub unmet: OldNew<u64>,
    /// Rows whose verdicts change.
    pub subjects: Vec<Affected>,
    /// Units to buy, of the licences of which they change.
    pub plan: Vec<Units>,
    /// What its money is counted in.
    pub currency: Option<String>,
}

/// Units of a licence to buy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Units {
    /// As `WindowsCAL 2003 per user`.
    pub license: String,
    /// How many.
    pub buy: OldNew<u64>,
}

/// A thing before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct OldNew<T> {
    /// Before.
    pub old: T,
    /// After.
    pub new: T,
}

/// A range of money, decimals without trailing zeros.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Cost {
    /// The least.
    pub low: String,
    /// The greatest.
    pub high: String,
    /// Whether both are reached.
    pub exact: bool,
}

/// A row of an estate whose verdict changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Affected {
    /// The row's id; of an access its two ends, `bob -> web`.
    pub id: String,
    /// How many heads it is; `many` where uncountable.
    pub heads: String,
    /// What changes, by which rule, in words.
    pub change: String,
}

impl Word {
    /// The word, as the JSON has it.
    pub fn text(self) -> &'static str {
        match self {
            Word::Stricter => "stricter",
            Word::Looser => "looser",
            Word::Mixed => "mixed",
            Word::CostOnly => "cost only",
            Word::CitationOnly => "citation only",
            Word::Equivalent => "equivalent (proved)",
        }
    }
}

impl ChangeKind {
    /// The word, as the JSON has it.
    pub fn text(self) -> &'static str {
        match self {
            ChangeKind::Definition => "definition",
            ChangeKind::Reading => "reading",
            ChangeKind::Demand => "demand",
            ChangeKind::Prohibition => "prohibition",
            ChangeKind::Cover => "cover",
        }
    }
}
