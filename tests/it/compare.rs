//! Sets a judge beside the reference: the same generated case through both, key by key.

use serde_json::{Value as Json, json};

use crate::case::Case;
use crate::shrink::shrink;
use crate::{generate, print, reference};

/// The keys of a position that are compared, the most telling first.
const KEYS: [&str; 13] = [
    "cost",
    "status",
    "licenses",
    "unmet",
    "accesses",
    "exemptions",
    "prohibitions",
    "definitions",
    "readings",
    "questions",
    "assumptions",
    "disputed",
    "advice",
];

/// A judge: policies as text and an estate as named files in, the JSON of `entail check` out.
type Engine<'e> = dyn Fn(&str, &[(String, String)]) -> Json + 'e;

/// Judges the case of a seed twice: by the reference, and by `engine`, which gets the policies as
/// text and the estate as named files and answers with the JSON of `entail check`.
///
/// # Errors
///
/// The first key that differs, both values, and the case as a person reads it, made as small as it goes.
pub fn compare(seed: u64, engine: &Engine<'_>) -> Result<(), String> {
    let case = generate::case(seed);
    let Some(difference) = difference(&case, engine) else { return Ok(()) };
    let same = |smaller: &Case| {
        quietly(|| self::difference(smaller, engine)).flatten().is_some_and(|found| found.key == difference.key)
    };
    let small = if difference.key == "errors" { case } else { shrink(&case, &same) };
    let Difference { key, expected, found } = self::difference(&small, engine).unwrap_or(difference);
    Err(format!(
        "seed {seed}: {key} differs\n--- reference\n{expected:#}\n--- engine\n{found:#}\n--- case\n{}",
        print::shown(&small)
    ))
}

/// Where the two sides part.
struct Difference {
    key: &'static str,
    expected: Json,
    found: Json,
}

fn difference(case: &Case, engine: &Engine<'_>) -> Option<Difference> {
    let found = engine(&print::policy_text(case), &print::estate_files(case));
    // Null: the case is no estate, which the generator does not always see (absences that overlap).
    if found.is_null() {
        return None;
    }
    if is_error(&found["cost"]) {
        return Some(Difference { key: "errors", expected: Json::Null, found: found["cost"].clone() });
    }
    let expected = reference::json(&reference::position(case));
    KEYS.into_iter().find_map(|key| {
        let (expected, found) = (comparable(key, &expected[key]), comparable(key, &found[key]));
        (expected != found).then_some(Difference { key, expected, found })
    })
}

/// Whether a judge answers with the text of diagnostics.
fn is_error(cost: &Json) -> bool {
    cost.is_string()
}

/// Runs what may panic, since a case made smaller need not be one that the reference is written for.
pub fn quietly<T>(run: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok()
}

/// Takes from the subjects of a question the columns that tell them from those of another.
fn without_columns(question: &mut Json) {
    for subject in question["subjects"].as_array_mut().into_iter().flatten() {
        let name = subject.as_str().and_then(|name| Some(name.split_once(" (")?.0.to_owned()));
        *subject = name.map_or_else(|| subject.take(), Json::String);
    }
}

/// A value without what the reference has no opinion on: why a demand is unmet, whether a
/// functionality is named with its product, and what rows without an id are called.
fn comparable(key: &str, value: &Json) -> Json {
    let Some(entries) = value.as_array() else { return value.clone() };
    let each = entries.iter().cloned().map(|mut entry| {
        if key == "unmet" {
            let name = entry["functionality"].as_str().unwrap_or_default();
            let last = name.rsplit('.').next().map(str::to_owned);
            entry["functionality"] = json!(last);
            entry.as_object_mut().map(|fields| fields.remove("because"));
        }
        let without_ids = ["access.", "license.", "absence."];
        let of = |fact: &str| without_ids.iter().any(|entity| fact.starts_with(entity));
        if key == "questions" && entry["fact"].as_str().is_some_and(of) {
            entry.as_object_mut().map(|fields| fields.remove("subjects"));
        }
        if key == "questions" {
            without_intervals(&mut entry);
            without_columns(&mut entry);
        }
        entry
    });
    let mut each: Vec<Json> = each.collect();
    if key == "disputed" {
        each.sort_by_key(Json::to_string);
    }
    if key == "unmet" {
        // The order of one access's functionalities is nobody's promise.
        each.sort_by_key(Json::to_string);
        each.dedup();
    }
    Json::Array(each)
}

/// Where a number, a date or a text is asked for, how finely its answers are cut is nobody's promise; what they come to is.
fn without_intervals(question: &mut Json) {
    let cut = |text: &Json| {
        text.as_str().is_some_and(|text| text.contains(['<', '>']) || text.contains("..") || text == "other")
    };
    let Some(answers) = question["answers"].as_array_mut() else { return };
    if answers.iter().flat_map(|answer| answer["answer"].as_array()).flatten().any(cut) {
        answers.iter_mut().filter_map(Json::as_object_mut).for_each(|answer| drop(answer.remove("answer")));
        answers.sort_by_key(Json::to_string);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_agrees_with_itself() {
        let same = |_: &str, _: &[(String, String)]| reference::json(&reference::position(&generate::case(1)));
        assert_eq!(compare(1, &same), Ok(()));
    }

    #[test]
    fn a_disagreement_is_shown_with_its_case() {
        let message = compare(1, &|_, _| json!({ "cost": null })).unwrap_err();
        assert!(message.starts_with("seed 1: cost differs"));
        assert!(message.contains("as_of = "));
    }
}
