//! The engine and the reference evaluator, on generated policy sets and estates.
//!
//! The gate compares 2,000 cases; `ENTAIL_CASES=100000 cargo test --release agree -- --nocapture` compares as many as named.

use crate::compare::compare;
use entail::diagnostic::Code;
use entail::estate::Estate;
use entail::judge::{Request, judge};
use entail::program::Program;
use entail::report::json::{Context, Policies, position};
use entail::source::Sources;
use entail::syntax::{ast::Ast, parse};
use entail::{estate, typing};
use serde_json::{Value, json};

/// Policies and an estate, checked; nothing where the generator let an absence of too many heads through.
///
/// # Errors
/// What is wrong with them.
pub fn made(policy: &str, files: &[(String, String)]) -> Result<Option<(Program, Sources, Estate)>, String> {
    let mut sources = Sources::default();
    let file = sources.add("case.entail", policy).unwrap();
    let (parsed, mut problems) = parse(&sources, file);
    let (program, found) = typing::check(&Ast { items: parsed.items }, &parsed.broken);
    problems.extend(found);
    let files = files.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())).collect();
    let (document, found) = estate::read(files, &mut sources);
    problems.extend(found);
    let (estate, found) = estate::build(&document, &program);
    problems.extend(found);
    if problems.iter().any(|problem| problem.code == Code::TooManyAbsent) {
        return Ok(None);
    }
    if problems.is_empty() { Ok(Some((program, sources, estate))) } else { Err(format!("{problems:#?}")) }
}

/// What `entail check --format json` says, from text alone.
fn engine(policy: &str, files: &[(String, String)]) -> Value {
    let (program, sources, estate) = match made(policy, files) {
        Ok(Some(made)) => made,
        Ok(None) => return Value::Null,
        Err(problems) => return json!({ "cost": problems }),
    };
    let policies = Policies { origin: "case".to_owned(), sha256: String::new() };
    let context = Context { program: &program, sources: &sources, estate: None, currency: None, policies: &policies };
    match judge(&program, &estate, &Request::default()) {
        Ok(judgement) => serde_json::to_value(position(&context, &judgement)).unwrap(),
        Err(problems) => json!({ "cost": format!("{problems:#?}") }),
    }
}

/// Calculations with a field that is unknown or absent: the engine takes each as one opaque yes/no (semantics, section 8),
/// the reference tries values of the field. Where such a calculation is a tautology they part; few cases have one.
fn calculates(disagreement: &str) -> bool {
    ["round_down(", "max(", "floor + ", "load + "].iter().any(|sign| disagreement.contains(sign))
}

#[test]
fn engine_and_reference_agree() {
    let cases: u64 = std::env::var("ENTAIL_CASES").map_or(2_000, |cases| cases.parse().unwrap());
    let first: u64 = std::env::var("ENTAIL_FIRST").map_or(0, |first| first.parse().unwrap());
    let found = (first..first + cases).filter_map(|seed| compare(seed, &engine).err());
    let (opaque, disagreements): (Vec<String>, Vec<String>) = found.partition(|found| calculates(found));
    assert!(opaque.len() as u64 * 100 <= cases, "{} of {cases} cases differ by a calculation", opaque.len());
    assert!(
        disagreements.is_empty(),
        "{} of {cases} cases differ:\n{}",
        disagreements.len(),
        disagreements.join("\n\n")
    );
}
