//! How good a partition is, how alike two are, and whether there are communities at all.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, StringArray, UInt32Array};
use laud::Result;
use laud::community::{
    self, Conductance, Coverage, Cpm, Infomap, Leiden, Modularity, NullModel, Partition, ResolutionProfile,
    Stability,
};
use laud::graph::{Column, Rows, Scores, Values};
use laud::table::Table;
use pyo3::prelude::*;

use crate::communities::{Labels, PyPartition};
use crate::graph::PyGraph;
use crate::measures::Subject;
use crate::progress::{Progress, run};
use crate::tables::PyTable;

/// What a function makes of a graph and of a partition of it, or labels by id.
fn with_partition<T: Send>(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    partition: &Labels,
    work: impl FnOnce(&PyGraph, &Partition) -> Result<T> + Send,
) -> PyResult<T> {
    let graph = graph.into_graph(py)?;
    let held = graph.get();
    run(py, None, || work(held, &Partition::from_labels(&partition.of(held.origin())?)))
}

/// The share of the weight of ties that is within communities, beyond what ties at random would give.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// partition : Partition, dict or str
///     A partition of the graph, a label for each id, or a column of the nodes of a network.
/// resolution : float
///     How much what is expected counts.
/// directed : bool
///     Whether the direction of arcs counts (Leicht and Newman).
/// weighted : bool
///     Whether arcs count by their weights, or each alike.
///
/// Returns
/// -------
/// float
///
/// Notes
/// -----
/// O(n + m). Newman, Girvan, "Finding and evaluating community structure in networks", Physical Review E 69, 2004.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
/// >>> graph = laud.Graph.from_edges(frame, directed=False)
/// >>> round(laud.modularity(graph, {id: id > 3 for id in range(1, 7)}), 4)
/// 0.3571
#[pyfunction]
#[pyo3(signature = (graph, partition, *, resolution=1.0, directed=false, weighted=true))]
pub(crate) fn modularity(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    partition: Labels,
    resolution: f64,
    directed: bool,
    weighted: bool,
) -> PyResult<f64> {
    let params = Modularity { resolution, directed, weighted };
    with_partition(py, graph, &partition, |graph, partition| {
        community::modularity(graph.origin().graph(), partition, &params)
    })
}

/// The weight of ties within communities beyond that of a fixed density: the constant Potts model.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// partition : Partition, dict or str
///     A partition of the graph, a label for each id, or a column of the nodes of a network.
/// resolution : float, optional
///     The density that a community must exceed, at least 0; that of the graph by weight unless given.
/// weighted : bool
///     Whether arcs count by their weights, or each alike.
///
/// Returns
/// -------
/// float
///     In units of weight, not a share.
///
/// Notes
/// -----
/// O(n + m). Traag, Van Dooren, Nesterov, "Narrow scope for resolution-limit-free community detection", Physical Review E
/// 84, 2011.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
/// >>> laud.cpm(laud.Graph.from_edges(frame), {id: id > 3 for id in range(1, 7)}, resolution=0.5)
/// 3.0
#[pyfunction]
#[pyo3(signature = (graph, partition, *, resolution=None, weighted=true))]
pub(crate) fn cpm(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    partition: Labels,
    resolution: Option<f64>,
    weighted: bool,
) -> PyResult<f64> {
    with_partition(py, graph, &partition, |graph, partition| {
        community::cpm(graph.origin().graph(), partition, &Cpm { resolution, weighted })
    })
}

/// The bits that a step of a random walker takes, told by the communities of a partition: the map equation.
///
/// What :func:`infomap` makes as small as it can. All nodes in one community take the entropy of the visits.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// partition : Partition, dict or str
///     A partition of the graph, a label for each id, or a column of the nodes of a network.
/// directed : bool
///     Whether the walker follows arcs, where the graph has a direction, or goes along ties either way.
/// weighted : bool
///     Whether ties are followed in proportion to their weights, or each alike.
/// teleportation : float
///     Probability of leaping to another node instead of following an arc, in (0, 1).
///
/// Returns
/// -------
/// float
///
/// Notes
/// -----
/// O(n + m), and as much for each step until the visits along arcs have settled. Rosvall, Bergstrom, "Maps of random walks
/// on complex networks reveal community structure", PNAS 105, 2008.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2, 3, 4], "target": [2, 3, 4, 1]})
/// >>> graph = laud.Graph.from_edges(frame, directed=False)
/// >>> laud.map_equation(graph, {id: "all" for id in range(1, 5)})
/// 2.0
#[pyfunction]
#[pyo3(signature = (graph, partition, *, directed=true, weighted=true, teleportation=0.15))]
pub(crate) fn map_equation(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    partition: Labels,
    directed: bool,
    weighted: bool,
    teleportation: f64,
) -> PyResult<f64> {
    with_partition(py, graph, &partition, |graph, partition| {
        let params = Infomap { directed, weighted, teleportation, ..Infomap::default() };
        community::map_equation(graph.origin().graph(), partition, &params)
    })
}

/// The share of the weight of ties that is within communities; NaN without ties.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// partition : Partition, dict or str
///     A partition of the graph, a label for each id, or a column of the nodes of a network.
/// weighted : bool
///     Whether arcs count by their weights, or each alike.
///
/// Returns
/// -------
/// float
///
/// Notes
/// -----
/// O(n + m). Fortunato, "Community detection in graphs", Physics Reports 486, 2010.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2, 3], "target": [2, 3, 4]})
/// >>> round(laud.coverage(laud.Graph.from_edges(frame), {1: "a", 2: "a", 3: "b", 4: "b"}), 4)
/// 0.6667
#[pyfunction]
#[pyo3(signature = (graph, partition, *, weighted=true))]
pub(crate) fn coverage(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    partition: Labels,
    weighted: bool,
) -> PyResult<f64> {
    with_partition(py, graph, &partition, |graph, partition| {
        community::coverage(graph.origin().graph(), partition, &Coverage { weighted })
    })
}

/// How much of the weight of its members' ties leaves each community.
///
/// The weight that leaves over the weight of all ties of the members, or of all others where that is less. 0 is a
/// community apart, 1 none at all.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// partition : Partition, dict or str
///     A partition of the graph, a label for each id, or a column of the nodes of a network.
/// weighted : bool
///     Whether arcs count by their weights, or each alike.
///
/// Returns
/// -------
/// Table
///     ``community`` (0 is the largest) and ``conductance``, null where there are no ties to speak of.
///
/// Notes
/// -----
/// O(n + m). Kannan, Vempala, Vetta, "On clusterings: good, bad and spectral", Journal of the ACM 51, 2004.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2, 3], "target": [2, 3, 4]})
/// >>> table = laud.conductance(laud.Graph.from_edges(frame), {1: "a", 2: "a", 3: "b", 4: "b"})
/// >>> [round(value, 4) for value in table["conductance"]]
/// [0.3333, 0.3333]
#[pyfunction]
#[pyo3(signature = (graph, partition, *, weighted=true))]
pub(crate) fn conductance(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    partition: Labels,
    weighted: bool,
) -> PyResult<PyTable> {
    with_partition(py, graph, &partition, |graph, partition| {
        let values = community::conductance(graph.origin().graph(), partition, &Conductance { weighted })?;
        Ok(by_community(vec![Column::float("conductance", values)]).into())
    })
}

/// A table of columns by community.
pub(crate) fn by_community(columns: Vec<Column>) -> Table {
    let count = columns.first().map_or(0, |column| column.values.len()) as u32;
    let communities: ArrayRef = Arc::new(UInt32Array::from_iter_values(0..count));
    Table::new([("community", communities)]).with_scores(&Scores::of_nodes("communities", columns))
}

/// Declares functions that compare two partitions.
macro_rules! comparisons {
    ($($(#[$what:meta])* notes $(#[$notes:meta])* examples $(#[$examples:meta])* $name:ident;)*) => {
        $(
            $(#[$what])*
            ///
            /// Parameters
            /// ----------
            /// a, b : Partition
            ///     Two partitions of one graph.
            ///
            /// Returns
            /// -------
            /// float
            ///
            /// Raises
            /// ------
            /// ValueError
            ///     For partitions of different numbers of nodes.
            ///
            /// Notes
            /// -----
            $(#[$notes])*
            ///
            /// Examples
            /// --------
            $(#[$examples])*
            #[pyfunction]
            #[pyo3(signature = (a, b))]
            pub(crate) fn $name(py: Python<'_>, a: &Bound<'_, PyPartition>, b: &Bound<'_, PyPartition>) -> PyResult<f64> {
                let (a, b) = (a.get(), b.get());
                run(py, None, || community::$name(a.partition(), b.partition()))
            }
        )*
    };
}

comparisons! {
    /// Normalized mutual information of two partitions: 1 where they are the same, 0 where one says nothing of the other.
    notes
    /// O(n log n). By the arithmetic mean of the entropies, as in scikit-learn. Danon et al., "Comparing community structure
    /// identification", Journal of Statistical Mechanics P09008, 2005.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
    /// >>> graph = laud.Graph.from_edges(frame)
    /// >>> laud.nmi(laud.leiden(graph), laud.louvain(graph))
    /// 1.0
    nmi;

    /// Adjusted Rand index of two partitions: 1 where they are the same, 0 where they agree on pairs as chance would.
    notes
    /// O(n log n). Hubert, Arabie, "Comparing partitions", Journal of Classification 2, 1985.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
    /// >>> graph = laud.Graph.from_edges(frame)
    /// >>> laud.ari(laud.leiden(graph), laud.louvain(graph))
    /// 1.0
    ari;

    /// Variation of information of two partitions, in nats: 0 where they are the same.
    notes
    /// O(n log n). Meilă, "Comparing clusterings: an information based distance", Journal of Multivariate Analysis 98, 2007.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
    /// >>> graph = laud.Graph.from_edges(frame)
    /// >>> laud.vi(laud.leiden(graph), laud.louvain(graph))
    /// 0.0
    vi;

    /// Element-centric similarity of two partitions: the mean over nodes of how alike their communities are, from 0 to 1.
    notes
    /// O(n log n). Gates, Wood, Hetrick, Ahn, "Element-centric clustering comparison unifies overlaps and hierarchy",
    /// Scientific Reports 9, 2019; with α = 0.9.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
    /// >>> graph = laud.Graph.from_edges(frame)
    /// >>> laud.element_centric(laud.leiden(graph), laud.louvain(graph))
    /// 1.0
    element_centric;
}

/// Says whether a graph has communities: compares its best modularity with that of random graphs of the same degrees.
///
/// Every graph has partitions of positive modularity; that alone is no evidence.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// partition : Partition, optional
///     What is judged; what :func:`leiden` finds unless given.
/// samples : int
///     How many random graphs, at least 19.
/// swaps : float
///     Swaps of ends to try for each edge of each of them.
/// seed : int
///     Seed of everything random.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Table
///     One row: ``quality``, ``mean`` and ``deviation`` of the random graphs, ``z``, ``p``, ``significant`` (z at least 2 and
///     p at most 0.05) and ``verdict`` in words.
///
/// Notes
/// -----
/// Leiden on each random graph. Maslov, Sneppen, Zaliznyak, "Detection of topological patterns in complex networks",
/// Physica A 333, 2004; Reichardt, Bornholdt, "When are networks truly modular?", Physica D 224, 2006.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
/// >>> laud.null_model(laud.Graph.from_edges(frame))["verdict"]
/// ['no significant communities']
#[pyfunction]
#[pyo3(signature = (graph, partition=None, *, samples=20, swaps=10.0, seed=0, progress=None))]
pub(crate) fn null_model(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    partition: Option<Labels>,
    samples: u32,
    swaps: f64,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<PyTable> {
    let graph = graph.into_graph(py)?;
    let held = graph.get();
    let found = run(py, progress, || {
        let params = NullModel { samples, swaps, seed, leiden: Leiden { seed, ..Leiden::default() } };
        let partition = match partition {
            Some(labels) => Partition::from_labels(&labels.of(held.origin())?),
            None => community::leiden(held.origin().graph(), &params.leiden)?,
        };
        community::null_model(held.origin().graph(), &partition, &params)
    })?;
    let number = |value: f64| -> ArrayRef {
        Arc::new(Float64Array::from(vec![Some(value).filter(|value| !value.is_nan())]))
    };
    let verdict = if found.significant { "significant communities" } else { "no significant communities" };
    let columns: [(&str, ArrayRef); 7] = [
        ("quality", number(found.quality)),
        ("mean", number(found.mean)),
        ("deviation", number(found.deviation)),
        ("z", number(found.z)),
        ("p", number(found.p)),
        ("significant", Arc::new(BooleanArray::from(vec![found.significant]))),
        ("verdict", Arc::new(StringArray::from(vec![verdict]))),
    ];
    Ok(Table::new(columns).into())
}

/// Finds communities with several seeds and says how often each node is with its community.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// runs : int
///     Runs of :func:`leiden`, at least 2.
/// threshold : float
///     Nodes below it are bridges.
/// resolution : float, optional
///     As of :func:`leiden`.
/// seed : int
///     Seed of the first run; the others have those after it.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Table
///     ``id``, ``community`` of the best run, ``stability`` (the share of runs with this community) and ``bridge``.
///
/// Notes
/// -----
/// A run of Leiden for each seed. Lancichinetti, Fortunato, "Consensus clustering in complex networks", Scientific Reports
/// 2, 2012.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
/// >>> laud.stability(laud.Graph.from_edges(frame))["stability"]
/// [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
#[pyfunction]
#[pyo3(signature = (graph, *, runs=10, threshold=0.6, resolution=None, seed=0, progress=None))]
pub(crate) fn stability(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    runs: u32,
    threshold: f64,
    resolution: Option<f64>,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<PyTable> {
    let graph = graph.into_graph(py)?;
    let origin = graph.get().origin();
    let params = Stability { runs, threshold, leiden: Leiden { resolution, seed, ..Leiden::default() } };
    let found = run(py, progress, || community::stability(origin.graph(), &params))?;
    let nodes: Vec<u32> = (0..found.values.len() as u32).collect();
    let bridges: Vec<bool> = found.values.iter().map(|&value| value < threshold).collect();
    let columns: [(&str, ArrayRef); 4] = [
        ("id", origin.ids_of(&nodes)),
        ("community", Arc::new(UInt32Array::from(found.partition.labels))),
        ("stability", Arc::new(Float64Array::from(found.values))),
        ("bridge", Arc::new(BooleanArray::from(bridges))),
    ];
    Ok(Table::new(columns).into())
}

/// Finds communities at several resolutions and says over which range they stay the same.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// from_, to : float
///     The lowest and the highest resolution.
/// steps : int
///     How many resolutions, evenly spread by their logarithm.
/// threshold : float
///     The normalized mutual information with the one before from which on a partition is the same.
/// seed : int
///     Seed of everything random.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Table
///     A row a resolution: ``resolution``, ``communities``, ``quality``, ``nmi`` and ``ari`` with the one before, and
///     ``range``, which is the same for resolutions over which the partition stays and null where it does not.
///
/// Notes
/// -----
/// A run of Leiden for each resolution.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
/// >>> profile = laud.resolution_profile(laud.Graph.from_edges(frame), from_=0.5, to=1.5, steps=3)
/// >>> profile["communities"]
/// [2, 2, 2]
#[pyfunction]
#[pyo3(signature = (graph, *, from_=0.1, to=10.0, steps=21, threshold=0.95, seed=0, progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn resolution_profile(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    from_: f64,
    to: f64,
    steps: u32,
    threshold: f64,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<PyTable> {
    let graph = graph.into_graph(py)?;
    let leiden = Leiden { seed, ..Leiden::default() };
    let params = ResolutionProfile { from: from_, to, steps, threshold, leiden };
    let held = graph.get();
    let found = run(py, progress, || community::resolution_profile(held.origin().graph(), &params))?;
    let range = |step: usize| {
        let at = found.ranges.iter().position(|range| (range.steps.0..=range.steps.1).contains(&step));
        at.map_or(Values::NONE, |at| at as u64)
    };
    let mut columns = found.columns();
    columns.push(Column::integer("range", (0..found.steps.len()).map(range).collect()));
    let rows = Scores { rows: Rows::Graph, ..Scores::of_nodes("resolution_profile", columns) };
    Ok(Table::about(&rows.rows, Vec::new, |_| unreachable!("no rows of edges")).with_scores(&rows).into())
}
