"""The whole job with Polars and NetworKit: log -> decayed ties -> PageRank and cores, in a process of its own.

    python benches/peers/polars_networkit.py LOG OUT.parquet --threads 2

Prints one JSON object with the seconds of each stage and the counts. Weights and half-lives are those of `laud kinds`.
"""

import argparse
import json
import os
import time

KINDS = {  # kind: (weight, half-life in days or None)
    "like": (0.1, 30),
    "follow": (0.3, None),
    "mention": (0.5, 30),
    "question": (0.5, 30),
    "interaction": (1.0, 30),
    "share": (1.0, 30),
    "reply": (1.5, 30),
    "review": (2.0, 30),
    "answer": (2.5, 30),
    "purchase": (3.0, 90),
    "referred_by": (6.0, 90),
}
TOLERANCE = 1e-8


def decayed_ties(pl, path):
    """Everybody, and one row per ordered pair of different people with the sum of its decayed weights."""
    log = pl.scan_parquet(path).select("time", "actor", "target", "kind")
    newest = log.select(pl.col("time").max()).collect().item()
    age = (pl.lit(newest) - pl.col("time")).dt.total_microseconds() / 86_400_000_000
    weight = pl.col("kind").replace_strict({kind: weight for kind, (weight, _) in KINDS.items()}, return_dtype=pl.Float64)
    # A rate of decay per kind (0 for never) keeps the exponential in one vectorised expression.
    rate = pl.col("kind").replace_strict(
        {kind: 1 / life if life else 0.0 for kind, (_, life) in KINDS.items()}, return_dtype=pl.Float64
    )
    people = (
        pl.concat([log.select(id="actor"), log.select(id="target")])
        .unique()
        .sort("id")
        .with_row_index("node")
        .collect(engine="streaming")
    )
    ties = (
        log.filter(pl.col("actor") != pl.col("target"))
        .with_columns(weight=weight * (2.0 ** (-age * rate)))
        .group_by("actor", "target")
        .agg(pl.col("weight").sum())
        .join(people.lazy().rename({"id": "actor", "node": "source"}), on="actor")
        .join(people.lazy().rename({"id": "target", "node": "sink"}), on="target")
        .select("source", "sink", "weight")
        .collect(engine="streaming")
    )
    return people["id"], ties


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    parser.add_argument("out")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = str(options.threads)

    stages, clock = {}, time.perf_counter()

    def lap(stage):
        nonlocal clock
        now = time.perf_counter()
        stages[stage], clock = now - clock, now

    import networkit as nk
    import numpy as np
    import polars as pl

    nk.setNumberOfThreads(options.threads)
    lap("import")

    ids, ties = decayed_ties(pl, options.log)
    lap("ties")

    n = len(ids)
    source = ties["source"].to_numpy().astype(np.uint64)
    sink = ties["sink"].to_numpy().astype(np.uint64)
    graph = nk.GraphFromCoo((ties["weight"].to_numpy(), (source, sink)), n=n, weighted=True, directed=True)
    del ties
    lap("graph")

    pagerank = nk.centrality.PageRank(
        graph, damp=0.85, tol=TOLERANCE, distributeSinks=nk.centrality.SinkHandling.DistributeSinks
    )
    pagerank.norm = nk.centrality.Norm.L1_NORM
    pagerank.run()
    scores = np.array(pagerank.scores())
    lap("pagerank")

    pairs = np.unique(np.minimum(source, sink) * np.uint64(n) + np.maximum(source, sink))
    simple = nk.GraphFromCoo((pairs // np.uint64(n), pairs % np.uint64(n)), n=n)
    core = nk.centrality.CoreDecomposition(simple)
    core.run()
    cores = np.array(core.scores()).astype(np.uint64)
    lap("core")

    pl.DataFrame({"id": ids, "pagerank": scores, "core": cores}).write_parquet(options.out)
    lap("write")

    counts = {"people": n, "arcs": graph.numberOfEdges(), "edges": simple.numberOfEdges()}
    print(json.dumps({"stages": stages, "counts": counts, "iterations": pagerank.numberOfIterations()}))


if __name__ == "__main__":
    main()
