//! What becomes of a licence: who gets its units, who could, and why it is bought or not.

use super::Explainer;
use super::told::{Below, Bound, Could, License, Line, Means, Share};
use crate::decide::Node;
use crate::estate::{Heads, ServerRow};
use crate::evaluate::{Demanded, Effective};
use crate::position::build::Raised;
use crate::position::model::{Grant, Model};
use crate::position::solve;
use crate::program::{FunctionalityId, LicenseId};
use crate::value::{Metric, decimal_text, ratio_text};
use num_rational::Ratio;
use std::collections::{BTreeMap, BTreeSet, HashSet};

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
        let (built, plan) = (&self.judgement.solved.built, &self.judgement.solved.plan);
        let (line, kind) = (built.lines.get(place)?, built.model.kinds.get(place)?);
        let owned = built.model.stock.iter().filter(|stock| stock.kind == place).map(|stock| stock.quantity).sum();
        let program = self.rules.program;
        Some(Line {
            version: program.version_label(program.licenses[line.license].line, line.version).to_owned(),
            metric: line.metric,
            owned,
            used: self.used(place),
            buy: plan.bought.get(place).copied().unwrap_or(0),
            price: kind.price.map(|price| decimal_text(built.money(price))),
        })
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
        let idle = lines.iter().filter(|line| self.used(**line) == 0);
        let stock = idle.flat_map(|line| model.stock.iter().filter(move |stock| stock.kind == *line));
        stock.filter_map(|stock| Some(Bound { to: self.holder_id(stock.bound?), units: stock.quantity })).collect()
    }

    /// What becomes of the demands that a licence would cover: how many are unmet, and what meets the others.
    fn fates(&self, license: LicenseId, server: Option<ServerRow>) -> (u64, BTreeSet<Means>) {
        let (evaluation, plan) = (self.evaluation, &self.judgement.solved.plan);
        let is_own = |(kind, holds): &(usize, Node)| {
            *holds == Node::YES && evaluation.kinds.get(*kind).is_some_and(|kind| kind.license == license)
        };
        let own: HashSet<(Option<usize>, FunctionalityId)> = evaluation
            .verdicts
            .iter()
            .enumerate()
            .flat_map(|(place, verdict)| verdict.demands.iter().map(move |demanded| (Some(place), demanded)))
            .chain(evaluation.standing.iter().map(|standing| (None, &standing.demanded)))
            .filter(|(_, demanded)| demanded.covers.iter().any(is_own))
            .map(|(verdict, demanded)| (verdict, demanded.functionality))
            .collect();
        let here = self.raised.iter().filter(|raised| server.is_none_or(|only| only == raised.of.server));
        let by = |raised: &Raised| raised.by.map(|verdict| verdict as usize);
        let demands = here.filter(|raised| own.contains(&(by(raised), raised.of.functionality)));
        let demands: BTreeSet<usize> = demands.map(|raised| raised.demand as usize).collect();
        let (unmet, met): (Vec<usize>, Vec<usize>) =
            demands.into_iter().partition(|demand| plan.unmet.binary_search(demand).is_ok());
        let name = &self.rules.program.licenses[license].header.name;
        let met_by = met.into_iter().flat_map(|demand| self.meeting(demand)).map(|share| means(&share, name));
        (unmet.len() as u64, met_by.collect())
    }

    fn used(&self, place: usize) -> u64 {
        let model = &self.judgement.solved.built.model;
        let units = |grant: &Grant| match grant {
            Grant::Bought { kind, units } if *kind == place => *units,
            Grant::Owned { stock, units } if model.stock.get(*stock).is_some_and(|stock| stock.kind == place) => *units,
            Grant::Bought { .. } | Grant::Owned { .. } | Grant::Place { .. } => 0,
        };
        self.judgement
            .solved
            .plan
            .hands
            .iter()
            .map(|hand| hand.grants.iter().map(units).sum::<u64>() * hand.heads)
            .sum()
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
        for access in here.filter(|access| self.may_demand(access)) {
            let demands = evaluation.verdicts.get(access.verdict).into_iter().flat_map(|verdict| &verdict.demands);
            let heads = self.estate.actors(access.access).next().map(|head| self.estate.heads(head));
            for demanded in demands {
                let who = self.actors_text(access.access);
                self.could_cover(license, demanded, (who, heads, access.server), &mut told);
            }
        }
        for standing in evaluation.standing.iter().filter(|one| server.is_none_or(|only| only == one.server)) {
            let who = self.estate.servers[standing.server].id.to_string();
            self.could_cover(license, &standing.demanded, (who, None, standing.server), &mut told);
        }
        told.into_values().collect()
    }

    /// Whether no rule prohibits or exempts an access for certain.
    fn may_demand(&self, access: &Effective) -> bool {
        let verdict = self.evaluation.verdicts.get(access.verdict);
        let mut rules = verdict.into_iter().flat_map(|verdict| &verdict.rules);
        !rules.any(|(rule, holds)| *holds == Node::YES && !self.rules.is_quota(*rule))
    }

    fn could_cover(
        &self,
        license: LicenseId,
        demanded: &Demanded,
        (who, heads, server): (String, Option<Heads>, ServerRow),
        told: &mut BTreeMap<(String, String, String), Could>,
    ) {
        let program = self.rules.program;
        let kinds = demanded.covers.iter().filter(|(_, holds)| *holds == Node::YES);
        let kinds = kinds.filter_map(|(kind, _)| self.evaluation.kinds.get(*kind));
        let mut units: Vec<String> = kinds
            .filter(|kind| kind.license == license)
            .map(|kind| format!("{} per {}", program.license_text(license, kind.reported(program)), kind.metric))
            .collect();
        units.dedup();
        if units.is_empty() {
            return;
        }
        let server = self.estate.servers[server].id.to_string();
        let functionality = program.functionality_path(demanded.functionality);
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
