//! Weights of several levels as single numbers in the same order, which a flow adds and compares faster.
//!
//! A level that follows from those before it never decides between two sums, so that few levels need be kept.

use std::collections::BTreeSet;

use super::items::Weights;
use super::market::Weight;
use super::ratio::Ratio;

/// A number for each item, such that sums of any of them compare as the sums of their weights do, and what one on the first
/// level counts for; none where the numbers would grow too large.
#[must_use]
pub fn packed(weights: &Weights) -> Option<(Vec<i128>, i128)> {
    let Weights { units, items } = weights;
    let levels = deciding(units)?;
    let mut heads = vec![0_i128; units.len()];
    items.iter().for_each(|&(unit, own)| heads[unit] += i128::from(own));
    let total = |&level: &usize| {
        let of_unit = |(unit, heads): (&Weight, &i128)| unit[level].checked_abs()?.checked_mul(*heads);
        units.iter().zip(&heads).try_fold(0_i128, |sum, own| sum.checked_add(of_unit(own)?))
    };
    let totals: Vec<i128> = levels.iter().map(total).collect::<Option<_>>()?;
    let mut room = 1_i128;
    for total in &totals {
        room = room.checked_mul(total.checked_mul(2)?.checked_add(1)?)?;
    }
    let first = room / (2 * totals.first()? + 1);
    if room >= MOST {
        return None;
    }
    let place = |number: i128, (&level, total): (&usize, &i128), unit: &Weight| number * (2 * total + 1) + unit[level];
    let pack = |unit: &Weight| levels.iter().zip(&totals).fold(0, |number, digit| place(number, digit, unit));
    let units: Vec<i128> = units.iter().map(pack).collect();
    Some((items.iter().map(|&(unit, heads)| units[unit] * i128::from(heads)).collect(), first))
}

/// Sums of packed weights stay below this.
const MOST: i128 = 1 << 120;

/// The levels that do not follow from those before them, by elimination.
fn deciding(weights: &[Weight]) -> Option<Vec<usize>> {
    let mut rows: Vec<(usize, Vec<Ratio>)> = Vec::new();
    let distinct: BTreeSet<&Weight> = weights.iter().collect();
    for weight in distinct {
        let mut rest: Vec<Ratio> = weight.iter().map(|&level| Ratio::whole(level)).collect();
        for (lead, row) in &rows {
            let factor = rest[*lead];
            if !factor.is_zero() {
                for (rest, own) in rest.iter_mut().zip(row) {
                    *rest = rest.less(factor, *own)?;
                }
            }
        }
        if let Some(lead) = rest.iter().position(|level| !level.is_zero()) {
            let by = Ratio::ONE.over(rest[lead])?;
            let row = rest.into_iter().map(|level| level.times(by)).collect::<Option<_>>()?;
            rows.push((lead, row));
            rows.sort_by_key(|row| row.0);
        }
    }
    Some(rows.into_iter().map(|row| row.0).collect())
}
