//! One completion of an estate, and conditions in it (language, "Absent is not unknown").
//! In a completion every unknown is answered, so that a condition is yes or no. Only what is
//! absent is still open: there a condition is yes where it is yes however that were answered.

use std::collections::{BTreeMap, BTreeSet};

use super::setting::Choice;
use super::{access, domain, unknown};
use crate::case::*;

/// Something that an estate may leave unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// A fact of a row of a table; the estate is its own only row.
    Cell(Entity, usize, String),
    Evidence(String),
    /// What an open reading of a definition would say of a row of its subject.
    Open(String, usize),
    /// What an open reading of a definition about accesses would say of what a server demands by running.
    OpenAtServer(String, usize),
}

/// An estate with answers to what it leaves unknown, under one choice of readings.
#[derive(Clone)]
pub struct World<'a> {
    pub case: &'a Case,
    pub choice: &'a Choice,
    pub answers: BTreeMap<Slot, Value>,
}

/// What a condition is asked of: rows of the tables, and a unit of a licence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scene<'a> {
    pub user: Option<usize>,
    pub device: Option<usize>,
    pub access: Option<usize>,
    pub server: Option<usize>,
    pub absence: Option<usize>,
    pub unit: Option<Unit<'a>>,
}

/// A unit of one version of a licence; `holding` says which row of the table it is owned by.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    pub license: &'a str,
    pub version: usize,
    pub metric: Metric,
    pub holding: Option<usize>,
}

/// Answers to the fields of what is absent.
type Absent = BTreeMap<Field, Value>;

/// More than any count: what `many` heads count as.
const MANY: i128 = 1_000_000_000;

impl<'a> World<'a> {
    pub fn new(case: &'a Case, choice: &'a Choice) -> Self {
        Self { case, choice, answers: BTreeMap::new() }
    }

    /// Whether a rule's condition is yes.
    pub fn holds(&self, cond: &Cond, scene: &Scene<'_>) -> bool {
        self.settled(cond, scene, &Absent::new())
    }

    /// Whether `user is external` and the like is yes.
    pub fn is(&self, definition: &str, scene: &Scene<'_>) -> bool {
        self.defined(definition, scene, &Absent::new())
    }

    /// A whole number, such as `units`.
    pub fn whole(&self, sum: &Sum, scene: &Scene<'_>) -> u32 {
        let Value::Number(number) = self.sum(sum, scene, &Absent::new()) else { panic!("{sum:?}") };
        assert_eq!(number.bottom, 1, "units come out whole");
        u32::try_from(number.top).unwrap()
    }

    /// The value of a declared fact of a row.
    pub fn value(&self, entity: Entity, row: usize, fact: &str) -> Value {
        let slot = Slot::Cell(entity, row, fact.to_owned());
        if let Some(answer) = self.answers.get(&slot) {
            return answer.clone();
        }
        match cell(self.case, entity, row, fact) {
            Cell::Is(value) => value,
            Cell::Blank => self.default(entity, fact),
            Cell::Unknown => panic!("{slot:?} has no answer"),
        }
    }

    fn default(&self, entity: Entity, fact: &str) -> Value {
        let field = Field::new(entity, fact);
        let default = self.case.fact(&field).and_then(|fact| fact.default.clone());
        default.unwrap_or_else(|| panic!("{field} has no answer"))
    }

    /// Yes under every answer to those fields of absent things that `given` leaves.
    fn settled(&self, cond: &Cond, scene: &Scene<'_>, given: &Absent) -> bool {
        let mut fields = BTreeSet::new();
        self.absent_fields(cond, scene, None, &mut fields);
        fields.retain(|field| !given.contains_key(field));
        let fields: Vec<_> = fields.into_iter().collect();
        let values: Vec<_> = fields.iter().map(|field| domain::wide(self.case, self.choice, field)).collect();
        domain::product(&values).into_iter().all(|answers| {
            let mut absent = given.clone();
            absent.extend(fields.iter().cloned().zip(answers));
            self.eval(cond, scene, &absent)
        })
    }

    fn eval(&self, cond: &Cond, scene: &Scene<'_>, absent: &Absent) -> bool {
        match cond {
            Cond::All(parts) => parts.iter().all(|part| self.eval(part, scene, absent)),
            Cond::Any(parts) => parts.iter().any(|part| self.eval(part, scene, absent)),
            Cond::Not(inner) => !self.eval(inner, scene, absent),
            Cond::Fact(field) => self.field(field, scene, absent) == Value::Bool(true),
            Cond::In(field, positive, values) => {
                let value = self.ranked(self.field(field, scene, absent));
                values.iter().any(|one| self.ranked(one.clone()) == value) == *positive
            }
            Cond::Compare(left, op, right) => {
                let side = |sum: &Sum| self.ranked(self.sum(sum, scene, absent));
                op.compare(&side(left), &side(right))
            }
            Cond::Nobody(reference, positive) => self.nobody(*reference, scene) == *positive,
            Cond::Agreement(positive, name) => (self.case.estate.agreement.as_ref() == Some(name)) == *positive,
            Cond::Defined(_, positive, name) => self.defined(name, scene, absent) == *positive,
            Cond::ServerProduct(positive, name) => {
                (self.case.estate.servers[scene.server.unwrap()].product == *name) == *positive
            }
            Cond::Functionality(positive, product, name) => self.comes_for(scene, absent, product, name) == *positive,
            Cond::LicenseName(positive, name) => (scene.unit.unwrap().license == name) == *positive,
            Cond::ServerVersion(op, product, label) => {
                op.compare(&self.server_version(scene), &self.case.product(product).version(label))
            }
            Cond::LicenseVersion(op, product, label) => {
                op.compare(&scene.unit.unwrap().version, &self.case.product(product).version(label))
            }
            Cond::Versions(op) => op.compare(&scene.unit.unwrap().version, &self.server_version(scene)),
            Cond::MetricIs(positive, metric) => (scene.unit.unwrap().metric == *metric) == *positive,
        }
    }

    /// Versions are compared as CAL versions, by their place in the order of releases.
    fn ranked(&self, value: Value) -> Value {
        match value {
            Value::Version(product, label) => Value::int(self.case.product(&product).version(&label) as i128),
            other => other,
        }
    }

    /// Whether the effective access is for a functionality.
    fn comes_for(&self, scene: &Scene<'_>, absent: &Absent, product: &str, name: &str) -> bool {
        let Some((access, server)) = scene.access.zip(scene.server) else {
            return absent[&functionality_field()] == domain::functionality(product, name);
        };
        self.case.estate.servers[server].product == product
            && access::functionality_at(self.case, access, server) == name
    }

    fn nobody(&self, reference: Pointer, scene: &Scene<'_>) -> bool {
        match reference {
            Pointer::AccessUser => scene.user.is_none(),
            Pointer::AccessDevice => scene.device.is_none(),
            Pointer::RunsOn => self.case.estate.servers[scene.server.unwrap()].runs_on.is_none(),
            Pointer::Agreement => self.case.estate.agreement.is_none(),
        }
    }

    fn server_version(&self, scene: &Scene<'_>) -> usize {
        let server = &self.case.estate.servers[scene.server.unwrap()];
        self.case.product(&server.product).version(&server.version)
    }

    fn sum(&self, sum: &Sum, scene: &Scene<'_>, absent: &Absent) -> Value {
        let number = |sum: &Sum| match self.sum(sum, scene, absent) {
            Value::Number(number) => number,
            other => panic!("{other:?} is no number"),
        };
        let result = match sum {
            Sum::Value(value) => return value.clone(),
            Sum::Field(field) => return self.field(field, scene, absent),
            Sum::Plus(a, b) => number(a).plus(number(b)),
            Sum::Minus(a, b) => number(a).minus(number(b)),
            Sum::Times(a, b) => number(a).times(number(b)),
            Sum::Over(a, b) => number(a).over(number(b)),
            Sum::Max(parts) => parts.iter().map(number).max().unwrap(),
            Sum::Min(parts) => parts.iter().map(number).min().unwrap(),
            Sum::RoundUp(inner) => number(inner).ceil(),
            Sum::RoundDown(inner) => number(inner).floor(),
        };
        Value::Number(result)
    }

    fn field(&self, field: &Field, scene: &Scene<'_>, absent: &Absent) -> Value {
        if !self.present(field.entity, scene) {
            return absent[field].clone();
        }
        let estate = &self.case.estate;
        match (field.entity, field.name.as_str()) {
            (Entity::Estate, "as_of") => Value::Date(estate.as_of),
            (Entity::Estate, "users") => Value::int(heads(&estate.users)),
            (Entity::Estate, "devices") => Value::int(heads(&estate.devices)),
            (Entity::Agreement, name) => self.value(Entity::Agreement, 0, name),
            (entity, "id") => Value::Text(unknown::name(self.case, entity, self.row(entity, scene).unwrap())),
            (Entity::User, "count") => count(estate.users[scene.user.unwrap()].count),
            (Entity::Device, "count") => count(estate.devices[scene.device.unwrap()].count),
            (Entity::License, name) => match scene.unit.unwrap().holding {
                Some(holding) => self.value(Entity::License, holding, name),
                None => self.default(Entity::License, name),
            },
            (entity, name) => self.value(entity, self.row(entity, scene).unwrap(), name),
        }
    }

    fn present(&self, entity: Entity, scene: &Scene<'_>) -> bool {
        match entity {
            Entity::Agreement => self.case.estate.agreement.is_some(),
            Entity::License => scene.unit.is_some(),
            Entity::Host => scene.server.is_some(),
            _ => self.row(entity, scene).is_some(),
        }
    }

    fn row(&self, entity: Entity, scene: &Scene<'_>) -> Option<usize> {
        match entity {
            Entity::Access => scene.access,
            Entity::User => scene.user,
            Entity::Device => scene.device,
            Entity::Server => scene.server,
            Entity::Host => scene.server.and_then(|server| host_row(self.case, server)),
            Entity::Absence => scene.absence,
            Entity::Estate => Some(0),
            Entity::License | Entity::Agreement => None,
        }
    }

    /// A definition's reading is *no* where its own outcome depends on something absent; of an
    /// absent subject nothing is known, and the rule that asks decides.
    fn defined(&self, name: &str, scene: &Scene<'_>, absent: &Absent) -> bool {
        let define = self.case.definition(name);
        let passed: Absent = self
            .passed(define.subject, scene)
            .iter()
            .flat_map(|entity| absent.iter().filter(|(field, _)| field.entity == *entity))
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect();
        let reading = match &define.body {
            Body::One(cond) => return self.settled(cond, scene, &passed),
            Body::Readings(readings) => &readings[self.choice[name]],
        };
        let yes = |cond: &Cond| self.settled(cond, scene, &passed);
        match &reading.open {
            Some(open) if open.when.as_ref().is_none_or(yes) => self.opened(define, scene, absent),
            _ => reading.when.as_ref().is_some_and(yes),
        }
    }

    fn opened(&self, define: &Definition, scene: &Scene<'_>, absent: &Absent) -> bool {
        let answer = match self.row(define.subject, scene) {
            Some(row) => &self.answers[&Slot::Open(define.name.clone(), row)],
            None => match self.running(define, scene) {
                Some(server) => &self.answers[&Slot::OpenAtServer(define.name.clone(), server)],
                None => &absent[&open_field(define)],
            },
        };
        *answer == Value::Bool(true)
    }

    /// The server whose own demand a definition about accesses is said of: nobody comes, and what is open of it is unknown.
    fn running(&self, define: &Definition, scene: &Scene<'_>) -> Option<usize> {
        scene.server.filter(|_| define.subject == Entity::Access && scene.access.is_none())
    }

    /// The entities whose fields a definition leaves to the rule that asks: its absent subject.
    fn passed(&self, subject: Entity, scene: &Scene<'_>) -> Vec<Entity> {
        match subject {
            _ if self.present(subject, scene) => Vec::new(),
            Entity::Access => vec![Entity::Access, Entity::User, Entity::Device],
            _ => vec![subject],
        }
    }

    /// The fields of absent things that a condition reads, `within` some entities only.
    fn absent_fields(&self, cond: &Cond, scene: &Scene<'_>, within: Option<&[Entity]>, found: &mut BTreeSet<Field>) {
        let mut add = |field: &Field| {
            if !self.present(field.entity, scene) && within.is_none_or(|within| within.contains(&field.entity)) {
                found.insert(field.clone());
            }
        };
        match cond {
            Cond::Fact(field) | Cond::In(field, _, _) => add(field),
            Cond::Compare(left, _, right) => {
                left.fields(&mut add);
                right.fields(&mut add);
            }
            Cond::All(parts) | Cond::Any(parts) => {
                parts.iter().for_each(|part| self.absent_fields(part, scene, within, found));
            }
            Cond::Not(inner) => self.absent_fields(inner, scene, within, found),
            Cond::Functionality(..) => add(&functionality_field()),
            Cond::Defined(_, _, name) => self.absent_in_definition(name, scene, found),
            _ => {}
        }
    }

    fn absent_in_definition(&self, name: &str, scene: &Scene<'_>, found: &mut BTreeSet<Field>) {
        let define = self.case.definition(name);
        let passed = self.passed(define.subject, scene);
        if passed.is_empty() {
            return;
        }
        let conditions = match &define.body {
            Body::One(cond) => vec![cond],
            Body::Readings(readings) => {
                let reading = &readings[self.choice[name]];
                if reading.open.is_some() && self.running(define, scene).is_none() {
                    found.insert(open_field(define));
                }
                super::setting::reading_conditions(reading)
            }
        };
        conditions.into_iter().for_each(|cond| self.absent_fields(cond, scene, Some(&passed), found));
    }
}

fn functionality_field() -> Field {
    Field::new(Entity::Access, "functionality")
}

/// Stands among the fields for what an open reading would say of an absent subject.
fn open_field(define: &Definition) -> Field {
    Field::new(define.subject, &format!("open {}", define.name))
}

fn heads(rows: &[Population]) -> i128 {
    rows.iter().map(|row| number(row.count)).sum()
}

fn count(count: Count) -> Value {
    Value::int(number(count))
}

/// A count as a number; `many` exceeds every number that a case has.
pub fn number(count: Count) -> i128 {
    match count {
        Count::Heads(heads) => heads.into(),
        Count::Many => MANY,
    }
}

/// The built-in fields that an estate may leave out.
pub fn may_be_unknown(field: &Field) -> bool {
    matches!(
        (field.entity, field.name.as_str()),
        (Entity::Host, "kind" | "cores" | "processors") | (Entity::Agreement, "signed")
    )
}

/// The cell of a field that may be unknown; a blank one without a default is.
pub fn cell(case: &Case, entity: Entity, row: usize, fact: &str) -> Cell {
    if may_be_unknown(&Field::new(entity, fact)) {
        return built_in(case, entity, row, fact).map_or(Cell::Unknown, Cell::Is);
    }
    let given = facts(case, entity, row).get(fact).cloned().unwrap_or(Cell::Blank);
    let default = case.fact(&Field::new(entity, fact)).and_then(|fact| fact.default.as_ref());
    if given == Cell::Blank && default.is_none() { Cell::Unknown } else { given }
}

fn built_in(case: &Case, entity: Entity, row: usize, name: &str) -> Option<Value> {
    if entity == Entity::Agreement {
        return case.estate.signed.map(Value::Date);
    }
    let host = &case.estate.hosts[row];
    match name {
        "kind" => host.kind.as_deref().map(Value::member),
        "cores" => host.cores.map(|cores| Value::int(cores.into())),
        _ => host.processors.map(|processors| Value::int(processors.into())),
    }
}

fn facts(case: &Case, entity: Entity, row: usize) -> &Facts {
    let estate = &case.estate;
    match entity {
        Entity::Access => &estate.accesses[row].facts,
        Entity::User => &estate.users[row].facts,
        Entity::Device => &estate.devices[row].facts,
        Entity::Server => &estate.servers[row].facts,
        Entity::Host => &estate.hosts[row].facts,
        Entity::License => &estate.holdings[row].facts,
        Entity::Absence => &estate.absences[row].facts,
        Entity::Estate => &estate.facts,
        Entity::Agreement => panic!("agreements have no declared facts"),
    }
}

/// How many rows an entity's table has; the estate counts as one.
pub fn rows(case: &Case, entity: Entity) -> usize {
    let estate = &case.estate;
    match entity {
        Entity::Access => estate.accesses.len(),
        Entity::User => estate.users.len(),
        Entity::Device => estate.devices.len(),
        Entity::Server => estate.servers.len(),
        Entity::Host => estate.hosts.len(),
        Entity::License => estate.holdings.len(),
        Entity::Absence => estate.absences.len(),
        Entity::Estate => 1,
        Entity::Agreement => usize::from(estate.agreement.is_some()),
    }
}

/// The host a server is on: as given, else that of the server it runs on, else one of its own.
pub fn host_id(case: &Case, server: usize) -> &str {
    let row = &case.estate.servers[server];
    match (&row.host, &row.runs_on) {
        (Some(host), _) => host,
        (None, Some(below)) => host_id(case, server_row(case, below)),
        (None, None) => &row.id,
    }
}

/// The row of a server's host; `None` where the table has none of that name.
pub fn host_row(case: &Case, server: usize) -> Option<usize> {
    let id = host_id(case, server);
    case.estate.hosts.iter().position(|host| host.id == id)
}

pub fn server_row(case: &Case, id: &str) -> usize {
    case.estate.servers.iter().position(|server| server.id == id).unwrap()
}

pub fn user_row(case: &Case, id: &str) -> usize {
    case.estate.users.iter().position(|row| row.id == id).unwrap()
}

pub fn device_row(case: &Case, id: &str) -> usize {
    case.estate.devices.iter().position(|row| row.id == id).unwrap()
}
