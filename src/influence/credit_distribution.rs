//! Credit distribution: who led whom to act, by a log of who did what when.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::credits::Credits;
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::progress::Watch;

/// A log of actions as columns: row `i` says that `nodes[i]` did `actions[i]` at `times[i]`.
#[derive(Debug, Clone, Copy)]
pub struct Actions<'a> {
    /// What was done: the number of a post, a campaign, a product, any one.
    pub actions: &'a [u32],
    /// Who did it.
    pub nodes: &'a [u32],
    /// When, in any unit.
    pub times: &'a [i64],
}

/// Parameters of [`credit_distribution`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CreditDistribution {
    /// The time τ in which direct credit falls to 1/e, in the unit of the log, above 0. Unless given, it does not fall.
    pub decay: Option<f64>,
    /// How long before an action others may have led to it, in the unit of the log, above 0. Unless given, any time.
    pub window: Option<f64>,
    /// How those who acted before share the credit.
    pub split: Split,
    /// Whether the credit for an action of u is multiplied by the share of u's actions that somebody u attends to did
    /// before (within τ, where there is a decay): who mostly acts alone gives little credit.
    pub influenceability: bool,
    /// Credit for one action below which a pair is left out of [`Credits::audience`], in [0, 1).
    pub truncation: f64,
}

impl Default for CreditDistribution {
    fn default() -> CreditDistribution {
        CreditDistribution {
            decay: None,
            window: None,
            split: Split::Equal,
            influenceability: false,
            truncation: 1e-3,
        }
    }
}

/// How those who did something before u, and whom u attends to, share the credit for u's doing it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Split {
    /// Equal shares, each of which decays: what is lost goes to nobody.
    #[default]
    Equal,
    /// Shares in proportion to what is left after decay, together with what would have happened anyway.
    Hazard {
        /// The weight κ of acting without any lead, where a lead of this moment weighs 1; at least 0.
        organic: f64,
    },
}

/// Reads from a log of actions how much each leads others to act.
///
/// Whoever u attends to and did the same before u gets a share γ of the credit for u's action, and passes shares of that
/// on to those who led it. The credit of a set S for u is what arrives at S, averaged over the actions of u:
///
/// ```text
/// Γ(S,u,a) = 1                            u in S
/// Γ(S,u,a) = Σ γ(w,u,a) Γ(S,w,a)          otherwise; w did a before u, arc u → w
/// σ(S)     = Σ Σ Γ(S,u,a) / A(u)          over nodes u and their A(u) actions a
///
/// γ(w,u,a) = infl(u) e^(−Δ/τ) / N                       Split::Equal, N such w
/// γ(w,u,a) = infl(u) e^(−Δ/τ) / (κ + Σ e^(−Δ/τ))        Split::Hazard
/// ```
///
/// σ is monotone and submodular, so the greedy choice of k nodes has at least 1 − 1/e of the best possible credit; no
/// probabilities are fitted and nothing is simulated. [`Credits`] answers for single nodes, sets, pairs, and chooses.
///
/// An action that a node repeats counts once, when first done. Those who act at the same time do not lead each other.
/// The weights of arcs do not count, nor do self-loops. Nodes without actions have credit 0 and give none.
///
/// The paper keeps Γ for every pair and action, drops small values, and updates them with each seed. Here two passes
/// over the arcs among those who did an action, forward for Γ(S,u,a) and backward for what each would still add, give
/// the same marginal gains for all nodes at once, exactly: only [`Credits::audience`] needs pairs and the truncation.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain, for columns of different lengths, 2^32 rows or more, or a
/// node that is not in the graph; [`Error::Cancelled`] where the observer asked to stop.
///
/// # Complexity
///
/// O(r log r) for r rows and, for each row, O(min(d, p) log n), d the out-degree of the node and p the number of those
/// who did the action. 16 bytes a row and 12 for each arc between two who did the
/// same; while building, about twice that.
///
/// # References
///
/// Goyal, Bonchi, Lakshmanan, "A data-based approach to social influence maximization", PVLDB 5(1), 2011.
///
/// # Examples
///
/// ```
/// use laud::graph::{EdgeChunk, FromEdges, Graph};
/// use laud::influence::{Actions, CreditDistribution, credit_distribution};
///
/// // 1 follows 0, 2 follows 0 and 1, 3 follows 2; they act in this order.
/// let rows = EdgeChunk { sources: &[1, 2, 2, 3], targets: &[0, 0, 1, 2], weights: None };
/// let graph = Graph::from_edges(4, &[rows], &FromEdges::default())?;
/// let log = Actions { actions: &[7; 4], nodes: &[0, 1, 2, 3], times: &[10, 20, 30, 40] };
/// let credits = credit_distribution(&graph, &log, &CreditDistribution::default())?;
/// assert_eq!(credits.scores(), [4.0, 2.0, 2.0, 1.0]);
/// assert_eq!(credits.credit(&[1, 2])?, 3.0);
/// assert_eq!(credits.seeds(1)?[0].node, 0);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn credit_distribution(graph: &Graph, log: &Actions<'_>, params: &CreditDistribution) -> Result<Credits> {
    params.check()?;
    check(graph, log)?;
    let watch = Watch::current();
    let mut rows: Vec<Row> = (0..log.nodes.len())
        .into_par_iter()
        .map(|i| Row { action: log.actions[i], time: log.times[i], node: log.nodes[i] })
        .collect();
    rows.par_sort_unstable_by_key(|row| (row.action, row.time, row.node));
    let actions: Vec<&[Row]> = rows.chunk_by(|one, other| one.action == other.action).collect();
    let pieces = pieces(&actions);
    let parts: Vec<Vec<Led>> = pieces
        .par_iter()
        .map(|piece| {
            watch.tick("credit_distribution", piece.start as u64, actions.len() as u64)?;
            Ok(actions[piece.clone()].iter().map(|rows| Led::new(graph, rows, params)).collect())
        })
        .collect::<Result<_>>()?;
    Ok(Credits::new(graph.node_count(), parts.into_iter().flatten(), params))
}

/// Rows that one thread looks at at a time.
const PIECE: usize = 1 << 12;

/// A row of the log.
#[derive(Debug, Clone, Copy)]
struct Row {
    action: u32,
    time: i64,
    node: u32,
}

/// Runs of actions with about as many rows.
fn pieces(actions: &[&[Row]]) -> Vec<Range<usize>> {
    let (mut pieces, mut start, mut size) = (Vec::new(), 0, 0);
    for (at, rows) in actions.iter().enumerate() {
        size += rows.len();
        if size >= PIECE || at + 1 == actions.len() {
            pieces.push(start..at + 1);
            (start, size) = (at + 1, 0);
        }
    }
    pieces
}

/// Those who did an action, and who led them to it.
pub(super) struct Led {
    /// Who did it, first come first.
    pub(super) nodes: Vec<u32>,
    /// Whether each is counted as led by somebody.
    pub(super) is_led: Vec<bool>,
    /// Where the leads of each end.
    pub(super) ends: Vec<usize>,
    /// The places of those who led.
    pub(super) leads: Vec<u32>,
    /// Their direct credit, but for the influenceability of the one they led.
    pub(super) shares: Vec<f64>,
}

impl Led {
    /// From the rows of an action in the order of time, then node.
    fn new(graph: &Graph, rows: &[Row], params: &CreditDistribution) -> Led {
        let mut by_node: Vec<(u32, usize)> = rows.iter().zip(0..).map(|(row, at)| (row.node, at)).collect();
        by_node.sort_unstable();
        by_node.dedup_by_key(|entry| entry.0);
        let mut order: Vec<usize> = by_node.iter().map(|entry| entry.1).collect();
        order.sort_unstable();
        let rows: Vec<Row> = order.iter().map(|&at| rows[at]).collect();
        // Places among those who are left.
        let mut places: Vec<(u32, u32)> =
            rows.iter().zip(0..).map(|(row, place)| (row.node, place)).collect();
        places.sort_unstable();

        let (mut ends, mut leads, mut shares) = (Vec::with_capacity(rows.len()), Vec::new(), Vec::new());
        let mut is_led = Vec::with_capacity(rows.len());
        for row in &rows {
            let begin = leads.len();
            let lag = |place: u32| row.time.abs_diff(rows[place as usize].time) as f64;
            shared(graph.out().neighbors(row.node), &places, |place| {
                let is_before = rows[place as usize].time < row.time;
                if is_before && params.window.is_none_or(|window| lag(place) <= window) {
                    leads.push(place);
                }
            });
            let left = |&place: &u32| params.decay.map_or(1.0, |decay| libm::exp(-lag(place) / decay));
            shares.extend(leads[begin..].iter().map(left));
            let left = &mut shares[begin..];
            let whole = match params.split {
                Split::Equal => left.len() as f64,
                Split::Hazard { organic } => left.iter().fold(organic, |sum, left| sum + left),
            };
            // Where all that is left is 0, there is nothing to share.
            left.iter_mut().filter(|left| **left > 0.0).for_each(|left| *left /= whole);
            let is_recent = |&place: &u32| params.decay.is_none_or(|decay| lag(place) <= decay);
            is_led.push(leads[begin..].iter().any(is_recent));
            ends.push(leads.len());
        }
        Led { nodes: rows.iter().map(|row| row.node).collect(), is_led, ends, leads, shares }
    }
}

/// Calls `visit` with the place of each neighbor that has one, by ascending neighbor; looks up the fewer among the more.
fn shared(neighbors: &[u32], places: &[(u32, u32)], mut visit: impl FnMut(u32)) {
    if neighbors.len() <= places.len() {
        for v in neighbors {
            if let Ok(at) = places.binary_search_by_key(v, |entry| entry.0) {
                visit(places[at].1);
            }
        }
    } else {
        places
            .iter()
            .filter(|entry| neighbors.binary_search(&entry.0).is_ok())
            .for_each(|entry| visit(entry.1));
    }
}

impl CreditDistribution {
    fn check(&self) -> Result<()> {
        for (name, time) in [("decay", self.decay), ("window", self.window)] {
            if let Some(time) = time.filter(|time| !(*time > 0.0 && time.is_finite())) {
                return Err(Error::parameter(name, "finite and above 0", time));
            }
        }
        if let Split::Hazard { organic } = self.split
            && !(organic >= 0.0 && organic.is_finite())
        {
            return Err(Error::parameter("organic", "finite and at least 0", organic));
        }
        if !(0.0..1.0).contains(&self.truncation) {
            return Err(Error::parameter("truncation", "in [0, 1)", self.truncation));
        }
        Ok(())
    }
}

fn check(graph: &Graph, log: &Actions<'_>) -> Result<()> {
    let (length, node_count) = (log.nodes.len(), graph.node_count());
    for (name, other) in [("actions", log.actions.len()), ("times", log.times.len())] {
        if other != length {
            let rule = format!("as long as nodes ({length} rows)");
            return Err(Error::parameter(name, rule, format!("{other} rows")));
        }
    }
    if length > u32::MAX as usize {
        return Err(Error::parameter("nodes", "fewer than 2^32 rows", length));
    }
    match log.nodes.iter().position(|&node| node as usize >= node_count) {
        Some(row) => {
            let value = format!("{} in row {row}", log.nodes[row]);
            Err(Error::parameter("nodes", format!("below the number of nodes ({node_count})"), value))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeChunk, FromEdges};

    fn pair() -> Graph {
        let rows = EdgeChunk { sources: &[1], targets: &[0], weights: None };
        Graph::from_edges(2, &[rows], &FromEdges::default()).unwrap()
    }

    fn credits(params: &CreditDistribution, times: &[i64]) -> Result<Credits> {
        credit_distribution(&pair(), &Actions { actions: &[0, 0], nodes: &[0, 1], times }, params)
    }

    #[test]
    fn bad_parameters_and_rows_are_refused() {
        let plain = CreditDistribution::default;
        let hazard = Split::Hazard { organic: -1.0 };
        let cases = [
            (CreditDistribution { decay: Some(0.0), ..plain() }, "decay must be finite and above 0, got 0"),
            (
                CreditDistribution { window: Some(-1.0), ..plain() },
                "window must be finite and above 0, got -1",
            ),
            (
                CreditDistribution { split: hazard, ..plain() },
                "organic must be finite and at least 0, got -1",
            ),
            (CreditDistribution { truncation: 1.0, ..plain() }, "truncation must be in [0, 1), got 1"),
        ];
        for (params, message) in cases {
            assert_eq!(credits(&params, &[0, 1]).err().unwrap().to_string(), message);
        }
        let message = credits(&plain(), &[0]).err().unwrap().to_string();
        assert_eq!(message, "times must be as long as nodes (2 rows), got 1 rows");
        let log = Actions { actions: &[0], nodes: &[2], times: &[0] };
        let message = credit_distribution(&pair(), &log, &plain()).err().unwrap().to_string();
        assert_eq!(message, "nodes must be below the number of nodes (2), got 2 in row 0");
    }

    #[test]
    fn a_lead_too_long_ago_or_of_the_same_moment_has_no_credit() {
        let params = CreditDistribution { window: Some(5.0), ..CreditDistribution::default() };
        let of_leader = |times: &[i64]| credits(&params, times).unwrap().scores()[0];
        assert_eq!(
            [[0, 0], [0, 1], [0, 5], [0, 6], [1, 0]].map(|times| of_leader(&times)),
            [1., 2., 2., 1., 1.]
        );
        assert_eq!(of_leader(&[i64::MIN, i64::MAX]), 1.0);
    }
}
