//! What every page of HTML is built with: one layout, and one way to escape.
//!
//! A page is a single file that asks the network for nothing. It reads on a phone, on paper, in the dark and aloud.

use std::fmt::Write;

/// A whole page around a body of HTML.
pub fn page(title: &str, body: &str) -> String {
    let mut text = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    text.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    text.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n");
    let _ = write!(text, "<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n", escape(title));
    text + body + "</main>\n</body>\n</html>\n"
}

/// A text as HTML shows it, in content and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

const STYLE: &str = include_str!("html/page.css");
