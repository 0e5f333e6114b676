//! Trust as a random walk from people who have shown themselves, over acts that cost something.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::advocates::{bought, is_person, people_of};
use crate::centrality::{PersonalizedPageRank, personalized_pagerank};
use crate::error::{Error, Result};
use crate::events::{Event, Kinds};
use crate::graph::{Adjacency, Graph, component_roots};
use crate::network::{DAY, Network};

/// Who is trusted, and from where trust starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    /// By node, the share of the walk times the number of people whom it reaches: 1 is their mean, brands have 0. None where nobody
    /// can be trusted before the others.
    pub shares: Option<Vec<f64>>,
    /// Where the walk starts, in one sentence.
    pub note: String,
}

/// Walks from people who have shown themselves along what they do towards others.
///
/// The walk follows acts worth at least a share (reply, share, answer, review, purchase, referral and unknown
/// kinds), from the one who acts to the one acted upon, with probability d = .85, and else returns to a seed, as it does
/// from where it cannot go on. With authenticity q it also returns with probability 1 − q(u) from u:
///
/// ```text
/// π(v) = ρ s(v) + d Σ π(u) P(u,v)        P(u,v) = q(u) w(u,v) / W(u),  s ∝ q on the seeds,  Σ π = 1
///                 u → v
/// ```
///
/// **Seeds** are verified people, else buyers (of `brand`, where one is given), else people who exchanged such acts
/// with somebody on at least three days, if they belong to the largest component of people joined by such acts: a
/// ring that keeps to itself cannot name itself trustworthy.
///
/// **Bound.** Whatever the accounts of a set S without seeds do among themselves, they share what comes in from
/// outside, and without such an arc they have exactly 0:
///
/// ```text
/// π(S) ≤ d / (1 − d)  Σ π(h) P(h,s)      over the arcs from h outside S to s in S
/// ```
///
/// # Errors
/// An authenticity of another number of nodes, or outside [0, 1].
///
/// # Complexity
/// O(events + iterations × arcs), some 150 iterations.
///
/// # References
/// Gyöngyi, Garcia-Molina, Pedersen, "Combating web spam with TrustRank", VLDB 2004. Cao, Sirivianos, Yang, Pregueiro,
/// "Aiding the detection of fake accounts in large scale social online services" (SybilRank), NSDI 2012.
///
/// # Examples
/// ```
/// use laud::advocates::trust;
/// use laud::events::{Columns, Events};
/// use laud::network::{Network, Ties};
///
/// let network = Network::build(Events::read("data/cafe.csv", &Columns::default())?, &Ties::default())?;
/// let trust = trust(&network, None, None)?;
/// assert!(trust.note.ends_with("people who bought"), "{}", trust.note);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn trust(network: &Network, brand: Option<u32>, authenticity: Option<&[f64]>) -> Result<Trust> {
    let n = network.ids.len();
    if let Some(q) = authenticity
        && (q.len() != n || !q.iter().all(|q| (0.0..=1.0).contains(q)))
    {
        let rule = format!("one number in [0, 1] for each of {n} nodes");
        return Err(Error::parameter("authenticity", rule, format!("{} numbers", q.len())));
    }
    Ground::new(network, brand)?.trust(authenticity)
}

/// The acts that trust follows, and where it may start.
pub(super) struct Ground<'a> {
    network: &'a Network,
    graph: Graph,
    /// Those whom each rule names, by the rules in their order, until one names somebody.
    seeds: Option<(Vec<u32>, &'static str)>,
    brand: Option<u32>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(network: &'a Network, brand: Option<u32>) -> Result<Ground<'a>> {
        let keep = network.kinds_that(is_selective);
        let is_person = |node: u32| is_person(network.roles[node as usize]);
        let graph = network.graph_of(|actor, arc| {
            let mut kept = arc.iter().filter(|tie| keep[tie.kind as usize]).peekable();
            let counts = is_person(actor) && is_person(arc[0].target) && kept.peek().is_some();
            counts.then(|| kept.map(|tie| tie.weight).sum::<f64>())
        });
        let seeds = seeds(network, brand, &graph, |_| true)?;
        Ok(Ground { network, graph, seeds, brand })
    }

    /// The trust in everybody, where people withhold what they are not authentic.
    pub(super) fn trust(&self, authenticity: Option<&[f64]>) -> Result<Trust> {
        let Ground { network, graph, .. } = self;
        let is_authentic = |seed: &u32| authenticity.is_none_or(|q| q[*seed as usize] > 0.0);
        let authentic = self
            .seeds
            .as_ref()
            .map(|(seeds, rule)| (seeds.iter().copied().filter(is_authentic).collect::<Vec<u32>>(), *rule));
        let found = match authentic {
            // Where all are suspects the next rule has its turn.
            Some((seeds, _)) if seeds.is_empty() => self::seeds(network, self.brand, graph, is_authentic)?,
            found => found,
        };
        let Some((seeds, rule)) = found else {
            let note = "trust is left out: nobody is verified, bought anything, or exchanged costly acts on three days";
            return Ok(Trust { shares: None, note: note.to_owned() });
        };
        let mut shares = spread(graph, &seeds, authenticity)?;
        // Whom trust does not reach tells nothing of the others, however many there are.
        let reached = shares.par_iter().filter(|share| **share > 0.0).count() as f64;
        shares.iter_mut().for_each(|share| *share *= reached);
        Ok(Trust { shares: Some(shares), note: format!("trust starts at {} {rule}", seeds.len()) })
    }

    /// Who is reached by trust at all, whatever anybody withholds: 1, and 0 for whom no walk from the seeds gets to; none
    /// without seeds.
    pub(super) fn reached(&self) -> Option<Vec<f64>> {
        let mut open = self.seeds.as_ref()?.0.clone();
        let reached: Vec<AtomicBool> = (0..self.graph.node_count()).map(|_| AtomicBool::new(false)).collect();
        open.iter().for_each(|&seed| reached[seed as usize].store(true, Relaxed));
        while !open.is_empty() {
            let further = |u: u32| {
                let arcs = self.graph.out().arcs(u).filter(|(_, weight)| *weight > 0.0);
                // Most are reached already: looking does not take the word away from other threads.
                arcs.map(|(v, _)| v).filter(|&v| {
                    let reached = &reached[v as usize];
                    !reached.load(Relaxed) && !reached.swap(true, Relaxed)
                })
            };
            open = open.par_iter().flat_map_iter(|&u| further(u)).collect();
        }
        Some(reached.into_iter().map(|reached| f64::from(u8::from(reached.into_inner()))).collect())
    }
}

/// Where a walk from the seeds is found, which returns to them from `u` with probability 1 − q(u) more than usual.
///
/// What somebody withholds goes to one more node, which cannot go on; its share is taken out in the end.
fn spread(graph: &Graph, seeds: &[u32], authenticity: Option<&[f64]>) -> Result<Vec<f64>> {
    let weight = |seed: u32| authenticity.map_or(1.0, |q| q[seed as usize]);
    let params = PersonalizedPageRank {
        seeds: vec![seeds.iter().map(|&seed| (seed, weight(seed))).collect()],
        ..PersonalizedPageRank::default()
    };
    let Some(q) = authenticity else {
        return Ok(personalized_pagerank(graph, &params)?.values().to_vec());
    };
    let sink = graph.node_count() as u32;
    let nodes: Vec<u32> = (0..=sink).collect();
    let rows = Adjacency::from_nodes(&nodes, true, |u, neighbors, weights| {
        if u == sink {
            return;
        }
        let (given, kept) = (graph.out(), q[u as usize]);
        neighbors.extend_from_slice(given.neighbors(u));
        weights.extend(given.arcs(u).map(|(_, weight)| (weight * kept) as f32));
        let withheld = given.strength(u) * (1.0 - kept);
        if withheld > 0.0 {
            neighbors.push(sink);
            weights.push(withheld as f32);
        }
    });
    let scores = personalized_pagerank(&Graph::from_adjacency(rows), &params)?;
    let (lost, shares) = scores.values().split_last().expect("the sink is a node");
    Ok(shares.iter().map(|share| share / (1.0 - lost)).collect())
}

/// Acts that cost at least as much as a share.
fn is_selective(kind: &str) -> bool {
    Kinds::get(kind).is_none_or(|kind| kind.weight >= 1.0)
}

/// Where trust starts, and by which rule: the first that names somebody.
fn seeds(
    network: &Network,
    brand: Option<u32>,
    graph: &Graph,
    is_authentic: impl Fn(&u32) -> bool,
) -> Result<Option<(Vec<u32>, &'static str)>> {
    let verified = &network.accounts.verified;
    let is_verified = |node: &u32| verified.get(*node as usize).copied().unwrap_or(false);
    let people = || people_of(network).filter(&is_authentic);
    type Find<'a> = &'a dyn Fn() -> Result<Vec<u32>>;
    let rules: [(&'static str, Find); 3] = [
        ("verified people", &|| Ok(people().filter(is_verified).collect())),
        ("people who bought", &|| Ok(people().filter(|&node| bought(network, node, brand)).collect())),
        ("people in conversation on three days or more", &|| {
            let (talking, joined) = (talk_on_three_days(network), largest_component(graph)?);
            Ok(people().filter(|&node| talking[node as usize] && joined[node as usize]).collect())
        }),
    ];
    for (rule, find) in rules {
        let seeds = find()?;
        if !seeds.is_empty() {
            return Ok(Some((seeds, rule)));
        }
    }
    Ok(None)
}

/// Who is in the largest weak component; of several, in that of the smallest node.
fn largest_component(graph: &Graph) -> Result<Vec<bool>> {
    let roots = component_roots(graph)?;
    let mut sizes = vec![0_u32; roots.len()];
    roots.iter().for_each(|&root| sizes[root as usize] += 1);
    let largest = (0..sizes.len()).max_by_key(|&root| (sizes[root], std::cmp::Reverse(root)));
    Ok(roots.iter().map(|&root| Some(root as usize) == largest).collect())
}

/// By node, whether there is a partner such that both acted and their acts fall on at least three days (UTC).
fn talk_on_three_days(network: &Network) -> Vec<bool> {
    let selective = network.kinds_that(is_selective);
    let is_person = |node: u32| is_person(network.roles[node as usize]);
    let talking: Vec<AtomicBool> = network.roles.iter().map(|_| AtomicBool::new(false)).collect();
    (0..network.roles.len() as u32).into_par_iter().filter(|&person| is_person(person)).for_each(|person| {
        for given in network.events_of(person).chunk_by(|a, b| a.target == b.target) {
            let other = given[0].target;
            if other <= person || !is_person(other) {
                continue;
            }
            let days = |events: &[Event]| -> BTreeSet<i64> {
                let acts = events.iter().filter(|event| selective[event.kind as usize]);
                acts.map(|event| event.time.div_euclid(DAY)).collect()
            };
            let given = days(given);
            if given.is_empty() {
                continue;
            }
            let received = days(network.events_between(other, person));
            if !received.is_empty() && given.union(&received).count() >= 3 {
                talking[person as usize].store(true, Relaxed);
                talking[other as usize].store(true, Relaxed);
            }
        }
    });
    talking.into_iter().map(AtomicBool::into_inner).collect()
}

#[cfg(test)]
mod tests {
    use rand::{Rng, RngExt};

    use super::*;
    use crate::graph::{EdgeChunk, FromEdges, generator};

    const HONEST: u32 = 60;
    const RING: u32 = 25;

    /// Honest people who act at random, a ring that does what it likes, and `attacks` acts from the ones to the others.
    fn town(seed: u64, attacks: usize) -> Graph {
        let dice = &mut generator(seed, "trust", attacks as u64);
        let mut arcs: Vec<(u32, u32, f64)> = Vec::new();
        let weight = |dice: &mut dyn Rng| dice.random_range(0.01..9.0);
        for _ in 0..dice.random_range(0..400) {
            arcs.push((dice.random_range(0..HONEST), dice.random_range(0..HONEST), weight(dice)));
        }
        for _ in 0..dice.random_range(0..300) {
            // The ring acts on itself and on the honest.
            let (member, anybody) =
                (HONEST + dice.random_range(0..RING), dice.random_range(0..HONEST + RING));
            arcs.push((member, anybody, 100.0 * weight(dice)));
        }
        for _ in 0..attacks {
            arcs.push((dice.random_range(0..HONEST), HONEST + dice.random_range(0..RING), weight(dice)));
        }
        let column = |pick: fn(&(u32, u32, f64)) -> u32| arcs.iter().map(pick).collect::<Vec<_>>();
        let (sources, targets) = (column(|arc| arc.0), column(|arc| arc.1));
        let weights: Vec<f64> = arcs.iter().map(|arc| arc.2).collect();
        let rows = EdgeChunk { sources: &sources, targets: &targets, weights: Some(&weights) };
        Graph::from_edges((HONEST + RING) as usize, &[rows], &FromEdges::default()).unwrap()
    }

    #[test]
    fn a_ring_shares_what_comes_in_whatever_it_does() {
        for seed in 0..100 {
            let dice = &mut generator(seed, "authenticity", 0);
            let q: Vec<f64> = (0..HONEST + RING).map(|_| dice.random_range(0.1..1.0)).collect();
            for (attacks, q) in [(0, None), (0, Some(&q)), (7, None), (7, Some(&q))] {
                let graph = town(seed, attacks);
                let shares = spread(&graph, &[0, 5, 9], q.map(Vec::as_slice)).unwrap();
                let out = graph.out();
                let attack: f64 = (0..HONEST)
                    .flat_map(|h| out.arcs(h).map(move |(v, weight)| (h, v, weight)))
                    .filter(|&(_, v, _)| v >= HONEST)
                    .map(|(h, _, weight)| {
                        shares[h as usize] * q.map_or(1.0, |q| q[h as usize]) * weight / out.strength(h)
                    })
                    .sum();
                let ring: f64 = shares[HONEST as usize..].iter().sum();
                assert!(ring <= 0.85 / 0.15 * attack + 1e-7, "seed {seed}: {ring} of {attack}");
                assert!(attacks > 0 || ring == 0.0, "seed {seed}: {ring}");
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "seed {seed}");
            }
        }
    }

    #[test]
    fn what_an_account_withholds_nobody_receives() {
        let rows = EdgeChunk { sources: &[0, 0], targets: &[1, 2], weights: None };
        let graph = Graph::from_edges(3, &[rows], &FromEdges::default()).unwrap();
        let shares = spread(&graph, &[0], Some(&[0.25, 1.0, 1.0])).unwrap();
        // Half of .85 of a quarter of what the seed has goes to each.
        assert!((shares[1] / shares[0] - 0.85 * 0.25 / 2.0).abs() < 1e-7, "{shares:?}");
        assert_eq!(spread(&graph, &[0], Some(&[1.0; 3])).unwrap(), spread(&graph, &[0], None).unwrap());
    }
}
