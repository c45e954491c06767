//! The evaluator's word on a witness: each side judges the estate as it would any other.

use super::{Point, SERVER, document, has_unit, unit, who};
use crate::decide::Node;
use crate::diagnostic::any_error;
use crate::diff::Edition;
use crate::diff::subjects::What;
use crate::diff::unite::United;
use crate::diff::verdict::Verdict;
use crate::estate::{self, Holder};
use crate::evaluate::Effective;
use crate::evaluate::conditions::Evaluator;
use crate::evaluate::cover::{Unit, covers, covers_granted};
use crate::evaluate::scope::RowScope;
use crate::judge::{Case, Request, case, judge};
use crate::program::{DefinitionId, EffectKind, Entity, FunctionalityId, Program, Reading};
use crate::select::applying;
use crate::value::Metric;

/// What a side finds in the estate of a point.
#[derive(Debug, Default)]
pub(in crate::diff) struct Observed {
    /// The verdict; none where the side cannot judge the estate.
    pub verdict: Option<Verdict>,
    /// The rules that come to it, by their names.
    pub rules: Vec<String>,
    /// Whether the unit grants more of what is demanded there, so that `covered by` says something else.
    pub is_of_a_part: bool,
}

impl Observed {
    /// A verdict that no rule comes to.
    fn verdict(verdict: Verdict) -> Observed {
        Observed::by(verdict, Vec::new())
    }

    /// A verdict that rules come to.
    fn by(verdict: Verdict, rules: Vec<String>) -> Observed {
        Observed { verdict: Some(verdict), rules, is_of_a_part: false }
    }
}

/// The status of the estate of a point, as a side judges it.
pub(super) fn status(point: &Point, united: &United, what: What, side: &Edition<'_>) -> Option<&'static str> {
    let (estate, problems) = estate::build(&document(point, united, what, side), side.program);
    if any_error(&problems) {
        return None;
    }
    judge(side.program, &estate, &request(united, what, side)).ok().map(|judgement| judgement.status.text())
}

/// What both sides find in the estate of a point, and whether that confirms the verdicts. Where a unit covers a part of what it
/// grants of the demands, `covered by` does not tell the sides apart: then the estate owns the unit, and the status has to.
pub(in crate::diff) fn confirmed(
    point: &mut Point,
    (united, what): (&United, What),
    editions: [&Edition<'_>; 2],
    verdicts: [&Verdict; 2],
) -> ([Observed; 2], bool) {
    let mut found = editions.map(|side| observed(point, united, what, side));
    let mut tells = true;
    if found.iter().any(|own| own.is_of_a_part) {
        point.owns_unit = true;
        found = editions.map(|side| observed(point, united, what, side));
        let [before, after] = editions.map(|side| status(point, united, what, side));
        tells = before.zip(after).is_some_and(|(before, after)| before != after);
    }
    let as_told = found.iter().zip(verdicts).all(|(own, verdict)| own.verdict.as_ref() == Some(verdict));
    (found, as_told && tells)
}

/// What a side finds in the estate of a point.
fn observed(point: &Point, united: &United, what: What, side: &Edition<'_>) -> Observed {
    match of_what_is_not_there(point, united, what, side.program) {
        Some(verdict) => Observed::verdict(verdict),
        None => judged(point, united, what, side).unwrap_or_default(),
    }
}

fn judged(point: &Point, united: &United, what: What, side: &Edition<'_>) -> Option<Observed> {
    let (estate, problems) = estate::build(&document(point, united, what, side), side.program);
    if any_error(&problems) {
        return None;
    }
    let request = request(united, what, side);
    if let What::Reading(definition) = what {
        let own = own_definition(united, definition, side.program)?;
        let applying = applying(side.program, request.setting(&estate).ok()?, own);
        let names = applying.iter().map(|reading| reading.header.name.clone());
        return Some(Observed::verdict(Verdict::applying(names.collect())));
    }
    let mut case = case(side.program, &estate, &request).ok()?;
    let finder = Finder { point, united, what };
    let own = |functionality| own_functionality(united, functionality, side.program);
    match what {
        What::Definition(id) | What::Said(id, _) => {
            finder.term(&mut case, own_definition(united, id, side.program)?).map(Observed::verdict)
        }
        What::Demand(id) => finder.demand(&mut case, own(id)?),
        What::Quota(id) => own(id).and_then(|_| Finder::quota(&case)),
        What::Prohibition(id) => own(id).and_then(|_| Finder::prohibition(&mut case)),
        What::Cover(_, id) => finder.cover(&mut case, own(id)?),
        What::Reading(_) => None,
    }
}

/// The verdict on what a side does not have at all: no estate can state it.
fn of_what_is_not_there(point: &Point, united: &United, what: What, side: &Program) -> Option<Verdict> {
    if let What::Said(definition, number) = what {
        return own_reading(united, definition, number, side).is_none().then_some(Verdict::NoReading);
    }
    let functionality = what.functionality()?;
    let lacks = own_functionality(united, functionality, side).is_none();
    match what {
        What::Demand(_) => lacks.then_some(Verdict::Exempt),
        What::Quota(_) => lacks.then_some(Verdict::Demand),
        What::Prohibition(_) => lacks.then_some(Verdict::Allowed),
        What::Cover(..) => {
            let has = unit(point, united, what).is_some_and(|unit| has_unit(side, &unit));
            (lacks || !has).then_some(Verdict::DoesNotCover)
        }
        What::Definition(_) | What::Said(..) | What::Reading(_) => None,
    }
}

/// What the side fixes; to compare a reading for itself, it is chosen by hand.
pub(super) fn request(united: &United, what: What, side: &Edition<'_>) -> Request {
    let mut request = side.fixed.clone();
    if let What::Said(definition, number) = what
        && let Some((own, reading)) = own_reading(united, definition, number, side.program)
    {
        request.readings.extend(reading.source.map(|source| (own, source)));
    }
    request
}

/// A side's own reading of a term, by its common number.
fn own_reading<'p>(
    united: &United,
    definition: DefinitionId,
    number: usize,
    side: &'p Program,
) -> Option<(DefinitionId, &'p Reading)> {
    let common = united.reading(definition, number)?;
    let own = own_definition(united, definition, side)?;
    let mut readings = side.definitions[own].readings.iter();
    readings.find(|reading| reading.header.name == common.header.name).map(|reading| (own, reading))
}

fn own_definition(united: &United, definition: DefinitionId, side: &Program) -> Option<DefinitionId> {
    let name = &united.new.program.definitions[definition].header.name;
    side.definitions.named(name).map(|(id, _)| id)
}

fn own_functionality(united: &United, functionality: FunctionalityId, side: &Program) -> Option<FunctionalityId> {
    let path = united.new.program.functionality_path(functionality);
    side.functionalities.ids().find(|id| side.functionality_path(*id) == path)
}

struct Finder<'f> {
    point: &'f Point,
    united: &'f United,
    what: What,
}

impl Finder<'_> {
    fn term(&self, case: &mut Case<'_>, definition: DefinitionId) -> Option<Verdict> {
        let Case { rules, estate, evaluation, unknowns } = case;
        let subject = rules.program.definitions[definition].subject;
        let blank = RowScope::new(rules, estate, &evaluation.classes);
        let scope = match subject {
            Entity::User => blank.with_holder(Holder::User(estate.users.iter().next()?.0)),
            Entity::Device => blank.with_holder(Holder::Device(estate.devices.iter().next()?.0)),
            Entity::Access => {
                let access = evaluation.effective.first()?;
                blank.at_access(access.access, access.server, access.functionality)
            }
            Entity::Server | Entity::Host => blank.at_server(estate.servers.iter().next()?.0),
            Entity::License | Entity::Absence | Entity::Agreement | Entity::Estate => blank,
        };
        let said = Evaluator::new(&*rules, unknowns, &scope).definition(definition);
        Some(Verdict::of(said, [Verdict::Yes, Verdict::No]))
    }

    /// The access of the witness to its server.
    fn access(case: &Case<'_>) -> Option<Effective> {
        let server = case.estate.server(SERVER)?;
        case.evaluation.effective.iter().find(|access| access.server == server).copied()
    }

    /// Whether any rule of a kind is yes of an access, and which of them say so, or leave it open.
    fn any_rule(case: &mut Case<'_>, access: &Effective, kind: EffectKind, verdicts: [Verdict; 2]) -> Option<Observed> {
        let (program, diagrams) = (case.rules.program, &mut case.unknowns.diagrams);
        let rules = &case.evaluation.verdicts.get(access.verdict)?.rules;
        let rules: Vec<_> = rules.iter().filter(|(id, _)| program.rules[*id].effect.kind() == kind).collect();
        let any = rules.iter().fold(Node::NO, |any, (_, node)| diagrams.or(any, *node));
        let decisive = rules.iter().filter(|(_, node)| any != Node::NO && node.known() == any.known());
        let names = decisive.map(|(id, _)| program.rules[*id].header.name.clone()).collect();
        Some(Observed::by(Verdict::of(any, verdicts), names))
    }

    fn demand(&self, case: &mut Case<'_>, functionality: FunctionalityId) -> Option<Observed> {
        if who(self.point, self.united, self.what) == (None, None) {
            let mut standing = case.evaluation.standing.iter();
            let demanded = standing.any(|one| one.demanded.functionality == functionality);
            return Some(Observed::verdict(if demanded { Verdict::Demand } else { Verdict::Exempt }));
        }
        let access = Self::access(case)?;
        Self::any_rule(case, &access, EffectKind::Exemption, [Verdict::Exempt, Verdict::Demand])
    }

    fn prohibition(case: &mut Case<'_>) -> Option<Observed> {
        let access = Self::access(case)?;
        Self::any_rule(case, &access, EffectKind::Prohibition, [Verdict::Prohibited, Verdict::Allowed])
    }

    /// How many places the quotas have for whoever comes.
    fn quota(case: &Case<'_>) -> Option<Observed> {
        let access = Self::access(case)?;
        let rules = &case.evaluation.verdicts.get(access.verdict)?.rules;
        let (mut places, mut with_places): (u64, _) = (0, Vec::new());
        for (id, limit) in case.rules.quotas() {
            let name = || case.rules.program.rules[id].header.name.clone();
            match rules.iter().find(|(rule, _)| *rule == id).map(|(_, node)| node.known()) {
                Some(Some(true)) => {
                    places = places.saturating_add(limit);
                    with_places.push(name());
                }
                Some(None) => return Some(Observed::by(Verdict::OpenWithinLimit, vec![name()])),
                Some(Some(false)) | None => {}
            }
        }
        let verdict = if places == 0 { Verdict::Demand } else { Verdict::ExemptUpTo(places) };
        Some(Observed::by(verdict, with_places))
    }

    fn cover(&self, case: &mut Case<'_>, functionality: FunctionalityId) -> Option<Observed> {
        let (name, label, metric) = unit(self.point, self.united, self.what)?;
        let (license, own) = case.rules.program.licenses.named(&name)?;
        let version = own.labelled(&label)?;
        let is_there = match metric {
            Metric::User => self.point.user,
            Metric::Device => self.point.device,
            Metric::Host | Metric::Server => true,
        };
        if !is_there {
            return Some(Observed::verdict(Verdict::DoesNotCover));
        }
        let holding = case.estate.holdings.iter().next().map(|(row, _)| row);
        let unit = Unit { license, version: version.rank, metric, holding };
        let Case { rules, estate, evaluation, unknowns } = &mut *case;
        let blank = RowScope::new(rules, estate, &evaluation.classes);
        let server = estate.server(SERVER)?;
        let access = evaluation.effective.iter().find(|access| access.server == server);
        let (scope, demanded) = match access {
            Some(access) => {
                let scope = blank.at_access(access.access, access.server, access.functionality);
                (scope, rules.program.demands(access.functionality))
            }
            None => {
                let standing = evaluation.standing.iter().map(|one| one.demanded.functionality);
                (blank.at_server(server), standing.collect())
            }
        };
        let verdict = |node| Verdict::of(node, [Verdict::Covers, Verdict::DoesNotCover]);
        let asked = verdict(covers(&scope, unknowns, unit, functionality));
        let told = verdict(covers_granted(&scope, unknowns, unit, &demanded));
        Some(Observed { is_of_a_part: asked != told, ..Observed::verdict(asked) })
    }
}
