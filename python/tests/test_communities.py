"""Communities: partitions of graphs, communities of networks, their windows, and what they refuse."""

from datetime import datetime, timedelta
from pathlib import Path

import polars
import pytest

import laud


def cliques(count: int = 4, size: int = 6) -> polars.DataFrame:
    """Cliques in a ring, joined by one tie each."""
    ties = [(size * c + u, size * c + v) for c in range(count) for u in range(size) for v in range(u + 1, size)]
    ties += [(size * c, (size * (c + 1) + 1) % (count * size)) for c in range(count)]
    return polars.DataFrame(ties, schema=["source", "target"], orient="row")


@pytest.fixture
def ring() -> laud.Graph:
    return laud.Graph.from_edges(cliques(), directed=False)


@pytest.fixture
def days() -> laud.Network:
    """Two circles of five who talk every day; on the third day one of them falls silent, on the fourth a third begins."""
    start = datetime(2025, 3, 1, 9)
    rows = []
    for day, circles in enumerate([(0, 1), (0, 1), (0,), (0, 2)]):
        for circle in circles:
            names = [f"{'abc'[circle]}{i}" for i in range(5)]
            kind = ["reply", "share", "mention"][circle]
            pairs = [(u, v) for u in names for v in names if u != v]
            rows += [(start + timedelta(days=day, minutes=at), u, v, kind) for at, (u, v) in enumerate(pairs)]
    return laud.Network.from_events(polars.DataFrame(rows, schema=["time", "actor", "target", "kind"], orient="row"))


@pytest.mark.parametrize("find", [laud.leiden, laud.louvain])
def test_a_partition_is_a_table_that_knows_its_graph(find, ring: laud.Graph) -> None:  # type: ignore[no-untyped-def]
    partition = find(ring)
    assert partition.columns == ["id", "community"]
    assert partition["community"] == [u // 6 for u in range(24)]
    assert (partition.community_count, partition.converged) == (4, True)
    assert partition.members(2) == list(range(12, 18))
    assert partition.subgraph(2).edge_count == 15
    assert partition.objective == pytest.approx(60 / 64 - 4 / 16)
    assert [level.community_count for level in partition.levels()][-1] == 4
    with pytest.raises(ValueError, match="community must be below 4, got 4"):
        partition.members(4)


def test_a_network_has_roles_in_its_partition(net: laud.Network) -> None:
    partition = laud.leiden(net)
    assert partition.columns == ["id", "role", "community"]
    assert partition["id"] == ["ann", "bob", "cleo", "dan"]
    assert partition.metadata["laud.measures"].startswith('[{"measure":"leiden"')


def test_a_start_may_be_a_partition_or_labels(ring: laud.Graph) -> None:
    first = laud.leiden(ring)
    again = laud.leiden(ring, start=first, seed=5)
    assert again["community"] == first["community"]
    labels = {u: f"circle {u % 2}" for u in range(24)}
    assert laud.leiden(ring, start=labels).objective == pytest.approx(first.objective)


def test_objectives_are_named(ring: laud.Graph) -> None:
    assert laud.leiden(ring, objective="cpm", resolution=0.5).community_count == 4
    assert laud.leiden(ring, resolution=20).community_count > 4
    with pytest.raises(ValueError, match="objective must be modularity, bipartite or cpm, got potts"):
        laud.leiden(ring, objective="potts")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="odd cycle"):
        laud.leiden(ring, objective="bipartite")


def test_communities_of_a_network_are_described(days: laud.Network, tmp_path: Path) -> None:
    found = days.communities()
    assert found.columns == ["id", "role", "community", "stability"]
    assert found["stability"] == [1.0] * 15
    # Fifteen people are too few to tell three circles of unequal weight from chance.
    assert any(note.startswith("no significant communities: random graphs") for note in found.notes), found.notes
    assert days.communities(samples=0, runs=0).columns == ["id", "role", "community"]
    table = found.communities.to_polars()
    assert table["size"].to_list() == [5, 5, 5]
    assert table["external_weight"].to_list() == [0, 0, 0]
    assert sorted(table["core_members"][0].split(", ")) == [f"a{i}" for i in range(5)]
    traits = found.traits.to_polars()
    assert dict(zip(traits["community"], traits["name"])) == {0: "reply", 1: "share", 2: "mention"}
    assert (traits["ratio_low"] > 1).all() and (traits["ratio_low"] <= traits["ratio"]).all()
    assert found.events is None
    assert "3 communities hold 15 of 15 nodes" in found.notes[-1]
    found.write(tmp_path / "members.csv")
    assert (tmp_path / "members.csv").read_text().startswith("id,role,community,stability\n")


def test_communities_keep_their_numbers_from_window_to_window(days: laud.Network) -> None:
    found = days.communities(rolling="1d", seed=3)
    assert found.columns == ["window", "id", "role", "community"]
    assert found.events is not None
    events = found.events.to_polars()
    story = list(zip(events["window"].dt.day(), events["community"], events["event"]))
    assert story == [
        (1, 0, "born"), (1, 1, "born"), (2, 0, "continued"), (2, 1, "continued"),
        (3, 0, "continued"), (3, 1, "died"), (4, 0, "continued"), (4, 2, "born"),
    ]  # fmt: skip
    members = found.to_polars()
    assert members.filter(polars.col("id") == "c0")["community"].to_list() == [2]
    wide = days.communities(rolling=("1d", "2d")).communities.to_polars()
    assert wide.group_by("window", maintain_order=True).len()["len"].to_list() == [2, 2, 2, 2]


def test_what_cannot_be_found_is_refused(days: laud.Network) -> None:
    with pytest.raises(ValueError, match="method must be"):
        days.communities("pagerank")
    with pytest.raises(ValueError, match="every must be a positive number with one of the units"):
        days.communities(rolling="daily")
    with pytest.raises(ValueError, match="at most 10000 windows"):
        days.communities(rolling="1s")
    with pytest.raises(ValueError, match="unknown field `resolutoin`"):
        days.communities(resolutoin=1)


def test_a_partition_is_described_and_compared(ring: laud.Graph) -> None:
    partition = laud.leiden(ring)
    table = partition.communities().to_polars()
    assert table.columns[:3] == ["community", "size", "internal_weight"]
    assert table["internal_weight"].to_list() == [15] * 4
    assert table["cut"].to_list() == [2] * 4
    quality = partition.quality()
    assert quality["modularity"] == pytest.approx(partition.objective)
    assert quality["modularity"] == pytest.approx(laud.modularity(ring, partition))
    assert quality["coverage"] == pytest.approx(60 / 64) == laud.coverage(ring, partition)
    assert laud.conductance(ring, partition)["conductance"] == pytest.approx([2 / 32] * 4)
    assert quality["connected"] == 1
    halves = laud.leiden(ring, resolution=0.1)
    compared = partition.compare(halves)
    assert compared == {word: getattr(laud, word)(partition, halves) for word in compared}
    assert laud.nmi(partition, partition) == pytest.approx(1)
    assert partition.matching(partition)["jaccard"] == [1.0] * 4
    with pytest.raises(ValueError, match="partition"):
        laud.nmi(partition, laud.leiden(laud.Graph.from_edges(cliques(2))))


def test_whether_there_are_communities_at_all(ring: laud.Graph) -> None:
    assert laud.null_model(ring)["verdict"] == ["significant communities"]
    stable = laud.stability(ring, runs=5)
    assert stable["stability"] == [1.0] * 24 and not any(stable["bridge"])
    profile = laud.resolution_profile(ring, from_=0.5, to=4, steps=7).to_polars()
    assert 4 in profile["communities"].to_list()
    assert profile["nmi"][0] is None
    with pytest.raises(ValueError, match="samples must be at least 19"):
        laud.null_model(ring, samples=5)


def test_labels_spread_and_memberships_overlap(ring: laud.Graph) -> None:
    spread = laud.label_propagation(ring, labels={0: "red", 20: "blue"})
    assert spread.community_count == 2
    assert laud.infomap(ring).community_count == 4
    memberships = laud.ego_splitting(ring).to_polars()
    assert memberships.group_by("id").agg(polars.col("share").sum())["share"].to_list() == pytest.approx([1] * 24)
