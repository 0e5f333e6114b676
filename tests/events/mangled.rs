//! One broken log for each way a log breaks, and what is said of it.

use laud::events::{Columns, Events};

use crate::crate_path;

fn read(file: &str) -> laud::Result<Events> {
    Events::read(crate_path("data/mangled").join(file), &Columns::default())
}

#[test]
fn structural_damage_is_named_and_says_what_to_do() {
    let cases: [(&str, &[&str]); 15] = [
        ("wrong_column.csv", &["no column `actor`", "the nearest is `acter`", "`--column actor=acter`"]),
        ("no_header.csv", &["no column `time`", "`--header actor,target,time,kind`"]),
        ("duplicate_column.csv", &["column `actor` is there twice"]),
        (
            "wrong_type.csv",
            &["wrong_type.csv:2: column `time` must be a time", "\"yesterday\"", "all 2 rows are bad"],
        ),
        ("wrong_type.parquet", &["`time`", "it holds Boolean", "`--column time=NAME`"]),
        ("utf16.csv", &["save it as UTF-8"]),
        ("empty.csv", &["the file is empty"]),
        ("header_only.csv", &["the log has columns but no rows"]),
        ("kind_is_an_id.csv", &["column `kind` holds more than 255 different values", "is it the kind?"]),
        ("mixed_units.csv", &["mixes units: 1709294400 (s), 1709294400000 (ms)", "--time-unit"]),
        ("ambiguous_unit.csv", &["integers such as 17", "--time-unit"]),
        ("array.json", &["one object a line"]),
        ("truncated.csv.gz", &["ends in the middle of its compressed data"]),
        ("truncated.parquet", &["truncated.parquet: the Parquet data is incomplete or damaged"]),
        ("no_such_file.csv", &["no_such_file.csv: No such file"]),
    ];
    for (file, parts) in cases {
        let error = read(file).map(|events| events.receipt).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{file}: {error}");
        }
    }
}

#[test]
fn bad_rows_are_counted_with_the_place_where_they_stand() {
    // File, good rows, reason, count, line of the first.
    let cases: [(&str, usize, &str, u64, u64); 14] = [
        ("bad_utf8.csv", 2, "bad actor", 1, 4),
        ("ragged.csv", 2, "ragged rows", 2, 4),
        ("open_quote.csv", 2, "ragged rows", 3, 4),
        ("null_ids.csv", 2, "bad actor", 1, 4),
        ("null_ids.csv", 2, "bad target", 1, 5),
        ("long_field.csv.gz", 2, "bad actor", 1, 4),
        ("quotes.csv", 2, "bad time", 1, 5),
        ("weights.csv", 3, "bad weight", 6, 4),
        ("sentiment.csv", 5, "bad sentiment", 3, 7),
        ("year_1970.csv", 1, "bad time", 2, 3),
        ("year_292277.csv", 2, "bad time", 2, 4),
        ("lines.ndjson", 1, "bad JSON", 2, 2),
        ("lines.ndjson", 1, "bad target", 1, 5),
        ("future.csv", 1201, "rows read", 1201, 0),
    ];
    for (file, good, reason, count, line) in cases {
        let events = read(file).unwrap();
        assert_eq!(events.rows.len(), good, "{file}: {:#?}", events.receipt);
        assert_eq!(events.receipt.count(reason), count, "{file}: {:#?}", events.receipt);
        let example = events.receipt.entries[reason].examples.first().map_or(0, |example| example.line);
        assert_eq!(example, line, "{file}: {reason}");
    }
}

#[test]
fn an_unknown_kind_is_kept_and_named() {
    let events = read("unknown_kind.csv").unwrap();
    assert_eq!(events.kinds, ["dance", "reply", "share"]);
    assert_eq!((events.rows.len(), events.receipt.count("unknown kinds")), (3, 1));
    assert_eq!(events.receipt.facts["unknown kinds"], "dance");
}

#[test]
fn sentiment_says_exactly_what_it_accepts() {
    let columns = Columns { max_bad_rows: Some("0".parse().unwrap()), ..Columns::default() };
    let error = Events::read(crate_path("data/mangled/sentiment.csv"), &columns).unwrap_err().to_string();
    assert!(
        error.contains("sentiment.csv:7: column `sentiment` must be a number in [-1, 1] or one of"),
        "{error}"
    );
    assert!(error.contains("got \"1.5\"; 3 of 8 rows are bad, the limit is 0"), "{error}");
}

#[test]
fn every_broken_log_is_described() {
    let readme = std::fs::read_to_string(crate_path("data/mangled/README.md")).unwrap();
    for entry in std::fs::read_dir(crate_path("data/mangled")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "README.md" || readme.contains(&format!("`{name}`")), "{name} is not in the README");
    }
}
