//! From verdicts to the model that the optimiser solves, under one completion of what is unknown.
//!
//! Rows become holders, demands that some rule does not lift become demands, kinds of units become lines and stock. The
//! model knows nothing of policies any more; the [`Built`] beside it remembers what its numbers stand for.

use super::counting;
use super::model::{Candidate, Cover, Demand, Heads, Holder, Kind, Model, Move, Quota, Stock};
use crate::decide::{Node, Variable};
use crate::estate::{self, DeviceRow, Estate, Holder as Row, HoldingRow, ServerRow, UserRow};
use crate::evaluate::units::UnitKind;
use crate::evaluate::{Demanded, Evaluation, Verdict};
use crate::program::{FunctionalityId, Id, LicenseId, Program, RuleId};
use crate::select::Rules;
use crate::value::{self, Metric, short};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// A model and what its numbers stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The model.
    pub model: Model,
    /// Each kind's licence, version and metric.
    pub lines: Vec<Line>,
    /// Each stock's kind of unit, by its place in the evaluation.
    pub stock: Vec<usize>,
    /// Each holder's row.
    pub holders: Vec<Row>,
    /// Each demand's rows; of the first one raised, where it stands for several.
    pub demands: Vec<DemandOf>,
    /// Every demand that is raised, those of one user together, and the ids that order them.
    raised: Vec<Apart>,
    /// What raises demands, ascending.
    causes: Vec<Cause>,
    order: Order,
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
    pub version: value::Rank,
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

/// A demand that is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised {
    /// The rows.
    pub of: DemandOf,
    /// The verdict that raised it, by its place in the evaluation; none where a server raised it by running.
    pub by: Option<u32>,
    /// The demand of the model that stands for it.
    pub demand: u32,
}

impl Built {
    /// Every demand that is raised, in the order in which they are met first. There are as many as accesses that differ, so
    /// they are put in order only for whoever lists them.
    pub fn raised(&self) -> Vec<Raised> {
        let mut raised: Vec<(Rank, u32)> = self.raised.iter().filter_map(|apart| self.rank(apart)).collect();
        self.sort_as_met(&mut raised);
        let raised = raised.into_iter().filter_map(|(rank, demand)| {
            let by = self.causes.get(rank.cause as usize)?.verdict;
            Some(Raised { of: self.of(&rank)?, by, demand })
        });
        raised.collect()
    }

    fn rank(&self, &Apart { server, cause, demand }: &Apart) -> Option<(Rank, u32)> {
        let of = self.demands.get(demand as usize)?;
        let (user, device) = (self.order.users.place(of.user), self.order.devices.place(of.device));
        Some((Rank { user, device, server, cause }, demand))
    }

    /// Puts demands in the order in which they are met, by place of the server first.
    fn sort_as_met(&self, demands: &mut Vec<(Rank, u32)>) {
        let met = |rank: &Rank| {
            let cause = self.causes.get(rank.cause as usize);
            (rank.user, rank.device, cause.map(|cause| (cause.functionality, cause.covering, cause.verdict)))
        };
        counting::sort(demands, |(rank, _)| rank.server, |(rank, _)| met(rank));
    }

    /// The rows of a demand.
    fn of(&self, rank: &Rank) -> Option<DemandOf> {
        let Order { servers, users, devices } = &self.order;
        let functionality = self.causes.get(rank.cause as usize)?.functionality;
        let (user, device) = (users.row(rank.user), devices.row(rank.device));
        Some(DemandOf { server: servers.row(rank.server)?, user, device, functionality })
    }

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
        let scale = evaluation.kinds.iter().filter_map(|kind| kind.price).map(|price| price.normalize().scale()).max();
        let built = Built {
            model: Model::default(),
            stock: Vec::new(),
            holders: Vec::new(),
            demands: Vec::new(),
            raised: Vec::new(),
            causes: Vec::new(),
            order: Order::by_ids(estate),
            quotas: Vec::new(),
            scale: scale.unwrap_or(0),
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
        let absences = self.evaluation.absences.iter().filter(|absence| absence.absent == row);
        let gone = absences.filter(|absence| self.answers.holds(absence.moves)).map(|absence| absence.heads);
        match self.estate.heads(row).minus(gone.sum()) {
            estate::Heads::Many => Heads::Many,
            estate::Heads::Count(count) => Heads::Count(count),
        }
    }

    /// The demands of the model, in the order in which they are met first. Those that need not be told apart are one, which
    /// has the rows of the first.
    fn demands(&mut self) {
        let mut raised = self.raised();
        counting::sort(
            &mut raised,
            |rank| rank.user,
            |rank| (rank.device, self.covering_of(rank), rank.server, rank.cause),
        );
        raised.dedup();
        let mut firsts: Vec<(Rank, u32)> = Vec::with_capacity(raised.len());
        let mut apart = Vec::with_capacity(raised.len());
        let is_alike = |a: &Rank, b: &Rank| (a.user, a.device) == (b.user, b.device);
        for alike in raised.chunk_by(|a, b| is_alike(a, b) && self.covering_of(a) == self.covering_of(b)) {
            self.stand_for(alike, &mut firsts, &mut apart);
        }
        drop(raised);
        self.built.sort_as_met(&mut firsts);
        // By the place of a demand among those found: its place in the model.
        let mut places = vec![0; firsts.len()];
        self.built.demands.reserve_exact(firsts.len());
        self.built.model.demands.reserve_exact(firsts.len());
        for (rank, found) in firsts {
            let Some(of) = self.built.of(&rank) else { continue };
            places.get_mut(found as usize).into_iter().for_each(|place| *place = short(self.built.demands.len()));
            self.demand(of, self.covering_of(&rank));
        }
        let place = |found: u32| places.get(found as usize).copied().unwrap_or(0);
        apart.iter_mut().for_each(|apart: &mut Apart| apart.demand = place(apart.demand));
        self.built.raised = apart;
        for ((kind, row), need) in &self.evaluation.needs {
            if let (Some(cover), Some(holder)) = (self.covers.get_mut(*kind), self.holder_of.get(*row)) {
                cover.needs.insert(holder, *need);
            }
        }
    }

    /// Finds the demands of the model that stand for alike ones, and says of each of these which.
    fn stand_for(&self, alike: &[Rank], firsts: &mut Vec<(Rank, u32)>, raised: &mut Vec<Apart>) {
        let may_merge = alike.first().is_some_and(|rank| self.may_merge(rank));
        let mut merged = None;
        for rank in alike {
            let next = short(firsts.len());
            let has_places = |row| self.with_places.contains(&row);
            let is_apart = !may_merge || self.built.order.servers.row(rank.server).is_some_and(has_places);
            let demand = if is_apart { next } else { *merged.get_or_insert(next) };
            if demand == next {
                firsts.push((*rank, next));
            }
            raised.push(Apart { server: rank.server, cause: rank.cause, demand });
        }
    }

    /// Every demand that is raised.
    fn raised(&mut self) -> Vec<Rank> {
        let evaluation = self.evaluation;
        let of_verdict = |verdict: &'b Verdict| if self.lifts(verdict) { &[][..] } else { &verdict.demands[..] };
        let demanded: Vec<&'b [Demanded]> = evaluation.verdicts.iter().map(of_verdict).collect();
        let standing = evaluation.standing.iter().map(|standing| &standing.demanded);
        let all = demanded.iter().copied().flatten().chain(standing);
        let coverings: BTreeSet<Vec<usize>> = all.map(|demanded| self.covering(demanded)).collect();
        self.coverings = coverings.into_iter().map(|kinds| Covering::of(kinds, &evaluation.kinds)).collect();
        let cause = |demanded: &Demanded, verdict: Option<u32>| {
            let kinds = self.covering(demanded);
            let covering = short(self.coverings.partition_point(|known| known.kinds < kinds));
            Cause { covering, functionality: demanded.functionality, verdict }
        };
        let of_verdicts: Vec<Vec<Cause>> = (0..)
            .zip(demanded)
            .map(|(verdict, all)| all.iter().map(|one| cause(one, Some(verdict))).collect())
            .collect();
        let of_standing: Vec<Cause> =
            evaluation.standing.iter().map(|standing| cause(&standing.demanded, None)).collect();
        let causes: BTreeSet<Cause> = of_verdicts.iter().flatten().chain(&of_standing).copied().collect();
        self.built.causes = causes.into_iter().collect();
        let number = |cause: &Cause| short(self.built.causes.partition_point(|known| known < cause));
        let numbers: Vec<Vec<u32>> = of_verdicts.iter().map(|causes| causes.iter().map(number).collect()).collect();
        let order = &self.built.order;
        let mut raised = Vec::with_capacity(evaluation.effective.len());
        for access in evaluation.effective.iter().filter(|access| self.answers.holds(access.under)) {
            let given = &self.estate.accesses[access.access];
            let (server, user, device) = order.places(access.server, given.user, given.device);
            let causes = numbers.get(access.verdict).into_iter().flatten();
            raised.extend(causes.map(|cause| Rank { user, device, server, cause: *cause }));
        }
        raised.extend(evaluation.standing.iter().zip(&of_standing).map(|(standing, cause)| {
            let (server, user, device) = order.places(standing.server, None, None);
            Rank { user, device, server, cause: number(cause) }
        }));
        raised
    }

    /// The number of what covers a demand.
    fn covering_of(&self, rank: &Rank) -> usize {
        self.built.causes.get(rank.cause as usize).map_or(0, |cause| cause.covering as usize)
    }

    /// Whether demands of one user and device that the same kinds of units cover need not be told apart by server and
    /// functionality, but where places are given: units by head alone can meet them, and those for sale always do.
    fn may_merge(&self, rank: &Rank) -> bool {
        let order = &self.built.order;
        let is_counted = |heads: estate::Heads| matches!(heads, estate::Heads::Count(_));
        let is_sold_to = |metric: &Metric| match metric {
            Metric::User => order.users.row(rank.user).is_some_and(|row| is_counted(self.estate.users[row].count)),
            Metric::Device => {
                order.devices.row(rank.device).is_some_and(|row| is_counted(self.estate.devices[row].count))
            }
            Metric::Host | Metric::Server => false,
        };
        let covering = self.coverings.get(self.covering_of(rank));
        covering.is_some_and(|covering| covering.by_head && covering.sold.iter().any(is_sold_to))
    }

    /// The kinds of units that cover a demand.
    fn covering(&self, demanded: &Demanded) -> Vec<usize> {
        demanded.covers.iter().filter(|(_, holds)| self.answers.holds(*holds)).map(|(kind, _)| *kind).collect()
    }

    /// Whether accesses of a verdict raise no demands: prohibited or exempt (semantics, section 2).
    fn lifts(&self, verdict: &Verdict) -> bool {
        verdict.rules.iter().any(|(rule, holds)| !self.rules.is_quota(*rule) && self.answers.holds(*holds))
    }

    fn demand(&mut self, of: DemandOf, covering: usize) {
        let host = Row::Host(self.estate.servers[of.server].host);
        let rows = [of.user.map(Row::User), of.device.map(Row::Device), Some(host), Some(Row::Server(of.server))];
        let sides = rows.map(|row| row.map(|row| self.holder(row)));
        self.built.model.demands.push(Demand::new(covering, sides));
        self.built.demands.push(of);
        if self.told.insert((covering, of.user.is_some(), of.device.is_some())) {
            for kind in self.coverings.get(covering).into_iter().flat_map(|covering| &covering.kinds) {
                let Some(metric) = self.evaluation.kinds.get(*kind).map(|kind| kind.metric) else { continue };
                let has_side = rows.iter().flatten().any(|row| row.metric() == metric);
                if let Some(cover) = self.covers.get_mut(*kind).filter(|_| has_side) {
                    cover.natures.insert(covering);
                }
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

/// Kinds of units that cover what is demanded somewhere.
#[derive(Debug)]
struct Covering {
    /// Ascending.
    kinds: Vec<usize>,
    /// Whether all of them are held by users and devices.
    by_head: bool,
    /// By which metrics some of them are for sale.
    sold: BTreeSet<Metric>,
}

impl Covering {
    fn of(kinds: Vec<usize>, all: &[UnitKind]) -> Covering {
        let own = || kinds.iter().filter_map(|kind| all.get(*kind));
        let by_head = own().all(|kind| kind.metric.is_by_head());
        let sold = own().filter(|kind| kind.price.is_some()).map(|kind| kind.metric).collect();
        Covering { kinds, by_head, sold }
    }
}

/// A demand that is raised, as numbers: the places of user, device and server by their ids, 0 for none, and of its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rank {
    user: u32,
    device: u32,
    server: u32,
    cause: u32,
}

/// Why a demand is raised: what covers it, what is demanded, and by the verdict at which place; by none where a server
/// demands it by running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cause {
    covering: u32,
    functionality: FunctionalityId,
    verdict: Option<u32>,
}

/// What tells a demand that is raised from others for which the same demand of the model stands: all have its user and
/// device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Apart {
    server: u32,
    cause: u32,
    demand: u32,
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

/// The order of demands: by the ids of server, user and device.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Order {
    servers: Ranks<ServerRow>,
    users: Ranks<UserRow>,
    devices: Ranks<DeviceRow>,
}

impl Order {
    fn by_ids(estate: &Estate) -> Order {
        Order {
            servers: Ranks::of(estate.servers.iter().map(|(row, stated)| (stated.id.as_ref(), row))),
            users: Ranks::of(estate.users.iter().map(|(row, stated)| (stated.id.as_ref(), row))),
            devices: Ranks::of(estate.devices.iter().map(|(row, stated)| (stated.id.as_ref(), row))),
        }
    }

    fn places(&self, server: ServerRow, user: Option<UserRow>, device: Option<DeviceRow>) -> (u32, u32, u32) {
        (self.servers.place(Some(server)), self.users.place(user), self.devices.place(device))
    }
}

/// Where each row stands among all of its table by id, from 1 on, and which row stands there. 0 is no row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ranks<I> {
    places: Vec<u32>,
    rows: Vec<I>,
}

impl<I: Id + Ord> Ranks<I> {
    fn of<'i>(ids: impl Iterator<Item = (&'i str, I)>) -> Ranks<I> {
        let mut sorted: Vec<(&str, I)> = ids.collect();
        if !sorted.is_sorted() {
            sorted.sort_unstable();
        }
        let rows: Vec<I> = sorted.into_iter().map(|(_, row)| row).collect();
        let mut places = vec![0; rows.len()];
        for (place, row) in (1..).zip(&rows) {
            places.get_mut(row.place()).into_iter().for_each(|own| *own = place);
        }
        Ranks { places, rows }
    }

    fn place(&self, row: Option<I>) -> u32 {
        row.and_then(|row| self.places.get(row.place()).copied()).unwrap_or(0)
    }

    fn row(&self, place: u32) -> Option<I> {
        self.rows.get((place as usize).checked_sub(1)?).copied()
    }
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
