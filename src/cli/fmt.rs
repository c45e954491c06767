//! `entail fmt`: policies in the one layout.

use super::{Ending, Format, Shared, files, input, output};
use crate::diagnostic::{Diagnostic, in_order};
use crate::source::{FileId, Sources, printable};
use crate::syntax;
use clap::Args;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Fmt {
    /// Files or folders of policies, or `-` for stdin to stdout; left out, those of `-p` or the usual ones
    paths: Vec<PathBuf>,
    /// Change nothing; show what would be changed, and end with status 1 if anything would
    #[arg(long)]
    check: bool,
}

/// A text and what it is in the one layout.
struct Formatted {
    file: FileId,
    text: String,
}

impl Fmt {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        shared.format_among("fmt", &[Format::Text])?;
        if !self.paths.is_empty() && !shared.policies.is_empty() {
            return Err(Ending::Usage(
                "`fmt` lays out the paths given, and `-p` names others: leave `-p` out".to_owned(),
            ));
        }
        let is_stdin = self.paths.iter().any(|path| path.as_os_str() == "-");
        let (mut sources, mut problems) = (Sources::default(), Vec::new());
        let files = match is_stdin {
            true => self.read_stdin(&mut sources, &mut problems)?,
            false => input::texts(&self.folders(shared)?, &mut sources, &mut problems),
        };
        let formatted = formatted(&files, &sources, &mut problems);
        let changed = || formatted.iter().filter(|one| one.is_change(&sources));
        match (self.check, is_stdin) {
            (true, _) => output::write(shared, &changed().map(|one| one.diff(&sources)).collect::<String>())?,
            (false, true) => output::write(shared, &formatted.iter().map(|one| one.text.as_str()).collect::<String>())?,
            (false, false) => {
                replace(shared, &changed().map(|one| (one.old(&sources).0, one.text.as_str())).collect::<Vec<_>>())?
            }
        }
        in_order(&mut problems, &sources);
        Ok(match (self.check, changed().next()) {
            _ if !problems.is_empty() => Ending::Policies(problems, sources),
            (true, Some(_)) => Ending::HoldsNot,
            (true, None) => Ending::Holds,
            (false, _) => Ending::Reported,
        })
    }

    fn read_stdin(&self, sources: &mut Sources, problems: &mut Vec<Diagnostic>) -> Result<Vec<FileId>, Ending> {
        if self.paths.len() > 1 {
            return Err(Ending::Usage("`-` is stdin, and stands alone: name it without other paths".to_owned()));
        }
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|error| Ending::Usage(format!("stdin cannot be read: {error}")))?;
        Ok(input::add("stdin".to_owned(), &bytes, sources, problems).into_iter().collect())
    }

    /// The paths given, else the folders of the policy set. The set compiled in cannot be laid out anew.
    fn folders(&self, shared: &Shared) -> Result<Vec<PathBuf>, Ending> {
        let folders = if self.paths.is_empty() { input::folders(shared) } else { return Ok(self.paths.clone()) };
        match folders.iter().any(|folder| input::is_shipped(folder)) {
            true => Err(Ending::Usage("`fmt` needs a file or folder of policies: name one".to_owned())),
            false => Ok(folders),
        }
    }
}

/// The texts that parse, in the one layout; the problems of the others.
fn formatted(files: &[FileId], sources: &Sources, problems: &mut Vec<Diagnostic>) -> Vec<Formatted> {
    let texts = files.iter().filter_map(|file| match syntax::format(sources, *file) {
        Ok(text) => Some(Formatted { file: *file, text }),
        Err(found) => {
            problems.extend(found);
            None
        }
    });
    texts.collect()
}

impl Formatted {
    fn old<'s>(&self, sources: &'s Sources) -> (&'s str, &'s str) {
        sources.get(self.file).map_or(("", ""), |source| (source.name(), source.text()))
    }

    fn is_change(&self, sources: &Sources) -> bool {
        self.old(sources).1 != self.text
    }

    /// What would change, as a unified diff; for more than anybody reads, only that it is so.
    fn diff(&self, sources: &Sources) -> String {
        let (name, old) = self.old(sources);
        let name = printable(name);
        match lines_apart(old, &self.text) {
            // The time that a comparison takes grows with the square of what differs.
            many if many > MOST_LINES => format!("--- {name}\n+++ {name} (formatted)\n@@ {many} lines differ @@\n"),
            _ => TextDiff::from_lines(old, &self.text)
                .unified_diff()
                .header(&name, &format!("{name} (formatted)"))
                .to_string(),
        }
    }
}

/// Writes texts into the files of these names.
fn replace(shared: &Shared, texts: &[(&str, &str)]) -> Result<(), Ending> {
    files::write_all(texts)?;
    if !shared.quiet {
        texts.iter().for_each(|(name, _)| output::say(format_args!("formatted {name}")));
    }
    Ok(())
}

/// How many lines may differ in a diff that is shown.
const MOST_LINES: usize = 20_000;

/// How many lines stand in one of two texts and not in the other.
fn lines_apart(old: &str, new: &str) -> usize {
    let mut counts: BTreeMap<&str, isize> = BTreeMap::new();
    old.lines().for_each(|line| *counts.entry(line).or_default() -= 1);
    new.lines().for_each(|line| *counts.entry(line).or_default() += 1);
    counts.into_values().map(isize::unsigned_abs).sum()
}
