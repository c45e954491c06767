//! The table of hosts: those given, and one for each server that names none.

use super::Building;
use super::servers::Machines;
use crate::estate::cells::{self, Reader};
use crate::estate::columns::{Column, Table};
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Sheets};
use crate::estate::{Host, HostRow};
use crate::program;
use crate::source::Span;
use crate::value::{Type, Value};

/// The columns of `hosts` that may be unknown, with their index in the schema.
const KIND: usize = 1;
const CORES: usize = 2;
const PROCESSORS: usize = 3;

impl<'a> Building<'a> {
    pub(super) fn hosts(&mut self, sheets: &Sheets<'a>, machines: &Machines<'_>) -> Table<HostRow, Host> {
        let given = sheets.lines(Kind::Hosts).map(|line| (line.span, false));
        let made = machines.made_for.iter().map(|server| (*server, true));
        let names = machines.hosts.names();
        let rows = names.zip(given.chain(made)).map(|(id, (span, made))| Host { id: id.into(), span, made });
        let mut columns = super::facts::Columns::new();
        for (index, id) in sheets.facts(Kind::Hosts) {
            let given = sheets.lines(Kind::Hosts).map(|line| line.fact(Kind::Hosts, index));
            columns.insert(program::Field::Fact(id), self.fact(id, given.chain(blank(&machines.made_for))));
        }
        let kind = Reader::new(&Type::HostKind, self.program);
        let count = |text: &str| cells::whole(text).map(|count| Value::Number(count.into()));
        columns.insert(program::Field::HostKind, self.host_column(sheets, machines, KIND, |text| kind.read(text)));
        columns.insert(program::Field::HostCores, self.host_column(sheets, machines, CORES, count));
        columns.insert(program::Field::HostProcessors, self.host_column(sheets, machines, PROCESSORS, count));
        Table::new(rows, columns)
    }

    fn host_column(
        &mut self,
        sheets: &Sheets<'a>,
        machines: &Machines<'_>,
        index: usize,
        read: impl Fn(&str) -> cells::Read<Value>,
    ) -> Column {
        let given = sheets.lines(Kind::Hosts).map(|line| line.field(index));
        self.column(given.chain(blank(&machines.made_for)), None, read)
    }
}

/// What is stated of hosts that nobody wrote down: nothing.
fn blank<'s>(made_for: &[Span]) -> impl Iterator<Item = Field<'s>> + use<'_, 's> {
    made_for.iter().map(|span| Field { text: "", span: *span, column: "", present: false })
}
