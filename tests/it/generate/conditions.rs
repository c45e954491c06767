//! Conditions over what may be read where they stand.

use super::Rng;
use crate::case::*;

/// The days that rules and facts are compared with. None begins or ends a month, so that the days
/// beside them are days.
pub const DAYS: [Date; 4] = [2007_02_15, 2008_03_11, 2009_07_09, 2012_12_05];

/// The built-in kinds of hosts.
pub const KINDS: [&str; 3] = ["physical", "blade", "partition"];

/// The constants of facts that are numbers and compared with nothing else.
const HOURS: [i128; 2] = [20, 30];

/// What a condition may read.
#[derive(Clone, Debug, Default)]
pub struct Readable {
    pub entities: Vec<Entity>,
    /// Definitions and their subjects.
    pub definitions: Vec<(Entity, String)>,
    /// The one product in question, with its release labels: `server.version` may be read.
    pub product: Option<(String, Vec<String>)>,
    /// A licence's clause of that product: `license.version` may be read.
    pub versions: bool,
    /// A clause of this licence: `license.name` may be read.
    pub license: Option<String>,
    /// All products with their releases and functionalities.
    pub products: Vec<Product>,
}

impl Readable {
    pub fn of(entities: &[Entity]) -> Self {
        Self { entities: entities.to_vec(), ..Self::default() }
    }

    pub fn with_definitions(mut self, definitions: &[Definition]) -> Self {
        self.definitions = definitions.iter().map(|define| (define.subject, define.name.clone())).collect();
        self
    }

    pub fn with_products(mut self, products: &[Product]) -> Self {
        self.products = products.to_vec();
        self
    }

    pub fn with_product(mut self, product: &Product) -> Self {
        let labels = product.releases.iter().flat_map(|release| std::iter::once(&release.label).chain(&release.also));
        self.product = Some((product.name.clone(), labels.cloned().collect()));
        self
    }
}

/// A condition of one to three parts.
pub fn condition(rng: &mut Rng, readable: &Readable) -> Cond {
    match rng.below(10) {
        0..4 => atom(rng, readable),
        4..6 => Cond::All(vec![atom(rng, readable), atom(rng, readable)]),
        6..8 => Cond::Any(vec![atom(rng, readable), atom(rng, readable)]),
        8 => Cond::All(vec![
            Cond::Any(vec![atom(rng, readable), atom(rng, readable)]),
            Cond::Not(Box::new(atom(rng, readable))),
        ]),
        _ => Cond::Not(Box::new(Cond::Any(vec![atom(rng, readable), atom(rng, readable)]))),
    }
}

/// A condition by itself: a comparison, a yes/no fact, a question about a definition.
fn atom(rng: &mut Rng, readable: &Readable) -> Cond {
    if !readable.definitions.is_empty() && rng.chance(30) {
        let (subject, name) = rng.pick(&readable.definitions);
        return Cond::Defined(subject, rng.chance(70), name);
    }
    if let Some((product, labels)) = readable.product.clone().filter(|_| rng.chance(20)) {
        return version_atom(rng, readable, product, &labels);
    }
    match rng.pick(&readable.entities) {
        Entity::User if !readable.products.is_empty() && rng.chance(22) => client_atom(rng, &readable.products[0]),
        Entity::Access if !readable.products.is_empty() && rng.chance(12) => {
            let product = rng.pick(&readable.products);
            let functionality = rng.pick(&product.functionalities).name;
            Cond::Functionality(rng.chance(60), product.name, functionality)
        }
        Entity::Server if !readable.products.is_empty() && rng.chance(20) => {
            Cond::ServerProduct(rng.chance(60), rng.pick(&readable.products).name)
        }
        Entity::License if rng.chance(15) => match readable.license.clone() {
            Some(name) => Cond::LicenseName(rng.chance(80), name),
            None => license_atom(rng),
        },
        Entity::User => user_atom(rng),
        Entity::Device => device_atom(rng),
        Entity::Access => access_atom(rng),
        Entity::Server => server_atom(rng),
        Entity::Host => host_atom(rng),
        Entity::License => license_atom(rng),
        Entity::Agreement => agreement_atom(rng),
        Entity::Estate => estate_atom(rng),
        Entity::Absence => fact(Entity::Absence, "planned"),
    }
}

pub fn user_atom(rng: &mut Rng) -> Cond {
    match rng.below(12) {
        9 => compare(Sum::field(Entity::User, "count"), order(rng), Sum::int(2)),
        10 => id_atom(rng, Entity::User, &["alice", "staff"]),
        11 => {
            let budget = Value::Number(rng.pick(&[Ratio::whole(100), Ratio::new(9950, 100)]));
            compare(Sum::field(Entity::User, "budget"), order(rng), Sum::Value(budget))
        }
        0 | 1 => one_of(rng, Entity::User, "relation", &super::policy::RELATIONS),
        2 | 3 => some_of(rng, Entity::User, "relation", &super::policy::RELATIONS),
        4 => fact(Entity::User, "hosted"),
        5 => fact(Entity::User, "similar"),
        6 => {
            let hours = Sum::int(rng.pick(&HOURS));
            compare(Sum::field(Entity::User, "hours"), order(rng), hours)
        }
        7 => {
            let day = Value::Date(rng.pick(&DAYS[..2]));
            compare(Sum::field(Entity::User, "since"), order(rng), Sum::Value(day))
        }
        _ => {
            let badge = Value::Text(rng.pick(&["gold", "red"]).to_owned());
            compare(Sum::field(Entity::User, "badge"), equality(rng), Sum::Value(badge))
        }
    }
}

/// The version of a user's client, against one or several releases.
fn client_atom(rng: &mut Rng, product: &Product) -> Cond {
    let release = rng.pick(&product.releases);
    let label = rng.pick(&[vec![release.label], release.also].concat());
    let version = |label: &str| Value::Version(product.name.clone(), label.to_owned());
    if rng.chance(30) {
        let labels: Vec<_> = product.releases.iter().map(|release| release.label.clone()).collect();
        let some = rng.some(&labels).iter().map(|label| version(label)).collect();
        return Cond::In(Field::new(Entity::User, "client"), rng.chance(60), some);
    }
    let op = rng.pick(&[Op::Is, Op::IsNot, Op::Less, Op::AtMost, Op::More, Op::AtLeast]);
    compare(Sum::field(Entity::User, "client"), op, Sum::Value(version(&label)))
}

fn id_atom(rng: &mut Rng, entity: Entity, ids: &[&str]) -> Cond {
    if rng.chance(30) {
        let some = rng.some(ids).into_iter().map(|id| Value::Text(id.to_owned())).collect();
        return Cond::In(Field::new(entity, "id"), rng.chance(60), some);
    }
    compare(Sum::field(entity, "id"), equality(rng), Sum::Value(Value::Text(rng.pick(ids).to_owned())))
}

/// The floor of a device is always known: it may stand in arithmetic.
fn device_atom(rng: &mut Rng) -> Cond {
    let floor = || Box::new(Sum::field(Entity::Device, "floor"));
    let two = || Box::new(Sum::int(2));
    match rng.below(8) {
        6 => compare(Sum::field(Entity::Device, "count"), order(rng), Sum::int(2)),
        7 => id_atom(rng, Entity::Device, &["kiosk", "laptops"]),
        0..3 => fact(Entity::Device, "managed"),
        3 => compare(Sum::Plus(floor(), two()), order(rng), Sum::int(5)),
        4 => {
            let half = Sum::RoundDown(Box::new(Sum::Over(floor(), two())));
            compare(half, order(rng), Sum::int(1))
        }
        _ => {
            let highest = Sum::Max(vec![*floor(), *two()]);
            compare(Sum::Times(Box::new(highest), two()), order(rng), Sum::Minus(Box::new(Sum::int(8)), two()))
        }
    }
}

fn access_atom(rng: &mut Rng) -> Cond {
    match rng.below(7) {
        0 => one_of(rng, Entity::Access, "channel", &super::policy::CHANNELS),
        1 => some_of(rng, Entity::Access, "channel", &super::policy::CHANNELS),
        2 => fact(Entity::Access, "identified"),
        3 | 4 => one_of(rng, Entity::Access, "purpose", &super::policy::PURPOSES),
        5 => Cond::Nobody(Pointer::AccessUser, rng.chance(50)),
        _ => Cond::Nobody(Pointer::AccessDevice, rng.chance(50)),
    }
}

/// The load of a server is always known.
fn server_atom(rng: &mut Rng) -> Cond {
    match rng.below(5) {
        4 => id_atom(rng, Entity::Server, &["app", "web"]),
        0 | 1 => fact(Entity::Server, "critical"),
        2 => Cond::Nobody(Pointer::RunsOn, rng.chance(50)),
        _ => {
            let load = Sum::Times(Box::new(Sum::field(Entity::Server, "load")), Box::new(Sum::int(2)));
            let least = Sum::Min(vec![Sum::int(4), Sum::Value(Value::Number(Ratio::new(5, 2)))]);
            compare(load, order(rng), least)
        }
    }
}

fn host_atom(rng: &mut Rng) -> Cond {
    match rng.below(12) {
        0..3 => fact(Entity::Host, "rented"),
        3..5 => compare(Sum::field(Entity::Host, "cores"), order(rng), Sum::int(3)),
        5 | 6 => compare(Sum::field(Entity::Host, "processors"), order(rng), Sum::int(2)),
        7 | 8 => one_of(rng, Entity::Host, "kind", &KINDS),
        9 | 10 => some_of(rng, Entity::Host, "kind", &KINDS),
        _ => id_atom(rng, Entity::Host, &["blade", "tower"]),
    }
}

fn license_atom(rng: &mut Rng) -> Cond {
    if rng.chance(50) {
        fact(Entity::License, "academic")
    } else {
        Cond::MetricIs(rng.chance(50), rng.pick(&Metric::ALL))
    }
}

pub fn agreement_atom(rng: &mut Rng) -> Cond {
    match rng.below(5) {
        0 | 1 => Cond::Agreement(rng.chance(60), rng.pick(&super::policy::AGREEMENTS).to_owned()),
        2 => Cond::Nobody(Pointer::Agreement, rng.chance(50)),
        _ => {
            let day = Value::Date(rng.pick(&DAYS));
            compare(Sum::field(Entity::Agreement, "signed"), rng.pick(&[Op::AtLeast, Op::Less]), Sum::Value(day))
        }
    }
}

fn estate_atom(rng: &mut Rng) -> Cond {
    match rng.below(7) {
        0..3 => fact(Entity::Estate, "audited"),
        3 | 4 => compare(Sum::field(Entity::Estate, "tier"), order(rng), Sum::int(rng.pick(&[1, 3]))),
        5 => {
            let heads = rng.pick(&["users", "devices"]);
            compare(Sum::field(Entity::Estate, heads), order(rng), Sum::int(2))
        }
        _ => {
            let day = Value::Date(rng.pick(&DAYS));
            compare(Sum::field(Entity::Estate, "as_of"), order(rng), Sum::Value(day))
        }
    }
}

fn version_atom(rng: &mut Rng, readable: &Readable, product: String, labels: &[String]) -> Cond {
    let label = rng.pick(labels);
    let op = rng.pick(&[Op::Is, Op::IsNot, Op::Less, Op::AtMost, Op::More, Op::AtLeast]);
    match rng.below(3) {
        0 if readable.versions => Cond::LicenseVersion(op, product, label),
        1 if readable.versions => Cond::Versions(rng.pick(&[Op::AtLeast, Op::Is, Op::More])),
        _ => Cond::ServerVersion(op, product, label),
    }
}

pub fn fact(entity: Entity, name: &str) -> Cond {
    Cond::Fact(Field::new(entity, name))
}

fn compare(left: Sum, op: Op, right: Sum) -> Cond {
    Cond::Compare(left, op, right)
}

fn order(rng: &mut Rng) -> Op {
    rng.pick(&[Op::Less, Op::AtMost, Op::More, Op::AtLeast])
}

fn equality(rng: &mut Rng) -> Op {
    rng.pick(&[Op::Is, Op::IsNot])
}

fn one_of(rng: &mut Rng, entity: Entity, name: &str, members: &[&str]) -> Cond {
    let member = Value::member(rng.pick(members));
    compare(Sum::field(entity, name), equality(rng), Sum::Value(member))
}

fn some_of(rng: &mut Rng, entity: Entity, name: &str, members: &[&str]) -> Cond {
    let members = rng.some(members).into_iter().map(Value::member).collect();
    Cond::In(Field::new(entity, name), rng.chance(60), members)
}
