//! The difference of two policy sets, over all estates: whose verdict changes, in which cases exactly, by which rules,
//! on whose authority, and what it costs (semantics, section 8).

pub mod acknowledge;
mod blame;
mod compare;
mod describe;
pub mod difference;
mod fewest;
pub mod impact;
pub(crate) mod primes;
pub(crate) mod structure;
pub(crate) mod subjects;
pub(crate) mod symbolic;
pub(crate) mod unite;
pub mod verdict;
mod visible;
mod ways;
mod witness;
mod word;

use crate::decide::Node;
use crate::evaluate::unknowns::Unknowns;
use crate::judge::Request;
use crate::program::Program;
use crate::source::{Sources, Span};
use compare::{Comparison, Direction, Way};
use describe::Words;
use difference::{Blamed, Case, Change, ChangeKind, Difference, Edit, Fixed, OldNew, Side};
use fewest::{Domains, Fewest, fewest};
use primes::Cube;
use structure::Section;
use symbolic::Settled;
use unite::{United, unite};
use witness::{Point, Witnessed};

/// One side: a checked policy set, and what of its setting is fixed.
#[derive(Debug, Clone)]
pub struct Edition<'p> {
    /// The policy set; no diagnostic of it is an error.
    pub program: &'p Program,
    /// Its texts.
    pub sources: &'p Sources,
    /// A folder, `shipped`, or `REV:path`.
    pub origin: String,
    /// Over the paths and texts of all its files, in order.
    pub sha256: String,
    /// The day, the agreement and the readings that are fixed, in the ids of `program`; all else stays symbolic.
    pub fixed: Request,
}

impl<'p> Edition<'p> {
    /// A policy set that comes from nowhere in particular, with nothing of its setting fixed.
    pub fn symbolic(program: &'p Program, sources: &'p Sources) -> Edition<'p> {
        Edition { program, sources, origin: String::new(), sha256: String::new(), fixed: Request::default() }
    }
}

/// How many nodes the diagrams of one subject may have where nothing else is asked for.
pub const LIMIT: usize = 1 << 16;

/// Compares two sides. A subject whose diagrams grow past `limit` nodes, or whose cases past as many as can be listed, is
/// told as far as it was found, and the difference is not `complete`.
pub fn diff(old: &Edition<'_>, new: &Edition<'_>, limit: usize) -> Difference {
    let united = unite(old.program, new.program);
    let settled = [Settled::of(&old.fixed, &united.old.map), Settled::of(&new.fixed, &united.new.map)];
    let comparison = Comparison { editions: [old, new], united: &united, settled, limit };
    let (found, mut unknowns) = Unknowns::complete(|unknowns| comparison.find(unknowns));
    let mut difference = Difference {
        schema: "entail.difference/1",
        old: side(old),
        new: side(new),
        verdict: difference::Word::Equivalent,
        minimal: true,
        complete: found.unfinished == 0,
        changes: Vec::new(),
        numbers: Vec::new(),
        citations: Vec::new(),
        wording: Vec::new(),
        impact: Vec::new(),
    };
    for direction in found.directions {
        match direction.limits() {
            Some(limits) => difference.numbers.push(limit_edit(&direction, limits)),
            None => tell(&comparison, direction, found.defined, &mut unknowns, &mut difference),
        }
    }
    difference.numbers.extend(found.ways.iter().map(|way| way_edit(way, [old, new])));
    difference.numbers.extend(found.places.into_iter().map(|(functionality, [old, new])| {
        let none = |rules: String| Some(rules).filter(|rules| !rules.is_empty());
        Edit::new(&united.new.program.functionality_path(functionality), "places", none(old), none(new))
    }));
    let mut edits = structure::edits(old, new, &difference.changes);
    let mut of = |section| edits.remove(&section).unwrap_or_default();
    let numbers = of(Section::Numbers);
    let told: Vec<Edit> = numbers.into_iter().filter(|edit| !is_limit_without_effect(edit, &difference)).collect();
    difference.numbers.extend(told);
    difference.citations = of(Section::Citations);
    difference.wording = of(Section::Wording);
    difference.numbers.sort_by(|a, b| (&a.subject, &a.what).cmp(&(&b.subject, &b.what)));
    difference.numbers.dedup_by(|later, earlier| later.is_like(earlier));
    difference.minimal &= difference.complete;
    let altered = found.altered.iter().map(|id| united.new.program.definitions[*id].header.name.as_str()).collect();
    difference.verdict = word::word(&difference, &found.ways, &altered);
    difference
}

/// Adds a change with its cases.
fn tell(
    comparison: &Comparison<'_>,
    direction: Direction,
    defined: Node,
    unknowns: &mut Unknowns,
    difference: &mut Difference,
) {
    let united = comparison.united;
    let follows = !direction.follows_from.is_empty();
    let found = match follows {
        true => Fewest { cubes: Vec::new(), minimal: true, complete: true },
        false => cases(united, &direction, comparison.limit, unknowns),
    };
    difference.minimal &= found.minimal;
    difference.complete &= found.complete;
    let name = |id: &crate::program::DefinitionId| united.new.program.definitions[*id].header.name.clone();
    let follows_from: Vec<String> = direction.follows_from.iter().map(name).collect();
    // Which document applies is no question to a document.
    let asks_documents = direction.what.kind() != ChangeKind::Reading;
    let told: usize = difference.changes.iter().map(|change| change.cases.len()).sum();
    let numbered = found.cubes.iter().zip(told + 1..);
    let cases = numbered.map(|(cube, number)| case(comparison, &direction, cube, number, defined, unknowns)).collect();
    difference.changes.push(Change {
        kind: direction.what.kind(),
        subject: subjects::name(united, direction.what),
        from: direction.from,
        to: direction.to,
        follows_from: follows.then(|| follows_from.join(", ")),
        citation_unchanged: !follows && asks_documents && word::is_citation_unchanged(&direction.blame),
        blame: direction.blame,
        cases,
    });
}

/// A case with its witness: a point of it, on a day and under an agreement where every term has one reading if there is one.
fn case(
    comparison: &Comparison<'_>,
    direction: &Direction,
    cube: &Cube,
    number: usize,
    defined: Node,
    unknowns: &mut Unknowns,
) -> Case {
    let (united, editions, what) = (comparison.united, comparison.editions, direction.what);
    let mut diagrams = std::mem::take(&mut unknowns.diagrams);
    let words = Words { united, unknowns };
    let here = primes::node_of(&mut diagrams, cube, &|variable| words.width(variable));
    let here = diagrams.and(here, direction.region);
    let plausible = diagrams.and(here, defined);
    let here = if plausible == Node::NO { here } else { plausible };
    let mut point = Point::of(united, unknowns, &diagrams, here, what);
    let places = direction.fewer_places().or_else(|| witness::quota_to_blame(editions, what, &direction.blame));
    places.into_iter().for_each(|places| point.crowd(places));
    unknowns.diagrams = diagrams;
    let verdicts = [&direction.from, &direction.to];
    let (observed, confirmed) = witness::confirmed(&mut point, (united, what), editions, verdicts);
    let name = format!("witness_{number}");
    let witnessed = Witnessed {
        united,
        what,
        editions,
        verdicts,
        blame: &direction.blame,
        has_places: places.is_some(),
        observed,
        name,
    };
    let when = Words { united, unknowns }.conditions(cube);
    Case { when, confirmed, witness: witness::text(&point, &witnessed), acknowledged: None }
}

fn cases(united: &United, direction: &Direction, limit: usize, unknowns: &mut Unknowns) -> Fewest {
    unknowns.diagrams.grow_by(limit);
    let mut diagrams = std::mem::take(&mut unknowns.diagrams);
    let words = Words { united, unknowns };
    let (width, shape, order) =
        (|variable| words.width(variable), |variable| words.shape(variable), |cube: &Cube| words.order(cube));
    let domains = Domains { width: &width, shape: &shape, order: &order };
    let found = fewest(&mut diagrams, direction.within, direction.region, &domains);
    unknowns.diagrams = diagrams;
    found
}

/// Whether a rule gives another number of places, and whoever comes has as many as before: two rules may share what one gave.
fn is_limit_without_effect(edit: &Edit, difference: &Difference) -> bool {
    let of_rule = |told: &Edit| match told.what.as_str() {
        "limit" => told.subject.split(", ").any(|rule| rule == edit.subject),
        what => what == "places",
    };
    let mut blamed = structure::blamed(&difference.changes);
    let is_told = difference.numbers.iter().any(of_rule) || blamed.any(|one| one.rule == edit.subject);
    edit.what == "limit" && difference.complete && !is_told
}

/// A way that is taken otherwise than before, by the rules that lead there.
fn way_edit(way: &Way, editions: [&Edition<'_>; 2]) -> Edit {
    let [old, new] = way.rules.each_ref().map(|rules| {
        let names: Vec<&str> = rules.iter().map(|(name, _)| name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    });
    let [before, after] = editions;
    let first = |rules: &[(String, Span)], side: &Edition<'_>| rules.first().map(|(_, at)| side.sources.place(*at));
    let [of_old, of_new] = &way.rules;
    let at = OldNew { old: first(of_old, before), new: first(of_new, after) };
    Edit { at, ..Edit::new(way.to, way.what, old, new) }
}

/// A quota whose number changes.
fn limit_edit(direction: &Direction, [old, new]: [u64; 2]) -> Edit {
    let rules: Vec<&str> = direction.blame.new.iter().map(|blamed| blamed.rule.as_str()).collect();
    let first = |blamed: &[Blamed]| blamed.first().map(|blamed| blamed.at.clone());
    let at = OldNew { old: first(&direction.blame.old), new: first(&direction.blame.new) };
    Edit { at, ..Edit::new(&rules.join(", "), "limit", Some(old.to_string()), Some(new.to_string())) }
}

fn side(edition: &Edition<'_>) -> Side {
    let Edition { program, origin, sha256, fixed, .. } = edition;
    let agreement = fixed.agreement.map(|agreement| {
        agreement.map_or("none".to_owned(), |agreement| program.agreements[agreement].header.name.clone())
    });
    let reading = fixed.readings.iter().map(|(definition, source)| {
        (program.definitions[*definition].header.name.clone(), program.sources[*source].header.name.clone())
    });
    let setting = Fixed { as_of: fixed.as_of.map(|day| day.to_string()), agreement, reading: reading.collect() };
    Side { origin: origin.clone(), sha256: sha256.clone(), setting }
}
