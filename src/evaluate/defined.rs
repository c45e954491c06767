//! Of whom the definitions hold that something in force reads.

use super::conditions::Evaluator;
use super::scope::RowScope;
use super::{Effective, Stage};
use crate::decide::Node;
use crate::estate::{Estate, Holder};
use crate::program::{DefinitionId, Entity, Id};
use crate::value::Metric;
use std::collections::{BTreeMap, HashMap};

impl Stage<'_> {
    pub(super) fn defined(&mut self, effective: &[Effective]) -> BTreeMap<DefinitionId, Vec<(Holder, Node)>> {
        let users: Vec<Holder> = taking_part(self.estate, effective.iter(), Metric::User).collect();
        let read = self.rules.read.keys().copied();
        let of_users = read.filter(|id| self.rules.program.definitions[*id].subject == Entity::User);
        of_users.collect::<Vec<_>>().into_iter().map(|id| (id, self.defined_of(id, &users))).collect()
    }

    /// Of whom a definition holds. Which of alike users something is unknown of does not matter to how many they are.
    fn defined_of(&mut self, definition: DefinitionId, users: &[Holder]) -> Vec<(Holder, Node)> {
        let blank = RowScope::new(self.rules, self.estate, self.classes);
        let mut known = HashMap::new();
        let one = |user: &Holder| {
            let holds =
                *known.entry(self.reads.alike(self.estate, &self.partitions.columns, *user)).or_insert_with(|| {
                    let scope = blank.clone().with_holder(*user);
                    Evaluator::new(self.rules, self.unknowns, &scope).definition(definition)
                });
            (*user, holds)
        };
        users.iter().map(one).collect()
    }
}

/// The users or devices that take part in some accesses, in the order of their table.
pub(crate) fn taking_part<'e>(
    estate: &Estate,
    accesses: impl Iterator<Item = &'e Effective>,
    of: Metric,
) -> impl Iterator<Item = Holder> {
    let place = |access: &Effective| match of {
        Metric::User => estate.accesses[access.access].user.map(Id::place),
        Metric::Device => estate.accesses[access.access].device.map(Id::place),
        Metric::Host | Metric::Server => None,
    };
    let mut coming = vec![false; estate.users.len().max(estate.devices.len())];
    for place in accesses.filter_map(place) {
        coming.get_mut(place).into_iter().for_each(|comes| *comes = true);
    }
    let row = move |place| if of == Metric::User { Holder::User(Id::at(place)) } else { Holder::Device(Id::at(place)) };
    (0..).zip(coming).filter(|(_, comes)| *comes).map(move |(place, _)| row(place))
}
