//! A difference as annotations on the lines to blame, for the log of a job on GitHub.

use super::{Place, Told};
use crate::diff::difference::Change;
use crate::report::github::{annotation, remark};

/// A warning for each change and edit that is not acknowledged, a notice for the others; the sentence on the whole last.
/// What follows from a changed definition is told there.
pub fn difference(told: &Told<'_>) -> String {
    let own = told.difference.changes.iter().filter(|change| change.follows_from.is_none());
    let changes: String = own.map(|change| one(told, change)).collect();
    let edits = told.edits().flat_map(|(heading, edits)| edits.iter().map(move |edit| (heading, edit)));
    let edits: String = edits
        .map(|(heading, edit)| {
            placed(told.place(edit), level(edit.acknowledged.is_some()), heading, &told.edit_line(edit))
        })
        .collect();
    let whole = remark("notice", &format!("Rule change: {}", told.difference.verdict.text()), &told.sentence());
    changes + &edits + &whole
}

fn one(told: &Told<'_>, change: &Change) -> String {
    let level = level(change.is_acknowledged());
    let (title, message) = (format!("{}: {}", told.title(change), told.turn(change)), told.line(change));
    let (new, old) = told.places(change);
    placed(new.into_iter().chain(old).next(), level, &title, &message)
}

fn placed(place: Option<Place<'_>>, level: &str, title: &str, message: &str) -> String {
    match place {
        Some(place) => annotation(level, place.file, place.line, place.column, title, message),
        None => remark(level, title, message),
    }
}

fn level(acknowledged: bool) -> &'static str {
    if acknowledged { "notice" } else { "warning" }
}
