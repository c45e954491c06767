//! A difference as one page of HTML.

use super::{Following, Section, Told, capital, money};
use crate::diff::difference::{Change, Edit, Impact};
use crate::report::html::{escape, page};
use std::fmt::Write;

/// The whole difference, with every example.
pub fn difference(told: &Told<'_>) -> String {
    let title = format!("Rule change: {}", told.difference.verdict.text());
    let mut body = format!("<h1>Rule change</h1>\n<p class=\"answer open\">{}</p>\n", escape(&told.sentence()));
    for remark in told.beside() {
        let _ = writeln!(body, "<p class=\"panel\">{}</p>", escape(&remark));
    }
    let (old, new) = (told.side(&told.difference.old), told.side(&told.difference.new));
    let _ = writeln!(body, "<dl><dt>Old</dt><dd>{}</dd><dt>New</dt><dd>{}</dd></dl>", escape(&old), escape(&new));
    told.sections().iter().for_each(|section| body.push_str(&self::section(told, section)));
    body.push_str(&edits(told));
    body.push_str(&questions(told));
    body.push_str(&impact(told));
    page(&title, &body)
}

fn section(told: &Told<'_>, section: &Section<'_>) -> String {
    let mut text = format!("<section>\n<h2>{}</h2>\n", section.heading);
    for group in &section.own {
        group.iter().for_each(|change| text.push_str(&self::change(told, change)));
        text.push_str(&blame(told, group));
    }
    section.following.iter().for_each(|group| text.push_str(&following(told, group)));
    text + "</section>\n"
}

fn change(told: &Told<'_>, change: &Change) -> String {
    let code = told.code(change).map_or_else(String::new, |code| format!(" <code>{}</code>", escape(code)));
    let (title, turn) = (escape(&told.title(change)), escape(&told.turn(change)));
    let mut text = format!("<h3>{title}{code}: {turn}</h3>\n<ol>\n");
    for case in &change.cases {
        let remarks = told.remarks(change, case).join("; ");
        let remarks = if remarks.is_empty() { remarks } else { format!(" <small>({})</small>", escape(&remarks)) };
        let example = case.witness.as_ref().map_or_else(String::new, |witness| {
            format!(
                "<details><summary>Example</summary><pre><code>{}</code></pre></details>",
                escape(witness.trim_end())
            )
        });
        let _ = writeln!(text, "<li>{}{remarks}{example}</li>", escape(&told.phrase(change, case)));
    }
    text.push_str("</ol>\n");
    for note in told.notes(change) {
        let _ = writeln!(text, "<p class=\"panel\">{note}</p>");
    }
    text
}

fn blame(told: &Told<'_>, group: &[&Change]) -> String {
    let line = |(side, blamed): (&str, String)| format!("<li>{side}: {}</li>\n", escape(&blamed));
    let lines: String = told.blame(group).into_iter().map(line).collect();
    if lines.is_empty() { lines } else { format!("<p>Which clauses decide:</p>\n<ul>\n{lines}</ul>\n") }
}

fn following(told: &Told<'_>, group: &Following<'_>) -> String {
    let (from, to, since) =
        (escape(&group.from.to_string()), escape(&group.to.to_string()), escape(&told.titled(group.definition)));
    let titles = told.titles(&group.changes);
    let titles: String = titles.iter().map(|title| format!("<li>{}</li>\n", escape(title))).collect();
    format!("<p>{from} → {to}, since <strong>{since}</strong> changes:</p>\n<ul>\n{titles}</ul>\n")
}

fn edits(told: &Told<'_>) -> String {
    let mut text = String::new();
    for (heading, edits) in told.edits() {
        let rows: String = edits.iter().map(|edit| self::edit(told, edit)).collect();
        let head = "<tr><th scope=\"col\">of</th><th scope=\"col\">what</th><th scope=\"col\">old</th><th scope=\"col\">new</th></tr>";
        text.push_str(&table(heading, head, &rows));
    }
    text
}

fn edit(told: &Told<'_>, edit: &Edit) -> String {
    let cell = |text: &Option<String>| text.as_deref().map_or_else(|| "–".to_owned(), escape);
    let remarks = capital(&told.edit_remarks(edit).join("; "));
    let remarks = if remarks.is_empty() { remarks } else { format!("<br><small>{}</small>", escape(&remarks)) };
    let (subject, what) = (escape(&told.titled(&edit.subject)), escape(&super::spaced(&edit.what)));
    format!(
        "<tr><td>{subject}</td><td>{what}</td><td>{}</td><td>{}{remarks}</td></tr>\n",
        cell(&edit.old),
        cell(&edit.new)
    )
}

/// A section with one table, which scrolls by itself where the screen is narrow.
fn table(heading: &str, head: &str, rows: &str) -> String {
    let id = heading.to_lowercase().replace(' ', "-");
    format!(
        "<section>\n<h2 id=\"{id}\">{heading}</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"{id}\">\n\
         <table>\n<thead>{head}</thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n</section>\n"
    )
}

fn questions(told: &Told<'_>) -> String {
    let questions = told.questions().into_iter();
    let lines =
        questions.map(|(path, question)| format!("<dt><code>{path}</code></dt><dd>{}</dd>\n", escape(question)));
    let lines: String = lines.collect();
    if lines.is_empty() {
        lines
    } else {
        format!("<section>\n<h2>What is asked</h2>\n<dl>\n{lines}</dl>\n</section>\n")
    }
}

fn impact(told: &Told<'_>) -> String {
    let impacts = &told.difference.impact;
    if impacts.is_empty() {
        return String::new();
    }
    let rows = impacts.iter().map(|impact| {
        let cost = money::costs(impact);
        format!(
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            escape(&impact.estate),
            money::status(impact),
            escape(&cost)
        )
    });
    let head = "<tr><th scope=\"col\">estate</th><th scope=\"col\">status</th><th scope=\"col\">cost</th></tr>";
    let totals =
        money::totals(impacts).into_iter().map(|total| format!("<p class=\"answer open\">{}</p>\n", escape(&total)));
    table("What it does to estates", head, &rows.collect::<String>())
        + &totals.collect::<String>()
        + &impacts.iter().map(estate).collect::<String>()
}

fn estate(impact: &Impact) -> String {
    let subjects = impact.subjects.iter();
    let mut lines: String = subjects
        .map(|affected| format!("<li>{}: {}</li>\n", escape(&money::who(affected)), escape(&affected.change)))
        .collect();
    lines.extend(impact.plan.iter().map(|units| format!("<li>buy {}</li>\n", escape(&money::units(units)))));
    match lines.is_empty() {
        true => lines,
        false => format!("<h3>{}</h3>\n<ul>\n{lines}</ul>\n", escape(&impact.estate)),
    }
}
