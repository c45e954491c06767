//! Weights of several levels as single numbers in the same order, which a flow adds and compares faster.
//!
//! A level that follows from those before it never decides between two sums, so that few levels need be kept.

use std::collections::BTreeSet;

use super::market::Weight;
use super::ratio::Ratio;

/// A number for each weight, such that sums of any of them compare as the sums of the weights do, and what one on the first
/// level counts for; none where the numbers would grow too large.
#[must_use]
pub fn packed(weights: &[Weight]) -> Option<(Vec<i128>, i128)> {
    let levels = deciding(weights)?;
    let total =
        |&level: &usize| weights.iter().try_fold(0_i128, |sum, weight| sum.checked_add(weight[level].checked_abs()?));
    let totals: Vec<i128> = levels.iter().map(total).collect::<Option<_>>()?;
    let mut room = 1_i128;
    for total in &totals {
        room = room.checked_mul(total.checked_mul(2)?.checked_add(1)?)?;
    }
    let place =
        |number: i128, (&level, total): (&usize, &i128), weight: &Weight| number * (2 * total + 1) + weight[level];
    let pack = |weight: &Weight| levels.iter().zip(&totals).fold(0, |number, digit| place(number, digit, weight));
    let first = room / (2 * totals.first()? + 1);
    (room < MOST).then(|| (weights.iter().map(pack).collect(), first))
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
