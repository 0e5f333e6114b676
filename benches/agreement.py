"""Compares every measure of laud with NetworkX, igraph and NetworKit on 200 seeded random graphs of many shapes.

    python benches/agreement.py                   # needs laud, polars, networkx, scipy; igraph and networkit where installed
    python benches/agreement.py --graphs 26 --measures core,katz --out out/agreement

laud reads raw rows: parallel ones, self-loops. The others get what these rows mean to laud: one arc for each pair
with the weights added, no loops. A measure is a record below; one whose function laud lacks is skipped. Writes OUT.md and
ends with an error where anything differs that is not meant to.
"""

import argparse
import random
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import laud
import networkx as nx
import numpy as np
import polars as pl

try:
    import igraph as ig
except ImportError:
    ig = None
try:
    import networkit as nk
except ImportError:
    nk = None

HERE = Path(__file__).resolve().parent
EXACT, ITERATED = 1e-9, 1e-6
TIGHT = {"tolerance": 1e-14, "max_iterations": 100_000}


def shape_random(rng, n):
    return [(rng.randrange(n), rng.randrange(n)) for _ in range(rng.randrange(4 * n))]


def shape_preferential(rng, n):
    ends = [0]
    rows = []
    for node in range(1, n):
        for _ in range(rng.randrange(1, 4)):
            rows.append((node, rng.choice(ends)))
            ends += rows[-1]
    return rows


def shape_bipartite(rng, n):
    half = max(n // 2, 1)
    return [(rng.randrange(half), rng.randrange(half, n)) for _ in range(2 * n)] if n > 1 else []


def shape_disconnected(rng, n):
    third = n // 3
    return [(u % third, v % third) for u, v in shape_random(rng, n)] + [(n - 1, n - 2)] if third else []


SHAPES = {  # name: (seeded generator, n) -> rows of (source, target)
    "random": shape_random,
    "preferential": shape_preferential,
    "several rows a pair": lambda rng, n: [pair for pair in shape_random(rng, n) for _ in range(rng.randrange(1, 4))],
    "self-loops": lambda rng, n: shape_random(rng, n) + [(node, node) for node in range(n)],
    "disconnected": shape_disconnected,
    "both ways": lambda rng, n: [pair for u, v in shape_random(rng, n) for pair in ((u, v), (v, u))],
    "no edges": lambda rng, n: [],
    "complete": lambda rng, n: [(u, v) for u in range(min(n, 12)) for v in range(min(n, 12)) if u != v],
    "star": lambda rng, n: [(0, node) for node in range(1, n)],
    "path": lambda rng, n: [(node, node + 1) for node in range(n - 1)],
    "cycle": lambda rng, n: [(node, (node + 1) % n) for node in range(n)],
    "tree": lambda rng, n: [(node, rng.randrange(node)) for node in range(1, n)],
    "bipartite": shape_bipartite,
}


class Case:
    """A graph as laud reads it, and the same for the others: `arcs` as they are, `view` undirected."""

    def __init__(self, seed):
        rng = random.Random(seed)
        kind = seed % len(SHAPES)
        self.shape = list(SHAPES)[kind]
        self.directed, self.weighted = bool(seed // len(SHAPES) % 2), bool(seed // len(SHAPES) // 2 % 2)
        # Every shape also comes with no node, one and two.
        self.n = [0, 1, 2][rng.randrange(3)] if rng.random() < 0.15 else rng.randrange(3, 40)
        rows = SHAPES[self.shape](rng, self.n) if self.n else []
        weights = [round(rng.uniform(0.1, 3), 6) if self.weighted else 1.0 for _ in rows]
        frame = {"source": [u for u, _ in rows], "target": [v for _, v in rows], "weight": weights}
        kinds = {"source": pl.Int64, "target": pl.Int64, "weight": pl.Float32}
        frame = pl.DataFrame(frame, schema=kinds)
        self.laud = laud.Graph.from_edges(
            frame if self.weighted else frame.drop("weight"),
            weight="weight" if self.weighted else None,
            directed=self.directed,
            nodes=pl.DataFrame({"id": pl.Series(range(self.n), dtype=pl.Int64)}),
        )
        self.arcs, self.view = {}, {}
        for u, v, weight in frame.rows():
            if u != v:
                low, high = min(u, v), max(u, v)
                pair = (u, v) if self.directed else (low, high)
                self.arcs[pair] = self.arcs.get(pair, 0) + weight
                self.view[low, high] = self.view.get((low, high), 0) + weight
        # A graph without weights counts the rows of a pair; laud holds sums as single precision.
        self.arcs, self.view = (
            {pair: float(np.float32(weight)) for pair, weight in pairs.items()} for pairs in (self.arcs, self.view)
        )

    def rows(self, view):
        pairs = self.view if view else self.arcs
        return [(u, v, weight) for (u, v), weight in pairs.items()]

    def networkx(self, view):
        graph = nx.DiGraph() if self.directed and not view else nx.Graph()
        graph.add_nodes_from(range(self.n))
        graph.add_edges_from((u, v, {"weight": w, "length": 1 / w}) for u, v, w in self.rows(view))
        return graph

    def igraph(self, view):
        rows = self.rows(view)
        graph = ig.Graph(self.n, [(u, v) for u, v, _ in rows], directed=self.directed and not view)
        graph.es["weight"] = [weight for *_, weight in rows]
        graph.es["length"] = [1 / weight for *_, weight in rows]
        return graph

    def networkit(self, view, edge="weight"):
        graph = nk.Graph(self.n, weighted=edge != "unit", directed=self.directed and not view)
        for u, v, weight in self.rows(view):
            graph.addEdge(u, v, {"weight": weight, "length": 1 / weight, "unit": 1.0}[edge])
        return graph

    @cached_property
    def matrix(self):
        matrix = np.zeros((self.n, self.n))
        for u, v, weight in self.rows(False):
            matrix[u, v] = weight
            if not self.directed:
                matrix[v, u] = weight
        return matrix

    @cached_property
    def connected(self):
        return self.n > 0 and nx.is_connected(self.networkx(view=True))

    @cached_property
    def strongly_connected(self):
        return self.n > 0 and (nx.is_strongly_connected if self.directed else nx.is_connected)(self.networkx(False))

    @cached_property
    def one_largest_singular_value(self):
        values = np.linalg.svd(self.matrix, compute_uv=False) if self.n else []
        return len(values) > 0 and values[0] > 0 and (len(values) == 1 or values[1] < 0.999 * values[0])

    @cached_property
    def one_largest_eigenvalue(self):
        values = np.sort(np.abs(np.linalg.eigvals(self.matrix)))
        return len(values) > 1 and values[-2] < 0.97 * values[-1]

    @cached_property
    def alpha(self):
        """Half of what Katz allows."""
        largest = max(abs(np.linalg.eigvals(self.matrix)), default=0)
        return 0.5 / max(largest, 1)


@dataclass
class Peer:
    """A call of another library: its text, and the function of a graph and the case that makes an answer like ours."""

    text: str
    run: Callable
    view: bool = False
    where: Callable = lambda case: True
    options: dict = field(default_factory=dict)


@dataclass
class Measure:
    """A measure: laud's function and column, and the same elsewhere. Answers are arrays by node, mappings, or numbers."""

    name: str
    ours: Callable
    networkx: Peer | None = None
    igraph: Peer | None = None
    networkit: Peer | None = None
    tolerance: float = EXACT
    where: Callable = lambda case: True
    differs: str = ""
    errs: int = 0  # graphs on which a peer is known to be wrong
    needs: str = ""


def nodes(scores, column=-1):
    """A column as an array in the order of ids, which is the order of nodes; NaN where there is no value."""
    frame = pl.DataFrame(scores).sort("id")
    return frame[frame.columns[column] if isinstance(column, int) else column].cast(pl.Float64).fill_null(np.nan).to_numpy()


def pairs(case, scores):
    """A table of edges as a mapping by pair, lower id first where the graph is undirected."""
    frame = pl.DataFrame(scores)
    ends = frame.select("source", "target").rows()
    values = frame[frame.columns[-1]].cast(pl.Float64).to_list() if frame.width > 2 else [1.0] * len(ends)
    return {pair if case.directed else tuple(sorted(pair)): value for pair, value in zip(ends, values, strict=True)}


def undirected_pairs(scores):
    frame = pl.DataFrame(scores)
    ends = frame.select("source", "target").rows()
    values = frame[frame.columns[-1]].cast(pl.Float64).to_list() if frame.width > 2 else [1.0] * len(ends)
    return {tuple(sorted(pair)): value for pair, value in zip(ends, values, strict=True)}


def by_node(mapping, n, default=np.nan):
    return np.array([np.nan if (value := mapping.get(node, default)) is None else value for node in range(n)], float)


def labels(groups, n):
    """The smallest member of the group of each node."""
    result = np.full(n, np.nan)
    for group in groups:
        result[list(group)] = min(group)
    return result


def relabelled(values):
    """Labels as the smallest node with the same one, so that two ways to number groups compare."""
    first = {}
    return np.array([first.setdefault(value, node) for node, value in enumerate(values)], float)


def shared(values):
    values = np.abs(np.asarray(values, float))
    return values / values.sum() if values.sum() else values


def number(value):
    return float("nan") if value is None else float(value)


def nx_pairs(mapping, case):
    return {pair if case.directed else tuple(sorted(pair)): value for pair, value in mapping.items()}


def nk_run(algorithm):
    return np.array(algorithm.run().scores(), float)


def nk_pagerank(graph, case):
    sinks = nk.centrality.SinkHandling.DistributeSinks
    algorithm = nk.centrality.PageRank(graph, damp=0.85, tol=1e-14, distributeSinks=sinks)
    algorithm.norm, algorithm.maxIterations = nk.centrality.Norm.L1_NORM, 100_000
    return nk_run(algorithm)


def nk_katz(graph, case):
    values = nk_run(nk.centrality.KatzCentrality(graph, case.alpha, 1.0, 1e-15))
    strength = np.array([graph.weightedDegreeIn(node) for node in range(case.n)])
    out = case.matrix.sum(axis=1)
    # The values are c (2 x - 1); summing y - alpha A'y = c (1 + alpha s) over the nodes gives c.
    scale = (values.sum() - case.alpha * out @ values) / (case.n + case.alpha * strength.sum())
    return (values / scale + 1) / 2


def nk_components(graph, case):
    algorithm = nk.components.WeaklyConnectedComponents if case.directed else nk.components.ConnectedComponents
    return relabelled(algorithm(graph).run().getPartition().getVector())


def halves(case):
    """What turns a count of unordered pairs (or of ordered ones where directed) into NetworkX's normalised value."""
    return (1 if case.directed else 2) / max((case.n - 1) * (case.n - 2), 1)


def ig_closeness(graph, case, weights=None):
    reach = np.array(graph.neighborhood_size(order=case.n, mode="in")) - 1
    closeness = np.nan_to_num(np.array(graph.closeness(mode="in", weights=weights, normalized=True), float))
    return closeness * reach / max(case.n - 1, 1)


def nx_by_groups(graph, case):
    nx.set_node_attributes(graph, {u: u % 3 for u in graph}, "group")
    return nx.attribute_assortativity_coefficient(graph, "group")


def nx_truss(graph, case):
    truss = {}
    for k in range(2, case.n + 1):
        truss |= {tuple(sorted(edge)): float(k) for edge in nx.k_truss(graph, k).edges}
    return truss


def elected(values):
    """The nodes that a column of election ranks names, first elected first."""
    return np.array([node for node in np.argsort(values, kind="stable") if values[node] > 0], float)


def some(case):
    return case.n > 0


def unweighted(case):
    return not case.weighted


SEEDS = [0, 1]
MEASURES = [
    Measure(
        "degree (in)",
        lambda case: nodes(laud.degree(case.laud, direction="in")),
        Peer("G.in_degree", lambda g, case: by_node(dict(g.in_degree if case.directed else g.degree), case.n)),
        Peer('degree(mode="in")', lambda g, case: g.degree(mode="in")),
        Peer("degreeIn", lambda g, case: [g.degreeIn(node) for node in range(case.n)]),
        needs="degree",
    ),
    Measure(
        "degree (all)",
        lambda case: nodes(laud.degree(case.laud), "degree"),
        Peer("G.degree", lambda g, case: by_node(dict(g.degree), case.n)),
        Peer("degree()", lambda g, case: g.degree()),
        needs="degree",
    ),
    Measure(
        "strength (all)",
        lambda case: nodes(laud.strength(case.laud), "strength"),
        Peer('G.degree(weight="weight")', lambda g, case: by_node(dict(g.degree(weight="weight")), case.n)),
        Peer('strength(weights="weight")', lambda g, case: g.strength(weights="weight")),
        needs="strength",
    ),
    Measure(
        "pagerank",
        lambda case: nodes(laud.pagerank(case.laud, **TIGHT)),
        Peer("pagerank(tol=1e-14 / n)", lambda g, case: by_node(nx.pagerank(g, tol=1e-14 / case.n, max_iter=100_000), case.n)),
        Peer('pagerank(weights="weight")', lambda g, case: g.pagerank(weights="weight")),
        Peer(
            "PageRank, DistributeSinks, L1_NORM",
            nk_pagerank,
            where=lambda case: case.directed or 0 not in dict(case.networkx(True).degree).values(),
        ),
        tolerance=ITERATED,
        where=some,
        differs="NetworKit loses what isolates of an undirected graph hold: not compared there",
    ),
    Measure(
        "personalized_pagerank",
        lambda case: nodes(laud.personalized_pagerank(case.laud, seeds=SEEDS, **TIGHT)),
        Peer(
            "pagerank(personalization=...)",
            lambda g, case: by_node(
                nx.pagerank(g, personalization=dict.fromkeys(SEEDS, 1), tol=1e-14 / case.n, max_iter=100_000), case.n
            ),
        ),
        Peer(
            "personalized_pagerank(reset_vertices=...)",
            lambda g, case: g.personalized_pagerank(reset_vertices=SEEDS, weights="weight"),
        ),
        tolerance=ITERATED,
        where=lambda case: case.n > 1,
    ),
    *[
        Measure(
            f"hits ({side})",
            lambda case, side=side: shared(nodes(laud.hits(case.laud, **TIGHT), f"hits_{side}")),
            Peer("hits(tol=1e-15)", lambda g, case, place=place: shared(by_node(nx.hits(g, tol=1e-15)[place], case.n))),
            Peer(
                f'{side}_score(weights="weight")',
                lambda g, case, side=side: shared(getattr(g, f"{side}_score")(weights="weight")),
                where=lambda case: case.n > 2,
            ),
            tolerance=ITERATED,
            where=lambda case: case.one_largest_singular_value,
            differs="sums to 1; compared where the largest singular value is simple; igraph errs on two nodes",
            needs="hits",
        )
        for place, side in enumerate(["hub", "authority"])
    ],
    Measure(
        "eigenvector",
        lambda case: shared(nodes(laud.eigenvector(case.laud, **TIGHT))),
        Peer(
            "eigenvector_centrality_numpy",
            lambda g, case: shared(by_node(nx.eigenvector_centrality_numpy(g, weight="weight"), case.n)),
        ),
        Peer(
            "eigenvector_centrality",
            lambda g, case: shared(g.eigenvector_centrality(weights="weight")),
        ),
        Peer(
            "EigenvectorCentrality",
            lambda g, case: shared(nk_run(nk.centrality.EigenvectorCentrality(g, 1e-14))),
            where=lambda case: not case.directed and case.one_largest_eigenvalue,
        ),
        tolerance=ITERATED,
        where=lambda case: case.n > 2 and case.strongly_connected,
        differs="compared on strongly connected graphs, scaled to sum 1; NetworKit where its iteration settles quickly",
    ),
    Measure(
        "katz",
        lambda case: nodes(laud.katz(case.laud, alpha=case.alpha, **TIGHT)),
        Peer(
            "katz_centrality_numpy(normalized=False)",
            lambda g, case: by_node(nx.katz_centrality_numpy(g, case.alpha, 1.0, normalized=False, weight="weight"), case.n),
            where=lambda case: case.n > 1,
        ),
        None,
        Peer("KatzCentrality", nk_katz),
        tolerance=ITERATED,
        where=some,
        differs="NetworKit gives c (2 x - 1); its c is taken out",
    ),
    Measure(
        "components",
        lambda case: relabelled(nodes(laud.components(case.laud))),
        Peer("connected_components", lambda g, case: labels(nx.connected_components(g), case.n), view=True),
        Peer('connected_components(mode="weak")', lambda g, case: relabelled(g.connected_components(mode="weak").membership)),
        Peer("WeaklyConnectedComponents, ConnectedComponents", nk_components),
    ),
    Measure(
        "strong_components",
        lambda case: relabelled(nodes(laud.strong_components(case.laud))),
        Peer(
            "strongly_connected_components",
            lambda g, case: labels(nx.strongly_connected_components(g.to_directed()), case.n),
        ),
        Peer('connected_components(mode="strong")', lambda g, case: relabelled(g.connected_components().membership)),
        Peer(
            "StronglyConnectedComponents",
            lambda g, case: relabelled(nk.components.StronglyConnectedComponents(g).run().getPartition().getVector()),
            where=lambda case: case.directed,
        ),
    ),
    Measure(
        "core",
        lambda case: nodes(laud.core(case.laud)),
        Peer("core_number", lambda g, case: by_node(nx.core_number(g), case.n), view=True),
        Peer("coreness()", lambda g, case: g.coreness(), view=True),
        Peer("CoreDecomposition", lambda g, case: nk_run(nk.centrality.CoreDecomposition(g)), view=True, where=some),
    ),
    Measure(
        "truss",
        lambda case: undirected_pairs(laud.truss(case.laud, by="edge")),
        Peer("k_truss for each k", nx_truss, view=True),
    ),
    Measure(
        "triangles",
        lambda case: nodes(laud.triangles(case.laud)),
        Peer("triangles", lambda g, case: by_node(nx.triangles(g), case.n), view=True),
        Peer("list_triangles()", lambda g, case: np.bincount(np.ravel(g.list_triangles()).astype(int), minlength=case.n), view=True),
    ),
    Measure(
        "clustering",
        lambda case: nodes(laud.clustering(case.laud)),
        Peer("clustering", lambda g, case: by_node(nx.clustering(g), case.n), view=True),
        Peer('transitivity_local_undirected(mode="zero")', lambda g, case: g.transitivity_local_undirected(mode="zero"), view=True),
        Peer(
            "LocalClusteringCoefficient(turbo=True)",
            lambda g, case: nk_run(nk.centrality.LocalClusteringCoefficient(g, True)),
            view=True,
            where=some,
        ),
    ),
    Measure(
        "closeness",
        lambda case: nodes(laud.closeness(case.laud, direction="in")),
        Peer("closeness_centrality", lambda g, case: by_node(nx.closeness_centrality(g), case.n)),
        Peer('closeness(mode="in", normalized=True), times the share reached', ig_closeness),
        Peer(
            "Closeness(True, Generalized)",
            lambda g, case: nk_run(nk.centrality.Closeness(g, True, nk.centrality.ClosenessVariant.Generalized)),
            where=lambda case: case.n > 1 and not case.directed,
            options={"edge": "unit"},
        ),
        differs="igraph: within what a node reaches; scaled here",
    ),
    Measure(
        "harmonic",
        lambda case: nodes(laud.harmonic(case.laud, direction="in")),
        Peer("harmonic_centrality", lambda g, case: by_node(nx.harmonic_centrality(g), case.n)),
        Peer(
            'harmonic_centrality(mode="in", normalized=False)',
            lambda g, case: g.harmonic_centrality(mode="in", normalized=False),
        ),
        Peer(
            "HarmonicCloseness(normalized=False)",
            lambda g, case: nk_run(nk.centrality.HarmonicCloseness(g, normalized=False)),
            where=lambda case: case.n > 1 and not case.directed,
            options={"edge": "unit"},
        ),
        differs="",
    ),
    Measure(
        "closeness (inverse)",
        lambda case: nodes(laud.closeness(case.laud, direction="in", distance="inverse")),
        Peer(
            "closeness_centrality(distance='length')",
            lambda g, case: by_node(nx.closeness_centrality(g, distance="length"), case.n),
        ),
        Peer(
            'closeness(mode="in", weights="length", normalized=True), times the share reached',
            lambda g, case: ig_closeness(g, case, "length"),
        ),
        where=lambda case: case.weighted,
        differs="igraph: within what a node reaches; scaled here",
        needs="closeness",
    ),
    Measure(
        "harmonic (inverse)",
        lambda case: nodes(laud.harmonic(case.laud, direction="in", distance="inverse")),
        Peer(
            "harmonic_centrality(distance='length')",
            lambda g, case: by_node(nx.harmonic_centrality(g, distance="length"), case.n),
        ),
        Peer(
            'harmonic_centrality(mode="in", weights="length", normalized=False)',
            lambda g, case: g.harmonic_centrality(mode="in", weights="length", normalized=False),
        ),
        where=lambda case: case.weighted,
        differs="",
        needs="harmonic",
    ),
    *[
        Measure(
            f"betweenness ({distance})",
            lambda case, distance=distance: nodes(laud.betweenness(case.laud, distance=distance)),
            Peer(
                f"betweenness_centrality(weight={length!r})",
                lambda g, case, length=length: by_node(nx.betweenness_centrality(g, weight=length), case.n),
            ),
            Peer(
                f"betweenness(weights={length!r}), normalised",
                lambda g, case, length=length: np.array(g.betweenness(weights=length)) * halves(case),
            ),
            Peer(
                "Betweenness(normalized=True)",
                lambda g, case: nk_run(nk.centrality.Betweenness(g, normalized=True)),
                where=lambda case: case.n > 2,
                options={"edge": length or "unit"},
            ),
            where=lambda case, length=length: case.weighted or not length,
            needs="betweenness",
        )
        for distance, length in (("unit", None), ("inverse", "length"))
    ],
    Measure(
        "edge_betweenness",
        lambda case: pairs(case, laud.edge_betweenness(case.laud)),
        Peer("edge_betweenness_centrality", lambda g, case: nx_pairs(nx.edge_betweenness_centrality(g), case)),
        Peer(
            "edge_betweenness(), normalised",
            lambda g, case: {
                edge.tuple if case.directed else tuple(sorted(edge.tuple)): value
                * (1 if case.directed else 2)
                / (case.n * (case.n - 1))
                for edge, value in zip(g.es, g.edge_betweenness(), strict=True)
            },
        ),
    ),
    Measure(
        "constraint",
        lambda case: nodes(laud.constraint(case.laud)),
        Peer(
            'constraint(weight="weight")',
            lambda g, case: by_node(nx.constraint(g, weight="weight"), case.n),
            where=some,
        ),
        Peer('constraint(weights="weight")', lambda g, case: g.constraint(weights="weight")),
        tolerance=ITERATED,
        differs="weights of both directions are added in 32 bits; NetworkX: nobody without out-arcs has one",
    ),
    Measure(
        "effective_size",
        lambda case: nodes(laud.effective_size(case.laud)),
        Peer("effective_size", lambda g, case: by_node(nx.effective_size(g), case.n), view=True, where=some),
    ),
    Measure(
        "voterank",
        lambda case: elected(nodes(laud.voterank(case.laud))),
        Peer("voterank", lambda g, case: np.array(nx.voterank(g), float), view=True),
        differs="exact votes, ties by the smaller id: NetworkX breaks some by the rounding errors of its votes",
        errs=3,
    ),
    Measure(
        "articulation",
        lambda case: (nodes(laud.articulation(case.laud)) > 0).astype(float),
        Peer(
            "articulation_points",
            lambda g, case: np.isin(np.arange(case.n), list(nx.articulation_points(g))).astype(float),
            view=True,
        ),
        Peer(
            "articulation_points()",
            lambda g, case: np.isin(np.arange(case.n), g.articulation_points()).astype(float),
            view=True,
        ),
    ),
    Measure(
        "bridges",
        lambda case: set(undirected_pairs(laud.bridges(case.laud, by="edge"))),
        Peer("bridges", lambda g, case: {tuple(sorted(edge)) for edge in nx.bridges(g)}, view=True),
        Peer("bridges()", lambda g, case: {tuple(sorted(g.es[edge].tuple)) for edge in g.bridges()}, view=True),
    ),
    Measure(
        "density",
        lambda case: number(laud.density(case.laud)),
        Peer("density", lambda g, case: nx.density(g)),
        Peer("density()", lambda g, case: g.density()),
        Peer("graphtools.density", lambda g, case: nk.graphtools.density(g)),
        where=lambda case: case.n > 1,
    ),
    Measure(
        "reciprocity",
        lambda case: laud.reciprocity(case.laud)["reciprocity"][0],
        Peer("overall_reciprocity", lambda g, case: nx.overall_reciprocity(g)),
        Peer("reciprocity()", lambda g, case: g.reciprocity()),
        where=lambda case: case.directed and case.arcs,
    ),
    Measure(
        "transitivity",
        lambda case: number(laud.transitivity(case.laud)),
        Peer("transitivity", lambda g, case: nx.transitivity(g), view=True),
        Peer('transitivity_undirected(mode="zero")', lambda g, case: g.transitivity_undirected(mode="zero"), view=True),
    ),
    Measure(
        "assortativity",
        lambda case: number(laud.assortativity(case.laud, degrees="out_in" if case.directed else "undirected")),
        Peer("degree_assortativity_coefficient", lambda g, case: nx.degree_assortativity_coefficient(g)),
        Peer("assortativity_degree()", lambda g, case: g.assortativity_degree(directed=case.directed)),
        where=lambda case: bool(case.arcs),
        differs="where all degrees at one end are the same nothing is defined: NetworkX gives a rounding error",
        errs=1,
    ),
    Measure(
        "assortativity by groups",
        lambda case: number(laud.assortativity(case.laud, groups={u: u % 3 for u in range(case.n)})),
        Peer("attribute_assortativity_coefficient", nx_by_groups),
        Peer(
            "assortativity_nominal()",
            lambda g, case: g.assortativity_nominal([u % 3 for u in range(case.n)], directed=case.directed),
        ),
        where=lambda case: bool(case.arcs),
        needs="assortativity",
    ),
    Measure(
        "diameter",
        lambda case: number(laud.diameter(case.laud)),
        Peer("diameter", lambda g, case: nx.diameter(g), view=True),
        Peer("diameter()", lambda g, case: g.diameter(directed=False), view=True),
        where=lambda case: case.strongly_connected,
        differs="undirected view; compared on strongly connected graphs; of others the largest of any component",
    ),
]


def apart(ours, theirs):
    """The largest difference, relative to values above 1; infinite where the shapes or the undefined values differ."""
    if isinstance(ours, set):
        return 0.0 if ours == theirs else float("inf")
    if isinstance(ours, dict):
        if ours.keys() != theirs.keys():
            return float("inf")
        ours, theirs = ([side[key] for key in sorted(ours)] for side in (ours, theirs))
    ours, theirs = (np.atleast_1d(np.array([np.nan if x is None else x for x in np.atleast_1d(side)], float)) for side in (ours, theirs))
    if ours.shape != theirs.shape or (np.isnan(ours) != np.isnan(theirs)).any():
        return float("inf")
    defined = ~np.isnan(ours)
    gaps = np.abs(ours - theirs)[defined] / np.maximum(1, np.abs(ours[defined]))
    return float(gaps.max(initial=0.0))


class Tally:
    def __init__(self):
        self.agreed, self.compared, self.largest, self.disagreed, self.refused = 0, 0, 0.0, [], []


def compare(measure, cases):
    """A tally for each library; None where laud or the library lacks the measure."""
    tallies = {}
    for library in ("networkx", "igraph", "networkit"):
        peer = getattr(measure, library)
        if peer and {"networkx": nx, "igraph": ig, "networkit": nk}[library]:
            tallies[library] = Tally()
    for seed, case in enumerate(cases):
        if not measure.where(case):
            continue
        ours = measure.ours(case)
        for library, tally in tallies.items():
            peer = getattr(measure, library)
            if not peer.where(case):
                continue
            try:
                theirs = peer.run(getattr(case, library)(peer.view, **peer.options), case)
            except Exception as error:
                tally.refused.append((seed, f"{type(error).__name__}: {error}"))
                continue
            gap = apart(ours, theirs)
            tally.compared += 1
            if gap <= measure.tolerance:
                tally.agreed += 1
                tally.largest = max(tally.largest, gap)
            else:
                tally.disagreed.append((seed, gap, ours, theirs))
    return tallies


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graphs", type=int, default=200)
    parser.add_argument("--measures", help="only those whose name begins with one of these, comma separated")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "agreement")
    parser.add_argument("--verbose", action="store_true", help="show the first answers that differ")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    cases = [Case(seed) for seed in range(options.graphs)]
    versions = {"laud": laud.__version__, "NetworkX": nx.__version__}
    versions |= {"igraph": ig.__version__} if ig else {}
    versions |= {"NetworKit": nk.__version__} if nk else {}
    lines = [
        f"`{' '.join(['python', 'benches/agreement.py', *sys.argv[1:]])}`",
        "",
        f"{options.graphs} seeded graphs of up to 39 nodes: {', '.join(SHAPES)}; directed or not, weighted or not. "
        f"{', '.join(f'{name} {version}' for name, version in versions.items())}.",
        "",
        "In each column: the call, and on how many of the graphs compared it agrees (within 1e-9, iterative measures 1e-6).",
        "",
        "| measure | NetworkX | igraph | NetworKit | largest difference | differs on purpose in |",
        "|---|---|---|---|---:|---|",
    ]
    wrong, later = 0, []
    for measure in MEASURES:
        if options.measures and not measure.name.startswith(tuple(options.measures.split(","))):
            continue
        if not hasattr(laud, measure.needs or measure.name.split()[0]):
            later.append(measure.name)
            continue
        try:
            tallies = compare(measure, cases)
        except Exception as error:
            print(f"{measure.name}: laud: {type(error).__name__}: {error}", file=sys.stderr)
            wrong += 1
            continue
        cells = []
        for library in ("networkx", "igraph", "networkit"):
            tally = tallies.get(library)
            if tally is None:
                cells.append("")
                continue
            call = getattr(measure, library).text.replace("|", "\\|")
            cells.append(f"`{call}` {tally.agreed}/{tally.compared}")
            if tally.refused:
                print(f"{measure.name}, {library}: refused {len(tally.refused)}: {tally.refused[0]}", file=sys.stderr)
            for seed, gap, ours, theirs in tally.disagreed[:1]:
                case = cases[seed]
                kind = f"{case.shape}, {case.n} nodes, directed {case.directed}, weighted {case.weighted}"
                print(f"{measure.name}, {library}: {len(tally.disagreed)} differ; seed {seed} ({kind}) by {gap:.2g}", file=sys.stderr)
                if options.verbose:
                    print(f"  ours   {ours}\n  theirs {theirs}", file=sys.stderr)
            wrong += max(len(tally.disagreed) - measure.errs, 0)
        largest = max((tally.largest for tally in tallies.values()), default=0)
        lines.append(f"| {measure.name} | {' | '.join(cells)} | {largest:.1e} | {measure.differs} |")
    if later:
        lines += ["", f"Not in this version of laud: {', '.join(later)}."]
    table = "\n".join(lines) + "\n"
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.with_suffix(".md").write_text(table)
    print(table)
    if wrong:
        sys.exit(f"{wrong} comparisons differ")


if __name__ == "__main__":
    main()
