//! What a plan is asked beside itself: why it shares a licence, what if, and from how many heads on a connector pays.

use super::json::{self, Amount, Context, Cost, Count};
use super::text::{section, table};
use super::why::lines::Page;
use super::wording::{cost_change, counted, money, money_range};
use crate::judge::judgement::{self, Judgement, LicenseLine};
use crate::position::build::Sku;
use crate::program::{LicenseId, Status};
use crate::value::{Metric, decimal_text, grouped};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

/// What a call of `plan` asks beside the plan.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// What is supposed, as written and as the middle of a sentence, and the judgement without it.
    pub what_if: Option<(&'a [(String, String)], &'a Judgement)>,
    /// The break-evens asked for.
    pub break_even: &'a [judgement::BreakEven],
}

/// A licence that the plan buys for people to share, and what licences for each of them would cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Choice {
    license: String,
    version: String,
    metric: Metric,
    cost: Amount,
    heads: Count,
    /// The licence by head that would serve all of them for least.
    instead: Option<Instead>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Instead {
    license: String,
    version: String,
    metric: Metric,
    unit_price: Amount,
    /// For all heads, in whole packs; null where they cannot be counted.
    units: Option<u64>,
    cost: Option<Amount>,
}

/// What is supposed, and the position without it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct WhatIf {
    supposed: Vec<String>,
    without: Without,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Without {
    status: Status,
    cost: Cost,
    licenses: Vec<json::License>,
}

/// From how many heads on a connector is no dearer than a licence for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct BreakEven {
    license: String,
    against: String,
    /// For so many hosts, where each takes a unit of the connector.
    #[serde(skip_serializing_if = "Option::is_none")]
    hosts: Option<u64>,
    /// For so many servers, where each takes a unit of the connector.
    #[serde(skip_serializing_if = "Option::is_none")]
    servers: Option<u64>,
    users: u64,
    /// A population that is set against it, or `all` whom the connector would cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    population: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    heads: Option<Count>,
    /// Which of the two is no dearer for that population.
    #[serde(skip_serializing_if = "Option::is_none")]
    cheaper: Option<String>,
}

fn name(context: &Context<'_>, license: LicenseId) -> String {
    context.program.licenses[license].header.name.clone()
}

pub(super) fn choice(context: &Context<'_>, choice: &judgement::Choice) -> Choice {
    let instead = choice.instead.as_ref().map(|instead| Instead {
        license: name(context, instead.of.license),
        version: instead.of.version_text(context.program).to_owned(),
        metric: instead.of.metric,
        unit_price: json::amount(instead.price),
        units: instead.taken.map(|(units, _)| units),
        cost: instead.taken.map(|(_, cost)| json::amount(cost)),
    });
    Choice {
        license: name(context, choice.of.license),
        version: choice.of.version_text(context.program).to_owned(),
        metric: choice.of.metric,
        cost: json::amount(choice.cost),
        heads: json::heads(choice.heads),
        instead,
    }
}

pub(super) fn what_if(context: &Context<'_>, supposed: &[(String, String)], without: &Judgement) -> WhatIf {
    let licenses = without.licenses.iter().map(|line| json::license(context.program, line)).collect();
    let without = Without { status: without.status, cost: json::cost(without.cost), licenses };
    WhatIf { supposed: supposed.iter().map(|(text, _)| text.clone()).collect(), without }
}

pub(super) fn break_even(context: &Context<'_>, even: &judgement::BreakEven) -> BreakEven {
    BreakEven {
        license: name(context, even.license),
        against: name(context, even.against),
        hosts: (even.metric != Metric::Server).then_some(even.machines),
        servers: (even.metric == Metric::Server).then_some(even.machines),
        users: u64::try_from(even.users).unwrap_or(u64::MAX),
        population: even.who.as_ref().map(ToString::to_string),
        heads: even.heads.map(json::heads),
        cheaper: even.cheaper.map(|license| name(context, license)),
    }
}

/// Why the plan buys what people share, in a sentence for each licence.
pub(super) fn choices(context: &Context<'_>, judgement: &Judgement) -> String {
    section("Why these", judgement.choices.iter().filter_map(|choice| because(context, choice)).collect())
}

/// `WindowsEC 2003 per host, because 4,250 people at 29 is 123,250 against 1,999`.
fn because(context: &Context<'_>, choice: &judgement::Choice) -> Option<String> {
    let amount = |amount: Decimal| grouped(decimal_text(amount));
    let unit = choice.of.text(context.program);
    let Some(instead) = &choice.instead else {
        return Some(format!("{unit}, because no licence by head that is for sale would serve all who share it"));
    };
    match instead.taken {
        None => Some(format!("{unit}, because those who share it cannot be counted")),
        Some((taken, sum)) if sum > choice.cost => {
            let other = instead.of.text(context.program);
            let (price, sum, cost) = (amount(instead.price), amount(sum), amount(choice.cost));
            let taken = taken_by(instead, taken);
            Some(format!("{unit}, because {taken} at {price} is {sum} against {cost} ({other} instead)"))
        }
        // Where it is dearer for those whom it serves alone, it pays by what it saves elsewhere: the proof says so.
        Some(_) => None,
    }
}

/// `4,250 people`; where they take another number of units, `8 units for 5 people`.
fn taken_by(instead: &judgement::Instead, units: u64) -> String {
    let (person, people) = match instead.of.metric {
        Metric::Device => ("device", "devices"),
        Metric::User | Metric::Host | Metric::Server => ("person", "people"),
    };
    let heads = instead.heads.counted();
    let people = counted(heads, person, people);
    if units == heads { people } else { format!("{} for {people}", counted(units, "unit", "units")) }
}

/// What is asked beside the plan, before it: the difference that the suppositions make, and the break-evens.
pub fn text(context: &Context<'_>, judgement: &Judgement, asked: Asked<'_>) -> String {
    let mut text = String::new();
    if let Some((supposed, without)) = asked.what_if {
        text.push_str(&difference(context, judgement, supposed, without));
    }
    text + &break_evens(context, asked.break_even)
}

fn difference(context: &Context<'_>, with: &Judgement, supposed: &[(String, String)], without: &Judgement) -> String {
    let (before, after) = (money_range(context, without.cost), money_range(context, with.cost));
    let ends = [without.cost, with.cost].map(|cost| [cost.low, cost.high]);
    let change = cost_change(ends, " than without it", |amount| money(context, amount));
    let apart = change.filter(|_| before != after).unwrap_or_else(|| "as without it".to_owned());
    let status = match with.status == without.status {
        true => with.status.text().to_owned(),
        false => format!("{} instead of {}", with.status.text(), without.status.text()),
    };
    let supposed: Vec<&str> = supposed.iter().map(|(_, told)| told.as_str()).collect();
    let mut opening = Page::default();
    opening.line(0, &format!("If {}: {status}; the remedy costs {after}, {apart}.", supposed.join(", and ")));
    format!("{}\n{}", opening.text(), changed(context, with, without))
}

/// The lines of which another number is bought.
fn changed(context: &Context<'_>, with: &Judgement, without: &Judgement) -> String {
    let of = |lines: &[LicenseLine], line: Sku| {
        let own = lines.iter().find(|own| own.of == line);
        own.map_or((0, 0, Decimal::ZERO), |own| (own.owned, own.buy, own.cost))
    };
    let mut lines: Vec<Sku> = Vec::new();
    for line in without.licenses.iter().chain(&with.licenses).map(|line| line.of) {
        if of(&with.licenses, line) != of(&without.licenses, line) && !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        return String::new();
    }
    let rows = lines.into_iter().map(|line| {
        let ((owned, buy, cost), (then_owned, then_buy, then_cost)) =
            (of(&without.licenses, line), of(&with.licenses, line));
        let units = [owned, then_owned, buy, then_buy].map(grouped);
        let costs = [cost, then_cost].map(|cost| grouped(decimal_text(cost)));
        [line.text(context.program)].into_iter().chain(units).chain(costs).collect()
    });
    table(&["changed by that", "owned", "then", "buy", "then", "cost", "then"], rows, 1) + "\n\n"
}

fn break_evens(context: &Context<'_>, evens: &[judgement::BreakEven]) -> String {
    section("Break-even", evens.iter().map(|even| of_one(context, even)).collect())
}

fn of_one(context: &Context<'_>, even: &judgement::BreakEven) -> String {
    let (license, against) = (name(context, even.license), name(context, even.against));
    let (one, many) = if even.metric == Metric::Server { ("server", "servers") } else { ("host", "hosts") };
    let (users, machines) = (grouped(decimal_text(even.users)), counted(even.machines, one, many));
    match (&even.who, even.heads, even.cheaper) {
        (Some(who), Some(heads), Some(cheaper)) => {
            let who = if &**who == "all" { "all whom it would cover" } else { who };
            let heads = grouped(heads);
            let cheaper = name(context, cheaper);
            format!("{who}: {heads}, against {users} on {machines}: {cheaper} is no dearer")
        }
        _ => format!("{license} for {machines}: no dearer than {against} from {users} people on"),
    }
}
