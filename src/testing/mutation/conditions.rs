//! Mutants of conditions: parts left out, words exchanged, numbers, days, releases and members of lists changed.

use super::Mutant;
use super::proof::Proof;
use crate::evaluate::unknowns::value_text;
use crate::lint::conditions::replaced;
use crate::lint::sites::sites;
use crate::program::{Comparison, Condition, ConditionKind, Field, Program, Term};
use crate::source::{Sources, Span};
use crate::value::{Rank, Type, Value};
use rust_decimal::Decimal;

/// Every mutant of every condition.
pub(super) fn mutants<'p>(program: &'p Program, sources: &'p Sources) -> Vec<Mutant<'p>> {
    let mut mutants = Vec::new();
    for (place, site) in sites(program).iter().enumerate() {
        let mut changes = Vec::new();
        whole(site.condition, &mut changes);
        parts(program, sources, site.condition, site.condition, &mut Vec::new(), &mut changes);
        for Changed { at, what, condition } in changes {
            let span = site.condition.span;
            let to = condition.clone();
            // A site is found again by its place: it holds what a proof needs and cannot be copied.
            let Some(again) = sites(program).into_iter().nth(place) else { continue };
            mutants.push(Mutant {
                at,
                what: format!("{}: {what}", site.name),
                entry: site.name_span,
                words: vec![sources.text(site.name_span).into_owned()],
                day: None,
                change: Box::new(move |program| put(program, span, &to)),
                means_the_same: Proof::Condition(again, condition),
            });
        }
    }
    mutants
}

struct Changed {
    at: Span,
    what: String,
    condition: Condition,
}

fn whole(condition: &Condition, changes: &mut Vec<Changed>) {
    for (yes, what) in [(true, "always yes"), (false, "never yes")] {
        if condition.kind != ConditionKind::Constant(yes) {
            let condition = Condition { kind: ConditionKind::Constant(yes), span: condition.span };
            changes.push(Changed { at: condition.span, what: what.to_owned(), condition });
        }
    }
}

fn parts(
    program: &Program,
    sources: &Sources,
    root: &Condition,
    at: &Condition,
    path: &mut Vec<usize>,
    changes: &mut Vec<Changed>,
) {
    let mut change = |span: Span, what: String, kind: &ConditionKind, path: &[usize]| {
        changes.push(Changed { at: span, what, condition: replaced(root, path, kind) });
    };
    match &at.kind {
        ConditionKind::All(inner) | ConditionKind::Any(inner) => {
            let is_all = matches!(at.kind, ConditionKind::All(_));
            let (what, swapped) = match is_all {
                true => ("`and` made `or`", ConditionKind::Any(inner.clone())),
                false => ("`or` made `and`", ConditionKind::All(inner.clone())),
            };
            change(at.span, what.to_owned(), &swapped, path);
            for (place, part) in inner.iter().enumerate() {
                path.push(place);
                let text = sources.words(part.span);
                changes.push(Changed {
                    at: part.span,
                    what: format!("`{text}` left out"),
                    condition: replaced(root, path, &ConditionKind::Constant(is_all)),
                });
                parts(program, sources, root, part, path, changes);
                path.pop();
            }
        }
        ConditionKind::Not(inner) => {
            change(at.span, "`not` left out".to_owned(), &inner.kind, path);
            path.push(0);
            parts(program, sources, root, inner, path, changes);
            path.pop();
        }
        ConditionKind::Holds(_) | ConditionKind::Is(_) => {
            change(at.span, "turned round by `not`".to_owned(), &negated(at), path);
        }
        ConditionKind::OneOf { term, values } => {
            change(at.span, "turned round by `not`".to_owned(), &negated(at), path);
            for (place, value) in values.iter().enumerate().filter(|_| values.len() > 1) {
                let mut fewer = values.clone();
                fewer.remove(place);
                let text = value_text(program, &term.ty(program), value);
                let kind = ConditionKind::OneOf { term: term.clone(), values: fewer };
                change(at.span, format!("`{text}` left out of the list"), &kind, path);
            }
        }
        ConditionKind::Compare { left, relation, right } => {
            for (what, kind) in compared(program, left, *relation, right) {
                change(at.span, what, &kind, path);
            }
        }
        ConditionKind::Constant(_) => {}
    }
}

fn negated(condition: &Condition) -> ConditionKind {
    ConditionKind::Not(Box::new(condition.clone()))
}

/// Other relations and other constants.
fn compared(program: &Program, left: &Term, relation: Comparison, right: &Term) -> Vec<(String, ConditionKind)> {
    let (sign, other, name) = match relation {
        Comparison::Is => ("is", Comparison::IsNot, "is not"),
        Comparison::IsNot => ("is not", Comparison::Is, "is"),
        Comparison::Less => ("<", Comparison::LessOrEqual, "<="),
        Comparison::LessOrEqual => ("<=", Comparison::Less, "<"),
        Comparison::Greater => (">", Comparison::GreaterOrEqual, ">="),
        Comparison::GreaterOrEqual => (">=", Comparison::Greater, ">"),
    };
    let with = |left: Term, relation: Comparison, right: Term| ConditionKind::Compare { left, relation, right };
    let mut changed = vec![(format!("`{sign}` made `{name}`"), with(left.clone(), other, right.clone()))];
    for (what, left) in constants(program, left, right) {
        changed.push((what, with(left, relation, right.clone())));
    }
    for (what, right) in constants(program, right, left) {
        changed.push((what, with(left.clone(), relation, right)));
    }
    changed
}

/// The terms that a term becomes by changing one of its constants to a neighbour.
pub(super) fn constants(program: &Program, term: &Term, opposite: &Term) -> Vec<(String, Term)> {
    let list = |terms: &[Term], make: fn(Vec<Term>) -> Term| {
        let mut all = Vec::new();
        for (place, inner) in terms.iter().enumerate() {
            for (what, changed) in constants(program, inner, opposite) {
                let mut terms = terms.to_vec();
                terms.splice(place..=place, [changed]);
                all.push((what, make(terms)));
            }
        }
        all
    };
    match term {
        Term::Constant(value) => neighbours(program, value, opposite),
        Term::Field(_) | Term::Count { .. } | Term::BreakEven(..) => Vec::new(),
        Term::Max(terms) => list(terms, Term::Max),
        Term::Min(terms) => list(terms, Term::Min),
        Term::RoundUp(inner) => wrapped(constants(program, inner, opposite), Term::RoundUp),
        Term::RoundDown(inner) => wrapped(constants(program, inner, opposite), Term::RoundDown),
        Term::Arithmetic { left, operator, right } => {
            let of_left = constants(program, left, opposite).into_iter().map(|(what, left)| {
                (what, Term::Arithmetic { left: Box::new(left), operator: *operator, right: right.clone() })
            });
            let of_right = constants(program, right, opposite).into_iter().map(|(what, right)| {
                (what, Term::Arithmetic { left: left.clone(), operator: *operator, right: Box::new(right) })
            });
            of_left.chain(of_right).collect()
        }
    }
}

fn wrapped(terms: Vec<(String, Term)>, make: fn(Box<Term>) -> Term) -> Vec<(String, Term)> {
    terms.into_iter().map(|(what, term)| (what, make(Box::new(term)))).collect()
}

/// A number one more or less, the days before and after, the releases beside.
fn neighbours(program: &Program, value: &Value, opposite: &Term) -> Vec<(String, Term)> {
    let values: Vec<Value> = match value {
        Value::Number(number) => [number.checked_add(Decimal::ONE), number.checked_sub(Decimal::ONE)]
            .into_iter()
            .flatten()
            .map(Value::Number)
            .collect(),
        Value::Date(day) => [day.tomorrow(), day.yesterday()].into_iter().flatten().map(Value::Date).collect(),
        Value::Version(rank) => {
            let known = match opposite {
                Term::Field(field) => versions(program, *field),
                _ => 0,
            };
            let ranks = [rank.0.checked_add(1), rank.0.checked_sub(1)].into_iter().flatten();
            ranks.filter(|rank| (*rank as usize) < known).map(|rank| Value::Version(Rank(rank))).collect()
        }
        _ => Vec::new(),
    };
    let text = |value: &Value| match value {
        Value::Version(rank) => format!("release {}", rank.0 + 1),
        value => value_text(program, &Type::Number, value),
    };
    values.into_iter().map(|other| (format!("{} made {}", text(value), text(&other)), Term::Constant(other))).collect()
}

/// How many versions the field's value can be one of; without knowing whose, the fewest of any line would cut too much, so
/// the most are taken: a rank past the end is a mutant like any other.
fn versions(program: &Program, field: Field) -> usize {
    match field.ty(program) {
        Type::Version(line) => program.versions(line),
        _ => program.products.values().map(|product| product.versions.len()).max().unwrap_or(0),
    }
}

/// Puts a condition in the place of that at a span, wherever it is written out.
fn put(program: &mut Program, span: Span, to: &Condition) {
    let set = |condition: &mut Condition| {
        if condition.span == span {
            *condition = to.clone();
        }
    };
    for id in program.sources.ids().collect::<Vec<_>>() {
        program.sources.get_mut(id).into_iter().for_each(|source| source.when.iter_mut().for_each(set));
    }
    for id in program.definitions.ids().collect::<Vec<_>>() {
        let readings = program.definitions.get_mut(id).into_iter().flat_map(|definition| &mut definition.readings);
        readings.for_each(|reading| reading.when.iter_mut().for_each(set));
    }
    for id in program.rules.ids().collect::<Vec<_>>() {
        program.rules.get_mut(id).into_iter().for_each(|rule| rule.when.iter_mut().for_each(set));
    }
    for id in program.advice.ids().collect::<Vec<_>>() {
        program.advice.get_mut(id).into_iter().for_each(|advice| advice.when.iter_mut().for_each(set));
    }
    program.reaches.iter_mut().for_each(|reach| reach.when.iter_mut().for_each(set));
    program.reassignments.iter_mut().for_each(|one| one.when.iter_mut().for_each(set));
    for id in program.licenses.ids().collect::<Vec<_>>() {
        let versions = program.licenses.get_mut(id).into_iter().flat_map(|license| &mut license.versions);
        versions.flat_map(|version| &mut version.provided).for_each(|clause| set(&mut clause.condition));
    }
}
