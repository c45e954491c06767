//! The whole difference in a word, and what is odd about citations.

use super::compare::Way;
use super::difference::{Blame, Change, ChangeKind, Difference, Edit, Word};
use super::structure::is_lost;
use super::verdict::Verdict;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The difference in a word. `altered` are the terms of which another reading applies that says something else.
pub(super) fn word(difference: &Difference, ways: &[Way], altered: &BTreeSet<&str>) -> Word {
    let turns = difference.changes.iter().filter_map(turn).chain(difference.numbers.iter().filter_map(turn_of_number));
    let gone = difference.wording.iter().filter(|edit| is_gone(edit)).map(|_| Ordering::Equal);
    let turns: Vec<Ordering> = turns.chain(ways.iter().map(turn_of_way)).chain(gone).collect();
    let (stricter, looser) = (turns.contains(&Ordering::Greater), turns.contains(&Ordering::Less));
    let of_terms = difference.changes.iter().any(|change| is_of_terms(change, altered));
    let lost = difference.wording.iter().any(is_lost);
    let unclear = turns.contains(&Ordering::Equal) || (turns.is_empty() && (of_terms || lost));
    let cites_differ = !difference.citations.is_empty() || !difference.changes.is_empty();
    match (stricter, looser) {
        _ if unclear || !difference.complete => Word::Mixed,
        (true, true) => Word::Mixed,
        (true, false) => Word::Stricter,
        (false, true) => Word::Looser,
        (false, false) if !difference.numbers.is_empty() => Word::CostOnly,
        (false, false) if cites_differ || !difference.wording.is_empty() => Word::CitationOnly,
        (false, false) => Word::Equivalent,
    }
}

/// Whether a change may alter what a term means. Another reading of the same meaning is another document and no more, as is one
/// that comes or goes and never applies.
fn is_of_terms(change: &Change, altered: &BTreeSet<&str>) -> bool {
    match change.kind {
        ChangeKind::Definition => ![&change.from, &change.to].contains(&&Verdict::NoReading),
        ChangeKind::Reading => altered.contains(change.subject.as_str()),
        ChangeKind::Demand | ChangeKind::Prohibition | ChangeKind::Cover => false,
    }
}

/// Whether a change is stricter (greater), looser (less), or neither (equal); none where only what follows can tell.
fn turn(change: &Change) -> Option<Ordering> {
    match change.kind {
        // Where nothing can be judged, nobody is asked for more or less.
        ChangeKind::Reading if change.from.is_undefined() || change.to.is_undefined() => Some(Ordering::Equal),
        ChangeKind::Definition | ChangeKind::Reading => None,
        ChangeKind::Demand | ChangeKind::Prohibition | ChangeKind::Cover => {
            Some(match (change.from.strictness(), change.to.strictness()) {
                (Some(from), Some(to)) => to.cmp(&from),
                _ => Ordering::Equal,
            })
        }
    }
}

/// Whether accesses are no longer demanded anything only because nobody can state them.
fn is_gone(edit: &Edit) -> bool {
    matches!(edit.what.as_str(), "product" | "functionality") && is_lost(edit)
}

/// More heads exempt is looser.
fn turn_of_number(edit: &Edit) -> Option<Ordering> {
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<u64>().ok());
    match edit.what.as_str() {
        // No limit is more than any.
        "limit" => Some(number(&edit.old).unwrap_or(u64::MAX).cmp(&number(&edit.new).unwrap_or(u64::MAX))),
        // Who asks for more is asked for more licences.
        "adds to" => Some(turn_of_list(edit)),
        // What a blank cell means, or may hold, or what a feature is of, tells against nobody in particular.
        "default" | "type" | "features" | "asked for by default" => Some(Ordering::Equal),
        // Software Assurance rises to what is out, so that owned units come to cover more, or less; and places are per rule.
        "released" | "sold" | "for sale" | "places" => Some(Ordering::Equal),
        _ => None,
    }
}

/// A list that only grows is stricter, one that only shrinks looser.
fn turn_of_list(edit: &Edit) -> Ordering {
    let listed = |text: &Option<String>| text.iter().flat_map(|text| text.split(", ")).map(str::to_owned).collect();
    let (old, new): (BTreeSet<String>, BTreeSet<String>) = (listed(&edit.old), listed(&edit.new));
    match (new.is_superset(&old), old.is_superset(&new)) {
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        _ => Ordering::Equal,
    }
}

/// To reach further is stricter; to let licences follow absences is looser.
fn turn_of_way(way: &Way) -> Ordering {
    let more = if way.what == "reach" { Ordering::Greater } else { Ordering::Less };
    match way.turns {
        [true, false] => more,
        [false, true] => more.reverse(),
        _ => Ordering::Equal,
    }
}

/// Whether those who decide have one name on both sides and cite the same.
pub(super) fn is_citation_unchanged(blame: &Blame) -> bool {
    let pairs = blame.old.iter().flat_map(|old| {
        let same = blame.new.iter().filter(|new| (&new.rule, &new.clause) == (&old.rule, &old.clause));
        same.map(move |new| old.cites == new.cites && old.cites.is_some())
    });
    let pairs: Vec<bool> = pairs.collect();
    !pairs.is_empty() && pairs.into_iter().all(|same| same)
}
