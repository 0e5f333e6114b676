//! Nodes that are marked by several threads at once.

use std::iter::repeat_n;
use std::ops::Range;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::Relaxed;

/// Nodes that are chosen together.
const RANGE: usize = 64;

/// Threads that do not come into each other's way, and marks that they keep away from each other.
const THREADS: usize = 16;
const LINE: usize = 128;

/// A set of nodes: a byte each, which a thread marks without looking, so that it does not wait for the others.
pub(super) struct Marks(Vec<AtomicU8>);

impl Marks {
    fn new(node_count: usize, is_marked: impl Fn(usize) -> bool) -> Marks {
        let others = repeat_n(false, LINE * (THREADS + 1));
        Marks(
            (0..node_count)
                .map(is_marked)
                .chain(others)
                .map(|is_marked| AtomicU8::new(is_marked.into()))
                .collect(),
        )
    }

    pub(super) fn none(node_count: usize) -> Marks {
        Marks::new(node_count, |_| false)
    }

    pub(super) fn all(node_count: usize) -> Marks {
        Marks::new(node_count, |_| true)
    }

    /// One node in `share`, neighbors in number together; which ones follows from the seed.
    pub(super) fn some(node_count: usize, share: usize, seed: u64) -> Marks {
        let first = seed as usize % share;
        Marks::new(node_count, |u| u / RANGE % share == first)
    }

    #[inline]
    pub(super) fn has(&self, u: u32) -> bool {
        self.0[u as usize].load(Relaxed) != 0
    }

    #[inline]
    pub(super) fn set(&self, u: u32) {
        self.0[u as usize].store(1, Relaxed);
    }

    /// What a thread marks in place of a node whom it does not want to mark: nobody, and by itself in its cache lines.
    pub(super) fn nobody(&self) -> u32 {
        let thread = rayon::current_thread_index().unwrap_or(0) % THREADS;
        (self.node_count() + LINE * (thread + 1)) as u32
    }

    fn node_count(&self) -> usize {
        self.0.len() - LINE * (THREADS + 1)
    }

    #[inline]
    pub(super) fn clear(&mut self, u: u32) {
        *self.0[u as usize].get_mut() = 0;
    }

    /// How many are marked.
    pub(super) fn count(&self) -> usize {
        let nodes = &self.0[..self.node_count()];
        nodes.iter().map(|mark| usize::from(mark.load(Relaxed))).sum()
    }

    /// The first that is marked in a range.
    #[inline]
    pub(super) fn first(&self, range: Range<usize>) -> Option<usize> {
        let found = self.0[range.clone()].iter().position(|mark| mark.load(Relaxed) != 0)?;
        Some(range.start + found)
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
