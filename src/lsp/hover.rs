//! What a word means: title, doc comment, citation, the reading in force, and what the language's own words say.

use super::search;
use super::set::Set;
use super::symbols::Declaration;
use crate::estate::schema::Kind;
use crate::program::{DefinitionId, Entity, Program};
use crate::report;
use crate::select::{Setting, select};
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::{ClauseKind, Keyword};
use crate::syntax::is_word_char;
use crate::value::Date;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What is told of the word at a place, in Markdown, and the word.
pub(super) fn hover(set: &Set, file: FileId, offset: usize, today: Date) -> Option<(String, Span)> {
    let named = search::at(set, file, offset).and_then(|found| {
        let declaration = search::declaration(set, found.declared)?;
        Some((of_declaration(set, declaration, today), found.span))
    });
    named.or_else(|| of_word(set, file, offset))
}

/// What is told of something declared.
pub(super) fn of_declaration(set: &Set, declaration: Declaration<'_>, today: Date) -> String {
    let mut text = heading(&declaration);
    if let Some(checked) = set.known() {
        let program = &checked.program;
        if let Some(shown) = shown(program, &set.sources, &declaration) {
            text.push_str(&fenced(body(&shown)));
        }
        if declaration.clause.is_none() && declaration.item.keyword == Keyword::Define {
            text.push_str(&in_force(program, &declaration.name.text, today));
        }
    }
    text
}

/// Title, name, doc comment and citations.
fn heading(declaration: &Declaration<'_>) -> String {
    let (title, cites, doc) = match declaration.clause {
        None => (declaration.item.title.as_ref(), declaration.item.cites.as_slice(), declaration.item.doc.as_ref()),
        Some(clause) => {
            let (title, cites) = match &clause.kind {
                ClauseKind::Provided { title, cites, .. } => (title.as_ref(), cites.as_slice()),
                ClauseKind::Functionality { title, .. } | ClauseKind::Feature { title, .. } => {
                    (title.as_ref(), [].as_slice())
                }
                ClauseKind::Release { title, .. } => (title.as_ref(), [].as_slice()),
                ClauseKind::Fact { question, .. } => (question.as_ref(), [].as_slice()),
                _ => (None, [].as_slice()),
            };
            (title, cites, clause.doc.as_ref())
        }
    };
    let mut text = match title {
        Some(title) => format!("**{}**\n\n`{}`, {}\n", plain(&title.text), declaration.path(), declaration.noun()),
        None => format!("**`{}`**, {}\n", declaration.path(), declaration.noun()),
    };
    for line in doc.iter().flat_map(|doc| doc.lines()) {
        let _ = write!(text, "\n{}", plain(line));
    }
    for cite in cites {
        let section = cite.section.as_ref().map_or_else(String::new, |section| format!(", “{}”", plain(&section.text)));
        let _ = write!(text, "\n\nSource: {}{section}", cite.source.text);
    }
    text
}

/// A text of the policies in which no sign means anything to Markdown.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '.' | ',' | ':' | ';' | '\'' | '?' | '/' | '%') {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

fn shown(program: &Program, sources: &Sources, declaration: &Declaration<'_>) -> Option<String> {
    let item = declaration.item;
    match declaration.clause.map(|clause| &clause.kind) {
        None => report::show(program, sources, &item.name.text),
        Some(ClauseKind::Fact { name, .. }) => {
            report::show(program, sources, &format!("{}.{}", item.name.text, name.text))
        }
        Some(ClauseKind::Provided { condition, .. }) => {
            let text = sources.words(condition.span);
            Some(format!("  stands at\n  must hold: {text}\n"))
        }
        Some(_) => None,
    }
}

/// What [`report::show`] tells beside the heading.
fn body(shown: &str) -> String {
    let behind = shown.lines().skip_while(|line| !line.starts_with("  stands at")).skip(1);
    behind.map(|line| line.strip_prefix("  ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn fenced(text: String) -> String {
    if text.is_empty() { text } else { format!("\n\n```entail\n{text}\n```") }
}

/// Which reading of a term applies on a day, without an agreement and under each.
fn in_force(program: &Program, name: &str, today: Date) -> String {
    let found = program.definitions.named(name);
    let Some((id, definition)) = found else { return String::new() };
    if definition.readings.len() < 2 {
        return String::new();
    }
    let none = (None, "under no agreement".to_owned());
    let agreements =
        program.agreements.iter().map(|(id, agreement)| (Some(id), format!("under {}", agreement.header.name)));
    let mut by_reading: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (agreement, told) in std::iter::once(none).chain(agreements) {
        let setting = Setting { as_of: today, agreement, signed: None, readings: BTreeMap::new() };
        by_reading.entry(applying(program, id, setting)).or_default().push(told);
    }
    let mut text = format!("\n\nIn force on {today}:\n");
    let all_alike = by_reading.len() == 1;
    for (reading, settings) in by_reading {
        let settings = if all_alike { "under any agreement".to_owned() } else { settings.join(", ") };
        let _ = write!(text, "\n- {reading} ({settings})");
    }
    text
}

fn applying(program: &Program, id: DefinitionId, setting: Setting) -> String {
    let reading = select(program, setting)
        .map_err(|problems| problems.into_iter().next())
        .and_then(|rules| rules.reading(id).map(|reading| reading.header.name.clone()).map_err(Some));
    match reading {
        Ok(reading) => format!("`{reading}`"),
        Err(problem) => format!("none: {}", problem.map_or_else(String::new, |problem| problem.message)),
    }
}

/// What is told of a word that nobody declared.
fn of_word(set: &Set, file: FileId, offset: usize) -> Option<(String, Span)> {
    let text = set.sources.get(file)?.text();
    let range = word_at(text, offset)?;
    let word = text.get(range.clone())?;
    let before = text.get(..range.start)?;
    let span = Span::new(file, range);
    let entity =
        before.strip_suffix('.').and_then(|before| Entity::of(before.rsplit(|c: char| !is_word_char(c)).next()?));
    match entity {
        Some(entity) => built_in(entity, word).map(|says| (format!("`{}.{word}`: {says}", entity.text()), span)),
        None => meaning(word).map(|meaning| (format!("`{word}`: {meaning}"), span)),
    }
}

fn built_in(entity: Entity, field: &str) -> Option<&'static str> {
    let mut columns = Kind::of_entity(entity).map_or_else(Vec::new, |kind| kind.columns().to_vec()).into_iter();
    columns.find(|column| column.name == field).map(|column| column.says)
}

/// The range of the word that holds a place.
pub(super) fn word_at(text: &str, offset: usize) -> Option<std::ops::Range<usize>> {
    let (before, behind) = (text.get(..offset)?, text.get(offset..)?);
    let start = before.trim_end_matches(is_word_char).len();
    let end = offset + (behind.len() - behind.trim_start_matches(is_word_char).len());
    (start < end).then_some(start..end)
}

/// What a word of the language says, to someone who reads policies.
pub(super) fn meaning(word: &str) -> Option<&'static str> {
    Some(match word {
        "source" => "a document that rules come from: when it is in force and for whom.",
        "prefer" => "which document yields to which where two give different readings.",
        "enum" => "a list of words, one of which a fact says.",
        "facts" => "what an estate may state of a user, device, server, host, access, licence, absence or of itself.",
        "agreement" => "a programme or contract that an estate may be under.",
        "define" => "a term of the documents, with one meaning or one reading for each document.",
        "extend" => "adds readings to a definition, or words to an enum, from another file.",
        "exempt" => "accesses that need no licence.",
        "prohibit" => "accesses that no licence allows.",
        "advise" => "what a reader should be told, where its condition holds.",
        "reach" => "how those who come to one server come to others too.",
        "reassign" => "where a licence may follow an absence.",
        "product" => "software with its releases and what it can do.",
        "license" => "what is bought: to whom it is assigned, what it covers, under which clauses.",
        "terms" => "clauses that several licences share.",
        "test" => "an estate written down, with what must come of it.",
        "when" => "the condition. Where a fact that it reads is not stated, the answer is unknown.",
        "open" => "what the document does not settle: unknown, and no fact settles it.",
        "from" => "the first day in force.",
        "until" => "the first day no longer in force.",
        "for" => "only these products.",
        "except" => "not these products.",
        "limit" => "so many heads for each server are exempt, and no more.",
        "evidence" => "the estate must name this document, or whether the rule holds is asked.",
        "remedy" => "what to do about what is prohibited.",
        "say" => "what the reader is told; what stands in braces is worked out.",
        "per" => "what one unit is assigned to.",
        "over" => "the document that yields.",
        "reading" => "what one document means by the term. The most preferred of those in force applies.",
        "release" => "a version of the product, oldest first.",
        "also" => "another release under the same licence version.",
        "functionality" => "something to use that a licence must cover.",
        "feature" => "a name for what needs a functionality.",
        "adds" => "an access to this demands the other functionality too.",
        "demanded" => "every running server needs a licence for it, whoever comes.",
        "assigned" => "what a unit of the licence belongs to.",
        "grants" => "what a unit covers.",
        "includes" => "the licences that a suite stands for.",
        "under" => "takes the clauses of shared terms.",
        "versions" => "the releases in which the licence exists.",
        "version" => "what is different in one version of the licence.",
        "units" => "how many units a holder takes.",
        "pack" => "how many units are sold together.",
        "minimum" => "the least number of units of a holder.",
        "provided" => "a clause that must hold for a unit to cover an access.",
        "owns" => "units that the test's estate owns.",
        "price" => "what a unit costs in the test's estate.",
        "absence" => "who is away, and who takes the place.",
        "expect" => "what must come of the test.",
        "at" => "the document and section that says so.",
        "because" => "the reason, as a reader is told it.",
        "count" => "the number of heads for whom it holds for certain.",
        "break_even" => "from how many heads on one host the first licence is no dearer than the second.",
        _ => return None,
    })
}
