//! Who is there, which accesses there are in effect, and what the rules say of each
//! (semantics, sections 1 and 2; absences: section 4).

use std::collections::BTreeSet;

use super::world::{Scene, Slot, World, cell, device_row, server_row, user_row};
use crate::case::*;

/// Who is there on the date: heads per row, and who stands in for whom.
#[derive(Clone, Debug)]
pub struct Presence {
    pub users: Vec<Count>,
    pub devices: Vec<Count>,
    pub moves: Vec<Move>,
}

/// So many heads of one row take the place of another row's.
#[derive(Clone, Debug)]
pub struct Move {
    pub metric: Metric,
    pub absent: usize,
    pub substitute: usize,
    pub heads: u32,
}

/// A given access at the server it names, or at one that it reaches from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    pub access: usize,
    pub server: usize,
    pub functionality: String,
}

/// The heads that are there: absences count where a rule lets a licence of their kind move.
pub fn presence(world: &World<'_>) -> Presence {
    let estate = &world.case.estate;
    let mut there = Presence {
        users: estate.users.iter().map(|row| row.count).collect(),
        devices: estate.devices.iter().map(|row| row.count).collect(),
        moves: Vec::new(),
    };
    for (index, absence) in estate.absences.iter().enumerate() {
        if !absence.period.holds(estate.as_of) || !moves(world, index) {
            continue;
        }
        let heads = absence.count.unwrap_or(1);
        let user = absence.kind == Metric::User;
        let row = |id: &str| if user { user_row(world.case, id) } else { device_row(world.case, id) };
        let (absent, substitute) = (row(&absence.absent), row(&absence.substitute));
        let counts = if user { &mut there.users } else { &mut there.devices };
        if let Count::Heads(left) = &mut counts[absent] {
            *left = left.saturating_sub(heads);
        }
        there.moves.push(Move { metric: absence.kind, absent, substitute, heads });
    }
    there
}

fn moves(world: &World<'_>, absence: usize) -> bool {
    let scene = Scene { absence: Some(absence), ..Scene::default() };
    world.case.reassigns.iter().any(|rule| {
        rule.metric == world.case.estate.absences[absence].kind
            && rule.period.holds(world.case.estate.as_of)
            && rule.when.as_ref().is_none_or(|when| world.holds(when, &scene))
    })
}

/// Each given access, and one for every further server that it reaches; none of those who left.
pub fn effective(world: &World<'_>, there: &Presence) -> Vec<Effective> {
    let case = world.case;
    let mut all = Vec::new();
    for (row, access) in case.estate.accesses.iter().enumerate() {
        let gone = |count: Count| count == Count::Heads(0);
        let user_left = access.user.as_ref().is_some_and(|id| gone(there.users[user_row(case, id)]));
        let device_left = access.device.as_ref().is_some_and(|id| gone(there.devices[device_row(case, id)]));
        if user_left || device_left {
            continue;
        }
        let first = server_row(case, &access.server);
        for server in reached(world, first) {
            let functionality = functionality_at(case, row, server);
            all.push(Effective { access: row, server, functionality });
        }
    }
    all
}

/// The functionality an access names, or that of the feature it names, or the product's first.
pub fn functionality(case: &Case, access: usize) -> String {
    let access = &case.estate.accesses[access];
    let product = &case.estate.servers[server_row(case, &access.server)].product;
    let Some(named) = &access.functionality else { return first_functionality(case, product) };
    let feature = case.product(product).features.iter().find(|(feature, _)| feature == named);
    feature.map_or(named, |(_, of)| of).clone()
}

/// The functionality of a given access at a server that it reaches: the given one where the product is the same, else
/// that product's first.
pub fn functionality_at(case: &Case, access: usize, server: usize) -> String {
    let given = server_row(case, &case.estate.accesses[access].server);
    let product = |server: usize| &case.estate.servers[server].product;
    if product(given) == product(server) {
        functionality(case, access)
    } else {
        first_functionality(case, product(server))
    }
}

fn first_functionality(case: &Case, product: &str) -> String {
    case.product(product).functionalities[0].name.clone()
}

/// Of each access and each server whether the one leads to the other; of each absence on the date whether licences follow.
pub fn leads(world: &World<'_>) -> Vec<bool> {
    let estate = &world.case.estate;
    let mut leads = Vec::new();
    for access in &estate.accesses {
        let found = reached(world, server_row(world.case, &access.server));
        leads.extend((0..estate.servers.len()).map(|server| found.contains(&server)));
    }
    let lasting = estate.absences.iter().enumerate().filter(|(_, absence)| absence.period.holds(estate.as_of));
    leads.extend(lasting.map(|(index, _)| moves(world, index)));
    leads
}

/// The server itself, and every other that the reach rules lead to, each once.
fn reached(world: &World<'_>, first: usize) -> Vec<usize> {
    let mut found = vec![first];
    let mut next = 0;
    while next < found.len() {
        for target in targets(world, found[next]) {
            if !found.contains(&target) {
                found.push(target);
            }
        }
        next += 1;
    }
    found
}

fn targets(world: &World<'_>, server: usize) -> Vec<usize> {
    let estate = &world.case.estate;
    let id = &estate.servers[server].id;
    let scene = Scene { server: Some(server), ..Scene::default() };
    let in_force = |rule: &&Reach| {
        rule.period.holds(estate.as_of) && rule.when.as_ref().is_none_or(|when| world.holds(when, &scene))
    };
    let kinds: Vec<_> = world.case.reaches.iter().filter(in_force).map(|rule| rule.to).collect();
    let mut found = BTreeSet::new();
    if kinds.contains(&ReachTo::Routes) {
        let routes = estate.routes.iter().filter(|(from, _)| from == id);
        found.extend(routes.map(|(_, to)| server_row(world.case, to)));
    }
    if kinds.contains(&ReachTo::RunsOn) {
        found.extend(estate.servers[server].runs_on.iter().map(|below| server_row(world.case, below)));
    }
    found.into_iter().collect()
}

/// What a condition is asked of at an effective access.
pub fn scene(case: &Case, effective: &Effective) -> Scene<'static> {
    let access = &case.estate.accesses[effective.access];
    Scene {
        user: access.user.as_ref().map(|id| user_row(case, id)),
        device: access.device.as_ref().map(|id| device_row(case, id)),
        access: Some(effective.access),
        server: Some(effective.server),
        ..Scene::default()
    }
}

/// What each rule in force says of each effective access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// Per access, whether it is one in this completion: who is away and what is reached may be unknown.
    pub here: Vec<bool>,
    /// Per prohibition, in the order of `prohibitions`, per access.
    pub prohibited: Vec<Vec<bool>>,
    /// Per exemption, in the order of `exemptions`, per access.
    pub exempt: Vec<Vec<bool>>,
}

pub fn prohibitions(case: &Case) -> Vec<&Prohibition> {
    let mut rules: Vec<_> = case.prohibitions.iter().filter(|rule| rule.period.holds(case.estate.as_of)).collect();
    rules.sort_by_key(|rule| &rule.name);
    rules
}

pub fn exemptions(case: &Case) -> Vec<&Exemption> {
    let mut rules: Vec<_> = case.exemptions.iter().filter(|rule| rule.period.holds(case.estate.as_of)).collect();
    rules.sort_by_key(|rule| &rule.name);
    rules
}

/// The verdicts of one completion on the accesses of all.
pub fn verdicts(world: &World<'_>, there: &Presence, accesses: &[Effective]) -> Verdicts {
    let case = world.case;
    let effective = effective(world, there);
    let here: Vec<bool> = accesses.iter().map(|access| effective.contains(access)).collect();
    let of_all = |says: &dyn Fn(&Effective) -> bool| {
        accesses.iter().zip(&here).map(|(access, here)| *here && says(access)).collect()
    };
    Verdicts {
        prohibited: prohibitions(case)
            .into_iter()
            .map(|rule| of_all(&|access| prohibits(world, rule, access)))
            .collect(),
        exempt: exemptions(case).into_iter().map(|rule| of_all(&|access| exempts(world, rule, access))).collect(),
        here: here.clone(),
    }
}

/// What each rule says of each access, whether or not it takes place.
pub fn said(world: &World<'_>, accesses: &[Effective]) -> Vec<bool> {
    let case = world.case;
    let prohibited = prohibitions(case)
        .into_iter()
        .flat_map(|rule| accesses.iter().map(move |access| prohibits(world, rule, access)));
    let exempt =
        exemptions(case).into_iter().flat_map(|rule| accesses.iter().map(move |access| exempts(world, rule, access)));
    prohibited.chain(exempt).collect()
}

fn prohibits(world: &World<'_>, rule: &Prohibition, access: &Effective) -> bool {
    rule.scope.takes(&world.case.estate.servers[access.server].product)
        && world.holds(&rule.when, &scene(world.case, access))
}

fn exempts(world: &World<'_>, rule: &Exemption, access: &Effective) -> bool {
    rule.scope.takes(&world.case.estate.servers[access.server].product)
        && world.holds(&rule.when, &scene(world.case, access))
        && has_evidence(world, rule)
}

fn has_evidence(world: &World<'_>, rule: &Exemption) -> bool {
    let slot = Slot::Evidence(rule.name.clone());
    rule.evidence.is_none()
        || world.case.estate.evidence.contains(&rule.name)
        || world.answers[&slot] == Value::Bool(true)
}

impl Verdicts {
    /// Whether some prohibition is yes of an access.
    pub fn is_prohibited(&self, access: usize) -> bool {
        self.prohibited.iter().any(|rule| rule[access])
    }

    /// Whether an exemption without a limit is yes of an access.
    pub fn is_exempt(&self, case: &Case, access: usize) -> bool {
        exemptions(case).iter().zip(&self.exempt).any(|(rule, says)| rule.limit.is_none() && says[access])
    }
}

/// A demand for one functionality at one server, of an access or of the server itself.
#[derive(Clone, Debug)]
pub struct Demand {
    pub scene: Scene<'static>,
    pub server: usize,
    pub product: String,
    pub functionality: String,
}

/// The demands of one completion: of each access that is neither prohibited nor exempt, for its
/// functionality and each that it adds to; and what every server demands by itself.
pub fn demands(case: &Case, accesses: &[Effective], verdicts: &Verdicts) -> Vec<Demand> {
    let demanding = (0..accesses.len())
        .filter(|&index| verdicts.here[index] && !verdicts.is_prohibited(index) && !verdicts.is_exempt(case, index));
    // Two rows that state one thing, or take it for stated, demand it once.
    let mut once: Vec<&Effective> = Vec::new();
    for access in demanding.map(|index| &accesses[index]) {
        if !once.iter().any(|earlier| is_twin(case, earlier, access)) {
            once.push(access);
        }
    }
    let mut demands: Vec<_> = once.into_iter().flat_map(|access| demands_of(case, access)).collect();
    demands.extend(server_demands(case));
    demands
}

fn is_twin(case: &Case, one: &Effective, other: &Effective) -> bool {
    let [given, twin] = [one, other].map(|access| &case.estate.accesses[access.access]);
    let mut facts = case.facts.iter().filter(|fact| fact.field.entity == Entity::Access);
    let stated = |access: &Effective, fact: &Fact| match cell(case, Entity::Access, access.access, &fact.field.name) {
        Cell::Blank => fact.default.clone().map_or(Cell::Unknown, Cell::Is),
        cell => cell,
    };
    (one.server, &one.functionality) == (other.server, &other.functionality)
        && (&given.user, &given.device) == (&twin.user, &twin.device)
        && facts.all(|fact| stated(one, fact) == stated(other, fact))
}

/// What one access demands.
pub fn demands_of(case: &Case, access: &Effective) -> Vec<Demand> {
    let product = case.product(&case.estate.servers[access.server].product);
    let demand = |functionality: &str| Demand {
        scene: scene(case, access),
        server: access.server,
        product: product.name.clone(),
        functionality: functionality.to_owned(),
    };
    let own = product.functionality(&access.functionality).unwrap();
    std::iter::once(&own.name).chain(&own.adds_to).map(|name| demand(name)).collect()
}

pub fn server_demands(case: &Case) -> Vec<Demand> {
    let mut demands = Vec::new();
    for (server, row) in case.estate.servers.iter().enumerate() {
        let scene = Scene { server: Some(server), ..Scene::default() };
        let demanded = case.product(&row.product).functionalities.iter().filter(|one| one.every_server);
        demands.extend(demanded.map(|functionality| Demand {
            scene,
            server,
            product: row.product.clone(),
            functionality: functionality.name.clone(),
        }));
    }
    demands
}
