//! Tables and cards for people: on a terminal and in a notebook.

mod card;
mod html;
mod text;

pub use card::{card_html, card_text};
pub use html::html;
pub use text::{count, text};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type};

use crate::table::Cells;

/// The values of a column as a reader wants them: four significant digits, nothing for null.
struct Readable<'a> {
    array: &'a ArrayRef,
    cells: Cells<'a>,
}

impl<'a> Readable<'a> {
    fn of(array: &'a ArrayRef) -> Readable<'a> {
        Readable { array, cells: Cells::of(array) }
    }

    fn is_numeric(&self) -> bool {
        self.array.data_type().is_numeric()
    }

    fn cell(&self, row: usize) -> String {
        if self.array.data_type() == &DataType::Float64 && self.array.is_valid(row) {
            return significant(self.array.as_primitive::<Float64Type>().value(row));
        }
        self.cells.text(row)
    }
}

/// Four significant digits; scientific where a plain number would be longer than it is telling.
fn significant(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    if !(1e-4..1e7).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let digits = 3 - magnitude.log10().floor() as i32;
    format!("{value:.*}", digits.clamp(0, 7) as usize)
}

#[cfg(test)]
mod tests {
    use super::significant;

    #[test]
    fn numbers_keep_four_significant_digits() {
        let shown: Vec<String> = [0.0, 1.0, -0.25, 12.3456, 98765.4, 1e-9, 3e12].map(significant).into();
        assert_eq!(shown, ["0", "1.000", "-0.2500", "12.35", "98765", "1.000e-9", "3.000e12"]);
    }
}
