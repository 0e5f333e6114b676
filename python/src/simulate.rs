//! Simulated logs, in which it is known who persuades whom.

use laud::simulate::{Simulate, simulate as simulation};
use pyo3::prelude::*;

use crate::errors::exception;
use crate::input::Ids;
use crate::progress::{Progress, run};
use crate::tables::PyTable;

/// Simulates a log of a town with planted advocates, fans, lurkers and bots.
///
/// The same parameters give the same bytes on every machine.
///
/// Parameters
/// ----------
/// scenario : {"calm", "attack", "concentrated"}
///     No bots; 3 % bots; few persuade.
/// people : int
///     How many people, bots included, 10 to 5 million; staff and brands come on top.
/// communities : int
///     How many communities they live in.
/// days : int
///     Length of the log, 7 to 3,650.
/// brands : ids
///     Ids of the brands, different from those of people.
/// advocates : float
///     Share of people planted as advocates, 0 to 0.3.
/// bots : float, optional
///     Share of people that are bots, 0 to 0.3; the scenario's unless given.
/// activity : float
///     How much people post and ask, above 0 to 10.
/// seed : int
///     Everything random is a function of it.
/// progress : bool or callable, optional
///     A bar on standard error, or a callable of (stage, done, total).
///
/// Returns
/// -------
/// log : Table
///     The events: ``time, actor, target, kind, channel, sentiment, event_id, parent, item, value``.
/// truth : Table
///     Who is what, and how many customers they persuade: ``id, role, brand, community, theta, rate, latent, ...``.
/// accounts : Table
///     What is declared: ``id, role, brand, verified, joined``.
///
/// Raises
/// ------
/// ValueError
///     For a parameter outside its domain.
///
/// Notes
/// -----
/// O(posts × followers). The mechanics are told in the crate's documentation.
///
/// Examples
/// --------
/// >>> log, truth, accounts = laud.simulate(people=100, days=30)
/// >>> net = laud.Network.from_events(log, accounts=accounts)
/// >>> truth["role"].count("advocate")
/// 3
#[pyfunction]
#[pyo3(signature = (*, scenario="calm", people=5_000, communities=12, days=240, brands=Ids(vec!["acme".to_owned()]),
                    advocates=0.03, bots=None, activity=1.0, seed=0, progress=None),
       text_signature = "(*, scenario='calm', people=5000, communities=12, days=240, brands='acme', advocates=0.03, bots=None, activity=1.0, seed=0, progress=None)")]
#[allow(clippy::too_many_arguments)]
pub(crate) fn simulate(
    py: Python<'_>,
    scenario: &str,
    people: u32,
    communities: u32,
    days: u32,
    brands: Ids,
    advocates: f64,
    bots: Option<f64>,
    activity: f64,
    seed: u64,
    progress: Option<Progress>,
) -> PyResult<(PyTable, PyTable, PyTable)> {
    let scenario = scenario.parse().map_err(exception)?;
    let Ids(brands) = brands;
    let params = Simulate {
        scenario,
        people,
        communities,
        days,
        brands,
        advocates,
        bots,
        activity,
        seed,
        ..Simulate::default()
    };
    let town = run(py, progress, || simulation(&params))?;
    Ok((town.log.into(), town.truth.into(), town.accounts.into()))
}
