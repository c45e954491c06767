//! The reading that applies and all others in force side by side: the position under each, and whom each classifies
//! differently, with the condition of the definition that does it.
//!
//! One definition is read otherwise at a time, as in the disputes of a judgement; every position is judged as `check`
//! judges it.

use crate::diagnostic::Diagnostic;
use crate::estate::{Estate, Heads, Holder};
use crate::evaluate::unknowns::Unknowns;
use crate::evaluate::{Alike, Effective, Evaluation, Reads};
use crate::judge::judgement::Judgement;
use crate::judge::{self, Request, Under};
use crate::program::{DefinitionId, Entity, Program, SourceId};
use crate::source::Sources;
use crate::value::Truth;
use crate::why::Explainer;
use crate::why::told::{Definition, Reading};
use std::collections::{BTreeMap, BTreeSet};

/// The positions under the readings that apply and all others in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The judgement under the readings that apply.
    pub judgement: Judgement,
    /// What each reading comes to: by definition, the one that applies first.
    pub readings: Vec<Compared>,
    /// Whom readings classify differently.
    pub classified: Vec<Classified>,
}

/// A reading of a definition, and the position under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The definition.
    pub definition: DefinitionId,
    /// Whose reading.
    pub source: SourceId,
    /// Whether it is the one that applies.
    pub applies: bool,
    /// Whether it is in force; the one that applies need not be, where it was chosen by hand.
    pub in_force: bool,
    /// The position.
    pub under: Under,
}

/// Rows that the readings of a definition classify in one and the same way, and not all alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// The ids of the rows.
    pub subjects: Vec<String>,
    /// How many heads they have together.
    pub heads: Heads,
    /// What each reading says of them, and why, of the first of them.
    pub definition: Definition,
}

/// Compares the readings that apply with all others in force.
///
/// # Errors
/// As [`judge::judge`]. A reading under which there is no position is left out.
pub fn compare(
    program: &Program,
    sources: &Sources,
    estate: &Estate,
    request: &Request,
) -> Result<Comparison, Vec<Diagnostic>> {
    let mut case = judge::case(program, estate, request)?;
    let judgement = judge::position(&mut case, request)?;
    let own = Under::of(&judgement);
    let mut readings = Vec::new();
    let read = judgement.readings.iter().filter_map(|(definition, source)| Some((*definition, (*source)?)));
    for (definition, source) in read {
        let in_force = case.rules.applies_in_force(definition);
        readings.push(Compared { definition, source, applies: true, in_force, under: own.clone() });
        for source in case.rules.other_readings(definition) {
            let mut other = request.clone();
            other.readings.insert(definition, source);
            // The notes of the judgement say why there is no position under a reading.
            let Ok(mut other_case) = judge::case(program, estate, &other) else { continue };
            let under = judge::under(&mut other_case, &other)?;
            readings.push(Compared { definition, source, applies: false, in_force: true, under });
        }
    }
    let (classified, _) =
        Unknowns::complete(|unknowns| classified(Explainer::new(&case, &judgement, sources, unknowns, request.effort)));
    Ok(Comparison { judgement, readings, classified })
}

/// Whom the readings of each definition classify differently: rows of one class once, classes told alike together.
fn classified(mut explainer: Explainer<'_>) -> Vec<Classified> {
    let mut all: Vec<Classified> = Vec::new();
    for (definition, _) in &explainer.judgement.readings {
        let entity = explainer.rules.program.definitions[*definition].subject;
        let mut told: Vec<(Vec<Look>, Classified)> = Vec::new();
        for holders in alike(&explainer, entity) {
            let Some(first) = holders.first() else { continue };
            let definition = explainer.definition(*definition, *first);
            if !differs(&definition) {
                continue;
            }
            let estate = explainer.estate;
            let ids = holders.iter().map(|holder| estate.id(*holder).to_string());
            let heads = holders.iter().fold(Heads::Count(0), |sum, holder| sum.plus(estate.heads(*holder)));
            let look: Vec<Look> = definition.readings.iter().map(look).collect();
            match told.iter_mut().find(|(known, _)| *known == look) {
                Some((_, known)) => {
                    known.subjects.extend(ids);
                    known.heads = known.heads.plus(heads);
                }
                None => told.push((look, Classified { subjects: ids.collect(), heads, definition })),
            }
        }
        all.extend(told.into_iter().map(|(_, classified)| classified));
    }
    all
}

/// What a reading says, without the rows that it says it of.
type Look = (Truth, Vec<(String, Truth)>, Option<String>);

fn look(reading: &Reading) -> Look {
    let because = reading.because.iter().map(|reason| (reason.condition.clone(), reason.answer));
    (reading.answer, because.collect(), reading.open.clone())
}

fn differs(definition: &Definition) -> bool {
    let answers: BTreeSet<Truth> = definition.readings.iter().map(|reading| reading.answer).collect();
    answers.len() > 1
}

/// The rows of an entity that take part in an effective access, or are reached by one, those together that rules cannot tell
/// apart.
fn alike(explainer: &Explainer<'_>, entity: Entity) -> Vec<Vec<Holder>> {
    let Explainer { estate, evaluation: Evaluation { classes, effective, .. }, rules, .. } = explainer;
    let reads = Reads::of(rules);
    let taking_part = |access: &Effective| -> Vec<Holder> {
        let server = access.server;
        let actors = estate.actors(access.access);
        actors.chain([Holder::Server(server), Holder::Host(estate.servers[server].host)]).collect()
    };
    let holders: BTreeSet<Holder> = effective.iter().flat_map(taking_part).collect();
    let mut groups: BTreeMap<Alike, Vec<Holder>> = BTreeMap::new();
    for holder in holders.into_iter().filter(|holder| holder.entity() == entity) {
        groups.entry(reads.alike(estate, classes, holder)).or_default().push(holder);
    }
    groups.into_values().collect()
}
