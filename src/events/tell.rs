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

/// What the rows hold, counted in one pass.
pub(super) struct Census {
    /// By person, whether an event names them.
    named: Vec<bool>,
    /// Events by kind.
    kinds: Vec<u64>,
    /// Events by channel.
    channels: Vec<u64>,
    self_events: u64,
    first: i64,
    last: i64,
}

/// Rows of one piece of work.
const CHUNK: usize = 1 << 16;

impl Census {
    pub(super) fn of(events: &Events) -> Census {
        let named: Vec<AtomicBool> = (0..events.ids.len()).map(|_| AtomicBool::new(false)).collect();
        let nothing = || Census {
            named: Vec::new(),
            kinds: vec![0; events.kinds.len()],
            channels: vec![0; events.channels.len()],
            self_events: 0,
            first: i64::MAX,
            last: i64::MIN,
        };
        let count = |mut census: Census, rows: &[Event]| {
            for event in rows {
                named[event.actor as usize].store(true, Ordering::Relaxed);
                named[event.target as usize].store(true, Ordering::Relaxed);
                census.kinds[event.kind as usize] += 1;
                census.channels[event.channel as usize] += 1;
                census.self_events += u64::from(event.is_self());
                census.first = census.first.min(event.time);
                census.last = census.last.max(event.time);
            }
            census
        };
        let census = events.rows.par_chunks(CHUNK).fold(nothing, count).reduce(nothing, Census::plus);
        Census { named: named.into_iter().map(AtomicBool::into_inner).collect(), ..census }
    }

    fn plus(mut self, other: Census) -> Census {
        let add = |mine: &mut [u64], others: &[u64]| mine.iter_mut().zip(others).for_each(|(a, b)| *a += b);
        add(&mut self.kinds, &other.kinds);
        add(&mut self.channels, &other.channels);
        self.self_events += other.self_events;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self
    }
}

impl Events {
    /// Keeps those kinds and channels that an event has, in their order.
    pub(super) fn drop_unused_names(&mut self, census: &Census) {
        let used = |counts: &[u64]| counts.iter().map(|&count| count > 0).collect::<Vec<bool>>();
        let (kinds, channels) = (used(&census.kinds), used(&census.channels));
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
    pub(super) fn declare(
        &mut self,
        declared: Declared,
        ranks: &[u32],
        identity: &Identity,
        census: &Census,
    ) -> Result<()> {
        let mut named = census.named.clone();
        declared.named(ranks, identity).for_each(|person| named[person as usize] = true);
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
    pub(super) fn tell(&mut self, heads: &[impl AsRef<Head>], unit: Option<TimeUnit>, census: &Census) {
        let receipt = &mut self.receipt;
        receipt.add("events accepted", self.rows.len() as u64);
        receipt.add("self events", census.self_events);
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
        self.tell_span(census);
        self.tell_kinds(census);
    }

    fn tell_span(&mut self, census: &Census) {
        if self.rows.is_empty() {
            return;
        }
        let Census { first, last, .. } = *census;
        self.receipt.fact("first event", time::iso(first));
        self.receipt.fact("last event", time::iso(last));
        const YEAR: i64 = 31_557_600_000_000;
        if first.abs() < YEAR && last > 20 * YEAR {
            self.receipt.warn("the oldest event is of 1970: a time of 0 may stand for a missing time");
        }
    }

    fn tell_kinds(&mut self, census: &Census) {
        let counts = census.kinds.iter().copied().filter(|&count| count > 0);
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
