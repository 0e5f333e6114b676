"""graspologic-native's side, without graspologic, which wants a whole stack around it. It computes on one thread."""

import importlib.metadata

import graspologic_native
import numpy as np
from scipy import sparse

VERSION = importlib.metadata.version("graspologic-native")


def build(edges, facts):
    """scipy csr_matrix of both directions: 64 bit starts, 32 bit neighbors, 64 bit weights"""
    source, target = (edges[end].to_numpy().astype(np.int32) for end in ("source", "target"))
    ends = np.concatenate([source, target]), np.concatenate([target, source])
    matrix = sparse.csr_matrix((np.ones(len(ends[0])), ends), shape=(facts["nodes"],) * 2)
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32, copy=False), matrix.data


def size(graph):
    return len(graph[0]) - 1, len(graph[1]) // 2


def leiden(graph, seed, iterations=1):
    """leiden_csr(indptr, indices, data, n, seed=...), which makes one iteration and returns a dictionary of the nodes"""
    return graspologic_native.leiden_csr(*graph, len(graph[0]) - 1, iterations=iterations, seed=seed)[1]


def leiden_two(graph, seed):
    """leiden_csr(indptr, indices, data, n, iterations=2, seed=...)"""
    return leiden(graph, seed, 2)
