//! Rankings of advocates, and whether they foretell anything.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use laud::advocates::{self, Advocates, Backtested, Credit, Integrity, Objectives};
use laud::network::Network;
use numpy::PyArray2;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::exception;
use crate::explanation::PyExplanation;
use crate::input::Id;
use crate::network::PyNetwork;
use crate::progress::{Progress, run};
use crate::tables::PyTable;

/// People in order, with the reasons for it.
///
/// Columns: ``rank, tie_group, id, role, score``, how sure the rank is (``rank_low, rank_high, p_top_k, tier``),
/// ``community``, then ``contribution_*`` (they add up to the score), ``evidence_*`` (what the contributions were made
/// from), ``baseline_*`` (plain counts to compare with) and ``flags``.
#[pyclass(name = "Ranking", module = "laud", frozen, extends = PyTable)]
pub(crate) struct PyRanking {
    ranking: advocates::Ranking,
    /// What was ranked, and how.
    network: Arc<Network>,
    params: Advocates,
}

impl PyRanking {
    pub(crate) fn new(
        py: Python<'_>,
        ranking: advocates::Ranking,
        network: Arc<Network>,
        params: Advocates,
    ) -> PyResult<Py<PyRanking>> {
        let table = PyTable::from(ranking.table().clone());
        Py::new(py, PyClassInitializer::from(table).add_subclass(PyRanking { ranking, network, params }))
    }
}

#[pymethods]
impl PyRanking {
    /// What a reader must know of this ranking, in whole sentences.
    #[getter]
    pub(crate) fn notes(&self) -> Vec<String> {
        self.ranking.notes().to_vec()
    }

    /// Accounts that are not what they seem, and why: ``id, role, authenticity, code, strength, evidence, with``.
    #[getter]
    fn suppressed(&self) -> PyTable {
        PyTable::from(self.ranking.suppressed().clone())
    }

    /// Who is worth what as a customer and as an advocate: ``segment, people, spent, credit``, a row each for champions (spent
    /// much and are credited with much), affluents (spent), advocates (are credited) and misers (a little of either). Much is
    /// what is not below the median of those who have any.
    #[getter]
    fn segments(&self) -> PyTable {
        PyTable::from(self.ranking.segments().clone())
    }

    /// What exposures after the outcomes would be credited with, as a share of the credit of those before them; ``None``
    /// where all outcomes name somebody.
    #[getter]
    fn placebo(&self) -> Option<f64> {
        self.ranking.placebo()
    }

    /// The evidence as a numpy array of people x features, in the order of the rows; shared, not copied, and read-only. The
    /// features are :attr:`feature_names`. Needs ``numpy``.
    #[getter]
    fn features(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyArray2<f64>>> {
        // SAFETY: the ranking owns the matrix, never changes it, and is kept alive by the array.
        let array =
            unsafe { PyArray2::borrow_from_array(&slf.get().ranking.features(), slf.clone().into_any()) };
        let flags = PyDict::new(slf.py());
        flags.set_item("write", false)?;
        array.call_method("setflags", (), Some(&flags))?;
        Ok(array)
    }

    /// The names of the columns of :attr:`features`.
    #[getter]
    fn feature_names(&self) -> Vec<&'static str> {
        advocates::Feature::ALL.iter().map(|feature| feature.name()).collect()
    }

    /// Explains why somebody stands where they stand.
    ///
    /// Parameters
    /// ----------
    /// id : id
    ///     Who.
    /// sources : int
    ///     How many people, kinds, items and times behind each feature are told one by one.
    /// changes : int
    ///     How many changes are tried that take something away, and how many that add something.
    /// progress : bool or callable, optional
    ///     A bar on standard error, or a callable of (stage, done, total).
    ///
    /// Returns
    /// -------
    /// Explanation
    ///
    /// Raises
    /// ------
    /// KeyError
    ///     For somebody who is not in the log.
    /// ValueError
    ///     For somebody who is not ranked.
    ///
    /// Examples
    /// --------
    /// >>> log, truth, accounts = laud.simulate(people=300, days=120, seed=1)
    /// >>> ranking = laud.Network.from_events(log, accounts=accounts).rank("acme", bootstrap=0)
    /// >>> why = ranking.explain(ranking["id"][0])
    /// >>> why.rank, abs(sum(why["contribution"]) - why.score) < 1e-9
    /// (1, True)
    #[pyo3(signature = (id, *, sources=10, changes=3, progress=None))]
    fn explain(
        &self,
        py: Python<'_>,
        id: Id,
        sources: usize,
        changes: usize,
        progress: Option<Progress>,
    ) -> PyResult<Py<PyExplanation>> {
        let Id(id) = id;
        let params = advocates::Explain { advocates: self.params.clone(), sources, changes };
        PyExplanation::new(py, run(py, progress, || advocates::explain(&self.network, &id, &params))?)
    }
}

/// Weights by feature, or a file that ``laud backtest --save`` or :meth:`Backtest.save` wrote.
#[derive(FromPyObject)]
pub(crate) enum Weights {
    Features(BTreeMap<String, f64>),
    File(PathBuf),
}

/// Whether accounts are judged, or how.
#[derive(FromPyObject)]
pub(crate) enum Judged<'py> {
    Switch(bool),
    Parameters(Bound<'py, PyDict>),
}

/// Parameters given as a dict, with the names and defaults of the crate.
fn from_dict<T: serde::de::DeserializeOwned>(dict: &Bound<'_, PyDict>) -> PyResult<T> {
    let text: String = dict.py().import("json")?.call_method1("dumps", (dict,))?.extract()?;
    serde_json::from_str(&text).map_err(|problem| PyValueError::new_err(problem.to_string()))
}

/// What a ranking and its test have in common, as Python gives it.
pub(crate) struct Given<'py> {
    pub(crate) brand: Option<Id>,
    pub(crate) objective: Option<&'py str>,
    pub(crate) weights: Option<Weights>,
    pub(crate) credit: Option<Bound<'py, PyDict>>,
    pub(crate) integrity: Judged<'py>,
    pub(crate) k: usize,
    pub(crate) min_events: u64,
    pub(crate) seed: u64,
}

impl Given<'_> {
    pub(crate) fn advocates(self) -> PyResult<Advocates> {
        let (weights, objectives) = match self.weights {
            None => (BTreeMap::new(), Objectives::default()),
            Some(Weights::Features(weights)) => (weights, Objectives::default()),
            Some(Weights::File(path)) => (BTreeMap::new(), Objectives::read(&path).map_err(exception)?),
        };
        Ok(Advocates {
            brand: self.brand.map(|Id(id)| id),
            objective: self.objective.map(str::parse).transpose().map_err(exception)?,
            objectives,
            weights,
            credit: self.credit.as_ref().map_or(Ok(Credit::default()), from_dict)?,
            integrity: match &self.integrity {
                Judged::Switch(enabled) => Integrity { enabled: *enabled, ..Integrity::default() },
                Judged::Parameters(dict) => from_dict(dict)?,
            },
            k: self.k,
            min_events: self.min_events,
            seed: self.seed,
            ..Advocates::default()
        })
    }
}

/// A network, or what :meth:`Network.from_events` makes of anything else.
pub(crate) fn network_of<'py>(
    events: &Bound<'py, PyAny>,
    reading: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyNetwork>> {
    match events.cast::<PyNetwork>() {
        Ok(network) => Ok(network.clone()),
        Err(_) => {
            let class = events.py().get_type::<PyNetwork>();
            Ok(class.call_method("from_events", (events,), reading)?.cast_into()?)
        }
    }
}

/// Whether a ranking foretells anything: one row a ranker, the best first.
///
/// Columns: ``ranker, kind, moments``, the means over these of ``ndcg`` (with ``ndcg_low, ndcg_high``), ``precision, captured,
/// lift, spearman, kendall_tau_b, rank_biased_overlap``, and ``ndcg_last, captured_last`` at the moment kept for the report.
#[pyclass(name = "Backtest", module = "laud", frozen, extends = PyTable)]
pub(crate) struct PyBacktest {
    found: Backtested,
}

#[pymethods]
impl PyBacktest {
    /// What the test shows, in words.
    #[getter]
    fn verdict(&self) -> &str {
        &self.found.verdict
    }

    /// What was chosen: ``"blend"``, ``"learned"``, ``"momentum_blend"``, or the name of a feature or count.
    #[getter]
    fn chosen(&self) -> &str {
        &self.found.chosen
    }

    /// What a reader must know of this test, in whole sentences.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.found.notes.clone()
    }

    /// One row a ranker and moment: ``origin, ranker, outcomes`` and the measures.
    #[getter]
    fn origins(&self) -> PyTable {
        PyTable::from(self.found.origins.clone())
    }

    /// What each tenth of the people was expected to bring about, and did: ``tenth, expected, observed``.
    #[getter]
    fn calibration(&self) -> PyTable {
        PyTable::from(self.found.calibration.clone())
    }

    /// Writes the weights that were chosen, for ``rank(weights=path)`` and ``laud rank --weights``.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     For whatever the operating system refuses.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        run(py, None, || self.found.objectives.write(&path))
    }
}

/// Tests on the past of a log whether the ranking foretells anything, against plain counts.
///
/// At several moments people are ranked by what was known then: by the weights of the objective, by weights learned from
/// earlier moments, by each feature and each plain count alone, by two sets. What they brought about afterwards tells who foretold
/// it best. All moments but the last choose, the last one judges the choice.
///
/// Parameters
/// ----------
/// events : Network, frame, path or list of paths
///     The log; anything but a network is read as :meth:`Network.from_events` does.
/// brand : id, optional
///     The brand to rank for.
/// objective : {"acquisition", "deflection", "retention", "awareness"}, optional
///     What advocates are for; what the log can speak of unless given.
/// outcome : str, optional
///     The kind of event that counts as outcome; that of the objective unless given.
/// outcomes : dict, optional
///     Outcomes from elsewhere, by id, the same at every moment.
/// origins : int
///     How many moments of the past, at least 3.
/// horizon : str, optional
///     How long outcomes are counted after each moment, such as ``"30d"``; a tenth of the log unless given, at most 90 days.
/// embargo : str, optional
///     How long after each moment nothing is counted.
/// learn : bool
///     Whether to choose the weights learned from the moments, whatever else foretold more; the notes say what did.
/// samples : int
///     How often moments are drawn anew for the intervals.
/// k : int
///     How many people at the top are looked at.
/// weights : dict or path, optional
///     Weights that replace those of the objective: what is tested as ``blend``.
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
/// Backtest
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain, a log too short for the moments, or an outcome that the log does not have.
/// KeyError
///     For a brand that is never a target.
///
/// Examples
/// --------
/// >>> log, truth, accounts = laud.simulate(people=300, days=120, seed=1)
/// >>> test = laud.backtest(log, accounts=accounts, brand="acme", k=20)
/// >>> test.verdict.startswith("backtested: on this log")
/// True
#[pyfunction]
#[pyo3(signature = (events, *, brand=None, objective=None, outcome=None, outcomes=None, origins=5, horizon=None,
                    embargo=None, learn=false, samples=2000, k=100, weights=None, credit=None, integrity=Judged::Switch(true),
                    min_events=0, seed=0, progress=None, **reading),
       text_signature = "(events, *, brand=None, objective=None, outcome=None, outcomes=None, origins=5, horizon=None, embargo=None, learn=False, samples=2000, k=100, weights=None, credit=None, integrity=True, min_events=0, seed=0, progress=None, **reading)")]
#[allow(clippy::too_many_arguments)]
pub(crate) fn backtest(
    py: Python<'_>,
    events: Bound<'_, PyAny>,
    brand: Option<Id>,
    objective: Option<&str>,
    outcome: Option<String>,
    outcomes: Option<BTreeMap<String, f64>>,
    origins: u32,
    horizon: Option<String>,
    embargo: Option<String>,
    learn: bool,
    samples: u32,
    k: usize,
    weights: Option<Weights>,
    credit: Option<Bound<'_, PyDict>>,
    integrity: Judged<'_>,
    min_events: u64,
    seed: u64,
    progress: Option<Progress>,
    reading: Option<Bound<'_, PyDict>>,
) -> PyResult<Py<PyBacktest>> {
    let network = network_of(&events, reading.as_ref())?;
    let given = Given { brand, objective, weights, credit, integrity, k, min_events, seed };
    let params = advocates::Backtest {
        advocates: given.advocates()?,
        outcome,
        outcomes: outcomes.unwrap_or_default(),
        origins,
        horizon,
        embargo,
        learn,
        samples,
    };
    let network = network.get();
    let found = run(py, progress, || advocates::backtest(network.inner(), &params))?;
    let table = PyTable::from(found.rankers.clone());
    Py::new(py, PyClassInitializer::from(table).add_subclass(PyBacktest { found }))
}
