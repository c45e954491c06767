//! `entail lint`: what is worth mending in policies that check.

use super::check::json_text;
use super::input::Set;
use super::{Ending, Format, Shared, files, input, output, progress};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::fix::mend;
use crate::lint::{Finding, lint};
use crate::report::findings::of_diagnostics;
use crate::report::{self, github, sarif};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Lint {
    /// Folders or files of policies, read beside those of `-p`; left out, the policy set of the other commands
    paths: Vec<PathBuf>,
    /// Mend in the files what can be mended without a change of meaning
    #[arg(long)]
    fix: bool,
    /// What does not pass, beside errors
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings
    Warnings,
}

/// What makes a report of findings.
type Making = fn(&[Finding], &Set, &Shared) -> String;

/// The formats of findings.
const FORMATS: &[(Format, Making)] = &[
    (Format::Text, |findings, set, shared| report::lint::text(findings, &set.sources, &output::look_of_result(shared))),
    (Format::Json, |findings, set, _| json_text(&report::lint::json(findings, &set.sources, &set.policies))),
    (Format::Sarif, |findings, set, _| {
        json_text(&sarif::findings(&of_diagnostics(&diagnostics(findings)), &set.sources))
    }),
    (Format::Github, |findings, set, _| github::annotations(&of_diagnostics(&diagnostics(findings)), &set.sources)),
];

fn diagnostics(findings: &[Finding]) -> Vec<Diagnostic> {
    findings.iter().map(|finding| finding.diagnostic.clone()).collect()
}

impl Lint {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        let making = shared.making("lint", FORMATS)?;
        let mut set = input::policies_at(&self.paths, shared)?;
        let progress = progress::begin(shared, "looking for what is worth mending");
        let mut findings = lint(&set.program, &set.sources);
        drop(progress);
        if self.fix {
            (set, findings) = mended(set, findings, shared)?;
        }
        output::spares(shared, &set.sources)?;
        output::write(shared, &making(&findings, &set, shared))?;
        Ok(if self.passes(&findings) { Ending::Holds } else { Ending::HoldsNot })
    }

    fn passes(&self, findings: &[Finding]) -> bool {
        findings.iter().all(|finding| match finding.diagnostic.severity {
            Severity::Error => false,
            Severity::Warning => self.deny != Some(Deny::Warnings),
            Severity::Note => true,
        })
    }
}

/// The policy set after its fixes, its files rewritten, and what is left to find.
///
/// # Errors
/// A file that cannot be written; nothing is written where one of them is no file.
fn mended(set: Set, findings: Vec<Finding>, shared: &Shared) -> Result<(Set, Vec<Finding>), Ending> {
    let before = set.sources.clone();
    let mended = mend(set.program, set.sources, findings);
    let names = before.iter().map(|(_, source)| (source.name(), source.text()));
    let changed: Vec<(&str, &str)> = mended
        .sources
        .iter()
        .zip(names)
        .filter(|((_, source), (_, old))| source.text() != *old)
        .map(|((_, source), (name, _))| (name, source.text()))
        .collect();
    if let Some((name, _)) = changed.iter().find(|(name, _)| !Path::new(name).is_file()) {
        return Err(Ending::Usage(format!(
            "`--fix` cannot write `{name}`: name a folder of policies, not the set compiled in"
        )));
    }
    files::write_all(&changed)?;
    if !shared.quiet {
        output::say(format_args!("{} fixed in {} files", mended.fixed, changed.len()));
    }
    Ok((Set { program: mended.program, sources: mended.sources, policies: set.policies }, mended.findings))
}
