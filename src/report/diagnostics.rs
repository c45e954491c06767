//! Diagnostics as text: code, message, the lines in question with what is underlined in them, help.

use super::Look;
use super::excerpt::{Excerpt, named_places};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Sources, printable};
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
        let mut report = String::new();
        // Writing to a string cannot fail, and a view answers every question that the handler asks.
        let _ = handler.render_report(&mut report, &view);
        text.push_str(&named_places(&report));
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
        let own = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity);
        let count: u64 = own.map(|diagnostic| u64::from(diagnostic.count)).sum();
        (count > 0).then(|| format!("{count} {}{}", word(severity), if count == 1 { "" } else { "s" }))
    };
    let counts: Vec<String> =
        [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(counted).collect();
    let mut line = match counts.as_slice() {
        [] => return None,
        [only] => only.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    };
    let all: u64 = diagnostics.iter().map(|diagnostic| u64::from(diagnostic.count)).sum();
    if diagnostics.len() > MOST {
        write!(line, "; the first {MOST} are shown, {} are not", all - MOST as u64).ok()?;
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
    excerpt: Excerpt,
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::{FileId, Span};
    use insta::assert_snapshot;

    fn sources(texts: &[(&str, &str)]) -> (Sources, Vec<FileId>) {
        let mut sources = Sources::default();
        let files = texts.iter().map(|(name, text)| sources.add(*name, *text).unwrap()).collect();
        (sources, files)
    }

    #[test]
    fn every_file_that_explains_is_shown_under_its_name() {
        let (sources, files) = sources(&[
            ("policies/a.entail", "agreement SPLA {}\n\n\n\n\n# far away\nagreement Other {}\n"),
            ("ours/b.entail", "agreement SPLA {}\n"),
        ]);
        let twice = Diagnostic::error(Code::DuplicateName, "`SPLA` is declared twice")
            .at(Span::new(files[1], 10..14), "declared again")
            .because(Span::new(files[0], 10..14), "declared first")
            .because(Span::new(files[0], 43..48), "and something else");
        assert_snapshot!(render(&[twice], &sources, &Look::default()), @r#"
        error[E0202]

          × `SPLA` is declared twice
           ╭─[ours/b.entail:1:11]
         1 │ agreement SPLA {}
           ·           ──┬─
           ·             ╰── declared again
           ╰────
           ╭─[policies/a.entail:1:11]
         1 │ agreement SPLA {}
           ·           ──┬─
           ·             ╰── declared first
           ╰────
           ╭─[policies/a.entail:7:11]
         6 │ # far away
         7 │ agreement Other {}
           ·           ──┬──
           ·             ╰── and something else
           ╰────

        1 error; for more, run: entail explain E0202
        "#);
    }

    #[test]
    fn places_outside_a_file_are_brought_into_it() {
        let (sources, files) =
            sources(&[("a.entail", "exempt é {}\n"), ("empty.entail", ""), ("b.csv", "id,count\nbob,\n")]);
        let at = |file: FileId, range| Diagnostic::error(Code::Syntax, "here").at(Span::new(file, range), "this");
        let places = [
            at(files[0], 12..12),
            at(files[0], 900..1000),
            at(files[0], 8..9),
            at(files[0], 0..1000),
            at(files[1], 0..0),
            at(files[2], 13..13),
        ];
        assert_snapshot!(render(&places, &sources, &Look::default()), @r#"
        error[E0101]

          × here
           ╭─[a.entail:1:12]
         1 │ exempt é {}
           ·            ▲
           ·            ╰── this
           ╰────

        error[E0101]

          × here
           ╭─[a.entail:1:11]
         1 │ exempt é {}
           ·           ┬
           ·           ╰── this
           ╰────

        error[E0101]

          × here
           ╭─[a.entail:1:8]
         1 │ exempt é {}
           ·        ┬
           ·        ╰── this
           ╰────

        error[E0101]

          × here
           ╭─[a.entail:1:1]
         1 │ exempt é {}
           · ─────┬─────
           ·      ╰── this
           ╰────

        error[E0101]

          × here
           ╭─[empty.entail:1:1]
         1 │ 
           · ▲
           · ╰── this
           ╰────

        error[E0101]

          × here
           ╭─[b.csv:2:5]
         1 │ id,count
         2 │ bob,
           ·     ▲
           ·     ╰── this
           ╰────

        6 errors; for more, run: entail explain E0101
        "#);
    }

    #[test]
    fn a_warning_without_a_place_in_plain_letters() {
        let look = Look { unicode: false, ..Look::default() };
        let warning =
            Diagnostic::warning(Code::EmptyPolicySet, "the folder `\u{1b}[31mours` holds no item").help("add one");
        assert_snapshot!(render(&[warning], &Sources::default(), &look), @r#"
        warning[E0119]

          ! the folder `\u{1b}[31mours` holds no item
          help: add one

        1 warning; for more, run: entail explain E0119
        "#);
    }

    #[test]
    fn two_labels_far_apart_on_a_long_line() {
        let text = format!("{}FIRST{}SECOND{}", "a ".repeat(100), "b ".repeat(100), "c ".repeat(100));
        let (sources, files) = sources(&[("long.entail", &text)]);
        let both = Diagnostic::note(Code::Syntax, "both are shown")
            .at(Span::new(files[0], 405..411), "here")
            .because(Span::new(files[0], 200..205), "and there");
        let look = Look { unicode: false, ..Look::default() };
        assert_snapshot!(render(&[both], &sources, &look), @r#"
        note[E0101]

          > both are shown
           ,-[long.entail:1:406]
         1 | ... a a a a a a FIRSTb b b b b b b b b b b ... b b b b b b SECONDc c c c c c c c c c c...
           :                 ^^|^^                                      ^^^|^^
           :                   |                                           `-- here
           :                   `-- and there
           `----

        1 note; for more, run: entail explain E0101
        "#);
    }

    #[test]
    fn the_first_hundred_are_shown_and_the_rest_is_counted() {
        let text = "exempt x { when a = b }\n".repeat(60_000);
        let (sources, files) = sources(&[("many.entail", &text)]);
        let at = |line: usize| Span::new(files[0], line * 24 + 18..line * 24 + 19);
        let mut many: Vec<Diagnostic> = (0..1_000)
            .map(|line| Diagnostic::warning(Code::ForeignOperator, "odd").at(at(line * 60), "here"))
            .collect();
        many.push(Diagnostic::error(Code::Syntax, "wrong").at(at(59_999), "here"));
        let text = render(&many, &sources, &Look::default());
        assert!(text.starts_with("error[E0101]"), "errors come first");
        assert_eq!(text.matches("╭─[").count(), 100);
        assert_eq!(
            text.lines().last(),
            Some(
                "1 error and 1000 warnings; the first 100 are shown, 901 are not; for more, run: entail explain E0101 E0102"
            )
        );
    }
}
