//! Which events and which ids a network is made of: window, channels, exclusions, `as_of`.

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::events::{Accounts, Event, Events, Ids, NONE};
use crate::network::Ties;
use crate::network::half_life::DAY;
use crate::network::time_text;

/// Why an event is left out, by verdict; 0 keeps it.
const REASONS: [&str; 6] = [
    "",
    "events of excluded ids",
    "events of other channels",
    "events before since",
    "events at or after until",
    "events after as_of",
];
const AFTER_AS_OF: u8 = 5;

/// How far the newest event may lie after nearly all others before somebody has to say what "now" is.
const GAP: i64 = 7 * DAY;

/// Leaves out what `ties` does not speak of, counts it in the receipt, and numbers anew the ids, kinds, channels
/// and items that are left: the result is what reading the remaining rows alone would have given.
///
/// Returns the events and the moment the network speaks of.
pub(super) fn select(mut events: Events, ties: &Ties) -> Result<(Events, i64)> {
    let excluded = excluded_ids(&events, ties);
    let kept_channels = kept_channels(&events, ties)?;
    let verdict = |event: &Event| -> u8 {
        if excluded.as_ref().is_some_and(|out| out[event.actor as usize] || out[event.target as usize]) {
            1
        } else if kept_channels.as_ref().is_some_and(|kept| !kept[event.channel as usize]) {
            2
        } else if ties.since.is_some_and(|since| event.time < since) {
            3
        } else if ties.until.is_some_and(|until| event.time >= until) {
            4
        } else {
            0
        }
    };
    let is_inside = |event: &&Event| verdict(event) == 0;
    let (count, newest) = events
        .rows
        .par_iter()
        .filter(is_inside)
        .fold(|| (0, i64::MIN), |(count, newest), event| (count + 1, event.time.max(newest)))
        .reduce(|| (0, i64::MIN), |a, b| (a.0 + b.0, a.1.max(b.1)));
    let as_of = match ties.as_of {
        Some(as_of) => as_of,
        None if count == 0 => 0,
        None => trusted(newest, count, || events.rows.iter().filter(is_inside).map(|event| event.time))?,
    };
    if excluded.is_none() && count == events.rows.len() && newest <= as_of {
        return Ok((events, as_of));
    }
    let verdicts: Vec<u8> = events
        .rows
        .par_iter()
        .map(|event| match verdict(event) {
            0 if event.time > as_of => AFTER_AS_OF,
            verdict => verdict,
        })
        .collect();
    if let Some(excluded) = &excluded {
        let known = excluded.iter().filter(|&&out| out).count();
        events.receipt.add("excluded ids", known as u64);
    }
    keep_rows(&mut events, &verdicts);
    keep_names(&mut events, excluded.as_deref());
    Ok((events, as_of))
}

/// Leaves out some rows, and the names that only they held.
pub(super) fn drop(mut events: Events, is_out: impl Fn(&Event) -> bool + Sync) -> Events {
    let kept: Vec<bool> = events.rows.par_iter().map(|event| !is_out(event)).collect();
    retain_rows(&mut events, &kept);
    keep_names(&mut events, None);
    events
}

/// By id, whether it takes no part; none where nobody is excluded.
fn excluded_ids(events: &Events, ties: &Ties) -> Option<Vec<bool>> {
    (!ties.exclude.is_empty()).then(|| {
        let mut excluded = vec![false; events.ids.len()];
        for id in ties.exclude.iter().filter_map(|id| events.ids.find(id)) {
            excluded[id as usize] = true;
        }
        excluded
    })
}

/// By channel, whether it is kept; none where all are.
fn kept_channels(events: &Events, ties: &Ties) -> Result<Option<Vec<bool>>> {
    for channel in &ties.channels {
        if !events.channels.contains(channel) {
            let lower = channel.to_lowercase();
            let nearest = events
                .channels
                .iter()
                .map(|known| (strsim::jaro_winkler(&lower, &known.to_lowercase()), known))
                .filter(|(similarity, _)| *similarity > 0.75)
                .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)));
            return Err(Error::UnknownId {
                what: "channel",
                id: channel.clone(),
                nearest: nearest.map(|(_, known)| known.clone()),
            });
        }
    }
    Ok((!ties.channels.is_empty())
        .then(|| events.channels.iter().map(|channel| ties.channels.contains(channel)).collect()))
}

/// The time of the newest of `count` events, unless it is so far from the others that its clock must be doubted.
fn trusted<T: Iterator<Item = i64>>(newest: i64, count: usize, times: impl Fn() -> T) -> Result<i64> {
    // The 99.9 % quantile by nearest rank: the smallest time with 0.999 of the events at or before it.
    let rank = (count * 999).div_ceil(1000);
    let behind = count - rank;
    if times().filter(|time| time.saturating_add(GAP) >= newest).take(behind + 1).count() > behind {
        return Ok(newest);
    }
    let mut times: Vec<i64> = times().collect();
    let (_, quantile, _) = times.select_nth_unstable(rank - 1);
    Err(Error::parameter(
        "as_of",
        format!(
            "given (--as-of on the command line, as_of= in Python): the newest event is of {}, but 99.9 % of the \
             events are of {} or earlier",
            time_text(newest),
            time_text(*quantile)
        ),
        "none",
    ))
}

/// Drops the rows with a verdict and counts them by reason.
fn keep_rows(events: &mut Events, verdicts: &[u8]) {
    let mut counts = [0_u64; REASONS.len()];
    for &verdict in verdicts {
        counts[verdict as usize] += 1;
    }
    if counts[0] == verdicts.len() as u64 {
        return;
    }
    for (reason, count) in REASONS.iter().zip(counts).skip(1) {
        events.receipt.add(reason, count);
    }
    retain_rows(events, &verdicts.iter().map(|&verdict| verdict == 0).collect::<Vec<_>>());
}

/// Drops the rows that are not kept; what answered one of them answers nothing.
fn retain_rows(events: &mut Events, kept: &[bool]) {
    retain(&mut events.rows, kept);
    if let Some(parents) = &mut events.parents {
        let positions = renumbered(kept);
        retain(parents, kept);
        for parent in parents.iter_mut().filter(|parent| **parent != NONE) {
            *parent = positions[*parent as usize];
        }
    }
    if let Some(item_of) = &mut events.item_of {
        retain(item_of, kept);
    }
    if let Some(values) = &mut events.values {
        retain(values, kept);
    }
}

fn retain<T>(values: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    values.retain(|_| kept.next() == Some(&true));
}

/// The new number of each name that is kept, [`NONE`] for the others.
fn renumbered(kept: &[bool]) -> Vec<u32> {
    let mut next = 0;
    kept.iter()
        .map(|&kept| {
            let number = if kept { next } else { NONE };
            next += u32::from(kept);
            number
        })
        .collect()
}

/// The positions that are kept.
fn positions(kept: &[bool]) -> Vec<u32> {
    (0..kept.len() as u32).filter(|&at| kept[at as usize]).collect()
}

/// Drops ids, kinds, channels and items that no remaining row names, and numbers the others anew.
fn keep_names(events: &mut Events, excluded: Option<&[bool]>) {
    let mut ids = events.accounts.declared.clone();
    ids.resize(events.ids.len(), false);
    if let Some(excluded) = excluded {
        ids.iter_mut().zip(excluded).for_each(|(kept, out)| *kept &= !out);
    }
    let mut kinds = vec![false; events.kinds.len()];
    let mut channels = vec![false; events.channels.len()];
    for event in &events.rows {
        ids[event.actor as usize] = true;
        ids[event.target as usize] = true;
        kinds[event.kind as usize] = true;
        channels[event.channel as usize] = true;
    }
    if !ids.iter().all(|&kept| kept) {
        let (numbers, left) = (renumbered(&ids), positions(&ids));
        events.rows.par_iter_mut().for_each(|event| {
            event.actor = numbers[event.actor as usize];
            event.target = numbers[event.target as usize];
        });
        events.ids = events.ids.subset(&left);
        events.accounts = subset(&events.accounts, &left);
    }
    if !kinds.iter().chain(&channels).all(|&kept| kept) {
        let (kind_numbers, channel_numbers) = (renumbered(&kinds), renumbered(&channels));
        events.rows.par_iter_mut().for_each(|event| {
            event.kind = kind_numbers[event.kind as usize] as u8;
            event.channel = channel_numbers[event.channel as usize] as u16;
        });
        let names = |all: &[String], kept: &[bool]| -> Vec<String> {
            positions(kept).iter().map(|&at| all[at as usize].clone()).collect()
        };
        events.kinds = names(&events.kinds, &kinds);
        events.channels = names(&events.channels, &channels);
    }
    keep_items(&mut events.items, events.item_of.as_deref_mut());
}

fn keep_items(items: &mut Ids, item_of: Option<&mut [u32]>) {
    let Some(item_of) = item_of else { return };
    let mut kept = vec![false; items.len()];
    let named = |item: &u32| *item != NONE;
    item_of.iter().filter(|item| named(item)).for_each(|&item| kept[item as usize] = true);
    if !kept.iter().all(|&kept| kept) {
        let numbers = renumbered(&kept);
        item_of.iter_mut().filter(|item| named(item)).for_each(|item| *item = numbers[*item as usize]);
        *items = items.subset(&positions(&kept));
    }
}

/// What was declared of some ids, by their position in `ids`.
fn subset(accounts: &Accounts, ids: &[u32]) -> Accounts {
    fn some<T: Copy>(values: &[T], ids: &[u32]) -> Vec<T> {
        if values.is_empty() { Vec::new() } else { ids.iter().map(|&id| values[id as usize]).collect() }
    }
    let rows = |batch: &RecordBatch| {
        take_record_batch(batch, &UInt32Array::from(ids.to_vec())).expect("rows within the attributes")
    };
    Accounts {
        roles: some(&accounts.roles, ids),
        declared: some(&accounts.declared, ids),
        verified: some(&accounts.verified, ids),
        attributes: accounts.attributes.as_ref().map(rows),
    }
}
