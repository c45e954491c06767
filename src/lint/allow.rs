//! `# entail: allow CODE because …` on the lines above an item or clause: what is meant to be so.

use super::Finding;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Source, Sources, Span};
use crate::syntax::ast::{Clause, ClauseKind};
use crate::syntax::parse;
use std::collections::BTreeMap;

/// The findings that no comment allows, and those that are found of the comments.
pub(super) fn without_allowed(findings: Vec<Finding>, sources: &Sources) -> Vec<Finding> {
    let (mut allowed, mut kept) = (Vec::new(), Vec::new());
    for (file, source) in sources.iter().filter(|(_, source)| source.text().contains(MARK)) {
        let extents = extents(sources, file);
        for comment in comments(file, source) {
            match read(source, &comment) {
                Ok(code) => {
                    allowed.push(Allow { code, within: covered(&comment, &extents), span: comment.span, used: false })
                }
                Err(why) => kept.push(unread(&comment, why)),
            }
        }
    }
    for finding in findings {
        let own = allowed.iter_mut().filter(|allow| allow.silences(&finding)).fold(false, |_, allow| {
            allow.used = true;
            true
        });
        if !own {
            kept.push(finding);
        }
    }
    kept.extend(allowed.iter().filter(|allow| !allow.used).map(Allow::idle));
    kept
}

const MARK: &str = "# entail: allow";

struct Allow {
    code: Code,
    /// The item or clause below.
    within: Option<Span>,
    span: Span,
    used: bool,
}

impl Allow {
    fn silences(&self, finding: &Finding) -> bool {
        let place = finding.diagnostic.primary.as_ref().map(|label| label.span);
        finding.diagnostic.code == self.code
            && place.zip(self.within).is_some_and(|(place, within)| {
                place.file == within.file && (within.start..within.end).contains(&place.start)
            })
    }

    fn idle(&self) -> Finding {
        let message = format!("this allows {}, and nothing of the sort is found below", self.code);
        let warning = Diagnostic::warning(Code::AllowIdle, message).at(self.span, "it silences nothing");
        Finding::of(warning.help("leave it out, or put it on the line above the item or clause that it is about"))
    }
}

/// A comment that asks for something, and where the next thing that is no comment begins.
struct Comment {
    span: Span,
    next: usize,
}

fn comments(file: FileId, source: &Source) -> Vec<Comment> {
    let line = |place: usize| source.text().get(source.line_start(place)..source.line_start(place + 1)).unwrap_or("");
    let mut comments = Vec::new();
    for place in (0..source.line_count()).filter(|place| line(*place).trim_start().starts_with(MARK)) {
        let start = source.line_start(place) + line(place).len() - line(place).trim_start().len();
        let is_text = |place: &usize| !line(*place).trim().is_empty() && !line(*place).trim_start().starts_with('#');
        let below = (place + 1..source.line_count()).find(is_text).unwrap_or(source.line_count());
        let indent = line(below).len() - line(below).trim_start().len();
        let span = Span::new(file, start..start + line(place).trim().len());
        comments.push(Comment { span, next: source.line_start(below) + indent });
    }
    comments
}

/// The code that a comment allows, or what is wrong with the comment.
fn read(source: &Source, comment: &Comment) -> Result<Code, String> {
    let text = source.text().get(comment.span.range()).unwrap_or("");
    let asked = text.strip_prefix(MARK).unwrap_or("").trim();
    let (code, rest) = asked.split_once(char::is_whitespace).unwrap_or((asked, ""));
    let reason = rest.trim().strip_prefix("because").map(str::trim).filter(|reason| !reason.is_empty());
    let known = Code::ALL.iter().find(|known| known.text() == code && known.is_lint());
    match (known, reason) {
        (Some(code), Some(_)) => Ok(*code),
        (None, _) => Err(format!("{} is no code of `entail lint`", crate::diagnostic::quoted(code))),
        (Some(_), None) => Err("the reason is missing".to_owned()),
    }
}

fn unread(comment: &Comment, why: String) -> Finding {
    let warning = Diagnostic::warning(Code::AllowUnread, "this comment is meant to allow something and does not")
        .at(comment.span, why)
        .help("write `# entail: allow W0305 because the later contract repeats the earlier`");
    Finding::of(warning)
}

/// The item or clause that begins below a comment; of several that begin there, the outermost.
fn covered(comment: &Comment, extents: &BTreeMap<u32, Span>) -> Option<Span> {
    u32::try_from(comment.next).ok().and_then(|next| extents.get(&next)).copied()
}

/// The items and clauses of a file by where they begin.
fn extents(sources: &Sources, file: FileId) -> BTreeMap<u32, Span> {
    let (ast, _) = parse(sources, file);
    let mut extents = BTreeMap::new();
    let mut add = |span: Span| {
        extents.entry(span.start).or_insert(span);
    };
    for item in &ast.items {
        add(item.span);
        item.clauses.iter().for_each(|clause| each(clause, &mut add));
    }
    extents
}

fn each(clause: &Clause, add: &mut impl FnMut(Span)) {
    add(clause.span);
    if let ClauseKind::Version { clauses, .. } | ClauseKind::Reading { clauses, .. } = &clause.kind {
        clauses.iter().for_each(|clause| each(clause, add));
    }
}
