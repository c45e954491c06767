//! An estate: entities, facts, licences owned and prices, typed by the [`Program`](crate::program::Program).
//!
//! [`read`] turns files into a [`document::Document`], [`build`] turns a document into an [`Estate`]. A document may come
//! from anywhere; the estates of policy tests take the same way. Nothing is judged here: an estate only says what is.

mod build;
mod cells;
mod columns;
mod csv;
pub mod document;
mod files;
mod prices;
mod rows;
pub mod schema;
mod sheet;
mod toml;

pub use build::build;
pub use columns::{Column, Stated, Table};
pub use files::read;
pub use prices::Prices;
pub use rows::*;

use crate::program::{AgreementId, DefinitionId, FactId, RuleId, SourceId};
use crate::source::Span;
use crate::value::Date;
use std::collections::BTreeMap;

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

use crate::diagnostic::Diagnostic;
use crate::program::*;
use crate::value::*;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    Given(Value),
    Default(Value),
    Unknown { blank: bool },
}
impl Heads {
    pub fn plus(self, o: Heads) -> Heads {
        match (self, o) {
            (Heads::Count(a), Heads::Count(b)) => Heads::Count(a + b),
            _ => Heads::Many,
        }
    }
    pub fn minus(self, n: u64) -> Heads {
        match self {
            Heads::Count(a) => Heads::Count(a.saturating_sub(n)),
            m => m,
        }
    }
}
#[derive(Debug, Clone, Default)]
pub struct Estate {
    pub users: Pop,
    pub devices: Pop,
    pub servers: Servers,
    pub hosts: Hosts,
    pub accesses: Accesses,
    pub holdings: Holdings,
    pub prices: Prices,
    pub absences: Absences,
    pub as_of: Option<Date>,
    pub agreement: Option<AgreementId>,
    pub agreement_signed: Option<Date>,
    pub readings: Vec<(DefinitionId, SourceId)>,
    pub evidence: BTreeMap<RuleId, String>,
}
impl Estate {
    pub fn fact(&self, _f: FactId) -> &Fact {
        todo!()
    }
    pub fn entity_of(&self, _f: FactId) -> Entity {
        todo!()
    }
    pub fn default_of(&self, _f: FactId) -> Option<&Value> {
        todo!()
    }
}
pub fn build(_d: &document::Document, _p: &Program) -> (Estate, Vec<Diagnostic>) {
    todo!()
}
#[derive(Debug, Clone, Default)]
pub struct Pop;
impl Pop {
    pub fn len(&self) -> usize {
        todo!()
    }
    pub fn is_empty(&self) -> bool {
        todo!()
    }
    pub fn codes(&self, _r: usize) -> Vec<u32> {
        todo!()
    }
    pub fn fact(&self, _r: usize, _f: FactId) -> &Fact {
        todo!()
    }
    pub fn id(&self, _r: usize) -> &Arc<str> {
        todo!()
    }
    pub fn row(&self, _i: &str) -> Option<usize> {
        todo!()
    }
    pub fn span(&self, _r: usize) -> crate::source::Span {
        todo!()
    }
    pub fn heads(&self, _r: usize) -> Heads {
        todo!()
    }
}
impl Pop {
    pub fn total(&self) -> Heads {
        todo!()
    }
}
#[derive(Debug, Clone, Default)]
pub struct Servers;
impl Servers {
    pub fn len(&self) -> usize {
        todo!()
    }
    pub fn is_empty(&self) -> bool {
        todo!()
    }
    pub fn codes(&self, _r: usize) -> Vec<u32> {
        todo!()
    }
    pub fn fact(&self, _r: usize, _f: FactId) -> &Fact {
        todo!()
    }
    pub fn id(&self, _r: usize) -> &Arc<str> {
        todo!()
    }
    pub fn row(&self, _i: &str) -> Option<usize> {
        todo!()
    }
    pub fn span(&self, _r: usize) -> crate::source::Span {
        todo!()
    }
    pub fn product(&self, _r: usize) -> ProductId {
        todo!()
    }
    pub fn version(&self, _r: usize) -> Rank {
        todo!()
    }
    pub fn edition(&self, _r: usize) -> Option<&Arc<str>> {
        todo!()
    }
    pub fn host(&self, _r: usize) -> usize {
        todo!()
    }
    pub fn runs_on(&self, _r: usize) -> Option<usize> {
        todo!()
    }
    pub fn routes(&self, _r: usize) -> &[usize] {
        todo!()
    }
}
#[derive(Debug, Clone, Default)]
pub struct Hosts;
impl Hosts {
    pub fn len(&self) -> usize {
        todo!()
    }
    pub fn is_empty(&self) -> bool {
        todo!()
    }
    pub fn codes(&self, _r: usize) -> Vec<u32> {
        todo!()
    }
    pub fn fact(&self, _r: usize, _f: FactId) -> &Fact {
        todo!()
    }
    pub fn id(&self, _r: usize) -> &Arc<str> {
        todo!()
    }
    pub fn row(&self, _i: &str) -> Option<usize> {
        todo!()
    }
    pub fn span(&self, _r: usize) -> crate::source::Span {
        todo!()
    }
    pub fn kind(&self, _r: usize) -> Option<HostKind> {
        todo!()
    }
    pub fn cores(&self, _r: usize) -> Option<u64> {
        todo!()
    }
    pub fn processors(&self, _r: usize) -> Option<u64> {
        todo!()
    }
}
#[derive(Debug, Clone, Default)]
pub struct Accesses;
impl Accesses {
    pub fn len(&self) -> usize {
        todo!()
    }
    pub fn is_empty(&self) -> bool {
        todo!()
    }
    pub fn codes(&self, _r: usize) -> Vec<u32> {
        todo!()
    }
    pub fn fact(&self, _r: usize, _f: FactId) -> &Fact {
        todo!()
    }
    pub fn id(&self, _r: usize) -> &Arc<str> {
        todo!()
    }
    pub fn row(&self, _i: &str) -> Option<usize> {
        todo!()
    }
    pub fn span(&self, _r: usize) -> crate::source::Span {
        todo!()
    }
    pub fn user(&self, _r: usize) -> Option<usize> {
        todo!()
    }
    pub fn device(&self, _r: usize) -> Option<usize> {
        todo!()
    }
    pub fn server(&self, _r: usize) -> usize {
        todo!()
    }
    pub fn functionality(&self, _r: usize) -> FunctionalityId {
        todo!()
    }
}
#[derive(Debug, Clone, Default)]
pub struct Holdings;
impl Holdings {
    pub fn len(&self) -> usize {
        todo!()
    }
    pub fn is_empty(&self) -> bool {
        todo!()
    }
    pub fn codes(&self, _r: usize) -> Vec<u32> {
        todo!()
    }
    pub fn fact(&self, _r: usize, _f: FactId) -> &Fact {
        todo!()
    }
    pub fn id(&self, _r: usize) -> &Arc<str> {
        todo!()
    }
    pub fn row(&self, _i: &str) -> Option<usize> {
        todo!()
    }
    pub fn span(&self, _r: usize) -> crate::source::Span {
        todo!()
    }
    pub fn license(&self, _r: usize) -> LicenseId {
        todo!()
    }
    pub fn version(&self, _r: usize) -> Option<Rank> {
        todo!()
    }
    pub fn metric(&self, _r: usize) -> Metric {
        todo!()
    }
    pub fn quantity(&self, _r: usize) -> u64 {
        todo!()
    }
    pub fn assigned_to(&self, _r: usize) -> Option<usize> {
        todo!()
    }
    pub fn sa_until(&self, _r: usize) -> Option<Date> {
        todo!()
    }
    pub fn acquired(&self, _r: usize) -> Option<Date> {
        todo!()
    }
}
#[derive(Debug, Clone, Default)]
pub struct Prices;
impl Prices {
    pub fn len(&self) -> usize {
        todo!()
    }
    pub fn is_empty(&self) -> bool {
        todo!()
    }
    pub fn codes(&self, _r: usize) -> Vec<u32> {
        todo!()
    }
    pub fn fact(&self, _r: usize, _f: FactId) -> &Fact {
        todo!()
    }
    pub fn id(&self, _r: usize) -> &Arc<str> {
        todo!()
    }
    pub fn row(&self, _i: &str) -> Option<usize> {
        todo!()
    }
    pub fn span(&self, _r: usize) -> crate::source::Span {
        todo!()
    }
}
impl Prices {
    pub fn in_force(&self, _l: LicenseId, _v: Rank, _m: Metric, _d: Date) -> Option<Decimal> {
        todo!()
    }
}
#[derive(Debug, Clone, Default)]
pub struct Absences;
impl Absences {
    pub fn len(&self) -> usize {
        todo!()
    }
    pub fn is_empty(&self) -> bool {
        todo!()
    }
    pub fn codes(&self, _r: usize) -> Vec<u32> {
        todo!()
    }
    pub fn fact(&self, _r: usize, _f: FactId) -> &Fact {
        todo!()
    }
    pub fn id(&self, _r: usize) -> &Arc<str> {
        todo!()
    }
    pub fn row(&self, _i: &str) -> Option<usize> {
        todo!()
    }
    pub fn span(&self, _r: usize) -> crate::source::Span {
        todo!()
    }
    pub fn kind(&self, _r: usize) -> Metric {
        todo!()
    }
    pub fn absent(&self, _r: usize) -> usize {
        todo!()
    }
    pub fn substitute(&self, _r: usize) -> usize {
        todo!()
    }
    pub fn period(&self, _r: usize) -> Period {
        todo!()
    }
    pub fn count(&self, _r: usize) -> u64 {
        todo!()
    }
}
