//! Ways that accesses and licences take: reach, and reassignment. Compared by where they are taken, told as one thing each.

use super::compare::Way;
use super::symbolic::{About, Anyone, Reader, World};
use crate::decide::Node;
use crate::evaluate::conditions::{Evaluator, Readings};
use crate::evaluate::unknowns::Unknowns;
use crate::program::{Condition, Header, Period, Program, ReachTarget};
use crate::source::Span;
use crate::value::Metric;

/// The ways that are taken otherwise than before.
pub(super) fn ways(readers: [&Reader<'_>; 2], unknowns: &mut Unknowns) -> Vec<Way> {
    let mut ways = Vec::new();
    for (target, to) in [(ReachTarget::Routes, "server.routes"), (ReachTarget::RunsOn, "server.runs_on")] {
        let names = |program: &Program| {
            named(program.reaches.iter().filter(|reach| reach.to == target).map(|reach| &reach.header))
        };
        let [_, new] = readers;
        let mut turns = [false; 2];
        for product in new.side.program.products.ids() {
            let about = About { product: Some(product), functionality: None };
            let world = World { user: false, device: false, agreement: false };
            let sides = readers.map(|reader| {
                let reaches = reader.program().reaches.iter();
                let speaking = reaches.filter(|reach| reach.to == target && reach.scope.covers(product));
                taken(reader, world, about, speaking.map(|reach| (reach.period, reach.when.as_ref())), unknowns)
            });
            turn(sides, &mut turns, unknowns);
        }
        ways.push(Way { what: "reach", to, rules: readers.map(|reader| names(reader.program())), turns });
    }
    for metric in [Metric::User, Metric::Device] {
        let names = |program: &Program| {
            let of_metric = program.reassignments.iter().filter(|reassign| reassign.metric == metric);
            named(of_metric.map(|reassign| &reassign.header))
        };
        let world = World { user: metric == Metric::User, device: metric == Metric::Device, agreement: false };
        let sides = readers.map(|reader| {
            let of_metric = reader.program().reassignments.iter().filter(|reassign| reassign.metric == metric);
            let rules = of_metric.map(|reassign| (reassign.period, reassign.when.as_ref()));
            taken(reader, world, About::default(), rules, unknowns)
        });
        let mut turns = [false; 2];
        turn(sides, &mut turns, unknowns);
        let rules = readers.map(|reader| names(reader.program()));
        ways.push(Way { what: "reassign", to: metric.text(), rules, turns });
    }
    ways.retain(|way| way.turns != [false; 2]);
    ways
}

fn named<'h>(headers: impl Iterator<Item = &'h Header>) -> Vec<(String, Span)> {
    headers.map(|header| (header.name.clone(), header.name_span)).collect()
}

/// Where some rule lets the way be taken.
fn taken<'c>(
    reader: &Reader<'_>,
    world: World,
    about: About,
    rules: impl Iterator<Item = (Period, Option<&'c Condition>)>,
    unknowns: &mut Unknowns,
) -> Node {
    let mut any = Node::NO;
    for (period, when) in rules {
        let in_force = reader.period(period, unknowns);
        let holds = reader.with_agreement(world, unknowns, &mut |world, unknowns| {
            let scope = Anyone { reader, world, about, unit: None };
            Evaluator::new(reader, unknowns, &scope).outcome_of(when)
        });
        let both = unknowns.diagrams.and(in_force, holds);
        any = unknowns.diagrams.or(any, both);
    }
    any
}

/// Notes whether a way is taken where it was not, and not taken where it was.
fn turn([old, new]: [Node; 2], turns: &mut [bool; 2], unknowns: &mut Unknowns) {
    let (not_old, not_new) = (unknowns.diagrams.not(old), unknowns.diagrams.not(new));
    let [more, less] = turns;
    *more |= unknowns.diagrams.and(new, not_old) != Node::NO;
    *less |= unknowns.diagrams.and(old, not_new) != Node::NO;
}
