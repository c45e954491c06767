//! Columns of what may be unknown: the declared facts of a table's rows.

use super::Building;
use crate::estate::cells::{Read, Reader};
use crate::estate::columns::{Column, ColumnBuilder, Stated};
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Sheets};
use crate::program;
use crate::source::Span;
use crate::value::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub(super) type Columns = BTreeMap<program::Field, Column>;

impl<'a> Building<'a> {
    /// A column for each declared fact of a table's rows.
    pub(super) fn facts(&mut self, sheets: &Sheets<'a>, kind: Kind) -> Columns {
        let mut columns = Columns::new();
        let rows: Arc<Vec<Span>> = Arc::new(sheets.lines(kind).map(|line| line.span).collect());
        for (index, id) in sheets.facts(kind) {
            let column = match rows.is_empty() || sheets.have_fact(kind, index) {
                true => self.fact(id, sheets.lines(kind).map(|line| line.fact(kind, index))),
                false => Column::left_out(blank(self.program.facts[id].default.as_ref()), Arc::clone(&rows)),
            };
            columns.insert(program::Field::Fact(id), column);
        }
        columns
    }

    /// The column of a declared fact.
    pub(super) fn fact<'s>(&mut self, id: program::FactId, fields: impl Iterator<Item = Field<'s>>) -> Column {
        let fact = &self.program.facts[id];
        let reader = Reader::new(&fact.ty, self.program);
        self.column(fields, fact.default.as_ref(), |text| reader.read(text))
    }

    /// The column of the cells. Each distinct text is read once.
    pub(super) fn column<'s>(
        &mut self,
        fields: impl Iterator<Item = Field<'s>>,
        default: Option<&Value>,
        read: impl Fn(&str) -> Read<Value>,
    ) -> Column {
        let mut column = ColumnBuilder::default();
        let mut codes: HashMap<&str, u32> = HashMap::new();
        for field in fields {
            if let Some(code) = codes.get(field.text) {
                column.repeat(*code, field.span);
            } else if let Some(stated) = self.report(field, stated(field.text, default, &read)) {
                codes.insert(field.text, column.push(stated, field.span));
            }
        }
        column.finish()
    }
}

/// What a text states: nothing is the default, else unknown.
pub(super) fn stated(text: &str, default: Option<&Value>, read: impl Fn(&str) -> Read<Value>) -> Read<Stated> {
    match text {
        "" => Ok(blank(default)),
        "unknown" => Ok(Stated::Unknown { blank: false }),
        text => read(text).map(Stated::Given),
    }
}

/// What nothing states.
fn blank(default: Option<&Value>) -> Stated {
    default.map_or(Stated::Unknown { blank: true }, |value| Stated::Default(value.clone()))
}
