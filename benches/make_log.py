"""Writes the log that the benchmarks run on: seeded, heavy-tailed, with string ids.

    python benches/make_log.py out/log-10m.parquet

Actors are drawn from a Pareto-like distribution, targets from a heavier one over the same people in another order, so
that the most active are not the most attended to. Every person acts at least once where the events suffice, and two
events in five repeat the pair of another one, since people return to those they know.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

KINDS = ["like", "follow", "mention", "share", "reply", "answer"]
SHARES = [0.50, 0.12, 0.10, 0.15, 0.10, 0.03]
START = np.datetime64("2025-01-06T00:00:00", "us").astype(np.int64)
DAY = 86_400_000_000
REPEATED = 0.4


def heavy_tailed(rng, count, people, exponent):
    """Ranks 0 .. people - 1 with probability about (1 + rank)^-exponent, by inverting the continuous law."""
    u = rng.random(count)
    power = 1.0 - exponent
    return (((people + 1.0) ** power - 1.0) * u + 1.0) ** (1.0 / power) - 1.0


def make_log(events, people, days, seed):
    rng = np.random.default_rng(seed)
    names = np.char.add("user-", np.char.zfill(rng.permutation(people).astype("U"), len(str(people))))
    targets = rng.permutation(people)
    actor = np.minimum(heavy_tailed(rng, events, people, 0.6).astype(np.int64), people - 1)
    target = targets[np.minimum(heavy_tailed(rng, events, people, 0.8).astype(np.int64), people - 1)]
    once = min(people, events)
    actor[:once] = np.arange(once)
    repeated = np.flatnonzero(rng.random(events - once) < REPEATED) + once
    original = rng.integers(0, events, len(repeated))
    actor[repeated], target[repeated] = actor[original], target[original]
    kind = rng.choice(len(KINDS), events, p=SHARES).astype(np.int8)
    time = START + np.sort(rng.integers(0, days * DAY, events))
    shuffle = rng.permutation(events)
    names = pa.array(names, pa.string())
    return pa.table(
        {
            "time": pa.array(time, pa.timestamp("us", tz="UTC")),
            "actor": names.take(pa.array(actor[shuffle])),
            "target": names.take(pa.array(target[shuffle])),
            "kind": pa.array(KINDS).take(pa.array(kind)),
        }
    )


def write_log(table, path):
    pq.write_table(table, path, compression="zstd", row_group_size=1 << 20)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.path.parent.mkdir(parents=True, exist_ok=True)
    table = make_log(options.events, options.people, options.days, options.seed)
    write_log(table, options.path)
    print(f"{options.path}: {table.num_rows:,} events, {options.path.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
