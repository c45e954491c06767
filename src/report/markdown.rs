//! Markdown for a pull request or a wiki: tables as GitHub and its like show them.

use super::content::{self, Making};
use super::json::Context;
use super::table::{Kind, Table};
use super::wording::amount;
use crate::judge::judgement::Judgement;

/// Text that stands for itself in Markdown: nothing in it is formatting, markup, a link or somebody's name to be called.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // A name after a bare sign would be told of the page.
            '@' => escaped.push_str("@\u{200b}"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => escaped.extend(['\\', letter]),
            _ if letter.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// How many rows of a table are shown: a comment of a pull request holds 65,536 letters.
const MOST: usize = 100;

/// A position as `check` tells it.
pub fn position(context: &Context<'_>, judgement: &Judgement) -> String {
    let tables = [
        content::licenses,
        content::prohibitions,
        content::unmet,
        content::questions,
        content::disputes,
        content::holdings,
        content::people,
        content::exemptions,
        content::assumptions,
        content::terms,
        content::advice,
        content::sources,
        content::citations,
    ];
    document(context, judgement, "Licence position", &tables)
}

/// A plan as `plan` tells it.
pub fn plan(context: &Context<'_>, judgement: &Judgement) -> String {
    let tables = [
        content::licenses,
        content::assignments,
        content::prohibitions,
        content::unmet,
        content::questions,
        content::terms,
        content::sources,
        content::citations,
    ];
    document(context, judgement, "Licence plan", &tables)
}

fn document(context: &Context<'_>, judgement: &Judgement, title: &str, tables: &[Making]) -> String {
    let mut pairs = content::summary(context, judgement).into_iter();
    let estate = context.estate.name.as_ref().map_or_else(String::new, |name| format!(": {}", escape(name)));
    let mut text = format!("# {title}{estate}, {}\n\n", judgement.as_of);
    let answer = pairs.next().map_or_else(String::new, |(_, answer)| answer.text());
    text.push_str(&format!("**{}**\n\n", escape(&answer)));
    for (name, cell) in pairs {
        text.push_str(&format!("- {}: {}\n", escape(&name), escape(&amount(context, &cell))));
    }
    let tables = tables.iter().map(|make| make(context, judgement)).filter(|table| !table.rows.is_empty());
    tables.fold(text, |text, table| text + &self::table(&table.trimmed(), context.estate.currency.as_deref()))
}

/// A table under its heading; what is left out is counted.
fn table(table: &Table, currency: Option<&str>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = format!("\n## {}\n\n{}.\n\n", escape(table.title), escape(&table.caption(MOST)));
    text.push_str(&line(table.headings(currency).iter().map(|heading| escape(heading)).collect()));
    let rule = |(_, kind): &(&str, Kind)| if kind.is_number() { "---:" } else { "---" }.to_owned();
    text.push_str(&line(table.columns.iter().map(rule).collect()));
    for row in table.rows.iter().take(MOST) {
        text.push_str(&line(row.iter().map(|cell| escape(&cell.text())).collect()));
    }
    text
}
