"""What the drivers share: an environment and a process for each library, and the wait for an idle machine."""

import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent.parent
THREADS = 2
PACKAGES = {  # module: what pip installs for it beside numpy and pyarrow
    "networkit": ["networkit==11.2.2"],
    "igraph": ["igraph==1.0.0", "pandas"],
    "rustworkx": ["rustworkx==0.18.1"],
    "scikit_network": ["scikit-network==0.33.5"],
    "icebug": ["icebug==13.5"],
    "leidenalg": ["leidenalg==0.12.0"],
    "graspologic": ["graspologic-native==1.3.1"],
    "libreville": ["sc-cluster-libreville==0.1.1"],
}


def environment(library, venvs):
    """The Python of the library, installed first where it is missing."""
    if library == "laud":
        return sys.executable
    python = venvs / library / "bin" / "python"
    if not (venvs / library / "ready").exists():
        print(f"installing {library}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", venvs / library], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "numpy", "pyarrow", *PACKAGES[library]]
        subprocess.run(install, check=True)
        (venvs / library / "ready").touch()
    return python


def limited(threads):
    """The variables of a process that computes on so many threads."""
    variables = ("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
    return {**os.environ, **{name: str(threads) for name in variables}}


def describe(library, python, tasks):
    """The version of a library and its call for each task."""
    probe = [python, "-m", "peers.worker", library, "--describe", *tasks]
    run = subprocess.run(probe, cwd=FOLDER, env=limited(THREADS), check=True, stdout=subprocess.PIPE)
    return json.loads(run.stdout)


def wait_for_quiet(patience):
    """Returns when other programs leave nine tenths of the machine idle, or after so many seconds; the busy share."""
    end = time.monotonic() + patience
    while True:
        before = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
        time.sleep(0.1)
        after = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
        spent = [late - early for early, late in zip(before, after, strict=True)]
        busy = 1 - (spent[3] + spent[4]) / max(sum(spent), 1)
        if busy <= 0.1 or time.monotonic() > end:
            return busy


class Peer:
    """A library in a process of its own, asked one thing at a time."""

    def __init__(self, library, python, folder, patience, threads=THREADS):
        self.environment = limited(threads)
        self.command = [python, "-m", "peers.worker", library, folder.resolve()]
        self.library, self.process, self.patience = library, None, patience

    def ask(self, task, timeout, options=None, save=None, peak=False, warm=False):
        if self.process is None:
            pipe = subprocess.PIPE
            self.process = subprocess.Popen(
                self.command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=FOLDER, env=self.environment
            )
            # A process that was too late before is replaced; building its graph again is not the task's fault.
            if task != "load":
                answer = self.ask("load", 10 * timeout)
                return answer if "error" in answer else self.ask(task, timeout, options, save, peak, warm)
        wait_for_quiet(self.patience)
        request = {"task": task, "options": options or {}, "save": save and str(save), "peak": peak, "warm": warm}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], timeout)[0]:
            self.close()
            return {"error": f"> {timeout:.0f} s", "late": True}
        line = self.process.stdout.readline()
        if not line:
            self.close()
            return {"error": "the process died"}
        return json.loads(line)

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


def load(peers, name, timeout):
    """Has all peers build the graph; the bytes that it takes each who can."""
    memory = {}
    for library, peer in peers.items():
        answer = peer.ask("load", 10 * timeout)
        if "bytes" in answer:
            memory[library] = answer["bytes"]
        else:
            print(f"{name}: {library} cannot build it: {answer['error']}", file=sys.stderr)
    return memory


def bandwidth(size=1 << 24):
    """Bytes a second of a triad (two arrays read, one written) on all threads, the best of five."""
    parts = [[np.ones(size // THREADS) for _ in range(3)] for _ in range(THREADS)]
    best = 0
    for _ in range(5):
        work = [threading.Thread(target=np.add, args=part) for part in parts]
        start = time.perf_counter()
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
        best = max(best, 24 * size / (time.perf_counter() - start))
    return best
