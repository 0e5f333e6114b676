//! The ranking of advocates: planted truth found, promises of certainty kept, attacks and leaks without effect, a backtest that
//! can say no.
#![cfg(feature = "tables")]

mod attack;
mod credit;
mod foretold;
mod integrity;
mod sure;
mod together;
mod town;
mod why;

use std::collections::HashMap;

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use laud::events::{Columns, Events, Input, Source};
use laud::simulate::{Scenario, Simulate, Simulation, simulate};
use laud::table::Table;

/// The simulated town of the scenario.
fn town(scenario: Scenario, seed: u64) -> (Simulate, Simulation) {
    let params = Simulate { scenario, seed, ..Simulate::default() };
    let simulation = simulate(&params).unwrap();
    (params, simulation)
}

/// The moment (microseconds) from which the truth counts.
fn split(params: &Simulate) -> i64 {
    params.start + i64::from(params.split_day()) * 86_400_000_000
}

/// The events of a simulated log with its accounts.
fn events(simulation: &Simulation, log: &Table) -> Events {
    let input = Input {
        log: Source::batches([log.batch().clone()]),
        accounts: Some(Source::batches([simulation.accounts.batch().clone()])),
        links: None,
    };
    Events::load(input, &Columns::default()).unwrap()
}

/// A log as text, read as the command would.
fn read(text: &str) -> Events {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    std::fs::write(&path, text).unwrap();
    Events::read(&path, &Columns::default()).unwrap()
}

/// A column as numbers.
fn numbers(table: &Table, column: &str) -> Vec<f64> {
    let column = table.column(column).unwrap_or_else(|| panic!("no column {column}"));
    cast(column, &DataType::Float64).unwrap().as_primitive::<Float64Type>().values().to_vec()
}

/// A column as texts.
fn texts(table: &Table, column: &str) -> Vec<String> {
    let column = cast(table.column(column).unwrap(), &DataType::Utf8).unwrap();
    let column = column.as_string::<i32>();
    (0..column.len()).map(|row| column.value(row).to_owned()).collect()
}

/// What is true of each person: new customers to be expected of them after the split, and what they were planted as.
fn truth(simulation: &Simulation) -> HashMap<String, (f64, String)> {
    let table = &simulation.truth;
    let latent = table.column("latent").unwrap().as_primitive::<Float64Type>();
    let latent = |row: usize| if latent.is_null(row) { 0.0 } else { latent.value(row) };
    let ids = texts(table, "id").into_iter().zip(texts(table, "role"));
    ids.enumerate().map(|(row, (id, role))| (id, (latent(row), role))).collect()
}
