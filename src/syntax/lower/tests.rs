//! Clauses of policy tests.

use super::{Children, Lower, children, find, take};
use crate::syntax::ast::{Claim, Clause, ClauseKind, Lot, Verdict, Word};
use crate::syntax::parser::Rule;
use pest::iterators::Pair;

impl Lower<'_> {
    pub(super) fn test_clause(&mut self, rule: Rule, parts: Children<'_>) -> Option<ClauseKind> {
        match rule {
            Rule::entity => self.entity(parts),
            Rule::access => {
                let (from, to, clauses) = self.arrow(parts)?;
                Some(ClauseKind::Access { from, to, clauses })
            }
            Rule::absence => {
                let (absent, substitute, clauses) = self.arrow(parts)?;
                Some(ClauseKind::Absence { absent, substitute, clauses })
            }
            Rule::owns => {
                let (lot, clauses) = self.lot_and_body(parts)?;
                Some(ClauseKind::Owns { lot, clauses })
            }
            Rule::price => {
                let (lot, clauses) = self.lot_and_body(parts)?;
                Some(ClauseKind::Price { lot, clauses })
            }
            Rule::expect => self.expect(parts),
            _ => None,
        }
    }

    fn optional_body(&mut self, parts: &mut Children<'_>) -> Vec<Clause> {
        take(parts, Rule::body).map_or_else(Vec::new, |body| self.body(body))
    }

    fn entity(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        let table = self.word(&parts.next()?);
        let name = self.word(&parts.next()?);
        Some(ClauseKind::Entity { table, name, clauses: self.optional_body(&mut parts) })
    }

    fn arrow(&mut self, mut parts: Children<'_>) -> Option<(Word, Word, Vec<Clause>)> {
        let from = self.word(&find(&mut parts, Rule::name)?);
        let to = self.word(&find(&mut parts, Rule::name)?);
        Some((from, to, self.optional_body(&mut parts)))
    }

    fn lot_and_body(&mut self, mut parts: Children<'_>) -> Option<(Lot, Vec<Clause>)> {
        let lot = self.lot(find(&mut parts, Rule::lot)?)?;
        Some((lot, self.optional_body(&mut parts)))
    }

    fn lot(&mut self, pair: Pair<'_, Rule>) -> Option<Lot> {
        let span = self.span(&pair);
        let mut parts = children(pair);
        let amount = self.number(&parts.next()?);
        let license = self.word(&parts.next()?);
        let version = take(&mut parts, Rule::label).map(|label| self.word(&label));
        Some(Lot { amount, license, version, metric: self.lot_metric(&mut parts), span })
    }

    fn lot_metric(&mut self, parts: &mut Children<'_>) -> Option<Word> {
        let metric = take(parts, Rule::lot_metric)?;
        find(&mut children(metric), Rule::word).map(|word| self.word(&word))
    }

    fn expect(&mut self, mut parts: Children<'_>) -> Option<ClauseKind> {
        parts.next()?;
        let unknown = take(&mut parts, Rule::unknown_word).is_some();
        let claim = children(find(&mut parts, Rule::claim)?).next()?;
        Some(ClauseKind::Expect { unknown, claim: self.claim(claim)? })
    }

    fn claim(&mut self, pair: Pair<'_, Rule>) -> Option<Claim> {
        let rule = pair.as_rule();
        let mut parts = children(pair);
        Some(match rule {
            Rule::plan => self.plan(parts)?,
            Rule::status => Claim::Status(self.word(&find(&mut parts, Rule::name)?)),
            Rule::advice => {
                let negated = take(&mut parts, Rule::not_word).is_some();
                Claim::Advice { negated, rule: self.word(&find(&mut parts, Rule::name)?) }
            }
            Rule::between => self.between(parts)?,
            _ => Claim::Condition(self.expr(parts.next()?)?),
        })
    }

    fn plan(&mut self, mut parts: Children<'_>) -> Option<Claim> {
        parts.next()?;
        let what = parts.next()?;
        let rule = what.as_rule();
        let mut parts = children(what);
        if rule == Rule::costs {
            return find(&mut parts, Rule::number).map(|number| Claim::PlanCosts(self.number(&number)));
        }
        let lots = parts.filter(|part| part.as_rule() == Rule::lot);
        Some(Claim::PlanBuys(lots.filter_map(|lot| self.lot(lot)).collect()))
    }

    fn between(&mut self, mut parts: Children<'_>) -> Option<Claim> {
        let first = self.word(&parts.next()?);
        let target = take(&mut parts, Rule::target).and_then(|target| find(&mut children(target), Rule::name));
        let verdict = self.verdict(find(&mut parts, Rule::verdict)?)?;
        Some(match target {
            Some(server) => Claim::Verdict { from: Some(first), server: self.word(&server), verdict },
            None => Claim::Verdict { from: None, server: first, verdict },
        })
    }

    fn verdict(&mut self, pair: Pair<'_, Rule>) -> Option<Verdict> {
        let mut parts = children(pair);
        let negated = take(&mut parts, Rule::not_word).is_some();
        let what = parts.next()?;
        let rule = what.as_rule();
        let mut parts = children(what);
        Some(match rule {
            Rule::demands => Verdict::Demands(self.paths(parts)),
            Rule::defined => {
                find(&mut parts, Rule::is_word)?;
                let negated = take(&mut parts, Rule::not_word).is_some();
                Verdict::Defined { negated, definition: self.word(&find(&mut parts, Rule::name)?) }
            }
            Rule::covered => self.covered(parts, negated)?,
            Rule::exempt => Verdict::Exempt { negated, rule: self.word(&find(&mut parts, Rule::name)?) },
            Rule::prohibited => Verdict::Prohibited { negated, rule: self.word(&find(&mut parts, Rule::name)?) },
            _ => Verdict::Unmet { negated },
        })
    }

    fn covered(&mut self, mut parts: Children<'_>, negated: bool) -> Option<Verdict> {
        let license = self.word(&find(&mut parts, Rule::name)?);
        let version = take(&mut parts, Rule::label).map(|label| self.word(&label));
        let metric = self.lot_metric(&mut parts);
        let because = take(&mut parts, Rule::blamed).and_then(|blamed| find(&mut children(blamed), Rule::name));
        Some(Verdict::Covered { negated, license, version, metric, because: because.map(|name| self.word(&name)) })
    }
}
