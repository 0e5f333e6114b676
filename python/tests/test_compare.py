"""What became of a ranking."""

from pathlib import Path

import polars
import pytest

import laud


@pytest.fixture
def rankings(log: polars.DataFrame) -> tuple[laud.Ranking, laud.Ranking]:
    """Two days of March by engagement alone, and with two more who answer Cleo."""
    others = ("credit", "lift", "reach_new", "conversation", "affinity", "brokerage", "consistency", "trust")
    weights = {"engagement": 1.0, **dict.fromkeys(others, 0.0)}
    more = polars.DataFrame(
        [("2025-03-05T08:00:00", who, "cleo", "answer") for who in ("eve", "fay")],
        schema=log.schema,
        orient="row",
    )
    old, new = (
        laud.Network.from_events(events).rank(objective="awareness", weights=weights, bootstrap=0)
        for events in (log.head(4), log.head(4).vstack(more))
    )
    return old, new


def test_a_comparison_says_who_moved_and_why(rankings: tuple[laud.Ranking, laud.Ranking], tmp_path: Path) -> None:
    old, new = rankings
    found = laud.compare(old, new, k=1)
    assert laud.compare(old, new, k=1, p=0.5).rank_biased_overlap != found.rank_biased_overlap
    moves = {row["id"]: row for row in found.to_polars().to_dicts()}
    assert new["id"][0] == "cleo" and old["id"][0] == "ann"
    assert (moves["cleo"]["rank_old"], moves["cleo"]["rank_new"], moves["cleo"]["cause"]) == (2, 1, "new ties")
    assert moves["cleo"]["moved"] == 1 and moves["cleo"]["largest_change"] in ("engagement", "reach")
    assert (moves["eve"]["rank_old"], moves["eve"]["cause"]) == (None, "new")
    assert (found.entrants, found.leavers) == (["cleo"], ["ann"])
    assert 0 < found.rank_biased_overlap < 1 and -1 <= found.kendall_tau_b < 1 and -1 <= found.spearman < 1
    assert "1 entered the top 1, 1 left it" in found.notes
    assert "1 entered the top 1" in found._repr_html_() and "change_" not in repr(found)
    assert found.metadata["laud.spearman"] == str(found.spearman)
    # Frames and files say the same.
    same = laud.compare(old.to_polars(), new.to_arrow(), k=1)
    assert same.to_polars().equals(found.to_polars())
    for ending in ("csv", "json", "parquet"):
        old.write(tmp_path / f"old.{ending}")
        new.write(tmp_path / f"new.{ending}")
        read = laud.compare(tmp_path / f"old.{ending}", str(tmp_path / f"new.{ending}"), k=1)
        assert read.to_polars().equals(found.to_polars()), ending


def test_what_is_no_ranking_is_refused(rankings: tuple[laud.Ranking, laud.Ranking]) -> None:
    old, new = rankings
    with pytest.raises(laud.SchemaError, match="the new ranking has no column `score`"):
        laud.compare(old, new.to_polars().drop("score"))
    with pytest.raises(laud.SchemaError, match="ids are texts in the old ranking and integers in the new one"):
        laud.compare(old, new.to_polars().with_columns(id=polars.int_range(polars.len())))
    with pytest.raises(ValueError, match="k must be at least 1"):
        laud.compare(old, new, k=0)
    with pytest.raises(ValueError, match="p must be in"):
        laud.compare(old, new, p=1.0)
    with pytest.raises(TypeError, match="a path will do too"):
        laud.compare(old, 7)
