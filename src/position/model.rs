//! placeholder
pub use crate::value::Metric;
use std::collections::{BTreeMap, BTreeSet};
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heads {
    Count(u64),
    Many,
}
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub holders: Vec<Holder>,
    pub kinds: Vec<Kind>,
    pub stock: Vec<Stock>,
    pub demands: Vec<Demand>,
    pub quotas: Vec<Quota>,
    pub moves: Vec<Move>,
}
#[derive(Debug, Clone)]
pub struct Holder {
    pub metric: Metric,
    pub heads: Heads,
}
#[derive(Debug, Clone)]
pub struct Kind {
    pub licence: usize,
    pub metric: Metric,
    pub price: Option<i128>,
    pub pack: u64,
    pub cover: Cover,
}
#[derive(Debug, Clone)]
pub struct Stock {
    pub kind: usize,
    pub licence: usize,
    pub metric: Metric,
    pub quantity: u64,
    pub bound: Option<usize>,
    pub cover: Cover,
}
#[derive(Debug, Clone, Default)]
pub struct Cover {
    pub demands: BTreeSet<usize>,
    pub needs: BTreeMap<usize, u64>,
}
#[derive(Debug, Clone)]
pub struct Demand {
    pub user: Option<usize>,
    pub device: Option<usize>,
    pub host: Option<usize>,
    pub server: Option<usize>,
}
#[derive(Debug, Clone)]
pub struct Quota {
    pub limit: u64,
    pub candidates: Vec<Candidate>,
}
#[derive(Debug, Clone)]
pub struct Candidate {
    pub holder: usize,
    pub demands: BTreeSet<usize>,
}
#[derive(Debug, Clone)]
pub struct Move {
    pub from: usize,
    pub to: usize,
    pub heads: u64,
}
