//! The difference of two policy sets, over all estates: whose verdict changes, in which cases exactly, by which rules,
//! on whose authority, and what it costs (semantics, section 8).

pub mod difference;
