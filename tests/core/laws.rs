//! What holds on every graph.

use std::sync::Arc;

use laud::Error;
use laud::graph::{EdgeChunk, FromEdges, Graph, SelfLoops, Values};
use laud::measure::Measure;
use laud::progress::{Observer, observed};
use proptest::prelude::*;
use rayon::prelude::*;

use crate::generators::{Rows, gnm, rmat};
use crate::{cores, distance, labels, personalized, ranks};

/// Up to 24 nodes and 60 rows, loops and repetitions included, weights in quarters and often 0, or none.
fn rows() -> impl Strategy<Value = Rows> {
    (1usize..24, 0usize..60, any::<bool>(), any::<u64>())
        .prop_map(|(node_count, arcs, weighted, seed)| gnm(seed, node_count, arcs, weighted))
}

fn permuted(rows: &Rows, order: &[usize]) -> Rows {
    let pick = |ends: &[u32]| order.iter().map(|&i| ends[i]).collect();
    Rows {
        node_count: rows.node_count,
        sources: pick(&rows.sources),
        targets: pick(&rows.targets),
        weights: rows.weights.as_ref().map(|weights| order.iter().map(|&i| weights[i]).collect()),
    }
}

fn renamed(rows: &Rows, name: impl Fn(u32) -> u32) -> Rows {
    let rename = |ends: &[u32]| ends.iter().map(|&u| name(u)).collect();
    Rows { sources: rename(&rows.sources), targets: rename(&rows.targets), ..rows.clone() }
}

/// Every measure's columns, as bits.
fn bits(graph: &Graph) -> Vec<Vec<u64>> {
    let mut measures: Vec<Measure> =
        Measure::NAMES.iter().map(|name| Measure::named(name).unwrap()).collect();
    // As few sources as leave searches for several threads.
    let few: Vec<u32> = (0..graph.node_count() as u32).take(200).collect();
    // Edge betweenness has a search from everybody, and a test of its own.
    measures.retain(|measure| graph.node_count() < 1000 || !matches!(measure, Measure::EdgeBetweenness(_)));
    for measure in &mut measures {
        if let Measure::Betweenness(params) = measure {
            params.sources = few.clone();
        }
        if let Measure::PersonalizedPagerank(params) = measure {
            params.seeds = vec![vec![(0, 1.0)], vec![(graph.node_count() as u32 - 1, 1.0), (0, 0.3)]];
        }
    }
    let columns = measures.iter().flat_map(|measure| measure.compute(graph).unwrap().columns);
    columns
        .map(|column| match column.values {
            Values::Float(values) => values.into_iter().map(f64::to_bits).collect(),
            Values::Integer(values) => values,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn neither_the_order_of_rows_nor_their_chunks_change_a_bit(
        (rows, order) in rows().prop_flat_map(|rows| {
            let order: Vec<usize> = (0..rows.sources.len()).collect();
            (Just(rows), Just(order).prop_shuffle())
        }),
        cut in 0usize..60,
        directed: bool,
    ) {
        let mut rows = rows;
        // Weights whose sums depend on the order they are added in.
        rows.weights.iter_mut().flatten().for_each(|weight| *weight = (*weight * 1.1).exp2() / 3.0);
        let params = FromEdges { directed, self_loops: SelfLoops::Keep };
        let shuffled = permuted(&rows, &order);
        let cut = cut.min(order.len());
        let part = |range: std::ops::Range<usize>| EdgeChunk {
            sources: &shuffled.sources[range.clone()],
            targets: &shuffled.targets[range.clone()],
            weights: shuffled.weights.as_deref().map(|weights| &weights[range]),
        };
        let chunks = [part(0..cut), part(cut..order.len())];
        let other = Graph::from_edges(rows.node_count, &chunks, &params).unwrap();
        let graph = rows.graph(&params);
        prop_assert_eq!(other.out(), graph.out());
        prop_assert_eq!(bits(&other), bits(&graph));
    }

    #[test]
    fn renaming_the_nodes_renames_the_results(
        (rows, names) in rows().prop_flat_map(|rows| {
            let names: Vec<u32> = (0..rows.node_count as u32).collect();
            (Just(rows), Just(names).prop_shuffle())
        }),
    ) {
        let (graph, other) = (rows.directed(), renamed(&rows, |u| names[u as usize]).directed());
        let back = |values: Vec<f64>| -> Vec<f64> { names.iter().map(|&name| values[name as usize]).collect() };
        prop_assert!(distance(&back(ranks(&other)), &ranks(&graph)) < 1e-12);
        let (seeds, their_seeds) = (vec![vec![(0, 1.0)]], vec![vec![(names[0], 1.0)]]);
        let theirs = personalized(&other, &their_seeds).values().to_vec();
        prop_assert!(distance(&back(theirs), personalized(&graph, &seeds).values()) < 1e-12);
        let theirs = cores(&other);
        prop_assert_eq!(names.iter().map(|&name| theirs[name as usize]).collect::<Vec<_>>(), cores(&graph));
        let (mine, theirs) = (labels(&graph), labels(&other));
        for u in 0..rows.node_count {
            for v in 0..u {
                let together = theirs[names[u] as usize] == theirs[names[v] as usize];
                prop_assert_eq!(together, mine[u] == mine[v]);
            }
        }
    }

    #[test]
    fn scores_are_positive_and_sum_to_one(rows in rows(), directed: bool) {
        let graph = rows.graph(&FromEdges { directed, self_loops: SelfLoops::Keep });
        let x = ranks(&graph);
        prop_assert!((x.iter().sum::<f64>() - 1.0).abs() < 1e-14);
        prop_assert!(x.iter().all(|&x| x > 0.0));
        let personal = personalized(&graph, &[vec![(0, 1.0)]]);
        prop_assert!((personal.values().iter().sum::<f64>() - 1.0).abs() < 1e-14);
    }

    #[test]
    fn doubling_all_weights_changes_no_bit_of_a_walk(rows in rows(), power in -20i32..20) {
        let mut scaled = rows.clone();
        scaled.weights.iter_mut().flatten().for_each(|weight| *weight *= f64::from(power).exp2());
        let (graph, scaled) = (rows.directed(), scaled.directed());
        prop_assert_eq!(ranks(&scaled), ranks(&graph));
        prop_assert_eq!(cores(&scaled), cores(&graph));
    }

    #[test]
    fn side_by_side_graphs_keep_cores_and_share_the_mass(one in rows(), two in rows()) {
        let shift = one.node_count as u32;
        let weights = |rows: &Rows| rows.weights.clone().unwrap_or(vec![1.0; rows.sources.len()]);
        let moved = renamed(&two, |u| u + shift);
        let union = Rows {
            node_count: one.node_count + two.node_count,
            sources: [one.sources.clone(), moved.sources].concat(),
            targets: [one.targets.clone(), moved.targets].concat(),
            weights: Some([weights(&one), weights(&two)].concat()),
        };
        prop_assert_eq!(cores(&union.directed()), [cores(&one.directed()), cores(&two.directed())].concat());

        // Without dangling nodes each part keeps its scores, scaled by its share of the nodes.
        let closed = |rows: &Rows, first: u32| {
            let ring = (0..rows.node_count as u32).map(|u| (first + u, first + (u + 1) % rows.node_count as u32));
            let arcs = rows.sources.iter().zip(&rows.targets).map(|(u, v)| (first + u, first + v));
            arcs.chain(ring).collect::<Vec<_>>()
        };
        let graph = |node_count, arcs: Vec<(u32, u32)>| Rows::new(node_count, arcs).directed_with_loops();
        let both = graph(union.node_count, [closed(&one, 0), closed(&two, shift)].concat());
        let parts = [(&one, closed(&one, 0)), (&two, closed(&two, 0))];
        let expected = parts.into_iter().flat_map(|(rows, arcs)| {
            let share = rows.node_count as f64 / union.node_count as f64;
            ranks(&graph(rows.node_count, arcs)).into_iter().map(move |x| x * share)
        });
        prop_assert!(distance(&ranks(&both), &expected.collect::<Vec<_>>()) < 1e-12);
    }

    #[test]
    fn reversing_all_arcs_keeps_components_and_cores(rows in rows()) {
        let reversed = Rows { sources: rows.targets.clone(), targets: rows.sources.clone(), ..rows.clone() };
        let (graph, reversed) = (rows.directed(), reversed.directed());
        prop_assert_eq!(reversed.out(), graph.incoming());
        prop_assert_eq!(labels(&reversed), labels(&graph));
        prop_assert_eq!(cores(&reversed), cores(&graph));
    }

    #[test]
    fn an_isolate_changes_no_other_core_or_component(rows in rows()) {
        let more = Rows { node_count: rows.node_count + 1, ..rows.clone() };
        let expected = [cores(&rows.directed()), vec![0]].concat();
        prop_assert_eq!(cores(&more.directed()), expected);
        let (before, after) = (labels(&rows.directed()), labels(&more.directed()));
        prop_assert_eq!(&after[..rows.node_count], &before[..]);
        prop_assert_eq!(after[rows.node_count], before.iter().max().unwrap() + 1);
    }

    #[test]
    fn the_undirected_view_is_the_graph_read_undirected(rows in rows()) {
        let view = rows.directed_with_loops();
        prop_assert_eq!(view.undirected().out().arc_count(), rows.undirected().out().arc_count());
        prop_assert_eq!(cores(view.undirected()), cores(&view));
        prop_assert_eq!(labels(view.undirected()), labels(&view));
    }
}

/// Whoever listens asks to stop at once.
struct Impatient;

impl Observer for Impatient {
    fn progress(&self, _: &'static str, _: u64, _: u64) {}

    fn cancelled(&self) -> bool {
        true
    }
}

/// The measures that take long on a large graph.
const LONG: &[&str] = &[
    "pagerank",
    "eigenvector",
    "hits",
    "birank",
    "katz",
    "closeness",
    "harmonic",
    "diameter",
    "closeness",
    "harmonic",
    "diameter",
    "betweenness",
    "edge_betweenness",
    "components",
    "strong_components",
    "core",
    "triangles",
    "clustering",
    "constraint",
    "effective_size",
    "truss",
    "articulation",
    "bridges",
    "transitivity",
    "assortativity",
    "voterank",
    "collective_influence",
    "brokerage",
    "label_propagation",
    "infomap",
    "ego_splitting",
];

#[test]
fn long_loops_stop_when_asked() {
    let graph = gnm(0, 10, 20, false).directed();
    for name in LONG {
        let measure = Measure::named(name).unwrap();
        let end = observed(Arc::new(Impatient), || measure.compute(&graph));
        assert!(matches!(end, Err(Error::Cancelled)), "{name}: {end:?}");
    }
}

#[test]
fn in_arcs_may_be_asked_for_first_from_many_threads() {
    let graph = rmat(3, 1000, 20_000, true).directed();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(8).build().unwrap();
    let degrees = pool.install(|| (0..1000).into_par_iter().map(|u| graph.incoming().degree(u)).sum::<u64>());
    assert_eq!(degrees, graph.arc_count() as u64);
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    for (seed, weighted) in [(1, true), (2, false)] {
        let rows = rmat(seed, 10_000, 100_000, weighted);
        let at = |threads: usize, directed: bool| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let graph = rows.graph(&FromEdges { directed, ..FromEdges::default() });
                (bits(&graph), graph.total_weight().to_bits(), graph.undirected().out().clone())
            })
        };
        for directed in [true, false] {
            let one = at(1, directed);
            for threads in [2, 3, 8] {
                assert!(at(threads, directed) == one, "seed {seed}, {threads} threads, directed: {directed}");
            }
        }
    }
}
