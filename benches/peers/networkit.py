"""NetworKit's side."""

import networkit as nk
import numpy as np
import pyarrow as pa

nk.setNumberOfThreads(2)
nk.setSeed(0, True)
VERSION = nk.__version__
centrality = nk.centrality


def numbered(edges):
    """The library takes numbers alone; Arrow's dictionary is a quick way to number names."""
    ends = pa.chunked_array(edges["source"].chunks + edges["target"].chunks).combine_chunks().dictionary_encode()
    return ends.indices.to_numpy().astype(np.uint64).reshape(2, -1), len(ends.dictionary)


def build(edges, facts, weighted=False):
    """GraphFromCoo((source, target), n=n)"""
    ends = tuple(edges[end].to_numpy().astype(np.uint64) for end in ("source", "target"))
    if weighted:
        return nk.GraphFromCoo((1 / edges["weight"].to_numpy().astype(float), ends), n=facts["nodes"], weighted=True)
    return nk.GraphFromCoo(ends, n=facts["nodes"])


def build_strings(edges, facts):
    """Arrow's dictionary_encode, then GraphFromCoo: the library has no names"""
    ends, nodes = numbered(edges)
    return nk.GraphFromCoo((ends[0], ends[1]), n=nodes)


def size(graph):
    return graph.numberOfNodes(), graph.numberOfEdges()


def pagerank(graph, tolerance):
    """centrality.PageRank(graph, tol=...) with norm L1"""
    solver = centrality.PageRank(graph, damp=0.85, tol=tolerance, distributeSinks=centrality.SinkHandling.DistributeSinks)
    solver.norm = centrality.Norm.L1_NORM
    return solver.run().scores()


def eigenvector(graph, tolerance):
    """centrality.EigenvectorCentrality(graph, tol=...)"""
    return centrality.EigenvectorCentrality(graph, tol=tolerance).run().scores()


def katz(graph, tolerance, alpha):
    """centrality.KatzCentrality(graph, alpha, 1, tol=...), which gives c (2 x - 1): it counts the first steps twice and scales"""
    values = np.array(centrality.KatzCentrality(graph, alpha, 1.0, tolerance).run().scores())
    # With x = alpha A x + 1 the values y obey y - alpha A y = c (1 + alpha d); summed over the nodes this gives c.
    degrees = np.array(centrality.DegreeCentrality(graph).run().scores())
    scale = (values.sum() - alpha * degrees @ values) / (len(values) + alpha * degrees.sum())
    return (values / scale + 1) / 2


def components(graph):
    """components.ConnectedComponents(graph), quicker here than ParallelConnectedComponents"""
    return nk.components.ConnectedComponents(graph).run().getPartition().getVector()


def core(graph):
    """centrality.CoreDecomposition(graph, enforceBucketQueueAlgorithm=True), quicker here than its parallel default"""
    return centrality.CoreDecomposition(graph, enforceBucketQueueAlgorithm=True).run().scores()


def clustering(graph):
    """centrality.LocalClusteringCoefficient(graph, turbo=True)"""
    return centrality.LocalClusteringCoefficient(graph, turbo=True).run().scores()


def triangles(graph):
    """The same times d (d - 1) / 2: the library does not count triangles by node"""
    degrees = np.array(centrality.DegreeCentrality(graph).run().scores())
    return np.array(clustering(graph)) * degrees * (degrees - 1) / 2


def harmonic(graph):
    """centrality.HarmonicCloseness(graph, normalized=False)"""
    return centrality.HarmonicCloseness(graph, normalized=False).run().scores()


def betweenness(graph):
    """centrality.Betweenness(graph, normalized=True)"""
    return centrality.Betweenness(graph, normalized=True).run().scores()


betweenness_weighted = betweenness


def betweenness_approximate(graph):
    """centrality.KadabraBetweenness(graph, err=0.01, delta=0.1), which gives twice the value"""
    return centrality.KadabraBetweenness(graph, 0.01, 0.1).run().scores()


def halved(values):
    return values / 2


def leiden(graph, seed):
    """community.ParallelLeiden(graph)"""
    nk.setSeed(seed, True)
    return nk.community.ParallelLeiden(graph).run().getPartition()


def louvain(graph, seed):
    """community.PLM(graph)"""
    nk.setSeed(seed, True)
    return nk.community.PLM(graph).run().getPartition()


def label_propagation(graph, seed):
    """community.PLP(graph)"""
    nk.setSeed(seed, True)
    return nk.community.PLP(graph).run().getPartition()


SAME = {"betweenness_approximate": halved}
