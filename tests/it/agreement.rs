//! The engine and the reference evaluator, on generated policy sets and estates.
//!
//! The gate compares 2,000 cases; `ENTAIL_CASES=100000 cargo test --release agree -- --nocapture` compares as many as named.

use crate::compare::compare;
use crate::engine::engine;

/// Calculations with a field that is unknown or absent: the engine takes each as one opaque yes/no (semantics, section 8),
/// the reference tries values of the field. Where such a calculation is a tautology they part; few cases have one.
fn calculates(disagreement: &str) -> bool {
    ["round_down(", "max(", "floor + ", "load + "].iter().any(|sign| disagreement.contains(sign))
}

#[test]
fn engine_and_reference_agree() {
    let cases: u64 = std::env::var("ENTAIL_CASES").map_or(2_000, |cases| cases.parse().unwrap());
    let first: u64 = std::env::var("ENTAIL_FIRST").map_or(0, |first| first.parse().unwrap());
    let seeds: Vec<u64> = match std::env::var("ENTAIL_SEEDS") {
        Ok(list) => list.split(',').map(|seed| seed.parse().unwrap()).collect(),
        Err(_) => (first..first + cases).collect(),
    };
    let found = seeds.into_iter().filter_map(|seed| compare(seed, &engine).err());
    let (opaque, disagreements): (Vec<String>, Vec<String>) = found.partition(|found| calculates(found));
    assert!(opaque.len() as u64 * 100 <= cases, "{} of {cases} cases differ by a calculation", opaque.len());
    assert!(
        disagreements.is_empty(),
        "{} of {cases} cases differ:\n{}",
        disagreements.len(),
        disagreements.join("\n\n")
    );
}
