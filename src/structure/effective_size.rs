//! Effective size: how many contacts a node has that others do not make redundant.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Graph, Scores};
use crate::structure::contacts::Contacts;
use crate::structure::oriented::{neighbor_counts, triangle_counts};

/// Parameters of [`effective_size`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EffectiveSize {
    /// Whether ties count by their weights, as Burt has it, or each alike, as Borgatti has it.
    pub weighted: bool,
}

/// The number of a node's contacts, less what they have in common.
///
/// Each alike, it is the number of contacts less how many of the others a contact knows on average (Borgatti):
///
/// ```text
/// e(i) = d(i) − 2 t(i) / d(i)
/// ```
///
/// d(i) counts the neighbors in the undirected view and t(i) the ties among them, whatever their weights. By weights
/// (Burt), a contact j is redundant as far as i invests in those q in whom j invests too:
///
/// ```text
/// e(i) = Σ (1 − Σ p(i,q) m(j,q))     p(i,q) = v(i,q) / Σ v(i,k)     m(j,q) = v(j,q) / max v(j,k)
///        j      q                                      k                              k
/// ```
///
/// j runs over the contacts of i and q over those they share; v(i,q) = w(i,q) + w(q,i) is the weight of the undirected
/// view, so arcs in both directions count, and each counts 1 where the graph has no weights. This is what NetworkX
/// computes of directed or weighted graphs. Where all ties weigh the same both formulas agree.
///
/// Self-loops do not count. An isolate has no effective size: NaN; by weights, neither has a node whose ties all have
/// weight 0.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// That of [`triangles()`](crate::structure::triangles()), whose counts it shares; by weights that of
/// [`constraint`](crate::structure::constraint()).
///
/// # References
///
/// Burt, "Structural holes: the social structure of competition", Harvard University Press, 1992. Borgatti,
/// "Structural holes: unpacking Burt's redundancy measures", Connections 20, 1997.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{EffectiveSize, effective_size};
///
/// let rows = EdgeChunk { sources: &[0, 1, 2, 2], targets: &[1, 2, 0, 3], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// let sizes = effective_size(&graph, &EffectiveSize::default())?;
/// assert_eq!(sizes.values(), [1.0, 1.0, 3.0 - 2.0 / 3.0, 1.0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn effective_size(graph: &Graph, params: &EffectiveSize) -> Result<Scores> {
    let values = if params.weighted {
        by_weight(graph)?
    } else {
        let size = |(&triangles, degree): (&u64, u32)| {
            let degree = f64::from(degree);
            if degree == 0.0 { f64::NAN } else { degree - 2.0 * triangles as f64 / degree }
        };
        triangle_counts(graph)?.iter().zip(neighbor_counts(graph)).map(size).collect()
    };
    Ok(Scores::float("effective_size", values))
}

fn by_weight(graph: &Graph) -> Result<Vec<f64>> {
    let view = graph.undirected();
    let contacts = Contacts::new(view, view.is_weighted());
    let rows = &contacts.rows;
    let shared = contacts.shared("effective_size", |_| 1.0)?;
    let heaviest = |j: u32| rows.arcs(j).map(|(_, weight)| weight).fold(0.0, f64::max);
    let heaviest: Vec<f64> = (0..rows.row_count() as u32).map(heaviest).collect();
    Ok(contacts.by_node(|i| {
        let (earlier, later) = contacts.edges(i);
        let edges = earlier.chain(later.iter().map(|&edge| u64::from(edge)));
        let mut redundant = 0.0;
        for (&j, edge) in rows.neighbors(i).iter().zip(edges) {
            if heaviest[j as usize] > 0.0 {
                redundant += shared[edge as usize] / heaviest[j as usize];
            }
        }
        let strength = rows.strength(i);
        if strength > 0.0 { rows.degree(i) as f64 - redundant / strength } else { f64::NAN }
    }))
}
