//! A name for the canonical events, so that a result can say what it was computed from.

use rayon::prelude::*;

use crate::events::{Event, Events, Ids};

/// Elements hashed together; part of the definition of the fingerprint.
const RUN: usize = 1 << 14;

/// The hash of the canonical events, 32 hexadecimal digits.
///
/// BLAKE3 over, in this order: the ids, the items, the names of kinds and of channels, the declared roles, whether
/// there are parents, items and values, and the events. Ids, items and events come as how many there are and the
/// BLAKE3 hashes of successive runs of 16,384; a text has its length before it. An event is its fields,
/// little-endian: time, actor, target, weight, sentiment, channel, kind, then parent, item and value where the log
/// has them. The canonical order does not depend on the order of rows, so neither does the hash.
pub(super) fn fingerprint(events: &Events) -> String {
    let mut hasher = blake3::Hasher::new();
    hash_ids(&mut hasher, &events.ids);
    hash_ids(&mut hasher, &events.items);
    for names in [&events.kinds, &events.channels] {
        hasher.update(&(names.len() as u64).to_le_bytes());
        let mut bytes = Vec::new();
        names.iter().for_each(|name| put_text(&mut bytes, name));
        hasher.update(&bytes);
    }
    for id in 0..events.ids.len() {
        let declared = events.accounts.declared.get(id).copied().unwrap_or(false);
        let role = events.accounts.roles.get(id).copied().flatten();
        hasher.update(&[u8::from(declared), role.map_or(0, |role| 1 + role as u8)]);
    }
    hasher
        .update(&[events.parents.is_some(), events.item_of.is_some(), events.values.is_some()].map(u8::from));
    hash_runs(&mut hasher, events.rows.len(), |at, bytes| {
        put_event(bytes, &events.rows[at]);
        events.parents.iter().for_each(|parents| bytes.extend(parents[at].to_le_bytes()));
        events.item_of.iter().for_each(|items| bytes.extend(items[at].to_le_bytes()));
        for value in events.values.iter().map(|values| values[at]) {
            let value = if value.is_nan() { f64::NAN } else { value };
            bytes.extend(value.to_bits().to_le_bytes());
        }
    });
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Hashes how many elements there are and the hash of each run of them, spelled by `put`.
fn hash_runs(hasher: &mut blake3::Hasher, count: usize, put: impl Fn(usize, &mut Vec<u8>) + Sync) {
    hasher.update(&(count as u64).to_le_bytes());
    let hashes: Vec<blake3::Hash> = (0..count.div_ceil(RUN))
        .into_par_iter()
        .map_init(Vec::new, |bytes, run| {
            bytes.clear();
            (run * RUN..count.min((run + 1) * RUN)).for_each(|at| put(at, bytes));
            blake3::hash(bytes)
        })
        .collect();
    hashes.iter().for_each(|hash| {
        hasher.update(hash.as_bytes());
    });
}

fn put_event(bytes: &mut Vec<u8>, event: &Event) {
    let mut packed = [0; 31];
    packed[..8].copy_from_slice(&event.time.to_le_bytes());
    packed[8..12].copy_from_slice(&event.actor.to_le_bytes());
    packed[12..16].copy_from_slice(&event.target.to_le_bytes());
    packed[16..24].copy_from_slice(&event.weight.to_bits().to_le_bytes());
    let sentiment = if event.sentiment.is_nan() { f32::NAN } else { event.sentiment };
    packed[24..28].copy_from_slice(&sentiment.to_bits().to_le_bytes());
    packed[28..30].copy_from_slice(&event.channel.to_le_bytes());
    packed[30] = event.kind;
    bytes.extend(packed);
}

fn hash_ids(hasher: &mut blake3::Hasher, ids: &Ids) {
    hash_runs(hasher, ids.len(), |at, bytes| match ids {
        Ids::Integers(values, _) => bytes.extend(values[at].to_le_bytes()),
        Ids::Strings(values) => put_text(bytes, values.value(at)),
    });
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}
