//! Real logs, where they are present.

use std::path::PathBuf;

use laud::events::{Columns, Events};

use crate::{crate_path, mapped};

/// A file of the real data, or a note that it is not there.
fn real(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("LAUD_DATA").map_or_else(|| crate_path("../shared/data"), PathBuf::from);
    let path = folder.join(file);
    if !path.exists() {
        println!("skipped: {} is not there; LAUD_DATA names the folder", path.display());
        return None;
    }
    Some(path)
}

fn named(names: &[&str]) -> Columns {
    Columns { header: Some(names.iter().map(|name| name.to_string()).collect()), ..Columns::default() }
}

#[test]
fn higgs_is_read_whole() {
    let Some(path) = real("higgs/higgs-activity_time.txt.gz") else { return };
    let events = Events::read(path, &named(&["actor", "target", "time", "kind"])).unwrap();
    assert_eq!((events.rows.len(), events.ids.len()), (563_069, 304_691));
    assert_eq!(events.kinds, ["mention", "reply", "share"]);
    assert_eq!(events.receipt.count("self events"), 7_588);
}

#[test]
fn mathoverflow_has_its_kinds_in_the_names_of_its_files() {
    let Some(path) = real("mathoverflow") else { return };
    let kinds = [("a2q", "answer"), ("c2q", "reply"), ("c2a", "reply")];
    let kind_from_name = kinds.map(|(part, kind)| (part.to_owned(), kind.to_owned())).into();
    let columns = Columns { kind_from_name, ..named(&["actor", "target", "time"]) };
    let events = Events::read(path.join("sx-*.txt.gz"), &columns).unwrap();
    assert_eq!((events.rows.len(), events.ids.len()), (506_550, 24_818));
    assert_eq!(events.receipt.count("self events"), 116_109);
    assert_eq!(events.kinds, ["answer", "reply"]);
}

#[test]
fn airlines_have_texts_of_many_lines() {
    let Some(path) = real("airlines/Tweets.csv") else { return };
    let map = [
        ("actor", "name"),
        ("target", "airline"),
        ("time", "tweet_created"),
        ("sentiment", "airline_sentiment"),
    ];
    let events = Events::read(path, &mapped(&map)).unwrap();
    assert_eq!((events.rows.len(), events.receipt.count("rows read")), (14_640, 14_640));
    assert_eq!(events.ids.len(), 7_701 + 6);
    assert!(events.rows.iter().all(|row| !row.sentiment.is_nan()));
}

#[test]
fn ratings_below_zero_are_no_weights() {
    let Some(path) = real("bitcoin-otc/soc-sign-bitcoinotc.csv.gz") else { return };
    let columns = named(&["actor", "target", "weight", "time"]);
    let error = Events::read(&path, &columns).unwrap_err().to_string();
    assert!(error.contains("column `weight` must be a number from 0 to 2^32"), "{error}");
    let events = Events::read(&path, &named(&["actor", "target", "rating", "time"])).unwrap();
    assert_eq!(events.rows.len(), 35_592);
}
