//! What conditions are evaluated about: a setting, an effective access, a unit of a licence, a server, an absence.

use super::classes::Classes;
use super::conditions::{Found, Scope};
use super::unknowns::Class;
use crate::estate::{Estate, Fact, Heads};
use crate::program::{Entity, FactId, Field, FunctionalityId, LicenseId};
use crate::select::Setting;
use crate::value::{Metric, Rank, Value};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A setting alone: what the condition of a source may read.
pub struct SettingScope<'s> {
    setting: &'s Setting,
}

impl<'s> SettingScope<'s> {
    /// The scope of a setting.
    pub fn of(setting: &'s Setting) -> Self {
        SettingScope { setting }
    }
}

impl Scope for SettingScope<'_> {
    fn find(&self, field: Field) -> Found {
        let Setting { as_of, agreement, signed, .. } = self.setting;
        match field {
            Field::Agreement => Found::Value(agreement.map_or(Value::None, Value::Agreement)),
            Field::AgreementSigned => match (agreement, signed) {
                (None, _) => Found::Absent,
                (Some(_), Some(day)) => Found::Value(Value::Date(*day)),
                (Some(_), None) => Found::Unknown(0),
            },
            Field::EstateAsOf => Found::Value(Value::Date(*as_of)),
            _ => Found::Absent,
        }
    }

    fn subject(&self, entity: Entity) -> Option<Class> {
        matches!(entity, Entity::Estate | Entity::Agreement).then_some(0)
    }
}

/// An estate, and of its rows those that a condition speaks of.
#[derive(Clone)]
pub struct RowScope<'s> {
    /// The estate.
    pub estate: &'s Estate,
    /// The setting.
    pub setting: &'s Setting,
    /// The classes of its rows.
    pub classes: &'s Classes,
    /// The row of the access.
    pub access: Option<usize>,
    /// The row of the user.
    pub user: Option<usize>,
    /// The row of the device.
    pub device: Option<usize>,
    /// The row of the server.
    pub server: Option<usize>,
    /// The row of the host.
    pub host: Option<usize>,
    /// The row of the absence.
    pub absence: Option<usize>,
    /// What the access asks for.
    pub functionality: Option<FunctionalityId>,
    /// A fact taken as unknown: what would be, if its default were not taken.
    pub supposed: Option<FactId>,
}

impl<'s> RowScope<'s> {
    /// A scope without any row.
    pub fn new(estate: &'s Estate, setting: &'s Setting, classes: &'s Classes) -> Self {
        RowScope {
            estate,
            setting,
            classes,
            access: None,
            user: None,
            device: None,
            server: None,
            host: None,
            absence: None,
            functionality: None,
            supposed: None,
        }
    }

    /// The same with a server and its host.
    #[must_use]
    pub fn at_server(mut self, server: usize) -> Self {
        self.server = Some(server);
        self.host = Some(self.estate.servers.host(server));
        self
    }

    /// The same with an access, who comes, and where to.
    #[must_use]
    pub fn at_access(self, access: usize, server: usize, functionality: FunctionalityId) -> Self {
        let mut scope = self.at_server(server);
        scope.access = Some(access);
        scope.user = scope.estate.accesses.user(access);
        scope.device = scope.estate.accesses.device(access);
        scope.functionality = Some(functionality);
        scope
    }

    /// The same with a user or a device.
    #[must_use]
    pub fn with_head(mut self, metric: Metric, row: usize) -> Self {
        match metric {
            Metric::User => self.user = Some(row),
            Metric::Device => self.device = Some(row),
            Metric::Host => self.host = Some(row),
            Metric::Server => return self.at_server(row),
        }
        self
    }

    fn fact(&self, fact: FactId, entity: Entity) -> Found {
        let (stated, class) = match entity {
            Entity::User => (self.user.map(|row| self.estate.users.fact(row, fact)), self.subject(entity)),
            Entity::Device => (self.device.map(|row| self.estate.devices.fact(row, fact)), self.subject(entity)),
            Entity::Server => (self.server.map(|row| self.estate.servers.fact(row, fact)), self.subject(entity)),
            Entity::Access => (self.access.map(|row| self.estate.accesses.fact(row, fact)), self.subject(entity)),
            Entity::Absence => (self.absence.map(|row| self.estate.absences.fact(row, fact)), self.subject(entity)),
            Entity::Estate => (Some(self.estate.fact(fact)), Some(0)),
            Entity::Host | Entity::License | Entity::Agreement => (None, None),
        };
        match (stated, class) {
            (Some(_), Some(class)) if self.supposed == Some(fact) => Found::Unknown(class),
            (Some(stated), Some(class)) => found(stated, class),
            _ => Found::Absent,
        }
    }

    fn number(&self, number: Option<u64>, class: Option<Class>) -> Found {
        match (number, class) {
            (Some(number), _) => Found::Value(Value::Number(Decimal::from(number))),
            (None, Some(class)) => Found::Unknown(class),
            (None, None) => Found::Absent,
        }
    }
}

/// A fact as a scope finds it.
pub fn found(fact: &Fact, class: Class) -> Found {
    match fact {
        Fact::Given(value) | Fact::Default(value) => Found::Value(value.clone()),
        Fact::Unknown { .. } => Found::Unknown(class),
    }
}

fn heads(heads: Heads) -> Value {
    match heads {
        Heads::Count(count) => Value::Number(Decimal::from(count)),
        Heads::Many => Value::Many,
    }
}

fn id(id: Option<&Arc<str>>) -> Found {
    id.map_or(Found::Absent, |id| Found::Value(Value::Text(Arc::clone(id))))
}

/// A reference is always decided: with nothing there it is none.
fn reference(id: Option<&Arc<str>>) -> Found {
    Found::Value(id.map_or(Value::None, |id| Value::Text(Arc::clone(id))))
}

fn value(value: Option<Value>) -> Found {
    value.map_or(Found::Absent, Found::Value)
}

impl Scope for RowScope<'_> {
    fn find(&self, field: Field) -> Found {
        let estate = self.estate;
        match field {
            Field::Fact(fact) => self.fact(fact, estate.entity_of(fact)),
            Field::UserId => id(self.user.map(|row| estate.users.id(row))),
            Field::UserCount => value(self.user.map(|row| heads(estate.users.heads(row)))),
            Field::DeviceId => id(self.device.map(|row| estate.devices.id(row))),
            Field::DeviceCount => value(self.device.map(|row| heads(estate.devices.heads(row)))),
            Field::ServerId => id(self.server.map(|row| estate.servers.id(row))),
            Field::ServerProduct => value(self.server.map(|row| Value::Product(estate.servers.product(row)))),
            Field::ServerVersion => value(self.server.map(|row| Value::Version(estate.servers.version(row)))),
            Field::ServerEdition => match self.server {
                None => Found::Absent,
                Some(row) => match estate.servers.edition(row) {
                    Some(edition) => Found::Value(Value::Text(Arc::clone(edition))),
                    None => Found::Unknown(self.classes.server(row)),
                },
            },
            Field::ServerHost => reference(self.host.map(|row| estate.hosts.id(row))),
            Field::ServerRunsOn => {
                let below = self.server.and_then(|row| estate.servers.runs_on(row));
                reference(below.map(|row| estate.servers.id(row)))
            }
            Field::HostId => id(self.host.map(|row| estate.hosts.id(row))),
            Field::HostKind => match self.host.map(|row| (row, estate.hosts.kind(row))) {
                None => Found::Absent,
                Some((_, Some(kind))) => Found::Value(Value::HostKind(kind)),
                Some((row, None)) => Found::Unknown(self.classes.host(row)),
            },
            Field::HostCores => {
                self.number(self.host.and_then(|row| estate.hosts.cores(row)), self.subject(Entity::Host))
            }
            Field::HostProcessors => {
                self.number(self.host.and_then(|row| estate.hosts.processors(row)), self.subject(Entity::Host))
            }
            Field::AccessUser => reference(self.user.map(|row| estate.users.id(row))),
            Field::AccessDevice => reference(self.device.map(|row| estate.devices.id(row))),
            Field::AccessFunctionality => value(self.functionality.map(Value::Functionality)),
            Field::EstateUsers => Found::Value(heads(estate.users.total())),
            Field::EstateDevices => Found::Value(heads(estate.devices.total())),
            Field::LicenseName | Field::LicenseVersion | Field::LicenseMetric => Found::Absent,
            Field::Agreement | Field::AgreementSigned | Field::EstateAsOf => SettingScope::of(self.setting).find(field),
        }
    }

    fn subject(&self, entity: Entity) -> Option<Class> {
        match entity {
            Entity::User => self.user.map(|row| self.classes.user(row)),
            Entity::Device => self.device.map(|row| self.classes.device(row)),
            Entity::Server => self.server.map(|row| self.classes.server(row)),
            Entity::Host => self.host.map(|row| self.classes.host(row)),
            Entity::Access => self.access.map(|row| self.classes.access(row)),
            Entity::Absence => self.absence.map(|row| self.classes.absence(row)),
            Entity::License => None,
            Entity::Agreement | Entity::Estate => Some(0),
        }
    }
}

/// A unit of a licence, looked at for an access or a server.
pub struct UnitScope<'s> {
    /// What it is to cover.
    pub rows: &'s RowScope<'s>,
    /// The licence.
    pub license: LicenseId,
    /// Its version.
    pub version: Rank,
    /// Its metric.
    pub metric: Metric,
    /// The row of the holding it is of; none for a unit that is bought.
    pub holding: Option<usize>,
}

impl Scope for UnitScope<'_> {
    fn find(&self, field: Field) -> Found {
        match field {
            Field::LicenseName => Found::Value(Value::License(self.license)),
            Field::LicenseVersion => Found::Value(Value::Version(self.version)),
            Field::LicenseMetric => Found::Value(Value::Metric(self.metric)),
            Field::Fact(fact) if self.rows.estate.entity_of(fact) == Entity::License => self.fact(fact),
            _ => self.rows.find(field),
        }
    }

    fn subject(&self, entity: Entity) -> Option<Class> {
        match entity {
            Entity::License => Some(self.holding.map_or(0, |row| self.rows.classes.holding(row))),
            _ => self.rows.subject(entity),
        }
    }
}

impl UnitScope<'_> {
    /// A fact of the holding; of a bought unit, the declared default.
    fn fact(&self, fact: FactId) -> Found {
        match self.holding {
            Some(row) if self.rows.supposed == Some(fact) => Found::Unknown(self.rows.classes.holding(row)),
            Some(row) => found(self.rows.estate.holdings.fact(row, fact), self.rows.classes.holding(row)),
            None => self.rows.estate.default_of(fact).map_or(Found::Absent, |value| Found::Value(value.clone())),
        }
    }
}
