//! Every format and compression, every order of rows, every number of threads: the same events.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray, UInt32Array,
};
use arrow::compute::take_record_batch;
use arrow::datatypes::DataType;
use arrow::ipc::writer::StreamWriter;
use laud::events::{Columns, Events, Ids};
use laud::table::Table;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::{all_of, mapped, read_with};

const ROWS: i64 = 3000;

/// A log with every column of the contract, some duplicates, self events, missing values and threads.
pub(crate) fn log() -> RecordBatch {
    let rows = || 0..ROWS;
    let text = |of: fn(i64) -> String| Arc::new(StringArray::from_iter_values(rows().map(of))) as ArrayRef;
    let kinds = ["RT", "reply", "like", "referral", "dance"];
    let columns: [(&str, ArrayRef); 11] = [
        (
            "time",
            Arc::new(TimestampMillisecondArray::from_iter_values(
                rows().map(|row| 1_709_294_400_000 + row * 977),
            )),
        ),
        ("actor", text(|row| format!("user-{}", row % 97))),
        ("target", text(|row| format!("user-{}", (row * 31) % 89))),
        ("kind", Arc::new(StringArray::from_iter_values(rows().map(|row| kinds[row as usize % 5])))),
        ("channel", text(|row| ["shop", "forum"][row as usize % 2].to_owned())),
        (
            "weight",
            Arc::new(rows().map(|row| (row % 7 > 0).then_some(row as f64 / 4.0)).collect::<Float64Array>()),
        ),
        (
            "sentiment",
            Arc::new(
                rows()
                    .map(|row| (row % 3 > 0).then_some((row % 5) as f64 / 4.0 - 0.5))
                    .collect::<Float64Array>(),
            ),
        ),
        ("event_id", text(|row| format!("e{}", row % 2900))),
        ("parent", text(|row| format!("e{}", (row * 17) % 3100))),
        ("item", Arc::new(rows().map(|row| (row % 2 > 0).then_some(row % 13)).collect::<Int64Array>())),
        (
            "value",
            Arc::new(rows().map(|row| (row % 11 == 0).then_some(row as f64)).collect::<Float64Array>()),
        ),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn packed(path: &Path, compression: &str) {
    let plain = fs::read(path).unwrap();
    match compression {
        "gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(File::create(path).unwrap(), Default::default());
            encoder.write_all(&plain).unwrap();
            encoder.finish().unwrap();
        }
        "zstd" => fs::write(path, zstd::encode_all(&plain[..], 1).unwrap()).unwrap(),
        _ => {}
    }
}

#[test]
fn every_format_and_compression_gives_the_same_events() {
    let batch = log();
    let expected = Events::from_batches([batch.clone()], &Columns::default()).unwrap();
    assert_eq!(expected.receipt.count("duplicate events"), 100);
    assert_eq!(expected.receipt.count("conflicting duplicates"), 100);
    assert!(expected.receipt.count("self events") > 0 && expected.receipt.count("unresolved parents") > 0);
    let folder = tempfile::tempdir().unwrap();
    for ending in ["parquet", "csv", "ndjson", "arrow", "stream"] {
        for compression in ["plain", "gzip", "zstd"] {
            // The name does not tell the format: the content does.
            let made = folder.path().join(format!("log.{ending}"));
            match ending {
                "stream" => {
                    let mut writer =
                        StreamWriter::try_new(File::create(&made).unwrap(), &batch.schema()).unwrap();
                    writer.write(&batch).unwrap();
                    writer.finish().unwrap();
                }
                _ => Table::from(batch.clone()).write(&made).unwrap(),
            }
            let path = folder.path().join("log");
            fs::rename(&made, &path).unwrap();
            packed(&path, compression);
            let events =
                Events::read(&path, &Columns::default()).unwrap_or_else(|error| panic!("{ending}: {error}"));
            assert_eq!(all_of(&events), all_of(&expected), "{ending} {compression}");
        }
    }
}

#[test]
fn separators_and_headers_do_not_matter() {
    let rows = [["alice", "bob", "2024-03-01 12:00:00 +0100", "RT"], ["bob", "carol", "2024-03-01", "like"]];
    let names = ["actor", "target", "time", "kind"];
    let text = |separator: &str, header: bool| {
        let header = header.then(|| names.join(separator)).into_iter();
        header.chain(rows.iter().map(|row| row.join(separator))).map(|line| line + "\n").collect::<String>()
    };
    let expected = all_of(&read_with(&text(",", true), &Columns::default()).unwrap());
    let named = Columns { header: Some(names.map(String::from).to_vec()), ..Columns::default() };
    for separator in [",", "\t", ";", "|"] {
        assert_eq!(
            all_of(&read_with(&text(separator, true), &Columns::default()).unwrap()),
            expected,
            "{separator:?}"
        );
        assert_eq!(all_of(&read_with(&text(separator, false), &named).unwrap()), expected, "{separator:?}");
    }
    let marked = format!("\u{feff}{}", text(",", true)).replace('\n', "\r\n");
    assert_eq!(all_of(&read_with(&marked, &Columns::default()).unwrap()), expected);
    let with_caret = Columns { separator: Some('^'), ..Columns::default() };
    assert_eq!(all_of(&read_with(&text("^", true), &with_caret).unwrap()), expected);
}

#[test]
fn the_order_of_rows_batches_and_files_and_the_threads_do_not_matter() {
    let batch = log();
    let expected = all_of(&Events::from_batches([batch.clone()], &Columns::default()).unwrap());
    for (seed, threads) in [(1, 1), (2, 2), (3, 3), (4, 8)] {
        let mut order: Vec<u32> = (0..ROWS as u32).collect();
        order.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
        let shuffled = take_record_batch(&batch, &UInt32Array::from(order)).unwrap();
        let cut = 700 * seed as usize;
        let parts = [shuffled.slice(0, cut), shuffled.slice(cut, ROWS as usize - cut)];
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        Table::from(parts[0].clone()).write(folder.path().join("b.csv")).unwrap();
        Table::from(parts[1].clone()).write(folder.path().join("a.parquet")).unwrap();
        let frames = pool.install(|| Events::from_batches(parts, &Columns::default())).unwrap();
        assert_eq!(all_of(&frames), expected, "frames, seed {seed}, {threads} threads");
        let files = pool.install(|| Events::read(folder.path(), &Columns::default())).unwrap();
        assert_eq!(all_of(&files), expected, "files, seed {seed}, {threads} threads");
    }
}

#[test]
fn files_are_found_by_glob_and_folder_without_what_stands_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("2024");
    fs::create_dir(&inner).unwrap();
    for name in ["a.csv", "2024/b.csv"] {
        fs::write(folder.path().join(name), "actor,target,time\na,b,2024-03-01\n").unwrap();
    }
    for beside in [".hidden", "_SUCCESS", "a.csv.meta.json"] {
        fs::write(folder.path().join(beside), "nothing to read").unwrap();
    }
    let count = |paths: &[std::path::PathBuf]| {
        Events::read(paths, &Columns::default()).map(|events| events.rows.len())
    };
    assert_eq!(count(&[folder.path().to_owned()]).unwrap(), 2);
    assert_eq!(count(&[folder.path().join("*.csv"), folder.path().join("a.csv")]).unwrap(), 1);
    let error = count(&[folder.path().join("*.parquet")]).unwrap_err().to_string();
    assert!(error.contains("holds no file to read"), "{error}");
}

#[test]
fn ids_come_back_as_they_went_in() {
    let columns = Columns::default();
    let with = |actors: ArrayRef, targets: ArrayRef| {
        let time: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![1_709_294_400_000; actors.len()]));
        let batch =
            RecordBatch::try_from_iter([("actor", actors), ("target", targets), ("time", time)]).unwrap();
        Events::from_batches([batch], &columns).unwrap().ids
    };
    let u32s = || Arc::new(UInt32Array::from(vec![10, 9])) as ArrayRef;
    let texts = || Arc::new(StringArray::from(vec!["9", "10"])) as ArrayRef;
    let i64s = || Arc::new(Int64Array::from(vec![-1, 9])) as ArrayRef;
    let u64s = || Arc::new(arrow::array::UInt64Array::from(vec![u64::MAX, 9])) as ArrayRef;
    assert_eq!(with(u32s(), u32s()), Ids::Integers(vec![9, 10], DataType::UInt32));
    assert_eq!(with(u32s(), i64s()), Ids::Integers(vec![-1, 9, 10], DataType::Int64));
    assert_eq!(with(texts(), texts()), Ids::Strings(vec!["10", "9"].into()), "typed text stays text");
    assert_eq!(with(u32s(), texts()), Ids::Strings(vec!["10", "9"].into()));
    assert_eq!(with(u64s(), u64s()), Ids::Strings(vec!["18446744073709551615", "9"].into()));
    let csv = |ids: [&str; 2]| {
        read_with(&format!("actor,target,time\n{},{},2024-03-01\n", ids[0], ids[1]), &columns).unwrap().ids
    };
    assert_eq!(csv(["10", "9"]), Ids::Integers(vec![9, 10], DataType::Int64));
    assert_eq!(csv(["10", "09"]), Ids::Strings(vec!["09", "10"].into()), "a leading zero would be lost");
    assert_eq!(csv(["10", "-0"]), Ids::Strings(vec!["-0", "10"].into()));
}

#[test]
fn columns_are_mapped_ignored_and_constant() {
    let text = "who,Time,sentiment,note\nalice,2024-03-01,great,x\n";
    let events =
        read_with(text, &mapped(&[("actor", "who"), ("target", "=Acme"), ("sentiment", "")])).unwrap();
    assert_eq!(crate::told(&events), ["alice interaction Acme"]);
    let facts = &events.receipt.facts;
    assert_eq!((facts["column actor"].as_str(), facts["column target"].as_str()), ("who", "=Acme"));
    assert_eq!(
        (facts["column time"].as_str(), facts["columns not used"].as_str()),
        ("Time", "note, sentiment")
    );
}
