//! Sets of numbers that grow together.

/// Disjoint sets of the numbers up to a length.
#[derive(Debug)]
pub struct Union(Vec<usize>);

impl Union {
    /// Each number by itself.
    pub fn new(length: usize) -> Union {
        Union((0..length).collect())
    }

    /// The least number of a set.
    pub fn root(&mut self, mut index: usize) -> usize {
        while self.0[index] != index {
            self.0[index] = self.0[self.0[index]];
            index = self.0[index];
        }
        index
    }

    /// Makes the sets of two numbers one.
    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }

    /// The sets, each ascending, in the order of their least members.
    pub fn classes(mut self) -> Vec<Vec<usize>> {
        let mut classes: Vec<Vec<usize>> = Vec::new();
        // By root: the place of its class.
        let mut places = vec![0; self.0.len()];
        for index in 0..self.0.len() {
            let root = self.root(index);
            if root == index {
                places[root] = classes.len();
                classes.push(Vec::new());
            }
            classes[places[root]].push(index);
        }
        classes
    }
}
