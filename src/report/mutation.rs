//! What became of the mutants of a policy set, for people and for programs.

use super::coverage::percent;
use super::json::Policies;
use super::place::Place;
use crate::source::Sources;
use crate::testing::mutation::{self, Survivor};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use std::fmt::Write;

/// What `entail test --mutate --format json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Mutation {
    /// `entail.mutation/1`.
    #[schemars(extend("const" = "entail.mutation/1"))]
    schema: &'static str,
    policies: Policies,
    /// How many mutants some test tells from the set.
    killed: usize,
    /// How many are proved to mean the same as the set; they do not count.
    equivalent: usize,
    /// Killed ones in per cent of those that mean something else, cut to a tenth.
    score: String,
    /// The others, by place.
    survivors: Vec<Survived>,
}

/// A change that no test tells.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Survived {
    file: String,
    line: usize,
    column: usize,
    what: String,
}

/// The outcome of mutating a policy set.
pub fn json(mutation: &mutation::Mutation, sources: &Sources, policies: &Policies) -> Mutation {
    let (killed, of) = mutation.score();
    let mut survivors: Vec<Survived> = mutation.survivors.iter().map(|survivor| survived(survivor, sources)).collect();
    survivors.sort_by(|a, b| (&a.file, a.line, a.column, &a.what).cmp(&(&b.file, b.line, b.column, &b.what)));
    let score = percent(killed, of);
    Mutation {
        schema: "entail.mutation/1",
        policies: policies.clone(),
        killed,
        equivalent: mutation.equivalent,
        score: score.trim_end_matches('%').to_owned(),
        survivors,
    }
}

/// The JSON Schema of [`Mutation`].
pub fn schema() -> Schema {
    schema_for!(Mutation)
}

fn survived(survivor: &Survivor, sources: &Sources) -> Survived {
    let place = Place::of(sources, survivor.at).unwrap_or_default();
    Survived { file: place.file, line: place.line, column: place.column, what: survivor.what.clone() }
}

impl Mutation {
    /// A line for each survivor at its place, and a last line that counts.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for Survived { file, line, column, what } in &self.survivors {
            let _ = writeln!(text, "{file}:{line}:{column}: no test tells: {what}");
        }
        let survived = self.survivors.len();
        let _ = writeln!(
            text,
            "{} mutants: {} killed, {survived} survived, {} mean the same (proved); score {}%",
            self.killed + survived + self.equivalent,
            self.killed,
            self.equivalent,
            self.score
        );
        text
    }
}
