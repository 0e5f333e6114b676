"""igraph's side: a GPL library, installed for the benchmark alone. It computes on one thread."""

import random

import igraph
import numpy as np

VERSION = igraph.__version__


def build(edges, facts, weighted=False):
    """Graph(n, array of pairs)"""
    ends = np.stack([edges[end].to_numpy() for end in ("source", "target")], axis=1)
    lengths = {"weight": 1 / edges["weight"].to_numpy().astype(float)} if weighted else {}
    return igraph.Graph(facts["nodes"], ends, edge_attrs=lengths)


def build_strings(edges, facts):
    """Graph.DataFrame(frame, directed=False, use_vids=False)"""
    return igraph.Graph.DataFrame(edges.select(["source", "target"]).to_pandas(), directed=False, use_vids=False)


def size(graph):
    return graph.vcount(), graph.ecount()


def pagerank(graph):
    """pagerank(implementation="prpack")"""
    return graph.pagerank(directed=False, implementation="prpack")


def hits(graph, tolerance):
    """hub_score(arpack_options=ARPACKOptions(tol=...))"""
    return graph.hub_score(arpack_options=options(tolerance))


def eigenvector(graph, tolerance):
    """eigenvector_centrality(arpack_options=ARPACKOptions(tol=...))"""
    return graph.eigenvector_centrality(arpack_options=options(tolerance))


def options(tolerance):
    arpack = igraph.ARPACKOptions()
    arpack.tol = tolerance
    return arpack


def components(graph):
    """connected_components().membership"""
    return graph.connected_components().membership


def core(graph):
    """coreness()"""
    return graph.coreness()


def clustering(graph):
    """transitivity_local_undirected(mode="zero")"""
    return graph.transitivity_local_undirected(mode="zero")


def triangles(graph):
    """The same times d (d - 1) / 2, quicker here than list_triangles()"""
    degrees = np.array(graph.degree())
    return np.array(clustering(graph)) * degrees * (degrees - 1) / 2


def constraint(graph):
    """constraint()"""
    return graph.constraint()


def harmonic(graph):
    """harmonic_centrality(normalized=False)"""
    return graph.harmonic_centrality(normalized=False)


def betweenness(graph):
    """betweenness(), not normalised"""
    return graph.betweenness(directed=False)


def betweenness_weighted(graph):
    """betweenness(weights="weight"), not normalised"""
    return graph.betweenness(directed=False, weights="weight")


def leiden(graph, seed, iterations=2):
    """community_leiden(objective_function="modularity"), which makes two iterations; its random numbers are Python's"""
    random.seed(seed)
    return graph.community_leiden(objective_function="modularity", n_iterations=iterations)


def leiden_converged(graph, seed):
    """community_leiden(objective_function="modularity", n_iterations=-1)"""
    return leiden(graph, seed, -1)


def louvain(graph, seed):
    """community_multilevel()"""
    random.seed(seed)
    return graph.community_multilevel()


def label_propagation(graph, seed):
    """community_label_propagation()"""
    random.seed(seed)
    return graph.community_label_propagation()


def normalised(values):
    return values * 2 / ((len(values) - 1) * (len(values) - 2))


SAME = {"betweenness": normalised, "betweenness_weighted": normalised}
