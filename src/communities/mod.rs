//! Who belongs together in a network: members, what is typical of each community, and what becomes of it through time.

mod describe;
mod tables;
mod traits;

use serde::{Deserialize, Serialize};

use crate::community::{
    Leiden, NullModel, Objective, Partition, Significance, Stability, Tracker, Tracking, Turn, is_bipartite,
    null_model, stability,
};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::measure::Measure;
use crate::network::{LENGTH, Layer, Network, length};
use crate::progress::Watch;
use crate::table::Table;
use describe::{Row, rows};

/// How to find communities and what to tell of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Communities {
    /// Whose ties.
    pub layer: Layer,
    /// Which method, with its parameters: one of those that give a partition.
    pub method: Measure,
    /// What is a community, and when one of a later window is the same as one of an earlier.
    pub tracking: Tracking,
    /// How often a new window begins, such as `1d`; one window of all time where none is given.
    pub every: Option<String>,
    /// How long a window is; as long as it takes until the next where none is given.
    pub length: Option<String>,
    /// How many random graphs of the same degrees the partition is compared with, for Leiden without windows; 0 for none.
    /// Unless given, 20 where that takes no longer than [`PATIENCE`](Self::PATIENCE) by its estimate.
    pub samples: Option<u32>,
    /// How many runs with other seeds tell how sure each membership is, for Leiden without windows; 0 for none. Unless
    /// given, 10 where that takes no longer.
    pub runs: Option<u32>,
}

impl Communities {
    /// Seconds that random graphs, or runs, may take unless they are asked for.
    pub const PATIENCE: f64 = 30.0;
}

impl Default for Communities {
    fn default() -> Communities {
        Communities {
            layer: Layer::People,
            method: Measure::Leiden(Leiden::default()),
            tracking: Tracking::default(),
            every: None,
            length: None,
            samples: None,
            runs: None,
        }
    }
}

/// The communities of a network.
#[derive(Debug, Clone)]
pub struct Found {
    /// One row a member: `id, role, community`, and `stability` where there were several runs: the share of them in which
    /// somebody is with this community. With windows one row a member and window, and the column `window` before them;
    /// without, also those who are in no community.
    pub members: Table,
    /// One row a community, with windows one a community and window: its size, roles, ties, core members and bridges.
    pub communities: Table,
    /// One row for each kind, channel or brand that the members of a community have to do with more than others.
    pub traits: Table,
    /// What became of each community from window to window; present with windows.
    pub turns: Option<Table>,
    /// What a reader must know, in whole sentences.
    pub notes: Vec<String>,
}

/// The communities of one window: the number of each node's, and what is said of each.
struct Window {
    begin: Option<i64>,
    labels: Vec<u32>,
    stability: Option<Vec<f64>>,
    rows: Vec<Row>,
}

/// Finds the communities of a layer and describes them.
///
/// Groups of fewer than [`Tracking::min_size`] members are no communities: whoever is in one has none. With
/// [`Communities::every`] the events are cut into windows, of which each is a graph of its own ([`Network::slice`]);
/// a window begins with the communities of the one before, and communities keep their numbers ([`Tracker`]). On the
/// brand layer Leiden and Louvain take the modularity of two modes where all ties join people and brands.
///
/// # Errors
/// Whatever the method refuses; [`Error::Parameter`] for a measure that gives no partition, for a length of time that
/// cannot be read, for windows of a network without events, and for more than 10,000 windows.
///
/// # Complexity
/// That of the method, and O(events), for each window.
pub fn communities(network: &Network, params: &Communities) -> Result<Found> {
    let mut notes = Vec::new();
    let (windows, turns) = match &params.every {
        None => (vec![whole(network, params, &mut notes)?], None),
        Some(every) => {
            rolling(network, params, every, &mut notes).map(|(windows, turns)| (windows, Some(turns)))?
        }
    };
    let parameters = serde_json::to_string(params).expect("parameters are plain values");
    let signed = |table| network.signed(table).with_metadata("laud.communities", &parameters);
    let traits = match (&params.every, windows.as_slice()) {
        (None, [window]) => traits::traits(network, params.layer, &window.labels),
        _ => Vec::new(),
    };
    Ok(Found {
        members: signed(tables::members(network, params.layer, &windows)),
        communities: signed(tables::communities(network, params.layer, &windows, &traits)),
        traits: signed(tables::traits(&traits)),
        turns: turns.map(|turns| signed(tables::turns(&turns))),
        notes,
    })
}

/// All time at once.
fn whole(network: &Network, params: &Communities, notes: &mut Vec<String>) -> Result<Window> {
    let graph = &network.layer(params.layer).graph;
    let method = fitting(&params.method, params.layer, graph, None);
    let several = match &method {
        Measure::Leiden(leiden) if graph.undirected().arc_count() > 0 => Some(leiden),
        _ => None,
    };
    let usual = |count: u32| {
        let is_quick = method.estimate(graph).seconds * f64::from(count) <= Communities::PATIENCE;
        if is_quick { count } else { 0 }
    };
    let runs = params.runs.unwrap_or_else(|| usual(10));
    let samples = params.samples.unwrap_or_else(|| usual(20));
    let (partition, stability) = match several.filter(|_| runs > 0) {
        Some(leiden) => {
            let found =
                stability(graph, &Stability { runs, leiden: leiden.clone(), ..Stability::default() })?;
            notes.push(format!(
                "{} of {} nodes change their community with the seed in more than two of five runs",
                found.bridges.len(),
                graph.node_count()
            ));
            (found.partition, Some(found.values))
        }
        None => (partition(&method, graph)?, None),
    };
    if !partition.quality.is_nan() {
        notes.push(format!("the objective of {} is {:.4}", partition.method, partition.quality));
    }
    if let Some(leiden) = several.filter(|_| samples > 0) {
        let null = NullModel { samples, leiden: leiden.clone(), seed: leiden.seed, ..NullModel::default() };
        notes.push(verdict(&null_model(graph, &partition, &null)?));
    }
    let (labels, _) = Tracker::new(&params.tracking)?.next(&partition.labels);
    let rows = rows(network, params.layer, graph, &labels)?;
    let inside = labels.iter().filter(|&&label| label != Tracker::NONE).count();
    notes.push(format!(
        "{} communities hold {inside} of {} nodes; the others are in none of {} or more",
        rows.len(),
        labels.len(),
        params.tracking.min_size
    ));
    Ok(Window { begin: None, labels, stability, rows })
}

/// Whether there are communities at all, in a sentence.
fn verdict(found: &Significance) -> String {
    let Significance { mean, deviation, z, significant, .. } = found;
    let chance = format!("random graphs with the same degrees reach {mean:.4} ± {deviation:.4} (z = {z:.1})");
    if *significant {
        format!("significant: {chance}")
    } else {
        format!("no significant communities: {chance}")
    }
}

/// More windows than anybody can look at.
const WINDOWS: i64 = 10_000;

/// Windows in their order, and what became of communities with the window in which it did.
type Story = (Vec<Window>, Vec<(i64, Turn)>);

/// One window after the other.
fn rolling(network: &Network, params: &Communities, every: &str, notes: &mut Vec<String>) -> Result<Story> {
    let watch = Watch::current();
    let read =
        |name, text: &str| length(text).ok_or_else(|| Error::parameter(name, LENGTH, format!("{text:?}")));
    let step = read("every", every)?;
    let length = params.length.as_deref().map_or(Ok(step), |text| read("length", text))?;
    let times = || network.events().iter().map(|event| event.time);
    let (Some(first), Some(last)) = (times().min(), times().max()) else {
        return Err(Error::parameter("every", "left out for a network without events", every));
    };
    // Windows begin at round moments, so that one more event at the start shifts none.
    let first = first.div_euclid(step) * step;
    let window_count = (last - first) / step + 1;
    if window_count > WINDOWS {
        return Err(Error::parameter("every", format!("long enough for at most {WINDOWS} windows"), every));
    }
    let mut tracker = Tracker::new(&params.tracking)?;
    let (mut windows, mut turns, mut before) = (Vec::new(), Vec::new(), None);
    for window in 0..window_count {
        watch.tick("windows", window as u64, window_count as u64)?;
        let begin = first + window * step;
        let graph = network.slice(params.layer, begin..begin.saturating_add(length));
        let partition = partition(&fitting(&params.method, params.layer, &graph, before), &graph)?;
        let (labels, changes) = tracker.next(&partition.labels);
        let rows = rows(network, params.layer, &graph, &labels)?;
        turns.extend(changes.into_iter().map(|turn| (begin, turn)));
        windows.push(Window { begin: Some(begin), labels, stability: None, rows });
        before = Some(partition.labels);
    }
    let held: usize = windows.iter().map(|window| window.rows.len()).sum();
    let lasting = turns.iter().map(|(_, turn)| turn.community + 1).max().unwrap_or(0);
    notes.push(format!("{window_count} windows hold {held} communities of {lasting} lasting ones"));
    Ok((windows, turns))
}

/// The method for a graph: by the modularity of two modes where ties only join people and brands, and from a start where
/// it takes one.
fn fitting(method: &Measure, layer: Layer, graph: &Graph, before: Option<Vec<u32>>) -> Measure {
    let mut method = method.clone();
    let objective_of = |given| match given {
        Objective::Modularity if layer == Layer::Brand && is_bipartite(graph) => Objective::Bipartite,
        given => given,
    };
    match &mut method {
        Measure::Leiden(params) => {
            params.objective = objective_of(params.objective);
            params.start = params.start.take().or(before);
        }
        Measure::Louvain(params) => params.objective = objective_of(params.objective),
        _ => {}
    }
    method
}

fn partition(method: &Measure, graph: &Graph) -> Result<Partition> {
    method.partition(graph).unwrap_or_else(|| {
        let words = "leiden, louvain, label_propagation or infomap";
        Err(Error::parameter("method", words, method.name()))
    })
}
