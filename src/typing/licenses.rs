//! Licences: the versions in which each exists, and what a unit of each version covers and needs.
//!
//! Two passes. [`Checker::license_lines`] finds whose versions a licence has, so that expressions can speak of them;
//! [`Checker::licenses`] writes out the terms of every version. What suites include is in [`super::suites`].

use super::cycles::Edge;
use super::places::{Fixed, Place};
use super::suites::Included;
use super::terms::Expected;
use super::types::is_numeric;
use super::{Checker, opening};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{
    FunctionalityId, Header, Id, License, LicenseId, LicenseVersion, Period, ProductId, Provided, SharedTerms, Term,
};
use crate::resolve::{TermsId, Thing, reserved, twice};
use crate::source::Span;
use crate::syntax::ast::{Clause, ClauseKind, Expr, Item, Word};
use crate::value::{Metric, Rank, Type, Value, VersionLine};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

impl<'a> Checker<'a> {
    pub(super) fn license_lines(&mut self) {
        for (place, item) in self.names.licenses.iter().enumerate() {
            let suite = VersionLine::Suite(super::facts::id_at(place));
            let line = match (self.granted_product(item), includes_anything(item)) {
                (_, true) => Some(suite),
                (Some(product), false) => Some(VersionLine::Product(product)),
                (None, false) => None,
            };
            let versions = match line {
                Some(VersionLine::Product(product)) => self.product_versions(item, product),
                Some(VersionLine::Suite(_)) => self.suite_versions(item),
                None => Vec::new(),
            };
            let (header, metrics) = (self.header(item), self.metrics(item));
            self.lines.push(line);
            self.program.licenses.add(License { header, metrics, line: line.unwrap_or(suite), versions });
        }
    }

    /// The product of the first functionality granted anywhere in a licence, if it is one; problems are reported later.
    fn granted_product(&self, item: &Item) -> Option<ProductId> {
        clauses_with_versions(item).find_map(|clause| match &clause.kind {
            ClauseKind::Grants(paths) => paths.iter().find_map(|path| match self.names.get(&path.first()?.text) {
                Some(Thing::Product(id)) => Some(id),
                _ => None,
            }),
            _ => None,
        })
    }

    /// The metrics of a licence; none where one is in error, so that nothing is said of those that are left.
    fn metrics(&mut self, item: &Item) -> Vec<Metric> {
        let (mut metrics, mut met) = (BTreeSet::new(), BTreeMap::new());
        let mut in_error = false;
        for clause in &item.clauses {
            let ClauseKind::Assigned(words) = &clause.kind else { continue };
            for word in words {
                match self.metric(word) {
                    Some(metric) if self.once(&mut met, word, "a metric") => drop(metrics.insert(metric)),
                    Some(_) => {}
                    None => in_error = true,
                }
            }
        }
        metrics.into_iter().filter(|_| !in_error).collect()
    }

    /// The versions of a licence that follows a product's releases.
    fn product_versions(&mut self, item: &'a Item, product: ProductId) -> Vec<LicenseVersion> {
        let line = VersionLine::Product(product);
        let listed = self.listed_ranks(item, line);
        let blocks = self.version_blocks(item, line, listed.as_ref());
        let all: BTreeMap<Rank, Span> = match listed {
            Some(listed) => listed,
            None => {
                let ranks =
                    (0..self.program.products[product].versions.len()).filter_map(|place| u32::try_from(place).ok());
                ranks.map(|rank| (Rank(rank), item.name.span)).collect()
            }
        };
        let versions = all.into_iter().filter_map(|(rank, span)| {
            let release = self.program.products[product].versions.get(rank.0 as usize)?;
            let block = blocks.get(&rank);
            let sold = block.map(|(period, _)| *period).unwrap_or_default();
            let sold = Period { from: sold.from.or(release.from), until: sold.until };
            Some(LicenseVersion::without_content(
                rank,
                release.labels.clone(),
                sold,
                block.map_or(span, |(_, span)| *span),
            ))
        });
        versions.collect()
    }

    /// The releases that `versions` lists; `None` without it.
    fn listed_ranks(&mut self, item: &Item, line: VersionLine) -> Option<BTreeMap<Rank, Span>> {
        let labels = listed_labels(item)?;
        let ranks = labels.iter().filter_map(|label| Some((self.version_on(line, label)?, label.span)));
        let mut first = BTreeMap::new();
        for (rank, span) in ranks {
            first.entry(rank).or_insert(span);
        }
        Some(first)
    }

    /// The `version` blocks by version, each with the period in which it is sold.
    fn version_blocks(
        &mut self,
        item: &'a Item,
        line: VersionLine,
        listed: Option<&BTreeMap<Rank, Span>>,
    ) -> BTreeMap<Rank, (Period, Span)> {
        let (mut blocks, mut first): (_, BTreeMap<Rank, &Word>) = (BTreeMap::new(), BTreeMap::new());
        for (label, clauses, span) in version_clauses(item) {
            let period = self.period(super::clauses::period_of(clauses));
            let Some(rank) = self.version_on(line, label) else { continue };
            match (first.get(&rank), listed) {
                (Some(earlier), _) => self.report(twice(label, earlier, "a version")),
                (None, Some(listed)) if !listed.contains_key(&rank) => self.report(not_listed(item, label)),
                _ => {
                    first.insert(rank, label);
                    blocks.insert(rank, (period, span));
                }
            }
        }
        blocks
    }

    pub(super) fn licenses(&mut self) {
        let mut edges = Vec::new();
        for (place, item) in self.names.licenses.iter().enumerate() {
            edges.extend(self.license(super::facts::id_at(place), item));
        }
        self.suites(&edges);
        self.shared_terms();
    }

    /// Writes out the versions of a licence; answers which includes which.
    fn license(&mut self, id: LicenseId, item: &'a Item) -> Vec<Edge<(LicenseId, Rank)>> {
        let line = self.line_of(id);
        let product = match (line, self.granted_product(item)) {
            (None, _) => Fixed::InError,
            (Some(_), Some(product)) => Fixed::Product(product),
            (Some(_), None) => Fixed::Open(None),
        };
        let place = Place::license(line, product);
        let base = self.terms_of(id, &place, &item.clauses);
        let mut own: BTreeMap<Rank, Terms> = BTreeMap::new();
        for (label, clauses, _) in version_clauses(item) {
            let terms = self.terms_of(id, &place, clauses);
            if let Some(rank) = line.and_then(|line| self.rank(line, &label.text)) {
                own.entry(rank).or_insert(terms);
            }
        }
        self.license_shape(id, item, &base, &own);
        self.write_out(id, &base, &own)
    }

    /// Every version must grant or include something.
    fn license_shape(&mut self, id: LicenseId, item: &Item, base: &Terms, own: &BTreeMap<Rank, Terms>) {
        let says_nothing = |terms: &Terms| terms.grants.is_none() && terms.includes.is_none();
        if !says_nothing(base) {
            return;
        }
        let name = &item.name.text;
        if !clauses_with_versions(item)
            .any(|clause| matches!(clause.kind, ClauseKind::Grants(_) | ClauseKind::Includes(_)))
        {
            let error = Diagnostic::error(Code::LicenseShape, format!("`{name}` covers nothing"))
                .at(opening(item), "neither `grants` nor `includes`");
            return self.report(error.help("say what a unit covers: `grants PRODUCT.functionality`"));
        }
        let bare =
            self.program.licenses[id].versions.iter().filter(|version| own.get(&version.rank).is_none_or(says_nothing));
        let problems: Vec<Diagnostic> = bare
            .map(|version| {
                let label = version.labels.first().map_or("", String::as_str);
                Diagnostic::error(Code::LicenseShape, format!("`{name}` covers nothing in version {label}"))
                    .at(version.span, "neither `grants` nor `includes`")
                    .help(format!("write `version {label} {{ grants … }}`, or leave the version out with `versions`"))
            })
            .collect();
        self.diagnostics.extend(problems);
    }

    fn write_out(&mut self, id: LicenseId, base: &Terms, own: &BTreeMap<Rank, Terms>) -> Vec<Edge<(LicenseId, Rank)>> {
        let mut edges = Vec::new();
        let Some(license) = self.program.licenses.get_mut(id) else { return edges };
        let nothing = Terms::default();
        for version in &mut license.versions {
            let own = own.get(&version.rank).unwrap_or(&nothing);
            let includes = own.includes.as_ref().or(base.includes.as_ref());
            version.grants = own.grants.clone().or_else(|| base.grants.clone()).unwrap_or_default();
            version.includes =
                includes.into_iter().flatten().map(|included| (included.license, included.rank)).collect();
            version.units = own.units.clone().or_else(|| base.units.clone());
            version.pack = own.pack.or(base.pack).unwrap_or(1);
            version.minimum = own.minimum.or(base.minimum).unwrap_or(1);
            version.provided = provided_of(base, own);
            edges.extend(includes.into_iter().flatten().map(|included| Edge {
                from: (id, version.rank),
                to: (included.license, included.rank),
                span: included.span,
            }));
        }
        edges
    }

    /// What the clauses of a licence, or of one of its versions, say.
    fn terms_of(&mut self, id: LicenseId, place: &Place, clauses: &'a [Clause]) -> Terms {
        let (mut terms, mut met) = (Terms::default(), BTreeMap::new());
        for clause in clauses {
            match &clause.kind {
                ClauseKind::Grants(paths) => terms.grants = Some(self.grants(id, paths)),
                ClauseKind::Includes(licenses) => terms.includes = Some(self.includes(id, licenses)),
                ClauseKind::Units(expr) => terms.units = self.units(id, expr),
                ClauseKind::Pack(number) => terms.pack = self.whole_number(number, "pack"),
                ClauseKind::Minimum(number) => terms.minimum = self.whole_number(number, "minimum"),
                ClauseKind::Under(word) => {
                    terms.under = self.find::<TermsId>(word).map(|terms| self.under(place, terms))
                }
                ClauseKind::Provided { name, .. } => {
                    let is_new = self.once(&mut met, name, "a clause");
                    let provided = self.provided(place, clause, None);
                    terms.provided.extend(provided.filter(|_| is_new));
                }
                _ => {}
            }
        }
        terms
    }

    /// The functionalities granted, all of one product.
    fn grants(&mut self, id: LicenseId, paths: &[Vec<Word>]) -> Vec<FunctionalityId> {
        let mut granted: Vec<FunctionalityId> = Vec::new();
        for path in paths {
            let Some(functionality) = self.functionality(path) else { continue };
            let (Some(first), Some(last)) = (path.first(), path.last()) else { continue };
            let product = self.program.functionalities[functionality].product;
            match self.names.licenses.get(id.place()).and_then(|item| self.granted_product(item)) {
                Some(one) if one != product => self.two_products(id, one, first.span.to(last.span)),
                _ if granted.contains(&functionality) => {}
                _ => granted.push(functionality),
            }
        }
        granted
    }

    fn two_products(&mut self, id: LicenseId, one: ProductId, span: Span) {
        let license = &self.program.licenses[id].header;
        let product = &self.program.products[one].header.name;
        let error =
            Diagnostic::error(Code::LicenseShape, format!("`{}` grants functionalities of two products", license.name))
                .at(span, format!("not of `{product}`"))
                .because(license.name_span, format!("what comes first in this licence is of `{product}`"));
        self.report(error.help("declare a licence for each product, and a suite that `includes` both"));
    }

    /// How many units a holder takes: a term that comes out whole.
    fn units(&mut self, id: LicenseId, expr: &Expr) -> Option<Term> {
        let place = Place::units(&self.program.licenses[id].metrics);
        let typed = self.term(&place, expr, Expected::Free)?;
        let is_none = matches!(&typed.term, Term::Constant(Value::Number(number)) if *number < Decimal::ONE);
        match typed.ty {
            Type::Int if !is_none => Some(typed.term),
            Type::Int | Type::Number => {
                let error = Diagnostic::error(Code::UnitsNotWhole, "`units` must come out as a whole number from 1 up");
                let error = error.at(expr.span, if is_none { "less than one" } else { "may come out broken" });
                self.fail(error.help(match is_none {
                    true => "write 1 or more, or leave the clause out",
                    false => "round it: `round_up(…)` or `round_down(…)`",
                }))
            }
            ty => {
                let found = self.describe(&ty);
                let error = Diagnostic::error(Code::TypeMismatch, format!("`units` is a whole number, not {found}"));
                let label = if is_numeric(&ty) { "an amount of money".to_owned() } else { format!("this is {found}") };
                self.fail(error.at(expr.span, label))
            }
        }
    }

    /// The clauses that a licence takes from shared terms.
    fn under(&mut self, place: &Place, terms: TermsId) -> Vec<Provided> {
        let Some(item) = self.names.terms.get(terms.0) else { return Vec::new() };
        let (mut provided, mut met) = (Vec::new(), BTreeMap::new());
        for clause in &item.clauses {
            if let ClauseKind::Provided { name, .. } = &clause.kind {
                let is_new = self.once(&mut met, name, "a clause");
                let checked = self.provided(place, clause, Some(item.name.text.clone()));
                provided.extend(checked.filter(|_| is_new));
            }
        }
        provided
    }

    fn header_of_provided(&mut self, clause: &Clause) -> Option<Header> {
        let ClauseKind::Provided { name, title, cites, .. } = &clause.kind else { return None };
        Some(self.clause_header(clause, name, title.as_ref(), cites))
    }

    fn provided(&mut self, place: &Place, clause: &Clause, terms: Option<String>) -> Option<Provided> {
        let ClauseKind::Provided { name, period, condition, .. } = &clause.kind else { return None };
        self.diagnostics.extend(reserved(name));
        let header = self.header_of_provided(clause)?;
        let period = self.period(*period);
        let Some(condition) = self.condition(place, condition) else {
            self.clauses_in_error.insert(header.name);
            return None;
        };
        Some(Provided { header, terms, period, condition })
    }

    /// The headers of shared terms. Those that no licence takes are checked too, as far as that goes without a product.
    fn shared_terms(&mut self) {
        let taken: BTreeSet<&str> = self
            .names
            .licenses
            .iter()
            .flat_map(|item| clauses_with_versions(item))
            .filter_map(|clause| match &clause.kind {
                ClauseKind::Under(word) => Some(word.text.as_str()),
                _ => None,
            })
            .collect();
        for (place, item) in self.names.terms.iter().enumerate() {
            let header = self.header(item);
            let clauses = item.clauses.iter().filter_map(|clause| self.header_of_provided(clause)).collect();
            self.program.terms.push(SharedTerms { header, clauses });
            if !taken.contains(item.name.text.as_str()) {
                self.under(&Place::license(None, Fixed::InError), TermsId(place));
            }
        }
    }
}

/// What the clauses of a licence or of one version say; what is left out is `None`.
#[derive(Default)]
struct Terms {
    grants: Option<Vec<FunctionalityId>>,
    includes: Option<Vec<Included>>,
    units: Option<Term>,
    pack: Option<u64>,
    minimum: Option<u64>,
    under: Option<Vec<Provided>>,
    provided: Vec<Provided>,
}

/// The clauses of a version: shared terms first, then the licence's, then its own; a namesake takes the place.
fn provided_of(base: &Terms, own: &Terms) -> Vec<Provided> {
    let shared = own.under.as_ref().or(base.under.as_ref());
    let mut all: Vec<Provided> = shared.cloned().unwrap_or_default();
    for provided in base.provided.iter().chain(&own.provided) {
        match all.iter_mut().find(|earlier| earlier.header.name == provided.header.name) {
            Some(earlier) => *earlier = provided.clone(),
            None => all.push(provided.clone()),
        }
    }
    all
}

/// The clauses of a licence and those in its `version` blocks.
fn clauses_with_versions(item: &Item) -> impl Iterator<Item = &Clause> {
    item.clauses.iter().chain(version_clauses(item).flat_map(|(_, clauses, _)| clauses))
}

/// The `version` blocks: label, clauses, place.
pub(super) fn version_clauses(item: &Item) -> impl Iterator<Item = (&Word, &[Clause], Span)> {
    item.clauses.iter().filter_map(|clause| match &clause.kind {
        ClauseKind::Version { label, clauses } => Some((label, clauses.as_slice(), clause.span)),
        _ => None,
    })
}

/// The labels that `versions` lists; `None` without it.
pub(super) fn listed_labels(item: &Item) -> Option<&[Word]> {
    item.clauses.iter().find_map(|clause| match &clause.kind {
        ClauseKind::Versions(labels) => Some(labels.as_slice()),
        _ => None,
    })
}

fn includes_anything(item: &Item) -> bool {
    clauses_with_versions(item).any(|clause| matches!(clause.kind, ClauseKind::Includes(_)))
}

fn not_listed(item: &Item, label: &Word) -> Diagnostic {
    let error = Diagnostic::error(
        Code::UnknownVersion,
        format!("`{}` does not exist in version {}", item.name.text, label.text),
    )
    .at(label.span, "not one of the listed versions");
    let error = match listed_labels(item).and_then(<[Word]>::first) {
        Some(first) => error.because(first.span, "the list of its versions starts here"),
        None => error,
    };
    error.help(format!("add {} to `versions`", label.text))
}
