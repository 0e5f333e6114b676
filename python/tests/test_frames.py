"""Frames of every library go in, and tables come out into every library."""

import duckdb
import pandas
import polars
import pyarrow
import pytest

import laud

EDGES = {"source": ["ann", "bob", "cleo"], "target": ["bob", "cleo", "ann"]}


class ArrayOnly:
    """A frame that offers one chunk and no stream."""

    def __init__(self, batch: pyarrow.RecordBatch) -> None:
        self.batch = batch

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        return self.batch.__arrow_c_array__(requested_schema)


def frames() -> dict[str, object]:
    table = pyarrow.table(EDGES)
    return {
        "polars": polars.DataFrame(EDGES),
        "polars lazy": polars.LazyFrame(EDGES),
        "polars categorical": polars.DataFrame(EDGES).cast(polars.Categorical),
        "pandas": pandas.DataFrame(EDGES),
        "pandas categorical": pandas.DataFrame(EDGES).astype("category"),
        "pyarrow table": table,
        "pyarrow chunks": pyarrow.concat_tables([table.slice(0, 1), table.slice(1)]),
        "pyarrow reader": table.to_reader(max_chunksize=1),
        "pyarrow batch": table.to_batches()[0],
        "array only": ArrayOnly(table.to_batches()[0]),
        "duckdb": duckdb.from_arrow(table),
    }


@pytest.mark.parametrize("library", frames())
def test_every_library_gives_the_same_graph(library: str) -> None:
    graph = laud.Graph.from_edges(frames()[library])
    assert (graph.node_count, graph.edge_count) == (3, 3)
    assert laud.degree(graph)["id"] == ["ann", "bob", "cleo"]


@pytest.mark.parametrize("library", ["polars", "lazy", "pandas", "pyarrow", "duckdb"])
def test_every_library_gives_the_same_network(library: str, log: polars.DataFrame) -> None:
    table = log.to_arrow()
    same = {
        "polars": log,
        "lazy": log.lazy(),
        "pandas": log.to_pandas(),
        "pyarrow": table,
        "duckdb": duckdb.from_arrow(table),
    }[library]
    net = laud.Network.from_events(same)
    assert net.nodes()["id"] == ["acme", "ann", "bob", "cleo", "dan"]
    assert net.nodes().metadata["laud.input"] == laud.Network.from_events(log).nodes().metadata["laud.input"]


def test_a_table_goes_out_to_every_library(net: laud.Network) -> None:
    nodes = net.nodes()
    assert polars.DataFrame(nodes)["id"].to_list() == nodes["id"]
    assert nodes.to_polars().equals(polars.DataFrame(nodes))
    assert pyarrow.table(nodes).num_rows == len(nodes) == nodes.to_arrow().num_rows
    assert pandas.DataFrame.from_arrow(nodes)["id"].tolist() == nodes["id"]
    assert nodes.to_pandas().columns.tolist() == nodes.columns
    assert pyarrow.schema(nodes).names == nodes.columns
    assert pyarrow.table(nodes).schema.metadata[b"laud.version"].decode() == laud.__version__


def test_numbers_are_shared_not_copied(path_graph: laud.Graph) -> None:
    scores = laud.pagerank(path_graph)
    columns = [pyarrow.table(scores)["pagerank"].chunk(0) for _ in range(2)]
    assert columns[0].buffers()[1].address == columns[1].buffers()[1].address


def test_a_table_tells_and_shows_what_it_is(path_graph: laud.Graph) -> None:
    scores = laud.degree(path_graph)
    assert scores.columns == ["id", "degree_in", "degree_out", "degree"]
    assert len(scores.head(2)) == 2
    assert repr(scores).startswith("Scores\n")
    assert "<table>" in scores._repr_html_()
    with pytest.raises(KeyError, match="no column"):
        scores["closeness"]


def test_ids_cannot_smuggle_markup() -> None:
    graph = laud.Graph.from_edges(polars.DataFrame({"source": ["<script>"], "target": ["b"]}))
    assert "<script>" not in laud.degree(graph)._repr_html_()


@pytest.mark.parametrize("ending", ["parquet", "csv", "json", "ndjson", "arrow"])
def test_tables_write_themselves(ending: str, net: laud.Network, tmp_path) -> None:
    path = tmp_path / f"nodes.{ending}"
    net.nodes().write(path)
    assert path.stat().st_size > 0
    if ending == "parquet":
        assert polars.read_parquet(path)["id"].to_list() == net.nodes()["id"]


def test_a_generator_that_fails_fails_the_call() -> None:
    def batches():
        yield pyarrow.record_batch({"source": [1], "target": [2]})
        raise RuntimeError("the disk is gone")

    schema = pyarrow.schema({"source": pyarrow.int64(), "target": pyarrow.int64()})
    with pytest.raises(ValueError, match="the disk is gone"):
        laud.Graph.from_edges(pyarrow.RecordBatchReader.from_batches(schema, batches()))


@pytest.mark.parametrize("thing", [{"source": [1]}, 3, None, [1, 2]])
def test_what_is_no_frame_is_refused(thing: object) -> None:
    with pytest.raises(TypeError, match="expected a frame that speaks Arrow"):
        laud.Graph.from_edges(thing)
    with pytest.raises(TypeError, match="a path or a list of paths will do too"):
        laud.Network.from_events(thing)
