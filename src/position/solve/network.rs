//! Flows through a network, and the minimum cut that the largest one ends at.

use std::collections::VecDeque;

use crate::value::short;

/// What flows: a number, or a weight of several levels.
pub trait Amount: Clone + Ord {
    /// Adds to it.
    fn give(&mut self, other: &Self);
    /// Takes away from it.
    fn take(&mut self, other: &Self);
}

impl Amount for i64 {
    fn give(&mut self, other: &i64) {
        *self += other;
    }

    fn take(&mut self, other: &i64) {
        *self -= other;
    }
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
    /// The arcs, by the node that they leave: each edge one way and the other.
    arcs: Vec<Arc<A>>,
    /// Where the arcs of each node begin.
    first: Vec<usize>,
    /// Where the arc of each edge is that runs its way.
    places: Vec<usize>,
    zero: A,
}

#[derive(Clone, Debug)]
struct Arc<A> {
    end: u32,
    /// Where the arc is that runs the other way.
    back: u32,
    /// Whether any amount fits through.
    endless: bool,
    /// What still fits through otherwise.
    room: A,
}

/// Where all flow comes from.
pub const SOURCE: usize = 0;

/// Where all flow goes to.
pub const SINK: usize = 1;

/// The level of a node that is not reached.
const BEYOND: u32 = u32::MAX;

impl<A: Amount> Network<A> {
    /// A network with edges from one node to another, of no width yet; nodes besides source and sink are numbered from 2.
    #[must_use]
    pub fn new(nodes: usize, edges: &[(usize, usize)], zero: &A) -> Network<A> {
        let mut first = vec![0; nodes + 3];
        for &(from, to) in edges {
            first[from + 1] += 1;
            first[to + 1] += 1;
        }
        for node in 0..nodes + 2 {
            first[node + 1] += first[node];
        }
        let blank = Arc { end: 0, back: 0, endless: false, room: zero.clone() };
        let mut network = Network { arcs: vec![blank; 2 * edges.len()], first, places: Vec::new(), zero: zero.clone() };
        let mut next = network.first.clone();
        for &(from, to) in edges {
            let (there, back) = (next[from], next[to] + usize::from(from == to));
            (network.arcs[there].end, network.arcs[there].back) = (short(to), short(back));
            (network.arcs[back].end, network.arcs[back].back) = (short(from), short(there));
            network.places.push(there);
            next[from] += 1;
            next[to] += 1;
        }
        network
    }

    /// How many edges there are.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.places.len()
    }

    /// What flows along an edge.
    #[must_use]
    pub fn flow(&self, edge: usize) -> &A {
        &self.arcs[self.arcs[self.places[edge]].back as usize].room
    }

    /// Makes an edge as wide as said, without a limit for none, of which so much is used.
    pub fn fit(&mut self, edge: usize, width: Option<A>, used: A) {
        let arc = &mut self.arcs[self.places[edge]];
        arc.endless = width.is_none();
        arc.room = width.unwrap_or_else(|| self.zero.clone());
        if !arc.endless {
            arc.room.take(&used);
        }
        let back = arc.back as usize;
        self.arcs[back].room = used;
    }

    /// Sends as much as possible from the source to the sink, on top of what flows already. Returns what the source still
    /// reaches then, and how many edges were looked at.
    pub fn fill(&mut self) -> (Vec<bool>, u64) {
        let mut looked = 0;
        loop {
            let levels = self.levels();
            looked += self.places.len() as u64;
            if levels[SINK] == BEYOND {
                return (levels.iter().map(|&level| level != BEYOND).collect(), looked);
            }
            self.push(&levels);
        }
    }

    fn is_open(&self, arc: usize) -> bool {
        self.arcs[arc].endless || self.arcs[arc].room > self.zero
    }

    /// The distance of each node from the source, over arcs that have room.
    fn levels(&self) -> Vec<u32> {
        let mut levels = vec![BEYOND; self.first.len() - 1];
        levels[SOURCE] = 0;
        let mut queue = VecDeque::from([SOURCE]);
        while let Some(node) = queue.pop_front() {
            for arc in self.first[node]..self.first[node + 1] {
                let end = self.arcs[arc].end as usize;
                if levels[end] == BEYOND && self.is_open(arc) {
                    levels[end] = levels[node] + 1;
                    if end == SINK {
                        // What is as far or farther leads to no shortest path.
                        return levels;
                    }
                    queue.push_back(end);
                }
            }
        }
        levels
    }

    /// Sends flow along shortest paths until none is left.
    fn push(&mut self, levels: &[u32]) {
        let mut next = self.first.clone();
        let mut path: Vec<usize> = Vec::new();
        let mut node = SOURCE;
        loop {
            if node == SINK {
                node = self.send(&mut path);
                continue;
            }
            let arc = next[node];
            if arc == self.first[node + 1] {
                // A dead end: the arc that led here is done with.
                let Some(back) = path.pop() else { return };
                node = self.arcs[self.arcs[back].back as usize].end as usize;
                next[node] += 1;
                continue;
            }
            let end = self.arcs[arc].end as usize;
            if levels[end] != BEYOND && levels[end] == levels[node] + 1 && self.is_open(arc) {
                path.push(arc);
                node = end;
            } else {
                next[node] += 1;
            }
        }
    }

    /// Sends as much along a path as fits, and shortens it to before the first arc that is full then. Returns where it ends.
    fn send(&mut self, path: &mut Vec<usize>) -> usize {
        let limited = path.iter().map(|&arc| &self.arcs[arc]).filter(|arc| !arc.endless);
        let flow = limited.map(|arc| &arc.room).min().cloned().unwrap_or_else(|| self.zero.clone());
        let mut full = 0;
        for (at, &arc) in path.iter().enumerate().rev() {
            let back = self.arcs[arc].back as usize;
            self.arcs[back].room.give(&flow);
            if !self.arcs[arc].endless {
                self.arcs[arc].room.take(&flow);
                if self.arcs[arc].room <= self.zero {
                    full = at;
                }
            }
        }
        let node = path.get(full).map_or(SOURCE, |&arc| self.arcs[self.arcs[arc].back as usize].end as usize);
        path.truncate(full);
        node
    }
}
