"""leidenalg's side: a GPL library on igraph's graphs, installed for the benchmark alone. It computes on one thread."""

import importlib.metadata

import leidenalg

from peers.igraph import build, size  # noqa: F401

VERSION = importlib.metadata.version("leidenalg")


def leiden(graph, seed, iterations=2):
    """find_partition(graph, ModularityVertexPartition, seed=...), which makes two iterations"""
    return leidenalg.find_partition(graph, leidenalg.ModularityVertexPartition, n_iterations=iterations, seed=seed)


def leiden_converged(graph, seed):
    """find_partition(graph, ModularityVertexPartition, n_iterations=-1, seed=...)"""
    return leiden(graph, seed, -1)
