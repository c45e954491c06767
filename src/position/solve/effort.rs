//! The effort that a search may take: counted steps, so that the same input ends the same way on
//! every machine.

/// Counts steps against a limit.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    limit: u64,
    spent: u64,
    terms: u64,
}

/// Rewritten terms of a linear program that count as one step.
const TERMS: u64 = 1_000;

impl Effort {
    /// None spent yet.
    #[must_use]
    pub fn new(limit: u64) -> Effort {
        Effort { limit, spent: 0, terms: 0 }
    }

    /// The steps counted.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// Counts what was spent elsewhere.
    pub fn add(&mut self, other: Effort) {
        self.spent = self.spent.saturating_add(other.spent);
    }

    /// Does something within a part of what is left, one in so many.
    pub fn spend<T>(&mut self, part: u64, work: impl FnOnce(&mut Effort) -> T) -> T {
        let mut own = Effort::new(self.limit.saturating_sub(self.spent) / part);
        let done = work(&mut own);
        self.add(own);
        done
    }

    /// Counts one node of a search; whether there is effort left.
    pub fn node(&mut self) -> bool {
        self.spent = self.spent.saturating_add(1);
        self.spent <= self.limit
    }

    /// Counts terms of a linear program; whether there is effort left.
    pub fn work(&mut self, terms: u64) -> bool {
        self.terms = self.terms.saturating_add(terms);
        self.spent = self.spent.saturating_add(self.terms / TERMS);
        self.terms %= TERMS;
        self.spent <= self.limit
    }
}
