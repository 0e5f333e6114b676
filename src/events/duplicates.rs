//! One event per (channel, event id), and which event answers which.

use rayon::prelude::*;

use super::order::Wide;
use super::{Event, NONE, Receipt};
use crate::error::{Error, Result};

/// What is known of events beside themselves, by position.
#[derive(Debug, Default)]
pub(super) struct Thread {
    pub(super) parents: Option<Vec<u32>>,
    pub(super) item_of: Option<Vec<u32>>,
    pub(super) values: Option<Vec<f64>>,
}

/// An event that has an id: the id, its channel, its position.
type Named = (u32, u16, u32);

/// Keeps the first row of each (channel, event id) in canonical order and finds parents by their ids.
pub(super) fn settle(mut rows: Vec<Wide>, receipt: &mut Receipt) -> Result<(Vec<Event>, Thread)> {
    if rows.len() >= NONE as usize {
        return Err(Error::Schema("the log holds more than 4 billion events; read it in parts".into()));
    }
    let (duplicates, conflicts) = drop_duplicates(&mut rows);
    receipt.add("duplicate events", duplicates);
    receipt.add("conflicting duplicates", conflicts);
    let thread = Thread {
        parents: rows.iter().any(|row| row.extra.parent != NONE).then(|| parents(&rows, receipt)),
        item_of: column(&rows, |row| row.extra.item, |item| *item != NONE),
        values: column(&rows, |row| row.extra.value, |value| !value.is_nan()),
    };
    Ok((rows.into_iter().map(|row| row.event).collect(), thread))
}

/// A column of its own, if any row has something there.
fn column<T: Send>(rows: &[Wide], of: fn(&Wide) -> T, is_there: fn(&T) -> bool) -> Option<Vec<T>> {
    rows.iter().any(|row| is_there(&of(row))).then(|| rows.par_iter().map(of).collect())
}

/// The events that have ids, by id, channel, position.
fn named(rows: &[Wide]) -> Vec<Named> {
    let name = |(at, row): (usize, &Wide)| {
        let id = row.extra.event_id;
        (id != NONE).then_some((id, row.event.channel, at as u32))
    };
    let mut named: Vec<Named> = rows.par_iter().enumerate().filter_map(name).collect();
    named.par_sort_unstable();
    named
}

/// Drops all but the first row of an event; answers how many, and how many of them told something else.
fn drop_duplicates(rows: &mut Vec<Wide>) -> (u64, u64) {
    let mut dropped = Vec::new();
    let mut conflicts = 0;
    for same in named(rows).chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|same| same.len() > 1) {
        let kept = rows[same[0].2 as usize];
        for (_, _, at) in &same[1..] {
            conflicts += u64::from(!kept.tells_the_same(&rows[*at as usize]));
            dropped.push(*at);
        }
    }
    dropped.sort_unstable();
    let mut next = dropped.iter().peekable();
    let mut at = 0;
    rows.retain(|_| {
        at += 1;
        next.next_if_eq(&&(at - 1)).is_none()
    });
    (dropped.len() as u64, conflicts)
}

/// The position of each row's parent: in the same channel, else in any other if there is only one.
fn parents(rows: &[Wide], receipt: &mut Receipt) -> Vec<u32> {
    let named = named(rows);
    let find = |row: &Wide| {
        let parent = row.extra.parent;
        let from = named.partition_point(|event| event.0 < parent);
        let same = &named[from..];
        let same = &same[..same.partition_point(|event| event.0 == parent)];
        match same.binary_search_by_key(&row.event.channel, |event| event.1) {
            Ok(at) => same[at].2,
            Err(_) if same.len() == 1 => same[0].2,
            Err(_) => NONE,
        }
    };
    let found: Vec<u32> =
        rows.par_iter().map(|row| if row.extra.parent == NONE { NONE } else { find(row) }).collect();
    let unresolved =
        rows.iter().zip(&found).filter(|(row, found)| row.extra.parent != NONE && **found == NONE);
    receipt.add("unresolved parents", unresolved.count() as u64);
    // Some sources name an event that answers nothing as its own parent.
    found
        .into_iter()
        .enumerate()
        .map(|(at, parent)| if parent as usize == at { NONE } else { parent })
        .collect()
}
