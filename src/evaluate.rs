//! From facts to verdicts: which rules hold of which access, what it demands, and which units would cover that.
//!
//! Verdicts are computed per class of alike accesses, not per row, and are functions of what is not known
//! ([`crate::decide::Node`]). Whoever needs an answer fixes the unknown: [`crate::judge`] tries every completion. Dates and
//! the choice of readings are settled before, in [`crate::select`]; money and plans come later, in [`crate::position`].

pub mod assumptions;
mod calculation;
mod chain;
pub mod classes;
pub mod conditions;
pub mod cover;
pub mod hold;
pub mod reach;
pub mod ruling;
pub mod scope;
pub mod trace;
pub mod units;
pub mod unknowns;

use crate::decide::Node;
use crate::estate::{AbsenceRow, AccessRow, Estate, Heads, Holder, Server, ServerRow};
use crate::program::{DefinitionId, Entity, Field, FunctionalityId, Id, Program, RuleId};
use crate::select::Rules;
use crate::value::{Metric, Rank, short};
use classes::{Classes, Partitions};
use conditions::Evaluator;
use cover::Unit;
use foldhash::fast::FixedState;
use scope::RowScope;
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use units::{Needs, UnitKind};
use unknowns::{Class, Unknowns};

/// Everything that the rules in force say of an estate.
#[derive(Debug)]
pub struct Evaluation {
    /// The classes of the estate's rows.
    pub partitions: Arc<Partitions>,
    /// Those of them that what is unknown is asked of.
    pub classes: Arc<Classes>,
    /// What can be bought or is owned, by what a unit of it covers.
    pub kinds: Vec<UnitKind>,
    /// Every effective access, those of one row together.
    pub effective: Vec<Effective>,
    /// The verdict of each class of effective accesses.
    pub verdicts: Vec<Verdict>,
    /// What servers demand by running.
    pub standing: Vec<Standing>,
    /// For each exemption with a limit, each server and each head's row: whether it is a candidate for a place.
    pub candidates: BTreeMap<(RuleId, ServerRow), Vec<Candidate>>,
    /// For each definition of a user that is read: each user with an effective access, and whether it holds of him.
    pub defined: BTreeMap<DefinitionId, Vec<(Holder, Node)>>,
    /// How many units of a kind a holder takes, where it is not one.
    pub needs: BTreeMap<(usize, Holder), Needs>,
    /// The absences that last on the day.
    pub absences: Absences,
}

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

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An effective access: a given one, or one to a server that it reaches (semantics, section 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effective {
    /// The given access.
    pub access: AccessRow,
    /// The server reached.
    pub server: ServerRow,
    /// What is asked for there.
    pub functionality: FunctionalityId,
    /// Under what it is reached at all.
    pub under: Node,
    /// Its verdict.
    pub verdict: usize,
}

/// What the rules say of the accesses of one class.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// Each rule in force that speaks of the product, and whether it holds.
    pub rules: Vec<(RuleId, Node)>,
    /// What is demanded where no rule prohibits or exempts.
    pub demands: Vec<Demanded>,
}

/// A functionality demanded, and which kinds of units cover it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Demanded {
    /// The functionality.
    pub functionality: FunctionalityId,
    /// For each kind of unit, by its place in [`Evaluation::kinds`], whether it covers; those that never do left out.
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

/// Heads who may get places of an exemption with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// A user or a device.
    pub actor: Holder,
    /// Whether the condition holds of all their effective accesses to the server.
    pub holds: Node,
}

impl Evaluation {
    /// Whether the same is demanded, by the same accesses, and met by the same units. Only where nothing is unknown do
    /// functions of two evaluations compare.
    pub fn demands_as(&self, other: &Evaluation) -> bool {
        let Evaluation { kinds, effective, verdicts, standing, candidates, needs, absences, .. } = other;
        (&self.kinds, &self.verdicts, &self.standing) == (kinds, verdicts, standing)
            && (&self.candidates, &self.needs, &self.absences) == (candidates, needs, absences)
            && self.effective == *effective
    }
}

/// Evaluates the rules in force on an estate, and says what of it is unknown. Figures that could not be computed are left in
/// its problems.
pub fn evaluate(rules: &Rules<'_>, estate: &Estate, partitions: &Arc<Partitions>) -> (Evaluation, Unknowns) {
    let kinds = units::kinds(rules, estate, &partitions.columns);
    let by = |classes: &Arc<Classes>| {
        Unknowns::complete(|unknowns| Stage::new(rules, estate, (partitions, classes, &kinds), unknowns).evaluation())
    };
    // To what other rows a row stands matters only where something that decides is unknown of rows. Few estates leave that
    // open, and that they do not shows with classes by columns alone.
    let (evaluation, unknowns) = by(&partitions.columns);
    match is_of_rows(rules.program, &unknowns, &evaluation) {
        true => by(partitions.alike(estate)),
        false => (evaluation, unknowns),
    }
}

/// Whether what rules say of demands depends on anything that is unknown of rows.
fn is_of_rows(program: &Program, unknowns: &Unknowns, evaluation: &Evaluation) -> bool {
    let Evaluation { effective, verdicts, standing, candidates, absences, .. } = evaluation;
    let standing = standing.iter().flat_map(|standing| standing.demanded.functions());
    let places = candidates.values().flatten().map(|candidate| candidate.holds);
    let under = effective.iter().map(|access| access.under).filter(|under| under.known().is_none());
    let moves = absences.iter().map(|absence| absence.moves);
    let nodes: BTreeSet<Node> = standing.chain(places).chain(under).chain(moves).collect();
    nodes.into_iter().any(|node| unknowns.is_of_rows(program, node))
        || verdicts.iter().any(|verdict| depends_on_rows(program, unknowns, verdict))
}

fn depends_on_rows(program: &Program, unknowns: &Unknowns, verdict: &Verdict) -> bool {
    let covers = verdict.demands.iter().flat_map(Demanded::functions);
    let mut nodes = verdict.rules.iter().map(|(_, node)| *node).chain(covers);
    nodes.any(|node| unknowns.is_of_rows(program, node))
}

/// Whether other rules ask the same of an estate, as far as one access of each verdict shows it: only where they find nothing
/// unknown, nobody is absent, and holders take one unit each. What is not shown so may be the same all the same.
pub fn shows_the_same(rules: &Rules<'_>, others: &Rules<'_>, estate: &Estate, evaluation: &Evaluation) -> bool {
    let Evaluation { partitions, classes, kinds, effective, verdicts, standing, absences, .. } = evaluation;
    let takes_several = |kind: &UnitKind| units::may_differ(rules.program, kind);
    if !absences.is_empty()
        || kinds.iter().any(takes_several)
        || *kinds != units::kinds(others, estate, classes)
        || Reads::of(rules) != Reads::of(others)
    {
        return false;
    }
    let (is_same, unknowns) = Unknowns::complete(|unknowns| {
        let [own, theirs] = [rules, others].map(|rules| reach::closure(rules, estate, classes, unknowns));
        let mut stage = Stage::new(others, estate, (partitions, classes, kinds), unknowns);
        // A figure that cannot be computed may show in a definition alone.
        stage.defined(effective);
        own == theirs && stage.standing() == *standing && stage.repeats(effective, verdicts)
    });
    is_same && unknowns.are_none()
}

/// What the steps of an evaluation share.
struct Stage<'s> {
    rules: &'s Rules<'s>,
    estate: &'s Estate,
    partitions: &'s Arc<Partitions>,
    classes: &'s Arc<Classes>,
    kinds: &'s [UnitKind],
    unknowns: &'s mut Unknowns,
    reads: Reads,
}

/// What rules can tell apart of a row: its class; of a server, that of its host and whether it runs on another; and where they
/// read which it is, itself.
pub(crate) type Alike = (Class, Option<(Class, bool)>, Option<Holder>);

/// Whether something in force reads ids or counts: then alike rows need not have one verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reads {
    users: bool,
    devices: bool,
    servers: bool,
}

impl Reads {
    /// What the rules in force read.
    pub(crate) fn of(rules: &Rules<'_>) -> Reads {
        let read = rules.fields_told_apart();
        let any = |fields: &[Field]| fields.iter().any(|field| read.contains(field));
        Reads {
            users: any(&[Field::UserId, Field::UserCount, Field::AccessUser]),
            devices: any(&[Field::DeviceId, Field::DeviceCount, Field::AccessDevice]),
            servers: any(&[Field::ServerId, Field::ServerHost, Field::ServerRunsOn, Field::HostId]),
        }
    }

    /// What two rows of a kind have in common that rules cannot tell apart.
    pub(crate) fn alike(self, estate: &Estate, classes: &Classes, holder: Holder) -> Alike {
        match holder {
            Holder::User(row) => (classes.user(row), None, self.users.then_some(holder)),
            Holder::Device(row) => (classes.device(row), None, self.devices.then_some(holder)),
            Holder::Host(row) => (classes.host(row), None, self.servers.then_some(holder)),
            Holder::Server(row) => {
                let Server { host, runs_on, .. } = &estate.servers[row];
                let on = (classes.host(*host), runs_on.is_some());
                (classes.server(row), Some(on), self.servers.then_some(holder))
            }
        }
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

/// What makes two effective accesses have one verdict: the numbers of user, device, access and server, and what is asked for.
type Key = (Option<u32>, Option<u32>, Class, u32, FunctionalityId);

/// The verdicts found so far, by what their accesses have in common.
struct Found<'f> {
    verdicts: Vec<Verdict>,
    columns: Keys<'f>,
    classes: Keys<'f>,
    /// Whose rows have equal columns has one verdict, unless it depends on what is unknown of the rows: then none here.
    by_columns: HashMap<Key, Option<usize>, FixedState>,
    /// Those that do depend on it.
    by_classes: HashMap<Key, usize, FixedState>,
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

/// A partition with the numbers of servers that rules cannot tell apart in it.
struct Keys<'k> {
    classes: &'k Classes,
    servers: Vec<u32>,
}

impl<'s> Stage<'s> {
    fn new(
        rules: &'s Rules<'s>,
        estate: &'s Estate,
        (partitions, classes, kinds): (&'s Arc<Partitions>, &'s Arc<Classes>, &'s [UnitKind]),
        unknowns: &'s mut Unknowns,
    ) -> Self {
        Stage { rules, estate, partitions, classes, kinds, unknowns, reads: Reads::of(rules) }
    }

    /// What the rules say.
    fn evaluation(mut self) -> Evaluation {
        let absences = self.absences();
        let (effective, verdicts) = self.accesses(&absences);
        let standing = self.standing();
        let needs = self.needs(&effective, &verdicts, &standing);
        let candidates = self.candidates(&effective, &verdicts);
        let defined = self.defined(&effective);
        Evaluation {
            partitions: Arc::clone(self.partitions),
            classes: Arc::clone(self.classes),
            kinds: self.kinds.to_vec(),
            effective,
            verdicts,
            standing,
            candidates,
            defined,
            needs,
            absences,
        }
    }

    fn scope(&self, access: AccessRow, server: ServerRow, functionality: FunctionalityId) -> RowScope<'s> {
        let blank = RowScope::new(self.rules, self.estate, self.classes);
        blank.at_access(access, server, functionality)
    }

    /// The absences that last on the day, and whether a rule lets licences follow them.
    fn absences(&mut self) -> Absences {
        let (day, estate) = (self.rules.setting.as_of, self.estate);
        let lasting = estate.absences.iter().filter(|(_, absence)| absence.period.contains(day));
        Absences::new(lasting.map(|(row, _)| self.absence(row, None)).collect())
    }

    /// An absence, with a field of it taken for unknown.
    fn absence(&mut self, row: AbsenceRow, supposed: Option<Field>) -> Absence {
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
    fn takes_place(&mut self, absences: &Absences, access: AccessRow) -> Node {
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

    fn accesses(&mut self, absences: &Absences) -> (Vec<Effective>, Vec<Verdict>) {
        let reached = reach::closure(self.rules, self.estate, self.classes, self.unknowns);
        let mut effective = Vec::with_capacity(self.estate.accesses.len());
        let (mut found, mut narrowed) = (self.nothing_found(), HashMap::new());
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
                let verdict = self.find(&mut found, access, *server, functionality);
                let verdict = match under {
                    Node::YES => verdict,
                    _ => *narrowed
                        .entry((verdict, under))
                        .or_insert_with(|| self.narrowed(&mut found.verdicts, verdict, under)),
                };
                effective.push(Effective { access, server: *server, functionality, under, verdict });
            }
        }
        let verdicts = match narrowed.is_empty() {
            true => found.verdicts,
            false => in_use(&mut effective, &found.verdicts),
        };
        (effective, verdicts)
    }

    fn nothing_found(&self) -> Found<'s> {
        let (partitions, classes): (&'s Partitions, &'s Classes) = (self.partitions, self.classes);
        Found {
            verdicts: Vec::new(),
            columns: Keys { classes: &partitions.columns, servers: self.servers(&partitions.columns) },
            classes: Keys { classes, servers: self.servers(classes) },
            by_columns: HashMap::default(),
            by_classes: HashMap::default(),
        }
    }

    /// The verdict of an access.
    fn find(&mut self, found: &mut Found<'_>, access: AccessRow, server: ServerRow, asked: FunctionalityId) -> usize {
        let columns = self.key(&found.columns, access, server, asked);
        let known = found.by_columns.get(&columns).copied();
        if let Some(Some(verdict)) = known {
            return verdict;
        }
        let classes = self.key(&found.classes, access, server, asked);
        if let Some(verdict) = found.by_classes.get(&classes) {
            return *verdict;
        }
        found.verdicts.push(self.verdict(&self.scope(access, server, asked), asked));
        let place = found.verdicts.len() - 1;
        let is_by_columns = Arc::ptr_eq(self.classes, &self.partitions.columns);
        if known.is_none()
            && (is_by_columns || !depends_on_rows(self.rules.program, self.unknowns, &found.verdicts[place]))
        {
            found.by_columns.insert(columns, Some(place));
        } else {
            found.by_columns.insert(columns, None);
            found.by_classes.insert(classes, place);
        }
        place
    }

    /// Whether the first access of each verdict has it here, too.
    fn repeats(&mut self, effective: &[Effective], verdicts: &[Verdict]) -> bool {
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
        let user = stated.user.map(|row| if self.reads.users { short(row.place()) } else { classes.user(row) });
        let device = stated.device.map(|row| if self.reads.devices { short(row.place()) } else { classes.device(row) });
        let server = keys.servers.get(server.place()).copied().unwrap_or(0);
        (user, device, classes.access(access), server, functionality)
    }

    fn verdict(&mut self, scope: &RowScope<'_>, functionality: FunctionalityId) -> Verdict {
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

    fn demanded(&mut self, scope: &RowScope<'_>, functionality: FunctionalityId) -> Demanded {
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
    fn covers(&mut self, scope: &RowScope<'_>, kind: &UnitKind, functionality: FunctionalityId) -> Node {
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

    fn standing(&mut self) -> Vec<Standing> {
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

    /// How many units each holder takes that might get some, where it is not one.
    fn needs(
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

    /// A head is a candidate where the condition holds of every effective access of his to the server. So only those are
    /// looked at of whom it may hold of some access.
    fn candidates(
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

    fn defined(&mut self, effective: &[Effective]) -> BTreeMap<DefinitionId, Vec<(Holder, Node)>> {
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
