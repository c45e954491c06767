//! Classes of alike rows: rows with the same facts that stand to the same classes of other rows.
//!
//! Alike rows get the same answer to what is unknown of them. The classes are the coarsest partition in which rows of one
//! class have equal columns (id and count apart) and, through their accesses, servers and hosts, equal neighbours: rows are
//! split by what is seen around them until nothing more splits. Where nothing is unknown, equal columns are enough.

use super::unknowns::Class;
use crate::estate::{
    AbsenceRow, AccessRow, Column, DeviceRow, Estate, Holder, HoldingRow, HostRow, Parties, ServerRow, Table, UserRow,
};
use crate::program::Id;
use crate::value::{Date, short};
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, OnceLock};

/// The classes of an estate by columns and, once something asks for them, those of alike rows.
#[derive(Debug)]
pub struct Partitions {
    /// By columns.
    pub columns: Arc<Classes>,
    alike: OnceLock<Arc<Classes>>,
}

impl Partitions {
    /// Those of an estate.
    pub fn of(estate: &Estate) -> Self {
        Partitions { columns: Arc::new(Classes::by_columns(estate)), alike: OnceLock::new() }
    }

    /// The classes of alike rows.
    pub fn alike(&self, estate: &Estate) -> &Arc<Classes> {
        self.alike.get_or_init(|| Arc::new(Classes::of(estate, &self.columns)))
    }
}

/// The class of every row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is of the table that it names")]
pub struct Classes {
    pub users: Grouped<UserRow>,
    pub devices: Grouped<DeviceRow>,
    pub accesses: Grouped<AccessRow>,
    pub servers: Grouped<ServerRow>,
    pub hosts: Grouped<HostRow>,
    pub holdings: Grouped<HoldingRow>,
    pub absences: Grouped<AbsenceRow>,
}

/// The class of each row of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouped<I> {
    of_rows: Vec<Class>,
    /// The rows of each class, once they are asked for.
    members: OnceLock<Vec<Vec<I>>>,
}

impl Classes {
    /// Rows of one table with equal columns.
    fn by_columns(estate: &Estate) -> Classes {
        let access = |row: AccessRow| estate.accesses[row].functionality;
        let server = |row: ServerRow| (estate.servers[row].product, estate.servers[row].version);
        Classes {
            users: Grouped::by_columns(&estate.users, |_| ()),
            devices: Grouped::by_columns(&estate.devices, |_| ()),
            accesses: Grouped::by_columns(&estate.accesses, access),
            servers: Grouped::by_columns(&estate.servers, server),
            hosts: Grouped::by_columns(&estate.hosts, |_| ()),
            holdings: Grouped::by_columns(&estate.holdings, |row| holding(estate, row)),
            absences: Grouped::by_columns(&estate.absences, |row| absence(estate, row)),
        }
    }

    /// The classes of alike rows, found from those by columns.
    fn of(estate: &Estate, columns: &Classes) -> Classes {
        let mut classes = columns.clone();
        loop {
            let finer = classes.refined(estate);
            if finer.counts() == classes.counts() {
                return finer;
            }
            classes = finer;
        }
    }

    /// Classes split by the classes around their rows.
    fn refined(&self, estate: &Estate) -> Classes {
        let around = self.around(estate);
        let accesses = estate.accesses.iter().map(|(row, access)| {
            let user = access.user.map(|user| self.users.class(user));
            let device = access.device.map(|device| self.devices.class(device));
            (self.accesses.class(row), user, device, self.servers.class(access.server))
        });
        let servers = estate.servers.iter().map(|(row, server)| {
            let below = server.runs_on.map(|below| self.servers.class(below));
            let routes = set(server.routes.iter().map(|target| self.servers.class(*target)));
            let accesses = set(around.servers.get(row.place()).into_iter().flatten().copied());
            (self.servers.class(row), self.hosts.class(server.host), below, routes, accesses)
        });
        Classes {
            users: Grouped::of(number(joined(&self.users, &around.users))),
            devices: Grouped::of(number(joined(&self.devices, &around.devices))),
            accesses: Grouped::of(number(accesses)),
            servers: Grouped::of(number(servers)),
            hosts: Grouped::of(number(joined(&self.hosts, &around.hosts))),
            holdings: self.holdings.clone(),
            absences: self.absences.clone(),
        }
    }

    /// The classes of the accesses of each user, device and server, and of the servers of each host.
    fn around(&self, estate: &Estate) -> Around {
        let mut around = Around {
            users: vec![Vec::new(); self.users.of_rows.len()],
            devices: vec![Vec::new(); self.devices.of_rows.len()],
            servers: vec![Vec::new(); self.servers.of_rows.len()],
            hosts: vec![Vec::new(); self.hosts.of_rows.len()],
        };
        for (row, access) in estate.accesses.iter() {
            let class = self.accesses.class(row);
            see(&mut around.users, access.user, class);
            see(&mut around.devices, access.device, class);
            see(&mut around.servers, Some(access.server), class);
        }
        for (row, server) in estate.servers.iter() {
            see(&mut around.hosts, Some(server.host), self.servers.class(row));
        }
        around
    }

    fn counts(&self) -> [usize; 5] {
        let (users, devices, accesses) = (self.users.count(), self.devices.count(), self.accesses.count());
        [users, devices, accesses, self.servers.count(), self.hosts.count()]
    }
}

struct Around {
    users: Vec<Vec<Class>>,
    devices: Vec<Vec<Class>>,
    servers: Vec<Vec<Class>>,
    hosts: Vec<Vec<Class>>,
}

fn see<I: Id>(lists: &mut [Vec<Class>], row: Option<I>, class: Class) {
    if let Some(list) = row.and_then(|row| lists.get_mut(row.place())) {
        list.push(class);
    }
}

impl<I: Id> Grouped<I> {
    fn of(of_rows: Vec<Class>) -> Self {
        Grouped { of_rows, members: OnceLock::new() }
    }

    /// Rows with equal columns that look alike otherwise, too; how a row looks must follow from its shape.
    fn by_columns<T, L: Hash + Eq>(table: &Table<I, T>, look: impl Fn(I) -> L) -> Self {
        // A column in which everything means the same tells no rows apart.
        let telling: Vec<&Column> = table.columns().map(|(_, column)| column).filter(|column| column.tells()).collect();
        let (mut of_shapes, mut known) = (Vec::new(), HashMap::with_hasher(FixedState::default()));
        let classes = table.iter().map(|(row, _)| {
            let shape = table.shape(row);
            if of_shapes.len() <= shape {
                of_shapes.resize(shape + 1, None);
            }
            let look = || {
                let meanings: Vec<u32> = telling.iter().map(|column| column.meaning(shape)).collect();
                let next = short(known.len());
                *known.entry((look(row), meanings)).or_insert(next)
            };
            of_shapes.get_mut(shape).map_or(0, |class: &mut Option<Class>| *class.get_or_insert_with(look))
        });
        Grouped::of(classes.collect())
    }

    fn count(&self) -> usize {
        self.of_rows.iter().max().map_or(0, |last| *last as usize + 1)
    }

    /// The class of a row.
    pub fn class(&self, row: I) -> Class {
        self.of_rows.get(row.place()).copied().unwrap_or(0)
    }

    /// The rows of a class.
    pub fn members(&self, class: Class) -> impl Iterator<Item = I> + '_ {
        let members = self.members.get_or_init(|| {
            let mut members: Vec<Vec<I>> = Vec::new();
            for (row, class) in (0..).map(I::at).zip(&self.of_rows) {
                let class = *class as usize;
                members.resize_with(members.len().max(class + 1), Vec::new);
                members.get_mut(class).into_iter().for_each(|members| members.push(row));
            }
            members
        });
        members.get(class as usize).into_iter().flatten().copied()
    }
}

/// The columns of a holding but for quantity and document.
fn holding(estate: &Estate, row: HoldingRow) -> impl Hash + Eq {
    let holding = &estate.holdings[row];
    let key: (_, _, Option<_>, Option<Holder>, Option<Date>, Option<Date>) =
        (holding.license, holding.metric, holding.version, holding.assigned_to, holding.sa_until, holding.acquired);
    key
}

/// The columns of an absence but for its count.
fn absence(estate: &Estate, row: AbsenceRow) -> impl Hash + Eq {
    let absence = &estate.absences[row];
    let parties: Parties = absence.parties;
    (parties, absence.period.from, absence.period.until)
}

/// Classes as a set, in a form that can be compared.
fn set(classes: impl Iterator<Item = Class>) -> Vec<Class> {
    let mut classes: Vec<Class> = classes.collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

fn joined<'c, I>(own: &'c Grouped<I>, seen: &'c [Vec<Class>]) -> impl Iterator<Item = (Class, Vec<Class>)> + 'c {
    own.of_rows.iter().zip(seen).map(|(own, seen)| (*own, set(seen.iter().copied())))
}

/// Numbers looks from 0 in the order in which they are first met.
pub(super) fn number<L: Hash + Eq>(looks: impl Iterator<Item = L>) -> Vec<Class> {
    let mut numbers = HashMap::with_hasher(FixedState::default());
    looks
        .map(|look| {
            let next = short(numbers.len());
            *numbers.entry(look).or_insert(next)
        })
        .collect()
}
