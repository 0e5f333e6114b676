//! petgraph's visit traits on `&Graph`, so that its algorithms run on ours.
//!
//! To petgraph every graph is directed: an undirected edge is two arcs, and an arc without weight weighs 1.

use std::iter::Copied;
use std::slice::Iter;

use petgraph::visit::{
    Data, EdgeCount, EdgeRef, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges, IntoNeighbors,
    IntoNeighborsDirected, IntoNodeIdentifiers, NodeCompactIndexable, NodeCount, NodeIndexable, Visitable,
};
use petgraph::{Directed, Direction};

use super::Graph;

/// An arc as petgraph sees it; its id is its position among all arcs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArcRef<'a> {
    source: u32,
    target: u32,
    weight: &'a f32,
    id: usize,
}

impl EdgeRef for ArcRef<'_> {
    type NodeId = u32;
    type EdgeId = usize;
    type Weight = f32;

    fn source(&self) -> u32 {
        self.source
    }

    fn target(&self) -> u32 {
        self.target
    }

    fn weight(&self) -> &f32 {
        self.weight
    }

    fn id(&self) -> usize {
        self.id
    }
}

/// The nodes already met, one flag each.
#[derive(Debug, Clone)]
pub struct Visited(Vec<bool>);

impl petgraph::visit::VisitMap<u32> for Visited {
    fn visit(&mut self, u: u32) -> bool {
        !std::mem::replace(&mut self.0[u as usize], true)
    }

    fn is_visited(&self, u: &u32) -> bool {
        self.0[*u as usize]
    }

    fn unvisit(&mut self, u: u32) -> bool {
        std::mem::take(&mut self.0[u as usize])
    }
}

impl GraphBase for Graph {
    type NodeId = u32;
    type EdgeId = usize;
}

impl GraphProp for Graph {
    type EdgeType = Directed;
}

impl Data for Graph {
    type NodeWeight = ();
    type EdgeWeight = f32;
}

impl NodeCount for Graph {
    fn node_count(&self) -> usize {
        Graph::node_count(self)
    }
}

impl EdgeCount for Graph {
    fn edge_count(&self) -> usize {
        self.arc_count()
    }
}

impl NodeIndexable for Graph {
    fn node_bound(&self) -> usize {
        Graph::node_count(self)
    }

    fn to_index(&self, u: u32) -> usize {
        u as usize
    }

    fn from_index(&self, index: usize) -> u32 {
        index as u32
    }
}

impl NodeCompactIndexable for Graph {}

impl Visitable for Graph {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited(vec![false; Graph::node_count(self)])
    }

    fn reset_map(&self, map: &mut Visited) {
        *map = self.visit_map();
    }
}

impl<'a> IntoNeighbors for &'a Graph {
    type Neighbors = Copied<Iter<'a, u32>>;

    fn neighbors(self, u: u32) -> Self::Neighbors {
        self.out().neighbors(u).iter().copied()
    }
}

impl<'a> IntoNeighborsDirected for &'a Graph {
    type NeighborsDirected = Copied<Iter<'a, u32>>;

    fn neighbors_directed(self, u: u32, direction: Direction) -> Self::NeighborsDirected {
        match direction {
            Direction::Outgoing => self.neighbors(u),
            Direction::Incoming => self.incoming().neighbors(u).iter().copied(),
        }
    }
}

impl IntoNodeIdentifiers for &Graph {
    type NodeIdentifiers = std::ops::Range<u32>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        0..Graph::node_count(self) as u32
    }
}

impl<'a> IntoEdges for &'a Graph {
    type Edges = Box<dyn Iterator<Item = ArcRef<'a>> + 'a>;

    fn edges(self, source: u32) -> Self::Edges {
        let (out, first) = (self.out(), self.out().range(source).start);
        let weights = out.weights(source);
        Box::new(out.neighbors(source).iter().enumerate().map(move |(i, &target)| {
            let weight = weights.map_or(&1.0, |weights| &weights[i]);
            ArcRef { source, target, weight, id: first + i }
        }))
    }
}

impl<'a> IntoEdgeReferences for &'a Graph {
    type EdgeRef = ArcRef<'a>;
    type EdgeReferences = Box<dyn Iterator<Item = ArcRef<'a>> + 'a>;

    fn edge_references(self) -> Self::EdgeReferences {
        Box::new(self.node_identifiers().flat_map(|u| self.edges(u)))
    }
}
