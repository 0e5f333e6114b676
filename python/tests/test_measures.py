"""The measures give the known answers, and agree with NetworkX where it means the same."""

import inspect
import json
import random
import time
from math import isnan
from pathlib import Path

import networkx
import numpy
import polars
import pytest

import laud


def graph_of(edges: list, **options) -> laud.Graph:
    columns = {"source": [edge[0] for edge in edges], "target": [edge[1] for edge in edges]}
    return laud.Graph.from_edges(polars.DataFrame(columns), **options)


@pytest.mark.parametrize("n", [2, 5, 50])
def test_pagerank_of_a_star(n: int) -> None:
    d = 0.85
    scores = laud.pagerank(graph_of([(0, leaf) for leaf in range(1, n)], directed=False), tolerance=1e-14)
    assert scores["pagerank"][0] == pytest.approx((1 + d * (n - 1)) / (n * (1 + d)), abs=1e-12)


def test_pagerank_with_dangling_nodes() -> None:
    assert laud.pagerank(graph_of([(0, 1)]))["pagerank"] == pytest.approx([1 / 2.85, 1.85 / 2.85], abs=1e-9)
    leaves = laud.pagerank(graph_of([(leaf, 0) for leaf in range(1, 5)]))["pagerank"]
    assert leaves == pytest.approx([0.523809524] + [0.119047619] * 4, abs=1e-8)
    loop = laud.pagerank(graph_of([(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)]), tolerance=1e-13)["pagerank"]
    expected = [0.169032410693, 0.209250059144, 0.243435060326, 0.169032410693, 0.209250059144]
    assert loop == pytest.approx(expected, abs=1e-11)


def stationary(graph: networkx.DiGraph, ids: list, seeds: dict | None) -> list[float]:
    """Solves x = xG, sum(x) = 1 for NetworkX's Google matrix G."""
    google = networkx.google_matrix(graph, nodelist=ids, personalization=seeds, dangling=seeds)
    equations = numpy.vstack([google.T - numpy.eye(len(ids)), numpy.ones(len(ids))])
    return numpy.linalg.lstsq(equations, numpy.eye(len(ids) + 1)[-1])[0].tolist()


@pytest.mark.parametrize("seed", range(8))
def test_measures_agree_with_networkx(seed: int) -> None:
    rng = random.Random(seed)
    rows = [(rng.randrange(40), rng.randrange(40), rng.choice([0.5, 1.0, 3.0])) for _ in range(90)]
    rows = [row for row in rows if row[0] != row[1]]
    oracle = networkx.DiGraph()
    for source, target, weight in rows:
        before = oracle.get_edge_data(source, target, {"weight": 0.0})["weight"]
        oracle.add_edge(source, target, weight=before + weight)
    frame = polars.DataFrame(rows, schema=["source", "target", "weight"], orient="row")
    graph = laud.Graph.from_edges(frame, weight="weight")
    ids = laud.degree(graph)["id"]

    scores = laud.pagerank(graph, tolerance=1e-13)
    assert scores["pagerank"] == pytest.approx(stationary(oracle, ids, None), abs=1e-10)
    seeds = {ids[0]: 2.0, ids[1]: 1.0}
    scores = laud.personalized_pagerank(graph, seeds=seeds, tolerance=1e-13)
    assert scores["personalized_pagerank"] == pytest.approx(stationary(oracle, ids, seeds), abs=1e-10)
    expected = networkx.core_number(oracle.to_undirected())
    assert laud.core(graph)["core"] == [expected[id] for id in ids]
    assert laud.degree(graph)["degree_in"] == [oracle.in_degree(id) for id in ids]
    assert laud.strength(graph)["strength_out"] == [oracle.out_degree(id, weight="weight") for id in ids]
    arcs = networkx.to_numpy_array(oracle, ids)
    expected = numpy.linalg.solve(numpy.eye(len(ids)) - 0.05 * arcs.T, numpy.ones(len(ids))).tolist()
    assert laud.katz(graph, alpha=0.05, tolerance=1e-14)["katz"] == pytest.approx(expected)
    hubs = numpy.linalg.svd(arcs)[0][:, 0]
    hubs = (hubs / hubs.sum()).tolist()
    assert laud.hits(graph, max_iterations=100_000, tolerance=1e-13)["hits_hub"] == pytest.approx(hubs, abs=1e-6)
    for measure, components in [
        (laud.components, networkx.weakly_connected_components),
        (laud.strong_components, networkx.strongly_connected_components),
    ]:
        labels = measure(graph)[measure.__name__]
        found = {frozenset(id for id, other in zip(ids, labels) if other == label) for label in labels}
        assert found == {frozenset(part) for part in components(oracle)}
    undirected = oracle.to_undirected()
    assert laud.triangles(graph)["triangles"] == [networkx.triangles(undirected, id) for id in ids]
    expected = networkx.clustering(undirected)
    assert laud.clustering(graph)["clustering"] == pytest.approx([expected[id] for id in ids])


@pytest.mark.parametrize("seed", range(6))
def test_betweenness_agrees_with_networkx(seed: int) -> None:
    rng = random.Random(seed)
    pairs = {(rng.randrange(30), rng.randrange(30)) for _ in range(70)}
    rows = [(*pair, rng.choice([0.5, 1.0, 2.0])) for pair in pairs if pair[0] < pair[1] or seed % 2]
    rows = [row for row in rows if row[0] != row[1]]
    oracle = networkx.DiGraph() if seed % 2 else networkx.Graph()
    oracle.add_weighted_edges_from([(source, target, 1 / weight) for source, target, weight in rows])
    frame = polars.DataFrame(rows, schema=["source", "target", "weight"], orient="row")
    graph = laud.Graph.from_edges(frame, weight="weight", directed=oracle.is_directed())
    ids = laud.degree(graph)["id"]
    for distance, weight in [("unit", None), ("inverse", "weight")]:
        for normalized in (True, False):
            expected = networkx.betweenness_centrality(oracle, normalized=normalized, weight=weight)
            scores = laud.betweenness(graph, normalized=normalized, distance=distance)
            assert scores["betweenness"] == pytest.approx([expected[id] for id in ids], abs=1e-10)
            expected = networkx.edge_betweenness_centrality(oracle, normalized=normalized, weight=weight)
            table = laud.edge_betweenness(graph, normalized=normalized, distance=distance)
            found = dict(zip(zip(table["source"], table["target"]), table["edge_betweenness"]))
            assert len(found) == len(expected)
            for (u, v), value in found.items():
                key = (u, v) if (u, v) in expected else (v, u)
                assert value == pytest.approx(expected[key], abs=1e-10)
    sources, targets = ids[:4], ids[6:12]
    expected = networkx.betweenness_centrality_subset(oracle, sources, targets)
    scores = laud.betweenness(graph, normalized=False, sources=sources, targets=targets)
    # NetworkX halves pairs that an undirected graph has one way round.
    factor = 1 if oracle.is_directed() else 2
    assert scores["betweenness"] == pytest.approx([factor * expected[id] for id in ids], abs=1e-10)


def test_the_novel_has_its_known_betweenness() -> None:
    novel = networkx.les_miserables_graph()
    scores = laud.betweenness(graph_of(list(novel.edges()), directed=False))
    assert dict(zip(scores["id"], scores["betweenness"]))["Valjean"] == pytest.approx(0.569989052784, abs=1e-11)
    sample = laud.betweenness(graph_of(list(novel.edges()), directed=False), epsilon=0.05, seed=1)
    assert sample.columns == ["id", "betweenness", "betweenness_error"]
    exact = dict(zip(scores["id"], scores["betweenness"]))
    for id, value, error in zip(sample["id"], sample["betweenness"], sample["betweenness_error"]):
        assert abs(value - exact[id]) <= error <= 0.05 * 1.000001
    with pytest.raises(KeyError, match="source \"Valjan\" is not"):
        laud.betweenness(graph_of(list(novel.edges())), sources=["Valjan"])


@pytest.mark.parametrize("seed", range(4))
def test_distances_agree_with_networkx(seed: int) -> None:
    rng = random.Random(seed)
    oracle = networkx.DiGraph()
    for _ in range(70):
        oracle.add_edge(rng.randrange(40), rng.randrange(40), weight=rng.choice([0.25, 0.5, 4.0]))
    oracle.remove_edges_from(list(networkx.selfloop_edges(oracle)))
    rows = [(source, target, weight) for source, target, weight in oracle.edges(data="weight")]
    frame = polars.DataFrame(rows, schema=["source", "target", "weight"], orient="row")
    graph = laud.Graph.from_edges(frame, weight="weight")
    ids = laud.degree(graph)["id"]
    oracle = oracle.subgraph(ids).copy()
    for _, _, arc in oracle.edges(data=True):
        arc["length"] = 1 / arc["weight"]
    backward, both = oracle.reverse(), networkx.Graph(oracle.edges)
    both.add_nodes_from(oracle)
    for direction, other in [("in", oracle), ("out", backward), ("all", both)]:
        expected = networkx.harmonic_centrality(other)
        found = laud.harmonic(graph, direction=direction)["harmonic"]
        assert found == pytest.approx([expected[id] for id in ids])
        expected = networkx.closeness_centrality(other)
        found = laud.closeness(graph, direction=direction)["closeness"]
        assert found == pytest.approx([expected[id] for id in ids])
    expected = networkx.harmonic_centrality(oracle, distance="length")
    assert laud.harmonic(graph, distance="inverse")["harmonic"] == pytest.approx([expected[id] for id in ids])
    expected = networkx.closeness_centrality(oracle, distance="length")
    assert laud.closeness(graph, distance="inverse")["closeness"] == pytest.approx([expected[id] for id in ids])


def test_harmonic_can_be_estimated_or_of_the_best_alone() -> None:
    ring = graph_of([(at, (at + 1) % 30) for at in range(30)] + [(0, 15)], directed=False)
    exact = laud.harmonic(ring)["harmonic"]
    estimate = laud.harmonic(ring, epsilon=0.02)
    assert estimate.columns == ["id", "harmonic", "harmonic_error"]
    assert estimate["harmonic"] == pytest.approx(exact, rel=0.1)
    assert all(error >= 0 for error in laud.closeness(ring, epsilon=0.02)["closeness_error"])
    best = laud.harmonic(ring, k=2)["harmonic"]
    assert {at for at in range(30) if best[at] is not None} == {0, 15} and best[0] == exact[0]
    with pytest.raises(ValueError, match="distance must be unit where k is given, got inverse"):
        laud.harmonic(ring, k=2, distance="inverse")
    with pytest.raises(ValueError, match="distance must be unit, inverse or -log, got far"):
        laud.harmonic(ring, distance="far")


def test_seeds_are_ids_or_weights_or_named_sets(path_graph: laud.Graph) -> None:
    alone = laud.personalized_pagerank(path_graph, seeds=["a"])["personalized_pagerank"]
    sets = laud.personalized_pagerank(path_graph, seeds={"first": ["a"], "heavy": {"a": 5.0}, "all": ["a", "b", "c"]})
    assert sets.columns == ["id", "first", "heavy", "all"]
    assert sets["first"] == sets["heavy"] == pytest.approx(alone)
    numbers = laud.Graph.from_edges(polars.DataFrame({"source": [1], "target": [2]}))
    assert laud.personalized_pagerank(numbers, seeds=[1])["personalized_pagerank"][0] > 0.5
    with pytest.raises(KeyError, match="seed \"x\" is not"):
        laud.personalized_pagerank(path_graph, seeds=["x"])


def test_measures_take_a_network_or_one_of_its_graphs(net: laud.Network) -> None:
    assert laud.pagerank(net).to_polars().equals(laud.pagerank(net.people).to_polars())
    assert laud.degree(net).columns == ["id", "role", "degree_in", "degree_out", "degree"]
    assert "acme" not in laud.degree(net)["id"]
    assert "acme" in laud.degree(net.graph("brand"))["id"]
    assert laud.degree(net.graph(directed=False)).columns == ["id", "role", "degree"]
    for refused in (None, "graph"):
        with pytest.raises(TypeError, match="graph must be a laud.Graph or a laud.Network"):
            laud.degree(refused)


def test_scores_tell_how_the_iteration_ended(path_graph: laud.Graph) -> None:
    scores = laud.pagerank(path_graph)
    assert scores.converged and scores.iterations > 0 and scores.residual <= 1e-9
    assert scores.metadata["laud.converged.pagerank"] == "true"
    assert json.loads(scores.metadata["laud.parameters"])["damping"] == 0.85
    exact = laud.core(path_graph)
    assert (exact.converged, exact.iterations, exact.residual) == (True, None, None)


def test_not_converging_warns_and_is_an_error_when_strict() -> None:
    ring = graph_of([(at, (at + 1) % 30) for at in range(30)] + [(0, 15)])
    with pytest.warns(laud.ConvergenceWarning, match="raise max_iterations or tolerance"):
        scores = laud.pagerank(ring, max_iterations=2)
    assert (scores.converged, scores.iterations) == (False, 2)
    with pytest.raises(laud.ConvergenceWarning):
        laud.pagerank(ring, max_iterations=2, strict=True)


def test_parameters_outside_their_domain_are_refused(path_graph: laud.Graph) -> None:
    with pytest.raises(ValueError, match="damping must be in"):
        laud.pagerank(path_graph, damping=1.0)
    with pytest.raises(ValueError, match="direction must be in, out or all, got up"):
        laud.degree(path_graph, direction="up")
    with pytest.raises(TypeError):
        laud.pagerank(path_graph, 0.9)


# Tags of job files, what has no default, and what Python does not offer.
UNEXPOSED = {
    "personalized_pagerank": {"measure", "seeds", "names"},
    "simulate": {"start", "names"},
    # Given as dicts, or as a switch.
    "Network.rank": {"credit", "integrity"},
    # The parameters of the ranking stand beside those of the test.
    "backtest": {"advocates"},
    "select": {"advocates"},
    "Ranking.explain": {"advocates"},
}


def test_defaults_are_those_of_the_crate() -> None:
    for name, crate in json.loads(laud._laud._defaults()).items():
        function = laud
        for part in name.split("."):
            function = getattr(function, part)
        parameters = inspect.signature(function).parameters
        for key in crate.keys() - UNEXPOSED.get(name, {"measure"}):
            # Python has no mutable defaults.
            value = {"{}": None, "[]": None}.get(json.dumps(crate[key]), crate[key])
            value = value[0] if isinstance(value, list) and len(value) == 1 else value
            assert parameters[key].default == value, f"{name}({key})"
            assert key == "brand" or parameters[key].kind is inspect.Parameter.KEYWORD_ONLY, f"{name}({key})"


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_no_bit(threads: int) -> None:
    rng = random.Random(3)
    graph_rows = [(rng.randrange(2000), rng.randrange(2000)) for _ in range(20_000)]
    laud.set_threads(1)
    alone = laud.pagerank(graph_of(graph_rows)).to_polars()
    laud.set_threads(threads)
    try:
        assert laud.pagerank(graph_of(graph_rows)).to_polars().equals(alone)
    finally:
        laud.set_threads(2)
    with pytest.raises(ValueError, match="threads must be at least 1"):
        laud.set_threads(0)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_as_many_threads_after_a_rest_as_before() -> None:
    graph = graph_of([(0, 1), (1, 2)])

    def threads() -> int:
        laud.pagerank(graph)
        time.sleep(0.1)
        names = (task.joinpath("comm").read_text() for task in Path("/proc/self/task").iterdir())
        return sum(name.startswith("laud-") for name in names)

    laud.set_threads(3)
    try:
        assert [threads() for _ in range(3)] == [3, 3, 3]
    finally:
        laud.set_threads(2)


@pytest.mark.parametrize("seed", range(6))
def test_how_a_network_is_knit_agrees_with_networkx(seed: int) -> None:
    rng = random.Random(seed)
    rows = [(rng.randrange(30), rng.randrange(30), rng.choice([0.5, 1.0, 3.0])) for _ in range(30 + 20 * seed)]
    rows = [row for row in rows if row[0] != row[1]]
    arcs, plain = networkx.DiGraph(), networkx.Graph()
    for source, target, weight in rows:
        before = arcs.get_edge_data(source, target, {"weight": 0.0})["weight"]
        arcs.add_edge(source, target, weight=before + weight)
        plain.add_edge(source, target)
    frame = polars.DataFrame(rows, schema=["source", "target", "weight"], orient="row")
    graph = laud.Graph.from_edges(frame, weight="weight")
    alike = laud.Graph.from_edges(frame.unique(["source", "target"]))
    ids = laud.degree(graph)["id"]

    def agrees(scores: laud.Scores, expected: dict) -> None:
        # NetworkX leaves those out whom others attend to and who attend to nobody.
        known = [at for at, id in enumerate(ids) if not isnan(expected[id])]
        values = scores[scores.columns[-1]]
        assert [values[at] for at in known] == pytest.approx([expected[ids[at]] for at in known])
        assert len(known) >= len(ids) / 2

    # Named nodes, since NetworkX computes all of them another way where scipy is there.
    agrees(laud.constraint(graph), networkx.constraint(arcs, nodes=ids, weight="weight"))
    agrees(laud.constraint(graph, weighted=False), networkx.constraint(arcs, nodes=ids))
    agrees(laud.effective_size(graph, weighted=True), networkx.effective_size(arcs, nodes=ids, weight="weight"))
    agrees(laud.effective_size(alike, weighted=True), networkx.effective_size(arcs, nodes=ids))
    agrees(laud.effective_size(graph), networkx.effective_size(plain, nodes=ids))
    edges = laud.truss(graph, by="edge")
    for k in range(2, 7):
        rest = {(u, v) for u, v, truss in zip(edges["source"], edges["target"], edges["truss"]) if truss >= k}
        assert rest == {(min(edge), max(edge)) for edge in networkx.k_truss(plain, k).edges}
    points = {id for id, more in zip(ids, laud.articulation(graph)["articulation"]) if more > 0}
    assert points == set(networkx.articulation_points(plain))
    bridges = laud.bridges(graph, by="edge")
    expected = {(min(edge), max(edge)) for edge in networkx.bridges(plain)}
    assert set(zip(bridges["source"], bridges["target"])) == expected
    assert laud.density(graph) == pytest.approx(networkx.density(arcs))
    assert laud.reciprocity(graph)["reciprocity"] == pytest.approx([networkx.overall_reciprocity(arcs)])
    assert laud.transitivity(graph) == pytest.approx(networkx.transitivity(plain))
    groups = {id: id % 3 for id in ids}
    networkx.set_node_attributes(arcs, groups, "group")
    expected = networkx.attribute_assortativity_coefficient(arcs, "group")
    assert laud.assortativity(graph, groups=groups) == pytest.approx(expected)
    assert laud.assortativity(graph) == pytest.approx(networkx.degree_assortativity_coefficient(plain))
    expected = networkx.degree_assortativity_coefficient(arcs)
    assert laud.assortativity(graph, degrees="out_in") == pytest.approx(expected)


def test_the_karate_club_elects_its_spreaders() -> None:
    club = graph_of(list(networkx.karate_club_graph().edges), directed=False)
    places = {place: id for id, place in enumerate(laud.voterank(club)["voterank"]) if place is not None}
    assert [places[place] for place in range(1, 11)] == [33, 0, 32, 2, 1, 5, 31, 23, 6, 3]
    influence = laud.collective_influence(club, radius=1)["collective_influence"]
    assert (influence[0], influence[33]) == (795, 768)


def test_the_miserables_and_the_weights_of_the_karate_club() -> None:
    novel = networkx.les_miserables_graph()
    names = graph_of(list(novel.edges), directed=False)
    assert sum(laud.triangles(names)["triangles"]) == 3 * 467
    assert max(laud.core(names)["core"]) == 9
    rows = list(networkx.karate_club_graph().edges(data="weight"))
    frame = polars.DataFrame(rows, schema=["source", "target", "weight"], orient="row")
    club = laud.constraint(laud.Graph.from_edges(frame, weight="weight", directed=False))["constraint"]
    assert (club[0], club[33]) == pytest.approx((0.190623489056, 0.186287285632), abs=1e-11)


def test_brokers_stand_between_groups() -> None:
    graph = graph_of([(1, 2), (2, 3), (2, 4), (5, 2), (4, 2), (1, 3)])
    groups = {1: "a", 2: "a", 3: "a", 4: "b", 5: "c"}
    scores = laud.brokerage(graph, groups=groups | {9: "d"}, permutations=50)
    roles = ["coordinator", "itinerant", "gatekeeper", "representative", "liaison"]
    assert [scores[f"brokerage_{role}"][1] for role in roles] == [0, 0, 2, 1, 1]
    assert scores.columns[-1] == "brokerage_liaison_z"
    with pytest.raises(ValueError, match="groups must be a label for each node, got labels for 1 of 5"):
        laud.brokerage(graph, groups={1: "a"})
    with pytest.raises(TypeError, match="groups must be a dict"):
        laud.brokerage(graph, groups=["a", "b"])


def test_cores_by_weight_and_words_that_are_refused(path_graph: laud.Graph) -> None:
    frame = polars.DataFrame({"source": [1, 2, 3], "target": [2, 3, 1], "weight": [1.0, 2.0, 0.25]})
    graph = laud.Graph.from_edges(frame, weight="weight")
    assert laud.core(graph, weighted=True)["core"] == [1.25, 2.0, 2.0]
    assert laud.degree_distribution(graph)["degree_mean"] == [2.0]
    with pytest.raises(ValueError, match="by must be node or edge, got arc"):
        laud.truss(path_graph, by="arc")
    with pytest.raises(ValueError, match="degrees must be"):
        laud.assortativity(path_graph, degrees="in")


def test_nodes_are_named_by_id_wherever_an_estimate_or_a_group_asks_for_them() -> None:
    ties = [("ann", "bob"), ("bob", "cleo"), ("cleo", "ann"), ("cleo", "dan"), ("dan", "eve"), ("eve", "cleo")]
    graph = graph_of(ties)
    asked = {
        "personalized_pagerank": {"seeds": {"first": ["ann"], "second": {"bob": 2.0}}},
        "birank": {"seeds": ["ann", "bob"]},
        "betweenness": {"sources": ["ann"], "targets": ["eve"]},
        "brokerage": {"groups": dict.fromkeys("ann bob cleo dan eve".split(), "one")},
    }
    for word, parameters in asked.items():
        assert laud.estimate(word, graph, **parameters)["seconds"] > 0
    with pytest.raises(KeyError, match="zoe"):
        laud.estimate("betweenness", graph, sources=["zoe"])
    once, often = (laud.estimate("brokerage", graph, permutations=count)["seconds"] for count in (0, 99))
    assert often > 50 * once
    communities = laud.leiden(graph)
    labels = dict(zip(communities["id"], communities["community"], strict=True))
    assert laud.brokerage(graph, groups=communities).to_polars().equals(laud.brokerage(graph, groups=labels).to_polars())
    with pytest.raises(ValueError, match="names must be other than id and role"):
        laud.personalized_pagerank(graph, seeds={"id": ["ann"], "other": ["bob"]})
