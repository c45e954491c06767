//! Who may get a place of an exemption with a limit.

use super::{Effective, Stage, Verdict};
use crate::decide::Node;
use crate::estate::{Holder, ServerRow};
use crate::program::RuleId;
use std::collections::BTreeMap;

/// Heads who may get places of an exemption with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// A user or a device.
    pub actor: Holder,
    /// Whether the condition holds of all their effective accesses to the server.
    pub holds: Node,
}

impl Stage<'_> {
    /// A head is a candidate where the condition holds of every effective access of his to the server. So only those are
    /// looked at of whom it may hold of some access.
    pub(super) fn candidates(
        &mut self,
        effective: &[Effective],
        verdicts: &[Verdict],
    ) -> BTreeMap<(RuleId, ServerRow), Vec<Candidate>> {
        let mut candidates: BTreeMap<(RuleId, ServerRow), Vec<Candidate>> = BTreeMap::new();
        for (rule, _) in self.rules.quotas() {
            for ((server, actor), holds) in self.candidates_of(rule, effective, verdicts) {
                if holds != Node::NO {
                    candidates.entry((rule, server)).or_default().push(Candidate { actor, holds });
                }
            }
        }
        candidates
    }

    fn candidates_of(
        &mut self,
        rule: RuleId,
        effective: &[Effective],
        verdicts: &[Verdict],
    ) -> BTreeMap<(ServerRow, Holder), Node> {
        let speaks = |verdict: &Verdict| verdict.rules.iter().find(|(id, _)| *id == rule).map(|(_, holds)| *holds);
        let holds: Vec<Option<Node>> = verdicts.iter().map(speaks).collect();
        let of = |access: &Effective| holds.get(access.verdict).copied().flatten();
        let mut all = BTreeMap::new();
        let may_hold =
            |access: &&Effective| of(access).is_some_and(|holds| holds != Node::NO || access.under != Node::YES);
        for access in effective.iter().filter(may_hold) {
            all.extend(self.estate.actors(access.access).map(|actor| ((access.server, actor), Node::YES)));
        }
        if all.is_empty() {
            return all;
        }
        for (access, holds) in effective.iter().filter_map(|access| Some((access, of(access)?))) {
            let holds = self.where_reached(access.under, holds);
            for actor in self.estate.actors(access.access) {
                if let Some(node) = all.get_mut(&(access.server, actor)) {
                    *node = self.unknowns.diagrams.and(*node, holds);
                }
            }
        }
        all
    }

    /// What holds of an access that is reached only under a condition holds where it is not reached, too.
    fn where_reached(&mut self, under: Node, holds: Node) -> Node {
        let not_reached = self.unknowns.diagrams.not(under);
        self.unknowns.diagrams.or(not_reached, holds)
    }
}
