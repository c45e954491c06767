//! Sources, and which is preferred to which.

use super::clauses::{period_of, when_of};
use super::cycles::{Edge, walk};
use super::estates::value_span;
use super::places::Place;
use super::{Checker, quoted};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::program::{Id, Preference, SourceDocument, SourceId};
use crate::source::Span;
use crate::syntax::ast::{ClauseKind, ExprKind, Item, PairValue, Word};

/// The details of a document.
const DETAILS: [&str; 6] = ["kind", "publisher", "edition", "url", "retrieved", "dated"];

/// The words of its clauses.
const CLAUSES: [&str; 3] = ["from", "until", "when"];

impl Checker<'_> {
    pub(super) fn sources(&mut self) {
        for item in &self.names.sources {
            let source = self.source(item);
            self.program.sources.add(source);
        }
    }

    fn source(&mut self, item: &Item) -> SourceDocument {
        let header = self.header(item);
        let (mut kind, mut details) = (None, Vec::new());
        for clause in &item.clauses {
            let ClauseKind::Pair { key, value } = &clause.kind else { continue };
            self.detail(key, value);
            let Some(text) = self.pair_text(value) else { continue };
            match key.text.as_str() {
                "kind" => kind = Some(text),
                _ => details.push((key.text.clone(), text)),
            }
        }
        let period = self.period(period_of(&item.clauses));
        let when = when_of(&item.clauses).and_then(|expr| self.condition(&Place::source(), expr));
        SourceDocument { header, kind, details, period, when }
    }

    /// A detail that no document has, and a date that is none.
    fn detail(&mut self, key: &Word, value: &PairValue) {
        if !DETAILS.contains(&key.text.as_str()) {
            return self.report(no_detail(key, value));
        }
        let is_date = matches!(value, PairValue::Expr(expr) if matches!(expr.kind, ExprKind::Date(_)));
        if matches!(key.text.as_str(), "retrieved" | "dated") && !is_date {
            let error = Diagnostic::error(Code::TypeMismatch, format!("`{}` is a day", key.text));
            let help = format!("write it as year-month-day: `{}: 2008-03-11`", key.text);
            self.report(error.at(value_span(value), "not a date").help(help));
        }
    }

    pub(super) fn preferences(&mut self) {
        let mut edges: Vec<Edge<SourceId>> = Vec::new();
        for item in &self.names.preferences {
            let preferred = self.find::<SourceId>(&item.name);
            let of_all = self.citations(&item.cites);
            for clause in &item.clauses {
                let ClauseKind::Over { source, because, cites } = &clause.kind else { continue };
                let (over, own) = (self.find::<SourceId>(source), self.citations(cites));
                let cites = of_all.iter().cloned().chain(own).collect();
                let (Some(preferred), Some(over)) = (preferred, over) else { continue };
                edges.push(Edge { from: preferred, to: over, span: source.span });
                let because = because.as_ref().map(|because| because.text.clone());
                self.program.preferences.push(Preference { preferred, over, because, cites, span: clause.span });
            }
        }
        let names: Vec<String> = self.program.sources.names().map(str::to_owned).collect();
        let name = |id: SourceId| names.get(id.place()).cloned().unwrap_or_default();
        let words = ("sources are preferred to each other in a circle", "is preferred to", "delete one of these lines");
        self.circles(Code::PreferenceCycle, walk(&edges).circles, words, name);
    }
}

/// A detail that no document has. What is near to a clause is one behind a colon that it does not have.
fn no_detail(key: &Word, value: &PairValue) -> Diagnostic {
    let error = Diagnostic::error(Code::UnknownName, format!("a source has no detail called `{}`", key.text))
        .at(key.span, "not a detail of a document");
    match nearest(&key.text, DETAILS.into_iter().chain(CLAUSES)) {
        Some(clause) if CLAUSES.contains(&clause) => error
            .fix(format!("write `{clause}`"), Span { end: value_span(value).start, ..key.span }, format!("{clause} "))
            .help(format!("did you mean `{clause}`? It is written without a colon: `{clause} …`")),
        Some(_) => error.suggest(&key.text, DETAILS),
        None => error.help(format!("its details are {}; say what else matters in a comment", quoted(DETAILS, "and"))),
    }
}
