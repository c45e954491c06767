//! Classes of alike rows: rows with the same facts that stand to the same classes of other rows.
//!
//! Alike rows get the same answer to what is unknown of them. The classes are the coarsest partition in which rows of one
//! class have equal columns (id and count apart) and, through their accesses, servers and hosts, equal neighbours: rows are
//! split by what is seen around them until nothing more splits.

use super::unknowns::Class;
use crate::estate::Estate;
use std::collections::BTreeMap;

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

/// What a row looks like: its columns as codes, and the classes around it.
type Look = Vec<u32>;

impl Classes {
    /// The classes of an estate's rows.
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

    /// Rows of one table with equal columns.
    fn by_columns(estate: &Estate) -> Classes {
        Classes {
            users: number((0..estate.users.len()).map(|row| estate.users.codes(row))),
            devices: number((0..estate.devices.len()).map(|row| estate.devices.codes(row))),
            accesses: number((0..estate.accesses.len()).map(|row| estate.accesses.codes(row))),
            servers: number((0..estate.servers.len()).map(|row| estate.servers.codes(row))),
            hosts: number((0..estate.hosts.len()).map(|row| estate.hosts.codes(row))),
            holdings: number((0..estate.holdings.len()).map(|row| estate.holdings.codes(row))),
            absences: number((0..estate.absences.len()).map(|row| estate.absences.codes(row))),
        }
    }

    /// Classes split by the classes around their rows.
    fn refined(&self, estate: &Estate) -> Classes {
        let around = self.around(estate);
        let accesses = (0..estate.accesses.len()).map(|row| {
            let user = estate.accesses.user(row).map_or(0, |user| self.user(user) + 1);
            let device = estate.accesses.device(row).map_or(0, |device| self.device(device) + 1);
            vec![self.access(row), user, device, self.server(estate.accesses.server(row))]
        });
        let servers = (0..estate.servers.len()).map(|row| {
            let below = estate.servers.runs_on(row).map_or(0, |below| self.server(below) + 1);
            let routes = set(estate.servers.routes(row).iter().map(|target| self.server(*target)));
            let head = vec![self.server(row), self.host(estate.servers.host(row)), below];
            [head, routes, set(around.servers.get(row).into_iter().flatten().copied())].concat()
        });
        Classes {
            users: number(self.users.iter().zip(&around.users).map(|(own, seen)| joined(*own, seen))),
            devices: number(self.devices.iter().zip(&around.devices).map(|(own, seen)| joined(*own, seen))),
            accesses: number(accesses),
            servers: number(servers),
            hosts: number(self.hosts.iter().zip(&around.hosts).map(|(own, seen)| joined(*own, seen))),
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
        let see = |list: Option<&mut Vec<Class>>, class: Class| list.into_iter().for_each(|list| list.push(class));
        for row in 0..estate.accesses.len() {
            let class = self.access(row);
            see(estate.accesses.user(row).and_then(|user| around.users.get_mut(user)), class);
            see(estate.accesses.device(row).and_then(|device| around.devices.get_mut(device)), class);
            see(around.servers.get_mut(estate.accesses.server(row)), class);
        }
        for row in 0..estate.servers.len() {
            see(around.hosts.get_mut(estate.servers.host(row)), self.server(row));
        }
        around
    }

    fn counts(&self) -> [usize; 5] {
        [&self.users, &self.devices, &self.accesses, &self.servers, &self.hosts]
            .map(|classes| classes.iter().max().map_or(0, |last| *last as usize + 1))
    }

    /// The class of a user.
    pub fn user(&self, row: usize) -> Class {
        at(&self.users, row)
    }

    /// The class of a device.
    pub fn device(&self, row: usize) -> Class {
        at(&self.devices, row)
    }

    /// The class of an access.
    pub fn access(&self, row: usize) -> Class {
        at(&self.accesses, row)
    }

    /// The class of a server.
    pub fn server(&self, row: usize) -> Class {
        at(&self.servers, row)
    }

    /// The class of a host.
    pub fn host(&self, row: usize) -> Class {
        at(&self.hosts, row)
    }

    /// The class of a holding.
    pub fn holding(&self, row: usize) -> Class {
        at(&self.holdings, row)
    }

    /// The class of an absence.
    pub fn absence(&self, row: usize) -> Class {
        at(&self.absences, row)
    }
}

struct Around {
    users: Vec<Vec<Class>>,
    devices: Vec<Vec<Class>>,
    servers: Vec<Vec<Class>>,
    hosts: Vec<Vec<Class>>,
}

fn at(classes: &[Class], row: usize) -> Class {
    classes.get(row).copied().unwrap_or(0)
}

/// Classes as a set, in a form that can be compared.
fn set(classes: impl Iterator<Item = Class>) -> Vec<Class> {
    let mut classes: Vec<Class> = classes.collect();
    classes.sort_unstable();
    classes.dedup();
    classes.push(Class::MAX);
    classes
}

fn joined(own: Class, seen: &[Class]) -> Look {
    [vec![own], set(seen.iter().copied())].concat()
}

/// Numbers looks from 0 in the order in which they are first met.
pub(super) fn number<L: Ord>(looks: impl Iterator<Item = L>) -> Vec<Class> {
    let mut numbers = BTreeMap::new();
    looks
        .map(|look| {
            let next = Class::try_from(numbers.len()).unwrap_or(Class::MAX);
            *numbers.entry(look).or_insert(next)
        })
        .collect()
}
