//! Input never panics, whatever its bytes.

use std::fs;
use std::sync::Arc;

use laud::Error;
use laud::events::{Columns, Events};
use laud::progress::{Observer, observed};
use laud::table::Table;
use proptest::prelude::*;

use crate::crate_path;
use crate::formats::log;

fn survive(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    fs::write(&path, bytes).unwrap();
    let header = Some(["actor", "target", "time", "kind"].map(String::from).to_vec());
    for columns in [Columns::default(), Columns { header, ..Columns::default() }] {
        if let Ok(events) = Events::read(&path, &columns) {
            assert!(events.rows.is_sorted_by_key(|row| row.key()));
            let accepted = events.receipt.count("events accepted");
            assert_eq!(accepted, events.rows.len() as u64);
        }
    }
}

/// Somebody who has seen enough.
struct Stop;

impl Observer for Stop {
    fn progress(&self, _: &'static str, _: u64, _: u64) {}

    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn reading_stops_when_it_is_asked_to() {
    let path = crate_path("data/mangled/future.csv");
    let stopped = observed(Arc::new(Stop), || Events::read(&path, &Columns::default()));
    assert!(matches!(stopped, Err(Error::Cancelled)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survive(&bytes);
    }

    #[test]
    fn any_cells_of_csv_are_survived(rows in prop::collection::vec("[a-c0-9\",;.:TZ\\- \n\u{e9}]{0,40}", 0..20)) {
        survive(format!("actor,target,time,weight,sentiment,event_id,parent\n{}\n", rows.join("\n")).as_bytes());
    }

    #[test]
    fn any_lines_of_json_are_survived(rows in prop::collection::vec("[a-c0-9\"{}:,\\[\\]\\\\u. e-]{0,40}", 0..20)) {
        let good = r#"{"actor": "a", "target": 1, "time": 1709251200, "parent": null}"#;
        survive(format!("{good}\n{}\n", rows.join("\n")).as_bytes());
    }

    #[test]
    fn any_damage_to_arrow_and_parquet_is_survived(
        ending in prop::sample::select(vec!["parquet", "arrow"]),
        damage in prop::collection::vec((0.0..1.0_f64, any::<u8>()), 1..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("log.{ending}"));
        Table::from(log()).write(&path).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        for (at, byte) in damage {
            let at = (at * bytes.len() as f64) as usize;
            bytes[at] = byte;
        }
        survive(&bytes);
    }

    #[test]
    fn any_damage_to_a_file_is_survived(file in 0..3_usize, at in 0.0..1.0_f64, byte in any::<u8>(), cut in any::<bool>()) {
        let name = ["wrong_type.parquet", "long_field.csv.gz", "future.csv"][file];
        let mut bytes = fs::read(crate_path("data/mangled").join(name)).unwrap();
        let at = (at * bytes.len() as f64) as usize;
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        survive(&bytes);
    }
}
