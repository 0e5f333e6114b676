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
    scratch: impl Fn() -> S,
    work: impl Fn(&mut S, usize) + Sync,
) -> Result<Vec<S>> {
    let watch = Watch::current();
    let mut scratches: Vec<S> = (0..rayon::current_num_threads().min(pieces)).map(|_| scratch()).collect();
    take_pieces(pieces, &mut scratches, |scratch, piece| {
        watch.tick(stage, (pieces - piece) as u64, pieces as u64)?;
        work(scratch, piece);
        Ok(())
    })?;
    Ok(scratches)
}

/// As [`by_pieces`], with the scratches that are there, one for each thread.
pub(super) fn take_pieces<S: Send>(
    pieces: usize,
    scratches: &mut [S],
    work: impl Fn(&mut S, usize) -> Result<()> + Sync,
) -> Result<()> {
    if let (1, Some(scratch)) = (pieces, scratches.first_mut()) {
        return work(scratch, 0);
    }
    let next = AtomicUsize::new(0);
    scratches.par_iter_mut().with_max_len(1).try_for_each(|scratch| {
        while let Some(piece) = pieces.checked_sub(next.fetch_add(1, Relaxed) + 1) {
            work(scratch, piece)?;
        }
        Ok(())
    })
}
