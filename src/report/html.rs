//! Tables in a notebook.

use minijinja::{Environment, context};

use crate::report::{Readable, count};
use crate::table::Table;

const TEMPLATE: &str = r#"<div class="laud">
{%- if title %}<p><strong>{{ title }}</strong></p>{% endif %}
<table>
<thead><tr>{% for column in columns %}<th style="text-align:{{ column.align }}">{{ column.name }}</th>{% endfor %}</tr></thead>
<tbody>
{%- for row in rows %}
<tr>{% for cell in row %}<td style="text-align:{{ cell.align }}">{{ cell.text }}</td>{% endfor %}</tr>
{%- endfor %}
</tbody>
</table>
{%- if hidden %}<p>{{ hidden }} more rows</p>{% endif %}
{%- for note in notes %}<p>{{ note }}</p>{% endfor %}
</div>"#;

/// The first `rows` rows as an HTML fragment; every text is escaped.
pub fn html(table: &Table, title: &str, rows: usize, notes: &[String]) -> String {
    let shown = table.head(rows);
    let schema = shown.batch().schema();
    let readable: Vec<Readable<'_>> = shown.batch().columns().iter().map(Readable::of).collect();
    let align = |column: &Readable<'_>| if column.is_numeric() { "right" } else { "left" };
    let columns: Vec<_> = schema
        .fields()
        .iter()
        .zip(&readable)
        .map(|(field, column)| context! { name => field.name(), align => align(column) })
        .collect();
    let rows: Vec<Vec<_>> = (0..shown.num_rows())
        .map(|row| {
            readable
                .iter()
                .map(|column| context! { text => column.cell(row), align => align(column) })
                .collect()
        })
        .collect();
    let hidden = table.num_rows() - shown.num_rows();
    let hidden = (hidden > 0).then(|| count(hidden as u64));
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    environment
        .render_str(TEMPLATE, context! { title, columns, rows, hidden, notes })
        .expect("the template fits its context")
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, StringArray};
    use std::sync::Arc;

    #[test]
    fn ids_cannot_smuggle_markup() {
        let table =
            Table::new([("id", Arc::new(StringArray::from(vec!["<script>x</script>", "b"])) as ArrayRef)]);
        let page = html(&table, "Scores", 1, &["note".to_owned()]);
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"), "{page}");
        assert!(page.contains("1 more rows") && page.contains("note"), "{page}");
    }
}
