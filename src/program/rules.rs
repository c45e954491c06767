//! What the rules of a set say: exemptions and prohibitions, advice, reaches, reassignments.

use super::{Condition, Header, Period, ProductId, Term};
use crate::value::Metric;

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

/// What sort of rule it is, in the order in which rules decide about an access: what is prohibited is not asked whether it is
/// exempt, and what is exempt takes no place (semantics, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EffectKind {
    /// The access is not allowed.
    Prohibition,
    /// The access demands nothing.
    Exemption,
    /// Some heads have places, for which nothing is demanded.
    Quota,
}

impl EffectKind {
    /// Those that lift what an access demands, the first before the second.
    pub const LIFTING: [EffectKind; 2] = [EffectKind::Prohibition, EffectKind::Exemption];
}

impl Effect {
    /// What sort of rule has it.
    pub fn kind(&self) -> EffectKind {
        match self {
            Effect::Prohibit { .. } => EffectKind::Prohibition,
            Effect::Exempt { limit: None } => EffectKind::Exemption,
            Effect::Exempt { limit: Some(_) } => EffectKind::Quota,
        }
    }

    /// For how many heads per server an exemption is; none where it is for all, or for none.
    pub fn limit(&self) -> Option<u64> {
        match self {
            Effect::Exempt { limit } => *limit,
            Effect::Prohibit { .. } => None,
        }
    }
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
