//! What a measure returns: named columns of one value a node, an edge or the graph, and how the computation ended.

use crate::error::{Error, Result};

/// One output of a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The word of the contract, such as `pagerank` or `degree_in`.
    pub name: String,
    /// One value a row.
    pub values: Values,
}

impl Column {
    /// A column of real numbers.
    pub fn float(name: impl Into<String>, values: Vec<f64>) -> Column {
        Column { name: name.into(), values: Values::Float(values) }
    }

    /// A column of counts or labels.
    pub fn integer(name: impl Into<String>, values: Vec<u64>) -> Column {
        Column { name: name.into(), values: Values::Integer(values) }
    }
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Real numbers; NaN where the measure is not defined, which tables show as null.
    Float(Vec<f64>),
    /// Counts and labels; [`Values::NONE`] where the measure is not defined, which tables show as null.
    Integer(Vec<u64>),
}

impl Values {
    /// Stands for no count and no label.
    pub const NONE: u64 = u64::MAX;

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Values::Float(values) => values.len(),
            Values::Integer(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How an iteration ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Convergence {
    /// Whether the residual fell to the tolerance.
    pub converged: bool,
    /// Iterations done.
    pub iterations: u32,
    /// L1 norm of what an iteration still changes.
    pub residual: f64,
}

impl Convergence {
    /// Turns a missed tolerance into an error where `strict` asks for it.
    pub fn check(self, measure: &'static str, strict: bool) -> Result<Convergence> {
        if strict && !self.converged {
            return Err(Error::NotConverged {
                measure,
                iterations: self.iterations,
                residual: self.residual,
            });
        }
        Ok(self)
    }
}

/// What the rows of a measure are about.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Rows {
    /// The nodes of the graph, in their order.
    #[default]
    Nodes,
    /// Some of its edges, each once, in the order of their sources, then targets; an undirected edge has the smaller
    /// node for its source.
    Edges {
        /// One end, by row.
        sources: Vec<u32>,
        /// The other end, by row.
        targets: Vec<u32>,
    },
    /// The graph as a whole: a single row.
    Graph,
}

/// Why scores that are right say little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// Attention has nowhere to come back from.
    #[error("eigenvector is 0 everywhere, since no arc is on a cycle: katz and pagerank rank such a graph")]
    NoCycle,
}

/// The outcome of one measure on one graph.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scores {
    /// The word of the measure.
    pub measure: &'static str,
    /// What the rows are about.
    pub rows: Rows,
    /// One or more columns, one value a row.
    pub columns: Vec<Column>,
    /// Present where the measure iterates.
    pub convergence: Option<Convergence>,
    /// Present where the scores say little.
    pub warning: Option<Warning>,
}

impl Scores {
    /// A measure with a single real column of its own name.
    pub fn float(measure: &'static str, values: Vec<f64>) -> Scores {
        Scores { measure, columns: vec![Column::float(measure, values)], ..Scores::default() }
    }

    /// A measure with a single column of counts or labels of its own name.
    pub fn integer(measure: &'static str, values: Vec<u64>) -> Scores {
        Scores { measure, columns: vec![Column::integer(measure, values)], ..Scores::default() }
    }

    /// A measure of several columns of nodes.
    pub fn of_nodes(measure: &'static str, columns: Vec<Column>) -> Scores {
        Scores { measure, columns, ..Scores::default() }
    }

    /// A measure whose output is a number of its own name.
    pub fn number(measure: &'static str, value: f64) -> Scores {
        Scores { rows: Rows::Graph, ..Scores::float(measure, vec![value]) }
    }

    /// The same scores with the record of their iteration.
    pub fn with_convergence(self, convergence: Convergence) -> Scores {
        Scores { convergence: Some(convergence), ..self }
    }

    /// The first real column; empty where there is none.
    pub fn values(&self) -> &[f64] {
        self.columns
            .iter()
            .find_map(|column| match &column.values {
                Values::Float(values) => Some(values.as_slice()),
                Values::Integer(_) => None,
            })
            .unwrap_or(&[])
    }

    /// The first column of counts or labels; empty where there is none.
    pub fn integers(&self) -> &[u64] {
        self.columns
            .iter()
            .find_map(|column| match &column.values {
                Values::Integer(values) => Some(values.as_slice()),
                Values::Float(_) => None,
            })
            .unwrap_or(&[])
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Values> {
        self.columns.iter().find(|column| column.name == name).map(|column| &column.values)
    }
}
