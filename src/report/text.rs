//! Tables on a terminal.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table as Grid, TableComponent, presets};

use crate::report::Readable;
use crate::table::Table;

/// The first `rows` rows drawn for a terminal `width` columns wide (or as wide as they need).
pub fn text(table: &Table, rows: usize, width: Option<u16>) -> String {
    let shown = table.head(rows);
    let schema = shown.batch().schema();
    let columns: Vec<Readable<'_>> = shown.batch().columns().iter().map(Readable::of).collect();
    let mut grid = Grid::new();
    grid.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    grid.set_style(TableComponent::HeaderLines, '─')
        .set_style(TableComponent::MiddleHeaderIntersections, '─');
    if let Some(width) = width {
        grid.set_width(width);
    }
    grid.set_header(schema.fields().iter().map(|field| field.name()));
    for row in 0..shown.num_rows() {
        grid.add_row(columns.iter().map(|column| {
            let side = if column.is_numeric() { CellAlignment::Right } else { CellAlignment::Left };
            Cell::new(printable(&column.cell(row))).set_alignment(side)
        }));
    }
    let mut drawn = grid.trim_fmt();
    drawn.push('\n');
    let hidden = table.num_rows() - shown.num_rows();
    if hidden > 0 {
        drawn.push_str(&format!("... and {} more rows\n", count(hidden as u64)));
    }
    drawn
}

/// Control characters in ids could rewrite the reader's screen: they are shown, not sent.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A count with thousands apart: 563,069.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, StringArray, UInt64Array};
    use std::sync::Arc;

    #[test]
    fn a_table_says_how_much_it_hides_and_sends_no_control_characters() {
        let table = Table::new([
            ("id", Arc::new(StringArray::from(vec!["\u{1b}[2Jevil", "b"])) as ArrayRef),
            ("n", Arc::new(UInt64Array::from(vec![1, 2]))),
        ]);
        let drawn = text(&table, 1, Some(40));
        assert!(drawn.contains("\u{fffd}[2Jevil") && !drawn.contains('\u{1b}'), "{drawn}");
        assert!(drawn.ends_with("... and 1 more rows\n"), "{drawn}");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(12), "12");
    }
}
