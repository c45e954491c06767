//! Holders: the rows that can hold units.

use super::{AccessRow, Estate, Heads, Holder, Parties, ServerRow};
use crate::program::{Entity, Id};
use crate::source::Span;
use crate::value::Metric;
use std::sync::Arc;

impl Holder {
    /// What its row is a row of.
    pub fn entity(self) -> Entity {
        match self {
            Holder::User(_) => Entity::User,
            Holder::Device(_) => Entity::Device,
            Holder::Host(_) => Entity::Host,
            Holder::Server(_) => Entity::Server,
        }
    }

    /// The metric of units that it can hold.
    pub fn metric(self) -> Metric {
        match self {
            Holder::User(_) => Metric::User,
            Holder::Device(_) => Metric::Device,
            Holder::Host(_) => Metric::Host,
            Holder::Server(_) => Metric::Server,
        }
    }

    /// The place of the row in its table.
    pub fn place(self) -> usize {
        match self {
            Holder::User(row) => row.place(),
            Holder::Device(row) => row.place(),
            Holder::Host(row) => row.place(),
            Holder::Server(row) => row.place(),
        }
    }
}

impl Parties {
    /// Who is absent, and who takes the place.
    pub fn holders(self) -> (Holder, Holder) {
        match self {
            Parties::Users { absent, substitute } => (Holder::User(absent), Holder::User(substitute)),
            Parties::Devices { absent, substitute } => (Holder::Device(absent), Holder::Device(substitute)),
        }
    }
}

impl Estate {
    /// How many heads a holder has; a host or a server is one.
    pub fn heads(&self, holder: Holder) -> Heads {
        match holder {
            Holder::User(row) => self.users[row].count,
            Holder::Device(row) => self.devices[row].count,
            Holder::Host(_) | Holder::Server(_) => Heads::Count(1),
        }
    }

    /// The server of an id.
    pub fn server(&self, id: &str) -> Option<ServerRow> {
        self.servers.iter().find(|(_, row)| &*row.id == id).map(|(row, _)| row)
    }

    /// The row of an id in the table of an entity; none where its rows hold no units.
    pub fn holder(&self, entity: Entity, id: &str) -> Option<Holder> {
        match entity {
            Entity::User => self.users.iter().find(|(_, row)| &*row.id == id).map(|(row, _)| Holder::User(row)),
            Entity::Device => self.devices.iter().find(|(_, row)| &*row.id == id).map(|(row, _)| Holder::Device(row)),
            Entity::Host => self.hosts.iter().find(|(_, row)| &*row.id == id).map(|(row, _)| Holder::Host(row)),
            Entity::Server => self.server(id).map(Holder::Server),
            Entity::Access | Entity::License | Entity::Absence | Entity::Agreement | Entity::Estate => None,
        }
    }

    /// The id of a holder.
    pub fn id(&self, holder: Holder) -> &Arc<str> {
        match holder {
            Holder::User(row) => &self.users[row].id,
            Holder::Device(row) => &self.devices[row].id,
            Holder::Host(row) => &self.hosts[row].id,
            Holder::Server(row) => &self.servers[row].id,
        }
    }

    /// Where a holder stands.
    pub fn span(&self, holder: Holder) -> Span {
        match holder {
            Holder::User(row) => self.users[row].span,
            Holder::Device(row) => self.devices[row].span,
            Holder::Host(row) => self.hosts[row].span,
            Holder::Server(row) => self.servers[row].span,
        }
    }

    /// Every row that can hold units of a metric: its id and its place.
    pub fn rows_of(&self, metric: Metric) -> Vec<(&Arc<str>, Span)> {
        match metric {
            Metric::User => self.users.iter().map(|(_, row)| (&row.id, row.span)).collect(),
            Metric::Device => self.devices.iter().map(|(_, row)| (&row.id, row.span)).collect(),
            Metric::Host => self.hosts.iter().map(|(_, row)| (&row.id, row.span)).collect(),
            Metric::Server => self.servers.iter().map(|(_, row)| (&row.id, row.span)).collect(),
        }
    }

    /// How many rows the table of accesses has.
    pub fn access_rows(&self) -> u64 {
        self.accesses.iter().map(|(_, access)| access.rows).sum()
    }

    /// The user and the device of an access, those of them that it names.
    pub fn actors(&self, access: AccessRow) -> impl Iterator<Item = Holder> + use<> {
        let access = &self.accesses[access];
        access.user.map(Holder::User).into_iter().chain(access.device.map(Holder::Device))
    }
}
