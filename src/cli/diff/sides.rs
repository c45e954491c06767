//! The two sides: which policy sets are meant, read and checked.

use super::settings::{Settings, Which};
use super::{Diff, revision};
use crate::cli::{Ending, Shared, input};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::Program;
use crate::report::json::Policies;
use crate::source::Sources;
use std::path::{Path, PathBuf};

/// Where the policies of a side lie.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// Folders or files on disk, or the set compiled in.
    Folders(Vec<PathBuf>),
    /// A folder or file of a git revision.
    Revision { revision: String, path: String },
}

/// A policy set that checks.
pub(super) struct Set {
    pub(super) program: Program,
    pub(super) policies: Policies,
}

/// What is compared: two sets, or one with itself.
pub(super) struct Sides {
    old: Set,
    new: Option<Set>,
    pub(super) sources: Sources,
}

impl Sides {
    pub(super) fn of(&self, which: Which) -> &Set {
        match which {
            Which::Old => &self.old,
            Which::New => self.new.as_ref().unwrap_or(&self.old),
        }
    }
}

impl Diff {
    /// Reads the sides that the call names, and says on stderr which they are.
    ///
    /// # Errors
    /// There is nothing to compare, or a side does not check; what is wrong with either is told together.
    pub(super) fn sides(&self, shared: &Shared, settings: &Settings) -> Result<Sides, Ending> {
        let (old, new) = self.places(shared, settings)?;
        let mut sources = Sources::default();
        let old = read(&old, Which::Old, &mut sources);
        let new = new.map(|new| read(&new, Which::New, &mut sources)).transpose();
        let sides = match (old, new) {
            (Ok(old), Ok(new)) => Sides { old, new, sources },
            (old, new) => {
                let problems = [old.err(), new.err()].into_iter().flatten().flatten().collect();
                return Err(Ending::Policies(problems, sources));
            }
        };
        if !shared.quiet {
            let (old, new) = (&sides.of(Which::Old).policies.origin, &sides.of(Which::New).policies.origin);
            eprintln!("entail: old policies from {old}, new from {new}");
        }
        Ok(sides)
    }

    /// Where the sides lie; one place where a set is compared with itself under two settings.
    fn places(&self, shared: &Shared, settings: &Settings) -> Result<(Place, Option<Place>), Ending> {
        let usual = || Place::Folders(input::folders(shared));
        let old = self.old.as_deref().map(place);
        match (old, self.new.as_deref().map(place)) {
            (Some(old), Some(new)) => Ok((old, Some(new))),
            (old, None) if settings.differ() => Ok((old.unwrap_or_else(usual), None)),
            (Some(old), None) if old != usual() => Ok((old, Some(usual()))),
            (_, _) => Err(nothing()),
        }
    }
}

fn nothing() -> Ending {
    let error = Diagnostic::error(Code::NothingToCompare, "there is nothing to compare: one policy set, and one setting");
    let help = "name two sides, as in `entail diff main:policies policies`, or two settings: `--reading external=Blog..PUR`";
    Ending::Call(vec![error.help(help)], Sources::default())
}

/// What is on disk is taken from there; of the rest, what has a colon is a revision.
fn place(text: &str) -> Place {
    let folder = || Place::Folders(vec![PathBuf::from(text)]);
    if text == input::SHIPPED_NAME || Path::new(text).exists() {
        return folder();
    }
    text.split_once(':').map_or_else(folder, |(revision, path)| Place::Revision {
        revision: revision.to_owned(),
        path: path.to_owned(),
    })
}

fn read(place: &Place, which: Which, sources: &mut Sources) -> Result<Set, Vec<Diagnostic>> {
    let (origin, read) = match place {
        Place::Folders(folders) => {
            let origin = input::origin(folders);
            (origin.clone(), input::read_set(folders, origin, sources))
        }
        Place::Revision { revision, path } => {
            let origin = format!("{revision}:{path}");
            let files = revision::files(revision, path).map_err(|problem| vec![problem]);
            (origin.clone(), files.and_then(|files| input::check_set(files, origin, sources, Vec::new())))
        }
    };
    read.map(|(program, policies)| Set { program, policies }).map_err(|problems| in_error(which, &origin, problems))
}

/// What is wrong with a side, behind a line that says which it is.
fn in_error(which: Which, origin: &str, mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let message = format!("the {} side, `{origin}`, does not check", which.text());
    let help = "what is wrong with it follows; nothing is compared before both sides check";
    problems.insert(0, Diagnostic::error(Code::SideInError, message).help(help));
    problems
}
