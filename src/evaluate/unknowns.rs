//! What is not known, as variables of decision diagrams, and the cells of their domains.
//!
//! A variable is a thing that can be unknown together with the class of alike rows that it is unknown of: every row of the
//! class gets the same answer. Numbers and dates are cut at the values they are compared with, so their domains are known
//! only once every comparison has been seen: [`Unknowns::complete`] repeats the work until no new cut turns up.

use crate::decide::{Diagrams, Node, Variable};
use crate::diagnostic::Diagnostic;
use crate::program::{Compared, Comparison, DefinitionId, Entity, Field, Id, LicenseId, ProductId, Program, RuleId};
use crate::value::{HostKind, Metric, Rank, Type, Value, VersionLine, decimal_text};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// A class of alike rows. Facts of the estate as a whole, evidence and absent things have class 0.
pub type Class = u32;

/// Something whose answer is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// A field: a declared fact or a built-in column.
    Field(Field),
    /// The evidence that a rule needs.
    Evidence(RuleId),
    /// A case that the reading of a term (by its place) leaves open.
    Open(DefinitionId, usize),
    /// A term taken as it stands, whatever its readings say.
    Defined(DefinitionId),
    /// A case that the reading of a term said of accesses (by its place) leaves open, of a server that demands by running:
    /// nobody has come to it.
    OpenAtServer(DefinitionId, usize),
    /// What two calculations with facts differ by not all of which are known, by their number ([`Unknowns::compared`]).
    Calculation(usize),
    /// A field of something that is not there.
    Absent(Field),
    /// A term said of something that is not there.
    AbsentSubject(DefinitionId),
    /// What two calculations differ by, one with a field of something that is not there.
    AbsentCalculation(usize),
}

impl Thing {
    /// Whether it is absent rather than unknown: nobody can be asked for it.
    pub fn is_absent(self) -> bool {
        match self {
            Thing::Absent(_) | Thing::AbsentSubject(_) | Thing::AbsentCalculation(_) => true,
            Thing::Field(_) | Thing::Evidence(_) | Thing::Open(..) | Thing::OpenAtServer(..) => false,
            Thing::Defined(_) | Thing::Calculation(_) => false,
        }
    }

    /// What the answers to it are.
    pub fn ty(self, program: &Program) -> Type {
        match self {
            Thing::Field(field) => field.ty(program),
            Thing::Evidence(_) | Thing::Open(..) | Thing::OpenAtServer(..) | Thing::Defined(_) => Type::Bool,
            Thing::Absent(_) | Thing::AbsentSubject(_) => Type::Bool,
            Thing::Calculation(_) | Thing::AbsentCalculation(_) => Type::Number,
        }
    }

    /// Whether it is unknown of rows, so that it matters which of them are alike.
    fn is_of_rows(self, program: &Program) -> bool {
        let entity = match self {
            Thing::Field(field) => field.entity(program),
            Thing::Open(definition, _) | Thing::Defined(definition) => program.definitions[definition].subject,
            Thing::Calculation(_) | Thing::OpenAtServer(..) => return true,
            Thing::Evidence(_) | Thing::Absent(_) | Thing::AbsentSubject(_) | Thing::AbsentCalculation(_) => {
                return false;
            }
        };
        !matches!(entity, Entity::Estate | Entity::Agreement)
    }
}

/// A part of a calculation that is not wholly known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A value.
    Known(Value),
    /// A field that is unknown or absent.
    Open(Variable),
    /// Something that is not there at all.
    Nothing,
}

/// One cell of a domain: answers that no condition tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// One value.
    Value(Value),
    /// Numbers or dates between two cuts, or beyond the first or the last.
    Between(Option<Value>, Option<Value>),
    /// Every text that is compared with nothing.
    Other,
    /// There is nothing that could have an answer; only where that is itself open ([`Unknowns::open_ended`]).
    Absent,
}

/// A domain that is cut at values: its cells, in order.
#[derive(Debug)]
struct Cuts(Vec<Cell>);

impl Cuts {
    /// A domain that nothing cuts yet.
    fn none(ty: &Type) -> Cuts {
        match ty {
            Type::Text | Type::Reference => Cuts(vec![Cell::Other]),
            _ => Cuts(vec![Cell::Between(None, None)]),
        }
    }

    /// Whether a value cuts the domain anew, whose cells must be such as may be. Between whole numbers or days next to each other
    /// nothing lies.
    fn insert(&mut self, ty: &Type, value: &Value, may_be: impl Fn(&Cell) -> bool) -> bool {
        let (place, own) = (place_among(&self.0, value), Cell::Value(value.clone()));
        if !place.is_empty() || !may_be(&own) {
            return false;
        }
        let own = Some(own);
        match self.0.get(place.start).cloned() {
            Some(Cell::Between(low, high)) => {
                let lies = |low: Option<&Value>, high: Option<&Value>| {
                    low.zip(high).is_none_or(|(low, high)| !are_neighbours(ty, low, high))
                };
                let below = lies(low.as_ref(), Some(value)).then(|| Cell::Between(low, Some(value.clone())));
                let above = lies(Some(value), high.as_ref()).then(|| Cell::Between(Some(value.clone()), high));
                self.0.splice(place.start..=place.start, below.into_iter().chain(own).chain(above).filter(may_be));
            }
            _ => drop(self.0.splice(place, own)),
        }
        true
    }
}

/// Everything that is unknown in a run, with the diagrams over it.
#[derive(Debug, Default)]
pub struct Unknowns {
    /// The diagrams.
    pub diagrams: Diagrams,
    /// What could not be computed at all.
    pub problems: Vec<Diagnostic>,
    variables: Vec<(Thing, Class)>,
    ids: HashMap<(Thing, Class), Variable>,
    calculations: Vec<Vec<Part>>,
    classes: BTreeMap<Vec<Part>, Class>,
    /// The calculations that are compared though not all of their figures are known, and at what their differences are cut.
    compared: Vec<(Compared, Cuts)>,
    cuts: BTreeMap<Field, Cuts>,
    grown: bool,
    /// Whether it is open who comes and under which agreement, so that the domains of their facts say when nobody does.
    pub open_ended: bool,
}

impl Unknowns {
    /// Does work that builds nodes, and again from the start while it meets values that cut a domain anew.
    pub fn complete<T>(mut work: impl FnMut(&mut Unknowns) -> T) -> (T, Unknowns) {
        let (mut cuts, mut compared) = (BTreeMap::new(), Vec::new());
        loop {
            let mut unknowns = Unknowns { cuts, compared, ..Unknowns::default() };
            let result = work(&mut unknowns);
            if !unknowns.grown {
                return (result, unknowns);
            }
            (cuts, compared) = (unknowns.cuts, unknowns.compared);
        }
    }

    /// Whether values were met that cut a domain anew: what was found is not yet true.
    pub fn is_to_be_repeated(&self) -> bool {
        self.grown
    }

    /// Whether nothing is unknown, and there are no problems.
    pub fn are_none(&self) -> bool {
        self.variables.is_empty() && self.problems.is_empty()
    }

    /// Whether a function depends on something that is unknown of rows.
    pub fn is_of_rows(&self, program: &Program, node: Node) -> bool {
        if node.known().is_some() {
            return false;
        }
        let support = self.diagrams.support(node);
        support.into_iter().any(|variable| self.thing(variable).is_some_and(|(thing, _)| thing.is_of_rows(program)))
    }

    /// The variable of a thing and a class.
    pub fn variable(&mut self, thing: Thing, class: Class) -> Variable {
        let next = Variable(u32::try_from(self.variables.len()).unwrap_or(u32::MAX));
        let variable = *self.ids.entry((thing, class)).or_insert(next);
        if variable == next {
            self.variables.push((thing, class));
        }
        variable
    }

    /// Whether a thing has been asked for, of class 0.
    pub fn is_known(&self, thing: Thing) -> bool {
        self.ids.contains_key(&(thing, 0))
    }

    /// What a variable stands for.
    pub fn thing(&self, variable: Variable) -> Option<(Thing, Class)> {
        self.variables.get(variable.0 as usize).copied()
    }

    /// The class of calculations made of the same parts.
    pub fn class_of(&mut self, parts: Vec<Part>) -> Class {
        let next = Class::try_from(self.calculations.len()).unwrap_or(Class::MAX);
        *self.classes.entry(parts).or_insert_with_key(|parts| {
            self.calculations.push(parts.clone());
            next
        })
    }

    /// The number of two calculations that are compared; what they differ by is cut at a value.
    pub fn number_of(&mut self, compared: Compared, value: &Value) -> usize {
        if let Some(number) = self.compared.iter().position(|(known, _)| *known == compared) {
            self.grown |=
                self.compared.get_mut(number).is_some_and(|(_, cuts)| cuts.insert(&Type::Number, value, |_| true));
            return number;
        }
        let mut cuts = Cuts::none(&Type::Number);
        cuts.insert(&Type::Number, value, |_| true);
        self.compared.push((compared, cuts));
        self.compared.len() - 1
    }

    /// The two calculations whose difference a variable is.
    pub fn compared(&self, variable: Variable) -> Option<&Compared> {
        match self.thing(variable)? {
            (Thing::Calculation(number) | Thing::AbsentCalculation(number), _) => {
                self.compared.get(number).map(|(compared, _)| compared)
            }
            _ => None,
        }
    }

    /// The unknown fields that the calculations of a class are made of, each with its class.
    pub fn fields_of(&self, calculation: Class) -> Vec<(Thing, Class)> {
        let parts = self.calculations.get(calculation as usize).into_iter().flatten();
        parts
            .filter_map(|part| match part {
                Part::Open(variable) => self.thing(*variable),
                Part::Known(_) | Part::Nothing => None,
            })
            .collect()
    }

    /// A yes/no variable as a function.
    pub fn flag(&mut self, thing: Thing, class: Class) -> Node {
        let variable = self.variable(thing, class);
        // Cell 0 is yes, as in the domain of a yes/no fact.
        self.diagrams.branch(variable, [Node::YES, Node::NO])
    }

    /// Where a function depends on something absent, no (language, "Absent is not unknown").
    pub fn settle(&mut self, node: Node) -> Node {
        self.settle_but(node, |_| false)
    }

    /// [`Unknowns::settle`], with some absent things left open.
    pub fn settle_but(&mut self, node: Node, left_open: impl Fn(Thing) -> bool) -> Node {
        if node.known().is_some() {
            return node;
        }
        let Unknowns { diagrams, variables, .. } = self;
        let settled = |variable: Variable| {
            let thing = variables.get(variable.0 as usize).map(|(thing, _): &(Thing, Class)| *thing);
            thing.is_some_and(|thing| thing.is_absent() && !left_open(thing))
        };
        diagrams.for_all(node, &settled)
    }

    /// Makes sure that a number, date or text that a field is compared with is a cut of its domain; other values have a cell.
    pub fn cut(&mut self, program: &Program, field: Field, value: &Value) {
        // A declared fact may be below zero; a number that is built in counts heads, cores or processors.
        let may_be = |cell: &Cell| matches!(field, Field::Fact(_)) || may_be_counted(cell);
        if is_cut(program, field) {
            let ty = field.ty(program);
            self.grown |= self.cuts.entry(field).or_insert_with(|| Cuts::none(&ty)).insert(&ty, value, may_be);
        }
    }

    /// How a variable stands to a value that is a cell of its domain.
    pub fn stands(&mut self, program: &Program, variable: Variable, relation: Comparison, value: &Value) -> Node {
        let (width, values) = self.width(program, variable);
        let is = self.place(program, variable, value);
        let cells = match relation {
            Comparison::Is => [is, values..values],
            Comparison::IsNot => [0..is.start, is.end..values],
            Comparison::Less => [0..is.start, values..values],
            Comparison::LessOrEqual => [0..is.end, values..values],
            Comparison::Greater => [is.end..values, values..values],
            Comparison::GreaterOrEqual => [is.start..values, values..values],
        };
        self.diagrams.within_cells(variable, width, cells)
    }

    /// Whether a variable is one of some values that are cells of its domain.
    pub fn is_one_of(&mut self, program: &Program, variable: Variable, values: &[Value]) -> Node {
        let (width, _) = self.width(program, variable);
        let places: BTreeSet<usize> = values.iter().flat_map(|value| self.place(program, variable, value)).collect();
        self.diagrams.within_cells(variable, width, places.into_iter().map(|place| place..place + 1))
    }

    /// How many cells the domain of a variable has, and how many of them are values, which come first.
    fn width(&self, program: &Program, variable: Variable) -> (usize, usize) {
        let values = match self.thing(variable) {
            Some((Thing::Field(field) | Thing::Absent(field), class)) => match is_cut(program, field) {
                true => self.cells(program, field, class).len(),
                false => count_of(program, &type_of(program, field, class)),
            },
            Some((Thing::Calculation(number) | Thing::AbsentCalculation(number), _)) => self.differences(number).len(),
            _ => count_of(program, &Type::Bool),
        };
        (values + usize::from(self.may_be_absent(program, variable)), values)
    }

    /// The cell that a value is; where it has none, the place that it would have.
    fn place(&self, program: &Program, variable: Variable, value: &Value) -> Range<usize> {
        match self.thing(variable) {
            Some((Thing::Field(field) | Thing::Absent(field), class)) if is_cut(program, field) => {
                place_among(&self.cells(program, field, class), value)
            }
            Some((Thing::Calculation(number) | Thing::AbsentCalculation(number), _)) => {
                place_among(&self.differences(number), value)
            }
            _ => place_of(program, value).map_or(0..0, |place| place..place + 1),
        }
    }

    /// The cells of a field's domain, in the order in which answers are listed. A version that is unknown is of the
    /// product, or of the licence, that its class numbers.
    fn cells(&self, program: &Program, field: Field, class: Class) -> Cow<'_, [Cell]> {
        let ty = type_of(program, field, class);
        if !is_cut(program, field) {
            return values_of(program, &ty).into_iter().map(Cell::Value).collect();
        }
        match self.cuts.get(&field) {
            Some(cuts) => Cow::Borrowed(&cuts.0),
            None => Cow::Owned(Cuts::none(&ty).0),
        }
    }

    /// The cells of what two calculations differ by.
    fn differences(&self, number: usize) -> Cow<'_, [Cell]> {
        match self.compared.get(number) {
            Some((_, cuts)) => Cow::Borrowed(&cuts.0),
            None => Cow::Owned(Cuts::none(&Type::Number).0),
        }
    }

    fn may_be_absent(&self, program: &Program, variable: Variable) -> bool {
        let thing = self.thing(variable).map(|(thing, _)| thing);
        self.open_ended && matches!(thing, Some(Thing::Field(field)) if field.is_of_someone(program))
    }

    /// The cells of a variable's domain.
    pub fn domain(&self, program: &Program, variable: Variable) -> Vec<Cell> {
        let cells = match self.thing(variable) {
            Some((Thing::Field(field) | Thing::Absent(field), class)) => self.cells(program, field, class),
            Some((Thing::Calculation(number) | Thing::AbsentCalculation(number), _)) => self.differences(number),
            _ => values_of(program, &Type::Bool).into_iter().map(Cell::Value).collect(),
        };
        let absent = self.may_be_absent(program, variable).then_some(Cell::Absent);
        cells.into_owned().into_iter().chain(absent).collect()
    }
}

/// Whether the domain of a field is cut at what it is compared with, rather than listed as versions are.
pub fn is_cut(program: &Program, field: Field) -> bool {
    !matches!(field, Field::ServerVersion | Field::LicenseVersion)
        && matches!(
            field.ty(program),
            Type::Int | Type::Number | Type::Money | Type::Date | Type::Text | Type::Reference
        )
}

/// The type of a field's values; a version is of what the class numbers.
fn type_of(program: &Program, field: Field, class: Class) -> Type {
    match field {
        Field::ServerVersion => Type::Version(VersionLine::Product(ProductId::at(class))),
        Field::LicenseVersion => Type::Version(program.licenses[LicenseId::at(class)].line),
        field => field.ty(program),
    }
}

/// Where a value lies among cells that are cut.
fn place_among(cells: &[Cell], value: &Value) -> Range<usize> {
    let is_before = |cell: &Cell| match cell {
        Cell::Value(of_cell) => of_cell.order(value).unwrap_or_else(|| of_cell.cmp(value)).is_lt(),
        Cell::Between(_, high) => high.as_ref().and_then(|high| high.order(value)).is_some_and(Ordering::is_le),
        Cell::Other | Cell::Absent => false,
    };
    let place = cells.partition_point(is_before);
    let is_there = matches!(cells.get(place), Some(Cell::Value(of_cell)) if of_cell == value);
    place..place + usize::from(is_there)
}

/// Whether a number in a cell may say how many there are: one of 0 or more.
fn may_be_counted(cell: &Cell) -> bool {
    match cell {
        Cell::Value(Value::Number(number)) => *number >= Decimal::ZERO,
        Cell::Between(_, Some(Value::Number(high))) => *high > Decimal::ZERO,
        Cell::Value(_) | Cell::Between(..) | Cell::Other | Cell::Absent => true,
    }
}

/// Whether no value lies between two.
fn are_neighbours(ty: &Type, low: &Value, high: &Value) -> bool {
    match (low, high) {
        (Value::Date(low), Value::Date(high)) => low.tomorrow().is_ok_and(|next| next >= *high),
        (Value::Number(low), Value::Number(high)) => *ty == Type::Int && low.floor() + Decimal::ONE >= *high,
        _ => false,
    }
}

/// The values of a type that has finitely many.
fn values_of(program: &Program, ty: &Type) -> Vec<Value> {
    match ty {
        Type::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Type::Enum(id) => (0..).map(Value::Member).take(program.enums[*id].members.len()).collect(),
        Type::Version(line) => (0..).map(|rank| Value::Version(Rank(rank))).take(program.versions(*line)).collect(),
        Type::Product => program.products.ids().map(Value::Product).collect(),
        Type::License => program.licenses.ids().map(Value::License).collect(),
        Type::Agreement => program.agreements.ids().map(Value::Agreement).chain([Value::None]).collect(),
        Type::Functionality => program.functionalities.ids().map(Value::Functionality).collect(),
        Type::Metric => Metric::ALL.map(Value::Metric).into(),
        Type::HostKind => HostKind::ALL.map(Value::HostKind).into(),
        Type::Int | Type::Number | Type::Money | Type::Date | Type::Text | Type::Reference => Vec::new(),
    }
}

/// How many values a type has that has finitely many.
fn count_of(program: &Program, ty: &Type) -> usize {
    match ty {
        Type::Enum(id) => program.enums[*id].members.len(),
        Type::Version(line) => program.versions(*line),
        ty => values_of(program, ty).len(),
    }
}

/// The place of a value among those of its type.
fn place_of(program: &Program, value: &Value) -> Option<usize> {
    match value {
        Value::Bool(yes) => Some(usize::from(!yes)),
        Value::Member(place) => Some(*place as usize),
        Value::Version(rank) => Some(rank.0 as usize),
        Value::Product(id) => Some(id.place()),
        Value::License(id) => Some(id.place()),
        Value::Agreement(id) => Some(id.place()),
        Value::None => Some(program.agreements.len()),
        Value::Functionality(id) => Some(id.place()),
        Value::Metric(metric) => Metric::ALL.iter().position(|one| one == metric),
        Value::HostKind(kind) => HostKind::ALL.iter().position(|one| one == kind),
        Value::Number(_) | Value::Many | Value::Date(_) | Value::Text(_) => None,
    }
}

/// A value as a table's cell would have it.
pub fn value_text(program: &Program, ty: &Type, value: &Value) -> String {
    match (value, ty) {
        (Value::Bool(yes), _) => if *yes { "yes" } else { "no" }.to_owned(),
        (Value::Number(number), _) => decimal_text(*number),
        (Value::Many, _) => "many".to_owned(),
        (Value::Date(date), _) => date.to_string(),
        (Value::Text(text), _) => text.to_string(),
        (Value::Member(place), Type::Enum(id)) => {
            program.enums[*id].members.get(*place as usize).cloned().unwrap_or_default()
        }
        (Value::Version(rank), Type::Version(line)) => program.version_label(*line, *rank).to_owned(),
        (Value::Product(id), _) => program.products[*id].header.name.clone(),
        (Value::License(id), _) => program.licenses[*id].header.name.clone(),
        (Value::Agreement(id), _) => program.agreements[*id].header.name.clone(),
        (Value::Functionality(id), _) => program.functionality_path(*id),
        (Value::Metric(metric), _) => metric.text().to_owned(),
        (Value::HostKind(kind), _) => kind.text().to_owned(),
        (Value::None, _) => "none".to_owned(),
        (Value::Member(place), _) => place.to_string(),
        (Value::Version(rank), _) => rank.0.to_string(),
    }
}

/// A cell as an answer: `yes`, `student`, `< 30`, `30..40`.
pub fn cell_text(program: &Program, ty: &Type, cell: &Cell) -> String {
    let text = |value: &Value| value_text(program, ty, value);
    match cell {
        Cell::Value(value) => text(value),
        Cell::Between(Some(low), Some(high)) => format!("{}..{}", text(low), text(high)),
        Cell::Between(Some(low), None) => format!("> {}", text(low)),
        Cell::Between(None, Some(high)) => format!("< {}", text(high)),
        Cell::Between(None, None) => "any".to_owned(),
        Cell::Other => "other".to_owned(),
        Cell::Absent => "absent".to_owned(),
    }
}

/// The cell that a value lies in.
pub fn cell_of(cells: &[Cell], value: &Value) -> Option<usize> {
    let lies_in = |cell: &Cell| match cell {
        Cell::Value(of_cell) => of_cell == value,
        Cell::Between(low, high) => {
            low.as_ref().is_none_or(|low| low.order(value).is_some_and(Ordering::is_lt))
                && high.as_ref().is_none_or(|high| value.order(high).is_some_and(Ordering::is_lt))
        }
        Cell::Other => true,
        Cell::Absent => false,
    };
    cells.iter().position(lies_in)
}
