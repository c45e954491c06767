//! From verdicts to the model that the optimiser solves, under one completion of what is unknown.
//!
//! Rows become holders, demands that some rule does not lift become demands, kinds of units become lines and stock. The
//! model knows nothing of policies any more; the [`Built`] beside it remembers what its numbers stand for.

use super::model::{Candidate, Cover, Demand, Heads, Holder, Kind, Model, Move, Quota, Stock};
use crate::decide::{Node, Variable};
use crate::estate::{self, DeviceRow, Estate, Holder as Row, HoldingRow, ServerRow, UserRow};
use crate::evaluate::units::UnitKind;
use crate::evaluate::{Demanded, Effective, Evaluation, Verdict};
use crate::program::{FunctionalityId, Id, LicenseId, Program, RuleId};
use crate::select::Rules;
use crate::value::{Metric, Rank};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A model and what its numbers stand for.
#[derive(Debug, Clone)]
pub struct Built {
    /// The model.
    pub model: Model,
    /// Each kind's licence, version and metric.
    pub lines: Vec<Line>,
    /// Each stock's kind of unit, by its place in the evaluation.
    pub stock: Vec<usize>,
    /// Each holder's row.
    pub holders: Vec<Row>,
    /// Each demand's rows.
    pub demands: Vec<DemandOf>,
    /// The verdict that raised each demand, by its place in the evaluation; none where a server raised it by running.
    pub raised_by: Vec<Option<usize>>,
    /// Each quota's rule and server.
    pub quotas: Vec<(RuleId, ServerRow)>,
    /// Decimal places of the money in the model.
    pub scale: u32,
}

/// A line of the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// The licence.
    pub license: LicenseId,
    /// The version.
    pub version: Rank,
    /// The metric.
    pub metric: Metric,
}

/// Whose demand it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DemandOf {
    /// The server.
    pub server: ServerRow,
    /// The user.
    pub user: Option<UserRow>,
    /// The device.
    pub device: Option<DeviceRow>,
    /// What is demanded.
    pub functionality: FunctionalityId,
}

impl Built {
    /// Money of the model as an amount.
    pub fn money(&self, amount: i128) -> Decimal {
        Decimal::try_from_i128_with_scale(amount, self.scale).unwrap_or(Decimal::MAX).normalize()
    }
}

/// What a completion answers.
pub trait Answers {
    /// The answer of a function of the unknown.
    fn holds(&self, node: Node) -> bool;
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
    line_of: BTreeMap<Line, usize>,
    holder_of: HolderOf,
    /// For each kind of unit, what it covers.
    covers: Vec<Cover>,
    built: Built,
}

impl<'b, A: Answers> Builder<'b, A> {
    fn new(rules: &'b Rules<'b>, estate: &'b Estate, evaluation: &'b Evaluation, answers: &'b A) -> Self {
        let lines = lines(rules.program, &evaluation.kinds);
        let scale = evaluation.kinds.iter().filter_map(|kind| kind.price).map(|price| price.normalize().scale()).max();
        let built = Built {
            model: Model::default(),
            stock: Vec::new(),
            holders: Vec::new(),
            demands: Vec::new(),
            raised_by: Vec::new(),
            quotas: Vec::new(),
            scale: scale.unwrap_or(0),
            lines,
        };
        let line_of = built.lines.iter().enumerate().map(|(place, line)| (*line, place)).collect();
        let covers = vec![Cover::default(); evaluation.kinds.len()];
        Builder { rules, estate, evaluation, answers, line_of, holder_of: HolderOf::new(estate), covers, built }
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
        let absences = self.evaluation.absences.iter().filter(|absence| absence.absent == row);
        let gone = absences.filter(|absence| self.answers.holds(absence.moves)).map(|absence| absence.heads);
        match self.estate.heads(row).minus(gone.sum()) {
            estate::Heads::Many => Heads::Many,
            estate::Heads::Count(count) => Heads::Count(count),
        }
    }

    /// Every demand that is raised, in the order in which demands are met first.
    fn demands(&mut self) {
        let mut raised: Vec<Raised<'b>> = Vec::new();
        let lifted: Vec<bool> = self.evaluation.verdicts.iter().map(|verdict| self.lifts(verdict)).collect();
        let lifted = |access: &Effective| lifted.get(access.verdict) == Some(&true);
        let reached = self.evaluation.effective.iter().filter(|access| self.answers.holds(access.under));
        for access in reached.filter(|access| !lifted(access)) {
            let Some(verdict) = self.evaluation.verdicts.get(access.verdict) else { continue };
            let given = &self.estate.accesses[access.access];
            let (user, device) = (given.user, given.device);
            for demanded in &verdict.demands {
                let of = DemandOf { server: access.server, user, device, functionality: demanded.functionality };
                raised.push((of, demanded, Some(access.verdict)));
            }
        }
        for standing in &self.evaluation.standing {
            let functionality = standing.demanded.functionality;
            let of = DemandOf { server: standing.server, user: None, device: None, functionality };
            raised.push((of, &standing.demanded, None));
        }
        raised.sort_unstable_by_key(|(of, _, verdict)| (*of, verdict.is_none(), *verdict));
        raised.dedup_by_key(|(of, _, verdict)| (*of, *verdict));
        let (order, coverings) = (Order::of(self.estate), self.coverings(&raised));
        raised.sort_by_cached_key(|(of, _, verdict)| (order.place(of), coverings.get(&thing(of, *verdict))));
        for (of, demanded, verdict) in raised {
            self.demand(of, demanded);
            self.built.raised_by.push(verdict);
        }
    }

    /// For each thing demanded, where it stands by the kinds of units that cover it: this tells demands of one place apart.
    fn coverings(&self, raised: &[Raised<'b>]) -> HashMap<Thing, usize> {
        let things: BTreeMap<Thing, &Demanded> =
            raised.iter().map(|(of, demanded, verdict)| (thing(of, *verdict), *demanded)).collect();
        let coverings = things.iter().map(|(thing, demanded)| (*thing, self.covering(demanded)));
        let coverings: Vec<(Thing, Vec<usize>)> = coverings.collect();
        let all: BTreeSet<&Vec<usize>> = coverings.iter().map(|(_, kinds)| kinds).collect();
        let places: BTreeMap<&Vec<usize>, usize> = all.into_iter().zip(0..).collect();
        coverings.iter().filter_map(|(thing, kinds)| Some((*thing, *places.get(kinds)?))).collect()
    }

    /// The kinds of units that cover a demand.
    fn covering(&self, demanded: &Demanded) -> Vec<usize> {
        demanded.covers.iter().filter(|(_, holds)| self.answers.holds(*holds)).map(|(kind, _)| *kind).collect()
    }

    /// Whether accesses of a verdict raise no demands: prohibited or exempt (semantics, section 2).
    fn lifts(&self, verdict: &Verdict) -> bool {
        verdict.rules.iter().any(|(rule, holds)| !self.rules.is_quota(*rule) && self.answers.holds(*holds))
    }

    fn demand(&mut self, of: DemandOf, demanded: &Demanded) {
        let place = self.built.model.demands.len();
        let host = Row::Host(self.estate.servers[of.server].host);
        let rows = [of.user.map(Row::User), of.device.map(Row::Device), Some(host), Some(Row::Server(of.server))];
        let sides = rows.map(|row| row.map(|row| (row, self.holder(row))));
        let [user, device, host, server] = sides.map(|side| side.map(|(_, holder)| holder));
        self.built.model.demands.push(Demand { user, device, host, server });
        self.built.demands.push(of);
        for (kind, _) in demanded.covers.iter().filter(|(_, holds)| self.answers.holds(*holds)) {
            let Some(metric) = self.evaluation.kinds.get(*kind).map(|kind| kind.metric) else { continue };
            let side = sides.iter().flatten().find(|(row, _)| row.metric() == metric);
            let (Some((row, holder)), Some(cover)) = (side, self.covers.get_mut(*kind)) else { continue };
            cover.demands.insert(place);
            if let Some(need) = self.evaluation.needs.get(&(*kind, *row)) {
                cover.needs.insert(*holder, *need);
            }
        }
    }

    /// Lines, and what is owned beside what is for sale.
    fn stock(&mut self) {
        let lines = self.built.lines.clone();
        self.built.model.kinds = lines.iter().map(|line| self.unsold(*line)).collect();
        let kinds: &'b [UnitKind] = &self.evaluation.kinds;
        let mut owned = Vec::new();
        for (place, kind) in kinds.iter().enumerate() {
            let Some(line) = self.line_of.get(&line(self.rules.program, kind)).copied() else { continue };
            let cover = self.covers.get(place).cloned().unwrap_or_default();
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

    fn unsold(&self, line: Line) -> Kind {
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
            self.built.model.moves.push(Move { from, to, heads: absence.heads });
        }
    }
}

/// A demand, what is demanded, and the verdict that raised it; none where a server raised it by running.
type Raised<'b> = (DemandOf, &'b Demanded, Option<usize>);

/// What is demanded: by a verdict, or by a server.
type Thing = (Option<usize>, Option<ServerRow>, FunctionalityId);

fn thing(of: &DemandOf, verdict: Option<usize>) -> Thing {
    (verdict, verdict.is_none().then_some(of.server), of.functionality)
}

/// The holder of each row of an estate that has one.
struct HolderOf([Vec<Option<usize>>; 4]);

impl HolderOf {
    fn new(estate: &Estate) -> Self {
        let rows = [estate.users.len(), estate.devices.len(), estate.hosts.len(), estate.servers.len()];
        HolderOf(rows.map(|rows| vec![None; rows]))
    }

    fn place(row: Row) -> (usize, usize) {
        match row {
            Row::User(row) => (0, row.place()),
            Row::Device(row) => (1, row.place()),
            Row::Host(row) => (2, row.place()),
            Row::Server(row) => (3, row.place()),
        }
    }

    fn get(&self, row: Row) -> Option<usize> {
        let (table, place) = HolderOf::place(row);
        self.0.get(table)?.get(place).copied().flatten()
    }

    fn set(&mut self, row: Row, holder: usize) {
        let (table, place) = HolderOf::place(row);
        if let Some(known) = self.0.get_mut(table).and_then(|table| table.get_mut(place)) {
            *known = Some(holder);
        }
    }
}

/// The order of demands: by the ids of server, user and device, then by functionality as declared.
struct Order {
    servers: Vec<usize>,
    users: Vec<usize>,
    devices: Vec<usize>,
}

impl Order {
    fn of(estate: &Estate) -> Order {
        Order {
            servers: ranks(estate.servers.iter().map(|(_, row)| row.id.as_ref())),
            users: ranks(estate.users.iter().map(|(_, row)| row.id.as_ref())),
            devices: ranks(estate.devices.iter().map(|(_, row)| row.id.as_ref())),
        }
    }

    fn place(&self, of: &DemandOf) -> (Option<usize>, Option<usize>, Option<usize>, FunctionalityId) {
        let user = of.user.and_then(|row| self.users.get(row.place()).copied());
        let device = of.device.and_then(|row| self.devices.get(row.place()).copied());
        (self.servers.get(of.server.place()).copied(), user, device, of.functionality)
    }
}

/// Where each id stands among all of its table.
fn ranks<'i>(ids: impl Iterator<Item = &'i str>) -> Vec<usize> {
    let mut sorted: Vec<(&str, usize)> = ids.zip(0..).collect();
    sorted.sort_unstable();
    let mut ranks = vec![0; sorted.len()];
    for (rank, (_, row)) in sorted.into_iter().enumerate() {
        if let Some(place) = ranks.get_mut(row) {
            *place = rank;
        }
    }
    ranks
}

/// The line that a kind of unit stands in.
pub fn line(program: &Program, kind: &UnitKind) -> Line {
    Line { license: kind.license, version: kind.reported(program), metric: kind.metric }
}

/// Every line, in the order in which equal plans prefer them: licence name, older version, metric.
fn lines(program: &Program, kinds: &[UnitKind]) -> Vec<Line> {
    let mut lines: Vec<Line> = kinds.iter().map(|kind| line(program, kind)).collect();
    lines.sort_by_key(|line| (&program.licenses[line.license].header.name, line.version, line.metric));
    lines.dedup();
    lines
}

/// An amount in the smallest unit of the model's money.
fn minor(price: Decimal, scale: u32) -> Option<i128> {
    let price = price.normalize();
    let shift = 10_i128.checked_pow(scale.checked_sub(price.scale())?)?;
    price.mantissa().checked_mul(shift)
}
