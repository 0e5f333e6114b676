//! Communities: partitions of a graph, and the communities of a network.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, UInt32Array};
use laud::Result;
use laud::communities::Found;
use laud::community::{
    self, EgoClusters, EgoSplitting, Infomap, LabelPropagation, Leiden, Louvain, Match, Objective, Partition,
};
use laud::graph::{Rows, Scores};
use laud::measure::Measure;
use laud::table::Table;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::errors::{ConvergenceWarning, exception, warn};
use crate::graph::{Origin, PyGraph};
use crate::input::{Groups, Known};
use crate::measures::Subject;
use crate::progress::{Progress, run};
use crate::quality::by_community;
use crate::tables::{PyTable, values};

/// Every node in one community: ``id``, ``role`` where the graph is of a network, ``community``.
///
/// Communities are numbered by size: 0 is the largest, ties by smallest id.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
/// >>> partition = laud.leiden(laud.Graph.from_edges(frame, directed=False))
/// >>> partition["community"], partition.members(1), round(partition.objective, 4)
/// ([0, 0, 0, 1, 1, 1], [4, 5, 6], 0.3571)
#[pyclass(name = "Partition", module = "laud", frozen, extends = PyTable)]
pub(crate) struct PyPartition {
    graph: Py<PyGraph>,
    partition: Partition,
    measure: Option<Measure>,
}

impl PyPartition {
    /// The partition as a table of its nodes.
    fn new(
        py: Python<'_>,
        graph: Py<PyGraph>,
        partition: Partition,
        measure: Option<Measure>,
    ) -> PyResult<Py<PyPartition>> {
        let labels = partition.labels.iter().map(|&label| u64::from(label)).collect();
        let scores = Scores {
            rows: Rows::Nodes,
            measure: partition.method,
            columns: vec![laud::graph::Column::integer("community", labels)],
            convergence: partition.convergence,
            warning: None,
        };
        let table = graph.get().origin().table(&scores, measure.as_ref());
        let class = PyClassInitializer::from(PyTable::from(table));
        Py::new(py, class.add_subclass(PyPartition { graph, partition, measure }))
    }
}

#[pymethods]
impl PyPartition {
    /// The partition of known labels, to compare with what a method finds: those with the same label are a community.
    ///
    /// Parameters
    /// ----------
    /// graph : Graph or Network
    ///     Of a network, its people layer.
    /// labels : dict or str
    ///     A label for each id, or a column of the nodes of a network.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     Where a node has no label.
    ///
    /// Examples
    /// --------
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
    /// >>> graph = laud.Graph.from_edges(frame, directed=False)
    /// >>> teams = laud.Partition.from_labels(graph, {1: "red", 2: "red", 3: "red", 4: "blue", 5: "blue", 6: "blue"})
    /// >>> laud.nmi(laud.leiden(graph), teams)
    /// 1.0
    #[staticmethod]
    fn from_labels(py: Python<'_>, graph: Subject<'_, '_>, labels: Groups) -> PyResult<Py<PyPartition>> {
        let graph = graph.into_graph(py)?;
        let held = graph.get();
        let partition = run(py, None, || Ok(Partition::from_labels(&held.origin().labels(&labels)?)))?;
        PyPartition::new(py, graph, partition, None)
    }

    /// How many communities there are.
    #[getter]
    fn community_count(&self) -> usize {
        self.partition.len()
    }

    /// The value of what the method raised or lowered, such as modularity; ``None`` where it has none.
    #[getter]
    fn objective(&self) -> Option<f64> {
        Some(self.partition.quality).filter(|quality| !quality.is_nan())
    }

    /// Whether the method came to an end before ``max_iterations``; true where it does not iterate.
    #[getter]
    fn converged(&self) -> bool {
        self.partition.convergence.is_none_or(|end| end.converged)
    }

    /// Iterations done; ``None`` where the method does not iterate.
    #[getter]
    fn iterations(&self) -> Option<u32> {
        self.partition.convergence.map(|end| end.iterations)
    }

    /// The ids of the members of a community, ascending.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     Where there is no such community.
    fn members<'py>(&self, py: Python<'py>, community: u32) -> PyResult<Bound<'py, PyList>> {
        values(py, &self.graph.get().origin().ids_of(&self.nodes(community).map_err(exception)?))
    }

    /// The graph of the members of a community and the arcs among them.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     Where there is no such community.
    fn subgraph(&self, py: Python<'_>, community: u32) -> PyResult<PyGraph> {
        let origin = self.graph.get().origin();
        run(py, None, || Ok(origin.subgraph(&self.nodes(community)?).into()))
    }

    /// What is to be said of each community: ``community``, ``size``, ``internal_weight``, ``cut`` (the weight that leaves),
    /// ``density`` (the share of pairs that are tied), ``conductance``, ``mixing`` (the share of strength that leaves),
    /// ``modularity`` (what it adds), ``connected`` and ``well_connected`` (whether its smallest cut has more than log10
    /// of its size ties; null where that was not looked at).
    fn communities(&self, py: Python<'_>) -> PyResult<PyTable> {
        let described = self.described(py)?;
        let numbers = by_community(described.columns());
        let schema = numbers.batch().schema();
        let names = schema.fields().iter().map(|field| field.name().as_str());
        let numbers = names.zip(numbers.batch().columns().iter().cloned());
        let truths: [(&str, ArrayRef); 2] = [
            ("connected", Arc::new(BooleanArray::from(described.connected))),
            ("well_connected", Arc::new(BooleanArray::from(described.well_connected))),
        ];
        Ok(Table::new(numbers.chain(truths)).into())
    }

    /// How good the partition is: ``modularity``, ``coverage``, mean ``conductance``, and the shares of communities of two
    /// or more that are ``connected`` and ``well_connected``; NaN for what is not defined.
    fn quality<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let described = self.described(py)?;
        let share = |is: &dyn Fn(usize) -> Option<bool>| {
            let known: Vec<bool> =
                (0..described.len()).filter(|&at| described.sizes[at] > 1).filter_map(is).collect();
            known.iter().filter(|&&is| is).count() as f64 / known.len() as f64
        };
        let told = PyDict::new(py);
        told.set_item("modularity", described.modularity)?;
        told.set_item("coverage", described.coverage)?;
        told.set_item("conductance", community::Communities::mean(&described.conductances))?;
        told.set_item("connected", share(&|at| Some(described.connected[at])))?;
        told.set_item("well_connected", share(&|at| described.well_connected[at]))?;
        Ok(told)
    }

    /// How alike two partitions of the graph are: ``nmi``, ``ari``, ``vi`` and ``element_centric``.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For a partition of another number of nodes.
    fn compare<'py>(&self, py: Python<'py>, other: &Bound<'py, PyPartition>) -> PyResult<Bound<'py, PyDict>> {
        let (a, b) = (&self.partition, &other.get().partition);
        let values = run(py, None, || {
            Ok([
                community::nmi(a, b)?,
                community::ari(a, b)?,
                community::vi(a, b)?,
                community::element_centric(a, b)?,
            ])
        })?;
        let told = PyDict::new(py);
        for (name, value) in ["nmi", "ari", "vi", "element_centric"].into_iter().zip(values) {
            told.set_item(name, value)?;
        }
        Ok(told)
    }

    /// Which communities of two partitions share nodes: ``community``, ``other``, ``overlap`` (how many nodes), ``jaccard``
    /// (as a share of the nodes of either), a row a pair.
    fn matching(&self, py: Python<'_>, other: &Bound<'_, PyPartition>) -> PyResult<PyTable> {
        let (a, b) = (&self.partition, &other.get().partition);
        let pairs = run(py, None, || community::matching(a, b))?.pairs;
        let count = |of: fn(&Match) -> u32| -> ArrayRef {
            Arc::new(UInt32Array::from_iter_values(pairs.iter().map(of)))
        };
        let columns: [(&str, ArrayRef); 4] = [
            ("community", count(|pair| pair.first)),
            ("other", count(|pair| pair.second)),
            ("overlap", count(|pair| pair.overlap)),
            ("jaccard", Arc::new(Float64Array::from_iter_values(pairs.iter().map(|pair| pair.jaccard)))),
        ];
        Ok(Table::new(columns).into())
    }

    /// The partitions on the way, from the finest to this one: each community of one lies in one of the next.
    ///
    /// Only this one where the method has no levels.
    fn levels(slf: &Bound<'_, PyPartition>) -> PyResult<Vec<Py<PyPartition>>> {
        let PyPartition { graph, partition, measure } = slf.get();
        let levels = run(slf.py(), None, || Ok(partition.levels()))?;
        levels
            .into_iter()
            .map(|level| PyPartition::new(slf.py(), graph.clone_ref(slf.py()), level, measure.clone()))
            .collect()
    }
}

impl PyPartition {
    pub(crate) fn partition(&self) -> &Partition {
        &self.partition
    }

    fn described(&self, py: Python<'_>) -> PyResult<community::Communities> {
        let graph = self.graph.get();
        run(py, None, || {
            community::quality(graph.origin().graph(), &self.partition, &community::Quality::default())
        })
    }

    /// The nodes of a community.
    fn nodes(&self, community: u32) -> Result<Vec<u32>> {
        let count = self.partition.len();
        if community as usize >= count {
            return Err(laud::Error::parameter("community", format!("below {count}"), community));
        }
        let labels = self.partition.labels.iter().zip(0..);
        Ok(labels.filter(|(label, _)| **label == community).map(|(_, node)| node).collect())
    }
}

/// The communities of a network: the rows are their members, ``id``, ``role``, ``community``; with windows one row a
/// member and window.
///
/// Made by :meth:`Network.communities`.
#[pyclass(name = "Communities", module = "laud", frozen, extends = PyTable)]
pub(crate) struct PyCommunities {
    found: Found,
}

impl PyCommunities {
    pub(crate) fn new(py: Python<'_>, found: Found) -> PyResult<Py<PyCommunities>> {
        let class = PyClassInitializer::from(PyTable::from(found.members.clone()));
        Py::new(py, class.add_subclass(PyCommunities { found }))
    }
}

#[pymethods]
impl PyCommunities {
    /// One row a community, with windows one a community and window: ``community``, ``size``, ``customers``,
    /// ``influencers``, ``internal_weight``, ``external_weight``, ``density`` (the share of pairs that are tied),
    /// ``conductance``, ``connected``, ``well_connected``, ``core_members``, ``bridges``, ``typical``.
    #[getter]
    fn communities(&self) -> PyTable {
        self.found.communities.clone().into()
    }

    /// What the members of a community have to do with more than others, with 90 % intervals: ``community``, ``trait``,
    /// ``name``, ``members``, ``share``, ``share_outside``, ``ratio``, ``ratio_low``, ``ratio_high``. Empty with windows.
    #[getter]
    fn traits(&self) -> PyTable {
        self.found.traits.clone().into()
    }

    /// What became of each community from window to window: ``window``, ``community``, ``event``, ``size``,
    /// ``previous_size``, ``other``, ``overlap``; ``None`` without windows.
    #[getter]
    fn events(&self) -> Option<PyTable> {
        self.found.turns.clone().map(PyTable::from)
    }

    /// What a reader must know, in whole sentences.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.found.notes.clone()
    }
}

/// How often a window begins, and how long it is where that is another length of time.
#[derive(FromPyObject)]
pub(crate) enum Rolling {
    Every(String),
    EveryAndLength(String, String),
}

/// A partition of the graph that a measure is computed on, or labels by id.
#[derive(FromPyObject)]
pub(crate) enum Labels {
    Partition(Py<PyPartition>),
    Groups(Groups),
}

impl Labels {
    /// The label of each node of a graph.
    pub(crate) fn of(&self, graph: &Origin) -> Result<Vec<u32>> {
        match self {
            Labels::Partition(partition) => Ok(partition.get().partition.labels.clone()),
            Labels::Groups(groups) => graph.labels(groups),
        }
    }
}

/// Finds a partition by a method, and warns where it did not come to an end.
fn find(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    progress: Option<Progress>,
    method: impl FnOnce(&PyGraph) -> Result<Measure> + Send,
) -> PyResult<Py<PyPartition>> {
    let graph = graph.into_graph(py)?;
    let held = graph.get();
    let (partition, measure) = run(py, progress, || {
        let measure = method(held)?;
        let partition = measure.partition(held.origin().graph()).expect("a method that gives a partition")?;
        Ok((partition, measure))
    })?;
    if let Some(Err(missed)) = partition.convergence.map(|end| end.check(partition.method, true)) {
        warn::<ConvergenceWarning>(py, &missed.to_string())?;
    }
    PyPartition::new(py, graph, partition, Some(measure))
}

fn objective_named(word: &str) -> Result<Objective> {
    match word {
        "modularity" => Ok(Objective::Modularity),
        "bipartite" => Ok(Objective::Bipartite),
        "cpm" => Ok(Objective::Cpm),
        _ => Err(laud::Error::parameter("objective", "modularity, bipartite or cpm", word)),
    }
}

/// Puts each node into a community such that communities are tied within more than by chance.
///
/// Every community is connected, and the same seed gives the same communities at any number of threads.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// objective : {"modularity", "bipartite", "cpm"}
///     What is to be as large as can be: modularity, the one of two modes (Barber), or the constant Potts model.
/// resolution : float, optional
///     How dense a community must be, at least 0: more gives smaller ones. By default 1 for modularity, the density of
///     the graph by weight for the constant Potts model.
/// directed : bool
///     Whether the direction of arcs counts, in the modularity of Leicht and Newman; otherwise ties are those of the
///     undirected view.
/// weighted : bool
///     Whether arcs count by their weights, or each alike.
/// max_iterations : int
///     Iterations after which to stop in any case.
/// tolerance : float
///     The gain, as a share of all weight, at which to stop: that of an iteration; one that begins with moves of single
///     nodes which gain less is not gone on with. With 0 the last iteration gains nothing.
/// randomness : float
///     How freely a node chooses among parts to join when communities are refined, as a share of the mean weight of an
///     edge; at 0 the best is always taken.
/// start : Partition, dict or str, optional
///     Where to begin: a partition of the same graph, a label for each id, or a column of the nodes of a network.
/// seed : int
///     What the order of nodes and their choices are a function of.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Partition
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain; for two modes where ties make an odd cycle.
///
/// Notes
/// -----
/// O(n + m) for each pass over the nodes, of which there are some ten an iteration. Traag, Waltman, van Eck, "From
/// Louvain to Leiden: guaranteeing well-connected communities", Scientific Reports 9, 2019.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
/// >>> laud.leiden(laud.Graph.from_edges(frame))["community"]
/// [0, 0, 0, 1, 1, 1]
#[pyfunction]
#[pyo3(signature = (graph, *, objective="modularity", resolution=None, directed=false, weighted=true, max_iterations=20,
                    tolerance=3e-4, randomness=0.01, start=None, seed=0, progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn leiden(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    objective: &str,
    resolution: Option<f64>,
    directed: bool,
    weighted: bool,
    max_iterations: u32,
    tolerance: f64,
    randomness: f64,
    start: Option<Labels>,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<Py<PyPartition>> {
    let objective = objective_named(objective).map_err(exception)?;
    find(py, graph, progress, |graph| {
        let start = start.map(|labels| labels.of(graph.origin())).transpose()?;
        Ok(Measure::Leiden(Leiden {
            objective,
            resolution,
            directed,
            weighted,
            max_iterations,
            tolerance,
            randomness,
            start,
            seed,
        }))
    })
}

/// Puts each node into a community by moving nodes, then communities, then communities of those.
///
/// A community may fall apart when the node that held it together moves on: take :func:`leiden` unless you compare
/// with others.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// objective : {"modularity", "bipartite", "cpm"}
///     As of :func:`leiden`.
/// resolution : float, optional
///     How dense a community must be, at least 0. By default 1 for modularity, the density of the graph by weight for
///     the constant Potts model.
/// directed : bool
///     Whether the direction of arcs counts, in the modularity of Leicht and Newman.
/// weighted : bool
///     Whether arcs count by their weights, or each alike.
/// seed : int
///     What the order of nodes is a function of.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Partition
///
/// Raises
/// ------
/// ValueError
///     As :func:`leiden`.
///
/// Notes
/// -----
/// O(n + m) for each pass over the nodes. Blondel, Guillaume, Lambiotte, Lefebvre, "Fast unfolding of communities in
/// large networks", Journal of Statistical Mechanics P10008, 2008.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
/// >>> laud.louvain(laud.Graph.from_edges(frame))["community"]
/// [0, 0, 0, 1, 1, 1]
#[pyfunction]
#[pyo3(signature = (graph, *, objective="modularity", resolution=None, directed=false, weighted=true, seed=0,
                    progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn louvain(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    objective: &str,
    resolution: Option<f64>,
    directed: bool,
    weighted: bool,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<Py<PyPartition>> {
    let objective = objective_named(objective).map_err(exception)?;
    find(py, graph, progress, |_| {
        Ok(Measure::Louvain(Louvain { objective, resolution, directed, weighted, seed }))
    })
}

/// Gives each node the label that most of its ties lead to, until few labels change.
///
/// It spreads labels that are known; without any its communities are a rough draft: take :func:`leiden` for better ones.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// labels : dict, optional
///     The label of some ids: it never changes, and no other labels there are. Each node begins with its own where none
///     are given.
/// weighted : bool
///     Whether ties count by their weights, or each alike.
/// max_iterations : int
///     Rounds after which to stop in any case.
/// tolerance : float
///     The share of nodes that change their label in a round, at which to stop.
/// seed : int
///     What the order of nodes and the choice among labels that are as good are a function of.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Partition
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain.
///
/// Notes
/// -----
/// O(n + m) a round, some ten rounds as a rule. Raghavan, Albert, Kumara, "Near linear time algorithm to detect community
/// structures in large-scale networks", Physical Review E 76, 2007.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
/// >>> laud.label_propagation(laud.Graph.from_edges(frame), labels={2: "red", 5: "blue"})["community"]
/// [0, 0, 0, 1, 1, 1]
#[pyfunction]
#[pyo3(signature = (graph, *, labels=None, weighted=true, max_iterations=100, tolerance=1e-5, seed=0, progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn label_propagation(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    labels: Option<Known>,
    weighted: bool,
    max_iterations: u32,
    tolerance: f64,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<Py<PyPartition>> {
    find(py, graph, progress, |graph| {
        let labels = labels.map(|Known(labels)| graph.origin().known_labels(&labels));
        let params = LabelPropagation { labels, weighted, max_iterations, tolerance, seed };
        Ok(Measure::LabelPropagation(params))
    })
}

/// Puts each node into a module such that the path of a random walker is told in few bits.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// directed : bool
///     Whether the walker follows arcs, where the graph has a direction, or goes along ties either way.
/// weighted : bool
///     Whether ties are followed in proportion to their weights, or each alike.
/// teleportation : float
///     Probability of leaping to another node instead of following an arc, in (0, 1); leaps are told like other steps.
/// trials : int
///     How often to begin anew, in another order; the shortest code is taken.
/// max_iterations : int
///     Iterations of a trial after which to stop in any case.
/// tolerance : float
///     The share of the code that an iteration saves, at which to stop.
/// seed : int
///     What the order of nodes is a function of.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Partition
///     Its ``objective`` is the code length in bits: lower is better.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain.
///
/// Notes
/// -----
/// O(n + m) for each pass over the nodes. Rosvall, Bergstrom, "Maps of random walks on complex networks reveal community
/// structure", PNAS 105, 2008.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 4, 4, 5], "target": [2, 3, 3, 4, 5, 6, 6]})
/// >>> partition = laud.infomap(laud.Graph.from_edges(frame, directed=False))
/// >>> partition["community"], round(partition.objective, 4)
/// ([0, 0, 0, 1, 1, 1], 2.3207)
#[pyfunction]
#[pyo3(signature = (graph, *, directed=true, weighted=true, teleportation=0.15, trials=1, max_iterations=10,
                    tolerance=1e-5, seed=0, progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn infomap(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    directed: bool,
    weighted: bool,
    teleportation: f64,
    trials: u32,
    max_iterations: u32,
    tolerance: f64,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<Py<PyPartition>> {
    let params = Infomap { directed, weighted, teleportation, trials, max_iterations, tolerance, seed };
    find(py, graph, progress, |_| Ok(Measure::Infomap(params)))
}

/// Puts each node into one community or more, by splitting it into a persona for each circle it moves in.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// clusters : {"components", "label_propagation"}
///     How the neighbors of a node fall into circles, by the ties among them.
/// resolution : float, optional
///     How dense a community must be, as of :func:`leiden`.
/// weighted : bool
///     Whether ties count by their weights, or each alike.
/// seed : int
///     What the order of nodes and their choices are a function of.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Table
///     A row for each membership, by id and community: ``id``, ``community``, and ``share``, the share of the weight of
///     the node's ties that it has there; the shares of a node add to 1.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain.
///
/// Notes
/// -----
/// O(m √m log n) at worst. Epasto, Lattanzi, Paes Leme, "Ego-splitting framework: from non-overlapping to overlapping
/// clusters", KDD 2017.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 1, 2, 3, 3, 4], "target": [2, 3, 3, 4, 5, 5]})
/// >>> memberships = laud.ego_splitting(laud.Graph.from_edges(frame))
/// >>> memberships["id"], memberships["community"]
/// ([1, 2, 3, 3, 4, 5], [0, 0, 0, 1, 1, 1])
#[pyfunction]
#[pyo3(signature = (graph, *, clusters="components", resolution=None, weighted=true, seed=0, progress=None))]
pub(crate) fn ego_splitting(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    clusters: &str,
    resolution: Option<f64>,
    weighted: bool,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<PyTable> {
    let clusters = match clusters {
        "components" => EgoClusters::Components,
        "label_propagation" => EgoClusters::LabelPropagation,
        other => {
            let rule = "components or label_propagation";
            return Err(exception(laud::Error::parameter("clusters", rule, other)));
        }
    };
    let graph = graph.into_graph(py)?;
    let origin = graph.get().origin();
    let params = EgoSplitting { clusters, resolution, weighted, seed };
    let table = run(py, progress, || {
        let found = community::ego_splitting(origin.graph(), &params)?.memberships;
        let nodes: Vec<u32> = found.iter().map(|row| row.node).collect();
        let communities = UInt32Array::from_iter_values(found.iter().map(|row| row.community));
        let shares = Float64Array::from_iter_values(found.iter().map(|row| row.share));
        let parameters =
            serde_json::to_string(&Measure::EgoSplitting(params)).expect("parameters are plain values");
        let columns: [(&str, ArrayRef); 3] = [
            ("id", origin.ids_of(&nodes)),
            ("community", Arc::new(communities)),
            ("share", Arc::new(shares)),
        ];
        Ok(Table::new(columns)
            .with_metadata("laud.version", env!("CARGO_PKG_VERSION"))
            .with_metadata("laud.parameters", parameters))
    })?;
    Ok(table.into())
}
