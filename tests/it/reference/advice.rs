//! What is advised (language, "Built-in fields" and "exempt, prohibit, advise").

use std::collections::BTreeSet;

use super::world::{Scene, number};
use super::{Judged, Tri, access, cover, together};
use crate::case::*;

/// A rule that speaks: its name, its text, its source.
pub type Spoken = (String, String, String);

/// The advice in force that speaks in every completion and whose text has all that it reads, by name.
pub fn advice(case: &Case, judged: &Judged<'_>) -> Vec<Spoken> {
    let mut rules: Vec<_> = case.advice.iter().filter(|rule| rule.period.holds(case.estate.as_of)).collect();
    rules.sort_by_key(|rule| &rule.name);
    let speaks = |rule: &&Advice| rule.when.iter().all(|ask| holds(case, judged, rule, ask));
    let spoken = rules.into_iter().filter(speaks).filter_map(|rule| {
        let text: Option<String> = rule.say.iter().map(|piece| said(case, judged, rule, piece)).collect();
        Some((rule.name.clone(), text?, rule.source.clone()))
    });
    spoken.collect()
}

fn holds(case: &Case, judged: &Judged<'_>, rule: &Advice, ask: &Ask) -> bool {
    match ask {
        Ask::Plain(cond) => judged.each.iter().all(|one| one.world.holds(cond, &Scene::default())),
        Ask::Counted(cond, op, figure) => {
            let figure = figure.map_or(Count::Many, Count::Heads);
            op.compare(&number(count(case, judged, rule, cond)), &number(figure))
        }
    }
}

fn said(case: &Case, judged: &Judged<'_>, rule: &Advice, piece: &Piece) -> Option<String> {
    let heads = |count: Count| match count {
        Count::Heads(heads) => heads.to_string(),
        Count::Many => "many".to_owned(),
    };
    match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Count(cond) => Some(heads(count(case, judged, rule, cond))),
        Piece::Users => {
            let counts = case.estate.users.iter().map(|row| row.count);
            Some(heads(counts.fold(Count::Heads(0), together)))
        }
        Piece::BreakEven(one, other) => {
            let (one, other) = (cheapest(case, one)?, cheapest(case, other)?);
            Some(Ratio::new(one.into(), other.into()).ceil().to_string())
        }
    }
}

/// The cheapest price in force of a licence; where no prices are stated there is none.
fn cheapest(case: &Case, license: &str) -> Option<i64> {
    if case.estate.prices.is_empty() {
        return None;
    }
    let offers: Vec<_> = cover::offers(case).into_iter().filter(|offer| offer.kind.license == license).collect();
    // A price tells what a head costs only where a head takes one unit, and units are sold one by one.
    let is_single = offers.iter().all(|offer| offer.pack <= 1 && cover::takes_one(case, &offer.kind));
    offers.iter().map(|offer| offer.cents).min().filter(|_| is_single)
}

/// The heads of whom a condition is yes, among the users, or the devices, that take part in an effective access to a
/// product that the rule is for.
fn count(case: &Case, judged: &Judged<'_>, rule: &Advice, cond: &Cond) -> Count {
    let of_devices = reads_devices(cond);
    let taken = judged.accesses.iter().filter(|one| rule.scope.takes(&case.estate.servers[one.server].product));
    let scenes: BTreeSet<(Option<usize>, Option<usize>)> = taken
        .map(|one| access::scene(case, one))
        .map(|scene| if of_devices { (None, scene.device) } else { (scene.user, None) })
        .filter(|(user, device)| user.is_some() || device.is_some())
        .collect();
    let yes = scenes.into_iter().filter(|(user, device)| {
        let scene = Scene { user: *user, device: *device, ..Scene::default() };
        judged.over_all(|one| one.world.holds(cond, &scene)) == Tri::Yes
    });
    let counts = yes.map(|(user, device)| {
        let each = judged.each.iter().map(|one| match (user, device) {
            (Some(user), _) => one.there.users[user],
            (None, device) => one.there.devices[device.unwrap()],
        });
        each.max_by_key(|count| number(*count)).unwrap()
    });
    counts.fold(Count::Heads(0), together)
}

fn reads_devices(cond: &Cond) -> bool {
    let mut found = false;
    cond.walk(&mut |part| match part {
        Cond::Fact(field) | Cond::In(field, _, _) => found |= field.entity == Entity::Device,
        Cond::Compare(left, _, right) => {
            let mut see = |field: &Field| found |= field.entity == Entity::Device;
            left.fields(&mut see);
            right.fields(&mut see);
        }
        Cond::Defined(entity, _, _) => found |= *entity == Entity::Device,
        _ => {}
    });
    found
}
