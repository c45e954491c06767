//! Releases that no licence covers, licences that nobody can use, suites that have fallen behind.

use super::sites::{Answers, holder_is_there, units};
use super::{Finding, not_looked_at};
use crate::decide::Node;
use crate::diagnostic::{Code, Diagnostic};
use crate::diff::symbolic::{About, Anyone};
use crate::evaluate::cover::{Unit, covers};
use crate::program::{FunctionalityId, License, LicenseId, LicenseVersion, ProductId, Program};
use crate::value::{Rank, VersionLine};
use std::collections::{BTreeMap, BTreeSet};

/// What is found of licences.
pub(super) fn findings(answers: &mut Answers<'_>) -> Vec<Finding> {
    answers.begin();
    let covered = all_covers(answers);
    let mut findings = releases(answers, &covered);
    if answers.is_exhausted() {
        let what = "releases that no licence covers, and licences that nobody can use, are not looked for";
        findings = vec![not_looked_at(what, None)];
    } else {
        findings.extend(unusable(answers, &covered));
    }
    findings.extend(behind(answers.program));
    findings
}

/// What each version of each licence covers once it is out, whatever the servers are.
type Covered = BTreeMap<(LicenseId, Rank), BTreeMap<FunctionalityId, Node>>;

fn all_covers(answers: &mut Answers<'_>) -> Covered {
    let program = answers.program;
    let mut all = Covered::new();
    for (license, of_license) in program.licenses.iter() {
        for version in &of_license.versions {
            let mut by_functionality: BTreeMap<FunctionalityId, Node> = BTreeMap::new();
            for (unit, product) in units(program, license, version.rank) {
                let usable = answers.usable(unit, product);
                for functionality in &program.products[product].functionalities {
                    let covers = covered(answers, unit, product, *functionality);
                    let node = answers.unknowns.diagrams.and(covers, usable);
                    let any = by_functionality.entry(*functionality).or_insert(Node::NO);
                    *any = answers.unknowns.diagrams.or(*any, node);
                }
            }
            all.insert((license, version.rank), by_functionality);
        }
    }
    all
}

fn covered(answers: &mut Answers<'_>, unit: Unit, product: ProductId, functionality: FunctionalityId) -> Node {
    let reader = answers.reader;
    let about = About { product: Some(product), functionality: None };
    reader.with_access(answers.unknowns, &mut |world, unknowns| match holder_is_there(unit.metric, world) {
        true => covers(&Anyone { reader, world, about, unit: None }, unknowns, unit, functionality),
        false => Node::NO,
    })
}

/// The releases of products of which some functionality cannot be covered.
fn releases(answers: &mut Answers<'_>, covered: &Covered) -> Vec<Finding> {
    let program = answers.program;
    let mut findings = Vec::new();
    for (product, of_product) in program.products.iter() {
        for functionality in &of_product.functionalities {
            let covering: Vec<Node> = covered.values().filter_map(|by| by.get(functionality)).copied().collect();
            let any = answers.unknowns.diagrams.any(&covering);
            let server = answers.possible_server(product);
            let any = answers.unknowns.diagrams.and(any, server);
            if any == Node::NO {
                findings.push(not_granted(program, *functionality));
                continue;
            }
            let reached = answers.versions_reached(product, any);
            for (rank, version) in of_product.versions.iter().enumerate() {
                if !reached.contains(&rank) {
                    let label = version.labels.first().map_or("", String::as_str);
                    let path = program.functionality_path(*functionality);
                    let message = format!("no licence covers `{path}` on a server of release {label}");
                    let warning = Diagnostic::warning(Code::ReleaseNotCovered, message)
                        .at(version.span, "whoever comes to such a server, no unit of any version helps")
                        .because(program.functionalities[*functionality].header.name_span, "this is demanded there")
                        .help("add the release to the `versions` of a licence that grants it, or correct the clauses");
                    findings.push(Finding::of(warning));
                }
            }
        }
    }
    findings
}

fn not_granted(program: &Program, functionality: FunctionalityId) -> Finding {
    let path = program.functionality_path(functionality);
    let warning = Diagnostic::warning(Code::ReleaseNotCovered, format!("no licence covers `{path}` on any release"))
        .at(program.functionalities[functionality].header.name_span, "whoever demands it, no unit helps")
        .help("let a licence grant it, or leave it out");
    Finding::of(warning)
}

/// The licences, or versions of them, that cover nothing at all.
fn unusable(answers: &mut Answers<'_>, covered: &Covered) -> Vec<Finding> {
    let program = answers.program;
    let mut findings = Vec::new();
    let mut is_used = |by: &BTreeMap<FunctionalityId, Node>| {
        by.iter().any(|(functionality, node)| {
            let server = answers.possible_server(program.functionalities[*functionality].product);
            answers.unknowns.diagrams.meet(*node, server)
        })
    };
    let used: BTreeSet<(LicenseId, Rank)> =
        covered.iter().filter(|(_, by)| is_used(by)).map(|(version, _)| *version).collect();
    let is_idle = |id: LicenseId, version: &LicenseVersion| !used.contains(&(id, version.rank));
    for (id, license) in program.licenses.iter() {
        if license.versions.iter().all(|version| is_idle(id, version)) {
            findings.push(nobody(program, license, None));
            continue;
        }
        findings.extend(
            license
                .versions
                .iter()
                .filter(|version| is_idle(id, version))
                .map(|version| nobody(program, license, Some(version))),
        );
    }
    findings
}

fn nobody(program: &Program, license: &License, version: Option<&LicenseVersion>) -> Finding {
    let label =
        version.map_or_else(String::new, |version| format!(" {}", program.version_label(license.line, version.rank)));
    let message = format!("nobody can use {}{label}: no demand of anybody meets its clauses", license.header.name);
    let span = version
        .filter(|version| version.span != license.header.span)
        .map_or(license.header.name_span, |version| version.span);
    let mut warning = Diagnostic::warning(Code::LicenseUnusable, message).at(span, "a unit of it covers nothing");
    let clauses = version.or(license.versions.first()).into_iter().flat_map(|version| &version.provided);
    for clause in clauses {
        warning = warning.because(clause.header.name_span, "together with this");
    }
    Finding::of(warning.help("correct the clauses that contradict each other, or leave it out"))
}

/// The suites whose newest version includes a version of a licence for which there is a newer one.
fn behind(program: &Program) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, suite) in program.licenses.iter().filter(|(_, license)| matches!(license.line, VersionLine::Suite(_))) {
        let Some(newest) = suite.versions.iter().max_by_key(|version| version.rank) else { continue };
        for (included, rank) in &newest.includes {
            let license = &program.licenses[*included];
            let Some(later) = license.versions.iter().map(|version| version.rank).max().filter(|later| later > rank)
            else {
                continue;
            };
            findings.push(fallen_behind(program, suite, newest, (*included, *rank, later)));
        }
    }
    findings
}

fn fallen_behind(
    program: &Program,
    suite: &License,
    newest: &LicenseVersion,
    (included, rank, later): (LicenseId, Rank, Rank),
) -> Finding {
    let of_suite = format!("{} {}", suite.header.name, program.version_label(suite.line, newest.rank));
    let (has, is) = (program.license_text(included, rank), program.license_text(included, later));
    let license = &program.licenses[included];
    let released = match license.line {
        VersionLine::Product(product) => {
            program.products[product].versions.get(later.0 as usize).map(|version| version.span)
        }
        VersionLine::Suite(_) => license.version(later).map(|version| version.span),
    };
    let message = format!("{of_suite}, the newest version of the suite, includes {has}, and there is {is}");
    let mut warning = Diagnostic::warning(Code::SuiteBehind, message).at(newest.span, format!("it includes {has}"));
    if let Some(span) = released {
        warning = warning.because(span, "the newer release");
    }
    Finding::of(warning.help("add the suite's version that includes the newer one, if there is one"))
}
