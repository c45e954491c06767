//! Every JSON that a command prints is as its schema says, and the schemas forbid what they should.

use crate::cli::{Estate, run};
use serde_json::Value;

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&run(arguments).stdout).unwrap()
}

/// What a schema has against a document.
fn faults(schema: &str, document: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&json(&["schema", schema])).unwrap();
    validator.iter_errors(document).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
}

fn outputs() -> Vec<(&'static str, Value)> {
    let many = Estate::new("schema-many").file("users.csv", "id,count,relation\nvisitors,many,customer\n");
    let hosted = Estate::new("schema-hosted").file("users.csv", "id,relation,hosted\nvisitors,customer,yes\n");
    let mut outputs = Vec::new();
    for command in ["check", "plan"] {
        let schema = if command == "check" { "position" } else { "plan" };
        let estate = |path: &str| json(&[command, path, "--format", "json", "-q"]);
        outputs.push((schema, estate("examples/school")));
        outputs.push((schema, json(&[command, "examples/school", "--format", "json", "--reading", "external=Blog"])));
        outputs.push((schema, estate(many.path())));
        outputs.push((schema, estate(hosted.path())));
    }
    let linted = |path: &str| json(&["lint", path, "--format", "json", "-q"]);
    outputs
        .extend(["W0202", "W0301", "W0501"].map(|code| ("lint", linted(&format!("tests/cases/lint/{code}.entail")))));
    let tested = |how: &str| json(&["test", "examples/lint", how, "--format", "json", "-q"]);
    outputs.extend([("coverage", tested("--coverage")), ("mutation", tested("--mutate"))]);
    let plan = ["--what-if", "price WindowsEC = 1500", "--break-even", "WindowsEC/WindowsCAL"];
    outputs.push(("plan", json(&[&["plan", "examples/school", "--format", "json", "-q"], &plan[..]].concat())));
    for subject in ["pupils", "server:windows", "host:windows", "WindowsEC"] {
        outputs.push(("why", json(&["why", "examples/school", subject, "--format", "json", "-q"])));
    }
    for reading in ["PUR", "Blog"] {
        let reading = format!("external={reading}");
        outputs
            .push(("compare", json(&["compare", "examples/school", "--format", "json", "-q", "--reading", &reading])));
    }
    outputs
}

#[test]
fn outputs_are_as_their_schemas_say() {
    for (schema, output) in outputs() {
        assert_eq!(faults(schema, &output), Vec::<String>::new(), "{output:#}");
    }
}

#[test]
fn a_schema_forbids_other_keys_and_other_forms_of_money() {
    let school = json(&["check", "examples/school", "--format", "json", "-q"]);
    let changed = |change: fn(&mut Value)| {
        let mut changed = school.clone();
        change(&mut changed);
        faults("position", &changed)
    };
    assert!(faults("plan", &school).iter().any(|fault| fault.contains("assignments")), "a plan needs assignments");
    assert_ne!(changed(|school| school["surprise"] = 1.into()), Vec::<String>::new());
    assert_ne!(changed(|school| school["cost"]["low"] = 67542.into()), Vec::<String>::new());
    assert_ne!(changed(|school| school["cost"]["low"] = "67542.00".into()), Vec::<String>::new());
    assert_ne!(changed(|school| school["status"] = "fine".into()), Vec::<String>::new());
    assert_ne!(changed(|school| school["definitions"][0]["yes"] = "lots".into()), Vec::<String>::new());
    assert_ne!(changed(|school| drop(school.as_object_mut().unwrap().remove("proof"))), Vec::<String>::new());
}

#[test]
fn the_school_is_an_estate_by_the_schema_of_estates() {
    let school: toml::Table = std::fs::read_to_string("examples/school/estate.toml").unwrap().parse().unwrap();
    let mut estate = serde_json::Map::new();
    for (key, value) in school {
        estate.insert(key, value.as_str().map_or_else(|| value.to_string(), str::to_owned).into());
    }
    for table in ["users", "servers", "accesses", "prices"] {
        let mut reader = csv::Reader::from_path(format!("examples/school/{table}.csv")).unwrap();
        let rows = reader.deserialize::<serde_json::Map<String, Value>>().map(Result::unwrap);
        estate.insert(table.to_owned(), rows.collect());
    }
    assert_eq!(faults("estate", &estate.into()), Vec::<String>::new());
    let blank = serde_json::json!({
        "as_of": null, "agreement_signed": "unknown", "facts": null, "evidence": { "x": null }, "users": null,
        "readings.external": "PUR", "facts.students_hold_cals": true, "evidence.parents": null,
    });
    assert_eq!(faults("estate", &blank), Vec::<String>::new());
    assert_ne!(faults("estate", &serde_json::json!({ "facts.x": [1] })), Vec::<String>::new());
    assert_ne!(faults("estate", &serde_json::json!({ "as_of": "11/3/2008x", "prices.x": 1 })), Vec::<String>::new());
    assert_ne!(faults("estate", &serde_json::json!({ "users": [{ "count": 3 }] })), Vec::<String>::new());
    assert_ne!(faults("estate", &serde_json::json!({ "curency": "USD" })), Vec::<String>::new());
}
