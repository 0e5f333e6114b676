//! One immutable compressed sparse row graph of `u32` nodes, and what every measure needs of it.

mod scores;

pub use scores::{Column, Convergence, Scores, Values};

use std::sync::OnceLock;

/// The arcs of a graph in one direction: the neighbors of `u` are `neighbors[offsets[u]..offsets[u + 1]]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Adjacency {
    offsets: Vec<u64>,
    neighbors: Vec<u32>,
    weights: Option<Vec<f32>>,
}

impl Adjacency {
    /// Rows already sorted by neighbor and free of repetitions.
    pub fn from_rows(offsets: Vec<u64>, neighbors: Vec<u32>, weights: Option<Vec<f32>>) -> Adjacency {
        debug_assert_eq!(offsets.last().copied(), Some(neighbors.len() as u64));
        debug_assert!(weights.as_ref().is_none_or(|w| w.len() == neighbors.len()));
        Adjacency { offsets, neighbors, weights }
    }

    /// The positions of the arcs of `u`.
    #[inline]
    pub fn range(&self, u: u32) -> std::ops::Range<usize> {
        self.offsets[u as usize] as usize..self.offsets[u as usize + 1] as usize
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

    /// How many arcs `u` has.
    #[inline]
    pub fn degree(&self, u: u32) -> u64 {
        self.offsets[u as usize + 1] - self.offsets[u as usize]
    }
}

/// A directed or undirected graph, weighted or not. An undirected edge is stored as two arcs.
#[derive(Debug, Clone)]
pub struct Graph {
    directed: bool,
    out: Adjacency,
    inn: OnceLock<Adjacency>,
    self_loops_dropped: u64,
}

impl Graph {
    /// A directed graph from its rows of out-arcs.
    pub fn from_adjacency(out: Adjacency) -> Graph {
        Graph { directed: true, out, inn: OnceLock::new(), self_loops_dropped: 0 }
    }

    /// Number of nodes.
    pub fn node_count(&self) -> usize {
        self.out.offsets.len().saturating_sub(1)
    }

    /// Number of arcs stored; twice the edges of an undirected graph without loops.
    pub fn arc_count(&self) -> usize {
        self.out.neighbors.len()
    }

    /// Whether arcs have a direction.
    pub fn is_directed(&self) -> bool {
        self.directed
    }

    /// Out-arcs by source.
    pub fn out(&self) -> &Adjacency {
        &self.out
    }
}
