"""Simulated logs: the same parameters give the same log, and the truth is known."""

import polars
import pytest

import laud


def test_the_same_parameters_give_the_same_log() -> None:
    first, second = (laud.simulate(people=100, days=30, seed=7) for _ in range(2))
    for one, other in zip(first, second):
        assert one.to_polars().equals(other.to_polars())
    log, truth, accounts = first
    assert not log.to_polars().equals(laud.simulate(people=100, days=30, seed=8)[0].to_polars())
    assert set(truth["role"]) <= {"advocate", "influencer", "fan", "lurker", "bot", "customer", "staff", "brand"}
    net = laud.Network.from_events(log, accounts=accounts)
    assert net.rank("acme").to_polars().join(polars.DataFrame(truth), on="id", how="anti").is_empty()


def test_bad_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="scenario must be calm, attack or concentrated, got storm"):
        laud.simulate(scenario="storm")
    with pytest.raises(ValueError, match="people must be from 10 to 5000000"):
        laud.simulate(people=1)
