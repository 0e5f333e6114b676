//! Weights added up by community, for one node at a time.

/// Stands for no community.
pub(super) const NONE: u32 = u32::MAX;

/// Sums by key, in a table that is as small as the row allows, so that it stays in the nearest cache.
///
/// Where the keys of a row are and whether they came before cannot be foreseen: so they are all fetched before the first
/// is added, and adding has no branch for a key that is new.
pub(super) struct Tally {
    few: Box<Few>,
    many: Many,
    are_few: bool,
    /// The keys of the row.
    keys: Vec<u32>,
}

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
        Tally { few: Box::new(few), many: Many::default(), are_few: true, keys: Vec::new() }
    }
}

impl Tally {
    /// Empties the table and makes room for so many keys.
    #[inline]
    fn begin(&mut self, keys: usize) {
        self.are_few = keys <= FEW;
        if self.are_few { self.few.clear() } else { self.many.begin(keys) }
    }

    #[inline]
    fn add<W: Copy + Into<f64>>(&mut self, keys: &[u32], weights: Option<&[W]>) {
        let keys = keys.iter().copied();
        match (weights, self.are_few) {
            (None, true) => self.few.add(keys.zip(std::iter::repeat(1.0))),
            (None, false) => self.many.add(keys.zip(std::iter::repeat(1.0))),
            (Some(weights), true) => self.few.add(keys.zip(weights.iter().map(|&weight| weight.into()))),
            (Some(weights), false) => self.many.add(keys.zip(weights.iter().map(|&weight| weight.into()))),
        }
    }

    /// Sums over a row of keys, whose weights are 1 where there are none.
    #[inline]
    pub(super) fn sum_of<W: Copy + Into<f64>>(&mut self, keys: &[u32], weights: Option<&[W]>, bound: usize) {
        self.begin(keys.len().min(bound));
        self.add(keys, weights);
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
        if self.are_few {
            self.few.sums[usize::from(self.few.find(key))]
        } else {
            self.many.slots[self.many.find(key)].1
        }
    }

    /// Keys and sums, in the order in which the keys came.
    #[inline]
    pub(super) fn sums(&self) -> impl Iterator<Item = (u32, f64)> {
        let (few, many) = if self.are_few { (usize::from(self.few.count), 0) } else { (0, self.many.count) };
        let slot = |&at: &u8| (self.few.keys[usize::from(at)], self.few.sums[usize::from(at)]);
        let few = self.few.taken[..few].iter().map(slot);
        few.chain(self.many.taken[..many].iter().map(|&at| self.many.slots[at as usize]))
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
