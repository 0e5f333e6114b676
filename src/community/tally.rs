//! Weights added up by community, for one node at a time.

/// Stands for no community.
pub(super) const NONE: u32 = u32::MAX;

/// Sums by key.
///
/// Keys are in the order in which they came. Whether a key came before cannot be foreseen: so adding has no branch for that.
#[derive(Default)]
pub(super) struct Tally {
    /// The sum of each key of the row that is being added up, and [`ABSENT`] for others.
    open: Vec<f64>,
    /// Of all rows.
    keys: Vec<u32>,
    /// Of the rows that are closed.
    sums: Vec<f64>,
    /// Where the last row begins and ends.
    begin: usize,
    end: usize,
    /// The keys of arcs.
    row: Vec<u32>,
}

/// Stands for the sum of a key that did not come yet: less than any sum.
const ABSENT: f64 = -1.0;

impl Tally {
    /// Forgets all rows.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.end = 0;
        self.sums.clear();
    }

    /// Begins a row with keys below `bound`, after those that there are.
    #[inline]
    pub(super) fn begin(&mut self, bound: usize) {
        if self.open.len() < bound {
            self.open.resize(bound, ABSENT);
        }
        self.begin = self.end;
    }

    /// Adds weights of at least 0 to keys, 1 each where there are none.
    #[inline]
    pub(super) fn add<W: Copy + Into<f64>>(&mut self, keys: &[u32], weights: Option<&[W]>) {
        match weights {
            None => self.add_terms(keys, std::iter::repeat(1.0)),
            Some(weights) => self.add_terms(keys, weights.iter().map(|&weight| weight.into())),
        }
    }

    #[inline]
    fn add_terms(&mut self, keys: &[u32], weights: impl Iterator<Item = f64>) {
        // Room for all as if they were new.
        let room = self.end + keys.len();
        if self.keys.len() < room {
            self.keys.resize(2 * room, 0);
        }
        let (found, open) = (&mut self.keys[..], &mut self.open[..]);
        let mut end = self.end;
        for (&key, weight) in keys.iter().zip(weights) {
            let sum = &mut open[key as usize];
            found[end] = key;
            end += usize::from(*sum < 0.0);
            *sum = sum.max(0.0) + weight;
        }
        self.end = end;
    }

    /// Ends the row.
    #[inline]
    pub(super) fn finish(&mut self) {
        let open = &mut self.open[..];
        self.sums.extend(
            self.keys[self.begin..self.end]
                .iter()
                .map(|&key| std::mem::replace(&mut open[key as usize], ABSENT)),
        );
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
        let mut keys = std::mem::take(&mut self.row);
        keys.clear();
        keys.extend(row.iter().map(|&v| key(v)));
        self.add(&keys, weights);
        self.row = keys;
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
        self.finish();
    }

    /// Sums over some rows of arcs, as [`add_row`](Self::add_row) has it, but for one key.
    pub(super) fn sum_others<'a, W: Copy + Into<f64> + 'a>(
        &mut self,
        own: u32,
        rows: impl Iterator<Item = (&'a [u32], Option<&'a [W]>)>,
        bound: usize,
        key: impl Fn(u32) -> u32 + Copy,
    ) -> (&[u32], &[f64]) {
        self.clear();
        self.begin_with(own, bound);
        rows.for_each(|(row, weights)| self.add_row(row, weights, key));
        self.finish();
        (&self.keys[1..self.end], &self.sums[1..])
    }

    /// The sum of a key of this row, 0 where nothing was added. Looks through the row.
    #[inline]
    pub(super) fn get(&self, key: u32) -> f64 {
        self.sums().find(|&(other, _)| other == key).map_or(0.0, |(_, sum)| sum)
    }

    /// How many keys this row has.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.end - self.begin
    }

    /// The keys of all rows since they were forgotten, and their sums.
    #[inline]
    pub(super) fn all(&self) -> (&[u32], &[f64]) {
        (&self.keys[..self.end], &self.sums)
    }

    /// Keys of this row with their sums, in the order in which they came.
    #[inline]
    pub(super) fn sums(&self) -> impl Iterator<Item = (u32, f64)> {
        self.keys[self.begin..self.end].iter().copied().zip(self.sums[self.begin..].iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_come_in_the_order_of_their_keys_and_a_new_node_begins_with_none() {
        let mut tally = Tally::default();
        for bound in [700, 900] {
            for count in [100, 300] {
                let all: Vec<u32> = (0..count).collect();
                tally.sum(&all, None::<&[f32]>, bound, |v| 7 * v % 700);
                assert_eq!(tally.sums().count(), 100);
                tally.clear();
                tally.begin(bound);
                tally.add_row(&[9, 4, 8], Some(&[1.0, 2.0, 0.0]), |v| v);
                tally.add_row(&[9], Some(&[0.5]), |v| v);
                tally.finish();
                assert_eq!(tally.sums().collect::<Vec<_>>(), [(9, 1.5), (4, 2.0), (8, 0.0)]);
                assert_eq!([9, 4, 7, 8].map(|key| tally.get(key)), [1.5, 2.0, 0.0, 0.0]);
            }
        }
    }
}
