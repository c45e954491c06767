//! The tables of an estate, their columns, and the keys of `estate.toml`, as far as they do not depend on the policies.
//!
//! The facts that the policies declare join the columns of the table of their entity.

use super::sheet::alike;
use crate::program::Entity;

/// The keys of `estate.toml` that hold one value.
pub const KEYS: [&str; 5] = ["name", "as_of", "currency", "agreement", "agreement_signed"];

/// The keys of `estate.toml` that hold a table.
pub const TABLE_KEYS: [&str; 3] = ["facts", "evidence", "readings"];

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
    /// What a cell says, for those who fill it in.
    pub says: &'static str,
}

const fn required(name: &'static str, says: &'static str) -> BuiltIn {
    BuiltIn { name, required: true, says }
}

const fn optional(name: &'static str, says: &'static str) -> BuiltIn {
    BuiltIn { name, required: false, says }
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

    /// Where its built-in columns say that a row is another name of a row.
    pub(super) fn same_as(self) -> Option<usize> {
        self.columns().iter().position(|column| column.name == "same_as")
    }

    /// Whether what looks like a number in a column of this name is a name, of digits.
    pub(super) fn has_names_in(self, column: &str) -> bool {
        const NUMBERS: [&str; 5] = ["count", "cores", "processors", "quantity", "price"];
        self.columns().iter().any(|known| alike(known.name, column) && !NUMBERS.contains(&known.name))
    }

    /// The table whose rows state facts of an entity.
    pub fn of_entity(entity: Entity) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.entity() == Some(entity))
    }

    /// Its built-in columns, required ones first.
    pub fn columns(self) -> &'static [BuiltIn] {
        match self {
            Kind::Users => USERS,
            Kind::Devices => DEVICES,
            Kind::Hosts => HOSTS,
            Kind::Servers => SERVERS,
            Kind::Accesses => ACCESSES,
            Kind::Routes => ROUTES,
            Kind::Licenses => LICENSES,
            Kind::Prices => PRICES,
            Kind::Absences => ABSENCES,
        }
    }
}

const USERS: &[BuiltIn] = &[
    required("id", "a name for the person, or for several alike"),
    optional("count", "how many they are: a number, or `many` where nobody can count them; blank is 1"),
    optional("same_as", "the id of the row that states this person, where this is only another name"),
];

const DEVICES: &[BuiltIn] = &[
    required("id", "a name for the device, or for several alike"),
    optional("count", "how many they are: a number, or `many` where nobody can count them; blank is 1"),
    optional("same_as", "the id of the row that states this device, where this is only another name"),
];

const HOSTS: &[BuiltIn] = &[
    required("id", "a name for the machine that servers run on"),
    optional("kind", "`physical`, `blade` or `partition`"),
    optional("cores", "how many cores it has"),
    optional("processors", "how many processors it has"),
];

const SERVERS: &[BuiltIn] = &[
    required("id", "a name for the running server software"),
    required("product", "the product, by its name in the policies"),
    required("version", "its release, such as `2008R2`"),
    optional("host", "the id of its host; blank is that of the server it runs on, else a host of its own"),
    optional("edition", "its edition, for the reader"),
    optional("runs_on", "the id of the server that it runs on: an application runs on an operating system"),
];

const ACCESSES: &[BuiltIn] = &[
    required("server", "the id of the server that is used"),
    optional("user", "the id of who uses it; a user or a device at least"),
    optional("device", "the id of what it is used from"),
    optional("functionality", "what is used of it, or a feature; blank is the product's first functionality"),
];

const ROUTES: &[BuiltIn] = &[
    required("server", "the id of the server that passes requests on"),
    required("target", "the id of the server that they reach"),
];

const LICENSES: &[BuiltIn] = &[
    required("license", "the licence, by its name in the policies"),
    required("metric", "`user`, `device`, `host` or `server`: what its units are assigned to"),
    required("quantity", "how many units are owned"),
    optional("version", "the version bought; may be blank with `sa_until`"),
    optional("assigned_to", "the id of what the units are bound to; blank leaves them free"),
    optional("sa_until", "the last day of Software Assurance: versions out by then are covered"),
    optional("acquired", "the day of purchase"),
    optional("document", "the proof of purchase, for the reader"),
];

const PRICES: &[BuiltIn] = &[
    required("license", "the licence, by its name in the policies"),
    required("price", "the price of a unit, in the currency of `estate.toml`"),
    optional("version", "the version it is the price of; blank is every version"),
    optional("metric", "the metric it is the price of; blank is every metric"),
    optional("from", "the first day of the price"),
    optional("until", "the first day on which it holds no longer"),
];

const ABSENCES: &[BuiltIn] = &[
    required("kind", "`user` or `device`"),
    required("absent", "the id of who or what is away"),
    required("substitute", "the id of who or what takes the place"),
    required("from", "the first day of the absence"),
    optional("until", "the first day after it"),
    optional("count", "how many of them are away; blank is 1"),
];
