//! A frame of edges becomes a graph whose nodes have ids.

use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};

use super::ids::Ids;
use super::number::{Numbers, SLICE};
use crate::error::{Error, Result};
use crate::graph::{Edges, FromEdges, Graph, check_weights, weight};

/// The columns of a frame of edges.
#[derive(Debug, Clone, Copy)]
pub struct EdgeColumns<'a> {
    /// Ids where the edges begin: strings or integers.
    pub source: &'a str,
    /// Ids where they end.
    pub target: &'a str,
    /// Numbers from 0 to 1e30; none where each edge counts 1.
    pub weight: Option<&'a str>,
}

impl Graph {
    /// The graph of the edges in a frame, and the ids of its nodes in the order of their numbers.
    ///
    /// Integers keep the type of the columns (64 bits where they differ); if one column of ids holds strings, all ids are
    /// strings. The column `id` of `nodes` names nodes that are there even without an edge. Otherwise as
    /// [`Graph::from_edges`].
    ///
    /// # Errors
    ///
    /// [`Error::Schema`] for a column that is missing, holds nulls or has another type, or integers beyond 64 bits
    /// signed; [`Error::Parameter`] for a weight outside [0, 1e30].
    ///
    /// # Complexity
    ///
    /// O(m + n log n) time for m rows and n distinct ids. Beside frame and graph, integers that lie close together take
    /// next to no memory, other ids 8 bytes a row until the arcs are sorted.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use arrow::array::{Int64Array, RecordBatch};
    /// use laud::events::EdgeColumns;
    /// use laud::graph::{FromEdges, Graph};
    ///
    /// let column = |values: Vec<i64>| Arc::new(Int64Array::from(values)) as _;
    /// let frame = RecordBatch::try_from_iter([("from", column(vec![30, 7])), ("to", column(vec![7, 9]))])?;
    /// let columns = EdgeColumns { source: "from", target: "to", weight: None };
    /// let (graph, ids) = Graph::from_frame(&[frame], &columns, None, &FromEdges::default())?;
    /// assert_eq!((ids.text(2), graph.out().neighbors(2)), ("30".to_owned(), [0].as_slice()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_frame(
        edges: &[RecordBatch],
        columns: &EdgeColumns<'_>,
        nodes: Option<&[RecordBatch]>,
        params: &FromEdges,
    ) -> Result<(Graph, Ids)> {
        let mut ends = vec![
            (columns.source, column(edges, columns.source)?),
            (columns.target, column(edges, columns.target)?),
        ];
        if let Some(nodes) = nodes {
            ends.push(("id", column(nodes, "id")?));
        }
        let weights = columns.weight.map(|name| weights(name, &column(edges, name)?)).transpose()?;
        let mut firsts = vec![0];
        let mut row_count = 0;
        for batch in edges {
            row_count += batch.num_rows();
            firsts.push(row_count);
        }
        for (weights, first) in weights.iter().flatten().zip(&firsts) {
            check_weights(weights.values(), *first)?;
        }
        let (ids, numbers) = Numbers::of(&ends)?;
        let graph = Graph::gathered(ids.len(), Rows { numbers, weights, firsts }, params)?;
        Ok((graph, ids))
    }
}

/// The rows of a frame of edges.
struct Rows<'a> {
    numbers: Numbers<'a>,
    /// By chunk.
    weights: Option<Vec<Float64Array>>,
    /// The first row of each chunk, and the number of rows.
    firsts: Vec<usize>,
}

impl Edges for Rows<'_> {
    fn row_count(&self) -> usize {
        self.firsts[self.firsts.len() - 1]
    }

    fn is_weighted(&self) -> bool {
        self.weights.is_some()
    }

    fn each(&self, rows: Range<usize>, mut visit: impl FnMut(u32, u32, f32)) {
        for (chunk, bounds) in self.firsts.windows(2).enumerate() {
            let (first, end) = (bounds[0].max(rows.start), bounds[1].min(rows.end));
            for start in (first..end).step_by(SLICE) {
                let part = start - bounds[0]..end.min(start + SLICE) - bounds[0];
                let ends = |column| self.numbers.ranks(column, chunk, bounds[0], part.clone());
                let (sources, targets) = (ends(0), ends(1));
                let pairs = sources.iter().zip(&*targets);
                match &self.weights {
                    Some(weights) => pairs
                        .zip(&weights[chunk].values()[part])
                        .for_each(|((&u, &v), &value)| visit(u, v, weight(value))),
                    None => pairs.for_each(|(&u, &v)| visit(u, v, 1.0)),
                }
            }
        }
    }
}

/// The chunks of a column.
fn column(batches: &[RecordBatch], name: &str) -> Result<Vec<ArrayRef>> {
    let chunk = |batch: &RecordBatch| {
        batch.column_by_name(name).cloned().ok_or_else(|| {
            let schema = batch.schema();
            let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            Error::Schema(format!("no column `{name}`; the columns are {}", names.join(", ")))
        })
    };
    batches.iter().map(chunk).collect()
}

/// The chunks of a column of weights.
fn weights(name: &str, chunks: &[ArrayRef]) -> Result<Vec<Float64Array>> {
    let refuse = |problem: &str| Error::Schema(format!("column `{name}` {problem}"));
    let read = |chunk: &ArrayRef| {
        if !chunk.data_type().is_numeric() {
            return Err(refuse(&format!("must hold numbers, got {}", chunk.data_type())));
        }
        if chunk.null_count() > 0 {
            return Err(refuse("holds nulls: fill or drop them"));
        }
        let chunk = cast(chunk, &DataType::Float64).map_err(|error| refuse(&error.to_string()))?;
        Ok(chunk.as_primitive::<Float64Type>().clone())
    };
    chunks.iter().map(read).collect()
}
