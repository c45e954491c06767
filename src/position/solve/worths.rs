//! What a unit of each source that could run short is worth, so that the bound is highest.
//!
//! The bound is a concave function of the worths, with as steep a slope in each as units are wanted beyond those there are.
//! Every bound found so far with its slopes is a plane that lies above the function; the next worths are where all planes
//! leave most, within a box around the best worths known, which shrinks where that disappoints. The planes are weighed in
//! floating point, as they only tell where to look: a bound is counted exactly, and holds whatever the worths.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::market::Market;
use super::planes::{Plane, highest};
use super::supply::{DEAR, cheapest, elsewhere};
use crate::position::reduce::{Offer, Source};

/// Parts of the smallest unit of money, and of a unit, in which worths and what is wanted are counted.
pub const FINE: i128 = 1 << 32;

/// Sources that could run short.
#[derive(Debug)]
pub struct Scarce {
    /// The sources, ascending.
    pub sources: Vec<Source>,
    /// By source: how many units there are.
    pub limits: Vec<i128>,
    /// By source: no unit is worth more, since it can be bought for that wherever it is of use.
    most: Vec<i128>,
    /// No unit is taken to be worth less, so that the cheapest items can still be told apart.
    least: i128,
}

impl Scarce {
    /// Those of a market, each worth no less than said.
    #[must_use]
    pub fn of(market: &Market, least: i128) -> Scarce {
        let sources: Vec<Source> = market.component.limits.keys().copied().collect();
        let limits = market.component.limits.values().map(|&limit| i128::from(limit)).collect();
        let mut most = vec![0; sources.len()];
        let mut scarce = Vec::new();
        let spared = spared(market);
        for (offers, spared) in market.offers.iter().zip(&spared) {
            for (offer, spared) in offers.iter().zip(spared) {
                let units = i128::from(offer.units);
                let own = offer.sources.iter().filter_map(|source| sources.binary_search(source).ok());
                scarce.extend(own.map(|source| (source, spared.map(|spared| spared / units))));
            }
        }
        let dearest = scarce.iter().filter_map(|(_, price)| *price).max().unwrap_or(1);
        for (source, price) in scarce {
            most[source] = price.map_or(dearest * BEYOND, |price| price + 1).max(most[source] / FINE) * FINE;
            most[source] = most[source].max(least);
        }
        Scarce { sources, limits, most, least }
    }

    /// Worths to start from: as if every unit were one less to buy.
    #[must_use]
    pub fn start(&self) -> Vec<i128> {
        self.most.clone()
    }

    /// How fast the bound rises with each worth where so many parts of units are wanted.
    fn slopes(&self, wanted: &[i128]) -> Vec<f64> {
        wanted.iter().zip(&self.limits).map(|(wanted, limit)| float(wanted - limit * FINE) / float(FINE)).collect()
    }
}

/// By group and offer: how much less there is to buy at most if one head has the offer; none where that is not known.
fn spared(market: &Market) -> Vec<Vec<Option<i128>>> {
    let own = |offers: &[Offer], offer: &Offer| {
        let facets: Vec<usize> = offer.facets.iter().copied().collect();
        let (price, _) = cheapest(market, offers, &facets, |_| DEAR);
        (price < DEAR).then_some(price)
    };
    let by_group = |offers: &Rc<Vec<Offer>>| offers.iter().map(|offer| own(offers, offer)).collect();
    let mut spared: Vec<Vec<Option<i128>>> = market.offers.iter().map(by_group).collect();
    let unknown = |group: usize| market.offers[group].iter().zip(&spared[group]).filter(|(_, spared)| spared.is_none());
    // What no other unit of the head serves is bought for the other sides of its asks.
    let mut others: BTreeMap<(usize, usize), Option<i128>> = BTreeMap::new();
    for (place, ask) in market.component.asks.iter().enumerate() {
        let is_unknown =
            |&(group, facet): &(usize, usize)| unknown(group).any(|(offer, _)| offer.facets.contains(&facet));
        for side in ask.sides().filter(is_unknown) {
            let sum = others.entry(side).or_insert(Some(0));
            *sum = sum.zip(elsewhere(market, place, side)).map(|(sum, bought)| sum + bought);
        }
    }
    for (group, spared) in spared.iter_mut().enumerate() {
        for (offer, spared) in market.offers[group].iter().zip(spared) {
            let all = || offer.facets.iter().map(|facet| others.get(&(group, *facet)).copied().flatten()).sum();
            *spared = spared.or_else(all);
        }
    }
    spared
}

/// A unit for which no other can be bought may save this many of the dearest.
const BEYOND: i128 = 64;

/// No more planes than this are remembered.
const PLANES: usize = 120;

/// A box of this width is not worth a look.
const LEAST: f64 = 1e-9;

/// What was found at some worths.
#[derive(Clone, Debug)]
pub struct Look {
    /// The worths.
    pub worths: Vec<i128>,
    /// The bound.
    pub bound: i128,
    /// By source: how many parts of units were wanted.
    pub wanted: Vec<i128>,
    /// By item: whether the cut chose it.
    pub chosen: Rc<Vec<bool>>,
}

/// A search for the best worths.
#[derive(Debug)]
pub struct Climb<'a> {
    scarce: &'a Scarce,
    looks: Vec<Look>,
    best: Option<Look>,
    /// Half the width of the box, as a part of what each source is worth at most.
    reach: f64,
    /// Whether a bound found once may be higher when looked at again, so that a plane may lie too low.
    uncertain: bool,
}

impl Climb<'_> {
    /// No bounds known yet.
    #[must_use]
    pub fn new(scarce: &Scarce, reach: f64, uncertain: bool) -> Climb<'_> {
        Climb { scarce, looks: Vec::new(), best: None, reach, uncertain }
    }

    /// Notes what was found at some worths, and gives the worths to look at next; none where that would hardly be better.
    pub fn next(&mut self, mut look: Look) -> Option<Vec<i128>> {
        if self.uncertain {
            self.lift(&look);
        }
        self.looks.push(look.clone());
        if self.looks.len() > PLANES {
            self.looks.remove(0);
        }
        let known = self.best.as_ref().map(|best| best.bound);
        if known.is_none_or(|known| look.bound > known) {
            std::mem::swap(self.best.get_or_insert_with(|| look.clone()), &mut look);
            self.reach *= 1.25;
        } else {
            self.reach *= if self.uncertain { 0.8 } else { 0.6 };
        }
        let highest = self.highest()?;
        if highest.rise > 1.0 {
            return (self.reach >= LEAST).then_some(highest.at);
        }
        if !self.uncertain || self.looks.len() <= 1 || self.reach < LEAST {
            return None;
        }
        // Only the best plane is kept, as others may lie too low.
        let best = self.best.as_ref()?.worths.clone();
        self.looks.retain(|look| look.worths == best);
        self.reach *= 0.5;
        self.highest().map(|highest| highest.at)
    }

    /// Lifts planes that lie below what was found.
    fn lift(&mut self, found: &Look) {
        for look in &mut self.looks {
            let along = found.worths.iter().zip(&look.worths).zip(self.scarce.slopes(&look.wanted));
            let rise: f64 = along.map(|((to, from), slope)| float(to - from) * slope).sum();
            look.bound += whole((float(found.bound - look.bound) - rise).max(0.0));
        }
    }

    /// What the cuts chose between which the best bound lies, those that weigh most first.
    #[must_use]
    pub fn between(&self) -> Vec<Rc<Vec<bool>>> {
        let best = self.best.iter().map(|best| (f64::MAX, Rc::clone(&best.chosen)));
        let highest = self.highest().map_or(Vec::new(), |highest| highest.parts);
        let parts = highest.into_iter().map(|(look, part)| (part, Rc::clone(&self.looks[look].chosen)));
        let mut parts: Vec<_> = best.chain(parts).collect();
        parts.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut cuts: Vec<Rc<Vec<bool>>> = Vec::new();
        for (_, cut) in parts {
            if !cuts.contains(&cut) {
                cuts.push(cut);
            }
        }
        cuts
    }

    /// How high the planes allow a bound to be within the box, and where.
    fn highest(&self) -> Option<Highest> {
        let best = self.best.as_ref()?;
        let side = |(&worth, &most): (&i128, &i128)| {
            let reach = whole(float(most) * self.reach) + 1;
            ((worth - reach).max(self.scarce.least), (worth + reach).min(most).max(self.scarce.least))
        };
        let sides: Vec<(i128, i128)> = best.worths.iter().zip(&self.scarce.most).map(side).collect();
        let plane = |look: &Look| {
            let slopes = self.scarce.slopes(&look.wanted);
            let along = sides.iter().zip(&look.worths).zip(&slopes);
            let fall: f64 = along.map(|((side, at), slope)| float(side.0 - at) * slope).sum();
            Plane { height: float(look.bound - best.bound) + fall, slopes }
        };
        let planes: Vec<Plane> = self.looks.iter().map(plane).collect();
        let widths: Vec<f64> = sides.iter().map(|side| float(side.1 - side.0)).collect();
        let peak = highest(&planes, &widths)?;
        let at = peak.at.iter().zip(&sides).map(|(&worth, side)| (side.0 + whole(worth)).clamp(side.0, side.1));
        Some(Highest { rise: peak.height, at: at.collect(), parts: peak.parts })
    }
}

/// Where planes leave most.
struct Highest {
    /// How much higher than the best bound.
    rise: f64,
    at: Vec<i128>,
    /// The looks whose planes meet there, and how much each weighs.
    parts: Vec<(usize, f64)>,
}

#[expect(clippy::cast_precision_loss, reason = "it only tells where to look")]
fn float(number: i128) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, reason = "it only tells where to look")]
fn whole(number: f64) -> i128 {
    number.round() as i128
}
