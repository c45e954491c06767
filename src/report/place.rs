//! Places as other programs want them: file, line and column by name.

use crate::source::{Sources, Span};

/// A stretch of a file; lines and columns from 1, the end exclusive. Columns count characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file as it was named, its folders parted by `/`.
    pub file: String,
    /// The line it begins in.
    pub line: usize,
    /// The column it begins at.
    pub column: usize,
    /// The line it ends in.
    pub end_line: usize,
    /// The column before which it ends.
    pub end_column: usize,
}

impl Place {
    /// The place of a span; `None` only for a span of other sources.
    pub fn of(sources: &Sources, span: Span) -> Option<Place> {
        let source = sources.get(span.file)?;
        let (line, column) = source.line_column(span.start as usize);
        let (end_line, end_column) = source.line_column(span.end as usize);
        let file = source.name().replace('\\', "/");
        let file = file.strip_prefix("./").unwrap_or(&file).to_owned();
        Some(Place { file, line, column, end_line, end_column })
    }
}
