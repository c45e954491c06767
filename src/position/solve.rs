//! Finds the plan that a model's objectives put first.
//!
//! In order: fewest unmet demands; least money; the earliest demands met; fewest units bought; fewest
//! kinds bought; more of the earlier kinds; fewest units placed; more of the earlier kinds among
//! them; fewest places. All but the number of kinds are sums over the components of the reduced
//! model, so each component is solved by itself, by a minimum cut where it has that form and by a
//! program in whole numbers otherwise: what costs least by branch and bound, then what all objectives put
//! first; then plans are looked for that are as good with fewer kinds.
//!
//! Everything that is told is counted in whole numbers and exact fractions. The effort bounds counted steps of
//! search; when it ends, the plan is the best found and its bound is one that was proven.

mod alike;
mod branching;
mod cheapest;
mod cut;
mod deal;
mod effort;
mod formulation;
mod greedy;
mod hubs;
mod items;
mod kinds;
mod lexicographic;
mod makeshift;
mod market;
mod network;
mod packed;
mod patterns;
mod planes;
mod prices;
mod ratio;
mod scattered;
mod simplex;
mod supply;
mod tableau;
mod worths;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use self::cut::Cut;
use self::deal::Deal;
use self::effort::Effort;
use self::formulation::Formulation;
use self::hubs::Hubbed;
use self::market::{Depth, Market, Scale, Weight};
use self::prices::Tariff;
use super::model::{Model, Plan, Proof};
use super::reduce::{Component, Reduced, Source, reduce};

/// What a position costs, without the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Money for the units to buy.
    pub cost: i128,
    /// A proven lower bound; equal to `cost` if the search came to its end.
    pub bound: i128,
    /// Whether anything is bought, be it for nothing.
    pub buys: bool,
    /// The number of demands that stay unmet.
    pub unmet: usize,
    /// No plan leaves fewer unmet.
    pub least_unmet: usize,
    /// The counted steps of the search.
    pub steps: u64,
}

impl Cost {
    /// What a plan costs.
    #[must_use]
    pub fn of(plan: &Plan) -> Cost {
        let buys = plan.bought.iter().any(|units| *units > 0);
        let Plan { cost, bound, least_unmet, nodes, .. } = *plan;
        Cost { cost, bound, buys, unmet: plan.unmet.len(), least_unmet, steps: nodes }
    }

    /// Whether something must be bought or stays unmet. Where the search has not ended, a better plan may do without.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.buys_for_certain() || self.least_unmet > 0
    }

    /// Whether something must be bought.
    #[must_use]
    pub fn buys_for_certain(&self) -> bool {
        self.bound > 0 || (self.buys && self.is_proven())
    }

    /// Whether nothing must be bought and nothing stays unmet.
    #[must_use]
    pub fn is_met(&self) -> bool {
        !self.buys && self.unmet == 0
    }

    /// Whether it is settled that no plan is better: none leaves fewer demands unmet, or as many for less.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.cost == self.bound && self.unmet == self.least_unmet
    }
}

/// Finds the best plan within `effort` counted steps.
#[must_use]
pub fn solve(model: &Model, effort: u64) -> Plan {
    solve_large(model, effort, LARGE)
}

/// Components of as many asks are large, and first searched over their hubs.
const LARGE: usize = 400;

/// Finds the best plan as [`solve`] does, taking components of `large` asks or more for large ones.
#[must_use]
pub fn solve_large(model: &Model, effort: u64, large: usize) -> Plan {
    let reduced = reduce(model);
    let contested = reduced.contested(model);
    let whole = || search(model, &reduced, effort, large);
    let makeshift = |large: usize| {
        let search = |relaxed: &Model| search(relaxed, &reduce(relaxed), effort, large);
        makeshift::plan(model, &contested, &reduced.impossible, search)
    };
    if contested.len() < MANY {
        let plan = whole();
        return match plan.leaves_fewest() {
            true => plan,
            false => makeshift(0).into_iter().fold(plan, makeshift::better),
        };
    }
    match makeshift(large) {
        Some(plan) if Cost::of(&plan).is_proven() || contested.len() >= large => plan,
        found => found.into_iter().fold(whole(), makeshift::better),
    }
}

/// For components of as many asks branch and bound takes too long even to find what a search over hubs does not.
const HUGE: usize = 2_000;

/// What part of the effort that is left a first look may take.
const SHARE: u64 = 10;

/// As many asks that may have to stay unmet are many: the search for the plan that all objectives put first grows fast with them.
const MANY: usize = 40;

/// The best plan that is found component by component.
fn search(model: &Model, reduced: &Reduced, effort: u64, large: usize) -> Plan {
    let mut effort = Effort::new(effort);
    let shop = Shop { model, reduced, alike: alike::first_alike(reduced), large };
    let mut first: Vec<Rc<Found>> = Vec::with_capacity(reduced.components.len());
    for (index, component) in reduced.components.iter().enumerate() {
        let alike = first.get(shop.alike[index]).filter(|found| found.is_cut).map(Rc::clone);
        let mut own = || shop.lightest(component, Depth::Full, &BTreeSet::new(), &mut effort);
        first.push(alike.unwrap_or_else(|| Rc::new(own().unwrap_or_else(|| Found::nothing(component)))));
    }
    // What a plan costs is settled by then: that it buys few kinds is worth a look, not a long search.
    let found = effort.spend(SHARE, |own| kinds::fewest(&shop, first, own));
    plan(&shop, &found, &mut effort)
}

/// Finds what the best plan costs, which is less work than the plan itself.
#[must_use]
pub fn cost(model: &Model, effort: u64) -> Cost {
    let reduced = reduce(model);
    if reduced.contested(model).len() >= MANY {
        return Cost::of(&solve(model, effort));
    }
    let mut search = Effort::new(effort);
    let shop = Shop { model, reduced: &reduced, alike: alike::first_alike(&reduced), large: LARGE };
    let impossible = reduced.impossible.len();
    let mut total = Cost { cost: 0, bound: 0, buys: false, unmet: impossible, least_unmet: impossible, steps: 0 };
    let mut cuts: Vec<Option<i128>> = vec![None; reduced.components.len()];
    for (index, component) in reduced.components.iter().enumerate() {
        if let Some(cost) = cuts[shop.alike[index]] {
            total.cost += cost;
            total.bound += cost;
            continue;
        }
        let mut depth = Depth::Money;
        let every = BTreeSet::new();
        let mut found = shop.lightest(component, depth, &every, &mut search);
        if !total.buys && found.as_ref().is_some_and(|found| found.cost == 0) && shop.has_gifts(component) {
            depth = Depth::Units;
            found = shop.lightest(component, depth, &every, &mut search);
        }
        let found = found.unwrap_or_else(|| Found::nothing(component));
        cuts[index] = found.is_cut.then_some(found.cost);
        total.cost += found.cost;
        total.bound += found.bound;
        total.buys |= found.cost > 0 || (depth == Depth::Units && shop.buys(&found.deal));
        total.unmet += found.unmet(component).count();
        total.least_unmet += found.least_unmet;
    }
    match total.unmet == total.least_unmet {
        true => Cost { steps: search.spent(), ..total },
        // A plan for what the search does not settle is found as a whole.
        false => Cost::of(&solve(model, effort)),
    }
}

/// What the components of one model share.
struct Shop<'a> {
    model: &'a Model,
    reduced: &'a Reduced,
    /// For each component the first that is like it.
    alike: Vec<usize>,
    /// Components of as many asks are searched as large ones.
    large: usize,
}

/// The best plan for one component.
#[derive(Clone, Debug)]
struct Found {
    /// Its weight, unless it was not found by weighing.
    weight: Option<Weight>,
    deal: Deal,
    /// Money.
    cost: i128,
    bound: i128,
    /// No plan leaves fewer asks unmet.
    least_unmet: usize,
    /// Whether no plan is lighter.
    complete: bool,
    /// Prices, where a cut or a search over hubs found it.
    tariff: Option<Tariff>,
    /// Whether the prices are those of a cut.
    is_cut: bool,
}

impl Found {
    fn nothing(component: &Component) -> Found {
        let mut deal = Deal::default();
        deal.shares.resize_with(component.groups.len(), Default::default);
        let (cost, bound, least_unmet) = (0, 0, 0);
        Found { weight: None, deal, cost, bound, least_unmet, complete: false, tariff: None, is_cut: false }
    }

    /// What a minimum cut found: nothing is lighter.
    fn of_cut(cut: Cut, money: usize) -> Found {
        let (cost, tariff) = (cut.weight[money], Some(Tariff::of_charges(&cut.charges)));
        let (weight, deal) = (Some(cut.weight), cut.deal);
        Found { weight, deal, cost, bound: cost, least_unmet: 0, complete: true, tariff, is_cut: true }
    }

    /// The demands that stay unmet of a component.
    fn unmet<'f>(&'f self, component: &'f Component) -> impl Iterator<Item = usize> + 'f {
        self.deal.unmet.iter().flat_map(|&ask| component.asks.at(ask).demands())
    }

    /// Whether it is settled that no plan leaves fewer demands unmet, or as few for less.
    fn is_proven(&self) -> bool {
        self.cost == self.bound && self.least_unmet == self.deal.unmet.len()
    }

    /// The cheaper of two plans, with the better of two bounds.
    fn or(self, other: Found) -> Found {
        let bound = self.bound.max(other.bound);
        let tariff = self.tariff.clone().or(other.tariff.clone());
        let cheaper = if other.cost < self.cost { other } else { self };
        Found { bound: bound.min(cheaper.cost), tariff, ..cheaper }
    }
}

impl Shop<'_> {
    /// The lightest plan for a component without the kinds excluded; none if there is none.
    fn lightest(
        &self,
        component: &Component,
        depth: Depth,
        excluded: &BTreeSet<usize>,
        effort: &mut Effort,
    ) -> Option<Found> {
        let scale = Scale::new(self.model, &self.reduced.pools, component, depth);
        let market = Market::open(component, &scale, excluded)?;
        if let Some(cut) = cut::cut(&market) {
            return Some(Found::of_cut(cut, scale.money()));
        }
        let asks = component.asks.count();
        let hubbed = (asks >= self.large).then(|| self.hubbed(&market, effort)).flatten();
        if hubbed.as_ref().is_some_and(|found| found.is_proven() || asks >= HUGE) {
            return hubbed;
        }
        self.searched(&market, hubbed, effort)
    }

    /// The best plan that a search in whole numbers finds, together with what a search over hubs found.
    fn searched(&self, market: &Market, hubbed: Option<Found>, effort: &mut Effort) -> Option<Found> {
        let formulation = Formulation::of(market);
        let found = self.cheapest(market, &formulation, effort)?;
        let hubbed = match hubbed {
            None if !found.is_proven() => {
                let mut bounding = Effort::new(BOUNDING);
                let hubbed = self.hubbed(market, &mut bounding);
                effort.add(bounding);
                hubbed
            }
            known => known,
        };
        let found = hubbed.into_iter().fold(found, Found::or);
        Some(self.settled(market, &formulation, found, effort))
    }

    /// The cheapest plan that a search finds; none where it shows that there is none.
    fn cheapest(&self, market: &Market, formulation: &Formulation, effort: &mut Effort) -> Option<Found> {
        let found = effort.spend(2, |own| cheapest::search(market, formulation, None, own));
        if found.complete && found.best.is_none() {
            return None;
        }
        let complete = found.complete && market.scale.levels() == 1;
        let deal = found.best.unwrap_or_else(|| greedy::greedy(market));
        let weight = market.scale.weight(&deal);
        let (cost, weight) = (weight[market.scale.money()], Some(weight));
        let (bound, least_unmet) = (found.bound.min(cost), found.least_unmet);
        Some(Found { weight, deal, cost, bound, least_unmet, complete, tariff: None, is_cut: false })
    }

    /// Of plans that are as cheap the one that all other objectives put first, if that is soon found.
    fn settled(&self, market: &Market, formulation: &Formulation, found: Found, effort: &mut Effort) -> Found {
        let Some(known) = found.weight.clone().filter(|_| !found.complete) else { return found };
        let outcome = effort.spend(SHARE, |own| lexicographic::search(market, formulation, Some(known), own));
        let lighter = outcome.best.map(|(weight, deal)| {
            let (cost, weight) = (self.money(&deal), Some(weight));
            Found { weight, cost, bound: found.bound.min(cost), deal, ..found.clone() }
        });
        let lightest = lighter.unwrap_or(found);
        match outcome.complete {
            true => Found { bound: lightest.cost, least_unmet: lightest.deal.unmet.len(), complete: true, ..lightest },
            false => lightest,
        }
    }

    /// The cheapest plan that a search over hubs finds, if there is one.
    fn hubbed(&self, market: &Market, effort: &mut Effort) -> Option<Found> {
        let hubbed = hubs::search(self.model, market, effort)?;
        let tariff = Some(Tariff::of_parts(&hubbed));
        let Hubbed { weight, deal, cost, bound, .. } = hubbed;
        Some(Found { weight, deal, cost, bound, least_unmet: 0, complete: false, tariff, is_cut: false })
    }

    /// Units bought, by kind: what is dealt, in whole packs.
    fn bought(&self, deal: &Deal) -> BTreeMap<usize, u64> {
        let kind = |(source, units): (Source, u64)| match source {
            Source::Kind(kind) => Some((kind, units.next_multiple_of(self.model.kinds[kind].pack()))),
            Source::Pool(_) | Source::Place(_) => None,
        };
        deal::drawn(deal).into_iter().filter_map(kind).collect()
    }

    fn buys(&self, deal: &Deal) -> bool {
        !self.bought(deal).is_empty()
    }

    fn money(&self, deal: &Deal) -> i128 {
        let bought = self.bought(deal).into_iter();
        bought.map(|(kind, units)| self.model.kinds[kind].price.unwrap_or(0) * i128::from(units)).sum()
    }

    /// Whether something that costs nothing is for sale.
    fn has_gifts(&self, component: &Component) -> bool {
        let mut sources = market::sources(component);
        sources.any(|source| matches!(source, Source::Kind(kind) if self.model.kinds[kind].price == Some(0)))
    }
}

/// Puts the plans of all components together, and proves what can be proven.
fn plan(shop: &Shop, found: &[Rc<Found>], effort: &mut Effort) -> Plan {
    let (model, reduced) = (shop.model, shop.reduced);
    let mut bought = vec![0; model.kinds.len()];
    let mut unmet = reduced.impossible.clone();
    let mut least_unmet = unmet.len();
    for (component, found) in reduced.components.iter().zip(found) {
        shop.bought(&found.deal).into_iter().for_each(|(kind, units)| bought[kind] += units);
        unmet.extend(found.unmet(component));
        least_unmet += found.least_unmet;
    }
    unmet.sort_unstable();
    let stock: Vec<u64> = model.stock.iter().map(|line| line.quantity).collect();
    let cost = found.iter().map(|found| found.cost).sum();
    let (bound, proof) = prove(shop, found, cost, effort);
    let hands = deal::hands(reduced, &stock, found.iter().map(|found| &found.deal));
    Plan { cost, bound, bought, hands, unmet, least_unmet, proof, nodes: effort.spent() }
}

/// The best bound known, and prices that confirm it if there are any.
fn prove(shop: &Shop, found: &[Rc<Found>], cost: i128, effort: &mut Effort) -> (i128, Proof) {
    // Prices take less work than the search, and are wanted most where that did not end.
    let mut effort_of_prices = Effort::new(PRICING);
    let mut bound = 0;
    let mut tariffs = Vec::new();
    for (component, found) in shop.reduced.components.iter().zip(found) {
        let tariff = found.tariff.as_ref().map(Cow::Borrowed).or_else(|| {
            // Prices bound what the demands cost that this plan meets; where some stay unmet, it might be others.
            let counted = found.cost > 0 && found.deal.unmet.is_empty();
            let tariff =
                counted.then(|| Tariff::of_counts(shop.model, component, &found.deal.unmet, &mut effort_of_prices));
            tariff.flatten().map(Cow::Owned)
        });
        let tariff = tariff.unwrap_or_else(|| Cow::Owned(Tariff::free()));
        let priced = tariff.total(component).map_or(0, |total| -total.negated().floor());
        bound += priced.max(found.bound);
        tariffs.push(tariff);
    }
    effort.add(effort_of_prices);
    match prices::spread(shop.model, shop.reduced, &tariffs) {
        Some((prices, confirmed)) if confirmed >= bound.min(cost) => {
            let cut = found.iter().all(|found| found.is_cut);
            (confirmed, if cut { Proof::Cut(prices) } else { Proof::Dual(prices) })
        }
        Some(_) | None => (bound.min(cost), Proof::Search),
    }
}

/// The most steps for a bound where branch and bound has not ended, however little effort is allowed.
const BOUNDING: u64 = 500;

/// The most steps for finding prices.
const PRICING: u64 = 20_000;
