//! Positions and plans as JSON: the contract that scripts rely on, with its schema.
//!
//! Money is a decimal string without trailing zeros, dates are ISO, what is missing is null. Keys stand in the order of the
//! structs below.

use super::plan;
use crate::estate::{Estate, Heads};
use crate::judge::judgement::{self, Assignment, BoundPart, Judgement, Priced, ProofKind, Range, UnknownThing};
use crate::program::{DefinitionId, Program, SourceId, Status};
use crate::source::Sources;
use crate::value::{Metric, decimal_text, ratio_text};
use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Where the policy set came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Policies {
    /// The folders as given, `policies` as found, or `shipped`.
    pub origin: String,
    /// Over the paths and texts of all its files, in order.
    pub sha256: String,
}

/// What a report needs beside the judgement.
#[derive(Debug, Clone, Copy)]
pub struct Context<'c> {
    /// The program that was judged with.
    pub program: &'c Program,
    /// The texts, for what is named by its place.
    pub sources: &'c Sources,
    /// The estate that was judged.
    pub estate: &'c Estate,
    /// Where the policies came from.
    pub policies: &'c Policies,
}

/// The position of an estate (`entail check --format json`).
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Position<'p> {
    /// `entail.position/1`, or `entail.plan/1` with assignments and prices.
    #[schemars(extend("enum" = ["entail.position/1", "entail.plan/1"]))]
    schema: &'static str,
    policies: Policies,
    estate: Option<String>,
    #[schemars(extend("format" = "date"))]
    as_of: String,
    agreement: Option<String>,
    currency: Option<String>,
    /// The reading that applies of each definition that has readings and is read.
    readings: BTreeMap<String, String>,
    status: Status,
    cost: Cost,
    proven: bool,
    /// What no plan can undercut.
    bound: Amount,
    proof: ProofKind,
    disputed: Vec<Dispute>,
    definitions: Vec<DefinitionCount>,
    accesses: Accesses,
    exemptions: Vec<Exemption>,
    licenses: Vec<License>,
    unmet: Vec<Unmet>,
    prohibitions: Vec<Prohibition>,
    questions: Vec<Question>,
    assumptions: Vec<Assumption>,
    advice: Vec<Advice>,
    /// Who gets which unit and place; in a plan only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Assigned>>")]
    assignments: Option<Each<'p, Assignment, Assigned<'p>>>,
    /// What makes up the bound, where it is a cut or dual; in a plan only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Price>>")]
    prices: Option<Each<'p, BoundPart, Price<'p>>>,
    /// Licences that people share, and what licences for each of them would cost; in a plan only.
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<Vec<plan::Choice>>,
    /// What a plan supposes, and the position without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    what_if: Option<plan::WhatIf>,
    /// The break-evens that a plan is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    break_even: Option<Vec<plan::BreakEven>>,
}

/// An amount of money: a decimal without trailing zeros.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("pattern" = r"^-?[0-9]+(\.[0-9]*[1-9])?$"))]
pub(super) struct Amount(String);

/// An amount that is part of a bound: a decimal, or a fraction such as `2000/17` where no decimal is exact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("pattern" = r"^-?[0-9]+(\.[0-9]*[1-9]|/[0-9]+)?$"))]
struct Share(String);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Cost {
    low: Amount,
    high: Amount,
    /// Whether both are reached, or only bounds.
    exact: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Dispute {
    definition: String,
    reading: Option<String>,
    status: Status,
    cost: Cost,
}

/// A number of heads; `many` for more than can be counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Count {
    Number(u64),
    #[schemars(extend("const" = "many"))]
    Many(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct DefinitionCount {
    name: String,
    yes: Count,
    no: Count,
    unknown: Count,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Accesses {
    given: u64,
    effective: u64,
    prohibited: u64,
    exempt: u64,
    unknown: u64,
    demanding: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Exemption {
    rule: String,
    accesses: u64,
    /// Places used; for an exemption with a limit only.
    #[serde(skip_serializing_if = "Option::is_none")]
    places: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct License {
    license: String,
    version: String,
    metric: Metric,
    owned: u64,
    used: u64,
    buy: u64,
    spare: u64,
    unit_price: Option<Amount>,
    cost: Amount,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Unmet {
    server: String,
    user: Option<String>,
    device: Option<String>,
    functionality: String,
    because: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Prohibition {
    rule: String,
    accesses: u64,
    remedy: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Question {
    /// `user.similar_personnel`, `evidence.RULE`, or `DEFINITION.SOURCE` for what a document leaves open.
    fact: String,
    /// Why nobody can answer it: the document leaves it open.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    subjects: Vec<String>,
    answers: Vec<Answer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Answer {
    answer: Vec<String>,
    status: Status,
    cost: Cost,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Assumption {
    fact: String,
    value: String,
    rows: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Advice {
    rule: String,
    text: String,
    source: Option<String>,
}

/// A list of which each part is told when it is written: it may be as long as that of the demands.
#[derive(Debug, Clone)]
struct Each<'p, P, T> {
    of: &'p [P],
    context: Context<'p>,
    told: fn(&Context<'p>, &'p P) -> T,
}

impl<P, T: Serialize> Serialize for Each<'_, P, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.of.iter().map(|part| (self.told)(&self.context, part)))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
enum Assigned<'p> {
    Units { license: &'p str, version: &'p str, metric: Metric, holder: &'p str, units: u64 },
    Place { place: &'p str, server: &'p str, actor: &'p str, heads: u64 },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
struct Price<'p> {
    #[serde(flatten)]
    of: PriceOf<'p>,
    amount: Share,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
enum PriceOf<'p> {
    Demand { server: &'p str, user: Option<&'p str>, device: Option<&'p str>, functionality: String },
    Owned { license: &'p str, version: &'p str, metric: Metric },
    Places { place: &'p str, server: &'p str },
    Rounding { multiple_of: Amount },
}

/// The JSON Schema of a position.
pub fn position_schema() -> Schema {
    schema_for!(Position)
}

/// The JSON Schema of a plan: a position in which assignments and prices stand too.
pub fn plan_schema() -> Schema {
    let mut schema = schema_for!(Position);
    schema.insert("title".to_owned(), json!("Plan"));
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.extend([json!("assignments"), json!("prices"), json!("choices")]);
    }
    schema
}

/// A judgement as `check` tells it.
pub fn position<'p>(context: &Context<'p>, judgement: &'p Judgement) -> Position<'p> {
    let Context { program, policies, .. } = context;
    Position {
        schema: "entail.position/1",
        policies: (*policies).clone(),
        estate: context.estate.name.clone(),
        as_of: judgement.as_of.to_string(),
        agreement: judgement.agreement.map(|id| program.agreements[id].header.name.clone()),
        currency: context.estate.currency.clone(),
        readings: readings(program, judgement),
        status: judgement.status,
        cost: cost(judgement.cost),
        proven: judgement.proven,
        bound: amount(judgement.bound),
        proof: judgement.proof,
        disputed: judgement.disputes.iter().map(|dispute| disputed(program, dispute)).collect(),
        definitions: judgement.definitions.iter().map(|count| counted(program, count)).collect(),
        accesses: accesses(judgement),
        exemptions: judgement.exemptions.iter().map(|count| exemption(program, count)).collect(),
        licenses: judgement.licenses.iter().map(|line| license(program, line)).collect(),
        unmet: judgement.unmet.iter().map(|unmet| self::unmet(program, unmet)).collect(),
        prohibitions: judgement.prohibitions.iter().map(|count| prohibition(program, count)).collect(),
        questions: judgement.questions.iter().map(|asked| question(context, asked)).collect(),
        assumptions: judgement.assumptions.iter().map(|assumed| assumption(program, assumed)).collect(),
        advice: judgement.advice.iter().map(|advised| advice(program, advised)).collect(),
        assignments: None,
        prices: None,
        choices: None,
        what_if: None,
        break_even: None,
    }
}

/// A judgement as `plan` tells it: with who gets what, and the prices behind the bound.
pub fn plan<'p>(context: &Context<'p>, judgement: &'p Judgement) -> Position<'p> {
    Position {
        schema: "entail.plan/1",
        assignments: Some(Each { of: &judgement.assignments, context: *context, told: assigned }),
        prices: Some(Each { of: &judgement.prices, context: *context, told: price }),
        choices: Some(judgement.choices.iter().map(|choice| plan::choice(context, choice)).collect()),
        ..position(context, judgement)
    }
}

/// A plan with what is asked beside it.
pub fn plan_asked<'p>(context: &Context<'p>, judgement: &'p Judgement, asked: plan::Asked<'_>) -> Position<'p> {
    let evens = asked.break_even.iter().map(|even| plan::break_even(context, even)).collect::<Vec<_>>();
    Position {
        what_if: asked.what_if.map(|(supposed, without)| plan::what_if(context, supposed, without)),
        break_even: Some(evens).filter(|evens| !evens.is_empty()),
        ..plan(context, judgement)
    }
}

pub(super) fn amount(value: Decimal) -> Amount {
    Amount(decimal_text(value))
}

pub(super) fn readings(program: &Program, judgement: &Judgement) -> BTreeMap<String, String> {
    let chosen = judgement.readings.iter();
    chosen.filter_map(|(id, source)| Some((definition(program, *id), reading(program, *source)?))).collect()
}

pub(super) fn definition(program: &Program, id: DefinitionId) -> String {
    program.definitions[id].header.name.clone()
}

pub(super) fn reading(program: &Program, source: Option<SourceId>) -> Option<String> {
    source.map(|id| program.sources[id].header.name.clone())
}

pub(super) fn cost(range: Range) -> Cost {
    Cost { low: amount(range.low), high: amount(range.high), exact: range.exact }
}

fn disputed(program: &Program, dispute: &judgement::Dispute) -> Dispute {
    Dispute {
        definition: definition(program, dispute.definition),
        reading: reading(program, dispute.reading),
        status: dispute.status,
        cost: cost(dispute.cost),
    }
}

pub(super) fn heads(heads: Heads) -> Count {
    match heads {
        Heads::Count(count) => Count::Number(count),
        Heads::Many => Count::Many("many"),
    }
}

fn counted(program: &Program, count: &judgement::DefinitionCount) -> DefinitionCount {
    let (yes, no, unknown) = (heads(count.yes), heads(count.no), heads(count.unknown));
    DefinitionCount { name: definition(program, count.definition), yes, no, unknown }
}

fn accesses(judgement: &Judgement) -> Accesses {
    let judgement::AccessCounts { given, effective, prohibited, exempt, unknown, demanding } = judgement.accesses;
    Accesses { given, effective, prohibited, exempt, unknown, demanding }
}

fn exemption(program: &Program, count: &judgement::ExemptionCount) -> Exemption {
    let rule = program.rules[count.rule].header.name.clone();
    Exemption { rule, accesses: count.accesses, places: count.places }
}

pub(super) fn license(program: &Program, line: &judgement::LicenseLine) -> License {
    License {
        license: program.licenses[line.of.license].header.name.clone(),
        version: line.of.version_text(program).to_owned(),
        metric: line.of.metric,
        owned: line.owned,
        used: line.used,
        buy: line.buy,
        spare: line.spare,
        unit_price: line.unit_price.map(amount),
        cost: amount(line.cost),
    }
}

fn unmet(program: &Program, unmet: &judgement::Unmet) -> Unmet {
    Unmet {
        server: unmet.server.to_string(),
        user: unmet.user.as_ref().map(ToString::to_string),
        device: unmet.device.as_ref().map(ToString::to_string),
        functionality: program.functionality_path(unmet.functionality),
        because: unmet.because.clone(),
    }
}

fn prohibition(program: &Program, count: &judgement::ProhibitionCount) -> Prohibition {
    let rule = &program.rules[count.rule];
    Prohibition { rule: rule.header.name.clone(), accesses: count.accesses, remedy: rule.remedy().map(str::to_owned) }
}

fn question(context: &Context<'_>, question: &judgement::Question) -> Question {
    let because = match &question.unknown {
        UnknownThing::Open { because, .. } => Some(because.clone()),
        UnknownThing::Fact(_) | UnknownThing::Column(_) => None,
        UnknownThing::Evidence(_) | UnknownThing::Compared { .. } => None,
    };
    Question {
        fact: unknown(context, &question.unknown),
        because,
        subjects: question.subjects.iter().map(ToString::to_string).collect(),
        answers: question.answers.iter().map(answer).collect(),
    }
}

fn answer(answer: &judgement::Answer) -> Answer {
    Answer { answer: answer.answers.clone(), status: answer.status, cost: cost(answer.cost) }
}

/// The name of what is unknown.
pub(super) fn unknown(context: &Context<'_>, unknown: &UnknownThing) -> String {
    let program = context.program;
    match unknown {
        UnknownThing::Fact(id) => program.facts[*id].path(),
        UnknownThing::Column(path) => path.clone(),
        UnknownThing::Evidence(rule) => format!("evidence.{}", program.rules[*rule].header.name),
        UnknownThing::Open { definition: id, reading: source, .. } => {
            format!("{}.{}", definition(program, *id), reading(program, *source).unwrap_or_default())
        }
        UnknownThing::Compared { left, right: Some(right), .. } => format!("{left} against {right}"),
        UnknownThing::Compared { left, right: None, .. } => left.clone(),
    }
}

fn assumption(program: &Program, assumption: &judgement::Assumption) -> Assumption {
    Assumption { fact: program.facts[assumption.fact].path(), value: assumption.value.clone(), rows: assumption.rows }
}

fn advice(program: &Program, advised: &judgement::Advised) -> Advice {
    let header = &program.advice[advised.rule].header;
    let source = header.cites.first().map(|cite| program.sources[cite.source].header.name.clone());
    Advice { rule: header.name.clone(), text: advised.text.clone(), source }
}

fn assigned<'p>(context: &Context<'p>, assignment: &'p Assignment) -> Assigned<'p> {
    let program = context.program;
    match assignment {
        Assignment::Units { of, holder, units } => Assigned::Units {
            license: &program.licenses[of.license].header.name,
            version: of.version_text(program),
            metric: of.metric,
            holder,
            units: *units,
        },
        Assignment::Place { rule, server, actor, heads } => {
            Assigned::Place { place: &program.rules[*rule].header.name, server, actor, heads: *heads }
        }
    }
}

fn price<'p>(context: &Context<'p>, part: &'p BoundPart) -> Price<'p> {
    let Context { program, estate, .. } = *context;
    let of = match &part.of {
        Priced::Demand(of) => PriceOf::Demand {
            server: &estate.servers[of.server].id,
            user: of.user.map(|row| &*estate.users[row].id),
            device: of.device.map(|row| &*estate.devices[row].id),
            functionality: program.functionality_path(of.functionality),
        },
        Priced::Owned(line) => PriceOf::Owned {
            license: &program.licenses[line.license].header.name,
            version: line.version_text(program),
            metric: line.metric,
        },
        Priced::Places { rule, server } => PriceOf::Places { place: &program.rules[*rule].header.name, server },
        Priced::Rounding { multiple_of } => PriceOf::Rounding { multiple_of: amount(*multiple_of) },
    };
    Price { of, amount: Share(ratio_text(part.amount)) }
}
