//! Comments: the grammar passes over them, so they are found again in the gaps between tokens.

use super::{Doc, Gap, Printer};
use pretty::DocAllocator;

/// The comments in a gap.
#[derive(Debug, Default)]
pub(super) struct Comments<'t> {
    /// The one on the line of the token before.
    behind: Option<&'t str>,
    /// Those on lines of their own, and whether a blank line stands before each.
    above: Vec<(bool, &'t str)>,
    /// Whether a blank line stands before the next token.
    pub blank: bool,
}

impl Comments<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.behind.is_none() && self.above.is_empty()
    }

    /// Keeps the blank lines that have their place in such a gap.
    fn suit(&mut self, gap: Gap) {
        let has_blank = self.blank || self.above.iter().any(|(blank, _)| *blank);
        let first = self.above.first_mut().map_or(&mut self.blank, |(blank, _)| blank);
        match gap {
            Gap::Apart => *first |= !has_blank,
            Gap::Paragraph => {}
            Gap::Line => *first = false,
            Gap::Joined | Gap::Blank | Gap::Fill | Gap::Heading | Gap::Below | Gap::Together | Gap::Wide => {
                self.above.iter_mut().for_each(|(blank, _)| *blank = false);
                self.blank = false;
            }
        }
    }
}

impl<'t: 'd, 'd> Printer<'t, 'd> {
    /// The comments between the last token and the one at `to`, with the blank lines that suit the gap.
    pub(super) fn between(&self, to: usize, gap: Gap) -> Comments<'t> {
        let mut lines = lines(self.text.get(self.end..to).unwrap_or("")).peekable();
        let mut found = Comments::default();
        // Before the first token there is no line that a comment could stand behind.
        if self.end > 0 {
            found.behind = lines.next().filter(|line| !line.is_empty());
        }
        while let Some(line) = lines.next() {
            if !line.is_empty() {
                found.above.push((std::mem::take(&mut found.blank), line));
            } else if lines.peek().is_some() {
                found.blank = true;
            }
        }
        found.suit(gap);
        found
    }

    /// Comments as they are printed behind the last token.
    pub(super) fn comments(&self, comments: &Comments<'t>) -> Doc<'d> {
        let mut laid = self.out.nil();
        if let Some(behind) = comments.behind {
            laid = laid.append("  ").append(behind);
        }
        for (blank, line) in &comments.above {
            laid = laid.append(self.new_line(*blank)).append(*line);
        }
        laid
    }

    /// A new line, with a blank line before it or none.
    pub(super) fn new_line(&self, blank: bool) -> Doc<'d> {
        match blank {
            true => self.out.hardline().append(self.out.hardline()),
            false => self.out.hardline(),
        }
    }
}

/// The lines of a gap, without the blanks around them.
fn lines(gap: &str) -> impl Iterator<Item = &str> {
    let lines = gap.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
    lines.map(|line| line.trim_matches([' ', '\t', '\u{feff}']))
}
