//! Integration tests: input text, and the text or figures that a user sees.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod cli;
mod estate;
mod pages;
mod schema;
mod syntax;
mod typing;
