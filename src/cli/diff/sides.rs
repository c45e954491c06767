//! The two sides: which policy sets are meant, read and checked.

use super::settings::{Settings, Which};
use super::{Diff, revision};
use crate::cli::input::PolicyFile;
use crate::cli::{Ending, Shared, input, output};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::diff::difference::{Difference, Impact};
use crate::diff::impact::{Judged, impact};
use crate::diff::{Edition, LIMIT, diff};
use crate::judge::{Request, case, position};
use crate::program::Program;
use crate::report::json::Policies;
use crate::source::{FileId, Sources};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the policies of a side lie.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// Folders or files on disk, or the set compiled in.
    Folders(Vec<PathBuf>),
    /// A folder or file of a git revision, as it was called, with the policy files in it.
    Revision(String, Vec<PolicyFile>),
}

/// A policy set that checks.
pub(super) struct Set {
    pub(super) program: Program,
    pub(super) policies: Policies,
    /// Its texts among all that were read.
    pub(super) files: Vec<FileId>,
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

/// What of either side's setting is fixed, its names found.
pub(super) struct Requests {
    old: Request,
    new: Request,
}

impl Requests {
    fn of(&self, which: Which) -> &Request {
        match which {
            Which::Old => &self.old,
            Which::New => &self.new,
        }
    }
}

impl Sides {
    /// Finds the names of the settings on either side.
    ///
    /// # Errors
    /// Names that a side does not have.
    pub(super) fn requests(&self, settings: &Settings) -> Result<Requests, Ending> {
        let request = |which| settings.request(which, &self.of(which).program);
        match (request(Which::Old), request(Which::New)) {
            (Ok(old), Ok(new)) => Ok(Requests { old, new }),
            (old, new) => {
                let problems = [old.err(), new.err()].into_iter().flatten().flatten().collect();
                Err(Ending::Call(problems, Sources::default()))
            }
        }
    }

    /// Compares the sides.
    pub(super) fn compared(&self, requests: &Requests) -> Difference {
        let edition = |which| {
            let Set { program, policies, .. } = self.of(which);
            let Policies { origin, sha256 } = policies.clone();
            Edition { program, sources: &self.sources, origin, sha256, fixed: requests.of(which).clone() }
        };
        diff(&edition(Which::Old), &edition(Which::New), LIMIT)
    }

    /// What the difference does to each estate.
    ///
    /// # Errors
    /// An estate that is in error, or cannot be judged under a side.
    pub(super) fn impact(
        &mut self,
        estates: &[PathBuf],
        requests: &Requests,
        difference: &Difference,
    ) -> Result<Vec<Impact>, Ending> {
        let (mut impacts, mut problems) = (Vec::new(), Vec::new());
        for folder in estates {
            match self.impact_on(folder, requests, difference) {
                Ok(impact) => impacts.push(impact),
                Err(found) => problems.extend(found),
            }
        }
        match problems.is_empty() {
            true => Ok(impacts),
            false => Err(Ending::Estate(problems, std::mem::take(&mut self.sources))),
        }
    }

    fn impact_on(
        &mut self,
        folder: &Path,
        requests: &Requests,
        difference: &Difference,
    ) -> Result<Impact, Vec<Diagnostic>> {
        let mut sources = std::mem::take(&mut self.sources);
        let read = |which: Which, sources: &mut Sources| {
            input::read_estate(folder, &self.of(which).program, sources, Default::default(), &Arc::default())
                .map_err(|problems| under(which, &folder.display().to_string(), problems))
        };
        let estates = read(Which::Old, &mut sources).and_then(|old| Ok((old, read(Which::New, &mut sources)?)));
        self.sources = sources;
        let (old, new) = estates?;
        let judged = |which: Which, estate| {
            let (program, request) = (&self.of(which).program, requests.of(which));
            let judged = case(program, estate, request).and_then(|mut case| Ok((position(&mut case, request)?, case)));
            judged.map_err(|problems| under(which, &folder.display().to_string(), problems))
        };
        let ((old_judgement, old_case), (new_judgement, new_case)) =
            (judged(Which::Old, &old)?, judged(Which::New, &new)?);
        let name = new.name.clone().unwrap_or_else(|| folder.display().to_string());
        let old = Judged { case: &old_case, judgement: &old_judgement };
        let new = Judged { case: &new_case, judgement: &new_judgement };
        Ok(impact(&name, old, new, difference))
    }
}

/// What is wrong with an estate, behind a line that says under which side.
fn under(which: Which, estate: &str, mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let message = format!("the estate `{estate}` cannot be judged under the {} side", which.text());
    problems.insert(0, Diagnostic::error(Code::SideInError, message).help("what is wrong with it follows"));
    problems
}

impl Diff {
    /// Reads the sides that the call names, and says on stderr which they are.
    ///
    /// # Errors
    /// There is nothing to compare, a side is not there, or it does not check; what is wrong with either is told together.
    pub(super) fn sides(&self, shared: &Shared, settings: &Settings) -> Result<Sides, Ending> {
        let (old, new) = self.places(shared, settings)?;
        // Beside a side that is named stands what `-p` names, unless that is the other side.
        let is_other_side = new.is_some() && self.new.is_none();
        let beside = if is_other_side || self.old.is_none() { &[] } else { shared.policies.as_slice() };
        let mut sources = Sources::default();
        let old = read(old, beside, Which::Old, &mut sources);
        let new = new.map(|new| read(new, beside, Which::New, &mut sources)).transpose();
        let sides = match (old, new) {
            (Ok(old), Ok(new)) => Sides { old, new, sources },
            (old, new) => {
                let problems = [old.err(), new.err()].into_iter().flatten().flatten().collect();
                return Err(Ending::Policies(problems, sources));
            }
        };
        if !shared.quiet {
            let (old, new) = (&sides.of(Which::Old).policies.origin, &sides.of(Which::New).policies.origin);
            output::say(format_args!("old policies from {old}, new from {new}"));
        }
        Ok(sides)
    }

    /// Where the sides lie; one place where a set is compared with itself under two settings.
    ///
    /// # Errors
    /// There is nothing to compare, or a side is not there.
    fn places(&self, shared: &Shared, settings: &Settings) -> Result<(Place, Option<Place>), Ending> {
        let usual = || Place::Folders(input::folders(shared));
        let mut absent = Vec::new();
        let mut named = |side: &Option<String>| match side.as_deref().map(place)? {
            Ok(place) => Some(place),
            Err(problem) => {
                absent.push(problem);
                None
            }
        };
        let (old, new) = (named(&self.old), named(&self.new));
        if !absent.is_empty() {
            return Err(Ending::Call(absent, Sources::default()));
        }
        match (old, new) {
            (Some(old), Some(new)) => Ok((old, Some(new))),
            (old, None) if settings.differ() => Ok((old.unwrap_or_else(usual), None)),
            (Some(old), None) if old != usual() => Ok((old, Some(usual()))),
            (_, _) => Err(nothing()),
        }
    }
}

fn nothing() -> Ending {
    let error =
        Diagnostic::error(Code::NothingToCompare, "there is nothing to compare: one policy set, and one setting");
    let help =
        "name two sides, as in `entail diff main:policies policies`, or two settings: `--reading external=Blog..PUR`";
    Ending::Call(vec![error.help(help)], Sources::default())
}

/// What is on disk is taken from there; of the rest, what has a colon is a revision.
///
/// # Errors
/// There is nothing of that name.
fn place(text: &str) -> Result<Place, Diagnostic> {
    if input::is_shipped(Path::new(text)) || Path::new(text).exists() {
        return Ok(Place::Folders(vec![PathBuf::from(text)]));
    }
    let Some((revision, path)) = text.split_once(':') else {
        let error = Diagnostic::error(Code::UnreadablePolicy, format!("there is no folder {}", quoted(text)));
        return Err(
            error.help("a side is a folder of `.entail` files, `shipped`, or REVISION:PATH of the git repository here")
        );
    };
    Ok(Place::Revision(text.to_owned(), revision::files(revision, path)?))
}

fn read(place: Place, beside: &[PathBuf], which: Which, sources: &mut Sources) -> Result<Set, Vec<Diagnostic>> {
    let (before, mut problems) = (sources.iter().count(), Vec::new());
    let (mut origin, mut policies) = match place {
        Place::Folders(folders) => (input::origin(&folders), input::gathered(&folders, &mut problems)),
        Place::Revision(origin, files) => (origin, files),
    };
    if !beside.is_empty() {
        origin = format!("{} + {origin}", input::origin(beside));
        policies.extend(input::gathered(beside, &mut problems));
    }
    let read = input::check_set(policies, origin.clone(), sources, problems);
    let files = sources.iter().skip(before).map(|(file, _)| file).collect();
    read.map(|(program, policies)| Set { program, policies, files })
        .map_err(|problems| in_error(which, &origin, problems))
}

/// What is wrong with a side, behind a line that says which it is.
fn in_error(which: Which, origin: &str, mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let message = format!("the {} side, `{origin}`, does not check", which.text());
    let help = "what is wrong with it follows; nothing is compared before both sides check";
    problems.insert(0, Diagnostic::error(Code::SideInError, message).help(help));
    problems
}
