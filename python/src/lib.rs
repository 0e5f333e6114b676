//! The Python door: translates arguments and results, and nothing more. One file for each thing a caller holds.

mod advocates;
#[path = "../../src/allocator.rs"]
mod allocator;
mod communities;
mod compare;
mod errors;
mod explanation;
mod graph;
mod input;
mod measures;
mod network;
mod progress;
mod quality;
mod selection;
mod simulate;
mod tables;

use std::process::ExitCode;

use laud::advocates::{Advocates, Backtest, Explain, Select};
use laud::events::Kinds;
use laud::graph::FromEdges;
use laud::influence::{Ris, Spread};
use laud::measure::Measure;
use pyo3::prelude::*;

#[pymodule]
mod _laud {
    #[pymodule_export]
    use crate::advocates::{PyBacktest, PyRanking, backtest};
    #[pymodule_export]
    use crate::communities::{
        PyCommunities, PyPartition, ego_splitting, infomap, label_propagation, leiden, louvain,
    };
    #[pymodule_export]
    use crate::compare::{PyComparison, compare};
    #[pymodule_export]
    use crate::errors::{ConvergenceWarning, MeasureWarning, SchemaError};
    #[pymodule_export]
    use crate::explanation::PyExplanation;
    #[pymodule_export]
    use crate::graph::PyGraph;
    #[pymodule_export]
    use crate::measures::{
        articulation, assortativity, betweenness, birank, bridges, brokerage, closeness, clustering,
        collective_influence, components, constraint, core, degree, degree_distribution, density, diameter,
        edge_betweenness, effective_size, eigenvector, estimate, harmonic, hits, katz, pagerank,
        personalized_pagerank, reciprocity, strength, strong_components, transitivity, triangles, truss,
        voterank,
    };
    #[pymodule_export]
    use crate::network::PyNetwork;
    #[pymodule_export]
    use crate::progress::set_threads;
    #[pymodule_export]
    use crate::quality::{
        ari, conductance, coverage, cpm, element_centric, map_equation, modularity, nmi, null_model,
        resolution_profile, stability, vi,
    };
    #[pymodule_export]
    use crate::selection::{PySelection, ris, select, spread};
    #[pymodule_export]
    use crate::simulate::simulate;
    #[pymodule_export]
    use crate::tables::{PyReceipt, PyScores, PyTable};
    #[pymodule_export]
    use crate::{defaults, kinds, run_command};

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::allocator::give_back_early();
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        if cfg!(debug_assertions) {
            let sentence = "this is a debug build of laud: it is many times slower; build with --release";
            crate::errors::warn::<pyo3::exceptions::PyRuntimeWarning>(module.py(), sentence)?;
        }
        Ok(())
    }
}

/// The kinds of events: ``kind, weight, half_life_days, aliases``.
///
/// An unknown kind keeps its name and counts 1. ``referral`` is read as ``referred_by`` with the ends swapped.
///
/// Examples
/// --------
/// >>> kinds = laud.kinds()
/// >>> dict(zip(kinds["kind"], kinds["weight"]))["referred_by"]
/// 6.0
#[pyfunction]
fn kinds() -> tables::PyTable {
    tables::PyTable::from(Kinds::table())
}

/// Runs the command ``laud`` with these arguments, the first of which is its own name, and returns its exit status.
#[pyfunction]
fn run_command(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> u8 {
    let code = py.detach(|| laud::cli::run(arguments));
    // An exit code can be compared, not read.
    (0..=u8::MAX).find(|&number| ExitCode::from(number) == code).unwrap_or(1)
}

/// The defaults of the crate as JSON, by function, for the test that compares them with the signatures.
#[pyfunction(name = "_defaults")]
fn defaults() -> String {
    let measures =
        Measure::NAMES.iter().filter_map(|name| Some((name.to_string(), Measure::named(name).ok()?)));
    let mut all: serde_json::Map<String, serde_json::Value> =
        measures.map(|(name, measure)| (name, serde_json::json!(measure))).collect();
    all.insert("Graph.from_edges".to_owned(), serde_json::json!(FromEdges::default()));
    all.insert("simulate".to_owned(), serde_json::json!(laud::simulate::Simulate::default()));
    all.insert("Network.rank".to_owned(), serde_json::json!(Advocates::default()));
    all.insert("backtest".to_owned(), serde_json::json!(Backtest::default()));
    all.insert("select".to_owned(), serde_json::json!(Select::default()));
    all.insert("Ranking.explain".to_owned(), serde_json::json!(Explain::default()));
    all.insert("ris".to_owned(), serde_json::json!(Ris::default()));
    all.insert("spread".to_owned(), serde_json::json!(Spread::default()));
    serde_json::Value::Object(all).to_string()
}
