"""Published networks have their published values, where LAUD_DATA has them."""

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
