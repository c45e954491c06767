//! The engine and the reference evaluator, on generated policy sets and estates: positions, and policy tests.
//!
//! The gate compares 2,000 cases; `ENTAIL_CASES=100000 cargo test --release --test it agree` compares as many as named, from
//! the seed `ENTAIL_FIRST` on, and `ENTAIL_SEEDS=12,345` those named.

use crate::compare::{self, compare};
use crate::engine::{engine, tests};
use crate::reference::expect::{Claim, claims};
use crate::shrink::shrink;
use crate::{case::Case, generate, print};
use entail::diagnostic::Diagnostic;

fn seeds(usual: u64) -> Vec<u64> {
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |number| number.parse().unwrap());
    match std::env::var("ENTAIL_SEEDS") {
        Ok(list) => list.split(',').map(|seed| seed.parse().unwrap()).collect(),
        Err(_) => {
            let first = number("ENTAIL_FIRST", 0);
            (first..first + number("ENTAIL_CASES", usual)).collect()
        }
    }
}

#[test]
fn engine_and_reference_agree() {
    let seeds = seeds(2_000);
    let cases = seeds.len() as u64;
    let found = seeds.into_iter().filter_map(|seed| compare(seed, &engine).err());
    let disagreements: Vec<String> = found.collect();
    println!("{cases} cases: {} differ", disagreements.len());
    assert!(
        disagreements.is_empty(),
        "{} of {cases} cases differ:\n{}",
        disagreements.len(),
        disagreements.join("\n\n")
    );
}

/// A policy test that expects what the reference finds passes, and of one that expects the contrary everything fails.
#[test]
fn policy_tests_come_out_as_the_reference_says() {
    let wrong: Vec<String> = seeds(500)
        .into_iter()
        .filter_map(|seed| {
            let case = generate::case(seed);
            let (kind, _) = misjudged(&case)?;
            let alike = |case: &Case| misjudged(case).is_some_and(|(found, _)| found == kind);
            let small = shrink(&case, &|case| compare::quietly(|| alike(case)).unwrap_or(false));
            let (_, message) = misjudged(&small)?;
            Some(format!("seed {seed}: {message}\n{}", policies(&small, &claims(&small))))
        })
        .collect();
    assert!(wrong.is_empty(), "{} cases differ:\n{}", wrong.len(), wrong.join("\n\n"));
}

fn policies(case: &Case, claims: &[Claim]) -> String {
    let (so, not): (Vec<_>, Vec<_>) = claims.iter().cloned().unzip();
    print::policy_text(case) + &print::test_text(case, "it_is", &so) + &print::test_text(case, "it_is_not", &not)
}

/// How the engine's tests come out otherwise than they should: in which respect, and what they say.
fn misjudged(case: &Case) -> Option<(&'static str, String)> {
    // No estate: more are absent than there are. And no policies, where a case was made too small.
    let position = engine(&print::policy_text(case), &print::estate_files(case));
    if position.is_null() || position["cost"].is_string() {
        return None;
    }
    let claims = claims(case);
    let outcomes = match tests(&policies(case, &claims)) {
        Ok(outcomes) => outcomes,
        Err(problems) => return Some(("is no policy set", said(&problems))),
    };
    let failures = |name: &str| outcomes.iter().find(|(found, _)| found == name).map(|(_, failures)| failures);
    let (is, is_not) = (failures("it_is")?, failures("it_is_not")?);
    if !is.is_empty() {
        return Some(("a claim fails", said(is)));
    }
    (is_not.len() != claims.len()).then(|| ("a contrary claim holds", said(is_not)))
}

fn said(problems: &[Diagnostic]) -> String {
    let line = |problem: &Diagnostic| {
        let label = problem.primary.as_ref().map_or("", |label| label.text.as_str());
        format!("{} ({label})", problem.message)
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}
