//! The demands of the model: those that verdicts raise, alike ones as one.

use super::register::{Apart, Cause, Rank};
use super::{Answers, Builder, DemandOf};
use crate::estate::{Heads, Holder as Row};
use crate::evaluate::units::UnitKind;
use crate::evaluate::{Demanded, Verdict};
use crate::position::model::Demand;
use crate::value::{Metric, short};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of units that cover what is demanded somewhere.
#[derive(Debug)]
pub(super) struct Covering {
    /// Ascending.
    pub(super) kinds: Vec<usize>,
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

impl<'b, A: Answers> Builder<'b, A> {
    /// The demands of the model, in the order in which they are met first. Those that need not be told apart are one, which
    /// has the rows of the first.
    pub(super) fn demands(&mut self) {
        let mut raised = self.raised();
        let graded = self.graded(&raised);
        self.built.register.sort_by_user(&mut raised);
        raised.dedup();
        let mut firsts: Vec<(Rank, u32)> = Vec::with_capacity(raised.len());
        let mut apart = Vec::with_capacity(raised.len());
        for alike in raised.chunk_by(|a, b| self.built.register.are_alike(a, b)) {
            self.stand_for(alike, &mut firsts, &mut apart);
        }
        drop(raised);
        self.built.register.sort_as_met(&mut firsts);
        // By the place of a demand among those found: its place in the model.
        let mut places = vec![0; firsts.len()];
        self.built.demands.reserve_exact(firsts.len());
        self.built.model.demands.reserve_exact(firsts.len());
        for (rank, found) in firsts {
            let Some(of) = self.built.register.of(&rank) else { continue };
            places.get_mut(found as usize).into_iter().for_each(|place| *place = short(self.built.demands.len()));
            self.demand(of, self.built.register.covering_of(&rank));
        }
        let place = |found: u32| places.get(found as usize).copied().unwrap_or(0);
        apart.iter_mut().for_each(|apart: &mut Apart| apart.demand = place(apart.demand));
        self.built.register.raised = apart;
        for ((kind, row), needs) in &self.evaluation.needs {
            if let (Some(cover), Some(holder)) = (self.covers.get_mut(*kind), self.holder_of.get(*row)) {
                let need = graded.get(&(*kind, *row)).copied().unwrap_or_else(|| needs.most());
                cover.needs.insert(holder, need);
            }
        }
    }

    /// How many units a holder takes of a kind with assurance whose versions may take different numbers: of each of his
    /// demands the fewest under the versions that cover it, and of these the most, so that each is met.
    fn graded(&self, raised: &[Rank]) -> BTreeMap<(usize, Row), u64> {
        let mut graded = BTreeMap::new();
        let evaluation = self.evaluation;
        let standing = evaluation.standing.iter().map(|standing| (standing.server, &standing.demanded));
        for (server, demanded) in standing.filter(|(_, demanded)| !demanded.by_version.is_empty()) {
            let of = DemandOf { server, user: None, device: None, functionality: demanded.functionality };
            self.grade(of, demanded, &mut graded);
        }
        let is_graded = |verdict: &&Verdict| verdict.demands.iter().any(|demanded| !demanded.by_version.is_empty());
        if !evaluation.verdicts.iter().any(|verdict| is_graded(&verdict)) {
            return graded;
        }
        for rank in raised {
            let verdict = self.built.register.verdict_of(rank).and_then(|verdict| evaluation.verdicts.get(verdict));
            let of = self.built.register.of(rank);
            let Some((verdict, of)) = verdict.filter(is_graded).zip(of) else { continue };
            let own = verdict.demands.iter().filter(|demanded| demanded.functionality == of.functionality);
            own.for_each(|demanded| self.grade(of, demanded, &mut graded));
        }
        graded
    }

    /// Counts one demand among those of its holders.
    fn grade(&self, of: DemandOf, demanded: &Demanded, graded: &mut BTreeMap<(usize, Row), u64>) {
        for (kind, by_version) in &demanded.by_version {
            let metric = self.evaluation.kinds.get(*kind).map(|kind| kind.metric);
            let Some(holder) = of.sides(self.estate).find(|side| Some(side.metric()) == metric) else { continue };
            let Some(needs) = self.evaluation.needs.get(&(*kind, holder)) else { continue };
            let covers = by_version.iter().map(|covers| self.answers.holds(*covers));
            if let Some(fewest) = needs.fewest(covers) {
                let most: &mut u64 = graded.entry((*kind, holder)).or_default();
                *most = fewest.max(*most);
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
            let is_apart = !may_merge || self.built.register.order.servers.row(rank.server).is_some_and(has_places);
            let demand = if is_apart { next } else { *merged.get_or_insert(next) };
            if demand == next {
                firsts.push((*rank, next));
            }
            raised.push(Apart { server: rank.server, cause: rank.cause, demand });
        }
    }

    /// Every demand that is raised.
    fn raised(&mut self) -> Vec<Rank> {
        let (of_verdicts, of_standing) = self.causes();
        let (evaluation, order) = (self.evaluation, &self.built.register.order);
        let mut raised = Vec::with_capacity(evaluation.effective.len());
        for access in evaluation.effective.iter().filter(|access| self.answers.takes_place(access.under)) {
            let given = &self.estate.accesses[access.access];
            let (server, user, device) = order.places(access.server, given.user, given.device);
            let causes = of_verdicts.get(access.verdict).into_iter().flatten();
            raised.extend(causes.map(|cause| Rank { user, device, server, cause: *cause }));
        }
        raised.extend(evaluation.standing.iter().zip(of_standing).map(|(standing, cause)| {
            let (server, user, device) = order.places(standing.server, None, None);
            Rank { user, device, server, cause }
        }));
        raised
    }

    /// Numbers what raises demands: by verdict, and by what servers demand that run.
    fn causes(&mut self) -> (Vec<Vec<u32>>, Vec<u32>) {
        let evaluation = self.evaluation;
        let is_lifted = |verdict: &Verdict| verdict.is_lifted(self.rules.program, |holds| self.answers.holds(holds));
        let of_verdict = |verdict: &'b Verdict| if is_lifted(verdict) { &[][..] } else { &verdict.demands[..] };
        let by_verdict: Vec<&'b [Demanded]> = evaluation.verdicts.iter().map(of_verdict).collect();
        let by_running = || evaluation.standing.iter().map(|standing| &standing.demanded);
        let all = by_verdict.iter().copied().flatten().chain(by_running());
        let coverings: BTreeSet<Vec<usize>> = all.map(|demanded| self.covering(demanded)).collect();
        self.coverings = coverings.into_iter().map(|kinds| Covering::of(kinds, &evaluation.kinds)).collect();
        let cause = |demanded: &Demanded, verdict: Option<u32>| {
            let kinds = self.covering(demanded);
            let covering = short(self.coverings.partition_point(|known| known.kinds < kinds));
            Cause { covering, functionality: demanded.functionality, verdict }
        };
        let of_verdict = |(verdict, all): (u32, &[Demanded])| all.iter().map(|one| cause(one, Some(verdict))).collect();
        let of_verdicts: Vec<Vec<Cause>> = (0..).zip(by_verdict).map(of_verdict).collect();
        let of_standing: Vec<Cause> = by_running().map(|demanded| cause(demanded, None)).collect();
        let causes: BTreeSet<Cause> = of_verdicts.iter().flatten().chain(&of_standing).copied().collect();
        self.built.register.causes = causes.into_iter().collect();
        let number = |cause: &Cause| short(self.built.register.causes.partition_point(|known| known < cause));
        let numbers = |causes: &Vec<Cause>| causes.iter().map(number).collect::<Vec<u32>>();
        (of_verdicts.iter().map(numbers).collect(), numbers(&of_standing))
    }

    /// Whether demands of one user and device that the same kinds of units cover need not be told apart by server and
    /// functionality, but where places are given: units by head alone can meet them, and those for sale always do.
    fn may_merge(&self, rank: &Rank) -> bool {
        let order = &self.built.register.order;
        let is_counted = |heads: Heads| matches!(heads, Heads::Count(_));
        let is_sold_to = |metric: &Metric| match metric {
            Metric::User => order.users.row(rank.user).is_some_and(|row| is_counted(self.estate.users[row].count)),
            Metric::Device => {
                order.devices.row(rank.device).is_some_and(|row| is_counted(self.estate.devices[row].count))
            }
            Metric::Host | Metric::Server => false,
        };
        let covering = self.coverings.get(self.built.register.covering_of(rank));
        covering.is_some_and(|covering| covering.by_head && covering.sold.iter().any(is_sold_to))
    }

    /// The kinds of units that cover a demand.
    fn covering(&self, demanded: &Demanded) -> Vec<usize> {
        demanded.covers.iter().filter(|(_, holds)| self.answers.holds(*holds)).map(|(kind, _)| *kind).collect()
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
}
