//! Branch and bound: whole variables are parted, below and above what a relaxation gives them.
//!
//! A search dives: of two branches it follows the one that is taken to cost less, and where that ends, it goes on with the
//! open node that promises most. Which variable to part is learned: what its branches cost is observed as the search goes,
//! and variables of which little is known are looked at a step ahead. What costs more than lies between bound and best
//! solution by itself is settled. Every bound is exact.

use std::collections::BTreeMap;
use std::rc::Rc;

use num_traits::ToPrimitive;

use super::effort::Effort;
use super::formulation::Row;
use super::tableau::{Bounds, Certified, End, Integers, PARTS, Tableau};

/// How a search ended.
#[derive(Debug)]
pub struct Searched {
    /// The cheapest solution that is cheaper than the one known, with what it costs.
    pub best: Option<(i128, Vec<i128>)>,
    /// No solution costs less.
    pub bound: i128,
    /// Whether it came to its end.
    pub complete: bool,
}

/// Searches for the cheapest solution, if there is one that costs less than `known`; by variable `ranks` says where it stands among
/// those to be parted, those with the least rank first, and for how many heads it counts.
#[must_use]
pub fn search(problem: &Integers, ranks: &[(usize, u64)], known: Option<i128>, effort: &mut Effort) -> Searched {
    if problem.rows.len().saturating_mul(problem.variables.len()) > MOST {
        return Searched { best: None, bound: 0, complete: false };
    }
    let bounds = problem.variables.iter().map(|&(_, most)| (0, most)).collect();
    let root = Node { tableau: Tableau::new(problem), bounds, path: None, bound: 0 };
    let (waiting, observed) = (Vec::new(), Observed::default());
    let mut search = Search { problem, ranks, root: None, best: None, known, waiting, left: None, observed, effort };
    let open = search.run(root);
    Searched { best: search.best, bound: open.or(search.known).unwrap_or(0), complete: open.is_none() }
}

/// Tableaus of more cells are not searched with: copies of them would take too much memory and time.
const MOST: usize = 4_000_000;

/// A branch: a variable within new bounds.
struct Branch {
    variable: usize,
    bounds: (i128, i128),
    before: Path,
}

type Path = Option<Rc<Branch>>;

/// A node that waits for its turn.
struct Waiting {
    path: Path,
    /// No solution below costs less.
    bound: i128,
}

/// A node to go on with.
#[derive(Clone)]
struct Node {
    tableau: Tableau,
    bounds: Bounds,
    path: Path,
    /// No solution below costs less.
    bound: i128,
}

/// The first node, once it is solved: what is settled in it holds everywhere.
struct Root {
    node: Node,
    certified: Certified,
}

enum Visit {
    /// Nothing better below this node.
    Closed,
    /// Branches take its place: one to follow, and perhaps one to wait.
    Parted(Box<Node>, Option<Waiting>),
    /// Nothing certain came of it: nothing below costs less than this.
    Left(i128),
}

/// How a variable could be parted.
struct Parting {
    variable: usize,
    /// The whole number below.
    floor: i128,
    /// How far the value lies above that.
    above: f64,
    /// For how many heads it counts.
    heads: f64,
}

struct Search<'a> {
    problem: &'a Integers,
    ranks: &'a [(usize, u64)],
    root: Option<Root>,
    best: Option<(i128, Vec<i128>)>,
    /// Only what costs less is of interest.
    known: Option<i128>,
    waiting: Vec<Waiting>,
    /// The least that something below a node that was left may cost.
    left: Option<i128>,
    observed: Observed,
    effort: &'a mut Effort,
}

/// What is as near to a whole number is taken for one.
const WHOLE: f64 = 1e-6;

impl Search<'_> {
    /// Searches below a node; what no open node undercuts, if one is left open.
    fn run(&mut self, root: Node) -> Option<i128> {
        let mut next = Some(root);
        while let Some(node) = next.take().or_else(|| self.resume()) {
            if !self.effort.node() {
                return Some(self.least_open(node.bound));
            }
            match self.visit(node) {
                Visit::Closed => {}
                Visit::Parted(follow, wait) => {
                    next = Some(*follow);
                    self.waiting.extend(wait);
                }
                Visit::Left(bound) => self.left = Some(self.left.map_or(bound, |left| left.min(bound))),
            }
        }
        self.left.filter(|&bound| self.is_promising(bound))
    }

    fn least_open(&self, bound: i128) -> i128 {
        self.waiting.iter().map(|node| node.bound).chain(self.left).fold(bound, i128::min)
    }

    /// The waiting node that promises most, as far as it still may hold something better.
    fn resume(&mut self) -> Option<Node> {
        let known = self.known;
        self.waiting.retain(|node| known.is_none_or(|known| node.bound < known));
        loop {
            let waiting = &self.waiting;
            let at = (0..waiting.len()).rev().min_by_key(|&at| waiting[at].bound)?;
            let node = self.waiting.swap_remove(at);
            if let Some(node) = self.reached(node) {
                return Some(node);
            }
        }
    }

    /// The node that branches lead to from the root; none if nothing is left there.
    fn reached(&self, Waiting { path, bound }: Waiting) -> Option<Node> {
        let mut node = Node { path, bound, ..self.root.as_ref()?.node.clone() };
        let mut at = node.path.as_ref();
        while let Some(branch) = at {
            let known = &mut node.bounds[branch.variable];
            *known = (known.0.max(branch.bounds.0), known.1.min(branch.bounds.1));
            at = branch.before.as_ref();
        }
        for (variable, &bounds) in node.bounds.iter().enumerate() {
            if bounds.0 > bounds.1 {
                return None;
            }
            node.tableau.bound(variable, bounds);
        }
        Some(node)
    }

    fn is_promising(&self, bound: i128) -> bool {
        self.known.is_none_or(|known| bound < known)
    }

    fn visit(&mut self, mut node: Node) -> Visit {
        match self.solve(&mut node) {
            None => return Visit::Left(node.bound),
            Some(false) => return Visit::Closed,
            Some(true) => {}
        }
        let values = node.tableau.values();
        let partings = self.partings(&values);
        if !partings.is_empty() {
            return self.part(node, &partings);
        }
        match self.solution(&values, &node.bounds) {
            Some((cost, solution)) => {
                self.keep(cost, solution);
                Visit::Closed
            }
            None => Visit::Left(node.bound),
        }
    }

    fn keep(&mut self, cost: i128, solution: Vec<i128>) {
        if !self.is_promising(cost) {
            return;
        }
        self.known = Some(cost);
        self.best = Some((cost, solution));
        if let Some(mut root) = self.root.take() {
            self.fix(&root.certified, &mut root.node);
            self.root = Some(root);
        }
    }

    /// Whether a node can hold something better; none if that did not come to an end.
    fn solve(&mut self, node: &mut Node) -> Option<bool> {
        match node.tableau.solve(self.problem, &node.bounds, self.effort) {
            End::Infeasible => Some(false),
            End::Unsettled => None,
            End::Optimal => {
                let certified = node.tableau.certify(self.problem, &node.bounds)?;
                node.bound = self.rounded(certified.total).max(node.bound);
                self.fix(&certified, node);
                let is_promising = self.is_promising(node.bound);
                self.root.get_or_insert_with(|| Root { node: node.clone(), certified });
                Some(is_promising)
            }
        }
    }

    /// Parts rounded up to what solutions can cost.
    fn rounded(&self, total: i128) -> i128 {
        let parts = PARTS * self.problem.step;
        -(-total).div_euclid(parts) * self.problem.step
    }

    /// Settles what would cost more than there is room for below the best solution.
    fn fix(&self, certified: &Certified, node: &mut Node) {
        let Some(known) = self.known else { return };
        let room = (known - self.problem.step) * PARTS - certified.total;
        if room < 0 {
            return;
        }
        for (variable, &more) in certified.besides.iter().enumerate().filter(|(_, more)| **more != 0) {
            let (least, most) = node.bounds[variable];
            let steps = room / more.abs();
            if steps < most - least {
                node.bounds[variable] = if more > 0 { (least, least + steps) } else { (most - steps, most) };
                node.tableau.bound(variable, node.bounds[variable]);
            }
        }
    }

    /// The variables of the first rank whose values are not whole.
    fn partings(&self, values: &[f64]) -> Vec<Parting> {
        let mut first = usize::MAX;
        let mut all = Vec::new();
        for (variable, &value) in values.iter().enumerate() {
            let (rank, heads) = self.ranks[variable];
            let above = value - value.floor();
            if (WHOLE..=1.0 - WHOLE).contains(&above) && rank <= first {
                if rank < first {
                    all.clear();
                }
                first = rank;
                all.extend(value.floor().to_i128().map(|floor| Parting {
                    variable,
                    floor,
                    above,
                    heads: heads as f64,
                }));
            }
        }
        all
    }

    /// Whole values, and what they cost; none if they do not fulfil the rows.
    fn solution(&self, values: &[f64], bounds: &Bounds) -> Option<(i128, Vec<i128>)> {
        let whole: Vec<i128> = values.iter().map(|value| value.round().to_i128()).collect::<Option<_>>()?;
        let sum = |row: &Row| row.terms.iter().map(|&(variable, factor)| factor * whole[variable]).sum::<i128>();
        let is_within = whole.iter().zip(bounds).all(|(value, (least, most))| least <= value && value <= most);
        let is_fulfilled = self.problem.rows.iter().all(|row| sum(row) <= row.limit);
        let cost = self.problem.variables.iter().zip(&whole).map(|((cost, _), value)| cost * value).sum();
        (is_within && is_fulfilled).then_some((cost, whole))
    }

    /// Parts a node by the variable whose branches are taken to cost most, both of them.
    fn part(&mut self, node: Node, partings: &[Parting]) -> Visit {
        let mut order: Vec<(f64, &Parting)> =
            partings.iter().map(|parting| (self.observed.score(parting), parting)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut unknown = LOOKS;
        for (score, parting) in &mut order {
            if unknown > 0 && !self.observed.is_known(parting.variable) {
                unknown -= 1;
                match self.look(&node, parting) {
                    Look::Settled(branch) => return Visit::Parted(branch, None),
                    Look::Open => *score = self.observed.score(parting),
                    Look::Closed => return Visit::Closed,
                }
            }
        }
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        let Some((_, parting)) = order.first() else { return Visit::Left(node.bound) };
        let (below, above) = self.observed.costs(parting);
        let path = Some(Rc::new(branch(&node, parting, below > above)));
        let wait = Waiting { path, bound: node.bound };
        Visit::Parted(Box::new(follow(node, parting, below <= above)), Some(wait))
    }

    /// Looks at both branches a step ahead; what they cost is observed.
    fn look(&mut self, node: &Node, parting: &Parting) -> Look {
        let before = self.cost(node);
        let mut open = Vec::new();
        for below in [true, false] {
            self.effort.work(node.tableau.size());
            let mut branch = follow(node.clone(), parting, below);
            match self.solve(&mut branch) {
                None => open.push(branch),
                Some(false) => {}
                Some(true) => {
                    self.observed.record(parting, below, self.cost(&branch) - before);
                    open.push(branch);
                }
            }
        }
        match (open.pop(), open.pop()) {
            (None, _) => Look::Closed,
            (Some(branch), None) => Look::Settled(Box::new(branch)),
            (Some(_), Some(_)) => Look::Open,
        }
    }

    /// What the values of a node cost, for comparisons.
    fn cost(&self, node: &Node) -> f64 {
        let values = node.tableau.values();
        values.iter().zip(&self.problem.variables).map(|(value, (cost, _))| value * *cost as f64).sum()
    }
}

/// At one node no more variables than this are looked at a step ahead.
const LOOKS: usize = 4;

/// What a look ahead shows.
enum Look {
    /// Neither branch holds anything better.
    Closed,
    /// This one alone does.
    Settled(Box<Node>),
    /// Both may.
    Open,
}

fn branch(node: &Node, parting: &Parting, below: bool) -> Branch {
    let (least, most) = node.bounds[parting.variable];
    let bounds = if below { (least, parting.floor) } else { (parting.floor + 1, most) };
    Branch { variable: parting.variable, bounds, before: node.path.clone() }
}

fn follow(mut node: Node, parting: &Parting, below: bool) -> Node {
    let branch = branch(&node, parting, below);
    node.bounds[branch.variable] = branch.bounds;
    node.tableau.bound(branch.variable, branch.bounds);
    node.path = Some(Rc::new(branch));
    node
}

/// What branches of each variable cost so far.
#[derive(Default)]
struct Observed {
    /// By variable, and whether below: the sum of what one unit cost, and how often.
    of: BTreeMap<(usize, bool), (f64, f64)>,
    all: (f64, f64),
}

impl Observed {
    fn record(&mut self, parting: &Parting, below: bool, rise: f64) {
        let way = if below { parting.above } else { 1.0 - parting.above };
        let per_unit = rise.max(0.0) / way.max(WHOLE);
        let known = self.of.entry((parting.variable, below)).or_default();
        *known = (known.0 + per_unit, known.1 + 1.0);
        self.all = (self.all.0 + per_unit / parting.heads, self.all.1 + 1.0);
    }

    fn is_known(&self, variable: usize) -> bool {
        [true, false].iter().all(|below| self.of.get(&(variable, *below)).is_some_and(|known| known.1 >= RELIABLE))
    }

    /// What the branches below and above are taken to cost.
    fn costs(&self, parting: &Parting) -> (f64, f64) {
        let unit = |below: bool| match self.of.get(&(parting.variable, below)) {
            Some((sum, count)) => sum / count,
            None if self.all.1 > 0.0 => self.all.0 / self.all.1 * parting.heads,
            None => parting.heads,
        };
        (unit(true) * parting.above, unit(false) * (1.0 - parting.above))
    }

    fn score(&self, parting: &Parting) -> f64 {
        let (below, above) = self.costs(parting);
        below.max(WHOLE) * above.max(WHOLE)
    }
}

/// As many observations are relied on.
const RELIABLE: f64 = 2.0;
