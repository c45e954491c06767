//! Diagnostics as text: code, message, the lines in question with what is underlined in them, help.

use super::Look;
use super::excerpt::Excerpt;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;
use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};
use std::collections::BTreeSet;
use std::fmt::{self, Display, Write};

/// How many diagnostics are printed; the rest is counted.
const MOST: usize = 100;

/// Diagnostics as text, in the order given; where there are too many, errors first. A last line counts them and names the
/// pages that say more. Empty where there are none.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, look: &Look) -> String {
    let mut ranked: Vec<&Diagnostic> = diagnostics.iter().collect();
    if ranked.len() > MOST {
        ranked.sort_by_key(|diagnostic| diagnostic.severity);
    }
    let handler = handler(look);
    let mut text = String::new();
    for diagnostic in ranked.iter().take(MOST) {
        let view = View::new(diagnostic, sources, look);
        // Writing to a string cannot fail, and a view answers every question that the handler asks.
        let _ = handler.render_report(&mut text, &view);
        text.push('\n');
    }
    if let Some(summary) = summary(&ranked) {
        text.push_str(&summary);
        text.push('\n');
    }
    text
}

fn handler(look: &Look) -> GraphicalReportHandler {
    let characters = if look.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let styles = if look.colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(look.width)
        .with_links(false)
        .with_break_words(false)
        .with_context_lines(1)
}

/// "3 errors and 1 warning, the first 2 shown; more about them: entail explain E0101 E0203".
fn summary(diagnostics: &[&Diagnostic]) -> Option<String> {
    let counted = |severity: Severity| {
        let count = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        (count > 0).then(|| format!("{count} {}{}", word(severity), if count == 1 { "" } else { "s" }))
    };
    let counts: Vec<String> =
        [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(counted).collect();
    let mut line = match counts.as_slice() {
        [] => return None,
        [only] => only.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    };
    if diagnostics.len() > MOST {
        write!(line, "; the first {MOST} are shown, {} are not", diagnostics.len() - MOST).ok()?;
    }
    let codes: BTreeSet<&str> = diagnostics.iter().take(MOST).map(|diagnostic| diagnostic.code.text()).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    write!(line, "; for more, run: entail explain {}", codes.join(" ")).ok()?;
    Some(line)
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A diagnostic as miette sees it.
#[derive(Debug)]
struct View<'d> {
    diagnostic: &'d Diagnostic,
    message: String,
    help: Option<String>,
    excerpt: Excerpt<'d>,
}

impl<'d> View<'d> {
    fn new(diagnostic: &'d Diagnostic, sources: &'d Sources, look: &Look) -> Self {
        View {
            diagnostic,
            message: printable(&diagnostic.message),
            help: diagnostic.help.as_deref().map(printable),
            excerpt: Excerpt::new(diagnostic, sources, look),
        }
    }
}

/// The text with every control character replaced: what stands in somebody's file must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

impl Display for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for View<'_> {}

impl miette::Diagnostic for View<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(format!("{}[{}]", word(self.diagnostic.severity), self.diagnostic.code)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        (!self.excerpt.is_empty()).then_some(&self.excerpt as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels()))
    }
}
