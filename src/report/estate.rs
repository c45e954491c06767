//! What an estate may state, as a JSON Schema.

use crate::estate::schema::Kind;
use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

/// The JSON Schema of an estate: the keys of estate.toml, and each table as a list of rows. Facts that policies declare
/// are further columns of their entity's table, so other columns are not forbidden here.
pub fn schema() -> Schema {
    let text = json!({ "type": ["string", "number", "boolean", "null"] });
    let date = json!({ "type": "string", "format": "date" });
    let pairs = json!({ "type": "object", "additionalProperties": text });
    let mut properties = Map::new();
    for (key, schema) in
        [("name", &text), ("as_of", &date), ("currency", &text), ("agreement", &text), ("agreement_signed", &date)]
    {
        properties.insert(key.to_owned(), schema.clone());
    }
    for key in ["facts", "evidence", "readings"] {
        properties.insert(key.to_owned(), pairs.clone());
    }
    for table in Kind::ALL {
        let columns: Map<String, Value> =
            table.columns().iter().map(|column| (column.name.to_owned(), text.clone())).collect();
        let required: Vec<&str> =
            table.columns().iter().filter(|column| column.required).map(|column| column.name).collect();
        let row = json!({ "type": "object", "properties": columns, "required": required });
        properties.insert(table.name().to_owned(), json!({ "type": "array", "items": row }));
    }
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Estate",
        "type": "object",
        "properties": properties,
        "additionalProperties": false
    })
}
