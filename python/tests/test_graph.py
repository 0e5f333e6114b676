"""Graphs from edges: ids keep their type, rows add, order does not matter."""

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laud

IDS = {
    "int8": polars.Series([3, -1, 7], dtype=polars.Int8),
    "int64": polars.Series([3, -1, 7], dtype=polars.Int64),
    "uint32": polars.Series([3, 1, 7], dtype=polars.UInt32),
    "uint64": polars.Series([3, 1, 7], dtype=polars.UInt64),
    "string": polars.Series(["3", "-1", "a name that is longer than twelve bytes"]),
}


@pytest.mark.parametrize("kind", IDS)
def test_ids_come_back_as_they_went_in_and_in_order(kind: str) -> None:
    ids = IDS[kind]
    graph = laud.Graph.from_edges(polars.DataFrame({"source": ids, "target": ids.reverse()}))
    out = laud.degree(graph).to_polars()["id"]
    assert out.dtype == ids.dtype
    assert out.to_list() == sorted(ids.to_list())


def test_one_string_column_makes_all_ids_strings() -> None:
    graph = laud.Graph.from_edges(polars.DataFrame({"source": [10, 9], "target": ["9", "x"]}))
    assert laud.degree(graph)["id"] == ["10", "9", "x"]


def test_parallel_rows_add_and_loops_are_counted() -> None:
    frame = polars.DataFrame({"source": [1, 1, 2, 2], "target": [2, 2, 2, 1], "w": [0.5, 1.5, 9.0, 4.0]})
    graph = laud.Graph.from_edges(frame, weight="w")
    assert (graph.arc_count, graph.self_loops_dropped, graph.directed) == (2, 1, True)
    assert laud.strength(graph)["strength_out"] == [2.0, 4.0]
    undirected = laud.Graph.from_edges(frame, weight="w", directed=False)
    assert (undirected.edge_count, laud.strength(undirected)["strength"]) == (1, [6.0, 6.0])
    kept = laud.Graph.from_edges(frame, self_loops="keep")
    assert (kept.arc_count, kept.self_loops_dropped) == (3, 0)
    assert laud.strength(kept)["strength_out"] == [2.0, 2.0]


def test_nodes_decide_who_is_there_without_an_edge() -> None:
    edges = polars.DataFrame({"from": [5], "to": [3]})
    graph = laud.Graph.from_edges(edges, source="from", target="to", nodes=polars.DataFrame({"id": [4, 9, 9, 3]}))
    assert laud.degree(graph)["id"] == [3, 4, 5, 9]
    assert laud.degree(graph)["degree"] == [1, 0, 1, 0]


def test_an_empty_frame_is_an_empty_graph() -> None:
    empty = polars.DataFrame({"source": [], "target": []}, schema={"source": polars.Int64, "target": polars.Int64})
    graph = laud.Graph.from_edges(empty)
    assert (len(graph), repr(graph)) == (0, "Graph(node_count=0, edge_count=0, directed=True)")
    assert len(laud.pagerank(graph)) == 0


REFUSALS = [
    ({"source": [1], "to": [2]}, {}, laud.SchemaError, "no column `target`; the columns are source, to"),
    ({"source": [1, None], "target": [2, 3]}, {}, laud.SchemaError, "column `source` holds nulls"),
    ({"source": [1.5], "target": [2.5]}, {}, laud.SchemaError, "must hold strings or integers, got Float64"),
    ({"source": [2**64 - 1], "target": [2]}, {}, laud.SchemaError, "integers above 2\\^63"),
    ({"source": [1], "target": [2], "w": ["x"]}, {"weight": "w"}, laud.SchemaError, "column `w` must hold numbers"),
    ({"source": [1], "target": [2], "w": [None]}, {"weight": "w"}, laud.SchemaError, "column `w` must hold numbers"),
    ({"source": [1, 2], "target": [2, 1], "w": [1, None]}, {"weight": "w"}, laud.SchemaError, "column `w` holds nulls"),
    ({"source": [1], "target": [2], "w": [-1.0]}, {"weight": "w"}, ValueError, "weight must be in \\[0, 1e30\\]"),
    ({"source": [1], "target": [2]}, {"self_loops": "count"}, ValueError, "self_loops must be drop or keep, got count"),
]


@pytest.mark.parametrize(("columns", "options", "error", "sentence"), REFUSALS)
def test_bad_edges_are_refused(columns: dict, options: dict, error: type, sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        laud.Graph.from_edges(polars.DataFrame(columns), **options)


edges = st.lists(st.tuples(st.integers(-3, 9), st.integers(-3, 9), st.integers(0, 8)), max_size=40)


def graph_of(rows: list, **options) -> laud.Graph:
    schema = {"source": polars.Int64, "target": polars.Int64, "weight": polars.Float64}
    return laud.Graph.from_edges(polars.DataFrame(rows, schema=schema, orient="row"), weight="weight", **options)


@settings(max_examples=60, deadline=None)
@given(edges, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(rows: list, random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (laud.pagerank(graph_of(order)).to_polars() for order in (rows, shuffled))
    assert first.equals(second)


@settings(max_examples=60, deadline=None)
@given(edges)
def test_sums_agree_with_the_rows(rows: list) -> None:
    graph = graph_of(rows)
    proper = [row for row in rows if row[0] != row[1]]
    assert graph.node_count == len({end for row in rows for end in row[:2]})
    assert graph.arc_count == len({row[:2] for row in proper})
    assert graph.self_loops_dropped == len(rows) - len(proper)
    assert sum(laud.strength(graph)["strength_in"]) == sum(row[2] for row in proper)


@settings(max_examples=40, deadline=None)
@given(edges)
def test_strings_and_integers_give_the_same_graph(rows: list) -> None:
    numbers = graph_of([(source + 10, target + 10, weight) for source, target, weight in rows])
    texts = laud.Graph.from_edges(
        polars.DataFrame(
            [(f"{source + 10:02}", f"{target + 10:02}", weight) for source, target, weight in rows],
            schema={"source": polars.String, "target": polars.String, "weight": polars.Float64},
            orient="row",
        ),
        weight="weight",
    )
    assert laud.pagerank(numbers)["pagerank"] == laud.pagerank(texts)["pagerank"]
