//! Writing: the result to stdout or a file, diagnostics and notes to stderr.

use super::check::json_text;
use super::{Colour, Ending, Format, Shared, files};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate;
use crate::report::{self, Look, findings, github, sarif};
use crate::source::{Source, Sources, printable};
use console::Term;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// Writes a result to where the call wants it: a file whole or not at all. A reader that has closed the pipe has seen
/// enough.
///
/// # Errors
/// It cannot be written; an old file is as it was.
pub(super) fn write(shared: &Shared, result: &(impl AsRef<[u8]> + ?Sized)) -> Result<(), Ending> {
    let result = result.as_ref();
    match &shared.output {
        Some(path) => files::write(path, result),
        None => printed(io::stdout().lock().write_all(result).and_then(|()| io::stdout().flush())),
    }
}

/// What came of writing to stdout.
///
/// # Errors
/// There is no room where stdout leads.
pub(super) fn printed(written: io::Result<()>) -> Result<(), Ending> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Ending::Unwritten(format!("the result cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Refuses to write a result over a file that the call reads, or as one that it would have read.
///
/// # Errors
/// `-o` names one of its policies, a file of its estate, or a new table of that.
pub(super) fn spares(shared: &Shared, sources: &Sources) -> Result<(), Ending> {
    let Some(output) = &shared.output else { return Ok(()) };
    let is_output =
        |name: &str| output.canonicalize().is_ok_and(|path| Path::new(name).canonicalize().ok() == Some(path));
    let mut read = sources.iter().map(|(_, source)| source.name());
    if let Some(name) = read.find(|name| is_output(name)) {
        return Err(Ending::Usage(format!("`{name}` is read by this call: name another file with `-o`")));
    }
    let output = files::behind_links(output).unwrap_or_else(|_| output.clone()).display().to_string();
    match estate::is_table(&output) && sources.iter().any(|(_, source)| is_beside_keys(&output, source)) {
        true => Err(Ending::Usage(format!("`{output}` would be a table of the estate: name another place with `-o`"))),
        false => Ok(()),
    }
}

/// Whether a file would stand in the folder whose `estate.toml` is read.
fn is_beside_keys(file: &str, source: &Source) -> bool {
    let folder = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folder.canonicalize().ok()
    };
    let path = Path::new(source.name());
    path.file_name().is_some_and(|name| name == "estate.toml")
        && folder(path).is_some_and(|of| Some(of) == folder(Path::new(file)))
}

/// Tells the notes on what was found out about an estate, and writes it, unless a file of it has become another meanwhile: places
/// in it are those of rows that were read again for the report.
///
/// # Errors
/// As [`write`] and [`spares`], or a file was changed.
pub(super) fn deliver(
    shared: &Shared,
    result: impl AsRef<[u8]>,
    notes: &[Diagnostic],
    sources: Sources,
) -> Result<(), Ending> {
    if !shared.quiet {
        tell(shared, notes, &sources);
    }
    spares(shared, &sources)?;
    let changed: Vec<Diagnostic> = sources
        .iter()
        .filter(|(_, source)| source.has_changed())
        .map(|(_, source)| is_another(source.name()))
        .collect();
    match changed.is_empty() {
        true => write(shared, result.as_ref()),
        false => Err(Ending::Estate(changed, sources)),
    }
}

fn is_another(name: &str) -> Diagnostic {
    Diagnostic::error(Code::ChangedTable, format!("`{name}` was changed before the report was written"))
        .help("run again when nothing writes to the file any more")
}

/// Whether the result can go where the call wants it.
///
/// # Errors
/// Wrong usage: a workbook for a terminal.
pub(super) fn is_fit(shared: &Shared) -> Result<(), Ending> {
    match shared.format == Format::Xlsx && shared.output.is_none() && io::stdout().is_terminal() {
        true => Err(Ending::Usage("a workbook is not for a terminal: name a file, `-o position.xlsx`".to_owned())),
        false => Ok(()),
    }
}

/// Diagnostics and notes on stderr, in the look that the terminal and the flags ask for.
pub(super) fn tell(shared: &Shared, diagnostics: &[Diagnostic], sources: &Sources) {
    let text = report::diagnostics(diagnostics, sources, &look(shared));
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// A line on stderr, whatever the names in it hold. Where it cannot be written nobody reads it; how the call ended is in the
/// exit status.
pub(super) fn say(line: impl Display) {
    let line = printable(&line.to_string());
    let _ = writeln!(io::stderr().lock(), "entail: {line}");
}

/// A path as a word of a shell.
pub(super) fn word(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |sign: char| sign.is_alphanumeric() || "/\\._-+,:@%".contains(sign);
    if !text.is_empty() && text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// What went wrong, on stderr; nothing where nothing did.
pub(super) fn explain(shared: &Shared, ending: &Ending) {
    match ending {
        Ending::Reported | Ending::Holds | Ending::HoldsNot | Ending::Undetermined => {}
        Ending::Usage(message) => say(message),
        Ending::Unwritten(message) => {
            let error = Diagnostic::error(Code::Unwritten, message)
                .help("make room, or the folder if it is missing, or name another place");
            tell(shared, &[error], &Sources::default());
        }
        Ending::Call(diagnostics, sources) => tell(shared, diagnostics, sources),
        Ending::Policies(diagnostics, sources) | Ending::Estate(diagnostics, sources) => {
            tell(shared, diagnostics, sources);
            find(shared, diagnostics, sources);
        }
    }
}

/// Where findings are asked for, what keeps a position from being made is the finding.
fn find(shared: &Shared, diagnostics: &[Diagnostic], sources: &Sources) {
    let findings = findings::of_diagnostics(diagnostics);
    let result = match shared.format {
        Format::Sarif => json_text(&sarif::findings(&findings, sources)),
        Format::Github => github::annotations(&findings, sources),
        Format::Text | Format::Json | Format::Markdown | Format::Html | Format::Csv | Format::Xlsx | Format::Junit => {
            return;
        }
    };
    if let Err(ending) = write(shared, &result) {
        explain(shared, &ending);
    }
}

/// Whether a variable of the environment has a value.
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// The look of a result that people read.
pub(super) fn look_of_result(shared: &Shared) -> Look {
    look_on(shared, &Term::stdout(), shared.output.is_none() && io::stdout().is_terminal())
}

fn look(shared: &Shared) -> Look {
    look_on(shared, &Term::stderr(), io::stderr().is_terminal())
}

fn look_on(shared: &Shared, term: &Term, terminal: bool) -> Look {
    let colour = match shared.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => terminal && !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|set| !set.is_empty()));
    let unicode = locale.is_none_or(|locale| locale.to_ascii_uppercase().replace('-', "").contains("UTF8"));
    let width = term
        .size_checked()
        .filter(|_| terminal)
        .map_or(Look::default().width, |(_, columns)| usize::from(columns).clamp(40, 100));
    Look { colour, unicode, width }
}
