//! Networks as tables and folders.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::{DataType, UInt64Type};
use laud::events::{Accounts, Events, Ids, NONE, Role};
use laud::graph::{Convergence, Scores};
use laud::network::{Layer, Network, Ties};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::logs::{DAY, bits, events, events_and_more, network, random_log, row};

/// A log with all that a log can have.
fn rich() -> Events {
    let mut log = events_and_more(&random_log(21, 500), &["zz"]);
    let n = log.ids.len();
    let mut roles = vec![None; n];
    (roles[0], roles[n - 1]) = (Some(Role::Brand), Some(Role::Customer));
    let declared: Vec<bool> = (0..n).map(|id| id % 2 == 0 || id == n - 1).collect();
    let verified = (0..n).map(|id| id == 2).collect();
    let first: ArrayRef =
        Arc::new(StringArray::from_iter((0..n).map(|id| declared[id].then(|| format!("n{id}")))));
    let followers: ArrayRef = Arc::new(UInt32Array::from_iter((0..n as u32).map(Some)));
    let attributes =
        RecordBatch::try_from_iter_with_nullable([("first", first, true), ("followers", followers, true)]);
    log.accounts = Accounts { roles, declared, verified, attributes: Some(attributes.unwrap()) };
    let rows = log.rows.len() as u32;
    log.parents = Some((0..rows).map(|row| if row % 3 == 0 { NONE } else { row / 2 }).collect());
    log.items = Ids::Integers(vec![-4, 9, 12], DataType::Int32);
    log.item_of = Some((0..rows).map(|row| [0, 1, 2, NONE][row as usize % 4]).collect());
    log.values = Some((0..rows).map(|row| if row % 2 == 0 { f64::NAN } else { f64::from(row) }).collect());
    log.rows[5].sentiment = -0.5;
    log
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_saved_network_loads_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let ties =
        Ties { cap: Some(3.0), as_of: Some(19_030 * DAY), exclude: vec!["p07".into()], ..Ties::default() };
    let saved = Network::build(rich(), &ties).unwrap();
    saved.save(folder.path()).unwrap();
    let loaded = Network::load(folder.path()).unwrap();
    assert_eq!(bits(&loaded), bits(&saved));
    assert_eq!((&loaded.ids, &loaded.roles, &loaded.reasons), (&saved.ids, &saved.roles, &saved.reasons));
    assert_eq!((&loaded.kinds, &loaded.channels), (&saved.kinds, &saved.channels));
    assert_eq!(
        (loaded.as_of, &loaded.input, &loaded.parameters),
        (saved.as_of, &saved.input, &saved.parameters)
    );
    assert_eq!(loaded.receipt, saved.receipt);
    assert_eq!((loaded.parents(), loaded.items()), (saved.parents(), saved.items()));
    assert_eq!((loaded.nodes(), loaded.arcs()), (saved.nodes(), saved.arcs()));
    assert_eq!(loaded.accounts.attributes, saved.accounts.attributes);

    let again = tempfile::tempdir().unwrap();
    loaded.save(again.path()).unwrap();
    assert_eq!(files(again.path()), files(folder.path()));
}

#[test]
fn integer_ids_come_back_with_their_type() {
    let mut log = events(&[row(0.0, "1", "share", "2"), row(1.0, "2", "share", "3")]);
    log.ids = Ids::Integers(vec![7, 10, 1 << 33], DataType::UInt64);
    let folder = tempfile::tempdir().unwrap();
    Network::build(log, &Ties::default()).unwrap().save(folder.path()).unwrap();
    let network = Network::load(folder.path()).unwrap();
    let nodes = network.nodes();
    assert_eq!(nodes.column("id").unwrap().as_primitive::<UInt64Type>().values(), &[7, 10, 1 << 33]);
    assert_eq!(network.arcs().column("target").unwrap().data_type(), &DataType::UInt64);
}

#[test]
fn rows_in_any_order_and_any_number_of_threads_write_the_same_files() {
    let mut rows = random_log(22, 20_000);
    let mut random = Xoshiro256PlusPlus::seed_from_u64(2);
    let mut expected = None;
    for threads in [1, 2, 3, 8] {
        rows.shuffle(&mut random);
        let folder = tempfile::tempdir().unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| network(&rows, &Ties::default()).save(folder.path()).unwrap());
        let written = files(folder.path());
        let names: Vec<_> = written.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["edges.parquet", "events.parquet", "network.json", "nodes.parquet"]);
        assert!(*expected.get_or_insert_with(|| written.clone()) == written, "{threads} threads");
    }
}

#[test]
fn a_folder_that_is_not_whole_does_not_load() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |words: &str| {
        let error = Network::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    refused("there is no network.json");
    let [old, new] = [31, 32].map(|seed| network(&random_log(seed, 300), &Ties::default()));
    new.save(folder.path()).unwrap();
    let events = fs::read(folder.path().join("events.parquet")).unwrap();
    old.save(folder.path()).unwrap();
    assert_eq!(Network::load(folder.path()).unwrap().input, old.input, "a network may replace another");
    fs::write(folder.path().join("events.parquet"), &events).unwrap();
    refused("do not belong together");
    fs::write(folder.path().join("events.parquet"), &events[..events.len() / 2]).unwrap();
    refused("damaged");
    fs::write(folder.path().join("network.json"), "{\"format\": 99, \"laud\": \"9.9\"}").unwrap();
    refused("laud 9.9 wrote format 99, this one reads 1");
    fs::write(folder.path().join("network.json"), "{").unwrap();
    refused("damaged");
}

#[test]
fn nodes_tell_when_and_how_often() {
    let rows = [row(1.0, "a", "share", "b"), row(5.0, "b", "share", "b"), row(3.0, "b", "like", "a")];
    let network = network(&rows, &Ties::default());
    let nodes = network.nodes();
    let names: Vec<_> = nodes.batch().schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["id", "role", "reasons", "first", "last", "events_out", "events_in", "self_events"]);
    let counts = |name| nodes.column(name).unwrap().as_primitive::<UInt64Type>().values().to_vec();
    assert_eq!((counts("events_out"), counts("events_in")), (vec![1, 1], vec![1, 1]));
    assert_eq!(counts("self_events"), [0, 1]);
    let mut text = Vec::new();
    network.arcs().write_to(&mut text, laud::table::Format::Csv).unwrap();
    assert_eq!(
        String::from_utf8(text).unwrap().lines().next().unwrap(),
        "source,target,layer,weight,events,first,last,weight_like,weight_share,events_like,events_share"
    );
    assert_eq!(network.nodes().metadata("laud.input"), Some(network.input.clone()));
    let network = network.without_events();
    assert_eq!(network.nodes().column("first").unwrap().null_count(), 2);
    assert_eq!(network.arcs().column("last").unwrap().null_count(), 2);
    assert!(
        network.save(tempfile::tempdir().unwrap()).unwrap_err().to_string().contains("without its events")
    );
}

#[test]
fn scores_come_with_ids_and_roles() {
    let rows = [row(1.0, "a", "share", "b"), row(1.0, "b", "share", "acme"), row(1.0, "c", "share", "acme")];
    let network = network(&rows, &Ties { brands: vec!["acme".into()], ..Ties::default() });
    let convergence = Convergence { converged: true, iterations: 3, residual: 0.5 };
    let scores = Scores::float("pagerank", vec![0.5, f64::NAN, 0.25]).with_convergence(convergence);
    let table = network.table(&scores);
    assert_eq!(table.column("id").unwrap().as_string::<i32>(), &StringArray::from(vec!["a", "b", "c"]));
    assert_eq!(table.column("pagerank").unwrap().null_count(), 1, "NaN is no number");
    assert_eq!(table.metadata("laud.iterations.pagerank").as_deref(), Some("3"));
    let both = [Scores::integer("core", vec![1; 4]), Scores::integer("components", vec![0; 4])];
    let table = network.table_of(Layer::Brand, &both);
    assert_eq!((table.num_rows(), table.batch().num_columns()), (4, 4));
}
