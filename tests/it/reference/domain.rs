//! The values that a fact may take, as far as conditions can tell them apart. Numbers, dates and
//! texts fall into cells, cut at the constants that the rules in force compare them with, under
//! the readings in use.

use std::collections::BTreeSet;

use super::setting::{self, Choice};
use crate::case::*;

/// The built-in kinds of hosts, and what stands for the name of their list.
const KINDS: [&str; 3] = ["physical", "blade", "partition"];
const HOST_KIND: &str = "host.kind";

/// A value that stands for its cell, and the cell's name.
pub type Answer = (String, Value);

/// The cells of a field in declared or ascending order.
pub fn of(case: &Case, choice: &Choice, field: &Field) -> Vec<Answer> {
    let named = |value: Value| (value.to_string(), value);
    match kind(case, field) {
        Type::Bool => [true, false].map(|yes| named(Value::Bool(yes))).to_vec(),
        Type::Enum(name) if name == HOST_KIND => KINDS.map(|kind| named(Value::member(kind))).to_vec(),
        Type::Enum(name) => {
            let list = case.enums.iter().find(|list| list.name == name).unwrap();
            list.members.iter().map(|member| named(Value::member(member))).collect()
        }
        Type::Text => {
            let mut cells: Vec<_> = constants(case, choice, field).into_iter().map(named).collect();
            cells.push(("other".to_owned(), Value::Text("something else entirely".to_owned())));
            cells
        }
        Type::Version(name) => {
            let releases = &case.product(&name).releases;
            releases.iter().map(|release| named(Value::Version(name.clone(), release.label.clone()))).collect()
        }
        Type::Int | Type::Number | Type::Money | Type::Date => {
            let whole = matches!(kind(case, field), Type::Int);
            intervals(&constants(case, choice, field).into_iter().collect::<Vec<_>>(), whole)
        }
    }
}

/// The values to try for a field of something absent: its cells, numbers far off, and where it is
/// reckoned with, a row of small ones, so that arithmetic on the field comes out in every way.
pub fn wide(case: &Case, choice: &Choice, field: &Field) -> Vec<Value> {
    if field.name.starts_with("open ") {
        return vec![Value::Bool(true), Value::Bool(false)];
    }
    if *field == Field::new(Entity::Access, "functionality") {
        let of = |product: &Product| {
            product.functionalities.iter().map(|one| functionality(&product.name, &one.name)).collect::<Vec<_>>()
        };
        return case.products.iter().flat_map(of).collect();
    }
    let mut values: Vec<_> = of(case, choice, field).into_iter().map(|(_, value)| value).collect();
    match kind(case, field) {
        Type::Int | Type::Number | Type::Money => {
            values.extend([Value::int(-1_000_000), Value::int(1_000_000)]);
            if is_reckoned_with(case, choice, field) {
                values.extend((-2..=10).map(Value::int));
            }
        }
        Type::Date => values.extend([Value::Date(1_01_01), Value::Date(9999_12_31)]),
        Type::Bool | Type::Enum(_) | Type::Text | Type::Version(_) => {}
    }
    values
}

/// A functionality as a value.
pub fn functionality(product: &str, name: &str) -> Value {
    Value::member(&format!("{product}.{name}"))
}

/// Every way to take one of each.
pub fn product<T: Clone>(lists: &[Vec<T>]) -> Vec<Vec<T>> {
    let mut ways = vec![Vec::new()];
    for list in lists {
        ways = ways
            .iter()
            .flat_map(|way| list.iter().map(|item| [way.as_slice(), std::slice::from_ref(item)].concat()))
            .collect();
    }
    ways
}

fn kind(case: &Case, field: &Field) -> Type {
    match (field.entity, field.name.as_str()) {
        (Entity::Agreement, _) | (Entity::Estate, "as_of") => Type::Date,
        (Entity::Host, "kind") => Type::Enum(HOST_KIND.to_owned()),
        (_, "id") => Type::Text,
        _ => case.fact(field).map_or(Type::Int, |fact| fact.kind.clone()),
    }
}

fn intervals(cuts: &[Value], whole: bool) -> Vec<Answer> {
    let Some((first, last)) = cuts.first().zip(cuts.last()) else {
        return vec![("any".to_owned(), Value::int(0))];
    };
    let mut cells = vec![(format!("< {first}"), shifted(first, -1))];
    for (index, cut) in cuts.iter().enumerate() {
        cells.push((cut.to_string(), cut.clone()));
        if let Some((next, between)) = cuts.get(index + 1).and_then(|next| Some((next, between(cut, next, whole)?))) {
            cells.push((format!("{cut}..{next}"), between));
        }
    }
    cells.push((format!("> {last}"), shifted(last, 1)));
    cells
}

/// A value between two cuts, if there is one.
fn between(cut: &Value, next: &Value, whole: bool) -> Option<Value> {
    match (cut, next) {
        (Value::Number(low), Value::Number(high)) if !whole => {
            Some(Value::Number(low.plus(*high).over(Ratio::whole(2))))
        }
        _ => Some(shifted(cut, 1)).filter(|between| between < next),
    }
}

/// A value just beside a cut: no date cut begins or ends a month.
fn shifted(cut: &Value, by: i32) -> Value {
    match cut {
        Value::Number(number) => Value::Number(number.plus(Ratio::whole(by.into()))),
        Value::Date(date) => Value::Date(date + by),
        other => panic!("{other:?} is no cut"),
    }
}

/// Whether a condition in force calculates with a field.
fn is_reckoned_with(case: &Case, choice: &Choice, field: &Field) -> bool {
    let mut found = false;
    let mut look = |sum: &Sum| {
        if !matches!(sum, Sum::Field(_)) {
            sum.fields(&mut |read| found |= read == field);
        }
    };
    for cond in setting::conditions(case, choice) {
        cond.walk(&mut |part| {
            if let Cond::Compare(left, _, right) = part {
                look(left);
                look(right);
            }
        });
    }
    found
}

/// The constants that a field itself is compared with.
fn constants(case: &Case, choice: &Choice, field: &Field) -> BTreeSet<Value> {
    let mut found = BTreeSet::new();
    for cond in setting::conditions(case, choice) {
        cond.walk(&mut |part| match part {
            Cond::In(read, _, values) if read == field => found.extend(values.iter().cloned()),
            Cond::Compare(Sum::Field(read), _, Sum::Value(value))
            | Cond::Compare(Sum::Value(value), _, Sum::Field(read))
                if read == field =>
            {
                found.insert(value.clone());
            }
            _ => {}
        });
    }
    found
}

/// Every field that some condition reads.
pub fn read_fields(case: &Case, choice: &Choice) -> BTreeSet<Field> {
    let mut found = BTreeSet::new();
    let mut add = |field: &Field| {
        found.insert(field.clone());
    };
    for cond in setting::conditions(case, choice) {
        cond.walk(&mut |part| match part {
            Cond::Fact(field) | Cond::In(field, _, _) => add(field),
            Cond::Compare(left, _, right) => {
                left.fields(&mut add);
                right.fields(&mut add);
            }
            _ => {}
        });
    }
    found
}
