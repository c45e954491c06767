//! A document into an [`Estate`]: every cell typed, every name resolved, every contradiction found.
//!
//! Each table has its own file below. A row with a problem is left out; then the estate as a whole is, and only the
//! problems are given back. So nothing later ever sees half an estate.

mod absences;
mod accesses;
mod facts;
mod hosts;
mod ids;
mod keys;
mod licenses;
mod merging;
mod quick;
mod same;
mod servers;

use super::cells::{Read, short};
use super::columns::Table;
use super::document::Document;
use super::prices::Prices;
use super::problems::Problems;
use super::schema::Kind;
use super::sheet::{Field, Sheets, sheets};
use super::{Estate, Heads, Holder, Population};
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::program::{Id, LicenseId, ProductId, Program};
use crate::threads::Threads;
use accesses::Named;
use ids::Ids;
use std::collections::{BTreeMap, BTreeSet};

/// Types a document by the facts, products and licences of a program. All problems are found in one run, in no
/// particular order. Where one of them is an error, the estate is empty.
pub fn build(document: &Document, program: &Program) -> (Estate, Vec<Diagnostic>) {
    let (sheets, problems) = sheets(document, program);
    let mut building = Building::new(document, program, problems);
    let estate = building.estate(document, &sheets);
    let estate = if any_error(&building.problems.kept) { Estate::default() } else { estate };
    (estate, building.problems.kept)
}

/// Names looked at for near misses in one run. Beyond it messages go without a suggestion, so that a large estate whose
/// ids are all wrong is answered in time.
const LOOKS: usize = 1_000_000;

struct Building<'a> {
    program: &'a Program,
    products: BTreeMap<&'a str, ProductId>,
    licenses: BTreeMap<&'a str, LicenseId>,
    unfinished: &'a BTreeSet<String>,
    problems: Problems,
    looks_left: usize,
    most_accesses: usize,
    threads: Threads,
}

impl<'a> Building<'a> {
    fn new(document: &'a Document, program: &'a Program, problems: Vec<Diagnostic>) -> Self {
        Building {
            program,
            products: program.products.iter().map(|(id, product)| (product.header.name.as_str(), id)).collect(),
            licenses: program.licenses.iter().map(|(id, license)| (license.header.name.as_str(), id)).collect(),
            unfinished: &document.unfinished,
            problems: Problems::from(problems),
            looks_left: LOOKS,
            most_accesses: document.memory.accesses(),
            threads: document.threads,
        }
    }

    fn estate(&mut self, document: &'a Document, sheets: &Sheets<'a>) -> Estate {
        let mut estate = self.keys(&document.entries);
        let users = self.ids(sheets, Kind::Users);
        let devices = self.ids(sheets, Kind::Devices);
        estate.users = self.populations(sheets, &users);
        estate.devices = self.populations(sheets, &devices);
        let others = users.others().map(|(id, row)| (id, Holder::User(row)));
        estate.other_names = others.chain(devices.others().map(|(id, row)| (id, Holder::Device(row)))).collect();
        let machines = self.servers(sheets);
        estate.accesses = self.accesses(sheets, Named { users: &users, devices: &devices, machines: &machines });
        let holders =
            licenses::Holders { users: &users, devices: &devices, hosts: &machines.hosts, servers: &machines.ids };
        estate.holdings = self.holdings(sheets, &holders);
        estate.prices = self.prices(sheets);
        estate.absences = self.absences(sheets, (&users, &estate.users), (&devices, &estate.devices));
        estate.hosts = self.hosts(sheets, &machines);
        estate.servers = machines.servers;
        estate
    }

    fn populations<I: Id>(&mut self, sheets: &Sheets<'a>, ids: &Ids<'_>) -> Table<I, Population> {
        let mut rows = Vec::new();
        for (line, id) in sheets.lines(ids.kind).zip(ids.names()) {
            let [_, count] = line.fields();
            let count = self.optional(count, super::cells::heads).unwrap_or(Heads::Count(1));
            rows.push(Population { id: id.into(), count, span: line.span });
        }
        Table::new(rows, self.facts(sheets, ids.kind))
    }

    fn prices(&mut self, sheets: &Sheets<'a>) -> Prices {
        let rows: Vec<_> = sheets.whole_lines(Kind::Prices).filter_map(|line| self.price(line)).collect();
        Prices::new(rows)
    }

    /// The value of a cell that may be blank.
    fn optional<'s, T>(&mut self, field: Field<'s>, read: impl FnOnce(&'s str) -> Read<T>) -> Option<T> {
        let field = self.given(field)?;
        self.report(field, read(field.text))
    }

    /// The value of a cell that must not be blank.
    fn required<'s, T>(&mut self, field: Field<'s>, read: impl FnOnce(&'s str) -> Read<T>) -> Option<T> {
        self.filled(&field);
        self.optional(field, read)
    }

    fn report<T>(&mut self, field: Field<'_>, read: Read<T>) -> Option<T> {
        read.map_err(|wrong| self.problems.add(|| field.wrong(wrong))).ok()
    }

    /// Reports a required cell that is blank. Where the whole column is missing, the header has been reported.
    fn filled(&mut self, field: &Field<'_>) {
        if field.text.is_empty() && field.present {
            self.problems.add(|| {
                let error = Diagnostic::error(Code::BlankCell, format!("`{}` is blank", field.column));
                error.at(field.span, "every row needs a value here").help(match field.column {
                    "id" => "give the row an id of its own, or remove the row",
                    _ => "fill it in, or remove the row",
                })
            });
        }
    }

    /// A cell that is not blank. `unknown` is reported: it can stand only where a fact or a host is described.
    fn given<'s>(&mut self, field: Field<'s>) -> Option<Field<'s>> {
        if field.text == "unknown" {
            self.problems.add(|| {
                let error = Diagnostic::error(Code::WrongCell, format!("`{}` cannot be unknown", field.column));
                error.at(field.span, "expected a value").help(
                    "only facts, the edition of a server and the kind, cores and processors of a host can be unknown",
                )
            });
            return None;
        }
        (!field.text.is_empty()).then_some(field)
    }

    /// The thing of many that a cell names. Their names are gathered only where it names none of them.
    fn known<T: Copy>(
        &mut self,
        field: Field<'_>,
        what: &str,
        things: fn(&Self) -> &BTreeMap<&'a str, T>,
    ) -> Option<T> {
        things(self).get(field.text).copied().or_else(|| {
            let things: Vec<_> = things(self).iter().map(|(name, thing)| (*name, *thing)).collect();
            self.named(field, what, &things)
        })
    }

    /// The thing that a cell names.
    fn named<T: Copy>(&mut self, field: Field<'_>, what: &str, things: &[(&str, T)]) -> Option<T> {
        self.required(field, |text| {
            let found = things.iter().find(|(name, _)| *name == text);
            found.map(|(_, thing)| *thing).ok_or_else(|| super::cells::no_such(text, what, things))
        })
    }
}

/// Adds the nearest of many names to a diagnostic, as long as looking at them does not take too long.
fn suggest<'n>(
    looks_left: &mut usize,
    error: Diagnostic,
    wrong: &str,
    names: impl ExactSizeIterator<Item = &'n str>,
) -> Diagnostic {
    match looks_left.checked_sub(names.len()) {
        Some(left) => {
            *looks_left = left;
            error.suggest(wrong, names)
        }
        None => error,
    }
}

/// A name in backticks, cut where it is long.
fn ticked(name: &str) -> String {
    format!("`{}`", short(name))
}
