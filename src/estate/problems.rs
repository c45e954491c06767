//! What is wrong with an estate, as far as anyone would read it.

use crate::diagnostic::Diagnostic;

/// The problems that are found first.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// Each; the last stands for all that follow, so that an estate of which every row is wrong does not fill the memory.
    pub kept: Vec<Diagnostic>,
}

/// How many problems are kept.
const MOST: usize = 100_000;

impl Problems {
    /// Adds a problem.
    pub fn push(&mut self, problem: Diagnostic) {
        let is_full = self.kept.len() >= MOST;
        match self.kept.last_mut() {
            // An error is not told by a warning.
            Some(last) if is_full && last.severity <= problem.severity => {
                last.count = last.count.saturating_add(problem.count);
            }
            Some(_) | None => self.kept.push(problem),
        }
    }

    /// Adds several.
    pub fn extend(&mut self, problems: impl IntoIterator<Item = Diagnostic>) {
        problems.into_iter().for_each(|problem| self.push(problem));
    }
}
