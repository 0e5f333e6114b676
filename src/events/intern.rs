//! Ids as small numbers while reading, ranked once everything is read.
//!
//! Every worker numbers the ids it meets in its own table. A key is 16 bytes: a string of up to 12 bytes or an
//! integer is its own key; other strings are kept aside.

use std::cmp::Ordering;
use std::hash::Hasher;

use arrow::array::{Array, AsArray, StringArray, StringBuilder};
use arrow::compute::concat;
use arrow::datatypes::DataType;
use bytemuck::allocation::zeroed_vec;
use rayon::prelude::*;
use rustc_hash::FxHasher;

use super::NONE;
use super::ids::Ids;
use crate::error::{Error, Result};
use crate::graph::filled;

/// Two words. The lower half of the first is the length of a string that is its own key, whose bytes are the rest, or a
/// mark: of an integer, which is the second word; of a string kept aside, with 31 bits of its hash and its place; of a
/// number.
pub(super) type Key = [u64; 2];

/// The longest string that is its own key.
const INLINE: usize = 12;

const INTEGER: u64 = 13;

const ASIDE: u64 = 14;

const NUMBERED: u64 = 15;

/// The lower half of a word.
const HALF: u64 = u32::MAX as u64;

/// The upper bits of the place of a string kept aside, which no text ends in.
const PLACE: u64 = 0xFFFF << 48;

/// The key of an integer. No text has the bytes in its upper half.
#[inline]
pub(super) fn integer(value: i64) -> Key {
    [HALF << 32 | INTEGER, value as u64]
}

/// The key of a string; one that is kept aside leads to `place`, where its text is.
#[inline]
pub(super) fn string(text: &[u8], place: u64) -> Key {
    // A slot has no room for the length: without bytes 0 at its end, the bytes tell it.
    if text.len() <= INLINE && text.last() != Some(&0) {
        return inline(text);
    }
    let mut hasher = FxHasher::default();
    hasher.write(text);
    [hasher.finish() >> 33 << 32 | ASIDE, place]
}

/// The key that stands for a number. No text, integer or hash has its upper half.
pub(super) fn numbered(number: u32) -> Key {
    [(HALF - 1) << 32 | NUMBERED, u64::from(number)]
}

/// A key with its number plus one for the lower half of the first word; 0 stands there in a slot that is free.
type Slot = [u64; 2];

/// The distinct ids that one worker met, numbered as they came.
#[derive(Default)]
pub(super) struct Interner {
    /// Found from the lower bits of the hash on; a power of two of slots, at most three quarters of them taken.
    slots: Vec<Slot>,
    /// By number.
    keys: Vec<Key>,
    /// The strings that are kept aside, each behind its length.
    aside: Vec<u8>,
    strings: bool,
}

impl Interner {
    /// One that has a slot to look at.
    pub(super) fn with_a_slot() -> Interner {
        let mut interner = Interner::default();
        interner.reserve(1);
        interner
    }

    /// How many ids there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The number of a key that stands in the first slot where it may be; otherwise, and for a string kept aside,
    /// [`NONE`]. Without a branch, which would be guessed before the slot is there, and often wrongly.
    #[inline]
    pub(super) fn first(&self, key: Key, hash: u64) -> u32 {
        let slot = self.slots[hash as usize & (self.slots.len() - 1)];
        (slot[0] as u32).wrapping_sub(1) | u32::from(differs(slot, key) | is_aside(key)).wrapping_neg()
    }

    /// The number of a key if it is known; `text` finds the text of a string kept aside by the place in its key.
    pub(super) fn known<'a>(&self, key: Key, text: impl FnOnce(u64) -> &'a [u8]) -> Option<u32> {
        if is_aside(key) {
            let text = text(key[1]);
            return self.find(hash(key), |slot| self.holds(slot, key, text)).ok();
        }
        self.find(hash(key), |slot| !differs(slot, key)).ok()
    }

    /// The number of a key.
    pub(super) fn number(&mut self, key: Key) -> u32 {
        if mark(key) == NUMBERED {
            return key[1] as u32;
        }
        self.reserve(1);
        let hash = hash(key);
        self.find(hash, |slot| !differs(slot, key)).unwrap_or_else(|free| self.insert(key, free))
    }

    /// Appends the numbers of many keys. Most stand in the first slot that is looked at: those are fetched without
    /// waiting for one another.
    pub(super) fn number_all(&mut self, keys: &[Key], numbers: &mut Vec<u32>) {
        // Room for one more even without keys, so that there is a slot to look at.
        self.reserve(keys.len() + 1);
        let start = numbers.len();
        numbers.extend(keys.iter().map(|&key| self.first(key, hash(key))));
        for (number, &key) in numbers[start..].iter_mut().zip(keys) {
            if *number == NONE {
                *number = self.number(key);
            }
        }
    }

    /// The key of a string. One that is kept aside is looked up at once, for its key would be as long as itself.
    #[inline]
    pub(super) fn string(&mut self, text: &[u8]) -> Key {
        self.own(string(text, 0), |_| text)
    }

    /// A key whose string, if it is to be kept aside, is elsewhere: looked up at once, with the text that `text` finds by
    /// the place in the key.
    #[inline]
    pub(super) fn own<'a>(&mut self, key: Key, text: impl FnOnce(u64) -> &'a [u8]) -> Key {
        self.strings |= mark(key) != INTEGER;
        if is_aside(key) { numbered(self.number_aside(key, text(key[1]))) } else { key }
    }

    fn number_aside(&mut self, elsewhere: Key, text: &[u8]) -> u32 {
        self.reserve(1);
        self.find(hash(elsewhere), |slot| self.holds(slot, elsewhere, text)).unwrap_or_else(|free| {
            let key = [elsewhere[0], PLACE | self.aside.len() as u64];
            self.aside.extend_from_slice(&text.len().to_le_bytes());
            self.aside.extend_from_slice(text);
            self.insert(key, free)
        })
    }

    /// Whether a slot has a string that is kept aside, given its key elsewhere and its text.
    fn holds(&self, slot: Slot, elsewhere: Key, text: &[u8]) -> bool {
        slot[0] >> 32 == elsewhere[0] >> 32 && slot[1] & PLACE == PLACE && self.text_aside(slot[1]) == text
    }

    /// The text of a string kept aside, by its place.
    fn text_aside(&self, place: u64) -> &[u8] {
        let (length, texts) = self.aside[(place & !PLACE) as usize..].split_first_chunk().expect("a length");
        &texts[..usize::from_le_bytes(*length)]
    }

    /// The number of the key that is the same, or the free slot where one with that hash belongs.
    #[inline]
    fn find(&self, hash: u64, is_same: impl Fn(Slot) -> bool) -> std::result::Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            match slot[0] as u32 {
                0 => return Err(at),
                number if is_same(slot) => return Ok(number - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn insert(&mut self, key: Key, free: usize) -> u32 {
        let number = self.keys.len() as u32;
        self.keys.push(key);
        self.slots[free] = slot(key, number);
        number
    }

    /// Makes room for so many more.
    fn reserve(&mut self, more: usize) {
        let needed = self.keys.len() + more;
        if needed <= self.slots.len() / 4 * 3 {
            return;
        }
        self.slots = Vec::new();
        self.slots = zeroed_vec((needed * 4 / 3 + 1).next_power_of_two().max(4));
        for (&key, number) in self.keys.iter().zip(0..) {
            let free = self.find(hash(key), |_| false).expect_err("no key is the same");
            self.slots[free] = slot(key, number);
        }
    }

    /// The text of an id; `buffer` holds it where the key itself does.
    fn text<'a>(&'a self, number: u32, buffer: &'a mut [u8; 24]) -> &'a [u8] {
        let key = self.keys[number as usize];
        match mark(key) {
            INTEGER => {
                use std::io::Write;
                let mut rest = &mut buffer[..];
                write!(rest, "{}", key[1] as i64).expect("an integer has at most 20 digits");
                let unused = rest.len();
                &buffer[..24 - unused]
            }
            ASIDE => self.text_aside(key[1]),
            length => {
                buffer[..8].copy_from_slice(&key[0].to_le_bytes());
                buffer[8..16].copy_from_slice(&key[1].to_le_bytes());
                &buffer[4..4 + length as usize]
            }
        }
    }
}

/// The key of a short string: two loads that may overlap instead of a copy of unknown length.
#[inline]
fn inline(text: &[u8]) -> Key {
    let len = text.len();
    let bytes = match (text.first_chunk::<8>(), text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (Some(first), _, Some(last)) => {
            u128::from(u64::from_le_bytes(*first)) | u128::from(u32::from_le_bytes(*last)) << (8 * (len - 4))
        }
        (_, Some(first), Some(last)) => {
            u128::from(u32::from_le_bytes(*first)) | u128::from(u32::from_le_bytes(*last)) << (8 * (len - 4))
        }
        _ => text.iter().rev().fold(0, |bytes, &byte| bytes << 8 | u128::from(byte)),
    };
    let key = bytes << 32 | len as u128;
    [key as u64, (key >> 64) as u64]
}

fn mark(key: Key) -> u64 {
    key[0] & HALF
}

fn is_aside(key: Key) -> bool {
    mark(key) == ASIDE
}

fn slot(key: Key, number: u32) -> Slot {
    [key[0] & !HALF | u64::from(number + 1), key[1]]
}

/// Whether a slot has another key than this one, which is not that of a string kept aside.
#[inline]
fn differs(slot: Slot, key: Key) -> bool {
    (slot[0] ^ key[0]) >> 32 | (slot[1] ^ key[1]) != 0
}

/// A folded product of both words; of a string kept aside its place is left out.
#[inline]
pub(super) fn hash(key: Key) -> u64 {
    let second = if is_aside(key) { 0 } else { key[1] };
    let product = u128::from(key[0] ^ 0x9E37_79B9_7F4A_7C15) * u128::from(second ^ 0xD1B5_4A32_D192_ED03);
    (product >> 64) as u64 ^ product as u64
}

/// The type in which integer ids come back: that of the sources where all agree.
pub(super) fn integer_type(types: impl IntoIterator<Item = DataType>) -> DataType {
    let mut types = types.into_iter().filter(DataType::is_integer);
    let Some(first) = types.next() else { return DataType::Int64 };
    if types.all(|other| other == first) { first } else { DataType::Int64 }
}

/// The ids of all workers in one order, and for each worker the rank of each of its numbers.
pub(super) struct Ranking {
    pub(super) ids: Ids,
    pub(super) ranks: Vec<Vec<u32>>,
}

/// An id of one worker on its way to its rank: what it is ordered by, the worker, its number there.
type Entry<K> = (K, u32, u32);

/// Ranks the ids of all workers: integers numerically if there is nothing else, otherwise all as strings, bytewise.
pub(super) fn rank(mut interners: Vec<Interner>, integers: &DataType) -> Result<Ranking> {
    let strings = interners.iter().any(|interner| interner.strings);
    interners.iter_mut().for_each(|interner| interner.slots = Vec::new());
    if strings {
        return rank_strings(&interners);
    }
    let value = |worker: &Interner, number: u32| worker.keys[number as usize][1] as i64;
    let (ranks, distinct) = merge(&interners, value, |a, b| a.0.cmp(&b.0));
    let distinct = distinct.into_iter().map(|(value, ..)| value).collect();
    Ok(Ranking { ids: Ids::Integers(distinct, integers.clone()), ranks })
}

fn rank_strings(workers: &[Interner]) -> Result<Ranking> {
    let prefix = common_prefix(workers);
    let order = |a: &Entry<Head>, b: &Entry<Head>| {
        a.0.cmp(&b.0).then_with(|| match a.0[1] as u8 {
            LONGER => {
                let (mut mine, mut theirs) = ([0; 24], [0; 24]);
                workers[a.1 as usize].text(a.2, &mut mine).cmp(workers[b.1 as usize].text(b.2, &mut theirs))
            }
            _ => Ordering::Equal,
        })
    };
    let key = |worker: &Interner, number| head(&worker.text(number, &mut [0; 24])[prefix..]);
    let (ranks, distinct) = merge(workers, key, order);
    let texts = |piece: &[Entry<Head>]| {
        let mut builder = StringBuilder::with_capacity(piece.len(), 8 * piece.len());
        for &(_, worker, number) in piece {
            let mut buffer = [0; 24];
            let text = workers[worker as usize].text(number, &mut buffer);
            builder.append_value(str::from_utf8(text).unwrap_or_default());
        }
        builder.finish()
    };
    let pieces: Vec<StringArray> = distinct.par_chunks(PIECE).map(texts).collect();
    if pieces.iter().map(|piece| piece.values().len()).sum::<usize>() > i32::MAX as usize {
        return Err(Error::Schema(
            "the ids of the log hold more than 2 GiB of text; give shorter ids".into(),
        ));
    }
    let pieces: Vec<&dyn Array> = pieces.iter().map(|piece| piece as &dyn Array).collect();
    let ids = match pieces.is_empty() {
        true => StringArray::new_null(0),
        false => concat(&pieces).expect("pieces of one type").as_string().clone(),
    };
    Ok(Ranking { ids: Ids::Strings(ids), ranks })
}

/// Ids that one thread makes an array of.
const PIECE: usize = 1 << 14;

/// Sorts the ids of all workers; answers the rank of each and the first entry of each distinct id.
fn merge<K: Copy + Default + Send + Sync>(
    workers: &[Interner],
    key: impl Fn(&Interner, u32) -> K + Sync,
    order: impl Fn(&Entry<K>, &Entry<K>) -> Ordering + Sync,
) -> (Vec<Vec<u32>>, Vec<Entry<K>>) {
    let mut entries = filled(Entry::default(), workers.iter().map(Interner::len).sum());
    let mut rest = entries.as_mut_slice();
    let parts: Vec<_> = workers.iter().filter_map(|worker| rest.split_off_mut(..worker.len())).collect();
    workers.par_iter().zip(parts).enumerate().for_each(|(at, (worker, part))| {
        part.par_iter_mut().enumerate().for_each(|(number, entry)| {
            *entry = (key(worker, number as u32), at as u32, number as u32);
        });
    });
    entries.par_sort_unstable_by(&order);
    let mut ranks: Vec<Vec<u32>> = workers.iter().map(|worker| vec![0; worker.keys.len()]).collect();
    let mut distinct = 0;
    for at in 0..entries.len() {
        let entry = entries[at];
        if distinct == 0 || order(&entries[distinct - 1], &entry) != Ordering::Equal {
            entries[distinct] = entry;
            distinct += 1;
        }
        ranks[entry.1 as usize][entry.2 as usize] = distinct as u32 - 1;
    }
    entries.truncate(distinct);
    (ranks, entries)
}

/// What texts are ordered by first: 15 bytes and then how many there are, most significant first. Two words, since one
/// of 16 bytes would round an entry up to 32.
type Head = [u64; 2];

/// The last byte of a [`Head`] where the text goes on behind it.
const LONGER: u8 = 16;

/// Ordered as the texts are, unless both are [`LONGER`].
fn head(text: &[u8]) -> Head {
    let mut bytes = [0; 16];
    let len = text.len().min(15);
    bytes[..len].copy_from_slice(&text[..len]);
    bytes[15] = if text.len() > 15 { LONGER } else { len as u8 };
    let bytes = u128::from_be_bytes(bytes);
    [(bytes >> 64) as u64, bytes as u64]
}

/// How many bytes all texts begin with alike: they decide nothing, so the heads leave them out.
fn common_prefix(workers: &[Interner]) -> usize {
    let mut buffer = [0; 24];
    let Some(first) =
        workers.iter().find(|worker| !worker.keys.is_empty()).map(|worker| worker.text(0, &mut buffer))
    else {
        return 0;
    };
    let alike = |worker: &Interner, number| {
        let mut buffer = [0; 24];
        let text = worker.text(number, &mut buffer);
        text.iter().zip(first).take_while(|(a, b)| a == b).count()
    };
    let of_worker = |worker: &Interner| {
        (0..worker.keys.len() as u32).into_par_iter().map(|number| alike(worker, number)).min()
    };
    workers.par_iter().filter_map(of_worker).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interner(texts: &[&str]) -> Interner {
        let mut interner = Interner::default();
        for text in texts {
            let key = interner.string(text.as_bytes());
            interner.number(key);
        }
        interner
    }

    #[test]
    fn strings_of_all_lengths_are_ranked_bytewise() {
        let long = "user-with-a-name-that-goes-on-and-on";
        let other = format!("{long}-b");
        let texts = ["user-b", "user-", "user-a\0", long, "user-a", &other, "user-zzzzzzzzzzz", "user-é"];
        let mut sorted: Vec<&str> = texts.to_vec();
        sorted.sort_unstable();
        let ranking = rank(vec![interner(&texts), interner(&texts[3..])], &DataType::Int64).unwrap();
        let found: Vec<String> = (0..ranking.ids.len() as u32).map(|id| ranking.ids.text(id)).collect();
        assert_eq!(found, sorted);
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(found[ranking.ranks[0][at] as usize], *text);
        }
        assert_eq!(ranking.ranks[0][3..], ranking.ranks[1][..]);
    }

    #[test]
    fn ids_whose_slots_are_alike_are_told_apart() {
        let mut interner = Interner::default();
        let texts =
            ["", "\0", "\0\0", "a", "a\0", "abcdefghijkl", "abcdefghijk\0", "abcdefghijk", "abcdefghijklm"];
        let number = |interner: &mut Interner, text: &str| {
            let key = interner.string(text.as_bytes());
            interner.number(key)
        };
        for round in 0..2 {
            for (at, text) in texts.iter().enumerate() {
                assert_eq!(number(&mut interner, text), at as u32, "{text:?} {round}");
            }
        }
        let values = [0, -1, 97, i64::MAX, i64::MIN].map(|value| interner.number(integer(value)));
        assert_eq!(values, [9, 10, 11, 12, 13]);
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(interner.text(at as u32, &mut [0; 24]), text.as_bytes());
            assert_eq!(interner.known(string(text.as_bytes(), 0), |_| text.as_bytes()), Some(at as u32));
        }
        assert_eq!(interner.known(string(b"b", 0), |_| b"b"), None);
        assert_eq!(number(&mut interner, "\0\0\0\0a"), 14);
        let mut numbers = Vec::new();
        interner.number_all(&[numbered(97), string(b"a", 0), integer(97)], &mut numbers);
        assert_eq!(numbers, [97, 3, 11]);
    }

    #[test]
    fn one_string_makes_all_ids_strings() {
        let mut numbers = Interner::default();
        for value in [10, -3, 9, i64::MIN] {
            numbers.number(integer(value));
        }
        let ranking = rank(vec![numbers, interner(&["9", "x"])], &DataType::Int64).unwrap();
        assert_eq!(ranking.ids, Ids::Strings(vec!["-3", "-9223372036854775808", "10", "9", "x"].into()));
        assert_eq!(ranking.ranks, [vec![2, 0, 3, 1], vec![3, 4]]);
    }

    #[test]
    fn integers_are_ranked_numerically() {
        let mut numbers = Interner::default();
        for value in [10, -3, 9, 10] {
            numbers.number(integer(value));
        }
        let ranking = rank(vec![numbers], &DataType::Int32).unwrap();
        assert_eq!(ranking.ids, Ids::Integers(vec![-3, 9, 10], DataType::Int32));
    }
}
