//! What a unit of each source that could run short is worth: the amount at which as many are wanted as there are.
//!
//! A worth is raised while more units are wanted than there are, and lowered while fewer are. Its stride grows while that
//! goes on and shrinks once it turns, so that all worths settle together. Whatever they are, a bound holds.

use super::market::Market;
use super::supply::lasting;
use crate::position::reduce::Source;

/// Parts of the smallest unit of money in which worths are counted.
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
        let every = market.offers.iter().flatten();
        let dearest = every.filter_map(|offer| lasting(market, offer)).map(|(_, price)| price).max().unwrap_or(0);
        let mut most = vec![0; sources.len()];
        for offer in market.offers.iter().flatten() {
            let price = lasting(market, offer).map_or(dearest * BEYOND, |(_, price)| price);
            for source in &offer.sources {
                if let Ok(index) = sources.binary_search(source) {
                    most[index] = most[index].max(price * FINE);
                }
            }
        }
        Scarce { sources, limits, most }
    }

    /// Worths to start from.
    #[must_use]
    pub fn start(&self) -> Worths {
        let values: Vec<i128> = self.most.iter().map(|most| most / 2).collect();
        let strides = values.iter().map(|value| (value / 2, 0)).collect();
        Worths { values, strides }
    }
}

/// A unit for which no other can be bought may save this many of the dearest.
const BEYOND: i128 = 64;

/// Worths by source, and how far each goes next, with the way that it went last.
#[derive(Clone, Debug)]
pub struct Worths {
    /// In parts of the smallest unit of money.
    pub values: Vec<i128>,
    strides: Vec<(i128, i128)>,
}

impl Worths {
    /// Goes a step towards as many units wanted as there are; whether any worth changed.
    pub fn step(&mut self, scarce: &Scarce, wanted: &[i128]) -> bool {
        let mut any = false;
        for (index, (value, (stride, last))) in self.values.iter_mut().zip(&mut self.strides).enumerate() {
            let way = (wanted[index] - scarce.limits[index]).signum();
            *stride = match way * *last {
                1 => *stride * 3 / 2,
                -1 => *stride / 2,
                _ => *stride,
            };
            *last = way;
            let next = (*value + way * *stride).clamp(0, scarce.most[index]);
            any |= next != *value;
            *value = next;
        }
        any
    }

    /// The longest stride.
    #[must_use]
    pub fn stride(&self) -> i128 {
        self.strides.iter().map(|stride| stride.0).max().unwrap_or(0)
    }

    /// Strides short again, to settle anew from here.
    pub fn shorten(&mut self, scarce: &Scarce) {
        let most = scarce.most.iter().map(|most| most / 64);
        self.strides = most.map(|stride| (stride, 0)).collect();
    }
}
