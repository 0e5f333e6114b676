//! How the network is knit.

use laud::measure::Measure;
use laud::structure::{Clustering, Components, Core, StrongComponents, Triangles};
use pyo3::prelude::*;

use super::{Subject, compute, plain_measures};
use crate::progress::Progress;
use crate::tables::PyScores;

plain_measures! {
    /// Labels the component of each node, whatever the direction of arcs: 0 is the largest, ties by smallest id.
    notes
    /// O(n + m) in practice. Tarjan, van Leeuwen, "Worst-case analysis of set union algorithms", Journal of the ACM 31,
    /// 1984.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 4, 5], "target": [2, 5, 6]})
    /// >>> laud.components(laud.Graph.from_edges(frame))["components"]
    /// [1, 1, 0, 0, 0]
    components, Components;

    /// Labels the strongly connected component of each node: 0 is the largest, ties by smallest id.
    ///
    /// Two nodes have the same label just when arcs lead from each to the other.
    notes
    /// O(n + m), on one thread. Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1,
    /// 1972.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 2, 3, 4], "target": [2, 3, 2, 1]})
    /// >>> laud.strong_components(laud.Graph.from_edges(frame))["strong_components"]
    /// [1, 0, 0, 2]
    strong_components, StrongComponents;

    /// Counts the triangles of which each node is a corner, in the undirected view.
    ///
    /// The counts add to three times the number of triangles.
    notes
    /// O(m √m). Latapy, "Main-memory triangle computations for very large (sparse (power-law)) graphs", Theoretical
    /// Computer Science 407, 2008.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 2, 3, 3], "target": [2, 3, 1, 4]})
    /// >>> laud.triangles(laud.Graph.from_edges(frame))["triangles"]
    /// [1, 1, 1, 0]
    triangles, Triangles;

    /// The share of the pairs of a node's neighbors that are neighbors themselves, in the undirected view.
    ///
    /// 0 below two neighbors, as in NetworkX.
    notes
    /// O(m √m). Watts, Strogatz, "Collective dynamics of 'small-world' networks", Nature 393, 1998.
    examples
    /// >>> import polars
    /// >>> frame = polars.DataFrame({"source": [1, 2, 3, 3], "target": [2, 3, 1, 4]})
    /// >>> [round(share, 4) for share in laud.clustering(laud.Graph.from_edges(frame))["clustering"]]
    /// [1.0, 1.0, 0.3333, 0.0]
    clustering, Clustering;
}

/// Gives each node the largest k such that it has k neighbors within the k-core, in the undirected view.
///
/// By weights it is the s-core: the largest s such that its ties to others of the s-core add to s.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// weighted : bool
///     Whether neighbors count by the weights of the ties to them, or each alike.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Scores
///     ``core``: integers, by weights floats.
///
/// Notes
/// -----
/// O(n + m), by weights O(m log n) on one thread. Seidman, "Network structure and minimum degree", Social Networks 5,
/// 1983; Batagelj, Zaveršnik, "An O(m) algorithm for cores decomposition of networks", 2003; Eidsaa, Almaas, "s-core
/// network decomposition", Physical Review E 88, 2013.
///
/// Examples
/// --------
/// >>> import polars
/// >>> frame = polars.DataFrame({"source": [1, 2, 3, 4], "target": [2, 3, 1, 1]})
/// >>> laud.core(laud.Graph.from_edges(frame))["core"]
/// [2, 2, 2, 1]
#[pyfunction]
#[pyo3(signature = (graph, *, weighted=false, progress=None))]
pub(crate) fn core(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    weighted: bool,
    progress: Option<Progress>,
) -> PyResult<Py<PyScores>> {
    compute(py, &graph, progress, |_| Ok(Measure::Core(Core { weighted })))
}
