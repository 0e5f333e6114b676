"""The graphs that every library gets: seeded, undirected, without loops and repeated pairs, nodes 0 to n - 1.

A graph is a folder with `edges.arrow` (source, target, weight; rows in random order, each pair once and either way round),
`strings.arrow` (the same rows with names for ids) and `facts.json`. Nodes without edges are left out, since a frame of
edges does not have them.
"""

import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow as pa

EDGES_A_NODE = 16
QUADRANTS = (0.57, 0.19, 0.19)


def rmat(scale, seed=0):
    """Chakrabarti, Zhan, Faloutsos, "R-MAT: a recursive model for graph mining", SDM 2004."""
    rng = np.random.default_rng(seed)
    a, b, c = QUADRANTS
    count = EDGES_A_NODE << scale
    source, target = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for _ in range(scale):
        quadrant = rng.random(count)
        source = source << 1 | (quadrant >= a + b)
        target = target << 1 | (((quadrant >= a) & (quadrant < a + b)) | (quadrant >= a + b + c))
    return source, target


def communities(nodes=200_000, edges=2_000_000, mixing=0.3, seed=0):
    """Expected degrees and sizes of communities follow power laws; a share `mixing` of the edges ignores communities."""
    rng = np.random.default_rng(seed)
    size = np.minimum(50 * (1 - rng.random(nodes // 50)) ** -1.0, 5_000).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(size)])
    first = np.append(first[first < nodes], nodes)
    community = np.repeat(np.arange(len(first) - 1), np.diff(first))
    degree = np.minimum((1 - rng.random(nodes)) ** (-1 / 1.5), 1_000)
    mass = np.concatenate([[0], np.cumsum(degree)])

    def draw(low, high):
        return np.minimum(np.searchsorted(mass, low + (high - low) * rng.random(len(low)), "right") - 1, nodes - 1)

    source = draw(np.zeros(edges), np.full(edges, mass[-1]))
    home = community[source]
    anywhere = rng.random(edges) < mixing
    low, high = np.where(anywhere, 0, mass[first[home]]), np.where(anywhere, mass[-1], mass[first[home + 1]])
    return source, draw(low, high)


def higgs(data):
    """Who shared, mentioned or answered whom around the Higgs announcement (De Domenico et al., 2013)."""
    with gzip.open(Path(data) / "higgs" / "higgs-activity_time.txt.gz", "rt") as log:
        rows = [line.split()[:2] for line in log]
    rows = np.array(rows, dtype=np.int64)
    return rows[:, 0], rows[:, 1]


def simple(source, target, seed=0):
    """Distinct pairs of different nodes in random order, nodes numbered 0 to n - 1 at random."""
    rng = np.random.default_rng(seed)
    low, high = np.minimum(source, target), np.maximum(source, target)
    span = int(high.max()) + 1
    pairs = np.unique((low * span + high)[low != high])
    rng.shuffle(pairs)
    ends = np.stack([pairs // span, pairs % span])
    present = np.zeros(span, bool)
    present[ends] = True
    number = np.empty(span, np.int64)
    number[present] = rng.permutation(present.sum())
    ends = number[ends]
    turned = rng.random(ends.shape[1]) < 0.5
    return np.where(turned, ends[1], ends[0]), np.where(turned, ends[0], ends[1])


def largest_eigenvalue(source, target, nodes, sweeps=30):
    """A little below the true one: enough to choose the alpha of Katz."""
    x = np.full(nodes, nodes**-0.5)
    for _ in range(sweeps):
        x = np.bincount(source, x[target], nodes) + np.bincount(target, x[source], nodes)
        value = np.linalg.norm(x)
        x /= value
    return float(value)


def write(table, path):
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=1 << 20)


def read(path):
    with pa.OSFile(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def make(name, folder, data):
    """Makes the graph unless an earlier run has; the folder and the facts."""
    folder = folder / name
    facts = folder / "facts.json"
    if not facts.exists():
        folder.mkdir(parents=True, exist_ok=True)
        kind, _, scale = name.partition("-")
        rows = {"rmat": lambda: rmat(int(scale)), "communities": communities, "higgs": lambda: higgs(data)}[kind]()
        source, target = simple(*rows)
        nodes = int(max(source.max(), target.max())) + 1
        rng = np.random.default_rng(1)
        weight = pa.array(1 - 0.9 * rng.random(len(source)).astype(np.float32))
        columns = {"source": pa.array(source), "target": pa.array(target), "weight": weight}
        write(pa.table(columns), folder / "edges.arrow")
        digits = np.char.zfill(rng.permutation(nodes).astype("U"), len(str(nodes)))
        names = pa.array(np.char.add("user-", digits), pa.string())
        columns |= {end: names.take(columns[end]) for end in ("source", "target")}
        write(pa.table(columns), folder / "strings.arrow")
        alpha = 0.85 / largest_eigenvalue(source, target, nodes)
        facts.write_text(json.dumps({"nodes": nodes, "edges": len(source), "alpha": alpha}))
    return folder, json.loads(facts.read_text())
