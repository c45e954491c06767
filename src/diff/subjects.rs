//! What is compared: for each subject its net verdicts on both sides, as functions of all that is open.

use super::difference::ChangeKind;
use super::symbolic::{About, Anyone, Reader, World, among, is_none};
use super::unite::{Side, United};
use crate::decide::{Node, Variable};
use crate::evaluate::conditions::Evaluator;
use crate::evaluate::cover::{Unit, clauses, covers, included};
use crate::evaluate::unknowns::{Cell, Thing, Unknowns};
use crate::program::{
    DefinitionId, Effect, Entity, Field, FunctionalityId, Id, LicenseId, Period, ProductId, Program, Provided, RuleId,
};
use crate::select::read::fields_of;
use crate::value::{Line, Metric, Rank, Value};
use std::collections::BTreeSet;

/// What a verdict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// What a term says, as each side applies it.
    Definition(DefinitionId),
    /// What a term says under one source, by the common number of the reading.
    Said(DefinitionId, usize),
    /// Which reading of a term applies.
    Reading(DefinitionId),
    /// Whether a functionality is demanded.
    Demand(FunctionalityId),
    /// For how many heads per server a demand is lifted.
    Quota(FunctionalityId),
    /// Whether asking for a functionality is prohibited.
    Prohibition(FunctionalityId),
    /// Whether a unit of a licence covers a functionality.
    Cover(LicenseId, FunctionalityId),
}

impl What {
    pub fn kind(self) -> ChangeKind {
        match self {
            What::Definition(_) | What::Said(..) => ChangeKind::Definition,
            What::Reading(_) => ChangeKind::Reading,
            What::Demand(_) | What::Quota(_) => ChangeKind::Demand,
            What::Prohibition(_) => ChangeKind::Prohibition,
            What::Cover(..) => ChangeKind::Cover,
        }
    }
}

/// A verdict and where it holds.
pub(super) type Verdict = (String, Node);

/// One side's verdicts about a subject; no two hold at once.
pub(super) fn verdicts(reader: &Reader<'_>, what: What, unknowns: &mut Unknowns) -> Vec<Verdict> {
    let side = reader.side;
    match what {
        What::Definition(definition) => {
            let node = defined(reader, definition, unknowns, |evaluator| evaluator.definition(definition));
            answers(node, ["yes", "no"], unknowns)
        }
        What::Said(definition, number) => {
            let place = side.reading_of(definition, number);
            let reading = place.and_then(|place| side.program.definitions[definition].readings.get(place));
            let node = reading.map_or(Node::NO, |reading| {
                defined(reader, definition, unknowns, |evaluator| evaluator.said(definition, number, reading))
            });
            answers(node, ["yes", "no"], unknowns)
        }
        What::Reading(definition) => readings(reader, definition, unknowns),
        What::Demand(functionality) => {
            let node = demand(reader, functionality, unknowns);
            answers(node, ["demand", "exempt"], unknowns)
        }
        What::Quota(functionality) => quota(reader, functionality, unknowns),
        What::Prohibition(functionality) => {
            let node = prohibited(reader, functionality, unknowns);
            answers(node, ["prohibited", "allowed"], unknowns)
        }
        What::Cover(license, functionality) => {
            let node = cover(reader, license, functionality, unknowns);
            answers(node, ["covers", "does not cover"], unknowns)
        }
    }
}

/// A function as verdicts: what nobody can be asked for leaves it open where it matters.
fn answers(node: Node, [yes, no]: [&str; 2], unknowns: &mut Unknowns) -> Vec<Verdict> {
    let (holds, fails) = settled(node, unknowns);
    let diagrams = &mut unknowns.diagrams;
    let either = diagrams.or(holds, fails);
    let open = diagrams.not(either);
    [(yes, holds), (no, fails), ("open", open)].map(|(verdict, node)| (verdict.to_owned(), node)).into()
}

/// Where a function is yes, and where it is no, whatever readings leave open.
fn settled(node: Node, unknowns: &mut Unknowns) -> (Node, Node) {
    let support = unknowns.diagrams.support(node);
    let open: BTreeSet<Variable> = support
        .into_iter()
        .filter(|variable| matches!(unknowns.thing(*variable), Some((Thing::Open(..), _))))
        .collect();
    let is_open = |variable: Variable| open.contains(&variable);
    let negated = unknowns.diagrams.not(node);
    (unknowns.diagrams.for_all(node, &is_open), unknowns.diagrams.for_all(negated, &is_open))
}

/// Something said of the subject of a term, who is there.
fn defined(
    reader: &Reader<'_>,
    definition: DefinitionId,
    unknowns: &mut Unknowns,
    ask: impl Fn(&mut Evaluator<'_, Anyone<'_>>) -> Node,
) -> Node {
    let mut find = |world: World, unknowns: &mut Unknowns| {
        let scope = Anyone { reader, world, about: About::default(), unit: None };
        ask(&mut Evaluator::new(reader, unknowns, &scope))
    };
    match reader.side.program.definitions[definition].subject {
        Entity::Access => reader.with_access(unknowns, &mut |world, unknowns| match world.access() {
            true => find(world, unknowns),
            false => Node::NO,
        }),
        subject => {
            let world = World { user: subject == Entity::User, device: subject == Entity::Device, agreement: false };
            reader.with_agreement(world, unknowns, &mut find)
        }
    }
}

/// Which reading applies, by the name of its source.
fn readings(reader: &Reader<'_>, definition: DefinitionId, unknowns: &mut Unknowns) -> Vec<Verdict> {
    let readings = &reader.side.program.definitions[definition].readings;
    let mut none = Node::YES;
    let mut verdicts = Vec::new();
    for (place, under) in reader.under(definition) {
        let name = readings.get(*place).map_or(String::new(), |reading| reading.header.name.clone());
        let otherwise = unknowns.diagrams.not(*under);
        none = unknowns.diagrams.and(none, otherwise);
        verdicts.push((name, *under));
    }
    verdicts.push(("none".to_owned(), none));
    verdicts
}

fn about(program: &Program, functionality: FunctionalityId) -> About {
    About { product: Some(program.functionalities[functionality].product), functionality: Some(functionality) }
}

/// Whether some of the rules is yes of an access that asks for a functionality.
fn any_rule(
    reader: &Reader<'_>,
    functionality: FunctionalityId,
    unknowns: &mut Unknowns,
    wanted: impl Fn(&Effect) -> bool,
) -> Node {
    let mut any = Node::NO;
    for (id, _) in reader.side.program.rules.iter().filter(|(_, rule)| wanted(&rule.effect)) {
        let holds = rule(reader, id, functionality, unknowns);
        any = unknowns.diagrams.or(any, holds);
    }
    any
}

/// Whether a rule is in force and yes of an access that asks for a functionality.
pub(super) fn rule(reader: &Reader<'_>, id: RuleId, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Node {
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
        && !program.definitions.iter().any(|(_, definition)| of_access(definition.subject))
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
pub(super) fn are_same(readers: [&Reader<'_>; 2], what: What, unknowns: &mut Unknowns) -> bool {
    let (functionality, wanted): (_, fn(&Effect) -> bool) = match what {
        What::Demand(id) => (id, |effect| matches!(effect, Effect::Exempt { limit: None })),
        What::Quota(id) => (id, |effect| matches!(effect, Effect::Exempt { limit: Some(_) })),
        What::Prohibition(id) => (id, |effect| matches!(effect, Effect::Prohibit { .. })),
        What::Definition(_) | What::Said(..) | What::Reading(_) | What::Cover(..) => return false,
    };
    let [old, new] = readers.map(|reader| {
        let program = &reader.side.program;
        let has = Side::has(&reader.side.map.functionalities, functionality);
        let by_running = program.functionalities[functionality].demanded_by_every_server;
        let mut nodes = Vec::new();
        for (id, of_rule) in program.rules.iter().filter(|(_, rule)| wanted(&rule.effect)) {
            let limit = match of_rule.effect {
                Effect::Exempt { limit } => limit,
                Effect::Prohibit { .. } => None,
            };
            nodes.push((rule(reader, id, functionality, unknowns), limit));
        }
        nodes.retain(|(node, _)| *node != Node::NO);
        nodes.sort();
        (has, by_running, nodes)
    });
    old == new && !unknowns.diagrams.is_exhausted()
}

fn prohibited(reader: &Reader<'_>, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Node {
    any_rule(reader, functionality, unknowns, |effect| matches!(effect, Effect::Prohibit { .. }))
}

fn exempt(reader: &Reader<'_>, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Node {
    any_rule(reader, functionality, unknowns, |effect| matches!(effect, Effect::Exempt { limit: None }))
}

/// Whether an access raises a demand, or a server by running; what a side does not know it does not demand.
fn demand(reader: &Reader<'_>, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Node {
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
fn quota(reader: &Reader<'_>, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Vec<Verdict> {
    let mut any = Node::NO;
    let mut verdicts = Vec::new();
    for (limit, holds) in places(reader, functionality, unknowns) {
        any = unknowns.diagrams.or(any, holds);
        verdicts.push((limited_to(limit), settled(holds, unknowns).0));
    }
    verdicts.insert(0, ("demand".to_owned(), settled(any, unknowns).1));
    let known = verdicts.iter().fold(Node::NO, |known, (_, node)| unknowns.diagrams.or(known, *node));
    verdicts.push((OPEN_QUOTA.to_owned(), unknowns.diagrams.not(known)));
    verdicts
}

/// The verdict where a reading leaves open whether a quota holds.
pub(super) const OPEN_QUOTA: &str = "open within a limit";

/// The verdict of a quota.
pub(super) fn limited_to(limit: u64) -> String {
    format!("exempt up to {limit} per server")
}

/// The number of a quota in its verdict.
pub(super) fn limit_of(verdict: &str) -> Option<&str> {
    verdict.strip_prefix("exempt up to ")?.strip_suffix(" per server")
}

/// How many places quotas give together, and where.
fn places(reader: &Reader<'_>, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Vec<(u64, Node)> {
    let mut places: Vec<(u64, Node)> = Vec::new();
    for (id, of_rule) in reader.side.program.rules.iter() {
        let Effect::Exempt { limit: Some(limit) } = of_rule.effect else { continue };
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
fn nobody(program: &Program, unknowns: &mut Unknowns) -> Node {
    let [user, device] = [Field::AccessUser, Field::AccessDevice].map(|field| is_none(program, field, unknowns));
    unknowns.diagrams.and(user, device)
}

/// Whether a unit of a licence, of any version and metric, covers a functionality.
fn cover(reader: &Reader<'_>, license: LicenseId, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Node {
    let program = &reader.side.program;
    let mut any = Node::NO;
    for version in &program.licenses[license].versions {
        for metric in &program.licenses[license].metrics {
            let unit = Unit { license, version: version.rank, metric: *metric, holding: None };
            let covers = unit_covers(reader, unit, functionality, unknowns);
            let here = is_unit(program, unit, unknowns);
            let both = unknowns.diagrams.and(covers, here);
            any = unknowns.diagrams.or(any, both);
        }
    }
    any
}

/// Whether a unit covers a functionality that someone, or a server by running, demands.
pub(super) fn unit_covers(
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
pub(super) fn unit_clauses<'r>(
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
            let outcomes = clauses(&demand, unknowns, unit, Node::YES);
            outcomes.into_iter().find(|(known, _)| std::ptr::eq(*known, clause)).map_or(Node::YES, |(_, holds)| holds)
        });
        all.push((clause, holds));
    }
    all
}

/// Whether the unit that is looked at is of a version and metric.
pub(super) fn is_unit(program: &Program, unit: Unit, unknowns: &mut Unknowns) -> Node {
    let version = is_version(program, unit.license, unit.version, unknowns);
    let metric =
        among(program, Field::LicenseMetric, 0, unknowns, |cell| *cell == Cell::Value(Value::Metric(unit.metric)));
    unknowns.diagrams.and(version, metric)
}

fn is_version(program: &Program, license: LicenseId, version: Rank, unknowns: &mut Unknowns) -> Node {
    let class = u32::try_from(license.place()).unwrap_or(u32::MAX);
    among(program, Field::LicenseVersion, class, unknowns, |cell| *cell == Cell::Value(Value::Version(version)))
}

/// What cannot be, or has no verdict on one of the sides: free for the cases of a subject.
pub(super) fn free(readers: [&Reader<'_>; 2], what: What, sides: &[Vec<Verdict>; 2], unknowns: &mut Unknowns) -> Node {
    let [_, new] = readers;
    let mut parts = Vec::new();
    match what {
        What::Definition(_) | What::Said(..) | What::Reading(_) => {}
        What::Demand(functionality) => {
            parts.push(impossible_access(readers, functionality, unknowns));
            parts.extend(for_certain(readers, functionality, prohibited, unknowns));
        }
        What::Quota(functionality) => {
            parts.push(impossible_access(readers, functionality, unknowns));
            parts.extend(for_certain(readers, functionality, prohibited, unknowns));
            parts.extend(for_certain(readers, functionality, exempt, unknowns));
        }
        What::Prohibition(functionality) => parts.push(impossible_access(readers, functionality, unknowns)),
        What::Cover(license, functionality) => {
            parts.push(impossible_access(readers, functionality, unknowns));
            parts.push(impossible_unit(readers, license, unknowns));
            parts.push(other_functionality(&new.side.program, functionality, unknowns));
        }
    }
    if what.kind() != ChangeKind::Reading {
        parts.extend(readers.map(|reader| reader.undefined(unknowns)));
    }
    let mut free = parts.into_iter().fold(Node::NO, |any, part| unknowns.diagrams.or(any, part));
    let functions: Vec<Node> = sides.iter().flatten().map(|(_, node)| *node).chain([free]).collect();
    let mut read = BTreeSet::new();
    functions.into_iter().for_each(|node| read.extend(unknowns.diagrams.support(node)));
    for variable in read {
        let impossible = absent_or_not(readers, what, variable, unknowns);
        free = unknowns.diagrams.or(free, impossible);
    }
    free
}

/// Where a verdict is yes on either side, whatever readings leave open.
fn for_certain(
    readers: [&Reader<'_>; 2],
    functionality: FunctionalityId,
    verdict: fn(&Reader<'_>, FunctionalityId, &mut Unknowns) -> Node,
    unknowns: &mut Unknowns,
) -> [Node; 2] {
    readers.map(|reader| {
        let node = verdict(reader, functionality, unknowns);
        settled(node, unknowns).0
    })
}

/// A fact of someone is absent where there is someone, or is not where there is nobody.
fn absent_or_not(readers: [&Reader<'_>; 2], what: What, variable: Variable, unknowns: &mut Unknowns) -> Node {
    let [_, new] = readers;
    let program = &new.side.program;
    let field = match unknowns.thing(variable) {
        Some((Thing::Field(field), 0)) if field.is_of_someone(program) => field,
        _ => return Node::NO,
    };
    let is_there = match what {
        What::Definition(definition) | What::Said(definition, _) => {
            program.definitions[definition].subject != Entity::Access
        }
        _ => false,
    };
    let nobody = match field.entity(program) {
        Entity::Agreement if readers.iter().any(|reader| reader.fixes_agreement()) => Node::NO,
        Entity::Agreement => is_none(program, Field::Agreement, unknowns),
        _ if is_there => Node::NO,
        Entity::User => is_none(program, Field::AccessUser, unknowns),
        Entity::Device => is_none(program, Field::AccessDevice, unknowns),
        _ => nobody(program, unknowns),
    };
    let absent = among(program, field, 0, unknowns, |cell| *cell == Cell::Absent);
    let there = unknowns.diagrams.not(absent);
    unknowns.diagrams.choose(nobody, there, absent)
}

/// Nobody comes, where no side has servers demand it by running; or the server's version is not out yet.
fn impossible_access(readers: [&Reader<'_>; 2], functionality: FunctionalityId, unknowns: &mut Unknowns) -> Node {
    let [_, new] = readers;
    let by_running =
        readers.iter().any(|reader| reader.side.program.functionalities[functionality].demanded_by_every_server);
    let nobody = match by_running {
        true => Node::NO,
        false => nobody(&new.side.program, unknowns),
    };
    let product = new.side.program.functionalities[functionality].product;
    let unreleased = unreleased(readers, product, unknowns);
    unknowns.diagrams.or(nobody, unreleased)
}

/// The server has a version that is not out on the day, whichever side is asked.
fn unreleased(readers: [&Reader<'_>; 2], product: ProductId, unknowns: &mut Unknowns) -> Node {
    let [_, new] = readers;
    let class = u32::try_from(product.place()).unwrap_or(u32::MAX);
    let mut any = Node::NO;
    for (rank, _) in (0..).map(Rank).zip(&new.side.program.products[product].versions) {
        let early = before_release(readers, product, rank, unknowns);
        if early != Node::NO {
            let field = Field::ServerVersion;
            let here =
                among(&new.side.program, field, class, unknowns, |cell| *cell == Cell::Value(Value::Version(rank)));
            let both = unknowns.diagrams.and(early, here);
            any = unknowns.diagrams.or(any, both);
        }
    }
    any
}

/// The day is before the release of a version by both sides.
fn before_release(readers: [&Reader<'_>; 2], product: ProductId, rank: Rank, unknowns: &mut Unknowns) -> Node {
    let mut all = Node::YES;
    for reader in readers {
        let version = reader.side.program.products[product].versions.get(rank.0 as usize);
        let until = version.and_then(|version| version.from);
        let before = match until {
            Some(_) => reader.period(Period { from: None, until }, unknowns),
            None => Node::NO,
        };
        all = unknowns.diagrams.and(all, before);
    }
    all
}

/// A version or metric that the licence has on neither side, a unit whose holder does not come, or a version not yet out.
fn impossible_unit(readers: [&Reader<'_>; 2], license: LicenseId, unknowns: &mut Unknowns) -> Node {
    let [_, new] = readers;
    let (mut possible, mut early) = (Node::NO, Node::NO);
    for reader in readers {
        let of_side = &reader.side.program.licenses[license];
        for version in &of_side.versions {
            if let Line::Product(product) = of_side.line {
                let before = before_release(readers, product, version.rank, unknowns);
                let here = is_version(&new.side.program, license, version.rank, unknowns);
                let both = unknowns.diagrams.and(before, here);
                early = unknowns.diagrams.or(early, both);
            }
            for metric in &of_side.metrics {
                let unit = Unit { license, version: version.rank, metric: *metric, holding: None };
                let here = is_unit(&new.side.program, unit, unknowns);
                let here = with_holder(&new.side.program, *metric, here, unknowns);
                possible = unknowns.diagrams.or(possible, here);
            }
        }
    }
    let impossible = unknowns.diagrams.not(possible);
    unknowns.diagrams.or(impossible, early)
}

/// Where a unit is possible, whoever should hold it comes.
fn with_holder(program: &Program, metric: Metric, unit: Node, unknowns: &mut Unknowns) -> Node {
    let field = match metric {
        Metric::User => Field::AccessUser,
        Metric::Device => Field::AccessDevice,
        Metric::Host | Metric::Server => return unit,
    };
    let nobody = is_none(program, field, unknowns);
    let holder = unknowns.diagrams.not(nobody);
    unknowns.diagrams.and(unit, holder)
}

/// The access asks for something that does not demand the functionality.
fn other_functionality(program: &Program, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Node {
    let asks = |cell: &Cell| match cell {
        Cell::Value(Value::Functionality(asked)) => !program.demands(*asked).contains(&functionality),
        _ => false,
    };
    match unknowns.is_known(Thing::Field(Field::AccessFunctionality)) {
        true => among(program, Field::AccessFunctionality, 0, unknowns, asks),
        false => Node::NO,
    }
}

/// Every subject that is compared, in the order in which changes are told.
pub(super) fn all(united: &United, readers: [&Reader<'_>; 2], as_applied: bool) -> Vec<What> {
    let [old, new] = [&united.old, &united.new];
    let program = &new.program;
    let mut all = Vec::new();
    for definition in program.definitions.ids() {
        if ![old, new].iter().all(|side| Side::has(&side.map.definitions, definition)) {
            continue;
        }
        let by_hand = readers.iter().all(|reader| reader.is_by_hand(definition));
        let sourced =
            |side: &Side| side.program.definitions[definition].readings.iter().any(|one| one.source.is_some());
        match as_applied {
            true => all.push(What::Definition(definition)),
            false => {
                let numbers = new.readings_of(definition).iter();
                let both = numbers.filter(|number| old.reading_of(definition, **number).is_some());
                all.extend(both.map(|number| What::Said(definition, *number)));
            }
        }
        if !by_hand && (sourced(old) || sourced(new)) {
            all.push(What::Reading(definition));
        }
    }
    all.extend(program.functionalities.ids().flat_map(|id| [What::Demand(id), What::Quota(id)]));
    all.extend(program.functionalities.ids().map(What::Prohibition));
    for license in program.licenses.ids() {
        let mut granted = BTreeSet::new();
        for side in [old, new] {
            for version in &side.program.licenses[license].versions {
                for metric in &side.program.licenses[license].metrics {
                    let unit = Unit { license, version: version.rank, metric: *metric, holding: None };
                    grants(&side.program, unit, &mut granted);
                }
            }
        }
        all.extend(granted.into_iter().map(|functionality| What::Cover(license, functionality)));
    }
    all
}

/// What a unit may cover, through what it includes too.
fn grants(program: &Program, unit: Unit, granted: &mut BTreeSet<FunctionalityId>) {
    if let Some(version) = program.licenses[unit.license].version(unit.version) {
        granted.extend(&version.grants);
        included(program, version, unit).into_iter().for_each(|unit| grants(program, unit, granted));
    }
}

/// The name of a subject.
pub(super) fn name(united: &United, what: What) -> String {
    let program = &united.new.program;
    let term = |definition: DefinitionId| program.definitions[definition].header.name.clone();
    match what {
        What::Definition(definition) | What::Reading(definition) => term(definition),
        What::Said(definition, number) => {
            let place = united.new.reading_of(definition, number);
            let reading = place.and_then(|place| program.definitions[definition].readings.get(place));
            match reading.filter(|reading| reading.source.is_some()) {
                Some(reading) => format!("{}: {}", term(definition), reading.header.name),
                None => term(definition),
            }
        }
        What::Demand(functionality) | What::Quota(functionality) | What::Prohibition(functionality) => {
            program.functionality_path(functionality)
        }
        What::Cover(license, functionality) => {
            format!("{}: {}", program.licenses[license].header.name, program.functionality_path(functionality))
        }
    }
}
