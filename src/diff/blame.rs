//! Who decides where a verdict changes: rules, clauses and readings, with their place and what they cite.

use super::difference::Blamed;
use super::subjects::{What, is_unit, rule, unit_clauses};
use super::symbolic::Reader;
use super::unite::Side;
use super::verdict::Verdict;
use crate::decide::Node;
use crate::evaluate::cover::{Unit, grants, included};
use crate::evaluate::unknowns::Unknowns;
use crate::program::{
    Citation, DefinitionId, EffectKind, FunctionalityId, Header, LicenseId, Program, Provided, Reading,
};
use crate::source::Sources;
use std::collections::BTreeSet;

/// Who on one side decides a verdict within a region.
pub(super) fn blame(
    reader: &Reader<'_>,
    sources: &Sources,
    what: What,
    verdict: &Verdict,
    region: Node,
    unknowns: &mut Unknowns,
) -> Vec<Blamed> {
    let blaming = Blaming { reader, sources, program: &reader.side.program, region };
    match what {
        What::Definition(definition) | What::Reading(definition) => blaming.readings(definition, unknowns),
        What::Said(definition, number) => {
            let place = reader.side.reading_of(definition, number);
            place.into_iter().filter_map(|place| blaming.reading(definition, place)).collect()
        }
        What::Demand(functionality) if *verdict != Verdict::Demand => {
            blaming.rules(functionality, EffectKind::Exemption, unknowns)
        }
        What::Quota(functionality) if *verdict != Verdict::Demand => {
            blaming.rules(functionality, EffectKind::Quota, unknowns)
        }
        What::Prohibition(functionality) if *verdict != Verdict::Allowed => {
            blaming.rules(functionality, EffectKind::Prohibition, unknowns)
        }
        What::Demand(_) | What::Quota(_) | What::Prohibition(_) => Vec::new(),
        What::Cover(_, _) if *verdict == Verdict::Covers => Vec::new(),
        What::Cover(license, functionality) => {
            let failing = blaming.clauses(license, functionality, unknowns);
            failing.into_iter().map(|(clause, _)| clause).collect()
        }
    }
}

/// What on one side has the names of those to blame on the other.
pub(super) fn counterparts(reader: &Reader<'_>, sources: &Sources, what: What, others: &[Blamed]) -> Vec<Blamed> {
    let program = &reader.side.program;
    let blaming = Blaming { reader, sources, program, region: Node::NO };
    let mut found = Vec::new();
    for other in others {
        match what {
            What::Demand(_) | What::Quota(_) | What::Prohibition(_) => {
                let named = program.rules.named(&other.rule);
                found.extend(named.map(|(_, rule)| blaming.blamed(&rule.header, None, &rule.header)));
            }
            What::Cover(..) => {
                let Some((_, license)) = program.licenses.named(&other.rule) else { continue };
                let named = license.clauses().filter(|clause| Some(&clause.header.name) == other.clause.as_ref());
                found.extend(named.map(|clause| blaming.clause(&license.header, clause)));
            }
            What::Definition(_) | What::Said(..) | What::Reading(_) => {}
        }
    }
    found
}

/// A licence itself: what decides of a cover where no clause makes the difference.
pub(super) fn license(reader: &Reader<'_>, sources: &Sources, license: LicenseId) -> Option<Blamed> {
    Blaming { reader, sources, program: &reader.side.program, region: Node::NO }.license(license)
}

/// The licences that grant or include something else than before, so that units within a region come to cover a functionality
/// or no longer do: the one itself, or those that it includes.
pub(super) fn regranted(
    readers: [&Reader<'_>; 2],
    (license, functionality): (LicenseId, FunctionalityId),
    region: Node,
    unknowns: &mut Unknowns,
) -> BTreeSet<LicenseId> {
    let programs = readers.map(|reader| &reader.side.program);
    let mut found = BTreeSet::new();
    for program in programs {
        for version in &program.licenses[license].versions {
            for metric in &program.licenses[license].metrics {
                let unit = Unit { license, version: version.rank, metric: *metric, holding: None };
                let here = is_unit(program, unit, unknowns);
                if unknowns.diagrams.and(here, region) != Node::NO {
                    granted_otherwise(programs, unit, functionality, &mut found);
                }
            }
        }
    }
    found
}

fn granted_otherwise(
    programs: [&Program; 2],
    unit: Unit,
    functionality: FunctionalityId,
    found: &mut BTreeSet<LicenseId>,
) {
    let [old, new] = programs;
    let [Some(of_old), Some(of_new)] = programs.map(|program| program.licenses[unit.license].version(unit.version))
    else {
        return;
    };
    let (before, after) = (included(old, of_old, unit), included(new, of_new, unit));
    let goes = |program, these: &[Unit], others: &[Unit]| {
        these.iter().any(|unit| !others.contains(unit) && grants(program, *unit, functionality))
    };
    let is_other = of_old.grants.contains(&functionality) != of_new.grants.contains(&functionality);
    if is_other || goes(old, &before, &after) || goes(new, &after, &before) {
        found.insert(unit.license);
    }
    for both in before.into_iter().filter(|unit| after.contains(unit)) {
        granted_otherwise(programs, both, functionality, found);
    }
}

/// The clauses of a licence, and of those it includes, that fail somewhere in a region, each with where.
pub(super) fn failing(
    reader: &Reader<'_>,
    sources: &Sources,
    (license, functionality): (LicenseId, FunctionalityId),
    region: Node,
    unknowns: &mut Unknowns,
) -> Vec<(Blamed, Node)> {
    let blaming = Blaming { reader, sources, program: &reader.side.program, region };
    blaming.clauses(license, functionality, unknowns)
}

/// The functionality itself: what decides where no rule does, as where servers demand it by running.
pub(super) fn functionality(reader: &Reader<'_>, sources: &Sources, what: What) -> Option<Blamed> {
    let id = match what {
        What::Demand(id) | What::Quota(id) | What::Prohibition(id) => id,
        What::Definition(_) | What::Said(..) | What::Reading(_) | What::Cover(..) => return None,
    };
    let program = &reader.side.program;
    let has = Side::has(&reader.side.map.functionalities, id);
    let blaming = Blaming { reader, sources, program, region: Node::NO };
    let header = &program.functionalities[id].header;
    has.then(|| Blamed { rule: program.functionality_path(id), ..blaming.blamed(header, None, header) })
}

struct Blaming<'b> {
    reader: &'b Reader<'b>,
    sources: &'b Sources,
    program: &'b Program,
    region: Node,
}

impl Blaming<'_> {
    /// The readings of a term that apply somewhere in the region, also those of which none is preferred.
    fn readings(&self, definition: DefinitionId, unknowns: &mut Unknowns) -> Vec<Blamed> {
        let one = self.reader.under(definition).iter().map(|(place, under)| (std::slice::from_ref(place), *under));
        let several = self.reader.tied(definition).iter().map(|(places, under)| (places.as_slice(), *under));
        let here = one.chain(several).filter(|(_, under)| unknowns.diagrams.and(*under, self.region) != Node::NO);
        here.flat_map(|(places, _)| places).filter_map(|place| self.reading(definition, *place)).collect()
    }

    fn reading(&self, definition: DefinitionId, place: usize) -> Option<Blamed> {
        let definition = &self.program.definitions[definition];
        let reading = definition.readings.get(place)?;
        let clause = reading.source.map(|_| reading.header.name.clone());
        let cites = cited(self.program, &reading_cites(reading));
        Some(Blamed { cites, ..self.blamed(&definition.header, clause, &reading.header) })
    }

    /// The rules of a kind that are yes somewhere in the region.
    fn rules(&self, functionality: FunctionalityId, kind: EffectKind, unknowns: &mut Unknowns) -> Vec<Blamed> {
        let mut found = Vec::new();
        for (id, of_rule) in self.program.rules.iter().filter(|(_, rule)| rule.effect.kind() == kind) {
            let holds = rule(self.reader, id, functionality, unknowns);
            if unknowns.diagrams.and(holds, self.region) != Node::NO {
                found.push(self.blamed(&of_rule.header, None, &of_rule.header));
            }
        }
        found
    }

    fn license(&self, license: LicenseId) -> Option<Blamed> {
        let license = &self.program.licenses[license];
        let exists = !license.metrics.is_empty();
        exists.then(|| self.blamed(&license.header, None, &license.header))
    }

    /// The clauses that fail somewhere in the region, each with where.
    fn clauses(
        &self,
        license: LicenseId,
        functionality: FunctionalityId,
        unknowns: &mut Unknowns,
    ) -> Vec<(Blamed, Node)> {
        let mut found = Vec::new();
        let of_license = &self.program.licenses[license];
        for version in &of_license.versions {
            for metric in &of_license.metrics {
                let unit = Unit { license, version: version.rank, metric: *metric, holding: None };
                let here = is_unit(self.program, unit, unknowns);
                let here = unknowns.diagrams.and(here, self.region);
                if here != Node::NO {
                    self.failing(unit, functionality, here, unknowns, &mut found);
                }
            }
        }
        found
    }

    fn failing(
        &self,
        unit: Unit,
        functionality: FunctionalityId,
        here: Node,
        unknowns: &mut Unknowns,
        found: &mut Vec<(Blamed, Node)>,
    ) {
        if !grants(self.program, unit, functionality) {
            return;
        }
        let license = &self.program.licenses[unit.license];
        for (clause, holds) in unit_clauses(self.reader, unit, functionality, unknowns) {
            let fails = unknowns.diagrams.not(holds);
            let fails = unknowns.diagrams.and(fails, here);
            if fails != Node::NO {
                found.push((self.clause(&license.header, clause), fails));
            }
        }
        if let Some(version) = license.version(unit.version) {
            for unit in included(self.program, version, unit) {
                self.failing(unit, functionality, here, unknowns, found);
            }
        }
    }

    fn clause(&self, license: &Header, clause: &Provided) -> Blamed {
        self.blamed(license, Some(clause.header.name.clone()), &clause.header)
    }

    fn blamed(&self, item: &Header, clause: Option<String>, place: &Header) -> Blamed {
        let at = self.sources.place(place.span);
        Blamed { rule: item.name.clone(), clause, at, cites: cited(self.program, &place.cites) }
    }
}

/// What a reading cites: its own source, its title being the section, then what stands beside it.
pub(super) fn reading_cites(reading: &Reading) -> Vec<Citation> {
    let own = reading.source.map(|source| Citation { source, section: reading.header.title.clone() });
    own.into_iter().chain(reading.header.cites.iter().cloned()).collect()
}

/// Citations as policies write them.
pub(super) fn cited(program: &Program, cites: &[Citation]) -> Option<String> {
    let text = |cite: &Citation| {
        let source = &program.sources[cite.source].header.name;
        cite.section.as_ref().map_or_else(|| source.clone(), |section| format!("{source} \"{section}\""))
    };
    (!cites.is_empty()).then(|| cites.iter().map(text).collect::<Vec<_>>().join(", "))
}
