//! Judging an estate: the position over every completion of what is unknown, under the readings that apply and the others.
//!
//! [`judge`] is what `check`, `plan` and policy tests call. It decides nothing itself: verdicts come from
//! [`crate::evaluate`], costs and plans from [`crate::position`]. Here completions are tried, and what follows from their
//! outcomes is put together: range, status, questions, disputes.

mod absences;
mod advice;
mod bounds;
pub mod break_even;
mod choices;
mod completions;
mod counts;
mod demands;
pub mod judgement;
mod notes;
mod plan;
mod possible;
mod proof;
mod questions;
pub mod rivals;
mod subjects;
mod unasked;
mod unmet;

pub(crate) use advice::advice;

use crate::diagnostic::{Code, Diagnostic, Severity, any_error};
use crate::estate::{Estate, PriceRow};
use crate::evaluate::classes::Partitions;
use crate::evaluate::units::UnitKind;
use crate::evaluate::unknowns::Unknowns;
use crate::evaluate::{Evaluation, evaluate, shows_the_same};
use crate::position::build::is_exact;
use crate::program::{AgreementId, DefinitionId, Entity, Field, Program, SourceId, Status};
use crate::select::{Rules, Setting, read, select};
use crate::threads::Threads;
use crate::value::Date;
use completions::{Completions, Outcomes};
use judgement::{Dispute, Judgement, LicenseLine, Range, Unmet};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is asked of an estate, beyond what it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The day, instead of the estate's.
    pub as_of: Option<Date>,
    /// The agreement, instead of the estate's; `Some(None)` for none.
    pub agreement: Option<Option<AgreementId>>,
    /// Readings chosen by hand, before the estate's.
    pub readings: BTreeMap<DefinitionId, SourceId>,
    /// How many nodes the search for a plan may look at.
    pub effort: u64,
    /// How many threads may work on it. The judgement is the same for any number.
    pub threads: Threads,
}

/// The search steps that a plan may take where nothing else is asked for: a few seconds at most.
pub const EFFORT: u64 = 100_000;

impl Default for Request {
    fn default() -> Self {
        Request { as_of: None, agreement: None, readings: BTreeMap::new(), effort: EFFORT, threads: Threads::default() }
    }
}

impl Request {
    /// The day, the agreement and the readings under which an estate is judged: what is asked for, else what the estate says.
    ///
    /// # Errors
    /// Neither gives a day.
    pub fn setting(&self, estate: &Estate) -> Result<Setting, Vec<Diagnostic>> {
        let Some(as_of) = self.as_of.or(estate.as_of.as_ref().map(|told| told.value)) else {
            let message = "the position has no date: neither the estate nor the command gives one";
            let help = "state the estate's `as_of`, such as 2008-03-11, or call with `--as-of 2008-03-11`";
            return Err(vec![Diagnostic::error(Code::NoDate, message).help(help)]);
        };
        let agreement = self.agreement.unwrap_or(estate.agreement.as_ref().map(|told| told.value));
        let signed = agreement.and(estate.agreement_signed.as_ref().map(|told| told.value));
        let mut readings: BTreeMap<DefinitionId, SourceId> =
            estate.readings.iter().map(|(definition, told)| (*definition, told.value)).collect();
        readings.extend(&self.readings);
        Ok(Setting { as_of, agreement, signed, readings })
    }
}

/// The rules in force on an estate and what they say of it.
#[derive(Debug)]
pub struct Case<'c> {
    /// The rules.
    pub rules: Rules<'c>,
    /// The estate.
    pub estate: &'c Estate,
    /// What they say.
    pub evaluation: Evaluation,
    /// What is unknown.
    pub unknowns: Unknowns,
}

/// The licence position of an estate.
///
/// # Errors
/// No date, no reading that applies, or figures that cannot be computed.
pub fn judge(program: &Program, estate: &Estate, request: &Request) -> Result<Judgement, Vec<Diagnostic>> {
    position(&mut case(program, estate, request)?, request)
}

/// The licence position of a case.
///
/// # Errors
/// As [`judge`], for another reading that is tried.
pub fn position(case: &mut Case<'_>, request: &Request) -> Result<Judgement, Vec<Diagnostic>> {
    let completions = Completions::of(case, request);
    let (outcomes, solved) = plan::outcomes(case, &completions, request.effort);
    let plan = plan::dearest(case, &completions, (&outcomes, solved), request.effort)?;
    let (disputes, untried) = disputes(case, request, &completions, &outcomes);
    let rules = &case.rules;
    let rows = counts::rows_of_verdicts(case);
    let questions = questions::questions(case, &completions, &outcomes);
    let unasked = unasked::notes(case, &completions, (&outcomes, &questions), &plan.solved, request.effort);
    Ok(Judgement {
        as_of: rules.setting.as_of,
        agreement: rules.setting.agreement,
        readings: readings(rules),
        status: outcomes.status(),
        cost: outcomes.range(),
        proven: plan.proven,
        bound: plan.bound,
        proof: plan.proof,
        disputes,
        definitions: counts::definitions(case),
        accesses: counts::accesses(case, &rows),
        exemptions: counts::exemptions(case, &rows, &plan.places),
        licenses: plan.licenses,
        unmet: plan.unmet,
        prohibitions: counts::prohibitions(case, &rows),
        questions,
        assumptions: counts::assumptions(case),
        advice: advice(case),
        assignments: plan.assignments,
        prices: plan.prices,
        rivals: plan.rivals,
        choices: choices::choices(&plan.solved.built, &plan.solved.plan),
        notes: notes::notes(case).into_iter().chain(untried).chain(unasked).collect(),
        solved: plan.solved,
    })
}

/// Selects the rules in force and evaluates them.
///
/// # Errors
/// As [`judge`].
pub fn case<'c>(program: &'c Program, estate: &'c Estate, request: &Request) -> Result<Case<'c>, Vec<Diagnostic>> {
    evaluated(select(program, request.setting(estate)?)?, estate, &Arc::new(Partitions::of(estate)))
}

/// Evaluates the rules in force.
fn evaluated<'c>(
    rules: Rules<'c>,
    estate: &'c Estate,
    partitions: &Arc<Partitions>,
) -> Result<Case<'c>, Vec<Diagnostic>> {
    let (evaluation, mut unknowns) = evaluate(&rules, estate, partitions);
    let mut problems = std::mem::take(&mut unknowns.problems);
    problems.extend(facts_of_bought_units(&rules, &evaluation.kinds));
    problems.extend(absences::unattended(estate, &evaluation));
    problems.extend((!is_exact(rules.program, estate, &evaluation)).then(|| past_counting(estate)));
    // Units of several kinds, and of several versions, are counted by one figure.
    let is_of_units = |code| matches!(code, Code::UnitsUnknown | Code::UnitsNotWhole);
    let mut told = BTreeSet::new();
    problems.retain(|problem| {
        let place = problem.primary.as_ref().filter(|_| !is_of_units(problem.code)).map(|label| label.span);
        told.insert((problem.code, problem.message.clone(), place))
    });
    problems.extend(price_ties(&rules, estate));
    match any_error(&problems) {
        true => Err(problems),
        false => Ok(Case { rules, estate, evaluation, unknowns }),
    }
}

/// What a position comes to, without what qualifies it.
#[derive(Debug, Clone, PartialEq)]
pub struct Under {
    /// The status.
    pub status: Status,
    /// The cost of the cheapest remedy.
    pub cost: Range,
    /// The lines of the dearest completion's plan.
    pub licenses: Vec<LicenseLine>,
    /// Its demands that nothing owned or for sale can meet.
    pub unmet: Vec<Unmet>,
}

impl Under {
    /// What a judgement says of it.
    pub fn of(judgement: &Judgement) -> Under {
        let Judgement { status, cost, licenses, unmet, .. } = judgement;
        Under { status: *status, cost: *cost, licenses: licenses.clone(), unmet: unmet.clone() }
    }
}

/// What a case comes to.
///
/// # Errors
/// A plan that does not pass its check: a defect of this program.
pub fn under(case: &mut Case<'_>, request: &Request) -> Result<Under, Vec<Diagnostic>> {
    let completions = Completions::of(case, request);
    let (outcomes, solved) = plan::outcomes(case, &completions, request.effort);
    let plan = plan::dearest(case, &completions, (&outcomes, solved), request.effort)?;
    Ok(Under { status: outcomes.status(), cost: outcomes.range(), licenses: plan.licenses, unmet: plan.unmet })
}

/// Bought units have the declared defaults; a clause that reads a licence fact without one cannot be answered for them.
fn facts_of_bought_units(rules: &Rules<'_>, kinds: &[UnitKind]) -> Vec<Diagnostic> {
    let read = rules.fields_read();
    let program = rules.program;
    let missing = program.facts.iter().filter(|(id, fact)| {
        fact.entity == Entity::License && fact.default.is_none() && read.contains(&Field::Fact(*id))
    });
    let missing: Vec<_> = missing.collect();
    let mut problems = Vec::new();
    for kind in kinds.iter().filter(|kind| kind.price.is_some()) {
        let versions = kind.versions.iter().filter_map(|rank| program.licenses[kind.license].version(*rank));
        for clause in versions.flat_map(|version| rules.provided(version)) {
            let read_here = read::fields_of(&clause.condition);
            for (_, fact) in missing.iter().filter(|(id, _)| read_here.contains(&Field::Fact(*id))) {
                let message = format!("a clause reads `{}`, which a unit that is bought does not have", fact.path());
                let error = Diagnostic::error(Code::FactOfBoughtUnit, message)
                    .at(clause.condition.span, "this clause")
                    .because(fact.header.name_span, "declared without a default");
                problems.push(error.help("give the fact a default: that is what a bought unit is taken to have"));
            }
        }
    }
    problems
}

/// Prices that hold on the day for one thing and say as much as each other: nothing decides which is to be paid.
fn price_ties(rules: &Rules<'_>, estate: &Estate) -> Vec<Diagnostic> {
    let (prices, day) = (&estate.prices, rules.setting.as_of);
    let told = |(earlier, later): (PriceRow, PriceRow)| {
        let message = format!("two prices hold for one thing on {day}, and neither says more than the other");
        Diagnostic::error(Code::PriceTie, message)
            .at(prices[later].span, "this price holds on that day")
            .because(prices[earlier].span, "as this one does")
            .help("fill `version`, `metric`, `from` or `until` of one of them: the row that fills most of these holds")
    };
    prices.ties(rules.program, day).into_iter().map(told).collect()
}

/// Amounts are exact or not told at all.
fn past_counting(estate: &Estate) -> Diagnostic {
    let users = estate.users.iter().map(|(_, user)| user);
    let largest = users.chain(estate.devices.iter().map(|(_, device)| device)).max_by_key(|row| row.count.counted());
    let error = Diagnostic::error(
        Code::PastCounting,
        "what could be bought may be more, or cost more, than can be counted exactly",
    );
    let error = largest.into_iter().fold(error, |error, row| error.at(row.span, "the row of the most heads"));
    error.help("look at `count`, at the prices and at `units` and `pack`: amounts have up to 28 digits, units up to 19")
}

fn readings(rules: &Rules<'_>) -> Vec<(DefinitionId, Option<SourceId>)> {
    let mut readings: Vec<_> =
        rules.read.keys().filter_map(|id| Some((*id, rules.reading(*id).ok()?.source))).collect();
    readings.sort_by_key(|(id, _)| &rules.program.definitions[*id].header.name);
    readings
}

/// Every other reading in force, one at a time, where status or cost differ (semantics, section 6); and notes on those under
/// which there is no position.
fn disputes(
    case: &Case<'_>,
    request: &Request,
    completions: &Completions,
    outcomes: &Outcomes,
) -> (Vec<Dispute>, Vec<Diagnostic>) {
    let others = readings(&case.rules).into_iter().flat_map(|(definition, _)| {
        case.rules.other_readings(definition).into_iter().map(move |source| (definition, source))
    });
    let program = case.rules.program;
    let mut others: Vec<(DefinitionId, SourceId)> = others.collect();
    others.sort_by_key(|(definition, source)| {
        (&program.definitions[*definition].header.name, &program.sources[*source].header.name)
    });
    let tried = request.threads.each(others.len(), |place| {
        let other = others.get(place)?;
        Some(dispute(case, request, (completions, outcomes), *other).map_err(|errors| untried(program, *other, errors)))
    });
    let (mut disputes, mut notes) = (Vec::new(), Vec::new());
    for dispute in tried.into_iter().flatten() {
        match dispute {
            Ok(dispute) => disputes.extend(dispute),
            Err(note) => notes.extend(note),
        }
    }
    (disputes, notes)
}

/// Why another reading has no position: what is wrong under it.
fn untried(
    program: &Program,
    (definition, source): (DefinitionId, SourceId),
    errors: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let (term, reading) = (&program.definitions[definition].header.name, &program.sources[source].header.name);
    let note = |error: Diagnostic| {
        let message = format!("under the reading {reading} of `{term}` there is no position: {}", error.message);
        Diagnostic { severity: Severity::Note, code: Code::NoPositionUnderReading, message, ..error }
    };
    errors.into_iter().map(note).collect()
}

/// What becomes of a case under another reading, if status or cost differ.
fn dispute(
    case: &Case<'_>,
    request: &Request,
    (completions, outcomes): (&Completions, &Outcomes),
    (definition, source): (DefinitionId, SourceId),
) -> Result<Option<Dispute>, Vec<Diagnostic>> {
    let mut request = Request { threads: Threads::default(), ..request.clone() };
    request.readings.insert(definition, source);
    let rules = select(case.rules.program, request.setting(case.estate)?)?;
    if completions.is_settled()
        && shows_the_same(&case.rules, &rules, case.estate, &case.evaluation)
        && facts_of_bought_units(&rules, &case.evaluation.kinds).is_empty()
    {
        return Ok(None);
    }
    let mut other = evaluated(rules, case.estate, &case.evaluation.partitions)?;
    let others = Completions::of(&mut other, &request);
    if completions.is_settled() && others.is_settled() && other.evaluation.demands_as(&case.evaluation) {
        return Ok(None);
    }
    let under = others.outcomes(&other);
    let (status, cost) = (under.status(), under.range());
    let differs = status != outcomes.status() || !cost.spans_as(outcomes.range());
    Ok(differs.then_some(Dispute { definition, reading: Some(source), status, cost }))
}
