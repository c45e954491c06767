//! Flows through a network, and the minimum cut that the largest one ends at.

use std::collections::VecDeque;

/// What flows: a number, or a weight of several levels.
pub trait Amount: Clone + Ord {
    /// Adds to it.
    fn give(&mut self, other: &Self);
    /// Takes away from it.
    fn take(&mut self, other: &Self);
}

impl Amount for i128 {
    fn give(&mut self, other: &i128) {
        *self += other;
    }

    fn take(&mut self, other: &i128) {
        *self -= other;
    }
}

impl Amount for Vec<i128> {
    fn give(&mut self, other: &Vec<i128>) {
        self.iter_mut().zip(other).for_each(|(level, other)| *level += other);
    }

    fn take(&mut self, other: &Vec<i128>) {
        self.iter_mut().zip(other).for_each(|(level, other)| *level -= other);
    }
}

/// Nodes and edges, and what flows along them. Node 0 is the source, node 1 the sink.
#[derive(Clone, Debug)]
pub struct Network<A> {
    /// The end of each edge; the edge with the last bit flipped runs the other way.
    ends: Vec<usize>,
    /// What still fits through; none where there is no limit.
    room: Vec<Option<A>>,
    /// Where the edges of each node begin in `order`, once all are there.
    first: Vec<usize>,
    /// The edges, by the node that they leave.
    order: Vec<usize>,
    nodes: usize,
    zero: A,
}

/// Where all flow comes from.
pub const SOURCE: usize = 0;

/// Where all flow goes to.
pub const SINK: usize = 1;

impl<A: Amount> Network<A> {
    /// A network without edges; further nodes are numbered from 2.
    #[must_use]
    pub fn new(nodes: usize, zero: A) -> Network<A> {
        Network { ends: Vec::new(), room: Vec::new(), first: Vec::new(), order: Vec::new(), nodes: nodes + 2, zero }
    }

    /// An edge, as wide as said; it is known by the number returned.
    pub fn join(&mut self, from: usize, to: usize, room: Option<A>) -> usize {
        let edge = self.ends.len();
        self.ends.extend([to, from]);
        self.room.extend([room, Some(self.zero.clone())]);
        edge
    }

    /// Sorts the edges by the node that they leave.
    fn sort(&mut self) {
        if self.order.len() == self.ends.len() {
            return;
        }
        self.first = vec![0; self.nodes + 1];
        for edge in 0..self.ends.len() {
            self.first[self.ends[edge ^ 1] + 1] += 1;
        }
        for node in 0..self.nodes {
            self.first[node + 1] += self.first[node];
        }
        let mut next = self.first.clone();
        self.order = vec![0; self.ends.len()];
        for edge in 0..self.ends.len() {
            let from = self.ends[edge ^ 1];
            self.order[next[from]] = edge;
            next[from] += 1;
        }
    }

    /// The edges that leave a node.
    fn leaving(&self, node: usize) -> &[usize] {
        &self.order[self.first[node]..self.first[node + 1]]
    }

    /// What flows along an edge.
    #[must_use]
    pub fn flow(&self, edge: usize) -> A {
        self.room[edge ^ 1].clone().unwrap_or_else(|| self.zero.clone())
    }

    /// Makes an edge as wide as said, without a limit for none, of which so much is used.
    pub fn fit(&mut self, edge: usize, width: Option<A>, used: A) {
        self.room[edge] = width.map(|mut width| {
            width.take(&used);
            width
        });
        self.room[edge ^ 1] = Some(used);
    }

    /// Sends as much as possible from the source to the sink, on top of what flows already. Returns what the source still
    /// reaches then, and how many edges were looked at.
    pub fn fill(&mut self) -> (Vec<bool>, u64) {
        self.sort();
        let mut looked = 0;
        loop {
            let levels = self.levels();
            looked += self.ends.len() as u64;
            if levels[SINK].is_none() {
                return (levels.iter().map(Option::is_some).collect(), looked);
            }
            let mut next = self.first.clone();
            while self.push(&levels, &mut next) {}
        }
    }

    fn open(&self, edge: usize) -> bool {
        self.room[edge].as_ref().is_none_or(|room| *room > self.zero)
    }

    /// The distance of each node from the source, over edges that have room.
    fn levels(&self) -> Vec<Option<usize>> {
        let mut levels = vec![None; self.nodes];
        levels[SOURCE] = Some(0);
        let mut queue = VecDeque::from([(SOURCE, 0)]);
        while let Some((node, level)) = queue.pop_front() {
            for &edge in self.leaving(node) {
                let end = self.ends[edge];
                if levels[end].is_none() && self.open(edge) {
                    levels[end] = Some(level + 1);
                    if end == SINK {
                        // What is as far or farther leads to no shortest path.
                        return levels;
                    }
                    queue.push_back((end, level + 1));
                }
            }
        }
        levels
    }

    /// Sends flow along one shortest path; whether there was one left.
    fn push(&mut self, levels: &[Option<usize>], next: &mut [usize]) -> bool {
        let mut path: Vec<usize> = Vec::new();
        let mut node = SOURCE;
        while node != SINK {
            let Some(&edge) = self.order[..self.first[node + 1]].get(next[node]) else {
                // A dead end: the edge that led here is done with.
                let Some(back) = path.pop() else { return false };
                node = self.ends[back ^ 1];
                next[node] += 1;
                continue;
            };
            let end = self.ends[edge];
            let onward = levels[end].is_some() && levels[end] == levels[node].map(|level| level + 1);
            if onward && self.open(edge) {
                path.push(edge);
                node = end;
            } else {
                next[node] += 1;
            }
        }
        let narrow = path.iter().filter_map(|&edge| self.room[edge].as_ref()).min().cloned();
        let Some(flow) = narrow else { return false };
        for edge in path {
            if let Some(room) = &mut self.room[edge] {
                room.take(&flow);
            }
            if let Some(room) = &mut self.room[edge ^ 1] {
                room.give(&flow);
            }
        }
        true
    }
}
