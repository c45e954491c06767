//! The lines of all files that a diagnostic points at, as one small text with the labels' places in it.
//!
//! Lines come from the index of their source, so that a label costs the same wherever it lies. A line too long for the
//! page is cut around its labels; signs that move others are masked. Labels in several files become one block for each file.

use super::Look;
use crate::diagnostic::{Diagnostic, Label};
use crate::source::{FileId, Form, Source, Sources, moves_text};
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// What a diagnostic points at.
#[derive(Debug)]
pub(super) struct Excerpt {
    text: String,
    blocks: Vec<Block>,
    marks: Vec<Mark>,
}

/// Lines of a file that follow each other.
#[derive(Debug)]
struct Block {
    name: String,
    /// The first line, from 0.
    first: usize,
    /// Where each line stands in the excerpt, line end included.
    lines: Vec<Range<usize>>,
}

/// A label's place in the excerpt.
#[derive(Debug)]
struct Mark {
    range: Range<usize>,
    /// The column in the file, from 0.
    column: usize,
    /// What the place is called, where line and column are not its name.
    place: Option<String>,
    text: String,
    primary: bool,
}

/// A label on its one line, in offsets of that line.
struct Target<'s> {
    file: FileId,
    source: &'s Source,
    line: usize,
    range: Range<usize>,
    text: &'s str,
    primary: bool,
}

impl Excerpt {
    /// The excerpt for a diagnostic: each labelled line with a line of context above and below.
    pub(super) fn new(diagnostic: &Diagnostic, sources: &Sources, look: &Look) -> Self {
        let primary = diagnostic.primary.iter().map(|label| (label, true));
        let labels = primary.chain(diagnostic.secondary.iter().map(|label| (label, false)));
        let targets: Vec<Target<'_>> =
            labels.filter_map(|(label, primary)| Target::new(label, primary, sources)).collect();
        let mut builder = Builder {
            excerpt: Excerpt { text: String::new(), blocks: Vec::new(), marks: Vec::new() },
            room: look.width.saturating_sub(FRAME).max(NARROWEST),
            gap: if look.unicode { "…" } else { "..." },
        };
        let mut done = BTreeSet::new();
        for target in &targets {
            if done.insert(target.file) {
                builder.file(target.source, targets.iter().filter(|other| other.file == target.file).collect());
            }
        }
        builder.excerpt
    }

    /// Whether nothing is pointed at.
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The labels, in offsets of the excerpt.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.marks.iter().map(|mark| {
            let text = (!mark.text.is_empty()).then(|| mark.text.clone());
            let span = SourceSpan::new(mark.range.start.into(), mark.range.len());
            match mark.primary {
                true => LabeledSpan::new_primary_with_span(text, span),
                false => LabeledSpan::new_with_span(text, span),
            }
        })
    }
}

/// Stands around the name of a place that has a name of its own: miette writes line and column behind it.
const MARK: char = '\u{0}';

/// A report without the lines and columns behind places that have names of their own.
pub(super) fn named_places(report: &str) -> String {
    let mut parts = report.split(MARK);
    let mut text = parts.next().unwrap_or("").to_owned();
    while let (Some(place), Some(rest)) = (parts.next(), parts.next()) {
        text.push_str(place);
        text.push_str(rest.trim_start_matches(|sign: char| sign == ':' || sign.is_ascii_digit()));
    }
    text
}

/// What the frame around the lines takes of the width.
const FRAME: usize = 8;

/// The least that is shown of a long line.
const NARROWEST: usize = 40;

impl<'s> Target<'s> {
    /// A label within its file and on its first line; `None` for a file that does not exist.
    fn new(label: &'s Label, primary: bool, sources: &'s Sources) -> Option<Self> {
        let (file, source) = (label.span.file, sources.get(label.span.file)?);
        let range = visible(source, label.span.range());
        let line = source.line_at(range.start);
        let start = source.line_start(line);
        let end = range.end.min(start + text_of(source, line).len()).max(range.start);
        Some(Target { file, source, line, range: range.start - start..end - start, text: &label.text, primary })
    }
}

/// The range within the text. Behind the last thing in a file there is nothing to underline, so that is taken instead.
fn visible(source: &Source, range: Range<usize>) -> Range<usize> {
    let start = boundary(source, range.start);
    let line = source.line_at(start);
    let rest = source.piece(start..source.line_start(line + 1));
    if rest.is_empty() || (text_of(source, line).trim().is_empty() && is_blank_from(source, line + 1)) {
        return last_sign(source);
    }
    start..boundary(source, range.end).max(start)
}

/// Whether no line from this one on has any text.
fn is_blank_from(source: &Source, line: usize) -> bool {
    (line..source.line_count()).all(|line| text_of(source, line).trim().is_empty())
}

/// The place of the last sign that is no white space.
fn last_sign(source: &Source) -> Range<usize> {
    let lines = (0..source.line_count()).rev();
    let found = lines.map(|line| (source.line_start(line), text_of(source, line))).find_map(|(start, text)| {
        let text = text.trim_end();
        text.chars().next_back().map(|sign| start + text.len() - sign.len_utf8()..start + text.len())
    });
    found.unwrap_or(0..0)
}

/// The offset, moved back to where a character begins and into the text.
fn boundary(source: &Source, offset: usize) -> usize {
    let offset = offset.min(source.len());
    let start = source.line_start(source.line_at(offset));
    start + within(&source.piece(start..source.line_start(source.line_at(offset) + 1)), offset - start)
}

/// The offset, moved back to where a character of the text begins.
fn within(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

/// A line without its end.
fn text_of(source: &Source, line: usize) -> Cow<'_, str> {
    let text = source.piece(source.line_start(line)..source.line_start(line + 1));
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches(['\n', '\r'])),
        Cow::Owned(text) => Cow::Owned(text.trim_end_matches(['\n', '\r']).to_owned()),
    }
}

struct Builder {
    excerpt: Excerpt,
    /// The columns that a line may take.
    room: usize,
    /// What stands for text left out.
    gap: &'static str,
}

impl Builder {
    /// Adds the lines of one file and marks the labels in them.
    fn file(&mut self, source: &Source, targets: Vec<&Target<'_>>) {
        let around = |target: &&Target<'_>| target.line.saturating_sub(1)..=target.line + 1;
        let lines: BTreeSet<usize> = targets.iter().flat_map(around).collect();
        let labelled = |line: usize| targets.iter().any(|target| target.line == line);
        // A blank line is no context, unless it stands between two labels.
        let tells = |line: usize| {
            !text_of(source, line).trim().is_empty() || line > 0 && labelled(line - 1) && labelled(line + 1)
        };
        let mut previous = None;
        for line in lines.into_iter().filter(|line| labelled(*line) || tells(*line)) {
            if previous.is_none_or(|previous| previous + 1 != line) {
                self.excerpt.blocks.push(Block { name: source.shown(), first: line, lines: Vec::new() });
            }
            previous = Some(line);
            self.line(source, line, &targets);
        }
    }

    fn line(&mut self, source: &Source, line: usize, targets: &[&Target<'_>]) {
        let text = text_of(source, line);
        let here: Vec<&&Target<'_>> = targets.iter().filter(|target| target.line == line).collect();
        let windows = self.windows(&text, here.iter().map(|target| target.range.clone()));
        let (start, mut done) = (self.excerpt.text.len(), 0);
        for window in windows {
            if window.start > done {
                self.excerpt.text.push_str(self.gap);
            }
            for target in here.iter().filter(|target| contains(&window, target.range.start)) {
                self.mark(target, &window);
            }
            self.push_masked(text.get(window.clone()).unwrap_or(""));
            done = window.end;
        }
        if done < text.len() {
            self.excerpt.text.push_str(self.gap);
        }
        self.excerpt.text.push('\n');
        let shown = start..self.excerpt.text.len();
        if let Some(block) = self.excerpt.blocks.last_mut() {
            block.lines.push(shown);
        }
    }

    /// What to show of a line: all of it, or its beginning, or a window around each label.
    fn windows(&self, text: &str, labels: impl ExactSizeIterator<Item = Range<usize>>) -> Vec<Range<usize>> {
        if text.len() <= self.room {
            return std::iter::once(0..text.len()).collect();
        }
        let share = (self.room / labels.len().max(1)).max(NARROWEST);
        let mut windows: Vec<Range<usize>> = labels.map(|label| window(text, &label, share)).collect();
        if windows.is_empty() {
            windows.push(0..within(text, share));
        }
        windows.sort_by_key(|window| window.start);
        windows.into_iter().fold(Vec::new(), |mut joined: Vec<Range<usize>>, window| {
            match joined.last_mut() {
                Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
                _ => joined.push(window),
            }
            joined
        })
    }

    /// Marks a label in the window that is about to be written.
    fn mark(&mut self, target: &Target<'_>, window: &Range<usize>) {
        let start = self.excerpt.text.len() + target.range.start - window.start;
        let length = target.range.end.min(window.end) - target.range.start;
        let offset = target.source.line_start(target.line) + target.range.start;
        let (_, column) = target.source.line_column(offset);
        let place = match target.source.form() {
            Form::Text => None,
            Form::Document(_) | Form::Sheet(_) | Form::Columns | Form::Rows(_) => Some(target.source.place(offset)),
        };
        self.excerpt.marks.push(Mark {
            range: start..start + length,
            column: column - 1,
            place,
            text: target.text.to_owned(),
            primary: target.primary,
        });
    }

    /// Writes text with each byte of a sign that moves others as `?`, so that places stay where they are.
    fn push_masked(&mut self, text: &str) {
        for c in text.chars() {
            match moves_text(c) && c != '\t' {
                true => self.excerpt.text.extend(std::iter::repeat_n('?', c.len_utf8())),
                false => self.excerpt.text.push(c),
            }
        }
    }
}

/// A piece of a long line with the start of a label in its first third, or at its end where the line ends.
fn window(text: &str, label: &Range<usize>, share: usize) -> Range<usize> {
    let start = within(text, label.start.saturating_sub(share / 3).min(text.len().saturating_sub(share)));
    start..within(text, start + share)
}

fn contains(window: &Range<usize>, offset: usize) -> bool {
    window.start <= offset && offset <= window.end
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let holds = |block: &&Block| block.line_at(start).is_some() && block.line_at(end).is_some();
        let block = self.blocks.iter().find(holds).ok_or(MietteError::OutOfBounds)?;
        let first = block.line_at(start).unwrap_or_default().saturating_sub(before);
        let last = (block.line_at(end).unwrap_or_default() + after).min(block.lines.len().saturating_sub(1));
        let range = block.start_of(first)..block.end_of(last);
        let data = self.text.get(range.clone()).unwrap_or("").as_bytes();
        let shown = SourceSpan::new(range.start.into(), range.len());
        // Miette asks without context for the place that it prints above the lines.
        let mark = self.marks.iter().find(|mark| before == 0 && mark.range.start == start);
        let (line, column) = (block.first + first, mark.map_or(0, |mark| mark.column));
        let place = mark.and_then(|mark| mark.place.as_ref());
        let name = place.map_or_else(|| block.name.clone(), |place| format!("{MARK}{place}{MARK}"));
        let contents = MietteSpanContents::new_named(name, data, shown, line, column, last + 1 - first);
        Ok(Box::new(contents))
    }
}

impl Block {
    /// The line, counted within the block, that holds an offset of the excerpt.
    fn line_at(&self, offset: usize) -> Option<usize> {
        self.lines.iter().position(|line| line.contains(&offset))
    }

    fn start_of(&self, line: usize) -> usize {
        self.lines.get(line).map_or(0, |range| range.start)
    }

    fn end_of(&self, line: usize) -> usize {
        self.lines.get(line).map_or(0, |range| range.end)
    }
}
