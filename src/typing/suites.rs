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

    pub(super) fn suite_cycles(&mut self, edges: &[Edge<(LicenseId, Rank)>]) {
        let names: BTreeMap<(LicenseId, Rank), String> = self
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
        self.circles(Code::SuiteCycle, walk(edges).circles, words, name);
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
