//! What is wrong with an estate, as far as anyone would read it.

use crate::diagnostic::{Diagnostic, Severity};

/// The problems that are found first.
#[derive(Debug)]
pub(super) struct Problems {
    /// Each; the last stands for all that follow, so that an estate of which every row is wrong does not fill the memory.
    pub kept: Vec<Diagnostic>,
    /// How many were found, kept or not.
    pub found: usize,
    /// How many are kept.
    most: usize,
}

/// How many problems are kept.
const MOST: usize = 100_000;

/// How many problems are kept of a table that is read piece by piece.
const MOST_OF_TABLE: usize = 1_000;

impl Default for Problems {
    fn default() -> Self {
        Problems { kept: Vec::new(), found: 0, most: MOST }
    }
}

impl From<Vec<Diagnostic>> for Problems {
    fn from(kept: Vec<Diagnostic>) -> Self {
        Problems { kept, ..Problems::default() }
    }
}

impl Problems {
    /// From here on problems are those of one table read piece by piece, or of none.
    pub fn of_table(&mut self, is_one: bool) {
        self.most = if is_one { MOST.min(self.kept.len() + MOST_OF_TABLE) } else { MOST };
    }

    /// Adds an error, which is put into words only where it is kept: of a table in which every row is wrong, most are not.
    pub fn add(&mut self, error: impl FnOnce() -> Diagnostic) {
        if self.only_counts() {
            self.count(1);
            self.found += 1;
        } else {
            self.push(error());
        }
    }

    /// Adds a problem.
    pub fn push(&mut self, problem: Diagnostic) {
        self.found += 1;
        let is_full = self.kept.len() >= self.most;
        match self.kept.last_mut() {
            // An error is not told by a warning.
            Some(last) if is_full && last.severity <= problem.severity => {
                last.count = last.count.saturating_add(problem.count);
            }
            Some(_) | None => self.kept.push(problem),
        }
    }

    /// Whether errors are only counted from here on.
    pub fn only_counts(&self) -> bool {
        self.kept.len() >= self.most && self.kept.last().is_some_and(|last| last.severity == Severity::Error)
    }

    /// Counts further problems of a table in which some are kept already.
    pub fn count(&mut self, problems: u32) {
        self.kept.last_mut().into_iter().for_each(|last| last.count = last.count.saturating_add(problems));
    }

    /// Adds several.
    pub fn extend(&mut self, problems: impl IntoIterator<Item = Diagnostic>) {
        problems.into_iter().for_each(|problem| self.push(problem));
    }
}
