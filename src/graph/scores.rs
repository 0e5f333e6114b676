//! What a measure returns: named columns of one value a node, and how the computation ended.

use crate::error::{Error, Result};

/// One output of a measure over all nodes of a graph, in node order.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The word of the contract, such as `pagerank` or `degree_in`.
    pub name: String,
    /// One value a node.
    pub values: Values,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Real numbers.
    Float(Vec<f64>),
    /// Counts and labels.
    Integer(Vec<u64>),
}

impl Values {
    /// Number of nodes.
    pub fn len(&self) -> usize {
        match self {
            Values::Float(values) => values.len(),
            Values::Integer(values) => values.len(),
        }
    }

    /// Whether the graph had no nodes.
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
    /// L1 distance between the last two iterates.
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

/// The outcome of one measure on one graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// The word of the measure.
    pub measure: &'static str,
    /// One or more columns, all as long as the graph has nodes.
    pub columns: Vec<Column>,
    /// Present where the measure iterates.
    pub convergence: Option<Convergence>,
}

impl Scores {
    /// A measure with a single real column of its own name.
    pub fn float(measure: &'static str, values: Vec<f64>) -> Scores {
        let columns = vec![Column { name: measure.to_owned(), values: Values::Float(values) }];
        Scores { measure, columns, convergence: None }
    }

    /// A measure with a single column of counts or labels of its own name.
    pub fn integer(measure: &'static str, values: Vec<u64>) -> Scores {
        let columns = vec![Column { name: measure.to_owned(), values: Values::Integer(values) }];
        Scores { measure, columns, convergence: None }
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
