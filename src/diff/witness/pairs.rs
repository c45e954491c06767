//! Two facts that are compared with each other get values that stand as a case has them stand.

use super::sample;
use crate::evaluate::unknowns::{Cell, cell_of};
use crate::program::{Field, Program};
use crate::value::{Type, Value};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// How the first of two fields stands to the second.
pub(super) type Pair = ([Field; 2], Ordering);

/// Values for the fields of some pairs, each within its cell, as far as they are found one pair after the other.
pub(super) fn settled(program: &Program, pairs: &[Pair], cells: &BTreeMap<Field, Cell>) -> BTreeMap<Field, Value> {
    let mut settled: BTreeMap<Field, Value> = BTreeMap::new();
    for ([left, right], order) in pairs {
        let room = |field: &Field| match settled.get(field) {
            Some(value) => Cell::Value(value.clone()),
            None => cells.get(field).cloned().unwrap_or(Cell::Between(None, None)),
        };
        let (ty, rooms) = (left.ty(program), [room(left), room(right)]);
        if let Some([first, second]) = values(&ty, &rooms, *order) {
            settled.extend([(*left, first), (*right, second)]);
        }
    }
    settled
}

/// A value of each of two cells, one of which stands so to the other.
fn values(ty: &Type, [left, right]: &[Cell; 2], order: Ordering) -> Option<[Value; 2]> {
    let from = |start: &Cell, other: &Cell, order: Ordering| {
        let value = sample(&Some(ty.clone()), start)?;
        let beside = sample(&Some(ty.clone()), &beside(&value, order.reverse(), other))?;
        let lies = cell_of(std::slice::from_ref(other), &beside).is_some();
        let stands = value.order(&beside).unwrap_or(if value == beside { Ordering::Equal } else { Ordering::Less });
        (lies && stands == order).then_some([value, beside])
    };
    let common = common(left, right);
    from(left, right, order)
        .or_else(|| from(right, left, order.reverse()).map(|[second, first]| [first, second]))
        .or_else(|| from(&common, &common, order))
}

/// The part of a cell that stands so to a value.
fn beside(value: &Value, order: Ordering, cell: &Cell) -> Cell {
    let bound = Some(value.clone());
    match (order, cell) {
        (Ordering::Equal, _) => Cell::Value(value.clone()),
        (Ordering::Greater, Cell::Between(..)) => common(cell, &Cell::Between(bound, None)),
        (Ordering::Less, Cell::Between(..)) => common(cell, &Cell::Between(None, bound)),
        _ => cell.clone(),
    }
}

/// What two cells between bounds have in common; of others the first.
fn common(one: &Cell, other: &Cell) -> Cell {
    let (Cell::Between(low, high), Cell::Between(above, below)) = (one, other) else { return one.clone() };
    let further = |a: &Option<Value>, b: &Option<Value>, order: Ordering| match (a, b) {
        (Some(a), Some(b)) => Some(if a.order(b) == Some(order) { a.clone() } else { b.clone() }),
        (a, b) => a.clone().or_else(|| b.clone()),
    };
    Cell::Between(further(low, above, Ordering::Greater), further(high, below, Ordering::Less))
}
