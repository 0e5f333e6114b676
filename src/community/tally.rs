//! Weights added up by community, for one node at a time.

/// Stands for no community.
pub(super) const NONE: u32 = u32::MAX;

/// Sums by key: in a table with a place for each key where that is small, otherwise in one that is as small as the row
/// allows; so it stays in a near cache.
///
/// Where the keys of a row are and whether they came before cannot be foreseen: so they are all fetched before the first
/// is added, and adding has no branch for a key that is new.
pub(super) struct Tally {
    direct: Direct,
    few: Box<Few>,
    many: Many,
    way: Way,
    /// The keys of the row.
    keys: Vec<u32>,
}

/// Which table holds the sums.
#[derive(Clone, Copy)]
enum Way {
    Direct,
    Few,
    Many,
}

/// Keys below this have places of their own.
const DIRECT: usize = 1 << 16;

/// A place for each key.
#[derive(Default)]
struct Direct {
    /// [`UNKNOWN`] where a key has not come.
    sums: Vec<f64>,
    /// The keys that came.
    taken: Vec<u32>,
    count: usize,
}

/// Less than any sum.
const UNKNOWN: f64 = -1.0;

/// So many keys at most are few: half of the slots stay free.
const FEW: usize = 128;

/// Slots that a byte counts, in which a key is found from its hash on.
struct Few {
    keys: [u32; 256],
    sums: [f64; 256],
    /// The slots that are taken, in the order in which their keys came, and how many these are.
    taken: [u8; 256],
    count: u8,
}

/// The same with as many slots as a row asks for: four times as many as there are keys, or more, so that few share a slot.
#[derive(Default)]
struct Many {
    slots: Vec<(u32, f64)>,
    taken: Vec<u32>,
    count: usize,
    shift: u32,
}

#[inline]
fn hash(key: u32) -> u32 {
    key.wrapping_mul(0x9E37_79B1)
}

impl Direct {
    fn begin(&mut self, bound: usize) {
        for &key in &self.taken[..self.count] {
            self.sums[key as usize] = UNKNOWN;
        }
        self.count = 0;
        if self.sums.len() < bound {
            self.sums.resize(bound, UNKNOWN);
            self.taken.resize(bound + 1, 0);
        }
    }

    #[inline]
    fn add(&mut self, terms: impl Iterator<Item = (u32, f64)>) {
        let mut count = self.count;
        for (key, weight) in terms {
            let sum = &mut self.sums[key as usize];
            self.taken[count] = key;
            count += usize::from(*sum < 0.0);
            *sum = sum.max(0.0) + weight;
        }
        self.count = count;
    }
}

impl Few {
    fn clear(&mut self) {
        for &slot in &self.taken[..usize::from(self.count)] {
            (self.keys[usize::from(slot)], self.sums[usize::from(slot)]) = (NONE, 0.0);
        }
        self.count = 0;
    }

    #[inline]
    fn find(&self, key: u32) -> u8 {
        let mut at = (hash(key) >> 24) as u8;
        while self.keys[usize::from(at)] != key && self.keys[usize::from(at)] != NONE {
            at = at.wrapping_add(1);
        }
        at
    }

    #[inline]
    fn add(&mut self, terms: impl Iterator<Item = (u32, f64)>) {
        let mut count = self.count;
        for (key, weight) in terms {
            let at = self.find(key);
            self.taken[usize::from(count)] = at;
            count += u8::from(self.keys[usize::from(at)] == NONE);
            self.keys[usize::from(at)] = key;
            self.sums[usize::from(at)] += weight;
        }
        self.count = count;
    }
}

impl Many {
    fn begin(&mut self, keys: usize) {
        for &slot in &self.taken[..self.count] {
            self.slots[slot as usize] = (NONE, 0.0);
        }
        self.count = 0;
        let bits = (4 * keys).next_power_of_two().trailing_zeros();
        self.shift = u32::BITS - bits;
        if self.slots.len() < 1 << bits {
            self.slots = vec![(NONE, 0.0); 1 << bits];
            self.taken = vec![0; (1 << bits) / 4 + 1];
        }
    }

    #[inline]
    fn find(&self, key: u32) -> usize {
        let mask = (1 << (u32::BITS - self.shift)) - 1;
        let mut at = (hash(key) >> self.shift) as usize;
        while self.slots[at].0 != key && self.slots[at].0 != NONE {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    fn add(&mut self, terms: impl Iterator<Item = (u32, f64)>) {
        for (key, weight) in terms {
            let at = self.find(key);
            self.taken[self.count] = at as u32;
            self.count += usize::from(self.slots[at].0 == NONE);
            self.slots[at] = (key, self.slots[at].1 + weight);
        }
    }
}

impl Default for Tally {
    fn default() -> Tally {
        let few = Few { keys: [NONE; 256], sums: [0.0; 256], taken: [0; 256], count: 0 };
        let (direct, many) = Default::default();
        Tally { direct, few: Box::new(few), many, way: Way::Few, keys: Vec::new() }
    }
}

impl Tally {
    /// Empties the table and makes room for so many keys below `bound`.
    #[inline]
    fn begin(&mut self, keys: usize, bound: usize) {
        self.way = match keys.min(bound) {
            _ if bound <= DIRECT => Way::Direct,
            0..=FEW => Way::Few,
            _ => Way::Many,
        };
        match self.way {
            Way::Direct => self.direct.begin(bound),
            Way::Few => self.few.clear(),
            Way::Many => self.many.begin(keys.min(bound)),
        }
    }

    #[inline]
    fn add<W: Copy + Into<f64>>(&mut self, keys: &[u32], weights: Option<&[W]>) {
        let keys = keys.iter().copied();
        match weights {
            None => self.add_terms(keys.zip(std::iter::repeat(1.0))),
            Some(weights) => self.add_terms(keys.zip(weights.iter().map(|&weight| weight.into()))),
        }
    }

    #[inline]
    fn add_terms(&mut self, terms: impl Iterator<Item = (u32, f64)>) {
        match self.way {
            Way::Direct => self.direct.add(terms),
            Way::Few => self.few.add(terms),
            Way::Many => self.many.add(terms),
        }
    }

    /// Sums over a row of keys below `bound`, whose weights are 1 where there are none.
    #[inline]
    pub(super) fn sum_of<W: Copy + Into<f64>>(&mut self, keys: &[u32], weights: Option<&[W]>, bound: usize) {
        self.begin(keys.len(), bound);
        self.add(keys, weights);
    }

    /// Sums over some rows of arcs: each a row of neighbors, whose weights are 1 where there are none, by the key of the
    /// neighbor, which is below `bound`.
    #[inline]
    pub(super) fn sum<'a, W: Copy + Into<f64> + 'a>(
        &mut self,
        rows: impl Iterator<Item = (&'a [u32], Option<&'a [W]>)> + Clone,
        bound: usize,
        key: impl Fn(u32) -> u32 + Copy,
    ) {
        let length: usize = rows.clone().map(|(row, _)| row.len()).sum();
        self.begin(length, bound);
        let mut keys = std::mem::take(&mut self.keys);
        for (row, weights) in rows {
            keys.clear();
            keys.extend(row.iter().map(|&v| key(v)));
            self.add(&keys, weights);
        }
        self.keys = keys;
    }

    /// The sum of a key, 0 where nothing was added.
    #[inline]
    pub(super) fn get(&self, key: u32) -> f64 {
        match self.way {
            Way::Direct => self.direct.sums[key as usize].max(0.0),
            Way::Few => self.few.sums[usize::from(self.few.find(key))],
            Way::Many => self.many.slots[self.many.find(key)].1,
        }
    }

    /// Keys and sums, in the order in which the keys came; quick by `for_each`, which asks but once where they are.
    #[inline]
    pub(super) fn sums(&self) -> impl Iterator<Item = (u32, f64)> {
        let (direct, few, many) = match self.way {
            Way::Direct => (self.direct.count, 0, 0),
            Way::Few => (0, usize::from(self.few.count), 0),
            Way::Many => (0, 0, self.many.count),
        };
        let direct = self.direct.taken[..direct].iter().map(|&key| (key, self.direct.sums[key as usize]));
        let slot = |&at: &u8| (self.few.keys[usize::from(at)], self.few.sums[usize::from(at)]);
        let few = self.few.taken[..few].iter().map(slot);
        direct.chain(few).chain(self.many.taken[..many].iter().map(|&at| self.many.slots[at as usize]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_come_in_the_order_of_their_keys_and_a_new_node_begins_with_none() {
        for bound in [700, DIRECT + 1] {
            let mut tally = Tally::default();
            for count in [100, 300] {
                let all: Vec<u32> = (0..count).collect();
                tally.sum([(all.as_slice(), None::<&[f32]>)].into_iter(), bound, |v| 7 * v % 700);
                assert_eq!(tally.sums().count(), 100);
                let rows: [(&[u32], Option<&[f32]>); 2] =
                    [(&[9, 4, 8], Some(&[1.0, 2.0, 0.0])), (&[9], Some(&[0.5]))];
                tally.sum(rows.into_iter(), bound, |v| v);
                assert_eq!(tally.sums().collect::<Vec<_>>(), [(9, 1.5), (4, 2.0), (8, 0.0)]);
                assert_eq!([9, 4, 7, 8].map(|key| tally.get(key)), [1.5, 2.0, 0.0, 0.0]);
            }
        }
    }
}
