//! Conditions over all estates: every fact is open, and so are date, agreement and reading where a side does not fix them.
//!
//! What may be absent (who comes, by what device, an agreement) is tried in both ways, each a [`World`]; the answers are put
//! together by the questions whether it is there.

use super::unite::{Map, Side};
use crate::decide::{Diagrams, Node};
use crate::evaluate::conditions::{Applying, Evaluator, Found, Readings, Scope};
use crate::evaluate::cover::{Coverable, Unit};
use crate::evaluate::unknowns::{Cell, Class, Thing, Unknowns};
use crate::judge::Request;
use crate::program::{
    AgreementId, Comparison, Condition, DefinitionId, Entity, Field, FunctionalityId, Id, Period, ProductId, Program,
    Reading, RuleId, SourceId,
};
use crate::select::Ranks;
use crate::value::{Date, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What of all that may be absent is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct World {
    pub user: bool,
    pub device: bool,
    pub agreement: bool,
}

impl World {
    /// Somebody or something comes.
    pub fn access(self) -> bool {
        self.user || self.device
    }
}

/// What is fixed of a side, in the common vocabulary.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settled {
    as_of: Option<Date>,
    agreement: Option<Option<AgreementId>>,
    readings: BTreeMap<DefinitionId, SourceId>,
}

impl Settled {
    pub fn of(fixed: &Request, map: &Map) -> Settled {
        let readings = fixed.readings.iter();
        Settled {
            as_of: fixed.as_of,
            agreement: fixed.agreement.map(|agreement| agreement.map(|id| Map::to(&map.agreements, id))),
            readings: readings.map(|(definition, source)| (Map::to(&map.definitions, *definition), *source)).collect(),
        }
    }
}

/// How one side reads its terms.
#[derive(Debug)]
pub(crate) struct Reader<'s> {
    pub side: &'s Side,
    settled: &'s Settled,
    /// Terms that are taken as they stand.
    opaque: BTreeSet<DefinitionId>,
    /// For each term, its readings by their place, each with what it applies under.
    applying: BTreeMap<DefinitionId, Vec<(usize, Node)>>,
    /// Under what no reading of a term applies, or no single one.
    undefined: BTreeMap<DefinitionId, Node>,
    /// Under what several readings of a term apply, none of them preferred: their places in each such set.
    tied: BTreeMap<DefinitionId, Vec<(Vec<usize>, Node)>>,
    /// The terms that were asked for since this was last emptied.
    asked: RefCell<BTreeSet<DefinitionId>>,
    /// What rules came to, each with the terms that it asked for.
    known: RefCell<BTreeMap<RuleKey, (Node, BTreeSet<DefinitionId>)>>,
}

/// A rule, and the functionality that it is asked about where that matters.
type RuleKey = (RuleId, Option<FunctionalityId>);

impl Readings for Reader<'_> {
    fn program(&self) -> &Program {
        &self.side.program
    }

    fn applying(&self, definition: DefinitionId) -> Vec<Applying<'_>> {
        self.asked.borrow_mut().insert(definition);
        let readings = &self.side.program.definitions[definition].readings;
        let applying = self.applying.get(&definition).into_iter().flatten();
        let one = |(place, under): &(usize, Node)| {
            Some(Applying { place: self.common(definition, *place), reading: readings.get(*place)?, under: *under })
        };
        applying.filter_map(one).collect()
    }

    fn is_opaque(&self, definition: DefinitionId) -> bool {
        self.opaque.contains(&definition)
    }
}

impl<'s> Reader<'s> {
    /// How a side reads its terms, some of them taken as they stand.
    pub fn new(
        side: &'s Side,
        settled: &'s Settled,
        opaque: BTreeSet<DefinitionId>,
        unknowns: &mut Unknowns,
    ) -> Reader<'s> {
        let mut reader = Reader {
            side,
            settled,
            opaque,
            applying: BTreeMap::new(),
            undefined: BTreeMap::new(),
            tied: BTreeMap::new(),
            asked: RefCell::default(),
            known: RefCell::default(),
        };
        let ranks = Ranks::of(&side.program);
        for definition in side.program.definitions.ids() {
            let (applying, undefined) = reader.choose(definition, &ranks, unknowns);
            reader.applying.insert(definition, applying);
            reader.undefined.insert(definition, undefined);
        }
        reader
    }

    /// The number that a reading of a term has on both sides.
    pub fn common(&self, definition: DefinitionId, place: usize) -> usize {
        self.side.reading_number(definition, place)
    }

    /// Under what each reading applies, by its place.
    pub fn under(&self, definition: DefinitionId) -> &[(usize, Node)] {
        self.applying.get(&definition).map_or(&[], Vec::as_slice)
    }

    /// Under what several readings of a term apply, none of them preferred, by their places.
    pub fn tied(&self, definition: DefinitionId) -> &[(Vec<usize>, Node)] {
        self.tied.get(&definition).map_or(&[], Vec::as_slice)
    }

    /// Whether the reading of a term is chosen by hand.
    pub fn is_by_hand(&self, definition: DefinitionId) -> bool {
        self.settled.readings.contains_key(&definition)
    }

    /// What a rule comes to, found once.
    pub fn remembered(&self, key: RuleKey, unknowns: &mut Unknowns, find: impl FnOnce(&mut Unknowns) -> Node) -> Node {
        if let Some((node, asked)) = self.known.borrow().get(&key) {
            self.asked.borrow_mut().extend(asked);
            return *node;
        }
        let before = self.asked.take();
        let node = find(unknowns);
        let asked = self.asked.take();
        self.asked.borrow_mut().extend(before.iter().chain(&asked));
        if !unknowns.diagrams.is_exhausted() {
            self.known.borrow_mut().insert(key, (node, asked));
        }
        node
    }

    /// Whether it is settled which agreement there is.
    pub fn fixes_agreement(&self) -> bool {
        self.settled.agreement.is_some()
    }

    /// Under what a term that was asked for since the last time has no single reading.
    pub fn undefined(&self, unknowns: &mut Unknowns) -> Node {
        let mut any = Node::NO;
        for definition in self.asked.take() {
            any = unknowns.diagrams.or(any, self.undefined.get(&definition).copied().unwrap_or(Node::NO));
        }
        any
    }

    /// Under what any term has no single reading.
    pub fn ever_undefined(&self, unknowns: &mut Unknowns) -> Node {
        self.undefined.values().fold(Node::NO, |any, undefined| unknowns.diagrams.or(any, *undefined))
    }

    fn choose(
        &mut self,
        definition: DefinitionId,
        ranks: &Ranks,
        unknowns: &mut Unknowns,
    ) -> (Vec<(usize, Node)>, Node) {
        let readings = &self.side.program.definitions[definition].readings;
        if let Some(source) = self.settled.readings.get(&definition) {
            let place = readings.iter().position(|reading| reading.source == Some(*source));
            return (place.map(|place| (place, Node::YES)).into_iter().collect(), Node::NO);
        }
        let in_force: Vec<Node> = readings.iter().map(|reading| self.in_force(reading, unknowns)).collect();
        let best = best(ranks, readings, &in_force, &mut unknowns.diagrams);
        let (mut applying, mut undefined, mut tied) = (Vec::new(), Node::NO, Vec::new());
        for (places, under) in together(&best, &mut unknowns.diagrams) {
            if let [place] = places.as_slice() {
                applying.push((*place, under));
                continue;
            }
            undefined = unknowns.diagrams.or(undefined, under);
            if !places.is_empty() {
                tied.push((places, under));
            }
        }
        applying.sort();
        self.tied.insert(definition, tied);
        let undefined = if readings.is_empty() { Node::NO } else { undefined };
        (applying, undefined)
    }

    pub fn in_force(&self, reading: &Reading, unknowns: &mut Unknowns) -> Node {
        let source = reading.source.map(|id| &self.side.program.sources[id]);
        let nobody = World { user: false, device: false, agreement: false };
        self.with_agreement(nobody, unknowns, &mut |world, unknowns| {
            let scope = Anyone { reader: self, world, about: About::default(), unit: None };
            let mut evaluator = Evaluator::new(self, unknowns, &scope);
            let mut parts = vec![evaluator.period(reading.period)];
            if let Some(source) = source {
                parts.extend([evaluator.period(source.period), evaluator.outcome_of(source.when.as_ref())]);
            }
            parts.into_iter().fold(Node::YES, |all, part| unknowns.diagrams.and(all, part))
        })
    }

    /// A function found with and without an agreement, whichever is not ruled out.
    pub fn with_agreement(
        &self,
        world: World,
        unknowns: &mut Unknowns,
        find: &mut impl FnMut(World, &mut Unknowns) -> Node,
    ) -> Node {
        let (without, with) = (World { agreement: false, ..world }, World { agreement: true, ..world });
        match self.settled.agreement {
            Some(None) => find(without, unknowns),
            Some(Some(_)) => find(with, unknowns),
            None => {
                let (without, with) = (find(without, unknowns), find(with, unknowns));
                self.unless_none(Field::Agreement, without, with, unknowns)
            }
        }
    }

    /// A function found for whoever may come, by whatever device, or for nobody at all.
    pub fn with_access(&self, unknowns: &mut Unknowns, find: &mut impl FnMut(World, &mut Unknowns) -> Node) -> Node {
        let mut of_user = |user: bool, unknowns: &mut Unknowns| {
            let [without, with] = [false, true]
                .map(|device| self.with_agreement(World { user, device, agreement: false }, unknowns, find));
            self.unless_none(Field::AccessDevice, without, with, unknowns)
        };
        let (without, with) = (of_user(false, unknowns), of_user(true, unknowns));
        self.unless_none(Field::AccessUser, without, with, unknowns)
    }

    fn unless_none(&self, field: Field, none: Node, some: Node, unknowns: &mut Unknowns) -> Node {
        if none == some {
            return some;
        }
        let is_none = is_none(&self.side.program, field, unknowns);
        unknowns.diagrams.choose(is_none, none, some)
    }

    /// Whether the day lies in a period.
    pub fn period(&self, period: Period, unknowns: &mut Unknowns) -> Node {
        let world = World { user: false, device: false, agreement: false };
        let scope = Anyone { reader: self, world, about: About::default(), unit: None };
        Evaluator::new(self, unknowns, &scope).period(period)
    }

    /// The outcome of a condition about whoever may come.
    pub fn outcome(&self, about: About, condition: Option<&Condition>, unknowns: &mut Unknowns) -> Node {
        self.with_access(unknowns, &mut |world, unknowns| match world.access() {
            true => self.outcome_in(world, about, condition, unknowns),
            false => Node::NO,
        })
    }

    fn outcome_in(&self, world: World, about: About, condition: Option<&Condition>, unknowns: &mut Unknowns) -> Node {
        let scope = Anyone { reader: self, world, about, unit: None };
        Evaluator::new(self, unknowns, &scope).outcome_of(condition)
    }
}

/// Under what each of some readings is in force and no other that is in force outranks it.
pub(crate) fn best(ranks: &Ranks, readings: &[Reading], in_force: &[Node], diagrams: &mut Diagrams) -> Vec<Node> {
    let mut best = in_force.to_vec();
    for (above, in_force) in readings.iter().zip(in_force) {
        let below = above.source.map(|source| ranks.below(source)).unwrap_or_default();
        let yields = diagrams.not(*in_force);
        for (reading, best) in readings.iter().zip(&mut best) {
            if reading.source.is_some_and(|source| below.contains(&source)) {
                *best = diagrams.and(*best, yields);
            }
        }
    }
    best
}

/// Of more readings that tie in more ways than this all are named wherever some tie.
const WAYS: usize = 500;

/// Which of some functions are yes at once, and where exactly those are.
fn together(functions: &[Node], diagrams: &mut Diagrams) -> Vec<(Vec<usize>, Node)> {
    let mut sets = vec![(Vec::new(), Node::YES)];
    for (place, function) in functions.iter().enumerate() {
        let otherwise = diagrams.not(*function);
        let mut next = Vec::new();
        for (places, under) in sets {
            let (with, without) = (diagrams.and(under, *function), diagrams.and(under, otherwise));
            let more = places.iter().copied().chain([place]).collect();
            next.extend([(places, without), (more, with)].into_iter().filter(|(_, under)| *under != Node::NO));
        }
        sets = if next.len() > WAYS { ties_as_one(next, diagrams) } else { next };
    }
    sets
}

/// Sets of two and more as one.
fn ties_as_one(sets: Vec<(Vec<usize>, Node)>, diagrams: &mut Diagrams) -> Vec<(Vec<usize>, Node)> {
    let (ties, mut others): (Vec<_>, Vec<_>) = sets.into_iter().partition(|(places, _)| places.len() > 1);
    let places: BTreeSet<usize> = ties.iter().flat_map(|(places, _)| places).copied().collect();
    let under = ties.iter().fold(Node::NO, |all, (_, under)| diagrams.or(all, *under));
    others.push((places.into_iter().collect(), under));
    others
}

/// Whether a reference is none.
pub(crate) fn is_none(program: &Program, field: Field, unknowns: &mut Unknowns) -> Node {
    unknowns.cut(program, field, &Value::None);
    is(program, field, 0, &Value::None, unknowns)
}

/// Whether a field is a value that is a cell of its domain.
pub(crate) fn is(program: &Program, field: Field, class: Class, value: &Value, unknowns: &mut Unknowns) -> Node {
    let variable = unknowns.variable(Thing::Field(field), class);
    unknowns.stands(program, variable, Comparison::Is, value)
}

/// Whether a field lies in some cells of its domain.
pub(crate) fn among(
    program: &Program,
    field: Field,
    class: Class,
    unknowns: &mut Unknowns,
    wanted: impl Fn(&Cell) -> bool,
) -> Node {
    let variable = unknowns.variable(Thing::Field(field), class);
    let cells = unknowns.domain(program, variable);
    unknowns.diagrams.branch(variable, cells.iter().map(|cell| Node::constant(wanted(cell))))
}

/// What of an access is given, beside who comes: the product of the server and what is asked for there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct About {
    pub product: Option<ProductId>,
    pub functionality: Option<FunctionalityId>,
}

/// Any access, or anyone, in a world; with a unit where a licence is asked.
#[derive(Clone, Copy)]
pub(crate) struct Anyone<'s> {
    pub reader: &'s Reader<'s>,
    pub world: World,
    pub about: About,
    pub unit: Option<Unit>,
}

impl Anyone<'_> {
    fn place(id: impl Id) -> Class {
        Class::try_from(id.place()).unwrap_or(Class::MAX)
    }

    fn of_unit(&self, value: impl Fn(Unit) -> Value) -> Found {
        self.unit.map_or(Found::Absent, |unit| Found::Value(value(unit)))
    }
}

/// A field that is open if what would have it is there.
fn open(there: bool) -> Found {
    if there { Found::Unknown(0) } else { Found::Absent }
}

/// A reference: none if there is nothing.
fn reference(there: bool) -> Found {
    if there { Found::Unknown(0) } else { Found::Value(Value::None) }
}

impl Scope for Anyone<'_> {
    fn find(&self, field: Field) -> Found {
        let (world, settled) = (self.world, self.reader.settled);
        match field {
            Field::AccessUser => reference(world.user),
            Field::AccessDevice => reference(world.device),
            Field::Agreement => match (world.agreement, settled.agreement) {
                (true, Some(Some(agreement))) => Found::Value(Value::Agreement(agreement)),
                (there, _) => reference(there),
            },
            Field::AgreementName | Field::AgreementSigned => open(world.agreement),
            Field::EstateAsOf => settled.as_of.map_or(Found::Unknown(0), |day| Found::Value(Value::Date(day))),
            Field::ServerProduct => {
                self.about.product.map_or(Found::Unknown(0), |product| Found::Value(Value::Product(product)))
            }
            Field::ServerVersion => Found::Unknown(self.about.product.map_or(0, Anyone::place)),
            Field::AccessFunctionality if world.access() => {
                let given = self.about.functionality;
                given.map_or(Found::Unknown(0), |asked| Found::Value(Value::Functionality(asked)))
            }
            Field::LicenseName => self.of_unit(|unit| Value::License(unit.license)),
            Field::LicenseVersion => self.of_unit(|unit| Value::Version(unit.version)),
            Field::LicenseMetric => self.of_unit(|unit| Value::Metric(unit.metric)),
            field => match self.subject(field.entity(&self.reader.side.program)) {
                Some(class) => Found::Unknown(class),
                None => Found::Absent,
            },
        }
    }

    fn same(&self, field: Field) -> Field {
        match field {
            Field::AgreementName if self.world.agreement => Field::Agreement,
            field => field,
        }
    }

    fn subject(&self, entity: Entity) -> Option<Class> {
        let there = match entity {
            Entity::User => self.world.user,
            Entity::Device => self.world.device,
            Entity::Access => self.world.access(),
            Entity::License => self.unit.is_some(),
            Entity::Agreement | Entity::Estate | Entity::Server | Entity::Host | Entity::Absence => true,
        };
        there.then_some(0)
    }
}

impl<'s> Coverable<'s> for Anyone<'s> {
    type Scope = Anyone<'s>;

    fn program(&self) -> &'s Program {
        &self.reader.side.program
    }

    fn readings(&self) -> &dyn Readings {
        self.reader
    }

    fn with_unit(&self, unit: Unit) -> Anyone<'s> {
        Anyone { unit: Some(unit), ..*self }
    }
}
