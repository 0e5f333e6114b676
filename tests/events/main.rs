//! Logs in, events out: every format, every way a log breaks, the same events whatever the order of rows.
#![cfg(feature = "tables")]

mod formats;
mod hostile;
mod mangled;
mod meaning;
mod real;

use std::collections::BTreeMap;
use std::path::PathBuf;

use laud::events::{Columns, Events};

/// A log as text, read as the command would.
fn read(text: &str) -> laud::Result<Events> {
    read_with(text, &Columns::default())
}

fn read_with(text: &str, columns: &Columns) -> laud::Result<Events> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    std::fs::write(&path, text).unwrap();
    Events::read(&path, columns)
}

/// Columns with some of them mapped.
fn mapped(map: &[(&str, &str)]) -> Columns {
    let map: BTreeMap<String, String> =
        map.iter().map(|(field, name)| (field.to_string(), name.to_string())).collect();
    Columns { map, ..Columns::default() }
}

/// Everything that events hold beside their receipt, for comparison.
fn all_of(events: &Events) -> String {
    let Events { ids, rows, kinds, channels, parents, item_of, items, values, accounts, receipt } = events;
    format!(
        "{ids:?} {rows:?} {kinds:?} {channels:?} {parents:?} {item_of:?} {items:?} {values:?} {accounts:?} {:?}",
        receipt.entries.iter().map(|(reason, entry)| (reason, entry.count)).collect::<Vec<_>>()
    )
}

/// Rows as `actor kind target`.
fn told(events: &Events) -> Vec<String> {
    let id = |node| events.ids.text(node);
    let told = |row: &laud::events::Event| {
        format!("{} {} {}", id(row.actor), events.kinds[row.kind as usize], id(row.target))
    };
    events.rows.iter().map(told).collect()
}

fn crate_path(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
