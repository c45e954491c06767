//! Whether a unit of a licence covers a demand (semantics, section 3), clause by clause.

use super::conditions::Evaluator;
use super::scope::{RowScope, UnitScope};
use super::trace::Sink;
use super::unknowns::Unknowns;
use crate::decide::Node;
use crate::estate::HoldingRow;
use crate::program::{FunctionalityId, LicenseId, LicenseVersion, Program, Provided};
use crate::select::Rules;
use crate::value::{Metric, Rank};

/// A unit of a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    /// The licence.
    pub license: LicenseId,
    /// Its version.
    pub version: Rank,
    /// What it is assigned to.
    pub metric: Metric,
    /// The holding it is of; none for a unit that is bought.
    pub holding: Option<HoldingRow>,
}

/// Whether a unit covers a functionality demanded in a scope.
pub fn covers(
    rules: &Rules<'_>,
    unknowns: &mut Unknowns,
    rows: &RowScope<'_>,
    unit: Unit,
    functionality: FunctionalityId,
) -> Node {
    let Some(version) = rules.program.licenses[unit.license].version(unit.version) else { return Node::NO };
    let mut granted = Node::constant(version.grants.contains(&functionality));
    for included in included(rules.program, version, unit) {
        if granted == Node::YES {
            break;
        }
        let covers = covers(rules, unknowns, rows, included, functionality);
        granted = unknowns.diagrams.or(granted, covers);
    }
    for (_, holds, ()) in clauses(rules, unknowns, rows, unit, granted) {
        granted = unknowns.diagrams.and(granted, holds);
    }
    granted
}

/// The units that a unit of a suite stands for: of the same metric and holder.
pub fn included(program: &Program, version: &LicenseVersion, unit: Unit) -> Vec<Unit> {
    let included =
        version.includes.iter().map(|(license, version)| Unit { license: *license, version: *version, ..unit });
    included.filter(|unit| program.licenses[unit.license].metrics.contains(&unit.metric)).collect()
}

/// Whether a unit grants a functionality, itself or through what it includes, whatever its clauses say.
pub fn grants(program: &Program, unit: Unit, functionality: FunctionalityId) -> bool {
    let Some(version) = program.licenses[unit.license].version(unit.version) else { return false };
    version.grants.contains(&functionality)
        || included(program, version, unit).into_iter().any(|unit| grants(program, unit, functionality))
}

/// The clauses in force of a unit's licence and whether each holds, with what a sink of its own heard; none where nothing is
/// granted anyway.
pub fn clauses<'p, K: Sink + Default>(
    rules: &Rules<'p>,
    unknowns: &mut Unknowns,
    rows: &RowScope<'_>,
    unit: Unit,
    granted: Node,
) -> Vec<(&'p Provided, Node, K)> {
    let version = rules.program.licenses[unit.license].version(unit.version);
    let Some(version) = version.filter(|_| granted != Node::NO) else { return Vec::new() };
    let Unit { license, version: rank, metric, holding } = unit;
    let scope = UnitScope { rows, license, version: rank, metric, holding };
    let outcome = |clause: &'p Provided| {
        let mut evaluator = Evaluator::new(rules, unknowns, &scope).heard_by(K::default());
        let holds = evaluator.outcome(&clause.condition);
        (clause, holds, evaluator.into_sink())
    };
    rules.provided(version).map(outcome).collect()
}
