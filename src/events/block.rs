//! Rows on their way from a source to a worker, field by field.

use std::collections::BTreeMap;

use super::cell::{Cells, Value};
use super::feed::Head;
use super::schema::Field;
use super::tally::Spot;

/// Some rows of a source: the cells of each mapped field, constants for the others.
pub(super) struct Block<'a> {
    file: u32,
    /// Where each row stands, from 1.
    lines: Vec<u64>,
    /// By [`Field`]; none where all rows have the constant.
    cells: [Vec<Value<'a>>; Field::ALL.len()],
    constants: Cells<'a>,
}

/// Rows of a block that are not kept: the first column that is at fault, and its rule.
#[derive(Default)]
pub(super) struct Refused(BTreeMap<usize, (Field, &'static str)>);

/// What is made of the cells of a field, row by row or once for all rows.
pub(super) enum Parsed<T> {
    Same(T),
    Each(Vec<T>),
}

impl<'a> Block<'a> {
    /// Most rows of a block: few enough to stay in the cache.
    pub(super) const MOST: usize = 1 << 10;

    /// A block without rows.
    pub(super) fn new(head: &'a Head) -> Block<'a> {
        Block {
            file: head.file,
            lines: Vec::with_capacity(Block::MOST),
            cells: Default::default(),
            constants: head.layout.constants(),
        }
    }

    /// Adds a row: its cells by the numbers of their fields, the same fields in every row.
    pub(super) fn push(&mut self, line: u64, cells: impl Iterator<Item = (usize, Value<'a>)>) {
        self.lines.push(line);
        cells.for_each(|(field, cell)| self.cells[field].push(cell));
    }

    /// Adds rows that follow each other from `first` on, field by field.
    pub(super) fn extend(&mut self, first: u64, rows: usize, columns: Vec<(Field, Vec<Value<'a>>)>) {
        self.lines.extend(first..first + rows as u64);
        columns.into_iter().for_each(|(field, cells)| self.cells[field as usize] = cells);
    }

    /// Forgets the rows.
    pub(super) fn clear(&mut self) {
        self.lines.clear();
        self.cells.iter_mut().for_each(Vec::clear);
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn spot(&self, row: usize) -> Spot {
        Spot { file: self.file, line: self.lines[row] }
    }

    #[inline]
    pub(super) fn cell(&self, field: Field, row: usize) -> Value<'a> {
        self.cells[field as usize].get(row).copied().unwrap_or(self.constants[field as usize])
    }

    /// Whether no row has anything in a field.
    pub(super) fn lacks(&self, field: Field) -> bool {
        self.cells[field as usize].is_empty() && self.constants[field as usize] == Value::Null
    }

    /// Makes something of each cell of a field. Rows where nothing can be made of it are refused by `rule`; they and
    /// those refused before get `default`.
    pub(super) fn parse<T: Copy>(
        &self,
        field: Field,
        rule: &'static str,
        default: T,
        refused: &mut Refused,
        mut parse: impl FnMut(Value<'a>) -> Option<T>,
    ) -> Parsed<T> {
        let cells = &self.cells[field as usize];
        if cells.is_empty() {
            return Parsed::Same(parse(self.constants[field as usize]).unwrap_or_else(|| {
                (0..self.len()).for_each(|row| refused.refuse(row, field, rule));
                default
            }));
        }
        let parse = |(row, &cell): (usize, &Value<'a>)| {
            if refused.contains(row) {
                return default;
            }
            parse(cell).unwrap_or_else(|| {
                refused.refuse(row, field, rule);
                default
            })
        };
        Parsed::Each(cells.iter().enumerate().map(parse).collect())
    }
}

impl Refused {
    fn refuse(&mut self, row: usize, field: Field, rule: &'static str) {
        self.0.entry(row).or_insert((field, rule));
    }

    #[inline]
    pub(super) fn contains(&self, row: usize) -> bool {
        !self.0.is_empty() && self.0.contains_key(&row)
    }

    /// Each row with the column and its rule.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Field, &'static str)> {
        self.0.iter().map(|(&row, &(field, rule))| (row, field, rule))
    }
}

impl<T: Copy> Parsed<T> {
    #[inline]
    pub(super) fn get(&self, row: usize) -> T {
        match self {
            Parsed::Same(value) => *value,
            Parsed::Each(values) => values[row],
        }
    }
}
