//! Leaves: nodes with a single tie go wherever their neighbor goes.

use rayon::prelude::*;

use super::moving::Level;
use super::null::Mass;
use super::tally::NONE;
use crate::graph::Adjacency;

/// Where fewer than one node of so many is a leaf, to leave them out is not worth a copy.
const WORTH: usize = 8;

/// A graph without its leaves, whose masses are with their neighbors.
pub(super) struct Trimmed<M> {
    pub(super) arcs: Adjacency,
    pub(super) masses: Vec<M>,
    /// For each node of the whole graph, itself or the neighbor that it goes with, by place in this one.
    pub(super) places: Vec<u32>,
    /// The nodes that are no leaves, ascending.
    pub(super) nodes: Vec<u32>,
}

/// The graph without its leaves, where they are many.
///
/// Where less is expected between a leaf and everybody than its tie weighs, no partition is better than one in which it is
/// with its neighbor (Arenas, Duch, Fernández, Gómez, "Size reduction of complex networks preserving modularity", New
/// Journal of Physics 9, 2007). That is so for each modularity of resolution 1 or less.
pub(super) fn trimmed<M: Mass>(level: &Level<M>) -> Option<Trimmed<M>> {
    let Level { arcs, masses, .. } = *level;
    let follows = |u: u32| match *arcs.neighbors(u) {
        [v] if arcs.degree(v) > 1 && arcs.strength(u) > 0.0 => v,
        _ => NONE,
    };
    let follows: Vec<u32> = (0..arcs.row_count() as u32).into_par_iter().map(follows).collect();
    let nodes: Vec<u32> = (0..).zip(&follows).filter_map(|(u, &v)| (v == NONE).then_some(u)).collect();
    if (arcs.row_count() - nodes.len()) * WORTH < arcs.row_count() {
        return None;
    }
    let mut places = vec![NONE; arcs.row_count()];
    (0..).zip(&nodes).for_each(|(place, &u)| places[u as usize] = place);
    let mut sums: Vec<M> = nodes.iter().map(|&u| masses[u as usize]).collect();
    for (u, &v) in follows.iter().enumerate().filter(|(_, v)| **v != NONE) {
        let place = places[v as usize];
        places[u] = place;
        sums[place as usize] = sums[place as usize].plus(masses[u]);
    }
    Some(Trimmed { arcs: arcs.among(&nodes), masses: sums, places, nodes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges, Graph};

    fn level<T>(sources: &[u32], targets: &[u32], weights: &[f64], test: impl FnOnce(&Level<f64>) -> T) -> T {
        let rows = EdgeChunk { sources, targets, weights: Some(weights) };
        let params = FromEdges { directed: false, ..FromEdges::default() };
        let graph = Graph::from_edges(8, &[rows], &params).unwrap();
        let masses: Vec<f64> = (0..8).map(|u| graph.out().strength(u)).collect();
        test(&Level { arcs: graph.out(), masses: &masses, rate: 1.0 })
    }

    #[test]
    fn leaves_are_with_their_neighbors() {
        // A triangle of 0, 1 and 2 with leaves 3 and 4; a pair of 5 and 6; 7 has a tie of no weight.
        let (sources, targets) = ([0, 0, 1, 3, 2, 5, 7], [1, 2, 2, 0, 4, 6, 1]);
        let found = level(&sources, &targets, &[1.0, 1.0, 1.0, 2.0, 3.0, 1.0, 0.0], trimmed).unwrap();
        assert_eq!(found.nodes, [0, 1, 2, 5, 6, 7]);
        assert_eq!(found.places, [0, 1, 2, 0, 2, 3, 4, 5]);
        assert_eq!(found.masses, [6.0, 2.0, 8.0, 1.0, 1.0, 0.0]);
        assert_eq!(found.arcs.neighbors(0), [1, 2]);
        assert_eq!((found.arcs.neighbors(1), found.arcs.weight(1, 5)), ([0, 2, 5].as_slice(), Some(0.0)));
    }

    #[test]
    fn few_leaves_are_not_worth_a_copy() {
        let circle = |u: u32| (u + 1) % 8;
        let sources: Vec<u32> = (0..8).collect();
        let targets: Vec<u32> = sources.iter().map(|&u| circle(u)).collect();
        assert!(level(&sources, &targets, &[1.0; 8], |level| trimmed(level).is_none()));
    }
}
