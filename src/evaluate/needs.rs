//! How many units of a kind a holder takes, where it is not one.

use super::scope::RowScope;
use super::units::{self, Needs, UnitKind};
use super::{Demanded, Effective, Stage, Standing, Verdict};
use crate::estate::{Holder, ServerRow};
use std::collections::{BTreeMap, BTreeSet, HashSet};

impl<'s> Stage<'s> {
    /// How many units each holder takes that might get some, where it is not one.
    pub(super) fn needs(
        &mut self,
        effective: &[Effective],
        verdicts: &[Verdict],
        standing: &[Standing],
    ) -> BTreeMap<(usize, Holder), Needs> {
        let (mut needs, mut seen) = (BTreeMap::new(), HashSet::new());
        let counted =
            |kind: &usize| self.kinds.get(*kind).is_some_and(|kind| units::may_differ(self.rules.program, kind));
        let counted: BTreeSet<usize> = (0..self.kinds.len()).filter(counted).collect();
        let covering = |demanded: &Demanded| demanded.covers.iter().any(|(kind, _)| counted.contains(kind));
        let asked: Vec<bool> = verdicts.iter().map(|verdict| verdict.demands.iter().any(covering)).collect();
        for access in effective.iter().filter(|access| asked.get(access.verdict) == Some(&true)) {
            let own = seen
                .insert((access.verdict, access.server))
                .then(|| self.machines(access.server))
                .into_iter()
                .flatten();
            let holders: Vec<Holder> = own.chain(self.estate.actors(access.access)).collect();
            for demanded in verdicts.get(access.verdict).map_or(&[][..], |verdict| &verdict.demands) {
                self.needs_of(demanded, &holders, &counted, &mut needs);
            }
        }
        for Standing { server, demanded } in standing {
            self.needs_of(demanded, &self.machines(*server), &counted, &mut needs);
        }
        needs.retain(|_, needs: &mut Needs| needs.most() != 1);
        needs
    }

    /// The host and the server itself.
    fn machines(&self, server: ServerRow) -> [Holder; 2] {
        [Holder::Host(self.estate.servers[server].host), Holder::Server(server)]
    }

    fn needs_of(
        &mut self,
        demanded: &Demanded,
        holders: &[Holder],
        counted: &BTreeSet<usize>,
        needs: &mut BTreeMap<(usize, Holder), Needs>,
    ) {
        let kinds: &'s [UnitKind] = self.kinds;
        let covering = demanded.covers.iter().map(|(place, _)| *place).filter(|place| counted.contains(place));
        for (place, kind) in covering.filter_map(|place| Some((place, kinds.get(place)?))) {
            for holder in holders.iter().filter(|holder| holder.metric() == kind.metric) {
                needs.entry((place, *holder)).or_insert_with(|| {
                    let scope = RowScope::new(self.rules, self.estate, self.classes).with_holder(*holder);
                    units::needed(self.rules, self.unknowns, &scope, kind)
                });
            }
        }
    }
}
