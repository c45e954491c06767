//! The assumptions: defaults that were taken and mattered (semantics, section 5).
//!
//! A default mattered where another value of that fact alone would change a verdict. So the fact is taken as unknown,
//! and the verdict looked at under each of its values.

use super::unknowns::{Thing, Unknowns, cell_of};
use super::{Effective, Evaluation, RowScope, Stage, Standing, reach};
use crate::decide::{Node, Variable};
use crate::estate::{AccessRow, Estate, HoldingRow, ServerRow, Stated};
use crate::program::{Entity, FactId, Field, Id, Program};
use crate::select::Rules;
use crate::value::Value;
use std::cell::LazyCell;
use std::collections::BTreeMap;

/// For each fact whose default mattered, the rows of its table in which it did, ascending. What is supposed here is unknown
/// to nobody else, so it has unknowns of its own.
pub fn assumed(rules: &Rules<'_>, estate: &Estate, evaluation: &Evaluation) -> BTreeMap<FactId, Vec<usize>> {
    let found = |unknowns: &mut Unknowns| {
        let Evaluation { partitions, classes, kinds, .. } = evaluation;
        let mut stage = Stage::new(rules, estate, (partitions, classes, kinds), unknowns);
        of_facts(&mut stage, (&evaluation.effective, evaluation.verdicts.len()), &evaluation.standing)
    };
    Unknowns::complete(found).0
}

/// Effective accesses, and how many verdicts they have.
type Judged<'e> = (&'e [Effective], usize);

fn of_facts(stage: &mut Stage<'_>, judged: Judged<'_>, standing: &[Standing]) -> BTreeMap<FactId, Vec<usize>> {
    let read = stage.rules.fields_read();
    let facts: Vec<FactId> =
        stage.rules.program.facts.ids().filter(|fact| read.contains(&Field::Fact(*fact))).collect();
    let mut assumed: BTreeMap<FactId, Vec<usize>> = BTreeMap::new();
    for fact in facts {
        let mut rows = match stage.rules.program.facts[fact].entity {
            Entity::License => of_holdings(stage, fact, judged.0, standing),
            Entity::Absence => of_absences(stage, fact),
            entity => {
                let mut rows = of_accesses(stage, fact, entity, judged, standing);
                rows.extend(of_reach(stage, fact, entity));
                rows
            }
        };
        rows.sort_unstable();
        rows.dedup();
        if !rows.is_empty() {
            assumed.insert(fact, rows);
        }
    }
    assumed
}

fn of_accesses(
    stage: &mut Stage<'_>,
    fact: FactId,
    entity: Entity,
    (effective, verdicts): Judged<'_>,
    standing: &[Standing],
) -> Vec<usize> {
    let Some(default) = stage.rules.program.facts[fact].default.clone().filter(|_| is_assumed(stage, fact, entity))
    else {
        return Vec::new();
    };
    let (mut rows, mut known) = (Vec::new(), vec![None; verdicts]);
    for access in effective {
        // Accesses of one verdict are alike, and most often nothing is assumed of them that matters.
        if known.get(access.verdict) == Some(&Some(false)) {
            continue;
        }
        let Some(row) = default_taken(stage, fact, entity, access.access, access.server) else { continue };
        if rows.last() == Some(&row) {
            continue;
        }
        let Some(known) = known.get_mut(access.verdict) else { continue };
        let mattered = *known.get_or_insert_with(|| {
            let mut scope = stage.scope(access.access, access.server, access.functionality);
            scope.supposed.insert(Field::Fact(fact));
            let verdict = stage.verdict(&scope, access.functionality);
            let covers = verdict.demands.iter().flat_map(|demand| &demand.covers).map(|(_, node)| *node);
            let nodes: Vec<Node> = verdict.rules.iter().map(|(_, node)| *node).chain(covers).collect();
            matters(stage, fact, &default, &nodes)
        });
        if mattered {
            rows.push(row);
        }
    }
    rows.extend(of_standing(stage, fact, entity, standing));
    rows
}

/// Whether some row of the fact's table leaves it to the default.
fn is_assumed(stage: &Stage<'_>, fact: FactId, entity: Entity) -> bool {
    let (estate, field) = (stage.estate, Field::Fact(fact));
    let column = match entity {
        Entity::User => estate.users.column(field),
        Entity::Device => estate.devices.column(field),
        Entity::Access => estate.accesses.column(field),
        Entity::Server => estate.servers.column(field),
        Entity::Host => estate.hosts.column(field),
        Entity::Estate => return true,
        Entity::License | Entity::Absence | Entity::Agreement => return false,
    };
    column.is_some_and(|column| column.entries().iter().any(Stated::is_default))
}

/// Facts of servers and of the estate matter also to what servers demand by running.
fn of_standing(stage: &mut Stage<'_>, fact: FactId, entity: Entity, standing: &[Standing]) -> Vec<usize> {
    let mut rows = Vec::new();
    for Standing { server, demanded } in standing {
        let Some((row, stated)) = stated_of_server(stage, fact, entity, *server) else { return rows };
        let Stated::Default(default) = stated.clone() else { continue };
        let mut scope = RowScope::new(stage.rules, stage.estate, stage.classes).at_server(*server);
        scope.supposed.insert(Field::Fact(fact));
        let nodes: Vec<Node> =
            stage.demanded(&scope, demanded.functionality).covers.into_iter().map(|(_, node)| node).collect();
        if matters(stage, fact, &default, &nodes) {
            rows.push(row);
        }
    }
    rows
}

/// Facts of servers and of the estate matter also to where accesses lead.
fn of_reach(stage: &mut Stage<'_>, fact: FactId, entity: Entity) -> Vec<usize> {
    let Stage { rules, estate, classes, .. } = *stage;
    let default = rules.program.facts[fact].default.clone();
    let Some(default) = default.filter(|_| rules.reaches.iter().any(|reach| reach.when.is_some())) else {
        return Vec::new();
    };
    let mut assuming: BTreeMap<usize, Vec<ServerRow>> = BTreeMap::new();
    for (server, _) in estate.servers.iter() {
        if let Some((row, Stated::Default(_))) = stated_of_server(stage, fact, entity, server) {
            assuming.entry(row).or_default().push(server);
        }
    }
    let steps = reach::all_steps(rules, estate, classes, stage.unknowns);
    let mut rows = Vec::new();
    for (row, servers) in assuming {
        let supposed = (Field::Fact(fact), servers.as_slice());
        let Some((variable, nodes)) = reach::supposed(&steps, rules, estate, classes, stage.unknowns, supposed) else {
            continue;
        };
        if nodes.iter().any(|node| changes_with(stage.unknowns, rules.program, variable, &default, *node)) {
            rows.push(row);
        }
    }
    rows
}

/// A default of an absence matters where it decides whether licences follow it.
fn of_absences(stage: &mut Stage<'_>, fact: FactId) -> Vec<usize> {
    let (day, estate) = (stage.rules.setting.as_of, stage.estate);
    let mut rows = Vec::new();
    for (row, _) in estate.absences.iter().filter(|(_, absence)| absence.period.contains(day)) {
        let Stated::Default(default) = estate.absences.stated(row, Field::Fact(fact)) else { continue };
        let moves = stage.absence(row, Some(Field::Fact(fact))).moves;
        if matters(stage, fact, default, &[moves]) {
            rows.push(row.place());
        }
    }
    rows
}

/// A default of a holding matters where it decides whether its units cover something demanded.
fn of_holdings(stage: &mut Stage<'_>, fact: FactId, effective: &[Effective], standing: &[Standing]) -> Vec<usize> {
    let mut rows = Vec::new();
    let classes: LazyCell<BTreeMap<usize, &Effective>, _> =
        LazyCell::new(|| effective.iter().map(|access| (access.verdict, access)).collect());
    for kind in stage.kinds {
        let assuming =
            |row: &HoldingRow| matches!(stage.estate.holdings.stated(*row, Field::Fact(fact)), Stated::Default(_));
        let assuming: Vec<HoldingRow> = kind.holdings.iter().copied().filter(assuming).collect();
        let Some(Stated::Default(default)) =
            assuming.first().map(|row| stage.estate.holdings.stated(*row, Field::Fact(fact)).clone())
        else {
            continue;
        };
        let mut mattered = false;
        for access in classes.values() {
            let mut scope = stage.scope(access.access, access.server, access.functionality);
            scope.supposed.insert(Field::Fact(fact));
            let demands = stage.rules.program.demands(access.functionality);
            let nodes: Vec<Node> = demands.into_iter().map(|demand| stage.covers(&scope, kind, demand)).collect();
            mattered = mattered || matters(stage, fact, &default, &nodes);
        }
        for Standing { server, demanded } in standing {
            let mut scope = RowScope::new(stage.rules, stage.estate, stage.classes).at_server(*server);
            scope.supposed.insert(Field::Fact(fact));
            let node = stage.covers(&scope, kind, demanded.functionality);
            mattered = mattered || matters(stage, fact, &default, &[node]);
        }
        if mattered {
            rows.extend(assuming.iter().map(|row| row.place()));
        }
    }
    rows
}

/// The row where a fact stands for an access, if its default was taken there.
fn default_taken(
    stage: &Stage<'_>,
    fact: FactId,
    entity: Entity,
    access: AccessRow,
    server: ServerRow,
) -> Option<usize> {
    let (estate, field) = (stage.estate, Field::Fact(fact));
    let given = &estate.accesses[access];
    let (row, stated) = match entity {
        Entity::User => given.user.map(|row| (row.place(), estate.users.stated(row, field)))?,
        Entity::Device => given.device.map(|row| (row.place(), estate.devices.stated(row, field)))?,
        Entity::Access => (access.place(), estate.accesses.stated(access, field)),
        Entity::Server | Entity::Host | Entity::Estate => stated_of_server(stage, fact, entity, server)?,
        Entity::License | Entity::Absence | Entity::Agreement => return None,
    };
    stated.is_default().then_some(row)
}

/// Of a fact of servers, hosts or the estate, the row where it stands for a server, and what is stated there.
fn stated_of_server<'s>(
    stage: &Stage<'s>,
    fact: FactId,
    entity: Entity,
    server: ServerRow,
) -> Option<(usize, &'s Stated)> {
    let (estate, field) = (stage.estate, Field::Fact(fact));
    match entity {
        Entity::Server => Some((server.place(), estate.servers.stated(server, field))),
        Entity::Host => {
            let host = estate.servers[server].host;
            Some((host.place(), estate.hosts.stated(host, field)))
        }
        Entity::Estate => Some((0, estate.stated(fact))),
        Entity::User | Entity::Device | Entity::Access | Entity::License | Entity::Absence | Entity::Agreement => None,
    }
}

/// Whether some value of the fact gives some of the functions another answer than the default does.
fn matters(stage: &mut Stage<'_>, fact: FactId, default: &Value, nodes: &[Node]) -> bool {
    let field = Field::Fact(fact);
    nodes.iter().any(|node| node_changes(stage.unknowns, stage.rules.program, field, default, *node))
}

fn node_changes(unknowns: &mut Unknowns, program: &Program, field: Field, default: &Value, node: Node) -> bool {
    let support = unknowns.diagrams.support(node);
    let is_field = |variable| unknowns.thing(variable).is_some_and(|(thing, _)| thing == Thing::Field(field));
    let variable = support.into_iter().find(|variable| is_field(*variable));
    variable.is_some_and(|variable| changes_with(unknowns, program, variable, default, node))
}

/// Whether some value of a variable gives a function another answer than the default does.
fn changes_with(unknowns: &mut Unknowns, program: &Program, variable: Variable, default: &Value, node: Node) -> bool {
    let cells = unknowns.domain(program, variable);
    let Some(taken) = cell_of(&cells, default) else { return true };
    let answer = |unknowns: &mut Unknowns, cell: usize| unknowns.diagrams.restrict(node, variable, cell).known();
    let under_default = answer(unknowns, taken);
    (0..cells.len()).any(|cell| answer(unknowns, cell) != under_default)
}
