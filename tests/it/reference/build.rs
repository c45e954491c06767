//! From the demands of one completion to the problem that the search for a plan solves.

use std::collections::BTreeSet;

use super::access::{self, Demand, Effective, Presence, Verdicts};
use super::cover::{self, Kind};
use super::plan::{self, Bound, Holder, Place, Problem, Source, Stock};
use super::world::{Unit, World, device_row, host_id, server_row, user_row};
use crate::case::*;

/// Up to so many heads of a row are expanded one by one.
const EXPANDED: u32 = 12;

/// A demand as lists name it: server, user, device, `Product.functionality`.
pub type Named = (String, Option<String>, Option<String>, String);

pub fn named(case: &Case, demand: &Demand) -> Named {
    let estate = &case.estate;
    (
        estate.servers[demand.server].id.clone(),
        demand.scene.user.map(|row| estate.users[row].id.clone()),
        demand.scene.device.map(|row| estate.devices[row].id.clone()),
        format!("{}.{}", demand.product, demand.functionality),
    )
}

/// The rows that hold units: all users, then devices, then hosts, then servers.
struct Rows<'a> {
    case: &'a Case,
    hosts: Vec<String>,
}

impl<'a> Rows<'a> {
    fn of(case: &'a Case) -> Self {
        let hosts: BTreeSet<_> = (0..case.estate.servers.len()).map(|row| host_id(case, row).to_owned()).collect();
        let listed = case.estate.hosts.iter().map(|host| host.id.clone());
        let hosts: BTreeSet<_> = hosts.into_iter().chain(listed).collect();
        Self { case, hosts: hosts.into_iter().collect() }
    }

    fn user(&self, row: usize) -> usize {
        row
    }

    fn device(&self, row: usize) -> usize {
        self.case.estate.users.len() + row
    }

    fn host(&self, id: &str) -> usize {
        let place = self.hosts.iter().position(|host| host == id).unwrap();
        self.device(self.case.estate.devices.len()) + place
    }

    fn server(&self, row: usize) -> usize {
        self.device(self.case.estate.devices.len()) + self.hosts.len() + row
    }

    fn named(&self, metric: Metric, id: &str) -> usize {
        match metric {
            Metric::User => self.user(user_row(self.case, id)),
            Metric::Device => self.device(device_row(self.case, id)),
            Metric::Host => self.host(id),
            Metric::Server => self.server(server_row(self.case, id)),
        }
    }

    /// Each holder's metric and, for a host or server, a server that is it or stands on it.
    fn all(&self) -> Vec<(Metric, Option<usize>)> {
        let estate = &self.case.estate;
        let users = estate.users.iter().map(|_| (Metric::User, None));
        let devices = estate.devices.iter().map(|_| (Metric::Device, None));
        let hosts = self.hosts.iter().map(|id| {
            let on_it = (0..estate.servers.len()).find(|&row| host_id(self.case, row) == id);
            (Metric::Host, on_it)
        });
        let servers = (0..estate.servers.len()).map(|row| (Metric::Server, Some(row)));
        users.chain(devices).chain(hosts).chain(servers).collect()
    }
}

/// The problem of one completion, and its demands in the problem's order.
pub fn problem(
    world: &World<'_>,
    there: &Presence,
    accesses: &[Effective],
    verdicts: &Verdicts,
) -> (Problem, Vec<Demand>) {
    let case = world.case;
    let mut demands = access::demands(case, accesses, verdicts);
    demands.sort_by_key(|demand| named(case, demand));
    let rows = Rows::of(case);
    let sources = sources(world, there, &rows, &demands);
    let places = places(case, &rows, accesses, verdicts, &demands);
    let holders = holders(there, &rows, &sources, &places);
    let with_sides = demands.iter().map(|demand| sides(case, there, &rows, demand)).collect();
    let problem = Problem { demands: with_sides, holders, sources, places };
    (problem, demands)
}

/// A population that is `many` is no side: no number of units suffices.
fn sides(case: &Case, there: &Presence, rows: &Rows<'_>, demand: &Demand) -> plan::Demand {
    let user = demand.scene.user.filter(|&row| there.users[row] != Count::Many);
    let device = demand.scene.device.filter(|&row| there.devices[row] != Count::Many);
    let machines = [rows.host(host_id(case, demand.server)), rows.server(demand.server)];
    let people = user.map(|row| rows.user(row)).into_iter().chain(device.map(|row| rows.device(row)));
    plan::Demand { sides: people.chain(machines).collect() }
}

fn holders(there: &Presence, rows: &Rows<'_>, sources: &[Source], places: &[Place]) -> Vec<Holder> {
    let counts = there.users.iter().chain(&there.devices).map(|count| match count {
        Count::Heads(heads) => *heads,
        Count::Many => 0,
    });
    let counts = counts.chain(std::iter::repeat(1));
    let holder = |(index, ((metric, _), count)): (usize, ((Metric, Option<usize>), u32))| {
        let crowd = count > EXPANDED && !may_be_served_apart(index, metric, sources, places);
        assert!(crowd || count <= EXPANDED, "too many heads to expand");
        Holder { metric, heads: if crowd { 1 } else { count as usize }, alike: if crowd { count } else { 1 } }
    };
    rows.all().into_iter().zip(counts).enumerate().map(holder).collect()
}

/// Whether some heads of a row may get what others cannot: owned units, a place, part of a pack.
fn may_be_served_apart(holder: usize, metric: Metric, sources: &[Source], places: &[Place]) -> bool {
    let apart = |source: &Source| match source.stock {
        Stock::Owned { .. } => true,
        Stock::Bought { pack, .. } => pack > 1,
    };
    sources.iter().any(|source| source.kind.metric == metric && apart(source))
        || places.iter().any(|place| place.candidates.contains(&holder))
}

fn sources(world: &World<'_>, there: &Presence, rows: &Rows<'_>, demands: &[Demand]) -> Vec<Source> {
    let case = world.case;
    let mut sources = Vec::new();
    for (index, holding) in cover::held(case) {
        let versions = cover::held_versions(case, holding);
        let stock = Stock::Owned {
            quantity: holding.quantity,
            bound: holding.assigned_to.as_ref().map(|id| bound(there, rows, holding.metric, id)),
        };
        sources.push(source(world, rows, demands, cover::held_kind(case, holding), &versions, Some(index), stock));
    }
    for offer in cover::offers(case) {
        let stock = Stock::Bought { cents: offer.cents, pack: offer.pack };
        let versions = [offer.kind.version];
        sources.push(source(world, rows, demands, offer.kind, &versions, None, stock));
    }
    sources
}

fn bound(there: &Presence, rows: &Rows<'_>, metric: Metric, id: &str) -> Bound {
    let holder = rows.named(metric, id);
    let row = |metric: Metric, row: usize| if metric == Metric::User { rows.user(row) } else { rows.device(row) };
    let lent = there.moves.iter().filter(|one| one.metric == metric && row(metric, one.absent) == holder);
    Bound { holder, lent: lent.map(|one| (row(metric, one.substitute), one.heads)).collect() }
}

fn source(
    world: &World<'_>,
    rows: &Rows<'_>,
    demands: &[Demand],
    kind: Kind,
    versions: &[usize],
    holding: Option<usize>,
    stock: Stock,
) -> Source {
    let covers = |demand: &Demand| versions.iter().any(|&version| covers_as(world, &kind, version, holding, demand));
    let license = world.case.license(&kind.license);
    let covered: Vec<&Demand> = demands.iter().filter(|demand| covers(demand)).collect();
    // Of a holder's demands the one that takes most; for each, the version that takes fewest of those that cover it.
    let need = |(holder, (metric, server)): (usize, (Metric, Option<usize>))| {
        if metric != kind.metric || (server.is_none() && metric == Metric::Host) {
            return 0;
        }
        let fewest = |demand: &&Demand| {
            let covering = versions.iter().filter(|&&version| covers_as(world, &kind, version, holding, demand));
            covering.map(|&version| cover::need(world, license, version, server)).min()
        };
        let own = covered.iter().filter(|demand| is_side(world.case, rows, holder, demand));
        own.filter_map(fewest).max().unwrap_or(0)
    };
    let need = rows.all().into_iter().enumerate().map(need).collect();
    Source { covers: demands.iter().map(covers).collect(), need, kind, stock }
}

/// Whether a row could hold units for a demand.
fn is_side(case: &Case, rows: &Rows<'_>, holder: usize, demand: &Demand) -> bool {
    let people = [demand.scene.user.map(|row| rows.user(row)), demand.scene.device.map(|row| rows.device(row))];
    people.contains(&Some(holder))
        || holder == rows.host(host_id(case, demand.server))
        || holder == rows.server(demand.server)
}

/// Whether a unit of a kind, in one of its versions, covers a demand.
pub fn covers_as(world: &World<'_>, kind: &Kind, version: usize, holding: Option<usize>, demand: &Demand) -> bool {
    let unit = Unit { license: &kind.license, version, metric: kind.metric, holding };
    cover::covers(world, unit, demand)
}

/// The places of every quota at every server. A candidate is a row for which the condition is yes
/// on each of its accesses to that server.
fn places(case: &Case, rows: &Rows<'_>, accesses: &[Effective], verdicts: &Verdicts, demands: &[Demand]) -> Vec<Place> {
    let mut places = Vec::new();
    for (rule, says) in access::exemptions(case).into_iter().zip(&verdicts.exempt) {
        let Some(limit) = rule.limit else { continue };
        for server in 0..case.estate.servers.len() {
            let actors = |access: &Effective| {
                let scene = access::scene(case, access);
                [scene.user.map(|row| rows.user(row)), scene.device.map(|row| rows.device(row))]
            };
            let at_server: Vec<_> =
                (0..accesses.len()).filter(|&index| verdicts.here[index] && accesses[index].server == server).collect();
            let found = |yes: bool| -> BTreeSet<usize> {
                let some = at_server.iter().filter(|&&index| says[index] == yes);
                some.flat_map(|&index| actors(&accesses[index])).flatten().collect()
            };
            places.push(Place {
                rule: rule.name.clone(),
                limit,
                candidates: found(true).difference(&found(false)).copied().collect(),
                lifts: demands.iter().map(|demand| demand.server == server && demand.scene.access.is_some()).collect(),
            });
        }
    }
    places
}
