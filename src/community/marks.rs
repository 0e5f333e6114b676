//! Nodes that are marked, a bit each, by several threads at once.

use std::ops::Range;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// A set of nodes.
pub(super) struct Marks(Vec<AtomicU64>);

impl Marks {
    pub(super) fn none(node_count: usize) -> Marks {
        Marks((0..node_count.div_ceil(64)).map(|_| AtomicU64::new(0)).collect())
    }

    pub(super) fn all(node_count: usize) -> Marks {
        let word = |at: usize| u64::MAX >> (64 - (node_count - 64 * at).min(64));
        Marks((0..node_count.div_ceil(64)).map(word).map(AtomicU64::new).collect())
    }

    /// One node in `share`, neighbors in number together; which ones follows from the seed.
    pub(super) fn some(node_count: usize, share: usize, seed: u64) -> Marks {
        let mut marks = Marks::all(node_count);
        let first = seed as usize % share;
        let others = marks.0.iter_mut().enumerate().filter(|(at, _)| at % share != first);
        others.for_each(|(_, word)| *word.get_mut() = 0);
        marks
    }

    #[inline]
    pub(super) fn has(&self, u: u32) -> bool {
        self.0[u as usize / 64].load(Relaxed) >> (u % 64) & 1 != 0
    }

    /// Marks a node; looking first does not take the word away from other threads.
    #[inline]
    pub(super) fn set(&self, u: u32) {
        if !self.has(u) {
            self.0[u as usize / 64].fetch_or(1 << (u % 64), Relaxed);
        }
    }

    #[inline]
    pub(super) fn clear(&mut self, u: u32) {
        *self.0[u as usize / 64].get_mut() &= !(1 << (u % 64));
    }

    /// How many are marked.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.load(Relaxed).count_ones() as usize).sum()
    }

    /// The first that is marked in a range.
    #[inline]
    pub(super) fn first(&self, range: Range<usize>) -> Option<usize> {
        let mut from = range.start;
        while from < range.end {
            let word = self.0[from / 64].load(Relaxed) >> (from % 64);
            if word != 0 {
                let found = from + word.trailing_zeros() as usize;
                return (found < range.end).then_some(found);
            }
            from = (from / 64 + 1) * 64;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_in_order_within_their_range() {
        let mut marks = Marks::none(200);
        [3, 63, 64, 190].into_iter().for_each(|u| marks.set(u));
        let find = |range| Marks::first(&marks, range);
        assert_eq!(
            [find(0..200), find(4..200), find(64..65), find(65..190), find(65..191)],
            [Some(3), Some(63), Some(64), None, Some(190)]
        );
        marks.clear(63);
        assert_eq!((marks.count(), marks.has(63), marks.has(64)), (3, false, true));
        assert_eq!((Marks::all(130).count(), Marks::all(0).count(), Marks::all(64).count()), (130, 0, 64));
        let some = Marks::some(200, 2, 1);
        assert_eq!((some.count(), some.has(63), some.has(64), some.has(199)), (72, false, true, true));
    }
}
