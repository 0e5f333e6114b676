"""One library in a process of its own: reads requests from standard input, a JSON object a line, and answers each with another.

    python -m peers.worker LIBRARY FOLDER     (in benches/; the driver is peers.py)

The module of a library has `build(edges, facts)` and `build_strings(edges, facts)` for the Arrow tables of graphs.py, and a
function for each task it can do, called with the graph and the options it names; its docstring is the call. For tasks
that end in `_weighted` the graph is `build(edges, facts, weighted=True)`, where an edge is 1 / weight long. What the
library returns is timed; making an array of it is not. Where a library follows another convention, `SAME[task]` is the
function that turns its array into ours, and its docstring or the task's says so.
"""

import ctypes
import gc
import importlib
import inspect
import json
import os
import re
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from peers import graphs


def status(field):
    """A number of bytes from what Linux says of this process."""
    return int(re.search(rf"{field}:\s+(\d+)", Path("/proc/self/status").read_text())[1]) << 10


def resident():
    """Anonymous memory that the process holds, in bytes, after giving back what is free."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    time.sleep(0.3)
    return status("RssAnon")


def forget_peak():
    """Has the highest memory of the process counted from here; what it holds, in bytes."""
    resident()
    Path("/proc/self/clear_refs").write_text("5")
    return status("VmHWM")


def array(result, nodes):
    """What a library returned as a plain array: mappings by node, sets of nodes as labels, partitions."""
    if hasattr(result, "membership"):
        result = result.membership
    elif hasattr(result, "getVector"):
        result = result.getVector()
    elif hasattr(result, "keys"):
        result = [result[node] for node in range(nodes)]
    elif isinstance(result, list) and result and isinstance(result[0], set):
        labels = np.empty(nodes, np.int64)
        for label, members in enumerate(result):
            labels[list(members)] = label
        result = labels
    return np.asarray(result)


class Worker:
    def __init__(self, library, folder):
        self.module = importlib.import_module(f"peers.{library}")
        self.facts = json.loads((folder / "facts.json").read_text())
        self.folder, self.graphs, self.tables = folder, {}, {}

    def table(self, task):
        name = "strings.arrow" if task == "build_strings" else "edges.arrow"
        if name not in self.tables:
            self.tables = {name: graphs.read(self.folder / name)}
        return self.tables[name]

    def load(self):
        edges = self.table("build")
        before = resident()
        self.graphs[False] = self.module.build(edges, self.facts)
        return {"bytes": resident() - before}

    def shuffle(self, seed):
        """The rows in another order, half of them turned round; the graph is to be built again."""
        rng = np.random.default_rng(seed)
        edges = self.table("build")
        order = rng.permutation(len(edges))
        turned = rng.random(len(edges)) < 0.5
        source, target = (edges[end].to_numpy()[order] for end in ("source", "target"))
        columns = {"source": np.where(turned, target, source), "target": np.where(turned, source, target)}
        self.tables, self.graphs = {"edges.arrow": pa.table(columns)}, {}
        return {}

    def given(self, task):
        if task.startswith("build"):
            return self.table(task), self.facts
        weighted = task.endswith("_weighted")
        if task in getattr(self.module, "KEPT", ()):
            # What the last run left in the graph must not serve the next.
            self.graphs.pop(weighted, None)
        if weighted not in self.graphs:
            options = {"weighted": True} if weighted else {}
            self.graphs[weighted] = self.module.build(self.table("build"), self.facts, **options)
        # Some libraries need another form of the graph for some tasks.
        form = getattr(self.module, "FORMS", {}).get(task)
        if form and form not in self.graphs:
            self.graphs[form] = form(self.graphs[weighted])
        return (self.graphs[form or weighted],)

    def run(self, task, options, save, peak=False, warm=False):
        function = getattr(self.module, task, None)
        if function is None:
            return {"error": "the library has no such function"}
        given = self.given(task)
        names = inspect.signature(function).parameters
        options = {name: value for name, value in options.items() if name in names}
        if warm:
            function(*given, **options)
            given = self.given(task)
        held = forget_peak() if peak else 0
        start, work = time.perf_counter(), time.process_time()
        result = function(*given, **options)
        answer = {"seconds": time.perf_counter() - start, "work": time.process_time() - work, "adaptive": "tolerance" in names}
        if peak:
            answer["bytes"] = status("VmHWM") - held
        if hasattr(result, "iterations"):
            answer["iterations"] = result.iterations
        if task.startswith("build"):
            answer["size"] = self.module.size(result)
        elif save:
            values = array(getattr(self.module, "values", lambda result: result)(result), self.facts["nodes"])
            np.save(save, getattr(self.module, "SAME", {}).get(task, lambda values: values)(values))
        return answer


def describe(library, tasks):
    """The version of a library and its call for each task."""
    module = importlib.import_module(f"peers.{library}")
    calls = {task: getattr(module, task).__doc__ for task in tasks if hasattr(module, task)}
    return {"version": module.VERSION, "calls": calls}


def main():
    # What a library prints must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if sys.argv[2] == "--describe":
        print(json.dumps(describe(sys.argv[1], sys.argv[3:])), file=answers)
        return
    worker = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            worker = worker or Worker(sys.argv[1], Path(sys.argv[2]))
            if request["task"] == "load":
                answer = worker.load()
            elif request["task"] == "shuffle":
                answer = worker.shuffle(**request["options"])
            else:
                answer = worker.run(**request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
