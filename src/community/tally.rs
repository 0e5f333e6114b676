//! Weights added up by community, for one node at a time.

/// Stands for no community.
pub(super) const NONE: u32 = u32::MAX;

/// Sums by key.
///
/// Keys and sums are in the order in which the keys came, and each key has a place where its number among them is found.
/// Whether a key came before cannot be foreseen: so adding has no branch for that, and nothing is emptied between rows, as
/// what was found at a place counts only with the tag of the row.
#[derive(Default)]
pub(super) struct Tally {
    /// The number that each key last had.
    places: Vec<u32>,
    entries: Vec<Entry>,
    /// The row, as it is in tags.
    row: u64,
    begin: usize,
    end: usize,
    /// The keys of arcs.
    keys: Vec<u32>,
}

/// A key with its sum.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry {
    /// The row in the upper half, the key in the lower.
    tag: u64,
    pub(super) sum: f64,
}

impl Entry {
    #[inline]
    pub(super) fn key(self) -> u32 {
        self.tag as u32
    }
}

impl Tally {
    /// Forgets all rows.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.end = 0;
    }

    /// Begins a row with keys below `bound`, after those that there are.
    #[inline]
    pub(super) fn begin(&mut self, bound: usize) {
        if self.places.len() < bound {
            self.places.resize(bound, 0);
        }
        self.begin = self.end;
        self.row = self.row.wrapping_add(1 << 32);
        if self.row == 0 {
            self.entries.fill(Entry::default());
            self.row = 1 << 32;
        }
    }

    /// Adds weights to keys, 1 each where there are none.
    #[inline]
    pub(super) fn add<W: Copy + Into<f64>>(&mut self, keys: &[u32], weights: Option<&[W]>) {
        match weights {
            None => self.add_terms(keys, std::iter::repeat(1.0)),
            Some(weights) => self.add_terms(keys, weights.iter().map(|&weight| weight.into())),
        }
    }

    #[inline]
    fn add_terms(&mut self, keys: &[u32], weights: impl Iterator<Item = f64>) {
        // Room for all as if they were new, and for the next.
        let room = self.end + keys.len() + 1;
        if self.entries.len() < room {
            self.entries.resize(2 * room, Entry::default());
        }
        let (entries, places) = (&mut self.entries[..], &mut self.places[..]);
        let mut end = self.end;
        entries[end].sum = 0.0;
        for (&key, weight) in keys.iter().zip(weights) {
            let (tag, place) = (self.row | u64::from(key), &mut places[key as usize]);
            let is_new = entries[*place as usize].tag != tag;
            let at = if is_new { end } else { *place as usize };
            *place = at as u32;
            let entry = &mut entries[at];
            (entry.tag, entry.sum) = (tag, entry.sum + weight);
            end += usize::from(is_new);
            entries[end].sum = 0.0;
        }
        self.end = end;
    }

    /// As [`begin`](Self::begin), with a key that comes first and has no weight yet.
    #[inline]
    pub(super) fn begin_with(&mut self, key: u32, bound: usize) {
        self.begin(bound);
        self.add(&[key], Some(&[0.0]));
    }

    /// Adds a row of arcs by a key of the neighbor, which is below the bound; their weights are 1 where there are none.
    #[inline]
    pub(super) fn add_row<W: Copy + Into<f64>>(
        &mut self,
        row: &[u32],
        weights: Option<&[W]>,
        key: impl Fn(u32) -> u32,
    ) {
        // All are fetched before the first is added.
        let mut keys = std::mem::take(&mut self.keys);
        keys.clear();
        keys.extend(row.iter().map(|&v| key(v)));
        self.add(&keys, weights);
        self.keys = keys;
    }

    /// Sums over one row of arcs, as [`add_row`](Self::add_row) has it.
    #[inline]
    pub(super) fn sum<W: Copy + Into<f64>>(
        &mut self,
        row: &[u32],
        weights: Option<&[W]>,
        bound: usize,
        key: impl Fn(u32) -> u32,
    ) {
        self.clear();
        self.begin(bound);
        self.add_row(row, weights, key);
    }

    /// Sums over some rows of arcs, as [`add_row`](Self::add_row) has it, but for one key.
    pub(super) fn sum_others<'a, W: Copy + Into<f64> + 'a>(
        &mut self,
        own: u32,
        rows: impl Iterator<Item = (&'a [u32], Option<&'a [W]>)>,
        bound: usize,
        key: impl Fn(u32) -> u32 + Copy,
    ) -> &[Entry] {
        self.clear();
        self.begin_with(own, bound);
        rows.for_each(|(row, weights)| self.add_row(row, weights, key));
        &self.entries()[1..]
    }

    /// The sum of a key of this row, 0 where nothing was added.
    #[inline]
    pub(super) fn get(&self, key: u32) -> f64 {
        let at = self.places[key as usize] as usize;
        match self.entries.get(at) {
            Some(entry) if entry.tag == self.row | u64::from(key) => entry.sum,
            _ => 0.0,
        }
    }

    /// Keys of this row with their sums, in the order in which they came.
    #[inline]
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries[self.begin..self.end]
    }

    /// Those of all rows since they were forgotten.
    #[inline]
    pub(super) fn all(&self) -> &[Entry] {
        &self.entries[..self.end]
    }

    /// As [`entries`](Self::entries), in pairs.
    #[inline]
    pub(super) fn sums(&self) -> impl Iterator<Item = (u32, f64)> {
        self.entries().iter().map(|entry| (entry.key(), entry.sum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_come_in_the_order_of_their_keys_and_a_new_node_begins_with_none() {
        let mut tally = Tally { row: u64::MAX << 33, ..Tally::default() };
        for bound in [700, 900] {
            for count in [100, 300] {
                let all: Vec<u32> = (0..count).collect();
                tally.sum(&all, None::<&[f32]>, bound, |v| 7 * v % 700);
                assert_eq!(tally.sums().count(), 100);
                tally.sum(&[9, 4, 8], Some(&[1.0, 2.0, 0.0]), bound, |v| v);
                tally.add_row(&[9], Some(&[0.5]), |v| v);
                assert_eq!(tally.sums().collect::<Vec<_>>(), [(9, 1.5), (4, 2.0), (8, 0.0)]);
                assert_eq!([9, 4, 7, 8].map(|key| tally.get(key)), [1.5, 2.0, 0.0, 0.0]);
            }
        }
    }
}
