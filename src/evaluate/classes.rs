//! Classes of alike rows: rows with the same facts that stand to the same classes of other rows.
//!
//! Alike rows get the same answer to what is unknown of them. The classes are the coarsest partition in which rows of one
//! class have equal columns (id and count apart) and, through their accesses, servers and hosts, equal neighbours: rows are
//! split by what is seen around them until nothing more splits. Where nothing is unknown, equal columns are enough.

use super::unknowns::Class;
use crate::estate::{
    AbsenceRow, AccessRow, DeviceRow, Estate, Holder, HoldingRow, HostRow, Parties, ServerRow, Table, UserRow,
};
use crate::program::Id;
use crate::value::Date;
use std::collections::{BTreeMap, HashMap};

/// The class of every row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Classes {
    users: Vec<Class>,
    devices: Vec<Class>,
    accesses: Vec<Class>,
    servers: Vec<Class>,
    hosts: Vec<Class>,
    holdings: Vec<Class>,
    absences: Vec<Class>,
}

impl Classes {
    /// Rows of one table with equal columns.
    pub fn by_columns(estate: &Estate) -> Classes {
        let access = |row: AccessRow| estate.accesses[row].functionality;
        let server = |row: ServerRow| (estate.servers[row].product, estate.servers[row].version);
        Classes {
            users: number(rows(&estate.users).map(|row| meanings(&estate.users, row))),
            devices: number(rows(&estate.devices).map(|row| meanings(&estate.devices, row))),
            accesses: by_shape(&estate.accesses, |row| (access(row), meanings(&estate.accesses, row))),
            servers: number(rows(&estate.servers).map(|row| (server(row), meanings(&estate.servers, row)))),
            hosts: number(rows(&estate.hosts).map(|row| meanings(&estate.hosts, row))),
            holdings: number(rows(&estate.holdings).map(|row| (holding(estate, row), meanings(&estate.holdings, row)))),
            absences: number(rows(&estate.absences).map(|row| (absence(estate, row), meanings(&estate.absences, row)))),
        }
    }

    /// The classes of alike rows.
    pub fn of(estate: &Estate) -> Classes {
        let mut classes = Classes::by_columns(estate);
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
            let user = access.user.map(|user| self.user(user));
            let device = access.device.map(|device| self.device(device));
            (self.access(row), user, device, self.server(access.server))
        });
        let servers = estate.servers.iter().map(|(row, server)| {
            let below = server.runs_on.map(|below| self.server(below));
            let routes = set(server.routes.iter().map(|target| self.server(*target)));
            let accesses = set(around.servers.get(row.place()).into_iter().flatten().copied());
            (self.server(row), self.host(server.host), below, routes, accesses)
        });
        Classes {
            users: number(joined(&self.users, &around.users)),
            devices: number(joined(&self.devices, &around.devices)),
            accesses: number(accesses),
            servers: number(servers),
            hosts: number(joined(&self.hosts, &around.hosts)),
            holdings: self.holdings.clone(),
            absences: self.absences.clone(),
        }
    }

    /// The classes of the accesses of each user, device and server, and of the servers of each host.
    fn around(&self, estate: &Estate) -> Around {
        let mut around = Around {
            users: vec![Vec::new(); self.users.len()],
            devices: vec![Vec::new(); self.devices.len()],
            servers: vec![Vec::new(); self.servers.len()],
            hosts: vec![Vec::new(); self.hosts.len()],
        };
        for (row, access) in estate.accesses.iter() {
            let class = self.access(row);
            see(&mut around.users, access.user, class);
            see(&mut around.devices, access.device, class);
            see(&mut around.servers, Some(access.server), class);
        }
        for (row, server) in estate.servers.iter() {
            see(&mut around.hosts, Some(server.host), self.server(row));
        }
        around
    }

    fn counts(&self) -> [usize; 5] {
        [&self.users, &self.devices, &self.accesses, &self.servers, &self.hosts]
            .map(|classes| classes.iter().max().map_or(0, |last| *last as usize + 1))
    }

    /// The class of a user.
    pub fn user(&self, row: UserRow) -> Class {
        at(&self.users, row)
    }

    /// The class of a device.
    pub fn device(&self, row: DeviceRow) -> Class {
        at(&self.devices, row)
    }

    /// The class of an access.
    pub fn access(&self, row: AccessRow) -> Class {
        at(&self.accesses, row)
    }

    /// The class of a server.
    pub fn server(&self, row: ServerRow) -> Class {
        at(&self.servers, row)
    }

    /// The class of a host.
    pub fn host(&self, row: HostRow) -> Class {
        at(&self.hosts, row)
    }

    /// The class of a holding.
    pub fn holding(&self, row: HoldingRow) -> Class {
        at(&self.holdings, row)
    }

    /// The class of an absence.
    pub fn absence(&self, row: AbsenceRow) -> Class {
        at(&self.absences, row)
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

fn at<I: Id>(classes: &[Class], row: I) -> Class {
    classes.get(row.place()).copied().unwrap_or(0)
}

fn rows<I: Id, T>(table: &Table<I, T>) -> impl Iterator<Item = I> + '_ {
    table.iter().map(|(row, _)| row)
}

/// What is stated of a row, as codes.
fn meanings<I: Id, T>(table: &Table<I, T>, row: I) -> Vec<u32> {
    table.meanings(row)
}

/// The columns of a holding but for quantity and document.
fn holding(estate: &Estate, row: HoldingRow) -> impl Ord {
    let holding = &estate.holdings[row];
    let key: (_, _, Option<_>, Option<Holder>, Option<Date>, Option<Date>) =
        (holding.license, holding.metric, holding.version, holding.assigned_to, holding.sa_until, holding.acquired);
    key
}

/// The columns of an absence but for its count.
fn absence(estate: &Estate, row: AbsenceRow) -> impl Ord {
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

fn joined<'c>(own: &'c [Class], seen: &'c [Vec<Class>]) -> impl Iterator<Item = (Class, Vec<Class>)> + 'c {
    own.iter().zip(seen).map(|(own, seen)| (*own, set(seen.iter().copied())))
}

/// The classes of rows whose look depends on their shape alone.
fn by_shape<I: Id, T, L: Ord>(table: &Table<I, T>, look: impl Fn(I) -> L) -> Vec<Class> {
    let (mut first, mut places) = (Vec::new(), HashMap::new());
    for row in rows(table) {
        places.entry(table.shape(row)).or_insert_with(|| {
            first.push(row);
            first.len() - 1
        });
    }
    let classes = number(first.into_iter().map(look));
    let class = |row| places.get(&table.shape(row)).and_then(|place| classes.get(*place)).copied();
    rows(table).map(|row| class(row).unwrap_or(0)).collect()
}

/// Numbers looks from 0 in the order in which they are first met.
fn number<L: Ord>(looks: impl Iterator<Item = L>) -> Vec<Class> {
    let mut numbers = BTreeMap::new();
    looks
        .map(|look| {
            let next = Class::try_from(numbers.len()).unwrap_or(Class::MAX);
            *numbers.entry(look).or_insert(next)
        })
        .collect()
}
