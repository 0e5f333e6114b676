//! Personalized PageRank: how often a reader who starts from the seeds is found at a node.

use serde::{Deserialize, Serialize};

use super::power::Limits;
use super::push::{Pushed, push};
use super::seeds;
use super::walk::{Jump, Walk};
use crate::error::{Error, Result};
use crate::graph::{Column, Convergence, Graph, Scores};

/// Parameters of [`personalized_pagerank`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonalizedPageRank {
    /// Seed sets, at least one: nodes with weights, which are finite, not negative and add to more than 0. A node
    /// named twice adds.
    pub seeds: Vec<Vec<(u32, f64)>>,
    /// Names of the columns, one a seed set; empty for `personalized_pagerank`, or `personalized_pagerank_0`, `_1`,
    /// ... where there are several sets.
    pub names: Vec<String>,
    /// Answer from the neighborhood of the seeds, until no node holds more than ε for each of its out-arcs: ε, positive.
    /// Where it is given, `tolerance` and `max_iterations` are not used.
    pub epsilon: Option<f64>,
    /// Probability α of following an arc, in [0, 1).
    pub damping: f64,
    /// What one more step of the reader would change in all, at which to stop, positive.
    pub tolerance: f64,
    /// Iterations after which to stop in any case, at least 1.
    pub max_iterations: u32,
    /// Whether arcs are followed in proportion to their weights, or each alike.
    pub weighted: bool,
    /// Whether not converging is an error.
    pub strict: bool,
}

impl Default for PersonalizedPageRank {
    fn default() -> PersonalizedPageRank {
        PersonalizedPageRank {
            seeds: Vec::new(),
            names: Vec::new(),
            epsilon: None,
            damping: 0.85,
            tolerance: 1e-9,
            max_iterations: 200,
            weighted: true,
            strict: false,
        }
    }
}

/// Seed sets that share a pass over the arcs: the values of a node for all of them are one cache line.
const BATCH: usize = 8;

/// Scores each node by how often a reader who starts from the seeds is found there, once for each seed set.
///
/// The reader follows a random out-arc with probability α and otherwise jumps to a seed, in proportion to its
/// weight s; from a dangling node, whose out-arcs weigh nothing, it always jumps. The scores are the fixed point
/// of
///
/// ```text
/// x(v) = (1 − α + α Σ x(d)) s(v)  +  α Σ x(u) w(u,v) / W(u)      with s scaled to sum to 1
///                 d dangling           u → v
/// ```
///
/// so they sum to 1, and are exactly 0 where no path leads from a seed.
///
/// Direction, weights, self-loops and the stopping rule are those of [`pagerank`](super::pagerank()). Eight seed
/// sets share one pass over the arcs; the scores of a set do not depend on the others. The record of convergence is
/// that of the slowest.
///
/// With `epsilon` the answer comes from the neighborhood of the seeds alone (forward push): a set starts as mass at its
/// seeds, a node that holds more than ε for each of its out-arcs keeps 1 − α of it as score and hands on the rest. The
/// scores are then too low, by amounts that add to the residual of the record, which is below ε (n + m).
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain, [`Error::NotConverged`] where `strict` asks for it.
///
/// # Complexity
///
/// O(n + m) an iteration for each eight sets; a copy of the in-arcs and at most 350 bytes a node beside
/// the graph. With `epsilon` O(1 / ((1 − α) ε)) for each set, however large the graph, and 16 bytes a node.
///
/// # References
///
/// Haveliwala, "Topic-sensitive PageRank", WWW 2002. Jeh, Widom, "Scaling personalized web search", WWW 2003. Andersen,
/// Chung, Lang, "Local graph partitioning using PageRank vectors", FOCS 2006.
///
/// # Examples
///
/// ```
/// use laud::centrality::{PersonalizedPageRank, personalized_pagerank};
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
///
/// let rows = EdgeChunk { sources: &[0, 2], targets: &[1, 1], weights: None };
/// let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
/// let params = PersonalizedPageRank { seeds: vec![vec![(0, 1.0)]], ..PersonalizedPageRank::default() };
/// let scores = personalized_pagerank(&graph, &params)?;
/// assert!((scores.values()[0] - 1.0 / 1.85).abs() < 1e-9);
/// assert_eq!(scores.values()[2], 0.0);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn personalized_pagerank(graph: &Graph, params: &PersonalizedPageRank) -> Result<Scores> {
    let PersonalizedPageRank { damping, tolerance, max_iterations, weighted, strict, .. } = *params;
    let limits = Limits { measure: "personalized_pagerank", tolerance, max_iterations, strict };
    let walk = Walk { limits, damping, weighted };
    walk.check()?;
    params.check(graph.node_count())?;

    if let Some(epsilon) = params.epsilon {
        return pushed(graph, params, &walk, epsilon);
    }
    let mut columns = Vec::with_capacity(params.seeds.len());
    let mut slowest = Convergence { converged: true, iterations: 0, residual: 0.0 };
    for sets in params.seeds.chunks(BATCH) {
        let (values, convergence) = match sets {
            [set] => walk.stationary(graph, &jump([set])).map(|([values], end)| (vec![values], end))?,
            _ => {
                let lanes = std::array::from_fn(|lane| sets[lane.min(sets.len() - 1)].as_slice());
                walk.stationary::<BATCH>(graph, &jump(lanes)).map(|(values, end)| (values.into(), end))?
            }
        };
        for values in values.into_iter().take(sets.len()) {
            columns.push(Column::float(params.name(columns.len()), values));
        }
        slowest.converged &= convergence.converged;
        slowest.iterations = slowest.iterations.max(convergence.iterations);
        slowest.residual = slowest.residual.max(convergence.residual);
    }
    Ok(Scores::of_nodes("personalized_pagerank", columns).with_convergence(slowest))
}

/// The scores by forward push, every set for itself; the record holds the largest sum of what is missing.
fn pushed(graph: &Graph, params: &PersonalizedPageRank, walk: &Walk, epsilon: f64) -> Result<Scores> {
    if !(epsilon > 0.0 && epsilon.is_finite()) {
        return Err(Error::parameter("epsilon", "positive and finite", epsilon));
    }
    let mut columns = Vec::with_capacity(params.seeds.len());
    let mut convergence = Convergence { converged: true, iterations: 0, residual: 0.0 };
    for set in &params.seeds {
        let Pushed { scores, rest, pushes } = push(graph, set, walk, epsilon)?;
        columns.push(Column::float(params.name(columns.len()), scores));
        convergence.iterations = convergence.iterations.max(u32::try_from(pushes).unwrap_or(u32::MAX));
        convergence.residual = convergence.residual.max(rest);
    }
    Ok(Scores::of_nodes("personalized_pagerank", columns).with_convergence(convergence))
}

/// Where the readers of these seed sets jump to.
fn jump<const L: usize>(sets: [&[(u32, f64)]; L]) -> Jump<L> {
    let totals = sets.map(seeds::total);
    let mut seeds = Vec::new();
    for (lane, set) in sets.iter().enumerate() {
        for &(u, weight) in *set {
            let mut shares = [0.0; L];
            shares[lane] = weight / totals[lane];
            seeds.push((u, shares));
        }
    }
    seeds.sort_by_key(|&(u, _)| u);
    seeds.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same {
            first.1.iter_mut().zip(later.1).for_each(|(first, later)| *first += later);
        }
        same
    });
    Jump { everywhere: 0.0, seeds }
}

impl PersonalizedPageRank {
    fn name(&self, set: usize) -> String {
        match self.names.get(set) {
            Some(name) => name.clone(),
            None if self.seeds.len() == 1 => "personalized_pagerank".to_owned(),
            None => format!("personalized_pagerank_{set}"),
        }
    }

    fn check(&self, node_count: usize) -> Result<()> {
        if self.seeds.is_empty() {
            return Err(Error::parameter("seeds", "at least one set of nodes", "none"));
        }
        if !self.names.is_empty() && self.names.len() != self.seeds.len() {
            let rule = format!("as many as seed sets ({})", self.seeds.len());
            return Err(Error::parameter("names", rule, self.names.len()));
        }
        if let Some(name) = self.names.iter().find(|name| ["id", "role"].contains(&name.as_str())) {
            return Err(Error::parameter("names", "other than id and role, which are columns already", name));
        }
        for (i, set) in self.seeds.iter().enumerate() {
            seeds::check(set, node_count, &format!(" in set {i}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges};

    type Set<'a> = &'a [(u32, f64)];

    fn scores(seeds: &[Set<'_>], names: &[&str]) -> Result<Scores> {
        let rows = EdgeChunk { sources: &[0, 1], targets: &[1, 2], weights: None };
        let graph = Graph::from_edges(3, &[rows], &FromEdges::default())?;
        let seeds = seeds.iter().map(|set| set.to_vec()).collect();
        let names = names.iter().map(|&name| name.to_owned()).collect();
        personalized_pagerank(&graph, &PersonalizedPageRank { seeds, names, ..Default::default() })
    }

    #[test]
    fn bad_seeds_are_refused() {
        let cases: [(&[Set<'_>], &str); 5] = [
            (&[], "seeds must be at least one set of nodes, got none"),
            (&[&[(0, 1.0)], &[(3, 1.0)]], "seeds must be nodes below 3, got 3 in set 1"),
            (&[&[(0, f64::NAN)]], "seeds must be of finite weight, at least 0, got NaN in set 0"),
            (&[&[(0, 0.0)]], "seeds must be of finite positive weight in all, got 0 in set 0"),
            (&[&[]], "seeds must be at least one node, got none in set 0"),
        ];
        for (seeds, message) in cases {
            assert_eq!(scores(seeds, &[]).unwrap_err().to_string(), message);
        }
        let error = scores(&[&[(0, 1.0)]], &["a", "b"]).unwrap_err();
        assert_eq!(error.to_string(), "names must be as many as seed sets (1), got 2");
    }

    #[test]
    fn columns_are_named_by_set() {
        let names = |scores: Scores| scores.columns.into_iter().map(|column| column.name).collect::<Vec<_>>();
        let (one, two): (Set<'_>, Set<'_>) = (&[(0, 1.0)], &[(1, 1.0)]);
        assert_eq!(names(scores(&[one], &[]).unwrap()), ["personalized_pagerank"]);
        assert_eq!(
            names(scores(&[one, two], &[]).unwrap()),
            ["personalized_pagerank_0", "personalized_pagerank_1"]
        );
        assert_eq!(names(scores(&[one, two], &["acme", "zeta"]).unwrap()), ["acme", "zeta"]);
    }

    #[test]
    fn seeds_named_twice_add_and_only_proportions_matter() {
        let spread = scores(&[&[(1, 1.0), (0, 3.0), (1, 2.0)]], &[]).unwrap();
        assert_eq!(spread, scores(&[&[(0, 6.0), (1, 6.0)]], &[]).unwrap());
    }
}
