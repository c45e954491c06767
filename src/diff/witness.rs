//! Witnesses: for each case a small estate in which the verdict changes, and the evaluator's word on it.

mod confirm;
mod pairs;
mod text;

use super::Edition;
use super::describe::Words;
use super::difference::Blame;
use super::subjects::What;
use super::unite::{Side, United};
use crate::decide::{Diagrams, Node, Variable};
use crate::estate::document::{Cell, Document, Entry, Table};
use crate::evaluate::unknowns::{self, Thing, Unknowns, value_text};
use crate::program::{DefinitionId, Entity, Field, FunctionalityId, ProductId, ProductVersion, Program};
use crate::select::read::fields_of_term;
use crate::source::Span;
use crate::value::{Date, Metric, Type, Value, VersionLine};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

pub(super) use confirm::{Observed, confirmed};
pub(super) use text::{Witnessed, text};

/// A point of the region: for each thing that matters there, its value as a table's cell would have it.
#[derive(Debug, Default)]
pub(super) struct Point {
    values: BTreeMap<Thing, String>,
    /// By its name in the policies.
    evidence: BTreeMap<String, bool>,
    user: bool,
    device: bool,
    server: String,
    license: Option<String>,
    /// Whether the unit that is asked of is owned though nothing is stated of it.
    owns_unit: bool,
}

/// The day of an estate whose day does not matter.
const SOME_DAY: &str = "2008-03-11";

/// A number of what does not matter.
const SOME_NUMBER: &str = "4";

fn is_numeric(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Number)
}

impl Point {
    /// A plausible point of a function.
    pub fn of(united: &United, unknowns: &Unknowns, diagrams: &Diagrams, node: Node, what: What) -> Point {
        let words = Words { united, unknowns };
        let prefer = |variable: Variable, cells: &[usize]| preferred(&words, variable, cells);
        let mut point = Point { user: true, ..Point::default() };
        let (mut user, mut device, mut signed) = (None, None, None);
        let (mut pairs, mut cells_of) = (Vec::new(), BTreeMap::new());
        for (variable, cell) in diagrams.path(node, &prefer) {
            let cells = words.cells(variable);
            let (Some((thing, _)), Some(cell)) = (unknowns.thing(variable), cells.get(cell)) else { continue };
            if thing == Thing::Field(Field::AgreementSigned) {
                signed = Some(cell.clone());
            }
            if let Thing::Field(field) = thing {
                cells_of.insert(field, cell.clone());
            }
            if let Some(pair) = words.pair(variable, cell) {
                pairs.push(pair);
                continue;
            }
            let value = sample(&words.ty(variable), cell).map(|value| words.text(variable, &value));
            match (thing, value) {
                (Thing::Field(Field::AccessUser), value) => user = Some(value.is_none_or(|value| value != "none")),
                (Thing::Field(Field::AccessDevice), value) => device = Some(value.is_none_or(|value| value != "none")),
                (Thing::Field(Field::ServerVersion), Some(value)) => point.server = value,
                (Thing::Field(Field::LicenseVersion), Some(value)) => point.license = Some(value),
                (Thing::Evidence(_), Some(value)) => {
                    let name = words.name(variable);
                    let name = name.strip_prefix("evidence.").unwrap_or(&name).to_owned();
                    point.evidence.insert(name, value == "yes");
                }
                (thing, Some(value)) => drop(point.values.insert(thing, value)),
                (_, None) => {}
            }
        }
        let program = &united.new.program;
        for (field, value) in pairs::settled(program, &pairs, &cells_of) {
            signed = signed.filter(|_| field != Field::AgreementSigned);
            point.values.insert(Thing::Field(field), value_text(program, &field.ty(program), &value));
        }
        point.device = device.unwrap_or_else(|| point.speaks_of(united, Entity::Device) || user == Some(false));
        point.user = user.unwrap_or_else(|| point.speaks_of(united, Entity::User) || !point.device);
        point.sign(signed);
        point.complete(united, what);
        point
    }

    /// An agreement is signed by the day of the estate, where the cell of the day of signing leaves that free.
    fn sign(&mut self, cell: Option<unknowns::Cell>) {
        let day = self.day();
        let lies_in = |cell| day.parse().is_ok_and(|day| unknowns::cell_of(&[cell], &Value::Date(day)).is_some());
        if cell.is_some_and(lies_in) {
            self.values.insert(Thing::Field(Field::AgreementSigned), day);
        }
    }

    fn speaks_of(&self, united: &United, entity: Entity) -> bool {
        let program = &united.new.program;
        let metric = self.values.get(&Thing::Field(Field::LicenseMetric)).map(String::as_str);
        metric == Some(entity.text())
            || self.values.keys().any(|thing| matches!(thing, Thing::Field(field) if field.entity(program) == entity))
    }

    /// A version for the server, where any would do: the newest that is out.
    fn complete(&mut self, united: &United, what: What) {
        let day: Date = self.day().parse().unwrap_or_default();
        if let Some(functionality) = self.functionality(united, what)
            && self.server.is_empty()
        {
            let program = &united.new.program;
            let versions = &program.products[program.functionalities[functionality].product].versions;
            let line = VersionLine::Product(program.functionalities[functionality].product);
            let joint = united.lines.get(&line);
            let is_common = |place: usize| joint.is_some_and(|joint| joint.is_common(place));
            let is_out = |version: &ProductVersion| version.from.is_none_or(|from| from <= day);
            let mut known = versions.iter().enumerate().rev().filter(|(place, _)| is_common(*place));
            let out = known.find(|(_, version)| is_out(version)).map(|(_, version)| version);
            let version = out.or(versions.first()).and_then(|version| version.labels.first());
            self.server = version.cloned().unwrap_or_default();
        }
    }

    /// What is asked for of the server, if a witness needs one: what the verdict is about; for a term that is said of an access
    /// or a server, what its condition names, or anything.
    fn functionality(&self, united: &United, what: What) -> Option<FunctionalityId> {
        let program = &united.new.program;
        let of_server = |definition: DefinitionId| {
            matches!(program.definitions[definition].subject, Entity::Access | Entity::Server | Entity::Host)
        };
        let any = || {
            what.definition().filter(|definition| of_server(*definition))?;
            let (path, product) = (self.field(Field::AccessFunctionality), self.field(Field::ServerProduct));
            let suits = |id: &FunctionalityId| {
                path.is_none_or(|path| program.functionality_path(*id) == path)
                    && product
                        .is_none_or(|name| program.products[program.functionalities[*id].product].header.name == name)
            };
            program.functionalities.ids().find(suits)
        };
        what.functionality().or_else(any)
    }

    /// One head more than there are places, so that a limit shows.
    pub fn crowd(&mut self, places: u64) {
        for (comes, heads) in [(self.user, Field::UserCount), (self.device, Field::DeviceCount)] {
            if comes {
                self.values.entry(Thing::Field(heads)).or_insert_with(|| places.saturating_add(1).to_string());
            }
        }
    }

    pub fn day(&self) -> String {
        self.field(Field::EstateAsOf).unwrap_or(SOME_DAY).to_owned()
    }

    pub fn field(&self, field: Field) -> Option<&str> {
        self.values.get(&Thing::Field(field)).map(String::as_str)
    }

    /// The agreement of a side and the day it was signed, where there is one: the agreement that the side fixes, else the
    /// point's. No side fixes the day.
    pub fn agreement(&self, side: &Edition<'_>) -> Option<(String, String)> {
        let agreement = match side.fixed.agreement {
            Some(fixed) => side.program.agreements[fixed?].header.name.clone(),
            None => self.field(Field::Agreement).filter(|name| *name != "none")?.to_owned(),
        };
        Some((agreement, self.field(Field::AgreementSigned).map_or_else(|| self.day(), str::to_owned)))
    }

    /// The declared facts of an entity, and what the point says of them, as far as a side has them.
    pub fn facts(&self, united: &United, side: &Program, entity: Entity) -> Vec<(String, String)> {
        let mut facts = Vec::new();
        for (thing, value) in &self.values {
            let Thing::Field(Field::Fact(fact)) = thing else { continue };
            let fact = &united.new.program.facts[*fact];
            let known = side.fact(&fact.path()).is_some();
            if fact.entity == entity && known {
                facts.push((fact.header.name.clone(), value.clone()));
            }
        }
        facts
    }

    /// The same, and a plain number for what licences are counted by and the point says nothing of.
    fn facts_and_counted(
        &self,
        united: &United,
        side: &Program,
        entity: Entity,
        counted: &BTreeSet<Field>,
    ) -> Vec<(String, String)> {
        let mut facts = self.facts(united, side, entity);
        let declared = united.new.program.facts.iter().filter(|(_, fact)| fact.entity == entity);
        for (id, fact) in declared.filter(|(id, fact)| counted.contains(&Field::Fact(*id)) && is_numeric(&fact.ty)) {
            let known = side.fact(&fact.path()).is_some();
            if known && !self.values.contains_key(&Thing::Field(Field::Fact(id))) {
                facts.push((fact.header.name.clone(), SOME_NUMBER.to_owned()));
            }
        }
        facts
    }

    pub fn metric(&self) -> Option<Metric> {
        self.field(Field::LicenseMetric).and_then(Metric::of)
    }
}

/// How many places the rules with a limit have together that are to blame for a verdict on a demand; none if none has one. Where
/// there are places on one side only, one head shows it.
pub(super) fn quota_to_blame(editions: [&Edition<'_>; 2], what: What, blame: &Blame) -> Option<u64> {
    if !matches!(what, What::Demand(_)) {
        return None;
    }
    let [old, new] = editions.map(|side| &side.program.rules);
    let limits = [(old, &blame.old), (new, &blame.new)].map(|(rules, blamed)| {
        let named = rules.iter().filter(|(_, rule)| blamed.iter().any(|blamed| blamed.rule == rule.header.name));
        named.filter_map(|(_, rule)| rule.effect.limit()).reduce(u64::saturating_add)
    });
    limits.into_iter().flatten().max()
}

/// Which of the cells that lead on is the most plausible: somebody comes, no agreement, a late day, a version of the server
/// that both sides know, what is taken to be so where nothing is stated, else the first.
fn preferred(words: &Words<'_>, variable: Variable, cells: &[usize]) -> usize {
    let last = || cells.last().copied().unwrap_or(0);
    let first = cells.first().copied().unwrap_or(0);
    match words.unknowns.thing(variable) {
        Some((Thing::Field(Field::AccessUser | Field::Agreement | Field::EstateAsOf), _)) => last(),
        Some((Thing::Field(Field::ServerVersion), _)) => {
            let joint = words.line(variable).and_then(|line| words.united.lines.get(&line));
            let common = |cell: &&usize| joint.is_some_and(|joint| joint.is_common(**cell));
            cells.iter().find(common).copied().unwrap_or(first)
        }
        Some((Thing::Field(Field::Fact(fact)), _)) => {
            let default = words.united.new.program.facts[fact].default.clone().map(unknowns::Cell::Value);
            let domain = words.cells(variable);
            let is_default = |cell: &&usize| default.is_some() && domain.get(**cell) == default.as_ref();
            cells.iter().find(is_default).copied().unwrap_or(first)
        }
        _ => first,
    }
}

/// A value that lies in a cell.
fn sample(ty: &Option<Type>, cell: &unknowns::Cell) -> Option<Value> {
    match cell {
        unknowns::Cell::Value(value) => Some(value.clone()),
        unknowns::Cell::Between(low, high) => between(ty.as_ref()?, low.as_ref(), high.as_ref()),
        unknowns::Cell::Other => Some(Value::Text("other".into())),
        unknowns::Cell::Absent => None,
    }
}

fn between(ty: &Type, low: Option<&Value>, high: Option<&Value>) -> Option<Value> {
    let one = Decimal::ONE;
    match (low, high) {
        (Some(Value::Date(low)), _) => low.tomorrow().ok().map(Value::Date),
        (None, Some(Value::Date(high))) => high.yesterday().ok().map(Value::Date),
        (Some(Value::Number(low)), Some(Value::Number(high))) if *ty != Type::Int => {
            low.checked_add(*high)?.checked_div(Decimal::TWO).map(Value::Number)
        }
        (Some(Value::Number(low)), _) => low.floor().checked_add(one).map(Value::Number),
        (None, Some(Value::Number(high))) => high.ceil().checked_sub(one).map(Value::Number),
        (None, None) if *ty == Type::Date => SOME_DAY.parse().ok().map(Value::Date),
        _ => Some(Value::Number(one)),
    }
}

/// The estate of a point as one side would read it from files.
pub(super) fn document(point: &Point, united: &United, what: What, side: &Edition<'_>) -> Document {
    let Some(span) = somewhere(side.program) else { return Document::default() };
    let mut writer = Writer { span, document: Document::default() };
    writer.entry("as_of", &point.day());
    if let Some((agreement, signed)) = point.agreement(side) {
        writer.entry("agreement", &agreement);
        writer.entry("agreement_signed", &signed);
    }
    for (name, value) in point.facts(united, side.program, Entity::Estate) {
        writer.entry(&format!("facts.{name}"), &value);
    }
    for rule in evidence_rules(point, united, side) {
        writer.entry(&format!("evidence.{rule}"), "a letter");
    }
    for (table, row) in rows(point, united, what, side.program) {
        writer.row(table, &row);
    }
    writer.document
}

/// The rules of a side whose evidence is at hand.
pub(super) fn evidence_rules(point: &Point, united: &United, side: &Edition<'_>) -> Vec<String> {
    let given: BTreeSet<&String> = point.evidence.iter().filter(|(_, given)| **given).map(|(name, _)| name).collect();
    let mut rules = Vec::new();
    for of in [&united.old, &united.new] {
        for (rule, evidence) in &of.evidence {
            let name = &of.program.rules[*rule].header.name;
            let own = side.program.rules.named(name).is_some_and(|(_, own)| own.evidence.is_some());
            let known =
                united.evidence_name(*evidence).is_some_and(|evidence| given.iter().any(|given| *given == evidence));
            if own && known && !rules.contains(name) {
                rules.push(name.clone());
            }
        }
    }
    rules
}

/// What the licences for a product are counted by: such an estate must say how much that is.
fn counted_by(program: &Program, product: ProductId) -> BTreeSet<Field> {
    let of_product = |functionality: &FunctionalityId| program.functionalities[*functionality].product == product;
    let versions = program.licenses.values().flat_map(|license| &license.versions);
    let units = versions.filter(|version| version.grants.iter().any(of_product)).filter_map(|one| one.units.as_ref());
    units.flat_map(fields_of_term).collect()
}

/// A row of a table: its columns with their values.
pub(super) type Row = Vec<(String, String)>;

/// The rows of the tables that a witness needs.
pub(super) fn rows(point: &Point, united: &United, what: What, side: &Program) -> Vec<(&'static str, Row)> {
    let mut rows = Vec::new();
    let (user, device) = who(point, united, what);
    let program = &united.new.program;
    let functionality = point.functionality(united, what);
    let counted =
        functionality.map_or_else(BTreeSet::new, |id| counted_by(program, program.functionalities[id].product));
    let own = |entity: Entity| point.facts_and_counted(united, side, entity, &counted);
    let count = |field: Field| point.field(field).map(|count| ("count".to_owned(), count.to_owned()));
    if let Some(user) = &user {
        let id = [("id".to_owned(), user.clone())];
        rows.push(("users", id.into_iter().chain(count(Field::UserCount)).chain(own(Entity::User)).collect()));
    }
    if let Some(device) = &device {
        let id = [("id".to_owned(), device.clone())];
        rows.push(("devices", id.into_iter().chain(count(Field::DeviceCount)).chain(own(Entity::Device)).collect()));
    }
    let Some(functionality) = functionality else { return rows };
    let product = program.products[program.functionalities[functionality].product].header.name.clone();
    let hardware = [(Field::HostKind, "kind"), (Field::HostCores, "cores"), (Field::HostProcessors, "processors")];
    let hardware = hardware.iter().filter_map(|(field, column)| {
        let plain = counted.contains(field).then_some(SOME_NUMBER).filter(|_| *field != Field::HostKind);
        point.field(*field).or(plain).map(|value| ((*column).to_owned(), value.to_owned()))
    });
    let host: Row = hardware.chain(own(Entity::Host)).collect();
    let mut server = vec![cell("id", SERVER), cell("product", &product), cell("version", &point.server)];
    if !host.is_empty() {
        rows.push(("hosts", [cell("id", HOST)].into_iter().chain(host).collect()));
        server.push(cell("host", HOST));
    }
    if point.values.contains_key(&Thing::Field(Field::ServerEdition)) {
        server.push(cell("edition", point.field(Field::ServerEdition).unwrap_or("")));
    }
    server.extend(own(Entity::Server));
    rows.push(("servers", server));
    if user.is_some() || device.is_some() {
        let mut access = vec![cell("server", SERVER)];
        access.extend(user.map(|user| cell("user", &user)));
        access.extend(device.map(|device| cell("device", &device)));
        access.push(cell("functionality", &asked(point, program, functionality)));
        access.extend(own(Entity::Access));
        rows.push(("accesses", access));
    }
    let facts = own(Entity::License);
    let holding = unit(point, united, what).filter(|_| point.owns_unit || !facts.is_empty());
    if let Some((license, version, metric)) = holding {
        let holding =
            [("license", license), ("version", version), ("metric", metric.to_string()), ("quantity", "1".to_owned())];
        rows.push(("licenses", holding.into_iter().map(|(column, value)| cell(column, &value)).chain(facts).collect()));
    }
    rows
}

/// The server of a witness.
pub(super) const SERVER: &str = "web";

/// Where it runs.
const HOST: &str = "rack";

fn cell(column: &str, value: &str) -> (String, String) {
    (column.to_owned(), value.to_owned())
}

/// Who comes, and by what device; of a term, its subject.
pub(super) fn who(point: &Point, united: &United, what: What) -> (Option<String>, Option<String>) {
    let named =
        |field: Field, otherwise: &str| point.field(field).filter(|id| *id != "other").unwrap_or(otherwise).to_owned();
    let (user, device) = (named(Field::UserId, "someone"), named(Field::DeviceId, "desk"));
    let subject = what.definition().map(|definition| united.new.program.definitions[definition].subject);
    match subject {
        Some(Entity::User) => (Some(user), None),
        Some(Entity::Device) => (None, Some(device)),
        Some(Entity::Access) | None => (point.user.then_some(user), point.device.then_some(device)),
        Some(_) => (None, None),
    }
}

/// What the access asks for: a functionality of the server's product.
fn asked(point: &Point, program: &Program, functionality: FunctionalityId) -> String {
    let path = point.field(Field::AccessFunctionality);
    let name = path.and_then(|path| path.split_once('.')).map(|(_, name)| name.to_owned());
    name.unwrap_or_else(|| program.functionalities[functionality].header.name.clone())
}

/// The unit that is asked of: licence, version, metric.
pub(super) fn unit(point: &Point, united: &United, what: What) -> Option<(String, String, Metric)> {
    let What::Cover(license, _) = what else { return None };
    let sides = [&united.new, &united.old].map(|side: &Side| &side.program.licenses[license]);
    let name = sides.first()?.header.name.clone();
    let version = sides.iter().find_map(|license| license.versions.first());
    let version = point.license.clone().or_else(|| version?.labels.first().cloned())?;
    let suits = |metric: &&Metric| match metric {
        Metric::User => point.user,
        Metric::Device => point.device,
        Metric::Host | Metric::Server => true,
    };
    let metric =
        point.metric().or_else(|| sides.iter().find_map(|license| license.metrics.iter().find(suits).copied()))?;
    Some((name, version, metric))
}

/// Whether a side has a licence in a version and metric, so that its estates can state such a unit.
pub(super) fn has_unit(side: &Program, (license, version, metric): &(String, String, Metric)) -> bool {
    side.licenses
        .named(license)
        .is_some_and(|(_, known)| known.metrics.contains(metric) && known.labelled(version).is_some())
}

/// A place in the texts of a side: a witness is written nowhere.
fn somewhere(side: &Program) -> Option<Span> {
    side.products.headers().chain(side.definitions.headers()).next().map(|header| header.span)
}

struct Writer {
    span: Span,
    document: Document,
}

impl Writer {
    fn cell(&self, text: &str) -> Cell {
        Cell { text: text.to_owned(), span: self.span }
    }

    fn entry(&mut self, key: &str, value: &str) {
        let entry = Entry { key: self.cell(key), value: self.cell(value) };
        self.document.entries.push(entry);
    }

    fn row(&mut self, table: &str, row: &Row) {
        let columns = row.iter().map(|(column, _)| self.cell(column)).collect();
        let values = row.iter().map(|(_, value)| self.cell(value)).collect();
        let name = self.cell(table);
        self.document.tables.push(Table { name, columns, rows: vec![values], spans: Vec::new() });
    }
}

impl What {
    /// The functionality that a verdict is about.
    pub fn functionality(self) -> Option<FunctionalityId> {
        match self {
            What::Demand(id) | What::Quota(id) | What::Prohibition(id) | What::Cover(_, id) => Some(id),
            What::Definition(_) | What::Said(..) | What::Reading(_) => None,
        }
    }

    /// The term that a verdict is about.
    pub fn definition(self) -> Option<DefinitionId> {
        match self {
            What::Definition(id) | What::Said(id, _) | What::Reading(id) => Some(id),
            What::Demand(_) | What::Quota(_) | What::Prohibition(_) | What::Cover(..) => None,
        }
    }
}
