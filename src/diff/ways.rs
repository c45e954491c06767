//! Ways that accesses and licences take: reach, and reassignment. Compared by where they are taken, told as one thing each.

use super::compare::Way;
use super::structure::{period, scope_text};
use super::symbolic::{About, Anyone, Reader, World};
use crate::decide::Node;
use crate::evaluate::conditions::{Evaluator, Readings};
use crate::evaluate::unknowns::Unknowns;
use crate::program::{Condition, Header, Period, Program, Reach, ReachTarget, Reassignment};
use crate::source::{Sources, Span};
use crate::value::Metric;

/// The ways that are taken otherwise than before.
pub(super) fn ways(readers: [&Reader<'_>; 2], sources: [&Sources; 2], unknowns: &mut Unknowns) -> Vec<Way> {
    let mut ways = Vec::new();
    for (target, to) in [(ReachTarget::Routes, "server.routes"), (ReachTarget::RunsOn, "server.runs_on")] {
        let told = |program: &Program, sources: &Sources| {
            let of_target = program.reaches.iter().filter(|reach| reach.to == target);
            let rule = |reach: &Reach| {
                let parts =
                    [period(reach.period), scope_text(program, &reach.scope), when(sources, reach.when.as_ref())];
                described(&reach.header, parts)
            };
            of_target.map(rule).collect()
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
        let rules = [0, 1].map(|side| told(readers[side].program(), sources[side]));
        ways.push(Way { what: "reach", to, rules, turns });
    }
    for metric in [Metric::User, Metric::Device] {
        let told = |program: &Program, sources: &Sources| {
            let of_metric = program.reassignments.iter().filter(|reassign| reassign.metric == metric);
            let rule = |rule: &Reassignment| {
                described(&rule.header, [period(rule.period), None, when(sources, rule.when.as_ref())])
            };
            of_metric.map(rule).collect()
        };
        let world = World { user: metric == Metric::User, device: metric == Metric::Device, agreement: false };
        let sides = readers.map(|reader| {
            let of_metric = reader.program().reassignments.iter().filter(|reassign| reassign.metric == metric);
            let rules = of_metric.map(|reassign| (reassign.period, reassign.when.as_ref()));
            taken(reader, world, About::default(), rules, unknowns)
        });
        let mut turns = [false; 2];
        turn(sides, &mut turns, unknowns);
        let rules = [0, 1].map(|side| told(readers[side].program(), sources[side]));
        ways.push(Way { what: "reassign", to: metric.text(), rules, turns });
    }
    ways.retain(|way| way.turns != [false; 2]);
    ways
}

/// A rule by its name and all that bounds it, so that whoever acknowledges the change has seen that.
fn described(header: &Header, parts: [Option<String>; 3]) -> (String, Span) {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let bounds = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) };
    (format!("{}{bounds}", header.name), header.name_span)
}

fn when(sources: &Sources, when: Option<&Condition>) -> Option<String> {
    when.map(|when| format!("when {}", sources.words(when.span)))
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
