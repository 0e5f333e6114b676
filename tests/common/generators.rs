//! Graphs as rows of arcs: shapes, samples, and Zachary's karate club.

use laud::graph::{EdgeChunk, FromEdges, Graph, SelfLoops, generator};
use rand::RngExt;

/// Rows of arcs before they are a graph.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rows {
    pub(crate) node_count: usize,
    pub(crate) sources: Vec<u32>,
    pub(crate) targets: Vec<u32>,
    pub(crate) weights: Option<Vec<f64>>,
}

impl Rows {
    pub(crate) fn new(node_count: usize, arcs: impl IntoIterator<Item = (u32, u32)>) -> Rows {
        let (sources, targets) = arcs.into_iter().unzip();
        Rows { node_count, sources, targets, weights: None }
    }

    pub(crate) fn chunk(&self) -> EdgeChunk<'_> {
        EdgeChunk { sources: &self.sources, targets: &self.targets, weights: self.weights.as_deref() }
    }

    pub(crate) fn graph(&self, params: &FromEdges) -> Graph {
        Graph::from_edges(self.node_count, &[self.chunk()], params).unwrap()
    }

    pub(crate) fn directed(&self) -> Graph {
        self.graph(&FromEdges::default())
    }

    pub(crate) fn undirected(&self) -> Graph {
        self.graph(&FromEdges { directed: false, ..FromEdges::default() })
    }

    pub(crate) fn directed_with_loops(&self) -> Graph {
        self.graph(&FromEdges { self_loops: SelfLoops::Keep, ..FromEdges::default() })
    }
}

/// Node 0 joined to all others.
pub(crate) fn star(n: u32) -> Rows {
    Rows::new(n as usize, (1..n).map(|leaf| (0, leaf)))
}

/// 0 - 1 - 2 - ...
pub(crate) fn path(n: u32) -> Rows {
    Rows::new(n as usize, (1..n).map(|v| (v - 1, v)))
}

/// A path whose ends are joined.
pub(crate) fn cycle(n: u32) -> Rows {
    Rows::new(n as usize, (0..n).map(|v| (v, (v + 1) % n)))
}

/// All pairs.
pub(crate) fn clique(n: u32) -> Rows {
    Rows::new(n as usize, (0..n).flat_map(|u| (u + 1..n).map(move |v| (u, v))))
}

/// `arcs` rows between random nodes, loops and repetitions included, with weights where `weighted`: quarters from 0
/// to 2.25, one in ten of them 0.
pub(crate) fn gnm(seed: u64, node_count: usize, arcs: usize, weighted: bool) -> Rows {
    let mut random = generator(seed, "gnm", 0);
    let mut node = || random.random_range(0..node_count as u32);
    let mut rows = Rows::new(node_count, (0..arcs).map(|_| (node(), node())));
    rows.weights =
        weighted.then(|| (0..arcs).map(|_| f64::from(random.random_range(0..10u8)) / 4.0).collect());
    rows
}

/// Heavy-tailed arcs between `node_count` nodes of shuffled names: the recursive matrix model of Chakrabarti, Zhan,
/// Faloutsos, 2004, with the quadrants of Graph500, weights from 0 to 1 where `weighted`.
pub(crate) fn rmat(seed: u64, node_count: usize, arcs: usize, weighted: bool) -> Rows {
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

/// Who met whom outside a karate club: Zachary, "An information flow model for conflict and fission in small groups",
/// Journal of Anthropological Research 33, 1977.
pub(crate) fn karate() -> Rows {
    const LATER: [&[u32]; 33] = [
        &[1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31],
        &[2, 3, 7, 13, 17, 19, 21, 30],
        &[3, 7, 8, 9, 13, 27, 28, 32],
        &[7, 12, 13],
        &[6, 10],
        &[6, 10, 16],
        &[16],
        &[],
        &[30, 32, 33],
        &[33],
        &[],
        &[],
        &[],
        &[33],
        &[32, 33],
        &[32, 33],
        &[],
        &[],
        &[32, 33],
        &[33],
        &[32, 33],
        &[],
        &[32, 33],
        &[25, 27, 29, 32, 33],
        &[25, 27, 31],
        &[31],
        &[29, 33],
        &[33],
        &[31, 33],
        &[32, 33],
        &[32, 33],
        &[32, 33],
        &[33],
    ];
    Rows::new(34, (0..).zip(LATER).flat_map(|(u, later)| later.iter().map(move |&v| (u, v))))
}

/// Marriages between Florentine families: 0 Acciaiuoli, 1 Albizzi, 2 Barbadori,
/// 3 Bischeri, 4 Castellani, 5 Ginori, 6 Guadagni, 7 Lamberteschi, 8 Medici, 9 Pazzi, 10 Peruzzi, 11 Ridolfi,
/// 12 Salviati, 13 Strozzi, 14 Tornabuoni. Padgett, Ansell, "Robust action and the rise of the Medici", 1993.
pub(crate) fn florentine() -> Graph {
    let marriages = [
        (0, 8),
        (1, 5),
        (1, 6),
        (1, 8),
        (2, 4),
        (2, 8),
        (3, 6),
        (3, 10),
        (3, 13),
        (4, 10),
        (4, 13),
        (6, 7),
        (6, 14),
        (8, 11),
        (8, 12),
        (8, 14),
        (9, 12),
        (10, 13),
        (11, 13),
        (11, 14),
    ];
    Rows::new(15, marriages).undirected()
}

/// Who of 18 women, 0 to 17, came to which of 14 events, 18 to 31: Davis, Gardner, Gardner, "Deep South", 1941.
pub(crate) fn southern_women() -> Rows {
    const EVENTS: [&[u32]; 18] = [
        &[1, 2, 3, 4, 5, 6, 8, 9],
        &[1, 2, 3, 5, 6, 7, 8],
        &[2, 3, 4, 5, 6, 7, 8, 9],
        &[1, 3, 4, 5, 6, 7, 8],
        &[3, 4, 5, 7],
        &[3, 5, 6, 8],
        &[5, 6, 7, 8],
        &[6, 8, 9],
        &[5, 7, 8, 9],
        &[7, 8, 9, 12],
        &[8, 9, 10, 12],
        &[8, 9, 10, 12, 13, 14],
        &[7, 8, 9, 10, 12, 13, 14],
        &[6, 7, 9, 10, 11, 12, 13, 14],
        &[7, 8, 10, 11, 12],
        &[8, 9],
        &[9, 11],
        &[9, 11],
    ];
    Rows::new(
        32,
        (0..).zip(EVENTS).flat_map(|(woman, events)| events.iter().map(move |event| (woman, 17 + event))),
    )
}
