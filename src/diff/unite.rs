//! Two policy sets in one vocabulary: what has one name on both sides has one id, and a version of one label one rank.
//!
//! Nothing is compared here. A side that lacks a thing gets it without any content: a licence that exists in no version, a
//! term without readings.

mod lines;
mod relocate;
mod translate;

use super::symbolic::World;
use crate::program::{Arena, DefinitionId, Enum, EnumId, Fact, FactId, Id, ProductId, Program, Reading, RuleId};
use crate::value::{Rank, Type, VersionLine};
pub(super) use lines::Joint;
use std::collections::{BTreeMap, BTreeSet};

/// Both sides in one vocabulary.
#[derive(Debug)]
pub(super) struct United {
    /// The side compared from.
    pub old: Side,
    /// The side compared to.
    pub new: Side,
    /// The names of evidence, by the ids that [`Side::evidence`] gives.
    pub evidence: Vec<String>,
    /// The versions of each line.
    pub lines: BTreeMap<VersionLine, Joint>,
}

/// One side in the common vocabulary.
#[derive(Debug)]
pub(crate) struct Side {
    /// Its items: enums, facts, agreements, terms, products, functionalities and licences have common ids, all else its own.
    pub program: Program,
    /// What each rule's evidence is called in common.
    pub evidence: BTreeMap<RuleId, RuleId>,
    /// For each term the common numbers of its readings: the same number is the same source on both sides.
    readings: BTreeMap<DefinitionId, Vec<usize>>,
    /// The ids of the side itself in the common vocabulary.
    pub map: Map,
    /// The products of which servers demand something by running, on either side.
    pub by_running: BTreeSet<ProductId>,
}

impl United {
    /// A reading of a term by its common number, as the new side has it, else the old one.
    pub fn reading(&self, definition: DefinitionId, number: usize) -> Option<&Reading> {
        self.new.reading(definition, number).or_else(|| self.old.reading(definition, number))
    }

    /// What evidence is called.
    pub fn evidence_name(&self, evidence: RuleId) -> Option<&String> {
        self.evidence.get(evidence.place())
    }
}

impl Side {
    /// A policy set by itself: its own vocabulary.
    pub fn alone(program: &Program) -> Side {
        let evidence = program.rules.ids().map(|rule| (rule, rule)).collect();
        let readings = program.definitions.iter().map(|(id, item)| (id, (0..item.readings.len()).collect())).collect();
        let by_running = program.demanding_by_running().collect();
        Side { program: program.clone(), evidence, readings, map: Map::default(), by_running }
    }

    /// The number that a reading of a term, given by its place, has on both sides.
    pub fn reading_number(&self, definition: DefinitionId, place: usize) -> usize {
        let numbers = self.readings.get(&definition);
        numbers.and_then(|numbers| numbers.get(place)).copied().unwrap_or(usize::MAX)
    }

    /// The place of the reading of a term that has a common number.
    pub fn reading_of(&self, definition: DefinitionId, number: usize) -> Option<usize> {
        self.readings.get(&definition)?.iter().position(|known| *known == number)
    }

    /// The reading of a term that has a common number.
    pub fn reading(&self, definition: DefinitionId, number: usize) -> Option<&Reading> {
        self.program.definitions[definition].readings.get(self.reading_of(definition, number)?)
    }

    /// The common numbers of the readings of a term.
    pub fn readings_of(&self, definition: DefinitionId) -> &[usize] {
        self.readings.get(&definition).map_or(&[], Vec::as_slice)
    }

    /// Whether a term may be asked of an access: of one by nobody, as what a server demands by running.
    pub fn is_asked(&self, world: World) -> bool {
        world.access() || !self.by_running.is_empty()
    }

    /// Whether the side itself has a thing of the common vocabulary.
    pub fn has<I: Id>(places: &[usize], id: I) -> bool {
        places.contains(&id.place())
    }
}

/// From the ids of one side to the common ones.
#[derive(Debug, Default)]
pub(crate) struct Map {
    enums: Vec<usize>,
    members: Vec<Vec<usize>>,
    facts: Vec<usize>,
    pub agreements: Vec<usize>,
    pub definitions: Vec<usize>,
    pub products: Vec<usize>,
    pub functionalities: Vec<usize>,
    pub licenses: Vec<usize>,
    /// For each line of the side, the common ranks of each of its versions.
    ranks: BTreeMap<VersionLine, Vec<Vec<Rank>>>,
    /// For each common line whose order is not the side's own: where the side has each common version.
    heights: BTreeMap<VersionLine, Vec<usize>>,
}

impl Map {
    /// The common id of a thing.
    pub fn to<I: Id>(places: &[usize], id: I) -> I {
        I::at(places.get(id.place()).and_then(|place| u32::try_from(*place).ok()).unwrap_or(u32::MAX))
    }

    fn line(&self, line: VersionLine) -> VersionLine {
        match line {
            VersionLine::Product(product) => VersionLine::Product(Map::to(&self.products, product)),
            VersionLine::Suite(license) => VersionLine::Suite(Map::to(&self.licenses, license)),
        }
    }

    fn ranks(&self, line: VersionLine, rank: Rank) -> &[Rank] {
        let ranks = self.ranks.get(&line).and_then(|ranks| ranks.get(rank.0 as usize));
        ranks.map_or(&[], Vec::as_slice)
    }

    fn rank(&self, line: VersionLine, rank: Rank) -> Rank {
        self.ranks(line, rank).first().copied().unwrap_or(rank)
    }
}

/// What both sides have in common.
#[derive(Debug, Default)]
struct Common {
    enums: Arena<EnumId, Enum>,
    facts: Arena<FactId, Fact>,
    lines: BTreeMap<VersionLine, Joint>,
    /// The line of each product, by its name.
    products: BTreeMap<String, VersionLine>,
}

/// Puts both sides into one vocabulary.
pub(super) fn unite(old: &Program, new: &Program) -> United {
    let sides = [old, new];
    let mut maps = [Map::default(), Map::default()];
    let mut common = Common::default();
    names(sides, &mut maps);
    enums(sides, &mut maps, &mut common);
    lines::join(sides, &mut maps, &mut common.lines);
    for (side, map) in sides.iter().zip(&maps) {
        let line = |id| VersionLine::Product(Map::to(&map.products, id));
        common.products.extend(side.products.iter().map(|(id, product)| (product.header.name.clone(), line(id))));
    }
    facts(sides, &mut maps, &mut common);
    let (evidence, [of_old, of_new]) = evidence(sides);
    let [for_old, for_new] = readings(sides, &maps);
    let [map_old, map_new] = maps;
    let program_old = relocate::relocate([old, new], [&map_old, &map_new], &common);
    let program_new = relocate::relocate([new, old], [&map_new, &map_old], &common);
    let by_running: BTreeSet<ProductId> =
        [&program_old, &program_new].into_iter().flat_map(Program::demanding_by_running).collect();
    United {
        old: Side {
            by_running: by_running.clone(),
            program: program_old,
            evidence: of_old,
            readings: for_old,
            map: map_old,
        },
        new: Side { by_running, program: program_new, evidence: of_new, readings: for_new, map: map_new },
        evidence,
        lines: common.lines,
    }
}

/// Two lists of names as one: those of the old side in order, each new one behind the name before it.
fn join<N: PartialEq + Clone>([old, new]: [&[N]; 2]) -> (Vec<N>, [Vec<usize>; 2]) {
    let mut all: Vec<N> = old.to_vec();
    let mut behind = 0;
    for name in new {
        behind = match all.iter().position(|known| known == name) {
            Some(place) => place + 1,
            None => {
                all.insert(behind, name.clone());
                behind + 1
            }
        };
    }
    let places = [old, new].map(|names| names.iter().map(|name| place_in(&all, name)).collect());
    (all, places)
}

fn place_in<N: PartialEq>(all: &[N], name: &N) -> usize {
    all.iter().position(|known| known == name).unwrap_or(usize::MAX)
}

/// Joins the names of a kind of thing and writes down where each stands.
fn place(
    sides: [&Program; 2],
    maps: &mut [Map; 2],
    names: impl Fn(&Program) -> Vec<String>,
    of: impl Fn(&mut Map) -> &mut Vec<usize>,
) {
    let [old, new] = sides.map(names);
    let (_, [of_old, of_new]) = join([&old, &new]);
    let [map_old, map_new] = maps;
    *of(map_old) = of_old;
    *of(map_new) = of_new;
}

fn names(sides: [&Program; 2], maps: &mut [Map; 2]) {
    place(sides, maps, |side| owned(side.agreements.names()), |map| &mut map.agreements);
    place(sides, maps, |side| owned(side.definitions.names()), |map| &mut map.definitions);
    place(sides, maps, |side| owned(side.products.names()), |map| &mut map.products);
    place(
        sides,
        maps,
        |side| side.functionalities.ids().map(|id| side.functionality_path(id)).collect(),
        |map| &mut map.functionalities,
    );
    place(
        sides,
        maps,
        |side| side.licenses.values().map(|item| license_key(side, item)).collect(),
        |map| &mut map.licenses,
    );
}

fn owned<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    names.map(str::to_owned).collect()
}

/// A licence that has become a suite, or one of another product's line, is another licence.
fn license_key(side: &Program, license: &crate::program::License) -> String {
    let line = match license.line {
        VersionLine::Product(product) => side.products[product].header.name.as_str(),
        VersionLine::Suite(_) => "",
    };
    format!("{} {line}", license.header.name)
}

/// Enums are one where they have one name, or where a fact of one name has them.
fn enums(sides: [&Program; 2], maps: &mut [Map; 2], common: &mut Common) {
    let [old, new] = sides;
    let (old_names, mut new_names) = (owned(old.enums.names()), owned(new.enums.names()));
    for (id, item) in new.enums.iter().filter(|(_, item)| !old_names.contains(&item.header.name)) {
        let paths: BTreeSet<String> =
            new.facts.values().filter(|fact| fact.ty == Type::Enum(id)).map(Fact::path).collect();
        let renamed = old.facts.values().find_map(|fact| match fact.ty {
            Type::Enum(enum_id) if paths.contains(&fact.path()) => Some(old.enums[enum_id].header.name.clone()),
            _ => None,
        });
        let renamed = renamed.filter(|name| !new_names.contains(name));
        if let Some((name, renamed)) = new_names.get_mut(id.place()).zip(renamed) {
            debug_assert_eq!(*name, item.header.name);
            *name = renamed;
        }
    }
    let (all, [of_old, of_new]) = join([&old_names, &new_names]);
    for name in &all {
        let find = |side: &Program, names: &[String]| {
            let place = names.iter().position(|known| known == name)?;
            side.enums.iter().nth(place).map(|(_, item)| item.clone())
        };
        let of = [find(old, &old_names), find(new, &new_names)];
        let members = of.each_ref().map(|item| item.as_ref().map_or(Vec::new(), |item| item.members.clone()));
        let (members, _) = join([&members[0], &members[1]]);
        let [of_old, of_new] = of;
        if let Some(item) = of_old.or(of_new) {
            common.enums.add(Enum { members, ..item });
        }
    }
    for (map, (side, places)) in maps.iter_mut().zip(sides.iter().zip([of_old, of_new])) {
        map.members = side
            .enums
            .iter()
            .zip(&places)
            .map(|((_, item), place)| {
                let joined = common.enums.iter().nth(*place).map_or(&[][..], |(_, joined)| &joined.members);
                item.members.iter().map(|member| place_in(joined, member)).collect()
            })
            .collect();
        map.enums = places;
    }
}

/// Facts are one where path and type are; numbers of any kind are one type.
fn facts(sides: [&Program; 2], maps: &mut [Map; 2], common: &mut Common) {
    let [old, new] = sides.map(|side| side.facts.values().cloned().collect::<Vec<Fact>>());
    let typed = |facts: Vec<Fact>, map: &Map| -> Vec<Fact> {
        facts.into_iter().map(|fact| Fact { ty: common_type(map, &fact.ty), ..fact }).collect()
    };
    let (old, new) = (typed(old, &maps[0]), typed(new, &maps[1]));
    let key = |fact: &Fact| (fact.path(), shape(&fact.ty));
    let keys = [&old, &new].map(|facts| facts.iter().map(key).collect::<Vec<_>>());
    let (all, [of_old, of_new]) = join([&keys[0], &keys[1]]);
    for wanted in &all {
        let found = |facts: &[Fact]| facts.iter().find(|fact| key(fact) == *wanted).cloned();
        let (of_old, of_new) = (found(&old), found(&new));
        let ty = match (&of_old, &of_new) {
            (Some(old), Some(new)) if old.ty != new.ty => Some(Type::Number),
            _ => None,
        };
        if let Some(fact) = of_old.or(of_new) {
            let ty = ty.unwrap_or_else(|| fact.ty.clone());
            common.facts.add(Fact { ty, ..fact });
        }
    }
    maps[0].facts = of_old;
    maps[1].facts = of_new;
}

fn common_type(map: &Map, ty: &Type) -> Type {
    match ty {
        Type::Enum(id) => Type::Enum(Map::to(&map.enums, *id)),
        Type::Version(line) => Type::Version(map.line(*line)),
        Type::Bool | Type::Int | Type::Number | Type::Money | Type::Date | Type::Text => ty.clone(),
        Type::Product | Type::License | Type::Agreement | Type::Functionality => ty.clone(),
        Type::Metric | Type::HostKind | Type::Reference => ty.clone(),
    }
}

/// Types whose values can be compared have one shape.
fn shape(ty: &Type) -> Type {
    match ty {
        Type::Int | Type::Number | Type::Money => Type::Number,
        ty => ty.clone(),
    }
}

/// Evidence is one where the rules that need it have one name, or else ask for it in the same words.
fn evidence(sides: [&Program; 2]) -> (Vec<String>, [BTreeMap<RuleId, RuleId>; 2]) {
    let [old, new] = sides.map(|side| {
        let needing =
            side.rules.iter().filter_map(|(id, rule)| Some((id, rule.header.name.clone(), rule.evidence.clone()?)));
        needing.collect::<Vec<_>>()
    });
    let mut names: Vec<String> = old.iter().map(|(_, name, _)| name.clone()).collect();
    let mut of_new = BTreeMap::new();
    for (id, name, text) in &new {
        let gone = |name: &String| !new.iter().any(|(_, new, _)| new == name);
        let same = old.iter().position(|(_, known, _)| known == name);
        let place = same.or_else(|| old.iter().position(|(_, known, asked)| asked == text && gone(known)));
        let place = place.unwrap_or_else(|| {
            names.push(name.clone());
            names.len() - 1
        });
        of_new.insert(*id, RuleId::at(u32::try_from(place).unwrap_or(u32::MAX)));
    }
    let of_old =
        old.iter().enumerate().map(|(place, (id, ..))| (*id, RuleId::at(u32::try_from(place).unwrap_or(u32::MAX))));
    (names, [of_old.collect(), of_new])
}

/// For each definition, the common numbers of each side's readings.
fn readings(sides: [&Program; 2], maps: &[Map; 2]) -> [BTreeMap<DefinitionId, Vec<usize>>; 2] {
    let mut sources: Vec<Option<String>> = Vec::new();
    let [old, new] = maps;
    let [of_old, of_new] = sides;
    [(of_old, old), (of_new, new)].map(|(side, map)| {
        let mut number = |reading: &Reading| {
            let source = reading.source.map(|source| side.sources[source].header.name.clone());
            sources.iter().position(|known| *known == source).unwrap_or_else(|| {
                sources.push(source);
                sources.len() - 1
            })
        };
        let numbers = side
            .definitions
            .iter()
            .map(|(id, item)| (Map::to(&map.definitions, id), item.readings.iter().map(&mut number).collect()));
        numbers.collect()
    })
}
