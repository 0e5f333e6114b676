"""Published networks have their published values, where LAUD_DATA has them."""

import gzip
import json
import os
from pathlib import Path

import polars
import pytest

import laud

DATA = Path(os.environ.get("LAUD_DATA", Path(__file__).parents[3] / "shared" / "data"))


def data(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is missing: set LAUD_DATA to the folder of the real logs")
    return path


def by_id(scores: laud.Table, column: str) -> dict:
    return dict(zip(scores["id"], scores[column], strict=True))


def test_valjean_stands_between_the_miserables() -> None:
    names = polars.read_csv(data("classics/lesmis.nodes.csv.gz"))
    edges = polars.read_csv(data("classics/lesmis.edges.csv.gz"))
    edges = edges.select(
        source=polars.col("source").replace_strict(names["id"], names["label"]),
        target=polars.col("target").replace_strict(names["id"], names["label"]),
        weight=polars.col("value"),
    )
    graph = laud.Graph.from_edges(edges, weight="weight", directed=False)
    assert (graph.node_count, graph.edge_count, edges["weight"].sum()) == (77, 254, 820)
    strength = by_id(laud.strength(graph), "strength")
    assert [strength[name] for name in ("Valjean", "Marius", "Enjolras")] == [158, 104, 91]
    pagerank = by_id(laud.pagerank(graph, tolerance=1e-13), "pagerank")
    assert pagerank["Valjean"] == pytest.approx(0.099558108254, abs=1e-11)
    assert pagerank["Marius"] == pytest.approx(0.051668108048, abs=1e-11)
    betweenness = by_id(laud.betweenness(graph), "betweenness")
    assert betweenness["Valjean"] == pytest.approx(0.569989052784, abs=1e-11)
    assert sum(laud.triangles(graph)["triangles"]) == 3 * 467
    assert max(laud.core(graph)["core"]) == 9


def test_everybody_on_mathoverflow_is_as_close_as_another_library_found() -> None:
    files = [data(f"mathoverflow/sx-mathoverflow-{kind}.txt.gz") for kind in ("a2q", "c2a", "c2q")]
    columns = ["source", "target", "time"]
    rows = polars.concat(
        polars.read_csv(file, has_header=False, separator=" ", new_columns=columns) for file in files
    )
    graph = laud.Graph.from_edges(rows, nodes=rows.select(id="source").vstack(rows.select(id="target")))
    reference = polars.read_csv(data("mathoverflow/closeness-reference.csv.gz")).sort("user")
    assert graph.node_count == len(reference) == 24_818
    for direction, column in (("out", "closeness_along_uv"), ("in", "closeness_against_uv")):
        scores = laud.closeness(graph, direction=direction).to_polars()
        assert scores["id"].to_list() == reference["user"].to_list()
        assert (scores["closeness"] - reference[column]).abs().max() < 1e-9, direction


def test_a_congress_on_twitter_has_the_values_of_another_tool() -> None:
    edges = polars.read_csv(data("nodexl/edges.csv"), infer_schema=False).select(
        source="Vertex 1", target="Vertex 2"
    )
    known = polars.read_csv(data("nodexl/vertices.csv"), infer_schema=False)
    known = known.with_columns(polars.col("^.*Centrality$", "In-Degree", "Out-Degree").cast(float)).sort("Vertex")
    kept = laud.Graph.from_edges(edges, nodes=known.select(id="Vertex"), self_loops="keep")
    degree = laud.degree(kept)
    assert degree["id"] == known["Vertex"].to_list()
    assert degree["degree_in"] == known["In-Degree"].to_list()
    assert degree["degree_out"] == known["Out-Degree"].to_list()
    graph = laud.Graph.from_edges(edges, nodes=known.select(id="Vertex"), directed=False)
    betweenness = laud.betweenness(graph, normalized=False).to_polars()["betweenness"]
    assert (2 * betweenness - known["Betweenness Centrality"]).abs().max() < 1e-3
    # Its closeness is 1 / (sum of distances); ours is (r / (n - 1)) (r / sum) with r others in the component.
    near = laud.closeness(graph).to_polars().join(laud.components(graph).to_polars(), on="id", maintain_order="left")
    near = near.with_columns(others=polars.len().over("components") - 1.0)
    reciprocal = (near["closeness"] * (len(near) - 1) / near["others"] ** 2).fill_nan(0.0)
    assert (reciprocal - known["Closeness Centrality"]).abs().max() < 1e-6


def test_ego_facebook_has_its_brokers_and_its_diameter() -> None:
    file = data("ego-facebook/facebook_combined.txt")
    edges = polars.read_csv(file, has_header=False, separator=" ", new_columns=["source", "target"])
    graph = laud.Graph.from_edges(edges, directed=False)
    betweenness = by_id(laud.betweenness(graph), "betweenness")
    first = sorted(betweenness, key=betweenness.get, reverse=True)[:4]
    assert first == [107, 1684, 3437, 1912]
    assert [round(betweenness[user], 5) for user in first] == [0.48052, 0.33780, 0.23612, 0.22930]
    assert laud.diameter(graph) == 8


def with_groups(edges: polars.DataFrame, nodes: polars.DataFrame) -> tuple[laud.Graph, laud.Partition]:
    graph = laud.Graph.from_edges(edges, nodes=nodes.select("id"), directed=False)
    return graph, laud.Partition.from_labels(graph, dict(nodes.select("id", "label").iter_rows()))


def recovered(graph: laud.Graph, truth: laud.Partition) -> tuple[float, float]:
    """The mean of modularity and of the agreement with what is known, over ten seeds."""
    found = [laud.leiden(graph, seed=seed) for seed in range(10)]
    assert all(partition.quality()["connected"] == 1.0 for partition in found)
    return (
        sum(partition.objective for partition in found) / 10,
        sum(laud.nmi(partition, truth) for partition in found) / 10,
    )


# The least modularity and agreement: .001 and .01 below the mean of ten seeds of igraph's Leiden.
@pytest.mark.parametrize(
    ("name", "group", "modularity", "agreement"),
    [("football", "value_tsevans", 0.6036, 0.923), ("polbooks", "value", 0.5261, 0.551)],
)
def test_known_groups_are_recovered(name: str, group: str, modularity: float, agreement: float) -> None:
    nodes = polars.read_csv(data(f"classics/{name}.nodes.csv.gz")).select("id", label=group)
    quality, nmi = recovered(*with_groups(polars.read_csv(data(f"classics/{name}.edges.csv.gz")), nodes))
    assert quality >= modularity and nmi >= agreement, (quality, nmi)


def test_departments_that_write_to_each_other_are_recovered() -> None:
    arcs = polars.read_csv(data("email-eu/email-Eu-core.txt"), separator=" ")
    nodes = polars.read_csv(data("email-eu/email-Eu-core-department-labels.txt"), separator=" ").rename({"node": "id"})
    _, nmi = recovered(*with_groups(arcs, nodes))
    assert nmi >= 0.57, nmi


def planted(size: int, mixing: float) -> tuple[polars.DataFrame, polars.DataFrame]:
    stem = f"lfr/LFR_N{size}_ad5_mc50_mu{mixing}"
    columns = ["source", "target", "attributes"]
    edges = polars.read_csv(data(f"{stem}.csv.gz"), separator="\t", has_header=False, new_columns=columns)
    with gzip.open(data(f"{stem}.truth.json.gz")) as file:
        communities = json.load(file)["communities"]
    labels = [(node, label) for label, members in enumerate(communities) for node in members]
    return edges, polars.DataFrame(labels, schema=["id", "label"], orient="row")


# With four ties each on average, what is planted is hard to see. Bounds as above.
@pytest.mark.parametrize(
    ("size", "mixing", "modularity", "agreement"),
    [
        (1000, 0.1, 0.8198, 0.967),
        (1000, 0.3, 0.5325, 0.219),
        (1000, 0.5, 0.4929, 0.082),
        (10_000, 0.1, 0.9248, 0.965),
        (10_000, 0.3, 0.5886, 0.329),
        (10_000, 0.5, 0.5353, 0.154),
    ],
)
def test_planted_communities_are_recovered(size: int, mixing: float, modularity: float, agreement: float) -> None:
    quality, nmi = recovered(*with_groups(*planted(size, mixing)))
    assert quality >= modularity and nmi >= agreement, (quality, nmi)


def test_the_miserables_reach_their_best_modularity() -> None:
    edges = polars.read_csv(data("classics/lesmis.edges.csv.gz"))
    graph = laud.Graph.from_edges(edges, weight="value", directed=False)
    weighted = max(laud.leiden(graph, seed=seed).objective for seed in range(5))
    unweighted = max(laud.leiden(graph, weighted=False, seed=seed).objective for seed in range(5))
    assert weighted >= 0.56668 and unweighted >= 0.56
