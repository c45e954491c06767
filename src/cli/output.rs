//! Writing: the result to stdout or a file, diagnostics and notes to stderr.

use super::{Colour, Ending, Shared};
use crate::diagnostic::Diagnostic;
use crate::report::{self, Look};
use crate::source::Sources;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// Writes a result to where the call wants it: a file whole or not at all. A reader that has closed the pipe has seen
/// enough.
///
/// # Errors
/// The file cannot be written; the old one, if there was one, is as it was.
pub(super) fn write(shared: &Shared, text: &str) -> Result<(), Ending> {
    match &shared.output {
        Some(path) => write_file(path, text)
            .map_err(|error| Ending::Unwritten(format!("`{}` cannot be written: {error}", path.display()))),
        None => match io::stdout().lock().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Ending::Unwritten(format!("the result cannot be written: {error}")))
            }
            _ => Ok(()),
        },
    }
}

fn write_file(path: &Path, text: &str) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = fs::write(&part, text).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

/// Diagnostics and notes on stderr, in the look that the terminal and the flags ask for.
pub(super) fn tell(shared: &Shared, diagnostics: &[Diagnostic], sources: &Sources) {
    let text = report::diagnostics(diagnostics, sources, &look(shared));
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// What went wrong, on stderr; nothing where nothing did.
pub(super) fn explain(shared: &Shared, ending: &Ending) {
    match ending {
        Ending::Reported | Ending::Judged(_) => {}
        Ending::Usage(message) | Ending::Unwritten(message) => eprintln!("entail: {message}"),
        Ending::Arguments(diagnostics, sources)
        | Ending::Policies(diagnostics, sources)
        | Ending::Estate(diagnostics, sources) => tell(shared, diagnostics, sources),
    }
}

fn look(shared: &Shared) -> Look {
    let terminal = io::stderr().is_terminal();
    let colour = match shared.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty()),
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|set| !set.is_empty()));
    let unicode = locale.is_none_or(|locale| locale.to_ascii_uppercase().replace('-', "").contains("UTF8"));
    Look { colour, unicode, ..Look::default() }
}
