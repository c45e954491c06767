//! Indirect access: the further servers that an access to a server reaches.
//!
//! Reach is closed once, on the servers; rows of accesses only look it up.

use super::classes::Classes;
use super::conditions::Evaluator;
use super::scope::RowScope;
use super::unknowns::{Thing, Unknowns};
use crate::decide::{Node, Variable};
use crate::estate::{Estate, ServerRow};
use crate::program::{Field, FunctionalityId, Id, Reach, ReachTarget};
use crate::select::Rules;
use std::collections::{BTreeMap, BTreeSet};

/// For each server that is accessed, every server that an access to it reaches, itself first, each once, in the order
/// found, with the decision under which it does.
pub fn closure(
    rules: &Rules<'_>,
    estate: &Estate,
    classes: &Classes,
    unknowns: &mut Unknowns,
) -> Vec<Vec<(ServerRow, Node)>> {
    let steps = all_steps(rules, estate, classes, unknowns);
    let mut closure = vec![Vec::new(); steps.len()];
    for (_, access) in estate.accesses.iter() {
        if let Some(reach) = closure.get_mut(access.server.place()).filter(|reach| reach.is_empty()) {
            *reach = reached(&steps, unknowns, access.server);
        }
    }
    closure
}

/// A step from one server to another.
#[derive(Debug, Clone, Copy)]
pub struct Step<'p> {
    /// The rule by which it leads on.
    pub reach: &'p Reach,
    /// Where it leads.
    pub target: ServerRow,
    /// Under what.
    pub holds: Node,
}

/// The steps from each server.
pub fn all_steps<'p>(
    rules: &Rules<'p>,
    estate: &Estate,
    classes: &Classes,
    unknowns: &mut Unknowns,
) -> Vec<Vec<Step<'p>>> {
    estate.servers.iter().map(|(server, _)| steps(rules, estate, classes, unknowns, server)).collect()
}

/// Where one step leads from a server.
pub fn steps<'p>(
    rules: &Rules<'p>,
    estate: &Estate,
    classes: &Classes,
    unknowns: &mut Unknowns,
    server: ServerRow,
) -> Vec<Step<'p>> {
    let scope = RowScope::new(rules, estate, classes).at_server(server);
    steps_in(&scope, rules, estate, unknowns, server)
}

fn steps_in<'p>(
    scope: &RowScope<'_>,
    rules: &Rules<'p>,
    estate: &Estate,
    unknowns: &mut Unknowns,
    server: ServerRow,
) -> Vec<Step<'p>> {
    let mut steps = Vec::new();
    for reach in rules.reaches.iter().copied().filter(|reach| reach.scope.covers(estate.servers[server].product)) {
        let holds = Evaluator::new(rules, unknowns, scope).outcome_of(reach.when.as_ref());
        let step = |target: ServerRow| Step { reach, target, holds };
        match reach.to {
            ReachTarget::Routes => steps.extend(estate.servers[server].routes.iter().copied().map(step)),
            ReachTarget::RunsOn => steps.extend(estate.servers[server].runs_on.map(step)),
        }
    }
    steps
}

/// What would be reached from each server that is accessed if a field of some servers were not known, and the variable that
/// stands for it then; none where no step from these servers asks for it.
pub fn supposed<'p>(
    known: &[Vec<Step<'p>>],
    rules: &Rules<'p>,
    estate: &Estate,
    classes: &Classes,
    unknowns: &mut Unknowns,
    (field, servers): (Field, &[ServerRow]),
) -> Option<(Variable, Vec<Node>)> {
    let mut open_in = |server: &ServerRow| {
        let mut scope = RowScope::new(rules, estate, classes).at_server(*server);
        scope.supposed.insert(field);
        (*server, steps_in(&scope, rules, estate, unknowns, *server))
    };
    let open: Vec<(ServerRow, Vec<Step<'p>>)> = servers.iter().map(&mut open_in).collect();
    let mut read = open.iter().flat_map(|(_, steps)| steps).flat_map(|step| unknowns.diagrams.support(step.holds));
    let is_field =
        |variable: &Variable| unknowns.thing(*variable).is_some_and(|(thing, _)| thing == Thing::Field(field));
    let variable = read.find(is_field)?;
    let mut steps = known.to_vec();
    for (server, open) in open {
        steps.get_mut(server.place()).into_iter().for_each(|steps| steps.clone_from(&open));
    }
    let accessed: BTreeSet<ServerRow> = estate.accesses.iter().map(|(_, access)| access.server).collect();
    let all = accessed.into_iter().flat_map(|server| reached(&steps, unknowns, server));
    Some((variable, all.map(|(_, under)| under).collect()))
}

/// All that is reached by steps from a server: repeated until no decision changes, so circles are harmless.
fn reached(steps: &[Vec<Step<'_>>], unknowns: &mut Unknowns, server: ServerRow) -> Vec<(ServerRow, Node)> {
    let mut reached = vec![(server, Node::YES)];
    let mut places = BTreeMap::from([(server, 0)]);
    let mut open = BTreeSet::from([0_usize]);
    while let Some(place) = open.pop_first() {
        let Some((from, under)) = reached.get(place).copied() else { continue };
        for Step { target, holds, .. } in steps.get(from.place()).into_iter().flatten() {
            let here = unknowns.diagrams.and(under, *holds);
            match places.get(target) {
                Some(known) => widen(&mut reached, *known, here, unknowns, &mut open),
                None if here == Node::NO => {}
                None => {
                    places.insert(*target, reached.len());
                    open.insert(reached.len());
                    reached.push((*target, here));
                }
            }
        }
    }
    reached
}

fn widen(
    reached: &mut [(ServerRow, Node)],
    place: usize,
    here: Node,
    unknowns: &mut Unknowns,
    open: &mut BTreeSet<usize>,
) {
    if let Some((_, under)) = reached.get_mut(place) {
        let either = unknowns.diagrams.or(*under, here);
        if either != *under {
            *under = either;
            open.insert(place);
        }
    }
}

/// What an access asks for at a server that it reaches: the same, if it is the same product, else that product's first.
pub fn functionality_at(
    rules: &Rules<'_>,
    estate: &Estate,
    given: FunctionalityId,
    server: ServerRow,
) -> Option<FunctionalityId> {
    let product = estate.servers[server].product;
    match rules.program.functionalities[given].product == product {
        true => Some(given),
        false => rules.program.products[product].functionalities.first().copied(),
    }
}
