//! A difference as Markdown, fit for a comment on a pull request.

use super::{Following, Section, Told, capital, money};
use crate::diff::difference::{Change, Impact};
use crate::report::markdown::escape;
use std::fmt::Write;

/// The whole difference; examples and places are folded.
pub fn difference(told: &Told<'_>) -> String {
    let mut text = format!("## Rule change\n\n**{}**\n\n", escape(&told.sentence()));
    for remark in told.beside() {
        let _ = writeln!(text, "> {}\n", escape(&remark));
    }
    let side = |side| escape(&told.side(side));
    let _ = writeln!(text, "Old: {}  \nNew: {}", side(&told.difference.old), side(&told.difference.new));
    told.sections().iter().for_each(|section| text.push_str(&self::section(told, section)));
    text + &edits(told) + &questions(told) + &impact(told)
}

fn section(told: &Told<'_>, section: &Section<'_>) -> String {
    let mut text = format!("\n### {}\n", section.heading);
    for group in &section.own {
        group.iter().for_each(|change| text.push_str(&self::change(told, change)));
        text.push_str(&blame(told, group));
        text.push_str(&examples(group));
    }
    section.following.iter().for_each(|group| text.push_str(&following(told, group)));
    text
}

fn change(told: &Told<'_>, change: &Change) -> String {
    let code = told.code(change).map_or_else(String::new, |code| format!(" (`{code}`)"));
    let mut text = format!("\n**{}**{code}: {}\n\n", escape(&told.title(change)), told.turn(change));
    text.push_str("| | where | |\n|---:|---|---|\n");
    for (number, case) in (1..).zip(&change.cases) {
        let remarks = escape(&capital(&told.remarks(change, case).join("; ")));
        let _ = writeln!(text, "| {number} | {} | {remarks} |", escape(&told.phrase(change, case)));
    }
    for note in told.notes(change) {
        let _ = write!(text, "\n> {note}\n");
    }
    text
}

fn blame(told: &Told<'_>, group: &[&Change]) -> String {
    let line = |(side, blamed): (&str, String)| format!("- {side}: {}\n", escape(&blamed));
    let lines: String = told.blame(group).into_iter().map(line).collect();
    folded("Which clauses decide", &lines)
}

fn examples(group: &[&Change]) -> String {
    let cases = group.iter().flat_map(|change| &change.cases);
    let witnesses: Vec<&str> = cases.filter_map(|case| case.witness.as_deref()).collect();
    let fence = |witness: &&str| format!("```entail\n{}\n```\n", witness.trim_end());
    folded("Examples", &witnesses.iter().map(fence).collect::<Vec<_>>().join("\n"))
}

fn folded(summary: &str, body: &str) -> String {
    match body.is_empty() {
        true => String::new(),
        false => format!("\n<details><summary>{summary}</summary>\n\n{body}\n</details>\n"),
    }
}

fn following(told: &Told<'_>, group: &Following<'_>) -> String {
    let since = escape(&told.titled(group.definition));
    let mut text = format!("\n{} → {}, since **{since}** changes:\n\n", group.from, group.to);
    text.extend(told.titles(&group.changes).iter().map(|title| format!("- {}\n", escape(title))));
    text
}

fn edits(told: &Told<'_>) -> String {
    let mut text = String::new();
    for (heading, edits) in told.edits() {
        let _ = write!(text, "\n### {heading}\n\n| | what | old | new | |\n|---|---|---|---|---|\n");
        for edit in edits {
            let cell = |text: &Option<String>| text.as_deref().map_or_else(|| "–".to_owned(), escape);
            let (subject, what) = (escape(&told.titled(&edit.subject)), escape(&super::spaced(&edit.what)));
            let remarks = escape(&capital(&told.edit_remarks(edit).join("; ")));
            let _ = writeln!(text, "| {subject} | {what} | {} | {} | {remarks} |", cell(&edit.old), cell(&edit.new));
        }
    }
    text
}

fn questions(told: &Told<'_>) -> String {
    let lines = told.questions().into_iter().map(|(path, question)| format!("- `{path}`: {}\n", escape(question)));
    folded("What is asked", &lines.collect::<String>())
}

fn impact(told: &Told<'_>) -> String {
    let impacts = &told.difference.impact;
    if impacts.is_empty() {
        return String::new();
    }
    let mut text = "\n### What it does to estates\n\n| estate | status | cost |\n|---|---|---|\n".to_owned();
    for impact in impacts {
        let cost = money::costs(impact);
        let _ = writeln!(text, "| {} | {} | {} |", escape(&impact.estate), money::status(impact), escape(&cost));
    }
    for total in money::totals(impacts) {
        let _ = writeln!(text, "\n{}", escape(&total));
    }
    text + &impacts.iter().map(estate).collect::<String>()
}

fn estate(impact: &Impact) -> String {
    let subjects = impact.subjects.iter().take(MOST);
    let mut lines: String = subjects
        .map(|affected| format!("- {}: {}\n", escape(&money::who(affected)), escape(&affected.change)))
        .collect();
    if impact.subjects.len() > MOST {
        let _ = writeln!(lines, "- … and {} more; `--format json` lists all", impact.subjects.len() - MOST);
    }
    lines.extend(impact.plan.iter().map(|units| format!("- buy {}\n", escape(&money::units(units)))));
    folded(&format!("Who and what changes in {}", crate::report::html::escape(&impact.estate)), &lines)
}

/// How many rows of an estate are shown: a comment has a greatest length.
const MOST: usize = 40;
