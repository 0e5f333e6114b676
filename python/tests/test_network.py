"""Networks: read from frames and files, looked at, saved, ranked; refusals say what to do."""

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import polars
import pytest

import laud


def test_a_network_knows_its_log(net: laud.Network) -> None:
    assert len(net) == 5
    assert repr(net) == "Network(nodes=5, events=7, as_of=2025-03-04 14:00:00+00:00)"
    nodes = dict(zip(net.nodes()["id"], net.nodes()["role"]))
    assert nodes == {"acme": "brand", "ann": "customer", "bob": "customer", "cleo": "customer", "dan": "customer"}
    assert net.people.node_count == 4, "dan is there without a tie"
    assert net.receipt.count("self events") == 1
    assert net.receipt.count("no such reason") == 0
    arcs = net.arcs().to_polars()
    assert arcs.filter(polars.col("target") == "acme")["layer"].to_list() == ["brand", "brand"]
    assert arcs["first"].dtype == polars.Datetime("us", "UTC")
    assert net.arcs()["first"][0] == datetime(2025, 3, 3, 12, tzinfo=timezone.utc)


def test_the_receipt_is_a_table_and_a_dict(net: laud.Network) -> None:
    receipt = net.receipt
    assert receipt.columns == ["reason", "count", "example"]
    assert receipt.to_dict()["entries"]["self events"]["count"] == 1
    assert receipt.to_dict()["facts"] == receipt.facts
    assert receipt.warnings == []
    assert "self events" in receipt._repr_html_()


def test_warnings_of_the_receipt_are_issued() -> None:
    brand_only = polars.DataFrame({"time": ["2025-03-01"], "actor": ["ann"], "target": ["acme"]})
    with pytest.warns(UserWarning, match="no event between two people"):
        net = laud.Network.from_events(brand_only, brands=["acme"])
    assert len(net.receipt.warnings) == 1


@pytest.mark.parametrize("ending", ["csv", "parquet", "ndjson", "arrow"])
def test_files_and_frames_give_the_same_network(ending: str, log: polars.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / f"log.{ending}"
    writers = {"csv": log.write_csv, "parquet": log.write_parquet, "ndjson": log.write_ndjson, "arrow": log.write_ipc}
    writers[ending](path)
    frame = laud.Network.from_events(log).nodes().to_polars()
    for source in (path, str(path), [path], str(tmp_path / "*")):
        assert laud.Network.from_events(source).nodes().to_polars().equals(frame)


def test_columns_are_mapped(log: polars.DataFrame) -> None:
    renamed = log.rename({"actor": "who", "target": "whom"}).drop("kind")
    net = laud.Network.from_events(renamed, columns={"actor": "who", "target": "whom", "kind": "=share"})
    assert net.arcs().columns[-1] == "events_share"
    with pytest.raises(laud.SchemaError, match="no column `actor`"):
        laud.Network.from_events(renamed)
    with pytest.raises(ValueError, match="column must be one of time, actor"):
        laud.Network.from_events(renamed, columns={"user": "who"})


def test_a_file_without_header_is_read_by_its_options(tmp_path: Path) -> None:
    path = tmp_path / "mentions.txt"
    path.write_text("1|2|1700000000\n2|1|1700000060\n")
    net = laud.Network.from_events(
        path, header=["actor", "target", "time"], separator="|", time_unit="s", kind_from_name={"mention": "mention"}
    )
    assert net.nodes()["id"] == [1, 2]
    assert net.as_of == datetime(2023, 11, 14, 22, 14, 20, tzinfo=timezone.utc)


def test_moments_are_texts_dates_datetimes_or_microseconds(log: polars.DataFrame) -> None:
    midnight = datetime(2025, 3, 3, tzinfo=timezone.utc)
    microseconds = (midnight - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)
    for moment in ("2025-03-03", date(2025, 3, 3), midnight, midnight.replace(tzinfo=None), microseconds):
        net = laud.Network.from_events(log, as_of=moment)
        assert (net.as_of, len(net.arcs())) == (midnight, 4)
    vienna = laud.Network.from_events(log, as_of=datetime(2025, 3, 3), timezone="Europe/Vienna")
    assert vienna.as_of == midnight - timedelta(hours=1)
    window = laud.Network.from_events(log, since="2025-03-02", until=date(2025, 3, 3))
    assert len(window.arcs()) == 2
    with pytest.raises(TypeError, match="a moment must be"):
        laud.Network.from_events(log, as_of=1.5)
    with pytest.raises(ValueError, match="as_of must be"):
        laud.Network.from_events(log, as_of="next week")


def test_weights_follow_the_parameters(log: polars.DataFrame) -> None:
    def weight(**options) -> dict:
        arcs = laud.Network.from_events(log, **options).arcs()
        return dict(zip(zip(arcs["source"], arcs["target"]), arcs["weight"]))

    assert weight(half_life="none")["bob", "ann"] == 1.5
    assert weight(half_life="none", kinds={"reply": 4})["bob", "ann"] == 4
    assert weight(half_life={"reply": "none"})["bob", "ann"] == 1.5
    assert weight(half_life="30d")["bob", "ann"] < 1.5
    assert weight(half_life="none", log1p=True)["bob", "ann"] == pytest.approx(0.9162907318741551)
    assert weight(half_life="none", cap=0.25)["bob", "ann"] == 0.25
    assert ("bob", "ann") not in weight(exclude=["ann"])
    for bad in ({"half_life": "30 moons"}, {"cap": -1.0}, {"kinds": {"like": -1}}, {"timezone": "Mars/Olympus"}):
        with pytest.raises(ValueError, match="must be"):
            laud.Network.from_events(log, **bad)


def test_accounts_declare_roles(log: polars.DataFrame) -> None:
    accounts = polars.DataFrame({"id": ["acme", "cleo", "eve"], "role": ["brand", "staff", "customer"], "followers": [1, 2, 3]})
    net = laud.Network.from_events(log, accounts=accounts)
    nodes = net.nodes().to_polars()
    assert nodes.filter(polars.col("id") == "cleo")["role"].item() == "staff"
    assert nodes.filter(polars.col("id") == "eve")["followers"].item() == 3
    assert len(net.people) == 5
    without = laud.Network.from_events(log, accounts=accounts, staff=False)
    assert len(without.people) == 4


def test_links_join_the_accounts_of_one_person(log: polars.DataFrame) -> None:
    links = polars.DataFrame({"account": ["bob"], "other": ["dan"]})
    assert len(laud.Network.from_events(log, links=links)) == 4


def test_bad_rows_are_skipped_until_there_are_too_many(log: polars.DataFrame) -> None:
    broken = polars.concat([log, log.with_columns(time=polars.lit("yesterday"))])
    for limit in (7, 0.5, "50%"):
        net = laud.Network.from_events(broken, max_bad_rows=limit)
        assert len(net.arcs()) == 6
    with pytest.raises(ValueError, match="yesterday"):
        laud.Network.from_events(broken, max_bad_rows=3)


def test_unknown_ids_name_the_nearest(log: polars.DataFrame, net: laud.Network) -> None:
    with pytest.raises(KeyError, match="did you mean \"acme\""):
        laud.Network.from_events(log, brands="acmee")
    with pytest.raises(KeyError, match="did you mean \"acme\""):
        net.rank("acmee")
    with pytest.raises(ValueError, match="layer must be people or brand, got crowd"):
        net.graph("crowd")


def test_files_that_are_not_there_are_os_errors(tmp_path: Path, net: laud.Network) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        laud.Network.from_events(tmp_path / "gone.csv")
    assert caught.value.filename == str(tmp_path / "gone.csv")
    with pytest.raises(OSError):
        laud.Network.load(tmp_path / "gone")
    with pytest.raises(OSError, match="ending"):
        net.nodes().write(tmp_path / "nodes.xlsx")


def test_a_saved_network_comes_back(net: laud.Network, tmp_path: Path) -> None:
    net.save(tmp_path / "shop")
    back = laud.Network.load(tmp_path / "shop")
    assert repr(back) == repr(net)
    for one, other in ((back.nodes(), net.nodes()), (back.arcs(), net.arcs()), (back.rank(), net.rank())):
        assert one.to_arrow().equals(other.to_arrow(), check_metadata=True)


def test_a_ranking_explains_itself(net: laud.Network) -> None:
    ranking = net.rank("acme", objective="awareness")
    table = ranking.to_polars()
    assert table["rank"].to_list() == [1, 2, 3, 4]
    parts = table.select(polars.sum_horizontal("^contribution_.*$")).to_series()
    assert parts.to_list() == pytest.approx(table["score"].to_list())
    assert any("not backtested" in note for note in ranking.notes)
    assert "not backtested" in ranking._repr_html_()
    assert len(net.rank("acme", limit=2)) == 2
    assert json.loads(ranking.metadata["laud.parameters"])["advocates"]["brand"] == "acme"
    with pytest.raises(ValueError, match="objective must be"):
        net.rank(objective="deflection")
    with pytest.raises(ValueError, match="k must be at least 1"):
        net.rank(k=0)
    with pytest.raises(TypeError):
        net.rank("acme", draws=200)


def test_a_brand_named_in_rank_is_a_brand_for_the_call(log: polars.DataFrame) -> None:
    plain = laud.Network.from_events(log)
    assert plain.rank("acme")["id"] == laud.Network.from_events(log, brands="acme").rank("acme")["id"]
    assert "acme" in plain.rank()["id"]
