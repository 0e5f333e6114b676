"""Whom to invite: why somebody ranks where they do, and whom to invite together."""

import re

import numpy
import polars
import pytest

import laud


@pytest.fixture(scope="module")
def town() -> laud.Network:
    log, _, accounts = laud.simulate(people=300, days=120, seed=1)
    return laud.Network.from_events(log, accounts=accounts)


@pytest.fixture(scope="module")
def ranking(town: laud.Network) -> laud.Ranking:
    return town.rank("acme", k=20, bootstrap=40)


def test_evidence_crosses_to_numpy_without_a_copy(ranking: laud.Ranking) -> None:
    features, names = ranking.features, ranking.feature_names
    assert features.shape == (len(ranking), len(names)) and features.dtype == numpy.float64
    assert not features.flags.owndata and not features.flags.writeable
    assert features.ctypes.data == ranking.features.ctypes.data, "the memory of the ranking itself"
    for column, name in enumerate(names):
        assert features[:, column].tolist() == ranking[f"evidence_{name}"]
    with pytest.raises(ValueError, match="read-only"):
        features[0, 0] = 1.0


def test_features_outlive_their_ranking(town: laud.Network) -> None:
    ranking = town.rank("acme", bootstrap=0)
    features, credit = ranking.features, ranking["evidence_credit"]
    del ranking
    assert features[:, 0].tolist() == credit


def test_an_explanation_adds_up_and_agrees_with_the_ranking(ranking: laud.Ranking) -> None:
    for row in (0, 5, len(ranking) - 1):
        why = ranking.explain(ranking["id"][row], changes=1)
        assert (why.id, why.rank, why.people) == (ranking["id"][row], row + 1, len(ranking))
        assert sum(why["contribution"]) == pytest.approx(why.score, abs=1e-12)
        assert why.score == ranking["score"][row]
        assert why.interval == (ranking["rank_low"][row], ranking["rank_high"][row])
        assert why.p_top_k == ranking["p_top_k"][row]
        assert set(why["feature"]) <= set(ranking.feature_names)


def test_a_card_can_be_shown_to_whom_it_is_about(ranking: laud.Ranking) -> None:
    ids = set(ranking["id"])
    why = ranking.explain(ranking["id"][0])
    for card in (why.card, str(why), why._repr_html_()):
        assert why.id in card
        assert not (ids - {why.id}) & set(re.findall(r"\w+", card))
    assert set(why.sources["by"]) >= {"person", "kind", "week"}
    assert all(rank is None or rank >= 1 for rank in why.changes["rank"])
    assert any("backtested" in note for note in why.notes)


def test_who_is_not_in_the_log_or_not_ranked_is_told(ranking: laud.Ranking) -> None:
    with pytest.raises(KeyError, match="nobody-at-all"):
        ranking.explain("nobody-at-all")
    with pytest.raises(ValueError, match="a brand"):
        ranking.explain("acme")
    with pytest.raises(ValueError, match="sources must be at least 1"):
        ranking.explain(ranking["id"][0], sources=0)


def test_a_set_is_worth_at_least_the_first_by_score(town: laud.Network) -> None:
    chosen = laud.select(town, brand="acme", k=10)
    first = laud.select(town, brand="acme", k=10, method="score")
    cascade = laud.select(town, brand="acme", k=10, method="ris")
    assert chosen.value >= first.value == chosen.value_of_first and chosen.value >= cascade.value
    assert chosen.value >= laud.select(town, brand="acme", k=10, method="degree").value
    assert chosen.bound is None and cascade.bound is not None and cascade.bound > 0.5
    assert chosen["pick"] == list(range(1, 11)) and chosen["value"][-1] == chosen.value
    assert chosen["id"] == laud.select(town, brand="acme", k=10)["id"]


def test_a_cascade_goes_as_its_model_says(town: laud.Network) -> None:
    alone = laud.select(town, brand="acme", k=5, method="ris", probability=0.0)
    assert alone.bound is not None and len(alone) == 5
    together = laud.select(town, brand="acme", k=5, method="ris", model="threshold")
    assert together["id"] == laud.select(town, brand="acme", k=5, method="ris", model="threshold")["id"]
    with pytest.raises(ValueError, match="probability must be share, weight or a number"):
        laud.select(town, brand="acme", method="ris", probability="often")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="model must be independent or threshold"):
        laud.select(town, brand="acme", method="ris", model="gossip")  # type: ignore[arg-type]


def test_limits_are_kept(town: laud.Network) -> None:
    free = laud.select(town, brand="acme", k=10)
    paid = laud.select(town, brand="acme", k=10, costs={free["id"][0]: 5.0}, budget=4)
    assert free["id"][0] not in paid["id"] and paid["cost"][-1] == 4
    few = laud.select(town, brand="acme", k=10, quota=1)
    assert len(set(few["community"])) == len(few)
    with pytest.raises(ValueError, match="a column of the nodes"):
        laud.select(town, brand="acme", quota=1, groups="region")
    with pytest.raises(ValueError, match="method must be greedy, ris, degree or score"):
        laud.select(town, brand="acme", method="luck")  # type: ignore[arg-type]


def test_sampling_finds_what_simulation_confirms() -> None:
    frame = polars.DataFrame({"source": [1, 2, 3, 5, 6], "target": [0, 0, 0, 4, 5]})
    graph = laud.Graph.from_edges(frame)
    found = laud.ris(graph, k=2, probability=1.0)
    assert found["id"] == [0, 4]
    assert found.value == pytest.approx(7, abs=0.2) and found.bound is not None and found.bound > 0.53
    for model in ("independent", "threshold"):
        spread = laud.spread(graph, found["id"], model=model)
        assert (spread["spread"], spread["standard_error"], spread["runs"]) == ([7.0], [0.0], [1024])
    half = laud.spread(graph, [0], probability=0.5, runs=10_000)
    assert abs(half["spread"][0] - 2.5) < 4 * half["standard_error"][0]
    with pytest.raises(KeyError, match="seed"):
        laud.spread(graph, [99])
    with pytest.raises(ValueError, match="probability must be share, weight or a number"):
        laud.ris(graph, probability="luck")  # type: ignore[arg-type]


def test_segments_count_who_buys_and_who_brings() -> None:
    rows = [("ann", "acme", "purchase", 90.0), ("bob", "acme", "purchase", 10.0), ("cleo", "acme", "purchase", 80.0)]
    rows += [("dan", "acme", "purchase", -5.0), ("bob", "ann", "referred_by", None), ("dan", "ann", "referred_by", None)]
    rows += [("eve", "cleo", "reply", None), ("cleo", "eve", "reply", None), ("ann", "zeta", "purchase", 500.0)]
    names = ["actor", "target", "kind", "value"]
    log = polars.DataFrame(rows, schema=names, orient="row").with_columns(time=polars.int_range(polars.len()) * 86_400 + 1_700_000_000)

    def by_id(log: polars.DataFrame, column: str) -> dict[str, object]:
        ranking = laud.Network.from_events(log, brands=["acme", "zeta"], time_unit="s").rank(brand="acme", bootstrap=0)
        people = ranking.segments.to_polars()
        assert people["segment"].to_list() == ["champion", "affluent", "advocate", "miser"]
        told = ranking.to_polars()
        assert people["people"].sum() == told["segment"].drop_nulls().len()
        assert people["spent"].sum() == pytest.approx(told.filter(polars.col("segment").is_not_null())["evidence_spent"].sum())
        return dict(zip(told["id"], told[column], strict=True))

    assert by_id(log, "evidence_spent") == {"ann": 90, "bob": 10, "cleo": 80, "dan": 0, "eve": 0}
    assert by_id(log, "segment") == {"ann": "champion", "bob": "miser", "cleo": "affluent", "dan": None, "eve": None}
    # Without money a purchase is a purchase.
    assert by_id(log.drop("value"), "evidence_spent") == {"ann": 1, "bob": 1, "cleo": 1, "dan": 1, "eve": 0}
