//! Good rows while reading: columns in the numbers of one worker.

use bytemuck::Zeroable;

use super::NONE;
use super::block::Parsed;

/// Most rows of a chunk.
pub(super) const CHUNK: usize = 1 << 16;

/// Row-wise additions that most logs do not have.
#[derive(Debug, Clone, Copy, Zeroable)]
pub(super) struct Extra {
    pub(super) event_id: u32,
    pub(super) parent: u32,
    pub(super) item: u32,
    pub(super) value: f64,
}

impl Extra {
    pub(super) const NOTHING: Extra = Extra { event_id: NONE, parent: NONE, item: NONE, value: f64::NAN };
}

/// A column that is not kept before it holds something other than its default.
#[derive(Debug)]
pub(super) struct Sparse<T> {
    values: Vec<T>,
    default: T,
}

impl<T: Copy> Sparse<T> {
    fn new(default: T) -> Sparse<T> {
        Sparse { values: Vec::new(), default }
    }

    pub(super) fn push(&mut self, row: usize, value: T, is_default: bool) {
        if is_default && self.values.is_empty() {
            return;
        }
        self.values.resize(row, self.default);
        self.values.push(value);
    }

    /// Adds what `tell` makes of the parsed values of some rows: a value and whether it is the default. A row comes
    /// with its position here and its position in `parsed`.
    pub(super) fn extend<P: Copy>(
        &mut self,
        rows: impl Iterator<Item = (usize, usize)>,
        parsed: &Parsed<P>,
        tell: impl Fn(P) -> (T, bool),
    ) {
        if let Parsed::Same(value) = parsed
            && tell(*value).1
        {
            return;
        }
        for (at, row) in rows {
            let (value, is_default) = tell(parsed.get(row));
            self.push(at, value, is_default);
        }
    }

    /// Whether every row has the default.
    pub(super) fn is_blank(&self) -> bool {
        self.values.is_empty()
    }

    #[inline]
    pub(super) fn get(&self, row: usize) -> T {
        self.values.get(row).copied().unwrap_or(self.default)
    }
}

/// Good rows, in the numbers of their worker.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) time: Vec<i64>,
    /// Whether the time still waits for its unit.
    pub(super) raw: Sparse<bool>,
    pub(super) actor: Vec<u32>,
    pub(super) target: Vec<u32>,
    pub(super) kind: Sparse<u8>,
    pub(super) channel: Sparse<u16>,
    pub(super) weight: Sparse<f64>,
    pub(super) sentiment: Sparse<f32>,
    pub(super) extra: Sparse<Extra>,
}

impl Chunk {
    pub(super) fn new() -> Chunk {
        Chunk {
            time: Vec::with_capacity(CHUNK),
            raw: Sparse::new(false),
            actor: Vec::with_capacity(CHUNK),
            target: Vec::with_capacity(CHUNK),
            kind: Sparse::new(0),
            channel: Sparse::new(0),
            weight: Sparse::new(1.0),
            sentiment: Sparse::new(f32::NAN),
            extra: Sparse::new(Extra::NOTHING),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.time.len()
    }
}
