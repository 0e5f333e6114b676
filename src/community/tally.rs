//! Weights added up by community, for one node at a time.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Stands for no community.
pub(super) const NONE: u32 = u32::MAX;

/// Sums by key, in a table that is as small as the row allows, so that it stays in the nearest cache.
///
/// Where the keys of a row are and whether they came before cannot be foreseen: so they are all fetched before the first
/// is added, and adding has no branch for a key that is new.
#[derive(Default)]
pub(super) struct Tally {
    /// Found from the hash of the key on; four times as many as there are keys, or more, so that few share a slot.
    slots: Vec<Slot>,
    /// The slots that are taken, in the order in which their keys came, and how many these are.
    taken: Vec<u32>,
    count: usize,
    shift: u32,
    /// The keys of the row.
    keys: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Slot {
    key: u32,
    sum: f64,
}

const FREE: Slot = Slot { key: NONE, sum: 0.0 };

impl Tally {
    /// Empties the table and makes room for so many keys.
    #[inline]
    fn begin(&mut self, keys: usize) {
        for &slot in &self.taken[..self.count] {
            self.slots[slot as usize] = FREE;
        }
        self.count = 0;
        let bits = (4 * keys).next_power_of_two().trailing_zeros().max(3);
        self.shift = u32::BITS - bits;
        if self.slots.len() < 1 << bits {
            self.slots = vec![FREE; 1 << bits];
            self.taken = vec![0; (1 << bits) / 4 + 1];
        }
    }

    /// Sums over some rows of arcs: each a row of neighbors, whose weights are 1 where there are none, by the key of the
    /// neighbor; there are at most `bound` keys.
    #[inline]
    pub(super) fn sum<'a, W: Copy + Into<f64> + 'a>(
        &mut self,
        rows: impl Iterator<Item = (&'a [u32], Option<&'a [W]>)> + Clone,
        bound: usize,
        key: impl Fn(u32) -> u32 + Copy,
    ) {
        let length: usize = rows.clone().map(|(row, _)| row.len()).sum();
        self.begin(length.min(bound));
        for (row, weights) in rows {
            let mut keys = std::mem::take(&mut self.keys);
            keys.clear();
            keys.extend(row.iter().map(|&v| key(v)));
            match weights {
                None => keys.iter().for_each(|&key| self.add(key, 1.0)),
                Some(weights) => {
                    keys.iter().zip(weights).for_each(|(&key, &weight)| self.add(key, weight.into()))
                }
            }
            self.keys = keys;
        }
    }

    /// The slot of the key, or the free one where it belongs.
    #[inline]
    fn find(&self, key: u32) -> usize {
        let mask = (1 << (u32::BITS - self.shift)) - 1;
        let mut at = (key.wrapping_mul(0x9E37_79B1) >> self.shift) as usize;
        while self.slots[at].key != key && self.slots[at].key != NONE {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    fn add(&mut self, key: u32, weight: f64) {
        let at = self.find(key);
        let slot = &mut self.slots[at];
        self.taken[self.count] = at as u32;
        self.count += usize::from(slot.key == NONE);
        *slot = Slot { key, sum: slot.sum + weight };
    }

    /// The sum of a key, 0 where nothing was added.
    #[inline]
    pub(super) fn get(&self, key: u32) -> f64 {
        self.slots[self.find(key)].sum
    }

    /// Keys and sums, in the order in which the keys came.
    #[inline]
    pub(super) fn sums(&self) -> impl Iterator<Item = (u32, f64)> {
        self.taken[..self.count].iter().map(|&at| self.slots[at as usize]).map(|slot| (slot.key, slot.sum))
    }
}

/// A workspace for each thread, kept from one parallel loop to the next.
pub(super) struct Desks<T>(Vec<Mutex<T>>);

impl<T: Default> Desks<T> {
    pub(super) fn new() -> Desks<T> {
        Desks((0..rayon::current_num_threads()).map(|_| Mutex::default()).collect())
    }

    /// That of this thread.
    pub(super) fn mine(&self) -> MutexGuard<'_, T> {
        let desk = rayon::current_thread_index().unwrap_or(0) % self.0.len();
        self.0[desk].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_come_in_the_order_of_their_keys_and_a_new_node_begins_with_none() {
        let mut tally = Tally::default();
        let all: Vec<u32> = (0..100).collect();
        tally.sum([(all.as_slice(), None::<&[f32]>)].into_iter(), 100, |v| 7 * v);
        let rows: [(&[u32], Option<&[f32]>); 2] = [(&[9, 4], Some(&[1.0, 2.0])), (&[9], Some(&[0.5]))];
        tally.sum(rows.into_iter(), 10, |v| v);
        assert_eq!(tally.sums().collect::<Vec<_>>(), [(9, 1.5), (4, 2.0)]);
        assert_eq!([tally.get(9), tally.get(4), tally.get(7)], [1.5, 2.0, 0.0]);
    }
}
