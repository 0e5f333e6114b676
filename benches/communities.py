"""Times laud's communities beside those of six other libraries on the same graphs: seconds, modularity, NMI, memory.

    python benches/communities.py                                                         # hours
    python benches/communities.py --graphs lfr-4-.3,lfr-4-.5 --seeds 2 --out out/communities      # a minute or two
    python benches/communities.py --scaling                                               # laud alone, 10^5 to 10^8 edges
    python benches/communities.py --determinism                                           # laud alone, threads and row orders

Environments, processes and turns are those of peers.py: a process for each library and graph, two threads, medians. Each
run has another seed where the library takes one. Modularity, and the normalised mutual information with the planted
communities, are computed here, from the edges and the labels that the library returned. Writes OUT.md and OUT.json.
"""

import argparse
import functools
import hashlib
import json
import os
import platform
import re
import statistics
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from peers import graphs
from peers.driver import THREADS, Peer, describe, environment, load

HERE = Path(__file__).resolve().parent
LIBRARIES = ["laud", "leidenalg", "igraph", "networkit", "graspologic", "libreville", "scikit_network"]
GRAPHS = ["lfr-4-.3", "lfr-4-.5", "lfr-5-.3", "lfr-5-.5", "lfr-6-.3", "lfr-6-.5", "higgs", "communities-7"]
TASKS = {
    "leiden": "as the library does it unless told otherwise",
    "leiden_two": "two iterations, where that is not the default",
    "louvain": "Louvain",
    "label_propagation": "label propagation, which does not look for high modularity",
    "leiden_converged": "until an iteration changes nothing, where that is not the default",
}
LEIDEN = ["leiden", "leiden_two", "leiden_converged"]
OURS = ("leiden", "laud")
PARALLEL = {(task, library) for task in (*LEIDEN, "louvain") for library in ("networkit", "icebug", "libreville")}
# The median of their NMI is what ours is held against.
LEIDEN_PEERS = ["leidenalg", "igraph", "networkit", "graspologic", "libreville"]
# What must not matter: the number of threads, the seed of the order of rows.
VARIANTS = [
    ("1 thread", 1, None),
    *((f"{threads} threads", threads, None) for threads in (2, 3, 8)),
    *((f"rows shuffled, {seed}", THREADS, seed) for seed in (1, 2)),
]
SCALES = ["5", "6", "7", "8"]
# Below this many edges the pages of code and stacks that a first call touches outweigh what is asked.
EDGES_FOR_MEMORY = 400_000
DEFAULTS = {
    "graphs": GRAPHS,
    "scales": SCALES,
    "tasks": list(TASKS),
    "libraries": LIBRARIES,
    "seeds": 5,
    "timeout": 300.0,
    "budget": 600.0,
    "patience": 0.0,
}
NOT_RUN = "not run"
BYTES_AN_EDGE_OF_SCALING = 120


class Quality:
    """What a partition of one graph is worth."""

    def __init__(self, folder, facts):
        self.path, self.edges, self.nodes = folder / "edges.arrow", facts["edges"], facts["nodes"]
        self.degrees = np.zeros(self.nodes, np.int64)
        for ends in self.batches():
            for end in ends:
                self.degrees += np.bincount(end, minlength=self.nodes)
        truth = folder / "truth.npy"
        self.truth = np.load(truth) if truth.exists() else None

    def batches(self):
        with pa.memory_map(str(self.path)) as source:
            reader = pa.ipc.open_file(source)
            for number in range(reader.num_record_batches):
                batch = reader.get_batch(number)
                yield batch["source"].to_numpy(), batch["target"].to_numpy()

    def modularity(self, labels):
        """Newman's, at resolution 1, for labels 0 to k - 1. Whole numbers until they are divided."""
        inside = sum(int(np.count_nonzero(labels[source] == labels[target])) for source, target in self.batches())
        volume = np.bincount(labels, self.degrees).astype(np.int64)
        return inside / self.edges - int(volume @ volume) / (2 * self.edges) ** 2

    def facts(self, labels):
        labels = np.unique(labels, return_inverse=True)[1]
        found = {"communities": int(labels.max()) + 1, "modularity": self.modularity(labels)}
        return found if self.truth is None else {**found, "nmi": mutual_information(labels, self.truth)}


def entropy(counts):
    share = counts / counts.sum()
    return float(-(share @ np.log(share)))


def mutual_information(one, other):
    """Of two partitions, labels 0 to k - 1 each, normalised by the mean of their entropies."""
    both = np.unique(one * (int(other.max()) + 1) + other, return_counts=True)[1]
    alone = [entropy(np.bincount(labels)) for labels in (one, other)]
    return 2 * (sum(alone) - entropy(both)) / sum(alone) if sum(alone) else 1.0


def median(row, key):
    return statistics.median(row[key]) if row.get(key) else None


class Bench:
    """The runs of one graph: `rows[task, library]` has a list for each thing measured."""

    def __init__(self, options, folder, facts, peers, calls):
        self.options, self.folder, self.peers = options, folder, peers
        self.quality = Quality(folder, facts)
        self.rows = {(task, library): {} for task in options.tasks for library in peers if task in calls[library]}

    def finished(self, row):
        spent = row.get("seconds")
        return "error" in row or (spent and sum(spent) + spent[-1] > self.options.budget)

    def once(self, method, seed):
        task, library = method
        row, save = self.rows[method], self.folder / f"{task}-{library}.npy"
        first = not row
        if first:
            # What an allocator keeps of an earlier task would hide memory, so the first run has a new process.
            self.peers[library].close()
        answer = self.peers[library].ask(task, self.options.timeout, {"seed": seed}, save, peak=first, warm=self.options.warm and not first)
        if "error" in answer:
            row["error"] = answer["error"]
            if answer.get("late"):
                row["over"] = self.options.timeout
            return
        for key, value in {**answer, **self.quality.facts(np.load(save))}.items():
            row.setdefault(key, []).append(value)

    def run(self, after):
        for seed in range(self.options.seeds):
            for method, row in self.rows.items():
                if self.finished(row):
                    continue
                self.once(method, seed)
                done = row.get("error") or f"{row['seconds'][-1]:.3g} s, modularity {row['modularity'][-1]:.5f}"
                print(f"{self.folder.name}, {method[1]}, {method[0]}, seed {seed}: {done}", file=sys.stderr)
                # Written again after each run: a run of hours may be stopped.
                after()


def summary(graph):
    """What is asked of laud on one graph: for each demand the value and whether it is met, nothing where it cannot be told."""
    rows = {method: row for method, row in graph["rows"].items() if row.get("seconds")}
    if OURS not in rows:
        return {}
    ours = {key: median(rows[OURS], key) for key in ("seconds", "modularity", "nmi")}
    peers = {method: row for method, row in rows.items() if method[1] != "laud"}
    found = {"seconds": (f"{ours['seconds']:.3g}", True), "edges": (f"{graph['edges'] / ours['seconds']:.3g}", True)}
    for library in ("leidenalg", "igraph"):
        if ("leiden", library) in peers:
            ratio = median(peers["leiden", library], "seconds") / ours["seconds"]
            found[library] = f"{ratio:.1f}", ratio >= 8
        elif "over" in graph["rows"].get(("leiden", library), {}):
            ratio = graph["rows"]["leiden", library]["over"] / ours["seconds"]
            found[library] = f"> {ratio:.1f}", ratio >= 8
    parallel = {method: median(row, "seconds") for method, row in peers.items() if method in PARALLEL}
    if parallel:
        quickest = min(parallel, key=parallel.get)
        ratio = parallel[quickest] / ours["seconds"]
        found["parallel"] = f"{ratio:.1f} ({quickest[1]} {quickest[0]})", ratio >= 2
    best = max(peers, key=lambda method: median(peers[method], "modularity"), default=None)
    if best:
        below = median(peers[best], "modularity") - ours["modularity"]
        found["modularity"] = f"{below:+.5f} ({best[1]} {best[0]})", below <= 0.001
    others = [median(peers["leiden", library], "nmi") for library in LEIDEN_PEERS if ("leiden", library) in peers]
    if ours["nmi"] is not None and others:
        below = statistics.median(others) - ours["nmi"]
        found["nmi"] = f"{below:+.4f}", below <= 0.01
    if rows[OURS].get("bytes"):
        memory = max(rows[OURS]["bytes"]) / graph["edges"]
        found["bytes"] = f"{memory:.1f}", memory <= 24 or graph["edges"] < EDGES_FOR_MEMORY
    return found


def number(value, form):
    return "" if value is None else format(value, form)


def heading(result, about):
    return [
        f"`{result['command']}`",
        "",
        f"{result['machine']}; {about}. " + ", ".join(f"{name} {version}" for name, version in result["versions"].items()) + ".",
        "",
    ]


def table(head, left=1):
    return [f"| {' | '.join(head)} |", "|" + "---|" * left + "---:|" * (len(head) - left)]


def line(cells):
    return f"| {' | '.join(cells)} |"


DEMANDS = {
    "seconds": "laud, seconds",
    "edges": "edges a second",
    "igraph": "times igraph's Leiden (8)",
    "leidenalg": "times leidenalg (8)",
    "parallel": "times the fastest parallel peer (2)",
    "modularity": "modularity below the best (.001)",
    "nmi": "NMI below the median (.01)",
    "bytes": "bytes an edge (24)",
}


def markdown(result):
    lines = heading(result, f"{THREADS} threads each; medians of {result['seeds']} runs, seeds 0 to {result['seeds'] - 1}")
    lines += [
        "laud's `leiden` beside the others; what is asked in brackets; `!`: missed. The parallel peers are NetworKit's "
        "ParallelLeiden and PLM, and libreville. The best modularity is that of any peer and task; the median NMI that of the "
        f"Leiden of {', '.join(LEIDEN_PEERS)}. Memory is the peak during the call above what was held before it, judged from "
        f"{EDGES_FOR_MEMORY:,} edges.",
        "",
        *table(["graph", "edges", *DEMANDS.values()]),
    ]
    for name, graph in result["graphs"].items():
        found = summary(graph)
        cells = [f"{value}{'' if met else ' !'}" for value, met in (found.get(key, ("", True)) for key in DEMANDS)]
        lines.append(line([name, f"{graph['edges']:,}", *cells]))
    lines += ["", "Seconds / seconds of processor of all threads, which other programs on the machine disturb less."]
    if result["warm"]:
        lines += ["", "Each run but the first comes right after another of the same library that is not timed, and so after no pause."]
    for name, graph in result["graphs"].items():
        planted = f", mixing {graph['mixing']:.3f}" if "mixing" in graph else ""
        lines += ["", f"## {name}: {graph['nodes']:,} nodes, {graph['edges']:,} edges{planted}", ""]
        head = ["task", "library", "seconds", "runs", "times laud's leiden", "modularity", "NMI", "communities"]
        lines += table([*head, "bytes an edge", "the graph, bytes an edge"], left=2)
        ours = median(graph["rows"].get(OURS, {}), "seconds")
        for (task, library), row in graph["rows"].items():
            if not row.get("seconds"):
                lines.append(line([task, library, row.get("error", ""), *[""] * 7]))
                continue
            seconds = median(row, "seconds")
            memory = graph["memory"].get(library)
            cells = [
                f"{seconds:.3g} / {median(row, 'work'):.3g}",
                str(len(row["seconds"])) + (f", then {row['error']}" if "error" in row else ""),
                number(ours and seconds / ours, ".1f"),
                number(median(row, "modularity"), ".5f"),
                number(median(row, "nmi"), ".4f"),
                number(median(row, "communities"), ",.0f"),
                number(max(row["bytes"]) / graph["edges"] if row.get("bytes") else None, ".1f"),
                number(memory and memory / graph["edges"], ".1f"),
            ]
            lines.append(line([task, library, *cells]))
        if "planted" in graph:
            planted = graph["planted"]
            cells = [number(planted["modularity"], ".5f"), number(planted["nmi"], ".4f"), number(planted["communities"], ",.0f")]
            lines.append(line(["planted", "", "", "", "", *cells, "", ""]))
    lines += ["", "## Calls", ""]
    lines += [f"- **{task}**: {text}" for task, text in TASKS.items()]
    lines += [""]
    for library, calls in result["calls"].items():
        lines.append(f"- **{library}**: " + "; ".join(f"{task}: {call}" for task, call in calls.items()))
    return "\n".join(lines) + "\n"


def markdown_scaling(result):
    lines = heading(result, f"{THREADS} threads; medians of {result['seeds']} runs, seeds 0 to {result['seeds'] - 1}")
    lines += table(
        ["edges", "task", "nodes", "seconds", "edges a second", "modularity", "NMI", "communities", "bytes an edge", "build"]
    )
    for graph in result["graphs"].values():
        if "skipped" in graph:
            lines.append(line([graph["skipped"], *[""] * 9]))
        for (task, _), row in graph.get("rows", {}).items():
            if not row.get("seconds"):
                lines.append(line([f"{graph['edges']:,}", task, f"{graph['nodes']:,}", row.get("error", ""), *[""] * 6]))
                continue
            cells = [
                f"{median(row, 'seconds'):.3g} / {median(row, 'work'):.3g}",
                f"{graph['edges'] / median(row, 'seconds'):.3g}",
                number(median(row, "modularity"), ".5f"),
                number(median(row, "nmi"), ".4f"),
                number(median(row, "communities"), ",.0f"),
                number(max(row["bytes"]) / graph["edges"] if row.get("bytes") else None, ".1f"),
                number(graph["memory"].get("laud", 0) / graph["edges"], ".1f"),
            ]
            lines.append(line([f"{graph['edges']:,}", task, f"{graph['nodes']:,}", *cells]))
    lines += ["", "Bytes an edge: the peak during the call above what was held before it; *build*: what the graph holds."]
    return "\n".join(lines) + "\n"


def same(found):
    """Whether the labels of all runs are the same, if there were any."""
    if set(found.values()) <= {NOT_RUN}:
        return None
    return len(set(found.values())) == 1


def markdown_determinism(result):
    lines = heading(result, "one process for each number of threads and each order of rows; seed 0")
    lines += ["The first digits of the SHA-256 of the labels.", ""]
    columns = [column for column, _, _ in VARIANTS]
    lines += table(["graph", "task", *columns, "same"], left=2)
    for name, graph in result["graphs"].items():
        for task, found in graph["labels"].items():
            cells = [found[column][:12] for column in columns if column in found]
            cells += [""] * (len(columns) - len(cells))
            lines.append(line([name, task, *cells, {True: "yes", False: "no !", None: ""}[same(found)]]))
    return "\n".join(lines) + "\n"


def written(result, options, text):
    """Methods are pairs here and nested in the file."""
    graphs_of = {}
    for name, graph in result["graphs"].items():
        nested = {}
        for (task, library), row in graph.get("rows", {}).items():
            nested.setdefault(task, {})[library] = row
        graphs_of[name] = {**graph, "rows": nested} if nested else graph
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.with_name(options.out.name + ".json").write_text(json.dumps({**result, "graphs": graphs_of}, indent=1) + "\n")
    options.out.with_name(options.out.name + ".md").write_text(text(result))


def available():
    """Bytes of memory that programs could have."""
    return int(re.search(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) << 10


def beside_peers(result, name, options, pythons, after):
    folder, facts = graphs.make(name, options.folder, options.data)
    peers = {library: Peer(library, python, folder, options.patience) for library, python in pythons.items()}
    graph = result["graphs"][name] = {**facts, "memory": {}, "rows": {}}
    try:
        graph["memory"] = load(peers, name, options.timeout)
        bench = Bench(options, folder, facts, peers, result["calls"])
        if bench.quality.truth is not None:
            graph["planted"] = bench.quality.facts(bench.quality.truth)
        graph["rows"] = bench.rows
        bench.run(after)
    finally:
        for peer in peers.values():
            peer.close()


def alone(result, scale, options, pythons, after):
    name, needed = f"communities-{scale}", BYTES_AN_EDGE_OF_SCALING * 10 ** int(scale)
    if available() < needed:
        about = f"10^{scale} edges: not run, for want of {needed / 1e9:.0f} GB of memory"
        result["graphs"][name] = {"skipped": about}
        print(about, file=sys.stderr)
        after()
        return
    beside_peers(result, name, options, pythons, after)


def same_labels(result, name, options, pythons, after):
    folder, facts = graphs.make(name, options.folder, options.data)
    tasks = [task for task in options.tasks if task in result["calls"]["laud"]]
    graph = result["graphs"][name] = {**facts, "labels": {task: {} for task in tasks}}
    save = folder / "determinism.npy"
    for column, threads, shuffle in VARIANTS:
        peer = Peer("laud", pythons["laud"], folder, options.patience, threads)
        try:
            if shuffle is not None:
                answer = peer.ask("shuffle", 10 * options.timeout, {"seed": shuffle})
                if "error" in answer:
                    sys.exit(f"{name}: the rows cannot be shuffled: {answer['error']}")
            for task in tasks:
                answer = peer.ask(task, options.timeout, {"seed": 0}, save)
                if "error" in answer:
                    graph["labels"][task][column] = NOT_RUN
                    print(f"{name}, {task}, {column}: {answer['error']}", file=sys.stderr)
                    continue
                graph["labels"][task][column] = hashlib.sha256(np.load(save).astype("<i8").tobytes()).hexdigest()
                print(f"{name}, {task}, {column}: {graph['labels'][task][column][:12]}", file=sys.stderr)
                after()
        finally:
            peer.close()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    listed = functools.partial(str.split, sep=",")
    parser.add_argument("--scaling", action="store_true", help="laud alone on planted graphs of 10^5 to 10^8 edges")
    parser.add_argument("--scales", type=listed, help="powers of ten for --scaling")
    parser.add_argument("--determinism", action="store_true", help="laud alone, with other threads and orders of rows")
    parser.add_argument("--warm", action="store_true", help="each run but the first after another that is not timed")
    parser.add_argument("--graphs", type=listed)
    parser.add_argument("--tasks", type=listed)
    parser.add_argument("--libraries", type=listed, help="icebug is known too")
    parser.add_argument("--seeds", type=int, help="runs of each task, each with its seed")
    parser.add_argument("--timeout", type=float, help="seconds that one run may take")
    parser.add_argument("--budget", type=float, help="seconds that the runs of one task of one library may take")
    parser.add_argument("--patience", type=float, help="seconds to wait before each run for an idle machine (Linux)")
    parser.add_argument("--data", default=os.environ.get("LAUD_DATA", HERE.parent.parent / "shared" / "data"))
    parser.add_argument("--folder", type=Path, default=HERE.parent / "out" / "peers", help="where the graphs are kept")
    parser.add_argument("--venvs", type=Path, default=HERE.parent / "out" / "venvs")
    parser.add_argument("--out", type=Path)
    parser.set_defaults(**DEFAULTS)
    options = parser.parse_args()
    kind = "-scaling" if options.scaling else "-determinism" if options.determinism else ""
    options.out = options.out or HERE / "results" / f"communities{kind}"
    if options.scaling or options.determinism:
        options.libraries = ["laud"]
    return options


def command(options):
    """What to type for the same run; where things are kept is left out."""
    words = ["python", "benches/communities.py"]
    words += [f"--{name}" for name in ("scaling", "determinism", "warm") if getattr(options, name)]
    names = ["scales", "tasks"] if options.scaling else ["graphs", "tasks"]
    names += [] if options.scaling or options.determinism else ["libraries"]
    for name in [*names, "seeds", "timeout", "budget", "patience"]:
        value = getattr(options, name)
        if value != DEFAULTS[name]:
            words += [f"--{name}", ",".join(map(str, value)) if isinstance(value, list) else f"{value:g}"]
    return " ".join(words)


def main():
    options = arguments()
    pythons = {library: environment(library, options.venvs) for library in options.libraries}
    result = {
        "command": command(options),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "seeds": options.seeds,
        "warm": options.warm,
        "versions": {},
        "calls": {},
        "graphs": {},
    }
    for library, python in pythons.items():
        about = describe(library, python, TASKS)
        result["versions"][library], result["calls"][library] = about["version"], about["calls"]
    run, names, text = beside_peers, options.graphs, markdown
    if options.scaling:
        run, names, text = alone, options.scales, markdown_scaling
    elif options.determinism:
        run, text = same_labels, markdown_determinism
    for name in names:
        if name == "higgs" and not (Path(options.data) / "higgs").is_dir():
            print(f"higgs skipped: no such data in {options.data}", file=sys.stderr)
            continue
        run(result, name, options, pythons, lambda: written(result, options, text))
    print(text(result))
    labels = [found for graph in result["graphs"].values() for found in graph.get("labels", {}).values()]
    sys.exit(1 if any(same(found) is False for found in labels) else 0)


if __name__ == "__main__":
    main()
