"""laud's side. A task whose function this version lacks fails, and the driver says so."""

import os
import warnings

import laud
import polars

laud.set_threads(int(os.environ["RAYON_NUM_THREADS"]))
warnings.simplefilter("ignore", laud.ConvergenceWarning)
VERSION = laud.__version__


def build(edges, facts, weighted=False):
    """Graph.from_edges(frame, directed=False)"""
    return laud.Graph.from_edges(edges, weight="weight" if weighted else None, directed=False)


build_strings = build

# A graph keeps its triangles for the measures that ask for them again.
KEPT = {"triangles", "clustering"}


def size(graph):
    return graph.node_count, graph.edge_count


def values(scores):
    frame = polars.DataFrame(scores)
    return frame.to_series(1).to_numpy()


def pagerank(graph, tolerance):
    """pagerank(graph, tolerance=...)"""
    return laud.pagerank(graph, tolerance=tolerance, max_iterations=10_000)


def hits(graph, tolerance):
    """hits(graph, tolerance=...)"""
    return laud.hits(graph, tolerance=tolerance, max_iterations=10_000)


def eigenvector(graph, tolerance):
    """eigenvector(graph, tolerance=...)"""
    return laud.eigenvector(graph, tolerance=tolerance, max_iterations=10_000)


def katz(graph, tolerance, alpha):
    """katz(graph, alpha=..., tolerance=...)"""
    return laud.katz(graph, alpha=alpha, tolerance=tolerance, max_iterations=10_000)


def components(graph):
    """components(graph)"""
    return laud.components(graph)


def core(graph):
    """core(graph)"""
    return laud.core(graph)


def triangles(graph):
    """triangles(graph)"""
    return laud.triangles(graph)


def clustering(graph):
    """clustering(graph)"""
    return laud.clustering(graph)


def constraint(graph):
    """constraint(graph)"""
    return laud.constraint(graph)


def harmonic(graph):
    """harmonic(graph)"""
    return laud.harmonic(graph)


def betweenness(graph):
    """betweenness(graph)"""
    return laud.betweenness(graph)


def betweenness_weighted(graph):
    """betweenness(graph, distance="inverse")"""
    return laud.betweenness(graph, distance="inverse")


def betweenness_approximate(graph):
    """betweenness(graph, epsilon=0.01, delta=0.1)"""
    return laud.betweenness(graph, epsilon=0.01, delta=0.1)


def leiden(graph, seed):
    """leiden(graph, seed=...)"""
    return laud.leiden(graph, seed=seed)


def louvain(graph, seed):
    """louvain(graph, seed=...)"""
    return laud.louvain(graph, seed=seed)


if hasattr(laud, "label_propagation"):

    def label_propagation(graph, seed):
        """label_propagation(graph, seed=...)"""
        return laud.label_propagation(graph, seed=seed)
