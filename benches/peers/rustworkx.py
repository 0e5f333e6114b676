"""rustworkx's side. Its PageRank and HITS need its directed graph, which is made outside their time by the first call."""

import rustworkx

VERSION = rustworkx.__version__


def build(edges, facts):
    """PyGraph(), add_nodes_from(range(n)), extend_from_edge_list(pairs)"""
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(facts["nodes"]))
    graph.extend_from_edge_list(list(zip(edges["source"].to_pylist(), edges["target"].to_pylist(), strict=True)))
    return graph


def build_strings(edges, facts):
    """A dictionary of names, add_nodes_from(names), extend_from_edge_list(pairs)"""
    ends = [edges[end].to_pylist() for end in ("source", "target")]
    number = {name: node for node, name in enumerate(dict.fromkeys(ends[0] + ends[1]))}
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(number)
    graph.extend_from_edge_list([(number[source], number[target]) for source, target in zip(*ends, strict=True)])
    return graph


def size(graph):
    return graph.num_nodes(), graph.num_edges()


def pagerank(graph, tolerance):
    """pagerank(graph.to_directed(), tol=... / n): it multiplies its tolerance by n"""
    return rustworkx.pagerank(graph, tol=tolerance / graph.num_nodes(), max_iter=10_000)


def hits(graph, tolerance):
    """hits(graph.to_directed(), tol=... / n)[0]"""
    return rustworkx.hits(graph, tol=tolerance / graph.num_nodes(), max_iter=10_000)[0]


def eigenvector(graph, tolerance):
    """eigenvector_centrality(graph, tol=... / n)"""
    return rustworkx.eigenvector_centrality(graph, tol=tolerance / graph.num_nodes(), max_iter=10_000)


def katz(graph, tolerance, alpha):
    """katz_centrality(graph, alpha, 1, tol=... / n)"""
    return rustworkx.katz_centrality(graph, alpha, 1.0, tol=tolerance / graph.num_nodes(), max_iter=10_000)


def components(graph):
    """connected_components(graph)"""
    return rustworkx.connected_components(graph)


def core(graph):
    """core_number(graph)"""
    return rustworkx.core_number(graph)


def betweenness(graph):
    """betweenness_centrality(graph)"""
    return rustworkx.betweenness_centrality(graph)


FORMS = {"pagerank": rustworkx.PyGraph.to_directed, "hits": rustworkx.PyGraph.to_directed}
