//! Components that are the same but for who stands in them: what solves one solves all of them.

use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::FixedState;

use crate::position::reduce::{Component, Offer, Reduced};

/// For each component the first that is like it; itself, where one of its sources could run short: those are shared.
#[must_use]
pub fn first_alike(reduced: &Reduced) -> Vec<usize> {
    let mut offers = HashMap::default();
    let mut first: HashMap<Look, usize, FixedState> = HashMap::default();
    // Most large components show by their size alone that none is like them.
    let size = |component: &Component| (component.groups.len(), component.asks.count());
    let mut sizes: HashMap<(usize, usize), usize, FixedState> = HashMap::default();
    reduced.components.iter().for_each(|component| *sizes.entry(size(component)).or_default() += 1);
    let mut look =
        |component: &Component| (sizes[&size(component)] > 1).then(|| look(component, &mut offers)).flatten();
    let components = reduced.components.iter().enumerate();
    components
        .map(|(index, component)| match look(component) {
            Some(look) => *first.entry(look).or_insert(index),
            None => index,
        })
        .collect()
}

/// Each group with its heads and the number of its offers; the sides of all asks, and where those of each end.
type Look = (Vec<(u64, usize)>, Vec<(usize, usize)>, Vec<usize>);

/// Offers by where they are kept: equal ones are one.
type Offers = HashMap<*const Vec<Offer>, usize, FixedState>;

fn look(component: &Component, offers: &mut Offers) -> Option<Look> {
    let contested = component.asks.are_contested();
    if contested || !component.limits.is_empty() || !component.moves.is_empty() {
        return None;
    }
    let groups = component.groups.iter().map(|group| {
        let next = offers.len();
        (group.heads, *offers.entry(Rc::as_ptr(&group.offers)).or_insert(next))
    });
    let mut sides = Vec::with_capacity(2 * component.asks.count());
    let ends = component.asks.iter().map(|ask| {
        sides.extend(ask.sides());
        sides.len()
    });
    let ends = ends.collect();
    Some((groups.collect(), sides, ends))
}
