//! What went wrong, where, why and what to do about it: one type for every stage.
//!
//! Stages build a [`Diagnostic`] from a [`Code`] and the places involved and return it beside their value. Turning it
//! into text is the work of [`crate::report`]; the page behind a code is in [`codes`].

pub mod codes;

pub use codes::Code;

use crate::source::{Sources, Span, visible};

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is computed from what is in error.
    Error,
    /// Worth mending; the result stands.
    Warning,
    /// Something the reader should know.
    Note,
}

/// A place and what it has to do with the matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// A few words below the underlined text.
    pub text: String,
}

/// An edit that mends a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: `leave it out`.
    pub what: String,
    /// The text that goes.
    pub span: Span,
    /// What stands there instead.
    pub with: String,
}

/// The word that asks what may stand in its place: an editor puts it where the cursor is, and the problem that the front
/// end finds with it offers every candidate that it knows of.
pub const ASKED: &str = "what_may_stand_here";

/// [`ASKED`] where a version must stand.
pub const ASKED_VERSION: &str = "0what_may_stand_here";

/// One problem: code, message, the place it is at, the places that explain it, and help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code, whose page `entail explain` prints.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// One sentence without a full stop.
    pub message: String,
    /// The place it is at; `None` for a run as a whole (a missing file, say).
    pub primary: Option<Label>,
    /// Other places that say why.
    pub secondary: Vec<Label>,
    /// What to write or do.
    pub help: Option<String>,
    /// How many problems it stands for: itself, and others of one table behind it that are not kept.
    pub count: u32,
    /// Edits of which any one mends it, as far as can be told.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// An error of `code` with its message.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: None,
            secondary: Vec::new(),
            help: None,
            count: 1,
            fixes: Vec::new(),
        }
    }

    /// A warning of `code` with its message.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message) }
    }

    /// A note of `code` with its message.
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Note, ..Diagnostic::error(code, message) }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.primary = Some(Label { span, text: text.into() });
        self
    }

    /// Adds a place that says why.
    #[must_use]
    pub fn because(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Says what to write or do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Adds "did you mean" where a candidate is near to `wrong`.
    #[must_use]
    pub fn suggest<'a>(self, wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        if is_asked(wrong) {
            return self.offer(wrong, candidates);
        }
        match nearest(wrong, candidates) {
            Some(near) => self.writing(wrong, near).help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Offers every candidate where `wrong` is the word that asks for them.
    #[must_use]
    pub fn offer<'a>(self, wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match is_asked(wrong) {
            true => candidates.into_iter().fold(self, |offering, candidate| offering.writing(wrong, candidate)),
            false => self,
        }
    }

    /// Offers to write a word in place of a wrong one, where that is all that is underlined.
    #[must_use]
    pub fn writing(self, wrong: &str, right: &str) -> Self {
        match self.primary.as_ref().map(|label| label.span).filter(|span| span.range().len() == wrong.len()) {
            Some(span) => self.fix(format!("write `{right}`"), span, right),
            None => self,
        }
    }

    /// Adds an edit that mends it.
    #[must_use]
    pub fn fix(mut self, what: impl Into<String>, span: Span, with: impl Into<String>) -> Self {
        self.fixes.push(Fix { what: what.into(), span, with: with.into() });
        self
    }
}

/// Whether a word asks what may stand in its place.
pub fn is_asked(word: &str) -> bool {
    word == ASKED || word == ASKED_VERSION
}

/// A number of things: `1 row`, `2 rows`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A word as messages show it: in backticks, shortened where it is long, and with escapes for what would not be seen.
pub fn quoted(word: &str) -> String {
    const LONGEST: usize = 48;
    let shown: String = word.chars().take(LONGEST).flat_map(visible).collect();
    let cut = if word.chars().nth(LONGEST).is_some() { "…" } else { "" };
    format!("`{shown}{cut}`")
}

/// `a, b or c`, with a word before the last.
pub fn listing<W: AsRef<str>>(words: impl IntoIterator<Item = W>, last: &str) -> String {
    let words: Vec<W> = words.into_iter().collect();
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
    }
}

/// Whether any of them is an error.
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// Sorts by file, place and code, so that output does not depend on the order in which stages found things.
pub fn in_order(diagnostics: &mut [Diagnostic], sources: &Sources) {
    diagnostics.sort_by_cached_key(|diagnostic| {
        let place = diagnostic.primary.as_ref().map(|label| {
            let name = sources.get(label.span.file).map_or("", |source| source.name()).to_owned();
            (name, label.span.file, label.span.start, label.span.end)
        });
        (place, diagnostic.code, diagnostic.message.clone())
    });
}

/// The candidate nearest to a misspelt word: at most a third of its letters may differ (at least one, at most three),
/// and of equally near ones the first in the alphabet is taken.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A long id is no misspelling of a short one, and the distance takes time that grows with both.
    const LONGEST: usize = 64;
    if wrong.len() > LONGEST {
        return None;
    }
    // Of one or two letters any would be near to any other: only case may differ.
    let allowed = match wrong.chars().count() {
        0..=2 => 0,
        length => (length / 3).clamp(1, 3),
    };
    let letters = Letters::of(wrong);
    let may_be_near = |candidate: &str| {
        candidate.len() <= LONGEST
            && (letters.least_distance(candidate) <= allowed || candidate.eq_ignore_ascii_case(wrong))
    };
    let near = candidates.into_iter().filter(|candidate| may_be_near(candidate));
    near.map(|candidate| (distance(wrong, candidate), candidate))
        .filter(|(off, _)| *off <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How often each letter occurs in a word. What two words have not in common tells for most of them, and much faster than
/// their distance, that they are not near.
struct Letters {
    counts: [u8; 128],
    length: usize,
    is_ascii: bool,
}

impl Letters {
    fn of(word: &str) -> Letters {
        let mut counts = [0_u8; 128];
        for byte in word.bytes() {
            counts.get_mut(usize::from(byte)).into_iter().for_each(|count| *count = count.saturating_add(1));
        }
        Letters { counts, length: word.len(), is_ascii: word.is_ascii() }
    }

    /// How far from the word another is at least: one change takes away one letter at most, and adds one. Of letters past
    /// ASCII, which are several bytes, it says nothing.
    fn least_distance(&self, other: &str) -> usize {
        let (mut left, mut common) = (self.counts, 0);
        for byte in other.bytes() {
            let Some(count) = left.get_mut(usize::from(byte)) else { return 0 };
            if *count > 0 {
                (*count, common) = (*count - 1, common + 1);
            }
        }
        if self.is_ascii { self.length.max(other.len()) - common } else { 0 }
    }
}

/// Names from the nearest to a word to the farthest.
pub fn by_distance<'a>(word: &str, names: &'a [String]) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_by_cached_key(|name| (distance(word, name), *name));
    names
}

/// How many letters two words are apart; capitals of the same word do not count.
fn distance(word: &str, other: &str) -> usize {
    if word.eq_ignore_ascii_case(other) { 0 } else { strsim::osa_distance(word, other) }
}

#[cfg(test)]
mod tests {
    use super::{Letters, distance};

    #[test]
    fn letters_never_say_that_words_are_farther_than_they_are() {
        let words = [
            "",
            "a",
            "employee",
            "employe",
            "empolyee",
            "contractor",
            "u000123",
            "u000132",
            "u00123",
            "größe",
            "grosse",
        ];
        for word in words {
            let letters = Letters::of(word);
            for other in words {
                assert!(letters.least_distance(other) <= distance(word, other), "{word} and {other}");
            }
        }
        assert_eq!(Letters::of("u000123").least_distance("d000456"), 4, "four of seven are others");
    }
}
