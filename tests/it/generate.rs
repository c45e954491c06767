//! Small, varied and valid cases, each made from a seed. The same seed makes the same case.
//!
//! Kept small, so that the reference can try everything: few rows, few heads, few unknowns. Left
//! out are inputs that the language calls errors, and those on which it does not settle a meaning
//! (two absences' worth of units with their own facts, units that read unknown facts, and so on).

use crate::case::*;
use crate::reference::world::may_be_unknown;
use crate::reference::{setting, unknown};

mod conditions;
pub mod estate;
mod features;
mod policy;

pub use features::features;
pub use policy::any_version;

/// A source of choices: splitmix64, so that a seed means the same case everywhere.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    /// Yes so many times in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    /// Some of a list, at least one, in its order.
    pub fn some<T: Clone>(&mut self, list: &[T]) -> Vec<T> {
        let taken: Vec<_> = list.iter().filter(|_| self.chance(50)).cloned().collect();
        if taken.is_empty() { vec![self.pick(list)] } else { taken }
    }
}

/// How many unknown pairs and completions a case may have.
const PAIRS: usize = 4;
const COMPLETIONS: usize = 24;

/// The case of a seed.
pub fn case(seed: u64) -> Case {
    let mut rng = Rng::new(seed);
    let mut case = policy::policies(&mut rng);
    estate::fill(&mut rng, &mut case);
    if !setting::is_settled(&case) {
        settle(&mut case);
    }
    tame(&mut rng, &mut case);
    case
}

/// Puts every reading in force, so that the most preferred applies.
fn settle(case: &mut Case) {
    for source in &mut case.sources {
        source.period = Period::default();
        source.when = None;
    }
    for define in &mut case.definitions {
        if let Body::Readings(readings) = &mut define.body {
            readings.iter_mut().for_each(|reading| reading.period = Period::default());
        }
    }
}

/// Answers unknowns until few are left, under each reading that is tried.
fn tame(rng: &mut Rng, case: &mut Case) {
    let mut tried = vec![None];
    for define in &case.definitions {
        let in_force = setting::in_force(case, &define.name);
        tried.extend(in_force.into_iter().map(|index| Some((define.name.clone(), index))));
    }
    for one in tried {
        let one = one.as_ref().map(|(name, index)| (name.as_str(), *index));
        loop {
            let choice = setting::choice(case, one);
            let pairs = unknown::pairs(case, &choice);
            let Some(index) = surplus(rng, &pairs) else { break };
            answer(rng, case, &pairs[index]);
        }
    }
}

/// A pair to answer: one of too many, or a second one about the same fact of accesses, which have
/// no names to tell them apart by.
fn surplus(rng: &mut Rng, pairs: &[unknown::Pair]) -> Option<usize> {
    let twin = |index: &usize| {
        let fact = &pairs[*index].fact;
        fact.starts_with("access.") && pairs[..*index].iter().any(|pair| pair.fact == *fact)
    };
    let completions: usize = pairs.iter().map(|pair| pair.answers.len()).product();
    let too_many = pairs.len() > PAIRS || completions > COMPLETIONS;
    (0..pairs.len()).find(twin).or_else(|| too_many.then(|| rng.below(pairs.len())))
}

fn answer(rng: &mut Rng, case: &mut Case, pair: &unknown::Pair) {
    let (_, value) = rng.pick(&pair.answers);
    state(case, pair, &value);
}

/// Puts an answer into the cells that a pair is about.
pub fn state(case: &mut Case, pair: &unknown::Pair, value: &Value) {
    for slot in &pair.slots {
        match slot {
            unknown::Slot::Cell(entity, row, fact) if may_be_unknown(&Field::new(*entity, fact)) => {
                estate::state(&mut case.estate, *row, fact, value.clone());
            }
            unknown::Slot::Cell(entity, row, fact) => {
                estate::facts_mut(&mut case.estate, *entity, *row).insert(fact.clone(), Cell::Is(value.clone()));
            }
            unknown::Slot::Evidence(rule) => case.estate.evidence.push(rule.clone()),
            unknown::Slot::Open(name, _) | unknown::Slot::OpenAtServer(name, _) => close(case, name),
        }
    }
}

/// Takes `open` out of a definition's readings.
fn close(case: &mut Case, definition: &str) {
    let define = case.definitions.iter_mut().find(|define| define.name == definition).unwrap();
    if let Body::Readings(readings) = &mut define.body {
        for reading in readings {
            reading.open = None;
            reading.when.get_or_insert(Cond::Fact(Field::new(Entity::User, "similar")));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::reference;

    #[test]
    fn each_feature_is_in_two_cases_of_a_hundred() {
        let seeds = 2000;
        let mut counts: BTreeMap<&str, u64> = features::all().into_iter().map(|name| (name, 0)).collect();
        for seed in 0..seeds {
            for feature in features(&case(seed)) {
                *counts.get_mut(feature).unwrap() += 1;
            }
        }
        let rare: Vec<_> = counts.iter().filter(|(_, count)| **count * 50 < seeds).collect();
        assert!(rare.is_empty(), "of {seeds} cases: {rare:?}");
    }

    #[test]
    fn positions_are_of_every_sort() {
        let seeds = 200;
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for seed in 0..seeds {
            let json = reference::json(&reference::position(&case(seed)));
            let mut count = |name: String| *counts.entry(name).or_default() += 1;
            count(json["status"].to_string());
            for key in ["disputed", "unmet", "prohibitions", "questions", "assumptions", "licenses"] {
                if json[key].as_array().is_some_and(|list| !list.is_empty()) {
                    count(key.to_owned());
                }
            }
            if json["cost"]["low"] != json["cost"]["high"] {
                count("range".to_owned());
            }
        }
        let sorts = [
            "\"prohibited\"",
            "\"shortfall\"",
            "\"undetermined\"",
            "\"compliant\"",
            "disputed",
            "unmet",
            "prohibitions",
            "questions",
            "assumptions",
            "licenses",
            "range",
        ];
        for sort in sorts {
            assert!(counts.get(sort).is_some_and(|count| count * 50 >= seeds), "{sort} in {counts:?}");
        }
    }

    #[test]
    fn a_seed_makes_one_case() {
        assert_eq!(format!("{:?}", case(7)), format!("{:?}", case(7)));
    }
}
