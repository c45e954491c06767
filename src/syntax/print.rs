//! The formatter: a text that parses, laid out anew.
//!
//! Every token and comment is printed as it was written and in the order it was written; only the blanks between them are
//! chosen here. So nothing can be lost, and no meaning can change. The layout:
//!
//! - An item, a reading and a version have one clause a line, indented by two; without any clause they end in `{}`.
//! - What stands for a row of a table, in a test, is on one line where that has room, two blanks between its clauses.
//! - A line has 120 columns. What is longer goes on below the first word behind its keyword, lists filled up, conditions
//!   with each `and` or `or` of one level on a line of its own; a heading goes on four columns further in.
//! - A blank line stands between items (the writer decides between those without clauses). Within an item the writer's blank
//!   lines are kept, one at a time. Comments stay behind the token, or above the line, where they were; theirs is the text.

mod clauses;
mod comments;

use crate::syntax::parser::Rule;
use pest::iterators::{Pair, Pairs};
use pretty::{Arena, DocAllocator, DocBuilder};

/// The columns of a line, as far as blanks can be chosen.
const WIDTH: usize = 120;

/// The layout of the file that was parsed into these pairs.
pub(super) fn print<'t>(text: &'t str, file: Pairs<'t, Rule>) -> String {
    let arena = Arena::new();
    let mut printer = Printer { out: &arena, text, end: 0, in_speech: false };
    let laid = printer.file(file);
    let mut printed = String::new();
    // Writing to a string cannot fail.
    let _ = laid.render_fmt(WIDTH, &mut printed);
    let lines: Vec<&str> = printed.trim_start().lines().map(str::trim_end).collect();
    let end_of_line = if first_line_end(text) == Some("\r\n") { "\r\n" } else { "\n" };
    lines.into_iter().flat_map(|line| [line, end_of_line]).collect()
}

fn first_line_end(text: &str) -> Option<&str> {
    let (before, _) = text.split_once('\n')?;
    Some(if before.ends_with('\r') { "\r\n" } else { "\n" })
}

/// A piece of layout.
type Doc<'d> = DocBuilder<'d, Arena<'d>>;

/// Pairs are printed in the order of the text; `end` is where the last one printed ended.
struct Printer<'t, 'd> {
    out: &'d Arena<'d>,
    text: &'t str,
    end: usize,
    /// Within the braces of a `say` nothing is broken.
    in_speech: bool,
}

/// What stands between two tokens where no comment does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing.
    Joined,
    /// A blank.
    Blank,
    /// A blank, or a new line where what follows has no room.
    Fill,
    /// As [`Gap::Fill`], for the end of a heading: further in.
    Heading,
    /// As [`Gap::Fill`], for the condition of a clause that has a heading.
    Below,
    /// A blank, or a new line where the whole around it has no room on one line.
    Together,
    /// As [`Gap::Together`], with two blanks.
    Wide,
    /// A new line, without a blank line before.
    Line,
    /// A new line, with the writer's blank line before it.
    Paragraph,
    /// A new line and a blank line before it.
    Apart,
}

impl<'t: 'd, 'd> Printer<'t, 'd> {
    fn file(&mut self, file: Pairs<'t, Rule>) -> Doc<'d> {
        let (mut laid, mut last_is_bare) = (self.out.nil(), false);
        for item in file.filter(|pair| pair.as_rule() == Rule::item) {
            let is_bare = is_bare(&item);
            let gap = if last_is_bare && is_bare { Gap::Paragraph } else { Gap::Apart };
            laid = laid.append(self.gap(item.as_span().start(), gap)).append(self.pair(item));
            last_is_bare = is_bare;
        }
        let rest = self.between(self.text.len(), Gap::Paragraph);
        laid.append(self.comments(&rest))
    }

    /// What stands before the token at `to`: comments, if there are any, else what is wanted.
    fn gap(&mut self, to: usize, wanted: Gap) -> Doc<'d> {
        let found = self.between(to, wanted);
        if !found.is_empty() {
            return self.comments(&found).append(self.new_line(found.blank));
        }
        match wanted {
            Gap::Joined => self.out.nil(),
            Gap::Blank => self.out.space(),
            Gap::Fill | Gap::Heading | Gap::Below | Gap::Together if self.in_speech => self.out.space(),
            Gap::Fill | Gap::Heading | Gap::Below | Gap::Together => self.out.line(),
            Gap::Wide => self.out.hardline().flat_alt(self.out.text("  ")),
            Gap::Line | Gap::Paragraph | Gap::Apart => self.new_line(found.blank),
        }
    }

    /// A token as written.
    fn token(&mut self, pair: &Pair<'t, Rule>) -> Doc<'d> {
        self.end = pair.as_span().end();
        self.out.text(pair.as_str().trim_end())
    }

    /// A run of quoted text, whose blanks belong to it.
    fn token_as_written(&mut self, pair: &Pair<'t, Rule>) -> Doc<'d> {
        self.end = pair.as_span().end();
        self.out.text(pair.as_str())
    }
}

/// Whether an item has neither clauses nor a doc comment.
fn is_bare(item: &Pair<'_, Rule>) -> bool {
    !item.as_str().starts_with('#') && item.as_str().trim_end().ends_with("{}")
}
