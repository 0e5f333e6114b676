//! Whom to invite together, and how far influence spreads.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, UInt64Array};
use laud::Result;
use laud::advocates;
use laud::influence::{self, Model, Probability, Ris, Spread};
use laud::table::Table;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::advocates::{Given, Judged, Weights, network_of};
use crate::errors::exception;
use crate::input::{Id, Ids};
use crate::measures::Subject;
use crate::progress::{Progress, run};
use crate::tables::PyTable;

/// A set of people, in the order in which they were chosen.
///
/// Columns of :func:`select`: ``pick, id, role, rank`` (by score), ``gain, value`` (of the set up to here), ``share`` (of
/// what inviting everybody would be worth), ``cost, community, communities``. Columns of :func:`ris`: ``pick, id``.
#[pyclass(name = "Selection", module = "laud", frozen, extends = PyTable)]
pub(crate) struct PySelection {
    value: f64,
    value_of_first: Option<f64>,
    bound: Option<f64>,
    notes: Vec<String>,
}

impl PySelection {
    fn new(py: Python<'_>, table: Table, selection: PySelection) -> PyResult<Py<PySelection>> {
        Py::new(py, PyClassInitializer::from(PyTable::from(table)).add_subclass(selection))
    }
}

#[pymethods]
impl PySelection {
    /// What the set is worth: outcomes expected within the horizon, and what its many communities count; of :func:`ris` the
    /// estimated spread.
    #[getter]
    fn value(&self) -> f64 {
        self.value
    }

    /// What the first by score would be worth under the same limits; ``None`` of :func:`ris`.
    #[getter]
    fn value_of_first(&self) -> Option<f64> {
        self.value_of_first
    }

    /// What share of the greatest spread that of the set is at least, but for a chance of ``delta``; ``None`` for other methods.
    #[getter]
    fn bound(&self) -> Option<f64> {
        self.bound
    }

    /// What a reader must know of this set, in whole sentences.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}

/// Chooses whom to invite together.
///
/// The first of a ranking may all speak to the same people. This chooses a set that is worth most together, and says what the
/// first by score would have been worth. Suspects are never chosen.
///
/// Parameters
/// ----------
/// events : Network, frame, path or list of paths
///     The log; anything but a network is read as :meth:`Network.from_events` does.
/// brand : id, optional
///     The brand to choose for.
/// objective : {"acquisition", "deflection", "retention", "awareness"}, optional
///     What advocates are for; what the log can speak of unless given.
/// method : {"greedy", "ris", "degree", "score"}
///     Greedy by what the set is expected to bring about; by the greatest cascade of attention; by most listeners whom no other
///     has; or the first by score.
/// k : int
///     How many people to choose at most.
/// costs : dict, optional
///     What an invitation costs, by id; 1 for everybody else.
/// budget : float, optional
///     What all invitations may cost together.
/// quota : int, optional
///     How many of one group may be chosen.
/// groups : str, optional
///     The column of the nodes that holds the groups of the quota; the community unless given.
/// diversity : float
///     How much it counts to choose from many communities.
/// epsilon : float
///     For ``"ris"``: how far the cascade may fall short of 1 - 1/e of the greatest, as a share of it.
/// model : {"independent", "threshold"}
///     For ``"ris"``: how attention carries on, each act for itself or when enough is attended to.
/// probability : {"share", "weight"} or float
///     For ``"ris"``: how likely it carries on: the share of somebody's attention, the weight of the tie, or the same for all.
/// horizon : str, optional
///     How far ahead, such as ``"7d"``; a tenth of the log unless given, at most 30 days.
/// weights : dict or path, optional
///     Weights by feature, or a file of :meth:`Backtest.save`.
/// credit : dict, optional
///     How outcomes are credited: ``window, delay, discount, depth, smallest``.
/// integrity : bool or dict
///     Whether accounts are judged for what they seem, or how.
/// min_events : int
///     People who gave and received fewer events are left out.
/// seed : int
///     Seed of everything random.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
/// **reading
///     Parameters of :meth:`Network.from_events`, where ``events`` is no network.
///
/// Returns
/// -------
/// Selection
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain, or a column of groups that there is not.
/// KeyError
///     For a brand that is never a target.
///
/// Notes
/// -----
/// The value of the greedy set is at least 1 - 1/e of the best possible. Nemhauser, Wolsey, Fisher, "An analysis of
/// approximations for maximizing submodular set functions", Mathematical Programming 14, 1978.
///
/// Examples
/// --------
/// >>> log, truth, accounts = laud.simulate(people=300, days=120, seed=1)
/// >>> chosen = laud.select(log, accounts=accounts, brand="acme", k=5)
/// >>> len(chosen), chosen.value >= chosen.value_of_first
/// (5, True)
#[pyfunction]
#[pyo3(signature = (events, *, brand=None, objective=None, method="greedy", k=20, costs=None, budget=None, quota=None,
                    groups=None, diversity=0.1, epsilon=0.1, model="independent",
                    probability=Chance::Word("share".to_owned()), horizon=None, weights=None, credit=None,
                    integrity=Judged::Switch(true), min_events=0, seed=0, progress=None, **reading),
       text_signature = "(events, *, brand=None, objective=None, method='greedy', k=20, costs=None, budget=None, quota=None, groups=None, diversity=0.1, epsilon=0.1, model='independent', probability='share', horizon=None, weights=None, credit=None, integrity=True, min_events=0, seed=0, progress=None, **reading)")]
#[allow(clippy::too_many_arguments)]
pub(crate) fn select(
    py: Python<'_>,
    events: Bound<'_, PyAny>,
    brand: Option<Id>,
    objective: Option<&str>,
    method: &str,
    k: usize,
    costs: Option<Bound<'_, PyDict>>,
    budget: Option<f64>,
    quota: Option<usize>,
    groups: Option<String>,
    diversity: f64,
    epsilon: f64,
    model: &str,
    probability: Chance,
    horizon: Option<String>,
    weights: Option<Weights>,
    credit: Option<Bound<'_, PyDict>>,
    integrity: Judged<'_>,
    min_events: u64,
    seed: u64,
    progress: Option<Progress>,
    reading: Option<Bound<'_, PyDict>>,
) -> PyResult<Py<PySelection>> {
    let network = network_of(&events, reading.as_ref())?;
    let ranking = advocates::Advocates::default().k;
    let given = Given { brand, objective, weights, credit, integrity, k: ranking, min_events, seed };
    let mut by_id = BTreeMap::new();
    for (id, cost) in costs.into_iter().flatten() {
        let Id(id) = id.extract()?;
        by_id.insert(id, cost.extract()?);
    }
    let (model, probability) = process(model, probability)?;
    let params = advocates::Select {
        advocates: advocates::Advocates { horizon, ..given.advocates()? },
        method: method.parse().map_err(exception)?,
        k,
        costs: by_id,
        budget,
        quota,
        groups,
        diversity,
        epsilon,
        model,
        probability,
    };
    let network = network.get();
    let found = run(py, progress, || advocates::select(network.inner(), &params))?;
    let selection = PySelection {
        value: found.value,
        value_of_first: Some(found.value_of_first),
        bound: found.bound,
        notes: found.notes,
    };
    PySelection::new(py, found.picks, selection)
}

/// How likely an arc leads on: the share of attention, its weight, or the same for all.
#[derive(FromPyObject)]
pub(crate) enum Chance {
    Constant(f64),
    Word(String),
}

impl Chance {
    fn probability(self) -> Result<Probability> {
        match self {
            Chance::Constant(chance) => Ok(Probability::Constant(chance)),
            Chance::Word(word) => word.parse(),
        }
    }
}

/// How influence spreads.
fn process(model: &str, probability: Chance) -> PyResult<(Model, Probability)> {
    model.parse().and_then(|model| Ok((model, probability.probability()?))).map_err(exception)
}

/// Chooses nodes whose spread together is near the greatest possible, with a bound.
///
/// Arcs are attention, influence flows against them: an arc from v to u lets u influence v. Reverse influence sampling by
/// OPIM-C, with subset sampling where arcs of a node have unlike probabilities.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// k : int
///     How many nodes to choose.
/// epsilon : float
///     How far the spread may fall short of 1 - 1/e of the best possible, as a share of the best, in (0, 1 - 1/e).
/// delta : float
///     The probability with which it may fall shorter, in (0, 1).
/// sets : int
///     How many sets each sample has at least: more take longer and choose better than they must.
/// model : {"independent", "threshold"}
///     Independent cascade or linear threshold.
/// probability : {"share", "weight"} or float
///     How likely each arc leads on: its share of the attention of v, its weight, or the same for all.
/// seed : int
///     Seed of everything random.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Selection
///     ``pick, id``; ``value`` is the estimated spread, ``bound`` the share of the greatest it is at least.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain, and weights that are no probabilities.
///
/// Notes
/// -----
/// O(k n log n / epsilon^2) where the probabilities of a node's arcs add to 1. Tang, Tang, Xiao, Yuan, "Online processing
/// algorithms for influence maximization", SIGMOD 2018; Guo, Wang, Wei, Chen, "Influence maximization revisited: efficient
/// reverse reachable set generation with bound tightened", SIGMOD 2020.
///
/// Examples
/// --------
/// >>> import polars
/// >>> graph = laud.Graph.from_edges(polars.DataFrame({"source": [1, 2, 3, 5], "target": [0, 0, 0, 4]}))
/// >>> laud.ris(graph, k=2)["id"]
/// [0, 4]
#[pyfunction]
#[pyo3(signature = (graph, *, k=50, epsilon=0.1, delta=0.01, sets=16384, model="independent",
                    probability=Chance::Word("share".to_owned()), seed=0, progress=None),
       text_signature = "(graph, *, k=50, epsilon=0.1, delta=0.01, sets=16384, model='independent', probability='share', seed=0, progress=None)")]
#[allow(clippy::too_many_arguments)]
pub(crate) fn ris(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    k: usize,
    epsilon: f64,
    delta: f64,
    sets: u32,
    model: &str,
    probability: Chance,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<Py<PySelection>> {
    let (model, probability) = process(model, probability)?;
    let params = Ris { k, epsilon, delta, sets, model, probability, seed };
    let graph = graph.into_graph(py)?;
    let origin = graph.get().origin();
    let found = run(py, progress, || influence::ris(origin.graph(), &params))?;
    let picks: ArrayRef = Arc::new(UInt64Array::from_iter_values(1..=found.nodes.len() as u64));
    let parameters = serde_json::to_string(&params).expect("parameters are plain values");
    let table = Table::new([("pick", picks), ("id", origin.ids_of(&found.nodes))])
        .with_metadata("laud.version", env!("CARGO_PKG_VERSION"))
        .with_metadata("laud.parameters", parameters)
        .with_metadata("laud.seed", seed);
    let notes = vec![format!(
        "the spread is {:.1}, between {:.1} and at most {:.1} that any {} nodes can have; {} sets were drawn",
        found.spread,
        found.lower_bound,
        found.upper_bound,
        found.nodes.len(),
        found.sets
    )];
    let selection =
        PySelection { value: found.spread, value_of_first: None, bound: Some(found.ratio), notes };
    PySelection::new(py, table, selection)
}

/// Estimates how many nodes some seeds influence, themselves included, by simulation.
///
/// Arcs are attention, influence flows against them: an arc from v to u lets u influence v.
///
/// Parameters
/// ----------
/// graph : Graph or Network
///     Of a network, its people layer.
/// seeds : iterable of ids
///     Who is influenced first; at least one.
/// model : {"independent", "threshold"}
///     Independent cascade or linear threshold.
/// probability : {"share", "weight"} or float
///     How likely each arc leads on: its share of the attention of v, its weight, or the same for all.
/// runs : int
///     How often to simulate, at least 2; 256 at a time cost little more than one.
/// seed : int
///     Where the random numbers begin.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// Table
///     One row: ``spread, standard_error, runs``.
///
/// Raises
/// ------
/// KeyError
///     For a seed that is not in the graph.
/// ValueError
///     For a parameter outside its domain, and weights that are no probabilities.
///
/// Notes
/// -----
/// Kempe, Kleinberg, Tardos, "Maximizing the spread of influence through a social network", KDD 2003.
///
/// Examples
/// --------
/// >>> import polars
/// >>> graph = laud.Graph.from_edges(polars.DataFrame({"source": [1, 2], "target": [0, 1]}))
/// >>> laud.spread(graph, [0])["spread"]
/// [3.0]
#[pyfunction]
#[pyo3(signature = (graph, seeds, *, model="independent", probability=Chance::Word("share".to_owned()), runs=1024,
                    seed=0, progress=None),
       text_signature = "(graph, seeds, *, model='independent', probability='share', runs=1024, seed=0, progress=None)")]
#[allow(clippy::too_many_arguments)]
pub(crate) fn spread(
    py: Python<'_>,
    graph: Subject<'_, '_>,
    seeds: Ids,
    model: &str,
    probability: Chance,
    runs: u64,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<PyTable> {
    let (model, probability) = process(model, probability)?;
    let params = Spread { model, probability, runs, seed };
    let graph = graph.into_graph(py)?;
    let origin = graph.get().origin();
    let Ids(seeds) = seeds;
    let found = run(py, progress, || {
        let nodes = seeds.iter().map(|id| origin.find("seed", id)).collect::<Result<Vec<u32>>>()?;
        influence::spread(origin.graph(), &nodes, &params)
    })?;
    let float = |value: f64| -> ArrayRef { Arc::new(Float64Array::from(vec![value])) };
    let parameters = serde_json::to_string(&params).expect("parameters are plain values");
    let table = Table::new([
        ("spread", float(found.mean)),
        ("standard_error", float(found.standard_error)),
        ("runs", Arc::new(UInt64Array::from(vec![runs]))),
    ]);
    let table = table
        .with_metadata("laud.version", env!("CARGO_PKG_VERSION"))
        .with_metadata("laud.parameters", parameters)
        .with_metadata("laud.seed", seed);
    Ok(PyTable::from(table))
}
