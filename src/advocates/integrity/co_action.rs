//! Co-action: accounts that do the same to the same within minutes, again and again.

use std::hash::BuildHasher;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use super::acts::{Act, Acts, MINUTE, SECOND};
use super::{Found, Ramp, ramp};
use crate::error::Result;
use crate::graph::{Adjacency, Graph, component_roots};
use crate::progress::Watch;

/// When acting together speaks against accounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CoAction {
    /// What co-action can take from authenticity, in [0, 1].
    pub weight: f64,
    /// Length of the bins of time within which acts are together, at least 1.
    pub window_seconds: u32,
    /// Accounts in one bin beyond which acts on the same thing are a crowd and tell nothing, at least 2.
    pub crowd: u32,
    /// Bins that two accounts must share to be companions, at least 2.
    pub min_shared: u32,
    /// How many times more bins than two accounts with their habits would share by chance, at least 1.
    pub lift: f64,
    /// Accounts joined by companionship that are a group, at least 2.
    pub min_group: u32,
    /// Share of the bins of an account in which a companion did the same, times a sixth of its companions.
    pub accompanied: Ramp,
}

impl Default for CoAction {
    fn default() -> CoAction {
        CoAction {
            weight: 0.9,
            window_seconds: 300,
            crowd: 100,
            min_shared: 5,
            lift: 2.0,
            min_group: 3,
            accompanied: [0.1, 0.3],
        }
    }
}

/// What somebody did to whom or what, in which bin.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    target: u32,
    item: u32,
    bin: u32,
}

/// What one account does, as far as chance needs to know it.
#[derive(Clone, Copy, Default)]
struct Habit {
    /// Keys.
    keys: f64,
    /// Bins of time in which it acts at all.
    bins: f64,
    /// Σ of the squared shares of its keys by target and item.
    concentration: f64,
}

/// Accounts in groups that act together.
///
/// An act is a key: its target, the item it is about, and one of consecutive bins of five minutes. Two accounts are
/// *companions* if they share at least `min_shared` keys, none of which more than `crowd` accounts have, and `lift`
/// times as many as chance would give two accounts that act when they act and like what they like:
///
/// ```text
/// chance(u,v) ≤ min(b(u), b(v)) · √(c(u) c(v))       b: bins with acts,  c = Σ (share of keys on a thing)²
/// ```
///
/// Two fans of the same one person, who share nothing but that taste, are thus no companions. Components of companions
/// are groups; what speaks against a member is the share of its keys in which a companion was present, times a
/// sixth of its companions.
///
/// This is the coordination of Pacheco and others but for one change: they compare two accounts by the cosine of their
/// TF-IDF vectors, which vanishes in a large ring whose members take turns; here an account is compared with all its
/// companions. What only a few share counts, as with IDF, but no number depends on how many accounts a log has.
///
/// Complexity: sorts the keys of all, then looks at pairs: at most `crowd` for each event.
///
/// Pacheco, Hui, Torres-Lugo, Truong, Flammini, Menczer, "Uncovering coordinated networks on social media: methods and
/// case studies", ICWSM 2021.
pub(super) fn co_action(log: &Acts, people: &[u32], params: &CoAction) -> Result<Vec<(u32, Found)>> {
    if log.resolution > MINUTE {
        return Ok(Vec::new());
    }
    let watch = Watch::current();
    let keys = SharedKeys::new(log, people, params);
    let none = || (vec![0_u32; people.len()], Vec::new());
    let members: Vec<Member> = (0..people.len() as u32)
        .into_par_iter()
        .map_init(none, |(shared, met), u| {
            if u.is_multiple_of(1 << 10) {
                watch.tick("integrity", u64::from(u), people.len() as u64)?;
            }
            Ok(keys.member(u, params, shared, met))
        })
        .collect::<Result<_>>()?;

    let companions = Adjacency::from_nodes(&keys.rows, false, |u, neighbors, _| {
        neighbors.extend_from_slice(&members[u as usize].companions);
    });
    let roots = component_roots(&Graph::from_adjacency(companions))?;
    let mut sizes = vec![0_u32; people.len()];
    roots.iter().for_each(|&root| sizes[root as usize] += 1);
    let reason = |(u, member): (usize, &Member)| {
        let size = sizes[roots[u] as usize];
        if size < params.min_group {
            return None;
        }
        let share = f64::from(member.accompanied) / keys.habits[u].keys;
        // One companion may be a friend: it takes six for the share to count in full, and more make it count more.
        let share = share * member.companions.len() as f64 / 6.0;
        let found = Found::new(ramp(share, params.accompanied), || {
            format!(
                "{} of its {} acts came within {} minutes of the same act by one of {} accounts that did so \
                 at least {} times; the group has {size}",
                member.accompanied,
                keys.habits[u].keys,
                f64::from(params.window_seconds) / 60.0,
                member.companions.len(),
                params.min_shared,
            )
        })?;
        Some((people[u], found.with(member.companions.iter().map(|&v| people[v as usize]))))
    };
    Ok(members.iter().enumerate().filter_map(reason).collect())
}

/// Whom somebody acts together with, and in how many of their keys.
struct Member {
    companions: Vec<u32>,
    accompanied: u32,
}

/// Keys that some but not too many have, from both sides; accounts by their place among the people.
struct SharedKeys {
    rows: Vec<u32>,
    habits: Vec<Habit>,
    /// Accounts by key, keys by account.
    accounts: (Vec<usize>, Vec<u32>),
    keys: (Vec<usize>, Vec<u32>),
}

impl SharedKeys {
    fn new(log: &Acts, people: &[u32], params: &CoAction) -> SharedKeys {
        let window = i64::from(params.window_seconds) * SECOND;
        let first = log.network.begin().unwrap_or(0).div_euclid(window);
        let rows: Vec<u32> = (0..people.len() as u32).collect();
        // As the acts come; some more than once.
        let keys = |u: u32| {
            log.as_logged(people[u as usize]).map(|Act { time, target, item, .. }| {
                let bin = (time.div_euclid(window) - first) as u32;
                Key { target, item, bin }
            })
        };
        let met = Met::new(log.network.events().len());
        rows.par_iter().for_each(|&u| {
            let mut before = None;
            for key in keys(u) {
                if before != Some(key) {
                    met.add(&key);
                }
                before = Some(key);
            }
        });
        let again =
            |&u: &u32| distinct(keys(u).filter(|key| met.again(key))).into_iter().map(move |key| (key, u));
        let mut all: Vec<(Key, u32)> = rows.par_iter().flat_map_iter(again).collect();
        drop(met);
        all.par_sort_unstable();
        let shared = || {
            let same = all.chunk_by(|a, b| a.0 == b.0);
            same.filter(|same| same.len() > 1 && same.len() <= params.crowd as usize)
        };
        // Who has too few of them has no companion.
        let mut counts = vec![0_u32; people.len()];
        shared().flatten().for_each(|(_, u)| counts[*u as usize] += 1);
        let (mut offsets, mut accounts) = (vec![0], Vec::new());
        for same in shared() {
            let begin = accounts.len();
            accounts
                .extend(same.iter().map(|(_, u)| *u).filter(|&u| counts[u as usize] >= params.min_shared));
            if accounts.len() < begin + 2 {
                accounts.truncate(begin);
            } else {
                offsets.push(accounts.len());
            }
        }
        let mut places: Vec<(u32, u32)> = offsets
            .windows(2)
            .zip(0..)
            .flat_map(|(ends, key)| accounts[ends[0]..ends[1]].iter().map(move |&u| (u, key)))
            .collect();
        places.par_sort_unstable();
        let begin = |u: u32| places.partition_point(|place| place.0 < u);
        let begins: Vec<usize> = (0..=people.len() as u32).into_par_iter().map(begin).collect();
        let habit = |&u: &u32| match begins[u as usize] < begins[u as usize + 1] {
            true => habit(&distinct(keys(u))),
            false => Habit::default(),
        };
        let habits = rows.par_iter().map(habit).collect();
        let keys = (begins, places.into_iter().map(|place| place.1).collect());
        SharedKeys { rows, habits, accounts: (offsets, accounts), keys }
    }

    fn keys(&self, u: u32) -> &[u32] {
        let (begins, keys) = &self.keys;
        &keys[begins[u as usize]..begins[u as usize + 1]]
    }

    fn accounts(&self, key: u32) -> &[u32] {
        let (offsets, accounts) = &self.accounts;
        &accounts[offsets[key as usize]..offsets[key as usize + 1]]
    }

    /// The companions of `u`; `shared` is 0 for everybody before and after, `met` is room.
    fn member(&self, u: u32, params: &CoAction, shared: &mut [u32], met: &mut Vec<u32>) -> Member {
        for &key in self.keys(u) {
            for &v in self.accounts(key) {
                if shared[v as usize] == 0 {
                    met.push(v);
                }
                shared[v as usize] += 1;
            }
        }
        let own = self.habits[u as usize];
        let is_companion = |v: u32, count: u32| {
            let other = self.habits[v as usize];
            let chance = own.bins.min(other.bins) * (own.concentration * other.concentration).sqrt();
            v != u && count >= params.min_shared && f64::from(count) >= params.lift * chance
        };
        let mut companions: Vec<u32> =
            met.iter().copied().filter(|&v| is_companion(v, shared[v as usize])).collect();
        companions.sort_unstable();
        met.drain(..).for_each(|v| shared[v as usize] = 0);
        companions.iter().for_each(|&v| shared[v as usize] = 1);
        let together = |key: &&u32| self.accounts(**key).iter().any(|&v| shared[v as usize] == 1);
        let accompanied = self.keys(u).iter().filter(together).count() as u32;
        companions.iter().for_each(|&v| shared[v as usize] = 0);
        Member { companions, accompanied }
    }
}

/// Which keys were met twice, by hash: most are met once, and need not be put in order. It errs on the side of twice.
///
/// A word has 32 places, of each a bit for once and above all of them a bit for twice.
struct Met(Vec<AtomicU64>);

impl Met {
    /// For so many keys, of which some eight in a hundred share a place.
    fn new(keys: usize) -> Met {
        let words = (keys.max(1).next_power_of_two() / 4).clamp(1, 1 << 26);
        Met((0..words).map(|_| AtomicU64::new(0)).collect())
    }

    fn place(&self, key: &Key) -> (&AtomicU64, u32) {
        let hash = FxBuildHasher.hash_one(key);
        (&self.0[(hash >> 5) as usize & (self.0.len() - 1)], (hash & 31) as u32)
    }

    fn add(&self, key: &Key) {
        let (word, place) = self.place(key);
        if word.fetch_or(1 << place, Relaxed) >> place & 1 != 0 {
            word.fetch_or(1 << (place + 32), Relaxed);
        }
    }

    fn again(&self, key: &Key) -> bool {
        let (word, place) = self.place(key);
        word.load(Relaxed) >> (place + 32) & 1 != 0
    }
}

/// Keys in ascending order, each once.
fn distinct(keys: impl Iterator<Item = Key>) -> Vec<Key> {
    let mut keys: Vec<Key> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn habit(keys: &[Key]) -> Habit {
    let count = keys.len() as f64;
    let share = |same: &[Key]| same.len() as f64 / count;
    let things = keys.chunk_by(|a, b| (a.target, a.item) == (b.target, b.item));
    let concentration = things.map(|same| share(same) * share(same)).sum();
    let mut bins: Vec<u32> = keys.iter().map(|key| key.bin).collect();
    bins.sort_unstable();
    bins.dedup();
    Habit { keys: count, bins: bins.len() as f64, concentration }
}
