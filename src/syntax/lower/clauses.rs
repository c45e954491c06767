//! Clauses of rules, products and licences.

use super::{Children, Head, Lower, children, find, take};
use crate::syntax::ast::{Clause, ClauseKind, PairValue, Speech, SpeechPart, Word};
use crate::syntax::parser::Rule;
use pest::iterators::Pair;

impl Lower<'_> {
    pub(super) fn clause(&mut self, pair: Pair<'_, Rule>) -> Option<Clause> {
        let mut parts = children(pair);
        let doc = self.doc(&mut parts);
        let clause = parts.next()?;
        let span = self.span(&clause);
        Some(Clause { kind: self.clause_kind(clause)?, span, doc })
    }

    fn clause_kind(&mut self, pair: Pair<'_, Rule>) -> Option<ClauseKind> {
        let rule = pair.as_rule();
        if rule == Rule::reading {
            return self.reading(pair);
        }
        if rule == Rule::period {
            return self.period(pair).map(ClauseKind::Period);
        }
        let mut parts = children(pair);
        Some(match rule {
            Rule::pair => self.pair(parts)?,
            Rule::only => ClauseKind::For(self.names(parts, Rule::name)),
            Rule::except => ClauseKind::Except(self.names(parts, Rule::name)),
            Rule::limit => self.limit(parts)?,
            Rule::when => ClauseKind::When(self.expr(find(&mut parts, Rule::expr)?)?),
            Rule::open => self.open(parts)?,
            Rule::evidence => self.evidence(parts)?,
            Rule::remedy => ClauseKind::Remedy(self.text(&find(&mut parts, Rule::text)?)),
            Rule::say => ClauseKind::Say(self.speech(find(&mut parts, Rule::speech)?)),
            Rule::per => ClauseKind::Per(self.word(&find(&mut parts, Rule::word)?)),
            Rule::to => ClauseKind::To(self.path(find(&mut parts, Rule::path)?)),
            Rule::over => self.over(parts)?,
            Rule::release => self.release(parts)?,
            Rule::functionality => self.functionality(parts)?,
            Rule::feature => self.feature(parts)?,
            Rule::assigned => ClauseKind::Assigned(self.names(parts, Rule::word)),
            Rule::grants => ClauseKind::Grants(self.paths(parts)),
            Rule::includes => ClauseKind::Includes(self.includes(parts)),
            Rule::under => ClauseKind::Under(self.word(&find(&mut parts, Rule::name)?)),
            Rule::versions => ClauseKind::Versions(self.names(parts, Rule::label)),
            Rule::version => self.version(parts)?,
            Rule::units => ClauseKind::Units(self.sum(find(&mut parts, Rule::sum)?)?),
            Rule::pack => ClauseKind::Pack(self.number(&find(&mut parts, Rule::number)?)),
            Rule::minimum => ClauseKind::Minimum(self.number(&find(&mut parts, Rule::number)?)),
            Rule::provided => self.provided(parts)?,
            _ => self.test_clause(rule, parts)?,
        })
    }

    fn names(&self, parts: Children<'_>, rule: Rule) -> Vec<Word> {
        parts.filter(|part| part.as_rule() == rule).map(|part| self.word(&part)).collect()
    }

    pub(super) fn path(&self, pair: Pair<'_, Rule>) -> Vec<Word> {
        let words = pair.into_inner().filter(|part| matches!(part.as_rule(), Rule::name | Rule::word));
        words.map(|word| self.word(&word)).collect()
    }

    pub(super) fn paths(&self, parts: Children<'_>) -> Vec<Vec<Word>> {
        parts.filter(|part| part.as_rule() == Rule::path).map(|path| self.path(path)).collect()
    }

    fn pair(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        let key = self.word(&parts.next()?);
        let value = children(find(&mut parts, Rule::pair_value)?).next()?;
        let span = self.span(&value);
        let value = match value.as_rule() {
            Rule::unknown_word => PairValue::Unknown(span),
            Rule::text => PairValue::Text(self.text(&value)),
            Rule::values => PairValue::List(self.values(value), span),
            _ => PairValue::Expr(self.sum(value)?),
        };
        Some(ClauseKind::Pair { key, value })
    }

    fn limit(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        let count = self.number(&find(&mut parts, Rule::number)?);
        Some(ClauseKind::Limit { count, per: self.word(&find(&mut parts, Rule::word)?) })
    }

    fn open(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        parts.next()?;
        let when = match take(&mut parts, Rule::when) {
            Some(when) => Some(self.expr(find(&mut children(when), Rule::expr)?)?),
            None => None,
        };
        Some(ClauseKind::Open { when, because: self.text(&find(&mut parts, Rule::text)?) })
    }

    fn evidence(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        parts.next()?;
        let rule = take(&mut parts, Rule::name).map(|name| self.word(&name));
        Some(ClauseKind::Evidence { rule, text: self.text(&find(&mut parts, Rule::text)?) })
    }

    fn speech(&mut self, pair: Pair<'_, Rule>) -> Speech {
        let span = self.span(&pair);
        let parts = pair.into_inner().filter_map(|part| match part.as_rule() {
            Rule::hole => Some(SpeechPart::Hole(self.sum(find(&mut children(part), Rule::sum)?)?)),
            Rule::run => Some(SpeechPart::Text(part.as_str().to_owned())),
            _ => None,
        });
        Speech { parts: parts.collect(), span }
    }

    fn over(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        let source = self.word(&find(&mut parts, Rule::name)?);
        let because = take(&mut parts, Rule::because).and_then(|because| find(&mut children(because), Rule::text));
        let because = because.map(|text| self.text(&text));
        let cites = take(&mut parts, Rule::citations).map_or_else(Vec::new, |cites| self.citations(cites));
        Some(ClauseKind::Over { source, because, cites })
    }

    /// A reading of a definition, or the one that a test chooses.
    pub(super) fn reading(&mut self, pair: Pair<'_, Rule>) -> Option<ClauseKind> {
        let mut parts = children(pair);
        let name = self.word(&find(&mut parts, Rule::name)?);
        if let Some(chosen) = take(&mut parts, Rule::chosen) {
            let source = self.word(&find(&mut children(chosen), Rule::name)?);
            return Some(ClauseKind::ChosenReading { definition: name, source });
        }
        let title = take(&mut parts, Rule::title).map(|title| self.text(&title));
        let cites = take(&mut parts, Rule::citations).map_or_else(Vec::new, |cites| self.citations(cites));
        let clauses = self.body(find(&mut parts, Rule::body)?);
        Some(ClauseKind::Reading { source: name, title, cites, clauses })
    }

    fn release(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        let label = self.word(&find(&mut parts, Rule::label)?);
        let title = take(&mut parts, Rule::title).map(|title| self.text(&title));
        let mut also = Vec::new();
        while let Some(other) = take(&mut parts, Rule::also) {
            also.push(self.word(&find(&mut children(other), Rule::label)?));
        }
        let from = take(&mut parts, Rule::from).and_then(|from| self.period(from));
        Some(ClauseKind::Release { label, title, also, from: from.and_then(|period| period.from) })
    }

    fn functionality(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        let name = self.word(&find(&mut parts, Rule::name)?);
        let title = take(&mut parts, Rule::title).map(|title| self.text(&title));
        let adds_to = take(&mut parts, Rule::adds).and_then(|adds| find(&mut children(adds), Rule::name));
        let adds_to = adds_to.map(|name| self.word(&name));
        let demanded_by = take(&mut parts, Rule::demanded).and_then(|by| find(&mut children(by), Rule::word));
        Some(ClauseKind::Functionality { name, title, adds_to, demanded_by: demanded_by.map(|word| self.word(&word)) })
    }

    fn feature(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        let name = self.word(&find(&mut parts, Rule::name)?);
        let of = self.word(&find(&mut parts, Rule::name)?);
        Some(ClauseKind::Feature { name, of, title: take(&mut parts, Rule::title).map(|title| self.text(&title)) })
    }

    fn includes(&mut self, parts: Children<'_>) -> Vec<(Word, Word)> {
        let included = parts.filter(|part| part.as_rule() == Rule::included).map(children);
        let both = included.filter_map(|mut parts| Some((self.word(&parts.next()?), self.word(&parts.next()?))));
        both.collect()
    }

    fn version(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        let label = self.word(&find(&mut parts, Rule::label)?);
        Some(ClauseKind::Version { label, clauses: self.body(find(&mut parts, Rule::body)?) })
    }

    fn provided(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        parts.next()?;
        let Head { name, title, cites } = self.head(&mut parts)?;
        let period = take(&mut parts, Rule::period).and_then(|period| self.period(period));
        let condition = self.expr(find(&mut parts, Rule::expr)?)?;
        Some(ClauseKind::Provided { name, title, cites, period, condition })
    }
}
