//! The tables of an estate, their columns, and the keys of `estate.toml`, as far as they do not depend on the policies.
//!
//! The facts that the policies declare join the columns of the table of their entity.

use crate::program::Entity;

/// The keys of `estate.toml` that hold one value.
pub(super) const KEYS: [&str; 5] = ["name", "as_of", "currency", "agreement", "agreement_signed"];

/// The keys of `estate.toml` that hold a table.
pub(super) const TABLE_KEYS: [&str; 3] = ["facts", "evidence", "readings"];

/// A table of an estate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the table that it names")]
pub enum Kind {
    Users,
    Devices,
    Hosts,
    Servers,
    Accesses,
    Routes,
    Licenses,
    Prices,
    Absences,
}

/// A column that a table has whatever the policies declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// Whether every row must fill it.
    pub required: bool,
}

const fn required(name: &'static str) -> BuiltIn {
    BuiltIn { name, required: true }
}

const fn optional(name: &'static str) -> BuiltIn {
    BuiltIn { name, required: false }
}

impl Kind {
    /// All tables.
    pub const ALL: [Kind; 9] = [
        Kind::Users,
        Kind::Devices,
        Kind::Hosts,
        Kind::Servers,
        Kind::Accesses,
        Kind::Routes,
        Kind::Licenses,
        Kind::Prices,
        Kind::Absences,
    ];

    /// The name of the table, and of its file without `.csv`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Users => "users",
            Kind::Devices => "devices",
            Kind::Hosts => "hosts",
            Kind::Servers => "servers",
            Kind::Accesses => "accesses",
            Kind::Routes => "routes",
            Kind::Licenses => "licenses",
            Kind::Prices => "prices",
            Kind::Absences => "absences",
        }
    }

    /// The table of a name.
    pub fn of(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a row of the table states facts of.
    pub fn entity(self) -> Option<Entity> {
        match self {
            Kind::Users => Some(Entity::User),
            Kind::Devices => Some(Entity::Device),
            Kind::Hosts => Some(Entity::Host),
            Kind::Servers => Some(Entity::Server),
            Kind::Accesses => Some(Entity::Access),
            Kind::Licenses => Some(Entity::License),
            Kind::Absences => Some(Entity::Absence),
            Kind::Routes | Kind::Prices => None,
        }
    }

    /// The table whose rows state facts of an entity.
    pub fn of_entity(entity: Entity) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.entity() == Some(entity))
    }

    /// Its built-in columns, required ones first.
    pub fn columns(self) -> &'static [BuiltIn] {
        match self {
            Kind::Users | Kind::Devices => const { &[required("id"), optional("count")] },
            Kind::Hosts => const { &[required("id"), optional("kind"), optional("cores"), optional("processors")] },
            Kind::Servers => SERVERS,
            Kind::Accesses => ACCESSES,
            Kind::Routes => const { &[required("server"), required("target")] },
            Kind::Licenses => LICENSES,
            Kind::Prices => PRICES,
            Kind::Absences => ABSENCES,
        }
    }
}

const SERVERS: &[BuiltIn] = &[
    required("id"),
    required("product"),
    required("version"),
    optional("host"),
    optional("edition"),
    optional("runs_on"),
];

const ACCESSES: &[BuiltIn] = &[required("server"), optional("user"), optional("device"), optional("functionality")];

const LICENSES: &[BuiltIn] = &[
    required("license"),
    required("metric"),
    required("quantity"),
    optional("version"),
    optional("assigned_to"),
    optional("sa_until"),
    optional("acquired"),
    optional("document"),
];

const PRICES: &[BuiltIn] = &[
    required("license"),
    required("price"),
    optional("version"),
    optional("metric"),
    optional("from"),
    optional("until"),
];

const ABSENCES: &[BuiltIn] = &[
    required("kind"),
    required("absent"),
    required("substitute"),
    required("from"),
    optional("until"),
    optional("count"),
];
