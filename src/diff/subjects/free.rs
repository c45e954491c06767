//! What cannot be, so that no case is told of it.

use super::covers::is_unit;
use super::demands::{exempt, nobody, prohibited};
use super::{What, settled};
use crate::decide::{Node, Variable};
use crate::diff::difference::ChangeKind;
use crate::diff::symbolic::{Reader, among, is, is_none};
use crate::diff::unite::Side;
use crate::diff::verdict::Verdict;
use crate::evaluate::cover::Unit;
use crate::evaluate::unknowns::{Cell, Thing, Unknowns};
use crate::program::{Entity, Field, FunctionalityId, Id, LicenseId, Period, ProductId, Program};
use crate::value::{Metric, Rank, Value};
use std::collections::BTreeSet;

/// What cannot be, or has no verdict on one of the sides: free for the cases of a subject.
pub(in crate::diff) fn free(
    readers: [&Reader<'_>; 2],
    what: What,
    sides: &[Vec<(Verdict, Node)>; 2],
    unknowns: &mut Unknowns,
) -> Node {
    let [_, new] = readers;
    let mut parts = Vec::new();
    match what {
        What::Definition(definition) | What::Said(definition, _) => {
            if new.side.program.definitions[definition].subject == Entity::Access {
                parts.push(elsewhere(new.side, unknowns));
            }
        }
        What::Reading(_) => {}
        What::Demand(functionality) => {
            parts.push(impossible_access(readers, functionality, unknowns));
            parts.extend(for_certain(readers, functionality, prohibited, unknowns));
        }
        What::Quota(functionality) => {
            parts.push(impossible_access(readers, functionality, unknowns));
            parts.extend(for_certain(readers, functionality, prohibited, unknowns));
            parts.extend(for_certain(readers, functionality, exempt, unknowns));
        }
        What::Prohibition(functionality) => parts.push(impossible_access(readers, functionality, unknowns)),
        What::Cover(license, functionality) => {
            parts.push(impossible_access(readers, functionality, unknowns));
            parts.push(impossible_unit(readers, license, unknowns));
            parts.push(other_functionality(&new.side.program, functionality, unknowns));
        }
    }
    if what.kind() != ChangeKind::Reading {
        parts.extend(readers.map(|reader| reader.undefined(unknowns)));
    }
    let free = parts.into_iter().fold(Node::NO, |any, part| unknowns.diagrams.or(any, part));
    let functions = sides.iter().flatten().map(|(_, node)| *node).chain([free]);
    let absent = absent(readers, what, functions, unknowns);
    unknowns.diagrams.or(free, absent)
}

/// Nobody comes to a server of a product of which none demands anything by running.
fn elsewhere(side: &Side, unknowns: &mut Unknowns) -> Node {
    if side.by_running.is_empty() {
        return Node::NO;
    }
    let nobody = nobody(&side.program, unknowns);
    let other = among(&side.program, Field::ServerProduct, 0, unknowns, |cell| match cell {
        Cell::Value(Value::Product(product)) => !side.by_running.contains(product),
        _ => false,
    });
    unknowns.diagrams.and(nobody, other)
}

/// Where a fact that some functions read is absent of someone who is there, or is not of nobody.
pub(super) fn absent(
    readers: [&Reader<'_>; 2],
    what: What,
    functions: impl Iterator<Item = Node>,
    unknowns: &mut Unknowns,
) -> Node {
    let read: BTreeSet<Variable> = functions.flat_map(|node| unknowns.diagrams.support(node)).collect();
    let mut absent = Node::NO;
    for variable in read {
        let impossible = absent_or_not(readers, what, variable, unknowns);
        absent = unknowns.diagrams.or(absent, impossible);
    }
    absent
}

/// Where a verdict is yes on either side, whatever readings leave open.
fn for_certain(
    readers: [&Reader<'_>; 2],
    functionality: FunctionalityId,
    verdict: fn(&Reader<'_>, FunctionalityId, &mut Unknowns) -> Node,
    unknowns: &mut Unknowns,
) -> [Node; 2] {
    readers.map(|reader| {
        let node = verdict(reader, functionality, unknowns);
        settled(node, unknowns).0
    })
}

/// A fact of someone is absent where there is someone, or is not where there is nobody.
fn absent_or_not(readers: [&Reader<'_>; 2], what: What, variable: Variable, unknowns: &mut Unknowns) -> Node {
    let [_, new] = readers;
    let program = &new.side.program;
    let field = match unknowns.thing(variable) {
        Some((Thing::Field(field), 0)) if field.is_of_someone(program) => field,
        _ => return Node::NO,
    };
    let is_there = match what {
        What::Definition(definition) | What::Said(definition, _) => {
            program.definitions[definition].subject != Entity::Access
        }
        What::Reading(_) | What::Demand(_) | What::Quota(_) | What::Prohibition(_) | What::Cover(..) => false,
    };
    let nobody = match field.entity(program) {
        Entity::Agreement if readers.iter().any(|reader| reader.fixes_agreement()) => Node::NO,
        Entity::Agreement => is_none(program, Field::Agreement, unknowns),
        _ if is_there => Node::NO,
        Entity::User => is_none(program, Field::AccessUser, unknowns),
        Entity::Device => is_none(program, Field::AccessDevice, unknowns),
        Entity::Access | Entity::Server | Entity::Host => nobody(program, unknowns),
        Entity::License | Entity::Absence | Entity::Estate => nobody(program, unknowns),
    };
    let absent = among(program, field, 0, unknowns, |cell| *cell == Cell::Absent);
    let there = unknowns.diagrams.not(absent);
    unknowns.diagrams.choose(nobody, there, absent)
}

/// Nobody comes, where no side has servers demand it by running; or the server's version is not out yet.
pub(super) fn impossible_access(
    readers: [&Reader<'_>; 2],
    functionality: FunctionalityId,
    unknowns: &mut Unknowns,
) -> Node {
    let [_, new] = readers;
    let by_running =
        readers.iter().any(|reader| reader.side.program.functionalities[functionality].demanded_by_every_server);
    let nobody = match by_running {
        true => Node::NO,
        false => nobody(&new.side.program, unknowns),
    };
    let product = new.side.program.functionalities[functionality].product;
    let unreleased = unreleased(readers, product, unknowns);
    unknowns.diagrams.or(nobody, unreleased)
}

/// The server has a version that is not out on the day, whichever side is asked.
fn unreleased(readers: [&Reader<'_>; 2], product: ProductId, unknowns: &mut Unknowns) -> Node {
    let [_, new] = readers;
    let class = u32::try_from(product.place()).unwrap_or(u32::MAX);
    let mut parts = Vec::new();
    for (rank, _) in (0..).map(Rank).zip(&new.side.program.products[product].versions) {
        let early = before_release(readers, product, rank, unknowns);
        if early != Node::NO {
            let field = Field::ServerVersion;
            let here = is(&new.side.program, field, class, &Value::Version(rank), unknowns);
            parts.push(unknowns.diagrams.and(early, here));
        }
    }
    unknowns.diagrams.any(&parts)
}

/// The day is before the release of a version by both sides.
fn before_release(readers: [&Reader<'_>; 2], product: ProductId, rank: Rank, unknowns: &mut Unknowns) -> Node {
    let mut all = Node::YES;
    for reader in readers {
        let version = reader.side.program.products[product].versions.get(rank.0 as usize);
        let until = version.and_then(|version| version.from);
        let before = match until {
            Some(_) => reader.period(Period { from: None, until }, unknowns),
            None => Node::NO,
        };
        all = unknowns.diagrams.and(all, before);
    }
    all
}

/// A version or metric that the licence has on neither side, or a unit whose holder does not come. A version not yet out may
/// be for sale: the price list decides (semantics, section 4).
fn impossible_unit(readers: [&Reader<'_>; 2], license: LicenseId, unknowns: &mut Unknowns) -> Node {
    let [_, new] = readers;
    let mut possible = Vec::new();
    for reader in readers {
        let of_side = &reader.side.program.licenses[license];
        for version in &of_side.versions {
            for metric in &of_side.metrics {
                let unit = Unit { license, version: version.rank, metric: *metric, holding: None };
                let here = is_unit(&new.side.program, unit, unknowns);
                possible.push(with_holder(&new.side.program, *metric, here, unknowns));
            }
        }
    }
    let possible = unknowns.diagrams.any(&possible);
    unknowns.diagrams.not(possible)
}

/// Where a unit is possible, whoever should hold it comes.
fn with_holder(program: &Program, metric: Metric, unit: Node, unknowns: &mut Unknowns) -> Node {
    let field = match metric {
        Metric::User => Field::AccessUser,
        Metric::Device => Field::AccessDevice,
        Metric::Host | Metric::Server => return unit,
    };
    let nobody = is_none(program, field, unknowns);
    let holder = unknowns.diagrams.not(nobody);
    unknowns.diagrams.and(unit, holder)
}

/// The access asks for something that does not demand the functionality.
fn other_functionality(program: &Program, functionality: FunctionalityId, unknowns: &mut Unknowns) -> Node {
    let asks = |cell: &Cell| match cell {
        Cell::Value(Value::Functionality(asked)) => !program.demands(*asked).contains(&functionality),
        _ => false,
    };
    match unknowns.is_known(Thing::Field(Field::AccessFunctionality)) {
        true => among(program, Field::AccessFunctionality, 0, unknowns, asks),
        false => Node::NO,
    }
}
