//! The little that a look at unread text needs: brackets, quoted texts, words, lines.

use crate::syntax::ast::Keyword;

/// A bracket, a quoted text or the start of an item; all that a look at unread text needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Token {
    /// `(`, `[` or `{`.
    Open(char),
    /// `)`, `]` or `}`.
    Close(char),
    /// A quoted text, and whether it is closed on its line.
    Quote { end: usize, closed: bool },
    /// A line that opens an item.
    ItemStart,
}

/// The tokens of a text with the byte where each begins. Comments are passed over.
pub(in crate::syntax) fn tokens(text: &str) -> impl Iterator<Item = (usize, Token)> + '_ {
    let (mut at, mut line_start) = (0, true);
    std::iter::from_fn(move || {
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let (here, starts_line) = (at, line_start);
            at += c.len_utf8();
            line_start = c == '\n';
            match c {
                '(' | '[' | '{' => return Some((here, Token::Open(c))),
                ')' | ']' | '}' => return Some((here, Token::Close(c))),
                '#' => at = line_end(text, here),
                '"' => {
                    let (end, closed) = quote_end(text, here);
                    at = end;
                    return Some((here, Token::Quote { end, closed }));
                }
                _ if starts_line && starts_item(text, here) => return Some((here, Token::ItemStart)),
                _ => {}
            }
        }
        None
    })
}

pub(super) fn line_end(text: &str, from: usize) -> usize {
    text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| from + length)
}

fn quote_end(text: &str, from: usize) -> (usize, bool) {
    let line = text.get(from + 1..line_end(text, from)).unwrap_or("");
    match line.find('"') {
        Some(length) => (from + 1 + length + 1, true),
        None => (from + 1 + line.trim_end().len(), false),
    }
}

pub(in crate::syntax) fn starts_item(text: &str, at: usize) -> bool {
    opening_word(text.get(at..).unwrap_or("")).and_then(Keyword::of).is_some()
}

/// The first word of a text, if a blank follows, as it does where an item opens.
pub(in crate::syntax) fn opening_word(text: &str) -> Option<&str> {
    let word = first_word(text);
    text.get(word.len()..)?.starts_with([' ', '\t']).then_some(word)
}

pub(super) fn closing(sign: char) -> char {
    match sign {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// Whether names and words are made of it.
pub(crate) fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

pub(in crate::syntax) fn first_word(text: &str) -> &str {
    let length = text.find(|c| !is_word_char(c)).unwrap_or(text.len());
    text.get(..length).unwrap_or("")
}

/// The word that a text ends with; empty if it ends with something else.
pub(super) fn word_at_end(text: &str) -> &str {
    text.get(text.trim_end_matches(is_word_char).len()..).unwrap_or("")
}

/// The text without leading blanks, comments and doc comments.
pub(in crate::syntax) fn skip_docs(mut text: &str) -> &str {
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        match text.find('\n') {
            Some(end) if text.starts_with('#') => text = text.get(end..).unwrap_or(""),
            None if text.starts_with('#') => return "",
            _ => return text,
        }
    }
}

/// The text with blanks for its comments, every byte at its place: what a comment says is no slip.
pub(in crate::syntax) fn without_comments(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (read, comment) = line.split_at(comment_start(line).unwrap_or(line.len()));
        let (comment, end) = comment.split_at(comment.trim_end_matches(['\r', '\n']).len());
        bare.extend([read, &" ".repeat(comment.len()), end]);
    }
    bare
}

/// Where a comment begins on a line, if one does.
pub(in crate::syntax) fn comment_start(line: &str) -> Option<usize> {
    let mut quoted = false;
    line.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == '#' && !quoted).then_some(at)
    })
}
