//! What a unit of each source that could run short is worth, so that the bound is highest.
//!
//! The bound is a concave function of the worths, with as steep a slope in each as units are wanted beyond those there are.
//! Every bound found so far with its slopes is a plane that lies above the function; the next worths are where all planes
//! leave most, within a box around the best worths known, which shrinks where that disappoints. The planes are weighed in
//! floating point, as they only tell where to look: a bound is counted exactly, and holds whatever the worths.

use super::market::Market;
use super::supply::{DEAR, cheapest};
use crate::position::reduce::Source;

/// Parts of the smallest unit of money, and of a unit, in which worths and what is wanted are counted.
pub const FINE: i128 = 4_096;

/// Sources that could run short.
#[derive(Debug)]
pub struct Scarce {
    /// The sources, ascending.
    pub sources: Vec<Source>,
    /// By source: how many units there are.
    pub limits: Vec<i128>,
    /// By source: no unit is worth more, since it can be bought for that wherever it is of use.
    most: Vec<i128>,
}

impl Scarce {
    /// Those of a market.
    #[must_use]
    pub fn of(market: &Market) -> Scarce {
        let sources: Vec<Source> = market.component.limits.keys().copied().collect();
        let limits = market.component.limits.values().map(|&limit| i128::from(limit)).collect();
        let mut most = vec![0; sources.len()];
        let mut scarce = Vec::new();
        for offers in &market.offers {
            for offer in offers {
                let facets: Vec<usize> = offer.facets.iter().copied().collect();
                let units = i128::from(offer.units);
                let (price, _) = cheapest(market, offers, &facets);
                let own = offer.sources.iter().filter_map(|source| sources.binary_search(source).ok());
                scarce.extend(own.map(|source| (source, if price < DEAR { Some(price / units) } else { None })));
            }
        }
        let dearest = scarce.iter().filter_map(|(_, price)| *price).max().unwrap_or(1);
        for (source, price) in scarce {
            most[source] = price.map_or(dearest * BEYOND, |price| price + 1).max(most[source] / FINE) * FINE;
        }
        Scarce { sources, limits, most }
    }

    /// Worths to start from: as if every unit were one less to buy.
    #[must_use]
    pub fn start(&self) -> Vec<i128> {
        self.most.clone()
    }
}

/// A unit for which no other can be bought may save this many of the dearest.
const BEYOND: i128 = 64;

/// No more planes than this are remembered.
const PLANES: usize = 120;

/// A box of this width is not worth a look.
const LEAST: f64 = 1e-4;

/// A search for the best worths.
#[derive(Debug)]
pub struct Climb<'a> {
    scarce: &'a Scarce,
    planes: Vec<Plane>,
    best: Option<(i128, Vec<i128>)>,
    /// Half the width of the box, as a part of what each source is worth at most.
    reach: f64,
}

/// A bound at some worths, and its slopes.
#[derive(Debug)]
struct Plane {
    bound: f64,
    at: Vec<f64>,
    slopes: Vec<f64>,
}

impl Plane {
    fn height(&self, at: &[f64]) -> f64 {
        let rise = self.slopes.iter().zip(at.iter().zip(&self.at)).map(|(slope, (to, from))| slope * (to - from));
        self.bound + rise.sum::<f64>()
    }
}

impl Climb<'_> {
    /// A search that looks as far around what it starts from.
    #[must_use]
    pub fn new(scarce: &Scarce, reach: f64) -> Climb<'_> {
        Climb { scarce, planes: Vec::new(), best: None, reach }
    }

    /// Notes a bound at some worths where so many parts of units were wanted, and gives the worths to look at next; none where that
    /// would hardly be better.
    pub fn next(&mut self, worths: &[i128], bound: i128, wanted: &[i128]) -> Option<Vec<i128>> {
        let at: Vec<f64> = worths.iter().map(|&worth| float(worth)).collect();
        let slopes =
            wanted.iter().zip(&self.scarce.limits).map(|(wanted, limit)| float(wanted - limit * FINE) / float(FINE));
        let slopes = slopes.collect();
        let height = float(bound);
        // Shares dealt anew may lift a bound above older planes.
        for plane in &mut self.planes {
            plane.bound += (height - plane.height(&at)).max(0.0);
        }
        self.planes.push(Plane { bound: height, at, slopes });
        if self.planes.len() > PLANES {
            self.planes.remove(0);
        }
        if self.best.as_ref().is_none_or(|(known, _)| bound > *known) {
            self.best = Some((bound, worths.to_vec()));
            self.reach *= 1.25;
        } else {
            self.reach *= 0.6;
        }
        let next = self.highest();
        let close =
            next.as_ref().is_none_or(|(top, _)| top - self.best.as_ref().map_or(0.0, |best| float(best.0)) <= 1.0);
        if !close || self.planes.len() <= 1 || self.reach < LEAST {
            return next.filter(|_| !close && self.reach >= LEAST).map(|(_, at)| at);
        }
        // Where shares were dealt badly a plane may lie too low: only the best one is kept.
        let best = self.best.as_ref()?.1.clone();
        self.planes.retain(|plane| plane.at.iter().zip(&best).all(|(at, best)| *at == float(*best)));
        self.reach *= 0.5;
        self.highest().map(|(_, at)| at)
    }

    /// How high the planes allow a bound to be within the box, and where.
    fn highest(&self) -> Option<(f64, Vec<i128>)> {
        let (_, center) = self.best.as_ref()?;
        let most: Vec<f64> = self.scarce.most.iter().map(|&most| float(most)).collect();
        let center = center.iter().zip(&most).map(|(&worth, most)| (float(worth), most * self.reach + 1.0));
        let boxed: Vec<(f64, f64)> = center
            .zip(&most)
            .map(|((worth, reach), most)| ((worth - reach).max(0.0), (worth + reach).min(*most).max(0.0)))
            .collect();
        let (top, at) = highest(&self.planes, &boxed)?;
        let next: Vec<i128> =
            at.iter().zip(&self.scarce.most).map(|(&worth, most)| whole(worth).clamp(0, *most)).collect();
        Some((top, next))
    }
}

/// Where the least of the planes is highest within a box, and how high. A dual simplex on a dense dictionary.
fn highest(planes: &[Plane], boxed: &[(f64, f64)]) -> Option<(f64, Vec<f64>)> {
    let low: Vec<f64> = boxed.iter().map(|side| side.0).collect();
    let high: Vec<f64> = boxed.iter().map(|side| side.1).collect();
    let top = planes.iter().map(|plane| plane.height(&low)).fold(f64::MIN, f64::max)
        + planes.iter().flat_map(|plane| &plane.slopes).fold(0.0, |most: f64, slope| most.max(slope.abs()))
            * boxed.iter().map(|side| side.1 - side.0).sum::<f64>();
    // Variables: the drop below `top`, then each worth above its lowest. A row is what it leaves: constant + factors.
    let width = boxed.len() + 1;
    let mut rows: Vec<(usize, f64, Vec<f64>)> = Vec::new();
    for plane in planes {
        let factors = std::iter::once(1.0).chain(plane.slopes.iter().copied()).collect();
        rows.push((width + rows.len(), plane.height(&low) - top, factors));
    }
    for (index, (low, high)) in low.iter().zip(&high).enumerate() {
        let mut factors = vec![0.0; width];
        factors[index + 1] = -1.0;
        rows.push((width + rows.len(), high - low, factors));
    }
    let mut names: Vec<usize> = (0..width).collect();
    let mut costs: Vec<f64> = (0..width).map(|column| if column == 0 { 1.0 } else { 0.0 }).collect();
    for _ in 0..PIVOTS {
        let amiss = (0..rows.len()).min_by(|&a, &b| rows[a].1.total_cmp(&rows[b].1))?;
        if rows[amiss].1 > -1e-7 * top.abs().max(1.0) {
            let value = |name: usize| rows.iter().find(|row| row.0 == name).map_or(0.0, |row| row.1);
            let at = low.iter().enumerate().map(|(index, low)| low + value(index + 1)).collect();
            return Some((top - value(0), at));
        }
        let ratio = |column: usize| costs[column] / rows[amiss].2[column];
        let open = (0..width).filter(|&column| rows[amiss].2[column] > 1e-9);
        let entering = open.min_by(|&a, &b| ratio(a).total_cmp(&ratio(b)))?;
        pivot(&mut rows, &mut names, &mut costs, amiss, entering);
    }
    None
}

/// More pivots than this are a sign of rounding.
const PIVOTS: usize = 2_000;

/// Solves a row for the variable of a column, and puts that into the others and the costs.
fn pivot(rows: &mut [(usize, f64, Vec<f64>)], names: &mut [usize], costs: &mut [f64], leaving: usize, entering: usize) {
    let (name, constant, mut factors) = rows[leaving].clone();
    let by = factors[entering];
    factors[entering] = -1.0;
    let factors: Vec<f64> = factors.iter().map(|factor| -factor / by).collect();
    let constant = -constant / by;
    for (index, row) in rows.iter_mut().enumerate().filter(|(_, row)| row.2[entering] != 0.0) {
        if index == leaving {
            continue;
        }
        let times = std::mem::take(&mut row.2[entering]);
        row.1 += times * constant;
        row.2.iter_mut().zip(&factors).for_each(|(own, factor)| *own += times * factor);
    }
    let times = std::mem::take(&mut costs[entering]);
    costs.iter_mut().zip(&factors).for_each(|(own, factor)| *own += times * factor);
    rows[leaving] = (names[entering], constant, factors);
    names[entering] = name;
}

#[expect(clippy::cast_precision_loss, reason = "it only tells where to look")]
fn float(number: i128) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, reason = "it only tells where to look")]
fn whole(number: f64) -> i128 {
    number.round() as i128
}
