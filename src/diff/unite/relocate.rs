//! A whole side in the common vocabulary.

use super::lines::out;
use super::translate::Translator;
use super::{Common, Map};
use crate::program::{
    Agreement, Arena, Condition, Definition, Functionality, Id, License, LicenseId, LicenseVersion, Open, Period,
    Product, ProductVersion, Program, Provided, Reach, Reading, Reassignment, Rule, Scope, SourceDocument, SourceId,
};
use crate::source::Span;
use crate::value::{Rank, VersionLine};
use std::collections::BTreeMap;

/// The first of two sides in the common vocabulary; what only the second has stands in it without content.
pub(super) fn relocate(sides: [&Program; 2], maps: [&Map; 2], common: &Common) -> Program {
    let mut relocation = Relocation { sides, maps, common };
    let [side, _] = sides;
    Program {
        sources: relocation.sources(),
        preferences: side.preferences.clone(),
        enums: common.enums.clone(),
        facts: common.facts.clone(),
        agreements: relocation.joined(
            |side| &side.agreements,
            |map| &map.agreements,
            Agreement::clone,
            Agreement::clone,
        ),
        products: relocation.products(),
        functionalities: relocation.functionalities(),
        licenses: relocation.licenses(),
        definitions: relocation.definitions(),
        rules: relocation.rules(),
        reaches: relocation.reaches(),
        reassignments: relocation.reassignments(),
        ..Program::default()
    }
}

struct Relocation<'u> {
    sides: [&'u Program; 2],
    maps: [&'u Map; 2],
    common: &'u Common,
}

impl<'u> Relocation<'u> {
    fn side(&self) -> &'u Program {
        let [side, _] = self.sides;
        side
    }

    fn map(&self) -> &'u Map {
        let [map, _] = self.maps;
        map
    }

    /// The things of one kind in the common order: the side's own, then what only the other has.
    fn joined<I: Id + 'u, T: 'u>(
        &mut self,
        things: impl Fn(&'u Program) -> &'u Arena<I, T>,
        places: impl Fn(&'u Map) -> &'u Vec<usize>,
        mut own: impl FnMut(&T) -> T,
        mut foreign: impl FnMut(&T) -> T,
    ) -> Arena<I, T> {
        let ([side, other], [map, of_other]) = (self.sides, self.maps);
        let mut all: BTreeMap<usize, T> = BTreeMap::new();
        for ((_, thing), place) in things(side).iter().zip(places(map)) {
            all.insert(*place, own(thing));
        }
        for ((_, thing), place) in things(other).iter().zip(places(of_other)) {
            all.entry(*place).or_insert_with(|| foreign(thing));
        }
        let mut arena = Arena::default();
        for thing in all.into_values() {
            arena.add(thing);
        }
        arena
    }

    fn sources(&mut self) -> Arena<SourceId, SourceDocument> {
        let mut sources = Arena::default();
        for source in self.side().sources.values() {
            let when = source.when.as_ref().map(|when| self.condition(when, None, None));
            sources.add(SourceDocument { when, ..source.clone() });
        }
        sources
    }

    fn products(&mut self) -> Arena<crate::program::ProductId, Product> {
        let ([side, other], [map, of_other], common) = (self.sides, self.maps, self.common);
        let moved = move |from: &Program, map: &Map, product: &Product| {
            let features = product.features.iter();
            Product {
                functionalities: product.functionalities.iter().map(|id| Map::to(&map.functionalities, *id)).collect(),
                features: features.map(|(name, id)| (name.clone(), Map::to(&map.functionalities, *id))).collect(),
                versions: versions(common, [from, if std::ptr::eq(from, side) { other } else { side }], product),
                ..product.clone()
            }
        };
        self.joined(
            |side| &side.products,
            |map| &map.products,
            |product| moved(side, map, product),
            |product| moved(other, of_other, product),
        )
    }

    fn functionalities(&mut self) -> Arena<crate::program::FunctionalityId, Functionality> {
        let [map, of_other] = self.maps;
        let moved = |map: &Map, functionality: &Functionality| Functionality {
            product: Map::to(&map.products, functionality.product),
            adds_to: functionality.adds_to.iter().map(|id| Map::to(&map.functionalities, *id)).collect(),
            ..functionality.clone()
        };
        self.joined(
            |side| &side.functionalities,
            |map| &map.functionalities,
            |functionality| moved(map, functionality),
            |functionality| moved(of_other, functionality),
        )
    }

    fn licenses(&mut self) -> Arena<LicenseId, License> {
        let mut own = BTreeMap::new();
        for license in self.side().licenses.values() {
            own.insert(license.header.name.clone(), self.license(license));
        }
        let ([_, of_other], common) = (self.maps, self.common);
        self.joined(
            |side| &side.licenses,
            |map| &map.licenses,
            |license| own.get(&license.header.name).unwrap_or(license).clone(),
            |license| {
                let line = of_other.line(license.line);
                let versions = padded(common, line, license.header.span, Vec::new());
                License { metrics: Vec::new(), versions, line, ..license.clone() }
            },
        )
    }

    fn license(&mut self, license: &License) -> License {
        let mut versions = Vec::new();
        for version in &license.versions {
            for rank in self.map().ranks(license.line, version.rank) {
                versions.push(LicenseVersion { rank: *rank, ..self.version(license, version) });
            }
        }
        let line = self.map().line(license.line);
        License { line, versions: padded(self.common, line, license.header.span, versions), ..license.clone() }
    }

    fn version(&mut self, license: &License, version: &LicenseVersion) -> LicenseVersion {
        let (side, map) = (self.side(), self.map());
        let includes = version.includes.iter().map(|(included, rank)| {
            (Map::to(&map.licenses, *included), map.rank(side.licenses[*included].line, *rank))
        });
        let server = match license.line {
            VersionLine::Product(_) => Some(license.line),
            VersionLine::Suite(_) => {
                version.grants.first().map(|id| VersionLine::Product(side.functionalities[*id].product))
            }
        };
        LicenseVersion {
            grants: version.grants.iter().map(|id| Map::to(&map.functionalities, *id)).collect(),
            includes: includes.collect(),
            provided: version
                .provided
                .iter()
                .map(|clause| Provided {
                    condition: self.condition(&clause.condition, server, Some(license.line)),
                    ..clause.clone()
                })
                .collect(),
            ..version.clone()
        }
    }

    fn definitions(&mut self) -> Arena<crate::program::DefinitionId, Definition> {
        let mut own = Vec::new();
        for definition in self.side().definitions.values() {
            let readings = definition.readings.iter().map(|reading| self.reading(reading)).collect();
            own.push(Definition { readings, ..definition.clone() });
        }
        let mut own = own.into_iter();
        self.joined(
            |side| &side.definitions,
            |map| &map.definitions,
            |definition| own.next().unwrap_or_else(|| definition.clone()),
            |definition| Definition { readings: Vec::new(), ..definition.clone() },
        )
    }

    fn reading(&mut self, reading: &Reading) -> Reading {
        Reading {
            when: reading.when.as_ref().map(|when| self.condition(when, None, None)),
            open: reading
                .open
                .iter()
                .map(|open| Open {
                    when: open.when.as_ref().map(|when| self.condition(when, None, None)),
                    ..open.clone()
                })
                .collect(),
            ..reading.clone()
        }
    }

    fn rules(&mut self) -> Arena<crate::program::RuleId, Rule> {
        let mut rules = Arena::default();
        for rule in self.side().rules.values() {
            let server = server_of(&rule.scope);
            let when = rule.when.as_ref().map(|when| self.condition(when, server, None));
            rules.add(Rule { scope: self.scope(&rule.scope), when, ..rule.clone() });
        }
        rules
    }

    fn reaches(&mut self) -> Vec<Reach> {
        let mut reaches = Vec::new();
        for reach in &self.side().reaches {
            let server = server_of(&reach.scope);
            let when = reach.when.as_ref().map(|when| self.condition(when, server, None));
            reaches.push(Reach { scope: self.scope(&reach.scope), when, ..reach.clone() });
        }
        reaches
    }

    fn reassignments(&mut self) -> Vec<Reassignment> {
        let mut reassignments = Vec::new();
        for reassign in &self.side().reassignments {
            let when = reassign.when.as_ref().map(|when| self.condition(when, None, None));
            reassignments.push(Reassignment { when, ..reassign.clone() });
        }
        reassignments
    }

    fn scope(&self, scope: &Scope) -> Scope {
        let products =
            |ids: &Vec<crate::program::ProductId>| ids.iter().map(|id| Map::to(&self.map().products, *id)).collect();
        Scope { only: scope.only.as_ref().map(products), except: products(&scope.except) }
    }

    fn condition(
        &mut self,
        condition: &Condition,
        server: Option<VersionLine>,
        license: Option<VersionLine>,
    ) -> Condition {
        let (side, map) = (self.side(), self.map());
        Translator { side, map, server, license }.condition(condition)
    }
}

/// The line of the versions that a rule's condition reads: only where it speaks of one product.
fn server_of(scope: &Scope) -> Option<VersionLine> {
    match scope.only.as_deref() {
        Some([only]) => Some(VersionLine::Product(*only)),
        _ => None,
    }
}

/// The common versions of a product, each out when the first of the sides that knows it says so.
fn versions(common: &Common, sides: [&Program; 2], product: &Product) -> Vec<ProductVersion> {
    let joint = common.products.get(&product.header.name).and_then(|line| common.lines.get(line));
    let labels = joint.map_or(&[][..], |joint| &joint.labels);
    let version = |labels: &Vec<String>| {
        let from = sides.iter().find_map(|side| out(side, &product.header.name, labels)).flatten();
        ProductVersion { labels: labels.clone(), from, span: product.header.span }
    };
    labels.iter().map(version).collect()
}

/// A suite with all common versions, those it lacks without content: they are the domain of its version.
fn padded(common: &Common, line: VersionLine, span: Span, mut versions: Vec<LicenseVersion>) -> Vec<LicenseVersion> {
    let labels = common.lines.get(&line).map_or(&[][..], |joint| &joint.labels);
    if let VersionLine::Suite(_) = line {
        for (rank, labels) in (0..).map(Rank).zip(labels) {
            if !versions.iter().any(|version| version.rank == rank) {
                versions.push(LicenseVersion::without_content(rank, labels.clone(), Period::default(), span));
            }
        }
        versions.sort_by_key(|version| version.rank);
    }
    versions
}
