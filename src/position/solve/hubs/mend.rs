//! What cuts differ in, settled by branch and bound, with everything else as one of them has it.
//!
//! Groups in which the cuts agree keep their items, but not the sources of them: those that could draw alike count
//! together as one group that has to have what it takes.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::rc::Rc;

use smallvec::SmallVec;

use super::Search;
use super::decide::Decided;
use crate::position::reduce::{Component, Group, Offer};
use crate::position::solve::cheapest;
use crate::position::solve::deal::{Deal, Share};
use crate::position::solve::effort::Effort;
use crate::position::solve::formulation::Formulation;
use crate::position::solve::market::Market;

/// No more asks than this are settled at once where cuts differ in them, and where they are all that could be otherwise.
const ASKS: [usize; 2] = [300, 100];

/// The most steps for it.
const STEPS: u64 = 5_000;

/// Sides of an ask: group and facet.
type Sides = SmallVec<[(usize, usize); 2]>;

/// What groups take that could draw alike: for some of their facets together, any of these offers.
type Taking = Vec<Offer>;

/// A group that takes so, and which of its offers these are.
struct Taker {
    group: usize,
    offers: Vec<usize>,
}

/// What the search found.
pub(super) struct Settlement {
    /// Whether there is no better plan.
    pub(super) complete: bool,
    /// The best plan known.
    pub(super) best: Option<(i128, Deal)>,
}

impl Search<'_> {
    /// The best plan that is like the first cut but for what the cuts differ in, if it costs less than what is known.
    pub(super) fn mend(
        &self,
        cuts: &[Rc<Vec<bool>>],
        known: Option<i128>,
        effort: &mut Effort,
    ) -> Option<(i128, Deal)> {
        self.settle(cuts.first()?, &self.differing(cuts), ASKS[0], known, effort)?.best
    }

    /// Settles all that could be otherwise in a better plan; none where that is too much, or where units could move, which is
    /// not looked at.
    pub(super) fn finish(&self, decided: &Decided, known: i128, effort: &mut Effort) -> Option<Settlement> {
        let stays = self.market.component.moves.is_empty();
        stays.then(|| self.settle(&decided.taken, &decided.open, ASKS[1], Some(known), effort)).flatten()
    }

    /// The best plan in which all groups that are not open hold what is chosen, if it costs less than what is known; none
    /// where that is too much to look for.
    fn settle(
        &self,
        chosen: &[bool],
        open: &BTreeSet<usize>,
        most: usize,
        known: Option<i128>,
        effort: &mut Effort,
    ) -> Option<Settlement> {
        let (wanted, asks) = self.parted(chosen, open)?;
        if asks.len() > most {
            return None;
        }
        let takers = self.takers(chosen, &wanted);
        let (component, places) = self.part(open, asks, &takers);
        let scale = self.market.scale.of_money();
        let offers = component.groups.iter().map(|group| group.offers.clone()).collect();
        let market = Market { component: &component, scale: &scale, offers };
        let mut own = Effort::new(STEPS);
        let found = cheapest::search(&market, &Formulation::of(&market), known, &mut own);
        effort.add(own);
        let deal = found.best.map(|deal| self.whole_deal(deal, &places, takers.into_values()));
        Some(Settlement { complete: found.complete, best: deal.map(|deal| (self.money(&deal), deal)) })
    }

    /// The groups with items that some cuts choose, but not all.
    fn differing(&self, cuts: &[Rc<Vec<bool>>]) -> BTreeSet<usize> {
        let first = &cuts[0];
        let differs = |item: &usize| cuts.iter().any(|cut| cut[*item] != first[*item]);
        (0..first.len()).filter(differs).map(|item| self.items.names[item].0).collect()
    }

    /// The facets that each group not open is to meet, and the asks left to open ones, with these sides alone.
    fn parted(&self, chosen: &[bool], open: &BTreeSet<usize>) -> Option<(Vec<BTreeSet<usize>>, Vec<Sides>)> {
        let mut wanted = vec![BTreeSet::new(); self.market.offers.len()];
        let mut asks = Vec::new();
        for ask in 0..self.items.asks() {
            let sides = self.items.sides(ask);
            let mut fixed = sides.clone().filter(|side| !open.contains(&side.group));
            let mut serving = fixed.clone().filter(|side| self.is_served(*side, chosen));
            let known = serving.clone().any(|side| wanted[side.group].contains(&side.facet));
            let left: Sides =
                sides.filter(|side| open.contains(&side.group)).map(|side| (side.group, side.facet)).collect();
            match serving.next() {
                Some(_) if known => {}
                Some(side) => drop(wanted[side.group].insert(side.facet)),
                None if !left.is_empty() => asks.push(left),
                None => {
                    let side = fixed.find(|side| self.lasts(side.group, side.facet))?;
                    wanted[side.group].insert(side.facet);
                }
            }
        }
        Some((wanted, asks))
    }

    /// The groups that are to meet facets, by what they take for them.
    fn takers(&self, chosen: &[bool], wanted: &[BTreeSet<usize>]) -> BTreeMap<Taking, Vec<Taker>> {
        let mut takers: BTreeMap<Taking, Vec<Taker>> = BTreeMap::new();
        let mut item_of = BTreeMap::new();
        for side in (0..self.items.asks()).flat_map(|ask| self.items.sides(ask)) {
            let mut serving = self.items.through(side).chain(side.apart());
            item_of.entry((side.group, side.facet)).or_insert_with(|| serving.find(|&item| chosen[item]));
        }
        for (group, wanted) in wanted.iter().enumerate() {
            let mut together: BTreeMap<Option<usize>, BTreeSet<usize>> = BTreeMap::new();
            for &facet in wanted {
                let item = item_of.get(&(group, facet)).copied().flatten();
                together.entry(item).or_default().insert(facet);
            }
            for facets in together.into_values() {
                let offers = self.market.offers[group].iter().enumerate();
                let able = offers.filter(|(_, offer)| offer.moved.is_none() && facets.is_subset(&offer.facets));
                let (offers, taking): (Vec<usize>, Taking) =
                    able.map(|(index, offer)| (index, Offer { facets: BTreeSet::from([0]), ..offer.clone() })).unzip();
                takers.entry(taking).or_default().push(Taker { group, offers });
            }
        }
        takers
    }

    /// The open groups and those that take alike, as a component; and where the open groups stand in it.
    fn part(
        &self,
        open: &BTreeSet<usize>,
        asks: Vec<Sides>,
        takers: &BTreeMap<Taking, Vec<Taker>>,
    ) -> (Component, Vec<usize>) {
        let whole = self.market.component;
        let mut part = Component { limits: whole.limits.clone(), ..Component::default() };
        let places: Vec<usize> = open.iter().copied().collect();
        for &group in &places {
            let known = &whole.groups[group];
            let offers = self.market.offers[group].iter().filter(|offer| offer.moved.is_none()).cloned().collect();
            part.groups.push(Group { members: known.members.clone(), offers: Rc::new(offers), ..*known });
        }
        let place = |(group, facet): (usize, usize)| (places.partition_point(|&known| known < group), facet);
        asks.into_iter().for_each(|sides| part.asks.push(iter::empty(), sides.into_iter().map(place), false));
        for (taking, takers) in takers {
            let heads = takers.iter().map(|taker| whole.groups[taker.group].heads).sum();
            part.asks.push(iter::empty(), iter::once((part.groups.len(), 0)), false);
            let members = whole.groups[takers[0].group].members.clone();
            part.groups.push(Group { members, heads, facets: 1, offers: Rc::new(taking.clone()) });
        }
        (part, places)
    }

    /// The deal of all groups that follows from that of a part.
    fn whole_deal(&self, part: Deal, places: &[usize], takers: impl Iterator<Item = Vec<Taker>>) -> Deal {
        let mut deal = Deal::default();
        deal.shares.resize_with(self.market.offers.len(), Share::default);
        let mut shares = part.shares.into_iter();
        for (&group, share) in places.iter().zip(&mut shares) {
            deal.shares[group] = share;
        }
        for (takers, mut share) in takers.zip(shares) {
            for taker in takers {
                let own = share.split(self.market.component.groups[taker.group].heads, &taker.offers);
                deal.shares[taker.group].lay_over(own);
            }
        }
        deal
    }
}
