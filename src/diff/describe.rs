//! Cubes in the words of the policies: facts by their names, values as tables write them.

use super::difference::Condition;
use super::fewest::Order;
use super::primes::{Cube, Shape};
use super::unite::United;
use crate::decide::Variable;
use crate::evaluate::terms::{compared_text, standing_text};
use crate::evaluate::unknowns::{Cell, Thing, Unknowns, value_text};
use crate::program::{Compared, Field, Id, LicenseId, ProductId, Term};
use crate::value::{Type, Value, VersionLine};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The words for what is open on both sides.
pub(super) struct Words<'w> {
    pub united: &'w United,
    pub unknowns: &'w Unknowns,
}

impl Words<'_> {
    /// How many cells the domain of a variable has.
    pub fn width(&self, variable: Variable) -> usize {
        self.cells(variable).len()
    }

    pub fn cells(&self, variable: Variable) -> Vec<Cell> {
        self.unknowns.domain(&self.united.new.program, variable)
    }

    /// Numbers and dates are taken together in intervals, how two figures stand in any way. A condition on a fact of someone says that there is someone.
    pub fn shape(&self, variable: Variable) -> Shape {
        let cells = self.cells(variable);
        let of_someone = cells.last() == Some(&Cell::Absent);
        let values = cells.len() - usize::from(of_someone);
        let is_of_two = self.unknowns.compared(variable).is_some_and(Compared::is_of_two);
        Shape { ordered: !is_of_two && matches!(cells.first(), Some(Cell::Between(..))), values, of_someone }
    }

    /// Where a cube stands among others: by the names of its facts, then by its values as declared.
    pub fn order(&self, cube: &Cube) -> Order {
        let mut order: Order =
            cube.iter().map(|(variable, cells)| (self.name(*variable), cells.iter().copied().collect())).collect();
        order.sort();
        order
    }

    /// The conditions of a cube, by the names of their facts.
    pub fn conditions(&self, cube: &Cube) -> Vec<Condition> {
        let mut conditions: Vec<Condition> =
            cube.iter().map(|(variable, cells)| self.condition(*variable, cells)).collect();
        conditions.sort_by(|a, b| a.fact().cmp(b.fact()));
        conditions
    }

    fn condition(&self, variable: Variable, cells: &BTreeSet<usize>) -> Condition {
        let compared = self.unknowns.compared(variable);
        if let Some(fact) = compared.and_then(|pair| standing_text(&self.united.new.program, pair, cells)) {
            return Condition::In { fact, values: vec!["yes".to_owned()] };
        }
        let (fact, domain) = (self.name(variable), self.cells(variable));
        let chosen: Vec<&Cell> = cells.iter().filter_map(|cell| domain.get(*cell)).collect();
        match (chosen.first(), chosen.last(), self.shape(variable).ordered) {
            (Some(first), Some(last), true) => {
                Condition::Within { fact, from: self.from(variable, first), until: self.until(variable, last) }
            }
            _ => Condition::In { fact, values: chosen.into_iter().map(|cell| self.value(variable, cell)).collect() },
        }
    }

    /// The first value of an interval's first cell.
    fn from(&self, variable: Variable, cell: &Cell) -> Option<String> {
        match cell {
            Cell::Value(value) => Some(self.text(variable, value)),
            Cell::Between(low, _) => low.as_ref().map(|low| self.above(variable, low)),
            Cell::Other | Cell::Absent => None,
        }
    }

    /// The first value past an interval's last cell.
    fn until(&self, variable: Variable, cell: &Cell) -> Option<String> {
        match cell {
            Cell::Value(value) => Some(self.above(variable, value)),
            Cell::Between(_, high) => high.as_ref().map(|high| self.text(variable, high)),
            Cell::Other | Cell::Absent => None,
        }
    }

    /// The value next above another; of numbers that need not be whole there is none.
    fn above(&self, variable: Variable, value: &Value) -> String {
        let next = match value {
            Value::Date(day) => day.tomorrow().ok().map(Value::Date),
            Value::Number(number) if self.ty(variable) == Some(Type::Int) => {
                number.floor().checked_add(Decimal::ONE).map(Value::Number)
            }
            _ => None,
        };
        next.map_or_else(|| format!("above {}", self.text(variable, value)), |next| self.text(variable, &next))
    }

    fn value(&self, variable: Variable, cell: &Cell) -> String {
        match cell {
            Cell::Value(value) => self.text(variable, value),
            Cell::Between(low, high) => {
                let text = |end: &Option<Value>| end.as_ref().map(|end| self.text(variable, end)).unwrap_or_default();
                format!("{}..{}", text(low), text(high))
            }
            Cell::Other if self.ty(variable) == Some(Type::Reference) && self.width(variable) <= 2 => {
                "present".to_owned()
            }
            Cell::Other => "other".to_owned(),
            Cell::Absent => "absent".to_owned(),
        }
    }

    pub fn text(&self, variable: Variable, value: &Value) -> String {
        match (self.line(variable), value) {
            (Some(line), Value::Version(rank)) => {
                let labels = self.united.lines.get(&line).and_then(|joint| joint.labels.get(rank.0 as usize));
                labels.and_then(|labels| labels.first()).cloned().unwrap_or_default()
            }
            _ => value_text(&self.united.new.program, &self.ty(variable).unwrap_or(Type::Bool), value),
        }
    }

    /// The two fields whose standing a variable is, where it is that of two, and how they stand in a cell.
    pub fn pair(&self, variable: Variable, cell: &Cell) -> Option<([Field; 2], Ordering)> {
        let compared = self.unknowns.compared(variable)?;
        let (Term::Field(left), Term::Field(right)) = (&compared.left, &compared.right) else { return None };
        let order = match cell {
            Cell::Between(None, _) => Ordering::Less,
            Cell::Value(_) => Ordering::Equal,
            _ => Ordering::Greater,
        };
        Some(([*left, *right], order)).filter(|_| compared.is_of_fields(&self.united.new.program))
    }

    pub fn ty(&self, variable: Variable) -> Option<Type> {
        self.unknowns.thing(variable).map(|(thing, _)| thing.ty(&self.united.new.program))
    }

    /// Whose versions a variable ranges over.
    pub fn line(&self, variable: Variable) -> Option<VersionLine> {
        let program = &self.united.new.program;
        match self.unknowns.thing(variable)? {
            (Thing::Field(Field::ServerVersion), class) => Some(VersionLine::Product(ProductId::at(class))),
            (Thing::Field(Field::LicenseVersion), class) => Some(program.licenses[LicenseId::at(class)].line),
            (Thing::Field(field), _) => match field.ty(program) {
                Type::Version(line) => Some(line),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a variable stands for.
    pub fn name(&self, variable: Variable) -> String {
        let program = &self.united.new.program;
        let term = |definition| program.definitions[definition].header.name.clone();
        match self.unknowns.thing(variable).map(|(thing, _)| thing) {
            Some(Thing::Field(field) | Thing::Absent(field)) => field.path(program),
            Some(Thing::Evidence(rule)) => {
                format!("evidence.{}", self.united.evidence_name(rule).map_or("", String::as_str))
            }
            Some(Thing::Calculation(_) | Thing::AbsentCalculation(_)) => {
                self.unknowns.compared(variable).map(|compared| compared_text(program, compared)).unwrap_or_default()
            }
            Some(Thing::Open(definition, _) | Thing::OpenAtServer(definition, _)) => term(definition),
            Some(Thing::Defined(definition) | Thing::AbsentSubject(definition)) => term(definition),
            None => String::new(),
        }
    }
}

impl Condition {
    /// The fact that it is about.
    pub fn fact(&self) -> &str {
        match self {
            Condition::In { fact, .. } | Condition::Within { fact, .. } => fact,
        }
    }
}
