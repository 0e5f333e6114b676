"""scikit-network's side."""

import importlib.metadata

import numpy as np
from scipy import sparse
from sknetwork import clustering as communities
from sknetwork import data, ranking, topology

VERSION = importlib.metadata.version("scikit-network")


def build(edges, facts):
    """scipy csr_matrix of both directions, quicker here than data.from_edge_list"""
    source, target = (edges[end].to_numpy() for end in ("source", "target"))
    ends = np.concatenate([source, target]), np.concatenate([target, source])
    return sparse.csr_matrix((np.ones(len(ends[0]), bool), ends), shape=(facts["nodes"],) * 2)


def build_strings(edges, facts):
    """data.from_edge_list(array of names, directed=False)"""
    names = np.stack([edges[end].to_numpy() for end in ("source", "target")], axis=1)
    return data.from_edge_list(names.astype("U"), directed=False, weighted=False).adjacency


def size(matrix):
    return matrix.shape[0], matrix.nnz // 2


def pagerank(matrix, tolerance):
    """ranking.PageRank(solver="piteration", n_iter=1000, tol=...), its quickest solver here"""
    return ranking.PageRank(solver="piteration", n_iter=1000, tol=tolerance).fit_predict(matrix)


def hits(matrix):
    """ranking.HITS()"""
    return ranking.HITS().fit_predict(matrix)


def katz(matrix, alpha):
    """ranking.Katz(alpha, path_length=120): it has no tolerance"""
    return ranking.Katz(alpha, 120).fit_predict(matrix)


def components(matrix):
    """topology.get_connected_components"""
    return topology.get_connected_components(matrix)


def core(matrix):
    """topology.get_core_decomposition"""
    return topology.get_core_decomposition(matrix)


def triangles(matrix):
    """topology.count_triangles(parallelize=True): the total alone"""
    return topology.count_triangles(matrix, parallelize=True)


def betweenness(matrix):
    """ranking.Betweenness(); not normalised"""
    return ranking.Betweenness().fit_predict(matrix)


def leiden(matrix):
    """clustering.Leiden(return_probs=False, return_aggregate=False)"""
    return communities.Leiden(return_probs=False, return_aggregate=False).fit_predict(matrix)


def louvain(matrix):
    """clustering.Louvain(return_probs=False, return_aggregate=False)"""
    return communities.Louvain(return_probs=False, return_aggregate=False).fit_predict(matrix)


def label_propagation(matrix):
    """clustering.PropagationClustering(return_probs=False, return_aggregate=False), which makes five sweeps"""
    return communities.PropagationClustering(return_probs=False, return_aggregate=False).fit_predict(matrix)


def with_paths_of_length_nought(values):
    return values + 1


def normalised(values):
    return values * 2 / ((len(values) - 1) * (len(values) - 2))


SAME = {"katz": with_paths_of_length_nought, "betweenness": normalised}
