//! What becomes of a demand: the units and places that meet it, and every licence that covers it or came near.

use super::changes::Supposed;
use super::reasons::About;
use super::told::{Bound, Brought, Clause, Cover, Demand, Outcome, Share};
use super::{Explainer, told};
use crate::decide::Node;
use crate::estate::{Heads, Holder};
use crate::evaluate::cover::{self, Unit, clauses, grants, included};
use crate::evaluate::scope::RowScope;
use crate::evaluate::trace::Recorder;
use crate::evaluate::units::UnitKind;
use crate::position::build::{self, DemandOf};
use crate::position::certificate::{head_meets, meets};
use crate::position::model::{Grant, Hand};
use crate::program::{FunctionalityId, Header};
use crate::value::{Metric, Rank, Truth, decimal_text};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// A demand in the estate's rows, and the verdict that raises it; none where a server does by running.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RaisedBy {
    pub of: DemandOf,
    pub by: Option<usize>,
}

impl Explainer<'_> {
    /// A demand that accesses or a server raise, told. Of several the one that fares worst speaks for all.
    pub(super) fn demand(
        &mut self,
        raised: &BTreeSet<RaisedBy>,
        supposed: &Supposed<'_>,
        functionality: FunctionalityId,
    ) -> Demand {
        let own = self
            .raised
            .iter()
            .filter(|known| raised.contains(&RaisedBy { of: known.of, by: known.by.map(|verdict| verdict as usize) }));
        let own: Vec<(usize, DemandOf)> = own.map(|known| (known.demand as usize, known.of)).collect();
        let by: Vec<Share> = own.iter().flat_map(|(demand, _)| self.meeting(*demand)).collect();
        let unmet = own.iter().find(|(demand, _)| self.judgement.solved.plan.unmet.binary_search(demand).is_ok());
        let bought = by.iter().any(|share| matches!(share, Share::Units { owned: false, .. }));
        let outcome = match (own.is_empty(), unmet, bought) {
            (true, ..) => Outcome::Lifted,
            (false, Some(_), _) => Outcome::Unmet,
            (false, None, true) => Outcome::Short,
            (false, None, false) => Outcome::Met,
        };
        Demand {
            functionality: self.rules.program.functionality_path(functionality),
            title: self.rules.program.functionalities[functionality].header.display().to_owned(),
            outcome,
            unmet: unmet.and_then(|(_, of)| self.unmet_because(*of)),
            by: each_once(by),
            covers: self.covers(supposed, (raised, &own), functionality),
        }
    }

    /// What meets a demand, by the first side that meets it in full.
    pub(super) fn meeting(&self, demand: usize) -> Vec<Share> {
        let model = &self.judgement.solved.built.model;
        let sides = model.demands.get(demand).into_iter().flat_map(|demand| demand.sides());
        for holder in sides {
            let hands = self.hands.of_holder(holder);
            if meets(model, holder, hands, demand) {
                let own = hands.iter().filter(|hand| head_meets(model, holder, &hand.grants, demand));
                return self.shares(own.flat_map(|hand| hand.grants.iter().map(|grant| (grant, *hand))), Some(demand));
            }
        }
        Vec::new()
    }

    /// What hands hold; where a demand is given, only what helps to meet it. Alike shares are added up.
    pub(super) fn shares<'h>(
        &self,
        held: impl Iterator<Item = (&'h Grant, &'h Hand)>,
        demand: Option<usize>,
    ) -> Vec<Share> {
        let mut sums: BTreeMap<(bool, usize, usize), u64> = BTreeMap::new();
        let mut places: BTreeMap<(usize, usize), u64> = BTreeMap::new();
        let model = &self.judgement.solved.built.model;
        for (grant, hand) in held {
            let (line, owned, units) = match grant {
                Grant::Bought { kind, units } => {
                    (model.kinds.get(*kind).map(|sold| (*kind, &sold.cover)), false, units)
                }
                Grant::Owned { stock, units } => {
                    (model.stock.get(*stock).map(|stock| (stock.kind, &stock.cover)), true, units)
                }
                Grant::Place { quota } => {
                    if demand.is_none_or(|demand| model.is_lifted(demand, *quota, hand.holder)) {
                        *places.entry((*quota, hand.holder)).or_insert(0) += hand.heads;
                    }
                    continue;
                }
            };
            let Some((line, cover)) = line else { continue };
            if demand.is_none_or(|demand| model.is_covered(demand, cover)) {
                *sums.entry((!owned, line, hand.holder)).or_insert(0) += units * hand.heads;
            }
        }
        let units = sums.into_iter().filter_map(|((bought, line, holder), units)| {
            let line = self.judgement.solved.built.lines.get(line)?;
            let program = self.rules.program;
            let license = &program.licenses[line.license];
            Some(Share::Units {
                license: license.header.name.clone(),
                version: program.version_label(license.line, line.version).to_owned(),
                metric: line.metric,
                owned: !bought,
                holder: self.holder_id(holder),
                units,
            })
        });
        let places = places.into_iter().filter_map(|((quota, holder), heads)| {
            let (rule, _) = self.judgement.solved.built.quotas.get(quota)?;
            let place = self.rules.program.rules[*rule].header.name.clone();
            Some(Share::Place { place, holder: self.holder_id(holder), heads })
        });
        units.chain(places).collect()
    }

    pub(super) fn holder_id(&self, holder: usize) -> String {
        self.judgement.solved.built.holders.get(holder).map_or_else(String::new, |row| self.estate.id(*row).to_string())
    }

    /// Why the judgement finds that nothing meets a demand, and what would, with a price.
    fn unmet_because(&self, of: DemandOf) -> Option<String> {
        let estate = self.estate;
        let server = &estate.servers[of.server].id;
        let (user, device) = (of.user.map(|row| &estate.users[row].id), of.device.map(|row| &estate.devices[row].id));
        let unmet = self.judgement.unmet.iter().find(|unmet| {
            (&unmet.server, unmet.user.as_ref(), unmet.device.as_ref(), unmet.functionality)
                == (server, user, device, of.functionality)
        })?;
        let program = self.rules.program;
        let remedies: Vec<String> = unmet.remedies.iter().map(|line| line.text(program)).collect();
        Some(match remedies.is_empty() {
            true => unmet.because.clone(),
            false => format!("{}; with a price, {} would meet it", unmet.because, remedies.join(" or ")),
        })
    }

    /// Every licence owned or for sale that grants what is demanded.
    fn covers(
        &mut self,
        supposed: &Supposed<'_>,
        (raised, own): (&BTreeSet<RaisedBy>, &[(usize, DemandOf)]),
        demand: FunctionalityId,
    ) -> Vec<Cover> {
        let sides = self.sides(raised);
        let (program, kinds): (_, &[UnitKind]) = (self.rules.program, &self.evaluation.kinds);
        let granting = kinds.iter().filter(|kind| units(kind).iter().any(|unit| grants(program, *unit, demand)));
        let mut covers: Vec<Cover> = granting.map(|kind| self.cover((supposed, &sides, own), kind, demand)).collect();
        let order = |cover: &Cover| (cover.license.clone(), cover.metric, cover.owned.is_none(), cover.version.clone());
        covers.sort_by_cached_key(order);
        covers
    }

    /// Whoever could hold a unit for one of the demands.
    fn sides(&self, raised: &BTreeSet<RaisedBy>) -> Vec<Holder> {
        let sides: BTreeSet<Holder> = raised.iter().flat_map(|raised| raised.of.sides(self.estate)).collect();
        sides.into_iter().collect()
    }

    /// Who would hold units of a metric for some demands of the model.
    fn holders_of(&self, demands: &[(usize, DemandOf)], metric: Metric) -> BTreeSet<usize> {
        let model = &self.judgement.solved.built.model;
        demands.iter().filter_map(|(demand, _)| model.demands.get(*demand)?.side(metric)).collect()
    }

    /// What all units of a kind cost that holders take, where they take several and it is for sale.
    fn cost_of_all(&self, kind: &UnitKind, holders: &BTreeSet<usize>) -> Option<String> {
        let built = &self.judgement.solved.built;
        let line = built.kind(build::line(self.rules.program, kind))?;
        let units = built.model.units_taken(line, holders)?;
        let cost = kind.price?.checked_mul(Decimal::from(units))?;
        (units > 1).then(|| decimal_text(cost))
    }

    /// Units owned that are bound to others and do not serve these for certain, and of these others those in absences of
    /// which it is not known whether licences follow them to one of these.
    fn bound(&self, kind: &UnitKind, sides: &[Holder]) -> (Vec<Bound>, Vec<String>) {
        let (mut bound, mut may_follow) = (Vec::new(), BTreeSet::new());
        for holding in kind.holdings.iter().map(|row| &self.estate.holdings[*row]) {
            let Some(to) = holding.assigned_to else { continue };
            let id = self.estate.id(to).to_string();
            match self.serves(to, sides) {
                Truth::Yes => continue,
                Truth::Unknown => drop(may_follow.insert(id.clone())),
                Truth::No => {}
            }
            bound.push(Bound { to: id, units: holding.quantity });
        }
        (bound, may_follow.into_iter().collect())
    }

    /// Whether units bound to a holder serve one of these: the same, or one to whom they follow an absence.
    fn serves(&self, bound: Holder, sides: &[Holder]) -> Truth {
        let absences = self.evaluation.absences.of(bound).iter();
        let following = absences.filter(|absence| sides.contains(&absence.substitute));
        let follows: BTreeSet<Truth> = following.map(|absence| absence.moves.truth()).collect();
        match (sides.contains(&bound) || follows.contains(&Truth::Yes), follows.contains(&Truth::Unknown)) {
            (true, _) => Truth::Yes,
            (false, true) => Truth::Unknown,
            (false, false) => Truth::No,
        }
    }

    fn cover(
        &mut self,
        (supposed, sides, own): (&Supposed<'_>, &[Holder], &[(usize, DemandOf)]),
        kind: &UnitKind,
        demand: FunctionalityId,
    ) -> Cover {
        let (program, rows, units) = (self.rules.program, supposed.rows, units(kind));
        let answers: Vec<Node> = units.iter().map(|unit| cover::covers(rows, self.unknowns, *unit, demand)).collect();
        let lacks = lacking(rows, kind.metric);
        let any = answers.iter().fold(Node::NO, |any, node| self.unknowns.diagrams.or(any, *node));
        let answer = if lacks.is_some() { Truth::No } else { any.truth() };
        // The version that covers speaks for the unit; where none does, the newest.
        let speaking = answers.iter().rposition(|node| *node == Node::YES).or(units.len().checked_sub(1));
        let unit = speaking.and_then(|place| units.get(place)).copied();
        let change = (answer != Truth::Yes && lacks.is_none()).then(|| {
            let open = self.open_cover(supposed, &units, demand);
            self.nearest(open, Brought::Covers, About { rows, unit })
        });
        let license = &program.licenses[kind.license];
        let (bound, may_follow) = self.bound(kind, sides);
        let holders = if answer == Truth::Yes { self.holders_of(own, kind.metric) } else { BTreeSet::new() };
        let heads = holders.iter().map(|holder| self.judgement.solved.built.heads(*holder));
        Cover {
            license: license.header.name.clone(),
            version: program.version_label(license.line, kind.reported(program)).to_owned(),
            metric: kind.metric,
            owned: (!kind.holdings.is_empty())
                .then(|| kind.holdings.iter().map(|row| self.estate.holdings[*row].quantity).sum()),
            bound,
            may_follow,
            price: kind.price.map(decimal_text),
            heads: heads.reduce(Heads::plus),
            cost: self.cost_of_all(kind, &holders),
            answer,
            lacks,
            clauses: unit.map_or_else(Vec::new, |unit| self.clauses(rows, unit, demand)),
            instead: if answer == Truth::No { self.instead(rows, kind, demand) } else { Vec::new() },
            change: change.flatten(),
        }
    }

    /// The clauses of a unit, then those of the licences that a suite includes for this demand.
    fn clauses(&mut self, rows: &RowScope<'_>, unit: Unit, demand: FunctionalityId) -> Vec<Clause> {
        let program = self.rules.program;
        let about = About { rows, unit: Some(unit) };
        let license = program.licenses[unit.license].header.name.clone();
        let mut told = Vec::new();
        for (clause, holds, heard) in clauses::<Recorder>(rows, self.unknowns, unit, Node::YES) {
            let Header { name, title, .. } = &clause.header;
            told.push(Clause {
                clause: name.clone(),
                title: title.clone().unwrap_or_else(|| name.clone()),
                license: license.clone(),
                answer: holds.truth(),
                because: self.reasons(&heard.traces(), about),
                cites: self.cites(&clause.header),
            });
        }
        let Some(version) = program.licenses[unit.license].version(unit.version) else { return told };
        let within = included(program, version, unit).into_iter().filter(|unit| grants(program, *unit, demand));
        told.extend(within.flat_map(|unit| self.clauses(rows, unit, demand)));
        told
    }

    /// Other units of the licence, of the oldest version that does, that cover as things are.
    fn instead(&mut self, rows: &RowScope<'_>, kind: &UnitKind, demand: FunctionalityId) -> Vec<String> {
        let license = &self.rules.program.licenses[kind.license];
        let mut instead = Vec::new();
        for metric in &license.metrics {
            let versions: Vec<Rank> = license.versions.iter().map(|version| version.rank).collect();
            let oldest = versions.into_iter().find(|version| {
                let unit = Unit { license: kind.license, version: *version, metric: *metric, holding: None };
                cover::covers(rows, self.unknowns, unit, demand) == Node::YES
            });
            if let Some(version) = oldest {
                let named = match lacking(rows, *metric) {
                    Some(lacks) => format!(", if the access names its {lacks}"),
                    None => String::new(),
                };
                instead.push(format!("{} per {metric}{named}", self.rules.program.license_text(kind.license, version)));
            }
        }
        instead
    }

    /// What a server demands by running.
    pub(super) fn standing(&mut self, server: crate::estate::ServerRow) -> Vec<told::Standing> {
        let demanded: Vec<FunctionalityId> = self
            .evaluation
            .standing
            .iter()
            .filter(|standing| standing.server == server)
            .map(|standing| standing.demanded.functionality)
            .collect();
        let rows = RowScope::new(self.rules, self.estate, &self.evaluation.classes).at_server(server);
        let supposed = self.supposed(&rows);
        let id = self.estate.servers[server].id.to_string();
        let tell = |functionality| {
            let of = DemandOf { server, user: None, device: None, functionality };
            let raised = BTreeSet::from([RaisedBy { of, by: None }]);
            told::Standing { server: id.clone(), demand: self.demand(&raised, &supposed, functionality) }
        };
        demanded.into_iter().map(tell).collect()
    }

    /// What the plan gives to a holder.
    pub(super) fn given_to(&self, holder: Holder) -> Vec<Share> {
        let place = self.judgement.solved.built.holders.iter().position(|row| *row == holder);
        let own = place.map_or(&[][..], |place| self.hands.of_holder(place));
        self.shares(own.iter().flat_map(|hand| hand.grants.iter().map(|grant| (grant, *hand))), None)
    }
}

/// Shares without repetition: one host's unit meets the demands of many.
fn each_once(shares: Vec<Share>) -> Vec<Share> {
    let mut seen = BTreeSet::new();
    shares.into_iter().filter(|share| seen.insert(share.clone())).collect()
}

/// The units that a kind stands for: one for each of its versions.
fn units(kind: &UnitKind) -> Vec<Unit> {
    let unit =
        |version: &Rank| Unit { license: kind.license, version: *version, metric: kind.metric, holding: kind.holding };
    kind.versions.iter().map(unit).collect()
}

/// The side that a metric needs and the rows do not name.
fn lacking(rows: &RowScope<'_>, metric: Metric) -> Option<Metric> {
    let there = match metric {
        Metric::User => rows.user.is_some(),
        Metric::Device => rows.device.is_some(),
        Metric::Host | Metric::Server => true,
    };
    (!there).then_some(metric)
}
