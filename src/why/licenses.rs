//! What becomes of a licence: who gets its units, who could, and why it is bought or not.

use super::Explainer;
use super::told::{Below, Bound, Could, License, Line, Means, Share};
use crate::decide::Node;
use crate::estate::{Heads, ServerRow};
use crate::evaluate::units::UnitKind;
use crate::evaluate::{Demanded, Standing};
use crate::judge::judgement::LicenseLine;
use crate::position::build::{DemandOf, Raised};
use crate::position::model::{Grant, Model};
use crate::position::solve;
use crate::program::{FunctionalityId, LicenseId};
use crate::value::{Metric, decimal_text, ratio_text};
use num_rational::Ratio;
use std::collections::{BTreeMap, BTreeSet, HashMap};

impl Explainer<'_> {
    /// A licence in the plan, narrowed to one server if asked.
    pub(super) fn license(&mut self, license: LicenseId, server: Option<ServerRow>) -> License {
        let lines = self.judgement.solved.built.lines.iter().enumerate();
        let own: Vec<usize> = lines.filter(|(_, line)| line.license == license).map(|(place, _)| place).collect();
        let (built, plan) = (&self.judgement.solved.built, &self.judgement.solved.plan);
        let (unmet, met_by) = self.fates(license, server);
        let buys = |line: &usize| plan.bought.get(*line).is_some_and(|units| *units > 0);
        License {
            lines: own.iter().filter_map(|line| self.line(*line)).collect(),
            cost: decimal_text(built.money(plan.cost)),
            cost_without: own.iter().any(buys).then(|| self.cost_without(&own)).flatten(),
            bought_below: self.offers(&own),
            bound: self.bound_units(&own),
            unmet,
            met_by,
            holders: self.holders(&own),
            could: self.could(license, server),
        }
    }

    fn line(&self, place: usize) -> Option<Line> {
        let built = &self.judgement.solved.built;
        let (line, kind) = (built.lines.get(place)?, built.model.kinds.get(place)?);
        let held = self.held(place);
        Some(Line {
            version: line.version_text(self.rules.program).to_owned(),
            metric: line.metric,
            owned: held.map_or(0, |held| held.owned),
            used: held.map_or(0, |held| held.used),
            buy: held.map_or(0, |held| held.buy),
            price: kind.price.map(|price| decimal_text(built.money(price))),
        })
    }

    /// A line as the position reports it; none of which nothing is owned, used or bought.
    fn held(&self, place: usize) -> Option<&LicenseLine> {
        let line = self.judgement.solved.built.lines.get(place)?;
        self.judgement.licenses.iter().find(|held| held.of == *line)
    }

    /// For each metric that is for sale in some version and bought in none, from which price on it would be.
    fn offers(&self, own: &[usize]) -> Vec<Below> {
        let (built, plan) = (&self.judgement.solved.built, &self.judgement.solved.plan);
        let offers = Metric::ALL.into_iter().filter_map(|metric| {
            let of_metric = |line: &&usize| built.model.kinds.get(**line).is_some_and(|kind| kind.metric == metric);
            let lines: Vec<usize> = own.iter().filter(of_metric).copied().collect();
            let for_sale: Vec<usize> = lines
                .iter()
                .filter(|line| built.model.kinds.get(**line).is_some_and(|kind| kind.price.is_some()))
                .copied()
                .collect();
            let bought = lines.iter().any(|line| plan.bought.get(*line).is_some_and(|units| *units > 0));
            (!for_sale.is_empty() && !bought).then(|| Below { metric, price: self.bought_below(&for_sale) })
        });
        offers.collect()
    }

    /// Units owned of some lines that are bound, where none of them is used.
    fn bound_units(&self, lines: &[usize]) -> Vec<Bound> {
        let model = &self.judgement.solved.built.model;
        let idle = lines.iter().filter(|line| self.held(**line).is_none_or(|held| held.used == 0));
        let stock = idle.flat_map(|line| model.stock.iter().filter(move |stock| stock.kind == *line));
        stock.filter_map(|stock| Some(Bound { to: self.holder_id(stock.bound?), units: stock.quantity })).collect()
    }

    /// What becomes of the demands that a licence would cover: how many are unmet, and what meets the others.
    fn fates(&self, license: LicenseId, server: Option<ServerRow>) -> (u64, BTreeSet<Means>) {
        let (evaluation, plan) = (self.evaluation, &self.judgement.solved.plan);
        let of_verdicts = evaluation.verdicts.iter().enumerate();
        let of_verdicts =
            of_verdicts.flat_map(|(place, verdict)| verdict.demands.iter().map(move |one| (Some(place), one)));
        let of_standing = evaluation.standing.iter().map(|standing| (None, &standing.demanded));
        let mut own: HashMap<(Option<usize>, FunctionalityId), BTreeSet<Metric>> = HashMap::new();
        for (verdict, demanded) in of_verdicts.chain(of_standing) {
            let metrics = self.covering(license, demanded).map(|kind| kind.metric);
            own.entry((verdict, demanded.functionality)).or_default().extend(metrics);
        }
        let here = self.raised.iter().filter(|raised| server.is_none_or(|only| only == raised.of.server));
        let is_own = |raised: &&Raised| {
            let metrics = own.get(&(raised.by.map(|verdict| verdict as usize), raised.of.functionality));
            metrics.into_iter().flatten().any(|metric| self.is_counted(raised.of, *metric))
        };
        let demands: BTreeSet<usize> = here.filter(is_own).map(|raised| raised.demand as usize).collect();
        let (unmet, met): (Vec<usize>, Vec<usize>) =
            demands.into_iter().partition(|demand| plan.unmet.binary_search(demand).is_ok());
        let name = &self.rules.program.licenses[license].header.name;
        let met_by = met.into_iter().flat_map(|demand| self.meeting(demand)).map(|share| means(&share, name));
        (unmet.len() as u64, met_by.collect())
    }

    /// The kinds of units of a licence that cover what is demanded.
    fn covering(&self, license: LicenseId, demanded: &Demanded) -> impl Iterator<Item = &UnitKind> {
        let covering = demanded.covers.iter().filter(|(_, holds)| *holds == Node::YES);
        let kinds = covering.filter_map(|(kind, _)| self.evaluation.kinds.get(*kind));
        kinds.filter(move |kind| kind.license == license)
    }

    /// Whether those can be counted who could hold units of a metric for a demand: for others no number suffices.
    fn is_counted(&self, of: DemandOf, metric: Metric) -> bool {
        let mut sides = of.sides(self.estate).filter(|side| side.metric() == metric);
        sides.any(|side| self.estate.heads(side) != Heads::Many)
    }

    /// The model with another price for some lines.
    fn priced(&self, lines: &[usize], price: Option<i128>) -> Model {
        let mut model = self.judgement.solved.built.model.clone();
        let kinds = model.kinds.iter_mut().enumerate();
        kinds.filter(|(place, _)| lines.contains(place)).for_each(|(_, kind)| kind.price = price);
        model
    }

    /// What the cheapest plan costs that buys none of the lines; none if then something more is unmet.
    fn cost_without(&self, lines: &[usize]) -> Option<String> {
        let without = solve::cost(&self.priced(lines, None), self.effort);
        let met_as_before = without.unmet == self.judgement.solved.plan.unmet.len();
        met_as_before.then(|| decimal_text(self.judgement.solved.built.money(without.cost)))
    }

    /// Below which price some of the lines would be bought. At a price of nothing the cheapest plan buys some or none
    /// does; then the price is raised to where that plan costs as much as the plan without, until no plan with them is
    /// cheaper. That price may be no decimal; all are counted in its parts.
    fn bought_below(&self, lines: &[usize]) -> Option<String> {
        let (built, plan) = (&self.judgement.solved.built, &self.judgement.solved.plan);
        let (mut below, mut price) = (None, Ratio::from_integer(0_i128));
        loop {
            let parts = *price.denom();
            let mut model = self.priced(lines, Some(*price.numer()));
            let others = model.kinds.iter_mut().enumerate().filter(|(place, _)| !lines.contains(place));
            for known in others.filter_map(|(_, kind)| kind.price.as_mut()) {
                *known = known.checked_mul(parts)?;
            }
            let cheaper = solve::solve(&model, self.effort);
            let bought = cheaper.bought.iter().enumerate().filter(|(place, _)| lines.contains(place));
            let units: i128 = bought.map(|(_, units)| i128::from(*units)).sum();
            let cost = plan.cost.checked_mul(parts)?;
            if units == 0 || cheaper.cost >= cost {
                return below;
            }
            let others = cheaper.cost.checked_sub(price.numer().checked_mul(units)?)?;
            let even = Ratio::new(cost.checked_sub(others)?, units.checked_mul(parts)?);
            if even <= price {
                return below;
            }
            below = Some(ratio_text(even / built.parts()));
            price = even;
        }
    }

    /// Who gets units of the lines.
    fn holders(&self, lines: &[usize]) -> Vec<Share> {
        let (built, plan) = (&self.judgement.solved.built, &self.judgement.solved.plan);
        let is_own = |grant: &Grant| match grant {
            Grant::Bought { kind, .. } => lines.contains(kind),
            Grant::Owned { stock, .. } => {
                built.model.stock.get(*stock).is_some_and(|stock| lines.contains(&stock.kind))
            }
            Grant::Place { .. } => false,
        };
        let held = plan.hands.iter().flat_map(|hand| hand.grants.iter().map(move |grant| (grant, hand)));
        self.shares(held.filter(|(grant, _)| is_own(grant)), None)
    }

    /// Whose demands a unit of the licence would cover.
    fn could(&self, license: LicenseId, server: Option<ServerRow>) -> Vec<Could> {
        let evaluation = self.evaluation;
        let mut told: BTreeMap<(String, String, String), Could> = BTreeMap::new();
        let here = evaluation.effective.iter().filter(|access| server.is_none_or(|only| only == access.server));
        for access in here {
            let verdict = evaluation
                .verdicts
                .get(access.verdict)
                .filter(|verdict| !verdict.is_lifted(self.rules.program, |holds| holds == Node::YES));
            let heads = self.estate.actors(access.access).next().map(|head| self.estate.heads(head));
            for demanded in verdict.into_iter().flat_map(|verdict| &verdict.demands) {
                let of = self.demand_of(access, demanded.functionality);
                self.could_cover(license, demanded, (self.actors_text(access.access), heads, of), &mut told);
            }
        }
        let standing = evaluation.standing.iter().filter(|one| server.is_none_or(|only| only == one.server));
        for Standing { server, demanded } in standing {
            let of = DemandOf { server: *server, user: None, device: None, functionality: demanded.functionality };
            let who = self.estate.servers[*server].id.to_string();
            self.could_cover(license, demanded, (who, None, of), &mut told);
        }
        told.into_values().collect()
    }

    fn could_cover(
        &self,
        license: LicenseId,
        demanded: &Demanded,
        (who, heads, of): (String, Option<Heads>, DemandOf),
        told: &mut BTreeMap<(String, String, String), Could>,
    ) {
        let program = self.rules.program;
        let kinds: Vec<&UnitKind> = self.covering(license, demanded).collect();
        if kinds.is_empty() {
            return;
        }
        let unit =
            |kind: &&UnitKind| format!("{} per {}", program.license_text(license, kind.reported(program)), kind.metric);
        let mut units: Vec<String> = kinds.iter().filter(|kind| self.is_counted(of, kind.metric)).map(unit).collect();
        units.dedup();
        let server = self.estate.servers[of.server].id.to_string();
        let functionality = program.functionality_path(of.functionality);
        let key = (server.clone(), who.clone(), functionality.clone());
        told.entry(key).or_insert(Could { who, heads, server, functionality, units });
    }
}

/// What a share is, seen from a licence.
fn means(share: &Share, own: &str) -> Means {
    match share {
        Share::Units { license, .. } if license == own => Means::Own,
        Share::Units { owned: true, .. } => Means::Owned,
        Share::Units { .. } => Means::Bought,
        Share::Place { .. } => Means::Places,
    }
}
