//! Results as people and programs read them: one file for each form of output.
//!
//! This is the only place that turns diagnostics, positions and policies into text. Nothing is computed here, nothing is
//! written anywhere, and whether there is a terminal is for the caller to say (see [`Look`]).

pub mod compare;
mod content;
pub mod coverage;
pub mod csv;
mod diagnostics;
pub mod difference;
pub mod estate;
mod excerpt;
pub mod findings;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod lint;
pub mod markdown;
pub mod mutation;
mod place;
pub mod plan;
mod plot;
pub mod sarif;
mod show;
mod sources;
pub mod table;
mod tests;
pub mod text;
pub mod why;
mod wording;
#[cfg(feature = "xlsx")]
pub mod xlsx;

pub use diagnostics::render as diagnostics;
pub use show::{names, show};
pub use sources::sources;
pub use tests::tests;

/// How text may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Colour by ANSI escapes.
    pub colour: bool,
    /// Lines and signs beyond ASCII.
    pub unicode: bool,
    /// Columns to a line.
    pub width: usize,
}

impl Default for Look {
    /// No colour, Unicode, 80 columns.
    fn default() -> Self {
        Look { colour: false, unicode: true, width: 80 }
    }
}
