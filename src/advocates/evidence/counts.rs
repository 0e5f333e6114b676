//! Plain counts of a person's events, and two standard measures: what the ranking has to beat.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::advocates::evidence::past::Past;
use crate::advocates::signal::Count;
use crate::centrality::{PageRank, pagerank};
use crate::error::Result;
use crate::network::{Layer, Network};
use crate::structure::{Core, core};

/// Counts by node of the network.
pub(in crate::advocates) struct Counts {
    /// Events received by the kinds of each count, answers and events given.
    of: Vec<(Count, Vec<u32>)>,
    /// Standard measures of the people layer, where they were asked for.
    measures: Vec<(Count, Vec<f64>)>,
}

/// Events received that are counted, by the kinds they add.
const RECEIVED: [(Count, &[&str]); 6] = [
    (Count::Likes, &["like"]),
    (Count::Followers, &["follow"]),
    (Count::Shares, &["share"]),
    (Count::Replies, &["reply", "answer"]),
    (Count::Mentions, &["mention"]),
    (Count::Referrals, &["referred_by"]),
];

impl Counts {
    /// Counts the events of a network; with `measures` also what standard measures say.
    pub(in crate::advocates) fn new(network: &Network, past: &Past, measures: bool) -> Result<Counts> {
        let zeros = || network.roles.iter().map(|_| AtomicU32::new(0)).collect::<Vec<_>>();
        let plain =
            |counts: Vec<AtomicU32>| counts.into_iter().map(AtomicU32::into_inner).collect::<Vec<u32>>();
        let of = RECEIVED.map(|(count, _)| (count, zeros()));
        let count_of: Vec<Option<usize>> = network
            .kinds
            .iter()
            .map(|kind| RECEIVED.iter().position(|(_, kinds)| kinds.contains(&kind.as_str())))
            .collect();
        let answer = network.kind("answer");
        let give = |actor: u32| {
            let (mut given, mut answers) = (0, 0);
            for tie in network.ties(actor) {
                let (target, events) = (tie.target as usize, tie.events);
                given += events;
                if let Some(count) = count_of[tie.kind as usize] {
                    of[count].1[target].fetch_add(events, Relaxed);
                }
                answers += if Some(tie.kind) == answer { events } else { 0 };
            }
            (given, answers)
        };
        let (activity, answers): (Vec<u32>, Vec<u32>) =
            (0..network.ids.len() as u32).into_par_iter().map(give).unzip();
        let mut of: Vec<(Count, Vec<u32>)> = of.map(|(count, counts)| (count, plain(counts))).into();
        of.push((Count::Answers, answers));
        of.push((Count::Activity, activity));
        of.push((Count::PastOutcomes, past.within_horizon(network)));
        let measures = if measures { standard(network)? } else { Vec::new() };
        Ok(Counts { of, measures })
    }

    /// The count of a node; 0 for a measure that was not asked for.
    pub(in crate::advocates) fn value(&self, count: Count, node: u32) -> f64 {
        let counted = self.of.iter().find(|(other, _)| *other == count);
        let measured = self.measures.iter().find(|(other, _)| *other == count);
        let counted = counted.map(|(_, counts)| f64::from(counts[node as usize]));
        counted.or(measured.map(|(_, values)| values[node as usize])).unwrap_or(0.0)
    }

    /// The counts of events, in the order of the columns.
    pub(in crate::advocates) fn of_events(&self) -> &[(Count, Vec<u32>)] {
        &self.of
    }
}

/// PageRank, as a multiple of the mean, and core numbers of the people layer.
fn standard(network: &Network) -> Result<Vec<(Count, Vec<f64>)>> {
    let layer = network.layer(Layer::People);
    let spread = |value: &dyn Fn(usize) -> f64| {
        let mut values = vec![0.0; network.ids.len()];
        layer.nodes.iter().enumerate().for_each(|(place, &node)| values[node as usize] = value(place));
        values
    };
    let ranks = pagerank(&layer.graph, &PageRank::default())?;
    let cores = core(&layer.graph, &Core::default())?;
    let people = layer.nodes.len() as f64;
    Ok(vec![
        (Count::Pagerank, spread(&|place| ranks.values()[place] * people)),
        (Count::Core, spread(&|place| cores.integers()[place] as f64)),
    ])
}
