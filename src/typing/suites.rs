//! Suites: their versions in order, and the licences they include.

use super::cycles::{Edge, walk};
use super::licenses::{listed_labels, version_clauses};
use super::{Checker, opening, quoted};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{License, LicenseId, LicenseVersion, Period};
use crate::resolve::twice;
use crate::source::Span;
use crate::syntax::ast::{Item, Word};
use crate::value::{Metric, Rank};
use std::collections::BTreeMap;

/// A licence in one of its versions.
type Suite = (LicenseId, Rank);

/// The most licences that a suite may hold, those in the suites in it counted too.
const MOST: usize = 1000;

/// A licence that a suite includes.
#[derive(Clone, Copy)]
pub(super) struct Included {
    pub license: LicenseId,
    pub rank: Rank,
    pub span: Span,
}

impl<'a> Checker<'a> {
    /// The versions of a suite: those that `versions` lists and those with a block, by the day they are out, then label.
    pub(super) fn suite_versions(&mut self, item: &'a Item) -> Vec<LicenseVersion> {
        let (mut met, mut versions): (_, BTreeMap<&str, (Period, Span)>) = (BTreeMap::new(), BTreeMap::new());
        for label in listed_labels(item).unwrap_or_default() {
            if self.once(&mut met, label, "a version") {
                versions.insert(&label.text, (Period::default(), label.span));
            }
        }
        let mut blocks: BTreeMap<&str, &Word> = BTreeMap::new();
        for (label, clauses, span) in version_clauses(item) {
            let period = self.period(super::clauses::period_of(clauses));
            match blocks.get(label.text.as_str()) {
                Some(first) => self.report(twice(label, first, "a version")),
                None => {
                    blocks.insert(&label.text, label);
                    versions.insert(&label.text, (period, span));
                }
            }
        }
        if versions.is_empty() {
            let example = "version 2007 { includes … }";
            self.report(super::clauses::missing("a suite", opening(item), "version", example));
        }
        in_order(versions)
    }

    /// The licences that a suite includes: each must exist in the version named and share a metric with the suite.
    pub(super) fn includes(&mut self, suite: LicenseId, licenses: &[(Word, Word)]) -> Vec<Included> {
        let mut included: Vec<Included> = Vec::new();
        for (name, label) in licenses {
            let Some(license) = self.find::<LicenseId>(name) else { continue };
            self.shares_metric(suite, license, name);
            let Some(rank) = self.license_version(license, label) else { continue };
            included.push(Included { license, rank, span: name.span.to(label.span) });
        }
        included
    }

    fn shares_metric(&mut self, suite: LicenseId, license: LicenseId, name: &Word) {
        let (suite, license) = (&self.program.licenses[suite], &self.program.licenses[license]);
        let shared = suite.metrics.iter().any(|metric| license.metrics.contains(metric));
        // Without any metric its own item is in error.
        if shared || suite.metrics.is_empty() || license.metrics.is_empty() {
            return;
        }
        let (own, other) = (metrics(suite), metrics(license));
        let message = format!("a unit of `{}` can never stand for one of `{}`", suite.header.name, license.header.name);
        let error = Diagnostic::error(Code::MetricMismatch, message)
            .at(name.span, format!("assigned to {other}"))
            .because(suite.header.name_span, format!("this suite is assigned to {own}"))
            .because(license.header.name_span, "the licence is declared here")
            .help("a suite and what it includes must have a metric in common");
        self.report(error);
    }

    /// Reports suites that include themselves, and such as hold too many licences.
    pub(super) fn suites(&mut self, edges: &[Edge<Suite>]) {
        let names: BTreeMap<Suite, String> = self
            .program
            .licenses
            .iter()
            .flat_map(|(id, license)| {
                license.versions.iter().map(move |version| {
                    let label = version.labels.first().map_or("", String::as_str);
                    ((id, version.rank), format!("{} {label}", license.header.name))
                })
            })
            .collect();
        let words = ("a suite includes itself", "includes", "let a suite include only what is smaller than itself");
        let name = |node| names.get(&node).cloned().unwrap_or_default();
        let walked = walk(edges);
        if walked.circles.is_empty() {
            self.large_suites(edges, &walked.order, name);
        }
        self.circles(Code::SuiteCycle, walked.circles, words, name);
    }

    /// Whether a unit covers is asked of each licence in a suite, as often as it is in it. The smallest suites that hold too
    /// many are reported.
    fn large_suites(&mut self, edges: &[Edge<Suite>], order: &[Suite], name: impl Fn(Suite) -> String) {
        let mut included: BTreeMap<Suite, Vec<&Edge<Suite>>> = BTreeMap::new();
        edges.iter().for_each(|edge| included.entry(edge.from).or_default().push(edge));
        let mut held: BTreeMap<Suite, usize> = BTreeMap::new();
        for suite in order {
            let parts = included.get(suite).map_or(&[][..], Vec::as_slice);
            let each = parts.iter().map(|edge| held.get(&edge.to).copied().unwrap_or(1));
            let sum = each.clone().fold(usize::from(parts.is_empty()), usize::saturating_add);
            if let Some(first) = parts.first().filter(|_| sum > MOST && each.clone().all(|part| part <= MOST)) {
                let message = format!("`{}` holds {sum} licences, counted through the suites in it", name(*suite));
                let error =
                    Diagnostic::error(Code::SuiteTooLarge, message).at(first.span, "what it includes begins here");
                self.report(error.help(format!("a suite may hold {MOST}: look for a suite that is included twice")));
            }
            held.insert(*suite, sum);
        }
    }
}

fn in_order(versions: BTreeMap<&str, (Period, Span)>) -> Vec<LicenseVersion> {
    let mut versions: Vec<(&str, (Period, Span))> = versions.into_iter().collect();
    versions.sort_by_key(|(label, (sold, _))| (sold.from, *label));
    let ranked = (0..).map(Rank).zip(versions);
    ranked
        .map(|(rank, (label, (sold, span)))| LicenseVersion::without_content(rank, vec![label.to_owned()], sold, span))
        .collect()
}

fn metrics(license: &License) -> String {
    quoted(license.metrics.iter().copied().map(Metric::text), "or")
}
