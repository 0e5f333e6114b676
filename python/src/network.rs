//! Networks: read from a log in any form, looked at as tables and graphs, ranked.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use laud::advocates::{Advocates, rank};
use laud::communities::{Communities, communities};
use laud::community::Tracking;
use laud::events::{Columns, Events, Input, MaxBadRows, Source};
use laud::network::{HalfLife, Layer, Network, Ties};
use laud::{Error, Result};
use pyo3::exceptions::PyUserWarning;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::advocates::{Given, Judged, PyRanking, Weights};
use crate::communities::{PyCommunities, Rolling};
use crate::errors::{exception, warn};
use crate::graph::PyGraph;
use crate::input::{Id, Ids, Moment, Rows};
use crate::measures::measure_of;
use crate::progress::{Progress, give_back, run};
use crate::tables::{PyReceipt, PyTable, moment};

/// People, brands and the ties between them at one moment.
///
/// Made by :meth:`Network.from_events` or :meth:`Network.load`; it never changes.
#[pyclass(name = "Network", module = "laud", frozen)]
pub(crate) struct PyNetwork {
    network: Arc<Network>,
}

impl PyNetwork {
    /// The network of the crate.
    pub(crate) fn inner(&self) -> &Network {
        &self.network
    }
}

impl From<Network> for PyNetwork {
    fn from(network: Network) -> PyNetwork {
        PyNetwork { network: Arc::new(network) }
    }
}

/// A half-life for all kinds, or for some.
#[derive(FromPyObject)]
pub(crate) enum HalfLives {
    All(String),
    Kinds(BTreeMap<String, String>),
}

/// Bad rows to skip: a count, a share, or either in words.
#[derive(FromPyObject)]
pub(crate) enum BadRows {
    Count(u64),
    Share(f64),
    Words(String),
}

#[pymethods]
impl PyNetwork {
    /// Reads a log and ties its events together.
    ///
    /// An event has a ``time``, an ``actor`` and a ``target``, and may have a ``kind``, ``channel``, ``weight``,
    /// ``sentiment``, ``event_id``, ``parent``, ``item`` and ``value``. What was dropped, merged or swapped is
    /// counted in :attr:`Network.receipt`; its warnings are issued as ``UserWarning``.
    ///
    /// Parameters
    /// ----------
    /// events : frame, path or list of paths
    ///     Anything that speaks Arrow (Polars, also lazy; pandas 2.2 or later; pyarrow; DuckDB), or files, globs and
    ///     folders: Parquet, CSV, NDJSON, Arrow; plain, gzip or zstd.
    /// accounts : frame or path, optional
    ///     What is declared of people: ``id``, ``role``, ``brand``, ``person``, ``verified`` and any attribute.
    /// links : frame or path, optional
    ///     Accounts of one person: ``account``, ``other``, ``valid_from``.
    /// columns : dict, optional
    ///     Source column by event column (``{"actor": "user_id"}``); ``"=Acme"`` is a constant, ``""`` ignores.
    /// brands, products : ids
    ///     Who is a brand, what is a product.
    /// kinds : dict, optional
    ///     Weights that replace those of :func:`kinds`.
    /// channels : list of str, optional
    ///     Channels to keep.
    /// channel_weights : dict, optional
    ///     Factors by channel.
    /// half_life : str or dict, optional
    ///     After how long an event counts half: ``"30d"`` for all kinds, or by kind; ``"none"`` never fades.
    /// as_of, since, until : str, date, datetime or int, optional
    ///     The moment to look from (the newest event unless given), and the window ``since <= time < until``.
    ///     Times without zone are in ``timezone``; an int counts microseconds since 1970.
    /// exclude : ids, optional
    ///     Who takes no part, as if the log had never named them.
    /// header : list of str, optional
    ///     Names of the columns of a file that has no header line.
    /// separator : str, optional
    ///     What stands between columns of a text file; detected unless given.
    /// kind_from_name : dict, optional
    ///     The kind of all rows of a file by a part of its name.
    /// timezone : str, optional
    ///     Zone of times that do not name one; UTC unless given.
    /// time_unit : {"s", "ms", "us", "ns"}, optional
    ///     What integer times count; detected unless given.
    /// max_bad_rows : int, float or str, optional
    ///     Bad rows to skip before giving up: a count, a share of all rows, or ``"1%"``.
    /// cap : float, optional
    ///     The most that the events of one kind between two people may add up to in a day.
    /// log1p : bool
    ///     Whether a finished tie counts log(1 + weight).
    /// staff : bool
    ///     Whether staff belong to the people layer.
    /// progress : bool or callable, optional
    ///     A bar on standard error, or a callable of (stage, done, total).
    ///
    /// Returns
    /// -------
    /// Network
    ///
    /// Raises
    /// ------
    /// SchemaError
    ///     For a column that is missing, doubled or of the wrong type.
    /// ValueError
    ///     For a parameter outside its domain, or too many bad rows.
    /// KeyError
    ///     For a brand or product that is never a target.
    /// OSError
    ///     For a file that cannot be read.
    ///
    /// Notes
    /// -----
    /// The same log gives the same network to the bit, whatever the order of rows and the number of threads. Ties
    /// fade by forward decay: Cormode, Shkapenyuk, Srivastava, Xu, ICDE 2009.
    ///
    /// Examples
    /// --------
    /// >>> import polars
    /// >>> events = polars.DataFrame({
    /// ...     "time": ["2025-03-01", "2025-03-02", "2025-03-02"],
    /// ...     "actor": ["bob", "cleo", "bob"],
    /// ...     "target": ["ann", "ann", "cleo"],
    /// ...     "kind": ["reply", "like", "RT"],
    /// ... })
    /// >>> net = laud.Network.from_events(events)
    /// >>> net
    /// Network(nodes=3, events=3, as_of=2025-03-02 00:00:00+00:00)
    #[staticmethod]
    #[pyo3(signature = (events, *, accounts=None, links=None, columns=None, brands=Ids::default(),
                        products=Ids::default(), kinds=None, channels=None, channel_weights=None, half_life=None,
                        as_of=None, since=None, until=None, exclude=None, header=None, separator=None,
                        kind_from_name=None, timezone=None, time_unit=None, max_bad_rows=None, cap=None, log1p=false,
                        staff=true, progress=None),
           text_signature = "(events, *, accounts=None, links=None, columns=None, brands=(), products=(), kinds=None, channels=None, channel_weights=None, half_life=None, as_of=None, since=None, until=None, exclude=None, header=None, separator=None, kind_from_name=None, timezone=None, time_unit=None, max_bad_rows=None, cap=None, log1p=False, staff=True, progress=None)")]
    #[allow(clippy::too_many_arguments)]
    fn from_events(
        py: Python<'_>,
        events: Rows,
        accounts: Option<Rows>,
        links: Option<Rows>,
        columns: Option<BTreeMap<String, Option<String>>>,
        brands: Ids,
        products: Ids,
        kinds: Option<BTreeMap<String, f64>>,
        channels: Option<Vec<String>>,
        channel_weights: Option<BTreeMap<String, f64>>,
        half_life: Option<HalfLives>,
        as_of: Option<Moment>,
        since: Option<Moment>,
        until: Option<Moment>,
        exclude: Option<Ids>,
        header: Option<Vec<String>>,
        separator: Option<char>,
        kind_from_name: Option<BTreeMap<String, String>>,
        timezone: Option<String>,
        time_unit: Option<&str>,
        max_bad_rows: Option<BadRows>,
        cap: Option<f64>,
        log1p: bool,
        staff: bool,
        progress: Option<Progress>,
    ) -> PyResult<PyNetwork> {
        let columns = Columns {
            map: columns
                .unwrap_or_default()
                .into_iter()
                .map(|(to, from)| (to, from.unwrap_or_default()))
                .collect(),
            header,
            separator,
            kind_from_name: kind_from_name.unwrap_or_default(),
            time_unit: time_unit.map(str::parse).transpose().map_err(exception)?,
            max_bad_rows: max_bad_rows.map(MaxBadRows::try_from).transpose().map_err(exception)?,
            timezone,
            ..Columns::default()
        };
        let resolve =
            |name, moment: Option<Moment>| moment.map(|moment| moment.resolve(name, &columns)).transpose();
        let ties = Ties {
            kinds: kinds.unwrap_or_default(),
            channels: channels.unwrap_or_default(),
            channel_weights: channel_weights.unwrap_or_default(),
            half_life: half_life.map_or(HalfLife::Table, HalfLife::from),
            as_of: resolve("as_of", as_of)?,
            since: resolve("since", since)?,
            until: resolve("until", until)?,
            cap,
            log1p,
            staff: (!staff).then_some(false),
            brands: brands.0,
            products: products.0,
            exclude: exclude.unwrap_or_default().0,
            ..Ties::default()
        };
        let source = |rows: Option<Rows>| -> Option<Source> { rows.map(|Rows(source)| source) };
        let input = Input { log: events.0, accounts: source(accounts), links: source(links) };
        let network = run(py, progress, || Network::build(Events::load(input, &columns)?, &ties))?;
        give_back();
        network.receipt.warnings.iter().try_for_each(|sentence| warn::<PyUserWarning>(py, sentence))?;
        Ok(network.into())
    }

    /// Reads a network that :meth:`Network.save` or ``laud network`` wrote.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     For a folder that holds no network.
    #[staticmethod]
    fn load(py: Python<'_>, folder: PathBuf) -> PyResult<PyNetwork> {
        Ok(run(py, None, || Network::load(&folder))?.into())
    }

    /// Writes the network into a folder: nodes.parquet, edges.parquet, events.parquet, network.json.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     For whatever the operating system refuses.
    fn save(&self, py: Python<'_>, folder: PathBuf) -> PyResult<()> {
        run(py, None, || self.network.save(&folder))
    }

    /// The moment the ties speak of, with the zone UTC.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        moment(py, self.network.as_of)
    }

    /// What happened to every row of the log.
    #[getter]
    fn receipt(&self, py: Python<'_>) -> PyResult<Py<PyReceipt>> {
        PyReceipt::new(py, self.network.receipt.clone())
    }

    /// One row a node: ``id, role, reasons, first, last, events_out, events_in, self_events`` and what the accounts
    /// declare.
    fn nodes(&self, py: Python<'_>) -> PyResult<PyTable> {
        run(py, None, || Ok(self.network.nodes())).map(PyTable::from)
    }

    /// One row an arc: ``source, target, layer, weight, events, first, last, weight_<kind>, events_<kind>``.
    fn arcs(&self, py: Python<'_>) -> PyResult<PyTable> {
        run(py, None, || Ok(self.network.arcs())).map(PyTable::from)
    }

    /// The graph of a layer; its nodes are in the order of their ids.
    ///
    /// Parameters
    /// ----------
    /// layer : {"people", "brand"}
    ///     Ties among people, or those with brands and products.
    /// directed : bool
    ///     Arcs as they are, or the undirected view: one edge a pair, both directions added.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For another layer.
    ///
    /// Examples
    /// --------
    /// >>> import polars
    /// >>> days = ["2025-03-01", "2025-03-02"]
    /// >>> events = polars.DataFrame({"time": days, "actor": ["ann", "bob"], "target": ["bob", "ann"]})
    /// >>> net = laud.Network.from_events(events)
    /// >>> net.graph(), net.graph(directed=False).edge_count
    /// (Graph(node_count=2, edge_count=2, directed=True), 1)
    #[pyo3(signature = (layer="people", directed=true))]
    fn graph(&self, py: Python<'_>, layer: &str, directed: bool) -> PyResult<PyGraph> {
        let layer = layer_named(layer).map_err(exception)?;
        let graph = self.layer(layer, directed);
        // Built here, where it can be interrupted, not at the first look.
        run(py, None, || Ok(graph.origin().graph().node_count()))?;
        Ok(graph)
    }

    /// The graph of the people layer.
    #[getter]
    fn people(&self, py: Python<'_>) -> PyResult<PyGraph> {
        self.graph(py, "people", true)
    }

    /// Ranks people as advocates of a brand, or of nobody in particular.
    ///
    /// The order comes from what people bring about and what others do towards them. Likes and followers stand beside the
    /// score. Notes say whether a backtest chose the weights (:func:`backtest`).
    ///
    /// Parameters
    /// ----------
    /// brand : id, optional
    ///     The brand to rank for; it is a brand for this call.
    /// objective : {"acquisition", "deflection", "retention", "awareness"}, optional
    ///     What advocates are for; what the log can speak of unless given.
    /// k : int
    ///     How many invitations are to be given out.
    /// limit : int, optional
    ///     How many rows to return; everybody unless given.
    /// weights : dict or path, optional
    ///     Weights that replace those of the objective, by feature (0 leaves one out), or a file that a backtest saved.
    /// credit : dict, optional
    ///     How outcomes are credited: ``window, delay, discount, depth, smallest``.
    /// integrity : bool or dict
    ///     Whether accounts are judged for what they seem, or how.
    /// horizon : str, optional
    ///     How far ahead the ranking looks, such as ``"7d"``; a tenth of the log unless given, at most 30 days.
    /// bootstrap : int
    ///     How often the ranking is drawn anew to tell how sure it is; 0 leaves ranges and tiers out.
    /// candidates : int
    ///     How many people are drawn one by one; the spread of the others is computed.
    /// min_events : int
    ///     People who gave and received fewer events are left out.
    /// seed : int
    ///     Seed of everything random.
    /// progress : bool or callable, optional
    ///     A bar on standard error, or a callable of (stage, done, total).
    ///
    /// Returns
    /// -------
    /// Ranking
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For a parameter outside its domain, an objective the log cannot speak of, or nobody to rank.
    /// KeyError
    ///     For a brand that is never a target.
    ///
    /// Examples
    /// --------
    /// >>> import polars
    /// >>> events = polars.DataFrame({
    /// ...     "time": ["2025-03-01", "2025-03-02", "2025-03-02", "2025-03-03"],
    /// ...     "actor": ["bob", "cleo", "bob", "ann"],
    /// ...     "target": ["ann", "ann", "cleo", "acme"],
    /// ...     "kind": ["reply", "reply", "like", "review"],
    /// ... })
    /// >>> ranking = laud.Network.from_events(events).rank("acme")
    /// >>> ranking["id"][0]
    /// 'ann'
    #[pyo3(signature = (brand=None, *, objective=None, k=100, limit=None, weights=None, credit=None,
                        integrity=Judged::Switch(true), horizon=None, bootstrap=200, candidates=5000, min_events=0,
                        seed=0, progress=None),
           text_signature = "(self, brand=None, *, objective=None, k=100, limit=None, weights=None, credit=None, integrity=True, horizon=None, bootstrap=200, candidates=5000, min_events=0, seed=0, progress=None)")]
    #[allow(clippy::too_many_arguments)]
    fn rank(
        &self,
        py: Python<'_>,
        brand: Option<Id>,
        objective: Option<&str>,
        k: usize,
        limit: Option<usize>,
        weights: Option<Weights>,
        credit: Option<Bound<'_, PyDict>>,
        integrity: Judged<'_>,
        horizon: Option<String>,
        bootstrap: u32,
        candidates: usize,
        min_events: u64,
        seed: u64,
        progress: Option<Progress>,
    ) -> PyResult<Py<PyRanking>> {
        let given = Given { brand, objective, weights, credit, integrity, k, min_events, seed };
        let params = Advocates { limit, horizon, bootstrap, candidates, ..given.advocates()? };
        let ranking = run(py, progress, || rank(&*self.network, &params))?;
        PyRanking::new(py, ranking, self.network.clone(), params)
    }

    /// Finds communities and describes them.
    ///
    /// Groups of fewer than ``min_size`` members are no communities: whoever is in one has none. With ``rolling`` time is
    /// cut into windows, each of them a network of its own events, and communities keep their numbers from window to
    /// window.
    ///
    /// Parameters
    /// ----------
    /// method : str
    ///     A measure that gives a partition, such as ``"leiden"``.
    /// layer : {"people", "brand"}
    ///     Whose ties.
    /// rolling : str or (str, str), optional
    ///     How often a window begins, such as ``"1d"``, and how long it is where that is another length of time.
    /// min_size : int
    ///     Groups of fewer members are no communities.
    /// overlap : float
    ///     The Jaccard index, among those who are there both times, from which on two groups are the same community.
    /// change : float
    ///     The share by which a community must change its size to have grown or shrunk.
    /// samples : int, optional
    ///     How many random graphs of the same degrees the communities are compared with, for Leiden without windows; 0 for
    ///     none, 20 unless that takes long.
    /// runs : int, optional
    ///     How many runs with other seeds tell how sure each membership is (column ``stability``), for Leiden without
    ///     windows; 0 for none, 10 unless that takes long.
    /// progress : bool or callable, optional
    ///     A bar on standard error, or a callable of (stage, done, total).
    /// **parameters
    ///     Those of the method, such as ``resolution`` and ``seed``.
    ///
    /// Returns
    /// -------
    /// Communities
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For a parameter outside its domain, or a measure that gives no partition.
    ///
    /// Examples
    /// --------
    /// >>> import polars
    /// >>> events = polars.DataFrame({
    /// ...     "time": ["2025-03-01"] * 6,
    /// ...     "actor": ["ann", "bob", "cleo", "dan", "eve", "finn"],
    /// ...     "target": ["bob", "cleo", "ann", "eve", "finn", "dan"],
    /// ... })
    /// >>> found = laud.Network.from_events(events).communities()
    /// >>> found["community"], found.communities["size"]
    /// ([0, 0, 0, 1, 1, 1], [3, 3])
    #[pyo3(signature = (method="leiden", *, layer="people", rolling=None, min_size=3, overlap=0.3, change=0.25,
                        samples=None, runs=None, progress=None, **parameters))]
    #[allow(clippy::too_many_arguments)]
    fn communities(
        &self,
        py: Python<'_>,
        method: &str,
        layer: &str,
        rolling: Option<Rolling>,
        min_size: u32,
        overlap: f64,
        change: f64,
        samples: Option<u32>,
        runs: Option<u32>,
        progress: Option<Progress>,
        parameters: Option<Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyCommunities>> {
        let (every, length) = match rolling {
            None => (None, None),
            Some(Rolling::Every(every)) => (Some(every), None),
            Some(Rolling::EveryAndLength(every, length)) => (Some(every), Some(length)),
        };
        let params = Communities {
            layer: layer_named(layer).map_err(exception)?,
            method: measure_of(py, method, parameters)?,
            tracking: Tracking { min_size, overlap, change },
            every,
            length,
            samples,
            runs,
        };
        let found = run(py, progress, || communities(&self.network, &params))?;
        PyCommunities::new(py, found)
    }

    fn __len__(&self) -> usize {
        self.network.ids.len()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (nodes, events) = (self.network.ids.len(), self.network.events().len());
        Ok(format!("Network(nodes={nodes}, events={events}, as_of={})", self.as_of(py)?))
    }
}

impl PyNetwork {
    pub(crate) fn layer(&self, layer: Layer, directed: bool) -> PyGraph {
        PyGraph::layer(self.network.clone(), layer, directed)
    }
}

fn layer_named(word: &str) -> Result<Layer> {
    [Layer::People, Layer::Brand]
        .into_iter()
        .find(|layer| layer.name() == word)
        .ok_or_else(|| Error::parameter("layer", "people or brand", word))
}

impl From<HalfLives> for HalfLife {
    fn from(half_lives: HalfLives) -> HalfLife {
        match half_lives {
            HalfLives::All(text) => HalfLife::All(text),
            HalfLives::Kinds(kinds) => HalfLife::Kinds(kinds),
        }
    }
}

impl TryFrom<BadRows> for MaxBadRows {
    type Error = Error;

    fn try_from(rows: BadRows) -> Result<MaxBadRows> {
        match rows {
            BadRows::Count(count) => Ok(MaxBadRows::Count(count)),
            BadRows::Share(share) => Ok(MaxBadRows::Share(share)),
            BadRows::Words(text) => text.parse(),
        }
    }
}
