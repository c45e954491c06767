//! The skeleton of a SARIF 2.1.0 log (OASIS standard), which code hosts and editors show beside the lines concerned.

use serde_json::{Value, json};

/// A log of one run: the rules that its results name, and the results.
pub fn log(rules: Vec<Value>, results: Vec<Value>) -> Value {
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "entail", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}
