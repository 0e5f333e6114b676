//! Assortativity: whether like is tied to like.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::graph::{Adjacency, Graph, Scores};
use crate::progress::Watch;
use crate::structure::groups::numbered;

/// Parameters of [`assortativity`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Assortativity {
    /// Which degrees are compared at the two ends; not with `groups`.
    pub degrees: Degrees,
    /// A label a node, of any numbers: whether nodes of one label are tied. None, to compare degrees.
    pub groups: Vec<u32>,
}

/// The degrees of the source and the target that [`assortativity`] compares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Degrees {
    /// Neighbors in the undirected view, over its edges.
    #[default]
    Undirected,
    /// Arcs out of the source, arcs into the target, over the arcs.
    OutIn,
    /// Arcs out of both, over the arcs.
    OutOut,
    /// Arcs into both, over the arcs.
    InIn,
    /// Arcs into the source, arcs out of the target, over the arcs.
    InOut,
}

/// How far nodes are tied to their like, from −1 to 1, where 0 is chance.
///
/// By degree it is Pearson's correlation of the degrees x at one end and y at the other, over the edges; each edge
/// without a direction is taken both ways:
///
/// ```text
/// r = Σ (x − ⟨x⟩)(y − ⟨y⟩) / √(Σ (x − ⟨x⟩)² Σ (y − ⟨y⟩)²)
/// ```
///
/// By `groups` it is the share of the arcs within groups, above what their ends would give by chance (e is the share of
/// the arcs from group g to group h, a(g) that of the arcs out of g, b(g) that of the arcs into g):
///
/// ```text
/// r = (Σ e(g,g) − Σ a(g) b(g)) / (1 − Σ a(g) b(g))
///      g          g                   g
/// ```
///
/// Degrees are compared in the undirected view unless `degrees` says otherwise; `groups` reads the arcs as they are.
/// Weights do not count. In the undirected view self-loops do not count; among arcs a loop is an arc. NaN where nothing
/// varies: in a regular graph, with one group, or without edges.
///
/// # Errors
///
/// [`Error::Parameter`](crate::Error::Parameter) unless `groups` is empty or has a label for each node,
/// [`Error::Cancelled`](crate::Error::Cancelled) where the observer asked to stop.
///
/// # Complexity
///
/// O(n + m), and O(n log n) to number the groups. Sums over degrees are whole numbers, so no order can
/// show.
///
/// # References
///
/// Newman, "Mixing patterns in networks", Physical Review E 67, 2003.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::structure::{Assortativity, assortativity};
///
/// let rows = EdgeChunk { sources: &[0, 0, 0], targets: &[1, 2, 3], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// assert_eq!(assortativity(&graph, &Assortativity::default())?.values(), [-1.0]);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn assortativity(graph: &Graph, params: &Assortativity) -> Result<Scores> {
    let r = if params.groups.is_empty() {
        match params.degrees {
            Degrees::Undirected => {
                let view = graph.undirected().out();
                correlation(view, view, view)?
            }
            Degrees::OutIn => correlation(graph.out(), graph.out(), graph.incoming())?,
            Degrees::OutOut => correlation(graph.out(), graph.out(), graph.out())?,
            Degrees::InIn => correlation(graph.out(), graph.incoming(), graph.incoming())?,
            Degrees::InOut => correlation(graph.out(), graph.incoming(), graph.out())?,
        }
    } else {
        mixing(graph.out(), &numbered(&params.groups, graph.node_count())?)?
    };
    Ok(Scores::number("assortativity", r))
}

/// Nodes between two reports of progress.
const STRIDE: u32 = 1 << 14;

/// The correlation over `arcs` of the degrees of their sources and targets.
fn correlation(arcs: &Adjacency, of_source: &Adjacency, of_target: &Adjacency) -> Result<f64> {
    let watch = Watch::current();
    let count = arcs.arc_count() as i128;
    let (mut x, mut y, mut xx, mut yy, mut xy) = (0_i128, 0_i128, 0_i128, 0_i128, 0_i128);
    for u in 0..arcs.row_count() as u32 {
        if u % STRIDE == 0 {
            watch.tick("assortativity", u64::from(u), arcs.row_count() as u64)?;
        }
        let (own, degree) = (i128::from(of_source.degree(u)), i128::from(arcs.degree(u)));
        let (mut sum, mut squares) = (0, 0);
        for &v in arcs.neighbors(u) {
            let other = i128::from(of_target.degree(v));
            sum += other;
            squares += other * other;
        }
        x += degree * own;
        xx += degree * own * own;
        xy += own * sum;
        y += sum;
        yy += squares;
    }
    let covariance = (count * xy - x * y) as f64;
    let (of_x, of_y) = ((count * xx - x * x) as f64, (count * yy - y * y) as f64);
    Ok(if of_x > 0.0 && of_y > 0.0 { covariance / (of_x.sqrt() * of_y.sqrt()) } else { f64::NAN })
}

/// How much more arcs stay within groups than chance would have them.
fn mixing(arcs: &Adjacency, groups: &[u32]) -> Result<f64> {
    let watch = Watch::current();
    let group_count = groups.iter().max().map_or(0, |&most| most as usize + 1);
    let (mut out, mut incoming, mut within) = (vec![0_u64; group_count], vec![0_u64; group_count], 0_u64);
    for u in 0..arcs.row_count() as u32 {
        if u % STRIDE == 0 {
            watch.tick("assortativity", u64::from(u), arcs.row_count() as u64)?;
        }
        let own = groups[u as usize];
        out[own as usize] += arcs.degree(u);
        for &v in arcs.neighbors(u) {
            let other = groups[v as usize];
            incoming[other as usize] += 1;
            within += u64::from(other == own);
        }
    }
    let by_chance: u128 =
        out.iter().zip(&incoming).map(|(&out, &incoming)| u128::from(out) * u128::from(incoming)).sum();
    let all = (arcs.arc_count() as u128).pow(2);
    if by_chance == all {
        return Ok(f64::NAN);
    }
    let within = u128::from(within) * arcs.arc_count() as u128;
    Ok((within as f64 - by_chance as f64) / (all - by_chance) as f64)
}
