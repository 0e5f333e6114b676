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

/// A network with planted communities and the community of each node: degrees from 15 to 100 by a power law of exponent
/// 2, sizes of communities from 20 to 200 of exponent 1, and of each node's edges a share `mixing` that leads elsewhere.
/// After Lancichinetti, Fortunato, Radicchi, "Benchmark graphs for testing community detection algorithms", Physical
/// Review E 78, 2008; an edge that cannot be drawn anew in ten trials is left out.
pub(crate) fn lfr(seed: u64, node_count: usize, mixing: f64) -> (Rows, Vec<u32>) {
    let mut random = generator(seed, "lfr", 0);
    // The inverse of the distribution function of a power law.
    let mut power = |low: f64, high: f64, exponent: f64| {
        let a = 1.0 - exponent;
        let x: f64 = random.random();
        (low.powf(a) + (high.powf(a) - low.powf(a)) * x).powf(1.0 / a)
    };
    let degrees: Vec<usize> = (0..node_count).map(|_| power(15.0, 101.0, 2.0) as usize).collect();
    let mut sizes: Vec<usize> = Vec::new();
    while sizes.iter().sum::<usize>() < node_count {
        sizes.push(power(20.0, 201.0, 1.0 + 1e-9) as usize);
    }
    let surplus = sizes.iter().sum::<usize>() - node_count;
    if let Some(large) = sizes.iter_mut().find(|size| **size >= 20 + surplus) {
        *large -= surplus;
    }
    // Whoever has most neighbors within chooses first among the communities with room for them.
    let inner: Vec<usize> =
        degrees.iter().map(|&degree| (degree as f64 * (1.0 - mixing)).round() as usize).collect();
    let mut order: Vec<usize> = (0..node_count).collect();
    order.sort_by_key(|&u| std::cmp::Reverse(inner[u]));
    let (mut free, mut community) = (sizes.clone(), vec![0; node_count]);
    for u in order {
        let fits: Vec<usize> = (0..sizes.len()).filter(|&c| free[c] > 0 && sizes[c] > inner[u]).collect();
        let fits = if fits.is_empty() { (0..sizes.len()).filter(|&c| free[c] > 0).collect() } else { fits };
        let room: usize = fits.iter().map(|&c| free[c]).sum();
        let mut at = random.random_range(0..room);
        let chosen = fits.into_iter().find(|&c| {
            let is_here = at < free[c];
            at = at.saturating_sub(free[c]);
            is_here
        });
        community[u] = chosen.expect("a place for everybody") as u32;
        free[community[u] as usize] -= 1;
    }
    let mut edges = std::collections::BTreeSet::new();
    for within in (0..sizes.len() as u32).map(Some).chain([None]) {
        let members = (0..node_count).filter(|&u| within.is_none_or(|c| community[u] == c));
        let stubs =
            |u: usize| if within.is_some() { inner[u] } else { degrees[u] - inner[u].min(degrees[u]) };
        let mut ends: Vec<u32> = members.flat_map(|u| std::iter::repeat_n(u as u32, stubs(u))).collect();
        for i in (1..ends.len()).rev() {
            ends.swap(i, random.random_range(0..=i));
        }
        while let [.., u, v] = ends[..] {
            let is_new = |u: u32, v: u32, edges: &std::collections::BTreeSet<(u32, u32)>| {
                let apart = within.is_some() || community[u as usize] != community[v as usize];
                u != v && apart && !edges.contains(&(u.min(v), u.max(v)))
            };
            let mut end = v;
            for _ in 0..10 {
                if is_new(u, end, &edges) {
                    edges.insert((u.min(end), u.max(end)));
                    break;
                }
                let other = random.random_range(0..ends.len() - 1);
                let last = ends.len() - 1;
                ends.swap(other, last);
                end = ends[last];
            }
            ends.truncate(ends.len() - 2);
        }
    }
    (Rows::new(node_count, edges), community)
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
