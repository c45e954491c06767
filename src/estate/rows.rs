//! The rows of an estate's tables, typed, and the ids by which they name each other.
//!
//! What may be unknown of a row, and its declared facts, stand in the columns of its [`Table`](super::Table).

use crate::program::{FunctionalityId, LicenseId, Period, ProductId, ids};
use crate::source::Span;
use crate::value::{Date, Heads, Metric, Rank};
use rust_decimal::Decimal;
use std::sync::Arc;

ids! {
    /// A row of `users`.
    UserRow
    /// A row of `devices`.
    DeviceRow
    /// A row of `hosts`, or the host made for a server that names none.
    HostRow
    /// A row of `servers`.
    ServerRow
    /// A row of `accesses`.
    AccessRow
    /// A row of `licenses`.
    HoldingRow
    /// A row of `prices`.
    PriceRow
    /// A row of `absences`.
    AbsenceRow
}

/// A population of alike users or of alike devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// Its id, unique in its table.
    pub id: Arc<str>,
    /// How many heads it has.
    pub count: Heads,
    /// The row.
    pub span: Span,
}

/// A physical server, a blade or a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its id.
    pub id: Arc<str>,
    /// The row; for a host made for a server, the server's row.
    pub span: Span,
    /// Whether it was made for a server that names no host.
    pub made: bool,
}

/// One running instance of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its id.
    pub id: Arc<str>,
    /// What runs.
    pub product: ProductId,
    /// The CAL version of its release.
    pub version: Rank,
    /// The label of its release, as written.
    pub release: Arc<str>,
    /// Where it runs.
    pub host: HostRow,
    /// The server below it, whose operating system it needs.
    pub runs_on: Option<ServerRow>,
    /// The servers that those who come to it reach, in the order of `routes`.
    pub routes: Vec<ServerRow>,
    /// The row.
    pub span: Span,
}

/// A given access: what one row of the table says, or several that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The server.
    pub server: ServerRow,
    /// Who comes; this or `device` is there.
    pub user: Option<UserRow>,
    /// By what device.
    pub device: Option<DeviceRow>,
    /// What is used.
    pub functionality: FunctionalityId,
    /// Whether the row names the functionality or a feature of it; otherwise it is the product's first.
    pub functionality_given: bool,
    /// How many rows of the table say this.
    pub rows: u64,
    /// The first of them.
    pub span: Span,
}

/// Whom units are assigned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is a row of the metric that it names")]
pub enum Holder {
    User(UserRow),
    Device(DeviceRow),
    Host(HostRow),
    Server(ServerRow),
}

/// Units owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Of which licence.
    pub license: LicenseId,
    /// Assigned to what.
    pub metric: Metric,
    /// How many units.
    pub quantity: u64,
    /// Their version; `None` only with `sa_until`.
    pub version: Option<Rank>,
    /// To whom they are bound.
    pub assigned_to: Option<Holder>,
    /// Until when Software Assurance gives them newer versions.
    pub sa_until: Option<Date>,
    /// Since when they are owned; `None` for always.
    pub acquired: Option<Date>,
    /// The proof of purchase, as written.
    pub document: Option<Arc<str>>,
    /// The row.
    pub span: Span,
}

impl Holding {
    /// Whether the units are owned on a day.
    pub fn is_owned(&self, day: Date) -> bool {
        self.acquired.is_none_or(|acquired| acquired <= day)
    }
}

/// A line of a price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// Of which licence.
    pub license: LicenseId,
    /// For one unit, in the estate's currency; not below zero.
    pub price: Decimal,
    /// Of which version; `None` for all.
    pub version: Option<Rank>,
    /// Assigned to what; `None` for all.
    pub metric: Option<Metric>,
    /// When it is in force.
    pub period: Period,
    /// The row.
    pub span: Span,
}

impl Price {
    /// Whether it prices units of a version and metric of its licence.
    pub fn matches(&self, version: Rank, metric: Metric) -> bool {
        self.version.is_none_or(|own| own == version) && self.metric.is_none_or(|own| own == metric)
    }

    /// How specific it is: how many of version, metric, from and until it fills (semantics, section 4).
    pub fn filled(&self) -> usize {
        let Period { from, until } = self.period;
        [self.version.is_some(), self.metric.is_some(), from.is_some(), until.is_some()]
            .iter()
            .filter(|is| **is)
            .count()
    }
}

/// Heads that are away, and whom their units serve instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// Who is away, and who takes the place.
    pub parties: Parties,
    /// From the first day away to the first day back.
    pub period: Period,
    /// How many heads of the absent row.
    pub count: u64,
    /// The row.
    pub span: Span,
}

/// The two rows of an absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the fields are the columns of the table")]
pub enum Parties {
    Users { absent: UserRow, substitute: UserRow },
    Devices { absent: DeviceRow, substitute: DeviceRow },
}
