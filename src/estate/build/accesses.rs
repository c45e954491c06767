//! The table of accesses: who comes to which server, for what.
//!
//! However many rows there are, each access is kept once, with the number of its rows: see [`super::merging`].

use super::Building;
use super::ids::Ids;
use super::merging::Merging;
use super::servers::Machines;
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::cells::{self, Wrong};
use crate::estate::columns::Table;
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Line, Sheets};
use crate::estate::{Access, AccessRow, ServerRow};
use crate::program::{FunctionalityId, ProductId, Program};
use crate::source::Span;

/// What rows of accesses name.
#[derive(Clone, Copy)]
pub(super) struct Named<'n> {
    pub users: &'n Ids<'n>,
    pub devices: &'n Ids<'n>,
    pub machines: &'n Machines<'n>,
}

impl<'a> Building<'a> {
    pub(super) fn accesses(&mut self, sheets: &Sheets<'a>, named: Named<'_>) -> Table<AccessRow, Access> {
        let mut merging = Merging::new(self, sheets, named);
        for line in sheets.lines(Kind::Accesses) {
            merging.line(line);
        }
        for (part, stream) in sheets.streams(Kind::Accesses) {
            merging.stream(part, stream);
        }
        merging.table()
    }

    /// One row, as far as it is right.
    pub(super) fn access(&mut self, line: Line<'_>, named: Named<'_>) -> Option<Access> {
        let [server, user, device, functionality] = line.fields();
        self.filled(&server);
        if user.text.is_empty() && device.text.is_empty() {
            self.problems.add(|| nobody(line.span));
        }
        let server: Option<ServerRow> = self.row(server, &named.machines.ids);
        let (user, device) = (self.row(user, named.users), self.row(device, named.devices));
        let product = server.and_then(|server| named.machines.product(server));
        let given = !functionality.text.is_empty();
        let functionality = self.functionality(functionality, product?);
        Some(Access {
            server: server?,
            user,
            device,
            functionality: functionality?,
            functionality_given: given,
            rows: 1,
            span: line.span,
        })
    }

    fn functionality(&mut self, field: Field<'_>, product: ProductId) -> Option<FunctionalityId> {
        let program = self.program;
        if field.text.is_empty() {
            let first = program.products[product].functionalities.first().copied();
            if first.is_none() {
                self.problems.add(|| no_functionality(field.span, &program.products[product].header.name));
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
