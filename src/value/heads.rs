//! How many heads there are.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// How many alike heads a row of an estate or a holder of a position stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Heads {
    /// So many.
    Count(u64),
    /// More than can be counted.
    Many,
}

impl fmt::Display for Heads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Heads::Count(count) => write!(f, "{count}"),
            Heads::Many => f.write_str("many"),
        }
    }
}

impl Heads {
    /// As many together.
    #[must_use]
    pub fn plus(self, other: Heads) -> Heads {
        match (self, other) {
            (Heads::Count(a), Heads::Count(b)) => Heads::Count(a.saturating_add(b)),
            (Heads::Many, _) | (_, Heads::Many) => Heads::Many,
        }
    }

    /// So many of them as can be counted.
    #[must_use]
    pub fn counted(self) -> u64 {
        match self {
            Heads::Count(count) => count,
            Heads::Many => 0,
        }
    }

    /// As many without some; none is the least, and many stay many.
    #[must_use]
    pub fn minus(self, some: u64) -> Heads {
        match self {
            Heads::Count(count) => Heads::Count(count.saturating_sub(some)),
            Heads::Many => Heads::Many,
        }
    }
}

impl Serialize for Heads {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Heads::Count(count) => serializer.serialize_u64(*count),
            Heads::Many => serializer.serialize_str("many"),
        }
    }
}

/// A number, or `many`.
impl JsonSchema for Heads {
    fn schema_name() -> Cow<'static, str> {
        "Heads".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "integer", "minimum": 0 }, { "const": "many" }] })
    }
}
