//! Graphs: from edges in a frame, or a layer of a network.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch};
use laud::events::{EdgeColumns, Ids};
use laud::graph::{FromEdges, Graph, Scores, SelfLoops};
use laud::measure::Measure;
use laud::network::{Layer, Network};
use laud::structure::{Projection, projection};
use laud::table::Table;
use laud::{Error, Result};
use pyo3::prelude::*;

use crate::errors::exception;
use crate::input::{Frame, Groups, Ids as Names};
use crate::progress::{Progress, give_back, run};
use crate::tables::PyTable;

/// A graph whose nodes have ids.
///
/// Made by :meth:`Graph.from_edges` or :meth:`Network.graph`; it never changes.
#[pyclass(name = "Graph", module = "laud", frozen)]
pub(crate) struct PyGraph {
    origin: Origin,
}

/// Where a graph comes from.
pub(crate) enum Origin {
    Edges { graph: Box<Graph>, ids: Ids },
    Layer { network: Arc<Network>, layer: Layer, directed: bool },
}

#[pymethods]
impl PyGraph {
    /// Reads a graph from a frame of edges.
    ///
    /// Parallel rows add: their weights, where a row without weights counts 1. Nodes are numbered by the rank of
    /// their id (integers numerically, strings bytewise), and ids come back with the type they had.
    ///
    /// Parameters
    /// ----------
    /// frame : frame
    ///     Anything that speaks Arrow: Polars, pandas 2.2 or later, pyarrow, DuckDB, ...
    /// source, target : str
    ///     Columns of ids, strings or integers; if one is a string, all are.
    /// weight : str, optional
    ///     Column of weights from 0 to 1e30.
    /// directed : bool
    ///     Whether a row is an arc rather than an edge.
    /// nodes : frame, optional
    ///     A frame whose column ``id`` names nodes that are there even without an edge.
    /// self_loops : {"drop", "keep"}
    ///     What becomes of rows whose ends are the same; dropped ones are counted.
    /// progress : bool or callable, optional
    ///     A bar on standard error, or a callable of (stage, done, total).
    ///
    /// Returns
    /// -------
    /// Graph
    ///
    /// Raises
    /// ------
    /// SchemaError
    ///     For a column that is missing, holds nulls or has another type.
    /// ValueError
    ///     For a weight outside [0, 1e30].
    ///
    /// Notes
    /// -----
    /// O(n log n + m) time for n nodes and m rows.
    ///
    /// Examples
    /// --------
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [7, 7, 9], "target": [9, 9, 9]})
    /// >>> graph = laud.Graph.from_edges(frame)
    /// >>> graph
    /// Graph(node_count=2, edge_count=1, directed=True)
    /// >>> graph.self_loops_dropped
    /// 1
    #[staticmethod]
    #[pyo3(signature = (frame, *, source="source", target="target", weight=None, directed=true, nodes=None,
                        self_loops="drop", progress=None))]
    #[allow(clippy::too_many_arguments)]
    fn from_edges(
        py: Python<'_>,
        frame: Frame,
        source: &str,
        target: &str,
        weight: Option<&str>,
        directed: bool,
        nodes: Option<Frame>,
        self_loops: &str,
        progress: Option<Progress>,
    ) -> PyResult<PyGraph> {
        let params = FromEdges { directed, self_loops: self_loops_named(self_loops).map_err(exception)? };
        let origin = run(py, progress, || {
            let nodes = nodes.map(batches).transpose()?;
            let columns = EdgeColumns { source, target, weight };
            let (graph, ids) = Graph::from_frame(&batches(frame)?, &columns, nodes.as_deref(), &params)?;
            Ok(Origin::Edges { graph: Box::new(graph), ids })
        })?;
        give_back();
        Ok(PyGraph { origin })
    }

    /// Number of nodes.
    #[getter]
    fn node_count(&self) -> usize {
        self.graph().node_count()
    }

    /// Number of edges: the arcs of a directed graph, the pairs and loops of an undirected one.
    #[getter]
    fn edge_count(&self) -> usize {
        self.graph().edge_count()
    }

    /// Number of arcs stored; twice the edges of an undirected graph without loops.
    #[getter]
    fn arc_count(&self) -> usize {
        self.graph().arc_count()
    }

    /// Bytes in memory, without ids: 4 an arc, 8 with weights, and 8 a node; again for in-arcs and the undirected view
    /// once a measure has asked for them.
    #[getter]
    fn nbytes(&self) -> usize {
        self.graph().bytes()
    }

    /// Whether arcs have a direction.
    #[getter]
    fn directed(&self) -> bool {
        self.graph().is_directed()
    }

    /// Number of rows left out because their ends were the same node.
    #[getter]
    fn self_loops_dropped(&self) -> u64 {
        self.graph().self_loops_dropped()
    }

    /// The edges: ``source``, ``target``, and ``weight`` where the graph has weights; an undirected edge once.
    ///
    /// Examples
    /// --------
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [7, 7, 8], "target": [9, 9, 9], "weight": [1.0, 2.0, 0.5]})
    /// >>> edges = laud.Graph.from_edges(frame, weight="weight").edges()
    /// >>> edges["source"], edges["target"], edges["weight"]
    /// ([7, 8], [9, 9], [3.0, 0.5])
    fn edges(&self, py: Python<'_>) -> PyResult<PyTable> {
        run(py, None, || Ok(self.origin.edges().into()))
    }

    /// Ties each two of some nodes by the neighbors they share, such as customers by the brands both have to do with.
    ///
    /// A projection of a graph of two kinds of nodes onto one of them: ``weight`` is the number of shared neighbors, who
    /// are those of the undirected view outside ``ids``.
    ///
    /// Parameters
    /// ----------
    /// ids : iterable of str or int
    ///     The nodes of the projection.
    /// min_shared : int
    ///     How many neighbors two nodes must share to be tied, at least 1.
    /// max_degree : int, optional
    ///     A neighbor of more of the nodes than that ties nobody: whom everybody knows says little about two who do, and
    ///     makes d (d - 1) / 2 ties of d nodes.
    /// progress : bool or callable, optional
    ///     A bar on standard error, or a callable of (stage, done, total).
    ///
    /// Returns
    /// -------
    /// Graph
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For an id that is not in the graph, and for ``min_shared`` 0.
    ///
    /// Notes
    /// -----
    /// O(sum of d squared) over the degrees d of the neighbors that count, in parallel. Breiger, "The duality of persons
    /// and groups", Social Forces 53, 1974.
    ///
    /// Examples
    /// --------
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": ["ann", "ann", "ben", "ben", "cleo"], "target": ["tea", "jam"] * 2 + ["jam"]})
    /// >>> customers = laud.Graph.from_edges(frame).projection(["ann", "ben", "cleo"])
    /// >>> edges = customers.edges()
    /// >>> list(zip(edges["source"], edges["target"], edges["weight"]))
    /// [('ann', 'ben', 2.0), ('ann', 'cleo', 1.0), ('ben', 'cleo', 1.0)]
    #[pyo3(signature = (ids, *, min_shared=1, max_degree=None, progress=None))]
    fn projection(
        &self,
        py: Python<'_>,
        ids: Names,
        min_shared: u32,
        max_degree: Option<u32>,
        progress: Option<Progress>,
    ) -> PyResult<PyGraph> {
        let params = Projection { min_shared, max_degree };
        let origin = run(py, progress, || {
            let nodes = ids.0.iter().map(|id| self.origin.find("ids", id));
            let mut nodes: Vec<u32> = nodes.collect::<Result<_>>()?;
            nodes.sort_unstable();
            nodes.dedup();
            let graph = projection(self.graph(), &nodes, &params)?;
            Ok(Origin::Edges { graph: Box::new(graph), ids: self.origin.subset(&nodes) })
        })?;
        Ok(PyGraph { origin })
    }

    fn __len__(&self) -> usize {
        self.graph().node_count()
    }

    fn __repr__(&self) -> String {
        let graph = self.graph();
        let directed = if graph.is_directed() { "True" } else { "False" };
        let (nodes, edges) = (graph.node_count(), graph.edge_count());
        format!("Graph(node_count={nodes}, edge_count={edges}, directed={directed})")
    }
}

impl From<Origin> for PyGraph {
    fn from(origin: Origin) -> PyGraph {
        PyGraph { origin }
    }
}

impl PyGraph {
    pub(crate) fn layer(network: Arc<Network>, layer: Layer, directed: bool) -> PyGraph {
        PyGraph { origin: Origin::Layer { network, layer, directed } }
    }

    fn graph(&self) -> &Graph {
        self.origin.graph()
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl Origin {
    pub(crate) fn graph(&self) -> &Graph {
        match self {
            Origin::Edges { graph, .. } => graph,
            Origin::Layer { network, layer, directed } => {
                let graph = &network.layer(*layer).graph;
                if *directed { graph } else { graph.undirected() }
            }
        }
    }

    /// The node of an id.
    pub(crate) fn find(&self, what: &'static str, id: &str) -> Result<u32> {
        self.place(id).ok_or_else(|| {
            let ids = match self {
                Origin::Edges { ids, .. } => ids,
                Origin::Layer { network, .. } => &network.ids,
            };
            Error::UnknownId { what, id: id.to_owned(), nearest: ids.nearest(id, 0..ids.len() as u32) }
        })
    }

    fn place(&self, id: &str) -> Option<u32> {
        match self {
            Origin::Edges { ids, .. } => ids.find(id),
            Origin::Layer { network, layer, .. } => {
                let node = network.ids.find(id)?;
                network.layer(*layer).nodes.binary_search(&node).ok().map(|place| place as u32)
            }
        }
    }

    /// The ids of some nodes.
    pub(crate) fn ids_of(&self, nodes: &[u32]) -> ArrayRef {
        match self {
            Origin::Edges { ids, .. } => ids.take(nodes),
            Origin::Layer { network, layer, .. } => {
                let own = &network.layer(*layer).nodes;
                let nodes: Vec<u32> = nodes.iter().map(|&node| own[node as usize]).collect();
                network.ids.take(&nodes)
            }
        }
    }

    /// The ids of some nodes, ascending, as ids of their own.
    fn subset(&self, nodes: &[u32]) -> Ids {
        match self {
            Origin::Edges { ids, .. } => ids.subset(nodes),
            Origin::Layer { network, layer, .. } => {
                let own = &network.layer(*layer).nodes;
                let nodes: Vec<u32> = nodes.iter().map(|&node| own[node as usize]).collect();
                network.ids.subset(&nodes)
            }
        }
    }

    /// The graph of some nodes, ascending, under their ids.
    pub(crate) fn subgraph(&self, nodes: &[u32]) -> Origin {
        Origin::Edges { graph: Box::new(self.graph().subgraph(nodes)), ids: self.subset(nodes) }
    }

    /// The edges as a table.
    fn edges(&self) -> Table {
        let graph = self.graph();
        let (mut sources, mut targets, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for u in 0..graph.node_count() as u32 {
            for (v, weight) in graph.out().arcs(u).filter(|&(v, _)| graph.is_directed() || u <= v) {
                sources.push(u);
                targets.push(v);
                weights.push(weight);
            }
        }
        let mut columns = vec![("source", self.ids_of(&sources)), ("target", self.ids_of(&targets))];
        if graph.is_weighted() {
            columns.push(("weight", Arc::new(Float64Array::from(weights))));
        }
        Table::new(columns)
    }

    /// The group of each node, by rank of its label: a column of the nodes of a network, or a label for every id; others
    /// may have one too.
    pub(crate) fn labels(&self, groups: &Groups) -> Result<Vec<u32>> {
        let labels = match (groups, self) {
            (Groups::Column(name), Origin::Layer { network, layer, .. }) => {
                return network.groups(*layer, name);
            }
            (Groups::Column(name), Origin::Edges { .. }) => {
                let rule = "a dict of id and label: only the nodes of a network have columns";
                return Err(Error::parameter("groups", rule, name));
            }
            (Groups::Labels(labels), _) => labels,
        };
        let groups = self.known_labels(labels);
        let labeled = groups.iter().flatten().count();
        if labeled < groups.len() {
            let got = format!("labels for {labeled} of {}", groups.len());
            return Err(Error::parameter("groups", "a label for each node", got));
        }
        Ok(groups.into_iter().flatten().collect())
    }

    /// The label of each node that has one, as the rank of its text; others than nodes may have one too.
    pub(crate) fn known_labels(&self, labels: &[(String, String)]) -> Vec<Option<u32>> {
        let mut names: Vec<&String> = labels.iter().map(|(_, label)| label).collect();
        names.sort_unstable();
        names.dedup();
        let mut groups = vec![None; self.graph().node_count()];
        for (id, label) in labels {
            if let Some(node) = self.place(id) {
                groups[node as usize] = Some(names.partition_point(|name| *name < label) as u32);
            }
        }
        groups
    }

    /// Scores with the ids of their nodes, and how they came about where a measure did it.
    pub(crate) fn table(&self, scores: &Scores, measure: Option<&Measure>) -> Table {
        let measures: Vec<&Measure> = measure.into_iter().collect();
        let ids = match self {
            Origin::Layer { network, layer, .. } => {
                let parameters = serde_json::to_string(&measures).expect("parameters are plain values");
                let table = network.table_of(*layer, std::slice::from_ref(scores));
                return table.with_metadata("laud.measures", parameters);
            }
            Origin::Edges { ids, .. } => ids,
        };
        let parameters = serde_json::to_string(&measure).expect("parameters are plain values");
        Table::about(&scores.rows, || vec![("id", ids.to_array())], |nodes| ids.take(nodes))
            .with_metadata("laud.version", env!("CARGO_PKG_VERSION"))
            .with_metadata("laud.parameters", parameters)
            .with_scores(scores)
    }
}

fn self_loops_named(word: &str) -> Result<SelfLoops> {
    match word {
        "drop" => Ok(SelfLoops::Drop),
        "keep" => Ok(SelfLoops::Keep),
        _ => Err(Error::parameter("self_loops", "drop or keep", word)),
    }
}

/// The batches of a frame: one without rows, so that columns are known, where there is none.
fn batches(Frame(reader): Frame) -> Result<Vec<RecordBatch>> {
    let schema = reader.schema();
    let batches: std::result::Result<Vec<_>, _> = reader.collect();
    let batches = batches.map_err(|error| Error::Schema(error.to_string()))?;
    Ok(if batches.is_empty() { vec![RecordBatch::new_empty(schema)] } else { batches })
}
