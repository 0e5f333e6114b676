//! Work in pieces that threads take as they come, each with a scratch of its own.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::error::Result;
use crate::progress::Watch;

/// Works on every piece and returns the scratch of each thread, where it left its results.
///
/// Pieces are taken from the last, which should be the longest. Who takes what changes from run to run, so what is
/// left in a scratch must not depend on it: whole numbers to be added, or results that bear the number of their piece.
pub(super) fn by_pieces<S: Send>(
    stage: &'static str,
    pieces: usize,
    scratch: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) + Sync,
) -> Result<Vec<S>> {
    let watch = Watch::current();
    let next = AtomicUsize::new(0);
    let threads = rayon::current_num_threads().min(pieces);
    let worker = |_| {
        let mut scratch = scratch();
        while let Some(piece) = pieces.checked_sub(next.fetch_add(1, Relaxed) + 1) {
            watch.tick(stage, (pieces - piece) as u64, pieces as u64)?;
            work(&mut scratch, piece);
        }
        Ok(scratch)
    };
    (0..threads).into_par_iter().with_max_len(1).map(worker).collect()
}
