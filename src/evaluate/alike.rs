//! What rules can tell apart of the rows of an estate.

use super::classes::Classes;
use super::unknowns::Class;
use crate::estate::{Estate, Holder, Server};
use crate::program::Field;
use crate::select::Rules;

/// What rules can tell apart of a row: its class; of a server, that of its host and whether it runs on another; and where they
/// read which it is, itself.
pub(crate) type Alike = (Class, Option<(Class, bool)>, Option<Holder>);

/// Whether something in force reads ids or counts: then alike rows need not have one verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reads {
    pub(super) users: bool,
    pub(super) devices: bool,
    servers: bool,
}

impl Reads {
    /// What the rules in force read.
    pub(crate) fn of(rules: &Rules<'_>) -> Reads {
        let read = rules.fields_told_apart();
        let any = |fields: &[Field]| fields.iter().any(|field| read.contains(field));
        Reads {
            users: any(&[Field::UserId, Field::UserCount, Field::AccessUser]),
            devices: any(&[Field::DeviceId, Field::DeviceCount, Field::AccessDevice]),
            servers: any(&[Field::ServerId, Field::ServerHost, Field::ServerRunsOn, Field::HostId]),
        }
    }

    /// What two rows of a kind have in common that rules cannot tell apart.
    pub(crate) fn alike(self, estate: &Estate, classes: &Classes, holder: Holder) -> Alike {
        match holder {
            Holder::User(row) => (classes.users.class(row), None, self.users.then_some(holder)),
            Holder::Device(row) => (classes.devices.class(row), None, self.devices.then_some(holder)),
            Holder::Host(row) => (classes.hosts.class(row), None, self.servers.then_some(holder)),
            Holder::Server(row) => {
                let Server { host, runs_on, .. } = &estate.servers[row];
                let on = (classes.hosts.class(*host), runs_on.is_some());
                (classes.servers.class(row), Some(on), self.servers.then_some(holder))
            }
        }
    }
}
