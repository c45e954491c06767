//! Policy tests: what each states and what it expects.

use super::Checker;
use super::definitions::with_article;
use super::estates::Stated;
use super::expressions::word_alone;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{
    AdviceId, Claim, DefinitionId, Entity, Expectation, LicenseId, Lot, Provided, Status, Test, Verdict,
};
use crate::resolve::{Exemption, Prohibition};
use crate::source::Span;
use crate::syntax::ast::{self, ClauseKind, Expr, ExprKind, Item, Word};
use crate::value::{Metric, Rank};
use std::collections::{BTreeMap, BTreeSet};

impl<'a> Checker<'a> {
    pub(super) fn tests(&mut self) {
        for item in &self.names.tests {
            let header = self.header(item);
            let (estate, stated) = self.test_estate(item);
            let expectations = self.expectations(item, &stated);
            self.program.tests.push(Test { header, estate, expectations });
        }
    }

    fn expectations(&mut self, item: &'a Item, stated: &Stated<'a>) -> Vec<Expectation> {
        let mut expectations = Vec::new();
        for clause in &item.clauses {
            if let ClauseKind::Expect { unknown, claim } = &clause.kind
                && let Some(claim) = self.claim(stated, claim)
            {
                expectations.push(Expectation { unknown: *unknown, claim, span: clause.span });
            }
        }
        expectations
    }

    fn claim(&mut self, stated: &Stated<'a>, claim: &ast::Claim) -> Option<Claim> {
        match claim {
            ast::Claim::Condition(expr) => self.defined(stated, expr),
            ast::Claim::Verdict { from, server, verdict } => {
                let known = self.ends(stated, from.as_ref(), server);
                let verdict = self.verdict(verdict);
                known?;
                Some(Claim::Verdict { from: from.clone(), server: server.clone(), verdict: verdict? })
            }
            ast::Claim::PlanBuys(lots) => {
                let lots: Vec<Option<Lot>> = lots.iter().map(|lot| self.lot(lot)).collect();
                lots.into_iter().collect::<Option<_>>().map(Claim::PlanBuys)
            }
            ast::Claim::PlanCosts(number) => Some(Claim::PlanCosts(number.value)),
            ast::Claim::Status(word) => self.status(word).map(Claim::Status),
            ast::Claim::Advice { negated, rule } => {
                Some(Claim::Advice { rule: self.find::<AdviceId>(rule)?, negated: *negated })
            }
        }
    }

    /// `X is [not] D`.
    fn defined(&mut self, stated: &Stated<'a>, expr: &Expr) -> Option<Claim> {
        let (subject, negated, definition) = match &expr.kind {
            ExprKind::Is { left, negated, right } => match (word_alone(left), word_alone(right)) {
                (Some(subject), Some(definition)) => (subject, *negated, definition),
                _ => return self.fail(no_claim(expr.span)),
            },
            _ => return self.fail(no_claim(expr.span)),
        };
        if subject.text == "status" && !stated.contains_key("status") {
            let error = Diagnostic::error(Code::ClaimShape, "a status is expected without `is`");
            let is = if negated { "is not" } else { "is" };
            return self.fail(
                error.at(expr.span, "not written so").help(format!("leave out `{is}`: `status {}`", definition.text)),
            );
        }
        let name = self.stated(stated, &["user", "device", "server", "host"], subject);
        let id = self.find::<DefinitionId>(definition);
        let (entity, id) = (Entity::of(name?)?, id?);
        let about = self.subjects.get(&id).and_then(|about| about.entity);
        // A user and a server may share a name; then the definition says which is meant.
        let meant = about.is_some_and(|about| {
            stated
                .get(subject.text.as_str())
                .is_some_and(|tables| tables.iter().any(|(table, _)| table.text == about.text()))
        });
        if about.is_none() || meant {
            return Some(Claim::Defined { subject: subject.clone(), definition: id, negated });
        }
        self.fail(self.not_its_subject(id, definition, (entity, subject)))
    }

    fn not_its_subject(&self, id: DefinitionId, definition: &Word, (entity, subject): (Entity, &Word)) -> Diagnostic {
        let about = self.program.definitions[id].subject;
        let message = format!("`{}` is said of {}", definition.text, with_article(about));
        let error = Diagnostic::error(Code::WrongSubject, message)
            .at(subject.span, format!("this is {}", with_article(entity)))
            .because(self.program.definitions[id].header.name_span, "the definition is declared here");
        match about {
            Entity::Access => error.help(format!("expect it of the access: `A -> S is {}`", definition.text)),
            about => error.help(format!("expect it of {} of the test", with_article(about))),
        }
    }

    /// Both ends of an access must be stated; a server by itself too.
    fn ends(&mut self, stated: &Stated<'a>, from: Option<&Word>, server: &Word) -> Option<()> {
        let from = from.map(|from| self.stated(stated, &["user", "device"], from));
        let server = self.stated(stated, &["server"], server);
        match from {
            Some(None) => None,
            Some(Some(_)) | None => server.map(|_| ()),
        }
    }

    fn verdict(&mut self, verdict: &ast::Verdict) -> Option<Verdict> {
        Some(match verdict {
            ast::Verdict::Demands(paths) => {
                let demands: Vec<_> = paths.iter().map(|path| self.functionality(path)).collect();
                Verdict::Demands(demands.into_iter().collect::<Option<_>>()?)
            }
            ast::Verdict::Defined { negated, definition } => {
                Verdict::Defined { definition: self.of_access(definition)?, negated: *negated }
            }
            ast::Verdict::Covered { negated, license, version, metric, because } => {
                return self.covered(*negated, license, (version.as_ref(), metric.as_ref()), because.as_ref());
            }
            ast::Verdict::Exempt { negated, rule } => {
                Verdict::Exempt { rule: self.find::<Exemption>(rule)?.0, negated: *negated }
            }
            ast::Verdict::Prohibited { negated, rule } => {
                Verdict::Prohibited { rule: self.find::<Prohibition>(rule)?.0, negated: *negated }
            }
            ast::Verdict::Unmet { negated } => Verdict::Unmet { negated: *negated },
        })
    }

    /// A term that is said of an access.
    fn of_access(&mut self, definition: &Word) -> Option<DefinitionId> {
        if definition.text == "unmet" && self.program.definitions.named("unmet").is_none() {
            let error = Diagnostic::error(Code::ClaimShape, "`unmet` is expected without `is`");
            return self.fail(
                error.at(definition.span, "not written so").help("leave out `is`: `A -> S unmet` or `not unmet`"),
            );
        }
        let id = self.find::<DefinitionId>(definition)?;
        match self.subjects.get(&id).and_then(|about| about.entity) {
            Some(about) if about != Entity::Access => {
                let declared = self.program.definitions[id].header.name_span;
                let message = format!("`{}` is said of {}", definition.text, with_article(about));
                let error = Diagnostic::error(Code::WrongSubject, message)
                    .at(definition.span, "this is expected of an access")
                    .because(declared, "the definition is declared here");
                self.fail(error.help(format!(
                    "expect it of {} of the test: `X is {}`",
                    with_article(about),
                    definition.text
                )))
            }
            _ => Some(id),
        }
    }

    fn covered(
        &mut self,
        negated: bool,
        name: &Word,
        (version, metric): (Option<&Word>, Option<&Word>),
        because: Option<&Word>,
    ) -> Option<Verdict> {
        let license = self.find::<LicenseId>(name)?;
        let version = self.optional(version, |checker, label| checker.license_version(license, label));
        let metric = self.optional(metric, |checker, word| checker.license_metric(license, word));
        let because = match because {
            Some(clause) if !negated => self.fail(because_covered(clause)),
            because => self.optional(because, |checker, clause| checker.clause_of(license, clause)),
        };
        Some(Verdict::Covered { license, version: version?, metric: metric?, because: because?, negated })
    }

    /// What a word that may be left out means: `None` where it is in error.
    fn optional<T>(
        &mut self,
        word: Option<&Word>,
        mean: impl FnOnce(&mut Self, &Word) -> Option<T>,
    ) -> Option<Option<T>> {
        match word {
            Some(word) => mean(self, word).map(Some),
            None => Some(None),
        }
    }

    fn license_metric(&mut self, license: LicenseId, word: &Word) -> Option<Metric> {
        let metric = self.metric(word)?;
        let license = &self.program.licenses[license];
        if license.metrics.is_empty() || license.metrics.contains(&metric) {
            return Some(metric);
        }
        let metrics = super::quoted(license.metrics.iter().copied().map(Metric::text), "or");
        let ways: Vec<String> = license.metrics.iter().map(|metric| format!("per {metric}")).collect();
        let message = format!("`{}` is not assigned to a {metric}", license.header.name);
        let error = Diagnostic::error(Code::NotItsMetric, message)
            .at(word.span, "not its metric")
            .because(license.header.name_span, format!("this licence is assigned to {metrics}"));
        self.fail(error.help(format!("write {}", super::quoted(ways.iter().map(String::as_str), "or"))))
    }

    /// The name of a clause of a licence, or of one it includes.
    fn clause_of(&mut self, license: LicenseId, clause: &Word) -> Option<String> {
        let mut clauses = BTreeMap::new();
        self.clause_names(license, &mut BTreeSet::new(), &mut clauses);
        if let Some(named) = clauses.get(clause.text.as_str()).copied() {
            self.name(clause.span, Some(named));
            return Some(clause.text.clone());
        }
        if self.names.any_broken() || self.clauses_in_error.contains(&clause.text) {
            return None;
        }
        let header = &self.program.licenses[license].header;
        let error =
            Diagnostic::error(Code::UnknownName, format!("`{}` has no clause called `{}`", header.name, clause.text))
                .at(clause.span, "none of its `provided`")
                .because(header.name_span, "the licence is declared here")
                .suggest(&clause.text, clauses.keys().copied());
        let known = super::quoted(clauses.keys().copied(), "and");
        self.fail(match error.help {
            None if !clauses.is_empty() => error.help(format!("its clauses are {known}")),
            _ => error,
        })
    }

    /// The clauses of a licence and of those it includes, each with where it is named first.
    fn clause_names<'s>(
        &'s self,
        license: LicenseId,
        seen: &mut BTreeSet<LicenseId>,
        names: &mut BTreeMap<&'s str, Span>,
    ) {
        if !seen.insert(license) {
            return;
        }
        for version in &self.program.licenses[license].versions {
            for Provided { header, .. } in &version.provided {
                names.entry(&header.name).or_insert(header.name_span);
            }
            for (included, _) in &version.includes {
                self.clause_names(*included, seen, names);
            }
        }
    }

    fn lot(&mut self, lot: &ast::Lot) -> Option<Lot> {
        let quantity = self.whole_number(&lot.amount, "plan buys");
        let license = self.find::<LicenseId>(&lot.license)?;
        let version: Option<Option<Rank>> =
            self.optional(lot.version.as_ref(), |checker, label| checker.license_version(license, label));
        let Some(metric) = &lot.metric else {
            let error = super::clauses::missing("what a plan buys", lot.span, "per", "per user");
            return self.fail(error);
        };
        let metric = self.license_metric(license, metric);
        Some(Lot { quantity: quantity?, license, version: version?, metric: metric? })
    }

    fn status(&mut self, word: &Word) -> Option<Status> {
        let all = [Status::Compliant, Status::Undetermined, Status::Shortfall, Status::Prohibited].map(Status::text);
        match Status::of(&word.text) {
            Some(status) => Some(status),
            None => {
                let error = Diagnostic::error(Code::UnknownName, format!("there is no status called `{}`", word.text));
                self.fail(error.at(word.span, format!("must be {}", super::quoted(all, "or"))).suggest(&word.text, all))
            }
        }
    }
}

fn no_claim(span: Span) -> Diagnostic {
    Diagnostic::error(Code::ClaimShape, "a test cannot expect this").at(span, "not something a test can expect").help(
        "expect `X is D` of a definition, a verdict of an access (`A -> S demands P.f`, `covered by L`, `exempt by R`, \
             `prohibited by R`, `unmet`), `plan buys …`, `plan costs N`, `status S` or `advice R`",
    )
}

fn because_covered(clause: &Word) -> Diagnostic {
    Diagnostic::error(Code::ClaimShape, "only what is not covered fails because of a clause")
        .at(clause.span, "the clause that fails")
        .help("write `not covered by … because …`, or leave `because` out")
}
