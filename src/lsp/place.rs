//! Places as the protocol has them: lines from 0, and characters counted in units of UTF-16.

use lsp_types::{Position, Range};

/// A text with the starts of its lines, as the protocol breaks them.
#[derive(Debug, Clone)]
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: &usize| match bytes.get(*at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = std::iter::once(0).chain((0..bytes.len()).filter(ends).map(|at| at + 1)).collect();
        Lines { text, starts }
    }

    /// The place of a byte.
    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or("");
        Position { line: number(line), character: number(before.encode_utf16().count()) }
    }

    /// The places of a range of bytes.
    pub(super) fn range(&self, range: std::ops::Range<usize>) -> Range {
        Range { start: self.position(range.start), end: self.position(range.end) }
    }

    /// All of the text.
    pub(super) fn whole(&self) -> Range {
        self.range(0..self.text.len())
    }

    /// The byte at a place. A character beyond the end of its line is its end, a line beyond the last the end of the text,
    /// and half of a pair of units the character that it is of.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r']);
        let (mut left, mut offset) = (position.character as usize, start);
        for c in line.chars() {
            if left < c.len_utf16() {
                break;
            }
            left -= c.len_utf16();
            offset += c.len_utf8();
        }
        offset
    }
}

/// A number of the protocol.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use lsp_types::Position;

    #[test]
    fn places_count_units_of_utf16() {
        let text = "a😀b\r\né\rx\n";
        let lines = Lines::of(text);
        for (offset, line, character) in
            [(0, 0, 0), (1, 0, 1), (5, 0, 3), (6, 0, 4), (8, 1, 0), (10, 1, 1), (11, 2, 0), (13, 3, 0)]
        {
            assert_eq!(lines.position(offset), Position { line, character }, "{offset}");
            assert_eq!(lines.offset(Position { line, character }), offset);
        }
        assert_eq!(lines.offset(Position { line: 0, character: 2 }), 1, "half a character");
        assert_eq!(lines.offset(Position { line: 0, character: 99 }), 6, "beyond the line");
        assert_eq!(lines.offset(Position { line: 9, character: 0 }), text.len(), "beyond the text");
    }
}
