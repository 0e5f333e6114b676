"""What the tests share: a small log, and the places of committed files."""

from pathlib import Path

import polars
import pytest

import laud

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def log() -> polars.DataFrame:
    """Two people and a brand everybody talks to; `dan` only acts on himself."""
    rows = [
        ("2025-03-01T08:00:00", "bob", "ann", "reply"),
        ("2025-03-01T09:00:00", "cleo", "ann", "like"),
        ("2025-03-02T10:00:00", "bob", "cleo", "RT"),
        ("2025-03-02T11:00:00", "cleo", "bob", "mention"),
        ("2025-03-03T12:00:00", "ann", "acme", "review"),
        ("2025-03-03T13:00:00", "bob", "acme", "purchase"),
        ("2025-03-04T14:00:00", "dan", "dan", "like"),
    ]
    return polars.DataFrame(rows, schema=["time", "actor", "target", "kind"], orient="row")


@pytest.fixture
def net(log: polars.DataFrame) -> laud.Network:
    return laud.Network.from_events(log, brands="acme")


@pytest.fixture
def path_graph() -> laud.Graph:
    return laud.Graph.from_edges(polars.DataFrame({"source": ["a", "b"], "target": ["b", "c"]}))
