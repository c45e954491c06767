//! A row of the usual form, cut into the places of its cells.

use super::Part;
use memchr::{memchr, memchr3};
use std::ops::Range;

/// How a row was cut.
pub(super) enum Cut {
    /// Into as many cells as the header has; it ends here.
    Cells(usize),
    /// There is no text in the row, which ends here.
    Blank(usize),
    /// Not, for it is of another form.
    Odd,
    /// Not, for its end is not yet read.
    Open,
}

/// Cuts the row that begins here, and adds its cells.
pub(super) fn cut(text: &[u8], delimiter: u8, width: usize, start: usize, cells: &mut Vec<Part>) -> Cut {
    let (mut at, mut blank, first) = (start, true, cells.len());
    loop {
        let Some((cell, end)) = cell(text, delimiter, at) else { return Cut::Open };
        let Some(cell) = trimmed(text, cell) else { return Cut::Odd };
        blank &= cell.start == cell.end;
        cells.push(cell);
        let end = match (text.get(end), text.get(end + 1)) {
            (Some(byte), _) if *byte == delimiter => {
                at = end + 1;
                continue;
            }
            (Some(b'\n'), _) => end + 1,
            (Some(b'\r'), Some(b'\n')) => end + 2,
            (None, _) | (Some(b'\r'), None) => return Cut::Open,
            (Some(_), _) => return Cut::Odd,
        };
        return match cells.len() - first {
            _ if blank => Cut::Blank(end),
            found if found == width => Cut::Cells(end),
            _ => Cut::Odd,
        };
    }
}

/// The text of the cell that begins here, without quotes around it, and where the cell ends.
fn cell(text: &[u8], delimiter: u8, at: usize) -> Option<(Range<usize>, usize)> {
    if text.get(at) == Some(&b'"') {
        let length = memchr(b'"', text.get(at + 1..)?)?;
        return Some((at + 1..at + 1 + length, at + 2 + length));
    }
    let length = memchr3(delimiter, b'\n', b'\r', text.get(at..)?)?;
    Some((at..at + length, at + length))
}

/// A cell without the white space around it; none where a quote follows that.
fn trimmed(text: &[u8], cell: Range<usize>) -> Option<Part> {
    let bytes = text.get(cell.clone()).unwrap_or(&[]);
    let plain = |byte: Option<&u8>| byte.is_none_or(|byte| (b'!'..=b'~').contains(byte));
    if plain(bytes.first()) && plain(bytes.last()) {
        return Some(Part::new(cell.start, cell.end));
    }
    let text = std::str::from_utf8(bytes).unwrap_or("");
    let start = cell.start + text.len() - text.trim_start().len();
    (!text.trim_start().starts_with('"')).then(|| Part::new(start, start + text.trim().len()))
}
