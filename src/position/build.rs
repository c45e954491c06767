//! From verdicts to the model that the optimiser solves, under one completion of what is unknown.
//!
//! Rows become holders, demands that some rule does not lift become demands, kinds of units become lines and stock. The
//! model knows nothing of policies any more; the [`Built`] beside it remembers what its numbers stand for.

mod demands;
mod register;

use self::demands::Covering;
use self::register::Register;
pub use self::register::{DemandOf, Raised};
use super::model::{Candidate, Cover, Heads, Holder, Kind, Model, Quota, Stock};
use crate::decide::{Node, Variable};
use crate::estate::{Estate, Holder as Row, HoldingRow, ServerRow};
use crate::evaluate::Evaluation;
use crate::evaluate::units::UnitKind;
use crate::program::{LicenseId, Program, RuleId};
use crate::select::Rules;
use crate::value::{self, Metric};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// A model and what its numbers stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The model.
    pub model: Model,
    /// Each kind's licence, version and metric.
    pub lines: Vec<Sku>,
    /// Each stock's kind of unit, by its place in the evaluation.
    pub stock: Vec<usize>,
    /// Each holder's row.
    pub holders: Vec<Row>,
    /// Each demand's rows; of the first one raised, where it stands for several.
    pub demands: Vec<DemandOf>,
    register: Register,
    /// Each quota's rule and server.
    pub quotas: Vec<(RuleId, ServerRow)>,
    /// Decimal places of the money in the model.
    pub scale: u32,
}

/// What is counted and sold as one: a line of the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sku {
    /// The licence.
    pub license: LicenseId,
    /// The version.
    pub version: value::Rank,
    /// The metric.
    pub metric: Metric,
}

impl Sku {
    /// `WindowsCAL 2003 per user`.
    pub fn text(self, program: &Program) -> String {
        format!("{} per {}", program.license_text(self.license, self.version), self.metric)
    }

    /// `2003`.
    pub fn version_text(self, program: &Program) -> &str {
        program.version_label(program.licenses[self.license].line, self.version)
    }
}

impl Built {
    /// Every demand that is raised, in the order in which they are met first.
    pub fn raised(&self) -> Vec<Raised> {
        self.register.raised(&self.demands)
    }

    /// The model's kind of a line.
    pub fn kind(&self, line: Sku) -> Option<&Kind> {
        self.model.kinds.get(self.lines.iter().position(|known| *known == line)?)
    }

    /// How many heads a holder of the model has.
    pub fn heads(&self, holder: usize) -> Heads {
        self.model.holders.get(holder).map_or(Heads::Count(0), |holder| holder.heads)
    }

    /// How many of the model's units of money one of the estate's is.
    pub fn parts(&self) -> i128 {
        10_i128.pow(self.scale)
    }

    /// Money of the model as an amount. None is larger where [`is_exact`] says so of the estate.
    pub fn money(&self, amount: i128) -> Decimal {
        Decimal::try_from_i128_with_scale(amount, self.scale).unwrap_or(Decimal::MAX).normalize()
    }
}

/// What a completion answers.
pub trait Answers {
    /// The answer of a function of the unknown.
    fn holds(&self, node: Node) -> bool;

    /// Whether an access takes place that does so under a function of the unknown.
    fn takes_place(&self, under: Node) -> bool {
        self.holds(under)
    }
}

impl<F: Fn(Variable) -> usize> Answers for (&crate::decide::Diagrams, F) {
    fn holds(&self, node: Node) -> bool {
        node.known().unwrap_or_else(|| self.0.answer(node, &self.1))
    }
}

/// Builds the model of an evaluation under a completion.
pub fn build(rules: &Rules<'_>, estate: &Estate, evaluation: &Evaluation, answers: &impl Answers) -> Built {
    let mut builder = Builder::new(rules, estate, evaluation, answers);
    builder.demands();
    builder.stock();
    builder.quotas();
    builder.moves();
    builder.built
}

struct Builder<'b, A> {
    rules: &'b Rules<'b>,
    estate: &'b Estate,
    evaluation: &'b Evaluation,
    answers: &'b A,
    /// For each kind of unit for sale, its line.
    line_of: BTreeMap<Sku, usize>,
    holder_of: HolderOf,
    /// The servers at which an exemption with a limit has places.
    with_places: BTreeSet<ServerRow>,
    /// Every set of kinds of units that covers something demanded, ascending.
    coverings: Vec<Covering>,
    /// For each kind of unit, what it covers.
    covers: Vec<Cover>,
    /// The coverings of which the demands so far tell what is covered, with whether they have a user and a device.
    told: BTreeSet<(usize, bool, bool)>,
    built: Built,
}

impl<'b, A: Answers> Builder<'b, A> {
    fn new(rules: &'b Rules<'b>, estate: &'b Estate, evaluation: &'b Evaluation, answers: &'b A) -> Self {
        let lines = lines(rules.program, &evaluation.kinds);
        let built = Built {
            model: Model::default(),
            stock: Vec::new(),
            holders: Vec::new(),
            demands: Vec::new(),
            register: Register::by_ids(estate),
            quotas: Vec::new(),
            scale: scale(&evaluation.kinds),
            lines,
        };
        let line_of = built.lines.iter().enumerate().map(|(place, line)| (*line, place)).collect();
        let covers = vec![Cover::default(); evaluation.kinds.len()];
        let with_places = evaluation.candidates.keys().map(|(_, server)| *server).collect();
        let (holder_of, coverings, told) = (HolderOf::new(estate), Vec::new(), BTreeSet::new());
        Builder { rules, estate, evaluation, answers, line_of, holder_of, with_places, coverings, covers, told, built }
    }

    fn holder(&mut self, row: Row) -> usize {
        if let Some(holder) = self.holder_of.get(row) {
            return holder;
        }
        self.built.model.holders.push(Holder { metric: row.metric(), heads: self.heads_left(row) });
        self.built.holders.push(row);
        self.holder_of.set(row, self.built.holders.len() - 1);
        self.built.holders.len() - 1
    }

    /// The heads of a row without those who are absent under a rule that lets their licences move.
    fn heads_left(&self, row: Row) -> Heads {
        let gone = self.evaluation.absences.away(row, |moves| self.answers.holds(moves));
        self.estate.heads(row).minus(gone)
    }

    /// Lines, and what is owned beside what is for sale.
    fn stock(&mut self) {
        let lines = self.built.lines.clone();
        self.built.model.kinds = lines.iter().map(|line| self.unsold(*line)).collect();
        let kinds: &'b [UnitKind] = &self.evaluation.kinds;
        let mut owned = Vec::new();
        for (place, kind) in kinds.iter().enumerate() {
            let Some(line) = self.line_of.get(&line(self.rules.program, kind)).copied() else { continue };
            let cover = self.covers.get_mut(place).map(std::mem::take).unwrap_or_default();
            match (kind.price, self.built.model.kinds.get_mut(line)) {
                (Some(price), Some(sold)) => {
                    sold.price = minor(price, self.built.scale);
                    sold.cover = cover;
                }
                _ => {
                    for row in &kind.holdings {
                        owned.push((self.holding(kind, line, *row, cover.clone()), place));
                    }
                }
            }
        }
        owned.sort_by(|(a, _), (b, _)| {
            (a.kind, a.bound, &a.cover, a.quantity).cmp(&(b.kind, b.bound, &b.cover, b.quantity))
        });
        (self.built.model.stock, self.built.stock) = owned.into_iter().unzip();
    }

    fn unsold(&self, line: Sku) -> Kind {
        let license = &self.rules.program.licenses[line.license];
        let pack = license.version(line.version).map_or(1, |version| version.pack);
        let licence = crate::program::Id::place(line.license);
        Kind { licence, metric: line.metric, price: None, pack, cover: Cover::default() }
    }

    fn holding(&mut self, kind: &UnitKind, line: usize, row: HoldingRow, cover: Cover) -> Stock {
        let holding = &self.estate.holdings[row];
        let bound = holding.assigned_to.map(|holder| self.holder(holder));
        Stock {
            kind: line,
            licence: crate::program::Id::place(kind.license),
            metric: kind.metric,
            quantity: holding.quantity,
            bound,
            cover,
        }
    }

    fn quotas(&mut self) {
        let limits: BTreeMap<RuleId, u64> = self.rules.quotas().collect();
        let mut quotas: Vec<_> = self.evaluation.candidates.iter().collect();
        quotas.sort_by_key(|((rule, server), _)| {
            (&self.rules.program.rules[*rule].header.name, &self.estate.servers[*server].id)
        });
        let own = self.demands_of_actors(quotas.iter().map(|((_, server), _)| *server).collect());
        for ((rule, server), candidates) in quotas {
            let holding = candidates.iter().filter(|candidate| self.answers.holds(candidate.holds));
            let mut candidates: Vec<Candidate> = holding
                .filter_map(|candidate| {
                    let holder = self.holder_of.get(candidate.actor)?;
                    let demands = own.get(&(*server, candidate.actor))?.clone();
                    Some(Candidate { holder, demands })
                })
                .collect();
            candidates.sort_by_key(|candidate| candidate.holder);
            if !candidates.is_empty() {
                self.built.model.quotas.push(Quota { limit: limits.get(rule).copied().unwrap_or(0), candidates });
                self.built.quotas.push((*rule, *server));
            }
        }
    }

    /// The demands of each user and device at some servers.
    fn demands_of_actors(&self, servers: BTreeSet<ServerRow>) -> BTreeMap<(ServerRow, Row), BTreeSet<usize>> {
        let mut own: BTreeMap<(ServerRow, Row), BTreeSet<usize>> = BTreeMap::new();
        for (place, of) in self.built.demands.iter().enumerate().filter(|(_, of)| servers.contains(&of.server)) {
            for actor in of.user.map(Row::User).into_iter().chain(of.device.map(Row::Device)) {
                own.entry((of.server, actor)).or_default().insert(place);
            }
        }
        own
    }

    fn moves(&mut self) {
        let evaluation = self.evaluation;
        for absence in evaluation.absences.iter().filter(|absence| self.answers.holds(absence.moves)) {
            let from = self.holder(absence.absent);
            let to = self.holder(absence.substitute);
            let heads = self.built.model.moves.entry((from, to)).or_default();
            *heads = heads.saturating_add(absence.heads);
        }
    }
}

/// The holder of each row of an estate that has one, by metric.
struct HolderOf([Vec<Option<usize>>; 4]);

impl HolderOf {
    fn new(estate: &Estate) -> Self {
        let rows = [estate.users.len(), estate.devices.len(), estate.hosts.len(), estate.servers.len()];
        HolderOf(rows.map(|rows| vec![None; rows]))
    }

    fn get(&self, row: Row) -> Option<usize> {
        self.0.get(row.metric() as usize)?.get(row.place()).copied().flatten()
    }

    fn set(&mut self, row: Row, holder: usize) {
        if let Some(known) = self.0.get_mut(row.metric() as usize).and_then(|table| table.get_mut(row.place())) {
            *known = Some(holder);
        }
    }
}

/// The line that a kind of unit stands in.
pub fn line(program: &Program, kind: &UnitKind) -> Sku {
    Sku { license: kind.license, version: kind.reported(program), metric: kind.metric }
}

/// Every line, in the order in which equal plans prefer them: licence name, older version, metric.
fn lines(program: &Program, kinds: &[UnitKind]) -> Vec<Sku> {
    let mut lines: Vec<Sku> = kinds.iter().map(|kind| line(program, kind)).collect();
    lines.sort_by_key(|line| (&program.licenses[line.license].header.name, line.version, line.metric));
    lines.dedup();
    lines
}

/// Whether all amounts of a position are exact: not even all that is for sale, for all heads, is more units of a kind than a
/// number holds, or costs more than a [`Decimal`] holds.
pub fn is_exact(program: &Program, estate: &Estate, evaluation: &Evaluation) -> bool {
    most(program, estate, evaluation).is_some_and(|most| most <= Decimal::MAX.mantissa())
}

/// What all that is for sale costs for all heads; none if that is past counting.
fn most(program: &Program, estate: &Estate, evaluation: &Evaluation) -> Option<i128> {
    let counted = |heads: Heads| i128::from(heads.counted());
    let users = estate.users.iter().map(|(_, user)| counted(user.count)).sum::<i128>();
    let devices = estate.devices.iter().map(|(_, device)| counted(device.count)).sum::<i128>();
    // Each takes one unit, or as many as it needs.
    let mut units: Vec<i128> = evaluation
        .kinds
        .iter()
        .map(|kind| match kind.metric {
            Metric::User => users,
            Metric::Device => devices,
            Metric::Host => estate.hosts.len() as i128,
            Metric::Server => estate.servers.len() as i128,
        })
        .collect();
    for ((kind, row), needs) in &evaluation.needs {
        let further = counted(estate.heads(*row)).checked_mul(i128::from(needs.most()))?;
        let units = units.get_mut(*kind)?;
        *units = units.checked_add(further)?;
    }
    let scale = scale(&evaluation.kinds);
    let mut most = 0_i128;
    for (kind, units) in evaluation.kinds.iter().zip(units) {
        let pack = program.licenses[kind.license].versions.iter().map(|version| version.pack).max().unwrap_or(1);
        let (price, units) = (minor(kind.price.unwrap_or_default(), scale)?, units.checked_add(i128::from(pack))?);
        u64::try_from(units).ok()?;
        most = most.checked_add(price.checked_mul(units)?)?;
    }
    Some(most)
}

/// The decimal places of all prices.
fn scale(kinds: &[UnitKind]) -> u32 {
    kinds.iter().filter_map(|kind| kind.price).map(|price| price.normalize().scale()).max().unwrap_or(0)
}

/// An amount in the smallest unit of the model's money.
fn minor(price: Decimal, scale: u32) -> Option<i128> {
    let price = price.normalize();
    let shift = 10_i128.checked_pow(scale.checked_sub(price.scale())?)?;
    price.mantissa().checked_mul(shift)
}
