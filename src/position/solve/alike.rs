//! Components that are the same but for who stands in them: what solves one solves all of them.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use crate::position::reduce::{Component, Offer, Reduced};

/// For each component the first that is like it; itself, where one of its sources could run short: those are shared.
#[must_use]
pub fn first_alike(reduced: &Reduced) -> Vec<usize> {
    let mut offers = BTreeMap::new();
    let mut first: HashMap<Look, usize, FixedState> = HashMap::default();
    let components = reduced.components.iter().enumerate();
    components
        .map(|(index, component)| match look(component, &mut offers) {
            Some(look) => *first.entry(look).or_insert(index),
            None => index,
        })
        .collect()
}

/// Each group with its heads and the number of its offers; each ask with its sides.
type Look = (Vec<(u64, usize)>, Vec<Vec<(usize, usize)>>);

fn look<'r>(component: &'r Component, offers: &mut BTreeMap<&'r [Offer], usize>) -> Option<Look> {
    let contested = component.asks.iter().any(|ask| ask.contested);
    if contested || !component.limits.is_empty() || !component.moves.is_empty() {
        return None;
    }
    let groups = component.groups.iter().map(|group| {
        let next = offers.len();
        (group.heads, *offers.entry(&group.offers[..]).or_insert(next))
    });
    Some((groups.collect(), component.asks.iter().map(|ask| ask.sides.clone()).collect()))
}
