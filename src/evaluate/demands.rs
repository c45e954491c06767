//! What is demanded of an access or a server, and which kinds of units cover it.

use super::Stage;
use super::cover::{self, Unit};
use super::scope::RowScope;
use super::units::{self, UnitKind};
use crate::decide::Node;
use crate::estate::ServerRow;
use crate::program::FunctionalityId;
use crate::value::Rank;
use smallvec::SmallVec;

/// A functionality demanded, and which kinds of units cover it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Demanded {
    /// The functionality.
    pub functionality: FunctionalityId,
    /// For each kind of unit, by its place in [`super::Evaluation::kinds`], whether it covers; those that never do left out.
    pub covers: Vec<(usize, Node)>,
    /// Of those, for each whose versions may take different numbers of units: whether each version covers, oldest first.
    pub by_version: Vec<(usize, Vec<Node>)>,
}

impl Demanded {
    /// Every function that decides what covers.
    pub fn functions(&self) -> impl Iterator<Item = Node> {
        let by_version = self.by_version.iter().flat_map(|(_, covers)| covers.iter().copied());
        self.covers.iter().map(|(_, covers)| *covers).chain(by_version)
    }
}

/// A demand that a server raises by running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The server.
    pub server: ServerRow,
    /// What it demands.
    pub demanded: Demanded,
}

impl Stage<'_> {
    /// What covers a functionality that is demanded.
    pub(super) fn demanded(&mut self, scope: &RowScope<'_>, functionality: FunctionalityId) -> Demanded {
        let mut demanded = Demanded { functionality, covers: Vec::new(), by_version: Vec::new() };
        for (place, kind) in self.kinds.iter().enumerate() {
            let by_version = self.covers_by_version(scope, kind, functionality);
            let covers = self.any(&by_version);
            if covers == Node::NO {
                continue;
            }
            demanded.covers.push((place, covers));
            if by_version.len() > 1 && units::may_differ(self.rules.program, kind) {
                demanded.by_version.push((place, by_version.into_vec()));
            }
        }
        demanded
    }

    /// Whether a unit of a kind covers: with assurance, under any of its versions.
    pub(super) fn covers(&mut self, scope: &RowScope<'_>, kind: &UnitKind, functionality: FunctionalityId) -> Node {
        let by_version = self.covers_by_version(scope, kind, functionality);
        self.any(&by_version)
    }

    fn any(&mut self, nodes: &[Node]) -> Node {
        nodes.iter().fold(Node::NO, |any, node| self.unknowns.diagrams.or(any, *node))
    }

    /// Whether a unit of a kind covers, under each of its versions; under none where there is nobody to hold it.
    fn covers_by_version(
        &mut self,
        scope: &RowScope<'_>,
        kind: &UnitKind,
        functionality: FunctionalityId,
    ) -> SmallVec<[Node; 1]> {
        if !scope.has_holder(kind.metric) {
            return SmallVec::new();
        }
        let unit = |version| Unit { license: kind.license, version, metric: kind.metric, holding: kind.holding };
        let covers = |version: &Rank| cover::covers(scope, self.unknowns, unit(*version), functionality);
        kind.versions.iter().map(covers).collect()
    }

    /// What servers demand by running.
    pub(super) fn standing(&mut self) -> Vec<Standing> {
        let mut standing = Vec::new();
        for (server, stated) in self.estate.servers.iter() {
            let product = stated.product;
            let scope = RowScope::new(self.rules, self.estate, self.classes).at_server(server);
            for functionality in &self.rules.program.products[product].functionalities {
                if self.rules.program.functionalities[*functionality].demanded_by_every_server {
                    standing.push(Standing { server, demanded: self.demanded(&scope, *functionality) });
                }
            }
        }
        standing
    }
}
