//! Judging an estate.

pub mod judgement;
