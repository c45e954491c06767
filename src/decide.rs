//! Decisions: yes/no functions of what is not known, as reduced multi-valued decision diagrams.
//!
//! A [`Node`] is a function; equal functions are equal nodes, so comparing two of them is comparing two numbers. Variables
//! are numbered by whoever asks ([`Variable`]) and take finitely many values, the cells of their domain. Nothing here knows
//! of policies or estates; [`crate::evaluate`] builds nodes by evaluating conditions as far as facts are known.

use crate::value::{Truth, short};
use foldhash::fast::FixedState;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// A variable: something with finitely many possible answers. Smaller ones stand nearer to the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable(pub u32);

/// A function of variables to yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(u32);

impl Node {
    /// Always no.
    pub const NO: Node = Node(0);
    /// Always yes.
    pub const YES: Node = Node(1);

    /// The constant function.
    pub fn constant(yes: bool) -> Node {
        if yes { Node::YES } else { Node::NO }
    }

    /// The answer; not known where it depends on anything.
    pub fn truth(self) -> Truth {
        match self.known() {
            Some(true) => Truth::Yes,
            Some(false) => Truth::No,
            None => Truth::Unknown,
        }
    }

    /// The answer, if it does not depend on anything.
    pub fn known(self) -> Option<bool> {
        match self {
            Node::YES => Some(true),
            Node::NO => Some(false),
            Node(_) => None,
        }
    }
}

/// How a variable stands, to whoever looks for the fewest changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Now {
    /// It has a cell, and could have one of the others.
    Is(usize, Vec<usize>),
    /// Nobody has answered it; it could be set to one of these cells.
    Open(Vec<usize>),
    /// Nobody can answer it.
    Closed,
}

/// Variables and the cells that they are set to.
pub type Settings = Vec<(Variable, usize)>;

/// Cells next to each other that have the same child: those before `end` that are in no run before it. An order with
/// thousands of cells is mostly asked at one of them, which makes three runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Run {
    end: u32,
    child: Node,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Branch {
    variable: Variable,
    runs: Arc<[Run]>,
}

impl Branch {
    fn width(&self) -> usize {
        self.runs.last().map_or(0, |run| run.end as usize)
    }

    fn child(&self, cell: usize) -> Option<Node> {
        let place = self.runs.partition_point(|run| run.end as usize <= cell);
        self.runs.get(place).map(|run| run.child)
    }

    fn children(&self) -> impl DoubleEndedIterator<Item = Node> {
        self.runs.iter().map(|run| run.child)
    }

    /// How much of it there is: what looks at one cell, or at those up to one, counts as one.
    fn size(&self) -> usize {
        self.runs.len().saturating_sub(1).max(1)
    }
}

/// Lets the last run go on up to `end`, or begins another, where there is more up to it.
fn extend(runs: &mut Vec<Run>, end: u32, child: Node) {
    if end <= runs.last().map_or(0, |run| run.end) {
        return;
    }
    match runs.last_mut().filter(|last| last.child == child) {
        Some(last) => last.end = end,
        None => runs.push(Run { end, child }),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Join {
    And,
    Or,
}

/// The children of two branches at one variable, side by side, each pair with where its cells end.
fn pairs(left: &[Run], right: &[Run]) -> Vec<(u32, Node, Node)> {
    let (mut pairs, mut places) = (Vec::new(), (0, 0));
    while let (Some(a), Some(b)) = (left.get(places.0), right.get(places.1)) {
        let end = a.end.min(b.end);
        pairs.push((end, a.child, b.child));
        places = (places.0 + usize::from(a.end == end), places.1 + usize::from(b.end == end));
    }
    pairs
}

/// All nodes of a run.
#[derive(Debug, Default)]
pub struct Diagrams {
    branches: Vec<Branch>,
    known: HashMap<Branch, Node, FixedState>,
    joined: HashMap<(Join, Node, Node), Node, FixedState>,
    negated: HashMap<Node, Node, FixedState>,
    size: usize,
    /// How large the diagrams may be; `None` for any size.
    most: Option<usize>,
    exhausted: bool,
}

/// The two constants have no branch.
const CONSTANTS: u32 = 2;

/// Of how many joins it is remembered what they came to. Past that they are found anew: a memory of all would outgrow the
/// diagrams.
const REMEMBERED: usize = 1 << 20;

impl Diagrams {
    /// The function that looks at `variable` and goes on with the child of its cell.
    pub fn branch(&mut self, variable: Variable, children: impl IntoIterator<Item = Node>) -> Node {
        let mut runs = Vec::new();
        for (cell, child) in children.into_iter().enumerate() {
            extend(&mut runs, short(cell + 1), child);
        }
        self.of_runs(variable, &runs)
    }

    /// Whether a variable that has `width` cells lies in some of them, in order.
    pub fn within_cells(
        &mut self,
        variable: Variable,
        width: usize,
        cells: impl IntoIterator<Item = Range<usize>>,
    ) -> Node {
        let mut runs = Vec::new();
        for cells in cells {
            extend(&mut runs, short(cells.start), Node::NO);
            extend(&mut runs, short(cells.end), Node::YES);
        }
        extend(&mut runs, short(width), Node::NO);
        self.of_runs(variable, &runs)
    }

    fn of_runs(&mut self, variable: Variable, runs: &[Run]) -> Node {
        if let [only] = runs {
            return only.child;
        }
        let branch = Branch { variable, runs: runs.into() };
        if let Some(node) = self.known.get(&branch) {
            return *node;
        }
        if self.is_full() {
            return Node::NO;
        }
        let node = Node(short(self.branches.len()).min(u32::MAX - CONSTANTS) + CONSTANTS);
        self.size += branch.size();
        self.branches.push(branch.clone());
        self.known.insert(branch, node);
        node
    }

    /// Lets the diagrams grow by so much from here, in nodes that look at a single cell. Past that every answer is no, and means nothing, until the next
    /// call; [`Diagrams::is_exhausted`] tells. What was found before stays right.
    pub fn grow_by(&mut self, size: usize) {
        self.most = Some(self.size.saturating_add(size));
        self.exhausted = false;
    }

    /// How large the diagrams are, in nodes that look at a single cell.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether the diagrams were to grow further than they may.
    pub fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    fn is_full(&mut self) -> bool {
        self.exhausted |= self.most.is_some_and(|most| self.size >= most);
        self.exhausted
    }

    fn look(&self, node: Node) -> Option<&Branch> {
        node.0.checked_sub(CONSTANTS).and_then(|place| self.branches.get(place as usize))
    }

    /// Both.
    pub fn and(&mut self, a: Node, b: Node) -> Node {
        self.join(Join::And, a, b)
    }

    /// At least one of the two.
    pub fn or(&mut self, a: Node, b: Node) -> Node {
        self.join(Join::Or, a, b)
    }

    /// Every one of some.
    pub fn all(&mut self, nodes: &[Node]) -> Node {
        self.join_all(Join::And, nodes)
    }

    /// At least one of some.
    pub fn any(&mut self, nodes: &[Node]) -> Node {
        self.join_all(Join::Or, nodes)
    }

    /// Some taken together by halves: what comes of few is small. One by one, each step would go through all that is joined
    /// already, and leave as much behind.
    fn join_all(&mut self, join: Join, nodes: &[Node]) -> Node {
        match nodes {
            [] => Node::constant(join == Join::And),
            [one] => *one,
            _ => {
                let (left, right) = nodes.split_at(nodes.len() / 2);
                let (left, right) = (self.join_all(join, left), self.join_all(join, right));
                self.join(join, left, right)
            }
        }
    }

    fn join(&mut self, join: Join, a: Node, b: Node) -> Node {
        let (absorbing, neutral) = match join {
            Join::And => (Node::NO, Node::YES),
            Join::Or => (Node::YES, Node::NO),
        };
        if a == absorbing || b == absorbing {
            return absorbing;
        }
        if a == neutral || a == b {
            return b;
        }
        if b == neutral {
            return a;
        }
        let key = (join, a.min(b), a.max(b));
        if let Some(node) = self.joined.get(&key) {
            return *node;
        }
        if self.exhausted {
            return Node::NO;
        }
        let node = match self.look(a).map(|branch| branch.variable).min(self.look(b).map(|branch| branch.variable)) {
            Some(variable) => self.join_at(join, variable, a, b),
            None => absorbing,
        };
        if !self.exhausted {
            if self.joined.len() >= REMEMBERED {
                self.joined.clear();
            }
            self.joined.insert(key, node);
        }
        node
    }

    fn join_at(&mut self, join: Join, variable: Variable, a: Node, b: Node) -> Node {
        let mut runs = Vec::new();
        for (end, a, b) in pairs(&self.runs_at(a, variable), &self.runs_at(b, variable)) {
            extend(&mut runs, end, self.join(join, a, b));
        }
        self.of_runs(variable, &runs)
    }

    /// The runs of a node at a variable; one without an end where it does not look at it first.
    fn runs_at(&self, node: Node, variable: Variable) -> Arc<[Run]> {
        match self.look(node).filter(|branch| branch.variable == variable) {
            Some(branch) => Arc::clone(&branch.runs),
            None => Arc::new([Run { end: u32::MAX, child: node }]),
        }
    }

    /// A branch with something else in the place of each child.
    fn changed(&mut self, branch: &Branch, mut change: impl FnMut(&mut Diagrams, Node) -> Node) -> Node {
        let mut runs = Vec::with_capacity(branch.runs.len());
        for run in branch.runs.iter() {
            extend(&mut runs, run.end, change(self, run.child));
        }
        self.of_runs(branch.variable, &runs)
    }

    /// Not this one.
    pub fn not(&mut self, node: Node) -> Node {
        if let Some(yes) = node.known() {
            return Node::constant(!yes);
        }
        if let Some(negated) = self.negated.get(&node) {
            return *negated;
        }
        let Some(branch) = self.look(node).filter(|_| !self.exhausted).cloned() else { return node };
        let negated = self.changed(&branch, Diagrams::not);
        if !self.exhausted {
            self.negated.insert(node, negated);
        }
        negated
    }

    /// Where exactly one of two is yes.
    pub fn apart(&mut self, a: Node, b: Node) -> Node {
        let (not_a, not_b) = (self.not(a), self.not(b));
        let (only_a, only_b) = (self.and(a, not_b), self.and(b, not_a));
        self.or(only_a, only_b)
    }

    /// A function where only what is so under a condition counts: the answer that it gives wherever `under` is yes, if
    /// that is one, or else itself.
    pub fn within(&mut self, under: Node, node: Node) -> Node {
        let not = self.not(node);
        match (self.and(under, node), self.and(under, not)) {
            (Node::NO, _) => Node::NO,
            (_, Node::NO) => Node::YES,
            _ => node,
        }
    }

    /// If `test` then `yes` else `no`.
    pub fn choose(&mut self, test: Node, yes: Node, no: Node) -> Node {
        let unless = self.not(test);
        let (yes, no) = (self.and(test, yes), self.and(unless, no));
        self.or(yes, no)
    }

    /// The function that is yes where `node` is yes whatever the variables in `settled` are.
    pub fn for_all(&mut self, node: Node, settled: &impl Fn(Variable) -> bool) -> Node {
        let mut done = HashMap::new();
        self.for_all_in(node, settled, &mut done)
    }

    fn for_all_in(&mut self, node: Node, settled: &impl Fn(Variable) -> bool, done: &mut HashMap<Node, Node>) -> Node {
        if let Some(result) = done.get(&node) {
            return *result;
        }
        let Some(branch) = self.look(node).cloned() else { return node };
        let result = match settled(branch.variable) {
            true => branch.children().fold(Node::YES, |all, child| {
                let child = self.for_all_in(child, settled, done);
                self.and(all, child)
            }),
            false => self.changed(&branch, |diagrams, child| diagrams.for_all_in(child, settled, done)),
        };
        done.insert(node, result);
        result
    }

    /// The function with one variable set to a cell.
    pub fn restrict(&mut self, node: Node, variable: Variable, cell: usize) -> Node {
        let mut done = HashMap::new();
        self.restrict_in(node, variable, cell, &mut done)
    }

    fn restrict_in(&mut self, node: Node, variable: Variable, cell: usize, done: &mut HashMap<Node, Node>) -> Node {
        let Some(branch) = self.look(node).filter(|branch| branch.variable <= variable).cloned() else { return node };
        if branch.variable == variable {
            return branch.child(cell).unwrap_or(node);
        }
        if let Some(result) = done.get(&node) {
            return *result;
        }
        let result = self.changed(&branch, |diagrams, child| diagrams.restrict_in(child, variable, cell, done));
        done.insert(node, result);
        result
    }

    /// The fewest variables to set, and the cells to set them to, so that the function is yes whatever nobody can answer:
    /// none if nothing makes it so. Of equally few, those that answer rather than change, then those nearest to the root with
    /// the smallest cells.
    pub fn nearest(&mut self, node: Node, now: &impl Fn(Variable) -> Now) -> Option<Settings> {
        self.nearest_in(node, now, &mut HashMap::new())
    }

    fn nearest_in(
        &mut self,
        node: Node,
        now: &impl Fn(Variable) -> Now,
        known: &mut HashMap<Node, Option<Settings>>,
    ) -> Option<Settings> {
        let Some(branch) = self.look(node).cloned() else { return (node == Node::YES).then(Vec::new) };
        if let Some(changes) = known.get(&node) {
            return changes.clone();
        }
        let standing = now(branch.variable);
        let unchanged = match &standing {
            Now::Is(cell, _) => branch.child(*cell).unwrap_or(Node::NO),
            Now::Open(_) | Now::Closed => branch.children().fold(Node::YES, |all, child| self.and(all, child)),
        };
        let mut best = self.nearest_in(unchanged, now, known);
        let others = match standing {
            Now::Is(_, others) | Now::Open(others) => others,
            Now::Closed => Vec::new(),
        };
        for cell in others {
            let Some(child) = branch.child(cell) else { continue };
            let Some(rest) = self.nearest_in(child, now, known) else { continue };
            let changes = [vec![(branch.variable, cell)], rest].concat();
            if best.as_ref().is_none_or(|best| effort(&changes, now) < effort(best, now)) {
                best = Some(changes);
            }
        }
        known.insert(node, best.clone());
        best
    }

    /// The answer when each variable has the cell that `cell` tells.
    pub fn answer(&self, mut node: Node, cell: impl Fn(Variable) -> usize) -> bool {
        while let Some(branch) = self.look(node) {
            node = branch.child(cell(branch.variable)).unwrap_or(Node::NO);
        }
        node == Node::YES
    }

    /// The first variable that any of some functions looks at, and how many cells it has.
    pub fn first(&self, nodes: [Node; 2]) -> Option<(Variable, usize)> {
        let branches = nodes.into_iter().filter_map(|node| self.look(node));
        branches.min_by_key(|branch| branch.variable).map(|branch| (branch.variable, branch.width()))
    }

    /// The function below a cell of a variable that stands no deeper than the function's first.
    pub fn child(&self, node: Node, variable: Variable, cell: usize) -> Node {
        let branch = self.look(node).filter(|branch| branch.variable == variable);
        branch.and_then(|branch| branch.child(cell)).unwrap_or(node)
    }

    /// Whether a function is yes wherever each variable named lies in one of its cells.
    pub fn implied(&self, cells: &BTreeMap<Variable, BTreeSet<usize>>, node: Node) -> bool {
        let (mut seen, mut open) = (BTreeSet::from([node]), vec![node]);
        while let Some(node) = open.pop() {
            let Some(branch) = self.look(node) else {
                if node == Node::NO {
                    return false;
                }
                continue;
            };
            // Of many cells few may be named: only those are looked at.
            let mut go_on = |child: Node| open.extend(Some(child).filter(|child| seen.insert(*child)));
            match cells.get(&branch.variable) {
                Some(named) => named.iter().filter_map(|cell| branch.child(*cell)).for_each(&mut go_on),
                None => branch.children().for_each(&mut go_on),
            }
        }
        true
    }

    /// Whether two functions are ever yes at once, without a function that says where. The last cells are tried first: on the
    /// last day everything is out.
    pub fn meet(&self, a: Node, b: Node) -> bool {
        self.meet_unless(a, b, &mut HashSet::default())
    }

    fn meet_unless(&self, a: Node, b: Node, apart: &mut HashSet<(Node, Node), FixedState>) -> bool {
        let Some((variable, _)) = self.first([a, b]).filter(|_| a != Node::NO && b != Node::NO) else {
            return a == Node::YES && b == Node::YES;
        };
        if !apart.insert((a, b)) {
            return false;
        }
        pairs(&self.runs_at(a, variable), &self.runs_at(b, variable))
            .into_iter()
            .rev()
            .any(|(_, a, b)| self.meet_unless(a, b, apart))
    }

    /// A cell for each variable on a way by which a function is yes, each chosen from those that lead on; empty if it
    /// never is.
    pub fn path(&self, mut node: Node, choose: &dyn Fn(Variable, &[usize]) -> usize) -> Vec<(Variable, usize)> {
        let mut path = Vec::new();
        while let Some(branch) = self.look(node) {
            // A reduced diagram leads to yes from every node but no.
            let on: Vec<usize> = (0..branch.width()).filter(|cell| branch.child(*cell) != Some(Node::NO)).collect();
            let cell = choose(branch.variable, &on);
            path.push((branch.variable, cell));
            node = branch.child(cell).unwrap_or(Node::NO);
        }
        path
    }

    /// The variables that a function depends on.
    pub fn support(&self, node: Node) -> BTreeSet<Variable> {
        let (mut variables, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![node]);
        while let Some(node) = open.pop() {
            if let Some(branch) = self.look(node)
                && seen.insert(node)
            {
                variables.insert(branch.variable);
                open.extend(branch.children());
            }
        }
        variables
    }

    /// The branches that some functions consist of, by the variable that each looks at.
    pub fn branches(&self, nodes: &[Node]) -> BTreeMap<Variable, Vec<Node>> {
        let (mut branches, mut seen, mut open) = (BTreeMap::new(), HashSet::new(), nodes.to_vec());
        while let Some(node) = open.pop() {
            if let Some(branch) = self.look(node)
                && seen.insert(node)
            {
                branches.entry(branch.variable).or_insert_with(Vec::new).push(node);
                open.extend(branch.children());
            }
        }
        branches
    }

    /// The cells of a variable that has `width` of them, those together that lead to the same from every one of its branches
    /// in some functions: these functions cannot tell them apart.
    pub fn alike_cells(&self, branches: &[Node], width: usize) -> Vec<Vec<usize>> {
        let (mut classes, mut next) = (vec![0; width], 1);
        for branch in branches.iter().filter_map(|node| self.look(*node)) {
            let cells = |run: usize| {
                let begin =
                    run.checked_sub(1).and_then(|before| branch.runs.get(before)).map_or(0, |before| before.end);
                begin as usize..branch.runs.get(run).map_or(0, |run| run.end as usize)
            };
            // Those that go on to where most do stay what they are.
            let widest = (0..branch.runs.len()).max_by_key(|run| cells(*run).len());
            let most = widest.and_then(|widest| branch.runs.get(widest)).map(|run| run.child);
            let mut split = HashMap::new();
            for (place, run) in branch.runs.iter().enumerate().filter(|(_, run)| Some(run.child) != most) {
                for class in classes.get_mut(cells(place)).into_iter().flatten() {
                    *class = *split.entry((*class, run.child)).or_insert_with(|| {
                        next += 1;
                        next - 1
                    });
                }
            }
        }
        let mut places = HashMap::new();
        let mut alike: Vec<Vec<usize>> = Vec::new();
        for (cell, class) in classes.into_iter().enumerate() {
            let place = *places.entry(class).or_insert(alike.len());
            match alike.get_mut(place) {
                Some(cells) => cells.push(cell),
                None => alike.push(vec![cell]),
            }
        }
        alike
    }

    /// In which cells a variable that has `width` of them can lie where a function is yes.
    pub fn reached(&self, node: Node, variable: Variable, width: usize) -> BTreeSet<usize> {
        let (mut reached, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![node]);
        while let Some(node) = open.pop().filter(|_| reached.len() < width) {
            match self.look(node).filter(|branch| branch.variable <= variable) {
                _ if node == Node::NO => {}
                // A reduced diagram leads to yes from every node but no.
                None => reached.extend(0..width),
                Some(branch) if branch.variable == variable => {
                    reached.extend((0..width).filter(|cell| branch.child(*cell) != Some(Node::NO)));
                }
                Some(branch) => open.extend(branch.children().filter(|child| seen.insert(*child))),
            }
        }
        reached
    }
}

/// How many variables are set, and how many of them had an answer: to answer is less than to change.
fn effort(settings: &Settings, now: &impl Fn(Variable) -> Now) -> (usize, usize) {
    let changed = settings.iter().filter(|(variable, _)| matches!(now(*variable), Now::Is(..)));
    (settings.len(), changed.count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bit(diagrams: &mut Diagrams, variable: u32) -> Node {
        diagrams.branch(Variable(variable), [Node::NO, Node::YES])
    }

    #[test]
    fn equal_functions_are_equal_nodes() {
        let mut diagrams = Diagrams::default();
        let (a, b) = (bit(&mut diagrams, 0), bit(&mut diagrams, 1));
        let either = diagrams.or(a, b);
        let neither = diagrams.not(either);
        let (not_a, not_b) = (diagrams.not(a), diagrams.not(b));
        assert_eq!(neither, diagrams.and(not_b, not_a));
        assert_eq!(diagrams.or(a, not_a), Node::YES);
        assert_eq!(diagrams.choose(a, b, b), b);
    }

    #[test]
    fn a_settled_variable_counts_only_where_it_does_not_matter() {
        let mut diagrams = Diagrams::default();
        let (a, b) = (bit(&mut diagrams, 0), bit(&mut diagrams, 1));
        let (both, either) = (diagrams.and(a, b), diagrams.or(a, b));
        assert_eq!(diagrams.for_all(both, &|variable| variable == Variable(1)), Node::NO);
        assert_eq!(diagrams.for_all(either, &|variable| variable == Variable(1)), a);
    }

    #[test]
    fn the_nearest_change_leaves_open_what_does_not_matter() {
        let mut diagrams = Diagrams::default();
        let (a, b, c) = (bit(&mut diagrams, 0), bit(&mut diagrams, 1), bit(&mut diagrams, 2));
        let both = diagrams.and(a, b);
        let node = diagrams.choose(c, both, b);
        let now = |variable: Variable| if variable == Variable(2) { Now::Closed } else { Now::Is(0, vec![1]) };
        assert_eq!(diagrams.nearest(node, &now), Some(vec![(Variable(0), 1), (Variable(1), 1)]));
        let answerable =
            |variable: Variable| if variable == Variable(2) { Now::Open(vec![0, 1]) } else { Now::Is(0, vec![1]) };
        assert_eq!(diagrams.nearest(node, &answerable).map(|changes| changes.len()), Some(2));
        assert_eq!(diagrams.nearest(node, &|_| Now::Closed), None);
    }

    #[test]
    fn restricting_and_answering_agree() {
        let mut diagrams = Diagrams::default();
        let color = diagrams.branch(Variable(1), [Node::NO, Node::YES, Node::NO]);
        let a = bit(&mut diagrams, 0);
        let node = diagrams.or(a, color);
        let restricted = diagrams.restrict(node, Variable(1), 1);
        assert_eq!(restricted, Node::YES);
        let restricted = diagrams.restrict(node, Variable(1), 2);
        assert_eq!(restricted, a);
        assert!(diagrams.answer(node, |variable| usize::from(variable == Variable(1))));
        assert_eq!(diagrams.support(node).into_iter().collect::<Vec<_>>(), [Variable(0), Variable(1)]);
    }
}
