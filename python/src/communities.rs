//! Communities: partitions of a graph, and the communities of a network.

use laud::Result;
use laud::communities::Found;
use laud::community::{Leiden, Louvain, Objective, Partition};
use laud::graph::{Rows, Scores};
use laud::measure::Measure;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::errors::{ConvergenceWarning, exception, warn};
use crate::graph::PyGraph;
use crate::input::Groups;
use crate::measures::Subject;
use crate::progress::{Progress, run};
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
    /// ``influencers``, ``internal_weight``, ``external_weight``, ``density``, ``conductance``, ``core_members``,
    /// ``bridges``, ``typical``.
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
    pub(crate) fn of(&self, graph: &PyGraph) -> Result<Vec<u32>> {
        match self {
            Labels::Partition(partition) => Ok(partition.get().partition.labels.clone()),
            Labels::Groups(groups) => graph.origin().labels(groups),
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
///     The gain of an iteration, as a share of all weight, at which to stop.
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
#[pyo3(signature = (graph, *, objective="modularity", resolution=None, directed=false, weighted=true, max_iterations=10,
                    tolerance=1e-4, randomness=0.01, start=None, seed=0, progress=None))]
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
        let start = start.map(|labels| labels.of(graph)).transpose()?;
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
