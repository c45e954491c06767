//! HTML: one page that needs nothing but itself, for a screen of any width, for print, and for those who listen to it.

use super::content::{self, Making};
use super::json::Context;
use super::plot;
use super::table::{Cell, Kind, Table};
use super::wording::amount;
use crate::judge::judgement::Judgement;
use crate::program::Status;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/sort.js");

/// A whole page around a body of finished HTML. Its policy forbids it to load anything; the script that sorts tables is the
/// only one.
pub fn page(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"/>
<meta name="generator" content="entail {version}"/>
<link rel="icon" href="data:,"/>
<title>{title}</title>
<style>
{STYLE}</style>
</head>
<body>
<main>
{body}</main>
<script>
{SCRIPT}</script>
</body>
</html>
"#,
        version = env!("CARGO_PKG_VERSION"),
    )
}

/// Text that stands for itself, between tags and within quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(letter),
            _ if letter.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// A section with its heading around finished HTML.
pub fn section(id: &str, heading: &str, body: &str) -> String {
    format!(
        "<section id=\"{id}\" aria-labelledby=\"{id}-heading\">\n<h2 id=\"{id}-heading\">{}</h2>\n{body}</section>\n",
        escape(heading)
    )
}

/// A table whose columns can be sorted by; of a long one the first rows, and how many more there are.
pub fn table(table: &Table, currency: Option<&str>, most: usize) -> String {
    let kinds: Vec<Kind> = table.columns.iter().map(|(_, kind)| *kind).collect();
    let heads = table.headings(currency).into_iter().zip(&kinds);
    let heads: String = heads.map(|(heading, kind)| head(&heading, *kind)).collect();
    let rows: String = table.rows.iter().take(most).map(|row| self::row(row, &kinds)).collect();
    let (caption, label) = (escape(&table.caption(most)), escape(table.title));
    format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">\n<table class=\"sortable\">\n\
         <caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

fn head(title: &str, kind: Kind) -> String {
    format!("<th scope=\"col\"{}>{}</th>", class(kind), escape(title))
}

fn class(kind: Kind) -> &'static str {
    if kind.is_number() { " class=\"number\"" } else { "" }
}

/// A row, whose first cell says what it is about. Numbers carry their digits for the sorting.
fn row(cells: &[Cell], kinds: &[Kind]) -> String {
    let mut row = String::from("<tr>");
    for (place, (cell, kind)) in cells.iter().zip(kinds).enumerate() {
        let (tag, scope) = if place == 0 { ("th", " scope=\"row\"") } else { ("td", "") };
        let digits = cell.number().map_or_else(String::new, |digits| format!(" data-value=\"{digits}\""));
        row.push_str(&format!("<{tag}{scope}{}{digits}>{}</{tag}>", class(*kind), escape(&cell.text())));
    }
    row + "</tr>\n"
}

/// How many rows of a table are shown.
const MOST: usize = 1_000;

/// A position as `check` tells it.
pub fn position(context: &Context<'_>, judgement: &Judgement) -> String {
    report(context, judgement, "Licence position", &[content::disputes])
}

/// A plan as `plan` tells it: a position, and who gets what.
pub fn plan(context: &Context<'_>, judgement: &Judgement) -> String {
    report(context, judgement, "Licence plan", &[content::assignments])
}

/// The answer, what it is an answer to, and sections for what it rests on.
fn report(context: &Context<'_>, judgement: &Judgement, title: &str, own: &[Making]) -> String {
    let estate = context.estate.name.as_ref().map_or_else(String::new, |name| format!(": {name}"));
    let title = format!("{title}{estate}, {}", judgement.as_of);
    let sections = sections(context, judgement, own);
    let links: String =
        sections.iter().map(|(id, heading, _)| format!("<li><a href=\"#{id}\">{heading}</a></li>")).collect();
    let sections: String = sections.iter().map(|(id, heading, body)| section(id, heading, body)).collect();
    let body = format!(
        "<header>\n<h1>{}</h1>\n{}</header>\n<nav aria-label=\"Contents\"><ul>{links}</ul></nav>\n{sections}",
        escape(&title),
        answer(context, judgement),
    );
    page(&title, &body)
}

/// The sentence that answers the question, and the pairs below it.
fn answer(context: &Context<'_>, judgement: &Judgement) -> String {
    let tone = match judgement.status {
        Status::Compliant => "good",
        Status::Shortfall | Status::Prohibited => "bad",
        Status::Undetermined => "open",
    };
    let mut pairs = content::summary(context, judgement).into_iter();
    let answer = pairs.next().map_or_else(String::new, |(_, answer)| escape(&answer.text()));
    let pairs =
        pairs.map(|(name, cell)| format!("<dt>{}</dt><dd>{}</dd>\n", escape(&name), escape(&amount(context, &cell))));
    format!("<p class=\"answer {tone}\">{answer}</p>\n<dl>\n{}</dl>\n", pairs.collect::<String>())
}

/// Sections that have something to show: id, heading, finished HTML.
fn sections(context: &Context<'_>, judgement: &Judgement, own: &[Making]) -> Vec<(String, &'static str, String)> {
    let first = [content::licenses, content::prohibitions, content::unmet, content::questions];
    let last = [
        content::demands,
        content::holdings,
        content::people,
        content::exemptions,
        content::assumptions,
        content::terms,
        content::advice,
        content::sources,
        content::citations,
    ];
    let listed = |make: &Making| {
        let made = make(context, judgement).trimmed();
        let id = made.title.to_lowercase().replace(' ', "-");
        (!made.rows.is_empty()).then(|| (id, made.title, table(&made, context.estate.currency.as_deref(), MOST)))
    };
    let mut sections: Vec<_> = first.iter().chain(own).filter_map(listed).collect();
    let plots = plot::break_evens(context, judgement);
    if !plots.is_empty() {
        sections.push(("break-even".to_owned(), "Break-even", plots));
    }
    sections.extend(last.iter().filter_map(listed));
    sections
}
