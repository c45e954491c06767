//! What an explanation says of a licence.

use super::{Bound, Share};
use crate::estate::Heads;
use crate::value::Metric;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// What becomes of a licence in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct License {
    /// What is owned or for sale of it.
    pub lines: Vec<Line>,
    /// The cost of the plan.
    pub cost: String,
    /// The cost of the cheapest plan without buying it, where the plan buys it and could do without.
    pub cost_without: Option<String>,
    /// For each metric in which it is for sale and not bought, the price below which it would be.
    pub bought_below: Vec<Below>,
    /// Units owned that are bound, where none is used.
    pub bound: Vec<Bound>,
    /// How many demands that it would cover are unmet.
    pub unmet: u64,
    /// What meets the others that it would cover.
    pub met_by: BTreeSet<Means>,
    /// Who gets its units.
    pub holders: Vec<Share>,
    /// The populations and servers that a unit of it would cover, those that get one too.
    pub could: Vec<Could>,
}

/// What meets a demand that a licence would cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Its own units, owned or bought.
    Own,
    /// Other licences that are owned.
    Owned,
    /// Other licences that the plan buys.
    Bought,
    /// Places of exemptions with a limit.
    Places,
}

/// A version and metric of a licence in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Line {
    /// The version.
    pub version: String,
    /// The metric.
    pub metric: Metric,
    /// Units owned.
    pub owned: u64,
    /// Units placed.
    pub used: u64,
    /// Units to buy.
    pub buy: u64,
    /// The price of a unit, where it is for sale.
    pub price: Option<String>,
}

/// From where on a licence would be bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Below {
    /// The metric.
    pub metric: Metric,
    /// The price of a unit below which the plan would buy some; none where it would buy none even for nothing.
    pub price: Option<String>,
}

/// Someone whom a licence would cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Could {
    /// Whose access, or the server that demands by running.
    pub who: String,
    /// How many heads.
    pub heads: Option<Heads>,
    /// The server.
    pub server: String,
    /// What is demanded.
    pub functionality: String,
    /// The versions and metrics that cover it; none where those who would hold them cannot be counted.
    pub units: Vec<String>,
}
