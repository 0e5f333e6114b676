"""Times laud beside NetworKit, igraph, rustworkx, scikit-network and icebug, task by task on the same graphs, answers compared.

    python benches/peers.py                                            # hours with every peer on every graph
    python benches/peers.py --graphs rmat-20 --tasks core,triangles
    python benches/peers.py --scale 10 --repeats 1 --out out/peers     # less than a minute: does it still run?

Each library has an environment of its own, made under --venvs where it is missing, and a process of its own for each
graph, with two threads. In each repetition the libraries take turns, so that whatever else the machine does
falls on all alike; times are medians. Iterative measures run at the loosest tolerance of a ladder whose scores lie
within 1e-8 (L1, of scores that sum to 1) of a reference that laud computed to 1e-14. Writes OUT.md and OUT.json.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from pathlib import Path

import numpy as np

from peers import graphs
from peers.driver import THREADS, Peer, bandwidth, describe, environment, load

HERE = Path(__file__).resolve().parent
LIBRARIES = ["networkit", "igraph", "rustworkx", "scikit_network", "icebug"]
LARGE = "rmat-14 rmat-17 communities higgs rmat-20".split()
TASKS = {  # task: (graphs, {the graph that is judged: how many times faster than the best peer laud should be})
    "build": (LARGE, {"rmat-20": 3}),
    "build_strings": (LARGE, {"rmat-20": 10}),
    "pagerank": (LARGE, {"rmat-20": 3}),
    "components": (LARGE, {"rmat-20": 2}),
    "core": (LARGE, {"rmat-20": 1.5}),
    "triangles": (LARGE, {"rmat-20": 3}),
    "clustering": (LARGE, {"rmat-20": 3}),
    "hits": (LARGE, {"rmat-20": 2}),
    "eigenvector": (LARGE, {"rmat-20": 2}),
    "katz": (LARGE, {"rmat-20": 2}),
    "constraint": (["rmat-14"], {"rmat-14": 20}),
    "betweenness": (["rmat-14"], {"rmat-14": 2}),
    "betweenness_weighted": (["rmat-14"], {"rmat-14": 2}),
    "betweenness_approximate": (["rmat-17", "communities"], {"rmat-17": 2}),
    "harmonic": (["rmat-14"], {"rmat-14": 5}),
}
ITERATIVE = {"pagerank", "hits", "eigenvector", "katz"}
ABSENT = "the library has no such function"
# Tolerances from loose to tight, two for each power of ten.
LADDER = [round(base * 10.0**power, 18) for power in range(-3, -14, -1) for base in (1, 0.3)]
TARGET = 1e-8
REFERENCE = 1e-14
# laud takes paths for equally long that differ by less than the precision of weights, 2^-22 of the length.
ALLOWED = {"betweenness_weighted": 1e-5}
# The total alone is less work than a count for every node: shown, but not the peer to beat.
PARTIAL = {("scikit_network", "triangles")}


def shares(values):
    values = np.abs(np.asarray(values, float))
    return values / values.sum()


def difference(task, values, ours):
    """How far a peer's answer lies from ours, and whether that is near enough."""
    if task == "components":
        pairs = len(np.unique(np.stack([values, ours]), axis=1).T)
        apart = abs(pairs - len(np.unique(ours))) + abs(pairs - len(np.unique(values)))
        return apart, apart == 0
    if values.ndim == 0:
        apart = abs(float(values) - float(ours.sum()) / 3)
        return apart, apart == 0
    if task == "betweenness_approximate":
        apart = np.abs(values - ours).max()
        return float(apart), bool(apart <= 0.02)
    apart = np.nanmax(np.abs(values - ours)) / max(np.nanmax(np.abs(ours)), 1e-300)
    return float(apart), bool(apart <= ALLOWED.get(task, 1e-9)) and np.array_equal(np.isnan(values), np.isnan(ours))


class Bench:
    def __init__(self, options, folder, facts, peers):
        self.options, self.folder, self.facts, self.peers = options, folder, facts, peers

    def calibrate(self, peer, task, reference, save):
        """The loosest tolerance of the ladder whose scores are near enough, found by halving, and the run with it."""
        found, failed, low, high = None, None, 0, len(LADDER)
        while low < high:
            middle = (low + high) // 2
            asked = {"tolerance": LADDER[middle], "alpha": self.facts["alpha"]}
            answer = peer.ask(task, self.options.timeout, asked, save)
            if "error" in answer:
                # Too tight to be reached, or of no use at all: a looser one tells. Who is late twice is not asked again.
                failed, high = answer, 0 if failed and answer.get("late") else middle
                continue
            error = float(np.abs(shares(np.load(save)) - reference).sum())
            answer |= {"tolerance": LADDER[middle], "difference": error, "agrees": error <= TARGET}
            if not answer["adaptive"]:
                return answer
            if answer["agrees"]:
                found, high = answer, middle
            else:
                low = middle + 1
        return found or failed or {"error": f"no tolerance of the ladder reaches {TARGET}"}

    def first(self, peer, task, reference):
        """The first run of a task, which also settles the answer."""
        save = self.folder / f"{task}-{peer.library}.npy"
        if task in ITERATIVE:
            return self.calibrate(peer, task, reference, save)
        answer = peer.ask(task, self.options.timeout, None, save)
        if "error" in answer:
            return answer
        if task.startswith("build"):
            expected = [self.facts["nodes"], self.facts["edges"]]
            answer |= {"difference": 0 if answer["size"] == expected else 1, "agrees": answer["size"] == expected}
        elif reference is not None:
            answer["difference"], answer["agrees"] = difference(task, np.load(save), reference)
        return answer

    def run(self, task):
        """Everybody's median seconds, spread, runs and agreement."""
        reference, rows, again = None, {}, {}
        if task in ITERATIVE:
            save = self.folder / "reference.npy"
            asked = {"tolerance": REFERENCE, "alpha": self.facts["alpha"]}
            answer = self.peers["laud"].ask(task, self.options.timeout, asked, save)
            if "error" in answer:
                return answer
            reference = shares(np.load(save))
        for library, peer in self.peers.items():
            row = self.first(peer, task, reference)
            if library == "laud":
                if "error" in row:
                    return row
                if not (task in ITERATIVE or task.startswith("build")):
                    reference = np.load(self.folder / f"{task}-laud.npy")
            rows[library] = row
            if row.get("error", ABSENT) != ABSENT:
                print(f"{library}, {task}: {row['error']}", file=sys.stderr)
            if "error" not in row:
                row["times"], row["works"] = [row["seconds"]], [row["work"]]
                again[library] = {"tolerance": row.get("tolerance"), "alpha": self.facts["alpha"]}
        for _ in range(self.options.repeats - 1):
            for library, asked in again.items():
                times = rows[library]["times"]
                if sum(times) + times[-1] <= self.options.budget:
                    answer = self.peers[library].ask(task, self.options.timeout, asked)
                    if "seconds" in answer:
                        times.append(answer["seconds"])
                        rows[library]["works"].append(answer["work"])
        for row in rows.values():
            if "times" in row:
                row["seconds"], row["work"] = statistics.median(row["times"]), statistics.median(row["works"])
        return rows


def rated(task, rows):
    """The quickest peer that did the whole task and agrees, and how many times faster laud is."""
    seconds = {
        library: row["seconds"]
        for library, row in rows.items()
        if library != "laud" and "seconds" in row and row["agrees"] and (library, task) not in PARTIAL
    }
    best = min(seconds, key=seconds.get, default=None)
    return best, best and seconds[best] / rows["laud"]["seconds"]


def cell(row, repeats):
    if row is None:
        return ""
    if "error" in row:
        return row["error"] if row.get("late") else "-"
    few = f" ({len(row['times'])} runs)" if len(row["times"]) < repeats else ""
    return f"{row['seconds']:.3g} / {row['work']:.3g}{'' if row.get('agrees', True) else ' !'}{few}"


def markdown(result):
    lines = [
        f"`{result['command']}`",
        "",
        f"{result['machine']}; {THREADS} threads each; medians of {result['repeats']} runs. "
        f"{', '.join(f'{name} {version}' for name, version in result['versions'].items())}. "
        f"A triad on {THREADS} threads moves {result['bandwidth'] / 1e9:.1f} GB/s.",
        "",
        "Seconds / seconds of processor of all threads, which other programs on the machine disturb less; `-`: the library has no such function; `!`: its answer differs by more than is allowed. *Ratio*: the quickest "
        "peer's time over laud's. *Difference*: the largest of any peer that agrees (L1 of shares for iterative measures, "
        "else relative to the largest value).",
    ]
    libraries = list(result["versions"])
    for name, graph in result["graphs"].items():
        lines += ["", f"## {name}: {graph['nodes']:,} nodes, {graph['edges']:,} edges", ""]
        lines += [f"| task | {' | '.join(libraries)} | best peer | ratio | wanted | difference |"]
        lines += ["|---|" + "---:|" * len(libraries) + "---|---:|---:|---:|"]
        for task, rows in graph["tasks"].items():
            if "error" in rows:
                lines.append(f"| {task} | not run: {rows['error']} |" + " |" * (len(libraries) + 3))
                continue
            cells = [cell(rows.get(library), result["repeats"]) for library in libraries]
            best, ratio = rated(task, rows)
            wanted = TASKS[task][1].get(name, "")
            apart = [row["difference"] for row in rows.values() if row.get("agrees") and "difference" in row]
            lines.append(
                f"| {task} | {' | '.join(cells)} | {best or ''} | {f'{ratio:.1f}' if ratio else ''} | {wanted} "
                f"| {max(apart, default=0):.1e} |"
            )
        memory = {library: value / (2 * graph["edges"]) for library, value in graph["memory"].items()}
        cells = [f"{memory[library]:.1f}" if library in memory else "" for library in libraries]
        lines.append(f"| memory of the graph, bytes an arc | {' | '.join(cells)} | | | | |")
        ours = graph["tasks"].get("pagerank", {}).get("laud", {})
        if ours.get("iterations"):
            sweep = ours["seconds"] / ours["iterations"]
            spent = sweep * result["bandwidth"] / (2 * graph["edges"])
            lines += ["", f"PageRank: {ours['iterations']} sweeps of {sweep * 1e3:.1f} ms, as long as the triad takes for {spent:.1f} bytes an arc: 4 of them are {4 / spent:.0%}."]
    lines += ["", "## Calls", ""]
    for library, calls in result["calls"].items():
        lines.append(f"- **{library}**: " + "; ".join(f"{task}: {call}" for task, call in calls.items()))
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graphs", default=",".join(LARGE))
    parser.add_argument("--scale", type=int, help="one RMAT graph of this scale in place of --graphs, with every task")
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--libraries", default=",".join(LIBRARIES))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--timeout", type=float, help="seconds that one run may take (300; 5 with --scale)")
    parser.add_argument("--budget", type=float, default=120, help="seconds that the runs of one task of one library may take")
    parser.add_argument("--patience", type=float, default=0, help="seconds to wait before each run for an idle machine (Linux)")
    parser.add_argument("--data", default=os.environ.get("LAUD_DATA", HERE.parent.parent / "shared" / "data"))
    parser.add_argument("--folder", type=Path, default=HERE.parent / "out" / "peers", help="where the graphs are kept")
    parser.add_argument("--venvs", type=Path, default=HERE.parent / "out" / "venvs")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "peers")
    options = parser.parse_args()
    options.timeout = options.timeout or (5 if options.scale else 300)
    libraries = ["laud", *filter(None, options.libraries.split(","))]
    pythons = {library: environment(library, options.venvs) for library in libraries}
    result = {
        "command": " ".join(["python", "benches/peers.py", *sys.argv[1:]]),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "repeats": options.repeats,
        "bandwidth": bandwidth(),
        "versions": {},
        "calls": {},
        "graphs": {},
    }
    for library in libraries:
        about = describe(library, pythons[library], TASKS)
        result["versions"][library], result["calls"][library] = about["version"], about["calls"]

    for name in [f"rmat-{options.scale}"] if options.scale else options.graphs.split(","):
        if name == "higgs" and not (Path(options.data) / "higgs").is_dir():
            print(f"higgs skipped: no such data in {options.data}", file=sys.stderr)
            continue
        folder, facts = graphs.make(name, options.folder, options.data)
        peers = {library: Peer(library, pythons[library], folder, options.patience) for library in libraries}
        graph = result["graphs"][name] = {**facts, "memory": {}, "tasks": {}}
        graph["memory"] = load(peers, name, options.timeout)
        bench = Bench(options, folder, facts, peers)
        for task in options.tasks.split(","):
            if not options.scale and name not in TASKS[task][0]:
                continue
            rows = graph["tasks"][task] = bench.run(task)
            # Written again after each task: a run of hours may be stopped.
            options.out.parent.mkdir(parents=True, exist_ok=True)
            options.out.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
            options.out.with_suffix(".md").write_text(markdown(result))
            if "error" in rows:
                print(f"{name}, {task}: skipped: {rows['error']}", file=sys.stderr)
                continue
            best, ratio = rated(task, rows)
            times = ", ".join(f"{library} {cell(row, 0)}" for library, row in rows.items())
            print(f"{name}, {task}: {times}; {f'{ratio:.1f} times {best}' if best else 'no peer'}", file=sys.stderr)
        for peer in peers.values():
            peer.close()

    print(markdown(result))


if __name__ == "__main__":
    main()
