//! What the members of a community have to do with more than everybody else: kinds, channels, brands and products.

use std::collections::{BTreeMap, BTreeSet};

use crate::community::Tracker;
use crate::events::Role;
use crate::network::{Layer, Network};

/// Something that is said of a community.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trait {
    pub(super) community: u32,
    /// `kind`, `channel`, `brand` or `product`.
    pub(super) of: &'static str,
    pub(super) name: String,
    /// Members it is true of.
    pub(super) members: u32,
    pub(super) share: f64,
    /// The share of those outside.
    pub(super) share_outside: f64,
    pub(super) ratio: f64,
    /// The 90 % interval of the ratio.
    pub(super) low: f64,
    pub(super) high: f64,
}

/// Fewer members than this could be recognised, and say little.
const FEWEST: u32 = 5;

/// The quantile of a normal distribution that leaves 5 % above.
const QUANTILE: f64 = 1.644_853_626_951_472_7;

/// What is true of a larger share of the members of a community than of others, so that the whole 90 % interval of the
/// ratio lies above 1; by community, the surest first.
///
/// A person has to do with a kind or channel by acting so on somebody, and with a brand or product by acting on it. The
/// interval is that of the logarithm of a ratio of shares, to which half a person is added on either side (Katz et al.,
/// "Obtaining confidence intervals for the risk ratio in cohort studies", Biometrics 34, 1978). Names of items that fewer
/// than five members have to do with are left out.
pub(super) fn traits(network: &Network, layer: Layer, labels: &[u32]) -> Vec<Trait> {
    let nodes = &network.layer(layer).nodes;
    let mut with: BTreeMap<(u8, u32), BTreeMap<u32, u32>> = BTreeMap::new();
    let mut sizes: BTreeMap<u32, u32> = BTreeMap::new();
    for (&node, &label) in nodes.iter().zip(labels) {
        *sizes.entry(label).or_default() += 1;
        for what in done_by(network, node) {
            *with.entry(what).or_default().entry(label).or_default() += 1;
        }
    }
    let everybody = labels.len() as u32;
    let mut found = Vec::new();
    for ((of, what), counts) in with {
        let all: u32 = counts.values().sum();
        for (&community, &members) in counts.iter().filter(|(community, _)| **community != Tracker::NONE) {
            let (size, outside) = (sizes[&community], everybody - sizes[&community]);
            if members < FEWEST || outside == 0 {
                continue;
            }
            let (a, n) = (f64::from(members) + 0.5, f64::from(size) + 1.0);
            let (b, m) = (f64::from(all - members) + 0.5, f64::from(outside) + 1.0);
            let ratio = (a / n) / (b / m);
            let width = libm::exp(QUANTILE * (1.0 / a - 1.0 / n + 1.0 / b - 1.0 / m).max(0.0).sqrt());
            if ratio / width > 1.0 {
                found.push(Trait {
                    community,
                    of: NAMES[of as usize],
                    name: name(network, of, what),
                    members,
                    share: f64::from(members) / f64::from(size),
                    share_outside: f64::from(all - members) / f64::from(outside),
                    ratio,
                    low: ratio / width,
                    high: ratio * width,
                });
            }
        }
    }
    found.sort_by(|a, b| {
        a.community
            .cmp(&b.community)
            .then(b.low.total_cmp(&a.low))
            .then_with(|| (a.of, &a.name).cmp(&(b.of, &b.name)))
    });
    found
}

const NAMES: [&str; 4] = ["kind", "channel", "brand", "product"];
const KIND: u8 = 0;
const CHANNEL: u8 = 1;
const BRAND: u8 = 2;
const PRODUCT: u8 = 3;

/// The kinds, channels, brands and products that somebody had to do with.
fn done_by(network: &Network, node: u32) -> BTreeSet<(u8, u32)> {
    let mut done = BTreeSet::new();
    for tie in network.ties(node) {
        done.insert((KIND, u32::from(tie.kind)));
        match network.roles[tie.target as usize] {
            Role::Brand => done.insert((BRAND, tie.target)),
            Role::Product => done.insert((PRODUCT, tie.target)),
            _ => false,
        };
    }
    if network.channels.len() > 1 {
        done.extend(network.events_of(node).iter().map(|event| (CHANNEL, u32::from(event.channel))));
    }
    done
}

fn name(network: &Network, of: u8, what: u32) -> String {
    match of {
        KIND => network.kinds[what as usize].clone(),
        CHANNEL => network.channels[what as usize].clone(),
        _ => network.ids.text(what),
    }
}
