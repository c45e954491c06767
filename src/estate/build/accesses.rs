//! The table of accesses: who comes to which server, for what.

use super::Building;
use super::ids::Ids;
use super::servers::Machines;
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::cells::{self, Wrong};
use crate::estate::columns::Table;
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Line, Sheets};
use crate::estate::{Access, AccessRow, ServerRow};
use crate::program::{FunctionalityId, Id, ProductId, Program};
use crate::source::Span;

impl<'a> Building<'a> {
    pub(super) fn accesses(
        &mut self,
        sheets: &Sheets<'a>,
        users: &Ids<'_>,
        devices: &Ids<'_>,
        machines: &Machines<'_>,
    ) -> Table<AccessRow, Access> {
        let mut rows = Vec::new();
        for line in sheets.whole_lines(Kind::Accesses) {
            rows.extend(self.access(line, users, devices, machines));
        }
        Table::new(rows, self.facts(sheets, Kind::Accesses))
    }

    fn access(
        &mut self,
        line: Line<'_>,
        users: &Ids<'_>,
        devices: &Ids<'_>,
        machines: &Machines<'_>,
    ) -> Option<Access> {
        let [server, user, device, functionality] = line.fields();
        self.filled(&server);
        if user.text.is_empty() && device.text.is_empty() {
            self.problems.push(nobody(line.span));
        }
        let server: Option<ServerRow> = self.row(server, &machines.ids);
        let (user, device) = (self.row(user, users), self.row(device, devices));
        let product = server.and_then(|server| machines.products.get(server.place()).copied().flatten());
        let given = !functionality.text.is_empty();
        let functionality = self.functionality(functionality, product?);
        Some(Access {
            server: server?,
            user,
            device,
            functionality: functionality?,
            functionality_given: given,
            span: line.span,
        })
    }

    fn functionality(&mut self, field: Field<'_>, product: ProductId) -> Option<FunctionalityId> {
        let program = self.program;
        if field.text.is_empty() {
            let first = program.products[product].functionalities.first().copied();
            if first.is_none() {
                self.problems.push(no_functionality(field.span, &program.products[product].header.name));
            }
            return first;
        }
        self.optional(field, |text| find(program, product, text))
    }
}

/// The functionality of a name, or the one that the feature of a name needs.
fn find(program: &Program, product: ProductId, name: &str) -> cells::Read<FunctionalityId> {
    let product = &program.products[product];
    let own = |id: &&FunctionalityId| program.functionalities[**id].header.name == name;
    let found = product.functionalities.iter().find(own).or_else(|| product.features.get(name));
    found.copied().ok_or_else(|| {
        let functionalities =
            product.functionalities.iter().map(|id| program.functionalities[*id].header.name.as_str());
        let names = functionalities.chain(product.features.keys().map(String::as_str));
        let what = format!("a functionality or feature of `{}`", product.header.name);
        Wrong::Expected(what, Some(cells::nearest_or_all(name, names)))
    })
}

fn nobody(row: Span) -> Diagnostic {
    Diagnostic::error(Code::AccessorMissing, "this access names neither a user nor a device")
        .at(row, "nobody comes here")
        .help("fill `user`, `device` or both")
}

fn no_functionality(row: Span, product: &str) -> Diagnostic {
    Diagnostic::error(Code::WrongCell, format!("`{product}` has no functionality that could be accessed"))
        .at(row, "this access needs one")
        .help(format!("declare a functionality in the product `{product}`"))
}
