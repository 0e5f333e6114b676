"""Chooses 50 nodes of great influence on a graph of 10^6 nodes and 10^7 arcs with laud and with pynetim.

    python benches/influence.py --peer-python out/venvs/pynetim/bin/python

Both sides get the same Chung-Lu graph under weighted cascade (an arc into v leads on with probability 1 / in-degree), the
same k and epsilon and two threads, in fresh processes, in turn; the time is that of the choice, without reading the graph.
One simulator, `laud.spread`, judges the sets of both. laud runs twice: as it is, and with fewer sets, which choose a spread
nearer that of the peer. `--imm` also runs the peer's IMM, which takes minutes.
Writes benches/results/influence.md.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
FEWER = 4096
# Sets of each side that are judged, and how often each is simulated.
JUDGED, RUNS = 2, 256


def make_graph(path, nodes, arcs, seed):
    """Arcs u -> v: u influences v. Expected degrees fall as a power of 2.5, in and out drawn apart; no arc stands twice."""
    rng = np.random.default_rng(seed)
    weights = (1.0 + np.arange(nodes)) ** (-1.0 / 1.5)
    cumulative = np.cumsum(weights) / weights.sum()
    ends = [rng.permutation(nodes)[np.searchsorted(cumulative, rng.random(int(arcs * 1.4)))] for _ in range(2)]
    keys = np.unique(ends[0].astype(np.int64) * nodes + ends[1])
    keys = keys[keys // nodes != keys % nodes]
    keys = rng.choice(keys, arcs, replace=False) if len(keys) > arcs else keys
    keys.sort()
    np.save(path, keys)


def choose(side, path, nodes, k, epsilon, seed):
    """What a worker prints: the seconds of the choice, and the nodes."""
    keys = np.load(path)
    source, target = keys // nodes, keys % nodes
    if side.startswith("laud"):
        import polars as pl

        import laud

        # Influence flows against attention.
        frame = pl.DataFrame({"source": target, "target": source})
        graph = laud.Graph.from_edges(frame, nodes=pl.DataFrame({"id": np.arange(nodes)}))
        start = time.perf_counter()
        sets = {"sets": FEWER} if side == "laud, fewer sets" else {}
        chosen = laud.ris(graph, k=k, epsilon=epsilon, seed=seed, **sets)["id"]
    else:
        from pynetim import IMGraph, IMMAlgorithm, OPIMCAlgorithm

        degrees = np.bincount(target, minlength=nodes)
        weights = (1.0 / degrees[target]).tolist()
        graph = IMGraph(list(zip(source.tolist(), target.tolist())), weights, renumber=False)
        if side == "pynetim OPIM-C":
            algorithm = OPIMCAlgorithm(graph, "IC", random_seed=seed)
            start = time.perf_counter()
            chosen = algorithm.run(k, epsilon, 0.01)
        else:
            algorithm = IMMAlgorithm(graph, "IC", epsilon=epsilon, random_seed=seed)
            start = time.perf_counter()
            chosen = algorithm.run(k)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "nodes": [int(node) for node in chosen]}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", type=Path, default=HERE.parent / "out" / "influence.npy", help="made where it is missing")
    parser.add_argument("--peer-python", help="the Python of an environment with pynetim; this one unless given")
    parser.add_argument("--nodes", type=int, default=10**6)
    parser.add_argument("--arcs", type=int, default=10**7)
    parser.add_argument("-k", type=int, default=50)
    parser.add_argument("--epsilon", type=float, default=0.1)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--imm", action="store_true", help="run the peer's IMM once, too")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return choose(options.worker, options.graph, options.nodes, options.k, options.epsilon, options.seed)

    import polars as pl

    import laud

    if not options.graph.exists():
        options.graph.parent.mkdir(parents=True, exist_ok=True)
        make_graph(options.graph, options.nodes, options.arcs, 1)
    environment = {
        **os.environ, "RAYON_NUM_THREADS": str(options.threads), "OMP_NUM_THREADS": str(options.threads)
    }
    sides = dict.fromkeys(("laud", "laud, fewer sets"), sys.executable)
    sides["pynetim OPIM-C"] = options.peer_python or sys.executable
    if options.imm:
        sides["pynetim IMM"] = sides["pynetim OPIM-C"]
    runs = {side: [] for side in sides}
    for repeat in range(options.repeats):
        for side, python in sides.items():
            if side == "pynetim IMM" and repeat > 0:
                continue
            command = [python, __file__, "--worker", side, "--graph", options.graph, "--nodes", str(options.nodes)]
            command += ["-k", str(options.k), "--epsilon", str(options.epsilon), "--seed", str(repeat)]
            done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, check=True)
            runs[side].append(json.loads(done.stdout.splitlines()[-1]))
            print(side, f"{runs[side][-1]['seconds']:.2f} s", file=sys.stderr)

    keys = np.load(options.graph)
    frame = pl.DataFrame({"source": keys % options.nodes, "target": keys // options.nodes})
    graph = laud.Graph.from_edges(frame, nodes=pl.DataFrame({"id": np.arange(options.nodes)}))
    ours = statistics.median(run["seconds"] for run in runs["laud"])
    lines = [
        f"{options.nodes:,} nodes, {len(keys):,} arcs, weighted cascade, k = {options.k}, epsilon = {options.epsilon}; "
        f"{options.threads} threads, medians of {options.repeats} runs (IMM: one); {platform.machine()}.",
        "",
        f"| | seconds | times laud | spread, mean of {JUDGED} runs | standard error |",
        "|---|---:|---:|---:|---:|",
    ]
    for side, found in runs.items():
        seconds = statistics.median(run["seconds"] for run in found)
        judged = [laud.spread(graph, run["nodes"], runs=RUNS, seed=9) for run in found[:JUDGED]]
        spread = statistics.mean(table["spread"][0] for table in judged)
        error = max(table["standard_error"][0] for table in judged)
        lines.append(f"| {side} | {seconds:.3f} | {seconds / ours:.2f} | {spread:,.0f} | {error:.0f} |")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "influence.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
