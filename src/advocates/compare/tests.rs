//! Small rankings in which it is known who moved and why.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float64Type, Int64Type, UInt64Type};

use super::*;

/// A ranking with one feature: id, score (its contribution is the same), evidence, plain count.
fn ranking(rows: &[(&str, f64, f64, u64)]) -> Table {
    let floats = |of: fn(&(&str, f64, f64, u64)) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(rows.iter().map(of)))
    };
    Table::new([
        ("rank", Arc::new(UInt64Array::from_iter_values(1..=rows.len() as u64)) as ArrayRef),
        ("id", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0)))),
        ("score", floats(|row| row.1)),
        ("contribution_reach", floats(|row| row.1)),
        ("evidence_reach", floats(|row| row.2)),
        ("baseline_shares", Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.3)))),
    ])
}

/// The same with another column.
fn with(table: &Table, name: &str, column: ArrayRef) -> Table {
    let schema = table.batch().schema();
    let columns =
        schema.fields().iter().map(|field| field.name().clone()).zip(table.batch().columns().to_vec());
    let table_metadata = schema.metadata.clone();
    let table = Table::new(columns.chain([(name.to_owned(), column)]));
    table_metadata.iter().fold(table, |table, (key, value)| table.with_metadata(key, value))
}

fn texts(table: &Table, column: &str) -> Vec<Option<String>> {
    table.column(column).unwrap().as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
}

/// Who moved, and why.
fn causes(old: &Table, new: &Table) -> Vec<(String, String)> {
    let moves = compare(old, new, &Compare::default()).unwrap().moves;
    let cause = texts(&moves, "cause").into_iter().map(|cause| cause.unwrap_or_else(|| "-".to_owned()));
    texts(&moves, "id").into_iter().flatten().zip(cause).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(id, cause)| (id.to_string(), cause.to_string())).collect()
}

#[test]
fn a_move_is_told_by_the_evidence() {
    let old = ranking(&[
        ("ann", 5.0, 50.0, 9),
        ("bob", 4.0, 40.0, 9),
        ("cleo", 3.0, 30.0, 9),
        ("dan", 2.0, 20.0, 9),
        ("eve", 1.0, 10.0, 9),
        ("stay", 0.0, 1.0, 9),
        ("gone", -1.0, 0.0, 9),
    ]);
    let new = ranking(&[
        ("dan", 6.0, 60.0, 12),
        ("ann", 5.0, 50.0, 9),
        ("eve", 1.0, 10.0, 9),
        ("bob", 0.7, 7.0, 9),
        ("cleo", 0.6, 6.0, 3),
        ("stay", 0.0, 1.0, 9),
        ("new", -2.0, 0.0, 1),
    ]);
    let expected = [
        ("dan", "new ties"),
        ("ann", "others rose"),
        ("bob", "decay"),
        ("eve", "others fell"),
        ("cleo", "fewer ties"),
        ("new", "new"),
        ("gone", "gone"),
    ];
    assert_eq!(causes(&old, &new), pairs(&expected));

    let comparison = compare(&old, &new, &Compare { top: 3, ..Compare::default() }).unwrap();
    let moves = &comparison.moves;
    let numbers =
        |column: &str| moves.column(column).unwrap().as_primitive::<UInt64Type>().iter().collect::<Vec<_>>();
    assert_eq!(numbers("rank_old")[..3], [Some(4), Some(1), Some(2)]);
    assert_eq!(numbers("rank_new")[4..], [Some(5), Some(7), None]);
    let moved = moves.column("moved").unwrap().as_primitive::<Int64Type>();
    assert_eq!(moved.iter().collect::<Vec<_>>()[..4], [Some(3), Some(-1), Some(-2), Some(2)]);
    let change = moves.column("change_reach").unwrap().as_primitive::<Float64Type>();
    assert_eq!((change.value(0), change.is_null(5)), (4.0, true));
    assert_eq!(texts(moves, "largest_change")[..2], [Some("reach".to_owned()), None], "{moves:?}");
    assert_eq!(comparison.entrants.as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["dan", "eve"]);
    assert_eq!(comparison.leavers.as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["bob", "cleo"]);
    assert!(comparison.notes[1].starts_with("7 people moved (1 decay, "), "{:?}", comparison.notes);
    assert_eq!(comparison.notes[2], "2 entered the top 3, 2 left it");
    assert_eq!(moves.metadata("laud.spearman"), Some(comparison.spearman.to_string()));
}

#[test]
fn a_ranking_is_itself() {
    let ranking = ranking(&[("ann", 2.0, 2.0, 1), ("bob", 1.0, 1.0, 1), ("cleo", 0.0, 0.0, 1)]);
    let comparison = compare(&ranking, &ranking, &Compare::default()).unwrap();
    let agreement = (comparison.rank_biased_overlap, comparison.kendall_tau_b, comparison.spearman);
    assert_eq!(agreement, (1.0, 1.0, 1.0));
    assert_eq!((comparison.moves.num_rows(), comparison.notes[1].as_str()), (0, "nobody moved"));
}

#[test]
fn what_may_be_chance_is_no_cause() {
    let old = ranking(&[("ann", 2.0, 2.0, 1), ("bob", 1.0, 1.0, 1)]);
    let new = ranking(&[("bob", 3.0, 3.0, 2), ("ann", 2.0, 2.0, 1)]);
    let between = |table: &Table, low: [u64; 2], high: [u64; 2]| {
        let table = with(table, "rank_low", Arc::new(UInt64Array::from(low.to_vec())));
        with(&table, "rank_high", Arc::new(UInt64Array::from(high.to_vec())))
    };
    let unsure = between(&old, [1, 1], [2, 2]);
    assert_eq!(
        causes(&unsure, &between(&new, [1, 1], [2, 2])),
        pairs(&[("bob", "within uncertainty"), ("ann", "within uncertainty")])
    );
    let sure = between(&old, [1, 2], [1, 2]);
    assert_eq!(
        causes(&sure, &between(&new, [1, 2], [1, 2])),
        pairs(&[("bob", "new ties"), ("ann", "others rose")])
    );
}

#[test]
fn the_order_within_a_tie_group_is_no_move() {
    let groups = |table: &Table, groups: [u64; 3]| {
        with(table, "tie_group", Arc::new(UInt64Array::from(groups.to_vec())))
    };
    let old =
        groups(&ranking(&[("ann", 2.0, 2.0, 1), ("bob", 1.0, 1.0, 1), ("cleo", 1.0, 1.0, 1)]), [1, 2, 2]);
    let new =
        groups(&ranking(&[("ann", 2.0, 2.0, 1), ("cleo", 1.0, 1.0, 1), ("bob", 1.0, 1.0, 1)]), [1, 2, 2]);
    let comparison = compare(&old, &new, &Compare::default()).unwrap();
    assert_eq!((comparison.moves.num_rows(), comparison.rank_biased_overlap), (0, 1.0));
    // Somebody must have the last invitation: who enters and leaves the top is told.
    let comparison = compare(&old, &new, &Compare { top: 2, ..Compare::default() }).unwrap();
    assert_eq!(comparison.moves.num_rows(), 2);
    let cause = Some("within uncertainty".to_owned());
    assert_eq!(texts(&comparison.moves, "cause"), [cause.clone(), cause]);
}

#[test]
fn tables_of_other_making_do_where_they_have_ids_ranks_and_scores() {
    let plain = |ids: [i32; 3]| {
        Table::new([
            ("id", Arc::new(arrow::array::Int32Array::from(ids.to_vec())) as ArrayRef),
            ("rank", Arc::new(arrow::array::UInt8Array::from(vec![1, 2, 3]))),
            ("score", Arc::new(Int64Array::from(vec![9, 5, 1]))),
        ])
    };
    let comparison = compare(&plain([7, 8, 9]), &plain([8, 7, 10]), &Compare::default()).unwrap();
    let ids = comparison.moves.column("id").unwrap().as_primitive::<Int64Type>();
    assert_eq!(ids.values(), &[8, 7, 10, 9]);
    assert_eq!(texts(&comparison.moves, "cause")[..2], [None, None], "there is no evidence to tell by");
    assert_eq!(texts(&comparison.moves, "cause")[2..], [Some("new".to_owned()), Some("gone".to_owned())]);
}

#[test]
fn what_is_no_ranking_is_refused_with_what_is_missing() {
    let good = ranking(&[("ann", 2.0, 2.0, 1), ("bob", 1.0, 1.0, 1)]);
    let refused = |old: &Table, new: &Table, words: &str| {
        let error = compare(old, new, &Compare::default()).map(|found| found.notes).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    let integers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let of = |columns: [(&'static str, ArrayRef); 3]| Table::new(columns);
    let numbered = of([("id", integers.clone()), ("rank", integers.clone()), ("score", integers.clone())]);
    refused(&numbered, &good, "ids are integers in the old ranking and texts in the new one");
    refused(&good, &numbered, "ids are texts in the old ranking and integers in the new one");
    let scoreless = Table::new([("id", integers.clone()), ("rank", integers.clone())]);
    refused(&numbered, &scoreless, "the new ranking has no column `score`, it has id, rank; a ranking has");
    let twice: ArrayRef = Arc::new(Int64Array::from(vec![4, 4]));
    refused(
        &of([("id", twice), ("rank", integers.clone()), ("score", integers.clone())]),
        &numbered,
        "id 4 stands twice in the old ranking",
    );
    let halves: ArrayRef = Arc::new(Float64Array::from(vec![0.5, 1.5]));
    refused(
        &numbered,
        &of([("id", integers.clone()), ("rank", halves.clone()), ("score", integers.clone())]),
        "column `rank` of the new ranking must hold whole numbers from 1 and no nulls, it holds Float64",
    );
    refused(
        &of([("id", halves), ("rank", integers.clone()), ("score", integers)]),
        &numbered,
        "column `id` of the old ranking must hold strings or integers and no nulls, it holds Float64",
    );
    let error = compare(&good, &good, &Compare { top: 0, p: 0.9 }).map(|_| ()).unwrap_err().to_string();
    assert_eq!(error, "top must be at least 1, got 0");
    let error = compare(&good, &good, &Compare { top: 1, p: 1.0 }).map(|_| ()).unwrap_err().to_string();
    assert_eq!(error, "p must be in (0, 1), got 1");
}

#[test]
fn rankings_that_were_not_made_alike_are_told_apart() {
    let made =
        |parameters: &str| ranking(&[("ann", 2.0, 2.0, 1)]).with_metadata("laud.parameters", parameters);
    let old = made(r#"{"objective": "awareness", "advocates": {"limit": 1, "brand": "acme"}}"#);
    let new = made(r#"{"objective": "acquisition", "advocates": {"limit": null, "brand": "acme"}}"#);
    let notes = compare(&old, &new, &Compare::default()).unwrap().notes;
    assert_eq!(
        notes[3..],
        [
            "the old ranking holds only its first 1 people: who is new may stand below them there",
            "the rankings were made with different objective: people may have moved for that alone",
        ]
    );
}
