//! The conditions of a policy set, each with what it is asked about: the places where a finding about a condition can lie.

use super::{LIMIT, LIMIT_OF_ALL};
use crate::decide::Node;
use crate::diff::symbolic::{About, Anyone, Reader, World, among, is};
use crate::evaluate::conditions::Evaluator;
use crate::evaluate::cover::{Unit, included};
use crate::evaluate::unknowns::{Cell, Class, Thing, Unknowns};
use crate::program::{
    Condition, ConditionKind, DefinitionId, Entity, Field, Header, Id, LicenseId, Period, ProductId, Program, Provided,
    Reading, Rule, Scope, SourceId, Term,
};
use crate::source::Span;
use crate::value::{Metric, Rank, Value, VersionLine};
use std::collections::{BTreeMap, BTreeSet};

/// A condition that stands in the policies once, wherever it is asked.
#[derive(Debug)]
pub(crate) struct Site<'p> {
    /// How messages call what it belongs to: `exempt administration`.
    pub name: String,
    /// The name of what it belongs to.
    pub name_span: Span,
    pub condition: &'p Condition,
    pub asked: Asked<'p>,
}

/// Of what a condition is asked.
#[derive(Debug)]
pub(crate) enum Asked<'p> {
    /// An exemption or a prohibition, of accesses.
    Rule(&'p Rule),
    /// A reading of a term, of its subject.
    Reading(DefinitionId, &'p Reading),
    /// A document, of agreement and dates.
    Source(SourceId),
    /// Advice or a reach: of an estate and its servers.
    Estate(Period, &'p Scope),
    /// A reassignment, of absences of users or devices.
    Absence(Metric, Period),
    /// A clause, of the units of all licences that have it, for the products that they may cover.
    Clause(Vec<(Unit, ProductId, Period)>),
}

impl Site<'_> {
    /// Whether anything can be proved of it: counts and break-evens are answered by an estate and its prices alone.
    pub fn is_provable(&self) -> bool {
        !counts(self.condition)
    }
}

/// Every condition of a policy set, in the order of the program.
pub(crate) fn sites(program: &Program) -> Vec<Site<'_>> {
    let mut sites = Vec::new();
    for (id, source) in program.sources.iter() {
        sites.extend(source.when.iter().map(|when| item("source", &source.header, when, Asked::Source(id))));
    }
    for (id, definition) in program.definitions.iter() {
        for reading in &definition.readings {
            sites.extend(reading.when.iter().map(|condition| Site {
                name: definition.reading_name(reading),
                name_span: reading.header.name_span,
                condition,
                asked: Asked::Reading(id, reading),
            }));
        }
    }
    for rule in program.rules.values() {
        sites.extend(rule.when.iter().map(|when| item(rule.word(), &rule.header, when, Asked::Rule(rule))));
    }
    sites.extend(of_the_estate(program));
    sites.extend(clauses(program));
    sites
}

fn of_the_estate(program: &Program) -> Vec<Site<'_>> {
    let mut sites = Vec::new();
    for advice in program.advice.values() {
        let asked = || Asked::Estate(advice.period, &advice.scope);
        sites.extend(advice.when.iter().map(|when| item("advise", &advice.header, when, asked())));
    }
    for reach in &program.reaches {
        let asked = || Asked::Estate(reach.period, &reach.scope);
        sites.extend(reach.when.iter().map(|when| item("reach", &reach.header, when, asked())));
    }
    for reassignment in &program.reassignments {
        let asked = || Asked::Absence(reassignment.metric, reassignment.period);
        sites.extend(reassignment.when.iter().map(|when| item("reassign", &reassignment.header, when, asked())));
    }
    sites
}

/// The condition of an item that is called by its keyword and name.
fn item<'p>(keyword: &str, header: &Header, condition: &'p Condition, asked: Asked<'p>) -> Site<'p> {
    Site { name: format!("{keyword} {}", header.name), name_span: header.name_span, condition, asked }
}

/// Whether a condition counts heads or compares prices.
fn counts(condition: &Condition) -> bool {
    fn of_term(term: &Term) -> bool {
        match term {
            Term::Count { .. } | Term::BreakEven(..) => true,
            Term::Constant(_) | Term::Field(_) => false,
            Term::Arithmetic { left, right, .. } => of_term(left) || of_term(right),
            Term::Max(terms) | Term::Min(terms) => terms.iter().any(of_term),
            Term::RoundUp(inner) | Term::RoundDown(inner) => of_term(inner),
        }
    }
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => parts.iter().any(counts),
        ConditionKind::Not(inner) => counts(inner),
        ConditionKind::Compare { left, right, .. } => of_term(left) || of_term(right),
        ConditionKind::OneOf { term, .. } => of_term(term),
        ConditionKind::Constant(_) | ConditionKind::Holds(_) | ConditionKind::Is(_) => false,
    }
}

/// The clauses as written: one that several licences or versions have is one site.
fn clauses(program: &Program) -> Vec<Site<'_>> {
    let mut written: BTreeMap<Span, Site<'_>> = BTreeMap::new();
    for (license, of_license) in program.licenses.iter() {
        for version in &of_license.versions {
            for clause in &version.provided {
                let asked = units(program, license, version.rank)
                    .into_iter()
                    .map(|(unit, product)| (unit, product, clause.period));
                let site = written.entry(clause.header.span).or_insert_with(|| clause_site(program, license, clause));
                if let Asked::Clause(units) = &mut site.asked {
                    units.extend(asked);
                }
            }
        }
    }
    written.into_values().collect()
}

fn clause_site<'p>(program: &'p Program, license: LicenseId, clause: &'p Provided) -> Site<'p> {
    Site {
        name: format!("provided {}", program.clause_path(license, clause)),
        name_span: clause.header.name_span,
        condition: &clause.condition,
        asked: Asked::Clause(Vec::new()),
    }
}

/// The units of a licence's version, each with every product that it may cover something of.
pub(super) fn units(program: &Program, license: LicenseId, rank: Rank) -> Vec<(Unit, ProductId)> {
    let mut units = Vec::new();
    for metric in &program.licenses[license].metrics {
        let unit = Unit { license, version: rank, metric: *metric, holding: None };
        let mut products = BTreeSet::new();
        granted(program, unit, &mut products);
        units.extend(products.into_iter().map(|product| (unit, product)));
    }
    units
}

fn granted(program: &Program, unit: Unit, products: &mut BTreeSet<ProductId>) {
    if let Some(version) = program.licenses[unit.license].version(unit.version) {
        products.extend(version.grants.iter().map(|granted| program.functionalities[*granted].product));
        included(program, version, unit).into_iter().for_each(|unit| granted(program, unit, products));
    }
}

/// Where a condition is asked: where both are so. They are kept apart, since together they can be far larger than either: of
/// thousands of releases each is out from a day of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AskedWhere {
    /// What is in force and can be of whoever or whatever asks it.
    holds: Node,
    /// What can be of the server, where that is told apart.
    server: Node,
}

/// The answers to conditions over everything that an estate may be.
pub(crate) struct Answers<'a> {
    pub program: &'a Program,
    pub reader: &'a Reader<'a>,
    pub unknowns: &'a mut Unknowns,
    /// Where a server of a product can be, found once: many units are asked about each. Whether functionalities are known
    /// by then makes a difference.
    servers: BTreeMap<(ProductId, bool), Node>,
}

impl<'a> Answers<'a> {
    /// Nothing asked yet of a policy set.
    pub fn new(program: &'a Program, reader: &'a Reader<'a>, unknowns: &'a mut Unknowns) -> Self {
        Answers { program, reader, unknowns, servers: BTreeMap::new() }
    }

    /// Makes room for what is looked at next: little, once much is used up.
    pub fn begin(&mut self) {
        let left = LIMIT_OF_ALL.saturating_sub(self.unknowns.diagrams.size());
        self.unknowns.diagrams.grow_by(left.clamp(LIMIT / 256, LIMIT));
    }

    /// Whether there was no room for all that was looked at since the last beginning.
    pub fn is_exhausted(&self) -> bool {
        self.unknowns.diagrams.is_exhausted()
    }

    /// What a condition at a site comes to, where it is asked at all: one function for each unit that asks it, else one.
    pub fn of(&mut self, site: &Site<'_>, condition: &Condition) -> Vec<Node> {
        match &site.asked {
            Asked::Clause(units) => {
                units.iter().map(|(unit, product, _)| self.clause(*unit, *product, condition)).collect()
            }
            Asked::Rule(rule) => vec![self.rule(rule, Some(condition))],
            Asked::Reading(definition, _) => vec![self.of_subject(*definition, condition)],
            Asked::Source(_) => vec![self.of_setting(
                World { user: false, device: false, agreement: false },
                About::default(),
                condition,
            )],
            Asked::Estate(_, scope) => {
                let about = About { product: single(scope), functionality: None };
                vec![self.of_setting(World { user: false, device: false, agreement: false }, about, condition)]
            }
            Asked::Absence(metric, _) => {
                let world =
                    World { user: *metric == Metric::User, device: *metric == Metric::Device, agreement: false };
                vec![self.of_setting(world, About::default(), condition)]
            }
        }
    }

    /// Where a site's condition is asked: what is in force, and what can be; once for each unit, else once.
    pub fn asked(&mut self, site: &Site<'_>) -> Vec<AskedWhere> {
        let holds = match &site.asked {
            Asked::Clause(units) => {
                return units
                    .iter()
                    .map(|(unit, product, period)| self.asked_of_unit(*unit, *product, *period))
                    .collect();
            }
            Asked::Rule(rule) => {
                let in_force = self.reader.period(rule.period, self.unknowns);
                let can_be = self.possible_access(&rule.scope);
                self.unknowns.diagrams.and(in_force, can_be)
            }
            Asked::Reading(definition, reading) => self.asked_reading(*definition, reading),
            Asked::Source(source) => self.reader.period(self.program.sources[*source].period, self.unknowns),
            Asked::Estate(period, scope) => {
                let in_force = self.reader.period(*period, self.unknowns);
                let can_be = self.possible(scope);
                self.unknowns.diagrams.and(in_force, can_be)
            }
            Asked::Absence(_, period) => self.reader.period(*period, self.unknowns),
        };
        vec![AskedWhere { holds, server: Node::YES }]
    }

    /// Whether two answers are the same wherever a condition is asked.
    pub fn are_same(&mut self, asked: &[AskedWhere], own: &[Node], other: &[Node]) -> bool {
        let diagrams = &mut self.unknowns.diagrams;
        asked.iter().zip(own).zip(other).all(|((asked, own), other)| {
            let [own, other] = [own, other].map(|answer| diagrams.and(asked.holds, *answer));
            own == other || {
                let apart = diagrams.apart(own, other);
                !diagrams.meet(apart, asked.server)
            }
        })
    }

    /// The outcome of a rule's condition, whoever comes.
    pub fn rule(&mut self, rule: &Rule, condition: Option<&Condition>) -> Node {
        let about = About { product: single(&rule.scope), functionality: None };
        self.reader.outcome(about, condition, self.unknowns)
    }

    fn of_setting(&mut self, world: World, about: About, condition: &Condition) -> Node {
        let reader = self.reader;
        reader.with_agreement(world, self.unknowns, &mut |world, unknowns| {
            let scope = Anyone { reader, world, about, unit: None };
            Evaluator::new(reader, unknowns, &scope).outcome(condition)
        })
    }

    /// A condition of a reading, of a subject that is there, or of what a server demands by running: of that demand it is told
    /// what depends on the access, since whoever asks decides what follows.
    fn of_subject(&mut self, definition: DefinitionId, condition: &Condition) -> Node {
        match self.program.definitions[definition].subject {
            Entity::Access => {
                let reader = self.reader;
                reader.with_access(self.unknowns, &mut |world, unknowns| {
                    let scope = Anyone { reader, world, about: About::default(), unit: None };
                    match reader.side.is_asked(world) {
                        true => Evaluator::new(reader, unknowns, &scope).said_of(Entity::Access, condition),
                        false => Node::NO,
                    }
                })
            }
            subject => {
                let world =
                    World { user: subject == Entity::User, device: subject == Entity::Device, agreement: false };
                self.of_setting(world, About::default(), condition)
            }
        }
    }

    /// Where a reading leaves nothing open, whether it is in force or not: it may be chosen by hand.
    fn asked_reading(&mut self, definition: DefinitionId, reading: &Reading) -> Node {
        let mut asked = Node::YES;
        if self.program.definitions[definition].subject == Entity::Access {
            let demanded = self.somebody_or_running();
            asked = self.unknowns.diagrams.and(asked, demanded);
        }
        for open in &reading.open {
            let open = open.when.as_ref().map_or(Node::YES, |when| self.of_subject(definition, when));
            let settled = self.unknowns.diagrams.not(open);
            asked = self.unknowns.diagrams.and(asked, settled);
        }
        asked
    }

    /// A condition of a clause, of a unit for a product, whoever demands it.
    fn clause(&mut self, unit: Unit, product: ProductId, condition: &Condition) -> Node {
        let (reader, about) = (self.reader, About { product: Some(product), functionality: None });
        reader.with_access(self.unknowns, &mut |world, unknowns| {
            let scope = Anyone { reader, world, about, unit: Some(unit) };
            match holder_is_there(unit.metric, world) {
                true => Evaluator::new(reader, unknowns, &scope).outcome(condition),
                false => Node::NO,
            }
        })
    }

    fn asked_of_unit(&mut self, unit: Unit, product: ProductId, period: Period) -> AskedWhere {
        let in_force = self.reader.period(period, self.unknowns);
        let usable = self.usable(unit, product);
        AskedWhere { holds: self.unknowns.diagrams.and(in_force, usable), server: self.possible_server(product) }
    }

    /// Where a unit is out, and its holder comes to a server of the product, or the server demands by running.
    pub fn usable(&mut self, unit: Unit, product: ProductId) -> Node {
        let by_running = self.program.products[product]
            .functionalities
            .iter()
            .any(|functionality| self.program.functionalities[*functionality].demanded_by_every_server);
        let holder = self.reader.with_access(self.unknowns, &mut |world, _| {
            Node::constant(holder_is_there(unit.metric, world) && (by_running || world.access()))
        });
        let out = match self.program.licenses[unit.license].line {
            VersionLine::Product(line) => self.released(line, unit.version),
            VersionLine::Suite(_) => Node::YES,
        };
        self.unknowns.diagrams.and(holder, out)
    }

    /// Where an access to a product of a scope can be: somebody comes to a server that can be.
    pub fn possible_access(&mut self, scope: &Scope) -> Node {
        let (server, somebody) = (self.possible(scope), self.somebody());
        self.unknowns.diagrams.and(server, somebody)
    }

    /// Somebody comes, or a server is of a product of which every one demands something by running.
    fn somebody_or_running(&mut self) -> Node {
        let mut any = self.somebody();
        for product in &self.reader.side.by_running {
            let running = self.product_is(*product);
            any = self.unknowns.diagrams.or(any, running);
        }
        any
    }

    fn somebody(&mut self) -> Node {
        self.reader.with_access(self.unknowns, &mut |world, _| Node::constant(world.access()))
    }

    /// Where a server of a product of a scope can be: its version is out, and what is asked for is of its product.
    fn possible(&mut self, scope: &Scope) -> Node {
        let program = self.program;
        // A set that has no products yet is to be completed by another.
        let mut any = Node::constant(program.products.is_empty());
        for product in program.products.ids().filter(|product| scope.covers(*product)) {
            let of_product = self.product_is(product);
            let server = self.possible_server(product);
            let server = self.unknowns.diagrams.and(of_product, server);
            any = self.unknowns.diagrams.or(any, server);
        }
        any
    }

    fn product_is(&mut self, product: ProductId) -> Node {
        is(self.program, Field::ServerProduct, 0, &Value::Product(product), self.unknowns)
    }

    /// The server's version is out, and what is asked for is of its product.
    pub fn possible_server(&mut self, product: ProductId) -> Node {
        let key = (product, self.unknowns.is_known(Thing::Field(Field::AccessFunctionality)));
        if let Some(possible) = self.servers.get(&key) {
            return *possible;
        }
        let possible = self.released_server(product);
        if !self.is_exhausted() {
            self.servers.insert(key, possible);
        }
        possible
    }

    fn released_server(&mut self, product: ProductId) -> Node {
        let program = self.program;
        let mut parts = Vec::new();
        for (rank, version) in (0..).map(Rank).zip(&program.products[product].versions) {
            if version.from.is_some() {
                let (out, here) = (self.released(product, rank), self.server_is(product, rank));
                let elsewhere = self.unknowns.diagrams.not(here);
                parts.push(self.unknowns.diagrams.or(out, elsewhere));
            }
        }
        if self.unknowns.is_known(Thing::Field(Field::AccessFunctionality)) {
            parts.push(among(program, Field::AccessFunctionality, 0, self.unknowns, |cell| match cell {
                Cell::Value(Value::Functionality(asked)) => program.functionalities[*asked].product == product,
                _ => false,
            }));
        }
        self.unknowns.diagrams.all(&parts)
    }

    /// The versions that a server of a product has in some case of those where a function is yes, by their places.
    pub fn versions_reached(&mut self, product: ProductId, node: Node) -> BTreeSet<usize> {
        let class = Class::try_from(product.place()).unwrap_or(Class::MAX);
        let variable = self.unknowns.variable(Thing::Field(Field::ServerVersion), class);
        self.unknowns.diagrams.reached(node, variable, self.program.products[product].versions.len())
    }

    /// The server has a version.
    fn server_is(&mut self, product: ProductId, rank: Rank) -> Node {
        let class = Class::try_from(product.place()).unwrap_or(Class::MAX);
        is(self.program, Field::ServerVersion, class, &Value::Version(rank), self.unknowns)
    }

    fn released(&mut self, product: ProductId, rank: Rank) -> Node {
        let version = self.program.products[product].versions.get(rank.0 as usize);
        let from = version.and_then(|version| version.from);
        self.reader.period(Period { from, until: None }, self.unknowns)
    }
}

pub(super) fn holder_is_there(metric: Metric, world: World) -> bool {
    match metric {
        Metric::User => world.user,
        Metric::Device => world.device,
        Metric::Host | Metric::Server => true,
    }
}

/// The only product that a scope speaks of.
fn single(scope: &Scope) -> Option<ProductId> {
    match scope.only.as_deref() {
        Some([only]) => Some(*only),
        _ => None,
    }
}
