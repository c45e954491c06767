//! Plans read off cuts: each group is to meet the facets for which a cut chose it, and is dealt them from what there is.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::bound::Relaxed;
use super::{Course, Node, Search, Settled};
use crate::position::reduce::Source;
use crate::position::solve::deal::{Deal, drawn};
use crate::position::solve::items::Side;
use crate::position::solve::supply::{self, DEAR, Wanted, lasting};

impl Search<'_> {
    /// Looks for plans at a relaxed node. Where hubs are open, those are settled as taken that asks pay more than half of,
    /// unless that was tried before.
    pub(super) fn look(&self, at: &Node, relaxed: &Relaxed, course: &mut Course) {
        let settled = self.rounded(&at.settled, relaxed);
        if settled == at.settled {
            return self.read(&relaxed.cuts, course);
        }
        let taken = (0..settled.len()).filter(|&item| settled[item] == Some(true)).collect();
        if self.is_possible(&settled) && course.tried.insert(taken) {
            let mut leaf = Node { settled, worths: relaxed.worths.clone(), ..at.clone() };
            let relaxed = self.relax(&mut leaf, course);
            if course.cost().is_none_or(|cost| self.whole(relaxed.bound) < cost) {
                self.read(&relaxed.cuts, course);
            }
        }
    }

    /// Settles the hubs: those that asks pay more than half of are taken; where an ask would be left without an option,
    /// also its cheapest.
    fn rounded(&self, settled: &Settled, relaxed: &Relaxed) -> Settled {
        let mut rounded = settled.clone();
        for item in (0..settled.len()).filter(|&item| self.hubs[item] && settled[item].is_none()) {
            rounded[item] = Some(2 * relaxed.paid[item] > relaxed.prices[item]);
        }
        for ask in 0..self.items.asks() {
            let mut sides = self.items.sides(ask);
            let mut apart = sides.clone().flat_map(|side| side.apart());
            if sides.all(|side| side.leaf.is_none()) && apart.clone().all(|item| rounded[item] == Some(false)) {
                let allowed = apart.by_ref().filter(|&item| settled[item].is_none());
                if let Some(cheapest) = allowed.min_by_key(|&item| relaxed.prices[item]) {
                    rounded[cheapest] = Some(true);
                }
            }
        }
        rounded
    }

    /// Plans with what cuts chose, and with what is best where they differ.
    fn read(&self, cuts: &[Rc<Vec<bool>>], course: &mut Course) {
        cuts.iter().filter_map(|cut| self.dealt(cut)).for_each(|found| course.keep(found));
        let mended = self.mend(cuts, course.cost(), course.effort);
        mended.into_iter().for_each(|found| course.keep(found));
    }

    /// What it costs to have chosen items meet the asks that they can, and the deal.
    fn dealt(&self, chosen: &[bool]) -> Option<(i128, Deal)> {
        let mut banned = BTreeSet::new();
        loop {
            let deal = supply::deal(self.market, &self.facets(chosen, &banned));
            match deal {
                Ok(deal) => return Some((self.money(&deal), deal)),
                Err(without) => {
                    let known = banned.len();
                    banned.extend(without);
                    if banned.len() == known {
                        return None;
                    }
                }
            }
        }
    }

    /// The facets that each group is to meet, so that every ask has one: those of chosen items, but none of a banned group
    /// for which nothing lasts. An ask that has none then takes the cheapest side that lasts.
    fn facets(&self, chosen: &[bool], banned: &BTreeSet<usize>) -> Vec<Wanted> {
        let mut facets = vec![Wanted::new(); self.market.offers.len()];
        let mut several = Vec::new();
        for ask in 0..self.items.asks() {
            let open = |side: &Side| !banned.contains(&side.group) || self.lasts(side.group, side.facet);
            let mut serving = self.items.sides(ask).filter(|side| self.is_served(*side, chosen)).filter(open);
            match (serving.next(), serving.next()) {
                (Some(_), Some(_)) => several.push(ask),
                (Some(side), None) => self.leave_to(ask, side, &mut facets),
                (None, _) => {
                    let lasting = self.items.sides(ask).filter_map(|side| {
                        let price = supply::bought(self.market, (side.group, side.facet))?;
                        Some((price, side))
                    });
                    let cheapest = lasting.min_by_key(|(price, _)| *price);
                    cheapest.into_iter().for_each(|(_, side)| self.leave_to(ask, side, &mut facets));
                }
            }
        }
        for ask in several {
            let mut serving = self.items.sides(ask).filter(|side| self.is_served(*side, chosen));
            if !serving.clone().any(|side| facets[side.group].contains_key(&side.facet))
                && let Some(side) = serving.next()
            {
                self.leave_to(ask, side, &mut facets);
            }
        }
        facets
    }

    /// Leaves an ask to one of its sides.
    fn leave_to(&self, ask: usize, Side { group, facet, .. }: Side<'_>, facets: &mut [Wanted]) {
        let wanted = facets[group].entry(facet).or_default();
        if !self.lasts(group, facet) {
            *wanted += supply::elsewhere(self.market, ask, (group, facet)).unwrap_or(DEAR);
        }
    }

    /// Whether a chosen item serves a side.
    pub(super) fn is_served(&self, side: Side<'_>, chosen: &[bool]) -> bool {
        self.items.through(side).chain(side.apart()).any(|item| chosen[item])
    }

    pub(super) fn lasts(&self, group: usize, facet: usize) -> bool {
        let mut offers = self.market.offers[group].iter();
        offers.any(|offer| offer.facets.contains(&facet) && lasting(self.market, offer).is_some())
    }

    pub(super) fn money(&self, deal: &Deal) -> i128 {
        let money = |(source, units): (Source, u64)| match source {
            Source::Kind(kind) => {
                let units = units.next_multiple_of(self.market.scale.pack(kind));
                self.market.price(source) * i128::from(units)
            }
            Source::Pool(_) | Source::Place(_) => 0,
        };
        drawn(deal).into_iter().map(money).sum()
    }
}
