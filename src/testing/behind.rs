//! What is behind an answer that a test did not expect: the explanation of whom or what it is about.
//!
//! Nothing is decided here: [`crate::why`] explains the test's estate as it would any other.

use super::Outcome;
use super::expectations::is_lot;
use crate::diagnostic::{Diagnostic, any_error};
use crate::estate::{self, Estate};
use crate::judge::judgement::LicenseLine;
use crate::judge::{Request, judge};
use crate::program::{Claim, Entity, Expectation, LicenseId, Lot, Program, Verdict};
use crate::source::Sources;
use crate::value::Metric;
use crate::why::told::Explanation;
use crate::why::{Subject, why};

/// What is behind one failed expectation.
#[derive(Debug, Clone, PartialEq)]
pub struct Behind {
    /// The part of the explanation that the expectation is about.
    pub about: About,
    /// The explanation.
    pub told: Explanation,
}

/// What an expectation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A definition.
    Definition(String),
    /// An exemption or a prohibition.
    Rule(String),
    /// A licence that covers or not.
    Cover {
        /// Its name.
        license: String,
        /// The version asked for.
        version: Option<String>,
        /// The metric asked for.
        metric: Option<Metric>,
    },
    /// What is demanded and what becomes of it.
    Demands,
    /// What becomes of a licence in the plan.
    Plan,
}

/// How many licences of a plan that is not as expected are explained.
const MOST: usize = 3;

/// What is behind a failure of a test; nothing where the test's estate cannot be judged, or where it is about advice.
pub fn behind(program: &Program, sources: &Sources, outcome: &Outcome, failure: &Diagnostic) -> Vec<Behind> {
    let Some(test) = program.tests.iter().find(|test| test.header.name == outcome.name) else { return Vec::new() };
    let at = failure.primary.as_ref().map(|label| label.span);
    let Some(failed) = test.expectations.iter().find(|expectation| Some(expectation.span) == at) else {
        return Vec::new();
    };
    let (estate, problems) = estate::build(&test.estate, program);
    match any_error(&problems) {
        true => Vec::new(),
        false => Looking { program, sources, estate: &estate }.at(failed),
    }
}

struct Looking<'l> {
    program: &'l Program,
    sources: &'l Sources,
    estate: &'l Estate,
}

impl Looking<'_> {
    fn at(&self, failed: &Expectation) -> Vec<Behind> {
        match &failed.claim {
            Claim::Defined { subject, definition, .. } => {
                let definition = &self.program.definitions[*definition];
                let row = self.estate.holder(definition.subject, &subject.text);
                let about = About::Definition(definition.header.name.clone());
                row.and_then(|row| self.told(about, Subject::Row(row), None)).into_iter().collect()
            }
            Claim::Verdict { from, server, verdict } => {
                let heads = [Entity::User, Entity::Device];
                let from =
                    from.as_ref().and_then(|from| heads.iter().find_map(|of| self.estate.holder(*of, &from.text)));
                let row = from.or_else(|| self.estate.holder(Entity::Server, &server.text));
                let about = self.about(verdict);
                row.and_then(|row| self.told(about, Subject::Row(row), Some(&server.text))).into_iter().collect()
            }
            Claim::PlanBuys(lots) => self.licenses(lots),
            Claim::PlanCosts(_) | Claim::Status(_) => self.licenses(&[]),
            Claim::Advice { .. } => Vec::new(),
        }
    }

    fn about(&self, verdict: &Verdict) -> About {
        match verdict {
            Verdict::Exempt { rule, .. } | Verdict::Prohibited { rule, .. } => {
                About::Rule(self.program.rules[*rule].header.name.clone())
            }
            Verdict::Defined { definition, .. } => {
                About::Definition(self.program.definitions[*definition].header.name.clone())
            }
            Verdict::Covered { license, version, metric, .. } => {
                let (id, license) = (*license, &self.program.licenses[*license]);
                let label = |rank| self.program.version_label(self.program.licenses[id].line, rank).to_owned();
                About::Cover { license: license.header.name.clone(), version: version.map(label), metric: *metric }
            }
            Verdict::Demands(_) | Verdict::Unmet { .. } => About::Demands,
        }
    }

    /// The licences of which the plan buys something else than expected.
    fn licenses(&self, expected: &[Lot]) -> Vec<Behind> {
        let Ok(judgement) = judge(self.program, self.estate, &Request::default()) else { return Vec::new() };
        let bought: Vec<&LicenseLine> = judgement.licenses.iter().filter(|line| line.buy > 0).collect();
        let more =
            bought.iter().filter(|line| !expected.iter().any(|lot| is_lot(lot, line))).map(|line| line.of.license);
        let fewer = expected.iter().filter(|lot| !bought.iter().any(|line| is_lot(lot, line))).map(|lot| lot.license);
        let mut licenses: Vec<LicenseId> = more.chain(fewer).collect();
        licenses.sort_unstable();
        licenses.dedup();
        let told = licenses.into_iter().take(MOST);
        told.filter_map(|license| self.told(About::Plan, Subject::License(license), None)).collect()
    }

    fn told(&self, about: About, subject: Subject, server: Option<&str>) -> Option<Behind> {
        let server = server.and_then(|id| self.estate.server(id));
        let told = why(self.program, self.sources, self.estate, &Request::default(), (subject, server));
        told.ok().map(|(told, _)| Behind { about, told })
    }
}
