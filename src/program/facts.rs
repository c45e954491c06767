//! What can be asked of users, devices, servers, hosts and accesses: declared facts, and the fields that are there anyway.

use super::{FactId, Header, Program};
use crate::value::{Type, Value};

/// An enum and its members.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// Name, title, place.
    pub header: Header,
    /// The members as declared.
    pub members: Vec<String>,
}

/// What facts are stated of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the entity of the language that it names")]
pub enum Entity {
    User,
    Device,
    Server,
    Host,
    Access,
    License,
    Absence,
    Agreement,
    Estate,
}

impl Entity {
    /// All entities.
    pub const ALL: [Entity; 9] = [
        Entity::User,
        Entity::Device,
        Entity::Server,
        Entity::Host,
        Entity::Access,
        Entity::License,
        Entity::Absence,
        Entity::Agreement,
        Entity::Estate,
    ];

    /// The word of the language.
    pub fn text(self) -> &'static str {
        match self {
            Entity::User => "user",
            Entity::Device => "device",
            Entity::Server => "server",
            Entity::Host => "host",
            Entity::Access => "access",
            Entity::License => "license",
            Entity::Absence => "absence",
            Entity::Agreement => "agreement",
            Entity::Estate => "estate",
        }
    }

    /// The entity that a word names.
    pub fn of(word: &str) -> Option<Entity> {
        Entity::ALL.into_iter().find(|entity| entity.text() == word)
    }
}

/// A declared fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its name, doc comment and place (no title, no citations).
    pub header: Header,
    /// What it is stated of.
    pub entity: Entity,
    /// The type of its value.
    pub ty: Type,
    /// The assumption where it is not stated.
    pub default: Option<Value>,
    /// The question to ask where it is missing.
    pub question: Option<String>,
}

impl Fact {
    /// `user.relation`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.entity.text(), self.header.name)
    }
}

/// A field that a condition may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the built-in field of the language that it names")]
pub enum Field {
    /// A declared fact.
    Fact(FactId),
    UserId,
    UserCount,
    DeviceId,
    DeviceCount,
    ServerId,
    ServerProduct,
    ServerVersion,
    ServerEdition,
    ServerHost,
    ServerRunsOn,
    HostId,
    HostKind,
    HostCores,
    HostProcessors,
    AccessUser,
    AccessDevice,
    AccessFunctionality,
    LicenseName,
    LicenseVersion,
    LicenseMetric,
    Agreement,
    AgreementName,
    AgreementSigned,
    EstateAsOf,
    EstateUsers,
    EstateDevices,
}

impl Field {
    /// The type of its value.
    pub fn ty(self, program: &Program) -> Type {
        match self {
            Field::Fact(fact) => program.facts[fact].ty.clone(),
            Field::UserId | Field::DeviceId | Field::ServerId | Field::HostId | Field::ServerEdition => Type::Text,
            Field::UserCount | Field::DeviceCount | Field::HostCores | Field::HostProcessors => Type::Int,
            Field::EstateUsers | Field::EstateDevices => Type::Int,
            Field::ServerProduct => Type::Product,
            // Which product's line it is depends on the rule; the ranks of every line start at zero.
            Field::ServerVersion | Field::LicenseVersion => Type::Int,
            Field::ServerHost | Field::ServerRunsOn | Field::AccessUser | Field::AccessDevice => Type::Reference,
            Field::HostKind => Type::HostKind,
            Field::AccessFunctionality => Type::Functionality,
            Field::LicenseName => Type::License,
            Field::LicenseMetric => Type::Metric,
            Field::Agreement | Field::AgreementName => Type::Agreement,
            Field::AgreementSigned | Field::EstateAsOf => Type::Date,
        }
    }

    /// What it is a field of.
    pub fn entity(self, program: &Program) -> Entity {
        match self {
            Field::Fact(fact) => program.facts[fact].entity,
            Field::UserId | Field::UserCount => Entity::User,
            Field::DeviceId | Field::DeviceCount => Entity::Device,
            Field::ServerId | Field::ServerProduct | Field::ServerVersion | Field::ServerEdition => Entity::Server,
            Field::ServerHost | Field::ServerRunsOn => Entity::Server,
            Field::HostId | Field::HostKind | Field::HostCores | Field::HostProcessors => Entity::Host,
            Field::AccessUser | Field::AccessDevice | Field::AccessFunctionality => Entity::Access,
            Field::LicenseName | Field::LicenseVersion | Field::LicenseMetric => Entity::License,
            Field::Agreement | Field::AgreementName | Field::AgreementSigned => Entity::Agreement,
            Field::EstateAsOf | Field::EstateUsers | Field::EstateDevices => Entity::Estate,
        }
    }

    /// Whether it is a fact of someone or something that an access, or an estate, need not name.
    pub fn is_of_someone(self, program: &Program) -> bool {
        match self {
            Field::AccessUser | Field::AccessDevice | Field::Agreement => false,
            field => {
                matches!(field.entity(program), Entity::User | Entity::Device | Entity::Access | Entity::Agreement)
            }
        }
    }

    /// The field as policies write it: `user.relation`, `host.cores`.
    pub fn path(self, program: &Program) -> String {
        match self {
            Field::Fact(fact) => program.facts[fact].path(),
            Field::Agreement => "agreement".to_owned(),
            Field::UserId => "user.id".to_owned(),
            Field::UserCount => "user.count".to_owned(),
            Field::DeviceId => "device.id".to_owned(),
            Field::DeviceCount => "device.count".to_owned(),
            Field::ServerId => "server.id".to_owned(),
            Field::ServerProduct => "server.product".to_owned(),
            Field::ServerVersion => "server.version".to_owned(),
            Field::ServerEdition => "server.edition".to_owned(),
            Field::ServerHost => "server.host".to_owned(),
            Field::ServerRunsOn => "server.runs_on".to_owned(),
            Field::HostId => "host.id".to_owned(),
            Field::HostKind => "host.kind".to_owned(),
            Field::HostCores => "host.cores".to_owned(),
            Field::HostProcessors => "host.processors".to_owned(),
            Field::AccessUser => "access.user".to_owned(),
            Field::AccessDevice => "access.device".to_owned(),
            Field::AccessFunctionality => "access.functionality".to_owned(),
            Field::LicenseName => "license.name".to_owned(),
            Field::LicenseVersion => "license.version".to_owned(),
            Field::LicenseMetric => "license.metric".to_owned(),
            Field::AgreementName => "agreement.name".to_owned(),
            Field::AgreementSigned => "agreement.signed".to_owned(),
            Field::EstateAsOf => "estate.as_of".to_owned(),
            Field::EstateUsers => "estate.users".to_owned(),
            Field::EstateDevices => "estate.devices".to_owned(),
        }
    }
}
