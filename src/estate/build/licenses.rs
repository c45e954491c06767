//! The tables of licences owned and of prices.

use super::ids::Ids;
use super::{Building, ticked};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::cells::{self, alike_or_all};
use crate::estate::columns::Table;
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Line, Sheets};
use crate::estate::{Holder, Holding, HoldingRow, Price};
use crate::program::{License, LicenseId};
use crate::value::{Date, Metric, Rank};

/// The ids of whatever units can be assigned to.
pub(super) struct Holders<'s> {
    pub users: &'s Ids<'s>,
    pub devices: &'s Ids<'s>,
    pub hosts: &'s Ids<'s>,
    pub servers: &'s Ids<'s>,
}

impl<'a> Building<'a> {
    pub(super) fn holdings(&mut self, sheets: &Sheets<'a>, holders: &Holders<'_>) -> Table<HoldingRow, Holding> {
        let mut rows = Vec::new();
        for line in sheets.whole_lines(Kind::Licenses) {
            rows.extend(self.holding(line, holders));
        }
        Table::new(rows, self.facts(sheets, Kind::Licenses))
    }

    fn holding(&mut self, line: Line<'_>, holders: &Holders<'_>) -> Option<Holding> {
        let [license, metric, quantity, version, assigned_to, sa_until, acquired, document] = line.fields();
        let license = self.license(license);
        self.filled(&metric);
        let metric = self.metric(license, metric);
        if version.text.is_empty() && sa_until.text.is_empty() {
            self.problems.push(self.no_version(license, version));
        }
        let (version, quantity) = (self.version(license, version), self.required(quantity, cells::whole));
        let assigned_to = metric.and_then(|metric| self.holder(metric, assigned_to, holders));
        let (sa_until, acquired) = self.assurance(sa_until, acquired);
        let document = self.optional(document, cells::text).map(Into::into);
        let (license, metric, quantity) = (license?, metric?, quantity?);
        let span = line.span;
        Some(Holding { license, metric, quantity, version, assigned_to, sa_until, acquired, document, span })
    }

    /// Until when units have Software Assurance and since when they are owned: the one not before the other.
    fn assurance(&mut self, sa_until: Field<'_>, acquired: Field<'_>) -> (Option<Date>, Option<Date>) {
        let (until, since) = (self.optional(sa_until, cells::date), self.optional(acquired, cells::date));
        if until.zip(since).is_some_and(|(until, since)| until < since) {
            self.problems.push(lapsed(sa_until, acquired));
        }
        (until, since)
    }

    pub(super) fn price(&mut self, line: Line<'_>) -> Option<Price> {
        let [license, price, version, metric, from, until] = line.fields();
        let license = self.license(license);
        let price = self.required(price, cells::price);
        let (version, metric) = (self.version(license, version), self.metric(license, metric));
        let (first, last) = (self.optional(from, cells::date), self.optional(until, cells::date));
        let period = cells::period(first, last);
        if period.is_none() {
            self.problems.push(backwards(Code::PriceBackwards, "this price", from, until));
        }
        Some(Price { license: license?, price: price?, version, metric, period: period?, span: line.span })
    }

    fn license(&mut self, field: Field<'_>) -> Option<LicenseId> {
        self.known(field, "a licence", |building| &building.licenses)
    }

    /// The metric of a cell, which must be one of the licence's.
    fn metric(&mut self, license: Option<LicenseId>, field: Field<'_>) -> Option<Metric> {
        let words = Metric::ALL.map(|metric| (metric.text(), metric));
        let metric =
            self.optional(field, |text| Metric::of(text).ok_or_else(|| cells::no_such(text, "a metric", &words)))?;
        let license = &self.program.licenses[license?];
        if !license.metrics.contains(&metric) {
            let name = &license.header.name;
            let metrics: Vec<_> = license.metrics.iter().map(|metric| metric.text()).collect();
            let error = Diagnostic::error(Code::NotItsMetric, format!("`{name}` is not assigned to a {metric}"));
            let error = error.at(field.span, "not one of its metrics");
            self.problems.push(error.help(format!("it is assigned to a {}", metrics.join(" or "))));
            return None;
        }
        Some(metric)
    }

    /// The version of a cell, which must be one in which the licence exists; `None` for a blank cell.
    fn version(&mut self, license: Option<LicenseId>, field: Field<'_>) -> Option<Rank> {
        let field = self.given(field)?;
        let license = &self.program.licenses[license?];
        let found = license.versions.iter().find(|version| version.labels.iter().any(|label| label == field.text));
        if found.is_none() {
            let name = &license.header.name;
            let message = format!("`{name}` has no version {}", ticked(field.text));
            let error = Diagnostic::error(Code::NotARelease, message);
            let error = error.at(field.span, format!("expected a version of `{name}`"));
            self.problems.push(error.help(alike_or_all(field.text, labels(license))));
        }
        found.map(|version| version.rank)
    }

    fn no_version(&self, license: Option<LicenseId>, field: Field<'_>) -> Diagnostic {
        let error = Diagnostic::error(Code::BlankCell, "`version` is blank")
            .at(field.span, "only units with `sa_until` may leave it out");
        match license {
            Some(license) => error.help(alike_or_all("", labels(&self.program.licenses[license]))),
            None => error.help("write the version bought"),
        }
    }

    fn holder(&mut self, metric: Metric, field: Field<'_>, holders: &Holders<'_>) -> Option<Holder> {
        match metric {
            Metric::User => self.row(field, holders.users).map(Holder::User),
            Metric::Device => self.row(field, holders.devices).map(Holder::Device),
            Metric::Host => self.row(field, holders.hosts).map(Holder::Host),
            Metric::Server => self.row(field, holders.servers).map(Holder::Server),
        }
    }
}

/// The labels of all versions in which a licence exists, oldest first.
fn labels(license: &License) -> impl Iterator<Item = &str> + Clone {
    license.versions.iter().flat_map(|version| &version.labels).map(String::as_str)
}

/// Software Assurance that no unit ever had.
fn lapsed(sa_until: Field<'_>, acquired: Field<'_>) -> Diagnostic {
    let message =
        format!("Software Assurance ends on {}, and its units are acquired on {} only", sa_until.text, acquired.text);
    Diagnostic::error(Code::AssuranceBackwards, message)
        .at(sa_until.span, "expected a day on which they are owned")
        .because(acquired.span, "acquired here")
        .help("`sa_until` is the last day of the assurance; leave it blank where the units have none")
}

/// Something that is over when it begins.
pub(super) fn backwards(code: Code, what: &str, from: Field<'_>, until: Field<'_>) -> Diagnostic {
    Diagnostic::error(code, format!("{what} ends on {} and begins on {}", until.text, from.text))
        .at(until.span, "expected a day after it begins")
        .because(from.span, "it begins here")
        .help("`until` is the first day on which it no longer holds")
}
