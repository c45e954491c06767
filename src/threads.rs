//! Work divided among threads, so that what comes of it does not depend on how many there are.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::thread::{self, Builder, ScopedJoinHandle};

/// How many threads may work at the same time; one where nothing else is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threads(pub NonZeroUsize);

impl Default for Threads {
    fn default() -> Self {
        Threads(NonZeroUsize::MIN)
    }
}

/// As much as the first thread of a program has.
const STACK: usize = 8 * 1_024 * 1_024;

impl Threads {
    /// Whether all work is done by the thread that asks for it.
    pub fn is_one(self) -> bool {
        self.0 == NonZeroUsize::MIN
    }

    /// Does pieces of work that do not depend on each other. The results are in the order of the pieces.
    pub fn each<T: Send>(self, pieces: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let threads = self.0.get().min(pieces);
        if threads < 2 {
            return (0..pieces).map(work).collect();
        }
        let share = |first: usize| (first..pieces).step_by(threads).map(&work).collect::<Vec<T>>();
        let mut shares: Vec<_> = thread::scope(|scope| {
            let begun =
                |first| Builder::new().stack_size(STACK).spawn_scoped(scope, move || share(first)).map_err(|_| first);
            let others: Vec<Result<ScopedJoinHandle<'_, Vec<T>>, usize>> = (1..threads).map(begun).collect();
            // Where no further thread can be had, this one does its share.
            let done = |other: Result<ScopedJoinHandle<'_, Vec<T>>, usize>| match other {
                Ok(other) => other.join().unwrap_or_else(|panic| resume_unwind(panic)),
                Err(first) => share(first),
            };
            let own = share(0);
            std::iter::once(own).chain(others.into_iter().map(done)).map(Vec::into_iter).collect()
        });
        (0..pieces).filter_map(|piece| shares.get_mut(piece % threads)?.next()).collect()
    }
}
