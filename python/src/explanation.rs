//! Why somebody stands where they stand.

use laud::advocates;
use laud::report;
use pyo3::prelude::*;

use crate::tables::PyTable;

/// Why one person stands where they stand: a row a feature, the largest contribution first.
///
/// Columns: ``feature, weight, evidence, meaning`` (the evidence in words, which name nobody), ``contribution`` (they add up
/// to the score) and ``rank_without`` (the place were this evidence none). ``print`` and a notebook show the card, which names
/// nobody else and can be shown to whom it is about.
#[pyclass(name = "Explanation", module = "laud", frozen, extends = PyTable)]
pub(crate) struct PyExplanation {
    found: advocates::Explanation,
}

impl PyExplanation {
    pub(crate) fn new(py: Python<'_>, found: advocates::Explanation) -> PyResult<Py<PyExplanation>> {
        let table = PyTable::from(found.parts.clone());
        Py::new(py, PyClassInitializer::from(table).add_subclass(PyExplanation { found }))
    }
}

#[pymethods]
impl PyExplanation {
    /// Who.
    #[getter]
    fn id(&self) -> &str {
        &self.found.id
    }

    /// Their place.
    #[getter]
    fn rank(&self) -> u64 {
        self.found.rank
    }

    /// How many people were ranked.
    #[getter]
    fn people(&self) -> u64 {
        self.found.people
    }

    /// The 90 % interval of the place; ``None`` without draws.
    #[getter]
    fn interval(&self) -> Option<(u64, u64)> {
        self.found.certainty.map(|sure| sure.interval)
    }

    /// The share of the draws in which they are among the first ``k``; ``None`` without draws.
    #[getter]
    fn p_top_k(&self) -> Option<f64> {
        self.found.certainty.map(|sure| sure.p_top_k)
    }

    /// The sum of the contributions.
    #[getter]
    fn score(&self) -> f64 {
        self.found.score
    }

    /// How likely the account is what it seems; below .5 it comes last.
    #[getter]
    fn authenticity(&self) -> f64 {
        self.found.authenticity
    }

    /// What speaks against the account: pairs of code and sentence.
    #[getter]
    fn reasons(&self) -> Vec<(String, String)> {
        self.found.reasons.clone()
    }

    /// What is behind each feature: ``feature, by, what, events, amount, share``. It names people: not for the card.
    #[getter]
    fn sources(&self) -> PyTable {
        PyTable::from(self.found.sources.clone())
    }

    /// What would be otherwise: ``change, events, rank, score``.
    #[getter]
    fn changes(&self) -> PyTable {
        PyTable::from(self.found.changes.clone())
    }

    /// What a reader must know of the ranking, in whole sentences.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.found.notes.clone()
    }

    /// The card as text.
    #[getter]
    fn card(&self) -> String {
        report::card_text(&self.found)
    }

    fn __str__(&self) -> String {
        self.card()
    }

    fn _repr_html_(&self) -> String {
        report::card_html(&self.found)
    }
}
