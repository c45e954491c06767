//! Mending: edits of a text, each of which keeps its meaning.

use super::{Finding, lint};
pub use crate::diagnostic::Fix;
use crate::diagnostic::any_error;
use crate::program::{Condition, Program};
use crate::source::{FileId, Sources, Span};
use crate::typing;
use std::collections::BTreeMap;

/// A policy set after its fixes.
#[derive(Debug)]
pub struct Mended {
    /// What it checks to.
    pub program: Program,
    /// Its texts.
    pub sources: Sources,
    /// What is left to find.
    pub findings: Vec<Finding>,
    /// How many fixes were applied.
    pub fixed: usize,
}

/// Applies the fixes of findings, and those that turn up then, as long as the fixed text checks.
pub fn mend(program: Program, sources: Sources, findings: Vec<Finding>) -> Mended {
    let mut mended = Mended { program, sources, findings, fixed: 0 };
    while let Some(next) = mended.next() {
        mended = next;
    }
    mended
}

impl Mended {
    /// All fixes at once; where these do not go together, the first.
    fn next(&self) -> Option<Mended> {
        let fixes: Vec<&Fix> = self.findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
        let (program, sources, applied) =
            checked(&fixes, &self.sources).or_else(|| checked(fixes.get(..1)?, &self.sources))?;
        let findings = lint(&program, &sources);
        Some(Mended { program, sources, findings, fixed: self.fixed + applied })
    }
}

/// Findings without the fixes that would leave a text in error: a term may be about nothing without what never decides it.
pub(super) fn without_unfit(findings: Vec<Finding>, sources: &Sources) -> Vec<Finding> {
    let fits = |fix: &Fix| checked(&[fix], sources).is_some();
    findings.into_iter().map(|finding| Finding { fix: finding.fix.filter(fits), ..finding }).collect()
}

/// The policy set after some fixes, and how many were applied; none where there are none, or it would be in error.
fn checked(fixes: &[&Fix], sources: &Sources) -> Option<(Program, Sources, usize)> {
    if fixes.is_empty() {
        return None;
    }
    let (texts, applied) = applied(fixes, sources);
    let mut fixed = Sources::default();
    for (file, source) in sources.iter() {
        let text = texts.get(&file).map_or(source.text(), String::as_str);
        fixed.add(source.name(), text).ok()?;
    }
    let (program, problems) = typing::check_files(&fixed, fixed.iter().map(|(file, _)| file));
    (!any_error(&problems)).then_some((program, fixed, applied))
}

/// The texts of the files that fixes change, each with those fixes that do not overlap an earlier one, and how many those are.
fn applied(fixes: &[&Fix], sources: &Sources) -> (BTreeMap<FileId, String>, usize) {
    let mut by_file: BTreeMap<FileId, Vec<&Fix>> = BTreeMap::new();
    for fix in fixes {
        by_file.entry(fix.span.file).or_default().push(fix);
    }
    let text = |file: FileId| sources.get(file).map_or("", |source| source.text());
    let mut applied = 0;
    let texts = by_file.into_iter().map(|(file, fixes)| (file, edited(text(file), fixes, &mut applied))).collect();
    (texts, applied)
}

fn edited(text: &str, mut fixes: Vec<&Fix>, applied: &mut usize) -> String {
    fixes.sort_by_key(|fix| (fix.span.start, fix.span.end));
    let (mut edited, mut done) = (String::new(), 0);
    for fix in fixes {
        let range = fix.span.range();
        if range.start < done {
            continue;
        }
        edited.push_str(text.get(done..range.start).unwrap_or(""));
        edited.push_str(&fix.with);
        done = range.end;
        *applied += 1;
    }
    edited + text.get(done..).unwrap_or("")
}

/// Leaves out one of the parts that `and` or `or` joins, with the word that joins it.
pub(super) fn without_part(sources: &Sources, parts: &[Condition], place: usize) -> Option<Fix> {
    let spans: Vec<Span> = parts.iter().map(|part| in_parentheses(sources, part.span)).collect();
    let own = *spans.get(place)?;
    let span = match (place.checked_sub(1).and_then(|before| spans.get(before)), spans.get(place + 1)) {
        (Some(before), _) => Span { start: before.end, ..own },
        (None, Some(next)) => Span { end: next.start, ..own },
        (None, None) => return None,
    };
    // A comment in between would be lost.
    let text = sources.text(span);
    (!text.is_empty() && !text.contains('#')).then(|| Fix {
        what: "leave it out".to_owned(),
        span,
        with: String::new(),
    })
}

/// A condition with the parentheses around it.
fn in_parentheses(sources: &Sources, mut span: Span) -> Span {
    let Some(source) = sources.get(span.file) else { return span };
    loop {
        let (before, after) = (source.text().get(..span.start as usize), source.text().get(span.end as usize..));
        let (Some(before), Some(after)) = (before, after) else { return span };
        let (opened, closed) = (before.trim_end(), after.trim_start());
        if !opened.ends_with('(') || !closed.starts_with(')') {
            return span;
        }
        let (start, end) = (opened.len() - 1, source.text().len() - closed.len() + 1);
        span = Span::new(span.file, start..end);
    }
}

/// Leaves out a `when` with its condition.
pub(super) fn without_when(sources: &Sources, condition: &Condition) -> Option<Fix> {
    let span = in_parentheses(sources, condition.span);
    let before = sources.get(span.file)?.text().get(..span.start as usize)?;
    let opened = before.trim_end().strip_suffix("when")?;
    let kept = opened.trim_end_matches([' ', '\t']);
    // A clause on a line of its own goes with its line.
    let start = kept.strip_suffix('\n').map_or(opened.len(), str::len);
    let span = Span::new(span.file, start..span.end as usize);
    (!sources.text(span).contains('#')).then(|| Fix {
        what: "leave the `when` out".to_owned(),
        span,
        with: String::new(),
    })
}
