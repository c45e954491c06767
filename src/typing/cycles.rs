//! Circles in what refers to what, and an order in which everything comes after what it refers to.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// One thing refers to another.
#[derive(Clone, Copy)]
pub(super) struct Edge<N> {
    /// What refers.
    pub from: N,
    /// What it refers to.
    pub to: N,
    /// Where it does.
    pub span: Span,
}

/// What a walk along all edges finds.
pub(super) struct Walk<N> {
    /// Every node with an edge, those it refers to before it (circles aside).
    pub order: Vec<N>,
    /// The circles, each as the edges along it; every set of circles that share nodes gives at least one.
    pub circles: Vec<Vec<Edge<N>>>,
}

/// Walks along the edges, deepest first, without recursion: chains may be long.
pub(super) fn walk<N: Copy + Ord>(edges: &[Edge<N>]) -> Walk<N> {
    let mut outgoing: BTreeMap<N, Vec<Edge<N>>> = BTreeMap::new();
    for edge in edges {
        outgoing.entry(edge.from).or_default().push(*edge);
    }
    let (mut found, mut done) = (Walk { order: Vec::new(), circles: Vec::new() }, BTreeSet::new());
    for start in outgoing.keys() {
        if !done.contains(start) {
            descend(*start, &outgoing, &mut done, &mut found);
        }
    }
    found
}

/// A node on the way down, the edge that led to it and how many of its edges are walked.
struct Step<N> {
    node: N,
    along: Option<Edge<N>>,
    walked: usize,
}

fn descend<N: Copy + Ord>(start: N, outgoing: &BTreeMap<N, Vec<Edge<N>>>, done: &mut BTreeSet<N>, found: &mut Walk<N>) {
    let (mut way, mut on_way) = (vec![Step { node: start, along: None, walked: 0 }], BTreeSet::from([start]));
    while let Some(step) = way.last_mut() {
        let next = outgoing.get(&step.node).and_then(|edges| edges.get(step.walked)).copied();
        step.walked += 1;
        match next {
            Some(edge) if on_way.contains(&edge.to) => found.circles.push(circle(&way, edge)),
            Some(edge) if done.contains(&edge.to) => {}
            Some(edge) => {
                on_way.insert(edge.to);
                way.push(Step { node: edge.to, along: Some(edge), walked: 0 });
            }
            None => {
                let node = step.node;
                way.pop();
                on_way.remove(&node);
                done.insert(node);
                found.order.push(node);
            }
        }
    }
}

/// The edges from the node that `last` leads back to, down the way, and `last` itself.
fn circle<N: Copy + Ord>(way: &[Step<N>], last: Edge<N>) -> Vec<Edge<N>> {
    let below = way.iter().skip_while(|step| step.node != last.to).skip(1);
    below.filter_map(|step| step.along).chain([last]).collect()
}

/// How many ends of a circle are shown beside the first.
const READ: usize = 20;

impl Checker<'_> {
    /// Reports each circle at its first end, with a label at others as far as they are read.
    pub(super) fn circles<N: Copy>(
        &mut self,
        code: Code,
        circles: Vec<Vec<Edge<N>>>,
        (message, verb, help): (&str, &str, &str),
        name: impl Fn(N) -> String,
    ) {
        for circle in circles {
            let mut ends =
                circle.iter().map(|edge| (edge.span, format!("`{}` {verb} `{}`", name(edge.from), name(edge.to))));
            let Some((span, label)) = ends.next() else { continue };
            let error = Diagnostic::error(code, message).at(span, label).help(help);
            let error = ends.take(READ).fold(error, |error, (span, label)| error.because(span, label));
            self.diagnostics.push(error);
        }
    }
}
