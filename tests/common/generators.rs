//! Graphs as rows of arcs: shapes, samples, and Zachary's karate club.

use laud::graph::{EdgeChunk, FromEdges, Graph, SelfLoops, generator};
use rand::RngExt;

/// Rows of arcs before they are a graph.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    pub node_count: usize,
    pub sources: Vec<u32>,
    pub targets: Vec<u32>,
    pub weights: Option<Vec<f64>>,
}

impl Rows {
    pub fn new(node_count: usize, arcs: impl IntoIterator<Item = (u32, u32)>) -> Rows {
        let (sources, targets) = arcs.into_iter().unzip();
        Rows { node_count, sources, targets, weights: None }
    }

    pub fn chunk(&self) -> EdgeChunk<'_> {
        EdgeChunk { sources: &self.sources, targets: &self.targets, weights: self.weights.as_deref() }
    }

    pub fn graph(&self, params: &FromEdges) -> Graph {
        Graph::from_edges(self.node_count, &[self.chunk()], params).unwrap()
    }

    pub fn directed(&self) -> Graph {
        self.graph(&FromEdges::default())
    }

    pub fn undirected(&self) -> Graph {
        self.graph(&FromEdges { directed: false, ..FromEdges::default() })
    }

    pub fn directed_with_loops(&self) -> Graph {
        self.graph(&FromEdges { self_loops: SelfLoops::Keep, ..FromEdges::default() })
    }
}

/// Node 0 joined to all others.
pub fn star(n: u32) -> Rows {
    Rows::new(n as usize, (1..n).map(|leaf| (0, leaf)))
}

/// 0 - 1 - 2 - ...
pub fn path(n: u32) -> Rows {
    Rows::new(n as usize, (1..n).map(|v| (v - 1, v)))
}

/// A path whose ends are joined.
pub fn cycle(n: u32) -> Rows {
    Rows::new(n as usize, (0..n).map(|v| (v, (v + 1) % n)))
}

/// All pairs.
pub fn clique(n: u32) -> Rows {
    Rows::new(n as usize, (0..n).flat_map(|u| (u + 1..n).map(move |v| (u, v))))
}

/// `arcs` rows between random nodes, loops and repetitions included, with weights where `weighted`: quarters from 0
/// to 2.25, one in ten of them 0.
pub fn gnm(seed: u64, node_count: usize, arcs: usize, weighted: bool) -> Rows {
    let mut random = generator(seed, "gnm", 0);
    let mut node = || random.random_range(0..node_count as u32);
    let mut rows = Rows::new(node_count, (0..arcs).map(|_| (node(), node())));
    rows.weights =
        weighted.then(|| (0..arcs).map(|_| f64::from(random.random_range(0..10u8)) / 4.0).collect());
    rows
}

/// Heavy-tailed arcs between `node_count` nodes of shuffled names: the recursive matrix model of Chakrabarti, Zhan,
/// Faloutsos, 2004, with the quadrants of Graph500, weights from 0 to 1 where `weighted`.
pub fn rmat(seed: u64, node_count: usize, arcs: usize, weighted: bool) -> Rows {
    let levels = node_count.next_power_of_two().trailing_zeros();
    let mut random = generator(seed, "rmat", 0);
    let mut names: Vec<u32> = (0..node_count as u32).collect();
    for i in (1..names.len()).rev() {
        names.swap(i, random.random_range(0..=i));
    }
    let mut arc = || {
        loop {
            let (mut u, mut v) = (0, 0);
            for _ in 0..levels {
                let quadrant = random.random::<f64>();
                u = u << 1 | usize::from(quadrant >= 0.76);
                v = v << 1 | usize::from((0.57..0.76).contains(&quadrant) || quadrant >= 0.95);
            }
            if u < node_count && v < node_count {
                return (names[u], names[v]);
            }
        }
    };
    let mut rows = Rows::new(node_count, (0..arcs).map(|_| arc()));
    rows.weights = weighted.then(|| (0..arcs).map(|_| random.random()).collect());
    rows
}
