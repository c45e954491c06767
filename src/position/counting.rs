//! Sorts long lists whose first keys are small numbers by counting, which takes a fraction of the comparisons.

/// Sorts a list by `number`, and what has one number by `key`.
pub fn sort<T: Copy, K: Ord>(list: &mut Vec<T>, number: impl Fn(&T) -> u32, key: impl Fn(&T) -> K) {
    let number = |thing: &T| number(thing) as usize;
    let numbers = list.iter().map(number).max().map_or(0, |most| most + 1);
    let Some(&any) = list.first().filter(|_| numbers / SPARSE <= list.len()) else {
        list.sort_unstable_by_key(|thing| (number(thing), key(thing)));
        return;
    };
    let mut places = vec![0_usize; numbers + 1];
    list.iter().for_each(|thing| places[number(thing) + 1] += 1);
    (0..numbers).for_each(|number| places[number + 1] += places[number]);
    let mut sorted = vec![any; list.len()];
    for thing in list.iter() {
        let place = &mut places[number(thing)];
        sorted[*place] = *thing;
        *place += 1;
    }
    let alike = sorted.chunk_by_mut(|a, b| number(a) == number(b));
    alike.filter(|alike| alike.len() > 1).for_each(|alike| alike.sort_unstable_by_key(&key));
    *list = sorted;
}

/// Where there are more numbers than so many for each thing, counting does not pay.
const SPARSE: usize = 8;

#[cfg(test)]
mod tests {
    use super::sort;

    #[test]
    fn lists_are_sorted_as_they_compare() {
        let spread = |most: u32| (0..1_000_u32).map(move |thing| (thing.wrapping_mul(2_654_435_761) % most, thing % 7));
        for most in [1, 10, 500, 7_000, 1_000_000] {
            let mut list: Vec<(u32, u32)> = spread(most).collect();
            let mut expected = list.clone();
            expected.sort_unstable();
            sort(&mut list, |thing| thing.0, |thing| *thing);
            assert_eq!(list, expected, "numbers below {most}");
        }
        let mut none: Vec<(u32, u32)> = Vec::new();
        sort(&mut none, |thing| thing.0, |thing| *thing);
        assert!(none.is_empty());
    }
}
