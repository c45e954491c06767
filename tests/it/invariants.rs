//! What holds of every position, whatever the policies and the estate (proved on generated cases, by the engine alone).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::case::*;
use crate::engine::plan;
use crate::generate::{self, Rng};
use crate::reference::cover;
use crate::reference::unknown::{self, Slot};
use crate::reference::{self, setting};
use crate::{print, shrink};

/// How many seeds each property is tried on; `ENTAIL_CASES` says otherwise.
fn seeds() -> std::ops::Range<u64> {
    0..std::env::var("ENTAIL_CASES").map_or(250, |cases| cases.parse().unwrap())
}

fn judged(case: &Case) -> Option<Json> {
    let position = plan(&[print::policy_text(case)], &print::estate_files(case));
    (!position.is_null() && !position["cost"].is_string()).then_some(position)
}

/// Tries a property, which says what is wrong, on every seed and shows the first case that breaks it, made small.
fn holds(property: impl Fn(&Case) -> Option<String>) {
    let mut tried = 0;
    for seed in seeds() {
        let case = generate::case(seed);
        tried += 1;
        if property(&case).is_none() {
            continue;
        }
        let broken = |case: &Case| {
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| property(case).is_some())).unwrap_or(false)
        };
        let small = shrink::shrink(&case, &broken);
        panic!("seed {seed}: {}\n{}", property(&small).unwrap(), print::shown(&small));
    }
    assert!(tried > 0);
}

/// The first of some keys in which two positions differ.
fn difference(keys: &[&str], one: &Json, other: &Json) -> Option<String> {
    let key = keys.iter().find(|key| one[**key] != other[**key])?;
    Some(format!("{key} was\n{:#}\nand became\n{:#}", one[*key], other[*key]))
}

const VERDICTS: [&str; 13] = [
    "status",
    "cost",
    "proven",
    "bound",
    "disputed",
    "definitions",
    "accesses",
    "exemptions",
    "licenses",
    "unmet",
    "prohibitions",
    "questions",
    "assumptions",
];

#[test]
fn more_stock_never_costs_more() {
    holds(|case| {
        // The cost is that of the demands that can be met, so it may rise where stock lets another be met.
        let before = judged(case).filter(|_| reference::is_met(case))?;
        (0..=case.estate.holdings.len()).find_map(|index| {
            let after = judged(&more_stock(case, index)?)?;
            let high = |position: &Json, end: &str| money(&position["cost"][end]);
            let dearer = ["low", "high"].into_iter().any(|end| high(&after, end) > high(&before, end));
            dearer.then(|| format!("costs {} with more of holding {index}, {} without", after["cost"], before["cost"]))
        })
    });
}

/// One unit more of a holding, or of one more holding.
fn more_stock(case: &Case, index: usize) -> Option<Case> {
    let mut more = case.clone();
    if let Some(holding) = more.estate.holdings.get_mut(index) {
        holding.quantity += 1;
        return Some(more);
    }
    let license = case.licenses.first()?;
    more.estate.holdings.push(Holding {
        license: license.name.clone(),
        metric: *license.metrics.first()?,
        quantity: 1,
        version: Some(generate::any_version(&mut Rng::new(1), case, license)),
        assigned_to: None,
        sa_until: None,
        acquired: None,
        facts: Facts::new(),
    });
    Some(more)
}

fn money(value: &Json) -> Ratio {
    fraction(value.as_str().unwrap())
}

/// A decimal or a fraction of two whole numbers.
fn fraction(text: &str) -> Ratio {
    if let Some((top, bottom)) = text.split_once('/') {
        return fraction(top).over(fraction(bottom));
    }
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    Ratio::new(format!("{whole}{rest}").parse().unwrap(), 10_i128.pow(rest.len() as u32))
}

#[test]
fn one_row_of_n_is_n_rows_of_one() {
    holds(|case| {
        let before = judged(case).filter(|_| reference::is_met(case))?;
        let after = judged(&split(case)?)?;
        let places = |position: &Json| -> Vec<Json> {
            position["exemptions"].as_array().unwrap().iter().map(|rule| rule["places"].clone()).collect()
        };
        difference(&["status", "cost", "definitions", "licenses", "unmet", "advice"], &before, &after).or_else(|| {
            (places(&before) != places(&after)).then(|| format!("{} and {}", before["exemptions"], after["exemptions"]))
        })
    });
}

/// Every row of several heads as rows of one. Not where something is bound to a row, or a rule reads its id or count.
fn split(case: &Case) -> Option<Case> {
    let text = print::policy_text(case);
    let reads = ["user.id", "user.count", "device.id", "device.count"].iter().any(|name| text.contains(name));
    let bound = case.estate.holdings.iter().any(|holding| holding.assigned_to.is_some());
    if reads || bound || !case.estate.absences.is_empty() {
        return None;
    }
    let mut apart = case.clone();
    let users = rows_of_one(&mut apart.estate.users);
    let devices = rows_of_one(&mut apart.estate.devices);
    let ids = |id: &Option<String>, rows: &BTreeMap<String, Vec<String>>| -> Vec<Option<String>> {
        id.as_ref().map_or_else(|| vec![None], |id| rows[id].iter().cloned().map(Some).collect())
    };
    apart.estate.accesses.clear();
    for access in &case.estate.accesses {
        for user in ids(&access.user, &users) {
            for device in ids(&access.device, &devices) {
                apart.estate.accesses.push(Access { user: user.clone(), device, ..access.clone() });
            }
        }
    }
    Some(apart)
}

/// Parts the rows, and says which rows each has become.
fn rows_of_one(rows: &mut Vec<Population>) -> BTreeMap<String, Vec<String>> {
    let mut ids = BTreeMap::new();
    let mut parted = Vec::new();
    for row in rows.drain(..) {
        let heads = match row.count {
            Count::Heads(heads) => heads,
            Count::Many => 0,
        };
        let each: Vec<_> = (0..heads.max(1)).map(|head| format!("{}_{head}", row.id)).collect();
        let count = if row.count == Count::Many { Count::Many } else { Count::Heads(1) };
        parted.extend(each.iter().map(|id| Population { id: id.clone(), count, facts: row.facts.clone() }));
        ids.insert(row.id, each);
    }
    *rows = parted;
    ids
}

#[test]
fn order_changes_nothing() {
    holds(|case| {
        let before = judged(case)?;
        let mut files = print::items(case);
        let mut rng = Rng::new(files.len() as u64);
        shuffle(&mut rng, &mut files);
        let rest = files.split_off(files.len() / 2);
        let after = plan(&[files.concat(), rest.concat()], &print::estate_files(&shuffled(&mut rng, case)));
        difference(&VERDICTS, &before, &after)
            .or_else(|| difference(&["assignments", "advice", "prices"], &before, &after))
    });
}

/// The same estate with its rows in another order.
fn shuffled(rng: &mut Rng, case: &Case) -> Case {
    let mut other = case.clone();
    let estate = &mut other.estate;
    shuffle(rng, &mut estate.users);
    shuffle(rng, &mut estate.devices);
    shuffle(rng, &mut estate.hosts);
    shuffle(rng, &mut estate.servers);
    shuffle(rng, &mut estate.accesses);
    shuffle(rng, &mut estate.routes);
    shuffle(rng, &mut estate.holdings);
    shuffle(rng, &mut estate.prices);
    shuffle(rng, &mut estate.absences);
    other
}

fn shuffle<T>(rng: &mut Rng, list: &mut [T]) {
    for index in (1..list.len()).rev() {
        list.swap(index, rng.below(index + 1));
    }
}

#[test]
fn the_edition_of_a_server_changes_nothing() {
    holds(|case| {
        let before = judged(case)?;
        let mut other = case.clone();
        other.estate.servers.iter_mut().for_each(|server| server.edition = Some("Datacenter".to_owned()));
        difference(&VERDICTS, &before, &judged(&other)?)
    });
}

#[test]
fn the_cost_of_every_completion_lies_in_the_range() {
    holds(|case| {
        let position = judged(case)?;
        let choice = setting::choice(case, None);
        let pairs = unknown::pairs(case, &choice);
        // What a reading leaves open cannot be stated, nor that there is no evidence.
        let open = pairs.iter().flat_map(|pair| &pair.slots).any(|slot| !matches!(slot, Slot::Cell(..)));
        let mut costs = Vec::new();
        for taken in unknown::ways(&pairs).into_iter().filter(|_| !open && !pairs.is_empty()) {
            let mut answered = case.clone();
            for (pair, place) in pairs.iter().zip(taken) {
                generate::state(&mut answered, pair, &pair.answers[place].1);
            }
            costs.push(money(&judged(&answered)?["cost"]["high"]));
        }
        let range = [money(&position["cost"]["low"]), money(&position["cost"]["high"])];
        let found = [*costs.iter().min()?, *costs.iter().max()?];
        (range != found).then(|| format!("the range is {} but the completions cost {costs:?}", position["cost"]))
    });
}

#[test]
fn what_a_plan_states_adds_up() {
    holds(|case| {
        let position = judged(case)?;
        let lines = position["licenses"].as_array().unwrap();
        let number = |line: &Json, key: &str| line[key].as_i64().unwrap();
        let short = lines.iter().find(|line| {
            let (owned, buy) = (number(line, "owned"), number(line, "buy"));
            number(line, "spare") != owned + buy - number(line, "used") || number(line, "spare") < 0
        });
        let placed = |line: &&Json| {
            let kind = ["license", "version", "metric"];
            let of_kind = position["assignments"].as_array().unwrap().iter();
            let units =
                of_kind.filter(|one| kind.iter().all(|key| one[*key] == line[*key])).map(|one| number(one, "units"));
            units.sum::<i64>() != number(line, "used")
        };
        let costs: Vec<_> = lines.iter().map(|line| money(&line["cost"])).collect();
        let sum = costs.into_iter().fold(Ratio::whole(0), Ratio::plus);
        let amounts = position["prices"].as_array().into_iter().flatten();
        let bound = amounts.map(|part| money(&part["amount"])).fold(Ratio::whole(0), Ratio::plus);
        if let Some(line) = short.or_else(|| lines.iter().find(placed)) {
            return Some(format!("{line:#} is not what is placed: {:#}", position["assignments"]));
        }
        if sum != money(&position["cost"]["high"]) {
            return Some(format!("the lines cost {sum} and the plan {}", position["cost"]));
        }
        let stated = money(&position["bound"]);
        // No plan costs what is no multiple of every price, so that a bound between two multiples is the greater.
        let step = cover::offers(case).iter().map(|offer| offer.cents * i64::from(offer.pack)).fold(0, gcd);
        let step = Ratio::new(step.max(1).into(), 100);
        let risen = bound.over(step).ceil().times(step);
        let wrong = position["proven"] == true && stated != sum || position["proof"] != "search" && risen != stated;
        wrong.then(|| format!("bound {} by {}, {}", position["bound"], position["proof"], position["prices"]))
    });
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
