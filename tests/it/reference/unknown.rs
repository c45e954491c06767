//! What an estate leaves unknown, as pairs of a fact and a class of alike rows, and its
//! completions (semantics, section 5).

use std::collections::{BTreeMap, BTreeSet};

use super::access;
use super::domain::{self, Answer};
use super::setting::Choice;
pub use super::world::Slot;
use super::world::{World, cell, device_row, host_id, may_be_unknown, rows, server_row, user_row};
use crate::case::*;

/// One unknown: what it is called, whom it is about, which answers it may get.
#[derive(Clone, Debug)]
pub struct Pair {
    pub fact: String,
    pub subjects: Vec<String>,
    pub because: Option<String>,
    pub answers: Vec<Answer>,
    /// The cells that the pair is about, all with the one answer.
    pub slots: Vec<Slot>,
}

/// A completion: the place of the answer to each pair, and the world so answered.
pub struct Completion<'a> {
    pub taken: Vec<usize>,
    pub world: World<'a>,
}

/// The unknown pairs, by fact and then first subject.
pub fn pairs(case: &Case, choice: &Choice) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for field in domain::read_fields(case, choice) {
        if case.fact(&field).is_some() || may_be_unknown(&field) {
            pairs.extend(fact_pairs(case, choice, &field));
        }
    }
    pairs.extend(missing_evidence(case));
    for (name, index) in choice {
        pairs.extend(open_pairs(case, name, *index));
    }
    pairs.sort_by(|a, b| (&a.fact, a.subjects.first()).cmp(&(&b.fact, b.subjects.first())));
    pairs
}

/// Every way to answer the pairs, the first of them slowest.
pub fn completions<'a>(world: &World<'a>, pairs: &[Pair]) -> Vec<Completion<'a>> {
    ways(pairs)
        .into_iter()
        .map(|taken| {
            let mut world = world.clone();
            for (pair, &place) in pairs.iter().zip(&taken) {
                for slot in &pair.slots {
                    world.answers.entry(slot.clone()).or_insert_with(|| pair.answers[place].1.clone());
                }
            }
            Completion { taken, world }
        })
        .collect()
}

/// Every way to take one answer of each pair, by its place.
pub fn ways(pairs: &[Pair]) -> Vec<Vec<usize>> {
    let places: Vec<Vec<usize>> = pairs.iter().map(|pair| (0..pair.answers.len()).collect()).collect();
    domain::product(&places)
}

fn fact_pairs(case: &Case, choice: &Choice, field: &Field) -> Vec<Pair> {
    let unknown = (0..rows(case, field.entity))
        .filter(|&row| cell(case, field.entity, row, &field.name) == Cell::Unknown)
        .collect();
    classes(case, field.entity, unknown)
        .into_iter()
        .map(|class| Pair {
            fact: field.to_string(),
            subjects: names(case, field.entity, &class),
            because: None,
            answers: domain::of(case, choice, field),
            slots: class.iter().map(|&row| Slot::Cell(field.entity, row, field.name.clone())).collect(),
        })
        .collect()
}

fn missing_evidence(case: &Case) -> impl Iterator<Item = Pair> {
    let in_force = case.exemptions.iter().filter(|rule| rule.period.holds(case.estate.as_of));
    in_force.filter(|rule| rule.evidence.is_some() && !case.estate.evidence.contains(&rule.name)).map(|rule| Pair {
        fact: format!("evidence.{}", rule.name),
        subjects: vec!["estate".to_owned()],
        because: None,
        answers: yes_no(),
        slots: vec![Slot::Evidence(rule.name.clone())],
    })
}

fn open_pairs(case: &Case, definition: &str, index: usize) -> Vec<Pair> {
    let define = case.definition(definition);
    let Body::Readings(readings) = &define.body else { return Vec::new() };
    let Some(open) = &readings[index].open else { return Vec::new() };
    let pairs = |entity: Entity, rows: Vec<usize>, slot: fn(String, usize) -> Slot| {
        let pair = |class: Vec<usize>| Pair {
            fact: format!("{definition}.{}", readings[index].source),
            subjects: names(case, entity, &class),
            because: Some(open.because.clone()),
            answers: yes_no(),
            slots: class.iter().map(|&row| slot(definition.to_owned(), row)).collect(),
        };
        classes(case, entity, rows).into_iter().map(pair).collect::<Vec<_>>()
    };
    let mut all = pairs(define.subject, (0..rows(case, define.subject)).collect(), Slot::Open);
    // What is open of accesses is open too of what a server demands by running.
    if define.subject == Entity::Access {
        let running: BTreeSet<usize> = access::server_demands(case).iter().map(|demand| demand.server).collect();
        all.extend(pairs(Entity::Server, running.into_iter().collect(), Slot::OpenAtServer));
    }
    all
}

fn yes_no() -> Vec<Answer> {
    [true, false].map(|yes| (Value::Bool(yes).to_string(), Value::Bool(yes))).to_vec()
}

/// What some rows are called, each name once.
fn names(case: &Case, entity: Entity, rows: &[usize]) -> Vec<String> {
    let mut names: Vec<_> = rows.iter().map(|&row| name(case, entity, row)).collect();
    names.dedup();
    names
}

/// What a row is called. An access has no id: it is called by who comes and where to.
pub fn name(case: &Case, entity: Entity, row: usize) -> String {
    let estate = &case.estate;
    match entity {
        Entity::User => estate.users[row].id.clone(),
        Entity::Device => estate.devices[row].id.clone(),
        Entity::Server => estate.servers[row].id.clone(),
        Entity::Host => estate.hosts[row].id.clone(),
        Entity::Access => {
            let access = &estate.accesses[row];
            let who: Vec<_> = access.user.iter().chain(&access.device).cloned().collect();
            format!("{} -> {}", who.join("+"), access.server)
        }
        Entity::License => estate.holdings[row].license.clone(),
        Entity::Absence => format!("{} -> {}", estate.absences[row].absent, estate.absences[row].substitute),
        Entity::Estate | Entity::Agreement => "estate".to_owned(),
    }
}

/// Some rows of one table, parted into alike ones, in the order of the table.
fn classes(case: &Case, entity: Entity, some: Vec<usize>) -> Vec<Vec<usize>> {
    let mut classes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let colours = Colours::of(case);
    for row in some {
        classes.entry(colours.get(entity, row)).or_default().push(row);
    }
    let mut classes: Vec<_> = classes.into_values().collect();
    classes.sort();
    classes
}

/// The coarsest parting of rows into alike ones: equal facts, and standing to the same classes.
/// Begins with the facts alone and splits until nothing splits any more.
struct Colours(BTreeMap<Node, usize>);

/// A row of a table; hosts by name, since a server may have one of its own that no table lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Row(Entity, usize),
    Host(String),
}

impl Colours {
    fn of(case: &Case) -> Self {
        let links = links(case);
        let mut marks: BTreeMap<Node, String> = links.keys().map(|node| (node.clone(), own_mark(case, node))).collect();
        loop {
            let colours = numbered(&marks);
            let next: BTreeMap<Node, String> = links
                .iter()
                .map(|(node, groups)| {
                    let seen: Vec<BTreeSet<usize>> =
                        groups.iter().map(|group| group.iter().map(|other| colours[other]).collect()).collect();
                    (node.clone(), format!("{} {seen:?}", colours[node]))
                })
                .collect();
            if count(&next) == count(&marks) {
                return Self(colours);
            }
            marks = next;
        }
    }

    fn get(&self, entity: Entity, row: usize) -> usize {
        self.0.get(&Node::Row(entity, row)).copied().unwrap_or(0)
    }
}

fn count(marks: &BTreeMap<Node, String>) -> usize {
    marks.values().collect::<BTreeSet<_>>().len()
}

fn numbered(marks: &BTreeMap<Node, String>) -> BTreeMap<Node, usize> {
    let distinct: BTreeSet<_> = marks.values().collect();
    let numbers: BTreeMap<_, _> = distinct.into_iter().zip(0..).collect();
    marks.iter().map(|(node, mark)| (node.clone(), numbers[mark])).collect()
}

/// The table of a row, its facts and its built-in columns, but not its id or count.
fn own_mark(case: &Case, node: &Node) -> String {
    let estate = &case.estate;
    let (entity, row) = match node {
        Node::Row(Entity::Host, row) => (Entity::Host, *row),
        Node::Row(entity, row) => (*entity, *row),
        Node::Host(_) => return "a host of its own".to_owned(),
    };
    let built_in = match entity {
        Entity::Server => format!("{} {}", estate.servers[row].product, estate.servers[row].version),
        Entity::Host => {
            let host = &estate.hosts[row];
            format!("{:?} {:?} {:?}", host.kind, host.cores, host.processors)
        }
        Entity::License => {
            let Holding { license, metric, version, assigned_to, sa_until, acquired, .. } = &estate.holdings[row];
            format!("{license} {metric:?} {version:?} {assigned_to:?} {sa_until:?} {acquired:?}")
        }
        Entity::Absence => {
            let Absence { kind, absent, substitute, period, .. } = &estate.absences[row];
            format!("{kind:?} {absent} {substitute} {period:?}")
        }
        Entity::Access => super::access::functionality(case, row),
        _ => String::new(),
    };
    let facts: Vec<_> = case
        .facts_of(entity)
        .map(|fact| match cell(case, entity, row, &fact.field.name) {
            Cell::Blank => fact.default.as_ref().map(Value::to_string),
            Cell::Is(value) => Some(value.to_string()),
            Cell::Unknown => None,
        })
        .collect();
    format!("{entity:?} {built_in} {facts:?}")
}

/// What each row stands to, one group for each way of standing.
fn links(case: &Case) -> BTreeMap<Node, Vec<Vec<Node>>> {
    let estate = &case.estate;
    let all_accesses = |takes: &dyn Fn(&Access) -> bool| -> Vec<Node> {
        (0..estate.accesses.len())
            .filter(|&row| takes(&estate.accesses[row]))
            .map(|row| Node::Row(Entity::Access, row))
            .collect()
    };
    let mut links = BTreeMap::new();
    for (row, user) in estate.users.iter().enumerate() {
        let accesses = all_accesses(&|access| access.user.as_ref() == Some(&user.id));
        links.insert(Node::Row(Entity::User, row), vec![accesses]);
    }
    for (row, device) in estate.devices.iter().enumerate() {
        let accesses = all_accesses(&|access| access.device.as_ref() == Some(&device.id));
        links.insert(Node::Row(Entity::Device, row), vec![accesses]);
    }
    for (row, access) in estate.accesses.iter().enumerate() {
        let user = access.user.iter().map(|id| Node::Row(Entity::User, user_row(case, id))).collect();
        let device = access.device.iter().map(|id| Node::Row(Entity::Device, device_row(case, id))).collect();
        let server = vec![Node::Row(Entity::Server, server_row(case, &access.server))];
        links.insert(Node::Row(Entity::Access, row), vec![user, device, server]);
    }
    for (row, server) in estate.servers.iter().enumerate() {
        let targets = estate.routes.iter().filter(|(from, _)| *from == server.id);
        let targets = targets.map(|(_, to)| Node::Row(Entity::Server, server_row(case, to))).collect();
        let below = server.runs_on.iter().map(|id| Node::Row(Entity::Server, server_row(case, id))).collect();
        let accesses = all_accesses(&|access| access.server == server.id);
        let host = host_node(case, row);
        links.insert(Node::Row(Entity::Server, row), vec![vec![host], below, targets, accesses]);
    }
    for row in 0..estate.servers.len() {
        let host = host_node(case, row);
        links.entry(host).or_insert_with(|| vec![Vec::new()])[0].push(Node::Row(Entity::Server, row));
    }
    for row in 0..estate.holdings.len() {
        links.insert(Node::Row(Entity::License, row), Vec::new());
    }
    for row in 0..estate.absences.len() {
        links.insert(Node::Row(Entity::Absence, row), Vec::new());
    }
    for row in 0..estate.hosts.len() {
        links.entry(Node::Row(Entity::Host, row)).or_insert_with(|| vec![Vec::new()]);
    }
    links
}

fn host_node(case: &Case, server: usize) -> Node {
    match super::world::host_row(case, server) {
        Some(row) => Node::Row(Entity::Host, row),
        None => Node::Host(host_id(case, server).to_owned()),
    }
}
