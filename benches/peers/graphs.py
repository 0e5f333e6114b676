"""The graphs that every library gets: seeded, undirected, without loops and repeated pairs, nodes 0 to n - 1.

A graph is a folder with `edges.arrow` (source, target, weight; rows in random order, each pair once and either way round),
`strings.arrow` (the same rows with names for ids), `facts.json` and, where communities were planted, `truth.npy`, that of
each node. Nodes without edges are left out, since a frame of edges does not have them.
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


def communities(nodes=200_000, edges=2_000_000, mixing=0.3, seed=0, chunk=1 << 24):
    """Expected degrees (Chung and Lu) and sizes of communities follow power laws; a share `mixing` ignores communities."""
    rng = np.random.default_rng(seed)
    size = np.minimum(50 * (1 - rng.random(nodes // 50)) ** -1.0, 5_000).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(size)])
    first = np.append(first[first < nodes], nodes)
    community = np.repeat(np.arange(len(first) - 1), np.diff(first))
    degree = np.minimum((1 - rng.random(nodes)) ** (-1 / 1.5), 1_000)
    mass = np.concatenate([[0], np.cumsum(degree)])

    def draw(low, high):
        return np.minimum(np.searchsorted(mass, low + (high - low) * rng.random(len(low)), "right") - 1, nodes - 1)

    source, target = np.empty(edges, np.int64), np.empty(edges, np.int64)
    for start in range(0, edges, chunk):
        part = slice(start, min(start + chunk, edges))
        count = part.stop - part.start
        source[part] = draw(np.zeros(count), np.full(count, mass[-1]))
        home = community[source[part]]
        anywhere = rng.random(count) < mixing
        low, high = np.where(anywhere, 0, mass[first[home]]), np.where(anywhere, mass[-1], mass[first[home + 1]])
        target[part] = draw(low, high)
    return source, target, community


def power_law(rng, low, high, exponent, count):
    """Whole numbers from low to high whose means follow a power law: rounded up or down at random."""
    power = 1 - exponent
    u = rng.random(count)
    drawn = low * (high / low) ** u if power == 0 else (low**power + (high**power - low**power) * u) ** (1 / power)
    return np.minimum(np.floor(drawn + rng.random(count)).astype(np.int64), high)


def least_degree(mean, most):
    """Where a power law of exponent 2 that ends at `most` must begin to have this mean, by halving."""
    low, high = 1.0, float(mean)
    for _ in range(60):
        middle = (low + high) / 2
        above = np.log(most / middle) / (1 / middle - 1 / most) > mean
        low, high = (low, middle) if above else (middle, high)
    return low


def wired(rng, stubs, group, fits, rounds=200):
    """Stubs paired at random within their groups (Molloy and Reed), each group an even number of them. A pair that does
    not fit or is there already trades an end with another pair of its group, drawn at random, where both then fit; the few
    that find none in so many rounds are left out."""
    order = np.lexsort((rng.random(len(stubs)), group))
    ends = np.stack([stubs[order[::2]], stubs[order[1::2]]])
    group = group[order[::2]]
    count = np.bincount(group)
    first = np.cumsum(count) - count
    span = int(stubs.max(initial=0)) + 1

    def keys(pairs):
        return pairs.min(axis=0) * span + pairs.max(axis=0)

    key = keys(ends)
    wrong = np.ones(len(key), bool)
    wrong[np.unique(key, return_index=True)[1]] = False
    wrong |= ~fits(*ends)
    there = np.sort(key[~wrong])
    for _ in range(rounds):
        one = np.flatnonzero(wrong)
        if not len(one):
            break
        other = first[group[one]] + (rng.random(len(one)) * count[group[one]]).astype(np.int64)
        single = np.zeros(len(one), bool)
        single[np.unique(other, return_index=True)[1]] = True
        single &= ~wrong[other]
        one, other = one[single], other[single]
        (a, b), (c, d) = ends[:, one], np.where(rng.random(len(one)) < 0.5, ends[:, other], ends[::-1, other])
        new = np.stack([np.stack([a, d]), np.stack([c, b])])
        new_keys = np.stack([keys(pairs) for pairs in new])
        drawn, index, times = np.unique(new_keys, return_inverse=True, return_counts=True)
        place = np.minimum(np.searchsorted(there, drawn), len(there) - 1)
        free = ((times == 1) & (there[place] != drawn))[index.reshape(new_keys.shape)]
        good = free.all(axis=0) & fits(*new[0]) & fits(*new[1])
        one, other = one[good], other[good]
        there = np.delete(there, np.searchsorted(there, keys(ends[:, other])))
        ends[:, one], ends[:, other] = new[0][:, good], new[1][:, good]
        there = np.sort(np.concatenate([there, new_keys[:, good].ravel()]))
        wrong[one] = False
    return ends[:, ~wrong]


def lfr(nodes, mixing, seed=0, mean=20, most=100, small=20, large=1_000):
    """Lancichinetti, Fortunato, Radicchi, "Benchmark graphs for testing community detection algorithms", 2008.

    Degrees follow a power law of exponent 2, sizes of communities one of exponent 1; of each node's edges the share
    `mixing` leaves its community, rounded up or down at random.
    """
    rng = np.random.default_rng(seed)
    degree = power_law(rng, least_degree(mean, most), most, 2, nodes)
    size = power_law(rng, small, large, 1, nodes // small + 1)
    size = size[: np.searchsorted(np.cumsum(size), nodes) + 1]
    size[-1] -= size.sum() - nodes
    if size[-1] < small:
        size[-2] += size[-1]
        size = size[:-1]
    inside = np.floor(degree * (1 - mixing) + rng.random(nodes)).astype(np.int64)

    # A node goes to a random free place of the communities that are large enough for it, the hardest to place first.
    places = np.repeat(np.argsort(-size), -np.sort(-size))
    room = size[places]
    community = np.empty(nodes, np.int64)
    free, opened = np.empty(0, np.int64), 0
    for least in range(inside.max(), -1, -1):
        opening = np.searchsorted(-room, -least)  # places of communities of more than so many nodes
        free = np.concatenate([free, places[opened:opening]])
        opened = opening
        those = np.flatnonzero(inside == least)
        rng.shuffle(free)
        community[those], free = free[: len(those)], free[len(those) :]

    # Pairs need an even number of stubs in each community, and outside: one that is odd turns a stub of one node around.
    odd = np.flatnonzero(np.bincount(community, inside).astype(np.int64) % 2)
    candidates = rng.permutation(np.flatnonzero(inside > 0))
    chosen = candidates[np.unique(community[candidates], return_index=True)[1]]
    inside[chosen[np.isin(community[chosen], odd)]] -= 1
    outside = degree - inside
    if outside.sum() % 2:
        outside[np.argmax(outside)] -= 1
    stubs = np.repeat(np.arange(nodes), inside)
    within = wired(rng, stubs, community[stubs], lambda a, b: a != b)
    stubs = np.repeat(np.arange(nodes), outside)
    between = wired(rng, stubs, np.zeros_like(stubs), lambda a, b: community[a] != community[b])
    return *np.concatenate([within, between], axis=1), community


def higgs(data):
    """Who shared, mentioned or answered whom around the Higgs announcement (De Domenico et al., 2013)."""
    with gzip.open(Path(data) / "higgs" / "higgs-activity_time.txt.gz", "rt") as log:
        rows = [line.split()[:2] for line in log]
    rows = np.array(rows, dtype=np.int64)
    return rows[:, 0], rows[:, 1]


def simple(source, target, truth=None, most=None, seed=0):
    """Distinct pairs of different nodes, all or `most` of them, in random order, nodes numbered 0 to n - 1 at random, and
    the truth so numbered."""
    rng = np.random.default_rng(seed)
    span = int(max(source.max(), target.max())) + 1
    pairs = (np.minimum(source, target) * span + np.maximum(source, target))[source != target]
    del source, target
    pairs.sort()
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])]
    rng.shuffle(pairs)
    ends = np.stack(np.divmod(pairs[:most], span))
    del pairs
    present = np.zeros(span, bool)
    present[ends] = True
    number = np.empty(span, np.int64)
    number[present] = rng.permutation(present.sum())
    ends = number[ends]
    turned = rng.random(ends.shape[1]) < 0.5
    if truth is not None:
        numbered = np.empty(present.sum(), np.int64)
        numbered[number[present]] = truth[:span][present]
        truth = np.unique(numbered, return_inverse=True)[1]
    return np.where(turned, ends[1], ends[0]), np.where(turned, ends[0], ends[1]), truth


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


def drawn(kind, size, data):
    """A graph by the parts of its name: distinct pairs, and the communities that were planted, if any."""
    if kind == "rmat":
        return simple(*rmat(int(size[0])))
    if kind == "higgs":
        return simple(*higgs(data))
    if kind == "lfr":
        return simple(*lfr(10 ** int(size[0]), float(size[1])))
    if not size:
        return simple(*communities())
    # An eighth of the pairs are drawn again or are loops.
    edges = 10 ** int(size[0])
    return simple(*communities(edges // 10, edges + edges // 4), most=edges)


def make(name, folder, data):
    """Makes the graph unless an earlier run has; the folder and the facts.

    `rmat-SCALE`, `higgs`, `communities`, and without weights, names and alpha `lfr-LOG10NODES-MIXING`, `communities-LOG10EDGES`.
    """
    folder = folder / name
    facts = folder / "facts.json"
    if not facts.exists():
        folder.mkdir(parents=True, exist_ok=True)
        kind, *size = name.split("-")
        plain = kind == "lfr" or (kind == "communities" and size)
        source, target, truth = drawn(kind, size, data)
        nodes = int(max(source.max(), target.max())) + 1
        known = {"nodes": nodes, "edges": len(source)}
        columns = {"source": pa.array(source), "target": pa.array(target)}
        if truth is not None:
            np.save(folder / "truth.npy", truth)
            known["mixing"] = float(np.mean(truth[source] != truth[target]))
        if not plain:
            rng = np.random.default_rng(1)
            columns["weight"] = pa.array(1 - 0.9 * rng.random(len(source)).astype(np.float32))
        write(pa.table(columns), folder / "edges.arrow")
        if not plain:
            digits = np.char.zfill(rng.permutation(nodes).astype("U"), len(str(nodes)))
            names = pa.array(np.char.add("user-", digits), pa.string())
            columns |= {end: names.take(columns[end]) for end in ("source", "target")}
            write(pa.table(columns), folder / "strings.arrow")
            known["alpha"] = 0.85 / largest_eigenvalue(source, target, nodes)
        facts.write_text(json.dumps(known))
    return folder, json.loads(facts.read_text())
