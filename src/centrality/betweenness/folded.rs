//! The part of a graph in which shortest paths can differ: trees that hang on it are folded into weights of its nodes.

use crate::centrality::Distance;
use crate::graph::{Adjacency, Graph};

use super::totals::Totals;

/// How a node was taken away.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fold {
    /// It stands for itself.
    Kept,
    /// Its only tie is to this node.
    Both(u32),
    /// Its only arc leads to this node: paths can only begin there.
    Source(u32),
    /// Its only arc comes from this node: paths can only end there.
    Target(u32),
}

/// Two paths are equally long where their lengths differ by less than the precision to which weights are kept.
const TIE: f64 = 1.0 / (1 << 22) as f64;

/// How long the arcs are; nothing where each has length 1.
#[derive(Default)]
pub(super) struct ArcLengths {
    pub(super) out: Vec<f64>,
    incoming: Option<Vec<f64>>,
    /// What counts as equal, as a share of the length and beside it.
    relative: f64,
    absolute: f64,
}

impl ArcLengths {
    fn new(distance: Distance, out: &Adjacency, incoming: Option<&Adjacency>) -> ArcLengths {
        if distance == Distance::Unit || !out.is_weighted() {
            return ArcLengths::default();
        }
        let lengths = |arcs: &Adjacency| {
            let rows = (0..arcs.row_count() as u32).flat_map(|u| arcs.arcs(u));
            rows.map(|(_, weight)| distance.length(weight)).collect()
        };
        // A rounded weight moves its reciprocal in proportion, and its logarithm by that proportion.
        let (relative, absolute) = if distance == Distance::Log { (0.0, TIE) } else { (TIE, 0.0) };
        ArcLengths { out: lengths(out), incoming: incoming.map(lengths), relative, absolute }
    }

    /// Whether each arc has length 1.
    pub(super) fn are_unit(&self) -> bool {
        self.out.is_empty()
    }

    /// Lengths of the in-arcs.
    pub(super) fn incoming(&self) -> &[f64] {
        self.incoming.as_ref().unwrap_or(&self.out)
    }

    /// Up to which length a path is as short as one of this length.
    pub(super) fn tie(&self, length: f64) -> f64 {
        length + self.relative * length + self.absolute
    }
}

/// A graph without loops, arcs that lead nowhere and, where asked for, nodes of a single tie, under names of its own:
/// component by component, the nodes of most arcs first, so that what is read often lies together.
pub(super) struct Folded {
    /// The node of the graph behind each name.
    pub(super) nodes: Vec<u32>,
    pub(super) out: Adjacency,
    /// The in-arcs of a directed graph.
    pub(super) incoming: Option<Adjacency>,
    pub(super) lengths: ArcLengths,
    /// For each name where its component begins and ends.
    pub(super) components: Vec<(u32, u32)>,
    /// How many nodes each name stands for where paths begin, itself among them.
    pub(super) sources: Vec<f64>,
    /// How many nodes each name stands for where paths end.
    pub(super) targets: Vec<f64>,
    folds: Vec<Fold>,
    /// Nodes in the order in which they were taken away.
    removed: Vec<u32>,
    begins: Vec<f64>,
    ends: Vec<f64>,
}

/// What nodes and arcs are on, by node and by arc of the graph, over all ordered pairs.
pub(in crate::centrality) struct Through {
    pub(in crate::centrality) nodes: Vec<f64>,
    /// Source, target and value of each arc or, in one direction, of each edge.
    pub(in crate::centrality) arcs: Vec<(u32, u32, f64)>,
}

impl Folded {
    pub(super) fn new(graph: &Graph, distance: Distance, fold: bool) -> Folded {
        let node_count = graph.node_count();
        let leads = |u: u32, v: u32, weight: f64| u != v && distance.length(weight).is_finite();
        let rows = |arcs: &Adjacency| -> Vec<u32> {
            let count = |u: u32| arcs.arcs(u).filter(|&(v, weight)| leads(u, v, weight)).count() as u32;
            (0..node_count as u32).map(count).collect()
        };
        let mut folded = Folded {
            nodes: Vec::new(),
            out: Adjacency::default(),
            incoming: None,
            lengths: ArcLengths::default(),
            components: Vec::new(),
            sources: Vec::new(),
            targets: Vec::new(),
            folds: vec![Fold::Kept; node_count],
            removed: Vec::new(),
            begins: vec![1.0; node_count],
            ends: vec![1.0; node_count],
        };
        let mut out_degrees = rows(graph.out());
        let mut in_degrees = if graph.is_directed() { rows(graph.incoming()) } else { Vec::new() };
        if fold {
            folded.fold(graph, leads, &mut out_degrees, &mut in_degrees);
        }
        let degree = |u: u32| out_degrees[u as usize] + in_degrees.get(u as usize).unwrap_or(&0);
        folded.name(graph, leads, degree);
        folded.lengths = ArcLengths::new(distance, &folded.out, folded.incoming.as_ref());
        folded
    }

    /// Takes away nodes of a single tie for as long as there are any.
    fn fold(
        &mut self,
        graph: &Graph,
        leads: impl Fn(u32, u32, f64) -> bool,
        out_degrees: &mut [u32],
        in_degrees: &mut [u32],
    ) {
        let directed = graph.is_directed();
        let mut stack: Vec<u32> = (0..graph.node_count() as u32).rev().collect();
        while let Some(u) = stack.pop() {
            if self.folds[u as usize] != Fold::Kept {
                continue;
            }
            let at = u as usize;
            let (out, incoming) = (out_degrees[at], if directed { in_degrees[at] } else { 0 });
            let only = |arcs: &Adjacency| {
                let mut kept = arcs
                    .arcs(u)
                    .filter(|&(v, weight)| leads(u, v, weight) && self.folds[v as usize] == Fold::Kept);
                kept.next().map_or(u, |(v, _)| v)
            };
            let (fold, v) = match (out, incoming) {
                (1, 0) => {
                    let v = only(graph.out());
                    (if directed { Fold::Source(v) } else { Fold::Both(v) }, v)
                }
                (0, 1) => {
                    let v = only(graph.incoming());
                    (Fold::Target(v), v)
                }
                _ => continue,
            };
            let to = v as usize;
            if !matches!(fold, Fold::Target(_)) {
                self.begins[to] += self.begins[at];
            }
            if !matches!(fold, Fold::Source(_)) {
                self.ends[to] += self.ends[at];
            }
            match fold {
                Fold::Source(_) => in_degrees[to] -= 1,
                _ => out_degrees[to] -= 1,
            }
            (out_degrees[at], self.folds[at]) = (0, fold);
            if directed {
                in_degrees[at] = 0;
            }
            self.removed.push(u);
            stack.push(v);
        }
    }

    /// Names the nodes that still have arcs, and copies their arcs under these names.
    fn name(
        &mut self,
        graph: &Graph,
        leads: impl Fn(u32, u32, f64) -> bool + Sync,
        degree: impl Fn(u32) -> u32,
    ) {
        const NONE: u32 = u32::MAX;
        let (folds, weighted) = (&self.folds, graph.is_weighted());
        let stays = |u: u32, v: u32, weight: f64| folds[v as usize] == Fold::Kept && leads(u, v, weight);
        let mut places = vec![NONE; graph.node_count()];
        let mut starts: Vec<u32> = (0..graph.node_count() as u32)
            .filter(|&u| folds[u as usize] == Fold::Kept && degree(u) > 0)
            .collect();
        starts.sort_by_key(|&u| std::cmp::Reverse(degree(u)));
        for start in starts {
            if places[start as usize] != NONE {
                continue;
            }
            let (begin, mut next) = (self.nodes.len(), self.nodes.len());
            places[start as usize] = begin as u32;
            self.nodes.push(start);
            while let Some(&u) = self.nodes.get(next) {
                next += 1;
                for arcs in
                    [Some(graph.out()), graph.is_directed().then(|| graph.incoming())].into_iter().flatten()
                {
                    for (v, weight) in arcs.arcs(u) {
                        if places[v as usize] == NONE && stays(u, v, weight) {
                            places[v as usize] = begin as u32;
                            self.nodes.push(v);
                        }
                    }
                }
            }
            self.nodes[begin..].sort_by_key(|&u| (std::cmp::Reverse(degree(u)), u));
            self.components.resize(self.nodes.len(), (begin as u32, self.nodes.len() as u32));
        }
        for (&u, place) in self.nodes.iter().zip(0..) {
            places[u as usize] = place;
        }
        let named = |arcs: &Adjacency| {
            Adjacency::from_nodes(&self.nodes, weighted, |u, neighbors, weights| {
                let mut row: Vec<(u32, f64)> = arcs
                    .arcs(u)
                    .filter(|&(v, weight)| stays(u, v, weight))
                    .map(|(v, weight)| (places[v as usize], weight))
                    .collect();
                row.sort_unstable_by_key(|&(v, _)| v);
                neighbors.extend(row.iter().map(|arc| arc.0));
                if weighted {
                    weights.extend(row.iter().map(|arc| arc.1 as f32));
                }
            })
        };
        (self.out, self.incoming) =
            (named(graph.out()), graph.is_directed().then(|| named(graph.incoming())));
        self.sources = self.nodes.iter().map(|&u| self.begins[u as usize]).collect();
        self.targets = self.nodes.iter().map(|&u| self.ends[u as usize]).collect();
    }

    /// In-arcs by target; of an undirected graph its arcs.
    pub(super) fn incoming(&self) -> &Adjacency {
        self.incoming.as_ref().unwrap_or(&self.out)
    }

    /// Number of nodes with a name.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What nodes and arcs of the graph are on, from what was added up under the names.
    pub(super) fn through(&self, totals: &Totals) -> Through {
        let mut nodes = vec![0.0; self.folds.len()];
        let mut arcs = Vec::with_capacity(totals.arcs.len());
        for (name, &u) in self.nodes.iter().enumerate() {
            nodes[u as usize] = totals.nodes[name];
            if !totals.arcs.is_empty() {
                // By length arcs are counted by their targets.
                let rows = if self.lengths.are_unit() { &self.out } else { self.incoming() };
                let row = rows.neighbors(name as u32).iter().zip(&totals.arcs[rows.range(name as u32)]);
                arcs.extend(row.map(|(&v, &value)| match self.lengths.are_unit() {
                    true => (u, self.nodes[v as usize], value),
                    false => (self.nodes[v as usize], u, value),
                }));
            }
        }
        if self.removed.is_empty() {
            return Through { nodes, arcs };
        }
        match self.incoming {
            Some(_) => self.unfold_arcs(totals, &mut nodes, &mut arcs),
            None => self.unfold_trees(&mut nodes, &mut arcs),
        }
        Through { nodes, arcs }
    }

    /// Adds what trees of an undirected graph are on: of a component of N nodes, all paths between the branches at a
    /// node, of which that to the rest counts as one.
    fn unfold_trees(&self, nodes: &mut [f64], arcs: &mut Vec<(u32, u32, f64)>) {
        let mut sizes = vec![0.0; nodes.len()];
        let mut begin = 0;
        while let Some(&(_, end)) = self.components.get(begin) {
            let names = begin..end as usize;
            let size: f64 = self.sources[names.clone()].iter().sum();
            self.nodes[names].iter().for_each(|&v| sizes[v as usize] = size);
            begin = end as usize;
        }
        // A tree without a cycle around it is folded into one node.
        for ((size, own), fold) in sizes.iter_mut().zip(&self.begins).zip(&self.folds) {
            if *fold == Fold::Kept && *size == 0.0 {
                *size = *own;
            }
        }
        let mut squares = vec![0.0; nodes.len()];
        for &u in &self.removed {
            if let Fold::Both(v) = self.folds[u as usize] {
                squares[v as usize] += self.begins[u as usize] * self.begins[u as usize];
            }
        }
        for &u in self.removed.iter().rev() {
            if let Fold::Both(v) = self.folds[u as usize] {
                let (own, all) = (self.begins[u as usize], sizes[v as usize]);
                sizes[u as usize] = all;
                // One direction counts, as all of the edge: both are the same.
                arcs.push((u, v, 2.0 * own * (all - own)));
            }
        }
        for (u, value) in nodes.iter_mut().enumerate() {
            let (own, all) = (self.begins[u], sizes[u]);
            *value += match self.folds[u] {
                Fold::Kept => (own - 1.0) * (own - 1.0) + 2.0 * (own - 1.0) * (all - own) - squares[u],
                _ => (all - 1.0) * (all - 1.0) - (all - own) * (all - own) - squares[u],
            };
        }
    }

    /// Adds what nodes of a single arc, and the nodes they were folded into, are on in a directed graph: a path
    /// through them begins or ends in what was folded.
    fn unfold_arcs(&self, totals: &Totals, nodes: &mut [f64], arcs: &mut Vec<(u32, u32, f64)>) {
        // How many nodes each reaches, and by how many it is reached.
        let mut reached: Vec<f64> = self.ends.iter().map(|end| end - 1.0).collect();
        let mut reaching: Vec<f64> = self.begins.iter().map(|begin| begin - 1.0).collect();
        for (name, &u) in self.nodes.iter().enumerate() {
            let (begins, ends) = (self.begins[u as usize] - 1.0, self.ends[u as usize] - 1.0);
            let (beyond, before) = (totals.reached[name], totals.reaching[name]);
            nodes[u as usize] += begins * ends + begins * beyond + before * ends;
            reached[u as usize] += beyond;
            reaching[u as usize] += before;
        }
        for &u in self.removed.iter().rev() {
            let at = u as usize;
            match self.folds[at] {
                Fold::Source(v) => {
                    let beyond = 1.0 + reached[v as usize];
                    reached[at] += beyond;
                    arcs.push((u, v, self.begins[at] * beyond));
                    nodes[at] += (self.begins[at] - 1.0) * reached[at];
                }
                Fold::Target(v) => {
                    let before = 1.0 + reaching[v as usize];
                    reaching[at] += before;
                    arcs.push((v, u, before * self.ends[at]));
                    nodes[at] += reaching[at] * (self.ends[at] - 1.0);
                }
                Fold::Kept | Fold::Both(_) => {}
            }
        }
    }
}
