//! What the unsaved policies would change: their difference to the saved ones, with the impact on an estate.

use super::File;
use super::desk::{Desk, path};
use super::estate::files;
use super::session::{Answer, refuse, told};
use super::set::Set;
use super::uri::name;
use crate::diagnostic::{Diagnostic, any_error};
use crate::diff::difference::Impact;
use crate::diff::impact::{Judged, impact};
use crate::diff::{Edition, LIMIT, diff, difference::Difference};
use crate::estate::{self, Estate};
use crate::judge::{Request, case, position};
use crate::program::Program;
use crate::report::difference::{Told, markdown};
use crate::source::Sources;
use lsp_server::ErrorCode;
use lsp_types::Uri;
use serde::Serialize;
use std::str::FromStr;

/// The command that shows what unsaved edits change: the address of a policy file, and the folder of an estate, if any.
pub(super) const PREVIEW: &str = "entail.preview";

/// A difference as it is shown.
#[derive(Debug, Serialize)]
struct Preview {
    /// What kind of change it is.
    verdict: crate::diff::difference::Word,
    /// All of it, to be read.
    markdown: String,
}

/// The difference of the policies as they are saved and as they are in the editor.
pub(super) fn preview(desk: &mut Desk<'_>, uri: &str, estate: Option<&str>) -> Answer {
    let Ok(uri) = Uri::from_str(uri) else { return refuse(ErrorCode::InvalidParams, "this is no address") };
    let folders = desk.folders(&path(&uri));
    let mut saved = Set::default();
    saved.load(desk.saved(&folders));
    let estate = estate.map(str::to_owned).or_else(|| desk.estate.clone());
    let estate = estate.map(|folder| (files(desk, &folder), folder));
    let edited = desk.set_in(&folders);
    for (set, which) in [(&mut saved, "saved"), (&mut *edited, "edited")] {
        if !set.is_sound() {
            let message = format!("the {which} policies do not check, so there is nothing to compare");
            return refuse(ErrorCode::RequestFailed, message);
        }
    }
    let Some((old, new)) = saved.known().zip(edited.known()) else {
        return refuse(ErrorCode::RequestFailed, "nothing is known of the policies");
    };
    let (old, new) = (&old.program, &new.program);
    let before = Edition { origin: "saved".to_owned(), ..Edition::symbolic(old, &saved.sources) };
    let after = Edition { origin: "edited".to_owned(), ..Edition::symbolic(new, &edited.sources) };
    let mut difference = diff(&before, &after, LIMIT);
    if let Some((files, folder)) = estate {
        match impact_on(&folder, files, [old, new], &difference) {
            Ok(impact) => difference.impact.push(impact),
            Err(problems) => return refuse(ErrorCode::RequestFailed, unjudged(&folder, &problems)),
        }
    }
    let markdown = markdown::difference(&Told { difference: &difference, old, new });
    told(Preview { verdict: difference.verdict, markdown })
}

fn impact_on(
    folder: &str,
    files: Vec<File>,
    [old, new]: [&Program; 2],
    difference: &Difference,
) -> Result<Impact, Vec<Diagnostic>> {
    let (before, after) = (read(files.clone(), old)?, read(files, new)?);
    let request = Request::default();
    let (mut old_case, mut new_case) = (case(old, &before, &request)?, case(new, &after, &request)?);
    let (old_judgement, new_judgement) = (position(&mut old_case, &request)?, position(&mut new_case, &request)?);
    let title = after.name.clone().unwrap_or_else(|| name(folder).to_owned());
    let old = Judged { case: &old_case, judgement: &old_judgement };
    let new = Judged { case: &new_case, judgement: &new_judgement };
    Ok(impact(&title, old, new, difference))
}

fn read(files: Vec<File>, program: &Program) -> Result<Estate, Vec<Diagnostic>> {
    let (document, mut problems) = estate::read(files, &mut Sources::default());
    let (estate, more) = estate::build(&document, program);
    problems.extend(more);
    if any_error(&problems) { Err(problems) } else { Ok(estate) }
}

fn unjudged(folder: &str, problems: &[Diagnostic]) -> String {
    let first = problems.first().map_or("", |problem| problem.message.as_str());
    format!("the estate `{}` cannot be judged: {first}", name(folder))
}
