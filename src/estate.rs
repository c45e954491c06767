//! An estate: entities, facts, licences owned and prices, typed by the [`Program`](crate::program::Program).

pub mod document;

/// How many alike heads a row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Heads {
    /// This many.
    Count(u64),
    /// An uncountable population: more than every number.
    Many,
}
