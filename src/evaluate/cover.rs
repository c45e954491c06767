//! Whether a unit of a licence covers a demand (semantics, section 3), clause by clause.

use super::conditions::{Evaluator, Readings, Scope};
use super::scope::{RowScope, UnitScope};
use super::trace::Sink;
use super::unknowns::Unknowns;
use crate::decide::Node;
use crate::estate::HoldingRow;
use crate::program::{FunctionalityId, LicenseId, LicenseVersion, Program, Provided};
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

/// What a unit may cover: it gives the conditions of the unit's licence something to be about.
pub trait Coverable<'p> {
    /// What the conditions speak of.
    type Scope: Scope;

    /// The program whose licences are looked at.
    fn program(&self) -> &'p Program;

    /// How terms are read.
    fn readings(&self) -> &dyn Readings;

    /// The same with a unit.
    fn with_unit(&self, unit: Unit) -> Self::Scope;
}

impl<'s> Coverable<'s> for RowScope<'s> {
    type Scope = UnitScope<'s>;

    fn program(&self) -> &'s Program {
        self.rules.program
    }

    fn readings(&self) -> &dyn Readings {
        self.rules
    }

    fn with_unit(&self, unit: Unit) -> UnitScope<'s> {
        let Unit { license, version, metric, holding } = unit;
        UnitScope { rows: self.clone(), license, version, metric, holding }
    }
}

/// Whether a unit covers a functionality that is demanded.
pub fn covers<'p>(
    demand: &impl Coverable<'p>,
    unknowns: &mut Unknowns,
    unit: Unit,
    functionality: FunctionalityId,
) -> Node {
    let program = demand.program();
    let Some(version) = program.licenses[unit.license].version(unit.version) else { return Node::NO };
    let mut granted = Node::constant(version.grants.contains(&functionality));
    for included in included(program, version, unit) {
        if granted == Node::YES {
            break;
        }
        let covers = covers(demand, unknowns, included, functionality);
        granted = unknowns.diagrams.or(granted, covers);
    }
    for (_, holds, ()) in clauses(demand, unknowns, unit, granted) {
        granted = unknowns.diagrams.and(granted, holds);
    }
    granted
}

/// Whether a unit covers all that it grants of what is demanded; no if it grants none of it.
pub fn covers_granted<'p>(
    demand: &impl Coverable<'p>,
    unknowns: &mut Unknowns,
    unit: Unit,
    demanded: &[FunctionalityId],
) -> Node {
    let program = demand.program();
    let mut granted = demanded.iter().filter(|one| grants(program, unit, **one)).peekable();
    let mut all = Node::constant(granted.peek().is_some());
    for functionality in granted {
        let covers = covers(demand, unknowns, unit, *functionality);
        all = unknowns.diagrams.and(all, covers);
    }
    all
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

/// The clauses of a unit's licence that may be in force, and whether each holds or is not, with what a sink of its own heard
/// of its condition; none where nothing is granted anyway.
pub fn clauses<'p, K: Sink + Default>(
    demand: &impl Coverable<'p>,
    unknowns: &mut Unknowns,
    unit: Unit,
    granted: Node,
) -> Vec<(&'p Provided, Node, K)> {
    let version = demand.program().licenses[unit.license].version(unit.version);
    let Some(version) = version.filter(|_| granted != Node::NO) else { return Vec::new() };
    let scope = demand.with_unit(unit);
    let mut outcomes = Vec::new();
    for clause in &version.provided {
        let in_force = Evaluator::new(demand.readings(), unknowns, &scope).period(clause.period);
        if in_force != Node::NO {
            let mut evaluator = Evaluator::new(demand.readings(), unknowns, &scope).heard_by(K::default());
            let holds = evaluator.outcome(&clause.condition);
            let heard = evaluator.into_sink();
            let not_in_force = unknowns.diagrams.not(in_force);
            outcomes.push((clause, unknowns.diagrams.or(not_in_force, holds), heard));
        }
    }
    outcomes
}
