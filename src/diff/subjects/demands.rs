//! What is demanded, exempt and prohibited, by the rules of one side.

use super::free::{absent, impossible_access};
use super::{What, settled};
use crate::decide::Node;
use crate::diff::structure::period;
use crate::diff::symbolic::{About, Reader, is_none};
use crate::diff::unite::Side;
use crate::diff::verdict::Verdict;
use crate::evaluate::unknowns::{Thing, Unknowns};
use crate::program::{EffectKind, Entity, Field, FunctionalityId, Program, RuleId};
use crate::select::read::fields_of;
use crate::source::Sources;
use std::collections::BTreeMap;

fn about(program: &Program, functionality: FunctionalityId) -> About {
    About { product: Some(program.functionalities[functionality].product), functionality: Some(functionality) }
}

/// Whether some rule of a kind is yes of an access that asks for a functionality.
fn any_rule(reader: &Reader<'_>, functionality: FunctionalityId, kind: EffectKind, unknowns: &mut Unknowns) -> Node {
    let mut any = Node::NO;
    for (id, _) in reader.side.program.rules.iter().filter(|(_, rule)| rule.effect.kind() == kind) {
        let holds = rule(reader, id, functionality, unknowns);
        any = unknowns.diagrams.or(any, holds);
    }
    any
}

/// Whether a rule is in force and yes of an access that asks for a functionality.
pub(in crate::diff) fn rule(
    reader: &Reader<'_>,
    id: RuleId,
    functionality: FunctionalityId,
    unknowns: &mut Unknowns,
) -> Node {
    let program = &reader.side.program;
    let product = program.functionalities[functionality].product;
    if !program.rules[id].scope.covers(product) {
        return Node::NO;
    }
    let about = if is_general(program, id) { About::default() } else { about(program, functionality) };
    reader.remembered((id, about.functionality), unknowns, |unknowns| rule_about(reader, id, about, unknowns))
}

/// Whether a rule is the same for every server and functionality that it speaks of.
fn is_general(program: &Program, id: RuleId) -> bool {
    let particular = [Field::ServerProduct, Field::ServerVersion, Field::AccessFunctionality];
    let fields = program.rules[id].when.as_ref().map(fields_of).unwrap_or_default();
    let of_access = |subject: Entity| matches!(subject, Entity::Access | Entity::Server);
    !particular.iter().any(|field| fields.contains(field))
        && !program.definitions.values().any(|definition| of_access(definition.subject))
}

fn rule_about(reader: &Reader<'_>, id: RuleId, about: About, unknowns: &mut Unknowns) -> Node {
    let rule = &reader.side.program.rules[id];
    let mut holds = reader.period(rule.period, unknowns);
    if holds != Node::NO {
        let when = reader.outcome(about, rule.when.as_ref(), unknowns);
        holds = unknowns.diagrams.and(holds, when);
    }
    if let Some(evidence) = reader.side.evidence.get(&id) {
        let evidence = unknowns.flag(Thing::Evidence(*evidence), 0);
        holds = unknowns.diagrams.and(holds, evidence);
    }
    holds
}

/// Whether both sides have the same rules for a subject, so that nothing more need be asked: by what they come to, not by
/// how they are written.
pub(in crate::diff) fn are_same(readers: [&Reader<'_>; 2], what: What, unknowns: &mut Unknowns) -> bool {
    let (functionality, kind) = match what {
        What::Demand(id) => (id, EffectKind::Exemption),
        What::Quota(id) => (id, EffectKind::Quota),
        What::Prohibition(id) => (id, EffectKind::Prohibition),
        What::Definition(_) | What::Said(..) | What::Reading(_) | What::Cover(..) => return false,
    };
    let [old, new] = readers.map(|reader| {
        let program = &reader.side.program;
        let has = Side::has(&reader.side.map.functionalities, functionality);
        let by_running = program.functionalities[functionality].demanded_by_every_server;
        let mut nodes = Vec::new();
        for (id, of_rule) in program.rules.iter().filter(|(_, rule)| rule.effect.kind() == kind) {
            nodes.push((rule(reader, id, functionality, unknowns), of_rule.effect.limit()));
        }
        nodes.retain(|(node, _)| *node != Node::NO);
        nodes.sort();
        (has, by_running, nodes)
    });
    old == new && !unknowns.diagrams.is_exhausted()
}

/// The rules that give places for a functionality, where those of either side give them to others though each access by itself
/// has as many: two rules give twice as many to whoever comes in two ways, and a candidate needs a yes on exempt and prohibited
/// accesses too.
pub(in crate::diff) fn other_places(
    readers: [&Reader<'_>; 2],
    sources: [&Sources; 2],
    functionality: FunctionalityId,
    unknowns: &mut Unknowns,
) -> Option<(FunctionalityId, [String; 2])> {
    let sides = [0, 1].map(|side: usize| {
        let (mut told, mut given) = (Vec::new(), Vec::new());
        for (id, of_rule) in readers[side].side.program.rules.iter() {
            let Some(limit) = of_rule.effect.limit() else { continue };
            let holds = rule(readers[side], id, functionality, unknowns);
            if holds != Node::NO {
                let when = of_rule.when.as_ref().map(|when| sources[side].words(when.span));
                let name = format!("{} ({limit})", of_rule.header.name);
                let said = [Some(name), period(of_rule.period), when];
                told.push(said.into_iter().flatten().collect::<Vec<_>>().join(" "));
                given.push((holds, limit));
            }
        }
        (told.join("; "), given)
    });
    let what = What::Quota(functionality);
    let functions: Vec<Node> = sides.iter().flat_map(|(_, given)| given).map(|(holds, _)| *holds).collect();
    let nobody = impossible_access(readers, functionality, unknowns);
    let absent = absent(readers, what, functions.into_iter().chain([nobody]), unknowns);
    let impossible = unknowns.diagrams.or(nobody, absent);
    let possible = unknowns.diagrams.not(impossible);
    let [old, new] = sides.map(|(told, given)| {
        let mut places: BTreeMap<Node, u64> = BTreeMap::new();
        for (holds, limit) in given {
            let here = unknowns.diagrams.and(holds, possible);
            let known = places.entry(here).or_default();
            *known = known.saturating_add(limit);
        }
        places.remove(&Node::NO);
        (told, places)
    });
    (old.1 != new.1).then_some((functionality, [old.0, new.0]))
}

/// The rules that give places for a functionality somewhere in a region: their names, how many they give, and where.
pub(in crate::diff) fn placing(
    reader: &Reader<'_>,
    functionality: FunctionalityId,
    region: Node,
    unknowns: &mut Unknowns,
) -> Vec<(String, u64, Node)> {
    let mut placing = Vec::new();
    for (id, of_rule) in reader.side.program.rules.iter() {
        let Some(limit) = of_rule.effect.limit() else { continue };
        let holds = rule(reader, id, functionality, unknowns);
        let here = unknowns.diagrams.and(holds, region);
        if here != Node::NO {
            placing.push((of_rule.header.name.clone(), limit, here));
        }
    }
    placing
}

pub(super) fn prohibited(reader: &Reader<'_>, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Node {
    any_rule(reader, functionality, EffectKind::Prohibition, unknowns)
}

pub(super) fn exempt(reader: &Reader<'_>, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Node {
    any_rule(reader, functionality, EffectKind::Exemption, unknowns)
}

/// Whether an access raises a demand, or a server by running; what a side does not know it does not demand.
pub(super) fn demand(reader: &Reader<'_>, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Node {
    let program = &reader.side.program;
    if !Side::has(&reader.side.map.functionalities, functionality) {
        return Node::NO;
    }
    let exempt = exempt(reader, functionality, unknowns);
    let nobody = nobody(program, unknowns);
    let asked = unknowns.diagrams.not(exempt);
    let standing = Node::constant(program.functionalities[functionality].demanded_by_every_server);
    unknowns.diagrams.choose(nobody, standing, asked)
}

/// For how many heads per server quotas lift a demand.
pub(super) fn quota(
    reader: &Reader<'_>,
    functionality: FunctionalityId,
    unknowns: &mut Unknowns,
) -> Vec<(Verdict, Node)> {
    let mut any = Node::NO;
    let mut verdicts = Vec::new();
    for (limit, holds) in places(reader, functionality, unknowns) {
        any = unknowns.diagrams.or(any, holds);
        verdicts.push((Verdict::ExemptUpTo(limit), settled(holds, unknowns).0));
    }
    verdicts.insert(0, (Verdict::Demand, settled(any, unknowns).1));
    let known = verdicts.iter().fold(Node::NO, |known, (_, node)| unknowns.diagrams.or(known, *node));
    verdicts.push((Verdict::OpenWithinLimit, unknowns.diagrams.not(known)));
    verdicts
}

/// How many places quotas give together, and where.
fn places(reader: &Reader<'_>, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Vec<(u64, Node)> {
    let mut places: Vec<(u64, Node)> = Vec::new();
    for (id, of_rule) in reader.side.program.rules.iter() {
        let Some(limit) = of_rule.effect.limit() else { continue };
        let mut rest = rule(reader, id, functionality, unknowns);
        let mut next: Vec<(u64, Node)> = Vec::new();
        for (known, here) in places {
            let both = unknowns.diagrams.and(here, rest);
            let (not_rest, not_here) = (unknowns.diagrams.not(rest), unknowns.diagrams.not(here));
            let only = unknowns.diagrams.and(here, not_rest);
            rest = unknowns.diagrams.and(rest, not_here);
            for (limit, node) in [(known, only), (known.saturating_add(limit), both)] {
                add(&mut next, limit, node, unknowns);
            }
        }
        add(&mut next, limit, rest, unknowns);
        places = next;
    }
    places.sort_by_key(|(limit, _)| *limit);
    places
}

fn add(places: &mut Vec<(u64, Node)>, limit: u64, node: Node, unknowns: &mut Unknowns) {
    if node == Node::NO || limit == 0 {
        return;
    }
    match places.iter_mut().find(|(known, _)| *known == limit) {
        Some((_, known)) => *known = unknowns.diagrams.or(*known, node),
        None => places.push((limit, node)),
    }
}

/// Nobody and nothing comes: what a server demands by running.
pub(super) fn nobody(program: &Program, unknowns: &mut Unknowns) -> Node {
    let [user, device] = [Field::AccessUser, Field::AccessDevice].map(|field| is_none(program, field, unknowns));
    unknowns.diagrams.and(user, device)
}
