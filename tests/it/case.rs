//! A policy set and an estate as plain data: what the generator makes, the printer writes out
//! and the reference evaluator judges. Nothing here is parsed from text, and nothing is judged.

use std::collections::BTreeMap;
use std::fmt;

/// A day, as the number `yyyymmdd`; comparing numbers compares days.
pub type Date = i32;

/// The things that facts and conditions speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entity {
    Access,
    User,
    Device,
    Server,
    Host,
    License,
    Agreement,
    Estate,
    Absence,
}

impl Entity {
    /// The word the language uses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::User => "user",
            Self::Device => "device",
            Self::Server => "server",
            Self::Host => "host",
            Self::License => "license",
            Self::Agreement => "agreement",
            Self::Estate => "estate",
            Self::Absence => "absence",
        }
    }
}

/// What a licence is assigned to, in the order that breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    User,
    Device,
    Host,
    Server,
}

impl Metric {
    /// All four, in order.
    pub const ALL: [Self; 4] = [Self::User, Self::Device, Self::Host, Self::Server];

    /// The word the language uses.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Device => "device",
            Self::Host => "host",
            Self::Server => "server",
        }
    }
}

/// An exact number: a fraction in lowest terms with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    pub top: i128,
    pub bottom: i128,
}

impl Ratio {
    /// The fraction `top / bottom`, reduced.
    pub fn new(top: i128, bottom: i128) -> Self {
        let divisor = gcd(top.abs(), bottom.abs()).max(1) * bottom.signum();
        Self { top: top / divisor, bottom: bottom / divisor }
    }

    /// A whole number.
    pub fn whole(number: i128) -> Self {
        Self::new(number, 1)
    }

    pub fn plus(self, other: Self) -> Self {
        Self::new(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)
    }

    pub fn minus(self, other: Self) -> Self {
        self.plus(Self::new(-other.top, other.bottom))
    }

    pub fn times(self, other: Self) -> Self {
        Self::new(self.top * other.top, self.bottom * other.bottom)
    }

    pub fn over(self, other: Self) -> Self {
        Self::new(self.top * other.bottom, self.bottom * other.top)
    }

    pub fn floor(self) -> Self {
        Self::whole(self.top.div_euclid(self.bottom))
    }

    pub fn ceil(self) -> Self {
        Self::whole(-(-self.top).div_euclid(self.bottom))
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.top * other.bottom).cmp(&(other.top * self.bottom))
    }
}

/// Decimals only: the denominator must divide a power of ten up to 10⁶.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millionths = self.top * 1_000_000 / self.bottom;
        let sign = if millionths < 0 { "-" } else { "" };
        let (whole, rest) = (millionths.abs() / 1_000_000, millionths.abs() % 1_000_000);
        let text = format!("{sign}{whole}.{rest:06}");
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// A value of a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    Bool(bool),
    Member(String),
    Number(Ratio),
    Date(Date),
    Text(String),
    /// A release of a product, by any of its labels.
    Version(String, String),
}

impl Value {
    /// A whole number.
    pub fn int(number: i128) -> Self {
        Self::Number(Ratio::whole(number))
    }

    /// An enum member.
    pub fn member(name: &str) -> Self {
        Self::Member(name.to_owned())
    }
}

/// As a cell of a table or a value of the results.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(true) => f.write_str("yes"),
            Self::Bool(false) => f.write_str("no"),
            Self::Member(text) | Self::Text(text) | Self::Version(_, text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Date(date) => f.write_str(&day(*date)),
        }
    }
}

/// A date in ISO form.
pub fn day(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date / 10_000, date / 100 % 100, date % 100)
}

/// The type of a declared fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Bool,
    Enum(String),
    Int,
    Number,
    Money,
    Date,
    Text,
    /// A version of the product named.
    Version(String),
}

/// A fact's name behind its entity's; also for the built-in ids and counts of rows, `host.kind`, `host.cores`,
/// `host.processors`, `estate.as_of`, `estate.users`, `estate.devices` and `agreement.signed`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    pub entity: Entity,
    pub name: String,
}

impl Field {
    pub fn new(entity: Entity, name: &str) -> Self {
        Self { entity, name: name.to_owned() }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.entity.word(), self.name)
    }
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Is,
    IsNot,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Op {
    /// Whether `left OP right`.
    pub fn compare<T: Ord>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Is => left == right,
            Self::IsNot => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// A condition. Where a variant carries a `bool`, `true` is `is` or `in`, `false` its `not` form.
#[derive(Clone, Debug, PartialEq)]
pub enum Cond {
    All(Vec<Cond>),
    Any(Vec<Cond>),
    Not(Box<Cond>),
    /// A yes/no fact by itself.
    Fact(Field),
    In(Field, bool, Vec<Value>),
    /// `field is value` and the like, or arithmetic on both sides.
    Compare(Sum, Op, Sum),
    /// `access.user is none`, and likewise `access.device`, `server.runs_on` and `agreement`.
    Nobody(Pointer, bool),
    Agreement(bool, String),
    /// `user is external`
    Defined(Entity, bool, String),
    /// `server.product is P`
    ServerProduct(bool, String),
    /// `access.functionality is P.f`
    Functionality(bool, String, String),
    /// `license.name is L`
    LicenseName(bool, String),
    /// `server.version OP Product label`
    ServerVersion(Op, String, String),
    /// `license.version OP Product label`, under the licence's product
    LicenseVersion(Op, String, String),
    /// `license.version OP server.version`
    Versions(Op),
    /// `license.metric is device`
    MetricIs(bool, Metric),
}

/// What may be compared with `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    AccessUser,
    AccessDevice,
    RunsOn,
    Agreement,
}

/// A term of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Sum {
    Value(Value),
    Field(Field),
    Plus(Box<Sum>, Box<Sum>),
    Minus(Box<Sum>, Box<Sum>),
    Times(Box<Sum>, Box<Sum>),
    Over(Box<Sum>, Box<Sum>),
    Max(Vec<Sum>),
    Min(Vec<Sum>),
    RoundUp(Box<Sum>),
    RoundDown(Box<Sum>),
}

/// From the first day in force until the first day no longer in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    pub from: Option<Date>,
    pub until: Option<Date>,
}

impl Period {
    pub fn holds(self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date < until)
    }
}

/// A document that rules cite.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub period: Period,
    pub when: Option<Cond>,
}

/// `prefer winner { over loser }`
#[derive(Clone, Debug)]
pub struct Prefer {
    pub winner: String,
    pub loser: String,
}

#[derive(Clone, Debug)]
pub struct Enum {
    pub name: String,
    pub members: Vec<String>,
    /// How many of the members, from the end, an `extend` adds.
    pub extended: usize,
}

#[derive(Clone, Debug)]
pub struct Fact {
    pub field: Field,
    pub kind: Type,
    pub default: Option<Value>,
}

#[derive(Clone, Debug)]
pub struct Definition {
    pub name: String,
    pub subject: Entity,
    pub body: Body,
}

#[derive(Clone, Debug)]
pub enum Body {
    One(Cond),
    Readings(Vec<Reading>),
}

#[derive(Clone, Debug)]
pub struct Reading {
    pub source: String,
    pub period: Period,
    /// May be left out where all of the reading is open.
    pub when: Option<Cond>,
    pub open: Option<Open>,
    /// Written in an `extend` of its own.
    pub extended: bool,
}

/// `open when … because "…"`, or `open because "…"`
#[derive(Clone, Debug)]
pub struct Open {
    pub when: Option<Cond>,
    pub because: String,
}

/// What `for` and `except` narrow a rule to.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub only: Vec<String>,
    pub except: Vec<String>,
}

impl Scope {
    pub fn takes(&self, product: &str) -> bool {
        (self.only.is_empty() || self.only.iter().any(|name| name == product))
            && !self.except.iter().any(|name| name == product)
    }
}

#[derive(Clone, Debug)]
pub struct Exemption {
    pub name: String,
    pub source: String,
    pub period: Period,
    pub scope: Scope,
    pub limit: Option<u32>,
    pub when: Cond,
    pub evidence: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Prohibition {
    pub name: String,
    pub source: String,
    pub period: Period,
    pub scope: Scope,
    pub when: Cond,
    pub remedy: String,
}

/// `advise`: what is said where its condition is yes.
#[derive(Clone, Debug)]
pub struct Advice {
    pub name: String,
    pub source: String,
    pub period: Period,
    pub scope: Scope,
    /// All of them must be yes.
    pub when: Vec<Ask>,
    pub say: Vec<Piece>,
}

#[derive(Clone, Debug)]
pub enum Ask {
    /// Of the agreement and the estate.
    Plain(Cond),
    /// `count(cond) OP figure`; no figure is `many`.
    Counted(Cond, Op, Option<u32>),
}

/// A piece of the text of an `advise`.
#[derive(Clone, Debug)]
pub enum Piece {
    Text(String),
    Count(Cond),
    Users,
    BreakEven(String, String),
}

#[derive(Clone, Debug)]
pub struct Reach {
    pub name: String,
    pub source: String,
    pub period: Period,
    pub when: Option<Cond>,
    pub to: ReachTo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReachTo {
    Routes,
    RunsOn,
}

#[derive(Clone, Debug)]
pub struct Reassign {
    pub name: String,
    pub source: String,
    pub period: Period,
    pub metric: Metric,
    pub when: Option<Cond>,
}

#[derive(Clone, Debug)]
pub struct Product {
    pub name: String,
    pub releases: Vec<Release>,
    pub functionalities: Vec<Functionality>,
    /// A feature and the functionality it is of.
    pub features: Vec<(String, String)>,
}

/// One CAL version: its label and the labels that are the same version.
#[derive(Clone, Debug)]
pub struct Release {
    pub label: String,
    pub also: Vec<String>,
    pub from: Option<Date>,
}

#[derive(Clone, Debug)]
pub struct Functionality {
    pub name: String,
    pub adds_to: Option<String>,
    pub every_server: bool,
}

/// Clauses that several licences share.
#[derive(Clone, Debug)]
pub struct Terms {
    pub name: String,
    pub provided: Vec<Provided>,
}

#[derive(Clone, Debug)]
pub struct Provided {
    pub name: String,
    pub source: String,
    pub period: Period,
    pub when: Cond,
}

#[derive(Clone, Debug, Default)]
pub struct License {
    pub name: String,
    pub metrics: Vec<Metric>,
    /// The product and its functionalities; none for a suite.
    pub grants: Option<Grants>,
    pub versions: Option<Vec<String>>,
    pub units: Option<Sum>,
    pub pack: Option<u32>,
    pub minimum: Option<u32>,
    pub under: Option<String>,
    pub provided: Vec<Provided>,
    pub blocks: Vec<VersionBlock>,
}

#[derive(Clone, Debug)]
pub struct Grants {
    pub product: String,
    pub functionalities: Vec<String>,
}

/// `version V { … }`: what holds for one version only. In a suite it lists what it includes.
#[derive(Clone, Debug, Default)]
pub struct VersionBlock {
    pub label: String,
    pub period: Period,
    pub includes: Vec<(String, String)>,
    pub grants: Option<Grants>,
    pub units: Option<Sum>,
    pub pack: Option<u32>,
    pub minimum: Option<u32>,
    pub provided: Vec<Provided>,
}

/// How many alike a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    Heads(u32),
    Many,
}

/// A cell of a declared fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Blank,
    Unknown,
    Is(Value),
}

/// The cells of a row's declared facts; a fact that is not here is blank.
pub type Facts = BTreeMap<String, Cell>;

/// A row of users or devices.
#[derive(Clone, Debug)]
pub struct Population {
    pub id: String,
    pub count: Count,
    pub facts: Facts,
}

#[derive(Clone, Debug, Default)]
pub struct Host {
    pub id: String,
    pub kind: Option<String>,
    pub cores: Option<u32>,
    pub processors: Option<u32>,
    pub facts: Facts,
    /// A server's own host, which no table lists.
    pub implied: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Server {
    pub id: String,
    pub product: String,
    pub version: String,
    pub host: Option<String>,
    pub runs_on: Option<String>,
    /// Free text that no rule reads.
    pub edition: Option<String>,
    pub facts: Facts,
}

#[derive(Clone, Debug, Default)]
pub struct Access {
    pub server: String,
    pub user: Option<String>,
    pub device: Option<String>,
    /// A functionality or a feature.
    pub functionality: Option<String>,
    pub facts: Facts,
}

#[derive(Clone, Debug)]
pub struct Holding {
    pub license: String,
    pub metric: Metric,
    pub quantity: u32,
    pub version: Option<String>,
    pub assigned_to: Option<String>,
    pub sa_until: Option<Date>,
    pub acquired: Option<Date>,
    pub facts: Facts,
}

/// A price row; the price in hundredths of the currency.
#[derive(Clone, Debug)]
pub struct Price {
    pub license: String,
    pub cents: i64,
    pub version: Option<String>,
    pub metric: Option<Metric>,
    pub period: Period,
}

impl Price {
    /// How many of the narrowing cells are filled.
    pub fn filled(&self) -> usize {
        [self.version.is_some(), self.metric.is_some(), self.period.from.is_some(), self.period.until.is_some()]
            .iter()
            .filter(|filled| **filled)
            .count()
    }
}

#[derive(Clone, Debug)]
pub struct Absence {
    /// User or device.
    pub kind: Metric,
    pub absent: String,
    pub substitute: String,
    pub period: Period,
    pub count: Option<u32>,
    pub facts: Facts,
}

/// What an estate states.
#[derive(Clone, Debug, Default)]
pub struct Estate {
    pub as_of: Date,
    pub agreement: Option<String>,
    pub signed: Option<Date>,
    /// Readings chosen by hand: definition, source.
    pub readings: Vec<(String, String)>,
    pub facts: Facts,
    /// Names of the rules whose evidence is at hand.
    pub evidence: Vec<String>,
    pub users: Vec<Population>,
    pub devices: Vec<Population>,
    pub hosts: Vec<Host>,
    pub servers: Vec<Server>,
    pub accesses: Vec<Access>,
    pub routes: Vec<(String, String)>,
    pub holdings: Vec<Holding>,
    pub prices: Vec<Price>,
    pub absences: Vec<Absence>,
}

/// A policy set and an estate to judge by it.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub sources: Vec<Source>,
    pub prefers: Vec<Prefer>,
    pub enums: Vec<Enum>,
    pub facts: Vec<Fact>,
    pub agreements: Vec<String>,
    pub definitions: Vec<Definition>,
    pub exemptions: Vec<Exemption>,
    pub prohibitions: Vec<Prohibition>,
    pub advice: Vec<Advice>,
    pub reaches: Vec<Reach>,
    pub reassigns: Vec<Reassign>,
    pub products: Vec<Product>,
    pub terms: Vec<Terms>,
    pub licenses: Vec<License>,
    pub estate: Estate,
}

impl Case {
    pub fn product(&self, name: &str) -> &Product {
        self.products.iter().find(|product| product.name == name).unwrap()
    }

    pub fn license(&self, name: &str) -> &License {
        self.licenses.iter().find(|license| license.name == name).unwrap()
    }

    pub fn definition(&self, name: &str) -> &Definition {
        self.definitions.iter().find(|define| define.name == name).unwrap()
    }

    pub fn source(&self, name: &str) -> &Source {
        self.sources.iter().find(|source| source.name == name).unwrap()
    }

    /// The declaration of a fact; `None` for a built-in field.
    pub fn fact(&self, field: &Field) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.field == *field)
    }

    pub fn facts_of(&self, entity: Entity) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |fact| fact.field.entity == entity)
    }
}

impl Product {
    /// The place of a label in the order of CAL versions.
    pub fn version(&self, label: &str) -> usize {
        self.releases
            .iter()
            .position(|release| release.label == label || release.also.iter().any(|also| also == label))
            .unwrap()
    }

    pub fn functionality(&self, name: &str) -> Option<&Functionality> {
        self.functionalities.iter().find(|functionality| functionality.name == name)
    }
}

impl Cond {
    /// Calls `visit` on this condition and every one inside it.
    pub fn walk(&self, visit: &mut impl FnMut(&Cond)) {
        visit(self);
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.walk(visit)),
            Self::Not(inner) => inner.walk(visit),
            _ => {}
        }
    }
}

impl Sum {
    pub fn field(entity: Entity, name: &str) -> Self {
        Self::Field(Field::new(entity, name))
    }

    pub fn int(number: i128) -> Self {
        Self::Value(Value::int(number))
    }

    /// Calls `visit` on every field that this term reads.
    pub fn fields(&self, visit: &mut impl FnMut(&Field)) {
        match self {
            Self::Value(_) => {}
            Self::Field(field) => visit(field),
            Self::Plus(a, b) | Self::Minus(a, b) | Self::Times(a, b) | Self::Over(a, b) => {
                a.fields(visit);
                b.fields(visit);
            }
            Self::Max(parts) | Self::Min(parts) => parts.iter().for_each(|part| part.fields(visit)),
            Self::RoundUp(inner) | Self::RoundDown(inner) => inner.fields(visit),
        }
    }
}
