"""libreville's side (sc-cluster-libreville): parallel, with the same communities at any number of threads."""

import importlib.metadata

import cluster_libreville

from peers.driver import THREADS

VERSION = importlib.metadata.version("sc-cluster-libreville")


def build(edges, facts):
    """edges_to_csr(source, target, n=n)"""
    return cluster_libreville.edges_to_csr(edges["source"].to_numpy(), edges["target"].to_numpy(), n=facts["nodes"])


def size(graph):
    return len(graph[0]) - 1, len(graph[1]) // 2


def leiden(graph, seed, iterations=-1):
    """leiden((indptr, indices, data), seed=..., threads=2, check_symmetry=False), which iterates until nothing changes"""
    return cluster_libreville.leiden(graph, seed=seed, n_iterations=iterations, threads=THREADS, check_symmetry=False)


def leiden_two(graph, seed):
    """leiden((indptr, indices, data), n_iterations=2, seed=..., threads=2, check_symmetry=False)"""
    return leiden(graph, seed, 2)
