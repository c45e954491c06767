//! Fields: the built-in ones, those of declared facts, and where each may be read.

use super::Checker;
use super::places::{Fixed, Place};
use super::quoted;
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::schema::{KEYS, Kind};
use crate::program::{DefinitionId, Entity, Field, ProductId};
use crate::source::Span;
use crate::syntax::ast::Word;
use crate::value::{Type, VersionLine};

/// The built-in fields beside the versions, whose type depends on the place.
const BUILT_IN: [(Entity, &str, Field, Type); 23] = [
    (Entity::User, "id", Field::UserId, Type::Text),
    (Entity::User, "count", Field::UserCount, Type::Int),
    (Entity::Device, "id", Field::DeviceId, Type::Text),
    (Entity::Device, "count", Field::DeviceCount, Type::Int),
    (Entity::Server, "id", Field::ServerId, Type::Text),
    (Entity::Server, "product", Field::ServerProduct, Type::Product),
    (Entity::Server, "edition", Field::ServerEdition, Type::Text),
    (Entity::Server, "host", Field::ServerHost, Type::Reference),
    (Entity::Server, "runs_on", Field::ServerRunsOn, Type::Reference),
    (Entity::Host, "id", Field::HostId, Type::Text),
    (Entity::Host, "kind", Field::HostKind, Type::HostKind),
    (Entity::Host, "cores", Field::HostCores, Type::Int),
    (Entity::Host, "processors", Field::HostProcessors, Type::Int),
    (Entity::Access, "user", Field::AccessUser, Type::Reference),
    (Entity::Access, "device", Field::AccessDevice, Type::Reference),
    (Entity::Access, "functionality", Field::AccessFunctionality, Type::Functionality),
    (Entity::License, "name", Field::LicenseName, Type::License),
    (Entity::License, "metric", Field::LicenseMetric, Type::Metric),
    (Entity::Agreement, "name", Field::AgreementName, Type::Agreement),
    (Entity::Agreement, "signed", Field::AgreementSigned, Type::Date),
    (Entity::Estate, "as_of", Field::EstateAsOf, Type::Date),
    (Entity::Estate, "users", Field::EstateUsers, Type::Int),
    (Entity::Estate, "devices", Field::EstateDevices, Type::Int),
];

/// Whether nobody may declare a fact of this name: the entity has such a field, its table such a column, or, where it is
/// the estate itself, a test states such a key.
pub(super) fn is_taken(entity: Entity, name: &str) -> bool {
    let columns = Kind::of_entity(entity).map_or(&[][..], Kind::columns);
    let is_key = entity == Entity::Estate && KEYS.contains(&name);
    is_key || is_built_in(entity, name) || columns.iter().any(|column| column.name == name)
}

/// What an estate may state of an entity and no condition can read: `license.acquired`. Such a name is no fact's.
pub(super) fn unread(entity: Entity, name: &str) -> Option<&'static str> {
    let what = if entity == Entity::Estate { "a key of the estate" } else { "a column of its table" };
    (is_taken(entity, name) && !is_built_in(entity, name)).then_some(what)
}

/// Whether an entity has a field without anyone declaring it.
fn is_built_in(entity: Entity, name: &str) -> bool {
    built_in_names(entity).any(|own| own == name)
}

/// The entity that a field belongs to which no other has, if it is built in.
pub(super) fn owner_of(field: &str) -> Option<Entity> {
    let mut owners = BUILT_IN.iter().filter(|(_, name, ..)| *name == field).map(|(owner, ..)| *owner);
    owners.next().filter(|_| owners.next().is_none())
}

fn built_in_names(entity: Entity) -> impl Iterator<Item = &'static str> {
    let version = matches!(entity, Entity::Server | Entity::License).then_some("version");
    let routes = (entity == Entity::Server).then_some("routes");
    let listed = BUILT_IN.iter().filter(move |(owner, ..)| *owner == entity).map(|(_, name, ..)| *name);
    listed.chain(version).chain(routes)
}

impl Checker<'_> {
    /// The field `entity.name` and its type at a place; reports if there is none or it may not be read there.
    pub(super) fn field(&mut self, place: &Place, entity: Entity, name: &Word, whole: Span) -> Option<(Field, Type)> {
        let path = (entity, name.text.as_str());
        let declared = self.facts.get(&path).copied();
        if declared.is_none() && self.facts_in_error.contains(&path) {
            return None;
        }
        if declared.is_none() && !is_built_in(entity, &name.text) {
            return self.unknown_field(entity, name);
        }
        if !place.allows(entity, &name.text) {
            return self.fail(out_of_scope(place, &format!("{}.{}", entity.text(), name.text), entity, whole));
        }
        if let Some(id) = declared {
            self.name(name.span, Some(self.program.facts[id].header.name_span));
            return Some((Field::Fact(id), self.program.facts[id].ty.clone()));
        }
        match (entity, name.text.as_str()) {
            (Entity::Server, "version") => self.server_version(place, whole),
            (Entity::License, "version") => Some((Field::LicenseVersion, Type::Version(place.license_line?))),
            (Entity::Server, "routes") => self.fail(routes(whole)),
            (_, name) => {
                let built_in = BUILT_IN.iter().find(|(owner, own, ..)| *owner == entity && *own == name);
                built_in.map(|(.., field, ty)| (*field, ty.clone()))
            }
        }
    }

    fn unknown_field<T>(&mut self, entity: Entity, name: &Word) -> Option<T> {
        // A list of facts that could not be read may have declared it.
        if self.names.is_broken(entity.text()) {
            return None;
        }
        if let Some(what) = unread(entity, &name.text) {
            let message = format!("no condition can read `{}.{}`", entity.text(), name.text);
            let error = Diagnostic::error(Code::UnknownField, message).at(name.span, format!("{what}, and no field"));
            let help =
                format!("declare a fact of another name under `facts {}`, and state it beside this one", entity.text());
            return self.fail(error.help(help));
        }
        let mut fields: Vec<&str> = built_in_names(entity).collect();
        fields.extend(self.facts.keys().filter(|(owner, _)| *owner == entity).map(|(_, name)| *name));
        let error = Diagnostic::error(Code::UnknownField, format!("`{}` has no field `{}`", entity.text(), name.text))
            .at(name.span, "no such field")
            .suggest(&name.text, fields.iter().copied());
        if self.names.all::<DefinitionId>().any(|definition| definition == name.text) {
            return self.fail(error.help(format!("write `{} is {}`: it is a definition", entity.text(), name.text)));
        }
        let elsewhere = self.facts.keys().find(|(_, own)| *own == name.text).map(|(owner, _)| owner.text());
        self.fail(match (&error.help, elsewhere) {
            (Some(_), _) => error,
            (None, Some(owner)) => error.help(format!("did you mean `{owner}.{}`?", name.text)),
            (None, None) => error.help(fields_of(entity, fields)),
        })
    }

    fn server_version(&mut self, place: &Place, whole: Span) -> Option<(Field, Type)> {
        match place.product {
            Fixed::Product(id) => Some((Field::ServerVersion, Type::Version(VersionLine::Product(id)))),
            Fixed::InError => None,
            Fixed::Open(several) => {
                let products: Vec<&str> = self.names.all::<ProductId>().collect();
                self.fail(not_fixed(place, several, whole, &products))
            }
        }
    }
}

fn fields_of(entity: Entity, fields: Vec<&str>) -> String {
    match fields.is_empty() {
        true => format!("declare it under `facts {}`", entity.text()),
        false => format!("its fields are {}; declare others under `facts {}`", quoted(fields, "and"), entity.text()),
    }
}

/// The problem of reading something where it may not be read.
pub(super) fn out_of_scope(place: &Place, path: &str, entity: Entity, span: Span) -> Diagnostic {
    let error = Diagnostic::error(Code::FieldNotInScope, format!("`{path}` cannot be read in {}", place.noun));
    let readable = place.readable();
    let label = match readable.is_empty() {
        true => "nothing of the estate can be read here".to_owned(),
        false => format!("here may be read {}", quoted(readable, "and")),
    };
    let error = error.at(span, label);
    match entity {
        Entity::License => error.help("read it in a `provided` of a licence"),
        Entity::Absence => error.help("read it in the `when` of a reassign rule"),
        _ if place.counts => error.help("ask about heads inside `count(…)`"),
        _ => error,
    }
}

fn not_fixed(place: &Place, several: Option<Span>, whole: Span, products: &[&str]) -> Diagnostic {
    let error =
        Diagnostic::error(Code::ProductNotFixed, "`server.version` can be read only where one product is fixed")
            .at(whole, "a version of which product?");
    let error = match several {
        Some(span) => error.because(span, "several products"),
        None => error,
    };
    match place.noun {
        "a definition" => {
            error.help("read it in the rule or licence instead: there `for` or `grants` fixes the product")
        }
        "a licence" => error.help("only a licence that `grants` functionalities of a product fixes it"),
        _ => error.help(match products {
            [product] => format!("write `for {product}` in a clause of its own"),
            [product, ..] => format!("write `for` with one product in a clause of its own, such as `for {product}`"),
            [] => "write `for PRODUCT` with one product".to_owned(),
        }),
    }
}

fn routes(whole: Span) -> Diagnostic {
    Diagnostic::error(Code::NotComparable, "`server.routes` is a list of servers and has no value of its own")
        .at(whole, "cannot be compared")
        .help("follow it with a reach rule: `to server.routes`")
}
