//! Ids of many rows numbered by all threads: shards of them by hash, each numbered by one thread within its cache.

use std::mem::replace;

use rayon::prelude::*;

use super::intern::{Interner, Key, hash};
use super::piece::Piece;

/// A power of two, and a shard is a byte: with a million ids the table of each fits into a cache, and a piece has
/// hundreds of ids for it that are read in a row.
const SHARDS: usize = 1 << 6;

/// The distinct ids of every shard.
pub(super) struct Shards(Vec<Interner>);

impl Shards {
    pub(super) fn new() -> Shards {
        Shards((0..SHARDS).map(|_| Interner::default()).collect())
    }

    /// The shards of the ids in the rows of some pieces; at `places`, the numbers that they have there.
    pub(super) fn number(&mut self, pieces: &[Piece], places: &mut [&mut [u32]]) -> Vec<Vec<u8>> {
        let sorted: Vec<Sorted> = pieces.par_iter().map(|piece| Sorted::new(&piece.keys())).collect();
        let shards = self.0.par_iter_mut().enumerate();
        let numbers: Vec<Vec<u32>> = shards
            .map(|(shard, interner)| {
                let mut keys = Vec::new();
                for (piece, sorted) in pieces.iter().zip(&sorted) {
                    let own = |&key| interner.own(key, |row| piece.text(row as usize));
                    keys.extend(sorted.shard(shard).iter().map(own));
                }
                let mut numbers = Vec::with_capacity(keys.len());
                interner.number_all(&keys, &mut numbers);
                numbers
            })
            .collect();
        let mut next = [0; SHARDS];
        let firsts: Vec<[usize; SHARDS]> = sorted.iter().map(|sorted| sorted.advance(&mut next)).collect();
        places.par_iter_mut().zip(&sorted).zip(firsts).for_each(|((place, sorted), mut next)| {
            for (number, &shard) in place.iter_mut().zip(&sorted.shards) {
                let next = &mut next[shard as usize];
                *number = numbers[shard as usize][*next];
                *next += 1;
            }
        });
        sorted.into_iter().map(|sorted| sorted.shards).collect()
    }

    /// The ids of each shard by their numbers.
    pub(super) fn into_interners(self) -> Vec<Interner> {
        self.0
    }
}

/// The keys of a piece by shard, in the order of their rows within each.
struct Sorted {
    keys: Vec<Key>,
    /// Where the shards end.
    ends: [usize; SHARDS],
    /// Of each row.
    shards: Vec<u8>,
}

impl Sorted {
    fn new(keys: &[Key]) -> Sorted {
        // The upper bits of the hash: an interner looks at the lower ones.
        let shards: Vec<u8> =
            keys.iter().map(|&key| (hash(key) >> (u64::BITS - SHARDS.ilog2())) as u8).collect();
        let mut ends = [0; SHARDS];
        shards.iter().for_each(|&shard| ends[shard as usize] += 1);
        let mut sum = 0;
        for end in &mut ends {
            sum += replace(end, sum);
        }
        let mut sorted = vec![Key::default(); keys.len()];
        for (&key, &shard) in keys.iter().zip(&shards) {
            let end = &mut ends[shard as usize];
            sorted[*end] = key;
            *end += 1;
        }
        Sorted { keys: sorted, ends, shards }
    }

    fn shard(&self, shard: usize) -> &[Key] {
        let begin = shard.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.keys[begin..self.ends[shard]]
    }

    /// Takes the place of the next key of each shard past those here; answers where it was.
    fn advance(&self, next: &mut [usize; SHARDS]) -> [usize; SHARDS] {
        let first = *next;
        next.iter_mut().enumerate().for_each(|(shard, next)| *next += self.shard(shard).len());
        first
    }
}
