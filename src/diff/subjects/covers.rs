//! What a unit of a licence covers, by the terms of one side.

use crate::decide::Node;
use crate::diff::symbolic::{About, Anyone, Reader, is};
use crate::evaluate::cover::{Unit, clauses, covers, included};
use crate::evaluate::unknowns::Unknowns;
use crate::program::{Field, FunctionalityId, Id, LicenseId, Program, Provided};
use crate::value::{Metric, Rank, Value};
use std::collections::BTreeSet;

/// Whether a unit of a licence, of any version and metric, covers a functionality.
pub(super) fn cover(
    reader: &Reader<'_>,
    license: LicenseId,
    functionality: FunctionalityId,
    unknowns: &mut Unknowns,
) -> Node {
    let program = &reader.side.program;
    let mut units = Vec::new();
    for version in &program.licenses[license].versions {
        for metric in &program.licenses[license].metrics {
            let unit = Unit { license, version: version.rank, metric: *metric, holding: None };
            let covers = unit_covers(reader, unit, functionality, unknowns);
            let here = is_unit(program, unit, unknowns);
            units.push(unknowns.diagrams.and(covers, here));
        }
    }
    unknowns.diagrams.any(&units)
}

/// Whether a unit covers a functionality that someone, or a server by running, demands.
pub(in crate::diff) fn unit_covers(
    reader: &Reader<'_>,
    unit: Unit,
    functionality: FunctionalityId,
    unknowns: &mut Unknowns,
) -> Node {
    let product = reader.side.program.functionalities[functionality].product;
    reader.with_access(unknowns, &mut |world, unknowns| {
        let holder_is_there = match unit.metric {
            Metric::User => world.user,
            Metric::Device => world.device,
            Metric::Host | Metric::Server => true,
        };
        let about = About { product: Some(product), functionality: None };
        match holder_is_there {
            true => covers(&Anyone { reader, world, about, unit: None }, unknowns, unit, functionality),
            false => Node::NO,
        }
    })
}

/// The clauses of a unit's own licence, each with where it holds, whoever demands a functionality.
pub(in crate::diff) fn unit_clauses<'r>(
    reader: &'r Reader<'r>,
    unit: Unit,
    functionality: FunctionalityId,
    unknowns: &mut Unknowns,
) -> Vec<(&'r Provided, Node)> {
    let program = &reader.side.program;
    let about = About { product: Some(program.functionalities[functionality].product), functionality: None };
    let version = program.licenses[unit.license].version(unit.version);
    let provided = version.map_or(&[][..], |version| &version.provided);
    let mut all = Vec::new();
    for clause in provided {
        let holds = reader.with_access(unknowns, &mut |world, unknowns| {
            let demand = Anyone { reader, world, about, unit: None };
            let outcomes = clauses::<()>(&demand, unknowns, unit, Node::YES);
            outcomes
                .into_iter()
                .find(|(known, ..)| std::ptr::eq(*known, clause))
                .map_or(Node::YES, |(_, holds, ())| holds)
        });
        all.push((clause, holds));
    }
    all
}

/// Whether the unit that is looked at is of a version and metric.
pub(in crate::diff) fn is_unit(program: &Program, unit: Unit, unknowns: &mut Unknowns) -> Node {
    let version = is_version(program, unit.license, unit.version, unknowns);
    let metric = is(program, Field::LicenseMetric, 0, &Value::Metric(unit.metric), unknowns);
    unknowns.diagrams.and(version, metric)
}

pub(super) fn is_version(program: &Program, license: LicenseId, version: Rank, unknowns: &mut Unknowns) -> Node {
    let class = u32::try_from(license.place()).unwrap_or(u32::MAX);
    is(program, Field::LicenseVersion, class, &Value::Version(version), unknowns)
}

/// What a unit may cover, through what it includes too.
pub(super) fn grants(program: &Program, unit: Unit, granted: &mut BTreeSet<FunctionalityId>) {
    if let Some(version) = program.licenses[unit.license].version(unit.version) {
        granted.extend(&version.grants);
        included(program, version, unit).into_iter().for_each(|unit| grants(program, unit, granted));
    }
}
