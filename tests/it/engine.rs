//! The engine, called with text alone.

use entail::diagnostic::{Code, Diagnostic};
use entail::judge::{Request, judge};
use entail::program::Program;
use entail::report::json::{self, Context, Policies};
use entail::source::Sources;
use entail::{estate, testing};
use serde_json::{Value, json};

/// What `entail check --format json` says of one file of policies and an estate; errors stand in place of the cost, and
/// null stands for an estate with more heads absent than there are.
pub fn engine(policy: &str, files: &[(String, String)]) -> Value {
    plan(&[policy.to_owned()], files)
}

/// What `entail plan --format json` says, which is more, of several files of policies.
pub fn plan(policies: &[String], files: &[(String, String)]) -> Value {
    let (program, sources, estate) = match made(policies, files) {
        Ok(Some(made)) => made,
        Ok(None) => return Value::Null,
        Err(problems) => return json!({ "cost": problems }),
    };
    let policies = Policies { origin: "case".to_owned(), sha256: String::new() };
    let context = Context { program: &program, sources: &sources, estate: &estate, policies: &policies };
    match judge(&program, &estate, &Request::default()) {
        Ok(judgement) => serde_json::to_value(json::plan(&context, &judgement)).unwrap(),
        Err(problems) => json!({ "cost": format!("{problems:#?}") }),
    }
}

/// Policies and an estate, checked; nothing where the estate has more heads absent than there are.
///
/// # Errors
///
/// What is wrong with them.
pub fn made(
    policies: &[String],
    files: &[(String, String)],
) -> Result<Option<(Program, Sources, estate::Estate)>, String> {
    let mut sources = Sources::default();
    let (program, mut problems) = program(&mut sources, policies);
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

fn program(sources: &mut Sources, policies: &[String]) -> (Program, Vec<Diagnostic>) {
    let name = |index: usize| format!("case{index}.entail");
    let files = policies.iter().enumerate().map(|(index, text)| (name(index), text.clone()));
    crate::checked(files, sources)
}

/// What `entail test` says of the tests in some policies: every expectation that failed, by the name of its test.
///
/// # Errors
///
/// What is wrong with the policies.
pub fn tests(policy: &str) -> Result<Vec<(String, Vec<Diagnostic>)>, Vec<Diagnostic>> {
    let (program, problems) = program(&mut Sources::default(), &[policy.to_owned()]);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(testing::run(&program, None).into_iter().map(|outcome| (outcome.name, outcome.failures)).collect())
}
