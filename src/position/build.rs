//! From verdicts to the model that the optimiser solves, under one completion of what is unknown.
//!
//! Rows become holders, demands that some rule does not lift become demands, kinds of units become lines and stock. The
//! model knows nothing of policies any more; the [`Built`] beside it remembers what its numbers stand for.

use super::model::{Candidate, Cover, Demand, Heads, Holder, Kind, Model, Move, Quota, Stock};
use crate::decide::{Node, Variable};
use crate::estate::{self, DeviceRow, Estate, Holder as Row, HoldingRow, ServerRow, UserRow};
use crate::evaluate::units::UnitKind;
use crate::evaluate::{Demanded, Effective, Evaluation};
use crate::program::{FunctionalityId, LicenseId, Program, RuleId};
use crate::select::Rules;
use crate::value::{Metric, Rank};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

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
    holder_of: BTreeMap<Row, usize>,
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
        Builder { rules, estate, evaluation, answers, line_of, holder_of: BTreeMap::new(), covers, built }
    }

    fn holder(&mut self, row: Row) -> usize {
        if let Some(holder) = self.holder_of.get(&row) {
            return *holder;
        }
        self.built.model.holders.push(Holder { metric: row.metric(), heads: self.heads_left(row) });
        self.built.holders.push(row);
        self.holder_of.insert(row, self.built.holders.len() - 1);
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
        let mut raised: Vec<(DemandOf, &'b Demanded, Option<usize>)> = Vec::new();
        for access in self.evaluation.effective.iter().filter(|access| self.demanding(access)) {
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
        raised.sort_by_key(|(of, _, verdict)| (*of, verdict.is_none(), *verdict));
        raised.dedup_by_key(|(of, _, verdict)| (*of, *verdict));
        raised.sort_by_cached_key(|(of, demanded, _)| (self.place_of(of), self.covering(demanded)));
        for (of, demanded, verdict) in raised {
            self.demand(of, demanded);
            self.built.raised_by.push(verdict);
        }
    }

    /// Demands are ordered by the ids of server, user and device, then by functionality as declared.
    fn place_of(&self, of: &DemandOf) -> (&'b str, Option<&'b str>, Option<&'b str>, FunctionalityId) {
        let user = of.user.map(|row| self.estate.users[row].id.as_ref());
        let device = of.device.map(|row| self.estate.devices[row].id.as_ref());
        (&self.estate.servers[of.server].id, user, device, of.functionality)
    }

    /// The kinds of units that cover a demand, which tells demands of one place apart.
    fn covering(&self, demanded: &Demanded) -> Vec<usize> {
        demanded.covers.iter().filter(|(_, holds)| self.answers.holds(*holds)).map(|(kind, _)| *kind).collect()
    }

    /// Whether an access raises demands: reached, not prohibited, not exempt (semantics, section 2).
    fn demanding(&self, access: &Effective) -> bool {
        let verdict = self.evaluation.verdicts.get(access.verdict);
        let lifted = |rule: RuleId| !self.rules.is_quota(rule);
        let mut rules = verdict.map_or(&[][..], |verdict| &verdict.rules).iter();
        self.answers.holds(access.under) && !rules.any(|(rule, holds)| lifted(*rule) && self.answers.holds(*holds))
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
        for ((rule, server), candidates) in quotas {
            let holding = candidates.iter().filter(|candidate| self.answers.holds(candidate.holds));
            let mut candidates: Vec<Candidate> = holding
                .filter_map(|candidate| {
                    let holder = *self.holder_of.get(&candidate.actor)?;
                    let demands = self.demands_of(*server, candidate.actor);
                    (!demands.is_empty()).then_some(Candidate { holder, demands })
                })
                .collect();
            candidates.sort_by_key(|candidate| candidate.holder);
            if !candidates.is_empty() {
                self.built.model.quotas.push(Quota { limit: limits.get(rule).copied().unwrap_or(0), candidates });
                self.built.quotas.push((*rule, *server));
            }
        }
    }

    fn demands_of(&self, server: ServerRow, actor: Row) -> BTreeSet<usize> {
        let own = |of: &DemandOf| of.user.map(Row::User) == Some(actor) || of.device.map(Row::Device) == Some(actor);
        let demands = self.built.demands.iter().enumerate();
        demands.filter(|(_, of)| of.server == server && own(of)).map(|(place, _)| place).collect()
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
