//! What an estate may state, as a JSON Schema.

use crate::estate::schema::{KEYS, Kind, TABLE_KEYS};
use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

/// The JSON Schema of an estate: the keys of estate.toml, and each table as a list of rows. Facts that policies declare
/// are further columns of their entity's table, so other columns are not forbidden here.
pub fn schema() -> Schema {
    let text = json!({ "type": ["string", "number", "boolean", "null"] });
    let date = json!({ "type": "string", "format": "date" });
    let day = |others: &[&str]| json!({ "anyOf": [date, { "type": "null" }, { "enum": others }] });
    let pairs = json!({ "type": ["object", "null"], "additionalProperties": text });
    let mut properties = Map::new();
    for key in KEYS {
        let schema = match key {
            "as_of" => day(&[""]),
            "agreement_signed" => day(&["", "unknown"]),
            _ => text.clone(),
        };
        properties.insert(key.to_owned(), schema);
    }
    for key in TABLE_KEYS {
        properties.insert(key.to_owned(), pairs.clone());
    }
    for table in Kind::ALL {
        let columns: Map<String, Value> =
            table.columns().iter().map(|column| (column.name.to_owned(), text.clone())).collect();
        let required: Vec<&str> =
            table.columns().iter().filter(|column| column.required).map(|column| column.name).collect();
        let row = json!({ "type": "object", "properties": columns, "required": required });
        properties.insert(table.name().to_owned(), json!({ "type": ["array", "null"], "items": row }));
    }
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Estate",
        "type": "object",
        "properties": properties,
        "patternProperties": { (format!("^({})\\.", TABLE_KEYS.join("|"))): text },
        "additionalProperties": false
    })
}
