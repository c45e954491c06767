//! An estate: entities, facts, licences owned and prices, typed by the [`Program`](crate::program::Program).
//!
//! [`read`] turns the files of a folder into a [`document::Document`], [`read_whole`] a workbook or a document of JSON or
//! YAML; what follows knows no forms. [`build()`] turns a document into an [`Estate`]. A document may come
//! from anywhere; the estates of policy tests take the same way. The rows of a table of accesses are not held in a
//! document, whether it is plain, packed or Parquet: they stream from their file while the estate is built, and alike ones
//! become one access with a count. Nothing is judged
//! here: an estate only says what is.

mod build;
mod cells;
mod columns;
mod container;
mod csv;
pub mod document;
mod files;
mod guard;
mod gzip;
mod holders;
mod index;
mod json;
#[cfg(feature = "parquet")]
mod parquet;
mod prices;
mod problems;
mod reading;
mod rewound;
mod rows;
pub mod schema;
mod sheet;
mod stream;
pub mod suppose;
mod toml;
mod tree;
mod whole;
#[cfg(feature = "xlsx")]
mod workbook;
mod write;
mod yaml;

pub use build::build;
pub(crate) use csv::delimiter;

pub use columns::{Column, Stated, Table};
pub use files::{Content, is_part, is_table, read};
pub use guard::is_guarded;
pub use prices::Prices;
#[cfg(feature = "cli")]
pub(crate) use reading::not_utf8;
pub use rows::*;
pub use whole::read_whole;
pub use write::files;

pub use crate::value::Heads;

use crate::program::{AgreementId, DefinitionId, FactId, RuleId, SourceId};
use crate::source::Span;
use crate::value::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an organisation states of itself. Every row that a row names is there, and every version, metric and
/// functionality belongs to its licence or product.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Estate {
    /// Its name.
    pub name: Option<String>,
    /// The day of the position.
    pub as_of: Option<Told<Date>>,
    /// What money is counted in.
    pub currency: Option<String>,
    /// The agreement it is under; `None` if under none.
    pub agreement: Option<Told<AgreementId>>,
    /// When that was signed; `None` if unknown.
    pub agreement_signed: Option<Told<Date>>,
    /// Readings chosen by hand.
    pub readings: BTreeMap<DefinitionId, Told<SourceId>>,
    /// The document named as evidence for a rule.
    pub evidence: BTreeMap<RuleId, Told<String>>,
    /// What it states of itself: every declared fact of an estate.
    pub facts: BTreeMap<FactId, Told<Stated>>,
    /// Populations of users.
    pub users: Table<UserRow, Population>,
    /// Populations of devices.
    pub devices: Table<DeviceRow, Population>,
    /// Ids of users and devices that are only other names of rows, each with its row.
    pub other_names: Vec<(Arc<str>, Holder)>,
    /// Hosts: those of the table, then those made for servers that name none.
    pub hosts: Table<HostRow, Host>,
    /// Servers, with their routes.
    pub servers: Table<ServerRow, Server>,
    /// Given accesses.
    pub accesses: Table<AccessRow, Access>,
    /// Units owned.
    pub holdings: Table<HoldingRow, Holding>,
    /// The price list.
    pub prices: Prices,
    /// Who is away.
    pub absences: Table<AbsenceRow, Absence>,
}

impl Estate {
    /// What is stated of a fact of the estate itself.
    pub fn stated(&self, fact: FactId) -> &Stated {
        self.facts.get(&fact).map_or(&Stated::Unknown { blank: true }, |told| &told.value)
    }
}

/// A value of a key, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<T> {
    /// The value.
    pub value: T,
    /// Where; `None` for what nobody wrote.
    pub span: Option<Span>,
}
