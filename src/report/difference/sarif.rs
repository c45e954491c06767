//! A difference as a SARIF log: a result for each change, at the lines to blame.

use super::{Place, Told};
use crate::diff::difference::{Acknowledged, Change, Edit};
use crate::report::sarif::{log, uri};
use serde_json::{Value, json};

/// The log. Acknowledged changes are suppressed, with the reviewer's reason. What follows from a changed definition is
/// told with it.
pub fn difference(told: &Told<'_>) -> Value {
    let own = told.difference.changes.iter().filter(|change| change.follows_from.is_none());
    let changes = own.map(|change| one(told, change));
    let edits = told.edits().flat_map(|(heading, edits)| edits.iter().map(move |edit| (heading, edit)));
    let edits = edits.map(|(heading, edit)| self::edit(told, heading, edit));
    let rules = RULES.map(|(id, text)| json!({ "id": id, "shortDescription": { "text": text } }));
    log(rules.to_vec(), changes.chain(edits).collect())
}

/// The kinds of results.
const RULES: [(&str, &str); 8] = [
    ("definition", "What a definition says changes"),
    ("reading", "Which reading of a definition applies changes"),
    ("demand", "Whether an access demands a licence changes"),
    ("prohibition", "Whether an access is prohibited changes"),
    ("cover", "Whether a licence covers changes"),
    ("numbers", "A number changes"),
    ("citations", "A citation changes"),
    ("wording", "Wording changes"),
];

fn one(told: &Told<'_>, change: &Change) -> Value {
    let (new, old) = told.places(change);
    let (at, related) = if new.is_empty() { (old, Vec::new()) } else { (new, old) };
    let signed = change.cases.iter().map(|case| case.acknowledged.as_ref()).collect();
    let mut result = result(change.kind.text(), &told.line(change), signed);
    result["locations"] = at.into_iter().map(location).collect();
    result["relatedLocations"] = related.into_iter().map(location).collect();
    let same = format!("{}: {} -> {}", change.subject, change.from, change.to);
    result["partialFingerprints"] = json!({ "change/1": same });
    result
}

fn edit(told: &Told<'_>, heading: &str, edit: &Edit) -> Value {
    let mut result = result(&heading.to_lowercase(), &told.edit_line(edit), vec![edit.acknowledged.as_ref()]);
    result["locations"] = told.place(edit).map(location).into_iter().collect();
    result
}

/// A result; suppressed where all its parts are acknowledged.
fn result(rule: &str, text: &str, signed: Vec<Option<&Acknowledged>>) -> Value {
    let mut result = json!({ "ruleId": rule, "level": "warning", "message": { "text": text } });
    if signed.iter().all(Option::is_some) {
        let mut reasons: Vec<String> = signed.into_iter().flatten().map(super::signed).collect();
        reasons.dedup();
        let suppression = |reason| json!({ "kind": "external", "status": "accepted", "justification": reason });
        result["suppressions"] = reasons.into_iter().map(suppression).collect();
    }
    result
}

fn location(place: Place<'_>) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(place.file) },
        "region": { "startLine": place.line, "startColumn": place.column },
    } })
}
