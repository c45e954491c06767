//! Integration tests: input text, and the text or figures that a user sees.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod estate;
mod pages;
mod syntax;
mod typing;
