//! What is worth mending in policies that check: each finding proved over everything that an estate may be.
//!
//! Nothing is guessed from how a text looks. Conditions become decision diagrams with every fact, date, agreement and reading
//! open (those of [`crate::diff`]), and a finding says what holds of them, with the case that shows it in the policy's words.
//! A comment `# entail: allow CODE because …` silences what is meant to be so (`allow`).

mod allow;
pub(crate) mod conditions;
mod days;
pub mod fix;
mod licenses;
mod names;
mod outcomes;
mod readings;
mod rules;
pub(crate) mod sites;
mod words;

use crate::diagnostic::{Code, Diagnostic};
use crate::diff::symbolic::{Reader, Settled};
use crate::diff::unite::Side;
use crate::evaluate::unknowns::Unknowns;
use crate::program::Program;
use crate::source::{Sources, Span};
use fix::Fix;
use sites::{Answers, Site, sites};
use std::collections::BTreeSet;
pub use words::Given;

/// How large diagrams may grow for one thing that is looked at, and about how large for all of them.
const LIMIT: usize = 1 << 18;
const LIMIT_OF_ALL: usize = 1 << 21;

/// Something worth mending.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is, where, and what to do about it.
    pub diagnostic: Diagnostic,
    /// The case that proves it; empty where it holds in every case, or where no case is needed.
    pub case: Vec<Given>,
    /// How to mend it without a change of meaning, where that is safe.
    pub fix: Option<Fix>,
}

impl Finding {
    fn of(diagnostic: Diagnostic) -> Finding {
        Finding { diagnostic, case: Vec::new(), fix: None }
    }

    fn with_case(self, case: Vec<Given>) -> Finding {
        Finding { case, ..self }
    }

    fn with_fix(self, fix: Option<Fix>) -> Finding {
        Finding { fix, ..self }
    }
}

/// Everything worth mending in a policy set that checks, by file and place; what comments allow is left out.
pub fn lint(program: &Program, sources: &Sources) -> Vec<Finding> {
    let side = Side::alone(program);
    let settled = Settled::default();
    let (proved, _) = Unknowns::complete(|unknowns| proved(program, sources, &side, &settled, unknowns));
    let Proved { mut findings, cannot_fail } = proved;
    findings.extend(names::findings(program, sources));
    findings.extend(outcomes::findings(program, &cannot_fail));
    let mut findings = fix::without_unfit(allow::without_allowed(findings, sources), sources);
    findings.sort_by_cached_key(|finding| place(finding, sources));
    findings
}

/// Something that is not proved: its cases take more room than there is for them.
fn not_looked_at(what: &str, place: Option<Span>) -> Finding {
    let warning = Diagnostic::warning(Code::NotLookedAt, format!("{what}: there are too many cases"));
    let warning = match place {
        Some(span) => warning.at(span, "nothing is proved of this"),
        None => warning,
    };
    Finding::of(
        warning.help("divide it by `define`, write lists for many comparisons, or allow it if the size is meant"),
    )
}

/// What diagrams prove.
#[derive(Default)]
struct Proved {
    findings: Vec<Finding>,
    /// The names of clauses and rules, by their place, that only ever come out one way.
    cannot_fail: BTreeSet<Span>,
}

fn proved(program: &Program, sources: &Sources, side: &Side, settled: &Settled, unknowns: &mut Unknowns) -> Proved {
    unknowns.diagrams.grow_by(LIMIT);
    let reader = Reader::new(side, settled, BTreeSet::new(), unknowns);
    if unknowns.diagrams.is_exhausted() {
        let what = "what can be proved of conditions, rules, readings and licences is not looked for";
        return Proved { findings: vec![not_looked_at(what, None)], ..Proved::default() };
    }
    let mut answers = Answers::new(program, &reader, unknowns);
    let sites: Vec<Site<'_>> = sites(program).into_iter().filter(Site::is_provable).collect();
    for site in &sites {
        answers.begin();
        answers.of(site, site.condition);
        answers.asked(site);
    }
    // Every domain has to be cut before anything is told of it.
    if answers.unknowns.is_to_be_repeated() {
        return Proved::default();
    }
    let mut proved = Proved::default();
    for site in &sites {
        conditions::find(&mut answers, sources, site, &mut proved);
    }
    proved.findings.extend(rules::findings(&mut answers));
    proved.findings.extend(readings::findings(&mut answers));
    proved.findings.extend(days::findings(&mut answers));
    proved.findings.extend(licenses::findings(&mut answers));
    proved
}

/// Where a finding stands among others.
fn place(finding: &Finding, sources: &Sources) -> (String, u32, Code, String) {
    let label = finding.diagnostic.primary.as_ref();
    let file = label.and_then(|label| sources.get(label.span.file)).map_or("", |source| source.name());
    let start = label.map_or(0, |label| label.span.start);
    (file.to_owned(), start, finding.diagnostic.code, finding.diagnostic.message.clone())
}
