//! What conditions are evaluated about: a setting, an effective access, a unit of a licence, a server, an absence.

use super::classes::Classes;
use super::conditions::{Found, Scope};
use super::unknowns::Class;
use crate::estate::{
    AbsenceRow, AccessRow, DeviceRow, Estate, Heads, Holder, HoldingRow, HostRow, Population, ServerRow, Stated, Table,
    UserRow,
};
use crate::program::{Entity, FactId, Field, FunctionalityId, Id, LicenseId};
use crate::select::{Rules, Setting};
use crate::source::Span;
use crate::value::{Metric, Rank, Value};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
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
            Field::AgreementName => {
                agreement.map_or(Found::Absent, |agreement| Found::Value(Value::Agreement(agreement)))
            }
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
    /// The rules in force.
    pub rules: &'s Rules<'s>,
    estate: &'s Estate,
    /// The classes of the estate's rows.
    pub classes: &'s Classes,
    /// The access.
    pub access: Option<AccessRow>,
    /// Who comes.
    pub user: Option<UserRow>,
    /// By what device.
    pub device: Option<DeviceRow>,
    /// The server.
    pub server: Option<ServerRow>,
    /// The host.
    pub host: Option<HostRow>,
    /// The absence.
    pub absence: Option<AbsenceRow>,
    /// What the access asks for.
    pub functionality: Option<FunctionalityId>,
    /// Fields taken as unknown though they are stated: what would be, if they were stated otherwise.
    pub supposed: BTreeSet<Field>,
}

impl<'s> RowScope<'s> {
    /// A scope without any row.
    pub fn new(rules: &'s Rules<'s>, estate: &'s Estate, classes: &'s Classes) -> Self {
        RowScope {
            rules,
            estate,
            classes,
            access: None,
            user: None,
            device: None,
            server: None,
            host: None,
            absence: None,
            functionality: None,
            supposed: BTreeSet::new(),
        }
    }

    /// The same with a server and its host.
    #[must_use]
    pub fn at_server(mut self, server: ServerRow) -> Self {
        self.server = Some(server);
        self.host = Some(self.estate.servers[server].host);
        self
    }

    /// The same with an access, who comes, and the server it reaches.
    #[must_use]
    pub fn at_access(self, access: AccessRow, server: ServerRow, functionality: FunctionalityId) -> Self {
        let mut scope = self.at_server(server);
        scope.access = Some(access);
        scope.user = scope.estate.accesses[access].user;
        scope.device = scope.estate.accesses[access].device;
        scope.functionality = Some(functionality);
        scope
    }

    /// The same with a holder of units.
    #[must_use]
    pub fn with_holder(mut self, holder: Holder) -> Self {
        match holder {
            Holder::User(row) => self.user = Some(row),
            Holder::Device(row) => self.device = Some(row),
            Holder::Host(row) => self.host = Some(row),
            Holder::Server(row) => return self.at_server(row),
        }
        self
    }

    /// Whether there is someone or something that could hold units of a metric.
    pub fn has_holder(&self, metric: Metric) -> bool {
        match metric {
            Metric::User => self.user.is_some(),
            Metric::Device => self.device.is_some(),
            Metric::Host => self.host.is_some(),
            Metric::Server => self.server.is_some(),
        }
    }

    /// The same with an absence.
    #[must_use]
    pub fn in_absence(mut self, absence: AbsenceRow) -> Self {
        self.absence = Some(absence);
        self
    }

    /// The holder of units of a metric, as a person names it: "host `rack`".
    pub fn holder_text(&self, metric: Metric) -> String {
        let estate = self.estate;
        let id = match metric {
            Metric::User => self.user.map(|row| &estate.users[row].id),
            Metric::Device => self.device.map(|row| &estate.devices[row].id),
            Metric::Host => self.host.map(|row| &estate.hosts[row].id),
            Metric::Server => self.server.map(|row| &estate.servers[row].id),
        };
        id.map_or_else(|| format!("a {metric}"), |id| format!("{metric} `{id}`"))
    }

    /// Where a field of a row is stated.
    pub fn place(&self, field: Field) -> Option<Span> {
        match field.entity(self.rules.program) {
            Entity::User => self.user.and_then(|row| self.estate.users.place(row, field)),
            Entity::Device => self.device.and_then(|row| self.estate.devices.place(row, field)),
            Entity::Server => self.server.and_then(|row| self.estate.servers.place(row, field)),
            Entity::Host => self.host.and_then(|row| self.estate.hosts.place(row, field)),
            Entity::Access | Entity::Absence | Entity::Estate | Entity::License | Entity::Agreement => None,
        }
    }

    /// What a table states of a field of one of its rows.
    fn stated<I: Id, T>(&self, table: &Table<I, T>, row: Option<I>, field: Field, entity: Entity) -> Found {
        match (row, self.subject(entity)) {
            (Some(row), Some(class)) => self.found(table.stated(row, field), field, class),
            _ => Found::Absent,
        }
    }

    fn found(&self, stated: &Stated, field: Field, class: Class) -> Found {
        match stated.value() {
            Some(_) if self.supposed.contains(&field) => Found::Unknown(class),
            Some(value) => Found::Value(value.clone()),
            None => Found::Unknown(class),
        }
    }

    fn fact(&self, fact: FactId) -> Found {
        let (field, entity) = (Field::Fact(fact), self.rules.program.facts[fact].entity);
        match entity {
            Entity::User => self.stated(&self.estate.users, self.user, field, entity),
            Entity::Device => self.stated(&self.estate.devices, self.device, field, entity),
            Entity::Server => self.stated(&self.estate.servers, self.server, field, entity),
            Entity::Access => self.stated(&self.estate.accesses, self.access, field, entity),
            Entity::Absence => self.stated(&self.estate.absences, self.absence, field, entity),
            Entity::Host => self.stated(&self.estate.hosts, self.host, field, entity),
            Entity::Estate => self.found(self.estate.stated(fact), field, 0),
            Entity::License | Entity::Agreement => Found::Absent,
        }
    }
}

fn heads(heads: Heads) -> Value {
    match heads {
        Heads::Count(count) => Value::Number(Decimal::from(count)),
        Heads::Many => Value::Many,
    }
}

/// All heads of a table.
fn total<I: Id>(table: &Table<I, Population>) -> Heads {
    table.iter().fold(Heads::Count(0), |total, (_, population)| total.plus(population.count))
}

/// A reference is always decided: with nothing there it is none.
fn reference(id: Option<&Arc<str>>) -> Found {
    Found::Value(id.map_or(Value::None, |id| Value::Text(Arc::clone(id))))
}

fn value(value: Option<Value>) -> Found {
    value.map_or(Found::Absent, Found::Value)
}

fn text(id: Option<&Arc<str>>) -> Found {
    value(id.map(|id| Value::Text(Arc::clone(id))))
}

impl Scope for RowScope<'_> {
    fn find(&self, field: Field) -> Found {
        let estate = self.estate;
        let (user, device) = (self.user.map(|row| &estate.users[row]), self.device.map(|row| &estate.devices[row]));
        let (server, host) = (self.server.map(|row| &estate.servers[row]), self.host.map(|row| &estate.hosts[row]));
        match field {
            Field::Fact(fact) => self.fact(fact),
            Field::UserId => text(user.map(|user| &user.id)),
            Field::UserCount => value(user.map(|user| heads(user.count))),
            Field::DeviceId => text(device.map(|device| &device.id)),
            Field::DeviceCount => value(device.map(|device| heads(device.count))),
            Field::ServerId => text(server.map(|server| &server.id)),
            Field::ServerProduct => value(server.map(|server| Value::Product(server.product))),
            Field::ServerVersion => value(server.map(|server| Value::Version(server.version))),
            Field::ServerEdition => self.stated(&estate.servers, self.server, field, Entity::Server),
            Field::ServerHost => reference(host.map(|host| &host.id)),
            Field::ServerRunsOn => {
                reference(server.and_then(|server| server.runs_on).map(|row| &estate.servers[row].id))
            }
            Field::HostId => text(host.map(|host| &host.id)),
            Field::HostKind | Field::HostCores | Field::HostProcessors => {
                self.stated(&estate.hosts, self.host, field, Entity::Host)
            }
            Field::AccessUser => reference(user.map(|user| &user.id)),
            Field::AccessDevice => reference(device.map(|device| &device.id)),
            Field::AccessFunctionality => value(self.functionality.map(Value::Functionality)),
            Field::EstateUsers => Found::Value(heads(total(&estate.users))),
            Field::EstateDevices => Found::Value(heads(total(&estate.devices))),
            Field::LicenseName | Field::LicenseVersion | Field::LicenseMetric => Found::Absent,
            Field::Agreement | Field::AgreementName | Field::AgreementSigned | Field::EstateAsOf => {
                SettingScope::of(&self.rules.setting).find(field)
            }
        }
    }

    fn subject(&self, entity: Entity) -> Option<Class> {
        match entity {
            Entity::User => self.user.map(|row| self.classes.users.class(row)),
            Entity::Device => self.device.map(|row| self.classes.devices.class(row)),
            Entity::Server => self.server.map(|row| self.classes.servers.class(row)),
            Entity::Host => self.host.map(|row| self.classes.hosts.class(row)),
            Entity::Access => self.access.map(|row| self.classes.accesses.class(row)),
            Entity::Absence => self.absence.map(|row| self.classes.absences.class(row)),
            Entity::License => None,
            Entity::Agreement | Entity::Estate => Some(0),
        }
    }
}

/// A unit of a licence, looked at for an access or a server.
pub struct UnitScope<'s> {
    /// What it is to cover.
    pub rows: RowScope<'s>,
    /// The licence.
    pub license: LicenseId,
    /// Its version.
    pub version: Rank,
    /// Its metric.
    pub metric: Metric,
    /// The holding it is of; none for a unit that is bought.
    pub holding: Option<HoldingRow>,
}

impl Scope for UnitScope<'_> {
    fn find(&self, field: Field) -> Found {
        match field {
            Field::LicenseName => Found::Value(Value::License(self.license)),
            Field::LicenseVersion => Found::Value(Value::Version(self.version)),
            Field::LicenseMetric => Found::Value(Value::Metric(self.metric)),
            Field::Fact(fact) if self.rows.rules.program.facts[fact].entity == Entity::License => self.fact(fact),
            _ => self.rows.find(field),
        }
    }

    fn subject(&self, entity: Entity) -> Option<Class> {
        match entity {
            Entity::License => Some(self.holding.map_or(0, |row| self.rows.classes.holdings.class(row))),
            _ => self.rows.subject(entity),
        }
    }
}

impl UnitScope<'_> {
    /// A fact of the holding; of a bought unit, the declared default.
    fn fact(&self, fact: FactId) -> Found {
        let (rows, field) = (&self.rows, Field::Fact(fact));
        match self.holding {
            Some(row) => rows.found(rows.estate.holdings.stated(row, field), field, rows.classes.holdings.class(row)),
            None => value(rows.rules.program.facts[fact].default.clone()),
        }
    }
}
