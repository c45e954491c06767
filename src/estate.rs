//! An estate: entities, facts, licences owned and prices, typed by the [`Program`](crate::program::Program).

pub mod document;
