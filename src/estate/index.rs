//! Entries found by a hash: which of many things has a text or a key.
//!
//! The things themselves stand elsewhere, one after the other; the index holds for each its number and half of its hash.
//! So a look costs one line of memory here and one there, and looks that do not depend on each other overlap.

use foldhash::fast::FixedState;
use std::hash::{BuildHasher, Hash};
use std::hint::black_box;

/// Numbers by hash, in open addressing: a slot holds the upper half of a hash above one more than a number, or nothing.
#[derive(Debug, Clone)]
pub(super) struct Index {
    slots: Vec<u64>,
    entries: usize,
    /// By how much a half of a hash is shifted to be the place of a slot.
    shift: u32,
}

/// The hash of a text or a key: the same in every run.
pub(super) fn hash<T: Hash + ?Sized>(thing: &T) -> u64 {
    FixedState::default().hash_one(thing)
}

const FEWEST: u32 = 4;

impl Default for Index {
    fn default() -> Self {
        Index::of_bits(FEWEST)
    }
}

impl Index {
    fn of_bits(bits: u32) -> Index {
        Index { slots: vec![0; 1 << bits], entries: 0, shift: u32::BITS - bits }
    }

    /// The number of the thing that has a hash and is the one.
    pub fn find(&self, hash: u64, is: impl Fn(usize) -> bool) -> Option<usize> {
        let upper = hash >> 32;
        let mut place = self.place(upper);
        loop {
            let slot = self.slots.get(place).copied().unwrap_or(0);
            let number = (slot & LOWER) as usize;
            if number == 0 {
                return None;
            }
            if slot >> 32 == upper && is(number - 1) {
                return Some(number - 1);
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
    }

    /// For each hash the number of the thing that most likely has it, if any has. Nothing is decided so: but all looks wait
    /// for memory at the same time, and where those things are touched next, they do so again.
    pub fn likely(&self, hashes: &[u64], numbers: &mut Vec<Option<usize>>) {
        self.touch(hashes);
        numbers.clear();
        numbers.extend(hashes.iter().map(|hash| self.find(*hash, |_| true)));
    }

    /// Has the memory come in which things of these hashes are looked for soon, all of it at the same time.
    pub fn touch(&self, hashes: &[u64]) {
        let slots = hashes.iter().filter_map(|hash| self.slots.get(self.place(hash >> 32)));
        black_box(slots.fold(0, |all, slot| all ^ slot));
    }

    /// Enters a thing that is not there yet, by its number, which is less than 2^32 - 1.
    pub fn enter(&mut self, hash: u64, number: usize) {
        if self.entries * 2 >= self.slots.len() && self.shift > 0 {
            self.grow();
        }
        self.entries += 1;
        self.put(hash & !LOWER | (number as u64 + 1) & LOWER);
    }

    /// Makes room for so many things in an index that has none yet: as it grows, all are entered anew each time.
    pub fn reserve(&mut self, entries: usize) {
        let bits = (2 * entries).checked_ilog2().unwrap_or(FEWEST).clamp(FEWEST, u32::BITS - 1);
        if self.entries == 0 {
            *self = Index::of_bits(bits);
        }
    }

    fn grow(&mut self) {
        self.shift -= 1;
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![0; old.len() * 2];
        old.into_iter().filter(|slot| *slot != 0).for_each(|slot| self.put(slot));
    }

    fn put(&mut self, filled: u64) {
        let mut place = self.place(filled >> 32);
        while let Some(slot) = self.slots.get_mut(place) {
            if *slot == 0 {
                *slot = filled;
                return;
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
    }

    fn place(&self, upper: u64) -> usize {
        usize::try_from(upper >> self.shift).unwrap_or(0)
    }
}

const LOWER: u64 = u32::MAX as u64;
