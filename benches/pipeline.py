"""Times the whole job, log -> decayed ties -> PageRank and cores, with laud and with Polars + NetworKit.

    python benches/pipeline.py --laud target/release/laud

Both sides run in fresh processes, in turn, on the same machine, with the same number of threads; the medians of wall time
and peak memory are reported and the answers compared. Writes benches/results/pipeline.json and pipeline.md.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import networkit
import polars as pl

from make_log import make_log, write_log

HERE = Path(__file__).resolve().parent
# The peer stops at an L1 residual of 1e-8 and laud at its default of 1e-9; an error is at most residual / (1 - damping).
AGREEMENT = (1e-8 + 1e-9) / 0.15


def run(command, threads):
    """Runs a command; seconds, peak resident megabytes and standard output of a fresh process."""
    environment = {**os.environ, "RAYON_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"exit status {process.returncode}: {' '.join(map(str, command))}")
        out.seek(0)
        scale = 1e6 if platform.system() == "Darwin" else 1e3
        return {"seconds": seconds, "megabytes": usage.ru_maxrss / scale, "output": out.read().decode()}


def medians(runs):
    return {key: statistics.median(run[key] for run in runs) for key in ("seconds", "megabytes")}


def agreement(ours, theirs):
    """Largest difference in PageRank and how many cores differ; people must be the same."""
    both = pl.read_parquet(ours).join(pl.read_parquet(theirs), on="id", how="full", suffix="_peer")
    if both["id"].null_count() or both["id_peer"].null_count():
        sys.exit("the two sides do not name the same people")
    return {
        "pagerank_max_difference": both.select((pl.col("pagerank") - pl.col("pagerank_peer")).abs().max()).item(),
        "pagerank_l1_difference": both.select((pl.col("pagerank") - pl.col("pagerank_peer")).abs().sum()).item(),
        "cores_that_differ": both.select((pl.col("core") != pl.col("core_peer")).sum()).item(),
    }


def markdown(result):
    peer = result["sides"]["Polars + NetworKit"]
    lines = [
        f"{result['events']:,} events, {result['counts']['people']:,} people, {result['counts']['arcs']:,} ties; "
        f"{result['threads']} threads, medians of {result['repeats']} runs; {result['machine']}.",
        "",
        "| | seconds | peak MB | times faster | times less memory |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, side in result["sides"].items():
        faster, leaner = peer["seconds"] / side["seconds"], peer["megabytes"] / side["megabytes"]
        lines.append(f"| {name} | {side['seconds']:.1f} | {side['megabytes']:,.0f} | {faster:.1f} | {leaner:.1f} |")
    stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in result["peer_stages"].items())
    lines += ["", f"Stages of Polars {pl.__version__} + NetworKit {networkit.__version__}, seconds: {stages}."]
    if "agreement" in result:
        same = result["agreement"]
        lines.append(
            f"Agreement: PageRank differs by at most {same['pagerank_max_difference']:.1e} "
            f"(L1 {same['pagerank_l1_difference']:.1e}); {same['cores_that_differ']} cores differ."
        )
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", type=Path, help="a Parquet log; made with make_log.py where not given")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--laud", help="the command; only the peer is timed where not given")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        log = options.log
        if log is None:
            log = folder / "log.parquet"
            write_log(make_log(options.events, options.people, days=180, seed=0), log)
        ours, theirs = folder / "laud.parquet", folder / "peer.parquet"
        threads = ["--threads", str(options.threads)]
        commands = {}
        if options.laud:
            measure = ["measure", log, "--measure", "pagerank,core", "-o", ours]
            commands["laud measure"] = [options.laud, *measure, *threads, "--quiet"]
            commands["laud rank"] = [options.laud, "rank", log, "-o", folder / "rank.parquet", *threads, "--quiet"]
        peer = HERE / "peers" / "polars_networkit.py"
        # -P: beside the peer lies a file of the name of a library.
        commands["Polars + NetworKit"] = [sys.executable, "-P", peer, log, theirs, *threads]

        runs = {name: [] for name in commands}
        for _ in range(options.repeats):
            for name, command in commands.items():
                runs[name].append(run(command, options.threads))
                print(f"{name}: {runs[name][-1]['seconds']:.1f} s", file=sys.stderr)

        reports = [json.loads(run["output"]) for run in runs["Polars + NetworKit"]]
        result = {
            "events": pl.scan_parquet(log).select(pl.len()).collect().item(),
            "counts": reports[0]["counts"],
            "threads": options.threads,
            "repeats": options.repeats,
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "sides": {name: medians(runs[name]) for name in commands},
            "peer_stages": {
                stage: statistics.median(report["stages"][stage] for report in reports)
                for stage in reports[0]["stages"]
            },
        }
        if options.laud:
            result["agreement"] = agreement(ours, theirs)

    table = markdown(result)
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "pipeline.json").write_text(json.dumps(result, indent=2) + "\n")
    (HERE / "results" / "pipeline.md").write_text(table)
    print(table)
    same = result.get("agreement")
    if same and (same["cores_that_differ"] or same["pagerank_l1_difference"] > AGREEMENT):
        sys.exit("the two sides do not agree")


if __name__ == "__main__":
    main()
