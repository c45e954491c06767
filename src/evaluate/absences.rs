//! Who is absent on the day, whose licences follow whom, and which accesses are gone with their heads.

use super::Stage;
use super::conditions::Evaluator;
use super::scope::RowScope;
use crate::decide::Node;
use crate::estate::{AbsenceRow, AccessRow, Heads, Holder};
use crate::program::Field;

/// An absence that lasts on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// Its row.
    pub row: AbsenceRow,
    /// Whose heads are absent.
    pub absent: Holder,
    /// Who takes their place.
    pub substitute: Holder,
    /// How many heads.
    pub heads: u64,
    /// Whether a rule lets their licences move.
    pub moves: Node,
}

/// Absences, those of one row together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absences(Vec<Absence>);

impl Absences {
    fn new(mut absences: Vec<Absence>) -> Self {
        absences.sort_by_key(|absence| absence.absent);
        Absences(absences)
    }

    /// The absences of a row's heads.
    pub fn of(&self, head: Holder) -> &[Absence] {
        let first = self.0.partition_point(|absence| absence.absent < head);
        let own = self.0.get(first..).unwrap_or_default();
        own.get(..own.partition_point(|absence| absence.absent == head)).unwrap_or_default()
    }

    /// How many of a row's heads are away in those absences of which licences follow.
    pub fn away(&self, head: Holder, follows: impl Fn(Node) -> bool) -> u64 {
        self.of(head).iter().filter(|absence| follows(absence.moves)).map(|absence| absence.heads).sum()
    }

    /// Whether units bound to a holder may serve one of some holders: the same, or one who stands in under some answer.
    pub fn may_serve(&self, bound: Holder, holders: &[Holder]) -> bool {
        let mut following = self.of(bound).iter().filter(|absence| absence.moves != Node::NO);
        holders.contains(&bound) || following.any(|absence| holders.contains(&absence.substitute))
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Absence> {
        self.0.iter()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Stage<'_> {
    /// The absences that last on the day, and whether a rule lets licences follow them.
    pub(super) fn absences(&mut self) -> Absences {
        let (day, estate) = (self.rules.setting.as_of, self.estate);
        let lasting = estate.absences.iter().filter(|(_, absence)| absence.period.contains(day));
        Absences::new(lasting.map(|(row, _)| self.absence(row, None)).collect())
    }

    /// An absence, with a field of it taken for unknown.
    pub(super) fn absence(&mut self, row: AbsenceRow, supposed: Option<Field>) -> Absence {
        let stated = &self.estate.absences[row];
        let (absent, substitute) = stated.parties.holders();
        let mut scope = RowScope::new(self.rules, self.estate, self.classes).with_holder(absent).in_absence(row);
        scope.supposed.extend(supposed);
        let mut moves = Node::NO;
        for rule in self.rules.reassignments_of(absent.metric()) {
            let holds = Evaluator::new(self.rules, self.unknowns, &scope).outcome_of(rule.when.as_ref());
            moves = self.unknowns.diagrams.or(moves, holds);
        }
        Absence { row, absent, substitute, heads: stated.count, moves }
    }

    /// Under what all heads of a row are absent: then their accesses are gone with them.
    fn gone(&mut self, absences: &Absences, head: Holder) -> Node {
        let own = absences.of(head);
        let absent = absences.away(head, |_| true);
        if own.is_empty() || Heads::Count(absent) < self.estate.heads(head) {
            return Node::NO;
        }
        own.iter().fold(Node::YES, |all, absence| self.unknowns.diagrams.and(all, absence.moves))
    }

    /// Under what an access takes place at all.
    pub(super) fn takes_place(&mut self, absences: &Absences, access: AccessRow) -> Node {
        if absences.is_empty() {
            return Node::YES;
        }
        let mut gone = Node::NO;
        for head in self.estate.actors(access) {
            let head = self.gone(absences, head);
            gone = self.unknowns.diagrams.or(gone, head);
        }
        self.unknowns.diagrams.not(gone)
    }
}
