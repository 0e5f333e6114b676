//! The arcs of a graph in one direction, in compressed sparse rows.

use std::borrow::Cow;
use std::mem::swap;
use std::ops::Range;

use rayon::prelude::*;

use super::filled;
use super::scatter::{Arcs, TASK, bounds, cut, gather};
use crate::error::Result;

/// The arcs of a graph in one direction: the neighbors of `u` are `neighbors[offsets[u]..offsets[u + 1]]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Adjacency {
    offsets: Vec<u64>,
    neighbors: Vec<u32>,
    weights: Option<Vec<f32>>,
}

/// Nodes whose rows one thread puts together at a time.
const PIECE: usize = 1 << 12;

/// The same where so many pieces are put together at a time, at most: fewer where rows are long, to have about so many arcs.
const WAVE: usize = 1 << 11;
const WAVE_ARCS: usize = 1 << 13;
const WAVES: usize = 16;

/// Rows that one thread put together, by themselves in their cache lines.
#[derive(Default)]
#[repr(align(128))]
struct Piece {
    ends: Vec<u64>,
    neighbors: Vec<u32>,
    weights: Vec<f32>,
}

impl Piece {
    /// The rows of some nodes in place of those that it had.
    fn fill(
        &mut self,
        nodes: &[u32],
        fill: impl Fn(u32, &mut Vec<u32>, &mut Vec<f32>) -> Result<()>,
    ) -> Result<()> {
        let Piece { ends, neighbors, weights } = self;
        ends.clear();
        neighbors.clear();
        weights.clear();
        for &u in nodes {
            fill(u, neighbors, weights)?;
            ends.push(neighbors.len() as u64);
        }
        Ok(())
    }
}

impl Adjacency {
    /// Rows already sorted by neighbor and free of repetitions; weights are finite and at least 0.
    pub fn from_rows(offsets: Vec<u64>, neighbors: Vec<u32>, weights: Option<Vec<f32>>) -> Adjacency {
        debug_assert_eq!(offsets.last().copied().unwrap_or(0), neighbors.len() as u64);
        debug_assert!(weights.as_ref().is_none_or(|w| w.len() == neighbors.len()));
        Adjacency { offsets, neighbors, weights }
    }

    /// The rows of some nodes, in their order, put together by all threads: `fill` appends the neighbors of a node,
    /// ascending and each once, and their weights where `weighted`.
    pub(crate) fn from_nodes(
        nodes: &[u32],
        weighted: bool,
        fill: impl Fn(u32, &mut Vec<u32>, &mut Vec<f32>) + Sync,
    ) -> Adjacency {
        let fill = |u, neighbors: &mut _, weights: &mut _| {
            fill(u, neighbors, weights);
            Ok(())
        };
        Adjacency::try_from_nodes(nodes, weighted, fill).expect("rows that do not fail")
    }

    /// As [`from_nodes`](Self::from_nodes), by rows that may fail.
    pub(crate) fn try_from_nodes(
        nodes: &[u32],
        weighted: bool,
        fill: impl Fn(u32, &mut Vec<u32>, &mut Vec<f32>) -> Result<()> + Sync,
    ) -> Result<Adjacency> {
        let pieces = nodes.par_chunks(PIECE).map(|nodes| {
            let mut piece = Piece::default();
            piece.fill(nodes, &fill).map(|()| piece)
        });
        let pieces: Vec<Piece> = pieces.collect::<Result<_>>()?;
        let mut offsets = Vec::with_capacity(nodes.len() + 1);
        let (mut begin, mut cuts) = (0, vec![0]);
        offsets.push(0);
        for Piece { ends, neighbors, .. } in &pieces {
            offsets.extend(ends.iter().map(|end| begin + end));
            begin += neighbors.len() as u64;
            cuts.push(begin);
        }
        let rows: Vec<usize> = (0..cuts.len()).collect();
        let mut all_neighbors = filled(0, begin as usize);
        let mut all_weights = filled(0.0, if weighted { begin as usize } else { 0 });
        let weight_cuts = if weighted { cuts.clone() } else { vec![0; cuts.len()] };
        pieces
            .into_par_iter()
            .zip(cut(&mut all_neighbors, &cuts, &rows))
            .zip(cut(&mut all_weights, &weight_cuts, &rows))
            .for_each(|((piece, to), weights_to)| {
                to.copy_from_slice(&piece.neighbors);
                weights_to.copy_from_slice(&piece.weights);
            });
        Ok(Adjacency::from_rows(offsets, all_neighbors, weighted.then_some(all_weights)))
    }

    /// As [`from_nodes`](Self::from_nodes), for rows with weights of which it is known that they have at most `bound` arcs:
    /// a few pieces at a time are appended while the next are put together, so that hardly anything is there twice, and room
    /// that is not needed is not touched.
    pub(crate) fn within(
        bound: usize,
        nodes: &[u32],
        fill: impl Fn(u32, &mut Vec<u32>, &mut Vec<f32>) -> Result<()> + Sync,
    ) -> Result<Adjacency> {
        let mut offsets = Vec::with_capacity(nodes.len() + 1);
        offsets.push(0);
        let (mut neighbors, mut weights) = (Vec::with_capacity(bound), Vec::with_capacity(bound));
        let mut append = |pieces: &[Piece]| {
            for piece in pieces {
                let begin = neighbors.len() as u64;
                offsets.extend(piece.ends.iter().map(|end| begin + end));
                neighbors.extend_from_slice(&piece.neighbors);
                weights.extend_from_slice(&piece.weights);
            }
        };
        let wave = (WAVE_ARCS * nodes.len() / bound.max(1)).clamp(1, WAVE);
        let (mut ready, mut next): ([Piece; WAVES], [Piece; WAVES]) = Default::default();
        let mut ready_count = 0;
        for nodes in nodes.chunks(WAVES * wave) {
            let parts = nodes.par_chunks(wave).zip(&mut next);
            let put_together =
                || parts.map(|(nodes, piece)| piece.fill(nodes, &fill)).collect::<Result<()>>();
            rayon::join(|| append(&ready[..ready_count]), put_together).1?;
            swap(&mut ready, &mut next);
            ready_count = nodes.len().div_ceil(wave);
        }
        append(&ready[..ready_count]);
        Ok(Adjacency::from_rows(offsets, neighbors, Some(weights)))
    }

    /// Number of nodes.
    pub fn row_count(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Number of arcs.
    pub fn arc_count(&self) -> usize {
        self.neighbors.len()
    }

    /// Bytes in memory: 4 an arc, 8 with weights, and 8 a node.
    pub fn bytes(&self) -> usize {
        let weights = self.weights.as_deref().map_or(0, size_of_val);
        size_of_val(self.offsets.as_slice()) + size_of_val(self.neighbors.as_slice()) + weights
    }

    /// Whether arcs have weights; without, each counts 1.
    pub fn is_weighted(&self) -> bool {
        self.weights.is_some()
    }

    /// The positions of the arcs of `u`.
    #[inline]
    pub fn range(&self, u: u32) -> Range<usize> {
        self.offsets[u as usize] as usize..self.offsets[u as usize + 1] as usize
    }

    /// The neighbor of the arc at a position, such as those of [`Adjacency::range`].
    #[inline]
    pub(crate) fn neighbor(&self, position: usize) -> u32 {
        self.neighbors[position]
    }

    /// The neighbors of `u`, ascending.
    #[inline]
    pub fn neighbors(&self, u: u32) -> &[u32] {
        &self.neighbors[self.range(u)]
    }

    /// The weights of the arcs of `u`, in the order of [`Adjacency::neighbors`]; none where each counts 1.
    #[inline]
    pub fn weights(&self, u: u32) -> Option<&[f32]> {
        self.weights.as_ref().map(|weights| &weights[self.range(u)])
    }

    /// The arcs of `u`: neighbors, ascending, each with its weight.
    #[inline]
    pub fn arcs(&self, u: u32) -> impl Iterator<Item = (u32, f64)> {
        let weights = self.weights(u);
        let weight = move |i: usize| weights.map_or(1.0, |weights| f64::from(weights[i]));
        self.neighbors(u).iter().enumerate().map(move |(i, &v)| (v, weight(i)))
    }

    /// How many arcs `u` has.
    #[inline]
    pub fn degree(&self, u: u32) -> u64 {
        self.offsets[u as usize + 1] - self.offsets[u as usize]
    }

    /// How many nodes have an arc to themselves.
    pub(super) fn count_loops(&self) -> u64 {
        let is_loop = |u: &u32| self.neighbors(*u).binary_search(u).is_ok();
        (0..self.row_count() as u32).into_par_iter().filter(is_loop).count() as u64
    }

    /// The sum of the weights of the arcs of `u`.
    #[inline]
    pub fn strength(&self, u: u32) -> f64 {
        match self.weights(u) {
            Some(weights) => weights.iter().fold(0.0, |sum, &weight| sum + f64::from(weight)),
            None => self.degree(u) as f64,
        }
    }

    /// The weight of the arc between `u` and `v`, if there is one.
    pub fn weight(&self, u: u32, v: u32) -> Option<f64> {
        let position = self.neighbors(u).binary_search(&v).ok()?;
        Some(self.weights(u).map_or(1.0, |weights| f64::from(weights[position])))
    }

    /// Where to cut the rows into parts of about `size` rows and arcs, from 0 to the number of rows: tasks of
    /// like work, the same at any number of threads.
    pub fn bounds(&self, size: u64) -> Vec<usize> {
        bounds(&self.offsets, size)
    }

    /// The same arcs by their other end.
    pub(super) fn reversed(&self) -> Adjacency {
        gather(self.row_count(), self.is_weighted(), Reversed(self)).0
    }

    /// The same arcs, with their weights if `weighted`, otherwise each counts 1.
    pub(crate) fn counted(&self, weighted: bool) -> Cow<'_, Adjacency> {
        if weighted || !self.is_weighted() {
            return Cow::Borrowed(self);
        }
        let (offsets, neighbors) = (self.offsets.clone(), self.neighbors.clone());
        Cow::Owned(Adjacency { offsets, neighbors, weights: None })
    }

    /// The same arcs under new names, with weights if `weighted`: row `i` is that of `order[i]`, whose neighbors
    /// come in the same order but by the places that `order` gives them.
    pub(crate) fn relabeled(&self, order: &[u32], weighted: bool) -> Adjacency {
        let mut places = vec![0; order.len()];
        for (&u, place) in order.iter().zip(0..) {
            places[u as usize] = place;
        }
        let mut offsets = Vec::with_capacity(order.len() + 1);
        offsets.push(0);
        for (i, &u) in order.iter().enumerate() {
            offsets.push(offsets[i] + self.degree(u));
        }
        let neighbors = self.reordered(&self.neighbors, order, &offsets, |v| places[v as usize]);
        let weights = self.weights.as_ref().filter(|_| weighted);
        let weights = weights.map(|weights| self.reordered(weights, order, &offsets, |weight| weight));
        Adjacency { offsets, neighbors, weights }
    }

    /// `data`, a value an arc, with the rows in `order`, which begin at `offsets`.
    fn reordered<T: Copy + Default + Send + Sync>(
        &self,
        data: &[T],
        order: &[u32],
        offsets: &[u64],
        rename: impl Fn(T) -> T + Sync,
    ) -> Vec<T> {
        let bounds = bounds(offsets, TASK);
        let mut reordered = filled(T::default(), data.len());
        cut(&mut reordered, offsets, &bounds).into_par_iter().zip(bounds.par_windows(2)).for_each(
            |(slice, rows)| {
                let arcs = order[rows[0]..rows[1]].iter().flat_map(|&u| &data[self.range(u)]);
                slice.iter_mut().zip(arcs).for_each(|(to, &from)| *to = rename(from));
            },
        );
        reordered
    }

    /// The rows of some nodes, ascending, and the arcs among them; they are numbered in their order.
    pub(crate) fn among(&self, nodes: &[u32]) -> Adjacency {
        let mut places = vec![u32::MAX; self.row_count()];
        (0..).zip(nodes).for_each(|(place, &u)| places[u as usize] = place);
        Adjacency::from_nodes(nodes, self.is_weighted(), |u, neighbors, weights| {
            self.append_named(u, |v| places[v as usize], u32::MAX, neighbors, weights);
        })
    }

    /// Appends the arcs of `u` to those neighbors whose names are below `bound`, by these names; weights where there are any.
    #[inline]
    pub(crate) fn append_named(
        &self,
        u: u32,
        name: impl Fn(u32) -> u32,
        bound: u32,
        neighbors: &mut Vec<u32>,
        weights: &mut Vec<f32>,
    ) {
        let (row, mut end) = (self.neighbors(u), neighbors.len());
        neighbors.resize(end + row.len(), 0);
        // An arc that is not kept is written over: nobody can foresee which are.
        match self.weights(u) {
            None => {
                for &v in row {
                    let name = name(v);
                    neighbors[end] = name;
                    end += usize::from(name < bound);
                }
            }
            Some(of_row) => {
                weights.resize(neighbors.len(), 0.0);
                for (&v, &weight) in row.iter().zip(of_row) {
                    let name = name(v);
                    (neighbors[end], weights[end]) = (name, weight);
                    end += usize::from(name < bound);
                }
                weights.truncate(end);
            }
        }
        neighbors.truncate(end);
    }

    /// Each arc both ways, arcs of one pair added, loops left out.
    pub(super) fn symmetrized(&self) -> Adjacency {
        gather(self.row_count(), self.is_weighted(), Symmetrized(self)).0
    }

    /// Each arc, none of which leads to a smaller node, the other way round too; loops once.
    pub(super) fn mirrored(self) -> Adjacency {
        gather(self.row_count(), self.is_weighted(), Mirrored(self)).0
    }

    /// The same arcs but those from a node to itself.
    pub(super) fn without_loops(&self) -> Adjacency {
        gather(self.row_count(), self.is_weighted(), WithoutLoops(self)).0
    }

    /// Calls `visit` with the arcs of whole rows, about as many in each of so many shares.
    fn each(&self, share: usize, shares: usize, mut visit: impl FnMut(u32, u32, f32)) {
        let row = |share| {
            let first = (self.arc_count() * share / shares) as u64;
            if share == shares {
                self.row_count()
            } else {
                self.offsets.partition_point(|&offset| offset < first)
            }
        };
        for u in row(share) as u32..row(share + 1) as u32 {
            match self.weights(u) {
                Some(weights) => self.neighbors(u).iter().zip(weights).for_each(|(&v, &w)| visit(u, v, w)),
                None => self.neighbors(u).iter().for_each(|&v| visit(u, v, 1.0)),
            }
        }
    }
}

struct Reversed<'a>(&'a Adjacency);

impl Arcs for Reversed<'_> {
    const ROWS_ARE_SORTED: bool = true;

    fn count(&self) -> usize {
        self.0.arc_count()
    }

    fn each(&self, share: usize, shares: usize, mut visit: impl FnMut(u32, u32, f32)) {
        self.0.each(share, shares, |u, v, weight| visit(v, u, weight));
    }
}

struct Mirrored(Adjacency);

impl Arcs for Mirrored {
    /// Smaller neighbors reach a row before its own come.
    const ROWS_ARE_SORTED: bool = true;

    fn count(&self) -> usize {
        2 * self.0.arc_count()
    }

    fn each(&self, share: usize, shares: usize, mut visit: impl FnMut(u32, u32, f32)) {
        self.0.each(share, shares, |u, v, weight| {
            visit(u, v, weight);
            if u != v {
                visit(v, u, weight);
            }
        });
    }
}

struct WithoutLoops<'a>(&'a Adjacency);

impl Arcs for WithoutLoops<'_> {
    const ROWS_ARE_SORTED: bool = true;

    fn count(&self) -> usize {
        self.0.arc_count()
    }

    fn each(&self, share: usize, shares: usize, mut visit: impl FnMut(u32, u32, f32)) {
        self.0.each(share, shares, |u, v, weight| {
            if u != v {
                visit(u, v, weight);
            }
        });
    }
}

struct Symmetrized<'a>(&'a Adjacency);

impl Arcs for Symmetrized<'_> {
    fn count(&self) -> usize {
        2 * self.0.arc_count()
    }

    fn each(&self, share: usize, shares: usize, mut visit: impl FnMut(u32, u32, f32)) {
        WithoutLoops(self.0).each(share, shares, |u, v, weight| {
            visit(u, v, weight);
            visit(v, u, weight);
        });
    }
}
