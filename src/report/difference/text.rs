//! A difference as text for a person, at most 100 columns wide: the answer first, money last.

use super::{Following, Told, money};
use crate::diff::difference::{Change, Impact};
use std::fmt::Write;
use textwrap::Options;

const WIDTH: usize = 100;

/// The whole difference. With `examples`, the example of each case stands below it.
pub fn difference(told: &Told<'_>, examples: bool) -> String {
    let mut text = wrapped(0, "", &told.sentence());
    told.beside().iter().for_each(|remark| text.push_str(&wrapped(0, "", remark)));
    let _ = writeln!(text, "\nold  {}", told.side(&told.difference.old));
    let _ = writeln!(text, "new  {}", told.side(&told.difference.new));
    for section in told.sections() {
        let _ = writeln!(text, "\n{}", section.heading);
        for group in &section.own {
            group.iter().for_each(|change| text.push_str(&self::change(told, change, examples)));
            for (side, blamed) in told.blame(group) {
                text.push_str(&wrapped(4, &format!("{side}: "), &blamed));
            }
        }
        section.following.iter().for_each(|group| text.push_str(&following(told, group)));
    }
    text + &edits(told) + &questions(told) + &impact(told)
}

fn change(told: &Told<'_>, change: &Change, examples: bool) -> String {
    let code = told.code(change).map_or_else(String::new, |code| format!(" ({code})"));
    let mut text = wrapped(2, "", &format!("{}{code}: {}", told.title(change), told.turn(change)));
    for (number, case) in (1..).zip(&change.cases) {
        text.push_str(&wrapped(4, &format!("{number}. "), &told.phrase(change, case)));
        told.remarks(change, case).iter().for_each(|remark| text.push_str(&wrapped(7, "", &format!("({remark})"))));
        for line in case.witness.iter().filter(|_| examples).flat_map(|witness| witness.lines()) {
            let _ = writeln!(text, "       | {line}");
        }
    }
    told.notes(change).into_iter().for_each(|note| text.push_str(&wrapped(4, "", note)));
    text
}

fn following(told: &Told<'_>, group: &Following<'_>) -> String {
    let (from, to, since) = (group.from, group.to, told.titled(group.definition));
    let mut text = wrapped(2, "", &format!("{from} → {to}, since {since} changes:"));
    told.titles(&group.changes).iter().for_each(|title| text.push_str(&wrapped(4, "", title)));
    text
}

fn edits(told: &Told<'_>) -> String {
    let mut text = String::new();
    for (heading, edits) in told.edits() {
        let _ = writeln!(text, "\n{heading}");
        for edit in edits {
            text.push_str(&wrapped(2, "", &told.edit_line(edit)));
            told.edit_remarks(edit).iter().for_each(|remark| text.push_str(&wrapped(4, "", &format!("({remark})"))));
        }
    }
    text
}

fn questions(told: &Told<'_>) -> String {
    let questions = told.questions();
    if questions.is_empty() {
        return String::new();
    }
    let mut text = "\nWhat is asked\n".to_owned();
    for (path, question) in questions {
        text.push_str(&wrapped(2, "", &format!("{path}: {question}")));
    }
    text
}

fn impact(told: &Told<'_>) -> String {
    let impacts = &told.difference.impact;
    let mut text = String::new();
    for impact in impacts {
        let _ = write!(text, "\n{}: {}\n{}", impact.estate, money::status(impact), estate(impact));
    }
    for total in money::totals(impacts) {
        let _ = write!(text, "\n{}", wrapped(0, "", &total));
    }
    text
}

fn estate(impact: &Impact) -> String {
    let mut text = String::new();
    for affected in impact.subjects.iter().take(MOST) {
        text.push_str(&wrapped(2, "", &format!("{}: {}", money::who(affected), affected.change)));
    }
    if impact.subjects.len() > MOST {
        let _ = writeln!(text, "  … and {} more; `--format json` lists all", impact.subjects.len() - MOST);
    }
    for units in &impact.plan {
        text.push_str(&wrapped(2, "buy ", &money::units(units)));
    }
    text + &wrapped(2, "cost ", &money::costs(impact))
}

/// How many rows of an estate are shown; the rest is counted.
const MOST: usize = 40;

/// A paragraph that hangs behind its mark.
fn wrapped(indent: usize, mark: &str, text: &str) -> String {
    let first = " ".repeat(indent) + mark;
    let rest = " ".repeat(if indent == 0 { 0 } else { indent + mark.len().max(2) });
    let options = Options::new(WIDTH).initial_indent(&first).subsequent_indent(&rest).break_words(false);
    textwrap::wrap(text, options).iter().map(|line| format!("{line}\n")).collect()
}
