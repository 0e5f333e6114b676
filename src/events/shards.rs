//! Ids of many rows numbered by all threads: known ones are looked up by all at once, new ones go to shards by hash,
//! each numbered by one thread.

use std::mem::replace;

use rayon::prelude::*;

use super::NONE;
use super::intern::{self, Interner, Key};
use super::piece::Piece;
use crate::error::{Error, Result};

/// A power of two: enough for many threads, few enough that where they begin stays in the cache.
const SHARDS: usize = 1 << 6;

/// Ids of a shard at most: a number holds the shard below its number within the shard.
const FULL: usize = (NONE as usize) / SHARDS;

/// Keys that are looked up together.
const BLOCK: usize = 1 << 6;

/// The distinct ids of every shard.
pub(super) struct Shards(Vec<Interner>);

impl Shards {
    pub(super) fn new() -> Shards {
        Shards((0..SHARDS).map(|_| Interner::with_a_slot()).collect())
    }

    /// At `places`, the numbers of the ids in the rows of some pieces; [`shard`] tells what they mean.
    ///
    /// # Errors
    /// [`Error::Schema`] where there are more distinct ids than numbers.
    pub(super) fn number(&mut self, pieces: &[Piece], places: &mut [&mut [u32]]) -> Result<()> {
        let look = |(piece, place): (&Piece, &mut &mut [u32])| self.look(piece, place);
        let missed: Vec<Missed> = pieces.par_iter().zip(places.par_iter_mut()).map(look).collect();
        let number = |(shard, interner): (usize, &mut Interner)| {
            let mut numbers = Vec::new();
            for (piece, missed) in pieces.iter().zip(&missed) {
                numbers.extend(missed.shard(shard).iter().map(|&key| {
                    let key = interner.own(key, |row| piece.text(row as usize));
                    interner.number(key)
                }));
            }
            numbers
        };
        let numbers: Vec<Vec<u32>> = self.0.par_iter_mut().enumerate().map(number).collect();
        if self.0.iter().any(|interner| interner.len() > FULL) {
            return Err(Error::Schema("the columns hold more than 4 billion distinct ids".into()));
        }
        let mut next = [0; SHARDS];
        let firsts: Vec<[usize; SHARDS]> = missed.iter().map(|missed| missed.advance(&mut next)).collect();
        places.par_iter_mut().zip(&missed).zip(firsts).for_each(|((place, missed), mut next)| {
            for &(row, shard) in &missed.rows {
                let shard = shard as usize;
                let next = &mut next[shard];
                place[row as usize] = number_in(shard, numbers[shard][*next]);
                *next += 1;
            }
        });
        Ok(())
    }

    /// The numbers of the ids of a piece that are known; the others.
    fn look(&self, piece: &Piece, place: &mut [u32]) -> Missed {
        let (mut missed, mut missed_keys) = (Vec::new(), Vec::new());
        let mut keys = [Key::default(); BLOCK];
        for (numbers, first) in place.chunks_mut(BLOCK).zip((0..).step_by(BLOCK)) {
            let keys = &mut keys[..numbers.len()];
            piece.keys(first, keys);
            for (number, &key) in numbers.iter_mut().zip(&*keys) {
                let hash = intern::hash(key);
                let shard = shard_of(hash);
                let found = self.0[shard].first(key, hash);
                *number = number_in(shard, found) | u32::from(found == NONE).wrapping_neg();
            }
            let rows = (first..).zip(numbers).zip(&*keys);
            for ((row, number), &key) in rows.filter(|((_, number), _)| **number == NONE) {
                let shard = shard_of(intern::hash(key));
                match self.0[shard].known(key, |row| piece.text(row as usize)) {
                    Some(known) => *number = number_in(shard, known),
                    None => {
                        missed.push((row as u32, shard as u32));
                        missed_keys.push(key);
                    }
                }
            }
        }
        Missed::new(missed, &missed_keys)
    }

    /// The ids of each shard by their numbers.
    pub(super) fn into_interners(self) -> Vec<Interner> {
        self.0
    }
}

/// The shard that a number is of, and the number within it.
#[inline]
pub(super) fn shard(number: u32) -> (usize, usize) {
    (number as usize % SHARDS, number as usize / SHARDS)
}

/// What [`shard`] takes apart; of [`NONE`] nothing of use.
#[inline]
fn number_in(shard: usize, place: u32) -> u32 {
    place.wrapping_mul(SHARDS as u32) + shard as u32
}

/// The upper bits of the hash: an interner looks at the lower ones.
#[inline]
fn shard_of(hash: u64) -> usize {
    (hash >> (u64::BITS - SHARDS.ilog2())) as usize
}

/// The keys of a piece that nobody knew, by shard, in the order of their rows within each.
struct Missed {
    keys: Vec<Key>,
    /// Where the shards end.
    ends: [usize; SHARDS],
    /// The row and the shard of each, in the order of the rows.
    rows: Vec<(u32, u32)>,
}

impl Missed {
    fn new(rows: Vec<(u32, u32)>, missed: &[Key]) -> Missed {
        let mut ends = [0; SHARDS];
        rows.iter().for_each(|&(_, shard)| ends[shard as usize] += 1);
        let mut sum = 0;
        for end in &mut ends {
            sum += replace(end, sum);
        }
        let mut keys = vec![Key::default(); missed.len()];
        for (&(_, shard), &key) in rows.iter().zip(missed) {
            let end = &mut ends[shard as usize];
            keys[*end] = key;
            *end += 1;
        }
        Missed { keys, ends, rows }
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
