//! Cases in the words of the policies.

use super::sites::Answers;
use crate::decide::{Node, Variable};
use crate::diff::primes::{Cube, Shape, some_prime};
use crate::evaluate::terms::{compared_text, standing_text};
use crate::evaluate::unknowns::{Cell, Thing, Unknowns, value_text};
use crate::program::{Compared, DefinitionId, Field, Id, LicenseId, ProductId, Program};
use crate::value::{Type, Value, VersionLine};
use std::collections::BTreeSet;

/// What is given of one fact in a case.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Given {
    /// The fact, as policies write it.
    pub fact: String,
    /// Any of these values; or bounds that hold together: `from D`, `until D`, `above N`, `below N`, `up to N`.
    pub is: Vec<String>,
}

/// A case in words: `user.relation is student or parent, user.hosted is no`.
pub(super) fn told(case: &[Given]) -> String {
    match case.is_empty() {
        true => "whatever the facts are".to_owned(),
        false => {
            case.iter().map(|given| format!("{} {}", given.fact, any_of(&given.is))).collect::<Vec<_>>().join(", ")
        }
    }
}

fn any_of(values: &[String]) -> String {
    let bound =
        |value: &String| ["from ", "until ", "above ", "below ", "up to "].iter().any(|word| value.starts_with(word));
    match values.iter().all(bound) {
        true => values.join(" "),
        false => format!("is {}", values.join(" or ")),
    }
}

/// Cases that together hold a region, each as wide as it can be told; only the first few of many.
pub(super) fn cases(answers: &mut Answers<'_>, mut region: Node) -> Vec<Vec<Given>> {
    const MOST: usize = 8;
    let (whole, mut cases) = (region, Vec::new());
    while region != Node::NO && cases.len() < MOST {
        let words = Words { program: answers.program, unknowns: answers.unknowns };
        let width = |variable| words.cells(variable).len();
        let cube = some_prime(&words.unknowns.diagrams, whole, region, &|variable| words.shape(variable));
        let widths: Vec<usize> = cube.keys().map(|variable| width(*variable)).collect();
        cases.push(words.case(&cube));
        let diagrams = &mut answers.unknowns.diagrams;
        let mut held = Node::YES;
        for ((variable, cells), width) in cube.iter().zip(widths) {
            let one = diagrams.branch(*variable, (0..width).map(|cell| Node::constant(cells.contains(&cell))));
            held = diagrams.and(held, one);
        }
        let elsewhere = diagrams.not(held);
        region = diagrams.and(region, elsewhere);
    }
    cases
}

/// One case within a region, as wide as it can be told; what lies outside `possible` is free.
pub(super) fn case(answers: &mut Answers<'_>, possible: Node, region: Node) -> Vec<Given> {
    let unknowns = &mut *answers.unknowns;
    let impossible = unknowns.diagrams.not(possible);
    let within = unknowns.diagrams.or(region, impossible);
    let region = unknowns.diagrams.and(region, possible);
    let words = Words { program: answers.program, unknowns };
    let cube = some_prime(&words.unknowns.diagrams, within, region, &|variable| words.shape(variable));
    words.case(&cube)
}

/// How many combinations of which facts some functions look at: `all 30 combinations of user.relation and access.channel`.
pub(super) fn combinations(answers: &Answers<'_>, nodes: &[Node]) -> String {
    let words = Words { program: answers.program, unknowns: answers.unknowns };
    let support: BTreeSet<Variable> = nodes.iter().flat_map(|node| words.unknowns.diagrams.support(*node)).collect();
    let count =
        support.iter().fold(1_u128, |count, variable| count.saturating_mul(words.cells(*variable).len() as u128));
    let names: BTreeSet<String> = support.iter().map(|variable| words.name(*variable)).collect();
    let names: Vec<String> = names.into_iter().collect();
    match names.as_slice() {
        [] => "whatever the facts are".to_owned(),
        [only] => format!("for all {count} values of {only}"),
        [before @ .., last] => format!("in all {count} combinations of {} and {last}", before.join(", ")),
    }
}

struct Words<'w> {
    program: &'w Program,
    unknowns: &'w Unknowns,
}

impl Words<'_> {
    fn cells(&self, variable: Variable) -> Vec<Cell> {
        self.unknowns.domain(self.program, variable)
    }

    fn shape(&self, variable: Variable) -> Shape {
        let cells = self.cells(variable);
        let is_of_two = self.unknowns.compared(variable).is_some_and(Compared::is_of_two);
        let ordered = !is_of_two && matches!(cells.first(), Some(Cell::Between(..)));
        Shape { ordered, values: cells.len(), of_someone: false }
    }

    fn case(&self, cube: &Cube) -> Vec<Given> {
        let given = |(variable, cells): (&Variable, &BTreeSet<usize>)| {
            let compared = self.unknowns.compared(*variable);
            if let Some(fact) = compared.and_then(|pair| standing_text(self.program, pair, cells)) {
                return Given { fact, is: vec!["yes".to_owned()] };
            }
            let domain = self.cells(*variable);
            let chosen: Vec<&Cell> = cells.iter().filter_map(|cell| domain.get(*cell)).collect();
            let is = match (self.shape(*variable).ordered, chosen.first(), chosen.last()) {
                (true, Some(first), Some(last)) => self.interval(*variable, first, last),
                _ => chosen.iter().map(|cell| self.value(*variable, cell)).collect(),
            };
            Given { fact: self.name(*variable), is }
        };
        let mut case: Vec<Given> = cube.iter().map(given).collect();
        case.sort_by(|a, b| a.fact.cmp(&b.fact));
        case
    }

    fn interval(&self, variable: Variable, first: &Cell, last: &Cell) -> Vec<String> {
        if let (Cell::Value(first), Cell::Value(last)) = (first, last)
            && first == last
        {
            return vec![self.text(variable, first)];
        }
        let low = match first {
            Cell::Value(value) => Some(format!("from {}", self.text(variable, value))),
            Cell::Between(low, _) => low.as_ref().map(|low| self.above(variable, low)),
            Cell::Other | Cell::Absent => None,
        };
        let high = match last {
            Cell::Value(value) => Some(self.up_to(variable, value)),
            Cell::Between(_, high) => high.as_ref().map(|high| self.below(variable, high)),
            Cell::Other | Cell::Absent => None,
        };
        low.into_iter().chain(high).collect()
    }

    fn above(&self, variable: Variable, low: &Value) -> String {
        match low {
            Value::Date(day) => day.tomorrow().map_or_else(|_| String::new(), |day| format!("from {day}")),
            _ => format!("above {}", self.text(variable, low)),
        }
    }

    fn below(&self, variable: Variable, high: &Value) -> String {
        let word = if let Value::Date(_) = high { "until" } else { "below" };
        format!("{word} {}", self.text(variable, high))
    }

    fn up_to(&self, variable: Variable, last: &Value) -> String {
        match last {
            Value::Date(day) => day.tomorrow().map_or_else(|_| String::new(), |day| format!("until {day}")),
            _ => format!("up to {}", self.text(variable, last)),
        }
    }

    fn value(&self, variable: Variable, cell: &Cell) -> String {
        match cell {
            Cell::Value(value) => self.text(variable, value),
            Cell::Between(..) => "any".to_owned(),
            Cell::Other if self.ty(variable) == Type::Reference => "present".to_owned(),
            Cell::Absent => "absent".to_owned(),
            Cell::Other => "any other".to_owned(),
        }
    }

    fn text(&self, variable: Variable, value: &Value) -> String {
        match (self.line(variable), value) {
            (Some(line), Value::Version(rank)) => self.program.version_label(line, *rank).to_owned(),
            _ => value_text(self.program, &self.ty(variable), value),
        }
    }

    fn ty(&self, variable: Variable) -> Type {
        self.unknowns.thing(variable).map_or(Type::Bool, |(thing, _)| thing.ty(self.program))
    }

    /// Whose versions a variable ranges over.
    fn line(&self, variable: Variable) -> Option<VersionLine> {
        match self.unknowns.thing(variable)? {
            (Thing::Field(Field::ServerVersion), class) => Some(VersionLine::Product(ProductId::at(class))),
            (Thing::Field(Field::LicenseVersion), class) => Some(self.program.licenses[LicenseId::at(class)].line),
            _ => None,
        }
    }

    fn name(&self, variable: Variable) -> String {
        let program = self.program;
        let term = |definition: DefinitionId| program.definitions[definition].header.name.clone();
        match self.unknowns.thing(variable).map(|(thing, _)| thing) {
            Some(Thing::Field(field) | Thing::Absent(field)) => field.path(program),
            Some(Thing::Evidence(rule)) => format!("evidence.{}", program.rules[rule].header.name),
            Some(Thing::Calculation(_) | Thing::AbsentCalculation(_)) => {
                self.unknowns.compared(variable).map(|compared| compared_text(program, compared)).unwrap_or_default()
            }
            Some(Thing::Open(definition, _) | Thing::OpenAtServer(definition, _)) => term(definition),
            Some(Thing::Defined(definition) | Thing::AbsentSubject(definition)) => term(definition),
            None => String::new(),
        }
    }
}
