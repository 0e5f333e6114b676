"""Long calls can be interrupted, let other threads run, tell how far they are, and survive a fork."""

import io
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy
import polars
import pyarrow
import pytest

import laud

LONG = textwrap.dedent(
    """
    import numpy, polars, laud
    rng = numpy.random.default_rng(0)
    frame = polars.DataFrame({"source": rng.integers(0, 200_000, 1_500_000), "target": rng.integers(0, 200_000, 1_500_000)})
    graph = laud.Graph.from_edges(frame)
    print("ready", flush=True)
    told = []

    def tell(*news):
        told.append(news) or len(told) > 1 or print("computing", flush=True)

    try:
        laud.CALL, progress=tell)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    """
)


@pytest.mark.parametrize(
    "call",
    [
        "pagerank(graph, damping=0.9999999, tolerance=1e-300, max_iterations=2_000_000_000",
        "betweenness(graph",
        "betweenness(graph, distance='inverse'",
        "betweenness(graph, epsilon=0.0001",
        "edge_betweenness(graph",
        "closeness(graph",
        "harmonic(graph, distance='inverse'",
        "harmonic(graph, epsilon=0.01625",
        "harmonic(graph, k=100",
        "brokerage(graph, groups={node: node % 3 for node in range(200_000)}, permutations=1_000_000",
        "collective_influence(graph, radius=5",
    ],
)
def test_ctrl_c_ends_a_long_call_at_once(call: str) -> None:
    program = LONG.replace("CALL", call)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            # The first news comes from inside the call.
            assert process.stdout.readline() == "computing\n"
            time.sleep(0.5)
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            assert process.stdout.readline() == "interrupted\n"
            took = time.monotonic() - began
            assert took < 1.0
            print(f"{call[:50]}: {took:.3f} s")
        finally:
            process.kill()


@pytest.fixture(scope="module")
def large() -> laud.Graph:
    rng = numpy.random.default_rng(1)
    ends = {name: rng.integers(0, 50_000, 400_000) for name in ("source", "target")}
    return laud.Graph.from_edges(polars.DataFrame(ends))


def slow(graph: laud.Graph, **options) -> None:
    with pytest.warns(laud.ConvergenceWarning):
        laud.pagerank(graph, damping=0.99999, tolerance=1e-300, max_iterations=150, **options)


def test_other_threads_run_meanwhile(large: laud.Graph) -> None:
    steps = []
    stop = threading.Event()

    def count() -> None:
        while not stop.is_set():
            steps.append(time.monotonic())
            time.sleep(0.001)

    counter = threading.Thread(target=count, daemon=True)
    counter.start()
    began = time.monotonic()
    slow(large)
    ended = time.monotonic()
    stop.set()
    counter.join()
    inside = sum(began < step < ended for step in steps)
    assert inside > (ended - began) * 50, f"{inside} steps in {ended - began:.3f} s"


def test_calls_in_several_threads_agree(large: laud.Graph) -> None:
    alone = laud.pagerank(large)["pagerank"]
    results = [None] * 4

    def work(at: int) -> None:
        results[at] = laud.pagerank(large)["pagerank"]

    threads = [threading.Thread(target=work, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(result == alone for result in results)


def test_a_callable_hears_of_progress(large: laud.Graph) -> None:
    heard = []
    slow(large, progress=lambda *news: heard.append(news))
    stage, done, total = heard[-1]
    assert (stage, type(done), type(total)) == ("pagerank", int, int)


def test_an_exception_of_the_callable_ends_the_call(large: laud.Graph) -> None:
    def refuse(stage: str, done: int, total: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        laud.pagerank(large, damping=0.99999, tolerance=1e-300, max_iterations=1_000_000_000, progress=refuse)


def test_a_bar_is_drawn_on_standard_error(large: laud.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    slow(large, progress=True)
    drawn = stderr.getvalue()
    assert "pagerank" in drawn and "%" in drawn and drawn.endswith("\r")
    stderr.truncate(0)
    slow(large, progress=False)
    assert stderr.getvalue().strip("\0") == ""
    with pytest.raises(TypeError, match="progress must be a bool or a callable"):
        laud.pagerank(large, progress="bar")


def ranks(_: int) -> list[float]:
    frame = polars.DataFrame({"source": [1, 2], "target": [2, 3]})
    return laud.pagerank(laud.Graph.from_edges(frame))["pagerank"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_has_threads_of_its_own() -> None:
    here = laud.Graph.from_edges(pyarrow.table({"source": [1, 2], "target": [2, 3]}))
    laud.pagerank(here)
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if laud.pagerank(here).converged else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_spawned_child_gives_the_same_bits() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(ranks, [0]) == [ranks(0)]
