//! Unknowns on which it turns what to buy, though not what it costs: no question asks for them (semantics, section 5), so a
//! note warns of them. Whoever buys by the plan of one answer might need another licence under the next.

use super::Case;
use super::completions::{Completions, Outcomes, Pair};
use super::judgement::{Question, Solved};
use super::plan::dearest_of;
use super::questions::stride;
use super::subjects::{cells, name, places, subjects};
use crate::diagnostic::{Code, Diagnostic};
use crate::position::build::build;
use crate::position::model::{Model, Stock};
use crate::position::solve::{self, Cost};

/// A note for each unknown of which another answer alone takes another purchase than the plan's. Where questions are asked
/// there is none: with their answers the plan may be another.
pub(super) fn notes(
    case: &Case<'_>,
    completions: &Completions,
    (outcomes, questions): (&Outcomes, &[Question]),
    solved: &Solved,
    effort: u64,
) -> Vec<Diagnostic> {
    let Outcomes::All(all) = outcomes else { return Vec::new() };
    if !questions.is_empty() || !Cost::of(&solved.plan).buys {
        return Vec::new();
    }
    let dearest = dearest_of(all);
    let choice = completions.choice(dearest);
    let turns = completions.pairs.iter().zip(choice).enumerate().filter(|(place, (pair, chosen))| {
        let stride = stride(completions, *place);
        let first = dearest - chosen * stride;
        let mut others = (0..pair.groups.len()).filter(|group| group != chosen);
        others.any(|group| needs_more(case, completions, first + group * stride, solved, effort))
    });
    turns.filter_map(|(_, (pair, chosen))| note(case, pair, chosen)).collect()
}

/// Whether beside what is owned and what a plan buys more must be bought in a completion.
fn needs_more(case: &Case<'_>, completions: &Completions, completion: usize, solved: &Solved, effort: u64) -> bool {
    let answer = completions.answer(&case.unknowns.diagrams, completion);
    let mut model = build(&case.rules, case.estate, &case.evaluation, &answer).model;
    own(&mut model, &solved.plan.bought);
    solve::cost(&model, effort).buys_for_certain()
}

/// Adds units of each kind to what is owned.
fn own(model: &mut Model, units: &[u64]) {
    let bought = model.kinds.iter().enumerate().zip(units).filter(|(_, units)| **units > 0);
    let stock = bought.map(|((place, kind), units)| Stock {
        kind: place,
        licence: kind.licence,
        metric: kind.metric,
        quantity: *units,
        bound: None,
        cover: kind.cover.clone(),
    });
    model.stock.extend(stock);
}

fn note(case: &Case<'_>, pair: &Pair, chosen: usize) -> Option<Diagnostic> {
    let (thing, class) = case.unknowns.thing(pair.variable)?;
    let group = pair.groups.get(chosen)?;
    let (name, subjects, answers) =
        (name(case, thing), subjects(case, thing, class), cells(case, pair.variable, group));
    let of = match subjects.as_slice() {
        [] => String::new(),
        [one] => format!(" of {one}"),
        [first, rest @ ..] => format!(" of {first} and {} more", rest.len()),
    };
    let message =
        format!("what to buy turns on {name}{of}, though not what it costs: the plan is for {}", answers.join(" or "));
    let note = Diagnostic::note(Code::PurchaseOpen, message).help("find out before you buy, and state it");
    Some(match places(case, thing, class).first() {
        Some(at) => note.at(*at, "not known here"),
        None => note,
    })
}
