//! What the receipt says of a log, and the last touches: names and ids that nothing uses go.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::accounts::Declared;
use super::feed::Head;
use super::identity::Identity;
use super::schema::{Field, TimeUnit};
use super::{Event, Events, Kinds, time};
use crate::error::Result;

impl Events {
    /// Keeps those kinds and channels that an event has, in their order.
    pub(super) fn drop_unused_names(&mut self) {
        let used = |count: usize, of: fn(&Event) -> usize| {
            let used: Vec<AtomicBool> = (0..count).map(|_| AtomicBool::new(false)).collect();
            self.rows.par_iter().for_each(|event| used[of(event)].store(true, Ordering::Relaxed));
            used.into_iter().map(AtomicBool::into_inner).collect::<Vec<bool>>()
        };
        let kinds = used(self.kinds.len(), |event| event.kind.into());
        let channels = used(self.channels.len(), |event| event.channel.into());
        if kinds.iter().chain(&channels).all(|used| *used) {
            return;
        }
        let (kind_of, channel_of) = (renumbered(&kinds), renumbered(&channels));
        self.rows.par_iter_mut().for_each(|event| {
            event.kind = kind_of[event.kind as usize] as u8;
            event.channel = channel_of[event.channel as usize] as u16;
        });
        keep(&mut self.kinds, &kinds);
        keep(&mut self.channels, &channels);
    }

    /// Keeps the people whom an event or a row of the accounts names, and says what is declared of them.
    pub(super) fn declare(&mut self, declared: Declared, ranks: &[u32], identity: &Identity) -> Result<()> {
        let named: Vec<AtomicBool> = (0..self.ids.len()).map(|_| AtomicBool::new(false)).collect();
        let name = |person: u32| named[person as usize].store(true, Ordering::Relaxed);
        self.rows.par_iter().for_each(|event| {
            name(event.actor);
            name(event.target);
        });
        declared.named(ranks, identity).for_each(name);
        let named: Vec<bool> = named.into_iter().map(AtomicBool::into_inner).collect();
        let nodes = (0..named.len() as u32).filter(|node| named[*node as usize]);
        self.accounts = declared.of(nodes.clone(), ranks, identity, &mut self.receipt)?;
        if named.iter().all(|named| *named) {
            return Ok(());
        }
        self.ids = self.ids.subset(&nodes.collect::<Vec<u32>>());
        let person_of = renumbered(&named);
        self.rows.par_iter_mut().for_each(|event| {
            event.actor = person_of[event.actor as usize];
            event.target = person_of[event.target as usize];
        });
        Ok(())
    }

    /// States what was read and found.
    pub(super) fn tell(&mut self, heads: &[impl AsRef<Head>], unit: Option<TimeUnit>) {
        let receipt = &mut self.receipt;
        receipt.add("events accepted", self.rows.len() as u64);
        receipt.add("self events", self.rows.par_iter().filter(|event| event.is_self()).count() as u64);
        receipt.fact("people", self.ids.len().to_string());
        let heads = || heads.iter().map(AsRef::as_ref);
        let mut formats: BTreeMap<&str, usize> = BTreeMap::new();
        heads().for_each(|head| *formats.entry(&head.format).or_default() += 1);
        let formats: Vec<String> =
            formats.iter().map(|(format, files)| format!("{files} {format}")).collect();
        receipt.fact("files", formats.join(", "));
        for field in Field::ALL {
            let sources = distinct(heads().filter_map(|head| head.layout.source(field)));
            if !sources.is_empty() {
                receipt.fact(&format!("column {}", field.name()), sources.join(", "));
            }
        }
        let unused = distinct(heads().flat_map(|head| head.layout.unused().cloned()));
        if !unused.is_empty() {
            receipt.fact("columns not used", unused.join(", "));
        }
        if let Some(unit) = unit {
            receipt.fact("time unit", unit.name());
        }
        self.tell_span();
        self.tell_kinds();
    }

    fn tell_span(&mut self) {
        let times = self.rows.par_iter().map(|event| event.time);
        let (Some(first), Some(last)) = (times.clone().min(), times.max()) else { return };
        self.receipt.fact("first event", time::iso(first));
        self.receipt.fact("last event", time::iso(last));
        const YEAR: i64 = 31_557_600_000_000;
        if first.abs() < YEAR && last > 20 * YEAR {
            self.receipt.warn("the oldest event is of 1970: a time of 0 may stand for a missing time");
        }
    }

    fn tell_kinds(&mut self) {
        let mut counts = vec![0_u64; self.kinds.len()];
        self.rows.iter().for_each(|event| counts[event.kind as usize] += 1);
        let mut unknown = Vec::new();
        for (kind, count) in self.kinds.iter().zip(counts) {
            let weight = Kinds::weight(kind, &BTreeMap::new());
            self.receipt.fact(&format!("kind {kind}"), format!("{count} events, weight {weight}"));
            if Kinds::get(kind).is_none() {
                unknown.push(kind.as_str());
                self.receipt.add("unknown kinds", count);
            }
        }
        if !unknown.is_empty() {
            self.receipt.fact("unknown kinds", unknown.join(", "));
        }
    }
}

/// The new number of each that is kept.
fn renumbered(kept: &[bool]) -> Vec<u32> {
    let mut next = 0;
    kept.iter()
        .map(|kept| {
            next += u32::from(*kept);
            next.saturating_sub(1)
        })
        .collect()
}

fn keep(names: &mut Vec<String>, kept: &[bool]) {
    let mut kept = kept.iter();
    names.retain(|_| kept.next().copied().unwrap_or(false));
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts.dedup();
    texts
}
