//! The effective accesses and the verdict of each: found once for all that rules cannot tell apart.

use super::absences::Absences;
use super::classes::{self, Classes, Partitions};
use super::scope::RowScope;
use super::unknowns::{Class, Unknowns};
use super::{Demanded, Effective, Stage, Verdict, hold, reach};
use crate::decide::Node;
use crate::estate::{AccessRow, Holder, ServerRow};
use crate::program::{FunctionalityId, Id, Program, RuleId};
use crate::value::short;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::sync::Arc;

/// What makes two effective accesses have one verdict: the numbers of user, device, access and server, and what is asked for.
type Key = (Option<u32>, Option<u32>, Class, u32, FunctionalityId);

/// The verdicts found so far, by what their accesses have in common.
struct Memo<'m> {
    verdicts: Vec<Verdict>,
    columns: Keys<'m>,
    classes: Keys<'m>,
    /// Whose rows have equal columns has one verdict, unless it depends on what is unknown of the rows: then none here.
    by_columns: HashMap<Key, Option<usize>, FixedState>,
    /// Those that do depend on it.
    by_classes: HashMap<Key, usize, FixedState>,
}

/// A partition with the numbers of servers that rules cannot tell apart in it.
struct Keys<'k> {
    classes: &'k Classes,
    servers: Vec<u32>,
}

impl<'s> Stage<'s> {
    /// The effective accesses, and the verdicts that they have.
    pub(super) fn accesses(&mut self, absences: &Absences) -> (Vec<Effective>, Vec<Verdict>) {
        let reached = reach::closure(self.rules, self.estate, self.classes, self.unknowns);
        let mut effective = Vec::with_capacity(self.estate.accesses.len());
        let (mut memo, mut narrowed) = (self.memo(), HashMap::new());
        for (access, stated) in self.estate.accesses.iter() {
            let given = stated.functionality;
            let here = self.takes_place(absences, access);
            for (server, under) in reached.get(stated.server.place()).into_iter().flatten() {
                let Some(functionality) = reach::functionality_at(self.rules, self.estate, given, *server) else {
                    continue;
                };
                let under = self.unknowns.diagrams.and(here, *under);
                if under == Node::NO {
                    continue;
                }
                let verdict = self.find(&mut memo, access, *server, functionality);
                let verdict = match under {
                    Node::YES => verdict,
                    _ => *narrowed
                        .entry((verdict, under))
                        .or_insert_with(|| self.narrowed(&mut memo.verdicts, verdict, under)),
                };
                effective.push(Effective { access, server: *server, functionality, under, verdict });
            }
        }
        let verdicts = match narrowed.is_empty() {
            true => memo.verdicts,
            false => in_use(&mut effective, &memo.verdicts),
        };
        (effective, verdicts)
    }

    fn memo(&self) -> Memo<'s> {
        let (partitions, classes): (&'s Partitions, &'s Classes) = (self.partitions, self.classes);
        Memo {
            verdicts: Vec::new(),
            columns: Keys { classes: &partitions.columns, servers: self.servers(&partitions.columns) },
            classes: Keys { classes, servers: self.servers(classes) },
            by_columns: HashMap::default(),
            by_classes: HashMap::default(),
        }
    }

    /// The verdict of an access.
    fn find(&mut self, memo: &mut Memo<'_>, access: AccessRow, server: ServerRow, asked: FunctionalityId) -> usize {
        let columns = self.key(&memo.columns, access, server, asked);
        let known = memo.by_columns.get(&columns).copied();
        if let Some(Some(verdict)) = known {
            return verdict;
        }
        let classes = self.key(&memo.classes, access, server, asked);
        if let Some(verdict) = memo.by_classes.get(&classes) {
            return *verdict;
        }
        memo.verdicts.push(self.verdict(&self.scope(access, server, asked), asked));
        let place = memo.verdicts.len() - 1;
        let is_by_columns = Arc::ptr_eq(self.classes, &self.partitions.columns);
        if known.is_none()
            && (is_by_columns || !depends_on_rows(self.rules.program, self.unknowns, &memo.verdicts[place]))
        {
            memo.by_columns.insert(columns, Some(place));
        } else {
            memo.by_columns.insert(columns, None);
            memo.by_classes.insert(classes, place);
        }
        place
    }

    /// Whether the first access of each verdict has it here, too.
    pub(super) fn repeats(&mut self, effective: &[Effective], verdicts: &[Verdict]) -> bool {
        let mut left = vec![true; verdicts.len()];
        let firsts = effective
            .iter()
            .filter(|access| left.get_mut(access.verdict).is_some_and(|is_left| std::mem::replace(is_left, false)));
        firsts.take(verdicts.len()).all(|access| {
            let scope = self.scope(access.access, access.server, access.functionality);
            verdicts.get(access.verdict) == Some(&self.verdict(&scope, access.functionality))
        })
    }

    /// The verdict of accesses that are there only under a condition: what is so wherever they are there is known.
    fn narrowed(&mut self, verdicts: &mut Vec<Verdict>, verdict: usize, under: Node) -> usize {
        let Some(mut own) = verdicts.get(verdict).cloned() else { return verdict };
        let covers = own.demands.iter_mut().flat_map(|demanded| &mut demanded.covers);
        let rules = own.rules.iter_mut().map(|(_, node)| node);
        for node in rules.chain(covers.map(|(_, node)| node)) {
            *node = self.unknowns.diagrams.within(under, *node);
        }
        own.demands.iter_mut().for_each(|demanded| demanded.covers.retain(|(_, node)| *node != Node::NO));
        verdicts.push(own);
        verdicts.len() - 1
    }

    /// Servers that rules cannot tell apart have one number.
    fn servers(&self, partition: &Classes) -> Vec<u32> {
        let rows = self.estate.servers.iter().map(|(row, _)| Holder::Server(row));
        classes::number(rows.map(|row| self.reads.alike(self.estate, partition, row)))
    }

    fn key(&self, keys: &Keys<'_>, access: AccessRow, server: ServerRow, functionality: FunctionalityId) -> Key {
        let (stated, classes) = (&self.estate.accesses[access], keys.classes);
        let user = stated.user.map(|row| if self.reads.users { short(row.place()) } else { classes.users.class(row) });
        let device =
            stated.device.map(|row| if self.reads.devices { short(row.place()) } else { classes.devices.class(row) });
        let server = keys.servers.get(server.place()).copied().unwrap_or(0);
        (user, device, classes.accesses.class(access), server, functionality)
    }

    pub(super) fn verdict(&mut self, scope: &RowScope<'_>, functionality: FunctionalityId) -> Verdict {
        let demands = self.rules.program.demands(functionality);
        Verdict {
            rules: self.rules_of(scope),
            demands: demands.into_iter().map(|demand| self.demanded(scope, demand)).collect(),
        }
    }

    fn rules_of(&mut self, scope: &RowScope<'_>) -> Vec<(RuleId, Node)> {
        let product = scope.server.map(|server| self.estate.servers[server].product);
        let rules = self.rules.rules.iter().copied();
        let speaking =
            rules.filter(|id| product.is_none_or(|product| self.rules.program.rules[*id].scope.covers(product)));
        let holds = |id| (id, hold::holds(self.rules, self.estate, self.unknowns, scope, id, ()).0);
        speaking.collect::<Vec<_>>().into_iter().map(holds).collect()
    }
}

/// The verdicts that some access has, numbered anew: where an access takes place only under a condition, its verdict was
/// found without that first.
fn in_use(effective: &mut [Effective], verdicts: &[Verdict]) -> Vec<Verdict> {
    let (mut used, mut numbers) = (Vec::new(), vec![None; verdicts.len()]);
    for access in effective {
        let Some((number, verdict)) = numbers.get_mut(access.verdict).zip(verdicts.get(access.verdict)) else {
            continue;
        };
        access.verdict = *number.get_or_insert_with(|| {
            used.push(verdict.clone());
            used.len() - 1
        });
    }
    used
}

/// Whether what rules say, or what covers, depends on anything that is unknown of rows.
pub(super) fn depends_on_rows(program: &Program, unknowns: &Unknowns, verdict: &Verdict) -> bool {
    let covers = verdict.demands.iter().flat_map(Demanded::functions);
    let mut nodes = verdict.rules.iter().map(|(_, node)| *node).chain(covers);
    nodes.any(|node| unknowns.is_of_rows(program, node))
}
