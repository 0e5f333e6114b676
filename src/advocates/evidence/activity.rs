//! How steadily people act, and whether and how fast they answer.

use rayon::prelude::*;

use super::Part;
use crate::advocates::is_person;
use crate::events::NONE;
use crate::network::{DAY, Network};

/// Units of time in which activity is counted, with their words: the longest of which the log spans eight.
const UNITS: [(i64, &str); 3] = [(7 * DAY, "week"), (DAY, "day"), (DAY / 24, "hour")];

/// How long somebody has to answer.
const ANSWERED_WITHIN: i64 = 7 * DAY;
/// How many contacts without an answer everybody starts with.
const PRIOR: f64 = 5.0;

/// When somebody acts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rhythm {
    /// Units of time with a costly act of theirs.
    pub(super) active: u32,
    /// Units of time with a costly act of theirs or towards them.
    present: u32,
    /// From −1 (like a clock) over 0 (at random) to 1 (all at once), by the formula for short sequences.
    burstiness: f64,
}

impl Rhythm {
    /// Active units of time, less their burstiness.
    pub(super) fn consistency(&self) -> f64 {
        f64::from(self.active) * (1.0 - self.burstiness.max(0.0))
    }

    /// Whether all there is falls into a single unit of time.
    pub(super) fn is_single(&self) -> bool {
        self.present <= 1
    }
}

/// The flag of those whose acts fall into a single unit of time; none where the log itself spans no more.
pub(super) fn single(network: &Network) -> Option<&'static str> {
    let span = network.span();
    let (unit, name) = unit_within(span);
    let flag = match name {
        "week" => "one_week",
        "day" => "one_day",
        _ => "one_hour",
    };
    (span >= unit).then_some(flag)
}

/// The unit of time in which the activity of a log is counted.
pub(super) fn unit(network: &Network) -> (i64, &'static str) {
    unit_within(network.span())
}

fn unit_within(span: i64) -> (i64, &'static str) {
    UNITS.into_iter().find(|(unit, _)| span >= 8 * unit).unwrap_or(UNITS[2])
}

/// The rhythm of everybody's acts of the kinds that are costly.
pub(super) fn rhythm(network: &Network, costly: &[bool]) -> Vec<Rhythm> {
    let (unit, _) = unit(network);
    let unit_of = |time: i64| network.as_of.saturating_sub(time).div_euclid(unit);
    let distinct = |times: &mut Vec<i64>| {
        times.sort_unstable();
        times.chunk_by(|a, b| unit_of(*a) == unit_of(*b)).count() as u32
    };
    (0..network.ids.len() as u32)
        .into_par_iter()
        .map(|node| {
            let acts = network.events_of(node).iter();
            let own = acts.filter(|event| costly[event.kind as usize] && !event.is_self());
            let mut times: Vec<i64> = own.map(|event| event.time).collect();
            let active = distinct(&mut times);
            let burstiness = burstiness(&times);
            let mut present = active;
            if present <= 1 && is_person(network.roles[node as usize]) {
                // Only the difference between one and more is asked for.
                for tie in network.incoming(node).iter().filter(|tie| costly[tie.kind as usize]) {
                    let acts = network.events_between(tie.source, node).iter();
                    times.extend(acts.filter(|event| costly[event.kind as usize]).map(|event| event.time));
                    present = distinct(&mut times);
                    if present > 1 {
                        break;
                    }
                }
            }
            Rhythm { active, present, burstiness }
        })
        .collect()
}

/// Burstiness of ascending times with the correction for few of them; 0 below five intervals.
///
/// E.-K. Kim, H.-H. Jo, "Measuring burstiness for finite event sequences", Physical Review E 94, 2016.
fn burstiness(times: &[i64]) -> f64 {
    let n = times.len() as f64 - 1.0;
    if n < 5.0 {
        return 0.0;
    }
    let mean = (times[times.len() - 1] - times[0]) as f64 / n;
    if mean == 0.0 {
        return 1.0;
    }
    let variance: f64 =
        times.windows(2).map(|pair| ((pair[1] - pair[0]) as f64 - mean).powi(2)).sum::<f64>() / n;
    let ratio = variance.sqrt() / mean;
    let (above, below) = ((n + 1.0).sqrt(), (n - 1.0).sqrt());
    (above * ratio - below) / ((above - 2.0) * ratio + below)
}

/// How many costly acts of people towards somebody waited for an answer, and the questions that somebody answered.
pub(super) fn contacts(network: &Network, costly: &[bool], node: u32) -> u64 {
    let incoming = network.incoming(node).iter();
    let asked =
        incoming.filter(|tie| costly[tie.kind as usize] && is_person(network.roles[tie.source as usize]));
    asked.map(|tie| u64::from(tie.events)).sum::<u64>() + answered(network, node).count() as u64
}

/// Answers of somebody to events that were not directed at them: to whom, and after how long.
fn answered(network: &Network, node: u32) -> impl Iterator<Item = (u32, i64)> {
    let log = network.events();
    let parents = network.parents();
    network.positions_of(node).filter_map(move |at| {
        let (event, parent) = (&log[at], parents?[at]);
        let asked = (parent != NONE).then(|| &log[parent as usize])?;
        let counts = asked.target != node
            && asked.actor == event.target
            && asked.actor != node
            && is_person(network.roles[asked.actor as usize])
            && matches!(network.kinds[event.kind as usize].as_str(), "answer" | "reply");
        counts.then(|| (event.target, event.time.saturating_sub(asked.time).max(0)))
    })
}

/// For each answer of somebody, 1 / (1 + days it took), by whom it was for; returns how many answers these are.
pub(super) fn responses(network: &Network, costly: &[bool], node: u32, parts: &mut Vec<Part>) -> u64 {
    let mut count = 0;
    let speed = |delay: i64| 1.0 / (1.0 + delay as f64 / DAY as f64);
    let times_of = |actor: u32, target: u32| {
        let acts = network.events_between(actor, target).iter();
        let mut times: Vec<i64> =
            acts.filter(|event| costly[event.kind as usize]).map(|event| event.time).collect();
        times.sort_unstable();
        times
    };
    // Both are in the order of the others: one walk finds those whom both did something to.
    let mut given = network.ties(node).iter().peekable();
    for ties in network.incoming(node).chunk_by(|a, b| a.source == b.source) {
        let who = ties[0].source;
        while given.next_if(|tie| tie.target < who).is_some() {}
        if given.peek().is_none_or(|tie| tie.target != who) || !is_person(network.roles[who as usize]) {
            continue;
        }
        let answers = times_of(node, who);
        if answers.is_empty() {
            continue;
        }
        let amount: f64 = times_of(who, node)
            .into_iter()
            .filter_map(|asked| {
                let answer = *answers.get(answers.partition_point(|&time| time <= asked))?;
                (answer - asked <= ANSWERED_WITHIN).then(|| speed(answer - asked))
            })
            .inspect(|_| count += 1)
            .sum();
        if amount > 0.0 {
            parts.push(Part { who, amount });
        }
    }
    parts.extend(
        answered(network, node)
            .inspect(|_| count += 1)
            .map(|(who, delay)| Part { who, amount: speed(delay) }),
    );
    count
}

/// The share of contacts that were answered, as if some more had not been.
pub(super) fn shrunk(answered: f64, contacts: u64) -> f64 {
    answered / (contacts as f64 + PRIOR)
}
