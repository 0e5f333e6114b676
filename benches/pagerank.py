"""Times PageRank alone, laud's Python package beside NetworKit, on the same graph and at the same true error.

    python benches/pagerank.py --log out/log-10m.parquet

Each side runs down a ladder of tolerances; its time is that of the loosest one whose scores lie within 1e-8 (L1) of a
reference computed to 1e-13. Building the graph is timed beside. Writes benches/results/pagerank.json and pagerank.md.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LADDER = [1e-7, 3e-8, 1e-8, 3e-9, 1e-9, 3e-10, 1e-10]
TARGET = 1e-8
REFERENCE = 1e-13


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def frontier(solve, reference, repeats):
    """The loosest tolerance that reaches the target, its error, and the median time at it."""
    for tolerance in LADDER:
        seconds, scores = timed(lambda: solve(tolerance))
        error = float(abs(scores - reference).sum())
        if error <= TARGET:
            times = [seconds] + [timed(lambda: solve(tolerance))[0] for _ in range(repeats - 1)]
            return {"seconds": statistics.median(times), "tolerance": tolerance, "l1_error": error}
    sys.exit(f"no tolerance of the ladder reaches an L1 error of {TARGET}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    for name in ("POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = str(options.threads)

    import laud
    import networkit as nk
    import numpy as np
    import polars as pl

    from peers.polars_networkit import decayed_ties

    nk.setNumberOfThreads(options.threads)
    ids, ties = decayed_ties(pl, options.log)
    # Weights as the graph of laud holds them, so that both solve the same system.
    ties = ties.with_columns(pl.col("weight").cast(pl.Float32).cast(pl.Float64))
    nodes = pl.DataFrame({"id": pl.Series(range(len(ids)), dtype=pl.Int64)})
    frame = ties.with_columns(pl.col("source", "sink").cast(pl.Int64))

    ours_build, ours = timed(
        lambda: laud.Graph.from_edges(frame, source="source", target="sink", weight="weight", nodes=nodes)
    )
    source, sink = (ties[name].to_numpy().astype(np.uint64) for name in ("source", "sink"))
    coordinates = (ties["weight"].to_numpy(), (source, sink))
    theirs_build, theirs = timed(
        lambda: nk.GraphFromCoo(coordinates, n=len(ids), weighted=True, directed=True)
    )

    def solve_laud(tolerance):
        return pl.DataFrame(laud.pagerank(ours, tolerance=tolerance))["pagerank"].to_numpy()

    def solve_networkit(tolerance):
        sinks = nk.centrality.SinkHandling.DistributeSinks
        pagerank = nk.centrality.PageRank(theirs, damp=0.85, tol=tolerance, distributeSinks=sinks)
        pagerank.norm = nk.centrality.Norm.L1_NORM
        pagerank.run()
        return np.array(pagerank.scores())

    reference = solve_networkit(REFERENCE)
    sides = {
        "laud": frontier(solve_laud, reference, options.repeats) | {"build": ours_build},
        "NetworKit": frontier(solve_networkit, reference, options.repeats) | {"build": theirs_build},
    }
    result = {
        "people": len(ids),
        "arcs": len(ties),
        "threads": options.threads,
        "reference_difference_l1": float(abs(solve_laud(REFERENCE) - reference).sum()),
        "sides": sides,
    }
    peer = sides["NetworKit"]["seconds"]
    lines = ["| | seconds | times faster | tolerance | L1 error | build, seconds |", "|---|---:|---:|---:|---:|---:|"]
    for name, side in sides.items():
        lines.append(
            f"| {name} | {side['seconds']:.2f} | {peer / side['seconds']:.1f} | {side['tolerance']:.0e} "
            f"| {side['l1_error']:.1e} | {side['build']:.2f} |"
        )
    table = "\n".join(lines) + "\n"
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "pagerank.json").write_text(json.dumps(result, indent=2) + "\n")
    (HERE / "results" / "pagerank.md").write_text(table)
    print(table)


if __name__ == "__main__":
    main()
