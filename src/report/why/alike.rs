//! Accesses that are alike but for the server that is come to: a ring of a thousand servers has a thousand of them.

use crate::why::told::{Access, Change, Reason, Share};
use std::collections::BTreeMap;

/// How many accesses are told each for itself though they are alike.
const EACH: usize = 5;

/// Accesses in order, those that are alike but for the server in one group where they are many.
pub(super) fn groups(all: &[Access]) -> Vec<Vec<&Access>> {
    let mut sorts: Vec<(Access, Vec<usize>)> = Vec::new();
    for (place, access) in all.iter().enumerate() {
        let likeness = likeness(access);
        match sorts.iter_mut().find(|(known, _)| *known == likeness) {
            Some((_, places)) => places.push(place),
            None => sorts.push((likeness, vec![place])),
        }
    }
    let mut groups: BTreeMap<usize, Vec<&Access>> = BTreeMap::new();
    for (_, places) in sorts {
        let first = places.first().copied().filter(|_| places.len() > EACH);
        for place in places {
            groups.entry(first.unwrap_or(place)).or_default().extend(all.get(place));
        }
    }
    groups.into_values().collect()
}

/// What is left of an access without its server: of the way there one step by each rule, and of facts of the server their
/// values.
fn likeness(access: &Access) -> Access {
    let server = access.server.clone();
    let mut like = access.clone();
    like.server.clear();
    like.route.dedup_by(|step, before| step.rule == before.rule);
    like.route.iter_mut().for_each(|step| {
        let step = std::sync::Arc::make_mut(step);
        step.from.clear();
        step.to.clear();
    });
    for rule in &mut like.rules {
        without_places(&mut rule.because);
        rule.change.iter_mut().for_each(|change| without(change, &server));
        rule.hindered_by.iter_mut().filter(|other| other.server == server).for_each(|other| other.server.clear());
    }
    for demand in &mut like.demands {
        demand.by.iter_mut().for_each(|share| without_holder(share, &server));
        for cover in &mut demand.covers {
            cover.clauses.iter_mut().for_each(|clause| without_places(&mut clause.because));
            cover.change.iter_mut().for_each(|change| without(change, &server));
        }
    }
    like.changes.iter_mut().for_each(|change| without(change, &server));
    like
}

fn without_places(reasons: &mut [Reason]) {
    for reason in reasons {
        for fact in &mut reason.facts {
            if fact.fact.starts_with("server.") || fact.fact.starts_with("host.") {
                fact.at = None;
            }
        }
        without_places(&mut reason.because);
    }
}

fn without(change: &mut Change, server: &str) {
    for fact in change.facts.iter_mut().filter(|fact| fact.of == server) {
        fact.of.clear();
        fact.at = None;
    }
}

fn without_holder(share: &mut Share, server: &str) {
    let (Share::Units { holder, .. } | Share::Place { holder, .. }) = share;
    if holder == server {
        holder.clear();
    }
}
